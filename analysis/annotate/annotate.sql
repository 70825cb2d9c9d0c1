-- annotate.sql: samples, and what people said of them.

-- name: sample_entries
SELECT e.item_version_id, count(*) FROM exposure e WHERE e.parse_id = ?1 AND e.organic_rank < ?2
GROUP BY e.item_version_id ORDER BY e.item_version_id

-- name: sample_version
SELECT key, erased_at IS NOT NULL FROM item_version WHERE id = ?1

-- name: sample_score
SELECT score, lang FROM detection WHERE item_version_id = ?1 AND detector_id = ?2

-- name: sample_keys
SELECT v.key, (SELECT key FROM detector WHERE id = ?2) FROM study_version v WHERE v.id = ?1

-- name: sample_names
SELECT s.name FROM sample s JOIN study_version v ON v.id = s.study_version_id WHERE v.study_id = ?1

-- name: sample_insert
INSERT INTO sample (key, study_version_id, detector_id, name, frame, strata, method, seed, size, drawn, units, exposures, drawn_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)

-- name: sample_stratum_insert
INSERT INTO sample_stratum (sample_id, n, kind, lo, hi, units, exposures, drawn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: sample_unit_insert
INSERT INTO sample_unit (key, sample_id, item_version_id, stratum, draw, exposures, score, flagged, probability_numerator, probability_denominator)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)

-- name: sample_text_insert
INSERT INTO sample_text (sample_unit_id, nonce) VALUES (?1, ?2)

-- name: sample_snapshot_insert
INSERT INTO sample_snapshot (sample_id, snapshot_id, parse_id, exposures, left_out, scored, flagged, score_total)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: sample_exposure_insert
INSERT INTO sample_exposure (sample_unit_id, snapshot_id, exposures) VALUES (?1, ?2, ?3)

-- name: sample_list
SELECT s.id, s.key, s.name, s.study_version_id, s.drawn, t.slug, s.seed FROM sample s JOIN study_version v ON v.id = s.study_version_id
JOIN study t ON t.id = v.study_id WHERE ?1 IS NULL OR t.slug = ?1 ORDER BY s.drawn_at, s.key

-- ---- sheets ----
-- name: sheet_units
SELECT u.id, u.key, u.item_version_id, n.nonce FROM sample_unit u LEFT JOIN sample_text n ON n.sample_unit_id = u.id
WHERE u.sample_id = ?1 ORDER BY u.draw

-- name: sheet_version
SELECT v.kind, v.langs, v.title, v.text, v.quote_text, v.warning, v.erased_at IS NOT NULL, v.reply_to IS NOT NULL FROM item_version v WHERE v.id = ?1

-- name: sheet_links
SELECT coalesce(title, 'link'), NULL FROM link WHERE item_version_id = ?1 ORDER BY n

-- name: sheet_media
SELECT kind, coalesce(alt, '') FROM media WHERE item_version_id = ?1 ORDER BY n

-- ---- verdicts ----
-- The current verdict of a coder (?4 = 1: as adjudicator) in a pass on a unit: not superseded; of two (of merged databases) the later.
-- name: annotation_current
SELECT a.id, a.key, a.guideline, a.text_sha256, a.label, a.act, a.confidence,
  (SELECT group_concat(target, '|') FROM (SELECT target FROM annotation_target g WHERE g.annotation_id = a.id ORDER BY target)),
  (SELECT comment FROM annotation_comment c WHERE c.annotation_id = a.id)
FROM annotation a WHERE a.sample_unit_id = ?1 AND a.coder = ?2 AND a.pass = ?3
  AND EXISTS (SELECT 1 FROM adjudication j WHERE j.annotation_id = a.id) = ?4
  AND NOT EXISTS (SELECT 1 FROM annotation n WHERE n.supersedes_id = a.id) ORDER BY a.imported_at DESC, a.key DESC LIMIT 1

-- name: annotation_insert
INSERT INTO annotation (key, sample_unit_id, coder, pass, guideline, text_sha256, label, act, confidence, supersedes_id, imported_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)

-- name: annotation_target_insert
INSERT INTO annotation_target (annotation_id, target) VALUES (?1, ?2)

-- name: annotation_comment_insert
INSERT INTO annotation_comment (annotation_id, comment) VALUES (?1, ?2)

-- name: adjudication_insert
INSERT INTO adjudication (key, annotation_id, decided_at) VALUES (?1, ?2, ?3)

-- ---- what stands ----
-- Units in the order of drawing.
-- name: verdict_units
SELECT u.id, u.key, u.stratum, u.exposures, u.score, u.flagged, u.probability_numerator, u.probability_denominator
FROM sample_unit u WHERE u.sample_id = ?1 ORDER BY u.draw

-- Current verdicts: by unit, those that decide first (the latest of them), then coders by name, each one's latest pass first.
-- name: verdict_rows
SELECT a.sample_unit_id, a.id, a.coder, a.label, EXISTS (SELECT 1 FROM adjudication j WHERE j.annotation_id = a.id) AS decides, a.pass, a.guideline
FROM annotation a JOIN sample_unit u ON u.id = a.sample_unit_id WHERE u.sample_id = ?1
  AND NOT EXISTS (SELECT 1 FROM annotation n WHERE n.supersedes_id = a.id)
ORDER BY u.draw, decides DESC, a.coder, a.pass DESC, a.imported_at DESC, a.key DESC

-- name: verdict_targets
SELECT target FROM annotation_target WHERE annotation_id = ?1 ORDER BY target

-- name: verdict_strata
SELECT n, kind, lo, hi, units, exposures, drawn FROM sample_stratum WHERE sample_id = ?1 ORDER BY n

-- name: verdict_sample
SELECT s.name, s.key, s.detector_id, d.name, d.version, s.strata, s.seed, s.size, s.drawn, s.units, s.exposures, s.drawn_at, s.study_version_id,
  CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.threshold') END
FROM sample s LEFT JOIN detector d ON d.id = s.detector_id WHERE s.id = ?1

-- name: verdict_snapshots
SELECT p.snapshot_id, n.round_id, n.persona_id, n.feed_id, n.started_at, p.exposures, p.left_out, p.scored, p.flagged, p.score_total
FROM sample_snapshot p JOIN snapshot n ON n.id = p.snapshot_id WHERE p.sample_id = ?1 ORDER BY p.snapshot_id

-- name: verdict_exposures
SELECT e.sample_unit_id, e.snapshot_id, e.exposures FROM sample_exposure e JOIN sample_unit u ON u.id = e.sample_unit_id
WHERE u.sample_id = ?1 ORDER BY u.draw, e.snapshot_id

-- ---- scores of single groups: of the drawn units, and of each snapshot's texts; who asks leaves out what the frame leaves out ----
-- name: group_units
SELECT u.id, d.score, (SELECT group_concat(target, '|') FROM detection_target t WHERE t.item_version_id = d.item_version_id AND t.detector_id = d.detector_id)
FROM sample_unit u JOIN sample s ON s.id = u.sample_id JOIN detection d ON d.item_version_id = u.item_version_id AND d.detector_id = s.detector_id
WHERE u.sample_id = ?1 AND d.score IS NOT NULL ORDER BY u.draw

-- name: group_shots
SELECT p.snapshot_id, count(*), d.score, e.item_version_id, d.lang,
  (SELECT group_concat(target, '|') FROM detection_target t WHERE t.item_version_id = d.item_version_id AND t.detector_id = d.detector_id) AS targets
FROM sample s JOIN sample_snapshot p ON p.sample_id = s.id
JOIN exposure e ON e.parse_id = p.parse_id AND e.organic_rank < CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.depth') ELSE 0 END
JOIN detection d ON d.item_version_id = e.item_version_id AND d.detector_id = s.detector_id
WHERE s.id = ?1 AND d.score > 0 AND EXISTS (SELECT 1 FROM detection_target t WHERE t.item_version_id = d.item_version_id AND t.detector_id = d.detector_id)
GROUP BY p.snapshot_id, e.item_version_id ORDER BY p.snapshot_id

-- The texts that the frame leaves out, by their places (frame_units.h): "[3,17]".
-- name: frame_erased
SELECT CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.depth') END,
  CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.erased') END FROM sample s WHERE s.id = ?1

-- The sample of a study version that has most verdicts; of two the later.
-- name: verdict_best
SELECT s.id, (SELECT count(DISTINCT a.sample_unit_id) FROM annotation a JOIN sample_unit u ON u.id = a.sample_unit_id WHERE u.sample_id = s.id) AS judged
FROM sample s WHERE s.study_version_id = ?1 ORDER BY judged DESC, s.drawn_at DESC, s.key LIMIT 1

-- ---- verify ----
-- The chance of a unit that is not certain: what its stratum draws besides the certain ones, times its exposures, over theirs.
-- name: recheck_units
SELECT u.key, s.key, v.key, u.probability_numerator, u.probability_denominator, u.exposures,
  (SELECT coalesce(sum(e.exposures), 0) FROM sample_exposure e WHERE e.sample_unit_id = u.id),
  t.drawn - (SELECT count(*) FROM sample_unit c WHERE c.sample_id = u.sample_id AND c.stratum = u.stratum AND c.probability_numerator = c.probability_denominator),
  t.exposures - (SELECT coalesce(sum(c.exposures), 0) FROM sample_unit c WHERE c.sample_id = u.sample_id AND c.stratum = u.stratum
    AND c.probability_numerator = c.probability_denominator)
FROM sample_unit u LEFT JOIN sample s ON s.id = u.sample_id LEFT JOIN item_version v ON v.id = u.item_version_id
LEFT JOIN sample_stratum t ON t.sample_id = u.sample_id AND t.n = u.stratum ORDER BY u.key

-- name: recheck_strata
SELECT s.key, t.n, t.drawn, (SELECT count(*) FROM sample_unit u WHERE u.sample_id = t.sample_id AND u.stratum = t.n)
FROM sample_stratum t JOIN sample s ON s.id = t.sample_id ORDER BY s.key, t.n

-- name: recheck_samples
SELECT s.key, s.units, (SELECT sum(units) FROM sample_stratum t WHERE t.sample_id = s.id),
  s.exposures, (SELECT sum(exposures) FROM sample_stratum t WHERE t.sample_id = s.id),
  s.exposures, (SELECT sum(exposures) FROM sample_snapshot p WHERE p.sample_id = s.id),
  s.drawn, (SELECT sum(drawn) FROM sample_stratum t WHERE t.sample_id = s.id)
FROM sample s ORDER BY s.key

-- What a draw was made of. depth, threshold: out of the rule of the frame; NULL where that is no such rule. Last: does it say which erased texts it
-- leaves out?
-- name: redraw_samples
SELECT s.id, s.key, v.key, d.key, s.name, s.frame, s.strata, s.method, s.seed, s.size, s.drawn_at, s.units, s.drawn, s.detector_id,
  CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.depth') END, CASE WHEN json_valid(s.frame) THEN json_extract(s.frame, '$.threshold') END,
  (SELECT coalesce(sum(scored), 0) FROM sample_snapshot p WHERE p.sample_id = s.id),
  CASE WHEN json_valid(s.frame) THEN json_type(s.frame, '$.erased') IS 'array' ELSE 1 END
FROM sample s LEFT JOIN study_version v ON v.id = s.study_version_id LEFT JOIN detector d ON d.id = s.detector_id ORDER BY s.key

-- name: redraw_thresholds
SELECT lang, threshold FROM threshold_set WHERE detector_id = ?1

-- A reading that is not of its snapshot, or a snapshot that is not of the study version, is no part of the frame.
-- name: redraw_snapshots
SELECT p.snapshot_id, p.parse_id, p.exposures, p.left_out, p.scored, p.flagged, p.score_total,
  EXISTS (SELECT 1 FROM parse a JOIN snapshot n ON n.id = a.snapshot_id JOIN round r ON r.id = n.round_id JOIN sample s ON s.id = p.sample_id
    WHERE a.id = p.parse_id AND n.id = p.snapshot_id AND r.study_version_id = s.study_version_id AND a.verdict = 'ok')
FROM sample_snapshot p WHERE p.sample_id = ?1 ORDER BY p.snapshot_id

-- name: redraw_exposure
SELECT e.exposures FROM sample_exposure e JOIN sample_unit u ON u.id = e.sample_unit_id
WHERE u.sample_id = ?1 AND u.item_version_id = ?2 AND e.snapshot_id = ?3

-- name: redraw_exposures
SELECT count(*) FROM sample_exposure e JOIN sample_unit u ON u.id = e.sample_unit_id WHERE u.sample_id = ?1

-- name: redraw_strata
SELECT kind, lo, hi, units, exposures, drawn FROM sample_stratum WHERE sample_id = ?1 ORDER BY n

-- name: redraw_units
SELECT item_version_id, stratum, draw, exposures, score, flagged, probability_numerator, probability_denominator
FROM sample_unit WHERE sample_id = ?1 ORDER BY draw

-- name: recheck_annotations
SELECT a.key, u.key, a.coder, a.pass, j.key, a.guideline, a.text_sha256, a.label, a.act, a.confidence,
  (SELECT group_concat(target, '|') FROM (SELECT target FROM annotation_target g WHERE g.annotation_id = a.id ORDER BY target)), b.key, a.imported_at
FROM annotation a LEFT JOIN sample_unit u ON u.id = a.sample_unit_id LEFT JOIN annotation b ON b.id = a.supersedes_id
LEFT JOIN adjudication j ON j.annotation_id = a.id ORDER BY a.key

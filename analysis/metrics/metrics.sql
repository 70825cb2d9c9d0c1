-- metrics.sql: what the measures read, and the estimates they write.

-- name: metrics_study
SELECT s.id, s.slug FROM study s WHERE ?1 IS NULL OR s.slug = ?1 ORDER BY s.slug, s.id

-- name: metrics_version
SELECT v.id, v.hash, v.text, v.locked_at, v.reason,
       (SELECT count(*) FROM round r WHERE r.study_version_id = v.id
          AND EXISTS (SELECT 1 FROM snapshot n WHERE n.round_id = r.id)) AS rounds
FROM study_version v WHERE v.study_id = ?1 ORDER BY v.locked_at DESC, v.id DESC

-- name: metrics_persona
-- By name, not by key: keys differ from crawl to crawl, and the order of clusters decides which resamples the seed draws.
SELECT p.id, p.name, p.twin_of_id, p.cluster_key, p.attributes FROM persona p LEFT JOIN persona b ON b.id = p.twin_of_id
WHERE p.study_version_id = ?1 ORDER BY coalesce(b.name, p.name), p.twin_of_id IS NOT NULL, p.name

-- name: metrics_feed
SELECT id, name, platform, endpoint, host, ranking, depth FROM feed WHERE study_version_id = ?1 ORDER BY name

-- name: metrics_pair
SELECT id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule FROM pair WHERE study_version_id = ?1 ORDER BY name

-- name: metrics_round
SELECT id, scheduled_at FROM round WHERE study_version_id = ?1 ORDER BY scheduled_at, id

-- name: metrics_slot
SELECT s.round_id, s.persona_id, s.feed_id FROM slot s JOIN round r ON r.id = s.round_id
WHERE r.study_version_id = ?1 AND s.state <> 'due'

-- No parse: the snapshot was never read.
-- name: metrics_shot
SELECT n.round_id, n.persona_id, n.feed_id, n.id, p.id, coalesce(p.verdict, 'failed'), n.started_at, n.attempt, p.items
FROM round r CROSS JOIN snapshot n ON n.round_id = r.id
LEFT JOIN snapshot_current c ON c.snapshot_id = n.id LEFT JOIN parse p ON p.id = c.parse_id
WHERE r.study_version_id = ?1 AND n.walk = 0 AND n.step = 0

-- Of all studies, in the order of the key: one scan, and no look-up a snapshot.
-- name: metrics_cache
SELECT sc.snapshot_id, c.age, c.etag, c.payload_sha256 FROM snapshot_capture sc CROSS JOIN capture c ON c.id = sc.capture_id
ORDER BY sc.snapshot_id, sc.page

-- name: metrics_cell
SELECT id, depth, threshold, rbp_p, text_view, is_primary FROM grid_cell WHERE study_version_id = ?1
ORDER BY is_primary DESC, depth, threshold, rbp_p, text_view

-- EXISTS ends at the first row that fits, which for most detectors is among the first of the table.
-- name: metrics_detector
SELECT d.id, d.name, d.version, d.text_view_version FROM detector d
WHERE EXISTS (SELECT 1 FROM snapshot_sum s WHERE s.detector_id = d.id AND s.grid_cell_id IN (SELECT g.id FROM grid_cell g WHERE g.study_version_id = ?1))
ORDER BY d.name, d.version DESC, d.id DESC

-- name: metrics_threshold
SELECT lang, threshold, CAST(threshold AS REAL) FROM threshold_set WHERE detector_id = ?1 ORDER BY lang = 'any', lang

-- All of them in one scan: for one cell and detector as many rows would be stepped over.
-- name: metrics_sum
SELECT parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total FROM snapshot_sum

-- The index alone, without the texts.
-- name: metrics_texts
SELECT item_id, id FROM item_version ORDER BY item_id, id

-- name: metrics_author
SELECT author_id FROM item_version WHERE id = ?1

-- name: metrics_scores
SELECT item_version_id, score, lang FROM detection WHERE detector_id = ?1 ORDER BY item_version_id

-- name: metrics_heads
SELECT a.key, l.seq, l.link FROM archive a JOIN ledger l ON l.archive_id = a.id
WHERE a.study_id = ?1 AND l.seq = (SELECT max(seq) FROM ledger WHERE archive_id = a.id) ORDER BY a.key

-- name: metrics_estimate_clear
DELETE FROM estimate WHERE study_version_id = ?1

-- name: metrics_estimate_insert
INSERT INTO estimate (key, study_version_id, metric, pair_id, feed_id, persona_id, platform, ranking, target, detector_id, grid_cell_id,
  unit, cluster_rule, clusters, family, role, estimate, lo, hi, se, p, adjusted_p, smallest_p, n, missing, excluded, worst_lo, worst_hi,
  method, null_reason, chain_head, flags, corrected_estimate, corrected_lo, corrected_hi, corrected_together_lo, corrected_together_hi, corrected_groups,
  corrected_detector, corrected_method, corrected_n, corrected_hateful, corrected_sample, corrected_reason,
  corrected_rogan_gladen, corrected_rogan_gladen_lo, corrected_rogan_gladen_hi, corrected_rogan_gladen_note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27,
  ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44,
  ?45, ?46, ?47, ?48)

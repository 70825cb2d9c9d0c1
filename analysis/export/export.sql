-- export.sql: the rows that leave a database, a statement for each exported view, its columns in the order of relations.def without those of
-- class LOCAL. ?1: the study's short name, NULL for all. Times are milliseconds and keys are blobs here: the writer gives them their form.
-- Rows come in the order of an index, so that no statement sorts more than the plan of a study: memory does not grow with the exposures.

-- name: export_begin
BEGIN

-- name: export_end
COMMIT

-- name: export_study
SELECT slug FROM study WHERE ?1 IS NULL OR slug = ?1 ORDER BY slug

-- Of each study the newest version and what heads its chains.
-- name: export_versions
SELECT st.slug, v.hash, (SELECT group_concat(head, ' ') FROM (SELECT lower(hex(l.link)) AS head FROM archive a JOIN ledger l ON l.archive_id = a.id
    WHERE a.study_id = st.id AND l.seq = (SELECT max(seq) FROM ledger m WHERE m.archive_id = a.id) ORDER BY a.key))
FROM study st JOIN study_version v ON v.study_id = st.id
WHERE (?1 IS NULL OR st.slug = ?1) AND NOT EXISTS (SELECT 1 FROM study_version w WHERE w.parent_id = v.id) ORDER BY st.slug, v.hash

-- name: export_protocol_versions
SELECT st.slug AS study, v.hash AS protocol_hash, w.hash AS amends, v.reason, v.locked_at
FROM study_version v JOIN study st ON st.id = v.study_id LEFT JOIN study_version w ON w.id = v.parent_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, v.locked_at, v.hash

-- name: export_personas
SELECT st.slug AS study, v.hash AS protocol_hash, p.name AS persona, p.cluster_key AS cluster, t.name AS twin_of, p.attributes
FROM persona p JOIN study_version v ON v.id = p.study_version_id JOIN study st ON st.id = v.study_id LEFT JOIN persona t ON t.id = p.twin_of_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, v.locked_at, v.hash, p.name

-- name: export_feeds
SELECT st.slug AS study, v.hash AS protocol_hash, f.name AS feed, f.platform, f.endpoint, f.host, f.parameters, f.ranking,
  f.depth AS depth_asked
FROM feed f JOIN study_version v ON v.id = f.study_version_id JOIN study st ON st.id = v.study_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, v.locked_at, v.hash, f.name

-- name: export_pairs
SELECT st.slug AS study, v.hash AS protocol_hash, q.name AS pair, a.platform, a.name AS ranked_feed, b.name AS chronological_feed, q.pool,
  q.reason, q.window_rule
FROM pair q JOIN study_version v ON v.id = q.study_version_id JOIN study st ON st.id = v.study_id
JOIN feed a ON a.id = q.ranked_feed_id JOIN feed b ON b.id = q.chronological_feed_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, v.locked_at, v.hash, q.name

-- name: export_grid_cells
SELECT st.slug AS study, v.hash AS protocol_hash, g.depth, g.threshold, g.rbp_p, g.text_view, g.is_primary
FROM grid_cell g JOIN study_version v ON v.id = g.study_version_id JOIN study st ON st.id = v.study_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, v.locked_at, v.hash, g.is_primary DESC, g.depth, g.threshold, g.rbp_p, g.text_view

-- name: export_rounds
SELECT st.slug AS study, v.hash AS protocol_hash, r.scheduled_at, r.scheduled_at AS day, r.window_end
FROM round r JOIN study_version v ON v.id = r.study_version_id JOIN study st ON st.id = v.study_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, r.scheduled_at, v.hash

-- name: export_snapshots
SELECT s.key AS snapshot, st.slug AS study, sv.hash AS protocol_hash, r.scheduled_at, r.scheduled_at AS day, p.name AS persona,
  p.cluster_key AS cluster, t.name AS twin_of, f.platform, f.name AS feed, f.endpoint, f.ranking, s.attempt, s.walk, s.step, s.policy, u.key AS parent,
  s.parent_rank, pa.verdict,
  pa.reason, pa.items, pa.organic_items, s.depth_asked, s.skew_ms, s.started_at, s.ended_at, s.interrupted, pa.adapter, pa.adapter_version,
  pa.engine_version, pa.repairs
FROM round r
CROSS JOIN snapshot s ON s.round_id = r.id
CROSS JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
CROSS JOIN feed f ON f.id = s.feed_id
CROSS JOIN study_version sv ON sv.id = r.study_version_id
CROSS JOIN study st ON st.id = sv.study_id
LEFT JOIN snapshot_current c ON c.snapshot_id = s.id
LEFT JOIN parse pa ON pa.id = c.parse_id
LEFT JOIN snapshot u ON u.id = s.parent_snapshot_id
WHERE ?1 IS NULL OR st.slug = ?1
ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id, s.walk, s.step, s.attempt

-- name: export_walks
SELECT w.snapshot, w.study, r.scheduled_at, r.scheduled_at AS day, w.persona, p.cluster_key AS cluster, w.twin_of, w.platform, w.feed, w.ranking, w.walk,
  w.attempt, w.last_attempt, w.policy, w.steps_asked, w.steps, w.verdict, w.walk_end
FROM (SELECT x.key AS snapshot, y.study, y.persona, y.twin_of, y.platform, y.feed, y.ranking, y.walk, y.attempt, y.last_attempt, y.policy,
    y.steps_asked, y.steps, y.verdict, y.walk_end, y.round_id, y.persona_id, y.feed_id FROM walks y JOIN snapshot x ON x.id = y.snapshot_id) w
JOIN round r ON r.id = w.round_id
JOIN persona p ON p.id = w.persona_id
WHERE ?1 IS NULL OR w.study = ?1
ORDER BY r.scheduled_at, r.id, w.persona_id, w.feed_id, w.walk, w.attempt

-- An erased item leaves its place: the rank was taken, by something that is no longer said.
-- name: export_exposures
SELECT s.key AS snapshot, st.slug AS study, r.scheduled_at, r.scheduled_at AS day, p.name AS persona, p.cluster_key AS cluster,
  t.name AS twin_of, f.platform, f.name AS feed, f.ranking, s.walk, s.step, pa.verdict, e.rank, e.organic_rank, e.page, v.kind, v.key AS item_version,
  i.native_id AS item, a.key AS author, v.url, v.title, v.text, v.quote_text, v.warning, v.langs, v.created_at, v.created_precision,
  e.is_repost, b.key AS reposter, e.reposted_at, e.is_reply, e.is_quote, e.is_pinned, e.is_ad, e.is_service,
  CASE WHEN v.id IS NOT NULL THEN e.entry_id END AS entry_id, CASE WHEN v.id IS NOT NULL THEN e.feed_reason END AS feed_reason,
  e.likes, e.reposts, e.replies, e.quotes, e.views, e.score, e.counts_rounded,
  (SELECT group_concat(value, ',') FROM (SELECT value FROM label l WHERE l.parse_id = e.parse_id AND l.rank = e.rank ORDER BY n)) AS labels
FROM round r
CROSS JOIN snapshot s ON s.round_id = r.id
CROSS JOIN snapshot_current c ON c.snapshot_id = s.id
CROSS JOIN parse pa ON pa.id = c.parse_id
CROSS JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
CROSS JOIN feed f ON f.id = s.feed_id
CROSS JOIN study_version sv ON sv.id = r.study_version_id
CROSS JOIN study st ON st.id = sv.study_id
CROSS JOIN exposure e ON e.parse_id = c.parse_id
LEFT JOIN item_version v ON v.id = e.item_version_id AND v.erased_at IS NULL
LEFT JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id
LEFT JOIN author b ON b.id = e.reposter_id AND v.id IS NOT NULL
WHERE ?1 IS NULL OR st.slug = ?1
ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id, s.walk, s.step, s.attempt, e.rank

-- name: export_items
SELECT v.key AS item_version, i.native_id AS item, i.platform, v.kind, a.key AS author, v.url, v.title, v.text, v.quote_text, v.warning,
  v.langs, v.created_at, v.created_precision, v.reply_to, v.quote_of, length(v.text) AS text_length,
  (SELECT count(*) FROM media m WHERE m.item_version_id = v.id) AS media, (SELECT count(*) FROM link k WHERE k.item_version_id = v.id) AS links
FROM item_version v
CROSS JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id
WHERE v.erased_at IS NULL AND EXISTS (SELECT 1 FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id
  JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id
  JOIN study st ON st.id = sv.study_id WHERE e.item_version_id = v.id AND (?1 IS NULL OR st.slug = ?1))
ORDER BY v.id

-- name: export_authors
SELECT a.key AS author, a.platform, a.native_id AS author_native_id, nullif(n.handle, '') AS handle, nullif(n.display_name, '') AS display_name,
  n.first_seen_at
FROM author a LEFT JOIN author_name n ON n.author_id = a.id
WHERE EXISTS (SELECT 1 FROM item_version v JOIN exposure e ON e.item_version_id = v.id JOIN snapshot_current c ON c.parse_id = e.parse_id
    JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id
    JOIN study st ON st.id = sv.study_id WHERE v.author_id = a.id AND v.erased_at IS NULL AND (?1 IS NULL OR st.slug = ?1))
  OR EXISTS (SELECT 1 FROM exposure e JOIN item_version v ON v.id = e.item_version_id JOIN snapshot_current c ON c.parse_id = e.parse_id
    JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id
    JOIN study st ON st.id = sv.study_id WHERE e.reposter_id = a.id AND v.erased_at IS NULL AND (?1 IS NULL OR st.slug = ?1))
ORDER BY a.id, n.handle, n.display_name

-- name: export_detectors
SELECT d.key AS detector_key, d.name AS detector, d.version AS detector_version, d.model_hash AS model_sha256, d.lexicon_hash AS lexicon_sha256,
  d.configuration, d.text_view_version, d.normaliser_version
FROM detector d WHERE ?1 IS NULL OR ?1 IS NOT NULL ORDER BY d.name, d.version, d.key

-- name: export_thresholds
SELECT d.key AS detector_key, d.name AS detector, d.version AS detector_version, t.lang, t.threshold
FROM threshold_set t JOIN detector d ON d.id = t.detector_id WHERE ?1 IS NULL OR ?1 IS NOT NULL ORDER BY d.name, d.version, d.key, t.lang

-- name: export_detections
SELECT y.item_version, y.detector_key, y.detector, y.detector_version, y.detection_status, y.detection_score, y.detection_lang, y.threshold,
  CASE WHEN y.detection_score IS NOT NULL THEN y.detection_score >= CAST(y.threshold AS REAL) END AS flagged, y.targets
FROM (
  SELECT v.key AS item_version, d.key AS detector_key, d.name AS detector, d.version AS detector_version, n.status AS detection_status,
    n.score AS detection_score, n.lang AS detection_lang, coalesce(
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = n.lang),
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = 'any')) AS threshold,
    (SELECT group_concat(target, ',') FROM (SELECT target FROM detection_target g
       WHERE g.item_version_id = n.item_version_id AND g.detector_id = n.detector_id ORDER BY target)) AS targets,
    n.item_version_id AS version_id, n.detector_id AS detector_id
  FROM detection n
  CROSS JOIN item_version v ON v.id = n.item_version_id
  CROSS JOIN detector d ON d.id = n.detector_id
  WHERE v.erased_at IS NULL AND EXISTS (SELECT 1 FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id
    JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id
    JOIN study st ON st.id = sv.study_id WHERE e.item_version_id = v.id AND (?1 IS NULL OR st.slug = ?1))
) y
ORDER BY y.version_id, y.detector_id

-- name: export_persona_exposure
SELECT s.key AS snapshot, st.slug AS study, r.scheduled_at, r.scheduled_at AS day, p.name AS persona, p.cluster_key AS cluster,
  t.name AS twin_of, f.platform, f.name AS feed, f.ranking, s.walk, s.step, pa.verdict, d.name AS detector, d.version AS detector_version, m.target, g.depth,
  g.threshold, m.n, m.missing, m.flagged,
  CASE WHEN m.n > m.missing THEN 100.0 * m.flagged / (m.n - m.missing) END AS share_percent,
  CASE WHEN m.discount_total > 0 THEN 100.0 * m.discounted / m.discount_total END AS rank_weighted_percent
FROM round r
CROSS JOIN snapshot s ON s.round_id = r.id
CROSS JOIN snapshot_current c ON c.snapshot_id = s.id
CROSS JOIN parse pa ON pa.id = c.parse_id
CROSS JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
CROSS JOIN feed f ON f.id = s.feed_id
CROSS JOIN study_version sv ON sv.id = r.study_version_id
CROSS JOIN study st ON st.id = sv.study_id
CROSS JOIN snapshot_sum m ON m.parse_id = c.parse_id
CROSS JOIN grid_cell g ON g.id = m.grid_cell_id AND g.is_primary = 1
CROSS JOIN detector d ON d.id = m.detector_id
WHERE ?1 IS NULL OR st.slug = ?1
ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id, s.walk, s.step, s.attempt, m.detector_id, m.grid_cell_id, m.target

-- name: export_feed_pairs
SELECT q.name AS pair, q.pool, st.slug AS study, r.scheduled_at, r.scheduled_at AS day, p.name AS persona, p.cluster_key AS cluster,
  tw.name AS twin_of, f.platform, d.name AS detector, d.version AS detector_version, t.target, g.depth, g.threshold, f.name AS ranked_feed,
  a.n AS ranked_n, a.missing AS ranked_missing, coalesce(x.flagged, 0) AS ranked_flagged,
  CASE WHEN a.n > a.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing) END AS ranked_percent, h.name AS chronological_feed,
  b.n AS chronological_n, b.missing AS chronological_missing, coalesce(y.flagged, 0) AS chronological_flagged,
  CASE WHEN b.n > b.missing THEN 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS chronological_percent,
  CASE WHEN a.n > a.missing AND b.n > b.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing)
    - 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS difference_points
FROM round r
CROSS JOIN snapshot s ON s.round_id = r.id
CROSS JOIN snapshot_current c ON c.snapshot_id = s.id
CROSS JOIN parse pa ON pa.id = c.parse_id AND pa.verdict = 'ok'
CROSS JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona tw ON tw.id = p.twin_of_id
CROSS JOIN feed f ON f.id = s.feed_id
CROSS JOIN study_version sv ON sv.id = r.study_version_id
CROSS JOIN study st ON st.id = sv.study_id
CROSS JOIN pair q ON q.study_version_id = sv.id AND q.ranked_feed_id = f.id
CROSS JOIN feed h ON h.id = q.chronological_feed_id
CROSS JOIN snapshot s2 ON s2.round_id = s.round_id AND s2.persona_id = s.persona_id AND s2.feed_id = h.id AND s2.walk = 0
CROSS JOIN snapshot_current c2 ON c2.snapshot_id = s2.id
CROSS JOIN parse pb ON pb.id = c2.parse_id AND pb.verdict = 'ok'
CROSS JOIN snapshot_sum a ON a.parse_id = c.parse_id AND a.target = 'any'
CROSS JOIN grid_cell g ON g.id = a.grid_cell_id AND g.is_primary = 1
CROSS JOIN snapshot_sum b ON b.parse_id = c2.parse_id AND b.detector_id = a.detector_id AND b.grid_cell_id = a.grid_cell_id AND b.target = 'any'
CROSS JOIN detector d ON d.id = a.detector_id
CROSS JOIN (SELECT DISTINCT target FROM snapshot_sum ORDER BY target) t
LEFT JOIN snapshot_sum x ON x.parse_id = a.parse_id AND x.detector_id = a.detector_id AND x.grid_cell_id = a.grid_cell_id AND x.target = t.target
LEFT JOIN snapshot_sum y ON y.parse_id = b.parse_id AND y.detector_id = b.detector_id AND y.grid_cell_id = b.grid_cell_id AND y.target = t.target
WHERE s.walk = 0 AND (?1 IS NULL OR st.slug = ?1)
ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id, s.walk, s.step, s.attempt

-- name: export_estimates
SELECT st.slug AS study, v.hash AS protocol_hash, e.role, e.family, e.metric, e.unit, coalesce(e.platform, fa.platform, f.platform) AS platform,
  f.name AS feed, e.ranking, q.name AS pair, q.pool, p.name AS persona, e.target, d.name AS detector, d.version AS detector_version, g.depth,
  g.threshold, g.rbp_p, g.text_view, e.estimate, e.lo, e.hi, e.se, e.p, e.adjusted_p, e.smallest_p, e.n, e.missing, e.excluded, e.worst_lo,
  e.worst_hi, e.cluster_rule, e.clusters, e.method, e.null_reason, e.chain_head, e.flags, e.corrected_estimate, e.corrected_lo, e.corrected_hi, e.corrected_together_lo, e.corrected_together_hi,
  e.corrected_groups, e.corrected_detector, e.corrected_method, e.corrected_n, e.corrected_hateful, e.corrected_sample, e.corrected_reason,
  e.corrected_rogan_gladen, e.corrected_rogan_gladen_lo, e.corrected_rogan_gladen_hi, e.corrected_rogan_gladen_note
FROM estimate e JOIN study_version v ON v.id = e.study_version_id JOIN study st ON st.id = v.study_id
LEFT JOIN pair q ON q.id = e.pair_id LEFT JOIN feed fa ON fa.id = q.ranked_feed_id LEFT JOIN feed f ON f.id = e.feed_id
LEFT JOIN persona p ON p.id = e.persona_id LEFT JOIN detector d ON d.id = e.detector_id LEFT JOIN grid_cell g ON g.id = e.grid_cell_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY e.id

-- name: export_samples
SELECT st.slug AS study, v.hash AS protocol_hash, s.name AS sample, s.key AS sample_key, d.name AS detector, d.version AS detector_version,
  s.method AS draw_method, s.seed, s.size, s.drawn, s.units, s.exposures, s.drawn_at, s.frame, s.strata
FROM sample s JOIN study_version v ON v.id = s.study_version_id JOIN study st ON st.id = v.study_id LEFT JOIN detector d ON d.id = s.detector_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, s.drawn_at, s.key

-- What was erased since it was drawn leaves no key; the draw itself stays.
-- name: export_sample_units
SELECT st.slug AS study, s.key AS sample_key, u.key AS unit, i.key AS item_version, u.stratum, u.draw, u.exposures, u.score, u.flagged,
  CAST(u.probability_numerator AS REAL) / u.probability_denominator AS probability
FROM sample_unit u
CROSS JOIN sample s ON s.id = u.sample_id
CROSS JOIN study_version v ON v.id = s.study_version_id
CROSS JOIN study st ON st.id = v.study_id
LEFT JOIN item_version i ON i.id = u.item_version_id AND i.erased_at IS NULL
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY u.id

-- name: export_annotations
SELECT st.slug AS study, s.name AS sample, s.key AS sample_key, u.key AS unit, a.coder, a.pass, a.guideline, a.label, a.act, a.confidence,
  (SELECT group_concat(target, ',') FROM (SELECT target FROM annotation_target g WHERE g.annotation_id = a.id ORDER BY target)) AS targets,
  NOT EXISTS (SELECT 1 FROM annotation n WHERE n.supersedes_id = a.id) AS is_current,
  EXISTS (SELECT 1 FROM adjudication j WHERE j.annotation_id = a.id) AS decides, u.exposures, u.stratum, u.score, u.flagged,
  CAST(u.probability_numerator AS REAL) / u.probability_denominator AS probability, a.imported_at
FROM annotation a
CROSS JOIN sample_unit u ON u.id = a.sample_unit_id
CROSS JOIN sample s ON s.id = u.sample_id
CROSS JOIN study_version v ON v.id = s.study_version_id
CROSS JOIN study st ON st.id = v.study_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY a.id

-- name: export_captures
SELECT c.key AS capture, st.slug AS study, l.seq, c.purpose, c.origin, c.method, c.url, c.status, c.error, c.captured_at, c.captured_at_kind,
  c.server_address, c.tls_version, c.wire_bytes, c.wire_sha256, c.payload_sha256, c.age, c.attempt, l.link AS chain_link, o.file, o.offset,
  o.length
FROM ledger l
CROSS JOIN capture c ON c.ledger_id = l.id
CROSS JOIN archive r ON r.id = l.archive_id
CROSS JOIN study st ON st.id = r.study_id
LEFT JOIN capture_location o ON o.capture_id = c.id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY l.archive_id, l.seq

-- name: export_snapshot_pages
SELECT st.slug AS study, s.key AS snapshot, p.page, c.key AS capture
FROM round r
CROSS JOIN snapshot s ON s.round_id = r.id
CROSS JOIN study_version v ON v.id = r.study_version_id
CROSS JOIN study st ON st.id = v.study_id
CROSS JOIN snapshot_capture p ON p.snapshot_id = s.id
CROSS JOIN capture c ON c.id = p.capture_id
WHERE ?1 IS NULL OR st.slug = ?1
ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id, s.walk, s.step, s.attempt, p.page

-- name: export_missed_slots
SELECT st.slug AS study, r.scheduled_at, p.name AS persona, f.name AS feed, s.reason
FROM round r
CROSS JOIN slot s ON s.round_id = r.id AND s.state = 'missed'
CROSS JOIN study_version v ON v.id = r.study_version_id
CROSS JOIN study st ON st.id = v.study_id
CROSS JOIN persona p ON p.id = s.persona_id
CROSS JOIN feed f ON f.id = s.feed_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY r.scheduled_at, r.id, s.persona_id, s.feed_id

-- name: export_alarms
SELECT st.slug AS study, r.scheduled_at, p.name AS persona, f.name AS feed, a.rule, a.window, a.detail, s.key AS snapshot
FROM alarm a JOIN snapshot s ON s.id = a.snapshot_id JOIN round r ON r.id = s.round_id JOIN study_version v ON v.id = r.study_version_id
JOIN study st ON st.id = v.study_id JOIN persona p ON p.id = s.persona_id JOIN feed f ON f.id = s.feed_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY r.scheduled_at, p.name, f.name, a.rule, a.key

-- name: export_decisions
SELECT st.slug AS study, v.hash AS protocol_hash, d.type, d.subject, d.reason, d.decided_at, l.link AS chain_link
FROM decision d JOIN study_version v ON v.id = d.study_version_id JOIN study st ON st.id = v.study_id JOIN ledger l ON l.id = d.ledger_id
WHERE ?1 IS NULL OR st.slug = ?1 ORDER BY st.slug, d.decided_at, d.key

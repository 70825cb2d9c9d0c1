-- 0005-views.sql: views for analysts: what nobody should need a table for. Keys (hexadecimal) name the same thing in every file and in every
-- export; columns that end in _id join within this file only. Append-only: once shipped this file never changes (a test pins its hash).

DROP VIEW snapshots;
CREATE VIEW snapshots AS
SELECT s.id AS snapshot_id, st.slug AS study, lower(hex(sv.hash)) AS protocol_hash,
  strftime('%Y-%m-%dT%H:%M:%S', r.scheduled_at / 1000, 'unixepoch') || printf('.%03dZ', r.scheduled_at % 1000) AS scheduled_at,
  date(r.scheduled_at / 1000, 'unixepoch') AS day,
  p.name AS persona, lower(hex(p.cluster_key)) AS cluster, t.name AS twin_of,
  f.platform AS platform, f.name AS feed, f.endpoint AS endpoint, f.ranking AS ranking,
  s.attempt AS attempt, pa.verdict AS verdict, pa.reason AS reason, pa.items AS items, pa.organic_items AS organic_items,
  s.depth_asked AS depth_asked, s.skew_ms AS skew_ms,
  strftime('%Y-%m-%dT%H:%M:%S', s.started_at / 1000, 'unixepoch') || printf('.%03dZ', s.started_at % 1000) AS started_at,
  pa.id AS parse_id, r.id AS round_id, p.id AS persona_id, f.id AS feed_id,
  lower(hex(s.key)) AS snapshot,
  strftime('%Y-%m-%dT%H:%M:%S', s.ended_at / 1000, 'unixepoch') || printf('.%03dZ', s.ended_at % 1000) AS ended_at,
  s.interrupted AS interrupted, pa.adapter AS adapter, pa.adapter_version AS adapter_version, pa.engine_version AS engine_version,
  pa.repairs AS repairs, s.walk AS walk, s.step AS step
FROM snapshot s
JOIN round r ON r.id = s.round_id
JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
JOIN feed f ON f.id = s.feed_id
JOIN study_version sv ON sv.id = r.study_version_id
JOIN study st ON st.id = sv.study_id
LEFT JOIN snapshot_current c ON c.snapshot_id = s.id
LEFT JOIN parse pa ON pa.id = c.parse_id;

DROP VIEW exposures;
CREATE VIEW exposures AS
SELECT s.study, s.scheduled_at, s.day, s.persona, s.cluster, s.twin_of, s.platform, s.feed, s.ranking, s.verdict,
  e.rank, e.organic_rank, v.kind, i.native_id AS item, v.url, lower(hex(a.key)) AS author, v.title, v.text, v.quote_text, v.warning, v.langs,
  strftime('%Y-%m-%dT%H:%M:%S', v.created_at / 1000, 'unixepoch') || printf('.%03dZ', v.created_at % 1000) AS created_at,
  e.is_repost, e.is_reply, e.is_quote, e.is_pinned, e.is_ad, e.is_service,
  e.likes, e.reposts, e.replies, e.quotes, e.views, e.score,
  s.snapshot_id, e.parse_id, e.item_version_id,
  s.snapshot, lower(hex(v.key)) AS item_version, v.created_precision, e.page, e.entry_id, lower(hex(b.key)) AS reposter,
  strftime('%Y-%m-%dT%H:%M:%S', e.reposted_at / 1000, 'unixepoch') || printf('.%03dZ', e.reposted_at % 1000) AS reposted_at,
  e.feed_reason, e.counts_rounded,
  (SELECT group_concat(value, ',') FROM (SELECT value FROM label l WHERE l.parse_id = e.parse_id AND l.rank = e.rank ORDER BY n)) AS labels
FROM snapshots s
JOIN exposure e ON e.parse_id = s.parse_id
LEFT JOIN item_version v ON v.id = e.item_version_id
LEFT JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id
LEFT JOIN author b ON b.id = e.reposter_id;

DROP VIEW captures;
CREATE VIEW captures AS
SELECT c.id AS capture_id, lower(hex(c.key)) AS key, l.seq, c.purpose, c.origin, c.method, c.url, c.status, c.error,
  strftime('%Y-%m-%dT%H:%M:%S', c.captured_at / 1000, 'unixepoch') || printf('.%03dZ', c.captured_at % 1000) AS captured_at,
  c.captured_at_kind, c.server_address, c.tls_version, lower(hex(c.wire_sha256)) AS wire_sha256,
  lower(hex(c.payload_sha256)) AS payload_sha256, lower(hex(l.link)) AS chain_link, o.file, o.offset, o.length,
  lower(hex(c.key)) AS capture, st.slug AS study, c.wire_bytes, c.age, c.attempt
FROM capture c
JOIN ledger l ON l.id = c.ledger_id
JOIN archive r ON r.id = l.archive_id
JOIN study st ON st.id = r.study_id
LEFT JOIN capture_location o ON o.capture_id = c.id;

DROP VIEW feed_pairs;
DROP VIEW persona_exposure;
-- Sums of the primary grid cell; a target without a row was flagged 0 times among the n of target 'any'.
CREATE VIEW persona_exposure AS
SELECT s.study, s.scheduled_at, s.day, s.persona, s.cluster, s.twin_of, s.platform, s.feed, s.ranking, s.verdict,
  d.name AS detector, m.target, g.depth, g.threshold, m.n, m.missing, m.flagged,
  CASE WHEN m.n > m.missing THEN 100.0 * m.flagged / (m.n - m.missing) END AS share_percent,
  CASE WHEN m.discount_total > 0 THEN 100.0 * m.discounted / m.discount_total END AS rank_weighted_percent,
  s.snapshot_id, s.round_id, s.persona_id, s.feed_id, m.parse_id, m.detector_id, m.grid_cell_id,
  s.snapshot, d.version AS detector_version
FROM snapshots s
JOIN snapshot_sum m ON m.parse_id = s.parse_id
JOIN grid_cell g ON g.id = m.grid_cell_id AND g.is_primary = 1
JOIN detector d ON d.id = m.detector_id;

-- Ranked beside chronological: same persona, same round, both verdicts ok, one row for each target that was flagged anywhere
-- (0 where this pair has none).
CREATE VIEW feed_pairs AS
SELECT q.name AS pair, q.pool, a.study, a.scheduled_at, a.day, a.persona, a.cluster, a.twin_of, a.platform, a.detector, t.target,
  a.feed AS ranked_feed, a.n AS ranked_n, a.missing AS ranked_missing, coalesce(x.flagged, 0) AS ranked_flagged,
  CASE WHEN a.n > a.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing) END AS ranked_percent,
  b.feed AS chronological_feed, b.n AS chronological_n, b.missing AS chronological_missing, coalesce(y.flagged, 0) AS chronological_flagged,
  CASE WHEN b.n > b.missing THEN 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS chronological_percent,
  CASE WHEN a.n > a.missing AND b.n > b.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing)
    - 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS difference_points,
  a.detector_version, a.depth, a.threshold
FROM pair q
JOIN persona_exposure a ON a.feed_id = q.ranked_feed_id AND a.verdict = 'ok' AND a.target = 'any'
JOIN persona_exposure b ON b.feed_id = q.chronological_feed_id AND b.persona_id = a.persona_id AND b.round_id = a.round_id
  AND b.detector_id = a.detector_id AND b.grid_cell_id = a.grid_cell_id AND b.verdict = 'ok' AND b.target = 'any'
JOIN (SELECT DISTINCT target FROM snapshot_sum) t
LEFT JOIN snapshot_sum x ON x.parse_id = a.parse_id AND x.detector_id = a.detector_id AND x.grid_cell_id = a.grid_cell_id AND x.target = t.target
LEFT JOIN snapshot_sum y ON y.parse_id = b.parse_id AND y.detector_id = b.detector_id AND y.grid_cell_id = b.grid_cell_id AND y.target = t.target;

CREATE VIEW snapshot_pages AS
SELECT st.slug AS study, lower(hex(s.key)) AS snapshot, p.page, lower(hex(c.key)) AS capture, p.snapshot_id, p.capture_id
FROM snapshot_capture p
JOIN snapshot s ON s.id = p.snapshot_id
JOIN round r ON r.id = s.round_id
JOIN study_version v ON v.id = r.study_version_id
JOIN study st ON st.id = v.study_id
JOIN capture c ON c.id = p.capture_id;

CREATE VIEW personas AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, p.name AS persona, lower(hex(p.cluster_key)) AS cluster, t.name AS twin_of,
  p.attributes, p.id AS persona_id
FROM persona p
JOIN study_version v ON v.id = p.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN persona t ON t.id = p.twin_of_id;

CREATE VIEW feeds AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, f.name AS feed, f.platform, f.endpoint, f.host, f.parameters, f.ranking,
  f.depth AS depth_asked, f.id AS feed_id
FROM feed f
JOIN study_version v ON v.id = f.study_version_id
JOIN study st ON st.id = v.study_id;

CREATE VIEW pairs AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, q.name AS pair, a.platform, a.name AS ranked_feed, b.name AS chronological_feed,
  q.pool, q.reason, q.window_rule
FROM pair q
JOIN study_version v ON v.id = q.study_version_id
JOIN study st ON st.id = v.study_id
JOIN feed a ON a.id = q.ranked_feed_id
JOIN feed b ON b.id = q.chronological_feed_id;

CREATE VIEW rounds AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash,
  strftime('%Y-%m-%dT%H:%M:%S', r.scheduled_at / 1000, 'unixepoch') || printf('.%03dZ', r.scheduled_at % 1000) AS scheduled_at,
  date(r.scheduled_at / 1000, 'unixepoch') AS day,
  strftime('%Y-%m-%dT%H:%M:%S', r.window_end / 1000, 'unixepoch') || printf('.%03dZ', r.window_end % 1000) AS window_end, r.id AS round_id
FROM round r
JOIN study_version v ON v.id = r.study_version_id
JOIN study st ON st.id = v.study_id;

-- An item version once, however often it was shown. Erased ones have no row.
CREATE VIEW items AS
SELECT lower(hex(v.key)) AS item_version, i.native_id AS item, i.platform, v.kind, lower(hex(a.key)) AS author, v.url, v.title, v.text,
  v.quote_text, v.warning, v.langs,
  strftime('%Y-%m-%dT%H:%M:%S', v.created_at / 1000, 'unixepoch') || printf('.%03dZ', v.created_at % 1000) AS created_at,
  v.created_precision, v.reply_to, v.quote_of, length(v.text) AS text_length,
  (SELECT count(*) FROM media m WHERE m.item_version_id = v.id) AS media,
  (SELECT count(*) FROM link k WHERE k.item_version_id = v.id) AS links, v.id AS item_version_id
FROM item_version v
JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id
WHERE v.erased_at IS NULL;

CREATE VIEW authors AS
SELECT lower(hex(a.key)) AS author, a.platform, a.native_id AS author_native_id, n.handle, n.display_name,
  strftime('%Y-%m-%dT%H:%M:%S', n.first_seen_at / 1000, 'unixepoch') || printf('.%03dZ', n.first_seen_at % 1000) AS first_seen_at
FROM author a
LEFT JOIN author_name n ON n.author_id = a.id;

CREATE VIEW detectors AS
SELECT lower(hex(d.key)) AS detector_key, d.name AS detector, d.version AS detector_version, lower(hex(d.model_hash)) AS model_sha256,
  lower(hex(d.lexicon_hash)) AS lexicon_sha256, d.configuration, d.text_view_version, d.normaliser_version, d.id AS detector_id
FROM detector d;

CREATE VIEW thresholds AS
SELECT lower(hex(d.key)) AS detector_key, d.name AS detector, d.version AS detector_version, t.lang, t.threshold
FROM threshold_set t
JOIN detector d ON d.id = t.detector_id;

-- One row for each item version and detector; `flagged` by the detector's own threshold for the language in which it read the text.
CREATE VIEW detections AS
SELECT y.*, CASE WHEN y.detection_score IS NOT NULL THEN y.detection_score >= CAST(y.threshold AS REAL) END AS flagged
FROM (
  SELECT lower(hex(v.key)) AS item_version, d.name AS detector, d.version AS detector_version, lower(hex(d.key)) AS detector_key,
    n.status AS detection_status, n.score AS detection_score,
    (SELECT group_concat(target, ',') FROM (SELECT target FROM detection_target g
       WHERE g.item_version_id = n.item_version_id AND g.detector_id = n.detector_id ORDER BY target)) AS targets,
    n.lang AS detection_lang, coalesce(
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = n.lang),
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = 'any')) AS threshold,
    n.item_version_id, n.detector_id
  FROM detection n
  JOIN item_version v ON v.id = n.item_version_id
  JOIN detector d ON d.id = n.detector_id
) y;

CREATE VIEW grid_cells AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, g.depth, g.threshold, g.rbp_p, g.text_view, g.is_primary, g.id AS grid_cell_id
FROM grid_cell g
JOIN study_version v ON v.id = g.study_version_id
JOIN study st ON st.id = v.study_id;

-- Figures as the last report made them; presumed hateful, uncorrected unless `method` says otherwise.
CREATE VIEW estimates AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, e.role, e.family, e.metric, e.unit, coalesce(e.platform, fa.platform, f.platform) AS platform,
  f.name AS feed, e.ranking, q.name AS pair, q.pool, p.name AS persona, e.target, d.name AS detector, d.version AS detector_version, g.depth,
  g.threshold, g.rbp_p, g.text_view, e.estimate, e.lo, e.hi, e.se, e.p, e.adjusted_p, e.smallest_p, e.n, e.missing, e.excluded, e.worst_lo,
  e.worst_hi, e.cluster_rule, e.clusters, e.method, e.null_reason, lower(hex(e.chain_head)) AS chain_head
FROM estimate e
JOIN study_version v ON v.id = e.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN pair q ON q.id = e.pair_id
LEFT JOIN feed fa ON fa.id = q.ranked_feed_id
LEFT JOIN feed f ON f.id = e.feed_id
LEFT JOIN persona p ON p.id = e.persona_id
LEFT JOIN detector d ON d.id = e.detector_id
LEFT JOIN grid_cell g ON g.id = e.grid_cell_id;

CREATE VIEW alarms AS
SELECT s.study, s.scheduled_at, s.persona, s.feed, a.rule, a.window, a.detail, s.snapshot, a.snapshot_id
FROM alarm a
JOIN snapshots s ON s.snapshot_id = a.snapshot_id;

CREATE VIEW decisions AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, d.type, d.subject, d.reason,
  strftime('%Y-%m-%dT%H:%M:%S', d.decided_at / 1000, 'unixepoch') || printf('.%03dZ', d.decided_at % 1000) AS decided_at,
  lower(hex(l.link)) AS chain_link
FROM decision d
JOIN study_version v ON v.id = d.study_version_id
JOIN study st ON st.id = v.study_id
JOIN ledger l ON l.id = d.ledger_id;

CREATE VIEW samples AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, s.name AS sample, lower(hex(s.key)) AS sample_key, d.name AS detector,
  d.version AS detector_version, s.method AS draw_method, s.seed, s.size, s.drawn, s.units, s.exposures,
  strftime('%Y-%m-%dT%H:%M:%S', s.drawn_at / 1000, 'unixepoch') || printf('.%03dZ', s.drawn_at % 1000) AS drawn_at, s.frame, s.strata
FROM sample s
JOIN study_version v ON v.id = s.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN detector d ON d.id = s.detector_id;

-- The drawn item versions, with the chance that each had.
CREATE VIEW sample_units AS
SELECT st.slug AS study, lower(hex(s.key)) AS sample_key, lower(hex(u.key)) AS unit, lower(hex(i.key)) AS item_version, u.stratum, u.draw,
  u.exposures, u.score, u.flagged, CAST(u.probability_numerator AS REAL) / u.probability_denominator AS probability, u.item_version_id
FROM sample_unit u
JOIN sample s ON s.id = u.sample_id
JOIN study_version v ON v.id = s.study_version_id
JOIN study st ON st.id = v.study_id
JOIN item_version i ON i.id = u.item_version_id;

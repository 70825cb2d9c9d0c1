-- 0007-walks.sql: walks in the views: what a step follows, a row for each walk, and no walk among pairs of feeds.
-- Append-only: once shipped this file never changes (a test pins its hash).

CREATE INDEX snapshot_walk ON snapshot(parent_snapshot_id) WHERE parent_snapshot_id IS NOT NULL;

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
  pa.repairs AS repairs, s.walk AS walk, s.step AS step,
  s.policy AS policy, CASE WHEN u.id IS NOT NULL THEN lower(hex(u.key)) END AS parent, s.parent_rank AS parent_rank
FROM snapshot s
JOIN round r ON r.id = s.round_id
JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
JOIN feed f ON f.id = s.feed_id
JOIN study_version sv ON sv.id = r.study_version_id
JOIN study st ON st.id = sv.study_id
LEFT JOIN snapshot_current c ON c.snapshot_id = s.id
LEFT JOIN parse pa ON pa.id = c.parse_id
LEFT JOIN snapshot u ON u.id = s.parent_snapshot_id;

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
  (SELECT group_concat(value, ',') FROM (SELECT value FROM label l WHERE l.parse_id = e.parse_id AND l.rank = e.rank ORDER BY n)) AS labels,
  s.walk, s.step
FROM snapshots s
JOIN exposure e ON e.parse_id = s.parse_id
LEFT JOIN item_version v ON v.id = e.item_version_id
LEFT JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id
LEFT JOIN author b ON b.id = e.reposter_id;

DROP VIEW feed_pairs;
DROP VIEW persona_exposure;
-- Sums of the primary grid cell; a target without a row was flagged 0 times among the n of target 'any'.
CREATE VIEW persona_exposure AS
SELECT s.study, s.scheduled_at, s.day, s.persona, s.cluster, s.twin_of, s.platform, s.feed, s.ranking, s.verdict,
  d.name AS detector, m.target, g.depth, g.threshold, m.n, m.missing, m.flagged,
  CASE WHEN m.n > m.missing THEN 100.0 * m.flagged / (m.n - m.missing) END AS share_percent,
  CASE WHEN m.discount_total > 0 THEN 100.0 * m.discounted / m.discount_total END AS rank_weighted_percent,
  s.snapshot_id, s.round_id, s.persona_id, s.feed_id, m.parse_id, m.detector_id, m.grid_cell_id,
  s.snapshot, d.version AS detector_version, s.walk, s.step
FROM snapshots s
JOIN snapshot_sum m ON m.parse_id = s.parse_id
JOIN grid_cell g ON g.id = m.grid_cell_id AND g.is_primary = 1
JOIN detector d ON d.id = m.detector_id;

-- Ranked beside chronological: same persona, same round, both verdicts ok, one row for each target that was flagged anywhere
-- (0 where this pair has none). Feeds only: the steps of two walks stand beside nothing.
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
JOIN persona_exposure a ON a.feed_id = q.ranked_feed_id AND a.verdict = 'ok' AND a.target = 'any' AND a.walk = 0
JOIN persona_exposure b ON b.feed_id = q.chronological_feed_id AND b.persona_id = a.persona_id AND b.round_id = a.round_id
  AND b.detector_id = a.detector_id AND b.grid_cell_id = a.grid_cell_id AND b.verdict = 'ok' AND b.target = 'any' AND b.walk = 0
JOIN (SELECT DISTINCT target FROM snapshot_sum) t
LEFT JOIN snapshot_sum x ON x.parse_id = a.parse_id AND x.detector_id = a.detector_id AND x.grid_cell_id = a.grid_cell_id AND x.target = t.target
LEFT JOIN snapshot_sum y ON y.parse_id = b.parse_id AND y.detector_id = b.detector_id AND y.grid_cell_id = b.grid_cell_id AND y.target = t.target;

-- One row for each attempt at a walk, by its last step. `walk` is the number of its seed in the feed's plan. (The plan's steps are cut out of its JSON by
-- hand: SQLite 3.40 calls its JSON functions unsafe in a view.) Why it ended there: complete (all steps were taken); the verdict of its last list;
-- nothing to follow; or interrupted: then a later attempt began anew, where the window allowed one. The verdict is that of the first parse, which
-- the crawl went by.
CREATE VIEW walks AS
SELECT st.slug AS study, strftime('%Y-%m-%dT%H:%M:%S', r.scheduled_at / 1000, 'unixepoch') || printf('.%03dZ', r.scheduled_at % 1000) AS scheduled_at,
  date(r.scheduled_at / 1000, 'unixepoch') AS day, p.name AS persona, lower(hex(p.cluster_key)) AS cluster, t.name AS twin_of, f.platform,
  f.name AS feed, f.ranking, s.walk, s.attempt,
  NOT EXISTS (SELECT 1 FROM snapshot x WHERE x.round_id = s.round_id AND x.persona_id = s.persona_id AND x.feed_id = s.feed_id AND x.walk = s.walk
    AND x.attempt > s.attempt) AS last_attempt,
  s.policy, CAST(substr(f.parameters, instr(f.parameters, '"steps":') + 8) AS INTEGER) AS steps_asked, s.step + 1 AS steps, q.verdict,
  CASE WHEN s.step + 1 >= CAST(substr(f.parameters, instr(f.parameters, '"steps":') + 8) AS INTEGER) AND s.interrupted = 0 THEN 'complete'
    WHEN s.interrupted = 1 THEN 'interrupted'
    WHEN q.verdict NOT IN ('ok', 'partial') THEN q.verdict
    WHEN EXISTS (SELECT 1 FROM snapshot x WHERE x.round_id = s.round_id AND x.persona_id = s.persona_id AND x.feed_id = s.feed_id
      AND x.attempt = s.attempt AND x.walk > s.walk) THEN 'nothing to follow'
    WHEN EXISTS (SELECT 1 FROM slot z WHERE z.round_id = s.round_id AND z.persona_id = s.persona_id AND z.feed_id = s.feed_id
      AND z.state = 'done' AND z.reason IS NULL AND z.attempts = s.attempt) THEN 'nothing to follow'
    ELSE 'interrupted' END AS walk_end,
  lower(hex(s.key)) AS snapshot, s.id AS snapshot_id, s.round_id, s.persona_id, s.feed_id
FROM snapshot s
JOIN round r ON r.id = s.round_id
JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
JOIN feed f ON f.id = s.feed_id
JOIN study_version v ON v.id = r.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN parse q ON q.id = (SELECT min(y.id) FROM parse y WHERE y.snapshot_id = s.id)
WHERE s.walk > 0 AND NOT EXISTS (SELECT 1 FROM snapshot x WHERE x.parent_snapshot_id = s.id);

-- walks.sql: walks from list to list.

-- name: walks_feeds
SELECT DISTINCT n.feed_id FROM snapshot n JOIN round r ON r.id = n.round_id WHERE r.study_version_id = ?1 AND n.walk > 0

-- name: walks_count
SELECT count(*) FROM snapshot n JOIN round r ON r.id = n.round_id WHERE r.study_version_id = ?1 AND n.walk > 0

-- One row a list. Sums: of the primary detector and cell. Followed: the entry of the list before that the walk went on from, and whether it was
-- flagged, by the cell's own threshold or by the detector's for the language that was recorded with the score. That entry stands in the list's first
-- parse, which the crawl made and chose from: later generations may rank otherwise.
-- name: walks_lists
SELECT n.feed_id, n.persona_id, n.round_id, n.walk, n.attempt, n.step, n.policy, coalesce(p.verdict, 'failed'), s.n, s.missing, s.flagged,
  CASE WHEN e.parse_id IS NULL THEN 0 WHEN d.score IS NULL THEN 1
    WHEN d.score >= CASE WHEN ?4 = 'default'
      THEN coalesce((SELECT CAST(t.threshold AS REAL) FROM threshold_set t WHERE t.detector_id = ?2 AND t.lang = d.lang),
                    (SELECT CAST(t.threshold AS REAL) FROM threshold_set t WHERE t.detector_id = ?2 AND t.lang = 'any'))
      ELSE CAST(?4 AS REAL) END THEN 3
    ELSE 2 END, n.id, n.started_at, a.payload_sha256, a.age > 0
FROM snapshot n JOIN round r ON r.id = n.round_id
LEFT JOIN snapshot_current c ON c.snapshot_id = n.id LEFT JOIN parse p ON p.id = c.parse_id
LEFT JOIN snapshot_sum s ON s.parse_id = p.id AND s.detector_id = ?2 AND s.grid_cell_id = ?3 AND s.target = 'any'
LEFT JOIN exposure e ON e.rank = n.parent_rank AND e.parse_id = (SELECT min(y.id) FROM parse y WHERE y.snapshot_id = n.parent_snapshot_id)
LEFT JOIN detection d ON d.item_version_id = e.item_version_id AND d.detector_id = ?2
LEFT JOIN snapshot_capture x ON x.snapshot_id = n.id AND x.page = 0 LEFT JOIN capture a ON a.id = x.capture_id
WHERE r.study_version_id = ?1 AND n.walk > 0
ORDER BY n.feed_id, n.persona_id, r.scheduled_at, r.id, n.walk, n.attempt, n.step

-- What a list shows of each target, and which targets the entry has that led to it. Grounds of the latter are told from its groups.
-- name: walks_hits
SELECT n.id, s.target, s.flagged FROM snapshot n JOIN round r ON r.id = n.round_id JOIN snapshot_current c ON c.snapshot_id = n.id
JOIN snapshot_sum s ON s.parse_id = c.parse_id AND s.detector_id = ?2 AND s.grid_cell_id = ?3 AND s.target <> 'any' AND s.flagged > 0
WHERE r.study_version_id = ?1 AND n.walk > 0
UNION ALL
SELECT n.id, t.target, -1 FROM snapshot n JOIN round r ON r.id = n.round_id
JOIN exposure e ON e.rank = n.parent_rank AND e.parse_id = (SELECT min(y.id) FROM parse y WHERE y.snapshot_id = n.parent_snapshot_id)
JOIN detection_target t ON t.item_version_id = e.item_version_id AND t.detector_id = ?2
WHERE r.study_version_id = ?1 AND n.walk > 0

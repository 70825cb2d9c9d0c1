-- report.sql: what the report says beside the estimates.

-- name: report_period
SELECT min(n.started_at), max(coalesce(n.ended_at, n.started_at)), count(*) FROM snapshot n JOIN round r ON r.id = n.round_id
WHERE r.study_version_id = ?1

-- name: report_items
SELECT count(*), count(DISTINCT e.item_version_id) FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id
JOIN snapshot n ON n.id = c.snapshot_id JOIN round r ON r.id = n.round_id WHERE r.study_version_id = ?1

-- name: report_amendments
SELECT reason, locked_at FROM study_version WHERE study_id = ?1 AND reason IS NOT NULL ORDER BY locked_at

-- name: report_decisions
SELECT type, subject, reason FROM decision WHERE study_version_id = ?1 ORDER BY decided_at, id

-- name: report_alarms
SELECT rule, count(*) FROM alarm a JOIN snapshot n ON n.id = a.snapshot_id JOIN round r ON r.id = n.round_id
WHERE r.study_version_id = ?1 GROUP BY rule ORDER BY rule

-- name: report_captures
SELECT sc.page, c.payload_sha256, c.wire_sha256 FROM snapshot_capture sc JOIN capture c ON c.id = sc.capture_id
WHERE sc.snapshot_id = ?1 ORDER BY sc.page

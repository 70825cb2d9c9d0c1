-- report.sql: what the report says beside the estimates.

-- name: report_period
SELECT min(n.started_at), max(coalesce(n.ended_at, n.started_at)), count(*), coalesce(sum(p.items), 0)
FROM round r CROSS JOIN snapshot n ON n.round_id = r.id LEFT JOIN snapshot_current c ON c.snapshot_id = n.id LEFT JOIN parse p ON p.id = c.parse_id
WHERE r.study_version_id = ?1

-- name: report_amendments
SELECT reason, locked_at, hash FROM study_version WHERE study_id = ?1 AND reason IS NOT NULL ORDER BY locked_at

-- name: report_decisions
SELECT type, subject, reason, decided_at FROM decision WHERE study_version_id = ?1 ORDER BY decided_at, id

-- name: report_alarms
SELECT rule, count(*) FROM alarm a JOIN snapshot n ON n.id = a.snapshot_id JOIN round r ON r.id = n.round_id
WHERE r.study_version_id = ?1 GROUP BY rule ORDER BY rule

-- What services outside were sent, in all versions of the study; scored: has had a usable answer.
-- name: report_services
SELECT d.name, x.recipient, min(x.asked_at), max(x.ended_at), count(DISTINCT t.item_version_id),
  count(DISTINCT CASE WHEN t.outcome = 'ok' THEN t.item_version_id END)
FROM service_exchange x JOIN service_text t ON t.service_exchange_id = x.id JOIN detector d ON d.id = x.detector_id
JOIN study_version v ON v.id = x.study_version_id
WHERE x.sent = 1 AND v.study_id = (SELECT study_id FROM study_version WHERE id = ?1)
GROUP BY d.name, x.recipient ORDER BY d.name, x.recipient

-- name: report_cascades
SELECT d.name, a.name, count(*), sum(u.drawn) FROM cascade_unit u JOIN cascade_frame f ON f.id = u.cascade_frame_id
JOIN detector d ON d.id = f.detector_id JOIN detector a ON a.id = f.after_detector_id JOIN study_version v ON v.id = f.study_version_id
WHERE v.study_id = (SELECT study_id FROM study_version WHERE id = ?1) GROUP BY d.name, a.name ORDER BY d.name, a.name

-- name: report_captures
SELECT sc.page, c.payload_sha256, c.wire_sha256 FROM snapshot_capture sc JOIN capture c ON c.id = sc.capture_id
WHERE sc.snapshot_id = ?1 ORDER BY sc.page

-- Did any request of this persona carry its region? The names are those that the crawler fills in (crawler/persona/plan.c).
-- name: report_region
SELECT EXISTS (SELECT 1 FROM capture c JOIN slot s ON s.id = c.slot_id WHERE s.persona_id = ?1
  AND (instr(c.url, 'region=' || ?2) OR instr(c.url, 'regionCode=' || ?2) OR instr(c.url, 'country=' || ?2) OR instr(c.url, 'gl=' || ?2)))

-- Flagged texts in the order of their keys: hashes, so that the first ones are a draw. Erased ones have no text any more.
-- name: report_examples
SELECT words, lang, score FROM (
  SELECT v.key, trim(coalesce(v.title || ' ', '') || coalesce(v.text, '') || coalesce(' ' || v.quote_text, '')) AS words, n.lang, n.score,
    CAST(CASE WHEN ?3 <> 'default' THEN ?3 ELSE coalesce(
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = ?1 AND t.lang = n.lang),
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = ?1 AND t.lang = 'any')) END AS REAL) AS threshold
  FROM item_version v JOIN detection n ON n.item_version_id = v.id AND n.detector_id = ?1
  WHERE v.erased_at IS NULL AND EXISTS (SELECT 1 FROM exposure e JOIN parse p ON p.id = e.parse_id
    JOIN snapshot_current c ON c.snapshot_id = p.snapshot_id AND c.parse_id = p.id JOIN snapshot s ON s.id = c.snapshot_id
    JOIN round r ON r.id = s.round_id WHERE e.item_version_id = v.id AND r.study_version_id = ?2))
WHERE score >= threshold AND words <> '' ORDER BY key LIMIT ?4

-- Names of accounts that this database knows.
-- name: report_names
SELECT handle, display_name FROM author_name

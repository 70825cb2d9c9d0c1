-- status.sql: what `amplimeter status` shows.

-- name: status_studies
SELECT st.slug, lower(hex(v.hash)), v.locked_at, v.reason,
  (SELECT count(*) FROM persona p WHERE p.study_version_id = v.id),
  (SELECT count(*) FROM feed f WHERE f.study_version_id = v.id),
  (SELECT count(*) FROM round r WHERE r.study_version_id = v.id),
  (SELECT min(r.scheduled_at) FROM round r WHERE r.study_version_id = v.id),
  (SELECT max(r.scheduled_at) FROM round r WHERE r.study_version_id = v.id)
FROM study_version v JOIN study st ON st.id = v.study_id
WHERE ?1 IS NULL OR st.slug = ?1
ORDER BY v.locked_at, v.id;

-- name: status_verdicts
SELECT p.verdict, count(*) FROM snapshot_current c JOIN parse p ON p.id = c.parse_id GROUP BY p.verdict ORDER BY p.verdict;

-- name: status_walks
SELECT walk_end, count(*) FROM walks WHERE last_attempt GROUP BY walk_end ORDER BY walk_end;

-- name: status_slots
SELECT state, count(*) FROM slot GROUP BY state ORDER BY state;

-- name: status_counts
SELECT (SELECT count(*) FROM capture), (SELECT count(*) FROM item), (SELECT count(*) FROM item_version), (SELECT count(*) FROM exposure),
  (SELECT count(*) FROM alarm), (SELECT count(*) FROM detection), (SELECT max(ended_at) FROM capture);

-- name: status_heads
SELECT st.slug, lower(hex(l.link)), l.seq FROM archive a JOIN study st ON st.id = a.study_id
JOIN ledger l ON l.archive_id = a.id AND l.seq = (SELECT max(m.seq) FROM ledger m WHERE m.archive_id = a.id) ORDER BY a.key;

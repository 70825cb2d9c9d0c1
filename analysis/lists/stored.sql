-- stored.sql: snapshots' lists: one row a parse, made from its exposures.

-- name: list_exposures
SELECT item_version_id, organic_rank, coalesce(likes, score) FROM exposure WHERE parse_id = ?1 AND organic_rank IS NOT NULL ORDER BY rank

-- name: list_exists
SELECT 1 FROM snapshot_list WHERE parse_id = ?1

-- name: list_from
SELECT parse_id, list FROM snapshot_list WHERE parse_id >= ?1 ORDER BY parse_id

-- name: list_put
INSERT INTO snapshot_list (parse_id, list) VALUES (?1, ?2) ON CONFLICT (parse_id) DO UPDATE SET list = excluded.list

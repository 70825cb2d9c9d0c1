-- store.sql: statements of core/store itself.

-- name: meta_get
SELECT value FROM meta WHERE name = ?1;

-- name: meta_insert
INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: crawler_local
SELECT c.id, c.key FROM meta m JOIN crawler c ON hex(c.key) = m.value WHERE m.name = 'crawler';

-- name: crawler_insert
INSERT INTO crawler (key, label) VALUES (?1, ?2);

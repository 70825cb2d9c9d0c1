-- erase.sql: what a request for erasure concerns, gathered in a temporary table, then written down as rows that blank it (migration erasure).

-- name: erase_plan_make
CREATE TEMP TABLE IF NOT EXISTS erase_plan (kind TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
-- name: erase_plan_clear
DELETE FROM temp.erase_plan;

-- Whom or what the user means: a key, an identifier of the platform, a handle (with or without @), an address.
-- name: erase_find_author
SELECT a.id, a.platform, lower(hex(a.key)) FROM author a WHERE lower(hex(a.key)) = lower(?1) OR (a.native_id = ?1 AND ?1 <> '')
  OR EXISTS (SELECT 1 FROM author_name n WHERE n.author_id = a.id AND n.handle <> '' AND ltrim(n.handle, '@') = ltrim(?1, '@'))
ORDER BY a.id LIMIT 17;
-- name: erase_find_item
SELECT i.id, i.platform, lower(hex(i.key)) FROM item i WHERE lower(hex(i.key)) = lower(?1) OR (i.native_id = ?1 AND ?1 <> '')
  OR EXISTS (SELECT 1 FROM item_version v WHERE v.item_id = i.id AND (v.url = ?1 OR lower(hex(v.key)) = lower(?1)))
ORDER BY i.id LIMIT 17;
-- An erased one has no identifier left: its key tells.
-- name: erase_platforms
SELECT DISTINCT platform FROM item UNION SELECT DISTINCT platform FROM author;
-- name: erase_author_by_key
SELECT id FROM author WHERE key = ?1;
-- name: erase_item_by_key
SELECT id FROM item WHERE key = ?1;

-- name: erase_plan_add
INSERT INTO temp.erase_plan (kind, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
-- name: erase_plan_items
INSERT INTO temp.erase_plan (kind, id) SELECT DISTINCT 'item', item_id FROM item_version
WHERE author_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'author') ON CONFLICT DO NOTHING;
-- name: erase_plan_versions
INSERT INTO temp.erase_plan (kind, id) SELECT 'version', id FROM item_version
WHERE item_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'item') ON CONFLICT DO NOTHING;
-- The names by which others on the same platform refer to the items; those that mean something on one server only, with the server.
-- name: erase_names_make
CREATE TEMP TABLE IF NOT EXISTS erase_name (name TEXT NOT NULL, platform TEXT NOT NULL, host TEXT NOT NULL, PRIMARY KEY (name, platform, host)) WITHOUT ROWID;
-- name: erase_names_clear
DELETE FROM temp.erase_name;
-- name: erase_names_fill
INSERT INTO temp.erase_name (name, platform, host)
SELECT i.native_id, i.platform, '' FROM item i WHERE i.native_id <> '' AND i.id IN (SELECT id FROM temp.erase_plan WHERE kind = 'item')
UNION SELECT v.url, i.platform, '' FROM item_version v JOIN item i ON i.id = v.item_id
  WHERE v.url IS NOT NULL AND v.id IN (SELECT id FROM temp.erase_plan WHERE kind = 'version')
UNION SELECT a.local_id, i.platform, a.host FROM item_alias a JOIN item i ON i.id = a.item_id WHERE i.id IN (SELECT id FROM temp.erase_plan WHERE kind = 'item');
-- A post that quotes it was shown with its words: that version goes whole.
-- name: erase_plan_quotes
INSERT INTO temp.erase_plan (kind, id) SELECT 'version', v.id FROM temp.erase_name n JOIN item_version v ON v.quote_of = n.name JOIN item i ON i.id = v.item_id
WHERE i.platform = n.platform AND (n.host = '' OR EXISTS (SELECT 1 FROM item_alias a WHERE a.item_id = i.id AND a.host = n.host)) ON CONFLICT DO NOTHING;
-- A reply stays, without the address of what it replies to.
-- name: erase_plan_references
INSERT INTO temp.erase_plan (kind, id) SELECT 'reference', v.id FROM temp.erase_name n JOIN item_version v ON v.reply_to = n.name JOIN item i ON i.id = v.item_id
WHERE i.platform = n.platform AND (n.host = '' OR EXISTS (SELECT 1 FROM item_alias a WHERE a.item_id = i.id AND a.host = n.host))
  AND NOT EXISTS (SELECT 1 FROM temp.erase_plan p WHERE p.kind = 'version' AND p.id = v.id) ON CONFLICT DO NOTHING;
-- Posts of the person that were never shown themselves are known by addresses that hold the person's identifier or handle.
-- name: erase_plan_quotes_of_author
INSERT INTO temp.erase_plan (kind, id) SELECT 'version', v.id FROM temp.erase_plan p JOIN author a ON a.id = p.id JOIN item i ON i.platform = a.platform
JOIN item_version v ON v.item_id = i.id WHERE p.kind = 'author' AND v.quote_of IS NOT NULL AND ((length(a.native_id) >= 8 AND instr(v.quote_of, a.native_id) > 0)
  OR EXISTS (SELECT 1 FROM author_name n WHERE n.author_id = a.id AND length(n.handle) >= 8 AND instr(v.quote_of, n.handle) > 0)) ON CONFLICT DO NOTHING;
-- name: erase_plan_references_to_author
INSERT INTO temp.erase_plan (kind, id) SELECT 'reference', v.id FROM temp.erase_plan p JOIN author a ON a.id = p.id JOIN item i ON i.platform = a.platform
JOIN item_version v ON v.item_id = i.id WHERE p.kind = 'author' AND v.reply_to IS NOT NULL AND ((length(a.native_id) >= 8 AND instr(v.reply_to, a.native_id) > 0)
  OR EXISTS (SELECT 1 FROM author_name n WHERE n.author_id = a.id AND length(n.handle) >= 8 AND instr(v.reply_to, n.handle) > 0))
  AND NOT EXISTS (SELECT 1 FROM temp.erase_plan q WHERE q.kind = 'version' AND q.id = v.id) ON CONFLICT DO NOTHING;
-- The pages on which any of them stood, and, since a payload is stored once, every capture of the same bytes. A reply's page may hold what it replies to.
-- name: erase_plan_captures
INSERT INTO temp.erase_plan (kind, id)
SELECT DISTINCT 'capture', s.capture_id FROM exposure e JOIN parse p ON p.id = e.parse_id
JOIN snapshot_capture s ON s.snapshot_id = p.snapshot_id AND s.page = e.page
WHERE e.item_version_id IN (SELECT id FROM temp.erase_plan WHERE kind IN ('version', 'reference'))
  OR e.reposter_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'author') ON CONFLICT DO NOTHING;
-- A step of a walk asked for what stood at a rank of the step before: its address and its entry name it.
-- name: erase_plan_steps
INSERT INTO temp.erase_plan (kind, id)
SELECT DISTINCT 'capture', s.capture_id FROM snapshot n JOIN snapshot_capture s ON s.snapshot_id = n.id
WHERE n.parent_snapshot_id IS NOT NULL AND EXISTS (SELECT 1 FROM parse p JOIN exposure e ON e.parse_id = p.id AND e.rank = n.parent_rank
  WHERE p.snapshot_id = n.parent_snapshot_id AND e.item_version_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'version')) ON CONFLICT DO NOTHING;
-- name: erase_plan_same_bytes
INSERT INTO temp.erase_plan (kind, id) SELECT 'capture', c.id FROM capture c
WHERE c.payload_sha256 IN (SELECT o.payload_sha256 FROM capture o WHERE o.id IN (SELECT id FROM temp.erase_plan WHERE kind = 'capture')) ON CONFLICT DO NOTHING;
-- Someone of whom nothing else is known needs no name here.
-- name: erase_plan_nameless
INSERT INTO temp.erase_plan (kind, id) SELECT DISTINCT 'nameless', v.author_id FROM item_version v
WHERE v.author_id IS NOT NULL AND v.item_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'item')
  AND NOT EXISTS (SELECT 1 FROM item_version o WHERE o.author_id = v.author_id AND o.erased_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM temp.erase_plan p WHERE p.kind = 'version' AND p.id = o.id))
  AND NOT EXISTS (SELECT 1 FROM exposure e WHERE e.reposter_id = v.author_id)
  AND EXISTS (SELECT 1 FROM author_name n WHERE n.author_id = v.author_id) ON CONFLICT DO NOTHING;
-- What is erased already is not erased again.
-- name: erase_plan_done_captures
DELETE FROM temp.erase_plan WHERE kind = 'capture' AND id IN (SELECT capture_id FROM erased_capture);
-- Where it is recorded: in the archives that lose something; where none does (all pages are erased already), in those that did.
-- name: erase_plan_archives_any
INSERT INTO temp.erase_plan (kind, id) SELECT DISTINCT 'concerned', l.archive_id FROM temp.erase_plan p JOIN capture c ON c.id = p.id
JOIN ledger l ON l.id = c.ledger_id WHERE p.kind = 'capture' ON CONFLICT DO NOTHING;
-- name: erase_plan_archives
INSERT INTO temp.erase_plan (kind, id) SELECT DISTINCT 'archive', l.archive_id FROM temp.erase_plan p JOIN capture c ON c.id = p.id
JOIN ledger l ON l.id = c.ledger_id WHERE p.kind = 'capture' ON CONFLICT DO NOTHING;
-- name: erase_plan_archives_else
INSERT INTO temp.erase_plan (kind, id) SELECT 'archive', id FROM temp.erase_plan
WHERE kind = 'concerned' AND NOT EXISTS (SELECT 1 FROM temp.erase_plan WHERE kind = 'archive') ON CONFLICT DO NOTHING;
-- name: erase_plan_done
DELETE FROM temp.erase_plan WHERE (kind = 'version' AND id IN (SELECT item_version_id FROM erased_version))
  OR (kind = 'reference' AND id IN (SELECT item_version_id FROM erased_reference)) OR (kind = 'item' AND id IN (SELECT item_id FROM erased_item))
  OR (kind = 'author' AND id IN (SELECT author_id FROM erased_author));
-- name: erase_plan_count
SELECT count(*) FROM temp.erase_plan WHERE kind = ?1;
-- Other people's items on pages that go: what was read of them stays.
-- name: erase_plan_others
SELECT count(DISTINCT e.item_version_id) FROM temp.erase_plan q JOIN snapshot_capture s ON s.capture_id = q.id
JOIN parse p ON p.snapshot_id = s.snapshot_id JOIN exposure e ON e.parse_id = p.id AND e.page = s.page
WHERE q.kind = 'capture' AND e.item_version_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = e.item_version_id)
  AND NOT EXISTS (SELECT 1 FROM temp.erase_plan v WHERE v.kind = 'version' AND v.id = e.item_version_id);
-- name: erase_plan_archive_list
SELECT p.id, a.crawler_id, s.slug FROM temp.erase_plan p JOIN archive a ON a.id = p.id JOIN study s ON s.id = a.study_id WHERE p.kind = 'archive' ORDER BY p.id;

-- name: erase_insert
INSERT INTO erasure (key, request, archive_id, ledger_id, subject, basis, asked_at, versions, finished_at) VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6, ?7, NULL);
-- name: erase_stand_ins_make
CREATE TEMP TABLE IF NOT EXISTS erase_stand_in (value BLOB PRIMARY KEY, stand_in BLOB NOT NULL) WITHOUT ROWID;
-- name: erase_stand_ins_clear
DELETE FROM temp.erase_stand_in;
-- name: erase_stand_ins_fill
INSERT INTO temp.erase_stand_in (value, stand_in)
SELECT payload_sha256, randomblob(32) FROM capture WHERE payload_sha256 IS NOT NULL AND id IN (SELECT id FROM temp.erase_plan WHERE kind = 'capture') GROUP BY 1
UNION ALL SELECT CAST(etag AS BLOB), randomblob(32) FROM capture WHERE etag IS NOT NULL AND id IN (SELECT id FROM temp.erase_plan WHERE kind = 'capture') GROUP BY 1;
-- name: erase_captures
INSERT INTO erased_capture (capture_id, erasure_id, payload, etag) SELECT p.id, ?1, (SELECT t.stand_in FROM temp.erase_stand_in t WHERE t.value = c.payload_sha256),
  (SELECT lower(hex(t.stand_in)) FROM temp.erase_stand_in t WHERE t.value = CAST(c.etag AS BLOB)) FROM temp.erase_plan p JOIN capture c ON c.id = p.id JOIN ledger l ON l.id = c.ledger_id
WHERE p.kind = 'capture' AND l.archive_id = ?2;
-- name: erase_versions
INSERT INTO erased_version (item_version_id, request, erased_at) SELECT id, ?1, ?2 FROM temp.erase_plan WHERE kind = 'version';
-- name: erase_references
INSERT INTO erased_reference (item_version_id, request) SELECT id, ?1 FROM temp.erase_plan WHERE kind = 'reference';
-- name: erase_items
INSERT INTO erased_item (item_id, request) SELECT id, ?1 FROM temp.erase_plan WHERE kind = 'item';
-- name: erase_authors
INSERT INTO erased_author (author_id, request) SELECT id, ?1 FROM temp.erase_plan WHERE kind = 'author';
-- name: erase_nameless
DELETE FROM author_name WHERE author_id IN (SELECT id FROM temp.erase_plan WHERE kind = 'nameless');

-- name: erase_unfinished
SELECT e.id, e.archive_id, e.key, e.ledger_id IS NOT NULL, e.subject, e.basis, e.versions, s.slug, a.crawler_id FROM erasure e JOIN archive a ON a.id = e.archive_id
JOIN study s ON s.id = a.study_id WHERE e.finished_at IS NULL AND e.id > ?1 ORDER BY e.id LIMIT 1;
-- name: erase_capture_seqs
SELECT l.seq FROM erased_capture x JOIN capture c ON c.id = x.capture_id JOIN ledger l ON l.id = c.ledger_id WHERE x.erasure_id = ?1 ORDER BY l.seq;
-- name: erase_finish
UPDATE erasure SET finished_at = ?2 WHERE id = ?1;
-- name: erase_by_key
SELECT id FROM erasure WHERE key = ?1;
-- name: erase_entry
UPDATE erasure SET ledger_id = ?2 WHERE id = ?1;
-- A database older than its archive (put back from a copy) takes the record over: the archive has it.
-- name: erase_adopt
INSERT INTO erasure (key, request, archive_id, ledger_id, subject, basis, asked_at, versions, finished_at) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL);
-- name: erase_adopt_capture
INSERT INTO erased_capture (capture_id, erasure_id, payload, etag)
SELECT c.id, ?1, CASE WHEN c.payload_sha256 IS NOT NULL THEN randomblob(32) END, CASE WHEN c.etag IS NOT NULL THEN hex(randomblob(32)) END FROM capture c JOIN ledger l ON l.id = c.ledger_id
WHERE l.archive_id = ?2 AND l.seq = ?3 AND NOT EXISTS (SELECT 1 FROM erased_capture x WHERE x.capture_id = c.id);

-- Nothing of what was blanked stays in pages that SQLite has freed, nor in the write-ahead log.
-- name: erase_secure
PRAGMA secure_delete = ON;
-- name: erase_vacuum
VACUUM;
-- name: erase_checkpoint
PRAGMA wal_checkpoint(TRUNCATE);

-- name: erase_verify_entry
SELECT e.key, e.subject, e.basis, e.versions, e.finished_at IS NOT NULL, (SELECT count(*) FROM erased_capture x WHERE x.erasure_id = e.id) FROM erasure e WHERE e.ledger_id = ?1;
-- name: erase_verify_capture
SELECT c.key, c.url = '' AND c.wire_sha256 IS NULL AND NOT EXISTS (SELECT 1 FROM erased_capture x WHERE x.capture_id = c.id
    AND (x.payload IS NOT c.payload_sha256 OR x.etag IS NOT c.etag)), NOT EXISTS (SELECT 1 FROM capture_location o WHERE o.capture_id = c.id),
  EXISTS (SELECT 1 FROM erased_capture x WHERE x.capture_id = c.id) FROM capture c WHERE c.ledger_id = ?1;
-- name: erase_capture_blanked
SELECT count(*) FROM erased_capture x JOIN capture c ON c.id = x.capture_id WHERE c.ledger_id = ?1;
-- name: erase_verify_begun
SELECT count(*) FROM erasure WHERE archive_id = ?1 AND ledger_id IS NULL;
-- name: erase_snapshot_pages
SELECT count(*) FROM snapshot_capture s JOIN erased_capture x ON x.capture_id = s.capture_id WHERE s.snapshot_id = ?1;

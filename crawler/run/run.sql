-- run.sql: every statement of crawler/run. Look-ups go by content key; nothing is updated but the work queue (slot), the place of
-- a capture's record, which generation of a snapshot counts, and the end of a program run.

-- name: run_study_by_slug
SELECT id, key FROM study WHERE slug = ? ORDER BY id LIMIT 1;
-- name: run_study_insert
INSERT INTO study (key, slug) VALUES (?, ?);
-- name: run_study_version_latest
SELECT id, key, hash, text, locked_at FROM study_version WHERE study_id = ? ORDER BY locked_at DESC, id DESC LIMIT 1;
-- name: run_study_version_by_key
SELECT id FROM study_version WHERE key = ?;
-- name: run_study_version_insert
INSERT INTO study_version (key, study_id, hash, parent_id, reason, text, locked_at) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: run_persona_by_key
SELECT id FROM persona WHERE key = ?;
-- name: run_persona_insert
INSERT INTO persona (key, study_version_id, name, twin_of_id, cluster_key, attributes) VALUES (?, ?, ?, ?, ?, ?);
-- name: run_feed_by_key
SELECT id, depth FROM feed WHERE key = ?;
-- name: run_feed_insert
INSERT INTO feed (key, study_version_id, name, platform, endpoint, host, parameters, ranking, depth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_pair_by_key
SELECT id FROM pair WHERE key = ?;
-- name: run_pair_insert
INSERT INTO pair (key, study_version_id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_grid_cell_by_key
SELECT id FROM grid_cell WHERE key = ?;
-- name: run_grid_cell_insert
INSERT INTO grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: run_program_run_by_key
SELECT id FROM program_run WHERE key = ?;
-- name: run_program_run_insert
INSERT INTO program_run (key, crawler_id, version, commit_id, command, configuration_hash, seed, started_at, preamble) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_program_run_end
UPDATE program_run SET ended_at = ? WHERE id = ?;
-- name: run_archive_by_key
SELECT id FROM archive WHERE key = ?;
-- name: run_archive_insert
INSERT INTO archive (key, crawler_id, study_id) VALUES (?, ?, ?);
-- name: run_round_by_key
SELECT id FROM round WHERE key = ?;
-- name: run_round_insert
INSERT INTO round (key, study_version_id, scheduled_at, window_end) VALUES (?, ?, ?, ?);
-- name: run_rounds_before
SELECT count(*) FROM round r JOIN study_version v ON v.id = r.study_version_id WHERE v.study_id = ? AND r.scheduled_at < ?;
-- name: run_round_last
-- Saved files make rounds too, without a window and at any time: they say nothing of which rounds the crawler missed.
SELECT max(r.scheduled_at) FROM round r JOIN study_version v ON v.id = r.study_version_id WHERE v.study_id = ? AND r.window_end > r.scheduled_at;
-- name: run_round_unfinished
SELECT count(*) FROM slot WHERE round_id = ? AND state IN ('due', 'claimed');
-- name: run_round_slots
SELECT count(*) FROM slot WHERE round_id = ?;
-- name: run_slot_by_key
SELECT id, state, attempts FROM slot WHERE key = ?;
-- name: run_slot_insert
INSERT INTO slot (key, round_id, persona_id, feed_id, state) VALUES (?, ?, ?, ?, 'due');
-- name: run_slot_claim
UPDATE slot SET state = 'claimed', crawler_id = ?, claimed_by = ?, claim_until = ?, attempts = attempts + 1, reason = NULL WHERE id = ?;
-- name: run_slot_state
UPDATE slot SET state = ?, reason = ?, claimed_by = NULL, claim_until = NULL WHERE id = ?;
-- name: run_slots_release
UPDATE slot SET state = 'due', claimed_by = NULL, claim_until = NULL WHERE state = 'claimed' AND claimed_by = ?
  AND round_id IN (SELECT r.id FROM round r JOIN study_version v ON v.id = r.study_version_id WHERE v.study_id = ?);
-- name: run_rounds_open
SELECT DISTINCT r.id, r.key, r.scheduled_at, r.window_end, v.key FROM slot s JOIN round r ON r.id = s.round_id
  JOIN study_version v ON v.id = r.study_version_id
  WHERE s.state IN ('due', 'claimed') AND v.study_id = ? ORDER BY r.scheduled_at;
-- name: run_slots_open
SELECT s.id, p.name, f.name FROM slot s JOIN persona p ON p.id = s.persona_id JOIN feed f ON f.id = s.feed_id
  WHERE s.round_id = ? AND s.state IN ('due', 'claimed') ORDER BY p.name, f.name;
-- name: run_torn_seq
SELECT min(l.seq) FROM capture c JOIN ledger l ON l.id = c.ledger_id JOIN slot s ON s.id = c.slot_id
  WHERE l.archive_id = ? AND s.state = 'claimed' AND NOT EXISTS (SELECT 1 FROM snapshot_capture x WHERE x.capture_id = c.id);

-- name: run_ledger_last
SELECT seq, link FROM ledger WHERE archive_id = ? ORDER BY seq DESC LIMIT 1;
-- name: run_ledger_insert
INSERT INTO ledger (archive_id, seq, type, recorded_at, nonce, entry_hash, link) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: run_ledger_by_seq
SELECT id, type, recorded_at, nonce, entry_hash, link FROM ledger WHERE archive_id = ? AND seq = ?;
-- name: run_capture_by_seq
SELECT c.id FROM capture c JOIN ledger l ON l.id = c.ledger_id WHERE l.archive_id = ? AND l.seq = ?;
-- name: run_capture_insert
INSERT INTO capture (key, ledger_id, program_run_id, slot_id, redirect_of_id,
  attempt, purpose, origin, method, url, status, curl_code, error, protocol, server_address, local_address, proxy, tls_version,
  certificate_sha256, queued_at, sent_at, first_byte_at, ended_at, captured_at, captured_at_kind, wire_sha256, wire_bytes,
  payload_sha256, content_coding, age, date_header, etag, masked, cookie_state)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_location_insert
INSERT INTO capture_location (capture_id, file, offset, length, revisit_of_id) VALUES (?, ?, ?, ?, ?);
-- name: run_decision_insert
INSERT INTO decision (key, study_version_id, ledger_id, type, subject, reason, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: run_snapshot_by_key
SELECT id FROM snapshot WHERE key = ?;
-- name: run_snapshot_attempts
SELECT coalesce(max(attempt), 0) FROM snapshot WHERE round_id = ? AND persona_id = ? AND feed_id = ?;
-- name: run_snapshot_insert
INSERT INTO snapshot (key, round_id, persona_id, feed_id, attempt, walk, step, parent_snapshot_id, parent_rank, policy, depth_asked, started_at,
  ended_at, skew_ms, interrupted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- The walks of a slot that need no second attempt: their last step was the last of all, ended the walk by its verdict, or was left behind for
-- the next walk.
-- name: run_walks_whole
SELECT DISTINCT n.walk FROM snapshot n JOIN snapshot_current c ON c.snapshot_id = n.id JOIN parse p ON p.id = c.parse_id
  WHERE n.round_id = ?1 AND n.persona_id = ?2 AND n.feed_id = ?3 AND n.walk > 0 AND n.interrupted = 0
    AND NOT EXISTS (SELECT 1 FROM snapshot x WHERE x.round_id = ?1 AND x.persona_id = ?2 AND x.feed_id = ?3 AND x.walk = n.walk
      AND x.attempt = n.attempt AND x.step > n.step)
    AND (n.step = ?4 - 1 OR p.verdict NOT IN ('ok', 'partial') OR EXISTS (SELECT 1 FROM snapshot x WHERE x.round_id = ?1 AND x.persona_id = ?2
      AND x.feed_id = ?3 AND x.attempt = n.attempt AND x.walk > n.walk));
-- name: run_snapshot_skew
SELECT max(d), max(has) FROM (
  SELECT (SELECT min(?1 - s.started_at) FROM snapshot s WHERE s.round_id = ?2 AND s.persona_id = ?3 AND s.started_at <= ?1
            AND s.feed_id = CASE WHEN p.ranked_feed_id = ?4 THEN p.chronological_feed_id ELSE p.ranked_feed_id END) AS d, 1 AS has
  FROM pair p WHERE p.ranked_feed_id = ?4 OR p.chronological_feed_id = ?4);
-- name: run_snapshot_capture_insert
INSERT INTO snapshot_capture (snapshot_id, page, capture_id) VALUES (?, ?, ?);
-- name: run_snapshots
SELECT s.id, s.key, s.interrupted, s.feed_id, s.ended_at,
  (SELECT l.archive_id FROM snapshot_capture x JOIN capture c ON c.id = x.capture_id JOIN ledger l ON l.id = c.ledger_id
     WHERE x.snapshot_id = s.id ORDER BY x.page LIMIT 1),
  (SELECT l.seq FROM snapshot_capture x JOIN capture c ON c.id = x.capture_id JOIN ledger l ON l.id = c.ledger_id
     WHERE x.snapshot_id = s.id ORDER BY x.page LIMIT 1)
  FROM snapshot s JOIN round r ON r.id = s.round_id JOIN study_version v ON v.id = r.study_version_id
  WHERE s.id > ? AND v.study_id = ? ORDER BY s.id LIMIT 1;

-- name: run_parse_by_key
SELECT id FROM parse WHERE key = ?;
-- name: run_parse_insert
INSERT INTO parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, reason, items, organic_items, repairs)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_current_insert
INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (?, ?)
  ON CONFLICT (snapshot_id) DO UPDATE SET parse_id = excluded.parse_id;
-- name: run_author_by_key
SELECT id FROM author WHERE key = ?;
-- name: run_author_insert
INSERT INTO author (key, platform, native_id) VALUES (?, ?, ?);
-- name: run_author_name_insert
INSERT INTO author_name (author_id, handle, display_name, first_seen_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING;
-- name: run_item_by_key
SELECT id FROM item WHERE key = ?;
-- name: run_item_insert
INSERT INTO item (key, platform, native_id) VALUES (?, ?, ?);
-- name: run_item_alias_insert
INSERT INTO item_alias (item_id, host, local_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;
-- name: run_item_version_by_key
SELECT id FROM item_version WHERE key = ?;
-- name: run_item_version_insert
INSERT INTO item_version (key, item_id, kind, author_id, url, title, text, quote_text, warning, langs, created_at, created_at_raw,
  created_precision, reply_to, quote_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_media_insert
INSERT INTO media (item_version_id, n, kind, url, alt, mime, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_link_insert
INSERT INTO link (item_version_id, n, url, title, description) VALUES (?, ?, ?, ?, ?);
-- name: run_exposure_insert
INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, byte_offset, entry_id, is_repost, reposter_id, reposted_at,
  is_pinned, is_ad, is_service, is_reply, is_quote, feed_reason, feed_context, likes, reposts, replies, quotes, views, score, counts_rounded)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_label_insert
INSERT INTO label (parse_id, rank, n, value, source) VALUES (?, ?, ?, ?, ?);
-- name: run_diagnostic_insert
INSERT INTO diagnostic (parse_id, n, rank, page, byte_offset, code, field, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
-- name: run_parse_dump
SELECT p.verdict, p.reason, p.items, p.organic_items, p.repairs FROM parse p WHERE p.id = ?;
-- name: run_exposure_dump
SELECT e.rank, e.organic_rank, hex(v.key) AS item_version_id, e.page, e.byte_offset, e.entry_id, e.is_repost, hex(a.key) AS reposter_id,
  e.reposted_at, e.is_pinned, e.is_ad, e.is_service, e.is_reply, e.is_quote, e.feed_reason, e.feed_context, e.likes, e.reposts, e.replies, e.quotes, e.views,
  e.score, e.counts_rounded FROM exposure e LEFT JOIN item_version v ON v.id = e.item_version_id LEFT JOIN author a ON a.id = e.reposter_id
  WHERE e.parse_id = ? ORDER BY e.rank;
-- name: run_label_dump
SELECT rank, n, value, source FROM label WHERE parse_id = ? ORDER BY rank, n;
-- name: run_diagnostic_dump
SELECT n, rank, page, byte_offset, code, field, detail FROM diagnostic WHERE parse_id = ? ORDER BY n;
-- name: run_parse_that_counts
SELECT p.id, p.key, p.adapter, p.adapter_version, p.engine_version, coalesce(e.name, '?'), coalesce(f.name, '?'), coalesce(r.scheduled_at, 0)
  FROM snapshot s LEFT JOIN persona e ON e.id = s.persona_id LEFT JOIN feed f ON f.id = s.feed_id LEFT JOIN round r ON r.id = s.round_id
  LEFT JOIN snapshot_current c ON c.snapshot_id = s.id LEFT JOIN parse p ON p.id = c.parse_id WHERE s.id = ?;
-- name: run_savepoint
SAVEPOINT run_compare;
-- name: run_savepoint_undo
ROLLBACK TO run_compare;
-- name: run_savepoint_release
RELEASE run_compare;

-- name: run_alarm_by_key
SELECT id FROM alarm WHERE key = ?;
-- name: run_alarm_insert
INSERT INTO alarm (key, snapshot_id, rule, window, detail) VALUES (?, ?, ?, ?, ?);
-- name: run_round_results
SELECT s.id, s.key, s.persona_id, s.feed_id, p.verdict, p.items, s.skew_ms FROM snapshot s JOIN snapshot_current c ON c.snapshot_id = s.id
  JOIN parse p ON p.id = c.parse_id WHERE s.round_id = ? ORDER BY s.id;
-- No steps of walks: each list stands beside another item, and how long the last ones were says nothing of this one.
-- name: run_feed_history
SELECT p.verdict, p.items FROM persona me JOIN persona q ON q.name = me.name JOIN feed mf ON mf.id = ?2 JOIN feed f ON f.name = mf.name
  JOIN study_version v1 ON v1.id = me.study_version_id JOIN study_version v2 ON v2.id = q.study_version_id AND v2.study_id = v1.study_id
  JOIN snapshot s ON s.persona_id = q.id AND s.feed_id = f.id JOIN round r ON r.id = s.round_id
  JOIN snapshot_current c ON c.snapshot_id = s.id JOIN parse p ON p.id = c.parse_id
  WHERE me.id = ?1 AND s.id < ?3 AND s.walk = 0 AND p.verdict IN ('ok', 'empty') ORDER BY r.scheduled_at DESC, s.id DESC LIMIT 10;

-- name: run_capture_page
SELECT c.url, c.status, c.error, c.captured_at, c.origin, o.file, o.offset, o.length, c.masked FROM capture c
  LEFT JOIN capture_location o ON o.capture_id = c.id WHERE c.id = ?;
-- name: run_lookup_before
SELECT c.id FROM ledger l JOIN capture c ON c.ledger_id = l.id
  WHERE l.archive_id = ? AND l.seq < ? AND c.purpose = 'lookup' AND c.url = ? ORDER BY l.seq DESC LIMIT 1;
-- name: run_snapshot_captures
SELECT capture_id FROM snapshot_capture WHERE snapshot_id = ? ORDER BY page;
-- name: run_amendments_recorded
SELECT count(*) FROM ledger WHERE archive_id = ? AND type = 'amendment';
-- name: run_amendments
SELECT v.key, v.hash, p.key, v.reason, v.text, v.locked_at FROM study_version v JOIN study_version p ON p.id = v.parent_id
  WHERE v.study_id = ? ORDER BY v.locked_at, v.id;
-- name: run_study_version_text
SELECT hash, text, locked_at, parent_id FROM study_version WHERE id = ?;
-- name: run_decisions_of_version
SELECT type, subject, reason FROM decision WHERE study_version_id = ? ORDER BY id;
-- name: run_feed_facts
SELECT f.platform, f.endpoint, f.host, f.parameters, f.name, CASE WHEN instr(v.text, '"sources":{') > 0 THEN v.text END
  FROM feed f JOIN study_version v ON v.id = f.study_version_id WHERE f.id = ?;
-- name: run_studies
SELECT id, slug FROM study ORDER BY id;
-- name: run_archive_folder
SELECT s.slug, a.id = (SELECT min(b.id) FROM archive b WHERE b.crawler_id = a.crawler_id), a.crawler_id FROM archive a JOIN study s ON s.id = a.study_id
  WHERE a.id = ?;

-- name: verify_ledger
SELECT id, type, recorded_at, nonce, entry_hash, link,
  EXISTS (SELECT 1 FROM erased_capture x JOIN capture c ON c.id = x.capture_id WHERE c.ledger_id = ledger.id) FROM ledger WHERE archive_id = ? AND seq = ?;
-- name: verify_ledger_count
SELECT count(*) FROM ledger WHERE archive_id = ?;
-- name: verify_capture_count
SELECT count(*) FROM capture c JOIN ledger l ON l.id = c.ledger_id WHERE l.archive_id = ?;
-- name: verify_orphans
SELECT (SELECT count(*) FROM capture WHERE ledger_id NOT IN (SELECT id FROM ledger)) + (SELECT count(*) FROM ledger WHERE archive_id NOT IN (SELECT id FROM archive))
  + (SELECT count(*) FROM snapshot_capture WHERE snapshot_id NOT IN (SELECT id FROM snapshot) OR capture_id NOT IN (SELECT id FROM capture))
  + (SELECT count(*) FROM snapshot WHERE round_id NOT IN (SELECT id FROM round) OR persona_id NOT IN (SELECT id FROM persona) OR feed_id NOT IN (SELECT id FROM feed))
  + (SELECT count(*) FROM capture_location WHERE capture_id NOT IN (SELECT id FROM capture))
  + (SELECT count(*) FROM decision WHERE ledger_id NOT IN (SELECT id FROM ledger))
  + (SELECT count(*) FROM round WHERE study_version_id NOT IN (SELECT id FROM study_version))
  + (SELECT count(*) FROM study_version WHERE study_id NOT IN (SELECT id FROM study))
  + (SELECT count(*) FROM program_run WHERE crawler_id NOT IN (SELECT id FROM crawler));
-- name: verify_capture
SELECT c.id, c.key, p.key, s.key, rl.seq, o.file, o.offset, o.length, vl.seq,
  (SELECT count(*) FROM snapshot_capture x WHERE x.capture_id = c.id),
  (SELECT x.page FROM snapshot_capture x WHERE x.capture_id = c.id), (SELECT n.key FROM snapshot_capture x JOIN snapshot n ON n.id = x.snapshot_id WHERE x.capture_id = c.id),
  c.attempt, c.purpose, c.origin, c.method, c.url, c.status, c.curl_code, c.error, c.protocol, c.server_address, c.local_address, c.proxy,
  c.tls_version, c.certificate_sha256, c.queued_at, c.sent_at, c.first_byte_at, c.ended_at, c.captured_at, c.captured_at_kind,
  c.wire_sha256, c.wire_bytes, c.payload_sha256, c.content_coding, c.age, c.date_header, c.etag, c.masked, c.cookie_state,
  c.slot_id IS NOT NULL, c.redirect_of_id IS NOT NULL, o.revisit_of_id IS NOT NULL
  FROM capture c LEFT JOIN program_run p ON p.id = c.program_run_id LEFT JOIN slot s ON s.id = c.slot_id
  LEFT JOIN capture rc ON rc.id = c.redirect_of_id LEFT JOIN ledger rl ON rl.id = rc.ledger_id
  LEFT JOIN capture_location o ON o.capture_id = c.id
  LEFT JOIN capture vc ON vc.id = o.revisit_of_id LEFT JOIN ledger vl ON vl.id = vc.ledger_id
  WHERE c.ledger_id = ?;
-- name: verify_program_run
SELECT version, commit_id, command, configuration_hash, seed, started_at, preamble, c.key FROM program_run p LEFT JOIN crawler c ON c.id = p.crawler_id WHERE p.key = ?;
-- name: verify_study_version
SELECT v.hash, v.text, v.locked_at, v.reason, p.key, s.key, s.slug, v.parent_id IS NOT NULL FROM study_version v LEFT JOIN study_version p ON p.id = v.parent_id
  LEFT JOIN study s ON s.id = v.study_id WHERE v.key = ?;
-- name: verify_decision
SELECT d.key, d.type, d.subject, d.reason, d.decided_at, v.key FROM decision d LEFT JOIN study_version v ON v.id = d.study_version_id WHERE d.ledger_id = ?;
-- name: verify_rounds
SELECT r.key, r.scheduled_at, r.window_end, v.key, s.key, (SELECT count(*) FROM slot t WHERE t.round_id = r.id AND t.state IN ('due', 'claimed')),
  EXISTS (SELECT 1 FROM snapshot n JOIN snapshot_capture p ON p.snapshot_id = n.id JOIN erased_capture x ON x.capture_id = p.capture_id WHERE n.round_id = r.id)
  FROM round r LEFT JOIN study_version v ON v.id = r.study_version_id LEFT JOIN study s ON s.id = v.study_id
  WHERE v.study_id = ?1 OR v.id IS NULL;
-- name: verify_snapshots
SELECT n.key, r.key, p.name, f.name, n.attempt, n.walk, n.step, n.depth_asked, n.started_at, n.ended_at, n.skew_ms, n.interrupted,
  n.policy, (SELECT count(*) FROM snapshot_capture x WHERE x.snapshot_id = n.id),
  s.key, n.round_id, n.persona_id, n.feed_id, coalesce((SELECT q.reason FROM snapshot_current k JOIN parse q ON q.id = k.parse_id WHERE k.snapshot_id = n.id), '') = 'interrupted',
  (SELECT min(x.page) = 0 AND max(x.page) = count(*) - 1 FROM snapshot_capture x WHERE x.snapshot_id = n.id),
  n.parent_rank, (SELECT q.key FROM snapshot q WHERE q.id = n.parent_snapshot_id), n.parent_snapshot_id IS NOT NULL,
  (SELECT count(*) FROM snapshot_capture x JOIN erased_capture y ON y.capture_id = x.capture_id WHERE x.snapshot_id = n.id)
  FROM snapshot n LEFT JOIN round r ON r.id = n.round_id LEFT JOIN persona p ON p.id = n.persona_id LEFT JOIN feed f ON f.id = n.feed_id
  LEFT JOIN study_version v ON v.id = r.study_version_id LEFT JOIN study s ON s.id = v.study_id WHERE v.study_id = ?1 OR v.id IS NULL;
-- Of a walk with a page erased by law the choices cannot be made again. A step's list is the first parse of its snapshot: the one that the crawl made, and chose from; later generations may rank otherwise.
-- name: verify_walks
SELECT n.id, n.key, n.round_id, n.persona_id, n.feed_id, n.walk, n.attempt, n.step, n.depth_asked, n.parent_rank, n.interrupted, r.scheduled_at,
  coalesce(t.name, p.name), f.name, f.parameters, q.id, q.verdict,
  (SELECT g.seed FROM snapshot_capture x JOIN capture c ON c.id = x.capture_id JOIN program_run g ON g.id = c.program_run_id
     WHERE x.snapshot_id = n.id AND x.page = 0),
  (SELECT c.url FROM snapshot_capture x JOIN capture c ON c.id = x.capture_id WHERE x.snapshot_id = n.id AND x.page = 0)
  FROM snapshot n JOIN round r ON r.id = n.round_id JOIN study_version v ON v.id = r.study_version_id JOIN persona p ON p.id = n.persona_id
  LEFT JOIN persona t ON t.id = p.twin_of_id JOIN feed f ON f.id = n.feed_id
  LEFT JOIN parse q ON q.id = (SELECT min(y.id) FROM parse y WHERE y.snapshot_id = n.id)
  WHERE v.study_id = ? AND n.walk > 0 AND NOT EXISTS (SELECT 1 FROM snapshot m JOIN snapshot_capture x ON x.snapshot_id = m.id
    JOIN erased_capture z ON z.capture_id = x.capture_id WHERE m.round_id = n.round_id AND m.persona_id = n.persona_id AND m.feed_id = n.feed_id
    AND m.walk = n.walk AND m.attempt = n.attempt) ORDER BY n.round_id, n.persona_id, n.feed_id, n.walk, n.attempt, n.step;
-- name: verify_walk_list
SELECT e.rank, e.organic_rank, v.kind, i.native_id FROM exposure e JOIN item_version v ON v.id = e.item_version_id JOIN item i ON i.id = v.item_id
  WHERE e.parse_id = ? ORDER BY e.rank;
-- name: verify_archives
SELECT a.id, a.key, a.study_id, s.key FROM archive a LEFT JOIN study s ON s.id = a.study_id WHERE a.crawler_id = ? ORDER BY a.id;

-- name: verify_archives_elsewhere
SELECT count(*) FROM archive WHERE crawler_id <> ?;
-- name: verify_versions
SELECT id, key, text FROM study_version WHERE study_id = ? ORDER BY id;
-- name: verify_personas
SELECT p.key, p.name, p.cluster_key, p.attributes, t.name FROM persona p LEFT JOIN persona t ON t.id = p.twin_of_id WHERE p.study_version_id = ?;
-- name: verify_feeds
SELECT key, name, platform, endpoint, host, ranking, depth, parameters FROM feed WHERE study_version_id = ?;
-- name: verify_pairs
SELECT p.key, p.name, r.name, c.name, p.pool, p.window_rule FROM pair p LEFT JOIN feed r ON r.id = p.ranked_feed_id
  LEFT JOIN feed c ON c.id = p.chronological_feed_id WHERE p.study_version_id = ?;
-- name: verify_slots_done
SELECT count(*) FROM slot s WHERE s.state = 'done' AND NOT EXISTS
  (SELECT 1 FROM snapshot n WHERE n.round_id = s.round_id AND n.persona_id = s.persona_id AND n.feed_id = s.feed_id);
-- name: verify_slot_state
SELECT state FROM slot WHERE key = ?;
-- name: verify_items
SELECT v.id, v.key, i.key, i.platform, i.native_id, a.key, a.platform, a.native_id, v.kind, v.url, v.title, v.text, v.quote_text, v.warning, v.langs,
  v.created_at, v.created_at_raw, v.created_precision, v.reply_to, v.quote_of, v.author_id IS NOT NULL,
  EXISTS (SELECT 1 FROM erased_item x WHERE x.item_id = v.item_id), EXISTS (SELECT 1 FROM erased_author x WHERE x.author_id = v.author_id)
  FROM item_version v LEFT JOIN item i ON i.id = v.item_id LEFT JOIN author a ON a.id = v.author_id
  WHERE v.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM erased_reference x WHERE x.item_version_id = v.id) ORDER BY v.id;
-- name: verify_media
SELECT kind, url, alt, mime, width, height FROM media WHERE item_version_id = ? ORDER BY n;
-- name: verify_links
SELECT url, title, description FROM link WHERE item_version_id = ? ORDER BY n;

-- excerpt.sql: one study as a smaller database: the rows of the attached `source` that belong to it, under the same row ids, into an empty
-- database. Tables come so that each finds what it is chosen by. keyed(domain, value), content(value) and address(url) give what may
-- leave: the value itself with names, else a keyed hash, NULL and the address without its query. Erased items stay behind: what was shown at
-- their ranks is no longer said.

-- name: excerpt_attach
ATTACH DATABASE ?1 AS source

-- name: excerpt_study
INSERT INTO main.study (id, key, slug) SELECT id, key, slug FROM source.study WHERE slug = ?1

-- name: excerpt_detach
DETACH DATABASE source

-- name: excerpt_meta_simulated
INSERT INTO main.meta (name, value) SELECT name, value FROM source.meta WHERE name = 'simulated'

-- name: excerpt_meta
INSERT INTO main.meta (name, value) VALUES ('excerpt', ?1), ('pseudonymised', ?2), ('pseudonym_key_id', ?3)

-- name: excerpt_study_version
INSERT INTO main.study_version SELECT * FROM source.study_version WHERE study_id IN (SELECT id FROM main.study)

-- name: excerpt_persona
INSERT INTO main.persona SELECT * FROM source.persona WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_feed
INSERT INTO main.feed SELECT * FROM source.feed WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_pair
INSERT INTO main.pair SELECT * FROM source.pair WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_grid_cell
INSERT INTO main.grid_cell SELECT * FROM source.grid_cell WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_round
INSERT INTO main.round SELECT * FROM source.round WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_archive
INSERT INTO main.archive SELECT * FROM source.archive WHERE study_id IN (SELECT id FROM main.study)

-- name: excerpt_slot
INSERT INTO main.slot (id, key, round_id, persona_id, feed_id, crawler_id, state, claimed_by, claim_until, attempts, reason)
SELECT id, key, round_id, persona_id, feed_id, crawler_id, state, NULL, NULL, attempts, reason
FROM source.slot WHERE round_id IN (SELECT id FROM main.round)

-- name: excerpt_crawler
INSERT INTO main.crawler (id, key, label) SELECT id, key, label FROM source.crawler c
WHERE c.id IN (SELECT crawler_id FROM main.archive) OR c.id IN (SELECT crawler_id FROM main.slot)

-- name: excerpt_ledger
INSERT INTO main.ledger (id, archive_id, seq, type, recorded_at, nonce, entry_hash, link)
SELECT id, archive_id, seq, type, recorded_at, content(nonce), entry_hash, link
FROM source.ledger WHERE archive_id IN (SELECT id FROM main.archive)

-- name: excerpt_capture
INSERT INTO main.capture (id, key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, method, url, status, curl_code, error, protocol,
  server_address, local_address, proxy, tls_version, certificate_sha256, queued_at, sent_at, first_byte_at, ended_at, captured_at,
  captured_at_kind, wire_sha256, wire_bytes, payload_sha256, content_coding, age, date_header, etag, masked, cookie_state, redirect_of_id)
SELECT id, key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, method, address(url), status, curl_code, error, protocol,
  server_address, content(local_address), content(proxy), tls_version, certificate_sha256, queued_at, sent_at, first_byte_at, ended_at,
  captured_at, captured_at_kind, wire_sha256, wire_bytes, payload_sha256, content_coding, age, date_header, etag, masked, cookie_state,
  redirect_of_id
FROM source.capture WHERE ledger_id IN (SELECT id FROM main.ledger)

-- name: excerpt_program_run
INSERT INTO main.program_run (id, key, crawler_id, version, commit_id, command, configuration_hash, seed, started_at, ended_at, preamble)
SELECT id, key, crawler_id, version, commit_id, coalesce(content(command), ''), configuration_hash, seed, started_at, ended_at, content(preamble)
FROM source.program_run p WHERE p.id IN (SELECT program_run_id FROM main.capture)

-- name: excerpt_capture_location
INSERT INTO main.capture_location SELECT * FROM source.capture_location WHERE capture_id IN (SELECT id FROM main.capture)

-- name: excerpt_snapshot
INSERT INTO main.snapshot SELECT * FROM source.snapshot WHERE round_id IN (SELECT id FROM main.round)

-- name: excerpt_snapshot_capture
INSERT INTO main.snapshot_capture SELECT * FROM source.snapshot_capture WHERE snapshot_id IN (SELECT id FROM main.snapshot)

-- name: excerpt_parse
INSERT INTO main.parse SELECT * FROM source.parse WHERE snapshot_id IN (SELECT id FROM main.snapshot)

-- name: excerpt_snapshot_current
INSERT INTO main.snapshot_current SELECT * FROM source.snapshot_current WHERE snapshot_id IN (SELECT id FROM main.snapshot)

-- name: excerpt_alarm
INSERT INTO main.alarm SELECT * FROM source.alarm WHERE snapshot_id IN (SELECT id FROM main.snapshot)

-- name: excerpt_exposure
INSERT INTO main.exposure (parse_id, rank, organic_rank, item_version_id, page, byte_offset, entry_id, is_repost, reposter_id, reposted_at,
  is_pinned, is_ad, is_service, is_reply, is_quote, feed_reason, feed_context, likes, reposts, replies, quotes, views, score, counts_rounded)
SELECT e.parse_id, e.rank, e.organic_rank, v.id, e.page, e.byte_offset, CASE WHEN v.id IS NOT NULL THEN keyed('item', e.entry_id) END, e.is_repost,
  CASE WHEN v.id IS NOT NULL THEN e.reposter_id END, e.reposted_at, e.is_pinned, e.is_ad, e.is_service, e.is_reply, e.is_quote,
  CASE WHEN v.id IS NOT NULL THEN content(e.feed_reason) END, CASE WHEN v.id IS NOT NULL THEN content(e.feed_context) END, e.likes, e.reposts,
  e.replies, e.quotes, e.views, e.score, e.counts_rounded
FROM source.exposure e LEFT JOIN source.item_version v ON v.id = e.item_version_id AND v.erased_at IS NULL
WHERE e.parse_id IN (SELECT id FROM main.parse)

-- name: excerpt_label
INSERT INTO main.label (parse_id, rank, n, value, source)
SELECT parse_id, rank, n, value, keyed('author_native_id', source) FROM source.label WHERE parse_id IN (SELECT id FROM main.parse)

-- name: excerpt_diagnostic
INSERT INTO main.diagnostic (parse_id, n, rank, page, byte_offset, code, field, detail)
SELECT parse_id, n, rank, page, byte_offset, code, field, content(detail) FROM source.diagnostic WHERE parse_id IN (SELECT id FROM main.parse)

-- name: excerpt_item_version
INSERT INTO main.item_version (id, key, item_id, kind, author_id, url, title, text, quote_text, warning, langs, created_at, created_at_raw,
  created_precision, reply_to, quote_of)
SELECT v.id, keyed('item_version', v.key), v.item_id, v.kind, v.author_id, content(v.url), content(v.title), content(v.text),
  content(v.quote_text), content(v.warning), v.langs, v.created_at, content(v.created_at_raw), v.created_precision,
  keyed('item', v.reply_to), keyed('item', v.quote_of)
FROM source.item_version v WHERE v.erased_at IS NULL AND EXISTS (SELECT 1 FROM main.exposure e WHERE e.item_version_id = v.id)

-- name: excerpt_item
INSERT INTO main.item (id, key, platform, native_id)
SELECT i.id, keyed('item_key', i.key), i.platform, keyed('item', i.native_id)
FROM source.item i WHERE EXISTS (SELECT 1 FROM main.item_version v WHERE v.item_id = i.id)

-- name: excerpt_item_alias
INSERT INTO main.item_alias (item_id, host, local_id)
SELECT item_id, host, keyed('alias', local_id) FROM source.item_alias WHERE item_id IN (SELECT id FROM main.item)

-- name: excerpt_author
INSERT INTO main.author (id, key, platform, native_id)
SELECT a.id, keyed('author', a.key), a.platform, keyed('author_native_id', a.native_id)
FROM source.author a WHERE a.id IN (SELECT author_id FROM main.item_version) OR a.id IN (SELECT reposter_id FROM main.exposure)

-- name: excerpt_author_name
INSERT INTO main.author_name (author_id, handle, display_name, first_seen_at)
SELECT author_id, CASE WHEN handle = '' THEN '' ELSE keyed('handle', handle) END,
  CASE WHEN display_name = '' THEN '' ELSE keyed('display_name', display_name) END, first_seen_at
FROM source.author_name WHERE author_id IN (SELECT id FROM main.author)

-- name: excerpt_media
INSERT INTO main.media (item_version_id, n, kind, url, alt, mime, width, height)
SELECT item_version_id, n, kind, content(url), content(alt), mime, width, height
FROM source.media WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_link
INSERT INTO main.link (item_version_id, n, url, title, description)
SELECT item_version_id, n, coalesce(content(url), ''), content(title), content(description)
FROM source.link WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_item_text
INSERT INTO main.item_text SELECT * FROM source.item_text WHERE content(1) = 1 AND item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_detector
INSERT INTO main.detector SELECT * FROM source.detector

-- name: excerpt_threshold_set
INSERT INTO main.threshold_set SELECT * FROM source.threshold_set

-- name: excerpt_detection
INSERT INTO main.detection SELECT * FROM source.detection WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_detection_target
INSERT INTO main.detection_target SELECT * FROM source.detection_target WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_snapshot_sum
INSERT INTO main.snapshot_sum SELECT * FROM source.snapshot_sum
WHERE parse_id IN (SELECT id FROM main.parse) AND grid_cell_id IN (SELECT id FROM main.grid_cell)

-- name: excerpt_estimate
INSERT INTO main.estimate SELECT * FROM source.estimate WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_decision
INSERT INTO main.decision SELECT * FROM source.decision WHERE study_version_id IN (SELECT id FROM main.study_version)

-- An answer may quote any text of its batch: where one was erased, the answer stays behind.
-- name: excerpt_service_exchange
INSERT INTO main.service_exchange (id, key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, status, asked_at, ended_at,
  texts, characters, cost, request_sha256, model, answer)
SELECT x.id, x.key, x.detector_id, x.study_version_id, x.recipient, x.sent, x.outcome, coalesce(content(x.detail), ''), x.attempts, x.status,
  x.asked_at, x.ended_at, x.texts, x.characters, x.cost, content(x.request_sha256), x.model,
  CASE WHEN NOT EXISTS (SELECT 1 FROM source.service_text t JOIN source.item_version v ON v.id = t.item_version_id
    WHERE t.service_exchange_id = x.id AND v.erased_at IS NOT NULL) THEN content(x.answer) END
FROM source.service_exchange x WHERE x.study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_service_text
INSERT INTO main.service_text SELECT * FROM source.service_text t
WHERE t.service_exchange_id IN (SELECT id FROM main.service_exchange) AND t.item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_cascade_frame
INSERT INTO main.cascade_frame SELECT * FROM source.cascade_frame WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_cascade_unit
INSERT INTO main.cascade_unit SELECT * FROM source.cascade_unit u
WHERE u.cascade_frame_id IN (SELECT id FROM main.cascade_frame) AND u.item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_sample
INSERT INTO main.sample SELECT * FROM source.sample WHERE study_version_id IN (SELECT id FROM main.study_version)

-- name: excerpt_sample_stratum
INSERT INTO main.sample_stratum SELECT * FROM source.sample_stratum WHERE sample_id IN (SELECT id FROM main.sample)

-- name: excerpt_sample_unit
INSERT INTO main.sample_unit (id, key, sample_id, item_version_id, stratum, draw, exposures, score, flagged, probability_numerator,
  probability_denominator)
SELECT id, keyed('unit', key), sample_id, item_version_id, stratum, draw, exposures, score, flagged, probability_numerator, probability_denominator
FROM source.sample_unit WHERE sample_id IN (SELECT id FROM main.sample) AND item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_sample_text
INSERT INTO main.sample_text SELECT * FROM source.sample_text WHERE content(1) = 1 AND sample_unit_id IN (SELECT id FROM main.sample_unit)

-- name: excerpt_sample_snapshot
INSERT INTO main.sample_snapshot SELECT * FROM source.sample_snapshot WHERE sample_id IN (SELECT id FROM main.sample)

-- name: excerpt_sample_exposure
INSERT INTO main.sample_exposure SELECT * FROM source.sample_exposure WHERE sample_unit_id IN (SELECT id FROM main.sample_unit)

-- name: excerpt_annotation
INSERT INTO main.annotation (id, key, sample_unit_id, coder, pass, guideline, text_sha256, label, act, confidence, supersedes_id, imported_at)
SELECT id, keyed('annotation', key), sample_unit_id, keyed('coder', coder), pass, guideline, text_sha256, label, act, confidence, supersedes_id,
  imported_at
FROM source.annotation WHERE sample_unit_id IN (SELECT id FROM main.sample_unit)

-- name: excerpt_annotation_target
INSERT INTO main.annotation_target SELECT * FROM source.annotation_target WHERE annotation_id IN (SELECT id FROM main.annotation)

-- name: excerpt_annotation_comment
INSERT INTO main.annotation_comment SELECT * FROM source.annotation_comment
WHERE content(1) = 1 AND annotation_id IN (SELECT id FROM main.annotation)

-- name: excerpt_adjudication
INSERT INTO main.adjudication (id, key, annotation_id, decided_at)
SELECT id, keyed('adjudication', key), annotation_id, decided_at FROM source.adjudication WHERE annotation_id IN (SELECT id FROM main.annotation)

-- Made again from the exposures, where what was erased stands no more:
-- left out: snapshot_list

-- What was erased: how much and when. Their rows blank nothing that is not blank already.
-- name: excerpt_erasure
INSERT INTO main.erasure (id, key, request, archive_id, ledger_id, subject, basis, asked_at, versions, finished_at)
SELECT id, key, request, archive_id, ledger_id, subject, coalesce(content(basis), '(withheld)'), asked_at, versions, finished_at
FROM source.erasure WHERE archive_id IN (SELECT id FROM main.archive)

-- name: excerpt_erased_capture
INSERT INTO main.erased_capture SELECT * FROM source.erased_capture WHERE capture_id IN (SELECT id FROM main.capture) AND erasure_id IN (SELECT id FROM main.erasure)

-- name: excerpt_erased_version
INSERT INTO main.erased_version SELECT * FROM source.erased_version WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_erased_reference
INSERT INTO main.erased_reference SELECT * FROM source.erased_reference WHERE item_version_id IN (SELECT id FROM main.item_version)

-- name: excerpt_erased_item
INSERT INTO main.erased_item SELECT * FROM source.erased_item WHERE item_id IN (SELECT id FROM main.item)

-- name: excerpt_erased_author
INSERT INTO main.erased_author SELECT * FROM source.erased_author WHERE author_id IN (SELECT id FROM main.author)

-- name: excerpt_check_integrity
PRAGMA main.integrity_check(1)

-- name: excerpt_check_keys
PRAGMA main.foreign_key_check

-- name: excerpt_keys_off
PRAGMA foreign_keys = OFF

-- name: excerpt_temporary_files
PRAGMA temp_store = FILE

-- name: excerpt_journal
PRAGMA main.journal_mode = DELETE

-- name: excerpt_begin
BEGIN

-- name: excerpt_commit
COMMIT

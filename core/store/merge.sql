-- merge.sql: copies every mergeable row of the attached database `other`, by key. Row ids of `other` are never used as ids here:
-- each reference is looked up by the key of what it refers to. A row that exists already is left alone, so that merging twice,
-- or in the other order, gives the same content. Tables come in the order of their references.

-- name: merge_attach
ATTACH DATABASE ?1 AS other;

-- name: merge_detach
DETACH DATABASE other;

-- name: merge_meta_simulated
INSERT INTO main.meta (name, value) SELECT o.name, o.value FROM other.meta o WHERE o.name = 'simulated' AND o.value = '1'
ON CONFLICT (name) DO UPDATE SET value = '1';

-- name: merge_crawler
INSERT INTO main.crawler (key, label)
SELECT o.key,
  o.label
FROM other.crawler o
WHERE NOT EXISTS (SELECT 1 FROM main.crawler m WHERE m.key = o.key);

-- name: merge_program_run
INSERT INTO main.program_run (key, crawler_id, version, commit_id, command, configuration_hash, seed, started_at, ended_at, preamble)
SELECT o.key,
  (SELECT m.id FROM main.crawler m JOIN other.crawler x ON x.key = m.key WHERE x.id = o.crawler_id),
  o.version,
  o.commit_id,
  o.command,
  o.configuration_hash,
  o.seed,
  o.started_at,
  o.ended_at,
  o.preamble
FROM other.program_run o
WHERE NOT EXISTS (SELECT 1 FROM main.program_run m WHERE m.key = o.key);

-- name: merge_study
INSERT INTO main.study (key, slug)
SELECT o.key,
  o.slug
FROM other.study o
WHERE NOT EXISTS (SELECT 1 FROM main.study m WHERE m.key = o.key);

-- name: merge_study_version_rows
SELECT id FROM other.study_version ORDER BY id;

-- name: merge_study_version_row
INSERT INTO main.study_version (key, study_id, hash, parent_id, reason, text, locked_at)
SELECT o.key,
  (SELECT m.id FROM main.study m JOIN other.study x ON x.key = m.key WHERE x.id = o.study_id),
  o.hash,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.parent_id),
  o.reason,
  o.text,
  o.locked_at
FROM other.study_version o
WHERE o.id = ?1 AND NOT EXISTS (SELECT 1 FROM main.study_version m WHERE m.key = o.key);

-- name: merge_persona_rows
SELECT id FROM other.persona ORDER BY id;

-- name: merge_persona_row
INSERT INTO main.persona (key, study_version_id, name, twin_of_id, cluster_key, attributes)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.name,
  (SELECT m.id FROM main.persona m JOIN other.persona x ON x.key = m.key WHERE x.id = o.twin_of_id),
  o.cluster_key,
  o.attributes
FROM other.persona o
WHERE o.id = ?1 AND NOT EXISTS (SELECT 1 FROM main.persona m WHERE m.key = o.key);

-- name: merge_feed
INSERT INTO main.feed (key, study_version_id, name, platform, endpoint, host, parameters, ranking, depth)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.name,
  o.platform,
  o.endpoint,
  o.host,
  o.parameters,
  o.ranking,
  o.depth
FROM other.feed o
WHERE NOT EXISTS (SELECT 1 FROM main.feed m WHERE m.key = o.key);

-- name: merge_pair
INSERT INTO main.pair (key, study_version_id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.name,
  (SELECT m.id FROM main.feed m JOIN other.feed x ON x.key = m.key WHERE x.id = o.ranked_feed_id),
  (SELECT m.id FROM main.feed m JOIN other.feed x ON x.key = m.key WHERE x.id = o.chronological_feed_id),
  o.pool,
  o.reason,
  o.window_rule
FROM other.pair o
WHERE NOT EXISTS (SELECT 1 FROM main.pair m WHERE m.key = o.key);

-- name: merge_round
INSERT INTO main.round (key, study_version_id, scheduled_at, window_end)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.scheduled_at,
  o.window_end
FROM other.round o
WHERE NOT EXISTS (SELECT 1 FROM main.round m WHERE m.key = o.key);

-- Of two states of one slot the further one counts (done, missed, claimed, due), then the larger number of attempts.

-- name: merge_slot
INSERT INTO main.slot (key, round_id, persona_id, feed_id, crawler_id, state, claimed_by, claim_until, attempts, reason)
SELECT o.key,
  (SELECT m.id FROM main.round m JOIN other.round x ON x.key = m.key WHERE x.id = o.round_id),
  (SELECT m.id FROM main.persona m JOIN other.persona x ON x.key = m.key WHERE x.id = o.persona_id),
  (SELECT m.id FROM main.feed m JOIN other.feed x ON x.key = m.key WHERE x.id = o.feed_id),
  (SELECT m.id FROM main.crawler m JOIN other.crawler x ON x.key = m.key WHERE x.id = o.crawler_id),
  o.state,
  (SELECT m.id FROM main.crawler m JOIN other.crawler x ON x.key = m.key WHERE x.id = o.claimed_by),
  o.claim_until,
  o.attempts,
  o.reason
FROM other.slot o
WHERE true
ON CONFLICT (key) DO UPDATE SET crawler_id = excluded.crawler_id, state = excluded.state, claimed_by = excluded.claimed_by,
  claim_until = excluded.claim_until, attempts = excluded.attempts, reason = excluded.reason
WHERE instr('due,claimed,missed,done', excluded.state) * 1000 + excluded.attempts
    > instr('due,claimed,missed,done', slot.state) * 1000 + slot.attempts;

-- name: merge_archive
INSERT INTO main.archive (key, crawler_id, study_id)
SELECT o.key,
  (SELECT m.id FROM main.crawler m JOIN other.crawler x ON x.key = m.key WHERE x.id = o.crawler_id),
  (SELECT m.id FROM main.study m JOIN other.study x ON x.key = m.key WHERE x.id = o.study_id)
FROM other.archive o
WHERE NOT EXISTS (SELECT 1 FROM main.archive m WHERE m.key = o.key);

-- name: merge_ledger
INSERT INTO main.ledger (archive_id, seq, type, recorded_at, nonce, entry_hash, link)
SELECT (SELECT m.id FROM main.archive m JOIN other.archive x ON x.key = m.key WHERE x.id = o.archive_id),
  o.seq,
  o.type,
  o.recorded_at,
  o.nonce,
  o.entry_hash,
  o.link
FROM other.ledger o
WHERE NOT EXISTS (SELECT 1 FROM main.ledger m WHERE m.link = o.link);

-- name: merge_capture_rows
SELECT id FROM other.capture ORDER BY id;

-- name: merge_capture_row
INSERT INTO main.capture (key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, method, url, status, curl_code, error, protocol, server_address, local_address, proxy, tls_version, certificate_sha256, queued_at, sent_at, first_byte_at, ended_at, captured_at, captured_at_kind, wire_sha256, wire_bytes, payload_sha256, content_coding, age, date_header, etag, masked, cookie_state, redirect_of_id)
SELECT o.key,
  (SELECT m.id FROM main.ledger m JOIN other.ledger x ON x.link = m.link WHERE x.id = o.ledger_id),
  (SELECT m.id FROM main.program_run m JOIN other.program_run x ON x.key = m.key WHERE x.id = o.program_run_id),
  (SELECT m.id FROM main.slot m JOIN other.slot x ON x.key = m.key WHERE x.id = o.slot_id),
  o.attempt,
  o.purpose,
  o.origin,
  o.method,
  o.url,
  o.status,
  o.curl_code,
  o.error,
  o.protocol,
  o.server_address,
  o.local_address,
  o.proxy,
  o.tls_version,
  o.certificate_sha256,
  o.queued_at,
  o.sent_at,
  o.first_byte_at,
  o.ended_at,
  o.captured_at,
  o.captured_at_kind,
  o.wire_sha256,
  o.wire_bytes,
  o.payload_sha256,
  o.content_coding,
  o.age,
  o.date_header,
  o.etag,
  o.masked,
  o.cookie_state,
  (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.redirect_of_id)
FROM other.capture o
WHERE o.id = ?1 AND NOT EXISTS (SELECT 1 FROM main.capture m WHERE m.key = o.key);

-- name: merge_capture_location
INSERT INTO main.capture_location (capture_id, file, offset, length, revisit_of_id)
SELECT (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.capture_id),
  o.file,
  o.offset,
  o.length,
  (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.revisit_of_id)
FROM other.capture_location o
WHERE NOT EXISTS (SELECT 1 FROM main.capture_location m WHERE m.capture_id = (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.capture_id));

-- name: merge_snapshot_rows
SELECT id FROM other.snapshot ORDER BY id;

-- name: merge_snapshot_row
INSERT INTO main.snapshot (key, round_id, persona_id, feed_id, attempt, walk, step, parent_snapshot_id, parent_rank, policy, depth_asked, started_at, ended_at, skew_ms, interrupted)
SELECT o.key,
  (SELECT m.id FROM main.round m JOIN other.round x ON x.key = m.key WHERE x.id = o.round_id),
  (SELECT m.id FROM main.persona m JOIN other.persona x ON x.key = m.key WHERE x.id = o.persona_id),
  (SELECT m.id FROM main.feed m JOIN other.feed x ON x.key = m.key WHERE x.id = o.feed_id),
  o.attempt,
  o.walk,
  o.step,
  (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.parent_snapshot_id),
  o.parent_rank,
  o.policy,
  o.depth_asked,
  o.started_at,
  o.ended_at,
  o.skew_ms,
  o.interrupted
FROM other.snapshot o
WHERE o.id = ?1 AND NOT EXISTS (SELECT 1 FROM main.snapshot m WHERE m.key = o.key);

-- name: merge_snapshot_capture
INSERT INTO main.snapshot_capture (snapshot_id, page, capture_id)
SELECT (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  o.page,
  (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.capture_id)
FROM other.snapshot_capture o
WHERE NOT EXISTS (SELECT 1 FROM main.snapshot_capture m WHERE m.snapshot_id = (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id) AND m.page = o.page);

-- name: merge_author
INSERT INTO main.author (key, platform, native_id)
SELECT o.key,
  o.platform,
  o.native_id
FROM other.author o
WHERE NOT EXISTS (SELECT 1 FROM main.author m WHERE m.key = o.key);

-- name: merge_author_name
INSERT INTO main.author_name (author_id, handle, display_name, first_seen_at)
SELECT (SELECT m.id FROM main.author m JOIN other.author x ON x.key = m.key WHERE x.id = o.author_id),
  o.handle,
  o.display_name,
  o.first_seen_at
FROM other.author_name o
WHERE true
ON CONFLICT (author_id, handle, display_name) DO UPDATE SET first_seen_at = min(author_name.first_seen_at, excluded.first_seen_at);

-- name: merge_item
INSERT INTO main.item (key, platform, native_id)
SELECT o.key,
  o.platform,
  o.native_id
FROM other.item o
WHERE NOT EXISTS (SELECT 1 FROM main.item m WHERE m.key = o.key);

-- name: merge_item_alias
INSERT INTO main.item_alias (item_id, host, local_id)
SELECT (SELECT m.id FROM main.item m JOIN other.item x ON x.key = m.key WHERE x.id = o.item_id),
  o.host,
  o.local_id
FROM other.item_alias o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_item_version
INSERT INTO main.item_version (key, item_id, kind, author_id, url, title, text, quote_text, warning, langs, created_at, created_at_raw, created_precision, reply_to, quote_of, erased_at)
SELECT o.key,
  (SELECT m.id FROM main.item m JOIN other.item x ON x.key = m.key WHERE x.id = o.item_id),
  o.kind,
  (SELECT m.id FROM main.author m JOIN other.author x ON x.key = m.key WHERE x.id = o.author_id),
  o.url,
  o.title,
  o.text,
  o.quote_text,
  o.warning,
  o.langs,
  o.created_at,
  o.created_at_raw,
  o.created_precision,
  o.reply_to,
  o.quote_of,
  o.erased_at
FROM other.item_version o
WHERE NOT EXISTS (SELECT 1 FROM main.item_version m WHERE m.key = o.key);

-- name: merge_media
INSERT INTO main.media (item_version_id, n, kind, url, alt, mime, width, height)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.n,
  o.kind,
  o.url,
  o.alt,
  o.mime,
  o.width,
  o.height
FROM other.media o
WHERE NOT EXISTS (SELECT 1 FROM main.media m WHERE m.item_version_id = (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id) AND m.n = o.n);

-- name: merge_link
INSERT INTO main.link (item_version_id, n, url, title, description)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.n,
  o.url,
  o.title,
  o.description
FROM other.link o
WHERE NOT EXISTS (SELECT 1 FROM main.link m WHERE m.item_version_id = (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id) AND m.n = o.n);

-- A parse comes with its exposures, labels and diagnostics: they are copied only for parses that are new here, listed first.

-- name: merge_new_parse
CREATE TEMP TABLE IF NOT EXISTS merge_parse (other_id INTEGER PRIMARY KEY, key BLOB NOT NULL);

-- name: merge_new_parse_clear
DELETE FROM temp.merge_parse;

-- name: merge_new_parse_fill
INSERT INTO temp.merge_parse SELECT o.id, o.key FROM other.parse o WHERE NOT EXISTS (SELECT 1 FROM main.parse m WHERE m.key = o.key);

-- name: merge_parse
INSERT INTO main.parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, reason, items, organic_items, repairs)
SELECT o.key,
  (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  o.adapter,
  o.adapter_version,
  o.engine_version,
  o.verdict,
  o.reason,
  o.items,
  o.organic_items,
  o.repairs
FROM other.parse o
WHERE NOT EXISTS (SELECT 1 FROM main.parse m WHERE m.key = o.key);

-- name: merge_exposure
INSERT INTO main.exposure (parse_id, rank, organic_rank, item_version_id, page, byte_offset, entry_id, is_repost, reposter_id, reposted_at, is_pinned, is_ad, is_service, is_reply, is_quote, feed_reason, feed_context, likes, reposts, replies, quotes, views, score, counts_rounded)
SELECT (SELECT m.id FROM main.parse m WHERE m.key = n.key),
  o.rank,
  o.organic_rank,
  (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.page,
  o.byte_offset,
  o.entry_id,
  o.is_repost,
  (SELECT m.id FROM main.author m JOIN other.author x ON x.key = m.key WHERE x.id = o.reposter_id),
  o.reposted_at,
  o.is_pinned,
  o.is_ad,
  o.is_service,
  o.is_reply,
  o.is_quote,
  o.feed_reason,
  o.feed_context,
  o.likes,
  o.reposts,
  o.replies,
  o.quotes,
  o.views,
  o.score,
  o.counts_rounded
FROM other.exposure o JOIN temp.merge_parse n ON n.other_id = o.parse_id;

-- name: merge_label
INSERT INTO main.label (parse_id, rank, n, value, source)
SELECT (SELECT m.id FROM main.parse m WHERE m.key = n.key),
  o.rank,
  o.n,
  o.value,
  o.source
FROM other.label o JOIN temp.merge_parse n ON n.other_id = o.parse_id;

-- name: merge_diagnostic
INSERT INTO main.diagnostic (parse_id, n, rank, page, byte_offset, code, field, detail)
SELECT (SELECT m.id FROM main.parse m WHERE m.key = n.key),
  o.n,
  o.rank,
  o.page,
  o.byte_offset,
  o.code,
  o.field,
  o.detail
FROM other.diagnostic o JOIN temp.merge_parse n ON n.other_id = o.parse_id;

-- Of two current parses of one snapshot the one of the newer engine, then adapter, then the greater key counts.

-- name: merge_snapshot_current
INSERT INTO main.snapshot_current (snapshot_id, parse_id)
SELECT (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  (SELECT m.id FROM main.parse m JOIN other.parse x ON x.key = m.key WHERE x.id = o.parse_id)
FROM other.snapshot_current o
WHERE true
ON CONFLICT (snapshot_id) DO UPDATE SET parse_id = excluded.parse_id
WHERE (SELECT p.engine_version || '/' || p.adapter_version || '/' || hex(p.key) FROM main.parse p WHERE p.id = excluded.parse_id)
    > (SELECT p.engine_version || '/' || p.adapter_version || '/' || hex(p.key) FROM main.parse p WHERE p.id = snapshot_current.parse_id);

-- name: merge_alarm
INSERT INTO main.alarm (key, snapshot_id, rule, window, detail)
SELECT o.key,
  (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  o.rule,
  o.window,
  o.detail
FROM other.alarm o
WHERE NOT EXISTS (SELECT 1 FROM main.alarm m WHERE m.key = o.key);

-- name: merge_item_text
INSERT INTO main.item_text (item_version_id, normaliser_version, text)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.normaliser_version,
  o.text
FROM other.item_text o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_detector
INSERT INTO main.detector (key, name, version, model_hash, lexicon_hash, configuration, text_view_version, normaliser_version)
SELECT o.key,
  o.name,
  o.version,
  o.model_hash,
  o.lexicon_hash,
  o.configuration,
  o.text_view_version,
  o.normaliser_version
FROM other.detector o
WHERE NOT EXISTS (SELECT 1 FROM main.detector m WHERE m.key = o.key);

-- A service asked by two crawlers may have answered one of them only, or each with a score of its own: what is known goes before what is
-- missing, and of two scores the lower stays, so that the order of merging does not matter. Both answers stay in service_exchange.
-- name: merge_detection_outdone
CREATE TEMP TABLE IF NOT EXISTS detection_outdone (item_version_id INTEGER NOT NULL, detector_id INTEGER NOT NULL, status TEXT NOT NULL,
  score REAL, lang TEXT, PRIMARY KEY (item_version_id, detector_id));

-- name: merge_detection_outdone_clear
DELETE FROM temp.detection_outdone;

-- name: merge_detection_outdone_fill
INSERT INTO temp.detection_outdone (item_version_id, detector_id, status, score, lang)
SELECT h.item_version_id, h.detector_id, o.status, o.score, o.lang
FROM other.detection o
JOIN other.item_version ov ON ov.id = o.item_version_id JOIN main.item_version hv ON hv.key = ov.key
JOIN other.detector od ON od.id = o.detector_id JOIN main.detector hd ON hd.key = od.key
JOIN main.detection h ON h.item_version_id = hv.id AND h.detector_id = hd.id
WHERE instr('ok,abstain,error,missing', o.status) < instr('ok,abstain,error,missing', h.status)
  OR (o.status = h.status AND o.score < h.score);

-- name: merge_detection_outdone_targets
DELETE FROM main.detection_target
WHERE EXISTS (SELECT 1 FROM temp.detection_outdone b
  WHERE b.item_version_id = detection_target.item_version_id AND b.detector_id = detection_target.detector_id);

-- name: merge_detection_outdone_apply
UPDATE main.detection SET
  status = (SELECT b.status FROM temp.detection_outdone b WHERE b.item_version_id = detection.item_version_id AND b.detector_id = detection.detector_id),
  score = (SELECT b.score FROM temp.detection_outdone b WHERE b.item_version_id = detection.item_version_id AND b.detector_id = detection.detector_id),
  lang = coalesce((SELECT b.lang FROM temp.detection_outdone b WHERE b.item_version_id = detection.item_version_id AND b.detector_id = detection.detector_id), lang)
WHERE EXISTS (SELECT 1 FROM temp.detection_outdone b
  WHERE b.item_version_id = detection.item_version_id AND b.detector_id = detection.detector_id);

-- One of two rows of the same score may be of a time when the language was not recorded: it takes the other's, in either order.
-- name: merge_detection
INSERT INTO main.detection (item_version_id, detector_id, status, score, lang)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  o.status,
  o.score,
  o.lang
FROM other.detection o
WHERE true
ON CONFLICT (item_version_id, detector_id) DO UPDATE SET lang = excluded.lang WHERE detection.lang IS NULL;

-- name: merge_detection_target
INSERT INTO main.detection_target (item_version_id, detector_id, target)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  o.target
FROM other.detection_target o
WHERE EXISTS (SELECT 1 FROM other.detection p
  JOIN other.item_version pv ON pv.id = p.item_version_id JOIN main.item_version hv ON hv.key = pv.key
  JOIN other.detector pd ON pd.id = p.detector_id JOIN main.detector hd ON hd.key = pd.key
  JOIN main.detection h ON h.item_version_id = hv.id AND h.detector_id = hd.id
  WHERE p.item_version_id = o.item_version_id AND p.detector_id = o.detector_id AND h.status = p.status AND h.score IS p.score)
ON CONFLICT DO NOTHING;

-- name: merge_threshold_set
INSERT INTO main.threshold_set (key, detector_id, lang, threshold)
SELECT o.key,
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  o.lang,
  o.threshold
FROM other.threshold_set o
WHERE NOT EXISTS (SELECT 1 FROM main.threshold_set m WHERE m.key = o.key);

-- name: merge_grid_cell
INSERT INTO main.grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.depth,
  o.threshold,
  o.rbp_p,
  o.text_view,
  o.is_primary
FROM other.grid_cell o
WHERE NOT EXISTS (SELECT 1 FROM main.grid_cell m WHERE m.key = o.key);

-- name: merge_snapshot_sum
INSERT INTO main.snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)
SELECT (SELECT m.id FROM main.parse m JOIN other.parse x ON x.key = m.key WHERE x.id = o.parse_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  (SELECT m.id FROM main.grid_cell m JOIN other.grid_cell x ON x.key = m.key WHERE x.id = o.grid_cell_id),
  o.target,
  o.n,
  o.missing,
  o.flagged,
  o.discounted,
  o.discount_total
FROM other.snapshot_sum o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_estimate
INSERT INTO main.estimate (key, study_version_id, metric, pair_id, feed_id, persona_id, platform, ranking, target, detector_id, grid_cell_id, unit, cluster_rule, clusters, family, role, estimate, lo, hi, se, p, adjusted_p, smallest_p, n, missing, excluded, worst_lo, worst_hi, method, null_reason, chain_head, flags, corrected_estimate, corrected_lo, corrected_hi, corrected_together_lo, corrected_together_hi, corrected_groups, corrected_detector, corrected_method, corrected_n, corrected_hateful, corrected_sample, corrected_reason, corrected_rogan_gladen, corrected_rogan_gladen_lo, corrected_rogan_gladen_hi, corrected_rogan_gladen_note)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.metric,
  (SELECT m.id FROM main.pair m JOIN other.pair x ON x.key = m.key WHERE x.id = o.pair_id),
  (SELECT m.id FROM main.feed m JOIN other.feed x ON x.key = m.key WHERE x.id = o.feed_id),
  (SELECT m.id FROM main.persona m JOIN other.persona x ON x.key = m.key WHERE x.id = o.persona_id),
  o.platform,
  o.ranking,
  o.target,
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  (SELECT m.id FROM main.grid_cell m JOIN other.grid_cell x ON x.key = m.key WHERE x.id = o.grid_cell_id),
  o.unit,
  o.cluster_rule,
  o.clusters,
  o.family,
  o.role,
  o.estimate,
  o.lo,
  o.hi,
  o.se,
  o.p,
  o.adjusted_p,
  o.smallest_p,
  o.n,
  o.missing,
  o.excluded,
  o.worst_lo,
  o.worst_hi,
  o.method,
  o.null_reason,
  o.chain_head,
  o.flags,
  o.corrected_estimate,
  o.corrected_lo,
  o.corrected_hi,
  o.corrected_together_lo,
  o.corrected_together_hi,
  o.corrected_groups,
  o.corrected_detector,
  o.corrected_method,
  o.corrected_n,
  o.corrected_hateful,
  o.corrected_sample,
  o.corrected_reason,
  o.corrected_rogan_gladen,
  o.corrected_rogan_gladen_lo,
  o.corrected_rogan_gladen_hi,
  o.corrected_rogan_gladen_note
FROM other.estimate o
WHERE NOT EXISTS (SELECT 1 FROM main.estimate m WHERE m.key = o.key);

-- name: merge_decision
INSERT INTO main.decision (key, study_version_id, ledger_id, type, subject, reason, decided_at)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  (SELECT m.id FROM main.ledger m JOIN other.ledger x ON x.link = m.link WHERE x.id = o.ledger_id),
  o.type,
  o.subject,
  o.reason,
  o.decided_at
FROM other.decision o
WHERE NOT EXISTS (SELECT 1 FROM main.decision m WHERE m.key = o.key);

-- name: merge_service_exchange
INSERT INTO main.service_exchange (key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, status, asked_at, ended_at, texts, characters, cost, request_sha256, model, answer)
SELECT o.key,
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  o.recipient,
  o.sent,
  o.outcome,
  o.detail,
  o.attempts,
  o.status,
  o.asked_at,
  o.ended_at,
  o.texts,
  o.characters,
  o.cost,
  o.request_sha256,
  o.model,
  o.answer
FROM other.service_exchange o
WHERE NOT EXISTS (SELECT 1 FROM main.service_exchange m WHERE m.key = o.key);

-- name: merge_service_text
INSERT INTO main.service_text (service_exchange_id, n, item_version_id, outcome)
SELECT (SELECT m.id FROM main.service_exchange m JOIN other.service_exchange x ON x.key = m.key WHERE x.id = o.service_exchange_id),
  o.n,
  (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.outcome
FROM other.service_text o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_cascade_frame
INSERT INTO main.cascade_frame (key, study_version_id, detector_id, after_detector_id, crawler_id, top, random, seed, drawn_at, units)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.after_detector_id),
  (SELECT m.id FROM main.crawler m JOIN other.crawler x ON x.key = m.key WHERE x.id = o.crawler_id),
  o.top,
  o.random,
  o.seed,
  o.drawn_at,
  o.units
FROM other.cascade_frame o
WHERE NOT EXISTS (SELECT 1 FROM main.cascade_frame m WHERE m.key = o.key);

-- name: merge_cascade_unit
INSERT INTO main.cascade_unit (cascade_frame_id, item_version_id, stratum, first_score, probability, drawn)
SELECT (SELECT m.id FROM main.cascade_frame m JOIN other.cascade_frame x ON x.key = m.key WHERE x.id = o.cascade_frame_id),
  (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.stratum,
  o.first_score,
  o.probability,
  o.drawn
FROM other.cascade_unit o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_sample
INSERT INTO main.sample (key, study_version_id, detector_id, name, frame, strata, method, seed, size, drawn, units, exposures, drawn_at)
SELECT o.key,
  (SELECT m.id FROM main.study_version m JOIN other.study_version x ON x.key = m.key WHERE x.id = o.study_version_id),
  (SELECT m.id FROM main.detector m JOIN other.detector x ON x.key = m.key WHERE x.id = o.detector_id),
  o.name,
  o.frame,
  o.strata,
  o.method,
  o.seed,
  o.size,
  o.drawn,
  o.units,
  o.exposures,
  o.drawn_at
FROM other.sample o
WHERE NOT EXISTS (SELECT 1 FROM main.sample m WHERE m.key = o.key);

-- name: merge_sample_stratum
INSERT INTO main.sample_stratum (sample_id, n, kind, lo, hi, units, exposures, drawn)
SELECT (SELECT m.id FROM main.sample m JOIN other.sample x ON x.key = m.key WHERE x.id = o.sample_id),
  o.n,
  o.kind,
  o.lo,
  o.hi,
  o.units,
  o.exposures,
  o.drawn
FROM other.sample_stratum o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_sample_unit
INSERT INTO main.sample_unit (key, sample_id, item_version_id, stratum, draw, exposures, score, flagged, probability_numerator, probability_denominator)
SELECT o.key,
  (SELECT m.id FROM main.sample m JOIN other.sample x ON x.key = m.key WHERE x.id = o.sample_id),
  (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.stratum,
  o.draw,
  o.exposures,
  o.score,
  o.flagged,
  o.probability_numerator,
  o.probability_denominator
FROM other.sample_unit o
WHERE NOT EXISTS (SELECT 1 FROM main.sample_unit m WHERE m.key = o.key);

-- name: merge_sample_text
INSERT INTO main.sample_text (sample_unit_id, nonce)
SELECT (SELECT m.id FROM main.sample_unit m JOIN other.sample_unit x ON x.key = m.key WHERE x.id = o.sample_unit_id),
  o.nonce
FROM other.sample_text o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_sample_snapshot
INSERT INTO main.sample_snapshot (sample_id, snapshot_id, parse_id, exposures, left_out, scored, flagged, score_total)
SELECT (SELECT m.id FROM main.sample m JOIN other.sample x ON x.key = m.key WHERE x.id = o.sample_id),
  (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  (SELECT m.id FROM main.parse m JOIN other.parse x ON x.key = m.key WHERE x.id = o.parse_id),
  o.exposures,
  o.left_out,
  o.scored,
  o.flagged,
  o.score_total
FROM other.sample_snapshot o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_sample_exposure
INSERT INTO main.sample_exposure (sample_unit_id, snapshot_id, exposures)
SELECT (SELECT m.id FROM main.sample_unit m JOIN other.sample_unit x ON x.key = m.key WHERE x.id = o.sample_unit_id),
  (SELECT m.id FROM main.snapshot m JOIN other.snapshot x ON x.key = m.key WHERE x.id = o.snapshot_id),
  o.exposures
FROM other.sample_exposure o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_annotation_rows
SELECT id FROM other.annotation ORDER BY id;

-- name: merge_annotation_row
INSERT INTO main.annotation (key, sample_unit_id, coder, pass, guideline, text_sha256, label, act, confidence, supersedes_id, imported_at)
SELECT o.key,
  (SELECT m.id FROM main.sample_unit m JOIN other.sample_unit x ON x.key = m.key WHERE x.id = o.sample_unit_id),
  o.coder,
  o.pass,
  o.guideline,
  o.text_sha256,
  o.label,
  o.act,
  o.confidence,
  (SELECT m.id FROM main.annotation m JOIN other.annotation x ON x.key = m.key WHERE x.id = o.supersedes_id),
  o.imported_at
FROM other.annotation o
WHERE o.id = ?1 AND NOT EXISTS (SELECT 1 FROM main.annotation m WHERE m.key = o.key);

-- name: merge_annotation_target
INSERT INTO main.annotation_target (annotation_id, target)
SELECT (SELECT m.id FROM main.annotation m JOIN other.annotation x ON x.key = m.key WHERE x.id = o.annotation_id),
  o.target
FROM other.annotation_target o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_annotation_comment
INSERT INTO main.annotation_comment (annotation_id, comment)
SELECT (SELECT m.id FROM main.annotation m JOIN other.annotation x ON x.key = m.key WHERE x.id = o.annotation_id),
  o.comment
FROM other.annotation_comment o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_adjudication
INSERT INTO main.adjudication (key, annotation_id, decided_at)
SELECT o.key,
  (SELECT m.id FROM main.annotation m JOIN other.annotation x ON x.key = m.key WHERE x.id = o.annotation_id),
  o.decided_at
FROM other.adjudication o
WHERE NOT EXISTS (SELECT 1 FROM main.adjudication m WHERE m.key = o.key);

-- Erasures come last: each row blanks what it names, which is here by now.

-- name: merge_erasure
INSERT INTO main.erasure (key, request, archive_id, ledger_id, subject, basis, asked_at, versions, finished_at)
SELECT o.key,
  o.request,
  (SELECT m.id FROM main.archive m JOIN other.archive x ON x.key = m.key WHERE x.id = o.archive_id),
  (SELECT m.id FROM main.ledger m JOIN other.ledger x ON x.link = m.link WHERE x.id = o.ledger_id),
  o.subject,
  o.basis,
  o.asked_at,
  o.versions,
  o.finished_at
FROM other.erasure o
WHERE NOT EXISTS (SELECT 1 FROM main.erasure m WHERE m.key = o.key);

-- name: merge_erased_capture
INSERT INTO main.erased_capture (capture_id, erasure_id, payload, etag)
SELECT (SELECT m.id FROM main.capture m JOIN other.capture x ON x.key = m.key WHERE x.id = o.capture_id),
  (SELECT m.id FROM main.erasure m JOIN other.erasure x ON x.key = m.key WHERE x.id = o.erasure_id),
  o.payload,
  o.etag
FROM other.erased_capture o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_erased_version
INSERT INTO main.erased_version (item_version_id, request, erased_at)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.request,
  o.erased_at
FROM other.erased_version o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_erased_reference
INSERT INTO main.erased_reference (item_version_id, request)
SELECT (SELECT m.id FROM main.item_version m JOIN other.item_version x ON x.key = m.key WHERE x.id = o.item_version_id),
  o.request
FROM other.erased_reference o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_erased_item
INSERT INTO main.erased_item (item_id, request)
SELECT (SELECT m.id FROM main.item m JOIN other.item x ON x.key = m.key WHERE x.id = o.item_id),
  o.request
FROM other.erased_item o
WHERE true
ON CONFLICT DO NOTHING;

-- name: merge_erased_author
INSERT INTO main.erased_author (author_id, request)
SELECT (SELECT m.id FROM main.author m JOIN other.author x ON x.key = m.key WHERE x.id = o.author_id),
  o.request
FROM other.erased_author o
WHERE true
ON CONFLICT DO NOTHING;

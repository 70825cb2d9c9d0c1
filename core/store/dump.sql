-- dump.sql: every table as rows ordered by content, local row ids replaced by the keys they stand for.
-- meta is left out: it names this file's own crawler.

-- name: dump_crawler
SELECT t.key, t.label
FROM crawler t ORDER BY 1, 2;

-- name: dump_program_run
SELECT t.key, (SELECT k.key FROM crawler k WHERE k.id = t.crawler_id) AS crawler_id, t.version, t.commit_id, t.command, t.configuration_hash, t.seed, t.started_at, t.ended_at, t.preamble
FROM program_run t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: dump_study
SELECT t.key, t.slug
FROM study t ORDER BY 1, 2;

-- name: dump_study_version
SELECT t.key, (SELECT k.key FROM study k WHERE k.id = t.study_id) AS study_id, t.hash, (SELECT k.key FROM study_version k WHERE k.id = t.parent_id) AS parent_id, t.reason, t.text, t.locked_at
FROM study_version t ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- name: dump_persona
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.name, (SELECT k.key FROM persona k WHERE k.id = t.twin_of_id) AS twin_of_id, t.cluster_key, t.attributes
FROM persona t ORDER BY 1, 2, 3, 4, 5, 6;

-- name: dump_feed
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.name, t.platform, t.endpoint, t.host, t.parameters, t.ranking, t.depth
FROM feed t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: dump_pair
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.name, (SELECT k.key FROM feed k WHERE k.id = t.ranked_feed_id) AS ranked_feed_id, (SELECT k.key FROM feed k WHERE k.id = t.chronological_feed_id) AS chronological_feed_id, t.pool, t.reason, t.window_rule
FROM pair t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_round
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.scheduled_at, t.window_end
FROM round t ORDER BY 1, 2, 3, 4;

-- name: dump_slot
SELECT t.key, (SELECT k.key FROM round k WHERE k.id = t.round_id) AS round_id, (SELECT k.key FROM persona k WHERE k.id = t.persona_id) AS persona_id, (SELECT k.key FROM feed k WHERE k.id = t.feed_id) AS feed_id, (SELECT k.key FROM crawler k WHERE k.id = t.crawler_id) AS crawler_id, t.state, (SELECT k.key FROM crawler k WHERE k.id = t.claimed_by) AS claimed_by, t.claim_until, t.attempts, t.reason
FROM slot t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: dump_archive
SELECT t.key, (SELECT k.key FROM crawler k WHERE k.id = t.crawler_id) AS crawler_id, (SELECT k.key FROM study k WHERE k.id = t.study_id) AS study_id
FROM archive t ORDER BY 1, 2, 3;

-- name: dump_ledger
SELECT (SELECT k.key FROM archive k WHERE k.id = t.archive_id) AS archive_id, t.seq, t.type, t.recorded_at, t.nonce, t.entry_hash, t.link
FROM ledger t ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- name: dump_capture
SELECT t.key, (SELECT k.link FROM ledger k WHERE k.id = t.ledger_id) AS ledger_id, (SELECT k.key FROM program_run k WHERE k.id = t.program_run_id) AS program_run_id, (SELECT k.key FROM slot k WHERE k.id = t.slot_id) AS slot_id, t.attempt, t.purpose, t.origin, t.method, t.url, t.status, t.curl_code, t.error, t.protocol, t.server_address, t.local_address, t.proxy, t.tls_version, t.certificate_sha256, t.queued_at, t.sent_at, t.first_byte_at, t.ended_at, t.captured_at, t.captured_at_kind, t.wire_sha256, t.wire_bytes, t.payload_sha256, t.content_coding, t.age, t.date_header, t.etag, t.masked, t.cookie_state, (SELECT k.key FROM capture k WHERE k.id = t.redirect_of_id) AS redirect_of_id
FROM capture t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34;

-- name: dump_capture_location
SELECT (SELECT k.key FROM capture k WHERE k.id = t.capture_id) AS capture_id, t.file, t.offset, t.length, (SELECT k.key FROM capture k WHERE k.id = t.revisit_of_id) AS revisit_of_id
FROM capture_location t ORDER BY 1, 2, 3, 4, 5;

-- name: dump_snapshot
SELECT t.key, (SELECT k.key FROM round k WHERE k.id = t.round_id) AS round_id, (SELECT k.key FROM persona k WHERE k.id = t.persona_id) AS persona_id, (SELECT k.key FROM feed k WHERE k.id = t.feed_id) AS feed_id, t.attempt, t.walk, t.step, (SELECT k.key FROM snapshot k WHERE k.id = t.parent_snapshot_id) AS parent_snapshot_id, t.parent_rank, t.policy, t.depth_asked, t.started_at, t.ended_at, t.skew_ms, t.interrupted
FROM snapshot t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15;

-- name: dump_snapshot_capture
SELECT (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, t.page, (SELECT k.key FROM capture k WHERE k.id = t.capture_id) AS capture_id
FROM snapshot_capture t ORDER BY 1, 2, 3;

-- name: dump_parse
SELECT t.key, (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, t.adapter, t.adapter_version, t.engine_version, t.verdict, t.reason, t.items, t.organic_items, t.repairs
FROM parse t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: dump_snapshot_current
SELECT (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id
FROM snapshot_current t ORDER BY 1, 2;

-- name: dump_alarm
SELECT t.key, (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, t.rule, t.window, t.detail
FROM alarm t ORDER BY 1, 2, 3, 4, 5;

-- name: dump_author
SELECT t.key, t.platform, t.native_id
FROM author t ORDER BY 1, 2, 3;

-- name: dump_author_name
SELECT (SELECT k.key FROM author k WHERE k.id = t.author_id) AS author_id, t.handle, t.display_name, t.first_seen_at
FROM author_name t ORDER BY 1, 2, 3, 4;

-- name: dump_item
SELECT t.key, t.platform, t.native_id
FROM item t ORDER BY 1, 2, 3;

-- name: dump_item_alias
SELECT (SELECT k.key FROM item k WHERE k.id = t.item_id) AS item_id, t.host, t.local_id
FROM item_alias t ORDER BY 1, 2, 3;

-- name: dump_item_version
SELECT t.key, (SELECT k.key FROM item k WHERE k.id = t.item_id) AS item_id, t.kind, (SELECT k.key FROM author k WHERE k.id = t.author_id) AS author_id, t.url, t.title, t.text, t.quote_text, t.warning, t.langs, t.created_at, t.created_at_raw, t.created_precision, t.reply_to, t.quote_of, t.erased_at
FROM item_version t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16;

-- name: dump_media
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.n, t.kind, t.url, t.alt, t.mime, t.width, t.height
FROM media t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_link
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.n, t.url, t.title, t.description
FROM link t ORDER BY 1, 2, 3, 4, 5;

-- name: dump_exposure
SELECT (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id, t.rank, t.organic_rank, (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.page, t.byte_offset, t.entry_id, t.is_repost, (SELECT k.key FROM author k WHERE k.id = t.reposter_id) AS reposter_id, t.reposted_at, t.is_pinned, t.is_ad, t.is_service, t.is_reply, t.is_quote, t.feed_reason, t.feed_context, t.likes, t.reposts, t.replies, t.quotes, t.views, t.score, t.counts_rounded
FROM exposure t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24;

-- name: dump_label
SELECT (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id, t.rank, t.n, t.value, t.source
FROM label t ORDER BY 1, 2, 3, 4, 5;

-- name: dump_diagnostic
SELECT (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id, t.n, t.rank, t.page, t.byte_offset, t.code, t.field, t.detail
FROM diagnostic t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_item_text
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.normaliser_version, t.text
FROM item_text t ORDER BY 1, 2, 3;

-- name: dump_detector
SELECT t.key, t.name, t.version, t.model_hash, t.lexicon_hash, t.configuration, t.text_view_version, t.normaliser_version
FROM detector t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_detection
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, t.status, t.score, t.lang
FROM detection t ORDER BY 1, 2, 3, 4, 5;

-- name: dump_detection_target
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, t.target
FROM detection_target t ORDER BY 1, 2, 3;

-- name: dump_threshold_set
SELECT t.key, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, t.lang, t.threshold
FROM threshold_set t ORDER BY 1, 2, 3, 4;

-- name: dump_grid_cell
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.depth, t.threshold, t.rbp_p, t.text_view, t.is_primary
FROM grid_cell t ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- name: dump_snapshot_sum
SELECT (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, (SELECT k.key FROM grid_cell k WHERE k.id = t.grid_cell_id) AS grid_cell_id, t.target, t.n, t.missing, t.flagged, t.discounted, t.discount_total
FROM snapshot_sum t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: dump_estimate
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.metric, (SELECT k.key FROM pair k WHERE k.id = t.pair_id) AS pair_id, (SELECT k.key FROM feed k WHERE k.id = t.feed_id) AS feed_id, (SELECT k.key FROM persona k WHERE k.id = t.persona_id) AS persona_id, t.platform, t.ranking, t.target, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, (SELECT k.key FROM grid_cell k WHERE k.id = t.grid_cell_id) AS grid_cell_id, t.unit, t.cluster_rule, t.clusters, t.family, t.role, t.estimate, t.lo, t.hi, t.se, t.p, t.adjusted_p, t.smallest_p, t.n, t.missing, t.excluded, t.worst_lo, t.worst_hi, t.method, t.null_reason, t.chain_head, t.flags, t.corrected_estimate, t.corrected_lo, t.corrected_hi, t.corrected_together_lo, t.corrected_together_hi, t.corrected_groups, t.corrected_detector, t.corrected_method, t.corrected_n, t.corrected_hateful, t.corrected_sample, t.corrected_reason, t.corrected_rogan_gladen, t.corrected_rogan_gladen_lo, t.corrected_rogan_gladen_hi, t.corrected_rogan_gladen_note
FROM estimate t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48;

-- name: dump_decision
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, (SELECT k.link FROM ledger k WHERE k.id = t.ledger_id) AS ledger_id, t.type, t.subject, t.reason, t.decided_at
FROM decision t ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- name: dump_service_exchange
SELECT t.key, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, t.recipient, t.sent, t.outcome, t.detail, t.attempts, t.status, t.asked_at, t.ended_at, t.texts, t.characters, t.cost, t.request_sha256, t.model, t.answer
FROM service_exchange t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17;

-- name: dump_service_text
SELECT (SELECT k.key FROM service_exchange k WHERE k.id = t.service_exchange_id) AS service_exchange_id, t.n, (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.outcome
FROM service_text t ORDER BY 1, 2, 3, 4;

-- name: dump_cascade_frame
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, (SELECT k.key FROM detector k WHERE k.id = t.after_detector_id) AS after_detector_id, (SELECT k.key FROM crawler k WHERE k.id = t.crawler_id) AS crawler_id, t.top, t.random, t.seed, t.drawn_at, t.units
FROM cascade_frame t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: dump_cascade_unit
SELECT (SELECT k.key FROM cascade_frame k WHERE k.id = t.cascade_frame_id) AS cascade_frame_id, (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.stratum, t.first_score, t.probability, t.drawn
FROM cascade_unit t ORDER BY 1, 2, 3, 4, 5, 6;

-- name: dump_sample
SELECT t.key, (SELECT k.key FROM study_version k WHERE k.id = t.study_version_id) AS study_version_id, (SELECT k.key FROM detector k WHERE k.id = t.detector_id) AS detector_id, t.name, t.frame, t.strata, t.method, t.seed, t.size, t.drawn, t.units, t.exposures, t.drawn_at
FROM sample t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;

-- name: dump_sample_stratum
SELECT (SELECT k.key FROM sample k WHERE k.id = t.sample_id) AS sample_id, t.n, t.kind, t.lo, t.hi, t.units, t.exposures, t.drawn
FROM sample_stratum t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_sample_unit
SELECT t.key, (SELECT k.key FROM sample k WHERE k.id = t.sample_id) AS sample_id, (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.stratum, t.draw, t.exposures, t.score, t.flagged, t.probability_numerator, t.probability_denominator
FROM sample_unit t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: dump_sample_text
SELECT (SELECT k.key FROM sample_unit k WHERE k.id = t.sample_unit_id) AS sample_unit_id, t.nonce
FROM sample_text t ORDER BY 1, 2;

-- name: dump_sample_snapshot
SELECT (SELECT k.key FROM sample k WHERE k.id = t.sample_id) AS sample_id, (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, (SELECT k.key FROM parse k WHERE k.id = t.parse_id) AS parse_id, t.exposures, t.left_out, t.scored, t.flagged, t.score_total
FROM sample_snapshot t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: dump_sample_exposure
SELECT (SELECT k.key FROM sample_unit k WHERE k.id = t.sample_unit_id) AS sample_unit_id, (SELECT k.key FROM snapshot k WHERE k.id = t.snapshot_id) AS snapshot_id, t.exposures
FROM sample_exposure t ORDER BY 1, 2, 3;

-- name: dump_annotation
SELECT t.key, (SELECT k.key FROM sample_unit k WHERE k.id = t.sample_unit_id) AS sample_unit_id, t.coder, t.pass, t.guideline, t.text_sha256, t.label, t.act, t.confidence, (SELECT k.key FROM annotation k WHERE k.id = t.supersedes_id) AS supersedes_id, t.imported_at
FROM annotation t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;

-- name: dump_annotation_target
SELECT (SELECT k.key FROM annotation k WHERE k.id = t.annotation_id) AS annotation_id, t.target
FROM annotation_target t ORDER BY 1, 2;

-- name: dump_annotation_comment
SELECT (SELECT k.key FROM annotation k WHERE k.id = t.annotation_id) AS annotation_id, t.comment
FROM annotation_comment t ORDER BY 1, 2;

-- name: dump_adjudication
SELECT t.key, (SELECT k.key FROM annotation k WHERE k.id = t.annotation_id) AS annotation_id, t.decided_at
FROM adjudication t ORDER BY 1, 2, 3;

-- name: dump_erasure
SELECT t.key, t.request, (SELECT k.key FROM archive k WHERE k.id = t.archive_id) AS archive_id, (SELECT k.link FROM ledger k WHERE k.id = t.ledger_id) AS ledger_id, t.subject, t.basis, t.asked_at, t.versions, t.finished_at
FROM erasure t ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: dump_erased_capture
SELECT (SELECT k.key FROM capture k WHERE k.id = t.capture_id) AS capture_id, (SELECT k.key FROM erasure k WHERE k.id = t.erasure_id) AS erasure_id, t.payload, t.etag
FROM erased_capture t ORDER BY 1, 2, 3, 4;

-- name: dump_erased_version
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.request, t.erased_at
FROM erased_version t ORDER BY 1, 2, 3;

-- name: dump_erased_reference
SELECT (SELECT k.key FROM item_version k WHERE k.id = t.item_version_id) AS item_version_id, t.request
FROM erased_reference t ORDER BY 1, 2;

-- name: dump_erased_item
SELECT (SELECT k.key FROM item k WHERE k.id = t.item_id) AS item_id, t.request
FROM erased_item t ORDER BY 1, 2;

-- name: dump_erased_author
SELECT (SELECT k.key FROM author k WHERE k.id = t.author_id) AS author_id, t.request
FROM erased_author t ORDER BY 1, 2;

#include "run/evidence.h"
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/utf8.h"
#include "run/keys.h"
#include "run/pages.h"
#include "erase_sql.h"
#include "run_sql.h"

static const struct amp_column columns_of_capture[] = {
	{"attempt", AMP_COLUMN_INT},
	{"purpose", AMP_COLUMN_TEXT},
	{"origin", AMP_COLUMN_TEXT},
	{"method", AMP_COLUMN_TEXT},
	{"url", AMP_COLUMN_TEXT},
	{"status", AMP_COLUMN_INT},
	{"curl_code", AMP_COLUMN_INT},
	{"error", AMP_COLUMN_TEXT},
	{"protocol", AMP_COLUMN_TEXT},
	{"server_address", AMP_COLUMN_TEXT},
	{"local_address", AMP_COLUMN_TEXT},
	{"proxy", AMP_COLUMN_TEXT},
	{"tls_version", AMP_COLUMN_TEXT},
	{"certificate_sha256", AMP_COLUMN_HASH},
	{"queued_at", AMP_COLUMN_INT},
	{"sent_at", AMP_COLUMN_INT},
	{"first_byte_at", AMP_COLUMN_INT},
	{"ended_at", AMP_COLUMN_INT},
	{"captured_at", AMP_COLUMN_INT},
	{"captured_at_kind", AMP_COLUMN_TEXT},
	{"wire_sha256", AMP_COLUMN_HASH},
	{"wire_bytes", AMP_COLUMN_INT},
	{"payload_sha256", AMP_COLUMN_HASH},
	{"content_coding", AMP_COLUMN_TEXT},
	{"age", AMP_COLUMN_INT},
	{"date_header", AMP_COLUMN_TEXT},
	{"etag", AMP_COLUMN_TEXT},
	{"masked", AMP_COLUMN_TEXT},
	{"cookie_state", AMP_COLUMN_TEXT},
};

const struct amp_column *amp_capture_columns(size_t *n)
{
	*n = sizeof columns_of_capture / sizeof columns_of_capture[0];
	return columns_of_capture;
}

/* ---- writing ---- */

void amp_evidence_text(json_t *o, const char *name, struct amp_str s)
{
	if (!s.p) return;
	if (amp_utf8_valid(s.p, s.n)) {
		json_object_set_new(o, name, json_stringn(s.p, s.n));
		return;
	}
	/* A header value may be any bytes: the record keeps them as they came, the column a readable form. */
	struct amp_buf b;
	amp_buf_init(&b, 4 * s.n + 16);
	amp_utf8_repair(&b, s.p, s.n);
	if (b.failed) amp_jsonv_lose(); /* the entry is not written then: see archive/canon.h */
	json_object_set_new(o, name, json_stringn(amp_buf_str(&b).p, b.n));
	amp_buf_free(&b);
}

static void set_c(json_t *o, const char *name, const char *s)
{
	if (s && s[0]) amp_evidence_text(o, name, amp_str_c(s));
}

static void set_int(json_t *o, const char *name, int64_t v)
{
	json_object_set_new(o, name, json_integer(v));
}

static void set_time(json_t *o, const char *name, int64_t v)
{
	if (v != AMP_TIME_NONE) set_int(o, name, v);
}

static void set_hash(json_t *o, const char *name, const uint8_t hash[AMP_SHA256])
{
	char hex[2 * AMP_SHA256 + 1];
	amp_hex(hash, AMP_SHA256, hex);
	json_object_set_new(o, name, json_string(hex));
}

static json_t *frame(const struct amp_program *p, const struct amp_capture_place *place)
{
	json_t *o = json_object();
	if (!o) return NULL;
	set_c(o, "program_run", p->key_hex);
	set_c(o, "study_version", p->version_hex);
	if (place->persona) {
		json_t *round = json_object();
		set_time(round, "scheduled_at", place->scheduled_at);
		set_time(round, "window_end", place->window_end);
		json_object_set_new(o, "round", round);
		set_c(o, "persona", place->persona);
		set_c(o, "feed", place->feed);
		set_c(o, "branch", place->branch);
		set_int(o, "snapshot_attempt", place->attempt);
		set_int(o, "walk", place->walk);
		set_int(o, "step", place->step);
		if (place->walk > 0) set_c(o, "policy", place->policy);
		if (place->walk > 0 && place->step > 0) set_int(o, "parent_rank", place->parent_rank);
		set_int(o, "depth", place->depth);
		if (place->page >= 0) set_int(o, "page", place->page);
	}
	return o;
}

static void set_error(json_t *o, const struct amp_exchange *x)
{
	char text[320];
	if (x->result == AMP_FETCH_POLICY)
		(void)snprintf(text, sizeof text, AMP_ERROR_POLICY "%s: %s", x->policy ? x->policy : "refused", x->error);
	else if (x->result == AMP_FETCH_RESPONSE && x->truncated)
		(void)snprintf(text, sizeof text, AMP_ERROR_CUT "%s", x->truncated_why ? x->truncated_why : "ended early");
	else if (x->result == AMP_FETCH_TRANSPORT)
		(void)snprintf(text, sizeof text, "%s", x->error[0] ? x->error : "transport");
	else
		return;
	set_c(o, "error", text);
}

json_t *amp_evidence_exchange(const struct amp_program *p, const struct amp_capture_place *place, const struct amp_exchange *x,
                              int64_t redirect_of_seq)
{
	json_t *o = frame(p, place);
	if (!o) return NULL;
	bool answered = x->result == AMP_FETCH_RESPONSE;
	/* When it was captured: the end of the exchange; a refusal and a failure have a time too. Always the wall clock. */
	int64_t at = x->ended_at != AMP_TIME_NONE ? x->ended_at : amp_clock_wall_ms();
	if (redirect_of_seq >= 0) set_int(o, "redirect_of_seq", redirect_of_seq);
	set_int(o, "attempt", x->attempt > 0 ? x->attempt : 1);
	set_c(o, "purpose", x->purpose);
	set_c(o, "origin", "fetched");
	set_c(o, "method", x->method);
	json_object_set_new(o, "url", json_string(""));
	amp_evidence_text(o, "url", amp_str_c(x->url));
	if (answered) set_int(o, "status", x->status);
	if (x->result != AMP_FETCH_POLICY) set_int(o, "curl_code", x->curl_code);
	set_error(o, x);
	set_c(o, "protocol", x->protocol);
	set_c(o, "server_address", x->server_address);
	set_c(o, "local_address", x->local_address);
	set_c(o, "proxy", x->proxy);
	set_c(o, "tls_version", x->tls_version);
	if (x->has_certificate) set_hash(o, "certificate_sha256", x->certificate_sha256);
	set_time(o, "queued_at", x->queued_at);
	set_time(o, "sent_at", x->sent_at);
	set_time(o, "first_byte_at", x->first_byte_at);
	set_time(o, "ended_at", x->ended_at);
	set_int(o, "captured_at", at);
	set_c(o, "captured_at_kind", "measured");
	if (answered) {
		set_hash(o, "wire_sha256", x->wire_sha256);
		set_int(o, "wire_bytes", x->wire_bytes);
		set_hash(o, "payload_sha256", x->payload_sha256);
		set_c(o, "content_coding", x->content_coding);
		if (x->age != AMP_ABSENT) set_int(o, "age", x->age);
		amp_evidence_text(o, "date_header", x->date);
		amp_evidence_text(o, "etag", x->etag);
	}
	set_c(o, "masked", x->masked);
	set_c(o, "repeated", x->repeated); /* in the entry alone: what it warns of is the archive's, not the database's */
	set_c(o, "cookie_state", x->cookie_state);
	return o;
}

json_t *amp_evidence_file(const struct amp_program *p, const struct amp_capture_place *place, const struct amp_saved_file *f)
{
	json_t *o = frame(p, place);
	if (!o) return NULL;
	uint8_t hash[AMP_SHA256];
	amp_sha256(f->bytes.p, f->bytes.n, hash);
	set_int(o, "attempt", 1);
	set_c(o, "purpose", "feed");
	set_c(o, "origin", "ingested");
	set_c(o, "url", f->url);
	if (f->status != 0) set_int(o, "status", f->status);
	set_time(o, "captured_at", f->captured_at);
	set_c(o, "captured_at_kind", f->captured_at == AMP_TIME_NONE ? "unknown" : "claimed");
	set_hash(o, "wire_sha256", hash);
	set_int(o, "wire_bytes", (int64_t)f->bytes.n);
	set_hash(o, "payload_sha256", hash);
	return o;
}

/* ---- reading ---- */

bool amp_evidence_int(const json_t *columns, const char *name, int64_t *out)
{
	const json_t *v = json_object_get(columns, name);
	if (!json_is_integer(v)) return false;
	*out = json_integer_value(v);
	return true;
}

struct amp_str amp_evidence_str(const json_t *columns, const char *name)
{
	const json_t *v = json_object_get(columns, name);
	if (!json_is_string(v)) return AMP_STR_ABSENT;
	return (struct amp_str){json_string_value(v), json_string_length(v)};
}

bool amp_evidence_hex(const json_t *columns, const char *name, uint8_t *out, size_t n)
{
	struct amp_str s = amp_evidence_str(columns, name);
	return s.p && amp_unhex(s, out, n) == 0;
}

bool amp_evidence_place(const json_t *columns, struct amp_capture_place *out)
{
	memset(out, 0, sizeof *out);
	out->page = out->parent_rank = -1;
	const json_t *round = json_object_get(columns, "round");
	out->persona = json_string_value(json_object_get(columns, "persona"));
	out->feed = json_string_value(json_object_get(columns, "feed"));
	out->branch = json_string_value(json_object_get(columns, "branch"));
	if (!out->branch) out->branch = "";
	out->policy = json_string_value(json_object_get(columns, "policy"));
	(void)amp_evidence_int(columns, "page", &out->page);
	(void)amp_evidence_int(columns, "parent_rank", &out->parent_rank);
	return out->persona && out->feed && amp_evidence_int(round, "scheduled_at", &out->scheduled_at) &&
	       amp_evidence_int(round, "window_end", &out->window_end) &&
	       amp_evidence_int(columns, "snapshot_attempt", &out->attempt) && amp_evidence_int(columns, "walk", &out->walk) &&
	       amp_evidence_int(columns, "step", &out->step) && amp_evidence_int(columns, "depth", &out->depth);
}

int amp_evidence_version(const struct amp_evidence *e, const json_t *columns, struct amp_study_ref *out, struct amp_err *err)
{
	*out = e->ref;
	if (!amp_evidence_hex(columns, "study_version", out->version.b, AMP_KEY)) return 0;
	int rc = amp_row_by_key(e->store, &AMP_SQL_RUN_STUDY_VERSION_BY_KEY, &out->version, &out->version_id, err);
	if (rc == 0)
		rc = amp_fail(err, AMP_ECORRUPT, _("The archive names a version of the study that the database %s does not have."),
		              amp_store_path(e->store));
	return rc < 0 ? rc : 0;
}

/* ---- rows ---- */

static int ledger_row(const struct amp_evidence *e, const struct amp_ledger_entry *l, int64_t *id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_LEDGER_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, e->archive_id);
	amp_query_bind_i64(&q, l->seq);
	amp_query_bind_c(&q, l->type);
	amp_query_bind_i64(&q, l->recorded_at);
	amp_query_bind_blob(&q, l->has_nonce ? l->nonce : NULL, sizeof l->nonce);
	amp_query_bind_blob(&q, l->entry_hash, AMP_SHA256);
	amp_query_bind_blob(&q, l->link, AMP_SHA256);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	if (rc == 0) *id = amp_store_last_id(e->store);
	return rc;
}

static int persona_and_feed(const struct amp_evidence *e, const struct amp_study_ref *ref, struct amp_str persona,
                            struct amp_str feed, int64_t *persona_id, int64_t *feed_id, struct amp_err *err)
{
	struct amp_key pk = amp_key_named("persona", &ref->version, persona), fk = amp_key_named("feed", &ref->version, feed);
	int p = amp_row_by_key(e->store, &AMP_SQL_RUN_PERSONA_BY_KEY, &pk, persona_id, err);
	if (p < 0) return p;
	int f = amp_row_by_key(e->store, &AMP_SQL_RUN_FEED_BY_KEY, &fk, feed_id, err);
	if (f < 0) return f;
	if (p == 0 || f == 0)
		return amp_fail(
			err, AMP_ECORRUPT,
			_("The archive names persona %.*s and feed %.*s, which the study in the database %s does not have."),
			AMP_ARG(persona), AMP_ARG(feed), amp_store_path(e->store));
	return 0;
}

static int slot_of(const struct amp_evidence *e, const json_t *columns, int64_t *slot_id, struct amp_err *err)
{
	struct amp_capture_place place;
	struct amp_study_ref ref;
	*slot_id = 0;
	if (!amp_evidence_place(columns, &place)) return 0;
	int64_t persona_id, feed_id, round_id;
	struct amp_key round;
	struct amp_str persona = amp_str_c(place.persona), feed = amp_str_c(place.feed);
	int rc = amp_evidence_version(e, columns, &ref, err);
	if (rc == 0) rc = persona_and_feed(e, &ref, persona, feed, &persona_id, &feed_id, err);
	if (rc == 0) rc = amp_row_round(e->store, &ref, place.scheduled_at, place.window_end, &round_id, &round, err);
	if (rc == 0) rc = amp_row_slot(e->store, &round, round_id, persona, persona_id, feed, feed_id, slot_id, err);
	return rc;
}

static int capture_of_seq(const struct amp_evidence *e, int64_t seq, int64_t *id, struct amp_err *err)
{
	bool null = false;
	*id = 0;
	return seq < 0 ? 0 : amp_row_number(e->store, &AMP_SQL_RUN_CAPTURE_BY_SEQ, e->archive_id, seq, 2, id, &null, err);
}

static int location_row(const struct amp_evidence *e, const struct amp_appended *a, int64_t capture_id, struct amp_err *err)
{
	if (a->place.length == 0) return 0;
	int64_t revisit_of = 0;
	int rc = capture_of_seq(e, a->revisit_of_seq, &revisit_of, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_LOCATION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, capture_id);
	amp_query_bind_c(&q, a->place.file);
	amp_query_bind_i64(&q, a->place.offset);
	amp_query_bind_i64(&q, a->place.length);
	amp_query_bind_id(&q, revisit_of);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

static int capture_row(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                       struct amp_err *err)
{
	uint8_t hashes[3][AMP_SHA256];
	struct amp_key key = amp_key_capture(a->entry.link), program;
	int64_t slot_id = 0, redirect_seq = -1, redirect_id = 0, program_id = 0;
	size_t n_hashes = 0, n;
	const struct amp_column *c = amp_capture_columns(&n);
	int rc = slot_of(e, a->columns, &slot_id, err);
	if (rc != 0) return rc;
	if (!amp_evidence_hex(a->columns, "program_run", program.b, AMP_KEY) ||
	    amp_row_by_key(e->store, &AMP_SQL_RUN_PROGRAM_RUN_BY_KEY, &program, &program_id, err) != 1)
		return amp_fail(err, AMP_ECORRUPT,
		                _("Entry %lld of the archive names a program run that the database %s does not have."),
		                (long long)a->entry.seq, amp_store_path(e->store));
	(void)amp_evidence_int(a->columns, "redirect_of_seq", &redirect_seq);
	rc = capture_of_seq(e, redirect_seq, &redirect_id, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_CAPTURE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ledger_id);
	amp_query_bind_i64(&q, program_id);
	amp_query_bind_id(&q, slot_id);
	amp_query_bind_id(&q, redirect_id);
	for (size_t i = 0; i < n; i++) {
		int64_t v;
		if (c[i].kind == AMP_COLUMN_TEXT) {
			amp_query_bind_str(&q, amp_evidence_str(a->columns, c[i].name));
		} else if (c[i].kind == AMP_COLUMN_INT) {
			if (amp_evidence_int(a->columns, c[i].name, &v))
				amp_query_bind_i64(&q, v);
			else
				amp_query_bind_null(&q);
		} else if (n_hashes < 3 && amp_evidence_hex(a->columns, c[i].name, hashes[n_hashes], AMP_SHA256)) {
			amp_query_bind_blob(&q, hashes[n_hashes++], AMP_SHA256);
		} else {
			amp_query_bind_null(&q);
		}
	}
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	if (rc != 0) return rc;
	*capture_id = amp_store_last_id(e->store);
	return location_row(e, a, *capture_id, err);
}

static int program_row(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                       struct amp_err *err)
{
	(void)ledger_id;
	(void)capture_id;
	struct amp_key key;
	uint8_t hash[AMP_SHA256];
	int64_t id, seed = 0, started_at = 0;
	const json_t *c = a->columns;
	if (!amp_evidence_hex(c, "program_run", key.b, AMP_KEY) || !amp_evidence_int(c, "started_at", &started_at))
		return amp_fail(err, AMP_ECORRUPT, _("Entry %lld of the archive is a preamble without program run or start."),
		                (long long)a->entry.seq);
	int rc = amp_row_by_key(e->store, &AMP_SQL_RUN_PROGRAM_RUN_BY_KEY, &key, &id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_buf preamble;
	struct amp_query q;
	amp_buf_init(&preamble, AMP_JSONV_BYTES);
	rc = amp_jsonv_dump(&preamble, c, JSON_COMPACT | JSON_SORT_KEYS, "program_run.preamble", err);
	if (rc == 0) rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_PROGRAM_RUN_INSERT, err);
	if (rc == 0) {
		amp_query_bind_key(&q, &key);
		amp_query_bind_i64(&q, e->crawler_id);
		amp_query_bind_str(&q, amp_evidence_str(c, "version"));
		amp_query_bind_str(&q, amp_evidence_str(c, "commit"));
		amp_query_bind_str(&q, amp_evidence_str(c, "command"));
		amp_query_bind_blob(&q, amp_evidence_hex(c, "configuration_hash", hash, AMP_SHA256) ? hash : NULL, AMP_SHA256);
		if (amp_evidence_int(c, "seed", &seed))
			amp_query_bind_i64(&q, seed);
		else
			amp_query_bind_null(&q);
		amp_query_bind_i64(&q, started_at);
		amp_query_bind_str(&q, amp_buf_str(&preamble));
		rc = amp_query_run(&q, err);
		amp_query_end(&q);
	}
	amp_buf_free(&preamble);
	return rc;
}

static int decision_row(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                        struct amp_err *err)
{
	(void)capture_id;
	struct amp_key key = amp_key_decision(a->entry.link);
	struct amp_study_ref ref;
	int rc = amp_evidence_version(e, a->columns, &ref, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_DECISION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ref.version_id);
	amp_query_bind_i64(&q, ledger_id);
	amp_query_bind_str(&q, amp_evidence_str(a->columns, "decision"));
	amp_query_bind_str(&q, amp_evidence_str(a->columns, "subject"));
	amp_query_bind_str(&q, amp_evidence_str(a->columns, "reason"));
	amp_query_bind_i64(&q, a->entry.recorded_at);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

/* The row that the entry belongs to was written before it, with what it blanks. */
static int erasure_rows(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                        struct amp_err *err)
{
	(void)capture_id;
	struct amp_key key;
	struct amp_query q;
	int64_t id = 0, versions = 0;
	const json_t *captures = json_object_get(a->columns, "captures");
	if (!amp_evidence_hex(a->columns, "erasure", key.b, AMP_KEY))
		return amp_fail(err, AMP_ECORRUPT, _("Entry %lld of the archive is an erasure without key."),
		                (long long)a->entry.seq);
	int rc = amp_row_by_key(e->store, &AMP_SQL_ERASE_BY_KEY, &key, &id, err);
	if (rc < 0) return rc;
	bool known = rc == 1;
	(void)amp_evidence_int(a->columns, "versions", &versions);
	rc = amp_query_start(&q, e->store, known ? &AMP_SQL_ERASE_ENTRY : &AMP_SQL_ERASE_ADOPT, err);
	if (rc != 0) return rc;
	if (known) {
		amp_query_bind_i64(&q, id);
		amp_query_bind_i64(&q, ledger_id);
	} else {
		amp_query_bind_key(&q, &key);
		amp_query_bind_i64(&q, e->archive_id);
		amp_query_bind_i64(&q, ledger_id);
		amp_query_bind_str(&q, amp_evidence_str(a->columns, "subject"));
		amp_query_bind_str(&q, amp_evidence_str(a->columns, "basis"));
		amp_query_bind_i64(&q, a->entry.recorded_at);
		amp_query_bind_i64(&q, versions);
	}
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	if (known || rc != 0) return rc;
	id = amp_store_last_id(e->store);
	for (size_t i = 0; rc == 0 && i < json_array_size(captures); i++) {
		rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_ADOPT_CAPTURE, err);
		if (rc != 0) break;
		amp_query_bind_i64(&q, id);
		amp_query_bind_i64(&q, e->archive_id);
		amp_query_bind_i64(&q, json_integer_value(json_array_get(captures, i)));
		rc = amp_query_run(&q, err);
		amp_query_end(&q);
	}
	return rc;
}

static int missed_rows(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                       struct amp_err *err)
{
	(void)ledger_id;
	(void)capture_id;
	struct amp_study_ref ref;
	struct amp_key round;
	int64_t scheduled_at, window_end, round_id, persona_id, feed_id, slot_id;
	const char *reason = json_string_value(json_object_get(a->columns, "reason"));
	if (!amp_evidence_int(a->columns, "scheduled_at", &scheduled_at) ||
	    !amp_evidence_int(a->columns, "window_end", &window_end))
		return 0;
	int rc = amp_evidence_version(e, a->columns, &ref, err);
	if (rc == 0) rc = amp_row_round(e->store, &ref, scheduled_at, window_end, &round_id, &round, err);
	const json_t *slots = json_object_get(a->columns, "slots");
	for (size_t i = 0; rc == 0 && i < json_array_size(slots); i++) {
		const json_t *pair = json_array_get(slots, i);
		const char *persona = json_string_value(json_array_get(pair, 0)),
			   *feed = json_string_value(json_array_get(pair, 1));
		if (!persona || !feed) continue;
		rc = persona_and_feed(e, &ref, amp_str_c(persona), amp_str_c(feed), &persona_id, &feed_id, err);
		if (rc == 0)
			rc = amp_row_slot(e->store, &round, round_id, amp_str_c(persona), persona_id, amp_str_c(feed), feed_id,
			                  &slot_id, err);
		if (rc == 0) rc = amp_row_slot_state(e->store, slot_id, "missed", reason, err);
	}
	return rc;
}

typedef int rows_fn(const struct amp_evidence *e, const struct amp_appended *a, int64_t ledger_id, int64_t *capture_id,
                    struct amp_err *err);
static const struct {
	const char *type;
	rows_fn *rows;
} by_type[] = {
	{"capture", capture_row},  {"preamble", program_row}, {"override", decision_row},
	{"erasure", erasure_rows}, {"missed", missed_rows},
};

int amp_evidence_rows(const struct amp_evidence *e, const struct amp_appended *a, int64_t *capture_id, struct amp_err *err)
{
	int64_t ledger_id = 0;
	*capture_id = 0;
	int rc = ledger_row(e, &a->entry, &ledger_id, err);
	for (size_t i = 0; rc == 0 && i < sizeof by_type / sizeof by_type[0]; i++)
		if (strcmp(by_type[i].type, a->entry.type) == 0) rc = by_type[i].rows(e, a, ledger_id, capture_id, err);
	return rc;
}

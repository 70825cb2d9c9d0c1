/* ingest.c: saved files, one after the other: what is kept of each, and its snapshot. */
#include "run/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "container/container.h"
#include "platforms/platforms.h"
#include "run/ingest_study.h"
#include "run/keys.h"
#include "run/pages_load.h"
#include "run/writer.h"
#include "run_sql.h"

#define DEPTH_MAX 16 /* folders in folders */
#define FILES_A_COMMIT 16
#define HEADERS_MAX ((size_t)1 << 20)

struct ingest {
	struct ingest_study s;
	const struct amp_ingest_options *o;
	const struct amp_endpoint *endpoint; /* NULL: recognised from content */
	struct amp_writer *w;
	amp_ingest_fn *fn;
	void *user;
	struct amp_buf path, bytes, headers, url, unpacked;
	char masked[256]; /* of the file at hand */
};

/* ---- headers beside a file ---- */

static bool is_sidecar(const char *name)
{
	struct amp_str s = amp_str_c(name);
	return amp_str_ends(s, ".headers.txt") || amp_str_ends(s, ".headers");
}

/* page.json has page.json.headers.txt, page.json.headers, or page.headers.txt. */
static bool read_sidecar(struct ingest *g, const char *path)
{
	static const char *const endings[] = {".headers.txt", ".headers"};
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
	size_t stem = dot && (!slash || dot > slash + 1) ? (size_t)(dot - path) : strlen(path);
	struct amp_buf name;
	bool found = false;
	amp_buf_init(&name, 8192);
	for (size_t i = 0; !found && i < 2 * sizeof endings / sizeof endings[0]; i++) {
		struct amp_err quiet = {0};
		amp_buf_reset(&name);
		amp_buf_reset(&g->headers);
		amp_buf_add(&name, path, i % 2 == 0 ? strlen(path) : stem);
		amp_buf_addc(&name, endings[i / 2]);
		found = !name.failed && amp_io_read_file(name.p, &g->headers, &quiet) == 0;
	}
	amp_buf_free(&name);
	if (!found) amp_buf_reset(&g->headers);
	return found;
}

static int header_status(struct amp_str headers)
{
	struct amp_str rest = headers, line = amp_str_cut(&rest, '\n');
	if (!amp_str_istarts(line, "HTTP")) return 0;
	while (line.n > 0 && line.p[0] != ' ') line.p++, line.n--;
	line = amp_str_trim(line);
	int64_t status = 0;
	line.n = line.n > 3 ? 3 : line.n;
	return amp_str_i64(line, &status) && status >= 100 && status <= 599 ? (int)status : 0;
}

static int64_t header_date(struct amp_str headers)
{
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision;
	struct amp_str rest = headers;
	while (rest.p && rest.n > 0) {
		struct amp_str line = amp_str_cut(&rest, '\n');
		if (!amp_str_istarts(line, "date:")) continue;
		line.p += 5;
		line.n -= 5;
		if (amp_time_parse_rfc822(amp_str_trim(line), &ms, &precision)) return ms;
	}
	return AMP_TIME_NONE;
}

/* ---- one file ---- */

static const char *content_type(const char *path, struct amp_str bytes)
{
	if (amp_warc_is(bytes)) return "application/warc"; /* what was packed is archived unpacked */
	static const char *const types[][2] = {{".json", "application/json"},
	                                       {".har", "application/json"},
	                                       {".ndjson", "application/x-ndjson"},
	                                       {".csv", "text/csv"},
	                                       {".xml", "application/xml"},
	                                       {".rss", "application/rss+xml"},
	                                       {".atom", "application/atom+xml"},
	                                       {".html", "text/html"},
	                                       {".htm", "text/html"}};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (amp_str_ends(amp_str_c(path), types[i][0])) return types[i][1];
	return "application/octet-stream";
}

/* A name that a URI may hold: everything but unreserved characters percent-encoded (RFC 3986, 2.1). */
static void file_uri(const char *path, struct amp_buf *out)
{
	const char *slash = strrchr(path, '/');
	amp_buf_addc(out, "file:");
	for (const char *p = slash ? slash + 1 : path; *p; p++) {
		if (amp_is_alnum((unsigned char)*p) || strchr("-._~", *p))
			amp_buf_byte(out, *p);
		else
			amp_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
	}
}

struct document { /* a saved file on its way to a snapshot */
	const char *path, *url;
	struct amp_snapshot_page page;
	const struct amp_endpoint *endpoint;
	int64_t scheduled_at;
	struct amp_closing c;
	struct amp_capture_place place;
};

/* The rows a snapshot hangs on, in a transaction of their own: they are no evidence of this file yet. */
static int frame_rows(struct ingest *g, struct document *d, struct amp_err *err)
{
	struct amp_key round;
	int64_t attempts = 0;
	struct amp_query q;
	struct amp_str persona = amp_str_c(d->place.persona), feed = amp_str_c(d->place.feed);
	int depth = d->c.parsed.n_items > 0 ? (int)d->c.parsed.n_items : 1;
	int rc = amp_store_begin(g->s.store, err);
	if (rc != 0) return rc;
	rc = ingest_persona(&g->s, d->place.persona, &d->c.persona_id, err);
	if (rc == 0) rc = ingest_feed(&g->s, d->place.feed, d->endpoint, depth, &d->c.feed_id, &d->c.depth, err);
	if (rc == 0) rc = amp_row_round(g->s.store, &g->s.ref, d->scheduled_at, d->scheduled_at, &d->c.round_id, &round, err);
	if (rc == 0)
		rc = amp_row_slot(g->s.store, &round, d->c.round_id, persona, d->c.persona_id, feed, d->c.feed_id, &d->c.slot_id,
		                  err);
	if (rc == 0) rc = amp_query_start(&q, g->s.store, &AMP_SQL_RUN_SNAPSHOT_ATTEMPTS, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, d->c.round_id);
		amp_query_bind_i64(&q, d->c.persona_id);
		amp_query_bind_i64(&q, d->c.feed_id);
		rc = amp_query_step(&q, err);
		if (rc == 1) attempts = amp_query_i64(&q, 0);
		amp_query_end(&q);
		rc = rc < 0 ? rc : 0;
	}
	if (rc == 0) rc = amp_store_commit(g->s.store, err);
	if (rc != 0) amp_store_rollback(g->s.store);
	d->c.attempt = attempts + 1;
	d->place.attempt = d->c.attempt;
	d->place.depth = d->c.depth;
	d->c.key = amp_key_snapshot(&g->s.ref.study, &round, persona, feed, 0, 0, d->c.attempt);
	return rc;
}

static int append_file(struct ingest *g, struct document *d, const char *uri, int64_t *seq, struct amp_err *err)
{
	struct amp_saved_file f = {.url = d->url ? d->url : uri,
	                           .bytes = d->page.page.body,
	                           .status = d->page.page.status,
	                           .captured_at = d->page.page.captured_at};
	json_t *columns = amp_evidence_file(amp_writer_program(g->w), &d->place, &f);
	if (columns) {
		amp_evidence_text(columns, "file", amp_str_c(uri));
		if (g->headers.n > 0) amp_evidence_text(columns, "headers", amp_buf_str(&g->headers));
		if (g->masked[0]) amp_evidence_text(columns, "masked", amp_str_c(g->masked));
	}
	struct amp_capture_bytes b = {.response = f.bytes,
	                              .ingested = true,
	                              .target_uri = amp_str_c(f.url),
	                              .content_type = amp_str_c(content_type(d->path, f.bytes)),
	                              .has_payload = true};
	amp_sha256(f.bytes.p, f.bytes.n, b.payload_sha256);
	return amp_writer_append(g->w, "capture", columns, &b, seq, err);
}

static const char *feed_name(struct ingest *g, const struct document *d, struct amp_arena *a)
{
	if (g->o->feed) return g->o->feed;
	if (g->o->only) return amp_arena_printf(a, "%s/%s", g->s.adapter->name, g->o->only);
	return amp_arena_printf(a, "%s/%s", g->s.adapter->name, d->endpoint ? d->endpoint->name : "unknown");
}

static int one_document(struct ingest *g, struct document *d, struct amp_err *err)
{
	struct amp_arena *a = d->c.arena;
	int64_t *seqs = amp_arena_new_array(a, int64_t, 1);
	struct amp_buf uri;
	int rc = amp_pages_parse(g->s.adapter, g->endpoint, false, false, &d->page, 1, a, &d->c.parsed, err);
	if (rc != 0) return rc;
	d->endpoint = d->c.parsed.endpoint;
	d->place.persona = g->o->persona ? g->o->persona : "ingest";
	d->place.feed = feed_name(g, d, a);
	d->scheduled_at = d->page.page.captured_at != AMP_TIME_NONE ? d->page.page.captured_at : g->s.now;
	d->place.scheduled_at = d->place.window_end = d->scheduled_at;
	if (!seqs || !d->place.feed) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading %s."), d->path);
	rc = frame_rows(g, d, err);
	if (rc != 0) return rc;
	amp_buf_init(&uri, 16384);
	file_uri(d->path, &uri);
	rc = amp_buf_check(&uri, d->path, err);
	if (rc == 0) rc = append_file(g, d, uri.p, &seqs[0], err);
	amp_buf_free(&uri);
	if (rc != 0) return rc;
	d->c.page_seqs = seqs;
	d->c.n_pages = 1;
	d->c.started_at = d->c.ended_at = d->c.seen_at = d->page.page.captured_at;
	d->c.slot_state = "done";
	d->c.platform = g->s.adapter->name;
	d->c.adapter_version = g->s.adapter->version;
	struct amp_look look;
	rc = amp_platforms_tell(g->s.adapter, &d->c.parsed, &d->page.page, &look, err);
	if (rc != 0) return rc;
	struct amp_ingest_file told = {
		.path = d->path,
		.verdict = amp_verdict_name(d->c.parsed.verdict),
		.reason = d->c.parsed.reason.p ? amp_arena_strndup(a, d->c.parsed.reason.p, d->c.parsed.reason.n) : NULL,
		.items = (int64_t)d->c.parsed.n_items,
		.look = look};
	if (g->fn) g->fn(g->user, &told);
	struct amp_closing c = d->c;
	d->c.arena = NULL; /* the writer's from here on */
	/* One attempt number a (round, persona, feed): a file of the same place and time must see this one stored first. */
	rc = amp_writer_close(g->w, &c, err);
	if (rc == 0) rc = amp_writer_flush(g->w, err);
	return rc;
}

/* Who the person is must not get into the archive: cookies, tokens and forms of a HAR or WARC file become stars before anything is
 * kept. Packed files are unpacked for it; then the digest of the file as it was saved is told beside what was masked. */
static int take_out_secrets(struct ingest *g, const char *path, struct amp_err *err)
{
	struct amp_str saved = amp_buf_str(&g->bytes);
	bool unpacked = false;
	const char *why = NULL;
	bool packed = amp_gzip_is(saved) || amp_zip_is(saved);
	if (packed && strcmp(g->s.adapter->name, "captures") == 0) {
		int rc = amp_capture_unpack(saved, &g->unpacked, &unpacked, &why, err);
		if (rc != 0) return rc;
		if (why || !unpacked || g->unpacked.failed)
			return amp_fail(
				err, AMP_EFORMAT,
				_("%s is not taken in, since what is packed in it cannot be looked through for secrets: %s."), path,
				why ? why : _("there is no WARC file in it; unpack it first"));
		uint8_t digest[AMP_SHA256];
		char hex[2 * AMP_SHA256 + 1];
		amp_sha256(saved.p, saved.n, digest);
		amp_hex(digest, AMP_SHA256, hex);
		size_t n = strlen(g->masked);
		(void)snprintf(g->masked + n, sizeof g->masked - n, "%sunpacked,sha256:%s", n ? "," : "", hex);
		struct amp_buf swap = g->bytes;
		g->bytes = g->unpacked;
		g->unpacked = swap;
	}
	return g->bytes.n ? amp_capture_mask(g->bytes.p, g->bytes.n, g->masked, sizeof g->masked, err) : 0;
}

static int one_file(struct ingest *g, const char *path, struct amp_err *err)
{
	struct document d;
	memset(&d, 0, sizeof d);
	amp_buf_reset(&g->bytes);
	int rc = amp_io_read_file(path, &g->bytes, err);
	if (rc != 0) return rc;
	if (g->o->headers_file) {
		amp_buf_reset(&g->headers);
		rc = amp_io_read_file(g->o->headers_file, &g->headers, err);
		if (rc != 0) return rc;
	} else {
		(void)read_sidecar(g, path);
	}
	/* Saved headers hold cookies as well as those of a live answer do, and a URL its token: never into the archive. */
	g->masked[0] = '\0';
	rc = amp_fetch_mask_saved(&g->headers, g->masked, sizeof g->masked, err);
	amp_buf_reset(&g->url);
	if (g->o->url) amp_buf_addc(&g->url, g->o->url);
	if (rc == 0) rc = amp_buf_check(&g->url, "--url", err);
	if (rc == 0) rc = take_out_secrets(g, path, err);
	if (rc != 0) return rc;
	if (g->o->url && g->url.n > 0) amp_fetch_mask_text(g->url.p, g->url.n, g->masked, sizeof g->masked);
	d.path = path;
	d.url = g->o->url && g->url.n > 0 ? g->url.p : NULL;
	d.page.answered = true;
	d.page.page.body = amp_buf_str(&g->bytes);
	d.page.page.url = amp_str_c(d.url);
	d.page.page.only = amp_str_c(g->o->only);
	d.page.page.status = header_status(amp_buf_str(&g->headers));
	d.page.page.captured_at = g->o->captured_at != AMP_TIME_NONE ? g->o->captured_at : header_date(amp_buf_str(&g->headers));
	d.c.arena = amp_writer_arena(g->w);
	if (!d.c.arena) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading %s."), path);
	rc = one_document(g, &d, err);
	if (d.c.arena) amp_writer_arena_back(g->w, d.c.arena);
	return rc;
}

/* ---- folders ---- */

static int one_path(struct ingest *g, const char *path, int depth, struct amp_err *err);

static int one_folder(struct ingest *g, const char *path, int depth, struct amp_err *err)
{
	char **names = NULL;
	size_t n = 0;
	if (depth == DEPTH_MAX)
		return amp_fail(err, AMP_ELIMIT, _("Folders under %s are nested more than %d deep."), path, DEPTH_MAX);
	int rc = amp_io_names(path, &names, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct amp_buf child;
		amp_buf_init(&child, 8192);
		amp_buf_printf(&child, "%s%s%s", path, amp_str_ends(amp_str_c(path), "/") ? "" : "/", names[i]);
		rc = amp_buf_check(&child, path, err);
		if (rc == 0 && !is_sidecar(names[i])) rc = one_path(g, child.p, depth + 1, err);
		amp_buf_free(&child);
	}
	amp_io_list_free(names);
	return rc;
}

static int one_path(struct ingest *g, const char *path, int depth, struct amp_err *err)
{
	struct stat st;
	if (stat(path, &st) != 0) return amp_fail_errno(err, _("cannot open %s"), path);
	if (S_ISDIR(st.st_mode)) return depth > 0 && !g->o->recursive ? 0 : one_folder(g, path, depth, err);
	if (!S_ISREG(st.st_mode)) {
		amp_log(AMP_WARN, "ingest", _("%s is not a regular file: left out."), path);
		return 0;
	}
	return one_file(g, path, err);
}

static int choose_platform(struct ingest *g, struct amp_err *err)
{
	const struct amp_ingest_options *o = g->o;
	int rc = ingest_own_source(&g->s, err);
	if (rc != 0) return rc;
	if (!g->s.adapter && o->platform) g->s.adapter = amp_adapter_find(o->platform);
	if (!g->s.adapter) {
		const char *names[64];
		if (!o->platform)
			return amp_fail(
				err, AMP_EUSAGE,
				_("ingest needs to know what saved the files: give --platform (amplimeter platforms lists them)."));
		return amp_platform_wrong(o->platform, names, amp_platform_names(names, 64), err);
	}
	if (!o->endpoint) return 0;
	g->endpoint = amp_endpoint_find(g->s.adapter, o->endpoint);
	return g->endpoint ? 0 : amp_endpoint_wrong(g->s.adapter, o->endpoint, err);
}

int amp_ingest(struct amp_store *store, const char *const *paths, size_t n, const struct amp_ingest_options *o, amp_ingest_fn *fn,
               void *user, struct amp_err *err)
{
	struct ingest g = {.s = {.store = store, .o = o, .now = amp_clock_wall_ms(), .arena = amp_arena_new(0)},
	                   .o = o,
	                   .fn = fn,
	                   .user = user};
	int64_t adopted = 0;
	amp_buf_init(&g.bytes, AMP_WIRE_MAX);
	amp_buf_init(&g.headers, HEADERS_MAX);
	amp_buf_init(&g.url, 65536);
	amp_buf_init(&g.unpacked, AMP_WIRE_MAX);
	int rc = g.s.arena ? choose_platform(&g, err)
	                   : amp_fail(err, AMP_ENOMEM, _("Out of memory while making study %s."), "adhoc");
	if (rc == 0) rc = ingest_find_study(&g.s, err);
	struct amp_writer_options wo = {
		.archive_dir = o->archive_dir, .label = "amplimeter", .stored = o->stored, .stored_user = o->stored_user};
	if (rc == 0) rc = amp_writer_open(&g.w, store, &g.s.ref, &wo, &adopted, err);
	json_t *fields = NULL;
	if (rc == 0) {
		fields = json_object();
		json_object_set_new(fields, "activity", json_string("ingest"));
		json_object_set_new(fields, "study", json_string(o->study ? o->study : "adhoc"));
		rc = amp_study_facts(store, &g.s.ref, fields, err);
		if (rc != 0) json_decref(fields);
	}
	if (rc == 0) {
		rc = amp_writer_preamble(g.w, fields, o->command_line, NULL, false, 0, err);
	}
	for (size_t i = 0; rc == 0 && i < n; i++) rc = one_path(&g, paths[i], 0, err);
	if (rc == 0) rc = amp_writer_end(g.w, err);
	amp_writer_free(g.w);
	amp_buf_free(&g.bytes);
	amp_buf_free(&g.headers);
	amp_buf_free(&g.url);
	amp_arena_free(g.s.arena);
	amp_buf_free(&g.unpacked);
	return rc;
}

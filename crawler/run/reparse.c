/* reparse.c: everything right of the capture, again, from the archive. */
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/feed_facts.h"
#include "run/folder.h"
#include "run/keys.h"
#include "run/pages_load.h"
#include "run/rules.h"
#include "run/generation.h"
#include "run/verify_value.h"
#include "run/rows.h"
#include "run/run.h"
#include "run/storing.h"
#include "erase_sql.h"
#include "run_sql.h"

#define GENERATION_MAX ((size_t)256 << 20)

struct again {
	struct amp_store *store;
	const char *dir;
	int64_t crawler_id;
	struct amp_storing *storing;
	struct amp_arena *arena;
	amp_stored_fn *stored;
	void *stored_user;
	struct amp_reparse_summary *sum;
	struct amp_verify *check; /* NULL: reparse; else nothing is made, and what differs is told */
	struct amp_buf folder, before, after;
	char first_differing[2 * AMP_KEY + 1];
};
struct snapshot {
	int64_t id, feed_id, ended_at, archive_id, first_seq;
	struct amp_key key;
	bool interrupted;
};

static int next_snapshot(struct again *g, int64_t after, int64_t study_id, struct snapshot *out, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, g->store, &AMP_SQL_RUN_SNAPSHOTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, after);
	amp_query_bind_i64(&q, study_id);
	rc = amp_query_step(&q, err);
	bool sound = true;
	if (rc == 1) {
		out->id = amp_query_i64(&q, 0);
		sound = amp_query_key(&q, 1, &out->key);
		out->interrupted = amp_query_i64(&q, 2) != 0;
		out->feed_id = amp_query_i64(&q, 3);
		out->ended_at = amp_query_time(&q, 4);
		out->archive_id = amp_query_null(&q, 5) ? 0 : amp_query_i64(&q, 5);
		out->first_seq = amp_query_null(&q, 6) ? 0 : amp_query_i64(&q, 6);
	}
	amp_query_end(&q);
	if (!sound)
		return amp_fail(err, AMP_ECORRUPT, _("A snapshot of the database %s has no sound key: run amplimeter verify."),
		                amp_store_path(g->store));
	return rc;
}

/* A finding about a snapshot, by the words that its study has for it. found: NULL is the difference's own. */
static int tell(struct again *g, int64_t snapshot_id, const struct amp_difference *d, const char *found, struct amp_err *err)
{
	struct amp_query q;
	char what[sizeof((struct amp_finding *)0)->what], when[AMP_TIME_TEXT];
	int rc = amp_query_start(&q, g->store, &AMP_SQL_RUN_PARSE_THAT_COUNTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, snapshot_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		struct amp_str persona = amp_query_str(&q, 5), feed = amp_query_str(&q, 6);
		(void)snprintf(what, sizeof what, "%s: persona %.*s, feed %.*s, round %s", d->what,
		               (int)(persona.n > 40 ? 40 : persona.n), persona.p, (int)(feed.n > 40 ? 40 : feed.n), feed.p,
		               amp_time_format(amp_query_i64(&q, 7), when));
		verify_note(g->check, -1, d->expected, found ? found : d->found, what);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* Counted and told, and the next snapshot comes; but where it is this machine that fails, all stops. */
static int unreadable(struct again *g, const struct snapshot *s, const char *what, int rc, const struct amp_err *why,
                      struct amp_err *err)
{
	struct amp_difference d = {.expected = "readable captures"};
	if (rc == AMP_ENOMEM || rc == AMP_EBUSY) {
		if (err) *err = *why;
		return rc;
	}
	g->sum->unreadable++;
	(void)snprintf(d.what, sizeof d.what, "%s", what);
	if (g->check) return tell(g, s->id, &d, why->text, err);
	amp_log(AMP_ERROR, "reparse", "%s", why->text);
	return 0;
}

/* 1: pages loaded; 0: the archive cannot give them (counted, told) or is another crawler's (counted); negative: stop. */
static int load(struct again *g, const struct snapshot *s, struct amp_snapshot_page **pages, size_t *n, struct amp_err *err)
{
	struct amp_err why = {0};
	int rc = 0;
	amp_buf_reset(&g->folder);
	if (s->archive_id != 0) rc = amp_archive_folder(g->store, g->dir, s->archive_id, g->crawler_id, &g->folder, &why);
	if (rc == AMP_ENOTFOUND) { /* merged in: what was read of it stays, and only its own crawler can read it again */
		g->sum->elsewhere++;
		return 0;
	}
	if (rc == 0) rc = amp_pages_load(g->store, amp_buf_str(&g->folder).p, s->id, g->arena, pages, n, &why);
	return rc == 0 ? 1 : unreadable(g, s, "its captures cannot be read", rc, &why, err);
}

static int same_generation(struct again *g, const struct amp_parse_row *row, const struct amp_parsed *parsed, int64_t parse_id,
                           struct amp_err *err)
{
	amp_buf_reset(&g->before);
	amp_buf_reset(&g->after);
	int rc = amp_generation_dump(g->store, parse_id, &g->before, err);
	if (rc == 0) rc = amp_storing_dump_again(g->storing, row, parsed, &g->after, err);
	if (rc != 0) return rc;
	if (amp_str_eq(amp_buf_str(&g->before), amp_buf_str(&g->after))) {
		g->sum->same++;
		return 0;
	}
	char hex[2 * AMP_KEY + 1];
	amp_hex(row->snapshot.b, AMP_KEY, hex);
	if (g->check) {
		struct amp_difference d;
		bool differ;
		g->sum->differing++;
		rc = amp_generation_difference(g->store, amp_buf_str(&g->after), amp_buf_str(&g->before), &d, &differ, err);
		if (rc == 0 && !differ) d = (struct amp_difference){.what = "parse: not what its captures give"};
		return rc == 0 ? tell(g, row->snapshot_id, &d, NULL, err) : rc;
	}
	if (g->sum->differing++ == 0) memcpy(g->first_differing, hex, sizeof hex);
	amp_log(AMP_ERROR, "reparse", _("Snapshot %s: the stored generation is not what its captures give."), hex);
	return 0;
}

/* The reading that counts, against today's of the same adapter and engine. */
static int check_reading(struct again *g, const struct amp_parse_row *row, const struct amp_key *today,
                         const struct amp_parsed *parsed, struct amp_err *err)
{
	struct amp_query q;
	struct amp_key key, derived;
	int64_t id = 0;
	bool there = false, sound = false;
	int rc = amp_query_start(&q, g->store, &AMP_SQL_RUN_PARSE_THAT_COUNTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, row->snapshot_id);
	rc = amp_query_step(&q, err);
	if (rc == 1 && !amp_query_null(&q, 0)) {
		id = amp_query_i64(&q, 0);
		there = true;
		derived = amp_key_parse(&row->snapshot, amp_query_str(&q, 2), amp_query_str(&q, 3), amp_query_str(&q, 4));
		sound = amp_query_key(&q, 1, &key) && memcmp(&key, &derived, sizeof key) == 0;
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	struct amp_difference none = {.what = "snapshot_current", .expected = "a parse", .found = "none"},
			      other = {.what = "parse: snapshot, adapter or versions against its key"};
	if (!there || !sound) {
		g->sum->differing++;
		return tell(g, row->snapshot_id, there ? &other : &none, NULL, err);
	}
	if (memcmp(&key, today, sizeof key) == 0) return same_generation(g, row, parsed, id, err);
	g->sum->other++;
	return 0;
}

static int read_again(struct again *g, const struct snapshot *s, struct amp_snapshot_page *pages, size_t n,
                      struct amp_feed_facts *facts, struct amp_parsed *parsed, struct amp_err *err)
{
	int rc = amp_feed_facts(g->store, s->feed_id, g->arena, facts, err);
	if (rc != 0) return rc;
	amp_feed_facts_pages(facts, pages, n);
	rc = amp_pages_parse(facts->adapter, facts->endpoint, facts->merged, s->interrupted, pages, n, g->arena, parsed, err);
	if (rc != 0) return rc;
	return amp_rules_explain(g->store, amp_buf_str(&g->folder).p, s->archive_id, s->first_seq, facts->adapter, facts->endpoint,
	                         pages, n, g->arena, parsed, err);
}

static int one_snapshot(struct again *g, const struct snapshot *s, struct amp_err *err)
{
	struct amp_snapshot_page *pages = NULL;
	struct amp_feed_facts facts;
	struct amp_parsed parsed;
	struct amp_err why = {0};
	size_t n = 0;
	int64_t parse_id = 0, erased = 0;
	int rc = amp_row_number(g->store, &AMP_SQL_ERASE_SNAPSHOT_PAGES, s->id, 0, 1, &erased, NULL, err);
	if (rc != 0) return rc;
	if (erased > 0) { /* what was read of it stays; there is nothing to read it from again */
		g->sum->erased++;
		return 0;
	}
	rc = load(g, s, &pages, &n, err);
	if (rc <= 0) return rc;
	rc = read_again(g, s, pages, n, &facts, &parsed, &why);
	if (rc != 0 && g->check) return unreadable(g, s, "its feed, or what its captures hold, cannot be read", rc, &why, err);
	if (rc != 0) {
		if (err) *err = why;
		return rc;
	}
	struct amp_parse_row row = {.snapshot = s->key,
	                            .snapshot_id = s->id,
	                            .platform = facts.adapter->name,
	                            .adapter_version = facts.adapter->version,
	                            .engine_version = AMP_ENGINE_VERSION,
	                            .host = facts.host,
	                            .seen_at = s->ended_at};
	struct amp_key key =
		amp_key_parse(&s->key, amp_str_c(row.platform), amp_str_c(row.adapter_version), amp_str_c(row.engine_version));
	if (g->check) return check_reading(g, &row, &key, &parsed, err);
	rc = amp_row_by_key(g->store, &AMP_SQL_RUN_PARSE_BY_KEY, &key, &parse_id, err);
	if (rc < 0) return rc;
	if (rc == 1) return same_generation(g, &row, &parsed, parse_id, err);
	bool made;
	rc = amp_store_begin(g->store, err);
	if (rc != 0) return rc;
	rc = amp_storing_parse(g->storing, &row, &parsed, &parse_id, &made, err);
	if (rc == 0 && g->stored) rc = g->stored(g->stored_user, g->store, &parse_id, 1, err);
	if (rc == 0) rc = amp_store_commit(g->store, err);
	if (rc == 0) g->sum->made++;
	if (rc != 0) {
		amp_store_rollback(g->store);
		amp_storing_forget(g->storing);
	}
	return rc;
}

static int one_study(struct again *g, int64_t study_id, struct amp_err *err)
{
	struct snapshot s = {.id = 0};
	for (;;) {
		int rc = next_snapshot(g, s.id, study_id, &s, err);
		if (rc != 1) return rc;
		g->sum->snapshots++;
		rc = one_snapshot(g, &s, err);
		amp_arena_reset(g->arena);
		if (rc != 0) return rc;
	}
}

static int all_studies(struct again *g, const char *study, struct amp_err *err)
{
	struct amp_query q;
	int64_t ids[256];
	size_t n = 0;
	int rc = amp_query_start(&q, g->store, &AMP_SQL_RUN_STUDIES, err);
	if (rc != 0) return rc;
	while (n < sizeof ids / sizeof ids[0]) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (!study || amp_str_eq_c(amp_query_str(&q, 1), study)) ids[n++] = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (study && n == 0)
		return amp_fail(err, AMP_EUSAGE, _("The database %s has no study %s."), amp_store_path(g->store), study);
	rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) rc = one_study(g, ids[i], err);
	return rc;
}

static int run(struct again *g, const char *study, struct amp_err *err)
{
	struct amp_key crawler;
	memset(g->sum, 0, sizeof *g->sum);
	struct amp_store *scratch = NULL; /* to verify, nothing is written: today's readings are made here */
	amp_buf_init(&g->folder, 8192);
	amp_buf_init(&g->before, GENERATION_MAX);
	amp_buf_init(&g->after, GENERATION_MAX);
	g->arena = amp_arena_new(0);
	int rc = g->arena ? amp_store_crawler(g->store, "amplimeter", &g->crawler_id, &crawler, err)
	                  : amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the archive again."));
	if (rc == 0 && g->check) rc = amp_store_scratch(&scratch, err);
	if (rc == 0) rc = amp_storing_new(&g->storing, scratch ? scratch : g->store, err);
	if (rc == 0) rc = all_studies(g, study, err);
	amp_storing_free(g->storing);
	amp_store_close(scratch);
	amp_arena_free(g->arena);
	amp_buf_free(&g->folder);
	amp_buf_free(&g->before);
	amp_buf_free(&g->after);
	return rc;
}

int amp_reparse(struct amp_store *store, const char *archive_dir, const char *study, amp_stored_fn *stored, void *stored_user,
                struct amp_reparse_summary *out, struct amp_err *err)
{
	struct again g = {.store = store, .dir = archive_dir, .stored = stored, .stored_user = stored_user, .sum = out};
	int rc = run(&g, study, err);
	if (rc != 0) return rc;
	if (out->differing > 0)
		return amp_fail(err, AMP_ECORRUPT,
		                _("%lld stored parses differ from what their captures give; the first is that of snapshot %s."),
		                (long long)out->differing, g.first_differing);
	if (out->unreadable > 0)
		return amp_fail(err, AMP_ECORRUPT,
		                _("The archive %s could not give the captures of %lld snapshots: amplimeter verify says more."),
		                archive_dir, (long long)out->unreadable);
	return 0;
}

int amp_verify_readings(struct amp_store *store, const char *archive_dir, amp_finding_fn *fn, void *user,
                        struct amp_reparse_summary *out, struct amp_err *err)
{
	int64_t findings = 0;
	struct amp_verify check = {.store = store, .fn = fn, .user = user, .findings = &findings};
	struct again g = {.store = store, .dir = archive_dir, .sum = out, .check = &check};
	int rc = run(&g, NULL, err);
	if (rc == 0 && findings > 0)
		rc = amp_fail(err, AMP_EFAIL, _("The database %s and the archive %s differ in %lld places."), amp_store_path(store),
		              archive_dir, (long long)findings);
	return rc;
}

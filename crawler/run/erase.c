/* erase.c: see erase.h. */
#include "run/erase.h"
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run/writer.h"
#include "erase_sql.h"

#define CALLED_MAX 16
#define SLUG_MAX 256

struct place { /* an archive in which something has to go */
	int64_t id, crawler_id;
	char slug[SLUG_MAX];
};
struct erasing {
	struct amp_store *store;
	const struct amp_erase_options *o;
	struct amp_erased *out;
	int64_t crawler_id;
	struct place *places;
	size_t n_places;
};

static int run(struct erasing *e, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, sql, err);

	if (rc != 0) return rc;
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

/* A pragma gives rows. */
static int run_rows(struct erasing *e, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, sql, err);

	if (rc != 0) return rc;
	do rc = amp_query_step(&q, err);
	while (rc == 1);
	amp_query_end(&q);
	return rc;
}

static int plan_add(struct erasing *e, const char *kind, int64_t id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_PLAN_ADD, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, kind);
	amp_query_bind_i64(&q, id);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

/* ---- who or what is meant ---- */

/* What was erased has lost its identifier; its key can be made of it. */
static int find_by_key(struct erasing *e, bool author, const char *name, int64_t *id, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf platform;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_PLATFORMS, err);

	*id = 0;
	if (rc != 0) return rc;
	amp_buf_init(&platform, 4096);
	while (rc >= 0 && *id == 0) {
		struct amp_key key;

		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		amp_buf_reset(&platform);
		(void)amp_buf_adds(&platform, amp_query_str(&q, 0));
		rc = amp_buf_check(&platform, "a platform's name", err);
		if (rc != 0) break;
		key = author ? amp_key_author(platform.p, amp_str_c(name)) : amp_key_item(platform.p, amp_str_c(name));
		rc = amp_row_by_key(e->store, author ? &AMP_SQL_ERASE_AUTHOR_BY_KEY : &AMP_SQL_ERASE_ITEM_BY_KEY, &key, id, err);
	}
	amp_query_end(&q);
	amp_buf_free(&platform);
	return rc < 0 ? rc : 0;
}

static int find(struct erasing *e, bool author, const char *name, int64_t *id, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf list;
	size_t n = 0;
	int rc = amp_query_start(&q, e->store, author ? &AMP_SQL_ERASE_FIND_AUTHOR : &AMP_SQL_ERASE_FIND_ITEM, err);

	if (rc != 0) return rc;
	amp_buf_init(&list, 4096);
	amp_query_bind_c(&q, name);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (n < CALLED_MAX)
			(void)amp_buf_printf(&list, "%s%.*s %.*s", n > 0 ? ", " : "", AMP_ARG(amp_query_str(&q, 1)),
			                     AMP_ARG(amp_query_str(&q, 2)));
		if (n++ == 0) *id = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	if (rc == 0 && n == 0) {
		rc = find_by_key(e, author, name, id, err);
		if (rc == 0 && *id == 0)
			rc = amp_fail(
				err, AMP_EUSAGE,
				author ? _("the database %s knows no author of this key, identifier or handle; handles change, identifiers do not")
				       : _("the database %s knows no item of this key, identifier or address"),
				amp_store_path(e->store));
	} else if (rc == 0 && n > 1) {
		rc = amp_fail(err, AMP_EUSAGE, _("several are called so; give the key of the one that is meant: %s%s"),
		              list.p != NULL ? list.p : "", n > CALLED_MAX ? ", …" : "");
	}
	amp_buf_free(&list);
	return rc;
}

/* ---- what goes with it ---- */

static int count(struct erasing *e, const char *kind, int64_t *out, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_PLAN_COUNT, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, kind);
	rc = amp_query_step(&q, err);
	*out = rc == 1 ? amp_query_i64(&q, 0) : 0;
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int list_places(struct erasing *e, struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_PLAN_ARCHIVE_LIST, err);

	if (rc != 0) return rc;
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct place *grown = amp_grow(e->places, e->n_places, &room, sizeof *grown);
		if (grown == NULL) {
			rc = amp_fail(err, AMP_ENOMEM, _("out of memory"));
			break;
		}
		e->places = grown;
		struct place *p = &e->places[e->n_places++];
		p->id = amp_query_i64(&q, 0);
		p->crawler_id = amp_query_i64(&q, 1);
		(void)snprintf(p->slug, sizeof p->slug, "%.*s", AMP_ARG(amp_query_str(&q, 2)));
		if (p->crawler_id != e->crawler_id) e->out->elsewhere++;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* The pages are looked up before what is erased already leaves the plan: a post that was shown again since its erasure is on new pages. */
static int plan(struct erasing *e, struct amp_err *err)
{
	static const struct amp_sql *const make[] = {&AMP_SQL_ERASE_PLAN_MAKE, &AMP_SQL_ERASE_PLAN_CLEAR, &AMP_SQL_ERASE_NAMES_MAKE,
	                                             &AMP_SQL_ERASE_NAMES_CLEAR, &AMP_SQL_ERASE_STAND_INS_MAKE},
					   *const gather[] = {&AMP_SQL_ERASE_PLAN_ITEMS,
	                                                      &AMP_SQL_ERASE_PLAN_VERSIONS,
	                                                      &AMP_SQL_ERASE_NAMES_FILL,
	                                                      &AMP_SQL_ERASE_PLAN_QUOTES,
	                                                      &AMP_SQL_ERASE_PLAN_QUOTES_OF_AUTHOR,
	                                                      &AMP_SQL_ERASE_PLAN_REFERENCES,
	                                                      &AMP_SQL_ERASE_PLAN_REFERENCES_TO_AUTHOR,
	                                                      &AMP_SQL_ERASE_PLAN_CAPTURES,
	                                                      &AMP_SQL_ERASE_PLAN_STEPS,
	                                                      &AMP_SQL_ERASE_PLAN_SAME_BYTES,
	                                                      &AMP_SQL_ERASE_PLAN_NAMELESS,
	                                                      &AMP_SQL_ERASE_PLAN_ARCHIVES_ANY,
	                                                      &AMP_SQL_ERASE_PLAN_DONE_CAPTURES,
	                                                      &AMP_SQL_ERASE_PLAN_DONE,
	                                                      &AMP_SQL_ERASE_PLAN_ARCHIVES,
	                                                      &AMP_SQL_ERASE_PLAN_ARCHIVES_ELSE,
	                                                      &AMP_SQL_ERASE_NAMES_CLEAR};
	int64_t id = 0;
	bool author = e->o->author != NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof make / sizeof make[0]; i++) rc = run(e, make[i], err);
	if (rc == 0) rc = find(e, author, author ? e->o->author : e->o->item, &id, err);
	if (rc == 0) rc = plan_add(e, author ? "author" : "item", id, err);
	for (size_t i = 0; rc == 0 && i < sizeof gather / sizeof gather[0]; i++) rc = run(e, gather[i], err);
	if (rc == 0) rc = count(e, "version", &e->out->versions, err);
	if (rc == 0) rc = count(e, "item", &e->out->items, err);
	if (rc == 0) rc = count(e, "author", &e->out->authors, err);
	if (rc == 0) rc = count(e, "reference", &e->out->references, err);
	if (rc == 0) rc = count(e, "capture", &e->out->captures, err);
	if (rc == 0) rc = amp_row_number(e->store, &AMP_SQL_ERASE_PLAN_OTHERS, 0, 0, 0, &e->out->others, NULL, err);
	if (rc == 0) rc = list_places(e, err);
	return rc;
}

/* ---- (1) the database ---- */

static int apply(struct erasing *e, const struct amp_sql *sql, const struct amp_key *request, int64_t at, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, sql, err);

	if (rc != 0) return rc;
	amp_query_bind_key(&q, request);
	if (at != 0) amp_query_bind_i64(&q, at);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

static int one_record(struct erasing *e, const struct place *p, const struct amp_key *request, int64_t at, struct amp_err *err)
{
	struct amp_key key;
	struct amp_query q;
	int64_t id;
	int rc = amp_random_bytes(key.b, sizeof key.b, err);

	if (rc == 0) rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_key(&q, request);
	amp_query_bind_i64(&q, p->id);
	amp_query_bind_c(&q, e->o->author != NULL ? "author" : "item");
	amp_query_bind_c(&q, e->o->basis);
	amp_query_bind_i64(&q, at);
	amp_query_bind_i64(&q, e->out->versions);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	if (rc != 0) return rc;
	id = amp_store_last_id(e->store);
	rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_CAPTURES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, id);
	amp_query_bind_i64(&q, p->id);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

static int blank(struct erasing *e, struct amp_err *err)
{
	struct amp_key request;
	int64_t at = amp_clock_wall_ms();
	int rc = amp_random_bytes(request.b, sizeof request.b, err);

	if (rc == 0) rc = run_rows(e, &AMP_SQL_ERASE_SECURE, err);
	if (rc == 0) rc = amp_store_begin(e->store, err);
	if (rc != 0) return rc;
	rc = run(e, &AMP_SQL_ERASE_STAND_INS_FILL, err);
	for (size_t i = 0; rc == 0 && i < e->n_places; i++) rc = one_record(e, &e->places[i], &request, at, err);
	if (rc == 0) rc = apply(e, &AMP_SQL_ERASE_VERSIONS, &request, at, err);
	if (rc == 0) rc = apply(e, &AMP_SQL_ERASE_REFERENCES, &request, 0, err);
	if (rc == 0) rc = apply(e, &AMP_SQL_ERASE_ITEMS, &request, 0, err);
	if (rc == 0) rc = apply(e, &AMP_SQL_ERASE_AUTHORS, &request, 0, err);
	if (rc == 0) rc = run(e, &AMP_SQL_ERASE_NAMELESS, err);
	if (rc == 0) rc = run(e, &AMP_SQL_ERASE_STAND_INS_CLEAR, err);
	if (rc == 0) rc = amp_store_commit(e->store, err);
	if (rc != 0) amp_store_rollback(e->store);
	return rc;
}

/* ---- (2) and (3) the archives ---- */

struct unfinished {
	int64_t id, archive_id, versions, crawler_id;
	struct amp_key key;
	bool has_entry;
	char subject[16], slug[SLUG_MAX];
	struct amp_buf basis;
	int64_t *seqs;
	size_t n;
};

static int next_unfinished(struct erasing *e, int64_t after, struct unfinished *u, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_UNFINISHED, err);

	if (rc != 0) return rc;
	amp_query_bind_i64(&q, after);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		u->id = amp_query_i64(&q, 0);
		u->archive_id = amp_query_i64(&q, 1);
		(void)amp_query_key(&q, 2, &u->key);
		u->has_entry = amp_query_i64(&q, 3) != 0;
		(void)snprintf(u->subject, sizeof u->subject, "%.*s", AMP_ARG(amp_query_str(&q, 4)));
		amp_buf_reset(&u->basis);
		(void)amp_buf_adds(&u->basis, amp_query_str(&q, 5));
		u->versions = amp_query_i64(&q, 6);
		(void)snprintf(u->slug, sizeof u->slug, "%.*s", AMP_ARG(amp_query_str(&q, 7)));
		u->crawler_id = amp_query_i64(&q, 8);
	}
	amp_query_end(&q);
	if (rc == 1 && amp_buf_check(&u->basis, "an erasure", err) != 0) rc = AMP_ENOMEM;
	return rc;
}

static int load_seqs(struct erasing *e, struct unfinished *u, struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_CAPTURE_SEQS, err);

	u->n = 0;
	amp_free(u->seqs);
	u->seqs = NULL;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, u->id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		int64_t *grown = amp_grow(u->seqs, u->n, &room, sizeof *grown);
		if (grown == NULL) {
			rc = amp_fail(err, AMP_ENOMEM, _("out of memory"));
			break;
		}
		u->seqs = grown;
		u->seqs[u->n++] = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	return rc;
}

static int append_entry(struct erasing *e, struct amp_writer *w, const struct amp_study_ref *ref, const struct unfinished *u,
                        struct amp_err *err)
{
	char hex[2 * AMP_KEY + 1];
	json_t *fields = json_object(), *o, *captures;
	int rc;

	json_object_set_new(fields, "activity", json_string("erase"));
	json_object_set_new(fields, "study", json_string(u->slug));
	rc = amp_study_facts(e->store, ref, fields, err);
	if (rc == 0)
		rc = amp_writer_preamble(w, fields, e->o->command_line, NULL, false, 0, err);
	else
		json_decref(fields);
	if (rc != 0) return rc;
	amp_hex(u->key.b, AMP_KEY, hex);
	captures = json_array();
	for (size_t i = 0; captures != NULL && i < u->n; i++) {
		if (json_array_append_new(captures, json_integer(u->seqs[i])) != 0) {
			json_decref(captures);
			captures = NULL;
		}
	}
	if (captures == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	o = json_pack("{s:s,s:s,s:s,s:s,s:I,s:o}", "program_run", amp_writer_program(w)->key_hex, "study_version",
	              amp_writer_program(w)->version_hex, "erasure", hex, "subject", u->subject, "versions",
	              (json_int_t)u->versions, "captures", captures);
	amp_evidence_text(o, "basis", amp_buf_str(&u->basis));
	rc = amp_writer_append(w, "erasure", o, NULL, NULL, err);
	if (rc == 0) rc = amp_writer_flush(w, err);
	return rc;
}

static int finish_row(struct erasing *e, int64_t id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_ERASE_FINISH, err);

	if (rc != 0) return rc;
	amp_query_bind_i64(&q, id);
	amp_query_bind_i64(&q, amp_clock_wall_ms());
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

/* Opening the writer adopts what a crash left in the archive: an entry that was written and not committed is known after it. */
static int finish_one(struct erasing *e, struct unfinished *u, struct amp_err *err)
{
	struct amp_writer_options wo = {.archive_dir = e->o->archive_dir, .label = "amplimeter"};
	struct amp_study_ref ref;
	struct amp_writer *w = NULL;
	int64_t adopted = 0, id = u->id;
	int rc;

	if (u->crawler_id != e->crawler_id) return finish_row(e, u->id, err); /* its archive is not here */
	rc = amp_row_study_find(e->store, u->slug, &ref, err);
	if (rc == 0) rc = amp_writer_open(&w, e->store, &ref, &wo, &adopted, err);
	if (rc == 0) rc = next_unfinished(e, id - 1, u, err);
	rc = rc == 1 && u->id == id ? 0
	     : rc < 0               ? rc
	                            : amp_fail(err, AMP_EBUSY, _("another process finished the erasure; run verify"));
	if (rc == 0) rc = load_seqs(e, u, err);
	if (rc == 0 && !u->has_entry) rc = append_entry(e, w, &ref, u, err);
	if (rc == 0) rc = amp_writer_erase(w, u->seqs, u->n, err);
	if (rc == 0) rc = finish_row(e, u->id, err);
	if (rc == 0) rc = amp_writer_end(w, err);
	amp_writer_free(w);
	return rc;
}

static int finish_all(struct erasing *e, int64_t *n, struct amp_err *err)
{
	struct unfinished u = {.id = 0};
	int rc;

	*n = 0;
	amp_buf_init(&u.basis, 1 << 16);
	for (;;) {
		rc = next_unfinished(e, u.id, &u, err);
		if (rc != 1) break;
		rc = finish_one(e, &u, err);
		if (rc != 0) break;
		(*n)++;
	}
	amp_buf_free(&u.basis);
	amp_free(u.seqs);
	return rc;
}

/* Before anything is changed: each archive is here, whole at its end, the database's own, and nobody writes to it. */
static int try_places(struct erasing *e, struct amp_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->n_places; i++) {
		struct amp_writer_options wo = {.archive_dir = e->o->archive_dir, .label = "amplimeter"};
		struct amp_study_ref ref;
		struct amp_writer *w = NULL;
		int64_t adopted;

		if (e->places[i].crawler_id != e->crawler_id) continue;
		rc = amp_row_study_find(e->store, e->places[i].slug, &ref, err);
		if (rc == 0) rc = amp_writer_open(&w, e->store, &ref, &wo, &adopted, err);
		amp_writer_free(w);
	}
	return rc;
}

static bool nothing(const struct amp_erased *x)
{
	return x->versions == 0 && x->items == 0 && x->authors == 0 && x->references == 0 && x->captures == 0;
}

int amp_erase(struct amp_store *store, const struct amp_erase_options *o, struct amp_erased *out, struct amp_err *err)
{
	struct erasing *e;
	struct amp_key crawler;
	int64_t made = 0;
	int rc;

	memset(out, 0, sizeof *out);
	if (amp_store_is_excerpt(store))
		return amp_fail(err, AMP_EUSAGE,
		                _("%s is an excerpt: erase in the database that it was made from, then make it anew"),
		                amp_store_path(store));
	e = amp_calloc(1, sizeof *e);
	if (e == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	e->store = store;
	e->o = o;
	e->out = out;
	rc = amp_store_crawler(store, "amplimeter", &e->crawler_id, &crawler, err);
	if (rc == 0 && !o->dry_run) rc = finish_all(e, &out->finished, err);
	if (rc == 0 && (o->author != NULL || o->item != NULL)) {
		rc = plan(e, err);
		out->archives = nothing(out) ? 0 : (int64_t)e->n_places - out->elsewhere;
		if (rc == 0 && !o->dry_run && !nothing(out)) {
			rc = try_places(e, err);
			if (rc == 0) rc = blank(e, err);
			if (rc == 0) rc = finish_all(e, &made, err);
		}
	}
	if (rc == 0 && (out->finished > 0 || made > 0)) rc = run(e, &AMP_SQL_ERASE_VACUUM, err);
	if (rc == 0 && (out->finished > 0 || made > 0)) rc = run_rows(e, &AMP_SQL_ERASE_CHECKPOINT, err);
	amp_free(e->places);
	amp_free(e);
	return rc;
}

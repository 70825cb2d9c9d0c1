/* frame.c: the study's plan and what became of each planned snapshot, in memory: a few dozen bytes a (persona, feed, round). */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"
#include <stdlib.h>
#include <string.h>

#define FRAME_CAP ((size_t)1 << 30)

const char *amp_shot_state_name(enum amp_shot_state s)
{
	static const char *const names[AMP_SHOT_STATES] = {
		[AMP_SHOT_OK] = "ok",           [AMP_SHOT_EMPTY] = "empty",
		[AMP_SHOT_PARTIAL] = "partial", [AMP_SHOT_DRIFT] = "drift",
		[AMP_SHOT_BLOCKED] = "blocked", [AMP_SHOT_FAILED] = "failed",
		[AMP_SHOT_MISSED] = "missed",   [AMP_SHOT_UNSCORED] = "unscored",
		[AMP_SHOT_SKEWED] = "skewed",   [AMP_SHOT_UNPLANNED] = "unplanned",
	};
	return names[s];
}

enum amp_shot_state amp_shot_state_of(struct amp_str verdict)
{
	for (int s = AMP_SHOT_OK; s <= AMP_SHOT_FAILED; s++)
		if (amp_str_eq_c(verdict, amp_shot_state_name((enum amp_shot_state)s))) return (enum amp_shot_state)s;
	return AMP_SHOT_FAILED;
}

const char *amp_arena_c(struct amp_arena *a, struct amp_str s)
{
	return s.p ? amp_arena_strndup(a, s.p, s.n) : NULL;
}

/* Rows of a growing array: the arena has no free, so that doubling wastes at most as much again. */
static void *grow(struct amp_arena *a, void *old, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0) return old; /* room until the next power of two */
	size_t room = n == 0 ? 1 : 2 * n;
	void *p = amp_arena_zalloc(a, room * size);
	if (p && n) memcpy(p, old, n * size);
	return p;
}
#define PUSH(f, array, count, err)                                                         \
	do {                                                                               \
		(f)->array = grow((f)->arena, (f)->array, (f)->count, sizeof *(f)->array); \
		if (!(f)->array) {                                                         \
			rc = AMP_OOM(err);                                                 \
			goto out;                                                          \
		}                                                                          \
		(f)->count++;                                                              \
	} while (0)

static int find_study(struct amp_frame *f, struct amp_store *store, const char *slug, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf names;
	size_t n = 0;
	amp_buf_init(&names, 600);
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_STUDY, err), row;
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	while ((row = amp_query_step(&q, err)) == 1) {
		if (n++ == 0) {
			f->study_id = amp_query_i64(&q, 0);
			f->slug = amp_arena_c(f->arena, amp_query_str(&q, 1));
		}
		(void)amp_buf_printf(&names, "%s%.*s", n > 1 ? ", " : "", AMP_ARG(amp_query_str(&q, 1)));
	}
	amp_query_end(&q);
	if (row < 0)
		rc = row;
	else if (n == 0 && slug)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds no study named “%s”: `amplimeter status` lists its studies."),
		              amp_store_path(store), slug);
	else if (n == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds no study: run `amplimeter crawl` or `amplimeter ingest` first."),
		              amp_store_path(store));
	else if (n > 1)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds several studies (%s): say which with --study."), amp_store_path(store),
		              names.p ? names.p : "…");
	else if (!f->slug)
		rc = AMP_OOM(err);
	amp_buf_free(&names);
	return rc;
}

/* The newest version that has snapshots; rounds of earlier versions are counted, not pooled: an amendment may have changed what was
 * asked. */
static int find_version(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_VERSION, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->study_id);
	bool chosen = false;
	while ((row = amp_query_step(&q, err)) == 1) {
		int64_t rounds = amp_query_i64(&q, 5);
		f->versions++;
		if (chosen) {
			f->earlier_rounds += (size_t)rounds;
			continue;
		}
		size_t n = 0;
		const void *hash = amp_query_blob(&q, 1, &n);
		if (f->versions == 1 || rounds > 0) {
			f->version_id = amp_query_i64(&q, 0);
			if (hash && n == AMP_SHA256) memcpy(f->hash, hash, n);
			f->study_text = amp_arena_c(f->arena, amp_query_str(&q, 2));
			f->locked_at = amp_query_i64(&q, 3);
			f->amend_reason = amp_arena_c(f->arena, amp_query_str(&q, 4));
			if (!f->study_text) {
				amp_query_end(&q);
				return AMP_OOM(err);
			}
		}
		chosen = rounds > 0;
	}
	amp_query_end(&q);
	if (row < 0) return row;
	if (f->versions == 0)
		return amp_fail(err, AMP_EUSAGE, _("The study “%s” in %s was never locked, so that there is nothing to report."),
		                f->slug, amp_store_path(store));
	return 0;
}

static size_t by_id(const void *base, size_t n, size_t size, int64_t id)
{
	for (size_t i = 0; i < n; i++) {
		int64_t have;
		memcpy(&have, (const char *)base + i * size, sizeof have); /* id is the first member of each row */
		if (have == id) return i;
	}
	return AMP_NO_INDEX;
}
#define BY_ID(f, array, count, id) by_id((f)->array, (f)->count, sizeof *(f)->array, (id))

static int load_personas(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	struct amp_key cluster = {{0}}, last = {{0}};
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_PERSONA, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, personas, n_personas, err);
		struct amp_frame_persona *p = &f->personas[f->n_personas - 1];
		p->id = amp_query_i64(&q, 0);
		p->name = amp_arena_c(f->arena, amp_query_str(&q, 1));
		p->is_twin = !amp_query_null(&q, 2);
		p->attributes = amp_arena_c(f->arena, amp_query_str(&q, 4));
		bool known = amp_query_key(&q, 3, &cluster);
		if (f->n_clusters == 0 || !known || memcmp(&cluster, &last, sizeof last) != 0) {
			PUSH(f, clusters, n_clusters, err);
			f->clusters[f->n_clusters - 1] = (struct amp_frame_cluster){p->name, f->n_personas - 1, 0};
			last = cluster;
		}
		p->cluster = f->n_clusters - 1;
		f->clusters[p->cluster].n++;
	}
	rc = row;
out:
	amp_query_end(&q);
	return rc;
}

static int load_feeds(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_FEED, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, feeds, n_feeds, err);
		struct amp_frame_feed *d = &f->feeds[f->n_feeds - 1];
		*d = (struct amp_frame_feed){.id = amp_query_i64(&q, 0),
		                             .name = amp_arena_c(f->arena, amp_query_str(&q, 1)),
		                             .platform = amp_arena_c(f->arena, amp_query_str(&q, 2)),
		                             .endpoint = amp_arena_c(f->arena, amp_query_str(&q, 3)),
		                             .host = amp_arena_c(f->arena, amp_query_str(&q, 4)),
		                             .ranking = amp_arena_c(f->arena, amp_query_str(&q, 5))};
		if (!d->name || !d->platform || !d->endpoint || !d->ranking) {
			rc = AMP_OOM(err);
			goto out;
		}
		d->platform_index = 0;
		while (d->platform_index < f->n_platforms && strcmp(f->platforms[d->platform_index], d->platform) != 0)
			d->platform_index++;
		if (d->platform_index == f->n_platforms) {
			PUSH(f, platforms, n_platforms, err);
			f->platforms[f->n_platforms - 1] = d->platform;
		}
	}
	rc = row;
out:
	amp_query_end(&q);
	return rc;
}

static int load_pairs(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_PAIR, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, pairs, n_pairs, err);
		struct amp_frame_pair *p = &f->pairs[f->n_pairs - 1];
		*p = (struct amp_frame_pair){.id = amp_query_i64(&q, 0),
		                             .name = amp_arena_c(f->arena, amp_query_str(&q, 1)),
		                             .ranked = BY_ID(f, feeds, n_feeds, amp_query_i64(&q, 2)),
		                             .chronological = BY_ID(f, feeds, n_feeds, amp_query_i64(&q, 3)),
		                             .pool = amp_arena_c(f->arena, amp_query_str(&q, 4)),
		                             .reason = amp_arena_c(f->arena, amp_query_str(&q, 5)),
		                             .window_rule = amp_arena_c(f->arena, amp_query_str(&q, 6))};
		if (!p->name || !p->pool || !p->reason || !p->window_rule) {
			rc = AMP_OOM(err);
			goto out;
		}
		if (p->ranked == AMP_NO_INDEX || p->chronological == AMP_NO_INDEX) {
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: the pair “%s” names a feed of another study version."),
			              amp_store_path(store), p->name);
			goto out;
		}
	}
	rc = row;
out:
	amp_query_end(&q);
	return rc;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int load_rounds(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_ROUND, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	int64_t last = 0;
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, rounds, n_rounds, err);
		struct amp_frame_round *r = &f->rounds[f->n_rounds - 1];
		r->id = amp_query_i64(&q, 0);
		r->scheduled_at = amp_query_i64(&q, 1);
		int64_t block = floor_div(r->scheduled_at, f->plan.time_block_ms);
		if (f->n_rounds == 1 || block != last) f->n_blocks++;
		r->block = f->n_blocks - 1;
		last = block;
	}
	rc = row;
out:
	amp_query_end(&q);
	return rc;
}

/* v1 is the full view; the bare version number is its older name. */
static bool same_view(const char *a, const char *b)
{
	return strcmp(*a == 'v' ? a + 1 : a, *b == 'v' ? b + 1 : b) == 0;
}

bool amp_frame_cell_has(const struct amp_frame *f, size_t detector, size_t cell)
{
	return detector < f->n_detectors && cell < f->n_cells &&
	       same_view(f->detectors[detector].text_view, f->cells[cell].text_view);
}

/* The one that the primary measure names, else the one that the study lists first: not what the alphabet puts first. */
static int preference(const struct amp_frame *f, size_t detector)
{
	const char *lead = f->plan.detector ? f->plan.detector : f->plan.first_detector;
	bool named = lead && strcmp(f->detectors[detector].name, lead) == 0;
	return (amp_frame_cell_has(f, detector, 0) ? 2 : 0) + (named ? 1 : 0);
}

static int load_thresholds(struct amp_frame *f, struct amp_store *store, int64_t detector, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_THRESHOLD, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, detector);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, thresholds, n_thresholds, err);
		struct amp_frame_threshold *t = &f->thresholds[f->n_thresholds - 1];
		*t = (struct amp_frame_threshold){.detector = detector,
		                                  .lang = amp_arena_c(f->arena, amp_query_str(&q, 0)),
		                                  .text = amp_arena_c(f->arena, amp_query_str(&q, 1)),
		                                  .value = amp_query_double(&q, 2)};
		if (!t->lang || !t->text) {
			rc = AMP_OOM(err);
			goto out;
		}
	}
	rc = row;
out:
	amp_query_end(&q);
	return rc;
}

static int load_cells(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_CELL, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, cells, n_cells, err);
		f->cells[f->n_cells - 1] = (struct amp_frame_cell){.id = amp_query_i64(&q, 0),
		                                                   .depth = (int)amp_query_i64(&q, 1),
		                                                   .threshold = amp_arena_c(f->arena, amp_query_str(&q, 2)),
		                                                   .rbp_p = amp_arena_c(f->arena, amp_query_str(&q, 3)),
		                                                   .text_view = amp_arena_c(f->arena, amp_query_str(&q, 4)),
		                                                   .primary = amp_query_i64(&q, 5) != 0};
	}
	amp_query_end(&q);
	if (row < 0) return row;
	rc = amp_query_start(&q, store, &AMP_SQL_METRICS_DETECTOR, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		PUSH(f, detectors, n_detectors, err);
		struct amp_frame_detector d = {.id = amp_query_i64(&q, 0),
		                               .name = amp_arena_c(f->arena, amp_query_str(&q, 1)),
		                               .version = amp_arena_c(f->arena, amp_query_str(&q, 2)),
		                               .text_view = amp_arena_c(f->arena, amp_query_str(&q, 3))};
		size_t at = f->n_detectors - 1;
		if (!d.name || !d.version || !d.text_view) {
			rc = AMP_OOM(err);
			goto out;
		}
		f->detectors[at] = d;
		/* the primary one first; of two versions the newer, which the statement gives first */
		if (at > 0 && preference(f, at) > preference(f, 0)) {
			f->detectors[at] = f->detectors[0];
			f->detectors[0] = d;
		}
	}
	rc = row;
out:
	amp_query_end(&q);
	for (size_t i = 0; rc == 0 && i < f->n_detectors; i++) rc = load_thresholds(f, store, f->detectors[i].id, err);
	return rc;
}

/* Rows of the plan by their ids: a long study has thousands of rounds, and each slot and snapshot asks for one. */
struct by_id {
	struct amp_idmap map;
	size_t *index; /* of the map's number */
};
struct plan_ids {
	struct by_id rounds, personas, feeds;
};
struct row_id {
	int64_t id;
	size_t index;
};

static int compare_rows(const void *a, const void *b)
{
	const struct row_id *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* rows: n of them, each beginning with its id. */
static int index_rows(struct by_id *out, const void *rows, size_t n, size_t size, struct amp_err *err)
{
	struct row_id *sorted = amp_malloc((n + 1) * sizeof *sorted);
	int64_t *ids = amp_malloc((n + 1) * sizeof *ids);
	out->index = amp_malloc((n + 1) * sizeof *out->index);
	int rc = sorted && ids && out->index ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		memcpy(&sorted[i].id, (const char *)rows + i * size, sizeof sorted[i].id);
		sorted[i].index = i;
	}
	if (rc == 0 && n > 1) qsort(sorted, n, sizeof *sorted, compare_rows);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		ids[i] = sorted[i].id;
		out->index[i] = sorted[i].index;
	}
	if (rc == 0) rc = amp_idmap_make(&out->map, ids, n, err);
	amp_free(sorted);
	amp_free(ids);
	return rc;
}
#define INDEX_ROWS(out, f, array, count, err) index_rows((out), (f)->array, (f)->count, sizeof *(f)->array, (err))

static void free_rows(struct by_id *r)
{
	amp_idmap_free(&r->map);
	amp_free(r->index);
}

static size_t find_row(const struct by_id *r, int64_t id)
{
	size_t number = amp_idmap_find(&r->map, id);
	return number == AMP_NO_NUMBER ? AMP_NO_INDEX : r->index[number];
}

/* The index of the shot that a row's first three columns name, or AMP_NO_INDEX. */
static size_t shot_of(const struct amp_frame *f, const struct plan_ids *ids, struct amp_query *q)
{
	size_t r = find_row(&ids->rounds, amp_query_i64(q, 0)), p = find_row(&ids->personas, amp_query_i64(q, 1)),
	       d = find_row(&ids->feeds, amp_query_i64(q, 2));
	return r == AMP_NO_INDEX || p == AMP_NO_INDEX || d == AMP_NO_INDEX ? AMP_NO_INDEX : amp_shot_index(f, p, d, r);
}

static uint64_t print_add(uint64_t h, const void *p, size_t n) /* FNV-1a: only equality within one round is asked */
{
	const unsigned char *b = p;
	for (size_t i = 0; i < n; i++) h = (h ^ b[i]) * UINT64_C(1099511628211);
	return h;
}

/* What the pages of one snapshot say together. */
struct evidence {
	int64_t snapshot;
	struct amp_shot *shot; /* NULL: of another study, or not looked at */
	uint64_t payload, etag;
	bool payload_known, etag_known;
};

static void end_evidence(const struct evidence *e)
{
	if (!e->shot) return;
	e->shot->payload_print = e->payload_known ? e->payload : 0;
	e->shot->etag_print = e->etag_known ? e->etag : 0;
}

static void take_page(struct evidence *e, struct amp_query *q)
{
	if (!e->shot) return;
	if (!amp_query_null(q, 1) && amp_query_i64(q, 1) > 0) e->shot->aged = true;
	struct amp_str tag = amp_query_str(q, 2);
	size_t n = 0;
	const void *sha = amp_query_blob(q, 3, &n);
	if (tag.p)
		e->etag = print_add(e->etag, tag.p, tag.n);
	else
		e->etag_known = false;
	if (sha)
		e->payload = print_add(e->payload, sha, n);
	else
		e->payload_known = false;
}

static int read_evidence(struct amp_frame *f, struct amp_store *store, const struct by_id *snapshots, struct amp_err *err)
{
	struct amp_query q;
	const uint64_t start = UINT64_C(14695981039346656037);
	struct evidence e = {.shot = NULL};
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_CACHE, err), row;
	if (rc != 0) return rc;
	while ((row = amp_query_step(&q, err)) == 1) {
		int64_t snapshot = amp_query_i64(&q, 0);
		if (snapshot != e.snapshot || !e.shot) {
			end_evidence(&e);
			size_t at = find_row(snapshots, snapshot);
			e = (struct evidence){snapshot, at == AMP_NO_INDEX ? NULL : &f->shots[at], start, start, true, true};
		}
		take_page(&e, &q);
	}
	amp_query_end(&q);
	end_evidence(&e);
	return row;
}

static int load_cache_evidence(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct by_id snapshots = {.index = NULL};
	size_t n = amp_shot_count(f), used = 0;
	struct row_id *rows = amp_malloc((n + 1) * sizeof *rows);
	int rc = rows ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (f->shots[i].state == AMP_SHOT_OK) rows[used++] = (struct row_id){f->shots[i].snapshot_id, i};
	if (rc == 0) rc = index_rows(&snapshots, rows, used, sizeof *rows, err);
	for (size_t i = 0; rc == 0 && i < used; i++) snapshots.index[i] = rows[snapshots.index[i]].index;
	if (rc == 0) rc = read_evidence(f, store, &snapshots, err);
	free_rows(&snapshots);
	amp_free(rows);
	return rc;
}

static int read_slots(struct amp_frame *f, struct amp_store *store, const struct plan_ids *ids, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SLOT, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t at = shot_of(f, ids, &q);
		if (at == AMP_NO_INDEX) continue;
		f->shots[at].planned = true;
		f->shots[at].state = AMP_SHOT_MISSED;
	}
	amp_query_end(&q);
	return row;
}

/* Of several attempts the last good one counts; where none is good, the last. attempts: one a shot, zero. */
static int read_shots(struct amp_frame *f, struct amp_store *store, const struct plan_ids *ids, int64_t *attempts,
                      struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SHOT, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t at = shot_of(f, ids, &q);
		enum amp_shot_state state = amp_shot_state_of(amp_query_str(&q, 5));
		if (at == AMP_NO_INDEX) continue;
		struct amp_shot *s = &f->shots[at];
		bool good = state == AMP_SHOT_OK, had = s->exists && s->state == AMP_SHOT_OK;
		int64_t attempt = amp_query_i64(&q, 7);
		if (s->exists && (had != good ? had : attempt <= attempts[at])) continue;
		attempts[at] = attempt;
		*s = (struct amp_shot){.snapshot_id = amp_query_i64(&q, 3),
		                       .parse_id = amp_query_i64(&q, 4),
		                       .started_at = amp_query_time(&q, 6),
		                       .items = amp_query_i64(&q, 8),
		                       .planned = true,
		                       .exists = true,
		                       .state = state};
	}
	amp_query_end(&q);
	return row;
}

static int load_shots(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct plan_ids ids = {.rounds = {.index = NULL}};
	size_t n = amp_shot_count(f);
	f->shots = n > FRAME_CAP / sizeof *f->shots ? NULL : amp_arena_new_array(f->arena, struct amp_shot, n + 1);
	if (!f->shots)
		return amp_fail(err, AMP_ELIMIT,
		                _("The study has %zu personas, %zu feeds and %zu rounds: too many for one report."), f->n_personas,
		                f->n_feeds, f->n_rounds);
	for (size_t i = 0; i < n; i++) f->shots[i].state = AMP_SHOT_UNPLANNED;
	int64_t *attempts = amp_calloc(n + 1, sizeof *attempts);
	int rc = attempts ? 0 : AMP_OOM(err);
	if (rc == 0) rc = INDEX_ROWS(&ids.rounds, f, rounds, n_rounds, err);
	if (rc == 0) rc = INDEX_ROWS(&ids.personas, f, personas, n_personas, err);
	if (rc == 0) rc = INDEX_ROWS(&ids.feeds, f, feeds, n_feeds, err);
	if (rc == 0) rc = read_slots(f, store, &ids, err);
	if (rc == 0) rc = read_shots(f, store, &ids, attempts, err);
	if (rc == 0) rc = load_cache_evidence(f, store, err);
	free_rows(&ids.rounds);
	free_rows(&ids.personas);
	free_rows(&ids.feeds);
	amp_free(attempts);
	return rc;
}

static int load_heads(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf links;
	amp_buf_init(&links, 1 << 20);
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_HEADS, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->study_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t n = 0;
		const void *link = amp_query_blob(&q, 2, &n);
		if (!link || n != AMP_SHA256) continue;
		f->n_archives++;
		(void)amp_buf_add(&links, link, n);
	}
	amp_query_end(&q);
	rc = row < 0 ? row : amp_buf_check(&links, "the chain heads", err);
	if (rc == 0 && f->n_archives == 1)
		memcpy(f->chain_head, links.p, AMP_SHA256);
	else if (rc == 0 && f->n_archives > 1)
		amp_sha256(links.p, links.n, f->chain_head);
	f->has_chain_head = rc == 0 && f->n_archives > 0;
	amp_buf_free(&links);
	return rc;
}

int amp_frame_load(struct amp_frame **out, struct amp_store *store, const char *slug, amp_plan_fn *plan_of, void *user,
                   struct amp_err *err)
{
	*out = NULL;
	struct amp_arena *arena = amp_arena_new(FRAME_CAP);
	struct amp_frame *f = arena ? amp_arena_zalloc(arena, sizeof *f) : NULL;
	if (!f) {
		amp_arena_free(arena);
		return AMP_OOM(err);
	}
	f->arena = arena;
	f->plan = (struct amp_plan){.alpha = 0.05, .time_block_ms = INT64_C(86400000), .seed = 1};
	int rc = find_study(f, store, slug, err);
	if (rc == 0) rc = find_version(f, store, err);
	if (rc == 0 && plan_of) rc = plan_of(user, arena, f->study_text, &f->plan, err);
	if (rc == 0 && (f->plan.time_block_ms <= 0 || !(f->plan.alpha > 0 && f->plan.alpha < 1)))
		rc = amp_fail(err, AMP_EUSAGE, _("The study “%s” declares an alpha or a time block that is out of range."),
		              f->slug);
	if (rc == 0) rc = load_personas(f, store, err);
	if (rc == 0) rc = load_feeds(f, store, err);
	if (rc == 0) rc = load_pairs(f, store, err);
	if (rc == 0) rc = load_rounds(f, store, err);
	if (rc == 0) rc = load_cells(f, store, err);
	if (rc == 0) rc = load_shots(f, store, err);
	if (rc == 0) rc = amp_walks_mark(f, store, err);
	if (rc == 0) rc = load_heads(f, store, err);
	if (rc == 0) rc = amp_flips_new(&f->flips, f->plan.seed, err);
	if (rc != 0) {
		amp_arena_free(arena);
		return rc;
	}
	*out = f;
	return 0;
}

void amp_frame_free(struct amp_frame *f)
{
	if (!f) return;
	amp_flips_free(f->flips);
	amp_arena_free(f->arena);
}

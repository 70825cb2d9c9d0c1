/* frame_sums.c: see frame_sums.h. */
#include "annotate/frame_sums.h"

#include <stdlib.h>
#include <string.h>
#include "annotate_sql.h"
#include "base/i18n.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sample is read."))

static size_t persona_of(const struct amp_frame *f, int64_t id)
{
	for (size_t i = 0; i < f->n_personas; i++)
		if (f->personas[i].id == id) return i;
	return AMP_NO_INDEX;
}

static size_t round_of(const struct amp_frame *f, int64_t id)
{
	for (size_t i = 0; i < f->n_rounds; i++)
		if (f->rounds[i].id == id) return i;
	return AMP_NO_INDEX;
}

static size_t feed_of(const struct amp_frame *f, int64_t id)
{
	for (size_t i = 0; i < f->n_feeds; i++)
		if (f->feeds[i].id == id) return i;
	return AMP_NO_INDEX;
}

/* Rows of a table whose size is not known: doubled in the arena. */
static void *room_for(struct amp_arena *arena, void *old, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0) return old;
	void *p = amp_arena_zalloc(arena, (n == 0 ? 1 : 2 * n) * size);
	if (p != NULL && n > 0) memcpy(p, old, n * size);
	return p;
}

static int read_shots(struct amp_frame_sums *s, const struct amp_frame *f, struct amp_store *store, int64_t sample,
                      struct amp_arena *arena, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_VERDICT_SNAPSHOTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, sample);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		s->shots = room_for(arena, s->shots, s->n_shots, sizeof *s->shots);
		if (s->shots == NULL) {
			rc = OOM(err);
			break;
		}
		struct amp_shot_sums *t = &s->shots[s->n_shots];
		*t = (struct amp_shot_sums){.snapshot = amp_query_i64(&q, 0),
		                            .round = round_of(f, amp_query_i64(&q, 1)),
		                            .persona = persona_of(f, amp_query_i64(&q, 2)),
		                            .feed = feed_of(f, amp_query_i64(&q, 3)),
		                            .started_at = amp_query_time(&q, 4),
		                            .exposures = amp_query_i64(&q, 5),
		                            .scored = amp_query_i64(&q, 7),
		                            .flagged = amp_query_i64(&q, 8),
		                            .score = amp_query_double(&q, 9)};
		if (t->round == AMP_NO_INDEX || t->persona == AMP_NO_INDEX || t->feed == AMP_NO_INDEX) {
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: the sample holds a snapshot of another study."),
			              amp_store_path(store));
			break;
		}
		t->cluster = f->personas[t->persona].cluster;
		t->block = f->rounds[t->round].block;
		s->at[amp_shot_index(f, t->persona, t->feed, t->round)] = s->n_shots++;
	}
	amp_query_end(&q);
	return rc;
}

static int by_snapshot(const void *a, const void *b)
{
	const struct amp_shot_sums *x = a, *y = b;
	return (x->snapshot > y->snapshot) - (x->snapshot < y->snapshot);
}

/* Rows come in the order of the units, and of the snapshots, which read_shots has read in that order. */
static int read_entries(struct amp_frame_sums *s, struct amp_store *store, const struct amp_verdicts *v, struct amp_arena *arena,
                        struct amp_err *err)
{
	struct amp_query q;
	size_t unit = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_VERDICT_EXPOSURES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, v->sample);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		const struct amp_shot_sums key = {.snapshot = amp_query_i64(&q, 1)};
		const struct amp_shot_sums *at =
			s->n_shots == 0 ? NULL : bsearch(&key, s->shots, s->n_shots, sizeof *s->shots, by_snapshot);
		while (unit < v->n && v->units[unit].id != amp_query_i64(&q, 0)) unit++;
		if (at == NULL || unit == v->n) {
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: the sample cannot be read."), amp_store_path(store));
			break;
		}
		s->entries = room_for(arena, s->entries, s->n_entries, sizeof *s->entries);
		if (s->entries == NULL) {
			rc = OOM(err);
			break;
		}
		s->entries[s->n_entries++] = (struct amp_entry_sums){unit, (size_t)(at - s->shots), amp_query_i64(&q, 2)};
	}
	amp_query_end(&q);
	return rc;
}

int amp_frame_sums_load(struct amp_frame_sums *out, const struct amp_frame *f, struct amp_store *store,
                        const struct amp_verdicts *v, struct amp_arena *arena, struct amp_err *err)
{
	size_t n = amp_shot_count(f);
	*out = (struct amp_frame_sums){.at = amp_arena_new_array(arena, size_t, n + 1),
	                               .judged = amp_arena_new_array(arena, size_t, v->n + 1)};
	if (!out->at || !out->judged) return OOM(err);
	for (size_t i = 0; i < n; i++) out->at[i] = AMP_NO_INDEX;
	for (size_t i = 0; i < v->n; i++) out->judged[i] = AMP_NO_INDEX;
	int rc = read_shots(out, f, store, v->sample, arena, err);
	return rc == 0 ? read_entries(out, store, v, arena, err) : rc;
}

static bool in_arm(const struct amp_frame_sums *s, const struct amp_frame *f, const struct amp_shot_sums *t,
                   const struct amp_arm_of *of)
{
	if (of->pair == AMP_NO_INDEX) return of->feed == AMP_NO_INDEX || t->feed == of->feed;
	const struct amp_frame_pair *p = &f->pairs[of->pair];
	if (t->feed != (of->ranked ? p->ranked : p->chronological)) return false;
	size_t other = s->at[amp_shot_index(f, t->persona, of->ranked ? p->chronological : p->ranked, t->round)];
	if (other == AMP_NO_INDEX) return false;
	int64_t a = t->started_at, b = s->shots[other].started_at, most = f->plan.max_skew_ms;
	return most <= 0 || a == AMP_TIME_NONE || b == AMP_TIME_NONE || (a - b <= most && b - a <= most);
}

int amp_arm_sums_make(struct amp_arm_sums *out, const struct amp_frame_sums *s, const struct amp_frame *f,
                      const struct amp_arm_of *of, struct amp_arena *arena, struct amp_err *err)
{
	size_t units = 0;
	for (size_t e = 0; e < s->n_entries; e++)
		if (s->entries[e].unit >= units) units = s->entries[e].unit + 1;
	*out = (struct amp_arm_sums){.in = amp_arena_new_array(arena, bool, s->n_shots + 1),
	                             .unit = amp_arena_new_array(arena, double, units + 1)};
	if (out->in == NULL || out->unit == NULL) return OOM(err);
	for (size_t i = 0; i < s->n_shots; i++) {
		out->in[i] = in_arm(s, f, &s->shots[i], of);
		if (!out->in[i]) continue;
		out->exposures += (double)s->shots[i].exposures;
		out->scored += (double)s->shots[i].scored;
		out->flagged += (double)s->shots[i].flagged;
		out->score += s->shots[i].score;
	}
	for (size_t e = 0; e < s->n_entries; e++)
		if (out->in[s->entries[e].shot]) out->unit[s->entries[e].unit] += (double)s->entries[e].n;
	return 0;
}

/* frame_units.c: see frame_units.h. */
#include "annotate/frame_units.h"

#include <stdlib.h>
#include <string.h>
#include "annotate_sql.h"
#include "base/i18n.h"
#include "base/mem.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sample is drawn."))
#define UNITS_MAX ((size_t)1 << 27)

/* ---- item_version.id -> place in v: open addressing ---- */
static size_t slot_of(const struct amp_frame_units *u, int64_t version)
{
	size_t i = (size_t)((uint64_t)version * UINT64_C(0x9E3779B97F4A7C15)) & (u->slots - 1);
	while (u->slot_version[i] != 0 && u->slot_version[i] != version) i = (i + 1) & (u->slots - 1);
	return i;
}

static void slots_free(struct amp_frame_units *u)
{
	amp_free(u->slot_version);
	amp_free(u->slot_at);
	u->slot_version = NULL;
	u->slot_at = NULL;
	u->slots = u->filled = 0;
}

static bool slots_put(struct amp_frame_units *u, int64_t version, size_t at)
{
	if (10 * (u->filled + 1) > 7 * u->slots) {
		struct amp_frame_units more = {.slots = u->slots == 0 ? 1024 : 2 * u->slots};
		more.slot_version = amp_calloc(more.slots, sizeof *more.slot_version);
		more.slot_at = amp_calloc(more.slots, sizeof *more.slot_at);
		if (more.slot_version == NULL || more.slot_at == NULL) {
			slots_free(&more);
			return false;
		}
		for (size_t i = 0; i < u->slots; i++) {
			if (u->slot_version[i] == 0) continue;
			size_t to = slot_of(&more, u->slot_version[i]);
			more.slot_version[to] = u->slot_version[i];
			more.slot_at[to] = u->slot_at[i];
		}
		more.filled = u->filled;
		slots_free(u);
		u->slot_version = more.slot_version;
		u->slot_at = more.slot_at;
		u->slots = more.slots;
		u->filled = more.filled;
	}
	size_t i = slot_of(u, version);
	u->filled += u->slot_version[i] == 0;
	u->slot_version[i] = version;
	u->slot_at[i] = at;
	return true;
}

struct amp_draw_unit *amp_frame_units_find(const struct amp_frame_units *u, int64_t version)
{
	if (u->slots == 0) return NULL;
	size_t i = slot_of(u, version);
	return u->slot_version[i] == 0 ? NULL : &u->v[u->slot_at[i]];
}

int amp_frame_units_index(struct amp_frame_units *u, struct amp_err *err)
{
	slots_free(u);
	for (size_t i = 0; i < u->n; i++)
		if (!slots_put(u, u->v[i].version, i)) return OOM(err);
	return 0;
}

void amp_frame_units_free(struct amp_frame_units *u)
{
	slots_free(u);
	amp_free(u->v);
	u->v = NULL;
	u->n = u->room = 0;
}

/* ---- gathering ---- */
static int add_unit(struct amp_frame_units *u, int64_t version, int64_t weight, struct amp_err *err)
{
	struct amp_draw_unit *known = amp_frame_units_find(u, version);
	if (known != NULL) {
		known->weight += weight;
		return 0;
	}
	if (u->n == u->room) {
		size_t room = u->room == 0 ? 1024 : 2 * u->room;
		void *more = room > UNITS_MAX ? NULL : amp_realloc(u->v, room * sizeof *u->v);
		if (more == NULL) return OOM(err);
		u->v = more;
		u->room = room;
	}
	u->v[u->n] = (struct amp_draw_unit){.version = version, .weight = weight};
	return slots_put(u, version, u->n++) ? 0 : OOM(err);
}

static int by_key(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	return memcmp(x->key.b, y->key.b, AMP_KEY);
}

int amp_frame_units_sort(struct amp_frame_units *u, struct amp_err *err)
{
	for (size_t i = 0; i < u->n; i++) {
		struct amp_query q;
		int rc = amp_query_start(&q, u->store, &AMP_SQL_SAMPLE_VERSION, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, u->v[i].version);
		rc = amp_query_step(&q, err);
		bool keyed = rc == 1 && amp_query_key(&q, 0, &u->v[i].key);
		if (keyed) u->v[i].erased = amp_query_i64(&q, 1) != 0;
		amp_query_end(&q);
		if (rc < 0) return rc;
		if (!keyed) return amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(u->store));
	}
	if (u->n > 0) qsort(u->v, u->n, sizeof *u->v, by_key);
	return amp_frame_units_index(u, err);
}

int64_t amp_frame_units_leave_out(struct amp_frame_units *u, const int64_t *places, size_t n)
{
	size_t kept = 0, next = 0;
	int64_t exposures = 0;
	for (size_t i = 0; i < u->n; i++) {
		bool out = next < n && places[next] == (int64_t)i;
		next += out;
		if (out)
			exposures += u->v[i].weight;
		else
			u->v[kept++] = u->v[i];
	}
	u->n = kept;
	return exposures;
}

/* ---- of a stored sample ---- */
static int read_sample(struct amp_frame_units *u, int64_t sample, struct amp_err *err)
{
	struct amp_query q;
	int64_t left_out = 0;
	int rc = amp_query_start(&q, u->store, &AMP_SQL_REDRAW_SNAPSHOTS, err), one = 0;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, sample);
	for (rc = amp_query_step(&q, err); rc == 1 && one == 0; rc = one == 0 ? amp_query_step(&q, err) : one)
		one = amp_frame_units_read(u, amp_query_i64(&q, 1), &left_out, err);
	amp_query_end(&q);
	return one != 0 ? one : rc;
}

/* "[3,17]" */
static size_t read_places(struct amp_str list, int64_t *places, size_t most)
{
	size_t n = 0;
	if (list.n < 2) return 0;
	list = (struct amp_str){list.p + 1, list.n - 2};
	while (list.p != NULL && n < most && amp_str_i64(amp_str_cut(&list, ','), &places[n])) n++;
	return n;
}

int amp_frame_units_of(struct amp_frame_units *u, bool *whole, struct amp_store *store, int64_t sample, bool only_parts,
                       struct amp_err *err)
{
	struct amp_query q;
	int64_t *places = NULL;
	*u = (struct amp_frame_units){.store = store};
	int rc = amp_query_start(&q, store, &AMP_SQL_FRAME_ERASED, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, sample);
	rc = amp_query_step(&q, err);
	struct amp_str list = rc == 1 ? amp_query_str(&q, 1) : AMP_STR("");
	*whole = list.n <= 2;
	if (rc == 1 && !(*whole && only_parts)) {
		u->depth = amp_query_i64(&q, 0);
		rc = read_sample(u, sample, err);
		if (rc == 0) rc = amp_frame_units_sort(u, err);
		if (rc == 0) {
			places = amp_calloc(u->n + 1, sizeof *places);
			if (places == NULL) rc = OOM(err);
		}
		if (rc == 0) (void)amp_frame_units_leave_out(u, places, read_places(list, places, u->n));
		if (rc == 0) rc = amp_frame_units_index(u, err);
	}
	amp_query_end(&q);
	amp_free(places);
	return rc < 0 ? rc : 0;
}

static int start_entries(struct amp_query *q, const struct amp_frame_units *u, int64_t parse, struct amp_err *err)
{
	int rc = amp_query_start(q, u->store, &AMP_SQL_SAMPLE_ENTRIES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(q, parse);
	amp_query_bind_i64(q, u->depth);
	return 0;
}

int amp_frame_units_read(struct amp_frame_units *u, int64_t parse, int64_t *left_out, struct amp_err *err)
{
	struct amp_query q;
	int rc = start_entries(&q, u, parse, err), full = 0;
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1 && full == 0; rc = full == 0 ? amp_query_step(&q, err) : full) {
		int64_t n = amp_query_i64(&q, 1);
		if (amp_query_null(&q, 0))
			*left_out += n;
		else
			full = add_unit(u, amp_query_i64(&q, 0), n, err);
	}
	amp_query_end(&q);
	return full != 0 ? full : rc;
}

int amp_frame_units_sum(struct amp_frame_units *u, int64_t parse, struct amp_shown *shown, amp_shown_fn *fn, void *user,
                        struct amp_err *err)
{
	struct amp_query q;
	*shown = (struct amp_shown){0};
	int rc = start_entries(&q, u, parse, err), one = 0;
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1 && one == 0; rc = one == 0 ? amp_query_step(&q, err) : one) {
		int64_t n = amp_query_i64(&q, 1);
		struct amp_draw_unit *unit = amp_query_null(&q, 0) ? NULL : amp_frame_units_find(u, amp_query_i64(&q, 0));
		if (unit == NULL) {
			shown->left_out += n;
			continue;
		}
		shown->exposures += n;
		shown->scored += unit->scored ? n : 0;
		shown->flagged += unit->flagged ? n : 0;
		shown->score += unit->scored ? (double)n * unit->score : 0;
		if (unit->drawn && fn != NULL) one = fn(user, unit, n, err);
	}
	amp_query_end(&q);
	return one != 0 ? one : rc;
}

/* ---- scores ---- */
static double own_threshold(const struct amp_unit_rule *rule, struct amp_str lang)
{
	double any = 2; /* no threshold: nothing is flagged */
	for (size_t i = 0; i < rule->n; i++) {
		const struct amp_frame_threshold *t = &rule->languages[i];
		if (t->detector != rule->detector) continue;
		if (lang.p != NULL && amp_str_eq_c(lang, t->lang)) return t->value;
		if (strcmp(t->lang, "any") == 0) any = t->value;
	}
	return any;
}

bool amp_unit_flagged(const struct amp_unit_rule *rule, double score, struct amp_str lang)
{
	return score >= (strcmp(rule->threshold, "default") == 0 ? own_threshold(rule, lang) : strtod(rule->threshold, NULL));
}

int amp_frame_units_score(struct amp_frame_units *u, const struct amp_unit_rule *rule, struct amp_err *err)
{
	for (size_t i = 0; i < u->n; i++) {
		struct amp_draw_unit *unit = &u->v[i];
		struct amp_query q;
		int rc = amp_query_start(&q, u->store, &AMP_SQL_SAMPLE_SCORE, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, unit->version);
		amp_query_bind_i64(&q, rule->detector);
		rc = amp_query_step(&q, err);
		if (rc == 1 && !amp_query_null(&q, 0)) {
			unit->scored = true;
			unit->score = amp_query_double(&q, 0);
			unit->flagged = amp_unit_flagged(rule, unit->score, amp_query_str(&q, 1));
		}
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	return 0;
}

struct amp_key amp_draw_key(const struct amp_draw_parts *p, const struct amp_frame_units *u)
{
	struct amp_keyer k;
	amp_key_start(&k, "sample");
	amp_key_key(&k, &p->version);
	amp_key_key(&k, &p->detector);
	amp_key_c(&k, p->name);
	amp_key_c(&k, p->frame);
	amp_key_c(&k, p->strata);
	amp_key_c(&k, p->method);
	amp_key_i64(&k, p->seed);
	amp_key_i64(&k, p->size);
	amp_key_i64(&k, p->drawn_at);
	for (size_t i = 0; i < u->n; i++) {
		double score = u->v[i].scored ? u->v[i].score : -1;
		amp_key_key(&k, &u->v[i].key);
		amp_key_i64(&k, u->v[i].weight);
		amp_key_bytes(&k, &score, sizeof score);
		amp_key_i64(&k, u->v[i].drawn);
	}
	return amp_key_end(&k);
}

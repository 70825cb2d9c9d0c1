/* redraw.c: see redraw.h. */
#include "annotate/redraw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/frame_units.h"
#include "annotate_sql.h"
#include "base/arena.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SAMPLES_MAX 4096
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while samples are drawn again."))

struct drawn_sample { /* as stored */
	int64_t id, detector, depth, units, drawn, scored;
	struct amp_key key;
	struct amp_draw_parts parts;
	const char *threshold; /* NULL: the rule of the frame cannot be read */
	bool lists_erased;     /* the frame says which texts it left out */
};
struct redrawing {
	struct amp_store *store;
	amp_recheck_fn *found, *undecided;
	void *user;
	struct amp_arena *arena;
	const struct drawn_sample *s;
	struct amp_frame_units units;
	struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
	size_t n_strata;
	struct amp_frame_threshold *languages;
	size_t n_languages, languages_room;
};

static void say(const struct redrawing *r, amp_recheck_fn *fn, const char *what)
{
	char hex[2 * AMP_KEY + 1];
	amp_hex(r->s->key.b, AMP_KEY, hex);
	fn(r->user, what, hex);
}

static const char *text_of(struct amp_arena *arena, struct amp_query *q, int column)
{
	struct amp_str s = amp_query_str(q, column);
	return s.p != NULL ? amp_arena_strndup(arena, s.p, s.n) : NULL;
}

static int start(struct amp_query *q, struct redrawing *r, const struct amp_sql *sql, int64_t id, struct amp_err *err)
{
	int rc = amp_query_start(q, r->store, sql, err);
	if (rc == 0) amp_query_bind_i64(q, id);
	return rc;
}

/* ---- what a draw is made of ---- */
static int list_samples(struct redrawing *r, struct drawn_sample *list, size_t *n, struct amp_err *err)
{
	struct amp_query q;
	*n = 0;
	int rc = amp_query_start(&q, r->store, &AMP_SQL_REDRAW_SAMPLES, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		if (*n == SAMPLES_MAX) {
			rc = amp_fail(err, AMP_ELIMIT, _("%s has more than %d samples."), amp_store_path(r->store), SAMPLES_MAX);
			break;
		}
		struct drawn_sample *s = &list[(*n)++];
		*s = (struct drawn_sample){.id = amp_query_i64(&q, 0),
		                           .parts = {.name = text_of(r->arena, &q, 4),
		                                     .frame = text_of(r->arena, &q, 5),
		                                     .strata = text_of(r->arena, &q, 6),
		                                     .method = text_of(r->arena, &q, 7),
		                                     .seed = amp_query_i64(&q, 8),
		                                     .size = amp_query_i64(&q, 9),
		                                     .drawn_at = amp_query_i64(&q, 10)},
		                           .units = amp_query_i64(&q, 11),
		                           .drawn = amp_query_i64(&q, 12),
		                           .detector = amp_query_i64(&q, 13),
		                           .depth = amp_query_i64(&q, 14),
		                           .threshold = text_of(r->arena, &q, 15),
		                           .scored = amp_query_i64(&q, 16),
		                           .lists_erased = amp_query_i64(&q, 17) != 0};
		(void)amp_query_key(&q, 1, &s->key);
		(void)amp_query_key(&q, 2, &s->parts.version);
		(void)amp_query_key(&q, 3, &s->parts.detector);
		if (!s->parts.name || !s->parts.frame || !s->parts.strata || !s->parts.method) rc = OOM(err);
		if (rc < 0) break;
	}
	amp_query_end(&q);
	return rc;
}

static int read_languages(struct redrawing *r, struct amp_err *err)
{
	struct amp_query q;
	r->n_languages = 0;
	int rc = start(&q, r, &AMP_SQL_REDRAW_THRESHOLDS, r->s->detector, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_frame_threshold *t = amp_grow(r->languages, r->n_languages, &r->languages_room, sizeof *t);
		if (t == NULL) {
			amp_query_end(&q);
			return OOM(err);
		}
		r->languages = t;
		t += r->n_languages++;
		*t = (struct amp_frame_threshold){r->s->detector, text_of(r->arena, &q, 0), text_of(r->arena, &q, 1), 0};
		if (t->lang == NULL || t->text == NULL) {
			amp_query_end(&q);
			return OOM(err);
		}
		t->value = strtod(t->text, NULL);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static bool any_erased(const struct redrawing *r)
{
	for (size_t i = 0; i < r->units.n; i++)
		if (r->units.v[i].erased) return true;
	return false;
}

/* ---- comparing ---- */
/* Sums of scores are added up in the order of local ids, which a merge changes. */
static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * (1 + fabs(a) + fabs(b));
}

struct comparing {
	struct redrawing *r;
	int64_t snapshot, exposures;
	bool differs;
};

static int compare_exposure(void *user, struct amp_draw_unit *unit, int64_t n, struct amp_err *err)
{
	struct comparing *c = user;
	struct amp_query q;
	int rc = start(&q, c->r, &AMP_SQL_REDRAW_EXPOSURE, c->r->s->id, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, unit->version);
	amp_query_bind_i64(&q, c->snapshot);
	rc = amp_query_step(&q, err);
	if (rc == 0 || (rc == 1 && amp_query_i64(&q, 0) != n)) c->differs = true;
	c->exposures++;
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int compare_snapshots(struct redrawing *r, struct amp_err *err)
{
	struct comparing c = {.r = r};
	struct amp_query q;
	bool differs = false, foreign = false;
	int rc = start(&q, r, &AMP_SQL_REDRAW_SNAPSHOTS, r->s->id, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_shown s;
		c.snapshot = amp_query_i64(&q, 0);
		int one = amp_frame_units_sum(&r->units, amp_query_i64(&q, 1), &s, compare_exposure, &c, err);
		if (one != 0) {
			amp_query_end(&q);
			return one;
		}
		foreign = foreign || amp_query_i64(&q, 7) == 0;
		differs = differs || s.exposures != amp_query_i64(&q, 2) || s.left_out != amp_query_i64(&q, 3) ||
		          s.scored != amp_query_i64(&q, 4) || s.flagged != amp_query_i64(&q, 5) ||
		          !near(s.score, amp_query_double(&q, 6));
	}
	amp_query_end(&q);
	if (rc != 0) return rc;
	if (foreign)
		say(r, r->found, _("sample_snapshot: a reading is not of its snapshot, not of this study, or not one that counts"));
	if (differs) say(r, r->found, _("sample_snapshot: its sums are not those of the reading"));
	rc = start(&q, r, &AMP_SQL_REDRAW_EXPOSURES, r->s->id, err);
	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1 && (c.differs || amp_query_i64(&q, 0) != c.exposures))
		say(r, r->found, _("sample_exposure: it is not where and how often the drawn texts were shown"));
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static bool same_bound(struct amp_query *q, int column, struct amp_real v)
{
	struct amp_str s = amp_query_str(q, column);
	char text[40];
	if (s.p == NULL || !v.known) return s.p == NULL && !v.known;
	if (s.n >= sizeof text) return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return strtod(text, NULL) == v.v;
}

static int compare_strata(struct redrawing *r, struct amp_err *err)
{
	struct amp_query q;
	size_t h = 0;
	bool same = true;
	int rc = start(&q, r, &AMP_SQL_REDRAW_STRATA, r->s->id, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err), h++) {
		const struct amp_draw_stratum *t = h < r->n_strata ? &r->strata[h] : NULL;
		same = same && t != NULL && amp_str_eq_c(amp_query_str(&q, 0), amp_draw_kind_name(t->kind)) &&
		       same_bound(&q, 1, t->lo) && same_bound(&q, 2, t->hi) && t->units == amp_query_i64(&q, 3) &&
		       t->weight == amp_query_i64(&q, 4) && t->drawn == amp_query_i64(&q, 5);
	}
	amp_query_end(&q);
	if (rc == 0 && (!same || h != r->n_strata))
		say(r, r->found, _("sample_stratum: the frame gives other strata, or another allocation"));
	return rc;
}

static int compare_units(struct redrawing *r, struct amp_err *err)
{
	struct amp_query q;
	size_t i = 0, drawn = 0;
	bool who = true, how = true, score = true;
	for (size_t k = 0; k < r->units.n; k++) drawn += r->units.v[k].drawn;
	int rc = start(&q, r, &AMP_SQL_REDRAW_UNITS, r->s->id, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err), i++) {
		const struct amp_draw_unit *u = i < drawn ? &r->units.v[i] : NULL; /* the drawn ones come first, in their order */
		who = who && u != NULL && u->version == amp_query_i64(&q, 0) && u->order == amp_query_i64(&q, 2);
		if (!who) continue;
		how = how && (int64_t)u->stratum == amp_query_i64(&q, 1) && u->weight == amp_query_i64(&q, 3) &&
		      u->numerator == amp_query_i64(&q, 6) && u->denominator == amp_query_i64(&q, 7);
		score = score && u->scored == !amp_query_null(&q, 4) &&
		        (!u->scored || (u->score == amp_query_double(&q, 4) && u->flagged == (amp_query_i64(&q, 5) != 0)));
	}
	amp_query_end(&q);
	if (rc != 0) return rc;
	who = who && i == drawn;
	if (!who) say(r, r->found, _("sample_unit: seed, frame and strata draw other texts, or in another order"));
	if (who && !how) say(r, r->found, _("sample_unit: seed, frame and strata give another stratum, weight or chance"));
	if (who && !score) say(r, r->found, _("sample_unit: the score is not the detector's, or the flag not its threshold's"));
	return 0;
}

/* ---- one sample ---- */
static int draw_again(struct redrawing *r, struct amp_err *err)
{
	struct amp_draw_rule rule;
	struct amp_err ignored = {0};
	const struct drawn_sample *s = r->s;
	if (amp_draw_rule_parse(&rule, s->parts.strata, &ignored) != 0 || s->threshold == NULL || s->depth < 1 ||
	    s->parts.size > AMP_DRAW_SIZE_MAX || r->units.n == 0) {
		say(r, r->found, _("sample: nothing can be drawn by its frame, strata and size"));
		return 0;
	}
	const struct amp_unit_rule by = {s->detector, s->threshold, r->languages, r->n_languages};
	int rc = amp_frame_units_score(&r->units, &by, err);
	if (rc != 0) return rc;
	int64_t scored = 0;
	for (size_t i = 0; i < r->units.n; i++) scored += r->units.v[i].scored ? r->units.v[i].weight : 0;
	if (scored > s->scored) {
		say(r, r->undecided,
		    _("sample: it cannot be drawn again, since texts without a score when it was drawn have one now"));
		return 0;
	}
	rc = amp_draw_sample(r->units.v, r->units.n, &rule, s->parts.size, s->parts.seed, r->strata, &r->n_strata, err);
	if (rc == 0) rc = amp_frame_units_index(&r->units, err);
	if (rc != 0) return rc;
	struct amp_key key = amp_draw_key(&s->parts, &r->units);
	if (memcmp(key.b, s->key.b, AMP_KEY) != 0)
		say(r, r->found, _("sample: the key is not that of its frame, scores, seed and lots"));
	rc = compare_strata(r, err);
	if (rc == 0) rc = compare_units(r, err);
	return rc == 0 ? compare_snapshots(r, err) : rc;
}

static int one_sample(struct redrawing *r, struct amp_err *err)
{
	if (strcmp(r->s->parts.method, AMP_DRAW_METHOD) != 0) {
		say(r, r->undecided, _("sample: it cannot be drawn again, since this program does not have its method of drawing"));
		return 0;
	}
	bool whole;
	int rc = read_languages(r, err);
	if (rc == 0) rc = amp_frame_units_of(&r->units, &whole, r->store, r->s->id, false, err);
	if (rc == 0 && !r->s->lists_erased && any_erased(r))
		say(r, r->undecided,
		    _("sample: it cannot be drawn again, since texts were erased and its frame does not say whether it left them out"));
	else if (rc == 0)
		rc = draw_again(r, err);
	amp_frame_units_free(&r->units);
	return rc;
}

int amp_samples_redraw(struct amp_store *store, amp_recheck_fn *found, amp_recheck_fn *undecided, void *user, struct amp_err *err)
{
	struct redrawing r = {.store = store, .found = found, .undecided = undecided, .user = user, .arena = amp_arena_new(0)};
	struct drawn_sample *list = r.arena != NULL ? amp_arena_new_array(r.arena, struct drawn_sample, SAMPLES_MAX) : NULL;
	size_t n = 0;
	int rc = list != NULL ? list_samples(&r, list, &n, err) : OOM(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		r.s = &list[i];
		rc = one_sample(&r, err);
	}
	amp_free(r.languages);
	amp_arena_free(r.arena);
	return rc;
}

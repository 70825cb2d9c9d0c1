/* group_scores.c: see group_scores.h. */
#include "annotate/group_scores.h"

#include <stdio.h>
#include "annotate/frame_units.h"
#include "annotate_sql.h"
#include "base/i18n.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while corrected figures are computed."))

static const char *const grounds[] = {"origin",          "religion",   "sex",         "sexual_orientation",
                                      "gender_identity", "disability", "other_ground"};
#define GROUNDS (sizeof grounds / sizeof *grounds)

static int list_groups(struct amp_group_scores *g, struct amp_arena *arena, struct amp_err *err)
{
	size_t n;
	const struct amp_target *t = amp_targets(&n);
	g->groups = amp_arena_new_array(arena, struct amp_group, GROUNDS + n);
	if (g->groups == NULL) return OOM(err);
	for (size_t i = 0; i < GROUNDS; i++) {
		g->groups[g->n_groups] =
			(struct amp_group){amp_arena_printf(arena, "ground:%s", grounds[i]), amp_ground_targets(grounds[i])};
		if (g->groups[g->n_groups++].name == NULL) return OOM(err);
	}
	for (size_t i = 0; i < n; i++) g->groups[g->n_groups++] = (struct amp_group){t[i].name, amp_target_bit(t[i].name)};
	return 0;
}

/* "women|trans" */
static uint64_t bits_of(struct amp_str list)
{
	uint64_t bits = 0;
	while (list.p != NULL) {
		char name[64];
		struct amp_str one = amp_str_cut(&list, '|');
		(void)snprintf(name, sizeof name, "%.*s", AMP_ARG(one));
		bits |= amp_target_bit(name);
	}
	return bits;
}

static int read_units(struct amp_group_scores *g, const struct amp_verdicts *v, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	size_t i = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_GROUP_UNITS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, v->sample);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		while (i < v->n && v->units[i].id != amp_query_i64(&q, 0)) i++;
		if (i == v->n) break;
		g->unit[i] = amp_query_double(&q, 1);
		g->targets[i] = bits_of(amp_query_str(&q, 2));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

struct reading {
	const struct amp_frame_sums *sums;
	const struct amp_verdicts *verdicts;
	const struct amp_unit_rule *rule;
	const struct amp_frame_units *units; /* of the frame; NULL: all that its readings show */
};

static int add_shots(struct amp_group_scores *g, const struct reading *r, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	const struct amp_frame_sums *s = r->sums;
	size_t k = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_GROUP_SHOTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->verdicts->sample);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		while (k < s->n_shots && s->shots[k].snapshot != amp_query_i64(&q, 0)) k++;
		if (k == s->n_shots) break;
		if (r->units != NULL && amp_frame_units_find(r->units, amp_query_i64(&q, 3)) == NULL) continue;
		uint64_t bits = bits_of(amp_query_str(&q, 5));
		double n = (double)amp_query_i64(&q, 1), score = amp_query_double(&q, 2);
		bool flagged = amp_unit_flagged(r->rule, score, amp_query_str(&q, 4));
		for (size_t i = 0; i < g->n_groups; i++) {
			if ((bits & g->groups[i].targets) == 0) continue;
			g->shot[k * g->n_groups + i] += n * score;
			g->flagged[k * g->n_groups + i] += flagged ? n : 0;
		}
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int read_shots(struct amp_group_scores *g, const struct amp_frame *f, const struct amp_frame_sums *s,
                      const struct amp_verdicts *v, struct amp_store *store, struct amp_err *err)
{
	struct amp_frame_units u;
	const struct amp_unit_rule rule = {
		.detector = v->detector, .threshold = v->threshold, .languages = f->thresholds, .n = f->n_thresholds};
	struct reading r = {.sums = s, .verdicts = v, .rule = &rule};
	bool whole;
	int rc = amp_frame_units_of(&u, &whole, store, v->sample, true, err);
	if (!whole) r.units = &u;
	if (rc == 0) rc = add_shots(g, &r, store, err);
	amp_frame_units_free(&u);
	return rc;
}

int amp_group_scores_load(struct amp_group_scores *out, const struct amp_frame *f, const struct amp_frame_sums *s,
                          const struct amp_verdicts *v, struct amp_store *store, struct amp_arena *arena, struct amp_err *err)
{
	*out = (struct amp_group_scores){.n_groups = 0};
	int rc = list_groups(out, arena, err);
	if (rc != 0) return rc;
	out->shot = amp_arena_new_array(arena, double, s->n_shots * out->n_groups + 1);
	out->flagged = amp_arena_new_array(arena, double, s->n_shots * out->n_groups + 1);
	out->unit = amp_arena_new_array(arena, double, v->n + 1);
	out->targets = amp_arena_new_array(arena, uint64_t, v->n + 1);
	if (out->shot == NULL || out->flagged == NULL || out->unit == NULL || out->targets == NULL) return OOM(err);
	if (v->detector == 0) return 0;
	rc = read_units(out, v, store, err);
	return rc == 0 ? read_shots(out, f, s, v, store, err) : rc;
}

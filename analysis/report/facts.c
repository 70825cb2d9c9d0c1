/* facts.c: what an effect is never printed without: pair, noise floor, n, missing, what was left out by verdict, units, smallest p,
 * detector and its measured error.
 */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

static void add(const struct amp_report *r, size_t pair, size_t feed, size_t cluster, struct amp_exclusions *sum)
{
	for (size_t p = 0; p < r->frame->n_personas; p++) {
		struct amp_exclusions one;
		if (cluster != AMP_NO_INDEX && r->frame->personas[p].cluster != cluster) continue;
		amp_exclusions_count(r->frame, r->sums, p, pair, feed, &one);
		for (int s = 0; s < AMP_SHOT_STATES; s++) sum->state[s] += one.state[s];
	}
}

static bool on_platform(const struct amp_report *r, const struct amp_estimate *e, size_t feed)
{
	const struct amp_frame_feed *f = &r->frame->feeds[feed];
	return f->platform_index == e->platform &&
	       (e->ranking == NULL || (f->ranking != NULL && strcmp(f->ranking, e->ranking) == 0));
}

/* Of a walk's figures: walks, and not visits; of a difference: walks of either side from one seed, which count as one. */
static void walks_left_out(const struct amp_report *r, const struct amp_estimate *e, struct amp_exclusions *out)
{
	const struct amp_frame_pair *p = e->pair != AMP_NO_INDEX ? &r->frame->pairs[e->pair] : NULL;
	struct amp_exclusions other;
	if (p != NULL && e->metric->couples) {
		amp_walk_couples_count(r->frame, r->sums->walks, e->pair, e->cluster, e->metric->counts_empty, out);
		return;
	}
	amp_walks_exclusions(r->sums->walks, p != NULL ? p->ranked : e->feed, out);
	if (p == NULL) return;
	amp_walks_exclusions(r->sums->walks, p->chronological, &other);
	for (int s = 0; s < AMP_SHOT_STATES; s++) out->state[s] += other.state[s];
}

void amp_report_left_out(const struct amp_report *r, const struct amp_estimate *e, struct amp_exclusions *out)
{
	const struct amp_frame *f = r->frame;
	memset(out, 0, sizeof *out);
	if (e->metric->walks) {
		walks_left_out(r, e, out);
		return;
	}
	if (e->pair != AMP_NO_INDEX || e->feed != AMP_NO_INDEX) {
		add(r, e->pair, e->feed, e->cluster, out);
		return;
	}
	for (size_t i = 0; e->metric->paired && i < f->n_pairs; i++)
		if (f->feeds[f->pairs[i].ranked].platform_index == e->platform && strcmp(f->pairs[i].pool, "different") != 0)
			add(r, i, AMP_NO_INDEX, e->cluster, out);
	for (size_t i = 0; !e->metric->paired && i < f->n_feeds; i++)
		if (on_platform(r, e, i)) add(r, AMP_NO_INDEX, i, e->cluster, out);
}

const char *w_states(struct amp_report *r, const struct amp_exclusions *x)
{
	const char *text = NULL;
	for (int s = AMP_SHOT_EMPTY; s < AMP_SHOT_UNPLANNED; s++) {
		if (x->state[s] == 0) continue;
		const char *one = w_fill(&r->w, "{state} {n}", "state", l_state((enum amp_shot_state)s), "n",
		                         w_int(&r->w, x->state[s]), NULL);
		text = text == NULL ? one : w_fill(&r->w, "{a}, {b}", "a", text, "b", one, NULL);
	}
	return text != NULL ? text : _("none");
}

const char *w_left_out(struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_exclusions x;
	amp_report_left_out(r, e, &x);
	return w_states(r, &x);
}

const char *w_floor(struct amp_report *r, size_t feed)
{
	const struct amp_floor *f = &r->floors[feed];
	if (f->state == AMP_FLOOR_NO_TWINS) return _("not measured: no twins");
	if (f->state == AMP_FLOOR_CACHED) return _("not measured: twins got one and the same answer");
	if (f->state == AMP_FLOOR_NO_LISTS || !f->twin.known) return _("not measured: no round with both lists");
	return f->between.known ? w_fill(&r->w, _("{twin} between twins, {between} between personas"), "twin",
	                                 w_number(&r->w, f->twin.v, 3), "between", w_number(&r->w, f->between.v, 3), NULL)
	                        : w_fill(&r->w, _("{twin} between twins"), "twin", w_number(&r->w, f->twin.v, 3), NULL);
}

const char *w_detector(struct amp_report *r)
{
	const struct amp_frame *f = r->frame;
	if (f->n_detectors == 0) return _("none");
	return w_fill(&r->w, _("{n} {v}, threshold: {t}"), "n", f->detectors[0].name, "v", f->detectors[0].version, "t",
	              f->n_cells > 0 ? w_thresholds(r, &f->cells[0], &f->detectors[0]) : _("none"), NULL);
}

const char *w_units(struct amp_report *r, const struct amp_estimate *e)
{
	return w_fill(&r->w, "{personas}, {blocks}", "personas", n_clusters_of_personas(r, (int64_t)e->persona_units), "blocks",
	              n_blocks(r, (int64_t)e->block_units), NULL);
}

const char *w_twins(struct amp_report *r)
{
	return r->frame->n_personas > r->frame->n_clusters ? _(", twins included") : "";
}

const char *w_evidence(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame_pair *p = &r->frame->pairs[e->pair];
	return w_fill(&r->w, p_text(r, P_S_EVIDENCE), "pair", p->name, "entries", n_entries(r, e->n), "missing",
	              w_int(&r->w, e->missing), "used", w_int(&r->w, e->used), "twins", w_twins(r), "left", w_left_out(r, e),
	              "units", w_units(r, e), "p", w_p(&r->w, e->smallest_p), "a", w_floor(r, p->ranked), "c",
	              w_floor(r, p->chronological), NULL);
}

const char *w_evidence_met(struct amp_report *r, size_t pair, const struct amp_estimate *a, const struct amp_estimate *c)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	return w_fill(&r->w, p_text(r, P_S_MET_EVIDENCE), "pair", p->name, "ea", n_entries(r, a->n), "ma", w_int(&r->w, a->missing),
	              "la", w_left_out(r, a), "ec", n_entries(r, c->n), "mc", w_int(&r->w, c->missing), "lc", w_left_out(r, c),
	              "units", w_units(r, a), "a", w_floor(r, p->ranked), "c", w_floor(r, p->chronological), NULL);
}

const char *w_evidence_side(struct amp_report *r, const struct amp_estimate *e)
{
	bool walked = r->frame->feeds[e->feed].walked;
	return w_fill(&r->w, p_text(r, walked ? P_S_WALKED_EVIDENCE : P_S_SIDE_EVIDENCE), "feed", amp_report_feed_title(r, e->feed),
	              "entries", n_entries(r, e->n), "missing", w_int(&r->w, e->missing), "used", w_int(&r->w, e->used), "twins",
	              w_twins(r), "left", w_left_out(r, e), "units", w_units(r, e), "floor",
	              walked ? w_walk_floor(r, e->feed, false) : w_floor(r, e->feed), NULL);
}

/* ---- the tables: a row a fact ---- */
const char *fact_effect(struct amp_report *r, const struct amp_estimate *e)
{
	(void)r;
	return l_pool(e->pool);
}
const char *fact_role(struct amp_report *r, const struct amp_estimate *e)
{
	(void)r;
	return !e->primary ? _("exploratory") : e->estimate.known ? _("primary") : _("primary, without a figure");
}
const char *fact_tested(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->p.known) return w_p_of(r, e, e->p);
	return w_fill(&r->w, "{p} ({adjusted})", "p", w_p(&r->w, e->p), "adjusted", w_p_of(r, e, e->adjusted_p), NULL);
}
const char *fact_entries(struct amp_report *r, const struct amp_estimate *e)
{
	return w_fill(&r->w, "{n} ({m})", "n", w_int(&r->w, e->n), "m", w_int(&r->w, e->missing), NULL);
}
const char *fact_used(struct amp_report *r, const struct amp_estimate *e)
{
	return w_fill(&r->w, "{n}{twins} ({left})", "n", w_int(&r->w, e->used), "twins", w_twins(r), "left", w_left_out(r, e),
	              NULL);
}
const char *fact_detector(struct amp_report *r, const struct amp_estimate *e)
{
	(void)e;
	return w_detector(r);
}
const char *fact_error(struct amp_report *r, const struct amp_estimate *e)
{
	(void)e;
	return w_error(r);
}

void amp_facts_fill(struct amp_table *t, struct amp_report *r, const struct amp_fact *facts, size_t n_facts,
                    const struct amp_estimate *const *e, size_t n)
{
	for (size_t k = 0; k < n_facts; k++) {
		t_cell(t, facts[k].label != NULL ? _(facts[k].label)
		                                 : w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL));
		for (size_t i = 0; i < n; i++) t_cell(t, facts[k].say(r, e[i]));
	}
}

static const char *ranked(struct amp_report *r, const struct amp_estimate *e)
{
	return w_share(r, e->ranked);
}
static const char *chronological(struct amp_report *r, const struct amp_estimate *e)
{
	return w_share(r, e->chronological);
}
static const char *worst(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->worst_lo.known || !e->worst_hi.known) return _("no figure");
	return w_range(&r->w, w_value(r, e->metric, e->worst_lo), w_value(r, e->metric, e->worst_hi));
}
static const char *units(struct amp_report *r, const struct amp_estimate *e)
{
	return w_fill(&r->w, "{unit} ({personas}, {blocks})", "unit", l_unit(e->unit), "personas",
	              n_clusters(r, (int64_t)e->persona_units), "blocks", n_blocks(r, (int64_t)e->block_units), NULL);
}
static const char *floor_ranked(struct amp_report *r, const struct amp_estimate *e)
{
	return w_floor(r, r->frame->pairs[e->pair].ranked);
}
static const char *floor_chronological(struct amp_report *r, const struct amp_estimate *e)
{
	return w_floor(r, r->frame->pairs[e->pair].chronological);
}

static const struct amp_fact facts[] = {
	{N_("Effect"), fact_effect},
	{N_("Role in the locked plan"), fact_role},
	{N_("Ranked share"), ranked},
	{N_("Chronological share"), chronological},
	{N_("Lift (points)"), w_value_or_reason},
	{NULL, w_interval},
	{N_("p (adjusted)"), fact_tested},
	{N_("Smallest p that could come out"), w_smallest_p},
	{N_("Worst-case bounds (points)"), worst},
	{N_("Unit of resampling"), units},
	{N_("Entries (not scored)"), fact_entries},
	{N_("Persona-rounds used (left out)"), fact_used},
	{N_("Noise floor, ranked feed"), floor_ranked},
	{N_("Noise floor, chronological feed"), floor_chronological},
	/* the same for every pair: beside the summary's table they are a sentence */
	{N_("Detector"), fact_detector},
	{N_("Its measured error"), fact_error},
};
#define FACTS (sizeof facts / sizeof *facts)
#define FACTS_OF_DETECTOR 2

bool amp_content_facts(struct amp_doc *d, const size_t *pairs, size_t n, const char *caption, bool whole)
{
	struct amp_report *r = report_of(d);
	const struct amp_estimate *e[FACT_PAIRS];
	struct amp_table t;
	size_t found = 0;
	for (size_t i = 0; i < n && found < FACT_PAIRS; i++) {
		e[found] = amp_report_find(r, "additive_lift", pairs[i], AMP_NO_INDEX, AMP_NO_INDEX, "any");
		if (e[found] != NULL) found++;
	}
	if (found == 0) return false;
	t_start(&t, &r->w, w_fill(&r->w, "{what}. {label}", "what", caption, "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("What"), false);
	for (size_t i = 0; i < found; i++)
		t_column(&t, w_fill(&r->w, _("Pair {pair}"), "pair", r->frame->pairs[e[i]->pair].name, NULL), false);
	amp_facts_fill(&t, r, facts, whole ? FACTS : FACTS - FACTS_OF_DETECTOR, e, found);
	d->format->table(d, &t);
	return true;
}

/* findings.c: sentences. Three that can be quoted as they stand, each with its caveat; whatever cannot be concluded; the citation. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"
#include "stats/proportion.h"

bool amp_is_plain(const struct amp_estimate *e)
{
	return e->detector == 0 && e->cell == 0 && !(e->family && strcmp(e->family, "sensitivity") == 0);
}

const struct amp_estimate *amp_report_find(const struct amp_report *r, const char *metric, size_t pair, size_t feed, size_t cluster,
                                           const char *target)
{
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (amp_is_plain(e) && e->platform == AMP_NO_INDEX && e->pair == pair && e->feed == feed && e->cluster == cluster &&
		    strcmp(e->metric->name, metric) == 0 && strcmp(e->target, target) == 0)
			return e;
	}
	return NULL;
}

static const char *personas(struct amp_report *r)
{
	size_t n = r->frame->n_clusters;
	return w_count(&r->w, amp_ngettext("{n} automated visitor", "{n} automated visitors", (unsigned long)n), (int64_t)n);
}

/* The days of a sentence that stands alone; on a simulated clock those that were simulated. */
static const char *when(struct amp_report *r)
{
	const struct amp_frame *f = r->frame;
	bool simulated = r->simulated && f->n_rounds > 0;
	int64_t from = simulated ? f->rounds[0].scheduled_at : r->from,
		to = simulated ? f->rounds[f->n_rounds - 1].scheduled_at : r->to;
	if (from == AMP_TIME_NONE || to == AMP_TIME_NONE) return p_text(r, P_CITE_NO_PERIOD);
	const char *first = w_day(&r->w, from), *last = w_day(&r->w, to);
	return strcmp(first, last) == 0 ? w_fill(&r->w, p_text(r, P_S_ON_DAY), "day", first, NULL)
	                                : w_fill(&r->w, p_text(r, P_S_DAYS), "from", first, "to", last, NULL);
}

static const char *first_entries(struct amp_report *r)
{
	int64_t depth = r->frame->n_cells > 0 ? r->frame->cells[0].depth : 0;
	return w_count(&r->w, amp_ngettext("the first {n} entry", "the first {n} entries", (unsigned long)depth), depth);
}

/* " (95% interval: [1, 2])"; nothing where it is not bounded: the caveat says why. */
const char *amp_say_range(struct amp_report *r, const struct amp_estimate *e)
{
	return e->lo.known && e->hi.known
	               ? w_fill(&r->w, p_text(r, P_S_RANGE), "level", l_level(r), "interval", w_interval(r, e), NULL)
	               : "";
}

/* A sentence on a pair: where, when, whom and which two feeds are filled in; the rest is the caller's. */
const char *amp_say_of_pair(struct amp_report *r, size_t pair, const char *template)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	return w_fill(&r->w, template, "platform", l_platform(r, r->frame->feeds[p->ranked].platform), "when", when(r), "personas",
	              personas(r), "entries", first_entries(r), "ranked", amp_report_feed_title(r, p->ranked), "chronological",
	              amp_report_feed_title(r, p->chronological), NULL);
}

/* The lift of all targets on the headline's pair: the plainest sentence. Where the study declared another measure as its primary one
 * (the ratio, one target), that one is said first. */
static const struct amp_estimate *plain_lift(const struct amp_report *r)
{
	const struct amp_estimate *h = r->estimates->headline;
	if (!h) return NULL;
	return amp_report_find(r, "additive_lift", h->pair, AMP_NO_INDEX, AMP_NO_INDEX, "any");
}

static const char *verdict_of(struct amp_report *r, const struct amp_estimate *e)
{
	bool could = e->smallest_p.known && e->smallest_p.v <= r->frame->plan.alpha,
	     holds = e->p.known && e->p.v <= r->frame->plan.alpha;
	return holds   ? ""
	       : could ? p_text(r, P_S_NULL)
	               : w_fill(&r->w, p_text(r, P_S_SMALLEST), "p", w_p(&r->w, e->smallest_p), NULL);
}

/* A quotation keeps what its figure cannot say: the verdict is part of the sentence. */
const char *amp_say_with_verdict(struct amp_report *r, const struct amp_estimate *e, const char *sentence)
{
	const char *verdict = verdict_of(r, e);
	return *verdict ? w_fill(&r->w, "{a} {b}", "a", sentence, "b", verdict, NULL) : sentence;
}

/* What the flags of an estimate say, in one sentence; empty without any. */
static const char *reservations(struct amp_report *r, const struct amp_estimate *e)
{
	const char *list = NULL;
	for (int i = 0; i < AMP_FLAGS; i++) {
		if (!((e->flags >> i) & 1)) continue;
		const char *text = _(amp_flag_text((enum amp_flag)i));
		list = list ? w_fill(&r->w, _("{list}; {text}"), "list", list, "text", text, NULL) : text;
	}
	return list ? w_fill(&r->w, _("Reservations about the interval: {list}."), "list", list, NULL) : "";
}

static struct amp_finding_text say_primary(struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_finding_text out;
	/* of a measure from lists, and of visits, the two sides are no shares of feeds */
	bool sides = e->ranked.known && e->chronological.known && !e->metric->visit && !e->metric->visits;
	const char *template = p_text(r, sides ? P_S_PRIMARY : P_S_PRIMARY_ALONE);
	const char *said = w_fill(&r->w, template, "target", l_target(r, e->target), "metric", _(e->metric->title), "value",
	                          w_value(r, e->metric, e->estimate), "a", w_percent(&r->w, e->ranked.v), "c",
	                          w_percent(&r->w, e->chronological.v), "range", amp_say_range(r, e), NULL);
	out.sentence = amp_say_with_verdict(r, e, amp_say_of_pair(r, e->pair, said));
	const char *caveat = w_fill(&r->w, p_text(r, P_S_PRIMARY_CI), "level", l_level(r), "interval", w_interval(r, e), "p",
	                            w_p_of(r, e, e->p), "unit", l_unit(e->unit), NULL);
	const char *flags = reservations(r, e);
	out.caveat = w_fill(&r->w, "{a} {c}{space}{flags} {e}", "a", p_text(r, P_PRIMARY), "c", caveat, "space", *flags ? " " : "",
	                    "flags", flags, "e", w_evidence(r, e), NULL);
	return out;
}

static struct amp_finding_text say_lift(struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_finding_text out;
	const char *fits = e->lo.known && e->hi.known ? w_fill(&r->w, p_text(r, P_S_COMPATIBLE), "lo",
	                                                       w_points(&r->w, e->lo.v, true), "hi", w_points(&r->w, e->hi.v, true),
	                                                       "points", n_points_short(r, e->hi.v), "level", l_level(r), NULL)
	                                              : "";
	const char *said =
		w_fill(&r->w, p_text(r, P_S_LIFT), "a", w_percent(&r->w, e->ranked.v), "c", w_percent(&r->w, e->chronological.v),
	               "lift", w_points(&r->w, e->estimate.v, true), "points", n_points(r, e->estimate.v), "range", fits, NULL);
	out.sentence = amp_say_with_verdict(r, e, amp_say_of_pair(r, e->pair, said));
	const char *caveat = e->lo.known && e->hi.known
	                             ? w_fill(&r->w, p_text(r, P_S_LIFT_CI), "level", l_level(r), "lo",
	                                      w_points(&r->w, e->lo.v, true), "hi", w_points(&r->w, e->hi.v, true), "points",
	                                      n_points_short(r, e->hi.v), "p", w_p_of(r, e, e->p), "unit", l_unit(e->unit), NULL)
	                             : w_fill(&r->w, p_text(r, P_S_LIFT_NO_CI), "level", l_level(r), "note",
	                                      e->interval_note ? _(e->interval_note) : _("no interval"), NULL);
	const char *flags = reservations(r, e);
	const char *corrected = w_corrected_lift(r, e->pair),
		   *effect = w_fill(&r->w, p_text(r, P_S_EFFECT), "effect", l_pool(e->pool), NULL);
	out.caveat = w_fill(&r->w, "{effect} {a} {b}{between}{c}{space}{flags} {e}", "effect", effect, "a",
	                    p_text(r, e->primary ? P_PRIMARY : P_EXPLORATORY), "b", corrected, "between", *corrected ? " " : "",
	                    "c", caveat, "space", *flags ? " " : "", "flags", flags, "e", w_evidence(r, e), NULL);
	return out;
}

/* "95% interval: [1, 2]", or that there is none and why; stands within a sentence. */
static const char *interval_said(struct amp_report *r, const struct amp_estimate *e)
{
	bool bounded = e->lo.known || e->hi.known;
	return w_fill(&r->w, p_text(r, bounded ? P_S_INTERVAL : P_S_NO_INTERVAL), "level", l_level(r), "interval", w_interval(r, e),
	              "note", w_interval(r, e), NULL);
}

/* A caveat, and behind it what the figure rests on. */
static const char *with_evidence(struct amp_report *r, const char *caveat, const char *evidence)
{
	return w_fill(&r->w, "{a} {b}", "a", caveat, "b", evidence, NULL);
}

/* false: the study has no group to speak of. The declared measure is no group among others: it is said as what it is. */
static bool say_target(struct amp_report *r, const struct amp_estimate *lift, struct amp_finding_text *out)
{
	size_t pair = lift->pair;
	const struct amp_estimate *best = NULL, *largest = NULL;
	int64_t n = 0;
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e) || e->pair != pair || e->cluster != AMP_NO_INDEX ||
		    strcmp(e->metric->name, "additive_lift") != 0 || strcmp(e->target, "any") == 0 || e->primary)
			continue;
		n++;
		if (strncmp(e->target, "ground:", 7) == 0 || !e->estimate.known) continue;
		if (!largest || e->estimate.v > largest->estimate.v) largest = e;
		if (e->adjusted_p.known && e->adjusted_p.v <= r->frame->plan.alpha &&
		    (!best || fabs(e->estimate.v) > fabs(best->estimate.v)))
			best = e;
	}
	if (n == 0) return false;
	const char *tests = n_tests(r, n);
	if (best) {
		const char *said = w_fill(&r->w, p_text(r, P_S_TARGET), "tests", tests, "target", l_target(r, best->target), "lift",
		                          w_points(&r->w, best->estimate.v, true), "points", n_points(r, best->estimate.v), "range",
		                          amp_say_range(r, best), NULL);
		out->sentence = amp_say_of_pair(r, pair, said);
		const char *caveat =
			w_fill(&r->w, p_text(r, P_S_TARGET_CAVEAT), "tests", tests, "p", w_p(&r->w, best->adjusted_p), NULL);
		out->caveat = with_evidence(r, caveat, w_evidence(r, best));
		return true;
	}
	if (largest && largest->estimate.v > 0 && largest->smallest_p.known &&
	    largest->smallest_p.v * (double)n > r->frame->plan.alpha) {
		double p = largest->smallest_p.v * (double)n;
		out->sentence = amp_say_of_pair(r, pair, p_text(r, P_S_TARGET_SMALL));
		const char *caveat =
			w_fill(&r->w, p_text(r, P_S_TARGET_SMALL_CAVEAT), "tests", tests, "p", w_p(&r->w, amp_real(p > 1 ? 1 : p)),
		               "target", l_target(r, largest->target), "lift", w_points(&r->w, largest->estimate.v, true), "points",
		               n_points_short(r, largest->estimate.v), "interval", interval_said(r, largest), NULL);
		out->caveat = with_evidence(r, caveat, w_evidence(r, largest));
		return true;
	}
	out->sentence = amp_say_of_pair(r, pair, w_fill(&r->w, p_text(r, P_S_TARGET_NONE), "tests", tests, NULL));
	out->caveat = with_evidence(r, p_text(r, P_S_TARGET_NONE_CAVEAT), w_evidence(r, lift));
	return true;
}

static bool say_met(struct amp_report *r, size_t pair, struct amp_finding_text *out)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	const struct amp_estimate *a = amp_report_find(r, "encounter_rate", AMP_NO_INDEX, p->ranked, AMP_NO_INDEX, "any");
	const struct amp_estimate *c = amp_report_find(r, "encounter_rate", AMP_NO_INDEX, p->chronological, AMP_NO_INDEX, "any");
	if (!a || !c || !a->estimate.known || !c->estimate.known) return false;
	const char *said = w_fill(&r->w, p_text(r, P_S_MET), "a", w_percent(&r->w, a->estimate.v), "ia", amp_say_range(r, a), "c",
	                          w_percent(&r->w, c->estimate.v), "ic", amp_say_range(r, c), NULL);
	out->sentence = amp_say_of_pair(r, pair, said);
	const char *ia = interval_said(r, a), *ic = interval_said(r, c);
	const char *intervals =
		w_fill(&r->w, p_text(r, strcmp(ia, ic) == 0 ? P_S_MET_BOTH : P_S_MET_SIDES), "ia", ia, "ic", ic, NULL);
	const char *caveat = w_fill(&r->w, p_text(r, P_S_MET_CAVEAT), "intervals", intervals, "twins", w_twins(r), "na",
	                            n_visits(r, a->used), "nc", n_visits(r, c->used), NULL);
	out->caveat = with_evidence(r, caveat, w_evidence_met(r, pair, a, c));
	return true;
}

static int64_t scored(const struct amp_report *r, int64_t *flagged)
{
	int64_t n = 0;
	*flagged = r->sums->targets[0].total;
	for (size_t i = 0; i < amp_shot_count(r->frame); i++) n += r->sums->present[i] ? r->sums->n[i] - r->sums->missing[i] : 0;
	return n;
}

static const char *platforms(struct amp_report *r)
{
	const char *list = NULL;
	for (size_t i = 0; i < r->frame->n_platforms; i++) {
		const char *one = l_platform(r, r->frame->platforms[i]);
		list = list != NULL ? w_fill(&r->w, "{list}, {one}", "list", list, "one", one, NULL) : one;
	}
	return list != NULL ? list : _("no platform");
}

static bool say_nothing_found(struct amp_report *r, struct amp_finding_text *out)
{
	int64_t flagged, n = scored(r, &flagged);
	struct amp_real lo, hi;
	if (flagged > 0 || n == 0) return false;
	amp_wilson(0, n, r->frame->plan.alpha, &lo, &hi);
	out->sentence = w_fill(&r->w, p_text(r, P_S_NOTHING), "shown", n_entries_shown(r, n), "personas", personas(r), "platforms",
	                       platforms(r), "when", when(r), NULL);
	out->caveat = w_fill(&r->w, p_text(r, P_S_NOTHING_CAVEAT), "hi", w_percent(&r->w, hi.v), "level", l_level(r), NULL);
	return true;
}

static size_t say_exposures(struct amp_report *r, struct amp_finding_text out[3])
{
	size_t n = 0;
	for (size_t f = 0; f < r->frame->n_feeds && n < 3; f++) {
		const struct amp_estimate *e = amp_report_find(r, "exposure_share", AMP_NO_INDEX, f, AMP_NO_INDEX, "any");
		if (!e || !e->estimate.known) continue;
		out[n].sentence =
			w_fill(&r->w, p_text(r, P_S_SIDE), "feed", amp_report_feed_title(r, f), "ranking",
		               l_ranking(r->frame->feeds[f].ranking), "platform", l_platform(r, r->frame->feeds[f].platform),
		               "when", when(r), "entries", first_entries(r), "range", amp_say_range(r, e), "a",
		               w_percent(&r->w, e->estimate.v), "personas", personas(r), NULL);
		const char *caveat = w_fill(&r->w, p_text(r, P_S_SIDE_CAVEAT), "interval", interval_said(r, e), NULL);
		out[n++].caveat = with_evidence(r, caveat, w_evidence_side(r, e));
	}
	return n;
}

static const char *points_range(struct amp_report *r, const struct amp_estimate *e)
{
	return e->lo.known && e->hi.known ? w_range(&r->w, w_points(&r->w, e->lo.v, true), w_points(&r->w, e->hi.v, true))
	                                  : w_interval(r, e);
}

/* A study of walks alone. */
static size_t say_walks(struct amp_report *r, struct amp_finding_text out[3])
{
	size_t n = amp_walk_finding(r, &out[0]);
	for (size_t f = 0; f < r->frame->n_feeds && n < 3; f++) {
		const struct amp_estimate *e = amp_report_find(r, "walk_share", AMP_NO_INDEX, f, AMP_NO_INDEX, "any"),
					  *drift = amp_report_find(r, "walk_drift", AMP_NO_INDEX, f, AMP_NO_INDEX, "any");
		if (!e || !e->estimate.known) continue;
		const struct amp_walk_curve *c = &r->sums->walks->feeds[f].curve;
		out[n].sentence = w_fill(&r->w, p_text(r, P_S_WALK), "feed", amp_report_feed_title(r, f), "platform",
		                         l_platform(r, r->frame->feeds[f].platform), "share", w_percent(&r->w, e->estimate.v),
		                         "range", amp_say_range(r, e), "when", when(r), "personas", personas(r), "met",
		                         w_int(&r->w, (int64_t)c->events), "walks", w_int(&r->w, (int64_t)c->walks), NULL);
		const char *rest =
			!drift || !drift->estimate.known
				? NULL
				: w_fill(&r->w, p_text(r, P_S_WALK_CAVEAT), "drift", w_points(&r->w, drift->estimate.v, true),
		                         "level", l_level(r), "interval", points_range(r, drift), "personas", personas(r), NULL);
		out[n++].caveat = with_evidence(r, rest != NULL ? rest : p_text(r, P_EXPLORATORY), w_evidence_side(r, e));
	}
	return n;
}

static size_t find(struct amp_report *r, struct amp_finding_text out[3])
{
	size_t n = 0;
	const struct amp_estimate *e = plain_lift(r), *h = r->estimates->headline;
	if (say_nothing_found(r, &out[n])) return n + 1;
	if (e && e->estimate.known) {
		bool other = h->primary && h != e && h->estimate.known;
		if (other) out[n++] = say_primary(r, h);
		out[n++] = say_lift(r, e);
		if (say_target(r, e, &out[n])) n++;
		if (!other && say_met(r, e->pair, &out[n])) n++;
		return n;
	}
	n = say_exposures(r, out);
	if (n == 0) n = say_walks(r, out);
	if (n == 0) out[n++] = (struct amp_finding_text){p_text(r, P_S_NONE), p_text(r, P_S_NONE_CAVEAT)};
	return n;
}

/* The detector and its error are the same for all of them: beside the first, and once more beside the table. */
size_t amp_findings(struct amp_report *r, struct amp_finding_text out[3])
{
	size_t n = find(r, out);
	if (r->frame->n_detectors > 0)
		out[0].caveat = with_evidence(
			r, out[0].caveat,
			w_fill(&r->w, p_text(r, P_DETECTOR_ERROR), "detector", w_detector(r), "error", w_error(r), NULL));
	return n;
}

const char *amp_block_length(struct amp_report *r)
{
	int64_t hours = r->frame->plan.time_block_ms / 3600000;
	return hours * 3600000 == r->frame->plan.time_block_ms
	               ? w_fill(&r->w, "{n} h", "n", w_int(&r->w, hours), NULL)
	               : w_fill(&r->w, "{n} min", "n", w_number(&r->w, (double)r->frame->plan.time_block_ms / 60000, 0), NULL);
}

struct limits {
	struct amp_report *r;
	const char **out;
	size_t n, room;
};

#define LIMITS_ANYHOW 11 /* those that are not of a pair (four each) or of a feed (three) */

static void limit(struct limits *l, const char *s)
{
	if (l->n < l->room)
		l->out[l->n++] = s;
	else
		l->r->w.failed = true; /* no report without it */
}

static void limit_pairs(struct limits *l)
{
	struct amp_report *r = l->r;
	size_t comparable = 0, visited = 0;
	for (size_t i = 0; i < r->frame->n_pairs; i++) {
		const struct amp_estimate *e = amp_report_find(r, "additive_lift", i, AMP_NO_INDEX, AMP_NO_INDEX, "any");
		if (amp_pair_walked(r->frame, i)) continue;
		visited++;
		if (strcmp(r->frame->pairs[i].pool, "different") == 0) continue;
		comparable++;
		if (e && !e->estimate.known && r->frame->n_rounds)
			limit(l, w_fill(&r->w, p_text(r, P_L_ALL_EXCLUDED), "pair", r->frame->pairs[i].name, NULL));
		if (e && e->smallest_p.known && e->smallest_p.v > r->frame->plan.alpha)
			limit(l, w_fill(&r->w, p_text(r, P_L_SMALLEST), "pair", r->frame->pairs[i].name, "p",
			                w_p(&r->w, e->smallest_p), "alpha", w_number(&r->w, r->frame->plan.alpha, 2), NULL));
	}
	if (r->frame->n_pairs == 0)
		limit(l, p_text(r, P_L_NO_PAIR));
	else if (visited == 0)
		limit(l, p_text(r, P_L_ONLY_WALKS));
	else if (comparable == 0)
		limit(l, p_text(r, P_L_ONLY_DIFFERENT));
}

/* The smallest number of units whose smallest two-sided p, 2^(1 - G), reaches alpha: 6 at 5 %, 5 at 10 %. */
static size_t units_needed(double alpha)
{
	size_t units = 1;
	for (double p = 1; p > alpha && units < 64; p /= 2) units++;
	return units;
}

/* What is resampled, and of which a figure may have too few. */
struct few {
	enum amp_prose text;
	size_t (*used)(const struct amp_estimate *e);
	size_t (*planned)(const struct amp_frame *f);
};
static size_t used_blocks(const struct amp_estimate *e)
{
	return e->block_units;
}
static size_t used_personas(const struct amp_estimate *e)
{
	return e->persona_units;
}
static size_t planned_blocks(const struct amp_frame *f)
{
	return f->n_blocks;
}
static size_t planned_personas(const struct amp_frame *f)
{
	return f->n_clusters;
}
static const struct few few_blocks = {P_L_FEW_BLOCKS, used_blocks, planned_blocks},
			few_personas = {P_L_FEW_PERSONAS, used_personas, planned_personas};

static void limit_few(struct limits *l, const struct few *few, size_t used, const char *of)
{
	struct amp_report *r = l->r;
	size_t need = units_needed(r->frame->plan.alpha);
	if (used >= need) return;
	limit(l, w_fill(&r->w, p_text(r, few->text), "of", of, "n", w_int(&r->w, (int64_t)used), "planned",
	                w_int(&r->w, (int64_t)few->planned(r->frame)), "need", w_int(&r->w, (int64_t)need), "level", l_level(r),
	                NULL));
}

/* The figures that the report leads with: the lift of each pair, or without one the share of each feed. NULL behind the last one. */
static const struct amp_estimate *leading(const struct amp_report *r, bool pairs, size_t i)
{
	const struct amp_frame *f = r->frame;
	const struct amp_estimate *e = NULL;
	if (pairs && strcmp(f->pairs[i].pool, "different") != 0)
		e = amp_report_find(r, amp_pair_walked(f, i) ? "walk_share_lift" : "additive_lift", i, AMP_NO_INDEX, AMP_NO_INDEX,
		                    "any");
	else if (!pairs)
		e = amp_report_find(r, f->feeds[i].walked ? "walk_share" : "exposure_share", AMP_NO_INDEX, i, AMP_NO_INDEX, "any");
	return e != NULL && e->used > 0 ? e : NULL; /* of what was left out as a whole, that is said */
}

/* What the figures have, and not what the plan had; said once where all of them have the same. */
static void limit_units(struct limits *l, const struct few *few)
{
	struct amp_report *r = l->r;
	const struct amp_frame *f = r->frame;
	const struct amp_estimate *first = NULL;
	bool pairs = false, same = true;
	for (size_t i = 0; i < f->n_pairs; i++) {
		pairs = pairs || leading(r, true, i) != NULL;
		/* of a feed whose pair has nothing: it is named */
		same = same && (pairs || strcmp(f->pairs[i].pool, "different") == 0);
	}
	same = same || pairs;
	size_t n = pairs ? f->n_pairs : f->n_feeds;
	for (size_t i = 0; i < n; i++) {
		const struct amp_estimate *e = leading(r, pairs, i);
		if (e == NULL) continue;
		if (first == NULL) first = e;
		same = same && few->used(e) == few->used(first);
	}
	if (first != NULL && same) limit_few(l, few, few->used(first), "");
	for (size_t i = 0; i < n && !same; i++) {
		const struct amp_estimate *e = leading(r, pairs, i);
		const char *name = pairs ? f->pairs[i].name : amp_report_feed_title(r, i);
		if (e != NULL)
			limit_few(l, few, few->used(e),
			          w_fill(&r->w, p_text(r, pairs ? P_L_OF_PAIR : P_L_OF_FEED), "name", name, NULL));
	}
}

/* The declared measure in words, whatever became of it. */
static const char *primary_absent(struct amp_report *r)
{
	const struct amp_plan *plan = &r->frame->plan;
	const struct amp_metric *metric = amp_metric_find(plan->metric);
	return w_fill(&r->w, p_text(r, P_L_PRIMARY_ABSENT), "metric", metric != NULL ? _(metric->title) : plan->metric, "pair",
	              plan->pair != NULL ? plan->pair : _("not named"), "target",
	              l_target(r, plan->target != NULL ? plan->target : "any"), "detector",
	              plan->detector != NULL ? plan->detector : _("not named"), NULL);
}

const char **amp_limits(struct amp_report *r, size_t *n)
{
	const struct amp_frame *f = r->frame;
	size_t room = LIMITS_ANYHOW + 4 * f->n_pairs + 3 * f->n_feeds;
	struct limits l = {r, amp_arena_alloc(r->w.arena, room * sizeof *l.out), 0, room};
	bool twins = false;
	int64_t flagged;
	*n = 0;
	if (l.out == NULL) {
		r->w.failed = true;
		return NULL;
	}
	for (size_t i = 0; i < f->n_personas; i++) twins = twins || f->clusters[f->personas[i].cluster].n > 1;
	if (f->n_rounds == 0 || r->snapshots == 0)
		limit(&l, p_text(r, P_L_NO_ROUND));
	else if (f->n_rounds == 1)
		limit(&l, p_text(r, P_L_ONE_ROUND));
	else if (f->n_blocks == 1)
		limit(&l, w_fill(&r->w, p_text(r, P_L_ONE_BLOCK), "block", amp_block_length(r), NULL));
	if (f->n_rounds > 0 && f->n_blocks > 1) limit_units(&l, &few_blocks);
	if (f->n_clusters == 1)
		limit(&l, p_text(r, P_L_ONE_PERSONA));
	else
		limit_units(&l, &few_personas);
	if (!twins) limit(&l, p_text(r, P_L_NO_TWINS));
	if (f->n_detectors == 0)
		limit(&l, p_text(r, P_L_NO_DETECTOR));
	else if (scored(r, &flagged) > 0 && flagged == 0)
		limit(&l, p_text(r, P_L_NOTHING_FOUND));
	limit_pairs(&l);
	if (!f->plan.metric)
		limit(&l, p_text(r, P_L_NO_PRIMARY));
	else if (!r->estimates->headline || !r->estimates->headline->primary || !r->estimates->headline->estimate.known)
		limit(&l, primary_absent(r));
	for (size_t i = 0; i < f->n_feeds; i++)
		if (r->floors[i].state == AMP_FLOOR_CACHED && r->floors[i].decision == AMP_UNDECIDED)
			limit(&l, w_fill(&r->w, p_text(r, P_L_CACHED), "feed", amp_report_feed_title(r, i), NULL));
	if (f->earlier_rounds) limit(&l, w_count(&r->w, p_text(r, P_L_EARLIER), (int64_t)f->earlier_rounds));
	if (l.n == 0) limit(&l, p_text(r, P_L_NONE));
	limit(&l, p_text(r, P_PRESUMED));
	if (f->n_detectors > 0)
		limit(&l, w_fill(&r->w, p_text(r, P_DETECTOR_ERROR), "detector", w_detector(r), "error", w_error(r), NULL));
	*n = l.n;
	return l.out;
}

const char *amp_citation(struct amp_report *r)
{
	const struct amp_frame *f = r->frame;
	return w_fill(&r->w, p_text(r, P_CITE), "title", r->title, "slug", f->slug, "hash", w_hex(&r->w, f->hash, sizeof f->hash),
	              "period",
	              r->from == AMP_TIME_NONE ? p_text(r, P_CITE_NO_PERIOD)
	                                       : w_fill(&r->w, p_text(r, P_CITE_PERIOD), "from", w_date(&r->w, r->from), "to",
	                                                w_date(&r->w, r->to), NULL),
	              "snapshots", n_snapshots(r, r->snapshots), "entries", n_entries_shown(r, r->exposures), "detector",
	              f->n_detectors ? f->detectors[0].name : _("none"), "version", f->n_detectors ? f->detectors[0].version : "",
	              "program", r->options->program_version ? r->options->program_version : "", "head",
	              f->has_chain_head ? w_hex(&r->w, f->chain_head, sizeof f->chain_head) : _("none"), "simulated",
	              r->simulated ? p_text(r, P_CITE_SIMULATED) : "", NULL);
}

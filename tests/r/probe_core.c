/* probe_core.c: the functions that R asks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "probe.h"
#include "stats/agreement.h"
#include "stats/design.h"
#include "stats/inequality.h"
#include "stats/power.h"
#include "stats/ppi.h"
#include "stats/proportion.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/skew.h"
#include "stats/special.h"
#include "stats/stats.h"
#include "stats/survival.h"

#define ALPHA 0.05

static int ask_special(struct amp_err *err)
{
	(void)err;
	double p = probe_1("p"), a = probe_1("a"), b = probe_1("b"), df = probe_1("df");
	const double v[] = {amp_normal_quantile(p),     amp_normal_cdf(amp_normal_quantile(p) / 2),
	                    amp_beta_cdf(p, a, b),      amp_beta_quantile(p, a, b),
	                    amp_student_cdf(a - b, df), amp_student_quantile(p, df)};
	probe_say_all("v", v, 6);
	return 0;
}

static int ask_two_shares(struct amp_err *err)
{
	(void)err;
	const double *v = probe_v("counts");
	int64_t x1 = (int64_t)v[0], n1 = (int64_t)v[1], x2 = (int64_t)v[2], n2 = (int64_t)v[3];
	struct amp_confidence c;
	amp_newcombe(x1, n1, x2, n2, ALPHA, &c);
	probe_say_interval("newcombe", &c);
	amp_miettinen_nurminen(x1, n1, x2, n2, ALPHA, &c);
	probe_say_interval("mn", &c);
	amp_log_ratio(x1, n1, x2, n2, ALPHA, &c);
	probe_say_interval("ratio", &c);
	return 0;
}

static int ask_icc(struct amp_err *err)
{
	struct amp_real icc;
	int rc = amp_icc(probe_v("x"), probe_v("cluster"), probe_n("x"), &icc, err);
	probe_say("icc", icc);
	probe_say("effect", amp_real(amp_design_effect(probe_1("size"), icc.v)));
	return rc;
}

static int ask_lists(struct amp_err *err)
{
	int64_t *a = probe_i64("a"), *b = probe_i64("b");
	size_t na = probe_n("a"), nb = probe_n("b"), edits;
	struct amp_rbo r = {0};
	struct amp_real tau;
	bool known;
	int rc = amp_rbo(a, na, b, nb, probe_1("p"), &r, &known, err);
	if (rc == 0) rc = amp_edit_distance(a, na, b, nb, &edits, err);
	if (rc == 0) rc = amp_kendall(probe_v("x"), probe_v("y"), probe_n("x"), &tau, err);
	if (rc != 0) return rc;
	const double v[] = {r.ext, r.min, r.residual, (double)edits, amp_rbo_weight(probe_1("p"), na)};
	probe_say_all("rbo", v, 5);
	probe_say("tau", tau);
	return 0;
}

static struct amp_design design(void)
{
	return (struct amp_design){(enum amp_draw)probe_1("draw"), probe_n("pi"), probe_v("pi"), probe_i64("stratum")};
}

static int ask_design(struct amp_err *err)
{
	struct amp_design d = design();
	struct amp_confidence c;
	int rc = amp_design_total(&d, probe_v("y"), ALPHA, &c, err);
	if (rc != 0) return rc;
	probe_say_interval("total", &c);
	rc = amp_design_ratio(&d, probe_v("y"), probe_v("x"), ALPHA, &c, err);
	if (rc == 0) probe_say_interval("ratio", &c);
	return rc;
}

static int ask_arms(struct amp_err *err)
{
	struct amp_design d = design();
	struct amp_arm a = {probe_v("a"), probe_real("total_a"), probe_real("scores_a")},
		       b = {probe_v("b"), probe_real("total_b"), probe_real("scores_b")};
	struct amp_arm_shares r;
	int rc = amp_design_arms(&d, probe_v("y"), probe_v("f"), probe_real("lambda"), &a, &b, ALPHA, &r, err);
	if (rc != 0) return rc;
	probe_say_interval("a", &r.a);
	probe_say_interval("b", &r.b);
	probe_say_interval("difference", &r.difference);
	probe_say_interval("ratio", &r.ratio);
	probe_say("lambda", r.lambda_a);
	return 0;
}

static int ask_ppi_arms(struct amp_err *err)
{
	struct amp_ppi_shown s = {probe_n("item"),   probe_n("labelled"),  (size_t)probe_1("clusters"),
	                          probe_u32("item"), probe_u32("cluster"), probe_v("a"),
	                          probe_v("b")};
	struct amp_ppi_labels l = {probe_v("f"),  probe_bool("labelled"), probe_v("y"),
	                           probe_v("pi"), probe_i64("stratum"),   (enum amp_draw)probe_1("draw")};
	struct amp_ppi_arms r;
	int rc = amp_ppi_arms(&s, &l, probe_real("lambda"), ALPHA, &r, err);
	if (rc != 0) return rc;
	probe_say_interval("a", &r.a);
	probe_say_interval("difference", &r.difference);
	probe_say_interval("ratio", &r.ratio);
	probe_say("lambda", r.lambda_a);
	return 0;
}

static int ask_bootstrap(struct amp_err *err)
{
	size_t n = probe_n("x");
	struct amp_bootstrap b;
	int rc = amp_bootstrap(probe_v("x"), probe_v("m"), n, ALPHA, (size_t)probe_1("draws"), (uint64_t)probe_1("seed"), &b, err);
	if (rc != 0) return rc;
	const double v[] = {b.percentile_lo.v, b.percentile_hi.v, b.basic_lo.v, b.basic_hi.v,
	                    b.bca_lo.v,        b.bca_hi.v,        b.t_lo.v,     b.t_hi.v};
	probe_say_all("ends", v, 8);
	return 0;
}

static int ask_double_ratio(struct amp_err *err)
{
	struct amp_confidence c;
	size_t unusable;
	int rc = amp_bootstrap_double_ratio(probe_v("rows"), probe_n("rows") / 4, ALPHA, (size_t)probe_1("draws"),
	                                    (uint64_t)probe_1("seed"), &c, &unusable, err);
	if (rc == 0) probe_say_interval("ratio", &c);
	return rc;
}

/* The index matrix, one line a replicate: what R resamples with. label: 1 bootstrap, 2 double-ratio, 3 and 4 the pigeonhole's. */
static int ask_indices(struct amp_err *err)
{
	static const char *const label[] = {"bootstrap", "double-ratio", "pigeonhole-rows", "pigeonhole-columns"};
	size_t n = (size_t)probe_1("n"), draws = (size_t)probe_1("draws");
	uint64_t key = amp_stream_key((uint64_t)probe_1("seed"), label[(size_t)probe_1("label") - 1]);
	uint32_t *index = amp_malloc(n * sizeof *index);
	if (index == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	for (size_t b = 0; b < draws; b++) {
		amp_resample_indices(key, b, n, index);
		printf("i");
		for (size_t i = 0; i < n; i++) printf(" %u", (unsigned)index[i]);
		printf("\n");
	}
	amp_free(index);
	return 0;
}

static int ask_agreement(struct amp_err *err)
{
	size_t cells = probe_n("values"), coders = (size_t)probe_1("coders"), units = cells / coders, pairable,
	       draws = (size_t)probe_1("draws");
	const double *given = probe_v("values");
	uint64_t seed = (uint64_t)probe_1("seed"), key = amp_stream_key(seed, "agreement");
	struct amp_real *v = amp_malloc(cells * sizeof *v);
	struct amp_confidence c;
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	for (size_t i = 0; i < cells; i++) v[i] = isnan(given[i]) ? AMP_REAL_NONE : amp_real(given[i]);
	int rc = amp_agreement((enum amp_agreement_kind)probe_1("kind"), v, units, coders, ALPHA, draws, seed, &c, &pairable, err);
	amp_free(v);
	if (rc != 0) return rc;
	probe_say_interval("alpha", &c);
	for (uint64_t b = 0; b < draws; b++) {
		struct amp_stream s = amp_stream_start(key, b);
		printf("i");
		for (size_t i = 0; i < units; i++) printf(" %u", (unsigned)amp_stream_below(&s, (uint32_t)units));
		printf("\n");
	}
	return 0;
}

static int ask_wild(struct amp_err *err)
{
	struct amp_wild w;
	enum amp_wild_weights kind = (enum amp_wild_weights)probe_1("kind");
	size_t n = probe_n("x"), draws = (size_t)probe_1("draws");
	uint64_t seed = (uint64_t)probe_1("seed");
	int rc = amp_wild_bootstrap(probe_v("x"), probe_v("m"), n, probe_1("null"), ALPHA, kind, draws, seed, &w, err);
	if (rc != 0) return rc;
	const double v[] = {w.estimate.v, w.se.v, w.t.v, w.p.v, w.lo.v, w.hi.v, (double)w.patterns};
	probe_say_all("wild", v, 7);
	double *weights = amp_malloc(n * sizeof *weights);
	for (uint64_t b = 0; weights != NULL && !w.exact && b < draws; b++) {
		amp_wild_draw(kind, seed, b, n, weights);
		probe_say_all("v", weights, n);
	}
	amp_free(weights);
	return 0;
}

static int ask_two_way(struct amp_err *err)
{
	struct amp_cells c = {probe_n("x"), probe_i64("row"), probe_i64("column"), probe_v("x"), probe_v("m")};
	struct amp_two_way t;
	int rc = amp_two_way(&c, ALPHA, (size_t)probe_1("draws"), (uint64_t)probe_1("seed"), &t, err);
	if (rc != 0) return rc;
	const double se[] = {t.se_row.v, t.se_column.v, t.se_cell.v};
	probe_say_all("se", se, 3);
	probe_say_interval("robust", &t.robust);
	probe_say_interval("pigeonhole", &t.pigeonhole);
	return 0;
}

static int ask_trend(struct amp_err *err)
{
	struct amp_trend t;
	int rc = amp_trend(probe_v("y"), probe_v("t"), probe_i64("persona"), probe_n("y"), ALPHA, &t, err);
	if (rc != 0) return rc;
	probe_say_interval("slope", &t.slope);
	const double v[] = {t.se_cr1.v, t.df.v, t.p.v};
	probe_say_all("rest", v, 3);
	return 0;
}

static int ask_permute(struct amp_err *err)
{
	struct amp_permutation r;
	int rc = amp_permute(probe_v("y"), probe_bool("label"), probe_i64("stratum"), probe_n("y"), 999, 1, &r, err);
	if (rc != 0) return rc;
	probe_say("estimate", r.estimate);
	probe_say("p", r.p);
	probe_say("patterns", amp_real((double)r.patterns));
	return 0;
}

static int ask_survival(struct amp_err *err)
{
	size_t n = probe_n("time");
	bool *event = probe_bool("event"), *group = probe_bool("group");
	struct amp_step *step = amp_malloc(n * sizeof *step);
	struct amp_survival k;
	struct amp_logrank l;
	if (step == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	int rc = amp_kaplan_meier(probe_v("time"), event, n, ALPHA, step, &k, err);
	for (size_t i = 0; rc == 0 && i < k.steps; i++)
		probe_say_interval("step",
		                   &(struct amp_confidence){amp_real(step[i].survival), step[i].se, step[i].lo, step[i].hi});
	amp_free(step);
	if (rc != 0) return rc;
	probe_say("median", k.median);
	probe_say("median_lo", k.median_lo);
	probe_say("median_hi", k.median_hi);
	for (int stratified = 0; stratified < 2 && rc == 0; stratified++) {
		rc = amp_log_rank(probe_v("time"), event, group, stratified ? probe_i64("stratum") : NULL, n, &l, err);
		const double v[] = {l.chi2.v, l.p.v, l.observed, l.expected};
		probe_say_all(stratified ? "stratified" : "logrank", v, 4);
	}
	return rc;
}

static int ask_jackknife(struct amp_err *err)
{
	(void)err;
	struct amp_confidence c = amp_jackknife(probe_1("all"), probe_v("without"), probe_n("without"), ALPHA);
	probe_say_interval("jackknife", &c);
	return 0;
}

static int ask_plan(struct amp_err *err)
{
	const double *v = probe_v("plan");
	struct amp_plan p = {(size_t)v[0], (size_t)v[1], (size_t)v[2], v[3], v[4], v[5], v[6]};
	struct amp_detectable d;
	struct amp_real power, error;
	amp_power_detectable(&p, &d);
	probe_say("lift", d.lift);
	probe_say("ratio", d.ratio);
	probe_say("clusters", amp_power_clusters(&p, probe_1("lift")));
	int rc = amp_power_simulated(&p, probe_1("lift"), (size_t)probe_1("studies"), 1, &power, &error, err);
	probe_say("power", power);
	return rc;
}

static int ask_signflip(struct amp_err *err)
{
	struct amp_signflip s;
	int rc = amp_signflip(probe_v("x"), probe_v("m"), probe_n("x"), probe_1("null"), ALPHA, 1, &s, err);
	if (rc != 0) return rc;
	probe_say_interval("signflip", &(struct amp_confidence){s.estimate, s.se, s.lo, s.hi});
	probe_say("p", s.p);
	return 0;
}

static int ask_skewed(struct amp_err *err)
{
	struct amp_skewed s;
	(void)err;
	amp_skewed(probe_v("x"), probe_v("m"), probe_n("x"), probe_1("skew"), probe_1("null"), ALPHA, &s);
	const double v[] = {s.lo.v, s.hi.v, s.p.v};
	probe_say_all("skewed", v, 3);
	return 0;
}

const struct probe probes_core[] = {
	{"special", ask_special},   {"two_shares", ask_two_shares}, {"icc", ask_icc},
	{"lists", ask_lists},       {"design", ask_design},         {"arms", ask_arms},
	{"ppi_arms", ask_ppi_arms}, {"bootstrap", ask_bootstrap},   {"double_ratio", ask_double_ratio},
	{"indices", ask_indices},   {"agreement", ask_agreement},   {"wild", ask_wild},
	{"two_way", ask_two_way},   {"trend", ask_trend},           {"permute", ask_permute},
	{"survival", ask_survival}, {"jackknife", ask_jackknife},   {"plan", ask_plan},
	{"signflip", ask_signflip}, {"skewed", ask_skewed},
};
const size_t probes_core_n = sizeof probes_core / sizeof *probes_core;

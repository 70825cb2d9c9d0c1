/* probe_forms.c: what R asks of closed forms: two kinds of clusters, Glass's interval, plans, order statistics, lists, samples. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "probe.h"
#include "stats/components.h"
#include "stats/design.h"
#include "stats/power.h"
#include "stats/ppi.h"
#include "stats/robust.h"
#include "stats/stats.h"
#include "stats/survival.h"

#define ALPHA 0.05
static const double levels[] = {ALPHA, ALPHA / 7}; /* the second as for one group of seven */

static int ask_components(struct amp_err *err)
{
	size_t rows = (size_t)probe_1("rows"), cols = (size_t)probe_1("cols");
	struct amp_components c;
	double *work = amp_malloc(AMP_COMPONENTS_ROOM(rows, cols) * sizeof *work);
	if (work == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	amp_components(probe_v("x"), probe_v("m"), probe_v("w"), rows, cols, probe_1("null"), ALPHA, work, &c);
	amp_free(work);
	const double v[] = {c.null_variance, c.df, c.rows_sd, c.cols_sd, c.rows_share};
	probe_say_all("parts", v, 5);
	probe_say("rows_p", c.rows_p);
	probe_say("cols_p", c.cols_p);
	probe_say("p", c.p);
	probe_say_interval("limits", &(struct amp_confidence){AMP_REAL_NONE, c.se, c.lo, c.hi});
	return 0;
}

static int ask_glass(struct amp_err *err)
{
	size_t n = probe_n("a");
	struct amp_confidence c;
	struct amp_glass_days days = {0, 0};
	if (probe_n("days") == 2) days = (struct amp_glass_days){probe_v("days")[0], probe_v("days")[1]};
	int rc = amp_glass_interval(probe_v("a"), probe_v("b"), n, ALPHA, probe_n("days") == 2 ? &days : NULL, &c, err);
	if (rc == 0) probe_say_interval("glass", &c);
	if (rc == 0) probe_say("delta", amp_glass_delta(probe_v("a"), probe_v("b"), n));
	return rc;
}

static int ask_jackknife_two_way(struct amp_err *err)
{
	(void)err;
	struct amp_spread s = {0, 0, 0};
	const double *cell = probe_v("cell");
	for (size_t i = 0; i < probe_n("cell"); i++) amp_spread_add(&s, cell[i]);
	struct amp_confidence c = amp_jackknife_two_way(probe_1("all"), probe_v("row"), probe_n("row"), probe_v("column"),
	                                                probe_n("column"), &s, ALPHA);
	const double v[] = {(double)s.n, s.mean, s.squares};
	probe_say_all("spread", v, 3);
	probe_say_interval("jackknife", &c);
	return 0;
}

static int ask_power(struct amp_err *err)
{
	const double *v = probe_v("plan");
	struct amp_plan p = {(size_t)v[0], (size_t)v[1], (size_t)v[2], v[3], v[4], v[5], v[6]};
	struct amp_detectable d;
	struct amp_real power, error;
	amp_power_detectable(&p, &d);
	const double plan[] = {d.se.v, d.design_effect, d.items};
	probe_say_all("plan", plan, 3);
	probe_say("items", amp_power_items(probe_1("p1"), probe_1("p2"), v[5], v[6]));
	probe_say("signflip", amp_real(amp_power_signflip(p.clusters, probe_1("d"), v[5])));
	int rc = amp_power_simulated(&p, probe_1("lift"), (size_t)probe_1("studies"), (uint64_t)probe_1("seed"), &power, &error,
	                             err);
	probe_say("power", power);
	probe_say("error", error);
	return rc;
}

static int ask_order(struct amp_err *err)
{
	size_t n = probe_n("v"), k = (size_t)probe_1("k");
	double q = probe_1("q"), *v = amp_malloc(2 * n * sizeof *v), *room = v != NULL ? v + n : NULL;
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	memcpy(v, probe_v("v"), n * sizeof *v);
	const double at[] = {amp_kth(v, n, k, room), amp_select(v, n, k), amp_quantile7_unsorted(v, n, q)};
	probe_say_all("at", at, 3);
	amp_sort(v, n);
	probe_say_all("sorted", v, n);
	probe_say("quantile", amp_real(amp_quantile7(v, n, q)));
	amp_free(v);
	return 0;
}

static int ask_rbo(struct amp_err *err)
{
	int64_t *a = probe_i64("a"), *b = probe_i64("b");
	size_t na = probe_n("a"), nb = probe_n("b");
	struct amp_rbo r = {0};
	struct amp_real jaccard;
	bool known;
	int rc = amp_rbo(a, na, b, nb, probe_1("p"), &r, &known, err);
	if (rc == 0) rc = amp_jaccard(a, na, b, nb, &jaccard, err);
	if (rc != 0) return rc;
	const double v[] = {r.ext, r.min, r.residual, amp_rbo_ext(probe_u32("common"), na, nb, probe_1("p")), jaccard.v};
	probe_say_all("rbo", v, 5);
	return 0;
}

static int ask_sample(struct amp_err *err)
{
	struct amp_design d = {(enum amp_draw)probe_1("draw"), probe_n("pi"), probe_v("pi"), probe_i64("stratum")};
	struct amp_real v;
	size_t df, lone;
	int rc = amp_design_variance(&d, probe_v("e"), &v, &df, &lone, err);
	if (rc != 0) return rc;
	const double counts[] = {(double)df, (double)lone};
	probe_say("variance", v);
	probe_say_all("counts", counts, 2);
	struct amp_arm a = {probe_v("a"), AMP_REAL_NONE, AMP_REAL_NONE};
	struct amp_arm_shares r[2];
	rc = amp_design_arms_at(&d, probe_v("y"), NULL, AMP_REAL_NONE, &a, NULL, levels, 2, r, err);
	if (rc == 0) probe_say_interval("share", &r[0].a);
	if (rc == 0) probe_say_interval("strict", &r[1].a);
	return rc;
}

/* Both arms of two phases with the weight of the scores as it is chosen, and what labels alone leave open. */
static int ask_two_phases(struct amp_err *err)
{
	struct amp_ppi_shown s = {probe_n("item"),   probe_n("labelled"),  (size_t)probe_1("clusters"),
	                          probe_u32("item"), probe_u32("cluster"), probe_v("a"),
	                          probe_v("b")};
	struct amp_ppi_labels l = {probe_v("f"),  probe_bool("labelled"), probe_v("y"),
	                           probe_v("pi"), probe_i64("stratum"),   (enum amp_draw)probe_1("draw")};
	struct amp_ppi_arms r[2];
	int rc = amp_ppi_arms_at(&s, &l, probe_real("lambda"), levels, 2, r, err);
	if (rc != 0) return rc;
	probe_say_interval("a", &r[0].a);
	probe_say_interval("b", &r[0].b);
	probe_say_interval("difference", &r[0].difference);
	probe_say("lambda_a", r[0].lambda_a);
	probe_say("lambda_b", r[0].lambda_b);
	probe_say("by_labels", r[0].by_labels);
	probe_say_interval("strict_b", &r[1].b);
	probe_say_interval("strict_difference", &r[1].difference);
	return 0;
}

/* A curve that comes from elsewhere, its limits too. */
static int ask_medians(struct amp_err *err)
{
	size_t n = probe_n("time");
	struct amp_step *step = amp_calloc(n, sizeof *step);
	struct amp_survival k = {.n = 0};
	if (step == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		step[i] = (struct amp_step){.time = probe_v("time")[i],
		                            .survival = probe_v("survival")[i],
		                            .lo = amp_real(probe_v("lo")[i]),
		                            .hi = amp_real(probe_v("hi")[i])};
	amp_survival_medians(step, n, &k);
	amp_free(step);
	probe_say("median", k.median);
	probe_say("lo", k.median_lo);
	probe_say("hi", k.median_hi);
	struct amp_logrank r;
	int rc = amp_log_rank(probe_v("when"), probe_bool("event"), probe_bool("group"), probe_i64("stratum"), probe_n("when"), &r,
	                      err);
	if (rc == 0) probe_say("variance", amp_real(r.variance));
	return rc;
}

const struct probe probes_forms[] = {
	{"components", ask_components}, {"glass", ask_glass},           {"jackknife_two_way", ask_jackknife_two_way},
	{"power", ask_power},           {"order", ask_order},           {"rbo", ask_rbo},
	{"sample", ask_sample},         {"two_phases", ask_two_phases}, {"medians", ask_medians},
};
const size_t probes_forms_n = sizeof probes_forms / sizeof *probes_forms;

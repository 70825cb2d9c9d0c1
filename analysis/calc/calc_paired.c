/* calc_paired.c: two values a cluster, ranked and chronological: permutation, standardised difference, bootstrap. */
#include <string.h>
#include "base/i18n.h"
#include "calc/private.h"
#include "stats/stats.h"

#define REPLICATES 9999

struct pairs {
	struct columns table;
	size_t n;          /* clusters */
	double *a, *b, *m; /* sums of a cluster; m: its rows */
};

/* Columns a and b; with a column `cluster` its rows are added up. */
static int read_pairs(struct calc *c, struct pairs *p, bool may_cluster, struct amp_err *err)
{
	struct columns *t = &p->table;
	size_t a, b, cluster = SIZE_MAX;
	double *xa, *xb, *code = NULL;
	struct amp_str *name;
	int rc = calc_input(c, t, err);
	if (rc == 0) rc = calc_need(t, "a", &a, err);
	if (rc == 0) rc = calc_need(t, "b", &b, err);
	if (rc == 0) rc = calc_numbers(t, a, &xa, err);
	if (rc == 0) rc = calc_numbers(t, b, &xb, err);
	if (rc == 0 && may_cluster) rc = calc_column(t, "cluster", &cluster, err);
	if (rc == 0 && cluster != SIZE_MAX) {
		rc = calc_filled(t, cluster, &name, err);
		if (rc == 0) rc = calc_codes(t, name, t->rows, &code, err);
	}
	if (rc != 0) return rc;
	double *sums = amp_arena_zalloc(c->arena, 3 * (t->rows + 1) * sizeof *sums);
	if (sums == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), t->file);
	p->n = 0;
	p->a = sums;
	p->b = sums + t->rows;
	p->m = sums + 2 * t->rows;
	for (size_t i = 0; i < t->rows; i++) {
		size_t u = code != NULL ? (size_t)code[i] : i;
		p->a[u] += xa[i];
		p->b[u] += xb[i];
		p->m[u]++;
		if (u >= p->n) p->n = u + 1;
	}
	return 0;
}

int calc_signflip(struct calc *c, struct amp_err *err)
{
	struct pairs p;
	struct amp_signflip s;
	int rc = read_pairs(c, &p, false, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < p.n; i++) p.a[i] -= p.b[i];
	rc = amp_signflip(p.a, p.m, p.n, 0, c->alpha, c->seed, &s, err);
	if (rc != 0) return rc;
	calc_begin(c);
	calc_interval(c, &(struct amp_confidence){s.estimate, s.se, s.lo, s.hi});
	calc_key(c, "p", s.p);
	calc_key(c, "smallest_p", s.smallest_p);
	amp_jsonw_kc(&c->w, "method", s.exact ? "sign-flip, all patterns" : "sign-flip, drawn");
	amp_jsonw_ki64(&c->w, "n", (int64_t)p.n);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_reason(c, s.lo.known && s.hi.known,
	            p.n < 2        ? "one cluster only: nothing says how much it varies"
	            : s.degenerate ? "all clusters agree exactly: no variation to build an interval on"
	                           : "too few clusters for an interval at this alpha");
	calc_end(c);
	return 0;
}

int calc_glass(struct calc *c, struct amp_err *err)
{
	struct pairs p;
	double difference = 0;
	int rc = read_pairs(c, &p, false, err);
	if (rc != 0) return rc;
	struct amp_real d = amp_glass_delta(p.a, p.b, p.n);
	for (size_t i = 0; i < p.n; i++) difference += (p.a[i] - p.b[i]) / (double)p.n;
	calc_begin(c);
	calc_key(c, "estimate", d);
	amp_jsonw_kdouble(&c->w, "difference", difference);
	amp_jsonw_kc(&c->w, "method", "glass");
	amp_jsonw_ki64(&c->w, "n", (int64_t)p.n);
	calc_reason(c, d.known, p.n < 2 ? "one cluster only: nothing says how much b varies" : "b does not vary");
	calc_end(c);
	return 0;
}

/* Why a bootstrap gives no interval. */
static const char *no_resamples(const struct pairs *p, const struct amp_bootstrap *s, double base)
{
	if (!(base > 0)) return "b sums to 0";
	if (p->n < 3) return "fewer than three clusters";
	if (s->resamples == 0) return "all clusters agree exactly: no variation to resample";
	if (s->unusable * 20 > s->resamples) return "b sums to 0 in more than one resample in twenty";
	return "the estimate lies at an end of its resamples: there are too few, or they are too skewed";
}

int calc_bootstrap(struct calc *c, struct amp_err *err)
{
	static const char *const interval_name[] = {"percentile", "basic", "bca"};
	struct pairs p;
	struct amp_bootstrap s;
	int64_t replicates;
	int statistic, interval;
	int rc = calc_choice(c, AMP_CALC_STATISTIC, "difference|ratio", -1, &statistic, err);
	if (rc == 0) rc = calc_choice(c, AMP_CALC_INTERVAL, "percentile|basic|bca", 0, &interval, err);
	if (rc == 0) rc = calc_replicates(c, 1, REPLICATES, &replicates, err);
	if (rc == 0) rc = read_pairs(c, &p, true, err);
	if (rc != 0) return rc;
	double x = 0, m = 0;
	for (size_t i = 0; i < p.n; i++) { /* both are ratios of sums: (a - b) over rows, a over b */
		if (statistic == 0) p.a[i] -= p.b[i];
		if (statistic == 1) p.m[i] = p.b[i];
		if (p.m[i] < 0) return amp_fail(err, AMP_EFORMAT, _("A ratio needs a column b without negative values."));
		x += p.a[i];
		m += p.m[i];
	}
	rc = amp_bootstrap(p.a, p.m, p.n, c->alpha, (size_t)replicates, c->seed, &s, err);
	if (rc != 0) return rc;
	const struct amp_real lo[] = {s.percentile_lo, s.basic_lo, s.bca_lo}, hi[] = {s.percentile_hi, s.basic_hi, s.bca_hi};
	struct amp_confidence v = {m > 0 ? amp_real(x / m) : AMP_REAL_NONE, s.se, lo[interval], hi[interval]};
	calc_begin(c);
	calc_interval(c, &v);
	amp_jsonw_kc(&c->w, "statistic", statistic == 0 ? "difference" : "ratio");
	amp_jsonw_kc(&c->w, "method", interval_name[interval]);
	amp_jsonw_ki64(&c->w, "n", (int64_t)p.n);
	amp_jsonw_ki64(&c->w, "rows", (int64_t)p.table.rows);
	amp_jsonw_ki64(&c->w, "resamples", (int64_t)s.resamples); /* all there are, where clusters are few */
	amp_jsonw_ki64(&c->w, "unusable", (int64_t)s.unusable);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_reason(c, v.lo.known && v.hi.known, no_resamples(&p, &s, m));
	calc_end(c);
	return 0;
}

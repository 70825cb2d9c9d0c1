/* power_simulated.c: studies drawn as they are planned, and how many of them see the effect. */
#include <math.h>
#include <stdbool.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/power.h"
#include "stats/resample.h"

#define EXACT_MAX 10
#define DRAWS 999

/* Marsaglia & Tsang 2000, ACM TOMS 26:363; below 1 by their power of a uniform number. */
static double gamma_draw(struct amp_stream *s, double a)
{
	double boost = 1;
	if (a < 1) {
		boost = pow(1 - amp_stream_double(s), 1 / a);
		a += 1;
	}
	double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double z = amp_stream_normal(s), v = 1 + c * z, u;
		if (v <= 0) continue;
		v = v * v * v;
		u = 1 - amp_stream_double(s);
		if (log(u) < z * z / 2 + d - d * v + d * log(v)) return boost * d * v;
	}
}

/* A cluster's own share. */
static double share_draw(struct amp_stream *s, double mean, double icc)
{
	if (icc <= 1e-9) return mean; /* below that, a + b is beyond what a draw can tell from certainty */
	if (icc >= 1) return amp_stream_double(s) < mean ? 1 : 0;
	double size = 1 / icc - 1, a = gamma_draw(s, mean * size), b = gamma_draw(s, (1 - mean) * size);
	return a + b > 0 ? a / (a + b) : mean;
}

/* Binomial by inversion, in parts small enough that the chance of none does not vanish. */
static double binomial_draw(struct amp_stream *s, size_t n, double p)
{
	bool turned = p > .5;
	double q = turned ? 1 - p : p, sum = 0;
	if (q <= 0) return turned ? (double)n : 0;
	size_t part = q * (double)n > 300 ? (size_t)(300 / q) : n;
	for (size_t left = n; left > 0;) {
		size_t m = left < part ? left : part;
		double odds = q / (1 - q), chance = exp((double)m * log1p(-q)), u = amp_stream_double(s), k = 0;
		while (u > chance && k < (double)m) {
			u -= chance;
			k++;
			chance *= odds * ((double)m + 1 - k) / k;
		}
		sum += k;
		left -= m;
	}
	return turned ? (double)n - sum : sum;
}

/* Two-sided sign-flip p of a mean of 0. */
static double flip_p(const double *d, size_t n, struct amp_stream *s)
{
	bool exact = n <= EXACT_MAX;
	size_t patterns = exact ? (size_t)1 << n : DRAWS, as_far = 0;
	double seen = 0, scale = 0;
	for (size_t g = 0; g < n; g++) {
		seen += d[g];
		scale += fabs(d[g]);
	}
	for (size_t i = 0; i < patterns; i++) {
		double sum = 0;
		uint64_t bits = i;
		for (size_t g = 0; g < n; g++) {
			if (!exact && g % 64 == 0) bits = amp_stream_next(s);
			sum += bits >> (g % 64) & 1 ? -d[g] : d[g];
		}
		as_far += fabs(sum) >= fabs(seen) - 1e-12 * scale;
	}
	return exact ? (double)as_far / (double)patterns : ((double)as_far + 1) / (DRAWS + 1);
}

int amp_power_simulated(const struct amp_plan *plan, double lift, size_t studies, uint64_t seed, struct amp_real *power,
                        struct amp_real *error, struct amp_err *err)
{
	size_t m = plan->rounds * plan->depth, seen = 0;
	double ranked = plan->base + lift;
	*power = *error = AMP_REAL_NONE;
	if (plan->clusters < 1 || m == 0 || m / plan->rounds != plan->depth || studies == 0 ||
	    !(plan->base >= 0 && plan->base <= 1) || !(ranked >= 0 && ranked <= 1) || !(plan->icc >= 0 && plan->icc <= 1))
		return 0;
	double *d = amp_malloc(plan->clusters * sizeof *d);
	if (d == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	uint64_t key = amp_stream_key(seed, "power");
	for (size_t i = 0; i < studies; i++) {
		struct amp_stream s = amp_stream_start(key, i);
		for (size_t g = 0; g < plan->clusters; g++) {
			double a = binomial_draw(&s, m, share_draw(&s, ranked, plan->icc));
			double b = binomial_draw(&s, m, share_draw(&s, plan->base, plan->icc));
			d[g] = a - b;
		}
		seen += flip_p(d, plan->clusters, &s) <= plan->alpha;
	}
	amp_free(d);
	double share = (double)seen / (double)studies;
	*power = amp_real(share);
	*error = amp_real(sqrt(share * (1 - share) / (double)studies));
	return 0;
}

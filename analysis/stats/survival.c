/* survival.c: Kaplan-Meier with Greenwood's error, and the log-rank test. */
#include "stats/survival.h"
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/special.h"

struct walk {
	int64_t stratum;
	double time;
	bool event, group;
};

static int by_time(const void *a, const void *b)
{
	const struct walk *x = a, *y = b;
	if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
	return (x->time > y->time) - (x->time < y->time);
}

/* In order of stratum and time. */
static int sorted(const double *time, const bool *event, const bool *group, const int64_t *stratum, size_t n, struct walk **out,
                  struct amp_err *err)
{
	*out = NULL;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(time[i]) || time[i] < 0)
			return amp_fail(err, AMP_EFAIL, _("A time to the first is not a finite number, or below 0."));
	struct walk *v = *out = amp_malloc((n + 1) * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	for (size_t i = 0; i < n; i++)
		v[i] = (struct walk){stratum != NULL ? stratum[i] : 0, time[i], event[i], group != NULL && group[i]};
	if (n > 0) qsort(v, n, sizeof *v, by_time);
	return 0;
}

static void limits(struct amp_step *s, double greenwood, double z)
{
	if (!(s->survival > 0)) return;
	s->se = amp_real(s->survival * sqrt(greenwood));
	if (s->survival >= 1) return;
	double half = z * sqrt(greenwood) / fabs(log(s->survival));
	s->lo = amp_real(pow(s->survival, exp(half)));
	s->hi = amp_real(pow(s->survival, exp(-half)));
}

enum curve { ESTIMATE, LOWER, UPPER };

static struct amp_real height(const struct amp_step *s, enum curve c)
{
	return c == LOWER ? s->lo : c == UPPER ? s->hi : amp_real(s->survival);
}

/* First time at which the curve is at or below one half; the middle to the next fall where it is exactly that (as R). */
static struct amp_real median(const struct amp_step *step, size_t steps, enum curve c)
{
	for (size_t i = 0; i < steps; i++) {
		struct amp_real h = height(&step[i], c);
		if (!h.known || h.v > .5 + 1e-12) continue;
		if (fabs(h.v - .5) > 1e-12) return amp_real(step[i].time);
		for (size_t j = i + 1; j < steps; j++) {
			struct amp_real later = height(&step[j], c);
			if (!later.known || later.v < .5 - 1e-12) return amp_real((step[i].time + step[j].time) / 2);
		}
		return amp_real(step[i].time);
	}
	return AMP_REAL_NONE;
}

void amp_survival_medians(const struct amp_step *step, size_t steps, struct amp_survival *out)
{
	out->median = median(step, steps, ESTIMATE);
	out->median_lo = median(step, steps, LOWER);
	out->median_hi = median(step, steps, UPPER);
}

int amp_kaplan_meier(const double *time, const bool *event, size_t n, double alpha, struct amp_step *step, struct amp_survival *out,
                     struct amp_err *err)
{
	struct walk *v;
	double survival = 1, greenwood = 0, z = amp_normal_quantile(1 - alpha / 2);
	*out = (struct amp_survival){.n = n};
	int rc = sorted(time, event, NULL, NULL, n, &v, err);
	for (size_t from = 0, to; rc == 0 && from < n; from = to) {
		struct amp_step *s = &step[out->steps++];
		*s = (struct amp_step){.time = v[from].time, .at_risk = n - from};
		for (to = from; to < n && v[to].time == v[from].time; to++) s->events += v[to].event;
		s->censored = to - from - s->events;
		out->events += s->events;
		double d = (double)s->events, r = (double)s->at_risk;
		survival *= 1 - d / r;
		greenwood += d > 0 && s->events < s->at_risk ? d / (r * (r - d)) : 0;
		s->survival = survival;
		limits(s, greenwood, z);
	}
	amp_free(v);
	if (rc != 0) return rc;
	amp_survival_medians(step, out->steps, out);
	return 0;
}

/* One stratum's part. */
static void add_stratum(const struct walk *v, size_t n, struct amp_logrank *out)
{
	size_t risk1 = 0;
	for (size_t i = 0; i < n; i++) risk1 += v[i].group;
	for (size_t from = 0, to; from < n; from = to) {
		size_t events = 0, of1 = 0, gone1 = 0;
		for (to = from; to < n && v[to].time == v[from].time; to++) {
			events += v[to].event;
			of1 += v[to].event && v[to].group;
			gone1 += v[to].group;
		}
		double r = (double)(n - from), r1 = (double)risk1, d = (double)events;
		out->observed += (double)of1;
		out->expected += d * r1 / r;
		if (r > 1) out->variance += d * (r1 / r) * (1 - r1 / r) * (r - d) / (r - 1);
		risk1 -= gone1;
	}
}

int amp_log_rank(const double *time, const bool *event, const bool *group, const int64_t *stratum, size_t n,
                 struct amp_logrank *out, struct amp_err *err)
{
	struct walk *v;
	*out = (struct amp_logrank){.strata = 0};
	int rc = sorted(time, event, group, stratum, n, &v, err);
	for (size_t from = 0, to; rc == 0 && from < n; from = to, out->strata++) {
		for (to = from + 1; to < n && v[to].stratum == v[from].stratum; to++) continue;
		add_stratum(v + from, to - from, out);
	}
	amp_free(v);
	if (rc != 0 || !(out->variance > 0)) return rc;
	double gap = out->observed - out->expected;
	out->chi2 = amp_real(gap * gap / out->variance);
	out->p = amp_real(2 * amp_normal_cdf(-fabs(gap) / sqrt(out->variance)));
	return 0;
}

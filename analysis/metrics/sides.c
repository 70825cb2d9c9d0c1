/* sides.c: what several metrics make of one snapshot's sums, and of two such values. */
#include <math.h>
#include "metrics/metric.h"

bool amp_side_share(const struct amp_reading *r, double *value)
{
	double scored = r->n - r->missing;
	if (!(scored > 0)) return false;
	*value = r->flagged / scored;
	return true;
}

void amp_side_share_range(const struct amp_reading *r, double *lo, double *hi)
{
	*lo = r->flagged / r->n;
	*hi = (r->flagged + r->missing) / r->n;
}

bool amp_side_discounted(const struct amp_reading *r, double *value)
{
	if (!(r->discount_total > 0)) return false;
	*value = r->discounted / r->discount_total;
	return true;
}

/* The weights of all n ranks add up to (1 - p^n) / (1 - p); what scored entries do not carry is the missing ones'. */
void amp_side_discounted_range(const struct amp_reading *r, double *lo, double *hi)
{
	double all = r->p < 1 ? (1 - pow(r->p, r->n)) / (1 - r->p) : r->n;
	double missing = fmax(0, all - r->discount_total);
	all = r->discount_total + missing;
	*lo = all > 0 ? r->discounted / all : 0;
	*hi = all > 0 ? (r->discounted + missing) / all : 1;
}

bool amp_side_met(const struct amp_reading *r, double *value)
{
	if (r->n > 0 && !(r->n - r->missing > 0)) return false;
	*value = r->flagged > 0 ? 1 : 0;
	return true;
}

void amp_side_met_range(const struct amp_reading *r, double *lo, double *hi)
{
	*lo = r->flagged > 0 ? 1 : 0;
	*hi = r->flagged + r->missing > 0 ? 1 : 0;
}

void amp_contrast_one(double value, double none, double *x, double *m)
{
	(void)none;
	*x = value;
	*m = 1;
}

void amp_contrast_difference(double ranked, double chronological, double *x, double *m)
{
	*x = ranked - chronological;
	*m = 1;
}

void amp_contrast_ratio(double ranked, double chronological, double *x, double *m)
{
	*x = ranked;
	*m = chronological;
}

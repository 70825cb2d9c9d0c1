/* drift.c: does a share or a lift change over the study? The slope over time within personas (each has its own level), and how far it can be
 * trusted, by the unit rule: over personas by stats/robust.h (CR2, Satterthwaite), over time blocks by the same sums added by block. On a
 * feed that all share only the time blocks count. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/robust.h"
#include "stats/special.h"

#define DAY_MS 86400000.0

static bool read_row(const struct amp_own *k, bool paired, size_t stratum, const char *target, size_t cluster, size_t round,
                     double *y, struct amp_estimate *e)
{
	const struct amp_frame_cluster *members = &k->f->clusters[cluster];
	double sum = 0, n = 0;
	for (size_t i = 0; i < members->n; i++) {
		struct amp_cell_value c;
		bool counts = amp_cell_read(k->f, k->sums, paired, target, members->first + i, stratum, round, &c);
		e->excluded += !counts && c.state != AMP_SHOT_UNPLANNED;
		if (!counts) continue;
		sum += c.value;
		n++;
		e->n += c.n;
		e->missing += c.missing;
		e->used++;
	}
	*y = n > 0 ? sum / n : 0;
	return n > 0;
}

static void read_rows(const struct amp_own *k, bool paired, size_t stratum, const char *target, struct amp_slope_rows *r,
                      struct amp_estimate *e)
{
	const struct amp_frame *f = k->f;
	r->n = 0;
	for (size_t c = 0; c < f->n_clusters; c++)
		for (size_t t = 0; t < f->n_rounds; t++) {
			if (!read_row(k, paired, stratum, target, c, t, &r->y[r->n], e)) continue;
			r->at[r->n] = (double)(f->rounds[t].scheduled_at - f->rounds[0].scheduled_at) / DAY_MS;
			r->cluster[r->n] = (int64_t)c;
			r->block[r->n++] = f->rounds[t].block;
		}
}

struct slope {
	struct amp_real estimate, se, lo, hi, p;
	size_t units;
};

/* Rows stand cluster by cluster: takes each one's mean from y and day. */
static void centre(const struct amp_slope_rows *r, double *y, double *day)
{
	for (size_t from = 0, to; from < r->n; from = to) {
		double my = 0, md = 0;
		for (to = from; to < r->n && r->cluster[to] == r->cluster[from]; to++) {
			my += r->y[to];
			md += r->at[to];
		}
		for (size_t i = from; i < to; i++) {
			y[i] = r->y[i] - my / (double)(to - from);
			day[i] = r->at[i] - md / (double)(to - from);
		}
	}
}

/* work: 2 rows of r->n, and one of blocks. */
static struct slope over_blocks(const struct amp_slope_rows *r, size_t blocks, double alpha, double *work, unsigned char *seen)
{
	double *y = work, *day = work + r->n, *sum = day + r->n, xy = 0, d = 0, squares = 0;
	struct slope s = {.units = 0};
	centre(r, y, day);
	for (size_t i = 0; i < r->n; i++) {
		xy += day[i] * y[i];
		d += day[i] * day[i];
	}
	memset(seen, 0, blocks);
	memset(sum, 0, blocks * sizeof *sum);
	if (!(d > 0)) return s;
	s.estimate = amp_real(xy / d);
	for (size_t i = 0; i < r->n; i++) {
		s.units += !seen[r->block[i]];
		seen[r->block[i]] = 1;
		sum[r->block[i]] += day[i] * (y[i] - s.estimate.v * day[i]);
	}
	for (size_t i = 0; i < blocks; i++) squares += sum[i] * sum[i];
	double se = s.units > 2 ? sqrt((double)s.units / (double)(s.units - 1) * squares) / d : 0;
	if (!(se > 1e-15)) return s;
	double t = amp_student_quantile(1 - alpha / 2, (double)(s.units - 2));
	s.se = amp_real(se);
	s.lo = amp_real(s.estimate.v - t * se);
	s.hi = amp_real(s.estimate.v + t * se);
	s.p = amp_real(2 * amp_student_cdf(-fabs(s.estimate.v) / se, (double)(s.units - 2)));
	return s;
}

static int over_personas(const struct amp_slope_rows *r, double alpha, struct slope *s, struct amp_err *err)
{
	struct amp_trend t;
	int rc = amp_trend(r->y, r->at, r->cluster, r->n, alpha, &t, err);
	if (rc != 0) return rc;
	*s = (struct slope){t.slope.estimate, t.slope.se, t.slope.lo, t.slope.hi, t.p, t.personas};
	return 0;
}

/* Both units: the wider interval and the larger p, as the unit rule says; unknown in one is unknown in both. */
static struct slope wider(const struct slope *a, const struct slope *b)
{
	if (!a->lo.known || !b->lo.known) return (struct slope){.estimate = b->estimate};
	struct slope s = *b;
	s.lo = amp_real(fmin(a->lo.v, b->lo.v));
	s.hi = amp_real(fmax(a->hi.v, b->hi.v));
	s.se = amp_real(fmax(a->se.v, b->se.v));
	s.p = amp_real(fmax(a->p.v, b->p.v));
	return s;
}

int amp_slope_fill(const struct amp_own *k, const struct amp_slope_rows *r, struct amp_estimate *e, struct amp_err *err)
{
	size_t blocks = k->f->n_blocks;
	double *work = amp_malloc((2 * r->n + blocks + 1) * sizeof *work);
	unsigned char *seen = amp_malloc(blocks + 1);
	struct slope persona = {.units = 0}, s;
	int rc = work && seen ? over_personas(r, k->f->plan.alpha, &persona, err) : AMP_OOM(err);
	if (rc == 0) {
		struct slope block = over_blocks(r, blocks, k->f->plan.alpha, work, seen);
		s = e->unit == AMP_UNIT_TIME_BLOCK ? block : wider(&persona, &block);
		e->persona_units = persona.units;
		e->block_units = block.units;
		e->printed_unit = e->unit == AMP_UNIT_BOTH && persona.se.known && persona.se.v > block.se.v ? AMP_UNIT_PERSONA
		                                                                                            : AMP_UNIT_TIME_BLOCK;
		e->estimate = s.estimate;
		e->se = s.se;
		e->lo = s.lo;
		e->hi = s.hi;
		e->p = s.p;
		e->method = N_("cluster-robust slope, Student's t");
		if (!e->estimate.known)
			e->null_reason = e->used && e->metric->no_base ? e->metric->no_base
			                 : e->used ? N_("a single moment: nothing says how the figure changes over time")
			                           : N_("every planned snapshot was left out: see the exclusions");
		else if (!e->lo.known)
			e->interval_note = N_("too few units, or no variation between them, for the error of a slope");
		rc = amp_say_units(k->f, e, err);
	}
	amp_free(work);
	amp_free(seen);
	return rc;
}

static int make_one(const struct amp_metric *m, struct amp_own *k, size_t stratum, struct amp_slope_rows *r, struct amp_err *err)
{
	struct amp_estimate *e =
		amp_own_add(k, m, m->paired ? stratum : AMP_NO_INDEX, m->paired ? AMP_NO_INDEX : stratum, "any", "further", err);
	if (!e) return AMP_ENOMEM;
	e->unit = amp_unit_of(k->f, k->floors, &(struct amp_scope){m, AMP_NO_INDEX, &stratum, 1, "any"});
	read_rows(k, m->paired, stratum, "any", r, e);
	return amp_slope_fill(k, r, e, err);
}

int amp_drift_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	size_t room = f->n_clusters * f->n_rounds + 1;
	struct amp_slope_rows r = {amp_malloc(room * sizeof *r.y), amp_malloc(room * sizeof *r.at),
	                           amp_malloc(room * sizeof *r.cluster), amp_malloc(room * sizeof *r.block), 0};
	int rc = r.y && r.at && r.cluster && r.block ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < (m->paired ? f->n_pairs : f->n_feeds); i++)
		if (!m->paired || strcmp(f->pairs[i].pool, "different") != 0) rc = make_one(m, k, i, &r, err);
	amp_free(r.y);
	amp_free(r.at);
	amp_free(r.cluster);
	amp_free(r.block);
	return rc;
}

/* drift.c: does a share or a lift change over the study? The slope over time within personas (each has its own level), and how far it can be
 * trusted, by the unit rule: over personas by stats/robust.h (CR2, Satterthwaite), over time blocks by CR2 too; where both vary their variances
 * are added. On a feed that all share only the time blocks count. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/components.h"
#include "stats/robust.h"
#include "stats/skew.h"
#include "stats/special.h"

#define DAY_MS 86400000.0
#define SECOND_LEVEL 0.25 /* of the F test, which has few blocks to see a shock in; Bancroft 1964: the highest in use */

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
	struct amp_real estimate, se;
	double df, cells; /* cells: variance if each row were a unit; over blocks alone */
	bool silent;      /* blocks that are enough, and agree on the slope to the last digit */
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

/* What a time block has: its rows' sums of moment x residual, of the moment, of its square. */
struct block_sums {
	double score, at, square;
	bool used;
};

/* (I - H) between the scores of two blocks: of a block's rows the fitted level takes at²/(n square), the slope square/d. */
static double left(const struct block_sums *a, const struct block_sums *b, double n, double d)
{
	return (a == b) - a->at * b->at / (n * sqrt(a->square * b->square)) - sqrt(a->square * b->square) / d;
}

/* Bell and McCaffrey's degrees of freedom (2002, Survey Methodology 28:169): (tr M)² / tr M², M = w (I - H) w. */
static double freedom(const struct block_sums *b, size_t blocks, double n, double d)
{
	double trace = 0, squares = 0;
	for (size_t i = 0; i < blocks; i++)
		for (size_t j = 0; j < blocks && b[i].square > 0; j++) {
			if (!(b[j].square > 0)) continue;
			double v = left(&b[i], &b[j], n, d) *
			           sqrt(b[i].square * b[j].square / (left(&b[i], &b[i], n, d) * left(&b[j], &b[j], n, d)));
			trace += i == j ? v : 0;
			squares += v * v;
		}
	return trace * trace / squares;
}

/* CR2: what a block's own leverage has taken from its score is given back. */
static struct slope over_blocks(const struct amp_slope_rows *r, size_t blocks, const double *y, const double *at,
                                struct block_sums *b)
{
	double xy = 0, d = 0, squares = 0, n = (double)r->n;
	struct slope s = {.units = 0};
	for (size_t i = 0; i < r->n; i++) {
		xy += at[i] * y[i];
		d += at[i] * at[i];
	}
	if (!(d > 0)) return s;
	s.estimate = amp_real(xy / d);
	for (size_t i = 0; i < r->n; i++) {
		struct block_sums *to = &b[r->block[i]];
		double v = at[i] * (y[i] - s.estimate.v * at[i]);
		s.units += !to->used;
		to->used = true;
		to->score += v;
		to->at += at[i];
		to->square += at[i] * at[i];
		s.cells += v * v;
	}
	s.cells /= d * d;
	for (size_t i = 0; i < blocks; i++) {
		if (!(b[i].square > 0)) continue;
		double rest = left(&b[i], &b[i], n, d);
		if (!(rest > 1e-9)) return s; /* one block holds the slope by itself */
		squares += b[i].score * b[i].score / rest;
	}
	double df = freedom(b, blocks, n, d);
	if (s.units < 3 || !(df > 0)) return s;
	s.silent = !(sqrt(squares) / d > 1e-15);
	if (s.silent) return s;
	s.se = amp_real(sqrt(squares) / d);
	s.df = df;
	return s;
}

static int over_personas(const struct amp_slope_rows *r, double alpha, struct slope *s, struct amp_err *err)
{
	struct amp_trend t;
	int rc = amp_trend(r->y, r->at, r->cluster, r->n, alpha, &t, err);
	if (rc != 0) return rc;
	*s = (struct slope){.estimate = t.slope.estimate, .se = t.slope.se, .df = t.df.known ? t.df.v : 0, .units = t.personas};
	return 0;
}

/* Both units. The persona's slope, and the days as a second source of chance where blocks vary more than their cells: then the two variances
 * less that of the cells, which either holds (Cameron, Gelbach & Miller 2011), and the fewer degrees of freedom. Unknown in one is unknown
 * in both; but blocks that do not vary at all vary no more than their cells. */
static struct slope both(const struct slope *a, const struct slope *b, double rows)
{
	struct slope s = *a;
	double df = rows - (double)a->units - 1, cells = b->cells * rows / df;
	s.estimate = b->estimate;
	if (b->silent) return s;
	if (!a->se.known || !b->se.known || !(df > 0)) s.se = AMP_REAL_NONE;
	if (!s.se.known) return s;
	double va = a->se.v * a->se.v, vb = b->se.v * b->se.v, in_blocks = b->df * vb;
	if (!(vb > cells) || 1 - amp_beta_cdf(in_blocks / (in_blocks + df * cells), b->df / 2, df / 2) >= SECOND_LEVEL) return s;
	s.se = amp_real(sqrt(va + vb - cells));
	s.df = fmin(a->df, b->df);
	return s;
}

static void put(struct amp_estimate *e, const struct slope *s, double alpha)
{
	e->estimate = s->estimate;
	e->se = s->se;
	if (!s->se.known || !(s->se.v > 0) || !(s->df > 0)) return;
	double half = amp_student_quantile(1 - alpha / 2, s->df) * s->se.v;
	e->lo = amp_real(s->estimate.v - half);
	e->hi = amp_real(s->estimate.v + half);
	e->p = amp_real(2 * amp_student_cdf(-fabs(s->estimate.v) / s->se.v, s->df));
}

/* The slope is a ratio of sums over personas, of moment x value and of moment²; a persona who sees more has the steeper slope. */
static int allow_for_skew(const struct amp_own *k, const struct amp_slope_rows *r, const double *y, const double *at,
                          struct amp_estimate *e, struct amp_err *err)
{
	size_t rows = k->f->n_clusters, columns = k->f->n_blocks, cells = rows * columns, n = 0;
	double *x = amp_calloc(3 * cells + 2 * rows + AMP_COMPONENTS_ROOM(rows, columns) + 1, sizeof *x);
	if (!x) return AMP_OOM(err);
	double *m = x + cells, *w = m + cells, *sum_x = w + cells, *sum_m = sum_x + rows;
	for (size_t i = 0; i < r->n; i++) {
		size_t cell = (size_t)r->cluster[i] * columns + r->block[i];
		x[cell] += at[i] * y[i];
		m[cell] += at[i] * at[i];
		w[cell]++;
	}
	for (size_t row = 0; row < rows; row++) {
		double has = 0;
		sum_x[n] = sum_m[n] = 0;
		for (size_t i = row * columns; i < (row + 1) * columns; i++) {
			sum_x[n] += x[i];
			sum_m[n] += m[i];
			has += w[i];
		}
		n += has > 0;
	}
	struct amp_components c;
	struct amp_skewed t;
	amp_components(x, m, w, rows, columns, 0, k->f->plan.alpha, sum_m + rows, &c);
	amp_skewed(sum_x, sum_m, n, copysign(amp_share_skewness(r->spread, c.rows_share), e->estimate.v), 0, k->f->plan.alpha, &t);
	amp_free(x);
	if (!t.p.known) return 0;
	e->lo = t.lo.known ? amp_real(fmin(e->lo.v, t.lo.v)) : AMP_REAL_NONE;
	e->hi = t.hi.known ? amp_real(fmax(e->hi.v, t.hi.v)) : AMP_REAL_NONE;
	e->p = amp_real(fmax(e->p.v, t.p.v));
	return 0;
}

static int say_units(const struct amp_frame *f, struct amp_estimate *e, struct amp_err *err)
{
	if (e->unit == AMP_UNIT_TIME_BLOCK) return amp_say_units(f, e, err);
	e->cluster_rule =
		amp_arena_printf(f->arena,
	                         "personas with their twins: %zu; time blocks of %lld s: %zu; over personas, and over both "
	                         "where time blocks vary more than their cells",
	                         e->persona_units, (long long)(f->plan.time_block_ms / 1000), e->block_units);
	return e->cluster_rule ? 0 : AMP_OOM(err);
}

int amp_slope_fill(const struct amp_own *k, const struct amp_slope_rows *r, struct amp_estimate *e, struct amp_err *err)
{
	size_t blocks = k->f->n_blocks;
	double *y = amp_malloc((2 * r->n + 1) * sizeof *y), *at = y + r->n;
	struct block_sums *sums = amp_calloc(blocks + 1, sizeof *sums);
	struct slope persona = {.units = 0};
	int rc = y && sums ? over_personas(r, k->f->plan.alpha, &persona, err) : AMP_OOM(err);
	if (rc == 0) {
		centre(r, y, at);
		struct slope block = over_blocks(r, blocks, y, at, sums),
			     s = e->unit == AMP_UNIT_TIME_BLOCK ? block : both(&persona, &block, (double)r->n);
		e->persona_units = persona.units;
		e->block_units = block.units;
		e->printed_unit = e->unit == AMP_UNIT_BOTH ? AMP_UNIT_PERSONA : AMP_UNIT_TIME_BLOCK;
		put(e, &s, k->f->plan.alpha);
		e->method = N_("cluster-robust slope, Student's t");
		if (!e->estimate.known)
			e->null_reason = e->used && e->metric->no_base ? e->metric->no_base
			                 : e->used ? N_("a single moment: nothing says how the figure changes over time")
			                           : N_("every planned snapshot was left out: see the exclusions");
		else if (!e->lo.known)
			e->interval_note = N_("too few units, or no variation between them, for the error of a slope");
		rc = say_units(k->f, e, err);
		if (rc == 0 && e->lo.known && r->spread > 0 && persona.units >= AMP_SKEW_PERSONAS)
			rc = allow_for_skew(k, r, y, at, e, err);
	}
	amp_free(y);
	amp_free(sums);
	return rc;
}

int amp_drift_fill(const struct amp_own *k, const struct amp_metric *m, size_t stratum, struct amp_estimate *e, struct amp_err *err)
{
	size_t room = k->f->n_clusters * k->f->n_rounds + 1;
	struct amp_slope_rows r = {amp_malloc(room * sizeof *r.y),
	                           amp_malloc(room * sizeof *r.at),
	                           amp_malloc(room * sizeof *r.cluster),
	                           amp_malloc(room * sizeof *r.block),
	                           0,
	                           0};
	int rc = r.y && r.at && r.cluster && r.block ? 0 : AMP_OOM(err);
	e->unit = amp_unit_of(k->f, k->floors, &(struct amp_scope){m, AMP_NO_INDEX, &stratum, 1, e->target});
	if (rc == 0) {
		read_rows(k, m->paired, stratum, e->target, &r, e);
		rc = amp_slope_fill(k, &r, e, err);
	}
	amp_free(r.y);
	amp_free(r.at);
	amp_free(r.cluster);
	amp_free(r.block);
	return rc;
}

int amp_drift_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < (m->paired ? f->n_pairs : f->n_feeds); i++) {
		if (m->paired && strcmp(f->pairs[i].pool, "different") == 0) continue;
		struct amp_estimate *e =
			amp_own_add(k, m, m->paired ? i : AMP_NO_INDEX, m->paired ? AMP_NO_INDEX : i, "any", "further", err);
		rc = e ? amp_drift_fill(k, m, i, e, err) : AMP_ENOMEM;
	}
	return rc;
}

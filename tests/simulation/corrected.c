/* corrected.c: do the corrected shares hold the hateful share itself? Detector errors are planted, labels are drawn, and the intervals of
 * analysis/stats (Rogan-Gladen with Lang-Reiczigel, PPI++, Horvitz-Thompson with and without scores, two phases) are counted; and those that the
 * report prints: its own draw (annotate/draw.h), strata, and what was not found (annotate/unseen.h).
 *
 *   simulate_corrected [STUDIES [SEED]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/corrected.h"
#include "annotate/draw.h"
#include "annotate/unseen.h"
#include "base/rng.h"
#include "stats/design.h"
#include "stats/ppi.h"
#include "stats/proportion.h"

enum how { GLADEN, GLADEN_POOLED, PPI, LABELS, SCORES, REPORT, PHASES };
struct plan {
	const char *name, *en, *fr;
	enum how how;
	double share, lift, se, sp; /* hateful share; ranked share - share */
	size_t items, labels, clusters;
};
static const struct plan plans[] = {
	{"rg", "Rogan–Gladen, 5 % hateful, Se .8 on 200, Sp .99 on 3,000",
         "Rogan–Gladen, 5 % haineux, Se 0,8 sur 200, Sp 0,99 sur 3 000", GLADEN, .05, 0, .8, .99, 2000, 0, 0},
	{"rg-rare", "Rogan–Gladen, 0.5 % hateful", "Rogan–Gladen, 0,5 % haineux", GLADEN, .005, 0, .8, .99, 2000, 0, 0},
	{"rg-pooled", "Rogan–Gladen with the errors of both feeds together, Se .9 ranked, .7 chronological (wrong)",
         "Rogan–Gladen avec les erreurs des deux flux confondues, Se 0,9 (classé), 0,7 (chronologique) (faux)", GLADEN_POOLED, .05,
         0, .9, .99, 2000, 0, 0},
	{"ppi", "PPI++, 10 % hateful, 300 labels", "PPI++, 10 % haineux, 300 étiquettes", PPI, .1, 0, .8, .95, 5000, 300, 0},
	{"ppi-rare", "PPI++, 2 % hateful, 500 labels", "PPI++, 2 % haineux, 500 étiquettes", PPI, .02, 0, .8, .95, 5000, 500, 0},
	{"ht", "Horvitz–Thompson, difference of feeds, 10 %, 300 labels", "Horvitz–Thompson, écart des flux, 10 %, 300 étiquettes",
         LABELS, .1, .05, .8, .95, 2000, 300, 0},
	{"ht-scores", "the same with the scores (PPI++)", "le même avec les scores (PPI++)", SCORES, .1, .05, .8, .95, 2000, 300,
         0},
	{"ht-rare", "the same with the scores, 2 %, 500 labels", "le même avec les scores, 2 %, 500 étiquettes", SCORES, .02, .02,
         .8, .95, 3000, 500, 0},
	{"report", "as the report draws and estimates, difference, 10 %, 300 labels",
         "comme le rapport tire et estime, écart, 10 %, 300 étiquettes", REPORT, .1, .05, .8, .95, 2000, 300, 0},
	{"report-2", "the same, 2 %, 500 labels", "le même, 2 %, 500 étiquettes", REPORT, .02, .02, .8, .95, 3000, 500, 0},
	{"report-05", "the same, 0.5 %, 1,000 labels", "le même, 0,5 %, 1 000 étiquettes", REPORT, .005, .005, .8, .95, 6000, 1000,
         0},
	{"report-null", "the same, 2 %, 500 labels, feeds alike", "le même, 2 %, 500 étiquettes, flux pareils", REPORT, .02, 0, .8,
         .95, 3000, 500, 0},
	{"phases", "two phases: 20 personas and 300 labels, difference", "deux phases : 20 personas et 300 étiquettes, écart",
         PHASES, .1, .05, .8, .95, 1500, 300, 20},
};
#define ROOM 6000
#define ROWS_MAX 4000

struct drawn { /* one study: a frame of items, what two arms showed, and a stratified sample with labels */
	double y[ROOM], f[ROOM], a[ROOM], b[ROOM], pi[ROOM];
	int64_t stratum[ROOM];
	bool labelled[ROOM];
	double sy[ROOM], sf[ROOM], sa[ROOM], sb[ROOM], spi[ROOM];
	int64_t sstratum[ROOM];
	size_t order[ROOM], n;
	struct amp_draw_unit unit[ROOM];
	uint32_t item[ROWS_MAX], cluster[ROWS_MAX];
	double ra[ROWS_MAX], rb[ROWS_MAX];
	size_t rows;
};

static bool hit(struct amp_rng *r, double p)
{
	return amp_rng_double(r) < p;
}

static int64_t hits(struct amp_rng *r, int64_t n, double p)
{
	int64_t k = 0;
	for (int64_t i = 0; i < n; i++) k += hit(r, p);
	return k;
}

static double score(struct amp_rng *r, const struct plan *p, double y)
{
	bool flagged = hit(r, y > 0 ? p->se : 1 - p->sp);
	return flagged ? .5 + .5 * amp_rng_double(r) : .5 * amp_rng_double(r);
}

/* Two strata by the score, half of the labels each. */
static void draw_labels(struct drawn *d, const struct plan *p, struct amp_rng *r)
{
	d->n = 0;
	for (int s = 0; s < 2; s++) {
		size_t n = 0, want = p->labels / 2;
		for (size_t i = 0; i < p->items; i++) {
			if ((d->f[i] >= .5) != s) continue;
			d->order[n++] = i;
			d->stratum[i] = s;
			d->labelled[i] = false;
		}
		amp_rng_shuffle(r, d->order, n, sizeof *d->order);
		if (want > n) want = n;
		for (size_t k = 0; k < want; k++) {
			size_t i = d->order[k];
			d->labelled[i] = true;
			d->pi[i] = (double)want / (double)n;
			d->sy[d->n] = d->y[i];
			d->sf[d->n] = d->f[i];
			d->sa[d->n] = d->a[i];
			d->sb[d->n] = d->b[i];
			d->spi[d->n] = d->pi[i];
			d->sstratum[d->n++] = s;
		}
	}
}

/* As `amplimeter sample` draws: five strata by score, chances by exposure. */
static int draw_as_report(struct drawn *d, const struct plan *p, struct amp_rng *r, struct amp_err *err)
{
	struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
	struct amp_draw_rule rule;
	size_t n = 0, n_strata;
	int rc = amp_draw_rule_parse(&rule, "5", err);
	for (size_t i = 0; i < p->items; i++) {
		if (!(d->a[i] + d->b[i] > 0)) continue;
		d->unit[n] = (struct amp_draw_unit){.version = (int64_t)i,
		                                    .weight = (int64_t)(d->a[i] + d->b[i]),
		                                    .scored = true,
		                                    .flagged = d->f[i] >= .5,
		                                    .score = d->f[i]};
		memcpy(&d->unit[n++].key, &i, sizeof i);
	}
	if (rc == 0)
		rc = amp_draw_sample(d->unit, n, &rule, (int64_t)p->labels, (int64_t)(amp_rng_next(r) >> 1), strata, &n_strata,
		                     err);
	d->n = 0;
	for (size_t k = 0; rc == 0 && k < n; k++) {
		const struct amp_draw_unit *u = &d->unit[k];
		if (!u->drawn) continue;
		d->sy[d->n] = d->y[u->version];
		d->sf[d->n] = d->f[u->version];
		d->sa[d->n] = d->a[u->version];
		d->sb[d->n] = d->b[u->version];
		d->spi[d->n] = (double)u->numerator / (double)u->denominator;
		d->sstratum[d->n++] = (int64_t)(2 * u->stratum + (u->numerator == u->denominator));
	}
	return rc;
}

/* What the report adds (annotate/corrected.c): what strata leave open whose judged texts are all alike; and nothing at all where few are hateful. */
static void as_printed(const struct drawn *d, const struct amp_design *design, double wa, double wb, struct amp_confidence *c)
{
	struct amp_unseen a = amp_unseen_of(design, d->sy, d->sa, NULL, wa, .05),
			  b = amp_unseen_of(design, d->sy, d->sb, NULL, wb, .05);
	size_t in_a = 0, in_b = 0;
	for (size_t i = 0; i < d->n; i++) {
		in_a += d->sy[i] > 0 && d->sa[i] > 0;
		in_b += d->sy[i] > 0 && d->sb[i] > 0;
	}
	amp_unseen_stretch(c, hypot(a.up, b.down), hypot(a.down, b.up), -1, 1);
	if (in_a < AMP_CORRECTED_HATEFUL_MIN || in_b < AMP_CORRECTED_HATEFUL_MIN) c->lo = c->hi = AMP_REAL_NONE;
}

/* A frame whose items were shown in both arms, hateful ones more often in A. */
static int study_design(struct drawn *d, const struct plan *p, struct amp_rng *r, double *truth, struct amp_confidence *out)
{
	struct amp_err err = {0};
	double wa = 0, wb = 0, ya = 0, yb = 0, fa = 0, fb = 0, more = (p->share + p->lift) / p->share;
	for (size_t i = 0; i < p->items; i++) {
		d->y[i] = hit(r, p->share);
		d->f[i] = score(r, p, d->y[i]);
		double u = -log(1 - amp_rng_double(r)); /* some are shown far more than others */
		d->a[i] = (double)hits(r, 12, fmin(1, u / 12 * (d->y[i] > 0 ? more : 1)));
		d->b[i] = (double)hits(r, 12, fmin(1, u / 12));
		wa += d->a[i];
		wb += d->b[i];
		ya += d->a[i] * d->y[i];
		yb += d->b[i] * d->y[i];
		fa += d->a[i] * d->f[i];
		fb += d->b[i] * d->f[i];
	}
	int rc = 0;
	if (p->how == REPORT)
		rc = draw_as_report(d, p, r, &err);
	else
		draw_labels(d, p, r);
	if (rc != 0) return rc;
	*truth = ya / wa - yb / wb;
	bool with = p->how != LABELS;
	struct amp_design design = {AMP_DRAW_FIXED, d->n, d->spi, d->sstratum};
	struct amp_arm a = {d->sa, amp_real(wa), with ? amp_real(fa) : AMP_REAL_NONE},
		       b = {d->sb, amp_real(wb), with ? amp_real(fb) : AMP_REAL_NONE};
	struct amp_arm_shares shares;
	rc = amp_design_arms(&design, d->sy, with ? d->sf : NULL, AMP_REAL_NONE, &a, &b, .05, &shares, &err);
	*out = shares.difference;
	if (p->how == REPORT) as_printed(d, &design, wa, wb, out);
	return rc;
}

/* Personas that differ, shown items of a common stock; the truth is that of endless personas. */
static int study_phases(struct drawn *d, const struct plan *p, struct amp_rng *r, double *truth, struct amp_confidence *out)
{
	struct amp_err err = {0};
	size_t hateful = p->items / 2; /* first half of the stock */
	d->rows = 0;
	for (size_t i = 0; i < p->items; i++) {
		d->y[i] = i < hateful;
		d->f[i] = score(r, p, d->y[i]);
		d->a[i] = d->b[i] = 0;
	}
	for (size_t g = 0; g < p->clusters; g++) {
		double spread = 1 + .3 * fmax(-3, fmin(3, amp_rng_normal(r))), share[2] = {(p->share + p->lift) * spread, p->share};
		for (int arm = 0; arm < 2; arm++)
			for (int k = 0; k < 80; k++) {
				bool bad = hit(r, share[arm]);
				size_t i = bad ? (size_t)amp_rng_below(r, hateful)
				               : hateful + (size_t)amp_rng_below(r, p->items - hateful);
				d->item[d->rows] = (uint32_t)i;
				d->cluster[d->rows] = (uint32_t)g;
				d->ra[d->rows] = arm == 0;
				d->rb[d->rows++] = arm == 1;
			}
	}
	draw_labels(d, p, r);
	*truth = p->lift;
	struct amp_ppi_shown shown = {d->rows, p->items, p->clusters, d->item, d->cluster, d->ra, d->rb};
	struct amp_ppi_labels labels = {d->f, d->labelled, d->y, d->pi, d->stratum, AMP_DRAW_FIXED};
	struct amp_ppi_arms arms;
	int rc = amp_ppi_arms(&shown, &labels, AMP_REAL_NONE, .05, &arms, &err);
	*out = arms.difference;
	return rc;
}

static int study(struct drawn *d, const struct plan *p, struct amp_rng *r, double *truth, struct amp_confidence *out)
{
	struct amp_flagged f;
	struct amp_ppi ppi;
	*truth = p->share;
	switch (p->how) {
	case GLADEN:
	case GLADEN_POOLED:
		f = (struct amp_flagged){.n = (int64_t)p->items, .npos = 200, .nneg = 3000};
		f.positives = hits(r, f.n, p->share * p->se + (1 - p->share) * (1 - p->sp));
		f.tp = p->how == GLADEN ? hits(r, 200, p->se) : hits(r, 100, p->se) + hits(r, 100, p->se - .2);
		f.tn = hits(r, f.nneg, p->sp);
		amp_rogan_gladen(&f, .05, out);
		return 0;
	case PPI:
		for (size_t i = 0; i < p->items + p->labels; i++) {
			d->y[i] = hit(r, p->share);
			d->f[i] = score(r, p, d->y[i]);
		}
		amp_ppi_mean(&(struct amp_ppi_sample){d->y, d->f, NULL, p->labels},
		             &(struct amp_ppi_sample){NULL, d->f + p->labels, NULL, p->items}, AMP_REAL_NONE, .05, &ppi);
		*out = ppi.mean;
		return 0;
	case PHASES: return study_phases(d, p, r, truth, out);
	case LABELS:
	case SCORES:
	case REPORT:
	default: return study_design(d, p, r, truth, out);
	}
}

int main(int argc, char **argv)
{
	static struct drawn d;
	uint64_t studies = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000, seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	puts("corrected\tname\ten\tfr\tstudies\ttruth\tbias\tcoverage\tno_interval\twidth");
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		const struct plan *p = &plans[i];
		uint64_t known = 0, covered = 0;
		double bias = 0, width = 0, sum = 0;
		for (uint64_t k = 0; k < studies; k++) {
			char label[64];
			struct amp_rng r;
			struct amp_confidence c;
			double truth;
			(void)snprintf(label, sizeof label, "%s/%llu", p->name, (unsigned long long)k);
			amp_rng_seed_label(&r, seed, label);
			if (study(&d, p, &r, &truth, &c) != 0) return 1;
			sum += truth;
			if (c.estimate.known) bias += c.estimate.v - truth;
			if (!c.lo.known || !c.hi.known) continue;
			known++;
			covered += c.lo.v <= truth && truth <= c.hi.v;
			width += c.hi.v - c.lo.v;
		}
		double n = (double)studies, some = known ? (double)known : 1;
		printf("corrected\t%s\t%s\t%s\t%llu\t%.6g\t%.6g\t%.4f\t%.4f\t%.6g\n", p->name, p->en, p->fr,
		       (unsigned long long)studies, sum / n, bias / n, (double)covered / some, (n - (double)known) / n,
		       width / some);
		(void)fflush(stdout);
	}
	return 0;
}

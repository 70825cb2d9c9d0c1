/* truth.c: what endless personas and days would give. Counts: by formula. Lists and walks: many small studies of two personas from the same population, and the
 * definitions of docs/method.md written out as plainly as they stand there.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "simulation.h"

#define TWO 2 /* personas of such a study: enough for the spread between them */
#define VISITS_MAX 64
#define LISTS_MAX 64
#define IDS_MAX 4096

/* Sums over studies of what a figure is the ratio of. */
struct sums {
	double n, x, m, xx, xm, mm;
};

static void add(struct sums *s, double x, double m)
{
	s->n++;
	s->x += x;
	s->m += m;
	s->xx += x * x;
	s->xm += x * m;
	s->mm += m * m;
}

/* f(x, m) with slopes dx, dm: its standard error. */
static double error_of(const struct sums *s, double dx, double dm)
{
	double xx = s->xx / s->n - s->x / s->n * s->x / s->n, xm = s->xm / s->n - s->x / s->n * s->m / s->n,
	       mm = s->mm / s->n - s->m / s->n * s->m / s->n;
	return sqrt(fmax(0, dx * dx * xx + 2 * dx * dm * xm + dm * dm * mm) / s->n);
}

static void ratio(const struct sums *s, double *value, double *error)
{
	double x = s->x / s->n, m = s->m / s->n;
	*value = x / m;
	*error = error_of(s, 1 / m, -x / m / m);
}

/* x over the root of m, a variance. */
static void standardised(const struct sums *s, double *value, double *error)
{
	double x = s->x / s->n, m = s->m / s->n;
	*value = x / sqrt(m);
	*error = error_of(s, 1 / sqrt(m), -x / (2 * m * sqrt(m)));
}

/* ---- lists in two orders ---- */
enum { DISPLACEMENT, RANK_SHIFT, RANKING_BIAS, RANK_WEIGHTED, GLASS, HUSZAR, ORDER_FIGURES };

static size_t place_of(const struct sim_post *v, size_t n, int32_t item)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].item == item) return i;
	return n;
}

static void one_order(const struct sim_post *a, const struct sim_post *c, size_t n, double *x, double *m)
{
	double in = 0, hateful_in = 0, gone = 0, hateful_gone = 0, flagged = 0, above = 0, pool = 0, weight = 0, w = 1;
	size_t met_a = 0, met_c = 0, common_place = 0, common_c[1024];
	for (size_t i = 0, k = 0; i < n; i++) { /* places by time, among what both lists show */
		bool both = place_of(a, n, c[i].item) < n;
		common_c[i] = k;
		k += both;
		gone += !both;
		hateful_gone += !both && c[i].hateful;
		pool += c[i].hateful;
		met_c += c[i].hateful;
	}
	for (size_t i = 0; i < n; i++, w *= SIM_RBP) {
		size_t at = place_of(c, n, a[i].item);
		flagged += a[i].hateful;
		above += flagged / (double)(i + 1) / (double)n;
		met_a += a[i].hateful;
		x[RANK_WEIGHTED] += w * ((double)a[i].hateful - (double)c[i].hateful);
		weight += w;
		if (at == n) {
			in++;
			hateful_in += a[i].hateful;
			pool += a[i].hateful;
			continue;
		}
		if (a[i].hateful) {
			x[RANK_SHIFT] += (double)common_c[at] - (double)common_place;
			m[RANK_SHIFT]++;
		}
		common_place++;
	}
	x[RANK_WEIGHTED] /= weight;
	m[RANK_WEIGHTED] = 1;
	if (in > 0 && gone > 0) {
		x[DISPLACEMENT] = hateful_in / in - hateful_gone / gone;
		m[DISPLACEMENT] = 1;
	}
	x[RANKING_BIAS] = above - pool / ((double)n + in);
	m[RANKING_BIAS] = 1;
	x[HUSZAR] = met_a > 0;
	m[HUSZAR] = met_c > 0;
	x[GLASS] = ((double)met_a - (double)met_c) / (double)n;
	m[GLASS] = (double)met_c / (double)n; /* for the spread of personas */
}

static int order_study(struct sums *sums, struct sim_orderer *o, const struct sim_setting *s, struct amp_rng *r)
{
	double base[TWO], lift[TWO], x[ORDER_FIGURES] = {0}, m[ORDER_FIGURES] = {0}, mean[TWO] = {0, 0};
	size_t twins[TWO], visits = s->days * s->rounds;
	for (int i = 0; i < TWO; i++) {
		base[i] = sim_factor(r, s->base_cv, SIM_SKEWED);
		lift[i] = s->lift_cv * sim_cut_normal(r);
		twins[i] = amp_rng_double(r) * (double)s->personas < (double)s->twins;
	}
	for (size_t d = 0; d < s->days; d++) {
		double day = sim_factor(r, s->day_cv, SIM_SKEWED), push = s->amp + s->day_lift_cv * sim_cut_normal(r);
		for (size_t k = 0; k < s->rounds; k++) {
			sim_order_round(o, r, s, day);
			for (size_t i = 0; i < TWO; i++)
				for (size_t twin = 0; twin <= twins[i]; twin++) {
					double vx[ORDER_FIGURES] = {0}, vm[ORDER_FIGURES] = {0};
					sim_order_visit(o, r, s, s->base * day * (s->shared ? 1 : base[i]),
					                push + (s->shared ? 0 : lift[i]));
					one_order(o->list[0], o->list[1], o->depth, vx, vm);
					mean[i] += vm[GLASS] / (double)visits / (double)(1 + twins[i]);
					for (int j = 0; j < ORDER_FIGURES && twin == 0; j++) {
						x[j] += vx[j];
						m[j] += vm[j];
					}
				}
		}
	}
	x[GLASS] /= (double)(TWO * visits);
	m[GLASS] = (mean[0] - mean[1]) * (mean[0] - mean[1]) / 2;
	for (int j = 0; j < ORDER_FIGURES; j++) add(&sums[j], x[j], m[j]);
	return 0;
}

static int order_truth(struct sim_truth *t, const struct sim_setting *s, uint64_t studies, struct amp_rng *r, struct amp_err *err)
{
	struct amp_arena *a = amp_arena_new(0);
	struct sums sums[ORDER_FIGURES] = {{0}};
	struct sim_orderer o;
	int rc = a ? sim_orderer_new(&o, a, s->depth, err) : AMP_OOM(err);
	for (uint64_t k = 0; k < studies && rc == 0; k++) rc = order_study(sums, &o, s, r);
	struct sim_figures f = sim_figures(s);
	for (size_t i = 0; i < f.n && rc == 0; i++) {
		int j = s->encounters ? HUSZAR : (int)i;
		if (j == GLASS)
			standardised(&sums[j], &t->detector[i], &t->error[i]);
		else
			ratio(&sums[j], &t->detector[i], &t->error[i]);
		/* what the order adds to the pool's share is no opposite when the feeds are exchanged: 0 only where nobody is pushed */
		t->null[i] = !(s->amp > 0) && (j != RANKING_BIAS || !(s->lift_cv + s->day_lift_cv > 0));
	}
	amp_arena_free(a);
	return rc;
}

/* ---- what comes again ---- */
enum { RECURRENCE, REPEAT, AGAIN_FIGURES };
struct history { /* of one persona's feed: by item, a bit for each visit that showed it */
	uint64_t at[IDS_MAX];
};

static void remember(struct history *h, const struct sim_items *i, int32_t odd, size_t visit)
{
	for (size_t k = 0; k < i->n; k++) h->at[(2 * i->shown[k] + odd) % IDS_MAX] |= UINT64_C(1) << visit;
}

/* Share of what visit t shows that any earlier one has shown; false: shows nothing, or is the first. */
static bool repeats(const struct history *h, size_t t, double *share)
{
	double n = 0, again = 0;
	for (size_t i = 0; i < IDS_MAX; i++)
		if (h->at[i] >> t & 1) {
			n++;
			again += (h->at[i] & ((UINT64_C(1) << t) - 1)) != 0;
		}
	*share = again / n;
	return t > 0 && n > 0;
}

/* Of what was shown at visit g - 1 and not at g, the share shown at one of the three visits after g. */
static bool returns(const struct history *h, size_t g, double *share)
{
	double n = 0, back = 0;
	for (size_t i = 0; i < IDS_MAX; i++)
		if ((h->at[i] >> (g - 1) & 1) != 0 && (h->at[i] >> g & 1) == 0) {
			n++;
			back += (h->at[i] >> (g + 1) & 7) != 0;
		}
	*share = back / n;
	return n > 0;
}

/* One persona: of a shared feed its common items and its own. */
static int again_study(struct sums *sums, const struct sim_setting *s, struct amp_rng *r, struct amp_err *err)
{
	static struct sim_items own[2], common[2];
	static struct history h[2];
	double f[2], x[AGAIN_FIGURES] = {0}, m[AGAIN_FIGURES] = {0}, level = s->shared ? s->own : 1;
	memset(h, 0, sizeof h);
	for (int side = 0; side < 2; side++) {
		own[side] = common[side] = (struct sim_items){.n = 0};
		f[side] = s->shared ? 1 : sim_factor(r, s->lift_cv, s->shape);
	}
	for (size_t d = 0; d < SIM_BURN + s->days; d++) {
		double base = s->base * sim_factor(r, s->day_cv, SIM_SKEWED), day[2];
		for (size_t side = 0; side < 2; side++) day[side] = sim_factor(r, s->day_lift_cv, SIM_EVEN);
		for (size_t side = 0; side < 2; side++) {
			double all = sim_stay(s, side, day[side]), back = sim_back(s, side, day[side]);
			if (s->shared)
				sim_items_step(&common[side], r, all, back,
				               sim_binomial(r, (uint32_t)s->depth, sim_share(base * (1 - level))));
			sim_items_step(&own[side], r, sim_stay(s, side, f[side] * day[side]),
			               sim_back(s, side, f[side] * day[side]),
			               sim_binomial(r, (uint32_t)s->depth, sim_share(base * level)));
			if (2 * common[side].next >= IDS_MAX || 2 * own[side].next >= IDS_MAX)
				return amp_fail(err, AMP_ELIMIT, "%s: too many items", s->name);
			if (d < SIM_BURN) continue;
			remember(&h[side], &common[side], 1, d - SIM_BURN);
			remember(&h[side], &own[side], 0, d - SIM_BURN);
		}
	}
	for (size_t t = 0; t < s->days; t++) {
		double a, c;
		if (repeats(&h[0], t, &a) && repeats(&h[1], t, &c)) {
			x[REPEAT] += a - c;
			m[REPEAT]++;
		}
		if (t < 4 || !returns(&h[0], t - 3, &a) || !returns(&h[1], t - 3, &c)) continue;
		x[RECURRENCE] += a - c;
		m[RECURRENCE]++;
	}
	for (int j = 0; j < AGAIN_FIGURES; j++) add(&sums[j], x[j], m[j]);
	return 0;
}

static int again_truth(struct sim_truth *t, const struct sim_setting *s, uint64_t studies, struct amp_rng *r, struct amp_err *err)
{
	struct sums sums[AGAIN_FIGURES] = {{0}};
	int rc = s->days <= VISITS_MAX - 4 ? 0 : amp_fail(err, AMP_ELIMIT, "%s: too many visits", s->name);
	for (uint64_t k = 0; k < studies && rc == 0; k++) rc = again_study(sums, s, r, err);
	for (int j = 0; j < AGAIN_FIGURES && rc == 0; j++) {
		ratio(&sums[j], &t->detector[j], &t->error[j]);
		t->null[j] = !(s->amp > 0);
	}
	return rc;
}

/* ---- walks ---- */
enum { SHARE, FOLLOWED, DOSE, MEDIAN, MEAN, DRIFT, HAZARD, SHARE_LIFT, DOSE_LIFT, WALK_FIGURES };
struct walked { /* of one side of a persona on a day */
	double level[2];
	size_t time[2][LISTS_MAX]; /* of a walk: lists read, or until its first */
	bool event[2][LISTS_MAX];
	size_t read[2][LISTS_MAX]; /* lists of a walk */
};

/* Observed less expected events of side 0, and their variance. */
static void log_rank(const struct walked *w, size_t seeds, size_t lists, double *x, double *m)
{
	for (size_t t = 1; t <= lists; t++) {
		double risk[2] = {0, 0}, events[2] = {0, 0};
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < seeds; i++) {
				risk[side] += w->time[side][i] >= t;
				events[side] += w->time[side][i] == t && w->event[side][i];
			}
		double n = risk[0] + risk[1], d = events[0] + events[1];
		if (n < 1) continue;
		*x += events[0] - d * risk[0] / n;
		if (n > 1) *m += d * risk[0] * risk[1] * (n - d) / (n * n * (n - 1));
	}
}

/* Shares of the read lists, and their slope within the walk. */
static void one_walk(const struct sim_setting *s, const struct sim_steps *w, double level, double *x, double *m)
{
	double mean = 0, n = (double)w->read;
	for (size_t k = 0; k < w->read; k++) mean += sim_walk_share(s, level, k) / n;
	for (size_t k = 0; k < w->read; k++) {
		double at = (double)k - (n - 1) / 2;
		x[DRIFT] += at * sim_walk_share(s, level, k);
		m[DRIFT] += at * at;
		x[FOLLOWED] += k > 0 ? sim_walk_share(s, level, k - 1) : 0;
		m[FOLLOWED] += k > 0;
	}
	x[SHARE] += w->read > 0 ? mean : 0;
	m[SHARE] += w->read > 0;
}

/* What walks from one seed differ by, over the lists that both read. */
static void couples(const struct sim_setting *s, const struct walked *w, double *x, double *m)
{
	for (size_t i = 0; i < s->seeds; i++) {
		size_t n = w->read[0][i] < w->read[1][i] ? w->read[0][i] : w->read[1][i];
		double more = 0;
		for (size_t k = 0; k < n; k++) more += sim_walk_share(s, w->level[0], k) - sim_walk_share(s, w->level[1], k);
		if (n == 0) continue;
		x[SHARE_LIFT] += more / (double)n;
		x[DOSE_LIFT] += more * (double)s->depth;
		m[SHARE_LIFT]++;
		m[DOSE_LIFT]++;
	}
}

static void walk_study(struct sums *sums, struct sums *alive, const struct sim_setting *s, struct sim_steps *steps,
                       struct amp_rng *r)
{
	double x[WALK_FIGURES] = {0}, m[WALK_FIGURES] = {0}, base = s->base * sim_factor(r, s->base_cv, SIM_SKEWED), own[2];
	double survival[LISTS_MAX] = {0};
	for (int side = 0; side < 2; side++) own[side] = sim_factor(r, s->lift_cv, s->shape) * (side == 0 ? 1 + s->amp : 1);
	for (size_t d = 0; d < s->days; d++) {
		struct walked w = {.level = {0, 0}};
		double day = sim_factor(r, s->day_cv, SIM_SKEWED), left = 1;
		for (int side = 0; side < 2; side++)
			w.level[side] = base * own[side] * day * sim_factor(r, s->day_lift_cv, SIM_EVEN);
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < s->seeds; i++) {
				sim_walk(steps, r, s, w.level[side]);
				w.event[side][i] = steps->first > 0;
				w.time[side][i] = steps->first > 0 ? steps->first : steps->read;
				w.read[side][i] = steps->read;
				if (side == 0) one_walk(s, steps, w.level[0], x, m);
			}
		couples(s, &w, x, m);
		log_rank(&w, s->seeds, s->lists, &x[HAZARD], &m[HAZARD]);
		for (size_t k = 0; k < s->lists; k++) {
			double p = sim_walk_share(s, w.level[0], k);
			x[DOSE] += (double)s->depth * p;
			x[MEAN] += left;
			left *= pow(1 - p, (double)s->depth);
			survival[k] += left;
		}
		m[DOSE]++;
		m[MEAN]++;
	}
	for (int j = 0; j < WALK_FIGURES; j++) add(&sums[j], x[j], m[j]);
	for (size_t k = 0; k < s->lists; k++) add(&alive[k], survival[k], (double)s->days);
}

static int walk_truth(struct sim_truth *t, const struct sim_setting *s, uint64_t studies, struct amp_rng *r, struct amp_err *err)
{
	struct sums sums[WALK_FIGURES] = {{0}}, alive[LISTS_MAX] = {{0}};
	uint32_t flagged[LISTS_MAX];
	bool followed[LISTS_MAX];
	struct sim_steps steps = {.flagged = flagged, .followed = followed};
	if (s->lists > LISTS_MAX || s->seeds > LISTS_MAX) return amp_fail(err, AMP_ELIMIT, "%s: too many lists", s->name);
	for (uint64_t k = 0; k < studies; k++) walk_study(sums, alive, s, &steps, r);
	for (int j = 0; j < WALK_FIGURES; j++)
		if (j != MEDIAN) ratio(&sums[j], &t->detector[j], &t->error[j]);
	for (size_t k = s->lists; k-- > 0;) /* the first list by which half of the walks have met one */
		if (alive[k].x / alive[k].m <= .5) t->detector[MEDIAN] = (double)(k + 1);
	t->null[DRIFT] = !(s->growth > 0);
	t->null[HAZARD] = t->null[SHARE_LIFT] = t->null[DOSE_LIFT] = !(s->amp > 0);
	return 0;
}

/* ---- counts ---- */
/* What the detector flags of a share p. */
double sim_seen(double p, double se, double sp)
{
	return (se > 0 ? se : 1) * p + (1 - (sp > 0 ? sp : 1)) * (1 - p);
}

static int counts_truth(struct sim_truth *t, const struct sim_setting *s)
{
	double c = s->base, a = s->base * (1 + s->amp), slope = a * s->slope / (double)(s->days - 1),
	       dc = sim_seen(c, s->se_chron, s->sp_chron), da = sim_seen(a, s->se_ranked, s->sp_ranked);
	*t = (struct sim_truth){.detector = {da - dc, da / dc}, .hate = {a - c, a / c}};
	if (s->drift) *t = (struct sim_truth){.detector = {slope}, .hate = {slope}};
	t->null[SIM_LIFT] = t->null[SIM_RATIO] = !sim_planted(s);
	return 0;
}

int sim_truth_of(struct sim_truth *t, const struct sim_setting *s, uint64_t studies, uint64_t seed, struct amp_err *err)
{
	char label[96];
	struct amp_rng r;
	struct sim_figures f = sim_figures(s);
	int rc;
	*t = (struct sim_truth){.error = {0}};
	(void)snprintf(label, sizeof label, "truth/%s", s->name);
	amp_rng_seed_label(&r, seed, label);
	switch (s->kind) {
	case SIM_ORDER: rc = order_truth(t, s, studies, &r, err); break;
	case SIM_AGAIN: rc = again_truth(t, s, studies, &r, err); break;
	case SIM_WALKS: rc = walk_truth(t, s, studies, &r, err); break;
	case SIM_COUNTS:
	default: return counts_truth(t, s);
	}
	for (size_t i = 0; i < f.n; i++) {
		const struct amp_metric *m = amp_metric_find(f.names[i]);
		/* Glass's test is that of equal means, its figure 0 there */
		if (t->null[i]) t->detector[i] = m->figure ? 0 : m->null_value;
		if (t->null[i]) t->error[i] = 0;
		t->hate[i] = t->detector[i];
	}
	return rc;
}

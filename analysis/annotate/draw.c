/* draw.c: see draw.h. */
#include "annotate/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/rng.h"
#include "base/str.h"

#define P_MIN 0.02
#define P_MAX 0.5
#define EVEN 0.25 /* of the size, given to strata alike */
#define LEAST 2   /* in a stratum, so that its variance can be estimated */

const char *amp_draw_kind_name(enum amp_draw_kind k)
{
	static const char *const names[] = {"missing", "unflagged", "flagged", "score"};
	return names[k];
}

int amp_draw_rule_parse(struct amp_draw_rule *out, const char *text, struct amp_err *err)
{
	struct amp_str rest = amp_str_c(text), part;
	int64_t n, last = 0;
	*out = (struct amp_draw_rule){0};
	if (amp_str_i64(rest, &n) && n >= 1 && n <= AMP_DRAW_STRATA_MAX - 1) {
		out->strata = (size_t)n;
		return 0;
	}
	while (rest.p != NULL) {
		int64_t thousandths = 0;
		part = amp_str_trim(amp_str_cut(&rest, ','));
		if (out->n_cuts == sizeof out->cuts / sizeof *out->cuts || amp_decimal_parse(part, &thousandths) != 0 ||
		    thousandths <= last || thousandths >= 1000)
			return amp_fail(
				err, AMP_EUSAGE,
				_("--strata takes a number of strata from 1 to 16, or up to 15 rising scores between 0 and 1 such as 0.1,0.5, not \"%s\""),
				text);
		out->cuts[out->n_cuts++] = (double)thousandths / 1000;
		last = thousandths;
	}
	return 0;
}

/* ---- strata ---- */
static enum amp_draw_kind class_of(const struct amp_draw_unit *u, const struct amp_draw_rule *rule)
{
	if (!u->scored) return AMP_DRAW_MISSING;
	if (rule->n_cuts > 0 || rule->strata == 1) return AMP_DRAW_SCORE;
	return u->flagged ? AMP_DRAW_FLAGGED : AMP_DRAW_UNFLAGGED;
}

/* stratum: still the class */
static int by_score(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
	if (x->scored && x->score != y->score) return x->score < y->score ? -1 : 1;
	return memcmp(x->key.b, y->key.b, AMP_KEY);
}

static int by_lot(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
	if (x->lot != y->lot) return x->lot < y->lot ? -1 : 1;
	return memcmp(x->key.b, y->key.b, AMP_KEY);
}

struct strata {
	struct amp_draw_stratum *v;
	size_t n;
};

static void close_stratum(struct strata *s, enum amp_draw_kind kind, struct amp_draw_unit *units, size_t n, struct amp_real lo,
                          struct amp_real hi)
{
	struct amp_draw_stratum *t = &s->v[s->n];
	if (n == 0) return;
	*t = (struct amp_draw_stratum){.kind = kind, .lo = lo, .hi = hi, .units = (int64_t)n};
	for (size_t i = 0; i < n; i++) {
		units[i].stratum = s->n;
		t->weight += units[i].weight;
		t->mean += units[i].scored ? (double)units[i].weight * units[i].score : 0;
	}
	t->mean /= (double)t->weight;
	s->n++;
}

/* Share of a class's weight that lies below its cut number j, of k strata. */
static double quantile(enum amp_draw_kind kind, size_t j, size_t k)
{
	return kind == AMP_DRAW_FLAGGED ? (double)j / (double)k : 1 - pow(1.0 / 3, (double)j);
}

/* Units of one class, by score, into at most k strata; equal scores stay together. */
static void cut_class(struct strata *s, enum amp_draw_kind kind, struct amp_draw_unit *units, size_t n, size_t k)
{
	int64_t all = 0, seen = 0;
	size_t from = 0, j = 1;
	struct amp_real lo = AMP_REAL_NONE;
	for (size_t i = 0; i < n; i++) all += units[i].weight;
	for (size_t i = 0; i + 1 < n && j < k; i++) {
		seen += units[i].weight;
		if (units[i + 1].score == units[i].score || (double)seen < quantile(kind, j, k) * (double)all) continue;
		close_stratum(s, kind, units + from, i + 1 - from, lo, amp_real(units[i + 1].score));
		lo = amp_real(units[i + 1].score);
		from = i + 1;
		while (j < k && (double)seen >= quantile(kind, j, k) * (double)all) j++;
	}
	close_stratum(s, kind, units + from, n - from, lo, AMP_REAL_NONE);
}

static void cut_scores(struct strata *s, struct amp_draw_unit *units, size_t n, const struct amp_draw_rule *rule)
{
	size_t from = 0;
	for (size_t j = 0; j <= rule->n_cuts; j++) {
		size_t to = from;
		while (to < n && (j == rule->n_cuts || units[to].score < rule->cuts[j])) to++;
		close_stratum(s, AMP_DRAW_SCORE, units + from, to - from, j == 0 ? AMP_REAL_NONE : amp_real(rule->cuts[j - 1]),
		              j == rule->n_cuts ? AMP_REAL_NONE : amp_real(rule->cuts[j]));
		from = to;
	}
}

static void stratify(struct strata *s, struct amp_draw_unit *units, size_t n, const struct amp_draw_rule *rule)
{
	size_t of[4] = {0}, above = rule->strata / 2, at = 0;
	for (size_t i = 0; i < n; i++) of[units[i].stratum]++;
	close_stratum(s, AMP_DRAW_MISSING, units, of[AMP_DRAW_MISSING], AMP_REAL_NONE, AMP_REAL_NONE);
	at = of[AMP_DRAW_MISSING];
	cut_class(s, AMP_DRAW_UNFLAGGED, units + at, of[AMP_DRAW_UNFLAGGED], rule->strata - above);
	at += of[AMP_DRAW_UNFLAGGED];
	cut_class(s, AMP_DRAW_FLAGGED, units + at, of[AMP_DRAW_FLAGGED], above);
	at += of[AMP_DRAW_FLAGGED];
	cut_scores(s, units + at, of[AMP_DRAW_SCORE], rule);
}

/* ---- allocation ---- */
static double spread(const struct amp_draw_stratum *t, double mean)
{
	double p = t->kind == AMP_DRAW_MISSING ? mean : t->mean;
	p = p < P_MIN ? P_MIN : p > P_MAX ? P_MAX : p;
	return (double)t->weight * sqrt(p * (1 - p));
}

static void shares(const struct strata *s, double share[AMP_DRAW_STRATA_MAX])
{
	double sum = 0, weight = 0, mean = 0;
	for (size_t h = 0; h < s->n; h++) {
		if (s->v[h].kind == AMP_DRAW_MISSING) continue;
		weight += (double)s->v[h].weight;
		mean += (double)s->v[h].weight * s->v[h].mean;
	}
	mean = weight > 0 ? mean / weight : 0;
	for (size_t h = 0; h < s->n; h++) sum += spread(&s->v[h], mean);
	for (size_t h = 0; h < s->n; h++) share[h] = EVEN / (double)s->n + (1 - EVEN) * spread(&s->v[h], mean) / sum;
}

/* Where a share is more than a stratum has, all of it is taken and the others share the rest. */
static void ideal_sizes(const struct strata *s, const double *share, int64_t size, double ideal[AMP_DRAW_STRATA_MAX])
{
	bool full[AMP_DRAW_STRATA_MAX] = {false};
	for (bool again = true; again;) {
		double left = (double)size, sum = 0;
		again = false;
		for (size_t h = 0; h < s->n; h++) {
			if (full[h])
				left -= (double)s->v[h].units;
			else
				sum += share[h];
		}
		for (size_t h = 0; h < s->n; h++) {
			if (full[h]) continue;
			ideal[h] = left * share[h] / sum;
			if (ideal[h] < (double)s->v[h].units) continue;
			ideal[h] = (double)s->v[h].units;
			full[h] = again = true;
		}
	}
}

static int64_t least(const struct amp_draw_stratum *t)
{
	return t->units < LEAST ? t->units : LEAST;
}

/* Whole sizes with the ideal sum: rounded down, then one each to where most was cut off; then the least, from where most is. */
static void allocate(struct strata *s, int64_t size)
{
	double share[AMP_DRAW_STRATA_MAX], ideal[AMP_DRAW_STRATA_MAX];
	int64_t given = 0;
	shares(s, share);
	ideal_sizes(s, share, size, ideal);
	for (size_t h = 0; h < s->n; h++) {
		s->v[h].drawn = (int64_t)floor(ideal[h]);
		given += s->v[h].drawn;
	}
	for (; given < size; given++) {
		size_t best = AMP_DRAW_STRATA_MAX;
		for (size_t h = 0; h < s->n; h++)
			if (s->v[h].drawn < s->v[h].units &&
			    (best == AMP_DRAW_STRATA_MAX ||
			     ideal[h] - (double)s->v[h].drawn > ideal[best] - (double)s->v[best].drawn))
				best = h;
		if (best == AMP_DRAW_STRATA_MAX) break;
		s->v[best].drawn++;
	}
	for (size_t h = 0; h < s->n; h++)
		while (s->v[h].drawn < least(&s->v[h])) {
			size_t most = 0;
			for (size_t g = 1; g < s->n; g++)
				if (s->v[g].drawn > s->v[most].drawn) most = g;
			if (s->v[most].drawn > least(&s->v[most])) s->v[most].drawn--; /* else the sample grows by one */
			s->v[h].drawn++;
		}
}

/* ---- drawing ---- */
static uint64_t lot_of(const char *domain, int64_t seed, const struct amp_key *key)
{
	struct amp_keyer k;
	uint64_t lot = 0;
	amp_key_start(&k, domain);
	amp_key_i64(&k, seed);
	amp_key_key(&k, key);
	struct amp_key hash = amp_key_end(&k);
	for (size_t i = 0; i < 8; i++) lot = lot << 8 | hash.b[i];
	return lot;
}

void amp_draw_systematic(struct amp_draw_unit *units, size_t n, int64_t take, int64_t start)
{
	int64_t weight = 0, covered = 0, next = start;
	for (size_t i = 0; i < n; i++) weight += units[i].weight;
	for (size_t i = 0; i < n; i++) {
		covered += take * units[i].weight;
		units[i].numerator = take * units[i].weight;
		units[i].denominator = weight;
		units[i].drawn = next < covered;
		if (units[i].drawn) next += weight;
	}
}

static int by_certain(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	if (x->drawn != y->drawn) return x->drawn ? -1 : 1;
	return by_lot(a, b);
}

static void draw_stratum(struct amp_draw_unit *units, const struct amp_draw_stratum *t, int64_t seed, size_t number)
{
	size_t n = (size_t)t->units, certain = 0;
	int64_t take = t->drawn, weight = t->weight;
	for (bool again = true; again && take > 0;) { /* each certain one makes the next more likely */
		int64_t taken = 0, gone = 0;
		for (size_t i = 0; i < n; i++) {
			if (units[i].drawn || take * units[i].weight < weight) continue;
			units[i].drawn = true;
			units[i].numerator = units[i].denominator = 1;
			gone += units[i].weight;
			taken++;
		}
		again = taken > 0;
		take -= taken;
		weight -= gone;
		certain += (size_t)taken;
	}
	if (take <= 0 || certain == n) return;
	qsort(units, n, sizeof *units, by_certain);
	struct amp_rng r;
	char label[48];
	(void)snprintf(label, sizeof label, "sample-stratum-%zu", number);
	amp_rng_seed_label(&r, (uint64_t)seed, label);
	amp_draw_systematic(units + certain, n - certain, take, (int64_t)amp_rng_below(&r, (uint64_t)weight));
}

static int by_order(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	if (x->drawn != y->drawn) return x->drawn ? -1 : 1;
	if (x->order != y->order) return x->order < y->order ? -1 : 1;
	return memcmp(x->key.b, y->key.b, AMP_KEY);
}

int amp_draw_sample(struct amp_draw_unit *units, size_t n, const struct amp_draw_rule *rule, int64_t size, int64_t seed,
                    struct amp_draw_stratum *strata, size_t *n_strata, struct amp_err *err)
{
	struct strata s = {strata, 0};
	int64_t weight = 0;
	for (size_t i = 0; i < n && weight <= AMP_DRAW_WEIGHT_MAX; i++) weight += units[i].weight;
	if (n == 0 || size < 1 || size > AMP_DRAW_SIZE_MAX || weight > AMP_DRAW_WEIGHT_MAX)
		return amp_fail(err, AMP_ELIMIT, _("A sample has 1 to %d units, of a frame of at most %lld exposures."),
		                AMP_DRAW_SIZE_MAX, (long long)AMP_DRAW_WEIGHT_MAX);
	for (size_t i = 0; i < n; i++) {
		units[i].drawn = false;
		units[i].stratum = class_of(&units[i], rule);
		units[i].lot = lot_of("sample_lot", seed, &units[i].key);
	}
	qsort(units, n, sizeof *units, by_score);
	stratify(&s, units, n, rule);
	allocate(&s, (int64_t)n < size ? (int64_t)n : size);
	size_t at = 0;
	for (size_t h = 0; h < s.n; h++) {
		draw_stratum(units + at, &s.v[h], seed, h);
		at += (size_t)s.v[h].units;
	}
	/* the order of drawing says nothing of strata */
	for (size_t i = 0; i < n; i++) units[i].order = (int64_t)(lot_of("sample_order", seed, &units[i].key) >> 1);
	qsort(units, n, sizeof *units, by_order);
	for (size_t i = 0; i < n; i++) units[i].order = (int64_t)i;
	*n_strata = s.n;
	return 0;
}

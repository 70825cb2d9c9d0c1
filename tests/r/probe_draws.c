/* probe_draws.c: what R asks of drawing: the counter itself, and sign patterns, labels and clusters drawn with it. */
#include <stdio.h>
#include "base/mem.h"
#include "probe.h"
#include "stats/agreement.h"
#include "stats/flips.h"
#include "stats/halves.h"
#include "stats/power.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/stats.h"

#define ALPHA 0.05

/* 64 bits as four numbers of 16, the lowest first: R has no such integers. */
static void say_word(const char *name, uint64_t w)
{
	const double v[] = {(double)(w & 65535), (double)(w >> 16 & 65535), (double)(w >> 32 & 65535), (double)(w >> 48)};
	probe_say_all(name, v, 4);
}

static int ask_stream(struct amp_err *err)
{
	uint64_t seed = (uint64_t)probe_1("seed"), key = amp_stream_key(seed, "wild"), replicate = (uint64_t)probe_1("replicate");
	uint32_t below = (uint32_t)probe_1("below");
	size_t n = (size_t)probe_1("n"), weights = (size_t)probe_1("weights");
	struct amp_stream s = amp_stream_start(key, replicate), at = s;
	uint32_t *index = amp_malloc(n * sizeof *index);
	double v[4], *w = amp_malloc(weights * sizeof *w);
	if (index == NULL || w == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	say_word("key", key);
	for (size_t i = 0; i < 4; i++) say_word("next", amp_stream_next(&at));
	for (size_t i = 0; i < 4; i++) say_word("word", amp_stream_word(s, 7 * i));
	at = s;
	for (size_t i = 0; i < 4; i++) v[i] = (double)amp_stream_below(&at, below);
	probe_say_all("below", v, 4);
	at = s;
	for (size_t i = 0; i < 4; i++) v[i] = amp_stream_double(&at);
	probe_say_all("double", v, 4);
	at = s;
	for (size_t i = 0; i < 4; i++) v[i] = amp_stream_normal(&at);
	probe_say_all("normal", v, 4);
	amp_resample_indices(key, replicate, n, index);
	printf("index");
	for (size_t i = 0; i < n; i++) printf(" %u", (unsigned)index[i]);
	printf("\n");
	for (int kind = 0; kind < 2; kind++) {
		amp_wild_draw((enum amp_wild_weights)kind, seed, replicate, weights, w);
		probe_say_all(kind == 0 ? "rademacher" : "webb", w, weights);
	}
	amp_free(index);
	amp_free(w);
	return 0;
}

/* The key of sign patterns. */
static int ask_key(struct amp_err *err)
{
	(void)err;
	say_word("key", amp_stream_key((uint64_t)probe_1("seed"), "signflip"));
	return 0;
}

/* Sums of k columns, and the rows drawn for them. */
static int ask_sums(struct amp_err *err)
{
	size_t k = (size_t)probe_1("k"), n = probe_n("rows") / k, draws = (size_t)probe_1("draws");
	uint64_t key = amp_stream_key((uint64_t)probe_1("seed"), "bootstrap"), from = (uint64_t)probe_1("from");
	uint32_t *index = amp_malloc(n * sizeof *index);
	double *sums = amp_malloc(draws * k * sizeof *sums);
	if (index == NULL || sums == NULL) return amp_fail(err, AMP_ENOMEM, "out of memory");
	amp_resample_sums(probe_v("rows"), n, k, key, from, from + draws, sums, index);
	for (size_t b = 0; b < draws; b++) {
		probe_say_all("sum", sums + b * k, k);
		amp_resample_indices(key, from + b, n, index);
		printf("i");
		for (size_t i = 0; i < n; i++) printf(" %u", (unsigned)index[i]);
		printf("\n");
	}
	amp_free(index);
	amp_free(sums);
	return 0;
}

/* Which units the drawn patterns flip: one line a pattern, a bit a unit. */
static void say_patterns(uint64_t key, size_t n)
{
	for (uint64_t i = 1; i <= AMP_SIGNFLIP_DRAWS; i++) {
		struct amp_stream s = amp_stream_start(key, i);
		printf("f");
		for (size_t u = 0; u < n; u++) printf(" %d", (int)(amp_stream_word(s, u / 64) >> u % 64 & 1));
		printf("\n");
	}
}

static void say_flips(const struct amp_signflip *s)
{
	probe_say_interval("signflip", &(struct amp_confidence){s->estimate, s->se, s->lo, s->hi});
	probe_say("p", s->p);
	probe_say("least", s->smallest_p);
}

/* By itself, and then beside another figure and once more, from what is kept. */
static int ask_flips(struct amp_err *err)
{
	const double *x = probe_v("x"), *m = probe_v("m");
	size_t n = probe_n("x");
	uint64_t seed = (uint64_t)probe_1("seed");
	struct amp_flips *flips;
	struct amp_signflip s;
	int rc = amp_signflip(x, m, n, probe_1("null"), ALPHA, seed, &s, err);
	if (rc == 0) say_flips(&s);
	if (rc == 0) rc = amp_flips_new(&flips, seed, err);
	if (rc != 0) return rc;
	rc = amp_signflip_beside(flips, m, m, n, 0, ALPHA, &s, err);
	for (int i = 0; i < 2 && rc == 0; i++) {
		rc = amp_signflip_beside(flips, x, m, n, probe_1("null"), ALPHA, &s, err);
		if (rc == 0) say_flips(&s);
	}
	amp_flips_free(flips);
	struct amp_patterns p = {.key = amp_stream_key(seed, "signflip")};
	amp_flip *sums = amp_malloc(AMP_SIGNFLIP_DRAWS * sizeof *sums);
	if (rc == 0) rc = sums != NULL ? amp_patterns_sum(&p, x, n, sums, err) : amp_patterns_oom(err);
	for (size_t i = 0; rc == 0 && i < 3; i++) {
		const double v[] = {sums[i][0], sums[i][1]};
		probe_say_all("sum", v, 2);
	}
	amp_patterns_free(&p);
	amp_free(sums);
	if (rc == 0 && probe_1("patterns") > 0) say_patterns(p.key, n);
	return rc;
}

static int ask_above(struct amp_err *err)
{
	struct amp_real p, least;
	size_t n = probe_n("x");
	uint64_t seed = (uint64_t)probe_1("seed");
	int rc = amp_signflip_above(probe_v("x"), n, seed, &p, &least, err);
	if (rc != 0) return rc;
	probe_say("p", p);
	probe_say("least", least);
	if (n > AMP_SIGNFLIP_EXACT_MAX) say_patterns(amp_stream_key(seed, "signflip-above"), n);
	return 0;
}

static int ask_halves(struct amp_err *err)
{
	size_t n = probe_n("x"), count;
	double ratio = 0;
	int rc = amp_halves_at_most(probe_v("x"), n, probe_1("most"), &count, err);
	if (rc != 0) return rc;
	probe_say("count", amp_real((double)count));
	for (size_t i = 0; i < probe_n("k") && rc == 0; i++) {
		rc = amp_halves_ratio(probe_v("x"), probe_v("m"), n, (size_t)probe_v("k")[i], &ratio, err);
		if (rc == 0) probe_say("ratio", amp_real(ratio));
	}
	return rc;
}

/* More ways to place the labels than are counted. The places that Fisher and Yates draw, stratum by stratum as the strata's numbers rise. */
static int ask_permute_drawn(struct amp_err *err)
{
	size_t draws = (size_t)probe_1("draws");
	uint64_t seed = (uint64_t)probe_1("seed");
	struct amp_permutation r;
	int rc = amp_permute(probe_v("y"), probe_bool("label"), probe_i64("stratum"), probe_n("y"), draws, seed, &r, err);
	if (rc != 0) return rc;
	const double v[] = {r.estimate.v, r.p.v, r.smallest_p.v, (double)r.patterns, (double)r.strata, r.exact};
	probe_say_all("permute", v, 6);
	for (uint64_t b = 0; b < draws; b++) {
		struct amp_stream s = amp_stream_start(amp_stream_key(seed, "permute"), b);
		printf("i");
		for (size_t g = 0; g < probe_n("take"); g++)
			for (size_t i = 0; i < (size_t)probe_v("take")[g]; i++)
				printf(" %u", (unsigned)amp_stream_below(&s, (uint32_t)probe_v("size")[g] - (uint32_t)i));
		printf("\n");
	}
	return 0;
}

static int ask_bootstrap_error(struct amp_err *err)
{
	struct amp_bootstrap b;
	int rc = amp_bootstrap(probe_v("x"), probe_v("m"), probe_n("x"), ALPHA, (size_t)probe_1("draws"), (uint64_t)probe_1("seed"),
	                       &b, err);
	if (rc != 0) return rc;
	probe_say("se", b.se);
	probe_say("linear", amp_ratio_se(probe_v("x"), probe_v("m"), probe_n("x")));
	return 0;
}

const struct probe probes_draws[] = {
	{"stream", ask_stream},
	{"key", ask_key},
	{"sums", ask_sums},
	{"flips", ask_flips},
	{"above", ask_above},
	{"halves", ask_halves},
	{"permute_drawn", ask_permute_drawn},
	{"bootstrap_error", ask_bootstrap_error},
};
const size_t probes_draws_n = sizeof probes_draws / sizeof *probes_draws;

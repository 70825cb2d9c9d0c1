/* resample.c: draws that depend on (seed, replicate) only, and sums over them. */
#include "stats/resample.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "base/rng.h"

/* Sixteen random bits choose below this bound, of which less than one draw in sixteen is drawn again. */
#define SHORT_MAX 4096

uint64_t amp_stream_key(uint64_t seed, const char *label)
{
	struct amp_rng rng;
	amp_rng_seed_label(&rng, seed, label);
	return amp_rng_next(&rng);
}

struct amp_stream amp_stream_start(uint64_t key, uint64_t replicate)
{
	return (struct amp_stream){amp_stream_mix(key ^ amp_stream_mix(replicate + UINT64_C(0x9e3779b97f4a7c15)))};
}

uint32_t amp_stream_below(struct amp_stream *s, uint32_t n)
{
	uint32_t again = (uint32_t)(UINT64_C(0x100000000) % n);
	uint64_t m;
	do m = (amp_stream_next(s) >> 32) * n;
	while ((uint32_t)m < again);
	return (uint32_t)(m >> 32);
}

double amp_stream_double(struct amp_stream *s)
{
	return (double)(amp_stream_next(s) >> 11) * 0x1.0p-53;
}

double amp_stream_normal(struct amp_stream *s)
{
	double u = 1.0 - amp_stream_double(s), v = amp_stream_double(s);
	return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

/* Four draws of a word: two products of 16 bits by n side by side, n being short. */
struct four {
	uint64_t even, odd, good; /* good: carries in both lanes, where no draw is unevenly likely */
};
#define LANES UINT64_C(0x0000ffff0000ffff)
#define CARRY UINT64_C(0x0001000000010000)

static inline struct four draw_four(struct amp_stream *s, uint32_t n, uint64_t enough)
{
	uint64_t r = amp_stream_next(s), even = (r & LANES) * n, odd = (r >> 16 & LANES) * n;
	return (struct four){even, odd, ((even & LANES) + enough) & ((odd & LANES) + enough) & CARRY};
}

/* Two whole draws a word of 64 bits: one store each. */
static inline void put_four(uint32_t *index, const struct four *d)
{
	uint64_t even = d->even >> 16 & LANES, odd = d->odd >> 16 & LANES;
	index[0] = (uint32_t)even;
	index[1] = (uint32_t)(even >> 32);
	index[2] = (uint32_t)odd;
	index[3] = (uint32_t)(odd >> 32);
}

/* Those that are evenly likely, in their order: one that is not is passed over, and the next one takes its place. */
static size_t put_good(uint32_t *index, const struct four *d, uint32_t again)
{
	const uint32_t m[4] = {(uint32_t)d->even, (uint32_t)(d->even >> 32), (uint32_t)d->odd, (uint32_t)(d->odd >> 32)};
	size_t n = 0;
	for (size_t j = 0; j < 4; j++)
		if ((m[j] & 0xffff) >= again) index[n++] = m[j] >> 16;
	return n;
}

static void short_indices(struct amp_stream s, uint32_t n, uint32_t *index)
{
	const uint32_t again = 65536 % n;
	const uint64_t enough = UINT64_C(0x0000000100000001) * (65536 - again); /* a rest of at least `again` carries into bit 16 */
	size_t i = 0;
	while (i + 8 <= n) { /* two words at a time: their multiplications overlap */
		struct four a = draw_four(&s, n, enough), b = draw_four(&s, n, enough);
		if ((a.good & b.good) == CARRY) {
			put_four(index + i, &a);
			put_four(index + i + 4, &b);
			i += 8;
			continue;
		}
		i += put_good(index + i, &a, again);
		i += put_good(index + i, &b, again);
	}
	while (i + 4 <= n) {
		struct four a = draw_four(&s, n, enough);
		i += put_good(index + i, &a, again);
	}
	for (; i < n; i++) index[i] = amp_stream_below(&s, n);
}

void amp_resample_indices(uint64_t key, uint64_t replicate, size_t n, uint32_t *index)
{
	struct amp_stream s = amp_stream_start(key, replicate);
	if (n > 0 && n <= SHORT_MAX) {
		short_indices(s, (uint32_t)n, index);
		return;
	}
	for (size_t i = 0; i < n; i++) index[i] = amp_stream_below(&s, (uint32_t)n);
}

/* Sums of four columns, two rows at a time: sums that wait for each other would cost more than the drawing. */
static void sum_four(const double *rows, size_t n, const uint32_t *index, double *out)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
	for (size_t i = 0; i + 2 <= n; i += 2) {
		const double *a = rows + 4 * (size_t)index[i], *b = rows + 4 * (size_t)index[i + 1];
		s0 += a[0];
		s1 += a[1];
		s2 += a[2];
		s3 += a[3];
		t0 += b[0];
		t1 += b[1];
		t2 += b[2];
		t3 += b[3];
	}
	if (n % 2 != 0) {
		const double *a = rows + 4 * (size_t)index[n - 1];
		s0 += a[0];
		s1 += a[1];
		s2 += a[2];
		s3 += a[3];
	}
	out[0] = s0 + t0;
	out[1] = s1 + t1;
	out[2] = s2 + t2;
	out[3] = s3 + t3;
}

/* The same order as below; the five sums stay out of memory. */
static void sum_five(const double *rows, size_t n, const uint32_t *index, double *out)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0;
	for (size_t i = 0; i < n; i++) {
		const double *a = rows + 5 * (size_t)index[i];
		s0 += a[0];
		s1 += a[1];
		s2 += a[2];
		s3 += a[3];
		s4 += a[4];
	}
	out[0] = s0;
	out[1] = s1;
	out[2] = s2;
	out[3] = s3;
	out[4] = s4;
}

static void sum_any(const double *rows, size_t n, size_t k, const uint32_t *index, double *out)
{
	memset(out, 0, k * sizeof *out);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++) out[j] += rows[k * index[i] + j];
}

void amp_resample_sums(const double *rows, size_t n, size_t k, uint64_t key, uint64_t from, uint64_t to, double *sums,
                       uint32_t *index)
{
	for (uint64_t b = from; b < to; b++, sums += k) {
		amp_resample_indices(key, b, n, index);
		if (k == 4)
			sum_four(rows, n, index, sums);
		else if (k == 5)
			sum_five(rows, n, index, sums);
		else
			sum_any(rows, n, k, index, sums);
	}
}

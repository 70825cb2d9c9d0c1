/* rng.c: xoshiro256** 1.0 and SplitMix64, after the public-domain reference code (Blackman and Vigna, prng.di.unimi.it, 2018). */
#include "base/rng.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

void amp_rng_seed(struct amp_rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) r->s[i] = splitmix(&seed);
}

void amp_rng_seed_label(struct amp_rng *r, uint64_t seed, const char *label)
{
	struct amp_keyer k;
	struct amp_key key;

	amp_key_start(&k, "rng");
	amp_key_i64(&k, (int64_t)seed);
	amp_key_c(&k, label);
	key = amp_key_end(&k);
	seed = 0;
	for (int i = 0; i < 8; i++) seed = (seed << 8) | key.b[i];
	amp_rng_seed(r, seed);
}

uint64_t amp_rng_next(struct amp_rng *r)
{
	uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t amp_rng_below(struct amp_rng *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, v; /* rejection: no modulo bias */

	do {
		v = amp_rng_next(r);
	} while (v >= limit);
	return v % n;
}

double amp_rng_double(struct amp_rng *r)
{
	return (double)(amp_rng_next(r) >> 11) * 0x1.0p-53;
}

double amp_rng_normal(struct amp_rng *r)
{
	/* Box and Muller 1958; the second value is dropped so that the stream has no hidden state */
	double u = 1.0 - amp_rng_double(r), v = amp_rng_double(r);

	return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

void amp_rng_shuffle(struct amp_rng *r, void *base, size_t n, size_t size)
{
	unsigned char *p = base, swap[256];

	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)amp_rng_below(r, i);
		unsigned char *a = p + (i - 1) * size, *b = p + j * size;

		for (size_t done = 0; done < size;) {
			size_t part = size - done < sizeof(swap) ? size - done : sizeof(swap);

			memcpy(swap, a + done, part);
			memmove(a + done, b + done, part);
			memcpy(b + done, swap, part);
			done += part;
		}
	}
}

int amp_random_bytes(void *p, size_t n, struct amp_err *err)
{
	unsigned char *to = p;

	while (n > 0) {
		ssize_t got = getrandom(to, n, 0);

		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return amp_fail_errno(err, "cannot read random bytes from the system");
		to += got;
		n -= (size_t)got;
	}
	return 0;
}

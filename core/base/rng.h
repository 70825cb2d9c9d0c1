/* rng.h: xoshiro256** (Blackman and Vigna 2018, public domain reference), seeded by SplitMix64. Same seed, same numbers,
 * on every machine. Not for secrets: amp_random_bytes is.
 */
#ifndef AMP_BASE_RNG_H
#define AMP_BASE_RNG_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct amp_rng {
	uint64_t s[4];
};
void amp_rng_seed(struct amp_rng *r, uint64_t seed);
/* A stream of its own for (seed, label): adding a consumer never shifts another's numbers. */
void amp_rng_seed_label(struct amp_rng *r, uint64_t seed, const char *label);
uint64_t amp_rng_next(struct amp_rng *r);
uint64_t amp_rng_below(struct amp_rng *r, uint64_t n);                      /* uniform in [0, n), unbiased; n > 0 */
double amp_rng_double(struct amp_rng *r);                                   /* uniform in [0, 1), 53 bits */
double amp_rng_normal(struct amp_rng *r);                                   /* mean 0, SD 1 */
void amp_rng_shuffle(struct amp_rng *r, void *base, size_t n, size_t size); /* Fisher-Yates */
int amp_random_bytes(void *p, size_t n, struct amp_err *err) AMP_CHECK;     /* getrandom(2) */

#endif

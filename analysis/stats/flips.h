/* flips.h: drawn sign patterns, the sums of what each of them leaves and flips, and what sign-flips of many figures have in common.
 *
 * Pattern i of a seed does not depend on the figure: figures over as many units share the patterns, and those with the same weights share the sums of
 * these too. A sum is added unit by unit within eight and then eight by eight, always in that order: a figure is the same to the last bit
 * whatever was asked before it.
 */
#ifndef AMP_STATS_FLIPS_H
#define AMP_STATS_FLIPS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/stats.h"

/* Sum over the units whose bit is set in the pattern, and over the others. */
typedef double amp_flip __attribute__((vector_size(16)));

/* ---- patterns.c ---- */
#define AMP_PATTERN_ROWS 64 /* of 64 units each: their bits stay in memory, 80 KB a row; those further on are drawn again */
struct amp_patterns {       /* zero but for the key */
	uint64_t key;       /* of the stream */
	uint64_t *row[AMP_PATTERN_ROWS], *further;
};
/* out: AMP_SIGNFLIP_DRAWS of them; out[i] is of pattern i + 1 (pattern 0 flips nothing). */
int amp_patterns_sum(struct amp_patterns *p, const double *v, size_t n, amp_flip *out, struct amp_err *err) AMP_CHECK;
int amp_patterns_oom(struct amp_err *err); /* says so, and is AMP_ENOMEM */
void amp_patterns_free(struct amp_patterns *p);

/* ---- flips.c ---- */
#define AMP_FLIPS_WEIGHTS 24  /* kept at once; the one that was not asked for longest goes */
#define AMP_FLIPS_ANSWERS 128 /* the same */
#define AMP_FLIPS_UNITS 4096  /* up to which something is kept */
struct amp_flips_weights {
	double *m;
	size_t n;
	amp_flip *sums;
	bool positive; /* all sums of all patterns */
	uint64_t used;
};
struct amp_flips_answer { /* a ground often has one target alone: its figures are that target's */
	double *x, *m, null_value, alpha;
	struct amp_signflip is;
	uint64_t used;
};
struct amp_flips { /* zero but for seed and key */
	uint64_t seed, clock;
	struct amp_patterns patterns;
	amp_flip *x;
	double *bounds;
	struct amp_flips_weights weights[AMP_FLIPS_WEIGHTS];
	struct amp_flips_answer answers[AMP_FLIPS_ANSWERS];
};
void amp_flips_start(struct amp_flips *f, uint64_t seed);
void amp_flips_end(struct amp_flips *f);
/* Sums by pattern of the weights; they hold until the next call. NULL: memory is out. */
const struct amp_flips_weights *amp_flips_weights(struct amp_flips *f, const double *m, size_t n, struct amp_err *err);
const amp_flip *amp_flips_values(struct amp_flips *f, const double *x, size_t n, struct amp_err *err);
double *amp_flips_bounds(struct amp_flips *f, struct amp_err *err); /* room for three a pattern, the observed one too */
/* Was this very figure asked for before? out->units says of how many units. */
bool amp_flips_known(struct amp_flips *f, const double *x, const double *m, double null_value, double alpha,
                     struct amp_signflip *out);
void amp_flips_keep(struct amp_flips *f, const double *x, const double *m, double null_value, double alpha,
                    const struct amp_signflip *is);

#endif

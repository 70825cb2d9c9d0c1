/* resample.h: drawing with a counter. Number i of replicate b is a function of (seed, label, b, i) and of nothing else: replicates may be
 * computed in any order, in slices, in any number of threads, and are the same. The function is SplitMix64's finaliser over a counter (Steele,
 * Lea & Flood 2014, OOPSLA), which starts anew, somewhere else, in each replicate. */
#ifndef AMP_STATS_RESAMPLE_H
#define AMP_STATS_RESAMPLE_H
#include <stddef.h>
#include <stdint.h>

struct amp_stream {
	uint64_t at;
};
static inline uint64_t amp_stream_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}
static inline uint64_t amp_stream_next(struct amp_stream *s)
{
	s->at += UINT64_C(0x9e3779b97f4a7c15);
	return amp_stream_mix(s->at);
}
/* What amp_stream_next gives after n others: a stream is a counter, and can be entered anywhere. */
static inline uint64_t amp_stream_word(struct amp_stream s, uint64_t n)
{
	return amp_stream_mix(s.at + (n + 1) * UINT64_C(0x9e3779b97f4a7c15));
}
/* label: of the procedure, so that two with one seed do not draw the same. */
uint64_t amp_stream_key(uint64_t seed, const char *label);
struct amp_stream amp_stream_start(uint64_t key, uint64_t replicate);
uint32_t amp_stream_below(struct amp_stream *s, uint32_t n); /* uniform in [0, n), n > 0; Lemire 2019, ACM TOMACS 29:3 */
double amp_stream_double(struct amp_stream *s);              /* uniform in [0, 1), 53 bits */
double amp_stream_normal(struct amp_stream *s);              /* mean 0, SD 1 (Box and Muller 1958) */

/* n draws with replacement out of n: which. n below 2^32. */
void amp_resample_indices(uint64_t key, uint64_t replicate, size_t n, uint32_t *index);
/* Replicates from..to - 1: sums of the k columns over the rows drawn. rows: n x k, row by row; sums: (to - from) x k; index: room for n.
 * This is the cluster bootstrap of any function of sums: rows are clusters. */
void amp_resample_sums(const double *rows, size_t n, size_t k, uint64_t key, uint64_t from, uint64_t to, double *sums,
                       uint32_t *index);

#endif

/* letters.c: the runs of letters inside a word as places. */
#include "base/utf8.h"
#include "linear/private.h"

#define LETTER_BITS 12 /* of a character in a run of letters: all of Latin, Greek and Cyrillic, others folded */

/* A run of n letters as one number: 12 bits a letter, and its length above them. */
#define RUN_KEY(run, n) (((run) & ((UINT64_C(1) << (LETTER_BITS * (n))) - 1)) | (uint64_t)(n) << 60)

/* One letter behind a run; 2 where the word ends. */
static inline uint64_t longer_run(uint64_t run, const char **p, const char *end)
{
	uint32_t cp = *p == end ? 2 : (unsigned char)**p;
	size_t used = *p == end ? 0 : 1;
	if (cp >= 0x80) {
		used = amp_utf8_decode(*p, end, &cp);
		if (used == 0) used = 1;
		if (cp >= 1u << LETTER_BITS) cp = (cp ^ cp >> LETTER_BITS) & ((1u << LETTER_BITS) - 1);
	}
	*p += used;
	return run << LETTER_BITS | cp;
}

/* One run: its weight, or its place. */
static inline int64_t put_run(uint64_t run, unsigned n, bool weigh, uint32_t **to, const int8_t *weights)
{
	uint32_t place = linear_place(RUN_KEY(run, n) * LINEAR_MIX + SEED_CHARACTERS);
	if (weigh) return weights[place];
	*(*to)++ = place;
	return 0;
}

/* The runs of three to five letters that end at each letter of a word and at its end: listed at `to`, or weighed. *n: how many. */
static inline int64_t read_runs(const char *p, const char *end, bool weigh, uint32_t *to, const int8_t *weights, size_t *n)
{
	uint64_t run = longer_run(1, &p, end); /* 1: the word's beginning */
	bool last = p == end;
	run = longer_run(run, &p, end);
	int64_t sum = put_run(run, 3, weigh, &to, weights);
	*n = 1;
	if (last) return sum;
	last = p == end;
	run = longer_run(run, &p, end);
	sum += put_run(run, 3, weigh, &to, weights);
	sum += put_run(run, 4, weigh, &to, weights);
	for (*n = 3; !last; *n += 3) {
		last = p == end;
		run = longer_run(run, &p, end);
		sum += put_run(run, 3, weigh, &to, weights);
		sum += put_run(run, 4, weigh, &to, weights);
		sum += put_run(run, 5, weigh, &to, weights);
	}
	return sum;
}

size_t linear_letters(const char *p, const char *end, uint32_t *to)
{
	size_t n;
	(void)read_runs(p, end, false, to, NULL, &n);
	return n;
}

int64_t linear_weigh_runs(const char *p, const char *end, const int8_t *weights, size_t *n)
{
	return read_runs(p, end, true, NULL, weights, n);
}

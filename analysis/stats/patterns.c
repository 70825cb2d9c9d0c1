/* patterns.c: the bits of drawn sign patterns, and the sums they make. See flips.h.
 *
 * A table holds the sums of all sets of eight units (Arlazarov et al. 1970, Dokl. Akad. Nauk SSSR 194:487): a byte of the pattern is one look-up.
 * Four tables at a time: 16 KiB stay in the nearest cache while all patterns go by.
 */
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/flips.h"
#include "stats/resample.h"

enum { SETS = 256, TABLES = 4, TABLE_UNITS = 8, WORD_UNITS = 64 };

/* Word w of pattern i: the stream is a counter, so that it can be entered anywhere. */
static uint64_t *draw_row(const struct amp_patterns *p, size_t w, uint64_t *row)
{
	for (size_t i = 0; i < AMP_SIGNFLIP_DRAWS; i++) row[i] = amp_stream_word(amp_stream_start(p->key, i + 1), w);
	return row;
}

static const uint64_t *row_of(struct amp_patterns *p, size_t w)
{
	uint64_t **kept = w < AMP_PATTERN_ROWS ? &p->row[w] : &p->further;
	bool drawn = *kept != NULL && w < AMP_PATTERN_ROWS;
	if (*kept == NULL) *kept = amp_malloc(AMP_SIGNFLIP_DRAWS * sizeof **kept);
	return *kept == NULL || drawn ? *kept : draw_row(p, w, *kept);
}

/* The sums of a set of eight units, and of those outside it. n: how many of the eight there are. */
static void fill(amp_flip *table, const double *v, size_t n)
{
	double sum[SETS];
	sum[0] = 0;
	for (size_t set = 1; set < SETS; set++) { /* the lowest bit and the rest */
		size_t low = 0, rest = set & (set - 1);
		while (!(set >> low & 1)) low++;
		sum[set] = low < n ? sum[rest] + v[low] : sum[rest];
	}
	for (size_t set = 0; set < SETS; set++) table[set] = (amp_flip){sum[set], sum[SETS - 1 - set]};
}

int amp_patterns_sum(struct amp_patterns *p, const double *v, size_t n, amp_flip *out, struct amp_err *err)
{
	amp_flip t[TABLES][SETS];
	for (size_t i = 0; i < AMP_SIGNFLIP_DRAWS; i++) out[i] = (amp_flip){0, 0};
	for (size_t u = 0; u < n; u += TABLES * TABLE_UNITS) {
		const uint64_t *row = row_of(p, u / WORD_UNITS);
		if (row == NULL) return amp_patterns_oom(err);
		for (size_t k = 0; k < TABLES; k++) {
			size_t from = u + k * TABLE_UNITS;
			bool any = from < n; /* beyond the end there is no place to point to */
			fill(t[k], any ? v + from : v, any ? n - from : 0);
		}
		for (size_t i = 0; i < AMP_SIGNFLIP_DRAWS; i++) {
			uint64_t bits = row[i] >> u % WORD_UNITS;
			out[i] =
				out[i] + t[0][bits & 255] + t[1][bits >> 8 & 255] + t[2][bits >> 16 & 255] + t[3][bits >> 24 & 255];
		}
	}
	return 0;
}

int amp_patterns_oom(struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu sign patterns are counted."), (size_t)AMP_SIGNFLIP_DRAWS + 1);
}

void amp_patterns_free(struct amp_patterns *p)
{
	for (size_t w = 0; w < AMP_PATTERN_ROWS; w++) amp_free(p->row[w]);
	amp_free(p->further);
	*p = (struct amp_patterns){.key = p->key};
}

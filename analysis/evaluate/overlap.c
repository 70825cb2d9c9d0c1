/* overlap.c: see overlap.h. */
#include <math.h>
#include <string.h>
#include "base/hash.h"
#include "base/i18n.h"
#include "evaluate/overlap.h"
#include "text/text.h"

#define HASH ((size_t)8)

static bool holds(struct amp_str hashes, const uint8_t *key)
{
	size_t lo = 0, hi = hashes.n / HASH;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = memcmp(hashes.p + mid * HASH, key, HASH);
		if (order == 0) return true;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static bool sorted(struct amp_str hashes)
{
	if (hashes.n == 0 || hashes.n % HASH != 0) return false;
	for (size_t i = HASH; i < hashes.n; i += HASH)
		if (memcmp(hashes.p + i - HASH, hashes.p + i, HASH) >= 0) return false;
	return true;
}

int amp_overlap(const struct amp_labelled *l, struct amp_str hashes, const char *name, bool *seen, size_t *n_seen,
                struct amp_err *err)
{
	struct amp_normal normal;
	uint8_t hash[AMP_SHA256];
	int rc = 0;
	*n_seen = 0;
	if (!sorted(hashes))
		return amp_fail(err, AMP_EFORMAT,
		                _("%s is no list of training hashes (sorted, of 8 bytes each): it was cut or changed"), name);
	amp_normal_init(&normal);
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		rc = amp_normalise(&normal, l->rows[i].text, NULL, err);
		if (rc != 0) break;
		amp_sha256(normal.text.p, normal.text.n, hash);
		seen[i] = holds(hashes, hash);
		*n_seen += seen[i];
	}
	amp_normal_free(&normal);
	return rc;
}

double amp_overlap_chance(size_t n, size_t m)
{
	return ldexp((double)n * (double)m, -64);
}

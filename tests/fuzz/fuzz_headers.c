/* fuzz_headers.c: any header block: fields lie inside it, waits are not negative, and masking keeps every length, changes bytes only to
 * stars, leaves no secret, and done again changes nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "fetch/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct amp_header secret[] = {{"X-Key", "abcdefghij", true}, {NULL, NULL, false}};
	static const char *const query[] = {"key", NULL};
	static char note[] = "x-key", word[] = "abcdefghij";
	static const struct amp_secret values[] = {{note, word}, {NULL, NULL}};
	const struct amp_secrets s = {secret, query, values};
	struct amp_str block = {(const char *)data, size}, name, value;
	char masked[256] = "", again[256] = "";
	if (size == 0) return 0;
	for (size_t at = 0, before = 0; amp_headers_next(block, &at, &name, &value); before = at) {
		if (at <= before || at > size) abort();
		if (name.p < block.p || value.p < name.p || value.p + value.n > block.p + size) abort();
	}
	if (amp_polite_asked_wait(block, 429, INT64_C(1750000000000)) < 0) abort();
	char *p = amp_malloc(size), *q = amp_malloc(size);
	if (p == NULL || q == NULL) abort();
	memcpy(p, data, size);
	int cookies = amp_mask_headers(p, size, &s, masked, sizeof masked);
	for (size_t i = 0; i < size; i++)
		if (p[i] != (char)data[i] && p[i] != '*') abort();
	if (amp_str_find((struct amp_str){p, size}, AMP_STR("abcdefghij")) != NULL) abort();
	memcpy(q, p, size);
	if (amp_mask_headers(q, size, &s, again, sizeof again) > cookies + 1 || memcmp(p, q, size) != 0) abort();
	amp_free(p);
	amp_free(q);
	return 0;
}

/* fuzz_chunk.c: any response (header block, blank line, body) decodes within its bound, and twice to the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "fetch/internal.h"

#define BOUND ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_str raw = {(const char *)data, size};
	const char *blank = size > 0 ? amp_str_find(raw, AMP_STR("\r\n\r\n")) : NULL;
	size_t head = blank == NULL ? 0 : (size_t)(blank - raw.p) + 4;
	struct amp_decoded one, two;
	struct amp_arena *arena = amp_arena_new(0);
	if (arena == NULL) return 0;
	if (amp_fetch_decode(raw, head, BOUND, arena, &one, NULL) == 0 &&
	    amp_fetch_decode(raw, head, BOUND, arena, &two, NULL) == 0) {
		if (one.body.n > BOUND || one.entity.n > size) abort();
		if (!amp_str_eq(one.body, two.body) || !amp_str_eq(one.entity, two.entity)) abort();
		if (one.truncated != (one.truncated_why != NULL)) abort();
		if (one.unasked_coding && one.body.n > 0) abort();
	}
	amp_arena_free(arena);
	return 0;
}

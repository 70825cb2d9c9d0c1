/* fuzz_reddit.c: any bytes as a page of each endpoint; without an address too, since then the document says how it is escaped. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct amp_adapter *adapter = amp_adapter_find("reddit");
	struct amp_page page = {.body = {(const char *)data, size}, .captured_at = AMP_TIME_NONE};
	struct amp_arena *arena = amp_arena_new((size_t)128 << 20);
	struct amp_parsed out;
	if (!arena) return 0;
	if (amp_parse_pages(adapter, NULL, &page, 1, 0, 0, 0, arena, &out, NULL) == 0) amp_fuzz_check(adapter, &out);
	amp_arena_free(arena);
	amp_fuzz_adapter("reddit", data, size);
	return 0;
}

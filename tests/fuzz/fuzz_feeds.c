/* fuzz_feeds.c: any bytes as a feed, of every dialect. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	amp_fuzz_adapter("feeds", data, size);
	return 0;
}

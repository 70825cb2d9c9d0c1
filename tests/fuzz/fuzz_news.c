/* fuzz_news.c: any bytes as a feed of Google News, Bing News or Google Trends. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	amp_fuzz_adapter("news", data, size);
	return 0;
}

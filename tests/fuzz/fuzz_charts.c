/* fuzz_charts.c: any bytes as a chart of Apple or a page of Amazon. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	amp_fuzz_adapter("charts", data, size);
	return 0;
}

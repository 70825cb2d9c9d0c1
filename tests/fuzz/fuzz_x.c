/* fuzz_x.c: any bytes as a page of each endpoint. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	amp_fuzz_adapter("x", data, size);
	return 0;
}

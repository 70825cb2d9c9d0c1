/* fuzz_youtube.c: any bytes as an answer of each endpoint. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	amp_fuzz_adapter("youtube", data, size);
	return 0;
}

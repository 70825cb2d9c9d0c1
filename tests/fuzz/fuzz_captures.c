/* fuzz_captures.c: any bytes as a capture of each kind, and through the masking of secrets. */
#include <string.h>
#include "base/mem.h"
#include "container/container.h"
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char masked[256] = "", again[256] = "";
	char *copy = amp_malloc(size + 1);
	amp_fuzz_adapter("captures", data, size);
	if (!copy) return 0;
	memcpy(copy, data, size);
	if (amp_capture_mask(copy, size, masked, sizeof masked, NULL) == 0 && !masked[0] && memcmp(copy, data, size) != 0) abort();
	if (amp_capture_mask(copy, size, again, sizeof again, NULL) != 0) again[0] = 0; /* what was masked can be masked again */
	amp_free(copy);
	return 0;
}

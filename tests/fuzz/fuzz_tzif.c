/* fuzz_tzif.c: any bytes as a time zone file; whatever is accepted must answer inside its bounds, and forward and back must agree. */
#include <stdint.h>
#include <stdlib.h>
#include "schedule/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t instants[] = {-2208988800, -1, 0, 1774746000, 1792890000, 4102444800, 32503680000, 253370764800};
	struct amp_zone *z = NULL;
	if (amp_zone_parse(&z, data, size, NULL) != 0) {
		if (z != NULL) abort();
		return 0;
	}
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		int64_t utc[2];
		int32_t offset = amp_zone_offset(z, instants[i]);
		if (offset < -26 * 3600 || offset > 26 * 3600) abort();
		int n = amp_zone_instants(z, instants[i], utc);
		if (n < 0 || n > 2 || (n == 2 && utc[0] >= utc[1])) abort();
		for (int k = 0; k < n; k++) {
			if (utc[k] + amp_zone_offset(z, utc[k]) != instants[i]) abort();
		}
	}
	amp_zone_free(z);
	return 0;
}

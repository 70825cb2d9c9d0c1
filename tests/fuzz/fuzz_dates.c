/* fuzz_dates.c: any text as a date, a time in words or a duration: what is read lies in the years that RFC 3339 can write, and an
 * ISO date that is written out and read again is the same millisecond.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "parse/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int64_t ms)
{
	char text[AMP_TIME_TEXT];
	int64_t again = 0;

	if (amp_time_format(ms, text)[0] == '\0') abort();
	if (!amp_time_parse_iso(amp_str_c(text), &again, NULL) || again != ms) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_str s = {(const char *)data, size};
	enum amp_precision precision = AMP_PRECISION_NONE;
	int64_t ms = 0;

	if (amp_time_parse_iso(s, &ms, &precision)) {
		if (precision == AMP_PRECISION_NONE) abort();
		check(ms);
	}
	if (amp_time_parse_rfc822(s, &ms, &precision)) check(ms);
	if (amp_duration_parse(s, &ms) && ms <= 0) abort();
	if (amp_says_when(s) && size < 2) abort(); /* the shortest is "nu" */
	return 0;
}

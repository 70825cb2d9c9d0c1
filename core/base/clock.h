/* clock.h: UTC milliseconds since 1970 everywhere (int64_t); RFC 3339 with milliseconds at the edges.
 * Capture times come from amp_clock_wall_ms() only; the schedule may run on a simulated clock (crawler/schedule).
 */
#ifndef AMP_BASE_CLOCK_H
#define AMP_BASE_CLOCK_H
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define AMP_TIME_NONE INT64_MIN
#define AMP_TIME_TEXT 80 /* "2026-11-22T15:41:00.123Z" and NUL; wide enough that the compiler can prove it */

int64_t amp_clock_wall_ms(void);
int64_t amp_clock_mono_us(void);
/* Writes RFC 3339 UTC with milliseconds; "" for AMP_TIME_NONE. Returns buf. */
char *amp_time_format(int64_t ms, char buf[AMP_TIME_TEXT]);

enum amp_precision { AMP_PRECISION_NONE, AMP_PRECISION_EXACT, AMP_PRECISION_DAY, AMP_PRECISION_RELATIVE };
const char *amp_precision_name(enum amp_precision p); /* "exact", "day", "relative"; NULL for NONE */

/* RFC 3339 / ISO 8601 / W3CDTF: date alone gives midnight UTC and AMP_PRECISION_DAY; a missing zone means UTC;
 * 1 to 9 fraction digits are cut to milliseconds. Years 0001 to 9999. */
bool amp_time_parse_iso(struct amp_str s, int64_t *ms, enum amp_precision *precision);
/* RFC 822/1123/850 and asctime dates: two-digit years, named zones, wrong weekday tolerated. HTTP-date included. */
bool amp_time_parse_rfc822(struct amp_str s, int64_t *ms, enum amp_precision *precision);
/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t amp_days_from_civil(int64_t y, int m, int d);
void amp_civil_from_days(int64_t days, int64_t *y, int *m, int *d);
/* "90s", "15m", "6h", "1d", "2w", or a plain number of seconds; > 0. */
bool amp_duration_parse(struct amp_str s, int64_t *ms);

#endif

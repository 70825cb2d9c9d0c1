/* posix_tz.h: the POSIX TZ rule at the end of a TZif file, which says what holds after its last transition. */
#ifndef AMP_SCHEDULE_POSIX_TZ_H
#define AMP_SCHEDULE_POSIX_TZ_H
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum amp_tz_date { AMP_TZ_MONTH_WEEK_DAY, AMP_TZ_JULIAN /* J1..J365, never 29 February */, AMP_TZ_DAY_OF_YEAR /* 0..365 */ };
struct amp_tz_change {
	enum amp_tz_date kind;
	int month, week, day; /* day alone for the two others */
	int32_t at;           /* local seconds after midnight; RFC 8536 3.3.1 allows -167 h to 167 h */
};
struct amp_posix_tz {
	int32_t standard, daylight; /* seconds to add to UTC (the text has the opposite sign) */
	bool has_daylight;
	struct amp_tz_change start, end;
};

bool amp_posix_tz_parse(struct amp_str text, struct amp_posix_tz *out);
int32_t amp_posix_tz_offset(const struct amp_posix_tz *tz, int64_t utc);

#endif

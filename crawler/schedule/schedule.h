/* schedule.h: due rounds from an interval or a cron expression (POSIX crontab fields) in an IANA time zone, a window, and a jitter
 * drawn from (seed, scheduled time), so that it is the same after a restart. Pure but for reading the time zone files.
 */
#ifndef AMP_SCHEDULE_SCHEDULE_H
#define AMP_SCHEDULE_SCHEDULE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct amp_schedule; /* opaque */
/* every_ms > 0, or cron non-NULL. Intervals are aligned to local midnight of the zone's 1970-01-01. Unknown zone: AMP_EUSAGE. */
int amp_schedule_new(struct amp_schedule **out, int64_t every_ms, const char *cron, const char *time_zone, int64_t window_ms,
                     int64_t jitter_ms, uint64_t seed, struct amp_err *err) AMP_CHECK;
void amp_schedule_free(struct amp_schedule *s);
struct amp_due {
	int64_t scheduled_at; /* without jitter: the round's key */
	int64_t start_at;     /* with jitter */
	int64_t window_end;
};
/* The first round scheduled strictly after t. False when there is none within 5 years. */
bool amp_schedule_next(const struct amp_schedule *s, int64_t after, struct amp_due *out);
/* The round whose window holds t, if any. */
bool amp_schedule_current(const struct amp_schedule *s, int64_t t, struct amp_due *out);
/* A cron expression's mistake as a sentence (NULL when fine); *column 0-based place in the text. */
const char *amp_cron_check(const char *cron, int *column);
bool amp_time_zone_known(const char *name);

#endif

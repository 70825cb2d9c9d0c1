/* cron.h: the five fields of POSIX crontab as bit sets: lists, ranges, steps, names, and the rule that a day matches when the day
 * of the month OR the day of the week does, once both are restricted.
 */
#ifndef AMP_SCHEDULE_CRON_H
#define AMP_SCHEDULE_CRON_H
#include <stdbool.h>
#include <stdint.h>

struct amp_cron {
	uint64_t minutes, hours, days, months, weekdays; /* bit i = value i; weekdays 0 = Sunday */
	bool any_day, any_weekday;                       /* the field began with "*" */
	bool any_hour; /* the hour field began with "*": follows elapsed time through clock changes */
};

/* NULL when fine; else a translated sentence, and *column the 0-based byte where it went wrong. */
const char *amp_cron_parse(const char *text, struct amp_cron *out, int *column);
bool amp_cron_day(const struct amp_cron *c, int64_t days_since_1970);

#endif

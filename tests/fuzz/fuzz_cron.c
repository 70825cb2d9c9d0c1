/* fuzz_cron.c: any text as a cron expression: a mistake has its place inside the text, and what is accepted has rounds that go forward. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "schedule/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[128];
	struct amp_schedule *s = NULL;
	size_t n = size < sizeof text - 1 ? size : sizeof text - 1;
	int column = -1;
	memcpy(text, data, n);
	text[n] = '\0';
	if (amp_cron_check(text, &column) != NULL) {
		if (column < 0 || (size_t)column > strlen(text)) abort();
		if (amp_schedule_new(&s, 0, text, "UTC", 0, 0, 1, NULL) == 0) abort();
		return 0;
	}
	if (amp_schedule_new(&s, 0, text, "Europe/Paris", 3600000, 60000, 1, NULL) != 0) abort();
	int64_t t = INT64_C(1774656000000); /* 2026-03-28, the day before the clocks change */
	for (int i = 0; i < 3; i++) {
		struct amp_due due, same;
		if (!amp_schedule_next(s, t, &due)) break; /* 29 February on a Monday can be further than 5 years */
		if (due.scheduled_at <= t || due.start_at < due.scheduled_at || due.start_at >= due.window_end) abort();
		if (!amp_schedule_current(s, due.scheduled_at, &same) || same.scheduled_at != due.scheduled_at) abort();
		t = due.scheduled_at;
	}
	amp_schedule_free(s);
	return 0;
}

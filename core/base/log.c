/* log.c: see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static int level_max = -1;
static int progress_drawn;
static int64_t progress_last;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void amp_log_level(enum amp_level max)
{
	level_max = (int)max;
}

static int current_level(void)
{
	if (level_max < 0) {
		const char *env = getenv("AMP_LOG");

		level_max = AMP_INFO;
		for (int i = 0; env != NULL && i < 4; i++) {
			if (strcmp(env, level_names[i]) == 0) level_max = i;
		}
	}
	return level_max;
}

/* Control bytes would let a hostile server draw on the user's terminal. */
static void put_escaped(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
			(void)fprintf(stderr, "\\x%02x", *p);
		} else {
			(void)fputc(*p, stderr);
		}
	}
}

static void clear_progress(void)
{
	if (progress_drawn) (void)fputs("\r\033[K", stderr);
	progress_drawn = 0;
}

void amp_log(enum amp_level level, const char *component, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	if ((int)level > current_level()) return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	clear_progress();
	(void)fprintf(stderr, "%s: %s: ", level_names[level], component);
	put_escaped(text);
	(void)fputc('\n', stderr);
}

void amp_progress(const char *what, uint64_t done, uint64_t total, const char *fmt, ...)
{
	int64_t now = amp_clock_mono_us();
	int terminal = isatty(2);
	char text[512];
	va_list ap;

	if (current_level() < AMP_INFO) return;
	if (progress_last != 0 && now - progress_last < (terminal ? 100000 : 10000000) && done != total) return;
	progress_last = now;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (terminal) (void)fputs("\r\033[K", stderr);
	(void)fprintf(stderr, "%s %llu", what, (unsigned long long)done);
	if (total > 0) (void)fprintf(stderr, "/%llu", (unsigned long long)total);
	if (text[0] != '\0') {
		(void)fputs("  ", stderr);
		put_escaped(text);
	}
	if (terminal) {
		progress_drawn = 1;
	} else {
		(void)fputc('\n', stderr);
	}
	(void)fflush(stderr);
}

void amp_progress_end(void)
{
	if (progress_drawn) (void)fputc('\n', stderr);
	progress_drawn = 0;
	progress_last = 0;
}

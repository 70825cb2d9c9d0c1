/* log.h: talk on stderr, one line a message, control bytes escaped. Data goes to stdout by its owner, never through here. */
#ifndef AMP_BASE_LOG_H
#define AMP_BASE_LOG_H
#include <stdint.h>
#include "base/err.h"

enum amp_level { AMP_ERROR, AMP_WARN, AMP_INFO, AMP_DEBUG };
void amp_log_level(enum amp_level max); /* default AMP_INFO; AMP_LOG=error|warn|info|debug in the environment */
void amp_log(enum amp_level level, const char *component, const char *fmt, ...) AMP_PRINTF(3, 4);
/* A progress line: redrawn in place on a terminal, every 10 s as a plain line elsewhere. total 0 = unknown. */
void amp_progress(const char *what, uint64_t done, uint64_t total, const char *fmt, ...) AMP_PRINTF(4, 5);
void amp_progress_end(void);

#endif

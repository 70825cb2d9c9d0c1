/* recordings.h: the answers of real services beside the checkout (../shared/payloads): which folder is whose, and which files are bodies. */
#ifndef AMP_TESTS_RECORDINGS_H
#define AMP_TESTS_RECORDINGS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the recordings that do not say when they were taken: a fixed time, so that relative dates have one. */
#define RECORDED_AT INT64_C(1795176000000)

struct recordings {
	const char *folder, *platform; /* NULL: the end */
};

extern const struct recordings recordings[];
bool is_recorded_body(const char *name); /* a file's name without its folder */

#endif

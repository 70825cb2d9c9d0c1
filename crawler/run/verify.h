/* verify.h: which columns of the evidence tables verify does not name, and why none of them can change what is known. */
#ifndef AMP_RUN_VERIFY_H
#define AMP_RUN_VERIFY_H
#include <stddef.h>

struct amp_irrelevant {
	const char *table, *column, *why;
};
/* The evidence tables are ledger, capture, capture_location, snapshot, snapshot_capture, round, study_version, program_run, decision. */
const struct amp_irrelevant *amp_verify_irrelevant(size_t *n);

#endif

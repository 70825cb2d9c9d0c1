/* transfer.h: sheets out of a sample, and verdicts back into it. */
#ifndef AMP_ANNOTATE_TRANSFER_H
#define AMP_ANNOTATE_TRANSFER_H
#include "annotate/sample.h"
#include "annotate/sheet.h"

struct amp_export {
	const char *coder;     /* whose sheet: shuffles it */
	size_t coders, number; /* of `coders` sheets, this one, from 0; 1, 0: all units */
	int overlap;           /* percent of the units that every coder gets; the others get one each */
	bool disagreements;    /* only what coders differ on and nobody has decided */
	bool french;
	/* out */
	size_t units, erased; /* in the sheet; left out, since their text is gone */
};
/* The same sample, seed and coder give the same bytes. */
int amp_annotations_export(struct amp_buf *out, struct amp_store *store, const struct amp_sample_ref *sample, struct amp_export *e,
                           struct amp_err *err) AMP_CHECK;

struct amp_import {
	const char *coder;     /* pseudonym */
	const char *guideline; /* NULL: as the sheet says */
	int64_t pass, now;
	bool adjudicate;
	/* out */
	int64_t rows, empty, added, corrected, unchanged;
};
/* A pseudonym: letters, digits, ".", "_", "-", at most 40. AMP_EUSAGE otherwise. */
int amp_coder_check(const char *coder, struct amp_err *err) AMP_CHECK;
/* Every mistake is said; with any, nothing is written. A verdict that differs from the coder's earlier one in this pass supersedes it; the same one
 * again is unchanged. */
int amp_annotations_import(struct amp_import *i, struct amp_store *store, const struct amp_sample_ref *sample,
                           struct amp_sheet *sheet, const char *name, const struct amp_sheet_say *say, struct amp_arena *arena,
                           struct amp_err *err) AMP_CHECK;

#endif

/* fuzz_lexicon.c: any text scored with the shipped lexicon gives a finite score in [0, 1), sorted targets and hits inside the text; the
 * same text read as records of each format ends. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "detectors/detector.h"
#include "detectors/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void score(const struct amp_detector *d, void *state, struct amp_str text)
{
	struct amp_detection found = {0};
	if (d->score(state, text, NULL, true, &found, NULL) != 0) abort();
	if (!(found.score >= 0.0 && found.score <= 1.0)) abort();
	for (size_t i = 1; i < found.n_targets; i++)
		if (strcmp(found.targets[i - 1], found.targets[i]) >= 0) abort();
	for (size_t i = 0; i < found.n_hits; i++)
		if (found.hits[i].start + found.hits[i].length > text.n) abort();
	amp_detection_clear(&found);
}

static void read_records(const uint8_t *data, size_t size, enum amp_record_format format)
{
	struct amp_records *r = NULL;
	struct amp_record record;
	FILE *f = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	if (f == NULL) return;
	if (amp_records_open(&r, f, format, NULL) == 0)
		while (amp_records_next(r, &record, NULL) == 1)
			if ((record.view.p == NULL) != (record.problem != NULL)) abort();
	amp_records_close(r);
	(void)fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void *state;
	static const struct amp_detector *d;
	if (d == NULL) {
		d = amp_detector_find("lexicon");
		if (d->load(&state, amp_detector_data_dir(), NULL) != 0) abort();
	}
	score(d, state, (struct amp_str){(const char *)data, size});
	for (enum amp_record_format f = AMP_RECORD_AUTO; f <= AMP_RECORD_CSV; f++) read_records(data, size, f);
	return 0;
}

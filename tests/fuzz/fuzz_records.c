/* fuzz_records.c: any bytes as the records that `amplimeter score` reads, in each format: records come out in order of their lines, as
 * valid UTF-8, and there are no more of them than lines and one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "detectors/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct amp_str s)
{
	if (s.p != NULL && !amp_utf8_valid(s.p, s.n)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t lines = 1;

	if (size == 0) return 0;
	for (size_t i = 0; i < size; i++) lines += data[i] == '\n' || data[i] == '\r';
	for (int format = AMP_RECORD_AUTO; format <= AMP_RECORD_CSV; format++) {
		FILE *in = fmemopen((void *)(uintptr_t)data, size, "r");
		struct amp_records *records = NULL;
		struct amp_record record;
		size_t n = 0;

		if (in == NULL) abort();
		if (amp_records_open(&records, in, (enum amp_record_format)format, NULL) == 0) {
			while (amp_records_next(records, &record, NULL) == 1) {
				check_text(record.text);
				check_text(record.view);
				check_text(record.id);
				if (record.text.p == NULL && record.view.p == NULL && record.problem == NULL) abort();
				if (++n > lines) abort();
			}
		}
		amp_records_close(records);
		(void)fclose(in);
	}
	return 0;
}

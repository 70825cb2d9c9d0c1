/* fuzz_normalise.c: any bytes give valid UTF-8, offsets that grow and stay inside, and a form that normalising again leaves alone. */
#include <stdint.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_normal n, again;
	struct amp_str in = {(const char *)data, size};
	int cut = 0;
	amp_normal_init(&n);
	amp_normal_init(&again);
	if (amp_normalise(&n, in, &cut, NULL) == 0) {
		if (!amp_utf8_valid(n.text.p, n.text.n)) abort();
		if (n.origin[n.text.n] > size || (cut == 0 && n.origin[n.text.n] != size)) abort();
		for (size_t i = 0; i < n.text.n; i++)
			if (n.origin[i] > n.origin[i + 1] || n.origin[i] >= size) abort();
		if (amp_normalise(&again, amp_buf_str(&n.text), &cut, NULL) != 0) abort();
		if (cut == 0 && !amp_str_eq(amp_buf_str(&n.text), amp_buf_str(&again.text))) abort();
	}
	amp_normal_free(&n);
	amp_normal_free(&again);
	return 0;
}

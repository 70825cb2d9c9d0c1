/* fuzz_list.c: any bytes as a stored list: entries stay inside the bytes, and what was read and can be written reads the same again. */
#include <stdlib.h>
#include "lists/encode.h"

enum { MOST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(const struct amp_list_entry *v, size_t n)
{
	struct amp_buf out;
	struct amp_list_bytes b;
	struct amp_list_entry e;
	amp_buf_init(&out, 1 << 20);
	if (amp_list_encode(&out, 7, v, n)) {
		if (!amp_list_open(&b, out.p, out.n, 7) || amp_list_open(&b, out.p, out.n, 8) ||
		    amp_list_open(&b, out.p, out.n - 1, 7))
			abort();
		if (!amp_list_open(&b, out.p, out.n, 7) || b.n != n) abort();
		for (size_t i = 0; i < n; i++) {
			if (!amp_list_next(&b, &e) || e.known != v[i].known || e.text != v[i].text || e.place != v[i].place)
				abort();
			if (e.counted != v[i].counted || e.count != v[i].count) abort();
		}
		if (amp_list_next(&b, &e) || b.n != 0 || b.p != b.end) abort();
	} else if (out.n != 0)
		abort();
	amp_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct amp_list_entry v[MOST];
	struct amp_list_bytes b;
	size_t n = 0;
	if (amp_list_open(&b, data, size, 0) && b.n > size) abort();
	/* as after a check sum that fits: what it protects must not be needed for safety */
	b = (struct amp_list_bytes){.p = data, .end = data + size, .n = MOST, .place = -1};
	while (amp_list_next(&b, &v[n])) {
		if (b.p > b.end || v[n].place < 0 || (!v[n].known && v[n].text != 0) || (!v[n].counted && v[n].count != 0)) abort();
		if (++n == MOST) break;
	}
	if (b.p > b.end || b.n != MOST - n) abort();
	write_again(v, n);
	return 0;
}

/* encode.c: see encode.h. */
#include "lists/encode.h"
#include <string.h>

#define VALUE_MOST ((int64_t)1 << 60)
#define SUM 8

static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static void add_varint(struct amp_buf *b, uint64_t v)
{
	char bytes[10];
	size_t n = 0;
	for (; v >= 0x80; v >>= 7) bytes[n++] = (char)(uint8_t)(v | 0x80);
	bytes[n++] = (char)(uint8_t)v;
	(void)amp_buf_add(b, bytes, n);
}

static uint64_t word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;
	for (size_t i = 0; i < n; i++) w |= (uint64_t)p[i] << 8 * i;
	return w;
}

static uint64_t mix(uint64_t h, uint64_t w)
{
	h = (h ^ w) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

/* Eight bytes at a time. Each step is a bijection of h, so that one changed word always shows. */
static uint64_t sum_of(const uint8_t *p, size_t n, int64_t parse_id)
{
	uint64_t h = mix(mix(UINT64_C(0x616D706C), (uint64_t)parse_id), n);
	for (; n >= 8; p += 8, n -= 8) h = mix(h, word(p, 8));
	return mix(mix(h, word(p, n)), AMP_LIST_FORMAT);
}

static bool fits(int64_t v)
{
	return v > -VALUE_MOST && v < VALUE_MOST;
}

static bool add_entries(struct amp_buf *b, const struct amp_list_entry *v, size_t n)
{
	int64_t text = 0, place = -1;
	for (size_t i = 0; i < n; i++) {
		const struct amp_list_entry *e = &v[i];
		int64_t step = e->known ? e->text - text : 0;
		bool gap = e->place != place + 1;
		if (!fits(e->text) || !fits(step) || !fits(e->count) || !fits(e->place) || e->place <= place) return false;
		add_varint(b, zigzag(step) << 2 | (e->known ? 0 : 2) | (gap ? 1 : 0));
		if (gap) add_varint(b, (uint64_t)e->place);
		add_varint(b, e->counted ? zigzag(e->count) + 1 : 0);
		if (e->known) text = e->text;
		place = e->place;
	}
	return true;
}

bool amp_list_encode(struct amp_buf *out, int64_t parse_id, const struct amp_list_entry *v, size_t n)
{
	size_t start = out->n;
	(void)amp_buf_byte(out, AMP_LIST_FORMAT);
	add_varint(out, n);
	if (add_entries(out, v, n) && !out->failed) {
		uint64_t sum = sum_of((const uint8_t *)out->p + start, out->n - start, parse_id);
		for (int i = 0; i < SUM; i++) (void)amp_buf_byte(out, (int)(sum >> 8 * i & 0xff));
		if (!out->failed) return true;
	}
	out->n = start;
	return false;
}

bool amp_list_open(struct amp_list_bytes *b, const void *p, size_t n, int64_t parse_id)
{
	const uint8_t *bytes = p;
	uint64_t entries;
	if (bytes == NULL || n < 2 + SUM || bytes[0] != AMP_LIST_FORMAT) return false;
	if (sum_of(bytes, n - SUM, parse_id) != word(bytes + n - SUM, SUM)) return false;
	*b = (struct amp_list_bytes){.p = bytes + 1, .end = bytes + n - SUM, .place = -1};
	if (!amp_list_varint(b, &entries) || entries > n) return false;
	b->n = (size_t)entries;
	return true;
}

/* parse_target.h: what every adapter must hold for any bytes: ranks without a gap, valid text, a verdict that fits. */
#ifndef AMP_FUZZ_PARSE_TARGET_H
#define AMP_FUZZ_PARSE_TARGET_H
#include <stdlib.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "parse/adapter.h"

static inline void amp_fuzz_check(const struct amp_adapter *adapter, const struct amp_parsed *out)
{
	int64_t organic = 0;
	struct amp_buf line;
	amp_buf_init(&line, (size_t)64 << 20);
	for (size_t i = 0; i < out->n_items; i++) {
		const struct amp_item *item = &out->items[i];
		if (item->rank != (int64_t)i) abort();
		if (item->organic_rank != AMP_ABSENT && item->organic_rank != organic++) abort();
		amp_buf_reset(&line);
		amp_item_json(&line, adapter->name, item);
		if (line.failed || !amp_utf8_valid(line.p, line.n)) abort();
	}
	if ((size_t)organic != out->n_organic) abort();
	if (out->verdict == AMP_VERDICT_OK && (out->n_items == 0 || out->reason.p)) abort();
	if (out->verdict == AMP_VERDICT_EMPTY && out->n_items != 0) abort();
	if (out->verdict > AMP_VERDICT_EMPTY && !out->reason.n) abort();
	if (out->n_diagnostics > out->diagnostics_total || out->n_diagnostics > AMP_MAX_DIAGNOSTICS) abort();
	amp_buf_free(&line);
}

/* The endpoint found from the content, then each one in turn. */
static inline void amp_fuzz_adapter(const char *name, const uint8_t *data, size_t size)
{
	const struct amp_adapter *adapter = amp_adapter_find(name);
	struct amp_page page = {
		.body = {(const char *)data, size}, .url = AMP_STR("https://example.org/x"), .captured_at = AMP_TIME_NONE};
	struct amp_arena *arena = amp_arena_new((size_t)128 << 20);
	struct amp_parsed out;
	if (!arena) return;
	if (amp_parse_pages(adapter, NULL, &page, 1, 0, 0, 0, arena, &out, NULL) == 0) amp_fuzz_check(adapter, &out);
	for (const struct amp_endpoint *ep = adapter->endpoints; ep->name; ep++) {
		amp_arena_reset(arena);
		if (amp_parse_merged(adapter, ep, &page, 1, arena, &out, NULL) == 0) amp_fuzz_check(adapter, &out);
	}
	amp_arena_free(arena);
}

#endif

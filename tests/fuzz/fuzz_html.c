/* fuzz_html.c: any bytes give valid UTF-8 text without control characters but line ends, tabs and what was sent, and valid links. */
#include <stdlib.h>
#include "base/utf8.h"
#include "parse/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_html_out out;
	struct amp_str html = {(const char *)data, size}, text;
	struct amp_arena *arena = amp_arena_new((size_t)64 << 20);
	if (!arena) return 0;
	if (amp_html_text(arena, html, AMP_STR("https://example.org/a/b?c"), &out, NULL) == 0) {
		if (!out.text.p || !amp_utf8_valid(out.text.p, out.text.n) || out.text.n > size * 3) abort();
		for (size_t i = 0; i < out.n_links; i++)
			if (!out.links[i].url.n || !amp_utf8_valid(out.links[i].url.p, out.links[i].url.n)) abort();
		for (size_t i = 0; i < out.n_images; i++)
			if (!amp_utf8_valid(out.images[i].url.p, out.images[i].url.n)) abort();
	}
	if (amp_html_unescape(arena, html, &text, NULL) == 0 && amp_utf8_valid(html.p, html.n) && !amp_utf8_valid(text.p, text.n))
		abort();
	amp_arena_free(arena);
	return 0;
}

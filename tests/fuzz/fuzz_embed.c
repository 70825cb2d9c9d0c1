/* fuzz_embed.c: any page gives JSON slices inside itself, and trees whose places are in the page: where a plain slice's value
 * begins, the page has that value's first byte.
 */
#include <stdlib.h>
#include <string.h>
#include "parse/embed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_it(const struct amp_markup_doc *doc, const struct amp_embed *e, bool got)
{
	struct amp_json_doc json;
	if (got != (e->state == AMP_EMBED_JSON || e->state == AMP_EMBED_CUT)) abort();
	if (e->offset > doc->body.n) abort();
	if (!got) return;
	if (e->offset + e->raw.n > doc->body.n || e->raw.p != doc->body.p + e->offset) abort();
	if (amp_embed_parse(&json, e, doc->arena, NULL) != 0) return;
	if (json.end_offset > doc->body.n) abort();
	for (size_t i = 0; i < json.n_nodes; i++) {
		const struct amp_json *v = &json.root[i];
		if (v->offset < e->offset || v->offset > e->offset + e->raw.n) abort();
		if (i && v->offset < v[-1].offset) abort();
		char c = doc->body.p[v->offset];
		if (e->form == AMP_EMBED_PLAIN && v->type == AMP_JSON_OBJECT && c != '{') abort();
		if (e->form == AMP_EMBED_PLAIN && v->type == AMP_JSON_STRING && c != '"') abort();
		if (e->form == AMP_EMBED_JS_STRING && v->type == AMP_JSON_ARRAY && c != '[' && c != '\\') abort();
		if (e->form == AMP_EMBED_REFERENCES && v->type == AMP_JSON_ARRAY && c != '[' && c != '&') abort();
	}
	for (size_t i = 0; i < json.n_notes; i++)
		if (json.notes[i].offset > doc->body.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_markup_doc doc;
	struct amp_embed e;
	struct amp_arena *arena = amp_arena_new((size_t)64 << 20);
	if (!arena) return 0;
	if (amp_markup_parse(&doc, (struct amp_str){(const char *)data, size}, arena, NULL) == 0 && size) {
		size_t from = 0, n = 0;
		read_it(&doc, &e, amp_embed_assigned(&doc, "ytInitialData", &e));
		read_it(&doc, &e, amp_embed_by_id(&doc, "__NEXT_DATA__", &e));
		for (bool got = true; got && n < 8; n++, from = e.offset + 1) {
			got = amp_embed_by_type(&doc, "application/json", from, &e);
			read_it(&doc, &e, got);
		}
		from = 0;
		for (bool got = true; got && n < 16; n++) {
			got = amp_embed_called(&doc, "ytcfg.set", from, &e);
			read_it(&doc, &e, got);
			if (got && e.offset < from) abort();
			from = e.offset + e.raw.n;
		}
		const struct amp_markup *div = amp_markup_find_attr(&doc, NULL, NULL, NULL, "data-view", NULL);
		read_it(&doc, &e, amp_embed_attr(&doc, div, "data-view", &e));
		read_it(&doc, &e, amp_embed_attr_base64(&doc, div, "data-view", &e));
	}
	amp_arena_free(arena);
	return 0;
}

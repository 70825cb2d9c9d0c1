/* fuzz_json.c: any bytes give a tree whose spans nest, whose texts are valid UTF-8, whose walk ends and whose members are found by name. */
#include <stdlib.h>
#include "base/utf8.h"
#include "parse/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct amp_json_doc *doc, size_t size)
{
	const struct amp_json *end = doc->root ? doc->root + doc->n_nodes : NULL;
	if (doc->end_offset > size || doc->n_notes > doc->repairs + doc->duplicates) abort();
	if (doc->root && doc->root->span != doc->n_nodes) abort();
	for (const struct amp_json *v = doc->root; v && v < end; v++) {
		if (v->offset >= size) abort();
		if (!(v->flags & AMP_JSON_KEY) && (v->span == 0 || v->span > (size_t)(end - v))) abort();
		if (v->type == AMP_JSON_STRING && !amp_utf8_valid(v->p, v->n)) abort();
		if (v->type < AMP_JSON_ARRAY) continue;
		size_t seen = 0;
		for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) {
			if (x + x->span > v + v->span) abort();
			if (v->type == AMP_JSON_OBJECT && amp_json_get_n(v, amp_json_key(x).p, amp_json_key(x).n) != x) abort();
			seen++;
		}
		if (seen > v->n || (v->type == AMP_JSON_ARRAY && seen != v->n)) abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_json_doc doc;
	struct amp_arena *arena = amp_arena_new((size_t)64 << 20);
	if (!arena) return 0;
	if (amp_json_parse(&doc, (struct amp_str){(const char *)data, size}, arena, NULL) == 0) check(&doc, size);
	amp_arena_free(arena);
	return 0;
}

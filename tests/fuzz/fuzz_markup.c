/* fuzz_markup.c: any bytes give nodes whose spans nest, whose places are in the body and in order, whose texts are valid UTF-8. */
#include <stdlib.h>
#include "base/utf8.h"
#include "parse/engine_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void good(struct amp_str text, bool must)
{
	if ((must && !text.p) || (text.p && !amp_utf8_valid(text.p, text.n))) abort();
}

static void check_node(const struct amp_markup_doc *doc, size_t i, size_t size)
{
	const struct amp_markup *m = &doc->nodes[i], *parent = amp_markup_parent(doc, m);
	if (m->offset > m->inner || m->inner > m->inner_end || m->inner_end > m->end || m->end > size || m->offset >= size) abort();
	if (m->span == 0 || m->span > doc->n_nodes - i || m->parent > i) abort();
	if (i && m->offset < doc->nodes[i - 1].offset) abort();
	if (!parent) return;
	if (!amp_markup_inside(m, parent) || m + m->span > parent + parent->span) abort();
	if (m->offset < parent->inner || m->end > parent->inner_end) abort();
}

static void check(const struct amp_markup_doc *doc, size_t size)
{
	size_t tops = 0, children = 0;
	if (doc->end_offset > size || (doc->repairs && doc->first_repair >= size)) abort();
	for (size_t i = 0; i < doc->n_nodes; i += doc->nodes[i].span) tops++;
	for (size_t i = 0; i < doc->n_nodes; i++) {
		const struct amp_markup *m = &doc->nodes[i];
		check_node(doc, i, size);
		for (const struct amp_markup *c = m + 1; m->type == AMP_MARKUP_ELEMENT && c < m + m->span; c += c->span) {
			if (amp_markup_parent(doc, c) != m) abort();
			children++;
		}
		if (i > 64) continue; /* texts of boxes in boxes: enough is enough */
		good(amp_markup_text(doc, m), true);
		good(amp_markup_attr(doc, m, "class"), false);
		good(amp_markup_attr(doc, m, "href"), false);
		if (m->class_n && !amp_markup_attr_raw(doc, m, "class").p) abort();
	}
	if (tops + children != doc->n_nodes) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_markup_doc doc;
	struct amp_arena *arena = amp_arena_new((size_t)64 << 20);
	if (!arena) return 0;
	if (amp_markup_parse(&doc, (struct amp_str){(const char *)data, size}, arena, NULL) == 0) {
		check(&doc, size);
		size_t n = 0;
		for (const struct amp_markup *m = amp_markup_find(&doc, NULL, NULL, "a", NULL); m;
		     m = amp_markup_find(&doc, NULL, m, "a", NULL))
			if (++n > doc.n_nodes || !amp_markup_is(&doc, m, "A")) abort();
		for (int status = 0; status <= 500; status += 500)
			(void)amp_wall_of(&doc, amp_markup_text(&doc, amp_markup_find(&doc, NULL, NULL, "title", NULL)), status,
			                  status == 0);
	}
	amp_arena_free(arena);
	return 0;
}

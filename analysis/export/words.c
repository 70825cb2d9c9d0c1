/* words.c: README.md of an export, the dictionary. See words.h and private.h. */
#include "export/words.h"

#include <string.h>

#include "base/i18n.h"
#include "document/document.h"
#include "export/private.h"

static const struct {
	const char *en, *fr;
} prose[AMP_PROSE_COUNT] = {
#define AMP_PROSE(id, en, fr) {en, fr},
#include "export/prose.def"
#undef AMP_PROSE
};

const char *amp_export_prose(enum amp_export_prose id, bool french)
{
	return french ? prose[id].fr : prose[id].en;
}

void amp_export_say(struct amp_buf *b, const char *s, bool french)
{
	w_typography(b, s, french);
}

static void paragraph(struct amp_buf *b, enum amp_export_prose id, bool french)
{
	amp_export_say(b, amp_export_prose(id, french), french);
	(void)amp_buf_addc(b, "\n\n");
}

int amp_export_readme(struct amp_exporter *x, struct amp_err *err)
{
	enum amp_export_prose load = strcmp(x->o->format, "jsonl") == 0 ? AMP_PROSE_LOAD_JSONL
	                             : strcmp(x->o->format, "sql") == 0 ? AMP_PROSE_LOAD_SQL
	                                                                : AMP_PROSE_LOAD_CSV;
	struct amp_buf b;
	int rc;

	amp_buf_init(&b, 1 << 20);
	for (int french = 1; french >= 0; french--) {
		paragraph(&b, AMP_PROSE_TITLE, french != 0);
		if (amp_store_simulated(x->store)) paragraph(&b, AMP_PROSE_SIMULATED, french != 0);
		paragraph(&b, AMP_PROSE_PRESUMED, french != 0);
		paragraph(&b, x->o->with_names ? AMP_PROSE_NAMED : AMP_PROSE_PSEUDONYMS, french != 0);
		paragraph(&b, AMP_PROSE_FILES, french != 0);
		paragraph(&b, load, french != 0);
	}
	if (b.n > 0) b.p[--b.n] = '\0';
	rc = amp_export_text(x, "README.md", &b, err);
	amp_buf_free(&b);
	return rc;
}

static enum amp_export_prose kind_of(enum amp_export_class c)
{
	static const enum amp_export_prose kinds[] = {[AMP_CLASS_OPEN] = AMP_PROSE_CLASS_OPEN,
	                                              [AMP_CLASS_LOCAL] = AMP_PROSE_CLASS_LOCAL,
	                                              [AMP_CLASS_CONTENT] = AMP_PROSE_CLASS_CONTENT,
	                                              [AMP_CLASS_ADDRESS] = AMP_PROSE_CLASS_ADDRESS};

	return c >= AMP_CLASS_ITEM ? AMP_PROSE_CLASS_KEYED : kinds[c];
}

static void dictionary_of(struct amp_buf *b, const struct amp_relation *r, bool french)
{
	const struct amp_column_words *columns[AMP_EXPORT_COLUMNS_MAX];
	size_t n = amp_relation_columns(r, true, true, columns);

	(void)amp_buf_printf(b, "\n## %s\n\n", r->name);
	amp_export_say(b, french ? r->title_fr : r->title_en, french);
	(void)amp_buf_addc(b, ". ");
	amp_export_say(b, french ? r->fr : r->en, french);
	if (!r->exported) {
		(void)amp_buf_byte(b, ' ');
		amp_export_say(b, amp_export_prose(AMP_PROSE_NOT_EXPORTED, french), french);
	}
	(void)amp_buf_printf(b, "\n\n%s\n|---|---|---|---|---|\n", amp_export_prose(AMP_PROSE_COLUMNS, french));
	for (size_t i = 0; i < n; i++) {
		(void)amp_buf_printf(b, "| `%s` | %s | %s | %s | ", columns[i]->name, amp_type_name(columns[i]->type),
		                     columns[i]->unit, amp_export_prose(kind_of(columns[i]->class), french));
		amp_export_say(b, french ? columns[i]->fr : columns[i]->en, french);
		(void)amp_buf_addc(b, " |\n");
	}
}

int amp_describe_dictionary(struct amp_buf *b, bool french, struct amp_err *err)
{
	paragraph(b, AMP_PROSE_DICTIONARY, french);
	paragraph(b, AMP_PROSE_DICTIONARY_HEAD, french);
	paragraph(b, AMP_PROSE_PRESUMED, french);
	if (b->n > 0) b->p[--b->n] = '\0';
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) dictionary_of(b, r, french);
	return amp_buf_check(b, "the dictionary", err);
}

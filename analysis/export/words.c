/* words.c: README.md of an export, the dictionary, Datasette's metadata. See words.h and private.h. */
#include "export/words.h"

#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "document/document.h"
#include "export/private.h"
#include "queries_sql.h"

static const struct {
	const char *en, *fr;
} prose[AMP_PROSE_COUNT] = {
#define AMP_PROSE(id, en, fr) {en, fr},
#include "export/prose.def"
#undef AMP_PROSE
};

static const struct query {
	const char *name, *en, *fr;
	const struct amp_sql *sql;
} queries[] = {
#define AMP_QUERY(name, upper, en, fr) {#name, en, fr, &AMP_SQL_QUERY_##upper},
#include "export/queries.def"
#undef AMP_QUERY
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

/* ---- Datasette: https://docs.datasette.io/en/stable/metadata.html. Its own key for units asks a library to know each unit: they stand in the words. ---- */

static void both(struct amp_jsonw *w, struct amp_buf *scratch, const char *key, const char *en, const char *fr)
{
	amp_buf_reset(scratch);
	(void)amp_buf_printf(scratch, "%s / ", en);
	amp_export_say(scratch, fr, true);
	amp_jsonw_kstr(w, key, amp_buf_str(scratch));
}

static void column_words(struct amp_jsonw *w, struct amp_buf *scratch, const struct amp_column_words *c)
{
	amp_buf_reset(scratch);
	(void)amp_buf_printf(scratch, "%s / ", c->en);
	amp_export_say(scratch, c->fr, true);
	if (c->unit[0] != '\0') (void)amp_buf_printf(scratch, " [%s]", c->unit);
	amp_jsonw_kstr(w, c->name, amp_buf_str(scratch));
}

static void table(struct amp_jsonw *w, struct amp_buf *scratch, const struct amp_relation *r)
{
	const struct amp_column_words *columns[AMP_EXPORT_COLUMNS_MAX];
	size_t n = amp_relation_columns(r, true, true, columns);

	amp_jsonw_key(w, r->name);
	amp_jsonw_object(w);
	both(w, scratch, "title", r->title_en, r->title_fr);
	both(w, scratch, "description", r->en, r->fr);
	amp_jsonw_key(w, "columns");
	amp_jsonw_object(w);
	for (size_t i = 0; i < n; i++) column_words(w, scratch, columns[i]);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

int amp_describe_datasette(struct amp_buf *b, const char *name, struct amp_err *err)
{
	struct amp_jsonw w;
	struct amp_buf scratch;

	amp_buf_init(&scratch, 65536);
	amp_jsonw_start(&w, b);
	amp_jsonw_object(&w);
	both(&w, &scratch, "title", amp_export_prose(AMP_PROSE_DATASETTE_TITLE, false),
	     amp_export_prose(AMP_PROSE_DATASETTE_TITLE, true));
	both(&w, &scratch, "description", amp_export_prose(AMP_PROSE_DATASETTE_TEXT, false),
	     amp_export_prose(AMP_PROSE_DATASETTE_TEXT, true));
	both(&w, &scratch, "license", amp_export_prose(AMP_PROSE_LICENCE, false), amp_export_prose(AMP_PROSE_LICENCE, true));
	amp_jsonw_kc(&w, "license_url", "https://www.gnu.org/licenses/gpl-3.0.html");
	amp_jsonw_key(&w, "databases");
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, name);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, "tables");
	amp_jsonw_object(&w);
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) table(&w, &scratch, r);
	amp_jsonw_end_object(&w);
	amp_jsonw_key(&w, "queries");
	amp_jsonw_object(&w);
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		amp_jsonw_key(&w, queries[i].name);
		amp_jsonw_object(&w);
		both(&w, &scratch, "title", queries[i].en, queries[i].fr);
		amp_jsonw_kc(&w, "sql", queries[i].sql->text);
		amp_jsonw_end_object(&w);
	}
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(b, '\n');
	amp_buf_free(&scratch);
	return amp_buf_check(b, "Datasette's metadata", err);
}

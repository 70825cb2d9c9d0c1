/* dictionary.c: see dictionary.h. */
#include "export/dictionary.h"

#include <string.h>

const struct amp_relation amp_relations[] = {
#define AMP_RELATION(name, exported, key, columns, title_en, title_fr, en, fr) \
	{#name, exported, key, columns, title_en, title_fr, en, fr},
#include "export/relations.def"
#undef AMP_RELATION
	{0}};

const struct amp_column_words amp_columns[] = {
#define AMP_COLUMN(relation, name, type, class, unit, en, fr) {#relation, #name, AMP_TYPE_##type, AMP_CLASS_##class, unit, en, fr},
#include "export/columns.def"
#undef AMP_COLUMN
	{0}};

const struct amp_relation *amp_relation_find(const char *name)
{
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) {
		if (strcmp(r->name, name) == 0) return r;
	}
	return NULL;
}

const struct amp_column_words *amp_column_find(const struct amp_relation *r, struct amp_str name)
{
	const struct amp_column_words *any = NULL;

	for (const struct amp_column_words *c = amp_columns; c->name != NULL; c++) {
		if (!amp_str_eq_c(name, c->name)) continue;
		if (strcmp(c->relation, r->name) == 0) return c;
		if (strcmp(c->relation, "any") == 0) any = c;
	}
	return any;
}

size_t amp_relation_columns(const struct amp_relation *r, bool names, bool all,
                            const struct amp_column_words *out[AMP_EXPORT_COLUMNS_MAX])
{
	struct amp_str rest = amp_str_c(r->columns);
	size_t n = 0;

	while (rest.p != NULL && n < AMP_EXPORT_COLUMNS_MAX) {
		const struct amp_column_words *c = amp_column_find(r, amp_str_cut(&rest, ' '));

		if (c == NULL) continue;
		if (!all && (c->class == AMP_CLASS_LOCAL || (c->class == AMP_CLASS_CONTENT && !names))) continue;
		out[n++] = c;
	}
	return n;
}

const char *amp_type_name(enum amp_export_type t)
{
	static const char *const names[] = {"TEXT", "BIGINT", "DOUBLE PRECISION", "BOOLEAN", "TIMESTAMP", "DATE"};

	return names[t];
}

const char *amp_class_domain(enum amp_export_class c)
{
	static const char *const domains[] = {[AMP_CLASS_ITEM] = "item",     [AMP_CLASS_VERSION] = "item_version",
	                                      [AMP_CLASS_AUTHOR] = "author", [AMP_CLASS_NATIVE] = "author_native_id",
	                                      [AMP_CLASS_HANDLE] = "handle", [AMP_CLASS_NAME] = "display_name",
	                                      [AMP_CLASS_UNIT] = "unit",     [AMP_CLASS_CODER] = "coder"};

	return domains[c];
}

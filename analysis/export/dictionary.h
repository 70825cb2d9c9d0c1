/* dictionary.h: what leaves a database, relation by relation and column by column, in English and French: relations.def and columns.def
 * as tables. They decide what is exported, and how, and feed the data package, docs/dictionary.md, docs/dictionnaire.md and
 * docs/datasette.json. Pure. Private to analysis/export and its tests.
 */
#ifndef AMP_EXPORT_DICTIONARY_H
#define AMP_EXPORT_DICTIONARY_H
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

enum amp_export_type { AMP_TYPE_TEXT, AMP_TYPE_BIGINT, AMP_TYPE_DOUBLE, AMP_TYPE_BOOLEAN, AMP_TYPE_TIMESTAMP, AMP_TYPE_DATE };
/* What may leave: see columns.def. From AMP_CLASS_ITEM on, a keyed hash stands for the value unless names are asked for. */
enum amp_export_class {
	AMP_CLASS_OPEN,
	AMP_CLASS_LOCAL,
	AMP_CLASS_CONTENT,
	AMP_CLASS_ADDRESS,
	AMP_CLASS_ITEM,
	AMP_CLASS_VERSION,
	AMP_CLASS_AUTHOR,
	AMP_CLASS_NATIVE,
	AMP_CLASS_HANDLE,
	AMP_CLASS_NAME,
	AMP_CLASS_UNIT,
	AMP_CLASS_CODER
};

struct amp_column_words {
	const char *relation, *name; /* relation "any": wherever the name stands */
	enum amp_export_type type;
	enum amp_export_class class;
	const char *unit; /* "" none */
	const char *en, *fr;
};
struct amp_relation {
	const char *name;
	bool exported;
	const char *key;     /* columns that tell its rows apart, separated by spaces; "" none */
	const char *columns; /* separated by spaces */
	const char *title_en, *title_fr, *en, *fr;
};
extern const struct amp_relation amp_relations[];   /* ends with name NULL */
extern const struct amp_column_words amp_columns[]; /* ends with name NULL */

#define AMP_EXPORT_COLUMNS_MAX 64

const struct amp_relation *amp_relation_find(const char *name); /* NULL: none */
/* The row of columns.def for a column of a relation, NULL when there is none: a mistake of ours, which a test finds. */
const struct amp_column_words *amp_column_find(const struct amp_relation *r, struct amp_str name);
/* Fills out with the columns that an export holds, in order, and returns their number. names: identifiers and texts as well. all: the
 * columns of the view, whether or not they leave. */
size_t amp_relation_columns(const struct amp_relation *r, bool names, bool all,
                            const struct amp_column_words *out[AMP_EXPORT_COLUMNS_MAX]);
const char *amp_type_name(enum amp_export_type t);     /* BIGINT: a type of DuckDB and PostgreSQL alike */
const char *amp_class_domain(enum amp_export_class c); /* of the keyed hash; NULL: none is made */

#endif

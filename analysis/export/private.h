/* private.h: what the files of analysis/export share. */
#ifndef AMP_EXPORT_PRIVATE_H
#define AMP_EXPORT_PRIVATE_H
#include "export/cells.h"
#include "export/dictionary.h"
#include "export/export.h"
#include "export/pseudonym.h"
#include "export/sink.h"

#define AMP_EXPORT_FILES_MAX 40

struct amp_exported { /* one file of the folder */
	char name[64];
	const struct amp_relation *relation; /* NULL: a file about the others */
	int64_t rows, bytes, longest;        /* longest: bytes of the longest row */
	uint8_t sha256[AMP_SHA256];
};
struct amp_exporter {
	struct amp_store *store;
	const struct amp_export_options *o;
	const struct amp_row_form *form;
	struct amp_pseudonyms pseudonyms;
	char key_id[17];
	struct amp_buf folder; /* being filled; takes the name of o->out at the end */
	struct amp_exported files[AMP_EXPORT_FILES_MAX];
	size_t n_files;
	int64_t repairs; /* places of ill-formed text */
};

bool amp_exports_relation(const struct amp_export_options *o, const struct amp_relation *r);
/* All rows of a relation into the folder, or to standard output. */
int amp_export_rows(struct amp_exporter *x, const struct amp_relation *r, struct amp_err *err) AMP_CHECK;
/* A small file of the folder, from text. */
int amp_export_text(struct amp_exporter *x, const char *name, const struct amp_buf *text, struct amp_err *err) AMP_CHECK;

/* datapackage.json: what the files hold, with rows and SHA-256 of each (Frictionless Data Package, Table Schema). */
int amp_export_package(struct amp_exporter *x, struct amp_err *err) AMP_CHECK;
/* schema.sql and how to load it in DuckDB and PostgreSQL. */
int amp_export_schema(struct amp_exporter *x, struct amp_err *err) AMP_CHECK;
/* README.md, in French and English. */
int amp_export_readme(struct amp_exporter *x, struct amp_err *err) AMP_CHECK;
/* One study as a smaller database. */
int amp_export_excerpt(struct amp_exporter *x, struct amp_err *err) AMP_CHECK;

/* Descriptions of the views, without a database. name: of the database in Datasette. */
int amp_describe_datasette(struct amp_buf *b, const char *name, struct amp_err *err) AMP_CHECK;
int amp_describe_dictionary(struct amp_buf *b, bool french, struct amp_err *err) AMP_CHECK;

#endif

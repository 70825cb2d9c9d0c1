/* schema.c: the tables of an export as SQL that DuckDB and PostgreSQL both take, and the lines that load the files. */
#include <string.h>

#include "base/i18n.h"
#include "export/private.h"

#define DUCKDB_LINE 1000000 /* half of what it takes in a row without being asked */

static void comment(struct amp_buf *b, const struct amp_column_words *c)
{
	(void)amp_buf_printf(b, " -- %s%s%s%s", c->unit[0] == '\0' ? "" : "[", c->unit, c->unit[0] == '\0' ? "" : "] ", c->en);
}

static void table(struct amp_buf *b, const struct amp_relation *r, bool names)
{
	const struct amp_column_words *columns[AMP_EXPORT_COLUMNS_MAX];
	size_t n = amp_relation_columns(r, names, false, columns);

	(void)amp_buf_printf(b, "\n-- %s: %s\n-- %s : %s\nCREATE TABLE %s (\n", r->title_en, r->en, r->title_fr, r->fr, r->name);
	for (size_t i = 0; i < n; i++) {
		(void)amp_buf_printf(b, "  \"%s\" %s%s", columns[i]->name, amp_type_name(columns[i]->type), i + 1 < n ? "," : "");
		comment(b, columns[i]);
		(void)amp_buf_byte(b, '\n');
	}
	(void)amp_buf_addc(b, ");\n");
}

/* for_each: one line a table of the export, from a pattern in which % is the table's name. */
static void for_each(struct amp_buf *b, const struct amp_exporter *x, const char *pattern)
{
	for (size_t i = 0; i < x->n_files; i++) {
		if (x->files[i].relation == NULL) continue;
		for (const char *p = pattern; *p != '\0'; p++) {
			if (*p == '%')
				(void)amp_buf_addc(b, x->files[i].relation->name);
			else
				(void)amp_buf_byte(b, *p);
		}
	}
}

/* Nothing is left to DuckDB's guessing: its sniffer takes a text of quotes and line ends for another dialect. A row longer than its bound (2 MB
 * by default) is refused, so files that hold one say how long. */
static void load_duckdb(struct amp_buf *b, const struct amp_exported *f)
{
	(void)amp_buf_printf(
		b,
		"COPY %s FROM '%s' (FORMAT csv, AUTO_DETECT false, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', "
		"ALLOW_QUOTED_NULLS false",
		f->relation->name, f->name);
	if (f->longest > DUCKDB_LINE) (void)amp_buf_printf(b, ", MAX_LINE_SIZE %lld", (long long)f->longest + 1);
	(void)amp_buf_addc(b, ");\n");
}

int amp_export_schema(struct amp_exporter *x, struct amp_err *err)
{
	struct amp_buf b;
	int rc;

	amp_buf_init(&b, (size_t)4 << 20);
	(void)amp_buf_addc(
		&b,
		"-- schema.sql: made by amplimeter export --format sql. The same for DuckDB and PostgreSQL. TIMESTAMP columns are UTC.\n");
	for (size_t i = 0; i < x->n_files; i++) {
		if (x->files[i].relation != NULL) table(&b, x->files[i].relation, x->o->with_names);
	}
	rc = amp_export_text(x, "schema.sql", &b, err);
	amp_buf_reset(&b);
	(void)amp_buf_addc(&b, "-- In this folder: duckdb study.duckdb < load-duckdb.sql\n.read schema.sql\n");
	for (size_t i = 0; i < x->n_files; i++) {
		if (x->files[i].relation != NULL) load_duckdb(&b, &x->files[i]);
	}
	(void)amp_buf_addc(&b, "-- Parquet, one file a table:\n");
	for_each(&b, x, "COPY % TO '%.parquet' (FORMAT parquet);\n");
	if (rc == 0) rc = amp_export_text(x, "load-duckdb.sql", &b, err);
	amp_buf_reset(&b);
	(void)amp_buf_addc(&b, "-- In this folder: psql DATABASE -f load-postgresql.sql\n\\set ON_ERROR_STOP on\n\\i schema.sql\n");
	for_each(&b, x, "\\copy % FROM '%.csv' WITH (FORMAT csv, HEADER true)\n");
	if (rc == 0) rc = amp_export_text(x, "load-postgresql.sql", &b, err);
	amp_buf_free(&b);
	return rc;
}

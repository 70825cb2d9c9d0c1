/* rows.c: the rows of one relation, from its statement to its file. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "export/private.h"
#include "export_sql.h"

static const struct {
	const char *relation;
	const struct amp_sql *sql;
} statements[] = {
	{"protocol_versions", &AMP_SQL_EXPORT_PROTOCOL_VERSIONS},
	{"personas", &AMP_SQL_EXPORT_PERSONAS},
	{"feeds", &AMP_SQL_EXPORT_FEEDS},
	{"pairs", &AMP_SQL_EXPORT_PAIRS},
	{"grid_cells", &AMP_SQL_EXPORT_GRID_CELLS},
	{"rounds", &AMP_SQL_EXPORT_ROUNDS},
	{"snapshots", &AMP_SQL_EXPORT_SNAPSHOTS},
	{"walks", &AMP_SQL_EXPORT_WALKS},
	{"exposures", &AMP_SQL_EXPORT_EXPOSURES},
	{"items", &AMP_SQL_EXPORT_ITEMS},
	{"authors", &AMP_SQL_EXPORT_AUTHORS},
	{"detectors", &AMP_SQL_EXPORT_DETECTORS},
	{"thresholds", &AMP_SQL_EXPORT_THRESHOLDS},
	{"detections", &AMP_SQL_EXPORT_DETECTIONS},
	{"persona_exposure", &AMP_SQL_EXPORT_PERSONA_EXPOSURE},
	{"feed_pairs", &AMP_SQL_EXPORT_FEED_PAIRS},
	{"estimates", &AMP_SQL_EXPORT_ESTIMATES},
	{"samples", &AMP_SQL_EXPORT_SAMPLES},
	{"sample_units", &AMP_SQL_EXPORT_SAMPLE_UNITS},
	{"annotations", &AMP_SQL_EXPORT_ANNOTATIONS},
	{"captures", &AMP_SQL_EXPORT_CAPTURES},
	{"snapshot_pages", &AMP_SQL_EXPORT_SNAPSHOT_PAGES},
	{"missed_slots", &AMP_SQL_EXPORT_MISSED_SLOTS},
	{"alarms", &AMP_SQL_EXPORT_ALARMS},
	{"decisions", &AMP_SQL_EXPORT_DECISIONS},
};

/* What a column of the statement needs on the way: times and rounds repeat from row to row. */
struct column {
	const struct amp_column_words *words;
	const char *domain; /* of its keyed hash; NULL: as it is */
	bool leaves;
	int64_t time; /* whose text stands in token */
	size_t token_n;
	char token[2 * AMP_SHA256 + 1 > AMP_TIME_TEXT ? 2 * AMP_SHA256 + 1 : AMP_TIME_TEXT];
	struct amp_buf text; /* repaired */
};
struct reader {
	struct amp_exporter *x;
	size_t n, n_out;
	struct column columns[AMP_EXPORT_COLUMNS_MAX];
	const struct amp_column_words *words[AMP_EXPORT_COLUMNS_MAX]; /* of those that leave */
	struct amp_cell cells[AMP_EXPORT_COLUMNS_MAX];
};

static int prepare(struct reader *d, const struct amp_relation *r, struct amp_query *q, struct amp_err *err)
{
	const struct amp_column_words *all[AMP_EXPORT_COLUMNS_MAX];

	d->n = amp_relation_columns(r, true, false, all);
	if ((size_t)sqlite3_column_count(q->st) != d->n)
		return amp_fail(err, AMP_EFAIL, "%s: the statement has %d columns, relations.def %zu", r->name,
		                sqlite3_column_count(q->st), d->n);
	for (size_t i = 0; i < d->n; i++) {
		struct column *c = &d->columns[i];

		if (strcmp(sqlite3_column_name(q->st, (int)i), all[i]->name) != 0)
			return amp_fail(err, AMP_EFAIL, "%s: the statement has %s where relations.def has %s", r->name,
			                sqlite3_column_name(q->st, (int)i), all[i]->name);
		c->words = all[i];
		c->time = AMP_TIME_NONE;
		c->leaves = all[i]->class != AMP_CLASS_CONTENT || d->x->o->with_names;
		c->domain = d->x->o->with_names ? NULL : amp_class_domain(all[i]->class);
		amp_buf_init(&c->text, (size_t)64 << 20);
		if (c->leaves) d->words[d->n_out++] = all[i];
	}
	return 0;
}

static struct amp_cell token(const struct column *c)
{
	return (struct amp_cell){.kind = AMP_CELL_TOKEN, .s = {c->token, c->token_n}};
}

static struct amp_cell time_cell(struct column *c, int64_t ms)
{
	if (c->time != ms) {
		(void)amp_time_format(ms, c->token);
		c->time = ms;
		c->token_n = strlen(c->token);
		if (c->words->type == AMP_TYPE_DATE && c->token_n > 10) c->token_n = 10;
	}
	return token(c);
}

static struct amp_cell text_cell(struct reader *d, struct column *c, struct amp_query *q, int i)
{
	struct amp_str s = amp_query_str(q, i);

	if (c->domain == NULL && c->words->class == AMP_CLASS_ADDRESS && !d->x->o->with_names) {
		const char *query = memchr(s.p, '?', s.n);

		if (query != NULL) s.n = (size_t)(query - s.p);
	}
	if (c->domain == NULL) return (struct amp_cell){.kind = AMP_CELL_TEXT, .s = amp_cell_text(s, &c->text, &d->x->repairs)};
	amp_pseudonym(&d->x->pseudonyms, c->domain, s, c->token);
	c->token_n = AMP_PSEUDONYM_TEXT - 1;
	return token(c);
}

/* Keys and digests. A keyed hash is made over their hexadecimal form, so that a key and the text of a view give the same pseudonym. */
static struct amp_cell blob_cell(struct reader *d, struct column *c, struct amp_query *q, int i)
{
	size_t n;
	const uint8_t *p = amp_query_blob(q, i, &n);
	char hex[2 * AMP_SHA256 + 1];

	if (n > AMP_SHA256) n = AMP_SHA256;
	amp_hex(p, n, c->domain == NULL ? c->token : hex);
	c->token_n = 2 * n;
	if (c->domain != NULL) {
		amp_pseudonym(&d->x->pseudonyms, c->domain, (struct amp_str){hex, 2 * n}, c->token);
		c->token_n = AMP_PSEUDONYM_TEXT - 1;
	}
	return token(c);
}

static struct amp_cell cell_of(struct reader *d, struct column *c, struct amp_query *q, int i)
{
	int64_t v;

	switch (sqlite3_column_type(q->st, i)) {
	case SQLITE_NULL: return (struct amp_cell){.kind = AMP_CELL_NULL};
	case SQLITE_FLOAT: return (struct amp_cell){.kind = AMP_CELL_REAL, .d = amp_query_double(q, i)};
	case SQLITE_TEXT: return text_cell(d, c, q, i);
	case SQLITE_BLOB: return blob_cell(d, c, q, i);
	default: break;
	}
	v = amp_query_i64(q, i);
	switch (c->words->type) {
	case AMP_TYPE_BOOLEAN: return (struct amp_cell){.kind = AMP_CELL_BOOL, .i = v};
	case AMP_TYPE_TIMESTAMP:
	case AMP_TYPE_DATE: return time_cell(c, v);
	case AMP_TYPE_DOUBLE: return (struct amp_cell){.kind = AMP_CELL_REAL, .d = (double)v};
	default: return (struct amp_cell){.kind = AMP_CELL_INT, .i = v};
	}
}

static int write_rows(struct reader *d, struct amp_query *q, struct amp_sink *s, struct amp_exported *f, struct amp_err *err)
{
	const struct amp_row_form *form = d->x->form;
	int rc = 0;

	if (form->head != NULL) form->head(&s->b, d->words, d->n_out);
	while (rc == 0) {
		size_t out = 0, before = s->b.n;

		rc = amp_query_step(q, err);
		if (rc != 1) break;
		for (size_t i = 0; i < d->n; i++) {
			if (d->columns[i].leaves) d->cells[out++] = cell_of(d, &d->columns[i], q, (int)i);
		}
		form->row(&s->b, d->words, d->cells, d->n_out);
		if ((int64_t)(s->b.n - before) > f->longest) f->longest = (int64_t)(s->b.n - before);
		f->rows++;
		rc = amp_sink_pass(s, err);
	}
	return rc;
}

static struct amp_exported *new_file(struct amp_exporter *x, const struct amp_relation *r, const char *name)
{
	struct amp_exported *f = &x->files[x->n_files++];

	*f = (struct amp_exported){.relation = r};
	(void)snprintf(f->name, sizeof f->name, "%s", name);
	return f;
}

static int finish(struct amp_sink *s, struct amp_exported *f, int rc, struct amp_err *err)
{
	rc = amp_sink_close(s, rc, err);
	f->bytes = s->bytes;
	memcpy(f->sha256, s->sha256, sizeof f->sha256);
	return rc;
}

static const struct amp_sql *statement_of(const struct amp_relation *r)
{
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		if (strcmp(statements[i].relation, r->name) == 0) return statements[i].sql;
	}
	return NULL;
}

int amp_export_rows(struct amp_exporter *x, const struct amp_relation *r, struct amp_err *err)
{
	const struct amp_sql *sql = statement_of(r);
	struct reader *d;
	struct amp_query q = {0};
	struct amp_sink sink;
	struct amp_exported *f;
	char name[64];
	bool out = x->folder.n == 0;
	int rc;

	if (sql == NULL) return amp_fail(err, AMP_EFAIL, "%s: export.sql has no statement", r->name);
	d = amp_calloc(1, sizeof *d);
	if (d == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	d->x = x;
	rc = amp_query_start(&q, x->store, sql, err);
	if (rc == 0) {
		amp_query_bind_c(&q, x->o->study);
		rc = prepare(d, r, &q, err);
	}
	(void)snprintf(name, sizeof name, "%s.%s", r->name, x->form->extension);
	if (rc == 0) rc = amp_sink_open(&sink, out ? NULL : x->folder.p, out ? "-" : name, err);
	if (rc == 0) {
		f = new_file(x, r, name);
		rc = write_rows(d, &q, &sink, f, err);
		rc = finish(&sink, f, rc, err);
	}
	amp_query_end(&q);
	for (size_t i = 0; i < d->n; i++) amp_buf_free(&d->columns[i].text);
	amp_free(d);
	return rc;
}

int amp_export_text(struct amp_exporter *x, const char *name, const struct amp_buf *text, struct amp_err *err)
{
	struct amp_sink sink;
	int rc = amp_buf_check(text, name, err);

	if (rc == 0) rc = amp_sink_open(&sink, x->folder.p, name, err);
	if (rc != 0) return rc;
	(void)amp_buf_add(&sink.b, text->p, text->n);
	return finish(&sink, new_file(x, NULL, name), 0, err);
}

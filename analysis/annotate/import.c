/* import.c: see transfer.h. */
#include "annotate/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/keys.h"
#include "annotate/shown.h"
#include "annotate_sql.h"
#include "base/i18n.h"

#define CODER_MAX 40
#define GUIDELINE_MAX 32
#define ARENA_MAX ((size_t)1 << 30)
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sheet is read."))

struct importing {
	struct amp_import *i;
	struct amp_store *store;
	struct amp_sheet *sheet;
	const struct amp_sheet_say *say;
	struct amp_arena *arena, *cells;
	struct amp_shown_unit *units;
	size_t n;
	const struct amp_shown_unit **unit_of; /* of each row */
	uint8_t (*hash)[AMP_SHA256];
};

int amp_coder_check(const char *coder, struct amp_err *err)
{
	size_t n = strlen(coder);
	bool good = n > 0 && n <= CODER_MAX;
	for (size_t i = 0; i < n; i++) good = good && (amp_is_alnum((unsigned char)coder[i]) || strchr("._-", coder[i]) != NULL);
	return good ? 0
	            : amp_fail(
			      err, AMP_EUSAGE,
			      _("--coder takes a pseudonym (at most %d letters without accents, digits, \".\", \"_\" or \"-\"), not \"%s\": no name or address "
	                        "of a person belongs in the database"),
			      CODER_MAX, coder);
}

/* ---- is it the sheet that went out? ---- */
static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct amp_shown_unit *)a)->name, ((const struct amp_shown_unit *)b)->name);
}

static const struct amp_shown_unit *find(const struct importing *x, struct amp_str name)
{
	struct amp_shown_unit key;
	(void)snprintf(key.name, sizeof key.name, "%.*s", AMP_ARG(name));
	for (char *p = key.name + 1; *p != '\0'; p++) *p = (char)amp_lower(*p);
	return x->n == 0 ? NULL : bsearch(&key, x->units, x->n, sizeof key, by_name);
}

static int check_row(struct importing *x, size_t r, struct amp_err *err)
{
	const struct amp_sheet_row *row = &x->sheet->rows[r];
	struct amp_str cells[AMP_SHEET_COLUMNS];
	bool gone = false;
	amp_arena_reset(x->cells);
	const struct amp_shown_unit *u = find(x, row->cell[AMP_SHEET_UNIT]);
	if (u == NULL) {
		amp_sheet_mistake(x->sheet, x->say, row, AMP_SHEET_UNIT,
		                  _("the sample has no such unit: is this the sheet of another one?"));
		return 0;
	}
	if (row->cell[AMP_SHEET_GUIDELINE].n > GUIDELINE_MAX)
		amp_sheet_mistake(x->sheet, x->say, row, AMP_SHEET_GUIDELINE, _("a guide's version is longer than 32 bytes"));
	int rc = amp_shown_cells(cells, &gone, x->cells, x->store, u, err);
	if (rc != 0) return rc;
	if (gone) {
		amp_sheet_mistake(x->sheet, x->say, row, AMP_SHEET_UNIT,
		                  _("this text was erased since: take the line out of the sheet, and delete your copy of it"));
		return 0;
	}
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		if (!amp_sheet_shown((enum amp_sheet_column)c) || amp_sheet_same(row->cell[c], cells[c])) continue;
		amp_sheet_mistake(x->sheet, x->say, row, (enum amp_sheet_column)c,
		                  _("this is not what the sheet had here: a verdict holds only for the text as it was shown"));
		break;
	}
	amp_sheet_hash(cells, u->nonce, x->hash[r]);
	x->unit_of[r] = u;
	return 0;
}

/* ---- verdicts ---- */
static int by_target(const void *a, const void *b)
{
	return strcmp((*(const struct amp_target *const *)a)->name, (*(const struct amp_target *const *)b)->name);
}

static const char *targets_text(struct importing *x, struct amp_sheet_row *row)
{
	struct amp_buf b;
	if (row->n_targets == 0) return "";
	qsort(row->target, row->n_targets, sizeof *row->target, by_target);
	amp_buf_init(&b, 4096);
	for (size_t i = 0; i < row->n_targets; i++) (void)amp_buf_printf(&b, "%s%s", i > 0 ? "|" : "", row->target[i]->name);
	const char *s = amp_arena_strndup(x->arena, b.p != NULL ? b.p : "", b.n);
	amp_buf_free(&b);
	return s;
}

struct current {
	int64_t id; /* 0: none */
	struct amp_key key;
	bool same;
};

static bool same_text(struct amp_query *q, int column, struct amp_str s)
{
	struct amp_str have = amp_query_str(q, column);
	return amp_str_eq((struct amp_str){have.p != NULL ? have.p : "", have.n}, (struct amp_str){s.p != NULL ? s.p : "", s.n});
}

static int read_current(struct importing *x, size_t r, const char *guideline, const char *targets, struct current *out,
                        struct amp_err *err)
{
	const struct amp_sheet_row *row = &x->sheet->rows[r];
	struct amp_query q;
	*out = (struct current){0};
	int rc = amp_query_start(&q, x->store, &AMP_SQL_ANNOTATION_CURRENT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, x->unit_of[r]->id);
	amp_query_bind_c(&q, x->i->coder);
	amp_query_bind_i64(&q, x->i->pass);
	amp_query_bind_i64(&q, x->i->adjudicate);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		size_t n = 0;
		const void *hash = amp_query_blob(&q, 3, &n);
		out->id = amp_query_i64(&q, 0);
		(void)amp_query_key(&q, 1, &out->key);
		out->same = same_text(&q, 2, amp_str_c(guideline)) && hash != NULL && n == AMP_SHA256 &&
		            memcmp(hash, x->hash[r], n) == 0 && same_text(&q, 4, amp_str_c(amp_coder_label_name(row->label))) &&
		            same_text(&q, 5, amp_str_c(row->act)) && amp_query_i64(&q, 6) == row->confidence &&
		            same_text(&q, 7, amp_str_c(targets)) && same_text(&q, 8, row->cell[AMP_SHEET_COMMENT]);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static struct amp_key key_of(struct importing *x, size_t r, const char *guideline, const char *targets,
                             const struct current *before)
{
	const struct amp_sheet_row *row = &x->sheet->rows[r];
	return amp_annotation_key(&(struct amp_annotation_parts){.unit = &x->unit_of[r]->key,
	                                                         .coder = amp_str_c(x->i->coder),
	                                                         .pass = x->i->pass,
	                                                         .adjudicates = x->i->adjudicate,
	                                                         .guideline = amp_str_c(guideline),
	                                                         .hash = x->hash[r],
	                                                         .label = amp_str_c(amp_coder_label_name(row->label)),
	                                                         .act = amp_str_c(row->act),
	                                                         .confidence = row->confidence,
	                                                         .targets = amp_str_c(targets),
	                                                         .before = &before->key,
	                                                         .imported_at = x->i->now});
}

static int insert_parts(struct importing *x, size_t r, int64_t id, const struct amp_key *key, struct amp_err *err)
{
	const struct amp_sheet_row *row = &x->sheet->rows[r];
	struct amp_query q;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < row->n_targets; i++) {
		rc = amp_query_start(&q, x->store, &AMP_SQL_ANNOTATION_TARGET_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, id);
		amp_query_bind_c(&q, row->target[i]->name);
		rc = amp_query_run(&q, err);
	}
	if (rc == 0 && row->cell[AMP_SHEET_COMMENT].n > 0) {
		rc = amp_query_start(&q, x->store, &AMP_SQL_ANNOTATION_COMMENT_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, id);
		amp_query_bind_str(&q, row->cell[AMP_SHEET_COMMENT]);
		rc = amp_query_run(&q, err);
	}
	if (rc != 0 || !x->i->adjudicate) return rc;
	struct amp_key decided = amp_adjudication_key(key);
	rc = amp_query_start(&q, x->store, &AMP_SQL_ADJUDICATION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &decided);
	amp_query_bind_i64(&q, id);
	amp_query_bind_i64(&q, x->i->now);
	return amp_query_run(&q, err);
}

static int insert_row(struct importing *x, size_t r, struct amp_err *err)
{
	struct amp_sheet_row *row = &x->sheet->rows[r];
	struct amp_str said = row->cell[AMP_SHEET_GUIDELINE];
	const char *targets = targets_text(x, row), *guideline = x->i->guideline;
	struct current before;
	struct amp_query q;
	if (guideline == NULL) guideline = said.n > 0 ? amp_arena_strndup(x->arena, said.p, said.n) : AMP_GUIDELINE;
	if (targets == NULL || guideline == NULL) return OOM(err);
	int rc = read_current(x, r, guideline, targets, &before, err);
	if (rc != 0) return rc;
	if (before.id != 0 && before.same) {
		x->i->unchanged++;
		return 0;
	}
	struct amp_key key = key_of(x, r, guideline, targets, &before);
	rc = amp_query_start(&q, x->store, &AMP_SQL_ANNOTATION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, x->unit_of[r]->id);
	amp_query_bind_c(&q, x->i->coder);
	amp_query_bind_i64(&q, x->i->pass);
	amp_query_bind_c(&q, guideline);
	amp_query_bind_blob(&q, x->hash[r], AMP_SHA256);
	amp_query_bind_c(&q, amp_coder_label_name(row->label));
	amp_query_bind_c(&q, row->act);
	amp_query_bind_id(&q, row->confidence);
	amp_query_bind_id(&q, before.id);
	amp_query_bind_i64(&q, x->i->now);
	rc = amp_query_run(&q, err);
	if (rc == 0) rc = insert_parts(x, r, amp_store_last_id(x->store), &key, err);
	if (before.id != 0)
		x->i->corrected++;
	else
		x->i->added++;
	return rc;
}

static int import(struct importing *x, const struct amp_sample_ref *sample, const char *name, struct amp_err *err)
{
	int rc = amp_shown_units(&x->units, &x->n, x->arena, x->store, sample->id, err);
	x->unit_of = amp_arena_zalloc(x->arena, (x->sheet->n + 1) * sizeof(const struct amp_shown_unit *));
	x->hash = amp_arena_zalloc(x->arena, (x->sheet->n + 1) * AMP_SHA256);
	if (rc == 0 && (x->unit_of == NULL || x->hash == NULL)) rc = OOM(err);
	if (rc == 0 && x->n > 1) qsort(x->units, x->n, sizeof *x->units, by_name);
	for (size_t r = 0; rc == 0 && r < x->sheet->n; r++) {
		x->i->rows++;
		if (x->sheet->rows[r].label != AMP_CODED_NONE)
			rc = check_row(x, r, err);
		else
			x->i->empty++;
	}
	if (rc == 0 && x->sheet->mistakes > 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s: mistakes: %zu; nothing of it was taken over"), name, x->sheet->mistakes);
	if (rc == 0) rc = amp_store_begin(x->store, err);
	if (rc != 0) return rc;
	for (size_t r = 0; rc == 0 && r < x->sheet->n; r++)
		if (x->unit_of[r] != NULL) rc = insert_row(x, r, err);
	if (rc == 0) rc = amp_store_commit(x->store, err);
	if (rc != 0) amp_store_rollback(x->store);
	return rc;
}

int amp_annotations_import(struct amp_import *i, struct amp_store *store, const struct amp_sample_ref *sample,
                           struct amp_sheet *sheet, const char *name, const struct amp_sheet_say *say, struct amp_arena *arena,
                           struct amp_err *err)
{
	struct importing x = {.i = i, .store = store, .sheet = sheet, .say = say, .arena = arena};
	i->rows = i->empty = i->added = i->corrected = i->unchanged = 0;
	int rc = amp_coder_check(i->coder, err);
	if (rc != 0) return rc;
	x.cells = amp_arena_new(ARENA_MAX);
	rc = x.cells == NULL ? OOM(err) : import(&x, sample, name, err);
	amp_arena_free(x.cells);
	return rc;
}

/* texts.c: what is known of each text: the item it is a version of, whether the detector flagged it, and who wrote it if so. Nine bytes a text, so
 * that the pass over the lists joins nothing. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

/* Texts item by item, as the index has them: the table, with the words of all texts in it, is not read. */
static int read_numbers(struct amp_texts *t, struct amp_idlist *ids, int32_t **item, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	int64_t last = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_TEXTS, err), row = 1;
	if (rc != 0) return rc;
	while ((row = amp_query_step(&q, err)) == 1) {
		int64_t of = amp_query_i64(&q, 0);
		if (ids->n == room) {
			room = room ? 2 * room : 1024;
			int32_t *v = amp_realloc(*item, room * sizeof *v);
			if (v) *item = v;
			if (!v) rc = AMP_OOM(err);
		}
		if (rc == 0 && ids->n + 1 >= INT32_MAX)
			rc = amp_fail(err, AMP_ELIMIT, _("%zu rows of one table are too many for one report."), ids->n + 1);
		if (rc == 0) rc = amp_idlist_add(ids, amp_query_i64(&q, 1), err);
		if (rc != 0) break;
		t->n_items += t->n_items == 0 || of != last;
		(*item)[ids->n - 1] = (int32_t)(t->n_items - 1);
		last = of;
	}
	amp_query_end(&q);
	return rc != 0 ? rc : row;
}

static int read_texts(struct amp_texts *t, struct amp_store *store, struct amp_err *err)
{
	struct amp_idlist ids = {NULL, 0, 0};
	int32_t *item = NULL;
	int rc = read_numbers(t, &ids, &item, store, err);
	t->n = ids.n;
	if (rc == 0) rc = amp_idmap_make(&t->ids, ids.v, ids.n, err);
	t->item = amp_calloc(t->n + 1, sizeof *t->item);
	t->author = amp_calloc(t->n + 1, sizeof *t->author);
	t->state = amp_calloc(t->n + 1, 1);
	if (rc == 0 && (!t->item || !t->author || !t->state)) rc = AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < ids.n; i++) t->item[amp_idmap_find(&t->ids, ids.v[i])] = item[i];
	amp_idlist_free(&ids);
	amp_free(item);
	return rc;
}

/* The cell's threshold, or the detector's for the language that was recorded with the score: as when the sums were written. */
struct thresholds {
	const struct amp_frame_threshold *v;
	size_t n;
	double any;
	bool own;
};

static struct thresholds thresholds_of(const struct amp_frame *f, size_t detector, size_t cell)
{
	struct thresholds t = {NULL, 0, 2, true}; /* above any score: a detector without thresholds flags nothing */
	int64_t thousandths = 0;
	const char *text = f->cells[cell].threshold;
	for (size_t i = 0; i < f->n_thresholds; i++) {
		if (f->thresholds[i].detector != f->detectors[detector].id) continue;
		if (!t.v) t.v = &f->thresholds[i];
		t.n++;
		if (strcmp(f->thresholds[i].lang, "any") == 0) t.any = f->thresholds[i].value;
	}
	if (text && amp_decimal_parse((struct amp_str){text, strlen(text)}, &thousandths) == 0) {
		t.own = false;
		t.any = (double)thousandths / 1000;
	}
	return t;
}

static double threshold(const struct thresholds *t, struct amp_str lang)
{
	for (size_t i = 0; t->own && lang.p && i < t->n; i++)
		if (amp_str_eq_c(lang, t->v[i].lang)) return t->v[i].value;
	return t->any;
}

/* Of flagged texts alone: nobody asks who wrote the others. */
static int read_author(uint32_t *to, struct amp_store *store, int64_t text, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_AUTHOR, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, text);
	row = amp_query_step(&q, err);
	if (row == 1) {
		int64_t author = amp_query_i64(&q, 0); /* 0 for none */
		*to = author > 0 && author <= UINT32_MAX ? (uint32_t)author : 0;
	}
	amp_query_end(&q);
	return row < 0 ? row : 0;
}

static int load_states(struct amp_texts *t, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                       struct amp_err *err)
{
	struct amp_query q;
	struct thresholds by = thresholds_of(f, detector, cell);
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SCORES, err), row = 1;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->detectors[detector].id);
	while (rc == 0 && (row = amp_query_step(&q, err)) == 1) {
		int64_t text = amp_query_i64(&q, 0);
		size_t at = amp_idmap_find(&t->ids, text);
		if (at == AMP_NO_NUMBER || amp_query_null(&q, 1)) continue;
		double score = amp_query_double(&q, 1);
		bool flagged = score >= (by.own ? threshold(&by, amp_query_str(&q, 2)) : by.any);
		t->state[at] = flagged ? AMP_TEXT_FLAGGED : AMP_TEXT_SCORED;
		if (flagged) rc = read_author(&t->author[at], store, text, err);
	}
	amp_query_end(&q);
	return rc != 0 ? rc : row;
}

int amp_texts_load(struct amp_texts *out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                   struct amp_err *err)
{
	*out = (struct amp_texts){.n = 0};
	int rc = read_texts(out, store, err);
	if (rc == 0 && detector < f->n_detectors && cell < f->n_cells) rc = load_states(out, f, store, detector, cell, err);
	if (rc != 0) amp_texts_free(out);
	return rc;
}

void amp_texts_free(struct amp_texts *t)
{
	amp_idmap_free(&t->ids);
	amp_free(t->item);
	amp_free(t->author);
	amp_free(t->state);
	*t = (struct amp_texts){.n = 0};
}

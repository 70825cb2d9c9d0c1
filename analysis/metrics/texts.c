/* texts.c: what is known of each text: the item it is a version of, its author, and whether the detector flagged it. Nine bytes a text, so that the
 * pass over the lists joins nothing. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static int read_items(struct amp_idmap *items, struct amp_store *store, struct amp_err *err)
{
	struct amp_idlist ids = {NULL, 0, 0};
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_ITEMS, err), row = 1;
	if (rc != 0) return rc;
	while (rc == 0 && (row = amp_query_step(&q, err)) == 1) rc = amp_idlist_add(&ids, amp_query_i64(&q, 0), err);
	amp_query_end(&q);
	if (rc == 0) rc = row;
	if (rc == 0) rc = amp_idmap_make(items, ids.v, ids.n, err);
	amp_idlist_free(&ids);
	return rc;
}

static bool grow(struct amp_texts *t, size_t *room)
{
	size_t more = *room ? 2 * *room : 1024;
	int32_t *item = amp_realloc(t->item, more * sizeof *item);
	if (item) t->item = item;
	uint32_t *author = amp_realloc(t->author, more * sizeof *author);
	if (author) t->author = author;
	if (item && author) *room = more;
	return item && author;
}

/* The table in its own order: each page is read once. */
static int read_texts(struct amp_texts *t, struct amp_store *store, struct amp_err *err)
{
	struct amp_idlist ids = {NULL, 0, 0};
	struct amp_idmap items = {.n = 0};
	struct amp_query q;
	size_t room = 0;
	int rc = read_items(&items, store, err), row = 1;
	t->n_items = items.n;
	if (rc == 0 && items.n >= INT32_MAX)
		rc = amp_fail(err, AMP_ELIMIT, _("%zu rows of one table are too many for one report."), items.n);
	if (rc == 0) rc = amp_query_start(&q, store, &AMP_SQL_METRICS_VERSIONS, err);
	if (rc != 0) goto out;
	while ((row = amp_query_step(&q, err)) == 1) {
		if (t->n == room && !grow(t, &room)) rc = AMP_OOM(err);
		if (rc == 0) rc = amp_idlist_add(&ids, amp_query_i64(&q, 0), err);
		if (rc != 0) break;
		size_t item = amp_idmap_find(&items, amp_query_i64(&q, 1));
		int64_t author = amp_query_i64(&q, 2); /* 0 for none */
		t->item[t->n] = item == AMP_NO_NUMBER ? -1 : (int32_t)item;
		t->author[t->n++] = author > 0 && author <= UINT32_MAX ? (uint32_t)author : 0;
	}
	amp_query_end(&q);
	if (rc == 0) rc = row;
	if (rc == 0) rc = amp_idmap_make(&t->ids, ids.v, ids.n, err);
	if (rc == 0) t->state = amp_calloc(t->n + 1, 1);
	if (rc == 0 && !t->state) rc = AMP_OOM(err);
out:
	amp_idmap_free(&items);
	amp_idlist_free(&ids);
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

static int load_states(struct amp_texts *t, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                       struct amp_err *err)
{
	struct amp_query q;
	struct thresholds by = thresholds_of(f, detector, cell);
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SCORES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->detectors[detector].id);
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t at = amp_idmap_find(&t->ids, amp_query_i64(&q, 0));
		if (at == AMP_NO_NUMBER || amp_query_null(&q, 1)) continue;
		double score = amp_query_double(&q, 1);
		t->state[at] =
			score >= (by.own ? threshold(&by, amp_query_str(&q, 2)) : by.any) ? AMP_TEXT_FLAGGED : AMP_TEXT_SCORED;
	}
	amp_query_end(&q);
	return row;
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

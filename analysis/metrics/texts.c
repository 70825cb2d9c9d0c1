/* texts.c: what is known of each text: the item it is a version of, its author, and whether the detector flagged it. Nine bytes a text, so that the
 * pass over the exposures joins nothing. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static bool countable(int64_t first, int64_t last, int64_t n)
{
	return n > 0 && first >= 0 && last - first < 64 * n + (1 << 20) && last - first < UINT32_MAX - 1;
}

static int make_room(struct amp_texts *t, bool *known, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_VERSION_IDS, err), row;
	*known = false;
	if (rc != 0) return rc;
	row = amp_query_step(&q, err);
	int64_t last = 0, n = 0, last_item = 0;
	if (row == 1) {
		t->first = amp_query_i64(&q, 0);
		last = amp_query_i64(&q, 1);
		n = amp_query_i64(&q, 2);
		t->first_item = amp_query_i64(&q, 3);
		last_item = amp_query_i64(&q, 4);
	}
	amp_query_end(&q);
	if (row < 0) return row;
	if (!countable(t->first, last, n) || !countable(t->first_item, last_item, n)) return 0;
	t->n = (size_t)(last - t->first) + 1;
	t->item = amp_calloc(t->n, sizeof *t->item);
	t->author = amp_calloc(t->n, sizeof *t->author);
	t->state = amp_calloc(t->n, 1);
	*known = true;
	return t->item && t->author && t->state ? 0 : AMP_OOM(err);
}

static int load_items(struct amp_texts *t, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_VERSIONS, err), row;
	if (rc != 0) return rc;
	while ((row = amp_query_step(&q, err)) == 1) {
		uint64_t at = (uint64_t)(amp_query_i64(&q, 0) - t->first);
		if (at >= t->n) continue;
		t->item[at] = (uint32_t)(amp_query_i64(&q, 1) - t->first_item + 1);
		int64_t author = amp_query_null(&q, 2) ? 0 : amp_query_i64(&q, 2);
		t->author[at] = author > 0 && author <= UINT32_MAX ? (uint32_t)author : 0;
	}
	amp_query_end(&q);
	return row;
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
		uint64_t at = (uint64_t)(amp_query_i64(&q, 0) - t->first);
		if (at >= t->n || amp_query_null(&q, 1)) continue;
		double score = amp_query_double(&q, 1);
		t->state[at] =
			score >= (by.own ? threshold(&by, amp_query_str(&q, 2)) : by.any) ? AMP_TEXT_FLAGGED : AMP_TEXT_SCORED;
	}
	amp_query_end(&q);
	return row;
}

int amp_texts_load(struct amp_texts *out, bool *known, const struct amp_frame *f, struct amp_store *store, size_t detector,
                   size_t cell, struct amp_err *err)
{
	memset(out, 0, sizeof *out);
	int rc = make_room(out, known, store, err);
	if (rc == 0 && *known) rc = load_items(out, store, err);
	if (rc == 0 && *known) rc = load_states(out, f, store, detector, cell, err);
	if (rc != 0 || !*known) amp_texts_free(out);
	return rc;
}

void amp_texts_free(struct amp_texts *t)
{
	amp_free(t->item);
	amp_free(t->author);
	amp_free(t->state);
	t->item = NULL;
	t->author = NULL;
	t->state = NULL;
}

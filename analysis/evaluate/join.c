/* join.c: texts in one file, people's labels in another, brought together by id. See labelled.h. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "evaluate/labelled.h"

struct by_id {
	struct amp_str id;
	size_t row;
};

static int compare(const void *a, const void *b)
{
	const struct by_id *x = a, *y = b;
	size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
	int c = n > 0 ? memcmp(x->id.p, y->id.p, n) : 0;
	if (c != 0) return c;
	if (x->id.n != y->id.n) return x->id.n < y->id.n ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Sorted by id, rows of one id in their order; the number of ids that stand more than once. */
static struct by_id *sorted(const struct amp_labelled *l, const struct amp_labelled_say *say, size_t *twice)
{
	struct by_id *v = amp_calloc(l->n + 1, sizeof *v);
	if (v == NULL) return NULL;
	for (size_t i = 0; i < l->n; i++) v[i] = (struct by_id){.id = l->rows[i].id, .row = i};
	qsort(v, l->n, sizeof *v, compare);
	for (size_t i = 1; i < l->n; i++) {
		if (!amp_str_eq(v[i].id, v[i - 1].id)) continue;
		if ((*twice)++ < AMP_LABELLED_MISTAKES_MAX)
			say->mistake(say->user, l->rows[v[i].row].line, 1, _("this id stands for another line already"));
	}
	return v;
}

static struct by_id *find(struct by_id *v, size_t n, struct amp_str id)
{
	size_t lo = 0, hi = n;
	while (lo < hi) { /* the first that is not before it */
		size_t mid = lo + (hi - lo) / 2;
		struct by_id key = {.id = id};
		if (compare(&v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && amp_str_eq(v[lo].id, id) ? &v[lo] : NULL;
}

int amp_labelled_join(struct amp_labelled *texts, const struct amp_labelled *labels, const char *const names[2],
                      const struct amp_labelled_say *say_texts, const struct amp_labelled_say *say_labels,
                      struct amp_labelled_joined *out, struct amp_err *err)
{
	size_t twice = 0, kept = 0, used = 0;
	struct by_id *t = sorted(texts, say_texts, &twice), *l = sorted(labels, say_labels, &twice);
	int rc = t == NULL || l == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the labelled texts.")) : 0;
	amp_free(t);
	if (rc == 0 && twice > 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              amp_ngettext("%s and %s: %zu mistake; nothing was evaluated",
		                           "%s and %s: %zu mistakes; nothing was evaluated", twice),
		              names[0], names[1], twice);
	for (size_t i = 0; rc == 0 && i < texts->n; i++) {
		struct by_id *label = find(l, labels->n, texts->rows[i].id);
		if (label == NULL) continue;
		used++;
		texts->rows[kept] = texts->rows[i];
		texts->rows[kept++].hateful = labels->rows[label->row].hateful;
	}
	amp_free(l);
	if (rc != 0) return rc;
	*out = (struct amp_labelled_joined){.without_label = texts->n - kept, .without_text = labels->n - used};
	texts->n = kept;
	return kept > 0 ? 0 : amp_fail(err, AMP_EUSAGE, _("no id of %s stands in %s"), names[1], names[0]);
}

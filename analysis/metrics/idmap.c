/* idmap.c: see idmap.h. */
#include "metrics/idmap.h"
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

#define GAPS_MOST 16 /* of a table: so many places an id */

static int by_id(const void *a, const void *b)
{
	int64_t x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static int keep_sorted(struct amp_idmap *m, const int64_t *ids, struct amp_err *err)
{
	m->ids = amp_malloc(m->n * sizeof *m->ids);
	if (!m->ids) return AMP_OOM(err);
	memcpy(m->ids, ids, m->n * sizeof *m->ids);
	qsort(m->ids, m->n, sizeof *m->ids, by_id);
	return 0;
}

int amp_idmap_make(struct amp_idmap *m, const int64_t *ids, size_t n, struct amp_err *err)
{
	*m = (struct amp_idmap){.n = n, .first = n ? ids[0] : 0};
	if (n == 0) return 0;
	if (n >= UINT32_MAX) return amp_fail(err, AMP_ELIMIT, _("%zu rows of one table are too many for one report."), n);
	int64_t last = ids[0];
	for (size_t i = 1; i < n; i++) {
		if (ids[i] < m->first) m->first = ids[i];
		if (ids[i] > last) last = ids[i];
	}
	uint64_t off = (uint64_t)last - (uint64_t)m->first;
	if (off / GAPS_MOST > n) return keep_sorted(m, ids, err);
	m->span = (size_t)off + 1;
	if (m->span == n) return 0;
	m->at = amp_calloc(m->span, sizeof *m->at);
	if (!m->at) return AMP_OOM(err);
	for (size_t i = 0; i < n; i++) m->at[(uint64_t)ids[i] - (uint64_t)m->first] = 1;
	uint32_t number = 0;
	for (size_t i = 0; i < m->span; i++)
		if (m->at[i]) m->at[i] = ++number;
	return 0;
}

size_t amp_idmap_search(const struct amp_idmap *m, int64_t id)
{
	size_t lo = 0, hi = m->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (m->ids[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && m->ids[lo] == id ? lo : AMP_NO_NUMBER;
}

void amp_idmap_free(struct amp_idmap *m)
{
	amp_free(m->at);
	amp_free(m->ids);
	*m = (struct amp_idmap){.n = 0};
}

int amp_idlist_add(struct amp_idlist *l, int64_t id, struct amp_err *err)
{
	if (l->n > 0 && l->v[l->n - 1] == id) return 0;
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 256;
		int64_t *v = amp_realloc(l->v, room * sizeof *v);
		if (!v) return AMP_OOM(err);
		l->v = v;
		l->room = room;
	}
	l->v[l->n++] = id;
	return 0;
}

void amp_idlist_free(struct amp_idlist *l)
{
	amp_free(l->v);
	*l = (struct amp_idlist){NULL, 0, 0};
}

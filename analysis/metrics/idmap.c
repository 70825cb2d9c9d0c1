/* idmap.c: see idmap.h. */
#include "metrics/idmap.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

#define GAPS_MOST 16 /* of a table: so many places an id */

int amp_idmap_make(struct amp_idmap *m, const int64_t *ids, size_t n, struct amp_err *err)
{
	*m = (struct amp_idmap){.n = n, .first = n ? ids[0] : 0};
	if (n == 0) return 0;
	if (n >= UINT32_MAX) return amp_fail(err, AMP_ELIMIT, _("%zu rows of one table are too many for one report."), n);
	uint64_t last = (uint64_t)ids[n - 1] - (uint64_t)ids[0];
	if (last / GAPS_MOST > n) {
		m->ids = amp_malloc(n * sizeof *m->ids);
		if (!m->ids) return AMP_OOM(err);
		memcpy(m->ids, ids, n * sizeof *m->ids);
		return 0;
	}
	m->span = (size_t)last + 1;
	if (m->span == n) return 0;
	m->at = amp_calloc(m->span, sizeof *m->at);
	if (!m->at) return AMP_OOM(err);
	for (size_t i = 0; i < n; i++) m->at[(uint64_t)ids[i] - (uint64_t)ids[0]] = (uint32_t)i + 1;
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

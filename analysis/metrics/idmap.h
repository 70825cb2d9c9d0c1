/* idmap.h: row ids to numbers from 0 on, so that what is known of a row stands in an array. Ids are mostly a stretch without gaps: then the number is
 * a subtraction and the map takes no memory.
 */
#ifndef AMP_METRICS_IDMAP_H
#define AMP_METRICS_IDMAP_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define AMP_NO_NUMBER SIZE_MAX
struct amp_idmap {
	size_t n; /* ids, numbered in ascending order */
	int64_t first;
	size_t span;  /* last - first + 1; 0: too far apart for a table */
	uint32_t *at; /* [id - first]: number + 1, 0: no such id; NULL: no gaps, the number is id - first */
	int64_t *ids; /* too far apart: sorted */
};
/* ids: n of them, in any order, none twice; fewer than 2^32 - 1. The map keeps no pointer to them. */
int amp_idmap_make(struct amp_idmap *m, const int64_t *ids, size_t n, struct amp_err *err) AMP_CHECK;
void amp_idmap_free(struct amp_idmap *m);                       /* the map is empty then */
size_t amp_idmap_search(const struct amp_idmap *m, int64_t id); /* of sorted ids alone: use amp_idmap_find */

/* The id's number, or AMP_NO_NUMBER. */
static inline size_t amp_idmap_find(const struct amp_idmap *m, int64_t id)
{
	uint64_t off = (uint64_t)id - (uint64_t)m->first;
	if (m->ids) return amp_idmap_search(m, id);
	if (off >= m->span) return AMP_NO_NUMBER;
	return m->at ? (size_t)m->at[off] - 1 : (size_t)off;
}

/* Ids as they are read. */
struct amp_idlist {
	int64_t *v;
	size_t n, room;
};
int amp_idlist_add(struct amp_idlist *l, int64_t id,
                   struct amp_err *err) AMP_CHECK; /* an id equal to the last one is not added again */
void amp_idlist_free(struct amp_idlist *l);

#endif

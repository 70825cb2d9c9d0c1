/* twice.c: ids that a list shows twice. Each entry keeps its rank, since the list is told as it was sent; a remark names the second place, so
 * that who counts posts knows that one was counted twice. Twice is: the same item and entry, shown the same way. A post beside a repost of
 * it, a pinned or promoted copy beside the one in its organic place are what feeds are made of, and say themselves what they are.
 */
#include <stdlib.h>
#include <string.h>
#include "parse/engine_state.h"

#define MAX_TOLD 100 /* ids of a page; remarks about other things must have room too */

struct place {
	const struct amp_item *item;
	uint64_t end; /* of the id: ids of one list begin alike and end otherwise */
};
struct twice {
	const struct amp_item *first, *second;
	size_t times;
};

static uint64_t end_of(struct amp_str id)
{
	uint64_t end = 0;
	size_t n = id.n < sizeof end ? id.n : sizeof end;
	memcpy(&end, id.p + id.n - n, n);
	return end;
}

static int compare_texts(struct amp_str a, struct amp_str b)
{
	if (!a.p || !b.p) return (a.p != NULL) - (b.p != NULL);
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* The ways of showing that tell two entries of one id apart. */
static int way_of(const struct amp_item *item)
{
	return (int)item->kind * 16 + item->is_repost * 8 + item->is_pinned * 4 + item->is_ad * 2 + item->is_service;
}

static int compare_shown(const struct place *a, const struct place *b)
{
	if (a->end != b->end) return a->end < b->end ? -1 : 1;
	int order = way_of(a->item) - way_of(b->item);
	if (order == 0) order = compare_texts(a->item->item_id, b->item->item_id);
	if (order == 0) order = compare_texts(a->item->entry_id, b->item->entry_id);
	if (order == 0) order = compare_texts(a->item->reposted_by, b->item->reposted_by);
	if (order == 0) order = compare_texts(a->item->platform, b->item->platform);
	return order;
}

static int by_id(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;
	int order = compare_shown(a, b);
	return order ? order : (a->item > b->item) - (a->item < b->item);
}

static int by_second(const void *pa, const void *pb)
{
	const struct twice *a = pa, *b = pb;
	return (a->second > b->second) - (a->second < b->second);
}

/* In the order of the second places. Returns how many ids there are. */
static size_t find_twice(struct twice *out, struct place *places, size_t n)
{
	size_t found = 0;
	qsort(places, n, sizeof *places, by_id);
	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		while (end < n && compare_shown(&places[i], &places[end]) == 0) end++;
		if (end - i > 1) out[found++] = (struct twice){places[i].item, places[i + 1].item, end - i};
	}
	qsort(out, found, sizeof *out, by_second);
	return found;
}

void amp_engine_remark_twice(struct amp_engine *e)
{
	const struct amp_parsed *out = e->s->out;
	struct amp_item *first = out->items ? out->items + e->s->first_item : NULL;
	size_t n = 0, all = out->n_items - e->s->first_item;
	if (e->failed || e->s->guests || all < 2) return;
	struct place *places = amp_arena_new_array(e->arena, struct place, all);
	struct twice *twice = amp_arena_new_array(e->arena, struct twice, all / 2);
	if (!places || !twice) {
		amp_engine_no_memory(e);
		return;
	}
	for (size_t i = 0; i < all; i++)
		if (first[i].item_id.n) places[n++] = (struct place){&first[i], end_of(first[i].item_id)};
	size_t found = find_twice(twice, places, n);
	for (size_t i = 0; i < found && i < MAX_TOLD; i++) {
		e->item = first + (twice[i].second - first);
		amp_engine_diag(e, "duplicate_id", AMP_F_ITEM_ID, e->item->byte_offset,
		                "the id of entry %zu of the list; shown %zu times", (size_t)(twice[i].first - first) + 1,
		                twice[i].times);
	}
	e->item = NULL;
	if (found > MAX_TOLD)
		amp_engine_diag(e, "duplicate_id", AMP_F_ITEM_ID, 0, "%zu ids more are shown more than once", found - MAX_TOLD);
}

/* joined.h: the options of a poll as one text, "one; two; three", in linear time. */
#ifndef AMP_PLATFORMS_JOINED_H
#define AMP_PLATFORMS_JOINED_H
#include <string.h>
#include "parse/engine.h"

struct amp_joined {
	char *p; /* NULL: nothing joined yet */
	size_t n, room;
};

static inline void amp_join(struct amp_engine *e, struct amp_joined *all, struct amp_str part)
{
	size_t between = all->p ? 2 : 0, need = all->n + between + part.n + 1;
	if (need > all->room || !all->p) {
		char *more = amp_arena_alloc(e->arena, 2 * need);
		if (!more) {
			amp_engine_no_memory(e);
			return;
		}
		if (all->n) memcpy(more, all->p, all->n);
		all->p = more;
		all->room = 2 * need;
	}
	if (between) memcpy(all->p + all->n, "; ", between);
	if (part.n) memcpy(all->p + all->n + between, part.p, part.n);
	all->n += between + part.n;
}

static inline struct amp_str amp_join_text(const struct amp_joined *all)
{
	return all->p ? (struct amp_str){all->p, all->n} : AMP_STR_ABSENT;
}

#endif

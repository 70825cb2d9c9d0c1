#include "run/walk.h"
#include <string.h>
#include "run/keys.h"

size_t amp_walk_draw(const struct amp_walk_draw *d, size_t n)
{
	struct amp_keyer k;
	uint64_t bits = 0;
	amp_key_start(&k, "walk draw");
	amp_key_i64(&k, d->seed);
	amp_key_i64(&k, d->scheduled_at);
	amp_key_c(&k, d->cluster);
	amp_key_c(&k, d->feed);
	amp_key_i64(&k, d->walk);
	amp_key_i64(&k, d->step);
	struct amp_key key = amp_key_end(&k);
	for (size_t i = 0; i < sizeof bits; i++) bits = bits << 8 | key.b[i]; /* the same on every machine */
	return (size_t)(bits % n);
}

bool amp_walk_list_start(struct amp_walk_list *l, const char *const *asked, size_t n_asked, int64_t depth, const char *kind,
                         struct amp_arena *a)
{
	*l = (struct amp_walk_list){.asked = asked, .n_asked = n_asked, .depth = depth, .kind = kind};
	l->found = amp_arena_new_array(a, struct amp_walk_entry, (size_t)depth + 1);
	return l->found != NULL;
}

void amp_walk_list_see(struct amp_walk_list *l, int64_t rank, int64_t organic_rank, struct amp_str kind, struct amp_str id)
{
	if (organic_rank == AMP_ABSENT || organic_rank < 0 || organic_rank >= l->depth || l->n >= (size_t)l->depth) return;
	if (id.n == 0 || id.n > AMP_WALK_ID_MAX || amp_str_starts(id, AMP_DERIVED_PREFIX) || !amp_str_eq_c(kind, l->kind)) return;
	for (size_t i = 0; i < l->n_asked; i++)
		if (amp_str_eq_c(id, l->asked[i])) return;
	for (size_t i = 0; i < l->n; i++)
		if (amp_str_eq(id, l->found[i].id)) return;
	l->found[l->n++] = (struct amp_walk_entry){rank, id};
}

void amp_walk_list_parsed(struct amp_walk_list *l, const struct amp_parsed *p)
{
	for (size_t i = 0; i < p->n_items; i++) {
		const struct amp_item *item = &p->items[i];
		if (item->has_content)
			amp_walk_list_see(l, item->rank, item->organic_rank, amp_str_c(amp_kind_name(item->kind)), item->item_id);
	}
}

const struct amp_walk_entry *amp_walk_choose(const struct amp_walk_list *l, enum amp_walk_policy policy,
                                             const struct amp_walk_draw *d)
{
	if (l->n == 0) return NULL;
	return &l->found[policy == AMP_WALK_RANDOM ? amp_walk_draw(d, l->n) : 0];
}

struct amp_key amp_walk_item_key(const char *item)
{
	struct amp_keyer k;
	amp_key_start(&k, "walk item");
	amp_key_c(&k, item);
	return amp_key_end(&k);
}

bool amp_walk_goes_on(enum amp_verdict verdict, bool interrupted)
{
	return !interrupted && (verdict == AMP_VERDICT_OK || verdict == AMP_VERDICT_PARTIAL);
}

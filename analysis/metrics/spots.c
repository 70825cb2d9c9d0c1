/* spots.c: a number for each item, forgotten at once: a stamp says which numbers are of this time. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

int amp_spots_make(struct amp_spots *s, size_t n_items, struct amp_err *err)
{
	*s = (struct amp_spots){.v = amp_calloc(n_items + 1, sizeof *s->v), .n = n_items};
	return s->v ? 0 : AMP_OOM(err);
}

void amp_spots_free(struct amp_spots *s)
{
	amp_free(s->v);
	*s = (struct amp_spots){.n = 0};
}

void amp_spots_clear(struct amp_spots *s)
{
	if (++s->stamp != 0) return;
	memset(s->v, 0, (s->n + 1) * sizeof *s->v); /* after 2^32 times: old stamps could be taken for new ones */
	s->stamp = 1;
}

void amp_spots_match(struct amp_spots *s, const struct amp_entry *a, size_t n_a, const struct amp_entry *b, size_t n_b,
                     int32_t *places)
{
	amp_spots_clear(s);
	for (size_t i = n_b; i-- > 0;) /* from the end: the first place is what stays */
		if (b[i].item >= 0) amp_spots_put(s, b[i].item, (int32_t)i);
	for (size_t i = 0; i < n_a; i++) places[i] = a[i].item < 0 ? -1 : amp_spots_get(s, a[i].item);
}

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

/* recall.c: which items presumed hateful one persona has met on one feed, and at which of its visits last: what comes again, and what comes
 * back after it was gone. Eight bytes an item, and at most three times as many free. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

#define RING (AMP_RETURN_VISITS + 1) /* visits from an absence to its end of follow-up, both counted */

void amp_recall_free(struct amp_recall *m)
{
	amp_free(m->v);
	*m = (struct amp_recall){.visits = 0};
}

static struct amp_recalled *slot(struct amp_recalled *v, size_t room, int32_t item)
{
	size_t at = (size_t)((uint64_t)(uint32_t)item * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (room - 1);
	while (v[at].visit != 0 && v[at].item != item) at = (at + 1) & (room - 1);
	return &v[at];
}

/* Room for n more at half full. */
static bool make_room(struct amp_recall *m, size_t n)
{
	size_t room = m->room ? m->room : 64;
	while (room < 2 * (m->n + n)) room *= 2;
	if (room == m->room) return true;
	struct amp_recalled *v = amp_calloc(room, sizeof *v);
	if (!v) return false;
	for (size_t i = 0; i < m->room; i++)
		if (m->v[i].visit != 0) *slot(v, room, m->v[i].item) = m->v[i];
	amp_free(m->v);
	m->v = v;
	m->room = room;
	return true;
}

/* Absences are followed for as many visits as RING has room for: the number begun at a visit, and how many of them have ended since. */
static void see(struct amp_recall *m, int32_t item, struct amp_seen *s, uint32_t *stayed)
{
	struct amp_recalled *r = slot(m->v, m->room, item);
	uint32_t last = r->visit, gone = last + 1; /* the visit that did not show it any more */
	if (last == m->visits) return;             /* twice in one list */
	s->items++;
	s->again += last != 0;
	*stayed += last != 0 && gone == m->visits;
	if (last != 0 && gone < m->visits && m->visits - gone <= AMP_RETURN_VISITS) m->back[gone % RING]++;
	m->n += last == 0;
	*r = (struct amp_recalled){item, m->visits};
}

int amp_recall_visit(struct amp_recall *m, const struct amp_entry *v, size_t top, struct amp_seen *out, struct amp_err *err)
{
	uint32_t stayed = 0, flagged = 0, now = ++m->visits;
	*out = (struct amp_seen){.later = now > 1};
	for (size_t i = 0; i < top; i++) flagged += v[i].flagged && v[i].item >= 0;
	if (!make_room(m, flagged)) return AMP_OOM(err);
	m->back[now % RING] = 0; /* it was that of an absence RING visits ago, which the last visit read out */
	for (size_t i = 0; i < top; i++)
		if (v[i].flagged && v[i].item >= 0) see(m, v[i].item, out, &stayed);
	m->gone[now % RING] = m->shown - stayed;
	m->shown = out->items;
	if (now <= AMP_RETURN_VISITS + 1) return 0; /* the first visit has no absences */
	out->gone = m->gone[(now - AMP_RETURN_VISITS) % RING];
	out->back = m->back[(now - AMP_RETURN_VISITS) % RING];
	return 0;
}

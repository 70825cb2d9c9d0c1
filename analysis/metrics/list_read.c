/* list_read.c: the entries of one snapshot, in their order, with what texts.c knows of them. */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static bool grow(struct amp_kept *k)
{
	size_t room = k->room ? 2 * k->room : 64;
	struct amp_entry *v = amp_realloc(k->v, room * sizeof *v);
	if (!v) return false;
	k->v = v;
	k->room = room;
	return true;
}

/* text: its number, or AMP_NO_NUMBER. */
static void add(struct amp_list_reader *r, struct amp_kept *k, size_t text, uint64_t place)
{
	struct amp_entry *e = &k->v[k->n++];
	*e = (struct amp_entry){.item = -1, .place = place < UINT32_MAX ? (uint32_t)place : UINT32_MAX, .missing = true};
	if (text != AMP_NO_NUMBER) {
		e->item = r->texts.item[text];
		e->author = r->texts.author[text];
		e->missing = r->texts.state[text] == AMP_TEXT_MISSING;
		e->flagged = r->texts.state[text] == AMP_TEXT_FLAGGED;
		r->shown[text / 8] = (uint8_t)(r->shown[text / 8] | 1u << text % 8);
	}
	if (place >= r->depth) return;
	k->top++;
	k->flagged += e->flagged;
	k->missing += e->missing;
}

int amp_list_read(struct amp_list_reader *r, const struct amp_shot *shot, bool to_end, struct amp_kept *k, struct amp_err *err)
{
	struct amp_query q;
	k->n = k->top = k->flagged = k->missing = 0;
	int rc = amp_query_start(&q, r->store, &AMP_SQL_METRICS_ENTRIES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, shot->parse_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		uint64_t place = (uint64_t)amp_query_i64(&q, 1);
		if (place >= r->depth && !to_end) break;
		if (k->n == k->room && !grow(k)) {
			amp_query_end(&q);
			return AMP_OOM(err);
		}
		add(r, k, amp_query_null(&q, 0) ? AMP_NO_NUMBER : amp_idmap_find(&r->texts.ids, amp_query_i64(&q, 0)), place);
		struct amp_entry *e = &k->v[k->n - 1];
		e->counted = !amp_query_null(&q, 2);
		if (e->counted) e->engagement = (float)amp_query_i64(&q, 2);
	}
	amp_query_end(&q);
	return row < 0 ? row : 0;
}

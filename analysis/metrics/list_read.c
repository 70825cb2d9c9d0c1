/* list_read.c: the entries of one snapshot, in their order, with what texts.c knows of them: from the stored list, or from the exposures where there is
 * none that holds. What was read from exposures is kept to be stored.
 */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

/* text: its number, or AMP_NO_NUMBER. false: memory is out. */
static bool add(struct amp_list_reader *r, struct amp_kept *k, const struct amp_list_entry *from, size_t text)
{
	if (k->n == k->room) {
		size_t room = k->room ? 2 * k->room : 64;
		struct amp_entry *v = amp_realloc(k->v, room * sizeof *v);
		if (!v) return false;
		k->v = v;
		k->room = room;
	}
	struct amp_entry *e = &k->v[k->n++];
	*e = (struct amp_entry){.item = -1,
	                        .place = from->place < UINT32_MAX ? (uint32_t)from->place : UINT32_MAX,
	                        .missing = true,
	                        .counted = from->counted,
	                        .engagement = (float)from->count};
	if (text != AMP_NO_NUMBER) {
		e->item = r->texts.item[text];
		e->author = r->texts.author[text];
		e->missing = r->texts.state[text] == AMP_TEXT_MISSING;
		e->flagged = r->texts.state[text] == AMP_TEXT_FLAGGED;
		r->shown[text / 8] = (uint8_t)(r->shown[text / 8] | 1u << text % 8);
	}
	if ((uint64_t)from->place >= r->depth) return true;
	k->top++;
	k->flagged += e->flagged;
	k->missing += e->missing;
	return true;
}

static void empty(struct amp_kept *k)
{
	k->n = k->top = k->flagged = k->missing = 0;
}

/* *holds: the bytes are a list, and its texts are known. */
static int take_stored(struct amp_list_reader *r, struct amp_list_bytes *b, bool to_end, struct amp_kept *k, bool *holds,
                       struct amp_err *err)
{
	struct amp_list_entry e;
	*holds = false;
	while (amp_list_next(b, &e)) {
		if ((uint64_t)e.place >= r->depth && !to_end) {
			*holds = true;
			return 0;
		}
		size_t text = e.known ? amp_idmap_find(&r->texts.ids, e.text) : AMP_NO_NUMBER;
		if (e.known && text == AMP_NO_NUMBER) return 0;
		if (!add(r, k, &e, text)) return AMP_OOM(err);
	}
	*holds = b->n == 0;
	return 0;
}

static int take_exposures(struct amp_list_reader *r, int64_t parse_id, bool to_end, struct amp_kept *k, struct amp_err *err)
{
	int rc = amp_list_exposures(&r->rows, r->store, parse_id, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < r->rows.n; i++) {
		const struct amp_list_entry *e = &r->rows.v[i];
		if ((uint64_t)e->place >= r->depth && !to_end) break;
		if (!add(r, k, e, e->known ? amp_idmap_find(&r->texts.ids, e->text) : AMP_NO_NUMBER)) return AMP_OOM(err);
	}
	amp_list_keep(&r->pending, parse_id, &r->rows);
	return 0;
}

int amp_list_read(struct amp_list_reader *r, int64_t parse_id, bool to_end, struct amp_kept *k, struct amp_err *err)
{
	struct amp_list_bytes bytes;
	enum amp_list_found found;
	bool holds = false;
	int rc = amp_list_find(&r->cursor, r->store, parse_id, &bytes, &found, err);
	empty(k);
	if (rc == 0 && found == AMP_LIST_FOUND) rc = take_stored(r, &bytes, to_end, k, &holds, err);
	if (rc != 0 || holds) return rc;
	if (found != AMP_LIST_NONE && r->damaged++ == 0) r->first_damaged = parse_id;
	empty(k);
	return take_exposures(r, parse_id, to_end, k, err);
}

int amp_list_reader_start(struct amp_list_reader *r, struct amp_err *err)
{
	int rc = amp_store_begin_read(r->store, &r->began, err);
	if (!r->began) r->pending.off = true; /* what is read in somebody's transaction is not stored in another */
	return rc;
}

void amp_list_reader_stop(struct amp_list_reader *r)
{
	amp_list_end(&r->cursor);
	if (r->began) amp_store_rollback(r->store);
	r->began = false;
}

int amp_list_reader_store(struct amp_list_reader *r, bool all, struct amp_err *err)
{
	if (!r->began || r->pending.n == 0 || (!all && r->pending.bytes.n < AMP_LIST_PENDING)) return 0;
	amp_list_reader_stop(r);
	amp_list_write(&r->pending, r->store);
	return amp_list_reader_start(r, err);
}

void amp_list_reader_free(struct amp_list_reader *r)
{
	amp_list_reader_stop(r);
	amp_list_rows_free(&r->rows);
	amp_list_pending_free(&r->pending);
	amp_texts_free(&r->texts);
}

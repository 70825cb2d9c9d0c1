/* nested.c: documents and entries of other platforms inside a page: a capture holds what several platforms sent. */
#include <stdlib.h>
#include <string.h>
#include "parse/engine_state.h"

/* What belongs to the page in hand lies together in the engine's state; ranks, items and remarks go on. */
#define FROM offsetof(struct amp_engine_state, doc)
#define SIZE (offsetof(struct amp_engine_state, present) - FROM)

struct host { /* the page that a guest interrupts */
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	const struct amp_page *page;
	struct amp_next next;
	size_t n_items, n_diagnostics, diagnostics_total, repairs;
	unsigned char state[SIZE];
};

static void leave(struct amp_engine *e, struct host *h)
{
	struct amp_parsed *out = e->s->out;
	*h = (struct host){e->adapter,   e->endpoint, e->page, e->next, out->n_items, out->n_diagnostics, out->diagnostics_total,
	                   out->repairs, {0}};
	memcpy(h->state, (const unsigned char *)e->s + FROM, SIZE);
}

static void back(struct amp_engine *e, const struct host *h)
{
	e->adapter = h->adapter;
	e->endpoint = h->endpoint;
	e->page = h->page;
	e->next = h->next;
	e->item = NULL;
	memcpy((unsigned char *)e->s + FROM, h->state, SIZE);
}

static size_t place(const struct amp_guest *g, struct amp_embed_walk *walk, size_t offset)
{
	return g->held ? amp_embed_walk_to(walk, offset) : g->offset;
}

/* Remarks come in the order in which they were met, repairs of the whole document first: each kind in one walk. */
static void place_remarks(struct amp_engine *e, const struct amp_guest *g, size_t from)
{
	struct amp_parsed *out = e->s->out;
	struct amp_embed_walk walk = {.embed = g->held};
	for (size_t i = from; i < out->n_diagnostics && !e->failed; i++) {
		struct amp_diagnostic *d = &out->diagnostics[i];
		d->byte_offset = place(g, &walk, d->byte_offset);
		if (!g->where.n) continue;
		struct amp_str said = AMP_CONCAT(e->arena, g->where, AMP_STR(": "), d->detail);
		if (said.p)
			d->detail = said;
		else
			amp_engine_no_memory(e);
	}
}

static void mark(struct amp_engine *e, const struct amp_guest *g, const struct host *h, struct amp_guest_told *told, bool places)
{
	struct amp_parsed *out = e->s->out;
	struct amp_embed_walk walk = {.embed = g->held};
	told->first_item = h->n_items;
	told->n_items = out->n_items - h->n_items;
	for (size_t i = h->n_items; i < out->n_items; i++) {
		struct amp_item *item = &out->items[i];
		item->platform = g->platform.p ? g->platform : amp_str_c(g->adapter->name);
		if (places) item->byte_offset = place(g, &walk, item->byte_offset);
	}
}

static void forget(struct amp_engine *e, const struct host *h)
{
	struct amp_parsed *out = e->s->out;
	out->n_diagnostics = h->n_diagnostics;
	out->diagnostics_total = h->diagnostics_total;
	out->repairs = h->repairs;
}

void amp_engine_guest(struct amp_engine *e, const struct amp_guest *guest, struct amp_guest_told *told)
{
	*told = (struct amp_guest_told){.verdict = AMP_VERDICT_FAILED, .reason = AMP_STR_ABSENT};
	struct host *h = e->failed ? NULL : amp_arena_alloc(e->arena, sizeof *h);
	if (!h) {
		amp_engine_no_memory(e);
		return;
	}
	leave(e, h);
	e->adapter = guest->adapter;
	e->endpoint = guest->endpoint;
	amp_engine_start_page(e, &guest->page, e->page_no);
	if (!e->endpoint && guest->adapter->recognise) e->endpoint = guest->adapter->recognise(e);
	told->endpoint = e->endpoint;
	told->unwanted = e->endpoint && guest->wanted && !guest->wanted(guest, e->endpoint);
	if (e->endpoint && !told->unwanted) {
		amp_engine_parse_page(e);
		told->verdict = amp_engine_judge_page(e);
		told->reason = e->s->reason;
		amp_engine_remark_twice(e);
		place_remarks(e, guest, h->n_diagnostics);
		mark(e, guest, h, told, true);
	} else if (!e->failed) {
		forget(e, h);
	}
	back(e, h);
	e->s->guests = true;
}

void amp_engine_guest_entry(struct amp_engine *e, const struct amp_guest *guest,
                            void (*entry)(struct amp_engine *e, const struct amp_json *v), const struct amp_json *v,
                            struct amp_guest_told *told)
{
	struct host h = {.adapter = e->adapter, .endpoint = e->endpoint, .page = e->page, .n_items = e->s->out->n_items};
	struct amp_page *page = e->failed ? NULL : amp_arena_alloc(e->arena, sizeof *page);
	*told = (struct amp_guest_told){.verdict = AMP_VERDICT_OK, .reason = AMP_STR_ABSENT, .endpoint = guest->endpoint};
	if (!page) {
		amp_engine_no_memory(e);
		return;
	}
	*page = *e->page; /* remarks about the entry are remarks about the page's body */
	page->url = guest->page.url;
	page->captured_at = guest->page.captured_at;
	e->adapter = guest->adapter;
	e->endpoint = guest->endpoint;
	e->page = page;
	entry(e, v);
	mark(e, guest, &h, told, false);
	e->adapter = h.adapter;
	e->endpoint = h.endpoint;
	e->page = h.page;
}

void amp_engine_guest_ad(struct amp_engine *e, const struct amp_guest_told *told)
{
	struct amp_item *item = told->n_items == 1 ? amp_engine_guest_item(e, told, 0) : NULL;
	if (!item || item->is_ad) return;
	item->is_ad = true;
	if (item->organic_rank == AMP_ABSENT) return;
	item->organic_rank = AMP_ABSENT; /* the last one given: it is given again */
	e->s->organic--;
	e->s->out->n_organic--;
}

struct amp_item *amp_engine_guest_item(struct amp_engine *e, const struct amp_guest_told *told, size_t i)
{
	return i < told->n_items ? &e->s->out->items[told->first_item + i] : NULL;
}

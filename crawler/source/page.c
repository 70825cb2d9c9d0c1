/* page.c: what reading a page with rows of a file has in common, whatever the document. */
#include "source/page.h"
#include <stddef.h>
#include "parse/html.h"

static const struct amp_source_endpoint *own_of(const struct amp_engine *e)
{
	const struct amp_source *s = amp_source_of(e->adapter);
	return &s->endpoints[e->endpoint - s->adapter.endpoints];
}

void amp_source_page(struct amp_engine *e)
{
	if (amp_source_of(e->adapter)->document == AMP_SOURCE_JSON)
		amp_source_json_page(e, own_of(e));
	else
		amp_source_tree_page(e, own_of(e));
}

const struct amp_endpoint *amp_source_recognise(struct amp_engine *e)
{
	const struct amp_endpoint *told = amp_engine_endpoint_by_url(e);
	if (told) return told;
	return amp_source_of(e->adapter)->document == AMP_SOURCE_JSON ? amp_source_json_fits(e) : amp_source_tree_fits(e);
}

/* Of a page whose address is not known: against the source's server. What is still relative names nothing: absent. */
struct amp_str amp_source_address(struct amp_engine *e, struct amp_str reference)
{
	struct amp_str base = e->page->url;
	const char *host = amp_endpoint_host(e->adapter, e->endpoint);
	if (!amp_str_istarts(base, "http") && host) {
		const struct amp_str parts[] = {amp_str_c(host), amp_str_c(e->endpoint->path)};
		base = amp_arena_concat(e->arena, parts, 2);
	}
	reference = amp_url_resolve(e->arena, base, reference);
	return amp_url_has_scheme(reference) ? reference : AMP_STR_ABSENT;
}

void amp_source_put(struct amp_engine *e, const struct amp_source_row *row, struct amp_value v)
{
	const struct amp_row put = {.field = row->field, .path = row->path, .convert = row->as->convert, .need = row->need};
	struct amp_str text = v.text.p ? v.text : amp_json_digits(v.json);
	if (row->as->kind == AMP_SOURCE_TEXT && text.n && (row->prefix || row->as->address)) {
		if (row->prefix) text = amp_arena_concat(e->arena, (const struct amp_str[]){amp_str_c(row->prefix), text}, 2);
		if (row->as->address) text = amp_source_address(e, text);
		if (!text.p) amp_put_invalid(e, row->field, v.offset, "a relative address, and the page's own is not known");
		v.json = NULL;
		v.text = text;
	}
	amp_put(e, &put, &v);
}

void amp_source_flag(struct amp_engine *e, size_t flag)
{
	bool *const places[AMP_SOURCE_FLAGS] = {&e->item->is_pinned, &e->item->is_ad,     &e->item->is_service,
	                                        &e->item->is_reply,  &e->item->is_repost, &e->item->is_quote};
	*places[flag] = true;
}

static bool fills(const struct amp_source_endpoint *own, enum amp_field field)
{
	for (size_t i = 0; i < own->n_rows; i++)
		if (own->rows[i].field == field) return true;
	return false;
}

/* A list that the file reads is [] where the page has none; one that it does not read stays unknown. */
void amp_source_begin(struct amp_engine *e, size_t offset, const struct amp_source_endpoint *own)
{
	if (!amp_engine_begin(e, offset)) return;
	if (!own->media.path) amp_list_unknown(e, AMP_F_MEDIA);
	if (!own->links.path) amp_list_unknown(e, AMP_F_LINKS);
	if (!fills(own, AMP_F_LABELS)) amp_list_unknown(e, AMP_F_LABELS);
}

void amp_source_end(struct amp_engine *e)
{
	struct amp_item *item = e->item;
	if (!item) return;
	item->is_reply = item->is_reply || item->reply_to.p;
	item->is_repost = item->is_repost || item->repost_of.p;
	item->is_quote = item->is_quote || item->quote_of.p;
	amp_engine_end(e);
}

/* The number of the page in hand: as it was asked for, else counted. */
static int64_t page_number(const struct amp_engine *e, const struct amp_source_endpoint *own)
{
	int64_t n = own->first;
	struct amp_str asked = amp_url_param(e->page->url, e->endpoint->page_param);
	if (asked.p) return amp_str_i64(asked, &n) && n >= 0 && n < INT32_MAX ? n : INT32_MAX;
	return e->page->url.p ? n : n + e->page_no;
}

void amp_source_next(struct amp_engine *e, const struct amp_source_endpoint *own, struct amp_str next, bool more, size_t entries)
{
	if (!more) return;
	next = amp_str_trim(next);
	switch (own->paging) {
	case AMP_SOURCE_ONE_PAGE: break;
	case AMP_SOURCE_CURSOR:
		if (next.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = next};
		break;
	case AMP_SOURCE_LINK:
		next = own->next ? next : amp_engine_link_next(e);
		next = next.n ? amp_source_address(e, next) : next;
		if (next.n) e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = next};
		break;
	case AMP_SOURCE_OFFSET:
		if (entries) e->next = (struct amp_next){.kind = AMP_NEXT_FORWARD, .offset = (int64_t)entries};
		break;
	case AMP_SOURCE_PAGE:
		if (entries && page_number(e, own) < INT32_MAX)
			e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = page_number(e, own) + 1};
		break;
	}
}

/* charts_amazon.c: Amazon's pages of best sellers and new releases, as a person saved them. The list with the places is JSON in an
 * attribute of the grid; what is known of a product is in its card. Cards come as one scrolls, so a saved page has places without cards.
 */
#include "parse/html.h"
#include "platforms/charts_entry.h"

#define MAX_PLACES 1000 /* a page has 50 */

struct card {
	struct amp_str asin;
	const struct amp_markup *node;
};
struct chart {
	const struct amp_markup_doc *page;
	struct amp_str host; /* of the store: www.amazon.fr */
	struct card cards[MAX_PLACES];
	size_t n_cards;
};

static struct amp_str canonical(const struct amp_markup_doc *page)
{
	return amp_markup_attr(page, amp_markup_find_attr(page, NULL, NULL, "link", "rel", "canonical"), "href");
}

struct amp_str amp_charts_amazon_address(struct amp_engine *e)
{
	const struct amp_markup_doc *page = amp_engine_markup(e);
	return page ? canonical(page) : AMP_STR_ABSENT;
}

/* Ten letters and digits. */
static struct amp_str as_asin(struct amp_str text)
{
	bool good = text.n == 10;
	for (size_t i = 0; good && i < text.n; i++) good = amp_is_alnum((unsigned char)text.p[i]);
	return good ? text : AMP_STR_ABSENT;
}

/* The product of a card: told by an attribute, and by the links to its page, "/Titre/dp/ASIN/ref=…". */
static struct amp_str asin_of(const struct amp_markup_doc *page, const struct amp_markup *card)
{
	struct amp_str asin =
		as_asin(amp_markup_attr(page, amp_markup_find_attr(page, card, NULL, NULL, "data-asin", NULL), "data-asin"));
	for (const struct amp_markup *a = amp_markup_find(page, card, NULL, "a", NULL); a && !asin.n;
	     a = amp_markup_find(page, card, a, "a", NULL)) {
		struct amp_str href = amp_markup_attr(page, a, "href");
		const char *at = amp_str_find(href, AMP_STR("/dp/"));
		struct amp_str rest = at ? (struct amp_str){at + 4, href.n - (size_t)(at + 4 - href.p)} : AMP_STR_ABSENT;
		rest = amp_str_cut(&rest, '?');
		asin = as_asin(amp_str_cut(&rest, '/'));
	}
	return asin;
}

static void find_cards(struct chart *c)
{
	const struct amp_markup *card = amp_markup_by_id(c->page, "gridItemRoot");
	for (; card && c->n_cards < MAX_PLACES;
	     card = amp_markup_find_attr(c->page, NULL, amp_markup_last(c->page, card), NULL, "id", "gridItemRoot")) {
		if (card->flags & AMP_MARKUP_CUT) continue; /* half an entry is not what was shown */
		c->cards[c->n_cards++] = (struct card){asin_of(c->page, card), card};
	}
}

static bool has_places(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_is(list, AMP_JSON_ARRAY) ? amp_json_first(list) : NULL;
	return amp_json_get(amp_json_get(first, "metadataMap"), "render.zg.rank") != NULL;
}

/* Advertising strips have such lists too, without places. */
static const struct amp_json *find_list(struct amp_engine *e, const struct amp_markup_doc *page)
{
	static const char name[] = "data-client-recs-list";
	struct amp_embed embed;
	int asked = 0;
	for (const struct amp_markup *m = amp_markup_find_attr(page, NULL, NULL, NULL, name, NULL); m && asked < 50;
	     m = amp_markup_find_attr(page, NULL, m, NULL, name, NULL), asked++) {
		const struct amp_json *list = amp_embed_attr(page, m, name, &embed) ? amp_engine_json_at(e, &embed) : NULL;
		if (has_places(list)) return list;
	}
	return NULL;
}

/* "/Camille-Exemple/e/B0AUTEUR01/ref=zg_bs": the part behind /e/ */
static struct amp_str author_in(struct amp_str href)
{
	const char *at = amp_str_find(href, AMP_STR("/e/"));
	struct amp_str rest = at ? (struct amp_str){at + 3, href.n - (size_t)(at + 3 - href.p)} : AMP_STR_ABSENT;
	rest = amp_str_cut(&rest, '?');
	return amp_str_cut(&rest, '/');
}

static void put_author(struct amp_engine *e, const struct amp_markup_doc *page, const struct amp_markup *card)
{
	for (const struct amp_markup *a = amp_markup_find(page, card, NULL, "a", "a-link-child"); a;
	     a = amp_markup_find(page, card, a, "a", "a-link-child")) {
		struct amp_str id = author_in(amp_markup_attr(page, a, "href"));
		if (!id.n) continue;
		amp_put_text(e, AMP_F_AUTHOR_ID, id);
		amp_put_markup(e, AMP_F_AUTHOR_NAME, amp_as_some_text, a);
		return;
	}
}

/* data-a-dynamic-image: {"address":[width,height], …}, the same picture in sizes; the largest. */
static void put_picture(struct amp_engine *e, const struct amp_markup_doc *page, const struct amp_markup *image)
{
	struct amp_str alt = amp_markup_attr(page, image, "alt"), best = AMP_STR_ABSENT;
	int64_t width = AMP_ABSENT, height = AMP_ABSENT, w, h;
	struct amp_embed embed;
	const struct amp_json *sizes =
		image && amp_embed_attr(page, image, "data-a-dynamic-image", &embed) ? amp_engine_json_at(e, &embed) : NULL;
	if (!amp_json_is(sizes, AMP_JSON_OBJECT)) sizes = NULL;
	for (const struct amp_json *v = amp_json_first(sizes); v; v = amp_json_next(sizes, v)) {
		if (!amp_json_i64(amp_json_at(v, 0), &w) || !amp_json_i64(amp_json_at(v, 1), &h) || w < 0 || h < 0) continue;
		if (best.p && (w < width || h < height)) continue;
		best = amp_json_key(v);
		width = w;
		height = h;
	}
	if (!best.p) best = amp_markup_attr(page, image, "src");
	amp_charts_picture(e, best, alt, width, height);
}

static void put_card(struct amp_engine *e, const struct amp_markup_doc *page, const struct amp_markup *card)
{
	const struct amp_markup *image = amp_markup_find(page, card, NULL, "img", "p13n-product-image");
	const struct amp_markup *title = amp_markup_find_attr(page, card, NULL, "a", "role", "link");
	amp_put_markup(e, AMP_F_TITLE, amp_as_some_text, title);
	if (!e->item->title.n) amp_put_attr(e, AMP_F_TITLE, amp_as_some_text, image, "alt");
	put_author(e, page, card);
	put_picture(e, page, image);
}

static void put_place(struct amp_engine *e, const struct chart *c, struct amp_str asin, const struct amp_markup *card)
{
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	if (asin.n) {
		amp_put_text(e, AMP_F_ITEM_ID, asin);
		const char *url =
			c->host.n ? amp_arena_printf(e->arena, "https://%.*s/dp/%.*s", AMP_ARG(c->host), AMP_ARG(asin)) : NULL;
		if (url) amp_put_text(e, AMP_F_URL, amp_str_c(url));
	}
	if (card) put_card(e, c->page, card);
	amp_engine_end(e);
}

static const struct amp_markup *take_card(struct chart *c, struct amp_str asin)
{
	for (size_t i = 0; asin.n && i < c->n_cards; i++) {
		const struct amp_markup *node = c->cards[i].node;
		if (!node || !amp_str_eq(c->cards[i].asin, asin)) continue;
		c->cards[i].node = NULL;
		return node;
	}
	return NULL;
}

static void give_list(struct amp_engine *e, struct chart *c, const struct amp_json *list)
{
	size_t n = 0;
	for (const struct amp_json *one = amp_json_first(list); one && n < MAX_PLACES; one = amp_json_next(list, one), n++) {
		if (one->flags & AMP_JSON_CUT) continue;
		struct amp_str asin = amp_json_str(amp_json_get(one, "id"));
		if (!amp_engine_begin(e, one->offset)) return;
		if (asin.n)
			put_place(e, c, asin, take_card(c, asin));
		else
			amp_engine_unknown(e, "a place without a product");
	}
}

/* What the list does not have (or all, where there is no list) stands as it is shown. */
static void give_rest(struct amp_engine *e, struct chart *c, bool listed)
{
	for (size_t i = 0; i < c->n_cards; i++) {
		if (!c->cards[i].node) continue;
		if (listed && !c->cards[i].asin.n) { /* one of the places that were given, but which? */
			amp_engine_diag(e, "unknown_member", AMP_F_COUNT, c->cards[i].node->offset, "a card that names no product");
			continue;
		}
		if (!amp_engine_begin(e, c->cards[i].node->offset)) return;
		put_place(e, c, c->cards[i].asin, c->cards[i].node);
	}
}

void amp_charts_amazon(struct amp_engine *e)
{
	const struct amp_markup_doc *page = amp_engine_markup(e);
	if (!page) return;
	struct chart *c = amp_arena_zalloc(e->arena, sizeof *c);
	if (!c) {
		amp_engine_no_memory(e);
		return;
	}
	c->page = page;
	c->host = amp_url_host(e->page->url);
	if (!c->host.n) c->host = amp_url_host(canonical(page));
	find_cards(c);
	const struct amp_json *list = find_list(e, page);
	if (!list && !c->n_cards && !amp_markup_find(page, NULL, NULL, NULL, "p13n-desktop-grid")) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "an HTML page without a grid of products");
		return;
	}
	amp_engine_list_found(e);
	if (list)
		give_list(e, c, list);
	else
		amp_engine_cut(e, "the page lacks the list of its places: only the cards that it had loaded are known");
	give_rest(e, c, list != NULL);
}

/* item_json.c: one item as the JSON line of the command-line contract: every key, in contract order, null when not sent. */
#include "base/jsonw.h"
#include "parse/parse.h"

static void count(struct amp_jsonw *w, const char *key, int64_t v)
{
	amp_jsonw_key(w, key);
	if (v == AMP_ABSENT)
		amp_jsonw_null(w);
	else
		amp_jsonw_i64(w, v);
}

/* False when the list was not sent: null is written instead. */
static bool list(struct amp_jsonw *w, const char *key, const void *p)
{
	amp_jsonw_key(w, key);
	if (p)
		amp_jsonw_array(w);
	else
		amp_jsonw_null(w);
	return p != NULL;
}

static void media(struct amp_jsonw *w, const struct amp_item *item)
{
	if (!list(w, "media", item->media)) return;
	for (size_t i = 0; i < item->n_media; i++) {
		const struct amp_media *m = &item->media[i];
		amp_jsonw_object(w);
		amp_jsonw_kstr(w, "kind", m->kind);
		amp_jsonw_kstr(w, "url", m->url);
		amp_jsonw_kstr(w, "alt", m->alt);
		amp_jsonw_kstr(w, "mime", m->mime);
		count(w, "width", m->width);
		count(w, "height", m->height);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static void links(struct amp_jsonw *w, const struct amp_item *item)
{
	if (!list(w, "links", item->links)) return;
	for (size_t i = 0; i < item->n_links; i++) {
		amp_jsonw_object(w);
		amp_jsonw_kstr(w, "url", item->links[i].url);
		amp_jsonw_kstr(w, "title", item->links[i].title);
		amp_jsonw_kstr(w, "description", item->links[i].description);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

/* Two labelers may say the same: the line tells what was said, the database by whom. */
static bool labelled_before(const struct amp_item *item, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (amp_str_eq(item->labels[k].value, item->labels[i].value)) return true;
	return false;
}

void amp_item_json(struct amp_buf *b, const char *platform, const struct amp_item *item)
{
	struct amp_jsonw writer, *w = &writer;
	amp_jsonw_start(w, b);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "kind", amp_kind_name(item->kind));
	amp_jsonw_ki64(w, "rank", item->rank);
	count(w, "organic_rank", item->organic_rank);
	amp_jsonw_kstr(w, "platform", item->platform.p ? item->platform : amp_str_c(platform));
	amp_jsonw_kstr(w, "item_id", item->item_id);
	amp_jsonw_kstr(w, "entry_id", item->entry_id);
	amp_jsonw_kstr(w, "local_id", item->local_id);
	amp_jsonw_kstr(w, "url", item->url);
	amp_jsonw_kstr(w, "author_id", item->author_id);
	amp_jsonw_kstr(w, "author_handle", item->author_handle);
	amp_jsonw_kstr(w, "author_name", item->author_name);
	amp_jsonw_kstr(w, "title", item->title);
	amp_jsonw_kstr(w, "text", item->text);
	amp_jsonw_kstr(w, "quote_text", item->quote_text);
	if (list(w, "langs", item->langs)) {
		for (size_t i = 0; i < item->n_langs; i++) amp_jsonw_str(w, item->langs[i]);
		amp_jsonw_end_array(w);
	}
	amp_jsonw_ktime(w, "created_at", item->created_at);
	amp_jsonw_kstr(w, "created_at_raw", item->created_at_raw);
	amp_jsonw_kc(w, "created_precision", amp_precision_name(item->created_precision));
	count(w, "likes", item->likes);
	count(w, "reposts", item->reposts);
	count(w, "replies", item->replies);
	count(w, "quotes", item->quotes);
	count(w, "views", item->views);
	count(w, "score", item->score);
	amp_jsonw_kbool(w, "is_reply", item->is_reply);
	amp_jsonw_kbool(w, "is_repost", item->is_repost);
	amp_jsonw_kbool(w, "is_quote", item->is_quote);
	amp_jsonw_kbool(w, "is_pinned", item->is_pinned);
	amp_jsonw_kbool(w, "is_ad", item->is_ad);
	amp_jsonw_kbool(w, "is_service", item->is_service);
	amp_jsonw_kstr(w, "reply_to", item->reply_to);
	amp_jsonw_kstr(w, "repost_of", item->repost_of);
	amp_jsonw_kstr(w, "reposted_by", item->reposted_by);
	amp_jsonw_ktime(w, "reposted_at", item->reposted_at);
	amp_jsonw_kstr(w, "quote_of", item->quote_of);
	if (list(w, "labels", item->labels)) {
		for (size_t i = 0; i < item->n_labels; i++)
			if (!labelled_before(item, i)) amp_jsonw_str(w, item->labels[i].value);
		amp_jsonw_end_array(w);
	}
	amp_jsonw_kstr(w, "warning", item->warning);
	media(w, item);
	links(w, item);
	amp_jsonw_kstr(w, "feed_context", item->feed_context);
	amp_jsonw_end_object(w);
}

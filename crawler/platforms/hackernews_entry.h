/* hackernews_entry.h: what one item of Hacker News is, from its four sources; between the hackernews*.c files only. */
#ifndef AMP_PLATFORMS_HACKERNEWS_ENTRY_H
#define AMP_PLATFORMS_HACKERNEWS_ENTRY_H
#include "parse/engine.h"

#define AMP_HACKERNEWS_SITE "https://news.ycombinator.com/"
#define AMP_HACKERNEWS_FEEDS "https://hnrss.org"

extern const struct amp_row amp_hackernews_id_rows[], amp_hackernews_item_rows[], amp_hackernews_user_rows[],
	amp_hackernews_hit_rows[], amp_hackernews_page_rows[], amp_hackernews_feed_rows[];

/* hackernews_item.c: each begins and ends one entry of the page in hand. */
void amp_hackernews_id(struct amp_engine *e, const struct amp_json *number);
void amp_hackernews_profile(struct amp_engine *e, const struct amp_json *name);
void amp_hackernews_item(struct amp_engine *e, const struct amp_json *item);
void amp_hackernews_null(struct amp_engine *e, const struct amp_json *null);
void amp_hackernews_user(struct amp_engine *e, const struct amp_json *user);
void amp_hackernews_hit(struct amp_engine *e, const struct amp_json *hit);
/* The address of what e->item names, put in. */
void amp_hackernews_address(struct amp_engine *e);
/* hackernews_page.c: a list page of the site; which endpoint it is, NULL when it is none of ours. */
void amp_hackernews_page(struct amp_engine *e);
const struct amp_endpoint *amp_hackernews_page_kind(struct amp_engine *e);
/* hackernews_feed.c: a feed of hnrss.org. is_feed: the page is XML, or came from there; which endpoint it is by its address or its own
 * "self" link, NULL when it is none of ours. */
void amp_hackernews_feed(struct amp_engine *e);
bool amp_hackernews_is_feed(const struct amp_engine *e);
const struct amp_endpoint *amp_hackernews_feed_kind(struct amp_engine *e);

#endif

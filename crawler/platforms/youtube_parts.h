/* youtube_parts.h: between the youtube*.c files: one for each kind of answer, and what they share. */
#ifndef AMP_PLATFORMS_YOUTUBE_PARTS_H
#define AMP_PLATFORMS_YOUTUBE_PARTS_H
#include "parse/engine.h"

extern const struct amp_row amp_youtube_video_rows[], amp_youtube_search_rows[], amp_youtube_playlist_rows[],
	amp_youtube_invidious_rows[], amp_youtube_piped_rows[];

/* youtube_data.c: the Data API. The name of the endpoint that gives such an answer ("v3/search"), without its variant; NULL when
 * it is none. parse: as e->endpoint. */
const char *amp_youtube_data_name(const struct amp_json *root);
void amp_youtube_data(struct amp_engine *e, const struct amp_json *root);

/* youtube_feed.c: Atom of channels and playlists. */
void amp_youtube_feed(struct amp_engine *e);

/* youtube_site.c: what the site itself reads: InnerTube's answers and the ytInitialData of pages. in_page: found in an HTML
 * page, whose endpoints have names of their own. */
const char *amp_youtube_site_name(const struct amp_json *root, bool in_page);
void amp_youtube_site(struct amp_engine *e, const struct amp_json *root);

/* youtube_page.c: HTML pages, as fetched (ytInitialData) or as saved from a browser. */
const char *amp_youtube_page_name(struct amp_engine *e);
void amp_youtube_page(struct amp_engine *e);

/* youtube_dom.c: the elements of a page as a browser had them. NULL: there are none. */
const char *amp_youtube_dom_name(const struct amp_markup_doc *doc);
void amp_youtube_dom(struct amp_engine *e, const struct amp_markup_doc *doc);

/* youtube_front.c: Invidious and Piped. */
const char *amp_youtube_front_name(const struct amp_json *root);
void amp_youtube_front(struct amp_engine *e, const struct amp_json *root);

/* youtube_item.c: what an item is on YouTube, whoever tells of it. --- */

/* Kind, item_id and the address that follows from them. Nothing when id is absent or empty. */
void amp_youtube_identity(struct amp_engine *e, enum amp_kind kind, struct amp_str id);
/* The widest picture of a list of {url, width, height} (or of an object of such), the last one when no width is told. */
void amp_youtube_thumbnail(struct amp_engine *e, const struct amp_json *list);
void amp_youtube_picture(struct amp_engine *e, struct amp_str url, int64_t width, int64_t height);
/* "/@ada" gives "@ada", other paths are no handles: absent. */
struct amp_str amp_youtube_handle(struct amp_str path);
/* "UC…" of "/channel/UC…" or an address with it; else absent. */
struct amp_str amp_youtube_channel_id(struct amp_str path);
/* What a line beside a title is about, by its words, in English and French and some German: those who watch or wait now (no
 * views), views, a time to come (no time of creation), a time gone by. */
bool amp_youtube_counts_watchers(struct amp_str text);
bool amp_youtube_says_views(struct amp_str text);
bool amp_youtube_says_upcoming(struct amp_str text);
bool amp_youtube_says_when(struct amp_str text);

/* Labels come in one order, whatever the order they are met in. */
enum amp_youtube_flag {
	AMP_YT_LIVE = 1,
	AMP_YT_UPCOMING = 2,
	AMP_YT_SHORT = 4,
	AMP_YT_AGE = 8,
	AMP_YT_KIDS = 16,
	AMP_YT_PAID = 32
};
void amp_youtube_flags(struct amp_engine *e, unsigned flags);
void amp_youtube_badge(struct amp_engine *e, struct amp_str text); /* behind the flags */

#endif

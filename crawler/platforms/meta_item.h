/* meta_item.h: posts of Threads, Instagram and Facebook. */
#ifndef AMP_PLATFORMS_META_ITEM_H
#define AMP_PLATFORMS_META_ITEM_H
#include "parse/engine.h"

extern const struct amp_row amp_threads_rows[], amp_threads_web_rows[], amp_instagram_rows[], amp_instagram_web_rows[],
	amp_instagram_graph_rows[], amp_facebook_rows[], amp_library_rows[], amp_download_rows[], amp_meta_oembed_rows[];

/* Each begins and ends one entry of the page in hand. */
void amp_threads_item(struct amp_engine *e, const struct amp_json *post); /* of the Threads API, or of the site (captures) */
/* media of Instagram's site (pk, code) or an older node of its graph (shortcode): feeds, profiles, captures */
void amp_instagram_item(struct amp_engine *e, const struct amp_json *media);
void amp_facebook_item(struct amp_engine *e, const struct amp_json *story, const struct amp_json *category);

#endif

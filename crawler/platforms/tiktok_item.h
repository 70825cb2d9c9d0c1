/* tiktok_item.h: videos of TikTok, as its site, its embed page and its Research API send them. */
#ifndef AMP_PLATFORMS_TIKTOK_ITEM_H
#define AMP_PLATFORMS_TIKTOK_ITEM_H
#include "parse/engine.h"

extern const struct amp_row amp_tiktok_rows[], amp_tiktok_research_rows[], amp_tiktok_embed_rows[], amp_tiktok_oembed_rows[];

/* Each begins and ends one entry of the page in hand. */
void amp_tiktok_item(struct amp_engine *e, const struct amp_json *item); /* itemStruct: api/…/item_list, saved pages, captures */
void amp_tiktok_listed(struct amp_engine *e, const struct amp_json *id); /* an id of a list whose entry the page does not hold */
void amp_tiktok_research(struct amp_engine *e, const struct amp_json *video); /* of research/video/query */
void amp_tiktok_oembed(struct amp_engine *e, const struct amp_json *embed);
void amp_tiktok_embedded(struct amp_engine *e, const struct amp_json *video, const struct amp_json *user); /* of /embed/@user */

#endif

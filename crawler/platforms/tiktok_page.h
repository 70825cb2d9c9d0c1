/* tiktok_page.h: what TikTok's pages and answers hold: between tiktok.c and tiktok_page.c only. */
#ifndef AMP_PLATFORMS_TIKTOK_PAGE_H
#define AMP_PLATFORMS_TIKTOK_PAGE_H
#include "parse/engine.h"

enum amp_tiktok_view { AMP_TIKTOK_FORYOU, AMP_TIKTOK_USER, AMP_TIKTOK_VIDEO, AMP_TIKTOK_EMBED, AMP_TIKTOK_NO_VIEW };

/* The body is markup: a saved page, not an answer of the API. */
bool amp_tiktok_is_page(const struct amp_engine *e);
/* Which view the page's embedded state is of; AMP_TIKTOK_NO_VIEW when there is none, the verdict being given where it says why. */
enum amp_tiktok_view amp_tiktok_page_view(struct amp_engine *e);
void amp_tiktok_page(struct amp_engine *e, enum amp_tiktok_view view);
/* The verdict that a statusCode other than 0 means; true when it gave one. */
bool amp_tiktok_code(struct amp_engine *e, const struct amp_json *code, const struct amp_json *message);

#endif

/* lemmy_view.h: views of the Lemmy API, between lemmy.c and lemmy_view.c only. */
#ifndef AMP_PLATFORMS_LEMMY_VIEW_H
#define AMP_PLATFORMS_LEMMY_VIEW_H
#include "parse/engine.h"

extern const struct amp_row amp_lemmy_v3_post_rows[], amp_lemmy_v3_comment_rows[], amp_lemmy_v4_post_rows[],
	amp_lemmy_v4_comment_rows[], amp_lemmy_alpha_post_rows[], amp_lemmy_alpha_comment_rows[];

/* Which of the two pins put a post on top: the site's on the front lists, either in the list of a community. */
enum amp_lemmy_list { AMP_LEMMY_FRONT, AMP_LEMMY_COMMUNITY, AMP_LEMMY_UNKNOWN, AMP_LEMMY_UNPINNED /* no pin counts */ };

/* Each begins and ends one entry of the page in hand. */
void amp_lemmy_post(struct amp_engine *e, const struct amp_json *view, enum amp_lemmy_list list);
void amp_lemmy_comment(struct amp_engine *e, const struct amp_json *view);

#endif

/* bluesky_post.h: entries of Bluesky's lists, between bluesky.c and bluesky_post.c only. */
#ifndef AMP_PLATFORMS_BLUESKY_POST_H
#define AMP_PLATFORMS_BLUESKY_POST_H
#include "parse/engine.h"

extern const struct amp_row amp_bluesky_post_rows[], amp_bluesky_generator_rows[], amp_bluesky_trend_rows[],
	amp_bluesky_skeleton_rows[];

/* Each begins and ends one entry of the page in hand. */
void amp_bluesky_feed_entry(struct amp_engine *e, const struct amp_json *entry); /* feedViewPost */
void amp_bluesky_post_entry(struct amp_engine *e,
                            const struct amp_json *post); /* postView, or the union members that stand for one */
void amp_bluesky_generator(struct amp_engine *e, const struct amp_json *view); /* generatorView */
void amp_bluesky_trend(struct amp_engine *e, const struct amp_json *view);     /* trendView, trendingTopic */
void amp_bluesky_skeleton(struct amp_engine *e, const struct amp_json *entry); /* skeletonFeedPost */

#endif

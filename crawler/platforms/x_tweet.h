/* x_tweet.h: posts of X into items, between the x*.c files, and for the readers of captures: what browser extensions and HAR files
 * save of X are GraphQL tweet results.
 */
#ifndef AMP_PLATFORMS_X_TWEET_H
#define AMP_PLATFORMS_X_TWEET_H
#include "parse/engine.h"

extern const struct amp_row amp_x_v2_rows[], amp_x_v2_trend_rows[], amp_x_tweet_rows[], amp_x_trend_rows[], amp_x_oembed_rows[];

/* One tweet result of GraphQL, {"__typename": "Tweet", "rest_id": …, "legacy": {…}, "core": {…}}, or what may stand in its place
 * (TweetWithVisibilityResults, tombstones): begins and ends one entry of the page in hand. */
void amp_x_tweet(struct amp_engine *e, const struct amp_json *result);
/* The same into an entry that was begun already, for those who know more of it (an advertisement, a pin). False: there is no post
 * in it, the entry was ended with its rank alone; true: the entry is still open. Also takes the older shape without a
 * wrapper, as embedded timelines and tweet-result send it. */
bool amp_x_put_tweet(struct amp_engine *e, const struct amp_json *result);

/* Pages. */
void amp_x_v2(struct amp_engine *e, const struct amp_json *root);      /* x_v2.c: api.x.com/2 */
void amp_x_graphql(struct amp_engine *e, const struct amp_json *root); /* x_graphql.c: captured timelines */
void amp_x_profile(struct amp_engine *e);                              /* x_syndication.c: an embedded profile, HTML */
void amp_x_result(struct amp_engine *e, const struct amp_json *root);  /* x_syndication.c: one post of cdn.syndication */
void amp_x_oembed(struct amp_engine *e, const struct amp_json *root);  /* x_syndication.c */

/* Helpers: a text whose & < > are escaped, and the address of a post (absent handle: /i/status/). */
struct amp_str amp_x_unescaped(struct amp_engine *e, struct amp_str text);
void amp_x_put_url(struct amp_engine *e);
/* An address of X that leads to this post or to its pictures. */
bool amp_x_leads_to(struct amp_str url, struct amp_str id);

#endif

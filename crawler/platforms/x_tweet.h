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

/* What a page is, by its content: for recognition. */
const struct amp_json *amp_x_instructions(const struct amp_json *root,
                                          const char *endpoint); /* of that timeline; NULL: it is not one */
const char *amp_x_timeline_of(const struct amp_json *root);      /* name of the endpoint; NULL: no timeline */
const struct amp_json *amp_x_next_data(struct amp_engine *e);    /* the JSON of a Next.js page; NULL: none */
bool amp_x_is_profile(const struct amp_json *next_data);

/* Media, once told from the API's own names for them: type photo, video, animated_gif; of the videos the best MP4. */
const struct amp_json *amp_x_best_video(const struct amp_json *variants, const char *rate_member);
void amp_x_add_media(struct amp_engine *e, struct amp_str type, struct amp_str url, const struct amp_json *video,
                     struct amp_media m);
void amp_x_expect_size(struct amp_engine *e, const struct amp_json *v);
void amp_x_add_poll(struct amp_engine *e, const struct amp_str *options, size_t n);

/* Helpers: a text whose & < > are escaped, and the address of a post (absent handle: /i/status/). */
amp_convert amp_x_as_escaped;
struct amp_str amp_x_unescaped(struct amp_engine *e, struct amp_str text);
void amp_x_put_url(struct amp_engine *e);
/* X's numbers are sent as text: as numbers they would have lost digits on the way. */
amp_convert amp_x_as_id;
/* Something of another type than it should be leaves a remark: it would look like one that was not sent. */
void amp_x_expect(struct amp_engine *e, const struct amp_json *v, enum amp_json_type type, enum amp_field field);
/* An address of X that leads to this post or to its pictures. */
bool amp_x_leads_to(struct amp_str url, struct amp_str id);

#endif

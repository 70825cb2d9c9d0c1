/* youtube_renderer.h: InnerTube's answers, between youtube_site.c, youtube_renderer.c and the readers of single entries. */
#ifndef AMP_PLATFORMS_YOUTUBE_RENDERER_H
#define AMP_PLATFORMS_YOUTUBE_RENDERER_H
#include "platforms/youtube_parts.h"

struct amp_youtube_answer { /* in hand; zeroed but for e */
	struct amp_engine *e;
	struct amp_str owner, owner_name, owner_handle; /* the channel whose page it is: its videos do not repeat it */
	struct amp_str token;                           /* of the next page: the last one met */
	int depth;                                      /* of lists in lists */
};

/* Reads r, the value of the member that says what an entry is; shelf: the heading over it, or absent. Begins and ends what entries
 * there are in it. */
struct amp_youtube_renderer;
typedef void amp_youtube_read(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                              struct amp_str shelf);

struct amp_youtube_renderer {
	const char *name;
	amp_youtube_read *read;
	enum amp_kind kind;
	const char *inside; /* of those that hold others: where */
	bool is_ad, is_short;
};

/* youtube_renderer.c: every entry of a list, each by its own name. */
void amp_youtube_read_list(struct amp_youtube_answer *s, const struct amp_json *list, struct amp_str shelf);
/* Something that holds entries and has lost them: one that cannot be read stands for all of them. */
void amp_youtube_emptied(struct amp_youtube_answer *s, const char *name, const struct amp_json *r);

amp_youtube_read amp_youtube_read_video;  /* youtube_video.c: the older family, of videos, playlists and channels */
amp_youtube_read amp_youtube_read_lockup; /* youtube_lockup.c: the newer family */
amp_youtube_read amp_youtube_read_short;  /* youtube_lockup.c */
amp_youtube_read amp_youtube_read_chart;  /* youtube_chart.c: holds others */

/* youtube_text.c: what the families write alike. --- */

/* The remark on a value that is no `what`. v is not NULL. */
void amp_youtube_odd(struct amp_engine *e, enum amp_field field, const struct amp_json *v, const char *what);
/* v when it is a list or nothing; else NULL, with a remark: a member of a list is read by walking. */
const struct amp_json *amp_youtube_list_of(struct amp_engine *e, enum amp_field field, const struct amp_json *v);
/* The text of {"simpleText": …}, {"content": …} or {"runs": [{"text": …}]}, in the document or the page's arena; else absent. */
struct amp_str amp_youtube_shown(struct amp_engine *e, enum amp_field field, const struct amp_json *v);
/* The same into a field. */
enum amp_state amp_youtube_put_shown(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_json *v);
/* The exact count before the short one; either may be NULL. flags: enum amp_youtube_flag. Who watches or waits now is none of
 * views. */
void amp_youtube_put_views(struct amp_engine *e, const struct amp_json *exact, const struct amp_json *rounded, unsigned flags);
/* A text of a label, in lists of objects in objects; else absent. */
struct amp_str amp_youtube_label_text(struct amp_engine *e, const struct amp_json *v, const char *path);
/* By its style: "BADGE_STYLE_TYPE_LIVE_NOW" and its like. */
bool amp_youtube_is_live_badge(struct amp_str style);
/* The author: a browseEndpoint (or NULL) and the name that links to it. */
void amp_youtube_put_channel(struct amp_engine *e, const struct amp_json *browse, struct amp_str name);
/* The author of an entry that names none, on the page of a channel. */
void amp_youtube_put_owner(struct amp_youtube_answer *s);
/* By its id: a playlist that YouTube makes itself, which has no author. */
bool amp_youtube_is_mix(struct amp_str id);

#endif

/* meta_parts.h: Meta's readers, between meta.c and meta_*.c only. */
#ifndef AMP_PLATFORMS_META_PARTS_H
#define AMP_PLATFORMS_META_PARTS_H
#include "platforms/meta_item.h"
#include "platforms/shapes.h"

#define AMP_META_OBJECT AMP_SHAPE(AMP_JSON_OBJECT)
#define AMP_META_ARRAY AMP_SHAPE(AMP_JSON_ARRAY)
#define AMP_META_TEXT AMP_SHAPE(AMP_JSON_STRING)

/* Instagram's and Facebook's answers may begin with "for (;;);" and hold one JSON document a line. The document at *at, which
 * is left behind it; NULL at the end and where it cannot be read. */
const struct amp_json *amp_meta_document(struct amp_engine *e, size_t *at);
/* Whether the body goes on behind *at, and where. */
bool amp_meta_more(const struct amp_engine *e, const size_t *at, size_t *next);
/* The first document, judged, lines before it that are none left out: NULL when the verdict is given. *at as above. */
const struct amp_json *amp_meta_answer(struct amp_engine *e, size_t *at);

typedef void amp_meta_entry(struct amp_engine *e, const struct amp_json *entry);
/* The entries of an array; marks the list as found. False when it is none. */
bool amp_meta_list(struct amp_engine *e, const struct amp_json *list, amp_meta_entry *entry);
/* Begins an entry with empty lists; false when it is no object (its end is made then). */
bool amp_meta_begin(struct amp_engine *e, const struct amp_json *entry);
/* A count that may be hidden: -1 means so, and gives null. */
amp_convert amp_meta_shown_count;
/* "3600000000000000001_7001" of the sites: the number of the post, and of its author. Gives that of the post. */
amp_convert amp_meta_media_id;
void amp_meta_media(struct amp_engine *e, struct amp_str kind, const struct amp_json *url, const struct amp_json *alt,
                    const struct amp_json *sizes, const char *width, const char *height);
struct amp_str amp_meta_kind(const struct amp_json *type); /* of the APIs' media_type */
bool amp_meta_has_text(const struct amp_json *v);

void amp_instagram_graph_post(struct amp_engine *e, const struct amp_json *media); /* of the Instagram API's hashtags */
void amp_instagram_web_media(struct amp_engine *e, const struct amp_json *media);  /* adds media[] of a post of the site */
void amp_instagram_profile(struct amp_engine *e, const struct amp_json *root);
void amp_instagram_timeline(struct amp_engine *e, const struct amp_json *root);
void amp_instagram_explore(struct amp_engine *e, const struct amp_json *root);
void amp_facebook_feed(struct amp_engine *e, const struct amp_json *root, size_t at);
bool amp_facebook_is_feed(const struct amp_json *root);
void amp_meta_oembed(struct amp_engine *e, const struct amp_json *root);

bool amp_library_is_csv(struct amp_engine *e); /* its first row names the columns of a Content Library export */
void amp_library_csv(struct amp_engine *e);
void amp_library_post(struct amp_engine *e, const struct amp_json *post);
bool amp_download_is(const struct amp_json *root);
void amp_download(struct amp_engine *e, const struct amp_json *root);

/* Whether counts are hidden from readers; what is neither true nor false may say so too. */
static inline bool amp_meta_hides_counts(const struct amp_json *post)
{
	const struct amp_json *hides = amp_json_get(post, "like_and_view_counts_disabled");
	return !amp_json_is_null(hides) && hides->type != AMP_JSON_FALSE;
}

#endif

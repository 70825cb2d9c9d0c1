/* meta_download.c: "Download your information" of Instagram (posts_1.json as of 2025-02-11) and Facebook (your_posts_1.json,
 * comments.json as NorseKode/Waultar-App 1cfffa3 describes them). No entry has an id or an address. Texts are UTF-8 whose bytes
 * were escaped one by one as if each were a character ("\u00c3\u00a9" for é): they are put together again, and counted.
 */
#include <string.h>
#include "base/utf8.h"
#include "platforms/meta_parts.h"

const struct amp_row amp_download_rows[] = {{AMP_F_TEXT, "title", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_CREATED_AT, "timestamp", "creation_timestamp", amp_as_time_epoch, AMP_OPTIONAL},
                                            {0}};

/* The bytes that the characters stand for, when all are bytes and together are UTF-8; else the text as it is. */
static struct amp_str whole(struct amp_engine *e, const struct amp_json *v)
{
	struct amp_str text = amp_json_str(v);
	const char *p = text.p, *end = text.p ? text.p + text.n : NULL;
	char *made = NULL;
	size_t n = 0;
	bool ascii = true;
	for (size_t i = 0; i < text.n && ascii; i++) ascii = (unsigned char)text.p[i] < 0x80;
	if (ascii) return text;
	made = amp_arena_alloc(e->arena, text.n);
	while (made && p < end) {
		uint32_t cp;
		size_t used = amp_utf8_decode(p, end, &cp);
		if (used == 0 || cp > 0xFF) return text;
		made[n++] = (char)(unsigned char)cp;
		p += used;
	}
	if (!made || !amp_utf8_valid(made, n)) return text;
	amp_engine_repaired(e, "utf8_as_latin1", v->offset);
	return (struct amp_str){made, n};
}

static void put_whole(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	if (amp_json_is(v, AMP_JSON_STRING))
		amp_put_text(e, field, whole(e, v));
	else if (!amp_json_is_null(v))
		amp_put_invalid(e, field, v->offset, "no text");
}

static struct amp_str kind_of(struct amp_str path)
{
	static const struct {
		const char *end, *kind;
	} kinds[] = {{".jpg", "image"},  {".jpeg", "image"}, {".png", "image"}, {".webp", "image"},
	             {".heic", "image"}, {".gif", "image"},  {".mp4", "video"}, {".mov", "video"},
	             {".webm", "video"}, {".mp3", "audio"},  {".m4a", "audio"}, {".aac", "audio"}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (amp_str_ends(path, kinds[i].end)) return amp_str_c(kinds[i].kind);
	return AMP_STR("unknown");
}

static const struct amp_shape activity_shapes[] = {{"data", AMP_META_ARRAY, AMP_F_TEXT},
                                                   {"data.0", AMP_META_OBJECT, AMP_F_TEXT},
                                                   {"data.0.comment", AMP_META_OBJECT, AMP_F_TEXT},
                                                   {"attachments", AMP_META_ARRAY, AMP_F_MEDIA},
                                                   {"attachments.0", AMP_META_OBJECT, AMP_F_MEDIA},
                                                   {"attachments.0.data", AMP_META_ARRAY, AMP_F_MEDIA},
                                                   {NULL}};
static const struct amp_shape part_shapes[] = {{"media", AMP_META_OBJECT, AMP_F_MEDIA},
                                               {"external_context", AMP_META_OBJECT, AMP_F_LINKS},
                                               {"external_context.url", AMP_META_TEXT, AMP_F_LINKS},
                                               {"external_context.name", AMP_META_TEXT, AMP_F_LINKS},
                                               {NULL}};

static void add_file(struct amp_engine *e, const struct amp_json *media)
{
	const struct amp_json *uri = amp_json_get(media, "uri");
	amp_meta_media(e, kind_of(amp_json_str(uri)), uri, NULL, NULL, NULL, NULL);
}

/* --- Instagram: {media: […], title, creation_timestamp}; one medium carries both itself; a story is the medium alone --- */

static void put_files(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *media = amp_json_get(post, "media"), *first = amp_json_first(media);
	const struct amp_json *title = amp_json_get(post, "title"), *time = amp_json_get(post, "creation_timestamp");
	if (!first) first = post;
	put_whole(e, AMP_F_TEXT, title ? title : amp_json_get(first, "title"));
	amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, time ? time : amp_json_get(first, "creation_timestamp"));
	if (first == post) add_file(e, post);
	for (const struct amp_json *m = amp_json_first(media); m; m = amp_json_next(media, m)) add_file(e, m);
}

/* --- Facebook: {timestamp, title, data: [{post}], attachments: [{data: [{media}, {external_context}]}]} --- */

static void add_attachment(struct amp_engine *e, const struct amp_json *data)
{
	const struct amp_json *link = amp_json_get(data, "external_context");
	amp_check_shapes(e, part_shapes, data);
	struct amp_str title = whole(e, amp_json_get(link, "name"));
	add_file(e, amp_json_get(data, "media"));
	struct amp_str url = amp_json_str(amp_json_get(link, "url"));
	amp_add_link(e, &(struct amp_link){.url = url, .title = title.n ? title : AMP_STR_ABSENT});
}

static void put_activity(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *data = amp_json_get(entry, "data"), *lists = amp_json_get(entry, "attachments");
	amp_check_shapes(e, activity_shapes, entry);
	put_whole(e, AMP_F_TITLE, amp_json_get(entry, "title"));
	amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, amp_json_get(entry, "timestamp"));
	for (const struct amp_json *d = amp_json_first(data); d; d = amp_json_next(data, d)) {
		const struct amp_json *comment = amp_json_get(d, "comment");
		if (amp_json_get(d, "post")) put_whole(e, AMP_F_TEXT, amp_json_get(d, "post"));
		if (!amp_json_is(comment, AMP_JSON_OBJECT)) continue;
		e->item->kind = AMP_COMMENT;
		put_whole(e, AMP_F_TEXT, amp_json_get(comment, "comment"));
		put_whole(e, AMP_F_AUTHOR_NAME, amp_json_get(comment, "author"));
	}
	for (const struct amp_json *a = amp_json_first(lists); a; a = amp_json_next(lists, a)) {
		const struct amp_json *parts = amp_json_get(a, "data");
		for (const struct amp_json *p = amp_json_first(parts); p; p = amp_json_next(parts, p)) add_attachment(e, p);
	}
}

static bool is_file(const struct amp_json *entry)
{
	return amp_json_is(amp_json_get(entry, "media"), AMP_JSON_ARRAY) ||
	       (amp_json_get(entry, "uri") && amp_json_get(entry, "creation_timestamp"));
}

static bool is_activity(const struct amp_json *entry)
{
	return amp_json_get(entry, "timestamp") &&
	       (amp_json_get(entry, "data") || amp_json_get(entry, "attachments") || amp_json_get(entry, "title"));
}

static void entry(struct amp_engine *e, const struct amp_json *x)
{
	if (!amp_meta_begin(e, x)) return;
	if (is_file(x))
		put_files(e, x);
	else if (is_activity(x))
		put_activity(e, x);
	else {
		amp_engine_unknown(e, "an entry that is neither a post nor a comment");
		return;
	}
	amp_engine_end(e);
}

/* The list itself, or an object that has it under a name of its own (comments_v2, ig_reels_media, ig_stories …). */
static const struct amp_json *list_of(const struct amp_json *root)
{
	if (amp_json_is(root, AMP_JSON_ARRAY)) return root;
	for (const struct amp_json *v = amp_json_first(root); v; v = amp_json_next(root, v)) {
		struct amp_str key = amp_json_key(v);
		bool ours =
			amp_str_starts(key, "comments_v") || amp_str_starts(key, "ig_") || amp_str_starts(key, "text_post_app_");
		if (ours && amp_json_is(v, AMP_JSON_ARRAY)) return v;
	}
	return NULL;
}

bool amp_download_is(const struct amp_json *root)
{
	const struct amp_json *first = amp_json_first(list_of(root));
	return first && (is_file(first) || is_activity(first));
}

void amp_download(struct amp_engine *e, const struct amp_json *root)
{
	(void)amp_meta_list(e, list_of(root), entry);
}

/* meta_library.c: what is exported from Meta Content Library (data dictionary, 2026-04-30), as JSON or CSV: in CSV the columns
 * have the names that lead to the values in JSON. An empty cell was not sent.
 */
#include <string.h>
#include "parse/csv.h"
#include "platforms/meta_parts.h"

const struct amp_row amp_library_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                           {AMP_F_URL, "mcl_url", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_ID, "post_owner.id", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_HANDLE, "post_owner.username", NULL, amp_as_some_text, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_NAME, "post_owner.name", NULL, amp_as_some_text, AMP_OPTIONAL},
                                           {AMP_F_TEXT, "text", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_LANGS, "lang", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_CREATED_AT, "creation_time", NULL, NULL, AMP_REQUIRED},
                                           {AMP_F_LIKES, "statistics.reaction_count", "statistics.like_count", NULL, AMP_OPTIONAL},
                                           {AMP_F_REPOSTS, "statistics.share_count", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_REPLIES, "statistics.comment_count", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_VIEWS, "statistics.views", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_QUOTE_OF, "shared_post_id", NULL, NULL, AMP_OPTIONAL},
                                           {0}};

static const struct amp_shape post_shapes[] = {
	{"post_owner", AMP_META_OBJECT, AMP_F_AUTHOR_ID},     {"statistics", AMP_META_OBJECT, AMP_F_LIKES},
	{"link_attachment", AMP_META_OBJECT, AMP_F_LINKS},    {"link_attachment.link", AMP_META_TEXT, AMP_F_LINKS},
	{"link_attachment.name", AMP_META_TEXT, AMP_F_LINKS}, {"link_attachment.description", AMP_META_TEXT, AMP_F_LINKS},
	{"multimedia", AMP_META_ARRAY, AMP_F_MEDIA},          {NULL}};

static void add_link(struct amp_engine *e, struct amp_str url, struct amp_str title, struct amp_str description)
{
	if (!title.n) title = AMP_STR_ABSENT;
	if (!description.n) description = AMP_STR_ABSENT;
	amp_add_link(e, &(struct amp_link){url, title, description});
}

void amp_library_post(struct amp_engine *e, const struct amp_json *post)
{
	if (!amp_meta_begin(e, post)) return;
	const struct amp_json *link = amp_json_get(post, "link_attachment"), *media = amp_json_get(post, "multimedia");
	amp_check_shapes(e, post_shapes, post);
	amp_engine_rows(e, amp_library_rows, post);
	e->item->is_quote = e->item->quote_of.n > 0;
	add_link(e, amp_json_str(amp_json_get(link, "link")), amp_json_str(amp_json_get(link, "name")),
	         amp_json_str(amp_json_get(link, "description")));
	for (const struct amp_json *m = amp_json_first(media); m; m = amp_json_next(media, m)) {
		struct amp_str type = amp_json_str(amp_json_get(m, "type"));
		struct amp_str kind = amp_str_eq_c(type, "photo")   ? AMP_STR("image")
		                      : amp_str_eq_c(type, "video") ? AMP_STR("video")
		                                                    : AMP_STR("unknown");
		amp_add_media(
			e, &(struct amp_media){.kind = kind, .width = AMP_ABSENT, .height = AMP_ABSENT}); /* no address is told */
	}
	amp_engine_end(e);
}

/* --- CSV --- */

static struct amp_value cell(const struct amp_csv_table *t, const char *name)
{
	struct amp_value v = {.json = NULL};
	struct amp_str text = amp_csv_cell(t, name, &v.offset);
	if (text.n) v.text = text;
	return v;
}

static struct amp_csv_table *open_table(struct amp_engine *e)
{
	size_t at;
	struct amp_csv_table *t = amp_arena_alloc(e->arena, sizeof *t);
	if (!t) {
		amp_engine_no_memory(e);
		return NULL;
	}
	if (!amp_csv_table_start(t, e->page->body, e->arena)) return NULL;
	return amp_csv_column(t, "id", &at) && amp_csv_column(t, "creation_time", &at) ? t : NULL;
}

bool amp_library_is_csv(struct amp_engine *e)
{
	size_t at;
	const struct amp_csv_table *t = open_table(e);
	return t && (amp_csv_column(t, "mcl_url", &at) || amp_csv_column(t, "post_owner.id", &at));
}

static void csv_post(struct amp_engine *e, const struct amp_csv_table *t)
{
	if (!amp_engine_begin(e, t->csv.offset)) return;
	for (const struct amp_row *row = amp_library_rows; row->path; row++) {
		struct amp_value v = cell(t, row->path);
		if (!v.text.p && row->fallback) v = cell(t, row->fallback);
		(void)amp_put(e, row, &v);
	}
	e->item->is_quote = e->item->quote_of.n > 0;
	add_link(e, cell(t, "link_attachment.link").text, cell(t, "link_attachment.name").text,
	         cell(t, "link_attachment.description").text);
	amp_engine_end(e);
}

void amp_library_csv(struct amp_engine *e)
{
	struct amp_csv_table *t = open_table(e);
	if (!t || e->failed) return;
	amp_engine_list_found(e);
	if (!amp_csv_ended(&t->csv)) amp_engine_cut(e, "the table ends with the names of its columns, without a line end");
	while (!e->failed && amp_csv_row(&t->csv)) {
		if (!amp_csv_ended(&t->csv)) {
			amp_engine_cut(e, "the table ends inside the row at byte %zu, or without a line end", t->csv.offset);
			break;
		}
		csv_post(e, t);
	}
	if (t->csv.repairs) amp_engine_repaired(e, "invalid_utf8", t->csv.first_repair);
}

/* captures_table.c: CSV exports of 4CAT. Which platform a table is of is told by its columns alone; dates are read from
 * unix_timestamp. digitalmethodsinitiative/4cat datasources (map_item), 2026-02-21.
 */
#include <string.h>
#include "parse/csv.h"
#include "platforms/captures.h"

struct table {
	struct amp_csv_table rows;
	const struct export *of;
};
typedef void finish_fn(struct amp_engine *e, const struct table *t);

static const struct amp_row tiktok_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                             {AMP_F_URL, "tiktok_url", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_AUTHOR_HANDLE, "author", NULL, amp_as_some_text, AMP_OPTIONAL},
                                             {AMP_F_AUTHOR_NAME, "author_full", NULL, amp_as_some_text, AMP_OPTIONAL},
                                             {AMP_F_TEXT, "body", NULL, NULL, AMP_REQUIRED},
                                             {AMP_F_CREATED_AT, "unix_timestamp", NULL, amp_as_time_epoch, AMP_REQUIRED},
                                             {AMP_F_LIKES, "likes", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_REPLIES, "comments", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_REPOSTS, "shares", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_VIEWS, "plays", NULL, NULL, AMP_OPTIONAL},
                                             {0}};
static const struct amp_row x_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                        {AMP_F_URL, "link", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_AUTHOR_ID, "author_id", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_AUTHOR_HANDLE, "author", NULL, amp_as_some_text, AMP_OPTIONAL},
                                        {AMP_F_AUTHOR_NAME, "author_fullname", NULL, amp_as_some_text, AMP_OPTIONAL},
                                        {AMP_F_TEXT, "body", NULL, NULL, AMP_REQUIRED},
                                        {AMP_F_LANGS, "language_guess", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_CREATED_AT, "unix_timestamp", NULL, amp_as_time_epoch, AMP_REQUIRED},
                                        {AMP_F_LIKES, "like_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_REPOSTS, "retweet_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_REPLIES, "reply_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_QUOTES, "quote_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_VIEWS, "impression_count", NULL, NULL, AMP_OPTIONAL},
                                        {0}};
static const struct amp_row linkedin_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                               {AMP_F_URL, "post_url", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_AUTHOR_HANDLE, "author", NULL, amp_as_some_text, AMP_OPTIONAL},
                                               {AMP_F_AUTHOR_NAME, "author_name", NULL, amp_as_some_text, AMP_OPTIONAL},
                                               {AMP_F_TEXT, "body", NULL, NULL, AMP_REQUIRED},
                                               {AMP_F_LIKES, "reactions", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_REPLIES, "comments", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_REPOSTS, "shares", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_FEED_CONTEXT, "inclusion_context", NULL, amp_as_some_text, AMP_OPTIONAL},
                                               {0}};

static finish_fn finish_tiktok, finish_x, finish_linkedin;
static const struct export
{
	const char *platform;
	enum amp_kind kind;
	const char *columns[4]; /* all of these say whose it is */
	const struct amp_row *rows;
	finish_fn *finish;
}
exports[] = {
	{"tiktok", AMP_VIDEO, {"id", "tiktok_url", "plays", NULL}, tiktok_rows, finish_tiktok},
	{"x", AMP_POST, {"id", "retweet_count", "is_quote_tweet", NULL}, x_rows, finish_x},
	{"linkedin", AMP_POST, {"id", "inclusion_context", "reactions", NULL}, linkedin_rows, finish_linkedin},
};

static struct amp_value cell(const struct table *t, const char *name)
{
	struct amp_value v = {.json = NULL};
	v.text = amp_csv_cell(&t->rows, name, &v.offset);
	return v;
}

static bool says_yes(struct amp_engine *e, const struct table *t, const char *name)
{
	const struct amp_value v = cell(t, name);
	struct amp_str said = v.text.p ? amp_str_trim(v.text) : v.text;
	if (said.n && !amp_str_ieq_c(said, "yes") && !amp_str_ieq_c(said, "no"))
		amp_engine_diag(e, "invalid_value", AMP_F_COUNT, v.offset, "%s is neither yes nor no", name);
	return amp_str_ieq_c(said, "yes");
}

static void add_picture(struct amp_engine *e, struct amp_str url)
{
	struct amp_media m = {.kind = AMP_STR("image"),
	                      .url = url,
	                      .alt = AMP_STR_ABSENT,
	                      .mime = AMP_STR_ABSENT,
	                      .width = AMP_ABSENT,
	                      .height = AMP_ABSENT};
	if (url.n) amp_add_media(e, &m);
}

static void finish_tiktok(struct amp_engine *e, const struct table *t)
{
	struct amp_str warning = cell(t, "warning").text;
	add_picture(e, cell(t, "thumbnail_url").text);
	e->item->is_ad = says_yes(e, t, "is_ad");
	if (!warning.n) return;
	struct amp_str label = AMP_CONCAT(e->arena, AMP_STR("warning:"), warning);
	if (label.p)
		amp_add_label(e, label, AMP_STR_ABSENT);
	else
		amp_engine_no_memory(e);
}

static void finish_x(struct amp_engine *e, const struct table *t)
{
	struct amp_str urls = cell(t, "urls").text, images = cell(t, "images").text;
	while (urls.p) {
		struct amp_link l = {
			.url = amp_str_trim(amp_str_cut(&urls, ',')), .title = AMP_STR_ABSENT, .description = AMP_STR_ABSENT};
		if (l.url.n) amp_add_link(e, &l);
	}
	while (images.p) add_picture(e, amp_str_trim(amp_str_cut(&images, ',')));
	e->item->is_reply = says_yes(e, t, "is_reply");
	e->item->is_quote = says_yes(e, t, "is_quote_tweet");
	e->item->is_repost = says_yes(e, t, "is_retweet");
	if (says_yes(e, t, "possibly_sensitive")) amp_add_label(e, AMP_STR("sensitive"), AMP_STR_ABSENT);
	if (says_yes(e, t, "is_withheld")) amp_add_label(e, AMP_STR("withheld"), AMP_STR_ABSENT);
}

/* The table has the number alone, and a date reckoned from "18h": the same item as on the site, the same precision. */
static void finish_linkedin(struct amp_engine *e, const struct table *t)
{
	struct amp_value when = cell(t, "unix_timestamp");
	struct amp_str urn = AMP_CONCAT(e->arena, AMP_STR("urn:li:activity:"), e->item->item_id);
	if (e->item->item_id.n && !urn.p)
		amp_engine_no_memory(e);
	else if (e->item->item_id.n && !amp_str_starts(e->item->item_id, "urn:"))
		amp_put_text(e, AMP_F_ITEM_ID, urn);
	e->item->is_ad = says_yes(e, t, "is_promoted");
	if (!e->item->is_ad && when.text.n) {
		const struct amp_row row = {AMP_F_CREATED_AT, "unix_timestamp", NULL, amp_as_time_epoch, AMP_OPTIONAL};
		if (amp_put(e, &row, &when) == AMP_STATE_PRESENT) e->item->created_precision = AMP_PRECISION_RELATIVE;
	}
	struct amp_link l = {.url = cell(t, "link_url").text, .title = AMP_STR_ABSENT, .description = AMP_STR_ABSENT};
	if (l.url.n) amp_add_link(e, &l);
	struct amp_str images = cell(t, "image_urls").text;
	while (images.p) add_picture(e, amp_str_trim(amp_str_cut(&images, ',')));
}

static const struct export *export_of(const struct table *t)
{
	for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
		size_t at, k = 0;
		while (exports[i].columns[k] && amp_csv_column(&t->rows, exports[i].columns[k], &at)) k++;
		if (!exports[i].columns[k]) return &exports[i];
	}
	return NULL;
}

static struct table *open_table(struct amp_engine *e)
{
	struct table *t = e->failed ? NULL : amp_arena_alloc(e->arena, sizeof *t);
	if (!t) {
		amp_engine_no_memory(e);
		return NULL;
	}
	if (!amp_csv_table_start(&t->rows, e->page->body, e->arena)) return NULL;
	t->of = export_of(t);
	return t->of ? t : NULL;
}

bool amp_captures_is_table(struct amp_engine *e)
{
	return open_table(e) != NULL;
}

static void row_entry(struct amp_engine *e, const struct table *t)
{
	if (!amp_engine_begin(e, t->rows.csv.offset)) return;
	e->item->kind = t->of->kind;
	for (const struct amp_row *row = t->of->rows; row->path; row++) {
		struct amp_value v = cell(t, row->path);
		/* a table has no other way to say that nothing was sent, except for texts, which may be empty */
		if (v.text.p && (v.text.n || row->field == AMP_F_TEXT))
			(void)amp_put(e, row, &v);
		else if (row->need == AMP_REQUIRED)
			e->required |= AMP_BIT(row->field);
	}
	t->of->finish(e, t);
	struct amp_item *item = e->item;
	amp_engine_end(e);
	item->platform = amp_str_c(t->of->platform);
}

void amp_captures_table(struct amp_engine *e, struct amp_captures_sum *sum)
{
	struct table *t = open_table(e);
	if (!t || e->failed) return;
	amp_engine_list_found(e);
	if (!amp_csv_ended(&t->rows.csv)) amp_engine_cut(e, "the table ends with the names of its columns, without a line end");
	if (!amp_captures_wanted(e->page->only, amp_str_c(t->of->platform), NULL)) return;
	sum->feeds++;
	while (!e->failed && amp_csv_row(&t->rows.csv)) {
		if (!amp_csv_ended(&t->rows.csv)) {
			amp_engine_cut(e, "the table ends inside the row at byte %zu, or without a line end", t->rows.csv.offset);
			break;
		}
		row_entry(e, t);
	}
	if (t->rows.csv.repairs) amp_engine_repaired(e, "invalid_utf8", t->rows.csv.first_repair);
}

/* captures_module.c: posts of platforms without an adapter of their own, as Zeeschuimer's modules save them: rows a module.
 * digitalmethodsinitiative/zeeschuimer modules/ and 4cat datasources/ (map_item), 2026-02-21.
 */
#include <string.h>
#include "platforms/captures.h"
#include "platforms/members.h"

static bool begin(struct amp_engine *e, const struct amp_json *data, const struct amp_row *rows)
{
	if (!amp_engine_begin(e, data->offset)) return false;
	amp_engine_rows(e, rows, data);
	for (const struct amp_row *row = rows; row->path; row++) {
		const char *path = row->path, *fallback = row->fallback;
		(void)amp_member_holder(e, row->field, data, &path);
		if (fallback) (void)amp_member_holder(e, row->field, data, &fallback);
	}
	return true;
}

static void put_url(struct amp_engine *e, const char *before)
{
	if (!e->item || !e->item->item_id.n) return;
	struct amp_str url = AMP_CONCAT(e->arena, amp_str_c(before), e->item->item_id);
	if (url.p)
		amp_put_text(e, AMP_F_URL, url);
	else
		amp_engine_no_memory(e);
}

/* true, 1 */
static bool is_set(struct amp_engine *e, enum amp_field field, const struct amp_json *data, const char *name)
{
	int64_t n = 0;
	const struct amp_json *flag = amp_json_get(data, name);
	return amp_json_i64(flag, &n) ? n == 1 : amp_member_flag(e, field, data, name);
}

static struct amp_str deep_text(struct amp_engine *e, enum amp_field field, const struct amp_json *data, const char *path)
{
	return amp_json_str(amp_member_deep(e, field, data, path, AMP_JSON_STRING));
}

static void add_picture(struct amp_engine *e, const char *kind, const struct amp_json *holder, const char *url, struct amp_str alt)
{
	if (!amp_json_is_null(holder) && !amp_json_is(holder, AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_MEDIA, holder->offset, "a picture is no object");
	struct amp_str at = deep_text(e, AMP_F_MEDIA, holder, url);
	if (!at.n) return;
	struct amp_media m = {.kind = amp_str_c(kind), .url = at, .alt = alt, .mime = AMP_STR_ABSENT};
	m.width = amp_member_size(e, holder, "width");
	m.height = amp_member_size(e, holder, "height");
	amp_add_media(e, &m);
}

static void add_link(struct amp_engine *e, struct amp_str url, struct amp_str title)
{
	struct amp_link l = {.url = url, .title = title, .description = AMP_STR_ABSENT};
	if (l.url.n && amp_str_istarts(l.url, "http")) amp_add_link(e, &l);
}

/* --- LinkedIn --- */

/* "18h •", "2w •", "3mo • Edited •": from the line's own time. */
static enum amp_state as_linkedin_time(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	static const struct {
		const char *unit, *words;
	} units[] = {{"s", "seconds"}, {"m", "minutes"}, {"h", "hours"},  {"d", "days"},
	             {"w", "weeks"},   {"mo", "months"}, {"yr", "years"}, {"y", "years"}};
	struct amp_str raw = v->text, digits = amp_str_trim(raw);
	size_t n = 0, letters = 0;
	while (n < digits.n && amp_is_digit((unsigned char)digits.p[n])) n++;
	while (n + letters < digits.n && amp_is_alpha((unsigned char)digits.p[n + letters])) letters++;
	struct amp_str unit = {digits.p + n, letters};
	for (size_t i = 0; n && i < sizeof units / sizeof *units; i++) {
		if (!amp_str_ieq_c(unit, units[i].unit)) continue;
		struct amp_value shown = *v;
		const char *text = amp_arena_printf(e->arena, "%.*s %s ago", (int)(n > 9 ? 9 : n), digits.p, units[i].words);
		if (!text) amp_engine_no_memory(e);
		shown.text = amp_str_c(text);
		enum amp_state state = amp_as_time_relative(e, field, &shown);
		if (e->item && e->item->created_at_raw.p) e->item->created_at_raw = raw;
		return state;
	}
	return amp_as_time_relative(e, field, v);
}

/* "urn:li:aggregate:(urn:li:activity:1,urn:li:activity:2)": two names of one post, the first counts. */
static enum amp_state as_activity(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	static const struct amp_str name = {"urn:li:activity:", sizeof "urn:li:activity:" - 1};
	const char *at = v->text.p ? amp_str_find(v->text, name) : NULL;
	size_t n = name.n;
	if (!at) return AMP_STATE_INVALID;
	while (at + n < v->text.p + v->text.n && amp_is_digit((unsigned char)at[n])) n++;
	amp_put_text(e, field, (struct amp_str){at, n});
	return AMP_STATE_PRESENT;
}

static const struct amp_row linkedin_rows[] = {
	{AMP_F_ITEM_ID, "updateMetadata.urn", "preDashEntityUrn", as_activity, AMP_REQUIRED},
	{AMP_F_AUTHOR_ID, "actor.backendUrn", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "actor.name.text", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_TEXT, "commentary.text.text", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_FEED_CONTEXT, "header.text.text", NULL, amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_LIKES, "*socialDetail.*totalSocialActivityCounts.numLikes", "*socialDetail.likes.paging.total", NULL, AMP_OPTIONAL},
	{AMP_F_REPLIES, "*socialDetail.*totalSocialActivityCounts.numComments", "*socialDetail.comments.paging.total", NULL,
         AMP_OPTIONAL},
	{AMP_F_REPOSTS, "*socialDetail.*totalSocialActivityCounts.numShares", "*socialDetail.totalShares", NULL, AMP_OPTIONAL},
	{0}};

/* "https://www.linkedin.com/in/ada?x=y": "in/ada" */
static void put_linkedin_handle(struct amp_engine *e, struct amp_str url)
{
	const char *site = amp_str_find(url, AMP_STR("linkedin.com/"));
	if (!site) return;
	site += sizeof "linkedin.com/" - 1;
	struct amp_str handle = {site, url.n - (size_t)(site - url.p)};
	handle = amp_str_cut(&handle, '?');
	while (handle.n && handle.p[handle.n - 1] == '/') handle.n--;
	if (handle.n) amp_put_text(e, AMP_F_AUTHOR_HANDLE, handle);
}

/* The widest of a vector image's artifacts. */
static void add_linkedin_image(struct amp_engine *e, const struct amp_json *vector)
{
	const struct amp_json *all = amp_member(e, AMP_F_MEDIA, vector, "artifacts", AMP_JSON_ARRAY), *best = NULL;
	int64_t width = AMP_ABSENT;
	for (const struct amp_json *x = amp_json_first(all); x; x = amp_json_next(all, x)) {
		int64_t side = amp_member_size(e, x, "width");
		if (!amp_json_is(x, AMP_JSON_OBJECT)) amp_put_invalid(e, AMP_F_MEDIA, x->offset, "a picture is no object");
		if (best && side <= width) continue;
		best = x;
		width = side;
	}
	struct amp_str root = amp_member_text(e, AMP_F_MEDIA, vector, "rootUrl"),
		       file = amp_member_text(e, AMP_F_MEDIA, best, "fileIdentifyingUrlPathSegment");
	if (!file.n || !root.p) return;
	struct amp_media m = {.kind = AMP_STR("image"),
	                      .url = AMP_CONCAT(e->arena, root, file),
	                      .alt = AMP_STR_ABSENT,
	                      .mime = AMP_STR_ABSENT,
	                      .width = width,
	                      .height = amp_member_size(e, best, "height")};
	if (m.url.p) amp_add_media(e, &m);
}

static void put_linkedin_content(struct amp_engine *e, const struct amp_json *data)
{
	static const char *const lists[] = {"content.images", "content.imageComponent.images"};
	add_link(e, deep_text(e, AMP_F_LINKS, data, "content.articleComponent.navigationContext.actionTarget"),
	         deep_text(e, AMP_F_LINKS, data, "content.articleComponent.title.text"));
	for (size_t i = 0; i < 2; i++) {
		const struct amp_json *images = amp_member_deep(e, AMP_F_MEDIA, data, lists[i], AMP_JSON_ARRAY);
		for (const struct amp_json *x = amp_json_first(images); x; x = amp_json_next(images, x)) {
			const struct amp_json *vector =
				amp_member_deep(e, AMP_F_MEDIA, x, "attributes.0.vectorImage", AMP_JSON_OBJECT);
			if (!vector)
				vector = amp_member_deep(e, AMP_F_MEDIA, x, "attributes.0.detailData.vectorImage", AMP_JSON_OBJECT);
			add_linkedin_image(e, vector);
		}
	}
}

void amp_captures_linkedin(struct amp_engine *e, const struct amp_json *data)
{
	const struct amp_json *when = amp_json_path(data, "actor.subDescription.text");
	struct amp_str said = amp_json_str(when);
	if (!begin(e, data, linkedin_rows)) return;
	const char *said_at = "actor.subDescription.text";
	(void)amp_member_holder(e, AMP_F_CREATED_AT, data, &said_at);
	put_url(e, "https://www.linkedin.com/feed/update/");
	put_linkedin_handle(e, deep_text(e, AMP_F_AUTHOR_HANDLE, data, "actor.navigationContext.actionTarget"));
	bool ad = amp_str_istarts(said, "Promoted") || amp_str_istarts(said, "Sponsoris") || amp_str_istarts(said, "Gesponsert");
	e->item->is_ad = ad;
	if (!ad) amp_put_json(e, AMP_F_CREATED_AT, as_linkedin_time, when);
	put_linkedin_content(e, data);
	amp_engine_end(e);
}

/* --- Douyin: two shapes, of the API and of what a page embeds --- */

static const struct amp_row douyin_rows[] = {
	{AMP_F_ITEM_ID, "aweme_id", "awemeId", NULL, AMP_REQUIRED},
	{AMP_F_AUTHOR_ID, "author.uid", "authorInfo.uid", NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_HANDLE, "author.unique_id", "authorInfo.uniqueId", amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "author.nickname", "authorInfo.nickname", NULL, AMP_OPTIONAL},
	{AMP_F_TEXT, "desc", NULL, NULL, AMP_REQUIRED},
	{AMP_F_CREATED_AT, "create_time", "createTime", amp_as_time_epoch, AMP_REQUIRED},
	{AMP_F_LIKES, "statistics.digg_count", "stats.diggCount", NULL, AMP_OPTIONAL},
	{AMP_F_REPLIES, "statistics.comment_count", "stats.commentCount", NULL, AMP_OPTIONAL},
	{AMP_F_REPOSTS, "statistics.share_count", "stats.shareCount", NULL, AMP_OPTIONAL},
	{AMP_F_VIEWS, "statistics.play_count", "stats.playCount", NULL, AMP_OPTIONAL},
	{0}};

void amp_captures_douyin(struct amp_engine *e, const struct amp_json *data)
{
	if (!begin(e, data, douyin_rows)) return;
	e->item->kind = AMP_VIDEO;
	put_url(e, "https://www.douyin.com/video/");
	const struct amp_json *cover = amp_member_deep(e, AMP_F_MEDIA, data, "video.cover", AMP_JSON_OBJECT);
	add_picture(e, "image", cover, "url_list.0", AMP_STR_ABSENT);
	if (!amp_json_get(cover, "url_list")) add_picture(e, "image", cover, "urlList.0", AMP_STR_ABSENT);
	e->item->is_ad = is_set(e, AMP_F_COUNT, data, "is_ads") || is_set(e, AMP_F_COUNT, data, "isAds");
	amp_engine_end(e);
}

/* --- 9GAG --- */

static const struct amp_row ninegag_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                              {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                              {AMP_F_AUTHOR_ID, "creator.userId", NULL, NULL, AMP_OPTIONAL},
                                              {AMP_F_AUTHOR_HANDLE, "creator.username", NULL, NULL, AMP_OPTIONAL},
                                              {AMP_F_AUTHOR_NAME, "creator.fullName", NULL, NULL, AMP_OPTIONAL},
                                              {AMP_F_TITLE, "title", NULL, amp_as_html, AMP_REQUIRED},
                                              {AMP_F_TEXT, "description", NULL, amp_as_html, AMP_OPTIONAL},
                                              {AMP_F_CREATED_AT, "creationTs", NULL, amp_as_time_epoch, AMP_REQUIRED},
                                              {AMP_F_REPLIES, "commentsCount", NULL, NULL, AMP_OPTIONAL},
                                              {0}};

void amp_captures_9gag(struct amp_engine *e, const struct amp_json *data)
{
	const struct amp_json *up = amp_json_get(data, "upVoteCount"), *down = amp_json_get(data, "downVoteCount");
	const struct amp_json *masked = amp_json_get(data, "isVoteMasked");
	int64_t plus = 0, minus = 0;
	if (!begin(e, data, ninegag_rows)) return;
	bool known = amp_json_is_null(masked) || masked->type < AMP_JSON_STRING;
	if (!is_set(e, AMP_F_LIKES, data, "isVoteMasked") && known) { /* masked: zeros are sent */
		amp_put_json(e, AMP_F_LIKES, NULL, up);
		bool counted = amp_json_i64(down, &minus);
		if (!counted && !amp_json_is_null(down)) amp_put_invalid(e, AMP_F_SCORE, down->offset, "downVoteCount is no count");
		if (amp_json_i64(up, &plus) && counted) e->item->score = plus - minus;
	}
	const struct amp_json *images = amp_member(e, AMP_F_MEDIA, data, "images", AMP_JSON_OBJECT);
	e->item->is_ad = is_set(e, AMP_F_COUNT, data, "promoted");
	if (is_set(e, AMP_F_LABELS, data, "nsfw")) amp_add_label(e, AMP_STR("nsfw"), AMP_STR_ABSENT);
	const struct amp_json *video = amp_json_get(images, "image460sv");
	if (amp_json_str(amp_json_get(video, "url")).n)
		add_picture(e, "video", video, "url", AMP_STR_ABSENT);
	else
		add_picture(e, "image", amp_json_get(images, "image700"), "url", AMP_STR_ABSENT);
	add_link(e, amp_member_text(e, AMP_F_LINKS, data, "sourceUrl"), AMP_STR_ABSENT);
	amp_engine_end(e);
}

/* --- Imgur --- */

static const struct amp_row imgur_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                            {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_AUTHOR_ID, "account_id", "account.id", NULL, AMP_OPTIONAL},
                                            {AMP_F_AUTHOR_HANDLE, "account.username", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_TITLE, "title", NULL, NULL, AMP_REQUIRED},
                                            {AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_CREATED_AT, "created_at", NULL, NULL, AMP_REQUIRED},
                                            {AMP_F_LIKES, "upvote_count", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_SCORE, "point_count", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_REPLIES, "comment_count", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_VIEWS, "view_count", NULL, NULL, AMP_OPTIONAL},
                                            {0}};

void amp_captures_imgur(struct amp_engine *e, const struct amp_json *data)
{
	if (!begin(e, data, imgur_rows)) return;
	const struct amp_json *cover = amp_member(e, AMP_F_MEDIA, data, "cover", AMP_JSON_OBJECT);
	bool video = amp_str_eq_c(amp_member_text(e, AMP_F_MEDIA, cover, "type"), "video");
	struct amp_media m = {.kind = video ? AMP_STR("video") : AMP_STR("image"),
	                      .url = amp_member_text(e, AMP_F_MEDIA, cover, "url"),
	                      .alt = AMP_STR_ABSENT,
	                      .mime = amp_member_text(e, AMP_F_MEDIA, cover, "mime_type"),
	                      .width = amp_member_size(e, cover, "width"),
	                      .height = amp_member_size(e, cover, "height")};
	if (m.url.n) amp_add_media(e, &m);
	e->item->is_ad = is_set(e, AMP_F_COUNT, data, "is_ad");
	if (is_set(e, AMP_F_LABELS, data, "is_mature")) amp_add_label(e, AMP_STR("nsfw"), AMP_STR_ABSENT);
	amp_engine_end(e);
}

/* --- Pinterest: of its API, of its GraphQL, of the page --- */

static enum amp_state as_trimmed(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	amp_put_text(e, field, amp_str_trim(v->text));
	return AMP_STATE_PRESENT;
}

static const struct amp_row pinterest_rows[] = {{AMP_F_ITEM_ID, "entityId", "id", NULL, AMP_REQUIRED},
                                                {AMP_F_AUTHOR_ID, "pinner.id", "pinner.entityId", NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_HANDLE, "pinner.username", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_NAME, "pinner.full_name", "pinner.fullName", NULL, AMP_OPTIONAL},
                                                {AMP_F_TITLE, "title", "grid_title", NULL, AMP_OPTIONAL},
                                                {AMP_F_TEXT, "description", "body", as_trimmed, AMP_OPTIONAL},
                                                {AMP_F_CREATED_AT, "created_at", "createdAt", amp_as_time_any, AMP_OPTIONAL},
                                                {AMP_F_REPOSTS, "repin_count", "repinCount", NULL, AMP_OPTIONAL},
                                                {AMP_F_REPLIES, "comment_count", "commentCount", NULL, AMP_OPTIONAL},
                                                {0}};

/* The sum of all kinds; one that is no count leaves none. */
static void put_reactions(struct amp_engine *e, const struct amp_json *reactions)
{
	int64_t sum = 0, n = 0;
	if (!reactions) return;
	for (const struct amp_json *x = amp_json_first(reactions); x; x = amp_json_next(reactions, x)) {
		if (!amp_json_i64(x, &n)) {
			amp_put_invalid(e, AMP_F_LIKES, x->offset, "one of reaction_counts is no count");
			return;
		}
		if (n > 0 && n < INT32_MAX) sum += n;
	}
	e->item->likes = sum;
}

void amp_captures_pinterest(struct amp_engine *e, const struct amp_json *data)
{
	static const char *const pictures[][2] = {{"images.orig", "url"}, {"imageSpec_orig", "url"}, {"", "image"}};
	if (!begin(e, data, pinterest_rows)) return;
	struct amp_str alt = amp_member_text(e, AMP_F_MEDIA, data, "alt_text");
	put_url(e, "https://www.pinterest.com/pin/");
	put_reactions(e, amp_member(e, AMP_F_LIKES, data, "reaction_counts", AMP_JSON_OBJECT));
	for (size_t i = 0; i < 3; i++) {
		const char *path = pictures[i][0];
		const struct amp_json *holder = *path ? amp_member_deep(e, AMP_F_MEDIA, data, path, AMP_JSON_OBJECT) : data;
		if (!amp_member_text(e, AMP_F_MEDIA, holder, pictures[i][1]).n) continue;
		add_picture(e, "image", holder, pictures[i][1], alt.n ? alt : AMP_STR_ABSENT);
		break;
	}
	add_link(e, amp_member_text(e, AMP_F_LINKS, data, "link"), AMP_STR_ABSENT);
	e->item->is_ad = is_set(e, AMP_F_COUNT, data, "is_promoted");
	amp_engine_end(e);
}

/* --- RedNote (Xiaohongshu): of a list, of a note's page, of the page's own HTML --- */

/* "1.2万": ten thousands, "3亿": hundreds of millions; else what other pages show. */
static enum amp_state as_chinese_count(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	static const struct {
		const char *ends;
		double times;
	} units[] = {{"\xE4\xB8\x87", 1e4}, {"\xE4\xBA\xBF", 1e8}, {"\xE4\xB8\x87+", 1e4}};
	for (size_t i = 0; v->text.p && i < sizeof units / sizeof *units; i++) {
		if (!amp_str_ends(v->text, units[i].ends)) continue;
		struct amp_str digits = amp_str_trim((struct amp_str){v->text.p, v->text.n - strlen(units[i].ends)});
		const char *point = digits.n ? memchr(digits.p, '.', digits.n) : NULL;
		struct amp_str whole = point ? (struct amp_str){digits.p, (size_t)(point - digits.p)} : digits;
		int64_t n = 0, part = 0;
		double tenth = 0;
		if (!amp_str_i64(whole, &n) || n < 0 || n > 1000000) return AMP_STATE_INVALID;
		if (point) {
			struct amp_str rest = {point + 1, digits.n - whole.n - 1};
			if (rest.n == 0 || rest.n > 6 || !amp_str_i64(rest, &part) || part < 0) return AMP_STATE_INVALID;
			tenth = (double)part;
			for (size_t k = 0; k < rest.n; k++) tenth /= 10;
		}
		const char *text = amp_arena_printf(e->arena, "%.0f", ((double)n + tenth) * units[i].times);
		struct amp_value plain = {NULL, amp_str_c(text), v->offset};
		if (!text) amp_engine_no_memory(e);
		e->item->counts_rounded = true;
		return text ? amp_as_count(e, field, &plain) : AMP_STATE_INVALID;
	}
	return amp_as_count_text(e, field, v);
}

static const struct amp_row listed_rows[] = {
	{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
	{AMP_F_AUTHOR_ID, "note_card.user.user_id", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "note_card.user.nickname", "note_card.user.nick_name", NULL, AMP_OPTIONAL},
	{AMP_F_TITLE, "note_card.display_title", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_LIKES, "note_card.interact_info.liked_count", NULL, as_chinese_count, AMP_OPTIONAL},
	{0}};
static const struct amp_row note_rows[] = {{AMP_F_ITEM_ID, "id", "note.noteId", NULL, AMP_REQUIRED},
                                           {AMP_F_AUTHOR_ID, "note.user.userId", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_NAME, "note.user.nickname", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_TITLE, "note.title", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_TEXT, "note.desc", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_CREATED_AT, "note.time", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                           {AMP_F_LIKES, "note.interactInfo.likedCount", NULL, as_chinese_count, AMP_OPTIONAL},
                                           {AMP_F_REPLIES, "note.interactInfo.commentCount", NULL, as_chinese_count, AMP_OPTIONAL},
                                           {AMP_F_REPOSTS, "note.interactInfo.shareCount", NULL, as_chinese_count, AMP_OPTIONAL},
                                           {0}};
static const struct amp_row shown_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                            {AMP_F_AUTHOR_NAME, "author_name", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_TITLE, "title", NULL, NULL, AMP_OPTIONAL},
                                            {AMP_F_LIKES, "likes", NULL, as_chinese_count, AMP_OPTIONAL},
                                            {0}};

void amp_captures_rednote(struct amp_engine *e, const struct amp_json *data)
{
	const struct amp_json *card = amp_json_get(data, "note_card"), *note = amp_json_get(data, "note");
	if (!begin(e, data, card ? listed_rows : note ? note_rows : shown_rows)) return;
	const struct amp_json *images = amp_member(e, AMP_F_MEDIA, note, "imageList", AMP_JSON_ARRAY);
	put_url(e, "https://www.xiaohongshu.com/explore/"); /* as sent it has a token of who looked */
	const struct amp_json *type = amp_json_get(card ? card : note, "type");
	if (amp_str_eq_c(amp_json_str(type), "video")) e->item->kind = AMP_VIDEO;
	add_picture(e, "image", amp_json_get(card, "cover"), "url_default", AMP_STR_ABSENT);
	for (const struct amp_json *x = amp_json_first(images); x; x = amp_json_next(images, x))
		add_picture(e, "image", x, "urlDefault", AMP_STR_ABSENT);
	add_picture(e, "image", data, "thumbnail_url", AMP_STR_ABSENT);
	amp_engine_end(e);
}

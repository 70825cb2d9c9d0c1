/* youtube_renderer.c: InnerTube: what the site itself reads, and what its pages carry as ytInitialData (recordings of January 2026 and
 * before; NewPipeExtractor 43f8e6e, YouTube.js). A list holds objects with one member each, whose name says what it is: the
 * same list has had other ones from year to year, so all that are known are read, and others keep their rank.
 */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_parts.h"

#define MAX_DEPTH 16 /* lists in lists: six are in use */

struct renderer;
struct site { /* the answer in hand */
	struct amp_engine *e;
	struct amp_str owner, owner_name, owner_handle; /* the channel whose page it is: its videos do not repeat it */
	struct amp_str token;                           /* of the next page: the last one met */
	int depth;
};
struct renderer {
	const char *name;
	void (*read)(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf);
	enum amp_kind kind;
	const char *inside; /* of those that hold others: where */
	bool is_ad, is_short;
};

static void read_member(struct site *s, const struct amp_json *holder, struct amp_str shelf);

/* --- texts --- */

static void odd(struct amp_engine *e, enum amp_field field, const struct amp_json *v, const char *what)
{
	amp_engine_diag(e, "invalid_value", field, v->offset, "this is no %s as the site writes them", what);
}

/* NULL, with a remark, for what is sent and is neither the one nor the other: a member of a list is read by walking. */
static const struct amp_json *list_of(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	if (amp_json_is_null(v) || amp_json_is(v, AMP_JSON_ARRAY)) return v;
	odd(e, field, v, "list");
	return NULL;
}

static struct amp_str run_text(struct amp_engine *e, enum amp_field field, const struct amp_json *run)
{
	if (!amp_json_is(run, AMP_JSON_OBJECT)) odd(e, field, run, "text");
	return amp_member_text(e, field, run, "text");
}

/* {"simpleText": …}, {"content": …} or {"runs": [{"text": …}]} */
static struct amp_str shown(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	const struct amp_json *runs = NULL;
	if (!amp_json_is_null(v) && !amp_json_is(v, AMP_JSON_OBJECT)) odd(e, field, v, "text");
	for (const struct amp_json *m = amp_json_is(v, AMP_JSON_OBJECT) ? amp_json_first(v) : NULL; m; m = amp_json_next(v, m)) {
		struct amp_str key = amp_json_key(m), text = amp_json_str(m);
		bool plain = amp_str_eq_c(key, "simpleText") || amp_str_eq_c(key, "content");
		if (plain && text.p) return text;
		if (plain && !amp_json_is_null(m)) odd(e, field, m, "text");
		if (amp_str_eq_c(key, "runs")) runs = list_of(e, field, m);
	}
	struct amp_str whole = AMP_STR_ABSENT;
	size_t n = 0;
	for (const struct amp_json *r = amp_json_first(runs); r; r = amp_json_next(runs, r)) {
		struct amp_str text = run_text(e, field, r);
		if (!whole.p) whole = text; /* one run, as most are */
		n += text.n;
	}
	if (!whole.p || n == whole.n) return whole;
	char *out = amp_arena_alloc(e->arena, n);
	if (!out) {
		amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	whole = (struct amp_str){out, 0};
	for (const struct amp_json *r = amp_json_first(runs); r; r = amp_json_next(runs, r)) {
		struct amp_str text = amp_json_str(amp_json_get(r, "text"));
		if (text.n) memcpy(out + whole.n, text.p, text.n);
		whole.n += text.n;
	}
	return whole;
}

static enum amp_state put_read(struct amp_engine *e, enum amp_field field, amp_convert *convert, struct amp_str text,
                               const struct amp_json *v)
{
	struct amp_value value = {.text = text, .offset = v ? v->offset : 0};
	const struct amp_row row = {.field = field, .path = "", .convert = convert};
	return text.p ? amp_put(e, &row, &value) : AMP_STATE_ABSENT;
}

static enum amp_state put_shown(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_json *v)
{
	return put_read(e, field, convert, shown(e, field, v), v);
}

/* --- authors --- */

static void put_channel(struct amp_engine *e, const struct amp_json *browse, struct amp_str name)
{
	amp_put_text(e, AMP_F_AUTHOR_NAME, name);
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_text, amp_json_get(browse, "browseId"));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE,
	             amp_youtube_handle(amp_member_text(e, AMP_F_AUTHOR_HANDLE, browse, "canonicalBaseUrl")));
}

static void put_byline(struct amp_engine *e, const struct amp_json *byline, struct amp_str name)
{
	const struct amp_json *runs = amp_json_get(byline, "runs"), *browse = NULL;
	for (const struct amp_json *r = amp_json_first(runs); r && !browse; r = amp_json_next(runs, r))
		browse = amp_member_deep(e, AMP_F_AUTHOR_ID, r, "navigationEndpoint.browseEndpoint", AMP_JSON_OBJECT);
	put_channel(e, browse, name);
}

static void put_owner(struct site *s)
{
	if (!s->owner.n || s->e->item->author_id.p || s->e->item->author_name.p) return;
	amp_put_text(s->e, AMP_F_AUTHOR_ID, s->owner);
	amp_put_text(s->e, AMP_F_AUTHOR_NAME, s->owner_name);
	amp_put_text(s->e, AMP_F_AUTHOR_HANDLE, s->owner_handle);
}

static bool is_mix(struct amp_str id)
{
	return amp_str_starts(id, "RD");
}

/* --- the older family: videoRenderer and its like --- */

enum part {
	ID,
	TITLE,
	PICTURE,
	LONG_BYLINE,
	SHORT_BYLINE,
	OWNER,
	DATE,
	VIEWS,
	SHORT_VIEWS,
	SNIPPET,
	SNIPPETS,
	OVERLAYS,
	BADGES,
	UPCOMING,
	TARGET,
	PARTS
};
static const struct {
	const char *name;
	enum part part;
} part_names[] = {
	{"videoId", ID},
	{"playlistId", ID},
	{"channelId", ID},
	{"title", TITLE},
	{"headline", TITLE},
	{"thumbnail", PICTURE},
	{"thumbnails", PICTURE},
	{"longBylineText", LONG_BYLINE},
	{"shortBylineText", SHORT_BYLINE},
	{"ownerText", OWNER},
	{"publishedTimeText", DATE},
	{"viewCountText", VIEWS},
	{"shortViewCountText", SHORT_VIEWS},
	{"descriptionSnippet", SNIPPET},
	{"detailedMetadataSnippets", SNIPPETS},
	{"thumbnailOverlays", OVERLAYS},
	{"badges", BADGES},
	{"upcomingEventData", UPCOMING},
	{"navigationEndpoint", TARGET},
};

/* One walk over the members: each of the parts that are read. */
static void gather(const struct amp_json *r, const struct amp_json *parts[PARTS])
{
	memset(parts, 0, PARTS * sizeof *parts);
	for (const struct amp_json *m = amp_json_first(r); m; m = amp_json_next(r, m)) {
		struct amp_str key = amp_json_key(m);
		for (size_t i = 0; i < sizeof part_names / sizeof *part_names; i++)
			if (amp_str_eq_c(key, part_names[i].name)) {
				parts[part_names[i].part] = m;
				break;
			}
	}
}

static unsigned style_flags(struct amp_str style)
{
	if (amp_str_eq_c(style, "LIVE")) return AMP_YT_LIVE;
	if (amp_str_eq_c(style, "UPCOMING")) return AMP_YT_UPCOMING;
	return amp_str_eq_c(style, "SHORTS") ? AMP_YT_SHORT : 0;
}

/* A text of a label, in lists of objects in objects. */
static struct amp_str label_text(struct amp_engine *e, const struct amp_json *v, const char *path)
{
	if (!amp_json_is_null(v) && !amp_json_is(v, AMP_JSON_OBJECT)) odd(e, AMP_F_LABELS, v, "label");
	return amp_json_str(amp_member_deep(e, AMP_F_LABELS, v, path, AMP_JSON_STRING));
}

static unsigned overlay_flags(struct amp_engine *e, const struct amp_json *overlays)
{
	unsigned flags = 0;
	overlays = list_of(e, AMP_F_LABELS, overlays);
	for (const struct amp_json *o = amp_json_first(overlays); o; o = amp_json_next(overlays, o))
		flags |= style_flags(label_text(e, o, "thumbnailOverlayTimeStatusRenderer.style"));
	return flags;
}

static bool is_live_badge(struct amp_str style)
{
	return style.n && amp_str_find(style, AMP_STR("_LIVE"));
}

static unsigned badge_flags(struct amp_engine *e, const struct amp_json *badges)
{
	unsigned flags = 0;
	badges = list_of(e, AMP_F_LABELS, badges);
	for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b))
		if (is_live_badge(label_text(e, b, "metadataBadgeRenderer.style"))) flags |= AMP_YT_LIVE;
	return flags;
}

static void put_badges(struct amp_engine *e, const struct amp_json *badges)
{
	if (!amp_json_is(badges, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b)) {
		const struct amp_json *badge = amp_json_get(b, "metadataBadgeRenderer");
		if (!is_live_badge(amp_json_str(amp_json_get(badge, "style"))))
			amp_youtube_badge(e, amp_member_text(e, AMP_F_LABELS, badge, "label"));
	}
}

/* The exact count before the short one. Who watches or waits now is none of views. */
static void put_views(struct amp_engine *e, const struct amp_json *exact, const struct amp_json *rounded, unsigned flags)
{
	struct amp_str text = shown(e, AMP_F_VIEWS, exact);
	if (amp_youtube_counts_watchers(text)) return;
	if (flags & (AMP_YT_LIVE | AMP_YT_UPCOMING) && !amp_youtube_says_views(text)) return;
	if (put_read(e, AMP_F_VIEWS, amp_as_count_text, text, exact) != AMP_STATE_PRESENT)
		put_shown(e, AMP_F_VIEWS, amp_as_count_text, rounded);
}

/* {"thumbnails": […]}; playlists have a list of such, one for each of their first videos. */
static const struct amp_json *pictures(struct amp_engine *e, const struct amp_json *v)
{
	const struct amp_json *one = amp_json_is(v, AMP_JSON_ARRAY) ? amp_json_first(v) : v;
	const struct amp_json *list = amp_json_get(one, "thumbnails");
	if (list) return list;
	if (one && (one != v || one->type == AMP_JSON_OBJECT) && !amp_json_is_null(one)) odd(e, AMP_F_MEDIA, one, "picture");
	return amp_json_is(v, AMP_JSON_ARRAY) || amp_json_is(v, AMP_JSON_OBJECT) ? NULL : v;
}

static void read_video(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	const struct amp_json *part[PARTS];
	if (!amp_engine_begin(e, r->offset)) return;
	gather(r, part);
	struct amp_str id = amp_json_str(part[ID]);
	unsigned flags = overlay_flags(e, part[OVERLAYS]) | badge_flags(e, part[BADGES]);
	if (what->is_short || amp_json_get(part[TARGET], "reelWatchEndpoint")) flags |= AMP_YT_SHORT;
	if (part[UPCOMING]) flags |= AMP_YT_UPCOMING;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	e->item->is_ad = what->is_ad;
	amp_youtube_identity(e, what->kind, id);
	put_shown(e, AMP_F_TITLE, NULL, part[TITLE]);
	put_shown(e, AMP_F_TEXT, NULL,
	          part[SNIPPET] ? part[SNIPPET]
	                        : amp_json_get(amp_json_at(list_of(e, AMP_F_TEXT, part[SNIPPETS]), 0), "snippetText"));
	if (what->kind == AMP_ACCOUNT) {
		if (part[TARGET] && part[TARGET]->type != AMP_JSON_OBJECT) odd(e, AMP_F_AUTHOR_HANDLE, part[TARGET], "way");
		put_channel(e, amp_member(e, AMP_F_AUTHOR_HANDLE, part[TARGET], "browseEndpoint", AMP_JSON_OBJECT), e->item->title);
		amp_put_text(e, AMP_F_AUTHOR_ID, id);
	} else if (!is_mix(id)) {
		int byline = LONG_BYLINE;
		struct amp_str name = shown(e, AMP_F_AUTHOR_NAME, part[byline]);
		while (!name.n && byline < OWNER) name = shown(e, AMP_F_AUTHOR_NAME, part[++byline]);
		put_byline(e, part[byline], name);
		put_owner(s);
	}
	if (what->kind == AMP_VIDEO) {
		put_views(e, part[VIEWS], part[SHORT_VIEWS], flags);
		if (!(flags & AMP_YT_UPCOMING)) put_shown(e, AMP_F_CREATED_AT, amp_as_time_relative, part[DATE]);
	}
	amp_youtube_thumbnail(e, pictures(e, part[PICTURE]));
	amp_youtube_flags(e, flags);
	put_badges(e, part[BADGES]);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

/* --- the newer family: lockupViewModel (since 2025) --- */

static bool lockup_kind(struct amp_str type, enum amp_kind *kind, unsigned *flags)
{
	static const struct {
		const char *type;
		enum amp_kind kind;
		unsigned flags;
	} types[] = {{"VIDEO", AMP_VIDEO, 0},   {"SHORT", AMP_VIDEO, AMP_YT_SHORT},
	             {"PLAYLIST", AMP_FEED, 0}, {"PODCAST", AMP_FEED, 0},
	             {"ALBUM", AMP_FEED, 0},    {"COURSE", AMP_FEED, 0}};
	const char before[] = "LOCKUP_CONTENT_TYPE_";
	if (!amp_str_starts(type, before)) return false;
	type = (struct amp_str){type.p + sizeof before - 1, type.n - (sizeof before - 1)};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!amp_str_eq_c(type, types[i].type)) continue;
		*kind = types[i].kind;
		*flags = types[i].flags;
		return true;
	}
	return false;
}

/* On the picture: {"thumbnailBottomOverlayViewModel": {"badges": […]}} or {"thumbnailOverlayBadgeViewModel": {"thumbnailBadges": […]}} */
static unsigned picture_flags(struct amp_engine *e, const struct amp_json *overlays)
{
	unsigned flags = 0;
	for (const struct amp_json *o = amp_json_first(overlays); o; o = amp_json_next(overlays, o)) {
		const struct amp_json *badges =
			amp_member_deep(e, AMP_F_LABELS, o, "thumbnailBottomOverlayViewModel.badges", AMP_JSON_ARRAY);
		if (!badges)
			badges = amp_member_deep(e, AMP_F_LABELS, o, "thumbnailOverlayBadgeViewModel.thumbnailBadges",
			                         AMP_JSON_ARRAY);
		for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b)) {
			struct amp_str text = label_text(e, b, "thumbnailBadgeViewModel.text");
			if (is_live_badge(label_text(e, b, "thumbnailBadgeViewModel.badgeStyle"))) flags |= AMP_YT_LIVE;
			if (amp_str_ieq_c(text, "upcoming")) flags |= AMP_YT_UPCOMING;
			if (amp_str_ieq_c(text, "shorts")) flags |= AMP_YT_SHORT;
		}
	}
	return flags;
}

#define TAPPED "onTap.innertubeCommand.browseEndpoint"
static const struct amp_json *link_of(struct amp_engine *e, const struct amp_json *text)
{
	return amp_member_deep(e, AMP_F_AUTHOR_ID, text, "commandRuns.0." TAPPED, AMP_JSON_OBJECT);
}

/* Row by row: the channel where it is named, then "567m views", "10 years ago". */
struct rows {
	const struct amp_json *channel, *link, *views, *date, *badges;
	unsigned flags;
};

static void sort_part(struct amp_engine *e, struct rows *found, const struct amp_json *text, bool alone)
{
	struct amp_str said = amp_member_text(e, AMP_F_VIEWS, text, "content");
	if (amp_youtube_counts_watchers(said)) return;
	if (amp_youtube_says_upcoming(said))
		found->flags |= AMP_YT_UPCOMING;
	else if (amp_youtube_says_views(said) || (!found->views && !alone && !amp_youtube_says_when(said)))
		found->views = text;
	else if (amp_youtube_says_when(said) || found->views)
		found->date = text;
}

static struct rows sort_rows(struct amp_engine *e, const struct amp_json *rows, bool has_avatar)
{
	struct rows found = {0};
	for (const struct amp_json *row = amp_json_first(rows); row; row = amp_json_next(rows, row)) {
		const struct amp_json *badges = amp_member(e, AMP_F_LABELS, row, "badges", AMP_JSON_ARRAY),
				      *parts = amp_member(e, AMP_F_VIEWS, row, "metadataParts", AMP_JSON_ARRAY);
		if (!amp_json_is(row, AMP_JSON_OBJECT)) odd(e, AMP_F_VIEWS, row, "row");
		if (badges) found.badges = badges;
		if (found.views || found.date) continue;
		for (const struct amp_json *p = amp_json_first(parts); p; p = amp_json_next(parts, p)) {
			const struct amp_json *text = amp_member(e, AMP_F_VIEWS, p, "text", AMP_JSON_OBJECT);
			if (!amp_json_is(p, AMP_JSON_OBJECT)) odd(e, AMP_F_VIEWS, p, "part of a row");
			if (!found.channel && (found.link = link_of(e, text), has_avatar || found.link))
				found.channel = text;
			else
				sort_part(e, &found, text, parts->n == 1);
		}
	}
	return found;
}

static void put_row_badges(struct amp_engine *e, const struct amp_json *badges)
{
	for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b))
		amp_youtube_badge(e, label_text(e, b, "badgeViewModel.badgeText"));
}

static const struct amp_json *lockup_picture(struct amp_engine *e, const struct amp_json *r)
{
	static const char *const places[] = {"contentImage.collectionThumbnailViewModel.primaryThumbnail.thumbnailViewModel",
	                                     "contentImage.thumbnailViewModel"};
	const struct amp_json *image = amp_member(e, AMP_F_MEDIA, r, "contentImage", AMP_JSON_OBJECT), *found = NULL;
	for (size_t i = 0; image && !found && i < sizeof places / sizeof *places; i++)
		found = amp_member_deep(e, AMP_F_MEDIA, r, places[i], AMP_JSON_OBJECT);
	return found;
}

static void put_lockup(struct site *s, const struct amp_json *r, enum amp_kind kind, unsigned flags, struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	const struct amp_json *told = amp_member_deep(e, AMP_F_TITLE, r, "metadata.lockupMetadataViewModel", AMP_JSON_OBJECT),
			      *picture = lockup_picture(e, r), *avatar = amp_json_get(told, "image");
	const struct amp_json *listed =
		amp_member_deep(e, AMP_F_VIEWS, told, "metadata.contentMetadataViewModel.metadataRows", AMP_JSON_ARRAY);
	struct rows rows = sort_rows(e, listed, avatar != NULL);
	struct amp_str id = amp_json_str(amp_json_get(r, "contentId"));
	const struct amp_json *channel = amp_member_deep(
		e, AMP_F_AUTHOR_ID, told, "image.decoratedAvatarViewModel.rendererContext.commandContext." TAPPED, AMP_JSON_OBJECT);
	flags |= picture_flags(e, amp_member(e, AMP_F_LABELS, picture, "overlays", AMP_JSON_ARRAY));
	if (kind == AMP_VIDEO) flags |= rows.flags;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, kind, id);
	put_shown(e, AMP_F_TITLE, NULL, amp_json_get(told, "title"));
	if (kind == AMP_VIDEO || !is_mix(id)) {
		if (rows.channel) put_channel(e, channel ? channel : rows.link, shown(e, AMP_F_AUTHOR_NAME, rows.channel));
		put_owner(s);
	}
	if (kind == AMP_VIDEO) {
		put_views(e, rows.views, NULL, flags);
		if (!(flags & AMP_YT_UPCOMING)) put_shown(e, AMP_F_CREATED_AT, amp_as_time_relative, rows.date);
	}
	amp_youtube_thumbnail(e, amp_member_deep(e, AMP_F_MEDIA, picture, "image.sources", AMP_JSON_ARRAY));
	amp_youtube_flags(e, flags);
	put_row_badges(e, rows.badges);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

static void read_lockup(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_str type = amp_json_str(amp_json_get(r, "contentType"));
	enum amp_kind kind = what->kind;
	unsigned flags = 0;
	if (!amp_engine_begin(s->e, r->offset)) return;
	if (lockup_kind(type, &kind, &flags))
		put_lockup(s, r, kind, flags, shelf);
	else
		amp_engine_unknown(s->e, "a lockup of type \"%.*s\"", AMP_ARG(type));
}

static void read_short(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	if (!amp_engine_begin(e, r->offset)) return;
	const struct amp_json *over = amp_member(e, AMP_F_VIEWS, r, "overlayMetadata", AMP_JSON_OBJECT);
	const struct amp_json *sources = amp_member_deep(e, AMP_F_MEDIA, r, "thumbnail.sources", AMP_JSON_ARRAY);
	if (!sources) /* since 2025 */
		sources = amp_member_deep(e, AMP_F_MEDIA, r, "thumbnailViewModel.thumbnailViewModel.image.sources", AMP_JSON_ARRAY);
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, what->kind, amp_json_str(amp_json_path(r, "onTap.innertubeCommand.reelWatchEndpoint.videoId")));
	put_shown(e, AMP_F_TITLE, NULL, amp_json_get(over, "primaryText"));
	put_views(e, amp_json_get(over, "secondaryText"), NULL, 0);
	put_owner(s);
	amp_youtube_thumbnail(e, sources);
	amp_youtube_flags(e, AMP_YT_SHORT);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

/* --- what is neither video nor list --- */

/* Panels that YouTube puts above results: an encyclopedia's text, an emergency number. */
static void read_panel(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	const struct amp_json *title = amp_json_get(r, "title"), *text = amp_json_get(r, "text");
	(void)what;
	if (!amp_engine_begin(e, r->offset)) return;
	e->item->is_service = true;
	put_shown(e, AMP_F_TITLE, NULL, title ? title : amp_json_get(r, "contentTitle"));
	if (!amp_json_is(r, AMP_JSON_OBJECT)) odd(e, AMP_F_TEXT, r, "panel");
	if (!text)
		text = amp_json_at(amp_member_deep(e, AMP_F_TEXT, r, "content.infoPanelContentRenderer.paragraphs", AMP_JSON_ARRAY),
		                   0);
	put_shown(e, AMP_F_TEXT, NULL, text);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

static void unreadable_ad(struct amp_engine *e, const struct amp_json *r)
{
	if (!amp_engine_begin(e, r->offset)) return;
	e->item->is_ad = true;
	amp_engine_end(e);
}

/* One entry for the slot, whatever it was filled with. */
static const struct renderer *find(struct amp_str name);
static void read_ad(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	const struct amp_json *filled =
		amp_member_deep(s->e, AMP_F_COUNT, r, "fulfillmentContent.fulfilledLayout.inFeedAdLayoutRenderer.renderingContent",
	                        AMP_JSON_OBJECT);
	if (!amp_json_is(r, AMP_JSON_OBJECT)) odd(s->e, AMP_F_COUNT, r, "advertisement");
	const struct amp_json *inside = amp_json_first(filled);
	const struct renderer *known = inside && amp_json_is(filled, AMP_JSON_OBJECT) ? find(amp_json_key(inside)) : NULL;
	(void)what;
	if (!known || known->read != read_video) {
		unreadable_ad(s->e, r);
		return;
	}
	struct renderer ad = *known;
	ad.is_ad = true;
	read_video(s, &ad, inside, shelf);
}

/* --- what holds others --- */

static void read_list(struct site *s, const struct amp_json *list, struct amp_str shelf)
{
	for (const struct amp_json *x = amp_json_first(list); x && !s->e->failed; x = amp_json_next(list, x))
		read_member(s, x, shelf);
}

/* Something that holds entries and has lost them: one that cannot be read stands for all of them. */
static void emptied(struct site *s, const char *name, const struct amp_json *r)
{
	if (r->flags & AMP_JSON_CUT || !amp_engine_begin(s->e, r->offset)) return;
	amp_engine_unknown(s->e, "%s without what it holds", name);
	amp_engine_cut(s->e, "%s at byte %u has nothing in it that can be read", name, (unsigned)r->offset);
}

static void read_inside(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	const struct amp_json *inside = amp_json_get(r, what->inside);
	if (amp_json_is(inside, AMP_JSON_ARRAY))
		read_list(s, inside, shelf);
	else if (amp_json_is(inside, AMP_JSON_OBJECT))
		read_member(s, inside, shelf);
	else
		emptied(s, what->name, r);
}

static void read_shelf(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_str title = shown(s->e, AMP_F_FEED_CONTEXT, amp_json_get(r, "title"));
	if (!title.n) title = shown(s->e, AMP_F_FEED_CONTEXT, amp_json_path(r, "header.gridShelfHeaderViewModel.title"));
	read_inside(s, what, r, title.n ? title : shelf);
}

static void read_continuation(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	struct amp_str token = amp_json_str(amp_json_path(r, "continuationEndpoint.continuationCommand.token"));
	const struct amp_json *commands = amp_json_path(r, "continuationEndpoint.commandExecutorCommand.commands");
	(void)what;
	(void)shelf;
	for (const struct amp_json *c = amp_json_first(commands); c && !token.n; c = amp_json_next(commands, c))
		token = amp_json_str(amp_json_path(c, "continuationCommand.token"));
	if (token.n) s->token = token;
}

static void read_nothing(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	(void)s, (void)what, (void)r, (void)shelf;
}

static void read_chart(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf);

static const struct renderer renderers[] = {
	{"lockupViewModel", read_lockup, AMP_VIDEO, NULL, false, false},
	{"videoRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"compactVideoRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"gridVideoRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"richItemRenderer", read_inside, AMP_VIDEO, "content", false, false},
	{"playlistVideoRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"movieRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"compactMovieRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"gridMovieRenderer", read_video, AMP_VIDEO, NULL, false, false},
	{"shortsLockupViewModel", read_short, AMP_VIDEO, NULL, false, true},
	{"reelItemRenderer", read_video, AMP_VIDEO, NULL, false, true},
	{"playlistRenderer", read_video, AMP_FEED, NULL, false, false},
	{"compactPlaylistRenderer", read_video, AMP_FEED, NULL, false, false},
	{"gridPlaylistRenderer", read_video, AMP_FEED, NULL, false, false},
	{"radioRenderer", read_video, AMP_FEED, NULL, false, false},
	{"compactRadioRenderer", read_video, AMP_FEED, NULL, false, false},
	{"gridRadioRenderer", read_video, AMP_FEED, NULL, false, false},
	{"channelRenderer", read_video, AMP_ACCOUNT, NULL, false, false},
	{"gridChannelRenderer", read_video, AMP_ACCOUNT, NULL, false, false},
	{"adSlotRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"promotedVideoRenderer", read_video, AMP_VIDEO, NULL, true, false},
	{"compactPromotedVideoRenderer", read_video, AMP_VIDEO, NULL, true, false},
	{"promotedSparklesWebRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"promotedSparklesTextSearchRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"searchPyvRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"displayAdRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"clarificationRenderer", read_panel, AMP_VIDEO, NULL, false, false},
	{"infoPanelContainerRenderer", read_panel, AMP_VIDEO, NULL, false, false},
	{"emergencyOneboxRenderer", read_panel, AMP_VIDEO, NULL, false, false},
	{"itemSectionRenderer", read_inside, AMP_VIDEO, "contents", false, false},
	{"sectionListRenderer", read_inside, AMP_VIDEO, "contents", false, false},
	{"richGridRenderer", read_inside, AMP_VIDEO, "contents", false, false},
	{"richSectionRenderer", read_inside, AMP_VIDEO, "content", false, false},
	{"richShelfRenderer", read_shelf, AMP_VIDEO, "contents", false, false},
	{"shelfRenderer", read_shelf, AMP_VIDEO, "content", false, false},
	{"reelShelfRenderer", read_shelf, AMP_VIDEO, "items", false, false},
	{"gridShelfViewModel", read_shelf, AMP_VIDEO, "contents", false, false},
	{"verticalListRenderer", read_inside, AMP_VIDEO, "items", false, false},
	{"horizontalListRenderer", read_inside, AMP_VIDEO, "items", false, false},
	{"expandedShelfContentsRenderer", read_inside, AMP_VIDEO, "items", false, false},
	{"gridRenderer", read_inside, AMP_VIDEO, "items", false, false},
	{"playlistVideoListRenderer", read_inside, AMP_VIDEO, "contents", false, false},
	{"musicAnalyticsSectionRenderer", read_chart, AMP_VIDEO, NULL, false, false},
	{"continuationItemRenderer", read_continuation, AMP_VIDEO, NULL, false, false},
	/* headings, filters, hints: shown, but no entries */
	{"relatedChipCloudRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"chipCloudRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"feedFilterChipBarRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"messageRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"backgroundPromoRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"feedNudgeRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"showingResultsForRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"includingResultsForRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"didYouMeanRenderer", read_nothing, AMP_VIDEO, NULL, false, false},
	{"horizontalCardListRenderer", read_nothing, AMP_VIDEO, NULL, false, false}, /* other searches */
};

static const struct renderer *find(struct amp_str name)
{
	for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++)
		if (amp_str_eq_c(name, renderers[i].name)) return &renderers[i];
	return NULL;
}

/* The member that says what the entry is; trackingParams and their like stand beside it. */
static void read_member(struct site *s, const struct amp_json *holder, struct amp_str shelf)
{
	const struct amp_json *unknown = NULL;
	for (const struct amp_json *m = amp_json_first(holder); m; m = amp_json_next(holder, m)) {
		const struct renderer *what = amp_json_is(holder, AMP_JSON_OBJECT) ? find(amp_json_key(m)) : NULL;
		bool holds = what && (what->inside || what->read == read_chart);
		if (!unknown) unknown = m;
		if (!what || s->depth >= MAX_DEPTH) continue;
		if (m->flags & AMP_JSON_CUT && !holds) return; /* half an entry is not what was shown */
		s->depth++;
		what->read(s, what, m, shelf);
		s->depth--;
		return;
	}
	if (holder->flags & AMP_JSON_CUT || !amp_engine_begin(s->e, holder->offset)) return;
	struct amp_str name = unknown && amp_json_is(holder, AMP_JSON_OBJECT) ? amp_json_key(unknown) : AMP_STR("nothing");
	amp_engine_unknown(s->e, "an entry of kind \"%.*s\"", AMP_ARG(name));
}

/* --- charts.youtube.com --- */

static void put_release(struct amp_engine *e, const struct amp_json *date)
{
	int64_t year, month, day;
	if (amp_json_is_null(date)) return;
	if (!amp_json_i64(amp_json_get(date, "year"), &year) || !amp_json_i64(amp_json_get(date, "month"), &month) ||
	    !amp_json_i64(amp_json_get(date, "day"), &day) || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > 31) {
		amp_put_invalid(e, AMP_F_CREATED_AT, date->offset, "%s", "this is no date of year, month and day");
		return;
	}
	struct amp_value v = {.text = amp_str_c(amp_arena_printf(e->arena, "%04d-%02d-%02d", (int)year, (int)month, (int)day)),
	                      .offset = date->offset};
	amp_put(e, &(const struct amp_row){.field = AMP_F_CREATED_AT, .path = "", .convert = amp_as_time_iso}, &v);
}

static void read_chart_video(struct amp_engine *e, const struct amp_json *v)
{
	if (!amp_engine_begin(e, v->offset)) return;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, AMP_VIDEO, amp_json_str(amp_json_get(v, "id")));
	amp_put_json(e, AMP_F_TITLE, NULL, amp_json_get(v, "title"));
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_text, amp_json_get(v, "externalChannelId"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, amp_json_get(v, "channelName"));
	put_release(e, amp_json_get(v, "releaseDate"));
	amp_youtube_thumbnail(e, amp_member_deep(e, AMP_F_MEDIA, v, "thumbnail.thumbnails", AMP_JSON_ARRAY));
	amp_engine_end(e);
}

static void read_chart(struct site *s, const struct renderer *what, const struct amp_json *r, struct amp_str shelf)
{
	const struct amp_json *charts = amp_json_path(r, "content.videos");
	(void)shelf;
	if (!amp_json_is(charts, AMP_JSON_ARRAY)) emptied(s, what->name, r);
	for (const struct amp_json *c = amp_json_first(charts); c; c = amp_json_next(charts, c)) {
		const struct amp_json *views = amp_json_get(c, "videoViews");
		if (!amp_json_is(views, AMP_JSON_ARRAY)) emptied(s, "a chart", c);
		for (const struct amp_json *v = amp_json_first(views); v && !s->e->failed; v = amp_json_next(views, v))
			if (!(v->flags & AMP_JSON_CUT)) read_chart_video(s->e, v);
	}
}

/* --- whole answers --- */

static const struct answer {
	const char *contents, *list;   /* the member of "contents" that it has, and its list */
	const char *in_json, *in_page; /* which endpoint that is */
	const char *allowed[4];        /* what else may give it */
} answers[] = {
	{"twoColumnWatchNextResults",
         "secondaryResults.secondaryResults.results",
         "innertube/next",
         "html/watch",
         {"innertube/next", "html/watch", NULL}},
	{"twoColumnSearchResultsRenderer",
         "primaryContents.sectionListRenderer.contents",
         "innertube/search",
         "html/results",
         {"innertube/search", "html/results", NULL}},
	{"twoColumnBrowseResultsRenderer",
         NULL,
         "innertube/browse:topic",
         "html/home",
         {"innertube/browse:topic", "innertube/browse:videos", "html/home", NULL}},
	{"sectionListRenderer",
         "contents",
         "innertube/browse:charts",
         NULL,
         {"innertube/browse:charts", "innertube/browse:topic", NULL}},
};
static const struct {
	const char *actions, *name;
} further[] = {{"onResponseReceivedEndpoints", "innertube/next"},
               {"onResponseReceivedCommands", "innertube/search"},
               {"onResponseReceivedActions", "innertube/browse:videos"}};

static const struct answer *answer_of(const struct amp_json *root)
{
	const struct amp_json *contents = amp_json_get(root, "contents");
	for (size_t i = 0; contents && i < sizeof answers / sizeof *answers; i++)
		if (amp_json_get(contents, answers[i].contents)) return &answers[i];
	return NULL;
}

/* The tab in front; the only one that comes with its content. */
static const struct amp_json *selected_tab(const struct amp_json *root)
{
	const struct amp_json *tabs = amp_json_path(root, "contents.twoColumnBrowseResultsRenderer.tabs"), *filled = NULL;
	for (const struct amp_json *t = amp_json_first(tabs); t; t = amp_json_next(tabs, t)) {
		const struct amp_json *tab = amp_json_get(t, "tabRenderer");
		if (amp_json_true(amp_json_get(tab, "selected"))) return tab;
		if (!filled && amp_json_get(tab, "content")) filled = tab;
	}
	return filled;
}

/* The items that a further page appends. */
static const struct amp_json *appended(const struct amp_json *root, const char **name)
{
	for (size_t i = 0; i < sizeof further / sizeof *further; i++) {
		const struct amp_json *actions = amp_json_get(root, further[i].actions);
		for (const struct amp_json *a = amp_json_first(actions); a; a = amp_json_next(actions, a)) {
			const struct amp_json *items = amp_json_path(a, "appendContinuationItemsAction.continuationItems");
			if (!items) items = amp_json_path(a, "reloadContinuationItemsCommand.continuationItems");
			if (!amp_json_is(items, AMP_JSON_ARRAY)) continue;
			*name = further[i].name;
			return items;
		}
	}
	return NULL;
}

/* The tab of a channel by the end of its address. */
static const char *tab_name(const struct amp_json *root)
{
	static const char *const tabs[][2] = {{"/videos", "innertube/browse:videos"},
	                                      {"/shorts", "innertube/browse:shorts"},
	                                      {"/streams", "innertube/browse:streams"}};
	struct amp_str url = amp_json_str(amp_json_path(selected_tab(root), "endpoint.commandMetadata.webCommandMetadata.url"));
	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
		if (amp_str_ends(url, tabs[i][0])) return tabs[i][1];
	return NULL;
}

const char *amp_youtube_site_name(const struct amp_json *root, bool in_page)
{
	const struct answer *a = amp_json_is(root, AMP_JSON_OBJECT) ? answer_of(root) : NULL;
	const char *name = NULL;
	if (a && !a->list) {
		struct amp_str page = amp_json_str(amp_json_get(selected_tab(root), "tabIdentifier"));
		bool other = page.n && !amp_str_starts(page, "FEwhat_to_watch");
		name = tab_name(root);
		return name ? name : in_page && !other ? a->in_page : a->in_json;
	}
	if (a) return in_page && a->in_page ? a->in_page : a->in_json;
	const struct amp_json *items = appended(root, &name);
	if (items && amp_json_path(amp_json_first(items), "richItemRenderer.content.shortsLockupViewModel"))
		return "innertube/browse:shorts";
	if (!items && amp_json_get(root, "alerts") && amp_json_get(root, "responseContext")) return "innertube/browse:videos";
	return name;
}

/* "This channel does not exist." comes with status 200. */
static bool refused_by_alert(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *alerts = amp_json_get(root, "alerts");
	for (const struct amp_json *a = amp_json_first(alerts); a; a = amp_json_next(alerts, a)) {
		const struct amp_json *alert = amp_json_get(a, "alertRenderer");
		if (!amp_str_eq_c(amp_json_str(amp_json_get(alert, "type")), "ERROR")) continue;
		struct amp_str text = shown(e, AMP_F_COUNT, amp_json_get(alert, "text"));
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "YouTube says: %.*s", AMP_ARG(text));
		return true;
	}
	return false;
}

static bool is_browse(const struct amp_engine *e, const struct answer *a)
{
	return !a->list && amp_str_starts(amp_str_c(e->endpoint->name), "innertube/browse:");
}

static bool allowed(const struct amp_engine *e, const struct answer *a)
{
	for (size_t i = 0; a->allowed[i]; i++)
		if (strcmp(e->endpoint->name, a->allowed[i]) == 0) return true;
	return is_browse(e, a);
}

static void learn_owner(struct site *s, const struct amp_json *root)
{
	struct amp_engine *e = s->e;
	const struct amp_json *channel =
		amp_member_deep(e, AMP_F_AUTHOR_ID, root, "metadata.channelMetadataRenderer", AMP_JSON_OBJECT);
	struct amp_str vanity = amp_member_text(e, AMP_F_AUTHOR_HANDLE, channel, "vanityChannelUrl");
	const char *at = vanity.n ? amp_str_find(vanity, AMP_STR("/@")) : NULL;
	s->owner = amp_member_text(e, AMP_F_AUTHOR_ID, channel, "externalId");
	s->owner_name = amp_member_text(e, AMP_F_AUTHOR_NAME, channel, "title");
	if (at) s->owner_handle = amp_youtube_handle((struct amp_str){at, vanity.n - (size_t)(at - vanity.p)});
}

static void read_answer(struct site *s, const struct amp_json *list)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(s->e);
	read_list(s, list, AMP_STR_ABSENT);
	if (s->token.n) s->e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = s->token};
}

void amp_youtube_site(struct amp_engine *e, const struct amp_json *root)
{
	struct site s = {.e = e};
	const struct answer *a = answer_of(root);
	const char *name = NULL;
	if (refused_by_alert(e, root)) return;
	learn_owner(&s, root);
	if (!a) {
		const struct amp_json *items = appended(root, &name);
		if (items && amp_str_starts(amp_str_c(e->endpoint->name), "innertube/")) read_answer(&s, items);
	} else if (allowed(e, a) && a->list) {
		read_answer(&s, amp_json_path(amp_json_get(amp_json_get(root, "contents"), a->contents), a->list));
	} else if (allowed(e, a)) {
		const struct amp_json *content = amp_json_get(selected_tab(root), "content"), *list = NULL;
		list = amp_json_path(content, "richGridRenderer.contents");
		read_answer(&s, list ? list : amp_json_path(content, "sectionListRenderer.contents"));
	}
}

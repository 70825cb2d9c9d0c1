/* youtube_video.c: the site's older family of renderers: videoRenderer and its like, of videos, playlists and channels. */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

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

static unsigned overlay_flags(struct amp_engine *e, const struct amp_json *overlays)
{
	unsigned flags = 0;
	overlays = amp_youtube_list_of(e, AMP_F_LABELS, overlays);
	for (const struct amp_json *o = amp_json_first(overlays); o; o = amp_json_next(overlays, o))
		flags |= style_flags(amp_youtube_label_text(e, o, "thumbnailOverlayTimeStatusRenderer.style"));
	return flags;
}

static unsigned badge_flags(struct amp_engine *e, const struct amp_json *badges)
{
	unsigned flags = 0;
	badges = amp_youtube_list_of(e, AMP_F_LABELS, badges);
	for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b))
		if (amp_youtube_is_live_badge(amp_youtube_label_text(e, b, "metadataBadgeRenderer.style"))) flags |= AMP_YT_LIVE;
	return flags;
}

static void put_badges(struct amp_engine *e, const struct amp_json *badges)
{
	if (!amp_json_is(badges, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *b = amp_json_first(badges); b; b = amp_json_next(badges, b)) {
		const struct amp_json *badge = amp_json_get(b, "metadataBadgeRenderer");
		if (!amp_youtube_is_live_badge(amp_json_str(amp_json_get(badge, "style"))))
			amp_youtube_badge(e, amp_member_text(e, AMP_F_LABELS, badge, "label"));
	}
}

/* {"thumbnails": […]}; playlists have a list of such, one for each of their first videos. */
static const struct amp_json *pictures(struct amp_engine *e, const struct amp_json *v)
{
	const struct amp_json *one = amp_json_is(v, AMP_JSON_ARRAY) ? amp_json_first(v) : v;
	const struct amp_json *list = amp_json_get(one, "thumbnails");
	if (list) return list;
	if (one && (one != v || one->type == AMP_JSON_OBJECT) && !amp_json_is_null(one))
		amp_youtube_odd(e, AMP_F_MEDIA, one, "picture");
	return amp_json_is(v, AMP_JSON_ARRAY) || amp_json_is(v, AMP_JSON_OBJECT) ? NULL : v;
}

static void put_byline(struct amp_engine *e, const struct amp_json *byline, struct amp_str name)
{
	const struct amp_json *runs = amp_json_get(byline, "runs"), *browse = NULL;
	for (const struct amp_json *r = amp_json_first(runs); r && !browse; r = amp_json_next(runs, r))
		browse = amp_member_deep(e, AMP_F_AUTHOR_ID, r, "navigationEndpoint.browseEndpoint", AMP_JSON_OBJECT);
	amp_youtube_put_channel(e, browse, name);
}

void amp_youtube_read_video(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                            struct amp_str shelf)
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
	amp_youtube_put_shown(e, AMP_F_TITLE, NULL, part[TITLE]);
	amp_youtube_put_shown(
		e, AMP_F_TEXT, NULL,
		part[SNIPPET] ? part[SNIPPET]
			      : amp_json_get(amp_json_at(amp_youtube_list_of(e, AMP_F_TEXT, part[SNIPPETS]), 0), "snippetText"));
	if (what->kind == AMP_ACCOUNT) {
		if (part[TARGET] && part[TARGET]->type != AMP_JSON_OBJECT)
			amp_youtube_odd(e, AMP_F_AUTHOR_HANDLE, part[TARGET], "way");
		amp_youtube_put_channel(e, amp_member(e, AMP_F_AUTHOR_HANDLE, part[TARGET], "browseEndpoint", AMP_JSON_OBJECT),
		                        e->item->title);
		amp_put_text(e, AMP_F_AUTHOR_ID, id);
	} else if (!amp_youtube_is_mix(id)) {
		int byline = LONG_BYLINE;
		struct amp_str name = amp_youtube_shown(e, AMP_F_AUTHOR_NAME, part[byline]);
		while (!name.n && byline < OWNER) name = amp_youtube_shown(e, AMP_F_AUTHOR_NAME, part[++byline]);
		put_byline(e, part[byline], name);
		amp_youtube_put_owner(s);
	}
	if (what->kind == AMP_VIDEO) {
		amp_youtube_put_views(e, part[VIEWS], part[SHORT_VIEWS], flags);
		if (!(flags & AMP_YT_UPCOMING)) amp_youtube_put_shown(e, AMP_F_CREATED_AT, amp_as_time_relative, part[DATE]);
	}
	amp_youtube_thumbnail(e, pictures(e, part[PICTURE]));
	amp_youtube_flags(e, flags);
	put_badges(e, part[BADGES]);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

/* youtube_lockup.c: the site's newer family of renderers: lockupViewModel (since 2025), and shortsLockupViewModel. */
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

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
			struct amp_str text = amp_youtube_label_text(e, b, "thumbnailBadgeViewModel.text");
			if (amp_youtube_is_live_badge(amp_youtube_label_text(e, b, "thumbnailBadgeViewModel.badgeStyle")))
				flags |= AMP_YT_LIVE;
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
		if (!amp_json_is(row, AMP_JSON_OBJECT)) amp_youtube_odd(e, AMP_F_VIEWS, row, "row");
		if (badges) found.badges = badges;
		if (found.views || found.date) continue;
		for (const struct amp_json *p = amp_json_first(parts); p; p = amp_json_next(parts, p)) {
			const struct amp_json *text = amp_member(e, AMP_F_VIEWS, p, "text", AMP_JSON_OBJECT);
			if (!amp_json_is(p, AMP_JSON_OBJECT)) amp_youtube_odd(e, AMP_F_VIEWS, p, "part of a row");
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
		amp_youtube_badge(e, amp_youtube_label_text(e, b, "badgeViewModel.badgeText"));
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

static void put_lockup(struct amp_youtube_answer *s, const struct amp_json *r, enum amp_kind kind, unsigned flags,
                       struct amp_str shelf)
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
	amp_youtube_put_shown(e, AMP_F_TITLE, NULL, amp_json_get(told, "title"));
	if (kind == AMP_VIDEO || !amp_youtube_is_mix(id)) {
		if (rows.channel)
			amp_youtube_put_channel(e, channel ? channel : rows.link,
			                        amp_youtube_shown(e, AMP_F_AUTHOR_NAME, rows.channel));
		amp_youtube_put_owner(s);
	}
	if (kind == AMP_VIDEO) {
		amp_youtube_put_views(e, rows.views, NULL, flags);
		if (!(flags & AMP_YT_UPCOMING)) amp_youtube_put_shown(e, AMP_F_CREATED_AT, amp_as_time_relative, rows.date);
	}
	amp_youtube_thumbnail(e, amp_member_deep(e, AMP_F_MEDIA, picture, "image.sources", AMP_JSON_ARRAY));
	amp_youtube_flags(e, flags);
	put_row_badges(e, rows.badges);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

void amp_youtube_read_lockup(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                             struct amp_str shelf)
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

void amp_youtube_read_short(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                            struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	if (!amp_engine_begin(e, r->offset)) return;
	const struct amp_json *over = amp_member(e, AMP_F_VIEWS, r, "overlayMetadata", AMP_JSON_OBJECT);
	const struct amp_json *sources = amp_member_deep(e, AMP_F_MEDIA, r, "thumbnail.sources", AMP_JSON_ARRAY);
	if (!sources) /* since 2025 */
		sources = amp_member_deep(e, AMP_F_MEDIA, r, "thumbnailViewModel.thumbnailViewModel.image.sources", AMP_JSON_ARRAY);
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, what->kind, amp_json_str(amp_json_path(r, "onTap.innertubeCommand.reelWatchEndpoint.videoId")));
	amp_youtube_put_shown(e, AMP_F_TITLE, NULL, amp_json_get(over, "primaryText"));
	amp_youtube_put_views(e, amp_json_get(over, "secondaryText"), NULL, 0);
	amp_youtube_put_owner(s);
	amp_youtube_thumbnail(e, sources);
	amp_youtube_flags(e, AMP_YT_SHORT);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

/* youtube_item.c: what all answers about YouTube's items share: addresses, pictures, labels. */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_parts.h"

void amp_youtube_identity(struct amp_engine *e, enum amp_kind kind, struct amp_str id)
{
	static const struct {
		enum amp_kind kind;
		struct amp_str before;
	} addresses[] = {{AMP_VIDEO, {"https://www.youtube.com/watch?v=", 32}},
	                 {AMP_FEED, {"https://www.youtube.com/playlist?list=", 38}},
	                 {AMP_ACCOUNT, {"https://www.youtube.com/channel/", 32}}};
	if (!e->item) return;
	e->item->kind = kind;
	if (!id.n) return;
	amp_put_text(e, AMP_F_ITEM_ID, id);
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (addresses[i].kind == kind) amp_put_text(e, AMP_F_URL, AMP_CONCAT(e->arena, addresses[i].before, id));
}

void amp_youtube_picture(struct amp_engine *e, struct amp_str url, int64_t width, int64_t height)
{
	if (!url.n) return;
	if (amp_str_starts(url, "//")) url = AMP_CONCAT(e->arena, AMP_STR("https:"), url);
	amp_add_media(e, &(struct amp_media){.kind = AMP_STR("image"), .url = url, .width = width, .height = height});
}

void amp_youtube_thumbnail(struct amp_engine *e, const struct amp_json *list)
{
	const struct amp_json *best = NULL;
	int64_t best_width = AMP_ABSENT;
	if (amp_json_is_null(list)) return;
	if (list->type < AMP_JSON_ARRAY) {
		amp_put_invalid(e, AMP_F_MEDIA, list->offset, "%s", "the pictures are no list");
		return;
	}
	for (const struct amp_json *p = amp_json_first(list); p; p = amp_json_next(list, p)) {
		int64_t width = amp_member_size(e, p, "width");
		if (!amp_json_is(p, AMP_JSON_OBJECT) && !amp_json_is_null(p))
			amp_put_invalid(e, AMP_F_MEDIA, p->offset, "%s", "a picture is no object");
		if (!amp_member_text(e, AMP_F_MEDIA, p, "url").n) continue;
		if (best && (width < best_width || (width == best_width && width != AMP_ABSENT))) continue;
		best = p;
		best_width = width;
	}
	amp_youtube_picture(e, amp_json_str(amp_json_get(best, "url")), best_width, amp_member_size(e, best, "height"));
}

struct amp_str amp_youtube_handle(struct amp_str path)
{
	if (!amp_str_starts(path, "/@")) return AMP_STR_ABSENT;
	path = (struct amp_str){path.p + 1, path.n - 1};
	return amp_str_cut(&path, '/');
}

struct amp_str amp_youtube_channel_id(struct amp_str path)
{
	const struct amp_str before = AMP_STR("/channel/");
	const char *at = path.n ? amp_str_find(path, before) : NULL;
	if (!at) return AMP_STR_ABSENT;
	struct amp_str id = {at + before.n, path.n - (size_t)(at - path.p) - before.n};
	size_t n = 0;
	while (n < id.n && (amp_is_alnum((unsigned char)id.p[n]) || id.p[n] == '-' || id.p[n] == '_')) n++;
	return n ? (struct amp_str){id.p, n} : AMP_STR_ABSENT;
}

static bool says(struct amp_str text, const char *const *words)
{
	for (; text.n && *words; words++)
		if (amp_str_ifind(text, *words)) return true;
	return false;
}

bool amp_youtube_counts_watchers(struct amp_str text)
{
	static const char *const words[] = {"watching", "waiting", "spectateur", "en attente", "zuschauer", "warten", NULL};
	return says(text, words);
}

/* A word of the text begins so: "entrevistas" are no "vistas". */
static bool has_word(struct amp_str text, const char *beginning)
{
	for (size_t i = 0; i < text.n; i++) {
		struct amp_str rest = {text.p + i, text.n - i};
		if (amp_str_istarts(rest, beginning) && (i == 0 || !amp_is_alnum((unsigned char)text.p[i - 1]))) return true;
	}
	return false;
}

/* In the languages whose dates are read. Italian and Portuguese: code-charity/youtube issue 542 (2020-09-06), Portuguese in the answers
 * too: sigma67/ytmusicapi pull request 958 (2026-07-25). Spanish (of Spain, of America) and Dutch: from general knowledge. */
bool amp_youtube_says_views(struct amp_str text)
{
	static const char *const words[] = {
		"view", "vue", "aufruf", "visualizaci", "vista", "visualizzazion", "visualiza\xC3\xA7", "weergave", NULL};
	if (amp_youtube_counts_watchers(text)) return false;
	for (const char *const *word = words; *word; word++)
		if (has_word(text, *word)) return true;
	return false;
}

bool amp_youtube_says_upcoming(struct amp_str text)
{
	static const char *const words[] = {"scheduled for", "premieres ", "planifi\xC3\xA9", "prochainement", NULL};
	return says(text, words);
}

bool amp_youtube_says_when(struct amp_str text)
{
	static const char *const words[] = {"ago",  "il y a", "streamed", "premiered",      "yesterday",
	                                    "hier", "today",  "just now", "diffus\xC3\xA9", NULL};
	return says(text, words) || amp_says_when(text);
}

void amp_youtube_flags(struct amp_engine *e, unsigned flags)
{
	static const char *const names[] = {"live", "upcoming", "short", "age-restricted", "made-for-kids", "paid-promotion"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & 1U << i) amp_add_label(e, amp_str_c(names[i]), AMP_STR_ABSENT);
}

void amp_youtube_badge(struct amp_engine *e, struct amp_str text)
{
	if (text.n) amp_add_label(e, AMP_CONCAT(e->arena, AMP_STR("badge:"), text), AMP_STR_ABSENT);
}

/* youtube_renderer.c: the entries of InnerTube's lists (recordings of January 2026 and before; NewPipeExtractor 43f8e6e, YouTube.js):
 * objects with one member each, whose name says what it is. The same list has had other ones from year to year, so all that are known
 * are read, and others keep their rank.
 */
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

#define MAX_DEPTH 16 /* lists in lists: six are in use */

static void read_member(struct amp_youtube_answer *s, const struct amp_json *holder, struct amp_str shelf);
static const struct amp_youtube_renderer *find(struct amp_str name);

/* --- what is neither video nor list --- */

/* Panels that YouTube puts above results: an encyclopedia's text, an emergency number. */
static void read_panel(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                       struct amp_str shelf)
{
	struct amp_engine *e = s->e;
	const struct amp_json *title = amp_json_get(r, "title"), *text = amp_json_get(r, "text");
	(void)what;
	if (!amp_engine_begin(e, r->offset)) return;
	e->item->is_service = true;
	amp_youtube_put_shown(e, AMP_F_TITLE, NULL, title ? title : amp_json_get(r, "contentTitle"));
	if (!amp_json_is(r, AMP_JSON_OBJECT)) amp_youtube_odd(e, AMP_F_TEXT, r, "panel");
	if (!text)
		text = amp_json_at(amp_member_deep(e, AMP_F_TEXT, r, "content.infoPanelContentRenderer.paragraphs", AMP_JSON_ARRAY),
		                   0);
	amp_youtube_put_shown(e, AMP_F_TEXT, NULL, text);
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
static void read_ad(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                    struct amp_str shelf)
{
	const struct amp_json *filled =
		amp_member_deep(s->e, AMP_F_COUNT, r, "fulfillmentContent.fulfilledLayout.inFeedAdLayoutRenderer.renderingContent",
	                        AMP_JSON_OBJECT);
	if (!amp_json_is(r, AMP_JSON_OBJECT)) amp_youtube_odd(s->e, AMP_F_COUNT, r, "advertisement");
	const struct amp_json *inside = amp_json_first(filled);
	const struct amp_youtube_renderer *known =
		inside && amp_json_is(filled, AMP_JSON_OBJECT) ? find(amp_json_key(inside)) : NULL;
	(void)what;
	if (!known || known->read != amp_youtube_read_video) {
		unreadable_ad(s->e, r);
		return;
	}
	struct amp_youtube_renderer ad = *known;
	ad.is_ad = true;
	amp_youtube_read_video(s, &ad, inside, shelf);
}

/* --- what holds others --- */

void amp_youtube_read_list(struct amp_youtube_answer *s, const struct amp_json *list, struct amp_str shelf)
{
	for (const struct amp_json *x = amp_json_first(list); x && !s->e->failed; x = amp_json_next(list, x))
		read_member(s, x, shelf);
}

void amp_youtube_emptied(struct amp_youtube_answer *s, const char *name, const struct amp_json *r)
{
	if (r->flags & AMP_JSON_CUT || !amp_engine_begin(s->e, r->offset)) return;
	amp_engine_unknown(s->e, "%s without what it holds", name);
	amp_engine_cut(s->e, "%s at byte %u has nothing in it that can be read", name, (unsigned)r->offset);
}

static void read_inside(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                        struct amp_str shelf)
{
	const struct amp_json *inside = amp_json_get(r, what->inside);
	if (amp_json_is(inside, AMP_JSON_ARRAY))
		amp_youtube_read_list(s, inside, shelf);
	else if (amp_json_is(inside, AMP_JSON_OBJECT))
		read_member(s, inside, shelf);
	else
		amp_youtube_emptied(s, what->name, r);
}

static void read_shelf(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                       struct amp_str shelf)
{
	struct amp_str title = amp_youtube_shown(s->e, AMP_F_FEED_CONTEXT, amp_json_get(r, "title"));
	if (!title.n)
		title = amp_youtube_shown(s->e, AMP_F_FEED_CONTEXT, amp_json_path(r, "header.gridShelfHeaderViewModel.title"));
	read_inside(s, what, r, title.n ? title : shelf);
}

static void read_continuation(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                              struct amp_str shelf)
{
	struct amp_str token = amp_json_str(amp_json_path(r, "continuationEndpoint.continuationCommand.token"));
	const struct amp_json *commands = amp_json_path(r, "continuationEndpoint.commandExecutorCommand.commands");
	(void)what;
	(void)shelf;
	for (const struct amp_json *c = amp_json_first(commands); c && !token.n; c = amp_json_next(commands, c))
		token = amp_json_str(amp_json_path(c, "continuationCommand.token"));
	if (token.n) s->token = token;
}

static void read_nothing(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                         struct amp_str shelf)
{
	(void)s, (void)what, (void)r, (void)shelf;
}

static const struct amp_youtube_renderer renderers[] = {
	{"lockupViewModel", amp_youtube_read_lockup, AMP_VIDEO, NULL, false, false},
	{"videoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"compactVideoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"gridVideoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"richItemRenderer", read_inside, AMP_VIDEO, "content", false, false},
	{"playlistVideoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"movieRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"compactMovieRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"gridMovieRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, false},
	{"shortsLockupViewModel", amp_youtube_read_short, AMP_VIDEO, NULL, false, true},
	{"reelItemRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, false, true},
	{"playlistRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"compactPlaylistRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"gridPlaylistRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"radioRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"compactRadioRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"gridRadioRenderer", amp_youtube_read_video, AMP_FEED, NULL, false, false},
	{"channelRenderer", amp_youtube_read_video, AMP_ACCOUNT, NULL, false, false},
	{"gridChannelRenderer", amp_youtube_read_video, AMP_ACCOUNT, NULL, false, false},
	{"adSlotRenderer", read_ad, AMP_VIDEO, NULL, true, false},
	{"promotedVideoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, true, false},
	{"compactPromotedVideoRenderer", amp_youtube_read_video, AMP_VIDEO, NULL, true, false},
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
	{"musicAnalyticsSectionRenderer", amp_youtube_read_chart, AMP_VIDEO, NULL, false, false},
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

static const struct amp_youtube_renderer *find(struct amp_str name)
{
	for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++)
		if (amp_str_eq_c(name, renderers[i].name)) return &renderers[i];
	return NULL;
}

/* The member that says what the entry is; trackingParams and their like stand beside it. */
static void read_member(struct amp_youtube_answer *s, const struct amp_json *holder, struct amp_str shelf)
{
	const struct amp_json *unknown = NULL;
	for (const struct amp_json *m = amp_json_first(holder); m; m = amp_json_next(holder, m)) {
		const struct amp_youtube_renderer *what = amp_json_is(holder, AMP_JSON_OBJECT) ? find(amp_json_key(m)) : NULL;
		bool holds = what && (what->inside || what->read == amp_youtube_read_chart);
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

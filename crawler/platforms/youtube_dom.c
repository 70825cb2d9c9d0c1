/* youtube_dom.c: pages as a browser's extension saved them: the custom elements of the site, filled in (three captures of March 2022 by
 * tracking-exposed/trex; parsers/home.ts and longlabel.ts). The pages visited before stay in the document, hidden: only what
 * was shown counts. Pictures have no sizes; the channel's id is there only where its address has it.
 */
#include "platforms/youtube_parts.h"

#define MAX_BADGES 8

enum element_kind { NO_ENTRY, ENTRY, AD, PANEL, SHELF };
static const struct element {
	const char *name;
	enum element_kind is;
	enum amp_kind kind;
	unsigned flags;
} elements[] = {
	{"ytd-rich-item-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-video-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-compact-video-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-grid-video-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-movie-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-compact-movie-renderer", ENTRY, AMP_VIDEO, 0},
	{"ytd-reel-item-renderer", ENTRY, AMP_VIDEO, AMP_YT_SHORT},
	{"ytd-radio-renderer", ENTRY, AMP_FEED, 0},
	{"ytd-compact-radio-renderer", ENTRY, AMP_FEED, 0},
	{"ytd-playlist-renderer", ENTRY, AMP_FEED, 0},
	{"ytd-compact-playlist-renderer", ENTRY, AMP_FEED, 0},
	{"ytd-channel-renderer", ENTRY, AMP_ACCOUNT, 0},
	{"ytd-display-ad-renderer", AD, AMP_VIDEO, 0},
	{"ytd-ad-slot-renderer", AD, AMP_VIDEO, 0},
	{"ytd-in-feed-ad-layout-renderer", AD, AMP_VIDEO, 0},
	{"ytd-promoted-video-renderer", AD, AMP_VIDEO, 0},
	{"ytd-compact-promoted-video-renderer", AD, AMP_VIDEO, 0},
	{"ytd-promoted-sparkles-web-renderer", AD, AMP_VIDEO, 0},
	{"ytd-promoted-sparkles-text-search-renderer", AD, AMP_VIDEO, 0},
	{"ytd-search-pyv-renderer", AD, AMP_VIDEO, 0},
	{"ytd-clarification-renderer", PANEL, AMP_VIDEO, 0},
	{"ytd-info-panel-container-renderer", PANEL, AMP_VIDEO, 0},
	{"ytd-emergency-onebox-renderer", PANEL, AMP_VIDEO, 0},
	{"ytd-shelf-renderer", SHELF, AMP_VIDEO, 0},
	{"ytd-rich-shelf-renderer", SHELF, AMP_VIDEO, 0},
	{"ytd-reel-shelf-renderer", SHELF, AMP_VIDEO, 0},
};

static const struct element *find(struct amp_str name)
{
	if (!amp_str_istarts(name, "ytd-")) return NULL;
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (amp_str_ieq_c(name, elements[i].name)) return &elements[i];
	return NULL;
}

static bool has(const struct amp_markup_doc *doc, const struct amp_markup *m, const char *attribute)
{
	return amp_markup_attr_raw(doc, m, attribute).p != NULL;
}

/* --- one entry --- */

struct seen {
	const struct amp_markup *title, *label, *channel, *line, *picture, *avatar, *text, *badges[MAX_BADGES];
	struct amp_str target, channel_path;
	size_t n_badges;
	unsigned flags;
	bool is_ad;
};

static void see_link(struct seen *seen, struct amp_str href)
{
	static const char *const channels[] = {"/@", "/channel/", "/c/", "/user/"};
	if (!seen->target.n &&
	    (amp_str_starts(href, "/watch?") || amp_str_starts(href, "/shorts/") || amp_str_starts(href, "/playlist?")))
		seen->target = href;
	for (size_t i = 0; !seen->channel_path.n && i < sizeof channels / sizeof *channels; i++)
		if (amp_str_starts(href, channels[i])) seen->channel_path = href;
}

static void see_status(struct seen *seen, struct amp_str style)
{
	if (amp_str_eq_c(style, "LIVE")) seen->flags |= AMP_YT_LIVE;
	if (amp_str_eq_c(style, "UPCOMING")) seen->flags |= AMP_YT_UPCOMING;
	if (amp_str_eq_c(style, "SHORTS")) seen->flags |= AMP_YT_SHORT;
}

static void see_badge(struct seen *seen, const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	if (amp_markup_has_class(doc, m, "badge-style-type-live-now"))
		seen->flags |= AMP_YT_LIVE;
	else if (amp_markup_has_class(doc, m, "badge-style-type-ad"))
		seen->is_ad = true;
	else if (amp_markup_has_class(doc, m, "badge-style-type-verified") ||
	         amp_markup_has_class(doc, m, "badge-style-type-verified-artist"))
		return; /* the channel's, wherever it stands */
	else if (seen->n_badges < MAX_BADGES)
		seen->badges[seen->n_badges++] = m;
}

static void see_by_id(struct seen *seen, const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	struct amp_str id = amp_markup_attr_raw(doc, m, "id");
	if (amp_str_eq_c(id, "video-title") || amp_str_eq_c(id, "video-title-link")) {
		if (!seen->title) seen->title = m;
		if (!seen->label && has(doc, m, "aria-label")) seen->label = m;
	} else if (amp_str_eq_c(id, "metadata-line")) {
		if (!seen->line) seen->line = m;
	} else if (amp_str_eq_c(id, "description-text") || amp_str_eq_c(id, "description") ||
	           amp_markup_has_class(doc, m, "metadata-snippet-text")) {
		if (!seen->text && !has(doc, m, "hidden")) seen->text = m;
	} else if (m->class_n && amp_markup_has_class(doc, m, "badge") && !amp_markup_inside(m, seen->channel)) {
		see_badge(seen, doc, m);
	}
}

/* Beside the picture of a video stands that of its channel. */
static void see_picture(struct seen *seen, const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	struct amp_str src = amp_markup_attr_raw(doc, m, "src");
	if (!src.n) return;
	const struct amp_markup **place = amp_str_find(src, AMP_STR("ytimg.com/")) ? &seen->picture : &seen->avatar;
	if (!*place) *place = m;
}

/* One walk over the elements of an entry. */
static void look(const struct amp_markup_doc *doc, const struct amp_markup *item, struct seen *seen)
{
	const struct amp_markup *end = item + item->span;
	for (const struct amp_markup *m = item + 1; m < end; m++) {
		if (m->type != AMP_MARKUP_ELEMENT) continue;
		struct amp_str name = amp_markup_name(doc, m);
		const struct element *inner = find(name);
		if (inner && inner->is == AD) seen->is_ad = true;
		if (amp_str_ieq_c(name, "ytd-menu-renderer"))
			m += m->span - 1;
		else if (amp_str_ieq_c(name, "ytd-badge-supported-renderer") && has(doc, m, "hidden"))
			m += m->span - 1;
		else if (amp_str_ieq_c(name, "ytd-channel-name"))
			seen->channel = seen->channel ? seen->channel : m;
		else if (amp_str_ieq_c(name, "ytd-thumbnail-overlay-time-status-renderer"))
			see_status(seen, amp_markup_attr_raw(doc, m, "overlay-style"));
		else if (amp_str_ieq_c(name, "img"))
			see_picture(seen, doc, m);
		if (amp_str_ieq_c(name, "a")) see_link(seen, amp_markup_attr(doc, m, "href"));
		see_by_id(seen, doc, m);
	}
}

/* Bytes of a separator of thousands that ends at p; 0 when there is none. A plain blank is none: it ends a number. */
static size_t separator_before(const char *start, const char *p)
{
	struct amp_str before = {start, (size_t)(p - start)};
	if (amp_str_ends(before, ",") || amp_str_ends(before, ".")) return 1;
	return amp_str_ends(before, "\xC2\xA0") ? 2 : amp_str_ends(before, "\xE2\x80\xAF") ? 3 : 0;
}

/* White space that ends at p, no-break spaces too. */
static const char *skip_back(const char *start, const char *p)
{
	while (p > start) {
		struct amp_str before = {start, (size_t)(p - start)};
		size_t gap = amp_is_space((unsigned char)p[-1])     ? 1
		             : amp_str_ends(before, "\xC2\xA0")     ? 2
		             : amp_str_ends(before, "\xE2\x80\xAF") ? 3
		                                                    : 0;
		if (!gap) break;
		p -= gap;
	}
	return p;
}

static const char *word_back(const char *start, const char *p)
{
	while (p > start && skip_back(start, p) == p) p--;
	return p;
}

static bool says_none(struct amp_str word)
{
	static const char *const words[] = {"no", "aucune", "keine", "sin", "nessuna", "nenhuma", "geen"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (amp_str_ieq_c(word, words[i])) return true;
	return false;
}

/* "… by Ada 1 month ago 26 minutes 7,913,759 views": the count, exact, that ends the label; absent when none does. */
static struct amp_str counted(struct amp_str label)
{
	if (!label.n) return AMP_STR_ABSENT;
	const char *start = label.p, *end = start + label.n, *unit = word_back(start, end), *p = skip_back(start, unit);
	if (p == start || p == unit || !amp_youtube_says_views((struct amp_str){unit, (size_t)(end - unit)})) return AMP_STR_ABSENT;
	if (!amp_is_digit((unsigned char)p[-1])) { /* "No views", or a word that is none of a count */
		const char *word = word_back(start, p);
		struct amp_str none = {word, (size_t)(p - word)};
		return says_none(none) ? (struct amp_str){word, (size_t)(end - word)} : AMP_STR_ABSENT;
	}
	for (;;) {
		const char *digits = p;
		while (p > start && amp_is_digit((unsigned char)p[-1])) p--;
		size_t gap = digits - p == 3 ? separator_before(start, p) : 0;
		if (!gap || p - gap == start || !amp_is_digit((unsigned char)p[-1 - (ptrdiff_t)gap])) break;
		p -= gap;
	}
	return (struct amp_str){p, (size_t)(end - p)};
}

static void put_text_as(struct amp_engine *e, enum amp_field field, amp_convert *convert, struct amp_str text, size_t offset)
{
	const struct amp_row row = {.field = field, .path = "", .convert = convert};
	struct amp_value v = {.text = text, .offset = offset};
	if (text.n) amp_put(e, &row, &v);
}

/* "512 views", "1 month ago" below the title: the count first, then when. */
static void put_line(struct amp_engine *e, const struct amp_markup_doc *doc, struct seen *seen)
{
	const struct amp_markup *span = amp_markup_child(doc, seen->line);
	struct amp_str exact = counted(amp_markup_attr(doc, seen->label, "aria-label"));
	struct amp_str count = AMP_STR_ABSENT, when = AMP_STR_ABSENT;
	for (; span; span = amp_markup_sibling(doc, span)) {
		struct amp_str said = amp_markup_is(doc, span, "span") ? amp_markup_text(doc, span) : AMP_STR_ABSENT;
		if (!said.n || amp_youtube_counts_watchers(said)) continue;
		if (amp_youtube_says_upcoming(said))
			seen->flags |= AMP_YT_UPCOMING;
		else if (!count.n && !amp_youtube_says_when(said))
			count = said;
		else
			when = said;
	}
	if (seen->flags & (AMP_YT_LIVE | AMP_YT_UPCOMING)) count = AMP_STR_ABSENT;
	size_t offset = seen->line ? seen->line->offset : 0;
	put_text_as(e, AMP_F_VIEWS, amp_as_count_text, exact.n ? exact : count, offset);
	if (!(seen->flags & AMP_YT_UPCOMING)) put_text_as(e, AMP_F_CREATED_AT, amp_as_time_relative, when, offset);
}

static void put_author(struct amp_engine *e, const struct amp_markup_doc *doc, const struct seen *seen)
{
	const struct amp_markup *name = seen->channel ? amp_markup_find_attr(doc, seen->channel, NULL, NULL, "id", "text") : NULL;
	struct amp_str said = amp_markup_text(doc, name);
	if (said.n) amp_put_text(e, AMP_F_AUTHOR_NAME, said);
	amp_put_text(e, AMP_F_AUTHOR_ID, amp_youtube_channel_id(seen->channel_path));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, amp_youtube_handle(seen->channel_path));
}

/* A mix that starts playing is a list of its own; a video shown beside a list stays a video. */
static void put_target(struct amp_engine *e, const struct seen *seen, enum amp_kind kind)
{
	struct amp_str list = amp_url_param(seen->target, "list"), id = amp_url_param(seen->target, "v");
	const struct amp_str shorts = AMP_STR("/shorts/");
	if (kind == AMP_VIDEO && amp_str_starts(list, "RD") && amp_url_param(seen->target, "start_radio").p) kind = AMP_FEED;
	if (amp_str_starts(seen->target, shorts.p)) {
		struct amp_str rest = {seen->target.p + shorts.n, seen->target.n - shorts.n};
		id = amp_str_cut(&rest, '?');
	}
	if (kind == AMP_ACCOUNT) id = amp_youtube_channel_id(seen->channel_path);
	amp_youtube_identity(e, kind, kind == AMP_FEED ? list : id);
	if (kind == AMP_ACCOUNT && !id.n && seen->channel_path.n)
		amp_put_text(e, AMP_F_URL, AMP_CONCAT(e->arena, AMP_STR("https://www.youtube.com"), seen->channel_path));
	else if (!seen->is_ad)
		e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
}

static void put_lists(struct amp_engine *e, const struct amp_markup_doc *doc, const struct seen *seen)
{
	const struct amp_markup *picture = e->item->kind == AMP_ACCOUNT ? seen->avatar : seen->picture;
	amp_youtube_picture(e, amp_markup_attr(doc, picture, "src"), AMP_ABSENT, AMP_ABSENT);
	amp_youtube_flags(e, seen->flags);
	for (size_t i = 0; i < seen->n_badges; i++) amp_youtube_badge(e, amp_markup_text(doc, seen->badges[i]));
}

static void read_entry(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *m,
                       const struct element *what, struct amp_str shelf)
{
	struct seen seen = {.flags = what->flags, .is_ad = what->is == AD};
	if (!amp_engine_begin(e, m->offset)) return;
	look(doc, m, &seen);
	e->item->is_ad = seen.is_ad;
	if (seen.is_ad && !seen.target.n) { /* what it advertises is elsewhere */
		amp_engine_end(e);
		return;
	}
	put_target(e, &seen, what->kind);
	struct amp_str title = amp_markup_attr(doc, seen.title, "title");
	if (!title.n) title = amp_markup_text(doc, seen.title);
	if (title.n) amp_put_text(e, AMP_F_TITLE, title);
	if (e->item->kind == AMP_VIDEO || !amp_str_starts(e->item->item_id, "RD")) put_author(e, doc, &seen);
	if (e->item->kind == AMP_ACCOUNT) amp_put_text(e, AMP_F_TITLE, e->item->author_name);
	struct amp_str text = amp_markup_text(doc, seen.text);
	if (text.n) amp_put_text(e, AMP_F_TEXT, text);
	if (e->item->kind == AMP_VIDEO) put_line(e, doc, &seen);
	put_lists(e, doc, &seen);
	amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
	amp_engine_end(e);
}

static void read_panel(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	if (!amp_engine_begin(e, m->offset)) return;
	e->item->is_service = true;
	amp_put_text(e, AMP_F_TEXT, amp_markup_text(doc, m));
	amp_engine_end(e);
}

/* --- the page --- */

/* list: holds the entries, and the message that there are none. */
static const struct page {
	const char *element, *name, *list;
} pages[] = {{"ytd-watch-flexy", "html/watch", "ytd-watch-next-secondary-results-renderer"},
             {"ytd-search", "html/results", "ytd-section-list-renderer"},
             {"ytd-browse", "html/home", "ytd-rich-grid-renderer"}};

static const struct page *find_page(struct amp_str name)
{
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (amp_str_ieq_c(name, pages[i].element)) return &pages[i];
	return NULL;
}

/* The page in front; a channel's page, a playlist's and others are none that is read here. */
static bool is_shown(const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	struct amp_str subtype = amp_markup_attr_raw(doc, m, "page-subtype");
	return !has(doc, m, "hidden") && (!subtype.n || amp_str_eq_c(subtype, "home"));
}

const char *amp_youtube_dom_name(const struct amp_markup_doc *doc)
{
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		for (const struct amp_markup *m = amp_markup_find(doc, NULL, NULL, pages[i].element, NULL); m;
		     m = amp_markup_find(doc, NULL, m, pages[i].element, NULL))
			if (is_shown(doc, m)) return pages[i].name;
	return NULL;
}

struct walk {
	struct amp_engine *e;
	const struct amp_markup_doc *doc;
	bool in_page; /* behind the start of the page that is read, and before another's: captures have tags that match nothing,
	                 so where the page's element ends says little */
	const struct page *page;
	struct amp_str shelf, stray;
	const struct amp_markup *shelf_end;
};

/* The picture of a video, or the link to a channel, outside of the elements that hold one: those have another name now. */
static void see_stray(struct walk *w, const struct amp_markup *m)
{
	struct seen seen = {.n_badges = 0};
	struct amp_str href = amp_markup_attr(w->doc, m, "href");
	bool picture = amp_str_eq_c(amp_markup_attr_raw(w->doc, m, "id"), "thumbnail"),
	     channel = amp_markup_has_class(w->doc, m, "channel-link");
	see_link(&seen, href);
	if (!(picture && seen.target.n) && !(channel && seen.channel_path.n)) return;
	if (amp_str_eq(href, w->stray) || !amp_engine_begin(w->e, m->offset)) return;
	w->stray = href;
	amp_engine_unknown(w->e, "a video or a channel outside of the elements that hold one");
}

/* Reads what the element is; gives the node to go on with. */
static const struct amp_markup *step(struct walk *w, const struct amp_markup *m)
{
	struct amp_str name = amp_markup_name(w->doc, m);
	const struct page *page = find_page(name);
	const struct element *what = find(name);
	if (page) {
		w->in_page = is_shown(w->doc, m) && amp_str_eq_c(amp_str_c(w->e->endpoint->name), page->name);
		w->page = page;
	}
	if (has(w->doc, m, "hidden")) return m + m->span;
	if (!w->in_page) return m + 1;
	if (amp_str_ieq_c(name, w->page->list)) amp_engine_list_found(w->e);
	if (!what) {
		if (amp_str_ieq_c(name, "a")) see_stray(w, m);
		return m + 1;
	}
	amp_engine_list_found(w->e);
	if (what->is == SHELF) {
		w->shelf = amp_markup_text(w->doc, amp_markup_find_attr(w->doc, m, NULL, NULL, "id", "title"));
		w->shelf_end = m + m->span;
		return m + 1;
	}
	struct amp_str shelf = m < w->shelf_end && w->shelf.n ? w->shelf : AMP_STR_ABSENT;
	if (what->is == PANEL)
		read_panel(w->e, w->doc, m);
	else if (!(m->flags & AMP_MARKUP_CUT))
		read_entry(w->e, w->doc, m, what, shelf);
	else
		amp_engine_cut(w->e, "the page ends inside an entry, at byte %zu", w->e->page->body.n);
	return m + m->span;
}

void amp_youtube_dom(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	struct walk w = {.e = e, .doc = doc};
	const struct amp_markup *m = doc->nodes, *end = doc->nodes + doc->n_nodes;
	while (m < end && !e->failed) m = m->type == AMP_MARKUP_ELEMENT ? step(&w, m) : m + 1;
}

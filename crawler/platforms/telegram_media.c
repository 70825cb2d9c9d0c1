/* telegram_media.c: the media of a message on a t.me page. */
#include "parse/html.h"
#include "platforms/joined.h"
#include "platforms/telegram_message.h"

struct media_reader {
	struct amp_engine *e;
	const struct amp_markup_doc *doc;
	size_t offset;     /* of the entry in the body */
	bool any, refused; /* a medium was found; something is not shown on the web */
};

/* background-image:url('…') of a style. */
static struct amp_str background(const struct media_reader *r, const struct amp_markup *m)
{
	static const struct amp_str opening = {"background-image:url(", 21};
	struct amp_str style = amp_markup_attr(r->doc, m, "style");
	const char *at = style.n ? amp_str_find(style, opening) : NULL;
	if (!at) return AMP_STR_ABSENT;
	struct amp_str rest = {at + opening.n, style.n - (size_t)(at - style.p) - opening.n};
	bool quoted = rest.n && (*rest.p == '\'' || *rest.p == '"');
	char end = quoted ? *rest.p : ')';
	if (quoted) rest = (struct amp_str){rest.p + 1, rest.n - 1};
	return amp_url_resolve(r->e->arena, AMP_STR("https://t.me/"), amp_str_cut(&rest, end));
}

/* The first address in it that is one of the web: pictures are also sent as data. */
static struct amp_str source(const struct media_reader *r, const struct amp_markup *within, const char *tag, const char *attribute)
{
	for (const struct amp_markup *m = amp_markup_find_attr(r->doc, within, NULL, tag, attribute, NULL); m;
	     m = amp_markup_find_attr(r->doc, within, m, tag, attribute, NULL)) {
		struct amp_str url = amp_markup_attr(r->doc, m, attribute);
		if (url.n) url = amp_url_resolve(r->e->arena, AMP_STR("https://t.me/"), url);
		if (amp_str_istarts(url, "http://") || amp_str_istarts(url, "https://")) return url;
	}
	return AMP_STR_ABSENT;
}

/* What the message shows has an address, or it is told that it could not be read. */
static struct amp_str address(struct media_reader *r, struct amp_str url, const char *what)
{
	if (!url.n) amp_engine_diag(r->e, "invalid_value", AMP_F_MEDIA, r->offset, "%s without its address", what);
	return url;
}

static void add(struct media_reader *r, struct amp_str kind, struct amp_str url, struct amp_str alt)
{
	r->any = true;
	amp_add_media(r->e, &(struct amp_media){.kind = kind, .url = url, .alt = alt, .width = AMP_ABSENT, .height = AMP_ABSENT});
}

typedef void media_fn(struct media_reader *r, const struct amp_markup *m);

static void photo(struct media_reader *r, const struct amp_markup *m)
{
	add(r, AMP_STR("image"), address(r, background(r, m), "a photo"), AMP_STR_ABSENT);
}

/* Every video carries a fallback for old browsers; one that is too big carries that alone, and says so. */
static void video(struct media_reader *r, const struct amp_markup *m)
{
	struct amp_str url = source(r, m, "video", "src");
	if (!url.n && amp_markup_has_class(r->doc, m, "not_supported"))
		r->refused = true;
	else
		(void)address(r, url, "a video");
	add(r, AMP_STR("video"), url, AMP_STR_ABSENT);
}

static void voice(struct media_reader *r, const struct amp_markup *m)
{
	add(r, AMP_STR("audio"), address(r, source(r, m, "audio", "src"), "a voice message"), AMP_STR_ABSENT);
}

/* Files and music are named, not linked. */
static void document(struct media_reader *r, const struct amp_markup *m)
{
	const struct amp_markup *icon = amp_markup_find(r->doc, m, NULL, NULL, "tgme_widget_message_document_icon");
	const struct amp_markup *title = amp_markup_find(r->doc, m, NULL, NULL, "tgme_widget_message_document_title");
	bool sound = amp_markup_has_class(r->doc, icon, "audio");
	add(r, sound ? AMP_STR("audio") : AMP_STR("unknown"), AMP_STR_ABSENT,
	    title ? amp_markup_text(r->doc, title) : AMP_STR_ABSENT);
}

static void location(struct media_reader *r, const struct amp_markup *m)
{
	add(r, AMP_STR("unknown"), amp_markup_attr(r->doc, m, "href"), AMP_STR("location"));
}

static void sticker(struct media_reader *r, const struct amp_markup *m)
{
	struct amp_str url = source(r, m, NULL, "data-webp");
	if (!url.n) url = source(r, m, "video", "src");
	if (!url.n) url = source(r, m, "source", "srcset");
	if (!url.n) url = source(r, m, "img", "src");
	add(r, AMP_STR("image"), address(r, url, "a sticker"), AMP_STR_ABSENT);
}

static void poll(struct media_reader *r, const struct amp_markup *m)
{
	static const char option[] = "tgme_widget_message_poll_option_text";
	struct amp_joined options = {.n = 0};
	for (const struct amp_markup *o = amp_markup_find(r->doc, m, NULL, NULL, option); o;
	     o = amp_markup_find(r->doc, m, o, NULL, option))
		amp_join(r->e, &options, amp_markup_text(r->doc, o));
	add(r, AMP_STR("poll"), AMP_STR_ABSENT, amp_join_text(&options));
}

static void refused(struct media_reader *r, const struct amp_markup *m)
{
	/* beside a sticker: shown instead of it by browsers that cannot */
	if (!amp_markup_has_class(r->doc, m, "media_not_supported_cont")) r->refused = true;
}

static void nothing(struct media_reader *r, const struct amp_markup *m)
{
	(void)r;
	(void)m;
}

static const struct {
	const char *word;
	media_fn *read;
} shown[] = {
	{"tgme_widget_message_photo_wrap", photo},
	{"tgme_widget_message_video_player", video},
	{"tgme_widget_message_roundvideo_player", video},
	{"tgme_widget_message_voice_player", voice},
	{"tgme_widget_message_document_wrap", document},
	{"tgme_widget_message_location_wrap", location},
	{"tgme_widget_message_sticker_wrap", sticker},
	{"tgme_widget_message_poll", poll},
	{"message_media_not_supported_wrap", refused},
	/* of someone else, of the channel, or of a page linked to */
	{"tgme_widget_message_user", nothing},
	{"tgme_widget_message_author", nothing},
	{"tgme_widget_message_reply", nothing},
	{"tgme_widget_message_link_preview", nothing},
	{"js-message_text", nothing},
	{"js-message_footer", nothing},
};

/* What stands beside the words of a preview is the other page's, whatever holds the two. */
static bool beside_preview(const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	static const char *const words[] = {"link_preview_title", "link_preview_description", "link_preview_site_name"};
	const struct amp_markup *other = amp_markup_child(doc, amp_markup_parent(doc, m));
	for (; other; other = amp_markup_sibling(doc, other))
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (amp_markup_has_class(doc, other, words[i])) return true;
	return false;
}

static media_fn *reader_of(const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	if (m->type != AMP_MARKUP_ELEMENT || !m->class_n) return NULL;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		if (amp_markup_has_class(doc, m, shown[i].word)) return shown[i].read;
	return NULL;
}

bool amp_telegram_media(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *message, size_t offset)
{
	struct media_reader r = {.e = e, .doc = doc, .offset = offset};
	const struct amp_markup *end = message + message->span;
	for (const struct amp_markup *m = message + 1; m < end;) {
		media_fn *read = reader_of(doc, m);
		if (read && read != nothing && beside_preview(doc, m)) read = nothing;
		if (read) read(&r, m);
		m += read ? m->span : 1;
	}
	if (r.refused) amp_add_label(e, AMP_STR("unsupported"), AMP_STR_ABSENT);
	return r.any || r.refused;
}

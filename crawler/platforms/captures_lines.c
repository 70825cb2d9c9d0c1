/* captures_lines.c: one item a line: Zeeschuimer ({"source_platform": …, "data": {…}}) and NDJSON of 4CAT (the data with
 * __import_meta inside). Each line has its own time, address and platform.
 */
#include <string.h>
#include "base/utf8.h"
#include "platforms/captures.h"
#include "platforms/mastodon_status.h"
#include "platforms/members.h"
#include "platforms/meta_item.h"
#include "platforms/tiktok_item.h"
#include "platforms/x_tweet.h"

static const struct module {
	const char *source;                        /* source_platform */
	const char *adapter, *platform, *endpoint; /* endpoint: where the line's address fits none; NULL adapter: our own reader */
	amp_captures_entry *entry;
	const char *ad; /* what the extension, not the platform, says of the entry: true where it is an advertisement */
} modules[] = {
	{"x.com", "x", "x", "graphql/HomeTimeline", amp_x_tweet, "promoted"},
	{"twitter.com", "x", "x", "graphql/HomeTimeline", amp_x_tweet, "promoted"},
	{"tiktok.com", "tiktok", "tiktok", "recommend/item_list", amp_tiktok_item, NULL},
	{"instagram.com", "meta", "meta", "instagram/feed/timeline", amp_instagram_item, NULL},
	{"threads.net", "meta", "meta", "threads/keyword_search:top", amp_threads_item, NULL},
	{"threads.com", "meta", "meta", "threads/keyword_search:top", amp_threads_item, NULL},
	{"truthsocial.com", "mastodon", "truthsocial", "timelines/public", amp_mastodon_status, "sponsored"},
	{"linkedin.com", NULL, "linkedin", NULL, amp_captures_linkedin, NULL},
	{"douyin.com", NULL, "douyin", NULL, amp_captures_douyin, NULL},
	{"9gag.com", NULL, "9gag", NULL, amp_captures_9gag, NULL},
	{"imgur.com", NULL, "imgur", NULL, amp_captures_imgur, NULL},
	{"pinterest.com", NULL, "pinterest", NULL, amp_captures_pinterest, NULL},
	{"xiaohongshu.com", NULL, "rednote", NULL, amp_captures_rednote, NULL},
	{"rednote.com", NULL, "rednote", NULL, amp_captures_rednote, NULL},
};

static const struct module *module_of(struct amp_str source)
{
	if (amp_str_istarts(source, "www.")) source = (struct amp_str){source.p + 4, source.n - 4};
	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
		if (amp_str_ieq_c(source, modules[i].source)) return &modules[i];
	return NULL;
}

/* The next line that is not blank, from *at on. */
static struct amp_str next_line(struct amp_str body, size_t *at)
{
	if (*at == 0 && amp_str_starts(body, "\xEF\xBB\xBF")) *at = 3;
	while (*at < body.n && amp_is_space((unsigned char)body.p[*at])) (*at)++;
	if (*at >= body.n) return AMP_STR_ABSENT;
	const char *end = memchr(body.p + *at, '\n', body.n - *at);
	struct amp_str line = {body.p + *at, end ? (size_t)(end - body.p) - *at : body.n - *at};
	*at += line.n;
	return line;
}

static bool is_zeeschuimer(const struct amp_json *line)
{
	return amp_json_get(line, "source_platform") && amp_json_get(line, "data");
}

static bool is_4cat(const struct amp_json *line)
{
	return amp_json_is(amp_json_get(line, "__import_meta"), AMP_JSON_OBJECT);
}

/* A bad line among them may be the first: a few are asked. */
enum amp_captures_lines amp_captures_lines_of(struct amp_engine *e)
{
	struct amp_json_doc doc;
	struct amp_str line;
	size_t at = 0;
	for (int asked = 0; asked < 4 && !e->failed && (line = next_line(e->page->body, &at)).n; asked++) {
		if (amp_json_parse(&doc, line, e->arena, NULL) != 0) {
			amp_engine_no_memory(e);
			return AMP_LINES_NONE;
		}
		if (is_zeeschuimer(doc.root)) return AMP_LINES_ZEESCHUIMER;
		if (is_4cat(doc.root)) return AMP_LINES_4CAT;
	}
	return AMP_LINES_NONE;
}

/* A platform that is not read here, or a line without what was seen. */
static void unknown_line(struct amp_engine *e, const struct amp_json *line)
{
	struct amp_str source = amp_json_str(amp_json_get(line, "source_platform"));
	if (!amp_engine_begin(e, line->offset)) return;
	if (source.n > 60) source.n = amp_utf8_valid_prefix(source.p, 60);
	amp_engine_unknown(e, "a line of a platform that is not read here: %.*s", AMP_ARG(source));
}

static void unread_line(struct amp_engine *e, size_t offset)
{
	if (!e->failed && amp_captures_wanted(e->page->only, amp_str_c(e->adapter->name), NULL) && amp_engine_begin(e, offset))
		amp_engine_unknown(e, "a line that is no JSON object");
}

static const struct amp_endpoint *endpoint_of(const struct module *m, const struct amp_adapter *a, const struct amp_json *meta,
                                              bool *told)
{
	static const char *const addresses[] = {"source_url", "source_platform_url"};
	const struct amp_endpoint *by_url = NULL;
	for (size_t i = 0; i < 2 && m->adapter && !by_url; i++)
		by_url = amp_endpoint_by_url(a, amp_json_str(amp_json_get(meta, addresses[i])));
	*told = by_url != NULL;
	return by_url || !m->endpoint ? by_url : amp_endpoint_find(a, m->endpoint);
}

/* meta: what the extension says about the line; data: what the platform sent. */
static void line_entry(struct amp_engine *e, struct amp_captures_sum *sum, const struct amp_json *line, const struct amp_json *meta,
                       const struct amp_json *data)
{
	const struct module *m = module_of(amp_json_str(amp_json_get(meta, "source_platform")));
	const struct amp_adapter *a = m && m->adapter ? amp_adapter_find(m->adapter) : e->adapter;
	int64_t collected = 0;
	bool told_by_url = false;
	if (!m || !a || !amp_json_is(data, AMP_JSON_OBJECT)) {
		if (amp_captures_wanted(e->page->only, amp_str_c(e->adapter->name), NULL)) unknown_line(e, line);
		return;
	}
	const struct amp_endpoint *ep = endpoint_of(m, a, meta, &told_by_url);
	if (!amp_captures_wanted(e->page->only, amp_str_c(m->platform), told_by_url ? ep->name : NULL)) return;
	sum->feeds++;
	struct amp_guest guest = {.adapter = a, .endpoint = ep ? ep : e->endpoint, .platform = amp_str_c(m->platform)};
	struct amp_guest_told read;
	guest.page.url = amp_json_str(amp_json_get(meta, "source_url"));
	const struct amp_json *when = amp_json_get(meta, "timestamp_collected");
	bool told = amp_json_i64(when, &collected) && collected > 0;
	guest.page.captured_at = told ? collected : e->page->captured_at;
	if (!told && !amp_json_is_null(when))
		amp_engine_diag(e, "invalid_value", AMP_F_CREATED_AT, when->offset, "timestamp_collected is no time");
	amp_engine_guest_entry(e, &guest, m->entry, data, &read);
	if (m->ad && amp_member_flag(e, AMP_F_COUNT, data, m->ad)) amp_engine_guest_ad(e, &read);
	if (!told_by_url) read.endpoint = NULL;
	amp_captures_seen_in(e, &read, guest.platform);
}

void amp_captures_lines(struct amp_engine *e, struct amp_captures_sum *sum)
{
	struct amp_str body = e->page->body, text;
	amp_engine_list_found(e);
	for (size_t at = 0; !e->failed && (text = next_line(body, &at)).p;) {
		struct amp_embed embed = {.state = AMP_EMBED_JSON,
		                          .form = AMP_EMBED_PLAIN,
		                          .json = text,
		                          .raw = text,
		                          .offset = (size_t)(text.p - body.p)};
		const struct amp_json *line = amp_engine_json_at(e, &embed);
		if (line && line->flags & AMP_JSON_CUT) continue;
		if (!line)
			unread_line(e, embed.offset);
		else if (is_zeeschuimer(line))
			line_entry(e, sum, line, line, amp_json_get(line, "data"));
		else if (is_4cat(line))
			line_entry(e, sum, line, amp_json_get(line, "__import_meta"), line);
		else
			unknown_line(e, line);
	}
}

/* tiktok_page.c: pages of www.tiktok.com as saved by a browser. Their data is JSON in a script:
 * __UNIVERSAL_DATA_FOR_REHYDRATION__ (read by Zeeschuimer modules/tiktok.js 53ec8c2 and yt-dlp), SIGI_STATE on pages of 2022 (recording
 * of 2022-08-30) and __FRONTITY_CONNECT_STATE__ on /embed/@user (as public clients read it: no recording was found).
 */
#include "platforms/tiktok_page.h"
#include <string.h>
#include "platforms/tiktok_item.h"

enum state_kind { NO_STATE, UNIVERSAL, SIGI, FRONTITY };
struct state {
	enum state_kind kind;
	const struct amp_json *root;
};
static const struct {
	enum state_kind kind;
	const char *name;
} places[] = {{UNIVERSAL, "__UNIVERSAL_DATA_FOR_REHYDRATION__"}, {SIGI, "SIGI_STATE"}, {FRONTITY, "__FRONTITY_CONNECT_STATE__"}};

/* davidteather/TikTok-Api, error codes of tiktok.py and issues 403 and 1158. Those that are about who asks, or from where; the
 * others are about what was asked for: gone, private by its nature, under review. */
static const int walls[] = {10000, 10102, 10111, 10113, 10114, 10119, 10216, 10222, 10231, 10404};

bool amp_tiktok_code(struct amp_engine *e, const struct amp_json *code, const struct amp_json *message)
{
	int64_t n = 0;
	struct amp_str text = amp_json_str(code), why = amp_json_str(message);
	if (!(text.p ? amp_str_i64(text, &n) : amp_json_i64(code, &n)) || n == 0) return false;
	enum amp_verdict verdict = AMP_VERDICT_FAILED;
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
		if (n == walls[i]) verdict = AMP_VERDICT_BLOCKED;
	if (why.n > 160) why.n = 0;
	amp_engine_refuse(e, verdict, "TikTok answered with statusCode %lld%s%.*s", (long long)n, why.n ? ": " : "", AMP_ARG(why));
	return true;
}

bool amp_tiktok_is_page(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	return amp_str_starts(amp_str_trim(body), "<");
}

/* The challenge of TikTok's firewall, and its captcha. */
static bool is_challenge(struct amp_str body)
{
	static const char *const signs[] = {"wafchallengeid", "slardar/waf", "captcha_verify_container"};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (amp_str_find(body, amp_str_c(signs[i]))) return true;
	return false;
}

static struct state read_state(struct amp_engine *e)
{
	struct state found = {NO_STATE, NULL};
	const char *javascript = NULL;
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	for (size_t i = 0; doc && i < sizeof places / sizeof *places && !found.root; i++) {
		struct amp_embed embed;
		if (!amp_embed_by_id(doc, places[i].name, &embed)) (void)amp_embed_assigned(doc, places[i].name, &embed);
		found = (struct state){places[i].kind, amp_engine_json_at(e, &embed)};
		if (!found.root && embed.state == AMP_EMBED_NOT_JSON) javascript = places[i].name;
	}
	if (found.root || !doc) return found;
	if (javascript)
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s is written as JavaScript here, not as JSON", javascript);
	else if (is_challenge(doc->body))
		amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "%s", "a page of TikTok's firewall (challenge or captcha)");
	return (struct state){NO_STATE, NULL};
}

/* --- which view --- */

static const struct {
	enum amp_tiktok_view view;
	const char *scope, *list; /* member of __DEFAULT_SCOPE__; member of ItemList */
} views[] = {{AMP_TIKTOK_VIDEO, "webapp.video-detail", "video"},
             {AMP_TIKTOK_USER, "webapp.user-detail", "user-post"},
             {AMP_TIKTOK_FORYOU, "webapp.updated-items", "foryou"}};

static const struct amp_json *part(const struct state *s, size_t view)
{
	return s->kind == UNIVERSAL ? amp_json_get(amp_json_get(s->root, "__DEFAULT_SCOPE__"), views[view].scope)
	                            : amp_json_get(amp_json_get(s->root, "ItemList"), views[view].list);
}

enum amp_tiktok_view amp_tiktok_page_view(struct amp_engine *e)
{
	struct state s = read_state(e);
	if (s.kind == FRONTITY) return AMP_TIKTOK_EMBED;
	for (size_t i = 0; s.root && i < sizeof views / sizeof *views; i++)
		if (part(&s, i)) return views[i].view;
	return AMP_TIKTOK_NO_VIEW;
}

/* --- entries --- */

static void parse_list(struct amp_engine *e, const struct amp_json *list)
{
	amp_engine_list_found(e);
	for (const struct amp_json *i = amp_json_first(list); i && !e->failed; i = amp_json_next(list, i))
		if (!(i->flags & AMP_JSON_CUT)) amp_tiktok_item(e, i);
}

/* ItemList has the order, ItemModule the entries. */
static void parse_sigi(struct amp_engine *e, const struct state *s, const struct amp_json *listed)
{
	const struct amp_json *module = amp_json_get(s->root, "ItemModule"), *list = amp_json_get(listed, "list");
	static const char *const pages[] = {"VideoPage", "UserPage"};
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		const struct amp_json *page = amp_json_get(s->root, pages[i]);
		if (amp_tiktok_code(e, amp_json_get(page, "statusCode"), amp_json_get(page, "statusMsg"))) return;
	}
	if (amp_tiktok_code(e, amp_json_get(listed, "statusCode"), NULL) || !amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	const struct amp_json_keys *items = amp_json_keys_new(e->arena, module); /* a page may list thousands */
	if (!items) amp_engine_no_memory(e);
	for (const struct amp_json *id = amp_json_first(list); id && !e->failed; id = amp_json_next(list, id)) {
		struct amp_str key = amp_json_str(id);
		const struct amp_json *item = key.n ? amp_json_keys_get(items, key) : NULL;
		if (item && !(item->flags & AMP_JSON_CUT))
			amp_tiktok_item(e, item);
		else
			amp_tiktok_listed(e, id);
	}
}

/* A profile's videos may be loaded after the page: then its list is empty and the count beside it is not. */
static void parse_user(struct amp_engine *e, const struct amp_json *detail)
{
	const struct amp_json *user = amp_json_get(detail, "userInfo"), *list = amp_json_get(user, "itemList");
	int64_t videos = 0;
	if (!amp_json_is(user, AMP_JSON_OBJECT)) return;
	bool has = amp_json_is(list, AMP_JSON_ARRAY) && list->n > 0;
	if (!has && amp_json_i64(amp_json_path(user, "stats.videoCount"), &videos) && videos > 0) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "the saved page has none of the %lld videos: they were loaded later",
		                  (long long)videos);
		return;
	}
	if (has || amp_json_get(user, "user")) parse_list(e, list);
}

static void parse_universal(struct amp_engine *e, const struct amp_json *detail, enum amp_tiktok_view view)
{
	if (amp_tiktok_code(e, amp_json_get(detail, "statusCode"), amp_json_get(detail, "statusMsg"))) return;
	const struct amp_json *item = amp_json_path(detail, "itemInfo.itemStruct");
	if (view == AMP_TIKTOK_USER)
		parse_user(e, detail);
	else if (view == AMP_TIKTOK_FORYOU && amp_json_is(detail, AMP_JSON_ARRAY))
		parse_list(e, detail);
	else if (view == AMP_TIKTOK_VIDEO && item) {
		amp_engine_list_found(e);
		if (!(item->flags & AMP_JSON_CUT)) amp_tiktok_item(e, item);
	}
}

/* source.data is keyed by the page's own path. */
static void parse_frontity(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *data = amp_json_path(root, "source.data"), *page = NULL;
	for (const struct amp_json *p = amp_json_first(data); p && !page; p = amp_json_next(data, p))
		if (amp_json_get(p, "userInfo") || amp_json_get(p, "videoList")) page = p;
	const struct amp_json *user = amp_json_get(page, "userInfo"), *list = amp_json_get(page, "videoList");
	int64_t code = 200;
	if (amp_json_i64(amp_json_get(user, "code"), &code) && code != 200) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "TikTok's embed page answers with code %lld for this user",
		                  (long long)code);
		return;
	}
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *v = amp_json_first(list); v && !e->failed; v = amp_json_next(list, v))
		if (!(v->flags & AMP_JSON_CUT)) amp_tiktok_embedded(e, v, user);
}

void amp_tiktok_page(struct amp_engine *e, enum amp_tiktok_view view)
{
	struct state s = read_state(e);
	if (s.kind == FRONTITY && view == AMP_TIKTOK_EMBED) parse_frontity(e, s.root);
	for (size_t i = 0; s.root && s.kind != FRONTITY && i < sizeof views / sizeof *views; i++) {
		const struct amp_json *detail = views[i].view == view ? part(&s, i) : NULL;
		if (detail && s.kind == UNIVERSAL)
			parse_universal(e, detail, view);
		else if (detail)
			parse_sigi(e, &s, detail);
	}
}

/* pages.c: the facilitator's panel: a page in French and English, plain forms, no script; /playground/state and two POST calls. */
#include <stdlib.h>
#include <string.h>
#include "base/jsonv.h"
#include "base/log.h"
#include "server.h"

/* ---- texts: French, English ---- */
enum text {
	T_LANG,
	T_OTHER_LINK,
	T_OTHER_NAME,
	T_INTRO,
	T_WARNING,
	T_CLOCK,
	T_NOW,
	T_ADVANCE,
	T_HOURS,
	T_DAY,
	T_WEEK,
	T_DIALS,
	T_AMPLIFY,
	T_AMPLIFY_HELP,
	T_NOISE,
	T_NOISE_HELP,
	T_SEED,
	T_SEED_HELP,
	T_APPLY,
	T_PREVIEW,
	T_PREVIEW_HELP,
	T_RANKED,
	T_LATEST,
	T_COUNT,
	T_PLANTED,
	T_PLANTED_HELP,
	T_TARGET,
	T_WEIGHT,
	T_SHARE,
	T_TRY,
	T_TRY_HELP,
	T_VISITORS,
	T_TEXTS
};
static const char *const texts[T_TEXTS][2] = {
	[T_LANG] = {"fr", "en"},
	[T_OTHER_LINK] = {"/en", "/"},
	[T_OTHER_NAME] = {"English", "Français"},
	[T_INTRO] =
		{"Ce programme fait semblant d'être trois plateformes (Bluesky, Mastodon, des flux RSS). Leur classement met en avant, d'une quantité "
                 "que vous réglez ici, des messages marqués comme haineux. Un audit doit retrouver cette quantité en ne regardant que ce qui est servi.",
                 "This program pretends to be three platforms (Bluesky, Mastodon, RSS feeds). Their ranking pushes posts that are marked as hateful, by "
                 "an amount that you set here. An audit must find that amount again by looking only at what is served."},
	[T_WARNING] =
		{"Tout est fictif. La haine n'est ici qu'un jeton, [[haine:cible]] ; aucune injure, aucune personne, aucune plateforme réelle.",
                 "Everything is made up. Hate is only a placeholder here, [[haine:target]]; no slur, no person, no real platform."},
	[T_CLOCK] = {"Horloge", "Clock"},
	[T_NOW] = {"Il est", "It is"},
	[T_ADVANCE] = {"L'horloge n'avance que si on l'avance. Les profils des visiteurs sont refaits à chaque avance.",
                       "The clock moves only when it is moved. Visitors' profiles are remade at each move."},
	[T_HOURS] = {"+ 6 heures", "+ 6 hours"},
	[T_DAY] = {"+ 1 jour", "+ 1 day"},
	[T_WEEK] = {"+ 7 jours", "+ 7 days"},
	[T_DIALS] = {"Réglages", "Dials"},
	[T_AMPLIFY] = {"Amplification (0 à 3)", "Amplification (0 to 3)"},
	[T_AMPLIFY_HELP] = {"0 : le classement ignore la haine.", "0: the ranking does not look at hate."},
	[T_NOISE] = {"Bruit (0 à 3)", "Noise (0 to 3)"},
	[T_NOISE_HELP] = {"0 : deux visiteurs semblables voient la même liste.", "0: two visitors alike see the same list."},
	[T_SEED] = {"Graine", "Seed"},
	[T_SEED_HELP] = {"Une autre graine : un autre monde, visiteurs oubliés.",
                         "Another seed: another world, visitors forgotten."},
	[T_APPLY] = {"Appliquer", "Apply"},
	[T_PREVIEW] = {"Ce que voit un nouveau visiteur", "What a new visitor sees"},
	[T_PREVIEW_HELP] =
		{"Bluesky d'essai : un carré par message, dans l'ordre, rouge s'il est fictivement haineux ; puis les douze premiers.",
                 "Practice Bluesky: one square a post, in order, red when placeholder-hateful; then the first twelve."},
	[T_RANKED] = {"Classé par la plateforme", "Ranked by the platform"},
	[T_LATEST] = {"Du plus récent au plus ancien", "Newest first"},
	[T_COUNT] = {"messages haineux fictifs sur les 30 premiers", "placeholder-hateful posts among the first 30"},
	[T_PLANTED] = {"Ce qui est planté", "What is planted"},
	[T_PLANTED_HELP] =
		{"Poids de chaque cible dans l'amplification, et part de chaque cible parmi les messages haineux fictifs.",
                 "Weight of each target in the amplification, and each target's share of the placeholder-hateful posts."},
	[T_TARGET] = {"cible", "target"},
	[T_WEIGHT] = {"poids", "weight"},
	[T_SHARE] = {"part", "share"},
	[T_TRY] = {"Adresses à essayer", "Addresses to try"},
	[T_TRY_HELP] = {"Ce sont celles que suit un audit.", "The ones that an audit follows."},
	[T_VISITORS] = {"visiteurs connus", "visitors known"},
};

static const char style[] =
	"body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1d2733;background:#f5f6f8}main{max-width:64rem;margin:0 auto;padding:1rem}"
	"header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem}h1{font-size:1.4rem;margin:.5rem 0}"
	"h2{font-size:1.1rem;margin:0 0 .5rem}.two+h2{margin-top:1.5rem}section{background:#fff;border:1px solid #d8dde3;border-radius:.5rem;padding:1rem;margin:1rem 0}"
	".warn{background:#fff4d6;border-color:#d9a400}.two{display:grid;gap:1rem}@media(min-width:52rem){.two{grid-template-columns:1fr 1fr}}"
	".two>section{margin:0}form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:.5rem 0}label{display:block;font-weight:600}"
	"label small{display:block;font-weight:400;color:#515c69}input{font:inherit;width:7rem;padding:.3rem;border:1px solid #7b8794;border-radius:.25rem}"
	"button{font:inherit;padding:.35rem .9rem;border:1px solid #1c5d99;border-radius:.25rem;background:#1c5d99;color:#fff}"
	".strip{display:grid;grid-template-columns:repeat(15,.8rem);gap:3px}.strip i,.strip b{height:.8rem;background:#c9d3dd}.strip b{background:#b3261e}"
	"ol{padding-left:1.8rem;margin:.5rem 0}li{margin:.3rem 0;overflow-wrap:anywhere}mark{background:#ffd9d4;border-bottom:2px solid #b3261e}"
	"table{border-collapse:collapse;width:100%;max-width:30rem}td,th{text-align:left;padding:.15rem .5rem;border-bottom:1px solid #e4e7eb}"
	"td+td,th+th{text-align:right}code{font-size:.9em;overflow-wrap:anywhere}time{font-variant-numeric:tabular-nums;font-weight:600}";

/* ---- page ---- */
static void put_marked(struct amp_buf *b, const struct pg_post *p)
{
	struct amp_buf text;
	amp_buf_init(&text, 65536);
	pg_post_text(p, &text);
	struct amp_str rest = amp_buf_str(&text);
	while (rest.n) {
		const char *open = amp_str_find(rest, AMP_STR("[["));
		size_t before = open ? (size_t)(open - rest.p) : rest.n;
		pg_html(b, (struct amp_str){rest.p, before});
		rest = (struct amp_str){rest.p + before, rest.n - before};
		const char *close = amp_str_find(rest, AMP_STR("]]"));
		if (!open || !close) continue;
		size_t n = (size_t)(close - rest.p) + 2;
		amp_buf_addc(b, p->targets ? "<mark>" : "<code>");
		pg_html(b, (struct amp_str){rest.p, n});
		amp_buf_addc(b, p->targets ? "</mark>" : "</code>");
		rest = (struct amp_str){rest.p + n, rest.n - n};
	}
	amp_buf_free(&text);
}

#define SHOWN 12

static void put_list(struct amp_buf *b, const char *title, const char *count, const struct pg_post *const *posts, size_t n)
{
	size_t hateful = 0;
	for (size_t i = 0; i < n; i++) hateful += posts[i]->targets != 0;
	amp_buf_printf(b, "<section><h2>%s</h2><p><strong>%zu</strong> %s</p><p class=strip role=img aria-label=\"%zu / %zu\">",
	               title, hateful, count, hateful, n);
	for (size_t i = 0; i < n; i++)
		amp_buf_addc(b, posts[i]->targets ? "<b></b>" : "<i></i>"); /* one square a post, in rank order */
	amp_buf_addc(b, "</p><ol>");
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		amp_buf_addc(b, "<li>");
		put_marked(b, posts[i]);
		amp_buf_addc(b, "</li>");
	}
	amp_buf_addc(b, "</ol></section>");
}

static void put_preview(struct pg_server *s, struct amp_buf *b, int l)
{
	const struct pg_profile visitor = {.lang = l ? PG_EN : PG_FR};
	const struct pg_post *page[30];
	size_t n = pg_serve_ranked(s, PG_BLUESKY, &visitor, -1, s->set.now, pg_hash(s->set.seed, "preview", 0, 0));
	if (n > 30) n = 30;
	for (size_t i = 0; i < n; i++) page[i] = s->ranked[i].post;
	amp_buf_printf(b, "<h2>%s</h2><p>%s</p><div class=two>", texts[T_PREVIEW][l], texts[T_PREVIEW_HELP][l]);
	put_list(b, texts[T_RANKED][l], texts[T_COUNT][l], page, n);
	n = pg_world_pool(&s->world, PG_BLUESKY, s->set.now, PG_LATEST_WINDOW, -1, -1, s->pool);
	put_list(b, texts[T_LATEST][l], texts[T_COUNT][l], s->pool, n > 30 ? 30 : n);
	amp_buf_addc(b, "</div>");
}

static void put_number(struct amp_buf *b, const char *name, const char *label, const char *help, double value, const char *bounds)
{
	amp_buf_printf(b, "<label>%s<small>%s</small><input type=number name=%s value=\"%.15g\" %s required></label>", label, help,
	               name, value, bounds);
}

/* "2026-11-02 08:00" */
static const char *short_time(int64_t ms, char out[AMP_TIME_TEXT])
{
	amp_time_format(ms, out);
	out[10] = ' ';
	out[16] = '\0';
	return out;
}

static void page(struct pg_server *s, struct pg_response *res, int l)
{
	static const char *const addresses[] = {
		"/xrpc/app.bsky.feed.getFeed?feed=at://did:plc:playgroundserviceaaaaaaa/app.bsky.feed.generator/for-you&limit=30",
		"/xrpc/app.bsky.feed.getListFeed?list=at://did:plc:playgroundserviceaaaaaaa/app.bsky.graph.list/everyone&limit=30",
		"/xrpc/app.bsky.feed.searchPosts?q=football&sort=top",
		"/api/v1/trends/statuses",
		"/api/v1/timelines/public",
		"/api/v1/timelines/tag/cuisine",
		"/api/v2/instance",
		"/feeds/ranked.rss",
		"/feeds/latest.atom",
		"/feeds/latest.json",
		"/playground/state"};
	struct amp_buf *b = &res->body;
	char now[AMP_TIME_TEXT];
	res->type = "text/html; charset=utf-8";
	amp_buf_printf(
		b,
		"<!DOCTYPE html>\n<html lang=%s><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
		"<title>amplimeter-playground</title><style>%s</style></head><body><main><header><h1>amplimeter-playground</h1>"
		"<a href=\"%s\">%s</a></header><p>%s</p><section class=warn>%s</section>",
		texts[T_LANG][l], style, texts[T_OTHER_LINK][l], texts[T_OTHER_NAME][l], texts[T_INTRO][l], texts[T_WARNING][l]);
	amp_buf_printf(b, "<div class=two><section><h2>%s</h2><p>%s <time>%s</time> (UTC)</p><p>%s</p>", texts[T_CLOCK][l],
	               texts[T_NOW][l], short_time(s->set.now, now), texts[T_ADVANCE][l]);
	amp_buf_printf(
		b,
		"<form method=post action=\"/playground/clock\"><input type=hidden name=lang value=%s><button name=advance value=6h>%s</button>"
		"<button name=advance value=1d>%s</button><button name=advance value=1w>%s</button></form><p>%zu %s</p></section>",
		texts[T_LANG][l], texts[T_HOURS][l], texts[T_DAY][l], texts[T_WEEK][l], s->visitors.n, texts[T_VISITORS][l]);
	amp_buf_printf(
		b, "<section><h2>%s</h2><form method=post action=\"/playground/settings\"><input type=hidden name=lang value=%s>",
		texts[T_DIALS][l], texts[T_LANG][l]);
	put_number(b, "amplify", texts[T_AMPLIFY][l], texts[T_AMPLIFY_HELP][l], s->set.amplify, "min=0 max=3 step=0.1");
	put_number(b, "noise", texts[T_NOISE][l], texts[T_NOISE_HELP][l], s->set.noise, "min=0 max=3 step=0.05");
	put_number(b, "seed", texts[T_SEED][l], texts[T_SEED_HELP][l], (double)s->set.seed, "min=0 max=2147483647 step=1");
	amp_buf_printf(b, "<button>%s</button></form></section></div>", texts[T_APPLY][l]);
	put_preview(s, b, l);
	amp_buf_printf(b, "<section><h2>%s</h2><p>%s</p><table><tr><th>%s<th>%s<th>%s</tr>", texts[T_PLANTED][l],
	               texts[T_PLANTED_HELP][l], texts[T_TARGET][l], texts[T_WEIGHT][l], texts[T_SHARE][l]);
	for (size_t t = 0; t < PG_TARGETS; t++)
		amp_buf_printf(b, "<tr><td>%s<td>%d%s%d<td>%.0f&nbsp;%%</tr>", l ? pg_targets[t].en : pg_targets[t].fr,
		               (int)(pg_targets[t].weight + 0.01), l ? "." : ",", (int)(pg_targets[t].weight * 10 + 0.5) % 10,
		               pg_targets[t].share * 100);
	amp_buf_printf(b, "</table></section><section><h2>%s</h2><p>%s</p><ul>", texts[T_TRY][l], texts[T_TRY_HELP][l]);
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		amp_buf_addc(b, "<li><a href=\"");
		pg_html(b, amp_str_c(addresses[i]));
		amp_buf_addc(b, "\"><code>");
		pg_html(b, amp_str_c(addresses[i]));
		amp_buf_addc(b, "</code></a></li>");
	}
	amp_buf_addc(b, "</ul></section></main></body></html>\n");
}

/* ---- state and control ---- */
static void state(struct pg_server *s, struct pg_response *res)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "version", AMP_VERSION);
	amp_jsonw_ktime(&w, "now", s->set.now);
	amp_jsonw_ki64(&w, "seed", (int64_t)s->set.seed);
	amp_jsonw_kdouble(&w, "amplify", s->set.amplify);
	amp_jsonw_kdouble(&w, "noise", s->set.noise);
	amp_jsonw_kdouble(&w, "prevalence", s->set.prevalence);
	amp_jsonw_ki64(&w, "posts_per_day", s->set.posts_per_day);
	amp_jsonw_ki64(&w, "crowd", s->set.crowd);
	amp_jsonw_ki64(&w, "requests", (int64_t)s->requests);
	amp_jsonw_ki64(&w, "visitors", (int64_t)s->visitors.n);
	amp_jsonw_key(&w, "targets");
	amp_jsonw_object(&w);
	for (size_t t = 0; t < PG_TARGETS; t++) amp_jsonw_kdouble(&w, pg_targets[t].name, pg_targets[t].weight);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
}

/* A field of a form or of a JSON object, as text. */
static bool field(const struct pg_request *req, const json_t *json, const char *name, char out[64])
{
	const json_t *v = json_object_get(json, name);
	if (json_is_string(v)) return snprintf(out, 64, "%s", json_string_value(v)) < 64;
	if (json_is_integer(v)) return snprintf(out, 64, "%lld", (long long)json_integer_value(v)) < 64;
	if (json_is_real(v)) return snprintf(out, 64, "%.17g", json_real_value(v)) < 64;
	struct amp_str rest = json ? AMP_STR_ABSENT : req->body;
	while (rest.p) {
		struct amp_str value = amp_str_cut(&rest, '&');
		if (!amp_str_eq_c(amp_str_cut(&value, '='), name) || !value.p) continue;
		size_t n = 0;
		for (size_t i = 0; i < value.n && n < 63; i++, n++) {
			out[n] = value.p[i] == '+' ? ' ' : value.p[i];
			if (value.p[i] != '%' || i + 2 >= value.n) continue;
			int high = amp_hex_value((unsigned char)value.p[i + 1]), low = amp_hex_value((unsigned char)value.p[i + 2]);
			if (high < 0 || low < 0) continue;
			out[n] = (char)(high << 4 | low);
			i += 2;
		}
		out[n] = '\0';
		return true;
	}
	return false;
}

static bool number(const char *text, double *out)
{
	char *end;
	if (!amp_is_digit((unsigned char)text[0])) return false;
	*out = strtod(text, &end);
	return *end == '\0';
}

static bool set_clock(struct pg_server *s, const struct pg_request *req, const json_t *json, struct amp_err *err)
{
	char text[64];
	int64_t to, step;
	enum amp_precision precision;
	if (field(req, json, "now", text) && amp_time_parse_iso(amp_str_c(text), &to, &precision)) {
	} else if (field(req, json, "advance", text) && amp_duration_parse(amp_str_c(text), &step) && step <= 366 * PG_DAY_MS) {
		to = s->set.now + step;
	} else {
		amp_fail(err, AMP_EUSAGE,
		         "Give \"now\" (a date such as 2026-11-03T08:00:00Z) or \"advance\" (6h, 1d, at most 366d).");
		return false;
	}
	if (to > INT64_C(4102444800000) || !pg_server_clock(s, to)) { /* the year 2100 */
		amp_fail(err, AMP_EUSAGE, "The clock only moves forward, to the year 2100 at most.");
		return false;
	}
	return true;
}

static bool set_dials(struct pg_server *s, const struct pg_request *req, const json_t *json, struct amp_err *err)
{
	struct pg_settings set = s->set;
	char text[64];
	int64_t seed;
	bool ok = true;
	if (field(req, json, "amplify", text)) ok = number(text, &set.amplify) && ok;
	if (field(req, json, "noise", text)) ok = number(text, &set.noise) && ok;
	if (field(req, json, "seed", text)) {
		ok = amp_str_i64(amp_str_c(text), &seed) && seed >= 0 && ok;
		if (ok) set.seed = (uint64_t)seed;
	}
	if (!ok) {
		amp_fail(err, AMP_EUSAGE, "amplify, noise and seed must be numbers that are not negative.");
		return false;
	}
	if (pg_settings_check(&set, err) != 0) return false;
	pg_log_crowd(s); /* what was served so far was served under the old dials */
	for (size_t i = 0; i < s->visitors.n; i++) s->visitors.v[i]->served_at = INT64_MIN;
	if (set.seed != s->set.seed) {
		pg_visitors_clear(&s->visitors);
		pg_world_reseed(&s->world, set.seed);
	}
	s->set = set;
	pg_log_settings(s);
	return true;
}

static void control(struct pg_server *s, const struct pg_request *req, struct pg_response *res,
                    bool (*act)(struct pg_server *s, const struct pg_request *req, const json_t *json, struct amp_err *err))
{
	struct amp_err err = {0};
	char lang[64] = "fr", origin[160];
	if (strcmp(req->method, "POST") != 0) {
		pg_json_error(res, 405, "MethodNotAllowed", "Use POST");
		return;
	}
	/* A page of another site may not turn the dials through somebody's browser. */
	snprintf(origin, sizeof origin, "http://%s", req->host);
	if (req->origin[0] && strcmp(req->origin, origin) != 0) {
		pg_json_error(res, 403, "Forbidden", "Requests from other sites are refused");
		return;
	}
	const bool is_json = req->body.n > 0 && req->body.p[0] == '{';
	json_t *json = NULL;
	if (is_json && amp_jsonv_try(&json, req->body, NULL, NULL) != 0) {
		pg_json_error(res, 503, "NotEnoughResources", "Out of memory");
	} else if (is_json && !json) {
		pg_json_error(res, 400, "InvalidRequest", "The body is not JSON");
	} else if (!act(s, req, json, &err)) {
		pg_json_error(res, 400, "InvalidRequest", err.text);
	} else if (is_json) {
		state(s, res);
	} else {
		field(req, NULL, "lang", lang);
		res->status = 303;
		pg_header(res, "Location", "%s", strcmp(lang, "en") == 0 ? "/en" : "/");
	}
	json_decref(json);
}

void pg_pages(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	if (strcmp(req->path, "/playground/clock") == 0)
		control(s, req, res, set_clock);
	else if (strcmp(req->path, "/playground/settings") == 0)
		control(s, req, res, set_dials);
	else if (strcmp(req->path, "/playground/state") == 0)
		state(s, res);
	else if (strcmp(req->path, "/") == 0 || strcmp(req->path, "/fr") == 0)
		page(s, res, 0);
	else if (strcmp(req->path, "/en") == 0)
		page(s, res, 1);
	else
		pg_json_error(res, 404, "NotFound", "No such page: see /");
}

/* mastodon.c: the public Mastodon API. Shapes: abraham/mastodon-openapi of Mastodon 4.7 (the contract test holds answers to it).
 * Trends are one ranking for everyone and cached, as on a real server.
 */
#include <string.h>
#include "server.h"

#define BASE "https://mastodon." PG_HOST

static void put_empty_array(struct amp_jsonw *w, const char *key)
{
	amp_jsonw_key(w, key);
	amp_jsonw_array(w);
	amp_jsonw_end_array(w);
}

static void put_null(struct amp_jsonw *w, const char *key)
{
	amp_jsonw_key(w, key);
	amp_jsonw_null(w);
}

static void put_number_text(struct amp_jsonw *w, const char *key, uint64_t v)
{
	char text[24];
	snprintf(text, sizeof text, "%llu", (unsigned long long)v); /* ids pass 2^53: strings, as Mastodon sends them */
	amp_jsonw_kc(w, key, text);
}

static void put_account(struct amp_jsonw *w, const struct pg_author *a)
{
	char url[128];
	amp_jsonw_object(w);
	put_number_text(w, "id", a->id);
	amp_jsonw_kc(w, "username", a->handle);
	amp_jsonw_kc(w, "acct", a->handle);
	amp_jsonw_kc(w, "display_name", a->name);
	amp_jsonw_kbool(w, "locked", false);
	amp_jsonw_kbool(w, "bot", false);
	amp_jsonw_kbool(w, "discoverable", true);
	amp_jsonw_kbool(w, "indexable", false);
	amp_jsonw_kbool(w, "group", false);
	amp_jsonw_kc(w, "created_at", "2024-02-06T00:00:00.000Z");
	amp_jsonw_kc(w, "note",
	             a->lang == PG_EN ? "<p>An invented account of the playground.</p>"
	                              : "<p>Compte inventé du service d&#39;essai.</p>");
	snprintf(url, sizeof url, BASE "/@%s", a->handle);
	amp_jsonw_kc(w, "url", url);
	snprintf(url, sizeof url, BASE "/users/%s", a->handle);
	amp_jsonw_kc(w, "uri", url);
	static const char *const images[] = {"avatar", "avatar_static", "header", "header_static"};
	for (size_t i = 0; i < 4; i++) amp_jsonw_kc(w, images[i], BASE "/missing.png");
	amp_jsonw_ki64(w, "followers_count", (int64_t)(a->id % 900));
	amp_jsonw_ki64(w, "following_count", (int64_t)(a->id % 300));
	amp_jsonw_ki64(w, "statuses_count", (int64_t)(a->id % 5000));
	put_null(w, "last_status_at");
	amp_jsonw_kbool(w, "hide_collections", false);
	put_empty_array(w, "emojis");
	put_empty_array(w, "fields");
	amp_jsonw_end_object(w);
}

/* Text as Mastodon's HTML: one paragraph, the hashtag as a link. */
static bool put_content(struct amp_jsonw *w, const struct pg_post *p)
{
	struct amp_buf text, html;
	amp_buf_init(&text, 65536);
	amp_buf_init(&html, 65536);
	pg_post_text(p, &text);
	size_t at = text.n;
	while (at > 0 && text.p[at - 1] != '#' && text.p[at - 1] != ' ') at--;
	const bool tagged = at > 0 && text.p[at - 1] == '#';
	amp_buf_addc(&html, "<p>");
	pg_html(&html, (struct amp_str){text.p, tagged ? at - 1 : text.n});
	if (tagged)
		amp_buf_printf(&html, "<a href=\"" BASE "/tags/%.*s\" class=\"mention hashtag\" rel=\"tag\">#<span>%.*s</span></a>",
		               (int)(text.n - at), text.p + at, (int)(text.n - at), text.p + at);
	amp_buf_addc(&html, "</p>");
	amp_jsonw_kstr(w, "content", amp_buf_str(&html));
	amp_buf_free(&html);
	amp_buf_free(&text);
	return tagged;
}

static void put_status(struct amp_jsonw *w, const struct pg_server *s, const struct pg_post *p)
{
	const struct pg_author *a = &s->world.authors[PG_MASTODON][p->author];
	const bool reply = p->index > 0 && p->salt % 10 == 0;
	const int64_t likes = pg_post_likes(p, s->set.now);
	char text[PG_ID_SIZE];
	amp_jsonw_object(w);
	put_number_text(w, "id", pg_post_snowflake(p));
	amp_jsonw_ktime(w, "created_at", p->created);
	if (reply) {
		put_number_text(w, "in_reply_to_id", pg_post_snowflake(p - 1));
		put_number_text(w, "in_reply_to_account_id", s->world.authors[PG_MASTODON][(p - 1)->author].id);
	} else {
		put_null(w, "in_reply_to_id");
		put_null(w, "in_reply_to_account_id");
	}
	amp_jsonw_kbool(w, "sensitive", false);
	amp_jsonw_kc(w, "spoiler_text", "");
	amp_jsonw_kc(w, "visibility", "public");
	amp_jsonw_kc(w, "language", p->lang == PG_EN ? "en" : "fr");
	amp_jsonw_kc(w, "uri", pg_post_id(&s->world, p, text));
	snprintf(text, sizeof text, BASE "/@%s/%llu", a->handle, (unsigned long long)pg_post_snowflake(p));
	amp_jsonw_kc(w, "url", text);
	amp_jsonw_ki64(w, "replies_count", likes / 6);
	amp_jsonw_ki64(w, "reblogs_count", likes / 4);
	amp_jsonw_ki64(w, "favourites_count", likes);
	amp_jsonw_ki64(w, "quotes_count", likes / 20);
	put_null(w, "edited_at");
	const bool tagged = put_content(w, p);
	put_null(w, "reblog");
	amp_jsonw_key(w, "account");
	put_account(w, a);
	put_empty_array(w, "media_attachments");
	put_empty_array(w, "mentions");
	amp_jsonw_key(w, "tags");
	amp_jsonw_array(w);
	if (tagged) {
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "name", pg_topics[p->topic].name);
		snprintf(text, sizeof text, BASE "/tags/%s", pg_topics[p->topic].name);
		amp_jsonw_kc(w, "url", text);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
	put_empty_array(w, "emojis");
	put_null(w, "card");
	put_null(w, "poll");
	put_null(w, "quote");
	amp_jsonw_end_object(w);
}

static void put_page(struct pg_server *s, struct pg_response *res, const struct pg_post *const *page, size_t n)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) put_status(&w, s, page[i]);
	amp_jsonw_end_array(&w);
}

/* Rails: min(abs(to_i), 40), 20 when absent; words count as 0. */
static size_t page_size(const struct pg_request *req)
{
	const char *text = pg_param(req, "limit");
	int64_t v = 0;
	if (!text) return 20;
	if (!amp_str_i64(amp_str_c(text), &v)) return 0;
	if (v < 0) v = v == INT64_MIN ? INT64_MAX : -v;
	return v > 40 ? 40 : (size_t)v;
}

/* The Host header goes into links: anything but a plain host and port is not repeated. */
static const char *safe_host(const struct pg_request *req)
{
	for (const char *p = req->host; *p; p++)
		if (!amp_is_alnum((unsigned char)*p) && !strchr(".-:[]", *p)) return "localhost";
	return req->host[0] && strlen(req->host) < 100 ? req->host : "localhost";
}

static void cached(struct pg_server *s, struct pg_response *res)
{
	const int64_t wall = amp_clock_wall_ms() / 1000;
	if (s->cache_instant != s->set.now) {
		s->cache_instant = s->set.now;
		s->cache_wall_s = wall;
		pg_header(res, "Age", "0");
	} else {
		int64_t age = wall - s->cache_wall_s;
		pg_header(res, "Age", "%lld",
		          (long long)(age < 1 ? 1 : age)); /* a second reader is told that it came from the cache */
	}
	pg_header(res, "Cache-Control", "max-age=15, public, stale-while-revalidate=30, stale-if-error=3600");
}

static void trends(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                   const char *rest)
{
	int64_t offset;
	const size_t limit = page_size(req);
	(void)rest;
	if (!pg_int_param(req, "offset", 0, PG_POOL_MAX, 0, &offset)) offset = 0;
	/* uncached: one draw a reading; pages of a reading share the draw of its first page */
	if (offset == 0) v->feeds_served++;
	const uint64_t noise = s->set.trends_uncached ? pg_noise_key(s, v, v->feeds_served)
	                                              : pg_hash(s->set.seed, "trends", (uint64_t)s->set.now, 0);
	const struct pg_profile nobody = {.lang = PG_LANG_NONE};
	size_t total = pg_serve_ranked(s, PG_MASTODON, &nobody, -1, s->set.now, noise), n = 0;
	const struct pg_post *page[PG_PAGE_MAX];
	for (size_t i = (size_t)offset; i < total && n < limit; i++) page[n++] = s->ranked[i].post;
	put_page(s, res, page, n);
	if (s->set.trends_uncached)
		pg_header(res, "Cache-Control", "private, no-store");
	else
		cached(s, res);
	if (n) {
		char prev[200] = "";
		if (offset > 0)
			snprintf(prev, sizeof prev, ", <http://%s/api/v1/trends/statuses?limit=%zu&offset=%lld>; rel=\"prev\"",
			         safe_host(req), limit, (long long)(offset > (int64_t)limit ? offset - (int64_t)limit : 0));
		if ((size_t)offset + n < total)
			pg_header(res, "Link", "<http://%s/api/v1/trends/statuses?limit=%zu&offset=%zu>; rel=\"next\"%s",
			          safe_host(req), limit, (size_t)offset + n, prev);
		else if (prev[0])
			pg_header(res, "Link", "%s", prev + 2);
	}
	pg_mark_feed(s, v, res, "trends/statuses", "", true, (size_t)offset, page, n);
}

static uint64_t id_param(const struct pg_request *req, const char *name, uint64_t fallback)
{
	const char *text = pg_param(req, name);
	int64_t v;
	return text && amp_str_i64(amp_str_c(text), &v) && v >= 0 ? (uint64_t)v : fallback;
}

static void timeline(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                     const char *endpoint, const char *feed, int topic, int author)
{
	const size_t limit = page_size(req);
	const uint64_t below = id_param(req, "max_id", UINT64_MAX), above = id_param(req, "since_id", 0),
		       least = id_param(req, "min_id", 0);
	size_t total = pg_world_pool(&s->world, PG_MASTODON, s->set.now, PG_LATEST_WINDOW, topic, author, s->pool), first = 0, end;
	while (first < total && pg_post_snowflake(s->pool[first]) >= below) first++;
	const uint64_t floor = least > above ? least : above;
	end = first;
	while (end < total && pg_post_snowflake(s->pool[end]) > floor) end++;
	if (least > 0 && end - first > limit) first = end - limit; /* min_id: the ones just above it */
	if (end - first > limit) end = first + limit;
	put_page(s, res, s->pool + first, end - first);
	pg_header(res, "Cache-Control", "max-age=15, public, stale-while-revalidate=30, stale-if-error=3600");
	if (end > first)
		pg_header(res, "Link",
		          "<http://%s%s?limit=%zu&max_id=%llu>; rel=\"next\", <http://%s%s?limit=%zu&min_id=%llu>; rel=\"prev\"",
		          safe_host(req), req->path, limit, (unsigned long long)pg_post_snowflake(s->pool[end - 1]), safe_host(req),
		          req->path, limit, (unsigned long long)pg_post_snowflake(s->pool[first]));
	pg_mark_feed(s, v, res, endpoint, feed, false, first, s->pool + first, end - first);
}

static void public_timeline(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                            const char *rest)
{
	(void)rest;
	timeline(s, req, res, v, "timelines/public", "", -1, -1);
}

static void tag_timeline(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                         const char *rest)
{
	int topic = pg_topic_named(rest, strlen(rest));
	if (topic < 0) { /* a hashtag that nobody used: an empty list, as on a real server */
		put_page(s, res, NULL, 0);
		pg_mark_feed(s, v, res, "timelines/tag", "unknown", false, 0, NULL, 0);
		return;
	}
	/* The posts of the topic, tagged or not: which ones carry the hashtag has nothing to do with hate. */
	timeline(s, req, res, v, "timelines/tag", pg_topics[topic].name, topic, -1);
}

static void not_found(struct pg_response *res)
{
	pg_json_error(res, 404, "Record not found", NULL);
}

static void lookup(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                   const char *rest)
{
	const char *acct = pg_param(req, "acct");
	(void)v;
	(void)rest;
	struct amp_str name = amp_str_c(acct ? acct : "");
	if (amp_str_ends(name, "@mastodon." PG_HOST)) name.n -= strlen("@mastodon." PG_HOST);
	for (size_t i = 0; i < PG_AUTHORS; i++) {
		if (!amp_str_eq_c(name, s->world.authors[PG_MASTODON][i].handle)) continue;
		struct amp_jsonw w;
		amp_jsonw_start(&w, &res->body);
		put_account(&w, &s->world.authors[PG_MASTODON][i]);
		return;
	}
	not_found(res);
}

static void account_statuses(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                             const char *rest)
{
	struct amp_str tail = amp_str_c(rest), id = amp_str_cut(&tail, '/');
	int64_t number;
	if (amp_str_i64(id, &number) && tail.p && amp_str_eq_c(tail, "statuses")) {
		for (int i = 0; i < PG_AUTHORS; i++) {
			if (s->world.authors[PG_MASTODON][i].id != (uint64_t)number) continue;
			timeline(s, req, res, v, "accounts/statuses", s->world.authors[PG_MASTODON][i].handle, -1, i);
			return;
		}
	}
	not_found(res);
}

static void instance(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                     const char *rest)
{
	(void)s;
	(void)req;
	(void)v;
	(void)rest;
	amp_buf_addc(
		&res->body,
		"{\"domain\":\"mastodon." PG_HOST "\",\"title\":\"amplimeter-playground\",\"version\":\"4.7.0+playground\","
		"\"source_url\":\"https://github.com/mastodon/mastodon\",\"description\":\"Service d'essai : rien n'y est réel.\","
		"\"usage\":{\"users\":{\"active_month\":60}},\"thumbnail\":{\"url\":\"" BASE "/missing.png\"},\"icon\":[],"
		"\"languages\":[\"fr\",\"en\"],\"configuration\":{\"urls\":{},\"accounts\":{\"max_featured_tags\":10,\"max_pinned_statuses\":5},"
		"\"statuses\":{\"max_characters\":500,\"max_media_attachments\":4,\"characters_reserved_per_url\":23},"
		"\"media_attachments\":{\"supported_mime_types\":[\"image/png\"],\"image_size_limit\":16777216,\"image_matrix_limit\":33177600,"
		"\"video_size_limit\":103809024,\"video_frame_rate_limit\":120,\"video_matrix_limit\":8294400},"
		"\"polls\":{\"max_options\":4,\"max_characters_per_option\":50,\"min_expiration\":300,\"max_expiration\":2629746},"
		"\"translation\":{\"enabled\":false},\"timelines_access\":{\"live_feeds\":{\"local\":\"public\",\"remote\":\"public\"},"
		"\"hashtag_feeds\":{\"local\":\"public\",\"remote\":\"public\"},\"trending_link_feeds\":{\"local\":\"public\",\"remote\":\"public\"}}},"
		"\"registrations\":{\"enabled\":false,\"approval_required\":false,\"message\":null},\"api_versions\":{\"mastodon\":7},"
		"\"contact\":{\"email\":\"nobody@" PG_HOST "\",\"account\":null},\"rules\":[]}");
}

static const struct {
	const char *prefix;
	bool exact;
	void (*serve)(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
	              const char *rest);
} calls[] = {
	{"/api/v1/trends/statuses", true, trends},       {"/api/v1/timelines/public", true, public_timeline},
	{"/api/v1/timelines/tag/", false, tag_timeline}, {"/api/v1/accounts/lookup", true, lookup},
	{"/api/v1/accounts/", false, account_statuses},  {"/api/v2/instance", true, instance},
};

void pg_mastodon(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	if (strcmp(req->method, "POST") == 0) {
		pg_json_error(res, 403, "This action is not allowed", NULL);
		return;
	}
	if (req->authorization[0]) { /* nobody has an account here */
		pg_json_error(res, 401, "The access token is invalid", NULL);
		return;
	}
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		const size_t n = strlen(calls[i].prefix);
		if (calls[i].exact ? strcmp(req->path, calls[i].prefix) != 0 : strncmp(req->path, calls[i].prefix, n) != 0)
			continue;
		struct pg_visitor *v = pg_who(s, req, res, PG_MASTODON, "");
		if (v) calls[i].serve(s, req, res, v, req->path + n);
		return;
	}
	pg_json_error(res, 404, "Not found", NULL);
}

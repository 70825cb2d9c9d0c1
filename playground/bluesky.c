/* bluesky.c: the XRPC methods that a crawler of public feeds meets. Shapes: atproto lexicons of August 2026 (the contract test
 * holds every answer to them); errors: as seen on a real PDS and AppView.
 */
#include <string.h>
#include "session.h"

#define SERVICE "did:plc:playgroundserviceaaaaaaa"

/* ---- views ---- */
static void put_author(struct amp_jsonw *w, const struct pg_author *a)
{
	char handle[96];
	snprintf(handle, sizeof handle, "%s.%s", a->handle, PG_HOST);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "did", a->did);
	amp_jsonw_kc(w, "handle", handle);
	amp_jsonw_kc(w, "displayName", a->name);
	amp_jsonw_key(w, "labels");
	amp_jsonw_array(w);
	amp_jsonw_end_array(w);
	amp_jsonw_kc(w, "createdAt", "2024-02-06T12:00:00.000Z");
	amp_jsonw_end_object(w);
}

static void put_ref(struct amp_jsonw *w, const char *key, const struct pg_world *world, const struct pg_post *p)
{
	char id[PG_ID_SIZE], cid[64];
	pg_post_cid(p, cid);
	amp_jsonw_key(w, key);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "cid", cid);
	amp_jsonw_kc(w, "uri", pg_post_id(world, p, id));
	amp_jsonw_end_object(w);
}

/* A facet's index counts UTF-8 bytes. */
static void put_tag_facet(struct amp_jsonw *w, struct amp_str text)
{
	size_t at = text.n;
	while (at > 0 && text.p[at - 1] != '#' && text.p[at - 1] != ' ') at--;
	if (at == 0 || text.p[at - 1] != '#') return;
	amp_jsonw_key(w, "facets");
	amp_jsonw_array(w);
	amp_jsonw_object(w);
	amp_jsonw_key(w, "features");
	amp_jsonw_array(w);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "$type", "app.bsky.richtext.facet#tag");
	amp_jsonw_kstr(w, "tag", (struct amp_str){text.p + at, text.n - at});
	amp_jsonw_end_object(w);
	amp_jsonw_end_array(w);
	amp_jsonw_key(w, "index");
	amp_jsonw_object(w);
	amp_jsonw_ki64(w, "byteEnd", (int64_t)text.n);
	amp_jsonw_ki64(w, "byteStart", (int64_t)at - 1);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
	amp_jsonw_end_array(w);
}

static void put_card(struct amp_jsonw *w, const struct pg_post *p, bool view)
{
	char uri[96];
	snprintf(uri, sizeof uri, "https://journal.%s/%s/%06llx", PG_HOST, pg_topics[p->topic].name,
	         (unsigned long long)(p->salt >> 40));
	amp_jsonw_key(w, "embed");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "$type", view ? "app.bsky.embed.external#view" : "app.bsky.embed.external");
	amp_jsonw_key(w, "external");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "uri", uri);
	amp_jsonw_kc(w, "title", p->lang == PG_EN ? "The practice gazette" : "La gazette d'essai");
	amp_jsonw_kc(w, "description", p->lang == PG_EN ? pg_topics[p->topic].en : pg_topics[p->topic].fr);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

static void put_record(struct amp_jsonw *w, const struct pg_world *world, const struct pg_post *p, bool reply, bool card)
{
	struct amp_buf text;
	amp_buf_init(&text, 65536);
	pg_post_text(p, &text);
	amp_jsonw_key(w, "record");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "$type", "app.bsky.feed.post");
	amp_jsonw_ktime(w, "createdAt", p->created);
	if (card) put_card(w, p, false);
	put_tag_facet(w, amp_buf_str(&text));
	amp_jsonw_key(w, "langs");
	amp_jsonw_array(w);
	amp_jsonw_c(w, p->lang == PG_EN ? "en" : "fr");
	amp_jsonw_end_array(w);
	if (reply) {
		amp_jsonw_key(w, "reply");
		amp_jsonw_object(w);
		put_ref(w, "parent", world, p - 1);
		put_ref(w, "root", world, p - 1);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_kstr(w, "text", amp_buf_str(&text));
	amp_jsonw_end_object(w);
	amp_buf_free(&text);
}

static void put_post(struct amp_jsonw *w, const struct pg_server *s, const struct pg_post *p)
{
	char id[PG_ID_SIZE], cid[64];
	const int64_t likes = pg_post_likes(p, s->set.now);
	/* a tenth are replies to the post before them in the day, a seventh carry a link card */
	const bool reply = p->index > 0 && p->salt % 10 == 0, card = p->salt % 7 == 1;
	pg_post_cid(p, cid);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "uri", pg_post_id(&s->world, p, id));
	amp_jsonw_kc(w, "cid", cid);
	amp_jsonw_key(w, "author");
	put_author(w, &s->world.authors[PG_BLUESKY][p->author]);
	put_record(w, &s->world, p, reply, card);
	if (card) put_card(w, p, true);
	amp_jsonw_ki64(w, "bookmarkCount", likes / 12);
	amp_jsonw_ki64(w, "replyCount", likes / 6);
	amp_jsonw_ki64(w, "repostCount", likes / 4);
	amp_jsonw_ki64(w, "likeCount", likes);
	amp_jsonw_ki64(w, "quoteCount", likes / 20);
	amp_jsonw_ktime(w, "indexedAt", p->created);
	amp_jsonw_key(w, "labels");
	amp_jsonw_array(w);
	amp_jsonw_end_array(w);
	amp_jsonw_end_object(w);
}

/* ---- cursors: opaque to clients; "r<request>.<offset>.<clock>" ---- */
struct cursor {
	uint64_t request; /* which draw of the noise: all pages of one reading share it */
	int64_t offset, at;
};

static bool read_cursor(const struct pg_request *req, const struct pg_server *s, struct cursor *c)
{
	const char *text = pg_param(req, "cursor");
	if (!text || !text[0]) return true;
	struct amp_str rest = amp_str_c(text + 1);
	struct amp_str request = amp_str_cut(&rest, '.');
	struct amp_str offset = amp_str_cut(&rest, '.');
	int64_t number;
	if (text[0] != 'r' || !rest.p || !amp_str_i64(request, &number) || !amp_str_i64(offset, &c->offset) ||
	    !amp_str_i64(rest, &c->at))
		return false;
	c->request = (uint64_t)number;
	return number >= 0 && c->offset >= 0 && c->offset <= PG_POOL_MAX && c->at <= s->set.now &&
	       c->at > s->set.now - PG_LATEST_WINDOW;
}

static void put_cursor(struct amp_jsonw *w, const struct cursor *c, size_t n, size_t total)
{
	char text[80];
	if ((size_t)c->offset + n >= total) return; /* the last page has none */
	snprintf(text, sizeof text, "r%llu.%lld.%lld", (unsigned long long)c->request, (long long)c->offset + (long long)n,
	         (long long)c->at);
	amp_jsonw_kc(w, "cursor", text);
}

/* ---- feeds ---- */
struct want {                                   /* what a method asks of the world */
	const char *endpoint, *feed, *list_key; /* "feed": feedViewPost, "posts": postView */
	bool ranked, personal;
	int topic, author;
	int64_t limit;
};

static void serve(struct pg_server *s, const struct pg_request *req, struct pg_response *res, struct pg_visitor *v,
                  const struct want *want)
{
	struct cursor c = {.request = v->feeds_served, .at = s->set.now};
	if (!read_cursor(req, s, &c)) {
		pg_json_error(res, 400, "InvalidRequest", "Malformed cursor");
		return;
	}
	if (!pg_param(req, "cursor")) v->feeds_served++;
	const struct pg_post *page[PG_PAGE_MAX];
	size_t total, n = 0;
	if (want->ranked) {
		struct pg_profile profile = {.lang = PG_LANG_NONE};
		if (want->personal) profile = pg_visitor_profile(v, s->set.seed, c.at);
		total = pg_serve_ranked(s, PG_BLUESKY, &profile, want->topic, c.at, pg_noise_key(s, v, c.request));
		for (size_t i = (size_t)c.offset; i < total && n < (size_t)want->limit; i++) page[n++] = s->ranked[i].post;
	} else {
		/* a search looks at the same 24 hours in both orders, so that its two pools are identical */
		total = pg_world_pool(&s->world, PG_BLUESKY, c.at, want->topic >= 0 ? PG_RANKED_WINDOW : PG_LATEST_WINDOW,
		                      want->topic, want->author, s->pool);
		for (size_t i = (size_t)c.offset; i < total && n < (size_t)want->limit; i++) page[n++] = s->pool[i];
	}
	struct amp_jsonw w;
	const bool views = strcmp(want->list_key, "feed") == 0;
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	put_cursor(&w, &c, n, total);
	if (!views) amp_jsonw_ki64(&w, "hitsTotal", (int64_t)total);
	amp_jsonw_key(&w, want->list_key);
	amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) {
		if (views) {
			amp_jsonw_object(&w);
			amp_jsonw_key(&w, "post");
		}
		put_post(&w, s, page[i]);
		if (views) {
			if (want->ranked) amp_jsonw_kc(&w, "feedContext", want->feed);
			amp_jsonw_end_object(&w);
		}
	}
	amp_jsonw_end_array(&w);
	amp_jsonw_end_object(&w);
	pg_mark_feed(s, v, res, want->endpoint, want->feed, want->ranked, (size_t)c.offset, page, n);
}

static bool common(struct pg_server *s, const struct pg_request *req, struct pg_response *res, bool login, int64_t fallback,
                   struct pg_visitor **v, int64_t *limit)
{
	char handle[64];
	if (!pg_token_accept(pg_token_read(s, req, false, handle), login, res)) return false;
	*v = pg_who(s, req, res, PG_BLUESKY, handle);
	if (!*v) return false;
	if (!pg_int_param(req, "limit", 1, 100, fallback, limit)) {
		pg_json_error(res, 400, "InvalidRequest", "Error: limit must be an integer from 1 to 100");
		return false;
	}
	return true;
}

/* "at://SERVICE/COLLECTION/name" gives name; NULL for anything else. */
static const char *service_name(const char *uri, const char *collection)
{
	char prefix[96];
	int n = snprintf(prefix, sizeof prefix, "at://%s/%s/", SERVICE, collection);
	return uri && strncmp(uri, prefix, (size_t)n) == 0 ? uri + n : NULL;
}

static const struct generator {
	const char *name, *title, *description;
	bool ranked, personal;
} generators[] = {
	{"for-you", "Pour vous (essai)", "Ranked for the visitor, amplification planted.", true, true},
	{"hot", "Tendances (essai)", "Ranked, the same profile for everyone.", true, false},
	{"latest", "Derniers messages (essai)", "Newest first: the control.", false, false},
};

static const struct generator *generator_of(const char *uri)
{
	const char *name = service_name(uri, "app.bsky.feed.generator");
	for (size_t i = 0; name && i < sizeof generators / sizeof *generators; i++)
		if (strcmp(generators[i].name, name) == 0) return &generators[i];
	return NULL;
}

static void missing(struct pg_response *res, const char *name)
{
	char text[96];
	snprintf(text, sizeof text, "Error: Params must have the property \"%s\"", name);
	pg_json_error(res, 400, "InvalidRequest", text);
}

static void get_feed(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct pg_visitor *v;
	int64_t limit;
	const char *uri = pg_param(req, "feed");
	if (!common(s, req, res, false, 50, &v, &limit)) return;
	if (!uri) {
		missing(res, "feed");
		return;
	}
	const struct generator *g = generator_of(uri);
	if (!g) {
		pg_json_error(res, 400, "UnknownFeed", "could not find feed");
		return;
	}
	if (g->personal && v->lang != PG_LANG_NONE) pg_header(res, "Content-Language", "%s", v->lang == PG_EN ? "en" : "fr");
	serve(s, req, res, v, &(struct want){"getFeed", g->name, "feed", g->ranked, g->personal, -1, -1, limit});
}

static void get_list_feed(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct pg_visitor *v;
	int64_t limit;
	const char *uri = pg_param(req, "list");
	if (!common(s, req, res, false, 50, &v, &limit)) return;
	if (!uri) {
		missing(res, "list");
		return;
	}
	const char *name = service_name(uri, "app.bsky.graph.list");
	int topic = name ? pg_topic_named(name, strlen(name)) : -1;
	if (!name || (topic < 0 && strcmp(name, "everyone") != 0)) {
		pg_json_error(res, 400, "UnknownList", "List not found");
		return;
	}
	if (topic >= 0) pg_visitor_sign(v, "list", name, strlen(name), topic, s->set.now);
	serve(s, req, res, v,
	      &(struct want){"getListFeed", topic >= 0 ? pg_topics[topic].name : "everyone", "feed", false, false, topic, -1,
	                     limit});
}

static void get_timeline(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct pg_visitor *v;
	int64_t limit;
	if (common(s, req, res, true, 50, &v, &limit))
		serve(s, req, res, v, &(struct want){"getTimeline", "following", "feed", false, false, -1, -1, limit});
}

static int author_of(const struct pg_server *s, const char *actor)
{
	char handle[96];
	for (int i = 0; i < PG_AUTHORS; i++) {
		const struct pg_author *a = &s->world.authors[PG_BLUESKY][i];
		snprintf(handle, sizeof handle, "%s.%s", a->handle, PG_HOST);
		if (strcmp(actor, a->did) == 0 || strcmp(actor, handle) == 0) return i;
	}
	return -1;
}

static void get_author_feed(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct pg_visitor *v;
	int64_t limit;
	const char *actor = pg_param(req, "actor");
	if (!common(s, req, res, false, 50, &v, &limit)) return;
	if (!actor) {
		missing(res, "actor");
		return;
	}
	int author = author_of(s, actor);
	if (author < 0) {
		pg_json_error(res, 400, "InvalidRequest", "Profile not found");
		return;
	}
	const struct pg_author *a = &s->world.authors[PG_BLUESKY][author];
	pg_visitor_sign(v, "author", a->did, strlen(a->did), a->topic, s->set.now);
	serve(s, req, res, v, &(struct want){"getAuthorFeed", a->handle, "feed", false, false, -1, author, limit});
}

static void search_posts(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct pg_visitor *v;
	int64_t limit;
	const char *q = pg_param(req, "q"), *sort = pg_param(req, "sort");
	if (!common(s, req, res, false, 25, &v, &limit)) return;
	if (!q) {
		missing(res, "q");
		return;
	}
	int topic = pg_topic_of(s->set.seed, q, strlen(q));
	if (topic < 0) {
		pg_json_error(res, 400, "BadQueryString", "The query holds no word");
		return;
	}
	if (sort && strcmp(sort, "top") != 0 && strcmp(sort, "latest") != 0) {
		pg_json_error(res, 400, "InvalidRequest", "Error: sort must be top or latest");
		return;
	}
	pg_visitor_sign(v, "search", q, strlen(q), topic, s->set.now);
	const bool top = sort && strcmp(sort, "top") == 0;
	serve(s, req, res, v,
	      &(struct want){top ? "searchPosts:top" : "searchPosts", pg_topics[topic].name, "posts", top, top, topic, -1, limit});
}

/* ---- directories ---- */
static void get_feed_generator(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	const char *uri = pg_param(req, "feed");
	const struct generator *g = generator_of(uri);
	(void)s;
	if (!g) {
		if (uri)
			pg_json_error(res, 400, "InvalidRequest", "feed not found");
		else
			missing(res, "feed");
		return;
	}
	struct amp_jsonw w;
	char cid[64];
	pg_post_cid(&(struct pg_post){.salt = (uint64_t)(g - generators)}, cid);
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, "view");
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "uri", uri);
	amp_jsonw_kc(&w, "cid", cid);
	amp_jsonw_kc(&w, "did", "did:web:" PG_HOST);
	amp_jsonw_key(&w, "creator");
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "did", SERVICE);
	amp_jsonw_kc(&w, "handle", "feeds." PG_HOST);
	amp_jsonw_kc(&w, "displayName", "Playground");
	amp_jsonw_end_object(&w);
	amp_jsonw_kc(&w, "displayName", g->title);
	amp_jsonw_kc(&w, "description", g->description);
	amp_jsonw_ki64(&w, "likeCount", 0);
	amp_jsonw_kc(&w, "indexedAt", "2024-02-06T12:00:00.000Z");
	amp_jsonw_end_object(&w);
	amp_jsonw_kbool(&w, "isOnline", true);
	amp_jsonw_kbool(&w, "isValid", true);
	amp_jsonw_end_object(&w);
}

static void resolve_handle(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	const char *handle = pg_param(req, "handle");
	char account[64], did[40];
	if (!handle) {
		missing(res, "handle");
		return;
	}
	int author = author_of(s, handle);
	if (author >= 0)
		snprintf(did, sizeof did, "%s", s->world.authors[PG_BLUESKY][author].did);
	else if (pg_handle_valid(handle, account))
		pg_account_did(account, did);
	else {
		pg_json_error(res, 400, "InvalidRequest", "Unable to resolve handle");
		return;
	}
	struct amp_jsonw w;
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "did", did);
	amp_jsonw_end_object(&w);
}

static const struct {
	const char *nsid;
	bool post;
	void (*serve)(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
} methods[] = {
	{"app.bsky.feed.getFeed", false, get_feed},
	{"app.bsky.feed.getListFeed", false, get_list_feed},
	{"app.bsky.feed.getAuthorFeed", false, get_author_feed},
	{"app.bsky.feed.getTimeline", false, get_timeline},
	{"app.bsky.feed.searchPosts", false, search_posts},
	{"app.bsky.feed.getFeedGenerator", false, get_feed_generator},
	{"com.atproto.identity.resolveHandle", false, resolve_handle},
	{"com.atproto.server.createSession", true, pg_create_session},
	{"com.atproto.server.refreshSession", true, pg_refresh_session},
	{"com.atproto.server.getSession", false, pg_get_session},
};

void pg_bluesky(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	const char *nsid = req->path + strlen("/xrpc/");
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (strcmp(nsid, methods[i].nsid) != 0) continue;
		if ((strcmp(req->method, "POST") == 0) != methods[i].post) {
			pg_json_error(res, 405, "InvalidRequest",
			              methods[i].post ? "Incorrect HTTP method, expected POST"
			                              : "Incorrect HTTP method, expected GET");
			return;
		}
		methods[i].serve(s, req, res);
		return;
	}
	pg_json_error(res, 501, "MethodNotImplemented", "Method Not Implemented");
}

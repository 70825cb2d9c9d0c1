/* feeds.c: one pair of feeds, ranked and latest, as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. The ranking is the same for
 * everyone but for the noise of each request. ETag and If-None-Match as feed servers do.
 */
#include <string.h>
#include "base/hash.h"
#include "server.h"

#define BASE "https://feeds." PG_HOST
#define FEED_ITEMS 30

struct document {
	struct pg_server *s;
	struct amp_buf *b;
	const struct pg_post *const *posts;
	size_t n;
	bool ranked;
};

static const char *title_of(bool ranked)
{
	return ranked ? "Essai : à la une" : "Essai : derniers messages";
}

static void element(struct amp_buf *b, const char *name, struct amp_str text)
{
	amp_buf_printf(b, "<%s>", name);
	pg_html(b, text);
	amp_buf_printf(b, "</%s>", name);
}

static void element_c(struct amp_buf *b, const char *name, const char *text)
{
	element(b, name, amp_str_c(text));
}

/* Day and month names of RFC 822 are English whatever the locale. */
static void rfc822(int64_t ms, char out[40])
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t year, day = ms / PG_DAY_MS, s = ms / 1000 % 86400;
	int month, mday;
	amp_civil_from_days(day, &year, &month, &mday);
	snprintf(out, 40, "%s, %02d %s %04lld %02d:%02d:%02d GMT", days[day % 7], mday, months[month - 1], (long long)year,
	         (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static void put_title(const struct pg_post *p, char out[96])
{
	snprintf(out, 96, "%s (%06llx)", p->lang == PG_EN ? pg_topics[p->topic].en : pg_topics[p->topic].fr,
	         (unsigned long long)(p->salt >> 40));
}

static void rss(const struct document *d)
{
	struct amp_buf text;
	char when[40], id[PG_ID_SIZE], title[96];
	amp_buf_addc(
		d->b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n");
	element_c(d->b, "title", title_of(d->ranked));
	element_c(d->b, "link", BASE "/");
	element_c(d->b, "description", "amplimeter-playground: placeholders only");
	for (size_t i = 0; i < d->n; i++) {
		const struct pg_post *p = d->posts[i];
		amp_buf_init(&text, 65536);
		pg_post_text(p, &text);
		pg_post_id(&d->s->world, p, id);
		put_title(p, title);
		rfc822(p->created, when);
		amp_buf_addc(d->b, "\n<item>");
		element_c(d->b, "title", title);
		element_c(d->b, "link", id);
		element_c(d->b, "guid", id);
		element_c(d->b, "dc:creator", d->s->world.authors[PG_FEEDS][p->author].name);
		element_c(d->b, "dc:language", p->lang == PG_EN ? "en" : "fr");
		element_c(d->b, "pubDate", when);
		element_c(d->b, "category", pg_topics[p->topic].name);
		element(d->b, "description", amp_buf_str(&text));
		amp_buf_addc(d->b, "</item>");
		amp_buf_free(&text);
	}
	amp_buf_addc(d->b, "\n</channel></rss>\n");
}

static void atom(const struct document *d)
{
	struct amp_buf text;
	char when[AMP_TIME_TEXT], id[PG_ID_SIZE], title[96];
	amp_buf_addc(d->b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	element_c(d->b, "title", title_of(d->ranked));
	element_c(d->b, "id", d->ranked ? BASE "/ranked" : BASE "/latest");
	element_c(d->b, "updated", amp_time_format(d->s->set.now, when));
	for (size_t i = 0; i < d->n; i++) {
		const struct pg_post *p = d->posts[i];
		amp_buf_init(&text, 65536);
		pg_post_text(p, &text);
		pg_post_id(&d->s->world, p, id);
		put_title(p, title);
		amp_time_format(p->created, when);
		amp_buf_printf(d->b, "\n<entry xml:lang=\"%s\">", p->lang == PG_EN ? "en" : "fr");
		element_c(d->b, "title", title);
		element_c(d->b, "id", id);
		amp_buf_printf(d->b, "<link rel=\"alternate\" href=\"%s\"/><author>", id);
		element_c(d->b, "name", d->s->world.authors[PG_FEEDS][p->author].name);
		amp_buf_addc(d->b, "</author>");
		element_c(d->b, "published", when);
		element_c(d->b, "updated", when);
		amp_buf_printf(d->b, "<category term=\"%s\"/><content type=\"text\">", pg_topics[p->topic].name);
		pg_html(d->b, amp_buf_str(&text));
		amp_buf_addc(d->b, "</content></entry>");
		amp_buf_free(&text);
	}
	amp_buf_addc(d->b, "\n</feed>\n");
}

static void json(const struct document *d)
{
	struct amp_jsonw w;
	struct amp_buf text;
	char id[PG_ID_SIZE], title[96];
	amp_jsonw_start(&w, d->b);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "version", "https://jsonfeed.org/version/1.1");
	amp_jsonw_kc(&w, "title", title_of(d->ranked));
	amp_jsonw_kc(&w, "home_page_url", BASE "/");
	amp_jsonw_key(&w, "items");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < d->n; i++) {
		const struct pg_post *p = d->posts[i];
		amp_buf_init(&text, 65536);
		pg_post_text(p, &text);
		pg_post_id(&d->s->world, p, id);
		put_title(p, title);
		amp_jsonw_object(&w);
		amp_jsonw_kc(&w, "id", id);
		amp_jsonw_kc(&w, "url", id);
		amp_jsonw_kc(&w, "title", title);
		amp_jsonw_kstr(&w, "content_text", amp_buf_str(&text));
		amp_jsonw_ktime(&w, "date_published", p->created);
		amp_jsonw_kc(&w, "language", p->lang == PG_EN ? "en" : "fr");
		amp_jsonw_key(&w, "authors");
		amp_jsonw_array(&w);
		amp_jsonw_object(&w);
		amp_jsonw_kc(&w, "name", d->s->world.authors[PG_FEEDS][p->author].name);
		amp_jsonw_end_object(&w);
		amp_jsonw_end_array(&w);
		amp_jsonw_key(&w, "tags");
		amp_jsonw_array(&w);
		amp_jsonw_c(&w, pg_topics[p->topic].name);
		amp_jsonw_end_array(&w);
		amp_jsonw_end_object(&w);
		amp_buf_free(&text);
	}
	amp_jsonw_end_array(&w);
	amp_jsonw_end_object(&w);
}

static const struct {
	const char *extension, *type;
	void (*write)(const struct document *d);
} formats[] = {{"rss", "application/rss+xml; charset=utf-8", rss},
               {"atom", "application/atom+xml; charset=utf-8", atom},
               {"json", "application/feed+json", json}};

void pg_feeds(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	struct amp_str name = amp_str_c(req->path + strlen("/feeds/"));
	struct amp_str stem = amp_str_cut(&name, '.');
	const bool ranked = amp_str_eq_c(stem, "ranked");
	size_t f = 0;
	while (f < sizeof formats / sizeof *formats && !(name.p && amp_str_eq_c(name, formats[f].extension))) f++;
	if (f == sizeof formats / sizeof *formats || !(ranked || amp_str_eq_c(stem, "latest")) ||
	    strcmp(req->method, "POST") == 0) {
		res->status = 404;
		res->type = "text/html; charset=utf-8";
		amp_buf_addc(&res->body, "<!DOCTYPE html><title>404</title><p>404: no such feed. / Pas de flux de ce nom.</p>\n");
		return;
	}
	struct pg_visitor *v = pg_who(s, req, res, PG_FEEDS, "");
	if (!v) return;
	const struct pg_profile nobody = {.lang = PG_LANG_NONE};
	const struct pg_post *page[FEED_ITEMS];
	size_t total, n = 0;
	if (ranked) {
		total = pg_serve_ranked(s, PG_FEEDS, &nobody, -1, s->set.now, pg_noise_key(s, v, v->feeds_served++));
		for (size_t i = 0; i < total && n < FEED_ITEMS; i++) page[n++] = s->ranked[i].post;
	} else {
		total = pg_world_pool(&s->world, PG_FEEDS, s->set.now, PG_LATEST_WINDOW, -1, -1, s->pool);
		for (size_t i = 0; i < total && n < FEED_ITEMS; i++) page[n++] = s->pool[i];
	}
	formats[f].write(&(struct document){s, &res->body, page, n, ranked});
	res->type = formats[f].type;
	struct amp_keyer k;
	amp_key_start(&k, "playground etag");
	amp_key_str(&k, amp_buf_str(&res->body));
	struct amp_key key = amp_key_end(&k);
	char etag[40] = "W/\"";
	amp_hex(key.b, 8, etag + 3);
	snprintf(etag + 19, sizeof etag - 19, "\"");
	pg_header(res, "ETag", "%s", etag);
	if (strcmp(req->if_none_match, etag) == 0) {
		res->status = 304;
		amp_buf_reset(&res->body);
		return;
	}
	const char *endpoint = ranked ? "ranked" : "latest"; /* whatever the format */
	pg_mark_feed(s, v, res, endpoint, endpoint, ranked, 0, page, n);
}

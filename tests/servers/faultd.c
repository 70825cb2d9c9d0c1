/* faultd.c: a web server that misbehaves on order, for tests. Loopback only, a port of the system's choice, one thread a connection.
 *
 *     faultd [--bind ADDRESS] [--tls CERT.pem KEY.pem] [--robots FILE] [--robots-status N] [--log FILE] [--until-eof]
 *
 * prints "port N" and serves until it is killed by pid, its standard input ends (--until-eof), or 15 minutes are over: so a test that
 * breaks leaves nothing behind.
 * The path chooses the fault: the table at the end of this file lists them; README.md explains their parameters.
 * The log has one line a request: connection number, client port, TLS facts, cookies, target; "-" where there is none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

struct conn {
	int fd;
	SSL *ssl;
	uint32_t id, resumed_from; /* the connection whose TLS session this one continues, 0 = none */
	int port;
	bool keep;
	char in[65536];
	size_t have, used; /* bytes read, bytes of the request being answered */
};
struct request {
	char method[16], target[8192], path[512];
	const char *query, *block; /* NULL-ended */
	const char *body;
	size_t body_bytes;
	bool xrpc;         /* asked as a Bluesky feed: the page is a page of posts */
	char fault[2048];  /* then path and query come from the feed's name */
	char posts[16384]; /* and this is the page */
};

static const char *robots_text;
static size_t robots_bytes;
static int robots_status = 404;
static FILE *log_file;
static SSL_CTX *tls;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int conn_index;

/* ---- bytes ---- */

static bool send_all(struct conn *c, const void *data, size_t n)
{
	const char *p = data;
	while (n > 0) {
		int part = n > 1 << 20 ? 1 << 20 : (int)n;
		ssize_t done = c->ssl != NULL ? SSL_write(c->ssl, p, part) : send(c->fd, p, (size_t)part, MSG_NOSIGNAL);
		if (done <= 0) return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static bool sendf(struct conn *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool sendf(struct conn *c, const char *fmt, ...)
{
	char text[16384];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return n >= 0 && (size_t)n < sizeof text && send_all(c, text, (size_t)n);
}

static void nap(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

static int hex(int c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The nth value of a query key, percent-decoded into out; its length, or -1. */
static long param_nth(const struct request *r, const char *key, int nth, char *out, size_t size)
{
	size_t len = strlen(key);
	for (const char *p = r->query; p != NULL && *p != '\0'; p = strchr(p, '&') != NULL ? strchr(p, '&') + 1 : NULL) {
		if (strncmp(p, key, len) != 0 || p[len] != '=' || nth-- > 0) continue;
		size_t n = 0;
		for (p += len + 1; *p != '\0' && *p != '&' && n + 1 < size; p++) {
			if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
				out[n++] = (char)(hex(p[1]) * 16 + hex(p[2]));
				p += 2;
			} else {
				out[n++] = *p;
			}
		}
		out[n] = '\0';
		return (long)n;
	}
	return -1;
}

static long param(const struct request *r, const char *key, long otherwise)
{
	char text[32];
	return param_nth(r, key, 0, text, sizeof text) > 0 ? strtol(text, NULL, 10) : otherwise;
}

static const char *field(const struct request *r, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	for (const char *p = strchr(r->block, '\n'); p != NULL && p[1] != '\r' && p[1] != '\0'; p = strchr(p + 1, '\n')) {
		if (strncasecmp(p + 1, name, n) != 0 || p[n + 1] != ':') continue;
		snprintf(out, size, "%.*s", (int)strcspn(p + n + 2, "\r\n"), p + n + 2);
		return out[0] == ' ' ? out + 1 : out;
	}
	return "-";
}

static void reply(struct conn *c, int status, const char *headers, const char *body)
{
	sendf(c, "HTTP/1.1 %d Test\r\n%sContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n", status,
	      c->keep ? "" : "Connection: close\r\n", strlen(body), headers);
	send_all(c, body, strlen(body));
}

static void http_date(time_t t, char out[64])
{
	struct tm tm;
	gmtime_r(&t, &tm);
	strftime(out, 64, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* ---- content ---- */

static const char page[] = "{\"items\":[1,2,3]}";

static const char *page_of(const struct request *r)
{
	return r->xrpc ? r->posts : page;
}

/* Five posts; `more` is the cursor of the next page, or NULL. */
static void write_posts(struct request *r, const char *name, const char *cursor, const char *more)
{
	size_t n = (size_t)snprintf(r->posts, sizeof r->posts, "{\"feed\":[");
	for (int i = 0; i < 5; i++)
		n += (size_t)snprintf(
			r->posts + n, sizeof r->posts - n,
			"%s{\"post\":{\"uri\":\"at://did:plc:faultdaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/%.40s%.10s%d\",\"cid\":\"bafyfaultd%d\","
			"\"author\":{\"did\":\"did:plc:faultdaaaaaaaaaaaaaaaaaa\",\"handle\":\"faultd.test\"},"
			"\"record\":{\"$type\":\"app.bsky.feed.post\",\"text\":\"post %d of %.40s\",\"createdAt\":\"2026-01-01T00:00:0%dZ\"},"
			"\"likeCount\":%d,\"repostCount\":0,\"replyCount\":0,\"quoteCount\":0,\"indexedAt\":\"2026-01-01T00:00:0%dZ\"}}",
			i ? "," : "", name, cursor, i, i, i, name, i, i, i);
	snprintf(r->posts + n, sizeof r->posts - n, "]%s%s%s}", more ? ",\"cursor\":\"" : "", more ? more : "", more ? "\"" : "");
}

static char *gzip(const void *p, size_t n, size_t *out_n)
{
	z_stream z = {0};
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) abort();
	size_t size = deflateBound(&z, n) + 64;
	char *out = malloc(size);
	if (out == NULL) abort();
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)size;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) abort();
	*out_n = size - z.avail_out;
	deflateEnd(&z);
	return out;
}

/* A page long enough to be cut in two. */
static char *long_page(size_t *n)
{
	*n = 20000;
	char *p = malloc(*n + 1);
	if (p == NULL) abort();
	unsigned seed = 7;
	for (size_t i = 0; i < *n; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = (char)('a' + (seed >> 16) % 26);
	}
	p[*n] = '\0';
	return p;
}

static void send_coded(struct conn *c, const char *coding, const void *p, size_t n, size_t said)
{
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", coding,
	      said);
	send_all(c, p, n);
}

static void send_chunks(struct conn *c, const char *extra, const char *p, size_t n, size_t chunk)
{
	sendf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%s\r\n", extra);
	for (size_t at = 0; at < n; at += chunk) {
		size_t part = n - at < chunk ? n - at : chunk;
		sendf(c, "%zx;ext=1\r\n", part);
		send_all(c, p + at, part);
		sendf(c, "\r\n");
	}
	sendf(c, "0\r\nX-Trailer: late\r\n\r\n");
}

/* ---- the faults ---- */

static void do_ok(struct conn *c, const struct request *r)
{
	reply(c, 200, "ETag: \"e1\"\r\nAge: 7\r\n", page_of(r));
}
static void do_big(struct conn *c, const struct request *r)
{
	long n = param(r, "n", 100000);
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", n);
	char block[4096];
	memset(block, 'x', sizeof block);
	for (; n > 0; n -= (long)sizeof block)
		if (!send_all(c, block, n < (long)sizeof block ? (size_t)n : sizeof block)) break;
}
static void do_retry(struct conn *c, const struct request *r)
{
	char headers[256], date[64], when[64];
	int status = (int)strtol(r->path + 1, NULL, 10);
	long after = param(r, "after", 1);
	http_date(time(NULL), date);
	http_date(time(NULL) + after, when);
	if (strstr(r->path, "-date") != NULL)
		snprintf(headers, sizeof headers, "Date: %s\r\nRetry-After: %s\r\n", date, when);
	else
		snprintf(headers, sizeof headers, "Date: %s\r\nRetry-After: %ld\r\n", date, after);
	reply(c, status, strstr(r->path, "-bare") != NULL ? "" : headers, "{\"error\":\"RateLimitExceeded\"}");
}
/* The first `fail` requests with this key get `status`, later ones the page. */
static void do_flaky(struct conn *c, const struct request *r)
{
	static struct {
		char key[32];
		long seen;
	} keys[64];
	char key[32] = "";
	param_nth(r, "key", 0, key, sizeof key);
	long seen = 0;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key[0] == '\0' || strcmp(keys[i].key, key) == 0) {
			snprintf(keys[i].key, sizeof keys[i].key, "%s", key);
			seen = keys[i].seen++;
			break;
		}
	pthread_mutex_unlock(&lock);
	char after[64] = "";
	if (param(r, "after", -1) >= 0) snprintf(after, sizeof after, "Retry-After: %ld\r\n", param(r, "after", 0));
	if (seen >= param(r, "fail", 1))
		reply(c, 200, "", page_of(r));
	else if (param(r, "status", 503) == 0)
		c->keep = false; /* hang up without a word */
	else
		reply(c, (int)param(r, "status", 503), after, "{}");
}
static void do_slow_first(struct conn *c, const struct request *r)
{
	nap(param(r, "ms", 3000));
	reply(c, 200, "", page_of(r));
}
static void do_drip(struct conn *c, const struct request *r)
{
	long n = param(r, "n", 1000), ms = param(r, "ms", 20);
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", n);
	for (; n > 0 && send_all(c, "d", 1); n--) nap(ms);
}
static void do_cut(struct conn *c, const struct request *r)
{
	if (r->xrpc) {
		sendf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", strlen(r->posts));
		send_all(c, r->posts, strlen(r->posts) * 2 / 3);
	} else {
		sendf(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"items\":[1,2");
	}
	c->keep = false;
}
static void do_chunked(struct conn *c, const struct request *r)
{
	(void)r;
	send_chunks(c, "Trailer: X-Trailer\r\n", page, sizeof page - 1, 5);
}
static void do_cut_chunk(struct conn *c, const struct request *r)
{
	(void)r;
	sendf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n40\r\n[1,2");
	c->keep = false;
}
static void do_bad_chunk(struct conn *c, const struct request *r)
{
	(void)r;
	sendf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nzz\r\noops\r\n0\r\n\r\n");
	c->keep = false;
}
static void do_two_lengths(struct conn *c, const struct request *r)
{
	(void)r;
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Length: 17\r\nContent-Length: 7\r\n\r\n%s", page);
	c->keep = false;
}
static void do_gzip(struct conn *c, const struct request *r)
{
	size_t n = 0, plain_n = 0;
	char *plain = r->xrpc ? strdup(r->posts) : long_page(&plain_n);
	if (plain == NULL) abort();
	if (r->xrpc) plain_n = strlen(plain);
	char *z = gzip(plain, plain_n, &n);
	if (strcmp(r->path, "/gzip-cut") == 0) {
		send_coded(c, "gzip", z, n / 2, n / 2);
	} else if (strcmp(r->path, "/gzip-chunked") == 0) {
		send_chunks(c, "Content-Encoding: gzip\r\n", z, n, 1000);
	} else if (strcmp(r->path, "/gzip-members") == 0) {
		size_t a = 0, b = 0;
		char *first = gzip(plain, plain_n / 2, &a), *second = gzip(plain + plain_n / 2, plain_n - plain_n / 2, &b);
		sendf(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", a + b);
		send_all(c, first, a);
		send_all(c, second, b);
		free(first);
		free(second);
	} else {
		send_coded(c, "gzip", z, n, n);
	}
	free(plain);
	free(z);
}
static void do_gzip_bomb(struct conn *c, const struct request *r)
{
	size_t n = 0, zeros = (size_t)param(r, "mb", 8) << 20;
	char *plain = calloc(1, zeros);
	if (plain == NULL) abort();
	char *z = gzip(plain, zeros, &n);
	send_coded(c, "gzip", z, n, n);
	free(plain);
	free(z);
}
static void do_br(struct conn *c, const struct request *r)
{
	(void)r;
	send_coded(c, "br", "\x0b\x02\x80{}\x03", 6, 6);
}
static void do_redirect(struct conn *c, const struct request *r)
{
	char to[4096] = "/ok", headers[4200];
	param_nth(r, "to", 0, to, sizeof to);
	if (strcmp(r->path, "/redirect-loop") == 0) snprintf(to, sizeof to, "/redirect-loop?n=%ld", param(r, "n", 0) + 1);
	snprintf(headers, sizeof headers, "Location: %s\r\n", to);
	reply(c, (int)param(r, "status", 302), headers, "");
}
static void do_html(struct conn *c, const struct request *r)
{
	(void)r;
	static const char html[] = "<!DOCTYPE html><title>Please wait</title><p>Checking your browser";
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n%s", sizeof html - 1, html);
}
static void do_status(struct conn *c, const struct request *r)
{
	sendf(c, "HTTP/1.1 %s Test\r\nETag: \"e1\"\r\n%s\r\n", r->path + 1,
	      strcmp(r->path, "/304") == 0 ? "Content-Length: 17\r\n" : "");
}
static void do_empty(struct conn *c, const struct request *r)
{
	(void)r;
	reply(c, 200, "", "");
}
static void do_huge_headers(struct conn *c, const struct request *r)
{
	char line[1024];
	memset(line, 'h', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	sendf(c, "HTTP/1.1 200 OK\r\n");
	for (long i = param(r, "kb", 1024); i > 0; i--)
		if (!sendf(c, "X-%ld: %s\r\n", i, line)) break;
	sendf(c, "Content-Length: 2\r\n\r\n{}");
}
static void do_nul_header(struct conn *c, const struct request *r)
{
	static const char bytes[] = "HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 2\r\n\r\n{}";
	(void)r;
	send_all(c, bytes, sizeof bytes - 1);
	c->keep = false;
}
static void do_no_status(struct conn *c, const struct request *r)
{
	(void)r;
	sendf(c, "this is no HTTP at all\r\n\r\n%s", page);
	c->keep = false;
}
static void do_close(struct conn *c, const struct request *r)
{
	(void)r;
	c->keep = false;
}
static void do_last(struct conn *c, const struct request *r)
{
	c->keep = false;
	reply(c, 200, "", page_of(r));
}
/* Sets the cookie `name` to `value`, or to a value of this connection's own. */
static void do_cookie(struct conn *c, const struct request *r)
{
	char name[64] = "session", value[256], headers[512];
	param_nth(r, "name", 0, name, sizeof name);
	if (param_nth(r, "value", 0, value, sizeof value) < 0) snprintf(value, sizeof value, "cookie-of-connection-%u", c->id);
	snprintf(headers, sizeof headers, "Set-Cookie: %s=%s; Path=/; HttpOnly\r\n", name, value);
	reply(c, 200, headers, page_of(r));
}
/* The request as it came, as the body. */
static void do_echo(struct conn *c, const struct request *r)
{
	size_t head = strlen(r->block);
	sendf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", head + r->body_bytes);
	send_all(c, r->block, head);
	send_all(c, r->body, r->body_bytes);
}
/* status, header=… (again and again), body=… */
static void do_reply(struct conn *c, const struct request *r)
{
	char headers[8192] = "", one[4096], body[8192] = "";
	for (int i = 0; param_nth(r, "header", i, one, sizeof one) >= 0; i++) {
		size_t n = strlen(headers);
		snprintf(headers + n, sizeof headers - n, "%s\r\n", one);
	}
	param_nth(r, "body", 0, body, sizeof body);
	reply(c, (int)param(r, "status", 200), headers, body);
}
/* Exactly these bytes, then the end. */
static void do_raw(struct conn *c, const struct request *r)
{
	char bytes[8192];
	long n = param_nth(r, "bytes", 0, bytes, sizeof bytes);
	if (n > 0) send_all(c, bytes, (size_t)n);
	c->keep = false;
}
static void do_robots(struct conn *c, const struct request *r)
{
	(void)r;
	sendf(c, "HTTP/1.1 %d Test\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", robots_status, robots_bytes);
	send_all(c, robots_text, robots_bytes);
}

static const struct {
	const char *path;
	void (*answer)(struct conn *c, const struct request *r);
} table[] = {
	{"/ok", do_ok},
	{"/big", do_big},
	{"/html", do_html},
	{"/empty", do_empty},
	{"/204", do_status},
	{"/304", do_status},
	{"/429", do_retry},
	{"/429-date", do_retry},
	{"/429-bare", do_retry},
	{"/503", do_retry},
	{"/503-date", do_retry},
	{"/503-bare", do_retry},
	{"/flaky", do_flaky},
	{"/slow-first", do_slow_first},
	{"/drip", do_drip},
	{"/cut", do_cut},
	{"/close", do_close},
	{"/last", do_last},
	{"/chunked", do_chunked},
	{"/cut-chunk", do_cut_chunk},
	{"/bad-chunk", do_bad_chunk},
	{"/two-lengths", do_two_lengths},
	{"/gzip", do_gzip},
	{"/gzip-chunked", do_gzip},
	{"/gzip-members", do_gzip},
	{"/gzip-cut", do_gzip},
	{"/gzip-bomb", do_gzip_bomb},
	{"/br", do_br},
	{"/redirect", do_redirect},
	{"/redirect-loop", do_redirect},
	{"/huge-headers", do_huge_headers},
	{"/nul-header", do_nul_header},
	{"/no-status", do_no_status},
	{"/cookie", do_cookie},
	{"/echo", do_echo},
	{"/reply", do_reply},
	{"/raw", do_raw},
	{"/robots.txt", do_robots},
};

/* ---- connections ---- */

static bool fill(struct conn *c)
{
	if (c->have + 1 >= sizeof c->in) return false;
	size_t room = sizeof c->in - 1 - c->have;
	ssize_t n = c->ssl != NULL ? SSL_read(c->ssl, c->in + c->have, (int)room) : recv(c->fd, c->in + c->have, room, 0);
	if (n <= 0) return false;
	c->have += (size_t)n;
	c->in[c->have] = '\0';
	return true;
}

/* /xrpc/…?feed=at://…/NAME%3Fkey%3Dvalue is the fault NAME with these parameters, and a page is a page of posts. NAME "pages" has a
 * second page, which is the fault named by its parameter `last`. */
static void take_xrpc(struct request *r)
{
	char feed[2048], cursor[16] = "", last[256] = "ok";
	r->xrpc = strncmp(r->path, "/xrpc/", 6) == 0 && param_nth(r, "feed", 0, feed, sizeof feed) > 0;
	if (!r->xrpc) return;
	(void)param_nth(r, "cursor", 0, cursor, sizeof cursor);
	char *path = feed;
	for (char *p = feed; *p != '\0' && *p != '?'; p++)
		if (*p == '/') path = p;
	snprintf(r->fault, sizeof r->fault, "%s", path);
	char *query = strchr(r->fault, '?');
	if (query != NULL) *query++ = '\0';
	r->query = query;
	bool pages = strcmp(r->fault, "/pages") == 0;
	if (pages) (void)param_nth(r, "last", 0, last, sizeof last);
	write_posts(r, r->fault + 1, cursor, pages && cursor[0] == '\0' ? "2" : NULL);
	if (pages)
		snprintf(r->path, sizeof r->path, "/%s", cursor[0] == '\0' ? "ok" : last);
	else
		snprintf(r->path, sizeof r->path, "%s", r->fault);
}

/* Reads one request; block is cut out of the connection's buffer into head. */
static bool read_request(struct conn *c, struct request *r, char *head, size_t size)
{
	memmove(c->in, c->in + c->used, c->have - c->used);
	c->have -= c->used;
	c->used = 0;
	c->in[c->have] = '\0';
	char *end = strstr(c->in, "\r\n\r\n");
	while (end == NULL && fill(c)) end = strstr(c->in, "\r\n\r\n");
	if (end == NULL) return false;
	size_t n = (size_t)(end - c->in) + 4;
	if (n >= size) return false;
	memcpy(head, c->in, n);
	head[n] = '\0';
	r->block = head;
	if (sscanf(head, "%15s %8191s", r->method, r->target) != 2) return false;
	const char *path = r->target;
	if (strncmp(path, "http://", 7) == 0)
		path = strchr(path + 7, '/') != NULL ? strchr(path + 7, '/') : "/"; /* as a proxy is asked */
	snprintf(r->path, sizeof r->path, "%.*s", (int)strcspn(path, "?"), path);
	r->query = strchr(path, '?') != NULL ? strchr(path, '?') + 1 : NULL;
	take_xrpc(r);
	char length[32];
	r->body_bytes = (size_t)strtoul(field(r, "content-length", length, sizeof length), NULL, 10);
	if (r->body_bytes > sizeof c->in / 2) return false;
	while (c->have < n + r->body_bytes)
		if (!fill(c)) return false;
	r->body = c->in + n;
	c->used = n + r->body_bytes;
	return true;
}

static void log_request(const struct conn *c, const struct request *r)
{
	char cookie[2048], authorization[512], agent[512], host[300], key[512];
	if (log_file == NULL) return;
	pthread_mutex_lock(&lock);
	fprintf(log_file,
	        "conn=%u port=%d tls=%s from=%u method=%s target=%s host=%s cookie=\"%s\" authorization=\"%s\" key=\"%s\" agent=\"%s\"\n",
	        c->id, c->port, c->ssl != NULL ? SSL_get_version(c->ssl) : "-", c->resumed_from, r->method, r->target,
	        field(r, "host", host, sizeof host), field(r, "cookie", cookie, sizeof cookie),
	        field(r, "authorization", authorization, sizeof authorization), field(r, "x-test-key", key, sizeof key),
	        field(r, "user-agent", agent, sizeof agent));
	fflush(log_file);
	pthread_mutex_unlock(&lock);
}

/* Session tickets carry the number of the connection that they were given to: so resumption across personas would show. */
static int ticket_made(SSL *ssl, void *arg)
{
	(void)arg;
	const struct conn *c = SSL_get_ex_data(ssl, conn_index);
	return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), &c->id, sizeof c->id);
}
static SSL_TICKET_RETURN ticket_used(SSL *ssl, SSL_SESSION *session, const unsigned char *name, size_t n, SSL_TICKET_STATUS status,
                                     void *arg)
{
	struct conn *c = SSL_get_ex_data(ssl, conn_index);
	void *data = NULL;
	size_t size = 0;
	(void)name;
	(void)n;
	(void)arg;
	if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_IGNORE_RENEW;
	if (SSL_SESSION_get0_ticket_appdata(session, &data, &size) == 1 && size == sizeof c->resumed_from)
		memcpy(&c->resumed_from, data, size);
	return SSL_TICKET_RETURN_USE_RENEW;
}

static void *serve(void *arg)
{
	static _Thread_local char head[65536];
	static _Thread_local struct request r;
	struct conn *c = arg;
	if (tls != NULL) {
		c->ssl = SSL_new(tls);
		if (c->ssl == NULL || SSL_set_ex_data(c->ssl, conn_index, c) != 1 || SSL_set_fd(c->ssl, c->fd) != 1 ||
		    SSL_accept(c->ssl) != 1)
			goto out;
		if (!SSL_session_reused(c->ssl)) c->resumed_from = 0;
	}
	for (c->keep = true; c->keep && read_request(c, &r, head, sizeof head);) {
		log_request(c, &r);
		size_t i = 0;
		while (i < sizeof table / sizeof *table && strcmp(table[i].path, r.path) != 0) i++;
		if (i < sizeof table / sizeof *table)
			table[i].answer(c, &r);
		else
			reply(c, 404, "", "{\"error\":\"NotFound\"}");
	}
	if (c->ssl != NULL) SSL_shutdown(c->ssl);
	shutdown(c->fd, SHUT_RDWR);
out:
	if (c->ssl != NULL) SSL_free(c->ssl);
	close(c->fd);
	free(c);
	return NULL;
}

static void die(const char *what)
{
	fprintf(stderr, "faultd: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int listen_on(const char *address, int *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	bool six = strchr(address, ':') != NULL;
	if (inet_pton(six ? AF_INET6 : AF_INET, address, six ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1) die(address);
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr *sa = six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	socklen_t n = six ? sizeof v6 : sizeof v4;
	if (fd < 0 || bind(fd, sa, n) != 0 || listen(fd, 64) != 0 || getsockname(fd, sa, &n) != 0) die("listen");
	*port = ntohs(six ? v6.sin6_port : v4.sin_port);
	return fd;
}

static void start_tls(const char *certificate, const char *key)
{
	tls = SSL_CTX_new(TLS_server_method());
	if (tls == NULL || SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
		ERR_print_errors_fp(stderr);
		exit(1);
	}
	conn_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	SSL_CTX_set_session_ticket_cb(tls, ticket_made, ticket_used, NULL);
}

static void load_robots(const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "rb");
	if (f == NULL) die(path);
	robots_bytes = fread(text, 1, sizeof text, f);
	fclose(f);
	robots_text = text;
	robots_status = 200;
}

/* A test that fails leaves its servers behind: they end with it. */
static void *wait_for_eof(void *arg)
{
	char byte;
	while (read(0, &byte, 1) > 0) continue;
	exit(0);
	return arg;
}

int main(int argc, char **argv)
{
	const char *address = "127.0.0.1";
	bool until_eof = false;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--bind") == 0 && i + 1 < argc)
			address = argv[++i];
		else if (strcmp(argv[i], "--robots") == 0 && i + 1 < argc)
			load_robots(argv[++i]);
		else if (strcmp(argv[i], "--robots-status") == 0 && i + 1 < argc)
			robots_status = (int)strtol(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--log") == 0 && i + 1 < argc)
			log_file = fopen(argv[++i], "a");
		else if (strcmp(argv[i], "--until-eof") == 0)
			until_eof = true;
		else if (strcmp(argv[i], "--tls") == 0 && i + 2 < argc)
			start_tls(argv[i + 1], argv[i + 2]), i += 2;
		else {
			fprintf(stderr,
			        "usage: faultd [--bind ADDRESS] [--tls CERT KEY] [--robots FILE] [--robots-status N] [--log FILE] [--until-eof]\n");
			return 2;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	alarm(900);
	int port = 0, fd = listen_on(address, &port);
	printf("port %d\n", port);
	fflush(stdout);
	pthread_t watcher;
	if (until_eof && pthread_create(&watcher, NULL, wait_for_eof, NULL) != 0) die("thread");
	for (uint32_t id = 1;; id++) {
		struct conn *c = calloc(1, sizeof *c);
		struct sockaddr_storage peer;
		socklen_t n = sizeof peer;
		pthread_t thread;
		if (c == NULL) die("memory");
		c->id = id;
		c->fd = accept(fd, (struct sockaddr *)&peer, &n);
		if (c->fd < 0) {
			free(c);
			continue;
		}
		c->port = ntohs(peer.ss_family == AF_INET ? ((struct sockaddr_in *)&peer)->sin_port
		                                          : ((struct sockaddr_in6 *)&peer)->sin6_port);
		if (pthread_create(&thread, NULL, serve, c) != 0) die("thread");
		pthread_detach(thread);
	}
}

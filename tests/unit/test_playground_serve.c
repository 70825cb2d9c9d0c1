/* The playground's answers, without a socket: the same requests give the same bytes whoever else asks in between, twins differ by
 * noise alone, pages follow on, the truth log holds what was sent, and bad input gets the platforms' own errors.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <libdeflate.h>
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "server.h"
#include "session.h"
#include "playground_client.h"

/* One visitor's day: ranked, latest, a search. Returns the three bodies glued together. */
static char *day(struct pg_server *s, struct client *c)
{
	static const char *const targets[] = {"/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=30",
	                                      "/xrpc/app.bsky.feed.getListFeed?list=" EVERYONE "&limit=30",
	                                      "/xrpc/app.bsky.feed.searchPosts?q=politique&sort=top", "/feeds/ranked.rss"};
	struct amp_buf all;
	amp_buf_init(&all, 1 << 22);
	for (size_t i = 0; i < 4; i++) {
		struct client one = *c; /* feeds have another cookie: this test keeps Bluesky's */
		struct reply r = call(s, i < 3 ? c : &one, "GET", targets[i], NULL);
		assert_int_equal(r.status, 200);
		amp_buf_add(&all, r.body, r.n);
		done(&r);
	}
	return all.p;
}

static void others_change_nothing(void **state)
{
	(void)state;
	struct pg_server *alone = new_server(0.3, 1, NULL, 0), *busy = new_server(0.3, 1, NULL, 0);
	struct client a = {.language = "fr"}, b = {.language = "fr"},
		      crowd[3] = {{.language = "en"}, {.language = "de"}, {.language = NULL}};
	for (int i = 0; i < 3; i++) {
		char *x = day(alone, &a);
		amp_free(day(busy, &crowd[i]));
		char *y = day(busy, &b);
		amp_free(day(busy, &crowd[(i + 1) % 3]));
		assert_string_equal(x, y);
		amp_free(x);
		amp_free(y);
		assert_true(pg_server_clock(alone, alone->set.now + PG_DAY_MS));
		assert_true(pg_server_clock(busy, busy->set.now + PG_DAY_MS));
	}
	end_server(alone);
	end_server(busy);
}

static double share_equal(double noise, bool same_history)
{
	struct pg_server *s = new_server(noise, 1, NULL, 0);
	struct client twins[2] = {{.language = "fr"}, {.language = "fr"}};
	size_t equal = 0, n = 0;
	for (int d = 0; d < 6; d++) {
		json_t *feeds[2];
		for (int i = 0; i < 2; i++) {
			feeds[i] = get(s, &twins[i], "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=30");
			json_decref(get(s, &twins[i],
			                same_history || i ? "/xrpc/app.bsky.feed.searchPosts?q=politique"
			                                  : "/xrpc/app.bsky.feed.searchPosts?q=recette"));
		}
		assert_string_not_equal(twins[0].cookie, twins[1].cookie);
		for (size_t i = 0; d > 0 && i < 30; i++, n++) equal += strcmp(uri_at(feeds[0], i), uri_at(feeds[1], i)) == 0;
		json_decref(feeds[0]);
		json_decref(feeds[1]);
		pg_server_clock(s, s->set.now + PG_DAY_MS);
	}
	end_server(s);
	return (double)equal / (double)n;
}

static void twins_differ_by_noise_alone(void **state)
{
	(void)state;
	assert_true(share_equal(0, true) == 1.0);
	double little = share_equal(0.1, true), more = share_equal(0.3, true);
	assert_true(little < 1 && more < little);
	assert_true(share_equal(0, false) < 0.5); /* another history is another profile */
}

static void pages_follow_on(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.3, 1, NULL, 0);
	struct client c = {.language = "fr"}, again = {.language = "fr"};
	json_t *whole = get(s, &c, "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=90");
	/* the second visitor's key differs, so ask the first again by its cookie in pages: request 1, then its pages */
	json_decref(whole);
	whole = get(s, &again, "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=90");
	struct pg_server *twin = new_server(0.3, 1, NULL, 0);
	struct client skip = {.language = "fr"}, paged = {.language = "fr"};
	json_decref(get(twin, &skip, "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU));
	char target[512] = "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=30";
	for (size_t page = 0; page < 3; page++) {
		json_t *part = get(twin, &paged, target);
		for (size_t i = 0; i < 30; i++) assert_string_equal(uri_at(part, i), uri_at(whole, page * 30 + i));
		snprintf(target, sizeof target, "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=30&cursor=%s",
		         json_string_value(json_object_get(part, "cursor")));
		json_decref(part);
	}
	json_decref(whole);
	end_server(twin);
	end_server(s);
}

/* Follows the cursor or the Link header to the end: every id once, and the end comes. */
static void paging_ends(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.1, 1, NULL, 0);
	struct client c = {.language = "fr"};
	static const char *const starts[] = {"/api/v1/timelines/public?limit=40", "/api/v1/trends/statuses?limit=40"};
	for (size_t k = 0; k < 2; k++) {
		json_t *seen = json_object();
		char target[512];
		size_t items = 0;
		bool more = true;
		snprintf(target, sizeof target, "%s", starts[k]);
		for (int page = 0; more && page < 100; page++) {
			struct reply r = call(s, &c, "GET", target, NULL);
			assert_int_equal(r.status, 200);
			json_t *list = json_of(&r), *item;
			size_t i;
			json_array_foreach(list, i, item)
			{
				const char *id = json_string_value(json_object_get(item, "id"));
				assert_null(json_object_get(seen, id));
				json_object_set_new(seen, id, json_true());
				items++;
			}
			const char *next = r.link ? strstr(r.link, "rel=\"next\"") : NULL;
			more = next != NULL;
			if (more)
				snprintf(target, sizeof target, "%.*s", (int)strcspn(strstr(r.link, "/api/"), ">"),
				         strstr(r.link, "/api/"));
			json_decref(list);
			done(&r);
		}
		assert_false(more);
		assert_in_range(items, k ? 470 : 1430, k ? 490 : 1450);
		json_decref(seen);
	}
	end_server(s);
}

static void sessions(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.1, 1, NULL, 0);
	struct client c = {.language = "fr"};
	char bearer[1024], refresh[1024];
	struct reply r = call(s, &c, "POST", "/xrpc/com.atproto.server.createSession",
	                      "{\"identifier\":\"lea.playground.test\",\"password\":\"" PG_PASSWORD "\"}");
	assert_int_equal(r.status, 200);
	json_t *j = json_of(&r);
	assert_string_equal(json_string_value(json_object_get(j, "handle")), "lea.playground.test");
	snprintf(bearer, sizeof bearer, "Bearer %s", json_string_value(json_object_get(j, "accessJwt")));
	snprintf(refresh, sizeof refresh, "Bearer %s", json_string_value(json_object_get(j, "refreshJwt")));
	json_decref(j);
	done(&r);
	static const struct {
		const char *target, *method;
		int with; /* 0 nothing, 1 access, 2 refresh, 3 forged */
		int status;
		const char *error;
	} cases[] = {{"/xrpc/app.bsky.feed.getTimeline", "GET", 0, 401, "AuthMissing"},
	             {"/xrpc/app.bsky.feed.getTimeline", "GET", 1, 200, NULL},
	             {"/xrpc/app.bsky.feed.getTimeline", "GET", 2, 400, "InvalidToken"},
	             {"/xrpc/app.bsky.feed.getTimeline", "GET", 3, 400, "InvalidToken"},
	             {"/xrpc/com.atproto.server.refreshSession", "POST", 2, 200, NULL},
	             {"/xrpc/com.atproto.server.refreshSession", "POST", 1, 400, "InvalidToken"},
	             {"/xrpc/com.atproto.server.getSession", "GET", 1, 200, NULL}};
	char forged[1024];
	snprintf(forged, sizeof forged, "%s", bearer);
	forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == '0' ? '1' : '0';
	const char *tokens[] = {NULL, bearer, refresh, forged};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		c.token = tokens[cases[i].with];
		r = call(s, &c, cases[i].method, cases[i].target, NULL);
		assert_int_equal(r.status, cases[i].status);
		j = json_of(&r);
		if (cases[i].error) assert_string_equal(json_string_value(json_object_get(j, "error")), cases[i].error);
		json_decref(j);
		done(&r);
	}
	/* the account is the visitor, whatever program or cookie it comes with */
	const size_t known = s->visitors.n;
	struct client elsewhere = {.language = "en", .token = bearer};
	json_decref(get(s, &elsewhere, "/xrpc/app.bsky.feed.getTimeline"));
	assert_int_equal(s->visitors.n, known);
	c.token = NULL;
	r = call(s, &c, "POST", "/xrpc/com.atproto.server.createSession",
	         "{\"identifier\":\"lea.playground.test\",\"password\":\"x\"}");
	assert_int_equal(r.status, 401);
	done(&r);
	end_server(s);
}

static void bad_input(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.1, 1, NULL, 0);
	static const struct {
		const char *method, *target, *body;
		int status;
		const char *error;
	} cases[] = {
		{"GET", "/xrpc/", NULL, 501, "MethodNotImplemented"},
		{"GET", "/xrpc/app.bsky.feed.getFeed", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=at://x/y/z", NULL, 400, "UnknownFeed"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=101", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=0x10", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&cursor=junk", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&cursor=r-1.0.1793606400000", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&cursor=r0.99999999999999999999.1793606400000", NULL, 400,
	         "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&cursor=r0.0.9793606400000", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.getListFeed?list=at://nobody", NULL, 400, "UnknownList"},
		{"GET", "/xrpc/app.bsky.feed.getAuthorFeed?actor=nobody.test", NULL, 400, "InvalidRequest"},
		{"GET", "/xrpc/app.bsky.feed.searchPosts?q=!!", NULL, 400, "BadQueryString"},
		{"GET", "/xrpc/app.bsky.feed.searchPosts?q=a&sort=best", NULL, 400, "InvalidRequest"},
		{"POST", "/xrpc/app.bsky.feed.getFeed", "", 405, "InvalidRequest"},
		{"POST", "/xrpc/com.atproto.server.createSession", "not json", 400, "InvalidRequest"},
		{"POST", "/xrpc/com.atproto.server.createSession", "[1]", 400, "InvalidRequest"},
		{"GET", "/api/v1/nothing", NULL, 404, "Not found"},
		{"GET", "/api/v1/accounts/lookup?acct=nobody", NULL, 404, "Record not found"},
		{"GET", "/api/v1/accounts/12/statuses", NULL, 404, "Record not found"},
		{"GET", "/api/v1/accounts/", NULL, 404, "Record not found"},
		{"GET", "/playground/clock", NULL, 405, "MethodNotAllowed"},
		{"POST", "/playground/clock", "{\"now\":\"yesterday\"}", 400, "InvalidRequest"},
		{"POST", "/playground/clock", "{\"now\":\"2001-01-01T00:00:00Z\"}", 400, "InvalidRequest"},
		{"POST", "/playground/clock", "{", 400, "InvalidRequest"},
		{"POST", "/playground/settings", "amplify=99", 400, "InvalidRequest"},
		{"POST", "/playground/settings", "amplify=nan", 400, "InvalidRequest"},
		{"POST", "/playground/settings", "seed=-1", 400, "InvalidRequest"},
		{"GET", "/../../etc/passwd", NULL, 404, "NotFound"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client c = {0};
		struct reply r = call(s, &c, cases[i].method, cases[i].target, cases[i].body);
		if (r.status != cases[i].status) fail_msg("%s: %d instead of %d", cases[i].target, r.status, cases[i].status);
		json_t *j = json_of(&r);
		assert_string_equal(json_string_value(json_object_get(j, "error")), cases[i].error);
		json_decref(j);
		done(&r);
	}
	/* words where Mastodon wants numbers, a header that is no cookie, a host that is no host: an answer all the same */
	struct client odd = {.language = ",;q=;;", .cookie = "masto_visitor=zzzz; =; masto_visitor"};
	struct reply r = call(s, &odd, "GET", "/api/v1/timelines/public?limit=abc&max_id=-5&min_id=9999999999999999999999", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "[]");
	done(&r);
	end_server(s);
}

static void rate_limit_is_kept(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.1, 1, NULL, 0);
	s->set.rate_limit = 2;
	struct client c = {.language = "fr"};
	for (int i = 0; i < 4; i++) {
		struct reply r = call(s, &c, "GET", "/api/v1/trends/statuses", NULL);
		assert_int_equal(r.status, i < 2 ? 200 : 429);
		if (i >= 2) assert_string_equal(r.body, "{\"error\":\"Too many requests\"}");
		done(&r);
	}
	end_server(s);
}

static void visitors_are_bounded(void **state)
{
	(void)state;
	struct pg_visitors *vs = amp_calloc(1, sizeof *vs);
	char key[PG_KEY_TEXT], last[PG_KEY_TEXT] = "";
	for (uint64_t i = 0; i < PG_VISITORS_MAX + 500; i++) {
		pg_visitor_new_key(vs, 1, PG_BLUESKY, i, key);
		assert_string_not_equal(key, last);
		memcpy(last, key, sizeof last);
		assert_non_null(pg_visitor_get(vs, PG_BLUESKY, key));
	}
	assert_int_equal(vs->n, PG_VISITORS_MAX);
	pg_visitors_clear(vs);
	amp_free(vs);
}

/* Takes the crowd and answer lines back and recounts them. */
static void log_tells_what_was_sent(void **state)
{
	(void)state;
	char path[] = "/tmp/amp-playground-XXXXXX", hex[2 * AMP_SHA256 + 1];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *log = fdopen(fd, "w+");
	struct pg_server *s = new_server(0.1, 1, log, 20);
	struct client c = {.language = "fr", .encoding = "gzip"};
	struct reply r = call(s, &c, "GET", "/xrpc/app.bsky.feed.getFeed?feed=" FOR_YOU "&limit=30", NULL);
	uint8_t digest[AMP_SHA256];
	amp_sha256(r.body, r.n, digest);
	amp_hex(digest, sizeof digest, hex);
	/* the entity as sent is gzip, and inflates to JSON */
	static char plain[1 << 17];
	size_t length = 0;
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	assert_int_equal(libdeflate_gzip_decompress(d, r.body, r.n, plain, sizeof plain, &length), LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(d);
	json_t *body = json_loadb(plain, length, 0, NULL);
	assert_non_null(body);
	done(&r);
	assert_true(pg_server_clock(s, s->set.now + PG_DAY_MS));
	end_server(s);
	rewind(log);
	int starts = 0, answers = 0, crowds = 0;
	char line[1 << 15];
	while (fgets(line, sizeof line, log)) {
		json_t *j = json_loads(line, 0, NULL), *item;
		assert_non_null(j);
		const char *type = json_string_value(json_object_get(j, "type"));
		starts += strcmp(type, "start") == 0;
		if (strcmp(type, "answer") == 0) {
			size_t i;
			answers++;
			assert_string_equal(json_string_value(json_object_get(j, "payload_sha256")), hex);
			assert_int_equal(json_integer_value(json_object_get(j, "n")), 30);
			assert_int_equal(json_array_size(json_object_get(j, "items")), 30);
			json_array_foreach(json_object_get(j, "items"), i, item)
			{
				assert_int_equal(json_integer_value(json_object_get(item, "rank")), i);
				assert_string_equal(json_string_value(json_object_get(item, "id")), uri_at(body, i));
				json_t *post = json_object_get(json_array_get(json_object_get(body, "feed"), i), "post");
				const char *text = json_string_value(json_object_get(json_object_get(post, "record"), "text"));
				assert_int_equal(strstr(text, "[[haine:") != NULL, json_is_array(json_object_get(item, "targets")));
			}
		}
		if (strcmp(type, "crowd") == 0) {
			crowds++;
			json_t *flagged = json_object_get(j, "flagged");
			const json_int_t any = json_integer_value(json_object_get(flagged, "any"));
			const char *target;
			assert_int_equal(json_integer_value(json_object_get(j, "visitors")), 20);
			assert_int_equal(json_integer_value(json_object_get(j, "items")),
			                 20 * json_integer_value(json_object_get(j, "depth")));
			json_object_foreach(flagged, target, item) assert_true(json_integer_value(item) <= any);
			assert_true(json_integer_value(json_object_get(json_object_get(j, "met"), "any")) <= 20);
		}
		json_decref(j);
	}
	assert_int_equal(starts, 1);
	assert_int_equal(answers, 1);
	assert_int_equal(crowds, 4); /* Bluesky only, ranked and latest, depths 10 and 30 */
	json_decref(body);
	fclose(log);
	remove(path);
}

/* README.md repeats the planted weights: it must not lie. */
static void readme_tells_the_weights(void **state)
{
	(void)state;
	char path[4096], row[64];
	struct amp_buf b;
	const char *source = getenv("AMP_SOURCE_DIR");
	assert_non_null(source);
	snprintf(path, sizeof path, "%s/playground/README.md", source);
	amp_buf_init(&b, 1 << 20);
	assert_int_equal(amp_io_read_file(path, &b, NULL), 0);
	for (size_t t = 0; t < PG_TARGETS; t++) {
		snprintf(row, sizeof row, "| %s | %.1f | %.2f |", pg_targets[t].name, pg_targets[t].weight, pg_targets[t].share);
		if (!amp_str_find(amp_buf_str(&b), amp_str_c(row))) fail_msg("playground/README.md lacks the row %s", row);
	}
	for (size_t c = 0; c < PG_TOPICS; c++) {
		snprintf(row, sizeof row, "| %s | %+.1f |", pg_topics[c].name, pg_topics[c].susceptibility);
		if (!amp_str_find(amp_buf_str(&b), amp_str_c(row))) fail_msg("playground/README.md lacks the row %s", row);
	}
	amp_buf_free(&b);
}

static void pages_in_two_languages(void **state)
{
	(void)state;
	struct pg_server *s = new_server(0.1, 1, NULL, 0);
	struct client c = {0};
	struct reply fr = call(s, &c, "GET", "/", NULL), en = call(s, &c, "GET", "/en", NULL);
	assert_non_null(strstr(fr.body, "<html lang=fr>"));
	assert_non_null(strstr(fr.body, "Tout est fictif"));
	assert_non_null(strstr(en.body, "<html lang=en>"));
	assert_non_null(strstr(en.body, "Everything is made up"));
	assert_null(strstr(fr.body, "<script"));
	done(&fr);
	done(&en);
	struct reply r = call(s, &c, "POST", "/playground/settings", "lang=en&amplify=2.5&noise=0&seed=42");
	assert_int_equal(r.status, 303);
	assert_true(s->set.amplify == 2.5 && s->set.noise == 0 && s->set.seed == 42);
	done(&r);
	int64_t before = s->set.now;
	r = call(s, &c, "POST", "/playground/clock", "lang=fr&advance=6h");
	assert_int_equal(r.status, 303);
	assert_int_equal(s->set.now, before + 6 * 3600000);
	done(&r);
	end_server(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_change_nothing),
		cmocka_unit_test(twins_differ_by_noise_alone),
		cmocka_unit_test(pages_follow_on),
		cmocka_unit_test(paging_ends),
		cmocka_unit_test(sessions),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(rate_limit_is_kept),
		cmocka_unit_test(visitors_are_bounded),
		cmocka_unit_test(log_tells_what_was_sent),
		cmocka_unit_test(readme_tells_the_weights),
		cmocka_unit_test(pages_in_two_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

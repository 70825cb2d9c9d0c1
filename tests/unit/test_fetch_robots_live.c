/* test_fetch_robots_live.c: robots.txt as the crawl meets it: fetched once as a capture of its own, obeyed also where a redirect leads,
 * "not now" and "no answer" taken as no, overridden only by name.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "fetch_rig.h"

static const char *const allow[] = {"127.0.0.1:*", "127.0.0.2:*", NULL};
static char file[256];

static int start(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(file, sizeof file, "%.200s/amp_robots_XXXXXX", tmp != NULL ? tmp : "/tmp");
	int fd = mkstemp(file);
	static const char text[] = "User-agent: amplimeter\nDisallow: /html\nDisallow: /ok?no\n\nUser-agent: *\nDisallow: /\n";
	bool ok = fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1;
	if (fd >= 0) close(fd);
	return ok ? 0 : -1;
}
static int stop(void **state)
{
	(void)state;
	return remove(file);
}

static void get(struct rig *rig, struct amp_visitor *v, const struct faultd *d, const char *host, const char *path)
{
	char url[256];
	snprintf(url, sizeof url, "http://%s:%d%s", host, d->port, path);
	rig_get(rig, v, url);
}

static void test_obeyed(void **state)
{
	(void)state;
	struct faultd strict, open;
	struct rig rig;
	struct amp_visitor *twin = NULL;
	struct amp_err err = {0};
	char path[128];
	struct amp_fetch_options o = {.allow_private = allow};
	assert_true(faultd_start(&strict, (const char *[]){"--robots", file, NULL}));
	assert_true(faultd_start(&open, (const char *[]){"--bind", "127.0.0.2", NULL}));
	rig_open(&rig, &o);
	assert_int_equal(amp_visitor_new(&twin, rig.f, "twin", NULL, &err), 0);
	get(&rig, rig.v, &strict, "127.0.0.1", "/ok");
	get(&rig, rig.v, &strict, "127.0.0.1", "/html");
	get(&rig, twin, &strict, "127.0.0.1", "/ok?no");
	snprintf(path, sizeof path, "/redirect?to=http://127.0.0.1:%d/html", strict.port);
	get(&rig, twin, &open, "127.0.0.2", path);
	rig_run(&rig);
	get(&rig, twin, &strict, "127.0.0.1", "/ok"); /* a day has not gone by */
	rig_run(&rig);
	assert_int_equal(rig_count(&rig, "robots"), 2);
	int ok = 0, refused = 0, redirected = 0;
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		if (strcmp(s->purpose, "robots") == 0) {
			assert_non_null(strstr(s->url, "/robots.txt"));
			assert_true(s->x.request.n > 0 && s->x.last_attempt);
			assert_null(s->x.user);
			continue;
		}
		ok += s->x.status == 200;
		refused += strcmp(s->policy, "robots") == 0;
		redirected += s->x.status == 302;
		if (strcmp(s->policy, "robots") == 0) assert_int_equal(s->x.request.n, 0);
	}
	assert_int_equal(ok, 2);
	assert_int_equal(refused, 3);
	assert_int_equal(redirected, 1);
	amp_visitor_free(twin);
	rig_close(&rig);
	faultd_stop(&strict);
	faultd_stop(&open);
}

/* status of robots.txt -> may the page be fetched? (RFC 9309, 2.3.1) */
static void test_statuses(void **state)
{
	(void)state;
	static const struct {
		const char *status;
		bool allowed;
		int fetches;
	} rows[] = {{"404", true, 1}, {"403", true, 1}, {"500", false, 2}, {"503", false, 2}, {"429", false, 2}, {"200", true, 1}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct faultd d;
		struct rig rig;
		struct amp_fetch_options o = {.allow_private = allow, .max_attempts = 2};
		assert_true(faultd_start(&d, (const char *[]){"--robots-status", rows[i].status, NULL}));
		rig_open(&rig, &o);
		get(&rig, rig.v, &d, "127.0.0.1", "/ok");
		rig_run(&rig);
		assert_int_equal(rig_count(&rig, "robots"), rows[i].fetches);
		assert_int_equal(rig_nth(&rig, 0)->x.status, rows[i].allowed ? 200 : 0);
		assert_string_equal(rig_nth(&rig, 0)->policy, rows[i].allowed ? "" : "robots");
		rig_close(&rig);
		faultd_stop(&d);
	}
}

static void test_override(void **state)
{
	(void)state;
	struct faultd d;
	struct rig rig;
	static const char *const override[] = {"127.0.0.1", NULL};
	struct amp_fetch_options o = {.allow_private = allow, .robots_override = override};
	assert_true(faultd_start(&d, (const char *[]){"--robots", file, NULL}));
	rig_open(&rig, &o);
	get(&rig, rig.v, &d, "127.0.0.1", "/html");
	rig_run(&rig);
	assert_int_equal(rig.count, 1);
	assert_int_equal(rig_nth(&rig, 0)->x.status, 200);
	rig_close(&rig);
	faultd_stop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_obeyed), cmocka_unit_test(test_statuses),
	                                   cmocka_unit_test(test_override)};
	return cmocka_run_group_tests(tests, start, stop);
}

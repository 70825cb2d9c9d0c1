/* `amplimeter parse` as other tools call it: lines on stdout, the verdict last on stderr, exit codes of the contract. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"

static char folder[] = "/tmp/amp-parse-XXXXXX";

static struct amp_buf content(const char *path)
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)16 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) fail_msg("%s", err.text);
	return b;
}

/* Runs in tests/golden with stdout and stderr to files; returns the exit code. */
static int run(const char *arguments)
{
	struct amp_buf line;
	amp_buf_init(&line, 65536);
	(void)amp_buf_printf(&line, "cd '%s/tests/golden' && '%s/amplimeter' parse %s >'%s/out' 2>'%s/err'",
	                     getenv("AMP_SOURCE_DIR"), getenv("AMP_BIN"), arguments, folder, folder);
	int status = system(line.p);
	amp_buf_free(&line);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static struct amp_buf output(const char *name)
{
	char path[64];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return content(path);
}

static struct amp_str last_line(const struct amp_buf *b)
{
	struct amp_str text = amp_str_trim(amp_buf_str(b)), line = text;
	for (size_t i = text.n; i > 0; i--)
		if (text.p[i - 1] == '\n') {
			line = (struct amp_str){text.p + i, text.n - i};
			break;
		}
	return line;
}

static void test_exit_codes(void **state)
{
	(void)state;
	static const struct {
		const char *arguments;
		int code;
		const char *last;
	} table[] = {
		{"--platform bluesky --endpoint getFeed bluesky/feed-every-embed/input.json", 0, "verdict: ok items=22 reason=-"},
		{"--platform bluesky bluesky/empty/input.json", 0, "verdict: empty items=0 reason=-"},
		{"--platform bluesky - <bluesky/thread/input.json", 0, "verdict: ok items=7 reason=-"},
		{"--platform bluesky bluesky/not-json/input.json", 1,
	         "verdict: failed items=0 reason=this is not JSON: malformed at byte 0"},
		{"--platform bluesky bluesky/empty-body/input.json", 1, "verdict: failed items=0 reason=the body is empty"},
		{"--platform bluesky bluesky/truncated/input.json", 3, NULL},
		{"--platform bluesky bluesky/two-pages/input-1.json bluesky/two-pages/input-2.json", 0,
	         "verdict: ok items=5 reason=-"},
		{"--platform bluesky --endpoint getFeed bluesky/login-page/input.json", 4, NULL},
		{"--platform mastodon mastodon/error-401/input.json", 4,
	         "verdict: blocked items=0 reason=Mastodon answered with an error: The access token is invalid"},
		{"--platform mastodon bluesky/feed-every-embed/input.json", 4,
	         "verdict: drift items=0 reason=this does not look like a document of Mastodon"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int code = run(table[i].arguments);
		struct amp_buf err = output("err");
		if (code != table[i].code) fail_msg("%s: exit %d, not %d: %s", table[i].arguments, code, table[i].code, err.p);
		struct amp_str last = last_line(&err);
		if (table[i].last && !amp_str_eq_c(last, table[i].last)) fail_msg("%s: %.*s", table[i].arguments, AMP_ARG(last));
		assert_true(amp_str_starts(last, "verdict: "));
		amp_buf_free(&err);
	}
}

/* A document of another platform, or of another endpoint, is answered with the options that read it; every such line works. */
static void test_what_it_looks_like(void **state)
{
	(void)state;
	static const struct {
		const char *file, *options, *says; /* NULL: nothing is said */
	} table[] = {
		{"bluesky/trends/input.json", "--platform bluesky --endpoint getFeed", "--platform bluesky --endpoint getTrends"},
		{"bluesky/trends/input.json", "--platform mastodon --endpoint trends/statuses",
	         "--platform bluesky --endpoint getTrends"},
		{"bluesky/trends/input.json", "--platform mastodon", "--platform bluesky --endpoint getTrends"},
		{"telegram/channel/input.html", "--platform youtube --endpoint html/results",
	         "--platform telegram --endpoint channel"},
		{"bluesky/login-page/input.json", "--platform bluesky --endpoint getFeed", NULL},
		{"bluesky/not-json/input.json", "--platform bluesky --endpoint getFeed", NULL},
		{"bluesky/trends/input.json", "--platform bluesky --endpoint getTrends", NULL}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char arguments[256];
		(void)snprintf(arguments, sizeof arguments, "%s %s", table[i].options, table[i].file);
		int code = run(arguments);
		struct amp_buf err = output("err");
		const char *line = strstr(err.p, "this looks like a document of ");
		if (!table[i].says) {
			if (line) fail_msg("%s: %s", arguments, err.p);
			amp_buf_free(&err);
			continue;
		}
		if (code != 4 || !line || !strstr(line, table[i].says)) fail_msg("%s: exit %d: %s", arguments, code, err.p);
		assert_true(amp_str_starts(last_line(&err), "verdict: drift"));
		(void)snprintf(arguments, sizeof arguments, "%s %s", table[i].says, table[i].file);
		assert_int_equal(run(arguments), 0);
		amp_buf_free(&err);
	}
}

static void test_what_ingested_files_look_like(void **state)
{
	(void)state;
	struct amp_buf line;
	amp_buf_init(&line, 65536);
	(void)amp_buf_printf(
		&line,
		"cd '%s/tests/golden' && '%s/amplimeter' ingest --db '%s/looks.db' --archive '%s/looks.d' --platform mastodon "
		"bluesky/trends/input.json mastodon/timeline/input.json >'%s/out' 2>'%s/err'; code=$?; rm -rf '%s'/looks.*; exit $code",
		getenv("AMP_SOURCE_DIR"), getenv("AMP_BIN"), folder, folder, folder, folder, folder);
	int status = system(line.p);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	struct amp_buf err = output("err"), out = output("out");
	assert_non_null(strstr(
		err.p,
		"bluesky/trends/input.json: this looks like a document of Bluesky: --platform bluesky --endpoint getTrends\n"));
	assert_null(strstr(err.p, "mastodon/timeline"));
	assert_null(strstr(out.p, "this looks like")); /* a line a file, the same as before */
	amp_buf_free(&line);
	amp_buf_free(&err);
	amp_buf_free(&out);
}

static void test_usage(void **state)
{
	(void)state;
	static const struct {
		const char *arguments, *says;
	} table[] = {{"x.json", "--platform"},
	             {"--platform blusky x.json", "bluesky"},
	             {"--platform bluesky --endpoint getfeed x.json", "getFeed"},
	             {"--platform bluesky", "file"},
	             {"--platform bluesky --nope x.json", "nope"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int code = run(table[i].arguments);
		struct amp_buf err = output("err"), out = output("out");
		if (code != 2) fail_msg("%s: exit %d", table[i].arguments, code);
		if (!strstr(err.p, table[i].says)) fail_msg("%s: %s", table[i].arguments, err.p);
		assert_int_equal(out.n, 0);
		amp_buf_free(&err);
		amp_buf_free(&out);
	}
	assert_int_equal(run("--platform bluesky /nowhere/x.json"), 1);
	struct amp_buf err = output("err");
	assert_non_null(strstr(err.p, "/nowhere/x.json"));
	amp_buf_free(&err);
}

static void test_lines_are_the_golden_ones(void **state)
{
	(void)state;
	char path[512];
	assert_int_equal(
		run("--platform mastodon --endpoint timelines/public --url 'https://m.example/api/v1/timelines/public?limit=20' mastodon/timeline/input.json"),
		0);
	(void)snprintf(path, sizeof path, "%s/tests/golden/mastodon/timeline/expected.jsonl", getenv("AMP_SOURCE_DIR"));
	struct amp_buf have = output("out"), want = content(path);
	assert_true(have.n > 1000);
	assert_true(amp_str_eq(amp_buf_str(&have), amp_buf_str(&want)));
	amp_buf_free(&have);
	amp_buf_free(&want);
}

static void test_headers_tell_the_status(void **state)
{
	(void)state;
	char path[64];
	static const char block[] = "HTTP/2 503 Service Unavailable\r\nRetry-After: 3\r\n\r\n";
	struct amp_buf arguments;
	(void)snprintf(path, sizeof path, "%s/headers", folder);
	assert_int_equal(amp_io_write_file(path, block, sizeof block - 1, NULL), 0);
	amp_buf_init(&arguments, 4096);
	(void)amp_buf_printf(&arguments, "--platform bluesky --headers %s bluesky/empty/input.json", path);
	assert_int_equal(run(arguments.p), 1);
	struct amp_buf err = output("err");
	assert_non_null(strstr(err.p, "503"));
	amp_buf_free(&err);
	amp_buf_free(&arguments);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	static const char *const files[] = {"out", "err", "headers"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[64];
		(void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_exit_codes),
	                                   cmocka_unit_test(test_usage),
	                                   cmocka_unit_test(test_what_it_looks_like),
	                                   cmocka_unit_test(test_what_ingested_files_look_like),
	                                   cmocka_unit_test(test_lines_are_the_golden_ones),
	                                   cmocka_unit_test(test_headers_tell_the_status)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

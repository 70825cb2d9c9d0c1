/* test_platforms_names.c: a wrong name of a platform or an endpoint is answered with all right ones, by every command that takes such names. */
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
#include "base/utf8.h"
#include "platforms/platforms.h"

static char folder[] = "/tmp/amp-names-XXXXXX";
static struct amp_buf said; /* by the last command, both outputs */

/* Runs `amplimeter ARGUMENTS` in the folder; returns the exit code. */
static int run(const char *arguments)
{
	struct amp_buf line, path;
	struct amp_err err = {0};
	amp_buf_init(&line, 65536);
	amp_buf_init(&path, 4096);
	(void)amp_buf_printf(&line, "cd '%s' && AMPLIMETER_LANG=en '%s/amplimeter' %s >said 2>&1", folder, getenv("AMP_BIN"),
	                     arguments);
	(void)amp_buf_printf(&path, "%s/said", folder);
	int status = system(line.p);
	amp_buf_reset(&said);
	if (amp_io_read_file(path.p, &said, &err) != 0) fail_msg("%s", err.text);
	amp_buf_free(&line);
	amp_buf_free(&path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void expect_usage(const char *arguments)
{
	int code = run(arguments);
	if (code != 2) fail_msg("%s: exit %d: %s", arguments, code, said.p);
}

static void expect_said(const char *arguments, const char *words)
{
	if (!said.p || !strstr(said.p, words)) fail_msg("%s: no \"%s\" in: %s", arguments, words, said.p ? said.p : "");
}

static void expect_platforms(const char *arguments)
{
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	expect_usage(arguments);
	expect_said(arguments, "The platforms are: ");
	for (size_t i = 0; i < n; i++) expect_said(strstr(said.p, "The platforms are: "), all[i]->name);
}

static void expect_endpoints(const char *arguments, const struct amp_adapter *a)
{
	char title[128];
	expect_usage(arguments);
	(void)snprintf(title, sizeof title, "%s has no endpoint", a->title);
	expect_said(arguments, title);
	expect_said(arguments, " It has: ");
	for (const struct amp_endpoint *e = a->endpoints; e->name; e++) {
		char with[80];
		(void)snprintf(with, sizeof with, "%s%s", e->name, e[1].name ? ", " : ".");
		expect_said(strstr(said.p, " It has: "), with);
	}
}

static void write_file(const char *name, const char *text)
{
	char path[96];
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	if (amp_io_write_file(path, text, strlen(text), &err) != 0) fail_msg("%s", err.text);
}

static void write_study(const char *platform, const char *endpoint)
{
	char text[1024];
	(void)snprintf(text, sizeof text,
	               "{\"study\": \"s\", \"feeds\": {\"f\": {\"platform\": \"%s\", \"endpoint\": \"%s\", \"depth\": 10}}}",
	               platform, endpoint);
	write_file("study.json", text);
}

static void test_platforms(void **state)
{
	(void)state;
	static const char *const commands[] = {"parse --platform nosuch a.json", "ingest --db a.db --platform nosuch a.json",
	                                       "platforms show nosuch"};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		expect_platforms(commands[i]);
		if (strstr(said.p, "Did you mean")) fail_msg("%s: %s", commands[i], said.p);
	}
	expect_platforms("platforms show blusky");
	expect_said("blusky", "Did you mean “bluesky”?");
	write_study("nosuch", "getFeed");
	expect_platforms("check study.json");
}

static void test_endpoints(void **state)
{
	(void)state;
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	assert_true(n >= 16);
	for (size_t i = 0; i < n; i++) {
		static const char *const commands[] = {"parse --platform %s --endpoint nosuchthing a.json",
		                                       "ingest --db a.db --platform %s --endpoint nosuchthing a.json",
		                                       "check study.json # %s"};
		write_study(all[i]->name, "nosuchthing");
		for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
			struct amp_buf line;
			amp_buf_init(&line, 1024);
			(void)amp_buf_addc(&line, "");
			const char *mark = strstr(commands[k], "%s");
			(void)amp_buf_add(&line, commands[k], (size_t)(mark - commands[k]));
			(void)amp_buf_printf(&line, "%s%s", all[i]->name, mark + 2);
			expect_endpoints(line.p, all[i]);
			amp_buf_free(&line);
		}
	}
	expect_endpoints("parse --platform bluesky --endpoint getfeed a.json", amp_adapter_find("bluesky"));
	expect_said("getfeed", "Did you mean “getFeed”?");
}

static void test_sources(void **state)
{
	(void)state;
	struct amp_buf text, line;
	struct amp_err err = {0};
	amp_buf_init(&text, 1 << 20);
	amp_buf_init(&line, 8192);
	(void)amp_buf_printf(&line, "%s/personas/sources/linuxfr.json", getenv("AMP_SOURCE_DIR"));
	assert_int_equal(amp_io_read_file(line.p, &text, &err), 0);
	write_file("good.json", text.p);
	expect_usage("parse --source good.json --endpoint nosuchthing a.json");
	expect_said("--source", " It has: interest, latest.");
	expect_usage("ingest --db a.db --source good.json --endpoint nosuchthing a.json");
	expect_said("--source", " It has: interest, latest.");
	char *pair = strstr(text.p, "\"ranked\": \"interest\"");
	assert_non_null(pair);
	memcpy(pair, "\"ranked\": \"intereso\"", strlen("\"ranked\": \"intereso\""));
	write_file("bad.json", text.p);
	expect_usage("check bad.json");
	expect_said("check", "This source has no endpoint “intereso”. Did you mean “interest”? It has: interest, latest.");
	amp_buf_free(&text);
	amp_buf_free(&line);
}

/* A wrong name of any length leaves room for the right ones, and is cut between characters. */
static void test_long_names(void **state)
{
	(void)state;
	char name[4001], text[64];
	struct amp_err err = {0};
	for (size_t i = 0; i + 1 < sizeof name; i += 2) memcpy(name + i, "\xC3\xA9", 2);
	name[0] = 'x';
	name[1] = 'y';
	name[2] = 'z';
	name[3] = '-';
	memmove(name + 3, name + 4, sizeof name - 5); /* an odd place: a cut at an even one would fall inside a character */
	name[sizeof name - 2] = '\0';
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	for (size_t i = 0; i < n; i++) {
		const struct amp_endpoint *last = all[i]->endpoints;
		while (last[1].name) last++;
		assert_int_equal(amp_endpoint_wrong(all[i], name, &err), AMP_EUSAGE);
		(void)snprintf(text, sizeof text, "%s.", last->name);
		if (!amp_str_ends(amp_str_c(err.text), text)) fail_msg("%s", err.text);
		assert_int_equal(amp_utf8_valid_prefix(err.text, strlen(err.text)), strlen(err.text));
	}
	/* more names than an error holds: it says so */
	static char many[64][65];
	const char *names[64];
	for (size_t i = 0; i < 64; i++) {
		(void)snprintf(many[i], sizeof many[i], "%02zu-%061d", i, 0);
		names[i] = many[i];
	}
	assert_int_equal(amp_endpoint_name_wrong("S", "x", names, 64, &err), AMP_EUSAGE);
	if (!amp_str_ends(amp_str_c(err.text), ", \xE2\x80\xA6.")) fail_msg("%s", err.text);
}

static int set_up(void **state)
{
	(void)state;
	amp_buf_init(&said, 1 << 20);
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	static const char *const files[] = {"said", "study.json", "good.json", "bad.json", "a.db", "a.db-wal", "a.db-shm"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[96];
		(void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		(void)unlink(path);
	}
	amp_buf_free(&said);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_platforms), cmocka_unit_test(test_endpoints),
	                                   cmocka_unit_test(test_sources), cmocka_unit_test(test_long_names)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

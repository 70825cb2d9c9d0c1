/* ingest of files as strangers name and fill them: secrets in saved headers and URLs stay out, names cannot forge lines, and a stop in
 * the middle loses nothing and leaves nothing that verify would call changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "crawl_lab.h"

static struct lab lab;
static const char body[] = "{\"feed\":[]}";

static void put(const char *path, const char *text)
{
	struct amp_err err = {0};
	assert_int_equal(amp_io_write_file(path, text, strlen(text), &err), 0);
}

/* The archive, gunzipped, and the database as text. */
static char *all_that_was_kept(void)
{
	char command[1200], out[320];
	struct amp_buf b;
	struct amp_err err = {0};
	(void)snprintf(out, sizeof out, "%s/kept", lab.dir);
	(void)snprintf(command, sizeof command, "{ gzip -dc '%s'/*.gz; cat '%s' '%s-wal' 2>/dev/null; } > '%s'; true", lab.archive,
	               lab.db, lab.db, out);
	assert_int_equal(system(command), 0);
	amp_buf_init(&b, (size_t)64 << 20);
	assert_int_equal(amp_io_read_file(out, &b, &err), 0);
	(void)unlink(out);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\0') b.p[i] = ' ';
	return b.p; /* freed by lab_free_output: the same allocator */
}

static void secrets_stay_out(void **state)
{
	(void)state;
	static const char *const starts[] = {"HTTP/1.1 200 OK\r\n", ""};
	char file[320], headers[340], text[512];
	(void)snprintf(file, sizeof file, "%s/page.json", lab.dir);
	(void)snprintf(headers, sizeof headers, "%s.headers.txt", file);
	put(file, body);
	for (size_t i = 0; i < 2; i++) {
		lab_forget(&lab);
		(void)snprintf(
			text, sizeof text,
			"%sSet-Cookie: sid=GEHEIM-1; Path=/\r\nX-Kept: VISIBLE-1\r\nAuthorization: Bearer GEHEIM-2\r\nLocation: /a?access_token=GEHEIM-3\r\n",
			starts[i]);
		put(headers, text);
		const char *args[] = {"ingest",     "--db",    lab.db,
		                      "--platform", "bluesky", "--endpoint",
		                      "getFeed",    "--url",   "https://u:GEHEIM-4@a.example/x?api_key=GEHEIM-5&n=VISIBLE-2",
		                      file,         NULL};
		assert_int_equal(lab_run(&lab, 0, args), 0);
		char *kept = all_that_was_kept();
		const char *leak = strstr(kept, "GEHEIM");
		if (leak) fail_msg("kept: %.60s", leak);
		assert_non_null(strstr(kept, "VISIBLE-1"));
		assert_non_null(strstr(kept, "VISIBLE-2"));
		assert_non_null(strstr(kept, "set-cookie"));
		lab_free_output(kept);
		assert_int_equal(lab_verify(&lab), 0);
	}
	(void)unlink(headers);
	(void)unlink(file);
}

static void names_forge_no_line(void **state)
{
	(void)state;
	static const char *const names[] = {"a\nx: verdict: ok items=9 reason=-",
	                                    "\033[2Jb.json",
	                                    "x..%2f..%2fetc.json",
	                                    "c\"d'e;f$(g)`h`.json",
	                                    "-rf",
	                                    "\xff\xfe.json"};
	char folder[320], path[512];
	lab_forget(&lab);
	(void)snprintf(folder, sizeof folder, "%s/in", lab.dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		put(path, body);
	}
	const char *args[] = {"ingest", "--db", lab.db, "--platform", "bluesky", "--endpoint", "getFeed", folder, NULL};
	int code = lab_run(&lab, 0, args);
	char *text = lab_output(&lab);
	if (code != 0) fail_msg("exit %d: %s", code, text);
	assert_null(strstr(text, "\nx: verdict"));
	assert_null(strchr(text, '\033'));
	lab_free_output(text);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM capture"), 6);
	assert_int_equal(lab_verify(&lab), 0);
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static void stopped_anywhere_it_goes_on(void **state)
{
	(void)state;
	char file[320];
	int stopped = 0, torn = 0;
	(void)snprintf(file, sizeof file, "%s/page.json", lab.dir);
	put(file, body);
	for (uint64_t at = 1; at < 400; at++) {
		const char *args[] = {"ingest",     "--db",    lab.db,          "--platform",           "bluesky",
		                      "--endpoint", "getFeed", "--captured-at", "2026-11-01T10:00:00Z", file,
		                      NULL};
		lab_forget(&lab);
		if (lab_run(&lab, at, args) == 0) break;
		stopped++;
		int code = lab_run(&lab, 0, args);
		if (code == 0) code = lab_verify(&lab);
		char *text = lab_output(&lab);
		if (code != 0) fail_msg("stopped at point %d, then: exit %d\n%s", (int)at, code, text);
		lab_free_output(text);
		torn += lab_number(&lab, "SELECT count(*) FROM snapshot WHERE interrupted = 1") > 0;
	}
	assert_true(stopped > 5);
	assert_true(torn > 0);
	(void)unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(secrets_stay_out), cmocka_unit_test(names_forge_no_line),
	                                   cmocka_unit_test(stopped_anywhere_it_goes_on)};
	return lab_group(&lab, tests, sizeof tests / sizeof *tests);
}

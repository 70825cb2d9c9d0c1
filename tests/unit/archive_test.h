/* archive_test.h: what the archive's tests share: a folder of their own, captures to append, files read whole and written back. */
#ifndef AMP_TESTS_ARCHIVE_TEST_H
#define AMP_TESTS_ARCHIVE_TEST_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive.h"
#include "base/io.h"
#include "base/log.h"

#define T0 INT64_C(1795363200000) /* 2026-11-22T16:00:00Z */

static const struct amp_key crawler_key = {{1, 2, 3}}, study_key = {{4, 5, 6}};

static inline char *fresh_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/amp-archive-XXXXXX", tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
	return strdup(path);
}

static inline void drop_dir(char *dir)
{
	char **names, path[1024];
	size_t n;

	assert_int_equal(amp_io_list(dir, &names, &n, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	amp_io_list_free(names);
	assert_int_equal(rmdir(dir), 0);
	free(dir);
}

static inline struct amp_archive *must_open(const char *dir, int64_t segment_bytes)
{
	struct amp_archive *a;
	struct amp_err err = {0};

	amp_log_level(AMP_ERROR); /* thousands of torn tails are cut here, each with its line */
	if (amp_archive_open(&a, dir, &crawler_key, &study_key, segment_bytes, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	return a;
}

struct appended {
	struct amp_ledger_entry entry;
	struct amp_place place;
	int64_t revisit;
};

/* One exchange whose body is `body` (not chunked). */
static inline int append_exchange(struct amp_archive *a, const char *url, struct amp_str body, struct appended *out,
                                  struct amp_err *err)
{
	static const char request[] = "GET /feed HTTP/1.1\r\nHost: example.org\r\n\r\n";
	struct amp_capture_bytes c = {.request = {request, sizeof(request) - 1}, .target_uri = amp_str_c(url), .has_payload = true};
	json_t *columns =
		json_pack("{s:s, s:i, s:s}", "server_address", "192.0.2.7:443", "status", 200, "note", "caf\xc3\xa9 \x1f");
	struct amp_buf b;
	int rc;

	amp_buf_init(&b, (size_t)1 << 26);
	(void)amp_buf_printf(&b, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body.n);
	c.response_header_bytes = b.n;
	(void)amp_buf_adds(&b, body);
	c.response = amp_buf_str(&b);
	amp_sha256(body.p, body.n, c.payload_sha256);
	rc = amp_archive_append(a, "capture", columns, &c, T0 + 1000 * amp_archive_next_seq(a), &out->entry, &out->place,
	                        &out->revisit, err);
	amp_buf_free(&b);
	json_decref(columns);
	return rc;
}

static inline void must_append(struct amp_archive *a, const char *url, const char *body, struct appended *out)
{
	struct amp_err err = {0};
	struct appended unused;

	if (append_exchange(a, url, amp_str_c(body), out != NULL ? out : &unused, &err) != 0) fail_msg("%s", err.text);
}

static inline void must_note(struct amp_archive *a, const char *type, const char *text)
{
	struct amp_err err = {0};
	json_t *columns = json_pack("{s:s}", "reason", text);

	if (amp_archive_append(a, type, columns, NULL, T0 + 1000 * amp_archive_next_seq(a), NULL, NULL, NULL, &err) != 0)
		fail_msg("%s", err.text);
	json_decref(columns);
}

struct found {
	int64_t n;
	struct amp_finding first;
	char file[64];
};
static inline void keep_finding(void *user, const struct amp_finding *f)
{
	struct found *to = user;

	if (to->n++ > 0) return;
	to->first = *f;
	(void)snprintf(to->file, sizeof(to->file), "%s", f->file);
	to->first.file = to->file;
}

static inline int verify_dir(const char *dir, struct found *found, struct amp_verified *v)
{
	struct amp_err err = {0};

	memset(found, 0, sizeof(*found));
	return amp_archive_verify(dir, keep_finding, found, v, &err);
}

static inline void must_verify(const char *dir, int64_t entries, const uint8_t *head)
{
	struct found found;
	struct amp_verified v;

	if (verify_dir(dir, &found, &v) != 0) {
		fail_msg("verify: %s, byte %lld, seq %lld: %s [%s] [%s]", found.file, (long long)found.first.offset,
		         (long long)found.first.seq, found.first.what, found.first.expected, found.first.found);
	}
	assert_int_equal(v.entries, entries);
	if (head != NULL) assert_memory_equal(v.head, head, AMP_SHA256);
}

static inline void slurp(const char *dir, const char *name, struct amp_buf *b)
{
	char path[1024];

	amp_buf_init(b, (size_t)1 << 26);
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(amp_io_read_file(path, b, NULL), 0);
}

/* Plain write, no rename: the byte loops do it thousands of times. */
static inline void spill(const char *dir, const char *name, const char *p, size_t n)
{
	char path[1024];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(n == 0 ? 0 : fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

#endif

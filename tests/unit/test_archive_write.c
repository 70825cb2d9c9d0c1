/* The writer: round trip, rotation, reopening, revisits, torn tails, a full disk, the lock. */
#include "archive_test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define LONG_TEXT "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"
#define BODY LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT /* 288 bytes: above the smallest that is deduplicated */

static void expect_read(const char *dir, const struct amp_place *place, const char *body)
{
	struct amp_buf raw;
	struct amp_err err = {0};
	size_t header;

	amp_buf_init(&raw, (size_t)1 << 26);
	if (amp_archive_read(dir, place, (size_t)1 << 26, &raw, &header, &err) != 0) fail_msg("%s", err.text);
	assert_true(header > 0 && header <= raw.n);
	assert_memory_equal(raw.p + header - 4, "\r\n\r\n", 4);
	assert_string_equal(raw.p + header, body);
	amp_buf_free(&raw);
}

struct walk {
	int64_t next, captures, revisit_of;
	struct amp_ledger_entry last;
};
static int walk_entry(void *user, const struct amp_archived *e, struct amp_err *err)
{
	struct walk *w = user;

	(void)err;
	assert_int_equal(e->entry.seq, w->next);
	assert_int_equal(json_integer_value(json_object_get(e->block, "seq")), w->next);
	assert_true(json_is_object(json_object_get(e->block, "columns")));
	assert_true(e->metadata.length > 0);
	w->next++;
	w->captures += e->response.length > 0;
	if (e->revisit_of_seq >= 0) w->revisit_of = e->revisit_of_seq;
	w->last = e->entry;
	return 0;
}

static void round_trip(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0);
	struct appended one, two;
	struct walk w = {.revisit_of = -1};
	uint8_t head[AMP_SHA256];
	struct amp_err err = {0};

	(void)state;
	must_note(a, "preamble",
	          "r\xc3\xa9"
	          "gie");
	must_append(a, "https://example.org/a b\xc3\xa9", "first", &one);
	must_append(a, "https://example.org/b", BODY, &two);
	assert_int_equal(two.entry.seq, 2);
	assert_int_equal(two.revisit, -1);
	assert_int_equal(amp_archive_sync(a, &err), 0);
	amp_archive_head(a, head);
	assert_memory_equal(head, two.entry.link, AMP_SHA256);
	expect_read(dir, &one.place, "first");
	expect_read(dir, &two.place, BODY);
	assert_int_equal(amp_archive_each(dir, 0, walk_entry, &w, &err), 0);
	assert_int_equal(w.next, 3);
	assert_int_equal(w.captures, 2);
	assert_memory_equal(&w.last, &two.entry, sizeof(w.last));
	must_verify(dir, 3, head);
	amp_archive_close(a);
	must_verify(dir, 3, head);
	drop_dir(dir);
}

static void ingested_and_nothing_received(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0);
	struct amp_capture_bytes file = {.response = AMP_STR("{\"feed\":[]}"),
	                                 .ingested = true,
	                                 .target_uri = AMP_STR("file:saved.json"),
	                                 .content_type = AMP_STR("application/json"),
	                                 .has_payload = true};
	struct amp_capture_bytes silent = {.request = AMP_STR("GET / HTTP/1.1\r\n\r\n"),
	                                   .target_uri = AMP_STR("https://example.org/")};
	struct amp_capture_bytes unsent = {.target_uri = AMP_STR("https://example.org/")};
	struct amp_capture_bytes chunked = {
		.request = AMP_STR("GET / HTTP/1.1\r\n\r\n"),
		.target_uri = AMP_STR("https://example.org/"),
		.response = AMP_STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
		.response_header_bytes = 47,
		.has_payload = true};
	json_t *columns = json_object();
	struct amp_place place;
	struct amp_buf raw;
	size_t header = 9;
	struct amp_err err = {0};

	(void)state;
	amp_sha256(file.response.p, file.response.n, file.payload_sha256);
	amp_sha256("abcde", 5, chunked.payload_sha256);
	assert_int_equal(amp_archive_append(a, "capture", columns, &file, T0, NULL, &place, NULL, &err), 0);
	amp_buf_init(&raw, 1000);
	assert_int_equal(amp_archive_read(dir, &place, 1000, &raw, &header, &err), 0);
	assert_int_equal(header, 0);
	assert_string_equal(raw.p, "{\"feed\":[]}");
	assert_int_equal(amp_archive_read(dir, &place, 5, &raw, &header, &err), AMP_ELIMIT);
	assert_int_equal(amp_archive_append(a, "capture", columns, &silent, T0, NULL, &place, NULL, &err), 0);
	assert_int_equal(amp_archive_append(a, "capture", columns, &unsent, T0, NULL, &place, NULL, &err), 0);
	assert_int_equal(amp_archive_append(a, "capture", columns, &chunked, T0, NULL, &place, NULL, &err), 0);
	must_verify(dir, 4, NULL);
	amp_buf_free(&raw);
	json_decref(columns);
	amp_archive_close(a);
	drop_dir(dir);
}

static void refusals(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0), *b;
	struct amp_key other = {{9}};
	struct amp_err err = {0};
	json_t *real = json_pack("{s:f}", "x", 0.5), *large = json_pack("{s:I}", "x", (json_int_t)INT64_MIN),
	       *key = json_pack("{s:i}", "\xc3\xa9", 1);
	json_t *const wrong[] = {real, large, key};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(amp_archive_append(a, "override", wrong[i], NULL, T0, NULL, NULL, NULL, &err), AMP_EUSAGE);
	assert_int_equal(amp_archive_append(a, "capture", real, NULL, T0, NULL, NULL, NULL, &err), AMP_EUSAGE);
	assert_int_equal(amp_archive_next_seq(a), 0);
	must_note(a, "override", "robots.txt of example.org");
	assert_int_equal(amp_archive_open(&b, dir, &crawler_key, &study_key, 0, NULL, NULL, &err), AMP_EBUSY);
	assert_null(b);
	amp_archive_close(a);
	assert_int_equal(amp_archive_open(&b, dir, &crawler_key, &other, 0, NULL, NULL, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, dir));
	json_decref(real);
	json_decref(large);
	json_decref(key);
	must_verify(dir, 1, NULL);
	drop_dir(dir);
}

static void rotation_and_reopening(void **state)
{
	char *dir = fresh_dir();
	struct walk w = {.revisit_of = -1}, tail = {.next = 7, .revisit_of = -1};
	uint8_t head[AMP_SHA256] = {0};
	char **names, body[32];
	size_t n;
	struct amp_err err = {0};

	(void)state;
	for (int i = 0; i < 9; i++) { /* opened again each time; two entries a segment or so */
		struct amp_archive *a = must_open(dir, 2500);
		uint8_t before[AMP_SHA256];

		assert_int_equal(amp_archive_next_seq(a), i);
		amp_archive_head(a, before);
		if (i > 0) assert_memory_equal(before, head, AMP_SHA256);
		(void)snprintf(body, sizeof(body), "body %d", i);
		must_append(a, "https://example.org/", body, NULL);
		assert_int_equal(amp_archive_sync(a, &err), 0);
		amp_archive_head(a, head);
		amp_archive_close(a);
	}
	must_verify(dir, 9, head);
	assert_int_equal(amp_io_list(dir, &names, &n, NULL), 0);
	assert_true(n >= 4);
	assert_string_equal(names[2], "00002.warc.gz");
	amp_io_list_free(names);
	assert_int_equal(amp_archive_each(dir, 0, walk_entry, &w, &err), 0);
	assert_int_equal(w.next, 9);
	assert_int_equal(amp_archive_each(dir, 7, walk_entry, &tail, &err), 0);
	assert_int_equal(tail.next, 9);
	drop_dir(dir);
}

static void revisits(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0);
	struct appended first, again, small, liar;
	struct amp_capture_bytes c = {.request = AMP_STR("GET / HTTP/1.1\r\n\r\n"),
	                              .response = AMP_STR("HTTP/1.1 200 OK\r\n\r\n" BODY "x"),
	                              .response_header_bytes = 19,
	                              .target_uri = AMP_STR("https://example.org/"),
	                              .has_payload = true};
	json_t *columns = json_object();
	struct amp_err err = {0};

	(void)state;
	must_append(a, "https://example.org/1", BODY, &first);
	must_append(a, "https://example.org/2", BODY, &again);
	assert_int_equal(again.revisit, 0);
	assert_true(again.place.length < first.place.length + 400);
	expect_read(dir, &again.place, BODY);
	must_append(a, "https://example.org/3", "small", NULL);
	must_append(a, "https://example.org/3", "small", &small);
	assert_int_equal(small.revisit, -1);
	/* the same digest claimed for other bytes: they are compared, so the response is stored in full */
	amp_sha256(BODY, strlen(BODY), c.payload_sha256);
	assert_int_equal(amp_archive_append(a, "capture", columns, &c, T0, &liar.entry, &liar.place, &liar.revisit, &err), 0);
	assert_int_equal(liar.revisit, -1);
	expect_read(dir, &liar.place, BODY "x");
	amp_archive_close(a);
	a = must_open(dir, 0); /* known again after reopening; the liar took its place, and its bytes still differ from BODY */
	must_append(a, "https://example.org/4", BODY, &again);
	assert_int_equal(again.revisit, -1);
	must_append(a, "https://example.org/5", BODY, &again);
	assert_int_equal(again.revisit, 5);
	expect_read(dir, &again.place, BODY);
	amp_archive_close(a);
	must_verify(dir, 7, NULL);
	json_decref(columns);
	drop_dir(dir);
}

/* Every prefix of the last group: opened again, the archive is as before that group and takes a new one. */
static void torn_tails(void **state)
{
	for (int rotated = 0; rotated < 2; rotated++) {
		char *dir = fresh_dir();
		struct amp_archive *a = must_open(dir, rotated ? 100 : 0);
		const char *name = rotated ? "00001.warc.gz" : "00000.warc.gz";
		struct amp_buf whole;
		size_t start = 0;
		uint8_t before[AMP_SHA256];
		char path[1024];
		struct stat st;

		(void)state;
		must_append(a, "https://example.org/1", "first", NULL);
		amp_archive_head(a, before);
		(void)snprintf(path, sizeof(path), "%s/00000.warc.gz", dir);
		assert_int_equal(stat(path, &st), 0);
		if (!rotated) start = (size_t)st.st_size;
		must_append(a, "https://example.org/2", "second", NULL);
		amp_archive_close(a);
		slurp(dir, name, &whole);
		assert_true(whole.n > start + 500);
		for (size_t n = start; n < whole.n; n++) {
			uint8_t head[AMP_SHA256];
			bool go_on = n % 16 == 0;

			spill(dir, name, whole.p, n);
			a = must_open(dir, rotated ? 100 : 0);
			assert_int_equal(amp_archive_next_seq(a), 1);
			amp_archive_head(a, head);
			assert_memory_equal(head, before, AMP_SHA256);
			if (go_on) {
				must_append(a, "https://example.org/3", "third", NULL);
				amp_archive_close(a);
				must_verify(dir, 2, NULL);
			} else {
				amp_archive_close(a);
				must_verify(dir, 1, before);
			}
			(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
			if (!rotated) assert_int_equal(truncate(path, (off_t)start), 0);
			if (rotated) (void)unlink(path);
		}
		/* a hole of zero bytes, as a power failure leaves */
		(void)memset(whole.p + start, 0, whole.n - start);
		if (!rotated) {
			spill(dir, name, whole.p, whole.n);
			a = must_open(dir, 0);
			amp_archive_close(a);
			must_verify(dir, 1, before);
		}
		amp_buf_free(&whole);
		drop_dir(dir);
	}
}

static int refuse(void *user, int64_t next_seq, const uint8_t head[AMP_SHA256], struct amp_err *err)
{
	(void)head;
	*(int64_t *)user = next_seq;
	return amp_fail(err, AMP_ECORRUPT, "somebody knows more");
}

/* Who knows of more than is there decides before a byte is cut: of the segment's end, of a segment of its own, of an empty one. */
static void nothing_is_cut_where_more_is_known(void **state)
{
	(void)state;
	for (int how = 0; how < 3; how++) {
		char *dir = fresh_dir();
		const char *name = how == 0 ? "00000.warc.gz" : "00001.warc.gz";
		struct amp_archive *a = must_open(dir, 100);
		struct amp_buf whole, after;
		struct amp_err err = {0};
		int64_t told = -1;

		must_append(a, "https://example.org/1", "first", NULL);
		if (how == 0) {
			amp_archive_close(a);
			a = must_open(dir, 0);
		}
		must_append(a, "https://example.org/2", "second", NULL);
		amp_archive_close(a);
		slurp(dir, name, &whole);
		whole.n = how == 2 ? 0 : whole.n - 7;
		spill(dir, name, whole.p, whole.n);
		assert_int_equal(amp_archive_open(&a, dir, &crawler_key, &study_key, 0, refuse, &told, &err), AMP_ECORRUPT);
		assert_string_equal(err.text, "somebody knows more");
		assert_int_equal(told, 1);
		slurp(dir, name, &after);
		assert_int_equal(after.n, whole.n);
		if (whole.n > 0) assert_memory_equal(after.p, whole.p, whole.n);
		a = must_open(dir, 0); /* nobody objects: now it is cut */
		assert_int_equal(amp_archive_next_seq(a), 1);
		amp_archive_close(a);
		must_verify(dir, 1, NULL);
		amp_buf_free(&after);
		amp_buf_free(&whole);
		drop_dir(dir);
	}
}

/* Damage before the end is not a torn append: nothing is cut, the crawl is refused. */
static void damage_is_not_cut(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0);
	struct amp_buf whole, after;
	struct amp_err err = {0};

	(void)state;
	must_append(a, "https://example.org/1", "first", NULL);
	must_append(a, "https://example.org/2", "second", NULL);
	amp_archive_close(a);
	slurp(dir, "00000.warc.gz", &whole);
	for (size_t i = 0; i < whole.n; i++) {
		whole.p[i] = (char)(whole.p[i] ^ 0x20);
		spill(dir, "00000.warc.gz", whole.p, whole.n);
		whole.p[i] = (char)(whole.p[i] ^ 0x20);
		assert_int_equal(amp_archive_open(&a, dir, &crawler_key, &study_key, 0, NULL, NULL, &err), AMP_ECORRUPT);
		slurp(dir, "00000.warc.gz", &after);
		assert_int_equal(after.n, whole.n);
		amp_buf_free(&after);
	}
	amp_buf_free(&whole);
	drop_dir(dir);
}

/* The process's file size limit stands for a full disk: the write fails in its middle. */
static void full_disk(void **state)
{
	char *dir = fresh_dir(), *large = calloc(1, 200001);
	struct amp_archive *a = must_open(dir, 0);
	struct rlimit before, tight;
	struct appended got;
	struct amp_err err = {0};
	uint8_t head[AMP_SHA256];
	unsigned x = 1;

	(void)state;
	assert_non_null(large);
	for (int i = 0; i < 200000; i++) {
		x = x * 1103515245u + 12345u;
		large[i] = (char)('0' + (x >> 16) % 75);
	}
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	must_append(a, "https://example.org/1", "first", NULL);
	amp_archive_head(a, head);
	tight = before;
	tight.rlim_cur = 20000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(append_exchange(a, "https://example.org/2", amp_str_c(large), &got, &err), AMP_EFULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	must_verify(dir, 1, head);
	must_append(a, "https://example.org/2", large, &got);
	assert_int_equal(got.entry.seq, 1);
	expect_read(dir, &got.place, large);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	amp_archive_close(a);
	a = must_open(dir, 100); /* the next entry opens a segment: that one is taken back whole */
	assert_int_equal(append_exchange(a, "https://example.org/3", amp_str_c(large + 1), &got, &err), AMP_EFULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	must_verify(dir, 2, NULL);
	must_append(a, "https://example.org/3", large + 1, &got);
	assert_string_equal(got.place.file, "00001.warc.gz");
	amp_archive_close(a);
	must_verify(dir, 3, NULL);
	free(large);
	drop_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(ingested_and_nothing_received),
		cmocka_unit_test(refusals),
		cmocka_unit_test(rotation_and_reopening),
		cmocka_unit_test(revisits),
		cmocka_unit_test(torn_tails),
		cmocka_unit_test(nothing_is_cut_where_more_is_known),
		cmocka_unit_test(damage_is_not_cut),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

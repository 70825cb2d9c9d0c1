/* The archive verified alone: every flipped bit of its files, every flipped byte of its records put back into valid gzip members,
 * removed, reordered and repeated parts, erased entries, hostile files. */
#include "archive_test.h"

#include <zlib.h>

#include "archive/canon.h"
#include "archive/group.h"
#include "archive/warc.h"

static const char body[] =
	"{\"feed\":[{\"post\":1},{\"post\":2},{\"post\":3}],\"cursor\":\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\","
	"\"filler\":\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"}";

/* Three entries in two segments: a note, an exchange, its revisit. */
static char *small_archive(uint8_t head[AMP_SHA256])
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 2000);
	struct appended last;

	_Static_assert(sizeof(body) - 1 < DEDUPE_MIN + 100, "small");
	must_note(a, "preamble", "one");
	must_append(a, "https://example.org/feed", body, NULL);
	must_append(a, "https://example.org/feed", body, &last);
	amp_archive_head(a, head);
	amp_archive_close(a);
	return dir;
}

/* A gzip member as the writer makes them, of any bytes. */
static void put_member(struct amp_buf *out, const char *p, size_t n)
{
	static const uint8_t fixed[16] = {0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 12, 0, 'A', 'M', 8, 0};
	static Bytef packed[65536 * 4];
	z_stream z = {0};
	uLong numbers[4];

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	numbers[0] = z.total_out;
	numbers[1] = crc32(0, packed, (uInt)z.total_out);
	numbers[2] = crc32(0, (const Bytef *)p, (uInt)n);
	numbers[3] = n;
	assert_int_equal(deflateEnd(&z), Z_OK);
	(void)amp_buf_add(out, fixed, sizeof(fixed));
	for (int k = 0; k < 4; k++) {
		if (k == 2) (void)amp_buf_add(out, packed, numbers[0]);
		for (int i = 0; i < 4; i++) (void)amp_buf_byte(out, (int)(numbers[k] >> (8 * i) & 0xff));
	}
}

static void every_bit_of_the_files(void **state)
{
	static const char *const names[] = {"00000.warc.gz", "00001.warc.gz"};
	uint8_t head[AMP_SHA256];
	char *dir = small_archive(head);

	(void)state;
	must_verify(dir, 3, head);
	for (size_t k = 0; k < 2; k++) {
		struct amp_buf b;

		slurp(dir, names[k], &b);
		for (size_t bit = 0; bit < 8 * b.n; bit++) {
			struct found found;
			struct amp_verified v;

			b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
			spill(dir, names[k], b.p, b.n);
			if (verify_dir(dir, &found, &v) != AMP_EFAIL || found.n == 0)
				fail_msg("%s: bit %zu may change unseen", names[k], bit);
			assert_string_equal(found.file, names[k]);
			assert_true(found.first.offset >= 0 && found.first.what[0] != '\0');
			b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
		}
		spill(dir, names[k], b.p, b.n);
		amp_buf_free(&b);
	}
	must_verify(dir, 3, head);
	drop_dir(dir);
}

/* What someone who knows gzip would do: each byte of each record changed, and the member made valid again. */
static void every_byte_of_the_records(void **state)
{
	static const char *const names[] = {"00000.warc.gz", "00001.warc.gz"};
	static const char masks[] = {0x01, 0x20};
	uint8_t head[AMP_SHA256];
	char *dir = small_archive(head);

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct amp_buf whole, out;
		struct warc_file f;
		struct warc_record rec;
		struct found found;
		struct amp_verified v;

		slurp(dir, names[k], &whole);
		amp_buf_init(&out, (size_t)1 << 24);
		warc_record_init(&rec);
		for (int64_t at = 0; at < (int64_t)whole.n; at += rec.length) {
			spill(dir, names[k], whole.p, whole.n);
			assert_int_equal(warc_file_open(&f, dir, names[k], NULL), 0);
			assert_int_equal(warc_load(&f, at, WARC_WHOLE, WARC_BLOCK_MAX, &rec, NULL), WARC_OK);
			warc_file_close(&f);
			for (size_t i = 0; i < rec.bytes.n; i++) {
				amp_buf_reset(&out);
				(void)amp_buf_add(&out, whole.p, (size_t)at);
				rec.bytes.p[i] = (char)(rec.bytes.p[i] ^ masks[i % 2]);
				put_member(&out, rec.bytes.p, rec.bytes.n);
				rec.bytes.p[i] = (char)(rec.bytes.p[i] ^ masks[i % 2]);
				(void)amp_buf_add(&out, whole.p + at + rec.length, whole.n - (size_t)(at + rec.length));
				spill(dir, names[k], out.p, out.n);
				if (verify_dir(dir, &found, &v) != AMP_EFAIL || found.n == 0) {
					fail_msg("%s, record at %lld: byte %zu may change unseen", names[k], (long long)at, i);
				}
			}
		}
		spill(dir, names[k], whole.p, whole.n);
		warc_record_free(&rec);
		amp_buf_free(&out);
		amp_buf_free(&whole);
	}
	must_verify(dir, 3, head);
	drop_dir(dir);
}

static void parts_removed_or_moved(void **state)
{
	char *dir = fresh_dir(), from[1024], to[1024];
	struct amp_archive *a = must_open(dir, 600);
	struct found found;
	struct amp_verified v;
	struct amp_buf b, c;

	(void)state;
	for (int i = 0; i < 8; i++) must_note(a, "missed", "a slot");
	amp_archive_close(a);
	must_verify(dir, 8, NULL);
	(void)snprintf(from, sizeof(from), "%s/00001.warc.gz", dir);
	(void)snprintf(to, sizeof(to), "%s/aside", dir);
	assert_int_equal(rename(from, to), 0); /* a segment taken away */
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_string_equal(found.file, "00001.warc.gz");
	assert_int_equal(amp_archive_open(&a, dir, &crawler_key, &study_key, 0, NULL, NULL, NULL), AMP_ECORRUPT);
	assert_int_equal(rename(to, from), 0);
	slurp(dir, "00001.warc.gz", &b); /* two segments exchanged */
	slurp(dir, "00002.warc.gz", &c);
	spill(dir, "00001.warc.gz", c.p, c.n);
	spill(dir, "00002.warc.gz", b.p, b.n);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_string_equal(found.file, "00001.warc.gz");
	spill(dir, "00001.warc.gz", b.p, b.n);
	spill(dir, "00002.warc.gz", "", 0); /* an empty one */
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_string_equal(found.file, "00002.warc.gz");
	spill(dir, "00002.warc.gz", c.p, c.n);
	must_verify(dir, 8, NULL);
	(void)amp_buf_add(&b, "garbage", 7); /* bytes after the last group */
	spill(dir, "00001.warc.gz", b.p, b.n);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_int_equal(found.first.offset, (int64_t)b.n - 7);
	amp_buf_free(&b);
	amp_buf_free(&c);
	(void)unlink(from);
	drop_dir(dir);
}

/* An entry erased as lawful erasure will write it: nonce gone, block replaced, response and request removed. The chain stands. */
static void erased_entry(void **state)
{
	char *dir = fresh_dir();
	struct amp_archive *a = must_open(dir, 0);
	struct appended gone;
	uint8_t head[AMP_SHA256], previous[AMP_SHA256];
	struct group g = {
		.archive = amp_archive_key(&crawler_key, &study_key), .seq = 1, .type = "capture", .erased = true, .segment = -1};
	struct group_link link = {.has_nonce = false};
	struct amp_buf whole, out, record;
	struct found found;
	struct amp_verified v;
	struct amp_place end;
	json_t *columns = json_pack("{s:[i]}", "captures", 1), *block;
	int64_t start;

	(void)state;
	must_note(a, "preamble", "one");
	amp_archive_head(a, previous);
	slurp(dir, "00000.warc.gz", &whole);
	start = (int64_t)whole.n;
	amp_buf_free(&whole);
	must_append(a, "https://example.org/feed", "someone's post", &gone);
	assert_int_equal(amp_archive_append(a, "erasure", columns, NULL, T0 + 5000, NULL, &end, NULL, NULL), 0);
	amp_archive_head(a, head);
	amp_archive_close(a);
	slurp(dir, "00000.warc.gz", &whole);
	g.recorded_at = gone.entry.recorded_at;
	memcpy(link.entry_hash, gone.entry.entry_hash, AMP_SHA256);
	memcpy(link.previous, previous, AMP_SHA256);
	memcpy(link.link, gone.entry.link, AMP_SHA256);
	for (int honest = 1; honest >= 0; honest--) {
		struct amp_str text;

		block = json_pack("{s:b, s:I, s:I, s:n, s:s}", "erased", 1, "recorded_at", (json_int_t)g.recorded_at, "seq",
		                  (json_int_t)1, "segment", "type", honest ? "capture" : "override");
		amp_buf_init(&record, 65536);
		amp_buf_init(&out, (size_t)1 << 20);
		assert_int_equal(canon_dump(&out, block, NULL), 0);
		text = amp_buf_str(&out);
		assert_int_equal(group_header(&record, &g, GROUP_METADATA, text, &link, NULL), 0);
		(void)amp_buf_adds(&record, text);
		(void)amp_buf_addc(&record, "\r\n\r\n");
		amp_buf_reset(&out);
		(void)amp_buf_add(&out, whole.p, (size_t)start);
		put_member(&out, record.p, record.n);
		(void)amp_buf_add(&out, whole.p + end.offset, (size_t)end.length);
		spill(dir, "00000.warc.gz", out.p, out.n);
		if (honest) {
			must_verify(dir, 3, head);
			assert_int_equal(verify_dir(dir, &found, &v), 0);
			assert_int_equal(v.erased, 1);
			a = must_open(dir, 0);
			assert_int_equal(amp_archive_next_seq(a), 3);
			amp_archive_close(a);
		} else { /* the type is in the link */
			assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
		}
		json_decref(block);
		amp_buf_free(&record);
		amp_buf_free(&out);
	}
	json_decref(columns);
	amp_buf_free(&whole);
	drop_dir(dir);
}

/* Captures erased by the archive itself: the first of a segment, one that a revisit refers to and the revisit, a lone one. Every other record keeps its
 * place, the chain its head, and nothing of what went can be read; again gives the same bytes; not before an entry names them all is it accounted for. */
static void erase_captures(void **state)
{
	char *dir = fresh_dir(), shared[600], other[600];
	struct amp_archive *a = must_open(dir, 4096);
	struct appended x[12];
	int64_t seqs[] = {1, 2, 5, 8}, erased;
	struct amp_buf before[4], after, raw;
	char name[64];
	size_t header_bytes, segments = 0;
	uint8_t head[AMP_SHA256];
	struct found found;
	struct amp_verified v;
	json_t *columns;

	(void)state;
	memset(shared, 'b', sizeof(shared));
	memcpy(shared, "SECRET TEXT ", 12);
	shared[sizeof(shared) - 1] = '\0';
	memset(other, 'o', sizeof(other));
	other[sizeof(other) - 1] = '\0';
	must_note(a, "preamble", "one");
	must_append(a, "https://example.org/1", shared, &x[1]);
	must_append(a, "https://example.org/2", shared, &x[2]); /* a revisit of 1 */
	for (int i = 3; i < 12; i++) {
		char text[700];

		(void)snprintf(text, sizeof(text), "%d%s%s", i, i == 5 || i == 8 ? "SECRET TEXT " : "", other);
		must_append(a, "https://example.org/n", text, &x[i]);
	}
	must_append(a, "https://example.org/n", "last", &x[0]);
	columns = json_pack("{s:[i,i,i,i]}", "captures", 1, 2, 5, 8);
	assert_int_equal(amp_archive_append(a, "erasure", columns, NULL, T0 + 90000, NULL, NULL, NULL, NULL), 0);
	json_decref(columns);
	amp_archive_head(a, head);
	assert_int_equal(amp_archive_sync(a, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "%05zu.warc.gz", i);
		char path[1100];
		(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
		if (access(path, R_OK) != 0) break;
		slurp(dir, name, &before[segments++]);
	}
	assert_in_range(segments, 2, 4); /* the archive goes over several files, or this tests less than it says */
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL); /* begun, not finished */
	assert_non_null(strstr(found.first.what, "erase --resume"));

	/* one of them first, as a crash between two segments would leave it */
	assert_int_equal(amp_archive_erase(a, seqs, 1, &erased, NULL), 0);
	assert_int_equal(erased, 1);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_int_equal(amp_archive_erase(a, seqs, 4, &erased, NULL), 0);
	assert_int_equal(erased, 3);
	must_verify(dir, 14, head);
	assert_int_equal(verify_dir(dir, &found, &v), 0);
	assert_int_equal(v.erased, 4);
	for (size_t i = 0; i < segments; i++) {
		(void)snprintf(name, sizeof(name), "%05zu.warc.gz", i);
		slurp(dir, name, &after);
		assert_int_equal(after.n, before[i].n);
		amp_buf_free(&after);
		amp_buf_free(&before[i]);
	}
	amp_buf_init(&raw, 1 << 20);
	for (int i = 0; i < 12; i++) {
		bool gone = i == 1 || i == 2 || i == 5 || i == 8;

		assert_int_equal(amp_archive_read(dir, &x[i].place, 1 << 20, &raw, &header_bytes, NULL), gone ? AMP_ECORRUPT : 0);
		if (!gone) assert_null(amp_str_find(amp_buf_str(&raw), AMP_STR("SECRET")));
	}
	amp_buf_free(&raw);
	assert_int_equal(amp_archive_erase(a, seqs, 4, &erased, NULL), 0);
	assert_int_equal(erased, 0);
	/* it goes on where it was, in the file that took the other's place */
	must_append(a, "https://example.org/n", "further", &x[0]);
	amp_archive_head(a, head);
	seqs[0] = 0;
	assert_int_equal(amp_archive_erase(a, seqs, 1, &erased, NULL), AMP_EUSAGE); /* a preamble is not erased */
	amp_archive_close(a);
	must_verify(dir, 15, head);
	/* erased without an entry that says so */
	a = must_open(dir, 4096);
	seqs[0] = 3;
	assert_int_equal(amp_archive_erase(a, seqs, 1, &erased, NULL), 0);
	amp_archive_close(a);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	assert_int_equal(found.first.seq, 3);
	assert_non_null(strstr(found.first.what, "no later entry"));
	drop_dir(dir);
}

static void expect_refused(const char *dir, const char *p, size_t n, const char *what)
{
	struct found found;
	struct amp_verified v;
	struct amp_archive *a;
	struct amp_err err = {0};

	spill(dir, "00000.warc.gz", p, n);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	if (strstr(found.first.what, what) == NULL) fail_msg("\"%s\" does not say \"%s\"", found.first.what, what);
	if (amp_archive_open(&a, dir, &crawler_key, &study_key, 0, NULL, NULL, &err) == 0) amp_archive_close(a);
}

static void hostile_files(void **state)
{
	char *dir = fresh_dir(), *bomb = calloc(1, (size_t)1 << 24);
	static const char huge[] = "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\nx\r\n\r\n";
	static const char small[] = "WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 5\r\n\r\n";
	static const char stranger[] = "WARC/1.1\r\nWARC-Type: conversion\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
	struct found found;
	struct amp_verified v;
	struct amp_err err = {0};
	struct amp_buf b;

	(void)state;
	assert_non_null(bomb);
	assert_int_equal(amp_archive_verify(dir, NULL, NULL, &v, &err), AMP_ENOTFOUND);
	assert_int_equal(amp_archive_verify("/nonexistent/archive", NULL, NULL, &v, &err), AMP_ENOTFOUND);
	expect_refused(dir, "", 0, "empty");
	expect_refused(dir, "hello", 5, "gzip member");
	amp_buf_init(&b, (size_t)1 << 24);
	put_member(&b, huge, sizeof(huge) - 1);
	expect_refused(dir, b.p, b.n, "claims a block of 99999999999999 bytes");
	amp_buf_reset(&b);
	put_member(&b, stranger, sizeof(stranger) - 1);
	expect_refused(dir, b.p, b.n, "does not belong here");
	memcpy(bomb, small, sizeof(small) - 1); /* 16 MiB of zeros behind a header that claims 5 */
	amp_buf_reset(&b);
	put_member(&b, bomb, (size_t)1 << 24);
	expect_refused(dir, b.p, b.n, "longer than its Content-Length");
	memset(bomb, 'a', (size_t)1 << 24); /* a header without end */
	memcpy(bomb, "WARC/1.1\r\n", 10);
	amp_buf_reset(&b);
	put_member(&b, bomb, (size_t)1 << 24);
	expect_refused(dir, b.p, b.n, "header has no end");
	spill(dir, "x.warc.gz", b.p, b.n);
	assert_int_equal(verify_dir(dir, &found, &v), AMP_EFAIL);
	amp_buf_free(&b);
	free(bomb);
	drop_dir(dir);
}

/* The steps that docs/evidence.md gives a stranger, run as they stand there. */
static void evidence_page(void **state)
{
	const char *source = getenv("AMP_SOURCE_DIR");
	uint8_t head[AMP_SHA256];
	char *dir = small_archive(head), hex[2 * AMP_SHA256 + 1], command[2048], out[512] = "";
	struct amp_buf page;
	const char *from, *to;
	FILE *pipe;

	(void)state;
	assert_non_null(source);
	slurp(source, "docs/evidence.md", &page);
	from = strstr(page.p, "```sh\n");
	assert_non_null(from);
	to = strstr(from, "\n```\n");
	assert_non_null(to);
	spill(dir, "head.sh", from + 6, (size_t)(to - from - 5));
	(void)snprintf(command, sizeof(command), "cd %s && sh head.sh 2>&1", dir);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(out, sizeof(out), pipe) != NULL) continue; /* the last line */
	assert_int_equal(pclose(pipe), 0);
	amp_hex(head, AMP_SHA256, hex);
	out[strcspn(out, "\n")] = '\0';
	assert_string_equal(out, hex);
	amp_buf_free(&page);
	drop_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_of_the_files), cmocka_unit_test(every_byte_of_the_records),
		cmocka_unit_test(parts_removed_or_moved), cmocka_unit_test(erased_entry),
		cmocka_unit_test(erase_captures),         cmocka_unit_test(hostile_files),
		cmocka_unit_test(evidence_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

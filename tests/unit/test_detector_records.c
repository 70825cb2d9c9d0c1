/* test_detector_records.c: what score reads, and the playground's markers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "detectors/detector.h"
#include "detectors/records.h"

struct want {
	int64_t line;
	const char *id, *text, *view; /* NULL: absent */
};
struct input {
	const char *why, *bytes;
	size_t n; /* 0: strlen */
	enum amp_record_format format;
	struct want want[8];
	size_t records;
};
#define BYTES(s) s, sizeof s - 1

static const struct input INPUTS[] = {
	{"lines",
         BYTES("un\n\ntrois\r\nquatre"),
         AMP_RECORD_AUTO,
         {{1, NULL, "un", "un"}, {2, NULL, "", NULL}, {3, NULL, "trois", "trois"}, {4, NULL, "quatre", "quatre"}},
         4},
	{"nothing", "", 0, AMP_RECORD_AUTO, {{0}}, 0},
	{"one empty line", BYTES("\n"), AMP_RECORD_AUTO, {{1, NULL, "", NULL}}, 1},
	{"white space",
         BYTES("{\"text\":\" \\n\"}\n{\"text\":\"\",\"title\":\"T\"}\n"),
         AMP_RECORD_AUTO,
         {{1, NULL, " \n", NULL}, {2, NULL, "", "T"}},
         2},
	{"bad bytes",
         BYTES("a\xff"
               "b\n"),
         AMP_RECORD_AUTO,
         {{1, NULL,
           "a\xef\xbf\xbd"
           "b",
           "a\xef\xbf\xbd"
           "b"}},
         1},
	{"byte order mark", BYTES("\xef\xbb\xbfun\n"), AMP_RECORD_AUTO, {{1, NULL, "un", "un"}}, 1},
	{"JSON Lines",
         BYTES("{\"id\":\"a\",\"text\":\"un\"}\n\nrien\n{\"text\":\"x\",\"line\":7}\n{\"text\":null,\"item_id\":\"z\"}\n[1]\n"),
         AMP_RECORD_AUTO,
         {{1, "a", "un", "un"},
          {2, NULL, NULL, NULL},
          {3, NULL, NULL, NULL},
          {7, NULL, "x", "x"},
          {5, "z", NULL, NULL},
          {6, NULL, NULL, NULL}},
         6},
	{"lines of parse",
         BYTES("{\"item_id\":\"i\",\"title\":\"T\",\"text\":\"t\",\"quote_text\":\"q\",\"warning\":\"w\",\"links\":[{\"title\":\"l\"},{}],\"media\":[{\"alt\":\"a\"}]}\n"),
         AMP_RECORD_AUTO,
         {{1, "i", "t", "T\nt\nq\nw\nl\na"}},
         1},
	{"repairs in JSON",
         BYTES("{\"text\":\"\\ud83d x \\\\ud83d \\ud83d\\ude00 \\udc00\"}\n{\"text\":\"\xff\"}\n"),
         AMP_RECORD_AUTO,
         {{1, NULL, "\xef\xbf\xbd x \\ud83d \xf0\x9f\x98\x80 \xef\xbf\xbd", "\xef\xbf\xbd x \\ud83d \xf0\x9f\x98\x80 \xef\xbf\xbd"},
          {2, NULL, "\xef\xbf\xbd", "\xef\xbf\xbd"}},
         2},
	{"a brace where lines were asked for",
         BYTES("{\"text\":1}\n"),
         AMP_RECORD_LINES,
         {{1, NULL, "{\"text\":1}", "{\"text\":1}"}},
         1},
	{"CSV",
         BYTES("id,text,lang\r\n1,\"a, \"\"b\"\"\nc\",fr\r\n2,,\r\n3\r\n4,\"open"),
         AMP_RECORD_AUTO,
         {{2, "1", "a, \"b\"\nc", "a, \"b\"\nc"}, {4, "2", "", NULL}, {5, "3", NULL, NULL}, {6, "4", "open", "open"}},
         4},
	{"CSV of a French spreadsheet",
         BYTES("\xef\xbb\xbf\"Id\";\"Text\"\n7;\"x;y\"\n"),
         AMP_RECORD_AUTO,
         {{2, "7", "x;y", "x;y"}},
         1},
	{"tabs, own line", BYTES("line\ttext\n40\tun\n"), AMP_RECORD_AUTO, {{40, NULL, "un", "un"}}, 1},
	{"one column", BYTES("text\nun\n"), AMP_RECORD_AUTO, {{2, NULL, "un", "un"}}, 1},
	{"quote inside a field", BYTES("text,x\na \"b\" c,1\n"), AMP_RECORD_AUTO, {{2, NULL, "a \"b\" c", "a \"b\" c"}}, 1},
};

static void assert_text(const char *why, struct amp_str got, const char *want)
{
	if (want == NULL ? got.p != NULL : !amp_str_eq_c(got, want))
		fail_msg("%s: got \"%.*s\", wanted \"%s\"", why, AMP_ARG(got), want != NULL ? want : "nothing");
}

static FILE *stream(const char *bytes, size_t n)
{
	FILE *f = tmpfile();
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	rewind(f);
	return f;
}

static void test_inputs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof INPUTS / sizeof *INPUTS; i++) {
		const struct input *in = &INPUTS[i];
		FILE *f = stream(in->bytes, in->n != 0 ? in->n : strlen(in->bytes));
		struct amp_records *r = NULL;
		struct amp_record got;
		struct amp_err err = {0};
		size_t n = 0;
		if (amp_records_open(&r, f, in->format, &err) != 0) fail_msg("%s: %s", in->why, err.text);
		int rc;
		while ((rc = amp_records_next(r, &got, &err)) == 1) {
			if (n == in->records) fail_msg("%s: more than %zu records", in->why, in->records);
			const struct want *w = &in->want[n++];
			if (got.line != w->line)
				fail_msg("%s: line %lld, wanted %lld", in->why, (long long)got.line, (long long)w->line);
			assert_text(in->why, got.id, w->id);
			assert_text(in->why, got.text, w->text);
			assert_text(in->why, got.view, w->view);
			assert_int_equal(got.problem != NULL, w->view == NULL);
		}
		assert_int_equal(rc, 0);
		assert_int_equal(n, in->records);
		amp_records_close(r);
		(void)fclose(f);
	}
}

static void test_nul_and_length(void **state)
{
	(void)state;
	static const char bytes[] = "a\0b\n";
	FILE *f = stream(bytes, sizeof bytes - 1);
	struct amp_records *r = NULL;
	struct amp_record got;
	assert_int_equal(amp_records_open(&r, f, AMP_RECORD_AUTO, NULL), 0);
	assert_int_equal(amp_records_next(r, &got, NULL), 1);
	assert_int_equal(got.text.n, 3);
	assert_memory_equal(got.text.p, "a\0b", 3);
	amp_records_close(r);
	(void)fclose(f);
	/* a record over the bound is passed over and said; the next one comes */
	size_t big = ((size_t)64 << 20) + 10;
	char *p = amp_malloc(big + 4);
	assert_non_null(p);
	memset(p, 'a', big);
	memcpy(p + big, "\nb\n", 3);
	f = stream(p, big + 3);
	amp_free(p);
	assert_int_equal(amp_records_open(&r, f, AMP_RECORD_LINES, NULL), 0);
	assert_int_equal(amp_records_next(r, &got, NULL), 1);
	assert_non_null(got.problem);
	assert_null(got.text.p);
	assert_int_equal(amp_records_next(r, &got, NULL), 1);
	assert_true(amp_str_eq_c(got.text, "b"));
	assert_int_equal(got.line, 2);
	amp_records_close(r);
	(void)fclose(f);
}

static void test_csv_needs_its_column(void **state)
{
	(void)state;
	FILE *f = stream("a,b\n1,2\n", 8);
	struct amp_records *r = NULL;
	struct amp_err err = {0};
	assert_int_equal(amp_records_open(&r, f, AMP_RECORD_CSV, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "text"));
	(void)fclose(f);
}

/* ---- marker ---- */
static void test_marker(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double score;
		const char *targets;
	} table[] = {
		{"rien", 0, ""},
		{"[[haine:women]]", 1, "women"},
		{"x [[haine:women]][[haine:muslim]] [[haine:women]]", 1, "muslim women"},
		{"[[haine:mental_health]]", 1, "mental_health"},
		{"[[citation:haine:women]]", 0, ""},
		{"[[citation:haine:women]] [[haine:gay]]", 1, "gay"},
		{"[[haine:nobody]] [[haine:]] [[haine:women] [[haine:women", 0, ""},
		{"[[Haine:women]] [[haine: women]] [haine:women]", 0, ""},
		{"[[haine:[[haine:black]]", 1, "black"},
		{"", 0, ""},
	};
	const struct amp_detector *d = amp_detector_find("marker");
	void *s = NULL;
	assert_int_equal(d->load(&s, "", NULL), 0);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_detection found = {0};
		char got[128] = "";
		assert_int_equal(d->score(s, amp_str_c(table[i].text), NULL, true, &found, NULL), 0);
		for (size_t t = 0; t < found.n_targets; t++)
			(void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", t > 0 ? " " : "", found.targets[t]);
		if (found.score != table[i].score || strcmp(got, table[i].targets) != 0)
			fail_msg("%s: %.1f [%s]", table[i].text, found.score, got);
		for (size_t h = 0; h < found.n_hits; h++) assert_memory_equal(table[i].text + found.hits[h].start, "[[haine:", 8);
		amp_detection_clear(&found);
	}
	d->unload(s);
}

static void test_targets(void **state)
{
	(void)state;
	size_t n;
	const struct amp_target *t = amp_targets(&n);
	assert_true(n <= AMP_TARGETS_MAX);
	for (size_t i = 1; i < n; i++) assert_true(strcmp(t[i - 1].name, t[i].name) < 0);
	assert_string_equal(amp_target_find("jewish")->also, "origin");
	assert_null(amp_target_find("Jewish"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inputs), cmocka_unit_test(test_nul_and_length), cmocka_unit_test(test_csv_needs_its_column),
		cmocka_unit_test(test_marker), cmocka_unit_test(test_targets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

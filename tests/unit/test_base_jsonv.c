/* test_base_jsonv.c: JSON values are read whole or not at all, and written whole or not at all. */
#include "base_test.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "base/jsonv.h"
#include "base/mem.h"

#define UNIQUE JSON_REJECT_DUPLICATES

static void says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *text;
		struct amp_jsonv_rule rule;
		int code, line, column;
		const char *says;
	} cases[] = {
		{"{\"a\": [1, 2]}", {.flags = UNIQUE}, 0, 0, 0, NULL},
		{"[\"\\\"[[[[\", \"{\\\\\", {}, []]", {.depth = 2}, 0, 0, 0, NULL},
		{"{\"a\": 1, \"a\": 2}", {.name = "twice"}, 0, 0, 0, NULL},
		{"\"alone\"", {.flags = JSON_DECODE_ANY}, 0, 0, 0, NULL},
		{"\"alone\"", {.name = "f.json"}, AMP_EFORMAT, 1, 7, "f.json:1:7: this is not JSON ("},
		{"{\"a\": 1,\n \"a\": 2}",
	         {.name = "f.json", .flags = UNIQUE},
	         AMP_EFORMAT,
	         2,
	         4,
	         "f.json:2:4: this is not JSON (duplicate"},
		{"{\"a\":\n 1,}", {.name = "f.json"}, AMP_EFORMAT, 2, 4, "f.json:2:4: this is not JSON ("},
		{"", {0}, AMP_EFORMAT, 1, 0, "JSON:1:0: this is not JSON ("},
		{NULL, {0}, AMP_EFORMAT, 1, 0, "JSON:1:0: this is not JSON ("},
		{"[1, 2, 3]", {.name = "row 7", .bytes = 8}, AMP_ELIMIT, 1, 1, "row 7 has 9 bytes, and JSON of at most 8 is read"},
		{"[1, 2, 3]", {.bytes = 9}, 0, 0, 0, NULL},
		{"[\"\xC3\xA9\", [],\n  [ [1]]]",
	         {.name = "f", .depth = 2},
	         AMP_ELIMIT,
	         2,
	         5,
	         "f:2:5: brackets are nested more than 2 deep"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_err err = {0};
		json_error_t where;
		json_t *v = (json_t *)&err, *again = (json_t *)&err;
		int rc = amp_jsonv_load(&v, amp_str_c(cases[i].text), &cases[i].rule, &where, &err);
		if (rc != cases[i].code) fail_msg("%s: %d (%s)", cases[i].text, rc, err.text);
		assert_int_equal(amp_jsonv_try(&again, amp_str_c(cases[i].text), &cases[i].rule, NULL), 0);
		assert_int_equal(again == NULL, v == NULL);
		json_decref(again);
		if (rc == 0) {
			assert_non_null(v);
			json_decref(v);
			continue;
		}
		assert_null(v);
		assert_int_equal(err.code, rc);
		if (strstr(err.text, cases[i].says) == NULL) fail_msg("“%s” does not say “%s”", err.text, cases[i].says);
		assert_int_equal(where.line, cases[i].line);
		assert_int_equal(where.column, cases[i].column);
		assert_string_not_equal(where.text, "");
	}
}

static void depth_is_bounded_without_a_rule(void **state)
{
	char text[2 * (AMP_JSONV_DEPTH + 1)];
	(void)state;
	for (size_t depth = AMP_JSONV_DEPTH; depth <= AMP_JSONV_DEPTH + 1; depth++) {
		json_t *v = NULL;
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		int rc = amp_jsonv_load(&v, (struct amp_str){text, 2 * depth}, NULL, NULL, NULL);
		assert_int_equal(rc, depth > AMP_JSONV_DEPTH ? AMP_ELIMIT : 0);
		json_decref(v);
	}
}

static void files_are_named(void **state)
{
	char path[] = "/tmp/amp-jsonv-XXXXXX", says[64];
	struct amp_err err = {0};
	json_t *v = NULL;
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{\"a\": nul}", 10), 10);
	assert_int_equal(close(fd), 0);
	assert_int_equal(amp_jsonv_load_file(&v, path, NULL, NULL, &err), AMP_EFORMAT);
	(void)snprintf(says, sizeof says, "%s:1:9: this is not JSON (", path);
	assert_non_null(strstr(err.text, says));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(amp_jsonv_load_file(&v, path, NULL, NULL, &err), AMP_ENOTFOUND);
	assert_null(v);
}

/* Long texts, escapes, an array that grows, a nested object: whatever jansson may cut. */
static struct amp_str sample(struct amp_buf *b)
{
	(void)amp_buf_addc(b, "{\"long\":\"");
	for (int i = 0; i < 300; i++) (void)amp_buf_addc(b, "été \\u00e9\\n");
	(void)amp_buf_addc(b, "\",\"list\":[");
	for (int i = 0; i < 40; i++) (void)amp_buf_printf(b, "%s\"text %d\"", i == 0 ? "" : ",", i);
	(void)amp_buf_addc(b,
	                   "],\"number\":12345678901,\"real\":0.25000000000000000000000001,\"in\":{\"a\":{\"b\":[null,true,{}]}}}");
	return amp_buf_str(b);
}

/* Every allocation of a load is refused once: never a value that is another than the text's. */
static void a_load_without_memory_is_none(void **state)
{
	struct amp_buf b;
	json_t *whole = NULL;
	int refused = 0, rc = AMP_ENOMEM;
	amp_buf_init(&b, 1 << 20);
	struct amp_str text = sample(&b);
	(void)state;
	assert_int_equal(amp_jsonv_load(&whole, text, NULL, NULL, NULL), 0);
	for (uint64_t n = 1; rc != 0; n++) {
		struct amp_err err = {0};
		json_error_t where = {.line = 9};
		json_t *v = NULL;
		amp_mem_fail_at(n);
		rc = amp_jsonv_load(&v, text, n % 2 ? NULL : &(struct amp_jsonv_rule){.name = "x", .flags = UNIQUE}, &where, &err);
		amp_mem_fail_at(0);
		if (rc == 0) {
			assert_true(json_equal(v, whole));
		} else {
			assert_int_equal(rc, AMP_ENOMEM);
			assert_null(v);
			assert_non_null(strstr(err.text, "Out of memory while reading"));
			assert_string_equal(where.text, "");
			amp_mem_fail_at(n);
			assert_int_equal(amp_jsonv_try(&v, text, NULL, &err), AMP_ENOMEM);
			amp_mem_fail_at(0);
			assert_null(v);
			refused++;
		}
		json_decref(v);
		assert_true(n < 5000);
	}
	assert_true(refused > 100);
	assert_false(amp_jsonv_lost()); /* those who asked were told */
	json_decref(whole);
	amp_buf_free(&b);
}

/* Each thread has a load of its own: the blocks of one that is left are not another's, and a value may be freed elsewhere. */
struct loader {
	struct amp_str text;
	json_t *first;
};

static void *load_often(void *user)
{
	struct loader *l = user;
	for (int i = 0; i < 300; i++) {
		json_t *v = NULL;
		int rc = amp_jsonv_load(&v, l->text, NULL, NULL, NULL);
		if (rc != 0 && rc != AMP_ENOMEM) return NULL;
		if (rc != 0) continue; /* refused on purpose, below */
		if (l->first == NULL)
			l->first = v;
		else if (!json_equal(v, l->first))
			return NULL;
		else
			json_decref(v);
	}
	return user;
}

static void loads_in_threads(void **state)
{
	pthread_t thread[4];
	struct loader loader[4];
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	for (int i = 0; i < 4; i++) loader[i] = (struct loader){i == 0 ? sample(&b) : loader[0].text, NULL};
	(void)state;
	for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&thread[i], NULL, load_often, &loader[i]), 0);
	for (uint64_t n = 0; n < 200; n++) {
		amp_mem_fail_at(1 + n * 7); /* of whichever thread it is */
		(void)sched_yield();
	}
	for (int i = 0; i < 4; i++) {
		void *done = NULL;
		assert_int_equal(pthread_join(thread[i], &done), 0);
		assert_ptr_equal(done, &loader[i]);
	}
	amp_mem_fail_at(0);
	for (int i = 1; i < 4; i++) assert_true(json_equal(loader[i].first, loader[0].first));
	for (int i = 0; i < 4; i++) json_decref(loader[i].first); /* made in a thread that is gone */
	amp_buf_free(&b);
	assert_false(amp_jsonv_lost());
}

static void dumps_are_appended(void **state)
{
	struct amp_err err = {0};
	struct amp_buf b, small;
	json_t *v = json_pack("{s:i, s:[s]}", "b", 1, "a", "é");
	(void)state;
	amp_buf_init(&b, 1 << 20);
	amp_buf_init(&small, 8);
	(void)amp_buf_addc(&b, "> ");
	assert_int_equal(amp_jsonv_dump(&b, v, JSON_COMPACT | JSON_SORT_KEYS, "a row", &err), 0);
	assert_string_equal(b.p, "> {\"a\":[\"é\"],\"b\":1}");
	assert_int_equal(amp_jsonv_dump(&small, v, JSON_COMPACT, "a row", &err), AMP_ELIMIT);
	assert_non_null(strstr(err.text, "a row"));
	assert_int_equal(amp_jsonv_dump(&b, json_object_get(v, "b"), JSON_COMPACT, "a row", &err), AMP_EFAIL);
	assert_int_equal(amp_jsonv_dump(&b, NULL, JSON_COMPACT, "a row", &err), AMP_ENOMEM);
	assert_string_equal(err.text, "Out of memory while writing a row as JSON.");
	assert_string_equal(b.p, "> {\"a\":[\"é\"],\"b\":1}"); /* as before */
	json_decref(v);
	amp_buf_free(&b);
	amp_buf_free(&small);
}

/* Last: what was lost stays lost. */
static void what_was_built_without_memory_is_not_written(void **state)
{
	struct amp_err err = {0};
	struct amp_buf b;
	json_t *v = json_object(), *sound = json_object();
	(void)state;
	amp_buf_init(&b, 1 << 20);
	amp_mem_fail_at(1);
	(void)json_object_set_new(v, "gone", json_string("a value that was asked for"));
	amp_mem_fail_at(0);
	assert_int_equal(json_object_size(v), 0); /* jansson says so in a return value that nobody reads */
	assert_true(amp_jsonv_lost());
	assert_int_equal(amp_jsonv_dump(&b, v, JSON_COMPACT, "a row", &err), AMP_ENOMEM);
	assert_int_equal(amp_jsonv_dump(&b, sound, JSON_COMPACT, "a row", &err), AMP_ENOMEM);
	assert_int_equal(b.n, 0);
	json_decref(sound);
	assert_int_equal(amp_jsonv_load(&sound, AMP_STR("{}"), NULL, NULL, NULL), 0); /* reading goes on */
	json_decref(sound);
	json_decref(v);
	amp_buf_free(&b);
}

static int start(void **state)
{
	(void)state;
	amp_jsonv_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(depth_is_bounded_without_a_rule),
		cmocka_unit_test(files_are_named),
		cmocka_unit_test(a_load_without_memory_is_none),
		cmocka_unit_test(loads_in_threads),
		cmocka_unit_test(dumps_are_appended),
		cmocka_unit_test(what_was_built_without_memory_is_not_written),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}

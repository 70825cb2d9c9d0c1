/* test_parse_twice.c: ids that a list shows twice: each place stays, and the second one is remarked, once an id. */
#include "arena_fixture.h"
#include <string.h>
#include "base/buf.h"
#include "parse/engine.h"

static bool is_true(const struct amp_json *v, const char *name)
{
	return amp_json_is(amp_json_get(v, name), AMP_JSON_TRUE);
}

/* [{"id":"1","entry":"2","by":"3","pinned":true,"ad":true,"at":"2026-11-20T08:00:00Z"}, …] */
static void parse_list(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	amp_engine_list_found(e);
	for (const struct amp_json *v = amp_json_first(root); v && amp_engine_begin(e, v->offset); v = amp_json_next(root, v)) {
		amp_put_json(e, AMP_F_ITEM_ID, NULL, amp_json_get(v, "id"));
		amp_put_json(e, AMP_F_ENTRY_ID, NULL, amp_json_get(v, "entry"));
		amp_put_json(e, AMP_F_REPOSTED_BY, NULL, amp_json_get(v, "by"));
		amp_put_json(e, AMP_F_CREATED_AT, NULL, amp_json_get(v, "at"));
		e->item->is_repost = e->item->reposted_by.p;
		e->item->is_pinned = is_true(v, "pinned");
		e->item->is_ad = is_true(v, "ad");
		if (is_true(v, "comment")) e->item->kind = AMP_COMMENT;
		amp_engine_end(e);
	}
}

static const struct amp_endpoint endpoints[] = {{.name = "list", .kind = AMP_POST}, {.name = NULL}};
static const struct amp_adapter list = {
	.name = "list", .title = "List", .version = "1", .endpoints = endpoints, .parse_page = parse_list};

/* ["LIST", "LIST", …], each a document of its own */
static void parse_box(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	amp_engine_list_found(e);
	for (const struct amp_json *v = amp_json_first(root); v; v = amp_json_next(root, v)) {
		struct amp_guest guest = {
			.adapter = &list, .endpoint = endpoints, .page = *e->page, .offset = v->offset, .where = AMP_STR("here")};
		struct amp_guest_told told;
		guest.page.body = amp_json_str(v);
		amp_engine_guest(e, &guest, &told);
	}
}

static const struct amp_adapter box = {
	.name = "box", .title = "Box", .version = "1", .endpoints = endpoints, .parse_page = parse_box};

static struct amp_parsed parse(const struct amp_adapter *a, const char *const *bodies, size_t n, bool merged)
{
	struct amp_page pages[4];
	struct amp_parsed out;
	struct amp_err err = {0};
	for (size_t i = 0; i < n; i++) pages[i] = (struct amp_page){.body = amp_str_c(bodies[i]), .captured_at = AMP_TIME_NONE};
	int rc = merged ? amp_parse_merged(a, endpoints, pages, n, arena, &out, &err)
	                : amp_parse_pages(a, endpoints, pages, n, 0, 0, 0, arena, &out, &err);
	assert_int_equal(rc, 0);
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	for (size_t i = 0; i < out.n_items; i++) assert_int_equal(out.items[i].rank, i);
	return out;
}

static void is_remark(const struct amp_parsed *out, size_t i, int64_t rank, const char *detail)
{
	assert_true(i < out->n_diagnostics);
	const struct amp_diagnostic *d = &out->diagnostics[i];
	assert_string_equal(d->code, "duplicate_id");
	assert_true(amp_str_eq_c(d->field, "item_id"));
	if (d->rank != rank || !amp_str_eq_c(d->detail, detail))
		fail_msg("rank %lld: %.*s instead of rank %lld: %s", (long long)d->rank, AMP_ARG(d->detail), (long long)rank,
		         detail);
	if (rank >= 0) assert_int_equal(d->byte_offset, out->items[rank].byte_offset);
}

static void test_which_are_one(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int64_t rank; /* of the second place; -1: none is remarked */
		const char *detail;
	} rows[] = {
		{"[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\"}]", 2, "the id of entry 1 of the list; shown 2 times"},
		{"[{\"id\":\"b\"},{\"id\":\"a\"},{\"id\":\"a\"},{\"id\":\"a\"}]", 2,
	         "the id of entry 2 of the list; shown 3 times"},
		/* ids that end alike, begin alike, are one another's beginning */
		{"[{\"id\":\"a/12345678\"},{\"id\":\"b/12345678\"},{\"id\":\"12345678\"},{\"id\":\"2345678\"}]", -1, NULL},
		{"[{\"id\":\"a/12345678\"},{\"id\":\"b/12345678\"},{\"id\":\"a/12345678\"}]", 2,
	         "the id of entry 1 of the list; shown 2 times"},
		/* without an id nobody knows */
		{"[{},{},{\"entry\":\"1\"},{\"entry\":\"1\"}]", -1, NULL},
		/* a post, its reposts by two accounts, its pinned and its promoted copy */
		{"[{\"id\":\"a\"},{\"id\":\"a\",\"by\":\"x\",\"entry\":\"r\"},{\"id\":\"a\",\"by\":\"y\",\"entry\":\"s\"},"
	         "{\"id\":\"a\",\"by\":\"x\"},{\"id\":\"a\",\"by\":\"y\"},{\"id\":\"a\",\"pinned\":true},{\"id\":\"a\",\"ad\":true}]",
	         -1, NULL},
		{"[{\"id\":\"a\",\"pinned\":true},{\"id\":\"a\"},{\"id\":\"a\",\"pinned\":true}]", 2,
	         "the id of entry 1 of the list; shown 2 times"},
		{"[{\"id\":\"a\",\"by\":\"x\",\"entry\":\"r\"},{\"id\":\"a\",\"by\":\"x\",\"entry\":\"r\"}]", 1,
	         "the id of entry 1 of the list; shown 2 times"},
		{"[{\"id\":\"1\"},{\"id\":\"1\",\"comment\":true}]", -1, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_parsed out = parse(&list, &rows[i].body, 1, false);
		if (out.n_diagnostics != (rows[i].rank >= 0)) fail_msg("%s: %zu remarks", rows[i].body, out.n_diagnostics);
		if (rows[i].rank >= 0) is_remark(&out, 0, rows[i].rank, rows[i].detail);
	}
}

/* Each page is a list of its own; the remarks keep to the second places when pages are merged into another order. */
static void test_pages(void **state)
{
	(void)state;
	static const char *const same[] = {"[{\"id\":\"a\"},{\"id\":\"b\"}]", "[{\"id\":\"a\"}]"};
	struct amp_parsed out = parse(&list, same, 2, false);
	assert_int_equal(out.n_diagnostics, 0);
	static const char *const two[] = {
		"[{\"id\":\"a\",\"at\":\"2026-11-20T08:00:00Z\"},{\"id\":\"a\",\"at\":\"2026-11-20T08:00:00Z\"}]",
		"[{\"id\":\"d\",\"at\":\"2026-11-22T08:00:00Z\"},{\"id\":\"c\",\"at\":\"2026-11-21T08:00:00Z\"},"
		"{\"id\":\"c\",\"at\":\"2026-11-19T08:00:00Z\"}]"};
	out = parse(&list, two, 2, true);
	assert_int_equal(out.n_diagnostics, 2);
	is_remark(&out, 0, 3, "the id of entry 1 of the list; shown 2 times");
	is_remark(&out, 1, 4, "the id of entry 2 of the list; shown 2 times");
}

/* In the order of the second places, at most a hundred, the others counted. */
static void test_many(void **state)
{
	(void)state;
	struct amp_buf b;
	amp_buf_init(&b, 1 << 16);
	for (int i = 0; i < 204; i++) (void)amp_buf_printf(&b, "%s{\"id\":%d}", i ? "," : "[", i < 102 ? i : 203 - i);
	(void)amp_buf_printf(&b, "]%c", '\0');
	const char *body = b.p;
	struct amp_parsed out = parse(&list, &body, 1, false);
	assert_int_equal(out.n_items, 204);
	assert_int_equal(out.n_diagnostics, 101);
	is_remark(&out, 0, 102, "the id of entry 102 of the list; shown 2 times");
	is_remark(&out, 99, 201, "the id of entry 3 of the list; shown 2 times");
	is_remark(&out, 100, AMP_ABSENT, "2 ids more are shown more than once");
	amp_buf_free(&b);
}

/* A capture holds several lists, of which each is looked over by itself. */
static void test_guests(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		"[\"[{\\\"id\\\":1},{\\\"id\\\":2}]\",\"[{\\\"id\\\":1},{\\\"id\\\":3},{\\\"id\\\":3}]\"]"};
	struct amp_parsed out = parse(&box, bodies, 1, false);
	assert_int_equal(out.n_items, 5);
	assert_int_equal(out.n_diagnostics, 1);
	assert_int_equal(out.diagnostics[0].rank, 4);
	assert_true(amp_str_eq_c(out.diagnostics[0].detail, "here: the id of entry 2 of the list; shown 2 times"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_which_are_one), cmocka_unit_test(test_pages),
	                                   cmocka_unit_test(test_many), cmocka_unit_test(test_guests)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* What the golden cases do not show: the next page of a research query, and videos inside another platform's page. */
#include "arena_fixture.h"
#include "parse/adapter.h"

static struct amp_parsed parse(const char *endpoint, const char *body, int status)
{
	const struct amp_adapter *adapter = amp_adapter_find("tiktok");
	struct amp_page page = {.body = amp_str_c(body), .captured_at = AMP_TIME_NONE, .status = status};
	struct amp_parsed out;
	amp_arena_reset(arena);
	assert_int_equal(amp_parse_pages(adapter, amp_endpoint_find(adapter, endpoint), &page, 1, 0, 0, 0, arena, &out, NULL), 0);
	return out;
}

#define RESEARCH(more, cursor, search)                                                                         \
	"{\"data\":{\"videos\":[{\"id\":1}],\"cursor\":" cursor ",\"search_id\":" search ",\"has_more\":" more \
	"},\"error\":{\"code\":\"ok\",\"message\":\"\",\"log_id\":\"1\"}}"

static void search_id_goes_with_the_cursor(void **state)
{
	(void)state;
	struct amp_parsed out = parse("research/video/query", RESEARCH("true", "100", "\"7201388525814961999\""), 200);
	assert_int_equal(out.next.kind, AMP_NEXT_BODY);
	assert_true(amp_str_eq_c(out.next.value, "{\"cursor\":100,\"search_id\":\"7201388525814961999\"}"));
	out = parse("research/video/query", RESEARCH("true", "100", "null"), 200);
	assert_true(amp_str_eq_c(out.next.value, "{\"cursor\":100}"));
	static const char *const ends[] = {RESEARCH("false", "100", "\"7\""), RESEARCH("true", "null", "\"7\""),
	                                   RESEARCH("true", "100", "\"7\\\",\\\"x\\\":\\\"\"")};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		out = parse("research/video/query", ends[i], 200);
		assert_int_equal(out.verdict, AMP_VERDICT_OK);
		assert_int_equal(out.next.kind, AMP_NEXT_NONE);
	}
}

static void errors_without_a_status(void **state)
{
	(void)state;
	struct amp_parsed out =
		parse("research/video/query",
	              "{\"data\":{},\"error\":{\"code\":\"scope_not_authorized\",\"message\":\"no\",\"log_id\":\"1\"}}", 0);
	assert_int_equal(out.verdict, AMP_VERDICT_BLOCKED);
	out = parse("research/video/query",
	            "{\"data\":{},\"error\":{\"code\":\"invalid_params\",\"message\":\"no\",\"log_id\":\"1\"}}", 0);
	assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
	out = parse("recommend/item_list", "", 0); /* an empty file says less than an empty answer */
	assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
	out = parse("oembed", "", 200);
	assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
}

/* Its own list says that there are none; its own count says that there are. */
static void videos_loaded_later(void **state)
{
	(void)state;
	static const char page[] =
		"<!doctype html><script id=\"__UNIVERSAL_DATA_FOR_REHYDRATION__\">{\"__DEFAULT_SCOPE__\":{\"webapp.user-detail\":{\"userInfo\":"
		"{\"user\":{\"id\":\"1\"},\"stats\":{\"videoCount\":%s},\"itemList\":[]},\"statusCode\":0}}}</script>";
	char body[512];
	(void)snprintf(body, sizeof body, page, "12");
	assert_int_equal(parse("page/user", body, 200).verdict, AMP_VERDICT_FAILED);
	(void)snprintf(body, sizeof body, page, "0");
	assert_int_equal(parse("page/user", body, 200).verdict, AMP_VERDICT_EMPTY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(search_id_goes_with_the_cursor),
	                                   cmocka_unit_test(errors_without_a_status), cmocka_unit_test(videos_loaded_later)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

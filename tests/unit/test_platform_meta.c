/* What the golden cases do not show: posts as the sites have them (for captures), exports that end early, lists without an address. */
#include "arena_fixture.h"
#include "parse/adapter.h"

static struct amp_parsed parse(const char *endpoint, const char *body)
{
	const struct amp_adapter *adapter = amp_adapter_find("meta");
	struct amp_page page = {.body = amp_str_c(body), .captured_at = AMP_TIME_NONE};
	struct amp_parsed out;
	amp_arena_reset(arena);
	assert_int_equal(amp_parse_pages(adapter, endpoint ? amp_endpoint_find(adapter, endpoint) : NULL, &page, 1, 0, 0, 0, arena,
	                                 &out, NULL),
	                 0);
	return out;
}

static void same(struct amp_str have, const char *want)
{
	if (!amp_str_eq_c(have, want)) fail_msg("%.*s is not %s", AMP_ARG(have), want);
}

static void threads_of_the_site(void **state)
{
	(void)state;
	struct amp_parsed out = parse(
		"threads/keyword_search:top",
		"{\"data\":[{\"pk\":\"9\",\"code\":\"Dx\",\"taken_at\":1795075200,\"caption\":{\"text\":\"a\"},\"user\":{\"pk\":\"7\",\"username\":"
		"\"ada\"},\"like_count\":-1,\"text_post_app_info\":{\"repost_count\":1,\"quote_count\":3,\"link_preview_attachment\":{\"url\":"
		"\"https://l.threads.com/?u=https%3A%2F%2Fnews.example.org%2Fa%3Fx%3D1&e=A\",\"title\":\"\"}},\"is_paid_partnership\":true},"
		"{\"pk\":\"10\",\"taken_at\":1795075201,\"user\":{\"pk\":\"8\",\"username\":\"bob\"},\"text_post_app_info\":{\"share_info\":"
		"{\"reposted_post\":{\"pk\":\"9\",\"code\":\"Dx\",\"user\":{\"pk\":\"7\",\"username\":\"ada\"}}}}}]}");
	assert_int_equal(out.n_items, 2);
	const struct amp_item *post = &out.items[0], *repost = &out.items[1];
	same(post->url, "https://www.threads.com/@ada/post/Dx");
	same(post->links[0].url, "https://news.example.org/a?x=1");
	assert_null(post->links[0].title.p);
	same(post->labels[0].value, "paid-partnership");
	assert_true(post->likes == AMP_ABSENT && post->reposts == 1 && post->quotes == 3);
	assert_true(repost->is_repost);
	same(repost->item_id, "9");
	same(repost->entry_id, "10");
	same(repost->reposted_by, "8");
	same(repost->author_id, "7");
	assert_int_equal(repost->reposted_at, INT64_C(1795075201000));
}

/* "pk_user" is what the site calls a post besides its number. */
static void threads_without_the_number(void **state)
{
	(void)state;
	struct amp_parsed out =
		parse("threads/keyword_search:top",
	              "{\"data\":[{\"id\":\"9_7\",\"code\":\"Dx\",\"taken_at\":1795075200,\"caption\":{\"text\":\"a\"},\"user\":"
	              "{\"pk\":\"7\",\"username\":\"ada\"}},{\"id\":\"17900000000000001\",\"text\":\"b\",\"username\":\"bob\"}]}");
	assert_int_equal(out.n_items, 2);
	same(out.items[0].item_id, "9");
	same(out.items[0].author_id, "7");
	same(out.items[0].text, "a");
	same(out.items[1].item_id, "17900000000000001");
	same(out.items[1].text, "b");
}

#define FACEBOOK_STORY "{\"node\":{\"__typename\":\"Story\",\"post_id\":\"1\",\"comet_sections\":{}}}"

/* Answers of other kinds before and between the parts of a feed are none of its entries. */
static void facebook_between_other_answers(void **state)
{
	(void)state;
	struct amp_parsed out =
		parse("facebook/feed", "{\"data\":{\"node\":{\"id\":\"5\"}}}\n"
	                               "{\"data\":{\"viewer\":{\"news_feed\":{\"edges\":[" FACEBOOK_STORY "]}}}}\n"
	                               "{\"data\":{\"node\":{\"id\":\"6\"}}}\n"
	                               "{\"path\":[\"viewer\",\"news_feed\",\"edges\",1],\"data\":" FACEBOOK_STORY "}\n"
	                               "{\"path\":[\"viewer\",\"news_feed\",\"edges\",1,\"node\"],\"data\":{\"x\":1}}");
	assert_int_equal(out.n_items, 2);
	same(out.items[1].item_id, "1");
}

/* What is left of a feed says that it is not whole. */
static void facebook_without_its_beginning(void **state)
{
	(void)state;
	struct amp_parsed out =
		parse("facebook/feed", "{\"data\":{\"viewer\":{}}}\n"
	                               "{\"path\":[\"viewer\",\"news_feed\",\"edges\",1],\"data\":" FACEBOOK_STORY "}\n"
	                               "{\"path\":[\"viewer\",\"news_feed\",\"edges\",2],\"data\":" FACEBOOK_STORY "}\n"
	                               "{\"path\":[\"viewer\",\"news_feed\",\"edges\",3]}");
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.n_items, 4);
	assert_null(out.items[0].item_id.p);
	same(out.items[1].item_id, "1");
	assert_null(out.items[3].item_id.p);
}

static void counts_that_are_hidden(void **state)
{
	(void)state;
	struct amp_parsed out =
		parse("instagram/feed/timeline",
	              "{\"feed_items\":[{\"media_or_ad\":{\"id\":\"5_7\",\"like_count\":3,\"play_count\":9,"
	              "\"like_and_view_counts_disabled\":true}},{\"media_or_ad\":{\"pk\":6,\"like_count\":3,\"view_count\":9}}]}");
	assert_int_equal(out.n_items, 2);
	same(out.items[0].item_id, "5");
	assert_true(out.items[0].likes == AMP_ABSENT && out.items[0].views == AMP_ABSENT);
	assert_true(out.items[1].likes == 3 && out.items[1].views == 9);
}

static void lists_without_an_address(void **state)
{
	(void)state;
	static const struct {
		const char *first, *second, *endpoint;
	} cases[] = {{"\"username\":\"a\",\"timestamp\":\"2026-02-02T02:00:02+0000\"",
	              "\"username\":\"b\",\"timestamp\":\"2026-02-02T02:00:01+0000\"", "threads/keyword_search:recent"},
	             {"\"username\":\"a\",\"timestamp\":\"2026-02-02T02:00:01+0000\"",
	              "\"username\":\"b\",\"timestamp\":\"2026-02-02T02:00:02+0000\"", "threads/keyword_search:top"},
	             {"\"username\":\"a\",\"timestamp\":\"2026-02-02T02:00:02+0000\"",
	              "\"username\":\"a\",\"timestamp\":\"2026-02-02T02:00:01+0000\"", "threads/profile_posts"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char body[512];
		(void)snprintf(body, sizeof body,
		               "{\"data\":[{\"id\":\"1\",\"media_product_type\":\"THREADS\",%s},{\"id\":\"2\",%s}]}",
		               cases[i].first, cases[i].second);
		struct amp_parsed out = parse(NULL, body);
		assert_non_null(out.endpoint);
		assert_string_equal(out.endpoint->name, cases[i].endpoint);
	}
}

static void tables_that_end_early(void **state)
{
	(void)state;
	struct amp_parsed out = parse(
		NULL, "id,creation_time,mcl_url,text\n1,2026-02-02T02:40:01+00:00,u,\"a\"\n2,2026-02-02T02:40:02+00:00,u,\"b");
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.n_items, 1);
	out = parse("content_library", "id,creation_time,text\n1,2026-02-02T02:40:01+00:00,a\xFF\n");
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	assert_int_equal(out.repairs, 1);
	same(out.items[0].text, "a\xEF\xBF\xBD");
}

/* Characters that are no bytes, and bytes that are no UTF-8, stay what they are. */
static void texts_that_need_no_repair(void **state)
{
	(void)state;
	struct amp_parsed out = parse(
		"download", "[{\"timestamp\":1,\"title\":\"\\u00e9t\\u00e9\",\"data\":[{\"post\":\"\\u00c3\\u00a9 \\u2603\"}]},"
			    "{\"timestamp\":1,\"title\":\"\\u00c3\\u00a9\"}]");
	same(out.items[0].title, "\xC3\xA9t\xC3\xA9");
	same(out.items[0].text, "\xC3\x83\xC2\xA9 \xE2\x98\x83");
	same(out.items[1].title, "\xC3\xA9");
	assert_int_equal(out.repairs, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(threads_of_the_site),
	                                   cmocka_unit_test(threads_without_the_number),
	                                   cmocka_unit_test(facebook_between_other_answers),
	                                   cmocka_unit_test(facebook_without_its_beginning),
	                                   cmocka_unit_test(counts_that_are_hidden),
	                                   cmocka_unit_test(lists_without_an_address),
	                                   cmocka_unit_test(tables_that_end_early),
	                                   cmocka_unit_test(texts_that_need_no_repair)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* test_platform_news.c: what the golden cases of news and charts leave out: links that count clicks, traffic as written, stories beside
 * a search, places with and without cards.
 */
#include "arena_fixture.h"
#include "parse/adapter.h"

static struct amp_parsed parse(const char *platform, const char *endpoint, const char *url, const char *body)
{
	const struct amp_adapter *adapter = amp_adapter_find(platform);
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page page = {.body = amp_str_c(body), .url = amp_str_c(url), .captured_at = AMP_TIME_NONE};
	amp_arena_reset(arena);
	assert_int_equal(amp_parse_pages(adapter, endpoint ? amp_endpoint_find(adapter, endpoint) : NULL, &page, 1, 0, 0, 0, arena,
	                                 &out, &err),
	                 0);
	return out;
}

static void expect(struct amp_str have, const char *want)
{
	if (!want) {
		assert_null(have.p);
		return;
	}
	assert_non_null(have.p);
	if (!amp_str_eq_c(have, want)) fail_msg("have \"%.*s\", want \"%s\"", AMP_ARG(have), want);
}

static struct amp_parsed parse_rss(const char *endpoint, const char *item)
{
	static char body[4096];
	int n = snprintf(body, sizeof body,
	                 "<rss version=\"2.0\" xmlns:ht=\"https://trends.google.com/trending/rss\"><channel>%s</channel></rss>",
	                 item);
	assert_true(n > 0 && (size_t)n < sizeof body);
	return parse("news", endpoint, NULL, body);
}

static void test_click_links(void **state)
{
	static const struct {
		const char *link, *id, *target;
	} cases[] = {
		{"http://www.bing.com/news/apiclick.aspx?tid=1&amp;url=https%3a%2F%2fa.example%2f%c3%a9%3Fx%3d1%26y%3d2&amp;c=3",
	         "https://a.example/\xC3\xA9?x=1&y=2", "https://a.example/\xC3\xA9?x=1&y=2"},
		{"http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2f100%25%zz%2", "https://a.example/100%%zz%2",
	         "https://a.example/100%%zz%2"},
		/* what is no address of the web, or no text, is not taken for the story */
		{"http://www.bing.com/news/apiclick.aspx?url=javascript%3aalert(1)",
	         "http://www.bing.com/news/apiclick.aspx?url=javascript%3aalert(1)", NULL},
		{"http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2f%ff",
	         "http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2f%ff", NULL},
		{"http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2f%00",
	         "http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2f%00", NULL},
		{"https://other.example/apiclick.aspx?url=https%3a%2f%2fa.example",
	         "https://other.example/apiclick.aspx?url=https%3a%2f%2fa.example", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char item[512];
		(void)snprintf(item, sizeof item, "<item><title>T</title><link>%s</link></item>", cases[i].link);
		struct amp_parsed out = parse_rss("bing/search", item);
		assert_int_equal(out.n_items, 1);
		expect(out.items[0].item_id, cases[i].id);
		assert_int_equal(out.items[0].n_links, cases[i].target ? 1 : 0);
		if (cases[i].target) expect(out.items[0].links[0].url, cases[i].target);
	}
}

static void test_publisher(void **state)
{
	static const struct {
		const char *title, *source, *shown;
	} cases[] = {{"A - B - C", "C", "A - B"}, {"A - B - C", "B - C", "A"}, {"A - B", "A - B", "A - B"},
	             {" - B", "B", "- B"},        {"A-B", "B", "A-B"},         {"A - B", "", "A - B"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char item[256];
		(void)snprintf(item, sizeof item,
		               "<item><guid>1</guid><title>%s</title><source url=\"https://s.example\">%s</source></item>",
		               cases[i].title, cases[i].source);
		struct amp_parsed out = parse_rss("google/search", item);
		expect(out.items[0].title, cases[i].shown);
		expect(out.items[0].author_id, "https://s.example");
	}
}

static void test_traffic(void **state)
{
	static const struct {
		const char *sent;
		int64_t score;
	} cases[] = {{"200,000+", 200000}, {"20K+", 20000},   {"1M+", 1000000}, {"500", 500},
	             {"many", AMP_ABSENT}, {"+", AMP_ABSENT}, {"", AMP_ABSENT}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char item[256];
		(void)snprintf(item, sizeof item, "<item><title>mot</title><ht:approx_traffic>%s</ht:approx_traffic></item>",
		               cases[i].sent);
		struct amp_parsed out = parse_rss("google/trends", item);
		assert_int_equal(out.n_items, 1);
		if (out.items[0].score != cases[i].score) fail_msg("%s: %lld", cases[i].sent, (long long)out.items[0].score);
		expect(out.items[0].item_id, "mot");
	}
}

/* Each story keeps its own words, in whatever order they stand; one without address is no link. */
static void test_stories(void **state)
{
	(void)state;
	struct amp_parsed out = parse_rss(
		"google/trends",
		"<item><title>mot</title><ht:news_item><ht:news_item_url>https://a.example/</ht:news_item_url>"
		"<ht:news_item_title>A &amp;#39; a</ht:news_item_title></ht:news_item>"
		"<ht:news_item><ht:news_item_title>Sans</ht:news_item_title></ht:news_item>"
		"<ht:news_item><ht:news_item_snippet>s</ht:news_item_snippet>"
		"<ht:news_item_url>https://b.example/</ht:news_item_url></ht:news_item></item><item><title>x</title></item>");
	assert_int_equal(out.n_items, 2);
	assert_int_equal(out.items[0].n_links, 2);
	expect(out.items[0].links[0].title, "A ' a");
	expect(out.items[0].links[1].url, "https://b.example/");
	expect(out.items[0].links[1].title, NULL);
	expect(out.items[0].links[1].description, "s");
	assert_int_equal(out.items[1].n_links, 0);
	assert_non_null(out.items[1].links);
}

/* The words of one platform's hooks are no words of feeds in general. */
static void test_other_feeds_are_untouched(void **state)
{
	(void)state;
	struct amp_parsed out = parse("feeds", NULL, NULL,
	                              "<rss version=\"2.0\"><channel><item><title>mot</title><ht:approx_traffic xmlns:ht=\"x\">500+"
	                              "</ht:approx_traffic></item></channel></rss>");
	assert_int_equal(out.n_items, 1);
	assert_int_equal(out.items[0].score, AMP_ABSENT);
	expect(out.items[0].title, "mot");
}

#define ASIN(n) "B0000000" n /* ten letters and digits, as they all are */
#define CARD(n) "<div id='gridItemRoot'><div data-asin='" ASIN(n) "'><a role='link' href='/dp/" ASIN(n) "'>T-" n "</a></div></div>"
#define LIST(inside) "<div class='p13n-desktop-grid' data-client-recs-list='[" inside "]'>"
#define PLACE(n) "{\"id\":\"" ASIN(n) "\",\"metadataMap\":{\"render.zg.rank\":\"1\"}}"

static void test_places(void **state)
{
	(void)state;
	/* a card that the list forgets is still shown; one that is listed twice has its card once */
	struct amp_parsed out = parse("charts", "amazon/bestsellers", "https://www.amazon.fr/gp/bestsellers/x",
	                              "<html><title>x</title>" LIST(PLACE("B2") "," PLACE("B1") "," PLACE("B2") ",5") CARD("B1")
	                                      CARD("B3") CARD("B2") "</div></html>");
	assert_int_equal(out.n_items, 5);
	expect(out.items[0].item_id, ASIN("B2"));
	expect(out.items[0].title, "T-B2");
	expect(out.items[1].item_id, ASIN("B1"));
	expect(out.items[2].item_id, ASIN("B2"));
	expect(out.items[2].title, NULL);
	assert_false(out.items[3].has_content);
	expect(out.items[4].item_id, ASIN("B3"));
	/* without places in a list, the cards as they stand */
	out = parse(
		"charts", "amazon/bestsellers", NULL,
		"<html><link rel=canonical href='https://www.amazon.de/zgbs'><div data-client-recs-list='[{\"id\":\"AD\"}]'></div>" CARD(
			"B9") CARD("B8") "</html>");
	assert_int_equal(out.n_items, 2);
	expect(out.items[0].url, "https://www.amazon.de/dp/" ASIN("B9"));
	expect(out.items[1].title, "T-B8");
	/* no address anywhere */
	out = parse("charts", "amazon/bestsellers", NULL, "<html>" CARD("B7") "</html>");
	expect(out.items[0].url, NULL);
	/* another page of the store */
	assert_int_equal(parse("charts", "amazon/bestsellers", NULL, "<html><title>Panier</title><p>Vide</p></html>").verdict,
	                 AMP_VERDICT_DRIFT);
}

static void test_lists_of_one(void **state)
{
	(void)state;
	struct amp_parsed out = parse(
		"charts", NULL, NULL,
		"{\"feed\":{\"id\":{\"label\":\"https://itunes.apple.com/fr/rss/topalbums/limit=1/json\"},\"entry\":{\"id\":{\"label\":"
		"\"https://music.example/fr/album/7?uo=2\"},\"im:image\":{\"label\":\"https://i.example/1.png\"},\"category\":[{\"attributes\":"
		"{\"label\":\"Rock\"}},{\"attributes\":{}}],\"im:artist\":{\"label\":\"A\",\"attributes\":{\"href\":"
		"\"https://music.example/fr/artist/id-x/id12?l=id34\"}}}}}");
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	assert_int_equal(out.n_items, 1);
	expect(out.items[0].item_id, "https://music.example/fr/album/7?uo=2");
	expect(out.items[0].url, "https://music.example/fr/album/7?uo=2");
	expect(out.items[0].author_id, "12");
	assert_int_equal(out.items[0].n_media, 1);
	assert_int_equal(out.items[0].media[0].height, AMP_ABSENT);
	assert_int_equal(out.items[0].n_labels, 1);
}

static void test_largest_artwork(void **state)
{
	(void)state;
	struct amp_parsed out = parse("charts", "apple/charts", NULL,
	                              "{\"feed\":{\"results\":[{\"id\":\"1\",\"artworkUrl600\":\"https://i.example/600\","
	                              "\"artworkUrl100\":\"https://i.example/100\",\"artworkUrl\":\"https://i.example/0\"}]}}");
	assert_int_equal(out.items[0].n_media, 1);
	expect(out.items[0].media[0].url, "https://i.example/600");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_click_links, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_publisher, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_traffic, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_stories, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_other_feeds_are_untouched, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_lists_of_one, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_largest_artwork, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

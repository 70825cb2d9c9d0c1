/* Recorded answers (../shared, not part of this repository): every well-formed document gives all its items. Counts are those of
 * SOURCES.md, of truth.json and INDEX.json of the real Bluesky network. Skipped by name where ../shared is absent.
 */
#include "arena_fixture.h"
#include <jansson.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/utf8.h"
#include "parse/adapter.h"

/* What the items column counts otherwise than in posts. */
static const struct {
	const char *file;
	size_t items;
	enum amp_verdict verdict;
} not_a_list[] = {{"innertube_browse_FEtrending_400.json", 0, AMP_VERDICT_FAILED}, /* an error */
                  {"firebase_updates.json", 61, AMP_VERDICT_OK},                   /* 29 items, 32 profiles */
                  {"comments_confidence_2.json", 3, AMP_VERDICT_OK},               /* the post itself, two comments */
                  {"error_401.json", 0, AMP_VERDICT_BLOCKED},                      /* counted as one document */
                  {"error_404.json", 0, AMP_VERDICT_DRIFT},
                  {"graphql_raw_trends.json", 6, AMP_VERDICT_OK},       /* counted in posts: five trends, an unknown frame */
                  {"graphql_raw_user_tweets.json", 21, AMP_VERDICT_OK}, /* 22 entries, with cursors and accounts */
                  {"status_context_3.json", 3, AMP_VERDICT_OK},         /* one document, three posts */
                  {"trends_statuses_empty.json", 0, AMP_VERDICT_EMPTY},
                  {"channel_info_fragment.html", 0, AMP_VERDICT_DRIFT},             /* pieces of a head, counted as one document */
                  {"channel_landing_page_no_messages.html", 0, AMP_VERDICT_DRIFT}}; /* texts of messages without the messages */

static struct amp_buf shared_file(const char *name)
{
	struct amp_buf path, b;
	struct stat st;
	struct amp_err err = {0};
	const char *shared = getenv("AMP_SHARED");
	if (!shared || stat(shared, &st) != 0) {
		print_message("skipped: ../shared is absent\n");
		skip();
	}
	amp_buf_init(&path, 4096);
	amp_buf_init(&b, (size_t)64 << 20);
	(void)amp_buf_printf(&path, "%s/payloads/%s", shared, name);
	if (amp_io_read_file(path.p, &b, &err) != 0) fail_msg("%s", err.text);
	amp_buf_free(&path);
	return b;
}

static struct amp_parsed parse_file(const char *platform, const char *folder, const char *file, int status)
{
	char name[512];
	struct amp_parsed out;
	struct amp_err err = {0};
	(void)snprintf(name, sizeof name, "%s/%s", folder, file);
	struct amp_buf b = shared_file(name);
	struct amp_page page = {.body = amp_buf_str(&b), .captured_at = AMP_TIME_NONE, .status = status};
	if (amp_parse_pages(amp_adapter_find(platform), NULL, &page, 1, 0, 0, 0, arena, &out, &err) != 0)
		fail_msg("%s: %s", name, err.text);
	amp_buf_free(&b);
	return out;
}

static struct amp_str cell(struct amp_str *row)
{
	return amp_str_trim(amp_str_cut(row, '|'));
}

static size_t check_section(const char *platform)
{
	struct amp_buf sources = shared_file("SOURCES.md");
	struct amp_str rest = amp_buf_str(&sources);
	size_t seen = 0;
	bool inside = false;
	while (rest.p) {
		struct amp_str line = amp_str_cut(&rest, '\n');
		if (amp_str_starts(line, "## ")) {
			struct amp_str title = {line.p + 3, line.n - 3};
			inside = amp_str_eq_c(amp_str_cut(&title, ' '), platform);
		}
		if (!inside || !amp_str_starts(line, "| ")) continue;
		(void)cell(&line);
		struct amp_str file = cell(&line), count = cell(&line);
		int64_t items;
		bool page = amp_str_ends(file, ".html") &&
		            strcmp(platform, "telegram") == 0; /* other platforms' pages: each by itself */
		bool answer = page || amp_str_ends(file, ".json") || amp_str_ends(file, ".xml");
		if (!answer || !amp_str_i64(count, &items)) continue;
		char name[256];
		(void)snprintf(name, sizeof name, "%.*s", AMP_ARG(file));
		enum amp_verdict verdict = AMP_VERDICT_OK;
		for (size_t i = 0; i < sizeof not_a_list / sizeof *not_a_list; i++) {
			if (strcmp(not_a_list[i].file, name) != 0) continue;
			items = (int64_t)not_a_list[i].items;
			verdict = not_a_list[i].verdict;
		}
		struct amp_parsed out = parse_file(platform, platform, name, 0);
		if (out.n_items != (size_t)items || out.verdict != verdict)
			fail_msg("%s/%s: %zu items of %lld, %s %.*s", platform, name, out.n_items, (long long)items,
			         amp_verdict_name(out.verdict), AMP_ARG(out.reason));
		for (size_t i = 0; i < out.n_items; i++) {
			bool frame = strcmp(name, "graphql_raw_trends.json") == 0 && i == 0; /* of a kind not known */
			if (!frame && (!out.items[i].has_content || !out.items[i].item_id.n))
				fail_msg("%s/%s: item %zu has no id", platform, name, i);
			if (!amp_utf8_valid(out.items[i].text.p ? out.items[i].text.p : "", out.items[i].text.n))
				fail_msg("%s: item %zu is not UTF-8", name, i);
		}
		seen++;
	}
	amp_buf_free(&sources);
	return seen;
}

static void test_bluesky(void **state)
{
	(void)state;
	assert_int_equal(check_section("bluesky"), 10);
}

static void test_mastodon(void **state)
{
	(void)state;
	assert_int_equal(check_section("mastodon"), 20);
}

/* Read as what they are, and as feeds like any other. */
static void test_news(void **state)
{
	static const char *const files[] = {"bing_news_search_handmade.xml", "google_news_search_first46.xml"};
	(void)state;
	assert_int_equal(check_section("news"), 2);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct amp_parsed out = parse_file("feeds", "news", files[i], 0);
		assert_int_equal(out.verdict, AMP_VERDICT_OK);
		assert_int_equal(out.n_items, i == 0 ? 2 : 46);
	}
}

static void test_reddit(void **state)
{
	(void)state;
	assert_int_equal(check_section("reddit"), 4);
	assert_int_equal(parse_file("reddit", "feeds", "feedrs_atom_mediarss_reddit_1.xml", 0).n_items, 25);
	assert_int_equal(parse_file("reddit", "feeds", "feedrs_rss_2.0_reddit.xml", 0).n_items, 1);
}

/* Found without an address: what all posts have alike, and what a feed says of itself. */
static void test_reddit_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *folder, *file, *endpoint;
	} cases[] = {{"reddit", "r_askreddit_hot_102.json", "hot"},
	             {"reddit", "r_askreddit_new_100.json", "new"},
	             {"reddit", "front_best_100.json", "front/best"},
	             {"reddit", "comments_confidence_2.json", "comments"},
	             {"feeds", "feedrs_atom_mediarss_reddit_1.xml", "rss/new"},
	             {"feeds", "feedrs_rss_2.0_reddit.xml", "rss/search:new"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(parse_file("reddit", cases[i].folder, cases[i].file, 0).endpoint->name, cases[i].endpoint);
}

static void test_peertube(void **state)
{
	(void)state;
	assert_int_equal(check_section("peertube"), 7);
}

static void test_lemmy(void **state)
{
	(void)state;
	assert_int_equal(check_section("lemmy"), 2);
}

static void test_tiktok(void **state)
{
	(void)state;
	assert_int_equal(check_section("tiktok"), 2);
	struct amp_parsed video = parse_file("tiktok", "tiktok", "video_dom_SIGI.html", 200);
	assert_int_equal(video.n_items, 1);
	assert_string_equal(video.endpoint->name, "page/video");
	assert_true(video.items[0].text.n > 0 && video.items[0].views > 0 && video.items[0].author_id.n > 0);
	struct amp_parsed javascript = parse_file("tiktok", "tiktok", "foryou_dom_SIGI.html", 200);
	assert_int_equal(javascript.verdict, AMP_VERDICT_FAILED);
	assert_true(amp_str_starts(javascript.reason, "SIGI_STATE is written as JavaScript"));
}

/* Pages of 2014; SOURCES.md counts their "More" as a row. And the same site's list as a feed. */
static void test_hackernews(void **state)
{
	(void)state;
	static const struct {
		const char *file, *endpoint;
		size_t items;
	} cases[] = {{"html_index.html", "html/news", 30},     {"html_newest.html", "html/newest", 30},
	             {"algolia_search_3.json", "search", 3},   {"firebase_maxitem.json", "maxitem", 1},
	             {"firebase_user_jl.json", "user", 1},     {"firebase_updates.json", "updates", 61},
	             {"firebase_item_2921983.json", "item", 1}};
	assert_int_equal(check_section("hackernews"), 11);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_parsed out = parse_file("hackernews", "hackernews", cases[i].file, 0);
		assert_string_equal(out.endpoint->name, cases[i].endpoint);
		assert_int_equal(out.n_items, cases[i].items);
	}
	assert_int_equal(parse_file("feeds", "hackernews", "hnrss_frontpage.xml", 0).n_items, 20);
}

/* What each is, by its content alone: reposts stand for their originals, a search of the site was of the newest. */
static void test_x(void **state)
{
	(void)state;
	static const struct {
		const char *file, *endpoint;
		size_t reposts, quotes, media, links;
	} cases[] = {{"graphql_raw_search.json", "graphql/SearchTimeline:Latest", 0, 5, 28, 0},
	             {"graphql_raw_user_tweets.json", "graphql/UserTweets", 16, 12, 3, 9},
	             {"graphql_raw_trends.json", "graphql/GenericTimelineById", 0, 0, 0, 0},
	             {"syndication_tweet-result.json", "tweet-result", 0, 0, 0, 0},
	             {"v2_search_recent_10.json", "tweets/search/recent", 0, 0, 0, 0}};
	assert_int_equal(check_section("x"), 7);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_parsed out = parse_file("x", "x", cases[i].file, 0);
		size_t reposts = 0, quotes = 0, media = 0, links = 0;
		for (size_t k = 0; k < out.n_items; k++) {
			reposts += out.items[k].is_repost;
			quotes += out.items[k].is_quote && out.items[k].quote_text.n;
			media += out.items[k].n_media;
			links += out.items[k].n_links;
		}
		assert_string_equal(out.endpoint->name, cases[i].endpoint);
		assert_int_equal(reposts, cases[i].reposts);
		assert_int_equal(quotes, cases[i].quotes);
		assert_int_equal(media, cases[i].media);
		assert_int_equal(links, cases[i].links);
	}
}

static void test_telegram(void **state)
{
	(void)state;
	assert_int_equal(check_section("telegram"), 22);
}

static json_t *shared_json(const char *name)
{
	struct amp_buf b = shared_file(name);
	json_t *j = json_loadb(b.p, b.n, 0, NULL);
	amp_buf_free(&b);
	assert_non_null(j);
	return j;
}

/* Without an address and a status: what it is, and how many. The counts that SOURCES.md leaves open are those of the videos
 * in the lists of the documents. */
static void test_youtube(void **state)
{
	(void)state;
	static const struct {
		const char *folder, *file, *endpoint;
		size_t items;
	} cases[] = {{"youtube", "charts_trending_music.json", "innertube/browse:charts", 30},
	             {"youtube", "dataapi_playlistItems_p1.json", "v3/playlistItems", 10},
	             {"youtube", "dataapi_search_p1.json", "v3/search:relevance", 25},
	             {"youtube", "dataapi_videos_mostPopular_p1.json", "v3/videos:mostPopular", 5},
	             {"youtube", "feeds_videos_xml_kurzgesagt.xml", "feeds/videos.xml", 15},
	             {"youtube", "innertube_browse_channel_videos_p1.json", "innertube/browse:videos", 30},
	             {"youtube", "innertube_browse_channel_videos_p2.json", "innertube/browse:videos", 30},
	             {"youtube", "innertube_browse_gaming_trending.json", "innertube/browse:topic", 50},
	             {"youtube", "innertube_next_mrbeast.json", "innertube/next", 20},
	             {"youtube", "innertube_next_related.json", "innertube/next", 20},
	             {"youtube", "results_page_html_ytInitialData.html", "html/results", 0}, /* "No results found" */
	             {"invidious", "api_v1_videos_recommendedVideos_20.json", "invidious/videos", 20},
	             {"youtube-dom", "home_fb55a30a7582.html", "html/home", 24},     /* 18 videos, an ad, five mixes */
	             {"youtube-dom", "search_e786a491e7fa.html", "html/results", 9}, /* eight videos and a channel */
	             {"youtube-dom", "video_fb7fd18cda9d.html", "html/watch", 20}};
	assert_int_equal(check_section("youtube"), 7);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_parsed out = parse_file("youtube", cases[i].folder, cases[i].file, 0);
		assert_non_null(out.endpoint);
		assert_string_equal(out.endpoint->name, cases[i].endpoint);
		if (out.n_items != cases[i].items || out.verdict != (out.n_items ? AMP_VERDICT_OK : AMP_VERDICT_EMPTY))
			fail_msg("%s: %zu items, %.*s", cases[i].file, out.n_items, AMP_ARG(out.reason));
		for (size_t k = 0; k < out.n_items; k++) {
			const struct amp_item *item = &out.items[k];
			bool video = item->kind == AMP_VIDEO && !item->is_ad;
			if (video && (!item->item_id.n || !item->url.n || !item->title.n || !item->author_name.n) &&
			    strcmp(cases[i].file, "innertube_browse_channel_videos_p2.json") != 0) /* has no authors */
				fail_msg("%s: item %zu", cases[i].file, k);
		}
	}
}

/* Pages saved in a browser: whatever the original parser found is found, in its order, and named alike. */
static void check_saved(const char *name, const char *list)
{
	char file[128];
	(void)snprintf(file, sizeof file, "youtube-dom/%s.expected.json", name);
	json_t *told = shared_json(file), *video;
	(void)snprintf(file, sizeof file, "%s.html", name);
	struct amp_parsed out = parse_file("youtube", "youtube-dom", file, 0);
	size_t i, at = 0, n_views = 0;
	json_array_foreach(json_object_get(told, list), i, video)
	{
		const char *id = json_string_value(json_object_get(video, "videoId"));
		json_t *views = json_object_get(video, json_object_get(video, "views") ? "views" : "recommendedViews");
		while (at < out.n_items && !amp_str_eq_c(out.items[at].item_id, id)) at++;
		if (at == out.n_items) fail_msg("%s: %s is not found, or not in its place", name, id);
		const struct amp_item *item = &out.items[at];
		if (json_is_integer(views) && json_integer_value(views) > 0) { /* "no views" in German is not read */
			assert_int_equal(item->views, json_integer_value(views));
			n_views++;
		}
		assert_true(item->title.n > 0 && item->author_name.n > 0);
	}
	assert_true(i >= 8 && n_views >= 7);
	json_decref(told);
}

static void test_youtube_saved(void **state)
{
	(void)state;
	check_saved("home_fb55a30a7582", "selected");
	check_saved("search_e786a491e7fa", "results");
	check_saved("video_fb7fd18cda9d", "related");
}

/* --- the real network --- */

/* INDEX.json notes "30 items", "25 posts, …" or the error of each recorded call. */
static void test_real_counts(void **state)
{
	(void)state;
	json_t *index = shared_json("real/bluesky/INDEX.json"), *call;
	size_t i, counted = 0, refused = 0;
	json_array_foreach(index, i, call)
	{
		const char *file = json_string_value(json_object_get(call, "file")),
			   *note = json_string_value(json_object_get(call, "note"));
		const char *url = json_string_value(json_object_get(call, "url"));
		int status = (int)json_integer_value(json_object_get(call, "status"));
		if (!file || !note || !url || !strstr(url, "app.bsky.feed.")) continue;
		struct amp_parsed out = parse_file("bluesky", "real/bluesky", file, status);
		char *rest = NULL;
		unsigned long n = strtoul(note, &rest, 10);
		if (status >= 400) {
			enum amp_verdict want = status == 401 || status == 403 || status == 429 || strstr(note, "InvalidToken")
			                                ? AMP_VERDICT_BLOCKED
			                        : status >= 500 ? AMP_VERDICT_FAILED
			                                        : AMP_VERDICT_DRIFT;
			if (out.verdict != want || out.n_items) fail_msg("%s: %s", file, amp_verdict_name(out.verdict));
			refused++;
		} else if (rest != note && (strncmp(rest, " items", 6) == 0 || strncmp(rest, " posts", 6) == 0)) {
			if (out.n_items != n || out.verdict != (n ? AMP_VERDICT_OK : AMP_VERDICT_EMPTY))
				fail_msg("%s: %zu items, %s", file, out.n_items, note);
			counted++;
		}
	}
	json_decref(index);
	assert_true(counted > 15);
	assert_true(refused > 5);
}

/* The order, the texts and the likes that were seeded are what comes out. */
static void test_real_truth(void **state)
{
	(void)state;
	static const char *const feeds[] = {"chrono", "top-likes", "boosted", "for-you"};
	json_t *truth = shared_json("real/bluesky/truth.json");
	json_t *posts = json_object_get(truth, "posts");
	for (size_t f = 0; f < sizeof feeds / sizeof *feeds; f++) {
		char file[64];
		(void)snprintf(file, sizeof file, "getFeed_%s.json", feeds[f]);
		struct amp_parsed out = parse_file("bluesky", "real/bluesky", file, 200);
		json_t *order = json_object_get(json_object_get(json_object_get(truth, "feeds"), feeds[f]), "order");
		assert_int_equal(out.verdict, AMP_VERDICT_OK);
		for (size_t i = 0; i < out.n_items; i++) {
			const char *key = json_string_value(json_array_get(order, i));
			json_t *post = NULL, *each;
			size_t k;
			if (json_is_object(posts)) post = json_object_get(posts, key);
			if (json_is_array(posts)) {
				json_array_foreach(posts, k, each)
				{
					const char *id = json_string_value(json_object_get(each, "id"));
					if (!id) id = json_string_value(json_object_get(each, "key"));
					if (id && strcmp(id, key) == 0) post = each;
				}
			}
			assert_non_null(post);
			const char *uri = json_string_value(json_object_get(post, "uri"));
			if (!uri || !amp_str_eq_c(out.items[i].item_id, uri))
				fail_msg("%s: rank %zu is %.*s, not %s", feeds[f], i, AMP_ARG(out.items[i].item_id),
				         uri ? uri : key);
			const char *text = json_string_value(json_object_get(post, "text"));
			if (text && !amp_str_eq_c(out.items[i].text, text)) fail_msg("%s: rank %zu has another text", feeds[f], i);
			json_t *likes = json_object_get(post, "likes");
			if (json_is_integer(likes)) assert_int_equal(out.items[i].likes, json_integer_value(likes));
		}
		assert_true(out.n_items >= 30);
	}
	json_decref(truth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_bluesky, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_mastodon, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_news, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_reddit, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_reddit_recognised, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_peertube, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_lemmy, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_tiktok, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_hackernews, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_x, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_telegram, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_youtube, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_youtube_saved, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_real_counts, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_real_truth, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

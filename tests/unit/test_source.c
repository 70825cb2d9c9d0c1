/* Sources of one's own: what reading with them gives. */
#include "source_test.h"

static void json_is_read(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_parsed out;
	const struct amp_source *s = load(a, json_file);
	read_page(
		s,
		amp_str_c(
			"{\"data\":{\"posts\":[{\"id\":7,\"body\":\"<p>Un</p><p>deux &amp; trois</p>\",\"ts\":1772359200,\"tags\":[{\"name\":\"a\"},"
			"{\"name\":\"b\"}],\"files\":[{\"src\":\"/i.png\",\"alt\":\"image\"},{\"alt\":\"none\"}],\"cards\":{\"to\":\"https://x.example/\"},"
			"\"sticky\":1},{\"id\":\"8\",\"ts\":\"soon\",\"sticky\":false},3]},\"meta\":{\"cursor\":\"next one\"}}"),
		a, &out);
	assert_int_equal(out.n_items, 3);
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	const struct amp_item *first = &out.items[0];
	is(first->item_id, "7");
	is(first->text, "Un\n\ndeux & trois");
	assert_true(first->is_pinned && first->organic_rank == AMP_ABSENT && first->created_at == INT64_C(1772359200000));
	assert_int_equal(first->n_labels, 2);
	is(first->labels[1].value, "b");
	assert_int_equal(first->n_media, 1);
	is(first->media[0].url, "https://forum.example/i.png");
	is(first->links[0].url, "https://x.example/");
	assert_null(out.items[1].text.p);
	assert_true(out.items[1].created_at == AMP_TIME_NONE && out.items[1].invalid != 0 && !out.items[1].is_pinned);
	assert_false(out.items[2].has_content);
	assert_int_equal(out.next.kind, AMP_NEXT_CURSOR);
	is(out.next.value, "next one");
	/* the other endpoint is told by its list */
	read_page(s, AMP_STR("[{\"id\":1,\"by\":[{\"name\":\"Anne\"}]},{\"id\":2,\"by\":[],\"nick\":\"bob\"}]"), a, &out);
	assert_string_equal(out.endpoint->name, "new");
	is(out.items[0].author_name, "Anne");
	is(out.items[1].author_name, "bob");
	assert_true(out.next.kind == AMP_NEXT_FORWARD && out.next.offset == 2);
	assert_null(out.items[0].media);
	read_page(s, AMP_STR("{\"data\":{\"posts\":{}}}"), a, &out);
	assert_int_equal(out.verdict, AMP_VERDICT_DRIFT);
	amp_arena_free(a);
}

/* A page of a known address. */
static void read_page_at(const struct amp_source *s, const char *url, const char *body, struct amp_arena *a, struct amp_parsed *out)
{
	struct amp_err err = {0};
	const struct amp_page page = {.body = amp_str_c(body), .url = amp_str_c(url), .captured_at = AMP_TIME_NONE};
	if (amp_parse_pages(&s->adapter, NULL, &page, 1, 0, 0, 0, a, out, &err) != 0) fail_msg("%s", err.text);
}

/* The number of the page in hand is told by the address, whichever way brackets are written there. */
static void page_numbers_are_found(void **state)
{
	(void)state;
	static const char *const asked[] = {"page%5Bnumber%5D=3", "page%5bnumber%5d=3", "page[number]=3"};
	int line, column;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_parsed out;
	const struct amp_source *s = NULL;
	write_case(json_file, "{\"rule\": \"offset\", \"param\": \"from\"}", "{\"rule\": \"page\", \"param\": \"page[number]\"}",
	           &line, &column);
	assert_int_equal(amp_source_read(&s, path, a, NULL, NULL, NULL), 0);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *url = amp_arena_printf(a, "https://forum.example/api/new?%s&x=1", asked[i]);
		read_page_at(s, url, "[{\"id\":1}]", a, &out);
		assert_int_equal(out.next.kind, AMP_NEXT_OFFSET);
		assert_int_equal(out.next.offset, 4);
	}
	amp_arena_free(a);
}

#define ADDRESSES_FILE(document, list, id, to, src)                                                                             \
	"{\"source\": \"somewhere\", \"title\": \"t\", \"document\": \"" document                                               \
	"\", \"status\": {\"date\": \"2026-11-22\"}, \"endpoints\": {\"list\": {"                                               \
	"\"ranking\": \"algorithmic\", \"path\": \"/list\", \"list\": \"" list "\", \"fields\": {\"item_id\": {\"path\": \"" id \
	"\", \"as\": \"url\", "                                                                                                 \
	"\"required\": true}, \"url\": {\"path\": \"" to "\"}}, \"media\": {\"path\": \"" src "\", \"url\": \"" to "\"}}}}"

/* An address that nothing makes whole names nothing beyond its own page: told, and left null. */
static void relative_addresses_are_not_kept(void **state)
{
	(void)state;
	static const struct {
		const char *file, *body;
	} kinds[] = {
		{ADDRESSES_FILE("json", "$", "id", "to", "$"),
	         "[{\"id\":\"/t/1\",\"to\":\"/t/1/one\"},{\"id\":\"https://x.example/t/2\",\"to\":\"//x.example/t/2/two\"},"
	         "{\"id\":\"urn:t:3\",\"to\":\"https://x.example/3\"}]"},
		{ADDRESSES_FILE("html", "//p", "@id", "@title", "."),
	         "<html><body><p id='/t/1' title='/t/1/one'></p><p id='https://x.example/t/2' title='//x.example/t/2/two'></p>"
	         "<p id='urn:t:3' title='https://x.example/3'></p></body></html>"},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct amp_arena *a = amp_arena_new(0);
		struct amp_parsed out;
		const struct amp_source *s = load(a, kinds[i].file);
		read_page(s, amp_str_c(kinds[i].body), a, &out);
		assert_int_equal(out.n_items, 3);
		assert_int_equal(out.verdict, AMP_VERDICT_OK);
		assert_null(out.items[0].item_id.p);
		assert_false(out.items[0].has_content);
		is(out.items[1].item_id, "https://x.example/t/2");
		assert_null(out.items[1].url.p);
		assert_int_equal(out.items[1].n_media, 0);
		is(out.items[2].item_id, "urn:t:3");
		is(out.items[2].url, "https://x.example/3");
		is(out.items[2].media[0].url, "https://x.example/3");
		size_t told = 0;
		for (size_t k = 0; k < out.n_diagnostics; k++) {
			const struct amp_diagnostic *d = &out.diagnostics[k];
			told += strcmp(d->code, "invalid_value") == 0 &&
			        amp_str_find(d->detail, AMP_STR("relative address")) != NULL;
		}
		assert_int_equal(told, 3); /* item_id and url of the first, url of the second */
		read_page_at(s, "https://y.example/list", kinds[i].body, a, &out);
		is(out.items[0].item_id, "https://y.example/t/1");
		is(out.items[0].url, "https://y.example/t/1/one");
		is(out.items[1].url, "https://x.example/t/2/two");
		is(out.items[1].media[0].url, "https://x.example/t/2/two");
		amp_arena_free(a);
	}
}

#define ARTICLES                                                                                                                  \
	"<article id='a1'><h2><a href='/a/1'>Un &amp; deux</a></h2><p>Bonjour <b>x</b></p><b>12</b><ul><li>x</li><li>y</li></ul>" \
	"<img src='1.png' alt='un'/></article><article id='a2' class='ad'><h2>Deux</h2></article>"

static void xpath_is_read(void **state)
{
	(void)state;
	static const char *const pages[] = {
		"<!DOCTYPE html><html><body><main>" ARTICLES "</main><a rel=next href='?p=2'>l&eacute;gal</a></body></html>",
		"<?xml version='1.0' encoding='UTF-8'?><main>" ARTICLES "<a rel='next' href='?p=2'/></main>"};
	for (int i = 0; i < 2; i++) {
		struct amp_arena *a = amp_arena_new(0);
		struct amp_parsed out;
		const struct amp_source *s = load(a, i == 0 ? html_file : xml_file);
		read_page(s, amp_str_c(pages[i]), a, &out);
		assert_int_equal(out.verdict, AMP_VERDICT_OK);
		assert_int_equal(out.n_items, 2);
		is(out.items[0].item_id, "a1");
		is(out.items[0].title, "Un & deux");
		is(out.items[0].text, "Bonjour x");
		is(out.items[0].url, "https://site.example/a/1");
		assert_true(out.items[0].likes == 12 && out.items[0].n_labels == 2 && out.items[0].n_media == 1);
		is(out.items[0].media[0].url, "https://site.example/1.png");
		assert_true(out.items[1].is_ad && out.items[1].likes == AMP_ABSENT && out.items[1].n_labels == 0 &&
		            out.items[1].labels);
		/* offsets are places in the body */
		for (size_t k = 0; k < 2; k++) assert_memory_equal(pages[i] + out.items[k].byte_offset, "<article", 8);
		assert_int_equal(out.next.kind, AMP_NEXT_URL);
		is(out.next.value, "https://site.example/list?p=2");
		read_page(s, amp_str_c(i == 0 ? "<html><main></main></html>" : "<main/>"), a, &out);
		assert_int_equal(out.verdict, AMP_VERDICT_EMPTY);
		read_page(s, amp_str_c(i == 0 ? "<html><main><p>other</main></html>" : "<main><p/></main>"), a, &out);
		assert_int_equal(out.verdict, AMP_VERDICT_DRIFT);
		amp_arena_free(a);
	}
}

/* What the mender takes out of the way of libxml2 comes back: long sections, long escaped markup. */
static void long_texts_are_read(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_parsed out;
	const struct amp_source *s = load(a, xml_file);
	char words[6001], *page;
	for (size_t i = 0; i + 1 < sizeof words; i++) words[i] = "été "[i % 6];
	words[6000] = '\0';
	page = amp_arena_printf(a,
	                        "<main><?amp-text 0?><article id='x'><h2><![CDATA[%s]]></h2><p>&lt;b&gt;%s&lt;/b&gt;</p></article>"
	                        "<article id='y'><h2>%s</h2></article></main>",
	                        words, words, words);
	read_page(s, amp_str_c(page), a, &out);
	assert_int_equal(out.n_items, 2);
	assert_int_equal(out.items[0].title.n, 5999);
	assert_int_equal(out.items[0].text.n, 5999);
	assert_int_equal(out.items[1].title.n, 5999);
	assert_memory_equal(page + out.items[1].byte_offset, "<article id='y'", 15);
	amp_arena_free(a);
}

/* A page of n times a text between a head and a tail. */
/* The text that is locked gives the same source again; a name that the program learns later is no mistake there. */
static void a_locked_source_is_the_same(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	const struct amp_source *s = load(a, json_file), *again = NULL;
	struct amp_err err = {0};
	const char *text = amp_arena_printf(a, "{\"sources\":{\"forum-example\":%s}}", s->text);
	assert_int_equal(amp_source_locked(&again, amp_str_c(text), "forum-example", a, &err), 0);
	assert_string_equal(again->text, s->text);
	assert_string_equal(again->adapter.version, s->adapter.version);
	assert_null(strstr(s->text, "$schema"));
	assert_int_equal(amp_source_locked(&again, amp_str_c(text), "other", a, &err), AMP_ENOTFOUND);
	text = "{\"sources\":{\"bluesky\":{\"source\":\"bluesky\",\"title\":\"t\",\"document\":\"json\",\"status\":{\"date\":\"2026-01-01\"},"
	       "\"endpoints\":{\"x\":{\"ranking\":\"unranked\",\"path\":\"/\",\"list\":\"l\",\"fields\":{\"item_id\":{\"path\":\"i\",\"required\":true}}}}}}}";
	assert_int_equal(amp_source_locked(&again, amp_str_c(text), "bluesky", a, &err), 0);
	assert_string_equal(again->adapter.title, "t");
	amp_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_read),
		cmocka_unit_test(page_numbers_are_found),
		cmocka_unit_test(relative_addresses_are_not_kept),
		cmocka_unit_test(xpath_is_read),
		cmocka_unit_test(long_texts_are_read),
		cmocka_unit_test(a_locked_source_is_the_same),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

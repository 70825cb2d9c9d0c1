/* test_platform_feeds.c: RSS, Atom and JSON Feed: the recorded feeds give all their items, what feeds do wrong is read as a reader
 * would read it, and no document, whole, cut or hostile, gives a verdict that does not fit.
 */
#include "arena_fixture.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "parse/adapter.h"

static struct amp_parsed parse(struct amp_str body)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page page = {.body = body, .captured_at = AMP_TIME_NONE};
	amp_arena_reset(arena);
	assert_int_equal(amp_parse_pages(amp_adapter_find("feeds"), NULL, &page, 1, 0, 0, 0, arena, &out, &err), 0);
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

#define RSS(inside) "<rss version=\"2.0\"><channel>" inside "</channel></rss>"

/* One item whose description is as given: the text that comes out. */
static void expect_text(const char *description, const char *want)
{
	char body[1024];
	int n = snprintf(body, sizeof body, RSS("<item><guid>1</guid><description>%s</description></item>"), description);
	assert_true(n > 0 && (size_t)n < sizeof body);
	struct amp_parsed out = parse(amp_str_c(body));
	assert_int_equal(out.n_items, 1);
	expect(out.items[0].text, want);
}

static void test_texts(void **state)
{
	static const struct {
		const char *sent, *read;
	} cases[] = {
		{"l&eacute;gal", "l\xC3\xA9gal"}, /* libxml2 alone: "lgal" */
		{"AT&T et R & D", "AT&T et R & D"},
		{"<![CDATA[<p>Un</p><p>Deux</p>]]>", "Un\n\nDeux"},
		{"&lt;p&gt;Un &amp;amp; deux&lt;/p&gt;", "Un & deux"},
		{"&amp;lt;p&amp;gt;Deux fois&amp;lt;/p&amp;gt;", "Deux fois"},
		{"The &amp;lt;b&amp;gt; tag", "The <b> tag"},
		{"<p>Nu <b>et</b> cru</p>", "Nu et cru"},
		{"Un<br>deux", "Un\ndeux"},
		{"a < b et 3 <5", "a < b et 3 <5"},
		{"fin ]]> de rien", "fin ]]> de rien"},
		{"l&#146;heure", "l\xE2\x80\x99heure"},
		{"&inconnue; reste", "&inconnue; reste"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) expect_text(cases[i].sent, cases[i].read);
}

/* Half an item is not what was shown; a whole one is kept wherever the cut is. */
static void test_every_cut(void **state)
{
	static const char whole[] = "<?xml version='1.0'?>\n" RSS(
		"<title>T</title><item><title>Un</title><guid>1</guid></item>"
		"<item><title>Deux &amp; plus</title><guid>2</guid><description><![CDATA[<p>x</p>]]></description></item>");
	(void)state;
	size_t first = (size_t)(strstr(whole, "</item>") - whole) + 7,
	       second = (size_t)(strstr(whole + first, "</item>") - whole) + 7;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		struct amp_parsed out = parse((struct amp_str){whole, n});
		assert_int_equal(out.n_items, n < first ? 0 : n < second ? 1 : 2);
		assert_int_equal(out.verdict, n < first ? AMP_VERDICT_FAILED : AMP_VERDICT_PARTIAL);
		assert_true(out.reason.n > 0);
	}
	assert_int_equal(parse((struct amp_str){whole, sizeof whole - 1}).verdict, AMP_VERDICT_OK);
}

static void test_offsets(void **state)
{
	static const char body[] = "\xEF\xBB\xBF \n<?xml version='1.0'?>" RSS(
		"<item><title>&eacute;&nbsp;&</title></item><item><title>b</title></item>");
	(void)state;
	struct amp_parsed out = parse(AMP_STR(body));
	assert_int_equal(out.n_items, 2);
	const char *first = strstr(body, "<item>");
	assert_int_equal(out.items[0].byte_offset, first - body);
	assert_int_equal(out.items[1].byte_offset, strstr(first + 1, "<item>") - body);
}

static void test_deep(void **state)
{
	struct amp_buf b;
	(void)state;
	amp_buf_init(&b, (size_t)16 << 20);
	amp_buf_addc(&b, "<rss version='2.0'><channel><item><title>Avant</title><guid>1</guid></item><item><description>");
	for (int i = 0; i < 100000; i++) amp_buf_addc(&b, "<a>");
	struct amp_parsed out = parse(amp_buf_str(&b));
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.n_items, 1);
	expect(out.items[0].title, "Avant");
	assert_true(amp_str_starts(out.reason, "the XML document is nested deeper than 256"));
	amp_buf_free(&b);
}

static void test_no_entity_is_expanded(void **state)
{
	struct amp_buf b;
	(void)state;
	amp_buf_init(&b, 1 << 20);
	amp_buf_addc(&b, "<!DOCTYPE rss [<!ENTITY a \"0123456789\">");
	for (char c = 'b'; c < 'm'; c++) {
		amp_buf_printf(&b, "<!ENTITY %c \"", c);
		for (int i = 0; i < 10; i++) amp_buf_printf(&b, "&%c;", c - 1);
		amp_buf_addc(&b, "\">");
	}
	amp_buf_addc(&b, "<!ENTITY x SYSTEM \"file:///etc/hostname\">]>" RSS("<item><title>&l; &x;</title><guid>1</guid></item>"));
	struct amp_parsed out = parse(amp_buf_str(&b));
	assert_int_equal(out.n_items, 1);
	expect(out.items[0].title, "&l; &x;");
	assert_true(amp_arena_used(arena) < (size_t)4 << 20);
	amp_buf_free(&b);
}

/* Each allocation fails once: an error or a verdict, never a crash; the sanitizers watch for leaks. */
static void test_memory(void **state)
{
	static const char body[] = RSS("<item><title>Un &eacute;</title><guid>1</guid><description>x<br>y</description></item>");
	(void)state;
	struct amp_page page = {.body = AMP_STR(body), .captured_at = AMP_TIME_NONE};
	for (uint64_t nth = 1; nth < 400; nth++) {
		struct amp_parsed out;
		struct amp_err err = {0};
		struct amp_arena *own = amp_arena_new(0);
		assert_non_null(own);
		amp_mem_fail_at(nth);
		int rc = amp_parse_pages(amp_adapter_find("feeds"), NULL, &page, 1, 0, 0, 0, own, &out, &err);
		amp_mem_fail_at(0);
		if (rc == 0)
			assert_true(out.verdict == AMP_VERDICT_OK || out.reason.n > 0);
		else
			assert_true(err.text[0] != '\0');
		amp_arena_free(own);
	}
}

/* --- the recorded feeds --- */

static const char *shared(void)
{
	static char path[4096];
	const char *dir = getenv("AMP_SHARED");
	struct amp_buf b;
	struct amp_err err;
	snprintf(path, sizeof path, "%s/payloads/SOURCES.md", dir ? dir : "");
	amp_buf_init(&b, (size_t)4 << 20);
	int rc = dir ? amp_io_read_file(path, &b, &err) : -1;
	amp_buf_free(&b);
	snprintf(path, sizeof path, "%s/payloads", dir ? dir : "");
	if (rc == 0) return path;
	print_message("skipped: ../shared is absent\n");
	return NULL;
}

static struct amp_parsed parse_file(const char *dir, const char *folder, struct amp_str name)
{
	char path[4096];
	struct amp_buf b;
	struct amp_err err = {0};
	snprintf(path, sizeof path, "%s/%s/%.*s", dir, folder, AMP_ARG(name));
	amp_buf_init(&b, (size_t)16 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) fail_msg("%s", err.text);
	struct amp_parsed out = parse(amp_buf_str(&b));
	amp_buf_free(&b);
	return out;
}

/* "| file | items | …" rows of SOURCES.md below "## folder" */
static size_t walk(const char *dir, struct amp_str sources, const char *folder)
{
	bool here = false;
	size_t n = 0;
	while (sources.p) {
		struct amp_str line = amp_str_cut(&sources, '\n');
		if (amp_str_starts(line, "## "))
			here = amp_str_starts((struct amp_str){line.p + 3, line.n - 3}, folder) &&
			       line.p[3 + strlen(folder)] == ' ';
		if (!here || !amp_str_starts(line, "| ") || amp_str_starts(line, "| file")) continue;
		struct amp_str rest = {line.p + 1, line.n - 1}, name = amp_str_trim(amp_str_cut(&rest, '|')),
			       items = amp_str_trim(amp_str_cut(&rest, '|'));
		int64_t want = 0;
		struct amp_parsed out = parse_file(dir, folder, name);
		n++;
		if (!amp_str_i64(items, &want)) { /* "-": a malformed one */
			assert_true(out.verdict > AMP_VERDICT_EMPTY && out.reason.n > 0);
			continue;
		}
		if ((int64_t)out.n_items != want)
			fail_msg("%.*s: %zu items, %lld expected", AMP_ARG(name), out.n_items, (long long)want);
		if (want > 0 && out.verdict != AMP_VERDICT_OK)
			fail_msg("%.*s: %s: %.*s", AMP_ARG(name), amp_verdict_name(out.verdict), AMP_ARG(out.reason));
		if (want == 0 && out.verdict == AMP_VERDICT_OK) fail_msg("%.*s: ok without items", AMP_ARG(name));
		if (out.verdict > AMP_VERDICT_EMPTY) assert_true(out.reason.n > 0);
		for (size_t i = 0; i < out.n_items; i++) assert_true(out.items[i].rank == (int64_t)i && out.items[i].item_id.n > 0);
	}
	return n;
}

static void test_recorded_counts(void **state)
{
	struct amp_buf b;
	struct amp_err err = {0};
	char path[4200];
	(void)state;
	const char *dir = shared();
	if (!dir) skip();
	snprintf(path, sizeof path, "%s/SOURCES.md", dir);
	amp_buf_init(&b, (size_t)4 << 20);
	assert_int_equal(amp_io_read_file(path, &b, &err), 0);
	assert_int_equal(walk(dir, amp_buf_str(&b), "feeds"), 62);
	assert_int_equal(walk(dir, amp_buf_str(&b), "feeds-micro"), 57);
	amp_buf_free(&b);
}

/* Fields of the documents that were made to show one feature each. */
static void test_recorded_fields(void **state)
{
	static const struct {
		const char *file;
		const char *id, *url, *title, *text, *author_id, *author, *raw_date; /* NULL: not looked at */
	} cases[] = {
		{"gofeed_atom_atom03_feed_entry_summary_base64.xml", NULL, NULL, NULL, "Entry Summary", NULL, NULL, NULL},
		{"gofeed_atom_atom10_feed_entry_content_base64.xml", NULL, NULL, NULL, "Entry Content", NULL, NULL, NULL},
		{"gofeed_atom_atom03_feed_entry_summary_html_escaped_markup.xml", NULL, NULL, NULL, "Entry Summary", NULL, NULL,
	         NULL},
		{"gofeed_atom_atom03_feed_entry_id.xml", "http://example.org", NULL, NULL, NULL, NULL, NULL, NULL},
		{"gofeed_atom_entry_content_xml_base_inherit_3.xml", NULL, NULL, NULL, "Example test", NULL, NULL, NULL},
		{"gofeed_extensions_dublincore_item_fields.xml", "urn:uuid:1234", NULL, "Item Title", "An item description", NULL,
	         "John Smith", "2007-02-03T10:20:30Z"},
		{"gofeed_extensions_dublincore_item_multiple_values.xml", NULL, NULL, "Item Title", NULL, NULL, "Alice, Bob", NULL},
		{"gofeed_rss_rdf_item_description_naked_markup.xml", "http://example.org/entry/1", NULL, NULL, "Item Description",
	         NULL, NULL, NULL},
		{"gofeed_rss_rdf_item_links.xml", "http://example.org/entry/1", "http://example.org", NULL, NULL, NULL, NULL, NULL},
		{"gofeed_rss_rss_channel_item_guid_cdata_escaped_markup.xml", "&lt;p&gt;abc123&lt;/p&gt;", NULL, NULL, NULL, NULL,
	         NULL, NULL},
		{"gofeed_rss_rss_channel_item_link.xml", "http://example.org", "http://example.org", NULL, NULL, NULL, NULL, NULL},
		{"gofeed_translator_feed_item_author_email_-_atom10_feed_entry_author_email.xml", NULL, NULL, NULL, NULL,
	         "email@example.org", NULL, NULL},
		{"gofeed_translator_feed_item_description_-_rss_channel_item_description.xml", NULL, NULL, NULL, "Item Description",
	         NULL, NULL, NULL},
		{"gofeed_translator_feed_item_published_-_rss_channel_item_pubDate.xml", NULL, NULL, NULL, NULL, NULL, NULL,
	         "Thu, 01 Jan 2004 19:48:21 GMT"},
		{"gofeed_translator_feed_item_updated_-_atom03_feed_entry_modified.xml", NULL, NULL, NULL, NULL, NULL, NULL,
	         "Thu, 01 Jan 2004 19:48:21 GMT"},
	};
	(void)state;
	const char *dir = shared();
	if (!dir) skip();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_parsed out = parse_file(dir, "feeds-micro", amp_str_c(cases[i].file));
		assert_int_equal(out.n_items, 1);
		const struct amp_item *item = out.items;
		if (cases[i].id) expect(item->item_id, cases[i].id);
		if (cases[i].url) expect(item->url, cases[i].url);
		if (cases[i].title) expect(item->title, cases[i].title);
		if (cases[i].text) expect(item->text, cases[i].text);
		if (cases[i].author_id) expect(item->author_id, cases[i].author_id);
		if (cases[i].author) expect(item->author_name, cases[i].author);
		if (cases[i].raw_date) {
			expect(item->created_at_raw, cases[i].raw_date);
			assert_true(item->created_at != AMP_TIME_NONE);
		}
	}
	struct amp_parsed out = parse_file(
		dir, "feeds-micro", AMP_STR("gofeed_translator_feed_item_enclosure_-_atom10_feed_entry_link_rel_enclosure.xml"));
	assert_int_equal(out.items[0].n_media, 1);
	expect(out.items[0].media[0].url, "http://example.org/podcast.mp3");
	expect(out.items[0].media[0].kind, "audio");
	out = parse_file(dir, "feeds-micro", AMP_STR("gofeed_atom_entry_content_xml_base_inherit_3.xml"));
	assert_int_equal(out.items[0].n_links, 1);
	expect(out.items[0].links[0].url, "http://example.com/test/test.html");
}

static void repeat(struct amp_buf *b, const char *text, int n)
{
	for (int i = 0; i < n; i++) amp_buf_addc(b, text);
}

/* What is written again and again costs its own size, not its square: both would ask for more than the arena has. */
static void test_repeats(void **state)
{
	(void)state;
	struct amp_buf b;
	amp_buf_init(&b, (size_t)64 << 20);
	amp_buf_addc(&b,
	             "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"authors\":[{\"name\":\"a\"}");
	repeat(&b, ",{\"name\":\"a\"}", 30000);
	amp_buf_addc(&b, "]}]}");
	struct amp_parsed out = parse(amp_buf_str(&b));
	assert_int_equal(out.n_items, 1);
	assert_true(out.items[0].author_name.n < 3000);
	amp_buf_free(&b);
	amp_buf_addc(&b, "<rss version=\"2.0\"><channel><item><guid>1</guid><description>");
	repeat(&b, "<b", 200);
	amp_buf_addc(&b, ">");
	repeat(&b, "a long text ", 200000); /* "&nbsp;" keeps it where it is, at the end of it */
	amp_buf_addc(&b, "&nbsp;</b></description></item></channel></rss>");
	out = parse(amp_buf_str(&b));
	assert_int_equal(out.n_items, 1);
	amp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_no_entity_is_expanded),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_recorded_counts),
		cmocka_unit_test(test_recorded_fields),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

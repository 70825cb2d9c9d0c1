/* Sources of one's own: every mistake in a file with its place; hostile pages through XPath; what reading gives. Each case changes one
 * thing in a good file; the mark ¤ in the new text is where the mistake must be told (it is taken out before the file is written).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "persona/study.h"
#include "source/source.h"

#define MARK "\xC2\xA4"
#define JSON_FILE                                                                                                                                             \
	"{\"source\": \"forum-example\", \"title\": {\"fr\": \"Forum\", \"en\": \"Forum\"},\n"                                                                \
	" \"host\": \"https://forum.example\", \"document\": \"json\",\n"                                                                                     \
	" \"status\": {\"fr\": \"public\", \"en\": \"public\", \"date\": \"2026-11-22\"},\n"                                                                  \
	" \"endpoints\": {\n"                                                                                                                                 \
	"  \"hot\": {\"ranking\": \"algorithmic\", \"auth\": \"none\", \"path\": \"/api/hot/{section}\", \"kind\": \"post\",\n"                               \
	"   \"params\": {\"section\": {\"in\": \"path\"}, \"lang\": {\"values\": [\"fr\", \"en\"]}},\n"                                                       \
	"   \"list\": \"data.posts\",\n"                                                                                                                      \
	"   \"paging\": {\"rule\": \"cursor\", \"param\": \"after\", \"next\": \"meta.cursor\", \"limit_param\": \"n\", \"limit\": 10, \"limit_max\": 50},\n" \
	"   \"fields\": {\"item_id\": {\"path\": \"id\", \"required\": true}, \"text\": {\"path\": \"body\", \"as\": \"html\"},\n"                            \
	"    \"created_at\": {\"path\": \"ts\", \"as\": \"time_epoch\"}, \"labels\": {\"path\": \"tags\", \"each\": \"name\"}},\n"                            \
	"   \"media\": {\"path\": \"files\", \"url\": \"src\", \"alt\": \"alt\"}, \"links\": {\"path\": \"cards\", \"url\": \"to\"},\n"                       \
	"   \"flags\": {\"is_pinned\": \"sticky\"}},\n"                                                                                                       \
	"  \"new\": {\"ranking\": \"chronological\", \"path\": \"/api/new\", \"list\": \"$\",\n"                                                              \
	"   \"paging\": {\"rule\": \"offset\", \"param\": \"from\"},\n"                                                                                       \
	"   \"fields\": {\"item_id\": {\"path\": \"id\", \"required\": true}, \"author_name\": {\"path\": \"by.0.name\", \"fallback\": \"nick\"}}}},\n"       \
	" \"pairs\": [{\"ranked\": \"hot\", \"chronological\": \"new\", \"pool\": \"alternative\", \"reason\": \"same forum\", \"date\": \"2026-11-22\"}]}\n"
#define XPATH_FILE(document, more)                                                                                                                             \
	"{\"source\": \"site-example\", \"title\": \"Site\", \"host\": \"https://site.example\", \"document\": \"" document                                    \
	"\",\n"                                                                                                                                                \
	" " more "\"status\": {\"en\": \"public\", \"date\": \"2026-11-22\"},\n"                                                                               \
	" \"endpoints\": {\"list\": {\"ranking\": \"algorithmic\", \"path\": \"/list\",\n"                                                                     \
	"  \"list\": \"//article\", \"empty\": \"//main[not(*)]\", \"paging\": {\"rule\": \"link\", \"next\": \"//a[@rel='next']/@href\"},\n"                  \
	"  \"fields\": {\"item_id\": {\"path\": \"@id\", \"required\": true}, \"title\": {\"path\": \"h2\"}, \"text\": {\"path\": \"p\", \"as\": \"html\"},\n" \
	"   \"labels\": {\"path\": \"ul/li\"}, \"likes\": {\"path\": \"b\"}, \"url\": {\"path\": \"h2/a/@href\"}},\n"                                          \
	"  \"media\": {\"path\": \"img\", \"url\": \"@src\", \"alt\": \"@alt\"}, \"flags\": {\"is_ad\": \"self::*[@class='ad']\"}}}}\n"
static const char json_file[] = JSON_FILE, html_file[] = XPATH_FILE("html", ""),
		  xml_file[] = XPATH_FILE("xml", "\"namespaces\": {\"m\": \"urn:m\"}, ");

struct one_case {
	const char *file, *from, *to, *path, *says;
};
static const struct one_case cases[] = {
	/* keys and types */
	{json_file, "\"pairs\"", MARK "\"pair\": [], \"pairs\"", "pair", "Did you mean “pairs”"},
	{json_file, "\"kind\": \"post\"", MARK "\"eval\": \"1+1\"", "endpoints.hot.eval", "Unknown key"},
	{json_file, "\"rule\": \"offset\"", MARK "\"hook\": \"x\", \"rule\": \"offset\"", "endpoints.new.paging.hook",
         "Unknown key"},
	{json_file, "\"limit\": 10", "\"limit\": " MARK "\"10\"", "endpoints.hot.paging.limit", "whole number"},
	{json_file, "\"required\": true}, \"text\"", "\"required\": " MARK "1}, \"text\"", "endpoints.hot.fields.item_id.required",
         "without quotes"},
	{json_file, "[\"fr\", \"en\"]", MARK "\"fr|en\"", "endpoints.hot.params.lang.values", "list in square brackets"},
	{json_file, "{\"path\": \"body\", \"as\": \"html\"}", MARK "\"body\"", "endpoints.hot.fields.text", "object in braces"},
	{json_file, "\"json\"", MARK "\"yaml\"", "document", "One of “json”, “xml”, “html”"},
	{json_file, "\"algorithmic\"", MARK "\"algoritmic\"", "endpoints.hot.ranking", "Did you mean “algorithmic”"},
	{json_file, "\"rule\": \"cursor\"", "\"rule\": " MARK "\"cursr\"", "endpoints.hot.paging.rule", "Did you mean “cursor”"},
	{json_file, "\"date\": \"2026-11-22\"},\n \"end", "\"date\": " MARK "\"22/11/2026\"},\n \"end", "status.date",
         "not a date"},
	{json_file, ", \"date\": \"2026-11-22\"},\n \"end", "},\n \"end", "status.date", "“date” is missing"},
	{json_file, "\"list\": \"$\",", "", "endpoints.new.list", "“list” is missing"},
	{json_file, "\"new\": {", MARK "\"hot\": {", "endpoints.hot", "stands twice"},
	{json_file, "\"lang\": {\"values\"", MARK "\"la ng\": {\"values\"", "endpoints.hot.params.la ng", "no name of a parameter"},
	/* names */
	{json_file, "\"forum-example\"", MARK "\"bluesky\"", "source", "is a platform of the program"},
	{json_file, "\"forum-example\"", MARK "\"Forum Example\"", "source", "short name"},
	{json_file, "\"https://forum.example\"", MARK "\"https://127.0.0.1:8000\"", "host", "private network"},
	{json_file, "\"https://forum.example\"", MARK "\"http://forum.example\"", "host", "https:// is expected"},
	{json_file, "\"https://forum.example\"", MARK "\"https://forum.example/api\"", "host", "the path comes from"},
	{json_file, "\"https://forum.example\"", MARK "\"https://me:pw@forum.example\"", "host", "without a user name"},
	{json_file, "\"text\": {\"path\": \"body\"", MARK "\"txet\": {\"path\": \"body\"", "endpoints.hot.fields.txet",
         "Did you mean “text”"},
	{json_file, "\"text\": {\"path\": \"body\"", MARK "\"media\": {\"path\": \"body\"", "endpoints.hot.fields.media",
         "key of its own"},
	{json_file, "\"text\": {\"path\": \"body\"", MARK "\"is_ad\": {\"path\": \"body\"", "endpoints.hot.fields.is_ad",
         "“flags”"},
	{json_file, "\"is_pinned\": \"sticky\"", MARK "\"is_pined\": \"sticky\"", "endpoints.hot.flags.is_pined",
         "Did you mean “is_pinned”"},
	{json_file, "\"item_id\": {\"path\": \"id\", \"required\": true}, \"text\"", "\"text\"", "endpoints.hot.fields.item_id",
         "“item_id” is missing"},
	{json_file, "{\"path\": \"id\", \"required\": true}, \"text\"", MARK "{\"path\": \"id\"}, \"text\"",
         "endpoints.hot.fields.item_id", "must say \"required\""},
	/* words that fit */
	{json_file, "\"as\": \"html\"", "\"as\": " MARK "\"htlm\"", "endpoints.hot.fields.text.as", "Did you mean “html”"},
	{json_file, "\"as\": \"html\"", "\"as\": " MARK "\"count\"", "endpoints.hot.fields.text.as",
         "cannot fill text; these can: “text”"},
	{json_file, "\"time_epoch\"", MARK "\"text\"", "endpoints.hot.fields.created_at.as", "these can: “time_iso”"},
	{json_file, "\"path\": \"ts\"", "\"path\": \"ts\", " MARK "\"prefix\": \"x\"", "endpoints.hot.fields.created_at.prefix",
         "goes in front of texts"},
	{json_file, "\"path\": \"body\"", "\"path\": \"body\", " MARK "\"each\": \"x\"", "endpoints.hot.fields.text.each",
         "for labels and langs"},
	/* requests */
	{json_file, "{section}", MARK "{part}", "endpoints.hot.path", "“part” is not declared"},
	{json_file, "/{section}\"", MARK "/{section\"", "endpoints.hot.path", NULL},
	{json_file, "/{section}", "", "endpoints.hot.params.section", "has no {section}"},
	{json_file, "\"/api/new\"", "\"/api/new" MARK "?sort=top\"", "endpoints.new.path", "“params”"},
	{json_file, "\"/api/new\"", MARK "\"https://other.example/new\"", "endpoints.new.path", "begins with one “/”"},
	{json_file, "\"section\": {\"in\": \"path\"}", "\"section\": {\"in\": \"path\"}, \"after\": {}",
         "endpoints.hot.paging.param", "set by the program"},
	{json_file, ", \"param\": \"from\"", "", "endpoints.new.paging.param", "needs “param”"},
	{json_file, ", \"next\": \"meta.cursor\"", "", "endpoints.hot.paging.next", "needs “next”"},
	{json_file, "\"rule\": \"offset\"", "\"rule\": \"offset\", " MARK "\"next\": \"x\"", "endpoints.new.paging.next",
         "means nothing"},
	{json_file, ", \"limit_max\": 50", "", "endpoints.hot.paging.limit_max", "“limit_max”"},
	{json_file, "\"limit\": 10", "\"limit\": " MARK "60", "endpoints.hot.paging.limit", "above “limit_max”"},
	{json_file, "\"lang\": {\"values\": [\"fr\", \"en\"]}", "\"Api_Key\": {" MARK "\"fixed\": \"abc\"}",
         "endpoints.hot.params.Api_Key.fixed", "published"},
	{json_file, "{\"values\": [\"fr\", \"en\"]}", "{\"fixed\": \"fr\", " MARK "\"values\": [\"fr\"]}",
         "endpoints.hot.params.lang.values", "not both"},
	{json_file, "\"chronological\": \"new\"", "\"chronological\": " MARK "\"nwe\"", "pairs[0].chronological",
         "Did you mean “new”"},
	{json_file, "\"ranked\": \"hot\"", "\"ranked\": " MARK "\"new\"", "pairs[0].ranked", "is not algorithmic"},
	/* JSON paths: no filter, wildcard, slice or script */
	{json_file, "\"data.posts\"", "\"" MARK "$.data.posts\"", "endpoints.hot.list", "without “$”"},
	{json_file, "\"data.posts\"", "\"data.posts" MARK "[*]\"", "endpoints.hot.list", "no filter, wildcard"},
	{json_file, "\"data.posts\"", "\"data." MARK "?(@.x>1)\"", "endpoints.hot.list", "no filter, wildcard"},
	{json_file, "\"path\": \"body\"", "\"path\": \"body.trim" MARK "()\"", "endpoints.hot.fields.text.path",
         "no filter, wildcard"},
	{json_file, "\"path\": \"body\"", "\"path\": \"a." MARK ".body\"", "endpoints.hot.fields.text.path", "a name between"},
	{json_file, "\"path\": \"body\"", "\"path\": \"body." MARK "\"", "endpoints.hot.fields.text.path", "a name between"},
	{json_file, "\"list\": \"$\"", "\"list\": \"$\", " MARK "\"empty\": \"x\"", "endpoints.new.empty", "is for XPath"},
	{json_file, "\"document\": \"json\"", "\"document\": \"json\", " MARK "\"namespaces\": {\"a\": \"urn:a\"}", "namespaces",
         "is for XML"},
	/* XPath: core functions, no variables, nodes only */
	{html_file, "\"//article\"", "\"//article[" MARK "@id=\"", "endpoints.list.list", NULL},
	{html_file, "\"//article\"", "\"//" MARK "[\"", "endpoints.list.list", "not XPath 1.0"},
	{html_file, "\"//article\"", "\"" MARK "document('file:///etc/passwd')//x\"", "endpoints.list.list",
         "no function “document”"},
	{html_file, "\"//article\"", "\"//article[" MARK "matches(@id, 'x')]\"", "endpoints.list.list", "no function “matches”"},
	{html_file, "\"//article\"", "\"//article[@id=" MARK "$x]\"", "endpoints.list.list", "no variables"},
	{html_file, "\"path\": \"h2\"", "\"path\": \"" MARK "concat('a', h2)\"", "endpoints.list.fields.title.path",
         "computes a value"},
	{html_file, "\"path\": \"h2\"", "\"path\": \"" MARK "count(h2)\"", "endpoints.list.fields.title.path", "computes a value"},
	{html_file, "\"path\": \"h2\"", "\"path\": \"" MARK "m:h2\"", "endpoints.list.fields.title.path", "“m” is not declared"},
	{xml_file, "\"path\": \"h2\"", "\"path\": \"m:h2/" MARK "n:x\"", "endpoints.list.fields.title.path", "“n” is not declared"},
	{xml_file, "\"path\": \"h2\"",
         "\"path\": \"m:"
         "h2[" MARK "m:run('x')]\"",
         "endpoints.list.fields.title.path", "Functions of other namespaces"},
	{html_file, "\"path\": \"ul/li\"", "\"path\": \"ul/li\", " MARK "\"each\": \"x\"", "endpoints.list.fields.labels.each",
         "for labels and langs"},
};

struct seen {
	int n;
	struct {
		int line, column;
		char path[200], text[512];
	} all[100];
};
static void note(void *user, const struct amp_mistake *m)
{
	struct seen *s = user;
	if (s->n >= 100) return;
	s->all[s->n].line = m->line;
	s->all[s->n].column = m->column;
	(void)snprintf(s->all[s->n].path, sizeof s->all[0].path, "%s", m->path);
	(void)snprintf(s->all[s->n++].text, sizeof s->all[0].text, "%s", m->text);
}

static char dir[] = "/tmp/amp-source-XXXXXX", path[sizeof dir + 16];

/* file with `from` replaced; where the mark stood. */
static void write_case(const char *file, const char *from, const char *to, int *line, int *column)
{
	const char *at = strstr(file, from);
	struct amp_buf b;
	if (at == NULL) fail_msg("not in the file: %s", from);
	amp_buf_init(&b, 1 << 16);
	(void)amp_buf_add(&b, file, (size_t)(at - file));
	(void)amp_buf_addc(&b, to);
	(void)amp_buf_addc(&b, at + strlen(from));
	const char *mark = strstr(b.p, MARK);
	*line = 0;
	if (mark != NULL) {
		*line = *column = 1;
		for (const char *p = b.p; p < mark; p++) {
			*column = *p == '\n' ? 1 : *column + (((unsigned char)*p & 0xC0) != 0x80);
			*line += *p == '\n';
		}
		memmove(b.p + (mark - b.p), mark + 2, b.n - (size_t)(mark - b.p) - 1);
		b.n -= 2;
	}
	assert_int_equal(amp_io_write_file(path, b.p, b.n, NULL), 0);
	amp_buf_free(&b);
}

static void check_case(const struct one_case *c)
{
	struct seen *seen = calloc(1, sizeof *seen);
	int line = 0, column = 0;
	write_case(c->file, c->from, c->to, &line, &column);
	assert_int_equal(amp_check_file(path, note, seen, NULL), AMP_EUSAGE);
	bool found = false;
	for (int i = 0; i < seen->n && !found; i++)
		found = strcmp(seen->all[i].path, c->path) == 0 &&
		        (c->says == NULL || strstr(seen->all[i].text, c->says) != NULL) &&
		        (line == 0 || c->says == NULL || (seen->all[i].line == line && seen->all[i].column == column));
	if (!found) {
		for (int i = 0; i < seen->n; i++)
			print_message("%d:%d: %s: %s\n", seen->all[i].line, seen->all[i].column, seen->all[i].path,
			              seen->all[i].text);
		fail_msg("expected %d:%d %s: %s (case: %s)", line, column, c->path, c->says ? c->says : "", c->to);
	}
	free(seen);
}

static void each_mistake_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_case(&cases[i]);
	assert_true(sizeof cases / sizeof *cases >= 40);
}

static const struct amp_source *load(struct amp_arena *a, const char *file)
{
	const struct amp_source *s = NULL;
	struct amp_err err = {0};
	assert_int_equal(amp_io_write_file(path, file, strlen(file), NULL), 0);
	if (amp_source_read(&s, path, a, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	return s;
}

static void read_page(const struct amp_source *s, struct amp_str body, struct amp_arena *a, struct amp_parsed *out)
{
	struct amp_err err = {0};
	const struct amp_page page = {.body = body, .captured_at = AMP_TIME_NONE};
	if (amp_parse_pages(&s->adapter, NULL, &page, 1, 0, 0, 0, a, out, &err) != 0) fail_msg("%s", err.text);
}

static void is(struct amp_str found, const char *expected)
{
	if (!amp_str_eq_c(found, expected)) fail_msg("found %.*s, expected %s", AMP_ARG(found), expected);
}

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
static struct amp_str many(struct amp_buf *b, const char *head, const char *text, size_t n, const char *tail)
{
	amp_buf_reset(b);
	(void)amp_buf_addc(b, head);
	for (size_t i = 0; i < n; i++) (void)amp_buf_addc(b, text);
	(void)amp_buf_addc(b, tail);
	return amp_buf_str(b);
}

static void hostile_pages_end(void **state)
{
	(void)state;
	static const struct {
		const char *name, *head, *text;
		size_t n;
		const char *tail;
	} pages[] = {
		{"deep", "<main>", "<div>", 200000, "<article id='x'><h2>t</h2></article>"},
		{"nested articles", "<main>", "<article id='x'>", 100000, ""},
		{"many", "<main>", "<article id='x'/><i/>", 300000, "</main>"},
		{"attributes", "<main><article id='x' ", "a=\"\" ", 200000, "></article></main>"},
		{"open quotes", "<main>", "<article id=\"x' ", 50000, ""},
		{"entities",
	         "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'ha ha ha '><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
	         "<!ENTITY d SYSTEM 'file:///etc/passwd'>]><main><article id='x'><h2>&c;&d;",
	         "&c;", 1000, "</h2></article></main>"},
	};
	struct amp_buf b;
	amp_buf_init(&b, (size_t)64 << 20);
	for (int f = 0; f < 2; f++) {
		for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
			struct amp_arena *a = amp_arena_new((size_t)1 << 30);
			struct amp_parsed out;
			const struct amp_source *s = load(a, f == 0 ? html_file : xml_file);
			read_page(s, many(&b, pages[i].head, pages[i].text, pages[i].n, pages[i].tail), a, &out);
			for (size_t k = 0; k < out.n_items; k++) {
				assert_null(amp_str_find(out.items[k].title, AMP_STR("root:")));
				assert_true(out.items[k].title.n < 100000);
			}
			/* what was not read whole never looks as if it had been */
			if (strcmp(pages[i].name, "many") == 0) assert_true(out.verdict >= AMP_VERDICT_PARTIAL && out.reason.n > 0);
			amp_arena_free(a);
		}
	}
	amp_buf_free(&b);
}

/* An expression that costs more than a page may: it ends, and says so. */
static void xpath_bombs_end(void **state)
{
	(void)state;
	struct amp_buf file, page;
	amp_buf_init(&file, 1 << 16);
	amp_buf_init(&page, 1 << 24);
	const char *at = strstr(html_file, "\"path\": \"h2\"");
	(void)amp_buf_add(&file, html_file, (size_t)(at - html_file));
	(void)amp_buf_addc(&file, "\"path\": \"//*[count(//*[count(//*) > 1]) > 1]\"");
	(void)amp_buf_addc(&file, at + strlen("\"path\": \"h2\""));
	struct amp_arena *a = amp_arena_new(0);
	struct amp_parsed out;
	const struct amp_source *s = load(a, amp_buf_str(&file).p);
	read_page(s, many(&page, "<main>", "<article id='x'><h2>t</h2></article>", 3000, "</main>"), a, &out);
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_non_null(amp_str_find(out.reason, AMP_STR("steps")));
	assert_true(out.n_items < 3000);
	amp_arena_free(a);
	amp_buf_free(&file);
	amp_buf_free(&page);
}

/* One long text that every entry reads again: its bytes are steps too. What the functions say stays what XPath 1.0 says. */
static void long_texts_are_charged(void **state)
{
	(void)state;
	static const struct {
		size_t text;
		const char *condition;
		bool ends;
	} charged[] = {
		{4 << 20, "contains(.., 'zzz')", true},
		{4 << 20, "string-length(..) = 1", true},
		{0, "contains(/, 'zzz')", true}, /* no text to speak of, but many nodes */
		{10,
	         "contains(.., 'yy') and starts-with(.., 'y') and string-length() = 1 and normalize-space(concat(., ' ', h2)) = 't t'",
	         false},
	};
	for (size_t i = 0; i < sizeof charged / sizeof *charged; i++) {
		struct amp_buf file, page, body;
		amp_buf_init(&file, 1 << 16);
		amp_buf_init(&page, 1 << 24);
		amp_buf_init(&body, 1 << 24);
		const char *at = strstr(html_file, "\"path\": \"h2\"");
		(void)amp_buf_add(&file, html_file, (size_t)(at - html_file));
		(void)amp_buf_printf(&file, "\"path\": \"self::*[%s]/h2\"", charged[i].condition);
		(void)amp_buf_addc(&file, at + strlen("\"path\": \"h2\""));
		(void)amp_buf_addc(&body, "<main>");
		for (size_t k = 0; k < charged[i].text; k++) (void)amp_buf_byte(&body, 'y');
		struct amp_arena *a = amp_arena_new(0);
		struct amp_parsed out;
		const struct amp_source *s = load(a, amp_buf_str(&file).p);
		const char *head = amp_arena_strndup(a, body.p, body.n);
		size_t n = charged[i].text == 0 ? 8000 : 300;
		assert_non_null(head);
		read_page(s, many(&page, head, "<article id='x'><h2>t</h2></article>", n, "</main>"), a, &out);
		if (charged[i].ends) {
			assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
			assert_non_null(amp_str_find(out.reason, AMP_STR("steps")));
			assert_true(out.n_items < n);
		} else {
			assert_int_equal(out.n_items, 300);
			assert_true(amp_str_eq_c(out.items[299].title, "t"));
		}
		amp_arena_free(a);
		amp_buf_free(&file);
		amp_buf_free(&page);
		amp_buf_free(&body);
	}
}

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

static int make_dir(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL) return -1;
	(void)snprintf(path, sizeof path, "%s/s.json", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_place),
		cmocka_unit_test(json_is_read),
		cmocka_unit_test(page_numbers_are_found),
		cmocka_unit_test(relative_addresses_are_not_kept),
		cmocka_unit_test(xpath_is_read),
		cmocka_unit_test(long_texts_are_read),
		cmocka_unit_test(hostile_pages_end),
		cmocka_unit_test(xpath_bombs_end),
		cmocka_unit_test(long_texts_are_charged),
		cmocka_unit_test(a_locked_source_is_the_same),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

/* Sources of one's own: every mistake in a file with its place. Each case changes one thing in a good file. */
#include "source_test.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_place),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

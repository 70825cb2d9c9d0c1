/* Quoted texts: only when asked for, and without a name. */
#include "report_fixture.h"

static void check_veil(const char *text, const char *expected)
{
	static const char *const names[] = {"Jeanne Dupont", "jdupont", "Ed",   "Élodie Çelik", "ΝΊΚΟΣ",
	                                    "Юлия",          "Straße",  "田中", "محمد"};
	struct amp_buf b;
	amp_buf_init(&b, 4000);
	amp_veil(&b, text, names, sizeof names / sizeof *names, false);
	assert_string_equal(b.p != NULL ? b.p : "", expected);
	amp_buf_free(&b);
}

static void test_quoted_texts_name_nobody(void **state)
{
	(void)state;
	check_veil("@jeanne, see https://example.org/a?b=c and www.example.fr.", "[account] see [link] and [link]");
	check_veil("JEANNE DUPONT and jdupont, not jduponts", "[name] and [name], not jduponts");
	check_veil("mail me: j.d@example.org or bsky.app/profile/x", "mail me: [account] or [link]");
	check_veil("call 06 12 34 56 78 now, it is 2026", "call [number] now, it is 2026");
	check_veil("\xEF\xBC\xA0you +33612345678", "[account] [number]");
	check_veil("Edward said: 3.5 % of them. All.", "Edward said: 3.5 % of them. All.");
	check_veil("", "");
	/* whatever the case, the accents and how they are written */
	check_veil("ÉLODIE ÇELIK, élodie çelik, Elodie Celik, E\xCC\x81lodie C\xCC\xA7"
	           "elik\xCC\x81.",
	           "[name], [name], [name], [name].");
	check_veil("νίκος et νικος, ЮЛИЯ, STRASSE, Юлиями", "[name] et [name], [name], [name], Юлиями");
	/* behind a quotation mark, a dash, an emoji; not amid a word, whose letters may be accented */
	check_veil("“Jeanne Dupont” «jdupont» —jdupont\xF0\x9F\x98\x80jdupont", "“[name]” «[name]» —[name]\xF0\x9F\x98\x80[name]");
	check_veil("éjdupont jduponté", "éjdupont jduponté");
	/* scripts that put no spaces, or glue what stands before a name to it */
	check_veil("今日田中さんと、ومحمد", "今日[name]さんと、و[name]");
	check_veil("\xFFjdupont\xFF caf\xC3", "\xFF[name]\xFF caf\xC3");
}

/* How many nodes of the page this path finds. */
static int found(struct world *w, const char *path)
{
	const char *html = content(w, w->html);
	xmlSetGenericErrorFunc(NULL, quiet);
	htmlDocPtr doc =
		htmlReadMemory(html, (int)w->b.n, NULL, "UTF-8", HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
	xmlXPathContextPtr xpath = xmlXPathNewContext(doc);
	xmlXPathObjectPtr set = xmlXPathEvalExpression((const xmlChar *)path, xpath);
	int n = set != NULL && set->nodesetval != NULL ? set->nodesetval->nodeNr : 0;
	xmlXPathFreeObject(set);
	xmlXPathFreeContext(xpath);
	xmlFreeDoc(doc);
	return n;
}

/* Each text stands in its page twice: blurred in what opens it, which the keyboard reaches, and plain behind it. */
static void check_closed(struct world *w, int n)
{
	static const char said[] = "contains(., 'made up by')";
	char path[200];
	assert_int_equal(found(w, "//details[not(@open)]/summary/span[@class='veil'][@hidden][@aria-hidden='true']"), n);
	assert_int_equal(found(w, "//details/blockquote"), n);
	(void)snprintf(path, sizeof path, "//details/summary/span[@class='veil'][%s]", said);
	assert_int_equal(found(w, path), n);
	(void)snprintf(path, sizeof path, "//details/blockquote[%s]", said);
	assert_int_equal(found(w, path), n);
	assert_int_equal(found(w, "//details/summary[@tabindex]"), 0); /* a summary is in the order of the keyboard as it is */
	assert_int_equal(found(w, "//section[@id='summary']//details"), 0);
	(void)snprintf(path, sizeof path, "//text()[%s][not(ancestor::details)]", said);
	assert_int_equal(found(w, path), 0);
}

/* Off by default; asked for: closed, after the summary, in the page alone; a text that is erased is not there. */
static void test_examples_only_when_asked_for(void **state)
{
	(void)state;
	/* as an erasure leaves them: the fixture may do what no command does */
	static const char rows[] =
		"INSERT INTO detection (item_version_id, detector_id, status, score, lang) SELECT id, (SELECT id FROM detector), 'ok', 0.9, 'fr' FROM item_version;"
		"DROP TRIGGER item_version_no_update;"
		"INSERT INTO author (id, key, platform, native_id) VALUES (99999, randomblob(16), 'bluesky', 'x');"
		"INSERT INTO author_name (author_id, handle, display_name) VALUES (99999, 'élodie.çelik', 'Élodie Çelik');"
		"WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 229) INSERT INTO author_name (author_id, handle, display_name) SELECT 99999, 'handle' || i, 'Name' || i FROM n;"
		"UPDATE item_version SET text = 'made up by @somebody <b> ÉLODIE.ÇELIK, elodie celik, ' || (SELECT group_concat(handle || ' ' || display_name, ', ') FROM author_name WHERE handle LIKE 'handle%') WHERE id % 2 = 0;"
		"UPDATE item_version SET erased_at = 1 WHERE id % 2 = 1;"
		"CREATE TRIGGER item_version_no_update BEFORE UPDATE ON item_version BEGIN SELECT RAISE(ABORT, 'evidence'); END;";
	for (int64_t n = 0; n <= 3; n += 3) {
		struct amp_err err = {0};
		struct world w;
		char *bad = NULL;
		sqlite3 *own = NULL;
		start(&w, "alternative");
		fill(&w, 6, true, 8, 3, 1, "ok");
		assert_int_equal(sqlite3_open(w.x.path, &own), SQLITE_OK);
		if (sqlite3_exec(own, rows, NULL, NULL, &bad) != SQLITE_OK) fail_msg("%s", bad);
		assert_int_equal(sqlite3_close(own), SQLITE_OK);
		w.formats = "html,md,tex,json";
		w.examples = n;
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		const char *html = content(&w, w.html);
		assert_int_equal(count(html, "<details>"), n);
		assert_int_equal(count(html, "made up by [account] &lt;b&gt;"), 2 * n);
		assert_null(strstr(html, "somebody"));
		assert_int_equal(count(html, "[name]"), 2 * 262 * n); /* however many there are in a text */
		assert_null(strstr(html, "handle1"));
		assert_null(strstr(html, "LODIE"));
		assert_null(strstr(html, "elodie"));
		assert_null(strstr(html, "Name2"));
		if (n > 0) assert_true(strstr(html, "<details>") > strstr(html, "id=\"tables\""));
		assert_null(strstr(html, "<details open"));
		check_closed(&w, (int)n);
		assert_null(strstr(content(&w, w.md), "made up by"));
		assert_true((strstr(w.b.p, "report.html alone") != NULL) == (n > 0));
		char path[500];
		(void)snprintf(path, sizeof path, "%s/report.tex", w.out);
		assert_null(strstr(content(&w, path), "made up by"));
		stop(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoted_texts_name_nobody),
		cmocka_unit_test(test_examples_only_when_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

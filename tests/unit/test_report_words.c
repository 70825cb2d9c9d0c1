/* What a report says: sentences to quote, limits, the declared measure, numbers and escapes. */
#include "report/cite.h"
#include "report_fixture.h"

/* What cannot be concluded of each pair is said of each, and what is missing besides is said after it. */
static void test_limits_of_many_pairs(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, NULL);
	for (int i = 0; i < 20; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "pair-%02d", i);
		int64_t ranked = i == 0 ? w.ranked : fx_feed(&w.x, name, "bluesky", "algorithmic");
		(void)fx_pair(&w.x, i == 0 ? "pair" : name, ranked, w.chronological, "alternative");
	}
	w.formats = "html,json,xlsx";
	fill(&w, 1, false, 1, 3, 1, "blocked");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	char path[500];
	(void)snprintf(path, sizeof path, "%s/report.json", w.out);
	const char *paths[] = {w.html, path};
	for (size_t i = 0; i < 2; i++) {
		const char *text = content(&w, paths[i]), *last = strstr(text, "pair-19");
		assert_int_equal(count(text, "every persona and round was left out"), 20);
		assert_non_null(last);
		assert_non_null(strstr(text, "The primary measure declared by the study"));
	}
	stop(&w);
}

/* A measure from lists as the primary one: said first, with its interval; its sides are no shares, and nothing is printed in their place. */
static void test_a_primary_measure_from_lists(void **state)
{
	(void)state;
	static const struct {
		const char *metric, *says;
	} cases[] = {{"rank_shift", "the measure “Rank shift” between the ranked feed"},
	             {"huszar_ratio", "the measure “Huszár ratio of visits” between the ranked feed"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[600];
		struct amp_err err = {0};
		struct world w;
		(void)snprintf(
			text, sizeof text,
			"{\"alpha\":\"0.05\",\"personas\":[{\"persona\":\"p0\"}],\"primary\":{\"detector\":\"marker\",\"metric\":\"%s\",\"pair\":\"pair\","
			"\"target\":\"any\"},\"schedule\":{\"max_skew_ms\":60000,\"time_block_ms\":86400000},\"study\":\"fixture\"}",
			cases[i].metric);
		start_with(&w, "identical", text);
		for (int64_t item = 1; item < 9000; item++)
			if (item % 100 < 60) fx_score(&w.x, item, item % 10 < 2 ? .9 : .1);
		fill(&w, 6, true, 8, 2, 2, "ok");
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		check_files(&w);
		const char *md = content(&w, w.md), *said = strstr(md, cases[i].says);
		if (said == NULL) fail_msg("%s is not said: %.3000s", cases[i].metric, md);
		assert_non_null(strstr(said, "Primary measure:"));
		assert_non_null(strstr(md, "(primary measure)"));
		if (report(&w, "fr", NULL, &err) != 0) fail_msg("%s", err.text);
		check_files(&w);
		assert_non_null(strstr(content(&w, w.md), "(mesure principale)"));
		stop(&w);
	}
}

/* A study may declare the ratio, or one target, as its primary measure: that is said first, and as the primary one; the lift of all
 * targets is not passed off as it. What no feed of the study uses of a persona is not said to have reached anybody, and what one
 * uses is. */
static void test_the_declared_primary_measure_is_said_first(void **state)
{
	(void)state;
	static const char text[] =
		"{\"alpha\":\"0.05\",\"feeds\":{\"for-you\":{\"platform\":\"bluesky\",\"source\":\"plain\",\"session\":\"never\"},\"=following\":{\"platform\":\"bluesky\","
		"\"source\":\"follows\",\"session\":\"never\"}},\"personas\":[{\"persona\":\"p0\",\"accept_language\":\"fr-FR\",\"region\":\"FR\",\"sessions\":[{\"platform\":\"bluesky\"}],"
		"\"interests\":[{\"topic\":\"t\",\"queries\":[\"a\",\"b\"]}],\"follows\":[{\"platform\":\"bluesky\",\"account\":\"a\"}]}],\"primary\":{\"detector\":\"marker\","
		"\"metric\":\"amplification_ratio\",\"pair\":\"pair\",\"target\":\"women\"},\"schedule\":{\"max_skew_ms\":60000,\"time_block_ms\":86400000},\"study\":\"fixture\"}";
	struct amp_err err = {0};
	struct world w;
	start_with(&w, "alternative", text);
	fill(&w, 6, true, 8, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	const char *html = content(&w, w.html);
	const char *primary = strstr(html, "(target: women), the measure “Amplification ratio” between"),
		   *label = strstr(html, "Primary measure:"), *lift = strstr(html, "percentage points");
	assert_non_null(primary);
	assert_non_null(label);
	assert_non_null(lift);
	assert_true(primary < label && label < lift);
	assert_non_null(strstr(lift, "Exploratory: the locked study did not declare this"));
	assert_null(strstr(label + 1, "Primary measure:")); /* only one is */
	assert_non_null(strstr(html, "not signed in; its own cookies; 1 account followed"));
	assert_non_null(strstr(html, "<span>region, searches, session</span>"));
	stop(&w);
}

/* Whoever quotes a sentence quotes where, when, who was shown what, who judged it, and beside what. */
static void test_sentences_stand_alone(void **state)
{
	(void)state;
	static const char *const parts[] = {"On Bluesky, from ", " 20", "automated visitors", "ranked feed “",
	                                    "chronological feed “"};
	for (int chronological = 1; chronological <= 3; chronological += 2) {
		struct amp_err err = {0};
		struct world w;
		size_t n = 0;
		start(&w, "alternative");
		fill(&w, 6, true, 8, 3, chronological, "ok");
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		const char *html = content(&w, w.html);
		for (const char *q = strstr(html, "<blockquote>"); q != NULL; q = strstr(q + 1, "<blockquote>"), n++) {
			char said[2000];
			const char *end = strstr(q, "</blockquote>");
			assert_non_null(end);
			(void)snprintf(said, sizeof said, "%.*s", (int)(end - q), q);
			for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
				if (strstr(said, parts[i]) == NULL) fail_msg("“%s” is not in: %s", parts[i], said);
			if (strchr(said, '%') != NULL) assert_non_null(strstr(said, "by an automatic detector"));
		}
		assert_int_equal(n, 3);
		stop(&w);
	}
}

/* Whichever sentence is quoted: beside it stand its pair, its entries, what was left out, its units and the noise floor. */
static void test_every_sentence_has_what_it_rests_on(void **state)
{
	(void)state;
	static const struct {
		const char *pool;
		int personas, rounds, chronological;
		const char *of;
	} cases[] = {{"alternative", 6, 8, 1, "Pair “pair”: "},
	             {"alternative", 6, 8, 3, "Pair “pair”: "},
	             {"alternative", 2, 2, 1, "Pair “pair”: "},
	             {NULL, 6, 8, 1, "Feed “"}};
	static const char *const parts[] = {" entries (0 not scored)", "left out: none", " clusters of personas, ", " time blocks",
	                                    "Noise floor: ",           " between twins"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_err err = {0};
		struct world w;
		size_t n = 0;
		start(&w, cases[i].pool);
		fill(&w, cases[i].personas, true, cases[i].rounds, 3, cases[i].chronological, "ok");
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		for (const char *q = strstr(content(&w, w.html), "</blockquote><p>"); q != NULL;
		     q = strstr(q + 1, "</blockquote><p>"), n++) {
			char beside[4000];
			const char *end = strstr(q, "</div>");
			assert_non_null(end);
			(void)snprintf(beside, sizeof beside, "%.*s", (int)(end - q), q);
			if (strstr(beside, cases[i].of) == NULL) fail_msg("case %zu: “%s” is not in: %s", i, cases[i].of, beside);
			for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
				if (strstr(beside, parts[k]) == NULL) fail_msg("case %zu: “%s” is not in: %s", i, parts[k], beside);
			/* the same for all: beside the first one */
			assert_int_equal(strstr(beside, "Detector marker 1, threshold: 0.5; its error: not measured") != NULL,
			                 n == 0);
		}
		assert_int_equal(n, cases[i].pool != NULL ? 3 : 2);
		stop(&w);
	}
}

/* After a blocked crawl the text counts what the table counts: what was used. And a measure without a figure is not called two things. */
static void test_what_was_used_is_what_is_counted(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "alternative");
	w.blocked_round = 2;
	fill(&w, 3, true, 4, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	const char *md = content(&w, w.md);
	assert_non_null(strstr(md, "Time blocks with usable figures: 3 (planned: 4)."));
	assert_non_null(strstr(md, "(3 clusters, 3 time blocks)"));
	assert_int_equal(count(md, "planned: 4"), 1);
	assert_int_equal(count(md, "twins not counted: 3 (planned: 3)"), 1);
	stop(&w);
	start(&w, "alternative");
	fill(&w, 3, true, 8, 3, 1, "blocked");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	md = content(&w, w.md);
	assert_non_null(strstr(md, "| Role in the locked plan | primary, without a figure |"));
	assert_non_null(strstr(md, "every figure that stands here is exploratory"));
	assert_null(strstr(md, "| primary |"));
	assert_null(strstr(md, "Primary measure:"));
	/* of the feed that was read, and that the sentence is about */
	assert_int_equal(count(md, "usable figures"), 1);
	assert_non_null(strstr(md, "- Feed “=following”. Personas with usable figures, twins not counted: 3 (planned: 3)"));
	stop(&w);
}

/* Where one group is the declared measure, it is not told again as an exploratory one. */
static void test_the_primary_target_is_not_exploratory(void **state)
{
	(void)state;
	static const char text[] =
		"{\"alpha\":\"0.05\",\"personas\":[{\"persona\":\"p0\"}],\"primary\":{\"detector\":\"marker\",\"metric\":\"additive_lift\",\"pair\":\"pair\","
		"\"target\":\"women\"},\"schedule\":{\"max_skew_ms\":60000,\"time_block_ms\":86400000},\"study\":\"fixture\"}";
	struct amp_err err = {0};
	struct world w;
	start_with(&w, "alternative", text);
	fill(&w, 6, true, 8, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	const char *html = content(&w, w.html), *primary = strstr(html, "Primary measure:"),
		   *tables = strstr(html, "id=\"tables\"");
	assert_non_null(primary);
	for (const char *q = strstr(primary, "aimed at women"); q != NULL && q < tables; q = strstr(q + 1, "aimed at women"))
		fail_msg("said again: %.300s", q);
	stop(&w);
}

/* 0, 1 and many in both languages; numbers with decimals too. */
static void test_counts_have_their_number(void **state)
{
	(void)state;
	struct amp_report r = {.w = {.arena = amp_arena_new(0)}};
	amp_i18n_init("en");
	assert_string_equal(n_tests(&r, 0), "0 tests");
	assert_string_equal(n_tests(&r, 1), "1 test");
	assert_string_equal(n_clusters_of_personas(&r, 1), "1 cluster of personas");
	assert_string_equal(n_verdicts(&r, 1), "1 human verdict");
	assert_string_equal(n_texts_judged(&r, 2), "2 texts that people judged");
	assert_string_equal(n_points(&r, 0.015), "percentage points");
	assert_string_equal(n_entries_presumed(&r, 1), "1.0 entries presumed hateful");
	assert_int_equal(n_form(&r, 1, 0), 1);
	r.w.french = true;
	amp_i18n_init("fr");
	assert_string_equal(n_tests(&r, 0), "0 test");
	assert_string_equal(n_tests(&r, 1), "1 test");
	assert_string_equal(n_tests(&r, 2), "2 tests");
	assert_string_equal(n_clusters_of_personas(&r, 0), "0 grappe de personas");
	assert_string_equal(n_texts_judged(&r, 1), "1 texte jugé par des personnes");
	assert_string_equal(n_points(&r, -0.0194), "point de pourcentage");
	assert_string_equal(n_points(&r, -0.0196), "points de pourcentage"); /* 2,0 */
	assert_string_equal(n_entries_presumed(&r, 1.94), "1,9 entrée présumée haineuse");
	assert_string_equal(n_entries_presumed(&r, 1.95), "2,0 entrées présumées haineuses");
	assert_string_equal(w_decimal(&r, "0.50"), "0,50");
	assert_string_equal(w_decimal(&r, "default"), "default");
	amp_i18n_init("en");
	assert_false(r.w.failed);
	amp_arena_free(r.w.arena);
}

/* The citation of this figure, or table; NULL: refused, and err says what there is. */
static const char *cited(struct world *w, const char *lang, const char *table, const char *figure, struct amp_err *err)
{
	amp_buf_free(&w->b);
	amp_buf_init(&w->b, 1 << 20);
	const struct amp_cite_options o = {.lang = lang, .table = table, .figure = figure, .program_version = "0.1.0"};
	*err = (struct amp_err){0};
	return amp_cite(&w->b, w->x.store, &o, err) == 0 ? w->b.p : NULL;
}

/* A citation names a figure as the report does, and only one that a report of this study can have. */
static void test_a_citation_names_what_there_is(void **state)
{
	(void)state;
	struct amp_err err;
	struct world w;
	start(&w, "alternative");
	fill(&w, 2, true, 2, 3, 1, "ok");
	const char *text = cited(&w, "en", NULL, "forest", &err);
	assert_non_null(text);
	assert_memory_equal(text, "Figure “Lift by persona and target”. ", strlen("Figure “Lift by persona and target”. "));
	assert_non_null(strstr(cited(&w, "fr", NULL, "forest", &err), "Graphique «\xC2\xA0"
	                                                              "Écart par persona et par cible\xC2\xA0»"));
	for (size_t i = 0; amp_charts[i] != NULL; i++) {
		text = cited(&w, "en", NULL, amp_charts[i]->name, &err);
		bool walks = strcmp(amp_charts[i]->name, "walks") == 0;
		assert_int_equal(text != NULL, !walks);
		if (walks) assert_null(strstr(err.text, ", walks"));
	}
	assert_null(cited(&w, "en", "walks", NULL, &err));
	assert_null(strstr(err.text, ", walks"));
	assert_null(cited(&w, "en", "truth", NULL, &err)); /* nothing here is simulated */
	assert_non_null(cited(&w, "en", "corrected", NULL, &err));
	stop(&w);
	start(&w, "different");
	simulate(&w);
	fill(&w, 2, false, 2, 3, 1, "ok");
	assert_null(cited(&w, "en", NULL, "forest", &err));
	assert_non_null(strstr(err.text, "its figures are time, ranks, first."));
	assert_non_null(cited(&w, "en", "truth", NULL, &err));
	stop(&w);
}

/* That nothing can be told, or could have been, is part of the quotation itself and not of what stands beside it. */
static void test_the_verdict_stands_inside_the_quotation(void **state)
{
	(void)state;
	static const struct {
		int personas, rounds;
		bool even;
		const char *says;
	} cases[] = {{6, 8, true, "This difference cannot be told from zero."},
	             {6, 8, false, NULL},
	             {2, 2, false, "this study could not have shown an effect"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_err err = {0};
		struct world w;
		char said[2000];
		start(&w, "alternative");
		w.even = cases[i].even;
		fill(&w, cases[i].personas, true, cases[i].rounds, 3, cases[i].even ? 3 : 1, "ok");
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		const char *q = strstr(content(&w, w.html), "<blockquote>"), *end = q != NULL ? strstr(q, "</blockquote>") : NULL;
		assert_non_null(end);
		(void)snprintf(said, sizeof said, "%.*s", (int)(end - q), q);
		for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
			if (cases[k].says != NULL && (strstr(said, cases[k].says) != NULL) != (i == k))
				fail_msg("case %zu: %s", i, said);
		stop(&w);
	}
}

static void test_every_text_has_both_languages(void **state)
{
	(void)state;
	for (int i = 0; i < P_COUNT; i++) assert_true(p_complete((enum amp_prose)i));
}

static void test_numbers_and_spaces(void **state)
{
	(void)state;
	struct amp_words w = {.french = true, .arena = amp_arena_new(0)};
	assert_string_equal(w_number(&w, 1234567.891, 2), "1\xE2\x80\xAF"
	                                                  "234\xE2\x80\xAF"
	                                                  "567,89");
	assert_string_equal(w_number(&w, -0.0004, 1), "0,0");
	assert_string_equal(w_points(&w, -0.031, true), "\xE2\x88\x92"
	                                                "3,1");
	assert_string_equal(w_points(&w, 0.0031, true), "+0,31");
	assert_string_equal(w_percent(&w, 0.125), "12,5\xC2\xA0%");
	assert_string_equal(w_p(&w, amp_real(0.00001)), "<\xC2\xA0"
	                                                "0,001");
	assert_string_equal(w_date(&w, FX_START), "1er\xC2\xA0janvier 2026, 00\xC2\xA0h\xC2\xA0"
	                                          "00 UTC");
	w.french = false;
	assert_string_equal(w_number(&w, 1234567.891, 2), "1,234,567.89");
	assert_string_equal(w_int(&w, 999), "999");
	assert_string_equal(w_date(&w, FX_START), "1 January 2026, 00:00 UTC");
	assert_string_equal(w_fill(&w, "{a}-{b}-{c}", "a", "1", "b", "{a}", NULL), "1-{a}-{c}");
	struct amp_buf b;
	amp_buf_init(&b, 1000);
	w_typography(&b, "« oui » : l'été ; 5 % ?", true);
	assert_string_equal(b.p, "«\xC2\xA0oui\xC2\xA0»\xC2\xA0: l’été\xE2\x80\xAF; 5\xC2\xA0%\xE2\x80\xAF?");
	amp_buf_free(&b);
	assert_false(w.failed);
	amp_arena_free(w.arena);
}

/* Halves go away from zero, in both languages, and a share and a hundred times it print the same digits. */
static void test_halves_round_away_from_zero(void **state)
{
	(void)state;
	static const struct {
		double v;
		int decimals;
		const char *en, *fr;
	} cases[] = {{0.125, 2, "0.13", "0,13"},
	             {0.285, 2, "0.29", "0,29"},
	             {1.005, 2, "1.01", "1,01"},
	             {0.375, 2, "0.38", "0,38"},
	             {2.5, 0, "3", "3"},
	             {0.5, 0, "1", "1"},
	             {9.995, 2, "10.00", "10,00"},
	             {99.95, 1, "100.0", "100,0"},
	             {0.0004999, 3, "0.000", "0,000"},
	             {0.0005, 3, "0.001", "0,001"},
	             {1e-300, 2, "0.00", "0,00"},
	             {6.25, 1, "6.3", "6,3"},
	             {0.1249999, 2, "0.12", "0,12"},
	             {999999.5, 0, "1,000,000",
	              "1\xE2\x80\xAF"
	              "000\xE2\x80\xAF"
	              "000"}};
	struct amp_words w = {.arena = amp_arena_new(0)};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char negative[40];
		(void)snprintf(negative, sizeof negative, "\xE2\x88\x92%s", cases[i].en);
		w.french = false;
		assert_string_equal(w_number(&w, cases[i].v, cases[i].decimals), cases[i].en);
		bool zero = strspn(cases[i].en, "0.") == strlen(cases[i].en);
		assert_string_equal(w_number(&w, -cases[i].v, cases[i].decimals), zero ? cases[i].en : negative);
		w.french = true;
		assert_string_equal(w_number(&w, cases[i].v, cases[i].decimals), cases[i].fr);
	}
	w.french = false;
	for (int thousandths = 1; thousandths < 1000; thousandths++) {
		char expected[32];
		double share = thousandths / 2000.0;     /* 0.05 % by 0.05 %: each second one a half of what is printed */
		int tenths = (thousandths * 5 + 5) / 10; /* of a percent, halves up */
		if (share < 0.01)
			(void)snprintf(expected, sizeof expected, "0.%02d%%", thousandths * 5);
		else
			(void)snprintf(expected, sizeof expected, "%d.%d%%", tenths / 10, tenths % 10);
		assert_string_equal(w_percent(&w, share), expected);
	}
	assert_string_equal(w_points(&w, 0.00005, true), "+0.01");
	assert_string_equal(w_points(&w, 0.000049, true), "0.00");
	assert_string_equal(w_points(&w, -0.00005, true), "\xE2\x88\x92"
	                                                  "0.01");
	assert_false(w.failed);
	amp_arena_free(w.arena);
}

/* Where the grid leaves the threshold to the detector, every output names those of each language. */
static void test_thresholds_by_language(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	static const char rows[] =
		"UPDATE grid_cell SET threshold = 'default';"
		"INSERT INTO threshold_set (key, detector_id, lang, threshold) SELECT randomblob(16), id, 'any', '0.75' FROM detector;"
		"INSERT INTO threshold_set (key, detector_id, lang, threshold) SELECT randomblob(16), id, 'fr', '0.41015625' FROM detector;"
		"INSERT INTO threshold_set (key, detector_id, lang, threshold) SELECT randomblob(16), id, 'en', '0.5' FROM detector;";
	start(&w, "identical");
	fill(&w, 6, true, 8, 3, 1, "ok");
	assert_int_equal(sqlite3_exec(amp_store_handle(w.x.store), rows, NULL, NULL, NULL), SQLITE_OK);
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	assert_non_null(strstr(content(&w, w.csv), ",any,marker,1,10,default,"));
	assert_non_null(strstr(w.b.p, ",en=0.5 fr=0.41015625 any=0.75,"));
	assert_non_null(strstr(content(&w, w.md), "marker 1, threshold: en 0.500; fr 0.410; other languages 0.750"));
	assert_non_null(strstr(w.b.p, "depth 10, threshold en 0.500; fr 0.410; other languages 0.750, p 0.9"));
	if (report(&w, "fr", NULL, &err) != 0) fail_msg("%s", err.text);
	assert_non_null(strstr(content(&w, w.html), "0,410"));
	assert_non_null(strstr(w.b.p, "autres langues 0,750"));
	stop(&w);
}

/* Whatever stands in a text, LaTeX and BibTeX get it as letters. */
static void test_latex_escapes(void **state)
{
	(void)state;
	struct amp_buf b;
	amp_buf_init(&b, 4000);
	w_latex(&b, "50 % & $x_1 {a} #b \\end~^ <é> \xF0\x9F\x98\x80", true);
	assert_string_equal(b.p, "50~\\% \\& \\$x\\_1 \\{a\\} \\#b \\textbackslash{}end\\textasciitilde{}\\textasciicircum{} "
	                         "\\textless{}é\\textgreater{} {[}U+1F600{]}");
	amp_buf_reset(&b);
	/* BibTeX is UTF-8: names in any script stay; what would turn the direction of the line does not */
	w_bibtex(&b, "Łódź, Ђорђе, Ελλάδα, \xD8\xB9\xD9\x84\xD9\x8A {x}_1 \xE2\x80\xAE! ", true);
	assert_string_equal(b.p, "Łódź, Ђорђе, Ελλάδα, \xD8\xB9\xD9\x84\xD9\x8A \\{x\\}\\_1 {[}U+202E{]}! ");
	amp_buf_reset(&b);
	w_bibtex(&b, "plan : vraiment ?", true);
	assert_string_equal(b.p, "plan~: vraiment~?");
	amp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_of_many_pairs),
		cmocka_unit_test(test_a_primary_measure_from_lists),
		cmocka_unit_test(test_the_declared_primary_measure_is_said_first),
		cmocka_unit_test(test_sentences_stand_alone),
		cmocka_unit_test(test_a_citation_names_what_there_is),
		cmocka_unit_test(test_every_sentence_has_what_it_rests_on),
		cmocka_unit_test(test_what_was_used_is_what_is_counted),
		cmocka_unit_test(test_the_primary_target_is_not_exploratory),
		cmocka_unit_test(test_counts_have_their_number),
		cmocka_unit_test(test_the_verdict_stands_inside_the_quotation),
		cmocka_unit_test(test_every_text_has_both_languages),
		cmocka_unit_test(test_numbers_and_spaces),
		cmocka_unit_test(test_halves_round_away_from_zero),
		cmocka_unit_test(test_thresholds_by_language),
		cmocka_unit_test(test_latex_escapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a report consists of: every file of it, whole, safe and frozen where others read it; and what it says where something is lacking. */
#include "report_fixture.h"

static void test_a_whole_report_in_both_languages(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "alternative");
	simulate(&w);
	fill(&w, 6, true, 8, 3, 1, "ok");
	if (report(&w, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	const char *html = content(&w, w.html);
	assert_non_null(strstr(html, "<html lang=\"fr\">"));
	assert_non_null(strstr(html, "Une étude\xC2\xA0: «\xC2\xA0"
	                             "essai\xC2\xA0»"));
	assert_non_null(strstr(html, "DONNÉES SIMULÉES"));
	assert_non_null(strstr(html, "sortie de détecteur non corrigée"));
	/* each chart says by itself that it is simulated; no line of its axis runs through the labels above the dots */
	assert_true(count(html, "<svg") > 1);
	assert_int_equal(count(html, "aucune plateforme réelle</text>"), count(html, "<svg"));
	assert_non_null(strstr(html, "<path class=\"zero\" d=\"M"));
	assert_null(strstr(html, "class=\"grid\" x1"));
	assert_int_equal(count(html, "class=\"zero\""), count(html, "y=\"26.0\" text-anchor=\"start\" class=\"label strong\""));
	assert_non_null(strstr(html, "Accept-Language: fr-FR"));
	assert_null(strstr(html, " %<"));
	assert_non_null(strstr(html, "Mesure principale"));
	assert_non_null(strstr(html, "Tous les autres chiffres sont exploratoires"));
	/* the persona follows an account, and no feed of this study asks with it: it reached nobody */
	assert_non_null(strstr(html, "<span>âge, sexe, comptes suivis</span>"));
	assert_null(strstr(html, "compte suivi<"));
	assert_null(strstr(html, "ce tableau"));
	/* its scores were made up: no installed detector gave them, and what it would say now explains nothing */
	assert_non_null(strstr(html, "On ne peut pas dire ce qui a pesé"));
	assert_non_null(strstr(html, "35,0\xC2\xA0%"));
	assert_non_null(strstr(content(&w, w.md), "DONNÉES SIMULÉES"));
	char hash[2 * AMP_SHA256 + 1];
	uint8_t bytes[AMP_SHA256] = {0};
	int64_t seed = 4242;
	memcpy(bytes, &seed, sizeof seed);
	amp_hex(bytes, sizeof bytes, hash);
	assert_non_null(strstr(content(&w, w.html), hash));
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	html = content(&w, w.html);
	assert_non_null(strstr(html, "<html lang=\"en\">"));
	assert_non_null(strstr(html, "A &lt;b&gt;test&lt;/b&gt; &amp; more"));
	assert_null(strstr(html, "<b>test"));
	assert_non_null(strstr(html, "SIMULATED DATA"));
	assert_non_null(strstr(html, "uncorrected detector output"));
	assert_non_null(strstr(html, "total amplification"));
	assert_non_null(strstr(html, "35.0%"));
	assert_null(strstr(html, "girl"));
	assert_null(strstr(html, ">17"));
	stop(&w);
}

static void test_csv_is_frozen_and_safe(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "identical");
	fill(&w, 6, true, 8, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	const char *
		csv = content(&w, w.csv),
	       header[] =
		       "study,protocol_sha256,simulated,label,role,family,metric,unit,scope,platform,feed,ranking,pair,pool,persona,target,detector,detector_version,"
		       "depth,threshold,rbp_p,text_view,estimate,lo,hi,confidence,se,p,adjusted_p,smallest_p,ranked,chronological,n_items,n_missing,n_cells,n_excluded,"
		       "worst_lo,worst_hi,resampling_unit,units_persona,units_time_block,method,null_reason,interval_note,truth_session,truth_population,captured_from,"
		       "captured_to,chain_head,thresholds,left_out,floor_ranked,floor_chronological,floor_note,flags,"
		       "corrected_estimate,corrected_lo,corrected_hi,corrected_together_lo,corrected_together_hi,corrected_groups,corrected_detector,"
		       "corrected_method,corrected_n,corrected_hateful,corrected_sample,corrected_reason,"
		       "corrected_rogan_gladen,corrected_rogan_gladen_lo,corrected_rogan_gladen_hi,corrected_rogan_gladen_note\n";
	assert_memory_equal(csv, header, strlen(header));
	assert_non_null(strstr(csv, "\"'=following\""));
	assert_non_null(strstr(csv, ",any=0.5,"));
	static const char primary[] =
		",primary,primary,additive_lift,points,pair,bluesky,NA,NA,pair,identical,NA,any,marker,1,10,0.5,0.9,1,";
	const char *at = strstr(csv, primary);
	assert_non_null(at);
	assert_true(fabs(strtod(at + strlen(primary), NULL) - .25) < 1e-12);
	static const char ranks[] =
		"exploratory,sensitivity,rank_weighted_lift,points,pair,bluesky,NA,NA,pair,identical,NA,any,marker,1,10,0.5,0.9,1,";
	const char *weighted = strstr(csv, ranks);
	assert_non_null(weighted);
	assert_true(fabs(strtod(weighted + strlen(ranks), NULL)) < 1e-12); /* this world's discounted sums are 0 */
	/* as many fields in every row as in the header: no text here holds a comma but inside quotes */
	size_t fields = 1, rows = 0;
	for (const char *c = header; *c; c++) fields += *c == ',';
	for (const char *line = csv; *line; rows++) {
		size_t n = 1;
		bool quoted = false;
		for (; *line && *line != '\n'; line++) {
			if (*line == '"') quoted = !quoted;
			n += *line == ',' && !quoted;
		}
		assert_int_equal(n, fields);
		line++;
	}
	assert_true(rows > 50);
	/* the grid's p bears on the rank-weighted lift alone: the table of other choices has it beside the lift */
	const char *choice = strstr(content(&w, w.md), "depth 10, threshold 0.5, p 0.9, text 1, detector marker");
	assert_non_null(choice);
	assert_ptr_equal(strstr(choice, "| +25.0 | see (a) | 0.0 | see (a) |"), strstr(choice, "| +25.0 |"));
	assert_null(strstr(content(&w, w.html), "SIMULATED"));
	assert_non_null(strstr(content(&w, w.html), "ranking effect"));
	stop(&w);
}

/* A file of the report holds no sign of a value that is no number, no unfilled place and nothing of printf's. */
static void check_text(struct world *w, const char *name)
{
	char path[500];
	(void)snprintf(path, sizeof path, "%s/%s", w->out, name);
	const char *text = content(w, path);
	static const char *const never[] = {"nan", "NaN",     "-inf",   ",inf", ":inf",          ">inf",
	                                    "{n}", "{label}", "(null)", "& &",  ">\xE2\x88\x92<"};
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strstr(text, never[i]) != NULL) fail_msg("%s holds “%s”", name, never[i]);
}

static void check_json(struct world *w, const char *lack)
{
	char path[500];
	json_error_t bad;
	(void)snprintf(path, sizeof path, "%s/report.json", w->out);
	const char *text = content(w, path);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &bad);
	if (root == NULL) fail_msg("report.json, line %d: %s", bad.line, bad.text);
	assert_true(json_array_size(json_object_get(root, "findings")) > 0);
	/* the same reservations as beside the page's table: one of this study at least, and what holds of every report */
	const json_t *limits = json_object_get(root, "limits");
	size_t judge = 0, error = 0;
	for (size_t k = 0; k < json_array_size(limits); k++) {
		const char *said = json_string_value(json_array_get(limits, k));
		judge += strstr(said, "Only a judge") != NULL || strstr(said, "Seul un juge") != NULL;
		error += strstr(said, "its error") != NULL || strstr(said, "son erreur") != NULL ||
		         strstr(said, "No detector has scored") != NULL || strstr(said, "Aucun d\xC3\xA9tecteur n") != NULL;
	}
	assert_int_equal(judge, 1);
	assert_int_equal(error, 1);
	assert_true(json_array_size(limits) > 2);
	size_t i;
	const json_t *e;
	json_array_foreach(json_object_get(root, "estimates"), i, e)
	{
		const json_t *estimate = json_object_get(e, "estimate");
		assert_int_equal(json_object_size(e), AMP_COLUMNS);
		if (json_is_null(estimate)) assert_true(json_is_string(json_object_get(e, "null_reason")));
	}
	json_decref(root);
	if (lack != NULL && strstr(text, lack) == NULL) fail_msg("report.json does not say “%s”", lack);
}

static bool starts_with(struct world *w, const char *name, const char *magic, size_t n)
{
	char path[500];
	(void)snprintf(path, sizeof path, "%s/%s", w->out, name);
	(void)content(w, path);
	return w->b.n > n && memcmp(w->b.p, magic, n) == 0;
}

/* Whatever is missing gives a sentence, in every format and both languages; never a NaN, an empty cell or a crash. */
static void test_every_lack_is_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *pool;
		int personas;
		bool twins;
		int rounds, ranked, chronological;
		const char *verdict, *says, *dit;
	} cases[] = {
		{"alternative", 1, false, 8, 3, 1, "ok", "There is one persona", "qu'un persona"},
		{NULL, 3, true, 8, 3, 1, "ok", "declares no pair of feeds", "aucune paire de flux"},
		{"different", 3, true, 8, 3, 1, "ok", "exposures stand side by side", "côte à côte"},
		{"alternative", 3, false, 8, 3, 1, "ok", "No persona has a twin", "Aucun persona n'a de jumeau"},
		{"alternative", 3, true, 8, 0, 0, "ok", "Of 960 entries shown to 3 automated visitors on Bluesky",
	         "n'en a signalé aucune comme présumée haineuse"},
		{"alternative", 3, true, 8, 3, 1, "blocked", "every persona and round was left out",
	         "tous les passages ont été écartés"},
		{"alternative", 3, true, 1, 3, 1, "ok", "A single round", "Un seul passage"},
		{"alternative", 3, true, 0, 3, 1, "ok", "No round was captured", "Aucun passage n'a été capturé"},
		{"alternative", 3, true, 8, 3, 0, "ok", NULL, NULL},
		{"alternative", 3, false, 8, 3, 1, "ok",
	         "Personas with usable figures, twins not counted: 3 (planned: 3). A bounded 95% interval over personas needs 6",
	         "Personas utilisables, jumeaux non comptés : 3 (prévus : 3)"},
		{NULL, 3, false, 8, 3, 1, "ok", "Personas with usable figures, twins not counted: 3",
	         "Personas utilisables, jumeaux non comptés : 3"},
		{"alternative", 3, true, 8, 3, 1, "blocked",
	         "(Additive lift, pair “pair”, target “any group”, detector “marker”) could not be computed",
	         "(Écart additif, paire « pair », cible « tout groupe visé », détecteur « marker »)"},
		{"alternative", 3, true, 3, 3, 1, "ok",
	         "Time blocks with usable figures: 3 (planned: 3). A bounded 95% interval over time needs 6",
	         "Blocs de temps utilisables : 3 (prévus : 3)"},
		{"identical", 1, false, 1, 0, 0, "blocked", "A single round", "Un seul passage"},
		{NULL, 1, false, 1, 0, 0, "failed", "declares no pair of feeds", "aucune paire de flux"},
		{"no detector", 3, true, 8, 0, 0, "ok", "No detector has scored the entries", "Aucun détecteur n'a noté"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int french = 0; french < 2; french++) {
			struct amp_err err = {0};
			struct world w;
			bool mute = cases[i].pool != NULL && strcmp(cases[i].pool, "no detector") == 0;
			const char *says = french ? cases[i].dit : cases[i].says;
			start(&w, mute ? "alternative" : cases[i].pool);
			w.mute = mute;
			/* drawing takes long: every third case is drawn to the end */
			w.formats = i % 3 == 0 ? "html,md,csv,json,xlsx,tex,svg,png" : "html,md,csv,json,xlsx,tex,svg";
			fill(&w, cases[i].personas, cases[i].twins, cases[i].rounds, cases[i].ranked, cases[i].chronological,
			     cases[i].verdict);
			if (report(&w, french ? "fr" : "en", NULL, &err) != 0) fail_msg("case %zu: %s", i, err.text);
			check_files(&w);
			check_text(&w, "report.tex");
			check_text(&w, "summary.md");
			check_json(&w, says);
			assert_true(starts_with(&w, "report.xlsx", "PK\3\4", 4));
			bool different = cases[i].pool && strcmp(cases[i].pool, "different") == 0;
			if (different) {
				assert_null(strstr(content(&w, w.csv), "additive_lift"));
				assert_null(strstr(content(&w, w.csv), "amplification_ratio"));
				assert_null(strstr(content(&w, w.html), "mplification"));
				assert_null(strstr(content(&w, w.html), "measured difference smaller"));
			}
			stop(&w);
		}
}

static void test_formats_are_named(void **state)
{
	(void)state;
	const struct amp_report_format *f[AMP_REPORT_FORMATS];
	struct amp_err err = {0};
	size_t n;
	assert_int_equal(amp_report_formats(f, &n, "csv,html,csv", &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(f[0]->name, "csv");
	static const char *const bad[] = {"", "pdf", "html,", ",", "htm", "html csv"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(amp_report_formats(f, &n, bad[i], &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "html, md, csv, json, xlsx, tex, svg, png"));
}

static void put(FILE *f, const char *type, int64_t payload, const char *now, const char *feed, const char *ranking, int flagged)
{
	uint8_t sha[AMP_SHA256] = {0};
	char hex[2 * AMP_SHA256 + 1];
	memcpy(sha, &payload, sizeof payload);
	amp_hex(sha, sizeof sha, hex);
	(void)fprintf(
		f,
		"{\"type\":\"%s\",\"now\":\"%s\",\"platform\":\"bluesky\",\"endpoint\":\"getFeed\",\"feed\":\"%s\",\"ranking\":\"%s\",\"payload_sha256\":\"%s\",\"items\":[",
		type, now, feed, ranking, hex);
	for (int i = 0; i < 10; i++)
		(void)fprintf(f, "%s{\"rank\":%d,\"id\":\"x%d\",\"targets\":%s}", i ? "," : "", i, i,
		              i < flagged ? "[\"women\"]" : "null");
	(void)fprintf(f, "]}\n");
}

static void test_truth_of_the_playground(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	char path[400];
	start(&w, "alternative");
	simulate(&w);
	fill(&w, 6, true, 8, 3, 1, "ok");
	(void)snprintf(path, sizeof path, "%s/truth.jsonl", w.x.dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	(void)fprintf(f, "{\"type\":\"start\",\"version\":\"0.1.0\"}\n");
	for (int r = 0; r < 8; r++) {
		char now[40];
		(void)snprintf(now, sizeof now, "2026-01-0%dT00:00:00.000Z", r + 1);
		for (int i = 0; i < 12; i++) {
			put(f, "answer", 8000 + r * 50 + i, now, "for-you", "ranked", 3 + (r + i) % 2);
			put(f, "answer", 9000 + r * 50 + i, now, "following", "chronological", 1);
		}
		for (int depth = 5; depth <= 10; depth += 5) {
			(void)fprintf(
				f,
				"{\"type\":\"crowd\",\"now\":\"%s\",\"platform\":\"bluesky\",\"endpoint\":\"getFeed\",\"feed\":\"for-you\",\"ranking\":\"ranked\",\"depth\":%d,"
				"\"visitors\":100,\"items\":1000,\"flagged\":{\"any\":%d,\"women\":350},\"met\":{\"any\":100}}\n",
				now, depth, depth == 10 ? 350 : 900);
			(void)fprintf(
				f,
				"{\"type\":\"crowd\",\"now\":\"%s\",\"platform\":\"bluesky\",\"endpoint\":\"getFeed\",\"feed\":\"following\",\"ranking\":\"chronological\",\"depth\":%d,"
				"\"visitors\":100,\"items\":1000,\"flagged\":{\"any\":100,\"women\":100},\"met\":{\"any\":100}}\n",
				now, depth);
		}
	}
	assert_int_equal(fclose(f), 0);
	if (report(&w, "en", path, &err) != 0) fail_msg("%s", err.text);
	check_files(&w);
	const char *html = content(&w, w.html);
	assert_non_null(strstr(html, "Captures found in the log: 192 of 192"));
	const char *at = strstr(html, "(a) Figures equal to what was served to these sessions: ");
	assert_non_null(at);
	/* all of them equal: "N of N" */
	long equal = 0, compared = 0;
	assert_int_equal(sscanf(strchr(at, ':'), ": %ld of %ld", &equal, &compared), 2);
	assert_true(compared > 20);
	assert_int_equal(equal, compared);
	/* session and population values of the primary: .25 and .35 - .10 */
	const char *csv = strstr(content(&w, w.csv), ",primary,primary,");
	assert_non_null(csv);
	double session = 0, population = 0;
	for (int commas = 0; *csv && *csv != '\n'; csv++)
		if (*csv == ',' && ++commas == 42) break; /* from `role` to `truth_session`; the method holds one comma */
	assert_int_equal(sscanf(csv, ",%lf,%lf,", &session, &population), 2);
	assert_true(fabs(session - .25) < 1e-12);
	assert_true(fabs(population - .25) < 1e-12);
	if (report(&w, "en", "/nonexistent/truth.jsonl", &err) == 0) fail_msg("a truth file that is not there was read");
	assert_non_null(strstr(err.text, "/nonexistent/truth.jsonl"));
	f = fopen(path, "w");
	assert_non_null(f);
	put(f, "answer", 8000, "t", "for-you", "ranked", 9);
	(void)fprintf(f, "{\"type\":\n");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(report(&w, "en", path, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "line 2"));
	(void)unlink(path);
	stop(&w);
}

/* What is flagged of an interval stands beside it in every table, as a letter and a note below; and that many intervals are not one. */
static void test_reservations_stand_beside_figures(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "alternative");
	fill(&w, 8, false, 9, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	const char *tables = strstr(content(&w, w.html), "id=\"tables\"");
	static const char *const notes[] = {"fewer than 10 personas", "fewer than 14 time blocks", "noise floor undecided"};
	assert_non_null(tables);
	const char *table = strstr(tables, "Pair pair by target");
	assert_non_null(table);
	const char *body = strstr(table, "<tbody"), *end = strstr(table, "</ol>");
	assert_non_null(body);
	assert_non_null(strstr(body, "]\xC2\xA0("));
	assert_true(strstr(body, "]\xC2\xA0(") < end);
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		char note[80];
		(void)snprintf(note, sizeof note, "<li>Reservation: %s.</li>", notes[i]);
		const char *at = strstr(body, note);
		if (at == NULL || at > end) fail_msg("the table does not say: %s", notes[i]);
	}
	assert_non_null(strstr(tables, "Each interval of these tables and of their chart holds by itself"));
	stop(&w);
}

/* No effect without what it rests on: in the summary's table, beside the sentence, and for the pair in the full tables. A sentence in a
 * column of numbers stands under the table. */
static void test_no_effect_without_what_it_rests_on(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "alternative");
	fill(&w, 6, true, 8, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	const char *html = content(&w, w.html), *tables = strstr(html, "id=\"tables\"");
	static const char *const facts[] = {
		"Smallest p that could come out", "Worst-case bounds (points)",     "Unit of resampling",
		"Entries (not scored)",           "Persona-rounds used (left out)", "Noise floor, ranked feed",
		"Noise floor, chronological feed"};
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const char *first = strstr(html, facts[i]);
		if (first == NULL || first > tables) fail_msg("the summary does not say: %s", facts[i]);
		if (strstr(tables, facts[i]) == NULL) fail_msg("the tables do not say: %s", facts[i]);
	}
	const char *beside = strstr(
		html,
		"Pair “pair”: 1,920 entries (0 not scored); persona-rounds used, twins included: 96, left out: none; 6 clusters");
	assert_true(beside != NULL && beside < tables);
	beside = strstr(html, "its error: not measured on an annotated sample: uncorrected detector output");
	assert_true(beside != NULL && beside < tables);
	assert_non_null(strstr(tables, "Its measured error"));
	assert_non_null(strstr(html, "between twins, "));
	assert_non_null(strstr(html, "its error: not measured on an annotated sample: uncorrected detector output"));
	stop(&w);
	start(&w, "alternative");
	fill(&w, 6, false, 8, 0, 0, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	html = content(&w, w.html);
	assert_non_null(strstr(html, "not measured: no twins"));
	assert_non_null(strstr(html, "<ol class=\"notes\">\n<li>"));
	assert_non_null(strstr(html, ">see (a)<"));
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_report_in_both_languages),
		cmocka_unit_test(test_csv_is_frozen_and_safe),
		cmocka_unit_test(test_every_lack_is_a_sentence),
		cmocka_unit_test(test_formats_are_named),
		cmocka_unit_test(test_truth_of_the_playground),
		cmocka_unit_test(test_reservations_stand_beside_figures),
		cmocka_unit_test(test_no_effect_without_what_it_rests_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

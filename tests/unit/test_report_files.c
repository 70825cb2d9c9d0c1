#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>
#include "base/hash.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include <dirent.h>
#include "fixture_db.h"
#include "lists/stored.h"
#include "report/private.h"

/* A locked text as the crawler writes it, with what a hostile title may hold. */
static const char study_text[] =
	"{\"alpha\":\"0.05\",\"personas\":[{\"persona\":\"p0\",\"accept_language\":\"fr-FR,fr;q=0.9\",\"age\":\"17\",\"sex\":\"f\",\"sessions\":[],\"interests\":[],"
	"\"follows\":[{\"platform\":\"bluesky\",\"account\":\"a\"}]}],\"primary\":{\"detector\":\"marker\",\"metric\":\"additive_lift\",\"pair\":\"pair\",\"target\":\"any\"},"
	"\"question\":{\"en\":\"More hate?\",\"fr\":\"Plus de haine ?\"},\"schedule\":{\"max_skew_ms\":60000,\"time_block_ms\":86400000},\"seed\":7,"
	"\"study\":\"fixture\",\"title\":{\"en\":\"A <b>test</b> & more\",\"fr\":\"Une étude : « essai »\"}}";

struct world {
	struct fx x;
	int64_t ranked, chronological;
	char out[320], html[400], md[400], csv[400];
	const char *formats;
	bool mute;         /* no detector */
	int blocked_round; /* of fill; 0: none */
	int64_t examples;
	struct amp_buf b;
};

static void start_with(struct world *w, const char *pool, const char *text)
{
	memset(w, 0, sizeof *w);
	amp_buf_init(&w->b, 1 << 26);
	fx_open(&w->x, text);
	w->ranked = fx_feed(&w->x, "for-you", "bluesky", "algorithmic");
	w->chronological = fx_feed(&w->x, "=following", "bluesky", "chronological"); /* a name that a spreadsheet would run */
	if (pool) (void)fx_pair(&w->x, "pair", w->ranked, w->chronological, pool);
	w->x.cell = fx_cell(&w->x, 10, true);
	w->x.detector = fx_detector(&w->x, "marker");
}

static void start(struct world *w, const char *pool)
{
	start_with(w, pool, study_text);
}

static void simulate(struct world *w)
{
	struct amp_err err = {0};
	assert_int_equal(amp_store_set_simulated(w->x.store, &err), 0);
}

static int report(struct world *w, const char *lang, const char *truth, struct amp_err *err)
{
	(void)snprintf(w->out, sizeof w->out, "%s/out", w->x.dir);
	(void)snprintf(w->html, sizeof w->html, "%s/report.html", w->out);
	(void)snprintf(w->md, sizeof w->md, "%s/summary.md", w->out);
	(void)snprintf(w->csv, sizeof w->csv, "%s/summary.csv", w->out);
	return amp_report(
		w->x.store,
		&(struct amp_report_options){w->out, lang, NULL, truth, FX_START, "0.1.0", "", w->formats, NULL, w->examples}, err);
}

static const char *content(struct world *w, const char *path)
{
	struct amp_err err = {0};
	amp_buf_free(&w->b);
	amp_buf_init(&w->b, 1 << 26);
	if (amp_io_read_file(path, &w->b, &err) != 0) fail_msg("%s", err.text);
	return w->b.p;
}

static void empty(const char *folder)
{
	DIR *d = opendir(folder);
	for (struct dirent *e = d != NULL ? readdir(d) : NULL; e != NULL; e = readdir(d)) {
		char path[600];
		if (e->d_name[0] == '.') continue;
		(void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (unlink(path) != 0) empty(path);
	}
	if (d != NULL) (void)closedir(d);
	(void)rmdir(folder);
}

static void stop(struct world *w)
{
	amp_buf_free(&w->b);
	empty(w->out);
	fx_close(&w->x);
}

static void quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* Well-formed, self-contained, no script; nothing that is no number. */
static void check_files(struct world *w)
{
	const char *html = content(w, w->html);
	xmlSetGenericErrorFunc(NULL, quiet);
	htmlDocPtr doc =
		htmlReadMemory(html, (int)w->b.n, NULL, "UTF-8", HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
	assert_non_null(doc);
	xmlXPathContextPtr xpath = xmlXPathNewContext(doc);
	static const struct {
		const char *path;
		bool wanted;
	} rules[] = {
		{"//script", false},
		{"//@src", false},
		{"//link", false},
		{"//img", false},
		{"//*[starts-with(@href, 'http')]", false},
		{"//h1", true},
		{"//table//caption", true},
		{"//td[not(normalize-space())]", false},
		{"//th[not(normalize-space())]", false},
		{"//svg[not(@role='img')]", false},
		{"//h3[@id='citation']", true},
		{"//h3[@id='glossary']", true},
		{"//section[@id='annex']//h3[@id='records']", true},
		{"//h3[@id='exclusions']", true},
		{"//h3[@id='noise']", true},
		{"//div[@class='quote']", true},
		{"//nav//a[@href='#summary']", true},
		{"//nav//a[@href='#tables']", true},
		{"//nav//a[@href='#annex']", true},
		{"//section[@id='summary']//div[@class='quote']", true},
		{"//section[@id='summary']//aside[.//li]", true},
		{"//section[@id='tables']//h3[@id='results']", true},
		{"//section[@id='annex']//h3[@id='citation']", true},
		{"//nav//a[not(substring-after(@href, '#') = //@id)]", false},
		{"//td[not(@data-label)]", false},
		{"//*[@class='wide'][not(@tabindex='0')]", false},
		{"//svg[not(*[local-name()='title' and normalize-space()]) or not(*[local-name()='desc' and normalize-space()])]",
	         false},
		{"//title[not(contains(., 'uncorrected detector output') or contains(., 'non corrigée'))]", false},
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)rules[i].path, xpath);
		bool any = found->nodesetval && found->nodesetval->nodeNr > 0;
		if (any != rules[i].wanted) fail_msg("%s: %s", rules[i].path, any ? "found" : "not found");
		xmlXPathFreeObject(found);
	}
	xmlXPathFreeContext(xpath);
	xmlFreeDoc(doc);
	const char *paths[] = {w->html, w->md, w->csv};
	for (int i = 0; i < 3; i++) {
		const char *text = content(w, paths[i]);
		assert_null(strstr(text, "nan"));
		assert_null(strstr(text, "NaN"));
		assert_null(strstr(text, ",inf"));
		assert_null(strstr(text, "{n}"));
		assert_null(strstr(text, "(null)"));
	}
	assert_null(strstr(content(w, w->csv), ",,"));
}

static void fill(struct world *w, int personas, bool twins, int rounds, int ranked, int chronological, const char *verdict)
{
	int64_t id[256];
	int n = 0;
	for (int p = 0; p < personas; p++) {
		char name[32];
		(void)snprintf(name, sizeof name, "p%d", p);
		id[n++] = fx_persona(&w->x, name, 0, p + 1);
		(void)snprintf(name, sizeof name, "p%d-twin", p);
		if (twins) {
			id[n] = fx_persona(&w->x, name, id[n - 1], p + 1);
			n++;
		}
	}
	for (int r = 0; r < rounds; r++) {
		int64_t round = fx_round(&w->x, FX_START + r * FX_DAY);
		for (int i = 0; i < n; i++) {
			int64_t items[10], at = FX_START + r * FX_DAY;
			for (int k = 0; k < 10; k++)
				items[k] = 1 + r * 1000 + (i / (twins ? 2 : 1)) * 100 + (k < 2 ? 50 + i % 2 : 0) + k;
			(void)fx_shot(&w->x,
			              &(struct fx_shot){round, id[i], w->ranked,
			                                r > 0 && r == w->blocked_round ? "blocked" : verdict, at, items, 10, 0,
			                                ranked ? ranked + (r + i) % 2 : 0, "women", 8000 + r * 50 + i, 0, w->mute});
			(void)fx_shot(&w->x, &(struct fx_shot){round, id[i], w->chronological, "ok", at, items, 10, 0,
			                                       chronological, "women", 9000 + r * 50 + i, 0, w->mute});
		}
	}
	fx_ready(&w->x);
}

static int count(const char *text, const char *what)
{
	int n = 0;
	for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
	return n;
}

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
	assert_true(json_array_size(json_object_get(root, "limits")) > 0);
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
		{"alternative", 3, true, 8, 0, 0, "ok", "An automatic detector flagged none of the 960 entries",
	         "n'a signalé comme présumée haineuse aucune des"},
		{"alternative", 3, true, 8, 3, 1, "blocked", "every persona and round was left out",
	         "tous les passages ont été écartés"},
		{"alternative", 3, true, 1, 3, 1, "ok", "A single round", "Un seul passage"},
		{"alternative", 3, true, 0, 3, 1, "ok", "No round was captured", "Aucun passage n'a été capturé"},
		{"alternative", 3, true, 8, 3, 0, "ok", NULL, NULL},
		{"alternative", 3, true, 3, 3, 1, "ok", "no bounded 95% interval over time exists", "pas d'intervalle borné"},
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

/* The ranked line of the chart over time: how often it is taken up anew, and its points. */
static void line_of(const char *svg, int *moves, int *points)
{
	const char *line = strstr(svg, "class=\"line-ranked\" d=\"");
	assert_non_null(line);
	*moves = *points = 0;
	for (line += strlen("class=\"line-ranked\" d=\""); *line != '"'; line++) {
		*moves += *line == 'M';
		*points += *line == 'M' || *line == 'L';
	}
}

/* A round without a usable visit is a gap: the line is taken up anew behind it, nothing is drawn at zero, and the table says so. */
static void test_blocked_rounds_are_gaps(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w, "alternative");
	w.blocked_round = 4;
	w.formats = "html,svg";
	fill(&w, 3, true, 8, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	assert_non_null(strstr(content(&w, w.html), "<span>no usable visit</span>"));
	char path[500];
	int moves, points;
	(void)snprintf(path, sizeof path, "%s/charts/time-pair.svg", w.out);
	const char *svg = content(&w, path);
	assert_int_equal(count(svg, "class=\"gap\""), 1);
	line_of(svg, &moves, &points);
	assert_int_equal(moves, 2);
	assert_int_equal(points, 7);
	stop(&w);
}

/* However long a study lasts, its last day is in the picture, and so is a day without a usable visit. */
static void test_long_studies_are_drawn_whole(void **state)
{
	(void)state;
	static const struct {
		int rounds, points, moves;
		const char *point, *last; /* FX_START is 1 January 2026 */
	} cases[] = {{120, 119, 2, NULL, "30 April 2026"},
	             {121, 120, 2, " (a point: 1 time block)", "1 May 2026"},
	             {403, 101, 1, " (a point: 4 time blocks)", "5 February 2027"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_err err = {0};
		struct world w;
		char path[500];
		int moves, points;
		start(&w, "alternative");
		w.blocked_round = 110;
		w.formats = "html,svg";
		fill(&w, 1, false, cases[i].rounds, 3, 1, "ok");
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		(void)snprintf(path, sizeof path, "%s/charts/time-pair.svg", w.out);
		const char *svg = content(&w, path);
		assert_int_equal(count(svg, "class=\"gap\""), 1);
		line_of(svg, &moves, &points);
		assert_int_equal(moves, cases[i].moves);
		assert_int_equal(points, cases[i].points);
		assert_non_null(strstr(svg, cases[i].last));
		assert_int_equal(strstr(svg, cases[i].point != NULL ? cases[i].point : "(a point") != NULL, cases[i].point != NULL);
		stop(&w);
	}
}

/* Of seventy personas not all have room; the targets keep theirs, and the captions say who is left out. */
static void test_charts_of_many_personas(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	char path[500];
	start(&w, "alternative");
	w.formats = "html,svg";
	fill(&w, 70, false, 2, 3, 1, "ok");
	if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	const char *html = content(&w, w.html);
	assert_int_equal(count(html, "(personas shown: the first 59 of 70; the others are in the tables)"),
	                 2); /* in the summary, too */
	assert_int_equal(count(html, "(personas shown: the first 58 of 70; the others are in the tables)"), 1);
	(void)snprintf(path, sizeof path, "%s/charts/forest-pair.svg", w.out);
	const char *svg = content(&w, path);
	assert_int_equal(count(svg, "class=\"dot"), 60);
	assert_non_null(strstr(svg, ">women<"));
	stop(&w);
}

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

/* Kaplan and Meier by hand: of four visits, one meets at the first place, one at the third, one ends after two entries without, one after
 * four: 1/4; 1/4; 1 - 3/4 * 1/2; the same. */
static void test_first_encounters_by_hand(void **state)
{
	(void)state;
	struct amp_places p = {.depth = 4, .visits = 4, .first = {1, 0, 1, 0}, .ended = {0, 0, 1, 0, 1}};
	double met[AMP_PLACES];
	amp_places_met(&p, met);
	assert_true(fabs(met[0] - 0.25) < 1e-12);
	assert_true(fabs(met[1] - 0.25) < 1e-12);
	assert_true(fabs(met[2] - 0.625) < 1e-12);
	assert_true(fabs(met[3] - 0.625) < 1e-12);
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

static void check_veil(const char *text, const char *expected)
{
	static const char *const names[] = {"Jeanne Dupont", "jdupont", "Ed"};
	struct amp_buf b;
	amp_buf_init(&b, 4000);
	amp_veil(&b, text, names, 3, false);
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
		"WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 229) INSERT INTO author_name (author_id, handle, display_name) SELECT 99999, 'handle' || i, 'Name' || i FROM n;"
		"UPDATE item_version SET text = 'made up by @somebody <b> ' || (SELECT group_concat(handle || ' ' || display_name, ', ') FROM author_name WHERE author_id = 99999) WHERE id % 2 = 0;"
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
		assert_int_equal(count(html, "made up by [account] &lt;b&gt;"), n);
		assert_null(strstr(html, "somebody"));
		assert_int_equal(count(html, "[name]"), 260 * n); /* however many there are in a text */
		assert_null(strstr(html, "handle1"));
		assert_null(strstr(html, "Name2"));
		if (n > 0) assert_true(strstr(html, "<details>") > strstr(html, "id=\"tables\""));
		assert_null(strstr(html, "<details open"));
		assert_null(strstr(content(&w, w.md), "made up by"));
		assert_true((strstr(w.b.p, "report.html alone") != NULL) == (n > 0));
		char path[500];
		(void)snprintf(path, sizeof path, "%s/report.tex", w.out);
		assert_null(strstr(content(&w, path), "made up by"));
		stop(&w);
	}
}

/* Three walks of one persona: lists of 10 with 0 and 2 flagged, then one blocked; the same and empty; and one that was refused at once. */
static void test_walks_have_their_section(void **state)
{
	(void)state;
	static const char *const verdicts[3][3] = {{"ok", "ok", "blocked"}, {"ok", "ok", "empty"}, {"blocked"}};
	for (int walks = 0; walks < 2; walks++) {
		struct world w;
		struct amp_err err = {0};
		start(&w, NULL);
		int64_t p = fx_persona(&w.x, "p0", 0, 1), r = fx_round(&w.x, FX_START);
		for (int i = 0; i < 3; i++)
			for (int k = 0; walks && k < 3 && verdicts[i][k]; k++)
				(void)fx_shot(&w.x, &(struct fx_shot){.round = r,
				                                      .persona = p,
				                                      .feed = w.ranked,
				                                      .verdict = verdicts[i][k],
				                                      .started_at = FX_START,
				                                      .n = 10,
				                                      .flagged = k == 1 ? 2 : 0,
				                                      .walk = i + 1,
				                                      .step = k});
		if (!walks)
			(void)fx_shot(&w.x, &(struct fx_shot){.round = r,
			                                      .persona = p,
			                                      .feed = w.ranked,
			                                      .verdict = "ok",
			                                      .started_at = FX_START,
			                                      .n = 10,
			                                      .flagged = 1});
		fx_ready(&w.x);
		w.formats = "html,md,csv,svg";
		if (report(&w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
		check_files(&w);
		const char *md = content(&w, w.md);
		if (!walks) {
			assert_null(strstr(md, "Walks"));
			stop(&w);
			continue;
		}
		/* in a study of walks alone the summary speaks of them: (0 + .2)/2 of either */
		assert_non_null(strstr(md, "10.0% of what was shown was presumed hateful; 2 of 2 walks"));
		assert_non_null(strstr(md, "| for-you | the first | 3 | 2 | 3 | 2 | 0 | empty 1, blocked 1 | blocked 1 |"));
		/* list 3: read by the walk that found it empty; nobody is left that has met none */
		assert_non_null(strstr(md, "| 2 | 20.0% |"));
		assert_non_null(strstr(md, "| 3 | not known |"));
		assert_null(strstr(
			md,
			"Further measures of each feed: Presumed hateful content: uncorrected detector output\n\n| Feed | Measure"));
		char path[420];
		(void)snprintf(path, sizeof path, "%s/charts/walks-for-you.svg", w.out);
		const char *svg = content(&w, path);
		assert_non_null(strstr(svg, "<desc"));
		assert_non_null(strstr(svg, "line-ranked"));
		/* of three walks one was refused at once: left out of every row, and named */
		const char *csv = content(&w, w.csv);
		assert_non_null(strstr(csv, "walk_dose"));
		assert_non_null(strstr(csv, "blocked=1"));
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
	assert_non_null(strstr(html, "192 of 192 captures were found in the log"));
	const char *at = strstr(html, "(a) ");
	at = strstr(html, "figures equal what was served");
	assert_non_null(at);
	/* all of them equal: "N of N figures" */
	long equal = 0, compared = 0;
	while (at > html && *at != '(') at--;
	assert_int_equal(sscanf(at, "(a) %ld of %ld", &equal, &compared), 2);
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
	const char *beside =
		strstr(html, "Pair “pair”: 1,920 entries (0 not scored); persona-rounds used: 96, left out: none; 6 clusters");
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

static void run_sql(struct world *w, const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(amp_store_handle(w->x.store), sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s", why);
}

static char *written(struct world *w)
{
	static const char *const files[] = {"report.html", "summary.csv", "report.json"};
	struct amp_err err = {0};
	struct amp_buf all;
	char path[500];
	if (report(w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	amp_buf_init(&all, 1 << 26);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", w->out, files[i]);
		assert_int_equal(amp_buf_addc(&all, content(w, path)), 0);
	}
	return all.p;
}

static void check_lists(struct world *w, int64_t rows, int64_t bad)
{
	struct amp_list_check c;
	struct amp_err err = {0};
	assert_int_equal(amp_list_check(&c, w->x.store, &err), 0);
	assert_int_equal(c.rows, rows);
	assert_int_equal(c.bad, bad);
}

/* From the exposures, from the lists that this has stored, and over lists that were cut, changed, moved or name texts that there are not: the same
 * bytes, and lists that are what they should be again. */
static void test_stored_lists_give_the_same_report(void **state)
{
	(void)state;
	struct world w;
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_list_pending pending = {.n = 0};
	struct amp_err err = {0};
	start(&w, "alternative");
	w.formats = "html,csv,json";
	fill(&w, 4, true, 8, 3, 1, "ok");
	run_sql(&w,
	        "INSERT INTO detection (item_version_id, detector_id, status, score) SELECT v.id, d.id, 'ok', v.id % 7 / 7.0 FROM item_version v, detector d;"
	        "UPDATE snapshot_sum SET flagged = (SELECT count(*) FROM exposure e JOIN detection d ON d.item_version_id = e.item_version_id"
	        " WHERE e.parse_id = snapshot_sum.parse_id AND d.score >= 0.5) WHERE target = 'any'");
	check_lists(&w, 0, 0);
	char *from_exposures = written(&w);
	check_lists(&w, 4 * 2 * 8 * 2, 0);
	char *from_lists = written(&w);
	assert_string_equal(from_exposures, from_lists);
	assert_non_null(strstr(from_lists, "displacement"));
	amp_free(from_lists);
	run_sql(&w,
	        "UPDATE snapshot_list SET list = substr(list, 1, length(list) - 1) WHERE parse_id = 1;"
	        "UPDATE snapshot_list SET list = x'' WHERE parse_id = 2; UPDATE snapshot_list SET list = randomblob(30) WHERE parse_id = 3;"
	        "UPDATE snapshot_list SET list = (SELECT list FROM snapshot_list WHERE parse_id = 4) WHERE parse_id = 5;"
	        "UPDATE snapshot_list SET list = CAST(x'02' || substr(list, 2) AS BLOB) WHERE parse_id = 6; DELETE FROM snapshot_list WHERE parse_id = 7");
	assert_int_equal(amp_list_exposures(&rows, w.x.store, 8, &err), 0);
	rows.v[rows.n - 1].text = 999999;
	amp_list_keep(&pending, 8, &rows);
	amp_list_write(&pending, w.x.store);
	assert_false(pending.off);
	check_lists(&w, 4 * 2 * 8 * 2 - 1, 6);
	char *over_damage = written(&w);
	assert_string_equal(from_exposures, over_damage);
	check_lists(&w, 4 * 2 * 8 * 2, 0);
	amp_free(over_damage);
	amp_free(from_exposures);
	amp_list_rows_free(&rows);
	amp_list_pending_free(&pending);
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_and_spaces),
		cmocka_unit_test(test_every_text_has_both_languages),
		cmocka_unit_test(test_a_whole_report_in_both_languages),
		cmocka_unit_test(test_csv_is_frozen_and_safe),
		cmocka_unit_test(test_sentences_stand_alone),
		cmocka_unit_test(test_the_declared_primary_measure_is_said_first),
		cmocka_unit_test(test_a_primary_measure_from_lists),
		cmocka_unit_test(test_every_lack_is_a_sentence),
		cmocka_unit_test(test_blocked_rounds_are_gaps),
		cmocka_unit_test(test_long_studies_are_drawn_whole),
		cmocka_unit_test(test_charts_of_many_personas),
		cmocka_unit_test(test_limits_of_many_pairs),
		cmocka_unit_test(test_stored_lists_give_the_same_report),
		cmocka_unit_test(test_first_encounters_by_hand),
		cmocka_unit_test(test_latex_escapes),
		cmocka_unit_test(test_walks_have_their_section),
		cmocka_unit_test(test_formats_are_named),
		cmocka_unit_test(test_quoted_texts_name_nobody),
		cmocka_unit_test(test_examples_only_when_asked_for),
		cmocka_unit_test(test_no_effect_without_what_it_rests_on),
		cmocka_unit_test(test_truth_of_the_playground),
		cmocka_unit_test(test_thresholds_by_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

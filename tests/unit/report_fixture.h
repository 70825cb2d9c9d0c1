/* report_fixture.h: a small study in a database and its report in a folder, for the tests of analysis/report. */
#ifndef AMP_TEST_REPORT_FIXTURE_H
#define AMP_TEST_REPORT_FIXTURE_H
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
	bool even;         /* both sides waver, in turn: no difference */
	int blocked_round; /* of fill; 0: none */
	int64_t examples;
	struct amp_buf b;
};

static inline void start_with(struct world *w, const char *pool, const char *text)
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

static inline void start(struct world *w, const char *pool)
{
	start_with(w, pool, study_text);
}

static inline void simulate(struct world *w)
{
	struct amp_err err = {0};
	assert_int_equal(amp_store_set_simulated(w->x.store, &err), 0);
}

static inline int report(struct world *w, const char *lang, const char *truth, struct amp_err *err)
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

static inline void empty(const char *folder)
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

static inline void stop(struct world *w)
{
	amp_buf_free(&w->b);
	empty(w->out);
	fx_close(&w->x);
}

static inline void quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* No plural behind a 1; in French none behind a 0 either. */
static inline void check_numbers_of(const char *text, bool french)
{
	static const char *const words[2][12] = {{"tests", "entries", "clusters", "time blocks", "texts", "visits", "snapshots",
	                                          "rounds", "lists", "personas", "walks", "points"},
	                                         {"tests", "entrées", "grappes", "blocs", "textes", "visites", "relevés",
	                                          "passages", "listes", "personas", "parcours retenus", "points"}};
	for (const char *at = strpbrk(text, "01"); at != NULL; at = strpbrk(at + 1, "01")) {
		if ((*at == '0' && !french) || at == text || at[1] != ' ' || strchr("0123456789.,-", at[-1]) != NULL ||
		    (unsigned char)at[-1] >= 0x80)
			continue;
		for (size_t i = 0; i < 12; i++)
			if (strncmp(at + 2, words[french][i], strlen(words[french][i])) == 0) fail_msg("%.60s", at);
	}
}

/* Well-formed, self-contained, no script; nothing that is no number. */
static inline void check_files(struct world *w)
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
		/* where there is no number, words say so */
		{"//td[normalize-space()='\xE2\x80\x94' or contains(., '(\xE2\x80\x94)') or contains(., '\xE2\x80\x94 (')]", false},
		{"//*[local-name()='text'][normalize-space()='\xE2\x80\x94']", false},
		{"//*[contains(text(), '“any”') or contains(text(), '« any »') or contains(text(), '«\xC2\xA0"
	         "any\xC2\xA0»')]",
	         false},
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
	(void)content(w, w->md);
	check_numbers_of(w->b.p, strstr(w->b.p, "## Résumé") != NULL);
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

static inline void fill(struct world *w, int personas, bool twins, int rounds, int ranked, int chronological, const char *verdict)
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
			                                       chronological + (w->even ? (r + i + 1) % 2 : 0), "women",
			                                       9000 + r * 50 + i, 0, w->mute});
		}
	}
	fx_ready(&w->x);
}

static inline int count(const char *text, const char *what)
{
	int n = 0;
	for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) n++;
	return n;
}

#endif

/* test_detector_lexicon.c: what the shipped lexicon flags, and the benign twins with the same words that it must not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"
#include "detector_lexicon_fr.h"
#include "detectors/detector.h"
#include "lexicon/lexicon.h"

static const struct sentence ENGLISH[] = {
	{"You filthy kike", "jewish"},
	{"Dirty nigger", "black"},
	{"Kill all muslims now", "muslim"},
	{"The immigrants are vermin and should be deported", "migrant"},
	{"I hate women", "women"},
	{"You are a retard and so is he", "disability"},
	{"he is such a faggot", "gay"},
	{"tranny", "trans"},
	{"Gypsies are thieves", "roma"},
	{"Gas the jews", "jewish"},
	{"the great replacement is real and they know it", "jewish"},
	{"I love my gay friends and they love me", ""},
	{"The word faggot is a homophobic slur", ""},
	{"Muslims are not terrorists", ""},
	{"She was called a dirty jew in the street, shame on them", ""},
	{"The old raccoon and the coons in the woods", ""},
	{"We are proud to be dykes", ""},
	{"Women are the first victims of this law", ""},
	{"A black dog and an Asian elephant", ""},
	{"Breast cancer in women is treated earlier", ""},
	{"You idiot, you broke the printer", ""},
	/* a pronoun does not reclaim a slur */
	{"I think you are a faggot", "gay"},
	{"We are black women and we love our mothers", ""},
};
static const struct sentence SPANISH[] = {
	{"Los inmigrantes son ratas y hay que expulsarlos", "migrant"},
	{"Eres un maricón asqueroso", "gay"},
	{"Odio a las mujeres, todas son unas mentirosas", "women"},
	{"Muerte a los judíos", "jewish"},
	{"Los inmigrantes no son ratas, son personas", ""},
	{"Me llamaron maricón en el colegio y es inaceptable", ""},
	{"Amo a las mujeres de mi familia", ""},
	{"Hay una zorra con sus crías en el bosque", ""},
	{"El coche negro está sucio y los perros ladran", ""},
};
static const struct sentence GERMAN[] = {
	{"Ausländer sind Ungeziefer und gehören abgeschoben", "migrant"},
	{"Du bist eine dreckige Schwuchtel", "gay"},
	{"Juden gehoeren vergast", "jewish"},
	{"Verpiss dich, du Kanake", "arab"},
	{"Ausländer sind kein Ungeziefer, sondern Menschen", ""},
	{"Das Wort Schwuchtel ist eine homophobe Beleidigung", ""},
	{"Die Juden feiern heute ein schönes Fest in der Synagoge", ""},
	{"Die Ziege und die Zicke auf der Weide, der Müll ist draußen", ""},
	{"Im Krankenhaus werden Frauen mit Krebs behandelt", ""},
};
static const struct sentence ITALIAN[] = {
	{"Gli immigrati sono parassiti e vanno cacciati", "migrant"},
	{"Sei solo un frocio schifoso", "gay"},
	{"Sporchi zingari, siete tutti ladri", "roma"},
	{"Morte agli ebrei", "jewish"},
	{"Gli immigrati non sono parassiti, sono persone come noi", ""},
	{"La parola frocio è un insulto omofobo", ""},
	{"Il finocchio con le arance è molto buono", ""},
	{"La guerra di Troia e gli eroi della Grecia", ""},
	{"Le donne con il cancro sono curate in questo ospedale", ""},
};
static const struct sentence PORTUGUESE[] = {
	{"Os imigrantes são ratos e deviam ser expulsos", "migrant"},
	{"Você é um viado nojento", "gay"},
	{"Volta pra senzala, sua macaca", "black"},
	{"Morte aos judeus", "jewish"},
	{"Os imigrantes não são ratos, são pessoas", ""},
	{"Ele foi chamado de viado na escola, isso é inaceitável", ""},
	{"A piranha é um peixe dos rios do Brasil", ""},
	{"Todas as mulheres negras têm direito ao respeito", ""},
	{"Os ratos e as baratas estão no esgoto", ""},
};
/* English homographs inside French, and the reverse. */
static const struct sentence MIXED[] = {
	{"Le train a du retard et les retards s'accumulent", ""},
	{"On est en retard", ""},
	{"Il a acheté du pain pour les filles", ""},
	/* French words that attack in another language, and the reverse */
	{"La fuera de saison, il rata son train et mata le film", ""},
	{"La piranha et la zorra sont dans le zoo avec les vaches", ""},
	{"Le finocchio et la vacca sont dans mon jardin avec les femmes", ""},
	{"Die Frau hat den Retard im Programm nicht gesehen", ""},
};

static void *load_lexicon(const struct amp_detector **d)
{
	struct amp_err err = {0};
	void *state = NULL;
	*d = amp_detector_find("lexicon");
	assert_non_null(*d);
	if ((*d)->load(&state, amp_detector_data_dir(), &err) != 0) fail_msg("%s", err.text);
	return state;
}

static void joined(const struct amp_detection *found, char *out, size_t size)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < found->n_targets && found->score >= 0.5; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? "," : "", found->targets[i]);
}

static size_t check_table(const struct amp_detector *d, void *state, const struct sentence *table, size_t n, const char *lang)
{
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		struct amp_detection found = {0}, again = {0};
		char got[256];
		struct amp_str text = amp_str_c(table[i].text);
		assert_int_equal(d->score(state, text, lang, true, &found, NULL), 0);
		assert_int_equal(d->score(state, text, lang, false, &again, NULL), 0);
		assert_true(found.score >= 0 && found.score < 1);
		assert_memory_equal(&found.score, &again.score, sizeof found.score);
		for (size_t h = 0; h < found.n_hits; h++)
			assert_true(found.hits[h].start + found.hits[h].length <= text.n && found.hits[h].length > 0);
		joined(&found, got, sizeof got);
		if (strcmp(got, table[i].targets) != 0) {
			print_error("%s: got [%s] %.3f, wanted [%s]\n", table[i].text, got, found.score, table[i].targets);
			wrong++;
		}
		amp_detection_clear(&found);
		amp_detection_clear(&again);
	}
	return wrong;
}

static void test_sentences(void **unused)
{
	(void)unused;
	const struct amp_detector *d;
	void *state = load_lexicon(&d);
	size_t wrong = check_table(d, state, FRENCH, sizeof FRENCH / sizeof *FRENCH, "fr");
	wrong += check_table(d, state, ENGLISH, sizeof ENGLISH / sizeof *ENGLISH, "en");
	wrong += check_table(d, state, SPANISH, sizeof SPANISH / sizeof *SPANISH, "es");
	wrong += check_table(d, state, GERMAN, sizeof GERMAN / sizeof *GERMAN, "de");
	wrong += check_table(d, state, ITALIAN, sizeof ITALIAN / sizeof *ITALIAN, "it");
	wrong += check_table(d, state, PORTUGUESE, sizeof PORTUGUESE / sizeof *PORTUGUESE, "pt");
	wrong += check_table(d, state, MIXED, sizeof MIXED / sizeof *MIXED, NULL);
	/* platforms' tags are often wrong: the text's own words decide */
	wrong += check_table(d, state, MIXED, 2, "en");
	assert_int_equal(wrong, 0);
	d->unload(state);
}

static void test_groups_alone_never_flag(void **unused)
{
	(void)unused;
	const struct amp_detector *d;
	void *state = load_lexicon(&d);
	static const char *const words[] = {"arabe", "juive",      "musulmans",    "gitans",   "femme noire", "lesbiennes",
	                                    "trans", "handicapés", "chinois",      "migrants", "gays",        "asian",
	                                    "jews",  "women",      "black people", "disabled", "mujeres",     "gitanos",
	                                    "Juden", "Schwarze",   "ebrei",        "donne",    "judeus",      "negras"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct amp_detection found = {0};
		assert_int_equal(d->score(state, amp_str_c(words[i]), NULL, false, &found, NULL), 0);
		assert_true(found.score == 0.0);
		assert_int_equal(found.n_targets, 0);
	}
	d->unload(state);
}

static void test_offsets(void **unused)
{
	(void)unused;
	const struct amp_detector *d;
	void *state = load_lexicon(&d);
	struct amp_detection found = {0};
	const char *text = "Hé ! Œuvre de YOÛPI\xc2\xadN\xcc\x83S, ensemble";
	assert_int_equal(d->score(state, amp_str_c(text), "fr", true, &found, NULL), 0);
	assert_int_equal(found.n_hits, 1);
	assert_int_equal(found.hits[0].start, strstr(text, "YO") - text);
	assert_int_equal(found.hits[0].length, strstr(text, ", ens") - strstr(text, "YO"));
	assert_string_equal(found.hits[0].entry, "youpin");
	assert_string_equal(found.hits[0].target, "jewish");
	assert_string_equal(found.hits[0].kind, "slur");
	assert_true(found.hits[0].weight == 1.4);
	assert_true(found.score > 0.7533 && found.score < 0.7535); /* 1 - exp(-1.4) */
	amp_detection_clear(&found);
	d->unload(state);
}

static void test_boundaries(void **unused)
{
	(void)unused;
	const struct amp_detector *d;
	void *state = load_lexicon(&d);
	static const struct {
		const char *text;
		bool flagged;
	} table[] = {
		{"youpins", true},         {"(youpins)", true},
		{"«youpins»", true},       {"l'youpins", true},
		{"xyoupins", false},       {"youpinsx", false},
		{"youpins2", false},       {"@youpins", false},
		{"#youpins", true},        {"éyoupins", false},
		{"_youpins_", true},       {"https://x.fr/youpins", false},
		{"www.youpins.fr", false}, {"\xf0\x9f\x90\x92youpins", true},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_detection found = {0};
		assert_int_equal(d->score(state, amp_str_c(table[i].text), "fr", false, &found, NULL), 0);
		if ((found.score >= 0.5) != table[i].flagged) fail_msg("%s: %.3f", table[i].text, found.score);
	}
	d->unload(state);
}

/* 10 MB: read in pieces, nothing at the end is lost, and the time stays linear when every word is a hit. */
static void test_long_texts(void **unused)
{
	(void)unused;
	const struct amp_detector *d;
	void *state = load_lexicon(&d);
	size_t size = 10u << 20;
	char *p = amp_malloc(size);
	struct amp_detection found = {0};
	assert_non_null(p);
	for (size_t i = 0; i < size; i++) p[i] = "mot "[i % 4];
	memcpy(p + size - 12, " sale juif !", 12);
	assert_int_equal(d->score(state, (struct amp_str){p, size}, "fr", true, &found, NULL), 0);
	assert_true(found.score > 0.7);
	assert_string_equal(found.targets[0], "jewish");
	assert_int_equal(found.hits[found.n_hits - 1].start, size - 11);
	amp_detection_clear(&found);
	for (size_t i = 0; i < size; i++) p[i] = "sale juif raciste "[i % 18];
	assert_int_equal(d->score(state, (struct amp_str){p, size}, "fr", false, &found, NULL), 0);
	assert_true(found.score > 0.9);
	amp_free(p);
	d->unload(state);
}

/* ---- files ---- */
static char dir[64];

static void write_lexicon(const char *text, size_t n)
{
	char path[128];
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/lexicon-x.tsv", dir);
	if (amp_io_write_file(path, text, n, &err) != 0) fail_msg("%s", err.text);
}

static int set_up(void **unused)
{
	(void)unused;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-lexicon-XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int tear_down(void **unused)
{
	char path[128];
	(void)unused;
	(void)snprintf(path, sizeof path, "%s/lexicon-x.tsv", dir);
	(void)unlink(path);
	return rmdir(dir);
}

struct mistakes {
	size_t n;
	int line, column;
	char field[32], text[512];
};

static void note_mistake(void *user, const struct amp_lexicon_mistake *m)
{
	struct mistakes *all = user;
	if (all->n++ > 0) return;
	all->line = m->line;
	all->column = m->column;
	(void)snprintf(all->field, sizeof all->field, "%s", m->field);
	(void)snprintf(all->text, sizeof all->text, "%s", m->text);
}

#define TOP "# lang: fr\nentry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource\n"

static void test_linter(void **unused)
{
	(void)unused;
	static const struct {
		const char *file;
		int line, column;
		const char *field, *says;
	} table[] = {
		{TOP "mot\t-\tslurr\tarab\tinsult\t1\t-\t-\tusage\n", 3, 7, "kind", "did you mean \"slur\""},
		{TOP "mot\t-\tslur\tarabe\tinsult\t1\t-\t-\tusage\n", 3, 12, "target", "did you mean \"arab\""},
		{TOP "mot\t-\tslur\tarab\tinsult\t1,2\t-\t-\tusage\n", 3, 24, "weight", "decimal number"},
		{TOP "mot\t-\tslur\tarab\tinsult\t1.2345\t-\t-\tusage\n", 3, 24, "weight", "decimal number"},
		{TOP "mot\t-\tslur\tarab\tinsult\t9\t-\t-\tusage\n", 3, 24, "weight", "0 to 3"},
		{TOP "mot\t-\tslur\tarab\tinsults\t1\t-\t-\tusage\n", 3, 17, "act", "did you mean \"insult\""},
		{TOP "été\t-\tslur\t-\tinsult\t1\t-\t-\tusage\n", 3, 12, "target", "names its target"},
		{TOP "mot\t-\tidentity\tarab\t-\t1\t-\t-\tusage\n", 3, 23, "weight", "weighs 0"},
		{TOP "mot\t-\tslur\tarab\tinsult\t1\tambigous\t-\tusage\n", 3, 26, "flags", "did you mean \"ambiguous\""},
		{TOP "mot\t-\tslur\tarab\tinsult\t1\t-\t-\n", 3, 1, "", "fewer"},
		{TOP "mot\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\tx\n", 3, 1, "", "more"},
		{TOP "mot\t-\tslur\tarab\tinsult\t1\t-\t-\t-\n", 3, 30, "source", "where the entry comes from"},
		{TOP "mot\t+s\tslur\tarab\tinsult\t1\t-\t-\tusage\nmots\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\n", 4, 1, "entry",
	         "line 3"},
		{TOP "abc\t-\tslur\tarab\tinsult\t1\tprefix\t-\tusage\n", 3, 1, "entry", "at least 4"},
		{TOP "m\xff\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\n", 3, 2, "", "UTF-8"},
		{TOP "!?\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\n", 3, 1, "entry", "between 1 and"},
		{"entry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource\n", 1, 1, "", "language is missing"},
		{"# lang: fr\nentry\tkind\n", 2, 1, "", "name the columns"},
		{"# lang: French\n" TOP, 1, 9, "", "two or three small letters"},
		{"", 1, 1, "", "no lines"},
	};
	char path[128];
	(void)snprintf(path, sizeof path, "%s/lexicon-x.tsv", dir);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct mistakes all = {0};
		struct amp_err err = {0};
		write_lexicon(table[i].file, strlen(table[i].file));
		assert_int_equal(amp_lexicon_check(path, note_mistake, &all, &err), AMP_EUSAGE);
		if (all.n == 0 || strstr(all.text, table[i].says) == NULL)
			fail_msg("case %zu: %zu mistakes, \"%s\"", i, all.n, all.text);
		assert_int_equal(all.line, table[i].line);
		assert_int_equal(all.column, table[i].column);
		assert_string_equal(all.field, table[i].field);
		/* the detector refuses it, and says where */
		void *state = NULL;
		assert_int_equal(amp_detector_find("lexicon")->load(&state, dir, &err), AMP_EUSAGE);
	}
	write_lexicon(TOP "bon\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\r\n\n# fin",
	              strlen(TOP "bon\t-\tslur\tarab\tinsult\t1\t-\t-\tusage\r\n\n# fin"));
	assert_int_equal(amp_lexicon_check(path, note_mistake, NULL, NULL), 0);
}

static void test_shipped_files_are_clean(void **unused)
{
	(void)unused;
	static const char *const names[] = {"lexicon-fr.tsv", "lexicon-en.tsv", "lexicon-es.tsv",
	                                    "lexicon-de.tsv", "lexicon-it.tsv", "lexicon-pt.tsv"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct mistakes all = {0};
		char path[4200];
		(void)snprintf(path, sizeof path, "%s/analysis/data/%s", getenv("AMP_SOURCE_DIR"), names[i]);
		if (amp_lexicon_check(path, note_mistake, &all, NULL) != 0) fail_msg("%s:%d: %s", names[i], all.line, all.text);
	}
}

static void test_own_lexicon(void **unused)
{
	(void)unused;
	static const char text[] = TOP "zorglub\t+s\tslur\tother_origin,women\tinsult\t1.25\t-\tnote\tusage\n"
				       "schtroumpf\t-\tslur\tpolitics\tinsult\t2\tprefix\t-\tusage\n"
				       "petit bonhomme\t-\tslur\tmen\tinsult\t1\tambiguous\t-\tusage\n"
				       "vilain\t-\tinsult\t-\tinsult\t1\tbefore\t-\tusage\n";
	write_lexicon(text, sizeof text - 1);
	const struct amp_detector *d = amp_detector_find("lexicon");
	void *state = NULL;
	uint8_t hash[AMP_SHA256], want[AMP_SHA256];
	assert_int_equal(d->load(&state, dir, NULL), 0);
	assert_true(d->data_hash(state, hash));
	amp_sha256(text, sizeof text - 1, want);
	assert_memory_equal(hash, want, sizeof want);
	struct amp_detection found = {0};
	assert_int_equal(d->score(state, AMP_STR("Les Zorglubs !"), NULL, false, &found, NULL), 0);
	assert_true(found.score > 0.7134 && found.score < 0.7136); /* 1 - exp(-1.25) */
	assert_int_equal(found.n_targets, 2);
	assert_string_equal(found.targets[0], "other_origin");
	assert_string_equal(found.targets[1], "women");
	amp_detection_clear(&found);
	assert_int_equal(d->score(state, AMP_STR("schtroumpfement"), NULL, false, &found, NULL), 0);
	assert_true(found.score > 0.86);
	amp_detection_clear(&found);
	assert_int_equal(d->score(state, AMP_STR("un petit bonhomme"), NULL, false, &found, NULL), 0);
	assert_true(found.score == 0.0);
	amp_detection_clear(&found);
	assert_int_equal(d->score(state, AMP_STR("un vilain petit bonhomme"), NULL, false, &found, NULL), 0);
	assert_true(found.score > 0.63 && found.score < 0.64); /* 1 - exp(-1) */
	amp_detection_clear(&found);
	d->unload(state);
}

static void test_memory(void **unused)
{
	(void)unused;
	const struct amp_detector *d = amp_detector_find("lexicon");
	static const char text[] = TOP "zorglub\t+s\tslur\twomen\tinsult\t1.25\t-\tnote\tusage\n";
	write_lexicon(text, sizeof text - 1);
	bool loaded = false;
	for (uint64_t nth = 1; nth < 200 && !loaded; nth++) {
		void *state = NULL;
		struct amp_err err = {0};
		amp_mem_fail_at(nth);
		int rc = d->load(&state, dir, &err);
		struct amp_detection found = {0};
		if (rc == 0) rc = d->score(state, AMP_STR("zorglub"), NULL, true, &found, &err);
		amp_mem_fail_at(0);
		if (rc != 0) assert_int_equal(err.code, AMP_ENOMEM);
		loaded = rc == 0;
		amp_detection_clear(&found);
		d->unload(state);
	}
	assert_true(loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_groups_alone_never_flag),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_shipped_files_are_clean),
		cmocka_unit_test_setup_teardown(test_linter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own_lexicon, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

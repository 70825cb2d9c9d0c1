/* test_linear.c: features in integers, the model file, scores without libm. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"
#include "linear/model.h"
#include "linear/private.h"
#include "text/bytes.h"

static const char FILE_FR[] = "# lang: fr\n"
			      "entry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource\n"
			      "le\tla,les\tfunction\t-\t-\t0\t-\t-\tusage\n"
			      "sont\t-\tfunction\t-\t-\t0\t-\t-\tusage\n"
			      "sont\t-\tcopula\t-\t-\t0\t-\t-\tusage\n"
			      "arabe\t+s\tidentity\tarab\t-\t0\t-\t-\tusage\n"
			      "femme\t+s\tidentity\twomen\t-\t0\t-\t-\tusage\n"
			      "gens du voyage\t-\tidentity\troma\t-\t0\t-\t-\tusage\n"
			      "zibou\t+s\tidentity\troma\t-\t0\tstrict\t-\tusage\n"
			      "salope\t+s\tslur\twomen\tinsult\t1\t-\t-\tusage\n"
			      "rat\t+s\tdehumanising\t-\t-\t1\t-\t-\tusage\n"
			      "pas\t-\tnegation\t-\t-\t0\t-\t-\tusage\n"
			      "expulser\t-\tremoval\t-\t-\t0\t-\t-\tusage\n"
			      "tuer\t-\tviolence\t-\t-\t0\t-\t-\tusage\n"
			      "personne ne\t-\tnobody\t-\t-\t0\t-\t-\tusage\n"
			      "eux\t-\tthird\t-\t-\t0\t-\t-\tusage\n"
			      "tu\t-\tsecond\t-\t-\t0\t-\t-\tusage\n"
			      "chez nous\t-\thome\t-\t-\t0\t-\t-\tusage\n"
			      "voler\t-\tfault\t-\t-\t0\t-\t-\tusage\n"
			      "raciste\t+s\tcounter\t-\t-\t1\t-\t-\tusage\n"
			      "envahi\t-\tdehumanising\t-\t-\t1\tprefix,strict\t-\tusage\n";

struct fixture {
	char dir[32];
	struct lexicon *l;
	struct lexicon_near *near;
	struct amp_linear_features f;
};

static int set_up(void **state)
{
	static struct fixture x;
	char path[64];
	struct amp_err err = {0};
	memset(&x, 0, sizeof x);
	(void)snprintf(x.dir, sizeof x.dir, "/tmp/amp-linear-XXXXXX");
	if (mkdtemp(x.dir) == NULL) return -1;
	(void)snprintf(path, sizeof path, "%s/lexicon-fr.tsv", x.dir);
	if (amp_io_write_file(path, FILE_FR, sizeof FILE_FR - 1, &err) != 0 || lexicon_load(&x.l, x.dir, &err) != 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	(void)unlink(path);
	(void)rmdir(x.dir);
	amp_linear_features_init(&x.f);
	*state = &x;
	return lexicon_near_new(&x.near, x.l, &err);
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	amp_linear_features_free(&x->f);
	lexicon_near_free(x->near);
	lexicon_free(x->l);
	return 0;
}

static void read_text(struct fixture *x, const char *text)
{
	size_t read = 0;
	struct amp_err err = {0};
	assert_int_equal(amp_linear_features_read(&x->f, x->l, x->near, amp_str_c(text), "fr", true, &read, &err), 0);
	assert_int_equal(read, strlen(text));
}

/* Is a concept feature of this name there? */
static bool says(const struct fixture *x, const char *name)
{
	const struct amp_linear_list *list = &x->f.block[AMP_LINEAR_CONCEPT];
	struct amp_buf b;
	bool found = false;
	amp_buf_init(&b, 4096);
	for (size_t i = 0; i < list->n && !found; i++) {
		amp_buf_reset(&b);
		amp_linear_concept_name(list->origin[i].key, &b);
		found = strcmp(b.p, name) == 0;
	}
	amp_buf_free(&b);
	return found;
}

static void test_concepts(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *text, *has, *has_not;
	} TABLE[] = {
		{"Les arabes sont des rats", "group … dehumanising", "group … dehumanising, negated"},
		{"Les arabes ne sont pas des rats", "group … dehumanising, negated", "group … dehumanising"},
		{"Des rats, ces arabes", "dehumanising … group, near", "group … dehumanising, near"},
		{"Les arabes sont des rats", "arab … dehumanising", "women … dehumanising"},
		{"Les rats sont partout", "no group named", "group"},
		{"Les arabes votent. Des rats dans la cave", "dehumanising", "group … dehumanising"},
		{"« Les arabes sont des rats » : propos racistes", "counter-speech beside a quotation",
	         "counter-speech in a quotation"},
		{"« Les arabes sont des rats » : propos racistes", "group … dehumanising, in a quotation",
	         "group … dehumanising, not in a quotation"},
		{"Les gens du voyage", "group: roma", "slur: roma"},
		{"Les arabess sont des rats", "misspelt group", "group"},
		{"Les arabess sont des rats", "group … dehumanising", "no group named"},
		{"rats rats", "dehumanising, more than once", "all"},
		{"Personne ne va tuer les arabes", "threat … group, negated", "threat … group"},
		{"Tuer les arabes", "threat … group, near", "no group named"},
		{"Les arabes, il faut les expulser", "group … exclusion", "group … threat"},
		{"Les arabes ne vont pas voler", "group … negative attribute, negated", "group … negative attribute"},
		{"Les arabes votent. Des rats dans la cave", "group … dehumanising, in the next sentence",
	         "group … dehumanising, in the next sentence, of them"},
		{"Les arabes votent. Eux, des rats", "group … dehumanising, in the next sentence, of them", "group … dehumanising"},
		{"Les arabes votent. Il pleut. Des rats", "dehumanising", "group … dehumanising, in the next sentence"},
		{"Chez nous, pas de femmes", "edge + one's own + negation + group", "no group named"},
		{"Dégage, tu es une salope", "slur, to someone, last word", "slur, last word"},
		{"« salope » : propos racistes", "slur, last word, quoted, beside talk of words", "slur, last word"},
		{"Les arabes sont des rats", "edge + group + is + dehumanising", "edge + dehumanising"},
	};
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		read_text(x, TABLE[i].text);
		if (!says(x, TABLE[i].has)) fail_msg("%s: lacks \"%s\"", TABLE[i].text, TABLE[i].has);
		if (says(x, TABLE[i].has_not)) fail_msg("%s: has \"%s\"", TABLE[i].text, TABLE[i].has_not);
	}
	assert_int_equal(x->f.targets, 1u << (amp_target_find("arab") - amp_targets(&(size_t){0})));
}

static bool same(const struct amp_linear_list *list, const uint32_t *v, size_t n)
{
	return list->n == n && memcmp(list->place, v, n * sizeof *v) == 0;
}

/* Groups are masked: two texts that differ in the group alone have the same masked features, and not the same words. */
static void test_masked(void **state)
{
	struct fixture *x = *state;
	read_text(x, "Les arabes sont en ville");
	size_t n = x->f.block[AMP_LINEAR_MASKED].n, words = x->f.block[AMP_LINEAR_WORD].n;
	uint32_t masked[64], word[64];
	assert_true(n > 0 && n < 64 && words < 64);
	memcpy(masked, x->f.block[AMP_LINEAR_MASKED].place, n * sizeof *masked);
	memcpy(word, x->f.block[AMP_LINEAR_WORD].place, words * sizeof *word);
	read_text(x, "Les femmes sont en ville");
	assert_true(same(&x->f.block[AMP_LINEAR_MASKED], masked, n));
	assert_false(same(&x->f.block[AMP_LINEAR_WORD], word, words));
	/* case, accents and disguises change nothing */
	read_text(x, "LES F3MM3S S.O.N.T en ville");
	assert_true(same(&x->f.block[AMP_LINEAR_MASKED], masked, n));
}

static void test_counts(void **state)
{
	struct fixture *x = *state;
	read_text(x, "abc de");
	/* ^abc$: 3 runs of three, 2 of four, 1 of five; ^de$: 2 and 1 */
	assert_int_equal(x->f.block[AMP_LINEAR_CHARACTER].n, 9);
	assert_int_equal(x->f.block[AMP_LINEAR_WORD].n, 3);
	assert_int_equal(x->f.block[AMP_LINEAR_MASKED].n, 3 + 2); /* pairs with both edges, and runs of three */
	const struct amp_linear_origin *o = x->f.block[AMP_LINEAR_CHARACTER].origin;
	assert_int_equal(o[0].start, 0); /* the word that the letters are of */
	assert_int_equal(o[0].end, 3);
	assert_int_equal(o[8].start, 4);
	read_text(x, "");
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) assert_int_equal(x->f.block[b].n, 0);
	read_text(x, "12345 !!! …");
	assert_int_equal(x->f.block[AMP_LINEAR_CHARACTER].n, 0);
}

static void test_norm(void **state)
{
	(void)state;
	for (size_t n = 1; n < 100000; n = n < 5000 ? n + 1 : n + 997) {
		double want = 65536 / sqrt((double)n);
		assert_true(fabs((double)amp_linear_norm(n) - want) <= 0.76);
	}
	for (size_t n = 1; n < 2000; n++) assert_int_equal(amp_linear_norm(n), linear_norm_of(n));
	assert_int_equal(amp_linear_norm(1), 65536);
	assert_int_equal(amp_linear_norm(4), 32768);
}

static void test_logistic(void **state)
{
	(void)state;
	uint32_t last = 0;
	for (int64_t z = -14 * 65536; z <= 14 * 65536; z += 37) {
		uint32_t s = amp_linear_logistic(z);
		double want = 65536 / (1 + exp(-(double)z / 65536));
		if (llabs(z) < 12 * 65536) assert_true(fabs((double)s - want) <= 1.6);
		assert_true(s >= last && s >= 1 && s <= 65535);
		last = s;
	}
	assert_int_equal(amp_linear_logistic(0), 32768);
	assert_int_equal(amp_linear_logistic(INT64_MIN / 4), 1);
	assert_int_equal(amp_linear_logistic(INT64_MAX / 4), 65535);
}

static struct amp_linear_model *some_model(void)
{
	struct amp_linear_model *m = NULL;
	assert_int_equal(amp_linear_model_new(&m, NULL), 0);
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) m->scale[b] = 1024;
	m->slope = 1000;
	m->offset = -65536;
	m->n_langs = 2;
	m->lang[0] = (struct amp_linear_lang){"*", 32768, 30000, 35000};
	m->lang[1] = (struct amp_linear_lang){"fr", 40000, 39000, 41000};
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++) m->weights[i] = (int8_t)(i * 7 % 255 - 127);
	return m;
}

static void test_file(void **state)
{
	(void)state;
	struct amp_linear_model *m = some_model(), *again = NULL;
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)8 << 20);
	assert_int_equal(amp_linear_model_write(m, &b, &err), 0);
	assert_int_equal(amp_linear_model_read(&again, amp_buf_str(&b), "m", &err), 0);
	assert_memory_equal(again->weights, m->weights, AMP_LINEAR_PLACES);
	assert_memory_equal(again->hash, m->hash, AMP_SHA256);
	assert_true(again->slope == 1000 && again->offset == -65536 && again->n_langs == 2 && again->lang[1].threshold == 40000);
	assert_string_equal(amp_linear_lang_of(again, "fr-FR")->code, "fr");
	assert_string_equal(amp_linear_lang_of(again, "fro")->code, "*");
	assert_string_equal(amp_linear_lang_of(again, NULL)->code, "*");
	amp_linear_model_free(again);
	/* cut at every kind of place, a byte changed at every kind of place: refused, with a sentence that names the file */
	for (size_t n = 0; n < b.n; n = n < 700 ? n + 1 : n + 99991) {
		memset(&err, 0, sizeof err);
		assert_int_equal(amp_linear_model_read(&again, (struct amp_str){b.p, n}, "m.model", &err), AMP_EFORMAT);
		assert_non_null(strstr(err.text, "m.model"));
	}
	for (size_t i = 0; i < b.n; i = i < 700 ? i + 1 : i + 99991) {
		b.p[i] ^= 4;
		assert_int_equal(amp_linear_model_read(&again, amp_buf_str(&b), "m.model", &err), AMP_EFORMAT);
		b.p[i] ^= 4;
	}
	amp_buf_free(&b);
	amp_linear_model_free(m);
}

/* Values that no training gives, under a right hash: refused, since scores must not overflow. */
static void test_unsound(void **state)
{
	(void)state;
	for (int what = 0; what < 6; what++) {
		struct amp_linear_model *m = some_model(), *again = NULL;
		struct amp_buf b;
		struct amp_err err = {0};
		amp_buf_init(&b, (size_t)8 << 20);
		switch (what) {
		case 0: m->slope = 0; break;
		case 1: m->slope = AMP_LINEAR_SLOPE_MAX + 1; break;
		case 2: m->offset = INT64_MAX; break;
		case 3: m->n_langs = AMP_LINEAR_LANGS + 1; break;
		case 4: memcpy(m->lang[0].code, "en", 3); break; /* none for the others */
		default: m->scale[0] = 1 << 20; break;
		}
		assert_int_equal(amp_linear_model_write(m, &b, &err), 0);
		assert_int_equal(amp_linear_model_read(&again, amp_buf_str(&b), "m.model", &err), AMP_EFORMAT);
		amp_buf_free(&b);
		amp_linear_model_free(m);
	}
}

/* The margin by hand: one word, every weight 1. */
static void test_margin(void **state)
{
	struct fixture *x = *state;
	struct amp_linear_model *m = some_model();
	memset(m->weights, 1, AMP_LINEAR_PLACES);
	read_text(x, "abc");
	int64_t want = 0;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		size_t n = x->f.block[b].n;
		if (n > 0) want += (int64_t)1024 * amp_linear_norm(n) * (int64_t)n;
	}
	assert_true(amp_linear_margin(m, &x->f) == want);
	assert_true(amp_linear_logit(m, INT64_C(1) << 32) == 1000 - 65536);
	assert_true(amp_linear_logit(m, -(INT64_C(1) << 32) - 1) == -1001 - 65536); /* rounded down */
	amp_linear_model_free(m);
}

/* One text with more words than there is room for. */
static const char *long_text(void)
{
	static char text[1 << 20];
	size_t n = 0;
	for (size_t i = 0; n + 64 < sizeof text && i < 60000; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, i % 50 == 0 ? "arabes%zu rats " : "m%zu ", i);
	return text;
}

/* What is remembered of words changes nothing: the same margin with and without, in any order, in texts of other languages, with words of
 * several forms, groups misspelt, and more words than there is room for. */
static void test_known(void **state)
{
	static const char *const TEXTS[] = {
		"Les arabes sont des rats",
		"mort aux juifs, sale race",
		"sale race ! mort aux",
		"the women of my street, 2 fois 2fois",
		"les musulmn et lesfemmesdehors",
		"les femmes sont envahissantes",
		"envahissantes envahisseurs",
		"der die das und nicht mit: Juden",
		"@arabes https://arabes.example/x arabes",
		"",
		"anticonstitutionnellement, anticonstitutionnellementarabes: donaudampfschifffahrtselektrizitaetenhauptbetriebswerk",
		"\xd0\xb0rabes n3gre \"arabes\" \xf0\x9f\x90\x80 \xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
	};
	struct fixture *x = *state;
	struct amp_linear_model *m = some_model();
	struct amp_linear_features known;
	struct amp_err err = {0};
	size_t read;
	char many[64];
	uint32_t weight = 1;
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++) {
		weight = weight * 1664525 + 1013904223;
		m->weights[i] = (int8_t)((int)(weight >> 24) - 128);
	}
	amp_linear_features_init(&known);
	assert_int_equal(amp_linear_features_for(&known, x->l, m->weights, &err), 0);
	for (size_t i = 0; i < 60000; i++) {
		const char *lang = i % 3 == 0 ? "fr" : i % 3 == 1 ? "en" : NULL;
		const char *text = TEXTS[i % (sizeof TEXTS / sizeof *TEXTS)];
		if (i == 50001) {
			text = long_text();
		} else if (i % 4 == 3) {
			(void)snprintf(many, sizeof many, "mot%zu les zibous tresanticonstitu%zu gens du voyage", i, i % 1000);
			text = many;
		}
		assert_int_equal(amp_linear_features_read(&x->f, x->l, x->near, amp_str_c(text), lang, i % 2 == 0, &read, &err), 0);
		assert_int_equal(amp_linear_features_read(&known, x->l, x->near, amp_str_c(text), lang, i % 7 == 6, &read, &err),
		                 0);
		assert_int_equal(amp_linear_margin(m, &known), amp_linear_margin(m, &x->f));
		assert_int_equal(known.targets, x->f.targets);
		assert_int_equal(known.slur_targets, x->f.slur_targets);
		for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
			assert_int_equal(known.block[b].n + known.block[b].weighed, x->f.block[b].n);
		assert_true(text[0] == '\0' || i % 7 == 6 || known.block[AMP_LINEAR_WORD].n == 0);
	}
	amp_linear_features_free(&known);
	amp_linear_model_free(m);
}

/* Words are cut alike on all processors; each says whether a gap alone is before it, one of zeros is behind the last. */
static void test_words(void **state)
{
	static const char *const PIECES[] = {
		"mot",      "a", " ",        "  ",   "'",     "-", ".", "\"", "\xc2\xab", "\xc2\xbb", "\xe2\x80\xa6",
		"\xc3\xa9", "w", "www.x.fr", "@nom", "a://b", ":", "@", "\n", "9",        "arabes",   "\xf0\x9f\x90\x80"};
	struct fixture *x = *state;
	struct lexicon_tokens t = {0}, narrow = {0};
	struct amp_err err = {0};
	uint32_t random = 2026;
	for (size_t i = 0; i < 20000; i++) {
		char text[400];
		size_t n = 0;
		while (n < i % 300) {
			random = random * 1664525 + 1013904223;
			const char *piece = PIECES[(random >> 16) % (sizeof PIECES / sizeof *PIECES)];
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		assert_int_equal(lexicon_tokenise(x->l, (struct amp_str){text, n}, &t, &err), 0);
		amp_narrow(true);
		int rc = lexicon_tokenise(x->l, (struct amp_str){text, n}, &narrow, &err);
		amp_narrow(false);
		assert_int_equal(rc, 0);
		assert_int_equal(t.n, narrow.n);
		uint32_t before = 0;
		bool quoted = false;
		for (size_t w = 0; w < t.n; w++) {
			const struct lexicon_token *a = &t.v[w], *b = &narrow.v[w];
			assert_true(a->start == b->start && a->end == b->end && a->sentence == b->sentence &&
			            a->quoted == b->quoted && a->ignored == b->ignored && a->gap == b->gap && a->word == b->word &&
			            a->hash == b->hash);
			assert_int_equal(a->gap, a->start - before == 1 && strchr(" '-", text[before]) != NULL);
			assert_true(a->ignored || a->start == 0 || text[a->start - 1] != '@');
			before = a->end;
			quoted = quoted || a->quoted;
		}
		assert_int_equal(t.quoted, quoted);
		assert_true(t.v[t.n].word == 0 && t.v[t.n].row == 0 && !t.v[t.n].gap && t.v[t.n].end == 0);
	}
	amp_free(t.v);
	amp_free(narrow.v);
}

static void test_memory(void **state)
{
	struct fixture *x = *state;
	for (uint64_t nth = 1; nth < 40; nth++) {
		struct amp_linear_features f;
		size_t read = 0;
		struct amp_err err = {0};
		amp_linear_features_init(&f);
		amp_mem_fail_at(nth);
		int rc = amp_linear_features_read(&f, x->l, x->near, amp_str_c("Les arabes sont des « rats » !"), "fr", true, &read,
		                                  &err);
		amp_mem_fail_at(0);
		assert_true(rc == 0 || rc == AMP_ENOMEM);
		amp_linear_features_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_concepts), cmocka_unit_test(test_masked),   cmocka_unit_test(test_counts),
		cmocka_unit_test(test_norm),     cmocka_unit_test(test_logistic), cmocka_unit_test(test_file),
		cmocka_unit_test(test_unsound),  cmocka_unit_test(test_margin),   cmocka_unit_test(test_memory),
		cmocka_unit_test(test_known),    cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* test_lexicon_near.c: misspelt and glued words of groups are found, others are not. */
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
#include "lexicon/near.h"

static const char FILE_FR[] = "# lang: fr\n"
			      "entry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource\n"
			      "musulman\t+s\tidentity\tmuslim\t-\t0\t-\t-\tusage\n"
			      "salope\t+s\tslur\twomen\tinsult\t1\t-\t-\tusage\n"
			      "arabe\t+s\tidentity\tarab\t-\t0\t-\t-\tusage\n"
			      "vermine\t-\tdehumanising\t-\t-\t1\t-\t-\tusage\n"
			      "gens du voyage\t-\tidentity\troma\t-\t0\t-\t-\tusage\n";
static const struct {
	const char *word;
	enum lexicon_nearness how;
	const char *entry;
} TABLE[] = {
	{"musulmn", LEXICON_EDITED, "musulman"},   /* a letter is missing */
	{"musulmans", LEXICON_EDITED, "musulman"}, /* a whole word too, but callers ask for unknown words only */
	{"musulmanns", LEXICON_EDITED, "musulman"},
	{"musuldans", LEXICON_EDITED, "musulman"}, /* another letter */
	{"mulusmans", LEXICON_FAR, NULL},          /* two of them */
	{"muslumans", LEXICON_EDITED, "musulman"}, /* swapped */
	{"tusulmans", LEXICON_FAR, NULL},          /* another first letter */
	{"saloppe", LEXICON_EDITED, "salope"},
	{"arab", LEXICON_FAR, NULL}, /* too short to tell */
	{"arabess", LEXICON_EDITED, "arabe"},
	{"vermin", LEXICON_FAR, NULL}, /* no group's word */
	{"lesarabesdehors", LEXICON_GLUED, "arabe"},
	{"tousdesmusulmans", LEXICON_GLUED, "musulman"},
	{"voyage", LEXICON_FAR, NULL},      /* a part of an expression is not the group */
	{"parabellums", LEXICON_FAR, NULL}, /* eleven letters: not looked into */
	{"anticonstitutionnellement", LEXICON_FAR, NULL},
	{"", LEXICON_FAR, NULL},
};

static void test_table(void **state)
{
	(void)state;
	char dir[] = "/tmp/amp-near-XXXXXX", path[64];
	struct lexicon *l = NULL;
	struct lexicon_near *near = NULL;
	struct lexicon_filter all = {.langs = UINT32_MAX, .kinds = LEXICON_EVERY_KIND, .strict = true};
	struct amp_err err = {0};
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/lexicon-fr.tsv", dir);
	assert_int_equal(amp_io_write_file(path, FILE_FR, sizeof FILE_FR - 1, &err), 0);
	if (lexicon_load(&l, dir, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(lexicon_near_new(&near, l, &err), 0);
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		uint32_t entry = 0;
		enum lexicon_nearness how = lexicon_near_find(near, amp_str_c(TABLE[i].word), &all, &entry);
		if (how != TABLE[i].how) fail_msg("%s: %d, wanted %d", TABLE[i].word, (int)how, (int)TABLE[i].how);
		if (how != LEXICON_FAR) assert_string_equal(l->entries[entry - 1].text, TABLE[i].entry);
	}
	/* what the filter leaves out is not found */
	struct lexicon_filter slurs = all;
	uint32_t entry = 0;
	slurs.kinds = LEXICON_KIND_BIT(LEXICON_SLUR);
	assert_int_equal(lexicon_near_find(near, amp_str_c("musulmn"), &slurs, &entry), LEXICON_FAR);
	lexicon_near_free(near);
	lexicon_free(l);
	(void)unlink(path);
	(void)rmdir(dir);
}

/* A word as long as a text costs no more than its beginning. */
static void test_long_word(void **state)
{
	(void)state;
	static char word[1 << 20];
	struct lexicon l = {0};
	struct lexicon_near *near = NULL;
	struct lexicon_filter all = {.langs = UINT32_MAX, .kinds = LEXICON_EVERY_KIND, .strict = true};
	uint32_t entry = 0;
	memset(word, 'a', sizeof word);
	assert_int_equal(lexicon_near_new(&near, &l, NULL), 0);
	assert_int_equal(lexicon_near_find(near, (struct amp_str){word, sizeof word}, &all, &entry), LEXICON_FAR);
	lexicon_near_free(near);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_long_word)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

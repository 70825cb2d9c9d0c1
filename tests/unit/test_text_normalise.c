/* test_text_normalise.c: text_view v1 and normal form v2. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/mem.h"
#include "base/utf8.h"
#include "text/bytes.h"
#include "text/text.h"

static const struct {
	const char *in, *want, *why;
} TABLE[] = {
	{"Les Français PRÉFÈRENT", "les francais preferent", "case and accents"},
	{"Œuvre, sœur, ex æquo", "oeuvre, soeur, ex aequo", "ligatures that NFKD leaves alone"},
	{"ﬁn ﬀ ½ ①",
         "fin ff 1\xe2\x81\x84"
         "2 1",
         "compatibility forms (fraction slash stays)"},
	{"e\xcc\x81te\xcc\x81", "ete", "combining marks"},
	{"sa\xc2\xadle\xe2\x80\x8b mot", "sale mot", "soft hyphen and zero-width space"},
	{"a\xc2\xa0"
         "b",
         "a b", "no-break space"},
	{"STRASSE straße", "strasse strasse", "full case folding"},
	{"\xf0\x9d\x95\xb3\xf0\x9d\x96\x86\xf0\x9d\x96\x8e\xf0\x9d\x96\x93\xf0\x9d\x96\x8a", "haine", "mathematical letters"},
	{"ＡＢＣ", "abc", "full-width letters"},
	{"a\x01"
         "b\tc\r\nd\x0b"
         "e\xc2\x85"
         "f",
         "ab\tc\r\nd e\nf", "control characters"},
	{"\xf0\x9f\x90\x92 \xe2\x9d\xa4\xef\xb8\x8f", "\xf0\x9f\x90\x92 \xe2\x9d\xa4", "emoji stay, variation selectors go"},
	{"Привет, Ёлка", "привет, елка", "Cyrillic"},
	{"مُسْلِم", "مسلم", "Arabic vowel marks"},
	{"bad \xff\xc3 byte", "bad \xef\xbf\xbd\xef\xbf\xbd byte", "bytes that are not UTF-8"},
	{"", "", "nothing"},
	/* what hides a word */
	{"s4l0pe, n@zi et $alaud", "salope, nazi et salaud", "signs for letters"},
	{"s\xe2\x82\xacxiste \xc2\xa3oser", "sexiste loser", "signs beyond ASCII for letters"},
	{"p3d3s!!! dehors!", "pedes!!! dehors!", "exclamation marks end a word"},
	{"covid10! mp3!! the 10! p3d3!", "covid10! mp3!! the 10! pede!", "an exclamation mark behind a number is no letter"},
	{"covid19 g20 mp3 4ans 1er 20h30 3eme b2b", "covid19 g20 mp3 4ans 1er 20h30 3eme b2b", "numbers beside letters"},
	{"@j34n a+ c++ 5+5 100%", "@j34n a+ c++ 5+5 100%", "accounts, marks and sums"},
	{"https://exemple.fr/p4ge", "https://exemple.fr/page", "an address has no other use here"},
	{"f e m m e s dehors", "femmes dehors", "letters apart"},
	{"m.u.s.u.l.m.a.n.s a-r-a-b-e-s j*u*i*f*s r_o_m_s", "musulmans arabes juifs roms", "letters apart, by other signs"},
	{"f 3 m m e s", "femmes", "letters apart, one of them a sign"},
	{"y a t-il a, b, c", "y a t-il a, b, c", "single letters that are no word"},
	{"1 2 3 4 5", "1 2 3 4 5", "numbers in a row"},
	{"nooooon aaaah 1000 !!!!", "noon aah 1000 !!!!", "letters drawn out"},
	{"\xd1\x80\xc3\xa9"
         "d\xc3\xa9s r\xd0\xb0"
         "cailles",
         "pedes racailles", "Cyrillic letters in Latin words"},
	{"b о n j о u r, привет", "bonjour, привет", "Cyrillic letters in a Latin word that was kept apart"},
	{"a+о+u привет", "atotu привет", "Cyrillic letters in a word that signs make Latin"},
	{"с.в.о.й", "свои", "letters kept apart, none of them ASCII"},
	{"\xd1\x81\xd0\xbe\xd0\xbf", "\xd1\x81\xd0\xbe\xd0\xbf", "a word with another letter"},
	{"\xd0\xbe\xd0\xbd \xd0\xb4\xd0\xbe\xd0\xbc\xd0\xb0", "\xd0\xbe\xd0\xbd \xd0\xb4\xd0\xbe\xd0\xbc\xd0\xb0",
         "Russian stays Russian"},
};

static void check_shape(const struct amp_normal *n, struct amp_str in)
{
	assert_true(amp_utf8_valid(n->text.p, n->text.n));
	assert_int_equal(n->origin[n->text.n], in.n);
	for (size_t i = 0; i < n->text.n; i++) {
		assert_true(n->origin[i] <= n->origin[i + 1]);
		assert_true(n->origin[i] < in.n);
	}
}

static void test_table(void **state)
{
	(void)state;
	struct amp_normal n, again;
	amp_normal_init(&n);
	amp_normal_init(&again);
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		struct amp_err err = {0};
		struct amp_str in = amp_str_c(TABLE[i].in);
		int cut = 7;
		assert_int_equal(amp_normalise(&n, in, &cut, &err), 0);
		assert_int_equal(cut, 0);
		if (strcmp(n.text.p, TABLE[i].want) != 0)
			fail_msg("%s: \"%s\", wanted \"%s\"", TABLE[i].why, n.text.p, TABLE[i].want);
		check_shape(&n, in);
		assert_int_equal(amp_normalise(&again, amp_buf_str(&n.text), NULL, &err), 0);
		if (strcmp(again.text.p, n.text.p) != 0) fail_msg("%s: not idempotent", TABLE[i].why);
	}
	amp_normal_free(&n);
	amp_normal_free(&again);
}

/* Every code point alone: idempotent, valid, and inside the room that normalise.c counts on. */
static void test_every_code_point(void **state)
{
	(void)state;
	struct amp_normal n, again;
	amp_normal_init(&n);
	amp_normal_init(&again);
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char bytes[4];
		size_t length = amp_utf8_encode(cp, bytes);
		if (length == 0) continue;
		struct amp_str in = {bytes, length};
		assert_int_equal(amp_normalise(&n, in, NULL, NULL), 0);
		check_shape(&n, in);
		assert_true(n.text.n <= 11 * length);
		assert_int_equal(amp_normalise(&again, amp_buf_str(&n.text), NULL, NULL), 0);
		if (!amp_str_eq(amp_buf_str(&n.text), amp_buf_str(&again.text))) fail_msg("U+%04X is not stable", (unsigned)cp);
	}
	amp_normal_free(&n);
	amp_normal_free(&again);
}

static void test_offsets(void **state)
{
	(void)state;
	struct amp_normal n;
	amp_normal_init(&n);
	struct amp_str in = AMP_STR("É\xc2\xad"
	                            "cœur\0x");
	assert_int_equal(amp_normalise(&n, in, NULL, NULL), 0);
	assert_string_equal(n.text.p, "ecoeurx");
	static const uint32_t want[] = {0, 4, 5, 5, 7, 8, 10, 11};
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) assert_int_equal(n.origin[i], want[i]);
	amp_normal_free(&n);
}

static void test_long_text_is_cut_behind_a_word(void **state)
{
	(void)state;
	struct amp_normal n;
	size_t size = AMP_NORMALISE_MAX + 500;
	char *p = amp_malloc(size);
	int cut = 0;
	assert_non_null(p);
	memset(p, 'a', size);
	p[AMP_NORMALISE_MAX - 100] = ' ';
	amp_normal_init(&n);
	assert_int_equal(amp_normalise(&n, (struct amp_str){p, size}, &cut, NULL), 0);
	assert_int_equal(cut, 1);
	assert_int_equal(n.origin[n.text.n], AMP_NORMALISE_MAX - 99);
	/* no white space: a character boundary */
	for (size_t i = 0; i + 1 < size; i += 2) {
		p[i] = (char)0xc3;
		p[i + 1] = (char)0xa9;
	}
	memmove(p + 1, p, size - 1);
	p[0] = 'a';
	assert_int_equal(amp_normalise(&n, (struct amp_str){p, size}, &cut, NULL), 0);
	assert_int_equal(cut, 1);
	assert_int_equal(n.origin[n.text.n], AMP_NORMALISE_MAX - 1);
	amp_normal_free(&n);
	amp_free(p);
}

static void test_view(void **state)
{
	(void)state;
	struct amp_buf view;
	struct amp_str links[] = {AMP_STR("link"), AMP_STR_ABSENT}, alts[] = {AMP_STR("alt 1"), AMP_STR("alt 2")};
	amp_buf_init(&view, 1 << 20);
	struct amp_view_parts parts = {.title = AMP_STR("title"),
	                               .text = AMP_STR("text"),
	                               .quote = AMP_STR_ABSENT,
	                               .warning = AMP_STR("warning"),
	                               .link_titles = links,
	                               .n_link_titles = 2,
	                               .alts = alts,
	                               .n_alts = 2};
	amp_view_build(&view, &parts);
	assert_string_equal(view.p, "title\ntext\nwarning\nlink\nalt 1\nalt 2");
	amp_buf_reset(&view);
	amp_view_build(&view, &(struct amp_view_parts){.text = AMP_STR("alone"), .warning = AMP_STR("")});
	assert_string_equal(view.p, "alone");
	amp_buf_free(&view);
}

/* Memory that runs out is an error each time, and nothing leaks (run under asan). */
static void test_memory(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		struct amp_normal n;
		struct amp_err err = {0};
		amp_normal_init(&n);
		amp_mem_fail_at(nth);
		assert_int_equal(amp_normalise(&n, AMP_STR("un texte"), NULL, &err), AMP_ENOMEM);
		assert_int_equal(err.code, AMP_ENOMEM);
		amp_mem_fail_at(0);
		amp_normal_free(&n);
	}
}

/* Texts are looked over in blocks of 64 bytes: a disguise is found wherever it stands, and whatever is looked for next to it. */
static void test_every_place(void **state)
{
	static const struct {
		const char *hidden, *plain;
	} HIDDEN[] = {
		{" n4zis ", " nazis "},
		{" n@z1s ", " nazis "},
		{"la f e m m e s ", "la femmes "},
		{"la \xd1\x84 e m m e s ", "la \xd1\x84"
	                                   "emmes "},
		{"la m u r s,", "la murs,"},
		{" noooon ", " noon "},
		{" \xd0\xbd\xd0\xbe\xd0\xbe"
	         "n ",
	         " hoon "},
		{" g20 ", " g20 "},
		{" le y a ", " le y a "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof HIDDEN / sizeof *HIDDEN; i++)
		for (size_t before = 0; before < 200; before++)
			for (size_t after = 0; after < 80; after += 13) {
				char text[400], want[400];
				struct amp_normal n;
				memset(text, 'a', sizeof text);
				for (size_t k = 0; k < sizeof text; k++) text[k] = "la rue, "[k % 8];
				memcpy(want, text, sizeof want);
				size_t hidden = strlen(HIDDEN[i].hidden), plain = strlen(HIDDEN[i].plain);
				memcpy(text + before, HIDDEN[i].hidden, hidden);
				memcpy(want + before, HIDDEN[i].plain, plain);
				memset(text + before + hidden, 'b', after);
				memset(want + before + plain, 'b', after > 2 ? 2 : after);
				amp_normal_init(&n);
				assert_int_equal(amp_normalise(&n, (struct amp_str){text, before + hidden + after}, NULL, NULL), 0);
				assert_int_equal(n.text.n, before + plain + (after > 2 ? 2 : after));
				assert_memory_equal(n.text.p, want, n.text.n);
				amp_normal_free(&n);
			}
}

/* The bits of sixteen bytes are the same by the processor's own instruction and by numbers. */
static void test_sixteen(void **state)
{
	(void)state;
	for (uint32_t bits = 0; bits < 1u << 16; bits++) {
		uint8_t b[16];
		for (unsigned i = 0; i < 16; i++) b[i] = (bits >> i & 1) != 0 ? 255 : 0;
		assert_int_equal(amp_sixteen_bits(amp_sixteen_at((const char *)b)), bits);
		assert_int_equal(amp_sixteen_bits_by_number(amp_sixteen_at((const char *)b)), bits);
	}
}

/* Pieces that texts are made of at random: every sort of byte that a block is looked through for, and what joins two blocks. */
static const char *const PIECES[] = {
	"femmes",
	"a",
	"b c",
	"\xc3\xa9",
	" \xc3\xa9 ",
	"\xe2\x80\x99",
	"\xe2\x81\xaf",
	"\xe2\x81\xb0",
	"\xf0\x9f\x90\x92",
	"\xd0\xb0",
	"\xc9\x8f",
	"\xc9\x90",
	"s4l0p3",
	"1",
	"!",
	"@ab",
	"ooo",
	"www",
	"\x7f",
	"\t",
	"\n",
	"\x01",
	"\xff",
	"\xe2\x80",
	"A",
	"Z[",
	" ",
	".",
	"-",
	"_ *",
	"f_e_m_m_e ",
	" s*a*l*e ",
	" r.a.t.s ",
	" m-o-t-s ",
	"zz",
	"| +",
	"\xc2\xa3",
	"\xe2\x82\xac",
	"https://x.fr/a1",
	"\xef\xb7\xba",
	"`{~",
	"o o o o",
	"\xcc\x81",
	"\xc3\x9f",
};

/* Processors with wide registers give what the others give: the same bytes from the same places, wherever a block ends. */
static void test_wide(void **state)
{
	struct amp_normal wide, narrow;
	struct amp_err err = {0};
	uint32_t random = 2026;
	(void)state;
	if (!amp_has_wide()) skip();
	amp_normal_init(&wide);
	amp_normal_init(&narrow);
	for (size_t i = 0; i < 20000; i++) {
		char text[400];
		size_t n = 0, wanted = i % 3 == 0 ? i % 140 : i % 320;
		while (n < wanted) {
			random = random * 1664525 + 1013904223;
			const char *piece = PIECES[(random >> 16) % (sizeof PIECES / sizeof *PIECES)];
			size_t length = strlen(piece);
			memcpy(text + n, piece, length);
			n += length;
		}
		assert_int_equal(amp_normalise(&wide, (struct amp_str){text, n}, NULL, &err), 0);
		amp_narrow(true);
		int rc = amp_normalise(&narrow, (struct amp_str){text, n}, NULL, &err);
		amp_narrow(false);
		assert_int_equal(rc, 0);
		assert_int_equal(wide.text.n, narrow.text.n);
		assert_memory_equal(wide.text.p, narrow.text.p, narrow.text.n);
		assert_memory_equal(wide.origin, narrow.origin, (narrow.text.n + 1) * sizeof *narrow.origin);
	}
	amp_normal_free(&wide);
	amp_normal_free(&narrow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),       cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_offsets),     cmocka_unit_test(test_long_text_is_cut_behind_a_word),
		cmocka_unit_test(test_view),        cmocka_unit_test(test_memory),
		cmocka_unit_test(test_every_place), cmocka_unit_test(test_sixteen),
		cmocka_unit_test(test_wide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

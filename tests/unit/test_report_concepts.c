/* test_report_concepts.c: every part that the linear detector's turns of phrase are made of is said in French too. */
#include "base_test.h"

#include "base/i18n.h"
#include "lexicon/target.h"
#include "linear/features.h"
#include "report/private.h"

static const char *const tags[] = {
#define X(id, name) name,
#include "linear/tags.def"
#undef X
};

static struct amp_report report = {.w = {.french = true}};

static int setup(void **state)
{
	(void)state;
	report.w.arena = amp_arena_new(0);
	amp_i18n_init("fr");
	return report.w.arena == NULL;
}

static int teardown(void **state)
{
	(void)state;
	amp_arena_free(report.w.arena);
	return 0;
}

static void every_tag_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		const char *text;

		if (!l_concept_part(&report, amp_str_c(tags[i]), &text))
			fail_msg("analysis/report/concepts.c does not say the tag \"%s\"", tags[i]);
	}
}

/* Every name that a key can have, cut where the page cuts it: no part of it is left in English. */
static void every_name_is_said(void **state)
{
	struct amp_buf name;
	size_t names = 0;

	(void)state;
	amp_buf_init(&name, 4096);
	for (uint64_t concept = 1; concept < 19; concept ++) {
		for (uint64_t at = 0; at < 4096; at++) {
			uint64_t a = at & 31, b = at >> 5 & 31, c = at >> 10 & 3,
				 key = concept << 32 | a << 24 | b << 16 | c << 8 | (at & 1);

			amp_buf_reset(&name);
			if (concept == 17) key = UINT64_C(17) << 32 | UINT64_C(2) << 40 | (a | c << 6) << 8 | b;
			amp_linear_concept_name(key, &name);
			if (name.n == 0 || strcmp(name.p, "?") == 0) continue;
			for (const char *p = name.p; *p != '\0';) {
				size_t n = strcspn(p, ",:;()"), part = n;
				const char *dots = strstr(p, " \xE2\x80\xA6 "), *plus = strstr(p, " + "), *text;

				if (dots != NULL && (size_t)(dots - p) < part) part = (size_t)(dots - p);
				if (plus != NULL && (size_t)(plus - p) < part) part = (size_t)(plus - p);
				struct amp_str one = amp_str_trim((struct amp_str){p, part});
				if (one.n > 0 && !amp_str_eq_c(one, "?") && !l_concept_part(&report, one, &text))
					fail_msg("\"%s\": \"%.*s\" is not said", name.p, AMP_ARG(one));
				p += part < n ? part + (dots == p + part ? strlen(" \xE2\x80\xA6 ") : strlen(" + ")) : n;
				if (*p != '\0' && strchr(",:;()", *p) != NULL) p++;
			}
			names++;
		}
	}
	assert_true(names > 10000);
	amp_buf_free(&name);
}

static void joints_stay(void **state)
{
	static const struct {
		const char *name, *fr;
	} cases[] = {{"slur, negated", "injure, avec négation"},
	             {"group \xE2\x80\xA6 threat, near", "nom d'un groupe \xE2\x80\xA6 menace, à proximité"},
	             {"slur: women", "injure: les femmes"},
	             {"in all: slur; group;", "dans tout le texte: injure; nom d'un groupe"},
	             {"slur (quoted) + threat", "injure (entre guillemets) + menace"},
	             {"something new", "something new"},
	             {"", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(l_concept(&report, cases[i].name), cases[i].fr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_tag_is_said), cmocka_unit_test(every_name_is_said),
	                                   cmocka_unit_test(joints_stay)};

	return cmocka_run_group_tests(tests, setup, teardown);
}

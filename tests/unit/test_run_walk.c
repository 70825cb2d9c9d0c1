/* What a walk follows: by place alone, the same for the crawl and for verify. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "run/keys.h"
#include "run/walk.h"

#define GOLDEN 136607961 /* computed apart, with Python's hashlib */

static const struct amp_walk_draw draw = {7, 1700000000000, "lea", "beside", 2, 3};

static void see(struct amp_walk_list *l, int64_t rank, int64_t organic, const char *kind, const char *id)
{
	amp_walk_list_see(l, rank, organic, amp_str_c(kind), amp_str_c(id));
}

static void only_what_can_be_asked_for(void **state)
{
	(void)state;
	static const char *const asked[] = {"seed", "before"};
	char longest[AMP_WALK_ID_MAX + 2];
	struct amp_arena *a = amp_arena_new(0);
	struct amp_walk_list l;
	memset(longest, 'x', sizeof longest);
	longest[AMP_WALK_ID_MAX + 1] = '\0';
	assert_true(amp_walk_list_start(&l, asked, 2, 8, "video", a));
	assert_null(amp_walk_choose(&l, AMP_WALK_FIRST, &draw));
	assert_null(amp_walk_choose(&l, AMP_WALK_RANDOM, &draw));
	see(&l, 0, AMP_ABSENT, "video", "ad");
	see(&l, 1, 0, "video", "seed");
	see(&l, 2, 1, "video", "before");
	see(&l, 3, 2, "feed", "playlist");
	see(&l, 4, 3, "video", "");
	see(&l, 5, 4, "video", AMP_DERIVED_PREFIX "0123");
	see(&l, 6, 5, "video", longest);
	assert_int_equal(l.n, 0);
	longest[AMP_WALK_ID_MAX] = '\0';
	see(&l, 7, 6, "video", longest);
	see(&l, 8, 7, "video", "last");
	see(&l, 9, 7, "video", "last"); /* the same item again is no second chance */
	see(&l, 10, 8, "video", "too deep");
	assert_int_equal(l.n, 2);
	assert_int_equal(amp_walk_choose(&l, AMP_WALK_FIRST, &draw)->rank, 7);
	assert_true(amp_str_eq_c(l.found[1].id, "last"));
	assert_int_equal(l.found[1].rank, 8);
	amp_arena_free(a);
}

/* Nothing of what an entry says is looked at: the same places give the same choice. */
static void parsed_lists(void **state)
{
	(void)state;
	static const char *const asked[] = {"seed"};
	struct amp_item items[3];
	struct amp_parsed parsed = {.items = items, .n_items = 3};
	struct amp_arena *a = amp_arena_new(0);
	struct amp_walk_list l;
	memset(items, 0, sizeof items);
	for (int i = 0; i < 3; i++)
		items[i] = (struct amp_item){
			.kind = AMP_VIDEO, .has_content = true, .rank = i, .organic_rank = i, .text = AMP_STR("x")};
	items[0].item_id = AMP_STR("unreadable");
	items[0].has_content = false;
	items[1].item_id = AMP_STR("one");
	items[2].item_id = AMP_STR("two");
	assert_true(amp_walk_list_start(&l, asked, 1, 20, "video", a));
	amp_walk_list_parsed(&l, &parsed);
	assert_int_equal(l.n, 2);
	assert_true(amp_str_eq_c(amp_walk_choose(&l, AMP_WALK_FIRST, &draw)->id, "one"));
	const struct amp_walk_entry *drawn = amp_walk_choose(&l, AMP_WALK_RANDOM, &draw);
	assert_ptr_equal(drawn, &l.found[amp_walk_draw(&draw, 2)]);
	amp_arena_free(a);
}

/* A golden draw: a change would make verify find other choices than old crawls made. */
static void draws(void **state)
{
	(void)state;
	const struct amp_walk_draw others[] = {
		{8, 1700000000000, "lea", "beside", 2, 3}, {7, 1700000000001, "lea", "beside", 2, 3},
		{7, 1700000000000, "max", "beside", 2, 3}, {7, 1700000000000, "lea", "besides", 2, 3},
		{7, 1700000000000, "lea", "beside", 1, 3}, {7, 1700000000000, "lea", "beside", 2, 4}};
	const size_t n = 1000000007;
	size_t counts[20] = {0};
	assert_int_equal(amp_walk_draw(&draw, n), GOLDEN);
	assert_int_equal(amp_walk_draw(&draw, 1), 0);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) assert_int_not_equal(amp_walk_draw(&others[i], n), GOLDEN);
	for (int64_t i = 0; i < 20000; i++) {
		struct amp_walk_draw d = draw;
		d.scheduled_at = i;
		size_t at = amp_walk_draw(&d, 20);
		assert_true(at < 20);
		counts[at]++;
	}
	/* 1,000 of each expected; five standard deviations */
	for (int i = 0; i < 20; i++) assert_in_range(counts[i], 846, 1154);
}

static void which_lists_are_followed(void **state)
{
	(void)state;
	static const bool goes_on[] = {[AMP_VERDICT_OK] = true,     [AMP_VERDICT_EMPTY] = false,   [AMP_VERDICT_PARTIAL] = true,
	                               [AMP_VERDICT_DRIFT] = false, [AMP_VERDICT_BLOCKED] = false, [AMP_VERDICT_FAILED] = false};
	for (int v = 0; v <= AMP_VERDICT_FAILED; v++) {
		assert_int_equal(amp_walk_goes_on((enum amp_verdict)v, false), goes_on[v]);
		assert_false(amp_walk_goes_on((enum amp_verdict)v, true));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_what_can_be_asked_for), cmocka_unit_test(parsed_lists),
	                                   cmocka_unit_test(draws), cmocka_unit_test(which_lists_are_followed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The playground's world: the same seed gives the same posts, and a text carries exactly the tokens that the truth says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "rank.h"
#include "visitor.h"
#include "world.h"

#define NOW INT64_C(1793606400000)
static struct pg_world world, other;
static const struct pg_post *pool[PG_POOL_MAX], *pool2[PG_POOL_MAX];

static int set_up(void **state)
{
	(void)state;
	return pg_world_init(&world, 7, 0.1, 480, NULL) || pg_world_init(&other, 7, 0.1, 480, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	pg_world_free(&world);
	pg_world_free(&other);
	return 0;
}

static void same_seed_same_world(void **state)
{
	(void)state;
	/* the other world is asked for other days first: what was asked before must not matter */
	for (int d = 12; d > 0; d--) pg_world_pool(&other, PG_MASTODON, NOW + d * PG_DAY_MS, PG_RANKED_WINDOW, -1, -1, pool2);
	for (int p = 0; p < PG_PLATFORMS; p++) {
		size_t n = pg_world_pool(&world, (enum pg_platform)p, NOW, PG_LATEST_WINDOW, -1, -1, pool);
		assert_int_equal(n, pg_world_pool(&other, (enum pg_platform)p, NOW, PG_LATEST_WINDOW, -1, -1, pool2));
		assert_in_range(n, 3 * 480 - 1, 3 * 480 + 1);
		char a[PG_ID_SIZE], b[PG_ID_SIZE];
		for (size_t i = 0; i < n; i++) {
			assert_memory_equal(pool[i], pool2[i], sizeof **pool);
			assert_string_equal(pg_post_id(&world, pool[i], a), pg_post_id(&other, pool2[i], b));
			assert_true(pool[i]->created <= NOW && pool[i]->created > NOW - PG_LATEST_WINDOW);
			if (i) assert_true(pool[i]->created < pool[i - 1]->created);
		}
	}
	pg_world_reseed(&other, 8);
	pg_world_pool(&other, PG_BLUESKY, NOW, PG_RANKED_WINDOW, -1, -1, pool2);
	pg_world_pool(&world, PG_BLUESKY, NOW, PG_RANKED_WINDOW, -1, -1, pool);
	assert_memory_not_equal(pool[0], pool2[0], sizeof **pool);
	pg_world_reseed(&other, 7);
}

static void text_carries_its_tokens(void **state)
{
	(void)state;
	size_t hateful = 0, quoting = 0, n = pg_world_pool(&world, PG_BLUESKY, NOW, PG_LATEST_WINDOW, -1, -1, pool);
	for (size_t i = 0; i < n; i++) {
		struct amp_buf b;
		char token[64];
		amp_buf_init(&b, 4096);
		pg_post_text(pool[i], &b);
		for (size_t t = 0; t < PG_TARGETS; t++) {
			snprintf(token, sizeof token, "[[haine:%s]]", pg_targets[t].name);
			assert_int_equal(amp_str_find(amp_buf_str(&b), amp_str_c(token)) != NULL, pool[i]->targets >> t & 1);
			snprintf(token, sizeof token, "[[citation:haine:%s]]", pg_targets[t].name);
			assert_int_equal(amp_str_find(amp_buf_str(&b), amp_str_c(token)) != NULL, pool[i]->quoted >> t & 1);
		}
		hateful += pool[i]->targets != 0;
		quoting += pool[i]->quoted != 0;
		amp_buf_free(&b);
	}
	/* 1,440 posts at 10 % and 5 %: bounds at 5 standard deviations */
	assert_in_range(hateful, 87, 201);
	assert_in_range(quoting, 30, 114);
}

static void shares_sum_to_one(void **state)
{
	(void)state;
	double sum = 0;
	for (size_t t = 0; t < PG_TARGETS; t++) sum += pg_targets[t].share;
	assert_true(fabs(sum - 1) < 1e-9);
}

static void normals_are_normal(void **state)
{
	(void)state;
	double sum = 0, squares = 0;
	for (uint64_t i = 0; i < 20000; i++) {
		double x = pg_normal(pg_hash(1, "test", i, 0));
		sum += x;
		squares += x * x;
	}
	assert_true(fabs(sum / 20000) < 0.03);
	assert_true(fabs(squares / 20000 - 1) < 0.05);
}

static void languages_by_quality(void **state)
{
	(void)state;
	static const struct {
		const char *header;
		enum pg_lang want;
	} cases[] = {{"", PG_LANG_NONE},
	             {"fr-FR,fr;q=0.9,en;q=0.5", PG_FR},
	             {"en;q=0.4, fr-CA;q=0.7", PG_FR},
	             {"de-DE", PG_LANG_NONE},
	             {"de,en-GB;q=0.8", PG_EN},
	             {"fr;q=0, en;q=0.1", PG_EN},
	             {"frr", PG_LANG_NONE},
	             {";;,,q=", PG_LANG_NONE}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_int_equal(pg_language_of(cases[i].header), cases[i].want);
}

static void queries_find_their_topic(void **state)
{
	(void)state;
	const char *accented = "GÂTEAU sans œufs";
	assert_string_equal(pg_topics[pg_topic_of(1, accented, strlen(accented))].name, "cuisine");
	assert_string_equal(pg_topics[pg_topic_of(1, "the Olympique match", 19)].name, "football");
	assert_int_equal(pg_topic_of(1, " ?!", 3), -1);
	int unknown = pg_topic_of(1, "xyzzy", 5);
	assert_in_range(unknown, 0, PG_TOPICS - 1);
	assert_int_equal(unknown, pg_topic_of(1, "XYZZY", 5));
	assert_int_equal(pg_topic_named("Cuisine", 7), 1);
	assert_int_equal(pg_topic_named("nothing", 7), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_world), cmocka_unit_test(text_carries_its_tokens),
		cmocka_unit_test(shares_sum_to_one),    cmocka_unit_test(normals_are_normal),
		cmocka_unit_test(languages_by_quality), cmocka_unit_test(queries_find_their_topic),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

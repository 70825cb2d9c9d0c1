/* A whole study against the playground, through its answers and its truth log: 8 personas and their twins, 14 days, one round a day.
 * The interval for the mean lift, by inverting the sign-flip test over personas (twins averaged: one cluster), must hold the
 * crowd's lift about as often as it promises. AMP_STUDY_SEEDS=200 runs the long version.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/str.h"
#include "playground_client.h"

#define PERSONAS 8
#define DAYS 14
#define DEPTH 30

static const struct {
	const char *language, *searches[2];
} personas[PERSONAS] = {
	{"fr-FR,fr;q=0.9", {"football", "musique"}},
	{"fr-FR,fr;q=0.9", {"politique", "actualite"}},
	{"fr", {"recette", "jardin"}},
	{"fr-FR,fr;q=0.9", {"jeux", "manga"}},
	{"fr-FR,fr;q=0.9", {"climat", "velo"}},
	{"en-GB,en;q=0.8", {"gaming", "music"}},
	{"en-GB,en;q=0.8", {"politics", "election"}},
	{"fr-FR,fr;q=0.9", {"sante", "ecole"}},
};

static double share(struct pg_server *s, struct client *c, const char *target)
{
	json_t *feed = get(s, c, target);
	int flagged = 0;
	for (size_t i = 0; i < DEPTH; i++) {
		json_t *post = json_object_get(json_array_get(json_object_get(feed, "feed"), i), "post");
		flagged += strstr(json_string_value(json_object_get(json_object_get(post, "record"), "text")), "[[haine:") != NULL;
	}
	json_decref(feed);
	return flagged / (double)DEPTH;
}

static void crawl(struct pg_server *s, double *lift)
{
	struct client clients[PERSONAS][2] = {0};
	for (int day = 0; day < DAYS; day++) {
		for (int i = 0; i < PERSONAS; i++) {
			for (int twin = 0; twin < 2; twin++) {
				struct client *c = &clients[i][twin];
				char target[256];
				c->language = personas[i].language;
				double ranked = share(s, c, "/xrpc/app.bsky.feed.getFeed?limit=30&feed=" FOR_YOU);
				double latest = share(s, c, "/xrpc/app.bsky.feed.getListFeed?limit=30&list=" EVERYONE);
				lift[i] += (ranked - latest) / (2 * DAYS);
				for (int q = 0; q < 2; q++) {
					snprintf(target, sizeof target, "/xrpc/app.bsky.feed.searchPosts?limit=1&q=%s",
					         personas[i].searches[q]);
					json_decref(get(s, c, target));
				}
			}
		}
		pg_server_clock(s, s->set.now + PG_DAY_MS);
	}
}

/* Ranked minus chronological share over all crowd lines of Bluesky at the study's depth. */
static double crowd_lift(FILE *log)
{
	double lift = 0;
	int lines = 0;
	char line[1 << 15];
	rewind(log);
	while (fgets(line, sizeof line, log)) {
		json_t *j = json_loads(line, 0, NULL);
		if (strcmp(json_string_value(json_object_get(j, "type")), "crowd") == 0 &&
		    json_integer_value(json_object_get(j, "depth")) == DEPTH) {
			assert_string_equal(json_string_value(json_object_get(j, "platform")), "bluesky");
			double part = (double)json_integer_value(json_object_get(json_object_get(j, "flagged"), "any")) /
			              (double)json_integer_value(json_object_get(j, "items"));
			lift += strcmp(json_string_value(json_object_get(j, "ranking")), "ranked") == 0 ? part : -part;
			lines++;
		}
		json_decref(j);
	}
	assert_int_equal(lines, 2 * DAYS);
	return lift / DAYS;
}

/* theta is inside when at least 5 % of the 256 sign flips of d - theta have as large a mean. */
static bool inside(const double *d, double theta)
{
	double observed = 0;
	int extreme = 0;
	for (int i = 0; i < PERSONAS; i++) observed += d[i] - theta;
	for (int flips = 0; flips < 1 << PERSONAS; flips++) {
		double sum = 0;
		for (int i = 0; i < PERSONAS; i++) sum += flips >> i & 1 ? theta - d[i] : d[i] - theta;
		extreme += fabs(sum) >= fabs(observed) - 1e-12;
	}
	return extreme / 256.0 >= 0.05;
}

static void interval_covers_the_crowd(void **state)
{
	(void)state;
	const char *wanted = getenv("AMP_STUDY_SEEDS");
	int64_t seeds = 12;
	int covered = 0;
	double error = 0, truth_sum = 0;
	if (wanted) assert_true(amp_str_i64(amp_str_c(wanted), &seeds) && seeds > 0);
	for (int64_t k = 1; k <= seeds; k++) {
		FILE *log = tmpfile();
		assert_non_null(log);
		struct pg_server *s = new_server(0.1, 1, log, 100);
		s->set.seed = (uint64_t)k;
		pg_world_reseed(&s->world, (uint64_t)k);
		double lift[PERSONAS] = {0}, mean = 0;
		crawl(s, lift);
		end_server(s);
		double truth = crowd_lift(log);
		fclose(log);
		for (int i = 0; i < PERSONAS; i++) mean += lift[i] / PERSONAS;
		covered += inside(lift, truth);
		error += (mean - truth) / (double)seeds;
		truth_sum += truth / (double)seeds;
	}
	print_message("covered: %d of %d, mean lift served to the crowd %.4f, mean error %+.4f\n", covered, (int)seeds, truth_sum,
	              error);
	assert_true(truth_sum > 0.05); /* something is planted */
	/* and the study is not biased: one seed's error has a standard deviation of about 0.015 */
	assert_true(fabs(error) < 4 * 0.015 / sqrt((double)seeds));
	assert_true(covered >= (int)(0.93 * (double)seeds) - (seeds < 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(interval_covers_the_crowd)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

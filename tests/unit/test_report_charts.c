/* Charts, and the section of walks: gaps, long studies, many personas. */
#include "report_fixture.h"

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
		assert_non_null(strstr(
			md,
			"showed, 10.0% was flagged as presumed hateful by an automatic detector; walks that met at least one such entry: 2 of 2"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocked_rounds_are_gaps),  cmocka_unit_test(test_long_studies_are_drawn_whole),
		cmocka_unit_test(test_charts_of_many_personas),  cmocka_unit_test(test_first_encounters_by_hand),
		cmocka_unit_test(test_walks_have_their_section),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_annotate_corrected.c: figures corrected by the verdicts on a sample, and what the report says of them. */
#include "base_test.h"

#include "annotate/corrected.h"
#include "annotate_fixture.h"
#include "base/i18n.h"

static int setup_one(void **state)
{
	(void)state;
	build(1, false);
	return 0;
}

static int setup_one_sided(void **state)
{
	(void)state;
	build(2, true);
	return 0;
}

static char *read_file(const char *name)
{
	static struct amp_buf b;
	char path[400];
	struct amp_err err = {0};
	amp_buf_free(&b);
	amp_buf_init(&b, 16 << 20);
	(void)snprintf(path, sizeof path, "%s/%s", x.dir, name);
	if (amp_io_read_file(path, &b, &err) != 0) fail_msg("%s", err.text);
	(void)unlink(path);
	return b.p;
}

static void report(const char *lang)
{
	static const char *const others[] = {"report.html", "summary.csv"};
	struct amp_err err = {0};
	const struct amp_report_options o = {.out_dir = x.dir, .lang = lang, .now = 1};
	if (amp_report(x.store, &o, &err) != 0) fail_msg("%s", err.text);
	for (size_t i = 0; i < 2; i++) {
		const char *text = read_file(others[i]);
		assert_null(strstr(text, "nan"));
		assert_null(strstr(text, "inf]"));
	}
	amp_i18n_init("en");
}

static void correct(struct amp_corrected *c)
{
	struct amp_err err = {0};
	if (amp_corrected_make(c, arena, frame, x.store, 0, &err) != 0) fail_msg("%s", err.text);
}

/* Verdicts on the sample, one letter a unit; and what the figures are then. */
static void judge(const struct amp_sample_ref *ref, const char *labels, struct amp_corrected *c)
{
	struct amp_import i;
	import_labels(ref, labels, "ada", false, &i);
	correct(c);
}

/* A sample of so many units, of which some are left to chance. */
static void draw_some(int64_t size, struct amp_sample_ref *ref)
{
	struct amp_sample s;
	struct amp_err err = {0};
	assert_int_equal(draw(&s, size, NULL, false, &err), 0);
	assert_int_equal(amp_sample_find(ref, x.store, NULL, NULL, &err), 0);
}

/* A census: every figure is exact, and no label is left to chance. Ranked: items 1, 2 of 6; by time: item 1 of 6. */
static void a_census_is_exact(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	draw_all(&ref);
	judge(&ref, "hhnnnnnnnnn", &c);
	assert_null(c.reason);
	assert_true(close_to(c.rows[0].a.share.labels.estimate, 12.0 / 48));
	const struct amp_corrected_row *pair = &c.rows[1];
	while (pair->pair == AMP_NO_INDEX) pair++;
	assert_string_equal(pair->target, "any");
	assert_true(close_to(pair->a.share.labels.estimate, 2.0 / 6));
	assert_true(close_to(pair->a.hajek.estimate, 2.0 / 6));
	assert_true(close_to(pair->a.share.scored.estimate, 2.0 / 6));
	assert_true(close_to(pair->b.share.labels.estimate, 1.0 / 6));
	assert_true(close_to(pair->difference.labels.estimate, 1.0 / 6));
	assert_true(close_to(pair->difference.labels.lo, 1.0 / 6));
	assert_true(close_to(pair->ratio.labels.estimate, 2));
	assert_false(pair->difference.worst_lo.known); /* nothing is missing */
	assert_true(close_to(pair->difference.wide.estimate, 1.0 / 6));
	assert_int_equal(pair->difference.clusters, 2);
	assert_true(pair->few);
	/* flagged 1, 2, 3: one of three wrongly; item 11 has no score */
	assert_true(close_to(c.error.sensitivity.estimate, 1));
	assert_true(close_to(c.error.precision.estimate, 12.0 / 16));
	assert_true(close_to(c.error.specificity.estimate, 1 - 4.0 / 32));
	assert_true(close_to(pair->a.flagged, 0.5));
}

/* A census again, of one group: items 1 to 6 and 7 to 10 aim at women, so that all of the ranked side does and 5 of 6 by time. */
static void a_census_of_a_group_is_exact(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'women' FROM detection"
	        " WHERE item_version_id IN (1, 2, 3)");
	draw_all(&ref);
	judge(&ref, "hhhhhhhhhhn", &c);
	const struct amp_corrected_row *women = amp_corrected_find(&c, 0, AMP_NO_INDEX, "women");
	assert_non_null(women);
	assert_false(women->few);
	assert_int_equal(women->groups, 2); /* and their ground */
	assert_non_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "ground:sex"));
	assert_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "men"));
	assert_int_equal(women->a.hateful, 6);
	assert_int_equal(women->b.hateful, 5);
	assert_true(close_to(women->a.share.labels.estimate, 1));
	assert_true(close_to(women->b.share.labels.estimate, 5.0 / 6));
	assert_true(close_to(women->b.share.scored.estimate, 5.0 / 6)); /* whatever the detector says */
	assert_true(close_to(women->difference.labels.estimate, 1.0 / 6));
	assert_true(close_to(women->difference.labels.lo, 1.0 / 6));
	assert_true(close_to(women->a.flagged, 3.0 / 6) && close_to(women->b.flagged, 1.0 / 5)); /* item 11 has no score */
	assert_false(women->a.rogan.estimate.known); /* nothing that is not hateful has a score: no specificity */
	assert_non_null(strstr(women->a.rogan_note, "too few others"));
	/* feeds by themselves: here the sides of the pair lose nothing to it */
	const struct amp_corrected_row *feed = amp_corrected_find(&c, AMP_NO_INDEX, frame->pairs[0].chronological, "women");
	assert_non_null(feed);
	assert_true(close_to(feed->a.share.labels.estimate, 5.0 / 6));
	assert_int_equal(feed->b.judged, 0);
	assert_true(close_to(amp_corrected_find(&c, AMP_NO_INDEX, frame->pairs[0].ranked, "any")->a.flagged, 0.5));
	assert_int_equal(c.n_rare, 0);
	judge(&ref, "hhhhnnnnnnn", &c);
	assert_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "women"));
	assert_int_equal(c.n_rare, 2);
	assert_int_equal(c.rare[0].hateful, 4);
	never_nan(&c);
}

/* Items 1, 2, 4, 7 and 8 aim at women as the detector has it, 3, 4 and 9 at men; scores differ. */
static void two_groups(void)
{
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'women' FROM detection"
	        " WHERE item_version_id IN (1, 2, 4, 7, 8)");
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'men' FROM detection"
	        " WHERE item_version_id IN (3, 4, 9)");
	execute("UPDATE detection SET score = 0.1 + 0.02 * item_version_id WHERE item_version_id > 3");
}

/* Weighted by one over the chance; what people call hateful, which in these tests is against women. */
#define DRAWN "sum(1.0 * u.exposures * u.probability_denominator / u.probability_numerator"
#define WOMEN " * EXISTS (SELECT 1 FROM annotation a WHERE a.sample_unit_id = u.id AND a.label = 'hateful')) FROM sample_unit u"

static double women_by_scores(const struct amp_corrected_arm *a, double sum)
{
	double drawn = real_number("SELECT " DRAWN WOMEN),
	       scores = real_number("SELECT " DRAWN " * (u.item_version_id IN (1, 2, 4, 7, 8)) * u.score) FROM sample_unit u");
	return (a->lambda.v * sum + drawn - a->lambda.v * scores) / (double)a->exposures;
}

/* Of a sample: (lambda S + sum a (y - lambda f)/pi)/A with the scores of this group alone, summed over all that was shown. */
static void a_group_has_its_own_scores(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	two_groups();
	draw_some(10, &ref);
	assert_int_equal(number("SELECT count(*) FROM sample_unit WHERE probability_numerator < probability_denominator") > 0,
	                 true);
	judge(&ref, "hhnhhnhhnnn", &c);
	const struct amp_corrected_row *all = amp_corrected_find(&c, AMP_NO_INDEX, AMP_NO_INDEX, "women");
	assert_non_null(all);
	assert_true(all->a.lambda.known && all->a.lambda.v > 0);
	/* each of 2 to 11 is shown 4 times, 1 in both feeds: 8 times */
	double sum = 4 * (2 * 0.9 + 0.9 + 0.18 + 0.24 + 0.26), drawn = real_number("SELECT " DRAWN WOMEN) / 48;
	assert_true(close_to(all->a.share.labels.estimate, drawn));
	assert_true(close_to(all->a.share.scored.estimate, women_by_scores(&all->a, sum)));
	assert_false(close_to(all->a.share.scored.estimate, drawn));
	assert_int_equal(all->groups, 2);
	const struct amp_corrected_figure *f = &all->a.share;
	assert_true(f->together.lo.v < f->wide_scored.lo.v && f->together.hi.v > f->wide_scored.hi.v);
	assert_true(close_to(f->together.estimate, f->scored.estimate.v));
	const struct amp_corrected_figure *any = &c.rows[0].a.share;
	assert_true(close_to(any->together.lo, amp_corrected_printed(any)->lo.v)); /* alone in its family */
	never_nan(&c);
}

/* Of a census sensitivity and specificity are exact: the share that the detector flags gives the one that people call hateful against the group. */
static void rogan_gladen_of_a_group(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	/* flagged against women: 1, 2, and 6 wrongly; 3 against men; 4 aims at women below the threshold */
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id,"
	        " CASE WHEN item_version_id = 3 THEN 'men' ELSE 'women' END FROM detection WHERE item_version_id IN (1, 2, 3, 4, 6)");
	execute("UPDATE detection SET score = 0.9 WHERE item_version_id = 6");
	draw_all(&ref);
	judge(&ref, "hhhhhnnnnnn", &c);
	const struct amp_corrected_row *women = amp_corrected_find(&c, AMP_NO_INDEX, AMP_NO_INDEX, "women"), *any = &c.rows[0];
	assert_non_null(women);
	assert_true(close_to(women->a.flagged, (8 + 4 + 4) / 44.0));
	assert_true(close_to(women->a.rogan.estimate, (8 + 4 * 4) / 44.0));
	assert_true(women->a.rogan.lo.v < 24 / 44.0 && women->a.rogan.hi.v > 24 / 44.0);
	assert_non_null(strstr(women->a.rogan_note, "small sample"));
	assert_true(close_to(any->a.flagged, (8 + 4 + 4 + 4) / 44.0)); /* 3 too: whoever it is against */
	assert_true(close_to(any->a.rogan.estimate, 24 / 44.0));
	/* a side has the detector's error over the whole frame: sensitivity 12/24, specificity 16/20 */
	const struct amp_corrected_row *pair = amp_corrected_find(&c, 0, AMP_NO_INDEX, "women");
	assert_non_null(pair);
	assert_true(close_to(pair->a.flagged, 3.0 / 6));
	assert_true(close_to(pair->a.rogan.estimate, (3.0 / 6 + 16.0 / 20 - 1) / (12.0 / 24 + 16.0 / 20 - 1)));
	judge(&ref, "nnhnhhhnhnn", &c); /* what it says of women says nothing */
	women = amp_corrected_find(&c, AMP_NO_INDEX, AMP_NO_INDEX, "women");
	assert_non_null(women);
	assert_false(women->a.rogan.estimate.known);
	assert_non_null(strstr(women->a.rogan_note, "chance"));
	never_nan(&c);
}

/* Item 2 is erased: before the draw it is no part of the frame; with an earlier time, but unknown here when the sample was drawn, it is, and so is its
 * score in the sum over the frame. */
static void a_frame_keeps_its_texts(void **state)
{
	static const char erase[] =
		"INSERT INTO erased_version (item_version_id, request, erased_at) VALUES (2, randomblob(16), 3)";
	for (int before = 1; before >= 0; before--) {
		struct amp_sample_ref ref;
		struct amp_import i;
		struct amp_corrected c;
		sqlite3 *db = NULL;
		two_groups();
		assert_int_equal(sqlite3_open(x.path, &db), SQLITE_OK);
		if (before) assert_int_equal(sqlite3_exec(db, erase, NULL, NULL, NULL), SQLITE_OK);
		draw_some(before ? 9 : 10, &ref);
		import_labels(&ref, "hhnhhnhhhhn", "ada", false, &i);
		if (!before) assert_int_equal(sqlite3_exec(db, erase, NULL, NULL, NULL), SQLITE_OK);
		(void)sqlite3_close(db);
		correct(&c);
		const struct amp_corrected_row *women = amp_corrected_find(&c, AMP_NO_INDEX, AMP_NO_INDEX, "women");
		assert_non_null(women);
		assert_int_equal(women->a.exposures, before ? 44 : 48);
		assert_true(women->a.lambda.known && women->a.lambda.v > 0);
		assert_true(close_to(women->a.share.scored.estimate,
		                     women_by_scores(&women->a, 4 * ((before ? 2 : 3) * 0.9 + 0.18 + 0.24 + 0.26))));
		(void)teardown(state);
		build(2, false);
	}
}

/* The database and the data files have raw and corrected side by side: a figure, or why there is none. */
static void corrected_stands_beside_raw(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	report("en");
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NOT NULL"), 0);
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_reason IS NULL"), 0);
	assert_true(number("SELECT count(*) FROM estimate WHERE corrected_reason LIKE 'no sample of this study was drawn%'") > 0);
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_n IS NOT NULL OR corrected_sample IS NOT NULL"), 0);
	draw_all(&ref);
	import_labels(&ref, "hhhhhhhhhhn", "ada", false, &i);
	report("en");
#define PAIR \
	"FROM estimates WHERE pair = 'pair' AND persona IS NULL AND target = 'any' AND family IS NOT 'sensitivity' AND metric = "
	assert_true(fabs(real_number("SELECT corrected_estimate " PAIR "'additive_lift'") - 1.0 / 6) < 1e-9);
	assert_true(fabs(real_number("SELECT corrected_detector " PAIR "'additive_lift'") - (0.5 - 1.0 / 5)) <
	            1e-9); /* item 11 has no score */
	assert_true(fabs(real_number("SELECT corrected_estimate " PAIR "'amplification_ratio'") - 1.2) < 1e-9);
	assert_int_equal(number("SELECT corrected_n " PAIR "'additive_lift'"), 6);
	assert_int_equal(number("SELECT corrected_hateful " PAIR "'additive_lift'"), 5);
	assert_int_equal(number("SELECT corrected_method LIKE 'PPI++%' AND corrected_sample = 'sample-1' " PAIR "'additive_lift'"),
	                 1);
	assert_true(
		fabs(real_number(
			     "SELECT corrected_estimate FROM estimates WHERE feed = 'latest' AND persona IS NULL AND target = 'any'"
			     " AND metric = 'exposure_share'") -
	             5.0 / 6) < 1e-9);
	/* every row has a figure or a reason; an interval is missing with a reason only */
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NULL AND corrected_reason IS NULL"), 0);
	assert_int_equal(
		number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NOT NULL AND corrected_lo IS NULL AND corrected_reason IS NULL"),
		0);
	assert_true(
		number("SELECT count(*) FROM estimates WHERE persona IS NOT NULL AND corrected_reason LIKE '%all personas together'") >
		0);
	assert_true(
		number("SELECT count(*) FROM estimates WHERE metric = 'encounter_rate' AND corrected_reason LIKE '%no corrected form'") >
		0);
	assert_true(number("SELECT count(*) FROM estimates WHERE family = 'sensitivity' AND corrected_reason LIKE '%once'") > 0);
	assert_int_equal(number("SELECT count(*) FROM estimates WHERE persona IS NOT NULL AND corrected_estimate IS NOT NULL"), 0);
	/* reservations are there too: two days */
	assert_int_equal(number("SELECT flags LIKE '%few_time_blocks%' " PAIR "'additive_lift'"), 1);
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	report("en");
	assert_int_equal(
		number("SELECT corrected_lo IS NULL AND corrected_estimate IS NULL AND corrected_n = 6 AND corrected_reason LIKE 'too few hateful%' " PAIR
	               "'additive_lift'"),
		1);
#undef PAIR
#define SHARE \
	"FROM estimates WHERE feed = 'latest' AND persona IS NULL AND target = 'any' AND family IS NOT 'sensitivity' AND metric = 'exposure_share'"
	assert_int_equal(
		number("SELECT corrected_rogan_gladen IS NULL AND corrected_rogan_gladen_note LIKE 'too few hateful%' " SHARE), 1);
	import_labels(&ref, "hhhhhnnnnnn", "ada", false, &i);
	report("en");
	/* flagged 1, 2, 3 of 1 to 5: of the scored exposures 16 of 24, and none of the others; by time 1 of 5 */
	assert_true(fabs(real_number("SELECT corrected_rogan_gladen " SHARE) - 1.0 / 5 / (16.0 / 24)) < 1e-9);
	assert_int_equal(
		number("SELECT corrected_rogan_gladen_lo < corrected_rogan_gladen AND corrected_rogan_gladen < corrected_rogan_gladen_hi "
	               "AND corrected_rogan_gladen_note LIKE 'small sample%' " SHARE),
		1);
	assert_int_equal(
		number("SELECT count(*) FROM estimate WHERE corrected_rogan_gladen IS NULL AND corrected_rogan_gladen_note IS NULL"),
		0);
	assert_int_equal(
		number("SELECT count(*) FROM estimates WHERE pair IS NOT NULL AND corrected_rogan_gladen_note NOT LIKE '%shares only'"
	               " AND metric IN ('additive_lift', 'amplification_ratio')"),
		0);
#undef SHARE
}

static void missing_verdicts_have_worst_cases(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	draw_all(&ref);
	judge(&ref, "hu-nnnnnnnn", &c);
	const struct amp_corrected_row *pair = &c.rows[1];
	assert_int_equal(pair->pair, 0);
	assert_int_equal(pair->a.judged, 4);
	assert_true(close_to(pair->a.share.worst_lo, 1.0 / 6));
	assert_true(close_to(pair->a.share.worst_hi, 3.0 / 6));
	assert_true(close_to(pair->difference.worst_lo, 0));
	/* of the 16 exposures of its stratum, 8 have a verdict: what has one counts twice */
	assert_true(close_to(pair->a.share.labels.estimate, 8.0 / 24));
}

static bool bounded(const struct amp_corrected_figure *f)
{
	const struct amp_real of[] = {f->labels.estimate, f->scored.estimate};
	for (size_t i = 0; i < 2; i++)
		if (f->worst_lo.known && of[i].known && (of[i].v < f->worst_lo.v || of[i].v > f->worst_hi.v)) return false;
	return true;
}

/* A bound that leaves the figure out is none. Scores pull the figure away from the verdicts' own, which the worst cases are made of. */
static void no_worst_case_leaves_out_the_figure(void **state)
{
	static const char *const codings[] = {"hu-nnnnnnnn", "nu-hhhhhhhh", "uh-nnnnnnnn", "un-hnhnhnhn",
	                                      "hhhhunnnnnn", "nnnnnuhnnnn", "uuuuuhhnnnn"};
	size_t bounds = 0;
	for (size_t k = 0; k < sizeof codings / sizeof *codings; k++) {
		struct amp_sample_ref ref;
		struct amp_import i;
		struct amp_corrected c;
		struct amp_err err = {0};
		if (k > 0) {
			teardown(state);
			setup(state);
		}
		draw_all(&ref);
		import_labels(&ref, codings[k], "ada", false, &i);
		assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
		for (size_t r = 0; r < c.n; r++) {
			bounds += c.rows[r].a.share.worst_lo.known;
			assert_true(bounded(&c.rows[r].a.share) && bounded(&c.rows[r].b.share) && bounded(&c.rows[r].difference));
		}
	}
	assert_true(bounds > 20);
}

/* A round in which only one side was read is in the frame, and in no pair. */
static void one_sided_rounds_are_no_pair(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	draw_all(&ref);
	judge(&ref, "hhnnnnnnnnn", &c);
	assert_int_equal(c.rows[0].a.exposures, 50);
	assert_true(close_to(c.rows[0].a.share.labels.estimate, 14.0 / 50));
	const struct amp_corrected_row *pair = &c.rows[1];
	while (pair->pair == AMP_NO_INDEX) pair++;
	assert_int_equal(pair->a.exposures, 24);
	assert_true(close_to(pair->a.share.labels.estimate, 2.0 / 6));
}

/* Nothing hateful was met below the threshold, where not all was judged: that is no proof that there is none. */
static void nothing_found_is_not_nothing(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	draw_some(7, &ref);
	assert_int_equal(
		number("SELECT count(*) FROM sample_unit WHERE flagged = 1 AND probability_numerator = probability_denominator"),
		3);
	judge(&ref, "hhhnnnnnnnn", &c);
	const struct amp_confidence *all = &c.rows[0].a.share.labels, *sensitivity = &c.error.sensitivity;
	assert_true(close_to(all->estimate, 16.0 / 48));
	assert_true(close_to(all->lo, 16.0 / 48)); /* all that is flagged was judged */
	assert_true(all->hi.v > 0.5);
	assert_true(c.rows[0].a.share.scored.hi.v > 0.4);
	assert_true(close_to(sensitivity->estimate, 1));
	assert_true(sensitivity->lo.v < 0.8);
	assert_true(close_to(c.error.precision.lo, 1));
	never_nan(&c);
}

static void nothing_to_say_is_said(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	correct(&c);
	assert_false(c.sampled);
	assert_non_null(c.reason);
	never_nan(&c);
	draw_all(&ref);
	correct(&c);
	assert_true(c.sampled && strstr(c.reason, "nobody") != NULL);
	judge(&ref, "uuuuuuuuuuu", &c);
	assert_non_null(strstr(c.reason, "unsure"));
	never_nan(&c);
	judge(&ref, "nnnnnnnnnnn", &c);
	assert_null(c.reason);
	assert_true(close_to(c.rows[1].a.share.labels.estimate, 0));
	assert_false(c.rows[1].ratio.labels.estimate.known);
	assert_false(c.error.sensitivity.estimate.known);
	assert_true(c.rows[1].few);
	never_nan(&c);
	judge(&ref, "hhhhhhhhhhh", &c);
	assert_false(c.error.specificity.estimate.known);
	never_nan(&c);
}

static void one_persona_one_label(void **state)
{
	struct amp_sample_ref ref;
	struct amp_corrected c;
	(void)state;
	draw_all(&ref);
	judge(&ref, "h----------", &c);
	assert_null(c.reason);
	never_nan(&c);
	assert_true(c.rows[1].few);
	judge(&ref, "hnnnnnnnnnn", &c);
	assert_int_equal(c.rows[1].difference.cluster, AMP_CLUSTER_BLOCK); /* two days, one persona */
	never_nan(&c);
}

/* What the report says of its own error follows the sample: not measured, not judged, measured. */
static void report_says_what_is_measured(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	report("en");
	const char *text = read_file("summary.md");
	assert_non_null(strstr(text, "no sample of this study was drawn"));
	assert_non_null(strstr(text, "not measured on an annotated sample: uncorrected detector output"));
	draw_all(&ref);
	report("en");
	text = read_file("summary.md");
	assert_non_null(strstr(text, "nobody has judged any text"));
	assert_non_null(strstr(text, "not measured on an annotated sample"));
	import_labels(&ref, "uuuuuuuuuuu", "ada", false, &i);
	report("en");
	assert_non_null(strstr(read_file("summary.md"), "all are unsure"));
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	report("en");
	text = read_file("summary.md");
	assert_null(strstr(text, "not measured on an annotated sample"));
	assert_non_null(strstr(text, "measured on 11 texts that people judged: sensitivity 100.0%"));
	assert_non_null(strstr(text, "| pair: ranked | 33.3% |"));
	assert_non_null(strstr(text, "| pair | any group | +16.7 |"));
	assert_non_null(strstr(text, "too few hateful texts were judged"));
	assert_non_null(strstr(text, "uncorrected detector output"));
	assert_non_null(strstr(text, "How far coders agree is not known"));
	report("fr");
	text = read_file("summary.md");
	assert_non_null(strstr(text, "Corrigé par des verdicts humains"));
	assert_non_null(strstr(text, "trop peu de textes jugés haineux"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_census_is_exact),
		CASE(a_census_of_a_group_is_exact),
		CASE(a_group_has_its_own_scores),
		CASE(rogan_gladen_of_a_group),
		CASE(a_frame_keeps_its_texts),
		CASE(corrected_stands_beside_raw),
		CASE(missing_verdicts_have_worst_cases),
		CASE(no_worst_case_leaves_out_the_figure),
		CASE(nothing_to_say_is_said),
		CASE(nothing_found_is_not_nothing),
		CASE(report_says_what_is_measured),
		CASE_OF(one_persona_one_label, setup_one),
		CASE_OF(one_sided_rounds_are_no_pair, setup_one_sided),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

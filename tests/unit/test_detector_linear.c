/* test_detector_linear.c: the linear detector with a model trained on invented words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"
#include "base/mem.h"
#include "detectors/detector.h"
#include "linear/model.h"
#include "train/train.h"

struct fixture {
	char dir[40], empty[40];
	const struct amp_detector *detector;
	void *state;
};

static int set_up(void **state)
{
	static struct fixture x;
	const char *root = getenv("AMP_SOURCE_DIR");
	char manifest[512], inputs[512], data[512], command[1200];
	struct amp_err err = {0};
	(void)snprintf(x.dir, sizeof x.dir, "/tmp/amp-linear-XXXXXX");
	(void)snprintf(x.empty, sizeof x.empty, "/tmp/amp-empty-XXXXXX");
	if (root == NULL || mkdtemp(x.dir) == NULL || mkdtemp(x.empty) == NULL) return -1;
	(void)snprintf(inputs, sizeof inputs, "%s/tests/train", root);
	(void)snprintf(manifest, sizeof manifest, "%s/manifest.json", inputs);
	(void)snprintf(data, sizeof data, "%s/analysis/data", root);
	(void)snprintf(command, sizeof command, "cp '%s'/lexicon-*.tsv '%s'", data, x.dir);
	x.detector = amp_detector_find("linear");
	if (amp_train(manifest, inputs, data, x.dir, NULL, &err) != 0 || system(command) != 0 || x.detector == NULL ||
	    x.detector->load(&x.state, x.dir, &err) != 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = &x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	char command[128];
	x->detector->unload(x->state);
	(void)snprintf(command, sizeof command, "rm -r '%s' '%s'", x->dir, x->empty);
	return system(command) == 0 ? 0 : -1;
}

static void score(struct fixture *x, const char *text, bool explain, struct amp_detection *d)
{
	struct amp_err err = {0};
	memset(d, 0, sizeof *d);
	if (x->detector->score(x->state, amp_str_c(text), "fr", explain, d, &err) != 0) fail_msg("%s", err.text);
}

static void test_scores(void **state)
{
	struct fixture *x = *state;
	struct amp_detection hateful, benign, again;
	score(x, "Franchement, les zibs sont des parasites, non ?", false, &hateful);
	score(x, "Franchement, les zibs ont gagné le match, non ?", false, &benign);
	assert_true(hateful.threshold > 0 && hateful.score >= hateful.threshold && benign.score < benign.threshold);
	/* whole numbers of 1/65536, and the same whatever was scored between */
	assert_true(hateful.score * 65536 == floor(hateful.score * 65536));
	score(x, "Franchement, les zibs sont des parasites, non ?", true, &again);
	assert_true(again.score == hateful.score);
	amp_detection_clear(&again);
	/* the groups named are the targets */
	score(x, "les musulmans sont des parasites", false, &again);
	assert_int_equal(again.n_targets, 1);
	assert_string_equal(again.targets[0], "muslim");
	score(x, "", false, &again);
	assert_true(again.score > 0 && again.score < 1 && again.n_targets == 0);
}

/* Strongest first, each with its place in the text as given. */
static void test_explanation(void **state)
{
	struct fixture *x = *state;
	struct amp_detection d;
	static const char TEXT[] = "Écoutez, LES ZIBS sont des parasites";
	bool found = false;
	score(x, TEXT, true, &d);
	assert_true(d.n_hits > 3);
	for (size_t i = 0; i < d.n_hits; i++) {
		const struct amp_hit *h = &d.hits[i];
		assert_true(h->start + h->length <= sizeof TEXT - 1);
		if (i > 0) assert_true(fabs(h->weight) <= fabs(d.hits[i - 1].weight) + 1e-12);
		if (strcmp(h->kind, "letters") != 0 || strcmp(h->entry, "parasites") != 0) continue;
		assert_memory_equal(TEXT + h->start, "parasites", 9);
		assert_int_equal(h->length, 9);
		assert_true(h->weight > 0);
		found = true;
	}
	assert_true(found);
	amp_detection_clear(&d);
}

/* A text over one piece has the score of its most hateful piece, wherever that stands. */
static void test_long_text(void **state)
{
	struct fixture *x = *state;
	struct amp_detection d;
	size_t n = (size_t)3 << 20;
	char *text = amp_malloc(n + 1);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++) text[i] = i % 8 == 7 ? ' ' : 'o';
	static const char HATE[] = " Franchement, les zibs sont des parasites, non ? ";
	memcpy(text + n - sizeof HATE, HATE, sizeof HATE - 1);
	text[n] = '\0';
	score(x, text, true, &d);
	assert_true(d.score > 0 && d.score < 1);
	for (size_t i = 0; i < d.n_hits; i++) assert_true(d.hits[i].start + d.hits[i].length <= n);
	amp_detection_clear(&d);
	amp_free(text);
}

/* Another model is another detector: one byte of a weight changes its identity, and it is not the lexicon's alone. */
static void test_identity(void **state)
{
	struct fixture *x = *state;
	const struct amp_detector *lexicon = amp_detector_find("lexicon");
	uint8_t first[AMP_SHA256], again[AMP_SHA256], words[AMP_SHA256];
	char path[80];
	void *other = NULL;
	struct amp_buf b, written;
	struct amp_linear_model *m = NULL;
	struct amp_err err = {0};
	assert_true(x->detector->data_hash(x->state, first));
	assert_int_equal(lexicon->load(&other, x->dir, &err), 0);
	assert_true(lexicon->data_hash(other, words));
	lexicon->unload(other);
	assert_memory_not_equal(first, words, AMP_SHA256);
	(void)snprintf(path, sizeof path, "%s/linear.model", x->dir);
	amp_buf_init(&b, (size_t)8 << 20);
	amp_buf_init(&written, (size_t)8 << 20);
	assert_int_equal(amp_io_read_file(path, &b, &err), 0);
	assert_int_equal(amp_linear_model_read(&m, amp_buf_str(&b), path, &err), 0);
	m->weights[7] = (int8_t)(m->weights[7] ^ 1);
	assert_int_equal(amp_linear_model_write(m, &written, &err), 0);
	assert_int_equal(amp_io_write_file(path, written.p, written.n, &err), 0);
	assert_int_equal(x->detector->load(&other, x->dir, &err), 0);
	assert_true(x->detector->data_hash(other, again));
	x->detector->unload(other);
	assert_memory_not_equal(first, again, AMP_SHA256);
	assert_int_equal(amp_io_write_file(path, b.p, b.n, &err), 0);
	amp_linear_model_free(m);
	amp_buf_free(&b);
	amp_buf_free(&written);
}

static void test_no_model(void **state)
{
	struct fixture *x = *state;
	struct amp_err err = {0};
	void *other = NULL;
	assert_int_equal(x->detector->load(&other, x->empty, &err), AMP_ENOTFOUND);
	assert_non_null(strstr(err.text, "amplimeter train"));
	assert_non_null(strstr(err.text, x->empty));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_scores), cmocka_unit_test(test_explanation),
	                                   cmocka_unit_test(test_long_text), cmocka_unit_test(test_identity),
	                                   cmocka_unit_test(test_no_model)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

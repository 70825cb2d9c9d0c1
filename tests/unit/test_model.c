/* test_model.c: the model that is shipped is the one that its manifest, its lexicon and its frames make, and it scores whole numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <unistd.h>
#include <jansson.h>
#include "base/hash.h"
#include "base/io.h"
#include "linear/model.h"

struct fixture {
	char data[600];
	struct lexicon *lexicon;
	struct lexicon_near *near;
	struct amp_linear_model *model;
	struct amp_linear_features features;
};

static void read_file(const char *folder, const char *name, struct amp_buf *b)
{
	char path[900];
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	amp_buf_init(b, (size_t)64 << 20);
	if (amp_io_read_file(path, b, &err) != 0) fail_msg("%s", err.text);
}

static int set_up(void **state)
{
	static struct fixture x;
	const char *root = getenv("AMP_SOURCE_DIR");
	struct amp_buf b;
	struct amp_err err = {0};
	if (root == NULL) return -1;
	(void)snprintf(x.data, sizeof x.data, "%s/analysis/data", root);
	read_file(x.data, "linear.model", &b);
	if (amp_linear_model_read(&x.model, amp_buf_str(&b), "linear.model", &err) != 0 ||
	    lexicon_load(&x.lexicon, x.data, &err) != 0 || lexicon_near_new(&x.near, x.lexicon, &err) != 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	amp_buf_free(&b);
	amp_linear_features_init(&x.features);
	*state = &x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	amp_linear_features_free(&x->features);
	amp_linear_model_free(x->model);
	lexicon_near_free(x->near);
	lexicon_free(x->lexicon);
	return 0;
}

static void check_file(const char *folder, const char *name, const char *sha256)
{
	struct amp_buf b;
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1];
	read_file(folder, name, &b);
	amp_sha256(b.p, b.n, hash);
	amp_hex(hash, sizeof hash, hex);
	if (strcmp(hex, sha256) != 0)
		fail_msg("%s is not the file that linear.model was trained with (%s, not %s): train again (./run model)", name, hex,
		         sha256);
	amp_buf_free(&b);
}

/* The manifest's frames, or its labelled texts. Returns how many. */
static size_t check_inputs(const struct fixture *x, const char *kind, const char *folder)
{
	char path[700];
	size_t n = 0, i;
	json_t *input;
	(void)snprintf(path, sizeof path, "%s/linear.manifest.json", x->data);
	json_t *root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	json_array_foreach(json_object_get(root, "inputs"), i, input)
	{
		if (strcmp(json_string_value(json_object_get(input, "kind")), kind) != 0) continue;
		check_file(folder, json_string_value(json_object_get(input, "file")),
		           json_string_value(json_object_get(input, "sha256")));
		n++;
	}
	json_decref(root);
	return n;
}

/* A lexicon, frames or manifest changed after the training make another detector, that nobody has measured. */
static void test_made_of(void **state)
{
	const struct fixture *x = *state;
	struct amp_buf manifest, hashes, measures;
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1], name[128];
	read_file(x->data, "linear.manifest.json", &manifest);
	amp_sha256(manifest.p, manifest.n, hash);
	assert_memory_equal(hash, x->model->manifest, AMP_SHA256);
	if (memcmp(x->model->lexicon, x->lexicon->hash, AMP_SHA256) != 0)
		fail_msg("the lexicons changed since linear.model was trained: train again (./run model)");
	assert_int_equal(check_inputs(x, "frames", x->data), 6);
	amp_hex(x->model->hash, AMP_SHA256, hex);
	read_file(x->data, "linear.json", &measures);
	assert_non_null(strstr(measures.p, hex));
	(void)snprintf(name, sizeof name, "linear-%s.hashes", hex);
	read_file(x->data, name, &hashes);
	assert_true(hashes.n > 8 * (size_t)75000 && hashes.n % 8 == 0);
	amp_buf_free(&manifest);
	amp_buf_free(&measures);
	amp_buf_free(&hashes);
}

static void test_training_texts(void **state)
{
	const char *shared = getenv("AMP_SHARED");
	char folder[700];
	(void)snprintf(folder, sizeof folder, "%s/hate/train", shared != NULL ? shared : "");
	if (access(folder, R_OK) != 0) {
		print_message("skipped: ../shared is absent, or the labelled texts in it\n");
		skip();
	}
	assert_int_equal(check_inputs(*state, "natural", folder), 15);
}

/* To the last bit, on every machine and with every compiler. */
static void test_scores(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *lang, *text;
		uint32_t score;
	} TABLE[] = {
		{"fr", "Les voisins chantent sous la pluie, et la chorale des lesbiennes aussi.", 2464},
		{"fr", "Renvoyez-moi ces Roms, ce sont des parasites qui nous coûtent cher.", 56700},
		{"fr", "Il a hurlé « les juifs sont des rats » dans le tram : une enquête est ouverte.", 1642},
		{"fr", "Personne n'a le droit de frapper une femme trans, jamais.", 16883},
		{"en", "My Muslim neighbours lent me a ladder again, bless them.", 10230},
		{"en", "Round up the immigrants and throw them into the sea.", 44356},
		{"es", "Los gitanos son basura y hay que echarlos del pueblo.", 39923},
		{"de", "Die Flüchtlinge kochen heute für das ganze Haus.", 13247},
		{"it", "Cacciate via gli zingari, sono solo ladri.", 47101},
		{"pt", "Os haitianos abriram um restaurante ótimo na minha rua.", 8663},
		{NULL, "🙂", 6640},
	};
	struct amp_err err = {0};
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		size_t read;
		assert_int_equal(amp_linear_features_read(&x->features, x->lexicon, x->near, amp_str_c(TABLE[i].text),
		                                          TABLE[i].lang, false, &read, &err),
		                 0);
		uint32_t score = amp_linear_logistic(amp_linear_logit(x->model, amp_linear_margin(x->model, &x->features)));
		if (score != TABLE[i].score) fail_msg("\"%s\": %u, not %u", TABLE[i].text, score, TABLE[i].score);
	}
}

/* What linear.json says across groups follows from what it says of each, and every sort of sentence has an AUC. */
static void test_measures(void **state)
{
	const struct fixture *x = *state;
	struct amp_buf b;
	const char *file, *name;
	json_t *of, *g;
	size_t files = 0;
	read_file(x->data, "linear.json", &b);
	json_t *root = json_loadb(b.p, b.n, 0, NULL);
	json_object_foreach(json_object_get(root, "frames"), file, of)
	{
		json_t *across = json_object_get(of, "across_targets");
		double lowest = 2, least = 2, most = -1;
		json_object_foreach(json_object_get(of, "targets"), name, g)
		{
			double recall = json_number_value(json_object_get(g, "recall"));
			double wrong = json_number_value(json_object_get(g, "false_positive_rate"));
			if (recall < lowest) lowest = recall;
			if (wrong < least) least = wrong;
			if (wrong > most) most = wrong;
		}
		assert_true(fabs(json_number_value(json_object_get(across, "lowest_recall")) - lowest) < 1e-9);
		assert_true(fabs(json_number_value(json_object_get(across, "spread_of_false_positive_rate")) - (most - least)) <
		            1e-9);
		json_object_foreach(json_object_get(of, "sorts"), name, g)
		{
			json_t *both = json_object_get(g, "auc"); /* a sort of both labels */
			double area = json_number_value(both != NULL ? both : json_object_get(g, "auc_against_the_other_label"));
			if (area <= 0 || area > 1) fail_msg("%s: %s has no AUC", file, name);
		}
		files++;
	}
	assert_int_equal(files, 6);
	json_decref(root);
	amp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_made_of), cmocka_unit_test(test_training_texts),
	                                   cmocka_unit_test(test_scores), cmocka_unit_test(test_measures)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

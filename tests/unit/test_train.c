/* test_train.c: training gives the same bytes twice, learns, and refuses what it cannot use. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>
#include "base/io.h"
#include "base/utf8.h"
#include "linear/model.h"
#include "train/frames.h"
#include "train/private.h"
#include "train/train.h"

struct fixture {
	char dir[32], source[512], data[600], manifest[600];
};

static int set_up(void **state)
{
	static struct fixture x;
	const char *root = getenv("AMP_SOURCE_DIR");
	(void)snprintf(x.dir, sizeof x.dir, "/tmp/amp-train-XXXXXX");
	if (root == NULL || mkdtemp(x.dir) == NULL) return -1;
	(void)snprintf(x.source, sizeof x.source, "%s/tests/train", root);
	(void)snprintf(x.data, sizeof x.data, "%s/analysis/data", root);
	(void)snprintf(x.manifest, sizeof x.manifest, "%s/manifest.json", x.source);
	*state = &x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	char command[64];
	(void)snprintf(command, sizeof command, "rm -r '%s'", x->dir);
	return system(command) == 0 ? 0 : -1;
}

static void read_out(const struct fixture *x, const char *out, const char *name, struct amp_buf *b)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s/%s", x->dir, out, name);
	amp_buf_init(b, (size_t)8 << 20);
	if (amp_io_read_file(path, b, NULL) != 0) fail_msg("cannot read %s", path);
}

static void train_into(const struct fixture *x, const char *manifest, const char *out)
{
	char path[128];
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/%s", x->dir, out);
	if (amp_train(manifest, x->source, x->data, path, NULL, &err) != 0) fail_msg("%s", err.text);
}

static void test_same_bytes(void **state)
{
	const struct fixture *x = *state;
	static const char *const NAMES[] = {"linear.model", "linear.json"};
	train_into(x, x->manifest, "a");
	train_into(x, x->manifest, "b");
	for (size_t i = 0; i < 2; i++) {
		struct amp_buf a, b;
		read_out(x, "a", NAMES[i], &a);
		read_out(x, "b", NAMES[i], &b);
		assert_true(a.n > 0 && a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
		amp_buf_free(&a);
		amp_buf_free(&b);
	}
}

/* The sentences are made so that they can be told apart: the model must, and the hashes be those of their normal forms. */
static void test_learns(void **state)
{
	const struct fixture *x = *state;
	struct amp_buf measures, model, hashes;
	struct amp_linear_model *m = NULL;
	struct amp_err err = {0};
	char name[128], hex[2 * AMP_SHA256 + 1];
	train_into(x, x->manifest, "c");
	read_out(x, "c", "linear.json", &measures);
	read_out(x, "c", "linear.model", &model);
	json_t *root = json_loads(measures.p, 0, NULL);
	json_t *all = json_object_get(json_object_get(root, "languages"), "*");
	assert_true(json_real_value(json_object_get(all, "auc")) > 0.98 || json_integer_value(json_object_get(all, "auc")) == 1);
	assert_true(json_integer_value(json_object_get(all, "n")) == 320);
	assert_int_equal(amp_linear_model_read(&m, amp_buf_str(&model), "m", &err), 0);
	amp_hex(m->hash, AMP_SHA256, hex);
	assert_string_equal(json_string_value(json_object_get(root, "model")), hex);
	(void)snprintf(name, sizeof name, "linear-%s.hashes", hex);
	read_out(x, "c", name, &hashes);
	assert_int_equal(hashes.n, 8 * 320);
	for (size_t i = 8; i < hashes.n; i += 8) assert_true(memcmp(hashes.p + i - 8, hashes.p + i, 8) < 0);
	json_decref(root);
	amp_linear_model_free(m);
	amp_buf_free(&measures);
	amp_buf_free(&model);
	amp_buf_free(&hashes);
}

/* One member of the manifest changed: refused, with a sentence that names it. value: JSON, or NULL to remove the member. */
static void test_manifest(void **state)
{
	const struct fixture *x = *state;
	static const struct {
		const char *member, *value, *said;
	} TABLE[] = {
		{"seed", "-1", "seed"},
		{"seed", "\"7\"", "seed"},
		{"C", "1.5", "C"},
		{"C", "\"0\"", "C"},
		{"C", "\"nan\"", "C"},
		{"eps", NULL, "eps"},
		{"folds", "1", "folds"},
		{"folds", "\"5\"", "folds"},
		{"clip", "\"2\"", "clip"},
		{"balance_max", "0", "balance_max"},
		{"scales", "{}", "concept"},
		{"inputs", "[]", "inputs"},
		{"inputs", "[{\"file\": \"../texts.csv\"}]", "Input 1"},
		{"inputs", "[{\"file\": \"texts.csv\", \"source\": \"s\", \"licence\": \"l\", \"sha256\": \"12\"}]", "SHA-256"},
		{"inputs",
	         "[{\"file\": \"texts.csv\", \"source\": \"s\", \"licence\": \"l\", \"kind\": \"natural\", \"weight\": 1, \"group\": \"sort\", "
	         "\"sha256\": \"2f5b2638f182e8ae1766f136dceb13ca38ab9453a878e69fa5b7e7c0e37ade40\"}]",
	         "group"},
	};
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		char path[128], out[128];
		struct amp_err err = {0};
		json_t *root = json_load_file(x->manifest, 0, NULL);
		assert_non_null(root);
		if (TABLE[i].value == NULL)
			(void)json_object_del(root, TABLE[i].member);
		else
			(void)json_object_set_new(root, TABLE[i].member, json_loads(TABLE[i].value, JSON_DECODE_ANY, NULL));
		(void)snprintf(path, sizeof path, "%s/manifest.json", x->dir);
		(void)snprintf(out, sizeof out, "%s/none", x->dir);
		assert_int_equal(json_dump_file(root, path, 0), 0);
		json_decref(root);
		if (amp_train(path, x->source, x->data, out, NULL, &err) == 0)
			fail_msg("%s: %s was taken", TABLE[i].member, TABLE[i].value);
		if (strstr(err.text, TABLE[i].said) == NULL) fail_msg("%s: \"%s\"", TABLE[i].member, err.text);
		assert_int_not_equal(access(out, F_OK), 0);
	}
}

/* Inputs are named by their hash: another file of the same name is not trained on. */
static void test_other_input(void **state)
{
	const struct fixture *x = *state;
	char path[128], out[128];
	static const char TEXTS[] = "id,lang,text,label,target,source\n1,fr,bonjour,0,,s\n";
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/texts.csv", x->dir);
	(void)snprintf(out, sizeof out, "%s/none", x->dir);
	assert_int_equal(amp_io_write_file(path, TEXTS, sizeof TEXTS - 1, &err), 0);
	assert_int_not_equal(amp_train(x->manifest, x->dir, x->data, out, NULL, &err), 0);
	assert_non_null(strstr(err.text, "SHA-256"));
}

/* ---- folds ---- */
static const char FRAMES[] = "lang\tfr\n"
			     "group\twomen\tP=les femmes\n"
			     "group\tmuslim\tP=les musulmans\n"
			     "slot\tB\tmauvais\tbêtes\tlaids\tlents\tvieux\tbruns\n"
			     "hate\tone\t{g.P} sont {B}\n"
			     "hate\ttwo\tdehors {g.P} trop {B}\n"
			     "benign\tone\tdire {HATE} est {B}\n"
			     "benign\tthree\t{g.P} du quartier {B} chantent\n";

/* Writes a manifest of one input and reads its rows. */
static void read_rows(const struct fixture *x, struct train_rows *rows, struct train_manifest *m, const char *text,
                      const char *group)
{
	char folder[64], path[128], manifest[1600], hex[2 * AMP_SHA256 + 1];
	uint8_t hash[AMP_SHA256];
	bool frames = strncmp(text, "lang", 4) == 0;
	struct lexicon *l = NULL;
	struct lexicon_near *near = NULL;
	struct amp_err err = {0};
	static const struct amp_train_progress silent = {0};
	(void)snprintf(folder, sizeof folder, "%s/folds", x->dir);
	assert_int_equal(amp_io_mkdirs(folder, &err), 0);
	(void)snprintf(path, sizeof path, "%s/input", folder);
	assert_int_equal(amp_io_write_file(path, text, strlen(text), &err), 0);
	amp_sha256(text, strlen(text), hash);
	amp_hex(hash, sizeof hash, hex);
	(void)snprintf(
		manifest, sizeof manifest,
		"{\"seed\": 7, \"inputs\": [{\"file\": \"input\", \"sha256\": \"%s\", \"source\": \"s\", \"licence\": \"l\", "
		"\"kind\": \"%s\", \"weight\": 1, \"balance\": false, \"count\": 80, \"group\": \"%s\"}], \"folds\": 19, "
		"\"balance_max\": 8, \"C\": \"1\", \"eps\": \"0.01\", \"scales\": {\"concept\": \"1\", \"word\": \"1\", "
		"\"masked\": \"1\", \"character\": \"1\"}, \"clip\": \"1\"}",
		hex, frames ? "frames" : "natural", group);
	(void)snprintf(path, sizeof path, "%s/manifest", folder);
	assert_int_equal(amp_io_write_file(path, manifest, strlen(manifest), &err), 0);
	memset(rows, 0, sizeof *rows);
	if (train_manifest_read(m, path, &err) != 0 || lexicon_load(&l, x->data, &err) != 0 ||
	    lexicon_near_new(&near, l, &err) != 0 || train_rows_read(rows, m, l, near, folder, folder, &silent, &err) != 0)
		fail_msg("%s", err.text);
	lexicon_near_free(near);
	lexicon_free(l);
}

/* Rows that belong together are in one fold, and others are not all there. */
static void test_together(void **state)
{
	static const struct {
		const char *group, *a, *b; /* ids */
		bool twins, together;
	} TABLE[] = {
		{"row", "t-1_1", "t-1_2", true, false},    {"thread", "t-1_1", "t-1_2", false, true},
		{"thread", "t-1_1", "t-2_1", true, false}, {"number", "fr-12", "es-12", false, true},
		{"number", "fr-12", "fr-13", true, false}, {"similar", "m-1", "m-2", true, true},
		{"similar", "m-1", "m-2", false, false},
	};
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		char text[600];
		struct train_rows rows;
		struct train_manifest m;
		(void)snprintf(
			text, sizeof text,
			"id,lang,text,label,target,source\n%s,fr,les voisins du dessus chantent très bien,0,,s\n%s,fr,%s,1,,s\n",
			TABLE[i].a, TABLE[i].b,
			TABLE[i].twins ? "les voisins du dessus chantent très mal" : "un train part ce soir");
		read_rows(*state, &rows, &m, text, TABLE[i].group);
		assert_int_equal(rows.n, 2);
		if ((rows.v[0].fold == rows.v[1].fold) != TABLE[i].together)
			fail_msg("%zu: %s %s %s: folds %d, %d", i, TABLE[i].group, TABLE[i].a, TABLE[i].b, rows.v[0].fold,
			         rows.v[1].fold);
		train_rows_free(&rows);
		train_manifest_free(&m);
	}
}

/* All sentences of a frame, sort or group are in one fold; what quotes a frame is not trained on without it. */
static void test_frame_folds(void **state)
{
	static const char *const GROUPS[] = {"sentence", "sort", "target"};
	for (size_t g = 0; g < 3; g++) {
		struct train_rows rows;
		struct train_manifest m;
		size_t others = 0, quoting = 0;
		read_rows(*state, &rows, &m, FRAMES, GROUPS[g]);
		assert_true(rows.n > 20);
		for (size_t i = 0; i < rows.n; i++) {
			const struct train_row *a = &rows.v[i];
			quoting += a->quotes != TRAIN_NO_FOLD;
			for (size_t k = 0; k < i; k++) {
				const struct train_row *b = &rows.v[k];
				bool same = g == 2 ? strcmp(a->what, b->what) == 0
				                   : strcmp(a->sort, b->sort) == 0 && (g == 1 || a->label == b->label);
				if (same) assert_int_equal(a->fold, b->fold);
				others += a->fold != b->fold;
			}
		}
		assert_true(others > 0 && (quoting > 0) == (g == 0));
		train_rows_free(&rows);
		train_manifest_free(&m);
	}
}

/* ---- frames ---- */
struct made {
	size_t n, hateful, quoting;
	uint64_t sum; /* of all bytes, in order */
	bool bad;
};

static int take(void *user, const struct amp_frame *sentence, struct amp_err *err)
{
	struct made *m = user;
	struct amp_str text = sentence->text;
	(void)err;
	m->n++;
	m->hateful += sentence->hateful;
	m->bad = m->bad || text.n < 3 || !amp_utf8_valid(text.p, text.n) || memchr(text.p, '{', text.n) != NULL ||
	         memchr(text.p, '}', text.n) != NULL || sentence->sort.n == 0 || sentence->line <= 0 ||
	         (sentence->hateful && sentence->quoted != 0);
	m->quoting += sentence->quoted != 0;
	for (size_t i = 0; i < text.n; i++) m->sum = m->sum * 31 + (unsigned char)text.p[i];
	return 0;
}

/* Every shipped file fills its frames: no slot without fillers, half of the sentences hateful, the same for a seed and others for another. */
static void test_shipped_frames(void **state)
{
	const struct fixture *x = *state;
	static const char *const LANGS[] = {"fr", "en", "es", "de", "it", "pt"};
	for (size_t i = 0; i < sizeof LANGS / sizeof *LANGS; i++) {
		struct amp_buf b;
		struct amp_err err = {0};
		struct made first = {0}, again = {0}, other = {0};
		char path[700];
		(void)snprintf(path, sizeof path, "%s/frames-%s.tsv", x->data, LANGS[i]);
		amp_buf_init(&b, (size_t)4 << 20);
		assert_int_equal(amp_io_read_file(path, &b, &err), 0);
		if (amp_frames(amp_buf_str(&b), path, 5, 400, take, &first, &err) != 0) fail_msg("%s", err.text);
		assert_int_equal(amp_frames(amp_buf_str(&b), path, 5, 400, take, &again, &err), 0);
		assert_int_equal(amp_frames(amp_buf_str(&b), path, 6, 400, take, &other, &err), 0);
		assert_true(first.n >= 390 && first.hateful >= 190 && first.hateful <= 200 && first.quoting >= 5 && !first.bad);
		assert_true(first.sum == again.sum && first.sum != other.sum);
		amp_buf_free(&b);
	}
}

/* Mistakes of frames are named by file and line. */
static void test_frames_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} TABLE[] = {
		{"slot\tA\tb\nhate\tx\t{A}\nbenign\tx\t{A}\n", "lang"},
		{"lang\tfr\nslut\tA\tb\n", "f.tsv:2"},
		{"lang\tfr\nhate\tx\n", "f.tsv:2"},
		{"lang\tfr\nhate\tx\t{A}\nbenign\tx\ty\n", "f.tsv:2"},
		{"lang\tfr\nhate\tx\t{A\nbenign\tx\ty\n", "f.tsv:2"},
		{"lang\tfr\nslot\tA\t{A}\nhate\tx\t{A}\nbenign\tx\ty\n", "f.tsv:2"},
		{"lang\tfr\nbenign\tx\ty\n", "hate"},
		{"lang\tfr\nhate\tx\t\xff\nbenign\tx\ty\n", "UTF-8"},
	};
	for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
		struct amp_err err = {0};
		struct made made = {0};
		if (amp_frames(amp_str_c(TABLE[i].text), "f.tsv", 1, 40, take, &made, &err) == 0) fail_msg("%zu was taken", i);
		if (strstr(err.text, TABLE[i].said) == NULL) fail_msg("%zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bytes),     cmocka_unit_test(test_learns),
	                                   cmocka_unit_test(test_manifest),       cmocka_unit_test(test_other_input),
	                                   cmocka_unit_test(test_together),       cmocka_unit_test(test_frame_folds),
	                                   cmocka_unit_test(test_shipped_frames), cmocka_unit_test(test_frames_mistakes)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

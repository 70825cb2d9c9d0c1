/* manifest.c: reads a manifest (train.h says what is in it). */
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/io.h"
#include "train/private.h"

#define MANIFEST_MAX ((size_t)1 << 20)
static const char *const BLOCK_NAMES[AMP_LINEAR_BLOCKS] = {"concept", "word", "masked", "character"};

void train_manifest_free(struct train_manifest *m)
{
	amp_arena_free(m->arena);
	memset(m, 0, sizeof *m);
}

/* A decimal string between the limits. */
static int decimal(const json_t *object, const char *name, double low, double high, double *out, struct amp_err *err)
{
	const char *s = json_string_value(json_object_get(object, name));
	char *end = NULL;
	double v = s != NULL ? strtod(s, &end) : 0;
	if (s == NULL || *s < '0' || *s > '9' || *end != '\0' || !(v >= low && v <= high))
		return amp_fail(err, AMP_EUSAGE, _("The manifest's \"%s\" should be a decimal number as a string, from %g to %g."),
		                name, low, high);
	*out = v;
	return 0;
}

static int whole(const json_t *object, const char *name, int64_t low, int64_t high, int64_t *out, struct amp_err *err)
{
	const json_t *v = json_object_get(object, name);
	if (!json_is_integer(v) || json_integer_value(v) < low || json_integer_value(v) > high)
		return amp_fail(err, AMP_EUSAGE, _("The manifest's \"%s\" should be a whole number from %lld to %lld."), name,
		                (long long)low, (long long)high);
	*out = json_integer_value(v);
	return 0;
}

static const char *word(struct train_manifest *m, const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);
	return json_is_string(v) ? amp_arena_strndup(m->arena, json_string_value(v), json_string_length(v)) : NULL;
}

/* Absent: each row, or each sentence of frames, by itself. */
static int read_group(struct train_input *in, const char *name, struct amp_err *err)
{
	static const struct {
		const char *name;
		bool frames;
		enum train_group group;
	} GROUPS[] = {{"row", false, TRAIN_GROUP_ROW},          {"thread", false, TRAIN_GROUP_THREAD},
	              {"number", false, TRAIN_GROUP_NUMBER},    {"similar", false, TRAIN_GROUP_SIMILAR},
	              {"sentence", true, TRAIN_GROUP_SENTENCE}, {"sort", true, TRAIN_GROUP_SORT},
	              {"target", true, TRAIN_GROUP_TARGET}};
	if (name == NULL) name = in->frames ? "sentence" : "row";
	for (size_t i = 0; i < sizeof GROUPS / sizeof *GROUPS; i++) {
		if (strcmp(GROUPS[i].name, name) != 0 || GROUPS[i].frames != in->frames) continue;
		in->group = GROUPS[i].group;
		return 0;
	}
	return amp_fail(
		err, AMP_EUSAGE,
		_("Input %s of the manifest: \"group\" is row, thread, number or similar; of frames, sentence, sort or target."),
		in->file);
}

static int read_input(struct train_manifest *m, const json_t *v, size_t i, struct amp_err *err)
{
	struct train_input *in = &m->inputs[i];
	int rc;
	const char *kind = json_string_value(json_object_get(v, "kind")), *hash = json_string_value(json_object_get(v, "sha256"));
	in->file = word(m, v, "file");
	in->source = word(m, v, "source");
	in->licence = word(m, v, "licence");
	if (in->file == NULL || in->source == NULL || in->licence == NULL || strstr(in->file, "..") != NULL || in->file[0] == '/')
		return amp_fail(err, AMP_EUSAGE,
		                _("Input %zu of the manifest needs a file (in the inputs' folder), a source and a licence."),
		                i + 1);
	if (hash == NULL || amp_unhex(amp_str_c(hash), in->sha256, sizeof in->sha256) != 0)
		return amp_fail(err, AMP_EUSAGE, _("Input %s of the manifest needs its SHA-256, 64 hexadecimal digits."), in->file);
	if (kind == NULL || (strcmp(kind, "natural") != 0 && strcmp(kind, "frames") != 0))
		return amp_fail(err, AMP_EUSAGE, _("Input %s of the manifest needs a kind: \"natural\" or \"frames\"."), in->file);
	in->frames = strcmp(kind, "frames") == 0;
	in->balance = json_is_true(json_object_get(v, "balance"));
	rc = read_group(in, json_string_value(json_object_get(v, "group")), err);
	if (rc != 0) return rc;
	if (in->frames) {
		rc = whole(v, "count", 2, 1000000, &in->count, err);
		if (rc != 0) return rc;
	}
	return whole(v, "weight", 1, 100, &in->weight, err);
}

static int read_root(struct train_manifest *m, const json_t *root, struct amp_err *err)
{
	const json_t *inputs = json_object_get(root, "inputs"), *scales = json_object_get(root, "scales");
	int64_t seed = 0;
	int rc = whole(root, "seed", 0, INT64_MAX, &seed, err);
	m->seed = (uint64_t)seed;
	if (rc == 0) rc = whole(root, "folds", 2, TRAIN_FOLDS_MAX, &m->folds, err);
	if (rc == 0) rc = decimal(root, "C", 0.0001, 1000, &m->c, err);
	if (rc == 0) rc = decimal(root, "eps", 0.000001, 0.5, &m->eps, err);
	if (rc == 0) rc = decimal(root, "clip", 0.5, 1, &m->clip, err);
	if (rc == 0) rc = whole(root, "balance_max", 1, 1000, &m->balance_max, err);
	for (size_t b = 0; rc == 0 && b < AMP_LINEAR_BLOCKS; b++) {
		double scale = 0;
		rc = decimal(scales, BLOCK_NAMES[b], 0, 16, &scale, err);
		m->scale[b] = (uint32_t)(scale * 1024 + 0.5);
	}
	m->n_inputs = json_array_size(inputs);
	if (rc == 0 && (m->n_inputs == 0 || m->n_inputs > TRAIN_INPUTS_MAX))
		rc = amp_fail(err, AMP_EUSAGE, _("The manifest's \"inputs\" should list 1 to 1000 files."));
	if (rc != 0) return rc;
	m->inputs = amp_arena_new_array(m->arena, struct train_input, m->n_inputs);
	if (m->inputs == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the manifest."));
	for (size_t i = 0; rc == 0 && i < m->n_inputs; i++) rc = read_input(m, json_array_get(inputs, i), i, err);
	return rc;
}

int train_manifest_read(struct train_manifest *m, const char *path, struct amp_err *err)
{
	struct amp_buf bytes;
	json_error_t where;
	json_t *root = NULL;
	memset(m, 0, sizeof *m);
	amp_buf_init(&bytes, MANIFEST_MAX);
	m->arena = amp_arena_new(0);
	int rc = m->arena == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the manifest.")) : 0;
	if (rc == 0) rc = amp_io_read_file(path, &bytes, err);
	if (rc == 0) {
		amp_sha256(bytes.p, bytes.n, m->hash);
		rc = amp_jsonv_load(&root, amp_buf_str(&bytes),
		                    &(struct amp_jsonv_rule){.name = path, .flags = JSON_REJECT_DUPLICATES}, &where, err);
		if (rc == AMP_EFORMAT) rc = amp_fail(err, AMP_EUSAGE, "%s:%d:%d: %s", path, where.line, where.column, where.text);
	}
	if (rc == 0) rc = read_root(m, root, err);
	json_decref(root);
	amp_buf_free(&bytes);
	return rc;
}

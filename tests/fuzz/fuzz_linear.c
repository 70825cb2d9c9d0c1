/* fuzz_linear.c: any bytes, as a text of the linear detector and as a model file.
 *
 * Text: its features lie in the table and inside the normal form, the same ones come out twice, words that are remembered change nothing, and their score under a fixed model is in
 * (0, 1) and has a language of the lexicons or none.
 * Model: first byte 'M', a place (two bytes), a length that the file is cut or lengthened by (one byte, signed): the rest is written over a sound
 * file there, which is sealed again by its SHA-256 but where the first byte is 'm'. It is refused with a sentence, or all in it is sound.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "detectors/detector.h"
#include "linear/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct lexicon *lexicon;
static struct lexicon_near *near;
static struct amp_linear_model *model;
static struct amp_buf sound; /* the model's file */

static void start(void)
{
	uint32_t weight = 1;
	if (lexicon_load(&lexicon, amp_detector_data_dir(), NULL) != 0 || lexicon_near_new(&near, lexicon, NULL) != 0 ||
	    amp_linear_model_new(&model, NULL) != 0)
		abort();
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++) {
		weight = weight * 1664525 + 1013904223; /* any weights will do: Numerical Recipes' generator */
		model->weights[i] = (int8_t)((int)(weight >> 24) - 128);
	}
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) model->scale[b] = 1024;
	model->slope = 1000;
	model->n_langs = 2;
	model->lang[0] = (struct amp_linear_lang){"*", 32768, 20000, 40000};
	model->lang[1] = (struct amp_linear_lang){"fr", 30000, 20000, 40000};
	amp_buf_init(&sound, (size_t)4 << 20);
	if (amp_linear_model_write(model, &sound, NULL) != 0) abort();
}

static void check_lists(const struct amp_linear_features *f)
{
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
		for (size_t i = 0; i < f->block[b].n; i++) {
			const struct amp_linear_origin *o = &f->block[b].origin[i];
			if (f->block[b].place[i] >= AMP_LINEAR_PLACES || o->start > o->end || o->end > f->normal.text.n) abort();
		}
}

static void read_text(struct amp_str text)
{
	static struct amp_linear_features f, known; /* known: remembers words of all texts so far */
	size_t read = 0, n[AMP_LINEAR_BLOCKS];
	if (f.normal.text.cap == 0) {
		amp_linear_features_init(&f);
		amp_linear_features_init(&known);
		if (amp_linear_features_for(&known, lexicon, model->weights, NULL) != 0) abort();
	}
	if (amp_linear_features_read(&f, lexicon, near, text, NULL, true, &read, NULL) != 0) abort();
	if (read > text.n || (text.n <= AMP_NORMALISE_MAX && read != text.n)) abort();
	check_lists(&f);
	int64_t margin = amp_linear_margin(model, &f);
	uint32_t score = amp_linear_logistic(amp_linear_logit(model, margin));
	if (score == 0 || score >= AMP_LINEAR_ONE) abort();
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) n[b] = f.block[b].n;
	if (amp_linear_features_read(&known, lexicon, near, text, NULL, false, &read, NULL) != 0) abort();
	if (amp_linear_margin(model, &known) != margin || known.targets != f.targets || known.slur_targets != f.slur_targets)
		abort();
	/* again without explanations, after another text */
	if (amp_linear_features_read(&f, lexicon, near, AMP_STR("les zibs, 2 fois !"), "fr", false, &read, NULL) != 0 ||
	    amp_linear_features_read(&f, lexicon, near, text, NULL, false, &read, NULL) != 0)
		abort();
	if (amp_linear_margin(model, &f) != margin) abort();
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
		if (f.block[b].n != n[b]) abort();
}

static void check_model(const struct amp_linear_model *m)
{
	const struct amp_linear_lang *any = amp_linear_lang_of(m, NULL);
	if (m->n_langs == 0 || m->n_langs > AMP_LINEAR_LANGS || strcmp(any->code, "*") != 0) abort();
	for (size_t i = 0; i < m->n_langs; i++)
		if (m->lang[i].threshold == 0 || m->lang[i].threshold > AMP_LINEAR_ONE || memchr(m->lang[i].code, 0, 8) == NULL)
			abort();
	for (int64_t margin = INT64_MIN / 2; margin < INT64_MAX / 4; margin += INT64_MAX / 8) {
		uint32_t score = amp_linear_logistic(amp_linear_logit(m, margin));
		if (score == 0 || score >= AMP_LINEAR_ONE) abort();
	}
}

static void read_model(const uint8_t *data, size_t size, bool seal)
{
	struct amp_linear_model *m = NULL;
	struct amp_err err = {0};
	struct amp_buf b;
	size_t at = (size_t)data[0] << 8 | data[1], n = sound.n;
	int change = (int8_t)data[2];
	amp_buf_init(&b, (size_t)4 << 20);
	if (amp_buf_add(&b, sound.p, n) != 0 || amp_buf_reserve(&b, 256) != 0) abort();
	memset(b.p + n, 0, 128);
	n = (size_t)((int64_t)n + change);
	for (size_t i = 3; i < size && at < n - AMP_SHA256; i++) b.p[at++] = (char)data[i];
	if (seal) {
		uint8_t hash[AMP_SHA256];
		amp_sha256(b.p, n - AMP_SHA256, hash);
		memcpy(b.p + n - AMP_SHA256, hash, sizeof hash);
	}
	if (amp_linear_model_read(&m, (struct amp_str){b.p, n}, "a.model", &err) == 0) {
		if (change != 0) abort();
		check_model(m);
	} else if (m != NULL || err.text[0] == '\0') {
		abort();
	}
	amp_linear_model_free(m);
	amp_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_linear_model *m = NULL;
	if (model == NULL) start();
	if (size > 4 && (data[0] == 'M' || data[0] == 'm')) read_model(data + 1, size - 1, data[0] == 'M');
	if (amp_linear_model_read(&m, (struct amp_str){(const char *)data, size}, "a.model", NULL) == 0) abort(); /* too short */
	read_text((struct amp_str){(const char *)data, size});
	return 0;
}

/* model.h: a trained model of the linear detector, in a file, and its score.
 *
 * The file, all integers little endian:
 *   "AMPLIN1\n" · features version, normaliser version, text view version, bits (u32 each) · scale of each block (4 x u32, 1024 = 1) ·
 *   slope, offset (i64, see below) · n languages (u32), then 16 x { code (8 bytes, NUL-filled), threshold, abstain from, abstain to
 *   (u32 each, 65536 = 1) } · SHA-256 of the lexicon files and of the manifest it was trained with · int8 weights (2^bits) ·
 *   SHA-256 of all bytes before.
 *
 * Score: margin = sum over blocks of scale x norm(n) x sum of weights; logit = floor(margin x slope / 2^32) + offset, in 1/65536;
 * score = logistic of it by a table with interpolation. Whole numbers throughout: no libm, no order of additions, no compiler changes a bit.
 */
#ifndef AMP_LINEAR_MODEL_H
#define AMP_LINEAR_MODEL_H
#include "linear/features.h"

#define AMP_LINEAR_LANGS 16
#define AMP_LINEAR_ONE 65536 /* a score or threshold of 1 */
#define AMP_LINEAR_SLOPE_MAX (INT64_C(1) << 20)

struct amp_linear_lang {
	char code[8];                                 /* "fr"; "*" where no other fits */
	uint32_t threshold, abstain_from, abstain_to; /* hateful at or above the threshold; unsure in [from, to) */
};
struct amp_linear_model {
	uint32_t scale[AMP_LINEAR_BLOCKS]; /* 1024 = 1 */
	int64_t slope, offset;
	struct amp_linear_lang lang[AMP_LINEAR_LANGS];
	uint32_t n_langs;
	uint8_t lexicon[AMP_SHA256], manifest[AMP_SHA256];
	uint8_t hash[AMP_SHA256]; /* of the file */
	int8_t *weights;          /* AMP_LINEAR_PLACES */
};
/* A model with no weights set: for training. */
int amp_linear_model_new(struct amp_linear_model **out, struct amp_err *err) AMP_CHECK;
void amp_linear_model_free(struct amp_linear_model *m); /* NULL-safe */
/* Refuses what is cut, changed, or made for another version, with a sentence that says what to do. */
int amp_linear_model_read(struct amp_linear_model **out, struct amp_str bytes, const char *path, struct amp_err *err) AMP_CHECK;
/* Appends the file's bytes and sets m->hash. */
int amp_linear_model_write(struct amp_linear_model *m, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

/* The weighted sum, in scale x norm x weight units. */
int64_t amp_linear_margin(const struct amp_linear_model *m, const struct amp_linear_features *f);
/* In 1/65536, from margin or directly. */
int64_t amp_linear_logit(const struct amp_linear_model *m, int64_t margin);
/* round(65536 / (1 + exp(-logit / 65536))), at most 1 off, never 0 nor 65536. */
uint32_t amp_linear_logistic(int64_t logit);
/* The row of a language, of "*" when it has none; lang may be NULL. Never NULL: a model has a row "*". */
const struct amp_linear_lang *amp_linear_lang_of(const struct amp_linear_model *m, const char *lang);

#endif

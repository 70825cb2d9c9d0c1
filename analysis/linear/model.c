/* model.c: the model file, and a score in whole numbers. */
#include "linear/model.h"
#include "linear/private.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"

static const char MAGIC[8] = "AMPLIN1\n";
#define LANG_SIZE 20
#define HEADER_SIZE (8 + 4 * 4 + 4 * AMP_LINEAR_BLOCKS + 8 * 2 + 4 + LANG_SIZE * AMP_LINEAR_LANGS + 2 * AMP_SHA256)
#define FILE_SIZE (HEADER_SIZE + AMP_LINEAR_PLACES + AMP_SHA256)
#define NORMALISER_VERSION_NUMBER ((uint32_t)(AMP_NORMALISER_VERSION[0] - '0')) /* one digit so far: a check below */
#define TEXT_VIEW_NUMBER 1
#define MARGIN_MAX (INT64_C(1) << 42)
#define OFFSET_MAX (INT64_C(1) << 40)
#define LOGISTIC_STEP 1024 /* 1/64 of 65536 */
#define LOGISTIC_HALF 768

_Static_assert(sizeof AMP_NORMALISER_VERSION == 2, "the normaliser's version is one digit: widen its place in the model file");

int amp_linear_model_new(struct amp_linear_model **out, struct amp_err *err)
{
	struct amp_linear_model *m = amp_calloc(1, sizeof *m);
	int8_t *weights = amp_calloc(AMP_LINEAR_PLACES, sizeof *weights);
	if (m == NULL || weights == NULL) {
		amp_free(m);
		amp_free(weights);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a model."));
	}
	m->weights = weights;
	*out = m;
	return 0;
}

void amp_linear_model_free(struct amp_linear_model *m)
{
	if (m == NULL) return;
	amp_free(m->weights);
	amp_free(m);
}

/* ---- the file ---- */
static void put32(struct amp_buf *b, uint32_t v)
{
	for (int shift = 0; shift < 32; shift += 8) (void)amp_buf_byte(b, (int)(v >> shift & 0xff));
}

static void put64(struct amp_buf *b, int64_t v)
{
	put32(b, (uint32_t)((uint64_t)v & UINT32_MAX));
	put32(b, (uint32_t)((uint64_t)v >> 32));
}

static uint32_t get32(const unsigned char **p)
{
	uint32_t v = (uint32_t)(*p)[0] | (uint32_t)(*p)[1] << 8 | (uint32_t)(*p)[2] << 16 | (uint32_t)(*p)[3] << 24;
	*p += 4;
	return v;
}

static int64_t get64(const unsigned char **p)
{
	uint64_t low = get32(p), high = get32(p), v = high << 32 | low;
	int64_t out;
	memcpy(&out, &v, sizeof out); /* two's complement, as all compilers that this builds with have it */
	return out;
}

int amp_linear_model_write(struct amp_linear_model *m, struct amp_buf *out, struct amp_err *err)
{
	size_t start = out->n;
	(void)amp_buf_add(out, MAGIC, sizeof MAGIC);
	put32(out, AMP_LINEAR_FEATURES_VERSION);
	put32(out, NORMALISER_VERSION_NUMBER);
	put32(out, TEXT_VIEW_NUMBER);
	put32(out, AMP_LINEAR_BITS);
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) put32(out, m->scale[b]);
	put64(out, m->slope);
	put64(out, m->offset);
	put32(out, m->n_langs);
	for (size_t i = 0; i < AMP_LINEAR_LANGS; i++) {
		(void)amp_buf_add(out, m->lang[i].code, sizeof m->lang[i].code);
		put32(out, m->lang[i].threshold);
		put32(out, m->lang[i].abstain_from);
		put32(out, m->lang[i].abstain_to);
	}
	(void)amp_buf_add(out, m->lexicon, AMP_SHA256);
	(void)amp_buf_add(out, m->manifest, AMP_SHA256);
	(void)amp_buf_add(out, m->weights, AMP_LINEAR_PLACES);
	if (out->failed != 0) return amp_buf_check(out, _("the model"), err);
	amp_sha256(out->p + start, out->n - start, m->hash);
	(void)amp_buf_add(out, m->hash, AMP_SHA256);
	return amp_buf_check(out, _("the model"), err);
}

static int check_bytes(struct amp_str bytes, const char *path, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	if (bytes.n < sizeof MAGIC || memcmp(bytes.p, MAGIC, sizeof MAGIC) != 0)
		return amp_fail(err, AMP_EFORMAT, _("%s is not a model of the linear detector."), path);
	const unsigned char *p = (const unsigned char *)bytes.p + sizeof MAGIC;
	if (bytes.n >= sizeof MAGIC + 16) {
		uint32_t features = get32(&p), normaliser = get32(&p), view = get32(&p), bits = get32(&p);
		if (features != AMP_LINEAR_FEATURES_VERSION || normaliser != NORMALISER_VERSION_NUMBER ||
		    view != TEXT_VIEW_NUMBER || bits != AMP_LINEAR_BITS)
			return amp_fail(
				err, AMP_EFORMAT,
				_("%s was trained for features %u, normal form %u, text view %u, 2^%u weights; this program has %u, %u, "
			          "%u, 2^%u. Take the model that came with it, or train again: amplimeter train."),
				path, features, normaliser, view, bits, AMP_LINEAR_FEATURES_VERSION, NORMALISER_VERSION_NUMBER,
				TEXT_VIEW_NUMBER, AMP_LINEAR_BITS);
	}
	if (bytes.n != FILE_SIZE)
		return amp_fail(err, AMP_EFORMAT, _("%s has %zu bytes, a model has %zu: it was cut or joined. Copy it again."),
		                path, bytes.n, (size_t)FILE_SIZE);
	amp_sha256(bytes.p, bytes.n - AMP_SHA256, hash);
	if (memcmp(hash, bytes.p + bytes.n - AMP_SHA256, AMP_SHA256) != 0)
		return amp_fail(err, AMP_EFORMAT,
		                _("%s was changed or damaged: its SHA-256 is not the one at its end. Copy it again."), path);
	return 0;
}

static bool sound(const struct amp_linear_model *m)
{
	bool any = false;
	if (m->offset < -OFFSET_MAX || m->offset > OFFSET_MAX || m->slope <= 0 || m->slope > AMP_LINEAR_SLOPE_MAX ||
	    m->n_langs == 0 || m->n_langs > AMP_LINEAR_LANGS)
		return false;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
		if (m->scale[b] > 64 * 1024) return false;
	for (size_t i = 0; i < m->n_langs; i++) {
		const struct amp_linear_lang *l = &m->lang[i];
		if (l->code[0] == '\0' || l->code[sizeof l->code - 1] != '\0') return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(l->code, m->lang[j].code) == 0) return false;
		if (l->threshold == 0 || l->threshold > AMP_LINEAR_ONE || l->abstain_from > l->abstain_to ||
		    l->abstain_to > AMP_LINEAR_ONE)
			return false;
		any = any || strcmp(l->code, "*") == 0;
	}
	return any;
}

int amp_linear_model_read(struct amp_linear_model **out, struct amp_str bytes, const char *path, struct amp_err *err)
{
	struct amp_linear_model *m = NULL;
	int rc = check_bytes(bytes, path, err);
	if (rc == 0) rc = amp_linear_model_new(&m, err);
	if (rc != 0) return rc;
	const unsigned char *p = (const unsigned char *)bytes.p + sizeof MAGIC + 16;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) m->scale[b] = get32(&p);
	m->slope = get64(&p);
	m->offset = get64(&p);
	m->n_langs = get32(&p);
	for (size_t i = 0; i < AMP_LINEAR_LANGS; i++) {
		memcpy(m->lang[i].code, p, sizeof m->lang[i].code);
		p += sizeof m->lang[i].code;
		m->lang[i].threshold = get32(&p);
		m->lang[i].abstain_from = get32(&p);
		m->lang[i].abstain_to = get32(&p);
	}
	memcpy(m->lexicon, p, AMP_SHA256);
	memcpy(m->manifest, p + AMP_SHA256, AMP_SHA256);
	memcpy(m->weights, p + 2 * AMP_SHA256, AMP_LINEAR_PLACES);
	memcpy(m->hash, bytes.p + bytes.n - AMP_SHA256, AMP_SHA256);
	if (!sound(m)) {
		amp_linear_model_free(m);
		return amp_fail(err, AMP_EFORMAT, _("%s has values that no model has. Train again: amplimeter train."), path);
	}
	*out = m;
	return 0;
}

/* ---- scoring ---- */
static int64_t block_sum(const int8_t *weights, const uint32_t *place, size_t n)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++) sum += weights[place[i]];
	return sum;
}

int64_t amp_linear_margin(const struct amp_linear_model *m, const struct amp_linear_features *f)
{
	int64_t margin = 0;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		const struct amp_linear_list *list = &f->block[b];
		int64_t sum = list->sum + block_sum(m->weights, list->place, list->n);
		size_t n = list->weighed + list->n;
		if (n > 0) margin += (int64_t)m->scale[b] * (int64_t)amp_linear_norm(n) * sum;
	}
	return margin;
}

/* Rounds down, whatever the sign: a shift of negative numbers is the compiler's choice in C17. */
static int64_t floor_shift(int64_t v, unsigned bits)
{
	int64_t one = INT64_C(1) << bits;
	return v >= 0 ? v / one : -((-v + one - 1) / one);
}

int64_t amp_linear_logit(const struct amp_linear_model *m, int64_t margin)
{
	if (margin > MARGIN_MAX) margin = MARGIN_MAX;
	if (margin < -MARGIN_MAX) margin = -MARGIN_MAX;
	return floor_shift(margin * m->slope, 32) + m->offset;
}

uint32_t amp_linear_logistic(int64_t logit)
{
	static const uint32_t TABLE[2 * LOGISTIC_HALF + 1] = {
#include "linear/logistic.def"
	};
	int64_t from = logit + (int64_t)LOGISTIC_HALF * LOGISTIC_STEP;
	if (from <= 0) return TABLE[0];
	if (from >= 2 * (int64_t)LOGISTIC_HALF * LOGISTIC_STEP) return TABLE[2 * LOGISTIC_HALF];
	size_t at = (size_t)(from / LOGISTIC_STEP);
	uint32_t within = (uint32_t)(from % LOGISTIC_STEP);
	return TABLE[at] + ((TABLE[at + 1] - TABLE[at]) * within + LOGISTIC_STEP / 2) / LOGISTIC_STEP;
}

const struct amp_linear_lang *amp_linear_lang_of(const struct amp_linear_model *m, const char *lang)
{
	const struct amp_linear_lang *other = &m->lang[0];
	for (size_t i = 0; i < m->n_langs; i++) {
		size_t n = strlen(m->lang[i].code);
		if (lang != NULL && strncmp(lang, m->lang[i].code, n) == 0 && (lang[n] == '\0' || lang[n] == '-' || lang[n] == '_'))
			return &m->lang[i];
		if (strcmp(m->lang[i].code, "*") == 0) other = &m->lang[i];
	}
	return other;
}

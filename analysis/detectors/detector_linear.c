/* detector_linear.c: logistic regression over the features of analysis/linear, trained by `amplimeter train`.
 *
 * The score is a whole number of 1/65536; who is meant are the groups that the text's words name (slurs first). A text of several pieces
 * (over AMP_NORMALISE_MAX) has the score of its most hateful piece. Near the threshold the detector says that it is unsure: status
 * abstain, with score and label all the same.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "detectors/private.h"
#include "linear/model.h"

#define MODEL_FILE "linear.model"
#define MODEL_MAX ((size_t)8 << 20)
#define STRONGEST 20 /* features named by an explanation */
#define NAMES_MAX ((size_t)4 << 20)

struct state {
	struct lexicon *lexicon;
	struct lexicon_near *near;
	struct amp_linear_model *model;
	struct amp_linear_features features;
	struct amp_arena *names; /* of an explanation: they live until the next one */
};

static void unload(void *p)
{
	struct state *s = p;
	if (s == NULL) return;
	amp_linear_features_free(&s->features);
	amp_linear_model_free(s->model);
	lexicon_near_free(s->near);
	lexicon_free(s->lexicon);
	amp_arena_free(s->names);
	amp_free(s);
}

static int load_model(struct state *s, const char *data_dir, struct amp_err *err)
{
	char path[4096];
	struct amp_buf bytes;
	int n = snprintf(path, sizeof path, "%s/" MODEL_FILE, data_dir);
	if (n < 0 || (size_t)n >= sizeof path) return amp_fail(err, AMP_EUSAGE, _("The path %s is too long."), data_dir);
	amp_buf_init(&bytes, MODEL_MAX);
	int rc = access(path, F_OK) == 0
	                 ? amp_io_read_file(path, &bytes, err)
	                 : amp_fail(err, AMP_ENOTFOUND,
	                            _("There is no model for the linear detector at %s: train one (amplimeter train "
	                              "MANIFEST --out DIR) and put it there beside the lexicons."),
	                            path);
	if (rc == 0) rc = amp_linear_model_read(&s->model, amp_buf_str(&bytes), path, err);
	amp_buf_free(&bytes);
	return rc;
}

static int load(void **out, const char *data_dir, struct amp_err *err)
{
	struct state *s = amp_calloc(1, sizeof *s);
	if (s == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while loading the linear detector."));
	amp_linear_features_init(&s->features);
	int rc = load_model(s, data_dir, err);
	if (rc == 0) rc = lexicon_load(&s->lexicon, data_dir, err);
	if (rc == 0) rc = lexicon_near_new(&s->near, s->lexicon, err);
	if (rc == 0) rc = amp_linear_features_for(&s->features, s->lexicon, s->model->weights, err);
	/* no error: an association may widen the lexicons without our training data, and its scores are another detector's (data_hash) */
	if (rc == 0 && memcmp(s->model->lexicon, s->lexicon->hash, AMP_SHA256) != 0)
		amp_log(AMP_WARN, "linear",
		        _("the model in %s was trained with other lexicons than those there: its measured quality does not hold for them"),
		        data_dir);
	return amp_detector_loaded(rc, s, unload, out);
}

/* Lexicon and model: another of either is another detector, so that their scores never mix in a database. */
static bool data_hash(void *p, uint8_t out[AMP_SHA256])
{
	const struct state *s = p;
	uint8_t both[2 * AMP_SHA256];
	memcpy(both, s->lexicon->hash, AMP_SHA256);
	memcpy(both + AMP_SHA256, s->model->hash, AMP_SHA256);
	amp_sha256(both, sizeof both, out);
	return true;
}

static void training_file(void *p, char *out, size_t size)
{
	const struct state *s = p;
	char hex[2 * AMP_SHA256 + 1];
	amp_hex(s->model->hash, sizeof s->model->hash, hex);
	(void)snprintf(out, size, "linear-%s.hashes", hex);
}

/* Exactly: 1/65536 has sixteen decimals. */
static void write_threshold(uint32_t threshold, char out[static 24])
{
	uint64_t decimals = (uint64_t)(threshold % AMP_LINEAR_ONE) * UINT64_C(152587890625); /* 10^16 / 65536 */
	int n = snprintf(out, 24, "%u.%016llu", threshold / AMP_LINEAR_ONE, (unsigned long long)decimals);
	while (n > 3 && out[n - 1] == '0') n--; /* "0.0" keeps its zero */
	out[n] = '\0';
}

static void thresholds(const void *p, struct amp_thresholds *out)
{
	static_assert(AMP_LINEAR_LANGS + 1 <= AMP_THRESHOLDS_MAX, "every row of a model has its threshold");
	const struct state *s = p;
	const struct amp_linear_model *m = s->model;
	const struct amp_linear_lang *any = amp_linear_lang_of(m, NULL);
	out->n = 1;
	for (size_t i = 0; i < m->n_langs; i++) {
		const struct amp_linear_lang *l = &m->lang[i];
		struct amp_threshold *t = l == any ? &out->v[0] : &out->v[out->n++];
		*t = (struct amp_threshold){.lang = l == any ? AMP_THRESHOLD_ANY : l->code,
		                            .value = (double)l->threshold / AMP_LINEAR_ONE};
		write_threshold(l->threshold, t->text);
	}
}

/* The language that the text shows, else that of its tag where the model knows it: the key of its threshold. */
static const char *lang_of(const struct state *s, const char *tag)
{
	const char *shown = lexicon_filter_lang(s->lexicon, &s->features.filter);
	if (shown != NULL) return shown;
	const struct amp_linear_lang *l = amp_linear_lang_of(s->model, tag);
	return l == amp_linear_lang_of(s->model, NULL) ? NULL : l->code;
}

static void add_targets(const struct state *s, struct amp_detection *out)
{
	size_t n;
	const struct amp_target *all = amp_targets(&n);
	uint32_t bits = s->features.slur_targets != 0 ? s->features.slur_targets : s->features.targets;
	for (size_t i = 0; bits != 0 && i < n; i++, bits >>= 1)
		if ((bits & 1) != 0) amp_detection_add_target(out, all[i].name);
}

/* ---- explanations ---- */
struct reason {
	int64_t weight; /* in the margin's unit */
	uint32_t start, end;
	uint64_t concept;
	enum amp_linear_block block;
};

/* The heaviest first; equal ones in the order of the text, so that an explanation is the same everywhere. */
static int by_weight(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;
	int64_t wx = x->weight < 0 ? -x->weight : x->weight, wy = y->weight < 0 ? -y->weight : y->weight;
	if (wx != wy) return wx < wy ? 1 : -1;
	if (x->start != y->start) return x->start > y->start ? 1 : -1;
	return (x->block > y->block) - (x->block < y->block);
}

/* One reason a feature, but for letters: those of one word are one reason. Returns how many. */
static size_t gather_reasons(const struct state *s, struct reason *reasons)
{
	const struct amp_linear_features *f = &s->features;
	size_t n = 0;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		const struct amp_linear_list *list = &f->block[b];
		int64_t unit = list->n == 0 ? 0 : (int64_t)s->model->scale[b] * (int64_t)amp_linear_norm(list->n);
		for (size_t i = 0; i < list->n; i++) {
			const struct amp_linear_origin *o = &list->origin[i];
			int64_t weight = unit * s->model->weights[list->place[i]];
			bool same = i > 0 && o->start == list->origin[i - 1].start && o->end == list->origin[i - 1].end;
			if (b == AMP_LINEAR_CHARACTER && same)
				reasons[n - 1].weight += weight;
			else
				reasons[n++] = (struct reason){weight, o->start, o->end, o->key, (enum amp_linear_block)b};
		}
	}
	return n;
}

/* How a reason is said: the concept, or the words of the text's normal form. */
static const char *name_of(struct state *s, const struct reason *r, struct amp_buf *b)
{
	amp_buf_reset(b);
	if (r->block == AMP_LINEAR_CONCEPT)
		amp_linear_concept_name(r->concept, b);
	else
		(void)amp_buf_add(b, s->features.normal.text.p + r->start, r->end - r->start);
	return b->failed != 0 ? NULL : amp_arena_strndup(s->names, b->p != NULL ? b->p : "", b->n);
}

/* The strongest features of one piece of the text, as hits: their weight is in logits, so that they and the model's offset add up to the
 * score's logit. */
static int explain_piece(struct state *s, size_t offset, struct amp_detection *out, struct amp_err *err)
{
	static const char *const KINDS[AMP_LINEAR_BLOCKS] = {"concept", "word", "masked", "letters"};
	size_t room = 1, kept;
	struct amp_buf b;
	for (size_t i = 0; i < AMP_LINEAR_BLOCKS; i++) room += s->features.block[i].n;
	struct reason *reasons = amp_calloc(room, sizeof *reasons);
	amp_arena_free(s->names);
	s->names = amp_arena_new(NAMES_MAX);
	amp_free(out->hits);
	out->n_hits = 0;
	out->hits = amp_calloc(STRONGEST, sizeof *out->hits);
	int rc = reasons == NULL || s->names == NULL || out->hits == NULL
	                 ? amp_fail(err, AMP_ENOMEM, _("Out of memory while explaining a score."))
	                 : 0;
	amp_buf_init(&b, AMP_NORMALISE_MAX);
	kept = rc == 0 ? gather_reasons(s, reasons) : 0;
	if (kept > 1) qsort(reasons, kept, sizeof *reasons, by_weight);
	for (size_t i = 0; rc == 0 && i < kept && i < STRONGEST && reasons[i].weight != 0; i++) {
		const struct reason *r = &reasons[i];
		const char *name = name_of(s, r, &b);
		size_t start = s->features.normal.origin[r->start], end = s->features.normal.origin[r->end];
		if (name == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while explaining a score."));
		out->hits[out->n_hits++] =
			(struct amp_hit){.start = offset + start,
		                         .length = end - start,
		                         .entry = name,
		                         .kind = KINDS[r->block],
		                         .weight = (double)r->weight * (double)s->model->slope / 4294967296.0 / AMP_LINEAR_ONE};
	}
	amp_buf_free(&b);
	amp_free(reasons);
	return rc;
}

static int score(void *p, struct amp_str text, const char *lang, bool explain, struct amp_detection *out, struct amp_err *err)
{
	struct state *s = p;
	size_t offset = 0;
	uint32_t best = 0;
	do { /* one piece but for texts over AMP_NORMALISE_MAX */
		size_t read = 0;
		int rc = amp_linear_features_read(&s->features, s->lexicon, s->near,
		                                  (struct amp_str){text.p + offset, text.n - offset}, lang, explain, &read, err);
		if (rc != 0) return rc;
		uint32_t here = amp_linear_logistic(amp_linear_logit(s->model, amp_linear_margin(s->model, &s->features)));
		if (here > best) {
			const struct amp_linear_lang *l;
			best = here;
			out->lang = lang_of(s, lang);
			l = amp_linear_lang_of(s->model, out->lang);
			out->status = here >= l->abstain_from && here < l->abstain_to ? AMP_DETECTION_ABSTAIN : AMP_DETECTION_OK;
			out->n_targets = 0;
			out->threshold = (double)l->threshold / AMP_LINEAR_ONE;
			add_targets(s, out);
			rc = explain ? explain_piece(s, offset, out, err) : 0;
			if (rc != 0) return rc;
		}
		offset += read;
	} while (offset < text.n);
	out->score = (double)best / AMP_LINEAR_ONE;
	return 0;
}

const struct amp_detector amp_detector_linear = {
	.name = "linear",
	.version = "2", /* 2: in databases too, thresholds by language */
	.default_threshold = "0.5",
	.summary_fr = "Régression logistique entraînée, six langues ; dit quand elle hésite",
	.summary_en = "Trained logistic regression, six languages; says when it is unsure",
	.load = load,
	.unload = unload,
	.score = score,
	.data_hash = data_hash,
	.thresholds = thresholds,
	.training_file = training_file,
};

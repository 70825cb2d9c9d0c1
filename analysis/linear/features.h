/* features.h: a text as the features of the linear detector.
 *
 * text_view -> normal form -> tokens, each with what the lexicon says of it -> places in one table of 2^20 weights, in four blocks:
 *   concept    what stands near what, in terms of the lexicon's kinds: shared by all languages
 *   word       words and pairs of words
 *   masked     runs of two and three words where words naming a group are replaced by one mark, so that no group is a verdict
 *   character  runs of three to five letters inside words
 * An occurrence counts scale[block] / sqrt(occurrences in the block). Repetitions count. Everything is integers until a model is
 * trained on it, and everything is bounded: time and memory are linear in the text.
 * A change of what comes out is a new AMP_LINEAR_FEATURES_VERSION: models name the one that they were trained on.
 */
#ifndef AMP_LINEAR_FEATURES_H
#define AMP_LINEAR_FEATURES_H
#include "base/buf.h"
#include "lexicon/lexicon.h"
#include "lexicon/near.h"
#include "text/text.h"

#define AMP_LINEAR_FEATURES_VERSION 2
#define AMP_LINEAR_BITS 20
#define AMP_LINEAR_PLACES (UINT32_C(1) << AMP_LINEAR_BITS)
#define AMP_LINEAR_NORM_ONE 65536 /* amp_linear_norm(1) */

enum amp_linear_block { AMP_LINEAR_CONCEPT, AMP_LINEAR_WORD, AMP_LINEAR_MASKED, AMP_LINEAR_CHARACTER, AMP_LINEAR_BLOCKS };

/* What one feature is, for explanations: which words of the normal form, and how to say it. */
struct amp_linear_origin {
	uint32_t start, end; /* bytes of the normal form, of letters those of their whole word; both 0: the text as a whole */
	uint64_t key;        /* of a concept feature, see amp_linear_concept_name */
};
struct amp_linear_list {
	uint32_t *place;                  /* n of them, in text order */
	struct amp_linear_origin *origin; /* the same number, only when asked for */
	size_t n, room;
	const int8_t *weights; /* with them occurrences are weighed instead of listed: n stays 0; see amp_linear_features_for */
	size_t weighed;        /* how many occurrences were */
	int64_t sum;           /* of their weights */
};
struct amp_linear_features { /* reused from text to text: no allocation once it is warm */
	struct amp_normal normal;
	struct lexicon_tokens words;
	struct amp_linear_list block[AMP_LINEAR_BLOCKS];
	struct linear_token *tokens; /* tokens.c's own */
	uint32_t *tagged;            /* which of them have a tag, in order */
	size_t n_tokens, n_tagged, room_tokens;
	uint32_t last[2]; /* places of the masked runs that end behind the last one */
	bool quoted;      /* any token is in a quotation */
	uint64_t *seen;   /* concept features of this text, each once: see concepts.c */
	size_t n_seen, seen_size;
	uint64_t seen_stamp;
	struct lexicon_filter filter;   /* the text's languages */
	uint32_t targets, slur_targets; /* groups named, groups named by a slur: bits in the order of amp_targets */
	struct linear_words *known;     /* see amp_linear_features_for */

	bool explain;
};
void amp_linear_features_init(struct amp_linear_features *f);
void amp_linear_features_free(struct amp_linear_features *f); /* NULL-safe */
/* From now on all texts are read with this lexicon, which must stay as it is and outlive f, and these weights, which are copied: what words
 * bring is remembered from text to text, in four MiB with the weights. Texts that are read without explanations then have no lists, but the
 * number of occurrences and the sum of their weights, which is all that a score asks for. Nothing that comes out depends on the texts before. */
int amp_linear_features_for(struct amp_linear_features *f, const struct lexicon *l, const int8_t *weights,
                            struct amp_err *err) AMP_CHECK;
/* text: text_view v1; at most AMP_NORMALISE_MAX bytes of it are read, *read says how many. lang: BCP 47 or NULL. With explain set
 * the origins are filled too. */
int amp_linear_features_read(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near,
                             struct amp_str text, const char *lang, bool explain, size_t *read, struct amp_err *err) AMP_CHECK;
/* round(65536 / sqrt(n)), without libm: the same everywhere. n > 0. */
uint32_t amp_linear_norm(size_t n);
/* Words for a concept feature ("identity > threat, near"), for explanations; static buffers are not used. */
void amp_linear_concept_name(uint64_t key, struct amp_buf *out);

#endif

/* private.h: what the files of analysis/train share. */
#ifndef AMP_TRAIN_PRIVATE_H
#define AMP_TRAIN_PRIVATE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "linear/model.h"
#include "train/train.h"

struct feature_node; /* linear.h */

#define TRAIN_FOLDS_MAX 20
#define TRAIN_NO_FOLD 255
#define TRAIN_INPUTS_MAX 1000

/* What keeps rows of an input in one fold. */
enum train_group {
	TRAIN_GROUP_ROW,      /* nothing: each by itself */
	TRAIN_GROUP_THREAD,   /* the id up to its last "_" */
	TRAIN_GROUP_NUMBER,   /* the id behind its last "-": the same texts in several languages, one file each */
	TRAIN_GROUP_SIMILAR,  /* a row like one of those just before it: pairs of an attack and its harmless twin */
	TRAIN_GROUP_SENTENCE, /* of frames: the line; the rest of its sort is trained on */
	TRAIN_GROUP_SORT,     /* of frames: the sort, so that nothing like it is trained on */
	TRAIN_GROUP_TARGET,   /* of frames: the group of people */
};
struct train_input {
	const char *file, *source, *licence;
	enum train_group group;
	uint8_t sha256[AMP_SHA256];
	bool frames, balance;
	int64_t weight, count; /* count: sentences made of frames */
	size_t rows[2];        /* by label */
};
struct train_manifest {
	struct amp_arena *arena;
	uint8_t hash[AMP_SHA256]; /* of the file */
	uint64_t seed;
	struct train_input *inputs;
	size_t n_inputs;
	double c, eps, clip;
	int64_t balance_max, folds;
	uint32_t scale[AMP_LINEAR_BLOCKS];
};
int train_manifest_read(struct train_manifest *m, const char *path, struct amp_err *err) AMP_CHECK;
void train_manifest_free(struct train_manifest *m);

struct train_row {
	struct feature_node *x; /* ended by index -1 */
	uint64_t hash;          /* of the normal form */
	uint32_t targets;
	double logit;            /* by the rounded model that did not see the row, before Platt scaling */
	const char *what, *sort; /* whom it is about as its input says, "" unknown; the sort of its frame, NULL: a natural row */
	char lang[8];
	uint16_t input;
	uint8_t label, fold,
		quotes; /* quotes: the fold of the frame that its frame quotes: not trained on either where that is left out */
};
struct train_rows {
	struct amp_arena *arena; /* of the nodes */
	struct train_row *v;
	size_t n, room;
};
int train_rows_read(struct train_rows *rows, struct train_manifest *m, const struct lexicon *l, const struct lexicon_near *near,
                    const char *inputs, const char *data, const struct amp_train_progress *progress, struct amp_err *err) AMP_CHECK;
void train_rows_free(struct train_rows *rows);

/* Weights of AMP_LINEAR_PLACES features and the bias behind them, learnt from all rows but those of one fold (-1: from all). */
int train_solve(double **weights, const struct train_manifest *m, const struct train_rows *rows, int64_t without,
                const struct amp_train_progress *progress, struct amp_err *err) AMP_CHECK;
/* A model's whole numbers, and what they stand for: logit = margin x unit + bias. */
struct train_rounded {
	double unit, bias;
};
int train_round(struct amp_linear_model *model, struct train_rounded *out, const double *weights, const struct train_manifest *m,
                struct amp_err *err) AMP_CHECK;
/* Sets the logits of a fold's rows. */
void train_score_fold(const struct amp_linear_model *model, const struct train_rounded *how, struct train_rows *rows, int64_t fold);
/* Platt scaling and thresholds from the rows' logits into the final model. */
int train_calibrate(struct amp_linear_model *model, const struct train_rounded *how, const struct train_manifest *m,
                    const struct train_rows *rows, struct amp_err *err) AMP_CHECK;
/* A row's score under the final model's calibration, in 1/65536. */
uint32_t train_score(const struct amp_linear_model *model, const struct train_rounded *how, const struct train_row *row);
/* What was measured, as JSON. */
int train_measures(struct amp_buf *out, const struct amp_linear_model *model, const struct train_rounded *how,
                   const struct train_manifest *m, const struct train_rows *rows, struct amp_err *err) AMP_CHECK;

#endif

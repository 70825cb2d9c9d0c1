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

enum train_split { TRAIN_TRAINING, TRAIN_CALIBRATION, TRAIN_DEVELOPMENT };
struct train_input {
	const char *file, *source, *licence;
	uint8_t sha256[AMP_SHA256];
	bool frames, balance;
	int64_t weight, count; /* count: sentences made of frames */
	size_t rows[2];        /* by label, of the training split */
};
struct train_manifest {
	struct amp_arena *arena;
	uint8_t hash[AMP_SHA256]; /* of the file */
	uint64_t seed;
	struct train_input *inputs;
	size_t n_inputs;
	double development, calibration, c, eps, clip;
	int64_t balance_max;
	uint32_t scale[AMP_LINEAR_BLOCKS];
};
int train_manifest_read(struct train_manifest *m, const char *path, struct amp_err *err) AMP_CHECK;
void train_manifest_free(struct train_manifest *m);

struct train_row {
	struct feature_node *x; /* ended by index -1 */
	uint64_t hash;          /* of the normal form */
	uint32_t targets;
	int64_t margin; /* by the quantised model */
	char lang[8];
	uint16_t input;
	uint8_t label, split;
};
struct train_rows {
	struct amp_arena *arena; /* of the nodes */
	struct train_row *v;
	size_t n, room;
};
int train_rows_read(struct train_rows *rows, struct train_manifest *m, const struct lexicon *l, const struct lexicon_near *near,
                    const char *inputs, const char *data, const struct amp_train_progress *progress, struct amp_err *err) AMP_CHECK;
void train_rows_free(struct train_rows *rows);

/* Weights of AMP_LINEAR_PLACES features and the bias behind them. */
int train_solve(double **weights, const struct train_manifest *m, const struct train_rows *rows,
                const struct amp_train_progress *progress, struct amp_err *err) AMP_CHECK;
/* Rounds the weights into the model, scores every row with it, fits slope, offset and thresholds. */
int train_quantise(struct amp_linear_model *model, const double *weights, const struct train_manifest *m, struct train_rows *rows,
                   struct amp_err *err) AMP_CHECK;
/* What was measured, as JSON. */
int train_measures(struct amp_buf *out, const struct amp_linear_model *model, const struct train_manifest *m,
                   const struct train_rows *rows, struct amp_err *err) AMP_CHECK;

#endif

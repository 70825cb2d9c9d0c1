/* train.h: trains the model of the linear detector from labelled texts, by a manifest that says all that the result depends on.
 *
 * Manifest (JSON; decimals as strings):
 *   {"seed": 7,
 *    "inputs": [{"file": "edos.csv", "sha256": "…", "source": "edos", "licence": "CC0", "kind": "natural"|"frames",
 *                "weight": 1, "balance": true, "count": 6000, "group": "row"}, …],
 *    "folds": 5, "balance_max": 8, "C": "1.5", "eps": "0.01",
 *    "scales": {"concept": "0.5", "word": "1", "masked": "0.7", "character": "1"}, "clip": "0.9999"}
 * Natural inputs are CSV with the columns id, lang, text, label (0 or 1), target, source; frames are files of the data folder, of which
 * `count` sentences are made (frames.h).
 * Cross-validation: each fold is scored by a model trained on the others, and the model that is kept is trained on all rows. What is not to be
 * learnt by heart stays in one fold, by `group`: of natural rows "row" (nothing does), "thread" (the id up to its last "_"), "number" (the
 * id behind its last "-": the same prompts in several languages), "similar" (a row and its twin a few lines before); of frames
 * "sentence" (all that is made of one line, and what quotes it), "sort" (all lines of one sort), "target" (all that names one group of people).
 * So measures on frames are of sentences whose frame was never trained on.
 * Platt scaling comes from the natural rows, the thresholds from both: the best macro-F1, where each natural input weighs the same and the
 * frames as much as all of these. Of a language that has inputs without any hateful row, at most 0.8 % of their rows are flagged, and the
 * threshold is the lowest that keeps to it and loses at most 2 % of that macro-F1.
 * balance: within an input the rarer label is repeated until both weigh the same, at most balance_max times.
 * Solver: liblinear 2.3, L2R_LR (trust region Newton), bias 1. Same manifest, inputs, lexicon and program: the same bytes, given the
 * reference BLAS (Debian's libblas3) and one thread, which is what liblinear uses.
 */
#ifndef AMP_TRAIN_TRAIN_H
#define AMP_TRAIN_TRAIN_H
#include "base/err.h"

struct amp_train_progress {
	void (*say)(void *user, const char *line); /* NULL: silent */
	void *user;
};
/* Writes OUT/linear.model, OUT/linear-XXXX.hashes (first 8 bytes of the SHA-256 of each training text's normal form, sorted; XXXX: the
 * model's hash) and OUT/linear.json (what cross-validation measured). Paths of the manifest are under `inputs`; data: the
 * folder of the lexicon. */
int amp_train(const char *manifest, const char *inputs, const char *data, const char *out,
              const struct amp_train_progress *progress, struct amp_err *err) AMP_CHECK;

#endif

/* evaluation.h: an evaluation as a whole: labelled texts cut by language, target and functionality, one or two detectors' judgements on them, their
 * measures, and how these are printed.
 *
 *     amp_evaluation_start(&e, arena, &labelled) · e.detector[i].judgements[] are filled by the caller · amp_evaluation_measure(&e) ·
 *     amp_evaluation_json(&e, &buf)
 */
#ifndef AMP_EVALUATE_EVALUATION_H
#define AMP_EVALUATE_EVALUATION_H
#include "base/buf.h"
#include "document/document.h"
#include "evaluate/evaluate.h"
#include "evaluate/labelled.h"

#define AMP_EVALUATION_VALUES_MAX 128 /* languages, targets, functionalities: more of one kind are a wrong column */
#define AMP_EVALUATION_SPREAD_MIN 10  /* a target with fewer texts says too little of itself to be compared with others */
#define AMP_EVALUATION_THRESHOLDS 19  /* 0.05, 0.10 … 0.95 */

enum amp_slice_by { AMP_BY_ALL, AMP_BY_LANG, AMP_BY_TARGET, AMP_BY_FUNCTIONALITY, AMP_BYS };
struct amp_slice {
	enum amp_slice_by by;
	struct amp_str value; /* absent: the texts of which the file does not say it, and AMP_BY_ALL */
	size_t *which;        /* indices of texts */
	size_t n;
};
/* How a detector was kept from being measured on what it was trained on. */
struct amp_training {
	const char *file;  /* the list of hashes; NULL: there is none to check against */
	bool unknown;      /* a service: what it was trained on is not known here */
	size_t hashes;     /* in it */
	size_t overlap;    /* texts of the evaluation that are in it, left out of it */
	const char *lines; /* where these stood in the file: "3, 9, …" */
	double chance;     /* amp_overlap_chance */
};
struct amp_evaluated { /* one detector */
	const char *name, *version;
	struct amp_real threshold; /* the same for all texts; unknown: the detector's own, which may depend on the language */
	struct amp_training training;
	struct amp_judgement *judgements; /* one a text */
	struct amp_quality *quality;      /* one a slice */
	struct amp_interval *intervals;   /* AMP_MEASURES a slice */
	/* largest minus smallest over targets with AMP_EVALUATION_SPREAD_MIN texts of the label: of false positives, and of recall */
	struct amp_contrast spread[2];
	size_t low[2], high[2]; /* slices where they are */
};
struct amp_evaluation {
	const char *file, *sha256, *program; /* what was evaluated, by which version */
	const char *labels, *labels_sha256;  /* the file of labels, NULL: they stand in file */
	struct amp_labelled_joined joined;
	struct amp_arena *arena;
	const struct amp_labelled *labelled;
	struct amp_slice *slices;
	size_t n_slices;
	struct amp_evaluated detector[2];
	size_t n_detectors;
	struct amp_comparison comparison; /* with two detectors */
	struct amp_resampling how;
};
/* Cuts the texts; everything lives in the arena. labelled must outlive it. */
int amp_evaluation_start(struct amp_evaluation *e, struct amp_arena *arena, const struct amp_labelled *labelled,
                         struct amp_err *err) AMP_CHECK;
/* Once the judgements of each detector are there. */
int amp_evaluation_measure(struct amp_evaluation *e, struct amp_err *err) AMP_CHECK;
const char *amp_slice_by_key(enum amp_slice_by by); /* "lang" */
/* The thresholds that are tried: of i from 1 to AMP_EVALUATION_THRESHOLDS. */
double amp_evaluation_threshold(size_t i);
/* For people, appended to out. */
int amp_evaluation_document(const struct amp_evaluation *e, const struct amp_doc_format *format, bool french, struct amp_buf *out,
                            struct amp_err *err) AMP_CHECK;
/* One JSON object and a newline; keys: docs/evaluate.md. Failures are sticky in the buffer. */
void amp_evaluation_json(const struct amp_evaluation *e, struct amp_buf *out);

#endif

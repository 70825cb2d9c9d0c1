/* verdicts.h: what stands of a sample's annotations: each unit's verdict, and how far coders agree.
 *
 * A unit's verdict is the adjudicator's where one decided; else that of the majority of those coders who were sure (each one's latest pass). A tie,
 * and "unsure" from all, is no verdict: missing, and counted.
 */
#ifndef AMP_ANNOTATE_VERDICTS_H
#define AMP_ANNOTATE_VERDICTS_H
#include "annotate/draw.h"
#include "annotate/sheet.h"
#include "base/jsonw.h"
#include "store/store.h"

#define AMP_CODERS_MAX 64

enum amp_verdict_how {
	AMP_VERDICT_NONE,        /* nobody has judged it */
	AMP_VERDICT_UNSURE,      /* all who did are unsure, or the adjudicator is */
	AMP_VERDICT_TIE,         /* for the adjudicator */
	AMP_VERDICT_MAJORITY,    /* or one coder alone */
	AMP_VERDICT_ADJUDICATED, /* whatever the coders said */
};
struct amp_coded { /* one coder's verdict on one unit */
	enum amp_coder_label label;
	uint64_t targets; /* bits in the order of amp_targets */
};
struct amp_recoded { /* what a coder said in an earlier pass of a unit that it judged again */
	size_t unit, coder;
	int64_t pass;
	struct amp_coded coded;
};
struct amp_verdict_unit {
	int64_t id;
	struct amp_key key;
	size_t stratum;
	int64_t exposures, numerator, denominator;
	bool scored, flagged;
	double score;
	enum amp_verdict_how how;
	bool known, hateful, split; /* known: hateful says which; split: two coders who were sure differ */
	uint64_t targets;           /* of a hateful one: named by half of those who found it so */
	size_t coders;
};
struct amp_verdicts {
	struct amp_arena *arena;
	int64_t sample, study_version, detector;
	const char *name, *detector_name, *detector_version; /* detector NULL: none */
	const char *threshold;                               /* of the frame: a decimal, or "default" */
	struct amp_key key;
	int64_t size, seed, drawn_at, frame_units, frame_exposures;
	struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
	size_t n_strata;
	struct amp_verdict_unit *units; /* in the order of drawing */
	size_t n;
	const char *coder[AMP_CODERS_MAX]; /* by name */
	size_t n_coders;
	struct amp_coded *coded;   /* units x coders; label AMP_CODED_NONE: not judged */
	int64_t *pass;             /* units x coders: of the verdict in coded */
	struct amp_recoded *again; /* by unit, then coder */
	size_t n_again;
	const char *guideline; /* all versions that were followed, joined by ", " */
	size_t judged, decided, unsure, ties, adjudicated, hateful, split, several;
};
/* All in the arena. sample: sample.id. AMP_ELIMIT: more than AMP_CODERS_MAX coders. */
int amp_verdicts_load(struct amp_verdicts *out, struct amp_arena *arena, struct amp_store *store, int64_t sample,
                      struct amp_err *err) AMP_CHECK;
/* Level 1 ground as a set of targets: a bit for each group that it holds, those that tick it second too. */
uint64_t amp_ground_targets(const char *ground);
uint64_t amp_target_bit(const char *name); /* 0: no such group */

/* Krippendorff's alpha of a question to all coders, nominal, resampled by unit. */
struct amp_agreement_row {
	const char *what; /* "label", "hateful", "ground:origin", … */
	struct amp_confidence alpha;
	size_t pairable;
};
/* Label (three values), hateful or not (unsure is missing), then each ground of what is called hateful. rows: room for
 * AMP_AGREEMENT_ROWS. */
#define AMP_AGREEMENT_ROWS 12
int amp_verdicts_agreement(const struct amp_verdicts *v, size_t replicates, uint64_t seed, struct amp_agreement_row *rows,
                           size_t *n, struct amp_err *err) AMP_CHECK;

/* Each coder with itself, over the units that it judged in two passes or more: Krippendorff's alpha with its passes in the place of coders. rows:
 * room for AMP_SELF_ROWS(v); none for a coder who judged nothing twice. */
struct amp_self_row {
	size_t coder;
	const char *what; /* "label", "hateful" */
	struct amp_confidence alpha;
	size_t units, same; /* judged twice or more; of them with one label in all passes */
	size_t pairable;
};
#define AMP_SELF_ROWS(v) (2 * (v)->n_coders + 1)
int amp_verdicts_self(const struct amp_verdicts *v, size_t replicates, uint64_t seed, struct amp_self_row *rows, size_t *n,
                      struct amp_err *err) AMP_CHECK;

/* Who has done what, agreement, disagreements: for `annotations status`. */
int amp_verdicts_json(const struct amp_verdicts *v, struct amp_jsonw *w, struct amp_err *err) AMP_CHECK;
int amp_verdicts_print(const struct amp_verdicts *v, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

#endif

/* corrected.h: what a judged sample says of a study: the share of exposures that people call hateful, in each feed of a pair, and the detector's
 * measured error. Formulas and sources: stats/design.h; docs/method.md.
 *
 * Two things are uncertain, and each has its interval. `labels`, `scored`: only some texts were judged; they speak of the exposures of this study,
 * these personas and these days. The wide ones add that other personas, or other days, might have been shown other things: the two phases
 * of amp_ppi_arms (stats/ppi.h), over personas and over time blocks, whichever is wider; never narrower than the first.
 *
 * A drawn text without a verdict is missing: chances are multiplied by the share of its stratum's exposures that has one, as if the missing were like the
 * others; `worst` takes all of them for not hateful, then for hateful.
 */
#ifndef AMP_ANNOTATE_CORRECTED_H
#define AMP_ANNOTATE_CORRECTED_H
#include "annotate/verdicts.h"
#include "metrics/metrics.h"
#include "stats/proportion.h"

#define AMP_CORRECTED_HATEFUL_MIN 5 /* hateful texts among the judged, below which a figure is said to conclude nothing */

enum amp_cluster_kind { AMP_CLUSTER_NONE, AMP_CLUSTER_PERSONA, AMP_CLUSTER_BLOCK };
struct amp_corrected_figure {
	struct amp_confidence labels; /* from the labels alone: Horvitz-Thompson over the known number of exposures */
	struct amp_confidence scored; /* labels and scores: the difference estimator, PPI++ */
	struct amp_confidence wide;   /* of labels */
	struct amp_confidence wide_scored;
	struct amp_confidence together; /* the printed one, widened so that those of all groups of the pair or feed hold at once */
	struct amp_real worst_lo,
		worst_hi;              /* of a share or a difference of labels; unknown for a ratio, and where nothing is missing */
	enum amp_cluster_kind cluster; /* of the wide ones */
	size_t clusters;
};
struct amp_corrected_arm {
	struct amp_corrected_figure share;
	struct amp_confidence hajek; /* as share.labels, over the estimated number of exposures */
	struct amp_confidence rogan; /* the flagged share, corrected by the detector's error: Rogan-Gladen, Lang-Reiczigel */
	const char *rogan_note;      /* N_(): why it is not known, or a reservation; NULL */
	int64_t exposures, missing;  /* in the arm; of them without a score */
	struct amp_real flagged;     /* the detector's uncorrected share, of a group: flagged and read as aimed at it */
	struct amp_real lambda;      /* weight of the scores */
	size_t judged, hateful;      /* texts with a verdict that the arm shows; hateful ones */
};
struct amp_corrected_row {
	size_t pair, feed;             /* of the frame; of a feed, and of all together (neither), only `a` */
	const char *target;            /* "any", "women", "ground:origin" */
	size_t groups;                 /* of the family of `together`: groups of this pair or feed with an interval; 1 of any */
	struct amp_corrected_arm a, b; /* ranked, chronological */
	struct amp_corrected_figure difference, ratio; /* a - b; a / b */
	bool few; /* fewer than AMP_CORRECTED_HATEFUL_MIN hateful texts: nothing can be concluded */
};
struct amp_detector_error { /* by exposure, over the whole frame */
	struct amp_confidence sensitivity, specificity, precision;
	size_t positives, negatives, flagged;            /* judged texts that entered */
	double positives_effective, negatives_effective; /* Kish: of as many equally likely ones */
};
struct amp_rare_group {
	const char *target;
	size_t hateful; /* texts, fewer than AMP_CORRECTED_HATEFUL_MIN: no row */
};
struct amp_corrected {
	struct amp_verdicts verdicts;
	bool sampled;       /* there is a sample of this study version */
	const char *reason; /* N_(): why nothing is estimated; NULL: rows are there */
	struct amp_detector_error error;
	struct amp_corrected_row *rows; /* all feeds, then each pair, then each feed, each followed by its groups */
	size_t n;
	struct amp_rare_group *rare; /* that coders have named */
	size_t n_rare;
	double alpha;
};
/* Of the sample of the frame's study version that has most verdicts (sample 0), or of that one. In the arena. Nothing to say is no error. */
int amp_corrected_make(struct amp_corrected *out, struct amp_arena *arena, const struct amp_frame *f, struct amp_store *store,
                       int64_t sample, struct amp_err *err) AMP_CHECK;
/* The one that is printed: wide, with the scores where there are any. */
const struct amp_confidence *amp_corrected_printed(const struct amp_corrected_figure *f);
/* The row; NULL: there is none. */
const struct amp_corrected_row *amp_corrected_find(const struct amp_corrected *c, size_t pair, size_t feed, const char *target);
/* One object: sample, error, rows. */
void amp_corrected_json(const struct amp_corrected *c, const struct amp_frame *f, struct amp_jsonw *w);
const char *amp_cluster_kind_name(enum amp_cluster_kind k); /* "persona", "time_block"; NULL for none */

#endif

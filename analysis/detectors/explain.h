/* explain.h: why a study's texts were flagged, without their words: what weighed, by kind and group, in a bounded draw of them.
 *
 * The texts are scored again, with reasons. This is done only by the detector that gave the scores: another version, lexicon or model would explain
 * something else. Which words weighed is not told: many are slurs; `amplimeter score --explain` tells it of a text.
 */
#ifndef AMP_DETECTORS_EXPLAIN_H
#define AMP_DETECTORS_EXPLAIN_H
#include "base/arena.h"
#include "detectors/detector.h"

#define AMP_EXPLAIN_TEXTS 200 /* drawn */
#define AMP_EXPLAIN_SHOWN 10  /* of them, each by itself */
#define AMP_EXPLAIN_REASONS 128
#define AMP_EXPLAIN_KINDS 4 /* of one text, the heaviest first */

enum amp_explain_lack {
	AMP_EXPLAIN_DONE,
	AMP_EXPLAIN_SILENT, /* the detector gives no reasons */
	AMP_EXPLAIN_OTHER,  /* the installed detector is not the one that scored */
	AMP_EXPLAIN_NOTHING /* no text was flagged, or none is left */
};
struct amp_reason {
	const char *kind; /* "slur", "concept" */
	const char *what; /* a target, or the name of a concept; NULL */
	size_t texts;     /* in which it weighed */
	double weight;    /* sum over them: of what the detector adds up (lexicon), or logits (linear) */
	size_t last;      /* the text it was last met in, from 1 */
};
struct amp_explained {
	const char *lang; /* NULL: not told */
	double score, threshold;
	bool unsure;
	const char *targets[AMP_TARGETS_MAX];
	size_t n_targets;
	const char *kinds[AMP_EXPLAIN_KINDS];
	size_t n_kinds;
};
struct amp_explanation {
	enum amp_explain_lack lack;
	int64_t scored, unsure, missing, errors; /* texts of the study, by the detections' status; scored includes unsure */
	size_t texts;               /* flagged ones that were explained: in the order of their keys, which is one of chance */
	struct amp_reason *reasons; /* in most texts first */
	size_t n_reasons;
	struct amp_explained shown[AMP_EXPLAIN_SHOWN];
	size_t n_shown;
};
/* What is explained. */
struct amp_explain_of {
	int64_t study_version, detector; /* its row */
	const char *threshold;           /* of the grid cell, "default" for the detector's own */
	/* May be NULL. true: the current reading of this study version shows the text; false: the database is asked. It saves a look-up a text
	 * where another pass has met most of them. */
	bool (*shown)(const void *lists, int64_t item_version);
	const void *lists;
};
/* Writes nothing. Lives in the arena. */
int amp_explain(struct amp_explanation *out, struct amp_arena *arena, struct amp_store *store, const struct amp_explain_of *of,
                struct amp_err *err) AMP_CHECK;

#endif

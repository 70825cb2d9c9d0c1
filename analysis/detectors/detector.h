/* detector.h: a scorer; one file detector_*.c and one row in detectors.def. Pure but for loading its data at start. */
#ifndef AMP_DETECTORS_DETECTOR_H
#define AMP_DETECTORS_DETECTOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "store/store.h"

#define AMP_TEXT_VIEW_VERSION "1"
#define AMP_TARGETS_MAX 16

/* Targets: level 2 groups of the design, section 6, each with its ground. */
struct amp_target {
	const char *name;   /* "black", "muslim", "women" … as stored and exported */
	const char *ground; /* "origin", "religion", …, "none" */
	const char *fr, *en;
};
const struct amp_target *amp_targets(size_t *n);
const struct amp_target *amp_target_find(const char *name);

enum amp_detection_status { AMP_DETECTION_OK, AMP_DETECTION_ABSTAIN, AMP_DETECTION_MISSING, AMP_DETECTION_ERROR };
struct amp_hit { /* for --explain: bytes of the text given */
	size_t start, length;
	const char *entry, *target, *note;
	double weight;
};
struct amp_detection {
	enum amp_detection_status status;
	double score; /* [0, 1] */
	const char *targets[AMP_TARGETS_MAX]; /* names from amp_targets, sorted, unique */
	size_t n_targets;
	struct amp_hit *hits; /* with explain; owned by the detection, see amp_detection_clear */
	size_t n_hits;
};
void amp_detection_clear(struct amp_detection *d);

struct amp_detector {
	const char *name;        /* "lexicon" */
	const char *version;
	const char *default_threshold; /* decimal string */
	const char *summary_fr, *summary_en;
	int (*load)(void **state, const char *data_dir, struct amp_err *err);
	void (*unload)(void *state);
	/* text: text_view v1, valid UTF-8; lang: BCP 47 or NULL. Bounded time in its length. */
	int (*score)(void *state, struct amp_str text, const char *lang, bool explain, struct amp_detection *out, struct amp_err *err);
	/* Hashes of its data, for its identity; false when it has none. */
	bool (*lexicon_hash)(void *state, uint8_t out[AMP_SHA256]);
};
const struct amp_detector *amp_detector_find(const char *name);
const struct amp_detector *const *amp_detectors(size_t *n);
/* Where lexicon files lie: AMPLIMETER_DATA, else beside the program (../share/amplimeter), else the source tree it was built from. */
const char *amp_detector_data_dir(void);

/* ---- over the database ---- */
struct amp_detect; /* loaded detectors of a study, with their rows */
/* names: NULL-ended; the study version gives grid cells. */
int amp_detect_open(struct amp_detect **out, struct amp_store *store, const char *const *names, struct amp_err *err) AMP_CHECK;
void amp_detect_close(struct amp_detect *d);
/* Scores the item versions of these parses that have no detection yet and writes the snapshots' sums. Inside the caller's transaction. */
int amp_detect_parses(struct amp_detect *d, struct amp_store *store, const int64_t *parse_ids, size_t n, struct amp_err *err) AMP_CHECK;
/* All parses that are current and lack sums; commits in batches. progress may be NULL. */
int amp_detect_all(struct amp_detect *d, struct amp_store *store, int64_t *items, int64_t *parses, struct amp_err *err) AMP_CHECK;

#endif

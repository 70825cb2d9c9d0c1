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
#include "lexicon/target.h"
#include "store/store.h"

#define AMP_TEXT_VIEW_VERSION "1"

enum amp_detection_status { AMP_DETECTION_OK, AMP_DETECTION_ABSTAIN, AMP_DETECTION_MISSING, AMP_DETECTION_ERROR };
struct amp_hit { /* for --explain: bytes of the text given */
	size_t start, length;
	const char *entry, *kind, *target,
		*note; /* target: the group it was counted for, NULL when none; lent by the detector's state */
	double weight; /* what it added after context; 0: found but not counted */
};
struct amp_detection {
	enum amp_detection_status status;
	double score;     /* [0, 1] */
	double threshold; /* hateful at or above it: the detector's for the text's language; 0: its default_threshold */
	const char *lang; /* in which it was read, a code ("fr"); NULL: none told, or the detector reads none; lent by the state */
	const char *targets[AMP_TARGETS_MAX]; /* names from amp_targets, sorted, unique */
	size_t n_targets;
	struct amp_hit *hits; /* with explain; owned by the detection, see amp_detection_clear */
	size_t n_hits;
};
void amp_detection_clear(struct amp_detection *d); /* NULL-safe */

#define AMP_THRESHOLD_ANY "any" /* the language of the threshold that holds where no other does */
#define AMP_THRESHOLDS_MAX 32
struct amp_threshold {
	const char *lang;
	char text[24]; /* the exact decimal number, as databases hold it */
	double value;  /* of text */
};
struct amp_thresholds {
	struct amp_threshold v[AMP_THRESHOLDS_MAX]; /* the first is that of AMP_THRESHOLD_ANY */
	size_t n;
};

struct amp_detector {
	const char *name; /* "lexicon" */
	const char *version;
	const char *default_threshold; /* decimal string of thousandths; in every language, but for those of thresholds() */
	const char *summary_fr, *summary_en;
	int (*load)(void **state, const char *data_dir, struct amp_err *err);
	void (*unload)(void *state);
	/* text: text_view v1, valid UTF-8; lang: BCP 47 or NULL. Bounded time in its length. *out starts zeroed. */
	int (*score)(void *state, struct amp_str text, const char *lang, bool explain, struct amp_detection *out,
	             struct amp_err *err);
	/* Hash of all its data (lexicons, model), for its identity; false when it has none. May be NULL: none. */
	bool (*data_hash)(void *state, uint8_t out[AMP_SHA256]);
	/* Its thresholds, that of AMP_THRESHOLD_ANY first. They follow from its data and version. NULL: default_threshold alone. */
	void (*thresholds)(const void *state, struct amp_thresholds *out);
	/* The file, in its data folder, that lists what it was trained on (train/train.h): its name into out. NULL: it is not trained on texts. */
	void (*training_file)(void *state, char *out, size_t size);
	bool outside; /* a service or program of somebody: asked anew it may cost or tell, it gives no reasons, and nobody here knows its training */
};
/* Thresholds of a loaded detector; languages and texts are lent by its state. */
int amp_detector_thresholds(const struct amp_detector *d, const void *state, struct amp_thresholds *out,
                            struct amp_err *err) AMP_CHECK;
/* The one for a language; lang NULL or without a threshold of its own: that of AMP_THRESHOLD_ANY. */
const struct amp_threshold *amp_threshold_of(const struct amp_thresholds *t, const char *lang);
const struct amp_detector *amp_detector_find(const char *name);
/* The same for a name that somebody typed: AMP_EUSAGE with a "did you mean" when it is none. */
int amp_detector_get(const struct amp_detector **out, const char *name, struct amp_err *err) AMP_CHECK;
const struct amp_detector *const *amp_detectors(size_t *n);
/* Where lexicon files lie: AMPLIMETER_DATA, else beside the program (../share/amplimeter), else the source tree it was built from. */
const char *amp_detector_data_dir(void);

/* ---- over the database ---- */
/* Grid cells come from the study version (written when the study is locked). A study version without any gets one: depth 50, the
 * detector's own thresholds (the text "default" in `threshold` means that: each entry is flagged by the detector's threshold for the
 * language in which it read it, see threshold_set and detection.lang), RBP p 0.9, text_view "1".
 * snapshot_sum rows: target 'any' always; another target, and each level 1 ground as 'ground:NAME', only where flagged > 0: an absent target row means 0 flagged of the n of
 * 'any'. n: entries with organic_rank below the cell's depth. missing: those without content, or whose detection is missing or an
 * error. discounted: sum of p^organic_rank over flagged entries; discount_total: the same over all entries that are not missing. */
struct amp_detect; /* loaded detectors of a study, with their rows */
/* names: NULL-ended. May write detector rows. */
int amp_detect_open(struct amp_detect **out, struct amp_store *store, const char *const *names, struct amp_err *err) AMP_CHECK;
void amp_detect_close(struct amp_detect *d); /* NULL-safe */
/* Scores the item versions of these parses that have no detection yet and writes the snapshots' sums. Inside the caller's transaction. */
int amp_detect_parses(struct amp_detect *d, struct amp_store *store, const int64_t *parse_ids, size_t n,
                      struct amp_err *err) AMP_CHECK;
/* All parses that are current and lack sums; commits in batches. items: versions scored, parses: parses summed; either may be NULL. */
int amp_detect_all(struct amp_detect *d, struct amp_store *store, int64_t *items, int64_t *parses, struct amp_err *err) AMP_CHECK;
/* The same for one study (slug; NULL: every study). stop may be NULL; when it says so the batch in hand is committed and
 * AMP_EINTERRUPTED returned. */
int amp_detect_study(struct amp_detect *d, struct amp_store *store, const char *slug, bool (*stop)(void), int64_t *items,
                     int64_t *parses, struct amp_err *err) AMP_CHECK;
/* Names of the detectors that the locked versions of this study (NULL: of every study) declare, NULL-ended, pointing to static names;
 * "lexicon" when they declare none. room >= the number of detectors + 1. */
int amp_detect_declared(struct amp_store *store, const char *slug, const char **names, size_t room, struct amp_err *err) AMP_CHECK;

#endif

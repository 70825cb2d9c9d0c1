/* sample.h: the frame of a study, and a sample of it that people judge. See draw.h for how it is drawn.
 *
 * Frame: every item version that an organic entry showed, to the depth of the primary grid cell, in a snapshot that counts (verdict ok, the
 * last good attempt), weighed by how often. Left out, and counted: entries that could not be read as an item, and erased items.
 */
#ifndef AMP_ANNOTATE_SAMPLE_H
#define AMP_ANNOTATE_SAMPLE_H
#include "annotate/draw.h"
#include "base/arena.h"
#include "base/jsonw.h"
#include "metrics/metrics.h"
#include "store/store.h"

#define AMP_SAMPLE_STRATA "5"
#define AMP_SAMPLE_NAME_MAX 64
/* Below this many negatives a detector's specificity is known too poorly for Rogan and Gladen's correction of rare content
 * (docs/method.md); estimates by inclusion probability do not need it. */
#define AMP_SAMPLE_NEGATIVES 3000

struct amp_sample_options {
	const char *detector; /* NULL: the study's primary one */
	const char *strata;   /* NULL: AMP_SAMPLE_STRATA */
	const char *name;     /* NULL: sample-1, sample-2, … */
	int64_t size, seed;
	int64_t now; /* milliseconds */
	bool dry_run;
};
struct amp_sample { /* as drawn, or as read */
	int64_t id; /* 0 after a dry run */
	struct amp_key key;
	char name[AMP_SAMPLE_NAME_MAX + 1];
	const char *study, *detector, *detector_version; /* detector NULL: none has scored anything */
	const char *threshold, *strata_rule;
	int64_t study_version, detector_id;
	int64_t depth, snapshots, units, exposures, left_out, size, drawn, seed, drawn_at;
	int64_t flagged_drawn, below_drawn; /* by the detector's threshold */
	struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
	size_t n_strata;
};
/* Draws, and stores in one transaction unless dry_run. Texts of *out live in the frame's arena or in o. AMP_EUSAGE: nothing was
 * scored or shown, no such detector, a name that the study has already. */
int amp_sample_draw(struct amp_sample *out, const struct amp_frame *f, struct amp_store *store, const struct amp_sample_options *o,
                    struct amp_err *err) AMP_CHECK;
void amp_sample_json(const struct amp_sample *s, struct amp_jsonw *w);  /* one object */
void amp_sample_print(const struct amp_sample *s, struct amp_buf *out); /* for people, in their language */

struct amp_sample_ref {
	int64_t id, study_version, units, seed;
	struct amp_key key;
	char name[AMP_SAMPLE_NAME_MAX + 1];
};
/* The sample of a study (slug NULL: of any) by its name, or by the first 8 or more hexadecimal digits of its key; name NULL: the only
 * one. AMP_EUSAGE names those there are. */
int amp_sample_find(struct amp_sample_ref *out, struct amp_store *store, const char *study, const char *name,
                    struct amp_err *err) AMP_CHECK;

#endif

/* frame_units.h: the texts of a sample's frame: gathered snapshot by snapshot, scored, and hashed with all that made the draw. Used by the draw
 * (sample.c) and by those who draw again to check it (redraw.c).
 */
#ifndef AMP_ANNOTATE_FRAME_UNITS_H
#define AMP_ANNOTATE_FRAME_UNITS_H
#include "annotate/draw.h"
#include "metrics/metrics.h"
#include "store/store.h"

struct amp_frame_units {
	struct amp_store *store;
	int64_t depth;        /* entries of a snapshot that count */
	int64_t erased_until; /* texts erased by then are left out; INT64_MAX: all that are erased now */
	struct amp_draw_unit *v;
	size_t n;
	/* own: */
	size_t room, slots, filled;
	int64_t *slot_version;
	size_t *slot_at;
};
void amp_frame_units_free(struct amp_frame_units *u);
struct amp_draw_unit *amp_frame_units_find(const struct amp_frame_units *u, int64_t version); /* NULL */
/* After drawing, which moves the units: find works again. */
int amp_frame_units_index(struct amp_frame_units *u, struct amp_err *err) AMP_CHECK;

struct amp_shown { /* one reading of a snapshot */
	int64_t exposures, left_out, scored, flagged;
	double score;
};
/* Adds what the reading (parse.id) showed; of *shown only exposures and left_out are counted. AMP_ENOMEM. */
int amp_frame_units_read(struct amp_frame_units *u, int64_t parse, struct amp_shown *shown, struct amp_err *err) AMP_CHECK;
/* The same reading over units that are scored: sums, and each drawn unit that it showed to fn (n times; not 0 stops). A text that is no unit is
 * counted as left out. */
typedef int amp_shown_fn(void *user, struct amp_draw_unit *unit, int64_t n, struct amp_err *err);
int amp_frame_units_sum(struct amp_frame_units *u, int64_t parse, struct amp_shown *shown, amp_shown_fn *fn, void *user,
                        struct amp_err *err) AMP_CHECK;

struct amp_unit_rule {
	int64_t detector;                            /* detector.id, 0: none */
	const char *threshold;                       /* of the primary cell: a decimal, or "default": those below */
	const struct amp_frame_threshold *languages; /* of any detectors */
	size_t n;
};
/* Key, score and flag of every unit. */
int amp_frame_units_score(struct amp_frame_units *u, const struct amp_unit_rule *rule, struct amp_err *err) AMP_CHECK;

struct amp_draw_parts {                   /* what makes a draw, besides its frame */
	struct amp_key version, detector; /* detector: all zero without one */
	const char *name, *frame, *strata, *method;
	int64_t seed, size, drawn_at;
};
/* sample.key: another frame, score, seed or lot gives another. Units as amp_draw_sample leaves them. */
struct amp_key amp_draw_key(const struct amp_draw_parts *p, const struct amp_frame_units *u);

#endif

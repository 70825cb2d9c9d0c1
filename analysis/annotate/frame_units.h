/* frame_units.h: the texts of a sample's frame: gathered snapshot by snapshot, scored, and hashed with all that made the draw. Used by the draw
 * (sample.c) and by those who draw again to check it (redraw.c).
 *
 * What is erased when a sample is drawn is no part of its frame. Times cannot tell later what that was: an erasure in another database may come in
 * by a merge, with an earlier time. So the frame says it: "erased" lists the places of these texts among all texts of its readings in the order
 * of their keys. Neither erasing nor merging moves a place, and a place says nothing of a text, as a key would to whoever guesses it.
 */
#ifndef AMP_ANNOTATE_FRAME_UNITS_H
#define AMP_ANNOTATE_FRAME_UNITS_H
#include "annotate/draw.h"
#include "metrics/metrics.h"
#include "store/store.h"

struct amp_frame_units {
	struct amp_store *store;
	int64_t depth; /* entries of a snapshot that count */
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
/* Adds the texts that the reading (parse.id) showed, erased ones too. left_out: entries that could not be read as an item are added to it. AMP_ENOMEM. */
int amp_frame_units_read(struct amp_frame_units *u, int64_t parse, int64_t *left_out, struct amp_err *err) AMP_CHECK;
/* After the last reading: every unit's key, in whose order they are then. */
int amp_frame_units_sort(struct amp_frame_units *u, struct amp_err *err) AMP_CHECK;
/* Takes away the units at these places (rising); gives their exposures. */
int64_t amp_frame_units_leave_out(struct amp_frame_units *u, const int64_t *places, size_t n);
/* The same reading over units that are scored: sums, and each drawn unit that it showed to fn (n times; not 0 stops). A text that is no unit is
 * counted as left out. */
typedef int amp_shown_fn(void *user, struct amp_draw_unit *unit, int64_t n, struct amp_err *err);
int amp_frame_units_sum(struct amp_frame_units *u, int64_t parse, struct amp_shown *shown, amp_shown_fn *fn, void *user,
                        struct amp_err *err) AMP_CHECK;
/* A stored sample's units (not scored), from the readings of its sample_snapshot without the texts that its frame leaves out; whole: it leaves out none.
 * only_parts: of a whole frame nothing is read. Freed by the caller, on errors too. */
int amp_frame_units_of(struct amp_frame_units *u, bool *whole, struct amp_store *store, int64_t sample, bool only_parts,
                       struct amp_err *err) AMP_CHECK;

struct amp_unit_rule {
	int64_t detector;                            /* detector.id, 0: none */
	const char *threshold;                       /* of the primary cell: a decimal, or "default": those below */
	const struct amp_frame_threshold *languages; /* of any detectors */
	size_t n;
};
/* lang: of the detection. */
bool amp_unit_flagged(const struct amp_unit_rule *rule, double score, struct amp_str lang);
/* Score and flag of every unit. */
int amp_frame_units_score(struct amp_frame_units *u, const struct amp_unit_rule *rule, struct amp_err *err) AMP_CHECK;

struct amp_draw_parts {                   /* what makes a draw, besides its frame */
	struct amp_key version, detector; /* detector: all zero without one */
	const char *name, *frame, *strata, *method;
	int64_t seed, size, drawn_at;
};
/* sample.key: another frame, score, seed or lot gives another. Units as amp_draw_sample leaves them. */
struct amp_key amp_draw_key(const struct amp_draw_parts *p, const struct amp_frame_units *u);

#endif

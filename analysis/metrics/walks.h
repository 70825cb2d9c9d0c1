/* walks.h: walks from list to list, as the crawler followed them: what each list showed, where a walk met its first entry presumed hateful,
 * and the curves over all walks of a feed.
 *
 * Lists are counted from 1: list 1 is what stands beside the seed (step 0 of the database). A walk is censored at the last list that was
 * read: what it would have shown after that is not known, and is no zero.
 */
#ifndef AMP_METRICS_WALKS_H
#define AMP_METRICS_WALKS_H
#include "metrics/metrics.h"
#include "stats/survival.h"

enum amp_followed { AMP_FOLLOWED_NONE, AMP_FOLLOWED_MISSING, AMP_FOLLOWED_SCORED, AMP_FOLLOWED_FLAGGED };
struct amp_walk_list {              /* down to the depth of the grid cell */
	enum amp_shot_state state;  /* OK; EMPTY: recognised, nothing in it; UNSCORED; else its verdict */
	enum amp_followed followed; /* the entry of the list before that led here; NONE: the seed, or not known */
	uint32_t n, missing, flagged;
};
struct amp_walk {
	size_t feed, persona, round; /* of the frame */
	int64_t number;              /* of its seed, from 1 */
	const struct amp_walk_list *list;
	size_t n;     /* lists asked for */
	size_t read;  /* of them from the first on, up to one that cannot be used; an empty one was read */
	size_t first; /* which of those read shows the first flagged entry, from 1; 0: none */
};

struct amp_walk_point {              /* list k of the walks */
	size_t walks, personas;      /* that read it; personas with their twins */
	size_t events, censored;     /* of those that had met none before: met one here; were read no further */
	struct amp_confidence share; /* flagged / scored of the list, mean */
	struct amp_confidence
		dose; /* flagged entries of lists 1 to k: sum of their means over those that read each (Nelson 1988) */
	struct amp_confidence survival; /* of walks, that have met none by list k (Kaplan & Meier 1958) */
};
/* Each walk weighs one over the number of walks of its persona and twins. Intervals: jackknife over personas, and over time blocks; the wider
 * of the two; over blocks alone where there is one persona. */
struct amp_walk_curve {
	struct amp_walk_point *v;
	size_t n; /* as far as walks of two personas and of two time blocks went (of one, where there is only one) */
	size_t walks, events, longest;                /* walks with a list that was read; longest: lists read */
	size_t personas, blocks;                      /* of these walks */
	int64_t entries, missing;                     /* of lists read */
	struct amp_real median, median_lo, median_hi; /* lists until the first; unknown: not reached */
	struct amp_confidence mean;                   /* lists until the first, restricted to n */
};
struct amp_walk_feed {      /* one a feed of the frame */
	size_t from, to;    /* its walks */
	size_t seeds;       /* the highest number of a walk */
	int64_t missed;     /* walks of planned visits, of which no list is there */
	const char *policy; /* as recorded; NULL */
	struct amp_walk_curve curve;
};
struct amp_walks {
	const struct amp_walk *v; /* by feed, persona, round and number */
	size_t n;
	const struct amp_walk_feed *feeds;
};
/* By this detector and grid cell; the caller puts the result into sums->walks. Of several attempts at a walk the last of which a list could be
 * read. Lives in the frame's arena. */
int amp_walks_load(struct amp_walks **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                   struct amp_err *err) AMP_CHECK;
/* Walks of a feed by what became of them: OK where a list was read, else by its first list. */
void amp_walks_exclusions(const struct amp_walks *w, size_t feed, struct amp_exclusions *out);
bool amp_pair_walked(const struct amp_frame *f, size_t pair); /* either side is */

#endif

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
	bool aged;                  /* its first page came with Age > 0 */
	uint32_t n, missing, flagged;
	uint64_t payload_print; /* of its first page; 0: not known */
};
struct amp_walk {
	size_t feed, persona, round; /* of the frame */
	int64_t number;              /* of its seed, from 1 */
	int64_t started_at;          /* its first list; AMP_TIME_NONE */
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
/* Each walk weighs one over the number of walks of its persona and twins. Intervals: jackknife over personas and time blocks at
 * once (amp_jackknife_two_way); over one of them alone where the other does not vary or there is one persona. Limits of doses and of the mean stand on
 * a logarithm, above 0 and above the first list, and allow for lopsided personas from ten on. */
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
/* A list that shows entries of a target, or was reached by one. */
struct amp_walk_hit {
	uint32_t list, flagged;
	bool followed;
};
struct amp_walk_target { /* "women", "ground:origin" */
	const char *name;
	size_t from, to; /* hits */
};
struct amp_walks {
	const struct amp_walk *v; /* by feed, persona, round and number */
	size_t n;
	const struct amp_walk_feed *feeds;
	const struct amp_walk_list *lists; /* of all walks */
	size_t n_lists;
	size_t detector, cell;
	const struct amp_walk_target
		*targets; /* of the primary detector and cell: those that occur, but for "any"; grounds first, by name */
	size_t n_targets;
	const struct amp_walk_hit *hits;
};
/* By this detector and grid cell; the caller puts the result into sums->walks. Of several attempts at a walk the last of which a list could be
 * read. Lives in the frame's arena. */
int amp_walks_load(struct amp_walks **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                   struct amp_err *err) AMP_CHECK;
/* The same walks as if only this target counted (NULL: any), and as if none had gone beyond so many lists (0: as they went). */
struct amp_walk_view {
	struct amp_walks walks;
	struct amp_walk *v;
	struct amp_walk_list *lists;
};
int amp_walk_view_make(struct amp_walk_view *view, const struct amp_frame *f, const struct amp_walks *all, const char *target,
                       size_t lists, struct amp_err *err) AMP_CHECK;
void amp_walk_view_free(struct amp_walk_view *view); /* its curves live in the frame's arena */
/* Walks of a feed by what became of them: OK where a list was read, else by its first list. */
void amp_walks_exclusions(const struct amp_walks *w, size_t feed, struct amp_exclusions *out);
bool amp_pair_walked(const struct amp_frame *f, size_t pair);   /* either side is */
bool amp_pair_of_walks(const struct amp_frame *f, size_t pair); /* both sides are, and may be compared */

/* Two walks from one seed, of one persona in one round: one of each feed of a pair. */
struct amp_walk_couple {
	const struct amp_walk *ranked, *chronological; /* NULL: not there */
	enum amp_shot_state state; /* OK: both can be used; else why not, ranked first; SKEWED: begun too far apart */
	size_t lists;              /* that both read */
};
/* The next couple behind *at (zero to begin with); false after the last. By persona, round and number. */
struct amp_walk_place {
	size_t ranked, chronological;
};
bool amp_walk_couple_next(const struct amp_frame *f, const struct amp_walks *w, size_t pair, struct amp_walk_place *at,
                          struct amp_walk_couple *out);
/* Couples of a pair by what became of them; cluster AMP_NO_INDEX: all, with those that are there on neither side. counts_empty: two walks that have
 * no list with a scored entry in common have a value all the same (0), and are not UNSCORED. */
void amp_walk_couples_count(const struct amp_frame *f, const struct amp_walks *w, size_t pair, size_t cluster, bool counts_empty,
                            struct amp_exclusions *out);

/* How far apart are walks of one feed from one seed in one round: between twins, which is noise, and between personas. Means of absolute
 * differences over the lists that both read. */
struct amp_walk_floor {
	size_t twins, others; /* couples of walks */
	bool cached;          /* all of the twins' got one stored answer, list for list: not measured, and no zero */
	struct amp_real twin_share, other_share, twin_dose, other_dose;
};
int amp_walk_floor_measure(struct amp_walk_floor *out, const struct amp_frame *f, const struct amp_walks *w, size_t feed,
                           struct amp_err *err) AMP_CHECK;

#endif

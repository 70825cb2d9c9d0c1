/* private.h: joints between the files of metrics. */
#ifndef AMP_METRICS_PRIVATE_H
#define AMP_METRICS_PRIVATE_H
#include "lists/stored.h"
#include "metrics/idmap.h"
#include "metrics/metrics.h"
#include "metrics/walks.h"
#include "stats/components.h"
#include "stats/skew.h"

/* One figure's scope: which personas and which strata (pairs, or feeds for single-sided metrics). */
struct amp_scope {
	const struct amp_metric *metric;
	size_t cluster; /* AMP_NO_INDEX = all */
	const size_t *strata;
	size_t n_strata;
	const char *target;
};
struct amp_contributions { /* per cluster and per time block; x, m and how many cells count */
	double *cluster_x, *cluster_m, *block_x, *block_m;
	double *cell_x, *cell_m, *cell_w; /* [cluster * the frame's blocks + block], not packed; w: weight, 0: nothing there */
	size_t n_clusters, n_blocks;      /* with a value: packed to the front */
	double ranked, chronological;     /* weighted means of the two sides */
	int64_t n, missing, excluded, used;
	struct amp_real worst_lo, worst_hi;
};
/* work: room for amp_contributions_room doubles, owned by the caller. */
int amp_contributions(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope, double *work,
                      struct amp_contributions *out, struct amp_err *err) AMP_CHECK;
size_t amp_contributions_room(const struct amp_frame *f);
/* The same for all personas and then for each of them, over cells that were read once: those of the scope, which are all where its cluster is
 * AMP_NO_INDEX. */
struct amp_readings;
int amp_readings_make(struct amp_readings **out, const struct amp_frame *f, const struct amp_sums *sums,
                      const struct amp_scope *scope, struct amp_err *err) AMP_CHECK;
void amp_readings_take(const struct amp_readings *r, size_t cluster, double *work, struct amp_contributions *out);
void amp_readings_free(struct amp_readings *r); /* NULL-safe */
/* Did these two snapshots start further apart than the study's max_skew? */
bool amp_shots_skewed(const struct amp_frame *f, size_t a, size_t b);

/* Design, section 7: feeds shared by all personas have the time block as unit; else the persona is, and units.c decides whether the other
 * counts too. A figure about one persona can only vary over time. */
enum amp_unit amp_unit_of(const struct amp_frame *f, const struct amp_floor *floors, const struct amp_scope *s);
/* units.c: the tests of one figure, and which of them count. */
struct amp_tests {
	struct amp_signflip persona, block; /* persona: only where unit is AMP_UNIT_BOTH */
	struct amp_components both;
	struct amp_skewed skewed; /* of the main unit, freed of its skewness; unknown where it is too few to have one */
	enum amp_unit unit, main; /* as asked for; the one whose interval is printed first: persona or time block */
	bool second;              /* the other unit varies too, beyond chance: both at once count beside the main one */
	bool each;                /* either counts for itself: too few of one, or a table that says nothing */
};
int amp_tests_run(struct amp_tests *t, const struct amp_frame *f, const struct amp_contributions *c, const struct amp_metric *m,
                  enum amp_unit unit, struct amp_err *err) AMP_CHECK;
/* By the study's seed and alpha. */
int amp_frame_signflip(const struct amp_frame *f, const double *x, const double *m, size_t n, double null_value,
                       struct amp_signflip *out, struct amp_err *err) AMP_CHECK;
/* The larger of a pair's two sides, or one feed's, on the scale of the units' x: what the spread of personas is held against. Of one feed their
 * sum, which is the figure times a base that need not be 1 (entries that walks followed). 0: the figure has none. */
double amp_larger_side(const struct amp_contributions *c, const struct amp_metric *m);
bool amp_of_shares(const struct amp_metric *m); /* is a persona's value made of shares, which do not fall below 0? */
void amp_tests_take(const struct amp_tests *t, struct amp_estimate *e); /* lo, hi, se, p, smallest_p, printed_unit */
unsigned amp_flags_of(const struct amp_contributions *c, const struct amp_tests *t, const struct amp_estimate *e);
unsigned amp_flags_of_units(const struct amp_estimate *e); /* of a figure that is no ratio of sums: from its counts alone */
unsigned amp_flags_of_floors(const struct amp_frame *f, const struct amp_floor *floors, const struct amp_scope *s);
/* One sign-flip figure from contributions, by the unit rule. */
int amp_estimate_fill(const struct amp_frame *f, const struct amp_contributions *c, struct amp_estimate *e,
                      struct amp_err *err) AMP_CHECK;
/* ---- metrics that make their own estimates ---- */
struct amp_own {
	const struct amp_frame *f;
	const struct amp_floor *floors;
	const struct amp_sums *sums;
	const char *const *targets;
	size_t n_targets;
	double *work; /* room for amp_contributions */
	void *maker;
	const struct amp_walks *walks; /* metrics of walks: to measure, of this target and cut; NULL: none */
	const char *target;            /* theirs; "any" */
	size_t lists;                  /* that walks were cut at; 0: as they went */
	bool sensitivity;              /* another choice than the primary one: no family of tests, no persona alone */
};
/* A new row about a pair or feed (the other AMP_NO_INDEX), target and family filled in; NULL: memory is out, said in err. */
struct amp_estimate *amp_own_add(struct amp_own *k, const struct amp_metric *m, size_t pair, size_t feed, const char *target,
                                 const char *family, struct amp_err *err);
/* The value of one cell of exposure_share (stratum: a feed) or additive_lift (a pair); false where it does not count. *c gets its state,
 * entries and missing ones. */
struct amp_cell_value {
	enum amp_shot_state state;
	double value;
	int64_t n, missing;
};
bool amp_cell_read(const struct amp_frame *f, const struct amp_sums *sums, bool paired, const char *target, size_t persona,
                   size_t stratum, size_t round, struct amp_cell_value *c);
int amp_say_units(const struct amp_frame *f, struct amp_estimate *e, struct amp_err *err); /* cluster_rule from the counts */
/* One slope (stratum: a pair or a feed); e: metric and target filled in. */
int amp_drift_fill(const struct amp_own *k, const struct amp_metric *m, size_t stratum, struct amp_estimate *e,
                   struct amp_err *err) AMP_CHECK;
int amp_drift_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err); /* drift.c */
/* One a value: of a cluster, at a moment (a day of the study, a list of a walk). Rows of one cluster stand together. */
struct amp_slope_rows {
	double *y, *at;
	int64_t *cluster;
	size_t *block, n;
	double spread; /* SD of the clusters' levels over their mean; 0: nothing is known of it */
};
/* How lopsided shares must be that spread by so much: a lognormal's skewness, thinned by what is even in it (rest: share that is not). units.c */
#define AMP_SKEW_PERSONAS 10 /* from which a spread says something; fewer are not vouched for (flag.c) */
double amp_share_skewness(double cv, double rest);
int amp_slope_fill(const struct amp_own *k, const struct amp_slope_rows *r, struct amp_estimate *e, struct amp_err *err);
int amp_groups_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err); /* groups.c */
int amp_estimates_adjust(struct amp_estimates *all, struct amp_err *err) AMP_CHECK;      /* fills adjusted_p */

int amp_exclusions_room(struct amp_sums *sums, const struct amp_frame *f, struct amp_err *err) AMP_CHECK; /* cells.c */

/* ---- sums.c: the grid, cell by cell ---- */
#define AMP_GRID_MOST 64 /* in memory at once */
struct amp_grid_cell {
	size_t detector, cell;
};
struct amp_grid {
	const struct amp_frame *f;
	struct amp_sums *const *v;
	size_t n, used;
	struct amp_grid_cell next;
	struct amp_arena *arena; /* of own */
	struct amp_sums *own[AMP_GRID_MOST];
};
/* Sums of every detector and cell but the primary ones, of "any" and the study's target: first what came with the primary one's scan. */
void amp_grid_start(struct amp_grid *g, const struct amp_frame *f, const struct amp_sums *primary);
/* The next; NULL after the last. It lives until the next call. */
int amp_grid_load(struct amp_grid *g, struct amp_store *store, const struct amp_sums **out, struct amp_err *err) AMP_CHECK;
void amp_grid_end(struct amp_grid *g);

/* ---- texts.c: what is known of each text, in nine bytes ---- */
enum amp_text_state { AMP_TEXT_MISSING, AMP_TEXT_SCORED, AMP_TEXT_FLAGGED };
struct amp_texts {
	struct amp_idmap ids; /* of item versions: their numbers are the indices of what follows */
	size_t n, n_items;
	int32_t *item;    /* 0 to n_items - 1 */
	uint32_t *author; /* author id of a flagged text; 0: not flagged, not known, or beyond 32 bits */
	uint8_t *state;   /* enum amp_text_state */
};
/* By the detector and the threshold of the cell; without them no text is scored. */
int amp_texts_load(struct amp_texts *out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                   struct amp_err *err) AMP_CHECK;
void amp_texts_free(struct amp_texts *t);

/* ---- spots.c: a number for each item, forgotten at once: places of one list's items in another ---- */
struct amp_spot {
	uint32_t stamp;
	int32_t number;
};
struct amp_spots {
	struct amp_spot *v;
	size_t n;
	uint32_t stamp;
};
int amp_spots_make(struct amp_spots *s, size_t n_items, struct amp_err *err) AMP_CHECK;
void amp_spots_free(struct amp_spots *s);
void amp_spots_clear(struct amp_spots *s);
static inline int32_t amp_spots_get(const struct amp_spots *s, int32_t item) /* -1: none */
{
	return s->v[item].stamp == s->stamp ? s->v[item].number : -1;
}
static inline void amp_spots_put(struct amp_spots *s, int32_t item, int32_t number)
{
	s->v[item] = (struct amp_spot){s->stamp, number};
}
/* For each of the n_a entries of a: its first place in b, or -1. */
void amp_spots_match(struct amp_spots *s, const struct amp_entry *a, size_t n_a, const struct amp_entry *b, size_t n_b,
                     int32_t *places);

/* ---- list_read.c: the entries of one snapshot ---- */
struct amp_kept { /* one persona's list of one feed */
	struct amp_entry *v;
	size_t n, top, room;     /* top: within the depth */
	size_t flagged, missing; /* of these */
};
struct amp_list_reader { /* zero but for store, texts, depth and shown */
	struct amp_store *store;
	struct amp_texts texts;
	size_t depth;
	uint8_t *shown; /* bits, a text each: met in a list */
	struct amp_list_cursor cursor;
	struct amp_list_rows rows;
	struct amp_list_pending pending; /* lists that were not stored */
	bool began;
	size_t damaged; /* stored lists that were not what they should be */
	int64_t first_damaged;
};
/* All reading between start and stop is of one state of the database. */
int amp_list_reader_start(struct amp_list_reader *r, struct amp_err *err) AMP_CHECK;
void amp_list_reader_stop(struct amp_list_reader *r);
void amp_list_reader_free(struct amp_list_reader *r); /* its texts too */
/* The organic entries of the parse into k (emptied first); beyond the depth only where to_end. Parses in ascending order are read fastest. */
int amp_list_read(struct amp_list_reader *r, int64_t parse_id, bool to_end, struct amp_kept *k, struct amp_err *err) AMP_CHECK;
/* Stores the lists that were missing or damaged: all of them, or when they are many; not in a caller's transaction. */
int amp_list_reader_store(struct amp_list_reader *r, bool all, struct amp_err *err) AMP_CHECK;

/* ---- recall.c: flagged items that one persona has met on one feed ---- */
struct amp_recalled {
	int32_t item;
	uint32_t visit; /* that showed it last, from 1; 0: a free slot */
};
struct amp_recall {
	struct amp_recalled *v; /* hash table */
	size_t n, room;
	uint32_t visits, shown; /* so far; flagged items at the last of them */
	uint32_t gone[AMP_RETURN_VISITS + 1], back[AMP_RETURN_VISITS + 1];
};
/* The next visit: v[0 .. top). */
int amp_recall_visit(struct amp_recall *m, const struct amp_entry *v, size_t top, struct amp_seen *out,
                     struct amp_err *err) AMP_CHECK;
void amp_recall_free(struct amp_recall *m);

/* Distances of one round and feed (floor.c), and what they decide together (floor_decide.c). */
struct amp_distance { /* sums over n pairs of lists: 1 - RBO, 1 - Jaccard */
	double rbo, jaccard;
	size_t n;
};
struct amp_floor_round {
	struct amp_distance twin, between;
	size_t twin_rounds, twin_same; /* pairs of twins with both lists; of them, those that got one stored answer */
};
struct amp_items { /* a list, as the items of its entries that are known, within the depth */
	int32_t *v;
	size_t n, room;
};
struct amp_floor_work { /* room that rounds share; zero to begin with */
	uint32_t *local, *place, *common;
	size_t n_local, n_place, n_common, distinct;
};
void amp_floor_work_free(struct amp_floor_work *w);
/* lists: one a persona; those of snapshots that are not ok are not looked at. Adds to *s. */
int amp_floor_measure_round(const struct amp_frame *f, size_t feed, size_t round, const struct amp_items *lists,
                            struct amp_spots *spots, struct amp_floor_work *w, struct amp_floor_round *s,
                            struct amp_err *err) AMP_CHECK;
int amp_floors_room(struct amp_floor **out, const struct amp_frame *f, struct amp_err *err) AMP_CHECK; /* one a feed, empty */
/* rounds: f->n_rounds of them. fl: zero but for round_twin and round_between, which have room for as many. */
int amp_floor_decide(struct amp_floor *fl, const struct amp_frame *f, const struct amp_floor_round *rounds,
                     struct amp_err *err) AMP_CHECK;
/* ---- walks.c: walks, as the metrics of walks take them ---- */
#define AMP_WALK_LISTS_MAX 10000 /* far above what a study may ask for */
enum amp_shot_state amp_shot_state_of(struct amp_str verdict);
int amp_walks_mark(struct amp_frame *f, struct amp_store *store, struct amp_err *err); /* feeds that are walked, and their visits */
void amp_walk_find_first(struct amp_walk *w);                                          /* sets first: of the lists read */
/* Whom the lists aim at. snapshots: of all->lists. Nothing but for the primary detector and cell. */
int amp_walk_hits_load(struct amp_walks *all, const struct amp_frame *f, struct amp_store *store, const int64_t *snapshots,
                       struct amp_err *err) AMP_CHECK;
int amp_walk_curves_make(const struct amp_frame *f, const struct amp_walk *v, struct amp_walk_feed *feeds,
                         struct amp_err *err) AMP_CHECK;
/* v: the walks of one feed. */
int amp_walk_curve_make(struct amp_walk_curve *c, const struct amp_frame *f, const struct amp_walk *v, size_t n,
                        struct amp_err *err);
/* x and m of one walk; false: it has no value, and is left out. */
struct amp_walk_sums {
	double x, m;
	int64_t n, missing;
};
/* A row for each walked feed, of the metric's `walk`: walks of one persona (twins with it) and round are averaged, then its rounds, then personas. */
int amp_walk_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err);
/* A row for each walked feed, out of its curve (n > 0): the metric's `curve` sets estimate, se, lo, hi, method, and null_reason where there is no
 * estimate. */
int amp_walk_curve_metric(const struct amp_metric *m, struct amp_own *k, struct amp_err *err);
/* Numbers of lists to cut walks at, for sensitivity: shorter than the longest that is in the curves, WALK_CUTS at most, ascending. */
#define AMP_WALK_CUTS 4
size_t amp_walk_cuts(const struct amp_frame *f, const struct amp_walks *w, size_t cuts[AMP_WALK_CUTS]);
/* Every metric of walks for each target that occurs (k: of any). */
int amp_walk_estimates_of_targets(const struct amp_own *k, struct amp_err *err) AMP_CHECK;
/* Those of the grid again: walks cut after fewer lists; other depths, thresholds and detectors. */
int amp_walk_estimates_of_grid(const struct amp_own *k, struct amp_store *store, struct amp_err *err) AMP_CHECK;
/* amp_own_add of the walks' target, with unit and flags; cluster: one persona of a pair, or AMP_NO_INDEX. */
struct amp_estimate *amp_walk_add(struct amp_own *k, const struct amp_metric *m, size_t pair, size_t feed, size_t cluster,
                                  struct amp_err *err);
/* A pair's walks from one seed: what either side shows over the lists that both read. false: nothing can be said. */
struct amp_walk_sides {
	double ranked, chronological;
	int64_t n, missing;
};
/* The difference of the metric's `couple`, ranked less chronological: a row for each pair of walked feeds, and of any target one for each persona. */
int amp_walk_lift_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err);
bool amp_walk_sides_share(const struct amp_walk_couple *c, struct amp_walk_sides *out);
bool amp_walk_sides_dose(const struct amp_walk_couple *c, struct amp_walk_sides *out);
/* Walks of one round of one cluster are averaged, then rounds: the mean into the contributions; false: there were none. */
struct amp_walk_rounds { /* one entry a round */
	double *x, *m, *ranked, *chronological;
	size_t *n;
};
int amp_walk_rounds_make(struct amp_walk_rounds *g, const struct amp_frame *f, struct amp_err *err) AMP_CHECK;
void amp_walk_rounds_free(struct amp_walk_rounds *g);
void amp_walk_rounds_clear(struct amp_walk_rounds *g, const struct amp_frame *f);
bool amp_walk_rounds_add(const struct amp_walk_rounds *g, const struct amp_frame *f, size_t cluster, struct amp_contributions *c);
/* Contributions in work (amp_contributions_room), all zero; x and m are added to clusters, blocks and cells; the end divides by the number of
 * clusters (1: sums stay sums) and packs the units that have something to say. */
void amp_walk_contributions_start(const struct amp_frame *f, double *work, struct amp_contributions *c);
void amp_walk_contributions_end(const struct amp_frame *f, double clusters, struct amp_contributions *c);

/* ---- places.c ---- */
void amp_places_add(struct amp_places *p, const struct amp_entry *v, size_t n); /* one visit: its entries */
const char *amp_arena_c(struct amp_arena *a, struct amp_str s); /* NULL for absent; "" when memory is out is never given: see oom */
#define AMP_OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while the measures are computed."))

#endif

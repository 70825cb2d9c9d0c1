/* metrics.h: measures over the database: what was seen (frame), what detectors found in it (sums), how alike feeds are between twins
 * and between personas (floors), and the estimates with n, missing, exclusions, interval and method.
 *
 * Order of use: amp_frame_load, amp_floors_measure, amp_sums_load (primary detector and cell), amp_estimates_make, amp_estimates_save.
 * Everything lives in the frame's arena.
 */
#ifndef AMP_METRICS_METRICS_H
#define AMP_METRICS_METRICS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "metrics/metric.h"
#include "stats/stats.h"
#include "store/store.h"

/* What the study fixed before the first crawl. The caller reads it from the locked text. */
struct amp_member { /* a persona that says it belongs to a group that hate aims at */
	const char *persona, *target;
};
struct amp_plan {
	double alpha;                                  /* 0.05 */
	int64_t time_block_ms;                         /* 1 day */
	int64_t max_skew_ms;                           /* between the two sides of a pair; 0 = no bound */
	uint64_t seed;                                 /* of Monte-Carlo permutations */
	const char *metric, *pair, *target, *detector; /* primary; NULL = not declared, everything is exploratory */
	const char *first_detector;       /* of those that the study lists: leads where no primary one does; NULL: by name */
	const struct amp_member *members; /* as personas declare; a twin belongs where its persona does */
	size_t n_members;
};

/* ---- frame ---- */
/* Why a (persona, round, feed) has no value. Order: as printed. */
enum amp_shot_state {
	AMP_SHOT_OK,
	AMP_SHOT_EMPTY,
	AMP_SHOT_PARTIAL,
	AMP_SHOT_DRIFT,
	AMP_SHOT_BLOCKED,
	AMP_SHOT_FAILED,
	AMP_SHOT_MISSED,    /* planned, no snapshot */
	AMP_SHOT_UNSCORED,  /* read, but no detector has seen it or none of its entries could be scored */
	AMP_SHOT_SKEWED,    /* pair only: the two sides are too far apart in time */
	AMP_SHOT_UNPLANNED, /* not asked for: no exclusion */
	AMP_SHOT_STATES
};
const char *amp_shot_state_name(enum amp_shot_state s); /* "ok", … as in summary files */

struct amp_shot { /* one persona, feed and round */
	int64_t snapshot_id, parse_id, started_at, items;
	uint64_t payload_print, etag_print; /* over all pages; 0 = not known */
	bool planned, exists, aged;         /* aged: some page came with Age > 0 */
	enum amp_shot_state state;          /* OK to MISSED, or UNPLANNED */
};
struct amp_frame_persona {
	int64_t id;
	const char *name, *attributes;
	size_t cluster;
	bool is_twin;
};
struct amp_frame_cluster {
	const char *name; /* of its first persona */
	size_t first, n;  /* personas [first, first + n) */
};
struct amp_frame_feed {
	int64_t id;
	const char *name, *platform, *endpoint, *host, *ranking;
	size_t platform_index;
	bool walked;         /* its lists are those of walks (walks.h): it has no visits of its own */
	int64_t walk_visits; /* of personas and rounds in which walks were planned */
};
struct amp_frame_pair {
	int64_t id;
	const char *name, *pool, *reason, *window_rule;
	size_t ranked, chronological; /* feeds */
};
struct amp_frame_round {
	int64_t id, scheduled_at;
	size_t block;
};
struct amp_frame_cell {
	int64_t id;
	int depth;
	const char *threshold, *rbp_p, *text_view;
	bool primary;
};
struct amp_frame_detector {
	int64_t id;
	const char *name, *version, *text_view; /* one row a text view: it belongs to the cells of that view */
};
struct amp_frame_threshold {
	int64_t detector;        /* amp_frame_detector.id */
	const char *lang, *text; /* "any": languages without one of their own; exact decimal */
	double value;
};
struct amp_frame {
	struct amp_arena *arena;
	struct amp_plan plan;
	int64_t study_id, version_id;
	const char *slug, *study_text, *amend_reason;
	uint8_t hash[AMP_SHA256];
	int64_t locked_at;
	size_t versions, earlier_rounds; /* study versions, and rounds under versions that are not analysed */
	struct amp_frame_persona *personas;
	size_t n_personas;
	struct amp_frame_cluster *clusters;
	size_t n_clusters;
	struct amp_frame_feed *feeds;
	size_t n_feeds;
	const char **platforms;
	size_t n_platforms;
	struct amp_frame_pair *pairs;
	size_t n_pairs;
	struct amp_frame_round *rounds; /* by time */
	size_t n_rounds, n_blocks;
	struct amp_frame_cell *cells; /* primary first */
	size_t n_cells;
	struct amp_frame_detector *detectors; /* primary first */
	size_t n_detectors;
	struct amp_frame_threshold *thresholds; /* of the detectors, each one's by language, "any" last */
	size_t n_thresholds;
	struct amp_shot *shots; /* amp_shot_at */
	uint8_t chain_head
		[AMP_SHA256]; /* the ledger's last link; SHA-256 over the links in archive order when there are several archives */
	bool has_chain_head;
	size_t n_archives;
	struct amp_flips *flips; /* what the sign-flips of all figures have in common; NULL: nothing is kept */
};
static inline size_t amp_shot_index(const struct amp_frame *f, size_t persona, size_t feed, size_t round)
{
	return (persona * f->n_feeds + feed) * f->n_rounds + round;
}
static inline size_t amp_shot_count(const struct amp_frame *f)
{
	return f->n_personas * f->n_feeds * f->n_rounds;
}

/* Finds the study (slug NULL: the only one) and its newest version with snapshots: AMP_EUSAGE names the studies there are.
 * plan_of fills the plan from the locked text; it may be NULL (defaults). */
typedef int amp_plan_fn(void *user, struct amp_arena *a, const char *study_text, struct amp_plan *plan, struct amp_err *err);
int amp_frame_load(struct amp_frame **out, struct amp_store *store, const char *slug, amp_plan_fn *plan_of, void *user,
                   struct amp_err *err) AMP_CHECK;
void amp_frame_free(struct amp_frame *f); /* NULL-safe; frees floors, sums and estimates with it */

/* Does this detector row score the text view of this cell? */
bool amp_frame_cell_has(const struct amp_frame *f, size_t detector, size_t cell);

/* ---- sums ---- */
struct amp_sums_target {
	const char *name;   /* "any", "women", "ground:origin" */
	uint32_t *flagged;  /* one a shot; NULL for a target that never occurs */
	double *discounted; /* sum of p^rank over them */
	int64_t total;
};
struct amp_lists;
struct amp_walks;
struct amp_sums {
	size_t detector, cell;
	double p;         /* RBP persistence of the cell */
	uint8_t *present; /* one a shot */
	uint32_t *n, *missing;
	double *discount_total;          /* over scored entries; 0: ranks are not known */
	struct amp_sums_target *targets; /* [0] is "any"; then by name */
	size_t n_targets;
	const struct amp_lists *lists; /* of the same detector and cell; NULL: metrics from lists are not made */
	const struct amp_walks *walks; /* the same; NULL: metrics of walks are not made */
	struct amp_arena *arena;
	struct amp_sums **others; /* of the primary one: those of further grid cells that the same scan has read */
	size_t n_others;
	struct amp_exclusions_kept *exclusions; /* counted once: each figure prints them; NULL: counted each time */
};
int amp_sums_load(struct amp_sums **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                  struct amp_err *err) AMP_CHECK;
/* Room for sums that come from elsewhere (the playground's truth); everything absent. */
struct amp_sums *amp_sums_new(const struct amp_frame *f);
struct amp_sums_target *amp_sums_target(struct amp_sums *s, const struct amp_frame *f,
                                        const char *name); /* made when absent; NULL: memory */
const struct amp_sums_target *amp_sums_find(const struct amp_sums *s, const char *name);

/* ---- lists ---- */
struct amp_list_table { /* what one metric says of each cell */
	const struct amp_metric *metric;
	struct amp_figure *v; /* amp_list_index */
	uint8_t *has;
};
#define AMP_PLACES 100
struct amp_places {                                     /* of one feed: what stood at which place */
	int64_t shown[AMP_PLACES], flagged[AMP_PLACES]; /* scored entries at a place, and those flagged */
	int64_t first[AMP_PLACES];                      /* visits whose first flagged entry stands there */
	int64_t ended[AMP_PLACES + 1];                  /* visits without a flagged entry, by how many entries they had */
	int64_t visits;
	int depth; /* of the grid cell, or AMP_PLACES */
};
/* Share of visits that have met a flagged entry among the first k, k = 1 to depth: one minus the product-limit estimate of Kaplan and
 * Meier (1958), in which a visit that ended before k was seen up to its end. met has AMP_PLACES entries. */
void amp_places_met(const struct amp_places *p, double *met);

struct amp_idmap;
struct amp_lists {
	struct amp_list_table *tables;
	size_t n_tables;
	struct amp_places *places; /* one a feed */
	struct amp_idmap *texts;   /* of the texts that `shown` has bits for: amp_lists_shown */
	uint8_t *shown;
	int64_t entries;    /* read */
	size_t disagreeing; /* lists whose flags are not those of the stored sums: left out as not scored */
};
/* Was this item version met in the pass? false says nothing: beyond the depth, and in snapshots that do not count, nothing is read. lists: a
 * struct amp_lists, or NULL. */
bool amp_lists_shown(const void *lists, int64_t item_version);
static inline size_t amp_list_index(const struct amp_frame *f, size_t stratum, size_t persona, size_t round)
{
	return (stratum * f->n_personas + persona) * f->n_rounds + round; /* stratum: a pair, or a feed */
}
/* One pass over the lists, a round at a time: in memory are those of one round and of the one before, and some twenty bytes a text.
 * The figures of all metrics from lists, and what stood at which place, for the detector and cell of sums; the caller puts the result into sums->lists. */
int amp_lists_measure(struct amp_lists **out, const struct amp_frame *f, struct amp_store *store, const struct amp_sums *sums,
                      struct amp_err *err) AMP_CHECK;
const struct amp_list_table *amp_lists_find(const struct amp_lists *l, const struct amp_metric *m); /* NULL-safe; NULL */

/* ---- noise floor ---- */
#define AMP_FLOOR_RBO_P 0.9
enum amp_floor_state {
	AMP_FLOOR_MEASURED,
	AMP_FLOOR_CACHED, /* twins got the same stored answer: not measured */
	AMP_FLOOR_NO_TWINS,
	AMP_FLOOR_NO_LISTS /* twins, but no round in which both lists could be read */
};
enum amp_personalised { AMP_PERSONALISED, AMP_NOT_PERSONALISED, AMP_UNDECIDED };
struct amp_floor { /* of one feed */
	enum amp_floor_state state;
	enum amp_personalised decision;
	size_t rounds;         /* with a twin and a between-persona distance */
	size_t between_rounds; /* with a between-persona distance */
	size_t twin_pairs, between_pairs;
	struct amp_real twin, between;                 /* mean distance 1 - RBO */
	struct amp_real twin_jaccard, between_jaccard; /* mean distance 1 - Jaccard */
	struct amp_real p, smallest_p;                 /* one-sided: between is above twin */
	double *round_twin, *round_between;            /* one a round; negative = none */
	const char *why;                               /* N_() sentence */
};
int amp_floors_measure(struct amp_floor **out, const struct amp_frame *f, struct amp_store *store, struct amp_err *err) AMP_CHECK;

/* Both in one pass: what amp_floors_measure and amp_lists_measure give, each list read once. sums: of the primary cell. */
int amp_orders_measure(struct amp_floor **floors, struct amp_lists **lists, const struct amp_frame *f, struct amp_store *store,
                       const struct amp_sums *sums, struct amp_err *err) AMP_CHECK;

/* ---- estimates ---- */
#define AMP_NO_INDEX SIZE_MAX
enum amp_unit { AMP_UNIT_PERSONA, AMP_UNIT_TIME_BLOCK, AMP_UNIT_BOTH };
/* What a reader of an interval has to know about it (flag.c). Order: as printed. */
enum amp_flag {
	AMP_FLAG_FEW_PERSONAS,
	AMP_FLAG_FEW_BLOCKS,
	AMP_FLAG_UNDECIDED,
	AMP_FLAG_LOST,
	AMP_FLAG_SPREAD,
	AMP_FLAG_LOW_BASE,
	AMP_FLAG_SATURATED,
	AMP_FLAG_LINKED,
	AMP_FLAG_WHOLE,
	AMP_FLAGS
};
const char *amp_flag_text(enum amp_flag flag); /* N_(), a few words; docs/method.md says what follows from each */
/* What people's verdicts make of a figure; the caller has them (annotate/beside.h). */
struct amp_beside {
	struct amp_real estimate, lo, hi;
	struct amp_real together_lo, together_hi; /* widened so that those of all `groups` hold at once */
	struct amp_real detector;                 /* the detector's figure with the very same weights: each exposure counts once */
	int64_t groups, labelled, hateful;        /* labelled, hateful: texts; of a pair, of the side that has fewer */
	const char *method, *sample, *reason;     /* reason, N_(): why there is no estimate, or no interval */
	struct amp_real rogan_gladen, rogan_gladen_lo, rogan_gladen_hi; /* of a share: by the detector's measured error */
	const char *rogan_gladen_note;                                  /* N_(): why there is none, or a reservation; NULL */
};
struct amp_estimate {
	const struct amp_metric *metric;
	size_t pair, feed, cluster, platform, detector, cell; /* AMP_NO_INDEX = not about one */
	const char *ranking;                                  /* of a platform's single-sided figure, or the feed's; NULL */
	const char *target;
	const char *pool;                 /* identical, alternative, or mixed (a platform's pairs); NULL for single-sided */
	enum amp_unit unit, printed_unit; /* tested; and the main one (units.c): persona or time block */
	size_t persona_units, block_units;
	const char *cluster_rule; /* English, for the database */
	const char *family;       /* NULL where there is no test */
	bool primary;             /* declared by the locked study */
	struct amp_real estimate, lo, hi, se, p, adjusted_p, smallest_p, worst_lo, worst_hi;
	struct amp_real ranked, chronological; /* of a pair: the two sides' means */
	int64_t n, missing, excluded, used; /* items; items without detection; (persona, round) cells left out; cells that count */
	size_t lists;                       /* of walks: that they were cut at; 0: as they went */
	const char *method;                 /* N_(): "sign-flip inversion", "bootstrap-t", "percentile bootstrap" */
	const char *null_reason;            /* N_(), exactly when estimate is unknown */
	unsigned flags;                     /* 1u << enum amp_flag */
	const char *interval_note;          /* N_() or NULL: why lo or hi is unknown */
	struct amp_beside beside;
};
/* "few_personas small_base", "none"; NULL where there is no estimate to have a reservation about, or memory is out. */
const char *amp_flags_text(struct amp_arena *a, const struct amp_estimate *e);
/* For data: of a cut walk, with the cut; NULL: memory is out. */
const char *amp_estimate_method(struct amp_arena *a, const struct amp_estimate *e);
struct amp_estimates {
	struct amp_estimate *v;
	size_t n, room;
	const struct amp_estimate *headline; /* the primary one, or the first lift; NULL without a pair */
};
/* All of them: primary detector and cell in full; the other cells and detectors as sensitivity. */
int amp_estimates_make(struct amp_estimates **out, const struct amp_frame *f, const struct amp_floor *floors,
                       const struct amp_sums *sums, struct amp_store *store, struct amp_err *err) AMP_CHECK;
/* The figure `like` would have, had the detectors found `sums`. Point only. */
int amp_estimate_point(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_estimate *like,
                       struct amp_real *out, struct amp_err *err) AMP_CHECK;
/* Replaces the study version's estimate rows, in one transaction. */
int amp_estimates_save(const struct amp_estimates *e, const struct amp_frame *f, struct amp_store *store,
                       struct amp_err *err) AMP_CHECK;
const char *amp_unit_name(enum amp_unit u); /* persona, time_block, persona_and_time_block */

/* What became of the cells of one persona in one pair (pair) or feed (pair = AMP_NO_INDEX). */
struct amp_exclusions {
	int64_t state[AMP_SHOT_STATES]; /* of a pair: the first side that is not ok, ranked first */
};
void amp_exclusions_count(const struct amp_frame *f, const struct amp_sums *sums, size_t persona, size_t pair, size_t feed,
                          struct amp_exclusions *out);

#endif

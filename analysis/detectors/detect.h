/* detect.h: what detect.c (scoring), detect_sums.c and services.c share. */
#ifndef AMP_DETECTORS_DETECT_H
#define AMP_DETECTORS_DETECT_H
#include "detectors/private.h"
#include "lists/stored.h"
#include "text/text.h"

/* What is scored: "v1" is text_view v1, "text" the text alone (a sensitivity cell). Each is a detector row of its own. */
enum detect_view { DETECT_VIEW_V1, DETECT_VIEW_TEXT, DETECT_VIEWS };
struct detect_loaded {
	const struct amp_detector *detector;
	void *state;
	const char *configuration; /* of a service: its identity; NULL: embedded */
	struct amp_thresholds thresholds;
	int64_t row[DETECT_VIEWS]; /* detector.id, 0 until needed */
};
struct detect_cell {
	int64_t id, depth;
	double threshold; /* negative: the detector's own, by language */
	double p;
	enum detect_view view;
};
struct detect_entry { /* one organic entry of a snapshot */
	int64_t rank;
	bool missing;
	double score;
	double own;       /* the detector's threshold for the language in which it read it */
	uint64_t targets; /* bits in the order of amp_targets */
};
#define DETECT_CELLS_MAX 256
struct amp_detect {
	struct detect_loaded *loaded;
	size_t n_loaded;
	struct amp_buf view;
	struct amp_normal normal;
	int64_t study_version; /* of the cells */
	struct detect_cell *cells;
	size_t n_cells, room_cells;
	int64_t *versions;
	size_t n_versions, room_versions;
	struct detect_entry *entries;
	size_t n_entries, room_entries;
	struct amp_list_rows rows;
	int64_t scored; /* versions since open */
};
/* What makes a detector's row: name, version, data, view. */
struct amp_key detect_key(const struct detect_loaded *l, enum detect_view view);
/* The text to score into view (reset before), and the platform's language tag where it gave exactly one ("" otherwise). */
int detect_read_view(struct amp_buf *out, struct amp_store *store, int64_t version, enum detect_view view, char lang[32],
                     bool *erased, struct amp_err *err) AMP_CHECK;
/* The detector's row for a view, made when absent. */
int detect_row(struct amp_store *store, struct detect_loaded *l, enum detect_view view, int64_t *id, struct amp_err *err) AMP_CHECK;
/* Cells of the study version of a parse into d->cells, made when the study has none. */
int detect_cells(struct amp_detect *d, struct amp_store *store, int64_t parse_id, struct amp_err *err) AMP_CHECK;
/* Sums of one parse for one detector over all cells. */
int detect_sums(struct amp_detect *d, struct amp_store *store, struct detect_loaded *l, int64_t parse_id,
                struct amp_err *err) AMP_CHECK;
/* A detection with its targets. */
int detect_insert(struct amp_store *store, int64_t version, int64_t detector, const struct amp_detection *found,
                  struct amp_err *err) AMP_CHECK;
#define DETECT_BATCH 200 /* parses a transaction */
/* Current parses of a study (slug NULL: of every one) after *after that lack sums of this detector. */
int detect_pending(struct amp_store *store, const char *slug, int64_t detector, int64_t *after, int64_t ids[DETECT_BATCH],
                   size_t *n, struct amp_err *err) AMP_CHECK;
int detect_grow(void **v, size_t *room, size_t n, size_t element, struct amp_err *err) AMP_CHECK;

#endif

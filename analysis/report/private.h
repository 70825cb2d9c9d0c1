/* private.h: what the files of report share: the model and its words. */
#ifndef AMP_REPORT_PRIVATE_H
#define AMP_REPORT_PRIVATE_H
#include <jansson.h>
#include "annotate/corrected.h"
#include "base/buf.h"
#include "document/document.h"
#include "detectors/explain.h"
#include "metrics/metrics.h"
#include "report/report.h"

struct amp_truth_row { /* beside one estimate */
	const struct amp_estimate *estimate;
	struct amp_real session, population;
};
struct amp_truth {
	int64_t answers, crowd_lines, captures, matched; /* of the log; of the study's captures and those found in the log */
	struct amp_truth_row *rows;
	size_t n_rows;
	size_t compared, equal;     /* (a) measured against served to these sessions */
	size_t intervals, covering; /* (b) intervals with a population value, and those that contain it */
};
struct amp_record {
	const char *kind, *when, *what, *why;
};
struct amp_example {
	const char *text; /* without what names a person */
	const char *lang, *score;
};
struct amp_report {
	const struct amp_report_options *options;
	uint64_t refused; /* allocations, before the report was begun */
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_estimates *estimates;
	struct amp_walk_floor *walk_floors; /* one a feed; NULL: there are no walks */
	struct amp_truth *truth;            /* NULL without --truth */
	struct amp_record *records;
	size_t n_records;
	struct amp_example *examples; /* where they were asked for */
	size_t n_examples;
	const struct amp_places *places;   /* one a feed; NULL without a detector */
	struct amp_explanation *why;       /* of the primary detector's decisions; NULL without a detector */
	struct amp_corrected *corrected;   /* what people said of a sample, or why nothing */
	struct amp_confidence coder_alpha; /* of hateful or not; unknown */
	struct amp_self_row *self;         /* each coder with itself, between passes */
	size_t n_self;
	struct amp_words w; /* their arena is the frame's */
	json_t *study;      /* the locked text; may be an empty object */
	bool simulated;
	bool *region_sent;       /* one a persona */
	const char *outside[32]; /* sentences: which texts have left, to whom */
	size_t n_outside;
	const char *title, *question;
	int64_t from, to, snapshots, exposures, now;
};

/* ---- report.c ---- */
/* Frame, locked text and period: what citations need, and every report begins with. Shut it where 0 was returned. */
int amp_report_open(struct amp_report *r, struct amp_store *store, const struct amp_report_options *o,
                    struct amp_err *err) AMP_CHECK;
void amp_report_shut(struct amp_report *r);

/* ---- study.c ---- */
int amp_report_study(struct amp_report *r, struct amp_err *err) AMP_CHECK;
/* What the requests of a cluster's persona carried on the feeds of this study, and what is described of it and reached nobody: an
 * attribute that no feed uses is on the second list, whatever the persona file says. */
const char *amp_report_seen(struct amp_report *r, size_t cluster);
const char *amp_report_inert(struct amp_report *r, size_t cluster);
const char *amp_report_persona_region(const struct amp_report *r, size_t persona);           /* as declared; NULL */
const char *amp_report_text(struct amp_report *r, const json_t *both, const char *fallback); /* {fr, en} in the report's language */
const char *amp_report_feed_title(struct amp_report *r, size_t feed);
const char *amp_report_pair_reason(struct amp_report *r, size_t pair);

/* ---- values.c: measures in words; results live in the arena ---- */
/* Never a bare dash: where there is no number, words say so, or why. */
const char *w_value(struct amp_report *r, const struct amp_metric *m, struct amp_real v); /* with unit */
const char *w_value_or_reason(struct amp_report *r, const struct amp_estimate *e);        /* e may be NULL */
const char *w_interval(struct amp_report *r, const struct amp_estimate *e);               /* or why there is none */
/* A cell with the reservations about e (its flags) as notes of the table; e may be NULL. */
void t_figure(struct amp_table *t, struct amp_report *r, const char *text, const struct amp_estimate *e);
const char *w_p_of(struct amp_report *r, const struct amp_estimate *e, struct amp_real p);
const char *w_smallest_p(struct amp_report *r, const struct amp_estimate *e);
const char *w_share(struct amp_report *r, struct amp_real v);

/* ---- counts.c: "1 entry", "2 entries" ---- */
typedef const char *amp_count_fn(struct amp_report *r, int64_t n);
amp_count_fn n_entries, n_entries_shown, n_clusters, n_clusters_of_personas, n_blocks, n_tests, n_verdicts, n_texts, n_texts_judged,
	n_texts_of_several, n_visits, n_snapshots;
/* What to ask gettext for where a number has decimals: 1 or 2. */
unsigned long n_form(const struct amp_report *r, double v, int decimals);
const char *n_points(const struct amp_report *r, double difference); /* "percentage points", of a difference between shares */
const char *n_points_short(const struct amp_report *r, double difference);
const char *n_entries_presumed(struct amp_report *r, double v); /* "1.3 entries presumed hateful" */
const char *w_decimal(struct amp_report *r,
                      const char *text); /* "0.50" of a study as the reader's language writes it, digit for digit */

/* ---- facts.c: what no effect is printed without ---- */
#define FACT_PAIRS 3
/* The persona-rounds behind a figure, by what became of them. */
void amp_report_left_out(const struct amp_report *r, const struct amp_estimate *e, struct amp_exclusions *out);
const char *w_states(struct amp_report *r, const struct amp_exclusions *x); /* "blocked 3, drift 1"; "none" */
const char *w_units(struct amp_report *r, const struct amp_estimate *e);    /* "8 clusters of personas, 14 time blocks" */
const char *w_left_out(struct amp_report *r, const struct amp_estimate *e); /* the same of a figure */
const char *w_floor(struct amp_report *r, size_t feed);                     /* distances between twins and personas, or why none */
const char *w_detector(struct amp_report *r);                               /* the primary one, with version and threshold */
const char *w_twins(struct amp_report *r);                                  /* ", twins included" where the study has any */
const char *w_evidence(struct amp_report *r, const struct amp_estimate *e); /* all of it in one sentence; e is of a pair */
const char *w_evidence_met(struct amp_report *r, size_t pair, const struct amp_estimate *a,
                           const struct amp_estimate *c);                        /* of two sides */
const char *w_evidence_side(struct amp_report *r, const struct amp_estimate *e); /* of one feed, visited or walked */
/* What stands in a column of such a table, one function a row. */
typedef const char *amp_fact_fn(struct amp_report *r, const struct amp_estimate *e);
struct amp_fact {
	const char *label; /* N_(); NULL: the interval, whose level is filled in */
	amp_fact_fn *say;
};
amp_fact_fn fact_effect, fact_role, fact_tested, fact_entries, fact_used, fact_detector, fact_error;
/* The rows of a table that has its columns: the label, then one for each estimate. */
void amp_facts_fill(struct amp_table *t, struct amp_report *r, const struct amp_fact *facts, size_t n_facts,
                    const struct amp_estimate *const *e, size_t n);
/* A row a fact, a column a pair (FACT_PAIRS at most); false when no pair has a lift. whole: with the detector and its error. */
bool amp_content_facts(struct amp_doc *d, const size_t *pairs, size_t n, const char *caption, bool whole);

/* ---- summary.c ---- */
void amp_content_summary(struct amp_doc *d);

/* ---- labels.c ---- */
const char *l_platform(struct amp_report *r, const char *platform);
const char *l_target(struct amp_report *r, const char *target);
const char *l_reason(struct amp_report *r, const char *kind); /* what weighed: "slur" */
/* ---- concepts.c ---- */
/* A turn of phrase of the linear detector ("slur, negated"), in the reader's language. */
const char *l_concept(struct amp_report *r, const char *name);
/* One part of such a name; false, and the part itself, when nothing is known of it. */
bool l_concept_part(struct amp_report *r, struct amp_str part, const char **out);
const char *l_decision(struct amp_report *r, const char *type); /* "robots.txt overridden" */
const char *l_pool(const char *pool);                           /* "ranking effect", "total amplification" */
const char *l_state(enum amp_shot_state s);
const char *l_unit(enum amp_unit u);
const char *l_ranking(const char *ranking);
const char *l_level(struct amp_report *r); /* "95 %" of the study's alpha */

/* ---- prose.c ---- */
enum amp_prose {
#define PROSE(id, en, fr) P_##id,
#include "report/prose.def"
#undef PROSE
	P_COUNT
};
const char *p_text(const struct amp_report *r, enum amp_prose id);
bool p_complete(enum amp_prose id); /* both languages are there */

/* ---- thresholds.c ---- */
/* The thresholds that flagged under a grid cell: the cell's, or the detector's by language ("fr 0.41, elsewhere 0.5"). */
const char *w_thresholds(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector);
/* The same for machines, exact: "fr=0.41015625 any=0.5"; a cell's own threshold is "any=" it. */
const char *w_thresholds_exact(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector);

/* ---- content.c ---- */
/* The report that a document is made of. */
static inline struct amp_report *report_of(const struct amp_doc *d)
{
	return d->user;
}
int amp_report_write(const struct amp_doc_format *format, const char *file, struct amp_report *r, struct amp_err *err) AMP_CHECK;

/* ---- formats.c and format_*.c ---- */
struct amp_report_format {
	const char *name; /* of its file, its row in formats.def and in --format */
	const char *file; /* what it writes, in the report's folder; charts: the folder of several */
	int (*write)(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err);
};
#define AMP_REPORT_FORMATS 16
#define AMP_REPORT_DEFAULT_FORMATS "html,md,csv"
/* "html,csv" into rows, each once; AMP_EUSAGE names those that there are. */
int amp_report_formats(const struct amp_report_format *out[AMP_REPORT_FORMATS], size_t *n, const char *list,
                       struct amp_err *err) AMP_CHECK;
const char *amp_report_path(struct amp_report *r, const char *file); /* in the report's folder */
/* Did memory end since the report was begun? Then a sentence may be missing, or say what is not so: nothing more of it is written. */
bool amp_report_short(const struct amp_report *r);
/* Writes b by temporary file and rename, and says so to options->wrote. */
int amp_report_file(struct amp_report *r, const char *file, struct amp_buf *b, struct amp_err *err) AMP_CHECK;

/* ---- columns.c ---- */
enum amp_value_kind { AMP_VALUE_TEXT, AMP_VALUE_INTEGER, AMP_VALUE_REAL };
struct amp_value {
	enum amp_value_kind kind;
	const char *text; /* NULL: there is none */
	int64_t integer;
	struct amp_real real;
};
struct amp_column {
	const char *name;
	enum amp_value_kind kind;
};
enum {
#define AMP_COLUMN(name, kind) AMP_COLUMN_##name,
#include "report/columns.def"
#undef AMP_COLUMN
	AMP_COLUMNS
};
extern const struct amp_column amp_report_columns[AMP_COLUMNS];
struct amp_row {
	struct amp_value v[AMP_COLUMNS];
	size_t n; /* AMP_COLUMNS once it is filled */
};
void amp_report_row(struct amp_row *row, struct amp_report *r, const struct amp_estimate *e);

/* ---- picture.c ---- */
struct amp_picture { /* a chart as a whole SVG document */
	const char *svg;
	size_t n;
	double width, height;
};
typedef int amp_picture_fn(struct amp_report *r, const char *file, const struct amp_picture *p, struct amp_err *err);
/* Every chart of the report, each once, to write with its name ("charts/time-bluesky.ENDING"). */
int amp_report_pictures(struct amp_report *r, const char *ending, amp_picture_fn *write, struct amp_err *err) AMP_CHECK;

/* ---- findings.c ---- */
struct amp_finding_text {
	const char *sentence, *caveat;
};
/* The quotable sentences, at most 3. */
size_t amp_findings(struct amp_report *r, struct amp_finding_text out[3]);
/* What cannot be concluded, and why: whatever is missing, and what holds of every report (flagged is presumed; the detector's error). In the
 * report's arena; NULL and *n = 0 when memory ends (r->w.failed). */
const char **amp_limits(struct amp_report *r, size_t *n);
const char *amp_citation(struct amp_report *r);
const char *amp_block_length(struct amp_report *r); /* "24 h" */
bool amp_is_plain(const struct amp_estimate *e);    /* primary detector and cell, main interval */

/* ---- tables.c ---- */
enum amp_chart_of { AMP_CHART_OF_PAIR, AMP_CHART_OF_FEED, AMP_CHART_OF_STUDY };
void amp_content_results(struct amp_doc *d);
bool amp_content_exposures(struct amp_doc *d); /* each feed by itself; false: none is visited, nothing written */
void amp_content_floor(struct amp_doc *d);
void amp_content_exclusions(struct amp_doc *d);
void amp_content_sensitivity(struct amp_doc *d);
void amp_content_truth(struct amp_doc *d);
/* The charts of a pair, a feed or the study: side by side, then the tables that only charts have. */
void amp_content_charts(struct amp_doc *d, enum amp_chart_of of, size_t at);
/* ---- further.c ---- */
void amp_content_further(struct amp_doc *d);
/* Rows of measures beside the main ones, of pairs or of feeds. */
void amp_content_measures(struct amp_doc *d, bool pairs, bool walks, const char *caption);
/* ---- walks.c ---- */
void amp_content_walks(struct amp_doc *d);      /* nothing where no feed is walked */
bool amp_content_walks_went(struct amp_doc *d); /* how they went; false: no feed is walked, nothing written */
/* The difference between walks of a pair, to quote; false: there is none. */
/* ---- findings.c: what sentences to quote share ---- */
/* A sentence on a pair: where, when, whom, which first entries and which two feeds are filled in; the rest is the caller's. */
const char *amp_say_of_pair(struct amp_report *r, size_t pair, const char *template);
const char *amp_say_with_verdict(struct amp_report *r, const struct amp_estimate *e, const char *sentence);
const char *amp_say_range(struct amp_report *r, const struct amp_estimate *e); /* " (95% interval: [1, 2])", or nothing */
bool amp_walk_finding(struct amp_report *r, struct amp_finding_text *out);
/* ---- walk_tables.c ---- */
/* A row a fact, a column a measure: what the differences of a pair of walked feeds rest on. */
void amp_content_walk_facts(struct amp_doc *d, size_t pair);
const char *w_walk_floor(struct amp_report *r, size_t feed, bool dose); /* between walks of twins and of personas, or why none */
void amp_content_walk_personas(struct amp_doc *d, size_t pair);
void amp_content_walk_targets(struct amp_doc *d, size_t feed);
void amp_content_walk_pair_targets(struct amp_doc *d, size_t pair);
void amp_content_walk_sensitivity(struct amp_doc *d);
/* ---- outside.c ---- */
int amp_report_outside(struct amp_report *r, struct amp_store *store, struct amp_err *err) AMP_CHECK;
void amp_content_outside(struct amp_doc *d);
/* ---- corrected.c ---- */
int amp_report_corrected(struct amp_report *r, struct amp_store *store, struct amp_err *err) AMP_CHECK;
void amp_content_corrected(struct amp_doc *d);
const char *w_error(struct amp_report *r); /* of the primary detector, as measured, or that it is not */
/* The lift of a pair, corrected by people's verdicts, in a sentence; "" where there is none. */
const char *w_corrected_lift(struct amp_report *r, size_t pair);
/* ---- records.c ---- */
int amp_report_records(struct amp_report *r, struct amp_store *store, struct amp_err *err) AMP_CHECK;
void amp_content_records(struct amp_doc *d);
/* ---- examples.c ---- */
/* The text with names of accounts (also those given), addresses and long numbers replaced by what they are. What a person is called in plain
 * words, and no list has, stays. */
void amp_veil(struct amp_buf *out, const char *text, const char *const *names, size_t n_names, bool french);
int amp_report_examples(struct amp_report *r, struct amp_store *store, struct amp_err *err) AMP_CHECK;
void amp_content_examples(struct amp_doc *d);
/* ---- decisions.c ---- */
void amp_content_decisions(struct amp_doc *d);
/* Finds an estimate of the primary detector and cell, sign-flip. */
const struct amp_estimate *amp_report_find(const struct amp_report *r, const char *metric, size_t pair, size_t feed, size_t cluster,
                                           const char *target);

/* ---- chart.c and chart_*.c ---- */
struct amp_chart {
	const char *name; /* of its file, and of its row in charts.def */
	enum amp_chart_of of;
	/* An SVG element in the arena, ids made with number; NULL when there is nothing to draw. at: the pair, the feed, or AMP_NO_INDEX. */
	const char *(*draw)(struct amp_report *r, size_t at, int number, const char **caption);
	void (*table)(struct amp_doc *d, size_t at); /* its figures; NULL: they stand in other tables */
	const char *title;                           /* N_(); of all its pictures */
	bool compares;                               /* shows what is not computed of a pair whose pools differ */
};
extern const struct amp_chart *const amp_charts[]; /* NULL-ended, from charts.def */
extern const struct amp_chart amp_chart_dumbbell, amp_chart_walks;

/* ---- truth.c ---- */
int amp_truth_read(struct amp_truth **out, struct amp_report *r, struct amp_store *store, const char *path,
                   struct amp_err *err) AMP_CHECK;
bool amp_interval_contains(const struct amp_estimate *e, double v);
const struct amp_truth_row *amp_truth_of(const struct amp_report *r, const struct amp_estimate *e);

#endif

/* private.h: what the files of report share: the model, words, and a document that is written once and printed as HTML and Markdown. */
#ifndef AMP_REPORT_PRIVATE_H
#define AMP_REPORT_PRIVATE_H
#include <jansson.h>
#include "base/buf.h"
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
struct amp_report {
	const struct amp_report_options *options;
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_estimates *estimates;
	struct amp_truth *truth;        /* NULL without --truth */
	struct amp_arena *arena;        /* the frame's */
	json_t *study;                  /* the locked text; may be an empty object */
	bool french, simulated, failed; /* failed: an allocation did, somewhere: checked at the end */
	bool *region_sent;              /* one a persona */
	const char *title, *question;
	int64_t from, to, snapshots, exposures, versions, now;
};

/* ---- study.c ---- */
int amp_report_plan(void *user, struct amp_arena *a, const char *study_text, struct amp_plan *plan, struct amp_err *err);
int amp_report_study(struct amp_report *r, struct amp_err *err) AMP_CHECK;
/* What the requests of a cluster's persona carried on the feeds of this study, and what is described of it and reached nobody: an
 * attribute that no feed uses is on the second list, whatever the persona file says. */
const char *amp_report_seen(struct amp_report *r, size_t cluster);
const char *amp_report_inert(struct amp_report *r, size_t cluster);
const char *amp_report_persona_region(const struct amp_report *r, size_t persona);           /* as declared; NULL */
const char *amp_report_text(struct amp_report *r, const json_t *both, const char *fallback); /* {fr, en} in the report's language */
const char *amp_report_feed_title(struct amp_report *r, size_t feed);
const char *amp_report_pair_reason(struct amp_report *r, size_t pair);

/* ---- words.c: numbers and templates; results live in the arena; "" when memory is out (r->failed) ---- */
const char *w_dup(struct amp_report *r, const char *s, size_t n);
const char *w_fill(struct amp_report *r, const char *template, ...); /* name, value, …, NULL: {name} becomes value */
const char *w_int(struct amp_report *r, int64_t v);
const char *w_number(struct amp_report *r, double v, int decimals); /* true minus, decimal comma in French */
const char *w_percent(struct amp_report *r, double share);
const char *w_points(struct amp_report *r, double difference, bool sign); /* 0.031 -> "+3.1" */
const char *w_p(struct amp_report *r, struct amp_real p);
const char *w_value(struct amp_report *r, const struct amp_metric *m, struct amp_real v); /* with unit; a dash when unknown */
const char *w_interval(struct amp_report *r, const struct amp_estimate *e);               /* or why there is none */
/* The thresholds that flagged under a grid cell: the cell's, or the detector's by language ("fr 0.41, elsewhere 0.5"). */
const char *w_thresholds(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector);
/* The same for machines, exact: "fr=0.41015625 any=0.5"; a cell's own threshold is "any=" it. */
const char *w_thresholds_exact(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector);
const char *w_date(struct amp_report *r, int64_t ms);
const char *w_hex(struct amp_report *r, const uint8_t *p, size_t n);
const char *w_count(struct amp_report *r, const char *template, int64_t n); /* template from amp_ngettext, {n} */
/* French spacing: no-break space before : and inside guillemets and before %, narrow no-break space before ; ! ?,
 * curved apostrophe between letters */
void w_typography(struct amp_buf *out, const char *s, bool french);
void w_xml(struct amp_buf *out, const char *s, bool french); /* the same, escaped for HTML and SVG */
#define AMP_DASH "\xE2\x80\x94"

/* ---- labels.c ---- */
const char *l_platform(struct amp_report *r, const char *platform);
const char *l_target(struct amp_report *r, const char *target);
const char *l_pool(const char *pool); /* "ranking effect", "total amplification" */
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

/* ---- the document ---- */
struct amp_table {
	const char *caption;
	const char *head[10];
	bool numeric[10];
	size_t columns;
	const char **cells; /* rows * columns */
	size_t rows, room;
	struct amp_report *r;
};
void t_start(struct amp_table *t, struct amp_report *r, const char *caption);
void t_column(struct amp_table *t, const char *head, bool numeric);
void t_cell(struct amp_table *t, const char *text); /* row by row */

struct amp_doc {
	const struct amp_doc_format *format;
	struct amp_report *r;
	struct amp_buf out;
	int figures;
};
enum amp_note { AMP_NOTE_BANNER, AMP_NOTE_CAVEAT, AMP_NOTE_MISSING };
struct amp_doc_format { /* outputs.def: one output_*.c each; summary.csv stands apart, it is data */
	const char *file;
	size_t cap;
	void (*start)(struct amp_doc *d, const char *title, const char *subtitle);
	void (*heading)(struct amp_doc *d, int level, const char *id, const char *text);
	void (*para)(struct amp_doc *d, const char *text);
	void (*note)(struct amp_doc *d, enum amp_note kind, const char *text);
	void (*quote)(struct amp_doc *d, const char *sentence, const char *caveat);
	void (*list)(struct amp_doc *d, const char *const *items, size_t n);
	void (*terms)(struct amp_doc *d, const char *const *pairs, size_t n); /* term, meaning, … */
	void (*table)(struct amp_doc *d, const struct amp_table *t);
	void (*figure)(struct amp_doc *d, const char *svg, const char *title); /* a pair's tables follow */
	void (*code)(struct amp_doc *d, const char *text);
	void (*end)(struct amp_doc *d);
};
extern const struct amp_doc_format amp_doc_html, amp_doc_md;
int amp_report_write(const struct amp_doc_format *format, struct amp_report *r, struct amp_err *err) AMP_CHECK; /* content.c */
int amp_report_csv(struct amp_report *r, struct amp_err *err) AMP_CHECK;

/* ---- findings.c ---- */
struct amp_finding_text {
	const char *sentence, *caveat;
};
/* The quotable sentences, at most 3. */
size_t amp_findings(struct amp_report *r, struct amp_finding_text out[3]);
/* Whatever is missing: what cannot be concluded, and why. */
size_t amp_limits(struct amp_report *r, const char *out[16]);
const char *amp_citation(struct amp_report *r);
const char *amp_block_length(struct amp_report *r); /* "24 h" */
bool amp_is_plain(const struct amp_estimate *e);    /* primary detector and cell, main interval */

/* ---- tables.c ---- */
void amp_content_results(struct amp_doc *d);
void amp_content_floor(struct amp_doc *d);
void amp_content_exclusions(struct amp_doc *d);
void amp_content_sensitivity(struct amp_doc *d);
void amp_content_truth(struct amp_doc *d);
/* Finds an estimate of the primary detector and cell, sign-flip. */
const struct amp_estimate *amp_report_find(const struct amp_report *r, const char *metric, size_t pair, size_t feed, size_t cluster,
                                           const char *target);

/* ---- chart.c: SVG fragments, in the arena; NULL when there is nothing to draw. Their figures stand in the pair's tables. ---- */
const char *amp_chart_forest(struct amp_report *r, size_t pair, int number, const char **caption);
const char *amp_chart_dumbbell(struct amp_report *r, size_t pair, int number, const char **caption);

/* ---- truth.c ---- */
int amp_truth_read(struct amp_truth **out, struct amp_report *r, struct amp_store *store, const char *path,
                   struct amp_err *err) AMP_CHECK;
bool amp_interval_contains(const struct amp_estimate *e, double v);
const struct amp_truth_row *amp_truth_of(const struct amp_report *r, const struct amp_estimate *e);

#endif

/* chart.h: a chart is one file chart_NAME.c with one struct amp_chart and one row in charts.def. */
#ifndef AMP_REPORT_CHART_H
#define AMP_REPORT_CHART_H
#include "report/private.h"

#define WIDTH 420.0
#define LEFT 14.0
#define RIGHT 406.0
#define ROW 40.0
#define TOP 12.0
#define LABEL 20.0  /* of each row: its upper part is for the label, and no line runs through it */
#define MARK 20.0   /* below, in a chart of simulated data */
#define ROWS_MAX 60 /* personas beyond them are in the tables, and the caption says so (chart_cut) */

struct chart_axis {
	double lo, hi, step;
};
struct chart_axis chart_axis_of(double lo, double hi); /* round steps that hold both */
double chart_at(const struct chart_axis *a, double v); /* from LEFT to RIGHT */
/* Opens the element, with title and description for those who do not see it. height: without the mark of simulated data. */
void chart_open(struct amp_buf *b, struct amp_report *r, int number, double height, const char *title, const char *description);
void chart_text(struct amp_buf *b, struct amp_report *r, double x, double y, const char *anchor, const char *class, const char *s);
/* A horizontal axis of percentages below n rows that begin at top. */
void chart_draw_axis(struct amp_buf *b, struct amp_report *r, const struct chart_axis *a, double top, size_t n, const char *unit,
                     bool zero);
/* The caption; with how many of all personas the chart shows, where not all of them have room. */
const char *chart_cut(struct amp_report *r, const char *caption, size_t shown, size_t all);
void chart_mark(struct amp_buf *b, struct amp_report *r, double bottom); /* says that data are simulated, where they are */
const char *chart_close(struct amp_buf *b, struct amp_report *r);        /* frees b; the text lives in the arena */

#endif

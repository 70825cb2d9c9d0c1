/* corrected.c: what people said of a sample, beside what the detector said: its measured error, and corrected shares and differences. */
#include "annotate/corrected.h"

#include <string.h>
#include "annotate/sample.h"
#include "base/i18n.h"
#include "report/private.h"

#define ALPHA_REPLICATES 1000

int amp_report_corrected(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	r->corrected = amp_arena_zalloc(r->w.arena, sizeof *r->corrected);
	if (r->corrected == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while corrected figures are computed."));
	int rc = amp_corrected_make(r->corrected, r->w.arena, r->frame, store, 0, err);
	const struct amp_verdicts *v = &r->corrected->verdicts;
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	size_t n = 0;
	if (rc == 0 && r->corrected->reason == NULL && v->several > 0)
		rc = amp_verdicts_agreement(v, ALPHA_REPLICATES, (uint64_t)v->seed, rows, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (strcmp(rows[i].what, "hateful") == 0) r->coder_alpha = rows[i].alpha;
	if (rc != 0 || r->corrected->reason != NULL) return rc;
	r->self = amp_arena_new_array(r->w.arena, struct amp_self_row, AMP_SELF_ROWS(v));
	if (r->self == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while corrected figures are computed."));
	return amp_verdicts_self(v, ALPHA_REPLICATES, (uint64_t)v->seed, r->self, &r->n_self, err);
}

/* ---- words ---- */
static const char *share(struct amp_report *r, struct amp_real v)
{
	return w_share(r, v);
}

static const char *shares(struct amp_report *r, const struct amp_confidence *c)
{
	return c->lo.known && c->hi.known ? w_range(&r->w, w_percent(&r->w, c->lo.v), w_percent(&r->w, c->hi.v)) : _("no interval");
}

static const char *points(struct amp_report *r, struct amp_real v)
{
	return v.known ? w_points(&r->w, v.v, true) : _("no figure");
}

static const char *range_of_points(struct amp_report *r, struct amp_real lo, struct amp_real hi)
{
	return lo.known && hi.known ? w_range(&r->w, w_points(&r->w, lo.v, true), w_points(&r->w, hi.v, true)) : _("no interval");
}

static const char *ratio(struct amp_report *r, const struct amp_confidence *c)
{
	if (!c->estimate.known) return _("no figure");
	const char *v = w_fill(&r->w, "\xC3\x97\xC2\xA0{n}", "n", w_number(&r->w, c->estimate.v, 2), NULL);
	if (!c->lo.known || !c->hi.known) return v;
	return w_fill(&r->w, "{v} {i}", "v", v, "i", w_range(&r->w, w_number(&r->w, c->lo.v, 2), w_number(&r->w, c->hi.v, 2)),
	              NULL);
}

static const char *with_interval(struct amp_report *r, const struct amp_confidence *c)
{
	return c->estimate.known ? w_fill(&r->w, "{v} {i}", "v", share(r, c->estimate), "i", shares(r, c), NULL) : _("no figure");
}

static const char *judged(struct amp_report *r, const struct amp_corrected_arm *a)
{
	return w_fill(&r->w, "{n} ({h})", "n", w_int(&r->w, (int64_t)a->judged), "h", w_int(&r->w, (int64_t)a->hateful), NULL);
}

static const struct amp_confidence *labels_only(const struct amp_corrected_figure *f)
{
	return f->scored.estimate.known ? &f->scored : &f->labels;
}

static bool scored(const struct amp_report *r)
{
	return r->corrected->verdicts.detector != 0;
}

/* The same detector row as the tables': another version, or another detector, has another error. */
static bool measured(const struct amp_report *r)
{
	const struct amp_corrected *c = r->corrected;
	return c != NULL && c->reason == NULL && scored(r) && r->frame->n_detectors > 0 &&
	       c->verdicts.detector == r->frame->detectors[0].id;
}

const char *w_error(struct amp_report *r)
{
	const struct amp_corrected *c = r->corrected;
	if (!measured(r)) return p_text(r, P_ERROR_UNKNOWN);
	return w_fill(&r->w, p_text(r, P_ERROR_MEASURED), "texts", n_texts_judged(r, (int64_t)c->verdicts.decided), "se",
	              with_interval(r, &c->error.sensitivity), "sp", with_interval(r, &c->error.specificity), "pr",
	              with_interval(r, &c->error.precision), NULL);
}

const char *w_corrected_lift(struct amp_report *r, size_t pair)
{
	const struct amp_corrected_row *row = measured(r) ? amp_corrected_find(r->corrected, pair, AMP_NO_INDEX, "any") : NULL;
	if (row == NULL || row->few || !labels_only(&row->difference)->estimate.known) return "";
	const struct amp_confidence *wide = amp_corrected_printed(&row->difference);
	return w_fill(&r->w, p_text(r, P_S_CORRECTED), "verdicts", n_verdicts(r, (int64_t)r->corrected->verdicts.decided), "a",
	              w_int(&r->w, (int64_t)row->a.judged), "c", w_int(&r->w, (int64_t)row->b.judged), "lift",
	              points(r, labels_only(&row->difference)->estimate), "points",
	              n_points_short(r, labels_only(&row->difference)->estimate.v), "level", l_level(r), "interval",
	              range_of_points(r, wide->lo, wide->hi), NULL);
}

static const char *alpha_text(struct amp_report *r, const struct amp_confidence *a)
{
	const char *v = a->estimate.known ? w_number(&r->w, a->estimate.v, 2) : _("not known");
	if (!a->lo.known || !a->hi.known) return v;
	return w_fill(&r->w, "{v} {i}", "v", v, "i", w_range(&r->w, w_number(&r->w, a->lo.v, 2), w_number(&r->w, a->hi.v, 2)),
	              NULL);
}

/* Each coder with itself; without their pseudonyms, which the report has no need of. */
static const char *steadiness(struct amp_report *r)
{
	const char *list = NULL;
	for (size_t i = 0; i < r->n_self; i++) {
		const struct amp_self_row *s = &r->self[i];
		if (strcmp(s->what, "hateful") != 0) continue;
		const char *texts = n_texts(r, (int64_t)s->units);
		const char *one = w_fill(&r->w, _("{alpha} ({texts})"), "alpha", alpha_text(r, &s->alpha), "texts", texts, NULL);
		list = list != NULL ? w_fill(&r->w, _("{list}; {text}"), "list", list, "text", one, NULL) : one;
	}
	return list != NULL ? w_fill(&r->w, p_text(r, P_C_SELF), "list", list, NULL) : p_text(r, P_C_NO_SELF);
}

/* ---- the section ---- */
static void how(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_verdicts *v = &r->corrected->verdicts;
	d->format->para(
		d, w_fill(&r->w, p_text(r, P_C_SAMPLE), "name", v->name, "drawn", w_int(&r->w, (int64_t)v->n), "units",
	                  w_int(&r->w, v->frame_units), "exposures", w_int(&r->w, v->frame_exposures), "decided",
	                  w_int(&r->w, (int64_t)v->decided), "missing", w_int(&r->w, (int64_t)(v->n - v->decided)), "coders",
	                  w_count(&r->w, amp_ngettext("{n} coder", "{n} coders", (unsigned long)v->n_coders), (int64_t)v->n_coders),
	                  "guide", v->guideline != NULL ? v->guideline : _("not named"), NULL));
	if (v->adjudicated > 0)
		d->format->para(d, w_fill(&r->w, p_text(r, P_C_ADJUDICATED), "n", w_int(&r->w, (int64_t)v->adjudicated), NULL));
	const struct amp_confidence *a = &r->coder_alpha;
	if (!a->estimate.known)
		d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_C_NO_ALPHA));
	else
		d->format->para(d, w_fill(&r->w, p_text(r, P_C_ALPHA), "alpha", alpha_text(r, a), "texts",
		                          n_texts_of_several(r, (int64_t)v->several), NULL));
	d->format->para(d, steadiness(r));
}

/* With as many decimals as tell its two ends apart, up to four: an interval that is known to be narrow is not one without width. */
static const char *fine_shares(struct amp_report *r, const struct amp_confidence *c)
{
	if (!c->lo.known || !c->hi.known || !(c->lo.v < c->hi.v)) return shares(r, c);
	const char *lo = w_percent(&r->w, c->lo.v), *hi = w_percent(&r->w, c->hi.v);
	for (int decimals = 2; decimals <= 4 && strcmp(lo, hi) == 0; decimals++) {
		lo = w_fill(&r->w, r->w.french ? "{n} %" : "{n}%", "n", w_number(&r->w, 100 * c->lo.v, decimals), NULL);
		hi = w_fill(&r->w, r->w.french ? "{n} %" : "{n}%", "n", w_number(&r->w, 100 * c->hi.v, decimals), NULL);
	}
	return w_range(&r->w, lo, hi);
}

static void error_row(struct amp_table *t, struct amp_report *r, const char *what, const struct amp_confidence *c, size_t n)
{
	t_cell(t, what);
	t_cell(t, share(r, c->estimate));
	t_cell(t, fine_shares(r, c));
	t_cell(t, w_int(&r->w, (int64_t)n));
}

/* What 3,000 judged texts leave open of a specificity of .99 (Wilson, 95 %): AMP_SAMPLE_NEGATIVES. */
#define SPECIFICITY_WIDTH .0073

static void error_table(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_detector_error *e = &r->corrected->error;
	struct amp_table t;
	if (!scored(r)) return;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Measured error of the detector {n} {v}, by exposure, on texts that people judged"), "n",
	               r->corrected->verdicts.detector_name, "v", r->corrected->verdicts.detector_version, NULL));
	t_column(&t, _("What"), false);
	t_column(&t, _("Estimate"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("Texts"), true);
	error_row(&t, r, _("Sensitivity: of what people call hateful, flagged"), &e->sensitivity, e->positives);
	error_row(&t, r, _("Specificity: of what people do not call hateful, not flagged"), &e->specificity, e->negatives);
	error_row(&t, r, _("Precision: of what is flagged, hateful to people"), &e->precision, e->flagged);
	d->format->table(d, &t);
	const struct amp_confidence *sp = &e->specificity;
	bool narrow = sp->lo.known && sp->hi.known && sp->hi.v - sp->lo.v <= SPECIFICITY_WIDTH;
	if (!narrow || e->negatives < AMP_SAMPLE_NEGATIVES) d->format->para(d, p_text(r, narrow ? P_C_SPECIFICITY : P_C_NEGATIVES));
}

static const char *worst_shares(struct amp_report *r, const struct amp_corrected_figure *f)
{
	return f->worst_lo.known && f->worst_hi.known
	               ? w_range(&r->w, w_percent(&r->w, f->worst_lo.v), w_percent(&r->w, f->worst_hi.v))
	               : _("no figure");
}

static bool outside(struct amp_real v, const struct amp_confidence *of)
{
	return v.known && of->lo.known && of->hi.known && (v.v < of->lo.v || v.v > of->hi.v);
}

/* Neither interval holds the other's figure: the check fails, and the report says so. */
static bool apart(const struct amp_corrected_arm *a)
{
	return outside(a->rogan.estimate, amp_corrected_printed(&a->share)) && outside(labels_only(&a->share)->estimate, &a->rogan);
}

/* With an asterisk where it comes with a reservation, a dagger where it fails as a check. */
static const char *rogan(struct amp_report *r, const struct amp_corrected_arm *a)
{
	const char *text = with_interval(r, &a->rogan);
	if (!a->rogan.estimate.known) return text;
	return w_fill(&r->w, "{text}{star}{dagger}", "text", text, "star", a->rogan_note != NULL ? "\xC2\xA0*" : "", "dagger",
	              apart(a) ? "\xC2\xA0\xE2\x80\xA0" : "", NULL);
}

static void share_row(struct amp_table *t, struct amp_report *r, const char *what, const struct amp_corrected_arm *a)
{
	const struct amp_corrected_figure *f = &a->share;
	t_cell(t, what);
	t_cell(t, share(r, labels_only(f)->estimate));
	t_cell(t, shares(r, amp_corrected_printed(f)));
	t_cell(t, shares(r, labels_only(f)));
	t_cell(t, with_interval(r, &f->labels));
	t_cell(t, share(r, a->flagged));
	t_cell(t, rogan(r, a));
	t_cell(t, worst_shares(r, f));
	t_cell(t, judged(r, a));
}

static bool any_group(const struct amp_corrected_row *row)
{
	return strcmp(row->target, "any") == 0;
}

static bool in_a_pair(const struct amp_frame *f, size_t feed)
{
	for (size_t i = 0; i < f->n_pairs; i++)
		if (f->pairs[i].ranked == feed || f->pairs[i].chronological == feed) return true;
	return false;
}

static void share_table(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Share of exposures that people call hateful, corrected by {verdicts}"), "verdicts",
	               n_verdicts(r, (int64_t)r->corrected->verdicts.decided), NULL));
	t_column(&t, _("Feed"), false);
	t_column(&t, _("Corrected"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("Of the labels alone"), true);
	t_column(&t, _("Without the scores"), true);
	t_column(&t, _("Uncorrected"), true);
	t_column(&t, _("Rogan-Gladen"), true);
	t_column(&t, _("Worst cases"), true);
	t_column(&t, _("Judged (hateful)"), true);
	for (size_t i = 0; i < r->corrected->n; i++) {
		const struct amp_corrected_row *row = &r->corrected->rows[i];
		if (!any_group(row)) continue;
		if (row->pair != AMP_NO_INDEX) {
			const struct amp_frame_pair *p = &r->frame->pairs[row->pair];
			share_row(&t, r, w_fill(&r->w, _("{pair}: ranked"), "pair", p->name, NULL), &row->a);
			share_row(&t, r, w_fill(&r->w, _("{pair}: chronological"), "pair", p->name, NULL), &row->b);
		} else if (row->feed == AMP_NO_INDEX) {
			share_row(&t, r, _("all feeds"), &row->a);
		} else if (!in_a_pair(r->frame, row->feed)) {
			share_row(&t, r, amp_report_feed_title(r, row->feed), &row->a);
		}
	}
	d->format->table(d, &t);
}

static bool comparable(const struct amp_report *r, const struct amp_corrected_row *row)
{
	return row->pair != AMP_NO_INDEX && strcmp(r->frame->pairs[row->pair].pool, "different") != 0;
}

static const char *cluster_word(struct amp_report *r, const struct amp_corrected_figure *f)
{
	unsigned long n = (unsigned long)f->clusters;
	if (f->cluster == AMP_CLUSTER_PERSONA) return n_clusters(r, (int64_t)n);
	return f->cluster == AMP_CLUSTER_BLOCK ? n_blocks(r, (int64_t)n) : _("labels only");
}

static const char *hateful_texts(struct amp_report *r, const struct amp_corrected_row *row)
{
	return w_fill(&r->w, "{a} / {b}", "a", w_int(&r->w, (int64_t)row->a.hateful), "b", w_int(&r->w, (int64_t)row->b.hateful),
	              NULL);
}

static void difference_row(struct amp_table *t, struct amp_report *r, const struct amp_corrected_row *row)
{
	const struct amp_corrected_figure *f = &row->difference;
	const struct amp_confidence *wide = amp_corrected_printed(f), *labels = labels_only(f);
	t_cell(t, r->frame->pairs[row->pair].name);
	t_cell(t, l_target(r, row->target));
	t_cell(t, points(r, labels->estimate));
	t_cell(t, row->few ? _("too few hateful texts were judged to conclude anything") : range_of_points(r, wide->lo, wide->hi));
	t_cell(t, row->few || any_group(row) ? _("concerns single groups") : range_of_points(r, f->together.lo, f->together.hi));
	t_cell(t, range_of_points(r, labels->lo, labels->hi));
	t_cell(t, row->few ? _("no figure") : ratio(r, amp_corrected_printed(&row->ratio)));
	t_cell(t, range_of_points(r, f->worst_lo, f->worst_hi));
	t_cell(t, hateful_texts(r, row));
	t_cell(t, cluster_word(r, f));
}

static void difference_table(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Ranked less chronological, corrected by {verdicts}"), "verdicts",
	               n_verdicts(r, (int64_t)r->corrected->verdicts.decided), NULL));
	t_column(&t, _("Pair"), false);
	t_column(&t, _("Target"), false);
	t_column(&t, _("Lift (points)"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("All groups at once"), true);
	t_column(&t, _("Of the labels alone"), true);
	t_column(&t, _("Ratio"), true);
	t_column(&t, _("Worst cases"), true);
	t_column(&t, _("Hateful texts"), true);
	t_column(&t, _("Wider by"), false);
	for (size_t i = 0; i < r->corrected->n; i++) {
		const struct amp_corrected_row *row = &r->corrected->rows[i];
		/* a group of which nothing can be concluded has no row: a number without its doubt would be taken for one */
		if (comparable(r, row) && (any_group(row) || !row->few)) difference_row(&t, r, row);
	}
	if (t.rows) d->format->table(d, &t);
}

/* Shares of single groups: of each feed, and of all together. */
static void group_table(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Share of exposures that people call hateful against a group, corrected by {verdicts}"), "verdicts",
	               n_verdicts(r, (int64_t)r->corrected->verdicts.decided), NULL));
	t_column(&t, _("Target"), false); /* the first names the row, on a telephone too */
	t_column(&t, _("Feed"), false);
	t_column(&t, _("Corrected"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("All groups at once"), true);
	t_column(&t, _("Uncorrected"), true);
	t_column(&t, _("Rogan-Gladen"), true);
	t_column(&t, _("Worst cases"), true);
	t_column(&t, _("Judged (hateful)"), true);
	for (size_t i = 0; i < r->corrected->n; i++) {
		const struct amp_corrected_row *row = &r->corrected->rows[i];
		const struct amp_corrected_figure *f = &row->a.share;
		if (any_group(row) || row->few || row->pair != AMP_NO_INDEX) continue;
		t_cell(&t, l_target(r, row->target));
		t_cell(&t, row->feed != AMP_NO_INDEX ? amp_report_feed_title(r, row->feed) : _("all feeds"));
		t_cell(&t, share(r, labels_only(f)->estimate));
		t_cell(&t, shares(r, amp_corrected_printed(f)));
		t_cell(&t, shares(r, &f->together));
		t_cell(&t, share(r, row->a.flagged));
		t_cell(&t, rogan(r, &row->a));
		t_cell(&t, worst_shares(r, f));
		t_cell(&t, judged(r, &row->a));
	}
	if (t.rows) d->format->table(d, &t);
	d->format->para(d, w_fill(&r->w, p_text(r, P_C_GROUPS), "level", l_level(r), "least",
	                          w_int(&r->w, AMP_CORRECTED_HATEFUL_MIN), NULL));
}

/* The groups that coders have named too seldom for a figure: who is missing from the tables is said. */
static void rare_groups(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const char *list = NULL;
	for (size_t i = 0; i < r->corrected->n_rare; i++) {
		const struct amp_rare_group *g = &r->corrected->rare[i];
		if (strncmp(g->target, "ground:", 7) == 0) continue; /* its groups are named */
		const char *one = w_fill(&r->w, "{group} ({n})", "group", l_target(r, g->target), "n",
		                         w_int(&r->w, (int64_t)g->hateful), NULL);
		list = list != NULL ? w_fill(&r->w, _("{list}; {text}"), "list", list, "text", one, NULL) : one;
	}
	if (list != NULL)
		d->format->para(d, w_fill(&r->w, p_text(r, P_C_RARE), "least", w_int(&r->w, AMP_CORRECTED_HATEFUL_MIN), "list",
		                          list, NULL));
}

void amp_content_corrected(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	d->format->heading(d, 3, "corrected", _("Corrected by people's verdicts"));
	if (r->corrected->reason != NULL) {
		d->format->note(d, AMP_NOTE_MISSING, w_fill(&r->w, p_text(r, P_C_NONE), "reason", _(r->corrected->reason), NULL));
		return;
	}
	how(d);
	error_table(d);
	if (scored(r) && !measured(r)) d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_C_OTHER));
	share_table(d);
	difference_table(d);
	group_table(d);
	rare_groups(d);
	bool fails = false;
	for (size_t i = 0; i < r->corrected->n; i++)
		fails = fails || apart(&r->corrected->rows[i].a) || apart(&r->corrected->rows[i].b);
	if (fails) d->format->para(d, p_text(r, P_C_APART));
	if (scored(r))
		d->format->para(d, w_fill(&r->w, p_text(r, P_C_ROGAN), "positives", w_int(&r->w, AMP_ROGAN_POSITIVES), "negatives",
		                          w_int(&r->w, AMP_ROGAN_NEGATIVES), NULL));
	d->format->para(d, p_text(r, P_C_READ));
	d->format->para(d, p_text(r, P_C_MISSING));
}

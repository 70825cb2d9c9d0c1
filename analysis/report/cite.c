/* cite.c: citations: a line of text, BibTeX, CSL-JSON (the schema of the Citation Style Language, 1.0.2). */
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "metrics/walks.h"
#include "report/cite.h"
#include "report/private.h"

static bool always(const struct amp_report *r)
{
	(void)r;
	return true;
}
static bool walked(const struct amp_report *r)
{
	for (size_t i = 0; i < r->frame->n_feeds; i++)
		if (r->frame->feeds[i].walked) return true;
	return false;
}
static bool simulated(const struct amp_report *r)
{
	return r->simulated;
}

static const struct {
	const char *name, *title;
	bool (*there)(const struct amp_report *r); /* can a report of this study have it? */
} tables[] = {{"summary", N_("Summary"), always},
              {"measured", N_("What was measured"), always},
              {"results", N_("Results"), always},
              {"corrected", N_("Corrected by people's verdicts"), always},
              {"further", N_("Further measures"), always},
              {"walks", N_("Walks (exploratory)"), walked},
              {"noise", N_("Noise floor, and the unit of resampling"), always},
              {"exclusions", N_("What was left out"), always},
              {"sensitivity", N_("Sensitivity"), always},
              {"truth", N_("Truth of the practice service"), simulated},
              {"decisions", N_("How the detector decided"), always}};

/* Can a report of this study have this chart? */
static bool drawn(const struct amp_report *r, const struct amp_chart *c)
{
	const struct amp_frame *f = r->frame;
	if (c->of == AMP_CHART_OF_FEED) return walked(r);
	for (size_t i = 0; c->of == AMP_CHART_OF_PAIR && i < f->n_pairs; i++)
		if (!amp_pair_walked(f, i) && (!c->compares || strcmp(f->pairs[i].pool, "different") != 0)) return true;
	for (size_t i = 0; c->of == AMP_CHART_OF_STUDY && i < f->n_clusters; i++)
		if (f->clusters[i].n > 1) return true;
	return false;
}

static void list(struct amp_buf *b, const char *name)
{
	if (b->n > 0) (void)amp_buf_addc(b, ", ");
	(void)amp_buf_addc(b, name);
}

static int unknown(const struct amp_report *r, bool table, const char *name, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, 1024);
	for (size_t i = 0; table && i < sizeof tables / sizeof *tables; i++)
		if (tables[i].there(r)) list(&b, tables[i].name);
	for (size_t i = 0; !table && amp_charts[i] != NULL; i++)
		if (drawn(r, amp_charts[i])) list(&b, amp_charts[i]->name);
	int rc = amp_fail(err, AMP_EUSAGE,
	                  table ? _("The report has no table “%s”; its tables are %s.")
	                        : _("The report has no figure “%s”; its figures are %s."),
	                  name, b.n > 0 ? b.p : _("none"));
	amp_buf_free(&b);
	return rc;
}

/* "Table “Results”. "; "" for the report as a whole. */
static int part_of(const char **out, struct amp_report *r, const struct amp_cite_options *o, struct amp_err *err)
{
	*out = "";
	if (o->table != NULL && o->figure != NULL)
		return amp_fail(err, AMP_EUSAGE, _("A citation is of a table or of a figure, not of both."));
	for (size_t i = 0; o->table != NULL && i < sizeof tables / sizeof *tables; i++)
		if (strcmp(tables[i].name, o->table) == 0 && tables[i].there(r))
			*out = w_fill(&r->w, _("Table “{name}”. "), "name", _(tables[i].title), NULL);
	for (size_t i = 0; o->figure != NULL && amp_charts[i] != NULL; i++)
		if (strcmp(amp_charts[i]->name, o->figure) == 0 && drawn(r, amp_charts[i]))
			*out = w_fill(&r->w, _("Figure “{name}”. "), "name", _(amp_charts[i]->title), NULL);
	if ((o->table != NULL || o->figure != NULL) && **out == 0)
		return unknown(r, o->table != NULL, o->table != NULL ? o->table : o->figure, err);
	return 0;
}

struct day {
	long long y;
	int m, d;
};
static struct day day_of(int64_t ms)
{
	struct day out = {0, 0, 0};
	int64_t y;
	amp_civil_from_days(ms / 86400000 - (ms % 86400000 < 0), &y, &out.m, &out.d);
	out.y = (long long)y;
	return out;
}

/* The day of the last capture; where there is none, of the lock. */
static int64_t issued(const struct amp_report *r)
{
	return r->to != AMP_TIME_NONE ? r->to : r->frame->locked_at;
}

static const char *title_of(struct amp_report *r, const char *part)
{
	return w_fill(&r->w, "{title}. {part}{label}.{simulated}", "title", r->title, "part", part, "label", p_text(r, P_SUBTITLE),
	              "simulated", r->simulated ? p_text(r, P_CITE_SIMULATED) : "", NULL);
}

static const char *id_of(struct amp_report *r, const struct amp_cite_options *o)
{
	char *id = amp_arena_printf(r->w.arena, "amplimeter-%s-%.8s%s%s", r->frame->slug,
	                            w_hex(&r->w, r->frame->hash, sizeof r->frame->hash),
	                            o->table != NULL || o->figure != NULL ? "-" : "",
	                            o->table != NULL    ? o->table
	                            : o->figure != NULL ? o->figure
	                                                : "");
	for (char *c = id; c != NULL && *c != 0; c++)
		if (!amp_is_alpha((unsigned char)*c) && !(*c >= '0' && *c <= '9')) *c = '-';
	if (id == NULL) r->w.failed = true;
	return id != NULL ? id : "";
}

static void as_text(struct amp_buf *b, struct amp_report *r, const char *part, const struct amp_cite_options *o)
{
	(void)o;
	w_typography(b, part, r->w.french);
	w_typography(b, amp_citation(r), r->w.french);
	(void)amp_buf_byte(b, '\n');
}

/* UTF-8, as biber, BibTeX and the programs that keep references (Zotero, JabRef) read and write it. A thin space of LaTeX would be \, which
 * programs without TeX (Zotero, citation-js, pybtex) leave in the text: they know ~. */
static void field(struct amp_buf *b, struct amp_report *r, const char *name, const char *value)
{
	(void)amp_buf_printf(b, ",\n  %s = {{", name);
	w_bibtex(b, value, r->w.french);
	(void)amp_buf_addc(b, "}}");
}

static void as_bibtex(struct amp_buf *b, struct amp_report *r, const char *part, const struct amp_cite_options *o)
{
	struct day day = day_of(issued(r));
	(void)amp_buf_printf(b, "@misc{%s", id_of(r, o));
	field(b, r, "key", r->frame->slug);
	field(b, r, "title", title_of(r, part));
	(void)amp_buf_printf(b, ",\n  year = {%lld},\n  month = {%d}", day.y, day.m);
	field(b, r, "note", amp_citation(r));
	(void)amp_buf_addc(b, "\n}\n");
}

static void put(struct amp_jsonw *j, struct amp_report *r, const char *key, const char *value)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 16);
	w_typography(&b, value, r->w.french);
	amp_jsonw_key(j, key);
	amp_jsonw_str(j, (struct amp_str){b.p != NULL ? b.p : "", b.n});
	amp_buf_free(&b);
}

static void as_csl(struct amp_buf *b, struct amp_report *r, const char *part, const struct amp_cite_options *o)
{
	struct amp_jsonw j;
	struct day day = day_of(issued(r));
	amp_jsonw_start(&j, b);
	amp_jsonw_array(&j);
	amp_jsonw_object(&j);
	amp_jsonw_kc(&j, "id", id_of(r, o));
	amp_jsonw_kc(&j, "type", "dataset");
	put(&j, r, "title", title_of(r, part));
	amp_jsonw_kc(&j, "language", r->w.french ? "fr" : "en");
	amp_jsonw_key(&j, "issued");
	amp_jsonw_object(&j);
	amp_jsonw_key(&j, "date-parts");
	amp_jsonw_array(&j);
	amp_jsonw_array(&j);
	amp_jsonw_i64(&j, day.y);
	amp_jsonw_i64(&j, day.m);
	amp_jsonw_i64(&j, day.d);
	amp_jsonw_end_array(&j);
	amp_jsonw_end_array(&j);
	amp_jsonw_end_object(&j);
	/* styles print these as they are, a bare hash with its first letter made a capital; a "version" would be taken for the figures' own */
	put(&j, r, "number",
	    w_fill(&r->w, _("protocol SHA-256 {hash}"), "hash", w_hex(&r->w, r->frame->hash, sizeof r->frame->hash), NULL));
	if (r->frame->has_chain_head)
		put(&j, r, "archive_location",
		    w_fill(&r->w, _("evidence chain head {hash}"), "hash",
		           w_hex(&r->w, r->frame->chain_head, sizeof r->frame->chain_head), NULL));
	put(&j, r, "note", amp_citation(r));
	amp_jsonw_end_object(&j);
	amp_jsonw_end_array(&j);
	(void)amp_buf_byte(b, '\n');
}

int amp_cite(struct amp_buf *out, struct amp_store *store, const struct amp_cite_options *o, struct amp_err *err)
{
	static const struct {
		const char *name;
		void (*write)(struct amp_buf *, struct amp_report *, const char *, const struct amp_cite_options *);
	} formats[] = {{"text", as_text}, {"bibtex", as_bibtex}, {"csl-json", as_csl}};
	const struct amp_report_options options = {
		.lang = o->lang, .study = o->study, .program_version = o->program_version, .now = AMP_TIME_NONE};
	const char *part = "", *format = o->format != NULL ? o->format : "text";
	struct amp_report r;
	int rc = amp_report_open(&r, store, &options, err);
	if (rc != 0) return rc;
	rc = part_of(&part, &r, o, err);
	bool written = false;
	for (size_t i = 0; rc == 0 && i < sizeof formats / sizeof *formats; i++) {
		if (strcmp(formats[i].name, format) != 0) continue;
		formats[i].write(out, &r, part, o);
		written = true;
	}
	if (rc == 0 && !written)
		rc = amp_fail(err, AMP_EUSAGE, _("A citation has no format “%s”: text, bibtex or csl-json."), format);
	if (rc == 0) rc = amp_buf_check(out, "cite", err);
	if (rc == 0 && amp_report_short(&r)) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while the citation is written."));
	amp_report_shut(&r);
	return rc;
}

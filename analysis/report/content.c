/* content.c: the report, written once through the document's verbs. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

static void measured(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame *f = r->frame;
	struct amp_table t;
	d->format->heading(d, 3, "measured", _("What was measured"));
	if (r->question) d->format->para(d, w_fill(&r->w, _("Question of the study: {q}"), "q", r->question, NULL));
	const char *when = r->from == AMP_TIME_NONE ? _("Captured at times that are not recorded")
	                                            : w_fill(&r->w, _("Captured from {from} to {to}"), "from",
	                                                     w_date(&r->w, r->from), "to", w_date(&r->w, r->to), NULL);
	if (r->snapshots)
		d->format->para(
			d,
			w_fill(&r->w, _("{when}: {rounds}, {personas}, {feeds}, {snapshots}, {entries}."), "when", when, "rounds",
		               w_count(&r->w, amp_ngettext("{n} round", "{n} rounds", (unsigned long)f->n_rounds),
		                       (int64_t)f->n_rounds),
		               "personas",
		               w_count(&r->w,
		                       amp_ngettext("{n} persona or twin", "{n} personas and twins", (unsigned long)f->n_personas),
		                       (int64_t)f->n_personas),
		               "feeds",
		               w_count(&r->w, amp_ngettext("{n} feed", "{n} feeds", (unsigned long)f->n_feeds),
		                       (int64_t)f->n_feeds),
		               "snapshots", n_snapshots(r, r->snapshots), "entries", n_entries_shown(r, r->exposures), NULL));
	if (r->simulated && f->n_rounds)
		d->format->para(d, w_fill(&r->w, _("On the simulated clock the rounds were scheduled from {from} to {to}."), "from",
		                          w_date(&r->w, f->rounds[0].scheduled_at), "to",
		                          w_date(&r->w, f->rounds[f->n_rounds - 1].scheduled_at), NULL));
	d->format->heading(d, 4, NULL, _("By whom"));
	d->format->para(d, p_text(r, P_SEEN));
	t_start(&t, &r->w, _("Personas, and what the platforms saw of them"));
	t_column(&t, _("Persona"), false);
	t_column(&t, _("Twin"), false);
	t_column(&t, _("What requests carried"), false);
	t_column(&t, _("Described, sent to nobody"), false);
	for (size_t i = 0; i < f->n_clusters; i++) {
		const struct amp_frame_cluster *c = &f->clusters[i];
		t_cell(&t, c->name);
		t_cell(&t, c->n > 1 ? w_int(&r->w, (int64_t)c->n - 1) : _("none"));
		t_cell(&t, amp_report_seen(r, i));
		t_cell(&t, amp_report_inert(r, i));
	}
	if (t.rows) d->format->table(d, &t);
	amp_content_outside(d);
}

static void method(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	static const enum amp_prose all[] = {P_M_SHARE, P_M_MET, P_M_LIFT, P_M_RATIO, P_M_TEST, P_M_MANY, P_M_ERROR, P_M_MORE};
	const char *items[sizeof all / sizeof *all];
	bool comparable = false;
	size_t n = 0;
	for (size_t i = 0; i < r->frame->n_pairs; i++)
		comparable = comparable || (strcmp(r->frame->pairs[i].pool, "different") != 0 && !amp_pair_walked(r->frame, i));
	/* where no pair may be compared, no word of amplification stands anywhere */
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (comparable || (all[i] != P_M_LIFT && all[i] != P_M_RATIO)) items[n++] = p_text(r, all[i]);
	d->format->heading(d, 3, "method", _("Method"));
	d->format->list(d, items, n);
}

static void glossary(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const char *pairs[] = {
		_("persona"),
		p_text(r, P_G_PERSONA),
		_("twin"),
		p_text(r, P_G_TWIN),
		_("round"),
		p_text(r, P_G_ROUND),
		_("snapshot"),
		p_text(r, P_G_SNAPSHOT),
		_("ranked feed"),
		p_text(r, P_G_RANKED),
		_("chronological feed"),
		p_text(r, P_G_CHRONO),
		_("presumed hateful"),
		p_text(r, P_PRESUMED),
		_("target"),
		p_text(r, P_G_TARGET),
		_("lift"),
		p_text(r, P_G_LIFT),
		_("interval"),
		p_text(r, P_G_INTERVAL),
		"p",
		p_text(r, P_G_P),
		_("unit of resampling"),
		p_text(r, P_G_UNIT),
		_("chain head"),
		p_text(r, P_G_CHAIN),
	};
	d->format->heading(d, 3, "glossary", _("Glossary"));
	d->format->terms(d, pairs, sizeof pairs / sizeof *pairs / 2);
}

static void citation(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame *f = r->frame;
	struct amp_table t;
	d->format->heading(d, 3, "citation", _("Ready citation, and what it can be checked against"));
	d->format->code(d, amp_citation(r));
	t_start(&t, &r->w, _("Technical annex"));
	t_column(&t, _("What"), false);
	t_column(&t, _("Value"), false);
	t_cell(&t, _("Protocol SHA-256 (RFC 8785 text of the resolved study)"));
	t_cell(&t, w_hex(&r->w, f->hash, sizeof f->hash));
	t_cell(&t, _("Locked"));
	t_cell(&t, w_date(&r->w, f->locked_at));
	t_cell(&t, _("Amendment in force"));
	t_cell(&t, f->amend_reason ? f->amend_reason : _("none"));
	t_cell(&t, _("Evidence chain head"));
	t_cell(&t, f->has_chain_head ? w_hex(&r->w, f->chain_head, sizeof f->chain_head) : _("no ledger entry"));
	for (size_t i = 0; i < f->n_detectors; i++) {
		t_cell(&t, i == 0 ? _("Primary detector") : _("Other detector"));
		const struct amp_frame_detector *one = &f->detectors[i];
		const char *threshold = f->n_cells > 0 ? w_thresholds(r, &f->cells[0], one) : _("none");
		t_cell(&t, w_fill(&r->w, _("{n} {v}, threshold: {t}"), "n", one->name, "v", one->version, "t", threshold, NULL));
	}
	t_cell(&t, _("Program"));
	t_cell(&t, w_fill(&r->w, "amplimeter {v} {c}", "v", r->options->program_version ? r->options->program_version : "", "c",
	                  r->options->commit ? r->options->commit : "", NULL));
	t_cell(&t, _("Report made"));
	t_cell(&t, w_date(&r->w, r->now));
	t_cell(&t, _("Seed of Monte-Carlo draws"));
	t_cell(&t, amp_arena_printf(r->w.arena, "%llu",
	                            (unsigned long long)f->plan.seed)); /* a name, not a quantity: no digit groups */
	d->format->table(d, &t);
	if (f->n_archives > 1) d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_HEADS_NOTE));
}

static void checking(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame *f = r->frame;
	const char *command =
		w_fill(&r->w,
	               "`sqlite3 {db} \"SELECT text FROM study_version WHERE hex(hash) = upper('{hash}')\" | tr -d '\\n' | "
	               "sha256sum`",
	               "db", _("DATABASE"), "hash", w_hex(&r->w, f->hash, sizeof f->hash), NULL);
	const char *items[] = {
		p_text(r, P_K_ARCHIVE), p_text(r, P_K_DATABASE), w_fill(&r->w, p_text(r, P_K_PROTOCOL), "command", command, NULL),
		w_fill(&r->w, p_text(r, P_K_FIGURES), "slug", f->slug, "truth", r->truth ? " --truth served.jsonl" : "", NULL),
		p_text(r, P_K_LIMIT)};
	d->format->heading(d, 3, "check", _("How to check this report"));
	d->format->list(d, items, sizeof items / sizeof *items);
}

static void tables(struct amp_doc *d)
{
	const struct amp_doc_format *f = d->format;
	measured(d);
	f->heading(d, 3, "results", _("Results"));
	amp_content_results(d);
	amp_content_corrected(d);
	f->heading(d, 3, "further", _("Further measures"));
	amp_content_further(d);
	amp_content_walks(d);
	f->heading(d, 3, "noise", _("Noise floor, and the unit of resampling"));
	amp_content_floor(d);
	f->heading(d, 3, "exclusions", _("What was left out"));
	amp_content_exclusions(d);
	f->heading(d, 3, "sensitivity", _("Sensitivity"));
	amp_content_sensitivity(d);
	if (report_of(d)->truth) {
		f->heading(d, 3, "truth", _("Truth of the practice service"));
		amp_content_truth(d);
	}
	f->heading(d, 3, "decisions", _("How the detector decided"));
	amp_content_decisions(d);
	amp_content_examples(d);
}

static void compose(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_doc_format *f = d->format;
	const struct amp_doc_part parts[] = {
		{"summary", _("Summary"), p_text(r, P_FOR_CAMPAIGNERS)},
		{"tables", _("Full tables"), p_text(r, P_FOR_ANALYSTS)},
		{"annex", _("Method, glossary and technical annex"), p_text(r, P_FOR_LAWYERS)},
	};
	f->start(d, r->simulated ? w_fill(&r->w, _("{title} (simulated)"), "title", r->title, NULL) : r->title,
	         p_text(r, P_SUBTITLE));
	if (r->simulated) f->note(d, AMP_NOTE_BANNER, p_text(r, P_BANNER_SIMULATED));
	f->contents(d, _("In this report"), parts, sizeof parts / sizeof *parts);
	f->part(d, &parts[0]);
	amp_content_summary(d);
	f->part(d, &parts[1]);
	tables(d);
	f->part(d, &parts[2]);
	citation(d);
	checking(d);
	amp_content_records(d);
	method(d);
	glossary(d);
	f->end(d);
}

int amp_report_write(const struct amp_doc_format *format, const char *file, struct amp_report *r, struct amp_err *err)
{
	struct amp_doc d = {.format = format, .w = &r->w, .user = r};
	amp_buf_init(&d.out, format->cap);
	compose(&d);
	int rc = amp_report_file(r, file, &d.out, err);
	amp_buf_free(&d.out);
	return rc;
}

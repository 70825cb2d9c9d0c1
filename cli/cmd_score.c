/* cmd_score.c: `amplimeter score`: texts on standard input, one JSON line a record on standard output. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "common.h"
#include "detectors/records.h"
#include "detectors/scorer.h"
#include "study_file.h"

#define OUT_MAX ((size_t)1 << 30)
#define FLUSH_AT ((size_t)1 << 16)

struct values {
	struct amp_cli_common common;
	const char *detector, *send_texts_to, *format;
	bool explain;
};
/* --lang is the language of messages, and the hint for texts that do not show theirs. */
static const struct amp_opt options[] = {
	{"detector", 0, AMP_OPT_STRING, "NAME",
         N_("the detector: linear (default), lexicon, marker, or a service file (FILE.json)"), NULL, 0, 0,
         offsetof(struct values, detector)},
	{"send-texts-to", 0, AMP_OPT_STRING, "HOST",
         N_("with a service file: where the texts may be sent (\"command\": to its program)"), NULL, 0, 0,
         offsetof(struct values, send_texts_to)},
	{"format", 0, AMP_OPT_CHOICE, "FORMAT", N_("what stands on standard input (default: told from its first line)"),
         "lines|jsonl|csv", 0, 0, offsetof(struct values, format)},
	{"explain", 0, AMP_OPT_FLAG, NULL, N_("say what weighed: each term with its place, its group and its weight"), NULL, 0, 0,
         offsetof(struct values, explain)},
	{"lang", 0, AMP_OPT_STRING, "LANG", N_("language of the texts where they do not show it, and of messages"), NULL, 0, 0,
         offsetof(struct amp_cli_common, lang)},
	{"help", 'h', AMP_OPT_FLAG, NULL, N_("show this help"), NULL, 0, 0, offsetof(struct amp_cli_common, help)},
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_score;

struct scorer {
	struct amp_scorer detector;
	const char *lang;
	bool explain;
};

static enum amp_record_format format_of(const char *name)
{
	if (name == NULL) return AMP_RECORD_AUTO;
	return strcmp(name, "lines") == 0 ? AMP_RECORD_LINES : strcmp(name, "jsonl") == 0 ? AMP_RECORD_JSONL : AMP_RECORD_CSV;
}

static void write_hits(struct amp_jsonw *w, const struct scorer *s, const struct amp_record *r, const struct amp_detection *d)
{
	amp_jsonw_key(w, "explain");
	amp_jsonw_object(w);
	amp_jsonw_kdouble(w, "threshold", amp_scorer_threshold(&s->detector, d));
	amp_jsonw_kc(w, "lang", d->lang);
	/* offsets are bytes of `view`, which is `text` unless the record has other parts */
	if (r->view.p != NULL && !amp_str_eq(r->view, r->text)) amp_jsonw_kstr(w, "view", r->view);
	amp_jsonw_key(w, "hits");
	amp_jsonw_array(w);
	for (size_t i = 0; i < d->n_hits; i++) {
		const struct amp_hit *h = &d->hits[i];
		amp_jsonw_object(w);
		amp_jsonw_ki64(w, "start", (int64_t)h->start);
		amp_jsonw_ki64(w, "length", (int64_t)h->length);
		amp_jsonw_kstr(w, "found", (struct amp_str){r->view.p + h->start, h->length});
		amp_jsonw_kc(w, "entry", h->entry);
		amp_jsonw_kc(w, "kind", h->kind);
		amp_jsonw_kc(w, "target", h->target);
		amp_jsonw_kdouble(w, "weight", h->weight);
		amp_jsonw_kc(w, "note", h->note != NULL && strcmp(h->note, "-") != 0 ? h->note : "");
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
	if (r->problem != NULL) amp_jsonw_kc(w, "missing", r->problem);
	amp_jsonw_end_object(w);
}

static void write_id(struct amp_jsonw *w, const struct amp_record *r)
{
	amp_jsonw_key(w, "id");
	if (json_is_integer(r->id_json))
		amp_jsonw_i64(w, json_integer_value(r->id_json));
	else if (json_is_real(r->id_json))
		amp_jsonw_double(w, json_real_value(r->id_json));
	else if (json_is_boolean(r->id_json))
		amp_jsonw_bool(w, json_is_true(r->id_json));
	else
		amp_jsonw_str(w, r->id);
}

static void write_record(struct amp_buf *out, const struct scorer *s, const struct amp_record *r, const struct amp_detection *d)
{
	struct amp_jsonw w;
	bool scored = d->status == AMP_DETECTION_OK || d->status == AMP_DETECTION_ABSTAIN;
	bool hateful = scored && d->score >= amp_scorer_threshold(&s->detector, d);
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_ki64(&w, "line", r->line);
	write_id(&w, r);
	amp_jsonw_kstr(&w, "text", r->text);
	amp_jsonw_key(&w, "score");
	if (scored)
		amp_jsonw_double(&w, d->score);
	else
		amp_jsonw_null(&w);
	amp_jsonw_kc(&w, "label", !scored ? NULL : hateful ? "hateful" : "not_hateful");
	amp_jsonw_kbool(&w, "abstain", d->status == AMP_DETECTION_ABSTAIN);
	amp_jsonw_key(&w, "targets");
	amp_jsonw_array(&w);
	for (size_t i = 0; hateful && i < d->n_targets; i++) amp_jsonw_c(&w, d->targets[i]);
	amp_jsonw_end_array(&w);
	amp_jsonw_kc(&w, "detector", s->detector.detector->name);
	amp_jsonw_kc(&w, "version", s->detector.version);
	if (s->explain) write_hits(&w, s, r, d);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(out, '\n');
}

static int score_record(struct scorer *s, const struct amp_record *r, struct amp_buf *out, struct amp_err *err)
{
	struct amp_detection d = {.status = AMP_DETECTION_MISSING};
	char lang[32] = "";
	int rc = 0;
	if (r->lang.n < sizeof lang && r->lang.n > 0) memcpy(lang, r->lang.p, r->lang.n);
	const struct amp_scorer *with = &s->detector;
	if (r->problem == NULL)
		rc = with->detector->score(with->state, r->view, lang[0] != '\0' ? lang : s->lang, s->explain, &d, err);
	if (rc == 0) {
		write_record(out, s, r, &d);
		rc = amp_buf_check(out, _("the output"), err);
	}
	amp_detection_clear(&d);
	return rc;
}

static int score_all(struct scorer *s, struct amp_records *records, int64_t *missing, struct amp_err *err)
{
	struct amp_buf out;
	struct amp_record r;
	amp_buf_init(&out, OUT_MAX);
	int rc;
	while ((rc = amp_records_next(records, &r, err)) == 1) {
		if (r.problem != NULL && (*missing)++ == 0)
			amp_log(AMP_WARN, "score", _("line %lld: %s: the score is missing (null)"), (long long)r.line, r.problem);
		rc = score_record(s, &r, &out, err);
		if (rc == 0 && out.n >= FLUSH_AT) {
			rc = amp_cli_out(&out, err);
			amp_buf_reset(&out);
		}
		if (rc != 0) break;
	}
	if (rc == 0) rc = amp_cli_out(&out, err);
	amp_buf_free(&out);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct scorer s = {0};
	struct amp_records *records = NULL;
	const char *operands[64];
	size_t n;
	int64_t missing = 0;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_score, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	s.lang = v.common.lang;
	s.explain = v.explain;
	rc = amp_cli_scorer_open(&s.detector, v.detector, v.send_texts_to, err);
	if (rc == 0) rc = amp_records_open(&records, stdin, format_of(v.format), err);
	if (rc == 0) rc = score_all(&s, records, &missing, err);
	if (rc == 0 && missing > 1) amp_log(AMP_WARN, "score", _("%lld records have no score"), (long long)missing);
	amp_records_close(records);
	amp_scorer_close(&s.detector);
	return rc;
}

const struct amp_cmd amp_cmd_score = {"score",
                                      "",
                                      N_("score texts from standard input, one JSON line a record"),
                                      "printf 'un texte\\n' | amplimeter score --explain",
                                      options,
                                      run};

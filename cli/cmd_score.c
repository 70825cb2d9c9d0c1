/* cmd_score.c: `amplimeter score`: texts on standard input, one JSON line a record on standard output. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/log.h"
#include "common.h"
#include "detectors/detector.h"
#include "detectors/records.h"

#define OUT_MAX ((size_t)1 << 30)
#define FLUSH_AT ((size_t)1 << 16)

struct values {
	struct amp_cli_common common;
	const char *detector, *format;
	bool explain;
};
/* --lang is the language of messages, and the hint for texts that do not show theirs. */
static const struct amp_opt options[] = {
	{"detector", 0, AMP_OPT_STRING, "NAME", N_("the detector: lexicon (default), linear or marker"), NULL, 0, 0,
         offsetof(struct values, detector)},
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
	const struct amp_detector *detector;
	void *state;
	double threshold; /* where a detection gives none */
	char version[64];
	const char *lang;
	bool explain;
};

static enum amp_record_format format_of(const char *name)
{
	if (name == NULL) return AMP_RECORD_AUTO;
	return strcmp(name, "lines") == 0 ? AMP_RECORD_LINES : strcmp(name, "jsonl") == 0 ? AMP_RECORD_JSONL : AMP_RECORD_CSV;
}

static int open_scorer(struct scorer *s, const struct values *v, struct amp_err *err)
{
	const char *name = v->detector != NULL ? v->detector : "lexicon";
	uint8_t hash[AMP_SHA256];
	struct amp_thresholds thresholds;
	s->detector = amp_detector_find(name);
	if (s->detector == NULL) {
		const char *names[16];
		size_t n;
		const struct amp_detector *const *all = amp_detectors(&n);
		for (size_t i = 0; i < n && i < 16; i++) names[i] = all[i]->name;
		const char *near = amp_str_suggest(name, names, n);
		return amp_fail(err, AMP_EUSAGE, _("There is no detector \"%s\": did you mean \"%s\"?"), name,
		                near != NULL ? near : names[0]);
	}
	s->lang = v->common.lang;
	s->explain = v->explain;
	int rc = s->detector->load(&s->state, amp_detector_data_dir(), err);
	if (rc == 0) rc = amp_detector_thresholds(s->detector, s->state, &thresholds, err);
	if (rc != 0) return rc;
	s->threshold = amp_threshold_of(&thresholds, NULL)->value;
	(void)snprintf(s->version, sizeof s->version, "%s", s->detector->version);
	if (s->detector->data_hash != NULL && s->detector->data_hash(s->state, hash)) {
		char hex[9];
		amp_hex(hash, 4, hex);
		(void)snprintf(s->version, sizeof s->version, "%s+%s", s->detector->version, hex);
	}
	return 0;
}

static double threshold_of(const struct scorer *s, const struct amp_detection *d)
{
	return d->threshold > 0 ? d->threshold : s->threshold;
}

static void write_hits(struct amp_jsonw *w, const struct scorer *s, const struct amp_record *r, const struct amp_detection *d)
{
	amp_jsonw_key(w, "explain");
	amp_jsonw_object(w);
	amp_jsonw_kdouble(w, "threshold", threshold_of(s, d));
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
	bool hateful = scored && d->score >= threshold_of(s, d);
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
	amp_jsonw_kc(&w, "detector", s->detector->name);
	amp_jsonw_kc(&w, "version", s->version);
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
	if (r->problem == NULL) rc = s->detector->score(s->state, r->view, lang[0] != '\0' ? lang : s->lang, s->explain, &d, err);
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
	rc = open_scorer(&s, &v, err);
	if (rc == 0) rc = amp_records_open(&records, stdin, format_of(v.format), err);
	if (rc == 0) rc = score_all(&s, records, &missing, err);
	if (rc == 0 && missing > 1) amp_log(AMP_WARN, "score", _("%lld records have no score"), (long long)missing);
	amp_records_close(records);
	if (s.state != NULL) s.detector->unload(s.state);
	return rc;
}

const struct amp_cmd amp_cmd_score = {"score",
                                      "",
                                      N_("score texts from standard input, one JSON line a record"),
                                      "printf 'un texte\\n' | amplimeter score --explain",
                                      options,
                                      run};

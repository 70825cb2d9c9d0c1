/* cmd_evaluate.c: `amplimeter evaluate`: how good a detector is on texts that people have labelled. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "common.h"
#include "detectors/scorer.h"
#include "evaluate/evaluation.h"
#include "evaluate/overlap.h"
#include "study_file.h"

#define ARENA_MAX ((size_t)4 << 30)
#define OUT_MAX ((size_t)256 << 20)
#define HASHES_MAX ((size_t)64 << 20)
#define LINES_MAX 50 /* of overlapping texts, that are named */
#define REPLICATES 2000

struct values {
	struct amp_cli_common common;
	const char *detector, *compare, *send_texts_to, *threshold, *format, *out, *labels;
	int64_t replicates, seed;
	bool without_overlap;
};
static const struct amp_opt options[] = {
	{"detector", 0, AMP_OPT_STRING, "NAME",
         N_("the detector: linear (default), lexicon, marker, or a service file (FILE.json)"), NULL, 0, 0,
         offsetof(struct values, detector)},
	{"compare", 0, AMP_OPT_STRING, "NAME", N_("a second detector, compared with the first on the same texts"), NULL, 0, 0,
         offsetof(struct values, compare)},
	{"send-texts-to", 0, AMP_OPT_STRING, "HOST",
         N_("with a service file: where the texts may be sent (\"command\": to its program)"), NULL, 0, 0,
         offsetof(struct values, send_texts_to)},
	{"threshold", 0, AMP_OPT_STRING, "T", N_("the threshold of all texts, from 0 to 1 (default: the detector's own)"), NULL, 0,
         0, offsetof(struct values, threshold)},
	{"labels", 0, AMP_OPT_STRING, "FILE.csv",
         N_("labels in a file of their own: columns id and label; the texts' file then needs a column id"), NULL, 0, 0,
         offsetof(struct values, labels)},
	{"without-overlap", 0, AMP_OPT_FLAG, NULL, N_("leave out the texts that the detector was trained on, instead of refusing"),
         NULL, 0, 0, offsetof(struct values, without_overlap)},
	{"format", 0, AMP_OPT_CHOICE, "FORMAT", N_("what to write (default: json)"), "json|md|html", 0, 0,
         offsetof(struct values, format)},
	{"out", 'o', AMP_OPT_STRING, "FILE", N_("the file to write (default: standard output)"), NULL, 0, 0,
         offsetof(struct values, out)},
	{"replicates", 0, AMP_OPT_INT, "N", N_("resamples that intervals are made from (default: 2000)"), NULL, 100,
         AMP_EVALUATE_REPLICATES_MAX, offsetof(struct values, replicates)},
	{"seed", 0, AMP_OPT_INT, "S", N_("seed of the resamples (default: 1)"), NULL, 0, INT64_MAX, offsetof(struct values, seed)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_evaluate;

struct evaluation {
	const struct values *v;
	const char *file;
	struct amp_arena *arena;
	struct amp_buf bytes, label_bytes;
	struct amp_labelled labelled, labels;
	struct amp_scorer scorer[2];
	struct amp_evaluation e;
};

static void mistake(void *user, int64_t line, int64_t column, const char *text)
{
	(void)fprintf(stderr, "%s:%lld:%lld: %s\n", (const char *)user, (long long)line, (long long)column, text);
}

static const char *digest_of(struct evaluation *x, const struct amp_buf *b)
{
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1];
	amp_sha256(b->p, b->n, hash);
	amp_hex(hash, sizeof hash, hex);
	return amp_arena_strndup(x->arena, hex, strlen(hex));
}

static int read_labels(struct evaluation *x, const struct amp_labelled_say *say_texts, struct amp_err *err)
{
	const char *const names[] = {x->file, x->v->labels};
	const struct amp_labelled_say say = {mistake, (void *)(uintptr_t)x->v->labels};
	int rc = amp_io_read_file(x->v->labels, &x->label_bytes, err);
	if (rc == 0)
		rc = amp_labelled_read(&x->labels, x->arena, amp_buf_str(&x->label_bytes), x->v->labels, AMP_LABELLED_LABELS_ONLY,
		                       &say, err);
	if (rc == 0) rc = amp_labelled_join(&x->labelled, &x->labels, names, say_texts, &say, &x->e.joined, err);
	if (rc != 0) return rc;
	x->e.labels = x->v->labels;
	x->e.labels_sha256 = digest_of(x, &x->label_bytes);
	if (x->e.joined.without_label > 0)
		amp_log(AMP_WARN, "evaluate", _("%zu texts have no label in %s and are left out"), x->e.joined.without_label,
		        x->v->labels);
	return 0;
}

static int read_texts(struct evaluation *x, struct amp_err *err)
{
	const struct amp_labelled_say say = {mistake, (void *)(uintptr_t)x->file};
	enum amp_labelled_as as = x->v->labels != NULL ? AMP_LABELLED_TEXTS_ONLY : AMP_LABELLED_WHOLE;
	int rc = amp_io_read_file(x->file, &x->bytes, err);
	if (rc == 0) rc = amp_labelled_read(&x->labelled, x->arena, amp_buf_str(&x->bytes), x->file, as, &say, err);
	if (rc == 0 && x->v->labels != NULL) rc = read_labels(x, &say, err);
	if (rc != 0) return rc;
	x->e.file = x->file;
	x->e.sha256 = digest_of(x, &x->bytes);
	x->e.program = amp_arena_printf(x->arena, "amplimeter %s%s%s", AMP_VERSION, *amp_cli_commit() != '\0' ? " " : "",
	                                amp_cli_commit());
	return 0;
}

static int read_threshold(struct evaluation *x, struct amp_real *out, struct amp_err *err)
{
	int64_t thousandths;
	*out = AMP_REAL_NONE;
	if (x->v->threshold == NULL) return 0;
	if (amp_decimal_parse(amp_str_c(x->v->threshold), &thousandths) != 0 || thousandths > 1000)
		return amp_fail(err, AMP_EUSAGE,
		                _("--threshold takes a number from 0 to 1, with a point and at most three places, not \"%s\""),
		                x->v->threshold);
	*out = amp_real((double)thousandths / 1000);
	return 0;
}

static int open_detectors(struct evaluation *x, struct amp_err *err)
{
	const char *names[2] = {x->v->detector, x->v->compare};
	struct amp_real threshold;
	int rc = read_threshold(x, &threshold, err);
	for (size_t i = 0; rc == 0 && i < x->e.n_detectors; i++) {
		rc = amp_cli_scorer_open(&x->scorer[i], names[i], x->v->send_texts_to, err);
		if (rc != 0) break;
		x->e.detector[i].name = x->scorer[i].detector->name;
		x->e.detector[i].version = x->scorer[i].version;
		x->e.detector[i].threshold = threshold;
	}
	if (rc == 0 && x->e.n_detectors == 2 && x->scorer[0].detector == x->scorer[1].detector)
		rc = amp_fail(err, AMP_EUSAGE, _("--compare takes another detector than --detector"));
	return rc;
}

/* ---- overlap with training ---- */
static const char *lines_of(struct evaluation *x, const bool *seen)
{
	struct amp_buf b;
	size_t n = 0;
	amp_buf_init(&b, 4096);
	for (size_t i = 0; i < x->labelled.n; i++) {
		if (!seen[i]) continue;
		if (n++ < LINES_MAX) (void)amp_buf_printf(&b, "%s%lld", n > 1 ? ", " : "", (long long)x->labelled.rows[i].line);
	}
	if (n > LINES_MAX) (void)amp_buf_addc(&b, ", …");
	const char *s = amp_arena_strndup(x->arena, b.p != NULL ? b.p : "", b.n);
	amp_buf_free(&b);
	return s != NULL ? s : "";
}

/* Marks in seen the texts that a detector was trained on. */
static int check_overlap(struct evaluation *x, size_t d, bool *seen, struct amp_err *err)
{
	const struct amp_scorer *s = &x->scorer[d];
	struct amp_training *t = &x->e.detector[d].training;
	char name[256], path[4096];
	struct amp_buf hashes;
	t->unknown = s->detector->outside;
	if (s->detector->training_file == NULL) return 0;
	s->detector->training_file(s->state, name, sizeof name);
	int n = snprintf(path, sizeof path, "%s/%s", amp_detector_data_dir(), name);
	if (n < 0 || (size_t)n >= sizeof path)
		return amp_fail(err, AMP_EUSAGE, _("The path %s is too long."), amp_detector_data_dir());
	amp_buf_init(&hashes, HASHES_MAX);
	int rc = amp_io_read_file(path, &hashes, err);
	if (rc == AMP_ENOTFOUND)
		rc = amp_fail(
			err, AMP_EPOLICY,
			_("refused: %s is not there. It lists what the detector %s was trained on; without it nobody can tell whether these texts "
		          "were among that. amplimeter train writes it beside the model: put it there too."),
			path, s->detector->name);
	if (rc == 0) rc = amp_overlap(&x->labelled, amp_buf_str(&hashes), path, seen, &t->overlap, err);
	if (rc == 0) {
		t->file = amp_arena_strndup(x->arena, name, strlen(name));
		t->hashes = hashes.n / 8;
		t->chance = amp_overlap_chance(x->labelled.n, t->hashes);
		t->lines = lines_of(x, seen);
	}
	amp_buf_free(&hashes);
	if (rc == 0 && t->overlap > 0 && !x->v->without_overlap)
		rc = amp_fail(
			err, AMP_EPOLICY,
			_("refused: the detector %s was trained on %zu of these %zu texts (lines %s): its measures on them would flatter. "
		          "--without-overlap leaves them out."),
			s->detector->name, t->overlap, x->labelled.n, t->lines);
	return rc;
}

static int leave_out_overlap(struct evaluation *x, struct amp_err *err)
{
	bool *seen = amp_calloc(2 * x->labelled.n + 1, sizeof *seen);
	size_t n = x->labelled.n, kept = 0;
	int rc = seen == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n) : 0;
	for (size_t d = 0; rc == 0 && d < x->e.n_detectors; d++) rc = check_overlap(x, d, seen + d * n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!seen[i] && !seen[n + i]) x->labelled.rows[kept++] = x->labelled.rows[i];
	amp_free(seen);
	if (rc != 0) return rc;
	x->labelled.n = kept;
	if (kept == 0) return amp_fail(err, AMP_EPOLICY, _("refused: every text of %s was trained on"), x->file);
	if (kept < n) amp_log(AMP_WARN, "evaluate", _("%zu of %zu texts were trained on and are left out"), n - kept, n);
	return 0;
}

/* ---- judgements ---- */
static int score(struct evaluation *x, size_t d, struct amp_err *err)
{
	const struct amp_scorer *s = &x->scorer[d];
	struct amp_evaluated *to = &x->e.detector[d];
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < x->labelled.n; i++) {
		const struct amp_labelled_row *row = &x->labelled.rows[i];
		struct amp_detection found = {.status = AMP_DETECTION_MISSING};
		char lang[32] = "";
		if (row->lang.n < sizeof lang) memcpy(lang, row->lang.p, row->lang.n);
		rc = s->detector->score(s->state, row->text, lang[0] != '\0' ? lang : NULL, false, &found, err);
		double threshold = to->threshold.known ? to->threshold.v : amp_scorer_threshold(s, &found);
		to->judgements[i] = (struct amp_judgement){.score = found.score,
		                                           .label = row->hateful,
		                                           .flagged = found.score >= threshold,
		                                           .abstain = found.status == AMP_DETECTION_ABSTAIN,
		                                           .missing = found.status == AMP_DETECTION_MISSING,
		                                           .error = found.status == AMP_DETECTION_ERROR};
		amp_detection_clear(&found);
	}
	return rc;
}

static int write_out(struct evaluation *x, struct amp_err *err)
{
	struct amp_buf out;
	const char *format = x->v->format != NULL ? x->v->format : "json";
	bool french = strcmp(amp_i18n_lang(), "fr") == 0;
	int rc = 0;
	amp_buf_init(&out, OUT_MAX);
	if (strcmp(format, "json") == 0)
		amp_evaluation_json(&x->e, &out);
	else
		rc = amp_evaluation_document(&x->e, strcmp(format, "html") == 0 ? &amp_doc_html : &amp_doc_md, french, &out, err);
	if (rc == 0) rc = amp_buf_check(&out, _("the output"), err);
	if (rc == 0) rc = x->v->out != NULL ? amp_io_write_file(x->v->out, out.p, out.n, err) : amp_cli_out(&out, err);
	amp_buf_free(&out);
	return rc;
}

static int evaluate(struct evaluation *x, struct amp_err *err)
{
	int rc = open_detectors(x, err);
	if (rc == 0) rc = read_texts(x, err);
	if (rc == 0) rc = leave_out_overlap(x, err);
	if (rc == 0) rc = amp_evaluation_start(&x->e, x->arena, &x->labelled, err);
	for (size_t d = 0; rc == 0 && d < x->e.n_detectors; d++) rc = score(x, d, err);
	if (rc == 0) rc = amp_evaluation_measure(&x->e, err);
	if (rc == 0) rc = write_out(x, err);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.replicates = REPLICATES, .seed = 1};
	const char *operands[64];
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_evaluate, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 1) return amp_fail(err, AMP_EUSAGE, _("evaluate takes one CSV file of labelled texts"));
	struct evaluation x = {.v = &v, .file = operands[0], .arena = amp_arena_new(ARENA_MAX)};
	x.e.n_detectors = v.compare != NULL ? 2 : 1;
	x.e.how = (struct amp_resampling){.replicates = (size_t)v.replicates, .seed = (uint64_t)v.seed, .alpha = 0.05};
	amp_buf_init(&x.bytes, AMP_LABELLED_FILE_MAX);
	amp_buf_init(&x.label_bytes, AMP_LABELLED_FILE_MAX);
	rc = x.arena == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the labelled texts.")) : evaluate(&x, err);
	for (size_t i = 0; i < 2; i++) amp_scorer_close(&x.scorer[i]);
	amp_labelled_free(&x.labelled);
	amp_labelled_free(&x.labels);
	amp_buf_free(&x.bytes);
	amp_buf_free(&x.label_bytes);
	amp_arena_free(x.arena);
	return rc;
}

const struct amp_cmd amp_cmd_evaluate = {"evaluate",
                                         "FILE.csv",
                                         N_("measure a detector on texts that people have labelled"),
                                         "amplimeter evaluate tests/evaluate/marker.csv --detector marker",
                                         options,
                                         run};

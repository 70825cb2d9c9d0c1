/* cmd_annotations.c: `amplimeter annotations`: sheets to coders and back, who has done what, who decides. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "annotate/corrected.h"
#include "annotate/transfer.h"
#include "annotate/verdicts.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "common.h"
#include "report/report.h"

#define ARENA_MAX ((size_t)2 << 30)
#define PATH_MAX_BYTES 4096

struct values {
	struct amp_cli_common common;
	const char *sample, *coder, *out, *guideline;
	int64_t coders, overlap, pass;
	bool disagreements, adjudicate;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_STUDY,
	{"sample", 0, AMP_OPT_STRING, "NAME", N_("the sample, by name or by the first digits of its key, where there are several"),
         NULL, 0, 0, offsetof(struct values, sample)},
	{"coder", 0, AMP_OPT_STRING, "NAME", N_("pseudonym of the coder whose sheet it is"), NULL, 0, 0,
         offsetof(struct values, coder)},
	{"coders", 0, AMP_OPT_INT, "N", N_("export: sheets for this many coders, named coder-1, coder-2, …"), NULL, 1,
         AMP_CODERS_MAX, offsetof(struct values, coders)},
	{"overlap", 0, AMP_OPT_INT, "PERCENT", N_("export: the part that every coder gets; the rest is dealt out (default: 100)"),
         NULL, 0, 100, offsetof(struct values, overlap)},
	{"disagreements", 0, AMP_OPT_FLAG, NULL, N_("export: only what coders differ on and nobody has decided"), NULL, 0, 0,
         offsetof(struct values, disagreements)},
	{"out", 'o', AMP_OPT_STRING, "FILE", N_("export: the CSV file to write; it must not be there yet"), NULL, 0, 0,
         offsetof(struct values, out)},
	{"pass", 0, AMP_OPT_INT, "N", N_("import: the coder's first reading, or a later one (default: 1)"), NULL, 1, 1000,
         offsetof(struct values, pass)},
	{"guideline", 0, AMP_OPT_STRING, "VERSION", N_("import: the guide that was followed (default: as the sheet says)"), NULL, 0,
         0, offsetof(struct values, guideline)},
	{"adjudicate", 0, AMP_OPT_FLAG, NULL, N_("import: these verdicts decide, whatever the coders said"), NULL, 0, 0,
         offsetof(struct values, adjudicate)},
	AMP_CLI_JSON,
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_annotations;

struct action {
	const struct values *v;
	struct amp_store *store;
	struct amp_sample_ref sample;
	const char *file;
};

static int print(struct amp_buf *out, struct amp_err *err)
{
	int rc = amp_buf_check(out, _("the output"), err);
	if (rc == 0) rc = amp_cli_out(out, err);
	amp_buf_free(out);
	return rc;
}

/* ---- export ---- */
/* FILE.csv, or FILE-coder-2.csv */
static int path_of(char path[PATH_MAX_BYTES], const char *out, const char *coder, bool several, struct amp_err *err)
{
	const char *dot = strrchr(out, '.'), *slash = strrchr(out, '/');
	size_t stem = dot != NULL && (slash == NULL || dot > slash) ? (size_t)(dot - out) : strlen(out);
	int n = several ? snprintf(path, PATH_MAX_BYTES, "%.*s-%s%s", (int)stem, out, coder, out + stem)
	                : snprintf(path, PATH_MAX_BYTES, "%s", out);
	if (n < 0 || n >= PATH_MAX_BYTES) return amp_fail(err, AMP_EUSAGE, _("The path %s is too long."), out);
	if (access(path, F_OK) == 0)
		return amp_fail(err, AMP_EUSAGE, _("%s is there already: it may hold a coder's work, and is not written over"),
		                path);
	return 0;
}

static int export_one(const struct action *a, const char *coder, size_t number, size_t of, struct amp_buf *said,
                      struct amp_err *err)
{
	struct amp_export e = {.coder = coder,
	                       .coders = of,
	                       .number = number,
	                       .overlap = (int)a->v->overlap,
	                       .disagreements = a->v->disagreements,
	                       .french = strcmp(amp_i18n_lang(), "fr") == 0};
	char path[PATH_MAX_BYTES];
	struct amp_buf out;
	int rc = path_of(path, a->v->out, coder, a->v->coders > 0, err);
	if (rc != 0) return rc;
	amp_buf_init(&out, AMP_SHEET_FILE_MAX);
	rc = amp_annotations_export(&out, a->store, &a->sample, &e, err);
	if (rc == 0) rc = amp_io_write_file(path, out.p, out.n, err);
	amp_buf_free(&out);
	if (rc == 0) (void)amp_buf_printf(said, _("%s: texts %zu; left out, erased since: %zu\n"), path, e.units, e.erased);
	return rc;
}

static int do_export(struct action *a, struct amp_err *err)
{
	struct amp_buf said;
	int rc = 0;
	if (a->v->out == NULL) return amp_fail(err, AMP_EUSAGE, _("say where the sheet goes: --out FILE.csv"));
	if ((a->v->coder == NULL) == (a->v->coders == 0))
		return amp_fail(err, AMP_EUSAGE, _("say for whom: --coder NAME, or --coders N"));
	if (a->v->coder != NULL) rc = amp_coder_check(a->v->coder, err);
	amp_buf_init(&said, 1 << 20);
	if (rc == 0 && a->v->coder != NULL) rc = export_one(a, a->v->coder, 0, 1, &said, err);
	for (int64_t i = 0; rc == 0 && i < a->v->coders; i++) {
		char coder[32];
		(void)snprintf(coder, sizeof coder, "coder-%lld", (long long)i + 1);
		rc = export_one(a, coder, (size_t)i, (size_t)a->v->coders, &said, err);
	}
	if (rc == 0)
		amp_log(AMP_WARN, "annotations",
		        _("the sheets hold texts that may be hateful or violent, and words of real people: warn the coders, keep the files where nobody "
		          "else can read them, delete them when the work is done"));
	if (rc == 0) return print(&said, err);
	amp_buf_free(&said);
	return rc;
}

/* ---- import ---- */
static void mistake(void *user, int64_t line, int64_t column, const char *text)
{
	(void)fprintf(stderr, "%s:%lld:%lld: %s\n", (const char *)user, (long long)line, (long long)column, text);
}

static void imported_json(const struct amp_import *i, const struct action *a, struct amp_buf *out)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "sample", a->sample.name);
	amp_jsonw_kc(&w, "coder", i->coder);
	amp_jsonw_ki64(&w, "pass", i->pass);
	amp_jsonw_kbool(&w, "adjudicate", i->adjudicate);
	amp_jsonw_ki64(&w, "rows", i->rows);
	amp_jsonw_ki64(&w, "not_judged", i->empty);
	amp_jsonw_ki64(&w, "added", i->added);
	amp_jsonw_ki64(&w, "corrected", i->corrected);
	amp_jsonw_ki64(&w, "unchanged", i->unchanged);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(out, '\n');
}

static int import_sheet(struct action *a, struct amp_arena *arena, struct amp_buf *bytes, struct amp_sheet *sheet,
                        struct amp_buf *out, struct amp_err *err)
{
	const struct amp_sheet_say say = {mistake, (void *)(uintptr_t)a->file};
	struct amp_import i = {.coder = a->v->coder,
	                       .guideline = a->v->guideline,
	                       .pass = a->v->pass,
	                       .now = amp_clock_wall_ms(),
	                       .adjudicate = a->v->adjudicate};
	int rc = amp_io_read_file(a->file, bytes, err);
	if (rc == 0) rc = amp_sheet_read(sheet, arena, amp_buf_str(bytes), a->file, &say, err);
	if (rc == 0) rc = amp_annotations_import(&i, a->store, &a->sample, sheet, a->file, &say, arena, err);
	if (rc != 0) return rc;
	if (a->v->common.json)
		imported_json(&i, a, out);
	else
		(void)amp_buf_printf(
			out, _("%s: lines %lld; new verdicts %lld, corrected %lld, unchanged %lld, not judged yet %lld\n"), a->file,
			(long long)i.rows, (long long)i.added, (long long)i.corrected, (long long)i.unchanged, (long long)i.empty);
	return 0;
}

static int do_import(struct action *a, struct amp_err *err)
{
	struct amp_arena *arena = amp_arena_new(ARENA_MAX);
	struct amp_sheet sheet = {0};
	struct amp_buf bytes, out;
	amp_buf_init(&bytes, AMP_SHEET_FILE_MAX);
	amp_buf_init(&out, 1 << 20);
	int rc = a->file == NULL       ? amp_fail(err, AMP_EUSAGE, _("say which sheet: annotations import FILE.csv"))
	         : a->v->coder == NULL ? amp_fail(err, AMP_EUSAGE, _("say whose verdicts these are: --coder NAME"))
	         : a->v->guideline != NULL && (*a->v->guideline == '\0' || strlen(a->v->guideline) > 32)
	                 ? amp_fail(err, AMP_EUSAGE, _("--guideline takes 1 to 32 characters."))
	         : arena == NULL ? amp_fail(err, AMP_ENOMEM, _("Memory is out while a sheet is read."))
	                         : import_sheet(a, arena, &bytes, &sheet, &out, err);
	amp_sheet_free(&sheet);
	amp_arena_free(arena);
	amp_buf_free(&bytes);
	if (rc == 0) return print(&out, err);
	amp_buf_free(&out);
	return rc;
}

static int do_adjudicate(struct action *a, struct amp_err *err)
{
	struct values v = *a->v;
	v.adjudicate = true;
	a->v = &v;
	return do_import(a, err);
}

/* ---- status ---- */
static int do_status(struct action *a, struct amp_err *err)
{
	struct amp_arena *arena = amp_arena_new(ARENA_MAX);
	struct amp_verdicts verdicts;
	struct amp_jsonw w;
	struct amp_buf out;
	amp_buf_init(&out, 16 << 20);
	int rc = arena == NULL ? amp_fail(err, AMP_ENOMEM, _("Memory is out while annotations are read."))
	                       : amp_verdicts_load(&verdicts, arena, a->store, a->sample.id, err);
	if (rc == 0 && a->v->common.json) {
		amp_jsonw_start(&w, &out);
		rc = amp_verdicts_json(&verdicts, &w, err);
		(void)amp_buf_byte(&out, '\n');
	} else if (rc == 0) {
		rc = amp_verdicts_print(&verdicts, &out, err);
	}
	amp_arena_free(arena);
	if (rc == 0) return print(&out, err);
	amp_buf_free(&out);
	return rc;
}

/* ---- estimates ---- */
static int do_estimates(struct action *a, struct amp_err *err)
{
	struct amp_frame *frame = NULL;
	struct amp_corrected corrected;
	struct amp_jsonw w;
	struct amp_buf out;
	amp_buf_init(&out, 64 << 20);
	int rc = amp_frame_load(&frame, a->store, a->v->common.study, amp_report_plan, NULL, err);
	if (rc == 0) rc = amp_corrected_make(&corrected, frame->arena, frame, a->store, a->sample.id, err);
	if (rc == 0) {
		amp_jsonw_start(&w, &out);
		amp_corrected_json(&corrected, frame, &w);
		(void)amp_buf_byte(&out, '\n');
	}
	amp_frame_free(frame);
	if (rc == 0) return print(&out, err);
	amp_buf_free(&out);
	return rc;
}

static const struct {
	const char *name;
	bool file;
	enum amp_store_mode mode;
	int (*run)(struct action *a, struct amp_err *err);
} actions[] = {{"export", false, AMP_STORE_READ, do_export},
               {"import", true, AMP_STORE_ANALYSE, do_import},
               {"adjudicate", true, AMP_STORE_ANALYSE, do_adjudicate},
               {"status", false, AMP_STORE_READ, do_status},
               {"estimates", false, AMP_STORE_READ, do_estimates}};

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.overlap = 100, .pass = 1};
	struct action a = {.v = &v};
	const char *operands[64];
	size_t n, i = 0;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_annotations, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	while (n > 0 && i < sizeof actions / sizeof *actions && strcmp(actions[i].name, operands[0]) != 0) i++;
	if (n == 0 || i == sizeof actions / sizeof *actions || n > (actions[i].file ? 2u : 1u))
		return amp_fail(err, AMP_EUSAGE, _("annotations takes export, import FILE, adjudicate FILE, status or estimates"));
	a.file = n == 2 ? operands[1] : NULL;
	rc = amp_cli_open(&a.store, &v.common, actions[i].mode, err);
	if (rc == 0) rc = amp_sample_find(&a.sample, a.store, v.common.study, v.sample, err);
	if (rc == 0) rc = actions[i].run(&a, err);
	amp_store_close(a.store);
	return rc;
}

const struct amp_cmd amp_cmd_annotations = {"annotations",
                                            "export|import|adjudicate|status|estimates [FILE.csv]",
                                            N_("carry sampled texts to coders, and their verdicts back"),
                                            "amplimeter annotations status --db study.db",
                                            options,
                                            run};

/* cmd_ingest.c: `amplimeter ingest`: saved answers through the same archive, parser and store as a live crawl. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "common.h"
#include "run/run.h"
#include "stored.h"
#include "study_file.h"

struct values {
	struct amp_cli_common common;
	const char *platform, *source, *endpoint, *persona, *feed, *url, *headers, *only;
	int64_t captured_at;
	bool recursive, no_detect;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_ARCHIVE,
	{"study", 0, AMP_OPT_STRING, "ID", N_("the study that they join, made when absent (default: adhoc, never confirmatory)"),
         NULL, 0, 0, offsetof(struct amp_cli_common, study)},
	{"platform", 0, AMP_OPT_STRING, "P", N_("the platform whose answers these are (`amplimeter platforms` lists them)"), NULL,
         0, 0, offsetof(struct values, platform)},
	AMP_CLI_SOURCE(struct values),
	{"endpoint", 0, AMP_OPT_STRING, "E", N_("the endpoint (default: found from the content)"), NULL, 0, 0,
         offsetof(struct values, endpoint)},
	{"persona", 0, AMP_OPT_STRING, "NAME", N_("who saw them (default: ingest)"), NULL, 0, 0, offsetof(struct values, persona)},
	{"feed", 0, AMP_OPT_STRING, "NAME", N_("the feed they belong to (default: platform/endpoint)"), NULL, 0, 0,
         offsetof(struct values, feed)},
	{"url", 0, AMP_OPT_STRING, "URL", N_("where they came from"), NULL, 0, 0, offsetof(struct values, url)},
	{"headers", 0, AMP_OPT_STRING, "FILE", N_("their response headers (default: NAME.headers.txt beside each file)"), NULL, 0,
         0, offsetof(struct values, headers)},
	{"captured-at", 0, AMP_OPT_TIME, "TIME", N_("when they were saved, as claimed (default: the Date header, else unknown)"),
         NULL, 0, 0, offsetof(struct values, captured_at)},
	{"only", 0, AMP_OPT_STRING, "PLATFORM/ENDPOINT",
         N_("of captures: only these feeds in the file, as x/graphql/HomeTimeline; several separated by commas"), NULL, 0, 0,
         offsetof(struct values, only)},
	{"recursive", 'r', AMP_OPT_FLAG, NULL, N_("take folders inside folders too"), NULL, 0, 0,
         offsetof(struct values, recursive)},
	{"no-detect", 0, AMP_OPT_FLAG, NULL, N_("do not score the items"), NULL, 0, 0, offsetof(struct values, no_detect)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_ingest;

struct tally {
	int64_t files, items;
	struct amp_cli_verdicts verdicts;
};

static void count(struct amp_cli_verdicts *v, const char *verdict)
{
	const struct {
		const char *name;
		int64_t *n;
	} rows[] = {{"ok", &v->ok},       {"empty", &v->empty},     {"partial", &v->partial},
	            {"drift", &v->drift}, {"blocked", &v->blocked}, {"failed", &v->failed}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, verdict) == 0) ++*rows[i].n;
	}
}

/* A file may be named with line ends or terminal escapes: one line a file, whatever it is called. */
static void print_path(FILE *to, const char *path)
{
	for (const char *p = path; *p != '\0'; p++) (void)fputc((unsigned char)*p < 0x20 || *p == 0x7f ? '?' : *p, to);
}

static void told(void *user, const struct amp_ingest_file *f)
{
	struct tally *t = user;

	t->files++;
	t->items += f->items;
	count(&t->verdicts, f->verdict);
	print_path(stdout, f->path);
	(void)printf(": verdict: %s items=%lld reason=%s\n", f->verdict, (long long)f->items, f->reason != NULL ? f->reason : "-");
	if (!amp_cli_looks(&f->look)) return;
	(void)fflush(stdout);
	print_path(stderr, f->path);
	(void)fputs(": ", stderr);
	amp_cli_look(stderr, &f->look);
}

static int ingest(const struct values *v, const char *const *paths, size_t n, struct amp_err *err)
{
	static const char *const detectors[] = {"lexicon", NULL};
	struct amp_store *store = NULL;
	struct amp_detect *detect = NULL;
	struct amp_arena *arena = amp_arena_new(0);
	const struct amp_source *own = NULL;
	struct tally t = {0};
	struct amp_buf archive;
	int rc;

	amp_buf_init(&archive, 8192);
	rc = arena != NULL ? 0 : amp_fail(err, AMP_ENOMEM, _("out of memory"));
	if (rc == 0 && v->source != NULL) rc = amp_cli_source_read(&own, v->source, arena, err);
	if (rc == 0) rc = amp_cli_open(&store, &v->common, AMP_STORE_CREATE, err);
	if (rc == 0) rc = amp_cli_archive(&archive, &v->common, err);
	if (rc == 0 && !v->no_detect) rc = amp_detect_open(&detect, store, detectors, err);
	if (rc == 0) {
		struct amp_ingest_options o = {.archive_dir = archive.p,
		                               .study = v->common.study,
		                               .own = own,
		                               .platform = v->platform,
		                               .endpoint = v->endpoint,
		                               .persona = v->persona,
		                               .feed = v->feed,
		                               .url = v->url,
		                               .only = v->only,
		                               .headers_file = v->headers,
		                               .captured_at = v->captured_at,
		                               .recursive = v->recursive,
		                               .stored = amp_cli_stored,
		                               .stored_user = detect,
		                               .command_line = amp_cli_command_line()};
		rc = amp_ingest(store, paths, n, &o, told, &t, err);
		if (t.files > 0) (void)fprintf(stderr, _("%lld files, %lld items\n"), (long long)t.files, (long long)t.items);
		if (rc == 0 && t.files == 0)
			rc = amp_fail(err, AMP_EUSAGE, _("%s holds no file to take in; --recursive also looks into its folders"),
			              paths[0]);
	}
	amp_detect_close(detect);
	amp_store_close(store);
	amp_buf_free(&archive);
	amp_arena_free(arena);
	return rc == 0 ? amp_cli_outcome(&t.verdicts) : rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.captured_at = AMP_TIME_NONE};
	const char **operands;
	size_t n;
	int rc;

	operands = amp_calloc((size_t)argc + 1, sizeof(*operands));
	if (operands == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	rc = amp_cli_parse(&amp_cmd_ingest, argc, argv, &v, operands, &n, err);
	if (rc == 1 && n == 0) rc = amp_fail(err, AMP_EUSAGE, _("ingest takes the files or folders to take in"));
	if (rc == 1 && (amp_cli_check_only(v.only, v.platform, err) != 0 || amp_cli_check_url(v.url, err) != 0)) rc = AMP_EUSAGE;
	if (rc == 1) rc = ingest(&v, operands, n, err);
	amp_free(operands);
	return rc;
}

const struct amp_cmd amp_cmd_ingest = {
	"ingest",
	"FILE…",
	N_("take saved answers in, through the same archive and parser as a crawl"),
	"amplimeter ingest --db study.db --platform bluesky tests/golden/bluesky/feed-recognised/input.json",
	options,
	run};

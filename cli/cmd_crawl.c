/* cmd_crawl.c: `amplimeter crawl STUDY`. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/io.h"
#include "common.h"
#include "persona/study.h"
#include "run/run.h"
#include "stored.h"
#include "study_file.h"

struct values {
	struct amp_cli_common common;
	bool once, dry_run;
	int64_t rounds, until, now;
	const char *amend, *seed;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_ARCHIVE,
	{"once", 0, AMP_OPT_FLAG, NULL, N_("read the round that is due, or one at once, and stop"), NULL, 0, 0,
         offsetof(struct values, once)},
	{"rounds", 0, AMP_OPT_INT, "N", N_("stop after N rounds (default: go on until Ctrl-C)"), NULL, 1, 1000000000,
         offsetof(struct values, rounds)},
	{"until", 0, AMP_OPT_TIME, "TIME", N_("begin no round after this time, such as 2026-12-31T00:00:00Z"), NULL, 0, 0,
         offsetof(struct values, until)},
	{"dry-run", 0, AMP_OPT_FLAG, NULL, N_("print the plan: send nothing, write nothing"), NULL, 0, 0,
         offsetof(struct values, dry_run)},
	{"amend", 0, AMP_OPT_STRING, "REASON", N_("accept a changed study, and record why"), NULL, 0, 0,
         offsetof(struct values, amend)},
	{"seed", 0, AMP_OPT_STRING, "S", N_("seed of order and jitter instead of the study's (recorded)"), NULL, 0, 0,
         offsetof(struct values, seed)},
	{"now", 0, AMP_OPT_TIME, "TIME", N_("run the schedule from this time without waiting (marks the database as simulated)"),
         NULL, 0, 0, offsetof(struct values, now)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_crawl;

static int read_seed(const struct values *v, struct amp_crawl_options *o, struct amp_err *err)
{
	char *end;

	if (v->seed == NULL) return 0;
	o->has_seed = true;
	o->seed = strtoull(v->seed, &end, 10);
	if (!amp_is_digit(v->seed[0]) || *end != '\0')
		return amp_fail(err, AMP_EUSAGE, _("--seed takes a number from 0 to 18446744073709551615, not \"%s\""), v->seed);
	return 0;
}

static void print_summary(const struct amp_crawl_summary *s)
{
	(void)fprintf(
		stderr,
		_("rounds %lld, snapshots %lld (ok %lld, empty %lld, partial %lld, drift %lld, blocked %lld, failed %lld), missed %lld, items %lld, captures %lld, taken over %lld\n"),
		(long long)s->rounds, (long long)s->snapshots, (long long)s->ok, (long long)s->empty, (long long)s->partial,
		(long long)s->drift, (long long)s->blocked, (long long)s->failed, (long long)s->missed, (long long)s->items,
		(long long)s->captures, (long long)s->adopted);
	for (size_t i = 0; i < s->n_repeats; i++)
		(void)fprintf(
			stderr,
			_("The answer of %s repeats the token %s: the archive now holds it; revoke it before giving the archive to anyone.\n"),
			s->repeats[i].host, s->repeats[i].name);
}

static int crawl(const struct values *v, const struct amp_study *study, struct amp_crawl_options *o, struct amp_err *err)
{
	struct amp_store *store = NULL;
	struct amp_detect *detect = NULL;
	struct amp_crawl_summary sum = {0};
	struct amp_buf archive;
	int rc;

	amp_buf_init(&archive, 8192);
	if (o->dry_run) return amp_crawl(NULL, study, o, &sum, err);
	rc = amp_cli_open(&store, &v->common, AMP_STORE_CREATE, err);
	if (rc == 0) rc = amp_cli_archive(&archive, &v->common, err);
	if (rc == 0 && study->detectors != NULL) rc = amp_detect_open(&detect, store, study->detectors, err);
	if (rc == 0) {
		o->archive_dir = archive.p;
		o->stored = amp_cli_stored;
		o->stored_user = detect;
		rc = amp_crawl(store, study, o, &sum, err);
		if (rc == 0 || sum.captures + sum.missed + sum.adopted > 0) print_summary(&sum);
	}
	amp_detect_close(detect);
	amp_store_close(store);
	amp_buf_free(&archive);
	/* For the kill test: how many writes, syncs and commits there were to be killed at. */
	if (getenv("AMP_CRASH_REPORT") != NULL)
		(void)fprintf(stderr, "crash points: %llu\n", (unsigned long long)amp_crash_count());
	if (rc != 0) return rc;
	return amp_cli_outcome(&(struct amp_cli_verdicts){sum.ok, sum.empty, sum.partial, sum.drift, sum.blocked, sum.failed});
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.until = AMP_TIME_NONE, .now = AMP_TIME_NONE};
	struct amp_crawl_options o = {.until = AMP_TIME_NONE};
	struct amp_study *study = NULL;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_crawl, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 1) return amp_fail(err, AMP_EUSAGE, _("crawl takes one study file"));
	rc = read_seed(&v, &o, err);
	if (rc != 0) return rc;
	rc = amp_cli_study_read(&study, operands[0], err);
	if (rc != 0) return rc;
	o.rounds = v.rounds;
	o.until = v.until;
	o.once = v.once;
	o.dry_run = v.dry_run;
	o.amend = v.amend;
	o.simulated_now = v.now;
	o.progress = true;
	o.command_line = amp_cli_command_line();
	o.stop = amp_cli_stop;
	amp_cli_catch_signals();
	rc = crawl(&v, study, &o, err);
	amp_study_free(study);
	return rc;
}

const struct amp_cmd amp_cmd_crawl = {"crawl",
                                      "STUDY",
                                      N_("read the study's feeds, round by round, as its personas"),
                                      "amplimeter crawl personas/studies/bluesky-fr.json --dry-run\n"
                                      "  amplimeter crawl personas/studies/bluesky-fr.json --db study.db --rounds 4",
                                      options,
                                      run};

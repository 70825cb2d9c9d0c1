/* common.h: what commands share: the options every one takes, opening the database, printing. */
#ifndef AMP_CLI_COMMON_H
#define AMP_CLI_COMMON_H
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "cmd.h"
#include "platforms/platforms.h"
#include "store/store.h"

/* First member of each command's values struct, so that these rows fit every table:
 *     struct values { struct amp_cli_common common; … };
 *     static const struct amp_opt options[] = { AMP_CLI_DB, AMP_CLI_COMMON, AMP_OPT_END };   */
struct amp_cli_common {
	const char *db, *archive, *study, *lang;
	bool json, help;
};
#define AMP_CLI_DB                                                                                \
	{                                                                                         \
		"db", 0, AMP_OPT_STRING, "FILE", N_("the database, one SQLite file"), NULL, 0, 0, \
			offsetof(struct amp_cli_common, db)                                       \
	}
#define AMP_CLI_ARCHIVE                                                                                                            \
	{                                                                                                                          \
		"archive", 0, AMP_OPT_STRING, "DIR", N_("the evidence archive (default: the database's name with .warc.d)"), NULL, \
			0, 0, offsetof(struct amp_cli_common, archive)                                                             \
	}
#define AMP_CLI_STUDY                                                                                            \
	{                                                                                                        \
		"study", 0, AMP_OPT_STRING, "ID", N_("the study, where the database holds several"), NULL, 0, 0, \
			offsetof(struct amp_cli_common, study)                                                   \
	}
#define AMP_CLI_SOURCE(type)                                                                                                      \
	{                                                                                                                         \
		"source", 0, AMP_OPT_STRING, "FILE", N_("a source of one's own, declared in a JSON file (see amplimeter check)"), \
			NULL, 0, 0, offsetof(type, source)                                                                        \
	}
#define AMP_CLI_JSON                                                                                               \
	{                                                                                                          \
		"json", 0, AMP_OPT_FLAG, NULL, N_("print JSON"), NULL, 0, 0, offsetof(struct amp_cli_common, json) \
	}
#define AMP_CLI_COMMON                                                                                                   \
	{"lang",                                                                                                         \
	 0,                                                                                                              \
	 AMP_OPT_CHOICE,                                                                                                 \
	 "LANG",                                                                                                         \
	 N_("language of messages and reports"),                                                                         \
	 "fr|en",                                                                                                        \
	 0,                                                                                                              \
	 0,                                                                                                              \
	 offsetof(struct amp_cli_common, lang)},                                                                         \
	{                                                                                                                \
		"help", 'h', AMP_OPT_FLAG, NULL, N_("show this help"), NULL, 0, 0, offsetof(struct amp_cli_common, help) \
	}

/* Parses, sets the language, prints help. Returns 1 to go on, 0 when help was printed (exit 0), negative on a mistake. */
int amp_cli_parse(const struct amp_cmd *cmd, int argc, char **argv, void *values, const char **operands, size_t *n_operands,
                  struct amp_err *err) AMP_CHECK;
void amp_cli_help(const struct amp_cmd *cmd, FILE *out);
/* Opens --db; AMP_EUSAGE with a sentence when it is not given. */
int amp_cli_open(struct amp_store **out, const struct amp_cli_common *c, enum amp_store_mode mode, struct amp_err *err) AMP_CHECK;
/* --archive, or the database's name with .warc.d, into b. */
int amp_cli_archive(struct amp_buf *b, const struct amp_cli_common *c, struct amp_err *err) AMP_CHECK;
/* The command line as given, for the record; secrets never stand on it. */
const char *amp_cli_command_line(void);
/* The git commit the program was built from, "" when unknown. */
const char *amp_cli_commit(void);
/* The exit code of a command that made snapshots: 0 when one at least can be used (or none was due); else a timer or a colleague must
 * not read "done": 3 partial, 4 drift or blocked, 1 failed. Everything is stored and told all the same. */
struct amp_cli_verdicts {
	int64_t ok, empty, partial, drift, blocked, failed;
};
int amp_cli_outcome(const struct amp_cli_verdicts *v);
/* --only: PLATFORM/ENDPOINT or PLATFORM, several separated by commas, of captures. NULL is good. */
int amp_cli_check_only(const char *only, const char *platform, struct amp_err *err) AMP_CHECK;
/* --url: an http or https address with a host: endpoints, relative links and local names are told by it. NULL is good. */
int amp_cli_check_url(const char *url, struct amp_err *err) AMP_CHECK;
/* Writes stdout and reports a full pipe or disk. */
int amp_cli_out(const struct amp_buf *b, struct amp_err *err) AMP_CHECK;
/* A line that says what a document looks like, and which options read it so, or what it is instead; nothing when look says nothing. */
bool amp_cli_looks(const struct amp_look *look); /* is there something to say? */
void amp_cli_look(FILE *to, const struct amp_look *look);

#endif

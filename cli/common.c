/* common.c: see common.h. */
#include "common.h"

#include <signal.h>
#include <string.h>

#include "base/i18n.h"

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	/* A second signal ends the process at once: the crash order keeps the archive sound. */
	if (stopping) {
		(void)signal(number, SIG_DFL);
		(void)raise(number);
	}
	stopping = 1;
}

void amp_cli_catch_signals(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	(void)sigemptyset(&act.sa_mask);
	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGHUP, &act, NULL);
}

bool amp_cli_stop(void)
{
	return stopping != 0;
}

void amp_cli_help(const struct amp_cmd *cmd, FILE *out)
{
	(void)fprintf(out, _("Usage: amplimeter %s [options]%s%s\n\n%s\n\n"), cmd->name, cmd->operands[0] == '\0' ? "" : " ",
	              cmd->operands, _(cmd->summary));
	amp_opt_help(cmd->options, out);
	(void)fprintf(out, _("\nExample:\n  %s\n"), cmd->example);
}

int amp_cli_parse(const struct amp_cmd *cmd, int argc, char **argv, void *values, const char **operands, size_t *n_operands,
                  struct amp_err *err)
{
	struct amp_cli_common *c = values;
	int rc = amp_opt_parse(cmd->options, argc, argv, values, operands, n_operands, err);

	if (c->lang != NULL) amp_i18n_init(c->lang);
	if (c->help) {
		amp_cli_help(cmd, stdout);
		return 0;
	}
	if (rc != 0) return rc;
	if (cmd->operands[0] == '\0' && *n_operands > 0) {
		return amp_fail(err, AMP_EUSAGE, _("amplimeter %s takes no operand, but \"%s\" was given"), cmd->name, operands[0]);
	}
	return 1;
}

int amp_cli_open(struct amp_store **out, const struct amp_cli_common *c, enum amp_store_mode mode, struct amp_err *err)
{
	if (c->db == NULL) return amp_fail(err, AMP_EUSAGE, _("--db FILE is needed: the database to work on"));
	return amp_store_open(out, c->db, mode, err);
}

int amp_cli_archive(struct amp_buf *b, const struct amp_cli_common *c, struct amp_err *err)
{
	if (c->archive != NULL) {
		(void)amp_buf_addc(b, c->archive);
	} else if (c->db != NULL) {
		(void)amp_buf_printf(b, "%s.warc.d", c->db);
	} else {
		return amp_fail(err, AMP_EUSAGE, _("--archive DIR or --db FILE is needed"));
	}
	return amp_buf_check(b, "--archive", err);
}

int amp_cli_outcome(const struct amp_cli_verdicts *v)
{
	if (v->ok + v->empty > 0) return 0;
	if (v->partial > 0) return 3;
	if (v->drift + v->blocked > 0) return 4;
	return v->failed > 0 ? 1 : 0;
}

int amp_cli_check_only(const char *only, const char *platform, struct amp_err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_:.-,";
	if (only == NULL) return 0;
	if (platform == NULL || strcmp(platform, "captures") != 0)
		return amp_fail(err, AMP_EUSAGE, "%s", _("--only picks feeds out of captures: it goes with --platform captures"));
	if (only[0] == '\0' || strlen(only) > 1000 || only[strspn(only, allowed)] != '\0')
		return amp_fail(err, AMP_EUSAGE, _("--only takes PLATFORM/ENDPOINT, as x/graphql/HomeTimeline, not \"%s\""), only);
	return 0;
}

void amp_cli_look(FILE *to, const struct amp_look *look)
{
	if (look->adapter != NULL)
		(void)fprintf(to, _("this looks like a document of %s: --platform %s --endpoint %s\n"), _(look->adapter->title),
		              look->adapter->name, look->endpoint->name);
}

int amp_cli_out(const struct amp_buf *b, struct amp_err *err)
{
	if (b->n > 0 && fwrite(b->p, 1, b->n, stdout) != b->n) return amp_fail_errno(err, _("cannot write to standard output"));
	if (fflush(stdout) != 0) return amp_fail_errno(err, _("cannot write to standard output"));
	return 0;
}

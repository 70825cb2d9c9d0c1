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

/* The language that the command line asks for, wherever it stands: a mistake before it is told in it too. */
static const char *language_of(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *value = strncmp(argv[i], "--lang=", 7) == 0              ? argv[i] + 7
		                    : strcmp(argv[i], "--lang") == 0 && i + 1 < argc ? argv[i + 1]
		                                                                     : "";
		if (strcmp(value, "fr") == 0 || strcmp(value, "en") == 0) return value;
	}
	return NULL;
}

int amp_cli_parse(const struct amp_cmd *cmd, int argc, char **argv, void *values, const char **operands, size_t *n_operands,
                  struct amp_err *err)
{
	struct amp_cli_common *c = values;
	int rc = amp_opt_parse(cmd->options, argc, argv, values, operands, n_operands, err);

	if (rc != 0) c->lang = language_of(argc, argv);
	if (c->lang != NULL) amp_i18n_init(c->lang);
	if (rc != 0 && c->lang != NULL) rc = amp_opt_parse(cmd->options, argc, argv, values, operands, n_operands, err);
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

/* The endpoints of platforms that are ours; a capture holds other sites' lists too, which have no table of names. */
static int check_feeds(const char *only, struct amp_err *err)
{
	struct amp_str rest = amp_str_c(only);

	while (rest.p != NULL) {
		char name[1001];
		struct amp_str endpoint = amp_str_trim(amp_str_cut(&rest, ',')), platform = amp_str_cut(&endpoint, '/');
		(void)snprintf(name, sizeof name, "%.*s", AMP_ARG(platform));
		const struct amp_adapter *a = amp_adapter_find(name);
		if (a == NULL || endpoint.p == NULL) continue;
		(void)snprintf(name, sizeof name, "%.*s", AMP_ARG(endpoint));
		if (amp_endpoint_find(a, name) == NULL) return amp_endpoint_wrong(a, name, err);
	}
	return 0;
}

int amp_cli_check_only(const char *only, const char *platform, struct amp_err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_:.-,";
	if (only == NULL) return 0;
	if (platform == NULL || strcmp(platform, "captures") != 0)
		return amp_fail(err, AMP_EUSAGE, "%s", _("--only picks feeds out of captures: it goes with --platform captures"));
	if (only[0] == '\0' || strlen(only) > 1000 || only[strspn(only, allowed)] != '\0')
		return amp_fail(err, AMP_EUSAGE, _("--only takes PLATFORM/ENDPOINT, as x/graphql/HomeTimeline, not \"%s\""), only);
	return check_feeds(only, err);
}

int amp_cli_check_url(const char *url, struct amp_err *err)
{
	struct amp_str rest = amp_str_c(url), host;

	if (url == NULL) return 0;
	if (!amp_str_istarts(rest, "http://") && !amp_str_istarts(rest, "https://"))
		return amp_fail(err, AMP_EUSAGE, _("--url takes a whole address, as https://example.org/feed, not \"%s\""), url);
	(void)amp_str_cut(&rest, '/');
	(void)amp_str_cut(&rest, '/');
	host = amp_str_cut(&rest, '/');
	return host.n > 0 ? 0 : amp_fail(err, AMP_EUSAGE, _("--url takes an address with a server's name in it, not \"%s\""), url);
}

bool amp_cli_looks(const struct amp_look *look)
{
	return look->endpoint != NULL || look->instead.what != NULL || look->instead.error;
}

void amp_cli_look(FILE *to, const struct amp_look *look)
{
	if (look->endpoint != NULL)
		(void)fprintf(to, _("this looks like a document of %s: --platform %s --endpoint %s\n"), _(look->adapter->title),
		              look->adapter->name, look->endpoint->name);
	else if (look->instead.error && look->instead.what != NULL)
		(void)fprintf(to, _("this looks like an error of %s: %s\n"), _(look->adapter->title), _(look->instead.what));
	else if (look->instead.error)
		(void)fprintf(to, _("this looks like an error of %s\n"), _(look->adapter->title));
	else if (look->instead.what != NULL)
		(void)fprintf(to, _("this looks like %s\n"), _(look->instead.what));
}

int amp_cli_out(const struct amp_buf *b, struct amp_err *err)
{
	int rc = amp_buf_check(b, _("the output"), err);
	if (rc != 0) return rc;
	if (b->n > 0 && fwrite(b->p, 1, b->n, stdout) != b->n) return amp_fail_errno(err, _("cannot write to standard output"));
	if (fflush(stdout) != 0) return amp_fail_errno(err, _("cannot write to standard output"));
	return 0;
}

/* main.c: options, then serve until SIGINT or SIGTERM. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "base/opt.h"
#include "http.h"

struct values {
	int64_t port, seed, posts, crowd, rate_limit, now;
	const char *address, *amplify, *noise, *prevalence, *drift, *depths, *log, *lang;
	bool trends_uncached, allow_network, help, version;
};
#define AT(member) offsetof(struct values, member)
#define TEXT(name, arg, help, member)                                      \
	{                                                                  \
		name, 0, AMP_OPT_STRING, arg, help, NULL, 0, 0, AT(member) \
	}
#define FLAG(name, help, member)                                          \
	{                                                                 \
		name, 0, AMP_OPT_FLAG, NULL, help, NULL, 0, 0, AT(member) \
	}

static const struct amp_opt options[] = {
	{"port", 'p', AMP_OPT_INT, "N", N_("Port to listen on; 0 takes a free one and prints it (default 8710)."), NULL, 0, 65535,
         AT(port)},
	TEXT("address", "IP", N_("Address to listen on (default 127.0.0.1)."), address),
	FLAG("allow-network", N_("Accept an --address that other machines can reach."), allow_network),
	{"seed", 0, AMP_OPT_INT, "N", N_("Seed of the world (default 1)."), NULL, 0, INT64_MAX, AT(seed)},
	{"now", 0, AMP_OPT_TIME, "TIME", N_("Where the simulated clock starts (default 2026-11-02T08:00:00Z)."), NULL, 0, 0,
         AT(now)},
	TEXT("amplify", "X", N_("Planted amplification, 0 to 3 (default 1)."), amplify),
	TEXT("noise", "X", N_("Noise of the ranking at each request, 0 to 3 (default 0.1)."), noise),
	FLAG("trends-uncached", N_("Mastodon trends: draw the noise at each request, not once an instant."), trends_uncached),
	TEXT("prevalence", "X", N_("Share of placeholder-hateful posts, 0 to 0.5 (default 0.04)."), prevalence),
	TEXT("drift", "X", N_("Walks: what each step adds to the share of such videos, 0 to 0.5 (default 0.03)."), drift),
	{"posts", 0, AMP_OPT_INT, "N", N_("Posts a day on each platform (default 480)."), NULL, 10, PG_POSTS_MAX, AT(posts)},
	TEXT("log", "FILE", N_("Write the truth log: what was served, and to the crowd (JSON Lines)."), log),
	{"crowd", 0, AMP_OPT_INT, "N", N_("Other visitors served at each instant, for the truth log (default 400)."), NULL, 0,
         100000, AT(crowd)},
	TEXT("depths", "N,N", N_("Depths at which the crowd is counted, 1 to 100 (default 10,30)."), depths),
	{"rate-limit", 0, AMP_OPT_INT, "N", N_("Requests a visitor may make in five minutes (default 3000)."), NULL, 1, INT32_MAX,
         AT(rate_limit)},
	{"lang", 0, AMP_OPT_CHOICE, NULL, N_("Language of this help."), "fr|en", 0, 0, AT(lang)},
	FLAG("help", N_("Show this help."), help),
	FLAG("version", N_("Show the version."), version),
	AMP_OPT_END,
};

/* The help stands on its own two feet: a workshop may run the program without the catalogues installed. */
static const char *const help_top[2] = {
	"amplimeter-playground : un service d'essai qui fait semblant d'être trois plateformes.\n\n"
	"Il sert sur cette machine un faux Bluesky, un faux Mastodon et des flux RSS, dont le classement amplifie d'une quantité\n"
	"connue des messages fictivement haineux. Tout y est inventé : la haine n'est qu'un jeton, [[haine:cible]].\n\n"
	"Usage : amplimeter-playground [options]\nExemple : amplimeter-playground --port 0 --seed 1 --log verite.jsonl\n\nOptions :\n",
	"amplimeter-playground: a practice service that pretends to be three platforms.\n\n"
	"It serves a mock Bluesky, a mock Mastodon and RSS feeds on this machine; their ranking amplifies placeholder-hateful posts by\n"
	"a known amount. Everything is made up: hate is only a placeholder, [[haine:target]].\n\n"
	"Usage: amplimeter-playground [options]\nExample: amplimeter-playground --port 0 --seed 1 --log truth.jsonl\n\nOptions:\n"};

static int read_number(const char *text, const char *name, double *out, struct amp_err *err)
{
	if (!text) return 0;
	char *end;
	double v = strtod(text, &end);
	if (!amp_is_digit((unsigned char)text[0]) || *end != '\0')
		return amp_fail(err, AMP_EUSAGE, _("--%s: %s is not a number such as 0.5."), name, text);
	*out = v;
	return 0;
}

static int read_depths(const char *text, struct pg_settings *set, struct amp_err *err)
{
	if (!text) return 0;
	struct amp_str rest = amp_str_c(text);
	set->n_depths = 0;
	while (rest.p) {
		int64_t v;
		if (!amp_str_i64(amp_str_cut(&rest, ','), &v) || v < 1 || v > PG_PAGE_MAX || set->n_depths == PG_DEPTHS_MAX)
			return amp_fail(err, AMP_EUSAGE, _("--depths: give at most %d numbers from 1 to %d, such as 10,30."),
			                PG_DEPTHS_MAX, PG_PAGE_MAX);
		set->depths[set->n_depths++] = (int)v;
	}
	return 0;
}

static int read_settings(const struct values *v, struct pg_settings *set, struct amp_err *err)
{
	set->seed = (uint64_t)v->seed;
	set->now = v->now;
	set->posts_per_day = (int)v->posts;
	set->crowd = (int)v->crowd;
	set->rate_limit = (int)v->rate_limit;
	set->trends_uncached = v->trends_uncached;
	int rc = read_number(v->amplify, "amplify", &set->amplify, err);
	if (rc == 0) rc = read_number(v->noise, "noise", &set->noise, err);
	if (rc == 0) rc = read_number(v->prevalence, "prevalence", &set->prevalence, err);
	if (rc == 0) rc = read_number(v->drift, "drift", &set->drift, err);
	if (rc == 0) rc = read_depths(v->depths, set, err);
	if (rc == 0) rc = pg_settings_check(set, err);
	if (rc == 0 && (set->now < 0 || set->now > INT64_C(4102444800000)))
		rc = amp_fail(err, AMP_EUSAGE, _("--now: give a time between 1970 and 2100."));
	if (rc == 0 && !pg_is_loopback(v->address) && !v->allow_network)
		rc = amp_fail(err, AMP_EUSAGE,
		              _("%s can be reached from other machines: add --allow-network if that is what you want."),
		              v->address);
	return rc;
}

/* Serves until a signal; SIGINT and SIGTERM are blocked in every thread and taken here. */
static int serve(const struct values *v, const struct pg_settings *set, FILE *log, struct amp_err *err)
{
	sigset_t signals;
	struct pg_http *http = NULL;
	int port = 0, number, rc;
	struct pg_server *s = amp_calloc(1, sizeof *s);
	if (!s) return amp_fail(err, AMP_ENOMEM, _("No memory to start the playground."));
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	rc = pg_server_init(s, set, log, err);
	if (rc == 0) {
		rc = pg_http_start(&http, s, v->address, (int)v->port, &port, err);
		if (rc == 0) {
			printf(strchr(v->address, ':') ? "http://[%s]:%d/\n" : "http://%s:%d/\n", v->address, port);
			fflush(stdout);
			sigwait(&signals, &number);
			pg_http_stop(http);
		}
		pg_server_end(s);
	}
	amp_free(s);
	return rc;
}

int main(int argc, char **argv)
{
	struct pg_settings set = PG_SETTINGS_DEFAULT;
	struct values v = {.port = 8710,
	                   .seed = 1,
	                   .posts = set.posts_per_day,
	                   .crowd = set.crowd,
	                   .rate_limit = set.rate_limit,
	                   .now = set.now,
	                   .address = "127.0.0.1"};
	struct amp_err err = {0};
	const char **operands = amp_calloc((size_t)argc + 1, sizeof *operands);
	size_t n_operands = 0;
	FILE *log = NULL;
	amp_jsonv_start();
	amp_i18n_init(NULL);
	int rc = operands ? amp_opt_parse(options, argc, argv, &v, operands, &n_operands, &err)
	                  : amp_fail(&err, AMP_ENOMEM, "No memory to start.");
	if (rc == 0 && v.lang) amp_i18n_init(v.lang);
	if (rc == 0 && v.help) {
		fputs(help_top[strcmp(amp_i18n_lang(), "fr") == 0 ? 0 : 1], stdout);
		amp_opt_help(options, stdout);
	} else if (rc == 0 && v.version) {
		puts("amplimeter-playground " AMP_VERSION);
	} else {
		if (rc == 0 && n_operands > 0) rc = amp_fail(&err, AMP_EUSAGE, _("Unexpected argument: %s."), operands[0]);
		if (rc == 0) rc = read_settings(&v, &set, &err);
		if (rc == 0 && v.log) {
			log = fopen(v.log, "w");
			if (!log) rc = amp_fail_errno(&err, _("Could not open the truth log %s"), v.log);
		}
		if (rc == 0) rc = serve(&v, &set, log, &err);
	}
	if (log && fclose(log) != 0 && rc == 0) rc = amp_fail_errno(&err, _("Could not finish the truth log %s"), v.log);
	amp_free(operands);
	if (rc != 0) fprintf(stderr, "amplimeter-playground: %s\n", err.text);
	return amp_exit_code(rc);
}

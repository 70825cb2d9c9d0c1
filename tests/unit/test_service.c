/* test_service.c: detectors from outside: a loopback service and a program that answer as published and lie on demand. One row a lie, with
 * the state that it must leave. Waiting is not waited: the clock is ours.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"
#include "service/private.h"

#define TOKEN "sk-secret-0123456789"
#define N 3

static char dir[64];
static pid_t server;
static int server_in, port;

static const char *source(const char *path)
{
	static char full[2][4096];
	static int turn;
	turn = !turn;
	(void)snprintf(full[turn], sizeof full[turn], "%s/%s", getenv("AMP_SOURCE_DIR"), path);
	return full[turn];
}

static int start(void **state)
{
	int to[2], from[2];
	char script[4096], log[128], line[64] = "";
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-service-XXXXXX");
	if (mkdtemp(dir) == NULL || pipe(to) != 0 || pipe(from) != 0) return 1;
	(void)snprintf(script, sizeof script, "%s", source("tests/servers/liar.py"));
	(void)snprintf(log, sizeof log, "%s/log", dir);
	server = fork();
	if (server == 0) {
		(void)dup2(to[0], 0);
		(void)dup2(from[1], 1);
		(void)close(to[1]);
		(void)close(from[0]);
		(void)execlp("python3", "python3", script, "--log", log, (char *)NULL);
		_exit(127);
	}
	(void)close(to[0]);
	(void)close(from[1]);
	server_in = to[1];
	FILE *said = fdopen(from[0], "r");
	if (said == NULL || fgets(line, sizeof line, said) == NULL || sscanf(line, "port %d", &port) != 1) return 1;
	(void)fclose(said);
	return setenv("AMP_TEST_TOKEN", TOKEN, 1);
}

static int stop(void **state)
{
	char command[96];
	(void)state;
	(void)close(server_in);
	(void)kill(server, SIGTERM);
	(void)waitpid(server, NULL, 0);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

/* ---- a clock of our own ---- */
static int64_t now_ms, waited_ms;
static int64_t our_now(void *user)
{
	(void)user;
	return now_ms;
}
static void our_wait(void *user, int64_t ms)
{
	(void)user;
	now_ms += ms;
	waited_ms += ms;
}
static bool stop_now;
static bool our_stop(void)
{
	return stop_now;
}
static const struct amp_service_hooks hooks = {our_now, our_wait, our_stop, NULL};

/* ---- one question ---- */
struct asked {
	int rc;
	struct amp_err err;
	struct amp_service_result results[N];
	struct amp_service_exchange x;
	char body[4096], detail[256], model[128];
};
static const char *const TEXTS[N] = {"[[haine:women]] women", "une recette de gratin", "bonjour « à » tous\n\"ok\"\\"};
static const double LOW[N] = {0.7, 0.001, 0.001}, HIGH[N] = {1, 0.4, 0.4}; /* where the true scores lie */

static struct amp_service_config *config(const char *kind, const char *lie, const char *more)
{
	char text[2048];
	struct amp_service_config *c = NULL;
	struct amp_err err = {0};
	const struct amp_service_kind *k = amp_service_kind_find(kind);
	if (k->path == NULL)
		(void)snprintf(text, sizeof text,
		               "{\"service\": \"s\", \"kind\": \"command\", \"command\": [\"python3\", \"%s\", \"%s\"], "
		               "\"model_date\": \"2026-11-22\", \"batch\": 3%s}",
		               source("tests/servers/liar_command.py"), lie, more);
	else
		(void)snprintf(
			text, sizeof text,
			"{\"service\": \"s\", \"kind\": \"%s\", \"host\": \"http://127.0.0.1:%d\", \"path\": \"/%s%s\", \"model\": \"%s\", "
			"\"model_date\": \"2026-11-22\", \"batch\": 3, \"token_env\": \"AMP_TEST_TOKEN\", \"allow_private\": "
			"\"127.0.0.1:%d\"%s%s}",
			kind, port, lie, k->path, strcmp(kind, "mistral_moderation") == 0 ? "mistral-moderation-2411" : "m", port,
			k->needs_labels ? ", \"labels\": [\"hate\"]" : "", more);
	json_t *doc = json_loads(text, 0, NULL);
	assert_non_null(doc);
	if (amp_service_config_read(&c, doc, source("analysis/data"), &err) != 0) fail_msg("%s", err.text);
	json_decref(doc);
	return c;
}

static void ask(struct amp_service *s, size_t n, struct asked *a)
{
	struct amp_service_item items[N];
	for (size_t i = 0; i < N; i++) items[i] = (struct amp_service_item){amp_str_c(TEXTS[i]), i == 0 ? "fr" : NULL};
	memset(a, 0, sizeof *a);
	a->rc = amp_service_ask(s, items, n, a->results, &a->x, &a->err);
	(void)snprintf(a->body, sizeof a->body, "%.*s", AMP_ARG(a->x.body));
	(void)snprintf(a->detail, sizeof a->detail, "%s", a->x.detail);
	(void)snprintf(a->model, sizeof a->model, "%s", a->x.model);
}

static void ask_once(const char *kind, const char *lie, const char *more, struct asked *a)
{
	struct amp_service_config *c = config(kind, lie, more);
	struct amp_service *s = NULL;
	struct amp_err err = {0};
	now_ms = waited_ms = 0;
	if (amp_service_open(&s, c, &hooks, &err) != 0) fail_msg("%s", err.text);
	ask(s, N, a);
	amp_service_close(s);
	amp_service_config_free(c);
}

/* ---- the rows ---- */
/* outcomes: that of each text, by the first letters of its name, then of the whole. */
static const struct {
	const char *kind, *lie, *outcomes;
	int attempts;
	const char *more;
} ROWS[] = {
	{"openai_moderation", "honest", "ok ok ok ok", 1, ""},
	{"mistral_moderation", "honest", "ok ok ok ok", 1, ""},
	{"tei", "honest", "ok ok ok ok", 1, ""},
	{"openai_chat", "honest", "ok ok ok ok", 1, ""},
	{"command", "honest", "ok ok ok ok", 1, ""},
	/* results that are not as many as texts */
	{"openai_moderation", "extra", "count count count count", 1, ""},
	{"openai_moderation", "missing", "count count count count", 1, ""},
	{"openai_moderation", "none", "count count count count", 1, ""},
	{"mistral_moderation", "extra", "count count count count", 1, ""},
	{"tei", "extra", "count count count count", 1, ""},
	{"tei", "missing", "count count count count", 1, ""},
	/* those with names: each text has its own or none */
	{"openai_chat", "extra", "ok ok twice ok", 1, ""},
	{"openai_chat", "stranger", "ok ok ok ok", 1, ""},
	{"openai_chat", "missing", "ok ok absent ok", 1, ""},
	{"openai_chat", "none", "absent absent absent ok", 1, ""},
	{"openai_chat", "reordered", "ok ok ok ok", 1, ""},
	/* by position, one text stands there twice */
	{"openai_moderation", "reordered", "reordered reordered reordered reordered", 1, ""},
	{"mistral_moderation", "reordered", "reordered reordered reordered reordered", 1, ""},
	{"tei", "reordered", "reordered reordered reordered reordered", 1, ""},
	/* scores that are none */
	{"openai_moderation", "nan", "unreadable unreadable unreadable unreadable", 1, ""},
	{"tei", "nan", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_chat", "nan", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "text-score", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_moderation", "null-score", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_moderation", "above-one", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_moderation", "negative", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_moderation", "empty-result", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_moderation", "above-one", "reordered reordered reordered reordered", 1, ""},
	{"tei", "above-one", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"tei", "empty-result", "invalid ok ok ok", 1, ", \"order_check\": false"},
	{"openai_chat", "text-score", "invalid ok ok ok", 1, ""},
	{"openai_chat", "empty-result", "invalid ok ok ok", 1, ""},
	/* a model that declines, or is cut */
	{"openai_chat", "refusal", "declined declined declined declined", 1, ""},
	{"openai_chat", "cut-short", "unreadable unreadable unreadable unreadable", 1, ""},
	/* answers that are none */
	{"openai_moderation", "cut", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_chat", "cut", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "trailing", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "not-utf8", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "html", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "mistyped", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "untyped", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "number", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "deep", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "204", "unreadable unreadable unreadable unreadable", 1, ""},
	{"openai_moderation", "huge", "too_large too_large too_large too_large", 1, ""},
	{"openai_moderation", "400", "rejected rejected rejected rejected", 1, ""},
	{"openai_moderation", "redirect", "redirect redirect redirect redirect", 1, ""},
	/* what may pass: tried again, then unanswered */
	{"openai_moderation", "429", "limited limited limited limited", 5, ""},
	{"openai_moderation", "429-then", "ok ok ok ok", 3, ""},
	{"openai_moderation", "429-long", "limited limited limited limited", 1, ""},
	{"openai_moderation", "500", "unavailable unavailable unavailable unavailable", 5, ""},
	{"openai_moderation", "500-then", "ok ok ok ok", 3, ""},
	{"openai_moderation", "hang-up", "unavailable unavailable unavailable unavailable", 5, ""},
	{"openai_moderation", "slow", "slow slow slow slow", 2, ", \"timeout\": \"1s\", \"max_requests\": 2"},
	{"openai_moderation", "drip", "slow slow slow slow", 1, ", \"timeout\": \"1s\", \"max_requests\": 1"},
	/* a program of one's own */
	{"command", "reordered", "ok ok ok ok", 1, ""},
	{"command", "twice", "twice ok ok ok", 1, ""},
	{"command", "stranger", "ok ok ok ok", 1, ""},
	{"command", "nan", "absent ok ok ok", 1, ""},
	{"command", "null", "invalid ok ok ok", 1, ""},
	{"command", "above-one", "invalid ok ok ok", 1, ""},
	{"command", "unknown-target", "ok ok ok ok", 1, ""},
	{"command", "cut", "absent absent absent ok", 1, ""},
	{"command", "end", "unavailable unavailable unavailable unavailable", 5, ""},
	{"command", "end-half", "ok absent absent ok", 1, ""},
	{"command", "silent", "slow slow slow slow", 1, ", \"timeout\": \"1s\", \"max_requests\": 1"},
	{"command", "endless", "too_large too_large too_large too_large", 1, ""},
};

static void every_lie_leaves_its_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct asked a;
		char got[256];
		ask_once(ROWS[i].kind, ROWS[i].lie, ROWS[i].more, &a);
		(void)snprintf(got, sizeof got, "%s %s %s %s", amp_service_outcome_name(a.results[0].outcome),
		               amp_service_outcome_name(a.results[1].outcome), amp_service_outcome_name(a.results[2].outcome),
		               amp_service_outcome_name(a.x.outcome));
		if (a.rc != 0 || strcmp(got, ROWS[i].outcomes) != 0 || a.x.attempts != ROWS[i].attempts)
			fail_msg("%s %s: %s in %d attempts (%s%s), not %s in %d", ROWS[i].kind, ROWS[i].lie, got, a.x.attempts,
			         a.detail, a.err.text, ROWS[i].outcomes, ROWS[i].attempts);
		for (size_t k = 0; k < N; k++) { /* no score but a true one */
			bool ok = a.results[k].outcome == AMP_SERVICE_OK;
			if (ok && !(a.results[k].score >= LOW[k] && a.results[k].score <= HIGH[k]))
				fail_msg("%s %s: text %zu has the score %g", ROWS[i].kind, ROWS[i].lie, k, a.results[k].score);
			if (!ok && (a.results[k].score != 0 || a.results[k].targets != 0))
				fail_msg("%s: a score beside %s", ROWS[i].lie, got);
		}
		if (strstr(a.body, TOKEN) != NULL || strstr(a.detail, TOKEN) != NULL)
			fail_msg("%s: the token is told", ROWS[i].lie);
		if (strcmp(got, "ok ok ok ok") != 0 && a.detail[0] == '\0') fail_msg("%s: nothing says why", ROWS[i].lie);
	}
}

static void waits_as_told(void **state)
{
	struct asked a;
	(void)state;
	ask_once("openai_moderation", "429", "", &a);
	/* Retry-After: 7, four times, with up to a quarter of 1, 2, 4 and 8 s */
	assert_in_range(waited_ms, 28000, 28000 + 3750);
	ask_once("openai_moderation", "500", "", &a);
	assert_in_range(waited_ms, 15000, 30000);
	ask_once("openai_moderation", "429-long", "", &a);
	assert_int_equal(waited_ms, 0);
}

static void paces_and_bounds(void **state)
{
	struct amp_service_config *c =
		config("openai_moderation", "honest",
	               ", \"requests_per_minute\": 6, \"cost_per_request\": 10, \"cost_per_1000_chars\": 3, \"budget\": 45");
	struct amp_service *s = NULL;
	struct asked a;
	(void)state;
	now_ms = waited_ms = 0;
	assert_int_equal(amp_service_open(&s, c, &hooks, NULL), 0);
	for (int i = 0; i < 3; i++) {
		ask(s, N, &a);
		assert_int_equal(a.x.outcome, AMP_SERVICE_OK);
		assert_int_equal(a.x.cost, 13);
		assert_int_equal(waited_ms, 10000 * i);
		assert_false(amp_service_exhausted(s));
	}
	ask(s, N, &a); /* 39 + 13 > 45 */
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.results[0].outcome, AMP_SERVICE_BUDGET);
	assert_false(a.x.sent);
	assert_int_equal(a.x.attempts, 0);
	assert_null(a.x.body.p);
	assert_true(amp_service_exhausted(s));
	amp_service_close(s);
	assert_int_equal(amp_service_open(&s, c, &hooks, NULL), 0); /* another day: what was spent is told to it */
	amp_service_spent(s, 3, 39);
	ask(s, 1, &a);
	assert_int_equal(a.results[0].outcome, AMP_SERVICE_BUDGET);
	stop_now = true;
	amp_service_close(s);
	assert_int_equal(amp_service_open(&s, c, &hooks, NULL), 0);
	ask(s, N, &a);
	assert_int_equal(a.rc, AMP_EINTERRUPTED);
	assert_int_equal(a.results[2].outcome, AMP_SERVICE_STOPPED);
	assert_false(a.x.sent);
	stop_now = false;
	amp_service_close(s);
	amp_service_config_free(c);
}

static void refuses_private_addresses(void **state)
{
	static const char *const HOSTS[] = {"https://127.0.0.1:9", "https://localhost", "https://[::1]", "https://192.168.1.1",
	                                    "https://2130706433"};
	(void)state;
	for (size_t i = 0; i < sizeof HOSTS / sizeof *HOSTS; i++) {
		struct amp_service_config *c = NULL;
		struct amp_service *s = NULL;
		struct asked a;
		json_t *doc = json_pack("{s:s, s:s, s:s, s:s, s:s}", "service", "s", "kind", "openai_moderation", "host", HOSTS[i],
		                        "model", "m", "model_date", "2026-11-22");
		assert_int_equal(amp_service_config_read(&c, doc, "/", NULL), 0);
		json_decref(doc);
		assert_int_equal(amp_service_open(&s, c, &hooks, NULL), 0);
		ask(s, 1, &a);
		assert_int_equal(a.rc, AMP_EPOLICY);
		assert_int_equal(a.results[0].outcome, AMP_SERVICE_PRIVATE);
		assert_false(a.x.sent);
		amp_service_close(s);
		amp_service_config_free(c);
	}
}

static void denied_stops(void **state)
{
	struct asked a;
	(void)state;
	ask_once("openai_moderation", "401", "", &a);
	assert_int_equal(a.rc, AMP_EUSAGE);
	assert_int_equal(a.results[1].outcome, AMP_SERVICE_DENIED);
	assert_null(strstr(a.err.text, TOKEN));
}

static void secrets_stay(void **state)
{
	struct asked a;
	char *token = NULL;
	char path[96];
	struct amp_err err = {0};
	(void)state;
	ask_once("openai_moderation", "echo-token", "", &a);
	assert_int_equal(a.x.outcome, AMP_SERVICE_OK);
	assert_non_null(strstr(a.body, "Bearer ********************\""));
	assert_null(strstr(a.body, TOKEN));
	(void)snprintf(path, sizeof path, "%s/token", dir);
	assert_int_equal(amp_io_write_file(path, TOKEN "\n", strlen(TOKEN) + 1, NULL), 0);
	struct amp_service_config c = {.name = "s", .token_file = path};
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(service_token(&token, &c, &err), AMP_EPOLICY);
	assert_null(strstr(err.text, TOKEN));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(service_token(&token, &c, &err), 0);
	assert_string_equal(token, TOKEN);
	free(token);
	c = (struct amp_service_config){.name = "s", .token_env = "AMP_TEST_NO_SUCH"};
	assert_int_equal(service_token(&token, &c, &err), AMP_EUSAGE);
	/* a program gets a bare environment */
	struct amp_buf b;
	(void)snprintf(path, sizeof path, "%s/environment", dir);
	amp_buf_init(&b, 1 << 16);
	struct amp_service_config *program = NULL;
	struct amp_service *s = NULL;
	json_t *doc =
		json_pack("{s:s, s:s, s:[s,s,s,s], s:s, s:i}", "service", "s", "kind", "command", "command", "python3",
	                  source("tests/servers/liar_command.py"), "environment", path, "model_date", "2026-11-22", "batch", 3);
	assert_int_equal(amp_service_config_read(&program, doc, "/", NULL), 0);
	json_decref(doc);
	assert_int_equal(amp_service_open(&s, program, &hooks, NULL), 0);
	ask(s, N, &a);
	assert_int_equal(a.x.outcome, AMP_SERVICE_OK);
	assert_int_equal(amp_io_read_file(path, &b, NULL), 0);
	assert_non_null(strstr(b.p, "PATH"));
	assert_null(strstr(b.p, "AMP_TEST_TOKEN"));
	amp_service_close(s);
	amp_service_config_free(program);
	amp_buf_free(&b);
}

static void targets_and_model_are_read(void **state)
{
	struct asked a;
	size_t n;
	const struct amp_target *all = amp_targets(&n);
	uint64_t women = UINT64_C(1) << (amp_target_find("women") - all);
	(void)state;
	ask_once("openai_chat", "honest", "", &a);
	assert_true(a.results[0].targets == women);
	assert_true(a.results[1].targets == 0);
	assert_string_equal(a.model, "m");
	ask_once("command", "unknown-target", "", &a);
	assert_true(a.results[0].targets == women);
	assert_string_equal(a.detail, "an unknown target");
}

static void identity_is_what_changes_scores(void **state)
{
	struct amp_service_config *a = config("openai_chat", "honest", ""),
				  *b = config("openai_chat", "honest", ", \"max_requests\": 5"),
				  *c = config("openai_chat", "honest", ", \"labels\": [\"x\"]");
	char version[256];
	(void)state;
	assert_string_equal(a->identity, b->identity);
	assert_string_not_equal(a->identity, c->identity);
	assert_non_null(strstr(a->identity, "\"prompt_sha256\":\""));
	assert_string_equal(amp_service_version(a, version), "1 m 2026-11-22");
	amp_service_config_free(a);
	amp_service_config_free(b);
	amp_service_config_free(c);
}

static void files_are_refused_by_name(void **state)
{
	static const char *const WRONG[][2] = {
		{"{}", "service"},
		{"{\"service\": \"s\", \"kind\": \"x\"}", "kind"},
		{"{\"service\": \"s\", \"kind\": \"tei\", \"host\": \"https://a.example\"}", "model_date"},
		{"{\"service\": \"s\", \"kind\": \"tei\", \"host\": \"https://a.example\", \"model_date\": \"2026-01-01\"}",
	         "labels"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://a.example\", \"model_date\": \"2026-01-01\"}",
	         "model"},
		{"{\"service\": \"s\", \"kind\": \"command\", \"host\": \"https://a.example\", \"model_date\": \"2026-01-01\"}",
	         "command"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"http://a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\"}",
	         "host"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://u:p@a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\"}",
	         "host"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://a.example:0\", \"model\": \"m\", \"model_date\": \"2026-01-01\"}",
	         "host"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\", \"batch\": 65}",
	         "batch"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\", \"timeout\": \"1h\"}",
	         "timeout"},
		{"{\"service\": \"s\", \"kind\": \"openai_moderation\", \"host\": \"https://a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\", \"threshold\": \"1.0\"}",
	         "threshold"},
		{"{\"service\": \"s\", \"kind\": \"openai_chat\", \"host\": \"https://a.example\", \"model\": \"m\", \"model_date\": \"2026-01-01\", \"prompt\": \"../x\"}",
	         "prompt"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
		struct amp_service_config *c = NULL;
		struct amp_err err = {0};
		json_t *doc = json_loads(WRONG[i][0], 0, NULL);
		assert_int_equal(amp_service_config_read(&c, doc, "/", &err), AMP_EUSAGE);
		if (strstr(err.text, WRONG[i][1]) == NULL) fail_msg("%s: %s", WRONG[i][0], err.text);
		assert_null(c);
		json_decref(doc);
	}
}

static void a_program_that_is_not_there(void **state)
{
	struct amp_service_config *c = NULL;
	struct amp_service *s = NULL;
	struct asked a;
	json_t *doc = json_pack("{s:s, s:s, s:[s], s:s}", "service", "s", "kind", "command", "command", "/no/such/program",
	                        "model_date", "2026-11-22");
	(void)state;
	assert_int_equal(amp_service_config_read(&c, doc, "/", NULL), 0);
	json_decref(doc);
	assert_int_equal(amp_service_open(&s, c, &hooks, NULL), 0);
	ask(s, 1, &a);
	assert_int_equal(a.rc, AMP_EUSAGE);
	assert_non_null(strstr(a.err.text, "/no/such/program"));
	amp_service_close(s);
	amp_service_config_free(c);
}

static struct amp_service_config *echo(void)
{
	struct amp_service_config *c = NULL;
	json_t *doc = json_pack("{s:s, s:s, s:[s], s:s, s:i, s:i}", "service", "s", "kind", "command", "command", "cat",
	                        "model_date", "2026-11-22", "batch", 3, "max_requests", 1);
	assert_int_equal(amp_service_config_read(&c, doc, "/", NULL), 0);
	json_decref(doc);
	return c;
}

/* The Nth allocation refused, for every N: an error or no answer, never a score that is not the text's, never a crash. */
static void torture(const char *kind)
{
	uint64_t n = 1;
	bool reached = true;
	for (; reached && n < 5000; n++) {
		/* a program that says back what it is told: quick to start, and without a score */
		struct amp_service_config *c =
			strcmp(kind, "command") == 0 ? echo() : config(kind, "honest", ", \"max_requests\": 1");
		struct amp_service *s = NULL;
		struct amp_err err = {0};
		struct asked a = {.rc = -1};
		uint64_t before = amp_mem_count();
		amp_mem_fail_at(n);
		int rc = amp_service_open(&s, c, &hooks, &err);
		if (rc == 0) ask(s, N, &a);
		reached = amp_mem_count() - before >= n;
		amp_mem_fail_at(0);
		if (rc != 0 && err.text[0] == '\0')
			fail_msg("%s: allocation %llu fails without a word", kind, (unsigned long long)n);
		for (size_t i = 0; rc == 0 && i < N; i++) {
			bool ok = a.results[i].outcome == AMP_SERVICE_OK;
			if (ok && (a.results[i].score < LOW[i] || a.results[i].score > HIGH[i]))
				fail_msg("%s: a wrong score", kind);
			if (!ok && a.results[i].score != 0) fail_msg("%s: a score without an answer", kind);
		}
		amp_service_close(s);
		amp_service_config_free(c);
	}
	if (n < 10 || n == 5000) fail_msg("%s: %llu allocations were refused", kind, (unsigned long long)n);
}

static void memory_runs_out(void **state)
{
	(void)state;
	torture("openai_moderation");
	torture("command");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lie_leaves_its_state),
		cmocka_unit_test(waits_as_told),
		cmocka_unit_test(paces_and_bounds),
		cmocka_unit_test(refuses_private_addresses),
		cmocka_unit_test(denied_stops),
		cmocka_unit_test(secrets_stay),
		cmocka_unit_test(targets_and_model_are_read),
		cmocka_unit_test(identity_is_what_changes_scores),
		cmocka_unit_test(files_are_refused_by_name),
		cmocka_unit_test(a_program_that_is_not_there),
		cmocka_unit_test(memory_runs_out),
	};
	return cmocka_run_group_tests(tests, start, stop);
}

/* child.c: a program of one's own on two pipes: started once, without a shell, in a group of its own, with a bare environment (the tokens
 * and passwords of this program are no business of it, but for the one its service file names); ended when it is not needed any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "service/private.h"

#define STARTS_MAX 3 /* a program that ends again and again is broken */
#define ENVIRONMENT_MAX 8

struct service_child {
	const struct amp_service_config *config;
	pid_t pid; /* 0: not running */
	int in, out;
	int starts;
	struct amp_buf pending; /* bytes of a line that has not ended */
};

int service_child_new(struct service_child **out, const struct amp_service_config *c, struct amp_err *err)
{
	struct service_child *child = amp_calloc(1, sizeof *child);
	*out = child;
	if (child == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	child->config = c;
	child->in = child->out = -1;
	amp_buf_init(&child->pending, SERVICE_ANSWER_MAX);
	return 0;
}

/* Its input is closed, which asks it to end; then its whole group is killed, so that nothing outlives the run. */
static void end(struct service_child *c)
{
	if (c->in >= 0) (void)close(c->in);
	if (c->out >= 0) (void)close(c->out);
	c->in = c->out = -1;
	if (c->pid > 0) {
		(void)kill(-c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) continue;
	}
	c->pid = 0;
	amp_buf_reset(&c->pending);
}

void service_child_free(struct service_child *c)
{
	if (c == NULL) return;
	end(c);
	amp_buf_free(&c->pending);
	amp_free(c);
}

static void free_environment(char **v)
{
	for (size_t i = 0; i < ENVIRONMENT_MAX; i++) amp_free(v[i]);
}

static bool make_environment(const struct amp_service_config *c, char *v[ENVIRONMENT_MAX + 1])
{
	const char *const names[] = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", c->token_env};
	size_t n = 0;
	memset(v, 0, (ENVIRONMENT_MAX + 1) * sizeof *v);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = names[i] == NULL ? NULL : getenv(names[i]);
		if (value == NULL) continue;
		size_t room = strlen(names[i]) + strlen(value) + 2;
		v[n] = amp_malloc(room);
		if (v[n] == NULL) {
			free_environment(v);
			return false;
		}
		(void)snprintf(v[n++], room, "%s=%s", names[i], value);
	}
	return true;
}

static int spawn(struct service_child *c, const int to[2], const int from[2], char *const *environment)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t signals;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGPIPE);
	(void)sigaddset(&signals, SIGINT);
	if (posix_spawn_file_actions_init(&files) != 0) return ENOMEM;
	if (posix_spawnattr_init(&how) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	int rc = posix_spawn_file_actions_adddup2(&files, to[0], 0);
	if (rc == 0) rc = posix_spawn_file_actions_adddup2(&files, from[1], 1);
	if (rc == 0) rc = posix_spawnattr_setpgroup(&how, 0);
	if (rc == 0) rc = posix_spawnattr_setsigdefault(&how, &signals);
	if (rc == 0) rc = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	/* posix_spawn's arguments are not const by history only */
	if (rc == 0)
		rc = posix_spawnp(&c->pid, c->config->command[0], &files, &how, (char *const *)(uintptr_t)c->config->command,
		                  environment);
	if (rc != 0) c->pid = 0;
	(void)posix_spawnattr_destroy(&how);
	(void)posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int start(struct service_child *c, struct amp_err *err)
{
	char *environment[ENVIRONMENT_MAX + 1];
	int to[2] = {-1, -1}, from[2] = {-1, -1}, sys = 0;
	if (!make_environment(c->config, environment))
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	if (pipe(to) != 0 || pipe(from) != 0) sys = errno;
	for (int i = 0; sys == 0 && i < 2; i++)
		if (fcntl(to[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(from[i], F_SETFD, FD_CLOEXEC) != 0) sys = errno;
	if (sys == 0 && (fcntl(to[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(from[0], F_SETFL, O_NONBLOCK) != 0)) sys = errno;
	if (sys == 0) sys = spawn(c, to, from, environment);
	free_environment(environment);
	if (to[0] >= 0) (void)close(to[0]);
	if (from[1] >= 0) (void)close(from[1]);
	c->in = to[1];
	c->out = from[0];
	c->starts++;
	if (sys == 0) return 0;
	end(c);
	errno = sys;
	(void)amp_fail_errno(err, _("The detector program “%s” cannot be started"), c->config->command[0]);
	return AMP_EUSAGE;
}

struct talk {
	struct amp_str out; /* still to be written */
	struct service_reply *reply;
	const struct service_asked *asked;
	size_t n, answered; /* texts, and those that have a line of their own, however often */
	bool seen[SERVICE_BATCH_MAX + 1];
	bool ended, done;
};

static void look_at(struct talk *t, struct amp_str lines)
{
	while (lines.p != NULL && lines.n > 0) {
		struct amp_str line = amp_str_cut(&lines, '\n');
		json_t *entry = NULL;
		if (amp_jsonv_try(&entry, line, &(struct amp_jsonv_rule){.flags = JSON_REJECT_DUPLICATES}, NULL) != 0)
			t->ended = true; /* no line to wait for: see ask() in service.c */
		const json_t *id = json_object_get(entry, "id");
		for (size_t i = 0; i < t->n && json_is_integer(id); i++) {
			if (json_integer_value(id) != t->asked[i].id || t->seen[i]) continue;
			t->seen[i] = true;
			t->answered++;
		}
		json_decref(entry);
	}
	t->done = t->answered == t->n;
}

static void write_some(struct service_child *c, struct talk *t)
{
	ssize_t n = write(c->in, t->out.p, t->out.n);
	if (n > 0) {
		t->out.p += n;
		t->out.n -= (size_t)n;
		t->reply->sent = true;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		t->ended = true;
	}
}

/* Whole lines go to the reply; an unfinished one waits. */
static void take_lines(struct service_child *c, struct talk *t)
{
	const char *last = NULL;
	for (size_t i = c->pending.n; i > 0 && last == NULL; i--)
		if (c->pending.p[i - 1] == '\n') last = c->pending.p + i;
	if (last == NULL) return;
	size_t whole = (size_t)(last - c->pending.p), rest = c->pending.n - whole;
	(void)amp_buf_add(&t->reply->body, c->pending.p, whole);
	look_at(t, (struct amp_str){c->pending.p, whole});
	memmove(c->pending.p, last, rest);
	c->pending.n = rest;
}

static void read_some(struct service_child *c, struct talk *t)
{
	char room[65536];
	ssize_t n = read(c->out, room, sizeof room);
	if (n > 0) {
		(void)amp_buf_add(&c->pending, room, (size_t)n);
		take_lines(c, t);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		if (n == 0 && c->pending.n > 0)
			(void)amp_buf_adds(&t->reply->body, amp_buf_str(&c->pending)); /* a cut line: to be judged */
		t->ended = true;
	}
}

static bool too_large(const struct service_child *c, const struct talk *t)
{
	return c->pending.failed == AMP_ELIMIT || t->reply->body.failed == AMP_ELIMIT;
}

/* false: the time is over. */
static bool converse(struct service_child *c, struct talk *t)
{
	int64_t deadline = amp_clock_mono_us() / 1000 + c->config->timeout_ms;
	while (!t->done && !t->ended && !too_large(c, t)) {
		int64_t left = deadline - amp_clock_mono_us() / 1000;
		struct pollfd fds[2] = {{.fd = c->out, .events = POLLIN}, {.fd = t->out.n > 0 ? c->in : -1, .events = POLLOUT}};
		if (left <= 0) return false;
		if (poll(fds, 2, (int)left) < 0) continue; /* a signal: the time decides */
		if (fds[1].revents != 0) write_some(c, t);
		if (fds[0].revents != 0) read_some(c, t);
	}
	return true;
}

static void settle(struct service_child *c, struct talk *t, bool in_time)
{
	struct service_reply *reply = t->reply;
	if (too_large(c, t)) {
		reply->outcome = AMP_SERVICE_TOO_LARGE;
		reply->body.failed = 0;
	} else if (t->done || reply->body.n > 0) {
		reply->outcome = AMP_SERVICE_OK; /* what has come is read; the others have no result */
	} else {
		reply->outcome = in_time ? AMP_SERVICE_UNAVAILABLE : AMP_SERVICE_SLOW;
	}
	if (!t->done)
		(void)snprintf(reply->detail, sizeof reply->detail, "%s",
		               !in_time   ? "the program was too slow"
		               : t->ended ? "the program has ended"
		                          : "the program writes without end");
	if (!t->done) end(c); /* whatever it says from here on cannot be told from an answer */
}

int service_child_ask(struct service_child *c, struct amp_str lines, const struct service_asked *asked, size_t n,
                      struct service_reply *reply, struct amp_err *err)
{
	struct talk t = {.out = lines, .reply = reply, .asked = asked, .n = n};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	if (c->pid == 0 && c->starts == STARTS_MAX) {
		reply->outcome = AMP_SERVICE_UNAVAILABLE;
		(void)snprintf(reply->detail, sizeof reply->detail, "the program was started %d times and is given up", STARTS_MAX);
		return 0;
	}
	int rc = c->pid == 0 ? start(c, err) : 0;
	if (rc != 0) {
		reply->outcome = AMP_SERVICE_UNAVAILABLE;
		return rc;
	}
	(void)sigaction(SIGPIPE, &ignore, &before); /* it may end while we write */
	bool in_time = converse(c, &t);
	(void)sigaction(SIGPIPE, &before, NULL);
	settle(c, &t, in_time);
	return 0;
}

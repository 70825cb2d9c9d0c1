/* faultd.h: start and stop faultd from a test: by fork and exec, by pid. Everything is static inline: a test includes it and is done.
 *
 *     struct faultd d;
 *     assert_true(faultd_start(&d, (const char *[]){"--log", path, NULL}));
 *     … http://127.0.0.1:<d.port>/gzip-bomb …
 *     faultd_stop(&d);
 */
#ifndef AMP_TESTS_FAULTD_H
#define AMP_TESTS_FAULTD_H
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct faultd {
	pid_t pid;
	int port;
	int alive; /* its standard input: closed when this process ends, however it ends, and so does the server */
};

/* arguments: NULL-ended, may be NULL. False when the program is not there or said nothing. */
static inline bool faultd_start(struct faultd *d, const char *const *arguments)
{
	char path[1024], line[64] = "";
	const char *argv[16] = {"faultd", "--until-eof"};
	const char *build = getenv("AMP_BUILD");
	int out[2], in[2];
	size_t n = 2;
	for (; arguments != NULL && *arguments != NULL && n < 15; arguments++) argv[n++] = *arguments;
	argv[n] = NULL;
	snprintf(path, sizeof path, "%s/tests/faultd", build != NULL ? build : "build/debug");
	if (pipe(out) != 0 || pipe(in) != 0) return false;
	fcntl(in[1], F_SETFD, FD_CLOEXEC);
	fflush(NULL);
	d->pid = fork();
	if (d->pid == 0) {
		dup2(out[1], 1);
		dup2(in[0], 0);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(out[1]);
	close(in[0]);
	d->alive = in[1];
	FILE *f = fdopen(out[0], "r");
	bool ok = f != NULL && fgets(line, sizeof line, f) != NULL && sscanf(line, "port %d", &d->port) == 1;
	if (f != NULL) fclose(f);
	return ok;
}

static inline void faultd_stop(struct faultd *d)
{
	if (d->pid <= 0) return;
	kill(d->pid, SIGTERM);
	waitpid(d->pid, NULL, 0);
	close(d->alive);
	d->pid = 0;
}

#endif

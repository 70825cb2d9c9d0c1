#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "crawl_lab.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sqlite3.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"

static const char study_text[] =
	"{\"study\": \"kill\", \"title\": {\"en\": \"Kill test\", \"fr\": \"Essai\"}, \"question\": {\"en\": \"Is anything lost?\", \"fr\": \"Rien ne se perd ?\"},\n"
	" \"personas\": [\"one.json\"],\n"
	" \"feeds\": {\"ranked\": {\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\", \"host\": \"%s\", \"depth\": 60},\n"
	"  \"newest\": {\"platform\": \"mastodon\", \"endpoint\": \"timelines/public\", \"host\": \"%s\", \"depth\": 60}},\n"
	" \"pairs\": {\"main\": {\"ranked\": \"ranked\", \"chronological\": \"newest\", \"pool\": \"alternative\", \"reason\": {\"en\": \"Both of one server.\", \"fr\": \"Du meme serveur.\"}, \"window\": \"count\"}},\n"
	" \"schedule\": {\"every\": \"1h\", \"time_zone\": \"UTC\", \"window\": \"30m\", \"max_skew\": \"2m\"},\n"
	" \"detectors\": [\"marker\"], \"primary\": {\"metric\": \"additive_lift\", \"pair\": \"main\", \"target\": \"any\", \"detector\": \"marker\"}, \"alpha\": \"0.05\", \"seed\": 7,\n"
	" \"decisions\": [{\"type\": \"private_address\", \"subject\": \"%s\", \"reason\": \"a test server on this machine\"}]}\n";
static const char persona_text[] =
	"{\"persona\": \"one\", \"title\": {\"en\": \"One\", \"fr\": \"Une\"}, \"rationale\": {\"en\": \"For the test.\", \"fr\": \"Pour l'essai.\"}, "
	"\"languages\": [\"fr-FR\"], \"twin\": true}\n";

static const char *bin(const char *name, char *out, size_t size)
{
	const char *dir = getenv("AMP_BIN");
	assert_non_null(dir);
	(void)snprintf(out, size, "%s/%s", dir, name);
	return out;
}

static void put(const char *path, const char *text)
{
	struct amp_err err = {0};
	assert_int_equal(amp_io_write_file(path, text, strlen(text), &err), 0);
}

static char *read_all(const char *path)
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)4 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) amp_buf_reset(&b);
	char *text = strdup(amp_buf_str(&b).p);
	amp_buf_free(&b);
	assert_non_null(text);
	return text;
}

static pid_t spawn(const char *output, char *const *argv)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid != 0) return pid;
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0) _exit(126);
	(void)execv(argv[0], argv);
	_exit(127);
}

static void wait_for_url(struct lab *lab, const char *log)
{
	for (int i = 0; i < 500; i++) {
		char *text = read_all(log), *at = strstr(text, "http://127.0.0.1:");
		size_t n = at ? strspn(at + 7, "0123456789.:") + 7 : 0;
		bool whole = at && at[n] != '\0' && n < sizeof lab->url;
		if (whole) {
			memcpy(lab->url, at, n);
			lab->url[n] = '\0';
		}
		free(text);
		if (whole) return;
		(void)poll(NULL, 0, 20);
	}
	fail_msg("the playground did not say where it listens");
}

void lab_start(struct lab *lab)
{
	char program[512], log[300], path[300], text[4096];
	const char *tmp = getenv("TMPDIR");
	memset(lab, 0, sizeof *lab);
	(void)snprintf(lab->dir, sizeof lab->dir, "%s/amp-lab-XXXXXX", tmp && strlen(tmp) < 200 ? tmp : "/tmp");
	assert_non_null(mkdtemp(lab->dir));
	(void)snprintf(lab->db, sizeof lab->db, "%s/lab.db", lab->dir);
	(void)snprintf(lab->archive, sizeof lab->archive, "%s.warc.d", lab->db);
	(void)snprintf(lab->study, sizeof lab->study, "%s/study.json", lab->dir);
	(void)snprintf(log, sizeof log, "%s/playground.log", lab->dir);
	char port[] = "--port", zero[] = "0";
	char *const argv[] = {(char *)(uintptr_t)bin("amplimeter-playground", program, sizeof program), port, zero, NULL};
	lab->playground = spawn(log, argv);
	wait_for_url(lab, log);
	(void)snprintf(text, sizeof text, study_text, lab->url, lab->url, lab->url + 7);
	put(lab->study, text);
	(void)snprintf(path, sizeof path, "%s/one.json", lab->dir);
	put(path, persona_text);
}

static void remove_tree(const char *path)
{
	char **names = NULL;
	size_t n = 0;
	struct amp_err err = {0};
	if (amp_io_list(path, &names, &n, &err) == 0) {
		for (size_t i = 0; i < n; i++) {
			char file[600];
			(void)snprintf(file, sizeof file, "%s/%s", path, names[i]);
			(void)unlink(file);
		}
		amp_io_list_free(names);
	}
	(void)rmdir(path);
}

void lab_forget(struct lab *lab)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".session"};
	char path[400];
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		(void)snprintf(path, sizeof path, "%s%s", lab->db, endings[i]);
		(void)unlink(path);
	}
	remove_tree(lab->archive);
}

void lab_stop(struct lab *lab)
{
	(void)kill(lab->playground, SIGTERM);
	(void)waitpid(lab->playground, NULL, 0);
	lab_forget(lab);
	remove_tree(lab->dir);
}

static struct lab *group; /* cmocka hands a group's fixtures nothing */

static int set_up(void **state)
{
	(void)state;
	lab_start(group);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	lab_stop(group);
	return 0;
}

int lab_group(struct lab *lab, const struct CMUnitTest *tests, size_t n)
{
	group = lab;
	return _cmocka_run_group_tests("tests", tests, n, set_up, tear_down);
}

static pid_t start(const struct lab *lab, uint64_t crash_at, const char *const *args)
{
	char program[512], out[300], number[32];
	char *argv[32];
	size_t n = 0;
	argv[n++] = (char *)(uintptr_t)bin("amplimeter", program, sizeof program);
	for (; args[n - 1] && n < 31; n++) argv[n] = (char *)(uintptr_t)args[n - 1];
	argv[n] = NULL;
	(void)snprintf(out, sizeof out, "%s/out", lab->dir);
	(void)snprintf(number, sizeof number, "%llu", (unsigned long long)crash_at);
	if (crash_at > 0) (void)setenv("AMP_CRASH_AT", number, 1);
	(void)setenv("AMP_CRASH_REPORT", "1", 1);
	pid_t pid = spawn(out, argv);
	(void)unsetenv("AMP_CRASH_AT");
	return pid;
}

int lab_run(const struct lab *lab, uint64_t crash_at, const char *const *args)
{
	int status = 0;
	pid_t pid = start(lab, crash_at, args);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#define CRAWL_ARGS(rounds_text)                                                                                      \
	{                                                                                                            \
		"crawl", lab->study, "--db", lab->db, "--now", "2026-03-02T12:00:00Z", "--rounds", rounds_text, NULL \
	}

int lab_crawl(const struct lab *lab, uint64_t crash_at, int rounds)
{
	char text[16];
	(void)snprintf(text, sizeof text, "%d", rounds);
	const char *const args[] = CRAWL_ARGS(text);
	return lab_run(lab, crash_at, args);
}

pid_t lab_crawl_start(const struct lab *lab, int rounds)
{
	char text[16];
	(void)snprintf(text, sizeof text, "%d", rounds);
	const char *const args[] = CRAWL_ARGS(text);
	return start(lab, 0, args);
}

int lab_verify(const struct lab *lab)
{
	const char *const args[] = {"verify", "--db", lab->db, NULL};
	return lab_run(lab, 0, args);
}

char *lab_output(const struct lab *lab)
{
	char out[300];
	(void)snprintf(out, sizeof out, "%s/out", lab->dir);
	return read_all(out);
}

void lab_free_output(char *text)
{
	free(text);
}

int64_t lab_number(const struct lab *lab, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_open_v2(lab->db, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return v;
}

void lab_execute(const struct lab *lab, const char *sql)
{
	sqlite3 *db = NULL;
	char *message = NULL;
	assert_int_equal(sqlite3_open_v2(lab->db, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	int rc = sqlite3_exec(db, sql, NULL, NULL, &message);
	if (rc != SQLITE_OK) print_error("%s: %s\n", sql, message);
	sqlite3_free(message);
	(void)sqlite3_close(db);
	assert_int_equal(rc, SQLITE_OK);
}

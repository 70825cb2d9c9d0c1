/* crawl_lab.h: a playground, a tiny study of it, and the program run as a user runs it: for the tests of crawl, recovery and verify. */
#ifndef AMP_TESTS_CRAWL_LAB_H
#define AMP_TESTS_CRAWL_LAB_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/types.h>
#include <cmocka.h>

#define LAB_PERSONAS 2
#define LAB_FEEDS 2

struct lab {
	char dir[256], db[300], archive[320], study[300], url[64];
	pid_t playground;
};
void lab_start(struct lab *lab); /* fails the test when it cannot */
void lab_stop(struct lab *lab);  /* stops the playground by its pid, removes the folder */
/* The tests of a program, between the one and the other: what main returns. */
int lab_group(struct lab *lab, const struct CMUnitTest *tests, size_t n);
void lab_forget(struct lab *lab); /* removes database, archive and session file: a fresh start */

/* Runs amplimeter with these arguments (NULL-ended), AMP_CRASH_AT set when crash_at > 0; its output goes to DIR/out. Returns the exit
 * code, or -signal. */
int lab_run(const struct lab *lab, uint64_t crash_at, const char *const *args);
/* crawl with a simulated clock, until `rounds` rounds are finished. */
int lab_crawl(const struct lab *lab, uint64_t crash_at, int rounds);
pid_t lab_crawl_start(const struct lab *lab, int rounds); /* to be killed by the caller */
int lab_verify(const struct lab *lab);
char *lab_output(const struct lab *lab); /* of the last run; free with free_output */
void lab_free_output(char *text);
/* One number out of the database. */
int64_t lab_number(const struct lab *lab, const char *sql);
void lab_execute(const struct lab *lab, const char *sql);

#endif

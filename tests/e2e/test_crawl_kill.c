/* The kill test: a crawl is killed once at every write, sync and commit that the code counts, then at 200 random points, and started
 * again each time. Nothing may be lost, repeated or left half. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <poll.h>
#include "base/rng.h"
#include "crawl_lab.h"

#define ROUNDS 2
#define SLOTS (LAB_PERSONAS * LAB_FEEDS)

static struct lab lab;

static uint64_t crash_points(void)
{
	char *text = lab_output(&lab), *at = strstr(text, "crash points: ");
	uint64_t n = at ? strtoull(at + 14, NULL, 10) : 0;
	lab_free_output(text);
	return n;
}

static void show(const char *what, uint64_t point)
{
	char *text = lab_output(&lab);
	print_error("%s after crash point %llu: %s\n", what, (unsigned long long)point, text);
	lab_free_output(text);
}

static int check(int rounds, uint64_t point)
{
	int64_t slots = (int64_t)rounds * SLOTS;
	static const struct {
		const char *sql, *what;
		int64_t per_slot;
	} facts[] = {
		{"SELECT count(*) FROM slot WHERE state = 'done'", "slots done", 1},
		{"SELECT count(*) FROM slot", "slots", 1},
		{"SELECT count(*) FROM snapshot WHERE interrupted = 0", "whole snapshots", 1},
		{"SELECT count(DISTINCT round_id || '/' || persona_id || '/' || feed_id) FROM snapshot WHERE interrupted = 0",
	         "slots with a whole snapshot", 1},
		{"SELECT count(*) FROM snapshot s WHERE NOT EXISTS (SELECT 1 FROM snapshot_current c WHERE c.snapshot_id = s.id)",
	         "snapshots without a parse", 0},
		{"SELECT count(*) FROM snapshot s JOIN snapshot_current c ON c.snapshot_id = s.id JOIN parse p ON p.id = c.parse_id WHERE s.interrupted = 0 AND (p.verdict <> 'ok' OR p.items < 60)",
	         "whole snapshots that are not whole", 0},
		{"SELECT count(*) FROM capture c JOIN slot s ON s.id = c.slot_id WHERE NOT EXISTS (SELECT 1 FROM snapshot_capture x WHERE x.capture_id = c.id)",
	         "captures of no snapshot", 0},
		{"SELECT count(*) FROM parse p WHERE p.items <> (SELECT count(*) FROM exposure e WHERE e.parse_id = p.id)",
	         "parses with lost exposures", 0},
		{"SELECT count(*) FROM pragma_foreign_key_check", "broken references", 0},
	};
	int bad = 0;
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		int64_t found = lab_number(&lab, facts[i].sql), expected = facts[i].per_slot * slots;
		if (found == expected) continue;
		print_error("crash point %llu: %s: %lld, expected %lld\n", (unsigned long long)point, facts[i].what,
		            (long long)found, (long long)expected);
		bad++;
	}
	if (lab_verify(&lab) != 0) {
		show("verify differs", point);
		bad++;
	}
	return bad;
}

static void every_crash_point(void **state)
{
	(void)state;
	int bad = 0, killed = 0;
	assert_int_equal(lab_crawl(&lab, 0, ROUNDS), 0);
	uint64_t n = crash_points();
	assert_true(n > 20);
	assert_int_equal(check(ROUNDS, 0), 0);
	/* What follows the last commit of one run comes again in the next: a few points beyond the count do no harm. */
	for (uint64_t point = 1; point <= n && bad == 0; point++) {
		lab_forget(&lab);
		int first = lab_crawl(&lab, point, ROUNDS);
		killed += first == -SIGKILL;
		if (first != -SIGKILL && first != 0) {
			show("the crawl failed", point);
			bad++;
		}
		int again = lab_crawl(&lab, 0, ROUNDS);
		if (again != 0) {
			show("the crawl did not go on", point);
			bad++;
		}
		bad += check(ROUNDS, point);
	}
	print_message("killed at %d of %llu crash points\n", killed, (unsigned long long)n);
	assert_int_equal(bad, 0);
	assert_true((uint64_t)killed + 4 >= n);
}

/* One database lives through all of it. Even kills come at a random count of crash points, odd ones at a random moment. */
static void random_points(void **state)
{
	(void)state;
	struct amp_rng rng;
	int rounds = 10, killed = 0, bad = 0;
	amp_rng_seed(&rng, 20261122);
	lab_forget(&lab);
	for (int run = 0; killed < 200 && bad == 0 && run < 1000; run++) {
		int rc;
		if (run % 2 == 0) {
			rc = lab_crawl(&lab, 1 + amp_rng_below(&rng, 90), rounds);
		} else {
			int status = 0;
			pid_t pid = lab_crawl_start(&lab, rounds);
			(void)poll(NULL, 0, (int)amp_rng_below(&rng, 250));
			(void)kill(pid, SIGKILL);
			assert_int_equal(waitpid(pid, &status, 0), pid);
			rc = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
		}
		if (rc == 0)
			rounds += 4;
		else if (rc == -SIGKILL)
			killed++;
		else {
			show("the crawl failed", (uint64_t)run);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	assert_int_equal(lab_crawl(&lab, 0, rounds), 0);
	assert_int_equal(check(rounds, 0), 0);
	assert_int_equal(killed, 200);
	print_message("killed 200 times over %d rounds\n", rounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_crash_point),
		cmocka_unit_test(random_points),
	};
	return lab_group(&lab, tests, sizeof tests / sizeof *tests);
}

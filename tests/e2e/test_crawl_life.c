/* What a user does to a crawl: runs it twice, stops it, changes the study, loses the archive; and ingests recorded answers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "crawl_lab.h"

#define SLOTS (LAB_PERSONAS * LAB_FEEDS)
static struct lab lab;

static void says(const char *words)
{
	char *text = lab_output(&lab);
	if (!strstr(text, words)) fail_msg("expected \"%s\" in: %s", words, text);
	lab_free_output(text);
}

static void finished_rounds_are_not_repeated(void **state)
{
	(void)state;
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	int64_t captures = lab_number(&lab, "SELECT count(*) FROM capture");
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM capture"), captures);
	assert_int_equal(lab_crawl(&lab, 0, 3), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM snapshot"), 3 * SLOTS);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM meta WHERE name = 'simulated' AND value = '1'"), 1);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM program_run WHERE ended_at IS NULL"), 0);
	/* twins and pairs: the same order of sides for a persona and its twin, the other one in the next round */
	assert_int_equal(lab_number(&lab, "SELECT count(DISTINCT cluster_key) FROM persona"), 1);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM snapshot WHERE skew_ms IS NULL"), 0);
	assert_int_equal(
		lab_number(
			&lab,
			"SELECT count(DISTINCT first) FROM (SELECT (SELECT s.feed_id FROM snapshot s WHERE s.round_id = r.id ORDER BY s.started_at, s.id LIMIT 1) AS first FROM round r)"),
		2);
	assert_int_equal(lab_verify(&lab), 0);
}

static void a_signal_ends_it_cleanly(void **state)
{
	(void)state;
	int status = 0;
	lab_forget(&lab);
	pid_t pid = lab_crawl_start(&lab, 100000);
	for (int i = 0; i < 500; i++) { /* until it is at work */
		struct stat st;
		char segment[400];
		(void)snprintf(segment, sizeof segment, "%s/00000.warc.gz", lab.archive);
		if (stat(segment, &st) == 0 && st.st_size > 60000) break;
		(void)poll(NULL, 0, 20);
	}
	assert_int_equal(kill(pid, SIGINT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM slot WHERE state = 'claimed'"), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM program_run WHERE ended_at IS NULL"), 0);
	assert_int_equal(lab_verify(&lab), 0);
	int rounds = (int)lab_number(&lab, "SELECT count(*) FROM round");
	assert_int_equal(lab_crawl(&lab, 0, rounds), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM slot WHERE state <> 'done'"), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM snapshot WHERE interrupted = 0"), rounds * SLOTS);
}

static void rewrite_study(const char *from, const char *to)
{
	struct amp_buf b, out;
	struct amp_err err = {0};
	amp_buf_init(&b, 1 << 20);
	amp_buf_init(&out, 1 << 20);
	assert_int_equal(amp_io_read_file(lab.study, &b, &err), 0);
	const char *at = strstr(b.p, from);
	assert_non_null(at);
	amp_buf_add(&out, b.p, (size_t)(at - b.p));
	amp_buf_addc(&out, to);
	amp_buf_addc(&out, at + strlen(from));
	assert_int_equal(amp_io_write_file(lab.study, out.p, out.n, &err), 0);
	amp_buf_free(&b);
	amp_buf_free(&out);
}

static void a_changed_study_wants_a_reason(void **state)
{
	(void)state;
	const char *const amended[] = {"crawl",    lab.study, "--db",    lab.db,   "--now", "2026-03-02T12:00:00Z",
	                               "--rounds", "2",       "--amend", "deeper", NULL};
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 1), 0);
	rewrite_study("\"depth\": 60", "\"depth\": 70");
	assert_int_equal(lab_crawl(&lab, 0, 2), 5);
	says("depth");
	assert_int_equal(lab_run(&lab, 0, amended), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM study_version WHERE reason = 'deeper' AND parent_id IS NOT NULL"),
	                 1);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM ledger WHERE type = 'amendment'"), 1);
	assert_int_equal(lab_number(&lab, "SELECT count(DISTINCT study_version_id) FROM round"), 2);
	assert_int_equal(lab_verify(&lab), 0);
	rewrite_study("\"depth\": 70", "\"depth\": 60");
}

static void a_lost_archive_is_said(void **state)
{
	(void)state;
	char moved[400], lock[450];
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 1), 0);
	(void)snprintf(moved, sizeof moved, "%s.moved", lab.archive);
	assert_int_equal(rename(lab.archive, moved), 0);
	assert_int_equal(lab_crawl(&lab, 0, 2), 1);
	says("ahead of its archive");
	(void)snprintf(lock, sizeof lock, "%s/lock", lab.archive);
	(void)unlink(lock);
	assert_int_equal(rmdir(lab.archive), 0);
	assert_int_equal(rename(moved, lab.archive), 0);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
}

/* The end of an archive whose entries the database has is no torn append: it is told, and nothing is cut, until somebody restores it. */
static void a_cut_archive_is_said_before_more_is_cut(void **state)
{
	(void)state;
	char segment[400];
	struct amp_buf whole, after;
	struct amp_err err = {0};
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 1), 0);
	(void)snprintf(segment, sizeof segment, "%s/00000.warc.gz", lab.archive);
	amp_buf_init(&whole, (size_t)64 << 20);
	amp_buf_init(&after, (size_t)64 << 20);
	assert_int_equal(amp_io_read_file(segment, &whole, &err), 0);
	assert_int_equal(truncate(segment, (off_t)whole.n - 9), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(lab_crawl(&lab, 0, 2), 1);
		says("ahead of its archive");
		amp_buf_reset(&after);
		assert_int_equal(amp_io_read_file(segment, &after, &err), 0);
		assert_int_equal(after.n, whole.n - 9);
		assert_memory_equal(after.p, whole.p, after.n);
	}
	assert_int_equal(amp_io_write_file(segment, whole.p, whole.n, &err), 0);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	assert_int_equal(lab_verify(&lab), 0);
	amp_buf_free(&whole);
	amp_buf_free(&after);
}

/* Files taken into a locked study, whatever time is claimed for them, must not hide the rounds that the crawler missed. */
static void saved_files_hide_no_missed_round(void **state)
{
	(void)state;
	char began[AMP_TIME_TEXT], later[AMP_TIME_TEXT], file[400];
	struct amp_err err = {0};
	amp_time_format(amp_clock_wall_ms() - (int64_t)6 * 3600000, began);
	amp_time_format(amp_clock_wall_ms() + (int64_t)86400000, later);
	(void)snprintf(file, sizeof file, "%s/saved.json", lab.dir);
	assert_int_equal(amp_io_write_file(file, "[]", 2, &err), 0);
	lab_forget(&lab);
	const char *const first[] = {"crawl", lab.study, "--db", lab.db, "--now", began, "--rounds", "1", NULL};
	assert_int_equal(lab_run(&lab, 0, first), 0);
	const char *const saved[] = {"ingest",     "--db",     lab.db,       "--study",         "kill",
	                             "--platform", "mastodon", "--endpoint", "trends/statuses", "--persona",
	                             "one",        "--feed",   "ranked",     "--captured-at",   later,
	                             file,         NULL};
	assert_int_equal(lab_run(&lab, 0, saved), 0);
	const char *const second[] = {"crawl", lab.study, "--db", lab.db, "--until", began, NULL};
	assert_int_equal(lab_run(&lab, 0, second), 0);
	assert_true(lab_number(&lab, "SELECT count(*) FROM slot WHERE state = 'missed'") > 0);
	assert_true(lab_number(&lab, "SELECT count(*) FROM ledger WHERE type = 'missed'") > 0);
	assert_int_equal(lab_verify(&lab), 0);
	(void)unlink(file);
}

static void reparse_gives_the_same_bytes(void **state)
{
	(void)state;
	const char *const args[] = {"reparse", "--db", lab.db, NULL};
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	assert_int_equal(lab_run(&lab, 0, args), 0);
	says("the same 8, differing 0");
	lab_execute(&lab, "DROP TRIGGER exposure_no_update"); /* the guard rail is not the proof */
	lab_execute(&lab,
	            "UPDATE exposure SET likes = coalesce(likes, 0) + 1 WHERE rank = 3 AND parse_id = (SELECT max(id) FROM parse)");
	assert_int_equal(lab_run(&lab, 0, args), 1);
	says("differ from what their captures give");
}

static void recorded_answers_go_in(void **state)
{
	(void)state;
	static const char *const platforms[] = {"bluesky", "mastodon"};
	const char *shared = getenv("AMP_SHARED");
	char folder[600];
	struct stat st;
	(void)snprintf(folder, sizeof folder, "%s/payloads", shared ? shared : "");
	if (!shared || stat(folder, &st) != 0) {
		print_message("skipped: ../shared is absent\n");
		skip();
	}
	lab_forget(&lab);
	for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
		(void)snprintf(folder, sizeof folder, "%s/payloads/%s", shared, platforms[i]);
		const char *const args[] = {"ingest", "--db", lab.db, "--platform", platforms[i], folder, NULL};
		assert_int_equal(lab_run(&lab, 0, args), 0);
	}
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM capture WHERE origin = 'fetched' OR method IS NOT NULL"), 0);
	assert_int_equal(lab_number(&lab, "SELECT count(*) FROM parse WHERE verdict NOT IN ('ok', 'empty') AND reason IS NULL"), 0);
	assert_true(lab_number(&lab, "SELECT sum(items) FROM parse WHERE verdict = 'ok'") > 300);
	assert_int_equal(lab_verify(&lab), 0);
	const char *const again[] = {"reparse", "--db", lab.db, NULL};
	assert_int_equal(lab_run(&lab, 0, again), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finished_rounds_are_not_repeated),
		cmocka_unit_test(a_signal_ends_it_cleanly),
		cmocka_unit_test(a_changed_study_wants_a_reason),
		cmocka_unit_test(a_lost_archive_is_said),
		cmocka_unit_test(a_cut_archive_is_said_before_more_is_cut),
		cmocka_unit_test(reparse_gives_the_same_bytes),
		cmocka_unit_test(recorded_answers_go_in),
		cmocka_unit_test(saved_files_hide_no_missed_round),
	};
	return lab_group(&lab, tests, sizeof tests / sizeof *tests);
}

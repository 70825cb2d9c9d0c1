/* Two crawlers, one database: merged A+B and B+A are byte-equal, a second merge adds nothing, and verify and reparse of the merged one
 * go on with the archive that is here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "crawl_lab.h"
#include "store/store.h"

static struct lab lab;

static void copy(const char *from, const char *to)
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	assert_int_equal(amp_store_open(&store, from, AMP_STORE_READ, &err), 0);
	assert_int_equal(amp_store_backup(store, to, &err), 0);
	amp_store_close(store);
}

static void merge(const char *into, const char *from, struct amp_buf *dump)
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	assert_int_equal(amp_store_open(&store, into, AMP_STORE_WRITE, &err), 0);
	if (from && amp_store_merge(store, from, &err) != 0) fail_msg("%s", err.text);
	amp_buf_init(dump, (size_t)256 << 20);
	assert_int_equal(amp_store_dump(store, dump, &err), 0);
	amp_store_close(store);
}

static void same_dump(const struct amp_buf *a, const struct amp_buf *b)
{
	size_t n = a->n < b->n ? a->n : b->n, at = 0;
	while (at < n && a->p[at] == b->p[at]) at++;
	if (at == a->n && at == b->n) return;
	size_t from = at > 200 ? at - 200 : 0;
	fail_msg("dumps differ at byte %zu:\n%.*s\n----\n%.*s", at, (int)(a->n - from > 400 ? 400 : a->n - from), a->p + from,
	         (int)(b->n - from > 400 ? 400 : b->n - from), b->p + from);
}

static void either_order_gives_the_same(void **state)
{
	(void)state;
	char a[320], b[320], ab[320], ba[320], path[400];
	struct amp_buf one, two, again, alone;
	(void)snprintf(a, sizeof a, "%s/a.db", lab.dir);
	(void)snprintf(b, sizeof b, "%s/b.db", lab.dir);
	(void)snprintf(ab, sizeof ab, "%s/ab.db", lab.dir);
	(void)snprintf(ba, sizeof ba, "%s/ba.db", lab.dir);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	copy(lab.db, a);
	lab_forget(&lab);
	assert_int_equal(lab_crawl(&lab, 0, 2), 0);
	copy(lab.db, b);
	copy(a, ab);
	copy(b, ba);
	merge(a, NULL, &alone);
	merge(ab, b, &one);
	merge(ba, a, &two);
	assert_true(one.n > alone.n);
	same_dump(&one, &two);
	merge(ab, b, &again);
	same_dump(&one, &again);
	/* ba's own crawler is b's, and b's archive is the one in the folder */
	const char *verify[] = {"verify", "--db", ba, "--archive", lab.archive, NULL};
	int code = lab_run(&lab, 0, verify);
	char *text = lab_output(&lab);
	/* and what cannot be verified here is said */
	if (code != 0 ||
	    !strstr(text,
	            "not checked: archives of another crawler, whose database was merged into this one: verify them where they are (1)\n"))
		fail_msg("verify of the merged database: exit %d\n%s", code, text);
	lab_free_output(text);
	const char *reparse[] = {"reparse", "--db", ba, "--archive", lab.archive, NULL};
	code = lab_run(&lab, 0, reparse);
	text = lab_output(&lab);
	char own[64], elsewhere[64];
	(void)snprintf(own, sizeof own, "the same %d, differing 0, unreadable 0\n", 2 * LAB_PERSONAS * LAB_FEEDS);
	(void)snprintf(elsewhere, sizeof elsewhere, "is elsewhere, left as they were read: %d\n", 2 * LAB_PERSONAS * LAB_FEEDS);
	if (code != 0 || !strstr(text, own) || !strstr(text, elsewhere))
		fail_msg("reparse after the merge: exit %d, and not \"%s\", \"%s\":\n%s", code, own, elsewhere, text);
	lab_free_output(text);
	amp_buf_free(&one);
	amp_buf_free(&two);
	amp_buf_free(&again);
	amp_buf_free(&alone);
	static const char *const names[] = {"a", "b", "ab", "ba"};
	static const char *const endings[] = {"", "-wal", "-shm"};
	for (size_t i = 0; i < 12; i++) {
		(void)snprintf(path, sizeof path, "%s/%s.db%s", lab.dir, names[i / 3], endings[i % 3]);
		(void)unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(either_order_gives_the_same)};
	return lab_group(&lab, tests, sizeof tests / sizeof *tests);
}

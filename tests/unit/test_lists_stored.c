/* Stored lists: what goes in comes out, damage is found, rows are made where they are missing and found in whatever order they are asked for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/mem.h"
#include "base/rng.h"
#include "fixture_db.h"
#include "lists/stored.h"

enum { MOST = 60 };

static size_t random_list(struct amp_rng *rng, struct amp_list_entry *v)
{
	size_t n = (size_t)amp_rng_below(rng, MOST + 1);
	int64_t place = -1;
	for (size_t i = 0; i < n; i++) {
		place += amp_rng_below(rng, 9) == 0 ? 1 + (int64_t)amp_rng_below(rng, 300) : 1;
		v[i] = (struct amp_list_entry){
			.place = place, .known = amp_rng_below(rng, 8) != 0, .counted = amp_rng_below(rng, 3) != 0};
		unsigned bits = (unsigned)amp_rng_below(rng, 60);
		if (v[i].known) v[i].text = (int64_t)(amp_rng_below(rng, UINT64_C(1) << bits) + 1);
		if (v[i].counted) v[i].count = (int64_t)amp_rng_below(rng, UINT64_C(1) << bits) * (bits % 2 ? 1 : -1);
	}
	return n;
}

static void check_read(struct amp_list_bytes *b, const struct amp_list_entry *v, size_t n)
{
	struct amp_list_entry e = {0};
	for (size_t i = 0; i < n; i++) {
		assert_true(amp_list_next(b, &e));
		assert_true(e.known == v[i].known && e.counted == v[i].counted);
		assert_true(e.text == v[i].text && e.place == v[i].place && e.count == v[i].count);
	}
	assert_false(amp_list_next(b, &e));
	assert_int_equal(b->n, 0);
}

static void test_in_and_out(void **state)
{
	(void)state;
	struct amp_list_entry v[MOST];
	struct amp_list_bytes b;
	struct amp_rng rng;
	struct amp_buf out;
	amp_rng_seed_label(&rng, 5, "stored");
	for (int i = 0; i < 500; i++) {
		size_t n = random_list(&rng, v);
		amp_buf_init(&out, 1 << 20);
		assert_true(amp_list_encode(&out, 900 + i, v, n));
		assert_true(amp_list_open(&b, out.p, out.n, 900 + i));
		check_read(&b, v, n);
		assert_false(amp_list_open(&b, out.p, out.n, 901 + i)); /* another parse's row */
		amp_buf_free(&out);
	}
}

/* Four bytes an entry at most for what a feed shows: texts of about the same age, some hundred likes. */
static void test_few_bytes(void **state)
{
	(void)state;
	struct amp_list_entry v[MOST];
	struct amp_buf out;
	for (int i = 0; i < MOST; i++)
		v[i] = (struct amp_list_entry){
			.text = 100000 + (i * 37) % 300, .place = i, .count = (i * 91) % 900, .known = true, .counted = true};
	amp_buf_init(&out, 1 << 20);
	assert_true(amp_list_encode(&out, 1, v, MOST));
	assert_true(out.n <= 4 * MOST + 11); /* format, number, check sum */
	amp_buf_free(&out);
}

static void test_damage_is_found(void **state)
{
	(void)state;
	struct amp_list_entry v[MOST];
	struct amp_list_bytes b;
	struct amp_rng rng;
	struct amp_buf out;
	amp_rng_seed_label(&rng, 6, "stored");
	size_t n = 0;
	while (n < 30) n = random_list(&rng, v);
	amp_buf_init(&out, 1 << 20);
	assert_true(amp_list_encode(&out, 3, v, n));
	for (size_t i = 0; i < out.n * 8; i++) { /* each bit */
		out.p[i / 8] = (char)(out.p[i / 8] ^ (1 << i % 8));
		assert_false(amp_list_open(&b, out.p, out.n, 3));
		out.p[i / 8] = (char)(out.p[i / 8] ^ (1 << i % 8));
	}
	for (size_t cut = 0; cut < out.n; cut++) assert_false(amp_list_open(&b, out.p, cut, 3));
	assert_false(amp_list_open(&b, NULL, 0, 3));
	assert_true(amp_list_open(&b, out.p, out.n, 3));
	amp_buf_free(&out);
}

static void test_what_the_format_does_not_hold(void **state)
{
	(void)state;
	static const struct amp_list_entry bad[][2] = {
		{{.place = 0}, {.place = 0}},         /* two at one place */
		{{.place = 4}, {.place = 3}},         /* descending */
		{{.place = -2}, {.place = 1}},        /* before the first */
		{{.place = 0}, {.place = INT64_MAX}}, /* too far */
		{{.place = 0, .known = true, .text = INT64_MAX}, {.place = 1}},
		{{.place = 0, .known = true, .text = INT64_MIN}, {.place = 1}},
		{{.place = 0, .counted = true, .count = INT64_MIN}, {.place = 1}},
		{{.place = 0, .known = true, .text = INT64_C(1) << 59},
	         {.place = 1, .known = true, .text = -(INT64_C(1) << 59) - 1}},
	};
	struct amp_buf out;
	amp_buf_init(&out, 1 << 20);
	assert_int_equal(amp_buf_addc(&out, "kept"), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(amp_list_encode(&out, 1, bad[i], 2));
		assert_int_equal(out.n, 4);
	}
	amp_buf_free(&out);
}

/* ---- in a database ---- */
enum { SHOTS = 30 };

static void make_world(struct fx *x, int64_t *parse)
{
	fx_open(x, "{}");
	int64_t feed = fx_feed(x, "top", "bluesky", "algorithmic"), p = fx_persona(x, "p", 0, 1);
	(void)fx_pair(x, "pair", feed, feed, "different");
	x->cell = fx_cell(x, 10, true);
	x->detector = fx_detector(x, "marker");
	for (int64_t r = 0; r < SHOTS; r++) {
		int64_t items[4] = {1 + r, 2 + r, 3 + r, 4 + r}, likes[4] = {-1, 0, r, 90000};
		parse[r] = fx_shot(x, &(struct fx_shot){.round = fx_round(x, FX_START + r * FX_DAY),
		                                        .persona = p,
		                                        .feed = feed,
		                                        .verdict = "ok",
		                                        .started_at = FX_START,
		                                        .items = items,
		                                        .likes = likes,
		                                        .n = r % 5});
	}
	fx_ready(x);
}

static void find(struct amp_list_cursor *c, struct fx *x, int64_t parse, enum amp_list_found wanted)
{
	struct amp_list_bytes b;
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_err err = {0};
	enum amp_list_found found;
	assert_int_equal(amp_list_find(c, x->store, parse, &b, &found, &err), 0);
	assert_int_equal(found, wanted);
	if (found != AMP_LIST_FOUND) return;
	assert_int_equal(amp_list_exposures(&rows, x->store, parse, &err), 0);
	check_read(&b, rows.v, rows.n);
	amp_list_rows_free(&rows);
}

static void run(struct fx *x, const char *sql)
{
	assert_int_equal(sqlite3_exec(amp_store_handle(x->store), sql, NULL, NULL, NULL), SQLITE_OK);
}

static void check(struct fx *x, int64_t rows, int64_t bad, int64_t first)
{
	struct amp_list_check c;
	struct amp_err err = {0};
	assert_int_equal(amp_list_check(&c, x->store, &err), 0);
	assert_int_equal(c.rows, rows);
	assert_int_equal(c.bad, bad);
	assert_int_equal(c.first, first);
}

static void test_rows_of_a_database(void **state)
{
	(void)state;
	struct fx x;
	int64_t parse[SHOTS];
	struct amp_list_cursor c = {.open = false};
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_err err = {0};
	struct amp_rng rng;
	make_world(&x, parse);
	find(&c, &x, parse[3], AMP_LIST_NONE);
	amp_list_end(&c);
	for (int i = 0; i < SHOTS; i++) /* all but every seventh */
		if (i % 7 != 6) assert_int_equal(amp_list_make(&rows, x.store, parse[i], &err), 0);
	check(&x, SHOTS - 4, 0, 0);
	for (int i = 0; i < SHOTS; i++) find(&c, &x, parse[i], i % 7 == 6 ? AMP_LIST_NONE : AMP_LIST_FOUND);
	for (int i = SHOTS; i-- > 0;) find(&c, &x, parse[i], i % 7 == 6 ? AMP_LIST_NONE : AMP_LIST_FOUND);
	amp_rng_seed_label(&rng, 1, "order");
	for (int k = 0; k < 300; k++) {
		int i = (int)amp_rng_below(&rng, SHOTS);
		find(&c, &x, parse[i], i % 7 == 6 ? AMP_LIST_NONE : AMP_LIST_FOUND);
	}
	find(&c, &x, INT64_MAX, AMP_LIST_NONE);
	find(&c, &x, INT64_MIN, AMP_LIST_NONE);
	amp_list_end(&c);
	/* a row that is there is not made again; one that says something else is found */
	run(&x,
	    "UPDATE snapshot_list SET list = (SELECT list FROM snapshot_list ORDER BY parse_id DESC LIMIT 1) WHERE parse_id = (SELECT parse_id FROM snapshot_list ORDER BY parse_id LIMIT 1 OFFSET 2)");
	assert_int_equal(amp_list_make(&rows, x.store, parse[2], &err), 0);
	find(&c, &x, parse[2], AMP_LIST_DAMAGED);
	amp_list_end(&c);
	check(&x, SHOTS - 4, 1, parse[2]);
	amp_list_rows_free(&rows);
	fx_close(&x);
}

/* Bytes whose check sum fits, and which still are not what the exposures say: another place, another count, one entry less. */
static void test_lies_are_found(void **state)
{
	(void)state;
	struct fx x;
	int64_t parse[SHOTS];
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_err err = {0};
	make_world(&x, parse);
	for (int lie = 0; lie < 5; lie++) {
		struct amp_list_pending pending = {.n = 0};
		assert_int_equal(amp_list_exposures(&rows, x.store, parse[4], &err), 0);
		assert_int_equal(rows.n, 4);
		if (lie == 1) rows.v[3].place++;
		if (lie == 2) rows.v[2].count++;
		if (lie == 3) rows.n--;
		if (lie == 4) rows.v[0].text = 999;
		amp_list_keep(&pending, parse[4], &rows);
		amp_list_write(&pending, x.store);
		assert_false(pending.off);
		check(&x, 1, lie ? 1 : 0, lie ? parse[4] : 0);
		amp_list_pending_free(&pending);
	}
	amp_list_rows_free(&rows);
	fx_close(&x);
}

/* They are local: a merge leaves them where they are, and the other file makes its own. */
static void test_lists_are_not_merged(void **state)
{
	(void)state;
	struct fx x, into;
	int64_t parse[SHOTS], other[SHOTS];
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_err err = {0};
	make_world(&x, parse);
	for (int i = 0; i < SHOTS; i++) assert_int_equal(amp_list_make(&rows, x.store, parse[i], &err), 0);
	amp_store_close(x.store);
	x.store = NULL;
	make_world(&into, other);
	amp_store_close(into.store);
	assert_int_equal(amp_store_open(&into.store, into.path, AMP_STORE_WRITE, &err), 0);
	assert_int_equal(amp_store_merge(into.store, x.path, &err), 0);
	check(&into, 0, 0, 0);
	amp_list_rows_free(&rows);
	fx_close(&into);
	fx_close(&x);
}

/* Where they cannot be written they are not kept, and that is no error. */
static void test_a_database_that_is_read_only(void **state)
{
	(void)state;
	struct fx x;
	int64_t parse[SHOTS];
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_list_pending pending = {.n = 0};
	struct amp_err err = {0};
	make_world(&x, parse);
	amp_store_close(x.store);
	assert_int_equal(amp_store_open(&x.store, x.path, AMP_STORE_READ, &err), 0);
	assert_int_equal(amp_list_exposures(&rows, x.store, parse[1], &err), 0);
	amp_list_keep(&pending, parse[1], &rows);
	assert_int_equal(pending.n, 1);
	amp_list_write(&pending, x.store);
	assert_true(pending.off && pending.n == 0);
	amp_list_keep(&pending, parse[1], &rows);
	assert_int_equal(pending.n, 0);
	check(&x, 0, 0, 0);
	amp_list_pending_free(&pending);
	amp_list_rows_free(&rows);
	fx_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_and_out),           cmocka_unit_test(test_few_bytes),
		cmocka_unit_test(test_damage_is_found),      cmocka_unit_test(test_what_the_format_does_not_hold),
		cmocka_unit_test(test_rows_of_a_database),   cmocka_unit_test(test_lies_are_found),
		cmocka_unit_test(test_lists_are_not_merged), cmocka_unit_test(test_a_database_that_is_read_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

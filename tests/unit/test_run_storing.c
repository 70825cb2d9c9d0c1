/* Storing is idempotent, absent stays NULL, and a second generation stands beside the first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run/generation.h"
#include "run/storing.h"

struct bench {
	char dir[64], db[96];
	struct amp_store *store;
	struct amp_storing *storing;
	struct amp_study_ref ref;
	int64_t persona, feed, round;
	struct amp_key round_key;
};

static int64_t number(struct bench *b, const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(b->store), sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return v;
}

static int set_up(void **state)
{
	static struct bench b;
	struct amp_err err = {0};
	uint8_t hash[AMP_SHA256] = {1};
	memset(&b, 0, sizeof b);
	(void)snprintf(b.dir, sizeof b.dir, "/tmp/amp-storing-XXXXXX");
	assert_non_null(mkdtemp(b.dir));
	(void)snprintf(b.db, sizeof b.db, "%s/t.db", b.dir);
	assert_int_equal(amp_store_open(&b.store, b.db, AMP_STORE_CREATE, &err), 0);
	assert_int_equal(amp_storing_new(&b.storing, b.store, &err), 0);
	assert_int_equal(amp_store_begin(b.store, &err), 0);
	assert_int_equal(amp_row_study(b.store, "s", &b.ref, &err), 0);
	assert_int_equal(amp_row_version(b.store, &b.ref, hash, 0, NULL, AMP_STR("{}"), 5, &err), 0);
	assert_int_equal(amp_row_persona(b.store, &b.ref, "p", 0, "p", "{}", &b.persona, &err), 0);
	struct amp_feed_row f = {.name = "f",
	                         .platform = "bluesky",
	                         .endpoint = "getFeed",
	                         .parameters = "{}",
	                         .ranking = AMP_ALGORITHMIC,
	                         .depth = 10};
	assert_int_equal(amp_row_feed(b.store, &b.ref, &f, &b.feed, &err), 0);
	assert_int_equal(amp_row_round(b.store, &b.ref, 1000, 2000, &b.round, &b.round_key, &err), 0);
	assert_int_equal(amp_store_commit(b.store, &err), 0);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	static const char *const endings[] = {"", "-wal", "-shm"};
	char path[128];
	amp_storing_free(b->storing);
	amp_store_close(b->store);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s%s", b->db, endings[i]);
		(void)unlink(path);
	}
	(void)rmdir(b->dir);
	return 0;
}

#define ITEMS 4
static struct amp_media media = {.kind = {"image", sizeof "image" - 1},
                                 .alt = {"alt text", sizeof "alt text" - 1},
                                 .width = AMP_ABSENT,
                                 .height = AMP_ABSENT};
static struct amp_link link_row = {.url = {"https://example.org/", sizeof "https://example.org/" - 1},
                                   .title = {"Title", sizeof "Title" - 1}};
static struct amp_label label = {.value = {"porn", sizeof "porn" - 1}, .source = {"did:plc:l", sizeof "did:plc:l" - 1}};
static struct amp_str langs[2] = {{"fr", sizeof "fr" - 1}, {"en", sizeof "en" - 1}};

static void fill(struct amp_item items[ITEMS], struct amp_parsed *p)
{
	static const struct amp_item none = {.has_content = true,
	                                     .organic_rank = 0,
	                                     .created_at = AMP_TIME_NONE,
	                                     .reposted_at = AMP_TIME_NONE,
	                                     .likes = AMP_ABSENT,
	                                     .reposts = AMP_ABSENT,
	                                     .replies = AMP_ABSENT,
	                                     .quotes = AMP_ABSENT,
	                                     .views = AMP_ABSENT,
	                                     .score = AMP_ABSENT};
	for (int n = 0; n < ITEMS; n++) {
		items[n] = none;
		items[n].rank = items[n].organic_rank = n;
	}
	items[0].item_id = AMP_STR("id-1");
	items[0].text = AMP_STR("premier");
	items[0].author_id = AMP_STR("did:plc:a");
	items[0].author_handle = AMP_STR("a.example");
	items[0].author_name = AMP_STR("A");
	items[0].local_id = AMP_STR("77");
	items[0].likes = 0;
	items[0].langs = langs;
	items[0].n_langs = 2;
	items[0].media = &media;
	items[0].n_media = 1;
	items[0].links = &link_row;
	items[0].n_links = 1;
	items[0].labels = &label;
	items[0].n_labels = 1;
	items[1] = items[0]; /* the same post twice: a repost and the original */
	items[1].rank = items[1].organic_rank = 1;
	items[1].is_repost = true;
	items[1].reposted_by = AMP_STR("did:plc:b");
	items[2].text = AMP_STR("sans identifiant");
	items[3].has_content = false; /* an unknown union member keeps its rank */
	*p = (struct amp_parsed){.verdict = AMP_VERDICT_OK, .items = items, .n_items = ITEMS, .n_organic = ITEMS};
}

static void store_once(struct bench *b, const char *adapter_version, bool expect_snapshot, bool expect_parse, int64_t *parse_id)
{
	struct amp_err err = {0};
	struct amp_item items[ITEMS];
	struct amp_parsed p;
	bool made;
	int64_t id;
	fill(items, &p);
	struct amp_key key = amp_key_snapshot(&b->ref.study, &b->round_key, AMP_STR("p"), AMP_STR("f"), 0, 0, 1);
	struct amp_snapshot_row row = {.key = key,
	                               .round_id = b->round,
	                               .persona_id = b->persona,
	                               .feed_id = b->feed,
	                               .attempt = 1,
	                               .depth_asked = 10,
	                               .started_at = 1100,
	                               .ended_at = 1200};
	assert_int_equal(amp_store_begin(b->store, &err), 0);
	assert_int_equal(amp_storing_snapshot(b->storing, &row, &id, &made, &err), 0);
	assert_int_equal(made, expect_snapshot);
	struct amp_parse_row pr = {.snapshot = key,
	                           .snapshot_id = id,
	                           .platform = "bluesky",
	                           .adapter_version = adapter_version,
	                           .engine_version = "1",
	                           .host = "h.example",
	                           .seen_at = 1200};
	assert_int_equal(amp_storing_parse(b->storing, &pr, &p, parse_id, &made, &err), 0);
	assert_int_equal(made, expect_parse);
	assert_int_equal(amp_store_commit(b->store, &err), 0);
}

static void twice_is_once(void **state)
{
	struct bench *b = *state;
	struct amp_err err = {0};
	struct amp_buf before, after;
	int64_t first, second;
	amp_buf_init(&before, 1 << 20);
	amp_buf_init(&after, 1 << 20);
	store_once(b, "1", true, true, &first);
	assert_int_equal(amp_store_dump(b->store, &before, &err), 0);
	store_once(b, "1", false, false, &second);
	amp_storing_forget(b->storing); /* and with a cold cache */
	store_once(b, "1", false, false, &second);
	assert_int_equal(first, second);
	assert_int_equal(amp_store_dump(b->store, &after, &err), 0);
	assert_true(amp_str_eq(amp_buf_str(&before), amp_buf_str(&after)));
	amp_buf_free(&before);
	amp_buf_free(&after);
}

static void rows_are_what_was_seen(void **state)
{
	struct bench *b = *state;
	int64_t parse;
	store_once(b, "1", true, true, &parse);
	assert_int_equal(number(b, "SELECT count(*) FROM exposure"), ITEMS);
	assert_int_equal(number(b, "SELECT count(*) FROM item"), 2); /* the post, and the one without an id */
	assert_int_equal(number(b, "SELECT count(*) FROM item_version"), 2);
	assert_int_equal(number(b, "SELECT count(*) FROM author"), 2);
	assert_int_equal(
		number(b,
	               "SELECT count(*) FROM author_name WHERE handle = 'a.example' AND display_name = 'A' AND first_seen_at = 1200"),
		1);
	assert_int_equal(number(b, "SELECT count(*) FROM item_alias WHERE host = 'h.example' AND local_id = '77'"), 1);
	assert_int_equal(number(b, "SELECT count(*) FROM exposure WHERE likes = 0"), 2);       /* sent as 0 */
	assert_int_equal(number(b, "SELECT count(*) FROM exposure WHERE reposts IS NULL"), 4); /* not sent: NULL, never 0 */
	assert_int_equal(number(b, "SELECT count(*) FROM exposure WHERE rank = 3 AND item_version_id IS NULL"), 1);
	assert_int_equal(number(b, "SELECT count(*) FROM exposure WHERE rank = 1 AND is_repost = 1 AND reposter_id IS NOT NULL"),
	                 1);
	assert_int_equal(number(b, "SELECT count(*) FROM item_version WHERE langs = 'fr,en' AND title IS NULL"), 1);
	assert_int_equal(number(b, "SELECT count(*) FROM media") + number(b, "SELECT count(*) FROM link"), 2);
	assert_int_equal(number(b, "SELECT count(*) FROM label WHERE value = 'porn' AND source = 'did:plc:l'"), 2);
	assert_int_equal(number(b, "SELECT count(*) FROM diagnostic WHERE code = 'derived_id' AND rank = 2"), 1);
	assert_int_equal(number(b, "SELECT skew_ms IS NULL FROM snapshot"), 1); /* the feed is in no pair */
}

static void generations_stand_side_by_side(void **state)
{
	struct bench *b = *state;
	struct amp_err err = {0};
	struct amp_buf one, two, again;
	int64_t first, second;
	struct amp_item items[ITEMS];
	struct amp_parsed p;
	store_once(b, "1", true, true, &first);
	store_once(b, "2", false, true, &second);
	assert_true(first != second);
	assert_int_equal(number(b, "SELECT count(*) FROM parse"), 2);
	assert_int_equal(number(b, "SELECT parse_id FROM snapshot_current"), second);
	amp_buf_init(&one, 1 << 20);
	amp_buf_init(&two, 1 << 20);
	amp_buf_init(&again, 1 << 20);
	assert_int_equal(amp_generation_dump(b->store, first, &one, &err), 0);
	assert_int_equal(amp_generation_dump(b->store, second, &two, &err), 0);
	assert_true(amp_str_eq(amp_buf_str(&one), amp_buf_str(&two)));
	/* a comparison leaves nothing behind, and sees a changed count */
	fill(items, &p);
	items[2].likes = 1;
	struct amp_key key = amp_key_snapshot(&b->ref.study, &b->round_key, AMP_STR("p"), AMP_STR("f"), 0, 0, 1);
	struct amp_parse_row pr = {.snapshot = key,
	                           .snapshot_id = number(b, "SELECT id FROM snapshot"),
	                           .platform = "bluesky",
	                           .adapter_version = "1",
	                           .engine_version = "1",
	                           .host = "h.example",
	                           .seen_at = 1200};
	assert_int_equal(amp_storing_dump_again(b->storing, &pr, &p, &again, &err), 0);
	assert_false(amp_str_eq(amp_buf_str(&one), amp_buf_str(&again)));
	assert_int_equal(number(b, "SELECT count(*) FROM parse"), 2);
	amp_buf_free(&one);
	amp_buf_free(&two);
	amp_buf_free(&again);
}

/* What a person captured and what was crawled are one item: same platform, same id, same author. */
static void test_captured_item_is_the_crawled_one(void **state)
{
	struct bench *b = *state;
	struct amp_err err = {0};
	struct amp_item items[ITEMS];
	struct amp_parsed parsed;
	int64_t parse = 0;
	bool made;
	fill(items, &parsed);
	struct amp_parse_row crawled = {.snapshot = {{1}}, .platform = "bluesky", .adapter_version = "1", .engine_version = "1"};
	struct amp_snapshot_row snapshot = {
		.key = {{1}}, .round_id = b->round, .persona_id = b->persona, .feed_id = b->feed, .attempt = 1, .depth_asked = 10};
	assert_int_equal(amp_store_begin(b->store, &err), 0);
	assert_int_equal(amp_storing_snapshot(b->storing, &snapshot, &crawled.snapshot_id, &made, &err), 0);
	if (amp_storing_parse(b->storing, &crawled, &parsed, &parse, &made, &err) != 0) fail_msg("%s", err.text);
	int64_t items_before = number(b, "SELECT count(*) FROM item"), authors_before = number(b, "SELECT count(*) FROM author");
	int64_t versions_before = number(b, "SELECT count(*) FROM item_version");
	assert_true(items_before > 0 && authors_before > 0);
	struct amp_parse_row captured = crawled;
	captured.platform = "captures";
	captured.snapshot = snapshot.key = (struct amp_key){{2}};
	snapshot.attempt = 2;
	for (size_t n = 0; n < ITEMS; n++)
		items[n].platform = AMP_STR("bluesky and more"), items[n].platform.n = sizeof "bluesky" - 1;
	assert_int_equal(amp_storing_snapshot(b->storing, &snapshot, &captured.snapshot_id, &made, &err), 0);
	if (amp_storing_parse(b->storing, &captured, &parsed, &parse, &made, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(amp_store_commit(b->store, &err), 0);
	assert_true(made);
	assert_int_equal(number(b, "SELECT count(*) FROM item"), items_before);
	assert_int_equal(number(b, "SELECT count(*) FROM author"), authors_before);
	assert_int_equal(number(b, "SELECT count(*) FROM item_version"), versions_before);
	assert_int_equal(number(b, "SELECT count(*) FROM item WHERE platform <> 'bluesky'"), 0);
	assert_int_equal(number(b, "SELECT count(*) FROM parse WHERE adapter = 'captures'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(twice_is_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows_are_what_was_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(generations_stand_side_by_side, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_captured_item_is_the_crawled_one, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

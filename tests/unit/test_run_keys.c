/* Golden keys: a change here means that databases made before no longer merge with those made after. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "run/idcache.h"
#include "run/keymap.h"
#include "run/keys.h"

static void is(const char *name, struct amp_key key, const char *want)
{
	char hex[2 * AMP_KEY + 1];
	amp_hex(key.b, AMP_KEY, hex);
	if (strcmp(hex, want) != 0) fail_msg("%s: %s, expected %s", name, hex, want);
}

static struct amp_item sample(void)
{
	struct amp_item i;
	memset(&i, 0, sizeof i);
	i.kind = AMP_POST;
	i.has_content = true;
	i.item_id = AMP_STR("at://did:plc:a/app.bsky.feed.post/1");
	i.text = AMP_STR("bonjour");
	i.created_at = 1700000000000;
	i.created_at_raw = AMP_STR("2023-11-14T22:13:20Z");
	i.created_precision = AMP_PRECISION_EXACT;
	return i;
}

static void golden(void **state)
{
	(void)state;
	const struct amp_key study = {{1, 2, 3}};
	uint8_t hash[AMP_SHA256] = {9};
	struct amp_key version = amp_key_study_version(&study, hash, 1700000000000), round = amp_key_round(&study, 1700000000000);
	struct amp_key snapshot = amp_key_snapshot(&study, &round, AMP_STR("p"), AMP_STR("f"), 0, 0, 1),
		       item = amp_key_item("bluesky", AMP_STR("x"));
	struct amp_item i = sample();
	is("study_version", version, "f44c8efd907f19408438bb774c56d07f");
	is("persona", amp_key_named("persona", &version, AMP_STR("p")), "cc013895c1c103bc4a23f656c91a2721");
	is("cluster", amp_key_cluster(&study, "p"), "4cdb157a7bf4fb04d40bf6046b80509a");
	is("round", round, "4d0ade77974b15296acaace776de4e0f");
	is("slot", amp_key_slot(&round, AMP_STR("p"), AMP_STR("f")), "7b25730298a30f03ca3a436827a4222e");
	is("capture", amp_key_capture(hash), "860b238325bb5629d28924933c343edc");
	is("snapshot", snapshot, "661237a7d2291ca26cd866fa7184e929");
	is("parse", amp_key_parse(&snapshot, AMP_STR("bluesky"), AMP_STR("1"), AMP_STR("1")), "a91591c2e47d2b4a153664de66fb3ab9");
	is("author", amp_key_author("bluesky", AMP_STR("x")), "d3103c558fb897833d4cf3cc996de6ad");
	is("item", item, "de661ee5d10b2d92ef070873e476e572");
	is("item_version", amp_key_item_version(&item, NULL, &i, AMP_STR("fr")), "9b677c582b3617c6558b31b0d0a4a5ac");
	is("alarm", amp_key_alarm(&snapshot, "skew", "round"), "f7f8a2874526f5ccf2dc7a9a0c372fe7");
	is("decision", amp_key_decision(hash), "f7b40e206a29ea6d8361c7dfe4bc7e9d");
}

/* Whatever is in the row, or in its media and link rows, changes the version's key; what belongs to the sighting does not. */
static void every_part_of_a_version_counts(void **state)
{
	(void)state;
	const struct amp_key item = {{7}}, author = {{8}};
	struct amp_media media = {
		.kind = AMP_STR("image"), .url = AMP_STR("u"), .alt = AMP_STR("a"), .width = AMP_ABSENT, .height = AMP_ABSENT};
	struct amp_link link = {.url = AMP_STR("l"), .title = AMP_STR("t")};
	struct amp_item base = sample(), changed[15];
	struct amp_key seen[18];
	size_t n = 0, keys = 0;
	for (size_t k = 0; k < sizeof changed / sizeof changed[0]; k++) changed[k] = base;
	changed[n++].kind = AMP_ARTICLE;
	changed[n++].url = AMP_STR("u");
	changed[n++].title = AMP_STR("t");
	changed[n++].title = AMP_STR("");
	changed[n++].text = AMP_STR("bonsoir");
	changed[n++].quote_text = AMP_STR("bonjour");
	changed[n++].warning = AMP_STR("w");
	changed[n++].created_at = AMP_TIME_NONE;
	changed[n++].created_at_raw = AMP_STR("r");
	changed[n++].created_precision = AMP_PRECISION_DAY;
	changed[n++].reply_to = AMP_STR("r");
	changed[n++].quote_of = AMP_STR("r");
	changed[n].media = &media;
	changed[n++].n_media = 1;
	changed[n].links = &link;
	changed[n++].n_links = 1;
	seen[keys++] = amp_key_item_version(&item, NULL, &base, AMP_STR_ABSENT);
	seen[keys++] = amp_key_item_version(&item, &author, &base, AMP_STR_ABSENT);
	seen[keys++] = amp_key_item_version(&item, NULL, &base, AMP_STR("fr"));
	for (size_t k = 0; k < n; k++) seen[keys++] = amp_key_item_version(&item, NULL, &changed[k], AMP_STR_ABSENT);
	for (size_t a = 0; a < keys; a++)
		for (size_t b = 0; b < a; b++) assert_memory_not_equal(&seen[a], &seen[b], sizeof seen[a]);
	base.likes = 5;
	base.rank = 3;
	base.is_repost = true;
	struct amp_key same = amp_key_item_version(&item, NULL, &base, AMP_STR_ABSENT);
	assert_memory_equal(&same, &seen[0], sizeof same);
}

static void derived_ids(void **state)
{
	(void)state;
	char a[AMP_DERIVED_ID], b[AMP_DERIVED_ID];
	struct amp_item i = sample();
	amp_derived_item_id(&i, a);
	assert_true(strncmp(a, "derived:", 8) == 0 && strlen(a) == 8 + 2 * AMP_KEY);
	i.title = AMP_STR("t");
	amp_derived_item_id(&i, b);
	assert_string_not_equal(a, b);
	assert_false(amp_derived_author_id("feeds", AMP_STR_ABSENT, AMP_STR(""), a));
	assert_true(amp_derived_author_id("feeds", AMP_STR("h"), AMP_STR("Name"), a));
	assert_true(amp_derived_author_id("feeds", AMP_STR("h"), AMP_STR("Other name"), b));
	assert_string_equal(a, b); /* the handle names the account, whatever it calls itself */
	assert_true(amp_derived_author_id("feeds", AMP_STR_ABSENT, AMP_STR("Name"), b));
	assert_null(strstr(b, "Name"));
}

static struct amp_key number_key(uint64_t v)
{
	struct amp_key key;
	struct amp_keyer k;
	amp_key_start(&k, "test");
	amp_key_i64(&k, (int64_t)v);
	key = amp_key_end(&k);
	return key;
}

static void caches(void **state)
{
	(void)state;
	struct amp_idcache *c = amp_idcache_new();
	struct amp_keymap m = {0};
	assert_non_null(c);
	int64_t kept = 0;
	for (uint64_t i = 1; i <= 200000; i++) {
		struct amp_key key = number_key(i);
		amp_idcache_put(c, &key, (int64_t)i);
		assert_int_equal(amp_idcache_get(c, &key), (int64_t)i);
	}
	for (uint64_t i = 1; i <= 200000; i++) { /* bounded: some gave place, none answers wrongly */
		struct amp_key key = number_key(i);
		int64_t id = amp_idcache_get(c, &key);
		assert_true(id == 0 || id == (int64_t)i);
		kept += id != 0;
	}
	assert_true(kept > 80000 && kept <= 131072);
	amp_idcache_clear(c);
	struct amp_key last = number_key(200000);
	assert_int_equal(amp_idcache_get(c, &last), 0);
	amp_idcache_free(c);
	for (uint64_t i = 0; i < 5000; i++) {
		struct amp_key key = number_key(i);
		bool made;
		struct amp_facts *f = amp_keymap_add(&m, &key, &made);
		assert_non_null(f);
		assert_true(made);
		f->a = (int64_t)i;
	}
	for (uint64_t i = 0; i < 5000; i++) {
		struct amp_key key = number_key(i);
		assert_int_equal(amp_keymap_find(&m, &key)->a, (int64_t)i);
	}
	struct amp_key absent = number_key(5000);
	assert_null(amp_keymap_find(&m, &absent));
	amp_keymap_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(every_part_of_a_version_counts),
		cmocka_unit_test(derived_ids),
		cmocka_unit_test(caches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

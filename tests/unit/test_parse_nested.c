/* Guests: a document of another platform inside a page, in a JSON string, in base64 and as it is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "parse/engine.h"

#define FEED                                                                                                              \
	"{\"feed\":[{\"post\":{\"uri\":\"at://did:x/c/1\",\"author\":{\"did\":\"did:x\"},\"record\":{\"text\":\"un\"}}}," \
	"{\"post\":{\"uri\":\"at://did:x/c/2\",\"author\":{\"did\":\"did:x\"},\"record\":{\"text\":7}}}]}"
#define QUOTED                                                                                                         \
	"{\\\"feed\\\":[{\\\"post\\\":{\\\"uri\\\":\\\"at://did:x/c/1\\\",\\\"author\\\":{\\\"did\\\":\\\"did:x\\\"}," \
	"\\\"record\\\":{\\\"text\\\":\\\"un\\\"}}}]}"

static struct amp_guest_told told[4];
static size_t n_told;

static void parse_page(struct amp_engine *e)
{
	const struct amp_adapter *bluesky = amp_adapter_find("bluesky");
	const struct amp_json *root = amp_engine_json(e);
	n_told = 0;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(root); x; x = amp_json_next(root, x)) {
		struct amp_embed held = {.form = AMP_EMBED_JS_STRING, .offset = (size_t)x->offset + 1};
		struct amp_guest guest = {.adapter = bluesky, .page = *e->page, .offset = x->offset, .where = AMP_STR("entry")};
		guest.page.body = amp_json_str(x);
		if (!guest.page.body.p)
			guest.page.body = (struct amp_str){e->page->body.p + x->offset, e->page->body.n - x->offset};
		if (amp_json_str(x).p) {
			held.raw = (struct amp_str){e->page->body.p + held.offset, e->page->body.n - held.offset};
			guest.held = &held;
			guest.platform = AMP_STR("bluesky.test");
		} else {
			guest.page.body.n = sizeof FEED - 1;
		}
		amp_engine_guest(e, &guest, &told[n_told++]);
	}
}

static const struct amp_endpoint endpoints[] = {{.name = "box", .kind = AMP_POST}, {.name = NULL}};
static const struct amp_adapter box = {
	.name = "box", .title = "Box", .version = "1", .endpoints = endpoints, .parse_page = parse_page};

static void test_guests(void **state)
{
	(void)state;
	static const char body[] = "[" FEED ", \"{\\\"nothing\\\":1}\", \"" QUOTED "\", \"\"]";
	struct amp_arena *arena = amp_arena_new(0);
	struct amp_page page = {.body = AMP_STR(body), .captured_at = AMP_TIME_NONE};
	struct amp_parsed out;
	struct amp_err err = {0};
	assert_int_equal(amp_parse_pages(&box, &endpoints[0], &page, 1, 5, 3, 0, arena, &out, &err), 0);
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	assert_ptr_equal(out.endpoint, &endpoints[0]);
	assert_int_equal(n_told, 4);
	assert_int_equal(out.n_items, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(out.items[i].rank, 5 + (int64_t)i); /* ranks go on from one guest to the next */
		assert_int_equal(out.items[i].organic_rank, 3 + (int64_t)i);
	}
	assert_true(amp_str_eq_c(out.items[0].platform, "bluesky"));
	assert_true(amp_str_eq_c(out.items[2].platform, "bluesky.test"));
	/* places are places of the box: known in a string with escapes, else where the guest begins */
	assert_int_equal(out.items[0].byte_offset, 1);
	assert_memory_equal(body + out.items[2].byte_offset, "{\\\"post\\\"", sizeof "{\\\"post\\\"" - 1);
	assert_int_equal(told[0].verdict, AMP_VERDICT_OK);
	assert_string_equal(told[0].endpoint->name, "getAuthorFeed");
	assert_int_equal(told[0].n_items, 2);
	assert_null(told[1].endpoint); /* not recognised: nothing of it stays */
	assert_null(told[3].endpoint);
	/* the one remark: the second post's text is a number */
	assert_int_equal(out.n_diagnostics, 2);
	assert_true(amp_str_starts(out.diagnostics[0].detail, "entry: "));
	assert_int_equal(out.diagnostics[0].byte_offset, 1);
	amp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_guests)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

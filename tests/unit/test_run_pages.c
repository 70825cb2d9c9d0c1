/* A page that needs more memory than a snapshot may have is a failed snapshot, not the end of the crawl; memory that is out is an error. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "base/mem.h"
#include "parse/adapter.h"
#include "run/pages.h"

static const char body[] =
	"{\"feed\":[{\"post\":{\"uri\":\"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3kone\",\"cid\":\"c\",\"author\":{\"did\":"
	"\"did:plc:aaaaaaaaaaaaaaaaaaaaaaaa\",\"handle\":\"a.example\"},\"record\":{\"text\":\"hello\",\"createdAt\":\"2026-11-01T00:00:00.000Z\"},"
	"\"indexedAt\":\"2026-11-01T00:00:00.000Z\"}}]}";

static int parse(size_t cap, uint64_t fail_at, struct amp_parsed *out)
{
	const struct amp_adapter *adapter = amp_adapter_find("bluesky");
	struct amp_snapshot_page page = {.answered = true, .page = {.status = 200, .body = AMP_STR(body), .captured_at = 1}};
	struct amp_err err = {0};
	struct amp_arena *a = amp_arena_new(cap);
	assert_non_null(a);
	amp_mem_fail_at(fail_at);
	int rc = amp_pages_parse(adapter, amp_endpoint_find(adapter, "getFeed"), false, false, &page, 1, a, out, &err);
	amp_mem_fail_at(0);
	assert_int_equal(err.code, rc);
	if (out->reason.p) assert_true(out->reason.n < 200);
	amp_arena_free(a);
	return rc;
}

static void too_large_is_a_verdict(void **state)
{
	(void)state;
	struct amp_parsed out;
	size_t refused = 0;
	assert_int_equal(parse(0, 0, &out), 0);
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	for (size_t cap = 2048; cap < 65536; cap += 512) {
		if (parse(cap, 0, &out) != 0) continue; /* not even room to begin */
		if (out.verdict == AMP_VERDICT_OK) {
			assert_int_equal(out.n_items, 1);
		} else {
			assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
			assert_int_equal(out.n_items, 0);
			refused++;
		}
	}
	assert_true(refused > 0);
}

static void memory_out_is_an_error(void **state)
{
	(void)state;
	struct amp_parsed out;
	int errors = 0;
	for (uint64_t nth = 1; nth < 64; nth++) {
		int rc = parse(0, nth, &out);
		if (rc == 0) {
			assert_int_equal(out.verdict, AMP_VERDICT_OK);
			continue;
		}
		assert_int_equal(rc, AMP_ENOMEM);
		errors++;
	}
	assert_true(errors > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(too_large_is_a_verdict), cmocka_unit_test(memory_out_is_an_error)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_fetch_order.c: an answer is booked to the request that it answers, also when a callback submits for another visitor whose own
 * request is under way: the new one must not come to stand before it.
 */
#include "base_test.h"

#include "../servers/faultd.h"
#include "base/clock.h"
#include "fetch/fetch.h"

struct bench {
	struct amp_fetch *f;
	struct amp_visitor *first, *second;
	int port, answers;
	bool submitted;
};

static int submit(struct bench *b, struct amp_visitor *v, const char *path, const char *mark, struct amp_err *err)
{
	char url[256];
	struct amp_request r = {.url = url};

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", b->port, path);
	return amp_fetch_submit(b->f, v, &r, "feed", (void *)(uintptr_t)mark, err);
}

static int answered(void *context, struct amp_exchange *x, struct amp_err *err)
{
	struct bench *b = context;
	const char *mark = x->user;

	if (mark == NULL) return 0; /* robots.txt */
	b->answers++;
	assert_int_equal(x->result, AMP_FETCH_RESPONSE);
	assert_int_equal(x->status, 200);
	if (strcmp(mark, "slow") == 0) {
		assert_ptr_equal(x->visitor, b->second);
		assert_non_null(strstr(x->url, "/slow-first"));
		assert_int_not_equal(x->body.n, 20);
		return 0;
	}
	if (strcmp(mark, "late") == 0) {
		assert_ptr_equal(x->visitor, b->second);
		assert_non_null(strstr(x->url, "/drip"));
		assert_int_equal(x->body.n, 20);
		return 0;
	}
	/* The first visitor's answer, while the second's slow request is under way */
	assert_ptr_equal(x->visitor, b->first);
	assert_false(b->submitted);
	b->submitted = true;
	return submit(b, b->second, "/drip?n=20&ms=40", "late", err); /* ends after the slow one would */
}

static void answers_find_their_request(void **state)
{
	static const char *const allow[] = {"127.0.0.1:*", NULL};
	struct amp_fetch_options o = {.allow_private = allow, .seed = 1};
	struct bench b = {0};
	struct amp_err err = {0};
	struct faultd d = {0};

	(void)state;
	assert_true(faultd_start(&d, NULL));
	b.port = d.port;
	assert_int_equal(amp_fetch_new(&b.f, &o, answered, &b, &err), 0);
	assert_int_equal(amp_visitor_new(&b.first, b.f, "first", NULL, &err), 0);
	assert_int_equal(amp_visitor_new(&b.second, b.f, "second", NULL, &err), 0);
	assert_int_equal(submit(&b, b.first, "/ok", "quick", &err), 0);
	assert_int_equal(submit(&b, b.second, "/slow-first?ms=400", "slow", &err), 0);
	/* the deadline only ends a loop that lost its request; it is far from what this takes */
	if (amp_fetch_run(b.f, amp_clock_wall_ms() + 20000, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(b.answers, 3);
	amp_visitor_free(b.first);
	amp_visitor_free(b.second);
	amp_fetch_free(b.f);
	faultd_stop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers_find_their_request)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fetch_rig.h: what the fetch tests share: a fetcher whose exchanges are copied into a list. Static inline, as faultd.h. */
#ifndef AMP_TESTS_FETCH_RIG_H
#define AMP_TESTS_FETCH_RIG_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/mem.h"
#include "fetch/fetch.h"
#include "../servers/faultd.h"

struct seen_exchange {
	struct amp_exchange x; /* strings below are copies; x's own pointers are dead */
	char url[1024], policy[32], purpose[16], visitor[32], why[128], location[512], proxy[128];
	char request[8192], response[8192], body[32768];
	size_t body_n, wire_n;
	struct seen_exchange *next;
};
struct rig {
	struct amp_fetch *f;
	struct seen_exchange *first, **end;
	int count, stop_after; /* stop_after > 0: the callback refuses to go on then */
	void (*then)(struct rig *rig, struct amp_exchange *x);
	struct amp_visitor *v;
};

static inline void rig_text(char *out, size_t size, struct amp_str s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;
	if (n > 0) memcpy(out, s.p, n);
	out[n] = '\0';
}

static inline int rig_seen(void *context, struct amp_exchange *x, struct amp_err *err)
{
	struct rig *rig = context;
	struct seen_exchange *s = amp_calloc(1, sizeof *s);
	if (s == NULL) return amp_fail(err, AMP_ENOMEM, "memory");
	s->x = *x;
	rig_text(s->url, sizeof s->url, amp_str_c(x->url));
	rig_text(s->policy, sizeof s->policy, amp_str_c(x->policy));
	rig_text(s->purpose, sizeof s->purpose, amp_str_c(x->purpose));
	rig_text(s->visitor, sizeof s->visitor, amp_str_c(amp_visitor_name(x->visitor)));
	rig_text(s->why, sizeof s->why, amp_str_c(x->truncated_why));
	rig_text(s->location, sizeof s->location, x->location);
	rig_text(s->proxy, sizeof s->proxy, amp_str_c(x->proxy));
	rig_text(s->request, sizeof s->request, x->request);
	rig_text(s->response, sizeof s->response, x->response);
	rig_text(s->body, sizeof s->body, x->body);
	s->body_n = x->body.n;
	s->wire_n = x->response.n - x->response_header_bytes;
	*rig->end = s;
	rig->end = &s->next;
	rig->count++;
	if (rig->then != NULL) rig->then(rig, x);
	if (rig->stop_after > 0 && rig->count >= rig->stop_after) return amp_fail(err, AMP_EFULL, "the test says stop");
	return 0;
}

static inline void rig_clear(struct rig *rig)
{
	while (rig->first != NULL) {
		struct seen_exchange *s = rig->first;
		rig->first = s->next;
		amp_free(s);
	}
	rig->end = &rig->first;
	rig->count = 0;
}

static inline void rig_open(struct rig *rig, const struct amp_fetch_options *o)
{
	struct amp_err err = {0};
	memset(rig, 0, sizeof *rig);
	rig->end = &rig->first;
	if (amp_fetch_new(&rig->f, o, rig_seen, rig, &err) != 0) fail_msg("%s", err.text);
	if (amp_visitor_new(&rig->v, rig->f, "ada", NULL, &err) != 0) fail_msg("%s", err.text);
}

static inline void rig_close(struct rig *rig)
{
	amp_visitor_free(rig->v);
	amp_fetch_free(rig->f);
	rig_clear(rig);
}

static inline void rig_get(struct rig *rig, struct amp_visitor *v, const char *url)
{
	struct amp_err err = {0};
	struct amp_request r = {.method = "GET", .url = url};
	if (amp_fetch_submit(rig->f, v, &r, "feed", NULL, &err) != 0) fail_msg("%s", err.text);
}

static inline void rig_run(struct rig *rig)
{
	struct amp_err err = {0};
	if (amp_fetch_run(rig->f, AMP_TIME_NONE, &err) != 0) fail_msg("%s", err.text);
}

/* The nth exchange that is not our own robots.txt. */
static inline struct seen_exchange *rig_nth(struct rig *rig, int n)
{
	for (struct seen_exchange *s = rig->first; s != NULL; s = s->next)
		if (strcmp(s->purpose, "robots") != 0 && n-- == 0) return s;
	fail_msg("there are too few exchanges");
	return NULL;
}

static inline int rig_count(const struct rig *rig, const char *purpose)
{
	int n = 0;
	for (struct seen_exchange *s = rig->first; s != NULL; s = s->next) n += strcmp(s->purpose, purpose) == 0;
	return n;
}

#endif

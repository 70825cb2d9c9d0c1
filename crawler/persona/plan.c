/* plan.c: from persona and feed to URLs. */
#include "persona/plan.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "persona/uri.h"

#define URL_MAX 8192

static const struct amp_param *param_find(const struct amp_endpoint *e, const char *name)
{
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0) return p;
	}
	return NULL;
}

static const char *study_value(const struct amp_study_feed *f, const char *name)
{
	for (size_t i = 0; i < f->n_params; i++) {
		if (strcmp(f->params[i].name, name) == 0) return f->params[i].value;
	}
	return NULL;
}

const char *amp_region_param(const struct amp_study_feed *f)
{
	static const char *const names[] = {"region", "regionCode", "country", "gl"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct amp_param *p = param_find(f->endpoint, names[i]);
		if (p != NULL && p->fixed == NULL && study_value(f, names[i]) == NULL) return names[i];
	}
	return NULL;
}

size_t amp_persona_queries(const struct amp_persona *p, const char **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_interests; i++) {
		for (size_t k = 0; p->interests[i].queries[k] != NULL; k++, n++) {
			if (n < max) out[n] = p->interests[i].queries[k];
		}
	}
	return n;
}

/* ---- one URL ---- */

struct branch {
	const struct amp_study_feed *f;
	const struct amp_persona *p;
	const char *value; /* the query or account, NULL for PLAIN */
};

static const char *value_of(const struct branch *b, const char *name)
{
	const struct amp_param *p = param_find(b->f->endpoint, name);
	const char *region = amp_region_param(b->f);
	if (p != NULL && p->fixed != NULL) return p->fixed;
	if (b->value != NULL && b->f->source_param != NULL && strcmp(b->f->source_param, name) == 0) return b->value;
	if (region != NULL && b->p->region != NULL && strcmp(region, name) == 0) return b->p->region;
	return study_value(b->f, name);
}

/* "/api/v1/timelines/tag/{hashtag}": {name} is one path segment; {+name} (as in RFC 6570) may hold "/" and "?". */
static int add_path(struct amp_buf *url, const struct branch *b, struct amp_err *err)
{
	for (const char *p = b->f->endpoint->path; *p != '\0'; p++) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;
		char name[64];
		if (close == NULL) {
			(void)amp_buf_byte(url, *p);
			continue;
		}
		bool whole = p[1] == '+';
		(void)snprintf(name, sizeof name, "%.*s", (int)(close - p - 1 - whole), p + 1 + whole);
		const char *value = value_of(b, name);
		if (value == NULL)
			return amp_fail(err, AMP_EUSAGE, _("Feed “%s”: the endpoint %s needs the parameter “%s”."), b->f->name,
			                b->f->endpoint->name, name);
		if (whole && value[0] == '/' && url->n > 0 && url->p[url->n - 1] == '/') value++;
		if (whole)
			amp_uri_encode_path(url, amp_str_c(value));
		else
			amp_uri_encode(url, amp_str_c(value));
		p = close;
	}
	return 0;
}

static void add_pair(struct amp_buf *url, const char *name, const char *value)
{
	bool first = memchr(url->p == NULL ? "" : url->p, '?', url->n) == NULL;
	(void)amp_buf_byte(url, first ? '?' : '&');
	amp_uri_encode_path(url, amp_str_c(name)); /* "any[]" keeps no bracket: it becomes any%5B%5D, which servers read alike */
	(void)amp_buf_byte(url, '=');
	amp_uri_encode(url, amp_str_c(value));
}

static void add_query(struct amp_buf *url, const struct branch *b)
{
	const struct amp_endpoint *e = b->f->endpoint;
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (p->place != AMP_IN_QUERY) continue;
		bool repeated = p->repeated && p->fixed == NULL && study_value(b->f, p->name) != NULL;
		const char *value = value_of(b, p->name);
		for (size_t i = 0; repeated && i < b->f->n_params; i++) {
			if (strcmp(b->f->params[i].name, p->name) == 0) add_pair(url, p->name, b->f->params[i].value);
		}
		if (!repeated && value != NULL) add_pair(url, p->name, value);
	}
	if (e->limit_param != NULL && e->limit_max > 0) {
		char limit[16];
		(void)snprintf(limit, sizeof limit, "%d", b->f->depth < e->limit_max ? b->f->depth : e->limit_max);
		add_pair(url, e->limit_param, limit);
	}
}

static int build_url(const struct branch *b, struct amp_arena *a, const char **out, struct amp_err *err)
{
	struct amp_buf url;
	amp_buf_init(&url, URL_MAX);
	(void)amp_buf_addc(&url, amp_feed_host(b->p, b->f));
	int rc = add_path(&url, b, err);
	if (rc == 0) add_query(&url, b);
	if (rc == 0) rc = amp_buf_check(&url, "request URL", err);
	if (rc == 0) {
		*out = amp_arena_strndup(a, url.p, url.n);
		if (*out == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	}
	amp_buf_free(&url);
	return rc;
}

/* ---- branches ---- */

static int values_of_follows(const struct branch *b, struct amp_arena *a, const char ***out, size_t *n, struct amp_err *err)
{
	const char **v = amp_arena_new_array(a, const char *, b->p->n_follows + 1);
	*n = 0;
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	for (size_t i = 0; i < b->p->n_follows; i++) {
		if (strcmp(b->p->follows[i].platform, b->f->adapter->name) == 0) v[(*n)++] = b->p->follows[i].account;
	}
	*out = v;
	if (*n == 0)
		return amp_fail(err, AMP_EUSAGE,
		                _("The persona “%s” follows nobody on %s, and the feed “%s” reads the accounts it follows."),
		                b->p->name, b->f->adapter->title, b->f->name);
	return 0;
}

static int value_of_round(const struct branch *b, int64_t round_index, struct amp_arena *a, const char ***out, size_t *n,
                          struct amp_err *err)
{
	size_t all = amp_persona_queries(b->p, NULL, 0);
	const char **v = amp_arena_new_array(a, const char *, all + 1);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	if (all == 0)
		return amp_fail(err, AMP_EUSAGE, _("The persona “%s” has no interests, and the feed “%s” searches for them."),
		                b->p->name, b->f->name);
	(void)amp_persona_queries(b->p, v, all);
	int64_t turn = round_index % (int64_t)all;
	v[0] = v[turn < 0 ? turn + (int64_t)all : turn];
	*out = v;
	*n = 1;
	return 0;
}

int amp_plan_requests(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f, int64_t round_index,
                      struct amp_arena *a, struct amp_planned **out, size_t *n, struct amp_err *err)
{
	static const char *plain[] = {NULL};
	struct branch b = {f, p, NULL};
	const char **values = plain;
	int rc = 0;
	(void)s;
	*n = 1;
	if (f->source == AMP_FEED_FOLLOWS)
		rc = values_of_follows(&b, a, &values, n, err);
	else if (f->source == AMP_FEED_INTERESTS)
		rc = value_of_round(&b, round_index, a, &values, n, err);
	struct amp_planned *plan = rc == 0 ? amp_arena_new_array(a, struct amp_planned, *n) : NULL;
	if (rc == 0 && plan == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	for (size_t i = 0; rc == 0 && i < *n; i++) {
		b.value = values[i];
		plan[i].branch = values[i] == NULL ? "" : values[i];
		rc = build_url(&b, a, &plan[i].url, err);
	}
	*out = rc == 0 ? plan : NULL;
	if (rc != 0) *n = 0;
	return rc;
}

/* ---- next pages ---- */

int amp_plan_pages_max(const struct amp_study_feed *f)
{
	int size = f->endpoint->limit_max > 0 ? f->endpoint->limit_max : 20;
	/* Twice what full pages would need, and some: recorded Bluesky pages hold 24 of 25 (2025-07). */
	return 2 * ((f->depth + size - 1) / size) + 4;
}

/* first_url with one query parameter replaced or added. */
static const char *with_param(const char *first_url, const char *name, struct amp_str value, struct amp_arena *a)
{
	struct amp_str rest = amp_str_c(first_url), path = amp_str_cut(&rest, '?');
	struct amp_buf url;
	amp_buf_init(&url, URL_MAX);
	(void)amp_buf_adds(&url, path);
	char separator = '?';
	while (rest.p != NULL) {
		struct amp_str pair = amp_str_cut(&rest, '&'), key = pair;
		if (amp_str_eq_c(amp_str_cut(&key, '='), name)) continue;
		(void)amp_buf_byte(&url, separator);
		(void)amp_buf_adds(&url, pair);
		separator = '&';
	}
	(void)amp_buf_printf(&url, "%c%s=", separator, name);
	amp_uri_encode(&url, value);
	const char *out = url.failed ? NULL : amp_arena_strndup(a, url.p, url.n);
	amp_buf_free(&url);
	return out;
}

/* An absolute URL of the same scheme, host and port, or a path on it. Control characters and blanks have no place in a URL. */
static const char *linked(const char *url, struct amp_str value, struct amp_arena *a)
{
	struct amp_str origin;
	if (value.n == 0 || value.n > URL_MAX || !amp_uri_origin(amp_str_c(url), &origin)) return NULL;
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] <= ' ' || value.p[i] == 0x7F) return NULL;
	}
	if (value.p[0] == '/' && !amp_str_starts(value, "//"))
		return amp_arena_printf(a, "%.*s%.*s", AMP_ARG(origin), AMP_ARG(value));
	return amp_uri_same_origin(amp_str_c(url), value) ? amp_arena_strndup(a, value.p, value.n) : NULL;
}

static const char *at_offset(const struct amp_study_feed *f, const char *first_url, const char *url, int64_t offset,
                             struct amp_arena *a)
{
	int64_t now = 0;
	char text[24];
	struct amp_str current = amp_uri_query(amp_str_c(url), f->endpoint->page_param);
	if (current.p != NULL && !amp_str_i64(current, &now)) now = 0;
	if (offset <= now) return NULL; /* pages go forward */
	(void)snprintf(text, sizeof text, "%lld", (long long)offset);
	return with_param(first_url, f->endpoint->page_param, amp_str_c(text), a);
}

const char *amp_plan_next(const struct amp_study_feed *f, const char *first_url, const char *url, const struct amp_next *next,
                          int64_t items_so_far, struct amp_arena *a)
{
	const char *out = NULL;
	if (items_so_far >= f->depth) return NULL;
	if (next->kind == AMP_NEXT_URL)
		out = linked(url, next->value, a);
	else if (next->kind == AMP_NEXT_CURSOR && next->value.n > 0 && f->endpoint->page_param != NULL)
		out = with_param(first_url, f->endpoint->page_param, next->value, a);
	else if (next->kind == AMP_NEXT_OFFSET && f->endpoint->page_param != NULL)
		out = at_offset(f, first_url, url, next->offset, a);
	if (out == NULL || strcmp(out, url) == 0 || strcmp(out, first_url) == 0) return NULL;
	return out;
}

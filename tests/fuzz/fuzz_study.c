/* fuzz_study.c: any bytes as a study or persona file. What our scanner accepts and jansson accepts must be one tree; what the checker
 * accepts must resolve, hash and plan. One folder is made per process.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "persona/positions.h"
#include "file_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t members(const struct amp_pos *p)
{
	size_t n = 0;
	for (const struct amp_pos *c = p->first; c != NULL; c = c->next) n += !c->duplicate;
	return n;
}

static void same_tree(const json_t *v, const struct amp_pos *p)
{
	if (json_is_object(v) && members(p) != json_object_size(v)) abort();
	if (json_is_array(v) && members(p) != json_array_size(v)) abort();
	size_t i = 0;
	for (const struct amp_pos *c = p->first; c != NULL; c = c->next, i++) {
		if (json_is_array(v))
			same_tree(json_array_get(v, i), c);
		else if (json_object_get(v, c->key.p) == NULL)
			abort();
		else if (amp_pos_key(p, c->key.p) == c)
			same_tree(json_object_get(v, c->key.p), c);
	}
}

static void check_body(const struct amp_planned *r)
{
	if ((strcmp(r->method, "POST") == 0) != (r->body != NULL)) abort();
	json_t *v = r->body == NULL ? json_object() : json_loads(r->body, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(v)) abort();
	json_decref(v);
}

/* Whatever a platform says of its next page. */
static void next_page(const struct amp_persona *p, const struct amp_study_feed *f, const struct amp_planned *first,
                      struct amp_str said, struct amp_arena *a)
{
	static const enum amp_next_kind kinds[] = {AMP_NEXT_CURSOR, AMP_NEXT_URL, AMP_NEXT_OFFSET, AMP_NEXT_FORWARD, AMP_NEXT_BODY};
	const char *secret;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct amp_next next = {kinds[i], said, (int64_t)said.n - 8};
		const struct amp_planned *r = amp_plan_next(f, first, first, &next, 0, a);
		if (r != NULL) check_body(r);
	}
	if (f->endpoint->token_param != NULL) {
		const struct amp_planned *r;
		int rc = amp_plan_with_token(&r, &secret, p, f, first, "a\"token\\", a, NULL);
		if (rc != 0 || r == NULL || (secret != NULL && strstr(r->body, secret) == NULL)) abort();
		check_body(r);
	}
}

static void plan(const struct amp_study *s, struct amp_str said)
{
	struct amp_arena *a = amp_arena_new(0);
	for (size_t p = 0; p < s->n_personas; p++) {
		for (size_t f = 0; f < s->n_feeds; f++) {
			struct amp_planned *planned;
			size_t n;
			/* A URL that is too long is the only thing a checked study may still refuse. */
			if (amp_plan_requests(s, &s->personas[p], &s->feeds[f], 1, a, &planned, &n, NULL) == 0 && n == 0) abort();
			for (size_t i = 0; i < n; i++) {
				check_body(&planned[i]);
				next_page(&s->personas[p], &s->feeds[f], &planned[i], said, a);
			}
		}
	}
	amp_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_arena *a = amp_arena_new(0);
	struct amp_syntax_error e;
	struct amp_study *s = NULL;
	enum amp_file_kind kind;
	const struct amp_pos *pos = amp_positions((struct amp_str){(const char *)data, size}, a, &e);
	if (pos == NULL && (e.line < 1 || e.column < 1 || e.text == NULL)) abort();
	json_t *v = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	if (v != NULL && pos != NULL) same_tree(v, pos);
	json_decref(v);
	amp_arena_free(a);
	const char *path = amp_fuzz_file((const char *)data, size);
	if (amp_check_file_study(&s, &kind, path, amp_fuzz_mistake, NULL, NULL) == 0 && s != NULL)
		plan(s, (struct amp_str){(const char *)data, size < 200 ? size : 200});
	amp_study_free(s);
	return 0;
}

/* arena.c: chunks doubling from 64 KiB; big requests get a chunk of their own. See arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define DEFAULT_CAP ((size_t)256 << 20)
#define FIRST_CHUNK ((size_t)64 << 10)
#define MAX_CHUNK ((size_t)4 << 20)
#define KEPT_CHUNK ((size_t)8 << 20) /* over a reset: more is given back */

struct chunk {
	struct chunk *next;
	size_t size, used;
	max_align_t data[];
};

struct amp_arena {
	struct chunk *head; /* the one being filled; older ones behind it */
	size_t used, cap, next_size;
	int refused; /* 0, or the code of the first allocation refused since the last reset */
};

struct amp_arena *amp_arena_new(size_t cap)
{
	struct amp_arena *a = amp_calloc(1, sizeof(*a));

	if (a == NULL) return NULL;
	a->cap = cap == 0 ? DEFAULT_CAP : cap;
	a->next_size = FIRST_CHUNK;
	return a;
}

static void free_chunks(struct chunk *c)
{
	while (c != NULL) {
		struct chunk *next = c->next;

		amp_free(c);
		c = next;
	}
}

void amp_arena_free(struct amp_arena *a)
{
	if (a == NULL) return;
	free_chunks(a->head);
	amp_free(a);
}

/* One chunk that would have held all of the last turn is kept (or made at the next allocation), so that an arena that is reset again
 * and again stops asking the system for memory: fresh pages cost more than parsing into them. */
void amp_arena_reset(struct amp_arena *a)
{
	size_t wanted = a->used < KEPT_CHUNK ? a->used + a->used / 4 : KEPT_CHUNK;
	struct chunk *kept = NULL;

	a->used = 0;
	a->refused = 0;
#ifndef AMP_ARENA_MALLOC
	for (struct chunk **c = &a->head; *c != NULL && kept == NULL;) {
		if ((*c)->size >= wanted && (*c)->size <= KEPT_CHUNK + KEPT_CHUNK / 4) {
			kept = *c;
			*c = kept->next;
		} else {
			c = &(*c)->next;
		}
	}
#endif
	free_chunks(a->head);
	a->head = kept;
	if (kept != NULL) {
		kept->next = NULL;
		kept->used = 0;
	} else if (a->next_size < wanted) {
		a->next_size = wanted;
	}
}

size_t amp_arena_used(const struct amp_arena *a)
{
	return a->used;
}

static struct chunk *new_chunk(struct amp_arena *a, size_t need)
{
	size_t size = need;
	struct chunk *c;

#ifndef AMP_ARENA_MALLOC
	if (need <= a->next_size) {
		size = a->next_size;
		if (a->next_size < MAX_CHUNK) a->next_size *= 2;
	}
#endif
	c = amp_malloc(sizeof(*c) + size);
	if (c == NULL) return NULL;
	c->size = size;
	c->used = 0;
	c->next = a->head;
	a->head = c;
	return c;
}

static void *refuse(struct amp_arena *a, int code)
{
	if (a->refused == 0) a->refused = code;
	return NULL;
}

int amp_arena_refused(const struct amp_arena *a)
{
	return a->refused;
}

void *amp_arena_alloc(struct amp_arena *a, size_t n)
{
	size_t need = n == 0 ? 1 : n;
	struct chunk *c = a->head;
	void *p;

	if (need > a->cap || a->cap - need < a->used) return refuse(a, AMP_ELIMIT);
	need = (need + 15) & ~(size_t)15;
#ifdef AMP_ARENA_MALLOC
	need = n == 0 ? 1 : n; /* exact sizes, so that the sanitizer sees one byte too many */
	c = NULL;
#endif
	if (c == NULL || c->size - c->used < need) {
		c = new_chunk(a, need);
		if (c == NULL) return refuse(a, AMP_ENOMEM);
	}
	p = (char *)c->data + c->used;
	c->used += need;
	a->used += need;
	return p;
}

void *amp_arena_zalloc(struct amp_arena *a, size_t n)
{
	void *p = amp_arena_alloc(a, n);

	if (p != NULL) memset(p, 0, n);
	return p;
}

char *amp_arena_strndup(struct amp_arena *a, const char *p, size_t n)
{
	char *copy = n == SIZE_MAX ? refuse(a, AMP_ELIMIT) : amp_arena_alloc(a, n + 1);

	if (copy == NULL) return NULL;
	if (n > 0) memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

struct amp_str amp_arena_str(struct amp_arena *a, struct amp_str s)
{
	struct amp_str out = AMP_STR_ABSENT;

	if (s.p == NULL) return out;
	out.p = amp_arena_strndup(a, s.p, s.n);
	out.n = out.p == NULL ? 0 : s.n;
	return out;
}

struct amp_str amp_arena_concat(struct amp_arena *a, const struct amp_str *parts, size_t n)
{
	size_t length = 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n > SIZE_MAX / 2 - length) return AMP_STR_ABSENT;
		length += parts[i].n;
	}
	char *out = amp_arena_alloc(a, length + 1);
	if (!out) return AMP_STR_ABSENT;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n) memcpy(out + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	out[at] = '\0';
	return (struct amp_str){out, at};
}

char *amp_arena_printf(struct amp_arena *a, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) return NULL;
	p = amp_arena_alloc(a, (size_t)n + 1);
	if (p == NULL) return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

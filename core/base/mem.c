/* mem.c: see mem.h. The counters are atomic: the playground answers in threads. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t count;
static _Atomic uint64_t refused;
static _Atomic uint64_t fail_at; /* absolute count; 0 = never */
static _Atomic int armed;        /* 0: the environment was not read yet */

static int refuse(void)
{
	uint64_t now = atomic_fetch_add(&count, 1) + 1;

	if (atomic_load(&armed) == 0) {
		const char *env = getenv("AMP_FAIL_ALLOC");

		atomic_store(&armed, 1);
		if (env != NULL) atomic_store(&fail_at, (uint64_t)strtoull(env, NULL, 10));
	}
	return atomic_load(&fail_at) != 0 && now == atomic_load(&fail_at);
}

static void *counted(void *p)
{
	if (p == NULL) atomic_fetch_add(&refused, 1);
	return p;
}

void *amp_malloc(size_t n)
{
	return counted(refuse() ? NULL : malloc(n == 0 ? 1 : n));
}

void *amp_calloc(size_t n, size_t size)
{
	return counted(refuse() ? NULL : calloc(n == 0 ? 1 : n, size == 0 ? 1 : size));
}

void *amp_realloc(void *p, size_t n)
{
	return counted(refuse() ? NULL : realloc(p, n == 0 ? 1 : n));
}

void amp_free(void *p)
{
	free(p);
}

char *amp_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = amp_malloc(n);

	if (copy != NULL) memcpy(copy, s, n);
	return copy;
}

void *amp_grow(void *v, size_t n, size_t *room, size_t size)
{
	size_t more = 2 * *room + 16;
	void *p;

	if (n < *room) return v;
	p = more <= *room || more > SIZE_MAX / size ? NULL : amp_realloc(v, more * size);
	if (p != NULL) *room = more;
	return p;
}

void amp_mem_fail_at(uint64_t nth)
{
	atomic_store(&armed, 1);
	atomic_store(&fail_at, nth == 0 ? 0 : atomic_load(&count) + nth);
}

uint64_t amp_mem_count(void)
{
	return atomic_load(&count);
}

uint64_t amp_mem_refused(void)
{
	return atomic_load(&refused);
}

/* mem.h: the only door to malloc.
 *
 * core/base/mem.c is the one file that calls malloc and free (a check test reads the symbols). It can fail the Nth
 * allocation, for the torture tests (environment AMP_FAIL_ALLOC=N, or amp_mem_fail_at). The libraries' allocators are
 * routed here by the module that owns each library.
 * amp_malloc and friends return NULL when memory is out: callers report AMP_ENOMEM.
 */
#ifndef AMP_BASE_MEM_H
#define AMP_BASE_MEM_H
#include <stddef.h>
#include <stdint.h>

void *amp_malloc(size_t n);
void *amp_calloc(size_t n, size_t size);
void *amp_realloc(void *p, size_t n);
void amp_free(void *p); /* NULL-safe */
char *amp_strdup(const char *s);
/* Room for one more behind the n elements of v: v, or where it moved to, with *room elements. NULL when memory is out; then v is as it was. */
void *amp_grow(void *v, size_t n, size_t *room, size_t size);

/* Fail the Nth allocation from now (1 = the next), once; 0 = never. */
void amp_mem_fail_at(uint64_t nth);
uint64_t amp_mem_count(void); /* allocations so far in this process */
/* How many of them were refused. For calls that go on without the memory and say less; jansson's own are counted by base/jsonv. */
uint64_t amp_mem_refused(void);

#endif

/* arena.h: one arena a snapshot (and a report): everything in it is freed together, so parsers have no free paths.
 * In sanitizer builds (AMP_ARENA_MALLOC) each allocation is a malloc of its own, so that overruns are seen.
 */
#ifndef AMP_BASE_ARENA_H
#define AMP_BASE_ARENA_H
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct amp_arena;

/* cap: bytes that may ever be handed out between two resets; 0 = AMP_ARENA_DEFAULT_CAP (256 MiB). NULL when memory is out. */
struct amp_arena *amp_arena_new(size_t cap);
void amp_arena_free(struct amp_arena *a);  /* NULL-safe */
void amp_arena_reset(struct amp_arena *a); /* keeps a chunk of the size last used, at most 10 MiB */
size_t amp_arena_used(const struct amp_arena *a);
/* 0, or why an allocation was refused since the last reset: AMP_ELIMIT (the cap) or AMP_ENOMEM. What was made meanwhile may lack parts. */
int amp_arena_refused(const struct amp_arena *a);

/* Zeroed? No: use amp_arena_zalloc. 16-byte aligned. NULL when the cap or memory is reached. */
void *amp_arena_alloc(struct amp_arena *a, size_t n);
void *amp_arena_zalloc(struct amp_arena *a, size_t n);
/* Copies n bytes and adds a NUL. */
char *amp_arena_strndup(struct amp_arena *a, const char *p, size_t n);
struct amp_str amp_arena_str(struct amp_arena *a, struct amp_str s); /* copy; absent stays absent */
/* The parts one after the other; absent ones count as empty. Absent when memory is out. Ten times as fast as printf. */
struct amp_str amp_arena_concat(struct amp_arena *a, const struct amp_str *parts, size_t n);
#define AMP_CONCAT(a, ...)                                           \
	amp_arena_concat((a), (const struct amp_str[]){__VA_ARGS__}, \
	                 sizeof((const struct amp_str[]){__VA_ARGS__}) / sizeof(struct amp_str))
char *amp_arena_printf(struct amp_arena *a, const char *fmt, ...) AMP_PRINTF(2, 3);

#define amp_arena_new_array(a, type, n) \
	((n) > (size_t)-1 / 2 / sizeof(type) ? (type *)NULL : (type *)amp_arena_zalloc((a), (n) * sizeof(type)))

#endif

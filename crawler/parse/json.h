/* json.h: platform JSON (RFC 8259) into one flat array of nodes in document order, in one pass and without recursion.
 *
 * Tolerant where evidence demands it: a lone surrogate, a bad UTF-8 byte, \u0000, a raw control character, a number too
 * big for 64 bits, a byte order mark are repaired or kept as they are, counted, and noted with their byte offset. What
 * cannot be repaired (a cut tail, a syntax error, nesting too deep) ends the reading there: everything before it stays
 * readable, and the containers that were open carry AMP_JSON_CUT. Text that comes out is always valid UTF-8.
 *
 * Strings without escapes are lent from the body; the body must live as long as the tree (amp_parse_pages copies it into
 * the arena first).
 *
 *     const struct amp_json *feed = amp_json_get(doc.root, "feed");
 *     for (const struct amp_json *e = amp_json_first(feed); e; e = amp_json_next(feed, e)) …
 */
#ifndef AMP_PARSE_JSON_H
#define AMP_PARSE_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_JSON_DEPTH 2048 /* containers open at once: jansson's bound, so that whatever it accepts we accept */
#define AMP_JSON_MAX_BYTES ((size_t)256 << 20)
#define AMP_JSON_MAX_NOTES 1000 /* stored; the counters go on */

enum amp_json_type {
	AMP_JSON_NULL,
	AMP_JSON_FALSE,
	AMP_JSON_TRUE,
	AMP_JSON_NUMBER,
	AMP_JSON_STRING,
	AMP_JSON_ARRAY,
	AMP_JSON_OBJECT
};
enum {
	AMP_JSON_INTEGER = 1,  /* number without fraction and exponent */
	AMP_JSON_KEY = 2,      /* string that names the node after it */
	AMP_JSON_SHADOWED = 4, /* key that a later one of the same object repeats: the last one wins */
	AMP_JSON_CUT = 8,      /* container that the document never closed */
	AMP_JSON_REPAIRED = 16 /* text in which something was replaced */
};

struct amp_json {
	union {
		const char *p; /* strings: the text; numbers: the digits as sent */
		uint64_t
			keys; /* objects: a bit for the hash of each key (amp_json_key_bit); a name whose bit is not set is not there */
	};
	uint32_t n;      /* strings, numbers: bytes of p; containers: members */
	uint32_t span;   /* nodes of this subtree, itself included: the next sibling is node + span; of a key: its amp_json_hash */
	uint32_t offset; /* of its first byte in the body */
	uint8_t type, flags;
};

struct amp_json_note {
	const char *code; /* "lone_surrogate", "invalid_utf8", "nul_character", "control_character", "invalid_escape", "big_number",
	                     "byte_order_mark", "duplicate_key", "trailing_bytes" */
	size_t offset;
};

enum amp_json_end {
	AMP_JSON_COMPLETE,
	AMP_JSON_EMPTY,     /* nothing but white space */
	AMP_JSON_TRUNCATED, /* the body ended inside the document */
	AMP_JSON_MALFORMED, /* a byte that no JSON text has there */
	AMP_JSON_TOO_DEEP
};

struct amp_json_doc {
	const struct amp_json *root; /* NULL when not even one value began */
	size_t n_nodes;
	enum amp_json_end end;
	size_t end_offset; /* where reading stopped */
	size_t repairs;    /* notes other than duplicate_key */
	size_t duplicates;
	struct amp_json_note
		*notes; /* the first AMP_JSON_MAX_NOTES; in the order they were met, duplicate keys at the end of their object */
	size_t n_notes;
};

/* 0 whatever the bytes are: doc->end tells. AMP_ENOMEM or AMP_ELIMIT when the arena is used up or the body too big. */
int amp_json_parse(struct amp_json_doc *doc, struct amp_str body, struct amp_arena *arena, struct amp_err *err) AMP_CHECK;
const char *amp_json_end_name(enum amp_json_end end); /* "complete", "empty", "truncated", "malformed", "too_deep" */

/* All take NULL for "not there", so that look-ups can be chained. */
static inline bool amp_json_is(const struct amp_json *v, enum amp_json_type t)
{
	return v && v->type == t;
}
static inline bool amp_json_is_null(const struct amp_json *v)
{
	return !v || v->type == AMP_JSON_NULL;
} /* absent or null */
static inline struct amp_str amp_json_str(const struct amp_json *v) /* text of a string, else absent */
{
	return amp_json_is(v, AMP_JSON_STRING) ? (struct amp_str){v->p, v->n} : AMP_STR_ABSENT;
}
static inline struct amp_str amp_json_digits(const struct amp_json *v) /* a number as sent, else absent */
{
	return amp_json_is(v, AMP_JSON_NUMBER) ? (struct amp_str){v->p, v->n} : AMP_STR_ABSENT;
}
bool amp_json_i64(const struct amp_json *v, int64_t *out);   /* an integer in range; 12.0 and 1e3 count as integers */
bool amp_json_double(const struct amp_json *v, double *out); /* any finite number */
bool amp_json_true(const struct amp_json *v);                /* the literal true */

/* Of a key's name: what look-ups compare first, without touching the text. */
static inline uint32_t amp_json_hash(const char *p, size_t n)
{
	uint32_t h = (uint32_t)n;
	if (n)
		h = h * 131u + (unsigned char)p[0] + ((uint32_t)(unsigned char)p[n - 1] << 8) +
		    ((uint32_t)(unsigned char)p[n / 2] << 16);
	return h * 2654435761u; /* Knuth's multiplicative hash: the high bits are the good ones */
}
static inline uint64_t amp_json_key_bit(uint32_t hash)
{
	return (uint64_t)1 << (hash >> 26);
}
/* Keys are short: two loads that may overlap instead of a call. */
static inline bool amp_json_same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t a8, b8, a8_end, b8_end;
	uint32_t a4, b4, a4_end, b4_end;
	if (n > 16) return memcmp(a, b, n) == 0;
	if (n >= 8) {
		memcpy(&a8, a, 8);
		memcpy(&b8, b, 8);
		memcpy(&a8_end, a + n - 8, 8);
		memcpy(&b8_end, b + n - 8, 8);
		return ((a8 ^ b8) | (a8_end ^ b8_end)) == 0;
	}
	if (n >= 4) {
		memcpy(&a4, a, 4);
		memcpy(&b4, b, 4);
		memcpy(&a4_end, a + n - 4, 4);
		memcpy(&b4_end, b + n - 4, 4);
		return ((a4 ^ b4) | (a4_end ^ b4_end)) == 0;
	}
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i]) return false;
	return true;
}
/* For the look-ups below and the engine's rows: a key node has that name and is the last of it in its object. */
static inline bool amp_json_names(const struct amp_json *k, const char *key, size_t n, uint32_t hash)
{
	return k->span == hash && k->n == n && !(k->flags & AMP_JSON_SHADOWED) && amp_json_same_bytes(k->p, key, n);
}
/* For amp_json_get_n alone: goes through the members of an object. */
const struct amp_json *amp_json_find(const struct amp_json *object, const char *key, size_t n, uint32_t hash);
/* Value, NULL when not there. Most questions are about members that most entries lack: those cost no walk. */
static inline const struct amp_json *amp_json_get_n(const struct amp_json *object, const char *key, size_t n)
{
	uint32_t hash = amp_json_hash(key, n);
	if (!amp_json_is(object, AMP_JSON_OBJECT) || !(object->keys & amp_json_key_bit(hash))) return NULL;
	return amp_json_find(object, key, n, hash);
}
/* The same. Length and hash of a literal key are known to the compiler. */
static inline const struct amp_json *amp_json_get(const struct amp_json *object, const char *key)
{
	return amp_json_get_n(object, key, strlen(key));
}
const struct amp_json *amp_json_at(const struct amp_json *array, size_t i);
/* "post.record.text", "links.0.url": keys and places, separated by dots. */
const struct amp_json *amp_json_path_n(const struct amp_json *v, const char *path, size_t n); /* the first n bytes of path */
static inline const struct amp_json *amp_json_path(const struct amp_json *v, const char *path)
{
	bool step = !strchr(path, '.'); /* known to the compiler of a literal path */
	return step && amp_json_is(v, AMP_JSON_OBJECT) ? amp_json_get(v, path) : amp_json_path_n(v, path, strlen(path));
}

/* The keys of an object that is asked for many of them: built once, then found by halving. NULL when memory is out. */
struct amp_json_keys;
const struct amp_json_keys *amp_json_keys_new(struct amp_arena *arena, const struct amp_json *object);
const struct amp_json *amp_json_keys_get(const struct amp_json_keys *keys, struct amp_str key); /* NULL-safe */

/* Members of an array, or values of an object (repeated keys: only the last). */
const struct amp_json *amp_json_first(const struct amp_json *container);
const struct amp_json *amp_json_next(const struct amp_json *container, const struct amp_json *value);
/* Key of a value that amp_json_first/next gave for an object. */
static inline struct amp_str amp_json_key(const struct amp_json *value)
{
	return (struct amp_str){value[-1].p, value[-1].n};
}

#endif

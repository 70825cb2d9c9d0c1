/* positions.h: where each key and value of a JSON text stands. jansson reads the values but forgets their places; this scanner
 * keeps the places and nothing else. It is strict, so that it also says in our own words what breaks the syntax.
 */
#ifndef AMP_PERSONA_POSITIONS_H
#define AMP_PERSONA_POSITIONS_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

#define AMP_POSITIONS_DEPTH 64
#define AMP_POSITIONS_MEMBERS 4096

struct amp_pos {
	struct amp_pos *next, *first, *last; /* sibling; members or elements in file order */
	struct amp_str key;                  /* decoded; absent for elements and the root */
	int line, column;                    /* of the value's first character; 1-based, columns in code points */
	int key_line, key_column;            /* of the key's opening quote; the value's where there is no key */
	bool duplicate;                      /* an earlier member of the same object has this key */
	bool plain;                          /* a text without escapes: offsets inside it are offsets in the file */
};
struct amp_syntax_error {
	int line, column;
	const char *text; /* untranslated, marked N_() */
};

/* The tree of places; NULL on a syntax error (*e filled) or out of memory (e->text NULL). */
const struct amp_pos *amp_positions(struct amp_str text, struct amp_arena *a, struct amp_syntax_error *e);
/* The last member with this key (jansson keeps the last too); NULL when there is none. */
const struct amp_pos *amp_pos_key(const struct amp_pos *object, const char *key);
const struct amp_pos *amp_pos_index(const struct amp_pos *array, size_t i);

#endif

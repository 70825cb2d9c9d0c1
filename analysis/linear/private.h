/* private.h: what the files of analysis/linear share. */
#ifndef AMP_LINEAR_PRIVATE_H
#define AMP_LINEAR_PRIVATE_H
#include "linear/features.h"

enum linear_tag {
#define X(id, name) LINEAR_##id,
#include "linear/tags.def"
#undef X
	LINEAR_TAG_COUNT
};
#define LINEAR_TAG_BIT(t) (UINT64_C(1) << (t))

struct linear_token {
	uint64_t hash;       /* of its words */
	uint32_t start, end; /* bytes of the normal form */
	uint32_t sentence;
	uint32_t targets; /* groups, bits in the order of amp_targets */
	uint8_t tag;
	bool quoted, word; /* word: letters or digits, else a sign */
	bool reclaimed;
};

/* Room in a list for `more` occurrences. */
int linear_room(struct amp_linear_list *list, size_t more, bool explain, struct amp_err *err) AMP_CHECK;
/* 2^64 by the golden ratio: spreads keys (Knuth, The Art of Computer Programming, 6.4). */
#define LINEAR_MIX UINT64_C(0x9e3779b97f4a7c15)
static inline uint32_t linear_place(uint64_t key)
{
	key ^= key >> 29;
	return (uint32_t)(key * LINEAR_MIX >> (64 - AMP_LINEAR_BITS));
}
/* Appends one occurrence where linear_room made room. */
static inline void linear_put(struct amp_linear_list *list, uint64_t key, uint32_t start, uint32_t end, uint64_t name, bool explain)
{
	if (explain) list->origin[list->n] = (struct amp_linear_origin){start, end, name};
	list->place[list->n++] = linear_place(key);
}
/* Concept features of f->tokens. */
int linear_concepts(struct amp_linear_features *f, struct amp_err *err) AMP_CHECK;

#endif

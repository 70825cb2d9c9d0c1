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

/* What a token is to the concept features. */
struct linear_said {
	uint32_t targets; /* groups, bits in the order of amp_targets */
	uint8_t tag;
	bool reclaimed;
	bool quoted, word; /* word: letters or digits, else a sign */
};
struct linear_token {
	uint64_t hash;       /* of its words */
	uint32_t start, end; /* bytes of the normal form */
	struct linear_said said;
	uint32_t masked[2], pair; /* places of the runs of two and three, and of the pair, that end here */
};

/* What a word brings to every text, see words.c. A line of the processor's cache. */
struct linear_word {
	uint64_t key[3]; /* its bytes and their number */
	uint64_t hash;   /* as in lexicon_token, like word */
	uint32_t used;   /* the last text that had it; 0: no word */
	uint32_t filter; /* linear_words' when it was tagged; 0: never yet */
	struct linear_said said;
	uint32_t word;
	uint32_t node;        /* of the lexicon, where entries go on from the word; else 0 */
	int16_t letters;      /* sum of the weights of its letters */
	uint8_t n_letters;    /* how many places they have */
	int8_t alone;         /* the weight of the word itself */
	uint8_t functions[2]; /* bits of the languages of which it is a function word */
	bool prefixed;        /* it starts with a prefix of the lexicon */
	bool never;           /* tagged in no language */
};
#define LINEAR_SET_BITS 14
#define LINEAR_WAY_BITS 1 /* words.c says how rows are chosen */
struct linear_words {
	const struct lexicon *l;
	uint32_t text;   /* number of the present one */
	uint32_t filter; /* its languages as a number that is not 0 */
	int8_t *weights; /* a copy of the model's, beside the rows */
	struct linear_word *rows;
	void *memory;         /* both of them */
	uint64_t spread[256]; /* eight bits as eight bytes of 0 or 1 */
};
int linear_words_new(struct linear_words **out, const struct lexicon *l, const int8_t *weights, struct amp_err *err) AMP_CHECK;
void linear_words_free(struct linear_words *w); /* NULL-safe */
/* What the lexicon knows of the words of a new text, f->words: row and word of each, or hash and prefix too where it has no row. *counts: function
 * words. */
void linear_words_look_up(struct amp_linear_features *f, struct lexicon_counts *counts);
/* The row of a word (or of several) of the normal form; NULL: it can have none in this text. */
struct linear_word *linear_word(struct linear_words *w, const char *p, size_t n);
/* That of a token which was looked up; NULL: none. */
static inline struct linear_word *linear_row(struct linear_words *w, uint32_t row)
{
	return row == 0 ? NULL : &w->rows[row - 1];
}
/* f->tokens, and f->tagged: those with a tag. */
int linear_tokens(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near,
                  struct amp_err *err) AMP_CHECK;
/* The runs of three to five letters that end at each letter of a word and at its end, into `to`, which has room for three a byte and three more.
 * Returns how many. */
size_t linear_letters(const char *p, const char *end, uint32_t *to);
/* Sum of the weights of a word's runs of letters; *n: how many runs. */
int64_t linear_weigh_runs(const char *p, const char *end, const int8_t *weights, size_t *n);

/* amp_linear_norm, calculated. */
uint32_t linear_norm_of(size_t n);
/* Room in a list for `more` occurrences. */
int linear_room(struct amp_linear_list *list, size_t more, bool explain, struct amp_err *err) AMP_CHECK;
/* 2^64 by the golden ratio: spreads keys (Knuth, The Art of Computer Programming, 6.4). */
#define LINEAR_MIX UINT64_C(0x9e3779b97f4a7c15)
enum linear_seed { SEED_WORD = 1, SEED_PAIR, SEED_MASKED_2, SEED_MASKED_3, SEED_CHARACTERS };
#define LINEAR_WORD(hash) ((hash)*LINEAR_MIX + SEED_WORD)
static inline uint32_t linear_place(uint64_t key)
{
	key ^= key >> 29;
	return (uint32_t)(key * LINEAR_MIX >> (64 - AMP_LINEAR_BITS));
}
/* Weighs one occurrence, or appends it where linear_room made room. */
static inline void linear_put(struct amp_linear_list *list, uint64_t key, uint32_t start, uint32_t end, uint64_t name, bool explain)
{
	if (list->weights != NULL) {
		list->sum += list->weights[linear_place(key)];
		list->weighed++;
		return;
	}
	if (explain) list->origin[list->n] = (struct amp_linear_origin){start, end, name};
	list->place[list->n++] = linear_place(key);
}
/* Concept features of f->tokens, and the groups that they name. */
int linear_concepts(struct amp_linear_features *f, struct amp_err *err) AMP_CHECK;

#endif

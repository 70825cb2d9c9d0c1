/* lexicon.h: lexicon files as an automaton over words. data/README.md describes the files. */
#ifndef AMP_LEXICON_LEXICON_H
#define AMP_LEXICON_LEXICON_H
#include "base/arena.h"
#include <stdbool.h>
#include "base/err.h"
#include "base/hash.h"
#include "lexicon/target.h"

#define LEXICON_LANGS_MAX 16
#define LEXICON_ENTRY_TARGETS 4
/* Sizes of filters, as bits of the number of their words: prefixes are few. */
#define LEXICON_PREFIX_FILTER 6
#define LEXICON_WORD_FILTER 12
#define LEXICON_EDGE_FILTER 12

enum lexicon_kind {
#define X(id, name) LEXICON_##id,
#include "lexicon/kinds.def"
#undef X
	LEXICON_KINDS
};
enum lexicon_flag {
	LEXICON_AMBIGUOUS = 1, /* counts only beside a hostile word */
	LEXICON_RECLAIMED = 2, /* counts little when its bearer says it of themselves */
	LEXICON_PREFIX = 4,    /* the beginning of a word */
	LEXICON_BEFORE = 8,    /* counts only right before its target */
	LEXICON_AFTER = 16,    /* counts only right after its target */
	LEXICON_STRICT = 32,   /* only where the text's language is known to be the file's: a homograph elsewhere */
	LEXICON_ANY = 64,      /* in every language */
	LEXICON_MASS = 128     /* names the whole group without the plural's s: islam, women */
};

struct lexicon_entry {
	const char *text, *note;
	const char *targets[LEXICON_ENTRY_TARGETS];
	size_t n_targets;
	uint32_t groups; /* the targets as bits, in the order of amp_targets */
	int64_t weight;  /* thousandths */
	enum lexicon_kind kind;
	unsigned flags;
	uint32_t langs; /* bit of the file's language */
	uint32_t next;  /* the next entry with the same words, + 1; 0 = none */
};
struct lexicon_word {
	const char *p;
	uint32_t n;
	uint32_t node;      /* the trie node of this word alone, 0 = none */
	uint32_t functions; /* bits of the languages of which it is a function word */
};
struct lexicon_node {
	uint32_t entry; /* + 1, 0 = none */
	uint32_t children;
};
struct lexicon_slot {
	uint64_t key;
	uint32_t value; /* 0 = empty */
};
struct lexicon_table { /* open addressing, size a power of two */
	struct lexicon_slot *slots;
	size_t n, size;
};
struct lexicon {
	struct amp_arena *arena;
	struct lexicon_entry *entries;
	size_t n_entries, room_entries;
	struct lexicon_word *words; /* 0 unused */
	size_t n_words, room_words;
	struct lexicon_node *nodes; /* 0 unused */
	size_t n_nodes, room_nodes;
	struct lexicon_table by_word, edges, prefixes;
	uint64_t prefix_lengths; /* bit n: some prefix has n bytes (n < 64) */
	/* Bloom filters of one hash: spare most look-ups */
	uint64_t prefix_filter[1 << LEXICON_PREFIX_FILTER], word_filter[1 << LEXICON_WORD_FILTER],
		edge_filter[1 << LEXICON_EDGE_FILTER];
	const char *langs[LEXICON_LANGS_MAX];
	size_t n_langs;
	uint8_t hash[AMP_SHA256]; /* of the files' bytes, one after another in name order */
};
const char *lexicon_kind_name(enum lexicon_kind kind);
/* Reads every lexicon-*.tsv of a folder. The first mistake refuses the load. */
int lexicon_load(struct lexicon **out, const char *dir, struct amp_err *err) AMP_CHECK;
void lexicon_free(struct lexicon *l);

struct amp_lexicon_mistake {
	const char *file;
	int line, column;  /* 1-based; column in code points */
	const char *field; /* "weight", or "" for the whole line */
	char text[512];    /* what is expected */
};
typedef void amp_lexicon_mistake_fn(void *user, const struct amp_lexicon_mistake *m);
/* Reports every mistake of one lexicon file; AMP_EUSAGE when there was any. */
int amp_lexicon_check(const char *path, amp_lexicon_mistake_fn *fn, void *user, struct amp_err *err) AMP_CHECK;

struct lexicon_token {
	uint32_t start, end; /* bytes of the normal form */
	uint32_t word;       /* 0: in no entry */
	uint32_t prefix;     /* entry + 1 whose prefix it starts with, 0 = none */
	uint32_t sentence;
	uint32_t row;         /* its caller's own; 0 at first */
	uint64_t hash;        /* lexicon_hash_word of its bytes; 0 where it was not looked up */
	bool quoted, ignored; /* ignored: part of a link or of an account's name */
	bool gap;             /* before it is one space, apostrophe or hyphen and nothing else */
};
struct lexicon_tokens {
	struct lexicon_token *v;
	size_t n, room;
	bool quoted; /* any of them is */
};
/* Words of a normal form, and one of zeros behind the last. l may be NULL (no look-ups). */
int lexicon_tokenise(const struct lexicon *l, struct amp_str normal, struct lexicon_tokens *out, struct amp_err *err) AMP_CHECK;
/* What the lexicon knows of one word of a normal form: word, prefix and hash of a token that starts and ends there and has none. */
void lexicon_look_up(const struct lexicon *l, const char *normal, struct lexicon_token *token);
#define LEXICON_EVERY_KIND UINT32_MAX
#define LEXICON_KIND_BIT(kind) (UINT32_C(1) << (kind))
/* Which entries a text is matched with: those of these languages (strict: the text's language is known) and kinds. */
struct lexicon_filter {
	uint32_t langs, kinds;
	bool strict;
};
/* The longest match at token `at`: its entry + 1 and its number of tokens, or 0. Other entries with the same words: lexicon_next. */
uint32_t lexicon_match(const struct lexicon *l, const struct lexicon_tokens *t, size_t at, const struct lexicon_filter *filter,
                       size_t *length);
/* The entry after this one (both + 1) that has the same words and passes the filter; 0: none. */
uint32_t lexicon_next(const struct lexicon *l, uint32_t entry, const struct lexicon_filter *filter);
/* The first of a chain of entries (all + 1) that passes; 0: none. */
uint32_t lexicon_first(const struct lexicon *l, uint32_t entry, const struct lexicon_filter *filter);
/* A number of words for each language, in the order of the lexicon's. */
struct lexicon_counts {
	uint32_t n[LEXICON_LANGS_MAX];
};
/* Languages of a text: those whose function words it has most of (two more than any other language), else its tag (BCP 47 or NULL),
 * else all of them, with strict unset. The text says it more reliably than platforms' tags, which follow the writer's settings. */
void lexicon_text_langs(const struct lexicon *l, const struct lexicon_tokens *t, const char *tag, struct lexicon_filter *filter);
/* The same from the number of the text's function words. */
void lexicon_count_langs(const struct lexicon *l, const struct lexicon_counts *counts, const char *tag,
                         struct lexicon_filter *filter);
/* The one language that a filter of lexicon_text_langs settled on; NULL: none. */
const char *lexicon_filter_lang(const struct lexicon *l, const struct lexicon_filter *filter);

uint64_t lexicon_hash_word(const char *p, size_t n);
uint64_t lexicon_hash_step(uint64_t h, unsigned char c);
#define LEXICON_HASH_START UINT64_C(14695981039346656037)
/* Where probing starts. Keys are hashes already, but FNV's low bits are weak and edges are plain numbers: finish them (MurmurHash3's
 * fmix64). */
static inline size_t lexicon_table_place(uint64_t key, size_t size)
{
	key ^= key >> 33;
	key *= UINT64_C(0xff51afd7ed558ccd);
	key ^= key >> 33;
	return (size_t)key & (size - 1);
}
/* A filter of hashes has 2^bits words of 64 bits, and one bit a hash: what is in a table is always in its filter. */
static inline bool lexicon_filter_has(const uint64_t *filter, unsigned bits, uint64_t hash)
{
	return (filter[hash >> (64 - bits)] >> (hash >> (58 - bits) & 63) & 1) != 0;
}
/* The value of a key, 0: it has none. */
static inline uint32_t lexicon_table_get(const struct lexicon_table *t, uint64_t key)
{
	if (t->size == 0) return 0;
	for (size_t i = lexicon_table_place(key, t->size);; i = (i + 1) & (t->size - 1)) {
		if (t->slots[i].value == 0) return 0;
		if (t->slots[i].key == key) return t->slots[i].value;
	}
}
/* The key of an edge, and its bits in its filter: those of a product, for keys are plain numbers. */
static inline uint64_t lexicon_edge_key(uint32_t node, uint32_t word)
{
	return (uint64_t)node << 32 | word;
}
static inline uint64_t lexicon_edge_hash(uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15);
}
/* False: no edge goes from the node by the word. */
static inline bool lexicon_edge_may_be(const struct lexicon *l, uint32_t node, uint32_t word)
{
	return lexicon_filter_has(l->edge_filter, LEXICON_EDGE_FILTER, lexicon_edge_hash(lexicon_edge_key(node, word)));
}
/* The node behind a node and a word; 0: none. */
static inline uint32_t lexicon_edge(const struct lexicon *l, uint32_t node, uint32_t word)
{
	return lexicon_edge_may_be(l, node, word) ? lexicon_table_get(&l->edges, lexicon_edge_key(node, word)) : 0;
}
/* Adds or replaces; value is not 0. */
int lexicon_table_put(struct lexicon_table *t, uint64_t key, uint32_t value, struct amp_err *err) AMP_CHECK;
/* Grows v to room for n + 1 elements. */
int lexicon_grow(void **v, size_t *room, size_t n, size_t element, struct amp_err *err) AMP_CHECK;

#endif

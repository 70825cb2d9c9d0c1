/* near.c: the words of identity and slur entries, and each of them with one letter left out, by hash. The hash is a polynomial over
 * 64 bits, so that the hash of a word without a letter, or of a part of it, is had from hashes of its beginnings.
 */
#include "lexicon/near.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"

#define FACTOR UINT64_C(0x9e3779b97f4a7c15)
#define FILTER_BITS 13 /* of the number of a filter's words: 64 KiB */
#define START_BITS 10
#define GLUED_LOOK 256
#define INSIDE_MAX 32

struct lexicon_near {
	const struct lexicon *l;
	struct lexicon_table whole, cut; /* -> word id; whole words, and words without one letter */
	/* spare nearly all look-ups: of both tables, and of the first letters of whole words */
	uint64_t filter[1 << FILTER_BITS], starts[1 << START_BITS];
	uint64_t power[GLUED_LOOK + 1];
};

/* The polynomial's low bits see few letters: mix before they are used. */
static uint64_t finish(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

/* A key's bits in its word of a filter: two, so that it seldom has those of others. */
static uint64_t marks(uint64_t key)
{
	return UINT64_C(1) << (key >> 6 & 63) | UINT64_C(1) << (key & 63);
}

static inline bool may_have(const struct lexicon_near *near, uint64_t key)
{
	uint64_t some = near->filter[key >> (64 - FILTER_BITS)];
	return (some >> (key & 63) & 1) != 0 && (some >> (key >> 6 & 63) & 1) != 0;
}

static inline bool may_start(const struct lexicon_near *near, uint64_t key)
{
	uint64_t some = near->starts[key >> (64 - START_BITS)];
	return (some >> (key & 63) & 1) != 0 && (some >> (key >> 6 & 63) & 1) != 0;
}

static int put(struct lexicon_near *near, struct lexicon_table *t, uint64_t key, uint32_t word, struct amp_err *err)
{
	near->filter[key >> (64 - FILTER_BITS)] |= marks(key);
	if (lexicon_table_get(t, key) != 0) return 0; /* the first word stays: files are read in name order, so always the same */
	return lexicon_table_put(t, key, word, err);
}

/* h[i]: hash of the first i bytes. */
static void beginnings(const char *p, size_t n, uint64_t *h)
{
	h[0] = 0;
	for (size_t i = 0; i < n; i++) h[i + 1] = h[i] * FACTOR + (unsigned char)p[i] + 1;
}

static uint64_t part(const struct lexicon_near *near, const uint64_t *h, size_t from, size_t to)
{
	return h[to] - h[from] * near->power[to - from];
}

static uint64_t without(const struct lexicon_near *near, const uint64_t *h, size_t n, size_t letter)
{
	/* h[letter] * power + part(near, h, letter + 1, n) with one product */
	return h[n] - (h[letter + 1] - h[letter]) * near->power[n - letter - 1];
}

/* Does a whole word's chain have an identity or a slur? */
static bool is_group(const struct lexicon *l, const struct lexicon_word *w)
{
	if (w->node == 0) return false;
	for (uint32_t e = l->nodes[w->node].entry; e != 0; e = l->entries[e - 1].next)
		if (l->entries[e - 1].kind == LEXICON_IDENTITY || l->entries[e - 1].kind == LEXICON_SLUR) return true;
	return false;
}

static int add_word(struct lexicon_near *near, uint32_t id, struct amp_err *err)
{
	const struct lexicon_word *w = &near->l->words[id];
	uint64_t h[NEAR_WORD_MAX + 1];
	if (w->n < NEAR_INSIDE_MIN || w->n > INSIDE_MAX || !is_group(near->l, w)) return 0;
	beginnings(w->p, w->n, h);
	uint64_t first = finish(h[NEAR_INSIDE_MIN]);
	near->starts[first >> (64 - START_BITS)] |= marks(first);
	int rc = put(near, &near->whole, finish(h[w->n]), id, err);
	for (size_t i = 1; rc == 0 && w->n >= NEAR_EDIT_MIN && i < w->n; i++)
		rc = put(near, &near->cut, finish(without(near, h, w->n, i)), id, err);
	return rc;
}

int lexicon_near_new(struct lexicon_near **out, const struct lexicon *l, struct amp_err *err)
{
	struct lexicon_near *near = amp_calloc(1, sizeof *near);
	int rc = 0;
	if (near == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
	near->l = l;
	near->power[0] = 1;
	for (size_t i = 1; i <= GLUED_LOOK; i++) near->power[i] = near->power[i - 1] * FACTOR;
	for (uint32_t id = 1; rc == 0 && id < l->n_words; id++) rc = add_word(near, id, err);
	if (rc != 0) {
		lexicon_near_free(near);
		return rc;
	}
	*out = near;
	return 0;
}

void lexicon_near_free(struct lexicon_near *near)
{
	if (near == NULL) return;
	amp_free(near->whole.slots);
	amp_free(near->cut.slots);
	amp_free(near);
}

/* The first identity or slur of a word that passes. */
static uint32_t entry_of(const struct lexicon_near *near, uint32_t word, const struct lexicon_filter *filter)
{
	struct lexicon_filter groups = *filter;
	groups.kinds &= LEXICON_KIND_BIT(LEXICON_IDENTITY) | LEXICON_KIND_BIT(LEXICON_SLUR);
	return lexicon_first(near->l, near->l->nodes[near->l->words[word].node].entry, &groups);
}

static uint32_t look(const struct lexicon_near *near, const struct lexicon_table *t, uint64_t key, char first,
                     const struct lexicon_filter *filter)
{
	uint32_t word = lexicon_table_get(t, key);
	if (word == 0 || near->l->words[word].p[0] != first) return 0;
	return entry_of(near, word, filter);
}

static uint32_t edited(const struct lexicon_near *near, struct amp_str word, const uint64_t *h, const struct lexicon_filter *filter)
{
	uint64_t whole = finish(h[word.n]);
	uint32_t entry = may_have(near, whole) ? look(near, &near->cut, whole, word.p[0], filter) : 0; /* a letter is missing */
	for (size_t i = 1; entry == 0 && i < word.n; i++) {
		uint64_t one_less = finish(without(near, h, word.n, i));
		if (!may_have(near, one_less)) continue;
		if (word.n > NEAR_EDIT_MIN) entry = look(near, &near->whole, one_less, word.p[0], filter); /* one too many */
		if (entry == 0) entry = look(near, &near->cut, one_less, word.p[0], filter); /* another, or two swapped */
	}
	return entry;
}

static uint32_t glued(const struct lexicon_near *near, struct amp_str word, const uint64_t *h, const struct lexicon_filter *filter)
{
	for (size_t from = 0; from + NEAR_INSIDE_MIN <= word.n; from++) {
		if (!may_start(near, finish(part(near, h, from, from + NEAR_INSIDE_MIN)))) continue;
		size_t most = word.n - from < INSIDE_MAX ? word.n - from : INSIDE_MAX;
		for (size_t n = most; n >= NEAR_INSIDE_MIN; n--) { /* the longest first */
			uint64_t key = finish(part(near, h, from, from + n));
			uint32_t entry = may_have(near, key) ? look(near, &near->whole, key, word.p[from], filter) : 0;
			if (entry != 0) return entry;
		}
	}
	return 0;
}

enum lexicon_nearness lexicon_near_find(const struct lexicon_near *near, struct amp_str word, const struct lexicon_filter *filter,
                                        uint32_t *entry)
{
	uint64_t h[GLUED_LOOK + 1];
	if (word.n < NEAR_EDIT_MIN - 1) return LEXICON_FAR;
	if (word.n > GLUED_LOOK) word.n = GLUED_LOOK;
	beginnings(word.p, word.n, h);
	if (word.n <= NEAR_WORD_MAX) {
		*entry = edited(near, word, h, filter);
		if (*entry != 0) return LEXICON_EDITED;
	}
	if (word.n < NEAR_GLUED_MIN) return LEXICON_FAR;
	*entry = glued(near, word, h, filter);
	return *entry != 0 ? LEXICON_GLUED : LEXICON_FAR;
}

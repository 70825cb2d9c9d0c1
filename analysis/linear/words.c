/* words.c: what a word brings to every text under one model, remembered from text to text: what the lexicon says of it and the sum of its letters'
 * weights. Posts repeat their words: nine in ten have been met before (tests/bench/README.md).
 *
 * A word's row follows from its bytes, the lexicon, the model and, for what it is tagged with, the languages of the text, which the row names: so
 * nothing that was read before can change a score, and a row can be given up at any time. Rows are in sets of two; the one that no text has had
 * for longer is replaced, never one that the present text has. Words without a row are read anew each time.
 *
 * Rows and weights are met at random, and waiting for them was half of the time of scoring: they are in one block of memory for which large
 * pages are asked, and rows are asked for a pass before they are read.
 */
#include <string.h>
#include <sys/mman.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "linear/private.h"
#include "text/bytes.h"

#define WORD_MAX 23 /* bytes of a word that may have a row */
#define ROWS_SIZE (sizeof(struct linear_word) * ((size_t)1 << (LINEAR_SET_BITS + LINEAR_WAY_BITS)))
#define PAGE ((size_t)2 << 20) /* a large one of x86-64 and of most ARM systems */
#define SIZE ((ROWS_SIZE + AMP_LINEAR_PLACES + PAGE - 1) / PAGE * PAGE)
#define LETTERS_MAX (3 * WORD_MAX)
#define COUNT_MAX 255 /* words that eight bits count */

_Static_assert(sizeof(struct linear_word) == 64, "a row is a line of the processor's cache");
_Static_assert(LETTERS_MAX * 128 <= INT16_MAX && LETTERS_MAX <= UINT8_MAX, "a row has room for the weights of a word's letters");

int linear_words_new(struct linear_words **out, const struct lexicon *l, const int8_t *weights, struct amp_err *err)
{
	struct linear_words *w = amp_calloc(1, sizeof *w);
	char *memory = amp_malloc(SIZE + PAGE);
	if (w == NULL || memory == NULL) {
		amp_free(w);
		amp_free(memory);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while loading the linear detector."));
	}
	char *whole = memory + (PAGE - (uintptr_t)memory % PAGE) % PAGE;
#ifdef MADV_HUGEPAGE
	(void)madvise(whole, SIZE, MADV_HUGEPAGE); /* a hint: without it the same is only slower */
#endif
	w->l = l;
	w->memory = memory;
	w->rows = (struct linear_word *)(void *)whole;
	w->weights = (int8_t *)whole + ROWS_SIZE;
	memset(whole, 0, ROWS_SIZE);
	memcpy(w->weights, weights, AMP_LINEAR_PLACES);
	for (unsigned bits = 0; bits < 256; bits++)
		for (unsigned i = 0; i < 8; i++) w->spread[bits] |= (uint64_t)(bits >> i & 1) << 8 * i;
	*out = w;
	return 0;
}

void linear_words_free(struct linear_words *w)
{
	if (w == NULL) return;
	amp_free(w->memory);
	amp_free(w);
}

static const uint8_t FIRST_BYTES[32] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

/* The whole word: its bytes, none of which is 0, and its length in the last one. What stands behind the text may be read: a normal form has room. */
struct key {
	amp_sixteen first;
	uint64_t last;
};

static inline struct key key_of(const char *p, size_t n)
{
	struct key key = {.first = amp_sixteen_at(p), .last = (uint64_t)n << 56};
	if (n <= sizeof key.first)
		key.first &= amp_sixteen_at((const char *)FIRST_BYTES + sizeof key.first - n);
	else
		key.last |= amp_eight_at(p + sizeof key.first) & ((UINT64_C(1) << 8 * (n - sizeof key.first)) - 1);
	return key;
}

static inline bool has_key(const struct linear_word *row, const struct key *key)
{
	return row->key[2] == key->last &&
	       amp_sixteen_bits((amp_sixteen)(amp_sixteen_at((const char *)row->key) == key->first)) == 0xffff;
}

static void fill(const struct linear_words *w, struct linear_word *row, const struct key *key, const char *p, size_t n)
{
	struct lexicon_token token = {.end = (uint32_t)n};
	lexicon_look_up(w->l, p, &token);
	const struct lexicon_word *word = &w->l->words[token.word]; /* 0: of nothing */
	*row = (struct linear_word){.hash = token.hash, .word = token.word, .prefixed = token.prefix != 0};
	memcpy(row->key, &key->first, sizeof key->first);
	row->key[2] = key->last;
	row->node = w->l->nodes[word->node].children > 0 ? word->node : 0;
	row->functions[0] = (uint8_t)(word->functions & 0xff);
	row->functions[1] = (uint8_t)(word->functions >> 8);
	row->alone = w->weights[linear_place(LINEAR_WORD(token.hash))];
	if (amp_is_digit((unsigned char)*p)) return;
	size_t letters;
	row->letters = (int16_t)linear_weigh_runs(p, p + n, w->weights, &letters);
	row->n_letters = (uint8_t)letters;
}

/* A row of its set for a new word; NULL: the present text has both. */
static struct linear_word *new_row(const struct linear_words *w, struct linear_word *set, const struct key *key, const char *p,
                                   size_t n)
{
	struct linear_word *row = set[0].used == w->text || (set[1].used != w->text && set[1].used < set[0].used) ? set + 1 : set;
	if (row->used == w->text) return NULL;
	fill(w, row, key, p, n);
	return row;
}

/* The first row of the set that a word's would be in. */
static inline size_t set_of(const struct key *key)
{
	uint64_t parts[2];
	memcpy(parts, &key->first, sizeof parts);
	uint64_t mixed = (parts[0] ^ (parts[1] + key->last) * LINEAR_MIX) * LINEAR_MIX;
	return mixed >> (64 - LINEAR_SET_BITS) << LINEAR_WAY_BITS;
}

/* Where the row of a word of this set is, counted from 1; 0: it has none. */
static inline size_t row_in(struct linear_words *w, size_t set, const struct key *key, const char *p, size_t n)
{
	size_t at = set;
	if (!has_key(&w->rows[at], key)) {
		at++;
		if (!has_key(&w->rows[at], key)) {
			const struct linear_word *row = new_row(w, &w->rows[set], key, p, n);
			if (row == NULL) return 0;
			at = (size_t)(row - w->rows);
		}
	}
	w->rows[at].used = w->text;
	return at + 1;
}

struct linear_word *linear_word(struct linear_words *w, const char *p, size_t n)
{
	if (n > WORD_MAX) return NULL;
	struct key key = key_of(p, n);
	return linear_row(w, (uint32_t)row_in(w, set_of(&key), &key, p, n));
}

#define NO_SET UINT32_MAX

/* Asks for the rows that words may have, long before they are read: in token->row is the set, or NO_SET. */
static void fetch_rows(const struct linear_words *w, const char *text, struct lexicon_token *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = v[i].end - v[i].start;
		v[i].row = NO_SET;
		if (v[i].ignored || length > WORD_MAX) continue;
		struct key key = key_of(text + v[i].start, length);
		size_t set = set_of(&key);
		__builtin_prefetch(&w->rows[set]);
		__builtin_prefetch(&w->rows[set + 1]);
		v[i].row = (uint32_t)set;
	}
}

/* The words from `from` to `to`, COUNT_MAX at most. */
static void look_up_some(struct amp_linear_features *f, size_t from, size_t to, struct lexicon_counts *counts)
{
	struct linear_words *w = f->known;
	const char *text = f->normal.text.p;
	uint64_t functions[2] = {0, 0}; /* a byte a language */
	fetch_rows(w, text, &f->words.v[from], to - from);
	for (size_t i = from; i < to; i++) {
		struct lexicon_token *token = &f->words.v[i];
		const char *p = text + token->start;
		size_t at = 0;
		if (token->row != NO_SET) {
			struct key key = key_of(p, token->end - token->start);
			at = row_in(w, token->row, &key, p, token->end - token->start);
		}
		token->row = (uint32_t)at;
		if (at == 0) {
			if (token->ignored) continue;
			lexicon_look_up(w->l, text, token);
			uint32_t langs = w->l->words[token->word].functions;
			functions[0] += w->spread[langs & 0xff];
			functions[1] += w->spread[langs >> 8 & 0xff];
			continue;
		}
		const struct linear_word *row = &w->rows[at - 1];
		token->word = row->word;
		functions[0] += w->spread[row->functions[0]];
		functions[1] += w->spread[row->functions[1]];
	}
	_Static_assert(LEXICON_LANGS_MAX == 16, "two bytes of bits a word");
	for (size_t i = 0; i < LEXICON_LANGS_MAX; i++) counts->n[i] += (uint32_t)(functions[i / 8] >> 8 * (i % 8) & 0xff);
}

void linear_words_look_up(struct amp_linear_features *f, struct lexicon_counts *counts)
{
	if (++f->known->text == 0) f->known->text = 1; /* 0: a row without a word */
	*counts = (struct lexicon_counts){0};
	for (size_t from = 0; from < f->words.n; from += COUNT_MAX)
		look_up_some(f, from, f->words.n - from > COUNT_MAX ? from + COUNT_MAX : f->words.n, counts);
}

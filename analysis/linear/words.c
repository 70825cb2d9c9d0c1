/* words.c: what a word brings to every text under one model, remembered from text to text: what the lexicon says of it and the sum of its letters'
 * weights. Posts repeat their words: nine in ten have been met before (tests/bench/README.md).
 *
 * A word's row follows from its bytes, the lexicon, the model and, for what it is tagged with, the languages of the text, which the row names: so
 * nothing that was read before can change a score, and a row can be given up at any time. Rows are in sets of two; the one that no text has had
 * for longer is replaced, never one that the present text has. Words without a row are read anew each time.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "linear/private.h"
#include "text/bytes.h"

#define WORD_MAX 23 /* bytes of a word that may have a row */

int linear_words_new(struct linear_words **out, const struct lexicon *l, const int8_t *weights, struct amp_err *err)
{
	struct linear_words *w = amp_calloc(1, sizeof *w);
	if (w == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while loading the linear detector."));
	w->l = l;
	w->weights = weights;
	*out = w;
	return 0;
}

void linear_words_free(struct linear_words *w)
{
	amp_free(w);
}

/* The whole word: its bytes, none of which is 0, and its length in the last one. What stands behind the text may be read: a normal form has room. */
static inline void key_of(const char *p, size_t n, uint64_t key[3])
{
	key[0] = amp_eight_at(p);
	key[1] = 0;
	key[2] = (uint64_t)n << 56;
	if (n < 8) {
		key[0] &= (UINT64_C(1) << 8 * n) - 1;
	} else if (n > 8) {
		key[1] = amp_eight_at(p + 8);
		if (n < 16)
			key[1] &= (UINT64_C(1) << 8 * (n - 8)) - 1;
		else if (n > 16)
			key[2] |= amp_eight_at(p + 16) & ((UINT64_C(1) << 8 * (n - 16)) - 1);
	}
}

static inline bool has_key(const struct linear_word *row, const uint64_t key[3])
{
	return row->key[0] == key[0] && row->key[1] == key[1] && row->key[2] == key[2];
}

static void fill(const struct linear_words *w, struct linear_word *row, const uint64_t key[3], const char *p, size_t n)
{
	struct lexicon_token token = {.end = (uint32_t)n};
	lexicon_look_up(w->l, p, &token);
	*row = (struct linear_word){
		.key = {key[0], key[1], key[2]}, .hash = token.hash, .word = token.word, .prefix = token.prefix};
	row->follows = token.word != 0 && w->l->nodes[w->l->words[token.word].node].children > 0;
	row->alone = w->weights[linear_place(token.hash * LINEAR_MIX + SEED_WORD)];
	if (amp_is_digit((unsigned char)*p)) return;
	size_t letters;
	row->letters = (int32_t)linear_weigh_runs(p, p + n, w->weights, &letters);
	row->n_letters = (uint8_t)letters;
}

/* A row of its set for a new word; NULL: the present text has both. */
static struct linear_word *new_row(const struct linear_words *w, struct linear_word *set, const uint64_t key[3], const char *p,
                                   size_t n)
{
	struct linear_word *row = set[0].used == w->text || (set[1].used != w->text && set[1].used < set[0].used) ? set + 1 : set;
	if (row->used == w->text) return NULL;
	fill(w, row, key, p, n);
	return row;
}

static inline struct linear_word *row_of(struct linear_words *w, const char *p, size_t n)
{
	uint64_t key[3];
	if (n > WORD_MAX) return NULL;
	key_of(p, n, key);
	uint64_t mixed = (key[0] ^ (key[1] + key[2]) * LINEAR_MIX) * LINEAR_MIX;
	struct linear_word *set = &w->rows[LINEAR_WAYS * (mixed >> (64 - LINEAR_SET_BITS))];
	struct linear_word *row = has_key(set, key) ? set : has_key(set + 1, key) ? set + 1 : new_row(w, set, key, p, n);
	if (row != NULL) row->used = w->text;
	return row;
}

struct linear_word *linear_word(struct linear_words *w, const char *p, size_t n)
{
	return row_of(w, p, n);
}

void linear_words_look_up(struct amp_linear_features *f)
{
	struct linear_words *w = f->known;
	const char *text = f->normal.text.p;
	if (++w->text == 0) w->text = 1; /* 0: a row without a word */
	for (size_t i = 0; i < f->words.n; i++) {
		struct lexicon_token *token = &f->words.v[i];
		if (token->ignored) continue;
		const struct linear_word *row = row_of(w, text + token->start, token->end - token->start);
		if (row == NULL) {
			lexicon_look_up(w->l, text, token);
			continue;
		}
		token->word = row->word;
		token->prefix = row->prefix;
		token->hash = row->hash;
		token->row = (uint32_t)(row - w->rows) + 1;
	}
}

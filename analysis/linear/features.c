/* features.c: words, masked words and letters of a text as places; what the lexicon says of each token. */
#include "linear/features.h"
#include <string.h>
#include <utf8proc.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "linear/private.h"

#define MIX LINEAR_MIX
#define CHARACTERS 3   /* runs that end at a letter: of three, four and five */
#define LETTER_BITS 12 /* of a character in a run of letters: all of Latin, Greek and Cyrillic, others folded */

#define WORD(hash) ((hash)*MIX + SEED_WORD)

void amp_linear_features_init(struct amp_linear_features *f)
{
	memset(f, 0, sizeof *f);
	amp_normal_init(&f->normal);
}

void amp_linear_features_free(struct amp_linear_features *f)
{
	if (f == NULL) return;
	amp_normal_free(&f->normal);
	amp_free(f->words.v);
	amp_free(f->tokens);
	amp_free(f->seen);
	linear_words_free(f->known);
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		amp_free(f->block[b].place);
		amp_free(f->block[b].origin);
	}
	memset(f, 0, sizeof *f);
}

/* Integer square root by bits, of 64 bits. */
static uint64_t square_root(uint64_t v)
{
	uint64_t root = 0;
	for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 2) {
		bool fits = v >= root + bit;
		if (fits) v -= root + bit;
		root >>= 1;
		if (fits) root += bit;
	}
	return root;
}

uint32_t linear_norm_of(size_t n)
{
	/* 65536 / sqrt(n) = sqrt(2^32 / n); two more bits and a rounding by hand */
	uint64_t twice = square_root((UINT64_C(1) << 34) / (uint64_t)n);
	return (uint32_t)((twice + 1) / 2);
}

uint32_t amp_linear_norm(size_t n)
{
	static const uint32_t NORMS[] = {
#include "linear/norms.def"
	};
	return n < sizeof NORMS / sizeof *NORMS ? NORMS[n] : linear_norm_of(n);
}

int linear_room(struct amp_linear_list *list, size_t more, bool explain, struct amp_err *err)
{
	if (list->n + more <= list->room && (!explain || list->origin != NULL)) return 0;
	size_t room = list->room > 256 ? list->room : 256;
	while (room < list->n + more) room *= 2;
	uint32_t *place = amp_realloc(list->place, room * sizeof *place);
	if (place != NULL) list->place = place;
	struct amp_linear_origin *origin = list->origin;
	if (explain || origin != NULL) {
		origin = amp_realloc(list->origin, room * sizeof *origin);
		if (origin != NULL) list->origin = origin;
	}
	if (place == NULL || (explain && origin == NULL))
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the features of a text."));
	list->room = room;
	return 0;
}

/* ---- tokens ---- */
static const uint8_t TAG_OF_KIND[LEXICON_KINDS] = {
	[LEXICON_IDENTITY] = LINEAR_IDENTITY,
	[LEXICON_SLUR] = LINEAR_SLUR,
	[LEXICON_DEHUMANISING] = LINEAR_DEHUMANISING,
	[LEXICON_THREAT] = LINEAR_THREAT,
	[LEXICON_EXCLUSION] = LINEAR_EXCLUSION,
	[LEXICON_STEREOTYPE] = LINEAR_ATTRIBUTE,
	[LEXICON_INSULT] = LINEAR_ATTRIBUTE,
	[LEXICON_DENIAL] = LINEAR_DENIAL,
	[LEXICON_COUNTER] = LINEAR_COUNTER,
	[LEXICON_REPORTING] = LINEAR_REPORTING,
	[LEXICON_NEGATION] = LINEAR_NEGATION,
	[LEXICON_SELF] = LINEAR_FIRST,
	[LEXICON_COPULA] = LINEAR_COPULA,
	[LEXICON_HATRED] = LINEAR_HATRED,
	[LEXICON_POSITIVE] = LINEAR_POSITIVE,
	[LEXICON_PROFANITY] = LINEAR_PROFANITY,
	[LEXICON_OTHER_GROUP] = LINEAR_OTHER_GROUP,
	[LEXICON_SECOND] = LINEAR_SECOND,
	[LEXICON_THIRD] = LINEAR_THIRD,
	[LEXICON_MODAL] = LINEAR_MODAL,
	[LEXICON_CONDITION] = LINEAR_CONDITION,
	[LEXICON_QUANTIFIER] = LINEAR_QUANTIFIER,
	[LEXICON_VIOLENCE] = LINEAR_THREAT,
	[LEXICON_REMOVAL] = LINEAR_EXCLUSION,
	[LEXICON_FAULT] = LINEAR_ATTRIBUTE,
	[LEXICON_NOBODY] = LINEAR_NEGATION,
	[LEXICON_HOME] = LINEAR_HOME,
};

static void tag_with(struct linear_token *token, const struct lexicon_entry *e)
{
	uint8_t tag = TAG_OF_KIND[e->kind];
	if (e->kind == LEXICON_SLUR && (e->flags & LEXICON_AMBIGUOUS) != 0) tag = LINEAR_MAYBE_SLUR;
	if (token->tag == LINEAR_NONE || tag < token->tag) token->tag = tag;
	token->targets |= e->groups;
	token->reclaimed = token->reclaimed || (e->flags & LEXICON_RECLAIMED) != 0;
}

/* Word tokens of the lexicon, joined where an entry has several; unknown ones are looked for nearby. Returns how many were used. */
static size_t tag_word(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, size_t at,
                       struct linear_token *token)
{
	const struct lexicon_token *first = &f->words.v[at];
	size_t n = 1;
	uint32_t entry = first->word != 0 || first->prefix != 0 ? lexicon_match(l, &f->words, at, &f->filter, &n) : 0;
	if (entry == 0) n = 1;
	for (uint32_t e = entry; e != 0; e = lexicon_next(l, e, &f->filter)) tag_with(token, &l->entries[e - 1]);
	token->end = f->words.v[at + n - 1].end;
	if (entry == 0 && !first->ignored && first->word == 0) {
		struct amp_str word = {f->normal.text.p + first->start, first->end - first->start};
		enum lexicon_nearness how = lexicon_near_find(near, word, &f->filter, &entry);
		if (how != LEXICON_FAR) {
			const struct lexicon_entry *e = &l->entries[entry - 1];
			bool slur = e->kind == LEXICON_SLUR;
			token->targets = e->groups;
			token->tag = how == LEXICON_EDITED ? slur ? LINEAR_EDITED_SLUR : LINEAR_EDITED_IDENTITY
			             : slur                ? LINEAR_GLUED_SLUR
			                                   : LINEAR_GLUED_IDENTITY;
		}
	}
	return n;
}

/* Does an entry go on from this word to the next? */
static bool goes_on(const struct amp_linear_features *f, const struct lexicon *l, size_t at, const struct linear_word *row)
{
	if (!row->follows || at + 1 == f->words.n) return false;
	const struct lexicon_token *first = &f->words.v[at], *next = first + 1;
	if (next->word == 0 || next->ignored || next->sentence != first->sentence) return false;
	return lexicon_table_get(&l->edges, (uint64_t)l->words[first->word].node << 32 | next->word) != 0;
}

/* Is a word alone nothing in any language? What passes no filter of languages passes none that lets fewer through. */
static bool never_tagged(const struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, size_t at)
{
	const struct lexicon_filter every = {.langs = UINT32_MAX, .kinds = f->filter.kinds, .strict = true};
	const struct lexicon_token *w = &f->words.v[at];
	uint32_t entry;
	if (w->prefix != 0 || w->word != 0) return w->prefix == 0 && l->words[w->word].node == 0;
	return lexicon_near_find(near, (struct amp_str){f->normal.text.p + w->start, w->end - w->start}, &every, &entry) ==
	       LEXICON_FAR;
}

/* The same for a word with a row, which says what it was tagged with in the last text of the same languages. */
static size_t tag_known(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, size_t at,
                        struct linear_token *token, struct linear_word *row)
{
	if (goes_on(f, l, at, row)) return tag_word(f, l, near, at, token);
	if (row->filter != f->known->filter) {
		if (row->filter == 0) row->never = never_tagged(f, l, near, at);
		if (!row->never) (void)tag_word(f, l, near, at, token);
		row->filter = f->known->filter;
		row->tag = token->tag;
		row->targets = token->targets;
		row->reclaimed = token->reclaimed;
	}
	token->tag = row->tag;
	token->targets = row->targets;
	token->reclaimed = row->reclaimed;
	return 1;
}

static int more_tokens(struct amp_linear_features *f, struct amp_err *err)
{
	void *v = f->tokens;
	int rc = lexicon_grow(&v, &f->room_tokens, f->n_tokens, sizeof *f->tokens, err);
	if (rc == 0) f->tokens = v;
	return rc;
}

/* A token to be written; NULL: out of memory. */
static inline struct linear_token *new_token(struct amp_linear_features *f, struct amp_err *err)
{
	if (f->n_tokens == f->room_tokens && more_tokens(f, err) != 0) return NULL;
	return &f->tokens[f->n_tokens++];
}

#define NO_SIGN LINEAR_TAG_COUNT
/* Of ASCII: spaces and marks that belong to a word are no signs, the others have these tags. */
static const uint8_t SIGN_TAGS[128] = {
	[' '] = NO_SIGN,         ['\t'] = NO_SIGN,    ['\v'] = NO_SIGN,     ['\f'] = NO_SIGN,
	['\r'] = NO_SIGN,        ['\''] = NO_SIGN,    ['-'] = NO_SIGN,      ['_'] = NO_SIGN,
	['@'] = NO_SIGN,         ['#'] = NO_SIGN,     ['"'] = LINEAR_QUOTE, ['!'] = LINEAR_EXCLAMATION,
	['?'] = LINEAR_QUESTION, ['.'] = LINEAR_STOP, [';'] = LINEAR_STOP,  ['\n'] = LINEAR_STOP,
};

static uint8_t sign_tag(uint32_t cp)
{
	if (cp < 0x80) return SIGN_TAGS[cp];
	switch (cp) {
	case 0x2019: return NO_SIGN;
	case 0xab:
	case 0xbb:
	case 0x201c:
	case 0x201d:
	case 0x201e:
	case 0x201f: return LINEAR_QUOTE;
	case 0x2026: return LINEAR_STOP;
	default: return LINEAR_NONE;
	}
}

/* The feature of a word or sign alone. */
static inline void weigh_word(struct amp_linear_features *f, uint64_t hash)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_WORD];
	list->sum += list->weights[linear_place(WORD(hash))];
}

/* Signs between two words: each a token, but for runs of one sign, and marks that belong to a word (apostrophe, hyphen). */
static int read_signs(struct amp_linear_features *f, uint32_t from, uint32_t to, bool quoted, uint32_t sentence,
                      struct amp_err *err)
{
	const char *p = f->normal.text.p + from, *end = f->normal.text.p + to;
	uint32_t before = 0;
	while (p < end) {
		uint32_t cp = (unsigned char)*p;
		size_t n = cp < 0x80 ? 1 : amp_utf8_decode(p, end, &cp);
		if (n == 0) n = 1;
		uint8_t tag = sign_tag(cp);
		if (tag != NO_SIGN && cp != before) {
			struct linear_token *token = new_token(f, err);
			if (token == NULL) return AMP_ENOMEM;
			uint32_t start = (uint32_t)(p - f->normal.text.p);
			*token = (struct linear_token){.start = start,
			                               .end = start + (uint32_t)n,
			                               .hash = (cp + 1) * MIX,
			                               .tag = tag,
			                               .quoted = quoted,
			                               .sentence = sentence};
			if (f->block[AMP_LINEAR_WORD].weights != NULL) weigh_word(f, token->hash);
		}
		before = cp;
		p += n;
	}
	return 0;
}

/* What a word alone has by its row: itself and its letters. */
static inline void weigh_row(struct amp_linear_features *f, const struct linear_word *row)
{
	f->block[AMP_LINEAR_WORD].sum += row->alone;
	f->block[AMP_LINEAR_CHARACTER].sum += row->letters;
	f->block[AMP_LINEAR_CHARACTER].weighed += row->n_letters;
}

/* The same of a token that was looked up in no row: links and names of accounts, entries of several words, long words. */
static void weigh_letters(struct amp_linear_features *f, const struct linear_token *t)
{
	const char *p = f->normal.text.p + t->start;
	size_t n = t->end - t->start;
	const struct linear_word *row = linear_word(f->known, p, n);
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CHARACTER];
	weigh_word(f, t->hash);
	if (row != NULL) {
		list->sum += row->letters;
		list->weighed += row->n_letters;
	} else if (!amp_is_digit((unsigned char)*p)) {
		list->sum += linear_weigh_runs(p, p + n, list->weights, &n);
		list->weighed += n;
	}
}

#define SLURS (LINEAR_TAG_BIT(LINEAR_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) | LINEAR_TAG_BIT(LINEAR_GLUED_SLUR))

static int read_tokens(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, struct amp_err *err)
{
	const bool known = f->known != NULL && !f->explain;
	uint32_t at = 0, sentence = 0;
	bool quoted = false;
	int rc = 0;
	f->n_tokens = 0;
	for (size_t i = 0; rc == 0 && i < f->words.n;) {
		const struct lexicon_token *w = &f->words.v[i];
		char between = f->normal.text.p[at]; /* one of these alone is no sign, and between most words */
		if (w->start - at != 1 || (between != ' ' && between != '\'' && between != '-')) {
			rc = read_signs(f, at, w->start, quoted && w->quoted, sentence, err);
			if (rc != 0) return rc;
		}
		struct linear_token *token = new_token(f, err);
		if (token == NULL) return AMP_ENOMEM;
		quoted = w->quoted;
		sentence = w->sentence;
		*token = (struct linear_token){
			.start = w->start, .end = w->end, .word = true, .quoted = quoted, .sentence = sentence};
		struct linear_word *row = known ? linear_row(f->known, w->row) : NULL;
		size_t n = row != NULL ? tag_known(f, l, near, i, token, row) : tag_word(f, l, near, i, token);
		token->hash = w->ignored ? MIX
		              : n == 1   ? w->hash
		                         : lexicon_hash_word(f->normal.text.p + token->start, token->end - token->start);
		if (known && n == 1 && row != NULL)
			weigh_row(f, row);
		else if (known)
			weigh_letters(f, token);
		i += n;
		at = token->end;
		f->targets |= token->targets;
		if ((LINEAR_TAG_BIT(token->tag) & SLURS) != 0) f->slur_targets |= token->targets;
	}
	return rc != 0 ? rc : read_signs(f, at, (uint32_t)f->normal.text.n, false, sentence, err);
}

/* ---- words and letters ---- */
static bool is_identity(const struct linear_token *t)
{
	const uint64_t identities =
		LINEAR_TAG_BIT(LINEAR_IDENTITY) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY);
	return (LINEAR_TAG_BIT(t->tag) & identities) != 0;
}

#define PAIR(a, b) (((a)*MIX + (b)) * MIX + SEED_PAIR)
#define MASKED_2(a, b) (((a)*MIX + (b)) * MIX + SEED_MASKED_2)
#define MASKED_3(ab, c) (((ab)*MIX + (c)) * MIX + SEED_MASKED_3) /* ab: a * MIX + b */

static int word_features(struct amp_linear_features *f, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_WORD];
	int rc = linear_room(list, 2 * f->n_tokens, f->explain, err);
	for (size_t i = 0; rc == 0 && i < f->n_tokens; i++) {
		const struct linear_token *t = &f->tokens[i];
		linear_put(list, WORD(t->hash), t->start, t->end, 0, f->explain);
		if (i + 1 < f->n_tokens) linear_put(list, PAIR(t->hash, t[1].hash), t->start, t[1].end, 0, f->explain);
	}
	return rc;
}

/* Before the first token and behind the last; a word that names a group. */
#define EDGE UINT64_C(3)
#define GROUP UINT64_C(5)

static int masked_features(struct amp_linear_features *f, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_MASKED];
	uint64_t a = 0, b = EDGE; /* the two words before */
	uint32_t a_start = 0, b_start = 0;
	int rc = linear_room(list, 2 * (f->n_tokens + 1), f->explain, err);
	for (size_t i = 0; rc == 0 && i <= f->n_tokens; i++) {
		const struct linear_token *t = &f->tokens[i < f->n_tokens ? i : i - 1];
		uint64_t c = i == f->n_tokens ? EDGE : is_identity(t) ? GROUP : t->hash;
		linear_put(list, MASKED_2(b, c), b_start, t->end, 0, f->explain);
		if (i > 0) linear_put(list, MASKED_3(a * MIX + b, c), a_start, t->end, 0, f->explain);
		a = b;
		a_start = b_start;
		b = c;
		b_start = t->start;
	}
	return rc;
}

/* Pairs of words, and masked runs, of a text that has tokens: weighed, not listed. */
static void weigh_words(struct amp_linear_features *f)
{
	const int8_t *weights = f->known->weights;
	int64_t words = 0, masked = 0;
	uint64_t last = 0, b = EDGE, ab = 0; /* the word before; masked, and with the one before that */
	for (size_t i = 0; i < f->n_tokens; i++) {
		uint64_t hash = f->tokens[i].hash, c = is_identity(&f->tokens[i]) ? GROUP : hash;
		uint64_t bc = b * MIX + c,
			 mixed = bc * MIX; /* MASKED_2(b, c) and, without groups, PAIR(last, hash) but for their seeds */
		masked += weights[linear_place(mixed + SEED_MASKED_2)];
		if (i > 0) {
			words += weights[linear_place(b == last && c == hash ? mixed + SEED_PAIR : PAIR(last, hash))];
			masked += weights[linear_place(MASKED_3(ab, c))];
		}
		ab = bc;
		last = hash;
		b = c;
	}
	masked += weights[linear_place(MASKED_2(b, EDGE))] + weights[linear_place(MASKED_3(ab, EDGE))];
	f->block[AMP_LINEAR_WORD].sum += words; /* to that of the words alone */
	f->block[AMP_LINEAR_WORD].weighed = 2 * f->n_tokens - 1;
	f->block[AMP_LINEAR_MASKED].sum = masked;
	f->block[AMP_LINEAR_MASKED].weighed = 2 * f->n_tokens + 1;
}

/* A run of n letters as one number: 12 bits a letter, and its length above them. */
#define RUN_KEY(run, n) (((run) & ((UINT64_C(1) << (LETTER_BITS * (n))) - 1)) | (uint64_t)(n) << 60)

/* One letter behind a run; 2 where the word ends. */
static inline uint64_t longer_run(uint64_t run, const char **p, const char *end)
{
	uint32_t cp = *p == end ? 2 : (unsigned char)**p;
	size_t used = *p == end ? 0 : 1;
	if (cp >= 0x80) {
		used = amp_utf8_decode(*p, end, &cp);
		if (used == 0) used = 1;
		if (cp >= 1u << LETTER_BITS) cp = (cp ^ cp >> LETTER_BITS) & ((1u << LETTER_BITS) - 1);
	}
	*p += used;
	return run << LETTER_BITS | cp;
}

/* One run: its weight, or its place. */
static inline int64_t put_run(uint64_t run, unsigned n, bool weigh, uint32_t **to, const int8_t *weights)
{
	uint32_t place = linear_place(RUN_KEY(run, n) * MIX + SEED_CHARACTERS);
	if (weigh) return weights[place];
	*(*to)++ = place;
	return 0;
}

/* The runs of three to five letters that end at each letter of a word and at its end: listed at `to`, or weighed. *n: how many. */
static inline int64_t read_runs(const char *p, const char *end, bool weigh, uint32_t *to, const int8_t *weights, size_t *n)
{
	uint64_t run = longer_run(1, &p, end); /* 1: the word's beginning */
	bool last = p == end;
	run = longer_run(run, &p, end);
	int64_t sum = put_run(run, 3, weigh, &to, weights);
	*n = 1;
	if (last) return sum;
	last = p == end;
	run = longer_run(run, &p, end);
	sum += put_run(run, 3, weigh, &to, weights);
	sum += put_run(run, 4, weigh, &to, weights);
	for (*n = 3; !last; *n += 3) {
		last = p == end;
		run = longer_run(run, &p, end);
		sum += put_run(run, 3, weigh, &to, weights);
		sum += put_run(run, 4, weigh, &to, weights);
		sum += put_run(run, 5, weigh, &to, weights);
	}
	return sum;
}

int64_t linear_weigh_runs(const char *p, const char *end, const int8_t *weights, size_t *n)
{
	return read_runs(p, end, true, NULL, weights, n);
}

static int word_letters(struct amp_linear_features *f, const struct linear_token *t, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CHARACTER];
	const char *text = f->normal.text.p;
	int rc = linear_room(list, ((size_t)(t->end - t->start) + 2) * CHARACTERS, f->explain, err);
	if (rc != 0) return rc;
	size_t n;
	(void)read_runs(text + t->start, text + t->end, false, list->place + list->n, NULL, &n);
	for (size_t i = 0; f->explain && i < n; i++) list->origin[list->n + i] = (struct amp_linear_origin){t->start, t->end, 0};
	list->n += n;
	return 0;
}

static int character_features(struct amp_linear_features *f, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n_tokens; i++)
		if (f->tokens[i].word && !amp_is_digit((unsigned char)f->normal.text.p[f->tokens[i].start]))
			rc = word_letters(f, &f->tokens[i], err);
	return rc;
}

int amp_linear_features_read(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near,
                             struct amp_str text, const char *lang, bool explain, size_t *read, struct amp_err *err)
{
	const bool known = f->known != NULL && !explain;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		struct amp_linear_list *list = &f->block[b];
		list->weights = known ? f->known->weights : NULL;
		list->n = list->weighed = 0;
		list->sum = 0;
	}
	f->targets = f->slur_targets = 0;
	f->explain = explain;
	int rc = amp_normalise(&f->normal, text, NULL, err);
	if (rc == 0) rc = lexicon_tokenise(known ? NULL : l, amp_buf_str(&f->normal.text), &f->words, err);
	if (rc != 0) return rc;
	if (known) linear_words_look_up(f);
	*read = f->normal.origin[f->normal.text.n];
	f->filter.kinds = LEXICON_EVERY_KIND;
	lexicon_text_langs(l, &f->words, lang, &f->filter);
	if (known) f->known->filter = f->filter.langs ^ (f->filter.strict ? UINT32_C(1) << 31 : 0);
	rc = read_tokens(f, l, near, err);
	if (rc != 0 || f->n_tokens == 0) return rc;
	rc = linear_concepts(f, err);
	if (rc == 0 && known) weigh_words(f);
	if (rc != 0 || known) return rc;
	rc = word_features(f, err);
	if (rc == 0) rc = masked_features(f, err);
	if (rc == 0) rc = character_features(f, err);
	return rc;
}

int amp_linear_features_for(struct amp_linear_features *f, const struct lexicon *l, const int8_t *weights, struct amp_err *err)
{
	linear_words_free(f->known);
	f->known = NULL;
	return linear_words_new(&f->known, l, weights, err);
}

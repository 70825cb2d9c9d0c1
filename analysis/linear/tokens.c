/* tokens.c: words and signs of a text, what the lexicon says of each, and what each weighs alone. */
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "linear/private.h"

#define MIX LINEAR_MIX

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
	if (token->said.tag == LINEAR_NONE || tag < token->said.tag) token->said.tag = tag;
	token->said.targets |= e->groups;
	token->said.reclaimed = token->said.reclaimed || (e->flags & LEXICON_RECLAIMED) != 0;
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
			token->said.targets = e->groups;
			token->said.tag = how == LEXICON_EDITED ? slur ? LINEAR_EDITED_SLUR : LINEAR_EDITED_IDENTITY
			                  : slur                ? LINEAR_GLUED_SLUR
			                                        : LINEAR_GLUED_IDENTITY;
		}
	}
	return n;
}

/* Does an entry go on from this word to the next? There is one behind each. */
static bool goes_on(const struct amp_linear_features *f, const struct lexicon *l, size_t at, const struct linear_word *row)
{
	const struct lexicon_token *first = &f->words.v[at], *next = first + 1;
	if (row->node == 0 || next->word == 0 || next->ignored || next->sentence != first->sentence) return false;
	return lexicon_edge(l, row->node, next->word) != 0;
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
	if (row->prefixed) lexicon_look_up(l, f->normal.text.p, &f->words.v[at]);
	if (goes_on(f, l, at, row)) return tag_word(f, l, near, at, token);
	if (row->filter != f->known->filter) {
		if (row->filter == 0) row->never = never_tagged(f, l, near, at);
		if (!row->never) (void)tag_word(f, l, near, at, token);
		row->filter = f->known->filter;
		row->said = token->said;
	}
	token->said = row->said;
	return 1;
}

/* Room for n tokens in all, known to be more than there is. */
static int more_tokens(struct amp_linear_features *f, size_t n, struct amp_err *err)
{
	size_t room = f->room_tokens > 64 ? f->room_tokens : 64;
	while (room < n) room *= 2;
	struct linear_token *tokens = amp_realloc(f->tokens, room * sizeof *tokens);
	if (tokens != NULL) f->tokens = tokens;
	uint32_t *tagged = amp_realloc(f->tagged, room * sizeof *tagged);
	if (tagged != NULL) f->tagged = tagged;
	if (tokens == NULL || tagged == NULL)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the features of a text."));
	f->room_tokens = room;
	return 0;
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
	list->sum += list->weights[linear_place(LINEAR_WORD(hash))];
}

/* Signs between two words: each a token, but for runs of one sign, and marks that belong to a word (apostrophe, hyphen). There stays room for
 * `words` further tokens. */
static int read_signs(struct amp_linear_features *f, uint32_t from, uint32_t to, bool quoted, size_t words, struct amp_err *err)
{
	const char *text = f->normal.text.p, *p = text + from, *end = text + to;
	uint32_t before = 0;
	while (p < end) {
		uint32_t cp = (unsigned char)*p;
		size_t n = cp < 0x80 ? 1 : amp_utf8_decode(p, end, &cp);
		if (n == 0) n = 1;
		uint8_t tag = sign_tag(cp);
		if (tag != NO_SIGN && cp != before) {
			if (f->n_tokens + words >= f->room_tokens && more_tokens(f, f->n_tokens + words + 1, err) != 0)
				return AMP_ENOMEM;
			uint32_t start = (uint32_t)(p - text);
			struct linear_token *token = &f->tokens[f->n_tokens];
			*token = (struct linear_token){.hash = (cp + 1) * MIX,
			                               .start = start,
			                               .end = start + (uint32_t)n,
			                               .said = {.tag = tag, .quoted = quoted}};
			f->tagged[f->n_tagged] = (uint32_t)f->n_tokens++;
			f->n_tagged += tag != LINEAR_NONE;
			if (f->block[AMP_LINEAR_WORD].weights != NULL) weigh_word(f, token->hash);
		}
		before = cp;
		p += n;
	}
	return 0;
}

/* What words alone have by their rows: themselves and their letters. */
struct sums {
	int64_t alone, letters;
	size_t n_letters;
};

static inline void weigh_row(struct sums *sums, const struct linear_word *row)
{
	sums->alone += row->alone;
	sums->letters += row->letters;
	sums->n_letters += row->n_letters;
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

/* A word that its row does not answer for at once: it has none, was last met in texts of other languages, or an entry may go on behind it. */
static size_t read_word(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, size_t at,
                        struct linear_token *token, struct linear_word *row, struct sums *sums)
{
	const struct lexicon_token *w = &f->words.v[at];
	size_t n;
	token->start = w->start;
	token->end = w->end;
	token->said = (struct linear_said){.word = true};
	n = row != NULL ? tag_known(f, l, near, at, token, row) : tag_word(f, l, near, at, token);
	token->hash = w->ignored    ? MIX
	              : n > 1       ? lexicon_hash_word(f->normal.text.p + token->start, token->end - token->start)
	              : row != NULL ? row->hash
	                            : w->hash;
	if (row != NULL && n == 1)
		weigh_row(sums, row);
	else if (f->block[AMP_LINEAR_WORD].weights != NULL)
		weigh_letters(f, token);
	token->said.quoted = w->quoted;
	return n;
}

/* Does the row say all of a word, before this next one? */
static inline bool is_said(const struct linear_word *row, const struct lexicon *l, uint32_t filter, uint32_t next)
{
	return row->filter == filter && (row->node == 0 || !lexicon_edge_may_be(l, row->node, next));
}

/* Words from `at` on that their rows say all of, with one gap before each, each a token. Returns how many. */
static size_t read_rows(struct amp_linear_features *f, const struct lexicon *l, size_t at, struct sums *sums)
{
	const struct linear_word *const rows = f->known->rows;
	const uint32_t filter = f->known->filter;
	const struct lexicon_token *const words = &f->words.v[at], *w = words;
	struct linear_token *token = &f->tokens[f->n_tokens];
	uint32_t *tagged = &f->tagged[f->n_tagged], number = (uint32_t)f->n_tokens;
	int64_t alone = 0, letters = 0;
	size_t n_letters = 0;
	do {
		if (w->row == 0) break;
		const struct linear_word *row = &rows[w->row - 1];
		if (!is_said(row, l, filter, w[1].word)) break;
		token->hash = row->hash;
		token->start = w->start;
		token->end = w->end;
		token->said = row->said;
		token->said.quoted = w->quoted;
		*tagged = number++;
		tagged += row->said.tag != LINEAR_NONE;
		alone += row->alone;
		letters += row->letters;
		n_letters += row->n_letters;
		token++;
		w++;
	} while (w->gap); /* what stands behind the last word has none */
	f->n_tokens = number;
	f->n_tagged = (size_t)(tagged - f->tagged);
	sums->alone += alone;
	sums->letters += letters;
	sums->n_letters += n_letters;
	return (size_t)(w - words);
}

static bool any_quoted(const struct amp_linear_features *f)
{
	for (size_t i = 0; f->words.quoted && i < f->n_tokens; i++)
		if (f->tokens[i].said.quoted) return true;
	return false;
}

int linear_tokens(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near, struct amp_err *err)
{
	struct linear_words *known = f->explain ? NULL : f->known;
	struct sums sums = {0};
	uint32_t at = 0;
	f->n_tokens = f->n_tagged = 0;
	if (f->words.n >= f->room_tokens && more_tokens(f, f->words.n + 1, err) != 0) return AMP_ENOMEM;
	for (size_t i = 0; i < f->words.n;) {
		const struct lexicon_token *w = &f->words.v[i];
		bool quoted = i > 0 && f->tokens[f->n_tokens - 1].said.quoted && w->quoted;
		if (!w->gap && read_signs(f, at, w->start, quoted, f->words.n - i, err) != 0) return AMP_ENOMEM;
		size_t n = known != NULL ? read_rows(f, l, i, &sums) : 0;
		if (n == 0) {
			struct linear_token *token = &f->tokens[f->n_tokens];
			n = read_word(f, l, near, i, token, known != NULL ? linear_row(known, w->row) : NULL, &sums);
			f->tagged[f->n_tagged] = (uint32_t)f->n_tokens++;
			f->n_tagged += token->said.tag != LINEAR_NONE;
		}
		i += n;
		at = f->tokens[f->n_tokens - 1].end;
	}
	f->quoted = any_quoted(f);
	f->block[AMP_LINEAR_WORD].sum += sums.alone;
	f->block[AMP_LINEAR_CHARACTER].sum += sums.letters;
	f->block[AMP_LINEAR_CHARACTER].weighed += sums.n_letters;
	return read_signs(f, at, (uint32_t)f->normal.text.n, false, 0, err);
}

/* match.c: words of a normal form, and the longest entry that starts at one. Token hashing rather than Aho-Corasick: words are
 * needed anyway for windows, negation and quotation marks, and whole words then cost one look-up each.
 */
#include <string.h>
#include <utf8proc.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "lexicon/private.h"
#include "text/bytes.h"

#define QUOTE_TOKENS_MAX 200 /* a longer "quotation" is an unclosed mark */
#define NO_QUOTE SIZE_MAX

uint64_t lexicon_hash_step(uint64_t h, unsigned char c)
{
	return (h ^ c) * UINT64_C(1099511628211); /* FNV-1a */
}

uint64_t lexicon_hash_word(const char *p, size_t n)
{
	uint64_t h = LEXICON_HASH_START;
	for (size_t i = 0; i < n; i++) h = lexicon_hash_step(h, (unsigned char)p[i]);
	return h;
}

int lexicon_grow(void **v, size_t *room, size_t n, size_t element, struct amp_err *err)
{
	if (n < *room) return 0;
	size_t more = *room == 0 ? 64 : *room * 2;
	void *p = amp_realloc(*v, more * element);
	if (p == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while matching the lexicon."));
	*v = p;
	*room = more;
	return 0;
}

static bool passes(const struct lexicon_entry *e, const struct lexicon_filter *filter)
{
	if ((LEXICON_KIND_BIT(e->kind) & filter->kinds) == 0) return false;
	if ((e->flags & LEXICON_ANY) != 0) return true;
	return (e->langs & filter->langs) != 0 && (filter->strict || (e->flags & LEXICON_STRICT) == 0);
}

uint32_t lexicon_first(const struct lexicon *l, uint32_t entry, const struct lexicon_filter *filter)
{
	while (entry != 0 && !passes(&l->entries[entry - 1], filter)) entry = l->entries[entry - 1].next;
	return entry;
}

uint32_t lexicon_next(const struct lexicon *l, uint32_t entry, const struct lexicon_filter *filter)
{
	return lexicon_first(l, l->entries[entry - 1].next, filter);
}

uint32_t lexicon_match(const struct lexicon *l, const struct lexicon_tokens *t, size_t at, const struct lexicon_filter *filter,
                       size_t *length)
{
	uint32_t best = 0;
	const struct lexicon_token *token = &t->v[at];
	if (token->ignored) return 0;
	uint32_t node = token->word != 0 ? l->words[token->word].node : 0;
	for (size_t i = at; node != 0;) {
		uint32_t entry = lexicon_first(l, l->nodes[node].entry, filter);
		if (entry != 0) {
			best = entry;
			*length = i - at + 1;
		}
		if (l->nodes[node].children == 0 || ++i >= t->n) break;
		const struct lexicon_token *next = &t->v[i];
		if (next->word == 0 || next->ignored || next->sentence != token->sentence) break;
		node = lexicon_edge(l, node, next->word);
	}
	if (best == 0 && token->prefix != 0) {
		best = lexicon_first(l, token->prefix, filter);
		*length = 1;
	}
	return best;
}

void lexicon_text_langs(const struct lexicon *l, const struct lexicon_tokens *t, const char *tag, struct lexicon_filter *filter)
{
	struct lexicon_counts counts = {0};
	for (size_t i = 0; i < t->n; i++) /* word 0 is none, of no language */
		for (uint32_t bits = l->words[t->v[i].word].functions; bits != 0; bits &= bits - 1)
			counts.n[amp_lowest_bit(bits)]++;
	lexicon_count_langs(l, &counts, tag, filter);
}

void lexicon_count_langs(const struct lexicon *l, const struct lexicon_counts *counts, const char *tag,
                         struct lexicon_filter *filter)
{
	uint32_t best = 0, second = 0;
	size_t best_at = 0;
	for (size_t j = 0; j < l->n_langs; j++) {
		uint32_t n = counts->n[j];
		bool more = n > best;
		second = more ? best : n > second ? n : second;
		best_at = more ? j : best_at;
		best = more ? n : best;
	}
	filter->strict = true;
	filter->langs = UINT32_C(1) << best_at;
	if (best >= second + 2) return;
	for (size_t j = 0; tag != NULL && j < l->n_langs; j++) {
		size_t n = strlen(l->langs[j]);
		filter->langs = UINT32_C(1) << j;
		if (strncmp(tag, l->langs[j], n) == 0 && (tag[n] == '\0' || tag[n] == '-' || tag[n] == '_')) return;
	}
	filter->strict = false;
	filter->langs = UINT32_MAX;
}

const char *lexicon_filter_lang(const struct lexicon *l, const struct lexicon_filter *filter)
{
	for (size_t i = 0; filter->strict && i < l->n_langs; i++)
		if (filter->langs == UINT32_C(1) << i) return l->langs[i];
	return NULL;
}

/* 0: no part of a word; 1: an ASCII letter or digit; 2: of a longer character, which must be looked at. */
static const uint8_t WORD_BYTES[256] = {
#include "lexicon/bytes.def"
};

/* Length of the word character at p, which is beyond ASCII; 0 when it is none. */
static size_t wide_character(const char *p, const char *end)
{
	uint32_t cp;
	size_t n = amp_utf8_decode(p, end, &cp);
	if (n == 0) return 0;
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO ? n : 0;
}

/* The end of the word that starts at p; p when none does. */
static const char *word_end(const char *p, const char *end)
{
	while (p < end) {
		uint8_t byte = WORD_BYTES[(unsigned char)*p];
		size_t n = byte == 1 ? 1 : byte == 0 ? 0 : wide_character(p, end);
		if (n == 0) break;
		p += n;
	}
	return p;
}

static bool at_text(const char *p, const char *end, const char *want)
{
	size_t n = strlen(want);
	return (size_t)(end - p) >= n && memcmp(p, want, n) == 0;
}

void lexicon_look_up(const struct lexicon *l, const char *p, struct lexicon_token *token)
{
	size_t n = token->end - token->start;
	uint64_t h = LEXICON_HASH_START, lengths = l->prefix_lengths;
	const char *word = p + token->start;
	for (size_t i = 0; i < n; i++) {
		h = lexicon_hash_step(h, (unsigned char)word[i]);
		lengths >>= 1; /* its lowest bit is that of i + 1 bytes; from 64 on there is none */
		if ((lengths & 1) == 0 || !lexicon_filter_has(l->prefix_filter, LEXICON_PREFIX_FILTER, h)) continue;
		uint32_t entry = lexicon_table_get(&l->prefixes, h);
		if (entry != 0) token->prefix = entry; /* the longest wins */
	}
	token->hash = h;
	uint32_t id = lexicon_filter_has(l->word_filter, LEXICON_WORD_FILTER, h) ? lexicon_table_get(&l->by_word, h) : 0;
	if (id != 0 && l->words[id].n == n && memcmp(l->words[id].p, word, n) == 0) token->word = id;
}

struct quotes {
	size_t open;
};

static void quote_open(struct quotes *q, const struct lexicon_tokens *t)
{
	q->open = t->n;
}

static void quote_close(struct quotes *q, struct lexicon_tokens *t)
{
	if (q->open != NO_QUOTE && t->n - q->open <= QUOTE_TOKENS_MAX)
		for (size_t i = q->open; i < t->n; i++) t->v[i].quoted = t->quoted = true;
	q->open = NO_QUOTE;
}

/* Quotation marks and ends of sentences: what stands at p, one byte. */
static void punctuation(const char *p, const char *end, struct quotes *q, struct lexicon_tokens *t, uint32_t *sentence)
{
	switch (*p) {
	case '"':
		if (q->open == NO_QUOTE)
			quote_open(q, t);
		else
			quote_close(q, t);
		break;
	case '.':
		if (p + 1 == end || amp_is_space((unsigned char)p[1]) || p[1] == '"' || p[1] == '.') ++*sentence;
		break;
	case '\n':
	case '!':
	case '?':
	case ';': ++*sentence; break;
	default: break;
	}
}

/* The same of a longer character. Returns its bytes. */
static size_t wide_punctuation(const char *p, const char *end, struct quotes *q, struct lexicon_tokens *t)
{
	uint32_t cp;
	size_t n = amp_utf8_decode(p, end, &cp);
	if (cp == 0xab || cp == 0x201c || cp == 0x201e) quote_open(q, t);
	if (cp == 0xbb || cp == 0x201d) quote_close(q, t);
	return n == 0 ? 1 : n;
}

/* Bits of 64 bytes: those that may be of words (ASCII letters and digits, and all bytes of longer characters), and the latter alone. */
struct block {
	uint64_t words, wide;
	uint64_t marks; /* colons and at signs, which links and accounts have */
};

static inline void read_block(const char *p, struct block *out)
{
	*out = (struct block){0};
	for (unsigned i = 0; i < AMP_BLOCK; i += sizeof(amp_sixteen)) {
		amp_sixteen c = amp_sixteen_at(p + i);
		amp_sixteen word = (amp_sixteen)((c | 0x20) - 'a' < 26) | (amp_sixteen)(c - '0' < 10) | c;
		amp_sixteen marks = (amp_sixteen)(c == ':') | (amp_sixteen)(c == '@');
		out->words |= amp_sixteen_bits(word) << i;
		out->wide |= amp_sixteen_bits(c) << i;
		out->marks |= amp_sixteen_bits(marks) << i;
	}
}

#if defined(AMP_WIDE)
AMP_WIDE static inline void read_block_wide(const char *p, struct block *out)
{
	const __m256i letter = _mm256_set1_epi8('a'), digit = _mm256_set1_epi8('0'), last = _mm256_set1_epi8(25),
		      nine = _mm256_set1_epi8(9), small = _mm256_set1_epi8(0x20);
	*out = (struct block){0};
	for (unsigned i = 0; i < AMP_BLOCK; i += sizeof(__m256i)) {
		__m256i c = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
		__m256i a = _mm256_sub_epi8(_mm256_or_si256(c, small), letter), d = _mm256_sub_epi8(c, digit);
		__m256i word = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(a, last), a),
		                               _mm256_cmpeq_epi8(_mm256_min_epu8(d, nine), d));
		out->words |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(word, c)) << i;
		out->wide |= (uint64_t)(uint32_t)_mm256_movemask_epi8(c) << i;
		__m256i marks =
			_mm256_or_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8(':')), _mm256_cmpeq_epi8(c, _mm256_set1_epi8('@')));
		out->marks |= (uint64_t)(uint32_t)_mm256_movemask_epi8(marks) << i;
	}
}
#endif

#define BLOCK_WORDS (AMP_BLOCK / 2 + 1) /* there is room for so many before a block is cut */

static bool more_room(struct lexicon_tokens *out, struct amp_err *err)
{
	void *v = out->v;
	if (lexicon_grow(&v, &out->room, out->n + BLOCK_WORDS, sizeof *out->v, err) != 0) return false;
	out->v = v;
	return true;
}

/* A text being cut into words. */
struct reader {
	const struct lexicon *l;
	const char *text;
	size_t n, at; /* read up to `at` */
	struct lexicon_tokens *out;
	struct quotes quotes;
	uint32_t sentence;
	struct amp_err *err;
};

/* Links are read to their end; their words and names of accounts are looked up nowhere. */
static void see_link(struct reader *r, struct lexicon_token *token)
{
	const char *end = r->text + r->n, *word = r->text + token->start, *p = r->text + token->end;
	if (at_text(p, end, "://") || at_text(word, end, "www.")) {
		while (p < end && !amp_is_space((unsigned char)*p)) p++;
		r->at = (size_t)(p - r->text);
		token->end = (uint32_t)r->at;
		token->ignored = true;
	} else if (token->start > 0 && word[-1] == '@') {
		token->ignored = true;
	}
}

/* The word is `token`, the one behind the last: there is room. `marks`: some may be near it. */
AMP_INLINE void add_word(struct reader *r, struct lexicon_token *token, size_t start, size_t stop, bool gap, bool marks)
{
	const char *text = r->text;
	*token = (struct lexicon_token){.start = (uint32_t)start, .end = (uint32_t)stop, .sentence = r->sentence, .gap = gap};
	r->out->n++;
	r->at = stop;
	if (text[start] == 'w' || (marks && ((stop < r->n && text[stop] == ':') || (start > 0 && text[start - 1] == '@'))))
		see_link(r, token);
	if (r->l != NULL && !token->ignored) lexicon_look_up(r->l, text, token);
}

/* What stands before a run from `start`. Says whether it is a gap. */
static bool add_between(struct reader *r, size_t start)
{
	const char first = r->text[r->at];
	const bool gap = start - r->at == 1 && (first == ' ' || first == '\'' || first == '-');
	for (; r->at < start; r->at++)
		if (r->text[r->at] != ' ') punctuation(r->text + r->at, r->text + r->n, &r->quotes, r->out, &r->sentence);
	return gap;
}

/* A run of bytes that may be of words, longer characters among them. */
static bool add_wide(struct reader *r, size_t start, size_t stop, bool gap)
{
	for (r->at = start; r->at < stop;) {
		const char *p = r->text + r->at, *end = r->text + r->n, *q = word_end(p, end);
		if (q == p) {
			r->at += wide_punctuation(p, end, &r->quotes, r->out);
		} else {
			if (!more_room(r->out, r->err)) return false;
			add_word(r, &r->out->v[r->out->n], r->at, (size_t)(q - r->text), gap, true);
		}
		gap = false;
	}
	return true;
}

AMP_INLINE int tokenise(const struct lexicon *l, struct amp_str normal, struct lexicon_tokens *out,
                        void (*read)(const char *, struct block *), struct amp_err *err)
{
	struct reader r = {.l = l, .text = normal.p, .n = normal.n, .out = out, .quotes = {NO_QUOTE}, .err = err};
	uint64_t inside = 0,
		 wide = 0; /* 1: a run goes on at the block's first byte; the longer characters of its blocks before this one */
	size_t start = 0;
	uint64_t marks = 0;      /* of the block before */
	bool marked_run = false; /* there may be a mark before or behind the run that goes on */
	bool loose = false;      /* the last run ends with marks of longer characters: no gap is behind a word */
	out->n = 0;
	out->quoted = false;
	for (size_t base = 0; base < normal.n; base += AMP_BLOCK) {
		char copy[AMP_BLOCK];
		struct block b;
		read(amp_block_at(normal.p + base, normal.n - base, copy), &b);
		/* where runs begin and end, in turn */
		const uint64_t before = b.words << 1 | inside;
		uint64_t edges = b.words ^ before;
		const bool plain = (b.wide | wide) == 0;
		const bool marked = marked_run || (((b.marks & before) | ((b.marks << 1 | marks >> 63) & b.words)) & edges) != 0;
		if (out->room - out->n <= BLOCK_WORDS && !more_room(out, err)) return AMP_ENOMEM;
		struct lexicon_token *token = &out->v[out->n];
		while (edges != 0) {
			if (inside == 0) {
				start = base + amp_lowest_bit(edges);
				edges &= edges - 1;
				inside = 1;
				if (edges == 0) break;
			}
			size_t stop = base + amp_lowest_bit(edges);
			edges &= edges - 1;
			inside = 0;
			if (start < r.at) continue; /* in a link */
			/* a space is between most words */
			bool gap = (start - r.at == 1 && normal.p[r.at] == ' ') || add_between(&r, start);
			gap = gap && !loose;
			bool ascii =
				plain || (start >= base && (b.wide >> (start - base) & ((UINT64_C(1) << (stop - start)) - 1)) == 0);
			loose = false;
			if (ascii) {
				add_word(&r, token++, start, stop, gap, marked);
			} else {
				if (!add_wide(&r, start, stop, gap)) return AMP_ENOMEM;
				loose = out->n == 0 || out->v[out->n - 1].end != r.at;
				token = &out->v[out->n];
			}
		}
		wide = inside != 0 ? wide | b.wide : 0;
		marks = b.marks;
		marked_run = inside != 0 && marked;
	}
	if (inside != 0 && start >= r.at) {
		bool gap = add_between(&r, start) && !loose;
		if (!add_wide(&r, start, normal.n, gap)) return AMP_ENOMEM;
	}
	(void)add_between(&r, normal.n);
	if (!more_room(out, err)) return AMP_ENOMEM;
	out->v[out->n] = (struct lexicon_token){0};
	return 0;
}

#if defined(AMP_WIDE)
AMP_WIDE static int tokenise_wide(const struct lexicon *l, struct amp_str normal, struct lexicon_tokens *out, struct amp_err *err)
{
	return tokenise(l, normal, out, read_block_wide, err);
}
#endif

int lexicon_tokenise(const struct lexicon *l, struct amp_str normal, struct lexicon_tokens *out, struct amp_err *err)
{
#if defined(AMP_WIDE)
	if (amp_has_wide()) return tokenise_wide(l, normal, out, err);
#endif
	return tokenise(l, normal, out, read_block, err);
}

/* disguise.c: the second pass of normal form v2 (text.h): spellings that hide a word from a list.
 *
 * In this order, which makes the whole idempotent: separated letters are joined, so that what they make is one word; signs that stand for
 * letters are read as them, which may join two words; letters of other scripts become the Latin ones they look like, by the words that there
 * are now; drawn-out letters are squeezed. Every step leaves text that no step changes again.
 *
 * Most texts need no step, and most words of the others: one look over the bytes says which (look.c).
 */
#include <string.h>
#include <utf8proc.h>
#include "base/utf8.h"
#include "text/bytes.h"
#include "text/private.h"

#define SIGNED_MIN 3  /* characters of a word with signs for letters */
#define SQUEEZED_TO 2 /* "coool" and "cooool" alike; "femmes" has two */

/* ---- a text being shortened in place ---- */
struct edit {
	char *p;
	uint32_t *origin;
	size_t n, to; /* bytes read from, bytes written */
};

static void keep(struct edit *e, size_t from, size_t n)
{
	if (e->to != from) {
		memmove(e->p + e->to, e->p + from, n);
		memmove(e->origin + e->to, e->origin + from, n * sizeof *e->origin);
	}
	e->to += n;
}

static struct edit start(struct amp_normal *n)
{
	return (struct edit){n->text.p, n->origin, n->text.n, 0};
}

static void end(struct amp_normal *n, const struct edit *e)
{
	n->origin[e->to] = n->origin[n->text.n];
	n->text.n = e->to;
	n->text.p[e->to] = '\0';
}

/* Bytes of the letter or digit at `at`, 0 when there is none. */
static size_t word_character(const struct edit *e, size_t at, bool *letter)
{
	uint32_t cp;
	if (at >= e->n) return 0;
	unsigned char c = (unsigned char)e->p[at];
	if (c < 0x80) {
		*letter = amp_is_alpha(c);
		return amp_is_alnum(c) ? 1 : 0;
	}
	size_t n = amp_utf8_decode(e->p + at, e->p + e->n, &cp);
	if (n == 0) return 0;
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);
	*letter = category <= UTF8PROC_CATEGORY_LO && category >= UTF8PROC_CATEGORY_LU;
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? n : 0;
}

static size_t read_character(const struct edit *e, size_t at, uint32_t *cp)
{
	*cp = (unsigned char)e->p[at];
	size_t n = *cp < 0x80 ? 1 : amp_utf8_decode(e->p + at, e->p + e->n, cp);
	return n == 0 ? 1 : n;
}

/* ---- f e m m e s, f.e.m.m.e.s ---- */
static bool separates(char c)
{
	return c == ' ' || c == '.' || c == '-' || c == '_' || c == '*';
}

/* Where a run of single characters that starts at `at` ends, `at` when there is no such run. A digit may stand for a letter, but most are
 * letters: "1 2 3 4" is no word. */
static size_t separated_run(const struct edit *e, size_t at)
{
	size_t singles = 0, letters = 0, p = at, stop = at;
	char separator = '\0'; /* one a word: "m.u.r.s a-r-a" are two */
	for (;;) {
		bool letter = false, other = false;
		size_t n = word_character(e, p, &letter);
		if (n == 0 || word_character(e, p + n, &other) != 0)
			break; /* the last one began a longer word: it is not of the run */
		singles++;
		letters += letter;
		stop = p + n;
		if (stop + 1 >= e->n || !separates(e->p[stop]) || (separator != '\0' && e->p[stop] != separator)) break;
		separator = e->p[stop];
		p = stop + 1;
	}
	return singles >= AMP_JOINED_MIN && letters * 2 > singles ? stop : at;
}

static void join_letters(struct amp_normal *n)
{
	struct edit e = start(n);
	bool inside = false; /* of a word */
	for (size_t at = 0; at < e.n;) {
		bool letter;
		size_t one = word_character(&e, at, &letter), run = one == 0 || inside ? at : separated_run(&e, at);
		if (run == at) {
			size_t bytes = one;
			if (one == 0) {
				uint32_t cp;
				bytes = (unsigned char)e.p[at] < 0x80 ? 1 : amp_utf8_decode(e.p + at, e.p + e.n, &cp);
				if (bytes == 0) bytes = 1;
			}
			inside = one != 0;
			keep(&e, at, bytes);
			at += bytes;
			continue;
		}
		while (at < run) {
			size_t bytes = word_character(&e, at, &letter);
			if (bytes > 0) keep(&e, at, bytes);
			at += bytes > 0 ? bytes : 1; /* separators are one byte */
		}
		inside = true;
	}
	end(n, &e);
}

/* ---- s4l0p3, n@zi ---- */
/* What a sign at p stands for; *bytes: its length. 0: it stands for nothing. */
static char letter_of_sign(const char *p, const char *stop, size_t *bytes)
{
	*bytes = 1;
	switch (*p) {
	case '0': return 'o';
	case '1': return 'i';
	case '3': return 'e';
	case '4': return 'a';
	case '5': return 's';
	case '7': return 't';
	case '8': return 'b';
	case '@': return 'a';
	case '$': return 's';
	case '!': return 'i';
	case '|': return 'l';
	case '+': return 't';
	default: break;
	}
	if (stop - p >= 3 && memcmp(p, "\xe2\x82\xac", 3) == 0) { /* the euro sign */
		*bytes = 3;
		return 'e';
	}
	if (stop - p >= 2 && memcmp(p, "\xc2\xa3", 2) == 0) { /* the pound sign */
		*bytes = 2;
		return 'l';
	}
	return 0;
}

struct signed_word {
	size_t end; /* behind its last letter or inner sign */
	size_t characters, letters, signs, digits;
	size_t first_signs, last_digits; /* signs and digits before the first letter, digits behind the last */
	bool other_digit;                /* a digit that stands for no letter: 2, 6, 9 */
};

/* The word with signs that starts at `at`. Signs at its end are punctuation. */
static struct signed_word signed_word(const struct edit *e, size_t at)
{
	struct signed_word w = {.end = at};
	size_t signs = 0; /* with those that may turn out to be punctuation behind the word: "covid10!" */
	const char *stop = e->p + e->n;
	for (size_t p = at; p < e->n;) {
		bool letter = false;
		size_t bytes;
		size_t n = word_character(e, p, &letter);
		char stands_for = letter_of_sign(e->p + p, stop, &bytes);
		if (n == 0 && stands_for == 0) break;
		if (n == 0) n = bytes;
		w.characters++;
		if (letter) {
			w.letters++;
			w.last_digits = 0;
		} else {
			signs += stands_for != 0;
			if (w.letters == 0) w.first_signs++;
			if (amp_is_digit((unsigned char)e->p[p])) {
				w.digits++;
				w.last_digits++;
				w.other_digit = w.other_digit || stands_for == 0;
			}
		}
		p += n;
		if (letter || amp_is_digit((unsigned char)e->p[p - n])) {
			w.end = p;
			w.signs = signs;
		}
	}
	return w;
}

/* A disguised word mixes letters and signs, more letters than digits; "covid19", "g20", "1er", "3eme", "4ans" and "@name" do not. */
static bool is_disguised(const struct edit *e, size_t at, const struct signed_word *w)
{
	if (w->letters == 0 || w->signs == 0 || w->characters < SIGNED_MIN || w->other_digit) return false;
	if (w->digits > w->letters) return false;
	if (e->p[at] == '@') return false;                                     /* an account */
	if (w->last_digits == w->signs) return false;                          /* a number behind a word */
	if (w->first_signs == w->signs && w->digits == w->signs) return false; /* a number before its unit */
	return !(w->end + 2 < e->n && memcmp(e->p + w->end, "://", 3) == 0);
}

/* Writes the word from `at` to its end, signs as letters. Returns its end. */
static size_t write_word(struct edit *e, size_t at, size_t stop)
{
	while (at < stop) {
		bool letter;
		size_t bytes, whole = word_character(e, at, &letter);
		char stands_for = letter_of_sign(e->p + at, e->p + e->n, &bytes);
		if (stands_for != 0) {
			e->origin[e->to] = e->origin[at];
			e->p[e->to++] = stands_for;
			at += bytes;
		} else {
			keep(e, at, whole == 0 ? bytes : whole);
			at += whole == 0 ? bytes : whole;
		}
	}
	return at;
}

/* The disguised words from `at` to `stop`; *kept: what stands before it is written. */
static void read_words(struct edit *e, size_t at, size_t stop, size_t *kept)
{
	while (at < stop) {
		struct signed_word w = signed_word(e, at);
		if (w.end == at) { /* no word here */
			uint32_t cp;
			at += read_character(e, at, &cp);
		} else if (is_disguised(e, at, &w)) {
			keep(e, *kept, at - *kept);
			*kept = at = write_word(e, at, w.end);
		} else {
			at = w.end;
		}
	}
}

/* Nothing is to be read before `from`. */
static bool read_signs(struct amp_normal *n, size_t from)
{
	struct edit e = start(n);
	size_t kept = 0, seen = from;
	for (size_t base = from - from % AMP_BLOCK; base < e.n; base += AMP_BLOCK) {
		uint64_t bits = amp_look_for_signs(e.p + base, e.n - base);
		for (size_t word; amp_next_signed(e.p, e.n, base, &bits, &seen, &word);) read_words(&e, word, seen, &kept);
	}
	if (kept == 0) return false;
	keep(&e, kept, e.n - kept);
	end(n, &e);
	return true;
}

/* ---- letters of other scripts ---- */
/* Cyrillic and Greek letters that a reader takes for Latin ones, in small letters, since the text is folded. Unicode's confusables (UTS #39,
 * 2023) have thousands; these are the ones on keyboards. */
static const struct {
	uint16_t cp;
	char latin;
} LOOKALIKES[] = {
	{0x3b1, 'a'}, {0x3b2, 'b'}, {0x3b9, 'i'}, {0x3ba, 'k'}, {0x3bd, 'v'}, {0x3bf, 'o'}, {0x3c1, 'p'},
	{0x3c4, 't'}, {0x3c5, 'u'}, {0x3c7, 'x'}, {0x3f2, 'c'}, {0x3f3, 'j'}, {0x430, 'a'}, {0x432, 'b'},
	{0x435, 'e'}, {0x43a, 'k'}, {0x43c, 'm'}, {0x43d, 'h'}, {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'},
	{0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x4af, 'y'},
	{0x4bb, 'h'}, {0x4cf, 'i'}, {0x501, 'd'}, {0x51b, 'q'}, {0x51d, 'w'},
};

static char lookalike(uint32_t cp)
{
	for (size_t i = 0; i < sizeof LOOKALIKES / sizeof *LOOKALIKES; i++)
		if (LOOKALIKES[i].cp == cp) return LOOKALIKES[i].latin;
	return '\0';
}

struct scripts {
	bool latin, other; /* other: a letter beyond ASCII that no Latin one looks like */
};

/* Letters from `at` to the end of the word (or of the text), and what scripts they are of. */
static size_t read_scripts(const struct edit *e, size_t at, bool whole_text, struct scripts *out)
{
	bool letter;
	for (uint32_t cp; at < e->n;) {
		if (word_character(e, at, &letter) == 0) {
			if (!whole_text) break;
			at += read_character(e, at, &cp);
			continue;
		}
		at += read_character(e, at, &cp);
		out->latin = out->latin || (cp < 0x80 && letter);
		out->other = out->other || (cp >= 0x80 && lookalike(cp) == '\0');
	}
	return at;
}

/* A text wholly of Latin letters and lookalikes is Latin; in others, words that mix both are. So Russian and Greek stay what they are. */
static void read_lookalikes(struct amp_normal *n)
{
	struct edit e = start(n);
	struct scripts text = {false, false};
	bool letter;
	(void)read_scripts(&e, 0, true, &text);
	for (size_t at = 0; at < e.n;) {
		struct scripts word = {false, false};
		size_t stop = word_character(&e, at, &letter) == 0 ? at : read_scripts(&e, at, false, &word);
		bool latin = !word.other && (!text.other || word.latin);
		if (stop == at) {
			uint32_t cp;
			stop = at + read_character(&e, at, &cp);
			latin = false;
		}
		while (at < stop) {
			uint32_t cp;
			size_t bytes = read_character(&e, at, &cp);
			char is = latin && cp >= 0x80 ? lookalike(cp) : '\0';
			if (is != '\0') {
				e.origin[e.to] = e.origin[at];
				e.p[e.to++] = is;
			} else {
				keep(&e, at, bytes);
			}
			at += bytes;
		}
	}
	end(n, &e);
}

/* ---- nooooon ---- */
static void squeeze(struct amp_normal *n)
{
	struct edit e = start(n);
	char last = '\0';
	size_t same = 0;
	for (size_t at = 0; at < e.n; at++) {
		char c = e.p[at];
		same = c == last ? same + 1 : 1;
		last = c;
		if (same > SQUEEZED_TO && amp_is_drawn(c)) continue;
		e.origin[e.to] = e.origin[at];
		e.p[e.to++] = c;
	}
	end(n, &e);
}

void amp_disguise_undo(struct amp_normal *n)
{
	struct amp_needs needs = {0};
	bool changed = false;
	amp_look_over(n->text.p, n->text.n, &needs);
	if (needs.joins) {
		join_letters(n);
		changed = true;
	}
	if (needs.signs || needs.joins) changed = read_signs(n, needs.joins ? 0 : needs.first_signs) || changed;
	if (needs.scripts) {
		read_lookalikes(n);
		changed = true;
	}
	if (changed || needs.drawn) squeeze(n);
}

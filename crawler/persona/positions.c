/* positions.c: a strict RFC 8259 scanner that keeps places only. */
#include "persona/positions.h"

#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"

struct scanner {
	const char *p, *end;
	int line;
	const char *counted; /* columns are counted forward from here, so that a long line is walked once */
	int counted_column;
	int depth;
	struct amp_arena *arena;
	struct amp_syntax_error *error;
};

static int column(struct scanner *s, const char *at)
{
	int n = s->counted_column;
	for (const char *p = s->counted; p < at; p++) n += ((unsigned char)*p & 0xC0) != 0x80;
	for (const char *p = at; p < s->counted; p++) n -= ((unsigned char)*p & 0xC0) != 0x80; /* a text whose start is at fault */
	s->counted = at;
	s->counted_column = n;
	return n;
}

static bool fail(struct scanner *s, const char *at, const char *text)
{
	if (s->error->line == 0) *s->error = (struct amp_syntax_error){s->line, column(s, at), text};
	return false;
}

static void blanks(struct scanner *s)
{
	for (; s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'); s->p++) {
		if (*s->p == '\n') {
			s->line++;
			s->counted = s->p + 1;
			s->counted_column = 1;
		}
	}
}

static int peek(const struct scanner *s)
{
	return s->p < s->end ? (unsigned char)*s->p : -1;
}

static bool hex4(const char *p, const char *end, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int v = p + i < end ? amp_hex_value((unsigned char)p[i]) : -1;
		if (v < 0) return false;
		*out = *out * 16 + (uint32_t)v;
	}
	return true;
}

/* One escape, s->p on the backslash; its character is added to b when that is not NULL. */
static bool escape(struct scanner *s, struct amp_buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *start = s->p++;
	int c = peek(s);
	const char *known = c > 0 ? memchr(from, c, sizeof from - 1) : NULL;
	uint32_t u, low;
	if (known != NULL) {
		s->p++;
		if (b != NULL) (void)amp_buf_byte(b, to[known - from]);
		return true;
	}
	if (c != 'u' || !hex4(s->p + 1, s->end, &u))
		return fail(
			s, start,
			N_("This escape is not one of JSON: after a backslash come \" \\ / b f n r t, or u and four hexadecimal digits."));
	s->p += 5;
	if (u >= 0xD800 && u < 0xDC00 && s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u' && hex4(s->p + 2, s->end, &low) &&
	    low >= 0xDC00 && low < 0xE000) {
		u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
		s->p += 6;
	}
	if (u == 0 || (u >= 0xD800 && u < 0xE000))
		return fail(s, start, N_("This escape is half a character (or U+0000): write the character itself."));
	if (b != NULL) (void)amp_buf_utf8(b, u);
	return true;
}

static bool string(struct scanner *s, struct amp_buf *b, bool *plain)
{
	const char *start = s->p++;
	*plain = true;
	for (;;) {
		int c = peek(s);
		if (c == '"') {
			s->p++;
			return true;
		}
		if (c == -1 || c == '\n') return fail(s, start, N_("This text has no closing quote on its line."));
		if (c < 0x20) return fail(s, s->p, N_("A control character stands in this text: write \\t or \\n, or remove it."));
		if (c == '\\') {
			*plain = false;
			if (!escape(s, b)) return false;
			continue;
		}
		uint32_t cp;
		size_t n = amp_utf8_decode(s->p, s->end, &cp);
		if (n == 0) return fail(s, s->p, N_("This byte is not UTF-8: save the file in UTF-8."));
		if (b != NULL) (void)amp_buf_add(b, s->p, n);
		s->p += n;
	}
}

static bool digits(struct scanner *s)
{
	const char *start = s->p;
	while (amp_is_digit(peek(s))) s->p++;
	return s->p > start;
}

static bool number(struct scanner *s)
{
	const char *start = s->p;
	if (peek(s) == '-') s->p++;
	bool zero = peek(s) == '0', ok = digits(s) && !(zero && s->p - start > 1 + (*start == '-')),
	     whole = ok && peek(s) != '.' && peek(s) != 'e' && peek(s) != 'E';
	if (whole && s->p - start > 18 + (*start == '-'))
		return fail(s, start, N_("This number is too large (18 digits at most)."));
	if (ok && peek(s) == '.') {
		s->p++;
		ok = digits(s);
	}
	if (ok && (peek(s) == 'e' || peek(s) == 'E')) {
		s->p++;
		if (peek(s) == '+' || peek(s) == '-') s->p++;
		ok = digits(s);
	}
	return ok || fail(s, start, N_("This is not a number as JSON writes them."));
}

static bool word(struct scanner *s)
{
	static const char *const words[] = {"true", "false", "null"};
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if ((size_t)(s->end - s->p) >= n && memcmp(s->p, words[i], n) == 0) {
			s->p += n;
			return true;
		}
	}
	return fail(s, s->p,
	            N_("A value is expected here: a text in double quotes, a number, true, false, a list […] or an object {…}."));
}

static bool value(struct scanner *s, struct amp_pos *pos);

static struct amp_pos *append(struct scanner *s, struct amp_pos *parent)
{
	struct amp_pos *child = amp_arena_zalloc(s->arena, sizeof *child);
	if (child == NULL) return NULL;
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	return child;
}

static bool member_key(struct scanner *s, struct amp_pos *object, struct amp_pos *child)
{
	struct amp_buf b;
	bool plain;
	if (peek(s) != '"')
		return fail(s, s->p,
		            peek(s) == '}' ? N_("No comma may stand before “}”.") : N_("A key in double quotes is expected here."));
	child->key_line = s->line;
	child->key_column = column(s, s->p);
	amp_buf_init(&b, 1 << 20);
	bool ok = string(s, &b, &plain);
	struct amp_str key = amp_buf_str(&b);
	if (ok) {
		for (const struct amp_pos *other = object->first; other != child; other = other->next)
			child->duplicate |= amp_str_eq(other->key, key);
		child->key = amp_arena_str(s->arena, key);
		ok = b.failed == 0 && child->key.p != NULL;
	}
	amp_buf_free(&b);
	blanks(s);
	if (ok && peek(s) != ':') return fail(s, s->p, N_("A colon is expected between a key and its value."));
	s->p++;
	return ok;
}

/* The members of an object or the elements of a list, s->p on the opening bracket. */
static bool container(struct scanner *s, struct amp_pos *pos, int close)
{
	bool object = close == '}';
	if (++s->depth > AMP_POSITIONS_DEPTH) return fail(s, s->p, N_("Nested too deeply."));
	s->p++;
	blanks(s);
	size_t n = 0;
	for (bool more = peek(s) != close; more;) {
		if (++n > AMP_POSITIONS_MEMBERS)
			return fail(s, s->p, N_("This list or object has too many members (4096 at most)."));
		struct amp_pos *child = append(s, pos);
		if (child == NULL || (object && !member_key(s, pos, child))) return false;
		blanks(s);
		if (!object && peek(s) == ']') return fail(s, s->p, N_("No comma may stand before “]”."));
		if (!value(s, child)) return false;
		blanks(s);
		more = peek(s) == ',';
		if (more) s->p++;
		blanks(s);
	}
	if (peek(s) != close) {
		return fail(s, s->p,
		            object ? N_("A comma or “}” is expected here (is a comma missing at the end of the line before?).")
		                   : N_("A comma or “]” is expected here (is a comma missing at the end of the line before?)."));
	}
	s->p++;
	s->depth--;
	return true;
}

static bool value(struct scanner *s, struct amp_pos *pos)
{
	pos->line = s->line;
	pos->column = column(s, s->p);
	if (pos->key_line == 0) {
		pos->key_line = pos->line;
		pos->key_column = pos->column;
	}
	int c = peek(s);
	if (c == '{') return container(s, pos, '}');
	if (c == '[') return container(s, pos, ']');
	if (c == '"') return string(s, NULL, &pos->plain);
	if (c == '-' || amp_is_digit(c)) return number(s);
	return word(s);
}

const struct amp_pos *amp_positions(struct amp_str text, struct amp_arena *a, struct amp_syntax_error *e)
{
	*e = (struct amp_syntax_error){0, 0, NULL};
	struct scanner s = {text.p, text.p + text.n, 1, text.p, 1, 0, a, e};
	struct amp_pos *root = amp_arena_zalloc(a, sizeof *root);
	if (root == NULL) return NULL;
	blanks(&s);
	if (!value(&s, root)) return NULL;
	blanks(&s);
	if (s.p < s.end) {
		(void)fail(&s, s.p, N_("The file goes on after its end: one object is expected, and nothing after it."));
		return NULL;
	}
	return root;
}

const struct amp_pos *amp_pos_key(const struct amp_pos *object, const char *key)
{
	const struct amp_pos *found = NULL;
	if (object == NULL) return NULL;
	for (const struct amp_pos *p = object->first; p != NULL; p = p->next) {
		if (amp_str_eq_c(p->key, key)) found = p;
	}
	return found;
}

const struct amp_pos *amp_pos_index(const struct amp_pos *array, size_t i)
{
	const struct amp_pos *p = array == NULL ? NULL : array->first;
	while (p != NULL && i-- > 0) p = p->next;
	return p;
}

/* sheet_write.c: a coder's sheet, written. See sheet.h. */
#include <string.h>

#include "annotate/sheet.h"

enum role { ID, GIVEN, SHOWN, FILL };
static const struct {
	const char *en, *fr;
	enum role role;
} columns[] = {
#define COLUMN(id, en, fr, role) {en, fr, role},
#include "annotate/columns.def"
#undef COLUMN
};

bool amp_sheet_shown(enum amp_sheet_column c)
{
	return columns[c].role == SHOWN;
}

const char *amp_sheet_title(enum amp_sheet_column c, bool french)
{
	return french ? columns[c].fr : columns[c].en;
}

static void quoted(struct amp_buf *out, struct amp_str s)
{
	(void)amp_buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"') (void)amp_buf_byte(out, '"');
		(void)amp_buf_byte(out, s.p[i]);
	}
	(void)amp_buf_byte(out, '"');
}

void amp_sheet_titles(struct amp_buf *out, bool french)
{
	(void)amp_buf_addc(out, "\xef\xbb\xbf");
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		if (c > 0) (void)amp_buf_byte(out, french ? ';' : ',');
		quoted(out, amp_str_c(amp_sheet_title((enum amp_sheet_column)c, french)));
	}
	(void)amp_buf_addc(out, "\r\n");
}

/* OWASP's list of what starts a formula, also behind spaces, which spreadsheets drop; full-width forms, which some take for the same. */
static bool formula(struct amp_str s)
{
	static const char *const starts[] = {"=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	s = amp_str_trim(s);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (amp_str_starts(s, starts[i])) return true;
	return false;
}

void amp_sheet_cell(struct amp_buf *out, struct amp_str s)
{
	if (formula(s)) (void)amp_buf_byte(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '\r') {
			(void)amp_buf_byte(out, '\n');
			i += i + 1 < s.n && s.p[i + 1] == '\n';
		} else {
			(void)amp_buf_byte(out, (c < ' ' && c != '\n') || c == 0x7f ? ' ' : c);
		}
	}
}

void amp_sheet_write(struct amp_buf *out, const struct amp_str *cells, bool french)
{
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		if (c > 0) (void)amp_buf_byte(out, french ? ';' : ',');
		quoted(out, cells[c]);
	}
	(void)amp_buf_addc(out, "\r\n");
}

static bool next_char(struct amp_str *s, char *c)
{
	if (s->n == 0) return false;
	*c = *s->p;
	s->p++;
	s->n--;
	if (*c != '\r') return true;
	*c = '\n';
	if (s->n > 0 && *s->p == '\n') {
		s->p++;
		s->n--;
	}
	return true;
}

static bool same_characters(struct amp_str a, struct amp_str b)
{
	char x = 0, y = 0;
	for (;;) {
		bool ma = next_char(&a, &x), mb = next_char(&b, &y);
		if (!ma || !mb) return ma == mb;
		if (x != y) return false;
	}
}

bool amp_sheet_same(struct amp_str came, struct amp_str written)
{
	came = amp_str_trim(came);
	written = amp_str_trim(written);
	if (same_characters(came, written)) return true;
	if (written.n == 0 || *written.p != '\'') return false;
	written = amp_str_trim((struct amp_str){written.p + 1, written.n - 1});
	return formula(written) && same_characters(came, written);
}

void amp_sheet_hash(const struct amp_str *cells, const uint8_t nonce[AMP_KEY], uint8_t out[AMP_SHA256])
{
	struct amp_sha256 h;
	amp_sha256_start(&h);
	amp_sha256_add(&h, nonce, AMP_KEY);
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		if (columns[c].role != SHOWN) continue;
		uint64_t n = cells[c].n;
		uint8_t length[8];
		for (size_t i = 0; i < sizeof length; i++) length[i] = (uint8_t)(n >> 8 * i);
		amp_sha256_add(&h, length, sizeof length);
		amp_sha256_add(&h, cells[c].p != NULL ? cells[c].p : "", cells[c].n);
	}
	amp_sha256_end(&h, out);
}

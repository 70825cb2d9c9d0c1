/* examples.c: quoted texts, only where they were asked for: drawn by the fingerprints of texts, without what names a person, closed until a
 * reader opens them. Erased texts are gone from here as from everywhere.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "report/private.h"
#include "report_sql.h"

#define NAME_BYTES 3 /* a shorter name is a syllable of too many words */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool begins(const char *s, const char *with)
{
	for (; *with != 0; s++, with++)
		if (amp_lower((unsigned char)*s) != amp_lower((unsigned char)*with)) return false;
	return true;
}

/* The length of a name that stands here as words of its own; 0. */
static size_t name_at(const char *first, const char *s, const char *const *names, size_t n)
{
	size_t best = 0;
	if (s > first && (amp_is_alpha((unsigned char)s[-1]) || ((unsigned char)s[-1] & 0x80) != 0)) return 0;
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(names[i]);
		if (length < NAME_BYTES || length <= best || !begins(s, names[i])) continue;
		if (!amp_is_alpha((unsigned char)s[length])) best = length;
	}
	return best;
}

/* The length of a run of digits with spaces, dots or dashes between them that has eight digits or more; 0. */
static size_t number_at(const char *s)
{
	size_t digits = 0, end = 0;
	for (size_t i = 0; s[i] != 0; i++) {
		if (s[i] >= '0' && s[i] <= '9') {
			digits++;
			end = i + 1;
		} else if (i == 0 ? s[i] != '+' : strchr(" .-", s[i]) == NULL || i > end + 1)
			break;
	}
	return digits >= 8 ? end : 0;
}

enum word { WORD_PLAIN, WORD_ADDRESS, WORD_NAME };
/* What the word s[0..n) is: an address has a scheme, "www." or a dot between letters; a name of an account has an @. */
static enum word word_of(const char *s, size_t n)
{
	bool dot = false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '@' || (i + 3 <= n && memcmp(s + i, "\xEF\xBC\xA0", 3) == 0)) return WORD_NAME;
		if (i + 3 <= n && memcmp(s + i, "://", 3) == 0) dot = true;
		if (i > 0 && i + 2 < n && s[i] == '.' && amp_is_alpha((unsigned char)s[i - 1]) &&
		    amp_is_alpha((unsigned char)s[i + 1]) && amp_is_alpha((unsigned char)s[i + 2]))
			dot = true;
	}
	return dot ? WORD_ADDRESS : WORD_PLAIN;
}

void amp_veil(struct amp_buf *out, const char *text, const char *const *names, size_t n_names, bool french)
{
	for (const char *s = text; *s != 0;) {
		size_t name = name_at(text, s, names, n_names), number = name == 0 ? number_at(s) : 0, n = 0;
		if (name > 0 || number > 0) {
			(void)amp_buf_addc(out, name > 0 ? (french ? "[nom]" : "[name]") : french ? "[numéro]" : "[number]");
			s += name > 0 ? name : number;
			continue;
		}
		while (s[n] != 0 && !is_space(s[n])) n++;
		enum word what = (s == text || is_space(s[-1])) ? word_of(s, n) : WORD_PLAIN;
		if (what == WORD_PLAIN) {
			(void)amp_buf_byte(out, (unsigned char)*s++);
			continue;
		}
		(void)amp_buf_addc(out, what == WORD_NAME ? (french ? "[compte]" : "[account]") : french ? "[lien]" : "[link]");
		s += n;
	}
}

struct names { /* that stand in a text */
	const char **v;
	size_t n, room;
};

static int name_add(struct names *names, struct amp_report *r, struct amp_str s, struct amp_err *err)
{
	if (s.n < NAME_BYTES) return 0;
	if (names->n == names->room) {
		const char **grown = amp_realloc(names->v, (2 * names->room + 16) * sizeof *grown);
		if (grown == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while examples are drawn."));
		names->v = grown;
		names->room = 2 * names->room + 16;
	}
	names->v[names->n] = w_dup(&r->w, s.p, s.n);
	if (r->w.failed) return amp_fail(err, AMP_ENOMEM, _("Memory is out while examples are drawn."));
	names->n++;
	return 0;
}

static int names_in(struct names *names, struct amp_report *r, struct amp_store *store, const char *text, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_EXAMPLE_NAMES, err);
	if (rc != 0) return rc;
	names->n = 0;
	amp_query_bind_c(&q, text);
	amp_query_bind_i64(&q, NAME_BYTES);
	while ((rc = amp_query_step(&q, err)) == 1) {
		rc = name_add(names, r, amp_query_str(&q, 0), err);
		if (rc == 0) rc = name_add(names, r, amp_query_str(&q, 1), err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	return rc;
}

static int veiled(const char **out, struct names *names, struct amp_report *r, struct amp_store *store, const char *text,
                  struct amp_err *err)
{
	struct amp_buf b;
	int rc = names_in(names, r, store, text, err);
	if (rc != 0) return rc;
	amp_buf_init(&b, 1 << 20);
	amp_veil(&b, text, names->v, names->n, r->w.french);
	if (b.failed) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while examples are drawn."));
	*out = w_dup(&r->w, b.p != NULL ? b.p : "", b.n);
	amp_buf_free(&b);
	return rc;
}

int amp_report_examples(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	const struct amp_frame *f = r->frame;
	struct amp_query q;
	struct names names = {0};
	int64_t wanted = r->options->examples;
	if (wanted <= 0 || f->n_detectors == 0 || f->n_cells == 0) return 0;
	r->examples = amp_arena_zalloc(r->w.arena, (size_t)wanted * sizeof *r->examples);
	if (r->examples == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while examples are drawn."));
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_EXAMPLES, err), row = 0;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->detectors[0].id);
	amp_query_bind_i64(&q, f->version_id);
	amp_query_bind_c(&q, f->cells[0].threshold);
	amp_query_bind_i64(&q, wanted);
	while (r->n_examples < (size_t)wanted) {
		row = amp_query_step(&q, err);
		if (row != 1) break;
		struct amp_str text = amp_query_str(&q, 0), lang = amp_query_str(&q, 1);
		struct amp_example *e = &r->examples[r->n_examples++];
		e->lang = lang.n > 0 ? w_dup(&r->w, lang.p, lang.n) : _("not told");
		e->score = w_number(&r->w, amp_query_double(&q, 2), 2);
		rc = veiled(&e->text, &names, r, store, w_dup(&r->w, text.p, text.n), err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	amp_free(names.v);
	return rc != 0 ? rc : row < 0 ? row : 0;
}

void amp_content_examples(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	if (r->options->examples <= 0) return;
	d->format->heading(d, 3, "examples", _("Quoted examples"));
	if (d->format->veiled == NULL) {
		d->format->para(d, p_text(r, P_X_ELSEWHERE));
		return;
	}
	if (r->n_examples == 0) {
		d->format->para(d, p_text(r, P_X_NONE));
		return;
	}
	d->format->note(d, AMP_NOTE_BANNER, p_text(r, P_X_WARNING));
	for (size_t i = 0; i < r->n_examples; i++)
		d->format->veiled(d,
		                  w_fill(&r->w, _("Text {n}: language {lang}, score {score}. Open to read."), "n",
		                         w_int(&r->w, (int64_t)i + 1), "lang", r->examples[i].lang, "score", r->examples[i].score,
		                         NULL),
		                  r->examples[i].text);
}

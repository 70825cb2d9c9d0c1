/* examples.c: quoted texts, only where they were asked for: drawn by the fingerprints of texts, without what names a person, closed until a
 * reader opens them. Erased texts are gone from here as from everywhere.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "report/private.h"
#include "report_sql.h"
#include "text/text.h"

#define NAME_BYTES 3 /* a shorter name is a syllable of too many words */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* A text character by character, each folded. */
struct folded {
	const char *at, *end;
	char bytes[AMP_FOLD_BYTES];
	size_t n, used;
};

static struct folded folded_of(const char *s, size_t n)
{
	return (struct folded){.at = s, .end = s + n};
}

/* The next folded byte; 0 at the end. A byte that is no UTF-8 stands for itself. */
static char folded_next(struct folded *f)
{
	while (f->used == f->n) {
		uint32_t cp;
		if (f->at >= f->end) return 0;
		size_t length = amp_utf8_decode(f->at, f->end, &cp);
		f->used = 0;
		f->n = length > 0 ? amp_fold(cp, f->bytes) : 1;
		if (length == 0) f->bytes[0] = *f->at;
		f->at += length > 0 ? length : 1;
	}
	return f->bytes[f->used++];
}

/* Bytes of s in which the whole name stands, whatever the case and the accents; 0. */
static size_t stands_at(const char *s, size_t n, const char *name)
{
	struct folded text = folded_of(s, n), want = folded_of(name, strlen(name));
	char c = folded_next(&want);
	if (c == 0) return 0; /* of marks alone */
	for (; c != 0; c = folded_next(&want))
		if (folded_next(&text) != c) return 0;
	if (text.used != text.n) return 0; /* amid a character */
	/* marks that belong to the last letter */
	for (const char *at = text.at; at < text.end; text.at = at) {
		uint32_t cp;
		char bytes[AMP_FOLD_BYTES];
		size_t length = amp_utf8_decode(at, text.end, &cp);
		if (length == 0 || amp_fold(cp, bytes) > 0) break;
		at += length;
	}
	return (size_t)(text.at - s);
}

/* Does the word go on, before or behind? Where a script keeps no words apart, or glues others to them, a name may stand anywhere. */
static bool word_before(const char *first, const char *s)
{
	const char *p = s;
	uint32_t cp;
	if (s == first) return false;
	do p--;
	while (p > first && ((unsigned char)*p & 0xC0) == 0x80);
	return amp_utf8_decode(p, s, &cp) > 0 && amp_is_cased(cp);
}
static bool word_behind(const char *s)
{
	uint32_t cp;
	return amp_utf8_decode(s, s + strlen(s), &cp) > 0 && amp_is_cased(cp);
}

/* The length of a name that stands here as words of its own; 0. */
static size_t name_at(const char *first, const char *s, const char *const *names, size_t n)
{
	size_t best = 0, left = strlen(s);
	if (((unsigned char)*s & 0xC0) == 0x80 || word_before(first, s)) return 0;
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(names[i]) >= NAME_BYTES ? stands_at(s, left, names[i]) : 0;
		if (length > best && !word_behind(s + length)) best = length;
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

struct quoted { /* a text that is to be quoted */
	const char *words;
	struct amp_buf folded;
	const char **names; /* that stand in it */
	size_t n, room;
};

static int out_of_memory(struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Memory is out while examples are drawn."));
}

static int fold_all(struct amp_buf *out, struct amp_str s, struct amp_err *err)
{
	struct folded f = folded_of(s.p, s.n);
	amp_buf_reset(out);
	for (char c = folded_next(&f); c != 0; c = folded_next(&f)) (void)amp_buf_byte(out, (unsigned char)c);
	return out->failed ? out_of_memory(err) : 0;
}

static int name_add(struct quoted *q, struct amp_report *r, struct amp_str s, struct amp_err *err)
{
	if (q->n == q->room) {
		const char **grown = amp_realloc(q->names, (2 * q->room + 16) * sizeof *grown);
		if (grown == NULL) return out_of_memory(err);
		q->names = grown;
		q->room = 2 * q->room + 16;
	}
	q->names[q->n] = w_dup(&r->w, s.p, s.n);
	if (r->w.failed) return out_of_memory(err);
	q->n++;
	return 0;
}

/* A name goes to each text that holds it, in whatever case. */
static int name_give(struct quoted *q, size_t n, struct amp_report *r, struct amp_str name, struct amp_buf *folded,
                     struct amp_err *err)
{
	int rc = name.n >= NAME_BYTES ? fold_all(folded, name, err) : 0;
	if (name.n < NAME_BYTES || rc != 0 || folded->n == 0) return rc;
	for (size_t i = 0; i < n && rc == 0; i++)
		if (q[i].folded.n >= folded->n && strstr(q[i].folded.p, folded->p) != NULL) rc = name_add(&q[i], r, name, err);
	return rc;
}

/* All names of accounts that this database knows, once: SQL knows no other case than that of ASCII. */
static int names_of(struct quoted *texts, size_t n, struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf folded;
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_NAMES, err), row = 0;
	if (rc != 0) return rc;
	amp_buf_init(&folded, 1 << 20);
	while (rc == 0) {
		row = amp_query_step(&q, err);
		if (row != 1) break;
		for (int column = 0; column < 2 && rc == 0; column++)
			rc = name_give(texts, n, r, amp_query_str(&q, column), &folded, err);
	}
	amp_buf_free(&folded);
	amp_query_end(&q);
	return rc != 0 ? rc : row < 0 ? row : 0;
}

static int veiled(const char **out, const struct quoted *q, struct amp_report *r, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	amp_veil(&b, q->words, q->names, q->n, r->w.french);
	int rc = b.failed ? out_of_memory(err) : 0;
	*out = w_dup(&r->w, b.p != NULL ? b.p : "", b.n);
	amp_buf_free(&b);
	return rc;
}

/* Which texts: those of the first keys. */
static int draw(struct quoted *texts, struct amp_report *r, struct amp_store *store, int64_t wanted, struct amp_err *err)
{
	const struct amp_frame *f = r->frame;
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_EXAMPLES, err), row = 0;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->detectors[0].id);
	amp_query_bind_i64(&q, f->version_id);
	amp_query_bind_c(&q, f->cells[0].threshold);
	amp_query_bind_i64(&q, wanted);
	while (rc == 0 && r->n_examples < (size_t)wanted) {
		row = amp_query_step(&q, err);
		if (row != 1) break;
		struct amp_str text = amp_query_str(&q, 0), lang = amp_query_str(&q, 1);
		struct quoted *one = &texts[r->n_examples];
		struct amp_example *e = &r->examples[r->n_examples++];
		e->lang = lang.n > 0 ? w_dup(&r->w, lang.p, lang.n) : _("not told");
		e->score = w_number(&r->w, amp_query_double(&q, 2), 2);
		one->words = w_dup(&r->w, text.p, text.n);
		rc = fold_all(&one->folded, text, err);
	}
	amp_query_end(&q);
	return rc != 0 ? rc : row < 0 ? row : 0;
}

int amp_report_examples(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	int64_t wanted = r->options->examples;
	if (wanted <= 0 || r->frame->n_detectors == 0 || r->frame->n_cells == 0) return 0;
	r->examples = amp_arena_zalloc(r->w.arena, (size_t)wanted * sizeof *r->examples);
	struct quoted *texts = amp_arena_zalloc(r->w.arena, (size_t)wanted * sizeof *texts);
	if (r->examples == NULL || texts == NULL) return out_of_memory(err);
	for (int64_t i = 0; i < wanted; i++) amp_buf_init(&texts[i].folded, (size_t)64 << 20);
	int rc = draw(texts, r, store, wanted, err);
	if (rc == 0 && r->n_examples > 0) rc = names_of(texts, r->n_examples, r, store, err);
	for (size_t i = 0; i < r->n_examples && rc == 0; i++) rc = veiled(&r->examples[i].text, &texts[i], r, err);
	for (int64_t i = 0; i < wanted; i++) {
		amp_buf_free(&texts[i].folded);
		amp_free(texts[i].names);
	}
	return rc;
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

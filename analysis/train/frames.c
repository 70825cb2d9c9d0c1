/* frames.c: reads frames and fills them. */
#include "train/frames.h"
#include <string.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

#define FIELDS_MAX 400
#define DEPTH_MAX 4
#define TEXT_MAX 4096
#define TRIES 30         /* draws for one new sentence */
#define TRICK_PERCENT 20 /* of sentences with a spelling trick */
#define AGAIN_PERCENT 30 /* of these, with a second one */
#define GLUED_PERCENT 20 /* of these, with words run together */
#define TRICK_WORD_MIN 5 /* letters of a word that a trick is played on */

struct row { /* a line's fields behind its first */
	const char *kind;
	struct amp_str *field;
	size_t n;
	int line;
	bool first; /* of its kind with this first field */
};
struct frames {
	struct amp_arena *arena;
	struct row *rows;
	size_t n_rows;
	const char *lang, *file;
	struct amp_rng rng;
	struct amp_buf out, filled;
	const struct row *group, *frame; /* of the sentence in hand */
	int quoted;                      /* line of the frame that it quotes, 0 */
	uint64_t *seen;
	size_t n_seen;
};

/* ---- reading ---- */
static const struct {
	const char *name;
	size_t least;
} KINDS[] = {{"lang", 1}, {"slot", 2}, {"group", 2}, {"hate", 2}, {"benign", 2}, {"before", 1}, {"after", 1}, {"replace", 2}};

static const char *kind_of(struct amp_str name, size_t *least)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		*least = KINDS[i].least;
		if (amp_str_eq_c(name, KINDS[i].name)) return KINDS[i].name;
	}
	return NULL;
}

static int read_row(struct frames *f, struct amp_str line, int number, struct amp_err *err)
{
	struct amp_str fields[FIELDS_MAX];
	struct row *row = &f->rows[f->n_rows];
	size_t n = 0, least = 0;
	struct amp_str kind = amp_str_cut(&line, '\t');
	while (line.p != NULL && n < FIELDS_MAX) fields[n++] = amp_str_cut(&line, '\t');
	*row = (struct row){.kind = kind_of(kind, &least), .n = n, .line = number};
	if (row->kind == NULL)
		return amp_fail(err, AMP_EUSAGE,
		                _("%s:%d: a line of frames begins with lang, slot, group, hate, benign, before, after or replace."),
		                f->file, number);
	if (n < least || line.p != NULL)
		return amp_fail(err, AMP_EUSAGE, _("%s:%d: a line \"%s\" has at least %zu further columns, at most %d."), f->file,
		                number, row->kind, least, FIELDS_MAX);
	row->field = amp_arena_alloc(f->arena, n * sizeof *row->field);
	if (row->field == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading frames."));
	memcpy(row->field, fields, n * sizeof *fields);
	if (strcmp(row->kind, "lang") == 0) f->lang = amp_arena_strndup(f->arena, fields[0].p, fields[0].n);
	f->n_rows++;
	return 0;
}

static int read_rows(struct frames *f, struct amp_str bytes, struct amp_err *err)
{
	size_t lines = 1;
	for (size_t i = 0; i < bytes.n; i++) lines += bytes.p[i] == '\n';
	f->rows = amp_arena_new_array(f->arena, struct row, lines);
	if (f->rows == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading frames."));
	if (!amp_utf8_valid(bytes.p, bytes.n)) return amp_fail(err, AMP_EUSAGE, _("%s is not UTF-8."), f->file);
	int rc = 0;
	for (int number = 1; rc == 0 && bytes.p != NULL; number++) {
		struct amp_str line = amp_str_cut(&bytes, '\n');
		if (line.n == 0 || line.p[0] == '#') continue;
		rc = read_row(f, line, number, err);
	}
	for (size_t i = 0; rc == 0 && i < f->n_rows; i++) {
		struct row *row = &f->rows[i];
		row->first = true;
		for (size_t k = 0; k < i && row->first; k++)
			row->first = f->rows[k].kind != row->kind || !amp_str_eq(f->rows[k].field[0], row->field[0]);
	}
	if (rc == 0 && f->lang == NULL) rc = amp_fail(err, AMP_EUSAGE, _("%s lacks its language: a line \"lang\"."), f->file);
	return rc;
}

/* ---- drawing ---- */
static bool is(const struct row *row, const char *kind)
{
	return strcmp(row->kind, kind) == 0;
}

/* One of the rows that fit, each as likely. NULL: none does. key: the first field, or absent for any. */
static const struct row *draw(struct frames *f, const char *kind, struct amp_str key)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_rows; i++)
		n += is(&f->rows[i], kind) && (key.p == NULL || amp_str_eq(f->rows[i].field[0], key));
	if (n == 0) return NULL;
	size_t left = (size_t)amp_rng_below(&f->rng, n);
	for (size_t i = 0; i < f->n_rows; i++)
		if (is(&f->rows[i], kind) && (key.p == NULL || amp_str_eq(f->rows[i].field[0], key)) && left-- == 0)
			return &f->rows[i];
	return NULL;
}

/* A functionality first, then one of its frames: so each weighs the same, however many frames it has. */
static const struct row *draw_frame(struct frames *f, const char *kind)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_rows; i++) n += f->rows[i].first && is(&f->rows[i], kind);
	if (n == 0) return NULL;
	size_t left = (size_t)amp_rng_below(&f->rng, n), at = 0;
	while (!(f->rows[at].first && is(&f->rows[at], kind) && left-- == 0)) at++;
	return draw(f, kind, f->rows[at].field[0]);
}

static struct amp_str group_word(const struct row *group, struct amp_str name)
{
	for (size_t i = 1; group != NULL && i < group->n; i++) {
		struct amp_str value = group->field[i];
		struct amp_str key = amp_str_cut(&value, '=');
		if (amp_str_eq(key, name)) return value;
	}
	return AMP_STR_ABSENT;
}

/* Has the group in hand every word that a frame asks of it? */
static bool group_fits(const struct row *group, struct amp_str frame)
{
	for (size_t i = 0; i + 3 < frame.n; i++) {
		if (frame.p[i] != '{' || frame.p[i + 1] != 'g' || frame.p[i + 2] != '.') continue;
		struct amp_str rest = {frame.p + i + 3, frame.n - i - 3};
		if (group_word(group, amp_str_cut(&rest, '}')).p == NULL) return false;
	}
	return true;
}

static int fill(struct frames *f, struct amp_str frame, int line, int depth, struct amp_err *err);

static int fill_hate(struct frames *f, int depth, struct amp_err *err)
{
	for (int tries = 0; tries < TRIES; tries++) {
		const struct row *hate = draw_frame(f, "hate");
		if (hate == NULL || !group_fits(f->group, hate->field[1])) continue;
		f->quoted = hate->line;
		int rc = fill(f, hate->field[1], hate->line, depth + 1, err);
		if (f->out.n > 0 && f->out.p[f->out.n - 1] == '.') f->out.p[--f->out.n] = '\0';
		return rc;
	}
	return 0;
}

static int fill(struct frames *f, struct amp_str frame, int line, int depth, struct amp_err *err)
{
	if (depth > DEPTH_MAX)
		return amp_fail(err, AMP_EUSAGE, _("%s:%d: slots within slots within slots: four levels at most."), f->file, line);
	for (size_t i = 0; i < frame.n; i++) {
		if (frame.p[i] != '{') {
			(void)amp_buf_byte(&f->out, (unsigned char)frame.p[i]);
			continue;
		}
		struct amp_str rest = {frame.p + i + 1, frame.n - i - 1};
		struct amp_str name = amp_str_cut(&rest, '}');
		int rc = 0;
		if (rest.p == NULL) return amp_fail(err, AMP_EUSAGE, _("%s:%d: a slot is not closed."), f->file, line);
		if (amp_str_starts(name, "g.")) {
			(void)amp_buf_adds(&f->out, group_word(f->group, (struct amp_str){name.p + 2, name.n - 2}));
		} else if (amp_str_eq_c(name, "HATE")) {
			rc = fill_hate(f, depth, err);
		} else {
			const struct row *slot = draw(f, "slot", name);
			if (slot == NULL)
				return amp_fail(err, AMP_EUSAGE, _("%s:%d: there is no slot \"%.*s\"."), f->file, line, (int)name.n,
				                name.p);
			rc = fill(f, slot->field[1 + amp_rng_below(&f->rng, slot->n - 1)], slot->line, depth + 1, err);
		}
		if (rc != 0) return rc;
		i = (size_t)(rest.p - frame.p) - 1;
	}
	return amp_buf_check(&f->out, _("a frame"), err);
}

/* ---- spelling tricks ---- */
static bool percent(struct frames *f, unsigned share)
{
	return amp_rng_below(&f->rng, 100) < share;
}

static char sign_for(char c)
{
	static const char LETTERS[] = "aeiost", SIGNS[] = "431057";
	const char *at = memchr(LETTERS, c, sizeof LETTERS - 1);
	return at == NULL ? '\0' : SIGNS[at - LETTERS];
}

/* A word of ASCII letters with one trick, the k-th. */
static void trick(struct frames *f, struct amp_str word, unsigned k)
{
	size_t at = 1 + (size_t)amp_rng_below(&f->rng, word.n - 2);
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i], sign = sign_for((char)amp_lower((unsigned char)c));
		switch (k) {
		case 0: (void)amp_buf_byte(&f->filled, sign != '\0' && amp_rng_below(&f->rng, 10) < 6 ? sign : c); break;
		case 1:
			(void)amp_buf_byte(&f->filled, c);
			if (i + 1 < word.n) (void)amp_buf_byte(&f->filled, ' ');
			break;
		case 2:
			if (i != at) (void)amp_buf_byte(&f->filled, c);
			break;
		case 3: (void)amp_buf_byte(&f->filled, i == at ? word.p[i - 1] : i + 1 == at ? word.p[at] : c); break;
		case 4:
			(void)amp_buf_byte(&f->filled, c);
			if (i + 1 < word.n) (void)amp_buf_byte(&f->filled, '.');
			break;
		default:
			for (uint64_t n = i == at ? 2 + amp_rng_below(&f->rng, 3) : 1; n > 0; n--)
				(void)amp_buf_byte(&f->filled, c);
			break;
		}
	}
}

static void play_trick(struct frames *f)
{
	struct amp_str text = amp_buf_str(&f->out);
	size_t words = 0, chosen;
	for (int pass = 0; pass < 2; pass++) {
		unsigned k = (unsigned)amp_rng_below(&f->rng, 6);
		chosen = words == 0 ? 0 : (size_t)amp_rng_below(&f->rng, words);
		words = 0;
		amp_buf_reset(&f->filled);
		for (size_t i = 0; i < text.n;) {
			size_t n = 0;
			while (i + n < text.n && amp_is_alpha((unsigned char)text.p[i + n])) n++;
			bool whole = (i == 0 || text.p[i - 1] == ' ') && (i + n == text.n || (unsigned char)text.p[i + n] < 0x80);
			if (n >= TRICK_WORD_MIN && whole && words++ == chosen && pass == 1)
				trick(f, (struct amp_str){text.p + i, n}, k);
			else
				(void)amp_buf_add(&f->filled, text.p + i, n > 0 ? n : 1);
			i += n > 0 ? n : 1;
		}
		if (words == 0) return;
	}
	amp_buf_reset(&f->out);
	(void)amp_buf_adds(&f->out, amp_buf_str(&f->filled));
}

/* Words run together: two, three or all of them. */
static void glue(struct frames *f)
{
	struct amp_str text = amp_buf_str(&f->out);
	size_t spaces = 0, seen = 0;
	for (size_t i = 0; i < text.n; i++) spaces += text.p[i] == ' ';
	if (spaces == 0) return;
	size_t from = (size_t)amp_rng_below(&f->rng, spaces), n = 1 + (size_t)amp_rng_below(&f->rng, 3);
	if (n == 3) {
		from = 0;
		n = spaces;
	}
	amp_buf_reset(&f->filled);
	for (size_t i = 0; i < text.n; i++) {
		bool space = text.p[i] == ' ', drop = space && seen >= from && seen < from + n;
		if (!drop) (void)amp_buf_byte(&f->filled, (unsigned char)text.p[i]);
		seen += space;
	}
	amp_buf_reset(&f->out);
	(void)amp_buf_adds(&f->out, amp_buf_str(&f->filled));
}

static void replace_all(struct frames *f, struct amp_str from, struct amp_str to)
{
	struct amp_str text = amp_buf_str(&f->out);
	amp_buf_reset(&f->filled);
	for (size_t i = 0; i < text.n;) {
		if (from.n > 0 && text.n - i >= from.n && memcmp(text.p + i, from.p, from.n) == 0) {
			(void)amp_buf_adds(&f->filled, to);
			i += from.n;
		} else {
			(void)amp_buf_byte(&f->filled, (unsigned char)text.p[i++]);
		}
	}
	amp_buf_reset(&f->out);
	(void)amp_buf_adds(&f->out, amp_buf_str(&f->filled));
}

static int draw_value(struct frames *f, const char *kind, struct amp_err *err)
{
	const struct row *row = draw(f, kind, AMP_STR_ABSENT);
	if (row == NULL) return 0;
	return fill(f, row->field[amp_rng_below(&f->rng, row->n)], row->line, 1, err);
}

static int make(struct frames *f, bool hateful, bool *made, struct amp_err *err)
{
	const struct row *frame = draw_frame(f, hateful ? "hate" : "benign");
	*made = false;
	if (frame == NULL) return amp_fail(err, AMP_EUSAGE, _("%s has no frame \"%s\"."), f->file, hateful ? "hate" : "benign");
	f->group = draw(f, "group", AMP_STR_ABSENT);
	if (!group_fits(f->group, frame->field[1])) return 0;
	f->frame = frame;
	f->quoted = 0;
	amp_buf_reset(&f->out);
	int rc = draw_value(f, "before", err);
	if (rc == 0) rc = fill(f, frame->field[1], frame->line, 1, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < f->n_rows; i++)
		if (is(&f->rows[i], "replace")) replace_all(f, f->rows[i].field[0], f->rows[i].field[1]);
	if (percent(f, TRICK_PERCENT)) {
		play_trick(f);
		if (percent(f, AGAIN_PERCENT)) play_trick(f);
		if (percent(f, GLUED_PERCENT)) glue(f);
	}
	rc = draw_value(f, "after", err);
	*made = true;
	return rc != 0 ? rc : amp_buf_check(&f->out, _("a frame"), err);
}

static bool is_new(struct frames *f)
{
	uint8_t hash[AMP_SHA256];
	uint64_t h = 0;
	amp_sha256(f->out.p, f->out.n, hash);
	for (size_t i = 0; i < 8; i++) h = h << 8 | hash[i];
	for (size_t at = (size_t)h & (f->n_seen - 1);; at = (at + 1) & (f->n_seen - 1)) {
		if (f->seen[at] == h) return false;
		if (f->seen[at] != 0) continue;
		f->seen[at] = h;
		return true;
	}
}

static int make_all(struct frames *f, size_t count, amp_frames_fn *fn, void *user, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		bool hateful = i % 2 == 1, made = false, fresh = false;
		for (int tries = 0; rc == 0 && tries < TRIES && !fresh; tries++) {
			rc = make(f, hateful, &made, err);
			fresh = rc == 0 && made && is_new(f);
		}
		if (rc == 0 && fresh) {
			struct amp_frame sentence = {.text = amp_buf_str(&f->out),
			                             .sort = f->frame->field[0],
			                             .target = f->group != NULL ? f->group->field[0] : AMP_STR_ABSENT,
			                             .lang = f->lang,
			                             .line = f->frame->line,
			                             .quoted = f->quoted,
			                             .hateful = hateful};
			rc = fn(user, &sentence, err);
		}
	}
	return rc;
}

int amp_frames(struct amp_str bytes, const char *file, uint64_t seed, size_t count, amp_frames_fn *fn, void *user,
               struct amp_err *err)
{
	struct frames f = {.file = file, .n_seen = 16};
	while (f.n_seen < count * 2 + 2) f.n_seen *= 2;
	amp_rng_seed_label(&f.rng, seed, "frames");
	amp_buf_init(&f.out, TEXT_MAX);
	amp_buf_init(&f.filled, TEXT_MAX);
	f.arena = amp_arena_new(0);
	f.seen = amp_calloc(f.n_seen, sizeof *f.seen);
	int rc = f.arena == NULL || f.seen == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading frames.")) : 0;
	if (rc == 0) rc = read_rows(&f, bytes, err);
	if (rc == 0) rc = make_all(&f, count, fn, user, err);
	amp_buf_free(&f.out);
	amp_buf_free(&f.filled);
	amp_arena_free(f.arena);
	amp_free(f.seen);
	return rc;
}

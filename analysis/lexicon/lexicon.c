/* lexicon.c: reads lexicon files (data/README.md). */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "lexicon/private.h"
#include "text/text.h"

#define FILE_MAX ((size_t)16 << 20)
#define FORM_WORDS_MAX 12
#define PREFIX_MIN 4 /* bytes: a shorter one would match half the dictionary */
#define GLUED_MIN 8  /* bytes: hashtags write an expression as one word */
#define WEIGHT_MAX 3000

static const char HEADER[] = "entry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource";
enum column {
	COLUMN_ENTRY,
	COLUMN_FORMS,
	COLUMN_KIND,
	COLUMN_TARGET,
	COLUMN_ACT,
	COLUMN_WEIGHT,
	COLUMN_FLAGS,
	COLUMN_NOTE,
	COLUMN_SOURCE,
	COLUMNS
};
static const char *const COLUMN_NAMES[COLUMNS] = {"entry", "forms", "kind", "target", "act", "weight", "flags", "note", "source"};
static const char *const KIND_NAMES[LEXICON_KINDS] = {
#define X(id, name) name,
#include "lexicon/kinds.def"
#undef X
};
static const char *const ACTS[] = {"-",      "provocation",    "insult",    "defamation", "threat", "dehumanisation",
                                   "denial", "counter_speech", "reclaimed", "reporting"};
static const struct {
	const char *name;
	unsigned flag;
} FLAGS[] = {
	{"ambiguous", LEXICON_AMBIGUOUS}, {"reclaimed", LEXICON_RECLAIMED}, {"prefix", LEXICON_PREFIX}, {"before", LEXICON_BEFORE},
	{"after", LEXICON_AFTER},         {"strict", LEXICON_STRICT},       {"any", LEXICON_ANY},       {"mass", LEXICON_MASS},
};
#define N_OF(a) (sizeof(a) / sizeof *(a))

const char *lexicon_kind_name(enum lexicon_kind kind)
{
	return KIND_NAMES[kind];
}

/* ---- reading ---- */
struct reader {
	struct lexicon *l; /* under construction, or a scratch one for the check */
	const char *file;
	int line;
	struct amp_str text; /* of the line */
	uint32_t lang;
	bool header_seen;
	size_t mistakes;
	amp_lexicon_mistake_fn *fn;
	void *user;
	struct amp_normal normal;
	struct lexicon_tokens tokens;
	struct lexicon_table seen; /* kind and words of each form of this file */
	int rc;                    /* memory */
	struct amp_err *err;
};

static void mistake(struct reader *r, struct amp_str at, enum column column, const char *fmt, ...) AMP_PRINTF(4, 5);
static void mistake(struct reader *r, struct amp_str at, enum column column, const char *fmt, ...)
{
	struct amp_lexicon_mistake m = {
		.file = r->file, .line = r->line, .column = 1, .field = column < COLUMNS ? COLUMN_NAMES[column] : ""};
	va_list ap;
	if (at.p != NULL && at.p >= r->text.p && at.p <= r->text.p + r->text.n)
		m.column = 1 + (int)amp_utf8_length((struct amp_str){r->text.p, (size_t)(at.p - r->text.p)});
	va_start(ap, fmt);
	vsnprintf(m.text, sizeof m.text, fmt, ap);
	va_end(ap);
	r->mistakes++;
	if (r->fn != NULL) r->fn(r->user, &m);
}

/* One form of an entry, as written: normalised, cut into words, put into the trie. */
static void add_form(struct reader *r, struct amp_str form, struct amp_str at, enum column column,
                     const struct lexicon_entry *entry)
{
	struct amp_str words[FORM_WORDS_MAX];
	char glued[512];
	size_t glued_n = 0;
	r->rc = amp_normalise(&r->normal, form, NULL, r->err);
	if (r->rc == 0) r->rc = lexicon_tokenise(NULL, amp_buf_str(&r->normal.text), &r->tokens, r->err);
	if (r->rc != 0) return;
	size_t n = r->tokens.n;
	if (n == 0 || n > FORM_WORDS_MAX) {
		mistake(r, at, column, _("\"%.*s\" should have between 1 and %d words."), AMP_ARG(form), FORM_WORDS_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		words[i] = (struct amp_str){r->normal.text.p + r->tokens.v[i].start, r->tokens.v[i].end - r->tokens.v[i].start};
		if (words[i].n > sizeof glued / FORM_WORDS_MAX) {
			mistake(r, at, column, _("\"%.*s\" has a word that is too long."), AMP_ARG(form));
			return;
		}
		memcpy(glued + glued_n, words[i].p, words[i].n);
		glued_n += words[i].n;
	}
	/* one meaning a file: the same words twice with one kind is a mistake of the list */
	uint64_t key = LEXICON_HASH_START;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < words[i].n; j++) key = lexicon_hash_step(key, (unsigned char)words[i].p[j]);
		key = lexicon_hash_step(key, ' ');
	}
	key = lexicon_hash_step(key, (unsigned char)((entry->flags & LEXICON_PREFIX) != 0));
	key = lexicon_hash_step(key, (unsigned char)(entry->kind == LEXICON_FUNCTION));
	uint32_t before = lexicon_table_get(&r->seen, key);
	if (before != 0) {
		mistake(r, at, column, _("\"%.*s\" is there already, at line %u: one line a meaning."), AMP_ARG(form),
		        (unsigned)before);
		return;
	}
	r->rc = lexicon_table_put(&r->seen, key, (uint32_t)r->line, r->err);
	if (r->rc != 0) return;
	if ((entry->flags & LEXICON_PREFIX) != 0) {
		if (n != 1 || words[0].n < PREFIX_MIN || words[0].n > 63) {
			mistake(r, at, column, _("A prefix is one word of at least %d letters."), PREFIX_MIN);
			return;
		}
		r->rc = lexicon_add_prefix(r->l, words[0], entry, r->err);
		return;
	}
	if (entry->kind == LEXICON_FUNCTION && n != 1) {
		mistake(r, at, column, _("A function word is one word."));
		return;
	}
	r->rc = lexicon_add_words(r->l, words, n, entry, r->err);
	if (r->rc == 0 && n > 1 && glued_n >= GLUED_MIN && entry->n_targets > 0 && entry->kind != LEXICON_IDENTITY) {
		struct amp_str one = {glued, glued_n};
		r->rc = lexicon_add_words(r->l, &one, 1, entry, r->err);
	}
}

/* "forms": separated by commas; "+s" is the entry with s behind it, anything else stands for itself. */
static void add_forms(struct reader *r, struct amp_str entry_text, struct amp_str forms, const struct lexicon_entry *entry)
{
	add_form(r, entry_text, entry_text, COLUMN_ENTRY, entry);
	while (r->rc == 0 && forms.p != NULL && forms.n > 0) {
		struct amp_str form = amp_str_trim(amp_str_cut(&forms, ','));
		if (form.n == 0) {
			mistake(r, form, COLUMN_FORMS, _("An empty form: forms are separated by one comma."));
		} else if (form.p[0] == '+') {
			char *joined =
				amp_arena_printf(r->l->arena, "%.*s%.*s", AMP_ARG(entry_text), (int)(form.n - 1), form.p + 1);
			if (joined == NULL)
				r->rc = amp_fail(r->err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
			else
				add_form(r, amp_str_c(joined), form, COLUMN_FORMS, entry);
		} else {
			add_form(r, form, form, COLUMN_FORMS, entry);
		}
	}
}

static void suggest(struct reader *r, struct amp_str value, enum column column, const char *const *names, size_t n)
{
	char word[64];
	snprintf(word, sizeof word, "%.*s", AMP_ARG(value));
	const char *near = amp_str_suggest(word, names, n);
	if (near != NULL)
		mistake(r, value, column, _("Unknown %s \"%s\": did you mean \"%s\"?"), COLUMN_NAMES[column], word, near);
	else
		mistake(r, value, column, _("Unknown %s \"%s\": the README of the lexicon lists them."), COLUMN_NAMES[column],
		        word);
}

static void read_targets(struct reader *r, struct amp_str list, struct lexicon_entry *entry)
{
	if (amp_str_eq_c(list, "-")) return;
	while (list.p != NULL) {
		struct amp_str name = amp_str_trim(amp_str_cut(&list, ','));
		const struct amp_target *target = amp_target_find_str(name);
		if (target == NULL) {
			const char *names[64];
			size_t n;
			const struct amp_target *all = amp_targets(&n);
			for (size_t i = 0; i < n && i < N_OF(names); i++) names[i] = all[i].name;
			suggest(r, name, COLUMN_TARGET, names, n);
		} else if (entry->n_targets == LEXICON_ENTRY_TARGETS) {
			mistake(r, name, COLUMN_TARGET, _("At most %d targets an entry."), LEXICON_ENTRY_TARGETS);
			return;
		} else {
			size_t n;
			entry->groups |= UINT32_C(1) << (target - amp_targets(&n));
			entry->targets[entry->n_targets++] = target->name;
		}
	}
}

static void read_flags(struct reader *r, struct amp_str list, struct lexicon_entry *entry)
{
	const char *names[N_OF(FLAGS)];
	for (size_t i = 0; i < N_OF(FLAGS); i++) names[i] = FLAGS[i].name;
	if (amp_str_eq_c(list, "-")) return;
	while (list.p != NULL) {
		struct amp_str name = amp_str_trim(amp_str_cut(&list, ','));
		size_t i = 0;
		while (i < N_OF(FLAGS) && !amp_str_eq_c(name, FLAGS[i].name)) i++;
		if (i == N_OF(FLAGS))
			suggest(r, name, COLUMN_FLAGS, names, N_OF(FLAGS));
		else
			entry->flags |= FLAGS[i].flag;
	}
}

static size_t find_name(struct amp_str value, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && !amp_str_eq_c(value, names[i])) i++;
	return i;
}

static bool kind_needs_target(enum lexicon_kind k)
{
	return k == LEXICON_IDENTITY || k == LEXICON_SLUR;
}

static bool kind_takes_target(enum lexicon_kind k)
{
	return k <= LEXICON_DENIAL;
}

static void read_entry(struct reader *r, const struct amp_str f[COLUMNS])
{
	struct lexicon_entry entry = {.langs = r->lang};
	size_t before = r->mistakes;
	size_t kind = find_name(f[COLUMN_KIND], KIND_NAMES, LEXICON_KINDS);
	if (f[COLUMN_ENTRY].n == 0) mistake(r, f[COLUMN_ENTRY], COLUMN_ENTRY, _("The entry is empty."));
	if (kind == LEXICON_KINDS)
		suggest(r, f[COLUMN_KIND], COLUMN_KIND, KIND_NAMES, LEXICON_KINDS);
	else
		entry.kind = (enum lexicon_kind)kind;
	read_targets(r, f[COLUMN_TARGET], &entry);
	read_flags(r, f[COLUMN_FLAGS], &entry);
	if (find_name(f[COLUMN_ACT], ACTS, N_OF(ACTS)) == N_OF(ACTS)) suggest(r, f[COLUMN_ACT], COLUMN_ACT, ACTS, N_OF(ACTS));
	if (amp_decimal_parse(f[COLUMN_WEIGHT], &entry.weight) != 0 || entry.weight > WEIGHT_MAX)
		mistake(r, f[COLUMN_WEIGHT], COLUMN_WEIGHT,
		        _("The weight should be a decimal number from 0 to 3 with a point and at most three places, such as 1.2."));
	if (f[COLUMN_SOURCE].n == 0 || amp_str_eq_c(f[COLUMN_SOURCE], "-"))
		mistake(r, f[COLUMN_SOURCE], COLUMN_SOURCE,
		        _("Say where the entry comes from: \"usage\" for common knowledge, else a reference."));
	if (r->mistakes == before) {
		if (kind_needs_target(entry.kind) && entry.n_targets == 0)
			mistake(r, f[COLUMN_TARGET], COLUMN_TARGET, _("An entry of kind \"%s\" names its target."),
			        KIND_NAMES[entry.kind]);
		if (!kind_takes_target(entry.kind) && entry.n_targets > 0)
			mistake(r, f[COLUMN_TARGET], COLUMN_TARGET, _("An entry of kind \"%s\" has no target: write \"-\"."),
			        KIND_NAMES[entry.kind]);
		if (entry.kind == LEXICON_IDENTITY && entry.weight != 0)
			mistake(r, f[COLUMN_WEIGHT], COLUMN_WEIGHT,
			        _("A word that only names a group weighs 0: it never flags alone."));
		if ((entry.flags & LEXICON_AMBIGUOUS) != 0 && (entry.flags & LEXICON_PREFIX) != 0)
			mistake(r, f[COLUMN_FLAGS], COLUMN_FLAGS, _("A prefix cannot be ambiguous: list its forms."));
	}
	if (r->mistakes != before) return;
	entry.text = amp_arena_strndup(r->l->arena, f[COLUMN_ENTRY].p, f[COLUMN_ENTRY].n);
	entry.note = amp_arena_strndup(r->l->arena, f[COLUMN_NOTE].p, f[COLUMN_NOTE].n);
	if (entry.text == NULL || entry.note == NULL) {
		r->rc = amp_fail(r->err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
		return;
	}
	add_forms(r, f[COLUMN_ENTRY], amp_str_eq_c(f[COLUMN_FORMS], "-") ? AMP_STR_ABSENT : f[COLUMN_FORMS], &entry);
}

/* "# lang: fr" says the file's language. */
static void read_comment(struct reader *r, struct amp_str line)
{
	line = amp_str_trim((struct amp_str){line.p + 1, line.n - 1});
	if (!amp_str_starts(line, "lang:")) return;
	struct amp_str name = amp_str_trim((struct amp_str){line.p + 5, line.n - 5});
	bool good = name.n >= 2 && name.n <= 3;
	for (size_t i = 0; i < name.n; i++) good = good && name.p[i] >= 'a' && name.p[i] <= 'z';
	if (!good) {
		mistake(r, name, COLUMNS, _("The language should be a code of two or three small letters, such as fr."));
		return;
	}
	struct lexicon *l = r->l;
	size_t i = 0;
	while (i < l->n_langs && !amp_str_eq_c(name, l->langs[i])) i++;
	if (i == LEXICON_LANGS_MAX) {
		mistake(r, name, COLUMNS, _("At most %d languages."), LEXICON_LANGS_MAX);
		return;
	}
	if (i == l->n_langs) {
		l->langs[i] = amp_arena_strndup(l->arena, name.p, name.n);
		if (l->langs[i] == NULL)
			r->rc = amp_fail(r->err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
		else
			l->n_langs++;
	}
	r->lang = UINT32_C(1) << i;
}

static void read_line(struct reader *r, struct amp_str line)
{
	struct amp_str f[COLUMNS], rest = line;
	size_t n = 0;
	if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
	r->text = rest = line;
	if (amp_str_trim(line).n == 0) return;
	if (!amp_utf8_valid(line.p, line.n)) {
		mistake(r, (struct amp_str){line.p + amp_utf8_valid_prefix(line.p, line.n), 0}, COLUMNS,
		        _("The line is not UTF-8 text: save the file as UTF-8."));
		return;
	}
	if (line.p[0] == '#') {
		read_comment(r, line);
		return;
	}
	if (!r->header_seen) {
		r->header_seen = true;
		if (!amp_str_eq_c(line, HEADER))
			mistake(r, line, COLUMNS,
			        _("The first line that is no comment should name the columns, with tabs between: entry, forms, kind, target, act, weight, flags, note, source."));
		if (r->lang == 0)
			mistake(r, line, COLUMNS,
			        _("The language is missing: write a line such as \"# lang: fr\" above the columns."));
		return;
	}
	while (rest.p != NULL && n < COLUMNS) f[n++] = amp_str_trim(amp_str_cut(&rest, '\t'));
	if (n < COLUMNS || rest.p != NULL) {
		mistake(r, line, COLUMNS, _("A line has %d columns with tabs between; this one has %s."), COLUMNS,
		        n < COLUMNS ? _("fewer") : _("more"));
		return;
	}
	read_entry(r, f);
}

static int read_bytes(struct lexicon *l, const char *file, struct amp_str bytes, amp_lexicon_mistake_fn *fn, void *user,
                      size_t *mistakes, struct amp_err *err)
{
	struct reader r = {.l = l, .file = file, .fn = fn, .user = user, .err = err};
	amp_normal_init(&r.normal);
	if (amp_str_starts(bytes, "\xef\xbb\xbf")) bytes = (struct amp_str){bytes.p + 3, bytes.n - 3};
	while (r.rc == 0 && bytes.p != NULL) {
		struct amp_str line = amp_str_cut(&bytes, '\n');
		r.line++;
		read_line(&r, line);
	}
	if (r.rc == 0 && !r.header_seen)
		mistake(&r, AMP_STR_ABSENT, COLUMNS, _("The file has no lines: it should start with the columns' names."));
	*mistakes = r.mistakes;
	amp_normal_free(&r.normal);
	amp_free(r.tokens.v);
	amp_free(r.seen.slots);
	return r.rc;
}

/* ---- whole lexicons ---- */
static int new_lexicon(struct lexicon **out, struct amp_err *err)
{
	struct lexicon *l = amp_calloc(1, sizeof *l);
	if (l == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
	l->arena = amp_arena_new(0);
	l->room_words = l->room_nodes = 1024;
	l->words = amp_calloc(l->room_words, sizeof *l->words);
	l->nodes = amp_calloc(l->room_nodes, sizeof *l->nodes);
	l->n_words = l->n_nodes = 1;
	if (l->arena == NULL || l->words == NULL || l->nodes == NULL) {
		lexicon_free(l);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
	}
	*out = l;
	return 0;
}

void lexicon_free(struct lexicon *l)
{
	if (l == NULL) return;
	amp_arena_free(l->arena);
	amp_free(l->entries);
	amp_free(l->words);
	amp_free(l->nodes);
	amp_free(l->by_word.slots);
	amp_free(l->edges.slots);
	amp_free(l->prefixes.slots);
	amp_free(l);
}

static void first_mistake(void *user, const struct amp_lexicon_mistake *m)
{
	struct amp_err *err = user;
	if (err->code == 0)
		(void)amp_fail(err, AMP_EUSAGE, "%s:%d:%d: %s%s%s", m->file, m->line, m->column, m->field,
		               *m->field != '\0' ? ": " : "", m->text);
}

int lexicon_load(struct lexicon **out, const char *dir, struct amp_err *err)
{
	struct lexicon *l = NULL;
	char **names = NULL, path[4096];
	size_t n = 0, files = 0, mistakes = 0;
	struct amp_buf bytes;
	struct amp_sha256 hash;
	struct amp_err first = {0};
	amp_buf_init(&bytes, FILE_MAX);
	amp_sha256_start(&hash);
	int rc = amp_io_list(dir, &names, &n, err);
	if (rc == 0) rc = new_lexicon(&l, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct amp_str name = amp_str_c(names[i]);
		if (!amp_str_starts(name, "lexicon-") || !amp_str_ends(name, ".tsv")) continue;
		int length = snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if (length < 0 || (size_t)length >= sizeof path) {
			rc = amp_fail(err, AMP_EUSAGE, _("The path of the lexicon %s is too long."), names[i]);
			break;
		}
		amp_buf_reset(&bytes);
		rc = amp_io_read_file(path, &bytes, err);
		if (rc != 0) break;
		files++;
		amp_sha256_add(&hash, bytes.p, bytes.n);
		rc = read_bytes(l, path, amp_buf_str(&bytes), first_mistake, &first, &mistakes, err);
		if (rc == 0 && mistakes > 0) {
			if (err != NULL) *err = first;
			rc = AMP_EUSAGE;
		}
	}
	if (rc == 0 && files == 0)
		rc = amp_fail(err, AMP_ENOTFOUND,
		              _("No lexicon-*.tsv in the folder %s: set AMPLIMETER_DATA to the folder that has them."), dir);
	uint8_t digest[AMP_SHA256];
	amp_sha256_end(&hash, digest);
	amp_buf_free(&bytes);
	amp_io_list_free(names);
	if (rc != 0) {
		lexicon_free(l);
		return rc;
	}
	memcpy(l->hash, digest, sizeof l->hash);
	*out = l;
	return 0;
}

int amp_lexicon_check(const char *path, amp_lexicon_mistake_fn *fn, void *user, struct amp_err *err)
{
	struct lexicon *l = NULL;
	struct amp_buf bytes;
	size_t mistakes = 0;
	amp_buf_init(&bytes, FILE_MAX);
	int rc = amp_io_read_file(path, &bytes, err);
	if (rc == 0) rc = new_lexicon(&l, err);
	if (rc == 0) rc = read_bytes(l, path, amp_buf_str(&bytes), fn, user, &mistakes, err);
	if (rc == 0 && mistakes > 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              amp_ngettext("%s: %zu mistake in the lexicon.", "%s: %zu mistakes in the lexicon.",
		                           (unsigned long)mistakes),
		              path, mistakes);
	amp_buf_free(&bytes);
	lexicon_free(l);
	return rc;
}

/* features.c: words, masked words and letters of a text as places. */
#include "linear/features.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "linear/private.h"

#define MIX LINEAR_MIX
#define CHARACTERS 3 /* runs that end at a letter: of three, four and five */

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
	amp_free(f->tagged);
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

/* ---- words and letters ---- */
static bool is_identity(const struct linear_token *t)
{
	const uint64_t identities =
		LINEAR_TAG_BIT(LINEAR_IDENTITY) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY);
	return (LINEAR_TAG_BIT(t->said.tag) & identities) != 0;
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
		linear_put(list, LINEAR_WORD(t->hash), t->start, t->end, 0, f->explain);
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

/* The place of a key, whose weight is asked for long before it is read. */
static inline uint32_t fetch(const int8_t *weights, uint64_t key)
{
	uint32_t place = linear_place(key);
	__builtin_prefetch(&weights[place]);
	return place;
}

/* Pairs of words, and masked runs, of a text that has tokens. */
static void fetch_words(struct amp_linear_features *f)
{
	const int8_t *const weights = f->known->weights;
	struct linear_token *t = f->tokens, *const end = t + f->n_tokens;
	/* the word before, itself and masked, and the latter with the one before that; PAIR and MASKED_2 differ by their seeds alone */
	uint64_t last = t->hash, b = is_identity(t) ? GROUP : last, ab = EDGE * MIX + b;
	t->masked[0] = fetch(weights, ab * MIX + SEED_MASKED_2);
	while (++t < end) {
		const uint64_t hash = t->hash, c = is_identity(t) ? GROUP : hash, bc = b * MIX + c, mixed = bc * MIX;
		t->masked[0] = fetch(weights, mixed + SEED_MASKED_2);
		t->masked[1] = fetch(weights, MASKED_3(ab, c));
		t->pair = fetch(weights, (b == last && c == hash ? mixed : (last * MIX + hash) * MIX) + SEED_PAIR);
		ab = bc;
		last = hash;
		b = c;
	}
	f->last[0] = fetch(weights, MASKED_2(b, EDGE));
	f->last[1] = fetch(weights, MASKED_3(ab, EDGE));
}

/* The same, weighed, not listed. */
static void weigh_words(struct amp_linear_features *f)
{
	const int8_t *const weights = f->known->weights;
	const struct linear_token *t = f->tokens, *const end = t + f->n_tokens;
	int64_t words = 0, masked = weights[t->masked[0]] + weights[f->last[0]] + weights[f->last[1]];
	while (++t < end) {
		masked += weights[t->masked[0]];
		masked += weights[t->masked[1]];
		words += weights[t->pair];
	}
	f->block[AMP_LINEAR_WORD].sum += words; /* to that of the words alone */
	f->block[AMP_LINEAR_WORD].weighed = 2 * f->n_tokens - 1;
	f->block[AMP_LINEAR_MASKED].sum = masked;
	f->block[AMP_LINEAR_MASKED].weighed = 2 * f->n_tokens + 1;
}

static int word_letters(struct amp_linear_features *f, const struct linear_token *t, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CHARACTER];
	const char *text = f->normal.text.p;
	int rc = linear_room(list, ((size_t)(t->end - t->start) + 2) * CHARACTERS, f->explain, err);
	if (rc != 0) return rc;
	size_t n = linear_letters(text + t->start, text + t->end, list->place + list->n);
	for (size_t i = 0; f->explain && i < n; i++) list->origin[list->n + i] = (struct amp_linear_origin){t->start, t->end, 0};
	list->n += n;
	return 0;
}

static int character_features(struct amp_linear_features *f, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n_tokens; i++)
		if (f->tokens[i].said.word && !amp_is_digit((unsigned char)f->normal.text.p[f->tokens[i].start]))
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
	*read = f->normal.origin[f->normal.text.n];
	f->filter.kinds = LEXICON_EVERY_KIND;
	if (known) {
		struct lexicon_counts counts;
		linear_words_look_up(f, &counts);
		lexicon_count_langs(l, &counts, lang, &f->filter);
		f->known->filter = f->filter.langs ^ (f->filter.strict ? UINT32_C(1) << 31 : 0);
	} else {
		lexicon_text_langs(l, &f->words, lang, &f->filter);
	}
	rc = linear_tokens(f, l, near, err);
	if (rc != 0 || f->n_tokens == 0) return rc;
	if (known) fetch_words(f);
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

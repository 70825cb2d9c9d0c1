/* detector_lexicon.c: weighted terms of several languages, in context.
 *
 * score = 1 - exp(-sum), where sum adds, in thousandths (integers, so that order and compiler change nothing):
 *   - the weight of each term that aims at a group by itself (slurs, "grand remplacement"…); ambiguous ones only beside a hostile word;
 *   - the weight of each hostile word without a group of its own ("vermine", "dehors", "sale"…) that stands near a word naming a group,
 *     by the rules of near() below; a hostile word alone is an insult without a ground: it adds nothing.
 * Context takes away: negation just before a hostile word, slurs that people say of themselves, and counter-speech or reporting within two
 * sentences, which weighs on what it quotes more than on what it says itself. A quotation alone takes nothing away.
 * A high-precision rule, not a judge: research on such rules finds P .85, R .4 on function tests.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "detectors/private.h"
#include "lexicon/lexicon.h"
#include "text/text.h"

#define PER_MILLE 1000
#define SUM_MAX 20000
#define AMBIGUOUS_WINDOW 2 /* words between an ambiguous term and the hostile word that settles it */
#define NEGATION_WINDOW 3  /* words between a negation and what it denies */
#define SELF_WINDOW 4      /* words between "je suis" and a reclaimed term */
#define PAIR_WINDOW 6      /* words between a group and a hostile word */
#define CALL_WINDOW 4      /* the same for calls to violence or exclusion */
#define ADJACENT_WINDOW 1
#define CONTRAST_SENTENCES 2 /* distance over which counter-speech reaches */
#define LOOK_MAX 64          /* hits looked at on each side: keeps the time linear in the text */
#define NEAR_FACTOR 600      /* right behind the group's name, but without a verb that says so */
#define FAR_FACTOR 400       /* further away, or of one person */
#define RECLAIMED_FACTOR 200
#define QUOTED_FACTOR 150 /* quoted by somebody who objects */
#define CONTRAST_MIN 200  /* counter-speech never takes everything away */
#define HITS_EXPLAINED 1000
#define KINDS_READ (LEXICON_KIND_BIT(LEXICON_HATRED) - 1) /* later kinds are other detectors' context */

struct found {
	size_t at, n; /* tokens */
	const struct lexicon_entry *entry;
	int64_t weight;             /* counted */
	const struct found *anchor; /* the group it was counted for, when not its own */
};
struct state {
	struct lexicon *lexicon;
	struct amp_normal normal;
	struct lexicon_tokens tokens;
	struct found *found;
	size_t n_found, room_found;
};

static void unload(void *p)
{
	struct state *s = p;
	if (s == NULL) return;
	lexicon_free(s->lexicon);
	amp_normal_free(&s->normal);
	amp_free(s->tokens.v);
	amp_free(s->found);
	amp_free(s);
}

static int load(void **out, const char *data_dir, struct amp_err *err)
{
	struct state *s = amp_calloc(1, sizeof *s);
	if (s == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while loading the lexicon."));
	amp_normal_init(&s->normal);
	return amp_detector_loaded(lexicon_load(&s->lexicon, data_dir, err), s, unload, out);
}

static bool data_hash(void *p, uint8_t out[AMP_SHA256])
{
	const struct state *s = p;
	memcpy(out, s->lexicon->hash, AMP_SHA256);
	return true;
}

/* ---- hits ---- */
static int find(struct state *s, const char *tag, const char **lang, struct amp_err *err)
{
	struct lexicon_filter filter = {.kinds = KINDS_READ};
	lexicon_text_langs(s->lexicon, &s->tokens, tag, &filter);
	*lang = lexicon_filter_lang(s->lexicon, &filter);
	s->n_found = 0;
	for (size_t i = 0; i < s->tokens.n;) {
		size_t n = 0;
		uint32_t entry = lexicon_match(s->lexicon, &s->tokens, i, &filter, &n);
		if (entry == 0) {
			i++;
			continue;
		}
		void *v = s->found;
		int rc = lexicon_grow(&v, &s->room_found, s->n_found, sizeof *s->found, err);
		if (rc != 0) return rc;
		s->found = v;
		s->found[s->n_found++] = (struct found){.at = i, .n = n, .entry = &s->lexicon->entries[entry - 1]};
		i += n;
	}
	return 0;
}

static uint32_t sentence_of(const struct state *s, const struct found *f)
{
	return s->tokens.v[f->at].sentence;
}

/* Words between two hits; they never overlap. */
static size_t gap(const struct found *a, const struct found *b)
{
	return a->at < b->at ? b->at - (a->at + a->n) : a->at - (b->at + b->n);
}

static bool is_kind(const struct found *f, enum lexicon_kind kind)
{
	return f->entry->kind == kind;
}

/* A word that is hostile to whoever it is said of, without a group of its own. */
static bool is_loose(const struct found *f)
{
	return f->entry->kind >= LEXICON_DEHUMANISING && f->entry->kind <= LEXICON_DENIAL && f->entry->n_targets == 0;
}

static bool names_group(const struct found *f)
{
	return f->entry->n_targets > 0;
}

static bool negated(const struct state *s, size_t index)
{
	const struct found *f = &s->found[index];
	for (size_t i = index; i > 0 && index - i < LOOK_MAX; i--) {
		const struct found *g = &s->found[i - 1];
		if (sentence_of(s, g) != sentence_of(s, f) || gap(g, f) > NEGATION_WINDOW) return false;
		if (is_kind(g, LEXICON_NEGATION)) return true;
	}
	return false;
}

static bool said_of_self(const struct state *s, size_t index)
{
	const struct found *f = &s->found[index];
	for (size_t i = index; i > 0 && index - i < LOOK_MAX; i--) {
		const struct found *g = &s->found[i - 1];
		if (sentence_of(s, g) != sentence_of(s, f) || gap(g, f) > SELF_WINDOW) return false;
		/* a pronoun alone does not say who somebody is: "I" and "you" stand in insults too */
		if (is_kind(g, LEXICON_SELF) && (g->entry->flags & LEXICON_AMBIGUOUS) == 0) return true;
	}
	return false;
}

/* An ambiguous term counts beside a hostile word, or a slur that is not ambiguous itself, in its sentence. */
static bool settled(const struct state *s, size_t index)
{
	const struct found *f = &s->found[index];
	for (int way = -1; way <= 1; way += 2) {
		size_t i = index;
		while ((way < 0 ? i > 0 : i + 1 < s->n_found)) {
			i = way < 0 ? i - 1 : i + 1;
			const struct found *g = &s->found[i];
			if (sentence_of(s, g) != sentence_of(s, f) || gap(g, f) > AMBIGUOUS_WINDOW) break;
			bool hostile = is_loose(g) || (is_kind(g, LEXICON_SLUR) && (g->entry->flags & LEXICON_AMBIGUOUS) == 0);
			if ((g->entry->flags & LEXICON_BEFORE) != 0 && (g->at > f->at || gap(g, f) > 0)) hostile = false;
			if ((g->entry->flags & LEXICON_AFTER) != 0 && (g->at < f->at || gap(g, f) > 0)) hostile = false;
			if (hostile && !negated(s, i)) return true;
		}
	}
	return false;
}

static bool copula_between(const struct state *s, size_t a, size_t b)
{
	for (size_t i = a + 1; i < b; i++)
		if (is_kind(&s->found[i], LEXICON_COPULA)) return true;
	return false;
}

/* Does the word speak of the group as a whole? "les femmes", "women" do; "cette femme" is a person. */
static bool is_general(const struct state *s, const struct found *g)
{
	if (g->entry->kind != LEXICON_IDENTITY || (g->entry->flags & LEXICON_MASS) != 0) return true;
	const struct lexicon_token *last = &s->tokens.v[g->at + g->n - 1];
	char c = s->normal.text.p[last->end - 1];
	return c == 's' || c == 'x';
}

/* How much a hostile word says of a group, in thousandths. */
static int64_t near(const struct state *s, size_t hostile, size_t group)
{
	const struct found *h = &s->found[hostile], *g = &s->found[group];
	bool before = h->at < g->at;
	size_t words = gap(h, g);
	unsigned flags = h->entry->flags;
	if ((flags & LEXICON_BEFORE) != 0) return before && words <= ADJACENT_WINDOW ? PER_MILLE : 0;
	if ((flags & LEXICON_AFTER) != 0) return !before && words <= ADJACENT_WINDOW ? PER_MILLE : 0;
	if (is_kind(h, LEXICON_THREAT) || is_kind(h, LEXICON_EXCLUSION)) {
		if (words <= CALL_WINDOW) return PER_MILLE;
	} else if (!before && words <= PAIR_WINDOW && copula_between(s, group, hostile)) {
		return is_general(s, g) ? PER_MILLE : FAR_FACTOR; /* "les X sont des rats" */
	} else if (before && words <= ADJACENT_WINDOW && is_kind(h, LEXICON_INSULT)) {
		return PER_MILLE; /* "je hais les X" */
	} else if (words == 0 && is_kind(h, LEXICON_DEHUMANISING)) {
		return is_general(s, g) ? PER_MILLE : FAR_FACTOR; /* "cette vermine X" */
	} else if (words <= ADJACENT_WINDOW && !before) {
		return NEAR_FACTOR;
	}
	return words <= PAIR_WINDOW ? FAR_FACTOR : 0;
}

/* The group that a loose hostile word is counted for: the one it says most of, the nearer of two equals. */
static int64_t pair_weight(const struct state *s, size_t index, const struct found **anchor)
{
	const struct found *f = &s->found[index];
	int64_t best = 0;
	for (int way = -1; way <= 1; way += 2) {
		size_t i = index;
		for (size_t looked = 0; looked < LOOK_MAX && (way < 0 ? i > 0 : i + 1 < s->n_found); looked++) {
			i = way < 0 ? i - 1 : i + 1;
			const struct found *g = &s->found[i];
			if (sentence_of(s, g) != sentence_of(s, f) || gap(g, f) > PAIR_WINDOW) break;
			if (!names_group(g)) continue;
			if (is_kind(g, LEXICON_SLUR) && (g->entry->flags & LEXICON_AMBIGUOUS) != 0)
				continue; /* it is counted itself */
			int64_t factor = near(s, index, i);
			if (is_kind(g, LEXICON_IDENTITY) && (g->entry->flags & LEXICON_AMBIGUOUS) != 0) factor = factor * 6 / 10;
			if (factor > best || (factor == best && factor > 0 && gap(g, f) < gap(*anchor, f))) {
				best = factor;
				*anchor = g;
			}
		}
	}
	return f->entry->weight * best / PER_MILLE;
}

/* What counter-speech and reporting around a hit leave of it, in thousandths. */
static int64_t contrast(const struct state *s, size_t index)
{
	const struct found *f = &s->found[index];
	int64_t sum = 0;
	for (int way = -1; way <= 1; way += 2) {
		size_t i = index;
		for (size_t looked = 0; looked < LOOK_MAX && (way < 0 ? i > 0 : i + 1 < s->n_found); looked++) {
			i = way < 0 ? i - 1 : i + 1;
			const struct found *g = &s->found[i];
			uint32_t a = sentence_of(s, g), b = sentence_of(s, f);
			if ((a > b ? a - b : b - a) > CONTRAST_SENTENCES) break;
			if ((is_kind(g, LEXICON_COUNTER) || is_kind(g, LEXICON_REPORTING)) && !s->tokens.v[g->at].quoted)
				sum += g->entry->weight;
		}
	}
	if (sum == 0) return PER_MILLE;
	if (s->tokens.v[f->at].quoted) return QUOTED_FACTOR;
	return sum >= PER_MILLE - CONTRAST_MIN ? CONTRAST_MIN : PER_MILLE - sum;
}

static void weigh(struct state *s, size_t index)
{
	struct found *f = &s->found[index];
	int64_t weight = 0;
	if (f->entry->kind == LEXICON_IDENTITY || f->entry->kind > LEXICON_DENIAL) return;
	if (!is_loose(f)) {
		weight = f->entry->weight;
		if ((f->entry->flags & LEXICON_AMBIGUOUS) != 0 && !settled(s, index)) weight = 0;
		if ((f->entry->flags & LEXICON_RECLAIMED) != 0 && said_of_self(s, index))
			weight = weight * RECLAIMED_FACTOR / PER_MILLE;
		if (f->entry->kind != LEXICON_SLUR && negated(s, index)) weight = 0;
	} else if (!negated(s, index)) {
		weight = pair_weight(s, index, &f->anchor);
	}
	if (weight > 0) weight = weight * contrast(s, index) / PER_MILLE;
	f->weight = weight;
	if (weight == 0) f->anchor = NULL;
}

/* ---- results ---- */
static int explain_piece(const struct state *s, size_t offset, struct amp_detection *out, struct amp_err *err)
{
	size_t room = out->n_hits + s->n_found;
	if (room > HITS_EXPLAINED) room = HITS_EXPLAINED;
	if (room <= out->n_hits) return 0;
	struct amp_hit *hits = amp_realloc(out->hits, room * sizeof *hits);
	if (hits == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while explaining a score."));
	out->hits = hits;
	for (size_t i = 0; i < s->n_found && out->n_hits < room; i++) {
		const struct found *f = &s->found[i];
		if (f->entry->kind == LEXICON_COPULA || f->entry->kind == LEXICON_SELF || f->entry->kind == LEXICON_NEGATION)
			continue;
		const struct lexicon_entry *group = f->anchor != NULL ? f->anchor->entry : f->entry;
		uint32_t start = s->normal.origin[s->tokens.v[f->at].start];
		/* the end is where the next character that was kept starts: accents written apart belong to what they stand on */
		uint32_t end = s->normal.origin[s->tokens.v[f->at + f->n - 1].end];
		out->hits[out->n_hits++] = (struct amp_hit){.start = offset + start,
		                                            .length = end - start,
		                                            .entry = f->entry->text,
		                                            .kind = lexicon_kind_name(f->entry->kind),
		                                            .target = group->n_targets > 0 ? group->targets[0] : NULL,
		                                            .note = f->entry->note,
		                                            .weight = (double)f->weight / PER_MILLE};
	}
	return 0;
}

static int score_piece(struct state *s, const char *lang, bool explain, size_t offset, int64_t *sum, struct amp_detection *out,
                       struct amp_err *err)
{
	int rc = lexicon_tokenise(s->lexicon, amp_buf_str(&s->normal.text), &s->tokens, err);
	if (rc == 0) rc = find(s, lang, &out->lang, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < s->n_found; i++) {
		weigh(s, i);
		const struct found *f = &s->found[i];
		if (f->weight == 0) continue;
		*sum = *sum + f->weight > SUM_MAX ? SUM_MAX : *sum + f->weight;
		const struct lexicon_entry *group = f->anchor != NULL ? f->anchor->entry : f->entry;
		for (size_t j = 0; j < group->n_targets; j++) amp_detection_add_target(out, group->targets[j]);
	}
	return explain ? explain_piece(s, offset, out, err) : 0;
}

static int score(void *p, struct amp_str text, const char *lang, bool explain, struct amp_detection *out, struct amp_err *err)
{
	struct state *s = p;
	int64_t sum = 0;
	size_t offset = 0;
	out->status = AMP_DETECTION_OK;
	do { /* one piece but for texts over AMP_NORMALISE_MAX */
		struct amp_str rest = {text.p + offset, text.n - offset};
		int cut = 0;
		int rc = amp_normalise(&s->normal, rest, &cut, err);
		if (rc == 0) rc = score_piece(s, lang, explain, offset, &sum, out, err);
		if (rc != 0) return rc;
		offset += s->normal.origin[s->normal.text.n];
	} while (offset < text.n);
	out->score = -expm1(-(double)sum / PER_MILLE);
	return 0;
}

const struct amp_detector amp_detector_lexicon = {
	.name = "lexicon",
	.version = "1",
	.default_threshold = "0.5",
	.summary_fr = "Lexiques de six langues, le français et l’anglais d’abord ; mots et expressions dans leur contexte",
	.summary_en = "Lexicons of six languages, French and English first; words and expressions in context",
	.load = load,
	.unload = unload,
	.score = score,
	.data_hash = data_hash,
};

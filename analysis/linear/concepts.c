/* concepts.c: what stands near what, in the lexicon's terms. No word of any language is in these features, so that what is learnt from
 * texts in one language holds in the others; and each says how a group is spoken of, not which (but for the pairs group x kind).
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "linear/private.h"

#define PAIR_WINDOW 10
#define NEAR_WINDOW 4
#define NEGATION_WINDOW 4
#define SELF_BEFORE 4
#define SELF_AFTER 2
#define RUN_MAX 4
#define SEEN_START 1024

enum concept {
	CONCEPT_HAS = 1, /* tag */
	CONCEPT_TWICE,   /* tag */
	CONCEPT_GROUP,   /* tag, target */
	CONCEPT_NO_GROUP,
	CONCEPT_SAID,        /* evaluation, negated, quoted */
	CONCEPT_PAIR,        /* group tag, before, evaluation, negated */
	CONCEPT_PAIR_QUOTED, /* group tag, evaluation, negated, quoted */
	CONCEPT_PAIR_NEAR,   /* group tag, before, evaluation, negated */
	CONCEPT_PAIR_TARGET, /* target, evaluation, negated */
	CONCEPT_PERSON,      /* person, evaluation, negated */
	CONCEPT_COUNTERED,   /* a group, counter-speech and hostile words together */
	CONCEPT_COUNTER_BESIDE_QUOTE,
	CONCEPT_COUNTER_IN_QUOTE,
	CONCEPT_QUOTES,
	CONCEPT_ONLY_IN_QUOTES,
	CONCEPT_SLUR_OF_SELF,
	CONCEPT_RUN, /* up to four tags */
	CONCEPT_TOGETHER /* which sorts of tags the whole text has, as bits: what no sum over single ones can say ("a group, nothing hostile") */
};
#define GROUP_TAGS                                                                                                      \
	(LINEAR_TAG_BIT(LINEAR_SLUR) | LINEAR_TAG_BIT(LINEAR_MAYBE_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) |         \
	 LINEAR_TAG_BIT(LINEAR_GLUED_SLUR) | LINEAR_TAG_BIT(LINEAR_IDENTITY) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | \
	 LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY) | LINEAR_TAG_BIT(LINEAR_OTHER_GROUP))
#define HOSTILE_TAGS                                                                                              \
	(LINEAR_TAG_BIT(LINEAR_DEHUMANISING) | LINEAR_TAG_BIT(LINEAR_THREAT) | LINEAR_TAG_BIT(LINEAR_EXCLUSION) | \
	 LINEAR_TAG_BIT(LINEAR_HATRED) | LINEAR_TAG_BIT(LINEAR_ATTRIBUTE) | LINEAR_TAG_BIT(LINEAR_DENIAL))
#define EVALUATION_TAGS                                                                                                       \
	(HOSTILE_TAGS | LINEAR_TAG_BIT(LINEAR_POSITIVE) | LINEAR_TAG_BIT(LINEAR_PROFANITY) | LINEAR_TAG_BIT(LINEAR_COUNTER) | \
	 LINEAR_TAG_BIT(LINEAR_REPORTING))
#define PERSON_TAGS (LINEAR_TAG_BIT(LINEAR_FIRST) | LINEAR_TAG_BIT(LINEAR_SECOND) | LINEAR_TAG_BIT(LINEAR_THIRD))

#define SLUR_TAGS                                                                                               \
	(LINEAR_TAG_BIT(LINEAR_SLUR) | LINEAR_TAG_BIT(LINEAR_MAYBE_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) | \
	 LINEAR_TAG_BIT(LINEAR_GLUED_SLUR))
#define IDENTITY_TAGS \
	(LINEAR_TAG_BIT(LINEAR_IDENTITY) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY))

/* The sorts of CONCEPT_TOGETHER: its first COARSE ones are enough for most; with the others, which hostility it is. */
static const struct {
	uint64_t tags;
	const char *name;
} SORTS[] = {
	{SLUR_TAGS, "slur"},
	{IDENTITY_TAGS, "group"},
	{HOSTILE_TAGS, "hostile"},
	{LINEAR_TAG_BIT(LINEAR_POSITIVE), "positive"},
	{LINEAR_TAG_BIT(LINEAR_NEGATION), "negation"},
	{LINEAR_TAG_BIT(LINEAR_COUNTER) | LINEAR_TAG_BIT(LINEAR_REPORTING), "counter-speech or report"},
	{LINEAR_TAG_BIT(LINEAR_QUOTE), "quotation mark"},
#define COARSE 7
	{LINEAR_TAG_BIT(LINEAR_OTHER_GROUP), "other group"},
	{LINEAR_TAG_BIT(LINEAR_PROFANITY), "profanity"},
	{LINEAR_TAG_BIT(LINEAR_THREAT), "threat"},
	{LINEAR_TAG_BIT(LINEAR_DEHUMANISING), "dehumanising"},
	{LINEAR_TAG_BIT(LINEAR_EXCLUSION), "exclusion"},
	{LINEAR_TAG_BIT(LINEAR_HATRED), "hatred"},
	{LINEAR_TAG_BIT(LINEAR_ATTRIBUTE), "negative attribute"},
};

static bool in(uint8_t tag, uint64_t tags)
{
	return (LINEAR_TAG_BIT(tag) & tags) != 0;
}

/* Weaker evidence of a group counts as the group in pairs and runs; that it was weaker is said once, by CONCEPT_HAS. */
static uint8_t plain(uint8_t tag)
{
	switch (tag) {
	case LINEAR_EDITED_SLUR:
	case LINEAR_GLUED_SLUR: return LINEAR_SLUR;
	case LINEAR_EDITED_IDENTITY:
	case LINEAR_GLUED_IDENTITY: return LINEAR_IDENTITY;
	default: return tag;
	}
}

static uint64_t key_of(enum concept concept, unsigned a, unsigned b, unsigned c, unsigned d)
{
	return (uint64_t) concept << 32 | (uint64_t)a << 24 | (uint64_t)b << 16 | (uint64_t)c << 8 | d;
}

static int seen_room(struct amp_linear_features *f, size_t size, struct amp_err *err)
{
	uint64_t *keys = amp_calloc(size, sizeof *keys);
	uint32_t *stamps = amp_calloc(size, sizeof *stamps);
	if (keys == NULL || stamps == NULL) {
		amp_free(keys);
		amp_free(stamps);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the features of a text."));
	}
	for (size_t i = 0; i < f->seen_size; i++) {
		if (f->seen_at[i] != f->seen_stamp) continue;
		size_t at = lexicon_table_place(f->seen[i], size);
		while (stamps[at] == f->seen_stamp) at = (at + 1) & (size - 1);
		keys[at] = f->seen[i];
		stamps[at] = f->seen_stamp;
	}
	amp_free(f->seen);
	amp_free(f->seen_at);
	f->seen = keys;
	f->seen_at = stamps;
	f->seen_size = size;
	return 0;
}

/* One concept feature, once a text. */
static int add(struct amp_linear_features *f, uint64_t key, uint32_t start, uint32_t end, struct amp_err *err)
{
	size_t at = lexicon_table_place(key, f->seen_size);
	while (f->seen_at[at] == f->seen_stamp) {
		if (f->seen[at] == key) return 0;
		at = (at + 1) & (f->seen_size - 1);
	}
	f->seen[at] = key;
	f->seen_at[at] = f->seen_stamp;
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CONCEPT];
	int rc = list->n == list->room || f->explain ? linear_room(list, 1, f->explain, err) : 0;
	if (rc == 0) linear_put(list, key * UINT64_C(0xd6e8feb86659fd93), start, end, key, f->explain);
	if (rc == 0 && list->n * 2 > f->seen_size) rc = seen_room(f, f->seen_size * 2, err);
	return rc;
}

static int add_targets(struct amp_linear_features *f, enum concept concept, const struct linear_token *t, unsigned a, unsigned b,
                       uint32_t start, uint32_t end, struct amp_err *err)
{
	int rc = 0;
	for (unsigned bit = 0; rc == 0 && t->targets >> bit != 0; bit++)
		if ((t->targets >> bit & 1) != 0) rc = add(f, key_of(concept, a, bit, b, 0), start, end, err);
	return rc;
}

/* A group and an evaluation of it, at most PAIR_WINDOW tokens apart in one sentence. */
static int pair(struct amp_linear_features *f, size_t group, size_t said, bool negated, struct amp_err *err)
{
	const struct linear_token *g = &f->tokens[group], *e = &f->tokens[said];
	bool before = group < said;
	uint32_t start = before ? g->start : e->start, end = before ? e->end : g->end;
	uint8_t tag = plain(g->tag);
	unsigned how = (before ? 1u : 0u) | (negated ? 2u : 0u);
	size_t distance = before ? said - group : group - said;
	int rc = add(f, key_of(CONCEPT_PAIR, tag, e->tag, how, 0), start, end, err);
	if (rc == 0)
		rc = add(f, key_of(CONCEPT_PAIR_QUOTED, tag, e->tag, (negated ? 2u : 0u), g->quoted || e->quoted), start, end, err);
	if (rc == 0 && distance <= NEAR_WINDOW) rc = add(f, key_of(CONCEPT_PAIR_NEAR, tag, e->tag, how, 0), start, end, err);
	if (rc == 0 && tag != LINEAR_OTHER_GROUP) rc = add_targets(f, CONCEPT_PAIR_TARGET, g, e->tag, negated, start, end, err);
	return rc;
}

static bool negated(const struct amp_linear_features *f, size_t at)
{
	for (size_t back = 1; back <= NEGATION_WINDOW && back <= at; back++)
		if (f->tokens[at - back].tag == LINEAR_NEGATION) return true;
	return false;
}

static int evaluation(struct amp_linear_features *f, size_t at, struct amp_err *err)
{
	const struct linear_token *e = &f->tokens[at];
	bool no = negated(f, at);
	int rc = add(f, key_of(CONCEPT_SAID, e->tag, no, e->quoted, 0), e->start, e->end, err);
	for (int way = -1; way <= 1; way += 2) {
		for (size_t distance = 1; rc == 0 && distance <= PAIR_WINDOW; distance++) {
			if (way < 0 ? distance > at : at + distance >= f->n_tokens) break;
			size_t other = way < 0 ? at - distance : at + distance;
			uint8_t tag = f->tokens[other].tag;
			if (tag == LINEAR_STOP) break;
			if (in(tag, GROUP_TAGS)) rc = pair(f, other, at, no, err);
			if (rc == 0 && distance <= NEAR_WINDOW && in(tag, PERSON_TAGS))
				rc = add(f, key_of(CONCEPT_PERSON, tag, e->tag, no, 0), e->start, e->end, err);
		}
	}
	return rc;
}

/* Tags of known words in a row, unknown ones left out: "group is dehumanising end". */
static int runs(struct amp_linear_features *f, struct amp_err *err)
{
	unsigned run[RUN_MAX] = {0};
	uint32_t starts[RUN_MAX] = {0};
	size_t n = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n_tokens + 2; i++) {
		unsigned code = LINEAR_EDGE;
		uint32_t start = 0, end = 0;
		if (i > 0 && i <= f->n_tokens) {
			const struct linear_token *t = &f->tokens[i - 1];
			if (t->tag == LINEAR_NONE) continue;
			code = plain(t->tag);
			if (t->quoted && in(t->tag, EVALUATION_TAGS)) code |= 0x40;
			start = t->start;
			end = t->end;
		} else if (i > 0) {
			start = end = f->tokens[f->n_tokens - 1].end;
		}
		memmove(run + 1, run, sizeof run - sizeof *run);
		memmove(starts + 1, starts, sizeof starts - sizeof *starts);
		run[0] = code;
		starts[0] = start;
		n++;
		uint64_t key = code;
		for (size_t length = 2; rc == 0 && length <= RUN_MAX && length <= n; length++) {
			key |= (uint64_t)run[length - 1] << (8 * (length - 1));
			rc = add(f, (uint64_t)CONCEPT_RUN << 32 | (uint64_t)length << 40 | key, starts[length - 1], end, err);
		}
	}
	return rc;
}

static int quotations(struct amp_linear_features *f, uint64_t has, struct amp_err *err)
{
	bool any = false, counter_out = false, counter_in = false, hostile_in = false, said_out = false;
	for (size_t i = 0; i < f->n_tokens; i++) {
		const struct linear_token *t = &f->tokens[i];
		any = any || t->quoted;
		if (t->tag == LINEAR_COUNTER) *(t->quoted ? &counter_in : &counter_out) = true;
		if (t->quoted && in(t->tag, GROUP_TAGS | EVALUATION_TAGS)) hostile_in = true;
		if (!t->quoted && in(t->tag, EVALUATION_TAGS)) said_out = true;
	}
	int rc = 0;
	if ((has & GROUP_TAGS) != 0 && (has & LINEAR_TAG_BIT(LINEAR_COUNTER)) != 0 && (has & HOSTILE_TAGS) != 0)
		rc = add(f, key_of(CONCEPT_COUNTERED, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && counter_out && any) rc = add(f, key_of(CONCEPT_COUNTER_BESIDE_QUOTE, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && counter_in) rc = add(f, key_of(CONCEPT_COUNTER_IN_QUOTE, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && any) rc = add(f, key_of(CONCEPT_QUOTES, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && hostile_in && !said_out) rc = add(f, key_of(CONCEPT_ONLY_IN_QUOTES, 0, 0, 0, 0), 0, 0, err);
	return rc;
}

static int together(struct amp_linear_features *f, uint64_t has, struct amp_err *err)
{
	uint32_t sorts = 0;
	for (size_t i = 0; i < sizeof SORTS / sizeof *SORTS; i++)
		if ((has & SORTS[i].tags) != 0) sorts |= UINT32_C(1) << i;
	uint32_t coarse = sorts & ((UINT32_C(1) << COARSE) - 1);
	int rc = add(f, key_of(CONCEPT_TOGETHER, 0, 0, coarse >> 8, coarse & 0xff), 0, 0, err);
	return rc != 0 ? rc : add(f, key_of(CONCEPT_TOGETHER, 1, 0, sorts >> 8, sorts & 0xff), 0, 0, err);
}

static bool of_self(const struct amp_linear_features *f, size_t at)
{
	size_t from = at > SELF_BEFORE ? at - SELF_BEFORE : 0;
	for (size_t i = from; i <= at + SELF_AFTER && i < f->n_tokens; i++)
		if (f->tokens[i].tag == LINEAR_FIRST) return true;
	return false;
}

int linear_concepts(struct amp_linear_features *f, struct amp_err *err)
{
	uint64_t has = 0, twice = 0;
	int rc = 0;
	if (f->seen_size == 0) rc = seen_room(f, SEEN_START, err);
	if (rc != 0) return rc;
	if (++f->seen_stamp == 0) { /* once in four thousand million texts */
		memset(f->seen_at, 0, f->seen_size * sizeof *f->seen_at);
		f->seen_stamp = 1;
	}
	for (size_t i = 0; rc == 0 && i < f->n_tokens; i++) {
		const struct linear_token *t = &f->tokens[i];
		if (t->tag == LINEAR_NONE) continue;
		uint64_t bit = LINEAR_TAG_BIT(t->tag);
		if ((twice & bit) == 0)
			rc = add(f, key_of((has & bit) != 0 ? CONCEPT_TWICE : CONCEPT_HAS, t->tag, 0, 0, 0), t->start, t->end, err);
		twice |= has & bit;
		has |= bit;
		if (rc == 0) rc = add_targets(f, CONCEPT_GROUP, t, plain(t->tag), 0, t->start, t->end, err);
		if (rc == 0 && in(t->tag, EVALUATION_TAGS)) rc = evaluation(f, i, err);
		if (rc == 0 && plain(t->tag) == LINEAR_SLUR && of_self(f, i))
			rc = add(f, key_of(CONCEPT_SLUR_OF_SELF, t->reclaimed, 0, 0, 0), t->start, t->end, err);
	}
	if (rc == 0 && (has & GROUP_TAGS) == 0) rc = add(f, key_of(CONCEPT_NO_GROUP, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0) rc = quotations(f, has, err);
	if (rc == 0) rc = together(f, has, err);
	return rc != 0 ? rc : runs(f, err);
}

static const char *tag_name(uint64_t tag)
{
	static const char *const NAMES[LINEAR_TAG_COUNT] = {
#define X(id, name) name,
#include "linear/tags.def"
#undef X
	};
	return (tag & 0x3f) < LINEAR_TAG_COUNT ? NAMES[tag & 0x3f] : "?";
}

static void name_pair(struct amp_buf *out, uint64_t group, uint64_t said, uint64_t how)
{
	const char *first = (how & 1) != 0 ? tag_name(group) : tag_name(said),
		   *second = (how & 1) != 0 ? tag_name(said) : tag_name(group);
	(void)amp_buf_printf(out, "%s … %s%s", first, second, (how & 2) != 0 ? ", negated" : "");
}

void amp_linear_concept_name(uint64_t key, struct amp_buf *out)
{
	uint64_t a = key >> 24 & 0xff, b = key >> 16 & 0xff, c = key >> 8 & 0xff, d = key & 0xff;
	size_t n;
	const struct amp_target *targets = amp_targets(&n);
	switch ((enum concept)(key >> 32 & 0xff)) {
	case CONCEPT_HAS: (void)amp_buf_printf(out, "%s", tag_name(a)); return;
	case CONCEPT_TWICE: (void)amp_buf_printf(out, "%s, more than once", tag_name(a)); return;
	case CONCEPT_GROUP: (void)amp_buf_printf(out, "%s: %s", tag_name(a), b < n ? targets[b].name : "?"); return;
	case CONCEPT_NO_GROUP: (void)amp_buf_addc(out, "no group named"); return;
	case CONCEPT_SAID:
		(void)amp_buf_printf(out, "%s%s%s", tag_name(a), b != 0 ? ", negated" : "", c != 0 ? ", quoted" : "");
		return;
	case CONCEPT_PAIR: name_pair(out, a, b, c); return;
	case CONCEPT_PAIR_NEAR:
		name_pair(out, a, b, c);
		(void)amp_buf_addc(out, ", near");
		return;
	case CONCEPT_PAIR_QUOTED:
		name_pair(out, a, b, c | 1);
		(void)amp_buf_addc(out, d != 0 ? ", in a quotation" : ", not in a quotation");
		return;
	case CONCEPT_PAIR_TARGET:
		(void)amp_buf_printf(out, "%s … %s%s", b < n ? targets[b].name : "?", tag_name(a), c != 0 ? ", negated" : "");
		return;
	case CONCEPT_PERSON: (void)amp_buf_printf(out, "%s … %s%s", tag_name(a), tag_name(b), c != 0 ? ", negated" : ""); return;
	case CONCEPT_COUNTERED: (void)amp_buf_addc(out, "counter-speech beside hostile words about a group"); return;
	case CONCEPT_COUNTER_BESIDE_QUOTE: (void)amp_buf_addc(out, "counter-speech beside a quotation"); return;
	case CONCEPT_COUNTER_IN_QUOTE: (void)amp_buf_addc(out, "counter-speech in a quotation"); return;
	case CONCEPT_QUOTES: (void)amp_buf_addc(out, "a quotation"); return;
	case CONCEPT_ONLY_IN_QUOTES: (void)amp_buf_addc(out, "nothing said outside the quotation"); return;
	case CONCEPT_SLUR_OF_SELF: (void)amp_buf_addc(out, "a slur said of oneself"); return;
	case CONCEPT_TOGETHER:
		(void)amp_buf_addc(out, "in all:");
		for (size_t i = 0; i < sizeof SORTS / sizeof *SORTS; i++)
			if (((c << 8 | d) >> i & 1) != 0) (void)amp_buf_printf(out, " %s;", SORTS[i].name);
		return;
	case CONCEPT_RUN:
		for (uint64_t left = key >> 40 & 0xf; left > 0; left--) {
			uint64_t tag = key >> (8 * (left - 1)) & 0xff;
			(void)amp_buf_printf(out, "%s%s%s", tag_name(tag), (tag & 0x40) != 0 ? " (quoted)" : "",
			                     left > 1 ? " + " : "");
		}
		return;
	}
	(void)amp_buf_addc(out, "?");
}

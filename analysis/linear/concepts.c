/* concepts.c: what stands near what, in the lexicon's terms. No word of any language is in these features, so that what is learnt from
 * texts in one language holds in the others; and each says how a group is spoken of, not which (but for the pairs group x kind).
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "linear/concept.h"
#include "text/bytes.h"

#define PAIR_WINDOW 10
#define NEAR_WINDOW 4
#define NEGATION_WINDOW 4
#define ACROSS_WINDOW 24
#define AIM_WINDOW 4
#define SELF_BEFORE 4
#define SELF_AFTER 2
#define RUN_MAX 4
#define SEEN_START 1024
#define CONCEPT_MIX UINT64_C(0xd6e8feb86659fd93)

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

#define SURE_SLUR_TAGS (LINEAR_TAG_BIT(LINEAR_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) | LINEAR_TAG_BIT(LINEAR_GLUED_SLUR))
#define SLUR_TAGS                                                                                               \
	(LINEAR_TAG_BIT(LINEAR_SLUR) | LINEAR_TAG_BIT(LINEAR_MAYBE_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) | \
	 LINEAR_TAG_BIT(LINEAR_GLUED_SLUR))
#define IDENTITY_TAGS \
	(LINEAR_TAG_BIT(LINEAR_IDENTITY) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY))

#define COARSE 8 /* the sorts that are enough for most; with the others, which hostility it is */
const struct linear_sort linear_sorts[LINEAR_SORTS] = {
	{SLUR_TAGS & ~LINEAR_TAG_BIT(LINEAR_MAYBE_SLUR), "slur"},
	{IDENTITY_TAGS, "group"},
	{HOSTILE_TAGS, "hostile"},
	{LINEAR_TAG_BIT(LINEAR_POSITIVE), "positive"},
	{LINEAR_TAG_BIT(LINEAR_NEGATION), "negation"},
	{LINEAR_TAG_BIT(LINEAR_COUNTER) | LINEAR_TAG_BIT(LINEAR_REPORTING), "counter-speech or report"},
	{LINEAR_TAG_BIT(LINEAR_QUOTE), "quotation mark"},
	{LINEAR_TAG_BIT(LINEAR_MAYBE_SLUR), "ambiguous slur"},
	{LINEAR_TAG_BIT(LINEAR_OTHER_GROUP), "other group"},
	{LINEAR_TAG_BIT(LINEAR_PROFANITY), "profanity"},
	{LINEAR_TAG_BIT(LINEAR_THREAT), "threat"},
	{LINEAR_TAG_BIT(LINEAR_DEHUMANISING), "dehumanising"},
	{LINEAR_TAG_BIT(LINEAR_EXCLUSION), "exclusion"},
	{LINEAR_TAG_BIT(LINEAR_HATRED), "hatred"},
	{LINEAR_TAG_BIT(LINEAR_ATTRIBUTE), "negative attribute"},
};

#define ENDS                                                                                                  \
	(LINEAR_TAG_BIT(LINEAR_STOP) | LINEAR_TAG_BIT(LINEAR_EXCLAMATION) | LINEAR_TAG_BIT(LINEAR_QUESTION) | \
	 LINEAR_TAG_BIT(LINEAR_QUOTE))

static bool in(uint8_t tag, uint64_t tags)
{
	return (LINEAR_TAG_BIT(tag) & tags) != 0;
}

/* Weaker evidence of a group counts as the group in pairs and runs; that it was weaker is said once, by CONCEPT_HAS. */
#define WEAK_TAGS                                                                                                          \
	(LINEAR_TAG_BIT(LINEAR_EDITED_SLUR) | LINEAR_TAG_BIT(LINEAR_GLUED_SLUR) | LINEAR_TAG_BIT(LINEAR_EDITED_IDENTITY) | \
	 LINEAR_TAG_BIT(LINEAR_GLUED_IDENTITY))

static inline uint8_t plain(uint8_t tag)
{
	if ((LINEAR_TAG_BIT(tag) & WEAK_TAGS) == 0) return tag;
	return (LINEAR_TAG_BIT(tag) & SLUR_TAGS) != 0 ? LINEAR_SLUR : LINEAR_IDENTITY;
}

static uint64_t key_of(enum concept concept, unsigned a, unsigned b, unsigned c, unsigned d)
{
	return (uint64_t) concept << 32 | (uint64_t)a << 24 | (uint64_t)b << 16 | (uint64_t)c << 8 | d;
}

/* The table of what this text has already: a key with the number of the text above it. Older numbers are free places. */
#define SEEN_SHIFT 40 /* of the product that a key's place is taken from */
#define KEY_BITS 44
#define STAMP_MAX ((UINT64_C(1) << (64 - KEY_BITS)) - 1)

static inline size_t seen_place(const struct amp_linear_features *f, uint64_t key)
{
	return (size_t)(key * CONCEPT_MIX >> SEEN_SHIFT) & (f->seen_size - 1);
}

static int seen_room(struct amp_linear_features *f, size_t size, struct amp_err *err)
{
	uint64_t *old = f->seen, *keys = amp_calloc(size, sizeof *keys);
	size_t n = f->seen_size;
	if (keys == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the features of a text."));
	f->seen = keys;
	f->seen_size = size;
	for (size_t i = 0; i < n; i++) {
		if (old[i] >> KEY_BITS != f->seen_stamp) continue;
		size_t at = seen_place(f, old[i] & ((UINT64_C(1) << KEY_BITS) - 1));
		while (keys[at] != 0) at = (at + 1) & (size - 1);
		keys[at] = old[i];
	}
	amp_free(old);
	return 0;
}

/* A concept feature that this text cannot have had before. */
static inline int add_new(struct amp_linear_features *f, uint64_t key, uint32_t start, uint32_t end, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CONCEPT];
	int rc = list->weights == NULL ? linear_room(list, 1, f->explain, err) : 0;
	if (rc == 0) linear_put(list, key * CONCEPT_MIX, start, end, key, f->explain);
	return rc;
}

static int add_slowly(struct amp_linear_features *f, uint64_t key, uint32_t start, uint32_t end, struct amp_err *err)
{
	int rc = add_new(f, key, start, end, err);
	if (rc == 0 && f->n_seen * 2 > f->seen_size) rc = seen_room(f, f->seen_size * 2, err);
	return rc;
}

/* One concept feature, once a text. */
static inline int add(struct amp_linear_features *f, uint64_t key, uint32_t start, uint32_t end, struct amp_err *err)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CONCEPT];
	uint64_t *seen = f->seen, stamp = f->seen_stamp, stamped = stamp << KEY_BITS | key;
	size_t mask = f->seen_size - 1, n = f->n_seen + 1, at = seen_place(f, key);
	const int8_t *weights = list->weights;
	for (; seen[at] >> KEY_BITS == stamp; at = (at + 1) & mask)
		if (seen[at] == stamped) return 0;
	seen[at] = stamped;
	f->n_seen = n;
	if (weights == NULL || n * 2 > mask) return add_slowly(f, key, start, end, err);
	list->sum += weights[linear_place(key * CONCEPT_MIX)];
	list->weighed++;
	return 0;
}

static int add_targets(struct amp_linear_features *f, enum concept concept, const struct linear_token *t, unsigned a, unsigned b,
                       uint32_t start, uint32_t end, struct amp_err *err)
{
	int rc = 0;
	for (uint32_t left = t->said.targets; rc == 0 && left != 0; left &= left - 1)
		rc = add(f, key_of(concept, a, amp_lowest_bit(left), b, 0), start, end, err);
	return rc;
}

/* A group and an evaluation of it, at most PAIR_WINDOW tokens apart in one sentence. */
static int pair(struct amp_linear_features *f, size_t group, size_t said, bool negated, struct amp_err *err)
{
	const struct linear_token *g = &f->tokens[group], *e = &f->tokens[said];
	bool before = group < said;
	uint32_t start = before ? g->start : e->start, end = before ? e->end : g->end;
	uint8_t tag = plain(g->said.tag);
	unsigned how = (before ? 1u : 0u) | (negated ? 2u : 0u);
	size_t distance = before ? said - group : group - said;
	int rc = add(f, key_of(CONCEPT_PAIR, tag, e->said.tag, how, 0), start, end, err);
	if (rc == 0)
		rc = add(f, key_of(CONCEPT_PAIR_QUOTED, tag, e->said.tag, (negated ? 2u : 0u), g->said.quoted || e->said.quoted),
		         start, end, err);
	if (rc == 0 && distance <= NEAR_WINDOW) rc = add(f, key_of(CONCEPT_PAIR_NEAR, tag, e->said.tag, how, 0), start, end, err);
	if (rc == 0 && tag != LINEAR_OTHER_GROUP)
		rc = add_targets(f, CONCEPT_PAIR_TARGET, g, e->said.tag, negated, start, end, err);
	return rc;
}

/* Windows are looked through by the tokens with a tag alone: f->tagged, of which `k` is the one looked from. */
static inline const struct linear_token *tagged(const struct amp_linear_features *f, size_t k)
{
	return &f->tokens[f->tagged[k]];
}

static bool negated(const struct amp_linear_features *f, size_t k)
{
	for (size_t j = k; j-- > 0 && f->tagged[k] - f->tagged[j] <= NEGATION_WINDOW;)
		if (tagged(f, j)->said.tag == LINEAR_NEGATION) return true;
	return false;
}

/* A group of the sentence before, of which this one may speak ("They live here. Vermin."). */
static int across(struct amp_linear_features *f, size_t k, bool no, struct amp_err *err)
{
	size_t stops = 0;
	bool third = false;
	for (size_t j = k; j-- > 0 && f->tagged[k] - f->tagged[j] <= ACROSS_WINDOW && stops < 2;) {
		const struct linear_token *t = tagged(f, j), *e = tagged(f, k);
		if (t->said.tag == LINEAR_STOP || t->said.tag == LINEAR_QUESTION || t->said.tag == LINEAR_EXCLAMATION) stops++;
		if (stops == 0 && t->said.tag == LINEAR_THIRD) third = true;
		if (stops == 0 && in(t->said.tag, GROUP_TAGS)) return 0;
		if (stops == 1 && in(t->said.tag, GROUP_TAGS))
			return add(f, key_of(CONCEPT_ACROSS, plain(t->said.tag), e->said.tag, no, third), t->start, e->end, err);
	}
	return 0;
}

/* A group or a person beside an evaluation; *stop: the sentence ends there. */
static int beside(struct amp_linear_features *f, size_t j, size_t k, size_t distance, bool no, bool *stop, struct amp_err *err)
{
	const struct linear_token *e = tagged(f, k);
	uint8_t tag = tagged(f, j)->said.tag;
	int rc = 0;
	*stop = tag == LINEAR_STOP;
	if (*stop) return 0;
	if (in(tag, GROUP_TAGS)) rc = pair(f, f->tagged[j], f->tagged[k], no, err);
	if (rc == 0 && distance <= NEAR_WINDOW && in(tag, PERSON_TAGS))
		rc = add(f, key_of(CONCEPT_PERSON, tag, e->said.tag, no, 0), e->start, e->end, err);
	return rc;
}

static int evaluation(struct amp_linear_features *f, size_t k, struct amp_err *err)
{
	const struct linear_token *e = tagged(f, k);
	const size_t at = f->tagged[k];
	bool no = negated(f, k), stop = false;
	int rc = add(f, key_of(CONCEPT_SAID, e->said.tag, no, e->said.quoted, 0), e->start, e->end, err);
	if (rc == 0) rc = across(f, k, no, err);
	for (size_t j = k; rc == 0 && !stop && j-- > 0 && at - f->tagged[j] <= PAIR_WINDOW;)
		rc = beside(f, j, k, at - f->tagged[j], no, &stop, err);
	stop = false;
	for (size_t j = k + 1; rc == 0 && !stop && j < f->n_tagged && f->tagged[j] - at <= PAIR_WINDOW; j++)
		rc = beside(f, j, k, f->tagged[j] - at, no, &stop, err);
	return rc;
}

#define RUN_KEY(length) ((uint64_t)CONCEPT_RUN << 32 | (uint64_t)(length) << 40)

/* The runs of two to four tags that end with the last one. */
struct history {
	uint64_t tags;            /* eight bits each, the last one lowest */
	uint32_t starts[RUN_MAX]; /* the last one first */
	size_t n;
};

static inline unsigned code_of(const struct linear_said *said)
{
	return plain(said->tag) | (said->quoted && in(said->tag, EVALUATION_TAGS) ? 0x40u : 0u);
}

static int add_runs(struct amp_linear_features *f, struct history *h, unsigned code, uint32_t start, uint32_t end,
                    struct amp_err *err)
{
	int rc = 0;
	h->tags = h->tags << 8 | code;
	for (size_t i = RUN_MAX - 1; i > 0; i--) h->starts[i] = h->starts[i - 1];
	h->starts[0] = start;
	h->n++;
	for (unsigned length = 2; rc == 0 && length <= RUN_MAX && length <= h->n; length++) {
		uint64_t key = h->tags & ((UINT64_C(1) << 8 * length) - 1);
		rc = add(f, RUN_KEY(length) | key, h->starts[length - 1], end, err);
	}
	return rc;
}

/* Tags of known words in a row, unknown ones left out: "group is dehumanising end". */
static int list_runs(struct amp_linear_features *f, struct amp_err *err)
{
	struct history h = {0};
	uint32_t end = f->tokens[f->n_tokens - 1].end;
	int rc = add_runs(f, &h, LINEAR_EDGE, 0, 0, err);
	for (size_t k = 0; rc == 0 && k < f->n_tagged; k++)
		rc = add_runs(f, &h, code_of(&tagged(f, k)->said), tagged(f, k)->start, tagged(f, k)->end, err);
	return rc != 0 ? rc : add_runs(f, &h, LINEAR_EDGE, end, end, err);
}

/* add() of the same runs, where there is room for all of them and they are weighed. */
struct run_sum {
	uint64_t *seen, stamp;
	size_t mask, n;
	const int8_t *weights;
	int64_t sum;
};

static inline void weigh_run(struct run_sum *r, uint64_t key)
{
	uint64_t mixed = key * CONCEPT_MIX;
	size_t at = (size_t)(mixed >> SEEN_SHIFT) & r->mask;
	for (key |= r->stamp; r->seen[at] >= r->stamp; at = (at + 1) & r->mask)
		if (r->seen[at] == key) return;
	r->seen[at] = key;
	r->n++;
	r->sum += r->weights[linear_place(mixed)];
}

static void weigh_runs(struct amp_linear_features *f)
{
	struct amp_linear_list *list = &f->block[AMP_LINEAR_CONCEPT];
	struct run_sum r = {
		.seen = f->seen, .stamp = f->seen_stamp << KEY_BITS, .mask = f->seen_size - 1, .weights = list->weights};
	uint64_t tags = LINEAR_EDGE;
	for (size_t k = 0; k <= f->n_tagged; k++) {
		tags = tags << 8 | (k < f->n_tagged ? code_of(&tagged(f, k)->said) : LINEAR_EDGE);
		weigh_run(&r, RUN_KEY(2) | (tags & 0xffff));
		if (k >= 1) weigh_run(&r, RUN_KEY(3) | (tags & 0xffffff));
		if (k >= 2) weigh_run(&r, RUN_KEY(4) | (tags & 0xffffffff));
	}
	f->n_seen += r.n;
	list->weighed += r.n;
	list->sum += r.sum;
}

static int runs(struct amp_linear_features *f, struct amp_err *err)
{
	size_t most = f->n_seen + (f->n_tagged + 1) * (RUN_MAX - 1);
	if (f->block[AMP_LINEAR_CONCEPT].weights == NULL || most * 2 > f->seen_size) return list_runs(f, err);
	weigh_runs(f);
	return 0;
}

/* What is said inside quotation marks and outside. */
struct quoted {
	bool counter_out, counter_in, hostile_in, said_out;
};

static inline void see_quoted(struct quoted *q, const struct linear_token *t)
{
	if (t->said.tag == LINEAR_COUNTER) *(t->said.quoted ? &q->counter_in : &q->counter_out) = true;
	if (t->said.quoted && in(t->said.tag, GROUP_TAGS | EVALUATION_TAGS)) q->hostile_in = true;
	if (!t->said.quoted && in(t->said.tag, EVALUATION_TAGS)) q->said_out = true;
}

static int quotations(struct amp_linear_features *f, const struct quoted *q, uint64_t has, struct amp_err *err)
{
	int rc = 0;
	if ((has & GROUP_TAGS) != 0 && (has & LINEAR_TAG_BIT(LINEAR_COUNTER)) != 0 && (has & HOSTILE_TAGS) != 0)
		rc = add_new(f, key_of(CONCEPT_COUNTERED, 0, 0, 0, 0), 0, 0, err);
	if (!f->quoted) return rc;
	if (rc == 0 && q->counter_out) rc = add_new(f, key_of(CONCEPT_COUNTER_BESIDE_QUOTE, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && q->counter_in) rc = add_new(f, key_of(CONCEPT_COUNTER_IN_QUOTE, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0) rc = add_new(f, key_of(CONCEPT_QUOTES, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0 && q->hostile_in && !q->said_out) rc = add_new(f, key_of(CONCEPT_ONLY_IN_QUOTES, 0, 0, 0, 0), 0, 0, err);
	return rc;
}

static int together(struct amp_linear_features *f, uint64_t has, struct amp_err *err)
{
	uint32_t sorts = 0;
	for (size_t i = 0; i < LINEAR_SORTS; i++)
		if ((has & linear_sorts[i].tags) != 0) sorts |= UINT32_C(1) << i;
	uint32_t coarse = sorts & ((UINT32_C(1) << COARSE) - 1);
	int rc = add_new(f, key_of(CONCEPT_TOGETHER, 0, 0, coarse >> 8, coarse & 0xff), 0, 0, err);
	return rc != 0 ? rc : add_new(f, key_of(CONCEPT_TOGETHER, 1, 0, sorts >> 8, sorts & 0xff), 0, 0, err);
}

static int aimed(struct amp_linear_features *f, size_t at, struct amp_err *err)
{
	const struct linear_token *t = &f->tokens[at];
	unsigned how = t->said.quoted ? AIM_QUOTED : 0;
	size_t from = at > AIM_WINDOW ? at - AIM_WINDOW : 0;
	if (at == 0 || f->tokens[at - 1].said.tag == LINEAR_STOP) how |= AIM_FIRST_WORD;
	if (at + 1 == f->n_tokens || in(f->tokens[at + 1].said.tag, ENDS)) how |= AIM_LAST_WORD;
	for (size_t i = from; i <= at + AIM_WINDOW && i < f->n_tokens; i++) {
		uint8_t tag = f->tokens[i].said.tag;
		if (tag == LINEAR_SECOND) how |= AIM_SECOND;
		if (tag == LINEAR_COUNTER || tag == LINEAR_REPORTING) how |= AIM_MENTION;
		if (tag == LINEAR_FIRST) how |= AIM_SELF;
	}
	return add(f, key_of(CONCEPT_AIMED, plain(t->said.tag), t->said.reclaimed, how, 0), t->start, t->end, err);
}

static bool of_self(const struct amp_linear_features *f, size_t at)
{
	size_t from = at > SELF_BEFORE ? at - SELF_BEFORE : 0;
	for (size_t i = from; i <= at + SELF_AFTER && i < f->n_tokens; i++)
		if (f->tokens[i].said.tag == LINEAR_FIRST) return true;
	return false;
}

int linear_concepts(struct amp_linear_features *f, struct amp_err *err)
{
	uint64_t has = 0, twice = 0;
	struct quoted quoted = {0};
	int rc = 0;
	if (f->seen_size == 0) rc = seen_room(f, SEEN_START, err);
	if (rc != 0) return rc;
	f->n_seen = 0;
	if (++f->seen_stamp > STAMP_MAX) { /* once in a million texts */
		memset(f->seen, 0, f->seen_size * sizeof *f->seen);
		f->seen_stamp = 1;
	}
	for (size_t k = 0; rc == 0 && k < f->n_tagged; k++) {
		const struct linear_token *t = tagged(f, k);
		const uint64_t bit = LINEAR_TAG_BIT(t->said.tag);
		see_quoted(&quoted, t);
		f->targets |= t->said.targets;
		if ((bit & SURE_SLUR_TAGS) != 0) f->slur_targets |= t->said.targets;
		if ((twice & bit) == 0)
			rc = add_new(f, key_of((has & bit) != 0 ? CONCEPT_TWICE : CONCEPT_HAS, t->said.tag, 0, 0, 0), t->start,
			             t->end, err);
		twice |= has & bit;
		has |= bit;
		if (rc == 0) rc = add_targets(f, CONCEPT_GROUP, t, plain(t->said.tag), 0, t->start, t->end, err);
		if (rc == 0 && (bit & EVALUATION_TAGS) != 0) rc = evaluation(f, k, err);
		if (rc != 0 || (bit & SLUR_TAGS) == 0) continue;
		rc = aimed(f, f->tagged[k], err);
		if (rc == 0 && t->said.tag != LINEAR_MAYBE_SLUR && of_self(f, f->tagged[k]))
			rc = add(f, key_of(CONCEPT_SLUR_OF_SELF, t->said.reclaimed, 0, 0, 0), t->start, t->end, err);
	}
	if (rc == 0 && (has & GROUP_TAGS) == 0) rc = add_new(f, key_of(CONCEPT_NO_GROUP, 0, 0, 0, 0), 0, 0, err);
	if (rc == 0) rc = quotations(f, &quoted, has, err);
	if (rc == 0) rc = together(f, has, err);
	return rc != 0 ? rc : runs(f, err);
}

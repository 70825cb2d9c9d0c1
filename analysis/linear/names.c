/* names.c: how concept features are said in explanations. */
#include "linear/concept.h"

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
	case CONCEPT_ACROSS:
		name_pair(out, a, b, 1 | c << 1);
		(void)amp_buf_addc(out, d != 0 ? ", in the next sentence, of them" : ", in the next sentence");
		return;
	case CONCEPT_AIMED:
		(void)amp_buf_printf(out, "%s%s%s%s%s%s%s", tag_name(a), (c & AIM_SECOND) != 0 ? ", to someone" : "",
		                     (c & AIM_FIRST_WORD) != 0 ? ", first word" : "", (c & AIM_LAST_WORD) != 0 ? ", last word" : "",
		                     (c & AIM_QUOTED) != 0 ? ", quoted" : "",
		                     (c & AIM_MENTION) != 0 ? ", beside talk of words" : "",
		                     (c & AIM_SELF) != 0 ? ", beside oneself" : "");
		return;
	case CONCEPT_QUOTES: (void)amp_buf_addc(out, "a quotation"); return;
	case CONCEPT_ONLY_IN_QUOTES: (void)amp_buf_addc(out, "nothing said outside the quotation"); return;
	case CONCEPT_SLUR_OF_SELF: (void)amp_buf_addc(out, "a slur said of oneself"); return;
	case CONCEPT_TOGETHER:
		(void)amp_buf_addc(out, "in all:");
		for (size_t i = 0; i < LINEAR_SORTS; i++)
			if (((c << 8 | d) >> i & 1) != 0) (void)amp_buf_printf(out, " %s;", linear_sorts[i].name);
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

/* concept.h: what the concept features are: their keys' parts, which concepts.c makes and names.c says. */
#ifndef AMP_LINEAR_CONCEPT_H
#define AMP_LINEAR_CONCEPT_H
#include "linear/private.h"

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
	CONCEPT_RUN,    /* up to four tags */
	CONCEPT_ACROSS, /* group tag of the sentence before, evaluation, negated, third person */
	CONCEPT_AIMED,  /* how a slur is used: bits of enum aim */
	CONCEPT_TOGETHER /* which sorts of tags the whole text has, as bits: what no sum over single ones can say ("a group, nothing hostile") */
};

/* How a slur is used: to someone, at the edge of what is said, quoted, beside talk of words or of oneself. */
enum aim { AIM_SECOND = 1, AIM_FIRST_WORD = 2, AIM_LAST_WORD = 4, AIM_QUOTED = 8, AIM_MENTION = 16, AIM_SELF = 32 };

/* The sorts of CONCEPT_TOGETHER, as its bits. */
struct linear_sort {
	uint64_t tags;
	const char *name;
};
#define LINEAR_SORTS 15
extern const struct linear_sort linear_sorts[LINEAR_SORTS];

#endif

/* vocabulary.c: names owned by analysis/, which this layer cannot include. */
#include "persona/vocabulary.h"

static struct amp_vocabulary vocabulary;

void amp_study_vocabulary(const struct amp_vocabulary *v)
{
	vocabulary = *v;
}

const struct amp_vocabulary *amp_vocabulary_get(void)
{
	return &vocabulary;
}

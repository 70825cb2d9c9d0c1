/* target.c: the table of targets. */
#include "lexicon/target.h"
#include <string.h>

static const struct amp_target TARGETS[] = {
#define X(name, ground, also, fr, en) {#name, #ground, also, fr, en},
#include "lexicon/targets.def"
#undef X
};

const struct amp_target *amp_targets(size_t *n)
{
	*n = sizeof TARGETS / sizeof *TARGETS;
	return TARGETS;
}

const struct amp_target *amp_target_find(const char *name)
{
	return amp_target_find_str(amp_str_c(name));
}

const struct amp_target *amp_target_find_str(struct amp_str name)
{
	for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++)
		if (amp_str_eq_c(name, TARGETS[i].name)) return &TARGETS[i];
	return NULL;
}

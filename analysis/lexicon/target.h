/* target.h: the groups that hate aims at: level 2 groups of the design, section 6, each with its level 1 ground. */
#ifndef AMP_LEXICON_TARGET_H
#define AMP_LEXICON_TARGET_H
#include <stddef.h>
#include "base/str.h"

#define AMP_TARGETS_MAX 32

struct amp_target {
	const char *name;   /* "black", "muslim", "women" … as stored and exported */
	const char *ground; /* "origin", "religion", …, "none" */
	const char *also;   /* a second ground that it ticks ("jewish" ticks origin too), or NULL */
	const char *fr, *en;
};
/* All rows of targets.def, in its order; static. */
const struct amp_target *amp_targets(size_t *n);
/* NULL when there is none of this name. */
const struct amp_target *amp_target_find(const char *name);
const struct amp_target *amp_target_find_str(struct amp_str name);

#endif

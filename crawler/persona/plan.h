/* plan.h: parts of the plan that shape.c tells people about, so that both say the same; inside crawler/persona only. */
#ifndef AMP_PERSONA_PLAN_H
#define AMP_PERSONA_PLAN_H
#include "persona/study.h"

/* The endpoint's parameter that carries a country, where the study does not set it; NULL when there is none. */
const char *amp_region_param(const struct amp_study_feed *f);
/* All searches of a persona, in the order of the file; returns their number and writes the first `max`. */
size_t amp_persona_queries(const struct amp_persona *p, const char **out, size_t max);

#endif

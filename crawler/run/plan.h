/* plan.h: `crawl --dry-run`: who would ask what, with which headers, and which attribute of the persona shaped it. Sends and writes nothing. */
#ifndef AMP_RUN_PLAN_H
#define AMP_RUN_PLAN_H
#include "base/err.h"
#include "run/run.h"

int amp_plan_print(const struct amp_study *s, const struct amp_crawl_options *o, struct amp_err *err) AMP_CHECK;

#endif

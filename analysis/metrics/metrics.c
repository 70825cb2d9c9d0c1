/* metrics.c: the table. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/metric.h"

#define AMP_METRIC(name) extern const struct amp_metric amp_metric_##name;
#include "metrics/metrics.def"
#undef AMP_METRIC

#define AMP_METRIC(name) &amp_metric_##name,
const struct amp_metric *const amp_metrics[] = {
#include "metrics/metrics.def"
	NULL,
};
#undef AMP_METRIC

const char *amp_metric_not_primary(const struct amp_metric *m, const char *target, const char *pool)
{
	if (m->walks) return N_("it is of walks, and the primary measure compares visits to the two feeds of a pair");
	if (!m->paired) return N_("it is of one feed, and the primary measure compares the two of a pair");
	if (m->make) return N_("it compares personas, or days, with each other, and the primary measure compares the two feeds");
	if (!m->has_test) return N_("it has no test");
	if (m->identical && pool && strcmp(pool, "identical") != 0)
		return N_("it says what the order does to one set of posts, which only a pair with the pool “identical” shows");
	if (m->overall && target && strcmp(target, "any") != 0)
		return N_("it is made of all targets together: its target is “any”");
	return NULL;
}

const struct amp_metric *amp_metric_find(const char *name)
{
	for (size_t i = 0; name && amp_metrics[i]; i++)
		if (strcmp(amp_metrics[i]->name, name) == 0) return amp_metrics[i];
	return NULL;
}

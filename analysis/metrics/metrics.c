/* metrics.c: the table. */
#include <string.h>
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

const struct amp_metric *amp_metric_find(const char *name)
{
	for (size_t i = 0; name && amp_metrics[i]; i++)
		if (strcmp(amp_metrics[i]->name, name) == 0) return amp_metrics[i];
	return NULL;
}

/* platforms.c: the table of adapters. */
#include "platforms/platforms.h"
#include <string.h>

static const struct amp_adapter *const adapters[] = {
#define AMP_PLATFORM(name) &amp_adapter_##name,
#include "platforms/platforms.def"
#undef AMP_PLATFORM
};

const struct amp_adapter *const *amp_adapters(size_t *n)
{
	*n = sizeof adapters / sizeof *adapters;
	return adapters;
}

const struct amp_adapter *amp_adapter_find(const char *name)
{
	for (size_t i = 0; i < sizeof adapters / sizeof *adapters; i++)
		if (name && strcmp(adapters[i]->name, name) == 0) return adapters[i];
	return NULL;
}

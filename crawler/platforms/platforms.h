/* platforms.h: declares each adapter, for the file that defines it; others use amp_adapter_find (parse/adapter.h). */
#ifndef AMP_PLATFORMS_PLATFORMS_H
#define AMP_PLATFORMS_PLATFORMS_H
#include "parse/adapter.h"

#define AMP_PLATFORM(name) extern const struct amp_adapter amp_adapter_##name;
#include "platforms/platforms.def"
#undef AMP_PLATFORM

#endif

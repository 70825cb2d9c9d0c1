/* bytes.c: which functions this processor has. */
#include "text/bytes.h"

static bool as_narrow;

void amp_narrow(bool narrow)
{
	as_narrow = narrow;
}

bool amp_has_wide(void)
{
#if defined(AMP_WIDE)
	return !as_narrow && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#else
	return false;
#endif
}

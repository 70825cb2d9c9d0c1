/* real.h: a number that may not exist. What is not defined (a ratio over zero, an interval of one unit) is `known == false`,
 * never NaN or infinity. */
#ifndef AMP_STATS_REAL_H
#define AMP_STATS_REAL_H
#include <math.h>
#include <stdbool.h>

struct amp_real {
	double v;
	bool known;
};
/* Known when it is a finite number: what overflowed, or divided 0 by 0, is unknown wherever it comes from. */
static inline struct amp_real amp_real(double v)
{
	return isfinite(v) ? (struct amp_real){v, true} : (struct amp_real){0, false};
}
#define AMP_REAL_NONE ((struct amp_real){0, false})

struct amp_confidence {
	struct amp_real estimate, se, lo, hi;
};

#endif

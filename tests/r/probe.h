/* probe.h: a question to the statistics core as R writes it: lines `name number number ...`, answers in the same form. NA: unknown. */
#ifndef AMP_PROBE_H
#define AMP_PROBE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

struct vector {
	char name[32];
	double *v;
	size_t n;
};
size_t probe_n(const char *name);        /* 0: not given */
const double *probe_v(const char *name); /* NULL: not given */
double probe_1(const char *name);        /* its first number; ends the program where there is none */
int64_t *probe_i64(const char *name);    /* NULL: not given; lives as long as the program */
uint32_t *probe_u32(const char *name);
bool *probe_bool(const char *name);
struct amp_real probe_real(const char *name); /* not given or NA: unknown */

void probe_say(const char *name, struct amp_real v);
void probe_say_all(const char *name, const double *v, size_t n);
void probe_say_interval(const char *name, const struct amp_confidence *c); /* estimate se lo hi */

struct probe {
	const char *name;
	int (*run)(struct amp_err *err);
};
extern const struct probe probes_core[], probes_forms[], probes_draws[];
extern const size_t probes_core_n, probes_forms_n, probes_draws_n;

#endif

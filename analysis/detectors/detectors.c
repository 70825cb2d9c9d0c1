/* detectors.c: the tables of detectors and targets, and what every detector shares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "detectors/detector.h"
#include "detectors/private.h"

#define AMP_DETECTOR(name) extern const struct amp_detector amp_detector_##name;
#include "detectors/detectors.def"
#undef AMP_DETECTOR
static const struct amp_detector *const DETECTORS[] = {
#define AMP_DETECTOR(name) &amp_detector_##name,
#include "detectors/detectors.def"
#undef AMP_DETECTOR
};
static const struct amp_target TARGETS[] = {
#define X(name, ground, also, fr, en) {#name, #ground, also, fr, en},
#include "detectors/targets.def"
#undef X
};

const struct amp_target *amp_targets(size_t *n)
{
	*n = sizeof TARGETS / sizeof *TARGETS;
	return TARGETS;
}

const struct amp_target *amp_target_find(const char *name)
{
	for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++)
		if (strcmp(TARGETS[i].name, name) == 0) return &TARGETS[i];
	return NULL;
}

const struct amp_target *amp_target_find_str(struct amp_str name)
{
	for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++)
		if (amp_str_eq_c(name, TARGETS[i].name)) return &TARGETS[i];
	return NULL;
}

const struct amp_detector *const *amp_detectors(size_t *n)
{
	*n = sizeof DETECTORS / sizeof *DETECTORS;
	return DETECTORS;
}

const struct amp_detector *amp_detector_find(const char *name)
{
	for (size_t i = 0; i < sizeof DETECTORS / sizeof *DETECTORS; i++)
		if (strcmp(DETECTORS[i]->name, name) == 0) return DETECTORS[i];
	return NULL;
}

void amp_detection_clear(struct amp_detection *d)
{
	if (d == NULL) return;
	amp_free(d->hits);
	memset(d, 0, sizeof *d);
}

void amp_detection_add_target(struct amp_detection *d, const char *name)
{
	size_t at = 0;
	while (at < d->n_targets && strcmp(d->targets[at], name) < 0) at++;
	if ((at < d->n_targets && strcmp(d->targets[at], name) == 0) || d->n_targets == AMP_TARGETS_MAX) return;
	memmove(&d->targets[at + 1], &d->targets[at], (d->n_targets - at) * sizeof *d->targets);
	d->targets[at] = name;
	d->n_targets++;
}

int amp_decimal_parse(struct amp_str s, int64_t *thousandths)
{
	int64_t v = 0;
	size_t i = 0;
	int places = 0;
	for (; i < s.n && amp_is_digit((unsigned char)s.p[i]); i++) {
		v = v * 10 + (s.p[i] - '0');
		if (v > 1000000) return -1;
	}
	if (i == 0) return -1;
	if (i < s.n && s.p[i] == '.') {
		for (i++; i < s.n && amp_is_digit((unsigned char)s.p[i]); i++) {
			if (++places > 3) return -1;
			v = v * 10 + (s.p[i] - '0');
		}
		if (places == 0) return -1;
	}
	if (i != s.n) return -1;
	for (; places < 3; places++) v *= 10;
	*thousandths = v;
	return 0;
}

/* The folder of the running program, for installed trees: PREFIX/bin/amplimeter finds PREFIX/share/amplimeter. */
static bool beside_program(char *out, size_t size)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n <= 0) return false;
	exe[n] = '\0';
	char *slash = strrchr(exe, '/');
	if (slash == NULL) return false;
	*slash = '\0';
	int length = snprintf(out, size, "%s/../share/amplimeter", exe);
	return length > 0 && (size_t)length < size && access(out, R_OK | X_OK) == 0;
}

const char *amp_detector_data_dir(void)
{
	static char installed[4200];
	const char *env = getenv("AMPLIMETER_DATA");
	if (env != NULL && *env != '\0') return env;
	if (beside_program(installed, sizeof installed)) return installed;
	return AMP_DETECTORS_SOURCE_DATA;
}

/* detectors.c: the table of detectors, and what every detector shares. */
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

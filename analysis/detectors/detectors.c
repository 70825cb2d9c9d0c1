/* detectors.c: the table of detectors, and what every detector shares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/i18n.h"
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

int amp_detector_get(const struct amp_detector **out, const char *name, struct amp_err *err)
{
	const char *names[sizeof DETECTORS / sizeof *DETECTORS];
	*out = amp_detector_find(name);
	if (*out != NULL) return 0;
	for (size_t i = 0; i < sizeof DETECTORS / sizeof *DETECTORS; i++) names[i] = DETECTORS[i]->name;
	const char *near = amp_str_suggest(name, names, sizeof DETECTORS / sizeof *DETECTORS);
	return amp_fail(err, AMP_EUSAGE, _("There is no detector \"%s\": did you mean \"%s\"?"), name,
	                near != NULL ? near : names[0]);
}

int amp_detector_loaded(int rc, void *state, void (*unload)(void *), void **out)
{
	if (rc == 0)
		*out = state;
	else
		unload(state);
	return rc;
}

int amp_detector_thresholds(const struct amp_detector *d, const void *state, struct amp_thresholds *out, struct amp_err *err)
{
	struct amp_threshold *any = &out->v[0];
	int64_t thousandths = 0;
	if (d->thresholds != NULL) {
		d->thresholds(state, out);
		return 0;
	}
	if (amp_decimal_parse(amp_str_c(d->default_threshold), &thousandths) != 0)
		return amp_fail(err, AMP_EFAIL, _("The detector %s has no valid threshold."), d->name);
	*any = (struct amp_threshold){.lang = AMP_THRESHOLD_ANY, .value = (double)thousandths / 1000};
	(void)snprintf(any->text, sizeof any->text, "%s", d->default_threshold);
	out->n = 1;
	return 0;
}

const struct amp_threshold *amp_threshold_of(const struct amp_thresholds *t, const char *lang)
{
	for (size_t i = 1; lang != NULL && i < t->n; i++)
		if (strcmp(t->v[i].lang, lang) == 0) return &t->v[i];
	return &t->v[0];
}

void amp_detection_clear(struct amp_detection *d)
{
	if (d == NULL) return;
	amp_free(d->hits);
	memset(d, 0, sizeof *d);
}

enum amp_detection_status amp_detection_of_service(enum amp_service_outcome o)
{
	static const enum amp_detection_status status[] = {[AMP_SERVICE_SCORED] = AMP_DETECTION_OK,
	                                                   [AMP_SERVICE_UNUSABLE] = AMP_DETECTION_ERROR,
	                                                   [AMP_SERVICE_UNANSWERED] = AMP_DETECTION_MISSING};
	return status[amp_service_outcome_status(o)];
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

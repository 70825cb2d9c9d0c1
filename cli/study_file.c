/* study_file.c: where the study reader (crawler/) meets the names and data of analysis/. */
#include "study_file.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "detectors/detector.h"
#include "metrics/metric.h"
#include "service/service.h"

#define NAMES_MAX 64

static int service_meaning(const json_t *file, const char **key, struct amp_err *err)
{
	return amp_service_config_check(file, amp_detector_data_dir(), key, err);
}

static const char *not_primary(const char *metric, const char *target, const char *pool)
{
	const struct amp_metric *m = amp_metric_find(metric);
	const char *why = m == NULL ? NULL : amp_metric_not_primary(m, target, pool);
	return why == NULL ? NULL : _(why);
}

void amp_cli_vocabulary(void)
{
	static const char *metrics[NAMES_MAX + 1], *targets[NAMES_MAX + 1], *detectors[NAMES_MAX + 1];
	size_t n = 0, all = 0;
	for (size_t i = 0; amp_metrics[i] != NULL && n < NAMES_MAX; i++) {
		if (amp_metric_not_primary(amp_metrics[i], NULL, NULL) == NULL) metrics[n++] = amp_metrics[i]->name;
	}
	const struct amp_target *target = amp_targets(&all);
	targets[0] = "any";
	for (size_t i = 0; i < all && i + 1 < NAMES_MAX; i++) targets[i + 1] = target[i].name;
	const struct amp_detector *const *detector = amp_detectors(&all);
	for (size_t i = 0; i < all && i < NAMES_MAX; i++) detectors[i] = detector[i]->name;
	amp_study_vocabulary(&(struct amp_vocabulary){.metrics = metrics,
	                                              .targets = targets,
	                                              .detectors = detectors,
	                                              .not_primary = not_primary,
	                                              .service = service_meaning});
}

static int pin_one(struct amp_study *s, const struct amp_detector *d, struct amp_err *err)
{
	void *state = NULL;
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1];
	if (d->data_hash == NULL) return 0;
	int rc = d->load == NULL ? 0 : d->load(&state, amp_detector_data_dir(), err);
	if (rc == 0 && d->data_hash(state, hash)) {
		amp_hex(hash, sizeof hash, hex);
		rc = amp_study_pin(s, d->name, hex, err);
	}
	if (d->unload != NULL) d->unload(state);
	return rc;
}

/* The file itself is in the study; what it names by name only is its prompt. */
static int pin_prompt(struct amp_study *s, const struct amp_study_service *v, struct amp_err *err)
{
	struct amp_service_config *c = NULL;
	char hex[2 * AMP_SHA256 + 1];
	json_t *file = NULL;
	int rc = amp_jsonv_load(&file, amp_str_c(v->text), &(struct amp_jsonv_rule){.name = v->name}, NULL, err);
	if (rc == 0) rc = amp_service_config_read(&c, file, amp_detector_data_dir(), err);
	if (rc == 0 && c->prompt != NULL) {
		amp_hex(c->prompt_hash, sizeof c->prompt_hash, hex);
		rc = amp_study_pin(s, v->name, hex, err);
	}
	amp_service_config_free(c);
	json_decref(file);
	return rc;
}

int amp_cli_study_pin(struct amp_study *s, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; s != NULL && s->detectors[i] != NULL && rc == 0; i++) {
		const struct amp_detector *d = amp_detector_find(s->detectors[i]);
		if (d != NULL) rc = pin_one(s, d, err);
	}
	for (size_t i = 0; s != NULL && i < s->n_services && rc == 0; i++) rc = pin_prompt(s, &s->services[i], err);
	return rc;
}

static void print_mistake(void *user, const struct amp_mistake *m)
{
	size_t *n = user;
	if (m->warning) {
		(void)fprintf(stderr, _("%s:%d:%d: %s: warning: %s\n"), m->file, m->line, m->column, m->path, m->text);
		return;
	}
	/* The first is told by the error itself, once, at the top. */
	if ((*n)++ > 0) (void)fprintf(stderr, "%s:%d:%d: %s: %s\n", m->file, m->line, m->column, m->path, m->text);
}

int amp_cli_source_read(const struct amp_source **out, const char *path, struct amp_arena *a, struct amp_err *err)
{
	size_t mistakes = 0;
	return amp_source_read(out, path, a, print_mistake, &mistakes, err);
}

int amp_cli_study_read(struct amp_study **out, const char *path, struct amp_err *err)
{
	size_t mistakes = 0;
	*out = NULL;
	amp_cli_vocabulary();
	int rc = amp_study_read(out, path, print_mistake, &mistakes, err);
	if (rc == 0) rc = amp_cli_study_pin(*out, err);
	if (rc != 0) {
		amp_study_free(*out);
		*out = NULL;
	}
	return rc;
}

int amp_cli_scorer_open(struct amp_scorer *s, const char *name, const char *send_texts_to, struct amp_err *err)
{
	size_t mistakes = 0;
	if (name == NULL || !amp_str_ends(amp_str_c(name), ".json")) return amp_scorer_open(s, name, err);
	amp_cli_vocabulary();
	int rc = amp_check_file(name, print_mistake, &mistakes, err);
	return rc == 0 ? amp_scorer_open_service(s, name, send_texts_to, err) : rc;
}

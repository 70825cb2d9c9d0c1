/* scorer_service.c: a service file as a scorer: one text a request, for `amplimeter score` and `amplimeter evaluate`. */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/log.h"
#include "base/mem.h"
#include "detectors/private.h"
#include "detectors/scorer.h"
#include "service/service.h"

struct state {
	struct amp_detector row; /* what the scorer's callers see */
	struct amp_service_config *config;
	struct amp_service *service;
	char version[256];
	bool told[AMP_SERVICE_OUTCOMES]; /* each reason for a missing score is said once */
};

static void unload(void *p)
{
	struct state *s = p;
	if (s == NULL) return;
	amp_service_close(s->service);
	amp_service_config_free(s->config);
	amp_free(s);
}

static void tell(struct state *s, enum amp_service_outcome o, const char *detail)
{
	bool french = strcmp(amp_i18n_lang(), "fr") == 0;
	if (s->told[o]) return;
	s->told[o] = true;
	amp_log(AMP_WARN, "score", _("%s: no score for a text: %s (%s); said once"), s->config->name,
	        amp_service_outcome_text(amp_service_outcome_name(o), french), detail);
}

static int score(void *p, struct amp_str text, const char *lang, bool explain, struct amp_detection *out, struct amp_err *err)
{
	struct state *s = p;
	struct amp_service_item item = {text, lang};
	struct amp_service_result r = {.outcome = amp_service_sendable(s->config, text)};
	struct amp_service_exchange x = {.detail = "-"};
	size_t n;
	const struct amp_target *targets = amp_targets(&n);
	(void)explain;
	int rc = r.outcome == AMP_SERVICE_OK ? amp_service_ask(s->service, &item, 1, &r, &x, err) : 0;
	if (rc != 0) return rc;
	out->status = amp_detection_of_service(r.outcome);
	out->score = r.score;
	for (size_t i = 0; i < n; i++)
		if ((r.targets >> i & 1) != 0) amp_detection_add_target(out, targets[i].name);
	if (r.outcome != AMP_SERVICE_OK) tell(s, r.outcome, x.detail[0] != '\0' ? x.detail : "-");
	return 0;
}

static int open_state(struct state *s, const char *path, const char *send_texts_to, struct amp_err *err)
{
	json_error_t why;
	json_t *file = NULL;
	int rc = amp_jsonv_load_file(&file, path, &(struct amp_jsonv_rule){.flags = JSON_REJECT_DUPLICATES}, &why, err);
	if (rc == AMP_EFORMAT) return amp_fail(err, AMP_EUSAGE, "%s:%d:%d: %s", path, why.line, why.column, why.text);
	if (rc != 0) return rc;
	rc = amp_service_config_read(&s->config, file, amp_detector_data_dir(), err);
	json_decref(file);
	if (rc == 0 && (send_texts_to == NULL || strcmp(send_texts_to, s->config->host_name) != 0))
		rc = amp_fail(err, AMP_EPOLICY,
		              _("The texts would be sent to %s: nothing was sent. Where that is right, say --send-texts-to %s"),
		              s->config->host_name, s->config->host_name);
	return rc == 0 ? amp_service_open(&s->service, s->config, NULL, err) : rc;
}

int amp_scorer_open_service(struct amp_scorer *s, const char *path, const char *send_texts_to, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	char hex[9];
	struct amp_thresholds thresholds;
	struct state *state = amp_calloc(1, sizeof *state);
	*s = (struct amp_scorer){.detector = NULL};
	if (state == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	int rc = open_state(state, path, send_texts_to, err);
	if (rc == 0) {
		state->row = (struct amp_detector){.name = state->config->name,
		                                   .version = amp_service_version(state->config, state->version),
		                                   .default_threshold = state->config->threshold,
		                                   .unload = unload,
		                                   .outside = true,
		                                   .score = score};
		rc = amp_detector_thresholds(&state->row, NULL, &thresholds, err);
	}
	if (rc != 0) {
		unload(state);
		return rc;
	}
	amp_sha256(state->config->identity, strlen(state->config->identity), hash);
	amp_hex(hash, 4, hex);
	s->detector = &state->row;
	s->state = state;
	s->threshold = amp_threshold_of(&thresholds, NULL)->value;
	(void)snprintf(s->version, sizeof s->version, "%s+%s", state->version, hex);
	return 0;
}

/* cmd_detect.c: `amplimeter detect`: scores what a database holds and has not scored yet. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "common.h"
#include "detectors/detector.h"
#include "detectors/services.h"
#include "service/service.h"

#define DETECTORS_MAX 32

struct values {
	struct amp_cli_common common;
	struct amp_opt_list detectors;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_STUDY,
	{"detector", 0, AMP_OPT_LIST, "NAME",
         N_("lexicon, linear, marker or a service of the study; give it twice for both (default: those that the studies declare)"),
         NULL, 0, 0, offsetof(struct values, detectors)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_detect;

struct chosen {
	const char *embedded[DETECTORS_MAX + 1], *services[DETECTORS_MAX + 1];
	size_t n_embedded, n_services;
	bool all; /* nothing was named */
};

/* A name that is no service is left to the embedded detectors, which know what to suggest. */
static int choose(struct chosen *c, const struct values *v, struct amp_store *store, struct amp_err *err)
{
	int rc = 0;
	*c = (struct chosen){.all = v->detectors.n == 0};
	if (v->detectors.n > DETECTORS_MAX)
		return amp_fail(
			err, AMP_EUSAGE,
			_("--detector is given %zu times, and at most %d are run at once: run detect again for the others."),
			v->detectors.n, DETECTORS_MAX);
	for (size_t i = 0; rc == 0 && i < v->detectors.n; i++) {
		const char *name = v->detectors.v[i];
		int service = amp_detector_find(name) != NULL ? 0 : amp_detect_has_service(store, v->common.study, name, err);
		if (service < 0)
			rc = service;
		else if (service == 1)
			c->services[c->n_services++] = name;
		else
			c->embedded[c->n_embedded++] = name;
	}
	/* a cascade starts from a detector of the study */
	return rc == 0 && c->n_embedded == 0 ? amp_detect_declared(store, v->common.study, c->embedded, DETECTORS_MAX, err) : rc;
}

static void tell(void *user, const struct amp_served *s)
{
	(void)user;
	if (s->frame >= 0)
		(void)printf(_("%s: new texts ranked: %lld, drawn: %lld\n"), s->name, (long long)s->frame, (long long)s->drawn);
	(void)printf(
		_("%s: texts sent to %s: %lld of %lld; scored: %lld, unusable answers: %lld, unanswered: %lld; requests: %lld, cost: %lld\n"),
		s->name, s->recipient, (long long)s->sent, (long long)s->asked, (long long)s->scored, (long long)s->unusable,
		(long long)s->unanswered, (long long)s->requests, (long long)s->cost);
	if (s->outcome != NULL)
		amp_log(AMP_WARN, "detect", _("%s: not every text was asked about (%s): run detect again for the rest"), s->name,
		        amp_service_outcome_text(s->outcome, strcmp(amp_i18n_lang(), "fr") == 0));
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct chosen c;
	struct amp_store *store = NULL;
	struct amp_detect *detect = NULL;
	const char *operands[64];
	int64_t items = 0, parses = 0;
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_detect, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	rc = amp_cli_open(&store, &v.common, AMP_STORE_ANALYSE, err);
	if (rc != 0) return rc;
	rc = choose(&c, &v, store, err);
	if (rc == 0) rc = amp_detect_open(&detect, store, c.embedded, err);
	amp_cli_catch_signals();
	if (rc == 0) rc = amp_detect_study(detect, store, v.common.study, amp_cli_stop, &items, &parses, err);
	if (rc == 0 || items > 0)
		(void)printf(_("%lld items scored, %lld snapshots summed\n"), (long long)items, (long long)parses);
	if (rc == 0 && (c.all || c.n_services > 0))
		rc = amp_detect_services(detect, store, v.common.study, c.all ? NULL : c.services, amp_cli_stop, tell, NULL, err);
	amp_detect_close(detect);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_detect = {"detect",
                                       "",
                                       N_("score what the database holds and has not scored yet"),
                                       "amplimeter detect --db study.db --detector lexicon",
                                       options,
                                       run};

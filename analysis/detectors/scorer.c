/* scorer.c: see scorer.h. */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "detectors/scorer.h"

int amp_scorer_open(struct amp_scorer *s, const char *name, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	struct amp_thresholds thresholds;
	if (name == NULL) name = "linear";
	*s = (struct amp_scorer){0};
	int rc = amp_detector_get(&s->detector, name, err);
	if (rc != 0) return rc;
	rc = s->detector->load(&s->state, amp_detector_data_dir(), err);
	if (rc == 0) rc = amp_detector_thresholds(s->detector, s->state, &thresholds, err);
	if (rc != 0) return rc;
	s->threshold = amp_threshold_of(&thresholds, NULL)->value;
	(void)snprintf(s->version, sizeof s->version, "%s", s->detector->version);
	if (s->detector->data_hash != NULL && s->detector->data_hash(s->state, hash)) {
		char hex[9];
		amp_hex(hash, 4, hex);
		(void)snprintf(s->version, sizeof s->version, "%s+%s", s->detector->version, hex);
	}
	return 0;
}

void amp_scorer_close(struct amp_scorer *s)
{
	if (s == NULL) return;
	if (s->state != NULL) s->detector->unload(s->state);
	memset(s, 0, sizeof *s);
}

double amp_scorer_threshold(const struct amp_scorer *s, const struct amp_detection *d)
{
	return d->threshold > 0 ? d->threshold : s->threshold;
}

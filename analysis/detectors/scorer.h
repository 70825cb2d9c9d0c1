/* scorer.h: one detector, loaded from the data folder and ready to score texts one by one (`amplimeter score`, `amplimeter evaluate`). */
#ifndef AMP_DETECTORS_SCORER_H
#define AMP_DETECTORS_SCORER_H
#include "detectors/detector.h"

struct amp_scorer {
	const struct amp_detector *detector;
	void *state;
	double threshold;  /* where a detection states none */
	char version[320]; /* with the first bytes of its data's hash: "1+8c1f77aa" */
};
/* name: NULL is "linear". A name that is none is AMP_EUSAGE with a "did you mean". */
int amp_scorer_open(struct amp_scorer *s, const char *name, struct amp_err *err) AMP_CHECK;
/* A service file (docs/services.md), one text a request; what it cannot score is missing or an error, told once on stderr. send_texts_to:
 * the host that the user has named as the one that texts may go to; AMP_EPOLICY when it is not the file's, NULL among them. */
int amp_scorer_open_service(struct amp_scorer *s, const char *path, const char *send_texts_to, struct amp_err *err) AMP_CHECK;
void amp_scorer_close(struct amp_scorer *s); /* NULL-safe, and of a scorer that did not open */
double amp_scorer_threshold(const struct amp_scorer *s, const struct amp_detection *d);

#endif

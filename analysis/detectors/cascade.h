/* cascade.h: the second phase of a two-phase sample: which texts a service is asked about. */
#ifndef AMP_DETECTORS_CASCADE_H
#define AMP_DETECTORS_CASCADE_H
#include "detectors/detect.h"

struct cascade_unit {
	int64_t version;
	struct amp_key key;
	bool scored; /* by the first detector */
	double score;
	uint64_t lot; /* orders ties */
	const char *stratum;
	double probability;
	bool drawn;
};
/* Ranks and draws n units. top, random: shares in (0, 1). Every scored unit above the cut is drawn; of those at the cut whom the share
 * cannot hold, some by lot; of all others each by itself with the share `random`; unscored ones always. Fills stratum, probability and
 * drawn. The draw of a unit depends on seed, service and the text's key alone: another frame, or another crawler, draws it alike.
 * Sorts units. */
void cascade_draw(struct cascade_unit *units, size_t n, double top, double random, int64_t seed, const struct amp_key *service);

struct cascade {
	int64_t study, study_version, detector, after;
	const char *top, *random; /* decimal texts */
	int64_t seed;
};
/* Draws among the texts of the study that no frame holds yet, and records frame and units in one transaction. *frame, *drawn: how many. */
int cascade_run(struct amp_store *store, const struct cascade *c, int64_t *frame, int64_t *drawn, struct amp_err *err) AMP_CHECK;

#endif

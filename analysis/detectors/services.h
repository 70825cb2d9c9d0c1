/* services.h: the services that studies declare ("services" of a study), over a database. Texts are sent only where the locked study says
 * so ("send_texts_to"); every batch and answer is recorded before its scores, in one transaction; a text is never asked about twice once
 * the service has answered, whatever it said. What stays unanswered is a detection "missing", and is asked again by the next call.
 */
#ifndef AMP_DETECTORS_SERVICES_H
#define AMP_DETECTORS_SERVICES_H
#include "detectors/detector.h"

struct amp_served {                   /* what one call has done for one service of one study */
	const char *name, *recipient; /* "api.example.org"; "command": a program on this machine */
	int64_t frame, drawn; /* of a cascade: texts ranked by this call, and drawn; -1: no cascade, every text is asked about */
	int64_t asked;        /* texts that wanted an answer */
	int64_t sent, scored, unusable, unanswered;
	int64_t requests, cost; /* of this call */
	const char *outcome;    /* why the rest was not asked ("budget", "unavailable" …), NULL: all were */
};
typedef void amp_served_fn(void *user, const struct amp_served *s);
/* Studies by slug (NULL: all of them); only: names of services, NULL-ended, or NULL for all. d: the embedded detectors, those that
 * cascades start from among them, which must have scored already. The snapshots' sums are written for services that are asked about
 * every text; those of a cascade have none, since the texts that were asked about are no fair sample without their probabilities.
 * AMP_EPOLICY: a study does not allow its texts to be sent (nothing was), or a private address; AMP_EINTERRUPTED: stop said so. What was
 * answered before is kept. */
int amp_detect_services(struct amp_detect *d, struct amp_store *store, const char *slug, const char *const *only,
                        bool (*stop)(void), amp_served_fn *tell, void *user, struct amp_err *err) AMP_CHECK;
/* Whether a locked study of this slug (NULL: any) declares a service of this name. 1, 0, or negative. */
int amp_detect_has_service(struct amp_store *store, const char *slug, const char *name, struct amp_err *err) AMP_CHECK;

#endif

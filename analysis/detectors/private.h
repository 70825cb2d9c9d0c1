/* private.h: what the files of analysis/detectors share. */
#ifndef AMP_DETECTORS_PRIVATE_H
#define AMP_DETECTORS_PRIVATE_H
#include "detectors/detector.h"
#include "service/service.h"

/* What load() ends with: gives the state away, or frees it after a failure (rc not 0). Returns rc. */
int amp_detector_loaded(int rc, void *state, void (*unload)(void *), void **out);
/* Scored, unusable and unanswered texts as detections say it. */
enum amp_detection_status amp_detection_of_service(enum amp_service_outcome o);
/* Keeps targets sorted and unique. */
void amp_detection_add_target(struct amp_detection *d, const char *name);

#endif

/* private.h: what the files of analysis/detectors share. */
#ifndef AMP_DETECTORS_PRIVATE_H
#define AMP_DETECTORS_PRIVATE_H
#include "detectors/detector.h"

/* Keeps targets sorted and unique. */
void amp_detection_add_target(struct amp_detection *d, const char *name);

#endif

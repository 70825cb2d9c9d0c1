/* ppi.h: prediction-powered inference: a mean over many items that a detector scored, corrected by the few that people labelled.
 * Angelopoulos et al. 2023, Science 382:669 (PPI); Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453 (PPI++, the weight lambda). */
#ifndef AMP_STATS_PPI_H
#define AMP_STATS_PPI_H
#include <stddef.h>
#include "stats/real.h"

struct amp_ppi_sample {
	const double *y, *f,
		*w; /* y: labels, NULL where there are none; f: scores; w: weights (1/inclusion probability), NULL: all alike */
	size_t n;
};
struct amp_ppi {
	double lambda; /* in [0, 1]: 0 labels alone, 1 plain PPI */
	struct amp_confidence mean;
};
/* theta = lambda mean(f over unlabelled) + mean(y - lambda f over labelled), weighted means in the manner of Hájek; normal interval, with
 * the linearised variance of each weighted mean (population form, as ppi_py's). lambda: the given one where known, else the plug-in
 * cov(y, f) / ((1 + n/N) var(f)), clipped to [0, 1], f pooled. Two labelled and two unlabelled items at least, else all is unknown. */
void amp_ppi_mean(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled, struct amp_real lambda,
                  double alpha, struct amp_ppi *out);

#endif

/* rank.h: the ranking. The same function serves the study's personas, any other client and the crowd. */
#ifndef PG_RANK_H
#define PG_RANK_H
#include "world.h"

/* What the service believes about a visitor, made only from what it saw. */
struct pg_profile {
	enum pg_lang lang;
	double affinity[PG_TOPICS]; /* [0, 1): hits / (hits + 1) of distinct signs */
	int signs;                  /* h: how many distinct signs were left before this instant */
	double effect;              /* z: standard normal, from those signs */
};
struct pg_dials {
	double amplify, noise;
};
extern const double pg_platform_factor[PG_PLATFORMS]; /* f_p */
extern const double pg_effect_sd;                     /* sigma of the individual effect */

struct pg_ranked {
	const struct pg_post *post;
	double score;
};
/* How much this visitor's ranking lifts a hateful post: susceptibility s_v. */
double pg_susceptibility(const struct pg_profile *v);
/* Sorts the pool by score, best first; equal scores by age, newest first. noise_key: one draw of the noise. out: room for n. */
void pg_rank(const struct pg_post *const *pool, size_t n, const struct pg_profile *v, const struct pg_dials *dials, int64_t now,
             uint64_t noise_key, struct pg_ranked *out);

#endif

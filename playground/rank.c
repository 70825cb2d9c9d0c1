/* rank.c: score = engagement + affinity - age + planted amplification + noise. README.md states the same in words. */
#include "rank.h"
#include <math.h>
#include <stdlib.h>

const double pg_platform_factor[PG_PLATFORMS] = {[PG_BLUESKY] = 1.0, [PG_MASTODON] = 0.6, [PG_FEEDS] = 0.8, [PG_VIDEOS] = 0};
const double pg_effect_sd = 0.5;

static double clamp(double v, double lo, double hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

double pg_susceptibility(const struct pg_profile *v)
{
	double s = v->lang == PG_EN ? 0.7 : 1.0;
	for (size_t c = 0; c < PG_TOPICS; c++) s += v->affinity[c] * pg_topics[c].susceptibility;
	s = clamp(s, 0.2, 2.0);
	/* The more signs, the more of an individual one is to the service; mean 1 whatever h. */
	const double variance = pg_effect_sd * pg_effect_sd * v->signs / (v->signs + 2.0);
	return s * exp(sqrt(variance) * v->effect - variance / 2);
}

static double boost(const struct pg_profile *v, double susceptibility, uint32_t targets)
{
	double best = 0;
	for (size_t t = 0; t < PG_TARGETS; t++) {
		if (!(targets >> t & 1)) continue;
		double steer = 1;
		for (size_t c = 0; c < PG_TOPICS; c++) steer += v->affinity[c] * pg_topics[c].steer[t];
		double b = clamp(pg_targets[t].weight * susceptibility * steer, 0, 4);
		if (b > best) best = b;
	}
	return best;
}

static int by_score(const void *a, const void *b)
{
	const struct pg_ranked *x = a, *y = b;
	if (x->score != y->score) return x->score > y->score ? -1 : 1;
	if (x->post->created != y->post->created) return x->post->created > y->post->created ? -1 : 1;
	return x->post->index > y->post->index ? -1 : x->post->index < y->post->index;
}

void pg_rank(const struct pg_post *const *pool, size_t n, const struct pg_profile *v, const struct pg_dials *dials, int64_t now,
             uint64_t noise_key, struct pg_ranked *out)
{
	const double susceptibility = pg_susceptibility(v);
	for (size_t i = 0; i < n; i++) {
		const struct pg_post *p = pool[i];
		double score = log1p((double)pg_post_likes(p, now)) / 1.1;
		if (p->lang == v->lang) score += 0.9;
		score += 1.1 * v->affinity[p->topic];
		score -= 0.04 * (double)(now - p->created) / 3600000.0;
		if (p->targets) score += dials->amplify * pg_platform_factor[p->platform] * boost(v, susceptibility, p->targets);
		if (dials->noise > 0)
			score += dials->noise * pg_normal(pg_hash(noise_key, "noise", (uint64_t)p->day, (uint64_t)p->index));
		out[i] = (struct pg_ranked){p, score};
	}
	qsort(out, n, sizeof *out, by_score);
}

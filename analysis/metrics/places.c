/* places.c: what stood at which place of the feeds. */
#include "metrics/private.h"

void amp_places_add(struct amp_places *p, const struct amp_entry *v, size_t n)
{
	int64_t end = 0; /* after the last entry within the depth */
	bool met = false;
	for (size_t i = 0; i < n; i++) {
		uint32_t place = v[i].place;
		if (place >= (uint32_t)p->depth) continue;
		end = (int64_t)place + 1;
		if (v[i].missing) continue;
		p->shown[place]++;
		p->flagged[place] += v[i].flagged;
		p->first[place] += v[i].flagged && !met;
		met = met || v[i].flagged;
	}
	if (end == 0) return;
	p->visits++;
	if (!met) p->ended[end]++;
}

void amp_places_met(const struct amp_places *p, double *met)
{
	double unmet = 1;
	int64_t at_risk = p->visits - p->ended[0];
	for (int k = 0; k < p->depth; k++) {
		if (at_risk > 0) unmet *= 1 - (double)p->first[k] / (double)at_risk;
		met[k] = 1 - unmet;
		at_risk -= p->first[k] + p->ended[k + 1];
	}
}

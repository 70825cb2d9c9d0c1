#include <string.h>
#include "base/i18n.h"
#include "base/rng.h"
#include "run/conductor.h"

struct group { /* feeds tied together by pairs */
	size_t feeds[AMP_UNIT_FEEDS], n;
	bool fixed; /* a side must know the other's oldest item: the ranked one comes first, always */
};

static void add(struct group *g, size_t feed)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->feeds[i] == feed) return;
	if (g->n < AMP_UNIT_FEEDS) g->feeds[g->n++] = feed;
}

static bool holds(const struct group *g, size_t feed)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->feeds[i] == feed) return true;
	return false;
}

/* Feeds that no pair names stand alone. A pair that shares a feed with an earlier one joins it, so that no feed is read twice. */
static size_t group_feeds(const struct amp_study *s, struct group *groups)
{
	size_t n = 0;
	for (size_t p = 0; p < s->n_pairs; p++) {
		const struct amp_study_pair *pair = &s->pairs[p];
		struct group *g = NULL;
		for (size_t i = 0; !g && i < n; i++)
			if (holds(&groups[i], pair->ranked) || holds(&groups[i], pair->chronological)) g = &groups[i];
		if (!g) g = &groups[n++];
		add(g, pair->ranked);
		add(g, pair->chronological);
		g->fixed = g->fixed || strcmp(pair->window_rule, "back_to_oldest_ranked") == 0;
	}
	for (size_t f = 0; f < s->n_feeds; f++) {
		bool placed = false;
		for (size_t i = 0; !placed && i < n; i++) placed = holds(&groups[i], f);
		if (!placed) add(&groups[n++], f);
	}
	return n;
}

static void add_unit(const struct amp_conductor *c, const struct group *g, size_t persona, bool reversed, struct amp_unit *units,
                     size_t *n)
{
	struct amp_unit u = {.persona = persona, .n_feeds = 0};
	for (size_t i = 0; i < g->n; i++) {
		size_t feed = g->feeds[reversed ? g->n - 1 - i : i];
		if (c->applies[amp_cell(c, persona, feed)]) u.feeds[u.n_feeds++] = feed;
	}
	if (u.n_feeds > 0) units[(*n)++] = u;
}

int amp_order_units(const struct amp_conductor *c, int64_t scheduled_at, int64_t round_index, struct amp_arena *a,
                    struct amp_unit **out, size_t *n, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	struct group *groups = amp_arena_new_array(a, struct group, s->n_feeds + s->n_pairs + 1);
	size_t *clusters = amp_arena_new_array(a, size_t, s->n_personas + 1), n_clusters = 0;
	struct amp_unit *units = amp_arena_new_array(a, struct amp_unit, s->n_personas * s->n_feeds + 1);
	char *label = amp_arena_printf(a, "round %lld", (long long)scheduled_at);
	*n = 0;
	if (!groups || !clusters || !units || !label)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning a round of %s."), s->slug);
	size_t n_groups = group_feeds(s, groups);
	for (size_t p = 0; p < s->n_personas; p++)
		if (s->personas[p].cluster == p) clusters[n_clusters++] = p;
	struct amp_rng rng;
	amp_rng_seed_label(&rng, c->seed, label);
	if (n_clusters > 1) amp_rng_shuffle(&rng, clusters, n_clusters, sizeof *clusters);
	for (size_t k = 0; k < n_clusters; k++) {
		for (size_t g = 0; g < n_groups; g++) {
			/* By the cluster's place in the file, not in the shuffle: over two rounds everybody has had both orders. */
			bool reversed = !groups[g].fixed && ((uint64_t)round_index + clusters[k]) % 2 == 1;
			for (size_t p = clusters[k]; p < s->n_personas; p++)
				if (s->personas[p].cluster == clusters[k]) add_unit(c, &groups[g], p, reversed, units, n);
		}
	}
	*out = units;
	return 0;
}

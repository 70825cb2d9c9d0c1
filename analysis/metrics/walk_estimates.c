/* walk_estimates.c: for which targets the metrics of walks are made, and under which other choices. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/private.h"
#include "metrics/walks.h"

static int make_all(struct amp_own *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; amp_metrics[i] && rc == 0; i++) {
		const struct amp_metric *m = amp_metrics[i];
		if (m->walks && (!k->sensitivity || m->in_grid)) rc = m->make(m, k, err);
	}
	return rc;
}

static int make_target(const struct amp_own *k, const char *target, struct amp_err *err)
{
	struct amp_walk_view view;
	int rc = amp_walk_view_make(&view, k->f, k->walks, target, 0, err);
	if (rc != 0) return rc;
	struct amp_own own = *k;
	own.walks = &view.walks;
	own.target = target;
	rc = make_all(&own, err);
	amp_walk_view_free(&view);
	return rc;
}

int amp_walk_estimates_of_targets(const struct amp_own *k, struct amp_err *err)
{
	const char *declared = k->f->plan.target;
	bool wanted = declared && strcmp(declared, "any") != 0;
	int rc = 0;
	if (!k->walks || k->walks->n == 0) return 0;
	for (size_t i = 0; rc == 0 && i < k->walks->n_targets; i++) {
		const char *name = k->walks->targets[i].name;
		wanted = wanted && strcmp(name, declared) != 0;
		rc = make_target(k, name, err);
	}
	return rc == 0 && wanted ? make_target(k, declared, err) : rc; /* declared and never found: its zeros are printed */
}

/* ---- other choices ---- */
static int make_cut(const struct amp_own *k, size_t lists, struct amp_err *err)
{
	struct amp_walk_view view;
	int rc = amp_walk_view_make(&view, k->f, k->walks, NULL, lists, err);
	if (rc != 0) return rc;
	struct amp_own own = *k;
	own.walks = &view.walks;
	own.sensitivity = true;
	own.lists = lists;
	rc = make_all(&own, err);
	amp_walk_view_free(&view);
	return rc;
}

/* The walks of another cell live in an arena of their own. */
static int make_cell(const struct amp_own *k, struct amp_store *store, size_t detector, size_t cell, struct amp_err *err)
{
	struct amp_frame f = *k->f;
	struct amp_walks *walks;
	f.arena = amp_arena_new(0);
	if (!f.arena) return AMP_OOM(err);
	int rc = amp_walks_load(&walks, &f, store, detector, cell, err);
	struct amp_own own = *k;
	own.walks = walks;
	own.sensitivity = true;
	if (rc == 0) rc = make_all(&own, err);
	amp_arena_free(f.arena);
	return rc;
}

int amp_walk_estimates_of_grid(const struct amp_own *k, struct amp_store *store, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	size_t cuts[AMP_WALK_CUTS];
	int rc = 0;
	if (!k->walks || k->walks->n == 0) return 0;
	size_t n = amp_walk_cuts(f, k->walks, cuts);
	for (size_t i = 0; rc == 0 && i < n; i++) rc = make_cut(k, cuts[i], err);
	for (size_t d = 0; d < f->n_detectors; d++)
		for (size_t c = 0; rc == 0 && c < f->n_cells; c++)
			if ((d != 0 || c != 0) && amp_frame_cell_has(f, d, c)) rc = make_cell(k, store, d, c, err);
	return rc;
}

const char *amp_estimate_method(struct amp_arena *a, const struct amp_estimate *e)
{
	return e->lists == 0 ? e->method : amp_arena_printf(a, "first %zu lists: %s", e->lists, e->method);
}

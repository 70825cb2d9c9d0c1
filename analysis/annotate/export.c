/* export.c: see transfer.h. */
#include "annotate/transfer.h"

#include <stdio.h>
#include <string.h>
#include "annotate/shown.h"
#include "annotate/verdicts.h"
#include "base/i18n.h"
#include "base/rng.h"

#define ARENA_MAX ((size_t)2 << 30)
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sheet is made."))

static void shuffle(size_t *v, size_t n, const struct amp_sample_ref *sample, const char *what)
{
	struct amp_rng r;
	char label[160], hex[2 * AMP_KEY + 1];
	amp_hex(sample->key.b, AMP_KEY, hex);
	(void)snprintf(label, sizeof label, "sheet-%s-%.64s", hex, what);
	amp_rng_seed_label(&r, (uint64_t)sample->seed, label);
	amp_rng_shuffle(&r, v, n, sizeof *v);
}

/* Who gets what: one shuffle for all coders, the first units to everyone, the others dealt like cards. */
static size_t deal(size_t *v, size_t n, const struct amp_sample_ref *sample, const struct amp_export *e)
{
	size_t common = (n * (size_t)e->overlap + 99) / 100, kept = 0;
	if (e->coders < 2) return n;
	shuffle(v, n, sample, "deal");
	for (size_t i = 0; i < n; i++)
		if (i < common || (i - common) % e->coders == e->number) v[kept++] = v[i];
	return kept;
}

static int choose(size_t *v, size_t *n, struct amp_arena *arena, struct amp_store *store, const struct amp_sample_ref *sample,
                  const struct amp_export *e, const struct amp_shown_unit *units, size_t n_units, struct amp_err *err)
{
	struct amp_verdicts verdicts;
	*n = 0;
	if (!e->disagreements) {
		for (size_t i = 0; i < n_units; i++) v[i] = i;
		*n = n_units;
		return 0;
	}
	int rc = amp_verdicts_load(&verdicts, arena, store, sample->id, err);
	for (size_t i = 0; rc == 0 && i < verdicts.n && i < n_units; i++) {
		const struct amp_verdict_unit *u = &verdicts.units[i];
		if (u->id == units[i].id && u->split && u->how != AMP_VERDICT_ADJUDICATED) v[(*n)++] = i;
	}
	return rc;
}

static int write_units(struct amp_buf *out, struct amp_store *store, const struct amp_shown_unit *units, const size_t *v, size_t n,
                       struct amp_export *e, struct amp_err *err)
{
	struct amp_arena *cells_arena = amp_arena_new(ARENA_MAX);
	struct amp_str cells[AMP_SHEET_COLUMNS];
	int rc = cells_arena == NULL ? OOM(err) : 0;
	amp_sheet_titles(out, e->french);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		bool gone = false;
		rc = amp_shown_cells(cells, &gone, cells_arena, store, &units[v[i]], err);
		if (rc == 0 && gone) e->erased++;
		if (rc == 0 && !gone) {
			amp_sheet_write(out, cells, e->french);
			e->units++;
		}
		amp_arena_reset(cells_arena);
	}
	amp_arena_free(cells_arena);
	return rc == 0 ? amp_buf_check(out, _("the sheet"), err) : rc;
}

int amp_annotations_export(struct amp_buf *out, struct amp_store *store, const struct amp_sample_ref *sample, struct amp_export *e,
                           struct amp_err *err)
{
	struct amp_arena *arena = amp_arena_new(ARENA_MAX);
	struct amp_shown_unit *units = NULL;
	size_t n = 0, chosen = 0, *v = NULL;
	e->units = e->erased = 0;
	int rc = arena == NULL ? OOM(err) : amp_shown_units(&units, &n, arena, store, sample->id, err);
	if (rc == 0) v = amp_arena_new_array(arena, size_t, n + 1);
	if (rc == 0 && v == NULL) rc = OOM(err);
	if (rc == 0) rc = choose(v, &chosen, arena, store, sample, e, units, n, err);
	if (rc == 0) {
		chosen = deal(v, chosen, sample, e);
		shuffle(v, chosen, sample, e->coder);
		rc = write_units(out, store, units, v, chosen, e, err);
	}
	amp_arena_free(arena);
	return rc;
}

/* sample.c: see sample.h. */
#include "annotate/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/frame_units.h"
#include "annotate/keys.h"
#include "annotate_sql.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"

#define FRAME_MAX ((size_t)64 << 20)
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sample is drawn."))
struct drawing {
	const struct amp_frame *f;
	struct amp_store *store;
	const struct amp_sample_options *o;
	struct amp_sample *s;
	const struct amp_frame_detector *detector;
	struct amp_frame_units units;
	int64_t *row;    /* of the drawn units: sample_unit.id */
	int64_t *erased; /* places of what the frame leaves out */
	size_t n_erased;
};

/* ---- frame ---- */
static bool counts(const struct amp_shot *shot)
{
	return shot->state == AMP_SHOT_OK && shot->parse_id != 0;
}

static int gather(struct drawing *d, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < amp_shot_count(d->f); i++) {
		if (!counts(&d->f->shots[i])) continue;
		rc = amp_frame_units_read(&d->units, d->f->shots[i].parse_id, &d->s->left_out, err);
		d->s->snapshots++;
	}
	if (rc == 0) rc = amp_frame_units_sort(&d->units, err);
	if (rc != 0) return rc;
	d->erased = amp_calloc(d->units.n + 1, sizeof *d->erased);
	if (d->erased == NULL) return OOM(err);
	for (size_t i = 0; i < d->units.n; i++)
		if (d->units.v[i].erased) d->erased[d->n_erased++] = (int64_t)i;
	d->s->left_out += amp_frame_units_leave_out(&d->units, d->erased, d->n_erased);
	for (size_t i = 0; i < d->units.n; i++) d->s->exposures += d->units.v[i].weight;
	return 0;
}

static int score(struct drawing *d, struct amp_err *err)
{
	const struct amp_unit_rule rule = {.detector = d->s->detector_id,
	                                   .threshold = d->s->threshold,
	                                   .languages = d->f->thresholds,
	                                   .n = d->f->n_thresholds};
	return amp_frame_units_score(&d->units, &rule, err);
}

/* ---- what it is called ---- */
static int choose_detector(struct drawing *d, struct amp_err *err)
{
	const struct amp_frame *f = d->f;
	struct amp_buf names;
	if (f->n_cells == 0)
		return amp_fail(err, AMP_EUSAGE, _("Nothing of the study “%s” was scored: run `amplimeter detect` first."),
		                f->slug);
	amp_buf_init(&names, 4096);
	for (size_t i = 0; i < f->n_detectors && d->detector == NULL; i++) {
		const struct amp_frame_detector *one = &f->detectors[i];
		if (!amp_frame_cell_has(f, i, 0)) continue;
		if (d->o->detector == NULL || strcmp(one->name, d->o->detector) == 0) d->detector = one;
		(void)amp_buf_printf(&names, "%s%s", names.n > 0 ? ", " : "", one->name);
	}
	int rc = d->detector != NULL || d->o->detector == NULL
	                 ? 0
	                 : amp_fail(err, AMP_EUSAGE,
	                            _("The detector “%s” has scored nothing of this study's primary cell; those that have: %s."),
	                            d->o->detector, names.n > 0 ? names.p : "—");
	amp_buf_free(&names);
	if (d->detector == NULL) return rc;
	d->s->detector = d->detector->name;
	d->s->detector_version = d->detector->version;
	d->s->detector_id = d->detector->id;
	return 0;
}

static int choose_name(struct drawing *d, struct amp_err *err)
{
	struct amp_query q;
	const char *asked = d->o->name;
	int64_t n = 0;
	bool taken = false;
	if (asked != NULL && (*asked == '\0' || strlen(asked) > AMP_SAMPLE_NAME_MAX))
		return amp_fail(err, AMP_EUSAGE, _("--name takes 1 to %d characters."), AMP_SAMPLE_NAME_MAX);
	int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_NAMES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, d->f->study_id);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		n++;
		taken = taken || (asked != NULL && amp_str_eq_c(amp_query_str(&q, 0), asked));
	}
	amp_query_end(&q);
	if (rc != 0) return rc;
	if (asked != NULL)
		(void)snprintf(d->s->name, sizeof d->s->name, "%s", asked);
	else
		(void)snprintf(d->s->name, sizeof d->s->name, "sample-%lld", (long long)n + 1);
	return taken ? amp_fail(err, AMP_EUSAGE,
	                        _("The study “%s” has a sample “%s” already; a sample is never drawn over: give another --name."),
	                        d->f->slug, asked)
	             : 0;
}

static int make_key(struct drawing *d, const char *frame, struct amp_err *err)
{
	struct amp_draw_parts parts = {.name = d->s->name,
	                               .frame = frame,
	                               .strata = d->s->strata_rule,
	                               .method = AMP_DRAW_METHOD,
	                               .seed = d->s->seed,
	                               .size = d->s->size,
	                               .drawn_at = d->s->drawn_at};
	struct amp_query q;
	int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_KEYS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, d->s->study_version);
	amp_query_bind_id(&q, d->s->detector_id);
	rc = amp_query_step(&q, err);
	bool keyed = rc == 1 && amp_query_key(&q, 0, &parts.version);
	if (keyed) (void)amp_query_key(&q, 1, &parts.detector);
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (!keyed) return amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(d->store));
	d->s->key = amp_draw_key(&parts, &d->units);
	return 0;
}

static void frame_text(const struct drawing *d, struct amp_buf *b)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, b);
	amp_jsonw_object(&w);
	amp_jsonw_ki64(&w, "depth", d->s->depth);
	amp_jsonw_kc(&w, "entries", "organic");
	amp_jsonw_key(&w, "erased");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < d->n_erased; i++) amp_jsonw_i64(&w, d->erased[i]);
	amp_jsonw_end_array(&w);
	amp_jsonw_ki64(&w, "left_out", d->s->left_out);
	amp_jsonw_kc(&w, "snapshots", "ok, last good attempt");
	amp_jsonw_kc(&w, "threshold", d->s->threshold);
	amp_jsonw_end_object(&w);
}

/* ---- storing ---- */
static void bind_bound(struct amp_query *q, struct amp_real v, char text[40])
{
	if (v.known)
		amp_query_bind_str(q, (struct amp_str){text, (size_t)snprintf(text, 40, "%.17g", v.v)});
	else
		amp_query_bind_null(q);
}

static int insert_sample(struct drawing *d, const char *frame, struct amp_err *err)
{
	struct amp_query q;
	const struct amp_sample *s = d->s;
	int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &s->key);
	amp_query_bind_i64(&q, s->study_version);
	amp_query_bind_id(&q, s->detector_id);
	amp_query_bind_c(&q, s->name);
	amp_query_bind_c(&q, frame);
	amp_query_bind_c(&q, s->strata_rule);
	amp_query_bind_c(&q, AMP_DRAW_METHOD);
	amp_query_bind_i64(&q, s->seed);
	amp_query_bind_i64(&q, s->size);
	amp_query_bind_i64(&q, s->drawn);
	amp_query_bind_i64(&q, s->units);
	amp_query_bind_i64(&q, s->exposures);
	amp_query_bind_i64(&q, s->drawn_at);
	rc = amp_query_run(&q, err);
	d->s->id = amp_store_last_id(d->store);
	for (size_t h = 0; rc == 0 && h < s->n_strata; h++) {
		char lo[40], hi[40];
		rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_STRATUM_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, s->id);
		amp_query_bind_i64(&q, (int64_t)h);
		amp_query_bind_c(&q, amp_draw_kind_name(s->strata[h].kind));
		bind_bound(&q, s->strata[h].lo, lo);
		bind_bound(&q, s->strata[h].hi, hi);
		amp_query_bind_i64(&q, s->strata[h].units);
		amp_query_bind_i64(&q, s->strata[h].weight);
		amp_query_bind_i64(&q, s->strata[h].drawn);
		rc = amp_query_run(&q, err);
	}
	return rc;
}

static int insert_unit(struct drawing *d, size_t i, struct amp_err *err)
{
	const struct amp_draw_unit *u = &d->units.v[i];
	struct amp_query q;
	uint8_t nonce[AMP_KEY];
	struct amp_key key = amp_unit_key(&d->s->key, &u->key);
	int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_UNIT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, d->s->id);
	amp_query_bind_i64(&q, u->version);
	amp_query_bind_i64(&q, (int64_t)u->stratum);
	amp_query_bind_i64(&q, u->order);
	amp_query_bind_i64(&q, u->weight);
	if (u->scored) {
		amp_query_bind_double(&q, u->score);
		amp_query_bind_i64(&q, u->flagged);
	} else {
		amp_query_bind_null(&q);
		amp_query_bind_null(&q);
	}
	amp_query_bind_i64(&q, u->numerator);
	amp_query_bind_i64(&q, u->denominator);
	rc = amp_query_run(&q, err);
	d->row[i] = amp_store_last_id(d->store);
	if (rc == 0) rc = amp_random_bytes(nonce, sizeof nonce, err);
	if (rc == 0) rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_TEXT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, d->row[i]);
	amp_query_bind_blob(&q, nonce, sizeof nonce);
	return amp_query_run(&q, err);
}

struct showing {
	struct drawing *d;
	int64_t snapshot;
};

static int insert_exposure(void *user, struct amp_draw_unit *unit, int64_t n, struct amp_err *err)
{
	const struct showing *s = user;
	struct amp_query q;
	int rc = amp_query_start(&q, s->d->store, &AMP_SQL_SAMPLE_EXPOSURE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, s->d->row[unit - s->d->units.v]);
	amp_query_bind_i64(&q, s->snapshot);
	amp_query_bind_i64(&q, n);
	return amp_query_run(&q, err);
}

static int insert_snapshot(struct drawing *d, const struct amp_shot *shot, struct amp_err *err)
{
	struct showing showing = {d, shot->snapshot_id};
	struct amp_shown sums;
	struct amp_query q;
	int rc = amp_frame_units_sum(&d->units, shot->parse_id, &sums, insert_exposure, &showing, err);
	if (rc == 0) rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_SNAPSHOT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, d->s->id);
	amp_query_bind_i64(&q, shot->snapshot_id);
	amp_query_bind_i64(&q, shot->parse_id);
	amp_query_bind_i64(&q, sums.exposures);
	amp_query_bind_i64(&q, sums.left_out);
	amp_query_bind_i64(&q, sums.scored);
	amp_query_bind_i64(&q, sums.flagged);
	amp_query_bind_double(&q, sums.score);
	return amp_query_run(&q, err);
}

static int store_all(struct drawing *d, const char *frame, struct amp_err *err)
{
	d->row = amp_calloc(d->units.n, sizeof *d->row);
	if (d->row == NULL) return OOM(err);
	int rc = amp_frame_units_index(&d->units, err); /* drawing has moved the units */
	if (rc != 0) return rc;
	rc = amp_store_begin(d->store, err);
	if (rc == 0) rc = insert_sample(d, frame, err);
	for (size_t i = 0; rc == 0 && i < d->units.n; i++)
		if (d->units.v[i].drawn) rc = insert_unit(d, i, err);
	for (size_t i = 0; rc == 0 && i < amp_shot_count(d->f); i++)
		if (counts(&d->f->shots[i])) rc = insert_snapshot(d, &d->f->shots[i], err);
	if (rc == 0) rc = amp_store_commit(d->store, err);
	if (rc != 0) amp_store_rollback(d->store);
	return rc;
}

static int draw(struct drawing *d, struct amp_err *err)
{
	struct amp_draw_rule rule;
	struct amp_buf frame;
	d->s->strata_rule = d->o->strata != NULL ? d->o->strata : AMP_SAMPLE_STRATA;
	int rc = amp_draw_rule_parse(&rule, d->s->strata_rule, err);
	if (rc == 0) rc = choose_detector(d, err);
	if (rc == 0) rc = choose_name(d, err);
	if (rc != 0) return rc;
	d->s->depth = d->f->cells[0].depth;
	d->s->threshold = d->f->cells[0].threshold;
	d->units.depth = d->s->depth;
	rc = gather(d, err);
	if (rc == 0 && d->units.n == 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              _("No snapshot of the study “%s” that counts shows anything: there is nothing to sample."),
		              d->f->slug);
	if (rc == 0) rc = score(d, err);
	if (rc == 0)
		rc = amp_draw_sample(d->units.v, d->units.n, &rule, d->o->size, d->o->seed, d->s->strata, &d->s->n_strata, err);
	if (rc != 0) return rc;
	d->s->units = (int64_t)d->units.n;
	for (size_t i = 0; i < d->units.n; i++) {
		const struct amp_draw_unit *u = &d->units.v[i];
		d->s->drawn += u->drawn;
		d->s->flagged_drawn += u->drawn && u->flagged;
		d->s->below_drawn += u->drawn && u->scored && !u->flagged;
	}
	amp_buf_init(&frame, FRAME_MAX);
	frame_text(d, &frame);
	rc = amp_buf_check(&frame, _("the frame"), err);
	if (rc == 0) rc = make_key(d, frame.p, err);
	if (rc == 0 && !d->o->dry_run) rc = store_all(d, frame.p, err);
	amp_buf_free(&frame);
	return rc;
}

int amp_sample_draw(struct amp_sample *out, const struct amp_frame *f, struct amp_store *store, const struct amp_sample_options *o,
                    struct amp_err *err)
{
	struct drawing d = {.f = f, .store = store, .o = o, .s = out, .units = {.store = store}};
	*out = (struct amp_sample){
		.study = f->slug, .study_version = f->version_id, .size = o->size, .seed = o->seed, .drawn_at = o->now};
	int rc = draw(&d, err);
	amp_frame_units_free(&d.units);
	amp_free(d.row);
	amp_free(d.erased);
	return rc;
}

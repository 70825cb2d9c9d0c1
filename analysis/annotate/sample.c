/* sample.c: see sample.h. */
#include "annotate/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/keys.h"
#include "annotate_sql.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sample is drawn."))
#define DRAWING_UNITS_MAX ((size_t)1 << 27)

/* item_version.id -> place in units */
struct places {
	int64_t *version;
	size_t *at, size, n;
};
struct drawing {
	const struct amp_frame *f;
	struct amp_store *store;
	const struct amp_sample_options *o;
	struct amp_sample *s;
	const struct amp_frame_detector *detector;
	struct amp_draw_unit *units;
	size_t n, room;
	struct places places;
	int64_t *row; /* of the drawn units: sample_unit.id */
};

/* ---- places ---- */
static size_t slot_of(const struct places *p, int64_t version)
{
	size_t i = (size_t)((uint64_t)version * UINT64_C(0x9E3779B97F4A7C15)) & (p->size - 1);
	while (p->version[i] != 0 && p->version[i] != version) i = (i + 1) & (p->size - 1);
	return i;
}

static void places_free(struct places *p)
{
	amp_free(p->version);
	amp_free(p->at);
	*p = (struct places){0};
}

static bool places_put(struct places *p, int64_t version, size_t at)
{
	if (10 * (p->n + 1) > 7 * p->size) {
		struct places more = {.size = p->size == 0 ? 1024 : 2 * p->size, .n = p->n};
		more.version = amp_calloc(more.size, sizeof *more.version);
		more.at = amp_calloc(more.size, sizeof *more.at);
		if (more.version == NULL || more.at == NULL) {
			places_free(&more);
			return false;
		}
		for (size_t i = 0; i < p->size; i++) {
			if (p->version[i] == 0) continue;
			size_t to = slot_of(&more, p->version[i]);
			more.version[to] = p->version[i];
			more.at[to] = p->at[i];
		}
		places_free(p);
		*p = more;
	}
	size_t i = slot_of(p, version);
	p->n += p->version[i] == 0;
	p->version[i] = version;
	p->at[i] = at;
	return true;
}

static struct amp_draw_unit *unit_of(struct drawing *d, int64_t version)
{
	if (d->places.size == 0) return NULL;
	size_t i = slot_of(&d->places, version);
	return d->places.version[i] == 0 ? NULL : &d->units[d->places.at[i]];
}

/* ---- frame ---- */
static int add_unit(struct drawing *d, int64_t version, int64_t weight, struct amp_err *err)
{
	struct amp_draw_unit *u = unit_of(d, version);
	if (u != NULL) {
		u->weight += weight;
		return 0;
	}
	if (d->n == d->room) {
		size_t room = d->room == 0 ? 1024 : 2 * d->room;
		void *more = room > DRAWING_UNITS_MAX ? NULL : amp_realloc(d->units, room * sizeof *d->units);
		if (more == NULL) return OOM(err);
		d->units = more;
		d->room = room;
	}
	d->units[d->n] = (struct amp_draw_unit){.version = version, .weight = weight};
	return places_put(&d->places, version, d->n++) ? 0 : OOM(err);
}

static int start_entries(struct amp_query *q, struct drawing *d, const struct amp_shot *shot, struct amp_err *err)
{
	int rc = amp_query_start(q, d->store, &AMP_SQL_SAMPLE_ENTRIES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(q, shot->parse_id);
	amp_query_bind_i64(q, d->s->depth);
	return 0;
}

static bool counts(const struct amp_shot *shot)
{
	return shot->state == AMP_SHOT_OK && shot->parse_id != 0;
}

static bool outside(struct amp_query *q)
{
	return amp_query_null(q, 0) || amp_query_i64(q, 1) != 0;
}

static int gather(struct drawing *d, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < amp_shot_count(d->f); i++) {
		struct amp_query q;
		if (!counts(&d->f->shots[i])) continue;
		rc = start_entries(&q, d, &d->f->shots[i], err);
		if (rc != 0) return rc;
		d->s->snapshots++;
		for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
			int64_t n = amp_query_i64(&q, 2);
			if (outside(&q)) {
				d->s->left_out += n;
				continue;
			}
			d->s->exposures += n;
			int full = add_unit(d, amp_query_i64(&q, 0), n, err);
			if (full == 0) continue;
			amp_query_end(&q);
			return full;
		}
		amp_query_end(&q);
	}
	return rc;
}

/* ---- scores ---- */
static double own_threshold(const struct drawing *d, struct amp_str lang)
{
	double any = 2; /* no threshold: nothing is flagged */
	for (size_t i = 0; i < d->f->n_thresholds; i++) {
		const struct amp_frame_threshold *t = &d->f->thresholds[i];
		if (t->detector != d->s->detector_id) continue;
		if (lang.p != NULL && amp_str_eq_c(lang, t->lang)) return t->value;
		if (strcmp(t->lang, "any") == 0) any = t->value;
	}
	return any;
}

static int score_units(struct drawing *d, struct amp_err *err)
{
	bool own = strcmp(d->s->threshold, "default") == 0;
	double cell = own ? 0 : strtod(d->s->threshold, NULL);
	for (size_t i = 0; i < d->n; i++) {
		struct amp_draw_unit *u = &d->units[i];
		struct amp_query q;
		int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_SCORE, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, u->version);
		amp_query_bind_i64(&q, d->s->detector_id);
		rc = amp_query_step(&q, err);
		bool keyed = rc == 1 && amp_query_key(&q, 0, &u->key);
		if (keyed && !amp_query_null(&q, 1)) {
			u->scored = true;
			u->score = amp_query_double(&q, 1);
			u->flagged = u->score >= (own ? own_threshold(d, amp_query_str(&q, 2)) : cell);
		}
		amp_query_end(&q);
		if (rc < 0) return rc;
		if (!keyed) return amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(d->store));
	}
	return 0;
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

/* Everything that made the draw: another frame, score or seed gives another key. */
static int make_key(struct drawing *d, const char *frame, struct amp_err *err)
{
	struct amp_keyer k;
	struct amp_key version, detector = {{0}};
	struct amp_query q;
	int rc = amp_query_start(&q, d->store, &AMP_SQL_SAMPLE_KEYS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, d->s->study_version);
	amp_query_bind_id(&q, d->s->detector_id);
	rc = amp_query_step(&q, err);
	bool keyed = rc == 1 && amp_query_key(&q, 0, &version);
	if (keyed) (void)amp_query_key(&q, 1, &detector);
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (!keyed) return amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(d->store));
	amp_key_start(&k, "sample");
	amp_key_key(&k, &version);
	amp_key_key(&k, &detector);
	amp_key_c(&k, d->s->name);
	amp_key_c(&k, frame);
	amp_key_c(&k, d->s->strata_rule);
	amp_key_c(&k, AMP_DRAW_METHOD);
	amp_key_i64(&k, d->s->seed);
	amp_key_i64(&k, d->s->size);
	amp_key_i64(&k, d->s->drawn_at);
	for (size_t i = 0; i < d->n; i++) {
		double score = d->units[i].scored ? d->units[i].score : -1;
		amp_key_key(&k, &d->units[i].key);
		amp_key_i64(&k, d->units[i].weight);
		amp_key_bytes(&k, &score, sizeof score);
		amp_key_i64(&k, d->units[i].drawn);
	}
	d->s->key = amp_key_end(&k);
	return 0;
}

static void frame_text(const struct drawing *d, struct amp_buf *b)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, b);
	amp_jsonw_object(&w);
	amp_jsonw_ki64(&w, "depth", d->s->depth);
	amp_jsonw_kc(&w, "entries", "organic");
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
	const struct amp_draw_unit *u = &d->units[i];
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

struct shot_sums {
	int64_t exposures, left_out, scored, flagged;
	double score;
};

static int insert_exposures(struct drawing *d, const struct amp_shot *shot, struct shot_sums *sums, struct amp_err *err)
{
	struct amp_query q, add;
	int rc = start_entries(&q, d, shot, err), one = 0;
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1 && one == 0; rc = one == 0 ? amp_query_step(&q, err) : one) {
		int64_t n = amp_query_i64(&q, 2);
		struct amp_draw_unit *u = outside(&q) ? NULL : unit_of(d, amp_query_i64(&q, 0));
		if (u == NULL) {
			sums->left_out += n;
			continue;
		}
		sums->exposures += n;
		sums->scored += u->scored ? n : 0;
		sums->flagged += u->flagged ? n : 0;
		sums->score += u->scored ? (double)n * u->score : 0;
		if (!u->drawn) continue;
		one = amp_query_start(&add, d->store, &AMP_SQL_SAMPLE_EXPOSURE_INSERT, err);
		if (one != 0) continue;
		amp_query_bind_i64(&add, d->row[u - d->units]);
		amp_query_bind_i64(&add, shot->snapshot_id);
		amp_query_bind_i64(&add, n);
		one = amp_query_run(&add, err);
	}
	amp_query_end(&q);
	return one != 0 ? one : rc;
}

static int insert_snapshot(struct drawing *d, const struct amp_shot *shot, struct amp_err *err)
{
	struct shot_sums sums = {0};
	struct amp_query q;
	int rc = insert_exposures(d, shot, &sums, err);
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
	d->row = amp_calloc(d->n, sizeof *d->row);
	places_free(&d->places); /* drawing has moved the units */
	for (size_t i = 0; i < d->n; i++)
		if (d->row == NULL || !places_put(&d->places, d->units[i].version, i)) return OOM(err);
	int rc = amp_store_begin(d->store, err);
	if (rc == 0) rc = insert_sample(d, frame, err);
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		if (d->units[i].drawn) rc = insert_unit(d, i, err);
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
	rc = gather(d, err);
	if (rc == 0 && d->n == 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              _("No snapshot of the study “%s” that counts shows anything: there is nothing to sample."),
		              d->f->slug);
	if (rc == 0) rc = score_units(d, err);
	if (rc == 0) rc = amp_draw_sample(d->units, d->n, &rule, d->o->size, d->o->seed, d->s->strata, &d->s->n_strata, err);
	if (rc != 0) return rc;
	d->s->units = (int64_t)d->n;
	for (size_t i = 0; i < d->n; i++) {
		d->s->drawn += d->units[i].drawn;
		d->s->flagged_drawn += d->units[i].drawn && d->units[i].flagged;
		d->s->below_drawn += d->units[i].drawn && d->units[i].scored && !d->units[i].flagged;
	}
	amp_buf_init(&frame, 4096);
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
	struct drawing d = {.f = f, .store = store, .o = o, .s = out};
	*out = (struct amp_sample){
		.study = f->slug, .study_version = f->version_id, .size = o->size, .seed = o->seed, .drawn_at = o->now};
	int rc = draw(&d, err);
	amp_free(d.units);
	amp_free(d.row);
	places_free(&d.places);
	return rc;
}

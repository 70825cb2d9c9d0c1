/* detect_sums.c: rows of detectors and grid cells, and the sums of a snapshot that analysis reads instead of its exposures. */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "detect_sql.h"
#include "detectors/detect.h"
#include "base/grid.h"

static const char *const VIEW_NAMES[DETECT_VIEWS] = {"v1", "text"};
#define CONFIGURATION "{}"
/* Where a study declares no grid (ingested files): the whole first screens of any feed. */
#define DEFAULT_DEPTH 50
#define DEFAULT_THRESHOLD "default"

int detect_grow(void **v, size_t *room, size_t n, size_t element, struct amp_err *err)
{
	if (n < *room) return 0;
	size_t more = *room == 0 ? 64 : *room * 2;
	void *p = amp_realloc(*v, more * element);
	if (p == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while scoring."));
	*v = p;
	*room = more;
	return 0;
}

static int insert_threshold(struct amp_store *store, const struct amp_key *detector, int64_t id, const struct amp_threshold *t,
                            struct amp_err *err)
{
	struct amp_keyer k;
	struct amp_query q;
	amp_key_start(&k, "threshold_set");
	amp_key_key(&k, detector);
	amp_key_c(&k, t->lang);
	amp_key_c(&k, t->text);
	struct amp_key key = amp_key_end(&k);
	int rc = amp_query_start(&q, store, &AMP_SQL_THRESHOLD_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, id);
	amp_query_bind_c(&q, t->lang);
	amp_query_bind_c(&q, t->text);
	return amp_query_run(&q, err);
}

/* Hash of the detector's data into hash, and whether it has one. */
static bool hash_of(const struct detect_loaded *l, uint8_t hash[AMP_SHA256])
{
	return l->detector->data_hash != NULL && l->detector->data_hash(l->state, hash);
}

static const char *configuration_of(const struct detect_loaded *l)
{
	return l->configuration != NULL ? l->configuration : CONFIGURATION;
}

/* A service reads the text itself: a new normal form makes no other service of it. */
static const char *normaliser_of(const struct detect_loaded *l)
{
	return l->configuration != NULL ? "-" : AMP_NORMALISER_VERSION;
}

struct amp_key detect_key(const struct detect_loaded *l, enum detect_view view)
{
	uint8_t hash[AMP_SHA256];
	struct amp_keyer k;
	bool hashed = hash_of(l, hash);
	amp_key_start(&k, "detector");
	amp_key_c(&k, l->detector->name);
	amp_key_c(&k, l->detector->version);
	amp_key_str(&k, AMP_STR_ABSENT); /* no model */
	amp_key_str(&k, hashed ? (struct amp_str){(const char *)hash, sizeof hash} : AMP_STR_ABSENT);
	amp_key_c(&k, configuration_of(l));
	amp_key_c(&k, VIEW_NAMES[view]);
	amp_key_c(&k, normaliser_of(l));
	return amp_key_end(&k);
}

int detect_row(struct amp_store *store, struct detect_loaded *l, enum detect_view view, int64_t *id, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	struct amp_query q;
	if (l->row[view] != 0) {
		*id = l->row[view];
		return 0;
	}
	bool hashed = hash_of(l, hash);
	struct amp_key key = detect_key(l, view);
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECTOR_BY_KEY, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	if (rc == 1) *id = amp_query_i64(&q, 0);
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (rc == 0) {
		rc = amp_query_start(&q, store, &AMP_SQL_DETECTOR_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_key(&q, &key);
		amp_query_bind_c(&q, l->detector->name);
		amp_query_bind_c(&q, l->detector->version);
		amp_query_bind_blob(&q, hashed ? hash : NULL, sizeof hash);
		amp_query_bind_c(&q, configuration_of(l));
		amp_query_bind_c(&q, VIEW_NAMES[view]);
		amp_query_bind_c(&q, normaliser_of(l));
		rc = amp_query_run(&q, err);
		if (rc != 0) return rc;
		*id = amp_store_last_id(store);
		for (size_t i = 0; rc == 0 && i < l->thresholds.n; i++)
			rc = insert_threshold(store, &key, *id, &l->thresholds.v[i], err);
		if (rc != 0) return rc;
	}
	l->row[view] = *id;
	return 0;
}

static int insert_cell(struct amp_store *store, int64_t study_version, const struct amp_key *version_key,
                       const struct amp_grid_choice *c, bool primary, struct amp_err *err)
{
	struct amp_keyer k;
	struct amp_query q;
	amp_key_start(&k, "grid_cell"); /* the same parts as when a study is locked: equal cells of two databases merge */
	amp_key_key(&k, version_key);
	amp_key_i64(&k, c->depth);
	amp_key_c(&k, c->threshold);
	amp_key_c(&k, c->rbp_p);
	amp_key_c(&k, VIEW_NAMES[DETECT_VIEW_V1]);
	struct amp_key key = amp_key_end(&k);
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_CELL_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, study_version);
	amp_query_bind_i64(&q, c->depth);
	amp_query_bind_c(&q, c->threshold);
	amp_query_bind_c(&q, c->rbp_p);
	amp_query_bind_c(&q, VIEW_NAMES[DETECT_VIEW_V1]);
	amp_query_bind_i64(&q, primary);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

static int insert_usual_cells(struct amp_store *store, int64_t study_version, const struct amp_key *version_key,
                              struct amp_err *err)
{
	struct amp_grid_choice usual[AMP_GRID_USUAL];
	size_t n = amp_grid_usual(DEFAULT_DEPTH, usual);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) rc = insert_cell(store, study_version, version_key, &usual[i], i == 0, err);
	return rc;
}

static int read_cell(struct amp_store *store, struct amp_query *q, struct detect_cell *c, struct amp_err *err)
{
	struct amp_str threshold = amp_query_str(q, 2), p = amp_query_str(q, 3), view = amp_query_str(q, 4);
	int64_t thousandths = 0;
	c->id = amp_query_i64(q, 0);
	c->depth = amp_query_i64(q, 1);
	if (amp_str_eq_c(threshold, DEFAULT_THRESHOLD))
		thousandths = -1000;
	else if (amp_decimal_parse(threshold, &thousandths) != 0)
		return amp_fail(err, AMP_ECORRUPT, _("%s: grid cell %lld has the threshold \"%.*s\", which is no decimal number."),
		                amp_store_path(store), (long long)c->id, AMP_ARG(threshold));
	c->threshold = (double)thousandths / 1000;
	if (amp_decimal_parse(p, &thousandths) != 0 || thousandths >= 1000)
		return amp_fail(err, AMP_ECORRUPT,
		                _("%s: grid cell %lld has the RBP persistence \"%.*s\", which is not in [0, 1)."),
		                amp_store_path(store), (long long)c->id, AMP_ARG(p));
	c->p = (double)thousandths / 1000;
	if (amp_str_eq_c(view, "v1") || amp_str_eq_c(view, AMP_TEXT_VIEW_VERSION))
		c->view = DETECT_VIEW_V1;
	else if (amp_str_eq_c(view, "text"))
		c->view = DETECT_VIEW_TEXT;
	else
		return amp_fail(err, AMP_ECORRUPT, _("%s: grid cell %lld has the unknown text view \"%.*s\"."),
		                amp_store_path(store), (long long)c->id, AMP_ARG(view));
	return 0;
}

static int read_cells(struct amp_detect *d, struct amp_store *store, int64_t study_version, struct amp_err *err)
{
	struct amp_query q;
	d->n_cells = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_CELLS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, study_version);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = d->cells;
		rc = detect_grow(&v, &d->room_cells, d->n_cells, sizeof *d->cells, err);
		if (rc != 0) break;
		d->cells = v;
		rc = read_cell(store, &q, &d->cells[d->n_cells++], err);
		if (rc == 0 && d->n_cells > DETECT_CELLS_MAX)
			rc = amp_fail(err, AMP_ELIMIT, _("%s: a study has more than %d grid cells."), amp_store_path(store),
			              DETECT_CELLS_MAX);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	return rc;
}

int detect_cells(struct amp_detect *d, struct amp_store *store, int64_t parse_id, struct amp_err *err)
{
	struct amp_query q;
	struct amp_key key;
	int64_t study_version = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_STUDY_OF_PARSE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	rc = amp_query_step(&q, err);
	bool keyed = false;
	if (rc == 1) {
		study_version = amp_query_i64(&q, 0);
		keyed = amp_query_key(&q, 1, &key);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (!keyed)
		return amp_fail(err, AMP_ENOTFOUND, _("%s has no parse with the number %lld."), amp_store_path(store),
		                (long long)parse_id);
	if (study_version == d->study_version && d->n_cells > 0) return 0;
	d->study_version = 0;
	rc = read_cells(d, store, study_version, err);
	if (rc == 0 && d->n_cells == 0) {
		rc = insert_usual_cells(store, study_version, &key, err);
		if (rc == 0) rc = read_cells(d, store, study_version, err);
	}
	if (rc == 0) d->study_version = study_version;
	return rc;
}

/* ---- sums ---- */
/* The same threshold as the view scored_exposures finds: both take that of the language recorded with the detection. */
static double own_threshold(const struct detect_loaded *l, struct amp_str lang)
{
	char code[16] = "";
	if (lang.n < sizeof code && lang.n > 0) memcpy(code, lang.p, lang.n);
	return amp_threshold_of(&l->thresholds, code)->value;
}

static int read_entries(struct amp_detect *d, struct amp_store *store, const struct detect_loaded *l, int64_t parse_id,
                        int64_t detector, struct amp_err *err)
{
	struct amp_query q;
	size_t n_targets;
	const struct amp_target *targets = amp_targets(&n_targets);
	d->n_entries = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_ENTRIES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, detector);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = d->entries;
		rc = detect_grow(&v, &d->room_entries, d->n_entries, sizeof *d->entries, err);
		if (rc != 0) break;
		d->entries = v;
		d->entries[d->n_entries++] = (struct detect_entry){.rank = amp_query_i64(&q, 0),
		                                                   .missing = amp_query_null(&q, 1),
		                                                   .score = amp_query_double(&q, 1),
		                                                   .own = own_threshold(l, amp_query_str(&q, 2))};
	}
	amp_query_end(&q);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, store, &AMP_SQL_DETECT_ENTRY_TARGETS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, detector);
	size_t at = 0;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		int64_t rank = amp_query_i64(&q, 0);
		struct amp_str name = amp_query_str(&q, 1);
		while (at < d->n_entries && d->entries[at].rank < rank) at++;
		for (size_t i = 0; i < n_targets && at < d->n_entries; i++)
			if (amp_str_eq_c(name, targets[i].name)) d->entries[at].targets |= UINT64_C(1) << i;
	}
	amp_query_end(&q);
	return rc;
}

struct sums {
	int64_t n, missing, flagged;
	double discounted, total;
};

/* Sums over the entries of a cell that aim at any target of the mask; mask 0 counts every flagged entry. p^rank by multiplication,
 * rank by rank: the same bytes on every machine. */
static struct sums sum_cell(const struct amp_detect *d, const struct detect_cell *c, uint64_t mask)
{
	struct sums s = {0};
	double weight = 1.0;
	int64_t rank = 0;
	for (size_t i = 0; i < d->n_entries && d->entries[i].rank < c->depth; i++) {
		const struct detect_entry *e = &d->entries[i];
		for (; rank < e->rank; rank++) weight *= c->p;
		s.n++;
		if (e->missing) {
			s.missing++;
			continue;
		}
		s.total += weight;
		if (e->score >= (c->threshold < 0 ? e->own : c->threshold) && (mask == 0 || (e->targets & mask) != 0)) {
			s.flagged++;
			s.discounted += weight;
		}
	}
	return s;
}

static int insert_sum(struct amp_store *store, int64_t parse_id, int64_t detector, const struct detect_cell *c, const char *target,
                      const struct sums *s, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_SUM_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, detector);
	amp_query_bind_i64(&q, c->id);
	amp_query_bind_c(&q, target);
	amp_query_bind_i64(&q, s->n);
	amp_query_bind_i64(&q, s->missing);
	amp_query_bind_i64(&q, s->flagged);
	amp_query_bind_double(&q, s->discounted);
	amp_query_bind_double(&q, s->total);
	return amp_query_run(&q, err);
}

/* Level 1: an entry counts once for each ground of the law that its targets tick. The prefix keeps ground and group apart where both
 * have one name (disability). */
static int sum_grounds(struct amp_detect *d, struct amp_store *store, int64_t parse_id, int64_t detector,
                       const struct detect_cell *c, uint64_t present, struct amp_err *err)
{
	size_t n;
	const struct amp_target *targets = amp_targets(&n);
	int rc = 0;
	for (size_t first = 0; first < n && rc == 0; first++) {
		const char *ground = targets[first].ground;
		uint64_t mask = 0;
		bool seen = strcmp(ground, "none") == 0;
		for (size_t i = 0; i < first; i++) seen = seen || strcmp(targets[i].ground, ground) == 0;
		if (seen) continue;
		for (size_t i = 0; i < n; i++)
			if (strcmp(targets[i].ground, ground) == 0 ||
			    (targets[i].also != NULL && strcmp(targets[i].also, ground) == 0))
				mask |= UINT64_C(1) << i;
		if ((present & mask) == 0) continue;
		char name[64];
		struct sums s = sum_cell(d, c, mask);
		(void)snprintf(name, sizeof name, "ground:%s", ground);
		if (s.flagged > 0) rc = insert_sum(store, parse_id, detector, c, name, &s, err);
	}
	return rc;
}

static int sum_one_cell(struct amp_detect *d, struct amp_store *store, int64_t parse_id, int64_t detector,
                        const struct detect_cell *c, struct amp_err *err)
{
	size_t n_targets;
	const struct amp_target *targets = amp_targets(&n_targets);
	uint64_t present = 0;
	struct sums any = sum_cell(d, c, 0);
	int rc = insert_sum(store, parse_id, detector, c, "any", &any, err);
	if (any.flagged == 0) return rc;
	for (size_t i = 0; i < d->n_entries; i++) present |= d->entries[i].targets;
	for (unsigned t = 0; rc == 0 && t < n_targets; t++) {
		if ((present >> t & 1) == 0) continue;
		struct sums s = sum_cell(d, c, UINT64_C(1) << t);
		if (s.flagged > 0) rc = insert_sum(store, parse_id, detector, c, targets[t].name, &s, err);
	}
	return rc == 0 ? sum_grounds(d, store, parse_id, detector, c, present, err) : rc;
}

int detect_sums(struct amp_detect *d, struct amp_store *store, struct detect_loaded *l, int64_t parse_id, struct amp_err *err)
{
	/* services are asked about the whole view only */
	enum detect_view end = l->configuration != NULL ? DETECT_VIEW_TEXT : DETECT_VIEWS;
	for (enum detect_view view = DETECT_VIEW_V1; view < end; view++) {
		int64_t detector = 0;
		bool read = false;
		for (size_t i = 0; i < d->n_cells; i++) {
			if (d->cells[i].view != view) continue;
			int rc = 0;
			if (!read) {
				rc = detect_row(store, l, view, &detector, err);
				if (rc == 0) rc = read_entries(d, store, l, parse_id, detector, err);
				read = true;
			}
			if (rc == 0) rc = sum_one_cell(d, store, parse_id, detector, &d->cells[i], err);
			if (rc != 0) return rc;
		}
	}
	return 0;
}

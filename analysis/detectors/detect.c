/* detect.c: scores what a database holds: only item versions that have no detection yet, then the sums of their snapshots. */
#include <string.h>
#include <jansson.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "detect_sql.h"
#include "detectors/detect.h"

#define VIEW_MAX ((size_t)64 << 20)

void amp_detect_close(struct amp_detect *d)
{
	if (d == NULL) return;
	for (size_t i = 0; i < d->n_loaded; i++) d->loaded[i].detector->unload(d->loaded[i].state);
	amp_free(d->loaded);
	amp_buf_free(&d->view);
	amp_normal_free(&d->normal);
	amp_free(d->cells);
	amp_free(d->versions);
	amp_free(d->entries);
	amp_list_rows_free(&d->rows);
	amp_free(d);
}

static int load_one(struct amp_detect *d, struct amp_store *store, const char *name, struct amp_err *err)
{
	const struct amp_detector *detector;
	int found = amp_detector_get(&detector, name, err);
	if (found != 0) return found;
	for (size_t i = 0; i < d->n_loaded; i++)
		if (d->loaded[i].detector == detector) return 0;
	struct detect_loaded *l = &d->loaded[d->n_loaded];
	*l = (struct detect_loaded){.detector = detector};
	int rc = detector->load(&l->state, amp_detector_data_dir(), err);
	if (rc != 0) return rc;
	d->n_loaded++;
	rc = amp_detector_thresholds(detector, l->state, &l->thresholds, err);
	if (rc != 0) return rc;
	int64_t id;
	return detect_row(store, l, DETECT_VIEW_V1, &id, err);
}

int amp_detect_open(struct amp_detect **out, struct amp_store *store, const char *const *names, struct amp_err *err)
{
	size_t n = 0;
	int rc = 0;
	while (names[n] != NULL) n++;
	struct amp_detect *d = amp_calloc(1, sizeof *d);
	if (d == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while loading detectors."));
	amp_buf_init(&d->view, VIEW_MAX);
	amp_normal_init(&d->normal);
	d->loaded = amp_calloc(n + 1, sizeof *d->loaded);
	if (d->loaded == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while loading detectors."));
	for (size_t i = 0; rc == 0 && i < n; i++) rc = load_one(d, store, names[i], err);
	if (rc != 0) {
		amp_detect_close(d);
		return rc;
	}
	*out = d;
	return 0;
}

/* ---- one item version ---- */
static int add_rows(struct amp_buf *view, struct amp_store *store, const struct amp_sql *sql, int64_t version, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) amp_view_add(view, amp_query_str(&q, 0));
	amp_query_end(&q);
	return rc;
}

int detect_read_view(struct amp_buf *out, struct amp_store *store, int64_t version, enum detect_view view, char lang[32],
                     bool *erased, struct amp_err *err)
{
	struct amp_query q;
	amp_buf_reset(out);
	lang[0] = '\0';
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_VERSION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		struct amp_view_parts parts = {.text = amp_query_str(&q, 1)};
		if (view == DETECT_VIEW_V1) {
			parts.title = amp_query_str(&q, 0);
			parts.quote = amp_query_str(&q, 2);
			parts.warning = amp_query_str(&q, 3);
		}
		amp_view_build(out, &parts);
		struct amp_str langs = amp_query_str(&q, 4);
		if (langs.p != NULL && langs.n < 32 && memchr(langs.p, ',', langs.n) == NULL) {
			memcpy(lang, langs.p, langs.n);
			lang[langs.n] = '\0';
		}
		*erased = !amp_query_null(&q, 5);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	rc = 0;
	if (view == DETECT_VIEW_V1) rc = add_rows(out, store, &AMP_SQL_DETECT_LINK_TITLES, version, err);
	if (rc == 0 && view == DETECT_VIEW_V1) rc = add_rows(out, store, &AMP_SQL_DETECT_ALTS, version, err);
	return rc != 0 ? rc : amp_buf_check(out, _("the text of an item"), err);
}

static int insert_text(struct amp_detect *d, struct amp_store *store, int64_t version, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_normalise(&d->normal, amp_buf_str(&d->view), NULL, err);
	if (rc == 0) rc = amp_query_start(&q, store, &AMP_SQL_DETECT_TEXT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	amp_query_bind_c(&q, AMP_NORMALISER_VERSION);
	amp_query_bind_str(&q, amp_buf_str(&d->normal.text));
	return amp_query_run(&q, err);
}

int detect_insert(struct amp_store *store, int64_t version, int64_t detector, const struct amp_detection *found,
                  struct amp_err *err)
{
	static const char *const status[] = {"ok", "abstain", "missing", "error"};
	bool scored = found->status == AMP_DETECTION_OK || found->status == AMP_DETECTION_ABSTAIN;
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECTION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	amp_query_bind_i64(&q, detector);
	amp_query_bind_c(&q, status[found->status]);
	if (scored)
		amp_query_bind_double(&q, found->score);
	else
		amp_query_bind_null(&q);
	amp_query_bind_c(&q, scored ? found->lang : NULL);
	rc = amp_query_run(&q, err);
	for (size_t i = 0; rc == 0 && scored && i < found->n_targets; i++) {
		rc = amp_query_start(&q, store, &AMP_SQL_DETECTION_TARGET_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, version);
		amp_query_bind_i64(&q, detector);
		amp_query_bind_c(&q, found->targets[i]);
		rc = amp_query_run(&q, err);
	}
	return rc;
}

static int score_version(struct amp_detect *d, struct amp_store *store, struct detect_loaded *l, int64_t version,
                         enum detect_view view, int64_t detector, struct amp_err *err)
{
	struct amp_detection found = {0};
	char lang[32];
	bool erased = false;
	int rc = detect_read_view(&d->view, store, version, view, lang, &erased, err);
	if (rc != 0) return rc;
	if (erased || amp_str_trim(amp_buf_str(&d->view)).n == 0) { /* its text is gone, or there was none: unknown, not harmless */
		found.status = AMP_DETECTION_MISSING;
		return detect_insert(store, version, detector, &found, err);
	}
	if (view == DETECT_VIEW_V1) rc = insert_text(d, store, version, err);
	if (rc == 0) rc = l->detector->score(l->state, amp_buf_str(&d->view), lang[0] != '\0' ? lang : NULL, false, &found, err);
	if (rc == 0) rc = detect_insert(store, version, detector, &found, err);
	amp_detection_clear(&found);
	return rc;
}

static int score_new_versions(struct amp_detect *d, struct amp_store *store, struct detect_loaded *l, int64_t parse_id,
                              enum detect_view view, struct amp_err *err)
{
	struct amp_query q;
	int64_t detector = 0;
	int rc = detect_row(store, l, view, &detector, err);
	if (rc == 0) rc = amp_query_start(&q, store, &AMP_SQL_DETECT_NEW_VERSIONS, err);
	if (rc != 0) return rc;
	d->n_versions = 0;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, detector);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = d->versions;
		rc = detect_grow(&v, &d->room_versions, d->n_versions, sizeof *d->versions, err);
		if (rc != 0) break;
		d->versions = v;
		d->versions[d->n_versions++] = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	for (size_t i = 0; rc == 0 && i < d->n_versions; i++) {
		rc = score_version(d, store, l, d->versions[i], view, detector, err);
		if (rc == 0 && view == DETECT_VIEW_V1 && l == d->loaded) d->scored++;
	}
	return rc;
}

int amp_detect_parses(struct amp_detect *d, struct amp_store *store, const int64_t *parse_ids, size_t n, struct amp_err *err)
{
	for (size_t i = 0; i < n; i++) {
		int rc = detect_cells(d, store, parse_ids[i], err);
		bool alone = false;
		for (size_t c = 0; c < d->n_cells; c++) alone = alone || d->cells[c].view == DETECT_VIEW_TEXT;
		for (size_t j = 0; rc == 0 && j < d->n_loaded; j++) {
			struct detect_loaded *l = &d->loaded[j];
			rc = score_new_versions(d, store, l, parse_ids[i], DETECT_VIEW_V1, err);
			if (rc == 0 && alone) rc = score_new_versions(d, store, l, parse_ids[i], DETECT_VIEW_TEXT, err);
			if (rc == 0) rc = detect_sums(d, store, l, parse_ids[i], err);
		}
		if (rc == 0) rc = amp_list_make(&d->rows, store, parse_ids[i], err);
		if (rc != 0) { /* the transaction will be rolled back: forget the rows that it may have made */
			d->study_version = 0;
			for (size_t j = 0; j < d->n_loaded; j++) d->loaded[j].row[DETECT_VIEW_TEXT] = 0;
			return rc;
		}
	}
	return 0;
}

/* ---- whole databases ---- */
int detect_pending(struct amp_store *store, const char *slug, int64_t detector, int64_t *after, int64_t ids[DETECT_BATCH],
                   size_t *n, struct amp_err *err)
{
	struct amp_query q;
	*n = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_PENDING, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, *after);
	amp_query_bind_c(&q, slug);
	amp_query_bind_i64(&q, detector);
	amp_query_bind_i64(&q, DETECT_BATCH);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		if (*n == DETECT_BATCH) break;
		*after = ids[(*n)++] = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int study_exists(struct amp_store *store, const char *slug, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_STUDY_EXISTS, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	rc = amp_query_step(&q, err);
	amp_query_end(&q);
	if (rc == 0 && slug != NULL) return amp_fail(err, AMP_EUSAGE, _("%s holds no study \"%s\"."), amp_store_path(store), slug);
	return rc < 0 ? rc : 0;
}

int amp_detect_study(struct amp_detect *d, struct amp_store *store, const char *slug, bool (*stop)(void), int64_t *items,
                     int64_t *parses, struct amp_err *err)
{
	int64_t ids[DETECT_BATCH], done = 0, before = d->scored;
	int rc = study_exists(store, slug, err);
	for (size_t j = 0; rc == 0 && j < d->n_loaded; j++) {
		int64_t after = 0;
		size_t n = 0;
		do {
			if (stop != NULL && stop()) {
				rc = amp_fail(err, AMP_EINTERRUPTED,
				              _("Stopped: what was scored is kept, run detect again for the rest."));
				break;
			}
			rc = detect_pending(store, slug, d->loaded[j].row[DETECT_VIEW_V1], &after, ids, &n, err);
			if (rc != 0 || n == 0) break;
			rc = amp_store_begin(store, err);
			if (rc == 0) rc = amp_detect_parses(d, store, ids, n, err);
			if (rc == 0) rc = amp_store_commit(store, err);
			if (rc != 0)
				amp_store_rollback(store);
			else
				done += (int64_t)n;
		} while (rc == 0);
	}
	if (items != NULL) *items = d->scored - before;
	if (parses != NULL) *parses = done;
	return rc;
}

int amp_detect_all(struct amp_detect *d, struct amp_store *store, int64_t *items, int64_t *parses, struct amp_err *err)
{
	return amp_detect_study(d, store, NULL, NULL, items, parses, err);
}

static void declare(const char **names, size_t room, size_t *n, const char *name)
{
	const struct amp_detector *detector = amp_detector_find(name);
	if (detector == NULL || *n + 1 >= room) return;
	for (size_t i = 0; i < *n; i++)
		if (strcmp(names[i], name) == 0) return;
	names[(*n)++] = detector->name;
}

int amp_detect_declared(struct amp_store *store, const char *slug, const char **names, size_t room, struct amp_err *err)
{
	struct amp_query q;
	size_t n = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_DETECT_STUDY_TEXTS, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_str text = amp_query_str(&q, 0);
		json_t *root = NULL; /* "adhoc" studies may have a text of another shape */
		rc = amp_jsonv_try(&root, text, &(struct amp_jsonv_rule){.name = "study_version.text"}, err);
		if (rc != 0) break;
		const json_t *list = json_object_get(root, "detectors");
		for (size_t i = 0; i < json_array_size(list); i++) {
			const char *name = json_string_value(json_array_get(list, i));
			if (name != NULL) declare(names, room, &n, name);
		}
		json_decref(root);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (n == 0) declare(names, room, &n, "lexicon");
	names[n] = NULL;
	return 0;
}

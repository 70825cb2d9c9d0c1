/* explain.c: see explain.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "detect_sql.h"
#include "detectors/detect.h"
#include "detectors/explain.h"

#define VIEW_MAX ((size_t)64 << 20)

struct flagged {
	struct amp_key key;
	int64_t version;
	double score, threshold;
	bool unsure;
};
struct threshold {
	char lang[16];
	double value;
};
struct work {
	struct amp_explanation *out;
	const struct amp_explain_of *of;
	struct amp_arena *arena;
	struct amp_store *store;
	struct detect_loaded with;
	enum detect_view scored;
	struct amp_buf view;
	struct threshold thresholds[AMP_THRESHOLDS_MAX];
	size_t n_thresholds;
	struct flagged
		flagged[AMP_EXPLAIN_TEXTS]; /* while they are drawn: a heap, the greatest key first; then in the order of keys */
	size_t n;
};

/* The detector whose row this is, loaded; without one, the lack is said. */
static int load(struct work *w, int64_t detector, struct amp_err *err)
{
	struct amp_query q;
	struct amp_err why = {0}; /* a detector that cannot be loaded here explains nothing; the report goes on */
	w->out->lack = AMP_EXPLAIN_OTHER;
	int rc = amp_query_start(&q, w->store, &AMP_SQL_EXPLAIN_DETECTOR, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, detector);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		char name[64] = "";
		struct amp_str stored = amp_query_str(&q, 0);
		if (stored.n < sizeof name) memcpy(name, stored.p, stored.n);
		w->with.detector = amp_detector_find(name);
		if (w->with.detector == NULL || w->with.detector->outside) {
			w->out->lack = AMP_EXPLAIN_SILENT;
			w->with.detector = NULL;
		}
		if (w->with.detector != NULL && w->with.detector->load(&w->with.state, amp_detector_data_dir(), &why) != 0)
			w->with.detector = NULL;
	}
	for (size_t v = 0; rc == 1 && w->with.detector != NULL && v < DETECT_VIEWS; v++) {
		size_t n;
		struct amp_key key = detect_key(&w->with, (enum detect_view)v);
		const void *stored = amp_query_blob(&q, 1, &n);
		if (n != sizeof key.b || memcmp(stored, key.b, n) != 0) continue;
		w->scored = (enum detect_view)v;
		w->out->lack = AMP_EXPLAIN_NOTHING;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int read_thresholds(struct work *w, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, w->store, &AMP_SQL_EXPLAIN_THRESHOLDS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, w->of->detector);
	amp_query_bind_c(&q, w->of->threshold);
	for (rc = amp_query_step(&q, err); rc == 1 && w->n_thresholds < AMP_THRESHOLDS_MAX; rc = amp_query_step(&q, err)) {
		struct threshold *t = &w->thresholds[w->n_thresholds];
		struct amp_str lang = amp_query_str(&q, 0);
		if (lang.n >= sizeof t->lang) continue;
		memcpy(t->lang, lang.p, lang.n);
		t->value = amp_query_double(&q, 1);
		w->n_thresholds++;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* That of the language in which the text was read, else that of any; NULL: the detector has none. */
static const double *threshold_of(const struct work *w, struct amp_str lang)
{
	const double *any = NULL;
	for (size_t i = 0; i < w->n_thresholds; i++) {
		if (lang.p != NULL && amp_str_eq_c(lang, w->thresholds[i].lang)) return &w->thresholds[i].value;
		if (strcmp(w->thresholds[i].lang, "any") == 0) any = &w->thresholds[i].value;
	}
	return any;
}

static int is_shown(const struct work *w, int64_t version, bool *shown, struct amp_err *err)
{
	struct amp_query q;
	*shown = w->of->shown != NULL && w->of->shown(w->of->lists, version);
	if (*shown) return 0;
	int rc = amp_query_start(&q, w->store, &AMP_SQL_EXPLAIN_SHOWN, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	amp_query_bind_i64(&q, w->of->study_version);
	rc = amp_query_step(&q, err);
	*shown = rc == 1;
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static void count(struct amp_explanation *out, struct amp_str status)
{
	bool unsure = amp_str_eq_c(status, "abstain");
	out->scored += unsure || amp_str_eq_c(status, "ok");
	out->unsure += unsure;
	out->missing += amp_str_eq_c(status, "missing");
	out->errors += amp_str_eq_c(status, "error");
}

static int by_key(const void *a, const void *b)
{
	return memcmp(&((const struct flagged *)a)->key, &((const struct flagged *)b)->key, sizeof(struct amp_key));
}

/* Into the heap where it is among the smallest keys: these are hashes, so that the first ones are a draw. */
static void put(struct work *w, const struct flagged *f)
{
	struct flagged *h = w->flagged;
	size_t at = w->n;
	if (w->n < AMP_EXPLAIN_TEXTS) {
		w->n++;
		for (; at > 0 && by_key(f, &h[(at - 1) / 2]) > 0; at = (at - 1) / 2) h[at] = h[(at - 1) / 2];
	} else {
		if (by_key(f, &h[0]) >= 0) return;
		at = 0;
		for (size_t next = 1; next < w->n; next = 2 * at + 1) {
			next += next + 1 < w->n && by_key(&h[next + 1], &h[next]) > 0;
			if (by_key(f, &h[next]) >= 0) break;
			h[at] = h[next];
			at = next;
		}
	}
	h[at] = *f;
}

static int draw(struct work *w, struct flagged *f, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, w->store, &AMP_SQL_EXPLAIN_KEY, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version);
	rc = amp_query_step(&q, err);
	if (rc == 1 && amp_query_key(&q, 0, &f->key)) put(w, f); /* none: its text was erased */
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* One pass over the detector's findings: they are counted, and the flagged ones drawn. */
static int read_detections(struct work *w, struct amp_err *err)
{
	struct amp_query q;
	bool shown;
	int rc = read_thresholds(w, err), row = 0;
	if (rc == 0) rc = amp_query_start(&q, w->store, &AMP_SQL_EXPLAIN_DETECTIONS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, w->of->detector);
	while (rc == 0 && (row = amp_query_step(&q, err)) == 1) {
		struct flagged f = {.version = amp_query_i64(&q, 0), .score = amp_query_double(&q, 2)};
		rc = is_shown(w, f.version, &shown, err);
		if (rc != 0 || !shown) continue;
		count(w->out, amp_query_str(&q, 1));
		const double *threshold = amp_query_null(&q, 2) ? NULL : threshold_of(w, amp_query_str(&q, 3));
		if (threshold == NULL || !(f.score >= *threshold)) continue;
		f.threshold = *threshold;
		f.unsure = amp_str_eq_c(amp_query_str(&q, 1), "abstain");
		rc = draw(w, &f, err);
	}
	amp_query_end(&q);
	if (w->n > 1) qsort(w->flagged, w->n, sizeof *w->flagged, by_key);
	return rc != 0 ? rc : row;
}

/* ---- reasons ---- */
/* What may be said of a hit: its group, or the name of a concept, which holds no words of a text or lexicon. */
static const char *what_of(const struct amp_hit *h)
{
	return strcmp(h->kind, "concept") == 0 ? h->entry : h->target;
}

static bool same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* Names are copied: a detector lends those of its last explanation only. */
static void add_reason(struct work *w, const struct amp_hit *h, size_t text)
{
	struct amp_explanation *out = w->out;
	const char *what = what_of(h);
	size_t i = 0;
	while (i < out->n_reasons && (strcmp(out->reasons[i].kind, h->kind) != 0 || !same(out->reasons[i].what, what))) i++;
	if (i == AMP_EXPLAIN_REASONS) return;
	struct amp_reason *r = &out->reasons[i];
	if (i == out->n_reasons) {
		r->kind = amp_arena_strndup(w->arena, h->kind, strlen(h->kind));
		r->what = what != NULL ? amp_arena_strndup(w->arena, what, strlen(what)) : NULL;
		if (r->kind == NULL) return; /* the arena says so at the end */
		out->n_reasons++;
	}
	r->weight += h->weight;
	r->texts += r->last != text;
	r->last = text;
}

static int heaviest(const void *a, const void *b)
{
	double x = fabs(((const struct amp_hit *)a)->weight), y = fabs(((const struct amp_hit *)b)->weight);
	return (x < y) - (x > y);
}

static void show(struct work *w, const struct flagged *f, struct amp_detection *d)
{
	struct amp_explained *to = &w->out->shown[w->out->n_shown++];
	to->lang = d->lang != NULL ? amp_arena_strndup(w->arena, d->lang, strlen(d->lang)) : NULL;
	to->score = f->score;
	to->threshold = f->threshold;
	to->unsure = f->unsure;
	for (size_t i = 0; i < d->n_targets; i++) to->targets[to->n_targets++] = d->targets[i]; /* static names */
	if (d->n_hits > 1) qsort(d->hits, d->n_hits, sizeof *d->hits, heaviest);
	for (size_t i = 0; i < d->n_hits && to->n_kinds < AMP_EXPLAIN_KINDS; i++) {
		bool again = d->hits[i].weight <= 0; /* what spoke against is in the table of reasons */
		for (size_t k = 0; k < to->n_kinds; k++) again = again || strcmp(to->kinds[k], d->hits[i].kind) == 0;
		if (!again) to->kinds[to->n_kinds++] = amp_arena_strndup(w->arena, d->hits[i].kind, strlen(d->hits[i].kind));
	}
}

static int explain_one(struct work *w, const struct flagged *f, struct amp_err *err)
{
	struct amp_detection d = {0};
	char lang[32];
	bool erased = false;
	int rc = detect_read_view(&w->view, w->store, f->version, w->scored, lang, &erased, err);
	if (rc == 0)
		rc = w->with.detector->score(w->with.state, amp_buf_str(&w->view), lang[0] != '\0' ? lang : NULL, true, &d, err);
	if (rc == 0) {
		w->out->texts++;
		for (size_t i = 0; i < d.n_hits; i++)
			if (d.hits[i].weight < 0 || d.hits[i].weight > 0) add_reason(w, &d.hits[i], w->out->texts);
		if (w->out->n_shown < AMP_EXPLAIN_SHOWN) show(w, f, &d);
	}
	amp_detection_clear(&d);
	return rc;
}

static int most_texts(const void *a, const void *b)
{
	const struct amp_reason *x = a, *y = b;
	if (x->texts != y->texts) return x->texts < y->texts ? 1 : -1;
	int order = strcmp(x->kind, y->kind);
	return order != 0 ? order : strcmp(x->what != NULL ? x->what : "", y->what != NULL ? y->what : "");
}

int amp_explain(struct amp_explanation *out, struct amp_arena *arena, struct amp_store *store, const struct amp_explain_of *of,
                struct amp_err *err)
{
	struct work *w = amp_calloc(1, sizeof *w);
	memset(out, 0, sizeof *out);
	out->reasons = amp_arena_new_array(arena, struct amp_reason, AMP_EXPLAIN_REASONS);
	int rc = w == NULL || out->reasons == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while explaining a score.")) : 0;
	if (rc != 0) {
		amp_free(w);
		return rc;
	}
	w->out = out;
	w->of = of;
	w->arena = arena;
	w->store = store;
	amp_buf_init(&w->view, VIEW_MAX);
	rc = load(w, of->detector, err);
	if (rc == 0) rc = read_detections(w, err);
	for (size_t i = 0; rc == 0 && out->lack == AMP_EXPLAIN_NOTHING && i < w->n; i++) rc = explain_one(w, &w->flagged[i], err);
	if (rc == 0 && amp_arena_refused(arena) != 0)
		rc = amp_fail(err, amp_arena_refused(arena), _("Out of memory while explaining a score."));
	if (rc == 0 && out->texts > 0) out->lack = AMP_EXPLAIN_DONE;
	if (out->n_reasons > 1) qsort(out->reasons, out->n_reasons, sizeof *out->reasons, most_texts);
	if (w->with.detector != NULL) w->with.detector->unload(w->with.state);
	amp_buf_free(&w->view);
	amp_free(w);
	return rc;
}

/* truth.c: the playground's log of what it served (playground/README.md), beside what was measured.
 *
 * (a) Served to these sessions: an `answer` line is found for each capture by the digest of its bytes; its items give the sums that a
 *     perfect detector would have found, and every figure is computed again from them by the very same code.
 * (b) Served to everyone: `crowd` lines of the same feed, depth and instants; a figure's population value is the mean over instants.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "report/private.h"
#include "report_sql.h"

#define LOG_CAP ((size_t)1 << 30)

struct answer {
	uint8_t sha[AMP_SHA256];
	json_t *line;
};
struct log {
	struct answer *answers;
	size_t n_answers;
	json_t **crowd;
	size_t n_crowd;
	const char *path;
};

static void log_free(struct log *l)
{
	for (size_t i = 0; i < l->n_answers; i++) json_decref(l->answers[i].line);
	for (size_t i = 0; i < l->n_crowd; i++) json_decref(l->crowd[i]);
	amp_free(l->answers);
	amp_free(l->crowd);
}

static int compare(const void *a, const void *b)
{
	return memcmp(((const struct answer *)a)->sha, ((const struct answer *)b)->sha, AMP_SHA256);
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static int take_line(struct log *l, struct amp_str s, size_t number, struct amp_err *err)
{
	json_error_t bad;
	json_t *line = NULL;
	if (amp_jsonv_load(&line, s, &(struct amp_jsonv_rule){.bytes = LOG_CAP}, &bad, NULL) == AMP_ENOMEM)
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is read."), l->path);
	if (!json_is_object(line)) {
		json_decref(line);
		return amp_fail(err, AMP_EUSAGE, _("%s, line %zu: not a JSON object (%s)."), l->path, number, bad.text);
	}
	const char *type = text_of(line, "type");
	struct answer a = {.line = line};
	if (strcmp(type, "crowd") == 0)
		l->crowd[l->n_crowd++] = line;
	else if (strcmp(type, "answer") == 0 && amp_unhex(amp_str_c(text_of(line, "payload_sha256")), a.sha, AMP_SHA256) == 0)
		l->answers[l->n_answers++] = a;
	else
		json_decref(line);
	return 0;
}

static int log_read(struct log *l, const char *path, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, LOG_CAP);
	l->path = path;
	int rc = amp_io_read_file(path, &b, err);
	size_t lines = 1, number = 0;
	for (size_t i = 0; i < b.n; i++) lines += b.p[i] == '\n';
	l->answers = amp_calloc(lines, sizeof *l->answers);
	l->crowd = amp_calloc(lines, sizeof *l->crowd);
	if (rc == 0 && (!l->answers || !l->crowd)) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is read."), path);
	struct amp_str rest = amp_buf_str(&b);
	while (rc == 0 && rest.p && rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		number++;
		if (line.n) rc = take_line(l, line, number, err);
	}
	amp_buf_free(&b);
	if (rc == 0) qsort(l->answers, l->n_answers, sizeof *l->answers, compare);
	return rc;
}

static const json_t *answer_of(const struct log *l, const void *sha, size_t n)
{
	struct answer key = {.line = NULL};
	if (!sha || n != AMP_SHA256 || l->n_answers == 0) return NULL;
	memcpy(key.sha, sha, n);
	const struct answer *a = bsearch(&key, l->answers, l->n_answers, sizeof *l->answers, compare);
	return a ? a->line : NULL;
}

/* ---- (a) ---- */
#define PAGES_MAX 64

struct served {             /* which log feed a study feed is, and when it was read */
	const json_t *like; /* an answer of that feed */
};

struct matcher {
	struct amp_report *r;
	struct amp_store *store;
	struct log *log;
	struct served *feeds;
	struct amp_truth *truth;
};

static int pages_of(struct matcher *m, const struct amp_shot *shot, const json_t **pages, size_t *n, bool *all, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, m->store, &AMP_SQL_REPORT_CAPTURES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, shot->snapshot_id);
	*n = 0;
	*all = true;
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t size = 0;
		const void *sha = amp_query_blob(&q, 1, &size);
		const json_t *line = answer_of(m->log, sha, size);
		if (!line) {
			sha = amp_query_blob(&q, 2, &size);
			line = answer_of(m->log, sha, size);
		}
		m->truth->captures++;
		m->truth->matched += line != NULL;
		if (!line || *n == PAGES_MAX)
			*all = false;
		else
			pages[(*n)++] = line;
	}
	amp_query_end(&q);
	return row;
}

static bool aims_at(const json_t *targets, const char *name)
{
	size_t i;
	const json_t *t;
	json_array_foreach(targets, i, t) if (strcmp(json_string_value(t) ? json_string_value(t) : "", name) == 0) return true;
	return false;
}

/* Grounds of level 2 targets, as the detectors' sums have them. */
static const struct {
	const char *target, *ground, *also;
} grounds[] = {
	{"black", "ground:origin", NULL},
	{"arab", "ground:origin", NULL},
	{"roma", "ground:origin", NULL},
	{"asian", "ground:origin", NULL},
	{"migrant", "ground:origin", NULL},
	{"other_origin", "ground:origin", NULL},
	{"jewish", "ground:religion", "ground:origin"},
	{"muslim", "ground:religion", NULL},
	{"christian", "ground:religion", NULL},
	{"other_religion", "ground:religion", NULL},
	{"women", "ground:sex", NULL},
	{"men", "ground:sex", NULL},
	{"gay", "ground:sexual_orientation", NULL},
	{"lesbian", "ground:sexual_orientation", NULL},
	{"bi", "ground:sexual_orientation", NULL},
	{"trans", "ground:gender_identity", NULL},
	{"nonbinary", "ground:gender_identity", NULL},
	{"intersex", "ground:gender_identity", NULL},
	{"disability", "ground:disability", NULL},
	{"mental_health", "ground:disability", NULL},
	{"age", "ground:other_ground", NULL},
	{"appearance", "ground:other_ground", NULL},
	{"health", "ground:other_ground", NULL},
	{"poverty", "ground:other_ground", NULL},
	{"politics", "ground:other_ground", NULL},
	{"other_ground", "ground:other_ground", NULL},
};

static bool item_counts(const json_t *targets, const char *name)
{
	if (strcmp(name, "any") == 0) return true;
	if (strncmp(name, "ground:", 7) != 0) return aims_at(targets, name);
	for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++)
		if ((strcmp(grounds[i].ground, name) == 0 || (grounds[i].also && strcmp(grounds[i].also, name) == 0)) &&
		    aims_at(targets, grounds[i].target))
			return true;
	return false;
}

/* Writes what was served down to `depth` into the true sums of this shot. */
static void count_served(struct amp_sums *sums, size_t shot, const json_t *const *pages, size_t n, int depth)
{
	uint32_t seen = 0;
	for (size_t p = 0; p < n; p++) {
		size_t i;
		const json_t *item;
		json_array_foreach(json_object_get(pages[p], "items"), i, item)
		{
			const json_t *targets = json_object_get(item, "targets");
			if (seen >= (uint32_t)depth) break;
			seen++;
			if (!json_is_array(targets)) continue;
			for (size_t t = 0; t < sums->n_targets; t++)
				sums->targets[t].flagged[shot] += item_counts(targets, sums->targets[t].name);
		}
	}
	sums->present[shot] = 1;
	sums->n[shot] = seen;
}

static int served_to_sessions(struct matcher *m, struct amp_sums *sums, struct amp_err *err)
{
	const struct amp_frame *f = m->r->frame;
	int rc = 0, depth = f->n_cells ? f->cells[0].depth : 50;
	for (size_t i = 0; i < m->r->sums->n_targets; i++)
		if (!amp_sums_target(sums, f, m->r->sums->targets[i].name))
			return amp_fail(err, AMP_ENOMEM, _("Memory is out while the truth log is compared."));
	if (f->plan.target && !amp_sums_target(sums, f, f->plan.target))
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while the truth log is compared."));
	for (size_t s = 0; s < amp_shot_count(f) && rc == 0; s++) {
		const json_t *pages[PAGES_MAX];
		size_t n;
		bool all;
		if (f->shots[s].state != AMP_SHOT_OK) continue;
		rc = pages_of(m, &f->shots[s], pages, &n, &all, err);
		if (rc != 0 || !all || n == 0) continue;
		m->feeds[s / f->n_rounds % f->n_feeds].like = pages[0];
		count_served(sums, s, pages, n, depth);
	}
	return rc;
}

/* ---- (b) ---- */
struct instants {
	double ranked, chronological;
	int64_t n;
};

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(text_of(a, key), text_of(b, key)) == 0;
}

static const json_t *crowd_of(const struct log *l, const json_t *like, const char *now, int depth)
{
	for (size_t i = 0; i < l->n_crowd; i++) {
		const json_t *c = l->crowd[i];
		if (strcmp(text_of(c, "now"), now) == 0 && json_integer_value(json_object_get(c, "depth")) == depth &&
		    same(c, like, "platform") && same(c, like, "endpoint") && same(c, like, "feed") && same(c, like, "ranking"))
			return c;
	}
	return NULL;
}

static bool crowd_value(const json_t *c, const struct amp_metric *m, const char *target, double *value)
{
	bool rate = strcmp(m->unit, "rate") == 0;
	double base = json_number_value(json_object_get(c, rate ? "visitors" : "items"));
	if (!(base > 0)) return false;
	*value = json_number_value(json_object_get(json_object_get(c, rate ? "met" : "flagged"), target)) / base;
	return true;
}

/* The population value of a figure about all personas; unknown for grounds (the crowd is logged by level 2) and single personas. */
static struct amp_real population(struct matcher *m, const struct amp_estimate *e)
{
	const struct amp_frame *f = m->r->frame;
	if (!e->metric->of_counts || e->cluster != AMP_NO_INDEX || e->platform != AMP_NO_INDEX ||
	    strncmp(e->target, "ground:", 7) == 0 || e->cell >= f->n_cells)
		return AMP_REAL_NONE;
	const json_t *a = m->feeds[e->metric->paired ? f->pairs[e->pair].ranked : e->feed].like;
	const json_t *c = e->metric->paired ? m->feeds[f->pairs[e->pair].chronological].like : NULL;
	struct instants sum = {0, 0, 0};
	if (!a || (e->metric->paired && !c)) return AMP_REAL_NONE;
	for (size_t i = 0; i < m->log->n_crowd; i++) {
		const json_t *line = m->log->crowd[i];
		double va, vc = 0;
		if (crowd_of(m->log, a, text_of(line, "now"), f->cells[e->cell].depth) != line ||
		    !crowd_value(line, e->metric, e->target, &va))
			continue;
		const json_t *other = c ? crowd_of(m->log, c, text_of(line, "now"), f->cells[e->cell].depth) : NULL;
		if (c && (!other || !crowd_value(other, e->metric, e->target, &vc))) continue;
		sum.ranked += va;
		sum.chronological += vc;
		sum.n++;
	}
	if (sum.n == 0) return AMP_REAL_NONE;
	double x, d;
	e->metric->contrast(sum.ranked / (double)sum.n, sum.chronological / (double)sum.n, &x, &d);
	return d > 0 ? amp_real(x / d) : AMP_REAL_NONE;
}

/* An interval without a bound on one side contains everything on that side. */
bool amp_interval_contains(const struct amp_estimate *e, double v)
{
	return (!e->lo.known || v >= e->lo.v) && (!e->hi.known || v <= e->hi.v);
}

/* ---- beside the estimates ---- */
static int compare_all(struct matcher *m, const struct amp_sums *sums, struct amp_err *err)
{
	struct amp_truth *t = m->truth;
	const struct amp_estimates *all = m->r->estimates;
	int rc = 0;
	t->rows = amp_arena_new_array(m->r->w.arena, struct amp_truth_row, all->n + 1);
	if (!t->rows) return amp_fail(err, AMP_ENOMEM, _("Memory is out while the truth log is compared."));
	for (size_t i = 0; i < all->n && rc == 0; i++) {
		const struct amp_estimate *e = &all->v[i];
		if (!amp_is_plain(e)) continue;
		struct amp_truth_row *row = &t->rows[t->n_rows++];
		row->estimate = e;
		rc = amp_estimate_point(m->r->frame, sums, e, &row->session, err);
		row->population = population(m, e);
		if (row->session.known && e->estimate.known) {
			t->compared++;
			t->equal += fabs(row->session.v - e->estimate.v) <= 1e-9;
		}
		if (row->population.known && (e->lo.known || e->hi.known)) {
			t->intervals++;
			t->covering += amp_interval_contains(e, row->population.v);
		}
	}
	return rc;
}

int amp_truth_read(struct amp_truth **out, struct amp_report *r, struct amp_store *store, const char *path, struct amp_err *err)
{
	struct log l = {.n_answers = 0};
	struct matcher m = {.r = r, .store = store, .log = &l};
	struct amp_sums *sums = amp_sums_new(r->frame);
	m.truth = amp_arena_zalloc(r->w.arena, sizeof *m.truth);
	m.feeds = amp_arena_new_array(r->w.arena, struct served, r->frame->n_feeds + 1);
	int rc = sums && m.truth && m.feeds ? log_read(&l, path, err)
	                                    : amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is read."), path);
	if (rc == 0) {
		m.truth->answers = (int64_t)l.n_answers;
		m.truth->crowd_lines = (int64_t)l.n_crowd;
		rc = served_to_sessions(&m, sums, err);
	}
	if (rc == 0) rc = compare_all(&m, sums, err);
	if (rc == 0) *out = m.truth;
	log_free(&l);
	return rc;
}

const struct amp_truth_row *amp_truth_of(const struct amp_report *r, const struct amp_estimate *e)
{
	if (!r->truth) return NULL;
	size_t lo = 0, hi = r->truth->n_rows; /* rows stand in the order of the estimates */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->truth->rows[mid].estimate < e)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->truth->n_rows && r->truth->rows[lo].estimate == e ? &r->truth->rows[lo] : NULL;
}

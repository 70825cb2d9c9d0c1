/* calc_lists.c: ranked lists, one list of values, many p values. */
#include <math.h>
#include <stdio.h>
#include "base/i18n.h"
#include "calc/private.h"
#include "stats/adjust.h"
#include "stats/inequality.h"
#include "stats/stats.h"
#include "base/io.h"

#define LIST_MAX ((size_t)64 << 20)
#define HUGE_SUM 1e150

/* Lines of a file, in order; blank ones are passed over. */
static int read_ids(struct calc *c, const char *file, struct amp_str **ids, size_t *n, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, LIST_MAX);
	int rc = amp_io_read_file(file, &b, err);
	struct amp_str rest = rc == 0 ? amp_arena_str(c->arena, amp_buf_str(&b)) : AMP_STR_ABSENT;
	amp_buf_free(&b);
	if (rc != 0) return rc;
	size_t lines = 1;
	for (size_t i = 0; i < rest.n; i++) lines += rest.p[i] == '\n';
	*ids = amp_arena_alloc(c->arena, lines * sizeof **ids);
	*n = 0;
	if (rest.p == NULL || *ids == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), file);
	rest = calc_unmarked(rest);
	while (rest.p != NULL) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		if (line.n > 0) (*ids)[(*n)++] = line;
	}
	return 0;
}

/* What stands in a ranked list a second time stands where it first did: later ones are left out. Returns how many stay. */
static size_t distinct(int64_t *id, size_t n, bool *seen)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (seen[id[i]]) continue;
		seen[id[i]] = true;
		id[kept++] = id[i];
	}
	return kept;
}

static void two(struct calc *c, const char *key, size_t a, size_t b)
{
	amp_jsonw_key(&c->w, key);
	amp_jsonw_array(&c->w);
	amp_jsonw_i64(&c->w, (int64_t)a);
	amp_jsonw_i64(&c->w, (int64_t)b);
	amp_jsonw_end_array(&c->w);
}

int calc_rbo(struct calc *c, struct amp_err *err)
{
	struct amp_str *a, *b;
	size_t na, nb;
	double p, *code;
	int rc = calc_real(c, AMP_CALC_PERSISTENCE, 1e-9, 1 - 1e-9, NULL, &p, err);
	if (rc == 0) rc = read_ids(c, c->in->files[0], &a, &na, err);
	if (rc == 0) rc = read_ids(c, c->in->files[1], &b, &nb, err);
	if (rc != 0) return rc;
	size_t n = na + nb;
	struct amp_str *all = amp_arena_alloc(c->arena, (n + 1) * sizeof *all);
	int64_t *id = amp_arena_alloc(c->arena, (n + 1) * sizeof *id);
	bool *seen = amp_arena_zalloc(c->arena, 2 * (n + 1) * sizeof *seen);
	if (all == NULL || id == NULL || seen == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	for (size_t i = 0; i < n; i++) all[i] = i < na ? a[i] : b[i - na];
	const struct columns table = {.file = c->in->files[0], .arena = c->arena};
	rc = calc_codes(&table, all, n, &code, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < n; i++) id[i] = (int64_t)code[i];
	struct amp_rbo r = {0};
	struct amp_real jaccard;
	bool known;
	size_t ka = distinct(id, na, seen), kb = distinct(id + na, nb, seen + n + 1);
	rc = amp_rbo(id, ka, id + na, kb, p, &r, &known, err);
	if (rc == 0) rc = amp_jaccard(id, ka, id + na, kb, &jaccard, err);
	if (rc != 0) return rc;
	calc_begin(c);
	calc_key(c, "estimate", known ? amp_real(r.ext) : AMP_REAL_NONE);
	calc_key(c, "ext", known ? amp_real(r.ext) : AMP_REAL_NONE);
	calc_key(c, "min", known ? amp_real(r.min) : AMP_REAL_NONE);
	calc_key(c, "residual", known ? amp_real(r.residual) : AMP_REAL_NONE);
	calc_key(c, "jaccard", jaccard);
	amp_jsonw_kc(&c->w, "method", "rbo extrapolated");
	two(c, "n", ka, kb);
	two(c, "duplicates", na - ka, nb - kb);
	calc_reason(c, known, "a list is empty");
	calc_end(c);
	return 0;
}

static int one_column(struct calc *c, const char *title, double **v, size_t *n, struct columns *t, struct amp_err *err)
{
	size_t at;
	int rc = calc_input(c, t, err);
	if (rc == 0) rc = calc_need(t, title, &at, err);
	if (rc == 0) rc = calc_numbers(t, at, v, err);
	*n = t->rows;
	return rc;
}

int calc_bias(struct calc *c, struct amp_err *err)
{
	struct columns t;
	struct amp_ranking_bias b;
	double *s;
	size_t n;
	int rc = one_column(c, "s", &s, &n, &t, err);
	if (rc != 0) return rc;
	amp_ranking_bias(s, n, &b);
	calc_begin(c);
	amp_jsonw_kdouble(&c->w, "IB", b.input);
	amp_jsonw_kdouble(&c->w, "OB", b.output);
	amp_jsonw_kdouble(&c->w, "RB", b.ranking);
	amp_jsonw_kdouble(&c->w, "estimate", b.ranking);
	amp_jsonw_kc(&c->w, "method", "kulshrestha");
	amp_jsonw_ki64(&c->w, "n", (int64_t)n);
	calc_end(c);
	return 0;
}

int calc_gini(struct calc *c, struct amp_err *err)
{
	struct columns t;
	struct amp_real g;
	double *x;
	size_t n;
	int rc = one_column(c, "x", &x, &n, &t, err);
	double most = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		most = fmax(most, x[i]);
		if (x[i] < 0)
			rc = amp_fail(err, AMP_EFORMAT, _("%s: line %zu, column \"x\": a share of something is not negative."),
			              t.file, t.line[i]);
	}
	if (rc == 0 && (most > HUGE_SUM || (most > 0 && most < 1 / HUGE_SUM))) /* shares do not change, sums stay within range */
		for (size_t i = 0; i < n; i++) x[i] /= most;
	if (rc == 0) rc = amp_gini(x, n, &g, err);
	if (rc != 0) return rc;
	calc_begin(c);
	calc_key(c, "estimate", g);
	calc_key(c, "theil", amp_theil(x, n));
	calc_key(c, "entropy_bits", amp_entropy(x, n));
	amp_jsonw_kc(&c->w, "method", "gini");
	amp_jsonw_ki64(&c->w, "n", (int64_t)n);
	calc_reason(c, g.known, "the values sum to 0");
	calc_end(c);
	return 0;
}

int calc_adjust(struct calc *c, struct amp_err *err)
{
	static const char *const methods[] = {"bonferroni", "holm", "bh", "by", "bky"};
	struct columns t;
	double *p, *q;
	size_t n;
	int method;
	int64_t rejected = 0;
	int rc = calc_choice(c, AMP_CALC_METHOD, "bonferroni|holm|bh|by|bky", -1, &method, err);
	if (rc == 0) rc = one_column(c, "p", &p, &n, &t, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			rc = amp_fail(err, AMP_EFORMAT, _("%s: line %zu, column \"p\": a p value is from 0 to 1."), t.file,
			              t.line[i]);
	if (rc != 0) return rc;
	q = amp_arena_alloc(c->arena, n * sizeof *q);
	if (q == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	rc = amp_adjust((enum amp_adjust_method)method, p, n, q, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < n; i++) {
		amp_jsonw_start(&c->w, c->out);
		amp_jsonw_object(&c->w);
		amp_jsonw_kdouble(&c->w, "p", p[i]);
		amp_jsonw_kdouble(&c->w, "adjusted", q[i]);
		amp_jsonw_kbool(&c->w, "reject", q[i] <= c->alpha);
		calc_end(c);
		rejected += q[i] <= c->alpha;
	}
	calc_begin(c);
	amp_jsonw_ki64(&c->w, "rejected", rejected);
	amp_jsonw_kc(&c->w, "method", methods[method]);
	amp_jsonw_ki64(&c->w, "n", (int64_t)n);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_end(c);
	return 0;
}

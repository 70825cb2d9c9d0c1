/* calculators.c: the table of calculators, their options, and the shape of their answers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "calc/private.h"

#define ARENA_MAX ((size_t)2 << 30)
#define REPLICATES_MAX 1000000
#define OPTION(id) (UINT32_C(1) << AMP_CALC_##id)
#define SEEDED (OPTION(REPLICATES) | OPTION(SEED) | OPTION(ALPHA))

static const char *const option_name[] = {
#define AMP_CALC_OPTION(id, name, arg, help) name,
#include "calc/options.def"
#undef AMP_CALC_OPTION
};

static const struct amp_calculator shown[] = {
	{"alpha", "--level nominal|ordinal|interval|ratio", N_("a column a coder, a row a unit; an empty cell is missing"),
         N_("Krippendorff's alpha: do coders agree beyond chance?")},
	{"kappa", "--kind cohen|fleiss|ac1", N_("a column a coder, a row a unit"), N_("Cohen's or Fleiss's kappa, Gwet's AC1")},
	{"wilson", "--x X --n N", "", N_("interval of a share (Wilson), with Clopper and Pearson's beside it")},
	{"prevalence", "--positives X --n N --tp A --npos B --tn C --nneg D", "",
         N_("true share behind a detector that errs (Rogan and Gladen; Lang and Reiczigel)")},
	{"ppi", "[--lambda auto|strata|0|1]",
         N_("y,f[,w][,stratum]; an empty y was not labelled; w: 1 over the chance of being drawn"),
         N_("mean of many scores, corrected by the labelled ones (PPI++)")},
	{"adjust", "--method bonferroni|holm|bh|by|bky [--alpha A]", "p", N_("p values of many tests, adjusted")},
	{"signflip", "", N_("a,b; a row a cluster"), N_("paired permutation test of a - b, and its interval")},
	{"glass", "", N_("a,b; a row a cluster"), N_("mean difference in standard deviations of b")},
	{"bootstrap", "--statistic difference|ratio --interval percentile|basic|bca --replicates N --seed S",
         N_("a,b or cluster,a,b"), N_("bootstrap of clusters")},
	{"huszar", "--treatment T --control C --k K", "", N_("amplification as Huszár et al. 2022 publish it, in percent")},
	{"rbo", "--p P FILE FILE", N_("none: an id a line in each file"), N_("likeness of two ranked lists (Webber et al. 2010)")},
	{"bias", "", N_("s, in rank order"), N_("bias of what was ranked, of what is shown, and what the ranking adds")},
	{"gini", "", "x", N_("how unevenly a quantity is shared: Gini, Theil, entropy")},
	{"power", "--p1 A --p2 B [--icc R --cluster-size M --alpha A --power P]", "",
         N_("items and clusters needed to tell two shares apart")},
};

static const struct row {
	int (*run)(struct calc *c, struct amp_err *err);
	uint32_t takes;
	size_t files;
} rows[] = {
	{calc_alpha, OPTION(LEVEL) | SEEDED, 0},
	{calc_kappa, OPTION(KIND) | SEEDED, 0},
	{calc_wilson, OPTION(X) | OPTION(N) | OPTION(ALPHA), 0},
	{calc_prevalence, OPTION(POSITIVES) | OPTION(N) | OPTION(TP) | OPTION(NPOS) | OPTION(TN) | OPTION(NNEG) | OPTION(ALPHA), 0},
	{calc_ppi, OPTION(LAMBDA) | OPTION(ALPHA), 0},
	{calc_adjust, OPTION(METHOD) | OPTION(ALPHA), 0},
	{calc_signflip, OPTION(ALPHA) | OPTION(SEED), 0},
	{calc_glass, 0, 0},
	{calc_bootstrap, OPTION(STATISTIC) | OPTION(INTERVAL) | SEEDED, 0},
	{calc_huszar, OPTION(TREATMENT) | OPTION(CONTROL) | OPTION(RATIO), 0},
	{calc_rbo, OPTION(PERSISTENCE), 2},
	{calc_bias, 0, 0},
	{calc_gini, 0, 0},
	{calc_power, OPTION(P1) | OPTION(P2) | OPTION(ICC) | OPTION(CLUSTER_SIZE) | OPTION(POWER) | OPTION(ALPHA), 0},
};
_Static_assert(sizeof rows / sizeof *rows == sizeof shown / sizeof *shown, "one row a calculator in both tables");

const struct amp_calculator *amp_calculators(size_t *n)
{
	*n = sizeof shown / sizeof *shown;
	return shown;
}

int calc_real(struct calc *c, enum amp_calc_option o, double min, double max, const double *fallback, double *out,
              struct amp_err *err)
{
	const char *text = c->in->option[o];
	char *stop;
	if (text == NULL && fallback != NULL) {
		*out = *fallback;
		c->usual[o] = amp_real(*fallback);
		return 0;
	}
	if (text == NULL)
		return amp_fail(err, AMP_EUSAGE, _("calc %s needs --%s: amplimeter calc %s %s"), c->self->name, option_name[o],
		                c->self->name, c->self->usage);
	*out = strtod(text, &stop);
	if (stop == text || *stop != '\0' || strspn(text, "+-.eE0123456789") != strlen(text) || !(*out >= min && *out <= max))
		return amp_fail(err, AMP_EUSAGE, _("--%s takes a number from %.9g to %.9g, with a decimal point: not \"%.40s\"."),
		                option_name[o], min, max, text);
	return 0;
}

int calc_count(struct calc *c, enum amp_calc_option o, const int64_t *fallback, int64_t *out, struct amp_err *err)
{
	const char *text = c->in->option[o];
	const double none = 0;
	double unused;
	if (text == NULL && fallback != NULL) {
		*out = *fallback;
		c->usual[o] = amp_real((double)*fallback);
		return 0;
	}
	if (text == NULL) return calc_real(c, o, none, none, NULL, &unused, err);
	if (!amp_str_i64(amp_str_c(text), out) || *out < 0)
		return amp_fail(err, AMP_EUSAGE, _("--%s takes a whole number from 0 on: not \"%.40s\"."), option_name[o], text);
	return 0;
}

int calc_choice(struct calc *c, enum amp_calc_option o, const char *choices, int fallback, int *out, struct amp_err *err)
{
	struct amp_str rest = amp_str_c(choices);
	const char *text = c->in->option[o];
	double unused;
	if (text == NULL && fallback < 0) return calc_real(c, o, 0, 0, NULL, &unused, err);
	for (int i = 0; rest.p != NULL; i++) {
		struct amp_str choice = amp_str_cut(&rest, '|');
		if (text != NULL ? !amp_str_eq_c(choice, text) : i != fallback) continue;
		*out = i;
		c->chosen[o] = choice;
		return 0;
	}
	return amp_fail(err, AMP_EUSAGE, _("--%s takes one of %s: not \"%.40s\"."), option_name[o], choices, text);
}

int calc_replicates(struct calc *c, int64_t least, int64_t usual, int64_t *out, struct amp_err *err)
{
	int rc = calc_count(c, AMP_CALC_REPLICATES, &usual, out, err);
	if (rc != 0 || (*out >= least && *out <= REPLICATES_MAX)) return rc;
	return amp_fail(err, AMP_EUSAGE, _("--replicates takes a number from %d to %d."), (int)least, REPLICATES_MAX);
}

int calc_input(struct calc *c, struct columns *t, struct amp_err *err)
{
	c->table = t;
	return calc_read(t, "-", c->arena, err);
}

int calc_need(const struct columns *t, const char *title, size_t *out, struct amp_err *err)
{
	char there[256] = "";
	size_t n = 0;
	int rc = calc_column(t, title, out, err);
	if (rc != 0 || *out != SIZE_MAX) return rc;
	for (size_t i = 0; i < t->n && n < sizeof there; i++) {
		int more = snprintf(there + n, sizeof there - n, "%s%.*s", i > 0 ? ", " : "", AMP_ARG(t->title[i]));
		n += more > 0 ? (size_t)more : sizeof there;
	}
	return amp_fail(err, AMP_EFORMAT, _("%s:1: there is no column \"%s\" among: %s."), t->file, title, there);
}

/* As the number that it is, else as text. */
static void echo(struct amp_jsonw *w, const char *name, const char *text)
{
	char *stop;
	int64_t whole;
	double v = strtod(text, &stop);
	if (amp_str_i64(amp_str_c(text), &whole))
		amp_jsonw_ki64(w, name, whole);
	else if (*stop == '\0' && stop != text)
		amp_jsonw_kdouble(w, name, v);
	else
		amp_jsonw_kc(w, name, text);
}

/* The titles, how many rows, and the fingerprint that sha256sum gives of the same bytes. */
static void echo_table(struct calc *c, const struct columns *t)
{
	char hex[2 * AMP_SHA256 + 1];
	amp_jsonw_key(&c->w, "columns");
	amp_jsonw_array(&c->w);
	for (size_t i = 0; i < t->n; i++) amp_jsonw_str(&c->w, t->title[i]);
	amp_jsonw_end_array(&c->w);
	amp_jsonw_ki64(&c->w, "rows", (int64_t)t->rows);
	amp_hex(t->sha256, AMP_SHA256, hex);
	amp_jsonw_kc(&c->w, "sha256", hex);
}

static void echo_option(struct calc *c, size_t o)
{
	if (c->in->option[o] != NULL)
		echo(&c->w, option_name[o], c->in->option[o]);
	else if (c->chosen[o].p != NULL)
		amp_jsonw_kstr(&c->w, option_name[o], c->chosen[o]);
	else if (c->usual[o].known)
		calc_key(c, option_name[o], c->usual[o]);
}

void calc_begin(struct calc *c)
{
	amp_jsonw_start(&c->w, c->out);
	amp_jsonw_object(&c->w);
	amp_jsonw_kc(&c->w, "calculator", c->self->name);
	amp_jsonw_key(&c->w, "inputs");
	amp_jsonw_object(&c->w);
	for (size_t i = 0; i < AMP_CALC_OPTIONS; i++)
		if ((c->takes >> i & 1) != 0) echo_option(c, i);
	for (size_t i = 0; i < c->in->n_files; i++) amp_jsonw_kc(&c->w, i == 0 ? "a" : "b", c->in->files[i]);
	if (c->table != NULL) echo_table(c, c->table);
	amp_jsonw_end_object(&c->w);
}

void calc_end(struct calc *c)
{
	amp_jsonw_end_object(&c->w);
	(void)amp_buf_byte(c->out, '\n');
}

void calc_key(struct calc *c, const char *key, struct amp_real v)
{
	if (v.known && v.v == floor(v.v) && fabs(v.v) < 1e15) /* 70, not 7e+01 */
		amp_jsonw_ki64(&c->w, key, (int64_t)v.v);
	else
		amp_jsonw_kdouble(&c->w, key, v.known ? v.v : NAN); /* which is written as null */
}

void calc_interval(struct calc *c, const struct amp_confidence *v)
{
	calc_key(c, "estimate", v->estimate);
	calc_key(c, "lo", v->lo);
	calc_key(c, "hi", v->hi);
	calc_key(c, "se", v->se);
}

void calc_reason(struct calc *c, bool known, const char *why)
{
	amp_jsonw_kc(&c->w, "reason", known ? NULL : why);
}

static int check_options(const struct calc *c, const struct row *row, struct amp_err *err)
{
	for (size_t i = 0; i < AMP_CALC_OPTIONS; i++)
		if (c->in->option[i] != NULL && (row->takes >> i & 1) == 0)
			return amp_fail(err, AMP_EUSAGE, _("calc %s has no option --%s: amplimeter calc %s %s"), c->self->name,
			                option_name[i], c->self->name, c->self->usage);
	if (c->in->n_files != row->files)
		return amp_fail(err, AMP_EUSAGE,
		                row->files > 0
		                        ? _("calc %s takes two files: amplimeter calc %s %s")
		                        : _("calc %s takes no file: it reads its columns on standard input: amplimeter calc %s %s"),
		                c->self->name, c->self->name, c->self->usage);
	return 0;
}

int amp_calc(const char *name, const struct amp_calc_input *in, struct amp_buf *out, struct amp_err *err)
{
	const char *names[sizeof shown / sizeof *shown];
	const size_t n = sizeof shown / sizeof *shown;
	size_t at = 0;
	for (size_t i = 0; i < n; i++) names[i] = shown[i].name;
	while (at < n && strcmp(names[at], name) != 0) at++;
	if (at == n) {
		const char *near = amp_str_suggest(name, names, n);
		return amp_fail(err, AMP_EUSAGE,
		                _("There is no calculator \"%.40s\": did you mean \"%s\"? (amplimeter calc list names them all.)"),
		                name, near != NULL ? near : names[0]);
	}
	const double five = 0.05;
	const int64_t one = 1;
	int64_t seed;
	struct calc c = {.self = &shown[at], .in = in, .out = out, .takes = rows[at].takes};
	int rc = check_options(&c, &rows[at], err);
	if (rc == 0) rc = calc_real(&c, AMP_CALC_ALPHA, 1e-9, 0.999999999, &five, &c.alpha, err);
	if (rc == 0) rc = calc_count(&c, AMP_CALC_SEED, &one, &seed, err);
	if (rc != 0) return rc;
	c.seed = (uint64_t)seed;
	c.arena = amp_arena_new(ARENA_MAX);
	if (c.arena == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	rc = rows[at].run(&c, err);
	amp_arena_free(c.arena);
	return rc != 0 ? rc : amp_buf_check(out, "calc", err);
}

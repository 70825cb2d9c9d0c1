/* private.h: a table of columns, and what a calculator is handed. */
#ifndef AMP_CALC_PRIVATE_H
#define AMP_CALC_PRIVATE_H
#include "base/arena.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/str.h"
#include "calc/calc.h"
#include "stats/real.h"

struct columns {
	size_t n, rows;
	struct amp_str *title;
	struct amp_str *cell; /* rows x n; an empty cell has n == 0 */
	size_t *line;         /* where each row starts, from 1 */
	bool decimal_comma;
	uint8_t sha256[AMP_SHA256]; /* of every byte that was read */
	const char *file;
	struct amp_arena *arena;
};
/* Reads a file, "-" is standard input. Rows with another number of cells than the header are refused. */
int calc_read(struct columns *c, const char *file, struct amp_arena *arena, struct amp_err *err) AMP_CHECK;
/* SIZE_MAX when no column has this title (any case); refused when two have. */
int calc_column(const struct columns *c, const char *title, size_t *out, struct amp_err *err) AMP_CHECK;
/* The texts of a column, in the arena; an empty one is refused. */
int calc_filled(const struct columns *c, size_t column, struct amp_str **out, struct amp_err *err) AMP_CHECK;
/* Without the byte order mark that spreadsheets put first. */
struct amp_str calc_unmarked(struct amp_str s);
/* The numbers of a column, in the arena; empty cells are refused, or unknown. */
int calc_numbers(const struct columns *c, size_t column, double **out, struct amp_err *err) AMP_CHECK;
int calc_numbers_or_gaps(const struct columns *c, size_t column, struct amp_real **out, struct amp_err *err) AMP_CHECK;
/* Texts as codes 0, 1, … in the order of their bytes; n cells from anywhere in the table. */
int calc_codes(const struct columns *c, const struct amp_str *cells, size_t n, double **code, struct amp_err *err) AMP_CHECK;

struct calc {
	const struct amp_calculator *self;
	const struct amp_calc_input *in;
	struct amp_arena *arena;
	struct amp_buf *out;
	struct amp_jsonw w;
	double alpha;
	uint64_t seed;
	uint32_t takes;                          /* a bit an option */
	struct amp_real usual[AMP_CALC_OPTIONS]; /* what stood in for an option that was not given: it is echoed too */
	struct amp_str chosen[AMP_CALC_OPTIONS]; /* the same, in words */
	const struct columns *table;             /* what was read on standard input, or NULL */
};
/* Options as numbers, with their range in the message. Unknown options take the default; one without default is refused. */
int calc_real(struct calc *c, enum amp_calc_option o, double min, double max, const double *fallback, double *out,
              struct amp_err *err) AMP_CHECK;
int calc_count(struct calc *c, enum amp_calc_option o, const int64_t *fallback, int64_t *out, struct amp_err *err) AMP_CHECK;
/* Which of choices ("a|b|c") the option is; fallback < 0: it must be given. */
int calc_choice(struct calc *c, enum amp_calc_option o, const char *choices, int fallback, int *out, struct amp_err *err) AMP_CHECK;
/* How many resamples, least or more. */
int calc_replicates(struct calc *c, int64_t least, int64_t usual, int64_t *out, struct amp_err *err) AMP_CHECK;
/* The table on standard input; t is used until the answer is written. */
int calc_input(struct calc *c, struct columns *t, struct amp_err *err) AMP_CHECK;
/* A column that must be there; the message names those that are. */
int calc_need(const struct columns *t, const char *title, size_t *out, struct amp_err *err) AMP_CHECK;

void calc_begin(struct calc *c); /* {"calculator":NAME,"inputs":{options as given or meant, and what was read} */
void calc_end(struct calc *c);
void calc_key(struct calc *c, const char *key, struct amp_real v); /* null when unknown */
void calc_interval(struct calc *c, const struct amp_confidence *v);
void calc_reason(struct calc *c, bool known, const char *why); /* "reason": null where the value is known */

/* The calculators' functions, one row each in calculators.c. */
#define CALC_FUNCTIONS(X) \
	X(alpha)          \
	X(kappa)          \
	X(wilson) X(prevalence) X(ppi) X(adjust) X(signflip) X(glass) X(bootstrap) X(huszar) X(rbo) X(bias) X(gini) X(power)
#define X(name) int calc_##name(struct calc *c, struct amp_err *err) AMP_CHECK;
CALC_FUNCTIONS(X)
#undef X

#endif

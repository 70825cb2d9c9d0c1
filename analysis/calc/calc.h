/* calc.h: calculators for anyone who re-checks a figure: the statistics core, asked by hand.
 *
 * Data are CSV with a header line, on standard input: commas; or semicolons or tabs, and then decimal commas are read too, as French
 * spreadsheets write them. The answer is one line of JSON with the inputs echoed; `adjust` writes a line a p and then the summary.
 * A value that does not exist is null, with `reason`.
 */
#ifndef AMP_CALC_CALC_H
#define AMP_CALC_CALC_H
#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"

/* Options of all calculators: one row a name in options.def. */
enum amp_calc_option {
#define AMP_CALC_OPTION(id, name, arg, help) AMP_CALC_##id,
#include "calc/options.def"
#undef AMP_CALC_OPTION
	AMP_CALC_OPTIONS
};
struct amp_calc_input {
	const char *option[AMP_CALC_OPTIONS]; /* as written; NULL: not given */
	const char *const *files;             /* operands after the calculator's name */
	size_t n_files;
};
struct amp_calculator {
	const char *name, *usage; /* usage: its options as help shows them */
	const char *columns;      /* of the CSV, "" when it reads none */
	const char *summary;      /* N_() */
};
/* All of them, in the order of help. */
const struct amp_calculator *amp_calculators(size_t *n);
/* Runs one: AMP_EUSAGE for a name, option or value that is none, AMP_EFORMAT for data that cannot be read (line and column named). */
int amp_calc(const char *name, const struct amp_calc_input *in, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

#endif

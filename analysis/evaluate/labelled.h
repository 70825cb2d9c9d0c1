/* labelled.h: texts with people's labels, from CSV (RFC 4180; comma, semicolon or tab; UTF-8, with or without a byte order mark).
 *
 * The first line names the columns, in any order and any case: text and label (0, 1, not_hateful, hateful) are needed; target (several joined by
 * "|"), lang (a language tag) and functionality may be there; others are passed over. Strict, where what `amplimeter score` reads is lenient: a
 * text that is read wrongly here would be counted as an error of the detector.
 */
#ifndef AMP_EVALUATE_LABELLED_H
#define AMP_EVALUATE_LABELLED_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_LABELLED_FILE_MAX ((size_t)256 << 20)
#define AMP_LABELLED_ROWS_MAX ((size_t)1000000)
#define AMP_LABELLED_TEXT_MAX ((size_t)1 << 20)
#define AMP_LABELLED_NAME_MAX 100    /* bytes of a target or functionality */
#define AMP_LABELLED_TARGETS_MAX 16  /* of one text */
#define AMP_LABELLED_MISTAKES_MAX 20 /* that are said; all are counted */

enum amp_labelled_column {
	AMP_LABELLED_TEXT,
	AMP_LABELLED_LABEL,
	AMP_LABELLED_TARGET,
	AMP_LABELLED_LANG,
	AMP_LABELLED_FUNCTIONALITY,
	AMP_LABELLED_ID, /* read where texts and labels stand in two files, passed over else */
	AMP_LABELLED_COLUMNS
};
enum amp_labelled_as {
	AMP_LABELLED_WHOLE,      /* text and label are needed */
	AMP_LABELLED_TEXTS_ONLY, /* id and text; a label is passed over */
	AMP_LABELLED_LABELS_ONLY /* id and label; all else is passed over */
};
struct amp_labelled_row {
	int64_t line;                                         /* of the file, from 1 */
	struct amp_str text, target, lang, functionality, id; /* empty when the file does not say */
	bool hateful;
};
struct amp_labelled {
	struct amp_labelled_row *rows;
	size_t n, room;
	bool has[AMP_LABELLED_COLUMNS];
	const char *unused; /* titles of the columns passed over, joined by ", "; "" when none */
};
struct amp_labelled_say { /* a mistake at a line and a column, in characters, from 1 */
	void (*mistake)(void *user, int64_t line, int64_t column, const char *text);
	void *user;
};
/* Fields lend from bytes and arena. With any mistake AMP_EUSAGE, after they have been said. name: of the file, for the error. */
int amp_labelled_read(struct amp_labelled *out, struct amp_arena *arena, struct amp_str bytes, const char *name,
                      enum amp_labelled_as as, const struct amp_labelled_say *say, struct amp_err *err) AMP_CHECK;
struct amp_labelled_joined {  /* how two files fit */
	size_t without_label; /* texts left out */
	size_t without_text;  /* labels of texts that are not in the file */
};
/* Gives each text the label of its id; texts without one are left out and counted, as are labels without a text. An id that stands twice in either
 * file is said at its line, by say_texts or say_labels, and AMP_EUSAGE; so is a join that leaves nothing. names: of the two files. */
int amp_labelled_join(struct amp_labelled *texts, const struct amp_labelled *labels, const char *const names[2],
                      const struct amp_labelled_say *say_texts, const struct amp_labelled_say *say_labels,
                      struct amp_labelled_joined *out, struct amp_err *err) AMP_CHECK;
void amp_labelled_free(struct amp_labelled *l); /* NULL-safe */
/* Title of a column: "text". */
const char *amp_labelled_title(enum amp_labelled_column c);
/* The next of the names joined by "|" in a target field, trimmed; false at the end. Empty ones are passed over. */
bool amp_labelled_target(struct amp_str *rest, struct amp_str *name);

#endif

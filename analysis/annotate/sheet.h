/* sheet.h: the CSV file that goes to a coder and comes back. Pure: bytes in, rows out.
 *
 * RFC 4180, UTF-8 with a byte order mark (spreadsheets need it); commas in English, semicolons in French, as spreadsheets of these languages
 * expect; read with either, or tabs, and titles in either language, in any order. Coders see the text as it was shown and what a reader would
 * have seen around it: neither score, nor feed, persona, stratum, author, address or date.
 * A cell that a spreadsheet would take for a formula starts with an apostrophe.
 */
#ifndef AMP_ANNOTATE_SHEET_H
#define AMP_ANNOTATE_SHEET_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "lexicon/target.h"

#define AMP_SHEET_FILE_MAX ((size_t)256 << 20)
#define AMP_SHEET_MISTAKES_MAX 20  /* that are said; all are counted */
#define AMP_SHEET_COMMENT_MAX 4000 /* bytes */
#define AMP_SHEET_TARGETS_MAX 8    /* of one text */
#define AMP_SHEET_DIGITS 16        /* hexadecimal digits of the unit's key, behind a "u" */
#define AMP_GUIDELINE "1"          /* of docs/annoter.md and docs/annotate.md */

enum amp_sheet_column {
#define COLUMN(id, en, fr, role) AMP_SHEET_##id,
#include "annotate/columns.def"
#undef COLUMN
	AMP_SHEET_COLUMNS
};
enum amp_coder_label {
#define LABEL(id, stored, fr) AMP_CODED_##id,
#define ACT(stored, fr)
#include "annotate/words.def"
#undef LABEL
#undef ACT
	AMP_CODED_LABELS,
	AMP_CODED_NONE = AMP_CODED_LABELS /* not judged */
};
const char *amp_coder_label_name(enum amp_coder_label l); /* "hateful", … as stored; NULL for none */
/* By its stored or French name, in any case, spaces or hyphens for the underscore; AMP_CODED_NONE when it is none. */
enum amp_coder_label amp_coder_label_find(struct amp_str s);
const char *amp_act_find(struct amp_str s); /* the stored name of an act, NULL */

struct amp_sheet_row {
	int64_t line; /* of the file, from 1 */
	int64_t column
		[AMP_SHEET_COLUMNS]; /* where each cell starts on its line, in characters, from 1; 0: there is no such column */
	struct amp_str cell[AMP_SHEET_COLUMNS]; /* empty where the file has none */
	enum amp_coder_label label;             /* NONE: the coder has not come to it */
	const struct amp_target *target[AMP_SHEET_TARGETS_MAX];
	size_t n_targets;
	const char *act; /* NULL */
	int confidence;  /* 0: not said */
};
struct amp_sheet {
	struct amp_sheet_row *rows;
	size_t n, room;
	size_t mistakes;
};
struct amp_sheet_say { /* a mistake at a line and a column, in characters, from 1 */
	void (*mistake)(void *user, int64_t line, int64_t column, const char *text);
	void *user;
};
/* Every mistake is said, at most AMP_SHEET_MISTAKES_MAX; with any, AMP_EUSAGE. Cells lend from bytes and arena. name: for the error. */
int amp_sheet_read(struct amp_sheet *out, struct amp_arena *arena, struct amp_str bytes, const char *name,
                   const struct amp_sheet_say *say, struct amp_err *err) AMP_CHECK;
void amp_sheet_free(struct amp_sheet *s); /* NULL-safe */
/* One more mistake, found by the caller. */
void amp_sheet_mistake(struct amp_sheet *s, const struct amp_sheet_say *say, const struct amp_sheet_row *row,
                       enum amp_sheet_column column, const char *text);

/* ---- writing ---- */
void amp_sheet_titles(struct amp_buf *out, bool french);
/* cells: AMP_SHEET_COLUMNS texts, absent ones are empty. */
void amp_sheet_write(struct amp_buf *out, const struct amp_str *cells, bool french);
/* A cell as it is written, without its quotes: control characters are spaces, line ends \n, a formula's first character has its apostrophe. */
void amp_sheet_cell(struct amp_buf *out, struct amp_str s);
/* Does a cell that came back say what was written? Spreadsheets change line ends, and may take the apostrophe or outer spaces away. */
bool amp_sheet_same(struct amp_str came, struct amp_str written);
/* SHA-256 of a nonce and the cells that a coder is shown, as written: what annotation.text_sha256 holds. */
void amp_sheet_hash(const struct amp_str *cells, const uint8_t nonce[AMP_KEY], uint8_t out[AMP_SHA256]);
bool amp_sheet_shown(enum amp_sheet_column c);
const char *amp_sheet_title(enum amp_sheet_column c, bool french);

#endif

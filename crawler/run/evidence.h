/* evidence.h: a capture as the "columns" object of its ledger entry's block, and that object as database rows. One table of columns
 * serves the writer, the adoption of orphans after a crash, and verify, so that the three cannot disagree.
 *
 * A capture's columns: program_run, study_version (keys in hexadecimal); round {scheduled_at, window_end}, persona, feed,
 * snapshot_attempt, walk, step, page, branch, depth, interrupted where it belongs to a snapshot; policy, and parent_rank after step 0, where that
 * is a step of a walk; redirect_of_seq; and the columns of
 * the capture table under their own names. What is NULL is left out.
 */
#ifndef AMP_RUN_EVIDENCE_H
#define AMP_RUN_EVIDENCE_H
#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "archive/archive.h"
#include "base/err.h"
#include "base/hash.h"
#include "fetch/fetch.h"
#include "run/rows.h"
#include "store/store.h"

enum amp_column_kind { AMP_COLUMN_INT, AMP_COLUMN_TEXT, AMP_COLUMN_HASH };
struct amp_column {
	const char *name;
	enum amp_column_kind kind;
};
/* The columns of the capture table that come out of the block as they are, in the order of the statements of run.sql. */
const struct amp_column *amp_capture_columns(size_t *n);

struct amp_capture_place { /* which page of which snapshot; persona NULL: of none (robots, session) */
	const char *persona, *feed, *branch;
	int64_t scheduled_at, window_end;
	int64_t attempt, walk, step, page, depth; /* page -1: a redirect or an attempt that was repeated */
	/* of a walk (walk > 0): the rule, and the rank in the list of the step before that was followed, -1 at step 0 */
	const char *policy;
	int64_t parent_rank;
};
struct amp_program { /* this run of the program */
	int64_t id;
	struct amp_key key;
	char key_hex[2 * AMP_KEY + 1];
	char version_hex[2 * AMP_KEY + 1]; /* of the study */
};
/* New references; NULL when memory is out. */
json_t *amp_evidence_exchange(const struct amp_program *p, const struct amp_capture_place *place, const struct amp_exchange *x,
                              int64_t redirect_of_seq);
struct amp_saved_file {
	const char *url; /* where it came from, or a file: URI of its bare name */
	struct amp_str bytes;
	int status;          /* from the headers beside it; 0 unknown */
	int64_t captured_at; /* AMP_TIME_NONE unknown */
};
json_t *amp_evidence_file(const struct amp_program *p, const struct amp_capture_place *place, const struct amp_saved_file *f);
/* Sets a text value, ill-formed UTF-8 repaired; absent sets nothing. */
void amp_evidence_text(json_t *o, const char *name, struct amp_str s);

/* Reads a column back: false when absent or of another type. */
bool amp_evidence_int(const json_t *columns, const char *name, int64_t *out);
struct amp_str amp_evidence_str(const json_t *columns, const char *name);
bool amp_evidence_hex(const json_t *columns, const char *name, uint8_t *out, size_t n);

struct amp_evidence { /* what rows are made in */
	struct amp_store *store;
	struct amp_study_ref ref; /* version: the one in force */
	int64_t archive_id, crawler_id;
};
struct amp_appended { /* one group of the archive */
	struct amp_ledger_entry entry;
	struct amp_place place; /* length 0: none */
	int64_t revisit_of_seq; /* -1 */
	const json_t *columns;
};
/* The rows of one ledger entry: the ledger row, and by type the capture with its place, the program run, the study version or the
 * decision; a missed round's slots are marked. Inside the caller's transaction. *capture_id: 0 unless it is a capture. */
int amp_evidence_rows(const struct amp_evidence *e, const struct amp_appended *a, int64_t *capture_id,
                      struct amp_err *err) AMP_CHECK;

/* The place of a capture, out of its columns; strings are borrowed from them. False when it belongs to no snapshot. */
bool amp_evidence_place(const json_t *columns, struct amp_capture_place *out);
/* The study version that a block names; the one in force when it names none. */
int amp_evidence_version(const struct amp_evidence *e, const json_t *columns, struct amp_study_ref *out,
                         struct amp_err *err) AMP_CHECK;

#endif

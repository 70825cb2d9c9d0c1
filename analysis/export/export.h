/* export.h: a database as files for analysts: CSV, JSON Lines, CSV with a typed schema, a smaller SQLite database, and the words that describe
 * the columns. Reads the database, never writes to it; no network, no crawler code.
 *
 * Published data is pseudonymised unless names are asked for: accounts, posts and names are keyed hashes (pseudonym.h), texts and addresses
 * are left out. What was erased by law never leaves. Rows are streamed: memory does not grow with their number.
 */
#ifndef AMP_EXPORT_EXPORT_H
#define AMP_EXPORT_EXPORT_H
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* csv, jsonl, sql: a folder; sqlite, datasette, dictionary: a file. The last two describe the views and need no database. */
#define AMP_EXPORT_FORMATS "csv|jsonl|sql|sqlite|datasette|dictionary"

struct amp_export_options {
	const char *format; /* one of AMP_EXPORT_FORMATS */
	const char *out;    /* a folder or file that does not exist yet; "-": standard output (one table, or a description) */
	const char *const *tables; /* NULL: all */
	size_t n_tables;
	const char *study;    /* short name; NULL: all (sqlite: the only one) */
	bool with_names;      /* identifiers and texts as they are: the caller has recorded the decision */
	const char *key_file; /* of the pseudonyms; made when absent; unused with names */
	const char *program_version;
};
/* Each file written is told to fn: its path and its rows, -1 where rows have no meaning. */
typedef void amp_export_fn(void *user, const char *path, int64_t rows);

bool amp_export_is_description(const char *format); /* datasette, dictionary */
/* Whether these options can be carried out, before anything is opened or recorded. AMP_EUSAGE with a sentence when not. */
int amp_export_check(const struct amp_export_options *o, struct amp_err *err) AMP_CHECK;
/* store may be NULL for a description. One read transaction: the files agree with each other while a crawl goes on. The files come under
 * their names at the end, together; nothing is left behind on failure. AMP_EUSAGE: unknown table or study, or out exists; AMP_EFULL. */
int amp_export(struct amp_store *store, const struct amp_export_options *o, amp_export_fn *fn, void *user,
               struct amp_err *err) AMP_CHECK;

#endif

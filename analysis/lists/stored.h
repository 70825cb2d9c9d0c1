/* stored.h: the rows of snapshot_list. */
#ifndef AMP_LISTS_STORED_H
#define AMP_LISTS_STORED_H
#include "base/err.h"
#include "lists/encode.h"
#include "store/store.h"

/* The organic entries of one parse in their order; room is kept from call to call. */
struct amp_list_rows {
	struct amp_list_entry *v;
	size_t n, room;
};
int amp_list_exposures(struct amp_list_rows *rows, struct amp_store *store, int64_t parse_id, struct amp_err *err) AMP_CHECK;
void amp_list_rows_free(struct amp_list_rows *rows);

/* Makes the parse's row from its exposures where there is none; in the caller's transaction. A list that the format does not hold is left out:
 * readers go to the exposures. */
int amp_list_make(struct amp_list_rows *rows, struct amp_store *store, int64_t parse_id, struct amp_err *err) AMP_CHECK;

/* Reading row after row. Parses that are asked for in ascending order are found by steps, without a search each. Zero to begin with; end it before
 * rows are written. */
struct amp_list_cursor {
	struct amp_query q;
	bool open;
	int64_t at; /* the row that it stands on */
};
enum amp_list_found { AMP_LIST_NONE, AMP_LIST_FOUND, AMP_LIST_DAMAGED };
/* *out lives until the next call. */
int amp_list_find(struct amp_list_cursor *c, struct amp_store *store, int64_t parse_id, struct amp_list_bytes *out,
                  enum amp_list_found *found, struct amp_err *err) AMP_CHECK;
void amp_list_end(struct amp_list_cursor *c);

/* Rows to be written, many in one transaction. Zero to begin with. */
struct amp_list_pending {
	struct amp_buf bytes;
	struct amp_list_made {
		int64_t parse;
		size_t at, n;
	} * v;
	size_t n, room;
	bool off; /* they could not be written: nothing is kept any more */
};
#define AMP_LIST_PENDING ((size_t)4 << 20) /* bytes after which they should be written */
void amp_list_keep(struct amp_list_pending *p, int64_t parse_id, const struct amp_list_rows *rows);
/* In a transaction of its own. Lists save time and say nothing that exposures do not: a full disk, a database that is in use or not to be written
 * turns this off, and is no error. */
void amp_list_write(struct amp_list_pending *p, struct amp_store *store);
void amp_list_pending_free(struct amp_list_pending *p);

/* Compares every row with its exposures. *rows: how many there are; *bad: how many differ, of which the first is of the parse *first. */
struct amp_list_check {
	int64_t rows, bad, first;
};
int amp_list_check(struct amp_list_check *out, struct amp_store *store, struct amp_err *err) AMP_CHECK;

#endif

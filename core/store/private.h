/* private.h: what the files of core/store share. */
#ifndef AMP_STORE_PRIVATE_H
#define AMP_STORE_PRIVATE_H
#include "store/store.h"

struct amp_statement {
	const struct amp_sql *sql;
	sqlite3_stmt *st;
};
struct amp_store {
	sqlite3 *db;
	char *path;
	int version;
	struct amp_statement *statements; /* open-addressed by the sql row's address; size is a power of two */
	size_t n_statements, size;
};
void amp_query_forget(struct amp_store *s); /* finalises every cached statement */
int amp_store_sqlite_code(int rc);
int amp_store_fail(struct amp_store *s, const char *what, struct amp_err *err);

#endif

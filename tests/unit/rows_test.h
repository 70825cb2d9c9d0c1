/* rows_test.h: what a query finds, against what it should, as text. */
#ifndef AMP_TESTS_ROWS_TEST_H
#define AMP_TESTS_ROWS_TEST_H
#include "base/buf.h"
#include "store/store.h"

static inline int rows_test_add(void *user, int n, char **values, char **names)
{
	struct amp_buf *b = user;
	(void)names;
	for (int i = 0; i < n; i++) amp_buf_printf(b, "%s%s", i > 0 ? "|" : "", values[i] != NULL ? values[i] : "NULL");
	return amp_buf_byte(b, '\n');
}

/* want: a line a row, columns apart by "|". */
static inline void assert_rows(struct amp_store *s, const char *sql, const char *want)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	assert_int_equal(sqlite3_exec(amp_store_handle(s), sql, rows_test_add, &b, NULL), SQLITE_OK);
	assert_string_equal(b.p != NULL ? b.p : "", want);
	amp_buf_free(&b);
}

#endif

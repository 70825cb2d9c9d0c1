/* migrate.h: append-only schema migrations, embedded in the program. Private to core/store and its tests. */
#ifndef AMP_STORE_MIGRATE_H
#define AMP_STORE_MIGRATE_H
#include <stdbool.h>
#include <stddef.h>
#include <sqlite3.h>
#include "base/err.h"

struct amp_migration {
	int number; /* 1, 2, …: becomes user_version */
	const char *name;
	const unsigned char *sql; /* NUL-ended */
	size_t n;
};
extern const struct amp_migration amp_migrations[]; /* ends with number 0 */

int amp_migrations_newest(void);
/* Brings db from its user_version to the newest, each migration in a transaction of its own. */
int amp_migrate(sqlite3 *db, const char *path, struct amp_err *err) AMP_CHECK;

#endif

/* migrate.c: see migrate.h. */
#include "store/migrate.h"

#include <stdio.h>

#include "base/i18n.h"
#include "store/store.h"

int amp_migrations_newest(void)
{
	int newest = 0;

	for (const struct amp_migration *m = amp_migrations; m->number != 0; m++) newest = m->number;
	return newest;
}

static int run(sqlite3 *db, const char *sql, const char *path, const char *what, struct amp_err *err)
{
	char *message = NULL;
	int rc = sqlite3_exec(db, sql, NULL, NULL, &message);

	if (rc != SQLITE_OK) {
		int code = rc == SQLITE_FULL    ? AMP_EFULL
		           : rc == SQLITE_BUSY  ? AMP_EBUSY
		           : rc == SQLITE_NOMEM ? AMP_ENOMEM
		                                : AMP_EIO;

		rc = amp_fail(err, code, _("%s: %s failed: %s"), path, what, message == NULL ? sqlite3_errstr(rc) : message);
	}
	sqlite3_free(message);
	return rc;
}

static int user_version(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int v = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) {
		v = sqlite3_column_int(st, 0);
	}
	(void)sqlite3_finalize(st);
	return v;
}

int amp_migrate(sqlite3 *db, const char *path, struct amp_err *err)
{
	int version = user_version(db), rc;

	if (version < 0) return amp_fail(err, AMP_EIO, _("%s: cannot read the schema version: %s"), path, sqlite3_errmsg(db));
	for (const struct amp_migration *m = amp_migrations; m->number != 0; m++) {
		char pragma[96];

		if (m->number <= version) continue;
		/* PRAGMA takes no bound parameters; the numbers are ours, not anybody's input */
		(void)snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d; PRAGMA application_id = %d", m->number,
		               AMP_STORE_APPLICATION_ID);
		rc = run(db, "BEGIN IMMEDIATE", path, m->name, err);
		if (rc != 0) return rc;
		rc = run(db, (const char *)m->sql, path, m->name, err);
		if (rc == 0) rc = run(db, pragma, path, m->name, err);
		if (rc == 0) rc = run(db, "COMMIT", path, m->name, err);
		if (rc != 0) {
			(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return rc;
		}
	}
	return 0;
}

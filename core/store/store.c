/* store.c: connection, transactions, meta. See store.h. */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "store/migrate.h"
#include "store/private.h"
#include "store_sql.h"

/* SQLite asks for sizes back: keep them in a 16-byte header, so that alignment stays malloc's. */
#define HEADER 16

static void *sqlite_malloc(int n)
{
	char *p = amp_malloc((size_t)n + HEADER);

	if (p == NULL) return NULL;
	memcpy(p, &n, sizeof(n));
	return p + HEADER;
}

static void sqlite_free(void *p)
{
	if (p != NULL) amp_free((char *)p - HEADER);
}

static void *sqlite_realloc(void *p, int n)
{
	char *q = amp_realloc((char *)p - HEADER, (size_t)n + HEADER);

	if (q == NULL) return NULL;
	memcpy(q, &n, sizeof(n));
	return q + HEADER;
}

static int sqlite_size(void *p)
{
	int n = 0;

	if (p != NULL) memcpy(&n, (char *)p - HEADER, sizeof(n));
	return n;
}

static int sqlite_roundup(int n)
{
	return (n + 7) & ~7;
}

static int sqlite_init(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void sqlite_shutdown(void *unused)
{
	(void)unused;
}

static void route_memory(void)
{
	static int done;
	static sqlite3_mem_methods methods = {sqlite_malloc,  sqlite_free, sqlite_realloc,  sqlite_size,
	                                      sqlite_roundup, sqlite_init, sqlite_shutdown, NULL};

	if (done) return;
	done = 1;
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods); /* refused once SQLite runs: then it keeps its own */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);     /* nobody asks for its counts, and each costs a lock */
}

int amp_store_sqlite_code(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL: return AMP_EFULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return AMP_EBUSY;
	case SQLITE_NOMEM: return AMP_ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return AMP_ECORRUPT;
	case SQLITE_AUTH:
	case SQLITE_READONLY: return AMP_EPOLICY;
	default: return AMP_EIO;
	}
}

static int fail(struct amp_store *s, const char *what, struct amp_err *err)
{
	int rc = sqlite3_extended_errcode(s->db), code = amp_store_sqlite_code(rc);

	/* SQLite reports a full disk under a WAL as an I/O error; errno tells */
	if (code == AMP_EIO && sqlite3_system_errno(s->db) == ENOSPC) code = AMP_EFULL;
	if (code == AMP_EBUSY) {
		return amp_err_set_at(err, code, rc, __FILE__, __LINE__,
		                      _("%s is in use by another process; wait for it to end, or give another --db"), s->path);
	}
	if (code == AMP_EFULL) {
		return amp_err_set_at(err, code, rc, __FILE__, __LINE__,
		                      _("%s: the disk is full; what was stored before is intact, free some space and start again"),
		                      s->path);
	}
	return amp_err_set_at(err, code, rc, __FILE__, __LINE__, _("%s: %s: %s"), s->path, what, sqlite3_errmsg(s->db));
}

int amp_store_fail(struct amp_store *s, const char *what, struct amp_err *err)
{
	return fail(s, what, err);
}

static int pragma_int(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW) *out = sqlite3_column_int(st, 0);
	}
	(void)sqlite3_finalize(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* Tables that the analysis commands may write; everything else is refused by the authorizer. */
static int authorize(void *user, int action, const char *table, const char *column, const char *database, const char *trigger)
{
	static const char *const analysis[] = {
		"detector",        "detection",  "detection_target",  "item_text",          "threshold_set", "snapshot_sum",
		"grid_cell",       "estimate",   "program_run",       "service_exchange",   "service_text",  "cascade_frame",
		"cascade_unit",    "sample",     "sample_stratum",    "sample_unit",        "sample_text",   "sample_snapshot",
		"sample_exposure", "annotation", "annotation_target", "annotation_comment", "adjudication",  "snapshot_list"};

	(void)user;
	(void)column;
	(void)database;
	(void)trigger;
	if (action != SQLITE_INSERT && action != SQLITE_UPDATE && action != SQLITE_DELETE) {
		return action >= SQLITE_CREATE_INDEX && action <= SQLITE_DROP_VIEW && action != SQLITE_DELETE ? SQLITE_DENY
		                                                                                              : SQLITE_OK;
	}
	for (size_t i = 0; i < sizeof(analysis) / sizeof(analysis[0]); i++) {
		if (strcmp(table, analysis[i]) == 0) return SQLITE_OK;
	}
	return SQLITE_DENY;
}

static int check_identity(struct amp_store *s, enum amp_store_mode mode, struct amp_err *err)
{
	int application = 0, version = 0, schema = 0, rc = pragma_int(s->db, "PRAGMA application_id", &application);

	if (rc == SQLITE_OK) rc = pragma_int(s->db, "PRAGMA user_version", &version);
	/* 0 until a first table is made: a file without tables is nobody's */
	if (rc == SQLITE_OK) rc = pragma_int(s->db, "PRAGMA schema_version", &schema);
	if (rc != SQLITE_OK) {
		if ((rc & 0xff) == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT) {
			return amp_fail(err, AMP_EFORMAT, _("%s is not a database: it was left untouched"), s->path);
		}
		return fail(s, _("cannot read the file header"), err);
	}
	if (version == 0 && application == 0 && schema == 0) {
		return mode == AMP_STORE_CREATE
		               ? 0
		               : amp_fail(err, AMP_EUSAGE, _("%s is empty: nothing was crawled or ingested into it"), s->path);
	}
	if (application != AMP_STORE_APPLICATION_ID) {
		return amp_fail(err, AMP_EFORMAT, _("%s is a database of another program: it was left untouched"), s->path);
	}
	if (version > amp_migrations_newest()) {
		return amp_fail(err, AMP_EUSAGE,
		                _("%s was made by a newer amplimeter (schema %d, this program knows %d); use the newer program"),
		                s->path, version, amp_migrations_newest());
	}
	s->version = version;
	return 0;
}

/* Before a migration of a file that holds data, a copy is kept beside it. */
static int copy_before_upgrade(struct amp_store *s, struct amp_err *err)
{
	char to[4200];

	(void)snprintf(to, sizeof(to), "%s.schema-%d.backup", s->path, s->version);
	if (access(to, F_OK) == 0) return 0;
	amp_log(AMP_INFO, "store", _("copying %s to %s before the schema changes"), s->path, to);
	return amp_store_backup(s, to, err);
}

/* name: of the file, for SQLite; path: for people. */
static int connect_to(struct amp_store **out, const char *name, const char *path, int flags, struct amp_err *err)
{
	struct amp_store *s;
	int rc = 0;

	*out = NULL;
	route_memory();
	s = amp_calloc(1, sizeof(*s));
	if (s != NULL) s->path = amp_strdup(path);
	if (s == NULL || s->path == NULL)
		rc = amp_fail(err, AMP_ENOMEM, _("out of memory"));
	else if (sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		rc = s->db == NULL ? amp_fail(err, AMP_ENOMEM, _("out of memory")) : fail(s, _("cannot open the database"), err);
	if (rc != 0) {
		amp_store_close(s);
		return rc;
	}
	(void)sqlite3_busy_timeout(s->db, 5000);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	*out = s;
	return 0;
}

/* Reading a WAL database, SQLite makes a file beside it. Where none can be made (a read-only medium, a folder of somebody else's) and no log lies there,
 * nobody writes, and it is read as a file that does not change. */
static int connect_unchanging(struct amp_store **out, const char *path, struct amp_err *err)
{
	struct amp_buf name;
	int rc;

	amp_buf_init(&name, 16384);
	(void)amp_buf_printf(&name, "%s-wal", path);
	rc = amp_buf_check(&name, path, err);
	if (rc == 0 && access(name.p, F_OK) == 0)
		rc = amp_fail(
			err, AMP_EIO,
			_("%s cannot be read where it is: %s lies beside it, and no file can be made there; copy both into a folder that you may write"),
			path, name.p);
	if (rc == 0) {
		amp_buf_reset(&name);
		(void)amp_buf_addc(&name, path[0] == '/' ? "file://" : "file:");
		for (const char *p = path; *p != '\0'; p++) {
			if (*p == '%' || *p == '?' || *p == '#')
				(void)amp_buf_printf(&name, "%%%02X", (unsigned char)*p);
			else
				(void)amp_buf_byte(&name, (unsigned char)*p);
		}
		(void)amp_buf_addc(&name, "?immutable=1");
		rc = amp_buf_check(&name, path, err);
	}
	if (rc == 0) rc = connect_to(out, name.p, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
	amp_buf_free(&name);
	return rc;
}

static int connect_reading(struct amp_store **out, const char *path, struct amp_err *err)
{
	int version, rc = connect_to(out, path, path, SQLITE_OPEN_READONLY, err), probe;

	if (rc != 0) return rc;
	probe = pragma_int((*out)->db, "PRAGMA schema_version", &version) & 0xff;
	if (probe != SQLITE_READONLY && probe != SQLITE_CANTOPEN) return 0; /* any other failure is told by who looks next */
	amp_store_close(*out);
	*out = NULL;
	return connect_unchanging(out, path, err);
}

int amp_store_scratch(struct amp_store **out, struct amp_err *err)
{
	struct amp_store *s;
	int rc = connect_to(&s, ":memory:", ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, err);

	*out = NULL;
	if (rc != 0) return rc;
	rc = amp_migrate(s->db, s->path, err);
	if (rc == 0 && sqlite3_exec(s->db, "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY", NULL, NULL, NULL) != SQLITE_OK)
		rc = fail(s, _("cannot prepare the connection"), err);
	if (rc != 0) {
		amp_store_close(s);
		return rc;
	}
	s->version = amp_migrations_newest();
	*out = s;
	return 0;
}

int amp_store_open(struct amp_store **out, const char *path, enum amp_store_mode mode, struct amp_err *err)
{
	struct amp_store *s;
	struct stat st;
	int flags = mode == AMP_STORE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE, rc;

	*out = NULL;
	rc = stat(path, &st);
	if (mode != AMP_STORE_CREATE && rc != 0) return amp_fail_errno(err, _("cannot open the database %s"), path);
	if (rc == 0 && S_ISDIR(st.st_mode)) return amp_fail(err, AMP_EUSAGE, _("%s is a folder; a file is expected"), path);
	rc = mode == AMP_STORE_READ ? connect_reading(&s, path, err) : connect_to(&s, path, path, flags, err);
	if (rc != 0) return rc;
	rc = check_identity(s, mode, err);
	if (rc != 0) goto out;
	if (sqlite3_exec(s->db, "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY", NULL, NULL,
	                 NULL) != SQLITE_OK ||
	    (mode != AMP_STORE_READ &&
	     sqlite3_exec(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768", NULL, NULL,
	                  NULL) != SQLITE_OK)) {
		rc = fail(s, _("cannot prepare the connection"), err);
		goto out;
	}
	if (mode == AMP_STORE_WRITE || mode == AMP_STORE_CREATE) {
		if (s->version > 0 && s->version < amp_migrations_newest()) {
			rc = copy_before_upgrade(s, err);
			if (rc != 0) goto out;
		}
		rc = amp_migrate(s->db, path, err);
		if (rc != 0) goto out;
		s->version = amp_migrations_newest();
	} else if (s->version < amp_migrations_newest()) {
		rc = amp_fail(err, AMP_EUSAGE,
		              _("%s has an older schema (%d); run `amplimeter status --db %s` once to bring it up to date"), path,
		              s->version, path);
		goto out;
	}
	if (mode == AMP_STORE_CREATE && amp_store_is_excerpt(s)) {
		rc = amp_fail(err, AMP_EPOLICY,
		              _("%s is an excerpt of a study, made by amplimeter export: nothing is captured into it"), path);
		goto out;
	}
	if (mode == AMP_STORE_ANALYSE) (void)sqlite3_set_authorizer(s->db, authorize, NULL);
	*out = s;
	return 0;
out:
	amp_store_close(s);
	return rc;
}

void amp_store_close(struct amp_store *s)
{
	if (s == NULL) return;
	amp_query_forget(s);
	(void)sqlite3_close(s->db);
	amp_free(s->path);
	amp_free(s);
}

sqlite3 *amp_store_handle(struct amp_store *s)
{
	return s->db;
}
const char *amp_store_path(const struct amp_store *s)
{
	return s->path;
}
int amp_store_version(const struct amp_store *s)
{
	return s->version;
}
int64_t amp_store_last_id(struct amp_store *s)
{
	return sqlite3_last_insert_rowid(s->db);
}
int64_t amp_store_changes(struct amp_store *s)
{
	return sqlite3_changes(s->db);
}

int amp_store_begin(struct amp_store *s, struct amp_err *err)
{
	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return fail(s, _("cannot start a transaction"), err);
	return 0;
}

int amp_store_begin_read(struct amp_store *s, bool *began, struct amp_err *err)
{
	*began = sqlite3_get_autocommit(s->db) != 0;
	if (*began && sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return fail(s, _("cannot start a transaction"), err);
	return 0;
}

int amp_store_commit(struct amp_store *s, struct amp_err *err)
{
	int rc;

	amp_crash_point("before commit");
	rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		rc = fail(s, _("cannot commit"), err);
		amp_store_rollback(s);
		return rc;
	}
	amp_crash_point("after commit");
	return 0;
}

void amp_store_rollback(struct amp_store *s)
{
	if (!sqlite3_get_autocommit(s->db)) (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int amp_store_meta_get(struct amp_store *s, const char *name, struct amp_buf *value, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, &AMP_SQL_META_GET, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, name);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		(void)amp_buf_adds(value, amp_query_str(&q, 0));
		rc = amp_buf_check(value, name, err);
	} else if (rc == 0) {
		rc = amp_fail(err, AMP_ENOTFOUND, _("%s: meta has no row \"%s\""), s->path, name);
	}
	amp_query_end(&q);
	return rc;
}

int amp_store_meta_set(struct amp_store *s, const char *name, const char *value, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, &AMP_SQL_META_INSERT, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, name);
	amp_query_bind_c(&q, value);
	return amp_query_run(&q, err);
}

bool amp_store_is_excerpt(struct amp_store *s)
{
	struct amp_buf value;
	bool yes;

	amp_buf_init(&value, 1024);
	yes = amp_store_meta_get(s, "excerpt", &value, NULL) == 0;
	amp_buf_free(&value);
	return yes;
}

bool amp_store_simulated(struct amp_store *s)
{
	struct amp_buf value;
	bool yes;

	amp_buf_init(&value, 64);
	yes = amp_store_meta_get(s, "simulated", &value, NULL) == 0 && value.n == 1 && value.p[0] == '1';
	amp_buf_free(&value);
	return yes;
}

int amp_store_set_simulated(struct amp_store *s, struct amp_err *err)
{
	return amp_store_meta_set(s, "simulated", "1", err);
}

int amp_store_crawler(struct amp_store *s, const char *label, int64_t *id, struct amp_key *key, struct amp_err *err)
{
	struct amp_query q;
	char hex[2 * AMP_KEY + 1];
	int rc = amp_query_start(&q, s, &AMP_SQL_CRAWLER_LOCAL, err);

	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		*id = amp_query_i64(&q, 0);
		rc = amp_query_key(&q, 1, key) ? 0
		                               : amp_fail(err, AMP_ECORRUPT, _("%s: the crawler's key is not 16 bytes"), s->path);
		amp_query_end(&q);
		return rc;
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	rc = amp_random_bytes(key->b, sizeof(key->b), err);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, s, &AMP_SQL_CRAWLER_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, key);
	amp_query_bind_c(&q, label == NULL ? "" : label);
	rc = amp_query_run(&q, err);
	if (rc != 0) return rc;
	*id = amp_store_last_id(s);
	amp_hex(key->b, AMP_KEY, hex);
	for (char *p = hex; *p != '\0'; p++) {
		if (*p >= 'a') *p = (char)(*p - 32); /* as SQLite's hex() writes */
	}
	return amp_store_meta_set(s, "crawler", hex, err);
}

int amp_store_backup(struct amp_store *s, const char *to, struct amp_err *err)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *b;
	int rc;

	if (access(to, F_OK) == 0) return amp_fail(err, AMP_EUSAGE, _("%s exists already; a backup never overwrites"), to);
	rc = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc == SQLITE_OK) {
		b = sqlite3_backup_init(copy, "main", s->db, "main");
		if (b != NULL) {
			do {
				rc = sqlite3_backup_step(b, 1024);
				if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) (void)sqlite3_sleep(20);
			} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
			rc = sqlite3_backup_finish(b);
		} else {
			rc = sqlite3_errcode(copy);
		}
	}
	if (rc == SQLITE_OK) {
		sqlite3_stmt *st = NULL;

		rc = sqlite3_prepare_v2(copy, "PRAGMA integrity_check(1)", -1, &st, NULL);
		if (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
		    strcmp((const char *)sqlite3_column_text(st, 0), "ok") != 0) {
			rc = SQLITE_CORRUPT;
		}
		(void)sqlite3_finalize(st);
	}
	if (rc != SQLITE_OK) {
		int code = amp_store_sqlite_code(rc);

		code = amp_fail(err, code, _("cannot copy %s to %s: %s"), s->path, to, sqlite3_errstr(rc));
		(void)sqlite3_close(copy);
		(void)unlink(to);
		return code;
	}
	(void)sqlite3_close(copy);
	return 0;
}

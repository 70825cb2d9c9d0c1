/* cmd_doctor.c: `amplimeter doctor`: is this machine fit to collect evidence? One line a check; exit 1 when one fails. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "common.h"

struct values {
	struct amp_cli_common common;
};
static const struct amp_opt options[] = {AMP_CLI_DB, AMP_CLI_ARCHIVE, AMP_CLI_JSON, AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_doctor;

enum outcome { FINE, WARNING, BAD };
struct check {
	enum outcome outcome;
	char found[512];
};

/* The folder that will hold a file: the file's own folder, or the nearest that exists above it. */
static void folder_of(const char *path, char *out, size_t size)
{
	struct stat st;

	(void)snprintf(out, size, "%s", path == NULL ? "." : path);
	while (stat(out, &st) != 0 || !S_ISDIR(st.st_mode)) {
		char *slash = strrchr(out, '/');

		if (slash == NULL) {
			(void)snprintf(out, size, ".");
			return;
		}
		if (slash == out) {
			out[1] = '\0';
			return;
		}
		*slash = '\0';
	}
}

static void check_disk(const struct values *v, struct check *c)
{
	char folder[4096];
	struct statvfs fs;
	unsigned long long free_bytes;

	folder_of(v->common.archive != NULL ? v->common.archive : v->common.db, folder, sizeof(folder));
	if (statvfs(folder, &fs) != 0) {
		c->outcome = BAD;
		(void)snprintf(c->found, sizeof(c->found), _("cannot ask for the free space of %.200s"), folder);
		return;
	}
	free_bytes = (unsigned long long)fs.f_bavail * fs.f_frsize;
	c->outcome = free_bytes < 1ULL << 30 ? BAD : free_bytes < 10ULL << 30 ? WARNING : FINE;
	(void)snprintf(c->found, sizeof(c->found), _("%.1f GiB free in %.200s (a crawl of 16 personas takes about 0.1 GiB a day)"),
	               (double)free_bytes / (double)(1ULL << 30), folder);
}

static void check_clock(const struct values *v, struct check *c)
{
	struct timex t;
	int state;

	(void)v;
	memset(&t, 0, sizeof(t));
	state = adjtimex(&t);
	if (state < 0) {
		c->outcome = WARNING;
		(void)snprintf(c->found, sizeof(c->found), "%s", _("the system does not tell its clock's state"));
		return;
	}
	if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0) {
		c->outcome = WARNING;
		(void)snprintf(
			c->found, sizeof(c->found), "%s",
			_("the clock is not synchronised: start an NTP service, or courts may doubt every time in the archive"));
		return;
	}
	c->outcome = t.maxerror > 1000000 ? WARNING : FINE;
	(void)snprintf(c->found, sizeof(c->found), _("synchronised; estimated error %.3f s, at most %.3f s"),
	               (double)t.esterror / 1e6, (double)t.maxerror / 1e6);
}

static void check_certificates(const struct values *v, struct check *c)
{
	static const char *const bundles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
	                                      "/etc/ssl/cert.pem"};

	(void)v;
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++) {
		struct stat st;

		if (stat(bundles[i], &st) == 0 && st.st_size > 10000) {
			(void)snprintf(c->found, sizeof(c->found), _("%s, %lld bytes"), bundles[i], (long long)st.st_size);
			return;
		}
	}
	c->outcome = BAD;
	(void)snprintf(c->found, sizeof(c->found), "%s",
	               _("no bundle of certificate authorities: install the package ca-certificates"));
}

static void check_zones(const struct values *v, struct check *c)
{
	(void)v;
	if (access("/usr/share/zoneinfo/Europe/Paris", R_OK) == 0) {
		(void)snprintf(c->found, sizeof(c->found), "%s", "/usr/share/zoneinfo");
		return;
	}
	c->outcome = BAD;
	(void)snprintf(c->found, sizeof(c->found), "%s", _("no time zone data: install the package tzdata"));
}

static void check_permissions(const struct values *v, struct check *c)
{
	char folder[4096], session[4200];
	struct stat st;

	folder_of(v->common.archive != NULL ? v->common.archive : v->common.db, folder, sizeof(folder));
	if (access(folder, W_OK | X_OK) != 0) {
		c->outcome = BAD;
		(void)snprintf(c->found, sizeof(c->found), _("%.200s is not writable for this user"), folder);
		return;
	}
	(void)snprintf(session, sizeof(session), "%.4000s.session", v->common.db == NULL ? "" : v->common.db);
	if (v->common.db != NULL && stat(session, &st) == 0 && (st.st_mode & 077) != 0) {
		c->outcome = BAD;
		(void)snprintf(c->found, sizeof(c->found), _("%.200s can be read by others: chmod 600 it"), session);
		return;
	}
	(void)snprintf(c->found, sizeof(c->found), _("%.200s is writable"), folder);
}

static void check_database(const struct values *v, struct check *c)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};

	if (v->common.db == NULL || access(v->common.db, F_OK) != 0) {
		(void)snprintf(c->found, sizeof(c->found), "%s", _("no database yet"));
		return;
	}
	if (amp_store_open(&s, v->common.db, AMP_STORE_READ, &err) != 0) {
		c->outcome = BAD;
		(void)snprintf(c->found, sizeof(c->found), "%.500s", err.text);
		return;
	}
	(void)snprintf(c->found, sizeof(c->found), _("%.200s, schema %d"), v->common.db, amp_store_version(s));
	amp_store_close(s);
}

static const struct {
	const char *name, *title;
	void (*run)(const struct values *v, struct check *c);
} checks[] = {
	{"disk", N_("disk"), check_disk},
	{"clock", N_("clock"), check_clock},
	{"certificates", N_("certificates"), check_certificates},
	{"time_zones", N_("time zones"), check_zones},
	{"permissions", N_("permissions"), check_permissions},
	{"database", N_("database"), check_database},
};

static int run(int argc, char **argv, struct amp_err *err)
{
	static const char *const names[] = {"ok", "warning", "failed"};
	struct values v = {0};
	struct amp_buf b;
	struct amp_jsonw w;
	enum outcome worst = FINE;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_doctor, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	amp_buf_init(&b, 1 << 20);
	amp_jsonw_start(&w, &b);
	if (v.common.json) amp_jsonw_array(&w);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct check c = {FINE, ""};

		checks[i].run(&v, &c);
		if (c.outcome > worst) worst = c.outcome;
		if (v.common.json) {
			amp_jsonw_object(&w);
			amp_jsonw_kc(&w, "check", checks[i].name);
			amp_jsonw_kc(&w, "status", names[c.outcome]);
			amp_jsonw_kc(&w, "found", c.found);
			amp_jsonw_end_object(&w);
		} else {
			(void)amp_buf_printf(&b, _("%-8s %s: %s\n"), names[c.outcome], _(checks[i].title), c.found);
		}
	}
	if (v.common.json) {
		amp_jsonw_end_array(&w);
		(void)amp_buf_byte(&b, '\n');
	}
	rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	if (rc != 0) return rc;
	return worst == BAD ? 1 : 0;
}

const struct amp_cmd amp_cmd_doctor = {"doctor",
                                       "",
                                       N_("check this machine: disk, clock, certificates, time zones, permissions"),
                                       "amplimeter doctor --db study.db",
                                       options,
                                       run};

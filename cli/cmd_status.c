/* cmd_status.c: `amplimeter status`: what is in the database, at a glance. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "common.h"
#include "status_sql.h"

struct values {
	struct amp_cli_common common;
};
static const struct amp_opt options[] = {AMP_CLI_DB, AMP_CLI_STUDY, AMP_CLI_JSON, AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_status;

/* Both forms come from one walk: JSON is written as the rows are read, the text beside it. */
struct page {
	struct amp_jsonw json;
	struct amp_buf json_text, text;
};

static const char *when(int64_t ms, char buf[AMP_TIME_TEXT])
{
	amp_time_format(ms, buf);
	return buf[0] == '\0' ? _("never") : buf;
}

static int studies(struct page *p, struct amp_store *s, const char *slug, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, &AMP_SQL_STATUS_STUDIES, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	amp_jsonw_key(&p->json, "studies");
	amp_jsonw_array(&p->json);
	int64_t found = 0;
	for (;; found++) {
		char locked[AMP_TIME_TEXT], first[AMP_TIME_TEXT], last[AMP_TIME_TEXT];
		struct amp_str name, hash;

		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		name = amp_query_str(&q, 0);
		hash = amp_query_str(&q, 1);
		amp_jsonw_object(&p->json);
		amp_jsonw_kstr(&p->json, "study", name);
		amp_jsonw_kstr(&p->json, "protocol_hash", hash);
		amp_jsonw_ktime(&p->json, "locked_at", amp_query_time(&q, 2));
		amp_jsonw_kstr(&p->json, "amendment", amp_query_str(&q, 3));
		amp_jsonw_ki64(&p->json, "personas", amp_query_i64(&q, 4));
		amp_jsonw_ki64(&p->json, "feeds", amp_query_i64(&q, 5));
		amp_jsonw_ki64(&p->json, "rounds", amp_query_i64(&q, 6));
		amp_jsonw_ktime(&p->json, "first_round", amp_query_time(&q, 7));
		amp_jsonw_ktime(&p->json, "last_round", amp_query_time(&q, 8));
		amp_jsonw_end_object(&p->json);
		(void)amp_buf_printf(
			&p->text,
			_("study %.*s\n  protocol %.16s… locked %s\n  %lld personas, %lld feeds, %lld rounds (first %s, last %s)\n"),
			AMP_ARG(name), hash.p == NULL ? "" : hash.p, when(amp_query_time(&q, 2), locked),
			(long long)amp_query_i64(&q, 4), (long long)amp_query_i64(&q, 5), (long long)amp_query_i64(&q, 6),
			when(amp_query_time(&q, 7), first), when(amp_query_time(&q, 8), last));
	}
	if (rc == 0 && slug != NULL && found == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds no study \"%s\"."), amp_store_path(s), slug);
	amp_query_end(&q);
	amp_jsonw_end_array(&p->json);
	return rc;
}

/* A key of the database in the reader's words; JSON keeps the key. */
static const char *word(const char *key)
{
	static const struct {
		const char *key, *text;
	} words[] = {
		/* verdicts, and ends of walks */
		{"ok", N_("usable")},
		{"empty", N_("empty")},
		{"partial", N_("partial")},
		{"drift", N_("drift")},
		{"blocked", N_("blocked")},
		{"failed", N_("failed")},
		{"complete", N_("complete")},
		{"nothing to follow", N_("nothing to follow")},
		{"interrupted", N_("interrupted")},
		/* slots */
		{"due", N_("due")},
		{"claimed", N_("under way")},
		{"done", N_("done")},
		{"missed", N_("missed")},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].key, key) == 0) return _(words[i].text);
	return key;
}

/* "name count" rows as one object. quiet: nothing is said in the text where there are none. */
static int tally(struct page *p, struct amp_store *s, const struct amp_sql *sql, const char *key, const char *title, bool quiet,
                 struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, sql, err);

	if (rc != 0) return rc;
	amp_jsonw_key(&p->json, key);
	amp_jsonw_object(&p->json);
	bool said = !quiet;
	if (said) (void)amp_buf_addc(&p->text, title);
	for (;;) {
		char name[32];

		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (!said) (void)amp_buf_addc(&p->text, title);
		said = true;
		(void)snprintf(name, sizeof(name), "%.*s", AMP_ARG(amp_query_str(&q, 0)));
		amp_jsonw_ki64(&p->json, name, amp_query_i64(&q, 1));
		(void)amp_buf_printf(&p->text, " %s %lld", word(name), (long long)amp_query_i64(&q, 1));
	}
	amp_query_end(&q);
	amp_jsonw_end_object(&p->json);
	if (said) (void)amp_buf_byte(&p->text, '\n');
	return rc;
}

static int counts(struct page *p, struct amp_store *s, struct amp_err *err)
{
	static const char *const keys[] = {"captures", "items", "item_versions", "exposures", "alarms", "detections"};
	struct amp_query q;
	char last[AMP_TIME_TEXT];
	int rc = amp_query_start(&q, s, &AMP_SQL_STATUS_COUNTS, err);

	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		for (int i = 0; i < 6; i++) amp_jsonw_ki64(&p->json, keys[i], amp_query_i64(&q, i));
		amp_jsonw_ktime(&p->json, "last_capture", amp_query_time(&q, 6));
		(void)amp_buf_printf(
			&p->text,
			_("%lld captures (last %s), %lld items in %lld versions, %lld exposures, %lld detections, %lld alarms\n"),
			(long long)amp_query_i64(&q, 0), when(amp_query_time(&q, 6), last), (long long)amp_query_i64(&q, 1),
			(long long)amp_query_i64(&q, 2), (long long)amp_query_i64(&q, 3), (long long)amp_query_i64(&q, 5),
			(long long)amp_query_i64(&q, 4));
		rc = 0;
	}
	amp_query_end(&q);
	return rc;
}

static int heads(struct page *p, struct amp_store *s, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, &AMP_SQL_STATUS_HEADS, err);

	if (rc != 0) return rc;
	amp_jsonw_key(&p->json, "chain_heads");
	amp_jsonw_array(&p->json);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		amp_jsonw_object(&p->json);
		amp_jsonw_kstr(&p->json, "study", amp_query_str(&q, 0));
		amp_jsonw_kstr(&p->json, "link", amp_query_str(&q, 1));
		amp_jsonw_ki64(&p->json, "seq", amp_query_i64(&q, 2));
		amp_jsonw_end_object(&p->json);
		(void)amp_buf_printf(&p->text, _("chain head of %.*s: %.*s (entry %lld)\n"), AMP_ARG(amp_query_str(&q, 0)),
		                     AMP_ARG(amp_query_str(&q, 1)), (long long)amp_query_i64(&q, 2));
	}
	amp_query_end(&q);
	amp_jsonw_end_array(&p->json);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_store *s = NULL;
	struct page p;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_status, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	/* writing mode: an older file is brought up to date here, after a backup */
	rc = amp_cli_open(&s, &v.common, AMP_STORE_WRITE, err);
	if (rc != 0) return rc;
	amp_buf_init(&p.json_text, 8 << 20);
	amp_buf_init(&p.text, 8 << 20);
	amp_jsonw_start(&p.json, &p.json_text);
	amp_jsonw_object(&p.json);
	amp_jsonw_kc(&p.json, "database", amp_store_path(s));
	amp_jsonw_ki64(&p.json, "schema_version", amp_store_version(s));
	amp_jsonw_kbool(&p.json, "simulated", amp_store_simulated(s));
	(void)amp_buf_printf(&p.text, _("%s, schema %d\n"), amp_store_path(s), amp_store_version(s));
	if (amp_store_simulated(s))
		(void)amp_buf_addc(
			&p.text, _("SIMULATED: made with the playground or a simulated clock; not evidence about any platform\n"));
	rc = studies(&p, s, v.common.study, err);
	if (rc == 0) rc = tally(&p, s, &AMP_SQL_STATUS_VERDICTS, "snapshots", _("snapshots:"), false, err);
	if (rc == 0) rc = tally(&p, s, &AMP_SQL_STATUS_WALKS, "walks", _("walks:"), true, err);
	if (rc == 0) rc = tally(&p, s, &AMP_SQL_STATUS_SLOTS, "slots", _("slots:"), false, err);
	if (rc == 0) rc = counts(&p, s, err);
	if (rc == 0) rc = heads(&p, s, err);
	amp_jsonw_end_object(&p.json);
	(void)amp_buf_byte(&p.json_text, '\n');
	if (rc == 0) rc = amp_buf_check(&p.json_text, "the status", err);
	if (rc == 0) rc = amp_cli_out(v.common.json ? &p.json_text : &p.text, err);
	amp_buf_free(&p.json_text);
	amp_buf_free(&p.text);
	amp_store_close(s);
	return rc;
}

const struct amp_cmd amp_cmd_status = {
	"status", "", N_("show what the database holds: studies, rounds, verdicts, chain heads"), "amplimeter status --db study.db",
	options,  run};

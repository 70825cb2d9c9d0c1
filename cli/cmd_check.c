/* cmd_check.c: `amplimeter check`: every mistake in studies and personas; and, when there is none, what shapes each request. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "common.h"
#include "lexicon/lexicon.h"
#include "persona/keys.h"
#include "persona/study.h"
#include "persona/uri.h"
#include "study_file.h"

#define OUT_MAX ((size_t)64 << 20)

struct values {
	struct amp_cli_common common;
	const char *schema;
};
static const struct amp_opt options[] = {{"schema", 0, AMP_OPT_CHOICE, "KIND",
                                          N_("print the JSON Schema of study, persona, source or service files, for an editor"),
                                          "study|persona|source|service", 0, 0, offsetof(struct values, schema)},
                                         AMP_CLI_JSON,
                                         AMP_CLI_COMMON,
                                         AMP_OPT_END};
extern const struct amp_cmd amp_cmd_check;

struct page {
	struct amp_buf text, json_text;
	struct amp_jsonw json;
	size_t mistakes, warnings;
	struct amp_buf warned_text; /* "warnings" of the file in hand, as JSON: they come between its mistakes */
	struct amp_jsonw warned;
};

static void mistake(void *user, const struct amp_mistake *m)
{
	struct page *p = user;
	struct amp_jsonw *w = m->warning ? &p->warned : &p->json;
	p->mistakes += !m->warning;
	p->warnings += m->warning;
	(void)amp_buf_printf(&p->text, m->warning ? _("%s:%d:%d: %s: warning: %s\n") : "%s:%d:%d: %s: %s\n", m->file, m->line,
	                     m->column, m->path, m->text);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "file", m->file);
	amp_jsonw_ki64(w, "line", m->line);
	amp_jsonw_ki64(w, "column", m->column);
	amp_jsonw_kc(w, "path", m->path);
	amp_jsonw_kc(w, "text", m->text);
	amp_jsonw_end_object(w);
}

/* One persona against one feed, as text and as JSON. */
static void cell(struct page *p, const struct amp_study *s, const struct amp_persona *who, const struct amp_study_feed *f)
{
	struct amp_shaped shaped[AMP_SHAPED_MAX];
	struct amp_arena *a = amp_arena_new(1 << 20);
	if (a == NULL) return;
	size_t n = amp_persona_shapes(s, who, f, a, shaped);
	const char *sentence = amp_persona_sentence(who, f, a);
	bool first = true;
	if (f->needs_session && amp_feed_session(who, f) == NULL)
		sentence = _("not asked: the feed needs a session and the persona has none there");
	(void)amp_buf_printf(&p->text, "  %s: %s\n", f->name, sentence == NULL ? "" : sentence);
	amp_jsonw_object(&p->json);
	amp_jsonw_kc(&p->json, "feed", f->name);
	amp_jsonw_kc(&p->json, "sentence", sentence);
	amp_jsonw_key(&p->json, "attributes");
	amp_jsonw_array(&p->json);
	for (size_t i = 0; i < n; i++) {
		if (shaped[i].effect != NULL)
			(void)amp_buf_printf(&p->text, "    %s → %s\n", shaped[i].attribute, shaped[i].effect);
		amp_jsonw_object(&p->json);
		amp_jsonw_kc(&p->json, "attribute", shaped[i].attribute);
		amp_jsonw_kc(&p->json, "effect", shaped[i].effect);
		amp_jsonw_end_object(&p->json);
	}
	for (size_t i = 0; i < n; i++) {
		if (shaped[i].effect != NULL) continue;
		(void)amp_buf_printf(&p->text, "%s%s", first ? _("    inert (never reaches the platform): ") : ", ",
		                     shaped[i].attribute);
		first = false;
	}
	if (!first) (void)amp_buf_addc(&p->text, "\n");
	amp_jsonw_end_array(&p->json);
	amp_jsonw_end_object(&p->json);
	amp_arena_free(a);
}

static void personas(struct page *p, const struct amp_study *s)
{
	amp_jsonw_key(&p->json, "personas");
	amp_jsonw_array(&p->json);
	for (size_t i = 0; i < s->n_personas; i++) {
		const struct amp_persona *who = &s->personas[i];
		if (who->twin_of != NULL) continue; /* a twin's requests are its original's, but for the secrets */
		(void)amp_buf_printf(&p->text, _("\npersona %s"), who->name);
		amp_jsonw_object(&p->json);
		amp_jsonw_kc(&p->json, "persona", who->name);
		amp_jsonw_key(&p->json, "twins");
		amp_jsonw_array(&p->json);
		for (size_t k = i + 1; k < s->n_personas; k++) {
			if (s->personas[k].cluster != i) continue;
			(void)amp_buf_printf(&p->text, _(", twin %s"), s->personas[k].name);
			amp_jsonw_c(&p->json, s->personas[k].name);
		}
		amp_jsonw_end_array(&p->json);
		(void)amp_buf_addc(&p->text, "\n");
		amp_jsonw_key(&p->json, "feeds");
		amp_jsonw_array(&p->json);
		for (size_t f = 0; f < s->n_feeds; f++) cell(p, s, who, &s->feeds[f]);
		amp_jsonw_end_array(&p->json);
		amp_jsonw_end_object(&p->json);
	}
	amp_jsonw_end_array(&p->json);
}

static void fine(struct page *p, const char *path, enum amp_file_kind kind, const struct amp_study *s)
{
	char hex[2 * AMP_SHA256 + 1];
	static const char *const kinds[] = {"unknown", "study", "persona", "source", "service"};
	amp_jsonw_kc(&p->json, "kind", kinds[kind]);
	if (s == NULL) {
		(void)amp_buf_printf(&p->text,
		                     kind == AMP_FILE_SOURCE    ? _("%s: a source without mistake\n")
		                     : kind == AMP_FILE_SERVICE ? _("%s: a service without mistake\n")
		                                                : _("%s: a persona without mistake\n"),
		                     path);
		return;
	}
	amp_hex(s->hash, AMP_SHA256, hex);
	(void)amp_buf_printf(
		&p->text, _("%s: study %s without mistake; personas with their twins: %zu, feeds: %zu, pairs: %zu; protocol %s\n"),
		path, s->slug, s->n_personas, s->n_feeds, s->n_pairs, hex);
	amp_jsonw_kc(&p->json, "study", s->slug);
	amp_jsonw_kc(&p->json, "protocol_hash", hex);
	personas(p, s);
}

static void lexicon_mistake(void *user, const struct amp_lexicon_mistake *m)
{
	struct amp_mistake one = {.file = m->file,
	                          .line = m->line,
	                          .column = m->column,
	                          .path = *m->field != '\0' ? m->field : _("(the whole line)")};
	(void)snprintf(one.text, sizeof one.text, "%s", m->text);
	mistake(user, &one);
}

/* A lexicon is a table, not JSON: its name says so. */
static bool is_lexicon(const char *path)
{
	return amp_str_ends(amp_str_c(path), ".tsv");
}

static int check_lexicon(struct page *p, const char *path, struct amp_err *err)
{
	size_t before = p->mistakes;
	amp_jsonw_object(&p->json);
	amp_jsonw_kc(&p->json, "file", path);
	amp_jsonw_key(&p->json, "mistakes");
	amp_jsonw_array(&p->json);
	int rc = amp_lexicon_check(path, lexicon_mistake, p, err);
	amp_jsonw_end_array(&p->json);
	amp_jsonw_key(&p->json, "warnings");
	amp_jsonw_array(&p->json);
	amp_jsonw_end_array(&p->json);
	amp_jsonw_kbool(&p->json, "ok", rc == 0);
	amp_jsonw_kc(&p->json, "kind", "lexicon");
	if (rc == 0) (void)amp_buf_printf(&p->text, _("%s: a lexicon without mistake\n"), path);
	amp_jsonw_end_object(&p->json);
	return rc == AMP_EUSAGE && p->mistakes > before ? 0 : rc;
}

/* The walks of a feed come one after the other, and the pair's other feed after them all, or before: how far apart two from one seed begin. Of a
 * feed that is no walk, and of this machine's, which are asked without a pause: 0. */
static int64_t seconds_of_walks(const struct amp_study_feed *f)
{
	if (f->walk.param == NULL || amp_host_is_private(amp_uri_host(amp_str_c(f->host)))) return 0;
	return (int64_t)f->walk.n_seeds * f->walk.steps;
}

/* Couples that the study's own bound leaves out are told before they are crawled, not found out in the report. */
static void warn_of_couples(struct page *p, const char *path, const struct amp_study *s)
{
	for (size_t i = 0; i < s->n_pairs; i++) {
		const struct amp_study_pair *pair = &s->pairs[i];
		int64_t a = seconds_of_walks(&s->feeds[pair->ranked]), b = seconds_of_walks(&s->feeds[pair->chronological]),
			longer = a > b ? a : b;
		char key[256];
		if (strcmp(pair->pool, "different") == 0 || s->max_skew_ms <= 0 || longer <= s->max_skew_ms / 1000) continue;
		struct amp_mistake m = {.file = path, .line = 1, .column = 1, .path = key, .warning = true};
		(void)snprintf(key, sizeof key, "pairs.%s", pair->name);
		(void)snprintf(
			m.text, sizeof m.text,
			_("The walks of one feed take %lld s at one request a second, and those of the other begin after them: walks from "
		          "one seed are compared only where they begin within %lld s (“max_skew”), and the others will be left out. A longer "
		          "“max_skew”, or fewer seeds or steps."),
			(long long)longer, (long long)(s->max_skew_ms / 1000));
		mistake(p, &m);
	}
}

static int check(struct page *p, const char *path, struct amp_err *err)
{
	struct amp_study *s = NULL;
	size_t before = p->mistakes;
	uint64_t refused = amp_mem_refused();
	enum amp_file_kind kind = AMP_FILE_UNKNOWN;
	amp_jsonw_object(&p->json);
	amp_jsonw_kc(&p->json, "file", path);
	amp_jsonw_key(&p->json, "mistakes");
	amp_jsonw_array(&p->json);
	amp_buf_reset(&p->warned_text);
	amp_jsonw_start(&p->warned, &p->warned_text);
	int rc = amp_check_file_study(&s, &kind, path, mistake, p, err);
	if (rc == 0 && s != NULL) warn_of_couples(p, path, s);
	amp_jsonw_end_array(&p->json);
	amp_jsonw_key(&p->json, "warnings");
	amp_jsonw_array(&p->json);
	(void)amp_buf_adds(&p->json_text, amp_buf_str(&p->warned_text));
	amp_jsonw_end_array(&p->json);
	if (rc == 0) rc = amp_cli_study_pin(s, err);
	amp_jsonw_kbool(&p->json, "ok", rc == 0);
	if (rc == 0) fine(p, path, kind, s);
	if (rc == 0 && amp_mem_refused() != refused) /* a sentence that could not be built would read as "no effect" */
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), path);
	amp_jsonw_end_object(&p->json);
	amp_study_free(s);
	/* Mistakes are the answer, not a failure of the command. */
	return rc == AMP_EUSAGE && p->mistakes > before ? 0 : rc;
}

static int schema(const char *kind, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, OUT_MAX);
	int rc = amp_schema_write(strcmp(kind, "study") == 0     ? &amp_spec_study
	                          : strcmp(kind, "source") == 0  ? &amp_spec_source
	                          : strcmp(kind, "service") == 0 ? &amp_spec_service
	                                                         : &amp_spec_persona,
	                          &b, err);
	if (rc == 0) rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	const char **files = amp_calloc((size_t)argc + 1, sizeof *files);
	size_t n = 0;
	struct page p = {0};
	if (files == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory."));
	amp_buf_init(&p.text, OUT_MAX);
	amp_buf_init(&p.json_text, OUT_MAX);
	amp_buf_init(&p.warned_text, OUT_MAX);
	amp_jsonw_start(&p.json, &p.json_text);
	int rc = amp_cli_parse(&amp_cmd_check, argc, argv, &v, files, &n, err);
	if (rc <= 0) goto out;
	rc = 0;
	if (v.schema != NULL) {
		rc = schema(v.schema, err);
		goto out;
	}
	if (n == 0) {
		rc = amp_fail(err, AMP_EUSAGE, _("Name the files to check: amplimeter check FILE…"));
		goto out;
	}
	amp_cli_vocabulary();
	amp_jsonw_object(&p.json);
	amp_jsonw_key(&p.json, "files");
	amp_jsonw_array(&p.json);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = is_lexicon(files[i]) ? check_lexicon(&p, files[i], err) : check(&p, files[i], err);
	amp_jsonw_end_array(&p.json);
	amp_jsonw_ki64(&p.json, "mistakes", (int64_t)p.mistakes);
	amp_jsonw_end_object(&p.json);
	(void)amp_buf_byte(&p.json_text, '\n');
	if (rc == 0) rc = amp_cli_out(v.common.json ? &p.json_text : &p.text, err);
	if (rc == 0 && p.mistakes > 0) {
		(void)fprintf(stderr, amp_ngettext("%zu mistake\n", "%zu mistakes\n", p.mistakes), p.mistakes);
		rc = amp_exit_code(AMP_EUSAGE);
	}
out:
	amp_buf_free(&p.text);
	amp_buf_free(&p.json_text);
	amp_buf_free(&p.warned_text);
	amp_free(files);
	return rc;
}

const struct amp_cmd amp_cmd_check = {
	.name = "check",
	.operands = "FILE…",
	.summary = N_("report every mistake in studies, personas, sources, services and lexicons, and what shapes each request"),
	.example = "amplimeter check personas/studies/demo.json",
	.options = options,
	.run = run,
};

/* cmd_platforms.c: `amplimeter platforms`: which feeds exist, what each needs, and what cannot be had, dated. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/utf8.h"
#include "common.h"
#include "platforms/platforms.h"
#include "source/source.h"
#include "study_file.h"

struct values {
	struct amp_cli_common common;
	const char *source;
};
static const struct amp_opt options[] = {AMP_CLI_SOURCE(struct values), AMP_CLI_JSON, AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_platforms;

/* The words of the text; the keys of studies and of the JSON are amp_ranking_name and amp_auth_name. */
static const char *const ranking_words[] = {N_("algorithmic"), N_("chronological"), N_("unranked")};
static const char *const auth_words[] = {N_("no token"), N_("token optional"), N_("token needed")};
static const char *const paging_names[] = {"none", "cursor", "link", "offset"};

static void params_json(struct amp_jsonw *w, const struct amp_endpoint *e)
{
	static const char *const places[] = {[AMP_IN_QUERY] = "query", [AMP_IN_PATH] = "path", [AMP_IN_BODY] = "body"};
	amp_jsonw_key(w, "parameters");
	amp_jsonw_array(w);
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "name", p->name);
		amp_jsonw_kbool(w, "required", p->required);
		amp_jsonw_kbool(w, "repeated", p->repeated);
		amp_jsonw_kc(w, "fixed", p->fixed);
		amp_jsonw_kc(w, "help", p->help);
		amp_jsonw_kc(w, "place", places[p->place]);
		amp_jsonw_kc(w, "values", p->values);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

/* The pairs in which this endpoint is the ranked side. */
static void pairs_json(struct amp_jsonw *w, const struct amp_adapter *a, const struct amp_endpoint *e)
{
	amp_jsonw_key(w, "pairs");
	amp_jsonw_array(w);
	for (const struct amp_pair_row *p = a->pairs; p != NULL && p->ranked != NULL; p++) {
		if (strcmp(p->ranked, e->name) != 0) continue;
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "chronological", p->chronological);
		amp_jsonw_kc(w, "pool", amp_pool_name(p->pool));
		amp_jsonw_kc(w, "reason", p->reason);
		amp_jsonw_kc(w, "date", p->date);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static const char *method_of(const struct amp_endpoint *e)
{
	return e->body == NULL ? "GET" : "POST";
}

static void endpoint_json(struct amp_jsonw *w, const struct amp_adapter *a, const struct amp_endpoint *e)
{
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "platform", a->name);
	amp_jsonw_kc(w, "endpoint", e->name);
	amp_jsonw_kc(w, "ranking", amp_ranking_name(e->ranking));
	amp_jsonw_kc(w, "auth", amp_auth_name(e->auth));
	amp_jsonw_kc(w, "path", e->path);
	amp_jsonw_kc(w, "paging", paging_names[e->paging]);
	if (e->limit_max > 0) {
		amp_jsonw_ki64(w, "limit_max", e->limit_max);
	} else {
		amp_jsonw_key(w, "limit_max");
		amp_jsonw_null(w);
	}
	params_json(w, e);
	amp_jsonw_kc(w, "status", e->status);
	amp_jsonw_kc(w, "status_date", e->status_date);
	amp_jsonw_kc(w, "source", e->source);
	amp_jsonw_kc(w, "host", amp_endpoint_host(a, e));
	amp_jsonw_kc(w, "method", method_of(e));
	amp_jsonw_kc(w, "robots", e->robots);
	amp_jsonw_kc(w, "robots_open", e->robots_open);
	amp_jsonw_kbool(w, "captured_only", e->captured_only);
	pairs_json(w, a, e);
	amp_jsonw_end_object(w);
}

static void endpoint_text(struct amp_buf *b, const struct amp_endpoint *e)
{
	if (e->captured_only)
		(void)amp_buf_addc(b, _("    read from saved files only: use amplimeter ingest\n"));
	else
		(void)amp_buf_printf(b, "    %s %s%s\n", method_of(e), e->host == NULL ? "" : e->host, e->path);
	if (e->body != NULL) (void)amp_buf_printf(b, "    %s\n", e->body);
	if (e->robots != NULL || e->robots_open != NULL)
		(void)amp_buf_printf(b, _("    robots.txt: %s\n"), _(e->robots != NULL ? e->robots : e->robots_open));
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		(void)amp_buf_printf(b, "      %s%s", p->name, p->required ? _(" (required)") : "");
		if (p->fixed != NULL) (void)amp_buf_printf(b, " = %s", p->fixed);
		if (p->values != NULL) (void)amp_buf_printf(b, " (%s)", p->values);
		if (p->help != NULL) (void)amp_buf_printf(b, ": %s", _(p->help));
		(void)amp_buf_byte(b, '\n');
	}
	if (e->source != NULL) (void)amp_buf_printf(b, _("    after: %s\n"), e->source);
}

static void pairs_text(struct amp_buf *b, const struct amp_adapter *a)
{
	if (a->pairs != NULL && a->pairs->ranked != NULL) (void)amp_buf_addc(b, _("  pairs, asked with equal parameters:\n"));
	for (const struct amp_pair_row *p = a->pairs; p != NULL && p->ranked != NULL; p++)
		(void)amp_buf_printf(b, "    %s × %s: %s (%s). %s\n", p->ranked, p->chronological, amp_pool_name(p->pool), p->date,
		                     _(p->reason));
}

/* A cell of a column, in code points: the words may have accents. */
static void cell(struct amp_buf *b, const char *text, size_t width)
{
	(void)amp_buf_addc(b, text);
	for (size_t n = amp_utf8_length(amp_str_c(text)); n < width; n++) (void)amp_buf_byte(b, ' ');
	(void)amp_buf_byte(b, ' ');
}

static void adapter_text(struct amp_buf *b, const struct amp_adapter *a, bool whole)
{
	(void)amp_buf_printf(b, _("%s (%s), adapter version %s, host %s\n"), a->name, _(a->title), a->version,
	                     a->default_host == NULL ? _("named by the study") : a->default_host);
	if (whole) {
		if (a->without_login != NULL) (void)amp_buf_printf(b, _("  without login: %s\n"), _(a->without_login));
		if (a->with_token != NULL) (void)amp_buf_printf(b, _("  with a token: %s\n"), _(a->with_token));
		if (a->not_possible != NULL) (void)amp_buf_printf(b, _("  not possible: %s\n"), _(a->not_possible));
	}
	for (const struct amp_endpoint *e = a->endpoints; e->name != NULL; e++) {
		(void)amp_buf_addc(b, "  ");
		cell(b, e->name, 28);
		cell(b, _(ranking_words[e->ranking]), 15);
		cell(b, _(auth_words[e->auth]), 14);
		(void)amp_buf_printf(b, "%s (%s)\n", e->status == NULL ? "" : _(e->status),
		                     e->status_date == NULL ? "" : e->status_date);
		if (!whole) continue;
		endpoint_text(b, e);
	}
	if (whole) pairs_text(b, a);
}

/* The rows of a source of one's own: what its file says, as the program reads it. */
static void rows_text(struct amp_buf *b, const struct amp_source_endpoint *e, const char *list)
{
	(void)amp_buf_printf(b, _("    list: %s\n"), list);
	for (size_t i = 0; i < e->n_rows; i++) {
		const struct amp_source_row *row = &e->rows[i];
		(void)amp_buf_printf(b, "      %-14s %-13s %s%s%s%s%s\n", amp_field_name(row->field), row->as->name,
		                     row->prefix == NULL ? "" : row->prefix, row->path, row->fallback == NULL ? "" : " | ",
		                     row->fallback == NULL ? "" : row->fallback, row->need == AMP_REQUIRED ? _(" (required)") : "");
	}
}

static int print(const struct amp_adapter *const *all, size_t n, bool whole, bool json, struct amp_err *err)
{
	struct amp_buf b;
	struct amp_jsonw w;

	amp_buf_init(&b, 4 << 20);
	amp_jsonw_start(&w, &b);
	if (json) amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) {
		const struct amp_source *own = amp_source_of(all[i]);

		if (!json) adapter_text(&b, all[i], whole);
		for (const struct amp_endpoint *e = all[i]->endpoints; e->name != NULL; e++) {
			if (json)
				endpoint_json(&w, all[i], e);
			else if (own != NULL)
				rows_text(&b, &own->endpoints[e - all[i]->endpoints], e->list);
		}
	}
	if (json) {
		amp_jsonw_end_array(&w);
		(void)amp_buf_byte(&b, '\n');
	}
	int rc = amp_buf_check(&b, "the list of platforms", err);
	if (rc == 0) rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	return rc;
}

static int print_source(const char *path, bool json, struct amp_err *err)
{
	struct amp_arena *arena = amp_arena_new(0);
	const struct amp_source *own = NULL;
	int rc = arena != NULL ? amp_cli_source_read(&own, path, arena, err) : amp_fail(err, AMP_ENOMEM, _("out of memory"));

	if (rc == 0) rc = print((const struct amp_adapter *const[]){&own->adapter}, 1, true, json, err);
	amp_arena_free(arena);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	const struct amp_adapter *const *all, *one = NULL;
	const char *operands[64];
	size_t n, n_all;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_platforms, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (v.source != NULL) {
		if (n > 1 || (n == 1 && strcmp(operands[0], "show") != 0))
			return amp_fail(err, AMP_EUSAGE, _("platforms takes `show --source FILE`"));
		return print_source(v.source, v.common.json, err);
	}
	all = amp_adapters(&n_all);
	if (n == 2 && strcmp(operands[0], "show") == 0) {
		one = amp_adapter_find(operands[1]);
		if (one == NULL) {
			const char *names[64];

			return amp_platform_wrong(operands[1], names, amp_platform_names(names, 64), err);
		}
	} else if (n > 1 || (n == 1 && strcmp(operands[0], "list") != 0)) {
		return amp_fail(err, AMP_EUSAGE, _("platforms takes `list` or `show NAME`"));
	}
	return print(one != NULL ? &one : all, one != NULL ? 1 : n_all, one != NULL, v.common.json, err);
}

const struct amp_cmd amp_cmd_platforms = {"platforms",
                                          "[list | show NAME | show --source FILE]",
                                          N_("list the platforms and their feeds, and what cannot be read in public"),
                                          "amplimeter platforms show bluesky",
                                          options,
                                          run};

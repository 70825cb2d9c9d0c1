/* cmd_parse.c: `amplimeter parse`: saved answers of a platform in, one JSON line an item out, the verdict last on stderr. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/io.h"
#include "common.h"
#include "parse/adapter.h"
#include "parse/parse.h"
#include "platforms/platforms.h"
#include "source/source.h"
#include "study_file.h"

#define MAX_BODY ((size_t)256 << 20)
#define MAX_ARENA ((size_t)2 << 30)
#define MAX_REMARKS 20 /* shown; the count is told */

struct values {
	struct amp_cli_common common;
	const char *platform, *source, *endpoint, *url, *headers, *only;
	int64_t captured_at;
};
static const struct amp_opt options[] = {
	{"platform", 'p', AMP_OPT_STRING, "NAME", N_("the platform that sent it (`amplimeter platforms` lists them)"), NULL, 0, 0,
         offsetof(struct values, platform)},
	AMP_CLI_SOURCE(struct values),
	{"endpoint", 'e', AMP_OPT_STRING, "NAME", N_("what was asked for; found from the content when not given"), NULL, 0, 0,
         offsetof(struct values, endpoint)},
	{"captured-at", 0, AMP_OPT_TIME, "TIME", N_("when it was sent, for dates like \"2 hours ago\""), NULL, 0, 0,
         offsetof(struct values, captured_at)},
	{"url", 0, AMP_OPT_STRING, "URL", N_("where it came from, for relative links and local names"), NULL, 0, 0,
         offsetof(struct values, url)},
	{"headers", 0, AMP_OPT_STRING, "FILE", N_("the response headers, status line first"), NULL, 0, 0,
         offsetof(struct values, headers)},
	{"only", 0, AMP_OPT_STRING, "PLATFORM/ENDPOINT",
         N_("of captures: only these feeds in the file, as x/graphql/HomeTimeline; several separated by commas"), NULL, 0, 0,
         offsetof(struct values, only)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_parse;

static int own_source(const struct amp_adapter **out, const struct values *v, struct amp_arena *arena, struct amp_err *err)
{
	const struct amp_source *own = NULL;
	int rc = amp_cli_source_read(&own, v->source, arena, err);

	if (rc != 0) return rc;
	*out = &own->adapter;
	if (v->platform == NULL || strcmp(v->platform, own->adapter.name) == 0) return 0;
	return amp_fail(err, AMP_EUSAGE, _("--source declares %s, and --platform says %s: give one of them."), own->adapter.name,
	                v->platform);
}

static int find_adapter(const struct amp_adapter **out, const char *name, struct amp_err *err)
{
	const char *names[64];

	if (name == NULL)
		return amp_fail(err, AMP_EUSAGE, "%s",
		                _("which platform sent it? Say --platform NAME; `amplimeter platforms` lists them"));
	*out = amp_adapter_find(name);
	return *out != NULL ? 0 : amp_platform_wrong(name, names, amp_platform_names(names, 64), err);
}

static int find_endpoint(const struct amp_endpoint **out, const struct amp_adapter *adapter, const char *name, struct amp_err *err)
{
	if (name == NULL) return 0;
	*out = amp_endpoint_find(adapter, name);
	return *out != NULL ? 0 : amp_endpoint_wrong(adapter, name, err);
}

/* "HTTP/1.1 403 Forbidden": 403; 0 when the block has no status line. */
static int status_of(struct amp_str headers)
{
	struct amp_str line = amp_str_cut(&headers, '\n');
	int64_t status;

	if (!amp_str_istarts(line, "HTTP")) return 0;
	(void)amp_str_cut(&line, ' ');
	line = amp_str_trim(line);
	return line.n >= 3 && amp_str_i64((struct amp_str){line.p, 3}, &status) && status >= 100 ? (int)status : 0;
}

static int read_pages(struct amp_page *pages, const char **files, size_t n, const struct values *v, struct amp_arena *arena,
                      struct amp_err *err)
{
	struct amp_buf b;
	struct amp_str headers = AMP_STR_ABSENT;
	int rc = 0;

	amp_buf_init(&b, MAX_BODY);
	if (v->headers != NULL) {
		rc = amp_io_read_file(v->headers, &b, err);
		if (rc == 0) headers = amp_arena_str(arena, amp_buf_str(&b));
		if (rc == 0 && status_of(headers) == 0)
			(void)fprintf(stderr,
			              _("%s does not begin with a status line, as HTTP/1.1 200 OK: the status counts as unknown\n"),
			              v->headers);
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		amp_buf_reset(&b);
		rc = amp_io_read_file(files[i], &b, err);
		if (rc != 0) break;
		pages[i] = (struct amp_page){.body = amp_arena_str(arena, amp_buf_str(&b)),
		                             .url = amp_str_c(v->url),
		                             .headers = headers,
		                             .only = amp_str_c(v->only),
		                             .captured_at = v->captured_at,
		                             .status = status_of(headers)};
		if (pages[i].body.p == NULL) rc = amp_fail(err, AMP_ENOMEM, _("%s: no memory left to read it"), files[i]);
	}
	amp_buf_free(&b);
	return rc;
}

static int print_items(const struct amp_adapter *adapter, const struct amp_parsed *parsed, struct amp_err *err)
{
	struct amp_buf line;
	int rc = 0;

	amp_buf_init(&line, MAX_BODY);
	for (size_t i = 0; i < parsed->n_items && rc == 0; i++) {
		amp_buf_reset(&line);
		amp_item_json(&line, adapter->name, &parsed->items[i]);
		(void)amp_buf_byte(&line, '\n');
		rc = amp_buf_check(&line, "the JSON line of an item", err);
		if (rc == 0) rc = amp_cli_out(&line, err);
	}
	amp_buf_free(&line);
	return rc;
}

static void print_verdict(const struct amp_parsed *parsed)
{
	for (size_t i = 0; i < parsed->n_diagnostics && i < MAX_REMARKS; i++) {
		const struct amp_diagnostic *d = &parsed->diagnostics[i];
		(void)fprintf(stderr, "page=%d byte=%zu", d->page, d->byte_offset);
		if (d->rank != AMP_ABSENT) (void)fprintf(stderr, " rank=%lld", (long long)d->rank);
		(void)fprintf(stderr, " %s", d->code);
		if (d->field.p != NULL) (void)fprintf(stderr, " %.*s", AMP_ARG(d->field));
		(void)fputs(": ", stderr);
		for (size_t k = 0; k < d->detail.n; k++)
			(void)fputc((unsigned char)d->detail.p[k] < 0x20 ? ' ' : d->detail.p[k], stderr);
		(void)fputc('\n', stderr);
	}
	if (parsed->diagnostics_total > MAX_REMARKS)
		(void)fprintf(stderr, _("and %zu remarks more\n"), parsed->diagnostics_total - MAX_REMARKS);
	(void)fprintf(stderr, "verdict: %s items=%zu reason=", amp_verdict_name(parsed->verdict), parsed->n_items);
	if (parsed->reason.n == 0) (void)fputc('-', stderr);
	for (size_t k = 0; k < parsed->reason.n; k++)
		(void)fputc((unsigned char)parsed->reason.p[k] < 0x20 ? ' ' : parsed->reason.p[k], stderr);
	(void)fputc('\n', stderr);
}

static int exit_code(enum amp_verdict verdict)
{
	static const int codes[] = {[AMP_VERDICT_OK] = 0,    [AMP_VERDICT_EMPTY] = 0,   [AMP_VERDICT_PARTIAL] = 3,
	                            [AMP_VERDICT_DRIFT] = 4, [AMP_VERDICT_BLOCKED] = 4, [AMP_VERDICT_FAILED] = 1};
	return codes[verdict];
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.captured_at = AMP_TIME_NONE};
	const struct amp_adapter *adapter = NULL;
	const struct amp_endpoint *endpoint = NULL;
	struct amp_arena *arena = NULL;
	struct amp_parsed parsed;
	struct amp_look look;
	const char **files = NULL;
	struct amp_page *pages = NULL;
	size_t n = 0;
	int rc;

	arena = amp_arena_new(MAX_ARENA);
	if (arena == NULL) return amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start"));
	files = amp_arena_new_array(arena, const char *, (size_t)argc + 1);
	pages = amp_arena_new_array(arena, struct amp_page, (size_t)argc + 1);
	rc = files == NULL || pages == NULL ? amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start"))
	                                    : amp_cli_parse(&amp_cmd_parse, argc, argv, &v, files, &n, err);
	if (rc <= 0) goto out;
	rc = v.source != NULL ? own_source(&adapter, &v, arena, err) : find_adapter(&adapter, v.platform, err);
	if (rc == 0) rc = amp_cli_check_only(v.only, v.platform, err);
	if (rc == 0) rc = amp_cli_check_url(v.url, err);
	if (rc == 0) rc = find_endpoint(&endpoint, adapter, v.endpoint, err);
	if (rc == 0 && n == 0)
		rc = amp_fail(
			err, AMP_EUSAGE, "%s",
			_("which file? Give one or several saved answers, in the order of their pages, or - for standard input"));
	if (rc == 0) rc = read_pages(pages, files, n, &v, arena, err);
	if (rc == 0) rc = amp_parse_pages(adapter, endpoint, pages, n, 0, 0, 0, arena, &parsed, err);
	if (rc == 0) rc = print_items(adapter, &parsed, err);
	if (rc == 0) rc = amp_platforms_tell(adapter, &parsed, &pages[0], &look, err);
	if (rc != 0) goto out;
	(void)fflush(stdout);
	amp_cli_look(stderr, &look);
	print_verdict(&parsed);
	rc = exit_code(parsed.verdict);
out:
	amp_arena_free(arena);
	return rc;
}

const struct amp_cmd amp_cmd_parse = {
	.name = "parse",
	.operands = "FILE…",
	.summary = N_("read saved answers of a platform: one JSON line an item"),
	.example =
		"amplimeter parse --platform bluesky --endpoint getFeed tests/golden/bluesky/two-pages/input-1.json tests/golden/bluesky/two-pages/input-2.json",
	.options = options,
	.run = run,
};

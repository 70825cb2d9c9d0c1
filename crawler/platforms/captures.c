/* captures.c: what people save while they look at a platform: Zeeschuimer, HAR, WARC, WACZ, exports of 4CAT. digitalmethodsinitiative/
 * zeeschuimer (js/zs-background.js, modules/) and 4cat (datasources/), 2026-02-21; HAR 1.2; WARC 1.1; WACZ 1.1.1.
 *
 * A capture is a box: each document in it is read by the adapter of its platform, in the order in which it was seen.
 */
#include "platforms/captures.h"
#include <string.h>
#include "base/i18n.h"
#include "container/container.h"

#define SAVED N_("capture only: a file that a person saved while looking at a platform")

static const struct amp_param params[] = {
	{.name = "only",
         .place = AMP_IN_QUERY,
         .help = N_("the feeds of the file that are wanted, as x/graphql/HomeTimeline or tiktok; several separated by commas")},
	{.name = NULL}};

#define FILE_OF(called, dated, document)                                                                            \
	{                                                                                                           \
		.name = called, .ranking = AMP_UNRANKED, .auth = AMP_AUTH_NONE, .params = params, .kind = AMP_POST, \
		.status = SAVED, .status_date = dated, .source = document, .captured_only = true                    \
	}
static const struct amp_endpoint endpoints[] = {
	FILE_OF("zeeschuimer", "2026-02-21", "digitalmethodsinitiative/zeeschuimer, modules and js/zs-background.js"),
	FILE_OF("har", "2012-08-14", "HAR 1.2, ahmadnassri/har-spec"),
	FILE_OF("warc", "2017-08-01", "WARC 1.1, iipc.github.io/warc-specifications"),
	FILE_OF("wacz", "2021-08-01", "WACZ 1.1.1, specs.webrecorder.net"),
	FILE_OF("4cat", "2026-02-21", "digitalmethodsinitiative/4cat, datasources (map_item)"),
	{.name = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_captures, name);
}

static bool is_object(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	body = amp_str_trim(body);
	return body.n && body.p[0] == '{';
}

static bool is_json(struct amp_engine *e)
{
	return is_object(e) || amp_captures_lines_of(e) != AMP_LINES_NONE;
}

/* NDJSON is no JSON document, and an entry of a HAR is no line: the first lines alone say which. */
static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_captures_is_wacz(body)) return endpoint("wacz");
	if (amp_captures_is_warc(body)) return endpoint("warc");
	if (is_json(e)) {
		enum amp_captures_lines lines = amp_captures_lines_of(e);
		if (lines == AMP_LINES_ZEESCHUIMER) return endpoint("zeeschuimer");
		if (lines == AMP_LINES_4CAT) return endpoint("4cat");
		return amp_captures_is_har(amp_engine_json(e)) ? endpoint("har") : NULL;
	}
	return amp_captures_is_table(e) ? endpoint("4cat") : NULL;
}

void amp_captures_fault(struct amp_engine *e, struct amp_captures_sum *sum, enum amp_verdict verdict, struct amp_str where,
                        struct amp_str reason)
{
	const char *text = amp_arena_printf(e->arena, "%.*s: %s: %.*s", AMP_ARG(where), amp_verdict_name(verdict), AMP_ARG(reason));
	if (!text) {
		amp_engine_no_memory(e);
		return;
	}
	amp_engine_diag(e, "feed_unreadable", AMP_F_COUNT, 0, "%s", text);
	if (sum->fault) return;
	sum->fault = verdict;
	sum->reason = amp_str_c(text);
}

void amp_captures_end(struct amp_engine *e, const struct amp_captures_sum *sum)
{
	/* a feed that was asked for by name and is not in the file is not an empty feed: nobody saw it */
	if (e->page->only.n && sum->feeds == 0 && !sum->fault)
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "nothing in this file is of %.*s", AMP_ARG(e->page->only));
	if (!sum->fault) return;
	amp_engine_refuse(e, sum->readable ? AMP_VERDICT_PARTIAL : sum->fault, "%.*s", AMP_ARG(sum->reason));
}

bool amp_captures_wanted(struct amp_str only, struct amp_str platform, const char *name)
{
	if (!only.n) return true;
	while (only.p) {
		struct amp_str one = amp_str_trim(amp_str_cut(&only, ',')), of = amp_str_cut(&one, '/');
		if (amp_str_eq(of, platform) && (!one.p || (name && amp_str_eq_c(one, name)))) return true;
	}
	return false;
}

void amp_captures_seen_in(struct amp_engine *e, const struct amp_guest_told *told, struct amp_str platform)
{
	struct amp_str seen = AMP_STR_ABSENT;
	for (size_t i = 0; told->endpoint && i < told->n_items; i++) {
		struct amp_item *item = amp_engine_guest_item(e, told, i);
		if (item->feed_reason.p) continue;
		if (!seen.p) seen = AMP_CONCAT(e->arena, platform, AMP_STR(" "), amp_str_c(told->endpoint->name));
		item->feed_reason = seen;
	}
}

/* --- a file of another kind --- */

static const char *looks_like(struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_captures_is_wacz(body)) return "a WACZ file, or another zip file";
	if (amp_captures_is_warc(body)) return "a WARC file";
	if (amp_gzip_is(body)) return "a file packed with gzip";
	if (amp_engine_is_html(e)) return "an HTML page";
	if (amp_str_starts(body, "%PDF")) return "a PDF file";
	if (is_json(e)) {
		enum amp_captures_lines lines = amp_captures_lines_of(e);
		if (lines == AMP_LINES_ZEESCHUIMER) return "NDJSON of Zeeschuimer";
		return lines == AMP_LINES_4CAT ? "NDJSON of 4CAT" : "a JSON document";
	}
	if (amp_captures_is_table(e)) return "a table of 4CAT";
	return "no file of a kind that is read here";
}

static void another_kind(struct amp_engine *e)
{
	amp_engine_refuse(e, AMP_VERDICT_DRIFT, "this is no file of the kind %s: it looks like %s", e->endpoint->name,
	                  looks_like(e));
}

static void parse_page(struct amp_engine *e)
{
	struct amp_captures_sum sum = {.reason = AMP_STR_ABSENT};
	const char *name = e->endpoint->name;
	struct amp_str body = e->page->body;
	if (strcmp(name, "har") == 0) {
		if (amp_captures_is_warc(body) || (body.n && !is_json(e) && !amp_engine_is_html(e))) another_kind(e);
		amp_captures_har(e, &sum);
	} else if (strcmp(name, "warc") == 0 || strcmp(name, "wacz") == 0) {
		if (amp_captures_is_warc(body) || amp_captures_is_wacz(body))
			amp_captures_warc(e, &sum); /* what was a WACZ is archived as the WARC that was in it */
		else if (!amp_engine_refused(e, false))
			another_kind(e);
	} else if (is_json(e)) {
		bool ours = strcmp(name, "zeeschuimer") == 0 ? amp_captures_lines_of(e) == AMP_LINES_ZEESCHUIMER
		                                             : amp_captures_lines_of(e) == AMP_LINES_4CAT;
		if (ours)
			amp_captures_lines(e, &sum);
		else
			another_kind(e);
	} else if (strcmp(name, "4cat") == 0 && amp_captures_is_table(e)) {
		amp_captures_table(e, &sum);
	} else if (!amp_engine_refused(e, false)) {
		another_kind(e);
	}
	amp_captures_end(e, &sum);
}

const struct amp_adapter amp_adapter_captures = {
	.name = "captures",
	.title = N_("Captures by people"),
	.version = "4",
	.without_login =
		N_("Nothing is asked: files that people saved while they looked at a platform with their own account (Zeeschuimer, "
                   "HAR, WARC, WACZ, 4CAT), read in the order in which things were seen (2026-02-21)."),
	.with_token = N_("Nothing more; no token is ever needed."),
	.not_possible = N_("What the person did not scroll to, and answers that the browser did not save (2026-02-21)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
};

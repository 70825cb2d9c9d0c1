/* refuse.c: documents that are no feed: login and consent pages, empty bodies, refusals by status (errors in JSON: service.c). Telling them
 * from an empty list is what keeps "we were blocked" from looking like "nobody was hateful".
 */
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/engine_state.h"

#define LOOK_AT ((size_t)256 << 10) /* a wall shows itself early; pages above this are read no further for it */

struct amp_str amp_engine_shortened(struct amp_str text)
{
	text = amp_str_trim(text);
	text.n = amp_utf8_valid_prefix(text.p, text.n < 160 ? text.n : 160);
	return text;
}

static bool refusing(int status)
{
	return status == 401 || status == 403 || status == 407 || status == 429 || status == 451;
}

/* The status decides when the body is not our own document. */
enum amp_verdict amp_engine_by_status(int status, enum amp_verdict otherwise)
{
	if (refusing(status)) return AMP_VERDICT_BLOCKED;
	return status >= 500 ? AMP_VERDICT_FAILED : otherwise;
}

/* Once a page. NULL when memory is out. */
static const struct amp_markup_doc *read_markup(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	if (e->failed || s->markup_read) return e->failed ? NULL : &s->markup;
	s->markup_read = true;
	int rc = amp_markup_parse(&s->markup, e->page->body, e->arena, s->err);
	if (rc != 0) e->failed = rc;
	return rc == 0 ? &s->markup : NULL;
}

static void refuse_page(struct amp_engine *e, const struct amp_wall *wall, struct amp_str title)
{
	int status = e->page->status;
	const char *what = wall ? wall->what : N_("an HTML page");
	const char *open = title.n ? ": \xE2\x80\x9C" : "", *close = title.n ? "\xE2\x80\x9D" : "";
	enum amp_verdict verdict = amp_engine_by_status(status, wall ? wall->verdict : AMP_VERDICT_DRIFT);
	if (wall && wall->verdict == AMP_VERDICT_BLOCKED) verdict = AMP_VERDICT_BLOCKED;
	if (status >= 400)
		amp_engine_refuse(e, verdict, "instead of data, %s (HTTP status %d)%s%.*s%s", what, status, open, AMP_ARG(title),
		                  close);
	else
		amp_engine_refuse(e, verdict, "instead of data, %s%s%.*s%s", what, open, AMP_ARG(title), close);
	e->s->instead = (struct amp_instead){what, false};
}

static struct amp_str title_of(const struct amp_markup_doc *page)
{
	return amp_engine_shortened(amp_markup_text(page, amp_markup_find(page, NULL, NULL, "title", NULL)));
}

/* HTML is what the adapter reads: refused when it is a wall, or comes with a status that refuses. */
static bool refuse_own_html(struct amp_engine *e)
{
	int status = e->page->status;
	const struct amp_markup_doc *page = read_markup(e);
	if (!page) return true;
	struct amp_str title = title_of(page);
	const struct amp_wall *wall = amp_wall_of(page, title, status, true);
	if (!wall && status < 400) return false;
	refuse_page(e, wall, title);
	return true;
}

static void refuse_alien_html(struct amp_engine *e, struct amp_str html)
{
	struct amp_markup_doc page;
	if (html.n > LOOK_AT) html.n = LOOK_AT;
	int rc = amp_markup_parse(&page, html, e->arena, e->s->err);
	if (rc != 0) {
		e->failed = rc;
		return;
	}
	struct amp_str title = title_of(&page);
	refuse_page(e, amp_wall_of(&page, title, e->page->status, false), title);
}

static struct amp_str without_mark(struct amp_str body)
{
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	return amp_str_trim(body);
}

static bool looks_like_html(struct amp_str body)
{
	return amp_str_istarts(body, "<!doctype html") || amp_str_istarts(body, "<html") || amp_str_istarts(body, "<head") ||
	       amp_str_istarts(body, "<body") ||
	       (amp_str_istarts(body, "<!--") && amp_str_ifind((struct amp_str){body.p, body.n < 4096 ? body.n : 4096}, "<html"));
}

bool amp_engine_is_html(const struct amp_engine *e)
{
	return looks_like_html(without_mark(e->page->body));
}

bool amp_engine_refused(struct amp_engine *e, bool html_is_ours)
{
	int status = e->page->status;
	struct amp_str body = without_mark(e->page->body);
	if (e->s->judged) return true;
	if (!body.p || body.n == 0) {
		if (e->page->truncated)
			amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "the transfer ended before the first byte");
		else if (e->adapter->empty_body && status < 300)
			amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "%s", e->adapter->empty_body);
		else if (status)
			amp_engine_refuse(e, amp_engine_by_status(status, AMP_VERDICT_FAILED), "the body is empty (HTTP status %d)",
			                  status);
		else
			amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "the body is empty");
		return true;
	}
	if (html_is_ours && *body.p == '<') return refuse_own_html(e);
	if (looks_like_html(body)) {
		refuse_alien_html(e, body);
		return true;
	}
	/* JSON has its error read by amp_engine_json, unless only a page was asked for */
	if (status >= 400 && (html_is_ours || !(body.n && (*body.p == '{' || *body.p == '[')))) {
		struct amp_str start = amp_engine_shortened(body);
		amp_engine_refuse(e, amp_engine_by_status(status, AMP_VERDICT_DRIFT), "HTTP status %d: %.*s", status,
		                  AMP_ARG(start));
		amp_engine_error_says(e, start);
		return true;
	}
	return false;
}

static void record_notes(struct amp_engine *e, const struct amp_json_doc *doc)
{
	size_t stored = 0;
	for (size_t i = 0; i < doc->n_notes; i++) {
		if (strcmp(doc->notes[i].code, "duplicate_key") == 0) {
			amp_engine_diag(e, "duplicate_key", AMP_F_COUNT, doc->notes[i].offset, "%s",
			                "a key is sent twice: the last value counts");
			continue;
		}
		amp_engine_repaired(e, doc->notes[i].code, doc->notes[i].offset);
		stored++;
	}
	if (doc->repairs > stored) { /* beyond what the reader keeps notes of */
		e->s->out->repairs += doc->repairs - stored;
		e->s->out->diagnostics_total += doc->repairs - stored;
	}
}

/* What the reader met, and where it had to stop. */
static void record_end(struct amp_engine *e, const struct amp_json_doc *doc, size_t body_end)
{
	e->s->stopped_at = doc->end_offset;
	if (doc->end == AMP_JSON_TRUNCATED)
		amp_engine_cut(e, "the JSON document ends early, at byte %zu", doc->end_offset);
	else if (doc->end == AMP_JSON_TOO_DEEP)
		amp_engine_cut(e, "the JSON document is nested deeper than %d, at byte %zu", AMP_JSON_DEPTH, doc->end_offset);
	else if (doc->end == AMP_JSON_MALFORMED)
		amp_engine_cut(e, "the JSON document is malformed at byte %zu", doc->end_offset);
	else if (doc->end_offset < body_end)
		amp_engine_cut(e, "there are bytes behind the end of the JSON document, from byte %zu on", doc->end_offset);
}

const struct amp_json *amp_engine_json_at(struct amp_engine *e, const struct amp_embed *embed)
{
	struct amp_engine_state *s = e->s;
	struct amp_json_doc doc;
	if (!embed || embed->state == AMP_EMBED_NONE || e->failed || s->judged) return NULL;
	if (embed->state == AMP_EMBED_NO_MEMORY) {
		amp_engine_no_memory(e);
		return NULL;
	}
	if (s->embedded_at == embed->raw.p) return s->embedded;
	s->embedded_at = embed->raw.p;
	s->embedded = NULL;
	if (embed->state == AMP_EMBED_NOT_JSON) {
		amp_engine_diag(e, "not_recognised", AMP_F_COUNT, embed->offset, "%s",
		                "what the page embeds here is JavaScript, not JSON");
		return NULL;
	}
	int rc = amp_embed_parse(&doc, embed, e->arena, s->err);
	if (rc != 0) {
		e->failed = rc;
		return NULL;
	}
	if (doc.end == AMP_JSON_MALFORMED && doc.n_nodes <= 1) { /* {null:1}: brackets that match prove nothing */
		amp_engine_diag(e, "not_recognised", AMP_F_COUNT, doc.end_offset, "%s",
		                "what the page embeds here is JavaScript, not JSON");
		return NULL;
	}
	record_notes(e, &doc);
	if (!doc.root || doc.root->type < AMP_JSON_ARRAY) return NULL;
	record_end(e, &doc, 0);
	s->embedded = doc.root;
	return s->embedded;
}

const struct amp_markup_doc *amp_engine_markup_in(struct amp_engine *e, struct amp_str html)
{
	struct amp_engine_state *s = e->s;
	if (e->failed || s->judged) return NULL;
	int rc = amp_markup_parse(&s->markup, html, e->arena, s->err);
	if (rc != 0) e->failed = rc;
	s->markup_read = s->markup_recorded = rc == 0;
	return rc == 0 ? &s->markup : NULL;
}

static void record_markup(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = &e->s->markup;
	if (doc->repairs) {
		amp_engine_repaired(e, "invalid_utf8", doc->first_repair);
		e->s->out->repairs += doc->repairs - 1; /* found in one sweep: only the first has its place noted */
		e->s->out->diagnostics_total += doc->repairs - 1;
	}
	if (doc->too_deep)
		amp_engine_diag(e, "not_recognised", AMP_F_COUNT, 0,
		                "elements are nested deeper than %d: the deeper ones are read side by side", AMP_MARKUP_DEPTH);
	e->s->stopped_at = doc->end_offset;
	if (doc->end_offset < doc->body.n)
		amp_engine_cut(e, "the HTML page has more than %zu elements and texts: read up to byte %zu", AMP_MARKUP_MAX_NODES,
		               doc->end_offset);
	else if (doc->cut)
		amp_engine_cut(e, "the HTML page ends inside a tag, a comment or a script, at byte %zu", doc->end_offset);
	else if (!amp_str_ifind(doc->body, "</html") && (doc->unclosed || amp_str_ifind(doc->body, "<html")))
		/* HTML may leave it out, the pages of these services never do: between two entries nothing else shows the cut. A piece
	         * of a page that was saved has no <html>, and closes what it opens. */
		amp_engine_cut(e, "the HTML page ends early, at byte %zu", doc->body.n);
}

const struct amp_markup_doc *amp_engine_markup(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	if (s->markup_recorded || e->failed || s->judged) return e->failed || s->judged ? NULL : &s->markup;
	if (amp_engine_refused(e, true) || !read_markup(e)) return NULL;
	s->markup_recorded = true;
	record_markup(e);
	return e->failed ? NULL : &s->markup;
}

const struct amp_json *amp_engine_json(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	if (s->read || e->failed) return s->judged ? NULL : s->root;
	s->read = true;
	if (amp_engine_refused(e, false)) return NULL;
	int rc = amp_json_parse(&s->doc, e->page->body, e->arena, s->err);
	if (rc != 0) {
		e->failed = rc;
		return NULL;
	}
	record_notes(e, &s->doc);
	struct amp_json_doc *doc = &s->doc;
	bool usable = doc->root && doc->root->type >= AMP_JSON_ARRAY;
	if (doc->end != AMP_JSON_COMPLETE && !usable) {
		amp_engine_refuse(e, *without_mark(e->page->body).p == '<' ? AMP_VERDICT_DRIFT : AMP_VERDICT_FAILED,
		                  "this is not JSON: %s at byte %zu", amp_json_end_name(doc->end), doc->end_offset);
		return NULL;
	}
	record_end(e, doc, e->page->body.n);
	if (amp_engine_refuse_error(e, doc->root)) return NULL;
	s->root = doc->root;
	return s->root;
}

struct amp_str amp_engine_header(const struct amp_engine *e, const char *name)
{
	struct amp_str rest = e->page->headers, value = AMP_STR_ABSENT;
	while (rest.p && !value.p) {
		struct amp_str line = amp_str_cut(&rest, '\n');
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
		if (!colon) continue;
		struct amp_str key = amp_str_trim((struct amp_str){line.p, (size_t)(colon - line.p)});
		if (amp_str_ieq_c(key, name))
			value = amp_str_trim((struct amp_str){colon + 1, line.n - (size_t)(colon + 1 - line.p)});
	}
	return value;
}

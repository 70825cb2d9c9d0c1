/* engine.c: pages in, verdict out. Which page verdicts make which snapshot verdict is decided in merge_verdicts only. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/engine_state.h"

const char *amp_verdict_name(enum amp_verdict v)
{
	static const char *const names[] = {"ok", "empty", "partial", "drift", "blocked", "failed"};
	return names[v];
}

const char *amp_kind_name(enum amp_kind k)
{
	static const char *const names[] = {"post", "comment", "video", "article", "link", "tag", "feed", "account"};
	return names[k];
}

const char *amp_ranking_name(enum amp_ranking r)
{
	static const char *const names[] = {"algorithmic", "chronological", "unranked"};
	return names[r];
}

const char *amp_auth_name(enum amp_auth a)
{
	static const char *const names[] = {"none", "optional", "required"};
	return names[a];
}

const char *amp_pool_name(enum amp_pool p)
{
	static const char *const names[] = {"identical", "alternative", "different"};
	return names[p];
}

const struct amp_endpoint *amp_endpoint_find(const struct amp_adapter *a, const char *name)
{
	for (const struct amp_endpoint *ep = a ? a->endpoints : NULL; ep && ep->name; ep++)
		if (strcmp(ep->name, name) == 0) return ep;
	return NULL;
}

const char *amp_endpoint_host(const struct amp_adapter *a, const struct amp_endpoint *e)
{
	return e && e->host ? e->host : a->default_host;
}

const struct amp_pair_row *amp_pair_find(const struct amp_adapter *a, const char *ranked, const char *chronological)
{
	for (const struct amp_pair_row *p = a->pairs; p && p->ranked; p++)
		if (strcmp(p->ranked, ranked) == 0 && strcmp(p->chronological, chronological) == 0) return p;
	return NULL;
}

void amp_engine_no_memory(struct amp_engine *e)
{
	if (e->failed) return;
	int code = amp_arena_refused(e->arena) == AMP_ENOMEM ? AMP_ENOMEM : AMP_ELIMIT;
	e->failed = amp_fail(e->s->err, code, _("page %d: no memory left to parse it (%zu bytes in use)"), e->page_no,
	                     amp_arena_used(e->arena));
}

static struct amp_str vformat(struct amp_engine *e, const char *fmt, va_list ap) AMP_PRINTF(2, 0);
static struct amp_str vformat(struct amp_engine *e, const char *fmt, va_list ap)
{
	char text[512];
	int n = vsnprintf(text, sizeof text, fmt, ap);
	if (n < 0) return AMP_STR("");
	size_t len = (size_t)n < sizeof text ? (size_t)n : amp_utf8_valid_prefix(text, sizeof text - 1);
	const char *copy = amp_arena_strndup(e->arena, text, len);
	if (!copy) amp_engine_no_memory(e);
	return copy ? (struct amp_str){copy, len} : AMP_STR_ABSENT;
}

void amp_engine_diag(struct amp_engine *e, const char *code, enum amp_field field, size_t offset, const char *fmt, ...)
{
	struct amp_parsed *out = e->s->out;
	out->diagnostics_total++;
	if (e->failed || out->n_diagnostics == AMP_MAX_DIAGNOSTICS) return;
	if (!out->diagnostics) out->diagnostics = amp_arena_new_array(e->arena, struct amp_diagnostic, AMP_MAX_DIAGNOSTICS);
	if (!out->diagnostics) {
		amp_engine_no_memory(e);
		return;
	}
	va_list ap;
	va_start(ap, fmt);
	struct amp_str detail = vformat(e, fmt, ap);
	va_end(ap);
	out->diagnostics[out->n_diagnostics++] =
		(struct amp_diagnostic){.code = code,
	                                .rank = e->item ? e->item->rank : AMP_ABSENT,
	                                .page = e->page_no,
	                                .byte_offset = offset,
	                                .field = field < AMP_F_COUNT ? amp_str_c(amp_field_name(field)) : AMP_STR_ABSENT,
	                                .detail = detail};
}

void amp_engine_repaired(struct amp_engine *e, const char *what, size_t offset)
{
	e->s->out->repairs++;
	amp_engine_diag(e, "repaired", AMP_F_COUNT, offset, "%s", what);
}

void amp_engine_list_found(struct amp_engine *e)
{
	e->s->list_found = true;
}

void amp_engine_refuse(struct amp_engine *e, enum amp_verdict verdict, const char *fmt, ...)
{
	if (e->s->judged) return;
	va_list ap;
	va_start(ap, fmt);
	e->s->reason = vformat(e, fmt, ap);
	va_end(ap);
	int status = e->page->status; /* refused is refused, whatever the body is */
	if (status == 401 || status == 403 || status == 429) verdict = AMP_VERDICT_BLOCKED;
	e->s->judged = true;
	e->s->verdict = verdict;
}

void amp_engine_cut(struct amp_engine *e, const char *fmt, ...)
{
	if (e->s->cut) return;
	e->s->cut = true;
	va_list ap;
	va_start(ap, fmt);
	struct amp_str why = vformat(e, fmt, ap);
	va_end(ap);
	if (!e->s->judged) e->s->reason = why;
	amp_engine_diag(e, "truncated", AMP_F_COUNT, e->s->stopped_at < e->page->body.n ? e->s->stopped_at : e->page->body.n,
	                "%.*s", AMP_ARG(why));
}

/* A required field that most entries lack says that the format has moved on, not that the posts have no text. */
static bool drifted(struct amp_engine *e, size_t n)
{
	struct amp_engine_state *s = e->s;
	if (s->unreadable * 2 > n) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%zu of %zu entries are of a kind that this version does not know",
		                  s->unreadable, n);
		return true;
	}
	for (int f = 0; f < AMP_F_COUNT; f++) {
		if (s->missing[f] * 2 <= s->asked[f]) continue;
		/* one entry is not most of a page, be it the only one that had to have the field */
		if (s->missing[f] == 1 && (s->unreadable + 1) * 2 <= n) continue;
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%zu of %zu entries have no usable %s", s->missing[f], s->asked[f],
		                  amp_fields[f].name);
		return true;
	}
	return false;
}

enum amp_verdict amp_engine_judge_page(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	size_t n = s->out->n_items - s->first_item;
	if (s->judged) return s->verdict;
	if (e->page->truncated) amp_engine_cut(e, "the transfer ended early, after %zu bytes", e->page->body.n);
	if (!s->list_found || n == 0) {
		if (s->cut) return AMP_VERDICT_FAILED;
		if (s->list_found) return AMP_VERDICT_EMPTY;
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "not a document of %s %s", e->adapter->title,
		                  e->endpoint ? e->endpoint->name : "");
		return AMP_VERDICT_DRIFT;
	}
	if (drifted(e, n)) return AMP_VERDICT_DRIFT;
	return s->cut ? AMP_VERDICT_PARTIAL : AMP_VERDICT_OK;
}

/* Names the page when there are several; the page in hand. */
static struct amp_str with_page(struct amp_engine *e, enum amp_verdict page, bool several)
{
	struct amp_str why = e->s->reason;
	if (!several) return why;
	const char *text = amp_arena_printf(e->arena, "page %d: %s: %.*s", e->page_no, amp_verdict_name(page), AMP_ARG(why));
	return text ? amp_str_c(text) : why;
}

/* One bad page beside good ones makes the snapshot partial; only bad pages (and empty ones) keep the first bad verdict. */
static void merge_verdicts(struct amp_engine *e, enum amp_verdict page, bool several)
{
	struct amp_engine_state *s = e->s;
	struct amp_parsed *out = s->out;
	bool whole = page <= AMP_VERDICT_EMPTY;
	if (page <= AMP_VERDICT_PARTIAL && page != AMP_VERDICT_EMPTY) s->readable++;
	if (!whole && (!s->fault || (s->fault == AMP_VERDICT_PARTIAL && page > AMP_VERDICT_PARTIAL))) {
		s->fault = page;
		out->reason = with_page(e, page, several);
		out->instead = s->instead;
	}
	if (!s->fault)
		out->verdict = s->readable ? AMP_VERDICT_OK : AMP_VERDICT_EMPTY;
	else
		out->verdict = s->readable ? AMP_VERDICT_PARTIAL : s->fault;
}

void amp_engine_start_page(struct amp_engine *e, const struct amp_page *page, int page_no)
{
	struct amp_engine_state *s = e->s;
	e->page = page;
	e->page_no = page_no;
	e->item = NULL;
	e->next = (struct amp_next){.kind = AMP_NEXT_NONE};
	s->doc = (struct amp_json_doc){.end = AMP_JSON_EMPTY};
	s->root = NULL;
	s->markup = (struct amp_markup_doc){.n_nodes = 0};
	s->embedded = NULL;
	s->embedded_at = NULL;
	s->stopped_at = SIZE_MAX;
	s->read = s->markup_read = s->markup_recorded = s->list_found = s->cut = s->judged = s->guests = false;
	s->reason = AMP_STR_ABSENT;
	s->instead = (struct amp_instead){NULL, false};
	s->first_item = s->out->n_items;
	s->unreadable = 0;
	memset(s->asked, 0, sizeof s->asked);
	memset(s->missing, 0, sizeof s->missing);
}

void amp_engine_parse_page(struct amp_engine *e)
{
	if (!e->endpoint) {
		e->endpoint = e->adapter->recognise ? e->adapter->recognise(e) : NULL;
		if (!e->endpoint) {
			amp_engine_refuse(e, AMP_VERDICT_DRIFT, "this does not look like a document of %s", e->adapter->title);
			return;
		}
	}
	if (!e->s->judged) e->adapter->parse_page(e);
}

/* A document that is none of the endpoint that was named may be one of another: its reason then says so. A
 * refusal, and a document that ends early, say enough themselves. */
static enum amp_verdict look_elsewhere(struct amp_engine *e, enum amp_verdict verdict)
{
	struct amp_engine_state *s = e->s;
	const struct amp_endpoint *found = NULL;
	if (verdict < AMP_VERDICT_DRIFT) return verdict;
	e->failed = amp_parse_look(e->adapter, e->endpoint, e->page, &found, s->err);
	if (!found) return verdict;
	if (verdict == AMP_VERDICT_BLOCKED)
		s->reason = AMP_STR("a page where data were expected"); /* signs of a wall, and no wall */
	const char *text = amp_arena_printf(e->arena, "%.*s; it looks like %s", AMP_ARG(s->reason), found->name);
	if (!text) {
		amp_engine_no_memory(e);
		return verdict;
	}
	s->reason = amp_str_c(text);
	s->instead = (struct amp_instead){NULL, false};
	if (!s->out->looks_like) s->out->looks_like = found;
	return AMP_VERDICT_DRIFT;
}

static int parse_all(struct amp_engine *e, const struct amp_endpoint *ep, const struct amp_page *pages, size_t n_pages,
                     int page_base)
{
	for (size_t i = 0; i < n_pages && !e->failed; i++) {
		struct amp_page *page = amp_arena_alloc(e->arena, sizeof *page);
		if (!page) {
			amp_engine_no_memory(e);
			break;
		}
		*page = pages[i];
		if (!page->lent) page->body = amp_arena_str(e->arena, pages[i].body); /* items borrow from it: see parse.h */
		if (pages[i].body.p && !page->body.p) amp_engine_no_memory(e);
		if (ep || i == 0) e->endpoint = ep;
		amp_engine_start_page(e, page, page_base + (int)i);
		if (!e->failed) amp_engine_parse_page(e);
		enum amp_verdict verdict = amp_engine_judge_page(e);
		amp_engine_remark_twice(e);
		if (ep && !e->failed) verdict = look_elsewhere(e, verdict);
		merge_verdicts(e, verdict, n_pages > 1);
		e->s->out->next = e->next;
		e->s->out->endpoint = e->endpoint;
	}
	/* Converters and hooks give NULL for what the platform did not send: a field that had no memory must not look like one. */
	if (amp_arena_refused(e->arena) == AMP_ENOMEM)
		e->failed = 0; /* told again by its right name: the machine's fault, not the document's */
	if (amp_arena_refused(e->arena) != 0) amp_engine_no_memory(e);
	return e->failed;
}

static int start(struct amp_engine *e, const struct amp_adapter *adapter, size_t n_pages, struct amp_arena *arena,
                 struct amp_parsed *out, struct amp_err *err)
{
	*out = (struct amp_parsed){.verdict = AMP_VERDICT_FAILED, .reason = AMP_STR_ABSENT};
	*e = (struct amp_engine){.arena = arena, .adapter = adapter, .s = amp_arena_alloc(arena, sizeof *e->s)};
	if (e->s) memset(e->s, 0, offsetof(struct amp_engine_state, media)); /* the lists hold what their counts say */
	if (!e->s) return amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start parsing"));
	e->s->err = err;
	e->s->out = out;
	if (n_pages == 0) out->reason = AMP_STR("there is no page to parse");
	return 0;
}

int amp_parse_pages(const struct amp_adapter *adapter, const struct amp_endpoint *ep, const struct amp_page *pages, size_t n_pages,
                    int64_t rank_base, int64_t organic_base, int page_base, struct amp_arena *arena, struct amp_parsed *out,
                    struct amp_err *err)
{
	struct amp_engine e;
	int rc = start(&e, adapter, n_pages, arena, out, err);
	if (rc != 0) return rc;
	e.s->rank = rank_base;
	e.s->organic = organic_base;
	return parse_all(&e, ep, pages, n_pages, page_base);
}

/* Newest first; a time that is not known sorts last; ties keep page and place. */
static int64_t shown_at(const struct amp_item *item)
{
	return item->reposted_at != AMP_TIME_NONE ? item->reposted_at : item->created_at;
}

static int compare_newest(const void *pa, const void *pb)
{
	const struct amp_item *a = pa, *b = pb;
	int64_t ta = shown_at(a), tb = shown_at(b);
	if (ta != tb) return ta > tb ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

struct moved {
	int64_t from, to;
};
static int compare_moved(const void *pa, const void *pb)
{
	const struct moved *a = pa, *b = pb;
	return a->from < b->from ? -1 : a->from > b->from;
}

int amp_parse_merged(const struct amp_adapter *adapter, const struct amp_endpoint *ep, const struct amp_page *pages, size_t n_pages,
                     struct amp_arena *arena, struct amp_parsed *out, struct amp_err *err)
{
	int rc = amp_parse_pages(adapter, ep, pages, n_pages, 0, 0, 0, arena, out, err);
	if (rc != 0 || out->n_items == 0) return rc;
	struct moved *moved = amp_arena_new_array(arena, struct moved, out->n_items);
	if (!moved)
		return amp_fail(err, amp_arena_refused(arena), "%s", _("no memory left to merge the pages of several accounts"));
	qsort(out->items, out->n_items, sizeof *out->items, compare_newest);
	int64_t organic = 0;
	for (size_t i = 0; i < out->n_items; i++) {
		struct amp_item *item = &out->items[i];
		moved[i] = (struct moved){item->rank, (int64_t)i};
		item->rank = (int64_t)i;
		if (item->organic_rank != AMP_ABSENT) item->organic_rank = organic++;
	}
	qsort(moved, out->n_items, sizeof *moved, compare_moved);
	for (size_t i = 0; i < out->n_diagnostics; i++) {
		int64_t rank = out->diagnostics[i].rank;
		if (rank >= 0 && (uint64_t)rank < out->n_items) out->diagnostics[i].rank = moved[rank].to;
	}
	out->next = (struct amp_next){.kind = AMP_NEXT_NONE}; /* each account has its own */
	return 0;
}

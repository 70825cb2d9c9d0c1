/* parse.h: bytes in, items out. Pure: no I/O, no clock, no database; the same bytes, adapter and engine version give the
 * same result, for ever. Everything lives in the caller's arena.
 */
#ifndef AMP_PARSE_PARSE_H
#define AMP_PARSE_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_ENGINE_VERSION "5" /* raised whenever the engine could give other items, or another reason, for the same bytes */

enum amp_verdict {
	AMP_VERDICT_OK,
	AMP_VERDICT_EMPTY,
	AMP_VERDICT_PARTIAL,
	AMP_VERDICT_DRIFT,
	AMP_VERDICT_BLOCKED,
	AMP_VERDICT_FAILED
};
const char *amp_verdict_name(enum amp_verdict v);

enum amp_kind { AMP_POST, AMP_COMMENT, AMP_VIDEO, AMP_ARTICLE, AMP_LINK, AMP_TAG, AMP_FEED, AMP_ACCOUNT };
const char *amp_kind_name(enum amp_kind k);

#define AMP_MAX_DIAGNOSTICS 1000
#define AMP_ABSENT INT64_MIN /* an integer that the platform did not send */

struct amp_media {
	struct amp_str kind; /* image, video, audio, link, unknown … */
	struct amp_str url, alt, mime;
	int64_t width, height; /* AMP_ABSENT */
};
struct amp_link {
	struct amp_str url, title, description;
};
struct amp_label {
	struct amp_str value, source;
};

struct amp_item {
	enum amp_kind kind;
	struct amp_str
		platform;     /* whose item it is, when not the adapter's own (a capture holds several platforms'); else absent */
	bool has_content;     /* false: an entry we cannot read (unknown union member): keeps its rank, all else null */
	int64_t rank;         /* 0-based reading order over all pages, nothing removed */
	int64_t organic_rank; /* among entries that are not pinned, ad or service; AMP_ABSENT for those */
	int page;
	size_t byte_offset; /* where the entry starts in its page's decoded body */
	struct amp_str item_id, entry_id, local_id, url;
	struct amp_str author_id, author_handle, author_name;
	struct amp_str title, text, quote_text, warning; /* plain text as a reader sees it */
	struct amp_str *langs;
	size_t n_langs;
	int64_t created_at; /* AMP_TIME_NONE */
	struct amp_str created_at_raw;
	enum amp_precision created_precision;
	int64_t likes, reposts, replies, quotes, views, score; /* AMP_ABSENT */
	bool counts_rounded;
	bool is_reply, is_repost, is_quote, is_pinned, is_ad, is_service;
	struct amp_str reply_to, repost_of, reposted_by, reposted_by_handle, reposted_by_name, quote_of;
	int64_t reposted_at; /* AMP_TIME_NONE */
	struct amp_label *labels;
	size_t n_labels;
	struct amp_media *media;
	size_t n_media;
	struct amp_link *links;
	size_t n_links;
	struct amp_str feed_reason, feed_context;
	uint32_t invalid; /* bit per enum amp_field: sent but unusable (NULL is stored, a diagnostic says why) */
};

struct amp_diagnostic {
	const char *code; /* "missing_required", "invalid_value", "unknown_member", "repaired", "truncated", … */
	int64_t rank;     /* AMP_ABSENT when it is about the page */
	int page;
	size_t byte_offset;
	struct amp_str field, detail;
};

/* One page as received: the *decoded* body (content coding undone by the caller, truncation told). */
struct amp_page {
	struct amp_str body;
	bool lent;              /* body lives as long as the arena does: it is not copied, and items borrow from it */
	struct amp_str url;     /* absent when unknown (ingest); relative links and server-local names need it */
	struct amp_str headers; /* response header block, status line first; absent when unknown */
	int64_t captured_at;    /* for relative dates; AMP_TIME_NONE */
	int status;             /* HTTP status; 0 when unknown */
	bool truncated;         /* the transfer or its decoding ended early */
	struct amp_str only;    /* captures: which of the feeds inside are wanted, "x/graphql/HomeTimeline"; absent: all */
};

enum amp_next_kind {
	AMP_NEXT_NONE,
	AMP_NEXT_CURSOR,
	AMP_NEXT_URL,
	AMP_NEXT_OFFSET, /* the next page's offset, counted from the first entry */
	AMP_NEXT_FORWARD, /* `offset` entries on from this page's own, for who cannot see the request: its offset stands in the body */
	AMP_NEXT_BODY /* several values at once: a JSON object, each member put into the next page's body at the path its name says */
};
struct amp_next { /* what the platform says about the next page */
	enum amp_next_kind kind;
	struct amp_str value; /* cursor, URL or JSON object */
	int64_t offset;
};

/* What stands where a list was expected, for people: never stored, so it may be said in their language. */
struct amp_instead {
	const char *what; /* N_(): "a login page"; of an error "a login is asked for"; NULL: nothing that is known */
	bool error;       /* what the service's own answer says is the matter; what may be NULL: it does not say */
};

struct amp_endpoint;
struct amp_parsed {
	enum amp_verdict verdict;
	struct amp_str reason; /* a short sentence, absent when ok */
	struct amp_item *items;
	size_t n_items, n_organic;
	struct amp_diagnostic *diagnostics;
	size_t n_diagnostics;     /* stored: at most AMP_MAX_DIAGNOSTICS */
	size_t diagnostics_total; /* counted on */
	size_t repairs;           /* repairs of ill-formed text, each with its offset in the diagnostics (capped, counted on) */
	struct amp_next next;     /* of the last page */
	const struct amp_endpoint *endpoint; /* as given or recognised; NULL when no page was recognised */
	/* One endpoint was given and a page is another's, as the reason says: the first such page's. NULL: none is. */
	const struct amp_endpoint *looks_like;
	struct amp_instead instead; /* of the page whose reason is given */
};

struct amp_adapter;
struct amp_endpoint;

/* Parses the pages of one snapshot (or one page of it: rank continues from rank_base/organic_base, page numbers from page_base).
 * Returns 0 even for hopeless documents: the verdict says so. Only AMP_ENOMEM/AMP_ELIMIT are errors.
 * ep may be NULL: the adapter's recogniser finds the endpoint from the content. */
int amp_parse_pages(const struct amp_adapter *adapter, const struct amp_endpoint *ep, const struct amp_page *pages, size_t n_pages,
                    int64_t rank_base, int64_t organic_base, int page_base, struct amp_arena *arena, struct amp_parsed *out,
                    struct amp_err *err) AMP_CHECK;
/* Which endpoint of the adapter, other than named (may be NULL), the page is a document of: the recogniser says which, by the page's address
 * or without it, and reading it so must give entries and the verdict ok. NULL in *out: none, or it cannot be told; several endpoints may
 * share a form, and one of them then stands for all. Uses memory of its own; AMP_ENOMEM is the only error. */
int amp_parse_look(const struct amp_adapter *adapter, const struct amp_endpoint *named, const struct amp_page *page,
                   const struct amp_endpoint **out, struct amp_err *err) AMP_CHECK;
/* Several snapshots' worth of pages read as ONE feed, newest first (a persona's follows as author feeds): items of all pages are
 * ordered by reposted_at or created_at descending, ties by page then place; rank is the place in the merged order. */
int amp_parse_merged(const struct amp_adapter *adapter, const struct amp_endpoint *ep, const struct amp_page *pages, size_t n_pages,
                     struct amp_arena *arena, struct amp_parsed *out, struct amp_err *err) AMP_CHECK;

/* One item as the JSON line of the command-line contract (all keys, contract order), appended to b without newline. */
struct amp_buf;
void amp_item_json(struct amp_buf *b, const char *platform, const struct amp_item *item);

#endif

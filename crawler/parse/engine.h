/* engine.h: what adapters build on. An adapter finds the list and says which value goes into which field; the engine owns
 * ranks, field states (present, absent, invalid), required fields, diagnostics, limits and the verdict.
 *
 * A page in three steps, as an adapter's parse_page sees it:
 *
 *     const struct amp_json *root = amp_engine_json(e);        // NULL: the engine has given its verdict already
 *     amp_engine_list_found(e);                                 // from here on "no entries" means empty, not drift
 *     for each entry:
 *         amp_engine_begin(e, byte_offset);                     // takes the next rank; NULL when memory is out
 *         amp_engine_rows(e, rows, entry);                      // or amp_put for a value found otherwise
 *         e->item->is_pinned = …;                               // hooks write flags straight into the item
 *         amp_engine_end(e);                                    // required fields, organic rank
 *
 * Memory errors are sticky (e->failed): functions after one do nothing, so adapters need no checks of their own, only a loop
 * that ends when amp_engine_begin returns NULL.
 */
#ifndef AMP_PARSE_ENGINE_H
#define AMP_PARSE_ENGINE_H
#include "parse/adapter.h"
#include "parse/embed.h"
#include "parse/json.h"
#include "parse/markup.h"
#include "parse/parse.h"

enum amp_field {
	AMP_F_ITEM_ID,
	AMP_F_ENTRY_ID,
	AMP_F_LOCAL_ID,
	AMP_F_URL,
	AMP_F_AUTHOR_ID,
	AMP_F_AUTHOR_HANDLE,
	AMP_F_AUTHOR_NAME,
	AMP_F_TITLE,
	AMP_F_TEXT,
	AMP_F_QUOTE_TEXT,
	AMP_F_WARNING,
	AMP_F_LANGS,
	AMP_F_CREATED_AT,
	AMP_F_LIKES,
	AMP_F_REPOSTS,
	AMP_F_REPLIES,
	AMP_F_QUOTES,
	AMP_F_VIEWS,
	AMP_F_SCORE,
	AMP_F_REPLY_TO,
	AMP_F_REPOST_OF,
	AMP_F_REPOSTED_BY,
	AMP_F_REPOSTED_BY_HANDLE,
	AMP_F_REPOSTED_BY_NAME,
	AMP_F_REPOSTED_AT,
	AMP_F_QUOTE_OF,
	AMP_F_LABELS,
	AMP_F_MEDIA,
	AMP_F_LINKS,
	AMP_F_FEED_REASON,
	AMP_F_FEED_CONTEXT,
	AMP_F_COUNT
};
const char *amp_field_name(enum amp_field f); /* the key of the command-line contract: "item_id" */
#define AMP_BIT(f) (UINT32_C(1) << (f))

enum amp_state { AMP_STATE_ABSENT, AMP_STATE_PRESENT, AMP_STATE_INVALID };
enum amp_need { AMP_OPTIONAL, AMP_REQUIRED };

/* What was found in the document: a JSON value, or the text of an element (json == NULL). text is absent for JSON values
 * that are not strings. Texts must live in the arena or in the page's body. */
struct amp_value {
	const struct amp_json *json;
	struct amp_str text;
	size_t offset;
};

struct amp_engine {
	/* to read */
	struct amp_arena *arena;
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	const struct amp_page *page;
	int page_no;
	/* to write: the entry in hand, between begin and end */
	struct amp_item *item;
	uint32_t required; /* AMP_BIT of each field that the entry in hand must have; rows add theirs */
	/* where the page says the next one is; AMP_NEXT_NONE until set */
	struct amp_next next;
	int failed;                 /* sticky: AMP_ENOMEM or AMP_ELIMIT */
	struct amp_engine_state *s; /* the engine's own */
};

/* Puts a value into a field of the entry in hand (or says why not). */
typedef enum amp_state amp_convert(struct amp_engine *e, enum amp_field field, const struct amp_value *v);

struct amp_row {
	enum amp_field field;
	const char *path, *fallback; /* amp_json_path; fallback is asked when path is absent or null; NULL = none */
	amp_convert *convert;        /* NULL: the field's usual one (text, count, ISO time, languages) */
	enum amp_need need;
};

/* --- the page --- */

/* The page's JSON, read once (recognise and parse_page share it), with its repairs recorded. NULL when there is none to
 * read, the verdict being given: empty body, an HTML page (login, consent, captcha: blocked), an error object of the service,
 * a status that refuses. */
const struct amp_json *amp_engine_json(struct amp_engine *e);
/* The same judgement for other formats, before they read: true when the page is an HTML page, an empty body or a refusal by
 * status, and the verdict is given. html_is_ours: an HTML body is what the adapter reads (only login walls are refused). */
bool amp_engine_refused(struct amp_engine *e, bool html_is_ours);
/* The body begins as an HTML page does. Adapters that read both ask this first: amp_engine_json judges an HTML page. */
bool amp_engine_is_html(const struct amp_engine *e);
/* The page's HTML as nodes, read once, with its repairs recorded; amp_engine_refused(e, true) is asked first. NULL: the
 * verdict is given. */
const struct amp_markup_doc *amp_engine_markup(struct amp_engine *e);
/* HTML that stands inside something else (a JSON string) as the page's nodes, for amp_put_markup and amp_put_attr; the places
 * of its nodes count in html (amp_embed_place tells where that is in the page). NULL when memory is out. */
const struct amp_markup_doc *amp_engine_markup_in(struct amp_engine *e, struct amp_str html);
/* JSON that the page embeds (parse/embed.h), as amp_engine_json: repairs, cuts and nesting recorded, offsets in the page's
 * body; read once a place. NULL when there is nothing to read; what is no JSON is remarked, and the adapter may try
 * another. No verdict is given. */
const struct amp_json *amp_engine_json_at(struct amp_engine *e, const struct amp_embed *embed);
/* The document is one of ours and has its list, perhaps empty. */
void amp_engine_list_found(struct amp_engine *e);
/* The document ended early or is damaged behind the entries that were read: partial (failed when there are none). */
void amp_engine_cut(struct amp_engine *e, const char *fmt, ...) AMP_PRINTF(2, 3);
/* Gives the page's verdict; the first one counts. */
void amp_engine_refuse(struct amp_engine *e, enum amp_verdict verdict, const char *fmt, ...) AMP_PRINTF(3, 4);
/* Beside amp_engine_refuse, where the page is an error that the service itself sends: what its words (absent: its status) say is the matter, told
 * to people in their language. */
void amp_engine_error_says(struct amp_engine *e, struct amp_str text);
/* A remark, kept with its byte offset while there are fewer than AMP_MAX_DIAGNOSTICS; field may be AMP_F_COUNT for none.
 * code: "missing_required", "invalid_value", "unknown_member", "repaired", "truncated", "duplicate_key", "duplicate_id", "not_recognised". */
void amp_engine_diag(struct amp_engine *e, const char *code, enum amp_field field, size_t offset, const char *fmt, ...)
	AMP_PRINTF(5, 6);
/* Texts of verdicts and remarks are stored and compared byte for byte by reparse: plain English, never translated, no addresses. */
/* A repair of ill-formed text: counted in out->repairs and remarked. */
void amp_engine_repaired(struct amp_engine *e, const char *what, size_t offset);
/* Memory is out: sets the sticky failure, with its sentence. */
void amp_engine_no_memory(struct amp_engine *e);
/* Value of a response header of the page (first of that name, trimmed); absent when unknown. */
struct amp_str amp_engine_header(const struct amp_engine *e, const char *name);

/* The text is a time before now, in words ("3 hours ago", "vor 3 Stunden", "ieri"), as amp_as_time_relative reads it. */
bool amp_says_when(struct amp_str text);

/* The endpoint whose path template and fixed parameters fit the page's URL best; NULL when it has none or none fits. Where the URL's host is one
 * that the platform's table names, only endpoints of its site count, those of the host itself first; instances and mirrors have any host. */
const struct amp_endpoint *amp_engine_endpoint_by_url(const struct amp_engine *e);
/* The same of any adapter and URL. */
const struct amp_endpoint *amp_endpoint_by_url(const struct amp_adapter *a, struct amp_str url);
/* Value of a query parameter of an URL, as written (percent-encoded), empty without "="; absent when not there. The name is found however
 * it is encoded ("page%5Bnumber%5D" for "page[number]"). */
struct amp_str amp_url_param(struct amp_str url, const char *name);
/* "example.org:8001" of an http(s) URL; absent when it is none. */
struct amp_str amp_url_host(struct amp_str url);
/* Target of rel="next" in the page's Link headers (RFC 8288), resolved, in the arena; absent when there is none. */
struct amp_str amp_engine_link_next(struct amp_engine *e);

/* --- an entry --- */

/* Takes the next rank. kind is the endpoint's; all texts absent, counts AMP_ABSENT. NULL when memory is out. */
struct amp_item *amp_engine_begin(struct amp_engine *e, size_t byte_offset);
void amp_engine_end(struct amp_engine *e);
/* The entry in hand is something we cannot read: it keeps its rank, everything else is null. Ends it. */
void amp_engine_unknown(struct amp_engine *e, const char *fmt, ...) AMP_PRINTF(2, 3);
void amp_engine_rows(struct amp_engine *e, const struct amp_row *rows, const struct amp_json *entry);
/* One value into one field: counts its state; INVALID leaves null and remarks. */
enum amp_state amp_put(struct amp_engine *e, const struct amp_row *row, const struct amp_value *v);
enum amp_state amp_put_json(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_json *v);
/* A text that is known to be good (built by the adapter); absent does nothing. */
void amp_put_text(struct amp_engine *e, enum amp_field field, struct amp_str text);
/* What an element says, through a converter (NULL: the field's usual one): its text (amp_as_html: its markup, read as a
 * reader sees it), or an attribute's value. A node that was not found, or has no such attribute, is absent. */
enum amp_state amp_put_markup(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_markup *node);
enum amp_state amp_put_attr(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_markup *node,
                            const char *attribute);
/* Labels, media and links are gathered from all that an entry says, so one that was read has them, [] with nothing in them. They are null where
 * nothing says whether there are any: the one list, or all of an entry that is a name in a list of names; in unreadable entries. A list that
 * was sent and cannot be used is null too. (langs is one value of its own: null when it was not sent.) */
void amp_list_unknown(struct amp_engine *e, enum amp_field list);
void amp_lists_unknown(struct amp_engine *e);
/* Takes back what was put into a field of the entry in hand: as if it had never been sent. */
void amp_drop(struct amp_engine *e, enum amp_field field);
/* The field was sent and cannot be used. */
void amp_put_invalid(struct amp_engine *e, enum amp_field field, size_t offset, const char *fmt, ...) AMP_PRINTF(4, 5);

/* Lists of the entry in hand: bounded (AMP_MAX_LIST each, the rest remarked and dropped), duplicates of links and labels dropped. */
#define AMP_MAX_LIST 256
void amp_add_media(struct amp_engine *e, const struct amp_media *m);
void amp_add_link(struct amp_engine *e, const struct amp_link *l);
void amp_add_label(struct amp_engine *e, struct amp_str value, struct amp_str source);
void amp_add_lang(struct amp_engine *e, struct amp_str lang);

/* --- documents and entries of other platforms inside the page: captures --- */

struct amp_guest {
	const struct amp_adapter *adapter;   /* who reads it */
	const struct amp_endpoint *endpoint; /* NULL: the adapter recognises it (documents only) */
	struct amp_str platform;             /* whose its items are; absent: the adapter's */
	struct amp_page page;                /* as if it had been saved alone; its body must live as long as the arena */
	const struct amp_embed *held; /* how the document stands in the page's body: places are told there; NULL: not known */
	size_t offset;                /* where in the page's body it is; all that is told of places when held is NULL */
	struct amp_str where;         /* said before its remarks: "entry 3" */
	/* Asked when the endpoint is known: false leaves the document unread. NULL: all are read. */
	bool (*wanted)(const struct amp_guest *guest, const struct amp_endpoint *endpoint);
};
struct amp_guest_told {
	enum amp_verdict verdict;
	struct amp_str reason;
	const struct amp_endpoint *endpoint; /* NULL: not recognised; nothing of it is kept, remarks neither */
	bool unwanted;                       /* recognised, and left unread */
	size_t first_item, n_items;          /* in the page's items: amp_engine_guest_item */
};
/* Reads a document by its own adapter: ranks go on, its verdict is told and not the page's, e->next stays the page's. */
void amp_engine_guest(struct amp_engine *e, const struct amp_guest *guest, struct amp_guest_told *told);
/* One entry by another adapter's function, which begins and ends one or several. guest->page gives url and captured_at. */
void amp_engine_guest_entry(struct amp_engine *e, const struct amp_guest *guest,
                            void (*entry)(struct amp_engine *e, const struct amp_json *v), const struct amp_json *v,
                            struct amp_guest_told *told);
/* The one item that a guest's entry gave is an advertisement: whoever showed it knows, the entry itself does not. */
void amp_engine_guest_ad(struct amp_engine *e, const struct amp_guest_told *told);
/* An item that a guest gave, to be told more of; NULL beyond the last. */
struct amp_item *amp_engine_guest_item(struct amp_engine *e, const struct amp_guest_told *told, size_t i);

/* --- converters --- */
amp_convert amp_as_text;      /* a string as it is */
amp_convert amp_as_some_text; /* a string; an empty one counts as absent */
amp_convert amp_as_id;        /* a string, or an integer as its digits; empty counts as absent */
amp_convert amp_as_html;      /* HTML to text, its links added to the entry's links */
amp_convert amp_as_count;     /* an integer >= 0, or a string of digits */
amp_convert amp_as_integer;   /* the same with a sign (scores) */
amp_convert amp_as_time_iso;  /* CREATED_AT keeps raw and precision */
amp_convert amp_as_time_rfc822;
amp_convert amp_as_time_any;   /* ISO, else RFC 822 */
amp_convert amp_as_time_epoch; /* seconds or milliseconds, number or digits */
amp_convert amp_as_langs;      /* a string, or an array of strings; each of the form of a language tag */
amp_convert amp_as_label;      /* a string, or an array of strings, added to the labels */
/* Counts and dates as pages show them; dates in English, French, German, Spanish, Italian, Portuguese, Dutch (convert_when.c). */
amp_convert amp_as_count_text; /* "1.2K", "10.7M", "567m views", "3 172 670 vues", "No views", "12 k"; sets counts_rounded where a
                                  K, M, B or Md rounds; also a number. Text without a count is INVALID. */
amp_convert amp_as_time_relative; /* "2 years ago", "Streamed 2 days ago", "vor 2 Jahren", "ieri": from the page's captured_at,
                                     precision relative; a month is 30 days, a year 365. captured_at unknown: absent, raw kept.
                                     "Oct 10, 2018", "Premiered Oct 10, 2018", ISO dates: precision day. */
amp_convert amp_as_time_twitter;  /* "Wed Oct 10 20:19:24 +0000 2018" */

#endif

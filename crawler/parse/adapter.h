/* adapter.h: what a platform is: a row of constant data, with hooks for the odd cases. One adapter a file in
 * crawler/platforms/, one row in platforms.def. The engine owns walking, limits, missing-ness, diagnostics.
 *
 * A POST (an endpoint with `body`): the request's body is that JSON text, compact, members in its order, with each AMP_IN_BODY parameter
 * that has a value put at its dotted path (objects on the way are made; what is new comes last). The page size goes into the body when
 * params have a row named limit_param with place AMP_IN_BODY, else into the query. Further pages start from page_body, where it is
 * set, else from the same body again; page_body takes only those parameters whose path it has already. page_param goes into it (a row of
 * that name may give its type, or AMP_IN_QUERY): AMP_NEXT_CURSOR and AMP_NEXT_OFFSET give its value, AMP_NEXT_FORWARD adds to the offset that
 * this page was asked with, and AMP_NEXT_BODY puts several members at once: TikTok's {"cursor":100,"search_id":"7…"}. Such requests
 * only read: they are tried again as a GET is, and a redirect that would drop the body is refused.
 */
#ifndef AMP_PARSE_ADAPTER_H
#define AMP_PARSE_ADAPTER_H
#include "parse/parse.h"

enum amp_ranking { AMP_ALGORITHMIC, AMP_CHRONOLOGICAL, AMP_UNRANKED /* directories, lookups: never one side of a pair */ };
enum amp_auth { AMP_AUTH_NONE, AMP_AUTH_OPTIONAL, AMP_AUTH_REQUIRED };
enum amp_paging { AMP_PAGE_NONE, AMP_PAGE_CURSOR, AMP_PAGE_LINK, AMP_PAGE_OFFSET };

enum amp_param_place {
	AMP_IN_QUERY,
	AMP_IN_PATH /* fills {name} of the path template */,
	AMP_IN_BODY /* member of the JSON body */
};
enum amp_body_type { AMP_BODY_TEXT, AMP_BODY_INTEGER, AMP_BODY_BOOLEAN, AMP_BODY_JSON /* the value is itself a JSON text */ };

struct amp_param {        /* one request parameter of an endpoint */
	const char *name; /* in the body: a dotted path, "context.client.hl" */
	enum amp_param_place place;
	bool required;
	bool repeated; /* several values: name=a&name=b (name[]=… when the name ends in []) */
	const char
		*fixed; /* always sent with this value: a variant of the endpoint (sort=top), not the user's to change; else NULL */
	const char *help;
	const char *values;      /* the values it may have, "Active|Hot|Scaled"; NULL: any */
	enum amp_body_type type; /* in the body only */
};

struct amp_row;
struct amp_engine;
struct amp_json;

struct amp_endpoint {
	const char *name; /* contract name: "getFeed", "trends/statuses" */
	enum amp_ranking ranking;
	enum amp_auth auth;
	const char *path;               /* "/xrpc/app.bsky.feed.getFeed", "/api/v1/timelines/tag/{hashtag}" */
	const struct amp_param *params; /* ends with name == NULL */
	enum amp_paging paging;
	const char *limit_param;      /* "limit" or NULL */
	int limit_default, limit_max; /* items a page; 0 = no page-size parameter */
	const char *page_param;       /* "cursor", "offset": carries amp_next's value; NULL for LINK and NONE */
	bool language_header;         /* Accept-Language is documented or known to reach the ranking or the content */
	enum amp_kind kind;
	const char *status;         /* "public, no login" … */
	const char *status_date;    /* ISO date the status was last established, and by what: see docs/platforms.md */
	const char *source;         /* document it was taken from */
	const char *list;           /* path of the list of entries, "" when the document is the list, NULL: the hook finds it */
	const struct amp_row *rows; /* fields of an entry (parse/engine.h), ends with path == NULL; printed by `platforms show` */
	/* What only some services need; absent in most rows. */
	const char *host;           /* where this endpoint lives when it is not the adapter's default_host; a study's "host" wins */
	const char *body;           /* the JSON body of a POST, members of AMP_IN_BODY parameters put in; NULL: a GET */
	const char *const *headers; /* "Name: value" lines that the service needs, ends with NULL; at most 12 */
	const char *token_param;    /* the token goes here ("key", "i") instead of into Authorization; NULL: a bearer token */
	enum amp_param_place token_place; /* AMP_IN_QUERY or AMP_IN_BODY */
	const char *page_body; /* the body of a further page when it differs (InnerTube continuations); page_param is put in */
	const char *
		robots; /* "disallowed by robots.txt as of 2026-11-01": a crawl needs the study's override; NULL: not known to be */
	const char *robots_open; /* what is known of a robots.txt that does not forbid it, dated; NULL: nothing */
	bool captured_only;      /* no public endpoint: read from saved files only (ingest, parse), refused in a crawl */
};

enum amp_pool { AMP_POOL_IDENTICAL, AMP_POOL_ALTERNATIVE, AMP_POOL_DIFFERENT };
struct amp_pair_row { /* what a ranked and a chronological endpoint of one platform have in common, when asked with equal parameters */
	const char *ranked, *chronological; /* endpoint names */
	enum amp_pool pool;
	const char *reason; /* N_(), one sentence */
	const char *date;   /* ISO date */
};

/* Is a list closed to who asked for it? */
struct amp_closing_question {
	const struct amp_endpoint *endpoint;
	struct amp_str url;           /* what was asked for */
	bool token;                   /* with a token */
	const struct amp_json *rules; /* what the server says of itself; NULL: could what it says concern the endpoint at all? */
};

struct amp_adapter {
	const char *name;         /* "bluesky" */
	const char *title;        /* "Bluesky" */
	const char *version;      /* raised when the same bytes would give other items */
	const char *default_host; /* "https://public.api.bsky.app", or NULL: the study names the host */
	const char *without_login, *with_token, *not_possible; /* for `platforms`, dated sentences */
	const struct amp_endpoint *endpoints;                  /* ends with name == NULL */
	/* Which endpoint the page in hand (e->page) looks like; NULL: none of ours. Called when the caller named none. */
	const struct amp_endpoint *(*recognise)(struct amp_engine *e);
	/* Parses the page in hand as e->endpoint; appends entries through the engine (parse/engine.h), which keeps the errors. */
	void (*parse_page)(struct amp_engine *e);
	/* How a session is opened (Bluesky createSession); NULL: a bearer token or none. See run/session.c */
	const char *session_path;
	const char
		*empty_body; /* what a good status without a body means where a service refuses so: a sentence; NULL: a failure */
	/* Where a server says which of its lists are closed ("/api/v2/instance", asked once a run), and the reading of it: why is
	 * the sentence, in the arena. NULL: nowhere. */
	const char *rules_path;
	bool (*closed)(const struct amp_closing_question *q, struct amp_arena *arena, struct amp_str *why);
	const struct amp_pair_row *pairs; /* ends with ranked == NULL; NULL: none */
};

const struct amp_adapter *amp_adapter_find(const char *name); /* NULL when unknown */
const struct amp_adapter *const *amp_adapters(size_t *n);     /* all, in table order */
const struct amp_endpoint *amp_endpoint_find(const struct amp_adapter *a, const char *name);
/* The server of this endpoint when the study names none: its own, else the platform's; NULL: the study must. e may be NULL. */
const char *amp_endpoint_host(const struct amp_adapter *a, const struct amp_endpoint *e);
/* What is known of two endpoints of one platform; NULL: nothing. */
const struct amp_pair_row *amp_pair_find(const struct amp_adapter *a, const char *ranked, const char *chronological);
const char *amp_ranking_name(enum amp_ranking r); /* "algorithmic", "chronological", "unranked" */
const char *amp_auth_name(enum amp_auth a);       /* "none", "optional", "required" */
const char *amp_pool_name(enum amp_pool p);       /* "identical", "alternative", "different" */

#endif

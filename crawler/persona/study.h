/* study.h: the files that researchers write, as validated structs. Reading reports every mistake at once, with file, line,
 * column, path and a sentence that says what is expected.
 */
#ifndef AMP_PERSONA_STUDY_H
#define AMP_PERSONA_STUDY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "parse/adapter.h"

struct amp_text { /* shown to people; either may be NULL */
	const char *fr, *en;
};

struct amp_interest {
	const char *topic;          /* what it is, for people */
	const char *const *queries; /* the searches it makes, NULL-ended */
};
struct amp_follow {
	const char *platform, *account; /* handle, DID or account id as the platform's endpoints take it */
};
struct amp_persona_session { /* credentials come from the environment or a 0600 file, never from the study */
	const char *platform, *host;
	const char *identifier_env, *password_env; /* Bluesky createSession */
	const char *token_env;                     /* bearer token */
};
struct amp_persona {
	const char *name;
	struct amp_text title, rationale;
	const char *twin_of;           /* NULL, or the name of the persona it replicates */
	size_t cluster;                /* index of the cluster's first persona in study->personas */
	const char *age, *sex, *place; /* described, inert unless a request shaper uses them */
	const char *const *belongs_to; /* NULL-ended names of targets: described, and compared in the analysis; never sent */
	const char *accept_language;   /* header value made from `languages`, e.g. "fr-FR,fr;q=0.9" ; NULL: no header sent */
	const char *const *languages;  /* NULL-ended BCP 47 */
	const char *region;            /* ISO 3166-1 alpha-2 or NULL */
	const char *time_zone;         /* IANA name or NULL */
	const char *proxy; /* vantage: "socks5h://…", "http://…", may name an environment variable "env:NAME"; NULL direct */
	const struct amp_interest *interests;
	size_t n_interests;
	const struct amp_follow *follows;
	size_t n_follows;
	const struct amp_persona_session *sessions;
	size_t n_sessions;
	const char *file; /* where it was read */
};

enum amp_feed_source {
	AMP_FEED_PLAIN,
	AMP_FEED_INTERESTS /* one of the persona's searches a round, in turn */,
	AMP_FEED_FOLLOWS /* one request a followed account, merged by time */
};
struct amp_feed_param {
	const char *name, *value;
};
enum amp_walk_policy { AMP_WALK_FIRST, AMP_WALK_RANDOM };
/* A feed that is walked: the endpoint lists what it shows beside one item; the walk asks for a seed's list, follows an entry of it, asks for
 * that one's list, and so on. What is followed is chosen by place alone, never by content (run/walk.h). */
struct amp_feed_walk {
	const char *param;        /* the endpoint's parameter that takes the item; NULL: the feed is no walk */
	const char *const *seeds; /* NULL-ended, as that parameter takes them; walk n (1, 2, …) begins at seeds[n - 1] */
	size_t n_seeds;
	int steps; /* lists asked for in one walk, the seed's included: 1 to AMP_WALK_STEPS_MAX */
	enum amp_walk_policy policy;
};
#define AMP_WALK_STEPS_MAX 50
#define AMP_WALK_SEEDS_MAX 50
struct amp_study_feed {
	const char *name;
	struct amp_text title;
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	const char *host; /* "https://public.api.bsky.app" */
	const struct amp_feed_param *params;
	size_t n_params;
	enum amp_feed_source source;
	const char *source_param; /* the parameter that the query or account fills */
	bool needs_session;       /* "session": true in the file: every persona has one for this host */
	bool no_session;          /* "session": false: never logged in. Neither: see amp_feed_session */
	bool through_session; /* a logged-in persona asks the server of its session, which passes the request on; the others ask `host` */
	int depth;            /* items */
	struct amp_feed_walk walk;
	enum amp_ranking ranking; /* the endpoint's, or as the study declares it for feeds and generators that are not ranked */
};
struct amp_study_pair {
	const char *name;
	size_t ranked, chronological; /* indexes into feeds */
	const char *pool;             /* identical, alternative, different */
	struct amp_text reason;
	const char *window_rule; /* count, back_to_oldest_ranked */
};
struct amp_study_decision {
	const char *type; /* robots_override, private_address, user_agent, consent */
	const char *subject, *reason;
};
struct amp_study_service {       /* a detector from outside; asked by analysis/, from the locked text */
	const char *name, *text; /* the whole file, RFC 8785 */
	const char *send_texts_to, *after, *top, *random;
};
struct amp_grid_cell {
	int depth;
	const char *threshold; /* decimal string, or "default": each detector's own */
	const char *rbp_p;     /* decimal string */
	const char *text_view; /* "v1", "text" */
	bool primary;
};
struct amp_source;
struct amp_study {
	const char *slug;
	const char *file;
	struct amp_text title, question;
	const char *contact;
	struct amp_persona *personas; /* twins follow the persona they replicate */
	size_t n_personas;
	const struct amp_source *const *sources; /* of its own, in the order of their names, NULL-ended */
	struct amp_study_feed *feeds;
	size_t n_feeds;
	struct amp_study_pair *pairs;
	size_t n_pairs;
	/* schedule */
	int64_t every_ms; /* or 0 with cron */
	const char *cron; /* 5 fields, or NULL */
	const char *time_zone;
	int64_t window_ms, jitter_ms;
	int64_t max_skew_ms;
	int64_t time_block_ms; /* 1 day by default */
	uint64_t seed;
	const char *const *detectors; /* NULL-ended names */
	struct amp_study_service *services;
	size_t n_services;
	const char *primary_metric, *primary_pair, *primary_target, *primary_detector;
	const char *alpha; /* decimal string */
	struct amp_grid_cell *grid;
	size_t n_grid;
	struct amp_study_decision *decisions;
	size_t n_decisions;
	struct amp_arena *arena;  /* owns all of the above */
	json_t *resolved;         /* the resolved study: what is locked */
	uint8_t hash[AMP_SHA256]; /* SHA-256 of its RFC 8785 text */
	char *canonical;          /* that text, in the arena */
};

struct amp_mistake { /* file and path are lent for the call */
	const char *file;
	int line, column; /* 1-based; column in code points */
	const char *path; /* "personas[3].follows[0].account" */
	char text[1024];  /* what is expected; "did you mean" where it helps */
	bool warning;     /* no mistake: the study can be used, and its author should know */
};
typedef void amp_mistake_fn(void *user, const struct amp_mistake *m);

/* Reads a study file with the personas it names. Every mistake and warning goes to fn; returns AMP_EUSAGE when there was a mistake. */
int amp_study_read(struct amp_study **out, const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err) AMP_CHECK;
void amp_study_free(struct amp_study *s);
/* A platform by the name that the study gives it: a source of its own, or a compiled one; NULL when unknown. */
const struct amp_adapter *amp_study_platform(const struct amp_study *s, const char *name);
/* A source file by itself, in the caller's arena; mistakes as for a study. */
int amp_source_read(const struct amp_source **out, const char *path, struct amp_arena *a, amp_mistake_fn *fn, void *user,
                    struct amp_err *err) AMP_CHECK;
/* The source of that name in the text of a locked study (member "sources"): what reparse reads with. AMP_ENOTFOUND when it has none. */
int amp_source_locked(const struct amp_source **out, struct amp_str study_text, const char *name, struct amp_arena *a,
                      struct amp_err *err) AMP_CHECK;
/* Names that a study may use but this layer does not know (analysis/ owns them), NULL-ended; a NULL list accepts any. The program sets
 * them once at start, before any study is read; the lists are kept, not copied. */
struct amp_vocabulary {
	const char *const *metrics, *const *targets, *const *detectors; /* metrics: those that can be declared primary */
	/* Why a metric that exists cannot be the primary one of this target, and of a pair of this pool (either NULL: not known): a sentence's end in the
	 * reader's language. NULL: it can, or there is none of that name. May be NULL itself. */
	const char *(*not_primary)(const char *metric, const char *target, const char *pool);
	/* What a service file of good form still lacks: 0, or a sentence with the key it is about (NULL: the file). NULL: all is well. */
	int (*service)(const json_t *file, const char **key, struct amp_err *err);
};
void amp_study_vocabulary(const struct amp_vocabulary *v);
/* Pins something that the study uses but does not contain (a lexicon, a model) into the resolved study, which is hashed again:
 * call it before locking. sha256_hex: 64 digits. Pinning a name twice replaces it. */
int amp_study_pin(struct amp_study *s, const char *name, const char *sha256_hex, struct amp_err *err) AMP_CHECK;

/* Any file `check` takes that is JSON: study, persona, source, service; told apart by its "$schema" or its keys. */
int amp_check_file(const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err) AMP_CHECK;
/* The same, and gives the study (free it with amp_study_free); *out is NULL for a persona. */
enum amp_file_kind { AMP_FILE_UNKNOWN, AMP_FILE_STUDY, AMP_FILE_PERSONA, AMP_FILE_SOURCE, AMP_FILE_SERVICE };
int amp_check_file_study(struct amp_study **out, enum amp_file_kind *kind, const char *path, amp_mistake_fn *fn, void *user,
                         struct amp_err *err) AMP_CHECK;

/* RFC 8785 (JCS) of a value without reals outside the double range; reals are refused (the model has decimal strings). */
int amp_json_canonical(const json_t *v, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

/* ---- what shapes a request ---- */
struct amp_shaped { /* one attribute of one persona against one feed */
	const char *
		attribute; /* "languages", "region", "vantage", "session", "interests", "follows", "age", "sex", "place", "time_zone", "belongs_to" */
	const char *effect; /* "Accept-Language: fr-FR,fr;q=0.9" …; NULL: inert here */
};
#define AMP_SHAPED_MAX 12
/* Which attributes shape the requests of this feed for this persona, and which are inert. Returns their number. */
size_t amp_persona_shapes(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f,
                          struct amp_arena *a, struct amp_shaped out[AMP_SHAPED_MAX]);

/* One clause for people: "a session whose Accept-Language is fr-FR,fr;q=0.9, with no login". Says what the requests carry, never who the
 * persona is said to be: nobody has measured what a girl of 17 sees. In the language of base/i18n. */
const char *amp_persona_sentence(const struct amp_persona *p, const struct amp_study_feed *f, struct amp_arena *a);
/* The session that this persona uses on this feed: same platform and host, or with "through_session" its first on the platform, unless
 * the feed says "session": false. NULL: none. */
const struct amp_persona_session *amp_feed_session(const struct amp_persona *p, const struct amp_study_feed *f);
/* The server that this persona asks for this feed: the feed's, or with "through_session" that of its session. */
const char *amp_feed_host(const struct amp_persona *p, const struct amp_study_feed *f);

/* ---- requests ---- */
struct amp_planned { /* one request: the first of a branch of a snapshot, or a further page (amp_plan_next) */
	const char *url;
	const char *branch;         /* query or account for INTERESTS and FOLLOWS, the item of a walk, "" for PLAIN */
	const char *method;         /* "GET", "POST" */
	const char *body;           /* JSON of a POST, the same bytes for the same study and page; NULL: a GET */
	const char *further;        /* what further pages' bodies start from; NULL: a GET */
	const char *const *headers; /* the endpoint's "Name: value" lines, NULL-ended; NULL: none */
};
/* The branches of a snapshot: 1 for PLAIN; 1 for INTERESTS too, the query whose turn it is (round_index modulo their number), so that a
 * rank means something and a twin sends the same; one per followed account for FOLLOWS; for a feed that is walked the first request of each
 * walk, one a seed (each walk's steps are snapshots of their own: amp_plan_item). In the arena. AMP_EUSAGE when a persona has none for this
 * feed. */
int amp_plan_requests(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f, int64_t round_index,
                      struct amp_arena *a, struct amp_planned **out, size_t *n, struct amp_err *err) AMP_CHECK;
/* The one request of a step of a walk: the list of `item`. In the arena; AMP_EUSAGE when the item cannot be put into the request. */
int amp_plan_item(const struct amp_persona *p, const struct amp_study_feed *f, const char *item, struct amp_arena *a,
                  struct amp_planned *out, struct amp_err *err) AMP_CHECK;
/* "first", "random" */
const char *amp_walk_policy_name(enum amp_walk_policy policy);
/* The request of the page after `now`: NULL when next says none, when the depth is reached, when it repeats `now` or `first`, or when it
 * leaves the host. The caller stops after amp_plan_pages_max pages: short and empty pages with a cursor are legal, endless ones are not. */
int amp_plan_pages_max(const struct amp_study_feed *f);
const struct amp_planned *amp_plan_next(const struct amp_study_feed *f, const struct amp_planned *first,
                                        const struct amp_planned *now, const struct amp_next *next, int64_t items_so_far,
                                        struct amp_arena *a);
/* The same request with the persona's token where the endpoint takes it (token_param): made when it is sent, so that no plan holds a
 * secret. *secret: the bytes of the body that must be masked, NULL when the token is in the query. AMP_EUSAGE, naming persona, feed and the
 * environment variable, when there is no token (NULL, "") or none that can be sent; the error never has the token. In the arena. */
int amp_plan_with_token(const struct amp_planned **out, const char **secret, const struct amp_persona *p,
                        const struct amp_study_feed *f, const struct amp_planned *r, const char *token, struct amp_arena *a,
                        struct amp_err *err) AMP_CHECK;

#endif

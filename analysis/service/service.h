/* service.h: detectors that answer from outside this program: a moderation service over HTTP, or a program of one's own.
 *
 * A service file (docs/services.md, service.schema.json) says whom to ask and how; a kind (kinds.def) says in which shape. Nothing here
 * knows a database: texts and bounds in, one result a text out. What went wrong is a result, never a score: a text that was not
 * answered is missing, an answer that cannot be used is an error.
 *
 *     struct amp_service *s = NULL;
 *     rc = amp_service_open(&s, config, NULL, err);
 *     if (rc == 0) rc = amp_service_ask(s, items, n, results, &exchange, err);
 *     amp_service_close(s);
 */
#ifndef AMP_SERVICE_SERVICE_H
#define AMP_SERVICE_SERVICE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

/* ---- what became of one text ---- */
enum amp_service_outcome {
#define AMP_SERVICE_OUTCOME(id, name, status, fr, en) AMP_SERVICE_##id,
#include "service/outcomes.def"
#undef AMP_SERVICE_OUTCOME
	AMP_SERVICE_OUTCOMES
};
enum amp_service_status { AMP_SERVICE_SCORED, AMP_SERVICE_UNUSABLE, AMP_SERVICE_UNANSWERED };
const char *amp_service_outcome_name(enum amp_service_outcome o); /* as stored: "ok", "limited" … */
/* Scored; unusable: the service has answered, asking again would cost the same for the same; unanswered: may be asked again. */
enum amp_service_status amp_service_outcome_status(enum amp_service_outcome o);
/* A clause for people in the language of base/i18n's setting; NULL for a name that there is not. */
const char *amp_service_outcome_text(const char *name, bool french);

struct amp_service_item {
	struct amp_str text; /* valid UTF-8 */
	const char *lang;    /* BCP 47 or NULL */
};
struct amp_service_result {
	enum amp_service_outcome outcome;
	double score;     /* [0, 1], with OK only */
	uint64_t targets; /* bits in the order of amp_targets(), with OK only */
};

/* ---- the service file ---- */
struct amp_service_kind;
struct amp_service_config { /* texts are lent by `doc` */
	const struct amp_service_kind *kind;
	const char *name;               /* of the detector */
	const char *host, *path;        /* "https://api.example.org", "/v1/moderations"; NULL for a program */
	char host_name[256];            /* "api.example.org", "127.0.0.1"; "command" for a program */
	int port;                       /* 0 for a program */
	const char *const *command;     /* NULL-ended; NULL for a service over HTTP */
	const char *model, *model_date; /* as it is asked for; "2026-11-22" */
	const char *const *labels;      /* those that count as hateful, NULL-ended; NULL: the kind's own */
	const char *threshold;          /* decimal text */
	const char *token_env, *token_file, *allow_private;
	int batch;                    /* texts a request */
	bool order_check;             /* one text of a request stands in it twice: see amp_service_ask */
	int64_t timeout_ms;           /* of one request */
	int64_t per_minute;           /* requests; 0: no bound */
	int64_t max_requests, budget; /* of all runs together; 0: no bound. budget is in the file's own cost units */
	int64_t cost_per_request, cost_per_1000_chars;
	int64_t max_chars;  /* longer texts are not sent */
	const char *prompt; /* chat: its text, read from the data folder; NULL elsewhere */
	uint8_t prompt_hash[AMP_SHA256];
	const char *wrong_key; /* what reading has stumbled over */
	char *identity;        /* JSON: everything that may change a score */
	char *prompt_text;     /* owned */
	const char **lists;    /* owned */
	json_t *doc;           /* owned */
};
/* doc: the object of a service file (kept by reference). data_dir: where prompts lie. AMP_EUSAGE with a sentence that names the key. */
int amp_service_config_read(struct amp_service_config **out, json_t *doc, const char *data_dir, struct amp_err *err) AMP_CHECK;
/* Whether it could be read: *key is what the sentence is about, lent by a static text; NULL: the file itself. */
int amp_service_config_check(const json_t *doc, const char *data_dir, const char **key, struct amp_err *err) AMP_CHECK;
void amp_service_config_free(struct amp_service_config *c); /* NULL-safe */
/* "0.5" and version texts of a detector row: "1 MODEL DATE". Static length; buf has room for 256 bytes. */
const char *amp_service_version(const struct amp_service_config *c, char buf[256]);

/* ---- asking ---- */
struct amp_service;
struct amp_service_hooks {          /* for tests; NULL: the clock, sleeping, never */
	int64_t (*now)(void *user); /* monotonic milliseconds */
	void (*wait)(void *user, int64_t ms);
	bool (*stop)(void); /* asked before each wait and request */
	void *user;
};
struct amp_service_exchange {             /* one batch: lent until the next call */
	bool sent;                        /* texts have left the program */
	enum amp_service_outcome outcome; /* of the whole: OK when an answer of the right shape came */
	int attempts;                     /* requests made */
	long status;                      /* HTTP, 0 for none and for programs */
	int64_t asked_at, ended_at;       /* wall clock */
	size_t characters;                /* sent, each attempt once */
	int64_t cost;                     /* in the file's units, all attempts */
	uint8_t request_hash[AMP_SHA256];
	struct amp_str body; /* the answer as received, the token masked where it repeats it; absent: none */
	const char *model;   /* that the service says has answered; "" */
	const char *detail;  /* one line for people in English: what was wrong, in the answer or on the way; "" */
};
int amp_service_open(struct amp_service **out, const struct amp_service_config *c, const struct amp_service_hooks *hooks,
                     struct amp_err *err) AMP_CHECK;
void amp_service_close(struct amp_service *s); /* NULL-safe; ends the program it has started */
/* What earlier runs have asked and spent: counted against max_requests and budget. */
void amp_service_spent(struct amp_service *s, int64_t requests, int64_t cost);
/* Asks about 1 to config->batch texts. Retries what may pass (429, 5xx, a lost connection) with back-off and jitter, obeys Retry-After
 * up to 15 minutes, paces and bounds. Every result is filled. Services that answer by position alone cannot show that they have
 * changed the order: with order_check one text stands twice in a request of several, and the two must have the same score.
 * AMP_EPOLICY: a private address, nothing was sent; AMP_EUSAGE: the service refuses the token or the address;
 * AMP_EINTERRUPTED: stop said so; AMP_ENOMEM. With those every result is unanswered, and x is filled all the same. */
int amp_service_ask(struct amp_service *s, const struct amp_service_item *items, size_t n, struct amp_service_result *results,
                    struct amp_service_exchange *x, struct amp_err *err) AMP_CHECK;
/* Code points of a valid UTF-8 text: what max_chars and cost_per_1000_chars count. */
size_t amp_service_characters(struct amp_str text);
/* Whether a text is to be sent at all: OK, EMPTY or TOO_LONG. */
enum amp_service_outcome amp_service_sendable(const struct amp_service_config *c, struct amp_str text);
/* Whether a bound (max_requests, budget) has been reached: further texts would not be asked. */
bool amp_service_exhausted(const struct amp_service *s);

#endif

/* private.h: what the files of analysis/service share, and what its tests and fuzz target call. */
#ifndef AMP_SERVICE_PRIVATE_H
#define AMP_SERVICE_PRIVATE_H
#include "lexicon/target.h"
#include "service/service.h"

#define SERVICE_BATCH_MAX 128
#define SERVICE_ANSWER_MAX ((size_t)4 << 20)
#define SERVICE_REQUEST_MAX ((size_t)32 << 20)
#define SERVICE_DETAIL 256

/* One text of a request, with the name that it bears there. */
struct service_asked {
	struct amp_str text;
	const char *lang;
	int64_t id; /* never twice in one session: an answer to an earlier request is seen */
};
/* What a kind has read in an answer. */
struct service_read {
	struct amp_service_result *results; /* one for each text asked; UNREADABLE when reading starts */
	enum amp_service_outcome outcome;   /* of the whole */
	char detail[SERVICE_DETAIL];
	char model[128];
};
/* A shape: builds a request and reads its answer. Both are pure. */
struct amp_service_kind {
	const char *name;
	const char *path; /* of the URL, where the service file names none; NULL: a program, not a URL */
	int batch_max;    /* texts a request */
	bool by_position; /* results bear no name: order_check is for these */
	bool needs_model, needs_labels, has_prompt;
	const char *summary_fr, *summary_en;
	/* Into an empty buffer; failures are sticky there. */
	void (*build)(const struct amp_service_config *c, const struct service_asked *asked, size_t n, struct amp_buf *out);
	/* Any bytes. Fills r->results[0..n-1] and r->outcome. */
	void (*read)(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
	             struct service_read *r);
};
extern const struct amp_service_kind *const amp_service_kinds[]; /* NULL-ended, by name */
const struct amp_service_kind *amp_service_kind_find(const char *name);

/* ---- answer.c: strict reading ---- */
/* The document, or NULL with r->outcome, all results and detail set. Refuses duplicate keys, and anything behind the document. */
json_t *service_parse(struct amp_str body, size_t n, struct service_read *r);
void service_all(struct service_read *r, size_t n, enum amp_service_outcome o, const char *fmt, ...) AMP_PRINTF(4, 5);
/* A number in [0, 1]; anything else makes the result INVALID. */
void service_score(const json_t *v, struct amp_service_result *r, struct service_read *read);
/* [{"id": …, "score": …, "targets": […]}]: one entry into the result that its id names. ABSENT results are free for it. */
void service_named(const json_t *entry, const struct service_asked *asked, size_t n, struct service_read *r);
void service_note(struct service_read *r, const char *fmt, ...) AMP_PRINTF(2, 3); /* keeps the first */
void service_model(struct service_read *r, const json_t *document);

/* ---- moderation.c: both moderation shapes ---- */
void service_moderation_request(const struct amp_service_config *c, const struct service_asked *asked, size_t n,
                                struct amp_buf *out);
/* `results` of as many elements as texts: the highest score among the categories, which must all be there. */
void service_moderation_read(struct amp_str body, size_t n, const char *const *categories, struct service_read *r);

/* ---- transports: one exchange, no retries ---- */
struct service_reply {
	enum amp_service_outcome outcome; /* OK: body is to be read by the kind */
	long status;
	int64_t retry_after_ms; /* -1: not said */
	bool sent;
	struct amp_buf body;
	char detail[SERVICE_DETAIL];
};
struct service_http;
int service_http_new(struct service_http **out, const struct amp_service_config *c, const char *token,
                     struct amp_err *err) AMP_CHECK;
void service_http_free(struct service_http *h);
int service_http_post(struct service_http *h, struct amp_str body, struct service_reply *reply, struct amp_err *err) AMP_CHECK;

struct service_child;
int service_child_new(struct service_child **out, const struct amp_service_config *c, struct amp_err *err) AMP_CHECK;
void service_child_free(struct service_child *c);
/* Until as many lines as texts have come that name one of them, the program ends its output, or the time is over. */
int service_child_ask(struct service_child *c, struct amp_str lines, const struct service_asked *asked, size_t n,
                      struct service_reply *reply, struct amp_err *err) AMP_CHECK;

/* ---- token.c ---- */
/* From the environment or a file of mode 0600; *out NULL when the service file names neither. Free with amp_free. */
int service_token(char **out, const struct amp_service_config *c, struct amp_err *err) AMP_CHECK;
void service_mask(struct amp_buf *b, const char *token); /* '*' at equal length, wherever it stands */

#endif

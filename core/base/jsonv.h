/* jsonv.h: JSON values (jansson's json_t), read whole or not at all, written whole or not at all: the only door to jansson's load and dump.
 *
 * jansson 2.14 goes on without memory: its scanner drops the bytes of a string that it cannot keep and returns the shorter string as if the
 * file had said so, or ends the process by an assertion; and a key whose value could not be made is left out by whoever builds an object
 * without asking. So its allocator stands here: a load ends where it is refused, and what was built while it was refused is not written.
 *
 *     json_t *v = NULL;
 *     int rc = amp_jsonv_load(&v, text, &(struct amp_jsonv_rule){.name = path, .flags = JSON_REJECT_DUPLICATES}, NULL, err);
 *
 * (What platforms answer is read by crawler/parse/json; answers are written as a stream by base/jsonw.)
 */
#ifndef AMP_BASE_JSONV_H
#define AMP_BASE_JSONV_H
#include <jansson.h>
#include <stdbool.h>
#include "base/buf.h"

#define AMP_JSONV_BYTES ((size_t)64 << 20) /* of one text, where a rule does not say */
#define AMP_JSONV_DEPTH 128                /* brackets open at once, where a rule does not say; jansson itself stops at 2048 */

struct amp_jsonv_rule {
	const char *name; /* of the file or row, for the sentence; NULL: "JSON" */
	size_t flags;     /* jansson's: JSON_REJECT_DUPLICATES, JSON_DECODE_ANY, JSON_ALLOW_NUL */
	size_t bytes;     /* 0: AMP_JSONV_BYTES */
	int depth;        /* 0: AMP_JSONV_DEPTH */
};

/* jansson's memory comes from base/mem from now on, and what it is refused is counted. First thing of a program: before any json_t. */
void amp_jsonv_start(void);

/* The value of a text, the caller's; *out is NULL unless 0 is returned. AMP_ENOMEM: memory ended on the way, however much was read.
 * AMP_ELIMIT: too long, or nested too deeply. AMP_EFORMAT: no JSON, or (JSON_REJECT_DUPLICATES) a key twice. The sentence in err names
 * rule->name, line and column and what to do; *where (may be NULL) has the place and jansson's words (empty when memory ended), for those
 * who speak in their own. rule NULL: all as said above. A text that is absent is no JSON.
 */
int amp_jsonv_load(json_t **out, struct amp_str text, const struct amp_jsonv_rule *rule, json_error_t *where,
                   struct amp_err *err) AMP_CHECK;
/* The same of a file, "-" is stdin; rule->name is not needed. AMP_EIO and AMP_ENOTFOUND too. */
int amp_jsonv_load_file(json_t **out, const char *path, const struct amp_jsonv_rule *rule, json_error_t *where,
                        struct amp_err *err) AMP_CHECK;
/* For texts that need not be JSON, and for which NULL is an answer: 0 and *out, NULL when it is none; AMP_ENOMEM alone is an error. */
int amp_jsonv_try(json_t **out, struct amp_str text, const struct amp_jsonv_rule *rule, struct amp_err *err) AMP_CHECK;

/* Appends the text of v (jansson's flags, such as JSON_COMPACT | JSON_SORT_KEYS) to b. AMP_ENOMEM also when v is NULL or memory ended
 * while anything was built since the start of the program (amp_jsonv_lost): then nothing is appended. AMP_ELIMIT: beyond b's cap.
 * `what` stands in the sentence.
 */
int amp_jsonv_dump(struct amp_buf *b, const json_t *v, size_t flags, const char *what, struct amp_err *err) AMP_CHECK;

/* Did memory end while a value was built, since the start of the program? Loads that were refused do not count. It stays so: which of the
 * values alive lacks something is not known, and none may be written any more. For those who write the text of a value themselves.
 */
bool amp_jsonv_lost(void);
/* Says so: a builder that leaves a member out because memory that is not jansson's had ended. */
void amp_jsonv_lose(void);

#endif

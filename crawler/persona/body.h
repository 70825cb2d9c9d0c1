/* body.h: the JSON body of a POST: values by dotted path and type, and always the same bytes. Inside crawler/persona only. */
#ifndef AMP_PERSONA_BODY_H
#define AMP_PERSONA_BODY_H
#include <jansson.h>
#include "base/arena.h"
#include "parse/adapter.h"

/* The JSON of a request, or of a part of one; no key twice. NULL when it is none, and when memory is out: then nothing that is made of it may
 * pass for whole (amp_jsonv_lost). A new reference. */
json_t *amp_body_load(struct amp_str text, size_t flags);
/* A value as the parameter's type wants it; NULL when the text is no such value (or memory is out). A new reference. */
json_t *amp_body_value(enum amp_body_type type, const char *text);
/* Puts a value (taken) at "context.client.hl", making objects on the way. False: an object is wanted where something else stands. */
bool amp_body_put(json_t *body, const char *path, json_t *value);
const json_t *amp_body_get(const json_t *body, const char *path); /* NULL when absent */
/* Compact text, members in their order; NULL when memory is out or it is longer than a request may be. */
const char *amp_body_text(const json_t *v, struct amp_arena *a);

#endif

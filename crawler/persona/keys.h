/* keys.h: what may stand in a study, a persona, a source and a service file: one table of keys an object. The same rows check a file, write the JSON
 * Schema (study.schema.json, persona.schema.json, source.schema.json and service.schema.json in personas/) and give the sentence of each mistake.
 */
#ifndef AMP_PERSONA_KEYS_H
#define AMP_PERSONA_KEYS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

enum amp_key_type {
	AMP_KEY_TEXT, /* one line, not empty */
	AMP_KEY_BOTH, /* a text, or {"fr": …, "en": …} */
	AMP_KEY_SLUG, /* a-z 0-9 - _ */
	AMP_KEY_INT,
	AMP_KEY_BOOL,
	AMP_KEY_CHOICE,
	AMP_KEY_DECIMAL,   /* "0.05": between 0 and 1, without them */
	AMP_KEY_THRESHOLD, /* a decimal from 0 to 1, or "default": each detector's own */
	AMP_KEY_DURATION,  /* "6h", between low and high seconds */
	AMP_KEY_LANGUAGE,  /* BCP 47 */
	AMP_KEY_COUNTRY,   /* ISO 3166-1 alpha-2 */
	AMP_KEY_ZONE,      /* IANA time zone */
	AMP_KEY_CRON,
	AMP_KEY_HOST, /* "https://public.api.bsky.app" */
	AMP_KEY_PROXY,
	AMP_KEY_ENV,     /* name of an environment variable */
	AMP_KEY_CONTACT, /* mail address or https:// page */
	AMP_KEY_SCHEMA,  /* "$schema" */
	AMP_KEY_VALUES,  /* request parameters: name to text, number, true/false or list of texts */
	AMP_KEY_OBJECT,
	AMP_KEY_NAME,   /* of a request parameter: "sort", "filter[author]" */
	AMP_KEY_TARGET, /* path of a request: "/api/list/{section}" */
	AMP_KEY_DATE,   /* "2026-11-22" */
	AMP_KEY_SELECT, /* where something stands in a document: a JSON path or XPath */
	AMP_KEY_PERSONA /* path of a persona file, or the persona itself */
};
enum amp_key_shape {
	AMP_KEY_ONE,
	AMP_KEY_LIST,
	AMP_KEY_MAP,  /* name to object; names are slugs */
	AMP_KEY_NAMED /* the same, of AMP_KEY_NAME */
};

struct amp_object_spec;
struct amp_key_row {
	const char *name;
	enum amp_key_type type;
	enum amp_key_shape shape;
	bool required;
	int64_t low, high;                /* INT value, DURATION in seconds; 0, 0: no bound */
	int count_low, count_high;        /* LIST and MAP */
	const char *choices;              /* CHOICE: "identical|alternative|different" */
	const struct amp_object_spec *of; /* OBJECT */
	const char *example;              /* shown in mistakes and in the schema, as JSON */
	const char *fr, *en;              /* help */
};
struct amp_object_spec {
	const char *name;               /* $defs name in the schema */
	const struct amp_key_row *rows; /* ends with name == NULL */
};
extern const struct amp_object_spec amp_spec_study, amp_spec_persona, amp_spec_source, amp_spec_service;

const struct amp_key_row *amp_key_find(const struct amp_object_spec *spec, const char *name);
/* The JSON Schema (draft 2020-12) of a spec, as shipped in personas/. */
int amp_schema_write(const struct amp_object_spec *spec, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

#endif

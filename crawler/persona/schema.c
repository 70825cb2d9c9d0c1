/* schema.c: the tables as JSON Schema, draft 2020-12, for editors. Help in French first, then English: both are shown. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "persona/check.h"

#define PLAIN_NAME "^[A-Za-z_][A-Za-z0-9_.\\[\\]-]{0,59}$"
#define NAME "^[A-Za-z_][A-Za-z0-9_.\\\\[\\\\]-]{0,59}$"
#define SLUG "^[a-z0-9][a-z0-9_-]{0,47}$"

static const struct { /* the forms that a pattern can say; the checker says more */
	const char *schema;
} types[] = {
	[AMP_KEY_TEXT] = {"{\"type\": \"string\", \"minLength\": 1, \"maxLength\": 2000}"},
	[AMP_KEY_BOTH] = {"{\"$ref\": \"#/$defs/both\"}"},
	[AMP_KEY_SLUG] = {"{\"type\": \"string\", \"pattern\": \"" SLUG "\"}"},
	[AMP_KEY_INT] = {"{\"type\": \"integer\"}"},
	[AMP_KEY_BOOL] = {"{\"type\": \"boolean\"}"},
	[AMP_KEY_CHOICE] = {"{}"},
	[AMP_KEY_DECIMAL] = {"{\"type\": \"string\", \"pattern\": \"^0\\\\.[0-9]{1,9}$\"}"},
	[AMP_KEY_THRESHOLD] = {"{\"type\": \"string\", \"pattern\": \"^(default|0(\\\\.[0-9]{1,9})?|1(\\\\.0{1,9})?)$\"}"},
	[AMP_KEY_DURATION] = {"{\"type\": \"string\", \"pattern\": \"^[0-9]+[smhdw]?$\"}"},
	[AMP_KEY_LANGUAGE] = {"{\"type\": \"string\", \"pattern\": \"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$\"}"},
	[AMP_KEY_COUNTRY] = {"{\"type\": \"string\", \"pattern\": \"^[A-Z]{2}$\"}"},
	[AMP_KEY_ZONE] = {"{\"type\": \"string\", \"pattern\": \"^[A-Za-z][A-Za-z0-9_+/-]*$\"}"},
	[AMP_KEY_CRON] = {"{\"type\": \"string\", \"pattern\": \"^[ \\\\t]*([^ \\\\t]+[ \\\\t]+){4}[^ \\\\t]+[ \\\\t]*$\"}"},
	[AMP_KEY_HOST] = {"{\"type\": \"string\", \"pattern\": \"^https?://[^/@?#]+/?$\"}"},
	[AMP_KEY_PROXY] = {"{\"type\": \"string\", \"pattern\": \"^(env:[A-Z_][A-Z0-9_]*|(socks5h?|https?)://[^/@?# ]+)$\"}"},
	[AMP_KEY_ENV] = {"{\"type\": \"string\", \"pattern\": \"^[A-Z_][A-Z0-9_]*$\", \"maxLength\": 100}"},
	[AMP_KEY_CONTACT] = {"{\"type\": \"string\", \"pattern\": \"^([^@ ]+@[^@ ]+\\\\.[^@ ]+|https://.+)$\"}"},
	[AMP_KEY_SCHEMA] = {"{\"type\": \"string\"}"},
	[AMP_KEY_VALUES] =
		{"{\"type\": \"object\", \"additionalProperties\": {\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, {\"type\": \"integer\"}, {\"type\": \"boolean\"}, "
                 "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"minLength\": 1}, \"minItems\": 1}]}}"},
	[AMP_KEY_OBJECT] = {"{}"},
	[AMP_KEY_NAME] = {"{\"type\": \"string\", \"pattern\": \"" NAME "\"}"},
	[AMP_KEY_TARGET] = {"{\"type\": \"string\", \"pattern\": \"^/[^ ?#]*$\"}"},
	[AMP_KEY_DATE] = {"{\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"}"},
	[AMP_KEY_SELECT] = {"{\"type\": \"string\", \"minLength\": 1, \"maxLength\": 500}"},
	[AMP_KEY_PERSONA] = {"{\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, {\"$ref\": \"persona.schema.json\"}]}"},
};
static const char both_schema[] =
	"{\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, {\"type\": \"object\", \"properties\": {\"fr\": {\"type\": \"string\", \"minLength\": 1}, "
	"\"en\": {\"type\": \"string\", \"minLength\": 1}}, \"additionalProperties\": false, \"minProperties\": 1}]}";

static json_t *choices(const char *list)
{
	json_t *out = json_array();
	struct amp_str rest = amp_str_c(list);
	while (rest.p != NULL) {
		struct amp_str one = amp_str_cut(&rest, '|');
		(void)json_array_append_new(out, json_stringn(one.p, one.n));
	}
	return out;
}

static json_t *reference(const struct amp_object_spec *of)
{
	json_t *out = json_object();
	(void)json_object_set_new(out, "$ref", json_sprintf("#/$defs/%s", of->name));
	return out;
}

/* What the tables hold; NULL when it is no JSON (an example may be plain text). */
static json_t *known(const char *text)
{
	json_t *v = NULL;
	if (amp_jsonv_try(&v, amp_str_c(text), &(struct amp_jsonv_rule){.flags = JSON_DECODE_ANY}, NULL) != 0) amp_jsonv_lose();
	return v;
}

/* One value of the row, without its list or map. */
static json_t *value_schema(const struct amp_key_row *row)
{
	json_t *out = row->type == AMP_KEY_OBJECT ? reference(row->of) : known(types[row->type].schema);
	if (row->type == AMP_KEY_CHOICE) (void)json_object_set_new(out, "enum", choices(row->choices));
	if (row->type == AMP_KEY_INT) {
		(void)json_object_set_new(out, "minimum", json_integer(row->low));
		(void)json_object_set_new(out, "maximum", json_integer(row->high));
	}
	return out;
}

static json_t *row_schema(const struct amp_key_row *row)
{
	json_t *value = value_schema(row), *out = value;
	if (row->shape == AMP_KEY_LIST) {
		out = json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", value, "minItems", row->count_low, "maxItems",
		                row->count_high);
	} else if (row->shape != AMP_KEY_ONE) {
		out = json_pack("{s:s, s:{s:s}, s:o, s:i, s:i}", "type", "object", "propertyNames", "pattern",
		                row->shape == AMP_KEY_NAMED ? PLAIN_NAME : SLUG, "additionalProperties", value, "minProperties",
		                row->count_low, "maxProperties", row->count_high);
	}
	(void)json_object_set_new(out, "description", json_sprintf("%s — %s", row->fr, row->en));
	json_t *example = row->example == NULL ? NULL : known(row->example);
	if (example != NULL) (void)json_object_set_new(out, "examples", json_pack("[o]", example));
	return out;
}

static void object_schema(const struct amp_object_spec *spec, json_t *out, json_t *defs)
{
	json_t *properties = json_object(), *required = json_array();
	(void)json_object_set_new(out, "type", json_string("object"));
	(void)json_object_set_new(out, "properties", properties);
	for (const struct amp_key_row *row = spec->rows; row->name != NULL; row++) {
		(void)json_object_set_new(properties, row->name, row_schema(row));
		if (row->required) (void)json_array_append_new(required, json_string(row->name));
		if (row->type == AMP_KEY_OBJECT && json_object_get(defs, row->of->name) == NULL) {
			json_t *def = json_object();
			(void)json_object_set_new(defs, row->of->name, def);
			object_schema(row->of, def, defs);
		}
	}
	if (json_array_size(required) > 0) (void)json_object_set(out, "required", required);
	json_decref(required);
	(void)json_object_set_new(out, "additionalProperties", json_false());
}

int amp_schema_write(const struct amp_object_spec *spec, struct amp_buf *out, struct amp_err *err)
{
	json_t *root = json_object(), *defs = json_object();
	(void)json_object_set_new(root, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	(void)json_object_set_new(root, "title", json_sprintf("amplimeter: %s", spec->name));
	(void)json_object_set_new(defs, "both", known(both_schema));
	object_schema(spec, root, defs);
	(void)json_object_set_new(root, "$defs", defs);
	int rc = amp_jsonv_dump(out, root, JSON_INDENT(2), "JSON Schema", err);
	if (rc == 0) (void)amp_buf_byte(out, '\n');
	json_decref(root);
	return rc == 0 ? amp_buf_check(out, "JSON Schema", err) : rc;
}

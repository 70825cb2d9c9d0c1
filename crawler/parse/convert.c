/* convert.c: values into fields. A converter says PRESENT, ABSENT (sent in a way that means "none") or INVALID, and writes only
 * when PRESENT. Nothing is guessed: "12 likes" is no count.
 */
#include <string.h>
#include "parse/engine_state.h"
#include "parse/html.h"

static void *place(struct amp_engine *e, enum amp_field field)
{
	return (char *)e->item + amp_fields[field].place;
}

static enum amp_state put_text(struct amp_engine *e, enum amp_field field, struct amp_str text)
{
	*(struct amp_str *)place(e, field) = text;
	return AMP_STATE_PRESENT;
}

enum amp_state amp_as_text(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return v->text.p ? put_text(e, field, v->text) : AMP_STATE_INVALID;
}

enum amp_state amp_as_some_text(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	return amp_str_trim(v->text).n ? put_text(e, field, v->text) : AMP_STATE_ABSENT;
}

enum amp_state amp_as_id(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	bool digits = amp_json_is(v->json, AMP_JSON_NUMBER) && v->json->flags & AMP_JSON_INTEGER; /* 1e999 names nothing */
	struct amp_str text = v->text.p ? v->text : digits ? amp_json_digits(v->json) : AMP_STR_ABSENT;
	if (!text.p) return AMP_STATE_INVALID;
	return text.n ? put_text(e, field, text) : AMP_STATE_ABSENT;
}

enum amp_state amp_as_html(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_html_out html;
	if (!v->text.p) return AMP_STATE_INVALID;
	int rc = amp_html_text(e->arena, v->text, e->page->url, &html, e->s->err);
	if (rc != 0) {
		e->failed = rc;
		return AMP_STATE_INVALID;
	}
	for (size_t i = 0; i < html.n_links; i++) amp_add_link(e, &html.links[i]);
	return put_text(e, field, html.text);
}

static bool integer(const struct amp_value *v, int64_t *n)
{
	return v->text.p ? amp_str_i64(v->text, n) : amp_json_i64(v->json, n);
}

enum amp_state amp_as_integer(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n;
	if (!integer(v, &n) || n == AMP_ABSENT) return AMP_STATE_INVALID;
	*(int64_t *)place(e, field) = n;
	return AMP_STATE_PRESENT;
}

enum amp_state amp_as_count(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n;
	if (!integer(v, &n) || n < 0) return AMP_STATE_INVALID;
	return amp_as_integer(e, field, v);
}

enum amp_state amp_convert_time(struct amp_engine *e, enum amp_field field, int64_t ms, struct amp_str raw,
                                enum amp_precision precision, bool ok)
{
	if (field == AMP_F_CREATED_AT) {
		e->item->created_at_raw = raw; /* kept even when it cannot be read */
		e->item->created_precision = ok ? precision : AMP_PRECISION_NONE;
	}
	if (!ok) return AMP_STATE_INVALID;
	*(int64_t *)place(e, field) = ms;
	return AMP_STATE_PRESENT;
}

static enum amp_state text_time(struct amp_engine *e, enum amp_field field, const struct amp_value *v, bool iso, bool rfc822)
{
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision = AMP_PRECISION_NONE;
	if (!v->text.p) return AMP_STATE_INVALID;
	struct amp_str text = amp_str_trim(v->text);
	if (text.n == 0) return AMP_STATE_ABSENT;
	bool ok = (iso && amp_time_parse_iso(text, &ms, &precision)) || (rfc822 && amp_time_parse_rfc822(text, &ms, &precision));
	return amp_convert_time(e, field, ms, v->text, precision, ok);
}

enum amp_state amp_as_time_iso(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return text_time(e, field, v, true, false);
}

enum amp_state amp_as_time_rfc822(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return text_time(e, field, v, false, true);
}

enum amp_state amp_as_time_any(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return text_time(e, field, v, true, true);
}

enum amp_state amp_as_time_epoch(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n = 0;
	double d;
	bool ok = integer(v, &n);
	if (!ok && !v->text.p && amp_json_double(v->json, &d) && d > -1e11 && d < 1e11) { /* seconds with a fraction */
		n = (int64_t)(d * 1000);
		ok = true;
	} else if (ok && n > -100000000000 && n < 100000000000) { /* below: seconds; else milliseconds (endpoints section 0) */
		n *= 1000;
	}
	if (n < INT64_C(-62135596800000) || n > INT64_C(253402300799999)) ok = false; /* years 1 to 9999 */
	struct amp_str raw = v->text.p ? v->text : amp_json_digits(v->json);
	return amp_convert_time(e, field, n, raw, AMP_PRECISION_EXACT, ok);
}

typedef bool add_one(struct amp_engine *e, struct amp_str text); /* false: the text is none of this kind */

static enum amp_state each_text(struct amp_engine *e, enum amp_field field, const struct amp_value *v, add_one *add)
{
	if (v->text.p) return add(e, v->text) ? AMP_STATE_PRESENT : AMP_STATE_INVALID;
	if (!amp_json_is(v->json, AMP_JSON_ARRAY)) return AMP_STATE_INVALID;
	for (const struct amp_json *one = amp_json_first(v->json); one; one = amp_json_next(v->json, one)) {
		if (!amp_json_is(one, AMP_JSON_STRING))
			amp_put_invalid(e, field, one->offset, "%s", "an entry of the list is no text");
		else if (!add(e, amp_json_str(one)))
			amp_put_invalid(e, field, one->offset, "%s", "an entry of the list cannot be read");
	}
	return AMP_STATE_PRESENT;
}

/* Of the form of a language tag (RFC 5646): letters and digits in parts of at most 8; "_" is seen too. An empty one says nothing. */
static bool one_lang(struct amp_engine *e, struct amp_str text)
{
	struct amp_str tag = amp_str_trim(text);
	size_t part = 0;
	for (size_t i = 0; i < tag.n; i++) {
		char c = tag.p[i];
		bool between = c == '-' || c == '_';
		bool sign = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		part = between ? 0 : part + 1;
		if ((!between && !sign) || part > 8) return false;
	}
	amp_add_lang(e, text);
	return true;
}

static bool one_label(struct amp_engine *e, struct amp_str text)
{
	amp_add_label(e, text, AMP_STR_ABSENT);
	return true;
}

enum amp_state amp_as_langs(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return each_text(e, field, v, one_lang);
}

enum amp_state amp_as_label(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return each_text(e, field, v, one_label);
}

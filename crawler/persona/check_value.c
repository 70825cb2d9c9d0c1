/* check_value.c: one function a type of value: what is accepted, and the sentence when it is not. */
#include "persona/check.h"

#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "persona/uri.h"
#include "schedule/schedule.h"

#define TEXT_MAX 2000

typedef void check_fn(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row);

static const char *kind_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT: return _("an object");
	case JSON_ARRAY: return _("a list");
	case JSON_STRING: return _("a text");
	case JSON_INTEGER: return _("a number");
	case JSON_REAL: return _("a number with decimals");
	case JSON_TRUE:
	case JSON_FALSE: return _("true or false");
	case JSON_NULL: return _("null");
	}
	return "?";
}

/* The text, or NULL after the mistake. */
static const char *text_of(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = json_string_value(at->v);
	if (s == NULL) {
		amp_wrong(c, at,
		          row->example == NULL ? _("A text in double quotes is expected here, and this is %s.%s")
		                               : _("A text in double quotes is expected here, and this is %s. Example: %s"),
		          kind_of(at->v), row->example == NULL ? "" : row->example);
		return NULL;
	}
	if (s[0] == '\0') {
		amp_wrong(c, at, _("This text is empty."));
		return NULL;
	}
	for (size_t i = 0; s[i] != '\0'; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7F) {
			amp_wrong(c, at, _("This text holds a line break or another control character: write it on one line."));
			return NULL;
		}
	}
	if (strlen(s) > TEXT_MAX) {
		amp_wrong(c, at, _("This text is too long (%d bytes at most)."), TEXT_MAX);
		return NULL;
	}
	return s;
}

static void check_text(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	(void)text_of(c, at, row);
}

static void check_both(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	static const struct amp_key_row rows[] = {
		{.name = "fr", .type = AMP_KEY_TEXT, .fr = "en français", .en = "in French"},
		{.name = "en", .type = AMP_KEY_TEXT, .fr = "en anglais", .en = "in English"},
		{.name = NULL},
	};
	static const struct amp_object_spec both = {"both", rows};
	if (!json_is_object(at->v)) {
		if (json_is_string(at->v))
			check_text(c, at, row);
		else
			amp_wrong(c, at, _("A text is expected here, or {\"fr\": \"…\", \"en\": \"…\"}, and this is %s."),
			          kind_of(at->v));
		return;
	}
	amp_check_object(c, at, &both);
	if (json_object_get(at->v, "fr") == NULL && json_object_get(at->v, "en") == NULL)
		amp_wrong(c, at, _("At least one of “fr” and “en” is expected here."));
}

static void check_slug(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s == NULL) return;
	size_t n = strlen(s);
	bool ok = n <= 48 && (amp_is_digit((unsigned char)s[0]) || (s[0] >= 'a' && s[0] <= 'z'));
	for (size_t i = 0; ok && i < n; i++)
		ok = amp_is_digit((unsigned char)s[i]) || (s[i] >= 'a' && s[i] <= 'z') || s[i] == '-' || s[i] == '_';
	if (!ok)
		amp_wrong(
			c, at,
			_("A short name is expected here: lower-case letters a to z, digits, - and _, 48 at most; “%s” is not one."),
			s);
}

static void check_int(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	if (!json_is_integer(at->v)) {
		amp_wrong(c, at, _("A whole number from %lld to %lld is expected here, and this is %s."), (long long)row->low,
		          (long long)row->high, kind_of(at->v));
		return;
	}
	json_int_t i = json_integer_value(at->v);
	if (i < row->low || i > row->high)
		amp_wrong(c, at, _("A whole number from %lld to %lld is expected here, and this is %lld."), (long long)row->low,
		          (long long)row->high, (long long)i);
}

static void check_bool(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	(void)row;
	if (!json_is_boolean(at->v))
		amp_wrong(c, at, _("true or false is expected here, without quotes, and this is %s."), kind_of(at->v));
}

static void check_choice(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row), *names[32];
	size_t n = 0;
	struct amp_str rest = amp_str_c(row->choices);
	struct amp_buf list;
	if (s == NULL) return;
	amp_buf_init(&list, 2048);
	while (rest.p != NULL && n < 32) {
		struct amp_str one = amp_str_cut(&rest, '|');
		if (amp_str_eq_c(one, s)) goto out;
		names[n] = amp_arena_strndup(c->arena, one.p, one.n);
		if (names[n] == NULL) goto out;
		(void)amp_buf_printf(&list, "%s“%s”", n == 0 ? "" : ", ", names[n]);
		n++;
	}
	amp_wrong(c, at, _("One of %s is expected here, and this is “%s”.%s"), list.p, s, amp_did_you_mean(c, s, names, n));
out:
	amp_buf_free(&list);
}

bool amp_decimal(const char *text, int64_t *nano)
{
	const char *p = text;
	int64_t v = 0;
	int digits = 0, after = -1;
	for (; *p != '\0'; p++) {
		if (*p == '.' && after < 0 && digits > 0) {
			after = 0;
			continue;
		}
		if (!amp_is_digit((unsigned char)*p) || digits >= 15 || after >= 9) return false;
		v = v * 10 + (*p - '0');
		digits++;
		if (after >= 0) after++;
	}
	if (digits == 0 || after == 0 || v > INT64_C(1000000000)) return false;
	for (int i = after < 0 ? 0 : after; i < 9; i++) v *= 10;
	*nano = v;
	return true;
}

/* The text of a decimal in *nano; false after the mistake. */
static bool decimal_of(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row, int64_t *nano)
{
	if (json_is_number(at->v)) {
		amp_wrong(
			c, at,
			_("Write this number as a text, such as \"0.05\": a decimal text is the same on every machine, and so is its hash."));
		return false;
	}
	const char *s = text_of(c, at, row);
	if (s == NULL) return false;
	if (amp_decimal(s, nano)) return true;
	amp_wrong(
		c, at,
		_("“%s” is not a decimal number: digits with a point, such as \"0.05\" (no comma, no exponent, 9 decimals at most)."),
		s);
	return false;
}

static void check_decimal(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	int64_t nano;
	if (!decimal_of(c, at, row, &nano)) return;
	if (nano <= 0 || nano >= INT64_C(1000000000))
		amp_wrong(c, at, _("A decimal number between 0 and 1, without them, is expected here, and this is %s."),
		          json_string_value(at->v));
}

static void check_threshold(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = json_string_value(at->v);
	int64_t nano;
	if (s != NULL && strcmp(s, "default") == 0) return;
	if (!decimal_of(c, at, row, &nano)) return;
	if (nano > INT64_C(1000000000))
		amp_wrong(c, at, _("A decimal number from 0 to 1, or “default”, is expected here, and this is %s."), s);
}

static void check_duration(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	int64_t ms;
	const char *s = text_of(c, at, row);
	if (s == NULL) return;
	if (!amp_duration_parse(amp_str_c(s), &ms))
		amp_wrong(c, at,
		          _("“%s” is not a duration: a number and a unit, such as \"90s\", \"15m\", \"6h\", \"1d\", \"2w\"."), s);
	else if (ms < row->low * 1000 || ms > row->high * 1000)
		amp_wrong(c, at, _("“%s” is out of range: from %lld to %lld seconds are expected here."), s, (long long)row->low,
		          (long long)row->high);
}

static void check_language(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s == NULL) return;
	struct amp_str rest = amp_str_c(s), first = amp_str_cut(&rest, '-');
	bool ok = strlen(s) <= 35 && (first.n == 2 || first.n == 3);
	for (size_t i = 0; i < first.n; i++) ok = ok && amp_is_alpha((unsigned char)first.p[i]);
	while (ok && rest.p != NULL) {
		struct amp_str part = amp_str_cut(&rest, '-');
		ok = part.n >= 2 && part.n <= 8;
		for (size_t i = 0; i < part.n; i++) ok = ok && amp_is_alnum((unsigned char)part.p[i]);
	}
	if (!ok) amp_wrong(c, at, _("“%s” is not a language tag (BCP 47): write “fr”, “fr-FR”, “ar”, “pt-BR”."), s);
}

static void check_country(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s != NULL && (strlen(s) != 2 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z'))
		amp_wrong(c, at, _("“%s” is not a country code (ISO 3166-1): two capital letters, such as “FR”."), s);
}

static void check_zone(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s != NULL && !amp_time_zone_known(s))
		amp_wrong(
			c, at,
			_("Unknown time zone “%s”: write an IANA name such as “Europe/Paris” or “UTC” (on Debian the names come with the package tzdata)."),
			s);
}

static void check_cron(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	int column = 0;
	const char *s = text_of(c, at, row), *wrong = s == NULL ? NULL : amp_cron_check(s, &column);
	if (wrong != NULL) amp_wrong_inside(c, at, column, "%s", wrong);
}

static void check_host(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	struct amp_str origin, url = amp_str_c(s);
	if (s == NULL) return;
	if (strchr(s, '@') != NULL) { /* a password must not be repeated in the message */
		amp_wrong(
			c, at,
			_("A server is https:// and a name, without a user name or password: remove what stands before the “@”."));
		return;
	}
	if (!amp_uri_origin(url, &origin)) {
		amp_wrong(
			c, at,
			_("“%s” is not a server: https:// and a name, such as “https://public.api.bsky.app”, without a user name."),
			s);
		return;
	}
	bool ok = origin.n == url.n || (url.n == origin.n + 1 && url.p[origin.n] == '/');
	if (!ok)
		amp_wrong(c, at, _("“%s”: only https://, a name and a port are expected here; the path comes from the endpoint."),
		          s);
	struct amp_str host = amp_uri_host(url);
	for (size_t i = 0; i < origin.n && ok; i++) ok = (unsigned char)origin.p[i] > ' ' && (unsigned char)origin.p[i] < 0x7F;
	if (!ok || host.n == 0)
		amp_wrong(c, at, _("“%s”: the name of a server is written in ASCII letters, digits, points and hyphens."), s);
}

static void check_env(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	/* Not text_of: a secret pasted here by mistake must not be repeated in the message. */
	const char *s = json_string_value(at->v);
	bool ok = s != NULL && strlen(s) <= 100 && ((s[0] >= 'A' && s[0] <= 'Z') || s[0] == '_');
	for (size_t i = 0; ok && s[i] != '\0'; i++)
		ok = amp_is_digit((unsigned char)s[i]) || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_';
	if (!ok)
		amp_wrong(
			c, at,
			_("The NAME of an environment variable is expected here (capital letters, digits, _), such as %s; never the secret itself."),
			row->example);
}

static void check_proxy(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	static const char *const schemes[] = {"socks5h://", "socks5://", "http://", "https://"};
	const char *s = json_string_value(at->v);
	if (s != NULL && strchr(s, '@') != NULL) {
		amp_wrong(
			c, at,
			_("A user name or password must not stand in this file: put the whole address in an environment variable and write \"env:ITS_NAME\"."));
		return;
	}
	s = text_of(c, at, row);
	if (s == NULL) return;
	if (strncmp(s, "env:", 4) == 0) {
		bool ok = s[4] != '\0' && !amp_is_digit((unsigned char)s[4]);
		for (size_t i = 4; s[i] != '\0'; i++)
			ok = ok && (amp_is_digit((unsigned char)s[i]) || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_');
		if (!ok)
			amp_wrong(c, at,
			          _("After “env:” the name of an environment variable is expected (capital letters, digits, _)."));
		return;
	}
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = strlen(schemes[i]);
		if (strncmp(s, schemes[i], n) == 0 && s[n] != '\0' && strpbrk(s + n, "/?# ") == NULL) return;
	}
	amp_wrong(c, at, _("“%s” is not a proxy: write socks5h://name:port, http://name:port, or \"env:NAME\"."), s);
}

static void check_contact(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s == NULL) return;
	const char *sign = strchr(s, '@'), *point = sign == NULL ? NULL : strchr(sign, '.');
	bool ascii = true;
	for (size_t i = 0; s[i] != '\0'; i++)
		ascii = ascii && (unsigned char)s[i] > ' ' && (unsigned char)s[i] < 0x7F && strchr("()<>\"", s[i]) == NULL;
	bool mail =
		sign != NULL && sign > s && point != NULL && point > sign + 1 && point[1] != '\0' && strchr(sign + 1, '@') == NULL;
	struct amp_str origin;
	bool page = amp_str_starts(amp_str_c(s), "https://") && amp_uri_origin(amp_str_c(s), &origin) && origin.n > 8;
	if (!ascii || (!mail && !page))
		amp_wrong(
			c, at,
			_("“%s” is neither a mail address nor an https:// page: it goes to the servers, so that their owners can write to you."),
			s);
}

static bool scalar_parameter(const json_t *v)
{
	return (json_is_string(v) && json_string_length(v) > 0) || json_is_integer(v) || json_is_boolean(v);
}

/* Names are checked against the endpoint later (check_feed.c). */
static void check_values(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	(void)row;
	if (!json_is_object(at->v)) {
		amp_wrong(c, at, _("An object of parameters is expected here: {\"name\": \"value\", …}."));
		return;
	}
	for (const struct amp_pos *p = at->pos == NULL ? NULL : at->pos->first; p != NULL; p = p->next) {
		const struct amp_at *v = amp_at_key(c, at, p->key.p == NULL ? "" : p->key.p);
		if (v == NULL) continue;
		if (p->duplicate) amp_wrong_key(c, v, _("The key “%s” stands twice in this object: keep one."), v->key);
		bool list = json_is_array(v->v) && json_array_size(v->v) > 0;
		for (size_t i = 0; list && i < json_array_size(v->v); i++)
			list = json_is_string(json_array_get(v->v, i)) && json_string_length(json_array_get(v->v, i)) > 0;
		if (!list && !scalar_parameter(v->v))
			amp_wrong(
				c, v,
				_("The value of a parameter is a text that is not empty, a whole number, true or false, or a list of texts."));
	}
}

static void check_name(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	bool ok = s != NULL && strlen(s) <= 60 && (amp_is_alpha((unsigned char)s[0]) || s[0] == '_');
	for (size_t i = 0; ok && s[i] != '\0'; i++) ok = amp_is_alnum((unsigned char)s[i]) || strchr("_.[]-", s[i]) != NULL;
	if (s != NULL && !ok)
		amp_wrong(c, at, _("“%s” is no name of a parameter: letters, digits, “_”, “.”, “-” and brackets, 60 at most."), s);
}

static void check_target(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s == NULL) return;
	if (s[0] != '/' || s[1] == '/') {
		amp_wrong(
			c, at,
			_("The path of a request begins with one “/”, and the server stands in “host”: \"/api/popular/{period}\"."));
		return;
	}
	for (size_t i = 0; s[i] != '\0'; i++) {
		unsigned char b = (unsigned char)s[i];
		if (b > ' ' && b < 0x7F && strchr("?#\\\"<>^`|", b) == NULL) continue;
		amp_wrong_inside(c, at, (int)amp_utf8_length((struct amp_str){s, i}),
		                 _("The path of a request has no such character; what follows a “?” are “params”."));
		return;
	}
}

static void check_date(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	int64_t ms;
	enum amp_precision precision;
	if (s != NULL && (strlen(s) != 10 || s[4] != '-' || s[7] != '-' || !amp_time_parse_iso(amp_str_c(s), &ms, &precision)))
		amp_wrong(c, at, _("“%s” is not a date: write year, month and day, such as \"2026-11-22\"."), s);
}

/* Which language it is in depends on the document: check_source.c. */
static void check_select(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const char *s = text_of(c, at, row);
	if (s != NULL && strlen(s) > 500) amp_wrong(c, at, _("This text is too long (%d bytes at most)."), 500);
}

static void check_nested(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	if (json_is_object(at->v))
		amp_check_object(c, at, row->of);
	else
		amp_wrong(c, at, _("An object in braces is expected here, and this is %s."), kind_of(at->v));
}

static void check_persona_entry(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	if (json_is_object(at->v))
		amp_check_object(c, at, &amp_spec_persona);
	else if (json_is_string(at->v))
		(void)text_of(c, at, row);
	else
		amp_wrong(c, at,
		          _("The path of a persona file in double quotes is expected here, or the persona itself, and this is %s."),
		          kind_of(at->v));
}

void amp_check_value(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	static check_fn *const by_type[] = {
		[AMP_KEY_TEXT] = check_text,         [AMP_KEY_BOTH] = check_both,           [AMP_KEY_SLUG] = check_slug,
		[AMP_KEY_INT] = check_int,           [AMP_KEY_BOOL] = check_bool,           [AMP_KEY_CHOICE] = check_choice,
		[AMP_KEY_DECIMAL] = check_decimal,   [AMP_KEY_THRESHOLD] = check_threshold, [AMP_KEY_DURATION] = check_duration,
		[AMP_KEY_LANGUAGE] = check_language, [AMP_KEY_COUNTRY] = check_country,     [AMP_KEY_ZONE] = check_zone,
		[AMP_KEY_CRON] = check_cron,         [AMP_KEY_HOST] = check_host,           [AMP_KEY_PROXY] = check_proxy,
		[AMP_KEY_ENV] = check_env,           [AMP_KEY_CONTACT] = check_contact,     [AMP_KEY_SCHEMA] = check_text,
		[AMP_KEY_VALUES] = check_values,     [AMP_KEY_OBJECT] = check_nested,       [AMP_KEY_PERSONA] = check_persona_entry,
		[AMP_KEY_NAME] = check_name,         [AMP_KEY_TARGET] = check_target,       [AMP_KEY_DATE] = check_date,
		[AMP_KEY_SELECT] = check_select,
	};
	by_type[row->type](c, at, row);
}

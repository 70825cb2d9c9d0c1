/* mask.c: secrets out of the evidence, at equal length, so that lengths and offsets of what stays are those of the wire. */
#include <stdio.h>
#include <string.h>
#include "fetch/internal.h"

/* Masked in every URL, asked or not: a redirect can bring them (OAuth 2.0 parameter names, RFC 6749, and the usual API key). */
static const char *const always_secret[] = {"access_token", "refresh_token", "client_secret", "api_key", "password", NULL};

/* The fields whose whole value is a secret; those of cookies keep the names. */
static const struct {
	const char *name;
	enum { WHOLE, COOKIES, SET_COOKIE } kind;
} fields[] = {
	{"authorization", WHOLE},
	{"proxy-authorization", WHOLE},
	{"cookie", COOKIES},
	{"set-cookie", SET_COOKIE},
};

void amp_mask_note(char *masked, size_t size, const char *name)
{
	size_t n = strlen(masked), len = strlen(name);
	for (const char *at = masked; *at != '\0';) {
		size_t word = strcspn(at, ",");
		if (word == len && memcmp(at, name, len) == 0) return;
		at += word + (at[word] == ',');
	}
	if (n + len + 2 <= size) snprintf(masked + n, size - n, "%s%s", n > 0 ? "," : "", name);
}

static void stars(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\r' && p[i] != '\n') p[i] = '*'; /* a folded value stays folded */
}

/* key is compared after percent-decoding, so that "%6bey" does not slip through. */
static bool key_is(const char *p, size_t n, const char *key)
{
	size_t i = 0;
	for (; *key != '\0'; key++, i++) {
		if (i >= n) return false;
		int c = (unsigned char)p[i];
		if (c == '%' && i + 2 < n && amp_hex_value(p[i + 1]) >= 0 && amp_hex_value(p[i + 2]) >= 0) {
			c = amp_hex_value(p[i + 1]) * 16 + amp_hex_value(p[i + 2]);
			i += 2;
		}
		if (amp_lower(c) != amp_lower((unsigned char)*key)) return false;
	}
	return i == n;
}

static const char *listed(const char *const *keys, const char *p, size_t n)
{
	for (; keys != NULL && *keys != NULL; keys++)
		if (key_is(p, n, *keys)) return *keys;
	return NULL;
}

static bool ends_key(int c)
{
	return c == '=' || c == '&' || c == '?' || c <= ' ' || c == '#' || c == '>' || c == '"';
}
static bool ends_value(int c)
{
	return c == '&' || c <= ' ' || c == '#' || c == '>' || c == '"';
}

const char *amp_mask_next_query(struct amp_str text, size_t *at, const struct amp_secrets *s, struct amp_str *value)
{
	const char *p = text.p;
	size_t n = text.n;
	for (size_t i = *at; i < n; i++) {
		/* '#': OAuth's implicit grant puts the token into the fragment of Location */
		if (p[i] != '?' && p[i] != '&' && p[i] != '#') continue;
		size_t end = i + 1;
		while (end < n && !ends_key((unsigned char)p[end])) end++;
		if (end >= n || p[end] != '=') continue;
		const char *key = listed(s->query, p + i + 1, end - i - 1);
		if (key == NULL) key = listed(always_secret, p + i + 1, end - i - 1);
		if (key == NULL) continue;
		size_t stop = end + 1;
		while (stop < n && !ends_value((unsigned char)p[stop])) stop++;
		*value = (struct amp_str){p + end + 1, stop - end - 1};
		*at = stop;
		return key;
	}
	return NULL;
}

void amp_mask_query(char *p, size_t n, const struct amp_secrets *s, char *masked, size_t size)
{
	const char *key;
	struct amp_str value;
	for (size_t at = 0; (key = amp_mask_next_query((struct amp_str){p, n}, &at, s, &value)) != NULL;) {
		char note[80];
		stars(p + (value.p - p), value.n);
		snprintf(note, sizeof note, "query:%s", key);
		amp_mask_note(masked, size, note);
	}
}

/* "a=1; b=2" -> "a=*; b=*"; returns how many. A cookie without a name is all value. */
static int mask_cookies(char *p, size_t n, bool first_only)
{
	int count = 0;
	for (size_t i = 0; i < n;) {
		const char *semicolon = memchr(p + i, ';', n - i);
		size_t end = semicolon == NULL ? n : (size_t)(semicolon - p);
		char *equals = memchr(p + i, '=', end - i);
		size_t from = equals == NULL ? i : (size_t)(equals - p) + 1;
		stars(p + from, end - from);
		count++;
		if (first_only) break; /* the rest are attributes */
		i = end + 1;
	}
	return count;
}

void amp_mask_header_name(const char *name, char *lower, size_t size)
{
	size_t n = 0;
	for (; name[n] != '\0' && n + 1 < size; n++) lower[n] = (char)amp_lower((unsigned char)name[n]);
	lower[n] = '\0';
}

int amp_mask_headers(char *p, size_t n, const struct amp_secrets *s, char *masked, size_t size)
{
	struct amp_str block = {p, n}, name, value;
	int cookies = 0;
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);) {
		char *v = p + (value.p - p);
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
			if (!amp_str_ieq_c(name, fields[i].name)) continue;
			if (fields[i].kind == WHOLE)
				stars(v, value.n);
			else
				cookies += mask_cookies(v, value.n, fields[i].kind == SET_COOKIE);
			amp_mask_note(masked, size, fields[i].name);
		}
		for (const struct amp_header *h = s->headers; h != NULL && h->name != NULL; h++) {
			if (!h->secret || !amp_str_ieq_c(name, h->name)) continue;
			stars(v, value.n);
			char lower[80];
			amp_mask_header_name(h->name, lower, sizeof lower);
			amp_mask_note(masked, size, lower);
		}
	}
	amp_mask_query(p, n, s, masked, size);
	amp_echo_mask(p, n, s->values, masked, size); /* servers echo what they were sent, in redirects and debugging headers */
	return cookies;
}

void amp_mask_body(char *p, size_t n, const char *name, const char *text, char *masked, size_t size)
{
	struct amp_str wanted = amp_str_c(text);
	char note[80];
	if (wanted.n == 0) return;
	for (size_t at = 0; at < n;) {
		const char *hit = amp_str_find((struct amp_str){p + at, n - at}, wanted);
		if (hit == NULL) return;
		at = (size_t)(hit - p);
		/* a JSON text stays one: its quotation marks are no secret */
		bool quoted = wanted.n > 2 && wanted.p[0] == '"' && wanted.p[wanted.n - 1] == '"';
		stars(p + at + quoted, wanted.n - 2 * (size_t)quoted);
		at += wanted.n;
		snprintf(note, sizeof note, "body:%s", name);
		amp_mask_note(masked, size, note);
	}
}

void amp_fetch_mask_text(char *p, size_t n, char *masked, size_t size)
{
	const struct amp_secrets none = {NULL, NULL, NULL};
	amp_mask_query(p, n, &none, masked, size);
	for (size_t i = 0; i + 3 < n; i++) {
		if (memcmp(p + i, "://", 3) != 0) continue;
		size_t at = i + 3, colon = 0, sign = 0;
		for (; at < n && (unsigned char)p[at] > ' ' && p[at] != '/' && p[at] != '?' && p[at] != '#'; at++) {
			if (p[at] == ':' && colon == 0) colon = at;
			if (p[at] == '@') sign = at; /* the last one: a password may hold another */
		}
		if (sign == 0) continue;
		size_t from = colon != 0 && colon < sign ? colon + 1 : i + 3; /* a name alone may be a token */
		stars(p + from, sign - from);
		amp_mask_note(masked, size, "userinfo");
	}
}

int amp_fetch_mask_saved(struct amp_buf *headers, char *masked, size_t size, struct amp_err *err)
{
	static const char status[] = "HTTP/1.1 000\r\n"; /* a reader of headers takes the first line for the status */
	const struct amp_secrets none = {NULL, NULL, NULL};
	struct amp_buf whole;
	bool has_status = amp_str_istarts(amp_buf_str(headers), "HTTP/");
	if (headers->n == 0) return 0;
	if (has_status) {
		(void)amp_mask_headers(headers->p, headers->n, &none, masked, size);
		return 0;
	}
	amp_buf_init(&whole, headers->n + sizeof status);
	amp_buf_addc(&whole, status);
	amp_buf_adds(&whole, amp_buf_str(headers));
	int rc = amp_buf_check(&whole, "saved headers", err);
	if (rc == 0) {
		(void)amp_mask_headers(whole.p, whole.n, &none, masked, size);
		memcpy(headers->p, whole.p + sizeof status - 1, headers->n);
	}
	amp_buf_free(&whole);
	return rc;
}

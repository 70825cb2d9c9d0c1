/* secrets.c: which values of a saved exchange are secrets, and where else in the file they are repeated. */
#include <string.h>
#include "base/mem.h"
#include "container/secrets.h"

#define SHORTEST 16 /* shorter values hit by chance */
#define HEADS 4096
#define ROWS 65536

struct row {
	size_t at, n;
	uint32_t next;
};

int amp_secrets_start(struct amp_secret_set *s)
{
	*s = (struct amp_secret_set){0};
	amp_buf_init(&s->text, (size_t)64 << 20);
	amp_buf_init(&s->rows, ROWS * sizeof(struct row) + 64);
	s->heads = amp_calloc(HEADS, sizeof *s->heads);
	return s->heads ? 0 : AMP_ENOMEM;
}

void amp_secrets_end(struct amp_secret_set *s)
{
	amp_free(s->heads);
	amp_buf_free(&s->text);
	amp_buf_free(&s->rows);
}

static uint32_t head_of(const char *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return (uint32_t)((v * UINT64_C(0x9E3779B97F4A7C15)) >> 52) % HEADS;
}

static const struct row *row_at(const struct amp_secret_set *s, uint32_t i)
{
	return (const struct row *)(const void *)s->rows.p + (i - 1);
}

static const struct row *longest(const struct amp_secret_set *s, const char *p, size_t n)
{
	const struct row *best = NULL;
	for (uint32_t i = s->heads[head_of(p)]; i != 0;) {
		const struct row *r = row_at(s, i);
		if (r->n <= n && (!best || r->n > best->n) && memcmp(s->text.p + r->at, p, r->n) == 0) best = r;
		i = r->next;
	}
	return best;
}

/* A number alone is an account's id, which its own posts carry too; an address is where people were. Neither opens a door. */
static bool is_secret(struct amp_str v)
{
	bool digits = true;
	if (v.n < SHORTEST || amp_str_istarts(v, "http")) return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == ' ' || v.p[i] == '*') return false;
		digits = digits && amp_is_digit((unsigned char)v.p[i]);
	}
	return !digits;
}

void amp_secrets_add(struct amp_secret_set *s, struct amp_str v)
{
	v = amp_str_trim(v);
	if (!is_secret(v) || s->rows.n / sizeof(struct row) >= ROWS) return;
	const struct row *known = longest(s, v.p, v.n);
	if (known && known->n == v.n) return;
	uint32_t *head = &s->heads[head_of(v.p)];
	struct row r = {s->text.n, v.n, *head};
	if (amp_buf_adds(&s->text, v) != 0 || amp_buf_add(&s->rows, &r, sizeof r) != 0) return;
	*head = (uint32_t)(s->rows.n / sizeof r);
}

/* "a=1; b=2"; in JSON several Set-Cookie fields stand in one value, separated by \n. */
void amp_secrets_add_cookies(struct amp_secret_set *s, struct amp_str v)
{
	while (v.p) {
		struct amp_str part = amp_str_cut(&v, ';');
		const char *line = amp_str_find(part, AMP_STR("\\n"));
		if (line) part = (struct amp_str){line + 2, part.n - (size_t)(line + 2 - part.p)};
		struct amp_str value = part;
		amp_str_cut(&value, '=');
		if (value.p) amp_secrets_add(s, value);
	}
}

/* "Bearer abc": the token alone. */
void amp_secrets_add_field(struct amp_secret_set *s, struct amp_str name, struct amp_str value)
{
	struct amp_str rest = value;
	if (amp_str_ifind(name, "cookie")) {
		amp_secrets_add_cookies(s, value);
	} else if (amp_str_ifind(name, "auth") || amp_str_ifind(name, "token") || amp_str_ifind(name, "csrf")) {
		amp_str_cut(&rest, ' ');
		amp_secrets_add(s, rest.p ? rest : value);
	}
}

bool amp_secrets_mask(const struct amp_secret_set *s, char *p, size_t n)
{
	bool found = false;
	if (s->rows.n == 0) return false;
	for (size_t i = 0; i + SHORTEST <= n;) {
		const struct row *r = s->heads[head_of(p + i)] ? longest(s, p + i, n - i) : NULL;
		if (!r) {
			i++;
			continue;
		}
		memset(p + i, '*', r->n);
		i += r->n;
		found = true;
	}
	return found;
}

/* What a request says of itself that opens no door; every other field of a request is masked. */
bool amp_secrets_request_field(struct amp_str name)
{
	static const char *const open[] = {
		"accept", "accept-encoding", "accept-language", "content-length", "content-type", "host", "user-agent",
		"origin", "range",           "connection",      "cache-control",  "pragma",       "te",   "date"};
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (amp_str_ieq_c(name, open[i])) return false;
	return true;
}

static bool has_one(struct amp_str name, const char *const *words)
{
	for (; *words; words++)
		if (amp_str_ifind(name, *words)) return true;
	return false;
}

bool amp_secrets_response_field(struct amp_str name)
{
	static const char *const words[] = {"cookie", "token", "auth", "csrf", "session", "secret", "location", NULL};
	return has_one(name, words);
}

/* Parameters of an address that say who asks, on the platforms that captures come from. */
static bool secret_parameter(struct amp_str name)
{
	static const char *const words[] = {"token",  "auth",   "secret", "pass",    "session", "csrf",    "signature",
	                                    "bogus",  "gnarly", "verify", "dtsg",    "jazoest", "api_key", "apikey",
	                                    "device", "odin",   "webid",  "install", "email",   "phone",   NULL};
	static const char *const whole[] = {"lsd", "sid", "key", "sig", "__user", "av", "uid", "code", "i"};
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (amp_str_ieq_c(name, whole[i])) return true;
	return has_one(name, words);
}

bool amp_secrets_url(char *p, size_t n)
{
	bool found = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '?' && p[i] != '&' && p[i] != '#') continue;
		size_t name = i + 1, end = name;
		while (end < n && !strchr("=&#?\"", p[end])) end++;
		if (end >= n || p[end] != '=' || !secret_parameter((struct amp_str){p + name, end - name})) continue;
		size_t stop = end + 1;
		while (stop < n && p[stop] != '&' && p[stop] != '#' && p[stop] != '"') stop++;
		memset(p + end + 1, '*', stop - end - 1);
		found = found || stop > end + 1;
		i = stop - 1;
	}
	return found;
}

/* har.c: who the person is, out of what a browser's developer tools saved. A HAR file (HAR 1.2) holds every request with its cookies, tokens
 * and forms. Of an entry only what is listed here stays as it is; every other text becomes stars, every other number ones, at equal
 * length, so that places in the file stay what they were. WARC files: requests and Set-Cookie likewise.
 */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "container/container.h"
#include "container/http.h"
#include "container/secrets.h"

#define DEPTH 64 /* deeper is masked without looking */

enum zone {
	KEEP,
	MASK,
	COOKIES,
	URL,
	ROOT,
	LOG,
	ENTRIES,
	ENTRY,
	REQUEST,
	RESPONSE,
	CONTENT,
	SENT_FIELDS,
	GOT_FIELDS,
	SENT_FIELD,
	GOT_FIELD
};

static const struct step {
	enum zone in;
	const char *key;
	enum zone to;
} steps[] = {{ROOT, "log", LOG},
             {LOG, "version", KEEP},
             {LOG, "creator", KEEP},
             {LOG, "browser", KEEP},
             {LOG, "entries", ENTRIES},
             {ENTRY, "startedDateTime", KEEP},
             {ENTRY, "time", KEEP},
             {ENTRY, "pageref", KEEP},
             {ENTRY, "timings", KEEP},
             {ENTRY, "_resourceType", KEEP},
             {ENTRY, "request", REQUEST},
             {ENTRY, "response", RESPONSE},
             {REQUEST, "method", KEEP},
             {REQUEST, "url", URL},
             {REQUEST, "httpVersion", KEEP},
             {REQUEST, "headersSize", KEEP},
             {REQUEST, "bodySize", KEEP},
             {REQUEST, "headers", SENT_FIELDS},
             {REQUEST, "cookies", COOKIES},
             {RESPONSE, "status", KEEP},
             {RESPONSE, "statusText", KEEP},
             {RESPONSE, "httpVersion", KEEP},
             {RESPONSE, "headersSize", KEEP},
             {RESPONSE, "bodySize", KEEP},
             {RESPONSE, "_transferSize", KEEP},
             {RESPONSE, "redirectURL", URL},
             {RESPONSE, "headers", GOT_FIELDS},
             {RESPONSE, "cookies", COOKIES},
             {RESPONSE, "content", CONTENT},
             {CONTENT, "size", KEEP},
             {CONTENT, "mimeType", KEEP},
             {CONTENT, "text", KEEP},
             {CONTENT, "encoding", KEEP},
             {CONTENT, "compression", KEEP}};

struct text { /* of a string, quotes excluded */
	size_t at, n;
};
struct level {
	enum zone zone;
	bool object;
	struct text name, value; /* of a header field; of content: encoding and text */
};
struct scan {
	char *p;
	size_t n, i;
	struct level levels[DEPTH];
	size_t depth, skipped; /* open containers; those beyond DEPTH */
	struct text key;
	bool wants_key, apply, is_har;
	struct amp_secret_set *secrets;
	struct amp_buf bodies; /* struct text of bodies in base64 */
	char *masked;
	size_t masked_size;
};

static void note(char *masked, size_t size, const char *what)
{
	size_t n = strlen(masked), len = strlen(what);
	if (strstr(masked, what) || n + len + 2 > size) return;
	if (n) masked[n++] = ',';
	memcpy(masked + n, what, len + 1);
}

static struct amp_str str_of(const struct scan *s, struct text t)
{
	return (struct amp_str){s->p + t.at, t.n};
}

static void mask_text(struct scan *s, struct text t, const char *what)
{
	if (!s->apply || t.n == 0) return;
	memset(s->p + t.at, '*', t.n);
	note(s->masked, s->masked_size, what);
}

static struct level *top(struct scan *s)
{
	return s->depth ? &s->levels[s->depth - 1] : NULL;
}

/* Where the value that begins here belongs. */
static enum zone zone_of_value(struct scan *s)
{
	const struct level *in = top(s);
	if (s->skipped) return MASK;
	if (!in) return ROOT;
	if (in->zone == ENTRIES) return ENTRY;
	if (in->zone == SENT_FIELDS) return SENT_FIELD;
	if (in->zone == GOT_FIELDS) return GOT_FIELD;
	if (!in->object) return in->zone == KEEP || in->zone == COOKIES ? in->zone : MASK;
	if (in->zone == KEEP || in->zone == COOKIES || in->zone == SENT_FIELD || in->zone == GOT_FIELD) return in->zone;
	struct amp_str key = str_of(s, s->key);
	for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
		if (steps[k].in == in->zone && amp_str_eq_c(key, steps[k].key)) return steps[k].to;
	return MASK;
}

static void took_string(struct scan *s, struct text t)
{
	enum zone zone = zone_of_value(s);
	struct level *in = top(s);
	struct amp_str key = str_of(s, s->key);
	switch (zone) {
	case KEEP:
		if (in && in->zone == CONTENT && amp_str_eq_c(key, "encoding")) in->name = t;
		if (in && in->zone == CONTENT && amp_str_eq_c(key, "text")) in->value = t;
		break;
	case URL:
		if (s->apply && amp_secrets_url(s->p + t.at, t.n)) note(s->masked, s->masked_size, "har:url");
		break;
	case COOKIES:
		if (!s->apply) break;
		amp_secrets_add(s->secrets, str_of(s, t));
		mask_text(s, t, "har:cookies");
		break;
	case SENT_FIELD:
	case GOT_FIELD:
		if (in && in->object && amp_str_eq_c(key, "name"))
			in->name = t;
		else if (in && in->object && amp_str_eq_c(key, "value"))
			in->value = t;
		else
			mask_text(s, t, "har:headers");
		break;
	default: mask_text(s, t, "har:request");
	}
}

/* A header field is judged when both its parts are known, whichever came first; one without a name is masked. */
static void close_field(struct scan *s, const struct level *l)
{
	struct amp_str name = str_of(s, l->name), value = str_of(s, l->value);
	if (!s->apply || l->value.n == 0) return;
	bool hide = l->name.n == 0 || memchr(name.p, '\\', name.n) ||
	            (l->zone == SENT_FIELD ? amp_secrets_request_field(name) : amp_secrets_response_field(name));
	if (!hide) return;
	amp_secrets_add_field(s->secrets, name, value);
	mask_text(s, l->value, "har:headers");
}

static void close_level(struct scan *s)
{
	if (s->skipped) {
		s->skipped--;
		return;
	}
	if (!s->depth) return;
	const struct level *l = top(s);
	if (l->zone == SENT_FIELD || l->zone == GOT_FIELD) close_field(s, l);
	if (s->apply && l->zone == CONTENT && amp_str_ieq_c(str_of(s, l->name), "base64") && l->value.n)
		(void)amp_buf_add(&s->bodies, &l->value, sizeof l->value);
	s->depth--;
}

static void open_level(struct scan *s, bool object)
{
	enum zone zone = zone_of_value(s);
	if (s->skipped || s->depth == DEPTH) {
		s->skipped++;
		return;
	}
	if (zone == LOG && object) s->is_har = true;
	s->levels[s->depth++] = (struct level){.zone = zone, .object = object};
}

static struct text string_at(struct scan *s) /* s->i on the quote; left behind the closing one */
{
	size_t at = ++s->i;
	while (s->i < s->n && s->p[s->i] != '"') s->i += s->p[s->i] == '\\' && s->i + 1 < s->n ? 2 : 1;
	if (s->i > s->n) s->i = s->n;
	struct text t = {at, s->i - at};
	s->i += s->i < s->n;
	return t;
}

static void number_at(struct scan *s)
{
	enum zone zone = zone_of_value(s);
	for (; s->i < s->n && (amp_is_alnum((unsigned char)s->p[s->i]) || strchr("+-.", s->p[s->i])); s->i++) {
		if (zone == KEEP || zone == URL || !s->apply || !amp_is_digit((unsigned char)s->p[s->i])) continue;
		s->p[s->i] = '1';
		note(s->masked, s->masked_size, "har:request");
	}
}

static void scan(struct scan *s)
{
	while (s->i < s->n) {
		char c = s->p[s->i];
		const struct level *in = top(s);
		bool keyed = s->skipped == 0 && in && in->object;
		if (c == '"') {
			struct text t = string_at(s);
			if (keyed && s->wants_key) {
				s->key = t;
				s->wants_key = false;
			} else {
				took_string(s, t);
			}
		} else if (c == '{' || c == '[') {
			open_level(s, c == '{');
			s->wants_key = true;
			s->i++;
		} else if (c == '}' || c == ']') {
			close_level(s);
			s->wants_key = false;
			s->i++;
			if (!s->apply && !s->depth && !s->skipped) return; /* the first document says what the file is */
		} else if (c == ',') {
			s->wants_key = true;
			s->i++;
		} else if (c == '-' || amp_is_digit((unsigned char)c)) {
			number_at(s);
		} else {
			s->i++;
		}
	}
	while (s->apply && s->depth) close_level(s); /* a cut file */
}

static int base64_digit(int c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (amp_is_digit(c)) return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* What is repeated inside a body in base64: out of its bytes, and back at equal length. A body with anything else in it stays. */
static void mask_packed(struct scan *s, struct text t, struct amp_buf *bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *p = s->p + t.at;
	size_t n = t.n;
	while (n && p[n - 1] == '=') n--;
	amp_buf_reset(bytes);
	if (n % 4 == 1 || amp_buf_reserve(bytes, n) != 0) return; /* no whole byte has one digit */
	unsigned v = 0, have = 0;
	for (size_t i = 0; i < n; i++) {
		int d = base64_digit((unsigned char)p[i]);
		if (d < 0) return;
		v = v << 6 | (unsigned)d;
		have += 6;
		if (have >= 8) bytes->p[bytes->n++] = (char)(v >> (have -= 8) & 0xff);
	}
	if (!amp_secrets_mask(s->secrets, bytes->p, bytes->n)) return;
	note(s->masked, s->masked_size, "har:repeated");
	for (size_t i = 0, bit = 0; i < n; i++, bit += 6) {
		size_t at = bit / 8;
		unsigned two =
			(unsigned)(unsigned char)bytes->p[at] << 8 | (at + 1 < bytes->n ? (unsigned char)bytes->p[at + 1] : 0);
		p[i] = digits[two >> (10 - bit % 8) & 63];
	}
}

static void mask_repeated(struct scan *s)
{
	struct amp_buf bytes;
	amp_buf_init(&bytes, AMP_UNPACKED_MAX);
	if (amp_secrets_mask(s->secrets, s->p, s->n)) note(s->masked, s->masked_size, "har:repeated");
	for (size_t i = 0; i + sizeof(struct text) <= s->bodies.n; i += sizeof(struct text)) {
		struct text t;
		memcpy(&t, s->bodies.p + i, sizeof t);
		mask_packed(s, t, &bytes);
	}
	amp_buf_free(&bytes);
}

/* --- WARC --- */

static void mask_block(char *p, size_t n, bool request, struct amp_secret_set *secrets, char *masked, size_t size)
{
	size_t head = n;
	struct amp_str name, value, block;
	(void)amp_http_split((struct amp_str){p, n}, &head);
	block = (struct amp_str){p, head};
	const char *line = memchr(p, '\n', head);
	if (request && line && amp_secrets_url(p, (size_t)(line - p))) note(masked, size, "warc:url");
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);) {
		if (!(request ? amp_secrets_request_field(name) : amp_secrets_response_field(name)) || value.n == 0) continue;
		amp_secrets_add_field(secrets, name, value);
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] != '\r' && value.p[i] != '\n') p[(size_t)(value.p - p) + i] = '*';
		note(masked, size, request ? "warc:request" : "warc:headers");
	}
	if (!request || head == n) return;
	memset(p + head, '*', n - head);
	note(masked, size, "warc:request");
}

static void mask_warc(char *p, size_t n, struct amp_secret_set *secrets, char *masked, size_t size)
{
	struct amp_str text = {p, n};
	struct amp_warc_record r;
	const char *why;
	for (size_t at = 0; amp_warc_next(text, &at, &r, &why);) {
		char *block = p + (r.block.p - p);
		bool request = amp_str_ieq_c(r.type, "request"), response = amp_str_ieq_c(r.type, "response");
		if (r.uri.n && amp_secrets_url(p + (r.uri.p - p), r.uri.n)) note(masked, size, "warc:url");
		if (request || response) mask_block(block, r.block.n, request, secrets, masked, size);
	}
	if (amp_secrets_mask(secrets, p, n)) note(masked, size, "warc:repeated");
}

static int mask_har(struct scan *s)
{
	scan(s); /* what is it? */
	if (!s->is_har) return 0;
	s->apply = true;
	s->i = s->depth = s->skipped = 0;
	s->wants_key = false;
	scan(s);
	mask_repeated(s);
	return s->bodies.failed == AMP_ENOMEM ? AMP_ENOMEM : 0;
}

int amp_capture_mask(char *p, size_t n, char *masked, size_t size, struct amp_err *err)
{
	struct amp_str body = {p, n};
	struct amp_secret_set secrets;
	size_t lead = amp_str_starts(body, "\xEF\xBB\xBF") ? 3 : 0;
	while (lead < n && amp_is_space((unsigned char)p[lead])) lead++;
	int rc = amp_secrets_start(&secrets);
	if (rc == 0 && amp_warc_is(body)) {
		mask_warc(p, n, &secrets, masked, size);
	} else if (rc == 0 && lead < n && p[lead] == '{') {
		struct scan s = {.p = p + lead, .n = n - lead, .secrets = &secrets, .masked = masked, .masked_size = size};
		amp_buf_init(&s.bodies, (size_t)64 << 20);
		rc = mask_har(&s);
		amp_buf_free(&s.bodies);
	}
	if (secrets.text.failed == AMP_ENOMEM || secrets.rows.failed == AMP_ENOMEM) rc = AMP_ENOMEM;
	amp_secrets_end(&secrets);
	return rc == 0 ? 0 : amp_fail(err, rc, "%s", _("no memory left to take the secrets out of a capture"));
}

/* --- unpacking --- */

static bool add_warc(void *user, struct amp_str name, struct amp_str data, const char *broken)
{
	struct amp_buf *out = user;
	(void)name;
	(void)broken;
	const char *why = NULL;
	if (amp_gzip_is(data))
		why = amp_gunzip(data, out, NULL);
	else if (amp_warc_is(data))
		(void)amp_buf_adds(out, data);
	return why == NULL && !out->failed;
}

int amp_capture_unpack(struct amp_str in, struct amp_buf *out, bool *unpacked, const char **why, struct amp_err *err)
{
	static const char *const endings[] = {".warc", ".warc.gz", NULL};
	amp_buf_reset(out);
	*why = NULL;
	*unpacked = true;
	if (amp_gzip_is(in))
		*why = amp_gunzip(in, out, NULL);
	else if (amp_zip_is(in))
		*why = amp_zip_each(in, endings, add_warc, out);
	else
		*unpacked = false;
	if (out->failed == AMP_ENOMEM) return amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to unpack a capture"));
	if (*unpacked && !amp_warc_is(amp_buf_str(out))) { /* packed, but not what we know how to look into */
		*unpacked = false;
		amp_buf_reset(out);
	}
	return 0;
}

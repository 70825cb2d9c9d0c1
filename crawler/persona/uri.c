/* uri.c: RFC 3986. */
#include "persona/uri.h"

#include <string.h>

static void encode(struct amp_buf *b, struct amp_str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (amp_is_alnum(c) || (c != '\0' && (strchr("-._~", c) != NULL || strchr(also, c) != NULL)))
			(void)amp_buf_byte(b, c);
		else
			(void)amp_buf_printf(b, "%%%02X", c);
	}
}

void amp_uri_encode(struct amp_buf *b, struct amp_str s)
{
	encode(b, s, "");
}

void amp_uri_encode_path(struct amp_buf *b, struct amp_str s)
{
	/* '%' stays: such a value is written as it stands in an address bar. */
	encode(b, s, "/?&=:@!$'()*+,;%");
}

bool amp_uri_origin(struct amp_str url, struct amp_str *origin)
{
	size_t start = amp_str_istarts(url, "https://") ? 8 : amp_str_istarts(url, "http://") ? 7 : 0;
	if (start == 0) return false;
	size_t end = start;
	while (end < url.n && strchr("/?#", url.p[end]) == NULL) end++;
	if (end == start || memchr(url.p + start, '@', end - start) != NULL) return false;
	*origin = (struct amp_str){url.p, end};
	return true;
}

struct amp_str amp_uri_authority(struct amp_str url)
{
	struct amp_str origin;
	if (!amp_uri_origin(url, &origin)) return AMP_STR_ABSENT;
	size_t start = amp_str_istarts(origin, "https://") ? 8 : 7;
	return (struct amp_str){origin.p + start, origin.n - start};
}

struct amp_str amp_uri_host(struct amp_str url)
{
	struct amp_str a = amp_uri_authority(url);
	if (a.p == NULL) return a;
	if (a.n > 0 && a.p[0] == '[') {
		const char *close = memchr(a.p, ']', a.n);
		return close == NULL ? a : (struct amp_str){a.p + 1, (size_t)(close - a.p - 1)};
	}
	const char *colon = memchr(a.p, ':', a.n);
	return colon == NULL ? a : (struct amp_str){a.p, (size_t)(colon - a.p)};
}

static struct amp_str port_of(struct amp_str url)
{
	struct amp_str a = amp_uri_authority(url);
	for (size_t i = a.n; i > 0 && a.p[i - 1] != ']'; i--) {
		if (a.p[i - 1] == ':') return (struct amp_str){a.p + i, a.n - i};
	}
	return amp_str_istarts(url, "https://") ? AMP_STR("443") : AMP_STR("80");
}

static bool equal_without_case(struct amp_str a, struct amp_str b)
{
	if (a.p == NULL || b.p == NULL || a.n != b.n) return false;
	for (size_t i = 0; i < a.n; i++) {
		if (amp_lower((unsigned char)a.p[i]) != amp_lower((unsigned char)b.p[i])) return false;
	}
	return true;
}

bool amp_uri_same_origin(struct amp_str a, struct amp_str b)
{
	return amp_str_istarts(a, "https://") == amp_str_istarts(b, "https://") &&
	       equal_without_case(amp_uri_host(a), amp_uri_host(b)) && amp_str_eq(port_of(a), port_of(b));
}

bool amp_host_is_private(struct amp_str h)
{
	static const char *const starts[] = {"127.", "10.", "192.168.", "169.254.", "0.", "fe80:", "fc", "fd"};
	static const char *const names[] = {"localhost", "::1", "::", "0.0.0.0"};
	static const char *const ends[] = {".localhost", ".local", ".internal", ".test", ".home.arpa"};
	bool v6 = memchr(h.p == NULL ? "" : h.p, ':', h.n) != NULL, digits_only = h.n > 0;
	for (size_t i = 0; i < h.n; i++) digits_only = digits_only && (amp_is_digit((unsigned char)h.p[i]) || h.p[i] == '.');
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		if ((i >= 5 ? v6 : digits_only) && amp_str_istarts(h, starts[i])) return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (amp_str_ieq_c(h, names[i])) return true;
	}
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);
		if (h.n > n && amp_str_ieq_c((struct amp_str){h.p + h.n - n, n}, ends[i])) return true;
	}
	int64_t second = 0;
	struct amp_str rest = h;
	(void)amp_str_cut(&rest, '.');
	return digits_only && amp_str_starts(h, "172.") && amp_str_i64(amp_str_cut(&rest, '.'), &second) && second >= 16 &&
	       second <= 31;
}

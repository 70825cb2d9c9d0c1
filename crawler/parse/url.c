/* url.c: references against a base (RFC 3986 section 5.2), for http and https. */
#include <string.h>
#include "parse/html.h"

static size_t scheme_length(struct amp_str s)
{
	if (!s.n || !amp_is_alpha((unsigned char)s.p[0])) return 0;
	for (size_t i = 1; i < s.n; i++) {
		int c = (unsigned char)s.p[i];
		if (c == ':') return i;
		if (!amp_is_alnum(c) && c != '+' && c != '-' && c != '.') return 0;
	}
	return 0;
}

bool amp_url_has_scheme(struct amp_str url)
{
	return scheme_length(url) > 0;
}

/* Section 5.2.4, in place on a path that begins with a slash. */
static size_t remove_dots(char *path, size_t n)
{
	size_t in = 0, out = 0;
	while (in < n) {
		size_t next = in + 1; /* the segment path[in..next), in at a slash */
		while (next < n && path[next] != '/') next++;
		size_t length = next - in;
		bool one = length == 2 && path[in + 1] == '.';
		bool two = length == 3 && path[in + 1] == '.' && path[in + 2] == '.';
		if (two)
			while (out > 0 && path[--out] != '/') {
			}
		if (one || two) {
			if (next == n) path[out++] = '/';
		} else {
			memmove(path + out, path + in, length);
			out += length;
		}
		in = next;
	}
	return out;
}

struct amp_str amp_url_resolve(struct amp_arena *arena, struct amp_str base, struct amp_str ref)
{
	ref = amp_str_trim(ref);
	if (!ref.p || scheme_length(ref)) return ref;
	if (!amp_str_istarts(base, "http://") && !amp_str_istarts(base, "https://")) return ref;
	if (ref.n > (1u << 16) || base.n > (1u << 16)) return ref;
	size_t scheme = scheme_length(base), host_end = scheme + 3, path_end, query_end;
	while (host_end < base.n && base.p[host_end] != '/' && base.p[host_end] != '?' && base.p[host_end] != '#') host_end++;
	path_end = host_end;
	while (path_end < base.n && base.p[path_end] != '?' && base.p[path_end] != '#') path_end++;
	query_end = path_end;
	while (query_end < base.n && base.p[query_end] != '#') query_end++;
	char *out = amp_arena_alloc(arena, base.n + ref.n + 3);
	if (!out) return ref;
	size_t keep; /* bytes of base that stand before ref */
	bool network = ref.n >= 2 && ref.p[0] == '/' && ref.p[1] == '/';
	if (network)
		keep = scheme + 1;
	else if (ref.n == 0 || ref.p[0] == '#')
		keep = query_end;
	else if (ref.p[0] == '?')
		keep = path_end;
	else if (ref.p[0] == '/')
		keep = host_end;
	else {
		keep = path_end;
		while (keep > host_end && base.p[keep - 1] != '/') keep--;
	}
	memcpy(out, base.p, keep);
	size_t n = keep;
	if (!network && keep == host_end && (ref.n == 0 || ref.p[0] != '/')) out[n++] = '/';
	if (ref.n) memcpy(out + n, ref.p, ref.n);
	n += ref.n;
	if (network || ref.n == 0 || ref.p[0] == '#' || ref.p[0] == '?') return (struct amp_str){out, n};
	size_t tail = host_end;
	while (tail < n && out[tail] != '?' && out[tail] != '#') tail++;
	size_t path = remove_dots(out + host_end, tail - host_end);
	memmove(out + host_end + path, out + tail, n - tail);
	return (struct amp_str){out, host_end + path + n - tail};
}

/* locate.c: what a page's URL and headers say: which endpoint it is, where the next page is. */
#include <string.h>
#include "parse/engine_state.h"
#include "parse/html.h"

struct amp_str amp_url_host(struct amp_str url)
{
	size_t skip = amp_str_istarts(url, "https://") ? 8 : amp_str_istarts(url, "http://") ? 7 : 0;
	if (!skip) return AMP_STR_ABSENT;
	struct amp_str host = {url.p + skip, 0};
	while (skip + host.n < url.n && !strchr("/?#", host.p[host.n])) host.n++;
	const char *at = host.n ? memchr(host.p, '@', host.n) : NULL;
	if (at) host = (struct amp_str){at + 1, host.n - (size_t)(at + 1 - host.p)};
	return host.n ? host : AMP_STR_ABSENT;
}

static struct amp_str url_query(struct amp_str url)
{
	amp_str_cut(&url, '?');
	return amp_str_cut(&url, '#');
}

struct amp_str amp_url_param(struct amp_str url, const char *name)
{
	struct amp_str rest = url_query(url);
	while (rest.p) {
		struct amp_str value = amp_str_cut(&rest, '&');
		struct amp_str key = amp_str_cut(&value, '=');
		if (amp_str_eq_percent(key, amp_str_c(name))) return value.p ? value : AMP_STR("");
	}
	return AMP_STR_ABSENT;
}

/* The path behind scheme and host; saved URLs may also be just a path, or name the host by a variable. */
static struct amp_str url_path(struct amp_str url)
{
	const char *slashes = amp_str_find(url, AMP_STR("://"));
	struct amp_str path = url;
	if (slashes) path = (struct amp_str){slashes + 3, url.n - (size_t)(slashes + 3 - url.p)};
	const char *slash = path.n ? memchr(path.p, '/', path.n) : NULL;
	if (!slash) return AMP_STR_ABSENT;
	path = (struct amp_str){slash, path.n - (size_t)(slash - path.p)};
	struct amp_str whole = amp_str_cut(&path, '?');
	return amp_str_cut(&whole, '#');
}

/* "/api/v1/timelines/tag/{hashtag}" against a path, {…} standing for one segment. */
static bool path_fits(struct amp_str path, const char *template)
{
	struct amp_str pattern = amp_str_c(template);
	while (path.p && pattern.p) {
		struct amp_str have = amp_str_cut(&path, '/'), want = amp_str_cut(&pattern, '/');
		bool any = want.n > 2 && want.p[0] == '{';
		if (any ? have.n == 0 : !amp_str_eq(have, want)) return false;
	}
	return !pattern.p && (!path.p || path.n == 0);
}

/* How many fixed parameters the URL has as they must be; -1 when it has another value. */
static int fixed_hits(const struct amp_endpoint *ep, struct amp_str url)
{
	int hits = 0;
	for (const struct amp_param *p = ep->params; p && p->name; p++) {
		struct amp_str value = p->fixed ? amp_url_param(url, p->name) : AMP_STR_ABSENT;
		if (!value.p) continue;
		if (!amp_str_eq_percent(value, amp_str_c(p->fixed))) return -1;
		hits++;
	}
	return hits;
}

/* "www.reddit.com" and "oauth.reddit.com" are one site: the last two names. */
static struct amp_str site_of(struct amp_str host)
{
	size_t at = host.n, dots = 0;
	while (at > 0 && dots < 2) dots += host.p[--at] == '.';
	if (dots == 2) at++;
	return (struct amp_str){host.p + at, host.n - at};
}

enum host_fit { ELSEWHERE, SAME_SITE, SAME_HOST };
static enum host_fit host_fit(const struct amp_adapter *a, const struct amp_endpoint *ep, struct amp_str host)
{
	const char *own = amp_endpoint_host(a, ep);
	struct amp_str name = own ? amp_url_host(amp_str_c(own)) : AMP_STR_ABSENT;
	if (!name.n) return ELSEWHERE;
	if (amp_str_eq(name, host)) return SAME_HOST;
	return amp_str_eq(site_of(name), site_of(host)) ? SAME_SITE : ELSEWHERE;
}

/* Only a host that the table names tells endpoints apart; any other one may be an instance, a mirror, a server of one's own. Else absent. */
static struct amp_str named_host(const struct amp_adapter *a, struct amp_str url)
{
	struct amp_str host = amp_url_host(url);
	for (const struct amp_endpoint *ep = a->endpoints; host.n && ep->name; ep++)
		if (host_fit(a, ep, host) == SAME_HOST) return host;
	return AMP_STR_ABSENT;
}

const struct amp_endpoint *amp_endpoint_by_url(const struct amp_adapter *a, struct amp_str url)
{
	struct amp_str path = url.p ? url_path(url) : AMP_STR_ABSENT, host = named_host(a, url);
	const struct amp_endpoint *best = NULL;
	enum host_fit best_fit = ELSEWHERE;
	int best_hits = -1;
	for (const struct amp_endpoint *ep = a->endpoints; path.p && ep->name; ep++) {
		enum host_fit fit = host.n ? host_fit(a, ep, host) : SAME_HOST;
		int hits = fit != ELSEWHERE && ep->path && path_fits(path, ep->path) ? fixed_hits(ep, url) : -1;
		if (hits < 0 || fit < best_fit || (fit == best_fit && hits <= best_hits)) continue;
		best = ep;
		best_fit = fit;
		best_hits = hits;
	}
	return best;
}

const struct amp_endpoint *amp_engine_endpoint_by_url(const struct amp_engine *e)
{
	return amp_endpoint_by_url(e->adapter, e->page->url);
}

/* One link-value of RFC 8288: <target>; rel="a b". */
static bool is_next(struct amp_str params)
{
	const char *rel = amp_str_ifind(params, "rel");
	if (!rel) return false;
	struct amp_str value = {rel + 3, params.n - (size_t)(rel + 3 - params.p)};
	value = amp_str_trim(value);
	if (!amp_str_starts(value, "=")) return false;
	value = amp_str_trim((struct amp_str){value.p + 1, value.n - 1});
	struct amp_str words = value;
	if (amp_str_starts(value, "\"")) {
		words = (struct amp_str){value.p + 1, value.n - 1};
		words = amp_str_cut(&words, '"');
	} else {
		words = amp_str_cut(&words, ';');
	}
	while (words.p)
		if (amp_str_ieq_c(amp_str_trim(amp_str_cut(&words, ' ')), "next")) return true;
	return false;
}

struct amp_str amp_engine_link_next(struct amp_engine *e)
{
	struct amp_str rest = amp_engine_header(e, "link");
	while (rest.n) {
		amp_str_cut(&rest, '<');
		if (!rest.p) break;
		struct amp_str target = amp_str_cut(&rest, '>');
		if (!rest.p) break;
		/* parameters run to the next target: a comma inside quotes does not matter then */
		const char *more = memchr(rest.p, '<', rest.n);
		struct amp_str params = {rest.p, more ? (size_t)(more - rest.p) : rest.n};
		if (is_next(params)) return amp_arena_str(e->arena, amp_url_resolve(e->arena, e->page->url, target));
	}
	return AMP_STR_ABSENT;
}

/* captures_feed.c: an answer that was saved on its way to a browser: whose it is, by host and path, then by what it says. */
#include <string.h>
#include "platforms/captures.h"

/* Sites whose answers are worth a look whatever their path: what their adapter does not recognise is passed over. */
static const struct site {
	const char *host, *adapter, *platform; /* host and what is below it; platform NULL: the adapter's */
} sites[] = {
	{"x.com", "x", NULL},
	{"twitter.com", "x", NULL},
	{"twimg.com", "x", NULL},
	{"tiktok.com", "tiktok", NULL},
	{"instagram.com", "meta", NULL},
	{"threads.net", "meta", NULL},
	{"threads.com", "meta", NULL},
	{"facebook.com", "meta", NULL},
	{"truthsocial.com", "mastodon", "truthsocial"},
	{"youtube.com", "youtube", NULL},
	{"reddit.com", "reddit", NULL},
	{"t.me", "telegram", NULL},
	{"news.ycombinator.com", "hackernews", NULL},
};

static bool host_is(struct amp_str host, const char *name)
{
	size_t n = strlen(name);
	if (host.n < n || !amp_str_ieq_c((struct amp_str){host.p + host.n - n, n}, name)) return false;
	return host.n == n || host.p[host.n - n - 1] == '.';
}

static const struct site *site_of(struct amp_str url)
{
	struct amp_str host = amp_url_host(url);
	for (size_t i = 0; host.n && i < sizeof sites / sizeof *sites; i++)
		if (host_is(host, sites[i].host)) return &sites[i];
	return NULL;
}

/* Another adapter of ours whose endpoint has this host (or any) and this path. Feeds of any site have no path to know them by. */
static const struct amp_adapter *by_path(struct amp_str url)
{
	const struct amp_adapter *anywhere = NULL;
	struct amp_str host = amp_url_host(url);
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	for (size_t i = 0; host.n && i < n; i++) {
		const struct amp_endpoint *ep = all[i] == &amp_adapter_captures ? NULL : amp_endpoint_by_url(all[i], url);
		if (!ep) continue;
		struct amp_str of = amp_url_host(amp_str_c(amp_endpoint_host(all[i], ep)));
		if (of.n && amp_str_eq(of, host)) return all[i];
		bool api = strncmp(ep->path, "/api/", 5) == 0 || strncmp(ep->path, "/xrpc/", 6) == 0; /* any server's */
		if (!anywhere && api && (!of.n || ep->path[1] == 'x')) anywhere = all[i];
	}
	return anywhere;
}

static const struct amp_adapter *reader_of(struct amp_str url, const char **platform)
{
	const struct site *site = site_of(url);
	const struct amp_adapter *a = site ? amp_adapter_find(site->adapter) : by_path(url);
	*platform = site && site->platform ? site->platform : a ? a->name : NULL;
	return a;
}

bool amp_captures_known(struct amp_str url)
{
	const char *platform;
	return reader_of(url, &platform) != NULL;
}

static bool is_html(struct amp_str body)
{
	body = amp_str_trim(body);
	return body.n && body.p[0] == '<';
}

/* Programs, styles and pictures come from the same hosts. */
static bool is_document(struct amp_str body)
{
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	body = amp_str_trim(body);
	return body.n && (strchr("{[<", body.p[0]) || amp_str_starts(body, "for (;;);"));
}

static bool wanted(const struct amp_guest *guest, const struct amp_endpoint *ep)
{
	return amp_captures_wanted(guest->page.only, guest->platform, ep->name);
}

void amp_captures_answer(struct amp_engine *e, struct amp_captures_sum *sum, const struct amp_captures_answer *a)
{
	const char *platform;
	const struct amp_adapter *reader = reader_of(a->url, &platform);
	struct amp_guest_told told;
	if (!reader || e->failed || sum->feeds >= AMP_CAPTURES_FEEDS) return;
	const struct amp_endpoint *by_url = amp_endpoint_by_url(reader, a->url);
	if (a->missing) {
		bool asked = by_url && by_url->ranking != AMP_UNRANKED &&
		             amp_captures_wanted(e->page->only, amp_str_c(platform), by_url->name);
		if (asked)
			amp_captures_fault(e, sum, AMP_VERDICT_FAILED, a->where, AMP_STR("the answer was saved without its body"));
		return;
	}
	if (!is_document(a->body)) return;
	struct amp_guest guest = {.adapter = reader,
	                          .platform = amp_str_c(platform),
	                          .page = {.body = a->body,
	                                   .url = a->url,
	                                   .captured_at = a->captured_at,
	                                   .status = a->status,
	                                   .truncated = a->truncated,
	                                   .only = e->page->only},
	                          .held = a->held,
	                          .offset = a->offset,
	                          .where = a->where,
	                          .wanted = wanted};
	amp_engine_guest(e, &guest, &told);
	if (!told.endpoint || told.unwanted || e->failed) return;
	/* a page around the feed that holds none of it (yet): the browser asked for the posts afterwards */
	bool bad = told.verdict > AMP_VERDICT_PARTIAL;
	if (bad && told.n_items == 0 && (is_html(a->body) || told.endpoint->ranking == AMP_UNRANKED)) return;
	sum->feeds++;
	amp_engine_diag(e, "feed", AMP_F_COUNT, a->offset, "%.*s: %s %s, %s, %zu items", AMP_ARG(a->where), platform,
	                told.endpoint->name, amp_verdict_name(told.verdict), told.n_items);
	amp_captures_seen_in(e, &told, guest.platform);
	if (told.verdict == AMP_VERDICT_OK || told.verdict == AMP_VERDICT_PARTIAL) sum->readable++;
	if (told.verdict >= AMP_VERDICT_PARTIAL) amp_captures_fault(e, sum, told.verdict, a->where, told.reason);
}

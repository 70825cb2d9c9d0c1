/* check_feed.c: a feed against its platform's rows, its host against the rules, its personas against what it needs. */
#include "persona/check_feed.h"

#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "persona/body.h"
#include "persona/uri.h"
#include "platforms/platforms.h"

static const struct amp_endpoint *endpoint_of(struct amp_checker *c, const struct amp_adapter *adapter, const struct amp_at *at)
{
	const char *name = at == NULL ? NULL : json_string_value(at->v);
	struct amp_err why = {0};
	if (adapter == NULL || name == NULL || name[0] == '\0') return NULL;
	const struct amp_endpoint *found = amp_endpoint_find(adapter, name);
	if (found != NULL) return found;
	(void)amp_endpoint_wrong(adapter, name, &why);
	amp_wrong(c, at, "%s", why.text);
	return NULL;
}

static const struct amp_param *param_find(const struct amp_endpoint *e, const char *name)
{
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0) return p;
	}
	return NULL;
}

static bool is(const char *name, const char *other)
{
	return other != NULL && strcmp(name, other) == 0;
}

/* Set by the program: from depth and pages, or from a session. */
static bool ours(const struct amp_endpoint *e, const char *name)
{
	return is(name, e->limit_param) || is(name, e->page_param) || is(name, e->token_param);
}

static bool settable(const struct amp_endpoint *e, const struct amp_param *p)
{
	return p->fixed == NULL && !ours(e, p->name);
}

static size_t settable_names(const struct amp_endpoint *e, const char *names[64])
{
	size_t n = 0;
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL && n < 64; p++) {
		if (settable(e, p)) names[n++] = p->name;
	}
	return n;
}

/* "Active|Hot|Scaled" */
static size_t split_values(struct amp_checker *c, const char *values, const char *out[64])
{
	struct amp_str rest = amp_str_c(values);
	size_t n = 0;
	while (rest.p != NULL && n < 64) {
		struct amp_str one = amp_str_cut(&rest, '|');
		const char *copy = amp_arena_strndup(c->arena, one.p, one.n);
		if (copy != NULL) out[n++] = copy;
	}
	return n;
}

static const char *written(struct amp_checker *c, const json_t *v)
{
	if (json_is_boolean(v)) return json_is_true(v) ? "true" : "false";
	if (json_is_integer(v)) return amp_arena_printf(c->arena, "%lld", (long long)json_integer_value(v));
	return json_string_value(v);
}

static void check_choice(struct amp_checker *c, const struct amp_param *p, const struct amp_at *at, const char *text)
{
	const char *allowed[64];
	size_t n = p->values == NULL ? 0 : split_values(c, p->values, allowed);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(allowed[i], text) == 0) return;
	}
	struct amp_buf list;
	amp_buf_init(&list, 4096);
	for (size_t i = 0; i < n; i++) (void)amp_buf_printf(&list, "%s%s", i == 0 ? "" : ", ", allowed[i]);
	if (n > 0)
		amp_wrong(c, at, _("“%s” is no value of “%s”.%s Its values: %s."), text, p->name,
		          amp_did_you_mean(c, text, allowed, n), amp_buf_str(&list).p);
	amp_buf_free(&list);
}

static void check_type(struct amp_checker *c, const struct amp_param *p, const struct amp_at *at, const char *text)
{
	json_t *v = p->place == AMP_IN_BODY ? amp_body_value(p->type, text) : json_null();
	if (v == NULL && amp_jsonv_lost())
		c->rc = AMP_ENOMEM;
	else if (v == NULL && p->type == AMP_BODY_INTEGER)
		amp_wrong(c, at, _("“%s” takes a whole number."), p->name);
	else if (v == NULL && p->type == AMP_BODY_BOOLEAN)
		amp_wrong(c, at, _("“%s” takes true or false."), p->name);
	else if (v == NULL && p->type == AMP_BODY_JSON)
		amp_wrong(c, at, _("“%s” takes a JSON text, written as a text: \"{\\\"and\\\": […]}\"."), p->name);
	json_decref(v);
}

static void check_one_value(struct amp_checker *c, const struct amp_param *p, const struct amp_at *at)
{
	const char *text = at == NULL ? NULL : written(c, at->v);
	if (text == NULL) return; /* a mistake of form, told already */
	check_choice(c, p, at, text);
	check_type(c, p, at, text);
}

static void check_values(struct amp_checker *c, const struct amp_param *p, const struct amp_at *at)
{
	if (!json_is_array(at->v)) {
		check_one_value(c, p, at);
		return;
	}
	for (size_t i = 0; i < json_array_size(at->v); i++) check_one_value(c, p, amp_at_index(c, at, i));
}

/* A parameter that the file does not set: a search, an account, or the item of a walk goes there. */
struct filled {
	const struct amp_at *at; /* where the file names it; NULL: none */
	const char *name;
	bool walk;
};

static void check_param(struct amp_checker *c, const struct amp_endpoint *e, const struct filled *filled, const struct amp_at *at)
{
	const char *names[64];
	size_t n = settable_names(e, names);
	const struct amp_param *p = param_find(e, at->key);
	if (is(at->key, e->token_param))
		amp_wrong_key(c, at, _("“%s” is a secret, and comes from the persona's session (“token_env”): remove it."),
		              at->key);
	else if (ours(e, at->key))
		amp_wrong_key(c, at, _("“%s” is set by the program, from “depth” and the pages it reads: remove it."), at->key);
	else if (p == NULL)
		amp_wrong_key(c, at, _("The endpoint %s has no parameter “%s”.%s"), e->name, at->key,
		              amp_did_you_mean(c, at->key, names, n));
	else if (p->fixed != NULL)
		amp_wrong_key(c, at, _("With the endpoint %s the parameter “%s” is always “%s”: choose another endpoint."), e->name,
		              at->key, p->fixed);
	else if (is(at->key, filled->name) && filled->walk)
		amp_wrong_key(c, at, _("“%s” is filled by the walk (“walk”, “param”): remove it here."), at->key);
	else if (is(at->key, filled->name))
		amp_wrong_key(c, at, _("“%s” is filled from the persona (“for”, “param”): remove it here."), at->key);
	else if (json_is_array(at->v) && !p->repeated)
		amp_wrong(c, at, _("“%s” takes one value, not a list."), at->key);
	else
		check_values(c, p, at);
}

static void check_params(struct amp_checker *c, const struct amp_at *feed, const struct amp_endpoint *e,
                         const struct filled *filled)
{
	const struct amp_at *params = amp_at_key(c, feed, "params");
	bool object = params != NULL && json_is_object(params->v);
	for (const struct amp_pos *pos = object && params->pos != NULL ? params->pos->first : NULL; pos != NULL; pos = pos->next) {
		const struct amp_at *at = pos->duplicate ? NULL : amp_at_key(c, params, pos->key.p == NULL ? "" : pos->key.p);
		if (at != NULL) check_param(c, e, filled, at);
	}
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		bool given = (object && json_object_get(params->v, p->name) != NULL) || is(p->name, filled->name);
		if (p->required && settable(e, p) && !given)
			amp_wrong_missing(c, object ? params : feed, p->name, _("The endpoint %s needs the parameter “%s”."),
			                  e->name, p->name);
	}
	if (filled->name != NULL) {
		const char *names[64];
		size_t n = settable_names(e, names);
		const struct amp_param *p = param_find(e, filled->name);
		if (p == NULL || !settable(e, p))
			amp_wrong(c, filled->at, _("The endpoint %s has no parameter “%s”.%s"), e->name, filled->name,
			          amp_did_you_mean(c, filled->name, names, n));
	}
}

/* Has the study decided not to obey the robots.txt of this server? As the fetcher reads it: a name, or a name and a port. */
static bool overridden(const struct amp_at *study, struct amp_str host)
{
	const json_t *list = json_object_get(study->v, "decisions");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *type = json_string_value(json_object_get(json_array_get(list, i), "type"));
		const char *subject = json_string_value(json_object_get(json_array_get(list, i), "subject"));
		if (type == NULL || subject == NULL || strcmp(type, "robots_override") != 0) continue;
		if (amp_str_ieq_c(amp_uri_host(host), subject) || amp_str_ieq_c(amp_uri_authority(host), subject)) return true;
	}
	return false;
}

static bool decided(const struct amp_at *study, struct amp_str host)
{
	const json_t *list = json_object_get(study->v, "decisions");
	struct amp_str authority = amp_uri_authority(host), name = amp_uri_host(host);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *type = json_string_value(json_object_get(json_array_get(list, i), "type"));
		const char *subject = json_string_value(json_object_get(json_array_get(list, i), "subject"));
		if (type == NULL || subject == NULL || strcmp(type, "private_address") != 0) continue;
		struct amp_str s = amp_str_c(subject);
		if (amp_str_eq(s, authority) || amp_str_eq(s, name)) return true;
		if (amp_str_ends(s, ":*") && amp_str_starts(authority, "[") && s.n > 2 &&
		    amp_str_eq((struct amp_str){s.p, s.n - 2}, (struct amp_str){authority.p, name.n + 2}))
			return true;
		if (amp_str_ends(s, ":*") && amp_str_eq((struct amp_str){s.p, s.n - 2}, name)) return true;
	}
	return false;
}

/* ---- walks ---- */

/* A walk that cannot be walked within the window is cut short at every round: told before, not found out afterwards. */
static void warn_time(struct amp_checker *c, const struct amp_at *study, const struct amp_at *walk, const char *host,
                      const struct amp_at *const *personas, size_t n)
{
	const struct amp_at *steps = amp_at_key(c, walk, "steps"), *seeds = amp_at_key(c, walk, "seeds");
	if (steps == NULL || seeds == NULL || host == NULL || decided(study, amp_str_c(host))) return;
	int64_t visitors = 0, lists = json_integer_value(steps->v) * (int64_t)json_array_size(seeds->v);
	for (size_t i = 0; i < n; i++) visitors += 1 + (int64_t)amp_check_twins(personas[i]);
	int64_t window = amp_check_window(study) / 1000;
	if (window > 0 && lists > 0 && lists <= AMP_WALK_STEPS_MAX * AMP_WALK_SEEDS_MAX && lists * visitors > window)
		amp_warn(
			c, walk,
			_("%lld lists for each of %lld personas, one request a second: more than the window of a round (%lld s) holds, and "
		          "walks will be cut short. Fewer seeds or steps, or a longer “window”."),
			(long long)lists, (long long)visitors, (long long)window);
}

static void check_walk(struct amp_checker *c, const struct amp_at *walk, const struct amp_endpoint *e, const char *param)
{
	const struct amp_param *p = param == NULL ? NULL : param_find(e, param);
	const struct amp_at *seeds = amp_at_key(c, walk, "seeds");
	/* What a list holds goes into the next request as it is. */
	if (p != NULL && (p->values != NULL || (p->place == AMP_IN_BODY && p->type != AMP_BODY_TEXT)))
		amp_wrong(c, amp_at_key(c, walk, "param"), _("“%s” of %s takes no id of an item: a walk cannot fill it."), param,
		          e->name);
	for (size_t i = 0; seeds != NULL && i < json_array_size(seeds->v); i++) {
		const struct amp_at *at = amp_at_index(c, seeds, i);
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(seeds->v, i), json_array_get(seeds->v, k)))
				amp_wrong(c, at, _("This seed stands twice in the list."));
	}
}

static const char *check_host(struct amp_checker *c, const struct amp_at *study, const struct amp_at *feed,
                              const struct amp_adapter *adapter, const struct amp_endpoint *e)
{
	const struct amp_at *at = amp_at_key(c, feed, "host");
	const char *text = at != NULL ? json_string_value(at->v) : amp_endpoint_host(adapter, e);
	struct amp_str origin, url = amp_str_c(text);
	if (at == NULL && text == NULL)
		amp_wrong_missing(c, feed, "host", _("%s has no server of its own: name one, such as “https://mastodon.example”."),
		                  adapter->title);
	if (text == NULL || !amp_uri_origin(url, &origin)) return NULL;
	struct amp_str authority = amp_uri_authority(url);
	const struct amp_at *where = at != NULL ? at : feed;
	if (decided(study, url)) return text;
	if (amp_host_is_private(amp_uri_host(url))) {
		amp_wrong(
			c, where,
			_("“%.*s” is an address of this machine or a private network: add to “decisions” {\"type\": \"private_address\", \"subject\": \"%.*s\", \"reason\": \"…\"}."),
			AMP_ARG(authority), AMP_ARG(authority));
	} else if (amp_str_istarts(url, "http://")) {
		amp_wrong(c, where, _("https:// is expected: http:// would send everything in clear."));
	} else if (json_object_get(study->v, "contact") == NULL) {
		amp_wrong_missing(
			c, study, "contact",
			_("The key “contact” is missing: “%.*s” belongs to somebody who must be able to write to you (feed “%s”)."),
			AMP_ARG(authority), feed->key);
	}
	return text;
}

/* Same server, however the final "/" is written. */
static bool same_host(const char *a, const char *b)
{
	return a != NULL && b != NULL && amp_uri_same_origin(amp_str_c(a), amp_str_c(b));
}

/* What is known of a robots.txt is known of the platform's own server. */
static void warn_robots(struct amp_checker *c, const struct amp_at *study, const struct amp_at *feed,
                        const struct amp_adapter *adapter, const struct amp_endpoint *e, const char *host)
{
	const char *own = amp_endpoint_host(adapter, e);
	struct amp_str server = amp_uri_host(amp_str_c(host));
	if (e->robots == NULL || (own != NULL && !same_host(own, host)) || overridden(study, amp_str_c(host))) return;
	amp_warn(
		c, amp_at_key(c, feed, "endpoint"),
		_("%s: %s. A crawl is refused unless the study decides otherwise, and that is recorded: add to “decisions” {\"type\": \"robots_override\", \"subject\": \"%.*s\", \"reason\": \"…\"}."),
		e->name, _(e->robots), AMP_ARG(server));
}

/* host NULL: any server of the platform. */
static bool has_session(const struct amp_at *persona, const char *platform, const char *host)
{
	const json_t *list = json_object_get(persona->v, "sessions");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);
		const char *p = json_string_value(json_object_get(s, "platform"));
		if (p != NULL && strcmp(p, platform) == 0 &&
		    (host == NULL || same_host(json_string_value(json_object_get(s, "host")), host)))
			return true;
	}
	return false;
}

static size_t count_queries(const struct amp_at *persona)
{
	const json_t *list = json_object_get(persona->v, "interests");
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list); i++)
		n += json_array_size(json_object_get(json_array_get(list, i), "queries"));
	return n;
}

static size_t count_follows(const struct amp_at *persona, const char *platform)
{
	const json_t *list = json_object_get(persona->v, "follows");
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *p = json_string_value(json_object_get(json_array_get(list, i), "platform"));
		n += p != NULL && strcmp(p, platform) == 0;
	}
	return n;
}

static void check_needs(struct amp_checker *c, const struct amp_at *study, const struct amp_at *feed,
                        const struct amp_adapter *adapter, const struct amp_endpoint *e, const char *host,
                        const struct amp_at *const *personas, size_t n)
{
	const struct amp_at *session = amp_at_key(c, feed, "session"), *source = amp_at_key(c, feed, "for");
	const struct amp_at *relay = amp_at_key(c, feed, "through_session");
	const char *kind = source == NULL ? NULL : json_string_value(source->v);
	bool through = relay != NULL && json_is_true(relay->v);
	bool forbidden = session != NULL && json_is_false(session->v),
	     needed = e->auth == AMP_AUTH_REQUIRED || (session != NULL && json_is_true(session->v));
	/* A private server (a practice service, one's own) may answer without a login where the public one does not. */
	if (forbidden && e->auth == AMP_AUTH_REQUIRED) {
		if (host == NULL || !decided(study, amp_str_c(host)))
			amp_wrong(c, session, _("The endpoint %s answers only to a logged-in person: “session” cannot be false."),
			          e->name);
		needed = false;
	}
	if (through && forbidden)
		amp_wrong(
			c, relay,
			_("“through_session” asks the server of the persona's session, and “session”: false forbids one: remove either."));
	bool some = false;
	for (size_t i = 0; i < n; i++) some = some || has_session(personas[i], adapter->name, NULL);
	if (through && !forbidden && !some)
		amp_wrong(c, relay, _("No persona has a session for %s: “through_session” would change nothing."), adapter->title);
	/* Through a session, a persona without one is the control: it asks `host`, or nothing where that answers only to a login. */
	if (through && session == NULL) needed = false;
	for (size_t i = 0; i < n; i++) {
		/* A twin_of persona takes interests and follows over; its sessions are its own. */
		const char *name = amp_at_text(personas[i], "persona");
		bool twin = amp_at_text(personas[i], "twin_of") != NULL;
		if (name == NULL) continue;
		if (needed && host != NULL && !has_session(personas[i], adapter->name, through ? NULL : host))
			amp_wrong(c, session != NULL ? session : feed,
			          _("This feed needs a login, and the persona “%s” has no session for %s at %s."), name,
			          adapter->title, host);
		if (twin || kind == NULL) continue;
		if (strcmp(kind, "interests") == 0 && count_queries(personas[i]) == 0)
			amp_wrong(
				c, source,
				_("This feed searches for the interests of each persona, and “%s” has none: give it “interests”."),
				name);
		if (strcmp(kind, "follows") == 0 && count_follows(personas[i], adapter->name) == 0)
			amp_wrong(
				c, source,
				_("This feed reads the accounts that each persona follows, and “%s” follows none on %s: give it “follows”."),
				name, adapter->title);
	}
}

bool amp_check_feed_ranking(const struct amp_checker *c, const struct amp_at *feed, enum amp_ranking *out)
{
	const char *platform = amp_at_text(feed, "platform"), *endpoint = amp_at_text(feed, "endpoint"),
		   *declared = amp_at_text(feed, "ranking");
	const struct amp_adapter *adapter = platform == NULL ? NULL : amp_checker_adapter(c, platform);
	const struct amp_endpoint *e = adapter == NULL || endpoint == NULL ? NULL : amp_endpoint_find(adapter, endpoint);
	if (e != NULL) *out = e->ranking;
	if (declared != NULL) *out = strcmp(declared, "chronological") == 0 ? AMP_CHRONOLOGICAL : AMP_ALGORITHMIC;
	return e != NULL || declared != NULL;
}

void amp_check_feed(struct amp_checker *c, const struct amp_at *study, const struct amp_at *feed,
                    const struct amp_at *const *personas, size_t n)
{
	const struct amp_adapter *adapter = amp_check_platform(c, amp_at_key(c, feed, "platform"));
	const struct amp_at *source = amp_at_key(c, feed, "for"), *param = amp_at_key(c, feed, "param"),
			    *depth = amp_at_key(c, feed, "depth"), *walk = amp_at_key(c, feed, "walk");
	bool walks = walk != NULL && json_is_object(walk->v);
	const struct amp_endpoint *e = endpoint_of(c, adapter, amp_at_key(c, feed, "endpoint"));
	if (source != NULL && param == NULL)
		amp_wrong_missing(c, feed, "param",
		                  _("With “for” the key “param” says which parameter the search or the account fills."));
	if (source != NULL && walks)
		amp_wrong_key(
			c, walk,
			_("A feed has “for” or “walk”, not both: its requests are filled from the persona, or by what it meets."));
	if (source == NULL && param != NULL)
		amp_wrong_key(c, param, _("“param” goes with “for”: add \"for\": \"interests\" or \"follows\", or remove it."));
	if (e != NULL && e->captured_only) {
		amp_wrong(c, amp_at_key(c, feed, "endpoint"), _("%s is read from saved files only: use amplimeter ingest."),
		          e->name);
		return;
	}
	const char *host = adapter == NULL ? NULL : check_host(c, study, feed, adapter, e);
	if (e == NULL) return;
	if (host != NULL) warn_robots(c, study, feed, adapter, e, host);
	struct filled filled = {.at = source != NULL ? param : walks ? amp_at_key(c, walk, "param") : NULL, .walk = walks};
	if (filled.at != NULL) filled.name = json_string_value(filled.at->v);
	check_params(c, feed, e, &filled);
	if (walks) {
		check_walk(c, walk, e, filled.name);
		warn_time(c, study, walk, host, personas, n);
	}
	check_needs(c, study, feed, adapter, e, host, personas, n);
	enum amp_ranking ranking;
	bool follows = source != NULL && json_is_string(source->v) && strcmp(json_string_value(source->v), "follows") == 0;
	if (follows && amp_check_feed_ranking(c, feed, &ranking) && ranking != AMP_CHRONOLOGICAL)
		amp_wrong(c, source, _("“follows” merges author feeds by time: the endpoint must be chronological, and %s is %s."),
		          e->name, amp_ranking_name(ranking));
	if (depth != NULL && json_is_integer(depth->v) && e->paging == AMP_PAGE_NONE && e->limit_max > 0 &&
	    json_integer_value(depth->v) > e->limit_max) {
		amp_wrong(c, depth, _("The endpoint %s gives at most %d items and has no further pages: “depth” cannot be %lld."),
		          e->name, e->limit_max, (long long)json_integer_value(depth->v));
	}
}

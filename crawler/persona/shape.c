/* shape.c: what a persona's attributes change in a request, and what they do not. Honest by construction: an effect is stated only
 * where the plan (plan.c) or the fetcher sends something because of the attribute.
 */
#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "persona/plan.h"
#include "persona/uri.h"

const struct amp_persona_session *amp_feed_session(const struct amp_persona *p, const struct amp_study_feed *f)
{
	const struct amp_persona_session *relay = NULL;
	if (f->no_session) return NULL;
	for (size_t i = 0; i < p->n_sessions; i++) {
		const struct amp_persona_session *s = &p->sessions[i];
		if (strcmp(s->platform, f->adapter->name) != 0) continue;
		if (f->host != NULL && amp_uri_same_origin(amp_str_c(s->host), amp_str_c(f->host))) return s;
		if (f->through_session && relay == NULL) relay = s;
	}
	return relay;
}

const char *amp_feed_host(const struct amp_persona *p, const struct amp_study_feed *f)
{
	const struct amp_persona_session *s = f->through_session ? amp_feed_session(p, f) : NULL;
	return s == NULL ? f->host : s->host;
}

struct shaping {
	const struct amp_persona *p;
	const struct amp_study_feed *f;
	struct amp_arena *a;
};
/* Returns false when the persona does not have the attribute; *effect stays NULL when it is inert on this feed. */
typedef bool shape_fn(const struct shaping *s, const char **effect);

static bool languages(const struct shaping *s, const char **effect)
{
	const char *header = s->p->accept_language;
	if (header == NULL) return false;
	*effect = s->f->endpoint->language_header
	                  ? amp_arena_printf(s->a, "Accept-Language: %s", header)
	                  : amp_arena_printf(s->a, _("Accept-Language: %s (sent; not known to change the answer)"), header);
	return true;
}

static bool region(const struct shaping *s, const char **effect)
{
	const char *name = amp_region_param(s->f);
	if (s->p->region == NULL) return false;
	if (name != NULL) *effect = amp_arena_printf(s->a, "%s=%s", name, s->p->region);
	return true;
}

static bool vantage(const struct shaping *s, const char **effect)
{
	if (s->p->proxy == NULL) return false;
	*effect = amp_arena_printf(s->a, _("requests leave through the proxy %s"), s->p->proxy);
	return true;
}

static bool session(const struct shaping *s, const char **effect)
{
	const struct amp_persona_session *found = amp_feed_session(s->p, s->f);
	if (s->p->n_sessions == 0) return false;
	if (found != NULL)
		*effect = amp_arena_printf(s->a, _("logged in at %s (secret read from %s)"), found->host,
		                           found->token_env != NULL ? found->token_env : found->password_env);
	return true;
}

static bool interests(const struct shaping *s, const char **effect)
{
	size_t n = amp_persona_queries(s->p, NULL, 0);
	if (s->p->n_interests == 0) return false;
	if (s->f->source == AMP_FEED_INTERESTS)
		*effect = amp_arena_printf(s->a,
		                           amp_ngettext("%s = its one search", "%s = one of its %zu searches a round, in turn", n),
		                           s->f->source_param, n);
	return true;
}

static bool follows(const struct shaping *s, const char **effect)
{
	size_t n = 0;
	for (size_t i = 0; i < s->p->n_follows; i++) n += strcmp(s->p->follows[i].platform, s->f->adapter->name) == 0;
	if (s->p->n_follows == 0) return false;
	if (s->f->source == AMP_FEED_FOLLOWS)
		*effect = amp_arena_printf(s->a,
		                           amp_ngettext("%s = the one account it follows",
		                                        "%s = each of the %zu accounts it follows, merged by time", n),
		                           s->f->source_param, n);
	return true;
}

/* No platform of ours takes any of these five in a request. */
static bool age(const struct shaping *s, const char **effect)
{
	(void)effect;
	return s->p->age != NULL;
}

static bool sex(const struct shaping *s, const char **effect)
{
	(void)effect;
	return s->p->sex != NULL;
}

static bool place(const struct shaping *s, const char **effect)
{
	(void)effect;
	return s->p->place != NULL;
}

static bool belongs_to(const struct shaping *s, const char **effect)
{
	(void)effect;
	return s->p->belongs_to != NULL && s->p->belongs_to[0] != NULL;
}

static bool time_zone(const struct shaping *s, const char **effect)
{
	(void)effect;
	return s->p->time_zone != NULL;
}

static const struct {
	const char *attribute;
	shape_fn *fn;
} attributes[] = {
	{"languages", languages},   {"region", region}, {"vantage", vantage}, {"session", session}, {"interests", interests},
	{"follows", follows},       {"age", age},       {"sex", sex},         {"place", place},     {"time_zone", time_zone},
	{"belongs_to", belongs_to},
};

size_t amp_persona_shapes(const struct amp_study *study, const struct amp_persona *p, const struct amp_study_feed *f,
                          struct amp_arena *a, struct amp_shaped out[AMP_SHAPED_MAX])
{
	const struct shaping s = {p, f, a};
	size_t n = 0;
	(void)study;
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes && n < AMP_SHAPED_MAX; i++) {
		const char *effect = NULL;
		if (attributes[i].fn(&s, &effect)) out[n++] = (struct amp_shaped){attributes[i].attribute, effect};
	}
	return n;
}

const char *amp_persona_sentence(const struct amp_persona *p, const struct amp_study_feed *f, struct amp_arena *a)
{
	struct amp_buf b;
	const char *region_param = amp_region_param(f);
	amp_buf_init(&b, 4096);
	if (p->accept_language != NULL)
		(void)amp_buf_printf(&b, _("a session whose Accept-Language is %s"), p->accept_language);
	else
		(void)amp_buf_addc(&b, _("a session without Accept-Language"));
	if (p->region != NULL && region_param != NULL) (void)amp_buf_printf(&b, _(", with %s=%s"), region_param, p->region);
	if (p->proxy != NULL) (void)amp_buf_printf(&b, _(", through the proxy %s"), p->proxy);
	if (f->source == AMP_FEED_INTERESTS)
		(void)amp_buf_printf(&b,
		                     amp_ngettext(", which searches for %zu expression",
		                                  ", which searches for %zu expressions in turn", amp_persona_queries(p, NULL, 0)),
		                     amp_persona_queries(p, NULL, 0));
	if (f->source == AMP_FEED_FOLLOWS) (void)amp_buf_addc(&b, _(", which reads the accounts it follows one by one"));
	if (f->walk.param != NULL)
		(void)amp_buf_printf(&b,
		                     amp_ngettext(", which walks from %zu item, up to %d lists",
		                                  ", which walks from each of %zu items, up to %d lists a walk", f->walk.n_seeds),
		                     f->walk.n_seeds, f->walk.steps);
	(void)amp_buf_addc(&b, amp_feed_session(p, f) != NULL ? _(", logged in") : _(", with no login"));
	const char *sentence = b.failed ? NULL : amp_arena_strndup(a, b.p, b.n);
	amp_buf_free(&b);
	return sentence;
}

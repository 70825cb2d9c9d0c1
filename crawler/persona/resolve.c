/* resolve.c: the resolved study: everything filled in, nothing that only the file says (paths, key order, white space, names of
 * environment variables). Its RFC 8785 text is what is locked.
 */
#include "persona/check.h"

#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "source/source.h"

#define CANONICAL_MAX ((size_t)16 << 20)
#define FORMAT 1 /* of the resolved study */

static json_t *strings(const char *const *v)
{
	json_t *out = json_array();
	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		if (json_array_append_new(out, json_string(v[i])) != 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static json_t *both(struct amp_text t)
{
	return json_pack("{s:s*, s:s*}", "fr", t.fr, "en", t.en);
}

/* jansson's packer fails as a whole when a part is NULL, and releases the others: so every function here may be nested in one. */
static json_t *interests(const struct amp_persona *p)
{
	json_t *out = json_array();
	for (size_t i = 0; i < p->n_interests && out != NULL; i++) {
		if (json_array_append_new(out, json_pack("{s:s, s:o}", "topic", p->interests[i].topic, "queries",
		                                         strings(p->interests[i].queries))) != 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

static json_t *follows(const struct amp_persona *p)
{
	json_t *out = json_array();
	for (size_t i = 0; i < p->n_follows && out != NULL; i++) {
		if (json_array_append_new(out, json_pack("{s:s, s:s}", "platform", p->follows[i].platform, "account",
		                                         p->follows[i].account)) != 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

static json_t *sessions(const struct amp_persona *p)
{
	json_t *out = json_array();
	for (size_t i = 0; i < p->n_sessions && out != NULL; i++) {
		if (json_array_append_new(
			    out, json_pack("{s:s, s:s}", "platform", p->sessions[i].platform, "host", p->sessions[i].host)) != 0) {
			json_decref(out);
			out = NULL;
		}
	}
	return out;
}

static json_t *persona(const struct amp_study *s, const struct amp_persona *p)
{
	json_t *out = json_pack("{s:s, s:o, s:o, s:s*, s:s, s:s*, s:s*, s:s*, s:o, s:s*, s:s*, s:s*, s:s*, s:o, s:o, s:o}",
	                        "persona", p->name, "title", both(p->title), "rationale", both(p->rationale), "twin_of", p->twin_of,
	                        "cluster", s->personas[p->cluster].name, "age", p->age, "sex", p->sex, "place", p->place,
	                        "languages", strings(p->languages), "accept_language", p->accept_language, "region", p->region,
	                        "time_zone", p->time_zone, "vantage", p->proxy, "interests", interests(p), "follows", follows(p),
	                        "sessions", sessions(p));
	/* only where it is said: studies that do not say it keep their hash */
	if (out != NULL && p->belongs_to != NULL && p->belongs_to[0] != NULL &&
	    json_object_set_new(out, "belongs_to", strings(p->belongs_to)) != 0) {
		json_decref(out);
		out = NULL;
	}
	return out;
}

static json_t *params(const struct amp_study_feed *f)
{
	json_t *out = json_object();
	int rc = out == NULL ? -1 : 0;
	for (size_t i = 0; i < f->n_params && rc == 0; i++) {
		json_t *list = json_object_get(out, f->params[i].name);
		if (list == NULL) {
			rc = json_object_set_new(out, f->params[i].name, json_array());
			list = json_object_get(out, f->params[i].name);
		}
		if (rc == 0) rc = json_array_append_new(list, json_string(f->params[i].value));
	}
	if (rc != 0) {
		json_decref(out);
		out = NULL;
	}
	return out;
}

static json_t *walk(const struct amp_feed_walk *w)
{
	return json_pack("{s:s, s:o, s:i, s:s}", "param", w->param, "seeds", strings(w->seeds), "steps", w->steps, "policy",
	                 amp_walk_policy_name(w->policy));
}

static json_t *feed(const struct amp_study_feed *f)
{
	static const char *const sources[] = {
		[AMP_FEED_PLAIN] = "plain", [AMP_FEED_INTERESTS] = "interests", [AMP_FEED_FOLLOWS] = "follows"};
	json_t *out = json_pack("{s:o, s:s, s:s, s:s, s:s, s:o, s:i, s:s, s:s*, s:s}", "title", both(f->title), "platform",
	                        f->adapter->name, "endpoint", f->endpoint->name, "host", f->host, "ranking",
	                        amp_ranking_name(f->ranking), "params", params(f), "depth", f->depth, "source", sources[f->source],
	                        "source_param", f->source_param, "session",
	                        f->no_session      ? "never"
	                        : f->needs_session ? "required"
	                                           : "as the persona has");
	/* only where they are set: studies locked before the keys existed keep their hash */
	int rc = out == NULL ? -1 : 0;
	if (rc == 0 && f->through_session) rc = json_object_set_new(out, "through_session", json_true());
	if (rc == 0 && f->walk.param != NULL) rc = json_object_set_new(out, "walk", walk(&f->walk));
	if (rc == 0) return out;
	json_decref(out);
	return NULL;
}

static json_t *pair(const struct amp_study *s, const struct amp_study_pair *p)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s}", "ranked", s->feeds[p->ranked].name, "chronological",
	                 s->feeds[p->chronological].name, "pool", p->pool, "reason", both(p->reason), "window", p->window_rule);
}

static json_t *schedule(const struct amp_study *s)
{
	return json_pack("{s:I, s:s*, s:s, s:I, s:I, s:I, s:I}", "every_ms", (json_int_t)s->every_ms, "cron", s->cron, "time_zone",
	                 s->time_zone, "window_ms", (json_int_t)s->window_ms, "jitter_ms", (json_int_t)s->jitter_ms, "max_skew_ms",
	                 (json_int_t)s->max_skew_ms, "time_block_ms", (json_int_t)s->time_block_ms);
}

static json_t *primary(const struct amp_study *s)
{
	if (s->primary_metric == NULL) return json_null();
	return json_pack("{s:s, s:s, s:s, s:s}", "metric", s->primary_metric, "pair", s->primary_pair, "target", s->primary_target,
	                 "detector", s->primary_detector);
}

static json_t *cell(const struct amp_grid_cell *g)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:b}", "depth", g->depth, "threshold", g->threshold, "rbp_p", g->rbp_p, "text_view",
	                 g->text_view, "primary", (int)g->primary);
}

static json_t *decision(const struct amp_study_decision *d)
{
	return json_pack("{s:s, s:s, s:s}", "type", d->type, "subject", d->subject, "reason", d->reason);
}

/* A file that was read and checked; NULL when memory is out. */
static json_t *held(const char *text)
{
	json_t *v = NULL;
	return amp_jsonv_load(&v, amp_str_c(text), NULL, NULL, NULL) == 0 ? v : NULL;
}

/* The whole files: with the archive they are all that reading again needs. A study without any has no such member, and the hash that it
 * always had. */
static int own_sources(json_t *root, const struct amp_study *s)
{
	int rc = 0;
	if (s->sources == NULL || s->sources[0] == NULL) return 0;
	json_t *all = json_object();
	for (size_t i = 0; s->sources[i] != NULL && rc == 0; i++)
		rc = json_object_set_new(all, s->sources[i]->adapter.name, held(s->sources[i]->text));
	if (rc != 0) json_decref(all);
	return rc == 0 ? json_object_set_new(root, "sources", all) : rc;
}

/* The whole files, which detect reads: nothing else says whom it may ask. A study without any keeps the hash that it always had. */
static int services(json_t *root, const struct amp_study *s)
{
	int rc = 0;
	if (s->n_services == 0) return 0;
	json_t *all = json_array();
	for (size_t i = 0; i < s->n_services && rc == 0; i++) {
		const struct amp_study_service *v = &s->services[i];
		json_t *file = held(v->text);
		(void)json_object_del(file, "$schema");
		rc = json_array_append_new(all, json_pack("{s:o, s:s*, s:s*, s:s*, s:s*}", "service", file, "send_texts_to",
		                                          v->send_texts_to, "after", v->after, "top", v->top, "random", v->random));
	}
	if (rc != 0) json_decref(all);
	return rc == 0 ? json_object_set_new(root, "services", all) : rc;
}

static int fill(json_t *root, const struct amp_study *s)
{
	json_t *personas = json_object_get(root, "personas"), *feeds = json_object_get(root, "feeds"),
	       *pairs = json_object_get(root, "pairs");
	json_t *grid = json_object_get(root, "grid"), *decisions = json_object_get(root, "decisions");
	int rc = 0;
	for (size_t i = 0; i < s->n_personas && rc == 0; i++) rc = json_array_append_new(personas, persona(s, &s->personas[i]));
	for (size_t i = 0; i < s->n_feeds && rc == 0; i++) rc = json_object_set_new(feeds, s->feeds[i].name, feed(&s->feeds[i]));
	for (size_t i = 0; i < s->n_pairs && rc == 0; i++) rc = json_object_set_new(pairs, s->pairs[i].name, pair(s, &s->pairs[i]));
	for (size_t i = 0; i < s->n_grid && rc == 0; i++) rc = json_array_append_new(grid, cell(&s->grid[i]));
	for (size_t i = 0; i < s->n_decisions && rc == 0; i++) rc = json_array_append_new(decisions, decision(&s->decisions[i]));
	if (rc == 0) rc = own_sources(root, s);
	return rc == 0 ? services(root, s) : rc;
}

static int hash(struct amp_study *s, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, CANONICAL_MAX);
	int rc = amp_json_canonical(s->resolved, &b, err);
	if (rc == 0) {
		s->canonical = amp_arena_strndup(s->arena, b.p, b.n);
		amp_sha256(b.p, b.n, s->hash);
		if (s->canonical == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while hashing the study “%s”."), s->slug);
	}
	amp_buf_free(&b);
	return rc;
}

int amp_study_resolve(struct amp_study *s, struct amp_err *err)
{
	json_t *root = json_pack("{s:i, s:s, s:o, s:o, s:s*, s:[], s:{}, s:{}, s:o, s:o, s:o, s:s, s:I, s:[], s:[], s:{}}",
	                         "resolved_study", FORMAT, "study", s->slug, "title", both(s->title), "question", both(s->question),
	                         "contact", s->contact, "personas", "feeds", "pairs", "schedule", schedule(s), "detectors",
	                         strings(s->detectors), "primary", primary(s), "alpha", s->alpha, "seed", (json_int_t)s->seed,
	                         "grid", "decisions", "pinned");
	if (root == NULL || fill(root, s) != 0 || amp_jsonv_lost()) { /* "s*" leaves a key out where there is no memory for it */
		json_decref(root);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while resolving the study “%s”."), s->slug);
	}
	s->resolved = root;
	return hash(s, err);
}

int amp_study_pin(struct amp_study *s, const char *name, const char *sha256_hex, struct amp_err *err)
{
	uint8_t bytes[AMP_SHA256];
	if (amp_unhex(amp_str_c(sha256_hex), bytes, sizeof bytes) != 0)
		return amp_fail(err, AMP_EUSAGE, _("The hash of “%s” is not 64 hexadecimal digits."), name);
	if (json_object_set_new(json_object_get(s->resolved, "pinned"), name, json_string(sha256_hex)) != 0) {
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while resolving the study “%s”."), s->slug);
	}
	return hash(s, err);
}

/* build.c: the checked files as structs: defaults filled in, twins made, maps in the order of their names. All text is copied. */
#include "persona/check.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/grid.h"

struct builder {
	struct amp_study *s;
	struct amp_arena *a;
	bool failed;
};

static const char *keep(struct builder *b, const char *text)
{
	const char *copy = text == NULL ? NULL : amp_arena_strndup(b->a, text, strlen(text));
	if (text != NULL && copy == NULL) b->failed = true;
	return copy;
}

static void *room(struct builder *b, size_t n, size_t size)
{
	void *p = amp_arena_zalloc(b->a, (n + 1) * size);
	if (p == NULL) b->failed = true;
	return p;
}
#define ROOM(b, type, n) ((type *)room((b), (n), sizeof(type)))

static const char *text(struct builder *b, const json_t *object, const char *key)
{
	return keep(b, json_string_value(json_object_get(object, key)));
}

static const char *text_or(struct builder *b, const json_t *object, const char *key, const char *otherwise)
{
	const char *t = text(b, object, key);
	return t == NULL ? otherwise : t;
}

/* A plain text is the same in both languages. */
static struct amp_text both(struct builder *b, const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	if (json_is_string(v)) {
		const char *t = keep(b, json_string_value(v));
		return (struct amp_text){t, t};
	}
	return (struct amp_text){text(b, v, "fr"), text(b, v, "en")};
}

static const char *const *texts(struct builder *b, const json_t *list)
{
	size_t n = json_array_size(list);
	const char **out = ROOM(b, const char *, n);
	for (size_t i = 0; out != NULL && i < n; i++) out[i] = keep(b, json_string_value(json_array_get(list, i)));
	return out;
}

/* "fr-FR,fr;q=0.9,ar;q=0.8": each language, then its base language where the list does not have it; as browsers do. */
static const char *accept_language(struct builder *b, const char *const *languages)
{
	struct amp_buf out;
	const char *seen[32];
	size_t n = 0;
	for (size_t i = 0; languages[i] != NULL && n < 30; i++) {
		size_t base = strcspn(languages[i], "-");
		const char *root = amp_arena_strndup(b->a, languages[i], base), *both_forms[2] = {languages[i], root};
		b->failed = b->failed || root == NULL;
		for (size_t k = 0; root != NULL && k < 2; k++) {
			bool known = false;
			for (size_t j = 0; j < n; j++) known = known || strcmp(seen[j], both_forms[k]) == 0;
			/* A base that the persona lists further on keeps its own place. */
			for (size_t j = i + 1; k == 1 && languages[j] != NULL; j++)
				known = known || strcmp(languages[j], root) == 0;
			if (!known) seen[n++] = both_forms[k];
		}
	}
	amp_buf_init(&out, 2048);
	for (size_t i = 0; i < n; i++) {
		(void)amp_buf_printf(&out, "%s%s", i == 0 ? "" : ",", seen[i]);
		if (i > 0) (void)amp_buf_printf(&out, ";q=0.%d", i < 9 ? 10 - (int)i : 1);
	}
	b->failed = b->failed || out.failed; /* never a persona that asks in no language because memory was short */
	const char *header = n == 0 ? NULL : keep(b, out.p);
	amp_buf_free(&out);
	return header;
}

/* The twin's own secrets: NAME_TWIN, NAME_TWIN_2, … */
static const char *env_name(struct builder *b, const json_t *session, const char *key, size_t twin)
{
	const char *name = json_string_value(json_object_get(session, key));
	const char *out = name;
	if (name != NULL && twin == 1) out = amp_arena_printf(b->a, "%s_TWIN", name);
	if (name != NULL && twin > 1) out = amp_arena_printf(b->a, "%s_TWIN_%zu", name, twin);
	if (name != NULL && out == NULL) b->failed = true;
	return keep(b, out);
}

/* "https://a.example/" and "https://a.example" are one server. */
static const char *host_text(struct builder *b, const char *host)
{
	size_t n = host == NULL ? 0 : strlen(host);
	while (n > 0 && host[n - 1] == '/') n--;
	const char *copy = host == NULL ? NULL : amp_arena_strndup(b->a, host, n);
	b->failed = b->failed || (host != NULL && copy == NULL);
	return copy;
}

static void build_sessions(struct builder *b, struct amp_persona *p, const json_t *list, size_t twin)
{
	struct amp_persona_session *out = ROOM(b, struct amp_persona_session, json_array_size(list));
	for (size_t i = 0; out != NULL && i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		out[i] = (struct amp_persona_session){text(b, v, "platform"),
		                                      host_text(b, json_string_value(json_object_get(v, "host"))),
		                                      env_name(b, v, "identifier_env", twin), env_name(b, v, "password_env", twin),
		                                      env_name(b, v, "token_env", twin)};
	}
	p->sessions = out;
	p->n_sessions = json_array_size(list);
}

static void build_lists(struct builder *b, struct amp_persona *p, const json_t *v)
{
	const json_t *interests = json_object_get(v, "interests"), *follows = json_object_get(v, "follows");
	struct amp_interest *i_out = ROOM(b, struct amp_interest, json_array_size(interests));
	struct amp_follow *f_out = ROOM(b, struct amp_follow, json_array_size(follows));
	if (b->failed) return;
	for (size_t i = 0; i < json_array_size(interests); i++) {
		const json_t *one = json_array_get(interests, i);
		i_out[i] = (struct amp_interest){text(b, one, "topic"), texts(b, json_object_get(one, "queries"))};
	}
	for (size_t i = 0; i < json_array_size(follows); i++) {
		const json_t *one = json_array_get(follows, i);
		f_out[i] = (struct amp_follow){text(b, one, "platform"), text(b, one, "account")};
	}
	p->interests = i_out;
	p->n_interests = json_array_size(interests);
	p->follows = f_out;
	p->n_follows = json_array_size(follows);
}

static void build_persona(struct builder *b, struct amp_persona *p, const struct amp_at *at)
{
	const json_t *v = at->v, *languages = json_object_get(v, "languages");
	p->name = text(b, v, "persona");
	p->title = both(b, v, "title");
	p->rationale = both(b, v, "rationale");
	p->age = text(b, v, "age");
	p->sex = text(b, v, "sex");
	p->place = text(b, v, "place");
	p->belongs_to = texts(b, json_object_get(v, "belongs_to"));
	p->languages = texts(b, languages);
	p->region = text(b, v, "region");
	p->time_zone = text(b, v, "time_zone");
	p->proxy = text(b, v, "vantage");
	p->file = keep(b, at->doc->path);
	build_lists(b, p, v);
	build_sessions(b, p, json_object_get(v, "sessions"), 0);
	if (!b->failed) p->accept_language = accept_language(b, p->languages);
}

static size_t made_twins(const json_t *v)
{
	const json_t *n = json_object_get(v, "twins");
	return json_is_true(json_object_get(v, "twin")) ? 1 : n == NULL ? 0 : (size_t)json_integer_value(n);
}

/* The original, then the twins made by one word, then those declared with "twin_of". */
static void build_cluster(struct builder *b, const struct amp_at *const *personas, size_t n, const struct amp_at *original)
{
	struct amp_study *s = b->s;
	size_t first = s->n_personas;
	build_persona(b, &s->personas[s->n_personas++], original);
	struct amp_persona *o = &s->personas[first];
	o->cluster = first;
	for (size_t k = 1; k <= made_twins(original->v) && !b->failed; k++) {
		struct amp_persona *twin = &s->personas[s->n_personas++];
		*twin = *o;
		twin->name =
			k == 1 ? amp_arena_printf(b->a, "%s-twin", o->name) : amp_arena_printf(b->a, "%s-twin-%zu", o->name, k);
		twin->twin_of = o->name;
		b->failed = b->failed || twin->name == NULL;
		build_sessions(b, twin, json_object_get(original->v, "sessions"), k);
	}
	for (size_t i = 0; i < n && !b->failed; i++) {
		const char *of = amp_at_text(personas[i], "twin_of");
		if (of == NULL || strcmp(of, o->name) != 0) continue;
		struct amp_persona *twin = &s->personas[s->n_personas++];
		*twin = *o;
		twin->name = text(b, personas[i]->v, "persona");
		twin->twin_of = o->name;
		if (json_object_get(personas[i]->v, "title") != NULL) twin->title = both(b, personas[i]->v, "title");
		twin->file = keep(b, personas[i]->doc->path);
		build_sessions(b, twin, json_object_get(personas[i]->v, "sessions"), 0);
	}
}

static void build_personas(struct builder *b, const struct amp_at *const *personas, size_t n)
{
	size_t all = n;
	for (size_t i = 0; i < n; i++) all += made_twins(personas[i]->v);
	b->s->personas = ROOM(b, struct amp_persona, all);
	for (size_t i = 0; i < n && !b->failed; i++) {
		if (amp_at_text(personas[i], "twin_of") == NULL) build_cluster(b, personas, n, personas[i]);
	}
}

/* ---- feeds and pairs: in the order of their names, so that the order in the file means nothing ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_keys(struct builder *b, const json_t *object, size_t *n)
{
	json_t *o = (json_t *)(uintptr_t)object; /* iterating changes nothing */
	const char **keys = ROOM(b, const char *, json_object_size(object));
	*n = 0;
	if (keys == NULL) return NULL;
	for (void *it = json_object_iter(o); it != NULL; it = json_object_iter_next(o, it)) keys[(*n)++] = json_object_iter_key(it);
	qsort(keys, *n, sizeof *keys, compare_names);
	return keys;
}

static const char *value_text(struct builder *b, const json_t *v)
{
	if (json_is_boolean(v)) return json_is_true(v) ? "true" : "false";
	if (json_is_string(v)) return keep(b, json_string_value(v));
	const char *t = amp_arena_printf(b->a, "%lld", (long long)json_integer_value(v));
	b->failed = b->failed || t == NULL;
	return t;
}

static void build_params(struct builder *b, struct amp_study_feed *f, const json_t *params)
{
	size_t n = 0, all = 0;
	const char **keys = sorted_keys(b, params, &n);
	for (size_t i = 0; keys != NULL && i < n; i++) {
		const json_t *v = json_object_get(params, keys[i]);
		all += json_is_array(v) ? json_array_size(v) : 1;
	}
	struct amp_feed_param *out = ROOM(b, struct amp_feed_param, all);
	for (size_t i = 0; out != NULL && keys != NULL && i < n; i++) {
		const json_t *v = json_object_get(params, keys[i]);
		const char *name = keep(b, keys[i]);
		if (!json_is_array(v)) out[f->n_params++] = (struct amp_feed_param){name, value_text(b, v)};
		for (size_t k = 0; json_is_array(v) && k < json_array_size(v); k++)
			out[f->n_params++] = (struct amp_feed_param){name, value_text(b, json_array_get(v, k))};
	}
	f->params = out;
}

static void build_walk(struct builder *b, struct amp_study_feed *f, const json_t *v)
{
	const char *policy = json_string_value(json_object_get(v, "policy"));
	if (v == NULL) return;
	f->walk = (struct amp_feed_walk){.param = text(b, v, "param"),
	                                 .seeds = texts(b, json_object_get(v, "seeds")),
	                                 .n_seeds = json_array_size(json_object_get(v, "seeds")),
	                                 .steps = (int)json_integer_value(json_object_get(v, "steps")),
	                                 .policy = policy != NULL && strcmp(policy, "random") == 0 ? AMP_WALK_RANDOM
	                                                                                           : AMP_WALK_FIRST};
}

static void build_feed(struct builder *b, struct amp_study_feed *f, const char *name, const json_t *v)
{
	const char *source = json_string_value(json_object_get(v, "for")),
		   *ranking = json_string_value(json_object_get(v, "ranking"));
	const json_t *session = json_object_get(v, "session");
	const char *host = json_string_value(json_object_get(v, "host"));
	f->name = keep(b, name);
	f->title = both(b, v, "title");
	f->adapter = amp_study_platform(b->s, json_string_value(json_object_get(v, "platform")));
	f->endpoint = amp_endpoint_find(f->adapter, json_string_value(json_object_get(v, "endpoint")));
	f->host = host_text(b, host == NULL ? amp_endpoint_host(f->adapter, f->endpoint) : host);
	f->source = source == NULL ? AMP_FEED_PLAIN : strcmp(source, "follows") == 0 ? AMP_FEED_FOLLOWS : AMP_FEED_INTERESTS;
	f->source_param = text(b, v, "param");
	f->no_session = json_is_false(session);
	f->through_session = json_is_true(json_object_get(v, "through_session"));
	f->needs_session = !f->no_session && (f->endpoint->auth == AMP_AUTH_REQUIRED || json_is_true(session));
	f->depth = (int)json_integer_value(json_object_get(v, "depth"));
	f->ranking = ranking == NULL                         ? f->endpoint->ranking
	             : strcmp(ranking, "chronological") == 0 ? AMP_CHRONOLOGICAL
	                                                     : AMP_ALGORITHMIC;
	build_params(b, f, json_object_get(v, "params"));
	build_walk(b, f, json_object_get(v, "walk"));
}

static size_t feed_index(const struct amp_study *s, const char *name)
{
	size_t i = 0;
	while (i + 1 < s->n_feeds && strcmp(s->feeds[i].name, name) != 0) i++;
	return i;
}

static void build_maps(struct builder *b, const json_t *root)
{
	struct amp_study *s = b->s;
	const json_t *feeds = json_object_get(root, "feeds"), *pairs = json_object_get(root, "pairs");
	const char **names = sorted_keys(b, feeds, &s->n_feeds);
	s->feeds = ROOM(b, struct amp_study_feed, s->n_feeds);
	for (size_t i = 0; !b->failed && i < s->n_feeds; i++)
		build_feed(b, &s->feeds[i], names[i], json_object_get(feeds, names[i]));
	names = sorted_keys(b, pairs, &s->n_pairs);
	s->pairs = ROOM(b, struct amp_study_pair, s->n_pairs);
	for (size_t i = 0; !b->failed && i < s->n_pairs; i++) {
		const json_t *v = json_object_get(pairs, names[i]);
		s->pairs[i] = (struct amp_study_pair){keep(b, names[i]),
		                                      feed_index(s, json_string_value(json_object_get(v, "ranked"))),
		                                      feed_index(s, json_string_value(json_object_get(v, "chronological"))),
		                                      text(b, v, "pool"),
		                                      both(b, v, "reason"),
		                                      text_or(b, v, "window", "count")};
	}
}

/* ---- the rest ---- */

static int64_t duration(const json_t *object, const char *key, int64_t otherwise)
{
	int64_t ms;
	const char *t = json_string_value(json_object_get(object, key));
	return t != NULL && amp_duration_parse(amp_str_c(t), &ms) ? ms : otherwise;
}

static void build_schedule(struct builder *b, const json_t *v)
{
	struct amp_study *s = b->s;
	s->every_ms = duration(v, "every", 0);
	s->cron = text(b, v, "cron");
	s->time_zone = text_or(b, v, "time_zone", "UTC");
	s->window_ms = duration(v, "window", s->every_ms > 0 && s->every_ms < AMP_WINDOW_MS ? s->every_ms : AMP_WINDOW_MS);
	s->jitter_ms = duration(v, "jitter", 0);
	s->max_skew_ms = duration(v, "max_skew", AMP_MAX_SKEW_MS);
	s->time_block_ms = duration(v, "block", AMP_TIME_BLOCK_MS);
}

static size_t size_or_one(const json_t *list)
{
	return list == NULL ? 1 : json_array_size(list);
}

static const char *element_or(struct builder *b, const json_t *list, size_t i, const char *otherwise)
{
	return list == NULL ? otherwise : keep(b, json_string_value(json_array_get(list, i)));
}

/* The depth that every feed is read to: of those that are walked only where there is no other, since feeds are what the grid measures. */
static int shallowest_feed(const struct amp_study *s)
{
	int feeds = 0, walks = 0;
	for (size_t i = 0; i < s->n_feeds; i++) {
		int *least = s->feeds[i].walk.param == NULL ? &feeds : &walks;
		if (*least == 0 || s->feeds[i].depth < *least) *least = s->feeds[i].depth;
	}
	return feeds > 0 ? feeds : walks;
}

static void build_usual_grid(struct builder *b)
{
	struct amp_grid_choice usual[AMP_GRID_USUAL];
	struct amp_study *s = b->s;
	s->grid = ROOM(b, struct amp_grid_cell, AMP_GRID_USUAL);
	if (b->failed) return;
	s->n_grid = amp_grid_usual(shallowest_feed(s), usual);
	for (size_t i = 0; i < s->n_grid; i++)
		s->grid[i] = (struct amp_grid_cell){usual[i].depth, usual[i].threshold, usual[i].rbp_p, "v1", i == 0};
}

static void build_grid(struct builder *b, const json_t *v)
{
	struct amp_study *s = b->s;
	const json_t *depths = json_object_get(v, "depth"), *thresholds = json_object_get(v, "threshold"),
		     *ps = json_object_get(v, "rbp_p"), *views = json_object_get(v, "text_view");
	int shallowest = shallowest_feed(s);
	s->grid =
		ROOM(b, struct amp_grid_cell, size_or_one(depths) * size_or_one(thresholds) * size_or_one(ps) * size_or_one(views));
	for (size_t d = 0; !b->failed && d < size_or_one(depths); d++) {
		for (size_t t = 0; t < size_or_one(thresholds); t++) {
			for (size_t p = 0; p < size_or_one(ps); p++) {
				for (size_t w = 0; w < size_or_one(views); w++) {
					struct amp_grid_cell *cell = &s->grid[s->n_grid++];
					cell->depth =
						depths == NULL ? shallowest : (int)json_integer_value(json_array_get(depths, d));
					cell->threshold = element_or(b, thresholds, t, "default");
					cell->rbp_p = element_or(b, ps, p, "0.9");
					cell->text_view = element_or(b, views, w, "v1");
					cell->primary = s->n_grid == 1;
				}
			}
		}
	}
}

static void build_decisions(struct builder *b, const json_t *list)
{
	b->s->decisions = ROOM(b, struct amp_study_decision, json_array_size(list));
	for (size_t i = 0; !b->failed && i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		b->s->decisions[i] = (struct amp_study_decision){text(b, v, "type"), text(b, v, "subject"), text(b, v, "reason")};
	}
	b->s->n_decisions = json_array_size(list);
}

static int build_services(struct builder *b, const struct amp_checker *c, const json_t *list, struct amp_err *err)
{
	struct amp_buf canonical;
	int rc = 0;
	b->s->services = ROOM(b, struct amp_study_service, json_array_size(list));
	amp_buf_init(&canonical, AMP_FILE_MAX);
	for (size_t i = 0; rc == 0 && !b->failed && i < c->n_services; i++) {
		const json_t *v = json_array_get(list, i), *file = c->services[i]->v;
		amp_buf_reset(&canonical);
		rc = amp_json_canonical(file, &canonical, err);
		if (rc != 0) break;
		b->s->services[i] = (struct amp_study_service){.name = text(b, file, "service"),
		                                               .text = keep(b, canonical.p),
		                                               .send_texts_to = text(b, v, "send_texts_to"),
		                                               .after = text(b, v, "after"),
		                                               .top = text(b, v, "top"),
		                                               .random = text(b, v, "random")};
		b->s->n_services = i + 1;
	}
	amp_buf_free(&canonical);
	return rc;
}

int amp_study_build(struct amp_study *s, struct amp_checker *c, const struct amp_at *study, const struct amp_at *const *personas,
                    size_t n_personas, struct amp_err *err)
{
	struct builder b = {s, c->arena, false};
	const json_t *root = study->v, *primary = json_object_get(root, "primary"), *seed = json_object_get(root, "seed");
	s->slug = text(&b, root, "study");
	s->file = keep(&b, study->doc->path);
	s->title = both(&b, root, "title");
	s->question = both(&b, root, "question");
	s->contact = text(&b, root, "contact");
	build_personas(&b, personas, n_personas);
	build_maps(&b, root);
	build_schedule(&b, json_object_get(root, "schedule"));
	s->seed = seed == NULL ? 1 : (uint64_t)json_integer_value(seed);
	s->detectors = texts(&b, json_object_get(root, "detectors"));
	if (primary != NULL) {
		s->primary_metric = text(&b, primary, "metric");
		s->primary_pair = text(&b, primary, "pair");
		s->primary_target = text_or(&b, primary, "target", "any");
		s->primary_detector = text(&b, primary, "detector");
	}
	s->alpha = text_or(&b, root, "alpha", "0.05");
	const json_t *grid = json_object_get(root, "grid");
	if (!b.failed && grid != NULL)
		build_grid(&b, grid);
	else if (!b.failed)
		build_usual_grid(&b);
	build_decisions(&b, json_object_get(root, "decisions"));
	int rc = build_services(&b, c, json_object_get(root, "services"), err);
	if (rc != 0) return rc;
	return b.failed ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), study->doc->path) : 0;
}

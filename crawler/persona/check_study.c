/* check_study.c: what the table of a study cannot say: names that must exist, sums that must fit. */
#include "persona/check.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "persona/check_feed.h"
#include "persona/vocabulary.h"

#define NAMES_MAX 512

struct names {
	const char *v[NAMES_MAX];
	size_t n;
};

static bool known(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->v[i], name) == 0) return true;
	}
	return false;
}

static void add_name(struct amp_checker *c, struct names *names, const struct amp_at *at, const char *name)
{
	if (known(names, name))
		amp_wrong(c, at, _("Two personas are called “%s”: names are unique in a study, those of twins included."), name);
	else if (names->n < NAMES_MAX)
		names->v[names->n++] = name;
	else
		amp_wrong(c, at, _("A study has at most %d personas, twins included."), NAMES_MAX);
}

size_t amp_check_twins(const struct amp_at *persona)
{
	const json_t *twins = json_object_get(persona->v, "twins");
	if (json_is_true(json_object_get(persona->v, "twin"))) return 1;
	return json_is_integer(twins) && json_integer_value(twins) > 0 && json_integer_value(twins) <= 9
	               ? (size_t)json_integer_value(twins)
	               : 0;
}

static void check_names(struct amp_checker *c, const struct amp_at *const *personas, size_t n, struct names *names)
{
	for (size_t i = 0; i < n; i++) {
		const struct amp_at *at = amp_at_key(c, personas[i], "persona");
		const char *name = at == NULL ? NULL : json_string_value(at->v);
		if (name == NULL) continue;
		add_name(c, names, at, name);
		for (size_t k = 1; k <= amp_check_twins(personas[i]); k++) {
			const char *twin = k == 1 ? amp_arena_printf(c->arena, "%s-twin", name)
			                          : amp_arena_printf(c->arena, "%s-twin-%zu", name, k);
			if (twin == NULL)
				c->rc = AMP_ENOMEM;
			else
				add_name(c, names, at, twin);
		}
	}
}

static const struct amp_at *persona_named(const struct amp_at *const *personas, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		const char *other = amp_at_text(personas[i], "persona");
		if (other != NULL && strcmp(other, name) == 0) return personas[i];
	}
	return NULL;
}

static void check_twin_of(struct amp_checker *c, const struct amp_at *const *personas, size_t n, size_t i,
                          const struct names *names)
{
	const struct amp_at *at = amp_at_key(c, personas[i], "twin_of");
	const char *name = at == NULL ? NULL : json_string_value(at->v), *self = amp_at_text(personas[i], "persona");
	if (name == NULL || self == NULL) return;
	const struct amp_at *original = persona_named(personas, n, name);
	if (original == NULL) {
		amp_wrong(c, at, _("“%s” is a twin of “%s”, and no persona of this study has that name.%s"), self, name,
		          amp_did_you_mean(c, name, names->v, names->n));
		return;
	}
	const struct amp_at *p = original;
	for (size_t steps = 0; p != NULL && steps <= n; steps++) {
		const char *next = amp_at_text(p, "twin_of");
		if (p == personas[i]) {
			amp_wrong(c, at, _("“%s” would be a twin of itself: twins go round in a circle here."), self);
			return;
		}
		p = next == NULL ? NULL : persona_named(personas, n, next);
	}
	if (amp_at_text(original, "twin_of") != NULL)
		amp_wrong(c, at, _("“%s” is a twin itself: name the persona that both replicate."), name);
}

static const struct amp_at *named(struct amp_checker *c, const struct amp_at *study, const struct amp_at *at, const char *map,
                                  const char *what)
{
	const char *name = at == NULL ? NULL : json_string_value(at->v), *names[NAMES_MAX];
	const struct amp_at *all = amp_at_key(c, study, map);
	size_t n = 0;
	if (name == NULL || name[0] == '\0') return NULL;
	if (all != NULL && json_is_object(all->v)) {
		const struct amp_at *found = amp_at_key(c, all, name);
		if (found != NULL) return found;
		for (const struct amp_pos *p = all->pos == NULL ? NULL : all->pos->first; p != NULL && n < NAMES_MAX; p = p->next)
			names[n++] = p->key.p == NULL ? "" : p->key.p;
	}
	amp_wrong(c, at, _("There is no %s “%s” in this study.%s"), what, name, amp_did_you_mean(c, name, names, n));
	return NULL;
}

/* One side of a pair must have the ranking that its name says. */
static const struct amp_at *check_side(struct amp_checker *c, const struct amp_at *study, const struct amp_at *pair,
                                       const char *key, enum amp_ranking expected)
{
	const struct amp_at *at = amp_at_key(c, pair, key), *feed = named(c, study, at, "feeds", _("feed"));
	enum amp_ranking ranking;
	if (feed != NULL && json_is_object(feed->v) && amp_check_feed_ranking(c, feed, &ranking) && ranking != expected) {
		amp_wrong(
			c, at,
			_("The feed “%s” is %s, and this side of a pair must be %s (where the feed itself is, say so with its key “ranking”)."),
			feed->key, amp_ranking_name(ranking), amp_ranking_name(expected));
	}
	return feed;
}

static const char *host_of(const struct amp_at *feed, const struct amp_adapter *adapter)
{
	const char *host = amp_at_text(feed, "host");
	const char *name = amp_at_text(feed, "endpoint");
	return host != NULL ? host : amp_endpoint_host(adapter, name == NULL ? NULL : amp_endpoint_find(adapter, name));
}

/* What the platform's table says of two endpoints; a study may claim less than it, never more. */
static const struct amp_pair_row *known_pair(const struct amp_at *ranked, const struct amp_at *chronological,
                                             const struct amp_adapter *a, const struct amp_adapter *b)
{
	const char *e = amp_at_text(ranked, "endpoint"), *f = amp_at_text(chronological, "endpoint");
	return a != b || e == NULL || f == NULL ? NULL : amp_pair_find(a, e, f);
}

static void check_claim(struct amp_checker *c, const struct amp_at *pool, const char *kind, const struct amp_pair_row *known)
{
	bool identical = strcmp(kind, "identical") == 0, alternative = strcmp(kind, "alternative") == 0;
	if (identical && known->pool != AMP_POOL_IDENTICAL)
		amp_wrong(c, pool, _("The pool of %s and %s is “%s”, not “identical”: %s (%s)"), known->ranked,
		          known->chronological, amp_pool_name(known->pool), _(known->reason), known->date);
	else if (alternative && known->pool == AMP_POOL_DIFFERENT)
		amp_warn(c, pool,
		         _("The pool of %s and %s is “different” as far as is known: %s (%s) Say in “reason” why it is not here."),
		         known->ranked, known->chronological, _(known->reason), known->date);
}

static void check_pool(struct amp_checker *c, const struct amp_at *pool, const struct amp_at *ranked,
                       const struct amp_at *chronological)
{
	const char *kind = pool == NULL ? NULL : json_string_value(pool->v), *p = amp_at_text(ranked, "platform"),
		   *q = amp_at_text(chronological, "platform");
	if (kind == NULL || p == NULL || q == NULL) return;
	const struct amp_adapter *a = amp_checker_adapter(c, p), *b = amp_checker_adapter(c, q);
	if (a == NULL || b == NULL || strcmp(kind, "different") == 0) return;
	const struct amp_pair_row *known = known_pair(ranked, chronological, a, b);
	if (known != NULL) check_claim(c, pool, kind, known);
	if (a != b)
		amp_wrong(c, pool, _("Feeds of two platforms cannot be “%s”: their pool is “different”."), kind);
	else if (strcmp(kind, "identical") == 0 && (known == NULL || known->pool == AMP_POOL_IDENTICAL)) {
		const char *x = host_of(ranked, a), *y = host_of(chronological, b), *source = amp_at_text(ranked, "for"),
			   *other = amp_at_text(chronological, "for");
		bool same_source = (source == NULL) == (other == NULL) && (source == NULL || strcmp(source, other) == 0);
		const char *e = amp_at_text(ranked, "endpoint"), *f = amp_at_text(chronological, "endpoint");
		const struct amp_endpoint *ep = e == NULL ? NULL : amp_endpoint_find(a, e),
					  *fp = f == NULL ? NULL : amp_endpoint_find(b, f);
		bool same_path = known != NULL || ep == NULL || fp == NULL || strcmp(ep->path, fp->path) == 0;
		if ((x != NULL && y != NULL && strcmp(x, y) != 0) || !same_source || !same_path)
			amp_wrong(
				c, pool,
				_("“identical” means the same contents in another order: same server, same endpoint, same search. Here the pool is “alternative” or “different”."));
	}
}

static bool walked(const struct amp_at *feed)
{
	return feed != NULL && json_is_object(feed->v) && json_object_get(feed->v, "walk") != NULL;
}

/* Walks compare with walks; and where two walks have gone, the contents are no longer the same, nor is there an oldest one to go back to. */
static void check_walks(struct amp_checker *c, const struct amp_at *pair, const struct amp_at *ranked,
                        const struct amp_at *chronological)
{
	const struct amp_at *pool = amp_at_key(c, pair, "pool"), *window = amp_at_key(c, pair, "window");
	const char *kind = pool == NULL ? NULL : json_string_value(pool->v),
		   *rule = window == NULL ? NULL : json_string_value(window->v);
	if (ranked == NULL || chronological == NULL || (!walked(ranked) && !walked(chronological))) return;
	if (walked(ranked) != walked(chronological))
		amp_wrong(c, pair, _("“%s” is walked and “%s” is not: a pair has two walks, or none."),
		          walked(ranked) ? ranked->key : chronological->key, walked(ranked) ? chronological->key : ranked->key);
	else if (kind != NULL && strcmp(kind, "identical") == 0)
		amp_wrong(
			c, pool,
			_("Two walks part at the first step, and their contents with them: the pool is “alternative” or “different”."));
	else if (rule != NULL && strcmp(rule, "count") != 0)
		amp_wrong(c, window, _("A walk reads as many entries of each list: “window” can only be “count”."));
}

static void check_pairs(struct amp_checker *c, const struct amp_at *study)
{
	const struct amp_at *pairs = amp_at_key(c, study, "pairs");
	for (const struct amp_pos *p = pairs == NULL || pairs->pos == NULL ? NULL : pairs->pos->first; p != NULL; p = p->next) {
		const struct amp_at *pair = p->duplicate || p->key.p == NULL ? NULL : amp_at_key(c, pairs, p->key.p);
		if (pair == NULL || !json_is_object(pair->v)) continue;
		const struct amp_at *ranked = check_side(c, study, pair, "ranked", AMP_ALGORITHMIC);
		const struct amp_at *chronological = check_side(c, study, pair, "chronological", AMP_CHRONOLOGICAL);
		check_pool(c, amp_at_key(c, pair, "pool"), ranked, chronological);
		check_walks(c, pair, ranked, chronological);
	}
}

static int64_t duration(const json_t *object, const char *key, int64_t otherwise)
{
	int64_t ms;
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL && amp_duration_parse(amp_str_c(text), &ms) ? ms : otherwise;
}

int64_t amp_check_window(const struct amp_at *study)
{
	const json_t *s = json_object_get(study->v, "schedule");
	int64_t period = duration(s, "every", 0);
	return duration(s, "window", period > 0 && period < AMP_WINDOW_MS ? period : AMP_WINDOW_MS);
}

static void check_schedule(struct amp_checker *c, const struct amp_at *study)
{
	const struct amp_at *s = amp_at_key(c, study, "schedule");
	if (s == NULL || !json_is_object(s->v)) return;
	const struct amp_at *every = amp_at_key(c, s, "every"), *cron = amp_at_key(c, s, "cron"),
			    *jitter = amp_at_key(c, s, "jitter"), *window = amp_at_key(c, s, "window");
	if (every == NULL && cron == NULL)
		amp_wrong(c, s, _("A schedule needs “every” (such as \"6h\") or “cron” (such as \"0 8,20 * * *\")."));
	if (every != NULL && cron != NULL) amp_wrong_key(c, cron, _("A schedule has “every” or “cron”, not both."));
	int64_t period = duration(s->v, "every", 0), length = amp_check_window(study);
	if (every != NULL && cron == NULL && period > 0 && length > period)
		amp_wrong(c, window != NULL ? window : every, _("The window is longer than the interval: rounds would overlap."));
	if (jitter != NULL && duration(s->v, "jitter", 0) > length)
		amp_wrong(c, jitter, _("The jitter is longer than the window: a round could start after its end."));
}

static void check_word(struct amp_checker *c, const struct amp_at *at, const char *const *words, const char *what)
{
	const char *word = at == NULL ? NULL : json_string_value(at->v);
	size_t n = 0;
	if (word == NULL || words == NULL) return;
	for (; words[n] != NULL; n++) {
		if (strcmp(words[n], word) == 0) return;
	}
	amp_wrong(c, at, _("Unknown %s “%s”.%s"), what, word, amp_did_you_mean(c, word, words, n));
}

/* Services that are asked about every text can carry the primary metric; those of a cascade have no plain share. */
static size_t add_services(struct amp_checker *c, const struct amp_at *study, const char **names, size_t n)
{
	const json_t *uses = json_object_get(study->v, "services");
	for (size_t i = 0; i < c->n_services; i++) {
		const char *name = c->services[i] == NULL ? NULL : amp_at_text(c->services[i], "service");
		if (name != NULL && json_object_get(json_array_get(uses, i), "after") == NULL) names[n++] = name;
	}
	return n;
}

/* A metric that exists and cannot be declared here: which can, and why this one cannot. */
static bool refused_metric(struct amp_checker *c, const struct amp_at *metric, const char *target, const char *pool)
{
	const struct amp_vocabulary *v = amp_vocabulary_get();
	const char *name = metric == NULL ? NULL : json_string_value(metric->v);
	const char *why = name == NULL || v->not_primary == NULL ? NULL : v->not_primary(name, target, pool);
	char list[400] = "";
	size_t n = 0;
	if (why == NULL) return false;
	for (size_t i = 0; v->metrics != NULL && v->metrics[i] != NULL; i++) {
		if (v->not_primary(v->metrics[i], target, pool) != NULL) continue;
		int more = snprintf(list + n, sizeof list - n, "%s%s", n > 0 ? ", " : "", v->metrics[i]);
		if (more < 0 || (size_t)more >= sizeof list - n) break;
		n += (size_t)more;
	}
	amp_wrong(c, metric, _("“%s” cannot be the primary metric here: %s. Those that can: %s."), name, why, list);
	return true;
}

static void check_primary(struct amp_checker *c, const struct amp_at *study)
{
	const struct amp_vocabulary *v = amp_vocabulary_get();
	const struct amp_at *detectors = amp_at_key(c, study, "detectors"), *primary = amp_at_key(c, study, "primary");
	const char *names[32];
	size_t n = 0;
	for (size_t i = 0; detectors != NULL && i < json_array_size(detectors->v) && i < 16; i++) {
		const struct amp_at *at = amp_at_index(c, detectors, i);
		const char *name = at == NULL ? NULL : json_string_value(at->v);
		if (name == NULL) continue;
		check_word(c, at, v->detectors, _("detector"));
		for (size_t k = 0; k < n; k++) {
			if (strcmp(names[k], name) == 0) amp_wrong(c, at, _("“%s” stands twice in this list."), name);
		}
		names[n++] = name;
	}
	n = add_services(c, study, names, n);
	if (primary == NULL || !json_is_object(primary->v)) return;
	const struct amp_at *detector = amp_at_key(c, primary, "detector"),
			    *pair = named(c, study, amp_at_key(c, primary, "pair"), "pairs", _("pair"));
	const char *name = detector == NULL ? NULL : json_string_value(detector->v), *pool = amp_at_text(pair, "pool");
	if (!refused_metric(c, amp_at_key(c, primary, "metric"), amp_at_text(primary, "target"), pool))
		check_word(c, amp_at_key(c, primary, "metric"), v->metrics, _("metric"));
	check_word(c, amp_at_key(c, primary, "target"), v->targets, _("target"));
	bool listed = name == NULL;
	for (size_t i = 0; i < n; i++) listed = listed || strcmp(names[i], name) == 0;
	if (!listed)
		amp_wrong(c, detector, _("“%s” is not in the study's list of detectors.%s"), name,
		          amp_did_you_mean(c, name, names, n));
	const struct amp_at *feeds = amp_at_key(c, study, "feeds");
	const char *side = amp_at_text(pair, "ranked");
	if (feeds != NULL && side != NULL && walked(amp_at_key(c, feeds, side)))
		amp_wrong(c, amp_at_key(c, primary, "pair"),
		          _("This pair is of walks, and the primary metric measures feeds: name a pair of feeds."));
	if (pool != NULL && strcmp(pool, "different") == 0)
		amp_wrong(
			c, amp_at_key(c, primary, "pair"),
			_("The pool of this pair is “different”: its two sides stand side by side, and no amplification can be the primary metric."));
}

static void check_lists(struct amp_checker *c, const struct amp_at *study)
{
	static const char *const lists[] = {"depth", "threshold", "rbp_p", "text_view"};
	const struct amp_at *grid = amp_at_key(c, study, "grid");
	for (size_t l = 0; grid != NULL && l < sizeof lists / sizeof *lists; l++) {
		const struct amp_at *list = amp_at_key(c, grid, lists[l]);
		for (size_t i = 0; list != NULL && i < json_array_size(list->v); i++) {
			for (size_t k = 0; k < i; k++) {
				int64_t x, y;
				const char *a = json_string_value(json_array_get(list->v, i)),
					   *b = json_string_value(json_array_get(list->v, k));
				bool same = json_equal(json_array_get(list->v, i), json_array_get(list->v, k)) ||
				            (a != NULL && b != NULL && amp_decimal(a, &x) && amp_decimal(b, &y) && x == y);
				if (same) amp_wrong(c, amp_at_index(c, list, i), _("This value stands twice in the list."));
			}
		}
	}
}

void amp_check_study(struct amp_checker *c, const struct amp_at *study, const struct amp_at *const *personas, size_t n)
{
	struct names *names = amp_arena_zalloc(c->arena, sizeof *names);
	if (names == NULL) {
		c->rc = AMP_ENOMEM;
		return;
	}
	check_names(c, personas, n, names);
	for (size_t i = 0; i < n; i++) check_twin_of(c, personas, n, i, names);
	const struct amp_at *feeds = amp_at_key(c, study, "feeds");
	for (const struct amp_pos *p = feeds == NULL || feeds->pos == NULL ? NULL : feeds->pos->first; p != NULL; p = p->next) {
		const struct amp_at *feed = p->duplicate || p->key.p == NULL ? NULL : amp_at_key(c, feeds, p->key.p);
		if (feed != NULL && json_is_object(feed->v)) amp_check_feed(c, study, feed, personas, n);
	}
	check_pairs(c, study);
	check_schedule(c, study);
	check_primary(c, study);
	check_lists(c, study);
}

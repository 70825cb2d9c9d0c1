/* verify_walks.c: every step of every walk, chosen again. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "parse/engine.h"
#include "persona/uri.h"
#include "run/feed_facts.h"
#include "run/verify_parts.h"
#include "run/walk.h"
#include "run_sql.h"

struct step { /* a row of the walk under way */
	int64_t round_id, persona_id, feed_id, walk, attempt, step;
	int64_t depth, scheduled_at, parse_id, seed;
	enum amp_verdict verdict;
	bool interrupted;
};
struct walking {
	struct amp_verify *p;
	const struct amp_keymap *steps;
	struct amp_arena *of_feed, *of_walk;
	int64_t feed_id; /* that the facts are of; 0: none yet */
	struct amp_feed_facts facts;
	const char *param;
	const char *seeds[AMP_WALK_SEEDS_MAX];
	size_t n_seeds;
	int64_t n_steps;
	enum amp_walk_policy policy;
	struct step before; /* walk 0: none */
	const char *asked[AMP_WALK_STEPS_MAX + 1];
	size_t n_asked; /* 0: the walk went wrong, and was told so: nothing more follows from it */
};

static void note(struct walking *w, const struct step *s, const char *expected, const char *found, const char *what,
                 struct amp_str feed)
{
	char whole[sizeof((struct amp_finding *)0)->what];
	(void)snprintf(whole, sizeof whole, "%s: feed %.*s, walk %lld, step %lld, attempt %lld", what,
	               (int)(feed.n > 60 ? 60 : feed.n), feed.p ? feed.p : "", (long long)s->walk, (long long)s->step,
	               (long long)s->attempt);
	verify_note(w->p, -1, expected, found, whole);
}

static int no_memory(const struct walking *w, struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(w->p->store));
}

/* The feed's walk as its row has it: the study's text was compared with it (verify_parts.c). */
static int know_feed(struct walking *w, int64_t feed_id, struct amp_str parameters, struct amp_err *err)
{
	if (w->feed_id == feed_id) return 0;
	w->feed_id = feed_id;
	w->n_seeds = 0;
	w->param = NULL;
	amp_arena_reset(w->of_feed);
	int rc = amp_feed_facts(w->p->store, feed_id, w->of_feed, &w->facts, err);
	if (rc != 0) return rc;
	json_t *o = NULL;
	rc = amp_jsonv_try(&o, parameters, &(struct amp_jsonv_rule){.name = "feed.parameters"}, err);
	if (rc != 0) return rc;
	const json_t *walk = json_object_get(o, "walk"), *seeds = json_object_get(walk, "seeds");
	const char *param = json_string_value(json_object_get(walk, "param")),
		   *policy = json_string_value(json_object_get(walk, "policy"));
	bool ok = true;
	for (size_t i = 0; i < json_array_size(seeds) && i < AMP_WALK_SEEDS_MAX; i++) {
		const char *seed = json_string_value(json_array_get(seeds, i));
		w->seeds[w->n_seeds] = seed ? amp_arena_strndup(w->of_feed, seed, strlen(seed)) : "";
		ok = ok && w->seeds[w->n_seeds++];
	}
	w->n_steps = json_integer_value(json_object_get(walk, "steps"));
	if (w->n_steps > AMP_WALK_STEPS_MAX) w->n_steps = AMP_WALK_STEPS_MAX;
	w->policy = policy && strcmp(policy, amp_walk_policy_name(AMP_WALK_RANDOM)) == 0 ? AMP_WALK_RANDOM : AMP_WALK_FIRST;
	if (param) w->param = amp_arena_strndup(w->of_feed, param, strlen(param));
	ok = ok && (!param || w->param);
	json_decref(o);
	return ok ? 0 : no_memory(w, err);
}

/* Does this address ask for the item? What goes into a body is in no address: there the archive's entry alone speaks. */
static bool asks_for(const struct walking *w, struct amp_str url, const char *item)
{
	const struct amp_param *p = w->facts.endpoint ? w->facts.endpoint->params : NULL;
	while (w->param && p && p->name && strcmp(p->name, w->param) != 0) p++;
	if (!w->param || !p || !p->name || p->place == AMP_IN_BODY) return true;
	if (p->place == AMP_IN_QUERY) {
		struct amp_str value = amp_url_param(url, w->param);
		return value.p && amp_str_eq_percent(value, amp_str_c(item));
	}
	struct amp_buf one, whole;
	amp_buf_init(&one, 65536);
	amp_buf_init(&whole, 65536);
	amp_uri_encode(&one, amp_str_c(item));
	amp_uri_encode_path(&whole, amp_str_c(item[0] == '/' ? item + 1 : item));
	bool found = amp_str_find(url, amp_buf_str(&one)) != NULL || amp_str_find(url, amp_buf_str(&whole)) != NULL;
	amp_buf_free(&one);
	amp_buf_free(&whole);
	return found;
}

/* What the rule chooses from the list of the step before; NULL: nothing. */
static int choose(struct walking *w, const char *cluster, const char *feed, int64_t *rank, const char **item, struct amp_err *err)
{
	const struct step *b = &w->before;
	struct amp_walk_list list;
	struct amp_query q;
	const char *kind = w->facts.endpoint ? amp_kind_name(w->facts.endpoint->kind) : "";
	*item = NULL;
	if (!amp_walk_list_start(&list, w->asked, w->n_asked, b->depth, kind, w->of_walk)) return no_memory(w, err);
	int rc = amp_query_start(&q, w->p->store, &AMP_SQL_VERIFY_WALK_LIST, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, b->parse_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_str id = amp_arena_str(w->of_walk, amp_query_str(&q, 3)); /* the row's text goes with the row */
		amp_walk_list_see(&list, amp_query_i64(&q, 0), amp_query_null(&q, 1) ? AMP_ABSENT : amp_query_i64(&q, 1),
		                  amp_query_str(&q, 2), id);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	const struct amp_walk_draw draw = {b->seed, b->scheduled_at, cluster, feed, b->walk, b->step};
	const struct amp_walk_entry *e = amp_walk_choose(&list, w->policy, &draw);
	if (!e) return 0;
	*rank = e->rank;
	*item = amp_arena_strndup(w->of_walk, e->id.p, e->id.n);
	return *item ? 0 : no_memory(w, err);
}

static bool same_walk(const struct step *a, const struct step *b)
{
	return a->round_id == b->round_id && a->persona_id == b->persona_id && a->feed_id == b->feed_id && a->walk == b->walk &&
	       a->attempt == b->attempt;
}

/* What this step had to ask for; NULL when that cannot be said, and why was told. */
static int expected_item(struct walking *w, const struct step *s, struct amp_query *q, const char **item, struct amp_err *err)
{
	struct amp_str feed = amp_query_str(q, 13), cluster = amp_query_str(q, 12);
	char expected[32], found[32];
	int64_t rank = -1;
	*item = NULL;
	if (s->walk > (int64_t)w->n_seeds || s->step >= w->n_steps) {
		note(w, s, "a walk and a step of the study", "another", "snapshot.walk, step", feed);
		return 0;
	}
	if (s->step == 0) {
		amp_arena_reset(w->of_walk);
		w->n_asked = 0;
		*item = w->seeds[s->walk - 1];
		return 0;
	}
	if (!same_walk(&w->before, s) || w->before.step != s->step - 1) {
		note(w, s, "the step before it", "none", "snapshot.step", feed);
		w->n_asked = 0;
	}
	if (w->n_asked == 0) return 0;
	if (!amp_walk_goes_on(w->before.verdict, w->before.interrupted)) {
		note(w, s, "the end of the walk", amp_verdict_name(w->before.verdict), "snapshot: a list that is not followed",
		     feed);
		return 0;
	}
	const char *c = amp_arena_strndup(w->of_walk, cluster.p, cluster.n), *f = amp_arena_strndup(w->of_walk, feed.p, feed.n);
	if (!c || !f) return no_memory(w, err);
	int rc = choose(w, c, f, &rank, item, err);
	if (rc != 0) return rc;
	if (!*item || amp_query_null(q, 9) || amp_query_i64(q, 9) != rank) {
		(void)snprintf(expected, sizeof expected, *item ? "%lld" : "none", (long long)rank);
		(void)snprintf(found, sizeof found, amp_query_null(q, 9) ? "NULL" : "%lld", (long long)amp_query_i64(q, 9));
		note(w, s, expected, found, "snapshot.parent_rank against the rule of the walk", feed);
	}
	return 0;
}

static int verify_step(struct walking *w, struct amp_query *q, struct amp_err *err)
{
	struct step s = {.round_id = amp_query_i64(q, 2),
	                 .persona_id = amp_query_i64(q, 3),
	                 .feed_id = amp_query_i64(q, 4),
	                 .walk = amp_query_i64(q, 5),
	                 .attempt = amp_query_i64(q, 6),
	                 .step = amp_query_i64(q, 7),
	                 .depth = amp_query_i64(q, 8),
	                 .scheduled_at = amp_query_i64(q, 11),
	                 .interrupted = amp_query_i64(q, 10) != 0,
	                 .parse_id = amp_query_null(q, 15) ? 0 : amp_query_i64(q, 15),
	                 .seed = amp_query_null(q, 17) ? 0 : amp_query_i64(q, 17)};
	struct amp_str verdict = amp_query_str(q, 16), feed = amp_query_str(q, 13), url = amp_query_str(q, 18);
	const char *item = NULL;
	struct amp_key key;
	s.verdict = AMP_VERDICT_FAILED;
	for (int v = 0; v <= AMP_VERDICT_FAILED; v++)
		if (verdict.p && amp_str_eq_c(verdict, amp_verdict_name((enum amp_verdict)v))) s.verdict = (enum amp_verdict)v;
	int rc = know_feed(w, s.feed_id, amp_query_str(q, 14), err);
	if (rc == 0) rc = expected_item(w, &s, q, &item, err);
	if (rc != 0) return rc;
	const struct amp_facts *said = amp_query_key(q, 1, &key) ? amp_keymap_find(w->steps, &key) : NULL;
	if (item && said) {
		struct amp_key expected = amp_walk_item_key(item);
		if (memcmp(&expected, &said->version, sizeof expected) != 0)
			note(w, &s, item, "another", "capture: the item that the archive's entry names is not the one followed",
			     feed);
	}
	if (item && url.p && !asks_for(w, url, item)) {
		char found[151];
		(void)snprintf(found, sizeof found, "%.*s", (int)(url.n > 150 ? 150 : url.n), url.p);
		note(w, &s, item, found, "capture.url: the item asked for is not the one followed", feed);
	}
	if (item)
		w->asked[w->n_asked++] = item;
	else
		w->n_asked = 0;
	w->before = s;
	return 0;
}

int amp_verify_walks(struct amp_verify *p, int64_t study_id, const struct amp_keymap *steps, struct amp_err *err)
{
	struct walking *w = amp_calloc(1, sizeof *w);
	struct amp_query q;
	if (!w) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(p->store));
	*w = (struct walking){.p = p, .steps = steps, .of_feed = amp_arena_new(0), .of_walk = amp_arena_new(0)};
	int rc = w->of_feed && w->of_walk ? amp_query_start(&q, p->store, &AMP_SQL_VERIFY_WALKS, err) : no_memory(w, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, study_id);
		for (;;) {
			rc = amp_query_step(&q, err);
			if (rc != 1) break;
			rc = verify_step(w, &q, err);
			if (rc != 0) break;
		}
		amp_query_end(&q);
	}
	amp_arena_free(w->of_feed);
	amp_arena_free(w->of_walk);
	amp_free(w);
	return rc < 0 ? rc : 0;
}

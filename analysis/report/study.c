/* study.c: the locked text of the study: what it fixed, its titles, and what of each persona could reach a platform. The text was
 * checked when it was locked; here a missing part is told, never guessed.
 */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "report/private.h"

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* "0.05" of the locked text; strtod with a C locale for numbers, which this program never leaves */
static double decimal(const char *s, double otherwise)
{
	char *end = NULL;
	double v = s ? strtod(s, &end) : otherwise;
	return s && end != s && *end == 0 ? v : otherwise;
}

static const char *dup(struct amp_arena *a, const char *s, bool *failed)
{
	const char *p = s ? amp_arena_strndup(a, s, strlen(s)) : NULL;
	if (s && !p) *failed = true;
	return p;
}

/* Who says to belong to which group: of clusters' first personas, which twins follow. */
static void read_members(struct amp_arena *a, const json_t *personas, struct amp_plan *plan, bool *failed)
{
	size_t room = 0, i, k;
	const json_t *p, *group;
	json_array_foreach(personas, i, p) room += json_array_size(json_object_get(p, "belongs_to"));
	if (room == 0) return;
	struct amp_member *m = amp_arena_new_array(a, struct amp_member, room);
	*failed = *failed || !m;
	if (!m) return;
	json_array_foreach(personas, i, p)
	{
		if (json_object_get(p, "twin_of")) continue;
		json_array_foreach(json_object_get(p, "belongs_to"), k, group)
		{
			if (!json_is_string(group) || !text_of(p, "persona")) continue;
			m[plan->n_members++] = (struct amp_member){dup(a, text_of(p, "persona"), failed),
			                                           dup(a, json_string_value(group), failed)};
		}
	}
	plan->members = m;
}

int amp_report_plan(void *user, struct amp_arena *a, const char *study_text, struct amp_plan *plan, struct amp_err *err)
{
	(void)user;
	json_error_t bad;
	bool failed = false;
	json_t *root = NULL;
	int rc =
		amp_jsonv_load(&root, amp_str_c(study_text), &(struct amp_jsonv_rule){.flags = JSON_REJECT_DUPLICATES}, &bad, NULL);
	if (rc == AMP_ENOMEM) return amp_fail(err, rc, _("Memory is out while the study is read."));
	if (!json_is_object(root)) {
		json_decref(root);
		return amp_fail(
			err, AMP_ECORRUPT,
			_("The locked text of the study is not a JSON object (line %d: %s): the database was changed after the lock."),
			bad.line, bad.text);
	}
	const json_t *primary = json_object_get(root, "primary"), *schedule = json_object_get(root, "schedule");
	const json_t *block = json_object_get(schedule, "time_block_ms"), *skew = json_object_get(schedule, "max_skew_ms"),
		     *seed = json_object_get(root, "seed");
	plan->alpha = decimal(text_of(root, "alpha"), plan->alpha);
	if (json_is_integer(block)) plan->time_block_ms = json_integer_value(block);
	if (json_is_integer(skew)) plan->max_skew_ms = json_integer_value(skew);
	if (json_is_integer(seed)) plan->seed = (uint64_t)json_integer_value(seed);
	plan->metric = dup(a, text_of(primary, "metric"), &failed);
	plan->pair = dup(a, text_of(primary, "pair"), &failed);
	plan->target = dup(a, text_of(primary, "target"), &failed);
	plan->detector = dup(a, text_of(primary, "detector"), &failed);
	plan->first_detector = dup(a, json_string_value(json_array_get(json_object_get(root, "detectors"), 0)), &failed);
	read_members(a, json_object_get(root, "personas"), plan, &failed);
	json_decref(root);
	return failed ? amp_fail(err, AMP_ENOMEM, _("Memory is out while the study is read.")) : 0;
}

const char *amp_report_text(struct amp_report *r, const json_t *both, const char *fallback)
{
	const char *s = json_is_string(both) ? json_string_value(both) : text_of(both, r->w.french ? "fr" : "en");
	if (!s) s = text_of(both, r->w.french ? "en" : "fr");
	return s ? s : fallback;
}

int amp_report_study(struct amp_report *r, struct amp_err *err)
{
	int rc = amp_jsonv_load(&r->study, amp_str_c(r->frame->study_text), NULL, NULL, NULL);
	if (rc == AMP_ENOMEM) return amp_fail(err, rc, _("Memory is out while the study is read."));
	if (rc != 0) return amp_fail(err, AMP_ECORRUPT, _("The locked text of the study “%s” cannot be read."), r->frame->slug);
	r->title = amp_report_text(r, json_object_get(r->study, "title"), r->frame->slug);
	r->question = amp_report_text(r, json_object_get(r->study, "question"), NULL);
	return 0;
}

static const json_t *persona_of(const struct amp_report *r, const char *name)
{
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(r->study, "personas"), i, p)
	{
		const char *have = text_of(p, "persona");
		if (have && strcmp(have, name) == 0) return p;
	}
	return NULL;
}

static void part(const struct amp_report *r, struct amp_buf *b, const char *s)
{
	(void)amp_buf_printf(b, "%s%s", !b->n ? "" : r->w.french ? " ; " : "; ", s);
}

static const json_t *persona_at(const struct amp_report *r, size_t cluster)
{
	return persona_of(r, r->frame->clusters[cluster].name);
}

const char *amp_report_persona_region(const struct amp_report *r, size_t persona)
{
	return text_of(persona_of(r, r->frame->clusters[r->frame->personas[persona].cluster].name), "region");
}

/* Does a feed of the study ask with the persona's searches ("interests") or accounts ("follows")? */
static bool any_source(const struct amp_report *r, const char *source, const char *platform)
{
	const char *name;
	json_t *feed;
	json_object_foreach((json_t *)json_object_get(r->study, "feeds"), name, feed)
	{
		const char *have = text_of(feed, "source"), *on = text_of(feed, "platform");
		if (have && strcmp(have, source) == 0 && (!platform || (on && strcmp(on, platform) == 0))) return true;
	}
	return false;
}

/* Does a feed of the study ask as the account of this session? Its platform is that of the session and its host too. */
static bool session_used(const struct amp_report *r, const json_t *session)
{
	const char *name, *platform = text_of(session, "platform"), *host = text_of(session, "host");
	json_t *feed;
	json_object_foreach((json_t *)json_object_get(r->study, "feeds"), name, feed)
	{
		const char *on = text_of(feed, "platform"), *at = text_of(feed, "host"), *how = text_of(feed, "session");
		if (how && strcmp(how, "never") == 0) continue;
		if (platform && on && strcmp(on, platform) == 0 && (!host || !at || strcmp(host, at) == 0)) return true;
	}
	return false;
}

static size_t count_queries(const json_t *p)
{
	size_t i, j, n = 0;
	const json_t *interest, *query;
	json_array_foreach(json_object_get(p, "interests"), i, interest)
		json_array_foreach(json_object_get(interest, "queries"), j, query) n++;
	return n;
}

static size_t count_follows(const struct amp_report *r, const json_t *p)
{
	size_t i, n = 0;
	const json_t *follow;
	json_array_foreach(json_object_get(p, "follows"), i, follow) n += any_source(r, "follows", text_of(follow, "platform"));
	return n;
}

static size_t count_sessions(const struct amp_report *r, const json_t *p)
{
	size_t i, n = 0;
	const json_t *session;
	json_array_foreach(json_object_get(p, "sessions"), i, session) n += session_used(r, session);
	return n;
}

const char *amp_report_seen(struct amp_report *r, size_t cluster)
{
	const json_t *p = persona_at(r, cluster), *session;
	struct amp_buf b;
	size_t i;
	if (!p) return _("not recorded in the locked study");
	amp_buf_init(&b, 8192);
	const char *language = text_of(p, "accept_language"), *region = text_of(p, "region"), *vantage = text_of(p, "vantage");
	part(r, &b, language ? w_fill(&r->w, "Accept-Language: {v}", "v", language, NULL) : _("no Accept-Language header"));
	if (region && r->region_sent[r->frame->clusters[cluster].first])
		part(r, &b, w_fill(&r->w, _("region parameter {v}"), "v", region, NULL));
	if (vantage) part(r, &b, _("a network address of its own (proxy)"));
	json_array_foreach(json_object_get(p, "sessions"), i, session) if (session_used(r, session))
		part(r, &b,
	             w_fill(&r->w, _("signed in on {v}"), "v",
	                    text_of(session, "platform") ? l_platform(r, text_of(session, "platform")) : "?", NULL));
	if (count_sessions(r, p) == 0) part(r, &b, _("not signed in; its own cookies"));
	size_t queries = any_source(r, "interests", NULL) ? count_queries(p) : 0, follows = count_follows(r, p);
	if (queries)
		part(r, &b,
		     w_count(&r->w, amp_ngettext("its one search", "its {n} searches, one a round in turn", (unsigned long)queries),
		             (int64_t)queries));
	if (follows)
		part(r, &b,
		     w_count(&r->w, amp_ngettext("{n} account followed", "{n} accounts followed", (unsigned long)follows),
		             (int64_t)follows));
	if (b.failed) r->w.failed = true;
	const char *s = w_dup(&r->w, b.p ? b.p : "", b.n);
	amp_buf_free(&b);
	return s;
}

const char *amp_report_inert(struct amp_report *r, size_t cluster)
{
	const json_t *p = persona_at(r, cluster);
	const struct {
		const char *label;
		bool inert;
	} rows[] = {
		{N_("age"), text_of(p, "age") != NULL},
		{N_("sex"), text_of(p, "sex") != NULL},
		{N_("place"), text_of(p, "place") != NULL},
		{N_("groups"), json_array_size(json_object_get(p, "belongs_to")) > 0},
		{N_("region"), text_of(p, "region") && !r->region_sent[r->frame->clusters[cluster].first]},
		{N_("searches"), count_queries(p) > 0 && !any_source(r, "interests", NULL)},
		{N_("accounts followed"), json_array_size(json_object_get(p, "follows")) > count_follows(r, p)},
		{N_("session"), json_array_size(json_object_get(p, "sessions")) > count_sessions(r, p)},
	};
	struct amp_buf b;
	amp_buf_init(&b, 1024);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].inert) (void)amp_buf_printf(&b, "%s%s", b.n ? ", " : "", _(rows[i].label));
	if (b.failed) r->w.failed = true;
	const char *s = b.n ? w_dup(&r->w, b.p, b.n) : p != NULL ? _("nothing") : _("not recorded in the locked study");
	amp_buf_free(&b);
	return s;
}

const char *amp_report_feed_title(struct amp_report *r, size_t feed)
{
	const char *name = r->frame->feeds[feed].name;
	return amp_report_text(r, json_object_get(json_object_get(json_object_get(r->study, "feeds"), name), "title"), name);
}

const char *amp_report_pair_reason(struct amp_report *r, size_t pair)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	return amp_report_text(r, json_object_get(json_object_get(json_object_get(r->study, "pairs"), p->name), "reason"),
	                       p->reason);
}

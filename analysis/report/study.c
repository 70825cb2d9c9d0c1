/* study.c: the locked text of the study: what it fixed, its titles, and what of each persona could reach a platform. The text was
 * checked when it was locked; here a missing part is told, never guessed.
 */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

static const char *text_of(const json_t *object, const char *key) { return json_string_value(json_object_get(object, key)); }

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

int amp_report_plan(void *user, struct amp_arena *a, const char *study_text, struct amp_plan *plan, struct amp_err *err)
{
	(void)user;
	json_error_t bad;
	bool failed = false;
	json_t *root = json_loads(study_text, JSON_REJECT_DUPLICATES, &bad);
	if (!json_is_object(root)) {
		json_decref(root);
		return amp_fail(err, AMP_ECORRUPT, _("The locked text of the study is not a JSON object (line %d: %s): the database was changed after the lock."), bad.line, bad.text);
	}
	const json_t *primary = json_object_get(root, "primary"), *schedule = json_object_get(root, "schedule");
	const json_t *block = json_object_get(schedule, "time_block_ms"), *skew = json_object_get(schedule, "max_skew_ms"), *seed = json_object_get(root, "seed");
	plan->alpha = decimal(text_of(root, "alpha"), plan->alpha);
	if (json_is_integer(block)) plan->time_block_ms = json_integer_value(block);
	if (json_is_integer(skew)) plan->max_skew_ms = json_integer_value(skew);
	if (json_is_integer(seed)) plan->seed = (uint64_t)json_integer_value(seed);
	plan->metric = dup(a, text_of(primary, "metric"), &failed);
	plan->pair = dup(a, text_of(primary, "pair"), &failed);
	plan->target = dup(a, text_of(primary, "target"), &failed);
	plan->detector = dup(a, text_of(primary, "detector"), &failed);
	json_decref(root);
	return failed ? amp_fail(err, AMP_ENOMEM, _("Memory is out while the study is read.")) : 0;
}

const char *amp_report_text(struct amp_report *r, const json_t *both, const char *fallback)
{
	const char *s = json_is_string(both) ? json_string_value(both) : text_of(both, r->french ? "fr" : "en");
	if (!s) s = text_of(both, r->french ? "en" : "fr");
	return s ? s : fallback;
}

int amp_report_study(struct amp_report *r, struct amp_err *err)
{
	r->study = json_loads(r->frame->study_text, 0, NULL);
	if (!r->study) return amp_fail(err, AMP_ECORRUPT, _("The locked text of the study “%s” cannot be read."), r->frame->slug);
	r->title = amp_report_text(r, json_object_get(r->study, "title"), r->frame->slug);
	r->question = amp_report_text(r, json_object_get(r->study, "question"), NULL);
	return 0;
}

static const json_t *persona_of(const struct amp_report *r, const char *name)
{
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(r->study, "personas"), i, p) {
		const char *have = text_of(p, "persona");
		if (have && strcmp(have, name) == 0) return p;
	}
	return NULL;
}

static void part(struct amp_buf *b, const char *s) { (void)amp_buf_printf(b, "%s%s", b->n ? " ; " : "", s); }

static void seen_interests(struct amp_report *r, struct amp_buf *b, const json_t *p)
{
	size_t i, j, queries = 0;
	const json_t *interest, *query;
	json_array_foreach(json_object_get(p, "interests"), i, interest) json_array_foreach(json_object_get(interest, "queries"), j, query) queries++;
	if (queries) part(b, w_count(r, amp_ngettext("{n} search made", "{n} searches made", (unsigned long)queries), (int64_t)queries));
	size_t follows = json_array_size(json_object_get(p, "follows"));
	if (follows) part(b, w_count(r, amp_ngettext("{n} account followed", "{n} accounts followed", (unsigned long)follows), (int64_t)follows));
}

const char *amp_report_seen(struct amp_report *r, const char *persona)
{
	const json_t *p = persona_of(r, persona), *session;
	struct amp_buf b;
	size_t i;
	if (!p) return _("not recorded in the locked study");
	amp_buf_init(&b, 8192);
	const char *language = text_of(p, "accept_language"), *region = text_of(p, "region"), *vantage = text_of(p, "vantage");
	part(&b, language ? w_fill(r, "Accept-Language: {v}", "v", language, NULL) : _("no Accept-Language header"));
	if (region) part(&b, w_fill(r, _("region parameter {v}, where the platform takes one"), "v", region, NULL));
	if (vantage) part(&b, _("a network address of its own (proxy)"));
	json_array_foreach(json_object_get(p, "sessions"), i, session)
		part(&b, w_fill(r, _("signed in on {v}"), "v", text_of(session, "platform") ? l_platform(r, text_of(session, "platform")) : "?", NULL));
	if (json_array_size(json_object_get(p, "sessions")) == 0) part(&b, _("not signed in; its own cookies"));
	seen_interests(r, &b, p);
	if (b.failed) r->failed = true;
	const char *s = w_dup(r, b.p ? b.p : "", b.n);
	amp_buf_free(&b);
	return s;
}

const char *amp_report_inert(struct amp_report *r, const char *persona)
{
	static const struct {
		const char *key, *label;
	} rows[] = {{"age", N_("age")}, {"sex", N_("sex")}, {"place", N_("place")}};
	const json_t *p = persona_of(r, persona);
	struct amp_buf b;
	amp_buf_init(&b, 1024);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_of(p, rows[i].key)) (void)amp_buf_printf(&b, "%s%s", b.n ? ", " : "", _(rows[i].label));
	if (b.failed) r->failed = true;
	const char *s = b.n ? w_dup(r, b.p, b.n) : AMP_DASH;
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
	return amp_report_text(r, json_object_get(json_object_get(json_object_get(r->study, "pairs"), p->name), "reason"), p->reason);
}

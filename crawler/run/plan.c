#include "run/plan.h"
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "run/session.h"
#include "schedule/schedule.h"

static void print_shapes(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f,
                         struct amp_arena *a)
{
	struct amp_shaped shaped[AMP_SHAPED_MAX];
	size_t n = amp_persona_shapes(s, p, f, a, shaped);
	for (size_t i = 0; i < n; i++)
		if (shaped[i].effect) (void)printf(_("    %s changes the request: %s\n"), shaped[i].attribute, shaped[i].effect);
	bool first = true;
	for (size_t i = 0; i < n; i++) {
		if (shaped[i].effect) continue;
		(void)printf("%s%s", first ? _("    inert (never reaches the platform): ") : ", ", shaped[i].attribute);
		first = false;
	}
	if (!first) (void)printf("\n");
}

static void print_request(const struct amp_planned *r)
{
	(void)printf("    %s %s\n", r->method, r->url);
	if (r->body) (void)printf("    %s\n", r->body);
}

static int print_cell(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f, struct amp_arena *a,
                      int64_t *requests, struct amp_err *err)
{
	struct amp_planned *branches;
	size_t n = 0;
	struct amp_err why = {0};
	int rc = amp_plan_requests(s, p, f, 0, a, &branches, &n, &why);
	if (rc != 0 && rc != AMP_EUSAGE) {
		if (err) *err = why;
		return rc;
	}
	(void)printf("  %s × %s (%s %s, %s, %s %d)\n", p->name, f->name, f->adapter->name, f->endpoint->name,
	             amp_ranking_name(f->ranking), _("depth"), f->depth);
	if (rc == AMP_EUSAGE) {
		(void)printf(_("    not asked: %s\n"), why.text);
		return 0;
	}
	if (f->needs_session && !amp_sessions_declared(p, f)) {
		(void)printf("%s", _("    not asked: the feed needs a session and the persona has none there\n"));
		return 0;
	}
	for (size_t i = 0; i < n; i++) print_request(&branches[i]);
	*requests += (int64_t)n;
	if (f->walk.param != NULL)
		(void)printf(amp_ngettext("    a walk from each: %d list at most, following %s\n",
		                          "    a walk from each: %d lists at most, following %s\n", (unsigned long)f->walk.steps),
		             f->walk.steps, f->walk.policy == AMP_WALK_RANDOM ? _("an entry drawn by lot") : _("the first entry"));
	for (const char *const *line = f->endpoint->headers; line && *line; line++) (void)printf("    %s\n", *line);
	if (p->accept_language) (void)printf("    Accept-Language: %s\n", p->accept_language);
	if (amp_sessions_declared(p, f))
		(void)printf("    %s: %s\n", f->endpoint->token_param ? f->endpoint->token_param : "Authorization",
		             _("(from the persona's session)"));
	const char *sentence = amp_persona_sentence(p, f, a);
	if (sentence) (void)printf(_("    what is seen: %s\n"), sentence);
	print_shapes(s, p, f, a);
	return 0;
}

static int print_rounds(const struct amp_study *s, const struct amp_crawl_options *o, struct amp_err *err)
{
	struct amp_schedule *schedule = NULL;
	struct amp_due due;
	char from[AMP_TIME_TEXT], to[AMP_TIME_TEXT];
	int rc = amp_schedule_new(&schedule, s->every_ms, s->cron, s->time_zone, s->window_ms, s->jitter_ms,
	                          o->has_seed ? o->seed : s->seed, err);
	if (rc != 0) return rc;
	int64_t t = o->simulated_now != AMP_TIME_NONE ? o->simulated_now : amp_clock_wall_ms();
	(void)printf("%s", _("Next rounds:\n"));
	for (int i = 0; i < 3 && amp_schedule_next(schedule, t, &due); i++) {
		(void)printf(_("  %s, window until %s\n"), amp_time_format(due.scheduled_at, from),
		             amp_time_format(due.window_end, to));
		t = due.scheduled_at;
	}
	amp_schedule_free(schedule);
	return 0;
}

int amp_plan_print(const struct amp_study *s, const struct amp_crawl_options *o, struct amp_err *err)
{
	struct amp_arena *a = amp_arena_new(0);
	int64_t requests = 0;
	char hash[2 * AMP_SHA256 + 1];
	int rc = a ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while planning %s."), s->slug);
	amp_hex(s->hash, AMP_SHA256, hash);
	(void)printf(_("Study %s, protocol hash %s\nNothing is sent and nothing is written.\n"), s->slug, hash);
	if (rc == 0) rc = print_rounds(s, o, err);
	if (rc == 0) (void)printf("%s", _("First requests of a round:\n"));
	for (size_t p = 0; rc == 0 && p < s->n_personas; p++) {
		for (size_t f = 0; rc == 0 && f < s->n_feeds; f++)
			rc = print_cell(s, &s->personas[p], &s->feeds[f], a, &requests, err);
		if (a) amp_arena_reset(a);
	}
	if (rc == 0)
		(void)printf(
			_("%lld first requests a round, for %zu personas and %zu feeds; further pages follow up to each feed's depth.\n"),
			(long long)requests, s->n_personas, s->n_feeds);
	amp_arena_free(a);
	return rc;
}

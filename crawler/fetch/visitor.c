/* visitor.c: one persona's connection state, and its requests in order. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "fetch/internal.h"

const char *amp_visitor_name(const struct amp_visitor *v)
{
	return v->name;
}

int amp_visitor_save_cookies(struct amp_visitor *v, struct amp_buf *out, struct amp_err *err)
{
	return amp_line_save_cookies(v->line, out, err);
}

int amp_visitor_load_cookies(struct amp_visitor *v, struct amp_str lines, struct amp_err *err)
{
	return amp_line_load_cookies(v->line, lines, err);
}

int amp_visitor_enqueue(struct amp_visitor *v, struct amp_host *host, struct amp_job *job, struct amp_err *err)
{
	struct amp_lane *lane = v->lanes;
	while (lane != NULL && lane->host != host) lane = lane->next;
	if (lane == NULL) {
		lane = amp_calloc(1, sizeof *lane);
		if (lane == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
		lane->host = host;
		lane->next = v->lanes;
		v->lanes = lane;
	}
	struct amp_job **at = &lane->head;
	/* Never before a head that is under way (sent, waiting to be tried again, following a redirect): what ends is looked for at the head.
	 * A job submitted out of another visitor's callback has that one's order, which may be an earlier one. */
	if (*at != NULL && ((*at)->running || (*at)->attempt > 0 || (*at)->hop > 0)) at = &(*at)->next;
	while (*at != NULL && (*at)->order <= job->order) at = &(*at)->next;
	job->next = *at;
	*at = job;
	return 0;
}

void amp_visitor_pop(struct amp_visitor *v, struct amp_lane *lane)
{
	struct amp_job *j = lane->head;
	if (j != NULL) {
		lane->head = j->next;
		amp_job_free(j);
	}
	if (lane->head != NULL) return;
	for (struct amp_lane **at = &v->lanes; *at != NULL; at = &(*at)->next)
		if (*at == lane) {
			*at = lane->next;
			amp_free(lane);
			return;
		}
}

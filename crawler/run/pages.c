#include "run/pages.h"
#include <string.h>
#include "base/i18n.h"

/* Reasons are stored and compared: English, fixed, never translated here. */
static void unanswered(const struct amp_snapshot_page *p, struct amp_arena *arena, struct amp_parsed *out)
{
	/* An open breaker means that the server fails, not that it refuses this persona: asked again at the next round. */
	bool refused = amp_str_starts(p->error, AMP_ERROR_POLICY) && !amp_str_starts(p->error, AMP_ERROR_POLICY "breaker");
	out->verdict = refused ? AMP_VERDICT_BLOCKED : AMP_VERDICT_FAILED;
	out->reason = p->error.n > 0 ? amp_arena_str(arena, p->error) : AMP_STR("no answer");
}

static void cut_short(struct amp_parsed *out, struct amp_str reason)
{
	if (out->verdict == AMP_VERDICT_OK || out->verdict == AMP_VERDICT_EMPTY) {
		out->verdict = AMP_VERDICT_PARTIAL;
		out->reason = reason;
	}
}

int amp_pages_parse(const struct amp_adapter *adapter, const struct amp_endpoint *ep, bool merged, bool interrupted,
                    const struct amp_snapshot_page *pages, size_t n, struct amp_arena *arena, struct amp_parsed *out,
                    struct amp_err *err)
{
	memset(out, 0, sizeof *out);
	size_t n_read = 0, first_lost = n;
	struct amp_page *read = amp_arena_new_array(arena, struct amp_page, n + 1);
	if (!read) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a snapshot of %zu pages."), n);
	bool coded = false;
	for (size_t i = 0; i < n; i++) {
		if (pages[i].answered) {
			read[n_read++] = pages[i].page;
			coded = coded || pages[i].unasked_coding;
		} else if (first_lost == n) {
			first_lost = i;
		}
	}
	if (n_read == 0) {
		if (first_lost < n) {
			unanswered(&pages[first_lost], arena, out);
		} else {
			out->verdict = AMP_VERDICT_FAILED;
			out->reason = AMP_STR("no answer");
		}
	} else {
		int rc = merged ? amp_parse_merged(adapter, ep, read, n_read, arena, out, err)
		                : amp_parse_pages(adapter, ep, read, n_read, 0, 0, 0, arena, out, err);
		if (rc == AMP_ELIMIT) { /* what a server sends must not end the crawl, nor keep the next one from starting */
			*out = (struct amp_parsed){
				.verdict = AMP_VERDICT_FAILED, .reason = AMP_STR("too large to parse"), .endpoint = ep};
			if (err) *err = (struct amp_err){0};
			rc = 0;
		}
		if (rc != 0) return rc;
		if (first_lost < n)
			cut_short(out, amp_str_c(amp_arena_printf(arena, "page %zu: %.*s", first_lost,
			                                          AMP_ARG(pages[first_lost].error))));
		if (coded && out->verdict != AMP_VERDICT_BLOCKED) {
			out->verdict = AMP_VERDICT_DRIFT;
			out->reason = AMP_STR("content coding that was not asked for");
		}
	}
	if (interrupted) {
		cut_short(out, AMP_STR("interrupted"));
		if (n_read == 0) out->verdict = AMP_VERDICT_PARTIAL;
		out->reason = AMP_STR("interrupted");
	}
	return 0;
}

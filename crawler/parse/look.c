/* look.c: what a document looks like that is not what was asked for. A wrong answer is worse than none: what a recogniser names is read, and
 * counts only when all of it can be.
 */
#include "base/i18n.h"
#include "parse/adapter.h"

/* The endpoint that the page is read well as, when none is named; NULL: none. */
static int read_unnamed(const struct amp_adapter *adapter, const struct amp_page *page, struct amp_arena *arena,
                        const struct amp_endpoint **out, struct amp_err *err)
{
	struct amp_parsed parsed;
	*out = NULL;
	amp_arena_reset(arena);
	int rc = amp_parse_pages(adapter, NULL, page, 1, 0, 0, 0, arena, &parsed, err);
	if (rc == 0 && parsed.verdict == AMP_VERDICT_OK && parsed.n_items > 0) *out = parsed.endpoint;
	return rc == AMP_ELIMIT ? 0 : rc; /* a document that is too large for this is none that can be told */
}

int amp_parse_look(const struct amp_adapter *adapter, const struct amp_endpoint *named, const struct amp_page *page,
                   const struct amp_endpoint **out, struct amp_err *err)
{
	struct amp_page alone = *page;
	struct amp_arena *arena = adapter->recognise ? amp_arena_new(0) : NULL;
	const struct amp_endpoint *found = NULL;
	int rc = 0;
	*out = NULL;
	if (!adapter->recognise) return 0;
	if (!arena) return amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start parsing"));
	alone.lent = true;
	if (page->url.p) rc = read_unnamed(adapter, &alone, arena, &found, err);
	if (rc == 0 && (!found || found == named)) {
		alone.url = AMP_STR_ABSENT; /* what was asked for is not what came */
		rc = read_unnamed(adapter, &alone, arena, &found, err);
	}
	if (rc == 0 && found != named) *out = found;
	amp_arena_free(arena);
	return rc;
}

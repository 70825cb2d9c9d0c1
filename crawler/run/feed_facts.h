/* feed_facts.h: what parsing needs to know of a stored feed. */
#ifndef AMP_RUN_FEED_FACTS_H
#define AMP_RUN_FEED_FACTS_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "parse/adapter.h"
#include "run/pages.h"
#include "store/store.h"

struct amp_feed_facts {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint; /* NULL: recognised from content */
	bool merged;                         /* its pages are one feed, newest first */
	const char *host;                    /* authority of local ids, NULL unknown */
	struct amp_str only;                 /* captures: which of the feeds inside; absent: all */
};
/* Strings in the arena. AMP_EUSAGE when this program has no such platform. */
int amp_feed_facts(struct amp_store *store, int64_t feed_id, struct amp_arena *arena, struct amp_feed_facts *out,
                   struct amp_err *err) AMP_CHECK;
/* What every page of the feed is told before it is parsed. */
void amp_feed_facts_pages(const struct amp_feed_facts *facts, struct amp_snapshot_page *pages, size_t n);
/* "https://mastodon.social:443/x" -> "mastodon.social:443"; NULL for NULL. In the arena. */
const char *amp_host_authority(const char *url, struct amp_arena *arena);

#endif

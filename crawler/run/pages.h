/* pages.h: the pages of a snapshot as a verdict and items. The one place where what the network did (nothing came, refused by policy,
 * cut, interrupted) meets what the parser read, so that a live crawl, an ingest, a recovery and a reparse give the same result for the
 * same captures. Pure.
 */
#ifndef AMP_RUN_PAGES_H
#define AMP_RUN_PAGES_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "parse/adapter.h"
#include "parse/parse.h"

#define AMP_PAGES_MAX 256 /* pages of one snapshot, over all branches */

struct amp_snapshot_page {
	struct amp_page page; /* page.body absent when nothing came */
	bool answered;        /* an HTTP response, or a saved file */
	bool token;           /* asked for with a token */
	bool unasked_coding;  /* a content coding we did not ask for */
	struct amp_str
		error; /* the capture's error column: a policy refusal starts with AMP_ERROR_POLICY, a cut answer with AMP_ERROR_CUT */
};
#define AMP_ERROR_POLICY "policy "
#define AMP_ERROR_CUT "cut: "

/* merged: the pages are one feed, newest first (amp_parse_merged). interrupted: the crawl was stopped or killed in the middle. */
int amp_pages_parse(const struct amp_adapter *adapter, const struct amp_endpoint *ep, bool merged, bool interrupted,
                    const struct amp_snapshot_page *pages, size_t n, struct amp_arena *arena, struct amp_parsed *out,
                    struct amp_err *err) AMP_CHECK;

#endif

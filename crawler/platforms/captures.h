/* captures.h: files that people saved: between the captures*.c files only. */
#ifndef AMP_PLATFORMS_CAPTURES_H
#define AMP_PLATFORMS_CAPTURES_H
#include "parse/engine.h"
#include "platforms/platforms.h"

#define AMP_CAPTURES_FEEDS 100000 /* documents looked into, of one file */

/* What the documents of a capture came to: one bad one beside good ones makes the capture partial. */
struct amp_captures_sum {
	size_t readable, feeds; /* feeds: documents, lines or tables that `only` lets in */
	enum amp_verdict fault; /* of the first bad one; 0 = none */
	struct amp_str reason;
};
void amp_captures_fault(struct amp_engine *e, struct amp_captures_sum *sum, enum amp_verdict verdict, struct amp_str where,
                        struct amp_str reason);
void amp_captures_end(struct amp_engine *e, const struct amp_captures_sum *sum);
/* The page's `only`: "x/graphql/HomeTimeline", "tiktok", several separated by commas; absent: all. endpoint may be NULL. */
bool amp_captures_wanted(struct amp_str only, struct amp_str platform, const char *endpoint);
/* Says where an item was seen: "x graphql/HomeTimeline", where its adapter says nothing else. */
void amp_captures_seen_in(struct amp_engine *e, const struct amp_guest_told *told, struct amp_str platform);

/* captures_feed.c: one answer of a server, saved: read by the adapter whose endpoint its URL fits. */
struct amp_captures_answer {
	struct amp_str url, body, where;
	const struct amp_embed *held; /* as of struct amp_guest */
	size_t offset;
	int status;
	int64_t captured_at;
	bool truncated, missing; /* cut; the body was not saved with it */
};
void amp_captures_answer(struct amp_engine *e, struct amp_captures_sum *sum, const struct amp_captures_answer *a);
/* A server that some adapter reads: others are passed over without a look at their bodies. */
bool amp_captures_known(struct amp_str url);

/* captures_har.c */
bool amp_captures_is_har(const struct amp_json *root);
void amp_captures_har(struct amp_engine *e, struct amp_captures_sum *sum);
/* captures_warc.c */
bool amp_captures_is_warc(struct amp_str body); /* plain, packed, or in a WACZ */
bool amp_captures_is_wacz(struct amp_str body);
void amp_captures_warc(struct amp_engine *e, struct amp_captures_sum *sum);
/* captures_lines.c: NDJSON of Zeeschuimer and of 4CAT */
enum amp_captures_lines { AMP_LINES_NONE, AMP_LINES_ZEESCHUIMER, AMP_LINES_4CAT };
enum amp_captures_lines amp_captures_lines_of(struct amp_engine *e);
void amp_captures_lines(struct amp_engine *e, struct amp_captures_sum *sum);
/* captures_module.c: posts of platforms that have no adapter of their own */
typedef void amp_captures_entry(struct amp_engine *e, const struct amp_json *data);
amp_captures_entry amp_captures_linkedin, amp_captures_douyin, amp_captures_9gag, amp_captures_imgur, amp_captures_pinterest,
	amp_captures_rednote;
/* captures_table.c: CSV of 4CAT */
bool amp_captures_is_table(struct amp_engine *e);
void amp_captures_table(struct amp_engine *e, struct amp_captures_sum *sum);

#endif

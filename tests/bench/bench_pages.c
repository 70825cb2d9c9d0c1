/* bench_pages.c DIR N: writes N getFeed pages of 100 synthetic posts (about 237 KB each), 32 of them new from page to page, as
 * pNNNN.json. Same bytes on every machine. The texts are made of words that mean nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/jsonw.h"
#include "base/rng.h"

#define POSTS 100
#define NEW_POSTS 32

static const char *const words[] = {"rivage", "lantern", "été",     "quiet",  "meadow",   "forêt",   "ocean",  "granite",
                                    "violin", "café",    "harbour", "clover", "montagne", "window",  "silver", "orchard",
                                    "🙂",   "bridge",  "marché",  "paper",  "naïve",    "thunder", "velvet", "œuvre"};

static void text(struct amp_buf *b, struct amp_rng *r, size_t bytes)
{
	amp_buf_reset(b);
	while (b->n < bytes) {
		if (b->n > 0) (void)amp_buf_byte(b, ' ');
		(void)amp_buf_addc(b, words[amp_rng_below(r, sizeof(words) / sizeof(words[0]))]);
	}
}

static void letters(struct amp_buf *b, struct amp_rng *r, size_t n)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

	amp_buf_reset(b);
	for (size_t i = 0; i < n; i++) (void)amp_buf_byte(b, alphabet[amp_rng_below(r, 32)]);
}

/* Post number `id` is the same whenever it is written. */
static void post(struct amp_jsonw *w, uint64_t id, struct amp_buf *b, int64_t base)
{
	struct amp_rng r;
	char did[64], at[AMP_TIME_TEXT], uri[160];

	amp_rng_seed(&r, id * 7919 + 1);
	letters(b, &r, 24);
	(void)snprintf(did, sizeof(did), "did:plc:%s", b->p);
	amp_time_format(base + (int64_t)id * 61000, at);
	letters(b, &r, 13);
	(void)snprintf(uri, sizeof(uri), "at://%s/app.bsky.feed.post/%s", did, b->p);
	amp_jsonw_object(w);
	amp_jsonw_key(w, "post");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "uri", uri);
	letters(b, &r, 52);
	amp_jsonw_kc(w, "cid", b->p);
	amp_jsonw_key(w, "author");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "did", did);
	letters(b, &r, 9);
	(void)amp_buf_addc(b, ".bsky.social");
	amp_jsonw_kc(w, "handle", b->p);
	text(b, &r, 14);
	amp_jsonw_kc(w, "displayName", b->p);
	text(b, &r, 90);
	amp_jsonw_kc(w, "avatar", b->p);
	amp_jsonw_key(w, "labels");
	amp_jsonw_array(w);
	amp_jsonw_end_array(w);
	amp_jsonw_kc(w, "createdAt", "2023-07-01T12:00:00.000Z");
	amp_jsonw_end_object(w);
	amp_jsonw_key(w, "record");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "$type", "app.bsky.feed.post");
	amp_jsonw_kc(w, "createdAt", at);
	if (id % 4 == 0) {
		amp_jsonw_key(w, "embed");
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "$type", "app.bsky.embed.external");
		text(b, &r, 320);
		amp_jsonw_kc(w, "external", b->p);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_key(w, "langs");
	amp_jsonw_array(w);
	amp_jsonw_c(w, id % 2 == 0 ? "fr" : "en");
	amp_jsonw_end_array(w);
	text(b, &r, 150 + amp_rng_below(&r, 130));
	amp_jsonw_kc(w, "text", b->p);
	text(b, &r, 760);
	amp_jsonw_kc(w, "via", b->p);
	amp_jsonw_end_object(w);
	if (id % 4 == 0) {
		amp_jsonw_key(w, "embed");
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "$type", "app.bsky.embed.external#view");
		amp_jsonw_key(w, "external");
		amp_jsonw_object(w);
		letters(b, &r, 60);
		(void)snprintf(uri, sizeof(uri), "https://example.org/%s", b->p);
		amp_jsonw_kc(w, "uri", uri);
		text(b, &r, 60);
		amp_jsonw_kc(w, "title", b->p);
		text(b, &r, 200);
		amp_jsonw_kc(w, "description", b->p);
		amp_jsonw_end_object(w);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_ki64(w, "replyCount", (int64_t)amp_rng_below(&r, 100));
	amp_jsonw_ki64(w, "repostCount", (int64_t)amp_rng_below(&r, 1000));
	amp_jsonw_ki64(w, "likeCount", (int64_t)amp_rng_below(&r, 10000));
	amp_jsonw_ki64(w, "quoteCount", (int64_t)amp_rng_below(&r, 50));
	amp_jsonw_kc(w, "indexedAt", at);
	amp_jsonw_key(w, "labels");
	amp_jsonw_array(w);
	amp_jsonw_end_array(w);
	amp_jsonw_key(w, "viewer");
	amp_jsonw_object(w);
	text(b, &r, 300);
	amp_jsonw_kc(w, "threadMuted", b->p);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
	letters(b, &r, 60);
	amp_jsonw_kc(w, "feedContext", b->p);
	amp_jsonw_end_object(w);
}

int main(int argc, char **argv)
{
	struct amp_buf page, scratch;
	struct amp_err err = {0};
	struct amp_jsonw w;
	int64_t base, n = 0;
	int rc = 0;

	if (argc != 3 || !amp_str_i64(amp_str_c(argv[2]), &n) || n < 1 || n > 9999) {
		(void)fprintf(stderr, "usage: bench_pages DIR N (1 to 9999)\n");
		return 2;
	}
	(void)amp_time_parse_iso(AMP_STR("2026-01-01T00:00:00Z"), &base, NULL);
	amp_buf_init(&page, 16 << 20);
	amp_buf_init(&scratch, 1 << 20);
	for (int64_t p = 0; p < n && rc == 0; p++) {
		char path[4096];

		amp_buf_reset(&page);
		amp_jsonw_start(&w, &page);
		amp_jsonw_object(&w);
		amp_jsonw_key(&w, "feed");
		amp_jsonw_array(&w);
		for (int i = 0; i < POSTS; i++) post(&w, (uint64_t)(p * NEW_POSTS + POSTS - 1 - i), &scratch, base);
		amp_jsonw_end_array(&w);
		amp_jsonw_end_object(&w);
		(void)snprintf(path, sizeof(path), "%s/p%04d.json", argv[1], (int)p);
		rc = amp_buf_check(&page, "a page", &err);
		if (rc == 0) rc = amp_io_write_file(path, page.p, page.n, &err);
	}
	if (rc != 0) (void)fprintf(stderr, "bench_pages: %s\n", err.text);
	amp_buf_free(&page);
	amp_buf_free(&scratch);
	return rc == 0 ? 0 : 1;
}

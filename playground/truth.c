/* truth.c: the log of what was served, and the crowd that is served the same way. Format: README.md. */
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "base/mem.h"
#include "base/log.h"
#include "server.h"

const char *const pg_platform_name[PG_PLATFORMS] = {"bluesky", "mastodon", "feeds", "youtube"};

static void line_start(struct amp_jsonw *w, struct amp_buf *b, const char *type)
{
	amp_buf_init(b, PG_RESPONSE_MAX);
	amp_jsonw_start(w, b);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", type);
}

static void line_end(const struct pg_server *s, struct amp_jsonw *w)
{
	struct amp_buf *b = w->b;
	amp_jsonw_end_object(w);
	amp_buf_byte(b, '\n');
	if (b->failed || fwrite(b->p, 1, b->n, s->log) != b->n || fflush(s->log) != 0)
		amp_log(AMP_ERROR, "playground", "The truth log could not be written: the disk may be full. Its last line is cut.");
	amp_buf_free(b);
}

static void put_now(struct amp_jsonw *w, int64_t now)
{
	amp_jsonw_ktime(w, "now", now);
}

static void put_day(struct amp_jsonw *w, int64_t now)
{
	char t[AMP_TIME_TEXT];
	amp_time_format(now, t);
	t[10] = '\0';
	amp_jsonw_kc(w, "day", t);
}

void pg_log_start(struct pg_server *s)
{
	if (!s->log) return;
	struct amp_jsonw w;
	struct amp_buf b;
	line_start(&w, &b, "start");
	amp_jsonw_kc(&w, "version", AMP_VERSION);
	amp_jsonw_ki64(&w, "seed", (int64_t)s->set.seed);
	put_now(&w, s->set.now);
	amp_jsonw_kdouble(&w, "amplify", s->set.amplify);
	amp_jsonw_kdouble(&w, "noise", s->set.noise);
	amp_jsonw_kdouble(&w, "prevalence", s->set.prevalence);
	amp_jsonw_ki64(&w, "crowd", s->set.crowd);
	amp_jsonw_key(&w, "depths");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < s->set.n_depths; i++) amp_jsonw_i64(&w, s->set.depths[i]);
	amp_jsonw_end_array(&w);
	amp_jsonw_kdouble(&w, "drift", s->set.drift);
	line_end(s, &w);
}

void pg_log_settings(struct pg_server *s)
{
	if (!s->log) return;
	struct amp_jsonw w;
	struct amp_buf b;
	line_start(&w, &b, "settings");
	put_now(&w, s->set.now);
	amp_jsonw_ki64(&w, "seed", (int64_t)s->set.seed);
	amp_jsonw_kdouble(&w, "amplify", s->set.amplify);
	amp_jsonw_kdouble(&w, "noise", s->set.noise);
	line_end(s, &w);
}

void pg_log_answer(struct pg_server *s, const struct pg_response *res, bool coded)
{
	if (!s->log) return;
	struct amp_jsonw w;
	struct amp_buf b;
	uint8_t digest[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1], id[PG_ID_SIZE];
	amp_sha256(res->body.p ? res->body.p : "", res->body.n, digest);
	amp_hex(digest, sizeof digest, hex);
	line_start(&w, &b, "answer");
	amp_jsonw_ki64(&w, "request", (int64_t)s->requests);
	put_now(&w, s->set.now);
	put_day(&w, s->set.now);
	amp_jsonw_kc(&w, "platform", pg_platform_name[res->platform]);
	amp_jsonw_kc(&w, "endpoint", res->endpoint);
	amp_jsonw_kc(&w, "feed", res->feed);
	amp_jsonw_kc(&w, "ranking", res->ranked ? "ranked" : "chronological");
	if (res->platform == PG_VIDEOS) amp_jsonw_ki64(&w, "step", res->step);
	/* The log is handed to reports: a hash, so that it holds no usable cookie. */
	struct amp_keyer k;
	amp_key_start(&k, "playground visitor");
	amp_key_c(&k, res->visitor->key);
	struct amp_key key = amp_key_end(&k);
	char pseudonym[17];
	amp_hex(key.b, 8, pseudonym);
	amp_jsonw_kc(&w, "visitor", pseudonym);
	amp_jsonw_kc(&w, "coding", coded ? "gzip" : "identity");
	amp_jsonw_kc(&w, "payload_sha256", hex);
	amp_jsonw_ki64(&w, "offset", (int64_t)res->offset);
	amp_jsonw_ki64(&w, "n", (int64_t)res->n);
	amp_jsonw_key(&w, "items");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < res->n; i++) {
		const struct pg_post *p = res->posts[i];
		amp_jsonw_object(&w);
		amp_jsonw_ki64(&w, "rank", (int64_t)(res->offset + i));
		amp_jsonw_kc(&w, "id", pg_post_id(&s->world, p, id));
		amp_jsonw_key(&w, "targets");
		if (p->targets) {
			amp_jsonw_array(&w);
			for (size_t t = 0; t < PG_TARGETS; t++)
				if (p->targets >> t & 1) amp_jsonw_c(&w, pg_targets[t].name);
			amp_jsonw_end_array(&w);
		} else {
			amp_jsonw_null(&w);
		}
		amp_jsonw_end_object(&w);
	}
	amp_jsonw_end_array(&w);
	line_end(s, &w);
}

/* ---- crowd ---- */
struct tally {
	int64_t items, flagged[PG_TARGETS + 1], met[PG_TARGETS + 1]; /* last: any */
};

static void count(struct tally *c, const struct pg_post *const *posts, size_t n)
{
	int64_t here[PG_TARGETS + 1] = {0};
	for (size_t i = 0; i < n; i++) {
		if (!posts[i]->targets) continue;
		here[PG_TARGETS]++;
		for (size_t t = 0; t < PG_TARGETS; t++) here[t] += posts[i]->targets >> t & 1;
	}
	c->items += (int64_t)n;
	for (size_t t = 0; t <= PG_TARGETS; t++) {
		c->flagged[t] += here[t];
		c->met[t] += here[t] > 0;
	}
}

static void put_counts(struct amp_jsonw *w, const char *name, const int64_t counts[PG_TARGETS + 1])
{
	amp_jsonw_key(w, name);
	amp_jsonw_object(w);
	amp_jsonw_ki64(w, "any", counts[PG_TARGETS]);
	for (size_t t = 0; t < PG_TARGETS; t++)
		if (counts[t] > 0) amp_jsonw_ki64(w, pg_targets[t].name, counts[t]);
	amp_jsonw_end_object(w);
}

static void put_tally(struct pg_server *s, enum pg_platform platform, bool ranked, int depth, const struct tally *c)
{
	static const struct {
		const char *endpoint, *feed;
	} names[PG_PLATFORMS][2] = {{{"getListFeed", "everyone"}, {"getFeed", "for-you"}},
	                            {{"timelines/public", ""}, {"trends/statuses", ""}},
	                            {{"latest", "latest"}, {"ranked", "ranked"}}};
	struct amp_jsonw w;
	struct amp_buf b;
	line_start(&w, &b, "crowd");
	put_now(&w, s->set.now);
	put_day(&w, s->set.now);
	amp_jsonw_kc(&w, "platform", pg_platform_name[platform]);
	amp_jsonw_kc(&w, "endpoint", names[platform][ranked].endpoint);
	amp_jsonw_kc(&w, "feed", names[platform][ranked].feed);
	amp_jsonw_kc(&w, "ranking", ranked ? "ranked" : "chronological");
	amp_jsonw_ki64(&w, "depth", depth);
	amp_jsonw_ki64(&w, "visitors", s->set.crowd);
	amp_jsonw_ki64(&w, "items", c->items);
	put_counts(&w, "flagged", c->flagged);
	put_counts(&w, "met", c->met);
	line_end(s, &w);
}

static int by_key(const void *a, const void *b)
{
	return strcmp((*(struct pg_visitor *const *)a)->key, (*(struct pg_visitor *const *)b)->key);
}

/* Visitors served at this instant, in key order: the mix that the crowd is drawn from. */
static size_t present(struct pg_server *s, enum pg_platform platform, struct pg_visitor **out)
{
	size_t n = 0;
	for (size_t i = 0; i < s->visitors.n; i++) {
		struct pg_visitor *v = s->visitors.v[i];
		if (v->platform == platform && v->served_at == s->set.now) out[n++] = v;
	}
	qsort(out, n, sizeof(struct pg_visitor *), by_key);
	return n;
}

static void crowd_of(struct pg_server *s, enum pg_platform platform, struct pg_visitor *const *seen, size_t n_seen)
{
	struct tally tallies[2][PG_DEPTHS_MAX] = {0};
	const struct pg_post *latest[PG_PAGE_MAX], *top[PG_PAGE_MAX];
	/* Newest first is the same for everyone. */
	size_t m = pg_world_pool(&s->world, platform, s->set.now, PG_LATEST_WINDOW, -1, -1, s->pool);
	memcpy(latest, s->pool, (m < PG_PAGE_MAX ? m : PG_PAGE_MAX) * sizeof *latest);
	for (int j = 0; j < s->set.crowd; j++) {
		/* Profile: everyone present in turn. Individual effect and noise: this visitor's own, kept from day to day. */
		struct pg_profile profile = pg_visitor_profile(seen[(size_t)j % n_seen], s->set.seed, s->set.now);
		profile.effect = pg_normal(pg_hash(s->set.seed, "crowd effect", (uint64_t)j, 0));
		uint64_t noise = pg_hash(s->set.seed, "crowd noise", (uint64_t)j, (uint64_t)s->set.now);
		if (platform == PG_MASTODON && !s->set.trends_uncached)
			noise = pg_hash(s->set.seed, "trends", (uint64_t)s->set.now, 0);
		size_t n = pg_serve_ranked(s, platform, &profile, -1, s->set.now, noise);
		for (size_t i = 0; i < n && i < PG_PAGE_MAX; i++) top[i] = s->ranked[i].post;
		for (size_t d = 0; d < s->set.n_depths; d++) {
			size_t depth = (size_t)s->set.depths[d];
			count(&tallies[1][d], top, n < depth ? n : depth);
			count(&tallies[0][d], latest, m < depth ? m : depth);
		}
	}
	for (size_t d = 0; d < s->set.n_depths; d++) {
		put_tally(s, platform, true, s->set.depths[d], &tallies[1][d]);
		put_tally(s, platform, false, s->set.depths[d], &tallies[0][d]);
	}
}

void pg_log_crowd(struct pg_server *s)
{
	if (!s->log || s->set.crowd == 0 || s->visitors.n == 0) return;
	struct pg_visitor **seen = amp_calloc(s->visitors.n, sizeof *seen);
	if (!seen) {
		amp_log(AMP_ERROR, "playground", "No memory to serve the crowd: the truth log lacks this instant.");
		return;
	}
	/* What is shown beside a video is no feed: its truth is the formula of videos.c, and the answers served. */
	for (size_t p = 0; p < PG_VIDEOS; p++) {
		size_t n = present(s, (enum pg_platform)p, seen);
		if (n) crowd_of(s, (enum pg_platform)p, seen, n);
	}
	amp_free(seen);
}

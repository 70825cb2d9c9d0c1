/* videos.c: what is shown beside a video, for walks: as Piped gives it (/streams/ID, ranked) and as Invidious does (/api/v1/videos/ID, here the
 * newest of what is older than it: the control). README.md has the formula.
 *
 * Planted: watching one of the videos that were shown beside the last one is a step; any other begins at step 0. At step s each entry of the ranked
 * list is hateful with the chance min(0.9, prevalence + drift * s), whatever its rank and whoever asks; the control knows no steps.
 */
#include <string.h>
#include "server.h"

#define SHARE_MAX 0.9

/* depart00001, depart00002, …: videos to start from, there whatever the seed and the day. */
static bool is_start(const char *id)
{
	static const char stem[] = "depart";
	size_t n = strlen(stem);
	if (strlen(id) != PG_VIDEO_ID - 1 || strncmp(id, stem, n) != 0) return false;
	for (const char *c = id + n; *c; c++)
		if (!amp_is_digit((unsigned char)*c)) return false;
	return true;
}

static int step_of(const struct pg_watch *w, const char *id, int64_t now)
{
	for (size_t i = 0; i < w->n && w->at == now; i++)
		if (strcmp(w->beside[i], id) == 0) return w->step + 1;
	return 0;
}

/* One of the pool that is hateful (or is not) and not taken yet, from a place drawn; NULL: none is left. */
static const struct pg_post *take(const struct pg_post **pool, size_t n, bool hateful, uint64_t from)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)((from + i) % n);
		const struct pg_post *p = pool[at];
		if (!p || (p->targets != 0) != hateful) continue;
		pool[at] = NULL;
		return p;
	}
	return NULL;
}

/* What the video and the step say, alike for all who ask; with the chance `noise` an entry is drawn for this visitor and request instead. */
static size_t ranked(struct pg_server *s, const struct pg_visitor *v, const char *id, int step, size_t n,
                     const struct pg_post **out)
{
	const double planted = s->set.prevalence + s->set.drift * step, share = planted < SHARE_MAX ? planted : SHARE_MAX;
	const uint64_t alike =
		pg_hash_text(pg_hash(s->set.seed, "beside", (uint64_t)s->set.now, (uint64_t)step), "video", id, strlen(id));
	const uint64_t own = pg_noise_key(s, v, v->feeds_served);
	size_t m = 0;
	while (m < PG_BESIDE) {
		uint64_t key = pg_unit(pg_hash(own, "noise", m, 0)) < s->set.noise ? own : alike;
		bool hateful = pg_unit(pg_hash(key, "hateful", m, 0)) < share;
		uint64_t from = pg_hash(key, "place", m, 0);
		const struct pg_post *p = take(s->pool, n, hateful, from);
		if (!p) p = take(s->pool, n, !hateful, from);
		if (!p) break;
		out[m++] = p;
	}
	return m;
}

static size_t older(struct pg_server *s, const struct pg_post *watched, size_t n, const struct pg_post **out)
{
	size_t m = 0;
	for (size_t i = 0; i < n && m < PG_BESIDE; i++)
		if (s->pool[i] && (!watched || s->pool[i]->created < watched->created)) out[m++] = s->pool[i];
	return m;
}

static void put_person(const struct pg_author *a, char channel[32])
{
	snprintf(channel, 32, "UC%022llu", (unsigned long long)a->id);
}

static void put_title(struct amp_jsonw *w, const struct pg_post *p)
{
	struct amp_buf text;
	amp_buf_init(&text, 65536);
	pg_post_text(p, &text);
	amp_jsonw_kstr(w, "title", amp_buf_str(&text));
	amp_buf_free(&text);
}

static void piped(struct amp_jsonw *w, const struct pg_server *s, const struct pg_post *p)
{
	const struct pg_author *a = &s->world.authors[PG_VIDEOS][p->author];
	char id[PG_ID_SIZE], channel[32], text[PG_ID_SIZE + 16];
	put_person(a, channel);
	snprintf(text, sizeof text, "/watch?v=%s", pg_post_id(&s->world, p, id));
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "url", text);
	amp_jsonw_kc(w, "type", "stream");
	put_title(w, p);
	amp_jsonw_kc(w, "uploaderName", a->name);
	snprintf(text, sizeof text, "/channel/%s", channel);
	amp_jsonw_kc(w, "uploaderUrl", text);
	amp_jsonw_ki64(w, "views", 10 * pg_post_likes(p, s->set.now));
	amp_jsonw_ki64(w, "uploaded", p->created);
	amp_jsonw_kbool(w, "isShort", false);
	amp_jsonw_end_object(w);
}

static void invidious(struct amp_jsonw *w, const struct pg_server *s, const struct pg_post *p)
{
	const struct pg_author *a = &s->world.authors[PG_VIDEOS][p->author];
	char id[PG_ID_SIZE], channel[32];
	put_person(a, channel);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "videoId", pg_post_id(&s->world, p, id));
	put_title(w, p);
	amp_jsonw_kc(w, "author", a->name);
	amp_jsonw_kc(w, "authorId", channel);
	amp_jsonw_ki64(w, "viewCount", 10 * pg_post_likes(p, s->set.now));
	amp_jsonw_ki64(w, "published", p->created / 1000);
	amp_jsonw_end_object(w);
}

static const struct {
	const char *path, *endpoint, *list;
	bool ranked;
	void (*put)(struct amp_jsonw *w, const struct pg_server *s, const struct pg_post *p);
} lists[] = {{"/streams/", "piped/streams", "relatedStreams", true, piped},
             {"/api/v1/videos/", "invidious/videos", "recommendedVideos", false, invidious}};

void pg_videos(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	size_t l = 0;
	while (l + 1 < sizeof lists / sizeof *lists && !amp_str_starts(amp_str_c(req->path), lists[l].path)) l++;
	const char *id = req->path + strlen(lists[l].path);
	struct pg_visitor *v = pg_who(s, req, res, PG_VIDEOS, "");
	if (!v) return;
	const struct pg_post *watched = is_start(id) ? NULL : pg_world_video(&s->world, s->set.now, PG_LATEST_WINDOW, id);
	if ((!watched && !is_start(id)) || strcmp(req->method, "POST") == 0) {
		pg_json_error(res, 404, "VideoNotFound", "This video is not available.");
		return;
	}
	const struct pg_post *beside[PG_BESIDE];
	struct pg_watch *watch = &v->watch[lists[l].ranked];
	const int step = step_of(watch, id, s->set.now);
	size_t n = pg_world_pool(&s->world, PG_VIDEOS, s->set.now, PG_LATEST_WINDOW, -1, -1, s->pool);
	for (size_t i = 0; i < n; i++)
		if (s->pool[i] == watched) s->pool[i] = NULL;
	size_t m = lists[l].ranked ? ranked(s, v, id, step, n, beside) : older(s, watched, n, beside);
	v->feeds_served++;
	watch->step = res->step = step;
	watch->at = s->set.now;
	watch->n = m;
	struct amp_jsonw w;
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, lists[l].list);
	amp_jsonw_array(&w);
	for (size_t i = 0; i < m; i++) {
		char own[PG_ID_SIZE];
		lists[l].put(&w, s, beside[i]);
		snprintf(watch->beside[i], PG_VIDEO_ID, "%.11s", pg_post_id(&s->world, beside[i], own));
	}
	amp_jsonw_end_array(&w);
	/* what tells Piped's answer for a video from that for a channel */
	if (lists[l].ranked) {
		amp_jsonw_key(&w, "videoStreams");
		amp_jsonw_array(&w);
		amp_jsonw_end_array(&w);
	}
	amp_jsonw_end_object(&w);
	pg_mark_feed(s, v, res, lists[l].endpoint, id, lists[l].ranked, 0, beside, m);
}

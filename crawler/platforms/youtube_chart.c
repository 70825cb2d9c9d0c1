/* youtube_chart.c: charts.youtube.com: a chart's lists hold its videos as they are, no renderers. */
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

static void put_release(struct amp_engine *e, const struct amp_json *date)
{
	int64_t year, month, day;
	if (amp_json_is_null(date)) return;
	if (!amp_json_i64(amp_json_get(date, "year"), &year) || !amp_json_i64(amp_json_get(date, "month"), &month) ||
	    !amp_json_i64(amp_json_get(date, "day"), &day) || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > 31) {
		amp_put_invalid(e, AMP_F_CREATED_AT, date->offset, "%s", "this is no date of year, month and day");
		return;
	}
	struct amp_value v = {.text = amp_str_c(amp_arena_printf(e->arena, "%04d-%02d-%02d", (int)year, (int)month, (int)day)),
	                      .offset = date->offset};
	amp_put(e, &(const struct amp_row){.field = AMP_F_CREATED_AT, .path = "", .convert = amp_as_time_iso}, &v);
}

static void read_chart_video(struct amp_engine *e, const struct amp_json *v)
{
	if (!amp_engine_begin(e, v->offset)) return;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, AMP_VIDEO, amp_json_str(amp_json_get(v, "id")));
	amp_put_json(e, AMP_F_TITLE, NULL, amp_json_get(v, "title"));
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_text, amp_json_get(v, "externalChannelId"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, amp_json_get(v, "channelName"));
	put_release(e, amp_json_get(v, "releaseDate"));
	amp_youtube_thumbnail(e, amp_member_deep(e, AMP_F_MEDIA, v, "thumbnail.thumbnails", AMP_JSON_ARRAY));
	amp_engine_end(e);
}

void amp_youtube_read_chart(struct amp_youtube_answer *s, const struct amp_youtube_renderer *what, const struct amp_json *r,
                            struct amp_str shelf)
{
	const struct amp_json *charts = amp_json_path(r, "content.videos");
	(void)shelf;
	if (!amp_json_is(charts, AMP_JSON_ARRAY)) amp_youtube_emptied(s, what->name, r);
	for (const struct amp_json *c = amp_json_first(charts); c; c = amp_json_next(charts, c)) {
		const struct amp_json *views = amp_json_get(c, "videoViews");
		if (!amp_json_is(views, AMP_JSON_ARRAY)) amp_youtube_emptied(s, "a chart", c);
		for (const struct amp_json *v = amp_json_first(views); v && !s->e->failed; v = amp_json_next(views, v))
			if (!(v->flags & AMP_JSON_CUT)) read_chart_video(s->e, v);
	}
}

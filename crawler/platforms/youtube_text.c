/* youtube_text.c: what the site's renderers of all years write alike: texts, the words of labels, counts of views, channels. */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

void amp_youtube_odd(struct amp_engine *e, enum amp_field field, const struct amp_json *v, const char *what)
{
	amp_engine_diag(e, "invalid_value", field, v->offset, "this is no %s as the site writes them", what);
}

const struct amp_json *amp_youtube_list_of(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	if (amp_json_is_null(v) || amp_json_is(v, AMP_JSON_ARRAY)) return v;
	amp_youtube_odd(e, field, v, "list");
	return NULL;
}

static struct amp_str run_text(struct amp_engine *e, enum amp_field field, const struct amp_json *run)
{
	if (!amp_json_is(run, AMP_JSON_OBJECT)) amp_youtube_odd(e, field, run, "text");
	return amp_member_text(e, field, run, "text");
}

struct amp_str amp_youtube_shown(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	const struct amp_json *runs = NULL;
	if (!amp_json_is_null(v) && !amp_json_is(v, AMP_JSON_OBJECT)) amp_youtube_odd(e, field, v, "text");
	for (const struct amp_json *m = amp_json_is(v, AMP_JSON_OBJECT) ? amp_json_first(v) : NULL; m; m = amp_json_next(v, m)) {
		struct amp_str key = amp_json_key(m), text = amp_json_str(m);
		bool plain = amp_str_eq_c(key, "simpleText") || amp_str_eq_c(key, "content");
		if (plain && text.p) return text;
		if (plain && !amp_json_is_null(m)) amp_youtube_odd(e, field, m, "text");
		if (amp_str_eq_c(key, "runs")) runs = amp_youtube_list_of(e, field, m);
	}
	struct amp_str whole = AMP_STR_ABSENT;
	size_t n = 0;
	for (const struct amp_json *r = amp_json_first(runs); r; r = amp_json_next(runs, r)) {
		struct amp_str text = run_text(e, field, r);
		if (!whole.p) whole = text; /* one run, as most are */
		n += text.n;
	}
	if (!whole.p || n == whole.n) return whole;
	char *out = amp_arena_alloc(e->arena, n);
	if (!out) {
		amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	whole = (struct amp_str){out, 0};
	for (const struct amp_json *r = amp_json_first(runs); r; r = amp_json_next(runs, r)) {
		struct amp_str text = amp_json_str(amp_json_get(r, "text"));
		if (text.n) memcpy(out + whole.n, text.p, text.n);
		whole.n += text.n;
	}
	return whole;
}

static enum amp_state put_read(struct amp_engine *e, enum amp_field field, amp_convert *convert, struct amp_str text,
                               const struct amp_json *v)
{
	struct amp_value value = {.text = text, .offset = v ? v->offset : 0};
	const struct amp_row row = {.field = field, .path = "", .convert = convert};
	return text.p ? amp_put(e, &row, &value) : AMP_STATE_ABSENT;
}

enum amp_state amp_youtube_put_shown(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_json *v)
{
	return put_read(e, field, convert, amp_youtube_shown(e, field, v), v);
}

struct amp_str amp_youtube_label_text(struct amp_engine *e, const struct amp_json *v, const char *path)
{
	if (!amp_json_is_null(v) && !amp_json_is(v, AMP_JSON_OBJECT)) amp_youtube_odd(e, AMP_F_LABELS, v, "label");
	return amp_json_str(amp_member_deep(e, AMP_F_LABELS, v, path, AMP_JSON_STRING));
}

bool amp_youtube_is_live_badge(struct amp_str style)
{
	return style.n && amp_str_find(style, AMP_STR("_LIVE"));
}

void amp_youtube_put_views(struct amp_engine *e, const struct amp_json *exact, const struct amp_json *rounded, unsigned flags)
{
	struct amp_str text = amp_youtube_shown(e, AMP_F_VIEWS, exact);
	if (amp_youtube_counts_watchers(text)) return;
	if (flags & (AMP_YT_LIVE | AMP_YT_UPCOMING) && !amp_youtube_says_views(text)) return;
	if (put_read(e, AMP_F_VIEWS, amp_as_count_text, text, exact) != AMP_STATE_PRESENT)
		amp_youtube_put_shown(e, AMP_F_VIEWS, amp_as_count_text, rounded);
}

void amp_youtube_put_channel(struct amp_engine *e, const struct amp_json *browse, struct amp_str name)
{
	amp_put_text(e, AMP_F_AUTHOR_NAME, name);
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_text, amp_json_get(browse, "browseId"));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE,
	             amp_youtube_handle(amp_member_text(e, AMP_F_AUTHOR_HANDLE, browse, "canonicalBaseUrl")));
}

void amp_youtube_put_owner(struct amp_youtube_answer *s)
{
	if (!s->owner.n || s->e->item->author_id.p || s->e->item->author_name.p) return;
	amp_put_text(s->e, AMP_F_AUTHOR_ID, s->owner);
	amp_put_text(s->e, AMP_F_AUTHOR_NAME, s->owner_name);
	amp_put_text(s->e, AMP_F_AUTHOR_HANDLE, s->owner_handle);
}

bool amp_youtube_is_mix(struct amp_str id)
{
	return amp_str_starts(id, "RD");
}

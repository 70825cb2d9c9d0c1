/* charts_apple.c: Apple's marketing charts (feed.results) and the older iTunes feeds (feed.entry: XML written as JSON, so that a list of
 * one is the entry itself).
 */
#include <string.h>
#include "platforms/charts_entry.h"

const struct amp_row amp_charts_apple_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_TITLE, "name", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_TEXT, "summary", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_ID, "artistId", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_NAME, "artistName", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_CREATED_AT, "releaseDate", NULL, NULL, AMP_OPTIONAL},
                                                {.path = NULL}};
const struct amp_row amp_charts_itunes_rows[] = {{AMP_F_ITEM_ID, "id.attributes.im:id", NULL, NULL, AMP_REQUIRED},
                                                 {AMP_F_TITLE, "im:name.label", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_TEXT, "summary.label", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_AUTHOR_NAME, "im:artist.label", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_CREATED_AT, "im:releaseDate.label", NULL, NULL, AMP_OPTIONAL},
                                                 {.path = NULL}};

/* A list, or its only member. */
static const struct amp_json *first_one(const struct amp_json *v)
{
	return amp_json_is(v, AMP_JSON_ARRAY) ? amp_json_first(v) : amp_json_is(v, AMP_JSON_OBJECT) ? v : NULL;
}

static const struct amp_json *next_one(const struct amp_json *v, const struct amp_json *one)
{
	return amp_json_is(v, AMP_JSON_ARRAY) ? amp_json_next(v, one) : NULL;
}

/* Anything else in an object's place was sent and cannot be used. */
static void check_object(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	if (!amp_json_is_null(v) && !amp_json_is(v, AMP_JSON_OBJECT)) amp_put_invalid(e, field, v->offset, "no object");
}

/* A text of an element, or of its attributes; absent, with a remark, when something else stands there. */
static struct amp_str text_at(struct amp_engine *e, enum amp_field field, const struct amp_json *element, const char *path)
{
	const struct amp_json *v = amp_json_path(element, path);
	check_object(e, field, element);
	check_object(e, field, amp_json_get(element, "attributes"));
	if (!amp_json_is_null(v) && v->type != AMP_JSON_STRING) amp_put_invalid(e, field, v->offset, "no text");
	return amp_json_str(v);
}

void amp_charts_picture(struct amp_engine *e, struct amp_str url, struct amp_str alt, int64_t width, int64_t height)
{
	if (url.n)
		amp_add_media(
			e, &(struct amp_media){.kind = AMP_STR("image"), .url = url, .alt = alt, .width = width, .height = height});
}

static void add_genre(struct amp_engine *e, struct amp_str name)
{
	const char *label = name.n ? amp_arena_printf(e->arena, "genre:%.*s", AMP_ARG(name)) : NULL;
	if (label) amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
	if (name.n && !label) amp_engine_no_memory(e);
}

static void apple_labels(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *genres = amp_json_get(entry, "genres");
	struct amp_str rating = text_at(e, AMP_F_LABELS, entry, "contentAdvisoryRating");
	if (!amp_json_is_null(genres) && !amp_json_is(genres, AMP_JSON_ARRAY))
		amp_put_invalid(e, AMP_F_LABELS, genres->offset, "genres is no list");
	for (const struct amp_json *g = first_one(genres); g; g = next_one(genres, g))
		add_genre(e, text_at(e, AMP_F_LABELS, g, "name"));
	/* "Explict" is how Apple spells it */
	if (amp_str_ieq_c(rating, "Explict") || amp_str_ieq_c(rating, "Explicit"))
		amp_add_label(e, AMP_STR("explicit"), AMP_STR_ABSENT);
}

/* artworkUrl100, artworkUrl600 …: the same picture; the largest. */
static void apple_artwork(struct amp_engine *e, const struct amp_json *entry)
{
	struct amp_str best = AMP_STR_ABSENT;
	int64_t best_size = 0;
	for (const struct amp_json *v = amp_json_first(entry); v; v = amp_json_next(entry, v)) {
		struct amp_str key = amp_json_key(v), url = amp_json_str(v);
		int64_t size;
		if (!amp_str_starts(key, "artworkUrl") || !amp_str_i64((struct amp_str){key.p + 10, key.n - 10}, &size)) continue;
		if (!url.p && !amp_json_is_null(v)) amp_put_invalid(e, AMP_F_MEDIA, v->offset, "%.*s is no text", AMP_ARG(key));
		if (!url.n || size <= best_size) continue;
		best = url;
		best_size = size;
	}
	amp_charts_picture(e, best, AMP_STR_ABSENT, AMP_ABSENT, AMP_ABSENT);
}

static void apple_entry(struct amp_engine *e, const struct amp_json *entry)
{
	amp_engine_rows(e, amp_charts_apple_rows, entry);
	apple_labels(e, entry);
	apple_artwork(e, entry);
	amp_engine_end(e);
}

/* "…/artist/ada/id1700000101?uo=2": the digits */
static struct amp_str number_in(struct amp_str href)
{
	struct amp_str id = AMP_STR_ABSENT, path = amp_str_cut(&href, '?');
	while (path.p) {
		struct amp_str part = amp_str_cut(&path, '/');
		size_t n = 2;
		while (n < part.n && part.p[n] >= '0' && part.p[n] <= '9') n++;
		if (n > 2 && n == part.n && amp_str_starts(part, "id")) id = (struct amp_str){part.p + 2, n - 2};
	}
	return id;
}

static void itunes_texts(struct amp_engine *e, const struct amp_json *entry)
{
	for (const struct amp_row *row = amp_charts_itunes_rows; row->path; row++)
		check_object(e, row->field, amp_json_path_n(entry, row->path, strcspn(row->path, ".")));
	amp_engine_rows(e, amp_charts_itunes_rows, entry);
	/* the number is in the address too; an address without one is better than no name */
	struct amp_str address = amp_json_str(amp_json_path(entry, "id.label")), number = number_in(address);
	if (!e->item->item_id.n && address.n) amp_put_text(e, AMP_F_ITEM_ID, number.n ? number : address);
}

static void itunes_link(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *links = amp_json_get(entry, "link");
	struct amp_str url = AMP_STR_ABSENT;
	for (const struct amp_json *l = first_one(links); l && !url.n; l = next_one(links, l)) {
		struct amp_str href = text_at(e, AMP_F_URL, l, "attributes.href");
		if (amp_str_eq_c(amp_json_str(amp_json_path(l, "attributes.rel")), "alternate")) url = href;
	}
	if (!url.n) url = amp_json_str(amp_json_path(entry, "id.label"));
	if (url.n) amp_put_text(e, AMP_F_URL, url);
}

/* The largest; they come in rising order, so the last where the sizes are not told. */
static void itunes_picture(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *images = amp_json_get(entry, "im:image");
	struct amp_str best = AMP_STR_ABSENT;
	int64_t best_height = AMP_ABSENT;
	if (!amp_json_is(images, AMP_JSON_ARRAY)) check_object(e, AMP_F_MEDIA, images);
	for (const struct amp_json *i = first_one(images); i; i = next_one(images, i)) {
		struct amp_str url = text_at(e, AMP_F_MEDIA, i, "label"), text = text_at(e, AMP_F_MEDIA, i, "attributes.height");
		int64_t height;
		if (!text.n || !amp_str_i64(text, &height) || height < 0) height = AMP_ABSENT;
		if (!url.p) amp_put_invalid(e, AMP_F_MEDIA, i->offset, "a picture without address");
		if (!url.n || (best.n && height < best_height)) continue;
		best = url;
		best_height = height;
	}
	amp_charts_picture(e, best, AMP_STR_ABSENT, AMP_ABSENT, best_height);
}

static void itunes_entry(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *genres = amp_json_get(entry, "category"), *artist = amp_json_get(entry, "im:artist");
	itunes_texts(e, entry);
	itunes_link(e, entry);
	struct amp_str number = number_in(text_at(e, AMP_F_AUTHOR_ID, artist, "attributes.href"));
	if (number.n) amp_put_text(e, AMP_F_AUTHOR_ID, number);
	if (!amp_json_is(genres, AMP_JSON_ARRAY)) check_object(e, AMP_F_LABELS, genres);
	for (const struct amp_json *g = first_one(genres); g; g = next_one(genres, g))
		add_genre(e, text_at(e, AMP_F_LABELS, g, "attributes.label"));
	itunes_picture(e, entry);
	amp_engine_end(e);
}

void amp_charts_apple(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e), *feed = amp_json_get(root, "feed");
	bool itunes = e->endpoint->rows == amp_charts_itunes_rows;
	const struct amp_json *list = amp_json_get(feed, itunes ? "entry" : "results");
	if (!root) return;
	/* a chart without places has no "entry" at all, as XML would have none */
	bool empty = itunes && !list && amp_json_is(amp_json_get(feed, "id"), AMP_JSON_OBJECT);
	if (!empty && !amp_json_is(list, AMP_JSON_ARRAY) && !(itunes && amp_json_is(list, AMP_JSON_OBJECT))) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "a JSON document without %s", e->endpoint->list);
		return;
	}
	amp_engine_list_found(e);
	for (const struct amp_json *entry = first_one(list); entry && !e->failed; entry = next_one(list, entry)) {
		if (entry->flags & AMP_JSON_CUT) continue; /* half an entry is not what was shown */
		if (!amp_engine_begin(e, entry->offset)) return;
		if (!amp_json_is(entry, AMP_JSON_OBJECT) ||
		    !(amp_json_get(entry, "id") || amp_json_get(entry, itunes ? "link" : "url")))
			amp_engine_unknown(e, "an entry without id and address");
		else if (itunes)
			itunes_entry(e, entry);
		else
			apple_entry(e, entry);
	}
}

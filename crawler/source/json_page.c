/* json_page.c: JSON pages by the rows of a file. */
#include <string.h>
#include "source/page.h"

static const struct amp_json *at(const struct amp_json *v, const char *path)
{
	return strcmp(path, "$") == 0 ? v : amp_json_path(v, path);
}

static struct amp_value value(const struct amp_json *v)
{
	return (struct amp_value){v, amp_json_str(v), v ? v->offset : 0};
}

/* Texts of a list, or of one member of its objects. */
static void put_list(struct amp_engine *e, const struct amp_source_row *row, const struct amp_json *list)
{
	for (const struct amp_json *x = amp_json_first(list); x; x = amp_json_next(list, x)) {
		const struct amp_json *v = row->each ? at(x, row->each) : x;
		if (!amp_json_is_null(v)) amp_source_put(e, row, value(v));
	}
}

static bool put_one(struct amp_engine *e, const struct amp_source_row *row, const struct amp_json *v)
{
	bool list = row->as->kind == AMP_SOURCE_LANGS || row->as->kind == AMP_SOURCE_LABELS;
	if (amp_json_is_null(v)) return false;
	if (list && row->each && amp_json_is(v, AMP_JSON_ARRAY)) {
		put_list(e, row, v);
		return true;
	}
	amp_source_put(e, row, value(v));
	return !amp_json_is(v, AMP_JSON_STRING) || v->n > 0;
}

static void put_row(struct amp_engine *e, const struct amp_source_row *row, const struct amp_json *entry)
{
	if (row->need == AMP_REQUIRED) e->required |= AMP_BIT(row->field);
	if (!put_one(e, row, at(entry, row->path)) && row->fallback) (void)put_one(e, row, at(entry, row->fallback));
}

/* An absolute address, or nothing: media and links without one are not told. */
static struct amp_str address(struct amp_engine *e, const struct amp_json *v)
{
	struct amp_str text = amp_json_str(v);
	return text.n ? amp_source_address(e, text) : AMP_STR_ABSENT;
}

static struct amp_str member(const struct amp_json *v, const char *path)
{
	return path ? amp_json_str(at(v, path)) : AMP_STR_ABSENT;
}

static void add_part(struct amp_engine *e, const struct amp_source_parts *p, const struct amp_json *v, bool media)
{
	struct amp_str url = address(e, at(v, p->url));
	if (!url.n) return;
	if (media)
		amp_add_media(e, &(struct amp_media){.kind = amp_str_c(p->kind ? p->kind : "image"),
		                                     .url = url,
		                                     .alt = member(v, p->text),
		                                     .mime = AMP_STR_ABSENT,
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	else
		amp_add_link(e, &(struct amp_link){url, member(v, p->text), member(v, p->description)});
}

static void add_parts(struct amp_engine *e, const struct amp_source_parts *p, const struct amp_json *entry, bool media)
{
	const struct amp_json *found = p->path ? at(entry, p->path) : NULL;
	if (!amp_json_is(found, AMP_JSON_ARRAY)) {
		if (!amp_json_is_null(found)) add_part(e, p, found, media);
		return;
	}
	for (const struct amp_json *x = amp_json_first(found); x; x = amp_json_next(found, x)) add_part(e, p, x, media);
}

/* true, or a number that is not 0: forums write 1. */
static bool is_set(const struct amp_json *v)
{
	int64_t n;
	return amp_json_true(v) || (amp_json_is(v, AMP_JSON_NUMBER) && (!amp_json_i64(v, &n) || n != 0));
}

static void put_entry(struct amp_engine *e, const struct amp_source_endpoint *own, const struct amp_json *entry)
{
	amp_source_begin(e, entry->offset, own);
	if (!e->item) return;
	if (entry->type != AMP_JSON_OBJECT) {
		amp_engine_unknown(e, "an entry of the list is no object");
		return;
	}
	for (size_t i = 0; i < own->n_rows; i++) put_row(e, &own->rows[i], entry);
	add_parts(e, &own->media, entry, true);
	add_parts(e, &own->links, entry, false);
	for (size_t i = 0; i < AMP_SOURCE_FLAGS; i++)
		if (own->flags[i] && is_set(at(entry, own->flags[i]))) amp_source_flag(e, i);
	amp_source_end(e);
}

void amp_source_json_page(struct amp_engine *e, const struct amp_source_endpoint *own)
{
	const struct amp_json *root = amp_engine_json(e), *list = root ? at(root, e->endpoint->list) : NULL;
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x)) {
		if (!(x->flags & AMP_JSON_CUT)) put_entry(e, own, x); /* half an entry is not what was shown */
	}
	const struct amp_json *next = own->next ? at(root, own->next) : NULL;
	struct amp_str text = amp_json_str(next);
	amp_source_next(e, own, text.p ? text : amp_json_digits(next), !own->more || is_set(at(root, own->more)), list->n);
}

static bool has_required(const struct amp_source_endpoint *own, const struct amp_json *entry)
{
	for (size_t i = 0; i < own->n_rows; i++) {
		const struct amp_source_row *row = &own->rows[i];
		if (row->need != AMP_REQUIRED || !amp_json_is_null(at(entry, row->path))) continue;
		if (!row->fallback || amp_json_is_null(at(entry, row->fallback))) return false;
	}
	return true;
}

const struct amp_endpoint *amp_source_json_fits(struct amp_engine *e)
{
	const struct amp_source *s = amp_source_of(e->adapter);
	const struct amp_json *root = amp_engine_json(e);
	for (size_t i = 0; root && s->adapter.endpoints[i].name; i++) {
		const struct amp_json *list = at(root, s->adapter.endpoints[i].list);
		if (amp_json_is(list, AMP_JSON_ARRAY) && (list->n == 0 || has_required(&s->endpoints[i], amp_json_first(list))))
			return &s->adapter.endpoints[i];
	}
	return NULL;
}

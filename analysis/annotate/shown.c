/* shown.c: see shown.h. */
#include "annotate/shown.h"

#include <string.h>
#include "annotate_sql.h"
#include "base/i18n.h"

#define CELL_MAX ((size_t)16 << 20)
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while a sheet is made."))

int amp_shown_units(struct amp_shown_unit **out, size_t *n, struct amp_arena *arena, struct amp_store *store, int64_t sample,
                    struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	*n = 0;
	*out = NULL;
	int rc = amp_query_start(&q, store, &AMP_SQL_SHEET_UNITS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, sample);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		if (*n == room) {
			room = room == 0 ? 1024 : 2 * room;
			struct amp_shown_unit *more = amp_arena_new_array(arena, struct amp_shown_unit, room);
			if (more == NULL) {
				rc = OOM(err);
				break;
			}
			if (*n > 0) memcpy(more, *out, *n * sizeof *more);
			*out = more;
		}
		struct amp_shown_unit *u = &(*out)[(*n)++];
		char hex[2 * AMP_KEY + 1];
		size_t length = 0;
		u->id = amp_query_i64(&q, 0);
		u->version = amp_query_i64(&q, 2);
		const void *nonce = amp_query_blob(&q, 3, &length);
		u->has_nonce = nonce != NULL && length == sizeof u->nonce;
		if (u->has_nonce) memcpy(u->nonce, nonce, sizeof u->nonce);
		if (!amp_query_key(&q, 1, &u->key)) {
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: the sample cannot be read."), amp_store_path(store));
			break;
		}
		amp_hex(u->key.b, AMP_KEY, hex);
		u->name[0] = 'u';
		memcpy(u->name + 1, hex, AMP_SHEET_DIGITS);
		u->name[AMP_SHEET_DIGITS + 1] = '\0';
	}
	amp_query_end(&q);
	return rc;
}

static struct amp_str as_cell(struct amp_arena *arena, struct amp_str s)
{
	struct amp_buf b;
	amp_buf_init(&b, CELL_MAX);
	amp_sheet_cell(&b, s);
	struct amp_str out = amp_arena_str(arena, amp_buf_str(&b)); /* a lack of memory marks the arena */
	amp_buf_free(&b);
	return out;
}

/* "first; second", in the words of the platform; with: between a row's two columns. */
static int joined(struct amp_str *cell, struct amp_arena *arena, struct amp_store *store, const struct amp_sql *sql,
                  int64_t version, bool both, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf b;
	int rc = amp_query_start(&q, store, sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	amp_buf_init(&b, CELL_MAX);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_str first = amp_query_str(&q, 0), second = amp_query_str(&q, 1);
		if (b.n > 0) (void)amp_buf_addc(&b, "; ");
		if (both && second.n > 0)
			(void)amp_buf_printf(&b, "%.*s: %.*s", AMP_ARG(first), AMP_ARG(second));
		else
			(void)amp_buf_printf(&b, "%.*s", AMP_ARG(first));
	}
	amp_query_end(&q);
	*cell = as_cell(arena, amp_buf_str(&b));
	amp_buf_free(&b);
	return rc;
}

int amp_shown_cells(struct amp_str cells[AMP_SHEET_COLUMNS], bool *gone, struct amp_arena *arena, struct amp_store *store,
                    const struct amp_shown_unit *u, struct amp_err *err)
{
	struct amp_query q;
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) cells[c] = AMP_STR("");
	cells[AMP_SHEET_UNIT] = amp_arena_str(arena, amp_str_c(u->name));
	cells[AMP_SHEET_GUIDELINE] = AMP_STR(AMP_GUIDELINE);
	*gone = true;
	int rc = amp_query_start(&q, store, &AMP_SQL_SHEET_VERSION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, u->version);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		*gone = amp_query_i64(&q, 6) != 0 || !u->has_nonce;
		cells[AMP_SHEET_KIND] = as_cell(arena, amp_query_i64(&q, 7) != 0 ? AMP_STR("reply") : amp_query_str(&q, 0));
		cells[AMP_SHEET_LANG] = as_cell(arena, amp_query_str(&q, 1));
		cells[AMP_SHEET_TITLE] = as_cell(arena, amp_query_str(&q, 2));
		cells[AMP_SHEET_TEXT] = as_cell(arena, amp_query_str(&q, 3));
		cells[AMP_SHEET_QUOTE] = as_cell(arena, amp_query_str(&q, 4));
		cells[AMP_SHEET_WARNING] = as_cell(arena, amp_query_str(&q, 5));
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	rc = joined(&cells[AMP_SHEET_MEDIA], arena, store, &AMP_SQL_SHEET_MEDIA, u->version, true, err);
	if (rc == 0) rc = joined(&cells[AMP_SHEET_LINKS], arena, store, &AMP_SQL_SHEET_LINKS, u->version, false, err);
	return rc != 0 || amp_arena_refused(arena) == 0 ? rc : OOM(err);
}

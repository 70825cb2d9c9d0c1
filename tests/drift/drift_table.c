/* drift_table.c: tables (CSV) by their columns: cells as they stand. */
#include "drift.h"
#include <string.h>

static size_t cell_end(struct amp_str b, size_t at)
{
	bool quoted = at < b.n && b.p[at] == '"';
	if (!quoted) {
		while (at < b.n && !strchr(",\r\n", b.p[at])) at++;
		return at;
	}
	for (at++; at < b.n; at++)
		if (b.p[at] == '"' && (at + 1 == b.n || b.p[++at] != '"')) break;
	return at;
}

void walk_table(struct drill *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t at = amp_str_starts(b, "\xEF\xBB\xBF") ? 3 : 0, column = 0;
	bool header = true;
	while (at < b.n) {
		size_t end = cell_end(b, at), quote = b.p[at] == '"';
		if (header) {
			char *name = copy(b.p + at + quote, end - at - 2 * quote);
			(void)path_named(d, name);
			amp_free(name);
		}
		if (column < d->n_paths && (end > at || column + 1 < d->n_paths))
			add_spot(&d->paths[column], (struct spot){.key = at + quote,
			                                          .value = at,
			                                          .end = end,
			                                          .type = end > at ? AMP_JSON_STRING : AMP_JSON_NULL});
		at = end + 1;
		column++;
		if (end < b.n && b.p[end] == ',') continue;
		if (end + 1 < b.n && b.p[end] == '\r' && b.p[end + 1] == '\n') at++;
		header = false;
		column = 0;
	}
}

/* A column without its cells, under another name in the first row, or with the marker wherever a cell says something. */
bool mutate_table(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t done = 0, n = 0;
	out->n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct spot *s = &p->spots[i];
		size_t from = m == RENAME ? s->key : s->value, to = m == RENAME ? s->key : s->end;
		if (m == RENAME ? i > 0 : m == TO_TEXT && (i == 0 || s->type == AMP_JSON_NULL)) continue;
		if (m == DROP && to < b.n && b.p[to] == ',')
			to++;
		else if (m == DROP && from > done && b.p[from - 1] == ',')
			from--;
		(void)amp_buf_add(out, b.p + done, from - done);
		if (m != DROP) (void)amp_buf_adds(out, amp_str_c(m == RENAME ? "renamed_" : MARK));
		done = to;
		n++;
	}
	(void)amp_buf_add(out, b.p + done, b.n - done);
	if (out->failed) die("a mutant is too large");
	return n > 0;
}

/* coverage.c SHARED MAPPED DOCS: which fields the recorded answers give, platform by platform.
 *  1. prints the table platform x field (items that have the field; the column head says of how many items), and compares it with the one
 *     between the coverage marks of DOCS (docs/platforms.md); AMP_UPDATE_COVERAGE=1 rewrites that one;
 *  2. for each line `platform field place` of MAPPED (what the platforms' documents map): where a recording has something at the place, as
 *     many of its items must have the field. Places in JSON are paths from the root with [] for the members of an array; others begin
 *     with ~ and are pieces of markup that stand once an entry.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/io.h"
#include "parse/adapter.h"
#include "parse/engine.h"
#include "parse/json.h"
#include "recordings.h"

#define MARK_BEGIN "<!-- coverage: written by tests/coverage -->\n"
#define MARK_END "<!-- end of coverage -->\n"
#define MAX_PLATFORMS 32
#define MAX_MAPPED 600

struct column {
	const char *platform;
	size_t files, items, present[AMP_F_COUNT];
};

struct mapped {
	char platform[24], field[24], place[200];
	size_t entries, items; /* over all recordings */
	bool failed;
};

static struct column columns[MAX_PLATFORMS];
static size_t n_columns;
static struct mapped mapped[MAX_MAPPED];
static size_t n_mapped;
static int problems;

static void die(const char *what)
{
	(void)fprintf(stderr, "coverage: %s\n", what);
	exit(2);
}

static bool has_field(const struct amp_item *i, enum amp_field f)
{
	switch (f) {
	case AMP_F_ITEM_ID: return i->item_id.p != NULL;
	case AMP_F_ENTRY_ID: return i->entry_id.p != NULL;
	case AMP_F_LOCAL_ID: return i->local_id.p != NULL;
	case AMP_F_URL: return i->url.p != NULL;
	case AMP_F_AUTHOR_ID: return i->author_id.p != NULL;
	case AMP_F_AUTHOR_HANDLE: return i->author_handle.p != NULL;
	case AMP_F_AUTHOR_NAME: return i->author_name.p != NULL;
	case AMP_F_TITLE: return i->title.p != NULL;
	case AMP_F_TEXT: return i->text.p != NULL;
	case AMP_F_QUOTE_TEXT: return i->quote_text.p != NULL;
	case AMP_F_WARNING: return i->warning.p != NULL;
	case AMP_F_LANGS: return i->n_langs > 0;
	case AMP_F_CREATED_AT: return i->created_at_raw.p != NULL;
	case AMP_F_LIKES: return i->likes != AMP_ABSENT;
	case AMP_F_REPOSTS: return i->reposts != AMP_ABSENT;
	case AMP_F_REPLIES: return i->replies != AMP_ABSENT;
	case AMP_F_QUOTES: return i->quotes != AMP_ABSENT;
	case AMP_F_VIEWS: return i->views != AMP_ABSENT;
	case AMP_F_SCORE: return i->score != AMP_ABSENT;
	case AMP_F_REPLY_TO: return i->reply_to.p != NULL;
	case AMP_F_REPOST_OF: return i->repost_of.p != NULL;
	case AMP_F_REPOSTED_BY: return i->reposted_by.p != NULL;
	case AMP_F_REPOSTED_BY_HANDLE: return i->reposted_by_handle.p != NULL;
	case AMP_F_REPOSTED_BY_NAME: return i->reposted_by_name.p != NULL;
	case AMP_F_REPOSTED_AT: return i->reposted_at != AMP_TIME_NONE;
	case AMP_F_QUOTE_OF: return i->quote_of.p != NULL;
	case AMP_F_LABELS: return i->n_labels > 0;
	case AMP_F_MEDIA: return i->n_media > 0;
	case AMP_F_LINKS: return i->n_links > 0;
	case AMP_F_FEED_REASON: return i->feed_reason.p != NULL;
	case AMP_F_FEED_CONTEXT: return i->feed_context.p != NULL;
	case AMP_F_COUNT: break;
	}
	return false;
}

static size_t items_with(const struct amp_parsed *out, const char *field)
{
	size_t n = 0;
	int f = 0;
	while (f < AMP_F_COUNT && strcmp(amp_field_name((enum amp_field)f), field) != 0) f++;
	if (f == AMP_F_COUNT) die("MAPPED names a field that there is not");
	for (size_t i = 0; i < out->n_items; i++) n += has_field(&out->items[i], (enum amp_field)f);
	return n;
}

/* ---- places ---- */

/* Values at `place` (a path from v on) that say something: not null, not "", not an empty container. */
static size_t entries_at(const struct amp_json *v, const char *place)
{
	size_t n = 0;
	if (*place == '\0') return v->type == AMP_JSON_NULL || (v->type >= AMP_JSON_STRING && v->n == 0) ? 0 : 1;
	if (strncmp(place, "[]", 2) == 0) {
		if (v->type != AMP_JSON_ARRAY) return 0;
		for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) n += entries_at(x, place + 2);
		return n;
	}
	if (*place != '.') die("a place is neither a path nor markup");
	size_t length = strcspn(place + 1, ".[");
	const struct amp_json *x = v->type == AMP_JSON_OBJECT ? amp_json_get_n(v, place + 1, length) : NULL;
	return x ? entries_at(x, place + 1 + length) : 0;
}

static size_t pieces(struct amp_str body, const char *piece)
{
	size_t n = 0;
	for (const char *at = amp_str_find(body, amp_str_c(piece)); at; at = amp_str_find(body, amp_str_c(piece))) {
		n++;
		body = (struct amp_str){at + 1, (size_t)(body.p + body.n - at) - 1};
	}
	return n;
}

static void check_mapped(const char *platform, const char *file, struct amp_str body, const struct amp_parsed *out)
{
	struct amp_arena *arena = amp_arena_new((size_t)1 << 30);
	struct amp_json_doc doc = {.root = NULL};
	struct amp_err err = {0};
	if (!arena || amp_json_parse(&doc, body, arena, &err) != 0) die("no memory");
	bool json = doc.end == AMP_JSON_COMPLETE && doc.root->type >= AMP_JSON_ARRAY;
	for (size_t i = 0; i < n_mapped; i++) {
		struct mapped *m = &mapped[i];
		if (strcmp(m->platform, platform) != 0 || (m->place[0] == '~') == json) continue;
		size_t there = m->place[0] == '~' ? pieces(body, m->place + 1) : entries_at(doc.root, m->place),
		       found = items_with(out, m->field);
		m->entries += there;
		m->items += found;
		if (there <= found) continue;
		(void)printf("%s: %zu entries have something at %s, %zu items have a %s\n", file, there, m->place, found, m->field);
		m->failed = true;
		problems++;
	}
	amp_arena_free(arena);
}

/* ---- recordings ---- */

static struct column *column_of(const char *platform)
{
	for (size_t i = 0; i < n_columns; i++)
		if (strcmp(columns[i].platform, platform) == 0) return &columns[i];
	if (n_columns == MAX_PLATFORMS) die("too many platforms");
	columns[n_columns] = (struct column){.platform = platform};
	return &columns[n_columns++];
}

static void read_file(struct column *c, const struct amp_adapter *a, const char *path, struct amp_arena *arena)
{
	struct amp_buf b;
	struct amp_err err = {0};
	struct amp_parsed out;
	amp_buf_init(&b, (size_t)64 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) die(err.text);
	struct amp_page page = {.body = amp_buf_str(&b), .captured_at = RECORDED_AT, .status = 0};
	amp_arena_reset(arena);
	if (amp_parse_pages(a, NULL, &page, 1, 0, 0, 0, arena, &out, &err) != 0) die(err.text);
	if (out.n_items) {
		c->files++;
		c->items += out.n_items;
		for (int f = 0; f < AMP_F_COUNT; f++) c->present[f] += items_with(&out, amp_field_name((enum amp_field)f));
		check_mapped(a->name, path, amp_buf_str(&b), &out);
	}
	amp_buf_free(&b);
}

static void read_folder(const char *shared, const char *folder, const char *platform)
{
	struct amp_buf dir, path;
	struct amp_err err = {0};
	char **names = NULL;
	size_t n = 0;
	struct stat st;
	const struct amp_adapter *a = amp_adapter_find(platform);
	amp_buf_init(&dir, 4096);
	amp_buf_init(&path, 4096);
	(void)amp_buf_printf(&dir, "%s/payloads/%s", shared, folder);
	if (a && stat(dir.p, &st) == 0) {
		struct amp_arena *arena = amp_arena_new((size_t)1 << 30);
		if (!arena || amp_io_list(dir.p, &names, &n, &err) != 0) die(err.text);
		for (size_t i = 0; i < n; i++) {
			if (!is_recorded_body(names[i])) continue;
			amp_buf_reset(&path);
			(void)amp_buf_printf(&path, "%s/%s", dir.p, names[i]);
			read_file(column_of(platform), a, path.p, arena);
		}
		amp_io_list_free(names);
		amp_arena_free(arena);
	}
	amp_buf_free(&dir);
	amp_buf_free(&path);
}

static void read_mapped(const char *file)
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)1 << 20);
	if (amp_io_read_file(file, &b, &err) != 0) die(err.text);
	struct amp_str rest = amp_buf_str(&b);
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		if (line.n == 0 || line.p[0] == '#') continue;
		if (n_mapped == MAX_MAPPED) die("too many lines in MAPPED");
		struct mapped *m = &mapped[n_mapped++];
		struct amp_str platform = amp_str_cut(&line, ' '), field = amp_str_cut(&line, ' '), place = amp_str_trim(line);
		if (platform.n >= sizeof m->platform || field.n >= sizeof m->field || place.n == 0 || place.n >= sizeof m->place)
			die("a line of MAPPED is not: platform field place");
		memcpy(m->platform, platform.p, platform.n);
		memcpy(m->field, field.p, field.n);
		memcpy(m->place, place.p, place.n);
	}
	amp_buf_free(&b);
}

/* ---- the table ---- */

static void write_table(struct amp_buf *b)
{
	(void)amp_buf_addc(b, "| field |");
	for (size_t c = 0; c < n_columns; c++) (void)amp_buf_printf(b, " %s (%zu) |", columns[c].platform, columns[c].items);
	(void)amp_buf_addc(b, "\n|---|");
	for (size_t c = 0; c < n_columns; c++) (void)amp_buf_addc(b, "---|");
	(void)amp_buf_byte(b, '\n');
	for (int f = 0; f < AMP_F_COUNT; f++) {
		(void)amp_buf_printf(b, "| %s |", amp_field_name((enum amp_field)f));
		for (size_t c = 0; c < n_columns; c++) {
			if (columns[c].present[f])
				(void)amp_buf_printf(b, " %zu |", columns[c].present[f]);
			else
				(void)amp_buf_addc(b, " – |");
		}
		(void)amp_buf_byte(b, '\n');
	}
}

static void keep_in_docs(const char *docs, const struct amp_buf *table)
{
	struct amp_buf b, out;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)4 << 20);
	amp_buf_init(&out, (size_t)4 << 20);
	if (amp_io_read_file(docs, &b, &err) != 0) die(err.text);
	struct amp_str text = amp_buf_str(&b);
	const char *begin = amp_str_find(text, AMP_STR(MARK_BEGIN)), *end = amp_str_find(text, AMP_STR(MARK_END));
	if (!begin || !end || end < begin) die("the coverage marks are missing in the document");
	begin += sizeof MARK_BEGIN - 1;
	if (amp_str_eq((struct amp_str){begin, (size_t)(end - begin)}, amp_buf_str(table))) {
		amp_buf_free(&b);
		return;
	}
	if (getenv("AMP_UPDATE_COVERAGE")) {
		(void)amp_buf_add(&out, text.p, (size_t)(begin - text.p));
		(void)amp_buf_add(&out, table->p, table->n);
		(void)amp_buf_add(&out, end, (size_t)(text.p + text.n - end));
		if (amp_io_write_file(docs, out.p, out.n, &err) != 0) die(err.text);
	} else {
		(void)printf("%s does not have this table: AMP_UPDATE_COVERAGE=1 writes it there\n", docs);
		problems++;
	}
	amp_buf_free(&b);
	amp_buf_free(&out);
}

int main(int argc, char **argv)
{
	struct stat st;
	struct amp_buf table;
	if (argc != 4) die("usage: coverage SHARED MAPPED DOCS");
	if (stat(argv[1], &st) != 0) {
		(void)printf("skipped: ../shared is absent\n");
		return 77;
	}
	read_mapped(argv[2]);
	for (const struct recordings *r = recordings; r->folder; r++) read_folder(argv[1], r->folder, r->platform);
	for (size_t i = 0; i < n_mapped; i++) {
		if (mapped[i].entries || mapped[i].failed || !amp_adapter_find(mapped[i].platform)) continue;
		(void)printf("no recording has anything at %s %s\n", mapped[i].platform, mapped[i].place);
		problems++;
	}
	amp_buf_init(&table, (size_t)1 << 20);
	write_table(&table);
	(void)fwrite(table.p, 1, table.n, stdout);
	keep_in_docs(argv[3], &table);
	amp_buf_free(&table);
	return problems ? 1 : 0;
}

/* datasette.c: metadata for Datasette (https://docs.datasette.io/en/stable/metadata.html and facets.html, read in 2026-11): what the index, each view and each
 * table say of themselves, with the words of the dictionary and of docs/database.md. Its own key for units asks a library to know each unit: they stand
 * in the words. See private.h.
 */
#include <string.h>

#include "base/jsonw.h"
#include "export/private.h"
#include "export/words.h"
#include "queries_sql.h"

static const struct query {
	const char *name, *en, *fr;
	const struct amp_sql *sql;
} queries[] = {
#define AMP_QUERY(name, upper, en, fr) {#name, en, fr, &AMP_SQL_QUERY_##upper},
#include "export/queries.def"
#undef AMP_QUERY
};

/* ---- tables, by docs/database.md ---- */
struct raw_table {
	const char *name, *text;
	size_t first, n; /* of raw_columns */
};
struct raw_column {
	const char *name, *text;
};
#include "table_words.h"

static void raw(struct amp_jsonw *w, const struct raw_table *t)
{
	amp_jsonw_key(w, t->name);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "description", t->text);
	amp_jsonw_key(w, "columns");
	amp_jsonw_object(w);
	for (size_t i = t->first; i < t->first + t->n; i++) amp_jsonw_kc(w, raw_columns[i].name, raw_columns[i].text);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

/* ---- views ---- */
/* What a reader counts by first; and an order where a view is short enough to be sorted each time that it is opened. */
static const struct {
	const char *view, *facets, *sort;
} ways[] = {{"protocol_versions", "study", "locked_at"},
            {"personas", "study", "persona"},
            {"feeds", "platform ranking", "feed"},
            {"pairs", "platform pool", "pair"},
            {"rounds", "study day", "scheduled_at"},
            {"snapshots", "feed persona verdict", NULL},
            {"walks", "feed persona", NULL},
            {"exposures", "platform feed persona", NULL},
            {"scored_exposures", "feed persona flagged", NULL},
            {"items", "platform", NULL},
            {"thresholds", "detector lang", "detector"},
            {"detections", "detector flagged", NULL},
            {"persona_exposure", "feed persona target", NULL},
            {"feed_pairs", "pair persona target", NULL},
            {"estimates", "role metric target", "metric"},
            {"samples", "study detector", "drawn_at"},
            {"sample_units", "stratum flagged", "draw"},
            {"annotations", "coder label", "imported_at"},
            {"captures", "purpose origin status", NULL},
            {"missed_slots", "feed persona reason", "scheduled_at"},
            {"alarms", "feed persona rule", "scheduled_at"},
            {"decisions", "type", "decided_at"}};

static void way_in(struct amp_jsonw *w, const char *view)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct amp_str rest = amp_str_c(ways[i].facets);
		if (strcmp(ways[i].view, view) != 0) continue;
		amp_jsonw_key(w, "facets");
		amp_jsonw_array(w);
		while (rest.p != NULL) amp_jsonw_str(w, amp_str_cut(&rest, ' '));
		amp_jsonw_end_array(w);
		if (ways[i].sort != NULL) amp_jsonw_kc(w, "sort", ways[i].sort);
	}
}

static void both(struct amp_jsonw *w, struct amp_buf *scratch, const char *key, const char *en, const char *fr)
{
	amp_buf_reset(scratch);
	(void)amp_buf_printf(scratch, "%s / ", en);
	amp_export_say(scratch, fr, true);
	amp_jsonw_kstr(w, key, amp_buf_str(scratch));
}

static void column_words(struct amp_jsonw *w, struct amp_buf *scratch, const struct amp_column_words *c)
{
	amp_buf_reset(scratch);
	(void)amp_buf_printf(scratch, "%s / ", c->en);
	amp_export_say(scratch, c->fr, true);
	if (c->unit[0] != '\0') (void)amp_buf_printf(scratch, " [%s]", c->unit);
	amp_jsonw_kstr(w, c->name, amp_buf_str(scratch));
}

static void table(struct amp_jsonw *w, struct amp_buf *scratch, const struct amp_relation *r)
{
	const struct amp_column_words *columns[AMP_EXPORT_COLUMNS_MAX];
	size_t n = amp_relation_columns(r, true, true, columns);

	amp_jsonw_key(w, r->name);
	amp_jsonw_object(w);
	both(w, scratch, "title", r->title_en, r->title_fr);
	both(w, scratch, "description", r->en, r->fr);
	amp_jsonw_key(w, "columns");
	amp_jsonw_object(w);
	for (size_t i = 0; i < n; i++) column_words(w, scratch, columns[i]);
	amp_jsonw_end_object(w);
	way_in(w, r->name);
	amp_jsonw_end_object(w);
}

int amp_describe_datasette(struct amp_buf *b, const char *name, struct amp_err *err)
{
	struct amp_jsonw w;
	struct amp_buf scratch;

	amp_buf_init(&scratch, 65536);
	amp_jsonw_start(&w, b);
	amp_jsonw_object(&w);
	both(&w, &scratch, "title", amp_export_prose(AMP_PROSE_DATASETTE_TITLE, false),
	     amp_export_prose(AMP_PROSE_DATASETTE_TITLE, true));
	both(&w, &scratch, "description", amp_export_prose(AMP_PROSE_DATASETTE_TEXT, false),
	     amp_export_prose(AMP_PROSE_DATASETTE_TEXT, true));
	both(&w, &scratch, "license", amp_export_prose(AMP_PROSE_LICENCE, false), amp_export_prose(AMP_PROSE_LICENCE, true));
	amp_jsonw_kc(&w, "license_url", "https://www.gnu.org/licenses/gpl-3.0.html");
	amp_jsonw_key(&w, "databases");
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, name);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, "tables");
	amp_jsonw_object(&w);
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) table(&w, &scratch, r);
	for (size_t i = 0; i < sizeof raw_tables / sizeof *raw_tables; i++) raw(&w, &raw_tables[i]);
	amp_jsonw_end_object(&w);
	amp_jsonw_key(&w, "queries");
	amp_jsonw_object(&w);
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		amp_jsonw_key(&w, queries[i].name);
		amp_jsonw_object(&w);
		both(&w, &scratch, "title", queries[i].en, queries[i].fr);
		amp_jsonw_kc(&w, "sql", queries[i].sql->text);
		amp_jsonw_end_object(&w);
	}
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(b, '\n');
	amp_buf_free(&scratch);
	return amp_buf_check(b, "Datasette's metadata", err);
}

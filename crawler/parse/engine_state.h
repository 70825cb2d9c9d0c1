/* engine_state.h: the engine's own, between engine.c, nested.c, entry.c, rows.c, twice.c, refuse.c, service.c and convert.c only. */
#ifndef AMP_PARSE_ENGINE_STATE_H
#define AMP_PARSE_ENGINE_STATE_H
#include "parse/engine.h"

struct amp_engine_state {
	struct amp_err *err;
	struct amp_parsed *out;
	size_t items_room;
	int64_t rank, organic;            /* of the next entry */
	size_t readable;                  /* pages with entries that count */
	const struct amp_row_plan *plans; /* rows.c: tables of rows met so far, their paths split */
	enum amp_verdict fault;           /* of the worst kind of page so far (partial, then the first bad one); 0 = none */

	/* the page in hand */
	struct amp_json_doc doc;
	const struct amp_json *root;
	bool read; /* amp_engine_json was asked */
	struct amp_markup_doc markup;
	bool markup_read, markup_recorded; /* read; amp_engine_markup was asked */
	const struct amp_json *embedded;
	const char *embedded_at; /* where in the page; NULL: none read */
	size_t stopped_at;       /* where the last reader stopped; SIZE_MAX: none has */
	bool list_found, cut, judged;
	bool guests; /* documents inside the page were read, each with a list of its own */
	enum amp_verdict verdict;
	struct amp_str reason;
	struct amp_instead instead;
	size_t first_item, unreadable;
	size_t asked[AMP_F_COUNT], missing[AMP_F_COUNT]; /* entries that had to have the field; of these, without it */

	/* the entry in hand */
	uint32_t present;
	size_t n_media, n_links, n_labels, n_langs;
	struct amp_media media[AMP_MAX_LIST]; /* from here on not zeroed at the start */
	struct amp_link links[AMP_MAX_LIST];
	struct amp_label labels[AMP_MAX_LIST];
	struct amp_str langs[AMP_MAX_LIST];
};

enum amp_field_type { AMP_T_TEXT, AMP_T_COUNT, AMP_T_TIME, AMP_T_LIST };
struct amp_field_info {
	const char *name;
	enum amp_field_type type;
	size_t place;         /* offsetof in struct amp_item (lists: unused) */
	amp_convert *convert; /* when a row names none */
};
extern const struct amp_field_info amp_fields[AMP_F_COUNT];

/* engine.c: the steps of a page, for nested.c too. The members from doc to the entry in hand are the page's. */
void amp_engine_start_page(struct amp_engine *e, const struct amp_page *page, int page_no);
void amp_engine_parse_page(struct amp_engine *e);
enum amp_verdict amp_engine_judge_page(struct amp_engine *e);

/* twice.c: remarks the entries of the page that are shown twice, once an id; nothing where its lists are those of guests, each looked over by
 * itself. AMP_MAX_DIAGNOSTICS is left room. */
void amp_engine_remark_twice(struct amp_engine *e);

/* wall.c: pages that stand where a list was expected. */
struct amp_wall {
	enum amp_verdict verdict; /* where the status says nothing else */
	const char *what;         /* N_(): "a login page" */
};
/* What the page is; NULL: nothing that is known. is_ours: pages of this kind hold the endpoint's lists too, so that few signs can be trusted. */
const struct amp_wall *amp_wall_of(const struct amp_markup_doc *page, struct amp_str title, int status, bool is_ours);
/* service.c: refuses the page when its JSON is an error of the service, or its status says so. */
bool amp_engine_refuse_error(struct amp_engine *e, const struct amp_json *root);
/* refuse.c: the verdict that the status asks for, else the one given; the text's beginning, for reasons: at most 160 bytes, whole characters. */
enum amp_verdict amp_engine_by_status(int status, enum amp_verdict otherwise);
struct amp_str amp_engine_shortened(struct amp_str text);
/* convert.c: a time into its field, with raw and precision where the field has them. */
enum amp_state amp_convert_time(struct amp_engine *e, enum amp_field field, int64_t ms, struct amp_str raw,
                                enum amp_precision precision, bool ok);
/* The value's beginning, for remarks: at most 60 bytes, whole characters. */
struct amp_str amp_engine_excerpt(const struct amp_value *v);

#endif

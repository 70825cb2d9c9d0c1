/* engine_state.h: the engine's own, between engine.c, entry.c, refuse.c and convert.c only. */
#ifndef AMP_PARSE_ENGINE_STATE_H
#define AMP_PARSE_ENGINE_STATE_H
#include "parse/engine.h"

struct amp_engine_state {
	struct amp_err *err;
	struct amp_parsed *out;
	size_t items_room;
	int64_t rank, organic;  /* of the next entry */
	size_t readable;        /* pages with entries that count */
	enum amp_verdict fault; /* of the worst kind of page so far (partial, then the first bad one); 0 = none */

	/* the page in hand */
	struct amp_json_doc doc;
	const struct amp_json *root;
	bool read; /* amp_engine_json was asked */
	bool list_found, cut, judged;
	enum amp_verdict verdict;
	struct amp_str reason;
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

/* The value's beginning, for remarks: at most 60 bytes, whole characters. */
struct amp_str amp_engine_excerpt(const struct amp_value *v);

#endif

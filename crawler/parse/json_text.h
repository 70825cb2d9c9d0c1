/* json_text.h: strings and repairs, between json.c and json_text.c only. */
#ifndef AMP_PARSE_JSON_TEXT_H
#define AMP_PARSE_JSON_TEXT_H
#include "parse/json.h"

struct amp_json_text {
	struct amp_str body;
	struct amp_arena *arena;
	struct amp_json_doc *doc;
};

/* Counts a repair (or a duplicate key) and stores it while there is room. */
void amp_json_note(struct amp_json_text *t, const char *code, size_t offset);
/* *p at the opening quote; left behind the closing one. *cut: the body ended first. AMP_ELIMIT when the arena is used up. */
int amp_json_read_string(struct amp_json_text *t, const char **p, const char *end, struct amp_str *out, bool *repaired, bool *cut);
/* Keys of a closed object that a later one repeats get AMP_JSON_SHADOWED. */
void amp_json_mark_duplicates(struct amp_json_text *t, struct amp_json *object);

#endif

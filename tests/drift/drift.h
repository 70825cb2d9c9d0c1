/* drift.h: the drift drill (drift.c), between its files. One struct drill a run. */
#ifndef AMP_TESTS_DRIFT_H
#define AMP_TESTS_DRIFT_H
#include <jansson.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json_place.h"
#include "parse/adapter.h"
#include "parse/json.h"

#define MAX_PATHS 20000
#define MAX_ALLOWED 1000
#define MARK "drift drill"

enum mutation { DROP, RENAME, TO_TEXT, TO_NUMBER, TO_OBJECT, TO_ARRAY, MUTATIONS };
extern const char *const mutation_names[MUTATIONS]; /* drift_judge.c */

struct spot { /* one member of an object, or one element or attribute: places in the body */
	size_t key, value, end;
	uint8_t type;
	size_t tag, close, after; /* markup: where it begins, the name in its end tag (0: none), where it is over */
};

struct path {
	char *text;
	struct spot *spots;
	size_t n, room;
};

struct allowed {
	char *column, *mutation, *ending, *reason;
	size_t used;
};

struct drill {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	struct amp_arena *arena;
	const char *file;
	struct amp_str url;
	int64_t captured_at;
	struct amp_buf body;
	struct path *paths;
	size_t n_paths;
	json_t *base; /* items as lines of the contract */
	enum amp_verdict verdict;
	size_t remarks;
	size_t *offsets;        /* of base's items, in the body */
	size_t taken;           /* entries that the mutation took out with the element they stand in */
	bool cards;             /* of a page of HTML such entries may be gone */
	bool values;            /* a value of markup that is lost must leave a remark too */
	bool markup, in_string; /* in_string: the markup is a JSON string */
	bool table;
	size_t start; /* where the JSON in hand begins */
	struct allowed allowed[MAX_ALLOWED];
	size_t n_allowed;
	/* over all files */
	size_t files, fields, mutants, unread, nulled, refused, findings;
};

/* drift_json.c: members of JSON, and what all kinds of documents share. A path's spots are where it stands in the body. */
void die(const char *what);
bool ends_with(const char *text, const char *ending);
char *copy(const char *p, size_t n);
struct path *path_named(struct drill *d, const char *text);
void add_spot(struct path *p, struct spot s);
/* False: the text is not whole and well formed. */
bool walk_text(struct drill *d, struct amp_str text, struct amp_arena *tree);
/* JSON, or a document of it on each line. */
bool walk_documents(struct drill *d, struct amp_arena *tree);
/* The JSON that YouTube's pages carry; absent when there is none. */
struct amp_str carried(const struct drill *d);
/* The mutants: false when there is nothing to change. */
bool mutate(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out);
/* drift_table.c */
void walk_table(struct drill *d);
bool mutate_table(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out);
/* drift_markup.c */
void walk_markup(struct drill *d);
bool mutate_markup(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out);
/* drift_judge.c: reading a mutant, and what may come out of it. */
json_t *items_of(const struct amp_adapter *a, const struct amp_parsed *out);
struct amp_parsed parse(struct drill *d, const struct amp_endpoint *ep, struct amp_str body);
size_t remarks_of(const struct amp_parsed *out);
/* Every mutant of one path. */
void drill_path(struct drill *d, const struct path *p, struct amp_buf *mutant);

#endif

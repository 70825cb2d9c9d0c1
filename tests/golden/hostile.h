/* hostile.h: the drills over damaged documents (hostile.c), between their files. One struct hostile a run. */
#ifndef AMP_TESTS_HOSTILE_H
#define AMP_TESTS_HOSTILE_H
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "parse/adapter.h"
#include "parse/engine.h"

#define MAX_DOCS 2000
#define MAX_ITEMS 4000
#define MAX_ALLOWED 400

enum format { JSON, XML, HTML, OTHER };

struct span {
	size_t from, to;
};

struct result {
	enum amp_verdict verdict;
	struct amp_str reason;
	const struct amp_endpoint *endpoint;
	size_t n, repairs, remarks, twice; /* twice: ids that are remarked as shown twice */
	size_t n_remarked;
	int64_t remarked[AMP_MAX_DIAGNOSTICS]; /* ranks */
	struct amp_str lines[MAX_ITEMS];
	size_t offsets[MAX_ITEMS];
};

struct doc {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	char *name, *url, *headers;
	int64_t captured_at;
	struct amp_buf body;
	enum format format;
	size_t n, repairs, remarks;
	struct amp_str *lines; /* one allocation: lines_text */
	size_t *offsets;
	char *lines_text;
	/* the entries: elements[i] is that of item i when the document is a list of them; owner spans, else n_elements == 0 */
	struct span *elements;
	size_t n_elements;
	struct span list; /* what is between the brackets of a JSON list */
	bool reversed;    /* the last entry of the document is rank 0 */
	bool first;       /* of its endpoint */
	bool recorded;    /* no golden case: it stands beside the checkout */
};

struct allowed {
	char platform[24], drill[16], endpoint[120];
	size_t used;
};

struct hostile {
	const struct amp_adapter *self;
	struct doc docs[MAX_DOCS]; /* those of self first: cases, then recordings */
	size_t n_docs, n_cases, n_own;
	struct allowed allowed[MAX_ALLOWED];
	size_t n_allowed;
	struct amp_arena *arena;
	struct amp_buf text;   /* of the lines of the last result */
	struct amp_buf mutant; /* the document in the making */
	struct result got;     /* of the last document that was read */
	const char *drill_name;
	const char *reader; /* sibling, foreign: the endpoint that reads; "-": the one that was recognised is none of ours */
	bool all;           /* findings are shown, not the first ones alone */
	size_t findings, parses;
};

/* hostile.c. A finding is told unless hostile.txt allows it. */
void finding(struct hostile *h, const struct doc *d, const char *fmt, ...) AMP_PRINTF(3, 4);
void die(const char *what);

/* hostile_read.c: h->got becomes what the body gives. status 0: a file; address: with the document's address and headers. */
void read_as(struct hostile *h, const struct doc *d, const struct amp_adapter *a, const struct amp_endpoint *ep,
             struct amp_str body, int status, bool address);
void read_body(struct hostile *h, const struct doc *d, struct amp_str body); /* as the document was, with status 200 */
bool same_item(struct amp_str a, struct amp_str b);                          /* lines, but for the ranks */
bool has(struct amp_str line, struct amp_str piece);
/* The mutant: begun, put together of pieces, taken (it lasts until the next one is begun). */
void begin_mutant(struct hostile *h);
void put(struct hostile *h, const char *p, size_t n);
void put_range(struct hostile *h, const struct doc *d, size_t from, size_t to);
void put_times(struct hostile *h, const char *piece, size_t times);
struct amp_str mutated(struct hostile *h);
void insert(struct hostile *h, const struct doc *d, size_t at, const char *piece, size_t n); /* the whole mutant */

/* hostile_documents.c: the inputs of a platform's cases with verdict ok are added to h->docs. */
void load_platform(struct hostile *h, const struct amp_adapter *a, const char *golden);
/* The recordings of h->self, if they are in FOLDER. */
void load_recordings(struct hostile *h, const char *folder);
void free_doc(struct doc *d);

/* hostile_places.c: where the entries of a document are (d->elements, d->list, d->reversed). */
void find_entries(struct hostile *h, struct doc *d);
size_t name_length(struct amp_str b, size_t at); /* of the tag's name that begins there */

/* The drills; each reads mutants of d and tells findings. */
void drill_cut(struct hostile *h, const struct doc *d); /* hostile_damage.c */
void drill_text(struct hostile *h, const struct doc *d);
void drill_deep(struct hostile *h, const struct doc *d);
void drill_entities(struct hostile *h, const struct doc *d);
void drill_wall(struct hostile *h, const struct doc *d); /* hostile_service.c */
void drill_status(struct hostile *h, const struct doc *d);
void drill_body(struct hostile *h, const struct doc *d);
void drill_emptied(struct hostile *h, const struct doc *d); /* hostile_lists.c */
void drill_doubled(struct hostile *h, const struct doc *d);
void drill_renamed(struct hostile *h, const struct doc *d);
void drill_missing(struct hostile *h, const struct doc *d);
void drill_foreign(struct hostile *h, const struct doc *d);
void drill_sibling(struct hostile *h, const struct doc *d);
void drill_types(struct hostile *h, const struct doc *d); /* hostile_types.c */

#endif

/* check.h: walking a file along its table of keys, and saying where each mistake stands. Inside crawler/persona only. */
#ifndef AMP_PERSONA_CHECK_H
#define AMP_PERSONA_CHECK_H
#include "persona/keys.h"
#include "persona/positions.h"
#include "persona/study.h"

#define AMP_FILE_MAX ((size_t)1 << 20) /* a study or persona file */
#define AMP_MISTAKES_MAX 200           /* told one by one; the rest is counted */
/* Defaults of a schedule. */
#define AMP_WINDOW_MS (INT64_C(3600) * 1000) /* or the interval, when that is shorter */
#define AMP_MAX_SKEW_MS (INT64_C(300) * 1000)
#define AMP_TIME_BLOCK_MS (INT64_C(86400) * 1000)

struct amp_doc { /* one file */
	const char *path;
	json_t *root;
	const struct amp_pos *pos;
	struct amp_doc *next;
};
struct amp_at { /* one value and where it stands */
	const struct amp_doc *doc;
	const struct amp_at *up; /* NULL at the root of a file */
	const char *key;         /* NULL for the element of a list */
	size_t index;
	const json_t *v;
	const struct amp_pos *pos;
};
struct amp_checker {
	amp_mistake_fn *fn;
	void *user;
	struct amp_arena *arena;
	struct amp_doc *docs;                    /* to release the JSON trees */
	const struct amp_source *const *sources; /* of one's own: NULL-ended; NULL before they were read */
	const struct amp_at **services; /* the file of each element of the study's "services"; NULL where it has mistakes */
	size_t n_services;
	bool stored; /* what is read was checked and locked before: names of later platforms are no mistake */
	size_t mistakes, warnings;
	int rc; /* memory ran out: AMP_ENOMEM */
	struct amp_mistake first;
	char first_path[256];
};

/* Loads a file; a syntax mistake or an unreadable file is reported. `named_by`: where its name was written, or NULL. */
const struct amp_at *amp_doc_load(struct amp_checker *c, const char *path, const struct amp_at *named_by);
/* The same for a text at hand; name is told in mistakes. */
const struct amp_at *amp_doc_held(struct amp_checker *c, const char *name, struct amp_str text);
void amp_checker_release(struct amp_checker *c);
/* 0, or AMP_EUSAGE with the first mistake and the count of the others. */
int amp_checker_result(const struct amp_checker *c, const char *path, struct amp_err *err) AMP_CHECK;

/* Member or element; NULL when absent. */
const struct amp_at *amp_at_key(struct amp_checker *c, const struct amp_at *at, const char *key);
const struct amp_at *amp_at_index(struct amp_checker *c, const struct amp_at *at, size_t i);
/* The text of a member, NULL when absent or not a text. */
const char *amp_at_text(const struct amp_at *at, const char *key);
/* "personas[3].follows[0].account" in the arena. */
const char *amp_at_path(struct amp_checker *c, const struct amp_at *at);

/* A mistake at a value, at its key, at a character inside a text, or about a key that is missing from an object. */
void amp_wrong(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...) AMP_PRINTF(3, 4);
void amp_wrong_key(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...) AMP_PRINTF(3, 4);
void amp_wrong_inside(struct amp_checker *c, const struct amp_at *at, int offset, const char *fmt, ...) AMP_PRINTF(4, 5);
void amp_wrong_missing(struct amp_checker *c, const struct amp_at *object, const char *key, const char *fmt, ...) AMP_PRINTF(4, 5);

/* Not a mistake: told, not counted. */
void amp_warn(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...) AMP_PRINTF(3, 4);

/* Everything that the tables say: unknown, missing, duplicate keys; types; ranges; forms. */
void amp_check_object(struct amp_checker *c, const struct amp_at *at, const struct amp_object_spec *spec);
void amp_check_value(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row);
/* What no table can say: names that must exist, sums that must fit. */
void amp_check_persona(struct amp_checker *c, const struct amp_at *persona);
void amp_check_study(struct amp_checker *c, const struct amp_at *study, const struct amp_at *const *personas, size_t n_personas);
bool amp_check_source(struct amp_checker *c, const struct amp_at *source); /* true: no mistake in it */
bool amp_check_service(struct amp_checker *c, const struct amp_at *file);  /* true: no mistake in it */
/* One element of a study's "services" with its file; earlier: the files of those before it. */
void amp_check_service_use(struct amp_checker *c, const struct amp_at *study, const struct amp_at *use,
                           const struct amp_at *const *earlier, size_t n, const struct amp_at *file);
/* Among the study's own sources, then among the compiled platforms; NULL when unknown. */
const struct amp_adapter *amp_checker_adapter(const struct amp_checker *c, const char *name);
/* A platform's name: NULL and a mistake when unknown. */
const struct amp_adapter *amp_check_platform(struct amp_checker *c, const struct amp_at *at);
/* " Did you mean “x”?" or "", in the arena. */
const char *amp_did_you_mean(struct amp_checker *c, const char *word, const char *const *candidates, size_t n);
/* Exact decimal as a whole number of 10^-9; false when it is not one. */
bool amp_decimal(const char *text, int64_t *nano);

/* A source file without mistake as an adapter in `a`. NULL when memory is out. */
struct amp_source *amp_source_made(struct amp_checker *c, const struct amp_at *source, struct amp_arena *a);
/* The study itself, once there is no mistake. */
int amp_study_build(struct amp_study *s, struct amp_checker *c, const struct amp_at *study, const struct amp_at *const *personas,
                    size_t n_personas, struct amp_err *err) AMP_CHECK;
int amp_study_resolve(struct amp_study *s, struct amp_err *err) AMP_CHECK;

#endif

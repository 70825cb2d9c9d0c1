/* records.h: what `amplimeter score` reads: one text a line, JSON Lines (those of `amplimeter parse` too), or CSV (RFC 4180) with a
 * column `text`. Every record comes out, empty and broken ones included. Bytes that are not UTF-8 become U+FFFD.
 */
#ifndef AMP_DETECTORS_RECORDS_H
#define AMP_DETECTORS_RECORDS_H
#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum amp_record_format { AMP_RECORD_AUTO, AMP_RECORD_LINES, AMP_RECORD_JSONL, AMP_RECORD_CSV };
struct amp_record {
	int64_t line;        /* the record's own `line` where it has one, else the line of the input where it starts, from 1 */
	struct amp_str id;   /* absent when there is none; text */
	json_t *id_json;     /* the `id` of a JSON record that is not text, else NULL; lent */
	struct amp_str text; /* absent when the record has none, or cannot be read; may be blank */
	struct amp_str
		view; /* what is to be scored: text_view v1 of the record's parts; absent when text is, and no other part is there */
	struct amp_str lang; /* the record's language, absent */
	const char *problem; /* why nothing can be scored, NULL */
};
struct amp_records;
int amp_records_open(struct amp_records **out, FILE *in, enum amp_record_format format, struct amp_err *err) AMP_CHECK;
void amp_records_close(struct amp_records *r); /* NULL-safe; does not close the stream */
/* 1: a record, lent until the next call; 0: the end; negative: the input cannot be read. */
int amp_records_next(struct amp_records *r, struct amp_record *out, struct amp_err *err) AMP_CHECK;
/* Another column of the record read last: a CSV column by its title (any case), or a text member of a JSON record. Its bytes as read;
 * absent when there is none. Lent until the next call of amp_records_next. */
struct amp_str amp_records_field(const struct amp_records *r, const char *name);
/* Has the CSV a column of this title? Always true of other formats. */
bool amp_records_has(const struct amp_records *r, const char *name);

#endif

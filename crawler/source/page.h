/* page.h: the hooks that every source of one's own has; inside crawler/source only. */
#ifndef AMP_SOURCE_PAGE_H
#define AMP_SOURCE_PAGE_H
#include "source/source.h"

const struct amp_endpoint *amp_source_recognise(struct amp_engine *e);
void amp_source_page(struct amp_engine *e);

/* page.c, for both kinds of documents. */
/* "posts" in front of it, resolved where the word says so; then the converter. */
void amp_source_put(struct amp_engine *e, const struct amp_source_row *row, struct amp_value v);
/* The whole address, resolved against the page's own or the source's server; absent when neither is known. */
struct amp_str amp_source_address(struct amp_engine *e, struct amp_str reference);
/* What the entry in hand is by what was put into it, and by its flags. */
void amp_source_flag(struct amp_engine *e, size_t flag);
void amp_source_begin(struct amp_engine *e, size_t offset, const struct amp_source_endpoint *own);
void amp_source_end(struct amp_engine *e);
/* next: what the path "next" selects, absent without one; more: false when the page says that it is the last. */
void amp_source_next(struct amp_engine *e, const struct amp_source_endpoint *own, struct amp_str next, bool more, size_t entries);

void amp_source_json_page(struct amp_engine *e, const struct amp_source_endpoint *own);
void amp_source_tree_page(struct amp_engine *e, const struct amp_source_endpoint *own);
/* Which endpoint's list and required fields the page has; NULL: none. */
const struct amp_endpoint *amp_source_json_fits(struct amp_engine *e);
const struct amp_endpoint *amp_source_tree_fits(struct amp_engine *e);

#endif

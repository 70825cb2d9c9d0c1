/* private.h: what the files of analysis/lexicon share. */
#ifndef AMP_LEXICON_PRIVATE_H
#define AMP_LEXICON_PRIVATE_H
#include "lexicon/lexicon.h"

/* A phrase of n words (at least one), in normal form, as an entry of its own or one more of the same words; a function word is noted alone. */
int lexicon_add_words(struct lexicon *l, const struct amp_str *words, size_t n, const struct lexicon_entry *entry,
                      struct amp_err *err) AMP_CHECK;
/* The beginning of a word, of at most 63 bytes. */
int lexicon_add_prefix(struct lexicon *l, struct amp_str word, const struct lexicon_entry *entry, struct amp_err *err) AMP_CHECK;

#endif

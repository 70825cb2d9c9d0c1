/* near.h: words of groups that are misspelt or glued together: "muslms", "sarabes", "lesfemmesdehors".
 *
 * A word that no entry has is looked for one edit away from the words of identity and slur entries (deletion, insertion,
 * substitution, or two letters swapped; the first letter stays; both words of at least NEAR_EDIT_MIN bytes), then for such a word inside it
 * (words of at least NEAR_GLUED_MIN bytes). Weaker evidence than a match: callers keep it apart. Deletion neighbourhoods: Garbe's
 * symmetric delete (2012), with one deletion.
 */
#ifndef AMP_LEXICON_NEAR_H
#define AMP_LEXICON_NEAR_H
#include "lexicon/lexicon.h"

#define NEAR_EDIT_MIN 6
#define NEAR_GLUED_MIN 12
#define NEAR_INSIDE_MIN 5 /* bytes of a word that is looked for inside others */
#define NEAR_WORD_MAX 48  /* longer words are not looked at for edits; inside longer ones only their first 256 bytes */

enum lexicon_nearness { LEXICON_FAR, LEXICON_EDITED, LEXICON_GLUED };
struct lexicon_near;
/* The lexicon must outlive it. */
int lexicon_near_new(struct lexicon_near **out, const struct lexicon *l, struct amp_err *err) AMP_CHECK;
void lexicon_near_free(struct lexicon_near *near); /* NULL-safe */
/* word: of a normal form. *entry: entry + 1, the first that passes the filter. Bounded time. */
enum lexicon_nearness lexicon_near_find(const struct lexicon_near *near, struct amp_str word, const struct lexicon_filter *filter,
                                        uint32_t *entry);

#endif

/* private.h: what the files of analysis/text share. */
#ifndef AMP_TEXT_PRIVATE_H
#define AMP_TEXT_PRIVATE_H
#include "text/bytes.h"
#include "text/text.h"

#define AMP_JOINED_MIN 4 /* single letters in a row: "a b c" is a list, "y a t il" is French */

#define AMP_LOOKED_BEHIND 80 /* zeros behind a text that is looked over */
/* Which steps of amp_disguise_undo have anything to do. */
struct amp_needs {
	bool joins, signs, scripts, drawn;
	size_t first_signs; /* where the first word is whose signs are to be read */
};
void amp_look_over(const char *p, size_t n, struct amp_needs *out);
/* Bits of the first 64 bytes or fewer: digits, signs for letters, and some more that are in no word. */
uint64_t amp_look_for_signs(const char *p, size_t n);
/* The next word to be read for its signs among those with these bytes (bits from `base`), and *seen its end; false: none. Words that end
 * before *seen are not asked. */
bool amp_next_signed(const char *p, size_t n, size_t base, uint64_t *bits, size_t *seen, size_t *word);
/* May the letter be drawn out? No word of the languages read here has "www", and addresses begin with it. */
static inline bool amp_is_drawn(char c)
{
	return c >= 'a' && c <= 'z' && c != 'w';
}

/* Undoes what hides words in folded text: letters of other scripts, kept apart, drawn out, signs for letters. In place: it only shortens. */
void amp_disguise_undo(struct amp_normal *n);

#endif

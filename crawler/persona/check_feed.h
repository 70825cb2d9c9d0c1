/* check_feed.h: the feeds of a study; inside crawler/persona only. */
#ifndef AMP_PERSONA_CHECK_FEED_H
#define AMP_PERSONA_CHECK_FEED_H
#include "persona/check.h"

void amp_check_feed(struct amp_checker *c, const struct amp_at *study, const struct amp_at *feed,
                    const struct amp_at *const *personas, size_t n);
/* How many twins a persona of a file has by one word ("twin", "twins"). */
size_t amp_check_twins(const struct amp_at *persona);
/* The window of a round, in milliseconds: as the schedule says, else its default. */
int64_t amp_check_window(const struct amp_at *study);
/* The feed's ranking as declared, else its endpoint's; false when neither is known. */
bool amp_check_feed_ranking(const struct amp_checker *c, const struct amp_at *feed, enum amp_ranking *out);

#endif

/* frames.h: sentences made from frames, for training: every hateful frame has benign twins with the same words, so that neither the name of a
 * group, nor a hostile word, nor a spelling trick is a verdict by itself. The files are described in analysis/data/README.md. */
#ifndef AMP_TRAIN_FRAMES_H
#define AMP_TRAIN_FRAMES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct amp_frame { /* a sentence, lent until the next one */
	struct amp_str text;
	struct amp_str sort;   /* of its frame: "threat" */
	struct amp_str target; /* of the group that its gaps name; of no meaning where its frame has none */
	const char *lang;
	int line, quoted; /* of its frame in the file; of the frame that it quotes, 0: none */
	bool hateful;
};
/* Nonzero stops and is returned. */
typedef int amp_frames_fn(void *user, const struct amp_frame *sentence, struct amp_err *err);
/* count sentences, half of them hateful (fewer where the frames are so few that they repeat); the same for the same bytes and seed.
 * file: for messages. */
int amp_frames(struct amp_str bytes, const char *file, uint64_t seed, size_t count, amp_frames_fn *fn, void *user,
               struct amp_err *err) AMP_CHECK;

#endif

/* keymap.h: key -> facts gathered in one pass over an archive; grows, 64 bytes a key. For verify. */
#ifndef AMP_RUN_KEYMAP_H
#define AMP_RUN_KEYMAP_H
#include <stdbool.h>
#include <stdint.h>
#include "base/hash.h"

struct amp_facts {
	struct amp_key key, version; /* of a round: its study version; of a step: the item asked for */
	int64_t a, b; /* of a snapshot: started, ended; of a round: scheduled_at, window_end; of a step: parent_rank, policy */
	int64_t depth, pages;
	bool used;
};
struct amp_keymap {
	struct amp_facts *slots;
	size_t size, n;
};
/* The facts of the key, made when absent (*made). NULL when memory is out. */
struct amp_facts *amp_keymap_add(struct amp_keymap *m, const struct amp_key *key, bool *made);
const struct amp_facts *amp_keymap_find(const struct amp_keymap *m, const struct amp_key *key);
void amp_keymap_free(struct amp_keymap *m);

#endif

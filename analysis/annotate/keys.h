/* keys.h: content-derived keys of what is sampled and said. */
#ifndef AMP_ANNOTATE_KEYS_H
#define AMP_ANNOTATE_KEYS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/hash.h"

struct amp_annotation_parts {
	const struct amp_key *unit, *before;                  /* before: all zero where nothing is superseded */
	struct amp_str coder, guideline, label, act, targets; /* act: absent where not said; targets: by name, joined by "|" */
	const uint8_t *hash;                                  /* annotation.text_sha256 */
	int64_t pass, confidence, imported_at;                /* confidence 0: not said */
	bool adjudicates;
};
struct amp_key amp_unit_key(const struct amp_key *sample, const struct amp_key *version);
struct amp_key amp_annotation_key(const struct amp_annotation_parts *p);
struct amp_key amp_adjudication_key(const struct amp_key *annotation);

#endif

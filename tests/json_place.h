/* json_place.h: where values of a JSON document end, for tests that change documents at places that a tree of offsets tells. */
#ifndef AMP_TESTS_JSON_PLACE_H
#define AMP_TESTS_JSON_PLACE_H
#include "base/str.h"

/* The byte behind the value that begins at `at`; of a document that is well formed there. */
size_t json_value_end(struct amp_str b, size_t at);

#endif

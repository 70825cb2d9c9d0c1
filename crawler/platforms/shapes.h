/* shapes.h: members whose type says whether an adapter can read on: a container that became a text takes its fields away without
 * any of them being asked for, and that must leave a remark.
 */
#ifndef AMP_PLATFORMS_SHAPES_H
#define AMP_PLATFORMS_SHAPES_H
#include "parse/engine.h"

#define AMP_SHAPE(type) (1U << (type))
#define AMP_SHAPE_FLAG (AMP_SHAPE(AMP_JSON_FALSE) | AMP_SHAPE(AMP_JSON_TRUE))
#define AMP_SHAPE_ID (AMP_SHAPE(AMP_JSON_STRING) | AMP_SHAPE(AMP_JSON_NUMBER))

struct amp_shape {
	const char *path; /* amp_json_path; ends with NULL */
	unsigned types;   /* AMP_SHAPE of each that can be read; null always can */
	enum amp_field field;
};

/* A remark on each member of the entry in hand that has another type. */
void amp_check_shapes(struct amp_engine *e, const struct amp_shape *shapes, const struct amp_json *entry);

#endif

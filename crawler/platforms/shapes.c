/* shapes.c: see shapes.h. */
#include "platforms/shapes.h"

void amp_check_shapes(struct amp_engine *e, const struct amp_shape *shapes, const struct amp_json *entry)
{
	for (const struct amp_shape *s = shapes; s->path; s++) {
		const struct amp_json *v = amp_json_path(entry, s->path);
		if (amp_json_is_null(v) || s->types & AMP_SHAPE(v->type)) continue;
		amp_put_invalid(e, s->field, v->offset, "%s is of another type", s->path);
	}
}

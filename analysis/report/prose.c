/* prose.c: the table of long texts. */
#include "report/private.h"

static const struct {
	const char *en, *fr;
} prose[P_COUNT] = {
#define PROSE(id, english, french) {english, french},
#include "report/prose.def"
#undef PROSE
};

const char *p_text(const struct amp_report *r, enum amp_prose id)
{
	return r->w.french ? prose[id].fr : prose[id].en;
}
bool p_complete(enum amp_prose id)
{
	return prose[id].en && prose[id].fr && *prose[id].en && *prose[id].fr;
}

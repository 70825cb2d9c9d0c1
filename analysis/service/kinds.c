/* kinds.c: the tables of kinds and outcomes. */
#include <string.h>
#include "service/private.h"

#define AMP_SERVICE_KIND(name) extern const struct amp_service_kind amp_service_kind_##name;
#include "service/kinds.def"
#undef AMP_SERVICE_KIND
const struct amp_service_kind *const amp_service_kinds[] = {
#define AMP_SERVICE_KIND(name) &amp_service_kind_##name,
#include "service/kinds.def"
#undef AMP_SERVICE_KIND
	NULL};

const struct amp_service_kind *amp_service_kind_find(const char *name)
{
	for (size_t i = 0; amp_service_kinds[i] != NULL; i++)
		if (strcmp(amp_service_kinds[i]->name, name) == 0) return amp_service_kinds[i];
	return NULL;
}

static const struct {
	const char *name;
	enum amp_service_status status;
	const char *fr, *en;
} OUTCOMES[AMP_SERVICE_OUTCOMES] = {
#define AMP_SERVICE_OUTCOME(id, name, status, fr, en) {name, status, fr, en},
#include "service/outcomes.def"
#undef AMP_SERVICE_OUTCOME
};

const char *amp_service_outcome_name(enum amp_service_outcome o)
{
	return OUTCOMES[o].name;
}

enum amp_service_status amp_service_outcome_status(enum amp_service_outcome o)
{
	return OUTCOMES[o].status;
}

const char *amp_service_outcome_text(const char *name, bool french)
{
	for (size_t i = 0; i < AMP_SERVICE_OUTCOMES; i++)
		if (strcmp(OUTCOMES[i].name, name) == 0) return french ? OUTCOMES[i].fr : OUTCOMES[i].en;
	return NULL;
}

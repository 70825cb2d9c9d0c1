/* look.c: which platform sent a document, when the platform that was named did not. */
#include <string.h>
#include "base/i18n.h"
#include "platforms/platforms.h"

/* Feeds are what several services send: their own adapters know them better. */
static bool is_general(const struct amp_adapter *a)
{
	return strcmp(a->name, "feeds") == 0;
}

/* The named platform knows the document for one of its own, be it damaged. */
static int knows(const struct amp_adapter *a, const struct amp_page *page, bool *out, struct amp_err *err)
{
	struct amp_parsed parsed = {.endpoint = NULL};
	struct amp_arena *arena = amp_arena_new(0);
	int rc = arena ? amp_parse_pages(a, NULL, page, 1, 0, 0, 0, arena, &parsed, err)
	               : amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start parsing"));
	*out = rc == 0 && parsed.endpoint;
	amp_arena_free(arena);
	return rc == AMP_ELIMIT ? 0 : rc;
}

int amp_platforms_look(const struct amp_adapter *named, const struct amp_page *page, struct amp_look *out, struct amp_err *err)
{
	struct amp_look particular = {NULL, NULL}, general = {NULL, NULL};
	struct amp_page alone = *page;
	size_t n, claims = 0;
	bool own = false;
	const struct amp_adapter *const *all = amp_adapters(&n);
	*out = (struct amp_look){NULL, NULL};
	alone.url = alone.only = AMP_STR_ABSENT;
	alone.lent = true;
	int rc = is_general(named) ? 0 : knows(named, &alone, &own, err);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct amp_endpoint *found = NULL;
		rc = amp_parse_look(all[i], NULL, &alone, &found, err);
		if (!found) continue;
		if (is_general(all[i])) {
			general = (struct amp_look){all[i], found};
		} else {
			particular = (struct amp_look){all[i], found};
			claims++;
		}
	}
	if (claims < 2) *out = claims ? particular : general;
	if (rc != 0 || out->adapter == named || (own && out->adapter == general.adapter)) *out = (struct amp_look){NULL, NULL};
	return rc;
}

int amp_platforms_tell(const struct amp_adapter *named, const struct amp_parsed *parsed, const struct amp_page *page,
                       struct amp_look *out, struct amp_err *err)
{
	*out = (struct amp_look){NULL, NULL};
	if (parsed->verdict < AMP_VERDICT_DRIFT) return 0;
	if (parsed->looks_like) {
		*out = (struct amp_look){named, parsed->looks_like};
		return 0;
	}
	return amp_platforms_look(named, page, out, err);
}

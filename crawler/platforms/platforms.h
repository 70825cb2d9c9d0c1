/* platforms.h: declares each adapter, for the file that defines it; others use amp_adapter_find (parse/adapter.h). What concerns all of them. */
#ifndef AMP_PLATFORMS_PLATFORMS_H
#define AMP_PLATFORMS_PLATFORMS_H
#include "parse/adapter.h"

#define AMP_PLATFORM(name) extern const struct amp_adapter amp_adapter_##name;
#include "platforms/platforms.def"
#undef AMP_PLATFORM

struct amp_look {                            /* all NULL: it cannot be told */
	const struct amp_adapter *adapter;   /* whose document, or whose error, it is */
	const struct amp_endpoint *endpoint; /* one of the form that it has: see amp_parse_look; NULL: it is no document of any */
	struct amp_instead instead;          /* what it is then */
};
/* Which platform's document a page is that is none of the platform named: by its content alone, since its address may be what was asked for
 * and not what came. Two platforms that could both have sent it: nothing is said; the adapter of feeds counts only when it is the only
 * one. AMP_ENOMEM is the only error. */
int amp_platforms_look(const struct amp_adapter *named, const struct amp_page *page, struct amp_look *out,
                       struct amp_err *err) AMP_CHECK;
/* The same for what a page was parsed to: another endpoint of its own platform, where the parser saw one; another platform's where nothing
 * of it could be read; else what the page is instead: a wall, an error of the service, a file of another kind. Nothing where it was read. */
int amp_platforms_tell(const struct amp_adapter *named, const struct amp_parsed *parsed, const struct amp_page *page,
                       struct amp_look *out, struct amp_err *err) AMP_CHECK;

/* The names of the platforms, in table order; at most room of them. Returns their number. */
size_t amp_platform_names(const char **names, size_t room);
/* Sets the error for a platform that is none of these names: the nearest of them, and all. name: the user's, of any length. Returns AMP_EUSAGE. */
int amp_platform_wrong(const char *name, const char *const *names, size_t n, struct amp_err *err);
/* The same for an endpoint: whose ("Bluesky") begins the sentence. */
int amp_endpoint_name_wrong(const char *whose, const char *name, const char *const *names, size_t n, struct amp_err *err);
/* The same for an endpoint that the adapter has not. */
int amp_endpoint_wrong(const struct amp_adapter *adapter, const char *name, struct amp_err *err);

#endif

/* check_service.c: what the tables of services cannot say: what each kind needs (analysis/ knows), whom a study lets have its texts, and what
 * a cascade stands on.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/str.h"
#include "persona/check.h"
#include "persona/vocabulary.h"

/* What analysis/ says of the file, at the key that it names. */
static void check_meaning(struct amp_checker *c, const struct amp_at *file)
{
	const struct amp_vocabulary *v = amp_vocabulary_get();
	struct amp_err err = {0};
	const char *key = NULL;
	if (v->service == NULL || v->service(file->v, &key, &err) == 0) return;
	const struct amp_at *at = key == NULL ? NULL : amp_at_key(c, file, key);
	if (at != NULL)
		amp_wrong(c, at, "%s", err.text);
	else
		amp_wrong_missing(c, file, key == NULL ? "service" : key, "%s", err.text);
}

bool amp_check_service(struct amp_checker *c, const struct amp_at *file)
{
	size_t before = c->mistakes;
	amp_check_object(c, file, &amp_spec_service);
	if (c->mistakes == before) check_meaning(c, file);
	return c->mistakes == before;
}

/* "api.example.org" of "https://api.example.org:8443". */
static struct amp_str host_name(const char *host)
{
	struct amp_str rest = amp_str_c(host);
	const char *slashes = amp_str_find(rest, AMP_STR("://"));
	if (slashes != NULL) rest = (struct amp_str){slashes + 3, rest.n - (size_t)(slashes + 3 - rest.p)};
	if (rest.n > 0 && rest.p[0] == '[') {
		rest = (struct amp_str){rest.p + 1, rest.n - 1};
		return amp_str_cut(&rest, ']');
	}
	return amp_str_cut(&rest, ':');
}

static void check_recipient(struct amp_checker *c, const struct amp_at *use, const struct amp_at *file)
{
	const struct amp_at *to = amp_at_key(c, use, "send_texts_to");
	const char *host = amp_at_text(file, "host"), *said = to == NULL ? NULL : json_string_value(to->v);
	struct amp_str name = host == NULL ? AMP_STR("command") : host_name(host);
	if (to == NULL)
		amp_warn(
			c, use,
			_("Nothing will be sent to this service: where texts may leave this machine, say \"send_texts_to\": \"%.*s\"."),
			AMP_ARG(name));
	else if (said != NULL && !amp_str_eq_c(name, said))
		amp_wrong(c, to, _("The service's file says “%.*s”, and this allows “%s”: both must be the same."), AMP_ARG(name),
		          said);
}

static void check_cascade(struct amp_checker *c, const struct amp_at *study, const struct amp_at *use)
{
	const struct amp_at *after = amp_at_key(c, use, "after"), *top = amp_at_key(c, use, "top"),
			    *random = amp_at_key(c, use, "random");
	const json_t *detectors = json_object_get(study->v, "detectors");
	const char *name = after == NULL ? NULL : json_string_value(after->v), *names[16];
	size_t n = 0;
	if (after == NULL) {
		if (top != NULL) amp_wrong_key(c, top, _("“top” needs “after”: the detector whose scores are ranked."));
		if (random != NULL) amp_wrong_key(c, random, _("“random” needs “after”: without it every text is asked about."));
		return;
	}
	if (top == NULL)
		amp_wrong_missing(c, use, "top",
		                  _("A cascade needs “top”: the share that is always asked about, such as \"0.1\"."));
	if (random == NULL)
		amp_wrong_missing(
			c, use, "random",
			_("A cascade needs “random”, such as \"0.02\": without a draw from the rest nothing can be said of the whole."));
	for (size_t i = 0; i < json_array_size(detectors) && n < 16; i++) {
		const char *one = json_string_value(json_array_get(detectors, i));
		if (one != NULL && name != NULL && strcmp(one, name) == 0) return;
		if (one != NULL) names[n++] = one;
	}
	if (name != NULL)
		amp_wrong(c, after, _("“%s” is not in the study's list of detectors.%s"), name,
		          amp_did_you_mean(c, name, names, n));
}

static void check_name(struct amp_checker *c, const struct amp_at *use, const struct amp_at *const *earlier, size_t n,
                       const struct amp_at *file)
{
	const char *const *detectors = amp_vocabulary_get()->detectors;
	const char *name = amp_at_text(file, "service");
	bool taken = false;
	for (size_t i = 0; name != NULL && detectors != NULL && detectors[i] != NULL; i++)
		taken = taken || strcmp(detectors[i], name) == 0;
	for (size_t i = 0; name != NULL && i < n; i++) {
		const char *other = earlier[i] == NULL ? NULL : amp_at_text(earlier[i], "service");
		taken = taken || (other != NULL && strcmp(other, name) == 0);
	}
	if (taken) amp_wrong(c, use, _("There is another detector called “%s”: names are unique in a study."), name);
}

void amp_check_service_use(struct amp_checker *c, const struct amp_at *study, const struct amp_at *use,
                           const struct amp_at *const *earlier, size_t n, const struct amp_at *file)
{
	check_name(c, use, earlier, n, file);
	check_recipient(c, use, file);
	check_cascade(c, study, use);
}

#include "run/repeated.h"
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"

struct amp_repeated {
	struct amp_key snapshot;
	char detail[512];
	struct amp_repeated *next;
};

static void tell(struct amp_crawl_summary *s, const char *host, struct amp_str name)
{
	struct amp_repeat r;
	(void)snprintf(r.host, sizeof r.host, "%s", host);
	(void)snprintf(r.name, sizeof r.name, "%.*s", AMP_ARG(name));
	for (size_t i = 0; i < s->n_repeats; i++)
		if (strcmp(s->repeats[i].host, r.host) == 0 && strcmp(s->repeats[i].name, r.name) == 0) return;
	if (s->n_repeats < AMP_REPEATS_MAX) s->repeats[s->n_repeats++] = r;
}

int amp_repeated_note(struct amp_repeated **list, struct amp_crawl_summary *summary, const struct amp_key *snapshot,
                      const char *host, const char *names, struct amp_err *err)
{
	char detail[512];
	(void)snprintf(detail, sizeof detail, "answers of %s repeat %s: the archive holds it", host ? host : "", names);
	const char *known = amp_repeated_detail(*list, snapshot);
	if (known && strcmp(known, detail) == 0) return 0; /* each page of a snapshot says it again */
	struct amp_repeated *one = amp_calloc(1, sizeof *one);
	if (!one) return amp_fail(err, AMP_ENOMEM, _("Out of memory while keeping an answer of %s."), host ? host : "");
	one->snapshot = *snapshot;
	memcpy(one->detail, detail, sizeof detail);
	one->next = *list;
	*list = one;
	for (struct amp_str rest = amp_str_c(names); rest.p;) tell(summary, host ? host : "", amp_str_cut(&rest, ','));
	return 0;
}

const char *amp_repeated_detail(const struct amp_repeated *list, const struct amp_key *snapshot)
{
	for (; list; list = list->next)
		if (memcmp(list->snapshot.b, snapshot->b, AMP_KEY) == 0) return list->detail;
	return NULL;
}

void amp_repeated_free(struct amp_repeated *list)
{
	while (list) {
		struct amp_repeated *one = list;
		list = one->next;
		amp_free(one);
	}
}

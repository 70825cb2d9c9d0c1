/* names.c: what a wrong name is told: the nearest right one, and all of them. */
#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "platforms/platforms.h"

#define NAMES_MAX 128
#define LIST_MAX 700 /* bytes: an error has 1024 */
#define SHOWN_MAX 60 /* bytes of the wrong name: what is right must still fit behind it */

size_t amp_platform_names(const char **names, size_t room)
{
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	if (n > room) n = room;
	for (size_t i = 0; i < n; i++) names[i] = all[i]->name;
	return n;
}

static struct amp_str shown(const char *name)
{
	size_t n = strlen(name);
	return (struct amp_str){name, n <= SHOWN_MAX ? n : amp_utf8_valid_prefix(name, SHOWN_MAX)};
}

static void join(struct amp_buf *list, const char *const *names, size_t n)
{
	amp_buf_init(list, 4096);
	for (size_t i = 0; i < n; i++) {
		if (list->n + strlen(names[i]) > LIST_MAX) { /* only a source of one's own has that many */
			(void)amp_buf_addc(list, ", \xE2\x80\xA6");
			return;
		}
		(void)amp_buf_printf(list, "%s%s", i ? ", " : "", names[i]);
	}
}

int amp_platform_wrong(const char *name, const char *const *names, size_t n, struct amp_err *err)
{
	const char *near = amp_str_suggest(name, names, n);
	struct amp_str s = shown(name);
	struct amp_buf list;
	join(&list, names, n);
	const char *all = list.p ? list.p : "";
	int rc = near ? amp_fail(err, AMP_EUSAGE, _("There is no platform “%.*s”. Did you mean “%s”? The platforms are: %s."),
	                         AMP_ARG(s), near, all)
	              : amp_fail(err, AMP_EUSAGE, _("There is no platform “%.*s”. The platforms are: %s."), AMP_ARG(s), all);
	amp_buf_free(&list);
	return rc;
}

int amp_endpoint_name_wrong(const char *whose, const char *name, const char *const *names, size_t n, struct amp_err *err)
{
	const char *near = amp_str_suggest(name, names, n);
	struct amp_str s = shown(name);
	struct amp_buf list;
	join(&list, names, n);
	const char *all = list.p ? list.p : "";
	int rc = near ? amp_fail(err, AMP_EUSAGE, _("%s has no endpoint “%.*s”. Did you mean “%s”? It has: %s."), whose, AMP_ARG(s),
	                         near, all)
	              : amp_fail(err, AMP_EUSAGE, _("%s has no endpoint “%.*s”. It has: %s."), whose, AMP_ARG(s), all);
	amp_buf_free(&list);
	return rc;
}

int amp_endpoint_wrong(const struct amp_adapter *adapter, const char *name, struct amp_err *err)
{
	const char *names[NAMES_MAX];
	size_t n = 0;
	for (const struct amp_endpoint *ep = adapter->endpoints; ep->name && n < NAMES_MAX; ep++) names[n++] = ep->name;
	return amp_endpoint_name_wrong(_(adapter->title), name, names, n, err);
}

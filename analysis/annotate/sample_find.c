/* sample_find.c: a sample by what people call it. See sample.h. */
#include "annotate/sample.h"

#include <stdio.h>
#include <string.h>
#include "annotate_sql.h"
#include "base/i18n.h"

int amp_sample_find(struct amp_sample_ref *out, struct amp_store *store, const char *study, const char *name, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf names;
	size_t n = 0, all = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_SAMPLE_LIST, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, study);
	amp_buf_init(&names, 65536);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_sample_ref one = {.id = amp_query_i64(&q, 0),
		                             .study_version = amp_query_i64(&q, 3),
		                             .units = amp_query_i64(&q, 4),
		                             .seed = amp_query_i64(&q, 6)};
		char hex[2 * AMP_KEY + 1] = "";
		(void)snprintf(one.name, sizeof one.name, "%.*s", AMP_ARG(amp_query_str(&q, 2)));
		if (amp_query_key(&q, 1, &one.key)) amp_hex(one.key.b, AMP_KEY, hex);
		(void)amp_buf_printf(&names, "%s%s (%.*s, %.12s)", all++ > 0 ? ", " : "", one.name, AMP_ARG(amp_query_str(&q, 5)),
		                     hex);
		if (name != NULL && strcmp(name, one.name) != 0 && (strlen(name) < 8 || strncmp(name, hex, strlen(name)) != 0))
			continue;
		if (n++ == 0) *out = one;
	}
	amp_query_end(&q);
	if (rc == 0 && all == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds no sample: draw one with `amplimeter sample`."), amp_store_path(store));
	else if (rc == 0 && n == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s holds no sample “%s”; there are: %s."), amp_store_path(store), name, names.p);
	else if (rc == 0 && n > 1)
		rc = amp_fail(
			err, AMP_EUSAGE,
			_("%s holds several samples: say which with --sample, by name or by the first digits of the key: %s."),
			amp_store_path(store), names.p);
	amp_buf_free(&names);
	return rc;
}

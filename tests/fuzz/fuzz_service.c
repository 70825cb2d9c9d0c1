/* fuzz_service.c: any bytes as the answer of a service, in every shape: each text gets an outcome, a score is from 0 to 1 and stands
 * beside OK alone, and no answer is OK as a whole with results that nobody has judged.
 */
#include <stdint.h>
#include <stdlib.h>

#include "service/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N 3

static void check(const struct amp_service_kind *kind, const struct amp_service_config *c, struct amp_str body)
{
	static const struct service_asked asked[N] = {{{"a", 1}, "fr", 1}, {{"b", 1}, NULL, 2}, {{"c", 1}, NULL, 3}};
	struct amp_service_result results[N];
	struct service_read r = {.results = results, .outcome = AMP_SERVICE_UNREADABLE};
	size_t n;

	(void)amp_targets(&n);
	for (size_t i = 0; i < N; i++) results[i] = (struct amp_service_result){.outcome = AMP_SERVICE_OUTCOMES, .score = -1};
	kind->read(c, body, asked, N, &r);
	if (r.outcome >= AMP_SERVICE_OUTCOMES) abort();
	for (size_t i = 0; i < N; i++) {
		if (results[i].outcome >= AMP_SERVICE_OUTCOMES) abort();
		if (results[i].outcome == AMP_SERVICE_OK && !(results[i].score >= 0 && results[i].score <= 1)) abort();
		if (results[i].outcome != AMP_SERVICE_OK && (results[i].score != 0 || results[i].targets != 0)) abort();
		if (results[i].targets >> n != 0) abort();
		if (r.outcome != AMP_SERVICE_OK && results[i].outcome != r.outcome) abort();
	}
	for (const char *p = r.detail; *p != '\0'; p++)
		if ((unsigned char)*p < ' ') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const labels[] = {"hate", NULL};
	struct amp_service_config plain = {.name = "s"}, labelled = {.name = "s", .labels = labels};

	for (size_t i = 0; amp_service_kinds[i] != NULL; i++) {
		if (!amp_service_kinds[i]->needs_labels)
			check(amp_service_kinds[i], &plain, (struct amp_str){(const char *)data, size});
		check(amp_service_kinds[i], &labelled, (struct amp_str){(const char *)data, size});
	}
	return 0;
}

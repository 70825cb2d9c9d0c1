/* fuzz_service_file.c: any JSON as a service file: it is refused in a sentence that names a key, or what it says is within all bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "service/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct amp_service_config *c)
{
	bool program = c->kind->path == NULL;

	if (c->name[0] == '\0' || c->host_name[0] == '\0' || c->identity == NULL) abort();
	if (program != (c->command != NULL) || program != (c->host == NULL)) abort();
	if (!program && (c->path[0] != '/' || c->port < 1 || c->port > 65535 || strpbrk(c->host_name, "/?#@ ") != NULL)) abort();
	if (!program && strncmp(c->host, "https://", 8) != 0 && c->allow_private == NULL) abort();
	if (c->batch < 1 || c->batch > c->kind->batch_max || c->timeout_ms < 1 || c->timeout_ms > 600000) abort();
	if (c->max_requests < 0 || c->budget < 0 || c->cost_per_request < 0 || c->cost_per_1000_chars < 0 || c->max_chars < 1)
		abort();
	if (c->kind->needs_labels && (c->labels == NULL || c->labels[0] == NULL)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *doc = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct amp_service_config *c = NULL;
	struct amp_err err = {0};
	const char *key = NULL;

	if (doc == NULL) return 0;
	if (amp_service_config_read(&c, doc, "/nonexistent", &err) == 0)
		check(c);
	else if (c != NULL || err.text[0] == '\0')
		abort();
	if ((amp_service_config_check(doc, "/nonexistent", &key, NULL) == 0) != (c != NULL)) abort();
	amp_service_config_free(c);
	json_decref(doc);
	return 0;
}

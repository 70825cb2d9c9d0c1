#include "stored.h"

int amp_cli_stored(void *user, struct amp_store *store, const int64_t *parse_ids, size_t n, struct amp_err *err)
{
	return user == NULL ? 0 : amp_detect_parses(user, store, parse_ids, n, err);
}

#include "run/idcache.h"
#include <string.h>
#include "base/mem.h"

#define SETS 32768 /* a power of two; 32768 x 4 entries of 24 bytes: 3 MB, some 100,000 items, versions and authors */
#define WAYS 4

struct entry {
	struct amp_key key;
	int64_t id; /* 0: free */
};
struct amp_idcache {
	struct entry entries[SETS][WAYS];
	uint8_t next[SETS];
};

struct amp_idcache *amp_idcache_new(void)
{
	return amp_calloc(1, sizeof(struct amp_idcache));
}

void amp_idcache_free(struct amp_idcache *c)
{
	amp_free(c);
}

void amp_idcache_clear(struct amp_idcache *c)
{
	if (c) memset(c, 0, sizeof *c);
}

static size_t set_of(const struct amp_key *key)
{
	uint32_t h;
	memcpy(&h, key->b, sizeof h); /* keys are digests: any 15 bits do */
	return h & (SETS - 1);
}

int64_t amp_idcache_get(const struct amp_idcache *c, const struct amp_key *key)
{
	const struct entry *e = c->entries[set_of(key)];
	for (int w = 0; w < WAYS; w++)
		if (e[w].id != 0 && memcmp(&e[w].key, key, sizeof *key) == 0) return e[w].id;
	return 0;
}

void amp_idcache_put(struct amp_idcache *c, const struct amp_key *key, int64_t id)
{
	size_t set = set_of(key);
	struct entry *e = &c->entries[set][c->next[set] % WAYS];
	c->next[set] = (uint8_t)((c->next[set] + 1) % WAYS);
	e->key = *key;
	e->id = id;
}

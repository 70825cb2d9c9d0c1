#include "run/keymap.h"
#include <string.h>
#include "base/mem.h"

static struct amp_facts *place(struct amp_facts *slots, size_t size, const struct amp_key *key)
{
	uint64_t h;
	memcpy(&h, key->b, sizeof h);
	size_t i = (size_t)h & (size - 1);
	while (slots[i].used && memcmp(&slots[i].key, key, sizeof *key) != 0) i = (i + 1) & (size - 1);
	return &slots[i];
}

static bool grow(struct amp_keymap *m)
{
	size_t size = m->size ? 2 * m->size : 1024;
	struct amp_facts *slots = amp_calloc(size, sizeof *slots);
	if (!slots) return false;
	for (size_t i = 0; i < m->size; i++)
		if (m->slots[i].used) *place(slots, size, &m->slots[i].key) = m->slots[i];
	amp_free(m->slots);
	m->slots = slots;
	m->size = size;
	return true;
}

struct amp_facts *amp_keymap_add(struct amp_keymap *m, const struct amp_key *key, bool *made)
{
	if (2 * (m->n + 1) > m->size && !grow(m)) return NULL;
	struct amp_facts *f = place(m->slots, m->size, key);
	*made = !f->used;
	if (*made) {
		f->used = true;
		f->key = *key;
		m->n++;
	}
	return f;
}

const struct amp_facts *amp_keymap_find(const struct amp_keymap *m, const struct amp_key *key)
{
	if (m->size == 0) return NULL;
	const struct amp_facts *f = place(m->slots, m->size, key);
	return f->used ? f : NULL;
}

void amp_keymap_free(struct amp_keymap *m)
{
	amp_free(m->slots);
	memset(m, 0, sizeof *m);
}

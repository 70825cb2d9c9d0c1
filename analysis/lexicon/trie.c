/* trie.c: the words, phrases and prefixes of entries as the tables that match.c walks. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "lexicon/private.h"

int lexicon_table_put(struct lexicon_table *t, uint64_t key, uint32_t value, struct amp_err *err)
{
	if ((t->n + 1) * 2 > t->size) {
		struct lexicon_table bigger = {.size = t->size == 0 ? 256 : t->size * 2};
		bigger.slots = amp_calloc(bigger.size, sizeof *bigger.slots);
		if (bigger.slots == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
		for (size_t i = 0; i < t->size; i++)
			if (t->slots[i].value != 0 && lexicon_table_put(&bigger, t->slots[i].key, t->slots[i].value, err) != 0) {
				amp_free(bigger.slots);
				return AMP_ENOMEM;
			}
		amp_free(t->slots);
		*t = bigger;
	}
	size_t i = lexicon_table_place(key, t->size);
	while (t->slots[i].value != 0 && t->slots[i].key != key) i = (i + 1) & (t->size - 1);
	if (t->slots[i].value == 0) t->n++;
	t->slots[i] = (struct lexicon_slot){key, value};
	return 0;
}

/* See lexicon_filter_has. */
static void filter_put(uint64_t *filter, unsigned bits, uint64_t hash)
{
	filter[hash >> (64 - bits)] |= UINT64_C(1) << (hash >> (58 - bits) & 63);
}

static int word_id(struct lexicon *l, struct amp_str word, uint32_t *id, struct amp_err *err)
{
	uint64_t h = lexicon_hash_word(word.p, word.n);
	*id = lexicon_table_get(&l->by_word, h);
	if (*id != 0)
		return 0; /* FNV-1a over 64 bits: two words of one lexicon do not meet; a foreign word is compared when matching */
	void *v = l->words;
	int rc = lexicon_grow(&v, &l->room_words, l->n_words, sizeof *l->words, err);
	if (rc != 0) return rc;
	l->words = v;
	*id = (uint32_t)l->n_words;
	l->words[l->n_words++] = (struct lexicon_word){.p = amp_arena_strndup(l->arena, word.p, word.n), .n = (uint32_t)word.n};
	if (l->words[*id].p == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the lexicon."));
	filter_put(l->word_filter, LEXICON_WORD_FILTER, h);
	return lexicon_table_put(&l->by_word, h, *id, err);
}

static int new_node(struct lexicon *l, uint32_t *node, struct amp_err *err)
{
	void *v = l->nodes;
	int rc = lexicon_grow(&v, &l->room_nodes, l->n_nodes, sizeof *l->nodes, err);
	if (rc != 0) return rc;
	l->nodes = v;
	*node = (uint32_t)l->n_nodes;
	l->nodes[l->n_nodes++] = (struct lexicon_node){0};
	return 0;
}

/* Chains a copy of the entry to *head: several entries may have the same words. */
static int chain_entry(struct lexicon *l, uint32_t *head, const struct lexicon_entry *entry, struct amp_err *err)
{
	void *v = l->entries;
	int rc = lexicon_grow(&v, &l->room_entries, l->n_entries, sizeof *l->entries, err);
	if (rc != 0) return rc;
	l->entries = v;
	l->entries[l->n_entries] = *entry;
	l->entries[l->n_entries].next = *head;
	*head = (uint32_t)++l->n_entries;
	return 0;
}

int lexicon_add_words(struct lexicon *l, const struct amp_str *words, size_t n, const struct lexicon_entry *entry,
                      struct amp_err *err)
{
	uint32_t id = 0, node = 0;
	int rc = word_id(l, words[0], &id, err);
	if (rc != 0) return rc;
	if (entry->kind == LEXICON_FUNCTION) {
		l->words[id].functions |= entry->langs;
		return 0;
	}
	if (l->words[id].node == 0) {
		rc = new_node(l, &node, err);
		if (rc != 0) return rc;
		l->words[id].node = node;
	}
	node = l->words[id].node;
	for (size_t i = 1; i < n; i++) {
		rc = word_id(l, words[i], &id, err);
		if (rc != 0) return rc;
		uint64_t key = lexicon_edge_key(node, id);
		uint32_t child = lexicon_table_get(&l->edges, key);
		if (child == 0) {
			rc = new_node(l, &child, err);
			if (rc == 0) rc = lexicon_table_put(&l->edges, key, child, err);
			if (rc != 0) return rc;
			l->nodes[node].children++;
			filter_put(l->edge_filter, LEXICON_EDGE_FILTER, lexicon_edge_hash(key));
		}
		node = child;
	}
	uint32_t head = l->nodes[node].entry;
	rc = chain_entry(l, &head, entry, err);
	l->nodes[node].entry = head;
	return rc;
}

int lexicon_add_prefix(struct lexicon *l, struct amp_str word, const struct lexicon_entry *entry, struct amp_err *err)
{
	uint64_t h = lexicon_hash_word(word.p, word.n);
	uint32_t head = lexicon_table_get(&l->prefixes, h);
	int rc = chain_entry(l, &head, entry, err);
	if (rc != 0) return rc;
	l->prefix_lengths |= UINT64_C(1) << word.n;
	filter_put(l->prefix_filter, LEXICON_PREFIX_FILTER, h);
	return lexicon_table_put(&l->prefixes, h, head, err);
}

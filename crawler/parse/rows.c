/* rows.c: the rows of an endpoint. Their paths ("author.did", "author.handle") are split once into a tree of members, so that an
 * entry is walked through once for each object on the way, however many of its members the rows want.
 */
#include <string.h>
#include "parse/engine_state.h"

#define MAX_MEMBERS 128 /* of one table of rows; more are looked up by their paths */

struct member {
	const char *key;
	size_t n;
	uint32_t hash;
	size_t parent;     /* place in the plan, always in front of this one; 0: the entry */
	uint64_t wanted;   /* bits (amp_json_key_bit) of the members that are wanted of it */
	uint8_t first[64]; /* for each bit: place of a member that is wanted of it, 0: none */
	uint8_t other;     /* place of another one of the same parent and bit, 0: none */
};

struct amp_row_plan {
	const struct amp_row_plan *next;
	const struct amp_row *rows;
	size_t n_members; /* the entry included, which is the first; 0: too many */
	struct member members[MAX_MEMBERS];
	size_t n_places;
	size_t places[MAX_MEMBERS]; /* of each row's value among the members */
};

/* Place of the member of that parent, added when it is new; 0 when there is no room. */
static size_t add_member(struct amp_row_plan *plan, size_t parent, const char *key, size_t n)
{
	struct member *of = &plan->members[parent];
	uint32_t hash = amp_json_hash(key, n);
	uint8_t *first = &of->first[hash >> 26];
	for (size_t i = *first; i != 0; i = plan->members[i].other) {
		const struct member *m = &plan->members[i];
		if (m->n == n && memcmp(m->key, key, n) == 0) return i;
	}
	if (plan->n_members == MAX_MEMBERS) return 0;
	plan->members[plan->n_members] = (struct member){.key = key, .n = n, .hash = hash, .parent = parent, .other = *first};
	*first = (uint8_t)plan->n_members;
	of->wanted |= amp_json_key_bit(hash);
	return plan->n_members++;
}

/* Place of what the path leads to; 0 when there is no room. */
static size_t add_path(struct amp_row_plan *plan, const char *path)
{
	size_t parent = 0;
	for (;;) {
		size_t n = strcspn(path, ".");
		parent = add_member(plan, parent, path, n);
		if (parent == 0 || path[n] == '\0') return parent;
		path += n + 1;
	}
}

static const struct amp_row_plan *plan_of(struct amp_engine *e, const struct amp_row *rows)
{
	for (const struct amp_row_plan *p = e->s->plans; p; p = p->next)
		if (p->rows == rows) return p;
	struct amp_row_plan *plan = amp_arena_alloc(e->arena, sizeof *plan);
	if (!plan) {
		amp_engine_no_memory(e);
		return NULL;
	}
	plan->rows = rows;
	plan->members[0] = (struct member){.key = ""};
	plan->n_members = 1;
	plan->n_places = 0;
	for (const struct amp_row *row = rows; row->path && plan->n_members; row++) {
		size_t place = plan->n_places < MAX_MEMBERS ? add_path(plan, row->path) : 0;
		if (place == 0)
			plan->n_members = 0;
		else
			plan->places[plan->n_places++] = place;
	}
	plan->next = e->s->plans;
	e->s->plans = plan;
	return plan;
}

/* One walk through the object, however many of its members are wanted. */
static void gather(const struct amp_row_plan *plan, const struct member *of, const struct amp_json *object,
                   const struct amp_json **values)
{
	const struct amp_json *end = object + object->span;
	if (!(object->keys & of->wanted)) return;
	for (const struct amp_json *k = object + 1; k < end; k += 1 + k[1].span) {
		if (!(of->wanted & amp_json_key_bit(k->span))) continue;
		for (size_t i = of->first[k->span >> 26]; i != 0; i = plan->members[i].other) {
			const struct member *m = &plan->members[i];
			if (amp_json_names(k, m->key, m->n, m->hash)) values[i] = k + 1;
		}
	}
}

/* What an entry has for each member of the plan. */
static void find_members(const struct amp_row_plan *plan, const struct amp_json *entry, const struct amp_json **values)
{
	memset(values, 0, plan->n_members * sizeof *values);
	values[0] = entry;
	for (size_t at = 0; at < plan->n_members; at++) {
		const struct member *of = &plan->members[at];
		if (!of->wanted || !values[at]) continue;
		if (values[at]->type == AMP_JSON_OBJECT) {
			gather(plan, of, values[at], values);
			continue;
		}
		for (size_t i = at + 1; i < plan->n_members; i++) /* places in arrays */
			if (plan->members[i].parent == at)
				values[i] = amp_json_path_n(values[at], plan->members[i].key, plan->members[i].n);
	}
}

static void put_row(struct amp_engine *e, const struct amp_row *row, const struct amp_json *entry, const struct amp_json *v)
{
	if (amp_json_is_null(v) && row->fallback) v = amp_json_path(entry, row->fallback);
	struct amp_value value = {v, amp_json_str(v), v ? v->offset : entry->offset};
	enum amp_state state = amp_put(e, row, &value);
	/* an empty or unusable first choice does not hide a good second one */
	if (state == AMP_STATE_PRESENT || !row->fallback || !v) return;
	const struct amp_json *other = amp_json_path(entry, row->fallback);
	if (amp_json_is_null(other) || other == v) return;
	value = (struct amp_value){other, amp_json_str(other), other->offset};
	amp_put(e, row, &value);
}

void amp_engine_rows(struct amp_engine *e, const struct amp_row *rows, const struct amp_json *entry)
{
	const struct amp_json *values[MAX_MEMBERS];
	const struct amp_row_plan *plan = e->failed ? NULL : plan_of(e, rows);
	if (!plan) return;
	find_members(plan, entry, values);
	for (size_t i = 0; rows[i].path && !e->failed; i++)
		put_row(e, &rows[i], entry, plan->n_members ? values[plan->places[i]] : amp_json_path(entry, rows[i].path));
}

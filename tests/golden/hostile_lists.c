/* hostile_lists.c: lists without entries, with entries twice or without their names, and lists of others. */
#include <stdio.h>
#include "hostile.h"
#include "json_place.h"

void drill_emptied(struct hostile *h, const struct doc *d)
{
	if (!d->n_elements) return;
	begin_mutant(h);
	size_t done = 0;
	if (d->format == JSON) {
		put_range(h, d, 0, d->list.from);
		done = d->list.to;
	} else {
		for (size_t k = 0; k < d->n; k++) {
			const struct span *s = &d->elements[d->reversed ? d->n - 1 - k : k];
			if (s->from < done) continue;
			put_range(h, d, done, s->from);
			done = s->to;
		}
	}
	put_range(h, d, done, d->body.n);
	read_body(h, d, mutated(h));
	if (h->got.verdict != AMP_VERDICT_EMPTY) finding(h, d, "without its entries the list is not empty");
}

/* A place of its own, whatever stands there: ranks begin at 0 and leave none out. */
static bool has_rank(struct amp_str line, size_t rank)
{
	char member[40];
	(void)snprintf(member, sizeof member, "\"rank\":%zu,", rank);
	return has(line, amp_str_c(member));
}

static struct amp_str item_id(struct amp_str line)
{
	const char *at = amp_str_find(line, AMP_STR("\"item_id\":"));
	struct amp_str rest = {at, line.n - (size_t)(at - line.p)};
	return amp_str_cut(&rest, ',');
}

/* How many ids the items have, at most what is remarked in one page. */
static size_t ids_of(const struct doc *d)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n && n < 100; i++) {
		struct amp_str id = item_id(d->lines[i]);
		bool known = amp_str_eq_c(id, "\"item_id\":null");
		for (size_t k = 0; k < i && !known; k++) known = amp_str_eq(item_id(d->lines[k]), id);
		n += !known;
	}
	return n;
}

/* Items of each element stand together; where an element is there twice, so are they: two places with one id, which is remarked. */
void drill_doubled(struct hostile *h, const struct doc *d)
{
	size_t at = 0, done = 0, i = 0;
	if (!d->n_elements) return;
	begin_mutant(h);
	for (size_t k = 0; k < d->n; k++) {
		const struct span *s = &d->elements[d->reversed ? d->n - 1 - k : k];
		if (s->from < done) continue;
		put_range(h, d, done, s->to);
		if (d->format == JSON) put(h, ",", 1);
		put_range(h, d, s->from, s->to);
		done = s->to;
	}
	put_range(h, d, done, d->body.n);
	read_body(h, d, mutated(h));
	for (i = 0; i < d->n;) {
		size_t end = i;
		while (end < d->n && d->elements[end].from == d->elements[i].from) end++;
		for (int twice = 0; twice < 2; twice++)
			for (size_t k = i; k < end; k++, at++) {
				if (at < h->got.n && has_rank(h->got.lines[at], at) && same_item(h->got.lines[at], d->lines[k]))
					continue;
				finding(h, d, "entries sent twice: place %zu is not item %zu: %.*s", at, k,
				        AMP_ARG(at < h->got.n ? h->got.lines[at] : AMP_STR("-")));
				return;
			}
		i = end;
	}
	if (at != h->got.n) finding(h, d, "entries sent twice: %zu places", at);
	if (h->got.twice < ids_of(d)) finding(h, d, "entries sent twice: %zu of %zu ids are remarked", h->got.twice, ids_of(d));
}

/* Every member (JSON), child (XML) or class (HTML) of the entries gets another name. */
void drill_renamed(struct hostile *h, const struct doc *d)
{
	size_t from = d->n_elements ? d->elements[0].from : 0;
	struct amp_str b = amp_buf_str(&d->body);
	if (d->format == HTML || d->format == OTHER) return; /* their names are not all of one kind */
	if (d->format == XML && !d->n_elements) return;
	for (size_t k = 0; k < d->n_elements; k++) /* a pinned entry may stand behind the others */
		if (d->elements[k].from < from) from = d->elements[k].from;
	size_t renamed = 0;
	begin_mutant(h);
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];
		put(h, &c, 1);
		if (i < from) continue;
		if (d->format == JSON && c == '"') {
			size_t end = json_value_end(b, i), colon = end;
			while (colon < b.n && strchr(" \t\r\n", b.p[colon])) colon++;
			if (colon < b.n && b.p[colon] == ':') {
				put(h, "renamed_", 8);
				renamed++;
			}
			put_range(h, d, i + 1, end);
			i = end - 1;
		} else if (d->format == XML && c == '<' && i + 1 < b.n && b.p[i + 1] != '!') {
			bool own = true; /* the entries themselves and what is around them */
			size_t close = b.p[i + 1] == '/' ? i + 3 + name_length(b, i + 2) : 0;
			for (size_t k = 0; k < d->n_elements; k++)
				if (i > d->elements[k].from && i < d->elements[k].to && close != d->elements[k].to) own = false;
			if (b.p[i + 1] == '/') put(h, &b.p[++i], 1);
			if (!own) {
				put(h, "renamed_", 8);
				renamed++;
			}
		}
	}
	if (!renamed) return; /* a list of numbers */
	read_body(h, d, mutated(h));
	if (h->got.verdict < AMP_VERDICT_DRIFT) finding(h, d, "entries of which nothing has its name");
}

/* Required members by the endpoint's own rows. */
void drill_missing(struct hostile *h, const struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	if (d->format != JSON || !d->n_elements) return;
	for (const struct amp_row *row = d->endpoint->rows; row && row->path; row++) {
		const char *dot = strrchr(row->path, '.');
		char name[128];
		if (row->need != AMP_REQUIRED || !*row->path || row->fallback) continue;
		(void)snprintf(name, sizeof name, "\"%s\"", dot ? dot + 1 : row->path);
		begin_mutant(h);
		size_t done = 0;
		while (done < b.n) {
			const char *at = amp_str_find((struct amp_str){b.p + done, b.n - done}, amp_str_c(name));
			size_t to = at ? (size_t)(at - b.p) + 1 : b.n;
			put_range(h, d, done, to);
			if (at) put(h, "renamed_", 8);
			done = to;
		}
		read_body(h, d, mutated(h));
		if (h->got.verdict < AMP_VERDICT_DRIFT) finding(h, d, "nothing has its required %s", row->path);
	}
}

/* A document of another platform, with and without the endpoint's name. */
void drill_foreign(struct hostile *h, const struct doc *d)
{
	if (d->adapter == h->self || !d->first) return;
	read_as(h, d, h->self, NULL, amp_buf_str(&d->body), 0, false);
	h->reader = "-";
	if (h->got.verdict <= AMP_VERDICT_PARTIAL && h->got.n)
		finding(h, d, "a document of %s is read as %s", d->adapter->name, h->got.endpoint ? h->got.endpoint->name : "-");
	for (const struct amp_endpoint *ep = h->self->endpoints; ep->name; ep++) {
		h->reader = ep->name;
		read_as(h, d, h->self, ep, amp_buf_str(&d->body), 200, false);
		if (h->got.verdict <= AMP_VERDICT_PARTIAL)
			finding(h, d, "a document of %s is read as %s", d->adapter->name, ep->name);
		else if (h->got.reason.n == 0)
			finding(h, d, "a document of %s as %s: no reason", d->adapter->name, ep->name);
	}
	h->reader = NULL;
}

static void keep_ids(const struct hostile *h, struct amp_buf *ids)
{
	amp_buf_reset(ids);
	for (size_t i = 0; i < h->got.n; i++) {
		(void)amp_buf_adds(ids, item_id(h->got.lines[i]));
		(void)amp_buf_byte(ids, '\n');
	}
	if (ids->failed) die("the items' ids are too long");
}

/* A document of another endpoint of the platform: the same entries, or a reason. Read without its address, which gives some their names. */
void drill_sibling(struct hostile *h, const struct doc *d)
{
	struct amp_buf own, other;
	if (!d->first) return;
	amp_buf_init(&own, (size_t)1 << 24);
	amp_buf_init(&other, (size_t)1 << 24);
	read_as(h, d, h->self, d->endpoint, amp_buf_str(&d->body), 200, false);
	keep_ids(h, &own);
	for (const struct amp_endpoint *ep = h->self->endpoints; ep->name; ep++) {
		if (ep == d->endpoint) continue;
		h->reader = ep->name;
		read_as(h, d, h->self, ep, amp_buf_str(&d->body), 200, false);
		if (h->got.verdict >= AMP_VERDICT_DRIFT && h->got.reason.n == 0) finding(h, d, "as %s: no reason", ep->name);
		if (h->got.verdict == AMP_VERDICT_EMPTY) finding(h, d, "as %s it is called empty", ep->name);
		if (h->got.verdict > AMP_VERDICT_PARTIAL) continue;
		keep_ids(h, &other);
		if (!amp_str_eq(amp_buf_str(&own), amp_buf_str(&other))) finding(h, d, "as %s it has other entries", ep->name);
	}
	h->reader = NULL;
	amp_buf_free(&own);
	amp_buf_free(&other);
}

/* markup.c: the reader. A first sweep bounds the number of nodes (an element and the text behind it for each <), so that one
 * allocation holds them; the second builds them with a bounded stack of open elements. What an end tag may close, and what
 * a start tag closes first, follows section 13.2.6.4.7 of the HTML standard as far as a tree without moves can.
 */
#include "parse/markup.h"
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/markup_tag.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Elements that rules speak of; the others are OTHER. */
enum kind {
	OTHER,
	P,
	LI,
	DD,
	OPTION,
	OPTGROUP,
	TR,
	CELL,
	SECTION,
	CAPTION,
	TABLE,
	LISTS,
	HEADING,
	A,
	BUTTON,
	HEAD,
	PAGE,
	FOREIGN,
	KINDS
};
#define BIT(kind) (1u << (kind))

enum {
	VOID = 1,
	RAW = 2,     /* one text up to its own end tag */
	SPECIAL = 4, /* end tags of inline elements do not reach through it */
	EASY = 8,    /* …but a new li or dd does */
	BLOCK = 16,  /* ends a paragraph */
	SCOPE = 32,  /* no end tag reaches through it, but those of tables */
	META = 64    /* belongs into head */
};
#define DIVISION (SPECIAL | BLOCK)

static const struct tag { /* in alphabetical order */
	const char *name;
	uint8_t what, kind;
} tags[] = {
	{"a", 0, A},
	{"address", DIVISION | EASY, OTHER},
	{"applet", SPECIAL | SCOPE, OTHER},
	{"area", VOID, OTHER},
	{"article", DIVISION, OTHER},
	{"aside", DIVISION, OTHER},
	{"base", VOID | META, OTHER},
	{"basefont", VOID | META, OTHER},
	{"bgsound", VOID | META, OTHER},
	{"blockquote", DIVISION, OTHER},
	{"body", SPECIAL, PAGE},
	{"br", VOID, OTHER},
	{"button", SPECIAL, BUTTON},
	{"caption", SPECIAL | SCOPE, CAPTION},
	{"center", DIVISION, OTHER},
	{"col", VOID, OTHER},
	{"colgroup", SPECIAL, CAPTION},
	{"dd", DIVISION, DD},
	{"details", DIVISION, OTHER},
	{"dialog", DIVISION, OTHER},
	{"dir", DIVISION, LISTS},
	{"div", DIVISION | EASY, OTHER},
	{"dl", DIVISION, OTHER},
	{"dt", DIVISION, DD},
	{"embed", VOID, OTHER},
	{"fieldset", DIVISION, OTHER},
	{"figcaption", DIVISION, OTHER},
	{"figure", DIVISION, OTHER},
	{"footer", DIVISION, OTHER},
	{"form", DIVISION, OTHER},
	{"frame", VOID, OTHER},
	{"h1", DIVISION, HEADING},
	{"h2", DIVISION, HEADING},
	{"h3", DIVISION, HEADING},
	{"h4", DIVISION, HEADING},
	{"h5", DIVISION, HEADING},
	{"h6", DIVISION, HEADING},
	{"head", SPECIAL, HEAD},
	{"header", DIVISION, OTHER},
	{"hgroup", DIVISION, OTHER},
	{"hr", VOID | BLOCK, OTHER},
	{"html", SPECIAL | SCOPE, PAGE},
	{"iframe", RAW, OTHER},
	{"img", VOID, OTHER},
	{"input", VOID, OTHER},
	{"keygen", VOID, OTHER},
	{"li", DIVISION, LI},
	{"link", VOID | META, OTHER},
	{"main", DIVISION, OTHER},
	{"marquee", SPECIAL | SCOPE, OTHER},
	{"math", 0, FOREIGN},
	{"menu", DIVISION, LISTS},
	{"meta", VOID | META, OTHER},
	{"nav", DIVISION, OTHER},
	{"noembed", RAW, OTHER},
	{"noframes", RAW | META, OTHER},
	{"noscript", META, OTHER},
	{"object", SPECIAL | SCOPE, OTHER},
	{"ol", DIVISION, LISTS},
	{"optgroup", 0, OPTGROUP},
	{"option", 0, OPTION},
	{"p", DIVISION | EASY, P},
	{"param", VOID, OTHER},
	{"pre", DIVISION, OTHER},
	{"script", RAW | META, OTHER},
	{"search", DIVISION, OTHER},
	{"section", DIVISION, OTHER},
	{"select", SPECIAL, OTHER},
	{"source", VOID, OTHER},
	{"style", RAW | META, OTHER},
	{"summary", DIVISION, OTHER},
	{"svg", 0, FOREIGN},
	{"table", DIVISION | SCOPE, TABLE},
	{"tbody", SPECIAL, SECTION},
	{"td", SPECIAL | SCOPE, CELL},
	{"template", SPECIAL | SCOPE | META, OTHER},
	{"textarea", RAW, OTHER},
	{"tfoot", SPECIAL, SECTION},
	{"th", SPECIAL | SCOPE, CELL},
	{"thead", SPECIAL, SECTION},
	{"title", RAW | META, OTHER},
	{"tr", SPECIAL, TR},
	{"track", VOID, OTHER},
	{"ul", DIVISION, LISTS},
	{"wbr", VOID, OTHER},
	{"xmp", RAW | BLOCK, OTHER},
};
#define N_TAGS (sizeof tags / sizeof *tags)
static const struct tag other_tag = {"", 0, OTHER};

/* What a start tag closes first: open elements of these kinds, unless one that stops stands before. */
static const struct implied {
	uint32_t closes, stop_kinds;
	uint8_t stop_what;
} implied[KINDS] = {
	[LI] = {BIT(LI), BIT(LISTS), SPECIAL},
	[DD] = {BIT(DD), 0, SPECIAL},
	[TR] = {BIT(TR) | BIT(CAPTION), BIT(TABLE), 0},
	[CELL] = {BIT(CELL) | BIT(CAPTION), BIT(TR) | BIT(TABLE), 0},
	[SECTION] = {BIT(SECTION) | BIT(TR) | BIT(CAPTION), BIT(TABLE), 0},
	[CAPTION] = {BIT(CAPTION), BIT(TABLE), 0},
	[A] = {BIT(A), 0, SPECIAL},
	[BUTTON] = {BIT(BUTTON), 0, SCOPE},
};
static const struct implied ends_paragraph = {BIT(P), BIT(BUTTON), SCOPE};
static const uint32_t table_parts = BIT(TR) | BIT(CELL) | BIT(SECTION) | BIT(CAPTION) | BIT(TABLE);

struct open {
	uint32_t node, hash;
	const struct tag *tag;
};

struct reader {
	struct amp_markup_doc *doc;
	struct amp_markup *nodes;
	size_t n, room;
	const char *body, *p, *end;
	size_t depth;
	size_t over;           /* open elements too deep for the stack */
	uint32_t kinds[KINDS]; /* how many are open */
	uint16_t names[256];   /* …by hash of their name: most end tags without an element are found out here */
	uint8_t letter[27];    /* tags[] by first letter */
	struct open stack[AMP_MARKUP_DEPTH];
};

static size_t count_tags(const char *p, size_t n)
{
	size_t count = 0, i = 0;
#if defined(__SSE2__)
	const __m128i open = _mm_set1_epi8('<');
	while (n - i >= 16) {
		size_t blocks = (n - i) / 16;
		if (blocks > 255) blocks = 255; /* a byte counter holds no more */
		__m128i sum = _mm_setzero_si128();
		for (size_t b = 0; b < blocks; b++, i += 16)
			sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + i)), open));
		__m128i halves = _mm_sad_epu8(sum, _mm_setzero_si128());
		count += (size_t)_mm_cvtsi128_si32(halves) + (size_t)_mm_cvtsi128_si32(_mm_srli_si128(halves, 8));
	}
#endif
	for (; i < n; i++) count += p[i] == '<';
	return count;
}

static void index_letters(struct reader *r)
{
	size_t t = 0;
	for (int c = 0; c <= 26; c++) {
		while (t < N_TAGS && tags[t].name[0] - 'a' < c) t++;
		r->letter[c] = (uint8_t)t;
	}
}

static bool same_name(struct amp_str written, const char *lower)
{
	size_t i = 0;
	for (; i < written.n; i++)
		if (lower[i] == '\0' || amp_lower((unsigned char)written.p[i]) != (unsigned char)lower[i]) return false;
	return lower[i] == '\0';
}

static const struct tag *tag_of(const struct reader *r, struct amp_str name)
{
	int c = amp_lower((unsigned char)name.p[0]) - 'a';
	if (c < 0 || c > 25 || name.n > 10) return &other_tag;
	for (size_t t = r->letter[c]; t < r->letter[c + 1]; t++)
		if (same_name(name, tags[t].name)) return &tags[t];
	return &other_tag;
}

static uint32_t hash_of(struct amp_str name)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < name.n; i++) h = (h ^ (uint32_t)amp_lower((unsigned char)name.p[i])) * 16777619u;
	return h ^ h >> 16;
}

static uint32_t place(const struct reader *r, const char *p)
{
	return (uint32_t)(p - r->body);
}

/* --- the stack --- */

static void pop(struct reader *r, uint32_t inner_end, uint32_t end, unsigned flag)
{
	struct open *o = &r->stack[--r->depth];
	struct amp_markup *node = &r->nodes[o->node];
	node->inner_end = inner_end;
	node->end = end;
	node->span = (uint32_t)r->n - o->node;
	node->flags |= (uint8_t)flag;
	r->kinds[o->tag->kind]--;
	r->names[o->hash & 255]--;
}

static void close_to(struct reader *r, size_t depth, uint32_t at)
{
	while (r->depth > depth) pop(r, at, at, AMP_MARKUP_IMPLIED);
}

static void close_implied(struct reader *r, const struct implied *rule, uint32_t at)
{
	size_t found = r->depth;
	uint32_t closes = rule->closes;
	bool any = false;
	for (unsigned k = 0; k < KINDS; k++) any |= (closes & BIT(k)) && r->kinds[k];
	if (!any) return;
	for (size_t d = r->depth; d-- > 0;) {
		const struct tag *tag = r->stack[d].tag;
		bool hit = (closes & BIT(tag->kind)) != 0;
		if (hit) found = d;
		if (!hit && (rule->stop_kinds & BIT(tag->kind))) break;
		if (!hit && (tag->what & rule->stop_what) && !(rule->closes & (BIT(LI) | BIT(DD)) && tag->what & EASY)) break;
	}
	close_to(r, found, at);
}

static bool top_is(const struct reader *r, enum kind kind)
{
	return r->depth && r->stack[r->depth - 1].tag->kind == kind;
}

/* Ends that a start tag implies. */
static void before_start(struct reader *r, const struct tag *tag, uint32_t at)
{
	if (r->depth == 0) return;
	if (top_is(r, HEAD) && !(tag->what & META)) close_to(r, r->depth - 1, at);
	if (tag->what & BLOCK && r->kinds[P]) close_implied(r, &ends_paragraph, at);
	if (implied[tag->kind].closes) close_implied(r, &implied[tag->kind], at);
	if (tag->kind == HEADING && top_is(r, HEADING)) close_to(r, r->depth - 1, at);
	if ((tag->kind == OPTION || tag->kind == OPTGROUP) && top_is(r, OPTION)) close_to(r, r->depth - 1, at);
	if (tag->kind == OPTGROUP && top_is(r, OPTGROUP)) close_to(r, r->depth - 1, at);
}

/* What an end tag of this kind does not reach through. */
static bool stops_end(const struct tag *end_tag, const struct tag *open)
{
	uint32_t kind = BIT(end_tag->kind);
	if (kind & table_parts) return open->kind == TABLE;
	if (!(end_tag->what & SPECIAL)) return open->what & SPECIAL;
	if (open->what & SCOPE) return true;
	return (kind & BIT(P) && open->kind == BUTTON) || (kind & BIT(LI) && open->kind == LISTS);
}

static bool same_element(const struct reader *r, const struct open *o, const struct tag *tag, struct amp_str name, uint32_t hash)
{
	if (tag->kind == HEADING && o->tag->kind == HEADING) return true;
	if (o->hash != hash) return false;
	if (tag != &other_tag) return o->tag == tag;
	const struct amp_markup *node = &r->nodes[o->node];
	if (node->name_n != (uint16_t)(name.n < UINT16_MAX ? name.n : UINT16_MAX)) return false;
	const char *open = r->body + node->offset + 1;
	for (size_t i = 0; i < node->name_n; i++)
		if (amp_lower((unsigned char)open[i]) != amp_lower((unsigned char)name.p[i])) return false;
	return true;
}

static void close_element(struct reader *r, struct amp_str name, const char *start)
{
	const struct tag *tag = tag_of(r, name);
	if (tag->what & VOID || tag->kind == PAGE) return; /* what follows </body> is still on the page */
	if (r->over) {
		r->over--;
		return;
	}
	uint32_t hash = hash_of(name);
	if (r->names[hash & 255] == 0 && !(tag->kind == HEADING && r->kinds[HEADING])) return;
	for (size_t d = r->depth; d-- > 0;) {
		const struct open *o = &r->stack[d];
		if (same_element(r, o, tag, name, hash)) {
			close_to(r, d + 1, place(r, start));
			pop(r, place(r, start), place(r, r->p), 0);
			return;
		}
		if (stops_end(tag, o->tag)) return;
	}
}

/* --- nodes --- */

static struct amp_markup *add(struct reader *r, enum amp_markup_type type, const char *start)
{
	struct amp_markup *node = &r->nodes[r->n];
	uint32_t parent = r->depth ? r->stack[r->depth - 1].node : (uint32_t)r->n;
	*node = (struct amp_markup){.offset = place(r, start), .span = 1, .parent = parent, .type = (uint8_t)type};
	r->n++;
	return node;
}

static void add_text(struct reader *r, const char *start, const char *end)
{
	if (start == end) return;
	struct amp_markup *node = add(r, AMP_MARKUP_TEXT, start);
	node->inner = node->offset;
	node->inner_end = node->end = place(r, end);
}

static void push(struct reader *r, const struct tag *tag, struct amp_str name)
{
	if (r->depth == AMP_MARKUP_DEPTH) {
		r->over++;
		r->doc->too_deep = true;
		return;
	}
	struct open *o = &r->stack[r->depth++];
	*o = (struct open){.node = (uint32_t)r->n - 1, .hash = hash_of(name), .tag = tag};
	r->kinds[tag->kind]++;
	r->names[o->hash & 255]++;
}

/* The < of the end tag of a raw element; NULL when there is none. */
static const char *raw_end(const char *p, const char *end, struct amp_str name)
{
	while (p < end) {
		const char *lt = memchr(p, '<', (size_t)(end - p));
		if (!lt || (size_t)(end - lt) < name.n + 2) return NULL;
		p = lt + 1;
		if (lt[1] != '/') continue;
		size_t same = 0;
		while (same < name.n && amp_lower((unsigned char)lt[2 + same]) == amp_lower((unsigned char)name.p[same])) same++;
		const char *behind = lt + 2 + name.n;
		if (same == name.n && (behind == end || amp_is_space((unsigned char)*behind) || *behind == '/' || *behind == '>'))
			return lt;
	}
	return NULL;
}

/* To behind the > of an end tag; false when there is none. */
static bool skip_attributes(struct reader *r)
{
	struct amp_str name, value;
	enum amp_tag_part part;
	do part = amp_tag_next(&r->p, r->end, &name, &value);
	while (part == AMP_TAG_ATTRIBUTE);
	return part != AMP_TAG_CUT;
}

static void raw_element(struct reader *r, size_t at, struct amp_str name)
{
	const char *start = r->p, *close = raw_end(start, r->end, name);
	struct amp_markup *node = &r->nodes[at];
	node->flags |= AMP_MARKUP_RAW;
	r->p = close ? close + 2 : r->end;
	if (start < (close ? close : r->end)) {
		add_text(r, start, close ? close : r->end);
		r->nodes[r->n - 1].parent = (uint32_t)at;
		node->span = 2;
	}
	if (!close || !skip_attributes(r)) {
		r->p = r->end;
		r->doc->cut = true;
		node->flags |= AMP_MARKUP_CUT;
	}
	node->inner_end = place(r, close ? close : r->end);
	node->end = place(r, r->p);
}

static struct amp_str tag_name(struct reader *r)
{
	const char *start = r->p;
	while (r->p < r->end && !amp_is_space((unsigned char)*r->p) && *r->p != '>' && *r->p != '/') r->p++;
	return (struct amp_str){start, (size_t)(r->p - start)};
}

static void start_tag(struct reader *r) /* at the < */
{
	const char *start = r->p++;
	struct amp_str name = tag_name(r), key, value, classes = {NULL, 0};
	enum amp_tag_part part = amp_tag_next(&r->p, r->end, &key, &value);
	for (; part == AMP_TAG_ATTRIBUTE; part = amp_tag_next(&r->p, r->end, &key, &value))
		if (key.n == 5 && !classes.p && same_name(key, "class")) classes = value;
	if (part == AMP_TAG_CUT) { /* half a tag: not there, as in browsers */
		r->p = r->end;
		r->doc->cut = true;
		return;
	}
	const struct tag *tag = tag_of(r, name);
	if (tag->kind == PAGE && r->kinds[PAGE] > (tag->what & SCOPE ? 0u : 1u)) return; /* a second <html>, <body> */
	before_start(r, tag, place(r, start));
	size_t at = r->n;
	struct amp_markup *node = add(r, AMP_MARKUP_ELEMENT, start);
	node->name_n = (uint16_t)(name.n < UINT16_MAX ? name.n : UINT16_MAX);
	node->class_at = classes.n ? place(r, classes.p) : 0;
	node->class_n = (uint32_t)classes.n;
	node->inner = node->inner_end = node->end = place(r, r->p);
	bool closed = tag->what & VOID || (part == AMP_TAG_END_SLASH && (r->kinds[FOREIGN] || tag->kind == FOREIGN));
	if (closed) return;
	if (tag->what & RAW)
		raw_element(r, at, name);
	else
		push(r, tag, name);
}

static void end_tag(struct reader *r) /* at the < */
{
	const char *start = r->p;
	r->p += 2;
	struct amp_str name = tag_name(r);
	if (!skip_attributes(r)) {
		r->p = r->end;
		r->doc->cut = true;
		return;
	}
	close_element(r, name, start);
}

/* A comment, a doctype, a processing instruction, an end tag without name. */
static void skip_declaration(struct reader *r)
{
	if (r->end - r->p >= 4 && memcmp(r->p, "<!--", 4) == 0) {
		const char *q = r->p + 2; /* <!--> and <!---> are whole comments */
		while ((q = memchr(q, '-', (size_t)(r->end - q)))) {
			if (r->end - q >= 3 && q[1] == '-' && q[2] == '>') break;
			if (r->end - q >= 4 && q > r->p + 3 && memcmp(q, "--!>", 4) == 0) break;
			q++;
		}
		r->doc->cut |= !q;
		r->p = q ? q + (q[2] == '>' ? 3 : 4) : r->end;
		return;
	}
	const char *gt = memchr(r->p, '>', (size_t)(r->end - r->p));
	r->doc->cut |= !gt;
	r->p = gt ? gt + 1 : r->end;
}

/* The next < that begins something, or the end. */
static const char *text_end(const char *p, const char *end)
{
	while (p < end) {
		const char *lt = memchr(p, '<', (size_t)(end - p));
		if (!lt || end - lt < 2) return end;
		unsigned char c = (unsigned char)lt[1];
		if (amp_is_alpha(c) || c == '/' || c == '!' || c == '?') return lt;
		p = lt + 1;
	}
	return end;
}

static void read_all(struct reader *r)
{
	while (r->p < r->end && r->n + 3 <= r->room) {
		const char *lt = text_end(r->p, r->end);
		add_text(r, r->p, lt);
		r->p = lt;
		if (lt == r->end) break;
		unsigned char c = (unsigned char)lt[1];
		if (amp_is_alpha(c))
			start_tag(r);
		else if (c == '/' && r->end - lt > 2 && amp_is_alpha((unsigned char)lt[2]))
			end_tag(r);
		else
			skip_declaration(r);
	}
	r->doc->end_offset = place(r, r->p);
	while (r->depth) {
		enum kind kind = r->stack[r->depth - 1].tag->kind;
		r->doc->unclosed = r->doc->unclosed || kind == OTHER;
		pop(r, place(r, r->p), place(r, r->p), kind == PAGE ? 0 : AMP_MARKUP_CUT);
	}
}

/* What the decoders will replace, in the whole body. */
static void count_repairs(struct amp_markup_doc *doc)
{
	const char *p = doc->body.p, *end = p + doc->body.n;
	for (const char *nul = p; (nul = memchr(nul, '\0', (size_t)(end - nul))); nul++) {
		if (doc->repairs++ == 0) doc->first_repair = (size_t)(nul - p);
		if (nul + 1 == end) break;
	}
	for (p += amp_utf8_valid_prefix(p, (size_t)(end - p)); p < end; p += amp_utf8_valid_prefix(p, (size_t)(end - p))) {
		size_t at = (size_t)(p - doc->body.p);
		if (doc->repairs++ == 0 || at < doc->first_repair) doc->first_repair = at;
		p++;
	}
}

int amp_markup_parse(struct amp_markup_doc *doc, struct amp_str body, struct amp_arena *arena, struct amp_err *err)
{
	*doc = (struct amp_markup_doc){.body = body, .arena = arena};
	if (!body.p || body.n == 0) return 0;
	if (body.n > AMP_MARKUP_MAX_BYTES)
		return amp_fail(err, AMP_ELIMIT, _("the HTML document has %zu bytes, more than the %zu that are read"), body.n,
		                (size_t)AMP_MARKUP_MAX_BYTES);
	size_t room = 2 * count_tags(body.p, body.n) + 4;
	if (room > AMP_MARKUP_MAX_NODES) room = AMP_MARKUP_MAX_NODES;
	struct reader *r = amp_arena_zalloc(arena, sizeof *r);
	struct amp_markup *nodes = amp_arena_alloc(arena, room * sizeof *nodes);
	if (!r || !nodes) return amp_fail(err, AMP_ELIMIT, _("no memory left to read %zu bytes of HTML"), body.n);
	r->doc = doc;
	r->nodes = nodes;
	r->room = room;
	r->body = body.p;
	r->p = body.p;
	r->end = body.p + body.n;
	if (body.n >= 3 && memcmp(body.p, "\xEF\xBB\xBF", 3) == 0) r->p += 3;
	index_letters(r);
	count_repairs(doc);
	read_all(r);
	doc->nodes = nodes;
	doc->n_nodes = r->n;
	return 0;
}

/* feeds_xml.c: RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 through libxml2's SAX2 interface, with the modules that feeds use. Which
 * element goes where is told by feeds_words.c; what is done with it, by feeds_gather.c.
 *
 * Elements are closed by the name that the end tag has, on a stack of our own: where tags do not match, libxml2 reports the name
 * and goes on, and one unclosed <b> does not swallow the entries behind it.
 */
#include <assert.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <string.h>
#include "base/mem.h"
#include "base/utf8.h"
#include "parse/html.h"
#include "platforms/feeds_reading.h"

static void keep_name(char *to, size_t size, struct amp_str name)
{
	size_t n = name.n < size ? name.n : amp_utf8_valid_prefix(name.p, size - 1); /* no half letter: it may be shown */
	if (n) memcpy(to, name.p, n);
	to[n] = '\0';
}

struct amp_str amp_feeds_from_xml(const xmlChar *p)
{
	return amp_str_c((const char *)p);
}

size_t amp_feeds_position(const struct reading *r)
{
	const xmlParserInput *in = r->ctxt->input;
	size_t at = in ? (size_t)in->consumed + (size_t)(in->cur - in->base) : 0;
	return at < r->source->text.n ? at : r->source->text.n;
}

/* Where the tag whose attributes were just read begins. */
size_t amp_feeds_tag_start(const struct reading *r)
{
	size_t at = amp_feeds_position(r);
	while (at > 0 && (at == r->source->text.n || r->source->text.p[at] != '<')) at--;
	return at;
}

/* libxml2 reports a tag that the document ends in as if it were whole. */
static bool cut_in_a_tag(const struct reading *r)
{
	struct amp_str text = r->source->text;
	return amp_feeds_position(r) >= text.n && text.p[text.n - 1] != '>';
}

void amp_feeds_stop(struct reading *r)
{
	r->stopped = true;
	xmlStopParser(r->ctxt);
}

static void begin_entry(struct reading *r, const xmlChar **list, int n)
{
	struct amp_feeds_entry *entry = amp_arena_zalloc(r->e->arena, sizeof *entry);
	if (!entry) {
		amp_engine_no_memory(r->e);
		amp_feeds_stop(r);
		return;
	}
	r->entry = entry;
	r->media = NULL;
	entry->start = amp_feeds_tag_start(r);
	entry->offset = amp_feeds_offset(r->source, entry->start);
	amp_feeds_set(r, AMP_FEEDS_ABOUT, amp_feeds_prefixed(r, list, n, "rdf", "about"), AMP_FEEDS_PLAIN, entry->start);
}

static void end_entry(struct reading *r)
{
	struct amp_feeds_entry *entry = r->entry;
	entry->end = amp_feeds_position(r);
	if (r->last)
		r->last->following = entry;
	else
		r->first = entry;
	r->last = entry;
	r->entry = r->origin = NULL;
	r->media = NULL;
}

/* The root says which dialect it is, by its name first: feeds get the namespace wrong more often than the word. */
static enum context root(struct reading *r, struct amp_str name, const xmlChar *uri, enum space space)
{
	r->root_seen = true;
	if (amp_str_ieq_c(name, "rss")) return IN_FEED;
	if (amp_str_ieq_c(name, "rdf")) {
		r->rdf = true;
		return IN_FEED;
	}
	r->atom = amp_str_ieq_c(name, "feed") && (!uri || space == ATOM);
	if (r->atom) return IN_FEED;
	r->atom = amp_str_ieq_c(name, "entry") && space == ATOM; /* a document of one entry: RFC 4287 section 2 */
	if (r->atom) return IN_ENTRY;
	r->refused = true;
	if (amp_str_ieq_c(name, "html")) {
		struct amp_page inner = *r->e->page;
		const struct amp_page *page = r->e->page;
		size_t at = amp_feeds_tag_start(r);
		inner.body = (struct amp_str){r->source->text.p + at, r->source->text.n - at};
		r->e->page = &inner; /* behind an XML declaration it is judged like any HTML page */
		(void)amp_engine_refused(r->e, false);
		r->e->page = page;
	}
	amp_engine_refuse(r->e, AMP_VERDICT_DRIFT, "an XML document whose root element is \xE2\x80\x9C%.*s\xE2\x80\x9D, not a feed",
	                  (int)(name.n < 60 ? name.n : 60), name.p);
	amp_feeds_stop(r);
	return IN_NOTHING;
}

static enum context in_feed(struct reading *r, struct amp_str name, enum space space, const xmlChar **list, int n)
{
	bool own = space == MAIN || space == ATOM;
	if (own && amp_str_ieq_c(name, r->atom ? "entry" : "item")) {
		r->channel_seen = true;
		begin_entry(r, list, n);
		return IN_ENTRY;
	}
	if (own && amp_str_ieq_c(name, "channel")) {
		r->channel_seen = true;
		return IN_FEED;
	}
	r->says = true;
	const struct element *el = amp_feeds_element(space, name);
	bool wanted = el && (el->action == AUTHOR || el->action == LINK || el->slot == AMP_FEEDS_LANGUAGE ||
	                     el->slot == AMP_FEEDS_AUTHOR_NAME);
	return wanted ? amp_feeds_act(r, el, space, list, n) : IN_NOTHING;
}

static enum context in_entry(struct reading *r, struct amp_str name, enum space space, const xmlChar **list, int n)
{
	if ((space == ATOM || (r->atom && space == MAIN)) && amp_str_ieq_c(name, "source")) {
		r->entry->known = true; /* the feed that an Atom entry was copied from: its texts are not the entry's */
		if (!r->entry->origin) r->entry->origin = amp_arena_zalloc(r->e->arena, sizeof *r->entry->origin);
		if (!r->entry->origin) amp_engine_no_memory(r->e);
		r->origin = r->entry->origin;
		return r->origin ? IN_ORIGIN : IN_NOTHING;
	}
	const struct amp_feeds_word *word = amp_feeds_word(r, space, name);
	if (word) {
		r->entry->known = true;
		return amp_feeds_take(r, word);
	}
	const struct element *el = amp_feeds_element(space, name);
	if (!el) return IN_NOTHING;
	r->entry->known = true;
	return amp_feeds_act(r, el, space, list, n);
}

static void close_top(struct reading *r);

/* A title, link or text inside something that stands where entries do and is none: a feed that calls its entries otherwise must not
 * look like one without entries. (RSS 2.0 has titles and links in image and textInput as well, Atom in a source or an author's page.) */
static void note_unknown_entry(struct reading *r, struct amp_str name)
{
	static const char *const parts[] = {"title", "link", "guid", "id", "description", "summary", "content"};
	static const char *const others[] = {"image",          "textinput", "author", "contributor",
	                                     "managingeditor", "cloud",     "owner",  "source"};
	const struct frame *f = r->depth > 2 ? &r->stack[r->depth - 2] : NULL;
	if (!f || f[-1].inside != IN_FEED || r->first || r->entry) return;
	bool part = false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && !part; i++) part = amp_str_ieq_c(name, parts[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others && part; i++) part = !amp_str_ieq_c(amp_str_c(f->name), others[i]);
	if (!part) return;
	r->unknown_entries++;
	memcpy(r->unknown_name, f->name, sizeof r->unknown_name);
}

static enum context open_element(struct reading *r, const xmlChar *prefix, const xmlChar *local, const xmlChar *uri,
                                 const xmlChar **list, int n)
{
	struct amp_str name = amp_feeds_from_xml(local);
	enum context here = r->depth > 1 ? r->stack[r->depth - 2].inside : IN_DOCUMENT;
	enum space space = amp_feeds_space_of(r, prefix, uri);
	const struct element *el;
	switch (here) {
	case IN_DOCUMENT:
		here = root(r, name, uri, space);
		if (here == IN_ENTRY) begin_entry(r, list, n);
		return here;
	case IN_FEED: return in_feed(r, name, space, list, n);
	case IN_ENTRY:
	case IN_MEDIA: return r->entry ? in_entry(r, name, space, list, n) : IN_NOTHING;
	case IN_ORIGIN:
		el = amp_feeds_element(space, name);
		return el && el->action == AUTHOR ? amp_feeds_act(r, el, space, list, n) : IN_NOTHING;
	case IN_AUTHOR: el = amp_feeds_person(space, name); return el ? amp_feeds_act(r, el, ATOM, list, n) : IN_NOTHING;
	case IN_IMAGE:
		if (!amp_str_ieq_c(name, "url")) return IN_NOTHING;
		amp_feeds_start_text(r, amp_feeds_element(OTHER, AMP_STR("image")), AMP_FEEDS_PLAIN);
		return IN_TEXT;
	case IN_TEXT: amp_feeds_open_markup(r, local, list, n); return IN_TEXT;
	case IN_NOTHING: note_unknown_entry(r, name); break;
	}
	return IN_NOTHING;
}

/* An <item> inside an <item>: the first was never closed. */
static void close_open_entry(struct reading *r, const xmlChar *local)
{
	if (!r->entry || r->capture || !amp_str_ieq_c(amp_feeds_from_xml(local), r->atom ? "entry" : "item")) return;
	size_t at = r->depth;
	while (at > 0 && !amp_str_ieq_c(amp_str_c(r->stack[at - 1].name), r->atom ? "entry" : "item")) at--;
	if (at <= 1) return;
	amp_engine_repaired(r->e, "unclosed_entry", r->entry->offset);
	while (r->depth >= at) close_top(r);
}

static void start_element(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                          const xmlChar **namespaces, int n, int n_defaulted, const xmlChar **list)
{
	struct reading *r = data;
	(void)n_namespaces;
	(void)namespaces;
	(void)n_defaulted;
	r->ctxt->wellFormed = 1; /* libxml2 drops every "&amp;" behind an error otherwise (xmlParseReference, seen in 2.9.14) */
	if (r->stopped || r->e->failed || cut_in_a_tag(r)) return;
	close_open_entry(r, local);
	if (r->depth == sizeof r->stack / sizeof *r->stack) {
		amp_feeds_stop(r);
		return;
	}
	const struct frame *outer = r->depth ? &r->stack[r->depth - 1] : NULL;
	struct frame *f = &r->stack[r->depth++];
	keep_name(f->prefix, sizeof f->prefix, amp_feeds_from_xml(prefix));
	keep_name(f->name, sizeof f->name, amp_feeds_from_xml(local));
	f->base = outer ? outer->base : AMP_STR_ABSENT;
	f->lang = outer ? outer->lang : AMP_STR_ABSENT;
	if (!r->capture && n) {
		struct amp_str base = amp_feeds_prefixed(r, list, n, "xml", "base"),
			       lang = amp_feeds_prefixed(r, list, n, "xml", "lang");
		if (base.n) f->base = amp_url_resolve(r->e->arena, f->base, base);
		if (lang.n) f->lang = lang;
	}
	f->inside = IN_NOTHING;
	f->inside = open_element(r, prefix, local, uri, list, n);
}

static void close_top(struct reading *r)
{
	const struct frame *f = &r->stack[r->depth - 1];
	enum context outer = r->depth > 1 ? f[-1].inside : IN_DOCUMENT;
	if (r->capture && r->depth == r->capture_depth)
		amp_feeds_end_text(r);
	else if (r->capture)
		amp_feeds_close_markup(r, f->name);
	else if (f->inside == IN_MEDIA && outer != IN_MEDIA)
		r->media = NULL;
	else if (f->inside == IN_ORIGIN)
		r->origin = NULL;
	if (r->entry && !r->capture && f->inside == IN_ENTRY && (outer == IN_FEED || outer == IN_DOCUMENT)) {
		if (f->lang.p) amp_feeds_set(r, AMP_FEEDS_XML_LANG, f->lang, AMP_FEEDS_PLAIN, r->entry->start);
		end_entry(r);
	}
	r->depth--;
	if (r->depth == 0) r->root_ended = true;
}

static bool is_called(const struct frame *f, const char *qualified)
{
	struct amp_str rest = amp_str_c(qualified), head = amp_str_cut(&rest, ':');
	return rest.p ? amp_str_eq_c(head, f->prefix) && amp_str_eq_c(rest, f->name)
	              : f->prefix[0] == '\0' && amp_str_eq_c(head, f->name);
}

static void end_element(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct reading *r = data;
	char name[sizeof r->mismatch];
	static_assert(sizeof name > sizeof r->stack->prefix + sizeof r->stack->name, "both parts and the colon fit");
	(void)uri;
	r->ctxt->wellFormed = 1;
	if (r->stopped || r->e->failed || cut_in_a_tag(r)) return;
	keep_name(name, sizeof r->stack->prefix, amp_feeds_from_xml(prefix)); /* cut as on the stack */
	size_t n = strlen(name);
	if (n) name[n++] = ':';
	keep_name(name + n, sizeof r->stack->name, amp_feeds_from_xml(local));
	bool mismatched = r->mismatched;
	r->mismatched = false;
	if (mismatched) memcpy(name, r->mismatch, sizeof name);
	size_t at = r->depth;
	while (at > 0 && !is_called(&r->stack[at - 1], name)) at--;
	if (at == 0) return; /* an end tag of nothing that is open */
	while (r->depth >= at) close_top(r);
}

static void characters(void *data, const xmlChar *p, int n)
{
	struct reading *r = data;
	r->ctxt->wellFormed = 1;
	if (!r->capture || n <= 0) return;
	if (r->elements)
		amp_feeds_add_escaped(&r->text, (const char *)p, (size_t)n);
	else
		amp_buf_add(&r->text, p, (size_t)n);
}

/* A text that feeds_take.c took out. */
static void instruction(void *data, const xmlChar *target, const xmlChar *text)
{
	struct reading *r = data;
	int64_t n;
	if (strcmp((const char *)target, AMP_FEEDS_TEXT) != 0 || !text || !amp_str_i64(amp_feeds_from_xml(text), &n)) return;
	if (n < 0 || (uint64_t)n >= r->source->n_taken) return;
	struct amp_str text_taken = r->source->taken[n];
	characters(r, (const xmlChar *)text_taken.p, (int)text_taken.n);
}

/* Errors behind which everything is still read, or that judge_damage sees itself. */
static bool is_harmless(int code)
{
	return code == XML_ERR_DOCUMENT_END || code == XML_ERR_TAG_NOT_FINISHED || code == XML_ERR_HYPHEN_IN_COMMENT ||
	       code == XML_ERR_RESERVED_XML_NAME || code == XML_ERR_ATTRIBUTE_REDEFINED;
}

#if LIBXML_VERSION >= 21200
static void on_error(void *data, const xmlError *error)
#else
static void on_error(void *data, xmlErrorPtr error)
#endif
{
	struct reading *r = data;
	if (amp_feeds_position(r) > r->at) r->at = amp_feeds_position(r);
	if (error->code == XML_ERR_NO_MEMORY) {
		amp_engine_no_memory(r->e);
		amp_feeds_stop(r);
	} else if (error->code == XML_ERR_TAG_NAME_MISMATCH && error->str2) {
		keep_name(r->mismatch, sizeof r->mismatch, amp_str_c(error->str2));
		if (!r->mismatched) amp_engine_repaired(r->e, "mismatched_tag", amp_feeds_offset(r->source, amp_feeds_position(r)));
		r->mismatched = true;
	} else if (error->level == XML_ERR_FATAL && error->domain == XML_FROM_PARSER && !r->lost && !is_harmless(error->code)) {
		r->lost = 1 + amp_feeds_offset(r->source, r->at);
	}
}

/* What libxml2 prints when memory is out, before it has a context to report to. */
static void quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static pthread_once_t allocator_once = PTHREAD_ONCE_INIT;
static void set_allocator(void)
{
	xmlMemSetup(amp_free, amp_malloc, amp_realloc, amp_strdup);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, quiet);
}

void amp_feeds_libxml(void)
{
	(void)pthread_once(&allocator_once, set_allocator);
}

static void read_document(struct reading *r)
{
	amp_feeds_libxml();
	r->ctxt = xmlCreateMemoryParserCtxt(r->source->text.p, (int)r->source->text.n);
	if (!r->ctxt) {
		amp_engine_no_memory(r->e);
		return;
	}
	/* no external entities, no network, no expansion, no huge documents: XML_PARSE_NOENT, DTDLOAD and HUGE are never set */
	(void)xmlCtxtUseOptions(r->ctxt, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	memset(r->ctxt->sax, 0, sizeof *r->ctxt->sax);
	r->ctxt->sax->initialized = XML_SAX2_MAGIC;
	r->ctxt->sax->startElementNs = start_element;
	r->ctxt->sax->endElementNs = end_element;
	r->ctxt->sax->characters = characters;
	r->ctxt->sax->ignorableWhitespace = characters;
	r->ctxt->sax->cdataBlock = characters;
	r->ctxt->sax->processingInstruction = instruction;
	r->ctxt->sax->serror = on_error;
	r->ctxt->userData = r;
	(void)xmlParseDocument(r->ctxt);
}

/* Only end tags are left, the root's among them: libxml2 had run out of open elements, where one was closed twice. */
static bool only_end_tags(const struct reading *r, struct amp_str rest)
{
	bool root_closed = false;
	for (rest = amp_str_trim(rest); amp_str_starts(rest, "</"); rest = amp_str_trim(rest)) {
		char name[72];
		struct amp_str tag = {rest.p + 2, rest.n - 2};
		const char *end = memchr(tag.p, '>', tag.n);
		if (!end) return false;
		rest = (struct amp_str){end + 1, (size_t)(rest.p + rest.n - end) - 1};
		keep_name(name, sizeof name, amp_str_trim((struct amp_str){tag.p, (size_t)(end - tag.p)}));
		root_closed = r->depth > 0 && is_called(&r->stack[0], name);
	}
	return rest.n == 0 && root_closed;
}

static void judge_damage(struct reading *r)
{
	size_t at = amp_feeds_position(r) > r->at ? amp_feeds_position(r) : r->at;
	size_t offset = amp_feeds_offset(r->source, at);
	if (r->root_seen && r->depth < MAX_DEPTH - 1 && at < r->source->text.n &&
	    only_end_tags(r, (struct amp_str){r->source->text.p + at, r->source->text.n - at}))
		r->root_ended = true;
	if (r->root_ended && r->lost) amp_engine_cut(r->e, "the XML document is malformed at byte %zu", r->lost - 1);
	if (r->root_ended || r->refused || r->e->failed) return;
	if (!r->root_seen)
		amp_engine_refuse(r->e, AMP_VERDICT_FAILED, "this is neither XML nor JSON: no element begins in it");
	else if (r->depth >= MAX_DEPTH - 1)
		amp_engine_cut(r->e, "the XML document is nested deeper than %d, at byte %zu", MAX_DEPTH, offset);
	else if (!memchr(r->source->text.p + at, '>', r->source->text.n - at))
		amp_engine_cut(r->e, "the XML document ends early, at byte %zu", r->e->page->body.n);
	else
		amp_engine_cut(r->e, "the XML document is malformed at byte %zu", offset);
}

static void give(struct reading *r)
{
	if (r->e->failed || r->refused || !r->root_seen) return;
	if (!r->atom && !r->channel_seen && !r->first && r->root_ended) {
		amp_engine_refuse(r->e, AMP_VERDICT_DRIFT,
		                  r->rdf ? "an RDF document without an RSS channel" : "an RSS document without a channel");
		return;
	}
	if (!r->first && !r->says &&
	    r->root_ended) { /* title, link and description are required of RSS, id, title and updated of Atom */
		amp_engine_refuse(r->e, AMP_VERDICT_DRIFT, "a feed in which nothing stands, not even its title");
		return;
	}
	if (!r->first && r->unknown_entries) {
		amp_engine_refuse(r->e, AMP_VERDICT_DRIFT,
		                  "a feed without entries whose \xE2\x80\x9C%s\xE2\x80\x9D elements look like them",
		                  r->unknown_name);
		return;
	}
	amp_engine_list_found(r->e);
	struct amp_str base = amp_feeds_base(r->e, &r->feed), next = r->feed.values[AMP_FEEDS_NEXT].text;
	for (const struct amp_feeds_entry *entry = r->first; entry && !r->e->failed; entry = entry->following)
		amp_feeds_emit(r->e, r->source, entry, &r->feed, r->atom, r->hooks);
	if (next.n) r->e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = amp_url_resolve(r->e->arena, base, next)};
}

void amp_feeds_xml(struct amp_engine *e, const struct amp_feeds_hooks *hooks)
{
	struct amp_feeds_source source;
	struct reading *r = amp_arena_zalloc(e->arena, sizeof *r);
	if (!r) {
		amp_engine_no_memory(e);
		return;
	}
	if (!amp_feeds_source(e, &source)) return;
	r->e = e;
	r->source = &source;
	r->hooks = hooks;
	amp_buf_init(&r->text, (size_t)1 << 30);
	if (source.text.n) read_document(r);
	if (r->ctxt || !source.text.n) {
		if (r->ctxt)
			judge_damage(r);
		else
			amp_engine_refuse(e, AMP_VERDICT_FAILED, "the document holds nothing");
		give(r);
	}
	amp_buf_free(&r->text);
	if (r->ctxt) {
		xmlDocPtr doc = r->ctxt->myDoc;
		xmlFreeParserCtxt(r->ctxt);
		if (doc) xmlFreeDoc(doc);
	}
}

/* tree.c: pages as trees that XPath can walk. What is built is counted: a page may be hostile, and a tree of libxml2 costs ten times
 * its bytes.
 */
#include <libxml/parserInternals.h>
#include <string.h>
#include "platforms/feeds_source.h"
#include "source/xml.h"

#define ATTRIBUTES 128      /* of one HTML element; further ones are not read */
#define XML_ATTRIBUTES 1000 /* of one XML tag: libxml2 compares each with all others */
#define NAME_ROOM 128

/* --- HTML --- */

/* Lower case, cut at NAME_ROOM. False for what XPath could not name anyway. */
static bool lower_name(struct amp_str name, char out[NAME_ROOM])
{
	size_t n = name.n < NAME_ROOM - 1 ? name.n : NAME_ROOM - 1;
	for (size_t i = 0; i < n; i++) {
		out[i] = (char)amp_lower((unsigned char)name.p[i]);
		if ((unsigned char)out[i] <= ' ' || (unsigned char)out[i] >= 0x7F) return false;
	}
	out[n] = '\0';
	return n > 0;
}

static size_t add_attributes(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *m, xmlNodePtr node)
{
	struct amp_str name, raw;
	char lower[NAME_ROOM];
	size_t at = 0, n = 0;
	while (n < ATTRIBUTES && amp_markup_next_attr(doc, m, &at, &name, &raw)) {
		if (!lower_name(name, lower) || xmlHasProp(node, (const xmlChar *)lower)) continue;
		struct amp_str value = amp_markup_attr_value(doc, raw);
		const char *text = value.p ? amp_arena_strndup(e->arena, value.p, value.n) : NULL;
		if (!text || !xmlNewProp(node, (const xmlChar *)lower, (const xmlChar *)text)) {
			amp_engine_no_memory(e);
			break;
		}
		n++;
	}
	return n;
}

static xmlNodePtr html_node(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *m, xmlDocPtr tree)
{
	char lower[NAME_ROOM];
	if (m->type == AMP_MARKUP_ELEMENT)
		return xmlNewDocRawNode(tree, NULL,
		                        (const xmlChar *)(lower_name(amp_markup_name(doc, m), lower) ? lower : "unknown"), NULL);
	struct amp_str text = amp_markup_own_text(doc, m);
	(void)e;
	return text.p && text.n <= INT32_MAX ? xmlNewDocTextLen(tree, (const xmlChar *)text.p, (int)text.n) : NULL;
}

static void link_child(xmlNodePtr parent, xmlNodePtr node)
{
	node->parent = parent;
	node->prev = parent->last;
	if (parent->last)
		parent->last->next = node;
	else
		parent->children = node;
	parent->last = node;
}

/* One root, whatever the page has at its top: XPath's "/" is above it, and "//" finds all. */
static void fill_html(struct amp_engine *e, const struct amp_markup_doc *doc, xmlDocPtr tree)
{
	xmlNodePtr top = (xmlNodePtr)tree, *made = amp_arena_new_array(e->arena, xmlNodePtr, doc->n_nodes + 1);
	size_t counted = 0;
	if (!made) amp_engine_no_memory(e);
	for (size_t i = 0; made && i < doc->n_nodes && !e->failed; i++) {
		const struct amp_markup *m = &doc->nodes[i];
		xmlNodePtr parent = m->parent == i ? top : made[m->parent];
		if (m->type == AMP_MARKUP_TEXT && parent == top) continue; /* a document has no text beside its root */
		xmlNodePtr node = html_node(e, doc, m, tree);
		if (!node) {
			amp_engine_no_memory(e);
			break;
		}
		node->_private = (void *)(uintptr_t)m;
		link_child(parent, node);
		made[i] = node;
		counted += 1 + (m->type == AMP_MARKUP_ELEMENT ? add_attributes(e, doc, m, node) : 0);
		if (counted > AMP_SOURCE_NODES) {
			amp_engine_cut(e, "the page has more than %d elements, attributes and texts: the rest is not read",
			               AMP_SOURCE_NODES);
			break;
		}
	}
}

static bool too_big(struct amp_engine *e)
{
	if (e->page->body.n <= AMP_SOURCE_MAX_BYTES) return false;
	amp_engine_refuse(e, AMP_VERDICT_FAILED, "the page has %zu bytes, more than the %zu that are read with XPath",
	                  e->page->body.n, AMP_SOURCE_MAX_BYTES);
	return true;
}

xmlDocPtr amp_source_html(struct amp_engine *e, const struct amp_markup_doc **markup)
{
	if (too_big(e)) return NULL;
	*markup = amp_engine_markup(e);
	if (!*markup) return NULL;
	amp_feeds_libxml();
	xmlDocPtr tree = xmlNewDoc((const xmlChar *)"1.0");
	if (!tree)
		amp_engine_no_memory(e);
	else
		fill_html(e, *markup, tree);
	if (e->failed) {
		xmlFreeDoc(tree);
		return NULL;
	}
	return tree;
}

/* --- XML --- */

struct reading {
	struct amp_engine *e;
	const struct amp_feeds_source *mended;
	struct amp_str text;
	size_t counted;
	bool stopped;
};

static size_t position(xmlParserCtxtPtr ctxt, struct amp_str text)
{
	const xmlParserInput *in = ctxt->input;
	size_t at = in ? (size_t)in->consumed + (size_t)(in->cur - in->base) : 0;
	return at < text.n ? at : text.n;
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                          const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	xmlParserCtxtPtr ctxt = context;
	struct reading *r = ctxt->_private;
	r->counted += 2 + 2 * (size_t)n_attributes + (size_t)n_namespaces;
	if (r->counted > AMP_SOURCE_NODES) {
		r->stopped = true;
		xmlStopParser(ctxt);
		return;
	}
	xmlSAX2StartElementNs(ctxt, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
	size_t at = position(ctxt, r->text);
	while (at > 0 && (at == r->text.n || r->text.p[at] != '<')) at--;
	if (ctxt->node) ctxt->node->_private = (void *)(uintptr_t)(at + 1);
}

/* Long texts were taken out of the document (feeds_source.h): here they come back. No other instruction is a node. */
static void instruction(void *context, const xmlChar *target, const xmlChar *data)
{
	xmlParserCtxtPtr ctxt = context;
	const struct reading *r = ctxt->_private;
	int64_t n;
	if (strcmp((const char *)target, AMP_FEEDS_TEXT) != 0 || !data || !amp_str_i64(amp_str_c((const char *)data), &n)) return;
	if (n < 0 || (uint64_t)n >= r->mended->n_taken) return;
	xmlSAX2Characters(ctxt, (const xmlChar *)r->mended->taken[n].p, (int)r->mended->taken[n].n);
}

/* A tag with thousands of attributes is no page's: each is compared with all others before anything can be said of it. */
static bool crowded(struct amp_str text)
{
	const char *end = text.p + text.n;
	for (const char *p = memchr(text.p, '<', text.n); p; p = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL) {
		size_t n = 0;
		for (p++; p < end && *p != '<' && *p != '>'; p++) {
			if (*p == '=' && ++n > XML_ATTRIBUTES) return true;
			const char *close = *p == '"' || *p == '\'' ? memchr(p + 1, *p, (size_t)(end - p - 1)) : NULL;
			const char *less = close ? memchr(p, '<', (size_t)(close - p)) : NULL;
			if (close && !less) p = close;
		}
	}
	return false;
}

static void say_damage(struct reading *r, xmlParserCtxtPtr ctxt)
{
	struct amp_feeds_source end = *r->mended; /* places are asked in rising order, and the entries' come yet */
	size_t at = amp_feeds_offset(&end, position(ctxt, r->text));
	if (r->stopped)
		amp_engine_cut(r->e, "the document has more than %d elements, attributes and texts: the rest is not read",
		               AMP_SOURCE_NODES);
	else if (!ctxt->wellFormed)
		amp_engine_cut(r->e, "the XML document is malformed or ends early, at byte %zu", at);
}

xmlDocPtr amp_source_xml(struct amp_engine *e, struct amp_feeds_source *mended)
{
	if (too_big(e) || amp_engine_refused(e, false) || !amp_feeds_source(e, mended)) return NULL;
	struct reading r = {.e = e, .mended = mended, .text = mended->text};
	if (r.text.n == 0 || !memchr(r.text.p, '<', r.text.n)) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "this is not XML: no element begins in it");
		return NULL;
	}
	if (crowded(r.text)) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "a tag of the XML document has more than %d attributes", XML_ATTRIBUTES);
		return NULL;
	}
	amp_feeds_libxml();
	xmlParserCtxtPtr ctxt = xmlCreateMemoryParserCtxt(r.text.p, (int)r.text.n);
	if (!ctxt) {
		amp_engine_no_memory(e);
		return NULL;
	}
	/* no external entities, no network, no expansion, no huge documents: XML_PARSE_NOENT, DTDLOAD and HUGE are never set */
	(void)xmlCtxtUseOptions(ctxt,
	                        XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	ctxt->sax->startElementNs = start_element;
	ctxt->sax->processingInstruction = instruction;
	ctxt->_private = &r;
	(void)xmlParseDocument(ctxt);
	xmlDocPtr tree = ctxt->myDoc;
	bool root = tree && xmlDocGetRootElement(tree);
	if (ctxt->lastError.code == XML_ERR_NO_MEMORY) amp_engine_no_memory(e);
	if (!root && !e->failed)
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "this is not XML: no element begins in it");
	else if (!e->failed)
		say_damage(&r, ctxt);
	xmlFreeParserCtxt(ctxt);
	if (root && !e->failed) return tree;
	xmlFreeDoc(tree);
	return NULL;
}

/* --- XPath --- */

#if LIBXML_VERSION >= 21200
static void quiet(void *user, const xmlError *error)
#else
static void quiet(void *user, xmlErrorPtr error)
#endif
{
	(void)user;
	(void)error;
}

/* The core functions that read texts. libxml2 counts a call as one step, however long the text: it is charged here, else a page
 * with one long text and many entries beside it would take hours.
 */
static const struct {
	const char *name;
	xmlXPathFunction function;
} readers[] = {
	{"string", xmlXPathStringFunction},
	{"concat", xmlXPathConcatFunction},
	{"starts-with", xmlXPathStartsWithFunction},
	{"contains", xmlXPathContainsFunction},
	{"substring-before", xmlXPathSubstringBeforeFunction},
	{"substring", xmlXPathSubstringFunction},
	{"substring-after", xmlXPathSubstringAfterFunction},
	{"string-length", xmlXPathStringLengthFunction},
	{"normalize-space", xmlXPathNormalizeFunction},
	{"translate", xmlXPathTranslateFunction},
	{"number", xmlXPathNumberFunction},
};

static unsigned long bytes_as_steps(const xmlChar *text)
{
	return text ? strlen((const char *)text) / AMP_SOURCE_BYTES_A_STEP : 0;
}

/* Steps that the text of a node costs: all nodes in it, and their bytes. */
static unsigned long weight(const xmlNode *top)
{
	unsigned long n = 1;
	bool holds = top && (top->type == XML_ELEMENT_NODE || top->type == XML_DOCUMENT_NODE || top->type == XML_ATTRIBUTE_NODE);
	for (const xmlNode *x = holds ? top->children : NULL; x;) {
		n += 1 + (x->type == XML_TEXT_NODE ? bytes_as_steps(x->content) : 0);
		if (x->type == XML_ELEMENT_NODE && x->children) {
			x = x->children;
			continue;
		}
		while (x != top && !x->next) x = x->parent;
		x = x == top ? NULL : x->next;
	}
	return holds || !top || top->type != XML_TEXT_NODE ? n : n + bytes_as_steps(top->content);
}

/* The text of a node set is that of its first node. */
static unsigned long argument_weight(xmlXPathObjectPtr v)
{
	if (v && v->type == XPATH_STRING) return bytes_as_steps(v->stringval);
	if (!v || v->type != XPATH_NODESET || !v->nodesetval || v->nodesetval->nodeNr == 0) return 0;
	xmlXPathNodeSetSort(v->nodesetval);
	return weight(v->nodesetval->nodeTab[0]);
}

static void read_texts(xmlXPathParserContextPtr p, int n)
{
	xmlXPathContextPtr c = p->context;
	const char *name = (const char *)c->function;
	size_t which = 0;
	while (which < sizeof readers / sizeof *readers && strcmp(readers[which].name, name) != 0) which++;
	if (which == sizeof readers / sizeof *readers) {
		xmlXPathErr(p, XPATH_UNKNOWN_FUNC_ERROR);
		return;
	}
	if (n == 0) c->opCount += weight(c->node); /* without an argument it reads the node in hand */
	for (int i = 0; i < n && i < p->valueNr; i++) c->opCount += argument_weight(p->valueTab[p->valueNr - 1 - i]);
	if (c->opCount > c->opLimit)
		xmlXPathErr(p, XPATH_OP_LIMIT_EXCEEDED);
	else
		readers[which].function(p, n);
}

void amp_source_xpath_start(xmlXPathContextPtr c, const struct amp_source_names *names)
{
	c->error = quiet;
	c->opLimit = AMP_SOURCE_OPERATIONS;
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		(void)xmlXPathRegisterFunc(c, (const xmlChar *)readers[i].name, NULL); /* a name that is taken is not replaced */
		(void)xmlXPathRegisterFunc(c, (const xmlChar *)readers[i].name, read_texts);
	}
	for (size_t i = 0; i < names->n; i++)
		(void)xmlXPathRegisterNs(c, (const xmlChar *)names->prefix[i], (const xmlChar *)names->uri[i]);
}

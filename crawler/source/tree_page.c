/* tree_page.c: XML and HTML pages by the XPath of a file's rows. Each expression is compiled once a page and evaluated for each entry;
 * all of them together have AMP_SOURCE_OPERATIONS steps, then the page is cut there.
 */
#include <string.h>
#include "platforms/feeds_source.h"
#include "source/page.h"
#include "source/xml.h"

#define PATHS_MAX 256 /* of an endpoint: the tables allow fewer */

struct compiled {
	const char *path; /* where it stands in the rows: found again by its address */
	xmlXPathCompExprPtr e;
};
struct walk {
	struct amp_engine *e;
	const struct amp_source *source;
	const struct amp_markup_doc *markup; /* HTML; NULL for XML */
	struct amp_feeds_source mended;      /* XML */
	xmlDocPtr tree;
	xmlXPathContextPtr c;
	struct compiled paths[PATHS_MAX];
	size_t n_paths;
	bool spent; /* more steps than a page has */
};

static xmlXPathCompExprPtr compiled(struct walk *w, const char *path)
{
	for (size_t i = 0; i < w->n_paths; i++)
		if (w->paths[i].path == path) return w->paths[i].e;
	xmlXPathCompExprPtr e = xmlXPathCtxtCompile(w->c, (const xmlChar *)path);
	if (w->n_paths < PATHS_MAX && e)
		w->paths[w->n_paths++] = (struct compiled){path, e};
	else if (e) {
		xmlXPathFreeCompExpr(e);
		e = NULL;
	}
	return e;
}

/* The nodes that a path selects from `from`, in document order; NULL for none. */
static xmlXPathObjectPtr select_nodes(struct walk *w, const char *path, xmlNodePtr from)
{
	xmlXPathCompExprPtr e = path && !w->spent && !w->e->failed ? compiled(w, path) : NULL;
	if (!e) return NULL;
	w->c->node = from;
	xmlResetError(&w->c->lastError);
	xmlXPathObjectPtr found = xmlXPathCompiledEval(e, w->c);
	if (!found && w->c->lastError.code == XML_XPATH_EXPRESSION_OK + XPATH_OP_LIMIT_EXCEEDED) {
		w->spent = true;
		amp_engine_cut(w->e, "the XPath of this source needs more than %lu steps for this page", AMP_SOURCE_OPERATIONS);
	}
	if (!found && w->c->lastError.code == XML_ERR_NO_MEMORY) amp_engine_no_memory(w->e);
	if (found && found->type == XPATH_NODESET && found->nodesetval && found->nodesetval->nodeNr > 0) {
		xmlXPathNodeSetSort(found->nodesetval);
		return found;
	}
	xmlXPathFreeObject(found);
	return NULL;
}

static const struct amp_markup *markup_of(const struct walk *w, const xmlNode *node)
{
	return w->markup && (node->type == XML_ELEMENT_NODE || node->type == XML_TEXT_NODE) ? node->_private : NULL;
}

static const xmlNode *element_of(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE) node = node->parent;
	return node && node->parent ? node : NULL;
}

/* In the text that the reader had: of the element that the node is, or stands in. */
static size_t place_of(const struct walk *w, const xmlNode *node)
{
	const xmlNode *element = element_of(node);
	if (!element || !element->_private) return 0;
	return w->markup ? ((const struct amp_markup *)element->_private)->offset : (size_t)(uintptr_t)element->_private - 1;
}

static struct amp_str content(struct walk *w, xmlNodePtr node)
{
	xmlChar *text = xmlNodeGetContent(node);
	if (!text) return AMP_STR("");
	struct amp_str kept = amp_arena_str(w->e->arena, amp_str_c((const char *)text));
	xmlFree(text);
	if (!kept.p) amp_engine_no_memory(w->e);
	return kept;
}

/* HTML: what a reader sees in the element, or its markup for `html`. Attributes and XML: their text. */
static struct amp_value node_value(struct walk *w, xmlNodePtr node, bool html, size_t offset)
{
	const struct amp_markup *m = markup_of(w, node);
	struct amp_str text;
	if (m && m->type == AMP_MARKUP_ELEMENT)
		text = html ? amp_markup_inner(w->markup, m) : amp_markup_text(w->markup, m);
	else
		text = content(w, node);
	return (struct amp_value){.text = html ? text : amp_str_trim(text), .offset = offset};
}

static bool put_nodes(struct walk *w, const struct amp_source_row *row, const char *path, xmlNodePtr entry, size_t offset)
{
	bool list = row->as->kind == AMP_SOURCE_LANGS || row->as->kind == AMP_SOURCE_LABELS, any = false;
	xmlXPathObjectPtr found = select_nodes(w, path, entry);
	for (int i = 0; found && i < found->nodesetval->nodeNr && (list || i == 0); i++) {
		struct amp_value v = node_value(w, found->nodesetval->nodeTab[i], row->as->convert == amp_as_html, offset);
		if (!v.text.p || (list && v.text.n == 0)) continue;
		any = any || v.text.n > 0;
		amp_source_put(w->e, row, v);
	}
	xmlXPathFreeObject(found);
	return any;
}

static void put_row(struct walk *w, const struct amp_source_row *row, xmlNodePtr entry, size_t offset)
{
	if (row->need == AMP_REQUIRED) w->e->required |= AMP_BIT(row->field);
	if (!put_nodes(w, row, row->path, entry, offset) && row->fallback) (void)put_nodes(w, row, row->fallback, entry, offset);
}

static struct amp_str first_text(struct walk *w, const char *path, xmlNodePtr from)
{
	xmlXPathObjectPtr found = select_nodes(w, path, from);
	struct amp_str text = found ? node_value(w, found->nodesetval->nodeTab[0], false, 0).text : AMP_STR_ABSENT;
	xmlXPathFreeObject(found);
	return text;
}

static bool selects(struct walk *w, const char *path, xmlNodePtr from)
{
	xmlXPathObjectPtr found = select_nodes(w, path, from);
	bool some = found != NULL;
	xmlXPathFreeObject(found);
	return some;
}

static void add_part(struct walk *w, const struct amp_source_parts *p, xmlNodePtr node, bool media)
{
	struct amp_str url = first_text(w, p->url, node);
	if (url.n) url = amp_source_address(w->e, url);
	if (!url.n) return;
	if (media)
		amp_add_media(w->e, &(struct amp_media){.kind = amp_str_c(p->kind ? p->kind : "image"),
		                                        .url = url,
		                                        .alt = first_text(w, p->text, node),
		                                        .mime = AMP_STR_ABSENT,
		                                        .width = AMP_ABSENT,
		                                        .height = AMP_ABSENT});
	else
		amp_add_link(w->e, &(struct amp_link){url, first_text(w, p->text, node), first_text(w, p->description, node)});
}

static void add_parts(struct walk *w, const struct amp_source_parts *p, xmlNodePtr entry, bool media)
{
	xmlXPathObjectPtr found = select_nodes(w, p->path, entry);
	for (int i = 0; found && i < found->nodesetval->nodeNr && i < AMP_MAX_LIST; i++)
		add_part(w, p, found->nodesetval->nodeTab[i], media);
	xmlXPathFreeObject(found);
}

static void put_entry(struct walk *w, const struct amp_source_endpoint *own, xmlNodePtr entry)
{
	size_t offset = w->markup ? place_of(w, entry) : amp_feeds_offset(&w->mended, place_of(w, entry));
	amp_source_begin(w->e, offset, own);
	if (!w->e->item) return;
	for (size_t i = 0; i < own->n_rows; i++) put_row(w, &own->rows[i], entry, offset);
	add_parts(w, &own->media, entry, true);
	add_parts(w, &own->links, entry, false);
	for (size_t i = 0; i < AMP_SOURCE_FLAGS; i++)
		if (selects(w, own->flags[i], entry)) amp_source_flag(w->e, i);
	amp_source_end(w->e);
}

static bool start(struct walk *w, struct amp_engine *e)
{
	w->e = e;
	w->source = amp_source_of(e->adapter);
	w->tree = w->source->document == AMP_SOURCE_HTML ? amp_source_html(e, &w->markup) : amp_source_xml(e, &w->mended);
	if (!w->tree) return false;
	w->c = xmlXPathNewContext(w->tree);
	if (!w->c) {
		amp_engine_no_memory(e);
		return false;
	}
	amp_source_xpath_start(w->c, &w->source->names);
	return true;
}

static void forget_paths(struct walk *w)
{
	for (size_t i = 0; i < w->n_paths; i++) xmlXPathFreeCompExpr(w->paths[i].e);
	w->n_paths = 0;
}

static void finish(struct walk *w)
{
	forget_paths(w);
	xmlXPathFreeContext(w->c);
	xmlFreeDoc(w->tree);
}

/* A list with nothing in it is empty where the page says so; else the page has changed, or is another. */
static void read_list(struct walk *w, const struct amp_source_endpoint *own)
{
	xmlNodePtr top = (xmlNodePtr)w->tree;
	xmlXPathObjectPtr list = select_nodes(w, w->e->endpoint->list, top);
	size_t n = list ? (size_t)list->nodesetval->nodeNr : 0;
	if (n > 0 || selects(w, own->empty, top)) amp_engine_list_found(w->e);
	for (size_t i = 0; i < n && !w->e->failed && !w->spent; i++) {
		xmlNodePtr entry = list->nodesetval->nodeTab[i];
		if (entry->type == XML_ELEMENT_NODE) put_entry(w, own, entry);
	}
	xmlXPathFreeObject(list);
	bool more = !own->more || selects(w, own->more, top);
	amp_source_next(w->e, own, first_text(w, own->next, top), more, n);
}

void amp_source_tree_page(struct amp_engine *e, const struct amp_source_endpoint *own)
{
	struct walk *w = amp_arena_zalloc(e->arena, sizeof *w);
	if (!w) {
		amp_engine_no_memory(e);
		return;
	}
	if (start(w, e)) read_list(w, own);
	finish(w);
}

static bool fits(struct walk *w, const struct amp_source_endpoint *own, const struct amp_endpoint *ep)
{
	xmlNodePtr top = (xmlNodePtr)w->tree;
	xmlXPathObjectPtr list = select_nodes(w, ep->list, top);
	bool good = list ? list->nodesetval->nodeTab[0]->type == XML_ELEMENT_NODE : selects(w, own->empty, top);
	for (size_t i = 0; list && good && i < own->n_rows; i++) {
		const struct amp_source_row *row = &own->rows[i];
		xmlNodePtr first = list->nodesetval->nodeTab[0];
		good = row->need != AMP_REQUIRED || selects(w, row->path, first) || selects(w, row->fallback, first);
	}
	xmlXPathFreeObject(list);
	return good;
}

const struct amp_endpoint *amp_source_tree_fits(struct amp_engine *e)
{
	struct walk *w = amp_arena_zalloc(e->arena, sizeof *w);
	const struct amp_endpoint *found = NULL;
	if (!w) {
		amp_engine_no_memory(e);
		return NULL;
	}
	if (start(w, e))
		for (size_t i = 0; !found && w->source->adapter.endpoints[i].name; i++) {
			if (fits(w, &w->source->endpoints[i], &w->source->adapter.endpoints[i]))
				found = &w->source->adapter.endpoints[i];
			forget_paths(w); /* PATHS_MAX is for one endpoint, and a file may have forty */
		}
	finish(w);
	return found;
}

/* paths.c: the two languages of paths, checked before anything is read with them. What would compute is refused: a file selects. */
#include <libxml/xpath.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "platforms/feeds_source.h"
#include "source/xml.h"

/* --- json --- */

const char *amp_source_json_wrong(const char *path, int *place)
{
	const char *wrong = strpbrk(path, "[]()*?{}<>=!|\"'\\,;");
	*place = 0;
	if (strcmp(path, "$") == 0) return NULL;
	if (path[0] == '$' && (path[1] == '.' || path[1] == '['))
		return _(
			"A path begins with a name, without “$”: names and places separated by dots, such as “data.posts.0.title”.");
	if (wrong != NULL) {
		for (const char *p = path; p < wrong; p++) *place += ((unsigned char)*p & 0xC0) != 0x80;
		return _(
			"A path is names and places separated by dots, such as “data.posts.0.title”: no filter, wildcard or expression.");
	}
	for (const char *p = path;; p++) { /* an empty name: a dot at either end, or two in a row */
		if ((p == path || p[-1] == '.') && (*p == '.' || *p == '\0'))
			return _("A path has a name between any two dots, and neither begins nor ends with one.");
		if (*p == '\0') return NULL;
		*place += ((unsigned char)*p & 0xC0) != 0x80;
	}
}

/* --- XPath: words first, since libxml2 finds unknown functions and prefixes only when it gets there --- */

static const char *const functions[] = {"last",          "position",
                                        "count",         "id",
                                        "local-name",    "namespace-uri",
                                        "name",          "string",
                                        "concat",        "starts-with",
                                        "contains",      "substring-before",
                                        "substring",     "substring-after",
                                        "string-length", "normalize-space",
                                        "translate",     "boolean",
                                        "not",           "true",
                                        "false",         "lang",
                                        "number",        "sum",
                                        "floor",         "ceiling",
                                        "round",         "comment",
                                        "text",          "processing-instruction",
                                        "node"};

static bool starts_name(unsigned char c)
{
	return amp_is_alpha(c) || c == '_' || c >= 0x80;
}

static bool in_name(unsigned char c)
{
	return starts_name(c) || amp_is_digit(c) || c == '-' || c == '.';
}

static bool is_function(struct amp_str name)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (amp_str_eq_c(name, functions[i])) return true;
	return false;
}

static bool has_prefix(const struct amp_source_names *names, struct amp_str prefix)
{
	for (size_t i = 0; i < names->n; i++)
		if (amp_str_eq_c(prefix, names->prefix[i])) return true;
	return false;
}

struct scan {
	const char *p, *path;
	const struct amp_source_names *names;
	char *room;
	size_t size;
};

static int place_of(const char *path, const char *at)
{
	int n = 0;
	for (const char *p = path; p < at && *p; p++) n += ((unsigned char)*p & 0xC0) != 0x80;
	return n;
}

static const char *name_wrong(struct scan *s, int *place)
{
	const char *start = s->p;
	while (in_name((unsigned char)*s->p)) s->p++;
	struct amp_str name = {start, (size_t)(s->p - start)};
	const char *after = s->p;
	while (amp_is_space((unsigned char)*after)) after++;
	*place = place_of(s->path, start);
	int n = name.n > 60 ? 60 : (int)name.n;
	if (*after == '(' && !is_function(name)) {
		(void)snprintf(s->room, s->size, _("XPath 1.0 has no function “%.*s”; only its core functions are known here."), n,
		               name.p);
		return s->room;
	}
	if (s->p[0] == ':' && s->p[1] != ':') {
		if (!has_prefix(s->names, name)) {
			(void)snprintf(s->room, s->size, _("The prefix “%.*s” is not declared: say its address in “namespaces”."),
			               n, name.p);
			return s->room;
		}
		const char *local = s->p + 1;
		for (after = local; in_name((unsigned char)*after); after++) {
		}
		while (amp_is_space((unsigned char)*after)) after++;
		if (*after == '(' && after > local) {
			(void)snprintf(s->room, s->size,
			               _("Functions of other namespaces are not known here, only XPath 1.0's own."));
			return s->room;
		}
	} else if (s->p[0] == ':') {
		s->p++; /* an axis: the second colon is skipped by the caller */
	}
	return NULL;
}

static const char *words_wrong(struct scan *s, int *place)
{
	while (*s->p) {
		const char *wrong = NULL;
		if (*s->p == '"' || *s->p == '\'') {
			const char *close = strchr(s->p + 1, *s->p);
			if (close == NULL) return NULL; /* libxml2 says it */
			s->p = close;
		} else if (*s->p == '$') {
			*place = place_of(s->path, s->p);
			return _("There are no variables here: write the value itself.");
		} else if (starts_name((unsigned char)*s->p)) {
			wrong = name_wrong(s, place);
			if (wrong) return wrong;
			if (*s->p == '\0') break;
			s->p -= *s->p != ':';
		} else if (amp_is_digit((unsigned char)*s->p)) {
			while (amp_is_digit((unsigned char)s->p[1]) || s->p[1] == '.') s->p++;
		}
		s->p++;
	}
	return NULL;
}

/* On a document with nothing in it: what type of answer the expression gives. */
static const char *answer_wrong(xmlXPathContextPtr c, xmlXPathCompExprPtr e)
{
	xmlXPathObjectPtr found = xmlXPathCompiledEval(e, c);
	bool nodes = found != NULL && found->type == XPATH_NODESET;
	bool failed = found == NULL;
	xmlXPathFreeObject(found);
	if (failed) return _("This XPath cannot be evaluated: its parts do not fit together.");
	return nodes ? NULL
	             : _("This XPath computes a value; it must select nodes, such as “.//a/@href”. A converter (“as”) reads their text.");
}

const char *amp_source_xpath_wrong(const char *path, const struct amp_source_names *names, char *room, size_t size, int *place)
{
	struct scan s = {path, path, names, room, size};
	const char *wrong = words_wrong(&s, place);
	if (wrong) return wrong;
	*place = 0;
	amp_feeds_libxml();
	xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr root = doc ? xmlNewDocRawNode(doc, NULL, (const xmlChar *)"x", NULL) : NULL;
	xmlXPathContextPtr c = root ? xmlXPathNewContext(doc) : NULL;
	xmlXPathCompExprPtr e = NULL;
	if (c) {
		(void)xmlDocSetRootElement(doc, root);
		c->node = root;
		amp_source_xpath_start(c, names);
		e = xmlXPathCtxtCompile(c, (const xmlChar *)path);
		if (e) {
			wrong = answer_wrong(c, e);
		} else {
			int at = c->lastError.int1; /* in bytes; libxml2 points behind what it could not use */
			if (at > 0 && (size_t)at <= strlen(path)) *place = place_of(path, path + at);
			wrong = _("This is not XPath 1.0: something is missing, misplaced or misspelt here.");
		}
	}
	xmlXPathFreeCompExpr(e);
	xmlXPathFreeContext(c);
	if (root && !c) xmlFreeNode(root);
	xmlFreeDoc(doc);
	return wrong;
}

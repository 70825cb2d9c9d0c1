/* xml.h: between the files of crawler/source that speak to libxml2. */
#ifndef AMP_SOURCE_XML_H
#define AMP_SOURCE_XML_H
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include "source/source.h"

struct amp_feeds_source;
/* The page's HTML as a tree; _private of an element or text is its struct amp_markup. NULL: the engine has its verdict. */
xmlDocPtr amp_source_html(struct amp_engine *e, const struct amp_markup_doc **markup);
/* The page's XML as a tree; _private of an element is the place of its "<" in `mended`, plus one. */
xmlDocPtr amp_source_xml(struct amp_engine *e, struct amp_feeds_source *mended);
/* Limits and prefixes; errors are kept silent. */
void amp_source_xpath_start(xmlXPathContextPtr c, const struct amp_source_names *names);

#endif

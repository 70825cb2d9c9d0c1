/* html_ref.h: one character reference, between html.c and html_ref.c only. */
#ifndef AMP_PARSE_HTML_REF_H
#define AMP_PARSE_HTML_REF_H
#include <stdbool.h>
#include <stddef.h>

#define AMP_HTML_REF_MAX 8 /* bytes that a reference can give */

/* p at the ampersand. Bytes of the reference (0: it is none, the ampersand stands for itself), its text in out, *n bytes. */
size_t amp_html_reference(const char *p, const char *end, bool in_attribute, char out[AMP_HTML_REF_MAX], size_t *n);

#endif

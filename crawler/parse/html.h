/* html.h: the text of an HTML fragment as a reader sees it, in linear time and bounded memory.
 *
 * Block elements break lines, <p> and headings leave a blank line, <br> one line end; white space collapses except in <pre>.
 * script, style, template, title and comments are dropped, span.invisible too (Mastodon wraps "https://" and the tail of long
 * links in it; the text of span.ellipsis, what readers see of the link, stays). Character references: all of HTML 5, with the legacy ones
 * that need no semicolon; numeric ones by the table of the HTML standard (section 13.2.5.80); what is no reference stays as it is.
 */
#ifndef AMP_PARSE_HTML_H
#define AMP_PARSE_HTML_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "parse/parse.h"

#define AMP_HTML_MAX_LINKS 1000
#define AMP_HTML_MAX_IMAGES 1000

struct amp_html_out {
	struct amp_str text;    /* never absent; trimmed */
	struct amp_link *links; /* a[href] with http or https, absolute where a base is known; title = the anchor's text. Mentions
	                            and hashtags (class mention, hashtag) are left out: they are navigation, not content. */
	size_t n_links;
	struct amp_media
		*images; /* img[src] with alt, width, height; images of emoji (class emoji) left out, their alt joins the text */
	size_t n_images;
	size_t repairs; /* bytes that were not UTF-8 */
};

/* base_url may be absent: relative links stay as they are then. */
int amp_html_text(struct amp_arena *arena, struct amp_str html, struct amp_str base_url, struct amp_html_out *out,
                  struct amp_err *err) AMP_CHECK;
/* How white space in <p> reads: as HTML has it, or with its line ends kept, as Mastodon's style sheet does (white-space: pre-wrap). */
enum amp_html_space { AMP_HTML_COLLAPSE, AMP_HTML_PRE_WRAP };
int amp_html_text_as(struct amp_arena *arena, struct amp_str html, struct amp_str base_url, enum amp_html_space space,
                     struct amp_html_out *out, struct amp_err *err) AMP_CHECK;
/* References only ("A &amp; B"), for texts that are escaped but hold no markup. */
int amp_html_unescape(struct amp_arena *arena, struct amp_str text, struct amp_str *out, struct amp_err *err) AMP_CHECK;
/* RFC 3986 section 5 resolution of http(s) references, lenient; gives ref itself when base is absent or not absolute. NULL-safe. */
struct amp_str amp_url_resolve(struct amp_arena *arena, struct amp_str base, struct amp_str ref);
/* Begins with a scheme and ":": no relative reference. */
bool amp_url_has_scheme(struct amp_str url);
/* Looks up one name without & and ;, e.g. "eacute": its UTF-8 text, absent when unknown. */
struct amp_str amp_html_entity(struct amp_str name);

#endif

/* view.c: text_view v1, the one text of an item that every detector reads. */
#include "text/text.h"

void amp_view_add(struct amp_buf *view, struct amp_str part)
{
	if (part.p == NULL || part.n == 0) return;
	if (view->n > 0) amp_buf_byte(view, '\n');
	amp_buf_adds(view, part);
}

void amp_view_build(struct amp_buf *view, const struct amp_view_parts *parts)
{
	amp_view_add(view, parts->title);
	amp_view_add(view, parts->text);
	amp_view_add(view, parts->quote);
	amp_view_add(view, parts->warning);
	for (size_t i = 0; i < parts->n_link_titles; i++) amp_view_add(view, parts->link_titles[i]);
	for (size_t i = 0; i < parts->n_alts; i++) amp_view_add(view, parts->alts[i]);
}

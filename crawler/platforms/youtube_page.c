/* youtube_page.c: HTML pages. What the site fetched for them stands in a script: var ytInitialData = {…}, window["ytInitialData"]
 * = {…}, or a string with everything escaped (NewPipeExtractor 43f8e6e, pages of 2024 to 2026). Pages saved by a browser's
 * extension have the elements only.
 */
#include "platforms/youtube_parts.h"

static const struct amp_json *data_of(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	struct amp_embed found;
	(void)amp_embed_assigned(doc, "ytInitialData", &found);
	return amp_engine_json_at(e, &found);
}

const char *amp_youtube_page_name(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	if (!doc) return NULL;
	const char *name = amp_youtube_site_name(data_of(e, doc), true);
	return name ? name : amp_youtube_dom_name(doc);
}

void amp_youtube_page(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	if (!doc) return;
	const struct amp_json *root = data_of(e, doc);
	if (amp_youtube_site_name(root, true))
		amp_youtube_site(e, root);
	else
		amp_youtube_dom(e, doc);
}

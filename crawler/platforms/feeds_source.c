/* feeds_source.c: an XML feed before libxml2 sees a byte: decoded, mended, and the way back to the body. A document that needs nothing is
 * read in place.
 */
#include "platforms/feeds_source.h"
#include "platforms/feeds_encoding.h"
#include "platforms/feeds_mend.h"

bool amp_feeds_source(struct amp_engine *e, struct amp_feeds_source *s)
{
	*s = (struct amp_feeds_source){.unit = 0};
	if (!amp_feeds_decode(e, s)) return false;
	s->text = (struct amp_str){s->decoded.p + s->text_start, s->decoded.n - s->text_start};
	if (s->text.n > (size_t)1 << 30) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "the document is bigger than 1 GiB");
		return false;
	}
	return amp_feeds_mend(e, s);
}

size_t amp_feeds_offset(struct amp_feeds_source *s, size_t at)
{
	while (s->edit < s->n_edits && s->edits[s->edit].out <= at) s->edit++;
	if (s->edit) at = s->edits[s->edit - 1].in + (at - s->edits[s->edit - 1].out);
	return amp_feeds_undecoded(s, at + s->text_start);
}

/* look.c: which platform sent a document, when the platform that was named did not. */
#include <string.h>
#include "base/i18n.h"
#include "platforms/platforms.h"

/* Feeds are what several services send: their own adapters know them better. */
static bool is_general(const struct amp_adapter *a)
{
	return strcmp(a->name, "feeds") == 0;
}

/* The named platform knows the document for one of its own, be it damaged. */
static int knows(const struct amp_adapter *a, const struct amp_page *page, bool *out, struct amp_err *err)
{
	struct amp_parsed parsed = {.endpoint = NULL};
	struct amp_arena *arena = amp_arena_new(0);
	int rc = arena ? amp_parse_pages(a, NULL, page, 1, 0, 0, 0, arena, &parsed, err)
	               : amp_fail(err, AMP_ENOMEM, "%s", _("no memory left to start parsing"));
	*out = rc == 0 && parsed.endpoint;
	amp_arena_free(arena);
	return rc == AMP_ELIMIT ? 0 : rc;
}

int amp_platforms_look(const struct amp_adapter *named, const struct amp_page *page, struct amp_look *out, struct amp_err *err)
{
	struct amp_look particular = {.adapter = NULL}, general = {.adapter = NULL};
	struct amp_page alone = *page;
	size_t n, claims = 0;
	bool own = false;
	const struct amp_adapter *const *all = amp_adapters(&n);
	*out = (struct amp_look){.adapter = NULL};
	alone.url = alone.only = AMP_STR_ABSENT;
	alone.lent = true;
	int rc = is_general(named) ? 0 : knows(named, &alone, &own, err);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct amp_endpoint *found = NULL;
		rc = amp_parse_look(all[i], NULL, &alone, &found, err);
		if (!found) continue;
		if (is_general(all[i])) {
			general = (struct amp_look){.adapter = all[i], .endpoint = found};
		} else {
			particular = (struct amp_look){.adapter = all[i], .endpoint = found};
			claims++;
		}
	}
	if (claims < 2) *out = claims ? particular : general;
	if (rc != 0 || out->adapter == named || (own && out->adapter == general.adapter)) *out = (struct amp_look){.adapter = NULL};
	return rc;
}

/* Files that are no text, by their first bytes. */
static const char *kind_of_binary(struct amp_str body)
{
	static const struct {
		const char *start, *what;
		size_t n;
	} kinds[] = {{"\x1F\x8B", N_("a gzip file: it must be unpacked first"), 2},
	             {"(\xB5/\xFD", N_("a zstd file: it must be unpacked first"), 4},
	             {"BZh", N_("a bzip2 file: it must be unpacked first"), 3},
	             {"\xFD"
	              "7zXZ",
	              N_("an xz file: it must be unpacked first"), 5},
	             {"PK\3\4", N_("a zip file: it must be unpacked first"), 4},
	             {"SQLite format 3", N_("an SQLite database"), 15},
	             {"%PDF-", N_("a PDF file"), 5},
	             {"\x89PNG", N_("a picture"), 4},
	             {"\xFF\xD8\xFF", N_("a picture"), 3},
	             {"GIF8", N_("a picture"), 4},
	             {"\x7F"
	              "ELF",
	              N_("a program"), 4}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (body.n >= kinds[i].n && memcmp(body.p, kinds[i].start, kinds[i].n) == 0) return kinds[i].what;
	return memchr(body.p, '\0', body.n < 4096 ? body.n : 4096) ? N_("a file that is not text") : NULL;
}

/* What a page is of which nothing could be read, in the words for its form. A document that breaks off is of the form that was expected. */
static const char *kind_of_file(struct amp_str body, enum amp_verdict verdict)
{
	struct amp_str text = amp_str_trim(body);
	if (text.n == 0) return verdict == AMP_VERDICT_FAILED ? N_("an empty file") : NULL;
	const char *binary = kind_of_binary(body);
	if (binary) return binary;
	if (amp_str_starts(text, "\xEF\xBB\xBF")) text = (struct amp_str){text.p + 3, text.n - 3};
	bool json = text.n && strchr("{[", *text.p), markup = text.n && *text.p == '<';
	if (verdict == AMP_VERDICT_FAILED && (json || markup)) return NULL;
	if (json) return N_("a JSON document");
	if (amp_str_istarts(text, "<!doctype html") || amp_str_istarts(text, "<html")) return N_("an HTML page");
	return markup ? N_("an XML document") : N_("plain text");
}

int amp_platforms_tell(const struct amp_adapter *named, const struct amp_parsed *parsed, const struct amp_page *page,
                       struct amp_look *out, struct amp_err *err)
{
	*out = (struct amp_look){.adapter = NULL};
	if (parsed->verdict < AMP_VERDICT_DRIFT) return 0;
	if (parsed->looks_like) {
		*out = (struct amp_look){.adapter = named, .endpoint = parsed->looks_like};
		return 0;
	}
	int rc = amp_platforms_look(named, page, out, err);
	if (rc != 0 || out->adapter) return rc;
	*out = (struct amp_look){.adapter = named, .instead = parsed->instead};
	if (!out->instead.what && !out->instead.error && parsed->n_items == 0 && parsed->verdict != AMP_VERDICT_BLOCKED)
		out->instead.what = kind_of_file(page->body, parsed->verdict);
	return 0;
}

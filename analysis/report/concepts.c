/* concepts.c: the names of the model's turns of phrase in the language of the reader. analysis/linear/concepts.c makes them out of few parts, in English, for
 * programs; here each part is said in words. A part that is not known stays as it is: a test finds it.
 */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

static const struct {
	const char *part, *text;
} parts[] = {
	/* tags.def */
	{"word", N_("any word")},
	{"slur", N_("slur")},
	{"ambiguous slur", N_("ambiguous slur")},
	{"misspelt slur", N_("misspelt slur")},
	{"glued slur", N_("slur glued to another word")},
	{"group", N_("name of a group")},
	{"misspelt group", N_("misspelt name of a group")},
	{"glued group", N_("name of a group glued to another word")},
	{"counter-speech", N_("words of counter-speech")},
	{"reporting", N_("words that report")},
	{"hatred", N_("hatred said")},
	{"threat", N_("threat")},
	{"dehumanising", N_("dehumanising word")},
	{"exclusion", N_("call to exclude")},
	{"denial", N_("denial of crimes")},
	{"negative attribute", N_("negative attribute")},
	{"positive", N_("positive word")},
	{"profanity", N_("profanity")},
	{"other group", N_("name of another group")},
	{"negation", N_("negation")},
	{"all", N_("word for all of them")},
	{"second person", N_("second person")},
	{"third person", N_("third person")},
	{"first person", N_("first person")},
	{"is", N_("word that equates")},
	{"must", N_("word that demands")},
	{"if", N_("word that sets a condition")},
	{"quotation mark", N_("quotation mark")},
	{"end of sentence", N_("end of sentence")},
	{"!", N_("exclamation mark")},
	{"?", N_("question mark")},
	{"edge", N_("edge of the text")},
	{"one's own", N_("what people call their own")},
	{"none", N_("no group")},
	/* how they stand */
	{"negated", N_("negated")},
	{"near", N_("near by")},
	{"quoted", N_("quoted")},
	{"more than once", N_("more than once")},
	{"in the next sentence", N_("in the next sentence")},
	{"of them", N_("of them")},
	{"to someone", N_("to someone")},
	{"first word", N_("first word")},
	{"last word", N_("last word")},
	{"beside talk of words", N_("beside talk of words")},
	{"beside oneself", N_("beside the first person")},
	{"in a quotation", N_("in a quotation")},
	{"not in a quotation", N_("not in a quotation")},
	{"in all", N_("in the whole text")},
	{"hostile", N_("hostile words")},
	{"counter-speech or report", N_("counter-speech or words that report")},
	/* whole ones */
	{"no group named", N_("no group named")},
	{"counter-speech beside hostile words about a group", N_("counter-speech beside hostile words about a group")},
	{"counter-speech beside a quotation", N_("counter-speech beside a quotation")},
	{"counter-speech in a quotation", N_("counter-speech in a quotation")},
	{"a quotation", N_("a quotation")},
	{"nothing said outside the quotation", N_("nothing said outside the quotation")},
	{"a slur said of oneself", N_("a slur said of oneself")},
};
static const char *const joints[] = {" \xE2\x80\xA6 ", " + ", " (", ")", ", ", ": ", "; ", ";"};

bool l_concept_part(struct amp_report *r, struct amp_str part, const char **out)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!amp_str_eq_c(part, parts[i].part)) continue;
		*out = _(parts[i].text);
		return true;
	}
	const char *name = w_dup(&r->w, part.p, part.n);
	*out = l_target(r, name);
	return strcmp(*out, name) != 0;
}

/* The length of the joint at p, 0: none. */
static size_t joint(const char *p)
{
	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (strncmp(p, joints[i], strlen(joints[i])) == 0) return strlen(joints[i]);
	return 0;
}

const char *l_concept(struct amp_report *r, const char *name)
{
	const char *said = "";
	while (*name != '\0') {
		const char *start = name, *text = "";
		while (*name != '\0' && joint(name) == 0) name++;
		if (name > start) (void)l_concept_part(r, (struct amp_str){start, (size_t)(name - start)}, &text);
		size_t n = joint(name);
		bool last = name[n] == '\0' && n > 0 && *name == ';'; /* of a list: it ends there */
		said = w_fill(&r->w, "{before}{part}{joint}", "before", said, "part", text, "joint",
		              last ? "" : w_dup(&r->w, name, n), NULL);
		name += n;
	}
	return said;
}

/* labels.c: names of the things that tables list. Target names are those of the stored list; a name that is not known here prints as it is. */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

struct label {
	const char *name, *text;
};

static const struct label targets[] = {
	{"any", N_("any group")},
	{"black", N_("Black people")},
	{"arab", N_("Arab or North African people")},
	{"roma", N_("Roma and Travellers")},
	{"asian", N_("Asian people")},
	{"migrant", N_("migrants, exiles and foreigners")},
	{"other_origin", N_("another origin")},
	{"jewish", N_("Jewish people")},
	{"muslim", N_("Muslims")},
	{"christian", N_("Christians")},
	{"other_religion", N_("another religion")},
	{"women", N_("women")},
	{"men", N_("men")},
	{"gay", N_("gay men")},
	{"lesbian", N_("lesbians")},
	{"bi", N_("bisexual people")},
	{"trans", N_("trans people")},
	{"nonbinary", N_("non-binary people")},
	{"intersex", N_("intersex people")},
	{"disability", N_("disabled people")},
	{"mental_health", N_("people with a mental illness")},
	{"age", N_("age (target)")},
	{"appearance", N_("appearance")},
	{"health", N_("health")},
	{"poverty", N_("poverty")},
	{"politics", N_("politics or profession")},
	{"other_ground", N_("another ground")},
	{"ground:origin", N_("ground: origin")},
	{"ground:religion", N_("ground: religion")},
	{"ground:sex", N_("ground: sex")},
	{"ground:sexual_orientation", N_("ground: sexual orientation")},
	{"ground:gender_identity", N_("ground: gender identity")},
	{"ground:disability", N_("ground: disability")},
	{"ground:other_ground", N_("ground: other (outside the law of 1881)")},
};

static const char *of(const struct label *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0) return _(rows[i].text);
	return NULL;
}

const char *l_platform(struct amp_report *r, const char *platform)
{
	static const struct label rows[] = {{"bluesky", N_("Bluesky")}, {"mastodon", N_("Mastodon")},
	                                    {"misskey", N_("Misskey")}, {"tiktok", N_("TikTok")},
	                                    {"meta", N_("Meta")},       {"telegram", N_("Telegram")},
	                                    {"youtube", N_("YouTube")}, {"feeds", N_("Feeds (RSS, Atom, JSON)")}};
	const char *s = of(rows, sizeof rows / sizeof *rows, platform);
	return s ? s : w_dup(&r->w, platform, strlen(platform));
}

const char *l_target(struct amp_report *r, const char *target)
{
	const char *s = of(targets, sizeof targets / sizeof *targets, target);
	return s ? s : w_dup(&r->w, target, strlen(target));
}

const char *l_reason(struct amp_report *r, const char *kind)
{
	static const struct label rows[] = {
		{"slur", N_("slur")},
		{"dehumanising", N_("dehumanising word")},
		{"threat", N_("threat")},
		{"exclusion", N_("call to exclude")},
		{"stereotype", N_("stereotype")},
		{"insult", N_("insult")},
		{"denial", N_("denial of crimes")},
		{"hatred", N_("hatred said")},
		{"profanity", N_("profanity")},
		{"identity", N_("name of a group")},
		{"marker", N_("token of the practice service")},
		{"concept", N_("turn of phrase")},
		{"word", N_("words")},
		{"masked", N_("words around a group's name")},
		{"letters", N_("parts of words")},
	};
	const char *s = of(rows, sizeof rows / sizeof *rows, kind);
	return s ? s : w_dup(&r->w, kind, strlen(kind));
}

const char *l_decision(struct amp_report *r, const char *type)
{
	static const struct label rows[] = {{"robots_override", N_("robots.txt overridden")},
	                                    {"private_address", N_("private address allowed")},
	                                    {"user_agent", N_("another User-Agent")},
	                                    {"consent", N_("consent recorded")}};
	const char *s = of(rows, sizeof rows / sizeof *rows, type);
	return s ? s : w_dup(&r->w, type, strlen(type));
}

const char *l_pool(const char *pool)
{
	static const struct label rows[] = {
		{"identical", N_("ranking effect")},
		{"alternative", N_("total amplification")},
		{"mixed", N_("effect over several kinds of pairs")},
		{"different", N_("exposures side by side")},
	};
	const char *s = pool ? of(rows, sizeof rows / sizeof *rows, pool) : NULL;
	return s ? s : _("not said");
}

const char *l_state(enum amp_shot_state s)
{
	static const char *const names[AMP_SHOT_STATES] = {
		[AMP_SHOT_OK] = N_("usable"),
		[AMP_SHOT_EMPTY] = N_("empty"),
		[AMP_SHOT_PARTIAL] = N_("partial"),
		[AMP_SHOT_DRIFT] = N_("drift"),
		[AMP_SHOT_BLOCKED] = N_("blocked"),
		[AMP_SHOT_FAILED] = N_("failed"),
		[AMP_SHOT_MISSED] = N_("missed"),
		[AMP_SHOT_UNSCORED] = N_("not scored"),
		[AMP_SHOT_SKEWED] = N_("too far apart in time"),
		[AMP_SHOT_UNPLANNED] = N_("not planned"),
	};
	return _(names[s]);
}

const char *l_unit(enum amp_unit u)
{
	static const char *const names[] = {N_("persona"), N_("time block"), N_("persona and time block")};
	return _(names[u]);
}

const char *l_ranking(const char *ranking)
{
	static const struct label rows[] = {{"algorithmic", N_("ranked")},
	                                    {"chronological", N_("chronological")},
	                                    {"none", N_("unranked")},
	                                    {"unranked", N_("unranked")}};
	const char *s = ranking ? of(rows, sizeof rows / sizeof *rows, ranking) : NULL;
	return s ? s : ranking ? ranking : _("not said");
}

const char *l_level(struct amp_report *r)
{
	double level = 1 - r->frame->plan.alpha;
	return w_fill(&r->w, r->w.french ? "{n} %" : "{n}%", "n",
	              w_number(&r->w, 100 * level, level * 100 == (double)(int)(level * 100 + .5) ? 0 : 1), NULL);
}

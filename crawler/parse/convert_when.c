/* convert_when.c: dates as pages show them to readers, in the languages below. What does not fit whole, or could be two things ("3 m",
 * "10.11.2018", "jui."), is INVALID: a date is never half read. Forms are those of CLDR 42's relative times and months, and of YouTube.
 */
#include "parse/shown.h"

enum { EN = 1, FR = 2, DE = 4, ES = 8, IT = 16, PT = 32, NL = 64, ALL = 127 };
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* One span of time, as it stands behind a number. A word may be another thing in another language: the frame says which is meant. */
static const struct {
	const char *word;
	unsigned langs;
	int64_t ms;
} spans[] = {
	{"s", ALL, SECOND},
	{"sec", EN | FR | IT | NL, SECOND},
	{"secs", EN, SECOND},
	{"second", EN, SECOND},
	{"seconds", EN, SECOND},
	{"seconde", FR | NL, SECOND},
	{"secondes", FR, SECOND},
	{"seconden", NL, SECOND},
	{"sek", DE, SECOND},
	{"sekunde", DE, SECOND},
	{"sekunden", DE, SECOND},
	{"seg", ES | PT, SECOND},
	{"segundo", ES | PT, SECOND},
	{"segundos", ES | PT, SECOND},
	{"secondo", IT, SECOND},
	{"secondi", IT, SECOND},
	{"min", ALL, MINUTE},
	{"mins", EN, MINUTE},
	{"mn", FR, MINUTE},
	{"minute", EN | FR | DE, MINUTE},
	{"minutes", EN | FR, MINUTE},
	{"minuten", DE | NL, MINUTE},
	{"minuto", ES | IT | PT, MINUTE},
	{"minutos", ES | PT, MINUTE},
	{"minuti", IT, MINUTE},
	{"minuut", NL, MINUTE},
	{"h", ALL, HOUR},
	{"hr", EN, HOUR},
	{"hrs", EN, HOUR},
	{"hour", EN, HOUR},
	{"hours", EN, HOUR},
	{"heure", FR, HOUR},
	{"heures", FR, HOUR},
	{"std", DE, HOUR},
	{"stunde", DE, HOUR},
	{"stunden", DE, HOUR},
	{"hora", ES | PT, HOUR},
	{"horas", ES | PT, HOUR},
	{"ora", IT, HOUR},
	{"ore", IT, HOUR},
	{"u", NL, HOUR},
	{"uur", NL, HOUR},
	{"uren", NL, HOUR},
	{"d", EN | ES | PT, DAY},
	{"j", FR, DAY},
	{"g", IT, DAY},
	{"day", EN, DAY},
	{"days", EN, DAY},
	{"jour", FR, DAY},
	{"jours", FR, DAY},
	{"tag", DE, DAY},
	{"tagen", DE, DAY},
	{"día", ES, DAY},
	{"días", ES, DAY},
	{"dia", ES | PT, DAY},
	{"dias", ES | PT, DAY},
	{"giorno", IT, DAY},
	{"giorni", IT, DAY},
	{"dag", NL, DAY},
	{"dagen", NL, DAY},
	{"w", EN, 7 * DAY},
	{"week", EN | NL, 7 * DAY},
	{"weeks", EN, 7 * DAY},
	{"sem", FR | ES | PT, 7 * DAY},
	{"semaine", FR, 7 * DAY},
	{"semaines", FR, 7 * DAY},
	{"woche", DE, 7 * DAY},
	{"wochen", DE, 7 * DAY},
	{"semana", ES | PT, 7 * DAY},
	{"semanas", ES | PT, 7 * DAY},
	{"settimana", IT, 7 * DAY},
	{"settimane", IT, 7 * DAY},
	{"weken", NL, 7 * DAY},
	{"mo", EN, 30 * DAY},
	{"mos", EN, 30 * DAY},
	{"month", EN, 30 * DAY},
	{"months", EN, 30 * DAY},
	{"mois", FR, 30 * DAY},
	{"monat", DE, 30 * DAY},
	{"monaten", DE, 30 * DAY},
	{"mes", ES | PT, 30 * DAY},
	{"mês", PT, 30 * DAY},
	{"meses", ES | PT, 30 * DAY},
	{"mese", IT, 30 * DAY},
	{"mesi", IT, 30 * DAY},
	{"maand", NL, 30 * DAY},
	{"maanden", NL, 30 * DAY},
	{"y", EN, 365 * DAY},
	{"yr", EN, 365 * DAY},
	{"yrs", EN, 365 * DAY},
	{"year", EN, 365 * DAY},
	{"years", EN, 365 * DAY},
	{"an", FR, 365 * DAY},
	{"ans", FR, 365 * DAY},
	{"année", FR, 365 * DAY},
	{"années", FR, 365 * DAY},
	{"jahr", DE, 365 * DAY},
	{"jahren", DE, 365 * DAY},
	{"año", ES, 365 * DAY},
	{"años", ES, 365 * DAY},
	{"anno", IT, 365 * DAY},
	{"anni", IT, 365 * DAY},
	{"ano", PT, 365 * DAY},
	{"anos", PT, 365 * DAY},
	{"jaar", NL, 365 * DAY},
	{"jaren", NL, 365 * DAY},
};

/* What stands around "3 hours" and makes it a time before now. Without any ("5d", "2 mois") only English and French are read. */
static const struct frame {
	const char *before, *after;
	unsigned langs;
} frames[] = {
	{"", "ago", EN}, {"il y a", "", FR},  {"vor", "", DE},        {"hace", "", ES},    {"há", "", PT},
	{"", "fa", IT},  {"", "geleden", NL}, {"", "atrás", ES | PT}, {"há", "atrás", PT}, {"", "", EN | FR},
};

/* One of them: what stands in the number's place. With an apostrophe the next word follows at once. */
static const struct {
	const char *word;
	unsigned langs;
	bool elided;
} articles[] = {
	{"a", EN, false},     {"an", EN, false},    {"un", FR | ES | IT, false}, {"une", FR, false}, {"una", ES | IT, false},
	{"un'", IT, true},    {"un’", IT, true},    {"um", PT, false},           {"uma", PT, false}, {"ein", DE, false},
	{"einer", DE, false}, {"einem", DE, false}, {"een", NL, false},          {"één", NL, false},
};

/* Days by name, counted back from the day of the capture; the whole text. "ora" alone is left: now, or an hour. */
static const struct {
	const char *text;
	int days;
} names[] = {
	{"now", 0},          {"just now", 0},     {"a moment ago", 0}, {"moments ago", 0}, {"today", 0},    {"à l'instant", 0},
	{"à l’instant", 0},  {"maintenant", 0},   {"aujourd'hui", 0},  {"aujourd’hui", 0}, {"jetzt", 0},    {"gerade eben", 0},
	{"heute", 0},        {"ahora", 0},        {"ahora mismo", 0},  {"hoy", 0},         {"adesso", 0},   {"proprio ora", 0},
	{"oggi", 0},         {"agora", 0},        {"agora mesmo", 0},  {"hoje", 0},        {"nu", 0},       {"zojuist", 0},
	{"vandaag", 0},      {"yesterday", 1},    {"hier", 1},         {"gestern", 1},     {"ayer", 1},     {"ieri", 1},
	{"ontem", 1},        {"gisteren", 1},     {"avant-hier", 2},   {"vorgestern", 2},  {"anteayer", 2}, {"antes de ayer", 2},
	{"l'altro ieri", 2}, {"l’altro ieri", 2}, {"anteontem", 2},    {"eergisteren", 2},
};

/* Months in every language, one place each; "ago" and "mar" are the same month wherever they are one. */
static const char *const months[][8] = {
	{"january", "janvier", "januar", "enero", "gennaio", "janeiro", "januari"},
	{"february", "février", "februar", "febrero", "febbraio", "fevereiro", "februari"},
	{"march", "mars", "märz", "marzo", "março", "maart", "mrz", "mrt"},
	{"april", "avril", "abril", "aprile"},
	{"may", "mai", "mayo", "maggio", "maio", "mei"},
	{"june", "juin", "juni", "junio", "giugno", "junho"},
	{"july", "juillet", "juli", "julio", "luglio", "julho"},
	{"august", "août", "agosto", "augustus"},
	{"september", "septembre", "septiembre", "settembre", "setembro"},
	{"october", "octobre", "oktober", "octubre", "ottobre", "outubro"},
	{"november", "novembre", "noviembre", "novembro"},
	{"december", "décembre", "dezember", "diciembre", "dicembre", "dezembro"},
};

/* Words that stand before or behind a date and say nothing about when. */
static const char *const leads[] = {
	"streamed live ",
	"streamed ",
	"premiered ",
	"started streaming ",
	"published ",
	"posted ",
	"updated ",
	"uploaded ",
	"submitted ",
	"on ",
	"diffusé en direct ",
	"diffusé ",
	"ajouté ",
	"publié ",
	"première diffusion ",
	"en direct ",
	"le ",
	"live übertragen ",
	"gestreamt ",
	"veröffentlicht ",
	"premiere ",
	"am ",
	"emitido en directo ",
	"emitido ",
	"transmitido en vivo ",
	"transmitido ao vivo ",
	"transmitido ",
	"estrenado ",
	"publicado ",
	"el ",
	"em ",
	"trasmesso in streaming ",
	"trasmesso dal vivo ",
	"trasmesso ",
	"pubblicato ",
};
static const char *const tails[] = {"(edited)",  "(modifié)",      "(bearbeitet)", "(editado)",      "(modificato)",
                                    "(bewerkt)", "live gestreamt", "gestreamt",    "live gestreamd", "gestreamd"};

static struct amp_str without_lead(struct amp_str s)
{
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
		if (!amp_str_istarts(s, leads[i])) continue;
		s = amp_shown_space(amp_shown_skip(s, strlen(leads[i])));
		i = SIZE_MAX; /* "published on": from the start again */
	}
	return s;
}

static struct amp_str without_tail(struct amp_str s)
{
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		if (amp_str_ends(s, tails[i])) return amp_shown_trim((struct amp_str){s.p, s.n - strlen(tails[i])});
	return s;
}

static int64_t span_ms(struct amp_str word, unsigned langs)
{
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		if (spans[i].langs & langs && amp_str_ieq_c(word, spans[i].word)) return spans[i].ms;
	return 0;
}

/* How many: a number, or one. Moves s behind it. */
static bool how_many(struct amp_str *s, unsigned langs, int64_t *n)
{
	*n = 1;
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		if (!(articles[i].langs & langs)) continue;
		bool is = articles[i].elided ? amp_str_istarts(*s, articles[i].word)
		                             : amp_str_ieq_c(amp_shown_word(*s), articles[i].word);
		if (!is || (!articles[i].elided && amp_str_starts(amp_shown_skip(*s, strlen(articles[i].word)), "'"))) continue;
		*s = amp_shown_skip(*s, strlen(articles[i].word));
		return true;
	}
	struct amp_figure f = amp_shown_figure(s);
	*n = f.whole;
	return f.ok && !f.part_digits && f.whole <= 1000000;
}

/* How long before the capture, as this frame says it; -1: it does not. */
static int64_t framed(const struct frame *f, struct amp_str s)
{
	int64_t n;
	size_t before = strlen(f->before);
	if (before > 0) {
		if (!amp_str_istarts(s, f->before)) return -1;
		struct amp_str behind = amp_shown_skip(s, before);
		s = amp_shown_space(behind);
		if (s.p == behind.p) return -1; /* "vorgestern" */
	}
	if (!how_many(&s, f->langs, &n)) return -1;
	s = amp_shown_space(s);
	struct amp_str word = amp_shown_word(s);
	int64_t span = span_ms(word, f->langs);
	s = amp_shown_skip(s, word.n);
	if (amp_str_starts(s, ".")) s = amp_shown_skip(s, 1); /* "vor 3 Std." */
	return span > 0 && amp_str_ieq_c(amp_shown_trim(s), f->after) ? n * span : -1;
}

/* How long before the capture; -1: this is no such text. bare: "5d" is one. */
static int64_t ago(struct amp_str s, bool bare)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_ieq_c(s, names[i].text)) return names[i].days * DAY;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		if (!bare && !*frames[i].before && !*frames[i].after) continue;
		int64_t before = framed(&frames[i], s);
		if (before >= 0) return before;
	}
	return -1;
}

bool amp_says_when(struct amp_str text)
{
	return ago(without_tail(without_lead(amp_shown_trim(text))), false) >= 0;
}

/* "oct", "octobre": the start of a month's name, of three bytes or more. */
static bool begins_month(struct amp_str word, const char *month)
{
	size_t i = 0;
	while (i < word.n && amp_lower((unsigned char)word.p[i]) == (unsigned char)month[i]) i++;
	return word.n >= 3 && i == word.n;
}

/* 1 to 12; 0 for no month, or for the start of two ("jui"). */
static int month_of(struct amp_str word)
{
	int found = 0;
	for (int m = 0; m < 12; m++)
		for (size_t i = 0; i < sizeof months[0] / sizeof *months[0] && months[m][i]; i++) {
			if (!begins_month(word, months[m][i])) continue;
			if (found && found != m + 1) return 0;
			found = m + 1;
		}
	return found;
}

static int64_t small_number(struct amp_str *s, size_t most)
{
	int64_t n = 0;
	size_t i = 0;
	while (i < most && i < s->n && amp_is_digit((unsigned char)s->p[i])) n = n * 10 + (s->p[i++] - '0');
	*s = amp_shown_skip(*s, i);
	return i ? n : -1;
}

/* s behind one of these (a sign, a word) and behind white space. */
static struct amp_str behind(struct amp_str s, const char *one, const char *other)
{
	const char *const each[] = {one, other};
	for (size_t i = 0; i < 2; i++)
		if (amp_str_istarts(s, each[i])) return amp_shown_space(amp_shown_skip(s, strlen(each[i])));
	return amp_shown_space(s);
}

/* "Oct 10, 2018", "10 October 2018", "1er oct. 2018", "10. Oktober 2018", "10 de out. de 2018" */
static bool day_text(struct amp_str s, int64_t *ms)
{
	int64_t day = -1;
	if (s.n && amp_is_digit((unsigned char)*s.p)) {
		day = small_number(&s, 2);
		s = behind(s, ".", "er ");
		s = behind(s, "de ", "º de ");
	}
	struct amp_str word = amp_shown_word(s);
	int month = month_of(word);
	s = behind(amp_shown_skip(s, word.n), ".", ".");
	if (day < 0) day = small_number(&s, 2);
	s = behind(s, ",", "de ");
	bool whole_year = amp_shown_digits(s, 4);
	int64_t year = small_number(&s, 4);
	if (!month || day < 1 || day > 31 || !whole_year || s.n) return false;
	int64_t days = amp_days_from_civil(year, month, (int)day), y;
	int m, d;
	amp_civil_from_days(days, &y, &m, &d);
	*ms = days * DAY;
	return m == month && d == day;
}

enum amp_state amp_as_time_relative(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision = AMP_PRECISION_NONE;
	if (!v->text.p) return AMP_STATE_INVALID;
	struct amp_str s = amp_shown_trim(v->text);
	if (s.n == 0) return AMP_STATE_ABSENT;
	s = without_tail(without_lead(s));
	if (amp_time_parse_iso(s, &ms, &precision)) return amp_convert_time(e, field, ms, v->text, precision, true);
	if (day_text(s, &ms)) return amp_convert_time(e, field, ms, v->text, AMP_PRECISION_DAY, true);
	int64_t before = ago(s, true);
	if (before >= 0 && e->page->captured_at == AMP_TIME_NONE) {
		(void)amp_convert_time(e, field, ms, v->text, AMP_PRECISION_NONE, false); /* what was sent is kept */
		return AMP_STATE_ABSENT;
	}
	return amp_convert_time(e, field, e->page->captured_at - (before > 0 ? before : 0), v->text, AMP_PRECISION_RELATIVE,
	                        before >= 0);
}

enum amp_state amp_as_time_twitter(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	struct amp_str rest = amp_str_trim(v->text), part[6];
	if (rest.n == 0) return AMP_STATE_ABSENT;
	size_t n = 0;
	for (; rest.p && n < 6; n++) part[n] = amp_str_cut(&rest, ' '); /* Wed Oct 10 20:19:24 +0000 2018 */
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision = AMP_PRECISION_NONE;
	bool ok = n == 6 && !rest.p;
	if (ok) {
		const char *text = amp_arena_printf(e->arena, "%.*s, %.*s %.*s %.*s %.*s %.*s", AMP_ARG(part[0]), AMP_ARG(part[2]),
		                                    AMP_ARG(part[1]), AMP_ARG(part[5]), AMP_ARG(part[3]), AMP_ARG(part[4]));
		ok = text && amp_time_parse_rfc822(amp_str_c(text), &ms, &precision);
	}
	return amp_convert_time(e, field, ms, v->text, AMP_PRECISION_EXACT, ok);
}

/* Counts and dates as pages show them to readers, in the languages of convert_shown.c and convert_when.c. */
#include "arena_fixture.h"
#include "base/clock.h"
#include "parse/engine.h"

/* A platform of one entry: its span says how many views, its i when, its b when as Twitter writes it. */
static void parse_shown(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	const struct amp_markup *m = doc ? amp_markup_find(doc, NULL, NULL, "div", "m") : NULL;
	amp_engine_list_found(e);
	if (!m || !amp_engine_begin(e, m->offset)) return;
	(void)amp_put_attr(e, AMP_F_ITEM_ID, NULL, m, "id");
	(void)amp_put_markup(e, AMP_F_VIEWS, amp_as_count_text, amp_markup_find(doc, m, NULL, "span", NULL));
	(void)amp_put_markup(e, AMP_F_CREATED_AT, amp_as_time_relative, amp_markup_find(doc, m, NULL, "i", NULL));
	(void)amp_put_markup(e, AMP_F_CREATED_AT, amp_as_time_twitter, amp_markup_find(doc, m, NULL, "b", NULL));
	amp_engine_end(e);
}

#define CAPTURED INT64_C(1766361600000) /* 2025-12-22T00:00:00Z */
static const struct amp_item *one(const char *tag, const char *text, int64_t captured_at)
{
	static const struct amp_endpoint endpoints[] = {{.name = "page", .path = "/", .kind = AMP_POST}, {.name = NULL}};
	static const struct amp_adapter adapter = {
		.name = "shown", .title = "Shown", .version = "1", .endpoints = endpoints, .parse_page = parse_shown};
	struct amp_parsed out;
	struct amp_err err = {0};
	const char *html = amp_arena_printf(arena, "<div class=m id=1><%s>%s</%s></div>", tag, text, tag);
	assert_non_null(html);
	struct amp_page page = {.body = amp_str_c(html),
	                        .url = AMP_STR_ABSENT,
	                        .headers = AMP_STR_ABSENT,
	                        .captured_at = captured_at,
	                        .status = 200};
	if (amp_parse_pages(&adapter, endpoints, &page, 1, 0, 0, 0, arena, &out, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(out.n_items, 1);
	return out.items;
}

static void test_counts(void **state)
{
	(void)state;
	enum { NONE = -1, BAD = -2 };
	static const struct {
		const char *text;
		int64_t count;
		bool rounded;
	} table[] = {
		{"0", 0, false},
		{"12", 12, false},
		{"1.2K", 1200, true},
		{"10.7M", 10700000, true},
		{"567m views", 567000000, true},
		{"3,172,670 views", 3172670, false},
		{"3 172 670 vues", 3172670, false},
		{"3&nbsp;172&nbsp;670 vues", 3172670, false},
		{"3\xE2\x80\xAF"
	         "172 vues",
	         3172, false},
		{"3.172.670 Aufrufe", 3172670, false},
		{"1,2 k", 1200, true},
		{"1,2&nbsp;k vues", 1200, true},
		{"12 k", 12000, true},
		{"1 234", 1234, false},
		{"1,234", 1234, false},
		{"1.234K", 1234, true},
		{"1,5 Md de vues", 1500000000, true},
		{"1.5B views", 1500000000, true},
		{"2 millions de vues", 2000000, true},
		{"1K+", 1000, true},
		{"No views", 0, false},
		{"Aucune vue", 0, false},
		{"Keine Aufrufe", 0, false},
		{"Nessuna visualizzazione", 0, false},
		{"Sin visualizaciones", 0, false},
		{"1,2 Mln di visualizzazioni", 1200000, true},
		{"1,5 mil visualizaciones", 1500, true},
		{"12 Tsd. Aufrufe", 12000, true},
		{"1 view", 1, false},
		{"1,234.5K", 1234500, true},
		{"", NONE, false},
		{"&nbsp;", NONE, false},
		{"views", BAD, false},
		{"1.2", BAD, false},
		{"-3", BAD, false},
		{"3 of 5", BAD, false},
		{"12:30", BAD, false},
		{"99999999999999999999", BAD, false},
		{"9999999999999M", BAD, false},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_item *item = one("span", table[i].text, CAPTURED);
		int64_t want = table[i].count < 0 ? AMP_ABSENT : table[i].count;
		if (item->views != want) fail_msg("\"%s\" is %lld", table[i].text, (long long)item->views);
		if (item->counts_rounded != table[i].rounded) fail_msg("\"%s\": rounded %d", table[i].text, item->counts_rounded);
		assert_int_equal(item->invalid, table[i].count == BAD ? AMP_BIT(AMP_F_VIEWS) : 0);
	}
}

static void test_times(void **state)
{
	(void)state;
	static const struct {
		const char *tag, *text, *time;
		enum amp_precision precision;
	} table[] = {
		{"i", "2 years ago", "2023-12-23T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "17 hours ago", "2025-12-21T07:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "1 month ago", "2025-11-22T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "Streamed 2 days ago", "2025-12-20T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "Premiered 3 weeks ago", "2025-12-01T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "il y a 2 ans", "2023-12-23T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "il y a 3&nbsp;mois", "2025-09-23T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "Diffus\xC3\xA9 il y a une heure", "2025-12-21T23:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "an hour ago", "2025-12-21T23:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "5d", "2025-12-17T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "just now", "2025-12-22T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "Yesterday", "2025-12-21T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "hier", "2025-12-21T00:00:00.000Z", AMP_PRECISION_RELATIVE},
		{"i", "Oct 10, 2018", "2018-10-10T00:00:00.000Z", AMP_PRECISION_DAY},
		{"i", "Premiered Oct 10, 2018", "2018-10-10T00:00:00.000Z", AMP_PRECISION_DAY},
		{"i", "10 October 2018", "2018-10-10T00:00:00.000Z", AMP_PRECISION_DAY},
		{"i", "2018-10-10", "2018-10-10T00:00:00.000Z", AMP_PRECISION_DAY},
		{"i", "Feb 30, 2018", NULL, AMP_PRECISION_NONE},
		{"i", "2 lightyears ago", NULL, AMP_PRECISION_NONE},
		{"i", "in 2 days", NULL, AMP_PRECISION_NONE},
		{"i", "99999999999999999999 years ago", NULL, AMP_PRECISION_NONE},
		{"b", "Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24.000Z", AMP_PRECISION_EXACT},
		{"b", "Wed Oct 10 20:19:24 +0200 2018", "2018-10-10T18:19:24.000Z", AMP_PRECISION_EXACT},
		{"b", "Wed Oct 10 20:19:24 2018", NULL, AMP_PRECISION_NONE},
		{"b", "Wed Oct 10 20:19:24 +0000 2018 x", NULL, AMP_PRECISION_NONE},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_item *item = one(table[i].tag, table[i].text, CAPTURED);
		char text[AMP_TIME_TEXT];
		amp_time_format(item->created_at, text);
		if (strcmp(text, table[i].time ? table[i].time : "") != 0) fail_msg("\"%s\" is %s", table[i].text, text);
		assert_int_equal(item->created_precision, table[i].precision);
		assert_non_null(item->created_at_raw.p);
		assert_int_equal(item->invalid, table[i].time ? 0 : AMP_BIT(AMP_F_CREATED_AT));
	}
	/* nobody knows when it was seen: what it said is kept, it is not called wrong */
	const struct amp_item *item = one("i", "2 years ago", AMP_TIME_NONE);
	assert_true(item->created_at == AMP_TIME_NONE && item->created_precision == AMP_PRECISION_NONE && item->invalid == 0);
	assert_true(amp_str_eq_c(item->created_at_raw, "2 years ago"));
}

/* The same in the languages that saved pages speak. */
static void test_times_of_languages(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t days, hours, minutes;
	} back[] = {
		{"vor 3 Stunden", 0, 3, 0},
		{"Vor 1 Stunde", 0, 1, 0},
		{"vor einer Stunde", 0, 1, 0},
		{"vor 2&nbsp;Tagen", 2, 0, 0},
		{"vor einem Tag", 1, 0, 0},
		{"vor 3 Std.", 0, 3, 0},
		{"vor 5 Min.", 0, 0, 5},
		{"vor 2 Wochen", 14, 0, 0},
		{"vor 4 Monaten", 120, 0, 0},
		{"vor einem Monat", 30, 0, 0},
		{"vor 2 Jahren (bearbeitet)", 730, 0, 0},
		{"Vor 2 Tagen live gestreamt", 2, 0, 0},
		{"gestern", 1, 0, 0},
		{"vorgestern", 2, 0, 0},
		{"hace 3 horas", 0, 3, 0},
		{"hace una hora", 0, 1, 0},
		{"hace un día", 1, 0, 0},
		{"Emitido hace 2 semanas", 14, 0, 0},
		{"hace 1 mes", 30, 0, 0},
		{"hace 5 meses (editado)", 150, 0, 0},
		{"hace 2 años", 730, 0, 0},
		{"hace 30 minutos", 0, 0, 30},
		{"Ayer", 1, 0, 0},
		{"anteayer", 2, 0, 0},
		{"3 ore fa", 0, 3, 0},
		{"un'ora fa", 0, 1, 0},
		{"un’ora fa", 0, 1, 0},
		{"un minuto fa", 0, 0, 1},
		{"una settimana fa", 7, 0, 0},
		{"2 giorni fa", 2, 0, 0},
		{"6 mesi fa (modificato)", 180, 0, 0},
		{"1 anno fa", 365, 0, 0},
		{"Trasmesso in streaming 3 anni fa", 1095, 0, 0},
		{"ieri", 1, 0, 0},
		{"há 3 horas", 0, 3, 0},
		{"Há 1 dia", 1, 0, 0},
		{"há um mês", 30, 0, 0},
		{"há 2 meses atrás", 60, 0, 0},
		{"3 semanas atrás", 21, 0, 0},
		{"há uma hora", 0, 1, 0},
		{"há 2 anos", 730, 0, 0},
		{"Transmitido há 5 dias", 5, 0, 0},
		{"ontem", 1, 0, 0},
		{"3 uur geleden", 0, 3, 0},
		{"een uur geleden", 0, 1, 0},
		{"2 dagen geleden", 2, 0, 0},
		{"1 week geleden", 7, 0, 0},
		{"4 maanden geleden (bewerkt)", 120, 0, 0},
		{"2 jaar geleden", 730, 0, 0},
		{"gisteren", 1, 0, 0},
		{"avant-hier", 2, 0, 0},
		{"il y a un an (modifié)", 365, 0, 0},
		{"il y a 2 sem.", 14, 0, 0},
	};
	for (size_t i = 0; i < sizeof back / sizeof *back; i++) {
		const struct amp_item *item = one("i", back[i].text, CAPTURED);
		int64_t want = CAPTURED - ((back[i].days * 24 + back[i].hours) * 60 + back[i].minutes) * 60000;
		if (item->created_at != want || item->created_precision != AMP_PRECISION_RELATIVE || item->invalid != 0)
			fail_msg("\"%s\" is %lld before", back[i].text, (long long)(CAPTURED - item->created_at));
	}
}

static void test_days_of_languages(void **state)
{
	(void)state;
	static const struct {
		const char *text, *day;
	} days[] = {
		{"10. Oktober 2018", "2018-10-10"},
		{"10.&nbsp;Okt. 2018", "2018-10-10"},
		{"1. März 2020", "2020-03-01"},
		{"am 3. Mai 2019", "2019-05-03"},
		{"10 oct. 2018", "2018-10-10"},
		{"1er août 2018", "2018-08-01"},
		{"le 14 juil. 2018", "2018-07-14"},
		{"publié le 3 févr. 2021", "2021-02-03"},
		{"10 de octubre de 2018", "2018-10-10"},
		{"10 ene 2018", "2018-01-10"},
		{"5 ago 2018", "2018-08-05"},
		{"10 ottobre 2018", "2018-10-10"},
		{"9 gen 2019", "2019-01-09"},
		{"10 de out. de 2018", "2018-10-10"},
		{"7 de março de 2022", "2022-03-07"},
		{"3 mei 2019", "2019-05-03"},
		{"12 mrt 2021", "2021-03-12"},
		{"31 dez. 2020", "2020-12-31"},
	};
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		const struct amp_item *item = one("i", days[i].text, CAPTURED);
		char text[AMP_TIME_TEXT];
		amp_time_format(item->created_at, text);
		if (strncmp(text, days[i].day, 10) != 0 || item->created_precision != AMP_PRECISION_DAY)
			fail_msg("\"%s\" is %s", days[i].text, text);
	}
}

/* What could be two things, or belongs to two languages at once, is no date; what was sent is kept. */
static void test_no_times(void **state)
{
	(void)state;
	static const char *const none[] = {
		"3 m",
		"hace 3 m",
		"vor 3 m",
		"ora",
		"vor 3 horas",
		"hace 3 Stunden",
		"3 ore",
		"3 Stunden",
		"vor wenigen Tagen",
		"in 3 Stunden",
		"fra 3 ore",
		"3 dias",
		"vor Stunden",
		"hace",
		"vor",
		"fa",
		"3 fa",
		"10.11.2018",
		"10/11/2018",
		"5 jui. 2018",
		"31 febrero 2018",
		"há 2 j",
		"hace 2 j",
		"vor3 Stunden",
		"(bearbeitet)",
		"gestern früh",
		"un'un'ora fa",
		"hace 1,5 horas",
		"il y a 3 horas",
	};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		const struct amp_item *item = one("i", none[i], CAPTURED);
		if (item->created_at != AMP_TIME_NONE || item->invalid != AMP_BIT(AMP_F_CREATED_AT))
			fail_msg("\"%s\" is read", none[i]);
		assert_true(amp_str_eq_c(item->created_at_raw, none[i]));
		assert_false(amp_says_when(amp_str_c(none[i])));
	}
	assert_true(amp_says_when(AMP_STR("vor 3 Stunden")) && amp_says_when(AMP_STR(" 2 days ago")) &&
	            amp_says_when(AMP_STR("ieri")));
	assert_false(amp_says_when(AMP_STR("5d")) || amp_says_when(AMP_STR("1.234 Aufrufe")) || amp_says_when(AMP_STR_ABSENT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_times_of_languages),
		cmocka_unit_test(test_days_of_languages),
		cmocka_unit_test(test_no_times),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

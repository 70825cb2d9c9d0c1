/* Every mistake with its file, line, column, path and sentence. Each case changes one thing in a good study; the mark ¤ in the new
 * text is where the mistake must be told (it is taken out before the file is written).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "persona/study.h"

#define MARK "\xC2\xA4"

static const char good[] =
	"{\n"
	"  \"study\": \"essai\",\n"
	"  \"title\": {\"fr\": \"Essai\", \"en\": \"Trial\"},\n"
	"  \"question\": \"Plus de haine ?\",\n"
	"  \"contact\": \"etudes@association.example\",\n"
	"  \"personas\": [\n"
	"    {\"persona\": \"léa\", \"languages\": [\"fr-FR\"], \"twin\": true},\n"
	"    {\"persona\": \"max\", \"vantage\": \"env:PROXY\", \"interests\": [{\"topic\": \"sport\", \"queries\": [\"vélo\"]}],\n"
	"     \"follows\": [{\"platform\": \"bluesky\", \"account\": \"a.example\"}],\n"
	"     \"sessions\": [{\"platform\": \"bluesky\", \"host\": \"https://pds.example\", \"token_env\": \"MAX_TOKEN\"}]}\n"
	"  ],\n"
	"  \"feeds\": {\n"
	"    \"ranked\": {\"platform\": \"bluesky\", \"endpoint\": \"getFeed\", \"params\": {\"feed\": \"at://x/y\"}, \"depth\": 50},\n"
	"    \"latest\": {\"platform\": \"bluesky\", \"endpoint\": \"getListFeed\", \"params\": {\"list\": \"at://x/z\"}, \"depth\": 50},\n"
	"    \"trends\": {\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\", \"host\": \"https://m.example\", \"depth\": 40}\n"
	"  },\n"
	"  \"pairs\": {\n"
	"    \"main\": {\"ranked\": \"ranked\", \"chronological\": \"latest\", \"pool\": \"alternative\", \"reason\": \"même service\", \"window\": \"count\"}\n"
	"  },\n"
	"  \"schedule\": {\"every\": \"6h\", \"time_zone\": \"Europe/Paris\", \"window\": \"1h\", \"jitter\": \"10m\"},\n"
	"  \"detectors\": [\"lexicon\"],\n"
	"  \"primary\": {\"metric\": \"lift\", \"pair\": \"main\", \"target\": \"any\", \"detector\": \"lexicon\"},\n"
	"  \"alpha\": \"0.05\",\n"
	"  \"seed\": 7,\n"
	"  \"grid\": {\"depth\": [50, 10], \"threshold\": [\"0.5\"], \"rbp_p\": [\"0.9\"], \"text_view\": [\"v1\"]},\n"
	"  \"decisions\": [{\"type\": \"consent\", \"subject\": \"m.example\", \"reason\": \"accord écrit\"}]\n"
	"}\n";

/* Cases of walks: a walked feed more. */
#define TRENDS "\"trends\": {\"platform\": \"mastodon\""
#define WATCH "{\"platform\": \"youtube\", \"endpoint\": \"html/watch\", \"depth\": 20, "
#define A_WALK "{\"param\": \"v\", \"seeds\": [\"a\"], \"steps\": 3}"
#define WALK(object, key, sentence)                                                                               \
	{                                                                                                         \
		TRENDS, "\"beside\": " WATCH "\"walk\": " object "}, " TRENDS, "feeds.beside.walk." key, sentence \
	}
#define PAIR \
	"\"trends\": {\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\", \"host\": \"https://m.example\", \"depth\": 40}\n  },\n  \"pairs\": {\n    \"main\": {"
#define TWO_WALKS                                                                                                            \
	"\"beside\": " WATCH "\"walk\": " A_WALK "}, \"newest\": " WATCH "\"ranking\": \"chronological\", \"walk\": " A_WALK \
	"}},\n  \"pairs\": {\n    \"walks\": {\"ranked\": \"beside\", \"chronological\": \"newest\", "

struct one_case {
	const char *from, *to, *path, *says;
};
static const struct one_case cases[] = {
	/* keys */
	{"\"question\"", MARK "\"qestion\": \"x\", \"question\"", "qestion", "Did you mean “question”"},
	{"\"depth\": 50},\n    \"latest\"", MARK "\"dpeth\": 50, \"depth\": 50},\n    \"latest\"", "feeds.ranked.dpeth",
         "Did you mean “depth”"},
	{"\"seed\": 7", "\"seed\": 7, " MARK "\"seed\": 8", "seed", "stands twice"},
	{"\"latest\": {\"platform\"", MARK "\"ranked\": {\"platform\"", "feeds.ranked", "stands twice"},
	{"{\n  \"study\": \"essai\",", MARK "{", "study", "“study” is missing"},
	{"\"ranked\": {\"platform\": \"bluesky\", ", "\"ranked\": " MARK "{", "feeds.ranked.platform", "is missing"},
	{"\"token_env\": \"MAX_TOKEN\"", "\"token_env\": \"MAX_TOKEN\", " MARK "\"password\": \"x\"",
         "personas[1].sessions[0].password", "Unknown key “password”"},
	{"\"topic\": \"sport\", ", "", "personas[1].interests[0].topic", "is missing"},
	/* types */
	{"\"seed\": 7", "\"seed\": " MARK "\"7\"", "seed", "whole number"},
	{"\"seed\": 7", "\"seed\": " MARK "7.5", "seed", "number with decimals"},
	{"\"seed\": 7", "\"seed\": " MARK "-1", "seed", "from 0 to"},
	{"\"twin\": true", "\"twin\": " MARK "\"yes\"", "personas[0].twin", "without quotes"},
	{"[\"fr-FR\"]", MARK "\"fr-FR\"", "personas[0].languages", "list in square brackets"},
	{"{\"every\": \"6h\", \"time_zone\": \"Europe/Paris\", \"window\": \"1h\", \"jitter\": \"10m\"}", MARK "\"6h\"", "schedule",
         "object in braces"},
	{"\"Plus de haine ?\"", MARK "[]", "question", "this is a list"},
	{"\"Plus de haine ?\"", MARK "\"\"", "question", "empty"},
	{"{\"fr\": \"Essai\", \"en\": \"Trial\"}", MARK "{}", "title", "At least one"},
	{"\"en\": \"Trial\"", MARK "\"de\": \"Probe\"", "title.de", "Unknown key"},
	{"\"Trial\"", MARK "\"Tri\\nal\"", "title.en", "control character"},
	{"\"lexicon\"],", MARK "3],", "detectors[0]", "text in double quotes"},
	{"[\n    {\"persona\"", "[\n    " MARK "7, {\"persona\"", "personas[0]", "path of a persona file"},
	{"{\"feed\": \"at://x/y\"}", "{\"feed\": " MARK "1.5}", "feeds.ranked.params.feed", "value of a parameter"},
	{"{\"feed\": \"at://x/y\"}", "{\"feed\": " MARK "[]}", "feeds.ranked.params.feed", "value of a parameter"},
	/* forms */
	{"\"essai\"", MARK "\"Essai n°1\"", "study", "short name"},
	{"\"main\": {", MARK "\"Main pair\": {", "pairs.Main pair", "short name"},
	{"\"fr-FR\"", MARK "\"français\"", "personas[0].languages[0]", "BCP 47"},
	{"\"languages\": [\"fr-FR\"]", "\"languages\": [\"fr-FR\"], \"region\": " MARK "\"fr\"", "personas[0].region",
         "two capital letters"},
	{"\"Europe/Paris\"", MARK "\"Europe/Pari\"", "schedule.time_zone", "Unknown time zone"},
	{"\"every\": \"6h\"", "\"cron\": \"0 " MARK "8x * * *\"", "schedule.cron", "The hour is a number"},
	{"\"every\": \"6h\"", "\"cron\": \"0 0 " MARK "30 2 *\"", "schedule.cron", "never run"},
	{"\"6h\"", MARK "\"6 heures\"", "schedule.every", "not a duration"},
	{"\"6h\", \"time_zone\": \"Europe/Paris\", \"window\": \"1h\", \"jitter\": \"10m\"", MARK "\"5s\"", "schedule.every",
         "out of range"},
	{"\"https://m.example\"", MARK "\"m.example\"", "feeds.trends.host", "not a server"},
	{"\"https://m.example\"", MARK "\"https://m.example/api/v1\"", "feeds.trends.host", "the path comes from"},
	{"\"https://m.example\"", MARK "\"https://me:secret@m.example\"", "feeds.trends.host", "without a user name"},
	{"\"https://m.example\"", MARK "\"http://m.example\"", "feeds.trends.host", "https:// is expected"},
	{"\"env:PROXY\"", MARK "\"socks5h://me:secret@proxy.example:1080\"", "personas[1].vantage", "must not stand in this file"},
	{"\"env:PROXY\"", "\"env:PROXY\", \"belongs_to\": [\"women\", " MARK "\"women\"]", "personas[1].belongs_to[1]", "twice"},
	{"\"env:PROXY\"", MARK "\"ftp://proxy.example\"", "personas[1].vantage", "not a proxy"},
	{"\"env:PROXY\"", MARK "\"env:my proxy\"", "personas[1].vantage", "environment variable"},
	{"\"MAX_TOKEN\"", MARK "\"abc-123-secret\"", "personas[1].sessions[0].token_env", "never the secret itself"},
	{"\"etudes@association.example\"", MARK "\"association\"", "contact", "neither a mail address"},
	{"\"0.05\"", MARK "0.05", "alpha", "Write this number as a text"},
	{"\"0.05\"", MARK "\"0,05\"", "alpha", "not a decimal"},
	{"\"0.05\"", MARK "\"5e-2\"", "alpha", "not a decimal"},
	{"\"0.05\"", MARK "\"1\"", "alpha", "between 0 and 1"},
	{"\"0.05\"", MARK "\"0\"", "alpha", "between 0 and 1"},
	{"[\"0.5\"]", "[\"0.5\", " MARK "\"1.1\"]", "grid.threshold[1]", "from 0 to 1"},
	{"[\"0.9\"]", "[" MARK "\"1\"]", "grid.rbp_p[0]", "between 0 and 1"},
	{"[\"v1\"]", "[" MARK "\"v2\"]", "grid.text_view[0]", "One of “v1”, “text”"},
	{"[50, 10]", "[50, " MARK "0]", "grid.depth[1]", "from 1 to 1000"},
	{"[50, 10]", "[50, 10, " MARK "50]", "grid.depth[2]", "stands twice"},
	{"[50, 10]", MARK "[]", "grid.depth", "At least 1"},
	{"\"depth\": 40", "\"depth\": " MARK "1001", "feeds.trends.depth", "from 1 to 1000"},
	{"\"consent\"", MARK "\"consnet\"", "decisions[0].type", "Did you mean “consent”"},
	/* names that must exist */
	{"\"mastodon\"", MARK "\"mastodn\"", "feeds.trends.platform", "Did you mean “mastodon”"},
	{"\"trends/statuses\"", MARK "\"trends/status\"", "feeds.trends.endpoint", "Did you mean “trends/statuses”"},
	{"{\"list\": \"at://x/z\"}", "{\"list\": \"at://x/z\", " MARK "\"lst\": \"y\"}", "feeds.latest.params.lst",
         "Did you mean “list”"},
	{"\"params\": {\"list\": \"at://x/z\"}", "\"params\": " MARK "{}", "feeds.latest.params.list",
         "needs the parameter “list”"},
	{"{\"list\": \"at://x/z\"}", "{\"list\": \"at://x/z\", " MARK "\"limit\": 10}", "feeds.latest.params.limit",
         "set by the program"},
	{"{\"list\": \"at://x/z\"}", "{\"list\": " MARK "[\"at://x/z\"]}", "feeds.latest.params.list", "one value, not a list"},
	/* a ranked endpoint cannot be given the newest first, nor be left to what the site prefers */
	{"\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\"",
         "\"platform\": \"lemmy\", \"endpoint\": \"v3/post/list\", \"params\": {\"sort\": " MARK "\"New\"}",
         "feeds.trends.params.sort", "“New” is no value of “sort”"},
	{"\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\"",
         "\"platform\": \"lemmy\", \"endpoint\": \"v3/post/list\", \"params\": {\"sort\": " MARK "\"hot\"}",
         "feeds.trends.params.sort", "Did you mean “Hot”? Its values: Active, Hot,"},
	{"\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\"",
         "\"platform\": \"lemmy\", \"endpoint\": \"v3/post/list\", \"params\": {\"sort\": \"Hot\", \"show_nsfw\": " MARK "1}",
         "feeds.trends.params.show_nsfw", "“1” is no value of “show_nsfw”"},
	{"\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\"",
         "\"platform\": \"lemmy\", \"endpoint\": \"v3/post/list\", \"params\": " MARK "{}", "feeds.trends.params.sort",
         "needs the parameter “sort”"},
	{"\"host\": \"https://m.example\", ", "", "feeds.trends.host", "has no server of its own"},
	{"\"chronological\": \"latest\"", "\"chronological\": " MARK "\"lastest\"", "pairs.main.chronological",
         "Did you mean “latest”"},
	{"\"ranked\": \"ranked\"", "\"ranked\": " MARK "\"latest\"", "pairs.main.ranked", "is chronological"},
	{"\"alternative\"", MARK "\"alternate\"", "pairs.main.pool", "Did you mean “alternative”"},
	{"\"alternative\"", MARK "\"identical\"", "pairs.main.pool", "same contents in another order"},
	{"\"ranked\": \"ranked\", \"chronological\": \"latest\", \"pool\": ",
         "\"ranked\": \"trends\", \"chronological\": \"latest\", \"pool\": " MARK, "pairs.main.pool", "two platforms"},
	{"\"pair\": \"main\"", "\"pair\": " MARK "\"mian\"", "primary.pair", "Did you mean “main”"},
	{"\"pool\": \"alternative\"", "\"pool\": \"different\"", "primary.pair", "no amplification"},
	{"\"detector\": \"lexicon\"", "\"detector\": " MARK "\"marker\"", "primary.detector", "not in the study's list"},
	{"[\"lexicon\"]", "[\"lexicon\", " MARK "\"lexicon\"]", "detectors[1]", "stands twice"},
	{"\"platform\": \"bluesky\", \"account\"", "\"platform\": " MARK "\"blusky\", \"account\"",
         "personas[1].follows[0].platform", "Did you mean “bluesky”"},
	/* personas */
	{"\"persona\": \"max\"", "\"persona\": " MARK "\"lea\"", "personas[1].persona", "Two personas"},
	{"\"persona\": \"max\"", "\"persona\": " MARK "\"lea-twin\"", "personas[1].persona", "Two personas"},
	{"\"twin\": true", "\"twin\": true, " MARK "\"twins\": 2", "personas[0].twins", "not both"},
	{"\"twin\": true", "\"twins\": " MARK "10", "personas[0].twins", "from 0 to 9"},
	{"{\"persona\": \"max\"", "{\"persona\": \"zoé2\", \"twin_of\": \"nobody\"}, {\"persona\": \"max\"", NULL, NULL},
	{"{\"persona\": \"max\"", "{\"persona\": \"zoe\", \"twin_of\": " MARK "\"laé\"}, {\"persona\": \"max\"",
         "personas[1].twin_of", "no persona of this study"},
	{"{\"persona\": \"max\"", "{\"persona\": \"zoe\", \"twin_of\": " MARK "\"zoe\"}, {\"persona\": \"max\"",
         "personas[1].twin_of", "in a circle"},
	{"{\"persona\": \"max\"",
         "{\"persona\": \"zoe\", \"twin_of\": \"lea\", " MARK "\"languages\": [\"fr\"]}, {\"persona\": \"max\"",
         "personas[1].languages", "remove “languages”"},
	{"\"token_env\": \"MAX_TOKEN\"", "\"identifier_env\": \"MAX\"", "personas[1].sessions[0]", "needs “token_env”"},
	{"\"token_env\": \"MAX_TOKEN\"}",
         "\"token_env\": \"MAX_TOKEN\"}, " MARK
         "{\"platform\": \"bluesky\", \"host\": \"https://pds.example\", \"token_env\": \"T\"}",
         "personas[1].sessions[1]", "one session"},
	{"{\"persona\": \"max\"", MARK "\"nowhere.json\", {\"persona\": \"max\"", "personas[1]", "cannot be read"},
	/* sums that must fit */
	{"\"every\": \"6h\"", "\"every\": \"6h\", " MARK "\"cron\": \"0 8 * * *\"", "schedule.cron", "not both"},
	{"{\"every\": \"6h\", ", MARK "{", "schedule", "needs “every”"},
	{"\"window\": \"1h\"", "\"window\": " MARK "\"7h\"", "schedule.window", "rounds would overlap"},
	{"\"jitter\": \"10m\"", "\"jitter\": " MARK "\"2h\"", "schedule.jitter", "longer than the window"},
	{"  \"contact\": \"etudes@association.example\",\n", "", "contact", "must be able to write to you"},
	{"\"https://m.example\"", MARK "\"http://127.0.0.1:8710\"", "feeds.trends.host", "private_address"},
	{"\"depth\": 40", "\"depth\": 40, \"session\": " MARK "true", "feeds.trends.session", "has no session for Mastodon"},
	{"\"depth\": 40", "\"depth\": 40, \"through_session\": " MARK "true", "feeds.trends.through_session",
         "would change nothing"},
	{"{\"list\": \"at://x/z\"}", "{\"list\": \"at://x/z\"}, \"session\": false, \"through_session\": " MARK "true",
         "feeds.latest.through_session", "forbids one"},
	{"\"endpoint\": \"getListFeed\", \"params\": {\"list\": \"at://x/z\"}",
         "\"endpoint\": \"getAuthorFeed\", \"for\": " MARK "\"follows\", \"param\": \"actor\"", "feeds.latest.for", "follows none"},
	{"\"endpoint\": \"getFeed\", \"params\": {\"feed\": \"at://x/y\"}",
         "\"endpoint\": \"getFeed\", \"for\": " MARK "\"interests\", \"param\": \"feed\"", "feeds.ranked.for", "“lea” has none"},
	{"\"depth\": 40", "\"depth\": 40, " MARK "\"param\": \"offset\"", "feeds.trends.param", "goes with “for”"},
	/* walks */
	WALK(MARK "{\"seeds\": [\"a\"], \"steps\": 3}", "param", "is missing"),
	WALK(MARK "{\"param\": \"v\", \"steps\": 3}", "seeds", "is missing"),
	WALK(MARK "{\"param\": \"v\", \"seeds\": [\"a\"]}", "steps", "is missing"),
	WALK("{\"param\": \"v\", \"seeds\": " MARK "[], \"steps\": 3}", "seeds", "At least 1"),
	WALK("{\"param\": \"v\", \"seeds\": [" MARK "\"\"], \"steps\": 3}", "seeds[0]", "empty"),
	WALK("{\"param\": \"v\", \"seeds\": [\"a\", \"b\", " MARK "\"a\"], \"steps\": 3}", "seeds[2]", "This seed stands twice"),
	WALK("{\"param\": \"v\", \"seeds\": [\"a\"], \"steps\": " MARK "0}", "steps", "from 1 to 50"),
	WALK("{\"param\": \"v\", \"seeds\": [\"a\"], \"steps\": " MARK "51}", "steps", "from 1 to 50"),
	WALK("{\"param\": \"v\", \"seeds\": [\"a\"], \"steps\": 3, \"policy\": " MARK "\"hateful\"}", "policy",
             "One of “first”, “random”"),
	WALK("{\"param\": \"v\", \"seeds\": [\"a\"], \"steps\": 3, \"policy\": " MARK "\"firts\"}", "policy",
             "Did you mean “first”"),
	WALK("{\"param\": " MARK "\"vv\", \"seeds\": [\"a\"], \"steps\": 3}", "param", "has no parameter “vv”. Did you mean “v”?"),
	{TRENDS, "\"beside\": " WATCH "\"params\": {" MARK "\"v\": \"x\"}, \"walk\": " A_WALK "}, " TRENDS, "feeds.beside.params.v",
         "“v” is filled by the walk"},
	{TRENDS, "\"beside\": " WATCH "\"for\": \"interests\", \"param\": \"v\", " MARK "\"walk\": " A_WALK "}, " TRENDS,
         "feeds.beside.walk", "“for” or “walk”, not both"},
	{TRENDS,
         "\"beside\": {\"platform\": \"lemmy\", \"endpoint\": \"v3/post/list\", \"host\": \"https://l.example\", \"depth\": 20, \"walk\": "
         "{\"param\": " MARK "\"sort\", \"seeds\": [\"Hot\"], \"steps\": 3}}, " TRENDS,
         "feeds.beside.walk.param", "takes no id of an item"},
	{TRENDS, "\"beside\": " WATCH "\"walk\": " MARK "[]}, " TRENDS, "feeds.beside.walk", "object in braces"},
	{PAIR,
         "\"beside\": " WATCH "\"walk\": " A_WALK "}},\n  \"pairs\": {\n    \"mixed\": " MARK
         "{\"ranked\": \"beside\", \"chronological\": \"latest\", \"pool\": \"different\", \"reason\": \"x\"},\n    \"main\": {",
         "pairs.mixed", "“beside” is walked and “latest” is not"},
	{PAIR, TWO_WALKS "\"pool\": " MARK "\"identical\", \"reason\": \"x\"},\n    \"main\": {", "pairs.walks.pool",
         "Two walks part"},
	{PAIR,
         TWO_WALKS "\"pool\": \"alternative\", \"window\": " MARK "\"back_to_oldest_ranked\", \"reason\": \"x\"},\n    \"main\": {",
         "pairs.walks.window", "can only be “count”"},
	/* syntax */
	{"\"seed\": 7,", "\"seed\": 7", "(file)", "This is not JSON: A comma"},
	{"}]\n}\n", "}],\n}\n", "(file)", "No comma may stand before"},
	{"\"seed\": 7", "\"seed\": " MARK "9223372036854775808", "(file)", "This is not JSON"},
};

struct seen {
	struct amp_mistake first, all[40];
	char path[40][256], file[40][128]; /* what a mistake lends is gone after the call */
	int n;
};

static void note(void *user, const struct amp_mistake *m)
{
	struct seen *s = user;
	assert_true(m->line >= 1 && m->column >= 1);
	assert_true(m->text[0] != '\0');
	if (s->n < 40) {
		s->all[s->n] = *m;
		(void)snprintf(s->path[s->n], sizeof s->path[0], "%s", m->path);
		(void)snprintf(s->file[s->n], sizeof s->file[0], "%s", m->file);
		s->all[s->n].path = s->path[s->n];
		s->all[s->n].file = s->file[s->n];
	}
	s->n++;
}

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-mistakes-XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* good with the first `from` replaced by `to`, "léa" written without accent, and the place of the mark. */
static void make(struct amp_buf *b, const char *from, const char *to, int *line, int *column)
{
	struct amp_buf raw;
	amp_buf_init(&raw, 1 << 16);
	const char *at = strstr(good, from);
	if (at == NULL) fail_msg("not in the good study: %s", from);
	(void)amp_buf_add(&raw, good, (size_t)(at - good));
	(void)amp_buf_addc(&raw, to);
	(void)amp_buf_addc(&raw, at + strlen(from));
	*line = 0;
	int row = 1, col = 1;
	for (size_t i = 0; i < raw.n; i++) {
		if (strncmp(raw.p + i, MARK, 2) == 0) {
			*line = row;
			*column = col;
			i++;
			continue;
		}
		if (strncmp(raw.p + i, "léa", 4) == 0) {
			(void)amp_buf_addc(b, "lea");
			i += 3;
			col += 3;
			continue;
		}
		(void)amp_buf_byte(b, raw.p[i]);
		if (raw.p[i] == '\n') {
			row++;
			col = 1;
		} else if (((unsigned char)raw.p[i] & 0xC0) != 0x80) {
			col++;
		}
	}
	amp_buf_free(&raw);
}

static void check_case(const struct one_case *c)
{
	struct amp_buf b;
	struct seen seen = {0};
	struct amp_err err = {0};
	char path[96];
	int line = 0, column = 0;
	amp_buf_init(&b, 1 << 16);
	make(&b, c->from, c->to, &line, &column);
	(void)snprintf(path, sizeof path, "%s/study.json", dir);
	write_file(path, b.p, b.n);
	int rc = amp_check_file(path, note, &seen, &err);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rc, AMP_EUSAGE);
	assert_non_null(strstr(err.text, path));
	bool found = c->path == NULL;
	for (int i = 0; i < seen.n && !found; i++) {
		const struct amp_mistake *m = &seen.all[i];
		found = strcmp(m->path, c->path) == 0 && strstr(m->text, c->says) != NULL &&
		        (line == 0 || (m->line == line && m->column == column)) && strcmp(m->file, path) == 0;
	}
	if (!found) {
		for (int i = 0; i < seen.n; i++)
			print_message("%s:%d:%d: %s: %s\n", seen.all[i].file, seen.all[i].line, seen.all[i].column,
			              seen.all[i].path, seen.all[i].text);
		fail_msg("expected %d:%d %s: %s (case: %s)", line, column, c->path, c->says, c->to);
	}
	amp_buf_free(&b);
}

static void each_mistake_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_case(&cases[i]);
	assert_true(sizeof cases / sizeof *cases >= 60);
}

/* The names of targets belong to the analysis: the command sets them. */
static void a_group_is_a_target(void **state)
{
	(void)state;
	static const char *const targets[] = {"any", "women", "muslim", "none", NULL};
	static const struct one_case groups[] = {
		{"\"env:PROXY\"", "\"env:PROXY\", \"belongs_to\": [" MARK "\"wommen\"]", "personas[1].belongs_to[0]", "wommen"},
		{"\"env:PROXY\"", "\"env:PROXY\", \"belongs_to\": [" MARK "\"any\"]", "personas[1].belongs_to[0]", "any"},
	};
	amp_study_vocabulary(&(struct amp_vocabulary){.targets = targets});
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) check_case(&groups[i]);
	amp_study_vocabulary(&(struct amp_vocabulary){.targets = NULL});
}

/* A primary metric measures feeds; and what does not fit into the window is said before it is cut. */
static void walks_beside_feeds(void **state)
{
	(void)state;
	static const struct one_case primary = {
		"\"trends\": {\"platform\": \"mastodon\", \"endpoint\": \"trends/statuses\", \"host\": \"https://m.example\", \"depth\": 40}\n  },\n  \"pairs\": "
		"{\n    \"main\": {\"ranked\": \"ranked\", \"chronological\": \"latest\"",
		"\"beside\": " WATCH "\"walk\": " A_WALK "}, \"newest\": " WATCH "\"ranking\": \"chronological\", \"walk\": " A_WALK
		"}\n  },\n  \"pairs\": {\n    \"main\": {\"ranked\": \"beside\", \"chronological\": \"newest\"",
		"primary.pair", "This pair is of walks"};
	check_case(&primary);
	/* lea, her twin and max: 3 x 25 x 48 = 3,600 requests are an hour, one more is more */
	const char *const steps[] = {"48", "49"};
	for (int i = 0; i < 2; i++) {
		struct amp_buf b, to;
		struct seen seen = {0};
		struct amp_err err = {0};
		char path[96];
		int line = 0, column = 0;
		amp_buf_init(&b, 1 << 16);
		amp_buf_init(&to, 1 << 16);
		(void)amp_buf_addc(&to, "\"beside\": " WATCH "\"walk\": " MARK "{\"param\": \"v\", \"seeds\": [\"0\"");
		for (int k = 1; k < 25; k++) (void)amp_buf_printf(&to, ", \"%d\"", k);
		(void)amp_buf_printf(&to, "], \"steps\": %s}}, " TRENDS, steps[i]);
		make(&b, TRENDS, to.p, &line, &column);
		(void)snprintf(path, sizeof path, "%s/study.json", dir);
		write_file(path, b.p, b.n);
		int rc = amp_check_file(path, note, &seen, &err);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rc, 0);
		assert_int_equal(seen.n, i);
		if (i == 1) {
			assert_true(seen.all[0].warning);
			assert_string_equal(seen.path[0], "feeds.beside.walk");
			assert_int_equal(seen.all[0].line, line);
			assert_int_equal(seen.all[0].column, column);
			assert_non_null(strstr(seen.all[0].text, "1225 lists for each of 3 personas"));
		}
		amp_buf_free(&b);
		amp_buf_free(&to);
	}
}

static const char *not_primary(const char *metric, const char *target, const char *pool)
{
	if (strcmp(metric, "shift") == 0 && pool != NULL && strcmp(pool, "identical") != 0) return "it needs one pool";
	if (strcmp(metric, "reach") == 0 && target != NULL && strcmp(target, "any") != 0) return "it is of all targets";
	return strcmp(metric, "turnover") == 0 ? "it has no test" : NULL;
}

/* What the analysis has and cannot test here is refused with its reason, and with what can be declared; what it does not have is unknown. */
static void a_primary_metric_can_be_tested(void **state)
{
	(void)state;
	static const char *const metrics[] = {"lift", "reach", "shift", NULL};
	static const struct one_case wrong[] = {
		{"\"metric\": \"lift\"", "\"metric\": " MARK "\"turnover\"", "primary.metric",
	         "“turnover” cannot be the primary metric here: it has no test. Those that can: lift, reach."},
		{"\"metric\": \"lift\"", "\"metric\": " MARK "\"shift\"", "primary.metric",
	         "it needs one pool. Those that can: lift, reach."},
		{"\"metric\": \"lift\", \"pair\": \"main\", \"target\": \"any\"",
	         "\"metric\": " MARK "\"reach\", \"pair\": \"main\", \"target\": \"women\"", "primary.metric",
	         "it is of all targets. Those that can: lift."},
		{"\"metric\": \"lift\"", "\"metric\": " MARK "\"lfit\"", "primary.metric", "Did you mean “lift”"},
	};
	amp_study_vocabulary(&(struct amp_vocabulary){.metrics = metrics, .not_primary = not_primary});
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) check_case(&wrong[i]);
	amp_study_vocabulary(&(struct amp_vocabulary){.targets = NULL});
}

static void the_good_study_is_good(void **state)
{
	(void)state;
	struct amp_buf b;
	struct seen seen = {0};
	struct amp_err err = {0};
	char path[96];
	int line, column;
	amp_buf_init(&b, 1 << 16);
	make(&b, "", "", &line, &column);
	(void)snprintf(path, sizeof path, "%s/study.json", dir);
	write_file(path, b.p, b.n);
	if (amp_check_file(path, note, &seen, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(seen.n, 0);
	assert_int_equal(unlink(path), 0);
	amp_buf_free(&b);
}

/* Many at once, in two files, all told. */
static void all_at_once(void **state)
{
	(void)state;
	static const char study[] =
		"{\"study\": \"S\", \"title\": 1, \"personas\": [\"p.json\"], \"feeds\": {\"f\": {\"platform\": \"bluesky\", \"endpoint\": \"getFed\", \"depth\": 0}},\n"
		" \"schedule\": {}, \"detectors\": [], \"alpha\": 2, \"x\": 1}";
	static const char persona[] = "{\"persona\": \"p\",\n \"languages\": [\"?\"], \"time_zone\": \"Paris\", \"twim\": true}";
	char s[96], p[96];
	struct seen seen = {0};
	struct amp_err err = {0};
	(void)snprintf(s, sizeof s, "%s/s.json", dir);
	(void)snprintf(p, sizeof p, "%s/p.json", dir);
	write_file(s, study, sizeof study - 1);
	write_file(p, persona, sizeof persona - 1);
	assert_int_equal(amp_check_file(s, note, &seen, &err), AMP_EUSAGE);
	int in_persona = 0;
	for (int i = 0; i < seen.n; i++) in_persona += strcmp(seen.all[i].file, p) == 0;
	assert_int_equal(in_persona, 3);
	assert_true(seen.n >= 12);
	assert_non_null(strstr(err.text, "lists them all"));
	seen.n = 0;
	assert_int_equal(amp_check_file(p, note, &seen, &err), AMP_EUSAGE);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.all[0].line, 2);
	assert_int_equal(unlink(s), 0);
	assert_int_equal(unlink(p), 0);
}

static void other_files(void **state)
{
	(void)state;
	static const char *const texts[] = {"[]", "3", "{}", "", "{\"lexicon\": 1}", "null"};
	char path[96];
	(void)snprintf(path, sizeof path, "%s/x.json", dir);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct seen seen = {0};
		write_file(path, texts[i], strlen(texts[i]));
		assert_int_equal(amp_check_file(path, note, &seen, NULL), AMP_EUSAGE);
		assert_int_equal(seen.n, 1);
		assert_int_equal(unlink(path), 0);
	}
	struct seen seen = {0};
	assert_int_equal(amp_check_file(path, note, &seen, NULL), AMP_EUSAGE);
	assert_non_null(strstr(seen.all[0].text, "cannot be read"));
	assert_int_equal(amp_check_file("/tmp", note, &seen, NULL), AMP_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_good_study_is_good),
		cmocka_unit_test(each_mistake_has_its_place),
		cmocka_unit_test(a_group_is_a_target),
		cmocka_unit_test(walks_beside_feeds),
		cmocka_unit_test(a_primary_metric_can_be_tested),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(other_files),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

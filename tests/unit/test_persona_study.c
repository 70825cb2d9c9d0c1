/* From files to studies: shipped data, schemas, the resolved study and its hash, twins, defaults. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "persona/keys.h"
#include "persona/study.h"

static const char text_a[] =
	"{\"study\": \"s\", \"title\": \"T\", \"question\": {\"fr\": \"Q\"}, \"contact\": \"a@b.example\",\n"
	" \"personas\": [{\"persona\": \"a\", \"languages\": [\"fr-FR\", \"en\"], \"twin\": true,\n"
	"   \"sessions\": [{\"platform\": \"bluesky\", \"host\": \"https://pds.example\", \"identifier_env\": \"A_ID\", \"password_env\": \"A_PW\"}]},\n"
	"  {\"persona\": \"b\", \"twins\": 2}, {\"persona\": \"c\", \"twin_of\": \"a\"}],\n"
	" \"feeds\": {\"y\": {\"platform\": \"bluesky\", \"endpoint\": \"getListFeed\", \"params\": {\"list\": \"at://l\"}, \"depth\": 40},\n"
	"  \"x\": {\"platform\": \"bluesky\", \"endpoint\": \"getFeed\", \"params\": {\"feed\": \"at://f\"}, \"depth\": 60}},\n"
	" \"pairs\": {\"p\": {\"ranked\": \"x\", \"chronological\": \"y\", \"pool\": \"alternative\", \"reason\": \"r\"}},\n"
	" \"schedule\": {\"every\": \"30m\"}, \"detectors\": [\"lexicon\"]}\n";
/* The same in another order, with other white space, escapes, other names of environment variables, a $schema and the trailing "/" of a host. */
static const char text_b[] =
	"{\"detectors\":[\"lexicon\"],\"schedule\":{\"every\":\"1800s\"},\"$schema\":\"study.schema.json\",\n\n"
	"\"pairs\":{\"p\":{\"reason\":{\"en\":\"r\",\"fr\":\"r\"},\"pool\":\"alternative\",\"chronological\":\"y\",\"ranked\":\"x\",\"window\":\"count\"}},"
	"\"feeds\":{\"x\":{\"depth\":60,\"params\":{\"feed\":\"at:\\/\\/f\"},\"endpoint\":\"getFeed\",\"platform\":\"bluesky\",\"host\":\"https://public.api.bsky.app/\"},"
	"\"y\":{\"params\":{\"list\":\"at://l\"},\"depth\":40,\"endpoint\":\"getListFeed\",\"platform\":\"bluesky\"}},"
	"\"personas\":[{\"sessions\":[{\"password_env\":\"OTHER\",\"identifier_env\":\"NAMES\",\"host\":\"https://pds.example\",\"platform\":\"bluesky\"}],\"twins\":1,"
	"\"languages\":[\"fr-FR\",\"en\"],\"persona\":\"\\u0061\"},{\"twins\":2,\"persona\":\"b\"},{\"twin_of\":\"a\",\"persona\":\"c\"}],"
	"\"contact\":\"a@b.example\",\"question\":{\"fr\":\"Q\"},\"title\":{\"fr\":\"T\",\"en\":\"T\"},\"study\":\"s\",\"alpha\":\"0.05\",\"seed\":1}";

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-study-XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static struct amp_study *study(const char *text)
{
	char path[96];
	struct amp_study *s = NULL;
	struct amp_err err = {0};
	(void)snprintf(path, sizeof path, "%s/s.json", dir);
	assert_int_equal(amp_io_write_file(path, text, strlen(text), &err), 0);
	int rc = amp_study_read(&s, path, NULL, NULL, &err);
	assert_int_equal(unlink(path), 0);
	if (rc != 0) fail_msg("%s", err.text);
	return s;
}

/* The text with one part replaced, as a study. */
static struct amp_study *changed(const char *from, const char *to)
{
	struct amp_buf b;
	const char *at = strstr(text_a, from);
	assert_non_null(at);
	amp_buf_init(&b, 1 << 16);
	(void)amp_buf_add(&b, text_a, (size_t)(at - text_a));
	(void)amp_buf_addc(&b, to);
	(void)amp_buf_addc(&b, at + strlen(from));
	struct amp_study *s = study(b.p);
	amp_buf_free(&b);
	return s;
}

static void hash_ignores_form(void **state)
{
	(void)state;
	struct amp_study *a = study(text_a);
	struct amp_study *other = study(text_b);
	assert_string_equal(a->canonical, other->canonical);
	assert_memory_equal(a->hash, other->hash, AMP_SHA256);
	uint8_t again[AMP_SHA256];
	amp_sha256(a->canonical, strlen(a->canonical), again);
	assert_memory_equal(a->hash, again, AMP_SHA256);
	amp_study_free(a);
	amp_study_free(other);
}

static void hash_sees_content(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
	} changes[] = {
		{"\"depth\": 60", "\"depth\": 61"},
		{"\"twins\": 2", "\"twins\": 1"},
		{"at://f", "at://g"},
		{"\"30m\"", "\"31m\""},
		{"\"fr-FR\", \"en\"", "\"en\", \"fr-FR\""},
		{"a@b.example", "c@b.example"},
		{"\"reason\": \"r\"", "\"reason\": \"s\""},
		{"https://pds.example", "https://pds2.example"},
		{"\"detectors\": [\"lexicon\"]", "\"detectors\": [\"lexicon\"], \"seed\": 2"},
		{"\"detectors\": [\"lexicon\"]", "\"detectors\": [\"lexicon\"], \"alpha\": \"0.01\""},
		{"\"detectors\": [\"lexicon\"]", "\"detectors\": [\"lexicon\"], \"grid\": {\"depth\": [10]}"},
		{"\"depth\": 40}", "\"depth\": 40, \"session\": false}"},
		{"\"alternative\"", "\"different\""},
		{"\"question\": {\"fr\": \"Q\"}", "\"question\": {\"en\": \"Q\"}"},
	};
	struct amp_study *a = study(text_a);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct amp_study *b = changed(changes[i].from, changes[i].to);
		if (memcmp(a->hash, b->hash, AMP_SHA256) == 0) fail_msg("the hash does not see: %s", changes[i].to);
		amp_study_free(b);
	}
	uint8_t before[AMP_SHA256];
	memcpy(before, a->hash, sizeof before);
	struct amp_err err = {0};
	assert_int_equal(amp_study_pin(a, "lexicon", "12", &err), AMP_EUSAGE);
	assert_memory_equal(a->hash, before, AMP_SHA256);
	assert_int_equal(amp_study_pin(a, "lexicon", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", &err), 0);
	assert_memory_not_equal(a->hash, before, AMP_SHA256);
	assert_non_null(strstr(a->canonical, "\"pinned\":{\"lexicon\":\"00112233"));
	amp_study_free(a);
}

static void walks_are_locked(void **state)
{
	(void)state;
#define BESIDE(walk)                                                                                                                             \
	"\"depth\": 40}, \"beside\": {\"platform\": \"youtube\", \"endpoint\": \"html/watch\", \"depth\": 5, \"walk\": {\"param\": \"v\", " walk \
	"}}"
	struct amp_study *without = study(text_a),
			 *s = changed("\"depth\": 40}", BESIDE("\"seeds\": [\"b\", \"a\"], \"steps\": 3"));
	assert_null(strstr(without->canonical, "walk"));
	assert_non_null(
		strstr(s->canonical, "\"walk\":{\"param\":\"v\",\"policy\":\"first\",\"seeds\":[\"b\",\"a\"],\"steps\":3}"));
	size_t at = 0;
	while (at < s->n_feeds && strcmp(s->feeds[at].name, "beside") != 0) at++;
	assert_true(at < s->n_feeds);
	const struct amp_feed_walk *w = &s->feeds[at].walk;
	assert_string_equal(w->param, "v");
	assert_int_equal(w->n_seeds, 2);
	assert_string_equal(w->seeds[0], "b"); /* walk 1 starts from the first seed of the file */
	assert_string_equal(w->seeds[1], "a");
	assert_null(w->seeds[2]);
	assert_int_equal(w->steps, 3);
	assert_int_equal(w->policy, AMP_WALK_FIRST);
	for (size_t i = 0; i < s->n_feeds; i++) assert_int_equal(s->feeds[i].walk.param != NULL, i == at);
	/* the depth of a walk's lists is not that which feeds are measured to */
	assert_int_equal(s->grid[0].depth, without->grid[0].depth);
	static const char *const others[] = {BESIDE("\"seeds\": [\"a\", \"b\"], \"steps\": 3"),
	                                     BESIDE("\"seeds\": [\"b\", \"a\"], \"steps\": 4"),
	                                     BESIDE("\"seeds\": [\"b\", \"a\"], \"steps\": 3, \"policy\": \"random\"")};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		struct amp_study *other = changed("\"depth\": 40}", others[i]);
		assert_memory_not_equal(s->hash, other->hash, AMP_SHA256);
		amp_study_free(other);
	}
	struct amp_study *same =
		changed("\"depth\": 40}", BESIDE("\"policy\": \"first\", \"steps\": 3, \"seeds\": [\"b\", \"a\"]"));
	assert_memory_equal(s->hash, same->hash, AMP_SHA256);
	amp_study_free(same);
	amp_study_free(s);
	amp_study_free(without);
}

static void twins_follow_their_original(void **state)
{
	(void)state;
	static const struct {
		const char *name, *twin_of;
		size_t cluster;
		const char *password;
	} expected[] = {
		{"a", NULL, 0, "A_PW"}, {"a-twin", "a", 0, "A_PW_TWIN"}, {"c", "a", 0, NULL},
		{"b", NULL, 3, NULL},   {"b-twin", "b", 3, NULL},        {"b-twin-2", "b", 3, NULL},
	};
	struct amp_study *s = study(text_a);
	assert_int_equal(s->n_personas, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct amp_persona *p = &s->personas[i];
		assert_string_equal(p->name, expected[i].name);
		assert_int_equal(p->cluster, expected[i].cluster);
		if (expected[i].twin_of == NULL)
			assert_null(p->twin_of);
		else
			assert_string_equal(p->twin_of, expected[i].twin_of);
		if (expected[i].password == NULL)
			assert_int_equal(p->n_sessions, 0);
		else
			assert_string_equal(p->sessions[0].password_env, expected[i].password);
		if (i < 3)
			assert_string_equal(p->accept_language, "fr-FR,fr;q=0.9,en;q=0.8");
		else
			assert_null(p->accept_language);
	}
	amp_study_free(s);
}

static void defaults(void **state)
{
	(void)state;
	struct amp_study *s = study(text_a);
	assert_string_equal(s->time_zone, "UTC");
	assert_int_equal(s->every_ms, 1800000);
	assert_int_equal(s->window_ms, 1800000); /* the interval: shorter than an hour */
	assert_int_equal(s->max_skew_ms, 300000);
	assert_int_equal(s->time_block_ms, 86400000);
	assert_string_equal(s->alpha, "0.05");
	assert_int_equal(s->seed, 1);
	assert_null(s->primary_metric);
	static const struct amp_grid_cell usual[] = {{40, "default", "0.9", "v1", true},
	                                             {20, "default", "0.9", "v1", false},
	                                             {40, "0.5", "0.9", "v1", false},
	                                             {40, "default", "0.8", "v1", false}};
	assert_int_equal(s->n_grid, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(s->grid[i].depth, usual[i].depth);
		assert_string_equal(s->grid[i].threshold, usual[i].threshold);
		assert_string_equal(s->grid[i].rbp_p, usual[i].rbp_p);
		assert_string_equal(s->grid[i].text_view, usual[i].text_view);
		assert_int_equal(s->grid[i].primary, usual[i].primary);
	}
	assert_string_equal(s->feeds[0].name, "x");
	assert_string_equal(s->feeds[0].host, "https://public.api.bsky.app");
	assert_int_equal(s->feeds[0].ranking, AMP_ALGORITHMIC);
	assert_string_equal(s->pairs[0].window_rule, "count");
	assert_string_equal(s->feeds[s->pairs[0].ranked].name, "x");
	assert_string_equal(s->feeds[s->pairs[0].chronological].name, "y");
	amp_study_free(s);
	s = changed(
		"\"detectors\": [\"lexicon\"]",
		"\"detectors\": [\"lexicon\"], \"grid\": {\"depth\": [30, 10], \"threshold\": [\"0.5\", \"0.9\"], \"text_view\": [\"v1\", \"text\"]}");
	assert_int_equal(s->n_grid, 8);
	size_t primary = 0;
	for (size_t i = 0; i < s->n_grid; i++) primary += s->grid[i].primary;
	assert_int_equal(primary, 1);
	assert_true(s->grid[0].primary && s->grid[0].depth == 30);
	amp_study_free(s);
}

static void source_path(char *path, size_t size, const char *name)
{
	const char *root = getenv("AMP_SOURCE_DIR");
	assert_non_null(root);
	(void)snprintf(path, size, "%s/personas/%s", root, name);
}

/* The shipped schemas are what the tables say. AMP_UPDATE_GOLDEN=1 writes them. */
static void schemas_agree(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		const struct amp_object_spec *spec;
	} files[] = {{"persona.schema.json", &amp_spec_persona},
	             {"study.schema.json", &amp_spec_study},
	             {"source.schema.json", &amp_spec_source},
	             {"service.schema.json", &amp_spec_service}};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct amp_buf now, shipped;
		struct amp_err err = {0};
		char path[512];
		amp_buf_init(&now, 1 << 20);
		amp_buf_init(&shipped, 1 << 20);
		source_path(path, sizeof path, files[i].file);
		assert_int_equal(amp_schema_write(files[i].spec, &now, &err), 0);
		if (getenv("AMP_UPDATE_GOLDEN") != NULL) assert_int_equal(amp_io_write_file(path, now.p, now.n, &err), 0);
		assert_int_equal(amp_io_read_file(path, &shipped, &err), 0);
		assert_string_equal(shipped.p, now.p);
		amp_buf_free(&now);
		amp_buf_free(&shipped);
	}
}

static void print_mistake(void *user, const struct amp_mistake *m)
{
	(void)user;
	print_message("%s:%d:%d: %s: %s\n", m->file, m->line, m->column, m->path, m->text);
}

static void shipped_files_are_good(void **state)
{
	(void)state;
	static const char *const folders[] = {"examples", "studies", "sources", "services"};
	static const size_t at_least[] = {8, 3, 2, 3};
	for (size_t f = 0; f < 4; f++) {
		char folder[400], path[600], **names;
		size_t n, twins = 0;
		struct amp_err err = {0};
		source_path(folder, sizeof folder, folders[f]);
		assert_int_equal(amp_io_list(folder, &names, &n, &err), 0);
		assert_true(n >= at_least[f]);
		for (size_t i = 0; i < n; i++) {
			struct amp_study *s = NULL;
			enum amp_file_kind kind;
			if (strstr(names[i], ".json") == NULL) continue; /* the folder's README */
			(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
			if (amp_check_file_study(&s, &kind, path, print_mistake, NULL, &err) != 0) fail_msg("%s", err.text);
			assert_int_equal(s != NULL, f == 1);
			assert_int_equal(kind, f == 0   ? AMP_FILE_PERSONA
			                       : f == 1 ? AMP_FILE_STUDY
			                       : f == 2 ? AMP_FILE_SOURCE
			                                : AMP_FILE_SERVICE);
			if (s != NULL) {
				for (size_t p = 0; p < s->n_personas; p++) twins += s->personas[p].twin_of != NULL;
				assert_int_equal(2 * twins, s->n_personas);
				twins = 0;
				if (strcmp(s->slug, "demo") == 0) assert_true(s->n_personas >= 16);
			}
			amp_study_free(s);
		}
		amp_io_list_free(names);
	}
}

/* Runs the program; returns its exit code and the start of its standard output. */
static int run_check(const char *arguments, char *out, size_t size)
{
	char command[1024];
	(void)snprintf(command, sizeof command, "LC_ALL=C '%s/amplimeter' check --lang en %s 2>/dev/null", getenv("AMP_BIN"),
	               arguments);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	size_t n = fread(out, 1, size - 1, p);
	out[n] = '\0';
	char rest[4096];
	while (fread(rest, 1, sizeof rest, p) > 0) {
	}
	int status = pclose(p);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void the_command(void **state)
{
	(void)state;
	char path[96], arguments[600], *out = malloc(1 << 20), demo[512];
	assert_non_null(out);
	static const char broken[] = "{\n  \"persona\": \"p\",\n  \"langages\": [\"fr\"]\n}\n";
	(void)snprintf(path, sizeof path, "%s/p.json", dir);
	assert_int_equal(amp_io_write_file(path, broken, sizeof broken - 1, NULL), 0);
	assert_int_equal(run_check(path, out, 1 << 20), 2);
	(void)snprintf(arguments, sizeof arguments, "%s:3:3: langages: Unknown key “langages”. Did you mean “languages”?\n", path);
	assert_string_equal(out, arguments);
	(void)snprintf(arguments, sizeof arguments, "--json %s", path);
	assert_int_equal(run_check(arguments, out, 1 << 20), 2);
	json_t *v = json_loads(out, 0, NULL);
	json_t *m = json_array_get(json_object_get(json_array_get(json_object_get(v, "files"), 0), "mistakes"), 0);
	assert_int_equal(json_integer_value(json_object_get(m, "line")), 3);
	assert_string_equal(json_string_value(json_object_get(m, "path")), "langages");
	json_decref(v);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run_check("", out, 1 << 20), 2);
	source_path(demo, sizeof demo, "studies/demo.json");
	assert_int_equal(run_check(demo, out, 1 << 20), 0);
	assert_non_null(strstr(out, "languages → Accept-Language: fr-FR,fr;q=0.9\n"));
	assert_non_null(strstr(out, "inert (never reaches the platform): region, interests, follows, age, sex, place, time_zone"));
	assert_non_null(strstr(out, "a session whose Accept-Language is fr-FR,fr;q=0.9, with no login"));
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_ignores_form),
		cmocka_unit_test(hash_sees_content),
		cmocka_unit_test(walks_are_locked),
		cmocka_unit_test(twins_follow_their_original),
		cmocka_unit_test(defaults),
		cmocka_unit_test(schemas_agree),
		cmocka_unit_test(shipped_files_are_good),
		cmocka_unit_test(the_command),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

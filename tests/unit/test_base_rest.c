/* test_base_rest.c: arena, memory failures, random numbers, hashes and keys, files, options. */
#include "base_test.h"

#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/rng.h"

static void arena_cap_and_reset(void **state)
{
	struct amp_arena *a = amp_arena_new(1000);
	char *p;

	(void)state;
	assert_non_null(a);
	assert_null(amp_arena_alloc(a, 1001));
	p = amp_arena_strndup(a, "abc", 2);
	assert_string_equal(p, "ab");
	assert_int_equal((uintptr_t)amp_arena_alloc(a, 7) % 16, 0);
	while (amp_arena_alloc(a, 100) != NULL) continue;
	assert_true(amp_arena_used(a) <= 1000);
	amp_arena_reset(a);
	assert_int_equal(amp_arena_used(a), 0);
	p = amp_arena_printf(a, "%d", 12345);
	assert_string_equal(p, "12345");
	amp_arena_free(a);
	amp_mem_fail_at(2);
	a = amp_arena_new(0);
	assert_non_null(a);
	assert_null(amp_arena_alloc(a, 10));
	amp_mem_fail_at(0);
	assert_non_null(amp_arena_alloc(a, 10));
	amp_arena_free(a);
}

static void rng_is_the_reference(void **state)
{
	/* SplitMix64 from seed 0 (published first outputs), which seeds xoshiro256** */
	struct amp_rng r;
	double sum = 0, squares = 0;
	uint64_t hits[10] = {0};

	(void)state;
	amp_rng_seed(&r, 0);
	assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(r.s[1] == UINT64_C(0x6e789e6aa1b965f4));
	r = (struct amp_rng){{1, 2, 3, 4}};
	/* first outputs of the reference xoshiro256** from state 1,2,3,4 */
	assert_true(amp_rng_next(&r) == 11520);
	assert_true(amp_rng_next(&r) == 0);
	assert_true(amp_rng_next(&r) == 1509978240);
	amp_rng_seed_label(&r, 7, "test");
	for (int i = 0; i < 100000; i++) {
		double x = amp_rng_normal(&r);

		sum += x;
		squares += x * x;
		hits[amp_rng_below(&r, 10)]++;
	}
	assert_true(sum / 100000 > -0.02 && sum / 100000 < 0.02);
	assert_true(squares / 100000 > 0.97 && squares / 100000 < 1.03);
	for (int i = 0; i < 10; i++) assert_true(hits[i] > 9600 && hits[i] < 10400);
}

static void sha256_and_keys(void **state)
{
	uint8_t out[AMP_SHA256], back[AMP_SHA256];
	char hex[65];
	struct amp_keyer k;
	struct amp_key a, b, c;

	(void)state;
	amp_sha256("abc", 3, out); /* FIPS 180-4 example */
	amp_hex(out, sizeof(out), hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(amp_unhex(amp_str_c(hex), back, sizeof(back)), 0);
	assert_memory_equal(out, back, sizeof(out));
	assert_int_equal(amp_unhex(AMP_STR("zz"), back, 1), AMP_EFORMAT);
	amp_key_start(&k, "d");
	amp_key_c(&k, "ab");
	amp_key_c(&k, "c");
	a = amp_key_end(&k);
	amp_key_start(&k, "d");
	amp_key_c(&k, "a");
	amp_key_c(&k, "bc");
	b = amp_key_end(&k);
	amp_key_start(&k, "d");
	amp_key_c(&k, "ab");
	amp_key_str(&k, AMP_STR_ABSENT);
	amp_key_c(&k, "c");
	c = amp_key_end(&k);
	assert_memory_not_equal(a.b, b.b, AMP_KEY);
	assert_memory_not_equal(a.b, c.b, AMP_KEY);
}

static void lists_grow(void **state)
{
	int64_t *v = NULL;
	size_t room = 0;
	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		int64_t *grown = amp_grow(v, n, &room, sizeof *v);
		assert_non_null(grown);
		assert_true(n < room);
		v = grown;
		v[n] = (int64_t)n;
	}
	for (size_t n = 0; n < 1000; n++) assert_int_equal(v[n], n);
	size_t before = room;
	amp_mem_fail_at(1);
	assert_ptr_equal(amp_grow(v, 0, &room, sizeof *v), v); /* there is room: nothing is asked for */
	assert_null(amp_grow(v, room, &room, sizeof *v));
	amp_mem_fail_at(0);
	assert_int_equal(room, before);
	assert_int_equal(v[999], 999); /* as it was */
	room = SIZE_MAX / 2;
	assert_null(amp_grow(NULL, room, &room, sizeof *v));
	amp_free(v);
}

/* A list that breaks off is none: verify would take an archive for whole. The kernel does not list the network of a process that has ended. */
static void a_folder_that_breaks_off(void **state)
{
	char path[64], **names = NULL;
	size_t n = 0;
	struct amp_err err = {0};
	pid_t child = fork();
	siginfo_t ended;
	(void)state;
	assert_true(child >= 0);
	if (child == 0) _exit(0);
	assert_int_equal(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT), 0);
	(void)snprintf(path, sizeof path, "/proc/%ld/net", (long)child);
	assert_true(amp_io_names(path, &names, &n, &err) < 0);
	assert_null(names);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* nor is one of whose files nobody can say whether it is one */
	char dir[] = "/tmp/amp-list-XXXXXX", link[64];
	assert_non_null(mkdtemp(dir));
	(void)snprintf(link, sizeof link, "%s/00000.warc.gz", dir);
	assert_int_equal(symlink("00000.warc.gz", link), 0);
	assert_true(amp_io_list(dir, &names, &n, &err) < 0);
	assert_non_null(strstr(err.text, "00000.warc.gz"));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void files(void **state)
{
	char dir[] = "/tmp/amp-io-XXXXXX", path[64], deep[64];
	struct amp_buf b;
	struct amp_err err = {0};
	char **names;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	(void)snprintf(deep, sizeof(deep), "%s/a/b/c", dir);
	amp_buf_init(&b, 4);
	assert_int_equal(amp_io_read_file(path, &b, &err), AMP_ENOTFOUND);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(amp_io_read_file(dir, &b, &err), AMP_EUSAGE);
	assert_int_equal(amp_io_write_file(path, "12345", 5, &err), 0);
	/* a link put where the temporary file goes is not followed */
	char trap[1100], victim[1100];
	struct stat st;
	(void)snprintf(trap, sizeof trap, "%s.tmp.%ld", path, (long)getpid());
	(void)snprintf(victim, sizeof victim, "%s.victim", path);
	assert_int_equal(symlink(victim, trap), 0);
	assert_int_equal(amp_io_write_file(path, "12345", 5, &err), 0);
	assert_int_not_equal(stat(victim, &st), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(amp_io_read_file(path, &b, &err), AMP_ELIMIT);
	amp_buf_free(&b);
	amp_buf_init(&b, 5);
	assert_int_equal(amp_io_read_file(path, &b, &err), 0);
	assert_string_equal(b.p, "12345");
	amp_buf_free(&b);
	assert_int_equal(amp_io_mkdirs(deep, &err), 0);
	assert_int_equal(amp_io_mkdirs(deep, &err), 0);
	assert_int_equal(amp_io_list(dir, &names, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(names[0], "f");
	amp_io_list_free(names);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "rm -rf %s", dir);
	assert_int_equal(system(path), 0);
}

static void crash_points_kill(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		(void)setenv("AMP_CRASH_AT", "2", 1);
		(void)close(2);
		amp_crash_point("one");
		amp_crash_point("two");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == 9);
}

struct option_values {
	bool flag;
	const char *text, *choice;
	int64_t number, when;
	struct amp_opt_list list;
};
static const struct amp_opt options[] = {
	{"flag", 'f', AMP_OPT_FLAG, NULL, "a flag", NULL, 0, 0, offsetof(struct option_values, flag)},
	{"text", 0, AMP_OPT_STRING, "TEXT", "a text", NULL, 0, 0, offsetof(struct option_values, text)},
	{"lang", 0, AMP_OPT_CHOICE, NULL, "a choice", "fr|en", 0, 0, offsetof(struct option_values, choice)},
	{"rounds", 0, AMP_OPT_INT, "N", "a number", NULL, 1, 10, offsetof(struct option_values, number)},
	{"until", 0, AMP_OPT_TIME, "T", "a time", NULL, 0, 0, offsetof(struct option_values, when)},
	{"add", 0, AMP_OPT_LIST, "X", "a list", NULL, 0, 0, offsetof(struct option_values, list)},
	AMP_OPT_END};

static int parse(struct option_values *v, const char *const *words, const char **operands, size_t *n, struct amp_err *err)
{
	char *argv[16];
	int argc = 0;

	memset(v, 0, sizeof(*v));
	for (; words[argc] != NULL; argc++) argv[argc] = (char *)(uintptr_t)words[argc];
	return amp_opt_parse(options, argc, argv, v, operands, n, err);
}

static void option_tables(void **state)
{
	static const char *const good[] = {"cmd", "a",     "-f", "--text=x=y", "--lang", "fr",     "b", "--rounds",
	                                   "10",  "--add", "1",  "--add=2",    "--",     "--flag", NULL};
	static const struct {
		const char *words[4];
		const char *say;
	} bad[] = {{{"cmd", "--flga", NULL, NULL}, "did you mean --flag"},
	           {{"cmd", "--rounds", "11", NULL}, "1 to 10"},
	           {{"cmd", "--rounds", "x", NULL}, "1 to 10"},
	           {{"cmd", "--lang", "de", NULL}, "fr|en"},
	           {{"cmd", "--text", NULL, NULL}, "needs a value"},
	           {{"cmd", "--flag=1", NULL, NULL}, "takes no value"},
	           {{"cmd", "--until", "soon", NULL}, "takes a time"},
	           {{"cmd", "-x", NULL, NULL}, "unknown option -x"}};
	struct option_values v;
	const char *operands[16];
	size_t n;
	struct amp_err err = {0};

	(void)state;
	assert_int_equal(parse(&v, good, operands, &n, &err), 0);
	assert_true(v.flag);
	assert_string_equal(v.text, "x=y");
	assert_string_equal(v.choice, "fr");
	assert_int_equal(v.number, 10);
	assert_int_equal(v.list.n, 2);
	assert_int_equal(n, 3);
	assert_string_equal(operands[2], "--flag");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(&v, bad[i].words, operands, &n, &err), AMP_EUSAGE);
		if (strstr(err.text, bad[i].say) == NULL) fail_msg("%s: %s", bad[i].words[1], err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crash_points_kill), /* first: the environment is read once a process */
		cmocka_unit_test(arena_cap_and_reset),
		cmocka_unit_test(rng_is_the_reference),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(sha256_and_keys),
		cmocka_unit_test(files),
		cmocka_unit_test(a_folder_that_breaks_off),
		cmocka_unit_test(option_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

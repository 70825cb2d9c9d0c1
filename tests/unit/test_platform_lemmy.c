/* What a crawl would ask of Lemmy's API v3, against the OpenAPI description of 0.19 (../shared, not part of this repository): every
 * path, parameter and value is one that the description knows. Skipped by name where ../shared is absent.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/io.h"
#include "parse/adapter.h"

static struct amp_buf description;

static int set_up(void **state)
{
	struct amp_buf path;
	struct amp_err err = {0};
	const char *shared = getenv("AMP_SHARED");
	(void)state;
	amp_buf_init(&path, 4096);
	amp_buf_init(&description, (size_t)16 << 20);
	(void)amp_buf_printf(&path, "%s/contracts/lemmy-openapi-0.19.yaml", shared ? shared : ".");
	int rc = amp_io_read_file(path.p, &description, &err);
	amp_buf_free(&path);
	if (rc != 0) amp_buf_reset(&description);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	amp_buf_free(&description);
	return 0;
}

/* The lines below "INDENT NAME:" that are indented deeper; absent when there is no such line. */
static struct amp_str block(struct amp_str in, const char *indent, const char *name)
{
	char head[128];
	int n = snprintf(head, sizeof head, "%s%s:", indent, name);
	size_t deep = strlen(indent);
	struct amp_str rest = in, out = AMP_STR_ABSENT;
	while (rest.p && !out.p) {
		struct amp_str line = amp_str_cut(&rest, '\n');
		if (line.n == (size_t)n && amp_str_eq_c(line, head)) out = (struct amp_str){rest.p, 0};
	}
	while (out.p && rest.p) {
		const char *start = rest.p;
		struct amp_str line = amp_str_cut(&rest, '\n');
		size_t blanks = 0;
		while (blanks < line.n && line.p[blanks] == ' ') blanks++;
		if (line.n && blanks <= deep) break;
		out.n = (size_t)(start - out.p) + line.n;
	}
	return out;
}

static struct amp_str schema(const char *name)
{
	return block(amp_buf_str(&description), "    ", name);
}

static bool has_line(struct amp_str in, const char *want)
{
	while (in.p)
		if (amp_str_eq_c(amp_str_trim(amp_str_cut(&in, '\n')), want)) return true;
	return false;
}

/* The properties that a list takes: GetPosts, GetComments. */
static const char *request_of(const struct amp_endpoint *ep)
{
	struct amp_str path = block(amp_buf_str(&description), "  ", ep->path + strlen("/api/v3"));
	struct amp_str get = block(path, "    ", "get");
	assert_non_null(get.p);
	if (has_line(get, "$ref: '#/components/schemas/GetPosts'")) return "GetPosts";
	assert_true(has_line(get, "$ref: '#/components/schemas/GetComments'"));
	return "GetComments";
}

static void check_name(const struct amp_endpoint *ep, const char *name)
{
	struct amp_str properties = block(schema(request_of(ep)), "      ", "properties");
	if (!block(properties, "        ", name).p) fail_msg("%s: the description has no parameter %s", ep->name, name);
}

/* The value is in the enumeration that the property refers to. */
static void check_value(const struct amp_endpoint *ep, const char *name, struct amp_str value)
{
	static const char *const enums[] = {"SortType", "CommentSortType", "ListingType"};
	struct amp_str property = block(block(schema(request_of(ep)), "      ", "properties"), "        ", name);
	char line[128];
	if (has_line(property, "type: boolean")) {
		assert_true(amp_str_eq_c(value, "true") || amp_str_eq_c(value, "false"));
		return;
	}
	for (size_t i = 0; i < sizeof enums / sizeof *enums; i++) {
		(void)snprintf(line, sizeof line, "$ref: '#/components/schemas/%s'", enums[i]);
		if (!has_line(property, line)) continue;
		(void)snprintf(line, sizeof line, "- %.*s", AMP_ARG(value));
		if (!has_line(schema(enums[i]), line)) fail_msg("%s: %s has no %.*s", ep->name, enums[i], AMP_ARG(value));
		return;
	}
	fail_msg("%s: %s has no enumeration", ep->name, name);
}

static void check_endpoint(const struct amp_endpoint *ep)
{
	check_name(ep, ep->limit_param);
	check_name(ep, ep->page_param);
	for (const struct amp_param *p = ep->params; p->name; p++) {
		check_name(ep, p->name);
		if (p->fixed) check_value(ep, p->name, amp_str_c(p->fixed));
		struct amp_str rest = amp_str_c(p->values);
		while (rest.p) check_value(ep, p->name, amp_str_cut(&rest, '|'));
	}
}

static void test_requests(void **state)
{
	(void)state;
	size_t n = 0;
	if (!description.n) {
		print_message("skipped: ../shared is absent\n");
		skip();
	}
	for (const struct amp_endpoint *ep = amp_adapter_find("lemmy")->endpoints; ep->name; ep++) {
		if (strncmp(ep->name, "v3/", 3) != 0) continue;
		check_endpoint(ep);
		n++;
	}
	assert_int_equal(n, 6);
}

/* No sort belongs to two rankings: what a ranked endpoint may be given is none that a chronological one always sends. */
static void test_sorts_apart(void **state)
{
	(void)state;
	size_t ranked = 0;
	const struct amp_adapter *a = amp_adapter_find("lemmy");
	for (const struct amp_endpoint *ep = a->endpoints; ep->name; ep++) {
		const struct amp_param *sort = ep->params;
		assert_string_equal(sort->name, "sort");
		if (ep->ranking == AMP_CHRONOLOGICAL) {
			assert_non_null(sort->fixed);
			continue;
		}
		ranked++;
		assert_true(sort->required);
		struct amp_str rest = amp_str_c(sort->values);
		while (rest.p) {
			struct amp_str value = amp_str_cut(&rest, '|');
			assert_false(amp_str_ieq_c(value, "new") || amp_str_ieq_c(value, "old"));
		}
	}
	assert_int_equal(ranked, 6);
	for (const struct amp_pair_row *p = a->pairs; p->ranked; p++) {
		assert_int_equal(amp_endpoint_find(a, p->ranked)->ranking, AMP_ALGORITHMIC);
		assert_int_equal(amp_endpoint_find(a, p->chronological)->ranking, AMP_CHRONOLOGICAL);
		assert_string_equal(amp_endpoint_find(a, p->ranked)->path, amp_endpoint_find(a, p->chronological)->path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_requests, set_up, tear_down),
	                                   cmocka_unit_test(test_sorts_apart)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

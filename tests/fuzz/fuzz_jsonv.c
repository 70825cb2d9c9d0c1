/* fuzz_jsonv.c: any bytes as JSON that people or this program wrote: the value that jansson reads, or a refusal with its place; with an allocation
 * refused on the way, that very value or none; what is dumped reads back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonv.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t flags[] = {0, JSON_REJECT_DUPLICATES, JSON_DECODE_ANY,
                               JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES};

static void again(const json_t *whole, const struct amp_jsonv_rule *rule)
{
	struct amp_buf b;
	json_t *back = NULL;
	amp_buf_init(&b, (size_t)1 << 26);
	int rc = amp_jsonv_dump(&b, whole, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS, "a value", NULL);
	if (rc == 0 && (amp_jsonv_load(&back, amp_buf_str(&b), rule, NULL, NULL) != 0 || !json_equal(back, whole))) abort();
	if (rc != 0 && rc != AMP_ELIMIT) abort();
	json_decref(back);
	amp_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct amp_err err = {0};
	json_error_t where = {.line = -1};
	json_t *whole = NULL, *v = NULL;
	if (size < 2) return 0;
	if (!started) amp_jsonv_start();
	started = true;
	const struct amp_jsonv_rule rule = {.name = "f", .flags = flags[data[0] % 4], .depth = data[0] & 4 ? 8 : 0};
	struct amp_str text = {(const char *)data + 2, size - 2};
	int rc = amp_jsonv_load(&whole, text, &rule, &where, &err);
	if ((rc == 0) != (whole != NULL)) abort();
	if (rc != 0 && (where.line < 1 || where.text[0] == '\0' || err.text[0] == '\0')) abort();
	if (rc == AMP_EFORMAT || rc == 0) {
		v = json_loadb(text.p, text.n, rule.flags, NULL);
		if ((v != NULL) != (rc == 0) || (v != NULL && !json_equal(v, whole))) abort();
		json_decref(v);
	}
	amp_mem_fail_at(1 + data[1] % 64);
	rc = amp_jsonv_load(&v, text, &rule, NULL, NULL);
	amp_mem_fail_at(0);
	if (rc != AMP_ENOMEM && (v != NULL) != (whole != NULL)) abort();
	if (v != NULL && !json_equal(v, whole)) abort();
	if (whole != NULL) again(whole, &rule);
	json_decref(v);
	json_decref(whole);
	return 0;
}

/* zip.c: zip files in memory, by libzip: reading only, from a buffer; it never sees a file name. */
#include <string.h>
#include <zip.h>
#include "container/container.h"

#define STEP ((size_t)1 << 16)

bool amp_zip_is(struct amp_str s)
{
	return s.n >= 4 && memcmp(s.p, "PK\3\4", 4) == 0;
}

static bool ends_in(const char *name, const char *const *endings)
{
	for (; *endings; endings++)
		if (amp_str_ends(amp_str_c(name), *endings)) return true;
	return false;
}

/* What came out counts, not what the directory says will come. */
static const char *read_entry(zip_t *z, zip_uint64_t i, size_t *left, struct amp_buf *out)
{
	zip_file_t *f = zip_fopen_index(z, i, 0);
	const char *why = NULL;
	if (!f) return "an entry cannot be read: it is encrypted, packed in an unknown way, or damaged";
	for (;;) {
		size_t room = *left < STEP ? *left : STEP;
		if (room == 0) {
			why = "it unpacks to more than is reasonable for its size: refused as a bomb";
			break;
		}
		if (amp_buf_reserve(out, room) != 0) {
			why = "it unpacks to more than is read";
			break;
		}
		zip_int64_t n = zip_fread(f, out->p + out->n, room);
		if (n < 0) why = "an entry is damaged";
		if (n <= 0) break;
		out->n += (size_t)n;
		*left -= (size_t)n;
	}
	(void)zip_fclose(f);
	return why;
}

static const char *each(zip_t *z, size_t packed, const char *const *endings, amp_zip_fn *fn, void *user)
{
	zip_int64_t n = zip_get_num_entries(z, 0);
	size_t left = packed < AMP_UNPACKED_MAX / AMP_UNPACKED_RATIO ? packed * AMP_UNPACKED_RATIO : AMP_UNPACKED_MAX;
	if (left < AMP_UNPACKED_FREE) left = AMP_UNPACKED_FREE;
	if (n > AMP_ZIP_ENTRIES) return "it has more entries than are read";
	struct amp_buf data;
	amp_buf_init(&data, AMP_UNPACKED_MAX + STEP);
	const char *why = NULL;
	for (zip_int64_t i = 0; i < n && !why; i++) {
		const char *name = zip_get_name(z, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		if (!name || !ends_in(name, endings)) continue;
		amp_buf_reset(&data);
		why = read_entry(z, (zip_uint64_t)i, &left, &data);
		if (!fn(user, amp_str_c(name), amp_buf_str(&data), why)) break;
	}
	amp_buf_free(&data);
	return why;
}

const char *amp_zip_each(struct amp_str in, const char *const *endings, amp_zip_fn *fn, void *user)
{
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(in.p, in.n, 0, &error);
	zip_t *z = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	if (!z && source) zip_source_free(source);
	zip_error_fini(&error);
	if (!z) return "it is no whole zip file";
	const char *why = each(z, in.n, endings, fn, user);
	zip_discard(z);
	return why;
}

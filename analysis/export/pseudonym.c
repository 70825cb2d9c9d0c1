/* pseudonym.c: see pseudonym.h. */
#include "export/pseudonym.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/rng.h"

#define KEY_BYTES 32

void amp_pseudonyms_set(struct amp_pseudonyms *p, const uint8_t *key, size_t n)
{
	memset(p->inner, 0x36, sizeof p->inner);
	memset(p->outer, 0x5c, sizeof p->outer);
	for (size_t i = 0; i < n && i < sizeof p->inner; i++) {
		p->inner[i] ^= key[i];
		p->outer[i] ^= key[i];
	}
}

void amp_pseudonyms_forget(struct amp_pseudonyms *p)
{
	volatile uint8_t *b = (volatile uint8_t *)p; /* a plain memset of what nobody reads again may be left out */

	for (size_t i = 0; i < sizeof *p; i++) b[i] = 0;
}

void amp_pseudonyms_hmac(const struct amp_pseudonyms *p, const char *domain, struct amp_str value, uint8_t out[AMP_SHA256])
{
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, p->inner, sizeof p->inner);
	if (domain != NULL) amp_sha256_add(&h, domain, strlen(domain) + 1);
	amp_sha256_add(&h, value.p, value.n);
	amp_sha256_end(&h, out);
	amp_sha256_start(&h);
	amp_sha256_add(&h, p->outer, sizeof p->outer);
	amp_sha256_add(&h, out, AMP_SHA256);
	amp_sha256_end(&h, out);
}

void amp_pseudonym(const struct amp_pseudonyms *p, const char *domain, struct amp_str value, char out[AMP_PSEUDONYM_TEXT])
{
	uint8_t digest[AMP_SHA256];

	amp_pseudonyms_hmac(p, domain, value, digest);
	amp_hex(digest, AMP_KEY, out);
}

void amp_pseudonyms_id(const struct amp_pseudonyms *p, char out[17])
{
	uint8_t digest[AMP_SHA256];

	amp_pseudonyms_hmac(p, "key", AMP_STR("identifier"), digest);
	amp_hex(digest, 8, out);
}

/* Written under its own name: a second process that makes one at the same time loses, and reads the first one's. */
static int make(const char *file, struct amp_err *err)
{
	uint8_t key[KEY_BYTES];
	char text[2 * KEY_BYTES + 2];
	int rc = amp_random_bytes(key, sizeof key, err), fd;

	if (rc != 0) return rc;
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST) return 0;
	if (fd < 0)
		return amp_fail_errno(
			err, _("cannot make the key file %s (--key FILE names another place; --with-names needs none)"), file);
	amp_hex(key, sizeof key, text);
	text[sizeof text - 2] = '\n';
	rc = amp_io_write_all(fd, text, sizeof text - 1, file, err);
	if (rc == 0) rc = amp_io_sync(fd, file, err);
	(void)close(fd);
	if (rc != 0) (void)unlink(file);
	return rc;
}

int amp_pseudonyms_open(struct amp_pseudonyms *p, const char *file, bool *made, struct amp_err *err)
{
	uint8_t key[KEY_BYTES];
	struct amp_buf b;
	struct stat st;
	int rc = 0;

	*made = false;
	if (stat(file, &st) != 0) {
		if (errno != ENOENT) return amp_fail_errno(err, _("cannot open the key file %s"), file);
		rc = make(file, err);
		if (rc != 0) return rc;
		*made = true;
		if (stat(file, &st) != 0) return amp_fail_errno(err, _("cannot open the key file %s"), file);
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		return amp_fail(err, AMP_EPOLICY, _("%s links pseudonyms to people and others may read it: chmod 600 it."), file);
	amp_buf_init(&b, 4096);
	rc = amp_io_read_file(file, &b, err);
	if (rc == 0 && amp_unhex(amp_str_trim(amp_buf_str(&b)), key, sizeof key) != 0)
		rc = amp_fail(
			err, AMP_EFORMAT,
			_("%s is no key of pseudonyms (64 hexadecimal digits); give another --key, or a name that does not exist yet: it is made there"),
			file);
	if (rc == 0) amp_pseudonyms_set(p, key, sizeof key);
	memset(key, 0, sizeof key);
	amp_buf_free(&b);
	return rc;
}

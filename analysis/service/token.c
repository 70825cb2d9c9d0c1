/* token.c: the secret of a service: where it comes from, and keeping it from what is stored. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "service/private.h"

#define TOKEN_MAX 4096

static int read_private_file(struct amp_buf *b, const char *path, struct amp_err *err)
{
	struct stat st;
	if (stat(path, &st) != 0) return amp_fail_errno(err, _("The token file %s cannot be read"), path);
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		return amp_fail(err, AMP_EPOLICY, _("The token file %s can be read by others: chmod 600 %s"), path, path);
	return amp_io_read_file(path, b, err);
}

int service_token(char **out, const struct amp_service_config *c, struct amp_err *err)
{
	struct amp_buf b;
	int rc = 0;
	*out = NULL;
	if (c->token_env == NULL && c->token_file == NULL) return 0;
	amp_buf_init(&b, TOKEN_MAX);
	if (c->token_file != NULL)
		rc = read_private_file(&b, c->token_file, err);
	else
		(void)amp_buf_addc(&b, getenv(c->token_env) != NULL ? getenv(c->token_env) : "");
	struct amp_str token = amp_str_trim(amp_buf_str(&b));
	bool fits = token.n > 0;
	for (size_t i = 0; i < token.n; i++) fits = fits && token.p[i] > ' ' && token.p[i] < 127;
	if (rc == 0 && !fits)
		rc = amp_fail(err, AMP_EUSAGE, _("There is no token for the service “%s”: put it into %s%s."), c->name,
		              c->token_file != NULL ? "" : "$", c->token_file != NULL ? c->token_file : c->token_env);
	if (rc == 0) {
		*out = amp_calloc(token.n + 1, 1);
		if (*out == NULL)
			rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a token."));
		else
			memcpy(*out, token.p, token.n);
	}
	if (b.p != NULL) memset(b.p, 0, b.size);
	amp_buf_free(&b);
	return rc;
}

void service_mask(struct amp_buf *b, const char *token)
{
	size_t n = token == NULL ? 0 : strlen(token);
	if (n == 0) return;
	for (size_t i = 0; i + n <= b->n;) {
		const char *at = amp_str_find((struct amp_str){b->p + i, b->n - i}, (struct amp_str){token, n});
		if (at == NULL) return;
		i = (size_t)(at - b->p);
		memset(b->p + i, '*', n);
		i += n;
	}
}

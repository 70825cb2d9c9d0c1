/* secrets.h: between secrets.c and har.c only. */
#ifndef AMP_CONTAINER_SECRETS_H
#define AMP_CONTAINER_SECRETS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/str.h"

struct amp_secret_set { /* values of cookies and of fields that say who asks: wherever they are repeated they are masked */
	struct amp_buf text, rows;
	uint32_t *heads;
};
int amp_secrets_start(struct amp_secret_set *s); /* AMP_ENOMEM */
void amp_secrets_end(struct amp_secret_set *s);
void amp_secrets_add(struct amp_secret_set *s, struct amp_str value);
void amp_secrets_add_cookies(struct amp_secret_set *s, struct amp_str value);
void amp_secrets_add_field(struct amp_secret_set *s, struct amp_str name, struct amp_str value);
bool amp_secrets_mask(const struct amp_secret_set *s, char *p, size_t n); /* every repetition; one pass */

bool amp_secrets_request_field(struct amp_str name);  /* the field's value is masked */
bool amp_secrets_response_field(struct amp_str name); /* the same of an answer */
bool amp_secrets_url(char *p, size_t n);              /* secret parameters of an address; true when there was one */

#endif

/* utf8.h: UTF-8 as in RFC 3629: no surrogates, nothing above U+10FFFF, no overlong forms. */
#ifndef AMP_BASE_UTF8_H
#define AMP_BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
struct amp_buf;

bool amp_utf8_valid(const char *p, size_t n);
size_t amp_utf8_valid_prefix(const char *p, size_t n); /* bytes of the longest valid prefix */
/* Decodes one code point at p < end. Returns its length, or 0 where the bytes are invalid (*cp = U+FFFD then). */
size_t amp_utf8_decode(const char *p, const char *end, uint32_t *cp);
size_t amp_utf8_encode(uint32_t cp, char out[4]); /* 0 for surrogates and > U+10FFFF */
/* Appends s with every maximal ill-formed part replaced by U+FFFD (Unicode ch. 3, table 3-8); returns the number of repairs. */
size_t amp_utf8_repair(struct amp_buf *out, const char *p, size_t n);
size_t amp_utf8_length(struct amp_str s); /* code points */

#endif

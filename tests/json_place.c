#include "json_place.h"

size_t json_value_end(struct amp_str b, size_t at)
{
	int depth = 0;
	for (size_t i = at; i < b.n; i++) {
		char c = b.p[i];
		if (c == '"') {
			for (i++; i < b.n && b.p[i] != '"'; i++)
				if (b.p[i] == '\\') i++;
			if (depth == 0) return i + 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0) return i; /* a number or literal that ends its container */
			if (--depth == 0) return i + 1;
		} else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
			return i;
		}
	}
	return b.n;
}

/* opt.c: see opt.h. */
#include "base/opt.h"

#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/str.h"

static const struct amp_opt *find_long(const struct amp_opt *table, struct amp_str name)
{
	for (const struct amp_opt *o = table; o->name != NULL; o++) {
		if (amp_str_eq_c(name, o->name)) return o;
	}
	return NULL;
}

static const struct amp_opt *find_short(const struct amp_opt *table, char c)
{
	for (const struct amp_opt *o = table; o->name != NULL; o++) {
		if (o->short_name == c && c != 0) return o;
	}
	return NULL;
}

static int unknown(const struct amp_opt *table, const char *word, struct amp_err *err)
{
	const char *names[128];
	size_t n = 0;
	const char *near;

	for (const struct amp_opt *o = table; o->name != NULL && n < 128; o++) names[n++] = o->name;
	near = amp_str_suggest(word, names, n);
	if (near != NULL) return amp_fail(err, AMP_EUSAGE, _("unknown option --%s; did you mean --%s?"), word, near);
	return amp_fail(err, AMP_EUSAGE, _("unknown option --%s; --help lists the options"), word);
}

static bool choice_ok(const char *choices, const char *value)
{
	struct amp_str rest = amp_str_c(choices);

	while (rest.p != NULL) {
		if (amp_str_eq_c(amp_str_cut(&rest, '|'), value)) return true;
	}
	return false;
}

static int store(const struct amp_opt *o, const char *value, void *values, struct amp_err *err)
{
	char *at = (char *)values + o->offset;

	switch (o->type) {
	case AMP_OPT_FLAG: {
		bool yes = true;

		memcpy(at, &yes, sizeof(yes));
		return 0;
	}
	case AMP_OPT_CHOICE:
		if (!choice_ok(o->choices, value)) {
			return amp_fail(err, AMP_EUSAGE, _("--%s takes %s, not \"%s\""), o->name, o->choices, value);
		}
		memcpy(at, &value, sizeof(value));
		return 0;
	case AMP_OPT_STRING: memcpy(at, &value, sizeof(value)); return 0;
	case AMP_OPT_LIST: {
		struct amp_opt_list *list = (struct amp_opt_list *)(void *)at;

		if (list->n >= sizeof(list->v) / sizeof(list->v[0])) {
			return amp_fail(err, AMP_EUSAGE, _("--%s is given more than %zu times"), o->name, list->n);
		}
		list->v[list->n++] = value;
		return 0;
	}
	case AMP_OPT_INT: {
		int64_t v;

		if (!amp_str_i64(amp_str_c(value), &v) || v < o->min || v > o->max) {
			return amp_fail(err, AMP_EUSAGE, _("--%s takes a whole number from %lld to %lld, not \"%s\""), o->name,
			                (long long)o->min, (long long)o->max, value);
		}
		memcpy(at, &v, sizeof(v));
		return 0;
	}
	case AMP_OPT_TIME: {
		int64_t v;

		if (!amp_time_parse_iso(amp_str_c(value), &v, NULL)) {
			return amp_fail(err, AMP_EUSAGE, _("--%s takes a time such as 2026-11-22T15:00:00Z, not \"%s\""), o->name,
			                value);
		}
		memcpy(at, &v, sizeof(v));
		return 0;
	}
	}
	return amp_fail(err, AMP_EFAIL, "option --%s has no type", o->name);
}

int amp_opt_parse(const struct amp_opt *table, int argc, char **argv, void *values, const char **operands, size_t *n_operands,
                  struct amp_err *err)
{
	bool options = true;

	*n_operands = 0;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i], *value = NULL;
		const struct amp_opt *o;
		int rc;

		if (!options || word[0] != '-' || word[1] == '\0') {
			operands[(*n_operands)++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			options = false;
			continue;
		}
		if (word[1] == '-') {
			struct amp_str name = amp_str_c(word + 2);
			const char *equals = memchr(name.p, '=', name.n);

			if (equals != NULL) {
				value = equals + 1;
				name.n = (size_t)(equals - name.p);
			}
			o = find_long(table, name);
			if (o == NULL) {
				char plain[80];
				size_t n = name.n < sizeof(plain) - 1 ? name.n : sizeof(plain) - 1;

				memcpy(plain, name.p, n);
				plain[n] = '\0';
				return unknown(table, plain, err);
			}
		} else {
			o = word[2] == '\0' ? find_short(table, word[1]) : NULL;
			if (o == NULL) return amp_fail(err, AMP_EUSAGE, _("unknown option %s; --help lists the options"), word);
		}
		if (o->type == AMP_OPT_FLAG) {
			if (value != NULL) return amp_fail(err, AMP_EUSAGE, _("--%s takes no value"), o->name);
		} else if (value == NULL) {
			if (i + 1 >= argc) return amp_fail(err, AMP_EUSAGE, _("--%s needs a value (%s)"), o->name, o->arg);
			value = argv[++i];
		}
		rc = store(o, value, values, err);
		if (rc != 0) return rc;
	}
	return 0;
}

/* "--name ARG" of one row; its length. */
static int left_column(const struct amp_opt *o, char *left, size_t size)
{
	const char *arg = o->type == AMP_OPT_CHOICE && o->choices != NULL ? o->choices : o->arg;

	if (o->type == AMP_OPT_FLAG) return snprintf(left, size, "--%s", o->name);
	return snprintf(left, size, "--%s %s", o->name, arg == NULL ? "…" : arg);
}

void amp_opt_help(const struct amp_opt *table, FILE *out)
{
	int width = 18;

	for (const struct amp_opt *o = table; o->name != NULL; o++) {
		char left[64];
		int n = left_column(o, left, sizeof(left));

		if (n > width) width = n < 30 ? n : 30;
	}
	for (const struct amp_opt *o = table; o->name != NULL; o++) {
		char left[64];

		(void)left_column(o, left, sizeof(left));
		if (o->short_name != 0) {
			(void)fprintf(out, "  -%c, %-*s  %s\n", o->short_name, width, left, _(o->help));
		} else {
			(void)fprintf(out, "      %-*s  %s\n", width, left, _(o->help));
		}
	}
}

#!/bin/sh
# banned.sh SOURCE BUILD: what must not stand in the tree.
set -eu
cd "$1"
bad=0
sources() { find core crawler analysis cli playground tests -name '*.[ch]' -type f; }
[ "$(sources | wc -l)" -gt 80 ] || { echo "too few sources were found: wrong folder?"; exit 1; }

# refuse REGEX WHY FILES...
refuse() {
	re=$1
	why=$2
	shift 2
	found=$(grep -nE "$re" "$@" /dev/null || true)
	[ -z "$found" ] || { printf '%s:\n%s\n' "$why" "$found"; bad=1; }
}

# shellcheck disable=SC2046
refuse '(^|[^_[:alnum:]])(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|tmpnam|mktemp|alloca)[[:space:]]*\(' "banned function" $(sources)
# shellcheck disable=SC2046
refuse 'printf[a-z_]*\([^;]*"[^"]*(SELECT |INSERT |UPDATE |DELETE FROM)' "SQL built by printf" $(find core crawler analysis cli -name '*.[ch]')
# shellcheck disable=SC2046
refuse '(REPLACE INTO|OR REPLACE)' "a REPLACE clause slips past the evidence triggers" $(find core crawler analysis cli -name '*.sql' -o -name '*.c')
# shellcheck disable=SC2046
refuse '(^|[^[:alnum:]_])(TODO|XXX|HACK|FIXME)([^[:alnum:]_]|$)' "unfinished work" $(sources) run
# shellcheck disable=SC2046
refuse '[(]([a-z_]+ = [^=(]|[a-z_]+ = [a-z_]+\()[^)]*\) (!=|==|<|>)|while \([a-z_>.-]+ = [^=]' "assignment in a condition" $(find core crawler analysis cli playground -name '*.c')
# shellcheck disable=SC2046
refuse 'assert_true\((1|true)\)|assert_false\((0|false)\)' "a test that asserts nothing" $(find tests -name '*.c')
long=$(find core crawler analysis cli playground -name '*.[ch]' -exec awk 'END { if (NR > 900) print FILENAME ": " NR " lines" }' {} \;)
[ -z "$long" ] || { printf 'very long source files:\n%s\n' "$long"; bad=1; }
exit $bad

#!/bin/sh
# json.sh SOURCE BUILD: jansson loads, dumps and takes memory in core/base/jsonv.c alone, which refuses what memory cut short.
set -eu
cd "$1"
bad=0
calls='json_(loads|loadb|loadf|loadfd|load_file|load_callback|dumps|dumpb|dumpf|dumpfd|dump_file|dump_callback|[gs]et_alloc_funcs2?)'
# Where they may stand, and why. (crawler/parse/json, the reader of what platforms answer, is no user of jansson.)
allowed='core/base/jsonv.c      the only door
tests/unit/            judges: they read what the program wrote, or hand broken text to it, without its loader between
tests/golden/          judges, as above
tests/drift/           judges, as above
tests/fuzz/            the bytes are the fuzzer'"'"'s, and what is fuzzed takes a value
tests/bench/           jansson by itself is what is timed'
may() {
	while read -r where _; do
		case $1 in
		"$where"*) echo "$where" >>"$seen"; return 0 ;;
		esac
	done <<ROWS
$allowed
ROWS
	return 1
}
seen=$(mktemp)
trap 'rm -f "$seen"' EXIT
for file in $(find core crawler analysis cli playground tests -name '*.[ch]' -type f | sort); do
	found=$(grep -nE "(^|[^_[:alnum:]])${calls}[[:space:]]*\(" "$file" || true)
	[ -n "$found" ] || continue
	may "$file" || { printf '%s: use base/jsonv.h (a load that memory cut short is no load; a dump of what lost a member is none):\n%s\n' "$file" "$found"; bad=1; }
done
while read -r where why; do
	[ -n "$why" ] || { echo "$where stands in the table of json.sh without a reason"; bad=1; }
	grep -qxF "$where" "$seen" || { echo "$where stands in the table of json.sh and calls none of them"; bad=1; }
done <<ROWS
$allowed
ROWS
exit $bad

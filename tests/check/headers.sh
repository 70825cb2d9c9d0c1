#!/bin/sh
# headers.sh SOURCE BUILD: each public header compiles alone, as the first include of a file.
set -eu
cd "$1"
cc=${CC:-cc}
bad=0
n=0
flags="-std=c17 -pedantic -Wall -Wextra -Werror -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE=1 -fsyntax-only -x c"
flags="$flags $(pkg-config --cflags libcurl jansson libxml-2.0 sqlite3 libmicrohttpd 2>/dev/null)"
for header in core/*/*.h crawler/*/*.h analysis/*/*.h cli/*.h; do
	case $header in
	core/*) include="-Icore" ;;
	crawler/*) include="-Icore -Icrawler" ;;
	analysis/*) include="-Icore -Ianalysis" ;;
	*) include="-Icore -Icrawler -Ianalysis -Icli" ;;
	esac
	n=$((n + 1))
	# shellcheck disable=SC2086
	printf '#include "%s"\nint alone;\n' "$1/$header" | $cc $flags $include - || { echo "$header does not compile alone"; bad=1; }
done
[ "$n" -gt 25 ] || { echo "only $n headers were found: wrong folder?"; bad=1; }
exit $bad

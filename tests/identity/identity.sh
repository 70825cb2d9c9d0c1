#!/bin/sh
# identity.sh SOURCE: the scoring path compiled by each compiler that is here and at several levels of optimisation: one number for all scores.
set -eu
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export LC_ALL=C
files=
for file in "$source"/core/base/*.c "$source"/analysis/text/*.c "$source"/analysis/lexicon/*.c "$source"/analysis/linear/*.c; do
	files="$files $file"
done
libs=$(pkg-config --cflags --libs libutf8proc libcrypto jansson)
first=
variants=0
# variant COMPILER OPTION...
variant() {
	command -v "$1" >/dev/null || { echo "$1: not here, left out"; return 0; }
	# shellcheck disable=SC2086 # lists
	"$@" -std=c17 -D_DEFAULT_SOURCE=1 -D_POSIX_C_SOURCE=200809L -DAMP_VERSION='"0"' -DAMP_DETECTORS_SOURCE_DATA='""' \
		-I"$source/core" -I"$source/analysis" -o "$work/scores" "$source/tests/identity/scores.c" $files $libs -lpthread -lm
	said=$("$work/scores" "$source/analysis/data")
	echo "$said $*"
	[ -n "$first" ] || first=$said
	[ "$said" = "$first" ] || { echo "identity: $* gives other scores"; exit 1; }
	variants=$((variants + 1))
}
variant "${CC:-cc}" -O0
variant "${CC:-cc}" -O2
variant "${CC:-cc}" -O3 -march=native
variant "${CC:-cc}" -O1 -fsanitize=undefined -fno-sanitize-recover
variant clang -O2
[ "$variants" -ge 4 ] || { echo "identity: only $variants compilations"; exit 1; }

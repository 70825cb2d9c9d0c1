#!/bin/sh
# fail_alloc.sh PROGRAM SOURCE: parse, check and ingest with the Nth allocation refused, N = 1, 2, 3 ...
# Each run must succeed with the very output of an undisturbed run, or end with a sentence and an exit code of the contract; never a
# signal, never a sanitizer's report. After an ingest that failed, the same command must succeed and verify must find all intact.
set -u
program=$1
source=$2
document=$source/tests/golden/bluesky/feed-recognised/input.json
study=$source/personas/studies/demo.json
dir=$(mktemp -d "${TMPDIR:-/tmp}/amp-torture-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
bad=0

wrong() {
	bad=$((bad + 1))
	echo "$1"
	sed -n '1,25p' "$dir/err"
}

# judge NAME CODE: the run's output is in $dir/out and $dir/err, the undisturbed one's in $dir/reference
judge() {
	case $2 in
	0) cmp -s "$dir/out" "$dir/reference" || wrong "$1: exit 0, but not the output of an undisturbed run" ;;
	1 | 2 | 3) [ -s "$dir/err" ] || wrong "$1: exit $2 without a word" ;;
	*) wrong "$1: exit $2" ;;
	esac
}

# readers NAME ARGUMENTS...: until 25 runs in a row succeed (the program asks less often), 300 at most
readers() {
	name=$1
	shift
	"$program" "$@" >"$dir/reference" 2>"$dir/err" || wrong "$name: fails undisturbed"
	n=0
	row=0
	while [ "$n" -lt 300 ] && [ "$row" -lt 25 ]; do
		n=$((n + 1))
		AMP_FAIL_ALLOC=$n "$program" "$@" >"$dir/out" 2>"$dir/err"
		code=$?
		judge "$name, allocation $n" $code
		row=$((row + 1))
		[ $code -eq 0 ] || row=0
	done
	echo "$name: $n allocations"
}

ingest() {
	"$program" ingest --db "$dir/i/a.db" --platform bluesky "$document" >"$dir/out" 2>"$dir/err"
}

# Fewer points: each failure costs three runs. Close together where the database is made, then apart.
ingests() {
	mkdir "$dir/i"
	ingest || wrong "ingest: fails undisturbed"
	cp "$dir/out" "$dir/reference"
	points=0
	for n in 1 2 3 4 5 7 9 12 15 19 24 30 37 45 54 64 75 87 100 "$@"; do
		rm -rf "$dir/i"
		mkdir "$dir/i"
		AMP_FAIL_ALLOC=$n "$program" ingest --db "$dir/i/a.db" --platform bluesky "$document" >"$dir/out" 2>"$dir/err"
		code=$?
		judge "ingest, allocation $n" $code
		points=$((points + 1))
		[ $code -eq 0 ] || ingest || wrong "ingest after a failure at allocation $n: exit $?"
		"$program" verify --db "$dir/i/a.db" >"$dir/out" 2>"$dir/err" || wrong "verify after a failure at allocation $n: $(cat "$dir/out")"
	done
	echo "ingest: $points allocations"
}

readers parse parse --platform bluesky "$document"
readers check check "$study"
# shellcheck disable=SC2046 # numbers
ingests $(awk 'BEGIN { for (n = 117; n < 1700; n += 29 + n % 13) print n; for (n = 1700; n < 8000; n += 401) print n }')
echo "$bad wrong"
[ "$bad" -eq 0 ]

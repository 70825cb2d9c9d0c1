#!/bin/sh
# fail_alloc.sh PROGRAM SOURCE: the commands with the Nth allocation refused, N = 1, 2, 3 ...
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
	1 | 2 | 3) grep -qi memory "$dir/err" || wrong "$1: exit $2 without a word about memory" ;;
	*) wrong "$1: exit $2" ;;
	esac
}

# readers NAME MOST STEP ARGUMENTS...: every STEP-th allocation to the MOST-th, or until 25 runs in a row succeed (the program asks less often)
readers() {
	name=$1 most=$2 step=$3
	shift 3
	"$program" "$@" >"$dir/reference" 2>"$dir/err" || wrong "$name: fails undisturbed"
	n=0
	row=0
	while [ "$n" -lt "$most" ] && [ "$row" -lt 25 ]; do
		n=$((n + step))
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

# A database with posts, scores, a sample and one coder's verdicts, and an archive.
study() {
	db=$dir/s/study.db
	mkdir "$dir/s" && "$program" ingest --db "$db" --platform bluesky "$document" && "$program" detect --db "$db" --detector lexicon &&
		"$program" report --db "$db" --out "$dir/s/report" --lang en && "$program" sample --db "$db" --size 4 --seed 1 --name s &&
		"$program" annotations export --db "$db" --sample s --coder c --out "$dir/s/sheet.csv" &&
		sed 's/,"","","","","","1"\(.*\)$/,"not_hateful","","","","","1"\1/' "$dir/s/sheet.csv" >"$dir/s/filled.csv"
} >"$dir/out" 2>"$dir/err"

# points NAME COUNT STEP ARGUMENTS...: the command, each time in a fresh copy of that study, with allocation 1, 1 + STEP ... refused: COUNT points, or until five
# runs in a row succeed. After one that failed it is run again: then it must succeed (an erasure: --resume finishes it), and verify must find all intact.
points() {
	name=$1 count=$2 step=$3
	shift 3
	rm -rf "$dir/w"
	cp -r "$dir/s" "$dir/w"
	(cd "$dir/w" && "$program" "$@" >"$dir/out" 2>"$dir/err") || wrong "$name: fails undisturbed"
	n=1 tried=0 row=0
	while [ "$tried" -lt "$count" ] && [ "$row" -lt 5 ]; do
		rm -rf "$dir/w"
		cp -r "$dir/s" "$dir/w"
		code=0
		(cd "$dir/w" && AMP_FAIL_ALLOC=$n "$program" "$@" >"$dir/out" 2>"$dir/err") || code=$?
		tried=$((tried + 1))
		row=$((row + 1))
		if [ "$code" -ne 0 ]; then
			row=0
			case $code in
			1 | 2 | 3) [ -s "$dir/err" ] || wrong "$name, allocation $n: exit $code without a word" ;;
			*) wrong "$name, allocation $n: exit $code" ;;
			esac
			[ "$name" != erase ] || set -- erase --db study.db --resume
			(cd "$dir/w" && "$program" "$@" >"$dir/out" 2>"$dir/err") || wrong "$name after a failure at allocation $n: exit $?"
			[ "$name" != erase ] || set -- erase --db study.db --author ada.example --basis law
			"$program" verify --db "$dir/w/study.db" >"$dir/out" 2>"$dir/err" || wrong "verify after $name failed at allocation $n: $(cat "$dir/out")"
		fi
		n=$((n + step + tried % 7))
	done
	echo "$name: $tried allocations"
}

# one NAME N ARGUMENTS...: in that copy of the study; what it says and, where it writes a folder r, what that holds, but for the time of day
one() {
	name=$1 n=$2 code=0
	shift 2
	rm -rf "$dir/v/r"
	(cd "$dir/v" && AMP_FAIL_ALLOC=$n "$program" "$@" >"$dir/said" 2>"$dir/err") || code=$?
	cat "$dir/said" "$dir"/v/r/* 2>/dev/null | sed 's/[0-9]*:[0-9]* UTC//' >"$dir/out"
	[ "$n" -eq 0 ] || judge "$name, allocation $n" "$code"
	return "$code"
}

# spread NAME PART COUNT ARGUMENTS...: COUNT allocations, evenly over the last PART hundredths of all that the command asks for
spread() {
	name=$1 part=$2 count=$3 last=1000 at=0
	shift 3
	rm -rf "$dir/v"
	cp -r "$dir/s" "$dir/v"
	one "$name" 0 "$@" || wrong "$name: fails undisturbed"
	cp "$dir/out" "$dir/reference"
	# a refusal here or there does no harm: the last is where two further ones do none either
	until one "$name" "$last" "$@" && one "$name" $((last * 11 / 10)) "$@" && one "$name" $((last * 13 / 10)) "$@"; do
		last=$((last * 6 / 5))
		[ "$last" -lt 10000000 ] || break
	done
	while [ "$at" -lt "$count" ]; do
		one "$name" $((last - last * part * at / count / 100)) "$@"
		at=$((at + 1))
	done
	echo "$name: $count of $last allocations"
}

readers parse 300 1 parse --platform bluesky "$document"
readers check 300 1 check "$study"
# With the hash that a lock would keep: the files of a study and its personas must not be read as others.
readers "check --json" 3500 11 check --json "$source/personas/studies/walks.json"
# shellcheck disable=SC2046 # numbers
ingests $(awk 'BEGIN { for (n = 117; n < 1700; n += 29 + n % 13) print n; for (n = 1700; n < 8000; n += 401) print n }')
if study; then
	points sample 25 61 sample --db study.db --size 2 --seed 2 --name t
	points "annotations export" 25 61 annotations export --db study.db --sample s --coder d --out other.csv
	points "annotations import" 25 61 annotations import --db study.db --coder c filled.csv
	points cite 40 2 cite --db study.db --format csl-json
	points export 25 211 export --db study.db --out tables
	points "export of an excerpt" 20 211 export --db study.db --out small.db --format sqlite
	points evaluate 40 2 evaluate "$source/tests/evaluate/marker.csv" --detector marker --replicates 100
	readers "verify --archive" 400 3 verify --archive "$dir/s/study.db.warc.d"
	spread verify 100 50 verify --db study.db
	spread report 25 50 report --db study.db --out r --lang en
	points erase 50 43 erase --db study.db --author ada.example --basis law
else
	wrong "the study to torture cannot be made"
fi
echo "$bad wrong"
[ "$bad" -eq 0 ]

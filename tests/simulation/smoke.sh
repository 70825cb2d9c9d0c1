#!/bin/sh
# smoke.sh BUILD: a few hundred studies: the same sums for one process and three, the same study alone and among others, intervals that
# cover, a test that seldom rejects without amplification and often with it, and the known mistakes seen as such.
set -eu
sim=$1/tests/simulate
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
names=g10-0,g10-l,b14-0,two-0,icc0-0,weak-0,cached-0,blocked-l,x-persona,x-span-0
run() { "$sim" --only "$names" --studies 500 --null-studies 1000 "$@" 2>/dev/null; }
fail() { echo "simulation: $*" >&2; exit 1; }

run --jobs 1 >"$dir/one"
run --jobs 3 >"$dir/three"
cmp "$dir/one" "$dir/three" || fail "sums differ between one process and three"
run --jobs 3 --seed 2 >"$dir/other"
! cmp -s "$dir/one" "$dir/other" || fail "another seed gives the same studies"
"$sim" --only g10-l --study 17 >"$dir/a"
"$sim" --only g10-l --study 17 >"$dir/b"
"$sim" --only g10-l --study 18 >"$dir/c"
cmp "$dir/a" "$dir/b" || fail "a study drawn again differs"
! cmp -s "$dir/a" "$dir/c" || fail "two studies are the same"

# check NAME COLUMN FROM TO: the share in that column lies there.
check() {
	awk -F '\t' -v name="$1" -v column="$2" -v from="$3" -v to="$4" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$2 == name && $3 == "lift" { found = 1; v = $at[column]; if (v < from || v > to) { print name, column, v; exit 1 } }
		END { if (!found) exit 1 }' "$dir/one" || fail "$1: $2 is not within [$3, $4]"
}
check g10-0 coverage .93 .975
check g10-0 rejected .025 .07
check g10-l coverage .92 .98
check g10-l rejected .7 .95
check b14-0 rejected .025 .07
check b14-0 by_block .7 1
check two-0 rejected .025 .07
check icc0-0 coverage .93 .98
check weak-0 rejected .02 .07    # lists hardly differ, figures do: not pooled
check weak-0 by_block 0 .1
check cached-0 flagged 1 1       # the floor says nothing
check blocked-l flagged 1 1      # visits are missing
check x-persona rejected .6 1    # one feed for all, personas as units: mostly false alarms
# check_measure NAME MEASURE COLUMN FROM TO: the same of the further measures.
names=o10-0,o10-l,otwo-l,h10-l,a10-0,w10-0
"$sim" --only "$names" --studies 250 --null-studies 250 --truth-studies 1000 --jobs 3 >"$dir/measures" 2>/dev/null || fail "the further measures were not made"
check_measure() {
	awk -F '\t' -v name="$1" -v measure="$2" -v column="$3" -v from="$4" -v to="$5" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$2 == name && $3 == measure { found = 1; v = $at[column]; if (v < from || v > to) { print name, measure, column, v; exit 1 } }
		END { if (!found) exit 1 }' "$dir/measures" || fail "$1 $2: $3 is not within [$4, $5]"
}
check_measure o10-0 displacement coverage .91 .99
check_measure o10-0 rank_shift rejected .01 .1
check_measure o10-l glass_delta coverage .92 .99 # a basic bootstrap: .89
check_measure otwo-l glass_delta width 1 4 # the variance of the lift on another scale: 13
check_measure o10-l displacement rejected .9 1
check_measure h10-l huszar_ratio coverage .91 .99
check_measure a10-0 recurrence_lift coverage .91 .99
check_measure a10-0 repeat_lift rejected .01 .1
check_measure w10-0 walk_share coverage .92 1
check_measure w10-0 walk_hazard flagged 0 .1
check_measure w10-0 walk_dose coverage .92 .99
check_measure w10-0 walk_dose flagged 0 .1
check_measure w10-0 walk_time_to_first flagged 1 1 # between whole lists
check x-span-0 rejected .06 .12  # either unit for itself

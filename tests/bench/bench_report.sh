#!/bin/sh
# bench_report.sh BUILD [ROUNDS...]: the whole report beside pandas over the same database; 4,800 exposures a round. Twice: over a database without stored
# lists, where the exposures are read and the lists stored, and again from the lists. CPU seconds of the whole process (start-up and the files written
# included for the report; reading and grouping alone for pandas), peak memory. Then the figures that stored sums alone give, stage by stage.
set -eu
build=$1
shift
[ $# -gt 0 ] || set -- 52 208 833
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for rounds; do
	"$build/bench/bench_report_db" "$dir/study.db" "$rounds"
	python3 - "$build/bin/amplimeter" "$dir" <<'PY' >"$dir/ours"
import csv, os, subprocess, sys
def report():
    child = subprocess.Popen([sys.argv[1], "report", "--db", sys.argv[2] + "/study.db", "--out", sys.argv[2] + "/out", "--lang", "en"], stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(child.pid, 0)
    if status != 0: sys.exit("the report failed")
    rows = [r for r in csv.DictReader(open(sys.argv[2] + "/out/summary.csv", encoding="utf-8"))
            if r["metric"] == "additive_lift" and r["scope"] == "pair" and r["target"] == "any" and r["family"] != "sensitivity"]
    return use.ru_utime + use.ru_stime, use.ru_maxrss // 1024, " ".join("%.12g" % float(r["estimate"]) for r in sorted(rows, key=lambda r: r["pair"]))
exposures, lists = report(), report()
if exposures[2] != lists[2]: sys.exit("the report from lists says something else than that from exposures")
print("%.2f,%d,%.2f,%d,%s" % (exposures[:2] + lists))
PY
	if /usr/bin/python3 -c 'import pandas' 2>/dev/null; then
		/usr/bin/python3 "$(dirname "$0")/bench_report.py" "$dir/study.db" >"$dir/peer"
	else
		echo "pandas,0,0,0," >"$dir/peer"
	fi
	awk -F, -v rounds="$rounds" 'NR == FNR { first = $1; first_peak = $2; cpu = $3; peak = $4; lifts = $5; next } {
		printf "%9d exposures: from exposures %.2f CPU s, %d MiB; from stored lists %.2f CPU s, %d MiB; ", rounds * 4800, first, first_peak, cpu, peak
		if ($2 > 0) printf "pandas %.2f CPU s, %d MiB; ratios %.1f and %.1f; the lifts are %s\n", $2, $3, $2 / first, $2 / cpu,
			lifts == $5 ? "equal" : "NOT EQUAL: " lifts " and " $5
		else print "no pandas (python3-pandas)" }' "$dir/ours" "$dir/peer"
	# from the stored sums alone: the median of five, each stage of that run; instructions of the whole process
	for run in 1 2 3 4 5; do
		"$build/bench/bench_report_stages" "$dir/study.db" sums >"$dir/stages$run"
		echo "$(sed -n 's/^process *//p' "$dir/stages$run") $run"
	done | sort -n | sed -n '3s/.* //p' >"$dir/median"
	tr '\n' ';' <"$dir/stages$(cat "$dir/median")" | sed 's/  */ /g; s/^/           from stored sums alone, CPU s: /; s/;$//; s/;/; /g'
	if command -v valgrind >/dev/null; then
		valgrind --tool=callgrind --callgrind-out-file=/dev/null "$build/bench/bench_report_stages" "$dir/study.db" sums 2>&1 |
			sed -n 's/.*Collected : \([0-9]*\).*/; \1 instructions/p'
	else
		echo
	fi
	rm -rf "$dir/study.db" "$dir/study.db-wal" "$dir/study.db-shm" "$dir/out"
done

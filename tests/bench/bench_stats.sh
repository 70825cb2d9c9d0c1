#!/bin/sh
# bench_stats.sh BUILD: resampling beside R's boot and numpy, on the same clusters, one thread each. CPU time inside each process, start-up and
# reading left out; ours is measured before and after the peers, and a ratio is to the slower of the two and to numpy's fastest way.
set -eu
build=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
python=$(command -v /usr/bin/python3 || command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import numpy' 2>/dev/null; then python=; fi
"$build/bench/bench_stats" data "$work/clusters.csv"

# peer TASK GOAL LINE...: one line of the table
ratio() {
	awk -v task="$1" -v goal="$2" -v ours="$3" -v theirs="$4" -v way="$5" \
		'BEGIN { printf "%-10s ours %8.2f ms   %-22s %9.2f ms   ratio %6.1f   goal %s\n", task, ours, way, theirs, theirs / ours, goal }'
}
slower() { printf '%s\n%s\n' "$1" "$2" | sort -g | tail -1; }

for task in bootstrap signflip labels; do
	goal=4
	[ $task = bootstrap ] && goal=8
	before=$("$build/bench/bench_stats" $task 15)
	[ -z "$python" ] || "$python" "$here/bench_stats.py" "$work/clusters.csv" $task 3 >"$work/numpy"
	if [ $task = bootstrap ] && command -v Rscript >/dev/null && Rscript -e 'library(boot)' >/dev/null 2>&1; then
		Rscript "$here/bench_stats.R" "$work/clusters.csv" 2 >"$work/boot"
	fi
	after=$("$build/bench/bench_stats" $task 15)
	ours=$(slower "${before%% *}" "${after%% *}")
	echo "$task: 10,000 over 1,000 clusters; figures: ours ${before#* }"
	if [ $task = bootstrap ] && [ -s "$work/boot" ]; then
		read -r time way rest <"$work/boot"
		ratio $task 30 "$ours" "$time" "R $way ($rest)"
	elif [ $task = bootstrap ]; then
		echo "skipped: R's boot is not installed"
	fi
	if [ -n "$python" ]; then
		sort -g "$work/numpy" | while read -r time way rest; do ratio $task "$goal" "$ours" "$time" "numpy $way"; done
		sort -g "$work/numpy" | head -1 | { read -r time way rest; echo "           figures: numpy $rest"; }
	else
		echo "skipped: numpy is not installed"
	fi
done

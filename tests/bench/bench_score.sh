#!/bin/sh
# bench_score.sh BUILD_DIR: posts of 200 bytes through normal form, lexicon and linear detector, and through their peers, in one run: process CPU
# time, single thread, ours and theirs the best of three. A peer that is not installed is named and left out. Prints figures and ratios, asserts nothing.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 LC_ALL=C.UTF-8
python3 "$here/bench_posts.py" 60000 >"$dir/posts"
head -2000 "$dir/posts" >"$dir/few"
head -10000 "$dir/posts" >"$dir/some"
head -12000 "$dir/posts" >"$dir/more"

data=$root/analysis/data
if [ ! -f "$data/linear.model" ]; then
	# any model will do: its table has the same size whatever it learnt
	data=$dir/data
	mkdir "$data"
	cp "$root"/analysis/data/lexicon-*.tsv "$data"
	"$build/bin/amplimeter" train "$root/tests/train/manifest.json" --inputs "$root/tests/train" --out "$data" >/dev/null 2>&1
fi
export AMPLIMETER_DATA="$data"

# rate STAGE: items/s, the best of three runs, in $rate; each post once, for the detector remembers words
rate() {
	rate=0
	for _ in 1 2 3; do
		"$build/bench/bench_score" "$dir/posts" "$1" >"$dir/out"
		rate=$(awk -v stage="$1" -v best="$rate" '$1 == stage && $3 == "items/s" && $2 > best { best = $2 } END { print best }' "$dir/out")
	done
}

# instructions STAGE: an item, loading not counted: 2,000 posts that follow on 10,000 others, then the first 2,000 of all ("cold")
instructions() {
	command -v valgrind >/dev/null || { echo "-"; return 0; }
	head -1 "$dir/posts" >"$dir/one"
	for posts in one few some more; do
		valgrind --tool=callgrind --callgrind-out-file=/dev/null "$build/bench/bench_score" "$dir/$posts" "$1" 2>&1 |
			sed -n 's/.*Collected : \([0-9]*\).*/\1/p' >"$dir/instructions_$posts"
	done
	echo "$((($(cat "$dir/instructions_more") - $(cat "$dir/instructions_some")) / 2000)) instructions an item," \
		"$((($(cat "$dir/instructions_few") - $(cat "$dir/instructions_one")) / 1999)) of the first 2000"
}

# against PEER ITEMS_PER_SECOND OURS GOAL
against() {
	awk -v peer="$1" -v rate="$2" -v ours="$3" -v goal="$4" 'BEGIN { printf "  against %-44s %9.0f items/s  ratio %.2f (goal %s)\n", peer, rate, ours / rate, goal }'
}

match=0
linear=0
for stage in normalise lexicon match linear; do
	rate "$stage"
	printf '%-10s %9.0f items/s  %s\n' "$stage" "$rate" "$(instructions "$stage")"
	case $stage in
	match) match=$rate ;;
	linear) linear=$rate ;;
	esac
done
echo "goals: normalise 500000 items/s; linear, all in, 100000 items/s and 25000 instructions; a model of at most 1.5 MiB: $(wc -c <"$data/linear.model") bytes"

if [ -x "$build/bench/bench_hyperscan" ]; then
	"$build/bench/bench_score" "$dir/posts" patterns >"$dir/patterns"
	"$build/bench/bench_score" "$dir/posts" forms >"$dir/forms"
	best=0
	for _ in 1 2 3; do
		best=$("$build/bench/bench_hyperscan" "$dir/patterns" "$dir/forms" 3 | awk -v best="$best" '$3 == "items/s" && $2 > best { best = $2 } END { print best }')
	done
	against "hyperscan, the same words and normal forms" "$best" "$match" 0.50
else
	echo "hyperscan: not installed (libhyperscan-dev), left out"
fi

if command -v fasttext >/dev/null; then
	awk '{ print "__label__" (NR % 2) " " $0 }' "$dir/few" >"$dir/labelled"
	fasttext supervised -input "$dir/labelled" -output "$dir/ft" -minn 3 -maxn 5 -wordNgrams 3 -bucket 1048576 -epoch 1 -thread 1 >/dev/null 2>&1
	head -1 "$dir/posts" >"$dir/one"
	seconds=$(python3 - "$dir/ft.bin" "$dir/some" "$dir/one" <<'PY'
import resource, subprocess, sys

def cpu(posts):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["fasttext", "predict-prob", sys.argv[1], posts], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

print(min(cpu(sys.argv[2]) - cpu(sys.argv[3]) for _ in range(3))) # loading the model not counted
PY
)
	against "fastText, same runs of words and letters, dim 100" "$(awk -v s="$seconds" 'BEGIN { print 10000 / s }')" "$linear" 10
else
	echo "fastText: not installed (fasttext), left out"
fi

python=
for name in python3 /usr/bin/python3; do # the distribution's own, where another comes first
	[ -n "$python" ] || ! "$name" -c 'import sklearn' 2>/dev/null || python=$name
done
if [ -n "$python" ]; then
	best=0
	for _ in 1 2 3; do
		best=$("$python" "$here/bench_vectors.py" "$dir/few" | awk -v best="$best" '{ print ($1 > best ? $1 : best) }')
	done
	against "scikit-learn, HashingVectorizer and regression" "$best" "$linear" 40
else
	echo "scikit-learn: not installed (python3-sklearn), left out"
fi

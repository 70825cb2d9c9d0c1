#!/bin/sh
# fuzz.sh BUILD_DIR SECONDS [TARGET...]: libFuzzer over every target (or those named) for SECONDS each, starting from the committed
# corpus. New inputs go to BUILD_DIR/corpus; a crash is written to BUILD_DIR/crashes and ends the run with 1: replay it, mend, and keep
# it as tests/fuzz/corpus/TARGET/crash-WHAT.
set -eu
build=$1
seconds=$2
shift 2
root=$(cd "$(dirname "$0")" && pwd)
if [ $# -eq 0 ]; then
	for source in "$root"/fuzz_*.c; do
		set -- "$@" "$(basename "$source" .c)"
	done
fi
mkdir -p "$build/crashes"
passed=0
failed=0
for target in "$@"; do
	mkdir -p "$build/corpus/$target"
	printf '%s: ' "$target"
	if "$build/tests/$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$build/crashes/$target-" "$build/corpus/$target" "$root/corpus/$target" >"$build/$target.log" 2>&1; then
		passed=$((passed + 1))
		sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log" | sed 's/$/ runs, nothing found/'
	else
		failed=$((failed + 1))
		echo "FAILED"
		tail -30 "$build/$target.log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

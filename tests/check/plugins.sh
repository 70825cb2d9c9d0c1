#!/bin/sh
# plugins.sh SOURCE BUILD: one file and one row each, and what must come with them.
set -eu
cd "$1"
bad=0
say() { echo "$*"; bad=1; }

# rows TABLE MACRO: the names of the X-macro rows
rows() { sed -n "s/^$2(\([a-z0-9_]*\)).*/\1/p" "$1"; }
# both TABLE MACRO PATTERN-WITH-%: every row has its file, every file its row
both() {
	[ -f "$1" ] || { say "$1 is missing"; return; }
	names=$(rows "$1" "$2")
	[ -n "$names" ] || say "$1 has no row $2(...)"
	for name in $names; do
		file=$(printf '%s' "$3" | sed "s/%/$name/")
		[ -f "$file" ] || say "$1 has a row $name without $file"
	done
	for file in $(printf '%s' "$3" | sed 's/%/*/' | xargs -I{} sh -c 'ls {} 2>/dev/null' || true); do
		name=$(basename "$file" .c | sed "s/^$(basename "$3" .c | sed 's/%.*//')//")
		printf '%s\n' "$names" | grep -qx "$name" || say "$file has no row in $1"
	done
}
both cli/commands.def AMP_COMMAND 'cli/cmd_%.c'
both analysis/detectors/detectors.def AMP_DETECTOR 'analysis/detectors/detector_%.c'
both analysis/service/kinds.def AMP_SERVICE_KIND 'analysis/service/kind_%.c'
both analysis/report/formats.def AMP_REPORT_FORMAT 'analysis/report/format_%.c'
both analysis/report/charts.def AMP_CHART 'analysis/report/chart_%.c'
both analysis/metrics/metrics.def AMP_METRIC 'analysis/metrics/metric_%.c'

names=$(rows crawler/platforms/platforms.def AMP_PLATFORM)
[ -n "$names" ] || say "crawler/platforms/platforms.def has no row AMP_PLATFORM(...)"
for name in $names; do
	[ -f "crawler/platforms/$name.c" ] || say "platform $name has no file crawler/platforms/$name.c"
	[ -d "tests/golden/$name" ] || say "platform $name has no fixtures in tests/golden/$name"
	[ -n "$(ls "tests/fuzz/corpus/fuzz_$name" 2>/dev/null)" ] || say "platform $name has no fuzz seed in tests/fuzz/corpus/fuzz_$name"
	grep -q "$name" docs/platforms.md 2>/dev/null || say "platform $name is not in docs/platforms.md"
done
for name in $(rows cli/commands.def AMP_COMMAND); do
	grep -q "^\.It Ic $name\|^\.Ss $name\|^\.It Cm $name" docs/amplimeter.1 2>/dev/null || say "command $name is not in docs/amplimeter.1"
done
for name in $(rows analysis/metrics/metrics.def AMP_METRIC); do
	grep -q "$name" docs/method.md 2>/dev/null || say "metric $name is not in docs/method.md"
done
for target in tests/fuzz/fuzz_*.c; do
	[ -f "$target" ] || { say "no fuzz target"; break; }
	[ -n "$(ls "tests/fuzz/corpus/$(basename "$target" .c)" 2>/dev/null)" ] || say "$target has no seed in tests/fuzz/corpus/$(basename "$target" .c)"
done
for folder in core/* crawler/* analysis/* cli playground personas tests tests/*; do
	case $folder in tests/unit | tests/CMakeLists.txt | tests/README.md) continue ;; esac
	[ -d "$folder" ] || continue
	[ -f "$folder/README.md" ] || say "$folder has no README.md with its file table"
done
exit $bad

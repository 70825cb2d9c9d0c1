#!/bin/sh
# simulate.sh BUILD: the whole grid of studies with a planted truth, and the tables of docs/method.md and docs/methode.md. Half an hour of one core.
# Two seeds: SIM_SEED (1), which the rules and limits were chosen on, and SIM_SEED_AGAIN (2), which they were not, with fewer studies. A row once made is
# kept in BUILD/simulation by program, seed and size, so that a run that was ended goes on where it stood.
# SIM_STUDIES, SIM_NULL_STUDIES: studies a setting with and without something planted; the same with _AGAIN; SIM_ONLY: names, space between; SIM_JOBS.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/release}
out=$build/simulation.tsv
print=$(cat "$build/tests/simulate" "$build/tests/simulate_corrected" | sha256sum | cut -c1-16)
rows=$build/simulation/$print
mkdir -p "$rows"

# made FILE COMMAND...: what COMMAND prints, kept.
made() {
	file=$rows/$1
	shift
	[ -f "$file" ] || { "$@" >"$file.part" && mv "$file.part" "$file"; }
	cat "$file"
}
# grid SEED STUDIES NULL_STUDIES
grid() {
	echo "# seed: $1"
	for name in ${SIM_ONLY:-$(sed -n 's/^SIM("\([^"]*\)".*/\1/p' tests/simulation/settings.def)}; do
		made "$1-$2-$3-$name" "$build/tests/simulate" --jobs "${SIM_JOBS:-$(nproc 2>/dev/null || echo 2)}" --seed "$1" --only "$name" --studies "$2" \
			--null-studies "$3"
	done
	made "$1-$2-corrected" "$build/tests/simulate_corrected" "$2" "$1"
}
{
	echo "# date: $(date -u +%Y-%m-%d)"
	echo "# commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
	echo "# program: $print"
	echo "# command: \`./run simulate\`"
	grid "${SIM_SEED:-1}" "${SIM_STUDIES:-4000}" "${SIM_NULL_STUDIES:-20000}"
	grid "${SIM_SEED_AGAIN:-2}" "${SIM_STUDIES_AGAIN:-1000}" "${SIM_NULL_STUDIES_AGAIN:-5000}"
} >"$out.part"
mv "$out.part" "$out"
python3 tests/simulation/table.py "$out" docs/method.md en
python3 tests/simulation/table.py "$out" docs/methode.md fr

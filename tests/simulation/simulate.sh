#!/bin/sh
# simulate.sh BUILD: the whole grid of studies with a planted truth, and the tables of docs/method.md and docs/methode.md. An hour on two cores.
# SIM_STUDIES and SIM_NULL_STUDIES: studies a setting with and without amplification; SIM_SEED; SIM_ONLY: names, comma between.
set -eu
cd "$(dirname "$0")/../.."
out=${1:-build/release}/simulation.tsv
{
	echo "# date: $(date -u +%Y-%m-%d)"
	echo "# commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
	echo "# command: \`./run simulate\`"
	echo "# seed: ${SIM_SEED:-1}"
	"${1:-build/release}/tests/simulate" --jobs "$(nproc 2>/dev/null || echo 2)" --seed "${SIM_SEED:-1}" --studies "${SIM_STUDIES:-4000}" \
		--null-studies "${SIM_NULL_STUDIES:-20000}" ${SIM_ONLY:+--only "$SIM_ONLY"}
	"${1:-build/release}/tests/simulate_corrected" "${SIM_STUDIES:-4000}" "${SIM_SEED:-1}"
} >"$out.part"
mv "$out.part" "$out"
python3 tests/simulation/table.py "$out" docs/method.md en
python3 tests/simulation/table.py "$out" docs/methode.md fr

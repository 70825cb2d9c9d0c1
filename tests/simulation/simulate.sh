#!/bin/sh
# simulate.sh BUILD [lifts|measures|NAME...]: studies with a planted truth, and the tables of docs/method.md and docs/methode.md. A quarter of an
# hour of one core for the lifts, an hour and a quarter for the measures. lifts: the grid of lift, ratio and drift, and the corrected shares; measures: the further measures that a study can declare, and those of
# walks; neither: both. NAMEs of settings: their rows are printed, and no document is touched.
# Two seeds: SIM_SEED (1), which the rules and limits were chosen on, and SIM_SEED_AGAIN (2), which they were not. A row once made is
# kept in BUILD/simulation by program, seed and size, so that a run that was ended goes on where it stood.
# SIM_STUDIES, SIM_NULL_STUDIES: studies a setting with and without something planted; the same with _AGAIN; of walks, which are
# slower, SIM_WALK_STUDIES and SIM_WALK_NULL_STUDIES; SIM_JOBS.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/release}
[ $# -gt 0 ] && shift

# made FILE COMMAND...: what COMMAND prints, kept.
made() {
	file=$rows/$1
	shift
	[ -f "$file" ] || { "$@" >"$file.part" && mv "$file.part" "$file"; }
	cat "$file"
}
# names GROUPS: of the settings in these groups.
names() {
	sed -n "s/^SIM(\"\([^\"]*\)\", \"[$1]\".*/\1/p" tests/simulation/settings.def
}
# grid SEED STUDIES NULL_STUDIES NAME...
grid() {
	seed=$1 studies=$2 null_studies=$3
	shift 3
	echo "# seed: $seed"
	for name; do
		made "$seed-$studies-$null_studies-$name" "$build/tests/simulate" --jobs "${SIM_JOBS:-$(nproc 2>/dev/null || echo 2)}" --seed "$seed" --only "$name" \
			--studies "$studies" --null-studies "$null_studies"
	done
}
# start PROGRAM...: where rows are kept.
start() {
	print=$(cat "$@" | sha256sum | cut -c1-16)
	rows=$build/simulation/$print
	mkdir -p "$rows"
}
# head COMMAND: says which program made what follows.
head_of() {
	sizes=
	for v in SIM_SEED SIM_STUDIES SIM_NULL_STUDIES SIM_SEED_AGAIN SIM_STUDIES_AGAIN SIM_NULL_STUDIES_AGAIN SIM_WALK_STUDIES SIM_WALK_NULL_STUDIES; do
		eval "value=\${$v:-}"
		[ -z "$value" ] || sizes="$sizes$v=$value "
	done
	echo "# date: $(date -u +%Y-%m-%d)"
	echo "# commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
	echo "# program: $print"
	echo "# command: \`$sizes./run simulate $1\`"
}
# write TSV SCRIPT: the table of both documents.
write() {
	mv "$1.part" "$1"
	python3 "tests/simulation/$2" "$1" docs/method.md en
	python3 "tests/simulation/$2" "$1" docs/methode.md fr
}
lifts() {
	out=$build/simulation.tsv
	start "$build/tests/simulate" "$build/tests/simulate_corrected"
	{
		head_of lifts
		all=$(names '^OHAK')
		# shellcheck disable=SC2086
		grid "${SIM_SEED:-1}" "${SIM_STUDIES:-4000}" "${SIM_NULL_STUDIES:-20000}" $all
		made "${SIM_SEED:-1}-${SIM_STUDIES:-4000}-corrected" "$build/tests/simulate_corrected" "${SIM_STUDIES:-4000}" "${SIM_SEED:-1}"
		# shellcheck disable=SC2086
		grid "${SIM_SEED_AGAIN:-2}" "${SIM_STUDIES_AGAIN:-1000}" "${SIM_NULL_STUDIES_AGAIN:-5000}" $all
		made "${SIM_SEED_AGAIN:-2}-${SIM_STUDIES_AGAIN:-1000}-corrected" "$build/tests/simulate_corrected" "${SIM_STUDIES_AGAIN:-1000}" "${SIM_SEED_AGAIN:-2}"
	} >"$out.part"
	write "$out" table.py
}
measures() {
	out=$build/simulation-measures.tsv
	start "$build/tests/simulate"
	{
		head_of measures
		lists=$(names OHA) walks=$(names K)
		for seed in "${SIM_SEED:-1}" "${SIM_SEED_AGAIN:-2}"; do
			# shellcheck disable=SC2086
			grid "$seed" "${SIM_STUDIES:-4000}" "${SIM_NULL_STUDIES:-10000}" $lists
		done
		for seed in "${SIM_SEED:-1}" "${SIM_SEED_AGAIN:-2}"; do
			# shellcheck disable=SC2086
			grid "$seed" "${SIM_WALK_STUDIES:-2000}" "${SIM_WALK_NULL_STUDIES:-4000}" $walks | sed '/^# seed/d'
		done
	} >"$out.part"
	write "$out" measures.py
}

case ${1:-} in
"") lifts && measures ;;
lifts) lifts ;;
measures) measures ;;
*)
	start "$build/tests/simulate"
	grid "${SIM_SEED:-1}" "${SIM_STUDIES:-2000}" "${SIM_NULL_STUDIES:-2000}" "$@"
	;;
esac

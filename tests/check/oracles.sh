#!/bin/sh
# oracles.sh SOURCE BUILD: every function of the statistics core is asked for by R: through a calculator (analysis/calc) or through stats_probe
# (tests/r), whose scripts work the figure out a second time. And every question that stats_probe answers is asked.
set -eu
cd "$1"
bad=0
# Make room, keep and give back: no figure comes from them that does not come from the others.
plumbing=' amp_flips_start amp_flips_end amp_flips_keep amp_flips_known amp_flips_values amp_flips_weights amp_flips_bounds amp_stream_mix '
names=$(for h in analysis/stats/*.h; do
	[ "$h" = analysis/stats/private.h ] || grep -oE '(^|[^[:alnum:]_])amp_[a-z0-9_]+\(' "$h" | grep -oE 'amp_[a-z0-9_]+'
done | sort -u)
[ "$(printf '%s\n' "$names" | wc -l)" -gt 60 ] || { echo "too few functions were found: wrong folder?"; exit 1; }
for name in $names; do
	case $plumbing in *" $name "*) continue ;; esac
	grep -qE "(^|[^_[:alnum:]])$name\\(" tests/r/*.c analysis/calc/*.c || { echo "$name: nothing of it is compared with R (tests/r)"; bad=1; }
done
questions=$(grep -ohE '\{"[a-z_]+", ask_' tests/r/*.c | cut -d'"' -f2)
for question in $questions; do
	grep -qF "probe(\"$question\"" tests/r/*.R || { echo "$question: stats_probe answers it, and no script asks"; bad=1; }
done
exit $bad

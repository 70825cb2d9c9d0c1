#!/bin/sh
# arrows.sh SOURCE BUILD: the include arrows of the design.
#   core/base <- core/store <- crawler/* <- cli      core <- analysis/* <- cli      playground: core/base only
set -eu
cd "$1"
bad=0
# FOLDER, the folders that its files may include besides their own (by the first part of the include path)
rules='core/base base
core/store base store
crawler/parse base parse
crawler/container base container
crawler/platforms base container parse platforms
crawler/source base parse platforms source
crawler/archive base archive
crawler/persona base parse persona platforms schedule source
crawler/schedule base schedule
crawler/fetch base container fetch
crawler/run base store container parse platforms source archive persona schedule fetch run
analysis/text base text
analysis/lexicon base text lexicon
analysis/linear base text lexicon linear
analysis/service base lexicon service
analysis/lists base store lists
analysis/detectors base store text lexicon linear service lists detectors
analysis/train base text lexicon linear detectors train
analysis/document base stats document
analysis/evaluate base stats text document evaluate
analysis/stats base stats
analysis/calc base stats calc
analysis/metrics base store stats lists metrics detectors lexicon
analysis/annotate base store stats metrics lexicon annotate
analysis/report base store stats metrics annotate document report detectors text
analysis/export base store document export
playground base playground'
seen=0
while read -r folder allowed; do
	[ -d "$folder" ] || { echo "$folder is in the rules of arrows.sh but not in the tree"; bad=1; continue; }
	for file in "$folder"/*.c "$folder"/*.h "$folder"/*/*.c; do
		[ -f "$file" ] || continue
		seen=$((seen + 1))
		# shellcheck disable=SC2013 # include names hold no spaces
		for include in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
			case $include in
			*/*) ;;
			*) continue ;; # beside the file, or made by the build
			esac
			ok=0
			for part in $allowed; do
				[ "${include%%/*}" = "$part" ] && ok=1
			done
			[ $ok = 1 ] || { echo "$file includes \"$include\": $folder may include only: $allowed"; bad=1; }
		done
	done
done <<RULES
$rules
RULES
for folder in core/* crawler/* analysis/*; do
	[ -d "$folder" ] || continue
	[ "$folder" != analysis/data ] || continue # lexicons: no code
	case "$rules
" in
	*"$folder "*) ;;
	*) echo "$folder has no rule in arrows.sh"; bad=1 ;;
	esac
done
[ "$seen" -gt 50 ] || { echo "only $seen files were read: wrong folder?"; bad=1; }
exit $bad

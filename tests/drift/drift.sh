#!/bin/sh
# drift.sh DRIFT PLATFORM: the drill over the committed inputs, then over the recordings beside the checkout (skipped by name where
# there are none). Large recordings are sampled (AMP_DRIFT_SAMPLE=0 drills every member of them).
set -eu
drift=$1 name=$2
cd "$AMP_SOURCE_DIR"
allowed=tests/drift/allowed/$name.txt
# Markup of the platforms whose table speaks of it.
case $name in
feeds) markup="xml html" ;;
*) markup= ;;
esac
set --
for ending in json $markup; do
	for f in tests/golden/"$name"/*/input."$ending"; do
		[ -f "$f" ] && set -- "$@" "$f"
	done
done
status=0
if [ $# -gt 0 ]; then
	"$drift" "$name" "$allowed" --all "$@" || status=1
fi
case $name in
youtube) folders="youtube invidious" ;;
mastodon) folders="mastodon pixelfed" ;;
*) folders=$name ;;
esac
for folder in $folders; do
	[ -d "$AMP_SHARED/payloads/$folder" ] || { echo "skipped: no recordings of $folder"; continue; }
	set --
	for f in "$AMP_SHARED/payloads/$folder"/*.json; do
		[ -f "$f" ] && set -- "$@" "$f"
	done
	[ $# -gt 0 ] || continue
	"$drift" "$name" "$allowed" --sample "${AMP_DRIFT_SAMPLE:-60}" "$@" || status=1
done
exit $status

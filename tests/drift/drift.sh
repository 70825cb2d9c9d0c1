#!/bin/sh
# drift.sh DRIFT PLATFORM: the drill over the committed inputs, then over the recordings beside the checkout (skipped by name where
# there are none). Large recordings are sampled (AMP_DRIFT_SAMPLE=0 drills every member of them); those of few small files are not.
# Of YouTube's pages that carry their data as JSON it is drilled, not their markup.
# Of cases of several pages only the platforms with pages=all have theirs drilled, each page by itself.
set -eu
drift=$1 name=$2
cd "$AMP_SOURCE_DIR"
allowed=tests/drift/allowed/$name.txt
# Markup of the platforms whose table speaks of it: of committed inputs, and of recordings.
recorded='' sample=60 values='' pages=first markup='' lines='' cards=''
case $name in
feeds) markup="xml html" recorded="xml rss html" values=--values pages=all ;;
charts) markup=html ;;
news | reddit) markup="xml html" recorded="xml html" ;;
captures | meta) lines="ndjson csv" ;;
youtube) markup="xml html" recorded="xml html" pages=all cards=--cards ;;
hackernews) markup="xml html" recorded="xml html" sample=0 values=--values pages=all ;;
telegram) markup=html recorded=html sample=0 values=--values pages=all ;;
esac
set --
for ending in json $lines $markup; do
	for f in tests/golden/"$name"/*/input."$ending" tests/golden/"$name"/*/input-*."$ending"; do
		case $pages:$f in first:*/input-*) continue ;; esac
		[ -f "$f" ] && set -- "$@" "$f"
	done
done
status=0
if [ $# -gt 0 ]; then
	"$drift" "$name" "$allowed" --all $values $cards "$@" || status=1
fi
case $name in
youtube) folders="youtube youtube-dom invidious" ;;
mastodon) folders="mastodon pixelfed" ;;
feeds) folders="feeds feeds-micro real/dokuwiki real/ghost real/vcs-feeds real/wordpress real/xml-rss" ;;
*) folders=$name ;;
esac
for folder in $folders; do
	[ -d "$AMP_SHARED/payloads/$folder" ] || { echo "skipped: no recordings of $folder"; continue; }
	set --
	for ending in json $recorded; do
		for f in "$AMP_SHARED/payloads/$folder"/*."$ending"; do
			[ -f "$f" ] && set -- "$@" "$f"
		done
	done
	[ $# -gt 0 ] || continue
	"$drift" "$name" "$allowed" $values $cards --sample "${AMP_DRIFT_SAMPLE:-$sample}" "$@" || status=1
done
exit $status

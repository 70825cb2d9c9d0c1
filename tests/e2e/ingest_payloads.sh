#!/bin/sh
# ingest_payloads.sh BIN_DIR PAYLOADS_DIR: takes all recorded payloads of the platforms below into one database. Every well-formed document
# gives as many items as SOURCES.md counts in it, every other one a stated verdict; the evidence stays intact and parses to the same again.
set -eu
LC_ALL=C
export LC_ALL
bin=$1
payloads=$2
[ -f "$payloads/SOURCES.md" ] || { echo "skipped: ../shared is absent"; exit 77; }
command -v sqlite3 >/dev/null || { echo "skipped: sqlite3 is not installed"; exit 77; }
payloads=$(cd "$payloads" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/amp-ingest-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
fail() {
	printf 'ingest_payloads: %s\n' "$*" >&2
	exit 1
}

# What is no list, or no whole one: file, verdict, items, and why SOURCES.md counts otherwise or not at all.
cat >"$dir/special" <<'TEXT'
mastodon/error_401.json blocked 0 an error object, counted as one document there
mastodon/error_404.json drift 0 an error object, counted as one document there
mastodon/status_context_3.json ok 3 one object of ancestors and descendants: three statuses
reddit/comments_confidence_2.json ok 3 the post itself and two comments
x/graphql_raw_trends.json ok 6 five trends and an unknown frame; no posts there
x/graphql_raw_user_tweets.json ok 21 cursors and accounts to follow were counted
tiktok/foryou_dom_SIGI.html failed 0 its data is written as JavaScript, not as JSON
hackernews/firebase_updates.json ok 61 29 items and 32 profiles
hackernews/html_index.html ok 30 "More" was counted as a row
hackernews/html_newest.html ok 30 "More" was counted as a row
telegram/channel_info_fragment.html drift 0 pieces of a page's head, no message: counted as one document there
telegram/channel_landing_page_no_messages.html drift 0 a page cut down to the texts of messages, without the messages
youtube/feeds_videos_xml_404.html failed 0 there is no such feed
youtube/innertube_browse_FEtrending_400.json failed 0 an error: the page is gone
youtube/innertube_browse_channel_videos_p1.json ok 30 not counted there
youtube/innertube_browse_channel_videos_p2.json ok 30 not counted there
youtube/innertube_browse_gaming_trending.json ok 50 not counted there
youtube/innertube_next_mrbeast.json ok 20 not counted there
youtube/innertube_next_related.json ok 20 not counted there
youtube/results_page_html_ytInitialData.html empty 0 not counted there: no results
youtube-dom/home_fb55a30a7582.html ok 24 an ad and five mixes too
youtube-dom/search_e786a491e7fa.html ok 9 a channel too
youtube-dom/home_fb55a30a7582.expected.json drift 0 what another parser made of it
youtube-dom/search_e786a491e7fa.expected.json drift 0 what another parser made of it
youtube-dom/video_fb7fd18cda9d.expected.json drift 0 what another parser made of it
feeds/feedrs_rss_2.0_invalid_1.xml failed 0 ends in the middle, before the first item
feeds/feedrs_xml_sample_1.xml drift 0 XML, but no feed
feeds/feedrs_xml_sample_2.xml drift 0 XML, but no feed
feeds/nnw_allthis-partial.json partial 2 cut short: two whole items
feeds-micro/gofeed_universal_empty_feed.xml failed 0 an empty file
feeds-micro/gofeed_universal_unknown_feed.xml drift 0 XML, but no feed
TEXT

# FOLDER/FILE ITEMS, from the tables of SOURCES.md
awk -F '|' '/^## / { split($0, w, " "); folder = w[2] }
	/^\| / && folder ~ /^(bluesky|mastodon|feeds|feeds-micro|news|reddit|lemmy|x|tiktok|telegram|hackernews|peertube|youtube|invidious|youtube-dom)$/ { gsub(/[ \t†]/, "", $2); gsub(/ /, "", $3); if ($2 != "file") print folder "/" $2, $3 }' \
	"$payloads/SOURCES.md" >"$dir/counts"

for folder in bluesky mastodon feeds feeds-micro news reddit lemmy x tiktok telegram hackernews peertube youtube invidious youtube-dom; do
	code=0
	platform=${folder%-*} # feeds-micro, youtube-dom
	[ "$folder" != invidious ] || platform=youtube
	"$bin/amplimeter" ingest --db "$dir/all.db" --platform "$platform" "$payloads/$folder" >>"$dir/said" 2>"$dir/err" || code=$?
	# 0, or that some of it was no whole answer: 3 partial, 4 drift or blocked; never a crash, never "usage"
	case $code in
	0 | 3 | 4) ;;
	*) fail "ingest of $folder: exit $code: $(tail -n 1 "$dir/err")" ;;
	esac
done

# PATH: verdict: V items=N reason=R -> FOLDER/FILE V N R
sed "s#^$payloads/##; s#: verdict: \([a-z]*\) items=\([0-9]*\) reason=# \1 \2 #" "$dir/said" | sort >"$dir/got"
wrong=0
while read -r file items; do
	verdict=ok
	[ "$items" != 0 ] || verdict=empty
	special=$(grep "^$file " "$dir/special" || true)
	[ -z "$special" ] || { verdict=$(echo "$special" | cut -d ' ' -f 2) && items=$(echo "$special" | cut -d ' ' -f 3); }
	found=$(grep "^$file " "$dir/got" | cut -d ' ' -f 2-3 || true)
	if [ "$found" != "$verdict $items" ]; then
		echo "$file: expected $verdict $items, found ${found:-nothing}"
		wrong=$((wrong + 1))
	fi
	# whoever is told "not ok" is told why
	case $verdict in ok | empty) ;; *) ! grep -q "^$file [a-z]* [0-9]* -\$" "$dir/got" || { echo "$file: no reason"; wrong=$((wrong + 1)); } ;; esac
done <"$dir/counts"
[ "$wrong" = 0 ] || fail "$wrong differences from SOURCES.md"

files=$(grep -c . "$dir/counts")
items=$(awk '{ n += $3 } END { print n }' "$dir/got")
[ "$files" -ge 100 ] || fail "SOURCES.md lists only $files files: it was not read"
[ "$files" = "$(grep -c . "$dir/got")" ] || fail "$files files are listed and $(grep -c . "$dir/got") were taken in"
q() { sqlite3 -batch -readonly "$dir/all.db" "$1"; }
[ "$items" = "$(q 'SELECT count(*) FROM exposures')" ] || fail "$items items were announced, $(q 'SELECT count(*) FROM exposures') are stored"
[ "$files" = "$(q "SELECT count(*) FROM capture WHERE origin = 'ingested' AND captured_at_kind <> 'measured' AND method IS NULL")" ] || fail "an ingested file was stored as if it had been fetched"
gzip -dc "$dir"/all.db.warc.d/*.gz | grep -a '^WARC-Type: ' | tr -d '\r' | sort | uniq -c >"$dir/records"
grep -q " $files WARC-Type: resource\$" "$dir/records" || fail "not one resource record a file: $(cat "$dir/records")"
! grep -q 'WARC-Type: re[qs][up]' "$dir/records" || fail "a request or response was invented: $(cat "$dir/records")"

"$bin/amplimeter" verify --archive "$dir/all.db.warc.d" >"$dir/log" 2>&1 || fail "verify of the archive: $(cat "$dir/log")"
"$bin/amplimeter" verify --archive "$dir/all.db.warc.d" --db "$dir/all.db" >"$dir/log" 2>&1 || fail "verify of both: $(cat "$dir/log")"
"$bin/amplimeter" reparse --db "$dir/all.db" >"$dir/log" 2>&1 || fail "reparse: $(cat "$dir/log")"
[ "$(cat "$dir/log")" = "snapshots $files, new generations 0, the same $files, differing 0, unreadable 0" ] || fail "reparse: $(cat "$dir/log")"
echo "$files files, $items items, each as SOURCES.md counts them; verified; reparsed to the same"

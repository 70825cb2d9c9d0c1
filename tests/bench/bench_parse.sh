#!/bin/sh
# bench_parse.sh BUILD_DIR: each kind of document into items, beside its named peers in the same run (process CPU time, best of the runs).
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM
"$build/bench/bench_pages" "$dir" 1
/usr/bin/python3 "$here/bench_documents.py" "$dir"
seconds=${AMP_BENCH_SECONDS:-1}

# line NAME "US MBPS ITEMS" [OURS]: a row; with OURS (microseconds) the ratio of the peer's time to ours
line() {
	printf '%s\n' "$2" | awk -v name="$1" -v ours="${3:-}" '{ printf "%-44s %10.1f us  %8.1f MB/s  %4d items", name, $1, $2, $3;
		if (ours != "") printf "  ours takes %.3f of its time (ratio %.2f)", ours / $1, $1 / ours; printf "\n" }'
}
us() { printf '%s' "${1%% *}"; }

# group TITLE PLATFORM ENDPOINT FILE: ours; sets ours
group() {
	result=$("$build/bench/bench_parse" "$2" "$3" "$4" "$seconds")
	ours=$(us "$result")
	line "$1" "$result"
}
group "getFeed JSON into items" bluesky getFeed "$dir/p0000.json"
line "  jansson, bare load" "$("$build/bench/bench_parse" bluesky getFeed "$dir/p0000.json" "$seconds" jansson)" "$ours"
if command -v g++ >/dev/null && g++ -O2 -std=c++17 -o "$dir/ondemand" "$here/bench_ondemand.cpp" -lsimdjson 2>"$dir/g++.log"; then
	line "  simdjson on demand, the same fields" "$("$dir/ondemand" "$dir/p0000.json" "$seconds")" "$ours"
else
	echo "  simdjson: skipped (g++ or libsimdjson-dev is not installed)"
fi
for kind in rss atom; do
	group "$kind into items" feeds latest "$dir/feed.$kind"
	line "  libxml2 reader, bare" "$("$build/bench/bench_parse" feeds latest "$dir/feed.$kind" "$seconds" libxml2-reader)" "$ours"
	if /usr/bin/python3 -c 'import feedparser' 2>/dev/null; then
		line "  feedparser" "$(/usr/bin/python3 "$here/bench_peers.py" feedparser "$dir/feed.$kind" "$seconds")" "$ours"
	else
		echo "  feedparser: skipped (python3-feedparser is not installed)"
	fi
done
group "t.me page (HTML) into items" telegram channel "$dir/page.html"
if /usr/bin/python3 -c 'import parsel' 2>/dev/null; then
	line "  parsel, the same fields" "$(/usr/bin/python3 "$here/bench_peers.py" parsel "$dir/page.html" "$seconds")" "$ours"
else
	echo "  parsel: skipped (python3-parsel is not installed)"
fi

#!/bin/sh
# bench.sh BUILD_DIR: the whole crawl over nginx on loopback (fetch, archive, parse, detect, store), then each stage beside its peer.
# Prints ratios and figures per CPU second; asserts nothing.
set -eu
build=$1
snapshots=480
dir=$(mktemp -d)
nginx=
cleanup() {
	[ -z "$nginx" ] || { kill "$nginx" 2>/dev/null || true; wait "$nginx" 2>/dev/null || true; }
	[ -n "${AMP_BENCH_KEEP:-}" ] || rm -rf "$dir"
}
trap cleanup EXIT INT TERM
mkdir -p "$dir/pages" "$dir/tmp"
"$build/bench/bench_pages" "$dir/pages" "$snapshots"
gzip -k -6 "$dir"/pages/*.json
port=$((20000 + $$ % 20000))
# Feeds that pages.map does not name get any of the pages: another one each round (no include is allowed inside split_clients).
awk 'BEGIN { print "split_clients $request_id $any_page {"; for (i = 0; i < 479; i++) printf "0.2%% p%04d;\n", i; print "* p0479; }" }' >"$dir/any.conf"
cat >"$dir/nginx.conf" <<NGINX
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/error.log;
events { worker_connections 256; }
http {
  access_log off; gzip_static on; keepalive_requests 1000000; default_type application/json;
  client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp; uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
  map_hash_bucket_size 256;
  include $dir/any.conf;
  map "\$arg_feed|\$http_accept_language" \$page { include $dir/pages.map; default \$any_page; }
  server {
    listen 127.0.0.1:$port;
    location = /robots.txt { return 404; }
    location /xrpc/ { root $dir/pages; rewrite ^ /\$page.json break; }
  }
}
NGINX
# A study holds up to 100 feeds: five personas, told apart by their language as a server would, read 96 feeds each; every page is another.
awk 'BEGIN { split("fr en de es it", l, " "); for (p = 1; p <= 5; p++) for (i = 0; i < 96; i++)
	printf "\"~p%04d\\\\|%s\" p%04d;\n", i, l[p], (p - 1) * 96 + i }' >"$dir/pages.map"
nginx_bin=$(command -v nginx || echo /usr/sbin/nginx)
"$nginx_bin" -c "$dir/nginx.conf" -e "$dir/error.log" &
nginx=$!
n=0
until curl -sf -o /dev/null -H 'Accept-Language: fr' "http://127.0.0.1:$port/xrpc/x?feed=p0000"; do
	n=$((n + 1))
	[ "$n" -lt 50 ] || { cat "$dir/error.log" >&2; exit 1; }
	sleep 0.1
done

# study PERSONAS FILE FEEDS FEED_PREFIX
study() {
	awk -v n="$1" -v port="$port" -v feeds="$3" -v prefix="$4" 'BEGIN {
		split("fr-FR en-GB de-DE es-ES it-IT", l, " ")
		printf "{\"study\":\"bench\",\"title\":{\"fr\":\"Mesure\",\"en\":\"Bench\"},\"question\":{\"fr\":\"?\",\"en\":\"?\"},\"contact\":\"bench@example.org\",\"personas\":["
		for (p = 1; p <= n; p++)
			printf "%s{\"persona\":\"p%d\",\"title\":{\"fr\":\"Une\",\"en\":\"One\"},\"rationale\":{\"fr\":\"mesure\",\"en\":\"bench\"},\"languages\":[\"%s\"]}", (p > 1 ? "," : ""), p, l[p]
		printf "],\"feeds\":{"
		for (i = 0; i < feeds; i++)
			printf "%s\"f%04d\":{\"platform\":\"bluesky\",\"endpoint\":\"getFeed\",\"host\":\"http://127.0.0.1:%d\",\"params\":{\"feed\":\"at://did:plc:bench/app.bsky.feed.generator/%s%04d\"},\"depth\":100}", (i ? "," : ""), i, port, prefix, i
		printf "},\"schedule\":{\"every\":\"1d\",\"time_zone\":\"UTC\"},\"detectors\":[\"lexicon\"],\"alpha\":\"0.05\",\"seed\":1,"
		printf "\"decisions\":[{\"type\":\"private_address\",\"subject\":\"127.0.0.1:%d\",\"reason\":\"bench on loopback\"}]}\n", port
	}' >"$2"
}

# crawl NAME OPTIONS: runs one crawl of study NAME; leaves CPU seconds, peak KiB and sizes in variables
crawl() {
	name=$1
	shift
	/usr/bin/env python3 - "$build/bin/amplimeter" crawl "$dir/study$name.json" --db "$dir/b$name.db" --now 2026-01-01T00:00:00Z "$@" >"$dir/usage$name" <<'PY'
import os, resource, subprocess, sys, time
start = time.time()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall = time.time() - start
use = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode != 0:
    sys.stderr.write(done.stderr.decode("utf-8", "replace"))
    sys.exit(done.returncode)
print(use.ru_utime + use.ru_stime, wall, use.ru_maxrss)
PY
	read -r cpu wall peak <"$dir/usage$name"
	items=$(sqlite3 "$dir/b$name.db" 'SELECT count(*) FROM exposure')
	new=$(sqlite3 "$dir/b$name.db" 'SELECT count(*) FROM item')
	db=$(wc -c <"$dir/b$name.db")
	warc=$(du -sb "$dir/b$name.db.warc.d" | cut -f1)
}

echo "== whole crawl: nginx gzip_static -> fetch -> archive -> parse -> detect -> store; 100 items a page, 32 new"
for personas in 1 5; do
	count=$((personas * 96))
	study "$personas" "$dir/study$personas.json" 96 p
	crawl "$personas" --once
	awk -v n="$count" -v cpu="$cpu" -v wall="$wall" -v peak="$peak" -v items="$items" -v new="$new" -v db="$db" -v warc="$warc" 'BEGIN {
		printf "%5d snapshots: %6.1f snapshots per CPU s, %8.0f items per CPU s, %6.1f snapshots/s wall, peak %.1f MiB, %.0f database bytes an exposure (%.0f a new item), %.0f archive bytes an exposure\n",
			n, n / cpu, items / cpu, n / wall, peak / 1024, db / items, db / new, warc / items }'
done

echo "== memory over rounds: one persona, four feeds, another page each round (split_clients); SQLite may fill its page cache (32 MiB), nothing else grows"
for rounds in 14 140 560; do
	study 1 "$dir/studyrounds$rounds.json" 4 any
	crawl "rounds$rounds" --rounds "$rounds"
	awk -v n="$rounds" -v cpu="$cpu" -v peak="$peak" -v items="$items" -v new="$new" 'BEGIN {
		printf "%5d rounds: %6d snapshots, %6d items shown, %6d new, peak %.1f MiB, %.1f snapshots per CPU s\n", n, 4 * n, items, new, peak / 1024, 4 * n / cpu }'
done

echo "== stages, process CPU time, the named peer in the same run"
"$build/bench/bench_stages" "$dir/pages" "$((snapshots < 200 ? snapshots : 200))"
echo "== each kind of document into items, beside its peers"
sh "$(dirname "$0")/bench_parse.sh" "$build"
echo "== posts of 200 bytes: normal form, lexicon, linear detector, and their peers"
sh "$(dirname "$0")/bench_score.sh" "$build"
echo "== resampling of 1,000 clusters, beside R's boot and numpy"
sh "$(dirname "$0")/bench_stats.sh" "$build"
echo "== the report from exposures, and pandas"
sh "$(dirname "$0")/bench_report.sh" "$build"
echo "== the peer for fetch: curl -Z --compressed, same server, same pages"
seq 0 95 | awk -v port="$port" -v dir="$dir" '$1 < 96 { printf "header = \"Accept-Language: fr\"\nurl = \"http://127.0.0.1:%d/xrpc/x?feed=p%04d\"\noutput = \"/dev/null\"\n", port, $1 }' >"$dir/curl.conf"
/usr/bin/env python3 - curl -sZ --parallel-max 16 --compressed -K "$dir/curl.conf" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print("curl -Z --compressed: %.3f CPU s for 96 pages (fetch and inflate only)" % (use.ru_utime + use.ru_stime))
PY
if command -v valgrind >/dev/null; then
	echo "== instructions an item (callgrind; 20 pages less 10 pages, so that loading does not count)"
	for stage in parse score; do
		for pages in 10 20; do
			valgrind --tool=callgrind --callgrind-out-file=/dev/null "$build/bench/bench_stages" "$dir/pages" "$pages" "$stage" 2>&1 |
				sed -n 's/.*Collected : \([0-9]*\).*/\1/p' >"$dir/instructions$pages"
		done
		awk -v stage="$stage" -v a="$(cat "$dir/instructions10")" -v b="$(cat "$dir/instructions20")" 'BEGIN { printf "%-6s %.0f instructions an item%s\n", stage, (b - a) / 1000, stage == "score" ? " (parse included)" : "" }'
	done
fi

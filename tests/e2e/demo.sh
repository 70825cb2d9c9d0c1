#!/bin/sh
# demo.sh BIN_DIR OUT_DIR: the main job once. Starts the playground, runs the shipped demo study against it (14 simulated days),
# detects, verifies the evidence, writes the report in French and English beside the truth that the playground logged.
# The last line ends in the path of report.html.
set -eu
bin=$1
out=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
days=${AMP_DEMO_DAYS:-14}
seed=${AMP_DEMO_SEED:-20260302}
port=${AMP_DEMO_PORT:-8710}
first_day=2026-03-02

say() { printf '%s\n' "$*" >&2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/demo.db" "$out/demo.db-wal" "$out/demo.db-shm" "$out/demo.db.session" "$out/demo.db.warc.d" "$out/served.jsonl" \
	"$out/rapport" "$out/report" "$out/personas"

# the day's date, N days after the start (GNU date; the playground's clock and the study's are simulated)
day() { date -u -d "$first_day + $1 days" +%Y-%m-%d; }

say "1/5  playground: three pretend platforms on loopback, seed $seed, amplification planted and documented"
# start PORT: the playground prints its address when it serves
start() {
	rm -f "$out/playground.url"
	"$bin/amplimeter-playground" --port "$1" --seed "$seed" --now "$(day 0)T06:00:00Z" --log "$out/served.jsonl" \
		>"$out/playground.url" 2>"$out/playground.log" &
	playground=$!
	n=0
	until [ -s "$out/playground.url" ]; do
		n=$((n + 1))
		{ [ "$n" -le 100 ] && kill -0 "$playground" 2>/dev/null; } || return 1
		sleep 0.1
	done
}
playground=
trap '[ -z "$playground" ] || { kill "$playground" 2>/dev/null || true; wait "$playground" 2>/dev/null || true; }' EXIT INT TERM
if ! start "$port"; then
	say "port $port is in use; taking a free one"
	start 0 || { cat "$out/playground.log" >&2; exit 1; }
fi
url=$(head -n 1 "$out/playground.url" | sed 's#/*$##')

# the shipped study, word for word; only its port follows the playground's when that is another
study=$root/personas/studies/demo.json
if [ "$url" != "http://127.0.0.1:8710" ]; then
	host=${url#http://}
	mkdir -p "$out/personas/studies"
	cp -R "$root/personas/examples" "$out/personas/"
	sed "s#127\.0\.0\.1:8710#$host#g" "$study" >"$out/personas/studies/demo.json"
	study=$out/personas/studies/demo.json
fi

say "2/5  crawl: $days simulated days, one round a day (capture first, then parse, store, detect)"
i=0
while [ "$i" -lt "$days" ]; do
	curl -sS -f -o /dev/null -X POST -H 'Content-Type: application/json' -d "{\"now\":\"$(day "$i")T11:59:00Z\"}" "$url/playground/clock"
	"$bin/amplimeter" crawl "$study" --db "$out/demo.db" --once --now "$(day "$i")T12:00:00Z"
	i=$((i + 1))
done
kill "$playground"
wait "$playground" 2>/dev/null || true
trap - EXIT INT TERM

say "3/5  detect: whatever is not scored yet"
"$bin/amplimeter" detect --db "$out/demo.db"

say "4/5  verify: the archive alone, then the archive against the database"
"$bin/amplimeter" verify --archive "$out/demo.db.warc.d" >&2
"$bin/amplimeter" verify --archive "$out/demo.db.warc.d" --db "$out/demo.db" >&2

say "5/5  report: French in rapport/, English in report/"
"$bin/amplimeter" report --db "$out/demo.db" --out "$out/report" --lang en --truth "$out/served.jsonl" >/dev/null
"$bin/amplimeter" report --db "$out/demo.db" --out "$out/rapport" --lang fr --truth "$out/served.jsonl" >/dev/null
"$bin/amplimeter" status --db "$out/demo.db" >&2
printf 'English report: %s\n' "$out/report/report.html"
printf 'Le rapport : %s\n' "$out/rapport/report.html"

#!/bin/sh
# noise_floor.sh BIN_DIR: crawls the demo study against playgrounds whose ranking is noisy by 0, 0.1 and 0.3, and reads the reports:
# the twin noise floor of the ranked feed must follow the noise, personas must stay further apart than twins, and every figure must
# equal what the playground logged as served to these sessions.
set -eu
bin=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
rounds=3
dir=$(mktemp -d "${TMPDIR:-/tmp}/amp-noise-XXXXXX")
playground=
finish() {
	[ -z "$playground" ] || { kill "$playground" 2>/dev/null || true; wait "$playground" 2>/dev/null || true; }
	rm -rf "$dir"
}
trap finish EXIT INT TERM
fail() {
	printf 'noise_floor: %s\n' "$*" >&2
	exit 1
}

crawl() { # crawl NOISE: leaves $dir/NOISE/report/summary.md
	out=$dir/$1
	mkdir -p "$out/personas/studies"
	"$bin/amplimeter-playground" --port 0 --seed 7 --noise "$1" --now 2026-03-02T06:00:00Z --log "$out/served.jsonl" >"$out/url" 2>"$out/log" &
	playground=$!
	n=0
	until [ -s "$out/url" ]; do
		n=$((n + 1))
		[ "$n" -le 100 ] || fail "the playground did not start: $(cat "$out/log")"
		sleep 0.1
	done
	url=$(head -n 1 "$out/url" | sed 's#/*$##')
	cp -R "$root/personas/examples" "$out/personas/"
	sed "s#127\.0\.0\.1:8710#${url#http://}#g" "$root/personas/studies/demo.json" >"$out/personas/studies/demo.json"
	day=2
	while [ "$day" -lt $((2 + rounds)) ]; do
		curl -sS -f -o /dev/null -X POST -H 'Content-Type: application/json' -d "{\"now\":\"2026-03-0${day}T11:59:00Z\"}" "$url/playground/clock"
		"$bin/amplimeter" crawl "$out/personas/studies/demo.json" --db "$out/demo.db" --once --now "2026-03-0${day}T12:00:00Z" >"$out/crawl" 2>&1 ||
			fail "noise $1, day $day: $(tail -n 3 "$out/crawl")"
		day=$((day + 1))
	done
	kill "$playground"
	wait "$playground" 2>/dev/null || true
	playground=
	"$bin/amplimeter" detect --db "$out/demo.db" >/dev/null 2>&1
	"$bin/amplimeter" report --db "$out/demo.db" --out "$out/report" --lang en --truth "$out/served.jsonl" >/dev/null
}

floor() { # floor NOISE COLUMN: of the ranked Bluesky feed; column 3 between twins, 4 between personas
	sed -n '/Noise floor of each feed/,/^## /p' "$dir/$1/report/summary.md" | grep 'For you' | head -n 1 | awk -F '|' -v c="$2" '{gsub(/ /, "", $c); print $c}'
}
above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 > b + 0) }'; }

for noise in 0 0.1 0.3; do
	crawl "$noise"
	truth=$(sed -n 's/.*(a) Figures equal to what was served to these sessions: \([0-9,]*\) of \([0-9,]*\)\..*/\1 \2/p' "$dir/$noise/report/summary.md")
	[ -n "$truth" ] || fail "noise $noise: the report has no truth"
	[ "${truth% *}" = "${truth#* }" ] || fail "noise $noise: ${truth% *} of ${truth#* } figures equal what was served"
	[ "${truth#* }" != 0 ] || fail "noise $noise: nothing was compared"
	printf 'noise %s: between twins %s, between personas %s; %s figures equal what was served\n' "$noise" "$(floor "$noise" 3)" "$(floor "$noise" 4)" "${truth% *}"
done
# without noise twins get one list: a floor of 0, or "not measured" where the bytes are equal too
case $(floor 0 3) in
0.000 | notmeasured) ;;
*) fail "without noise the floor is $(floor 0 3), not 0" ;;
esac
above "$(floor 0.1 3)" 0 || fail "noise 0.1 gives no floor: $(floor 0.1 3)"
above "$(floor 0.3 3)" "$(floor 0.1 3)" || fail "the floor does not rise with the noise: $(floor 0.1 3), then $(floor 0.3 3)"
for noise in 0.1 0.3; do
	above "$(floor "$noise" 4)" "$(floor "$noise" 3)" || fail "noise $noise: personas are no further apart than twins"
done

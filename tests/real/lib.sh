# lib.sh: what the scripts of this folder share. Sourced, behind: name, bin (the programs' folder) and work (the folder of all runs).
# shellcheck shell=sh
# shellcheck disable=SC2154 # name, bin and work are the caller's
LC_ALL=C.UTF-8
TZ=UTC
export LC_ALL TZ
here=$(cd "$(dirname "$0")" && pwd)
passed=0
failed=0
servers=   # process ids of what was started
scratch=   # what the servers write; removed at the end
personas=2

say() { printf '%s\n' "$*"; }
skip() {
	say "skipped: test-real $name: $*"
	say "0 passed, 0 failed, 1 skipped"
	exit 0
}
ok() {
	passed=$((passed + 1))
	say "ok      $*"
}
not_ok() {
	failed=$((failed + 1))
	say "FAILED  $*"
}
# check NAME COMMAND...: a check that passes when the command does
check() {
	what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}
# same NAME WANTED FOUND
same() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: expected \"$2\", found \"$3\""; fi
}
need_tools() {
	for tool in "$@"; do command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"; done
}
need_files() {
	for file in "$@"; do [ -e "$file" ] || skip "$file is absent"; done
}
real() { python3 "$here/real.py" "$@"; }

# ---- servers ----

# prepare: an empty $dir for what is worth a look afterwards, a $scratch that any user may enter for what the servers write
prepare() {
	mkdir -p "$work"
	work=$(cd "$work" && pwd)
	dir=$work/$name
	rm -rf "$dir"
	mkdir -p "$dir"
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/amplimeter-real.XXXXXX")
	chmod 755 "$scratch"
	trap finish EXIT
	trap 'exit 1' INT TERM HUP
}
finish() {
	for server in $servers; do kill "$server" 2>/dev/null || true; done
	for server in $servers; do wait "$server" 2>/dev/null || true; done
	servers=
	[ -z "$scratch" ] || rm -rf "$scratch"
	scratch=
}
# serve LOG COMMAND...: in the background; it ends with this script, however that ends
serve() {
	log=$1
	shift
	setpriv --pdeathsig TERM "$@" >"$dir/$log" 2>&1 &
	servers="$! $servers"
}
# await SECONDS LOG COMMAND...: until the command succeeds, and no longer than the server that was started last lives
await() {
	left=$(($1 * 5))
	log=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		if [ "$left" -le 0 ] || ! kill -0 "${servers%% *}" 2>/dev/null; then
			tail -n 20 "$dir/$log" >&2
			give_up "the server did not start"
		fi
		sleep 0.2
	done
}
give_up() {
	say "FAILED  $*"
	say "$passed passed, $((failed + 1)) failed"
	exit 1
}
answers() { curl -sf --max-time 20 -o /dev/null "$1"; }

# ---- the study, the crawl and what follows it ----

# feed NAME ENDPOINT DIALECT PATH [FIELDS]: one feed of the study, and how real.py reads what the server answers to it
feed() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" >>"$dir/feeds"; }
# source_file NAME: a source of one's own that the program comes with; its feeds have the dialect source:NAME, and parameters ("a=b&c=d") for a path
source_file() {
	cp "$here/../../personas/sources/$1.json" "$dir/"
	printf '%s.json\n' "$1" >>"$dir/sources"
}
# pair NAME RANKED CHRONOLOGICAL
pair() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$dir/pairs"; }

q() { sqlite3 -batch -readonly "$dir/real.db" "$1"; }
run() {
	log=$1
	shift
	"$bin/amplimeter" "$@" >"$log.log" 2>&1
}
# crawl BASE [CODE]: two personas read every feed; then the evidence is verified and read again
crawl() {
	cd "$dir" || exit 1
	: >>pairs
	: >>sources
	real study "real-$name" "$1" feeds pairs sources >study.json
	check "amplimeter check finds no mistake" run check check study.json
	check "amplimeter lock" run lock lock study.json --db real.db
	code=0
	run crawl crawl study.json --db real.db --once || code=$?
	same "amplimeter crawl --once exits with ${2:-0}" "${2:-0}" "$code"
	[ "$failed" = 0 ] || cat ./*.log
	check "amplimeter verify --archive" run verify verify --archive real.db.warc.d
	check "amplimeter verify --archive --db" run verify-db verify --archive real.db.warc.d --db real.db
	generations=$(q 'SELECT count(*) FROM parse')
	check "amplimeter reparse" run reparse reparse --db real.db
	same "reparse gives the same bytes" "snapshots $generations, new generations 0, the same $generations, differing 0, unreadable 0" "$(cat reparse.log)"
	check "amplimeter report" run report report --db real.db --study "real-$name" --out report --lang en
	same "every feed was read by each persona" "$(($(grep -c . feeds) * personas))" "$(q 'SELECT count(*) FROM snapshots')"
}

# served BASE: asks the server for each feed again, with curl, and reads the answers without amplimeter: served.json
served() {
	mkdir -p served
	while read -r feed_name _ dialect path _; do
		case $dialect in none | source:*) continue ;; esac
		curl -s --max-time 60 -o "served/$feed_name" "$1$path" || not_ok "curl did not get $feed_name"
	done <feeds
	real read "$1" feeds served >served.json
}
# compare TRUTH WHAT: every snapshot of each feed that the truth has, item for item
compare() {
	code=0
	real compare real.db "$1" >"$1.table" 2>"$1.mismatches" || code=$?
	say
	cat "$1.table"
	say
	[ ! -s "$1.mismatches" ] || head -n 12 "$1.mismatches" | cut -c 1-400
	if [ "$code" = 0 ]; then ok "$2"; else not_ok "$2"; fi
}
# wrong TRUTH NAME EXPECTED COMMAND...: a truth that was made wrong on purpose (`real.py mutate`) must be reported, and reported as that
wrong() {
	truth=$1
	what=$2
	field=$3
	shift 3
	if ! real mutate "$truth" "$@" >wrong.json; then
		not_ok "$what: that cannot be made wrong"
	elif real compare real.db wrong.json >/dev/null 2>wrong.mismatches; then
		not_ok "not noticed: $what"
	elif grep -q " | $field | " wrong.mismatches; then
		ok "noticed: $what ($(grep -c ' | ' wrong.mismatches) values differ)"
	else
		not_ok "$what: noticed, but not as \"$field\""
	fi
}
# summary: the last line, and the exit code
summary() {
	finish
	say
	say "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}

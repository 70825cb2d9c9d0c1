#!/bin/sh
# bad_input.sh BIN_DIR: what goes wrong at a user's hands. Each case: the exit code of the contract, one line on stderr that names
# the file or the word at fault, and nothing that was there before is changed.
set -eu
bin=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
playground=
# shellcheck disable=SC2317 # called by the trap
finish() {
	[ -z "$playground" ] || { kill "$playground" 2>/dev/null || true; wait "$playground" 2>/dev/null || true; }
	chmod -R u+w "$work" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
export LC_ALL=C AMPLIMETER_LANG=en
cd "$work"
study=$root/personas/studies/demo.json
golden=$root/tests/golden
answer=$golden/bluesky/feed-recognised/input.json
cases=0
bad=0

# expect CODE TEXT ARGUMENT...: the program's exit code, and the words that its one line on stderr holds
expect() {
	code=$1
	text=$2
	shift 2
	cases=$((cases + 1))
	got=0
	"$bin/amplimeter" "$@" >out 2>err </dev/null || got=$?
	[ "$got" = "$code" ] || { echo "amplimeter $*: exit $got instead of $code"; cat err; bad=1; }
	grep -qF -e "$text" err || { echo "amplimeter $*: \"$text\" is not said, but:"; cat err; bad=1; }
	lines=$(wc -l <err)
	[ "$lines" -le "${most:-1}" ] || { echo "amplimeter $*: $lines lines instead of one:"; cat err; bad=1; }
}
same() { cmp -s "$1" "$2" || { echo "$1 was changed by: $3"; bad=1; }; }

mkdir folder
: >empty
echo 'a text, not a database, which somebody wrote' >text.db
cp text.db text.kept
printf '{"a":1}\n' >other.json
gzip -c "$answer" >answer.gz
head -c 5000 "$bin/amplimeter" >binary.db

# a small study of one's own: two stored answers
"$bin/amplimeter" ingest --db own.db --platform bluesky "$answer" >out 2>err
if command -v sqlite3 >/dev/null; then
	sqlite3 other.db 'CREATE TABLE mine (a); INSERT INTO mine VALUES (42);'
	cp other.db other.kept
fi

echo "words on the command line"
most=100 expect 2 'Usage: amplimeter'
expect 2 'no command "nosuch"' nosuch
expect 2 'did you mean "crawl"' crwl
expect 2 'did you mean --rounds' crawl --round 3 "$study"
expect 2 '--db needs a value' status --db
expect 2 '--lang takes fr|en' status --db own.db --lang de
expect 2 '--db FILE is needed' status
expect 2 '--db FILE is needed' crawl "$study"
expect 2 '--rounds takes a whole number' crawl "$study" --db new.db --rounds many
expect 2 '--until takes a time' crawl "$study" --db new.db --until tomorrow
expect 2 '--seed takes a number' crawl "$study" --db new.db --seed -1
expect 2 '"surplus" was given' doctor surplus
expect 2 'no study "nosuch"' status --db own.db --study nosuch
expect 2 'no study "nosuch"' detect --db own.db --study nosuch
expect 2 'nosuch' reparse --db own.db --study nosuch
expect 2 'nosuch' report --db own.db --study nosuch --out rapport
expect 2 '"nosuch"' detect --db own.db --detector nosuch
expect 2 '"nosuch"' score --detector nosuch
set --
while [ $# -lt 33 ]; do set -- "$@" --detector=lexicon; done
expect 2 'given 33 times, and at most 32 are run' detect --db own.db "$@"
expect 2 'no platform “nosuch”. The platforms are: bluesky, ' parse --platform nosuch "$answer"
expect 2 'no platform “nosuch”. The platforms are: bluesky, ' ingest --db own.db --platform nosuch "$answer"
expect 2 'Did you mean “getFeed”? It has: getFeed, ' parse --platform bluesky --endpoint getfeed "$answer"
[ ! -e new.db ] || { echo "a refused crawl made new.db"; bad=1; }

echo "files that are not what they should be"
for command in status detect reparse verify "backup copy.db" "report --out rapport"; do
	# shellcheck disable=SC2086
	{
		expect 1 'missing.db' $command --db missing.db
		expect 2 'folder is a folder' $command --db folder
		expect 2 'empty is empty' $command --db empty
		expect 1 'text.db is not a database' $command --db text.db
		expect 1 'binary.db is not a database' $command --db binary.db
		[ ! -f other.db ] || expect 1 'other.db is a database of another program' $command --db other.db
	}
	[ ! -e missing.db ] || { echo "$command made missing.db"; bad=1; }
	[ ! -s empty ] || { echo "$command wrote to an empty file"; bad=1; }
done
for command in "crawl --once $study" "lock $study" "ingest --platform bluesky $answer"; do
	# shellcheck disable=SC2086
	{
		expect 2 'folder is a folder' $command --db folder
		expect 1 'text.db is not a database' $command --db text.db
		expect 1 'no/such/place.db' $command --db no/such/place.db
		[ ! -f other.db ] || expect 1 'other.db is a database of another program' $command --db other.db
	}
done
same text.db text.kept "one of the commands"
[ ! -f other.db ] || same other.db other.kept "one of the commands"

expect 2 '1 mistake' check missing.json
grep -q '^missing.json:1:1: ' out || { echo "check does not name the missing file"; bad=1; }
# a lexicon of one's own: each mistake with its line and column, and none in the shipped ones
printf '# lang: fr\nentry\tforms\tkind\ttarget\tact\tweight\tflags\tnote\tsource\nzib\t+s\tslurr\twomen\t-\t1\t-\t-\tusage\nzob\t-\tidentity\t-\t-\t1\t-\t-\t-\n' >ours.tsv
expect 2 "2 mistakes" check ours.tsv
grep -q '^ours.tsv:3:8: kind: ' out || { echo "check does not name the place in a lexicon"; cat out; bad=1; }
"$bin/amplimeter" check "$root"/analysis/data/lexicon-*.tsv >out || { echo "check finds mistakes in the shipped lexicons"; cat out; bad=1; }
expect 2 '1 mistake' check folder
expect 2 'missing.json' crawl missing.json --db new.db
expect 2 'text.db:1:1' crawl text.db --db new.db
expect 2 'missing.json' lock missing.json --db new.db
expect 1 'missing.json' parse --platform bluesky missing.json
expect 2 'folder is a folder' parse --platform bluesky folder
most=2 expect 1 'this looks like an empty file' parse --platform bluesky empty
most=2 expect 1 'verdict: failed' parse --platform bluesky -
most=2 expect 1 'this looks like a program' parse --platform bluesky binary.db
most=2 expect 1 'this looks like a gzip file: it must be unpacked first' parse --platform bluesky answer.gz
most=2 expect 1 'this looks like plain text' parse --platform bluesky text.db
most=2 expect 4 'this looks like a JSON document' parse --platform telegram other.json
most=2 expect 4 'this looks like a login page' parse --platform bluesky "$golden/bluesky/login-page/input.json"
most=2 expect 4 'this looks like an error of Bluesky: a login is asked for' parse --platform bluesky "$golden/bluesky/error-auth/input.json"
most=2 expect 4 'verdict: blocked items=0 reason=instead of data, a login page: “Sign in”' parse --lang fr --platform bluesky "$golden/bluesky/login-page/input.json"
most=2 expect 4 'cela ressemble à une page de connexion' parse --lang fr --platform bluesky "$golden/bluesky/login-page/input.json"
most=2 expect 4 'cela ressemble à une erreur de Bluesky' parse --lang fr --platform bluesky "$golden/bluesky/error-auth/input.json"
grep -q 'il faut se connecter$' err || { echo "the French line does not say what is the matter:"; cat err; bad=1; }
most=2 expect 0 'text.db does not begin with a status line' parse --platform bluesky --headers text.db "$answer"
expect 2 'hier' parse --platform bluesky --captured-at hier --lang fr "$answer"
grep -q 'attend une date' err || { echo "a mistake before --lang is not told in French:"; cat err; bad=1; }
for url in nowhere example.org/feed https:/example.org https:///feed ftp://example.org/ ''; do
	expect 2 '--url takes' parse --platform bluesky --url "$url" "$answer"
	expect 2 '--url takes' ingest --db own.db --platform bluesky --url "$url" "$answer"
done
har="$golden/captures/har-recognised/input.json"
lines="$golden/captures/zeeschuimer-mixed-recognised/input.ndjson"
table="$golden/captures/4cat-csv-tiktok/input.csv"
for file in "$har" "$lines" "$table"; do
	most=3 expect 4 'reason=nothing in this file is of facebok' parse --platform captures --only facebok "$file"
done
expect 2 'Did you mean “graphql/HomeTimeline”' parse --platform captures --only x/graphql/HomeTimelin "$answer"
most=2 expect 4 'this looks like a document of Bluesky: --platform bluesky --endpoint getFeed' parse --platform mastodon "$answer"
expect 1 'missing.json' ingest --db own.db --platform bluesky missing.json
expect 2 'folder' ingest --db own.db --platform bluesky folder
expect 2 'platform' ingest --db own.db "$answer"
expect 1 'missing' verify --archive missing
expect 1 'text.db' verify --archive text.db
expect 1 'folder' verify --archive folder
expect 2 'text.db exists already' backup --db own.db text.db
expect 1 'no/such/copy.db' backup --db own.db no/such/copy.db
expect 1 'text.db' report --db own.db --out text.db --lang en
expect 1 'missing.jsonl' report --db own.db --out rapport --truth missing.jsonl --lang en
expect 2 'text.db' report --db own.db --out rapport --truth text.db --lang en
same text.db text.kept "one of the commands"
# empty standard input is an empty answer, not a mistake
{ "$bin/amplimeter" score </dev/null >out 2>err && [ ! -s out ] && [ ! -s err ]; } || { echo "score does not take an empty standard input"; bad=1; }

echo "a folder that may not be written"
mkdir locked
chmod 555 locked
if [ -w locked ]; then # root may write everywhere, nobody may not
	asked=
	if setpriv --reuid=65534 --regid=65534 --clear-groups "$bin/amplimeter" --version >/dev/null 2>&1; then
		chmod 755 "$work"
		asked=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$bin/amplimeter" ingest --db locked/x.db --platform bluesky "$answer" 2>&1 >/dev/null) && { echo "ingest into a read-only folder did not fail"; bad=1; }
		case $asked in *locked/x.db*) ;; *) echo "the read-only folder is not named: $asked"; bad=1 ;; esac
	else
		echo "skipped: this user may write everywhere"
	fi
else
	expect 1 'locked/x.db' ingest --db locked/x.db --platform bluesky "$answer"
fi

echo "a database in a folder that may not be written"
sealed='sealed %41 #1?'
mkdir "$sealed"
cp -r own.db own.db.warc.d "$sealed"
touch "$sealed/logged.db-wal"
cp own.db "$sealed/logged.db"
chmod 555 "$sealed"
nobody=
[ -w "$sealed" ] && nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
if [ -z "$nobody" ] || $nobody "$bin/amplimeter" --version >/dev/null 2>&1; then
	chmod 755 "$work"
	for path in "$sealed/own.db" "$work/$sealed/own.db"; do
		said=$($nobody "$bin/amplimeter" verify --deep --db "$path" 2>&1) || { echo "verify of a read-only copy fails"; bad=1; }
		case $said in *intact*) ;; *) echo "a read-only copy is not intact: $said"; bad=1 ;; esac
	done
	said=$($nobody "$bin/amplimeter" verify --db "$sealed/logged.db" --archive "$sealed/own.db.warc.d" 2>&1) && { echo "a log that cannot be read is passed over"; bad=1; }
	case $said in *'logged.db-wal lies beside it'*) ;; *) echo "the log that cannot be read is not named: $said"; bad=1 ;; esac
else
	echo "skipped: this user may write everywhere"
fi
chmod 755 "$sealed"

if command -v sqlite3 >/dev/null; then
	echo "a database that another program holds"
	mkfifo hold
	sqlite3 own.db <hold >held 2>&1 &
	holder=$!
	exec 3>hold
	printf 'BEGIN IMMEDIATE;\nSELECT 1;\n' >&3
	n=0
	until [ -s held ] || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done
	expect 1 'own.db is in use by another process' ingest --db own.db --platform bluesky "$answer"
	exec 3>&-
	wait "$holder"
	"$bin/amplimeter" ingest --db own.db --platform bluesky "$answer" >out 2>err || { echo "ingest does not go on after the lock is gone:"; cat err; bad=1; }
	"$bin/amplimeter" verify --db own.db >out 2>err || { echo "after a locked database, verify says:"; cat out err; bad=1; }
fi

echo "a full disk"
if unshare -m true 2>/dev/null && mkdir small && unshare -m mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
	# in a mount namespace of its own: a crawl into 3 MiB, until there is no more; then the same crawl goes on where there is room
	"$bin/amplimeter-playground" --port 0 --seed 7 --now 2026-03-02T06:00:00Z >url 2>playground.log &
	playground=$!
	n=0
	until [ -s url ] || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done
	host=$(sed 's#http://##; s#/*$##' url)
	mkdir -p personas/studies
	cp -R "$root/personas/examples" personas/
	sed "s#127\.0\.0\.1:8710#$host#g" "$study" >personas/studies/demo.json
	cat >full.sh <<'INNER'
set -eu
mount -t tmpfs -o size=3m tmpfs small
code=0
for day in 02 03 04 05 06 07 08 09; do
	"$1/amplimeter" crawl personas/studies/demo.json --db small/s.db --once --now "2026-03-${day}T12:00:00Z" >out 2>err || { code=$?; break; }
done
[ $code = 1 ] || { echo "a full disk gives exit $code"; cat err; exit 1; }
grep -q 'the disk is full\|No space left' err || { echo "the full disk is not named:"; cat err; exit 1; }
cp -R small/. room/
INNER
	mkdir room
	unshare -m sh full.sh "$bin" || bad=1
	before=$("$bin/amplimeter" status --db room/s.db --json | sed -n 's/.*"captures":\([0-9]*\).*/\1/p')
	"$bin/amplimeter" crawl personas/studies/demo.json --db room/s.db --once --now 2026-03-10T12:00:00Z >out 2>err || { echo "the crawl does not go on after a full disk:"; cat err; bad=1; }
	"$bin/amplimeter" verify --db room/s.db >out 2>err || { echo "after a full disk, verify says:"; cat out err; bad=1; }
	after=$("$bin/amplimeter" status --db room/s.db --json | sed -n 's/.*"captures":\([0-9]*\).*/\1/p')
	[ "${after:-0}" -gt "${before:-0}" ] || { echo "captures before the full disk: ${before:-none}, after it: ${after:-none}"; bad=1; }
else
	echo "skipped: this user may not mount a small disk"
fi

[ "$cases" -ge 80 ] || { echo "only $cases cases were tried"; bad=1; }
echo "$cases cases"
exit $bad

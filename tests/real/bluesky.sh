#!/bin/sh
# bluesky.sh BIN_DIR WORK_DIR: crawls a Bluesky network that nobody here wrote (PLC, PDS, AppView, Ozone, feed generators: npm's
# @atproto/dev-env, started on loopback by ../shared/real) with one persona that is not logged in and one that is, and compares every
# stored item, rank and count with what the network says it served. The last line is "N passed, N failed"; where the network cannot be
# had, "0 passed, 0 failed, 1 skipped" after the reason.
# For work on this test: AMP_REAL_TRUTH=FILE uses the network that wrote that truth.json and leaves it running.
set -eu
name=bluesky
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
shared=$here/../../../shared/real
users=20
posts=240
depth=230 # three pages of at most 100

# ---- what it takes ----

[ -f "$shared/atproto-testnet.mjs" ] || skip "../shared/real is absent"
mkdir -p "$work"
work=$(cd "$work" && pwd)
dir=$work/run
rm -rf "$dir"
mkdir -p "$dir"
network=
finish() {
	[ -n "$network" ] || return 0
	kill "$network" 2>/dev/null || true
	wait "$network" 2>/dev/null || true
	network=
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

have_tools() {
	for tool in node npm sqlite3 gzip setpriv; do command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"; done
	[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node $(node --version) is older than 18"
	for pg in /usr/lib/postgresql/*/bin/initdb; do [ -x "$pg" ] && return 0; done
	skip "PostgreSQL is not installed"
}

# The packages are installed once, and again when their lock file changes; cache and packages stay under WORK_DIR.
packages() {
	deps=$work/atproto
	if cmp -s "$shared/atproto/package-lock.json" "$deps/installed.lock"; then return 0; fi
	rm -rf "$deps"
	mkdir -p "$deps"
	cp "$shared/atproto/package.json" "$shared/atproto/package-lock.json" "$deps/"
	say "installing the network's npm packages under $deps (a few minutes, once)"
	# its SQLite binding is compiled here: against the headers of the distribution's node, which npm would else fetch
	[ ! -f /usr/include/node/node.h ] || export npm_config_nodedir=/usr
	(cd "$deps" && npm_config_cache=$work/npm-cache npm ci --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
		skip "the npm packages could not be installed (see $work/npm.log): $(grep -i 'error' "$work/npm.log" | tail -n 1)"
	cp "$deps/package-lock.json" "$deps/installed.lock"
}

start() {
	say "starting the network: $users accounts, $posts posts"
	node "$shared/atproto-testnet.mjs" --deps "$work/atproto" --users "$users" --posts "$posts" --out "$dir/truth.json" >/dev/null 2>"$dir/network.log" &
	network=$!
	n=0
	until [ -s "$dir/truth.json" ]; do
		n=$((n + 1))
		if [ "$n" -gt 600 ] || ! kill -0 "$network" 2>/dev/null; then
			tail -n 20 "$dir/network.log" >&2
			say "FAILED  the network did not start"
			say "0 passed, 1 failed"
			exit 1
		fi
		sleep 0.5
	done
	say "the network serves: $(grep 'serving' "$dir/network.log" || true)"
}

command -v sqlite3 >/dev/null 2>&1 || skip "sqlite3 is not installed"
if [ -n "${AMP_REAL_TRUTH:-}" ]; then
	cp "$AMP_REAL_TRUTH" "$dir/truth.json"
else
	have_tools
	packages
	start
fi

# ---- the study ----

# truth PATH: one value of the truth
truth() { sqlite3 -batch :memory: "SELECT json_extract(CAST(readfile('$dir/truth.json') AS TEXT), '$1')"; }
feed() { truth "\$.feeds.\"$1\".uri"; }
pds=$(truth '$.urls.pds')
appview=$(truth '$.urls.appview')
reader="(SELECT value FROM json_each(CAST(readfile('$dir/truth.json') AS TEXT), '\$.users') WHERE json_extract(value, '\$.key') = 'persona-hostile')"
AMP_REAL_IDENTIFIER=$(sqlite3 -batch :memory: "SELECT json_extract($reader, '\$.handle')")
AMP_REAL_PASSWORD=$(sqlite3 -batch :memory: "SELECT json_extract($reader, '\$.password')")
export AMP_REAL_IDENTIFIER AMP_REAL_PASSWORD

sed -e "s#@PDS@#$pds#g; s#@APPVIEW@#$appview#g; s#@DEPTH@#$depth#g; s#@FOR_YOU@#$(feed for-you)#; s#@TOP_LIKES@#$(feed top-likes)#" \
	-e "s#@BOOSTED@#$(feed boosted)#; s#@CHRONO@#$(feed chrono)#; s#@GAPS@#$(feed gaps)#; s#@BROKEN@#$(feed broken)#; s#@DEAD@#$(feed dead)#" \
	-e "s#@LIST@#$(truth '$.list.uri')#; s#@AUTHOR@#$(truth '$.users[0].handle')#" "$here/study.json.in" >"$dir/all.json"
# Generators that fail are crawled apart: after five failures in a row a host is left alone for a minute, as it should be.
sqlite3 -batch :memory: "WITH t(j) AS (SELECT CAST(readfile('$dir/all.json') AS TEXT)) SELECT json_remove(j, '\$.feeds.broken', '\$.feeds.dead') FROM t" >"$dir/study.json"
sqlite3 -batch :memory: "WITH t(j) AS (SELECT CAST(readfile('$dir/all.json') AS TEXT)) SELECT json_set(json_remove(j, '\$.pairs'), '\$.study', 'real-failing',
	'\$.personas', json_array(json_extract(j, '\$.personas[0]')),
	'\$.feeds', json_object('broken', json_extract(j, '\$.feeds.broken'), 'dead', json_extract(j, '\$.feeds.dead'))) FROM t" >"$dir/failing.json"

# ---- the crawl and what follows it ----

cd "$dir"
db=$dir/real.db
archive=$dir/real.db.warc.d
q() { sqlite3 -batch -readonly "$db" "$1"; }
# run NAME COMMAND...: amplimeter, its output in NAME.log
run() {
	log=$1
	shift
	"$bin/amplimeter" "$@" >"$log.log" 2>&1
}
check "amplimeter check finds no mistake" run check check study.json
check "amplimeter lock" run lock lock study.json --db real.db
check "amplimeter crawl --once" run crawl crawl study.json --db real.db --once
# nothing of it can be used: the exit code must not say "done" (1: failed)
code=0
run failing crawl failing.json --db real.db --once || code=$?
same "amplimeter crawl --once, of feeds that fail, exits with 1" 1 "$code"
[ "$failed" = 0 ] || cat ./*.log
check "amplimeter verify --archive" run verify verify --archive real.db.warc.d
check "amplimeter verify --archive --db" run verify-db verify --archive real.db.warc.d --db real.db
generations=$(q 'SELECT count(*) FROM parse')
check "amplimeter reparse" run reparse reparse --db real.db
same "reparse gives the same bytes" "snapshots $generations, new generations 0, the same $generations, differing 0, unreadable 0" "$(cat reparse.log)"
check "amplimeter report" run report report --db real.db --study real-bluesky --out report --lang en
check "the report is there" test -s report/report.html

# ---- who asked whom, and what was answered ----

answered() { q "SELECT group_concat(DISTINCT verdict || ': ' || coalesce(reason, '-')) FROM snapshots WHERE feed = '$1'"; }
pages="SELECT s.persona, s.feed, count(*) AS n, min(c.url) AS least, max(c.url) AS most FROM snapshots s JOIN snapshot_capture p USING (snapshot_id)
	JOIN capture c ON c.id = p.capture_id GROUP BY 1, 2"
same "a feed whose server throws has failed, and why" "failed: Bluesky answered with an error (HTTP status 500): InternalServerError: Internal Server Error" "$(answered broken)"
same "a feed whose server is gone has failed, and why" "failed: Bluesky answered with an error (HTTP status 502): UpstreamFailure: feed unavailable" "$(answered dead)"
same "every other feed is ok" "15" "$(q "SELECT CASE WHEN min(verdict = 'ok') THEN count(*) END FROM snapshots WHERE feed NOT IN ('broken', 'dead')")"
same "the timeline is not asked for without a login" "logged-in" "$(q "SELECT group_concat(persona) FROM snapshots WHERE feed = 'timeline'")"
same "an empty first page with a cursor is followed" "2: 0 1 2" "$(q "SELECT count(*) || ': 0 1 2' FROM ($pages) WHERE feed = 'gaps' AND n = 3")"
same "the empty page had nothing, the next had something" "1" "$(q "SELECT min(page) FROM exposures x JOIN exposure e USING (parse_id, rank) WHERE feed = 'gaps'")"
full=$((($(truth '$.base.posts') + 99) / 100))
same "deep feeds take $full pages" "8" "$(q "SELECT count(*) FROM ($pages) WHERE feed IN ('for-you', 'top-likes', 'boosted', 'chrono') AND n = $full")"
same "without a login only the AppView is asked" "9" "$(q "SELECT count(*) FROM ($pages) WHERE persona = 'anonymous' AND least LIKE '$appview/%' AND most LIKE '$appview/%'")"
same "with a login the account's own server is asked" "6" "$(q "SELECT count(*) FROM ($pages) WHERE persona = 'logged-in' AND least LIKE '$pds/%' AND most LIKE '$pds/%'")"
same "feeds of \"session\": false go to the AppView all the same" "author,gaps" \
	"$(q "SELECT group_concat(feed) FROM (SELECT feed FROM ($pages) WHERE persona = 'logged-in' AND least LIKE '$appview/%' ORDER BY feed)")"
same "one login, at that server" "$pds/xrpc/com.atproto.server.createSession" "$(q "SELECT group_concat(url) FROM capture WHERE purpose = 'session'")"

# ---- every item ----

# compare TRUTH SQL: compare.sql, then the SQL
compare() {
	sqlite3 -batch -separator ' | ' :memory: "ATTACH '$db' AS c" "CREATE TEMP TABLE truth AS SELECT CAST(readfile('$1') AS TEXT) AS j" ".read $here/compare.sql" "$2"
}
compare truth.json "SELECT feed, persona, items, compared, mismatches FROM feed_result ORDER BY feed, persona" >table
compare truth.json "SELECT * FROM mismatch LIMIT 40" >mismatches
say
awk -F ' [|] ' 'BEGIN { f = "%-10s %-10s %6s %10s %11s\n"; printf f, "feed", "persona", "items", "values", "mismatches" }
	{ printf f, $1, $2, $3, $4, $5; i += $3; v += $4; m += $5 }
	END { printf f, "all", "", i, v, m }' table
say
[ ! -s mismatches ] || { say "feed | persona | item | field | truth | stored"; cat mismatches; say; }
same "feeds compared" "15" "$(grep -c . table || true)"
while read -r name _ who _ items _ values _ wrong; do
	if [ "$wrong" = 0 ] && [ "$items" -gt 0 ] && [ "$values" -gt "$items" ]; then ok "$name for $who: $items items, $values values equal the truth"
	else not_ok "$name for $who: $wrong of $values values differ, $items items"; fi
done <table
same "the moderator's label is where the truth says" "intolerant" \
	"$(q "SELECT group_concat(DISTINCT l.value) FROM exposures x JOIN label l USING (parse_id, rank) WHERE x.item = '$(truth '$.shapes.moderated')'")"
for shape in reply quote facet label; do
	same "the $shape was seen" "1" "$(q "SELECT count(*) > 0 FROM exposures WHERE item = '$(truth "\$.shapes.$shape")'")"
done
same "the repost was seen" "1" "$(q "SELECT count(*) > 0 FROM exposure WHERE is_repost AND entry_id = '$(truth '$.shapes.repost')'")"
same "the list has all its members" "$(truth '$.list.members' | tr , '\n' | grep -c .)" "$(q "SELECT count(DISTINCT author) FROM exposures WHERE feed = 'list' AND persona = 'anonymous'")"

# ---- a truth that is wrong must be noticed: the comparison can fail ----

before=$(compare truth.json "SELECT count(*) FROM mismatch")
wrong() { # wrong NAME SQL-OF-THE-CHANGED-JSON
	sqlite3 -batch :memory: "WITH t(j) AS (SELECT CAST(readfile('truth.json') AS TEXT)) SELECT $2 FROM t" >wrong.json
	noticed=$(compare wrong.json "SELECT count(*) FROM mismatch")
	if [ "$noticed" -gt "$before" ]; then ok "noticed: $1 ($noticed mismatches)"; else not_ok "not noticed: $1"; fi
}
wrong "one like too many" "json_set(j, '\$.posts[7].likes', json_extract(j, '\$.posts[7].likes') + 1)"
wrong "two neighbours of a ranked feed exchanged" "json_set(j, '\$.feeds.boosted.order[40]', json_extract(j, '\$.feeds.boosted.order[41]'), '\$.feeds.boosted.order[41]', json_extract(j, '\$.feeds.boosted.order[40]'))"
wrong "another reader's for-you" "json_set(j, '\$.feeds.for-you.perPersona.persona-hostile', json_extract(j, '\$.feeds.for-you.perPersona.persona-french'))"
wrong "a word changed" "json_set(j, '\$.posts[9].text', json_extract(j, '\$.posts[9].text') || '.')"
wrong "a post a millisecond later" "json_set(j, '\$.posts[9].createdAt', replace(json_extract(j, '\$.posts[9].createdAt'), 'Z', '1Z'))"
wrong "a list member less" "json_remove(j, '\$.list.members[0]')"
wrong "another author" "json_set(j, '\$.posts[3].author', 'persona-neutral')"
wrong "another post labelled" "json_set(j, '\$.shapes.moderated', json_extract(j, '\$.posts[0].uri'))"
wrong "a hateful post less in the first 20" "json_set(j, '\$.feeds.chrono.hatefulInTop20', json_extract(j, '\$.feeds.chrono.hatefulInTop20') - 1)"

# ---- sessions: kept, renewed, opened anew, refused ----

# once NAME FEEDS: another study of these feeds only (JSON paths), crawled once into the same database with the same session file
once() {
	sqlite3 -batch :memory: "WITH t(j) AS (SELECT CAST(readfile('study.json') AS TEXT)) SELECT json_set(json_remove(j, '\$.pairs'), '\$.study', '$1', '\$.feeds',
		json_object('timeline', json_extract(j, '\$.feeds.timeline'), 'author', json_extract(j, '\$.feeds.author'))) FROM t" >"$1.json"
	"$bin/amplimeter" crawl "$1.json" --db "${2:-real.db}" --once >"$1.log" 2>&1 || return 1
}
logins() { q "SELECT count(*) || ' ' || coalesce(max(replace(url, '$pds/xrpc/com.atproto.server.', '') || ' ' || status), '') FROM capture c JOIN ledger l ON l.id = c.ledger_id
	JOIN archive a ON a.id = l.archive_id JOIN study s ON s.id = a.study_id WHERE c.purpose = 'session' AND s.slug = '$1'"; }
seen() { q "SELECT group_concat(persona || ' ' || feed || ' ' || verdict, ', ') FROM (SELECT * FROM snapshots WHERE study = '$1' ORDER BY persona, feed)"; }
secrets() { sqlite3 -batch :memory: "SELECT atom FROM json_tree(CAST(readfile('real.db.session') AS TEXT)) WHERE key IN ('access', 'refresh')"; }
# keep KEY VALUE: what the session file holds for the persona that logs in
keep() {
	sqlite3 -batch :memory: "SELECT json_set(CAST(readfile('real.db.session') AS TEXT), t.fullkey, '$2') FROM json_tree(CAST(readfile('real.db.session') AS TEXT)) t WHERE t.key = '$1'" >kept
	cat kept >real.db.session
	rm -f kept
}
all_seen="anonymous author ok, logged-in author ok, logged-in timeline ok"
ended=e30.eyJleHAiOjF9.x           # a token that ended in 1970
endless=e30.eyJleHAiOjk5OTk5OTk5OTl9.x # one that no server gave, good until 2286
secrets >tokens
check "a session is kept for the next crawl" once kept
same "and no login was needed" "0 " "$(logins kept)"
same "and the timeline was read" "$all_seen" "$(seen kept)"
keep access "$ended"
check "a crawl with an access token that has ended" once renewed
same "renews it" "1 refreshSession 200" "$(logins renewed)"
same "and reads the timeline" "$all_seen" "$(seen renewed)"
secrets >>tokens
keep access "$ended"
keep refresh "$endless"
check "a crawl whose refresh token is refused" once anew
same "logs in anew" "2 refreshSession 400" "$(logins anew)"
same "and reads the timeline again" "$all_seen" "$(seen anew)"
secrets >>tokens
password=$AMP_REAL_PASSWORD
AMP_REAL_PASSWORD=not-the-password
rm -f real.db.session
check "a crawl whose password is refused" once refused
AMP_REAL_PASSWORD=$password
same "tries it once" "1 createSession 401" "$(logins refused)"
same "and never reads as a stranger what it should read logged in" "anonymous author ok, logged-in author ok" "$(seen refused)"
same "but says that it was missed, and why" "logged-in timeline: the feed, or the login that it is read with, was refused in this run" \
	"$(q "SELECT group_concat(persona || ' ' || feed || ': ' || reason) FROM missed_slots WHERE study = 'refused'")"
check "amplimeter verify --archive --db, after all that" run verify-again verify --archive real.db.warc.d --db real.db

# ---- secrets ----

same "the session file is its owner's alone" "600" "$(stat -c %a "$db.session")"
printf '%s\n' "$AMP_REAL_PASSWORD" >>tokens
# not sort -u: two access tokens of one second are the same bytes
same "six tokens and a password to look for" "7" "$(grep -c . tokens)"
mkdir archive
for segment in "$archive"/*.gz; do gzip -dc "$segment" >"archive/$(basename "$segment" .gz)"; done
same "the archive shows that credentials were sent" "yes" "$(grep -r -a -i -q '^authorization: ' archive && echo yes)"
same "and nothing of what logging in answered" "0" "$(cat archive/* | grep -a -c -i 'accessJwt\|refreshJwt' || true)"
hidden() { # hidden NAME FILE...
	name=$1
	shift
	if grep -r -a -F -q -f tokens "$@"; then not_ok "a token or password is in $name"; else ok "no token or password in $name"; fi
}
hidden "the archive, unpacked" archive
set -- real.db
for more in real.db-wal real.db-shm; do [ ! -e "$more" ] || set -- "$@" "$more"; done
hidden "the database" "$@"
hidden "the report" report
hidden "what the commands printed" ./check.log ./lock.log ./crawl.log ./failing.log ./verify.log ./verify-db.log ./reparse.log ./report.log \
	./kept.log ./renewed.log ./anew.log ./refused.log ./verify-again.log
rm -f tokens

summary

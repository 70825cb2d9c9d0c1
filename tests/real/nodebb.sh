#!/bin/sh
# nodebb.sh BIN_DIR WORK_DIR: the forum NodeBB 1.4.0 (npm) with Redis on loopback, with topics and replies that are written here. Its lists by
# date and by number of posts, over RSS: compared with what curl gets, then with the forum's JSON and with what was written; and over its JSON
# API, with personas/sources/nodebb.json: compared with every page that the forum answers there. The last line is "N passed, N failed"; without
# npm's packages or Redis "0 passed, 0 failed, 1 skipped".
set -eu
name=nodebb
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need_tools node npm redis-server redis-cli curl python3 sqlite3 setpriv
prepare

# ---- the server ----

version=1.4.0
# The packages are installed once, and again when one of them is missing; cache and packages stay under WORK_DIR.
packages() {
	deps=$work/nodebb-npm
	[ ! -f "$deps/installed-$version" ] || return 0
	rm -rf "$deps"
	mkdir -p "$deps"
	say "installing the forum's npm packages under $deps (a minute or two, once)"
	(cd "$deps" && export npm_config_cache="$work/npm-cache" && npm pack "nodebb@$version" && tar xzf "nodebb-$version.tgz" && cd package &&
		npm install --omit=dev --legacy-peer-deps --no-audit --no-fund) >"$work/nodebb-npm.log" 2>&1 ||
		skip "the npm packages could not be installed (see $work/nodebb-npm.log): $(grep -i 'error' "$work/nodebb-npm.log" | tail -n 1)"
	: >"$deps/installed-$version"
}
packages
package=$deps/package
topics=40
# shellcheck disable=SC2046 # two words
set -- $(real ports 2)
port=$1
redis_port=$2
base=http://127.0.0.1:$port
for folder in sounds category files profile system; do mkdir -p "$package/public/uploads/$folder"; done # empty, so absent from npm's archive
rm -f "$package/config.json"
serve redis.log redis-server --bind 127.0.0.1 --port "$redis_port" --save '' --appendonly no --dir "$scratch"
await 20 redis.log redis-cli -p "$redis_port" ping
cat >"$scratch/setup.json" <<JSON
{"url": "$base", "secret": "s", "database": "redis", "redis:host": "127.0.0.1", "redis:port": "$redis_port", "redis:password": "", "redis:database": "0",
 "admin:username": "admin", "admin:password": "pw-123456", "admin:password:confirm": "pw-123456", "admin:email": "a@example.com"}
JSON
(cd "$package" && node app.js --setup "$(tr -d '\n' <"$scratch/setup.json")") >"$dir/setup.log" 2>&1 ||
	give_up "the forum could not be set up: $(tail -n 1 "$dir/setup.log")"
# emoji-one fetches from the network at start, and stops the server when it cannot
for plugin in nodebb-plugin-emoji-one nodebb-plugin-emoji-extended; do redis-cli -p "$redis_port" zrem plugins:active "$plugin" >/dev/null; done
node -e 'const fs = require("fs"), f = process.argv[1], c = JSON.parse(fs.readFileSync(f)); c.bind_address = "127.0.0.1"; fs.writeFileSync(f, JSON.stringify(c))' "$package/config.json"
(cd "$package" && node "$here/nodebb-seed.cjs" "$topics") >"$dir/topics.json" 2>"$dir/seed.log" || give_up "the forum could not be filled: $(tail -n 1 "$dir/seed.log")"
cd "$package"
serve server.log node app.js
await 120 server.log answers "$base/api/recent"
cd "$dir"

# ---- the crawl ----

feed popular ranked rss2.0 /popular/daily.rss
feed recent latest rss2.0 /recent.rss
feed category latest rss2.0 /category/CATEGORY.rss
sed -i "s/CATEGORY/$(sed 's/.*"cid":\([0-9]*\).*/\1/' topics.json)/" feeds
feed absent latest none /absente.rss
pair popular popular recent
# the same lists over the JSON API, by the source file that the program comes with: three pages of the recent topics
source_file nodebb
feed api-popular popular source:nodebb period=daily
feed api-weekly popular source:nodebb period=weekly
feed api-recent recent source:nodebb ''
pair api api-popular api-recent
crawl "$base"

# ---- every item, against what curl gets ----

served "$base"
compare served.json "every item of every feed is what curl got"
wrong served.json "two neighbours exchanged" id swap popular 3 4
wrong served.json "an item less" items drop recent 2
wrong served.json "an item more" items add category
wrong served.json "another text" text set popular 0 text another
wrong served.json "another title" title set recent 0 title another
wrong served.json "another name" author_name set recent 1 author_name another
wrong served.json "a millisecond later" created_at set recent 5 created_at 1

# ---- and against the forum's JSON, and what was written ----

curl -sf -o popular-api.json "$base/api/popular/daily"
curl -sf -o recent-api.json "$base/api/recent"
python3 - "$base" >forum.json <<'PY'
import json
import sys
import urllib.parse

base = sys.argv[1]
written = {t["tid"]: t for t in json.load(open("topics.json", encoding="utf-8"))["topics"]}


def read(path):
    items = []
    for topic in json.load(open(path, encoding="utf-8"))["topics"]:
        own = written[int(topic["tid"])]
        assert int(topic["postcount"]) == own["posts"], topic["tid"]
        url = base + "/topic/" + topic["slug"]
        items.append({"id": url, "url": url, "title": own["title"], "words": [own["last"]], "posts": own["posts"]})
    return items


# over RSS the forum sends one popular topic less
popular, recent = read("popular-api.json")[:19], read("recent-api.json")
# topics with as many posts stand in no order that could be known: the forum's own is taken, and must be by number
assert [t["posts"] for t in popular] == sorted((t["posts"] for t in popular), reverse=True)
most = sorted((t["posts"] for t in written.values()), reverse=True)[: len(popular)]
assert [t["posts"] for t in popular] == most
for item in popular + recent:
    del item["posts"]
json.dump({"feeds": {name: {"verdict": "ok", "items": items} for name, items in (("popular", popular), ("recent", recent))}},
          sys.stdout, ensure_ascii=False, indent=1)
PY
compare forum.json "every item is what the forum's JSON says and what was written"
wrong forum.json "the neighbours of a ranked feed exchanged" id swap popular 0 1
wrong forum.json "a word that no post has" words set recent 2 words absent
# ---- the source of one's own, against every page of the forum's API ----

python3 - "$base" >api.json <<'PY'
import datetime
import json
import sys
import urllib.request

base = sys.argv[1]


def get(path):
    with urllib.request.urlopen(base + path, timeout=20) as answer:
        return json.load(answer)


def item(topic):
    return {
        "id": base + "/topic/" + topic["tid"],
        "url": base + "/topic/" + topic["slug"],
        "title": topic["titleRaw"],
        "text": None,
        "author_id": base + "/uid/" + topic["uid"],
        "author_handle": topic["user"]["userslug"],
        "author_name": topic["user"]["username"],
        "created_at": int(topic["timestamp"]),
        "score": int(topic["postcount"]),
        "replies": None,
        "views": int(topic["viewcount"]),
        "labels": [tag["value"] for tag in topic["tags"]],
        "is_pinned": int(topic["pinned"]),
    }


first = get("/api/recent")
pages = [first] + [get("/api/recent?page=%d" % n) for n in range(2, first["pagination"]["pageCount"] + 1)]
recent = [item(t) for page in pages for t in page["topics"]]
assert len(pages) == 3 and len(recent) == first["topicCount"] and len({i["id"] for i in recent}) == len(recent)
assert sum(i["is_pinned"] for i in recent) == 1 and {len(i["labels"]) for i in recent} == {0, 1, 2} and {i["views"] for i in recent} >= {0, 1, 2, 3}
lists = {"api-popular": get("/api/popular/daily")["topics"], "api-weekly": get("/api/popular/weekly")["topics"]}
feeds = {name: [item(t) for t in topics] for name, topics in lists.items()}
json.dump({"feeds": {name: {"verdict": "ok", "items": items} for name, items in {**feeds, "api-recent": recent}.items()}},
          sys.stdout, ensure_ascii=False, indent=1)
PY
compare api.json "every item that the source file reads is what the forum's API says"
wrong api.json "a topic of another page" id swap api-recent 19 20
wrong api.json "an item less on the last page" items drop api-recent 40
wrong api.json "a post more" score set api-popular 2 score 1
wrong api.json "another tag" labels set api-recent 3 labels another
wrong api.json "a view more" views set api-weekly 1 views 1
wrong api.json "another handle" author_handle set api-recent 30 author_handle another
wrong api.json "a topic that is pinned" organic_rank set api-recent 0 is_pinned 1
same "the recent topics came in three pages" "3 3" "$(q "SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM snapshots s JOIN snapshot_capture c ON c.snapshot_id = s.snapshot_id
	WHERE s.feed = 'api-recent' GROUP BY s.snapshot_id)")"
# what the file lets a study ask for must exist
for period in $(python3 -c 'import json; print(*json.load(open("nodebb.json"))["endpoints"]["popular"]["params"]["period"]["values"])'); do
	check "the forum has the period \"$period\"" answers "$base/api/popular/$period"
done
marked() { q "SELECT count(*) FROM exposures WHERE feed = '$1' AND persona = 'anglophone' AND item IN (SELECT '$base/topic/' || json_extract(value, '\$.tid') || '/' ||
	json_extract(value, '\$.slug') FROM json_each(CAST(readfile('$dir/topics.json') AS TEXT), '\$.topics') WHERE json_extract(value, '\$.hateful'))"; }
same "the popular list shows more marked topics than the recent one" "1" "$([ "$(marked popular)" -gt "$(marked recent)" ] && echo 1)"
same "a page that does not exist is no list" "0" "$(q "SELECT sum(items) + sum(verdict IN ('ok', 'partial')) FROM snapshots WHERE feed = 'absent'")"
summary

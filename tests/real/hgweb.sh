#!/bin/sh
# hgweb.sh BIN_DIR WORK_DIR: Mercurial's web interface, started on loopback with a repository that is made here. Its Atom and RSS logs, the
# log of one file, of one branch, its tags: compared with what curl gets, then with what `hg log` says. The last line is
# "N passed, N failed"; without Mercurial "0 passed, 0 failed, 1 skipped".
set -eu
name=hgweb
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need_tools hg curl python3 sqlite3 setpriv
prepare

# ---- the server ----

HGRCPATH=/dev/null
HGENCODING=UTF-8
export HGRCPATH HGENCODING
repository=$scratch/essai
hg init "$repository"
commits=24
i=0
while [ "$i" -lt "$commits" ]; do
	printf '%s\n' "$i" >>"$repository/f$((i % 3))"
	case $((i % 4)) in
	0) message="Révision $i : le marché était bondé 🧀" who='É. Auteur <e.auteur@example.test>' ;;
	1) message="Revision $i <b>&amp;</b> & \"quotes\" ]]> end

- a line
- another, HATEMARK" who='anonymous' ;;
	2) message="Révision $i" who="o'neil+x@example.test" ;;
	*) message="Ŕevision $i: 日本語 & <script>" who='Zoé <zoe@example.test>' ;;
	esac
	# one is of the year 2035: the log goes by revision, not by date
	if [ "$i" = 9 ]; then at=2067000000; else at=$((1760000000 + i * 3600)); fi
	[ "$i" != 16 ] || hg -R "$repository" branch -q essai
	hg -R "$repository" commit -q -A -m "$message" -u "$who" -d "$at 0"
	i=$((i + 1))
done
hg -R "$repository" tag -q -r 5 -u 'Zoé <zoe@example.test>' -d "1770000000 0" v1.0
hg -R "$repository" tag -q -r 12 -u 'Zoé <zoe@example.test>' -d "1770003600 0" v2.0-été
port=$(real ports 1)
base=http://127.0.0.1:$port
serve server.log hg serve -R "$repository" -a 127.0.0.1 -p "$port" --config web.baseurl="$base" --config web.name='Dépôt & essai' \
	--config web.maxchanges=20 --config web.encoding=UTF-8
await 20 server.log answers "$base/atom-log"

# ---- the crawl ----

feed atom latest atom1.0 /atom-log
feed rss latest rss2.0 /rss-log
feed atom-branch latest atom1.0 /atom-log/essai
feed atom-file latest atom1.0 /atom-log/tip/f1
feed rss-file latest rss2.0 /rss-log/tip/f1
feed atom-tags latest atom1.0 /atom-tags
feed rss-tags latest rss2.0 /rss-tags
feed rss-branches latest rss2.0 /rss-branches
# a 404 whose body is a feed with one entry, "Error": no item
feed error latest none /atom-log/absente
crawl "$base"

# ---- every item, against what curl gets ----

served "$base"
compare served.json "every item of every feed is what curl got"
wrong served.json "two neighbours exchanged" id swap atom 3 4
wrong served.json "an item less" items drop rss 2
wrong served.json "an item more" items add rss-tags
wrong served.json "another title" title set atom 0 title another
wrong served.json "another name" author_name set rss 1 author_name another
wrong served.json "a millisecond later" created_at set atom-file 1 created_at 1

# ---- and against the repository itself ----

hg -R "$repository" log -T json -l 20 >log.json
hg -R "$repository" log -T json -r 'reverse(ancestors("essai"))' -l 20 >branch.json
hg -R "$repository" log -T json f1 --cwd "$repository" >file.json
python3 - served/atom >repository.json <<'PY'
import html
import json
import re
import sys

# hgweb names itself by the machine's own name for the address
base = re.search(r'rel="alternate" href="(.*?)/"', open(sys.argv[1], encoding="utf-8").read()).group(1)


def read(path, atom):
    items = []
    for c in json.load(open(path, encoding="utf-8")):
        first = c["desc"].split("\n")[0]
        mail = re.search(r"<?(\S+@[^\s>]+)>?", c["user"])
        items.append({
            "id": base + ("/#changeset-" + c["node"] if atom else "/rev/" + c["node"][:12]),
            "url": base + "/rev/" + c["node"][:12],
            # RSS does not say whether a title is HTML: one with tags is read as if it were. Atom does say.
            "title_end": first if atom else html.unescape(re.sub(r"<[^>]*>", "", first)).strip(),
            "words": [c["desc"], c["node"][:12]],
            "author_id": mail.group(1) if mail else "anonymous" if atom else None,
            "created_at": round(c["date"][0] * 1000),
        })
    return {"verdict": "ok", "items": items}


json.dump({"feeds": {"atom": read("log.json", True), "rss": read("log.json", False), "atom-branch": read("branch.json", True)}},
          sys.stdout, ensure_ascii=False, indent=1)
PY
compare repository.json "every item of the logs is what the repository holds"
wrong repository.json "a word that no commit has" words set atom 2 words absent
wrong repository.json "another day" created_at set rss 1 created_at 86400000
same "the file's log has the file's commits" "$(grep -c '"node"' file.json)" "$(q "SELECT count(*) FROM exposures WHERE feed = 'rss-file' AND persona = 'anglophone'")"
same "the commit of 2035 stands where its revision does" "16" "$(q "SELECT group_concat(DISTINCT rank) FROM exposures WHERE feed = 'rss' AND created_at LIKE '2035-%'")"
same "an error that looks like a feed has no item" "drift 0" "$(q "SELECT DISTINCT verdict || ' ' || items FROM snapshots WHERE feed = 'error'")"
summary

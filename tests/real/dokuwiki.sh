#!/bin/sh
# dokuwiki.sh BIN_DIR WORK_DIR: DokuWiki, run by PHP's built-in server on loopback, with pages that are written here. One list of changes in
# RSS 0.91, 1.0, 2.0, Atom 0.3 and 1.0, a list of a namespace, a search: compared with what curl gets, then with the wiki's own log of
# changes. The last line is "N passed, N failed"; without DokuWiki "0 passed, 0 failed, 1 skipped".
set -eu
name=dokuwiki
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need_tools php curl python3 sqlite3 setpriv
need_files /usr/share/dokuwiki/feed.php /etc/dokuwiki/dokuwiki.php /var/lib/dokuwiki/data
php -m | grep -qx xml || skip "PHP's xml module is not installed"
prepare

# ---- the server ----

pages=30
port=$(real ports 1)
base=http://127.0.0.1:$port
cp -rL /usr/share/dokuwiki "$scratch/site"
cp -rL /etc/dokuwiki "$scratch/conf"
cp -r /var/lib/dokuwiki/data "$scratch/data"
printf '<?php\nif (!defined("DOKU_CONF")) define("DOKU_CONF", "%s/conf/");\n' "$scratch" >"$scratch/site/inc/preload.php"
cat >"$scratch/conf/local.php" <<PHP
<?php
\$conf['title'] = 'Wiki d’essai & co'; \$conf['savedir'] = '$scratch/data'; \$conf['useacl'] = 0; \$conf['lang'] = 'fr';
\$conf['recent'] = 20; \$conf['recent_days'] = 0; \$conf['updatecheck'] = 0; \$conf['baseurl'] = '$base';
\$conf['rss_update'] = 0; \$conf['rss_content'] = 'html'; \$conf['rss_linkto'] = 'current'; \$conf['im_convert'] = '';
\$conf['subscribers'] = 0; \$conf['plugin']['popularity'] = 0;
PHP
cat >"$scratch/seed.php" <<'PHP'
<?php
[, $site, $n] = $argv;
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
define('DOKU_INC', "$site/");
require DOKU_INC . 'inc/init.php';
$now = time();
for ($i = 0; $i < $n; $i++) {
  $_SERVER['REMOTE_USER'] = ['seed', 'zoé', ''][$i % 3];
  $words = ($i % 7 == 3 ? 'Contenu HATEMARK groupe-cible' : 'Le marché était bondé') . " $i";
  $id = "essai:page$i";
  saveWikiText($id, "====== Page n° $i & <b>, à lire ======\n\n$words, **gras** &amp; %%]]>%% [[http://example.test/$i|lien]] 🧀 «\u{00A0}fin\u{00A0}».\n",
    $i % 2 ? 'création & <essai>' : 'added');
  // each change at its own minute; one stands in the year 2035
  $at = $i == 25 ? 2067000000 : $now - 60 * ($n - $i);
  touch(wikiFN($id), $at);
  p_set_metadata($id, ['date' => ['modified' => $at, 'created' => $at]], false, true);
  $log = file(metaFN($id, '.changes'));
  $fields = explode("\t", end($log));
  $fields[0] = $at;
  io_saveFile(metaFN($id, '.changes'), implode("\t", $fields));
  $all[] = implode("\t", $fields);
  idx_addPage($id);
}
file_put_contents($conf['changelog'], implode('', $all));
PHP
php "$scratch/seed.php" "$scratch/site" "$pages" >"$dir/seed.log" 2>&1 || give_up "the wiki could not be filled: $(tail -n 1 "$dir/seed.log")"
cp "$scratch/data/meta/_dokuwiki.changes" "$dir/changes"
serve server.log php -d display_errors=0 -S "127.0.0.1:$port" -t "$scratch/site"
await 20 server.log answers "$base/feed.php?type=rss2"

# ---- the crawl ----

feed rss091 latest rss0.91 '/feed.php?type=rss&num=20'
# DokuWiki does not escape the wiki's name in the picture of RSS 1.0, which is then no XML
feed rss1 latest rss1.0+bare '/feed.php?type=rss1&num=20'
feed rss2 latest rss2.0 '/feed.php?type=rss2&num=20'
feed atom03 latest atom0.3 '/feed.php?type=atom&num=20'
feed atom1 latest atom1.0 '/feed.php?type=atom1&num=20'
feed list latest rss2.0 '/feed.php?mode=list&ns=essai&type=rss2'
feed search ranked rss2.0 '/feed.php?mode=search&q=HATEMARK&type=rss2'
feed nothing latest atom1.0 '/feed.php?mode=list&ns=vide&type=atom1'
crawl "$base"

# ---- every item, against what curl gets ----

served "$base"
compare served.json "every item of every feed is what curl got"
wrong served.json "two neighbours exchanged" id swap rss091 3 4
wrong served.json "an item less" items drop atom03 2
wrong served.json "an item more" items add list
wrong served.json "another text" text set rss1 0 text another
wrong served.json "another title" title set atom1 0 title another
wrong served.json "another name" author_name set rss2 1 author_name another
wrong served.json "a millisecond later" created_at set atom03 5 created_at 1

# ---- and against the wiki's own log of changes ----

python3 - changes "$base" >changes.json <<'PY'
import json
import re
import sys


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


changes = [line.rstrip("\n").split("\t") for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
items = []
for at, _, _, page, user, summary, *_ in reversed(changes[-20:]):
    n = int(page.rsplit("page")[-1])
    url = "%s/doku.php?id=%s" % (sys.argv[2], page)
    items.append({
        "id": url, "url": url, "title": one_line(page + " - " + re.sub("<[^>]*>", "", summary)), "author_name": user or "Anonymous", "created_at": int(at) * 1000,
        "words": ["Page n° %d & <b>, à lire" % n, "%s %d" % ("HATEMARK groupe-cible" if n % 7 == 3 else "Le marché était bondé", n),
                  ", gras &amp; ]]> lien 🧀 «\u00a0fin\u00a0»."],
    })
lists = {name: {"verdict": "ok", "items": items} for name in ("rss091", "rss2", "atom03", "atom1")}
# its RSS 1.0 puts the address into the name
names = [item["author_name"] for item in items]
lists["rss1"] = {"verdict": "ok", "items": [
    dict(item, author_name="%s (%s@undisclosed.example.com)" % (name, "anonymous" if name == "Anonymous" else name))
    for item, name in zip(items, names)]}
json.dump({"feeds": lists}, sys.stdout, ensure_ascii=False, indent=1)
PY
compare changes.json "every item of the five dialects is what the log of changes says"
wrong changes.json "a word that no page has" words set rss091 2 words absent
wrong changes.json "another day" created_at set atom03 1 created_at 86400000
for dialect in rss091 rss1 rss2 atom03 atom1; do
	same "the pages marked in $dialect" "$(grep -c '"HATEMARK' changes.json | awk '{ print $1 / 5 }')" \
		"$(q "SELECT count(*) FROM exposures WHERE feed = '$dialect' AND persona = 'anglophone' AND instr(text, 'HATEMARK') > 0")"
done
same "the search finds the marked pages alone" "4 4" "$(q "SELECT count(*) || ' ' || sum(instr(text, 'HATEMARK') > 0) FROM exposures WHERE feed = 'search' AND persona = 'anglophone'")"
same "an empty list is empty, not missing" "empty" "$(q "SELECT group_concat(DISTINCT verdict) FROM snapshots WHERE feed = 'nothing'")"
summary

#!/bin/sh
# gitweb.sh BIN_DIR WORK_DIR: git's web interface, run by Python's CGI server on loopback over a repository that is made here. Its Atom and
# RSS logs, of the repository, a branch and a file: compared with what curl gets, then with what `git log` says. The last line is
# "N passed, N failed"; without gitweb "0 passed, 0 failed, 1 skipped".
set -eu
name=gitweb
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need_tools git perl curl python3 sqlite3 setpriv
need_files /usr/share/gitweb/gitweb.cgi
perl -MCGI -e 1 2>/dev/null || skip "Perl's CGI module is not installed"
prepare

# ---- the server ----

# The CGI server leaves root's rights, so the repository is another user's: git must be told that this one is safe.
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
repository=$scratch/projects/essai.git
mkdir -p "$scratch/projects" "$scratch/site/cgi-bin"
git init -q --bare -b main "$repository"
printf 'Dépôt & essai <b>\n' >"$repository/description"
commits=24
i=0
{
	while [ "$i" -lt "$commits" ]; do
		case $((i % 4)) in
		0) message="Révision $i : le marché était bondé 🧀" who='É. Auteur <e.auteur@example.test>' ;;
		1) message="Revision $i <b>&amp;</b> & \"quotes\" ]]> end

- a line
- another, HATEMARK" who="O'Neil & fils <o@example.test>" ;;
		2) message="Révision $i" who='o+x <o+x@example.test>' ;;
		*) message="Ŕevision $i: 日本語 & <script>" who='Zoé <zoe@example.test>' ;;
		esac
		# one is of the year 2035: the log goes by parents here, not by date
		if [ "$i" = 9 ]; then at=2067000000; else at=$((1760000000 + i * 3600)); fi
		branch=main
		[ "$i" -lt 20 ] || branch=essai
		printf 'commit refs/heads/%s\nauthor %s %s +0000\ncommitter %s %s +0000\n' "$branch" "$who" "$at" "$who" "$at"
		printf 'data %s\n%s\n' "$(printf '%s' "$message" | wc -c)" "$message"
		[ "$i" != 20 ] || printf 'from refs/heads/main\n'
		printf 'M 100644 inline f%s\ndata %s\n%s\n' "$((i % 3))" "$(printf '%s\n' "$i" | wc -c)" "$i"
		i=$((i + 1))
	done
} | git -C "$repository" fast-import --quiet
# shellcheck disable=SC2016 # Perl's variables
printf '%s\n' "\$projectroot = '$scratch/projects';" '$site_name = "Dépôts";' '$feature{"highlight"}{"default"} = [0];' >"$scratch/gitweb.conf"
chmod -R go+rX "$scratch"
GITWEB_CONFIG=$scratch/gitweb.conf
export GITWEB_CONFIG
cp /usr/share/gitweb/gitweb.cgi "$scratch/site/cgi-bin/gitweb.cgi"
chmod 755 "$scratch/site/cgi-bin/gitweb.cgi"
port=$(real ports 1)
base=http://127.0.0.1:$port
serve server.log python3 -m http.server --cgi --bind 127.0.0.1 --directory "$scratch/site" "$port"
cgi=/cgi-bin/gitweb.cgi
await 20 server.log answers "$base$cgi?p=essai.git;a=atom"

# ---- the crawl ----

feed atom latest atom1.0 "$cgi?p=essai.git;a=atom"
feed rss latest rss2.0 "$cgi?p=essai.git;a=rss"
feed rss-escaped latest rss2.0 "$cgi?p=essai.git&a=rss"
feed atom-branch latest atom1.0 "$cgi?p=essai.git;a=atom;h=refs/heads/essai"
feed rss-file latest rss2.0 "$cgi?p=essai.git;a=rss;h=main;f=f1"
feed atom-file latest atom1.0 "$cgi?p=essai.git;a=atom;h=main;f=f1"
# a 404 that is a page
feed absent latest none "$cgi?p=absent.git;a=rss"
crawl "$base"

# ---- every item, against what curl gets ----

served "$base"
compare served.json "every item of every feed is what curl got"
wrong served.json "two neighbours exchanged" id swap atom 3 4
wrong served.json "an item less" items drop rss 2
wrong served.json "an item more" items add rss-file
wrong served.json "another text" text set atom-branch 0 text another
wrong served.json "another name" author_name set rss 1 author_name another
wrong served.json "a millisecond later" created_at set atom-file 1 created_at 1

# ---- and against the repository itself ----

# of what is older than two days gitweb shows twenty
git -C "$repository" log --format='%H%x00%an%x00%ae%x00%ct%x00%s%x00%b%x01' -20 main >commits
git -C "$repository" log --format='%H%x00%an%x00%ae%x00%ct%x00%s%x00%b%x01' -20 essai >commits-of-branch
python3 - served/atom >repository.json <<'PY'
import html
import json
import re
import sys

# the CGI server names itself by the machine's own name for the address
base = re.search(r"<id>(.*?)[?]", open(sys.argv[1], encoding="utf-8").read()).group(1)


def read(path, atom):
    items = []
    for line in open(path, encoding="utf-8").read().split("\x01")[:-1]:
        commit, name, mail, at, subject, body = line.strip("\n").split("\0")
        url = "%s?p=essai.git;a=commitdiff;h=%s" % (base, commit)
        items.append({
            "id": url, "url": url, "author_id": mail, "author_name": name, "created_at": int(at) * 1000,
            "words": [subject, *body.split("\n")],
            # RSS does not say whether a title is HTML: one with tags is read as if it were. gitweb says so in Atom, which it is not.
            "title_end": html.unescape(re.sub(r"<[^>]*>", "", subject)).strip(),
        })
    return {"verdict": "ok", "items": items}


json.dump({"feeds": {"atom": read("commits", True), "rss": read("commits", False), "atom-branch": read("commits-of-branch", True)}},
          sys.stdout, ensure_ascii=False, indent=1)
PY
compare repository.json "every item of the logs is what the repository holds"
wrong repository.json "a word that no commit has" words set atom 2 words absent
wrong repository.json "another day" created_at set rss 1 created_at 86400000
same "the file's log has the file's commits" "$(git -C "$repository" log --format=%H main -- f1 | grep -c .)" \
	"$(q "SELECT count(*) FROM exposures WHERE feed = 'rss-file' AND persona = 'anglophone'")"
same "the commit of 2035 stands where its parents put it" "10" "$(q "SELECT group_concat(DISTINCT rank) FROM exposures WHERE feed = 'rss' AND created_at LIKE '2035-%'")"
same "no repository, no item" "0" "$(q "SELECT sum(items) FROM snapshots WHERE feed = 'absent' AND verdict <> 'ok'")"
summary

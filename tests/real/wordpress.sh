#!/bin/sh
# wordpress.sh BIN_DIR WORK_DIR: Debian's WordPress with its own MariaDB, run by PHP's built-in server on loopback, with posts and comments
# that are written here. Its RSS 2.0, RSS 1.0 and Atom, second pages, tags, a search, comments, and the same posts by number of comments
# beside the posts by date: compared with what curl gets, then with the tables of the database. The last line is "N passed, N failed";
# without WordPress or MariaDB "0 passed, 0 failed, 1 skipped".
set -eu
name=wordpress
bin=$1
work=$2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need_tools php mariadbd mariadb mariadb-install-db curl python3 sqlite3 setpriv
need_files /usr/share/wordpress/wp-load.php
for module in mysqli xml mbstring; do php -m | grep -qx "$module" || skip "PHP's $module module is not installed"; done
prepare

# ---- the server ----

posts=44
user=$(id -un)
as=
if [ "$(id -u)" = 0 ]; then # MariaDB refuses root
	user=nobody
	as="--reuid nobody --regid $(id -g nobody) --clear-groups"
fi
install -d -o "$user" "$scratch/db"
TMPDIR=$scratch/db mariadb-install-db --no-defaults --user="$user" --datadir="$scratch/db" --skip-test-db --auth-root-authentication-method=normal >"$dir/install.log" 2>&1 ||
	give_up "MariaDB could not be set up: $(tail -n 1 "$dir/install.log")"
# shellcheck disable=SC2086 # words
serve database.log setpriv $as mariadbd --no-defaults --datadir="$scratch/db" --socket="$scratch/db/s" --skip-networking --skip-name-resolve \
	--innodb-flush-log-at-trx-commit=0 --tmpdir="$scratch/db"
sql() { mariadb --no-defaults -uroot -S "$scratch/db/s" "$@"; }
await 60 database.log sql -e 'CREATE DATABASE wp'
port=$(real ports 1)
base=http://127.0.0.1:$port
cp -rL /usr/share/wordpress "$scratch/site"
cat >"$scratch/site/wp-config.php" <<PHP
<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:$scratch/db/s'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '$base'); define('WP_SITEURL', WP_HOME);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEBUG', false);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require ABSPATH . 'wp-settings.php';
PHP
cat >"$scratch/seed.php" <<'PHP'
<?php
define('WP_INSTALLING', true);
[, $site, $n] = $argv;
$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require "$site/wp-load.php";
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification() {} // no mail
wp_install('Fil d’essai & co', 'admin', 'a@example.test', true, '', 'pw-admin');
update_option('permalink_structure', '');
update_option('posts_per_rss', 20);
foreach (get_posts(['numberposts' => -1, 'post_type' => 'any']) as $p) wp_delete_post($p->ID, true);
foreach (['zoe' => 'Zoé O’Neil & fille', 'emile' => 'Émile 🧀 <b>'] as $login => $shown)
  $authors[] = wp_insert_user(['user_login' => $login, 'user_pass' => 'pw', 'user_email' => "$login@example.test", 'display_name' => $shown]);
$authors[] = 1;
$titles = ['simple', 'été <b>gras</b> & "guillemets"', '5 &lt; 7 &amp;amp; ]]> fin', '日本語 🧀 <i>x</i> — l’« été »'];
// every post has its own number of comments, in an order that is not that of the dates
for ($i = 0; $i < $n; $i++) {
  $date = gmdate('Y-m-d H:i:s', time() - 3600 * ($n - $i));
  if ($i == $n - 1) $date = '2035-07-02 14:40:00'; // not published before that day, so in no feed
  $ids[$i] = wp_insert_post(wp_slash([
    'post_title' => sprintf('Article %04d %s', $i, $titles[$i % 4]), 'post_status' => $i == $n - 1 ? 'future' : 'publish',
    'post_author' => $authors[$i % 3],
    'post_content' => ($i % 7 == 3 ? 'Contenu HATEMARK groupe-cible. ' : 'Le marché était bondé. ')
      . "<p>Paragraphe $i <a href=\"http://example.test/?a=$i&b=2\">lien</a> 🧀 ]]> fin &hellip; &amp;amp; 5 &lt; 7 <em>«\u{00A0}là\u{00A0}»</em></p>",
    'post_date' => $date, 'post_date_gmt' => $date, 'tags_input' => [$i % 2 ? 'fr' : 'en'],
  ]), true);
}
stick_post($ids[3]); // first on the site's front page; feeds go by date
function comment($post, $k, $text, $filtered = true) {
  $date = gmdate('Y-m-d H:i:s', time() - 100000 + $k);
  $comment = wp_slash(['comment_post_ID' => $post, 'comment_author' => "lecteur & $k", 'comment_author_email' => '', 'comment_author_url' => '',
    'comment_author_IP' => '127.0.0.1', 'comment_agent' => '', 'user_id' => 0, 'comment_approved' => 1, 'comment_date' => $date,
    'comment_date_gmt' => $date, 'comment_content' => $text]);
  return wp_insert_comment($filtered ? wp_filter_comment($comment) : $comment);
}
wp_set_current_user(0);
kses_init_filters(); // as for readers
wp_defer_comment_counting(true);
// the second of these three is as a plugin's import may leave it: its "]]>" ends the feed's CDATA section
comment($ids[0], -900, 'Merci');
comment($ids[0], -800, 'avant ]]> <après> &', false);
comment($ids[0], -700, 'Merci encore');
for ($i = 1, $k = 0; $i < $n - 1; $i++)
  for ($c = 3 + ($i * 17) % ($n - 1); $c > 0; $c--, $k++)
    comment($ids[$i], $k, $k % 5 ? "Merci $k <b>gras</b> 🧀 & ]]> fin" : "réponse $k HATEMARK");
wp_defer_comment_counting(false);
PHP
php "$scratch/seed.php" "$scratch/site" "$posts" >"$dir/seed.log" 2>&1 || give_up "WordPress could not be filled: $(tail -n 1 "$dir/seed.log")"
serve server.log php -d display_errors=0 -S "127.0.0.1:$port" -t "$scratch/site"
await 30 server.log answers "$base/?feed=rss2"

# ---- the crawl ----

feed rss2 latest rss2.0 '/?feed=rss2'
feed rss2-second latest rss2.0 '/?feed=rss2&paged=2'
feed rss2-third latest rss2.0 '/?feed=rss2&paged=3'
feed past latest none '/?feed=rss2&paged=9'
feed atom latest atom1.0 '/?feed=atom'
feed rdf latest rss1.0 '/?feed=rdf'
feed discussed ranked rss2.0 '/?feed=rss2&orderby=comment_count&order=desc'
feed tag latest rss2.0 '/?feed=rss2&tag=fr'
feed search latest atom1.0 '/?feed=atom&s=HATEMARK'
feed author latest rss2.0 '/?feed=rss2&author_name=zoe'
feed comments latest rss2.0 '/?feed=comments-rss2'
feed comments-atom latest atom1.0 '/?feed=comments-atom'
first=$(sql -N wp -e "SELECT min(ID) FROM wp_posts WHERE post_type = 'post'")
feed broken latest none "/?feed=rss2&p=$first"
pair discussed discussed rss2
crawl "$base"

# ---- every item, against what curl gets ----

served "$base"
compare served.json "every item of every feed is what curl got"
wrong served.json "two neighbours exchanged" id swap discussed 3 4
wrong served.json "an item less" items drop atom 2
wrong served.json "an item more" items add rss2-third
wrong served.json "another text" text set rdf 0 text another
wrong served.json "another title" title set comments 0 title another
wrong served.json "another name" author_name set search 1 author_name another
wrong served.json "a comment more" replies set rss2 1 replies 1
wrong served.json "a millisecond later" created_at set atom 5 created_at 1

# ---- and against the tables of the database ----

sql --default-character-set=utf8mb4 --raw -N wp -e "SELECT JSON_OBJECT('n', p.ID, 'at', UNIX_TIMESTAMP(p.post_date_gmt), 'title', p.post_title, 'guid', p.guid,
	'author', u.display_name, 'replies', p.comment_count, 'words', p.post_content LIKE '%HATEMARK%')
	FROM wp_posts p JOIN wp_users u ON u.ID = p.post_author WHERE p.post_type = 'post' AND p.post_status = 'publish' ORDER BY p.post_date_gmt DESC" >posts
sql --default-character-set=utf8mb4 --raw -N wp -e "SELECT JSON_OBJECT('n', comment_ID, 'post', comment_post_ID, 'at', UNIX_TIMESTAMP(comment_date_gmt),
	'author', comment_author) FROM wp_comments ORDER BY comment_date_gmt DESC, comment_ID DESC LIMIT 20" >comments
python3 - "$base" >tables.json <<'PY'
import html
import json
import sys

base = sys.argv[1]


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def post(row, atom=False, counted=True):
    url = "%s/?p=%d" % (base, row["n"])
    number = int(row["title"].split()[1])
    item = {
        "id": row["guid"], "url": url, "author_name": html.unescape(row["author"]), "created_at": row["at"] * 1000, "replies": row["replies"],
        "words": ["Contenu HATEMARK groupe-cible." if row["words"] else "Le marché était bondé.",
                  # WordPress sends the cheese as a picture
                  "Paragraphe %d lien" % number, "]]> fin … &amp; 5 < 7 «\u00a0là\u00a0»"],
        # RSS does not say whether a title is HTML: a reference that is left when XML is read is read too
        "title": "Article %04d %s" % (number, ["simple", "été gras & “guillemets”", "5 < 7 &amp; ]]> fin" if atom else "5 < 7 & ]]> fin",
                                               "日本語 🧀 x — l’« été »"][number % 4]),
    }
    if not counted:
        del item["replies"]
    return item


def comment(row):
    url = "%s/?p=%d#comment-%d" % (base, row["post"], row["n"])
    return {"id": url, "url": url, "author_name": html.unescape(row["author"]), "created_at": row["at"] * 1000}


posts = rows("posts")
lists = {
    "rss2": [post(p) for p in posts[:20]],
    "rss2-second": [post(p) for p in posts[20:40]],
    "rss2-third": [post(p) for p in posts[40:60]],
    "atom": [post(p, atom=True) for p in posts[:20]],
    "rdf": [post(p, counted=False) for p in posts[:20]],
    "discussed": [post(p) for p in sorted(posts, key=lambda p: -p["replies"])[:20]],
    "comments": [comment(c) for c in rows("comments")],
}
json.dump({"feeds": {name: {"verdict": "ok", "items": items} for name, items in lists.items()}}, sys.stdout, ensure_ascii=False, indent=1)
PY
compare tables.json "every item is what the tables say"
wrong tables.json "the neighbours of a ranked feed exchanged" id swap discussed 0 1
wrong tables.json "a word that no post has" words set atom 2 words absent
wrong tables.json "a comment more" replies set discussed 7 replies 1
same "the posts that are published" "$((posts - 1))" "$(grep -c . posts)"
same "the post of 2035 is in no feed" "0" "$(q "SELECT count(*) FROM exposures WHERE created_at LIKE '2035-%'")"
same "no item is said to be pinned: feeds do not tell of sticky posts" "0" "$(q 'SELECT count(*) FROM exposure WHERE is_pinned')"
same "past the last page is no list" "0" "$(q "SELECT sum(items) + sum(verdict IN ('ok', 'partial')) FROM snapshots WHERE feed = 'past'")"
same "a comment that breaks the feed's XML costs neither itself nor its neighbours" "ok 3 lecteur & -700,lecteur & -800,lecteur & -900" \
	"$(q "SELECT verdict || ' ' || count(*) || ' ' || group_concat(substr(title, 5)) FROM (SELECT * FROM exposures WHERE feed = 'broken' AND persona = 'anglophone' ORDER BY rank)")"
same "ranked and by date are not the same order" "1" "$(q "SELECT count(*) < 5 FROM exposures a JOIN exposures b USING (persona, rank, item) WHERE a.feed = 'discussed' AND b.feed = 'rss2' AND persona = 'anglophone'")"
etag=$(curl -s -D - -o served/again "$base/?feed=rss2" | tr -d '\r' | sed -n 's/^ETag: //p')
same "the server would answer 304 to one who asks with its ETag" "304" "$(curl -s -o served/again -w '%{http_code}' -H "If-None-Match: $etag" "$base/?feed=rss2")"
same "the crawl asks without: each snapshot has bytes of its own" "0" "$(q 'SELECT count(*) FROM capture WHERE status = 304')"
summary

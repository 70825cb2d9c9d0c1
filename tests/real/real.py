#!/usr/bin/env python3
"""real.py: what the scripts of this folder need besides a shell. It reads feeds with Python's own XML and HTML parsers and shares no
line with amplimeter, so that both can be compared.

  real.py ports N                          N free ports of loopback
  real.py study NAME BASE FEEDS PAIRS SOURCES
                                           the study, from the lists that lib.sh writes
  real.py read BASE FEEDS DIR              what the documents in DIR say, as a truth
  real.py compare DB TRUTH                 each item and rank of each snapshot; differences go to stderr, exit code 1
  real.py mutate TRUTH set FEED I FIELD VALUE | swap FEED I J | drop FEED I | add FEED
                                           the truth, made wrong

A truth is {"feeds": {NAME: {"verdict": V, "items": [{FIELD: VALUE}, ...]}}}. Only the fields that it has are compared; "words" are looked
for in the stored text, "title_end" at the end of the stored title.
"""
import datetime
import email.utils
import html.parser
import json
import os
import re
import socket
import sqlite3
import sys
import urllib.parse
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
ATOM03 = "{http://purl.org/atom/ns#}"
RSS1 = "{http://purl.org/rss/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Words(html.parser.HTMLParser):
    """The letters of HTML without its tags. A picture's alternative text is not among them, but for a picture that is a letter."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "img" and "wp-smiley" in (named.get("class") or ""):
            self.out.append(named.get("alt") or "")

    def handle_data(self, data):
        self.out.append(data)


def words(markup):
    parser = Words()
    parser.feed(markup)
    parser.close()
    return "".join(parser.out)


def squeeze(text):
    return re.sub(r"\s+", "", text)


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def milliseconds(text):
    text = text.strip()
    if re.match(r"\d{4}-", text):
        when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    else:
        when = email.utils.parsedate_to_datetime(text)
    return round(when.timestamp() * 1000)


# ---- reading ----


def inner(element):
    """The text of an element whose content is XHTML."""
    return "".join(element.itertext())


def first(entry, *names):
    for name in names:
        found = entry.find(name)
        if found is not None and (found.text or len(found)):
            return found
    return None


def text_of(entry, *names):
    found = first(entry, *names)
    return None if found is None else (found.text or "").strip()


def rss_author(text):
    """mail (Name), Name <mail>, or a name"""
    if text is None:
        return None, None
    text = text.strip()
    match = re.fullmatch(r"(\S+@\S+)\s*\((.*)\)", text)
    if match:
        return match.group(1), match.group(2)
    match = re.fullmatch(r"(.*?)\s*<(\S+@\S+)>", text)
    if match:
        return match.group(2), match.group(1)
    return (text, None) if re.fullmatch(r"\S+@\S+", text) else (None, text)


def rss_item(item, ns):
    content = text_of(item, CONTENT + "encoded", ns + "description")
    url = text_of(item, ns + "link")
    mail, name = rss_author(text_of(item, ns + "author"))
    if name is None and mail is None:
        name = text_of(item, DC + "creator")
        name = name and words(name)
    when = text_of(item, ns + "pubDate", DC + "date")
    replies = text_of(item, SLASH + "comments")
    return {
        "id": text_of(item, ns + "guid") or item.get(RDF + "about") or url,
        "url": url,
        "title": one_line(words(text_of(item, ns + "title") or "")),
        "text": words(content or ""),
        "author_id": mail,
        "author_name": name,
        "created_at": milliseconds(when) if when else None,
        "replies": int(replies) if replies else None,
    }


def atom_text(element, untyped_html=False):
    """untyped_html: DokuWiki says nothing of the type of a text that is HTML"""
    if element is None:
        return None
    kind = element.get("type") or "text"
    if kind == "xhtml" or kind == "application/xhtml+xml":
        return inner(element)
    if kind == "html" or untyped_html and element.get("type") is None:
        return words(element.text or "")
    return element.text or ""


def atom_entry(entry, ns, feed):
    author = entry.find(ns + "author")
    if author is None:
        author = feed.find(ns + "author")
    uri = text_of(author, ns + "uri", ns + "url") if author is not None else None
    mail = text_of(author, ns + "email") if author is not None else None
    links = [link for link in entry.findall(ns + "link") if link.get("rel", "alternate") == "alternate"]
    when = text_of(entry, ns + "published", ns + "issued", ns + "created", ns + "updated", ns + "modified")
    replies = text_of(entry, THREAD + "total")
    return {
        "id": text_of(entry, ns + "id"),
        "url": links[0].get("href") if links else None,
        "title": one_line(atom_text(entry.find(ns + "title")) or ""),
        "text": atom_text(first(entry, ns + "content", ns + "summary"), True) or "",
        "author_id": uri or mail,
        "author_name": text_of(author, ns + "name") if author is not None else None,
        "created_at": milliseconds(when) if when else None,
        "replies": int(replies) if replies else None,
    }


def read_document(dialect, path):
    """Strictly the dialect that was asked for: a document of another one is a mistake of the test."""
    with open(path, "rb") as f:
        document = f.read()
    if dialect.endswith("+bare"):  # the server writes "&" where it should write "&amp;": said by the test, never guessed
        document, n = re.subn(rb"&(?!#?\w+;)", b"&amp;", document)
        assert n, "nothing is bare"
        dialect = dialect[: -len("+bare")]
    root = ET.fromstring(document)
    if dialect in ("rss0.91", "rss2.0"):
        assert root.tag == "rss" and root.get("version") == dialect[3:], (root.tag, root.attrib)
        return [rss_item(item, "") for item in root.find("channel").findall("item")]
    if dialect == "rss1.0":
        assert root.tag == RDF + "RDF", root.tag
        return [rss_item(item, RSS1) for item in root.findall(RSS1 + "item")]
    ns = {"atom1.0": ATOM, "atom0.3": ATOM03}[dialect]
    assert root.tag == ns + "feed", root.tag
    return [atom_entry(entry, ns, root) for entry in root.findall(ns + "entry")]


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip()]


def read(base, feeds, folder):
    truth = {"feeds": {}}
    for name, _, dialect, _, fields in lines(feeds):
        if dialect == "none" or dialect.startswith("source:"):
            continue
        items = read_document(dialect, os.path.join(folder, name))
        without = fields.split(",") if fields else []
        truth["feeds"][name] = {
            "verdict": "ok" if items else "empty",
            "items": [{k: v for k, v in item.items() if k not in without} for item in items],
        }
    json.dump(truth, sys.stdout, ensure_ascii=False, indent=1)


# ---- comparing ----


def stored(db, feed):
    """{persona: (verdict, [item])}, ranks as they are"""
    out = {}
    snapshots = db.execute("SELECT snapshot_id, persona, verdict FROM snapshots WHERE feed = ? ORDER BY persona, snapshot_id", (feed,))
    for snapshot, persona, verdict in snapshots.fetchall():
        rows = db.execute(
            """SELECT x.rank, x.item AS id, x.url, x.title, x.text, a.native_id AS author_id,
                 (SELECT json_group_array(display_name) FROM author_name n WHERE n.author_id = a.id) AS author_names,
                 (SELECT json_group_array(handle) FROM author_name n WHERE n.author_id = a.id) AS author_handles,
                 (SELECT json_group_array(value) FROM (SELECT value FROM label l WHERE l.parse_id = x.parse_id AND l.rank = x.rank ORDER BY n)) AS labels,
                 v.created_at, x.replies, x.score, x.views, x.organic_rank, x.is_pinned
               FROM exposures x LEFT JOIN item_version v ON v.id = x.item_version_id LEFT JOIN author a ON a.id = v.author_id
               WHERE x.snapshot_id = ? ORDER BY x.rank""",
            (snapshot,),
        )
        names = [d[0] for d in rows.description]
        assert persona not in out, "two snapshots of one feed"
        out[persona] = (verdict, [dict(zip(names, row)) for row in rows])
    return out


def equal(field, wanted, item):
    if field == "words":
        return all(squeeze(word) in squeeze(item["text"] or "") for word in wanted), item["text"]
    if field == "title_end":
        return (item["title"] or "").endswith(wanted), item["title"]
    if field == "author_name":  # names belong to the author, who may have others elsewhere
        names = json.loads(item["author_names"])
        return wanted in names or (wanted is None and (item["author_id"] is not None or not names)), names
    if field == "author_handle":
        return wanted in json.loads(item["author_handles"]), item["author_handles"]
    if field == "labels":
        return wanted == json.loads(item["labels"]), item["labels"]
    found = item[field]
    if field == "author_id" and wanted is None:  # an author with a name only is told by an id derived from it
        return found is None or found.startswith("derived:"), found
    if field == "text" and wanted is not None and found is not None:
        return squeeze(wanted) == squeeze(found), found
    if field == "url" and wanted is not None and found is not None:
        return urllib.parse.quote(wanted, safe="%/:?=&;#+,!~@") == urllib.parse.quote(found, safe="%/:?=&;#+,!~@"), found
    return wanted == found, found


def compare_list(note, wanted, found):
    """The number of values compared."""
    note("(all)", "items", len(wanted), len(found), len(wanted) == len(found))
    n, organic = 1, 0
    for i, item in enumerate(found):
        pinned = i < len(wanted) and wanted[i].get("is_pinned")
        place = None if pinned else organic
        organic += not pinned
        note(item["id"], "rank", i, item["rank"], item["rank"] == i)
        note(item["id"], "organic_rank", place, item["organic_rank"], item["organic_rank"] == place)
        n += 2
    for want, item in zip(wanted, found):
        for field in want:
            same, value = equal(field, want[field], item)
            note(want.get("id"), field, want[field], value, same)
            n += 1
    return n


def compare(path, truth_path):
    with open(truth_path, encoding="utf-8") as f:
        truth = json.load(f)
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    row = "%-16s %-10s %6s %10s %11s"
    print(row % ("feed", "persona", "items", "values", "mismatches"))
    total = [0, 0, 0]
    for feed, expected in truth["feeds"].items():
        seen = stored(db, feed)
        if len(seen) != 2:
            print("%s | (all) | personas | 2 | %d" % (feed, len(seen)), file=sys.stderr)
            total[2] += 1
        for persona, (verdict, items) in seen.items():
            bad = []

            def note(item, field, wanted, found, same):
                if not same:
                    bad.append("%s | %s | %s | %s | %r | %r" % (feed, persona, item, field, wanted, found))

            note("(all)", "verdict", expected["verdict"], verdict, expected["verdict"] == verdict)
            n = 1 + compare_list(note, expected["items"], items)
            for line in bad:
                print(line, file=sys.stderr)
            print(row % (feed, persona, len(items), n, len(bad)))
            total = [total[0] + len(items), total[1] + n, total[2] + len(bad)]
    print(row % ("all", "", *total))
    return 1 if total[2] or not total[0] else 0


def mutate(path, how, feed, *rest):
    with open(path, encoding="utf-8") as f:
        truth = json.load(f)
    items = truth["feeds"][feed]["items"]
    if how == "swap":
        i, j = (int(x) for x in rest)
        items[i], items[j] = items[j], items[i]
    elif how == "drop":
        del items[int(rest[0])]
    elif how == "add":
        items.append(dict(items[0]))
    else:
        i, field, value = int(rest[0]), rest[1], rest[2]
        old = items[i][field]
        if isinstance(old, list):
            items[i][field] = old + [value]
        else:
            items[i][field] = old + int(value) if isinstance(old, int) else value
        assert items[i][field] != old
    json.dump(truth, sys.stdout, ensure_ascii=False, indent=1)


# ---- the study ----


def both(fr, en):
    return {"fr": fr, "en": en}


def feed_of(base, endpoint, dialect, path):
    """A feed by its address, or one of a source of one's own, whose parameters stand where the address does."""
    if not dialect.startswith("source:"):
        return {"platform": "feeds", "endpoint": endpoint, "host": base, "depth": 30, "params": {"path": path}}
    params = dict(urllib.parse.parse_qsl(path))
    return {"platform": dialect[len("source:"):], "endpoint": endpoint, "host": base, "depth": 60, **({"params": params} if params else {})}


def study(name, base, feeds, pairs, sources):
    personas = [("francophone", ["fr"], "Français", "French"), ("anglophone", ["en"], "Anglais", "English")]
    out = {
        "study": name,
        "title": both("Un vrai serveur, sur cette machine", "A real server, on this machine"),
        "question": both(
            "Chaque élément et chaque rang enregistré est-il celui que le serveur a envoyé ?",
            "Is every stored item and rank the one that the server sent?",
        ),
        "personas": [
            {"persona": p, "title": both(fr, en), "rationale": both("Demande cette langue.", "Asks for this language."), "languages": langs}
            for p, langs, fr, en in personas
        ],
        "feeds": {feed: feed_of(base, endpoint, dialect, path) for feed, endpoint, dialect, path, _ in lines(feeds)},
        "schedule": {"every": "1h", "window": "30m", "max_skew": "20m"},
        "detectors": ["marker"],
        "grid": {"depth": [20], "threshold": ["default"], "rbp_p": ["0.9"], "text_view": ["v1"]},
        "seed": 1,
        "decisions": [
            {"type": "private_address", "subject": urllib.parse.urlsplit(base).netloc, "reason": "test server on loopback"}
        ],
    }
    own = [path for (path,) in lines(sources)]
    if own:
        out["sources"] = own
    made = lines(pairs)
    if made:
        out["pairs"] = {
            pair: {
                "ranked": ranked, "chronological": chronological, "pool": "alternative", "window": "count",
                "reason": both("La même liste, classée ou par date.", "The same list, ranked or by time."),
            }
            for pair, ranked, chronological in made
        }
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)


def ports(n):
    held = [socket.socket() for _ in range(int(n))]
    for s in held:
        s.bind(("127.0.0.1", 0))
    print(*(s.getsockname()[1] for s in held))


COMMANDS = {"ports": ports, "study": study, "read": read, "compare": compare, "mutate": mutate}
if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))

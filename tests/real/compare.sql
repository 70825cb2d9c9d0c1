-- compare.sql: what the database holds (attached as c) against what the network says it served (table truth: one row, the text of
-- truth.json). Leaves the tables `feed_result` (one row a feed and persona) and `mismatch`, and prints nothing. SQLite 3.37 is enough.
-- In the truth posts have keys; accounts too. Items that share a second are not ordered by it: such an item has places lo to hi.

CREATE TEMP TABLE account AS
SELECT json_extract(value, '$.key') AS key, json_extract(value, '$.did') AS did, json_extract(value, '$.follows') AS follows
FROM truth, json_each(truth.j, '$.users');

CREATE TEMP TABLE post AS
SELECT p.key AS n, json_extract(p.value, '$.key') AS key, json_extract(p.value, '$.uri') AS uri, a.did AS did, json_extract(p.value, '$.text') AS text,
  json_extract(p.value, '$.lang') AS langs, json_extract(p.value, '$.createdAt') AS created_at, json_extract(p.value, '$.likes') AS likes,
  json_extract(p.value, '$.hateful') AS hateful
FROM truth, json_each(truth.j, '$.posts') p JOIN account a ON a.key = json_extract(p.value, '$.author');
CREATE TEMP TABLE newest AS SELECT max(created_at) AS at FROM post;

-- The shapes that the network's script writes after the posts: a reply to the first post, a repost and a quotation of the second, a post
-- with a link, one with a label of its author's. All five are the first account's.
CREATE TEMP TABLE shape AS
SELECT key AS shape, value AS uri, substr(value, 6, instr(substr(value, 6), '/') - 1) AS did FROM truth, json_each(truth.j, '$.shapes');
CREATE TEMP TABLE shape_text(shape TEXT PRIMARY KEY, text TEXT, langs TEXT);
INSERT INTO shape_text VALUES ('reply', 'réponse', 'fr'), ('quote', 'quote', 'en'), ('facet', 'été 🧀 link', 'fr,en'), ('label', 'self-labelled', 'en');

-- thing: everything that can stand in a feed, with the fields to be found again.
CREATE TEMP TABLE thing AS
SELECT p.uri, p.did, p.created_at, p.hateful,
  json_object('author', p.did, 'text', p.text, 'langs', p.langs, 'created_at', p.created_at, 'likes', p.likes, 'replies', p.n = 0, 'reposts', p.n = 1,
    'quotes', p.n = 1, 'is_reply', 0, 'is_quote', 0, 'reply_to', NULL, 'quote_of', NULL, 'quote_text', NULL,
    'links', NULL,
    'labels', CASE WHEN p.uri = (SELECT uri FROM shape WHERE shape = 'moderated') THEN 'intolerant by another' END) AS j
FROM post p
UNION ALL
SELECT s.uri, s.did, (SELECT at FROM newest), 0,
  json_object('author', s.did, 'text', t.text, 'langs', t.langs, 'created_at', (SELECT at FROM newest), 'likes', 0, 'replies', 0, 'reposts', 0,
    'quotes', 0, 'is_reply', s.shape = 'reply', 'is_quote', s.shape = 'quote',
    'reply_to', CASE s.shape WHEN 'reply' THEN (SELECT uri FROM post WHERE n = 0) END, 'quote_of', CASE s.shape WHEN 'quote' THEN (SELECT uri FROM post WHERE n = 1) END,
    'quote_text', CASE s.shape WHEN 'quote' THEN (SELECT text FROM post WHERE n = 1) END,
    'links', CASE s.shape WHEN 'facet' THEN 'http://example.test/a Titre' END,
    'labels', CASE s.shape WHEN 'label' THEN 'graphic-media by its author' END)
FROM shape s JOIN shape_text t USING (shape);

CREATE TEMP TABLE reader(persona TEXT, account TEXT);
INSERT INTO reader VALUES ('anonymous', NULL), ('logged-in', 'persona-hostile');

-- expected: ranked feeds and generators from the order that the truth states (for-you: the reader's own) ...
CREATE TEMP TABLE expected AS
SELECT r.persona, f.key AS feed, CAST(o.key AS INTEGER) AS lo, CAST(o.key AS INTEGER) AS hi, p.uri, 0 AS is_repost, NULL AS entry_id, NULL AS reposter
FROM truth, reader r, json_each(truth.j, '$.feeds') f,
  json_each(coalesce(json_extract(f.value, '$.perPersona.' || r.account || '.order'), json_extract(f.value, '$.order'))) o
JOIN post p ON p.key = o.value
WHERE f.key IN ('for-you', 'top-likes', 'boosted', 'chrono');
-- ... `gaps` is chrono behind 40 posts that do not exist: pages of 30 asked to a depth of 30 show 0, 20 and 30 of them ...
INSERT INTO expected SELECT persona, 'gaps', lo, hi, uri, 0, NULL, NULL FROM expected WHERE feed = 'chrono' AND lo < 50;

-- ... and the feeds by time from who is in them: list members (no reposts), the author, the followed accounts of the one who logged in.
CREATE TEMP TABLE dated AS
WITH member(feed, persona, did) AS (
  SELECT 'list', r.persona, a.did FROM truth, reader r, json_each(truth.j, '$.list.members') m JOIN account a ON a.key = m.value
  UNION ALL SELECT 'author', r.persona, (SELECT did FROM shape WHERE shape = 'repost') FROM reader r
  UNION ALL SELECT 'timeline', r.persona, a.did FROM reader r JOIN account me ON me.key = r.account, json_each(me.follows) f JOIN account a ON a.key = f.value)
SELECT m.persona, m.feed, t.uri, t.created_at AS at, 0 AS is_repost, NULL AS entry_id, NULL AS reposter FROM member m JOIN thing t ON t.did = m.did
UNION ALL
SELECT m.persona, m.feed, p.uri, n.at, 1, s.uri, s.did FROM member m JOIN shape s ON s.shape = 'repost' AND s.did = m.did, post p, newest n
WHERE p.n = 1 AND m.feed <> 'list';
INSERT INTO expected
SELECT d.persona, d.feed, (SELECT count(*) FROM dated x WHERE x.persona = d.persona AND x.feed = d.feed AND x.at > d.at),
  (SELECT count(*) - 1 FROM dated x WHERE x.persona = d.persona AND x.feed = d.feed AND x.at >= d.at), d.uri, d.is_repost, d.entry_id, d.reposter
FROM dated d;

-- actual: the same fields out of the database.
CREATE TEMP TABLE actual AS
SELECT x.persona, x.feed, x.rank, x.organic_rank, x.item AS uri, x.is_repost, e.entry_id, b.native_id AS reposter, x.text AS shown,
  json_object('author', a.native_id, 'text', x.text, 'langs', x.langs, 'created_at', x.created_at, 'likes', x.likes, 'replies', x.replies, 'reposts', x.reposts,
    'quotes', x.quotes, 'is_reply', x.is_reply, 'is_quote', x.is_quote, 'reply_to', v.reply_to, 'quote_of', v.quote_of, 'quote_text', x.quote_text,
    'links', (SELECT group_concat(k.url || coalesce(' ' || k.title, '')) FROM c.link k WHERE k.item_version_id = x.item_version_id),
    'labels', (SELECT group_concat(l.value || CASE WHEN l.source = a.native_id THEN ' by its author' ELSE ' by another' END)
               FROM c.label l WHERE l.parse_id = x.parse_id AND l.rank = x.rank)) AS j
FROM c.exposures x JOIN c.exposure e ON e.parse_id = x.parse_id AND e.rank = x.rank LEFT JOIN c.item_version v ON v.id = x.item_version_id
LEFT JOIN c.author a ON a.id = v.author_id LEFT JOIN c.author b ON b.id = e.reposter_id;

CREATE TEMP TABLE compared AS
WITH met AS (
  SELECT e.persona, e.feed, e.lo, e.hi, e.uri, e.is_repost, e.entry_id, e.reposter, t.j AS wanted, a.rank, a.organic_rank, a.j AS found,
    a.entry_id AS found_entry, a.reposter AS found_reposter
  FROM expected e JOIN thing t ON t.uri = e.uri
  LEFT JOIN actual a ON a.persona = e.persona AND a.feed = e.feed AND a.uri = e.uri AND a.is_repost = e.is_repost)
SELECT persona, feed, uri, 'rank' AS field, CASE WHEN lo = hi THEN lo ELSE lo || ' to ' || hi END AS wanted, rank AS found, coalesce(rank BETWEEN lo AND hi, 0) AS same FROM met
UNION ALL SELECT persona, feed, uri, 'organic_rank', rank, organic_rank, organic_rank IS rank FROM met
UNION ALL SELECT persona, feed, uri, 'entry_id', entry_id, found_entry, entry_id IS found_entry FROM met
UNION ALL SELECT persona, feed, uri, 'reposted_by', reposter, found_reposter, reposter IS found_reposter FROM met
UNION ALL SELECT m.persona, m.feed, m.uri, w.key, w.atom, json_extract(m.found, w.fullkey), w.atom IS json_extract(m.found, w.fullkey) FROM met m, json_each(m.wanted) w
UNION ALL -- nothing that was not served, and nothing twice
SELECT a.persona, a.feed, a.uri, 'is expected once', 1, count(e.uri), count(e.uri) = 1
FROM actual a LEFT JOIN expected e ON e.persona = a.persona AND e.feed = a.feed AND e.uri = a.uri AND e.is_repost = a.is_repost GROUP BY a.persona, a.feed, a.rank
UNION ALL
SELECT e.persona, e.feed, '(all)', 'items', count(*), (SELECT count(*) FROM actual a WHERE a.persona = e.persona AND a.feed = e.feed),
  count(*) = (SELECT count(*) FROM actual a WHERE a.persona = e.persona AND a.feed = e.feed)
FROM expected e GROUP BY e.persona, e.feed
UNION ALL
SELECT r.persona, f.key, '(top 20)', 'hateful in the first 20',
  coalesce(json_extract(f.value, '$.perPersona.' || r.account || '.hatefulInTop20'), json_extract(f.value, '$.hatefulInTop20')),
  (SELECT count(*) FROM actual a WHERE a.persona = r.persona AND a.feed = f.key AND a.rank < 20 AND instr(a.shown, 'HATEMARK') > 0),
  coalesce(json_extract(f.value, '$.perPersona.' || r.account || '.hatefulInTop20'), json_extract(f.value, '$.hatefulInTop20'))
    IS (SELECT count(*) FROM actual a WHERE a.persona = r.persona AND a.feed = f.key AND a.rank < 20 AND instr(a.shown, 'HATEMARK') > 0)
FROM truth, reader r, json_each(truth.j, '$.feeds') f WHERE f.key IN ('for-you', 'top-likes', 'boosted', 'chrono');

CREATE TEMP TABLE feed_result AS
SELECT feed, persona, (SELECT count(*) FROM actual a WHERE a.persona = c.persona AND a.feed = c.feed) AS items, count(*) AS compared, sum(NOT same) AS mismatches
FROM compared c GROUP BY feed, persona;
CREATE TEMP TABLE mismatch AS
SELECT feed, persona, uri, field, coalesce(wanted, '(none)') AS wanted, coalesce(found, '(none)') AS found FROM compared WHERE NOT same;

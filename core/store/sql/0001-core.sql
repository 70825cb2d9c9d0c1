-- 0001-core.sql: the data model. Append-only: once shipped this file never changes (a test pins its hash).
-- Integer ids are join keys inside this file; every row that can be merged has a content-derived `key`.
-- Times are INTEGER milliseconds UTC; booleans 0/1; enumerations TEXT with CHECK.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE crawler (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  label TEXT NOT NULL
) STRICT;

CREATE TABLE program_run (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  crawler_id INTEGER NOT NULL REFERENCES crawler(id),
  version TEXT NOT NULL,
  commit_id TEXT,
  command TEXT NOT NULL,
  configuration_hash BLOB CHECK (length(configuration_hash) = 32),
  seed INTEGER,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  preamble TEXT
) STRICT;

CREATE TABLE study (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  slug TEXT NOT NULL
) STRICT;
CREATE INDEX study_slug ON study(slug);

CREATE TABLE study_version (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_id INTEGER NOT NULL REFERENCES study(id),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  parent_id INTEGER REFERENCES study_version(id),
  reason TEXT,
  text TEXT NOT NULL,
  locked_at INTEGER NOT NULL,
  CHECK ((parent_id IS NULL) = (reason IS NULL))
) STRICT;
CREATE INDEX study_version_study ON study_version(study_id, locked_at);

CREATE TABLE persona (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  name TEXT NOT NULL,
  twin_of_id INTEGER REFERENCES persona(id),
  cluster_key BLOB NOT NULL CHECK (length(cluster_key) = 16),
  attributes TEXT NOT NULL,
  UNIQUE (study_version_id, name)
) STRICT;

CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  host TEXT,
  parameters TEXT NOT NULL,
  ranking TEXT NOT NULL CHECK (ranking IN ('algorithmic', 'chronological', 'unranked')), -- unranked: directories, look-ups, saved files of them
  depth INTEGER NOT NULL CHECK (depth > 0),
  UNIQUE (study_version_id, name)
) STRICT;

CREATE TABLE pair (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  name TEXT NOT NULL,
  ranked_feed_id INTEGER NOT NULL REFERENCES feed(id),
  chronological_feed_id INTEGER NOT NULL REFERENCES feed(id),
  pool TEXT NOT NULL CHECK (pool IN ('identical', 'alternative', 'different')),
  reason TEXT NOT NULL,
  window_rule TEXT NOT NULL CHECK (window_rule IN ('count', 'back_to_oldest_ranked')),
  UNIQUE (study_version_id, name)
) STRICT;

CREATE TABLE round (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  scheduled_at INTEGER NOT NULL,
  window_end INTEGER NOT NULL,
  CHECK (window_end >= scheduled_at)
) STRICT;
CREATE INDEX round_time ON round(scheduled_at);

-- A work queue, not evidence: what became of a slot is a ledger entry or a capture.
CREATE TABLE slot (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  round_id INTEGER NOT NULL REFERENCES round(id),
  persona_id INTEGER NOT NULL REFERENCES persona(id),
  feed_id INTEGER NOT NULL REFERENCES feed(id),
  crawler_id INTEGER REFERENCES crawler(id),
  state TEXT NOT NULL CHECK (state IN ('due', 'claimed', 'done', 'missed')),
  claimed_by INTEGER REFERENCES crawler(id),
  claim_until INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  UNIQUE (round_id, persona_id, feed_id)
) STRICT;
CREATE INDEX slot_state ON slot(state, round_id);

-- archive = one crawler x one study
CREATE TABLE archive (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  crawler_id INTEGER NOT NULL REFERENCES crawler(id),
  study_id INTEGER NOT NULL REFERENCES study(id),
  UNIQUE (crawler_id, study_id)
) STRICT;

CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  archive_id INTEGER NOT NULL REFERENCES archive(id),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  type TEXT NOT NULL CHECK (type IN ('capture', 'amendment', 'preamble', 'override', 'stamp', 'erasure', 'missed')),
  recorded_at INTEGER NOT NULL,
  nonce BLOB CHECK (length(nonce) = 16),
  entry_hash BLOB NOT NULL CHECK (length(entry_hash) = 32),
  link BLOB NOT NULL UNIQUE CHECK (length(link) = 32),
  UNIQUE (archive_id, seq)
) STRICT;

CREATE TABLE capture (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  ledger_id INTEGER NOT NULL UNIQUE REFERENCES ledger(id),
  program_run_id INTEGER NOT NULL REFERENCES program_run(id),
  slot_id INTEGER REFERENCES slot(id),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  purpose TEXT NOT NULL CHECK (purpose IN ('feed', 'robots', 'session', 'lookup')),
  origin TEXT NOT NULL CHECK (origin IN ('fetched', 'ingested')),
  method TEXT,
  url TEXT NOT NULL,
  status INTEGER,
  curl_code INTEGER,
  error TEXT,
  protocol TEXT,
  server_address TEXT,
  local_address TEXT,
  proxy TEXT,
  tls_version TEXT,
  certificate_sha256 BLOB CHECK (length(certificate_sha256) = 32),
  queued_at INTEGER,
  sent_at INTEGER,
  first_byte_at INTEGER,
  ended_at INTEGER,
  captured_at INTEGER,
  captured_at_kind TEXT NOT NULL CHECK (captured_at_kind IN ('measured', 'claimed', 'unknown')),
  wire_sha256 BLOB CHECK (length(wire_sha256) = 32),
  wire_bytes INTEGER,
  payload_sha256 BLOB CHECK (length(payload_sha256) = 32),
  content_coding TEXT,
  age INTEGER,
  date_header TEXT,
  etag TEXT,
  masked TEXT,
  cookie_state TEXT,
  redirect_of_id INTEGER REFERENCES capture(id),
  CHECK ((captured_at IS NULL) = (captured_at_kind = 'unknown'))
) STRICT;
CREATE INDEX capture_slot ON capture(slot_id);

-- The only mutable part: archives move.
CREATE TABLE capture_location (
  capture_id INTEGER PRIMARY KEY REFERENCES capture(id),
  file TEXT NOT NULL,
  offset INTEGER NOT NULL CHECK (offset >= 0),
  length INTEGER NOT NULL CHECK (length > 0),
  revisit_of_id INTEGER REFERENCES capture(id)
) STRICT;

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  round_id INTEGER NOT NULL REFERENCES round(id),
  persona_id INTEGER NOT NULL REFERENCES persona(id),
  feed_id INTEGER NOT NULL REFERENCES feed(id),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  walk INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  parent_snapshot_id INTEGER REFERENCES snapshot(id),
  parent_rank INTEGER,
  policy TEXT,
  depth_asked INTEGER NOT NULL CHECK (depth_asked > 0),
  started_at INTEGER,
  ended_at INTEGER,
  skew_ms INTEGER,
  interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1)),
  UNIQUE (round_id, persona_id, feed_id, walk, step, attempt)
) STRICT;
CREATE INDEX snapshot_persona ON snapshot(persona_id, feed_id, round_id);

CREATE TABLE snapshot_capture (
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
  page INTEGER NOT NULL CHECK (page >= 0),
  capture_id INTEGER NOT NULL REFERENCES capture(id),
  PRIMARY KEY (snapshot_id, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_capture_capture ON snapshot_capture(capture_id);

-- A parse is a generation: never updated, a newer adapter adds another.
CREATE TABLE parse (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
  adapter TEXT NOT NULL,
  adapter_version TEXT NOT NULL,
  engine_version TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('ok', 'empty', 'partial', 'drift', 'blocked', 'failed')),
  reason TEXT,
  items INTEGER NOT NULL CHECK (items >= 0),
  organic_items INTEGER NOT NULL CHECK (organic_items BETWEEN 0 AND items),
  repairs INTEGER NOT NULL DEFAULT 0,
  UNIQUE (snapshot_id, adapter, adapter_version, engine_version)
) STRICT;

CREATE TABLE snapshot_current (
  snapshot_id INTEGER PRIMARY KEY REFERENCES snapshot(id),
  parse_id INTEGER NOT NULL UNIQUE REFERENCES parse(id)
) STRICT;

-- Findings from history, made at round close; never a parse verdict, so that a reparse gives the same bytes.
CREATE TABLE alarm (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
  rule TEXT NOT NULL,
  window TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  platform TEXT NOT NULL,
  native_id TEXT NOT NULL
) STRICT;

-- The only table with direct identifiers; erasable.
CREATE TABLE author_name (
  author_id INTEGER NOT NULL REFERENCES author(id),
  handle TEXT NOT NULL DEFAULT '',
  display_name TEXT NOT NULL DEFAULT '',
  first_seen_at INTEGER,
  PRIMARY KEY (author_id, handle, display_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  platform TEXT NOT NULL,
  native_id TEXT NOT NULL
) STRICT;

-- Server-local names of an item (a Mastodon status has one on each server that shows it).
CREATE TABLE item_alias (
  item_id INTEGER NOT NULL REFERENCES item(id),
  host TEXT NOT NULL,
  local_id TEXT NOT NULL,
  PRIMARY KEY (item_id, host, local_id)
) STRICT, WITHOUT ROWID;

-- Everything in this row and in its media and link rows is hashed into the key.
CREATE TABLE item_version (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  item_id INTEGER NOT NULL REFERENCES item(id),
  kind TEXT NOT NULL CHECK (kind IN ('post', 'comment', 'video', 'article', 'link', 'tag', 'feed', 'account')),
  author_id INTEGER REFERENCES author(id),
  url TEXT,
  title TEXT,
  text TEXT,
  quote_text TEXT,
  warning TEXT,
  langs TEXT,
  created_at INTEGER,
  created_at_raw TEXT,
  created_precision TEXT CHECK (created_precision IN ('exact', 'day', 'relative')),
  reply_to TEXT,
  quote_of TEXT,
  erased_at INTEGER
) STRICT;
CREATE INDEX item_version_item ON item_version(item_id);

CREATE TABLE media (
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  url TEXT,
  alt TEXT,
  mime TEXT,
  width INTEGER,
  height INTEGER,
  PRIMARY KEY (item_version_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  n INTEGER NOT NULL,
  url TEXT NOT NULL,
  title TEXT,
  description TEXT,
  PRIMARY KEY (item_version_id, n)
) STRICT, WITHOUT ROWID;

-- One item version at one rank of one snapshot. Counts, reposts and labels are facts of the sighting.
CREATE TABLE exposure (
  parse_id INTEGER NOT NULL REFERENCES parse(id),
  rank INTEGER NOT NULL CHECK (rank >= 0),
  organic_rank INTEGER CHECK (organic_rank BETWEEN 0 AND rank),
  item_version_id INTEGER REFERENCES item_version(id),
  page INTEGER NOT NULL,
  byte_offset INTEGER,
  entry_id TEXT,
  is_repost INTEGER NOT NULL CHECK (is_repost IN (0, 1)),
  reposter_id INTEGER REFERENCES author(id),
  reposted_at INTEGER,
  is_pinned INTEGER NOT NULL CHECK (is_pinned IN (0, 1)),
  is_ad INTEGER NOT NULL CHECK (is_ad IN (0, 1)),
  is_service INTEGER NOT NULL CHECK (is_service IN (0, 1)),
  is_reply INTEGER NOT NULL CHECK (is_reply IN (0, 1)),
  is_quote INTEGER NOT NULL CHECK (is_quote IN (0, 1)),
  feed_reason TEXT,
  feed_context TEXT,
  likes INTEGER,
  reposts INTEGER,
  replies INTEGER,
  quotes INTEGER,
  views INTEGER,
  score INTEGER,
  counts_rounded INTEGER NOT NULL DEFAULT 0 CHECK (counts_rounded IN (0, 1)),
  PRIMARY KEY (parse_id, rank),
  CHECK ((organic_rank IS NULL) = (is_pinned OR is_ad OR is_service))
) STRICT, WITHOUT ROWID;
CREATE INDEX exposure_item_version ON exposure(item_version_id);

CREATE TABLE label (
  parse_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  n INTEGER NOT NULL,
  value TEXT NOT NULL,
  source TEXT,
  PRIMARY KEY (parse_id, rank, n),
  FOREIGN KEY (parse_id, rank) REFERENCES exposure(parse_id, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE diagnostic (
  parse_id INTEGER NOT NULL REFERENCES parse(id),
  n INTEGER NOT NULL,
  rank INTEGER,
  page INTEGER,
  byte_offset INTEGER,
  code TEXT NOT NULL,
  field TEXT,
  detail TEXT,
  PRIMARY KEY (parse_id, n)
) STRICT, WITHOUT ROWID;

-- What detectors read, kept apart from the text as shown.
CREATE TABLE item_text (
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  normaliser_version TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (item_version_id, normaliser_version)
) STRICT, WITHOUT ROWID;

CREATE TABLE detector (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  model_hash BLOB CHECK (length(model_hash) = 32),
  lexicon_hash BLOB CHECK (length(lexicon_hash) = 32),
  configuration TEXT NOT NULL,
  text_view_version TEXT NOT NULL,
  normaliser_version TEXT NOT NULL
) STRICT;

CREATE TABLE detection (
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  detector_id INTEGER NOT NULL REFERENCES detector(id),
  status TEXT NOT NULL CHECK (status IN ('ok', 'abstain', 'missing', 'error')),
  score REAL CHECK (score BETWEEN 0 AND 1),
  PRIMARY KEY (item_version_id, detector_id),
  CHECK ((score IS NULL) = (status IN ('missing', 'error')))
) STRICT, WITHOUT ROWID;

CREATE TABLE detection_target (
  item_version_id INTEGER NOT NULL,
  detector_id INTEGER NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (item_version_id, detector_id, target),
  FOREIGN KEY (item_version_id, detector_id) REFERENCES detection(item_version_id, detector_id)
) STRICT, WITHOUT ROWID;

-- Thresholds apart from scores: a decimal string, so that it can be a key.
CREATE TABLE threshold_set (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  detector_id INTEGER NOT NULL REFERENCES detector(id),
  lang TEXT NOT NULL,
  threshold TEXT NOT NULL,
  UNIQUE (detector_id, lang)
) STRICT;

-- One cell of the sensitivity grid as the study declares it; primary = the cell of the primary metric.
CREATE TABLE grid_cell (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  depth INTEGER NOT NULL CHECK (depth > 0),
  threshold TEXT NOT NULL,
  rbp_p TEXT NOT NULL,
  text_view TEXT NOT NULL,
  is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
  UNIQUE (study_version_id, depth, threshold, rbp_p, text_view)
) STRICT;

-- Sums written at commit, so that analysis reads 50 times fewer rows. target 'any' = flagged for any target.
CREATE TABLE snapshot_sum (
  parse_id INTEGER NOT NULL REFERENCES parse(id),
  detector_id INTEGER NOT NULL REFERENCES detector(id),
  grid_cell_id INTEGER NOT NULL REFERENCES grid_cell(id),
  target TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  missing INTEGER NOT NULL CHECK (missing BETWEEN 0 AND n),
  flagged INTEGER NOT NULL CHECK (flagged BETWEEN 0 AND n - missing),
  discounted REAL NOT NULL,
  discount_total REAL NOT NULL,
  PRIMARY KEY (parse_id, detector_id, grid_cell_id, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE estimate (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  metric TEXT NOT NULL,
  pair_id INTEGER REFERENCES pair(id),
  feed_id INTEGER REFERENCES feed(id),
  persona_id INTEGER REFERENCES persona(id),
  platform TEXT,
  ranking TEXT CHECK (ranking IN ('algorithmic', 'chronological')),
  target TEXT NOT NULL,
  detector_id INTEGER REFERENCES detector(id),
  grid_cell_id INTEGER REFERENCES grid_cell(id),
  unit TEXT NOT NULL,
  cluster_rule TEXT NOT NULL,
  clusters INTEGER,
  family TEXT,
  role TEXT NOT NULL CHECK (role IN ('primary', 'exploratory')),
  estimate REAL,
  lo REAL,
  hi REAL,
  se REAL,
  p REAL,
  adjusted_p REAL,
  smallest_p REAL,
  n INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  excluded INTEGER NOT NULL,
  worst_lo REAL,
  worst_hi REAL,
  method TEXT NOT NULL,
  null_reason TEXT,
  chain_head BLOB CHECK (length(chain_head) = 32),
  CHECK ((estimate IS NULL) = (null_reason IS NOT NULL))
) STRICT;

-- Recorded decisions: robots override, private address allowed by name, another user agent, consent. Each is a ledger entry too.
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  ledger_id INTEGER NOT NULL UNIQUE REFERENCES ledger(id),
  type TEXT NOT NULL CHECK (type IN ('robots_override', 'private_address', 'user_agent', 'consent')),
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;

-- ---- guards ----
-- A guard rail, not a proof: `amplimeter verify` recomputes everything from the archive. Evidence and parse generations are never
-- updated or deleted; a second INSERT of the same key is refused before SQLite's conflict handling could turn it into a replacement.
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'ledger rows are evidence: they are never updated');
END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'ledger rows are evidence: they are never deleted');
END;
CREATE TRIGGER capture_no_update BEFORE UPDATE ON capture BEGIN
  SELECT RAISE(ABORT, 'capture rows are evidence: they are never updated');
END;
CREATE TRIGGER capture_no_delete BEFORE DELETE ON capture BEGIN
  SELECT RAISE(ABORT, 'capture rows are evidence: they are never deleted');
END;
CREATE TRIGGER round_no_update BEFORE UPDATE ON round BEGIN
  SELECT RAISE(ABORT, 'round rows are evidence: they are never updated');
END;
CREATE TRIGGER round_no_delete BEFORE DELETE ON round BEGIN
  SELECT RAISE(ABORT, 'round rows are evidence: they are never deleted');
END;
CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON snapshot BEGIN
  SELECT RAISE(ABORT, 'snapshot rows are evidence: they are never updated');
END;
CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON snapshot BEGIN
  SELECT RAISE(ABORT, 'snapshot rows are evidence: they are never deleted');
END;
CREATE TRIGGER snapshot_capture_no_update BEFORE UPDATE ON snapshot_capture BEGIN
  SELECT RAISE(ABORT, 'snapshot_capture rows are evidence: they are never updated');
END;
CREATE TRIGGER snapshot_capture_no_delete BEFORE DELETE ON snapshot_capture BEGIN
  SELECT RAISE(ABORT, 'snapshot_capture rows are evidence: they are never deleted');
END;
CREATE TRIGGER study_version_no_update BEFORE UPDATE ON study_version BEGIN
  SELECT RAISE(ABORT, 'study_version rows are evidence: they are never updated');
END;
CREATE TRIGGER study_version_no_delete BEFORE DELETE ON study_version BEGIN
  SELECT RAISE(ABORT, 'study_version rows are evidence: they are never deleted');
END;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN
  SELECT RAISE(ABORT, 'decision rows are evidence: they are never updated');
END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN
  SELECT RAISE(ABORT, 'decision rows are evidence: they are never deleted');
END;
CREATE TRIGGER parse_no_update BEFORE UPDATE ON parse BEGIN
  SELECT RAISE(ABORT, 'parse rows are evidence: they are never updated');
END;
CREATE TRIGGER parse_no_delete BEFORE DELETE ON parse BEGIN
  SELECT RAISE(ABORT, 'parse rows are evidence: they are never deleted');
END;
CREATE TRIGGER exposure_no_update BEFORE UPDATE ON exposure BEGIN
  SELECT RAISE(ABORT, 'exposure rows are evidence: they are never updated');
END;
CREATE TRIGGER exposure_no_delete BEFORE DELETE ON exposure BEGIN
  SELECT RAISE(ABORT, 'exposure rows are evidence: they are never deleted');
END;
CREATE TRIGGER label_no_update BEFORE UPDATE ON label BEGIN
  SELECT RAISE(ABORT, 'label rows are evidence: they are never updated');
END;
CREATE TRIGGER label_no_delete BEFORE DELETE ON label BEGIN
  SELECT RAISE(ABORT, 'label rows are evidence: they are never deleted');
END;
CREATE TRIGGER diagnostic_no_update BEFORE UPDATE ON diagnostic BEGIN
  SELECT RAISE(ABORT, 'diagnostic rows are evidence: they are never updated');
END;
CREATE TRIGGER diagnostic_no_delete BEFORE DELETE ON diagnostic BEGIN
  SELECT RAISE(ABORT, 'diagnostic rows are evidence: they are never deleted');
END;
CREATE TRIGGER item_no_update BEFORE UPDATE ON item BEGIN
  SELECT RAISE(ABORT, 'item rows are evidence: they are never updated');
END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN
  SELECT RAISE(ABORT, 'item rows are evidence: they are never deleted');
END;
CREATE TRIGGER item_version_no_update BEFORE UPDATE ON item_version BEGIN
  SELECT RAISE(ABORT, 'item_version rows are evidence: they are never updated');
END;
CREATE TRIGGER item_version_no_delete BEFORE DELETE ON item_version BEGIN
  SELECT RAISE(ABORT, 'item_version rows are evidence: they are never deleted');
END;
CREATE TRIGGER media_no_update BEFORE UPDATE ON media BEGIN
  SELECT RAISE(ABORT, 'media rows are evidence: they are never updated');
END;
CREATE TRIGGER media_no_delete BEFORE DELETE ON media BEGIN
  SELECT RAISE(ABORT, 'media rows are evidence: they are never deleted');
END;
CREATE TRIGGER link_no_update BEFORE UPDATE ON link BEGIN
  SELECT RAISE(ABORT, 'link rows are evidence: they are never updated');
END;
CREATE TRIGGER link_no_delete BEFORE DELETE ON link BEGIN
  SELECT RAISE(ABORT, 'link rows are evidence: they are never deleted');
END;
CREATE TRIGGER alarm_no_update BEFORE UPDATE ON alarm BEGIN
  SELECT RAISE(ABORT, 'alarm rows are evidence: they are never updated');
END;
CREATE TRIGGER alarm_no_delete BEFORE DELETE ON alarm BEGIN
  SELECT RAISE(ABORT, 'alarm rows are evidence: they are never deleted');
END;
CREATE TRIGGER ledger_no_reinsert BEFORE INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE archive_id = NEW.archive_id AND seq = NEW.seq) BEGIN
  SELECT RAISE(ABORT, 'ledger row exists already: evidence is written once');
END;
CREATE TRIGGER capture_no_reinsert BEFORE INSERT ON capture WHEN EXISTS (SELECT 1 FROM capture WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'capture row exists already: evidence is written once');
END;
CREATE TRIGGER round_no_reinsert BEFORE INSERT ON round WHEN EXISTS (SELECT 1 FROM round WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'round row exists already: evidence is written once');
END;
CREATE TRIGGER snapshot_no_reinsert BEFORE INSERT ON snapshot WHEN EXISTS (SELECT 1 FROM snapshot WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'snapshot row exists already: evidence is written once');
END;
CREATE TRIGGER snapshot_capture_no_reinsert BEFORE INSERT ON snapshot_capture WHEN EXISTS (SELECT 1 FROM snapshot_capture WHERE snapshot_id = NEW.snapshot_id AND page = NEW.page) BEGIN
  SELECT RAISE(ABORT, 'snapshot_capture row exists already: evidence is written once');
END;
CREATE TRIGGER study_version_no_reinsert BEFORE INSERT ON study_version WHEN EXISTS (SELECT 1 FROM study_version WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'study_version row exists already: evidence is written once');
END;
CREATE TRIGGER decision_no_reinsert BEFORE INSERT ON decision WHEN EXISTS (SELECT 1 FROM decision WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'decision row exists already: evidence is written once');
END;
CREATE TRIGGER parse_no_reinsert BEFORE INSERT ON parse WHEN EXISTS (SELECT 1 FROM parse WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'parse row exists already: evidence is written once');
END;
-- A run may be closed once; nothing else of it changes.
CREATE TRIGGER program_run_close_once BEFORE UPDATE ON program_run
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.crawler_id <> OLD.crawler_id
  OR NEW.version <> OLD.version OR NEW.commit_id IS NOT OLD.commit_id OR NEW.command <> OLD.command
  OR NEW.configuration_hash IS NOT OLD.configuration_hash OR NEW.seed IS NOT OLD.seed OR NEW.started_at <> OLD.started_at
  OR NEW.preamble IS NOT OLD.preamble
BEGIN
  SELECT RAISE(ABORT, 'program_run: only ended_at may be set, once');
END;
CREATE TRIGGER program_run_no_delete BEFORE DELETE ON program_run BEGIN
  SELECT RAISE(ABORT, 'program_run rows are evidence: they are never deleted');
END;

-- ---- views ----
-- Plain names for sqlite3, R, pandas, Datasette: no question needs more than two of them. Times are RFC 3339.

CREATE VIEW snapshots AS
SELECT s.id AS snapshot_id, st.slug AS study, lower(hex(sv.hash)) AS protocol_hash,
  strftime('%Y-%m-%dT%H:%M:%S', r.scheduled_at / 1000, 'unixepoch') || printf('.%03dZ', r.scheduled_at % 1000) AS scheduled_at,
  date(r.scheduled_at / 1000, 'unixepoch') AS day,
  p.name AS persona, lower(hex(p.cluster_key)) AS cluster, t.name AS twin_of,
  f.platform AS platform, f.name AS feed, f.endpoint AS endpoint, f.ranking AS ranking,
  s.attempt AS attempt, pa.verdict AS verdict, pa.reason AS reason, pa.items AS items, pa.organic_items AS organic_items,
  s.depth_asked AS depth_asked, s.skew_ms AS skew_ms,
  strftime('%Y-%m-%dT%H:%M:%S', s.started_at / 1000, 'unixepoch') || printf('.%03dZ', s.started_at % 1000) AS started_at,
  pa.id AS parse_id, r.id AS round_id, p.id AS persona_id, f.id AS feed_id
FROM snapshot s
JOIN round r ON r.id = s.round_id
JOIN persona p ON p.id = s.persona_id
LEFT JOIN persona t ON t.id = p.twin_of_id
JOIN feed f ON f.id = s.feed_id
JOIN study_version sv ON sv.id = r.study_version_id
JOIN study st ON st.id = sv.study_id
LEFT JOIN snapshot_current c ON c.snapshot_id = s.id
LEFT JOIN parse pa ON pa.id = c.parse_id;

CREATE VIEW exposures AS
SELECT s.study, s.scheduled_at, s.day, s.persona, s.cluster, s.twin_of, s.platform, s.feed, s.ranking, s.verdict,
  e.rank, e.organic_rank, v.kind, i.native_id AS item, v.url, lower(hex(a.key)) AS author, v.title, v.text, v.quote_text, v.warning, v.langs,
  strftime('%Y-%m-%dT%H:%M:%S', v.created_at / 1000, 'unixepoch') || printf('.%03dZ', v.created_at % 1000) AS created_at,
  e.is_repost, e.is_reply, e.is_quote, e.is_pinned, e.is_ad, e.is_service,
  e.likes, e.reposts, e.replies, e.quotes, e.views, e.score,
  s.snapshot_id, e.parse_id, e.item_version_id
FROM snapshots s
JOIN exposure e ON e.parse_id = s.parse_id
LEFT JOIN item_version v ON v.id = e.item_version_id
LEFT JOIN item i ON i.id = v.item_id
LEFT JOIN author a ON a.id = v.author_id;

-- One row for each exposure and detector: presumed hateful is for the detector to say, only a judge qualifies.
CREATE VIEW scored_exposures AS
SELECT x.*, d.name AS detector, d.version AS detector_version, n.status AS detection_status, n.score AS detection_score,
  (SELECT group_concat(target, ',') FROM (SELECT target FROM detection_target g
     WHERE g.item_version_id = n.item_version_id AND g.detector_id = n.detector_id ORDER BY target)) AS targets
FROM exposures x
JOIN detection n ON n.item_version_id = x.item_version_id
JOIN detector d ON d.id = n.detector_id;

-- Sums of the primary grid cell; a target without a row was flagged 0 times among the n of target 'any'.
CREATE VIEW persona_exposure AS
SELECT s.study, s.scheduled_at, s.day, s.persona, s.cluster, s.twin_of, s.platform, s.feed, s.ranking, s.verdict,
  d.name AS detector, m.target, g.depth, g.threshold, m.n, m.missing, m.flagged,
  CASE WHEN m.n > m.missing THEN 100.0 * m.flagged / (m.n - m.missing) END AS share_percent,
  CASE WHEN m.discount_total > 0 THEN 100.0 * m.discounted / m.discount_total END AS rank_weighted_percent,
  s.snapshot_id, s.round_id, s.persona_id, s.feed_id, m.parse_id, m.detector_id, m.grid_cell_id
FROM snapshots s
JOIN snapshot_sum m ON m.parse_id = s.parse_id
JOIN grid_cell g ON g.id = m.grid_cell_id AND g.is_primary = 1
JOIN detector d ON d.id = m.detector_id;

-- Ranked beside chronological: same persona, same round, both verdicts ok, one row for each target that was flagged anywhere
-- (0 where this pair has none).
CREATE VIEW feed_pairs AS
SELECT q.name AS pair, q.pool, a.study, a.scheduled_at, a.day, a.persona, a.cluster, a.twin_of, a.platform, a.detector, t.target,
  a.feed AS ranked_feed, a.n AS ranked_n, a.missing AS ranked_missing, coalesce(x.flagged, 0) AS ranked_flagged,
  CASE WHEN a.n > a.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing) END AS ranked_percent,
  b.feed AS chronological_feed, b.n AS chronological_n, b.missing AS chronological_missing, coalesce(y.flagged, 0) AS chronological_flagged,
  CASE WHEN b.n > b.missing THEN 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS chronological_percent,
  CASE WHEN a.n > a.missing AND b.n > b.missing THEN 100.0 * coalesce(x.flagged, 0) / (a.n - a.missing)
    - 100.0 * coalesce(y.flagged, 0) / (b.n - b.missing) END AS difference_points
FROM pair q
JOIN persona_exposure a ON a.feed_id = q.ranked_feed_id AND a.verdict = 'ok' AND a.target = 'any'
JOIN persona_exposure b ON b.feed_id = q.chronological_feed_id AND b.persona_id = a.persona_id AND b.round_id = a.round_id
  AND b.detector_id = a.detector_id AND b.verdict = 'ok' AND b.target = 'any'
JOIN (SELECT DISTINCT target FROM snapshot_sum) t
LEFT JOIN snapshot_sum x ON x.parse_id = a.parse_id AND x.detector_id = a.detector_id AND x.grid_cell_id = a.grid_cell_id AND x.target = t.target
LEFT JOIN snapshot_sum y ON y.parse_id = b.parse_id AND y.detector_id = b.detector_id AND y.grid_cell_id = b.grid_cell_id AND y.target = t.target;

CREATE VIEW captures AS
SELECT c.id AS capture_id, lower(hex(c.key)) AS key, l.seq, c.purpose, c.origin, c.method, c.url, c.status, c.error,
  strftime('%Y-%m-%dT%H:%M:%S', c.captured_at / 1000, 'unixepoch') || printf('.%03dZ', c.captured_at % 1000) AS captured_at,
  c.captured_at_kind, c.server_address, c.tls_version, lower(hex(c.wire_sha256)) AS wire_sha256,
  lower(hex(c.payload_sha256)) AS payload_sha256, lower(hex(l.link)) AS chain_link, o.file, o.offset, o.length
FROM capture c
JOIN ledger l ON l.id = c.ledger_id
LEFT JOIN capture_location o ON o.capture_id = c.id;

CREATE VIEW missed_slots AS
SELECT st.slug AS study, strftime('%Y-%m-%dT%H:%M:%S', r.scheduled_at / 1000, 'unixepoch') || printf('.%03dZ', r.scheduled_at % 1000) AS scheduled_at,
  p.name AS persona, f.name AS feed, s.reason
FROM slot s
JOIN round r ON r.id = s.round_id
JOIN study_version sv ON sv.id = r.study_version_id
JOIN study st ON st.id = sv.study_id
JOIN persona p ON p.id = s.persona_id
JOIN feed f ON f.id = s.feed_id
WHERE s.state = 'missed';

CREATE VIEW protocol_versions AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, lower(hex(w.hash)) AS amends, v.reason,
  strftime('%Y-%m-%dT%H:%M:%S', v.locked_at / 1000, 'unixepoch') || printf('.%03dZ', v.locked_at % 1000) AS locked_at
FROM study_version v
JOIN study st ON st.id = v.study_id
LEFT JOIN study_version w ON w.id = v.parent_id;

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
  ranking TEXT NOT NULL CHECK (ranking IN ('algorithmic', 'chronological')),
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

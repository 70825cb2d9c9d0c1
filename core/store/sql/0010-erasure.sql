-- 0010-erasure.sql: lawful erasure. What was erased is a row; the row blanks what it names, here and wherever it is merged into, and nothing else may be
-- blanked. Scores, sums, ranks, counts and times stay: measures do not change. Append-only: once shipped this file never changes (a test pins its hash).

-- One request in one archive. `request` is shared by the rows of a request that concerns several archives. ledger_id NULL: the entry is not written yet;
-- finished_at NULL: the archive's records are not erased yet. It says neither who nor what: only how much, and on what ground.
CREATE TABLE erasure (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  request BLOB NOT NULL CHECK (length(request) = 16),
  archive_id INTEGER NOT NULL REFERENCES archive(id),
  ledger_id INTEGER UNIQUE REFERENCES ledger(id),
  subject TEXT NOT NULL CHECK (subject IN ('author', 'item')),
  basis TEXT NOT NULL CHECK (basis <> ''),
  asked_at INTEGER NOT NULL,
  versions INTEGER NOT NULL CHECK (versions >= 0),
  finished_at INTEGER
) STRICT;

-- Twins that received the same bytes are known by digest and ETag: random stand-ins, the same for the same value, keep that without telling of what.
CREATE TABLE erased_capture (
  capture_id INTEGER PRIMARY KEY REFERENCES capture(id),
  erasure_id INTEGER NOT NULL REFERENCES erasure(id),
  payload BLOB CHECK (length(payload) = 32),
  etag TEXT
) STRICT;
CREATE INDEX erased_capture_erasure ON erased_capture(erasure_id);

CREATE TABLE erased_version (
  item_version_id INTEGER PRIMARY KEY REFERENCES item_version(id),
  request BLOB NOT NULL CHECK (length(request) = 16),
  erased_at INTEGER NOT NULL
) STRICT;

-- A version that stays, but no longer says what it replies to.
CREATE TABLE erased_reference (
  item_version_id INTEGER PRIMARY KEY REFERENCES item_version(id),
  request BLOB NOT NULL CHECK (length(request) = 16)
) STRICT;

CREATE TABLE erased_item (
  item_id INTEGER PRIMARY KEY REFERENCES item(id),
  request BLOB NOT NULL CHECK (length(request) = 16)
) STRICT;

CREATE TABLE erased_author (
  author_id INTEGER PRIMARY KEY REFERENCES author(id),
  request BLOB NOT NULL CHECK (length(request) = 16)
) STRICT;

-- ---- what may be blanked: exactly what such a row names ----
DROP TRIGGER ledger_no_update;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
WHEN NEW.nonce IS NOT NULL OR NEW.id <> OLD.id OR NEW.archive_id <> OLD.archive_id OR NEW.seq <> OLD.seq OR NEW.type <> OLD.type
  OR NEW.recorded_at <> OLD.recorded_at OR NEW.entry_hash <> OLD.entry_hash OR NEW.link <> OLD.link
  OR NOT EXISTS (SELECT 1 FROM erased_capture x JOIN capture c ON c.id = x.capture_id WHERE c.ledger_id = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'ledger rows are evidence: they are never updated');
END;

DROP TRIGGER capture_no_update;
CREATE TRIGGER capture_no_update BEFORE UPDATE ON capture
WHEN NEW.wire_sha256 IS NOT NULL OR NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.ledger_id <> OLD.ledger_id OR NEW.program_run_id <> OLD.program_run_id
  OR NEW.slot_id IS NOT OLD.slot_id OR NEW.attempt <> OLD.attempt OR NEW.purpose <> OLD.purpose OR NEW.origin <> OLD.origin
  OR NEW.method IS NOT OLD.method OR NEW.url <> '' OR NEW.status IS NOT OLD.status OR NEW.curl_code IS NOT OLD.curl_code
  OR NEW.error IS NOT OLD.error OR NEW.protocol IS NOT OLD.protocol OR NEW.server_address IS NOT OLD.server_address
  OR NEW.local_address IS NOT OLD.local_address OR NEW.proxy IS NOT OLD.proxy OR NEW.tls_version IS NOT OLD.tls_version
  OR NEW.certificate_sha256 IS NOT OLD.certificate_sha256 OR NEW.queued_at IS NOT OLD.queued_at OR NEW.sent_at IS NOT OLD.sent_at
  OR NEW.first_byte_at IS NOT OLD.first_byte_at OR NEW.ended_at IS NOT OLD.ended_at OR NEW.captured_at IS NOT OLD.captured_at
  OR NEW.captured_at_kind <> OLD.captured_at_kind OR NEW.wire_bytes IS NOT OLD.wire_bytes OR NEW.content_coding IS NOT OLD.content_coding
  OR NEW.age IS NOT OLD.age OR NEW.date_header IS NOT OLD.date_header OR NEW.masked IS NOT OLD.masked
  OR NEW.cookie_state IS NOT OLD.cookie_state OR NEW.redirect_of_id IS NOT OLD.redirect_of_id
  OR NOT EXISTS (SELECT 1 FROM erased_capture x WHERE x.capture_id = OLD.id AND x.payload IS NEW.payload_sha256 AND x.etag IS NEW.etag)
BEGIN
  SELECT RAISE(ABORT, 'capture rows are evidence: they are never updated');
END;

DROP TRIGGER item_no_update;
CREATE TRIGGER item_no_update BEFORE UPDATE ON item
WHEN NEW.native_id <> '' OR NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.platform <> OLD.platform
  OR NOT EXISTS (SELECT 1 FROM erased_item x WHERE x.item_id = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'item rows are evidence: they are never updated');
END;

DROP TRIGGER item_version_no_update;
CREATE TRIGGER item_version_no_update BEFORE UPDATE ON item_version
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.item_id <> OLD.item_id OR NEW.kind <> OLD.kind OR NEW.author_id IS NOT OLD.author_id
  OR NEW.langs IS NOT OLD.langs OR NEW.created_at IS NOT OLD.created_at OR NEW.created_precision IS NOT OLD.created_precision
  OR NEW.reply_to IS NOT NULL
  OR NOT (
    (EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = OLD.id) AND NEW.erased_at IS NOT NULL
      AND (OLD.erased_at IS NULL OR NEW.erased_at = OLD.erased_at) AND NEW.url IS NULL AND NEW.title IS NULL AND NEW.text IS NULL
      AND NEW.quote_text IS NULL AND NEW.warning IS NULL AND NEW.created_at_raw IS NULL AND NEW.quote_of IS NULL)
    OR (EXISTS (SELECT 1 FROM erased_reference x WHERE x.item_version_id = OLD.id) AND NEW.erased_at IS OLD.erased_at
      AND NEW.url IS OLD.url AND NEW.title IS OLD.title AND NEW.text IS OLD.text AND NEW.quote_text IS OLD.quote_text
      AND NEW.warning IS OLD.warning AND NEW.created_at_raw IS OLD.created_at_raw AND NEW.quote_of IS OLD.quote_of))
BEGIN
  SELECT RAISE(ABORT, 'item_version rows are evidence: they are never updated');
END;

DROP TRIGGER media_no_delete;
CREATE TRIGGER media_no_delete BEFORE DELETE ON media
WHEN NOT EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = OLD.item_version_id)
BEGIN
  SELECT RAISE(ABORT, 'media rows are evidence: they are never deleted');
END;

DROP TRIGGER link_no_delete;
CREATE TRIGGER link_no_delete BEFORE DELETE ON link
WHEN NOT EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = OLD.item_version_id)
BEGIN
  SELECT RAISE(ABORT, 'link rows are evidence: they are never deleted');
END;

DROP TRIGGER exposure_no_update;
CREATE TRIGGER exposure_no_update BEFORE UPDATE ON exposure
WHEN NEW.entry_id IS NOT NULL OR NEW.feed_reason IS NOT NULL OR NEW.feed_context IS NOT NULL
  OR NEW.parse_id <> OLD.parse_id OR NEW.rank <> OLD.rank OR NEW.organic_rank IS NOT OLD.organic_rank
  OR NEW.item_version_id IS NOT OLD.item_version_id OR NEW.page <> OLD.page OR NEW.byte_offset IS NOT OLD.byte_offset
  OR NEW.is_repost <> OLD.is_repost OR NEW.reposter_id IS NOT OLD.reposter_id OR NEW.reposted_at IS NOT OLD.reposted_at
  OR NEW.is_pinned <> OLD.is_pinned OR NEW.is_ad <> OLD.is_ad OR NEW.is_service <> OLD.is_service OR NEW.is_reply <> OLD.is_reply
  OR NEW.is_quote <> OLD.is_quote OR NEW.likes IS NOT OLD.likes OR NEW.reposts IS NOT OLD.reposts OR NEW.replies IS NOT OLD.replies
  OR NEW.quotes IS NOT OLD.quotes OR NEW.views IS NOT OLD.views OR NEW.score IS NOT OLD.score OR NEW.counts_rounded <> OLD.counts_rounded
  OR NOT (EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = OLD.item_version_id)
    OR EXISTS (SELECT 1 FROM erased_author x WHERE x.author_id = OLD.reposter_id))
BEGIN
  SELECT RAISE(ABORT, 'exposure rows are evidence: they are never updated');
END;

-- A remark on a page may quote it.
DROP TRIGGER diagnostic_no_update;
CREATE TRIGGER diagnostic_no_update BEFORE UPDATE ON diagnostic
WHEN NEW.detail IS NOT NULL OR NEW.parse_id <> OLD.parse_id OR NEW.n <> OLD.n OR NEW.rank IS NOT OLD.rank OR NEW.page IS NOT OLD.page
  OR NEW.byte_offset IS NOT OLD.byte_offset OR NEW.code <> OLD.code OR NEW.field IS NOT OLD.field
  OR NOT EXISTS (SELECT 1 FROM parse p JOIN snapshot_capture s ON s.snapshot_id = p.snapshot_id
    JOIN erased_capture x ON x.capture_id = s.capture_id WHERE p.id = OLD.parse_id AND (OLD.page IS NULL OR s.page = OLD.page))
BEGIN
  SELECT RAISE(ABORT, 'diagnostic rows are evidence: they are never updated');
END;

-- ---- blanking ----
CREATE TRIGGER erased_capture_blanks AFTER INSERT ON erased_capture BEGIN
  UPDATE ledger SET nonce = NULL WHERE id = (SELECT c.ledger_id FROM capture c WHERE c.id = NEW.capture_id);
  UPDATE capture SET url = '', wire_sha256 = NULL, payload_sha256 = NEW.payload, etag = NEW.etag WHERE id = NEW.capture_id;
  DELETE FROM capture_location WHERE capture_id = NEW.capture_id;
  UPDATE diagnostic SET detail = NULL WHERE detail IS NOT NULL AND parse_id IN (SELECT p.id FROM parse p
      JOIN snapshot_capture s ON s.snapshot_id = p.snapshot_id WHERE s.capture_id = NEW.capture_id)
    AND (page IS NULL OR page IN (SELECT s.page FROM snapshot_capture s WHERE s.capture_id = NEW.capture_id));
END;

CREATE TRIGGER erased_version_blanks AFTER INSERT ON erased_version BEGIN
  UPDATE item_version SET url = NULL, title = NULL, text = NULL, quote_text = NULL, warning = NULL, created_at_raw = NULL, reply_to = NULL,
    quote_of = NULL, erased_at = coalesce(erased_at, NEW.erased_at) WHERE id = NEW.item_version_id;
  DELETE FROM media WHERE item_version_id = NEW.item_version_id;
  DELETE FROM link WHERE item_version_id = NEW.item_version_id;
  DELETE FROM item_text WHERE item_version_id = NEW.item_version_id;
  UPDATE exposure SET entry_id = NULL, feed_reason = NULL, feed_context = NULL WHERE item_version_id = NEW.item_version_id;
  DELETE FROM annotation_comment WHERE annotation_id IN (SELECT a.id FROM annotation a JOIN sample_unit u ON u.id = a.sample_unit_id
    WHERE u.item_version_id = NEW.item_version_id);
  DELETE FROM sample_text WHERE sample_unit_id IN (SELECT u.id FROM sample_unit u WHERE u.item_version_id = NEW.item_version_id);
END;

CREATE TRIGGER erased_reference_blanks AFTER INSERT ON erased_reference BEGIN
  UPDATE item_version SET reply_to = NULL WHERE id = NEW.item_version_id;
END;

CREATE TRIGGER erased_item_blanks AFTER INSERT ON erased_item BEGIN
  UPDATE item SET native_id = '' WHERE id = NEW.item_id;
  DELETE FROM item_alias WHERE item_id = NEW.item_id;
END;

CREATE TRIGGER erased_author_blanks AFTER INSERT ON erased_author BEGIN
  UPDATE author SET native_id = '' WHERE id = NEW.author_id;
  DELETE FROM author_name WHERE author_id = NEW.author_id;
  UPDATE exposure SET entry_id = NULL, feed_reason = NULL, feed_context = NULL WHERE reposter_id = NEW.author_id;
END;

-- ---- what comes again, by a merge with a copy where it was not erased, or by a later crawl ----
CREATE TRIGGER media_of_erased AFTER INSERT ON media WHEN EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = NEW.item_version_id) BEGIN
  DELETE FROM media WHERE item_version_id = NEW.item_version_id;
END;
CREATE TRIGGER link_of_erased AFTER INSERT ON link WHEN EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = NEW.item_version_id) BEGIN
  DELETE FROM link WHERE item_version_id = NEW.item_version_id;
END;
CREATE TRIGGER item_text_of_erased AFTER INSERT ON item_text WHEN EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = NEW.item_version_id) BEGIN
  DELETE FROM item_text WHERE item_version_id = NEW.item_version_id;
END;
CREATE TRIGGER exposure_of_erased AFTER INSERT ON exposure
WHEN (NEW.entry_id IS NOT NULL OR NEW.feed_reason IS NOT NULL OR NEW.feed_context IS NOT NULL)
  AND (EXISTS (SELECT 1 FROM erased_version x WHERE x.item_version_id = NEW.item_version_id)
    OR EXISTS (SELECT 1 FROM erased_author x WHERE x.author_id = NEW.reposter_id)) BEGIN
  UPDATE exposure SET entry_id = NULL, feed_reason = NULL, feed_context = NULL WHERE parse_id = NEW.parse_id AND rank = NEW.rank;
END;
CREATE TRIGGER item_alias_of_erased AFTER INSERT ON item_alias WHEN EXISTS (SELECT 1 FROM erased_item x WHERE x.item_id = NEW.item_id) BEGIN
  DELETE FROM item_alias WHERE item_id = NEW.item_id;
END;
CREATE TRIGGER author_name_of_erased AFTER INSERT ON author_name WHEN EXISTS (SELECT 1 FROM erased_author x WHERE x.author_id = NEW.author_id) BEGIN
  DELETE FROM author_name WHERE author_id = NEW.author_id;
END;
CREATE TRIGGER capture_location_of_erased AFTER INSERT ON capture_location WHEN EXISTS (SELECT 1 FROM erased_capture x WHERE x.capture_id = NEW.capture_id) BEGIN
  DELETE FROM capture_location WHERE capture_id = NEW.capture_id;
END;
CREATE TRIGGER sample_text_of_erased AFTER INSERT ON sample_text
WHEN EXISTS (SELECT 1 FROM sample_unit u JOIN erased_version x ON x.item_version_id = u.item_version_id WHERE u.id = NEW.sample_unit_id) BEGIN
  DELETE FROM sample_text WHERE sample_unit_id = NEW.sample_unit_id;
END;
CREATE TRIGGER annotation_comment_of_erased AFTER INSERT ON annotation_comment
WHEN EXISTS (SELECT 1 FROM annotation a JOIN sample_unit u ON u.id = a.sample_unit_id JOIN erased_version x ON x.item_version_id = u.item_version_id
  WHERE a.id = NEW.annotation_id) BEGIN
  DELETE FROM annotation_comment WHERE annotation_id = NEW.annotation_id;
END;

-- ---- guards of the record itself ----
CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN
  SELECT RAISE(ABORT, 'erasure rows are evidence: they are never deleted');
END;
CREATE TRIGGER erasure_goes_on BEFORE UPDATE ON erasure
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.request <> OLD.request OR NEW.archive_id <> OLD.archive_id OR NEW.subject <> OLD.subject
  OR NEW.basis <> OLD.basis OR NEW.asked_at <> OLD.asked_at OR NEW.versions <> OLD.versions
  OR (OLD.ledger_id IS NOT NULL AND NEW.ledger_id IS NOT OLD.ledger_id) OR (OLD.finished_at IS NOT NULL AND NEW.finished_at IS NOT OLD.finished_at)
BEGIN
  SELECT RAISE(ABORT, 'erasure: only the ledger entry and the end may be set, once');
END;
CREATE TRIGGER erased_capture_stays BEFORE DELETE ON erased_capture BEGIN
  SELECT RAISE(ABORT, 'erased_capture rows are evidence: they are never deleted');
END;
CREATE TRIGGER erased_version_stays BEFORE DELETE ON erased_version BEGIN
  SELECT RAISE(ABORT, 'erased_version rows are evidence: they are never deleted');
END;
CREATE TRIGGER erased_reference_stays BEFORE DELETE ON erased_reference BEGIN
  SELECT RAISE(ABORT, 'erased_reference rows are evidence: they are never deleted');
END;
CREATE TRIGGER erased_item_stays BEFORE DELETE ON erased_item BEGIN
  SELECT RAISE(ABORT, 'erased_item rows are evidence: they are never deleted');
END;
CREATE TRIGGER erased_author_stays BEFORE DELETE ON erased_author BEGIN
  SELECT RAISE(ABORT, 'erased_author rows are evidence: they are never deleted');
END;

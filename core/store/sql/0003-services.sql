-- 0003-services.sql: detectors from outside: what was sent where, every answer as it came, and which texts were drawn with which
-- probability. Evidence: rows are written once.

-- One batch of texts and what came of it; sent = 0: no text left the program, and outcome says why.
CREATE TABLE service_exchange (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  detector_id INTEGER NOT NULL REFERENCES detector(id),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  recipient TEXT NOT NULL,
  sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  status INTEGER,
  asked_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  texts INTEGER NOT NULL CHECK (texts >= 0),
  characters INTEGER NOT NULL CHECK (characters >= 0),
  cost INTEGER NOT NULL CHECK (cost >= 0),
  request_sha256 BLOB CHECK (length(request_sha256) = 32),
  model TEXT NOT NULL,
  answer BLOB
) STRICT;
CREATE INDEX service_exchange_detector ON service_exchange (detector_id);

CREATE TABLE service_text (
  service_exchange_id INTEGER NOT NULL REFERENCES service_exchange(id),
  n INTEGER NOT NULL CHECK (n >= 0),
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  outcome TEXT NOT NULL,
  PRIMARY KEY (service_exchange_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX service_text_version ON service_text (item_version_id);

-- The second phase of a cascade: at one moment, the texts of a study that no earlier frame holds, ranked by the first detector.
CREATE TABLE cascade_frame (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  detector_id INTEGER NOT NULL REFERENCES detector(id),
  after_detector_id INTEGER NOT NULL REFERENCES detector(id),
  crawler_id INTEGER NOT NULL REFERENCES crawler(id),
  top TEXT NOT NULL,
  random TEXT NOT NULL,
  seed INTEGER NOT NULL,
  drawn_at INTEGER NOT NULL,
  units INTEGER NOT NULL CHECK (units > 0)
) STRICT;

-- probability: of being drawn, known before anything was sent; with it a Horvitz-Thompson sum over the drawn units is unbiased for all.
CREATE TABLE cascade_unit (
  cascade_frame_id INTEGER NOT NULL REFERENCES cascade_frame(id),
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  stratum TEXT NOT NULL CHECK (stratum IN ('unscored', 'top', 'tied', 'rest')),
  first_score REAL,
  probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),
  drawn INTEGER NOT NULL CHECK (drawn IN (0, 1)),
  PRIMARY KEY (cascade_frame_id, item_version_id),
  CHECK ((first_score IS NULL) = (stratum = 'unscored'))
) STRICT, WITHOUT ROWID;
CREATE INDEX cascade_unit_version ON cascade_unit (item_version_id);

CREATE TRIGGER service_exchange_no_update BEFORE UPDATE ON service_exchange BEGIN
  SELECT RAISE(ABORT, 'service_exchange rows are evidence: they are never updated');
END;
CREATE TRIGGER service_exchange_no_delete BEFORE DELETE ON service_exchange BEGIN
  SELECT RAISE(ABORT, 'service_exchange rows are evidence: they are never deleted');
END;
CREATE TRIGGER service_exchange_no_reinsert BEFORE INSERT ON service_exchange WHEN EXISTS (SELECT 1 FROM service_exchange WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'service_exchange row exists already: evidence is written once');
END;
CREATE TRIGGER service_text_no_update BEFORE UPDATE ON service_text BEGIN
  SELECT RAISE(ABORT, 'service_text rows are evidence: they are never updated');
END;
CREATE TRIGGER service_text_no_delete BEFORE DELETE ON service_text BEGIN
  SELECT RAISE(ABORT, 'service_text rows are evidence: they are never deleted');
END;
CREATE TRIGGER cascade_frame_no_update BEFORE UPDATE ON cascade_frame BEGIN
  SELECT RAISE(ABORT, 'cascade_frame rows are evidence: they are never updated');
END;
CREATE TRIGGER cascade_frame_no_delete BEFORE DELETE ON cascade_frame BEGIN
  SELECT RAISE(ABORT, 'cascade_frame rows are evidence: they are never deleted');
END;
CREATE TRIGGER cascade_frame_no_reinsert BEFORE INSERT ON cascade_frame WHEN EXISTS (SELECT 1 FROM cascade_frame WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'cascade_frame row exists already: evidence is written once');
END;
CREATE TRIGGER cascade_unit_no_update BEFORE UPDATE ON cascade_unit BEGIN
  SELECT RAISE(ABORT, 'cascade_unit rows are evidence: they are never updated');
END;
CREATE TRIGGER cascade_unit_no_delete BEFORE DELETE ON cascade_unit BEGIN
  SELECT RAISE(ABORT, 'cascade_unit rows are evidence: they are never deleted');
END;

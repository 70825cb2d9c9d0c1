-- 0004-samples.sql: samples of what was shown, drawn with known probabilities, and what people said of them. Rows are written once;
-- sample_text and annotation_comment alone may be deleted (lawful erasure).

-- `name` is given by people; the key tells samples apart. `frame`: JSON of the rule that made the frame. Probabilities are fixed here, before any export.
CREATE TABLE sample (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  study_version_id INTEGER NOT NULL REFERENCES study_version(id),
  detector_id INTEGER REFERENCES detector(id),
  name TEXT NOT NULL CHECK (name <> ''),
  frame TEXT NOT NULL,
  strata TEXT NOT NULL,
  method TEXT NOT NULL,
  seed INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size > 0),
  drawn INTEGER NOT NULL CHECK (drawn > 0 AND drawn <= units),
  units INTEGER NOT NULL CHECK (units > 0),
  exposures INTEGER NOT NULL CHECK (exposures >= units),
  drawn_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sample_name ON sample (name);

-- lo, hi: scores, as decimals that read back exactly; lo <= score < hi; NULL: no bound, or no score (kind missing).
CREATE TABLE sample_stratum (
  sample_id INTEGER NOT NULL REFERENCES sample(id),
  n INTEGER NOT NULL CHECK (n >= 0),
  kind TEXT NOT NULL CHECK (kind IN ('missing', 'unflagged', 'flagged', 'score')),
  lo TEXT,
  hi TEXT,
  units INTEGER NOT NULL CHECK (units > 0),
  exposures INTEGER NOT NULL CHECK (exposures >= units),
  drawn INTEGER NOT NULL CHECK (drawn BETWEEN 1 AND units),
  PRIMARY KEY (sample_id, n)
) STRICT, WITHOUT ROWID;

-- The drawn item versions. probability_numerator / probability_denominator is exactly the chance of being drawn.
CREATE TABLE sample_unit (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  sample_id INTEGER NOT NULL REFERENCES sample(id),
  item_version_id INTEGER NOT NULL REFERENCES item_version(id),
  stratum INTEGER NOT NULL,
  draw INTEGER NOT NULL CHECK (draw >= 0),
  exposures INTEGER NOT NULL CHECK (exposures > 0),
  score REAL CHECK (score BETWEEN 0 AND 1),
  flagged INTEGER CHECK (flagged IN (0, 1)),
  probability_numerator INTEGER NOT NULL CHECK (probability_numerator > 0),
  probability_denominator INTEGER NOT NULL CHECK (probability_denominator >= probability_numerator),
  UNIQUE (sample_id, item_version_id),
  UNIQUE (sample_id, draw),
  FOREIGN KEY (sample_id, stratum) REFERENCES sample_stratum(sample_id, n),
  CHECK ((score IS NULL) = (flagged IS NULL))
) STRICT;
CREATE INDEX sample_unit_version ON sample_unit (item_version_id);

-- What coders' text hashes are made with. Deleted when the text is erased: nobody can then confirm a guess of it.
CREATE TABLE sample_text (
  sample_unit_id INTEGER PRIMARY KEY REFERENCES sample_unit(id),
  nonce BLOB NOT NULL CHECK (length(nonce) = 16)
) STRICT;

-- The frame, snapshot by snapshot: which reading of it counted, and over its exposures in the frame the sums that estimators need.
CREATE TABLE sample_snapshot (
  sample_id INTEGER NOT NULL REFERENCES sample(id),
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
  parse_id INTEGER NOT NULL REFERENCES parse(id),
  exposures INTEGER NOT NULL CHECK (exposures >= 0),
  left_out INTEGER NOT NULL CHECK (left_out >= 0),
  scored INTEGER NOT NULL CHECK (scored BETWEEN 0 AND exposures),
  flagged INTEGER NOT NULL CHECK (flagged BETWEEN 0 AND scored),
  score_total REAL NOT NULL CHECK (score_total BETWEEN 0 AND scored),
  PRIMARY KEY (sample_id, snapshot_id)
) STRICT, WITHOUT ROWID;

-- Where a drawn unit was shown, so that every arm has its own weights.
CREATE TABLE sample_exposure (
  sample_unit_id INTEGER NOT NULL REFERENCES sample_unit(id),
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
  exposures INTEGER NOT NULL CHECK (exposures > 0),
  PRIMARY KEY (sample_unit_id, snapshot_id)
) STRICT, WITHOUT ROWID;

-- One verdict of one coder on one unit. A correction is a further row that supersedes the earlier one.
-- text_sha256: SHA-256 of the unit's nonce and of the text as it stood in the sheet.
CREATE TABLE annotation (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  sample_unit_id INTEGER NOT NULL REFERENCES sample_unit(id),
  coder TEXT NOT NULL CHECK (coder <> ''),
  pass INTEGER NOT NULL CHECK (pass >= 1),
  guideline TEXT NOT NULL CHECK (guideline <> ''),
  text_sha256 BLOB NOT NULL CHECK (length(text_sha256) = 32),
  label TEXT NOT NULL CHECK (label IN ('hateful', 'not_hateful', 'unsure')),
  act TEXT CHECK (act IN ('provocation', 'insult', 'defamation', 'threat', 'dehumanisation', 'denial', 'counter_speech', 'reclaimed', 'reporting')),
  confidence INTEGER CHECK (confidence BETWEEN 1 AND 3),
  supersedes_id INTEGER REFERENCES annotation(id),
  imported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX annotation_unit ON annotation (sample_unit_id, coder, pass);
CREATE INDEX annotation_supersedes ON annotation (supersedes_id);

CREATE TABLE annotation_target (
  annotation_id INTEGER NOT NULL REFERENCES annotation(id),
  target TEXT NOT NULL CHECK (target <> ''),
  PRIMARY KEY (annotation_id, target)
) STRICT, WITHOUT ROWID;

-- Free words of a coder may quote the text or name somebody: erasable.
CREATE TABLE annotation_comment (
  annotation_id INTEGER PRIMARY KEY REFERENCES annotation(id),
  comment TEXT NOT NULL CHECK (comment <> '')
) STRICT;

-- This annotation decides for its unit, whatever the coders said.
CREATE TABLE adjudication (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  annotation_id INTEGER NOT NULL UNIQUE REFERENCES annotation(id),
  decided_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER sample_no_update BEFORE UPDATE ON sample BEGIN
  SELECT RAISE(ABORT, 'sample rows are evidence: they are never updated');
END;
CREATE TRIGGER sample_no_delete BEFORE DELETE ON sample BEGIN
  SELECT RAISE(ABORT, 'sample rows are evidence: they are never deleted');
END;
CREATE TRIGGER sample_no_reinsert BEFORE INSERT ON sample WHEN EXISTS (SELECT 1 FROM sample WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'sample row exists already: evidence is written once');
END;
CREATE TRIGGER sample_stratum_no_update BEFORE UPDATE ON sample_stratum BEGIN
  SELECT RAISE(ABORT, 'sample_stratum rows are evidence: they are never updated');
END;
CREATE TRIGGER sample_stratum_no_delete BEFORE DELETE ON sample_stratum BEGIN
  SELECT RAISE(ABORT, 'sample_stratum rows are evidence: they are never deleted');
END;
CREATE TRIGGER sample_unit_no_update BEFORE UPDATE ON sample_unit BEGIN
  SELECT RAISE(ABORT, 'sample_unit rows are evidence: they are never updated');
END;
CREATE TRIGGER sample_unit_no_delete BEFORE DELETE ON sample_unit BEGIN
  SELECT RAISE(ABORT, 'sample_unit rows are evidence: they are never deleted');
END;
CREATE TRIGGER sample_unit_no_reinsert BEFORE INSERT ON sample_unit WHEN EXISTS (SELECT 1 FROM sample_unit WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'sample_unit row exists already: evidence is written once');
END;
CREATE TRIGGER sample_snapshot_no_update BEFORE UPDATE ON sample_snapshot BEGIN
  SELECT RAISE(ABORT, 'sample_snapshot rows are evidence: they are never updated');
END;
CREATE TRIGGER sample_snapshot_no_delete BEFORE DELETE ON sample_snapshot BEGIN
  SELECT RAISE(ABORT, 'sample_snapshot rows are evidence: they are never deleted');
END;
CREATE TRIGGER sample_exposure_no_update BEFORE UPDATE ON sample_exposure BEGIN
  SELECT RAISE(ABORT, 'sample_exposure rows are evidence: they are never updated');
END;
CREATE TRIGGER sample_exposure_no_delete BEFORE DELETE ON sample_exposure BEGIN
  SELECT RAISE(ABORT, 'sample_exposure rows are evidence: they are never deleted');
END;
CREATE TRIGGER annotation_no_update BEFORE UPDATE ON annotation BEGIN
  SELECT RAISE(ABORT, 'annotation rows are evidence: they are never updated');
END;
CREATE TRIGGER annotation_no_delete BEFORE DELETE ON annotation BEGIN
  SELECT RAISE(ABORT, 'annotation rows are evidence: they are never deleted');
END;
CREATE TRIGGER annotation_no_reinsert BEFORE INSERT ON annotation WHEN EXISTS (SELECT 1 FROM annotation WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'annotation row exists already: evidence is written once');
END;
CREATE TRIGGER annotation_target_no_update BEFORE UPDATE ON annotation_target BEGIN
  SELECT RAISE(ABORT, 'annotation_target rows are evidence: they are never updated');
END;
CREATE TRIGGER annotation_target_no_delete BEFORE DELETE ON annotation_target BEGIN
  SELECT RAISE(ABORT, 'annotation_target rows are evidence: they are never deleted');
END;
CREATE TRIGGER adjudication_no_update BEFORE UPDATE ON adjudication BEGIN
  SELECT RAISE(ABORT, 'adjudication rows are evidence: they are never updated');
END;
CREATE TRIGGER adjudication_no_delete BEFORE DELETE ON adjudication BEGIN
  SELECT RAISE(ABORT, 'adjudication rows are evidence: they are never deleted');
END;
CREATE TRIGGER adjudication_no_reinsert BEFORE INSERT ON adjudication WHEN EXISTS (SELECT 1 FROM adjudication WHERE key = NEW.key) BEGIN
  SELECT RAISE(ABORT, 'adjudication row exists already: evidence is written once');
END;

-- One row for each verdict; is_current = 0: a later one of the same coder and pass replaced it. Only a judge qualifies an offence.
CREATE VIEW annotations AS
SELECT st.slug AS study, s.name AS sample, lower(hex(s.key)) AS sample_key, lower(hex(u.key)) AS unit, a.coder, a.pass, a.guideline, a.label, a.act,
  a.confidence, (SELECT group_concat(target, ',') FROM (SELECT target FROM annotation_target g WHERE g.annotation_id = a.id ORDER BY target)) AS targets,
  NOT EXISTS (SELECT 1 FROM annotation n WHERE n.supersedes_id = a.id) AS is_current,
  EXISTS (SELECT 1 FROM adjudication j WHERE j.annotation_id = a.id) AS decides,
  u.exposures, u.stratum, u.score, u.flagged,
  CAST(u.probability_numerator AS REAL) / u.probability_denominator AS probability,
  strftime('%Y-%m-%dT%H:%M:%S', a.imported_at / 1000, 'unixepoch') || printf('.%03dZ', a.imported_at % 1000) AS imported_at,
  u.item_version_id
FROM annotation a
JOIN sample_unit u ON u.id = a.sample_unit_id
JOIN sample s ON s.id = u.sample_id
JOIN study_version sv ON sv.id = s.study_version_id
JOIN study st ON st.id = sv.study_id;

-- services.sql: statements of services.c and cascade.c.

-- The newest locked text of each study.
-- name: service_studies
SELECT t.id, v.id, v.text FROM study t JOIN study_version v ON v.study_id = t.id
WHERE (?1 IS NULL OR t.slug = ?1)
  AND v.id = (SELECT w.id FROM study_version w WHERE w.study_id = t.id ORDER BY w.locked_at DESC, w.id DESC LIMIT 1)
ORDER BY t.slug;

-- name: service_spent
SELECT coalesce(sum(attempts), 0), coalesce(sum(cost), 0) FROM service_exchange WHERE detector_id = ?1;

-- Every text of the study that the service has not answered; told: its silence is on record already.
-- name: service_asks
SELECT v.id, d.status IS NOT NULL FROM item_version v LEFT JOIN detection d ON d.item_version_id = v.id AND d.detector_id = ?2
WHERE v.erased_at IS NULL AND (d.status IS NULL OR d.status = 'missing') AND v.id IN (
  SELECT e.item_version_id FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id JOIN snapshot s ON s.id = c.snapshot_id
  JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id WHERE sv.study_id = ?1)
ORDER BY v.key;

-- The same of a cascade: only those that were drawn.
-- name: service_asks_drawn
SELECT v.id, d.status IS NOT NULL FROM item_version v LEFT JOIN detection d ON d.item_version_id = v.id AND d.detector_id = ?2
WHERE v.erased_at IS NULL AND (d.status IS NULL OR d.status = 'missing') AND v.id IN (
  SELECT u.item_version_id FROM cascade_unit u JOIN cascade_frame f ON f.id = u.cascade_frame_id
  JOIN study_version sv ON sv.id = f.study_version_id WHERE sv.study_id = ?1 AND f.detector_id = ?2 AND u.drawn = 1)
ORDER BY v.key;

-- Texts of the study that the first detector has read and no frame holds.
-- name: cascade_population
SELECT v.id, v.key, d.score FROM item_version v JOIN detection d ON d.item_version_id = v.id AND d.detector_id = ?3
WHERE v.erased_at IS NULL AND v.id IN (
  SELECT e.item_version_id FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id JOIN snapshot s ON s.id = c.snapshot_id
  JOIN round r ON r.id = s.round_id JOIN study_version sv ON sv.id = r.study_version_id WHERE sv.study_id = ?1)
  AND v.id NOT IN (
  SELECT u.item_version_id FROM cascade_unit u JOIN cascade_frame f ON f.id = u.cascade_frame_id
  JOIN study_version sv ON sv.id = f.study_version_id WHERE sv.study_id = ?1 AND f.detector_id = ?2)
ORDER BY v.key;

-- name: cascade_keys
SELECT v.key, d.key FROM study_version v, detector d WHERE v.id = ?1 AND d.id = ?2;

-- name: cascade_crawler
SELECT id, key FROM crawler ORDER BY id LIMIT 1;

-- name: cascade_frame_insert
INSERT INTO cascade_frame (key, study_version_id, detector_id, after_detector_id, crawler_id, top, random, seed, drawn_at, units)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: cascade_unit_insert
INSERT INTO cascade_unit (cascade_frame_id, item_version_id, stratum, first_score, probability, drawn) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: service_exchange_insert
INSERT INTO service_exchange (key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, status, asked_at, ended_at,
  texts, characters, cost, request_sha256, model, answer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17);

-- name: service_text_insert
INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (?1, ?2, ?3, ?4);

-- name: service_version_key
SELECT key FROM item_version WHERE id = ?1;

-- A silence that is over.
-- name: service_silence_delete
DELETE FROM detection WHERE item_version_id = ?1 AND detector_id = ?2 AND status = 'missing';

-- Sums in which the text was missing are made again.
-- name: service_sums_delete
DELETE FROM snapshot_sum WHERE detector_id = ?2 AND parse_id IN (SELECT parse_id FROM exposure WHERE item_version_id = ?1);

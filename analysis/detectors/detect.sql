-- detect.sql: statements of detect.c, detect_sums.c and explain.c.

-- name: detector_by_key
SELECT id FROM detector WHERE key = ?1;

-- name: detector_insert
INSERT INTO detector (key, name, version, model_hash, lexicon_hash, configuration, text_view_version, normaliser_version)
VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6, ?7);

-- name: threshold_insert
INSERT INTO threshold_set (key, detector_id, lang, threshold) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;

-- name: detect_study_of_parse
SELECT r.study_version_id, v.key FROM parse p JOIN snapshot s ON s.id = p.snapshot_id JOIN round r ON r.id = s.round_id
JOIN study_version v ON v.id = r.study_version_id WHERE p.id = ?1;

-- name: detect_cells
SELECT id, depth, threshold, rbp_p, text_view FROM grid_cell WHERE study_version_id = ?1 ORDER BY id;

-- name: detect_cell_insert
INSERT INTO grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: detect_new_versions
SELECT DISTINCT e.item_version_id FROM exposure e
WHERE e.parse_id = ?1 AND e.item_version_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM detection d WHERE d.item_version_id = e.item_version_id AND d.detector_id = ?2)
ORDER BY 1;

-- name: detect_version
SELECT title, text, quote_text, warning, langs, erased_at FROM item_version WHERE id = ?1;

-- name: detect_link_titles
SELECT title FROM link WHERE item_version_id = ?1 AND title IS NOT NULL ORDER BY n;

-- name: detect_alts
SELECT alt FROM media WHERE item_version_id = ?1 AND alt IS NOT NULL ORDER BY n;

-- name: detect_text_insert
INSERT INTO item_text (item_version_id, normaliser_version, text) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: detection_insert
INSERT INTO detection (item_version_id, detector_id, status, score, lang) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: detection_target_insert
INSERT INTO detection_target (item_version_id, detector_id, target) VALUES (?1, ?2, ?3);

-- name: detect_entries
SELECT e.organic_rank, d.score, d.lang FROM exposure e
LEFT JOIN detection d ON d.item_version_id = e.item_version_id AND d.detector_id = ?2
WHERE e.parse_id = ?1 AND e.organic_rank IS NOT NULL ORDER BY e.organic_rank;

-- name: detect_entry_targets
SELECT e.organic_rank, t.target FROM exposure e
JOIN detection_target t ON t.item_version_id = e.item_version_id AND t.detector_id = ?2
WHERE e.parse_id = ?1 AND e.organic_rank IS NOT NULL ORDER BY e.organic_rank;

-- name: detect_sum_insert
INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING;

-- name: detect_pending
SELECT c.parse_id FROM snapshot_current c JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id
JOIN study_version v ON v.id = r.study_version_id JOIN study t ON t.id = v.study_id
WHERE c.parse_id > ?1 AND (?2 IS NULL OR t.slug = ?2)
  AND NOT EXISTS (SELECT 1 FROM snapshot_sum x WHERE x.parse_id = c.parse_id AND x.detector_id = ?3)
ORDER BY c.parse_id LIMIT ?4;

-- name: detect_study_exists
SELECT 1 FROM study WHERE ?1 IS NULL OR slug = ?1 LIMIT 1;

-- name: detect_study_texts
SELECT v.text FROM study_version v JOIN study t ON t.id = v.study_id WHERE ?1 IS NULL OR t.slug = ?1 ORDER BY v.id;

-- name: explain_detector
SELECT name, key FROM detector WHERE id = ?1;

-- How a detector fared with each text, whatever study shows it.
-- name: explain_detections
SELECT item_version_id, status, score, lang FROM detection WHERE detector_id = ?1;

-- Does the current reading of a study version show this text?
-- name: explain_shown
SELECT 1 FROM exposure e JOIN parse p ON p.id = e.parse_id JOIN snapshot_current c ON c.snapshot_id = p.snapshot_id AND c.parse_id = p.id
JOIN snapshot s ON s.id = c.snapshot_id JOIN round r ON r.id = s.round_id WHERE e.item_version_id = ?1 AND r.study_version_id = ?2 LIMIT 1;

-- ?2: of a grid cell: a threshold for every language, or "default" for the detector's own.
-- name: explain_thresholds
SELECT lang, CAST(threshold AS REAL) FROM threshold_set WHERE ?2 = 'default' AND detector_id = ?1
UNION ALL SELECT 'any', CAST(?2 AS REAL) WHERE ?2 <> 'default';

-- name: explain_key
SELECT key FROM item_version WHERE id = ?1 AND erased_at IS NULL;

-- 0002-detection-lang.sql: the language in which a detector read a text, so that a text is flagged by the detector's threshold of its language.
-- NULL: no language told, or scored before this migration. Append-only: once shipped this file never changes (a test pins its hash).

ALTER TABLE detection ADD COLUMN lang TEXT CHECK (lang <> '');

-- One row for each exposure and detector: presumed hateful is for the detector to say, only a judge qualifies. `flagged` is by the
-- detector's own threshold for the language in which it read the text (NULL: no score); a study's grid may declare others.
DROP VIEW scored_exposures;
CREATE VIEW scored_exposures AS
SELECT y.*, CASE WHEN y.detection_score IS NOT NULL THEN y.detection_score >= CAST(y.threshold AS REAL) END AS flagged
FROM (
  SELECT x.*, d.name AS detector, d.version AS detector_version, n.status AS detection_status, n.score AS detection_score,
    (SELECT group_concat(target, ',') FROM (SELECT target FROM detection_target g
       WHERE g.item_version_id = n.item_version_id AND g.detector_id = n.detector_id ORDER BY target)) AS targets,
    n.lang AS detection_lang, coalesce(
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = n.lang),
      (SELECT t.threshold FROM threshold_set t WHERE t.detector_id = n.detector_id AND t.lang = 'any')) AS threshold
  FROM exposures x
  JOIN detection n ON n.item_version_id = x.item_version_id
  JOIN detector d ON d.id = n.detector_id
) y;

-- 0008-corrected-figures.sql: beside each figure of the last report its reservations, and what people's verdicts make of it.
-- Append-only: once shipped this file never changes (a test pins its hash).

-- flags: names with a space between; none; NULL where there is no estimate. corrected_*: by the sample corrected_sample; corrected_reason says why a
-- corrected figure, or its interval, is NULL. Rows of earlier reports have NULL in all of them.
ALTER TABLE estimate ADD COLUMN flags TEXT;
ALTER TABLE estimate ADD COLUMN corrected_estimate REAL;
ALTER TABLE estimate ADD COLUMN corrected_lo REAL;
ALTER TABLE estimate ADD COLUMN corrected_hi REAL;
ALTER TABLE estimate ADD COLUMN corrected_together_lo REAL;
ALTER TABLE estimate ADD COLUMN corrected_together_hi REAL;
ALTER TABLE estimate ADD COLUMN corrected_groups INTEGER;
ALTER TABLE estimate ADD COLUMN corrected_detector REAL;
ALTER TABLE estimate ADD COLUMN corrected_method TEXT;
ALTER TABLE estimate ADD COLUMN corrected_n INTEGER;
ALTER TABLE estimate ADD COLUMN corrected_hateful INTEGER;
ALTER TABLE estimate ADD COLUMN corrected_sample TEXT;
ALTER TABLE estimate ADD COLUMN corrected_reason TEXT;

-- Figures as the last report made them; presumed hateful. `estimate` is uncorrected detector output, `corrected_estimate` is by people's verdicts.
DROP VIEW estimates;
CREATE VIEW estimates AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, e.role, e.family, e.metric, e.unit, coalesce(e.platform, fa.platform, f.platform) AS platform,
  f.name AS feed, e.ranking, q.name AS pair, q.pool, p.name AS persona, e.target, d.name AS detector, d.version AS detector_version, g.depth,
  g.threshold, g.rbp_p, g.text_view, e.estimate, e.lo, e.hi, e.se, e.p, e.adjusted_p, e.smallest_p, e.n, e.missing, e.excluded, e.worst_lo,
  e.worst_hi, e.cluster_rule, e.clusters, e.method, e.null_reason, lower(hex(e.chain_head)) AS chain_head, e.flags, e.corrected_estimate,
  e.corrected_lo, e.corrected_hi, e.corrected_together_lo, e.corrected_together_hi, e.corrected_groups, e.corrected_detector, e.corrected_method,
  e.corrected_n, e.corrected_hateful, e.corrected_sample, e.corrected_reason
FROM estimate e
JOIN study_version v ON v.id = e.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN pair q ON q.id = e.pair_id
LEFT JOIN feed fa ON fa.id = q.ranked_feed_id
LEFT JOIN feed f ON f.id = e.feed_id
LEFT JOIN persona p ON p.id = e.persona_id
LEFT JOIN detector d ON d.id = e.detector_id
LEFT JOIN grid_cell g ON g.id = e.grid_cell_id;

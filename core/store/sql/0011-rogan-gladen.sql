-- 0011-rogan-gladen.sql: beside a corrected share the one by the detector's measured error, of every group too.
-- Append-only: once shipped this file never changes (a test pins its hash).

-- corrected_rogan_gladen_note says why there is none, or that the sample is small for its interval. Rows of earlier reports have NULL in all of them.
ALTER TABLE estimate ADD COLUMN corrected_rogan_gladen REAL;
ALTER TABLE estimate ADD COLUMN corrected_rogan_gladen_lo REAL;
ALTER TABLE estimate ADD COLUMN corrected_rogan_gladen_hi REAL;
ALTER TABLE estimate ADD COLUMN corrected_rogan_gladen_note TEXT;

-- Figures as the last report made them; presumed hateful. `estimate` is uncorrected detector output, `corrected_estimate` is by people's verdicts.
DROP VIEW estimates;
CREATE VIEW estimates AS
SELECT st.slug AS study, lower(hex(v.hash)) AS protocol_hash, e.role, e.family, e.metric, e.unit, coalesce(e.platform, fa.platform, f.platform) AS platform,
  f.name AS feed, e.ranking, q.name AS pair, q.pool, p.name AS persona, e.target, d.name AS detector, d.version AS detector_version, g.depth,
  g.threshold, g.rbp_p, g.text_view, e.estimate, e.lo, e.hi, e.se, e.p, e.adjusted_p, e.smallest_p, e.n, e.missing, e.excluded, e.worst_lo,
  e.worst_hi, e.cluster_rule, e.clusters, e.method, e.null_reason, lower(hex(e.chain_head)) AS chain_head, e.flags, e.corrected_estimate,
  e.corrected_lo, e.corrected_hi, e.corrected_together_lo, e.corrected_together_hi, e.corrected_groups, e.corrected_detector, e.corrected_method,
  e.corrected_n, e.corrected_hateful, e.corrected_sample, e.corrected_reason,
  e.corrected_rogan_gladen, e.corrected_rogan_gladen_lo, e.corrected_rogan_gladen_hi, e.corrected_rogan_gladen_note
FROM estimate e
JOIN study_version v ON v.id = e.study_version_id
JOIN study st ON st.id = v.study_id
LEFT JOIN pair q ON q.id = e.pair_id
LEFT JOIN feed fa ON fa.id = q.ranked_feed_id
LEFT JOIN feed f ON f.id = e.feed_id
LEFT JOIN persona p ON p.id = e.persona_id
LEFT JOIN detector d ON d.id = e.detector_id
LEFT JOIN grid_cell g ON g.id = e.grid_cell_id;

-- quickstart.sql: exposure share and lift by persona, from raw exposures, in DuckDB. In a folder of `amplimeter export --format sql`, after load-duckdb.sql has
-- written its Parquet files: duckdb -csv < quickstart.sql. Gives what quickstart.py and quickstart.R give: docs/quickstart.md.
-- Prise en main dans DuckDB : docs/quickstart.fr.md. "flagged": presumed hateful by an uncorrected detector; only a judge qualifies.
WITH cell AS (SELECT depth, threshold FROM read_parquet('grid_cells.parquet') WHERE is_primary),
-- a slot may have been tried again: the last good attempt counts
visits AS (
  SELECT *, coalesce(twin_of, persona) AS unit FROM read_parquet('snapshots.parquet') WHERE verdict = 'ok' AND walk = 0 AND step = 0
  QUALIFY row_number() OVER (PARTITION BY scheduled_at, persona, feed ORDER BY attempt DESC) = 1),
-- one row an entry; without a score: missing, never "not hateful". 'default': the detector's own threshold for the language in which it read the text
shown AS (
  SELECT e.snapshot, d.detection_score AS score, CAST(CASE c.threshold WHEN 'default' THEN d.threshold ELSE c.threshold END AS DOUBLE) AS threshold
  FROM read_parquet('exposures.parquet') e CROSS JOIN cell c
  LEFT JOIN read_parquet('detections.parquet') d ON d.item_version = e.item_version AND d.detector = 'marker'
  WHERE e.organic_rank < c.depth),
sums AS (SELECT snapshot, count(score) AS scored, count(*) FILTER (score >= threshold) AS flagged FROM shown GROUP BY snapshot),
one AS (
  SELECT v.unit, v.persona, v.feed, v.scheduled_at, s.flagged / s.scored AS share
  FROM visits v JOIN sums s ON s.snapshot = v.snapshot WHERE s.scored > 0),
met AS (
  SELECT 'exposure_share' AS metric, feed AS name, unit, scheduled_at, share AS value FROM one
  UNION ALL
  -- same persona, same round
  SELECT 'additive_lift', p.pair, a.unit, a.scheduled_at, a.share - b.share
  FROM (SELECT DISTINCT pair, ranked_feed, chronological_feed FROM read_parquet('pairs.parquet') WHERE pool <> 'different') p
  JOIN one a ON a.feed = p.ranked_feed
  JOIN one b ON b.feed = p.chronological_feed AND b.persona = a.persona AND b.scheduled_at = a.scheduled_at),
-- the mean over a persona and its twins in each round, then over rounds
rounds AS (SELECT metric, name, unit, scheduled_at, avg(value) AS value FROM met GROUP BY ALL)
SELECT metric, name, unit AS persona, avg(value) AS value FROM rounds GROUP BY ALL ORDER BY metric, name, persona;

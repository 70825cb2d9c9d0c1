-- queries.sql: the ten questions of docs/database.md, for Datasette: :detector is asked for there. A test holds the two together.

-- name: query_usable_snapshots
SELECT feed, ranking, verdict, count(*) AS snapshots, sum(items) AS items
FROM snapshots GROUP BY feed, ranking, verdict ORDER BY feed, verdict

-- name: query_mean_exposure
SELECT persona, feed, ranking, detector, round(avg(share_percent), 2) AS mean_percent, count(*) AS snapshots
FROM persona_exposure WHERE target = 'any' AND verdict = 'ok' AND walk = 0
GROUP BY persona, feed, ranking, detector ORDER BY persona, feed, detector

-- name: query_where_ranking_adds
SELECT pair, persona, target, round(avg(difference_points), 2) AS mean_points, count(*) AS rounds
FROM feed_pairs WHERE pool <> 'different' AND detector = :detector
GROUP BY pair, persona, target ORDER BY mean_points DESC LIMIT 20

-- name: query_day_by_day
SELECT pair, day, round(avg(ranked_percent), 2) AS ranked, round(avg(chronological_percent), 2) AS chronological
FROM feed_pairs WHERE target = 'any' AND detector = :detector GROUP BY pair, day ORDER BY pair, day

-- name: query_encounter_rate
SELECT feed, ranking, round(100.0 * avg(flagged > 0), 1) AS percent_of_snapshots
FROM persona_exposure WHERE target = 'any' AND verdict = 'ok' AND walk = 0 AND detector = :detector GROUP BY feed, ranking
ORDER BY feed

-- name: query_twins
SELECT a.feed, a.day, a.persona, b.persona AS twin, count(*) AS shared_of_10
FROM exposures a JOIN exposures b ON b.item = a.item AND b.feed = a.feed AND b.scheduled_at = a.scheduled_at AND b.twin_of = a.persona
  AND b.walk = a.walk AND b.step = a.step
WHERE a.organic_rank < 10 AND b.organic_rank < 10 GROUP BY a.feed, a.day, a.persona, b.persona ORDER BY a.feed, a.day, a.persona

-- name: query_highest_items
SELECT platform, item, min(rank) AS best_rank, count(*) AS times_shown, count(DISTINCT persona) AS personas
FROM exposures WHERE item IS NOT NULL GROUP BY platform, item ORDER BY times_shown DESC, best_rank LIMIT 20

-- name: query_authors_of_flagged
SELECT author, count(*) AS exposures FROM scored_exposures
WHERE detector = :detector AND flagged GROUP BY author ORDER BY exposures DESC LIMIT 10

-- name: query_what_is_missing
SELECT scheduled_at, persona, feed, reason FROM missed_slots
UNION ALL SELECT scheduled_at, persona, feed, verdict || ': ' || coalesce(reason, '') FROM snapshots WHERE verdict NOT IN ('ok', 'empty')
ORDER BY 1, 2, 3

-- name: query_proof
SELECT s.persona, s.feed, s.scheduled_at, c.url, c.captured_at, c.wire_sha256, c.chain_link, c.file, c.offset, c.length
FROM snapshots s JOIN snapshot_capture sc ON sc.snapshot_id = s.snapshot_id JOIN captures c ON c.capture_id = sc.capture_id
ORDER BY s.scheduled_at, s.persona, s.feed LIMIT 20

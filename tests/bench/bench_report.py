"""bench_report.py FILE: the peer of the report: pandas reads exposures with their scores (read_sql of the join) and groups them. Prints the CPU seconds, the
peak memory and the lift of each pair, which must be the report's."""
import resource
import sqlite3
import sys
import time

import pandas

JOIN = """SELECT n.round_id, n.persona_id, n.feed_id, coalesce(p.twin_of_id, p.id) AS cluster, e.organic_rank, e.likes, d.score
FROM exposure e JOIN snapshot_current c ON c.parse_id = e.parse_id JOIN snapshot n ON n.id = c.snapshot_id JOIN persona p ON p.id = n.persona_id
JOIN detection d ON d.item_version_id = e.item_version_id AND d.detector_id = 1 WHERE e.organic_rank < 100"""

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
pairs = pandas.read_sql("SELECT name, ranked_feed_id, chronological_feed_id FROM pair ORDER BY name", db)
start = time.process_time()
entries = pandas.read_sql(JOIN, db)
entries["flagged"] = entries["score"] >= 0.5
share = entries.groupby(["cluster", "persona_id", "round_id", "feed_id"])["flagged"].mean()
share = share.groupby(["cluster", "round_id", "feed_id"]).mean().groupby(["cluster", "feed_id"]).mean().groupby("feed_id").mean()
lifts = [f"{share[r] - share[c]:.12g}" for r, c in zip(pairs["ranked_feed_id"], pairs["chronological_feed_id"])]
print(f"pandas,{time.process_time() - start:.2f},{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024},{len(entries)},{' '.join(lifts)}")

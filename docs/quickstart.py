#!/usr/bin/env python3
"""quickstart.py STUDY.db|FOLDER [DETECTOR]: exposure share and lift by persona, from raw exposures, with pandas.

Prise en main : la part d'exposition et l'écart par persona, à partir des expositions brutes, avec pandas. Voir docs/quickstart.fr.md.

Reads a database through its views, or a folder made by `amplimeter export --format csv`: both have the same names. Prints CSV: what
`amplimeter report` has in summary.csv for each persona, target "any", in the study's primary cell. "Flagged" means presumed hateful by an uncorrected
detector; only a judge qualifies.
"""
import pathlib
import sqlite3
import sys

import pandas as pd


def read(place, table):
    """A view of a database, or the file of the same name in an export."""
    if place.is_dir():
        return pd.read_csv(place / f"{table}.csv", keep_default_na=False, na_values=[""])
    with sqlite3.connect(f"file:{place}?mode=ro", uri=True) as db:
        return pd.read_sql(f'SELECT * FROM "{table}"', db)


def shares(place, detector):
    """One row a usable snapshot: how many of its first organic entries were scored, and how many of these flagged."""
    cell = read(place, "grid_cells").query("is_primary == 1").iloc[0]
    snapshots = read(place, "snapshots").query("verdict == 'ok' and walk == 0 and step == 0")
    # a slot may have been tried again: the last good attempt counts
    snapshots = snapshots.sort_values("attempt").drop_duplicates(["scheduled_at", "persona", "feed"], keep="last")
    shown = read(place, "exposures")[["snapshot", "item_version", "organic_rank"]].dropna(subset=["organic_rank"])
    shown = shown[shown["organic_rank"] < cell["depth"]]
    scored = read(place, "detections").query("detector == @detector")[["item_version", "detection_score", "threshold"]]
    shown = shown.merge(scored, on="item_version", how="left")  # without a score: missing, never "not hateful"
    shown["scored"] = shown["detection_score"].notna()
    # "default": the detector's own threshold for the language in which it read the text
    threshold = pd.to_numeric(shown["threshold"]) if cell["threshold"] == "default" else float(cell["threshold"])
    shown["flagged"] = shown["detection_score"] >= threshold
    sums = shown.groupby("snapshot")[["scored", "flagged"]].sum().query("scored > 0")
    sums["share"] = sums["flagged"] / sums["scored"]
    one = snapshots.merge(sums["share"], left_on="snapshot", right_index=True)
    one["unit"] = one["twin_of"].fillna(one["persona"])  # a persona and its twins count once
    return one[["unit", "persona", "feed", "scheduled_at", "share"]]


def by_unit(values, side):
    """The mean over a persona and its twins in each round, then over rounds."""
    rounds = values.groupby([side, "unit", "scheduled_at"])["value"].mean()
    return rounds.groupby([side, "unit"]).mean().reset_index()


def main():
    place, detector = pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "marker"
    one = shares(place, detector)
    exposure = by_unit(one.rename(columns={"share": "value"}), "feed").rename(columns={"feed": "name"})
    exposure.insert(0, "metric", "exposure_share")
    pairs = read(place, "pairs").query("pool != 'different'")[["pair", "ranked_feed", "chronological_feed"]].drop_duplicates()
    ranked = pairs.merge(one, left_on="ranked_feed", right_on="feed")
    both = ranked.merge(one, left_on=["chronological_feed", "persona", "scheduled_at"], right_on=["feed", "persona", "scheduled_at"], suffixes=("", "_b"))
    both["value"] = both["share"] - both["share_b"]  # same persona, same round
    lift = by_unit(both, "pair").rename(columns={"pair": "name"})
    lift.insert(0, "metric", "additive_lift")
    pd.concat([exposure, lift]).rename(columns={"unit": "persona"}).to_csv(sys.stdout, index=False)


main()

#!/usr/bin/env Rscript
# quickstart.R STUDY.db|FOLDER [DETECTOR]: exposure share and lift by persona, from raw exposures, with base R.
# Prise en main : la part d'exposition et l'écart par persona, à partir des expositions brutes. Voir docs/quickstart.fr.md.
#
# Reads a database through its views (package RSQLite, Debian r-cran-rsqlite), or a folder made by `amplimeter export --format csv`, which needs
# nothing but R: both have the same names. Prints CSV: what `amplimeter report` has in summary.csv for each persona, target "any", in the study's
# primary cell. "Flagged" means presumed hateful by an uncorrected detector; only a judge qualifies.

arguments <- commandArgs(trailingOnly = TRUE)
place <- arguments[1]
detector <- if (length(arguments) > 1) arguments[2] else "marker"

# A view of a database, or the file of the same name in an export.
table_of <- function(name) {
  if (dir.exists(place)) return(read.csv(file.path(place, paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE))
  db <- DBI::dbConnect(RSQLite::SQLite(), place, flags = RSQLite::SQLITE_RO)
  on.exit(DBI::dbDisconnect(db))
  DBI::dbGetQuery(db, paste("SELECT * FROM", name))
}

# One row a usable snapshot: how many of its first organic entries were scored, and how many of these flagged.
cell <- subset(table_of("grid_cells"), as.logical(is_primary))[1, ]
snapshots <- subset(table_of("snapshots"), verdict == "ok" & walk == 0 & step == 0)
# a slot may have been tried again: the last good attempt counts
snapshots <- snapshots[order(-snapshots$attempt), ]
snapshots <- snapshots[!duplicated(snapshots[c("scheduled_at", "persona", "feed")]), ]
shown <- table_of("exposures")[c("snapshot", "item_version", "organic_rank")]
shown <- shown[!is.na(shown$organic_rank) & shown$organic_rank < cell$depth, ]
scores <- table_of("detections")
scores <- scores[scores$detector == detector, c("item_version", "detection_score", "threshold")]
# "default": the detector's own threshold for the language in which it read the text
threshold <- as.numeric(if (cell$threshold == "default") scores$threshold else rep(cell$threshold, nrow(scores)))
at <- match(shown$item_version, scores$item_version) # without a score: missing, never "not hateful"
scored <- !is.na(scores$detection_score[at])
flagged <- scored & (scores$detection_score >= threshold)[at] %in% TRUE
sums <- rowsum(cbind(scored = as.numeric(scored), flagged = as.numeric(flagged)), shown$snapshot)
sums <- sums[sums[, "scored"] > 0, , drop = FALSE]
one <- snapshots[snapshots$snapshot %in% rownames(sums), c("persona", "twin_of", "feed", "scheduled_at", "snapshot")]
one$share <- sums[one$snapshot, "flagged"] / sums[one$snapshot, "scored"]
one$unit <- ifelse(is.na(one$twin_of), one$persona, one$twin_of) # a persona and its twins count once

# The mean over a persona and its twins in each round, then over rounds.
by_unit <- function(metric, name, unit, scheduled_at, value) {
  rounds <- aggregate(value, list(name = name, persona = unit, scheduled_at = scheduled_at), mean)
  means <- aggregate(rounds$x, list(name = rounds$name, persona = rounds$persona), mean)
  data.frame(metric = metric, name = means$name, persona = means$persona, value = means$x)
}
exposure <- by_unit("exposure_share", one$feed, one$unit, one$scheduled_at, one$share)
pairs <- subset(table_of("pairs"), pool != "different")
pairs <- unique(pairs[c("pair", "ranked_feed", "chronological_feed")])
both <- merge(merge(pairs, one, by.x = "ranked_feed", by.y = "feed"), one[c("feed", "persona", "scheduled_at", "share")],
              by.x = c("chronological_feed", "persona", "scheduled_at"), by.y = c("feed", "persona", "scheduled_at"), suffixes = c("", "_b"))
lift <- by_unit("additive_lift", both$pair, both$unit, both$scheduled_at, both$share - both$share_b) # same persona, same round
result <- rbind(exposure, lift)
result$value <- format(result$value, digits = 17, trim = TRUE)
write.csv(result, stdout(), row.names = FALSE, quote = c(1, 2, 3))

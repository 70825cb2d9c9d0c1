# bench_stats.R FILE RUNS: the bootstrap with R's boot on the matrix of cluster sums; milliseconds of CPU time in this process, and the figures.
args <- commandArgs(trailingOnly = TRUE)
M <- unname(as.matrix(read.csv(args[1], header = FALSE)))
ratio <- function(M, i) { s <- colSums(M[i, ]); s[1] / s[2] / (s[3] / s[4]) }
set.seed(1)
best <- Inf
for (k in seq_len(as.integer(args[2]))) {
  time <- system.time(b <- boot::boot(M, ratio, R = 10000))
  best <- min(best, time[["user.self"]] + time[["sys.self"]])
}
ends <- quantile(b$t[, 1], c(.025, .975), names = FALSE)
cat(sprintf("%.3f boot %.6g %.6g\n", best * 1e3, ends[1], ends[2]))

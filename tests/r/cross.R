# cross.R: the calculators of amplimeter against R, on seeded random data. Each figure is worked out here a second time, by R's own functions
# where it has them, else from the definition (all sign patterns, all resamples, the coincidence matrix). Closed forms and full
# enumerations must agree to 1e-9.
# What no calculator shows is in core.R, forms.R and draws.R, asked through stats_probe. Prints a table: function, comparisons, largest gap.
#     Rscript tests/r/cross.R build/release/bin/amplimeter build/release/tests/stats_probe [ROUNDS]
args <- commandArgs(trailingOnly = TRUE)
program <- args[1]
prober <- args[2]
rounds <- if (length(args) > 2) as.integer(args[3]) else 25L
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
set.seed(20261123)
passed <- 0L
failed <- 0L
worst <- list()
times <- list()

# One JSON object a line, flat numbers only: enough for what calc writes.
ask <- function(name, options = character(), data = NULL) {
  input <- tempfile()
  if (is.null(data)) cat("", file = input) else write.csv(data, input, row.names = FALSE, na = "")
  out <- suppressWarnings(system2(program, c("calc", name, options), stdin = input, stdout = TRUE, stderr = TRUE))
  unlink(input)
  out
}
value <- function(line, key) {
  at <- regmatches(line, regexec(sprintf('"%s":(-?[0-9.eE+-]+|null)', key), line))[[1]]
  if (length(at) < 2) stop(sprintf("no %s in %s", key, line))
  if (at[2] == "null") NA_real_ else as.numeric(at[2])
}
same <- function(what, ours, theirs, tolerance = 1e-9) {
  both <- is.na(ours) & is.na(theirs)
  gap <- ifelse(both, 0, abs(ours - theirs) / pmax(1e-6, abs(theirs))) # relative; absolute below a millionth
  good <- all(!is.na(gap)) && max(gap) <= tolerance
  if (good) {
    passed <<- passed + 1L
    worst[[what]] <<- max(gap, worst[[what]])
    times[[what]] <<- sum(length(ours), times[[what]])
  } else {
    failed <<- failed + 1L
    cat(sprintf("FAILED %s: ours %s, R %s\n", what, paste(format(ours, digits = 17), collapse = " "),
                paste(format(theirs, digits = 17), collapse = " ")))
  }
}
number <- function(x) format(x, digits = 17, scientific = FALSE, trim = TRUE)

# ---- shares ----
wilson <- function() {
  n <- sample(1:5000, 1)
  x <- sample(0:n, 1)
  a <- ask("wilson", c("--x", x, "--n", n))
  r <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  same("wilson", c(value(a, "lo"), value(a, "hi")), r)
  same("clopper-pearson", c(value(a, "exact_lo"), value(a, "exact_hi")), binom.test(x, n)$conf.int)
}
prevalence <- function() {
  n <- sample(50:5000, 1); npos <- sample(20:800, 1); nneg <- sample(20:3000, 1)
  x <- rbinom(1, n, runif(1)); tp <- rbinom(1, npos, runif(1, .7, 1)); tn <- rbinom(1, nneg, runif(1, .7, 1))
  a <- ask("prevalence", c("--positives", x, "--n", n, "--tp", tp, "--npos", npos, "--tn", tn, "--nneg", nneg))
  se <- tp / npos; sp <- tn / nneg; z <- qnorm(.975)
  clip <- function(v) pmin(1, pmax(0, v))
  theta <- clip((x / n + sp - 1) / (se + sp - 1))
  error <- function(t, p, n, se, np, sp, nn) sqrt((p * (1 - p) / n + t^2 * se * (1 - se) / np + (1 - t)^2 * sp * (1 - sp) / nn)) / (se + sp - 1)
  n1 <- n + z^2; p1 <- (x + z^2 / 2) / n1; np1 <- npos + 2; nn1 <- nneg + 2; se1 <- (tp + 1) / np1; sp1 <- (tn + 1) / nn1
  t1 <- (p1 + sp1 - 1) / (se1 + sp1 - 1)
  shift <- 2 * z^2 * (t1 * se1 * (1 - se1) / np1 - (1 - t1) * sp1 * (1 - sp1) / nn1)
  half <- z * error(t1, p1, n1, se1, np1, sp1, nn1)
  same("rogan-gladen", c(value(a, "estimate"), value(a, "se")), c(theta, error(theta, x / n, n, se, npos, sp, nneg)))
  same("lang-reiczigel", c(value(a, "lo"), value(a, "hi")), clip(t1 + shift + c(-1, 1) * half))
}
ppi <- function() {
  n <- sample(10:80, 1); m <- sample(20:300, 1)
  f <- runif(n + m); y <- c(as.numeric(runif(n) < f[1:n]), rep(NA, m)); w <- runif(n + m, .5, 3)
  l <- 1:n; u <- (n + 1):(n + m)
  z <- qnorm(.975)
  part <- function(v, w) c(sum(w * v) / sum(w), sum(w^2 * (v - sum(w * v) / sum(w))^2) / sum(w)^2)
  for (mode in c("auto", "0", "1", "weighted")) {
    weights <- if (mode == "weighted") w else rep(1, n + m)
    data <- if (mode == "weighted") data.frame(y = y, f = f, w = w) else data.frame(y = y, f = f)
    a <- ask("ppi", c("--lambda", if (mode == "weighted") "auto" else mode), data)
    wl <- weights[l]
    centred <- sum(wl * (y[l] - weighted.mean(y[l], wl)) * (f[l] - weighted.mean(f[l], wl))) / sum(wl)
    lambda <- if (mode %in% c("auto", "weighted")) min(1, max(0, centred / ((1 + n / m) * var(f)))) else as.numeric(mode)
    one <- part(lambda * f[u], weights[u]); two <- part(y[l] - lambda * f[l], wl)
    theta <- one[1] + two[1]; se <- sqrt(one[2] + two[2])
    same(paste("ppi", mode), c(value(a, "lambda"), value(a, "estimate"), value(a, "se"), value(a, "lo"), value(a, "hi")),
         c(lambda, theta, se, theta - z * se, theta + z * se))
  }
}
# Strata drawn at rates of their own: one lambda for all of them, or one each.
ppi_strata <- function() {
  H <- sample(2:5, 1)
  n <- sample(4:40, H, TRUE); m <- sample(5:120, H, TRUE)
  h <- rep(seq_len(H), n + m)
  labelled <- unlist(lapply(seq_len(H), function(k) c(rep(TRUE, n[k]), rep(FALSE, m[k]))))
  f <- runif(length(h)); y <- ifelse(labelled, as.numeric(runif(length(h)) < f^h), NA); w <- runif(length(h), .5, 3)
  z <- qnorm(.975)
  part <- function(v, w) c(sum(w * v) / sum(w), sum(w^2 * (v - sum(w * v) / sum(w))^2) / sum(w)^2)
  share <- as.numeric(tapply(w, h, sum)) / sum(w)
  slope <- sapply(seq_len(H), function(k) {
    l <- h == k & labelled
    c(sum(w[l] * (y[l] - weighted.mean(y[l], w[l])) * (f[l] - weighted.mean(f[l], w[l]))) / sum(w[l]), var(f[h == k]))
  })
  clip <- function(v) pmin(1, pmax(0, v))
  for (mode in c("auto", "strata", "0.4")) {
    order <- sample(length(h))
    a <- ask("ppi", c("--lambda", mode), data.frame(y = y, f = f, w = w, stratum = paste0("s", h))[order, ])
    lambda <- if (mode == "strata") clip(slope[1, ] / ((1 + n / m) * slope[2, ])) else if (mode == "0.4") rep(.4, H) else
      rep(clip(sum(share^2 * slope[1, ] / n) / sum(share^2 * (1 / n + 1 / m) * slope[2, ])), H)
    each <- sapply(seq_len(H), function(k) {
      l <- h == k & labelled; u <- h == k & !labelled
      part(lambda[k] * f[u], w[u]) + part(y[l] - lambda[k] * f[l], w[l])
    })
    theta <- sum(share * each[1, ]); se <- sqrt(sum(share^2 * each[2, ]))
    same(paste("ppi over strata,", if (mode == "auto") "one lambda" else if (mode == "strata") "a lambda a stratum" else "lambda given"),
         c(value(a, "lambda"), value(a, "estimate"), value(a, "se"), value(a, "lo"), value(a, "hi")),
         c(sum(share * lambda), theta, se, theta - z * se, theta + z * se))
  }
}
power <- function() {
  p <- runif(2, .01, .5); icc <- runif(1, 0, .1); m <- sample(1:60, 1); a_level <- sample(c(.01, .05, .1), 1); pw <- runif(1, .6, .95)
  a <- ask("power", c("--p1", number(p[1]), "--p2", number(p[2]), "--icc", number(icc), "--cluster-size", m, "--alpha", a_level, "--power", number(pw)))
  n <- power.prop.test(p1 = p[1], p2 = p[2], sig.level = a_level, power = pw, tol = 1e-12)$n
  same("power", c(value(a, "independent"), value(a, "n"), value(a, "clusters")),
       c(ceiling(n), ceiling(n * (1 + (m - 1) * icc)), ceiling(n * (1 + (m - 1) * icc) / m)))
}

# ---- many tests ----
# Does the two-stage procedure reject each test at level q? From the paper, section 6.
two_stage <- function(p, q) {
  n <- length(p); o <- order(p); s <- p[o]; level <- q / (1 + q)
  first <- max(c(0, which(s <= level * seq_len(n) / n)))
  if (first == 0) return(rep(FALSE, n))
  if (first == n) return(rep(TRUE, n))
  second <- max(c(0, which(s <= level * seq_len(n) / (n - first))))
  r <- rep(FALSE, n); r[o[seq_len(second)]] <- TRUE; r
}
adjust <- function() {
  n <- sample(1:40, 1)
  p <- round(c(runif(n)^sample(c(1, 3, 6), 1)), sample(c(2, 8), 1))
  for (m in c("bonferroni", "holm", "bh", "by", "bky")) {
    a <- ask("adjust", c("--method", m), data.frame(p = p))
    ours <- vapply(a[seq_len(n)], value, 0, "adjusted", USE.NAMES = FALSE)
    if (m != "bky") {
      same(paste("adjust", m), ours, p.adjust(p, c(bonferroni = "bonferroni", holm = "holm", bh = "BH", by = "BY")[[m]]))
    } else {
      levels <- seq(.0013, .97, length.out = 60)
      same("adjust bky", c(outer(ours, levels, "<=")) + 0, c(vapply(levels, function(q) two_stage(p, q), logical(n))) + 0)
    }
  }
}

# ---- coders ----
krippendorff <- function(v, level) { # v: units x coders; from the coincidence matrix
  values <- sort(unique(v[!is.na(v)])); k <- length(values); o <- matrix(0, k, k)
  for (i in seq_len(nrow(v))) {
    x <- v[i, !is.na(v[i, ])]; m <- length(x)
    if (m < 2) next
    for (a in seq_len(m)) for (b in seq_len(m)) if (a != b) {
      at <- cbind(match(x[a], values), match(x[b], values)); o[at] <- o[at] + 1 / (m - 1)
    }
  }
  nc <- rowSums(o); n <- sum(nc)
  d <- outer(seq_len(k), seq_len(k), Vectorize(function(a, b) {
    if (a == b) return(0)
    switch(level, nominal = 1, interval = (values[a] - values[b])^2,
           ratio = if (values[a] + values[b] == 0) 0 else ((values[a] - values[b]) / (values[a] + values[b]))^2,
           ordinal = (sum(nc[min(a, b):max(a, b)]) - (nc[a] + nc[b]) / 2)^2)
  }))
  e <- sum(outer(nc, nc) * d)
  if (e == 0) NA_real_ else 1 - (n - 1) * sum(o * d) / e
}
coders <- function() {
  units <- sample(5:30, 1); k <- sample(2:5, 1)
  truth <- sample(1:4, units, TRUE)
  v <- sapply(seq_len(k), function(i) ifelse(runif(units) < .6, truth, sample(1:4, units, TRUE)))
  gaps <- v; gaps[sample(length(v), length(v) %/% 6)] <- NA
  titled <- function(m) setNames(as.data.frame(m), paste0("c", seq_len(ncol(m))))
  for (level in c("nominal", "ordinal", "interval", "ratio"))
    same(paste("alpha", level), value(ask("alpha", c("--level", level, "--replicates", 0), titled(gaps)), "estimate"), krippendorff(gaps, level))
  two <- v[, 1:2]
  seen <- mean(two[, 1] == two[, 2]); chance <- sum(sapply(1:4, function(x) mean(two[, 1] == x) * mean(two[, 2] == x)))
  same("kappa cohen", value(ask("kappa", c("--kind", "cohen", "--replicates", 0), titled(two)), "estimate"), (seen - chance) / (1 - chance))
  counts <- t(apply(v, 1, function(r) tabulate(r, 4))); pi <- colMeans(counts) / k
  pa <- mean((rowSums(counts^2) - k) / (k * (k - 1)))
  same("kappa fleiss", value(ask("kappa", c("--kind", "fleiss", "--replicates", 0), titled(v)), "estimate"), (pa - sum(pi^2)) / (1 - sum(pi^2)))
  g <- t(apply(gaps, 1, function(r) tabulate(r[!is.na(r)], 4))); g <- g[rowSums(g) > 0, , drop = FALSE]; r <- rowSums(g)
  q <- sum(colSums(g) > 0); share <- colMeans(g / r); pe <- sum(share * (1 - share)) / (q - 1); many <- r > 1
  pa <- mean(rowSums(g[many, , drop = FALSE] * (g[many, , drop = FALSE] - 1)) / (r[many] * (r[many] - 1)))
  same("ac1", value(ask("kappa", c("--kind", "ac1", "--replicates", 0), titled(gaps)), "estimate"), (pa - pe) / (1 - pe))
}

# ---- paired clusters ----
paired <- function() {
  n <- sample(4:10, 1); b <- runif(n, .01, .1); a <- b * runif(n, .7, 2.2)
  d <- a - b
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), n)))
  p_at <- function(shift) mean(abs(signs %*% (d - shift)) >= abs(sum(d - shift)) * (1 - 1e-12))
  s <- ask("signflip", character(), data.frame(a = a, b = b))
  same("signflip p", c(value(s, "estimate"), value(s, "p"), value(s, "se")), c(mean(d), p_at(0), sd(d) / sqrt(n)))
  lo <- value(s, "lo"); hi <- value(s, "hi")
  if (!is.na(lo)) { # inside: p > alpha; just outside: not
    inside <- c(p_at(lo + 1e-9), p_at(hi - 1e-9)) > .05
    outside <- c(p_at(lo - 1e-9), p_at(hi + 1e-9)) <= .05
    same("signflip interval", c(inside, outside) + 0, rep(1, 4))
  }
  same("glass", value(ask("glass", character(), data.frame(a = a, b = b)), "estimate"), mean(d) / sd(b))

  n <- sample(4:5, 1); size <- sample(1:3, n, TRUE); cluster <- rep(seq_len(n), size)
  b <- runif(sum(size), .01, .1); a <- b * runif(sum(size), .7, 2.2)
  all <- as.matrix(expand.grid(rep(list(seq_len(n)), n)))
  for (statistic in c("difference", "ratio")) {
    x <- tapply(if (statistic == "difference") a - b else a, cluster, sum)
    m <- if (statistic == "difference") size else tapply(b, cluster, sum)
    theta <- sum(x) / sum(m)
    draws <- apply(all, 1, function(i) sum(x[i]) / sum(m[i]))
    percentile <- quantile(draws, c(.025, .975), names = FALSE)
    tied <- abs(draws - theta) < 1e-9 * sd(draws)
    z0 <- qnorm((sum(draws < theta & !tied) + sum(tied) / 2) / length(draws))
    jack <- sapply(seq_len(n), function(i) sum(x[-i]) / sum(m[-i])); e <- mean(jack) - jack
    acc <- sum(e^3) / (6 * sum(e^2)^1.5); z <- z0 + qnorm(c(.025, .975))
    bca <- quantile(draws, pnorm(z0 + z / (1 - acc * z)), names = FALSE)
    want <- list(percentile = percentile, basic = 2 * theta - rev(percentile), bca = bca)
    for (kind in names(want)) {
      r <- ask("bootstrap", c("--statistic", statistic, "--interval", kind, "--replicates", 100, "--seed", 1),
               data.frame(cluster = paste0("p", cluster), a = a, b = b))
      same(paste("bootstrap", statistic, kind), c(value(r, "estimate"), value(r, "lo"), value(r, "hi"), value(r, "se")),
           c(theta, want[[kind]], sqrt(mean((draws - mean(draws))^2))))
    }
  }
}

# ---- lists ----
lists <- function() {
  a <- sample(letters, sample(3:20, 1)); b <- sample(letters, sample(3:20, 1)); p <- runif(1, .5, .98)
  fa <- tempfile(); fb <- tempfile(); writeLines(a, fa); writeLines(b, fb)
  out <- ask("rbo", c("--p", number(p), fa, fb)); unlink(c(fa, fb))
  short <- if (length(a) <= length(b)) a else b; long <- if (length(a) <= length(b)) b else a
  s <- length(short); l <- length(long); X <- function(d) length(intersect(head(short, d), head(long, d)))
  xs <- X(s); xl <- X(l)
  ext <- (1 - p) / p * (sum(sapply(1:l, function(d) X(d) / d * p^d)) +
    (if (l > s) sum(sapply((s + 1):l, function(d) xs * (d - s) / (s * d) * p^d)) else 0)) + ((xl - xs) / l + xs / s) * p^l # eq. 32
  same("rbo", value(out, "ext"), ext)
  same("jaccard", value(out, "jaccard"), length(intersect(a, b)) / length(union(a, b)))
  v <- rexp(sample(2:60, 1))
  g <- ask("gini", character(), data.frame(x = v)); share <- v / sum(v); n <- length(v)
  same("gini", value(g, "estimate"), sum(abs(outer(v, v, "-"))) / (2 * n^2 * mean(v)))
  same("theil", c(value(g, "theil"), value(g, "entropy_bits")), c(mean(v / mean(v) * log(v / mean(v))), -sum(share * log2(share))))
  t <- ask("bias", character(), data.frame(s = v)); above <- cumsum(v) / seq_len(n)
  same("bias", c(value(t, "IB"), value(t, "OB"), value(t, "RB")), c(mean(v), mean(above), mean(above) - mean(v)))
  x <- sample(0:2000, 2); k <- sample(1:8, 1)
  h <- ask("huszar", c("--treatment", x[1], "--control", x[2], "--k", k))
  same("huszar", value(h, "estimate"), ((x[1] + 1) / (k * x[2] + 1) - 1) * 100)
}

for (part in c("core.R", "forms.R", "draws.R")) source(file.path(here, part))
for (i in seq_len(rounds)) for (run in c(list(wilson, prevalence, ppi, ppi_strata, power, adjust, coders, paired, lists), core)) run()
for (run in once) run()
cat("| function | figures compared | largest gap |\n|---|---|---|\n")
cat(sprintf("| %s | %d | %.1e |\n", names(worst), unlist(times), unlist(worst)), sep = "")
for (package in lacking) cat(sprintf("skipped: what is compared with the R package %s, which is not installed\n", package))
cat(sprintf("%d passed, %d failed, %d skipped\n", passed, failed, length(lacking)))
quit(status = if (failed > 0) 1 else 0)

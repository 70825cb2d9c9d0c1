# core.R: the functions of analysis/stats that no calculator shows, asked through stats_probe. Where a Debian package has an implementation of
# its own (boot, survival, sandwich, survey, clubSandwich), that is what is compared with; else the definition, worked out here. Resampling:
# the probe gives the index matrix (or the weights) that it drew, and both sides resample with that. Sourced by cross.R.
has <- function(package) suppressWarnings(suppressMessages(requireNamespace(package, quietly = TRUE)))
lacking <- Filter(Negate(has), c("boot", "survival", "sandwich", "survey", "clubSandwich"))

probe <- function(.name, ...) {
  input <- tempfile()
  given <- Filter(Negate(is.null), list(...))
  write <- function(v) paste(ifelse(is.na(v), "NA", sprintf("%.17g", as.numeric(v))), collapse = " ")
  writeLines(vapply(names(given), function(k) paste(k, write(given[[k]])), ""), input)
  out <- system2(prober, .name, stdin = input, stdout = TRUE)
  unlink(input)
  parts <- strsplit(out, " ", fixed = TRUE)
  keys <- vapply(parts, `[`, "", 1)
  values <- lapply(parts, function(p) suppressWarnings(as.numeric(p[-1])))
  split <- tapply(values, keys, function(v) do.call(rbind, v), simplify = FALSE)
  lapply(split, function(m) if (nrow(m) == 1) m[1, ] else m)
}
z <- qnorm(.975)

# ---- distributions, two shares, clusters of items, lists ----
distributions <- function() {
  p <- runif(1); a <- rexp(1, .01) + .1; b <- rexp(1, .01) + .1; df <- sample(1:200, 1)
  want <- c(qnorm(p), pnorm(qnorm(p) / 2), pbeta(p, a, b), qbeta(p, a, b), pt(a - b, df), qt(p, df))
  same("normal, beta, Student", probe("special", p = p, a = a, b = b, df = df)$v, want)
}
two_shares <- function() {
  n <- sample(10:400, 2); x <- c(sample(1:(n[1] - 1), 1), sample(1:(n[2] - 1), 1)); p <- x / n; d <- p[1] - p[2]
  r <- probe("two_shares", counts = c(x[1], n[1], x[2], n[2]))
  w <- sapply(1:2, function(i) suppressWarnings(prop.test(x[i], n[i], correct = FALSE))$conf.int)
  same("Newcombe", r$newcombe[c(1, 3, 4)],
       c(d, d - sqrt((p[1] - w[1, 1])^2 + (w[2, 2] - p[2])^2), d + sqrt((w[2, 1] - p[1])^2 + (p[2] - w[1, 2])^2)))
  # Miettinen-Nurminen: the restricted estimate by maximising the likelihood, the limit as a root
  score <- function(delta) {
    slope <- function(q) x[1] / (q + delta) - (n[1] - x[1]) / (1 - q - delta) + x[2] / q - (n[2] - x[2]) / (1 - q)
    e <- 1e-13; q <- uniroot(slope, c(max(0, -delta) + e, min(1, 1 - delta) - e), tol = 1e-16)$root
    (d - delta) / sqrt(((q + delta) * (1 - q - delta) / n[1] + q * (1 - q) / n[2]) * sum(n) / (sum(n) - 1))
  }
  mn <- c(uniroot(function(v) score(v) - z, c(-1 + 1e-6, d), tol = 1e-14)$root, uniroot(function(v) score(v) + z, c(d, 1 - 1e-6), tol = 1e-14)$root)
  same("Miettinen-Nurminen", r$mn[3:4], mn)
  se <- sqrt(1 / x[1] - 1 / n[1] + 1 / x[2] - 1 / n[2])
  same("log ratio", r$ratio, c(p[1] / p[2], se, p[1] / p[2] * exp(c(-1, 1) * z * se)))
}
likeness <- function() {
  size <- sample(2:9, sample(4:12, 1), TRUE); cluster <- rep(seq_along(size), size)
  x <- rnorm(sum(size)) + rnorm(length(size))[cluster]
  r <- probe("icc", x = x, cluster = cluster, size = 50)
  t <- summary(aov(x ~ factor(cluster)))[[1]][["Mean Sq"]]; n0 <- (sum(size) - sum(size^2) / sum(size)) / (length(size) - 1)
  icc <- (t[1] - t[2]) / (t[1] + (n0 - 1) * t[2])
  same("intraclass correlation, design effect", c(r$icc, r$effect), c(icc, 1 + 49 * icc))
}
rank_lists <- function() {
  a <- sample(30, sample(3:20, 1)); b <- sample(30, sample(3:20, 1)); p <- runif(1, .5, .98)
  x <- sample(6, 15, TRUE); y <- x + sample(-2:2, 15, TRUE)
  r <- probe("lists", a = a, b = b, p = p, x = x, y = y)
  letters52 <- c(letters, LETTERS)
  same("edit distance", r$rbo[4], drop(adist(paste(letters52[a], collapse = ""), paste(letters52[b], collapse = ""))))
  same("Kendall's tau-b", r$tau, cor(x, y, method = "kendall"))
  # minimum: nothing more in common; sums to 5,000 ranks stand for those to infinity
  n <- min(length(a), length(b)); deep <- 5000
  X <- function(d) length(intersect(head(a, d), head(b, d)))
  low <- (1 - p) * sum(sapply(1:deep, function(d) p^(d - 1) * X(d) / d))
  same("RBO, least", r$rbo[2], low)
  weight <- function(d) 1 - p^(d - 1) + (1 - p) / p * d * (log(1 / (1 - p)) - if (d > 1) sum(p^(1:(d - 1)) / (1:(d - 1))) else 0)
  same("RBO, weight of the top", r$rbo[5], weight(length(a)))
}

# ---- probability samples ----
drawn <- function() { # a frame in strata by score; exposures of two arms; simple random sampling within strata
  size <- sample(20:60, 3, TRUE); n <- sample(4:12, 3, TRUE); N <- sum(size); h <- rep(1:3, size)
  f <- runif(N) * .4 + .2 * (h - 1); y <- as.numeric(runif(N) < f); a <- rpois(N, 3); b <- rpois(N, 2 + h)
  s <- unlist(lapply(1:3, function(k) sample(which(h == k), n[k])))
  list(N = N, h = h, f = f, y = y, a = a, b = b, s = sample(s), pi = (n / size)[h], size = size)
}
designs <- function() {
  d <- drawn(); s <- d$s; pi <- d$pi[s]; h <- d$h[s]; y <- d$y[s] * 3 + d$f[s]; x <- d$a[s] + 1
  r <- probe("design", draw = 0, pi = pi, stratum = h, y = y, x = x)
  if (has("survey")) {
    sd <- survey::svydesign(ids = ~1, strata = ~h, fpc = ~n, data = data.frame(h, n = d$size[h], y, x, p = pi), probs = ~p)
    t <- survey::svytotal(~y, sd); q <- survey::svyratio(~y, ~x, sd); df <- survey::degf(sd)
    half <- qt(.975, df) * c(survey::SE(t), survey::SE(q))
    same("Horvitz-Thompson total, strata (survey)", r$total, c(coef(t), survey::SE(t), coef(t) + c(-1, 1) * half[1]))
    same("Hajek mean, ratio (survey)", r$ratio, c(coef(q), survey::SE(q), coef(q) + c(-1, 1) * half[2]))
  }
  # unequal probabilities: Hajek's approximation, Hansen-Hurwitz, Poisson, from their formulas
  pi <- runif(length(s), .05, .9)
  within <- function(g) sum(tapply(seq_along(s), h, g))
  v <- c(within(function(i) { c <- 1 - pi[i]; e <- y[i] / pi[i]; length(i) / (length(i) - 1) * sum(c * (e - sum(c * e) / sum(c))^2) }),
         within(function(i) length(i) * var(y[i] / pi[i])), sum((1 - pi) * (y / pi)^2))
  for (kind in 0:2)
    same(paste("unequal probabilities:", c("Hajek 1964", "Hansen-Hurwitz", "Poisson")[kind + 1]),
         probe("design", draw = kind, pi = pi, stratum = h, y = y, x = x)$total[1:2], c(sum(y / pi), sqrt(v[kind + 1])))
}
linear_variance <- function(e, pi, h) sum(tapply(seq_along(e), h, function(i) (1 - pi[i][1]) * length(i) * var(e[i] / pi[i])))
arms <- function() {
  d <- drawn(); s <- d$s; pi <- d$pi[s]; h <- d$h[s]; y <- d$y[s]; f <- d$f[s]; a <- d$a[s]; b <- d$b[s]
  if (sum(y * b) == 0 || sum(y * a) == 0) return(invisible())
  df <- length(s) - 3; q <- qt(.975, df)
  logit <- function(p, se) plogis(qlogis(p) + c(-1, 1) * q * se / (p * (1 - p)))
  # Hajek: by the survey package, shares with logit limits, contrast and ratio by its delta method
  r <- probe("arms", draw = 0, pi = pi, stratum = h, y = y, a = a, b = b, lambda = 0)
  if (has("survey")) {
    data <- data.frame(h, n = d$size[h], p = pi, ya = y * a, yb = y * b, a, b)
    sd <- survey::svydesign(ids = ~1, strata = ~h, fpc = ~n, data = data, probs = ~p)
    t <- survey::svytotal(~ya + a + yb + b, sd)
    difference <- survey::svycontrast(t, quote(ya / a - yb / b)); ratio <- survey::svycontrast(t, quote((ya / a) / (yb / b)))
    share <- survey::svycontrast(t, quote(ya / a))
    se <- function(v) sqrt(as.numeric(attr(v, "var")))
    same("share of an arm, Hajek (survey)", r$a, c(share, se(share), logit(as.numeric(share), se(share))))
    same("difference of arms, shared items (survey)", r$difference, c(difference, se(difference), difference + c(-1, 1) * q * se(difference)))
    v <- as.numeric(ratio)
    same("ratio of arms, shared items (survey)", r$ratio, c(v, se(ratio), v * exp(c(-1, 1) * q * se(ratio) / v)))
  }
  # known totals, with and without scores
  Wa <- sum(d$a); Wb <- sum(d$b); Fa <- sum(d$a * d$f); Fb <- sum(d$b * d$f)
  for (lambda in c(0, .6, NA)) {
    best <- function(w, W) { # least squares on the design's own variance, by its three values
      v <- sapply(c(0, 1, -1), function(l) linear_variance(w * (y - l * f) / W, pi, h))
      B <- (v[2] + v[3]) / 2 - v[1]; min(1, max(0, -(v[2] - v[3]) / 4 / B))
    }
    la <- if (is.na(lambda)) best(a, Wa) else lambda; lb <- if (is.na(lambda)) best(b, Wb) else lambda
    inflate <- function(l, w, W) {
      if (!is.na(lambda) || l <= 0 || l >= 1) return(1)
      ey <- w * y / W / pi; ef <- w * f / W / pi
      c <- (1 - pi) * ave(pi, h, FUN = length) / (ave(pi, h, FUN = length) - 1)
      ef <- ef - ave(ef, h); r <- ey - ave(ey, h) - l * ef; lev <- c * ef^2 / sum(c * ef^2)
      sqrt(sum(c * r^2 / (1 - lev)^2) / sum(c * r^2))
    }
    pa <- (la * Fa + sum(a * (y - la * f) / pi)) / Wa; pb <- (lb * Fb + sum(b * (y - lb * f) / pi)) / Wb
    ea <- a * (y - la * f) / Wa * inflate(la, a, Wa); eb <- b * (y - lb * f) / Wb * inflate(lb, b, Wb)
    r <- probe("arms", draw = 0, pi = pi, stratum = h, y = y, f = f, a = a, b = b, total_a = Wa, total_b = Wb, scores_a = Fa, scores_b = Fb, lambda = lambda)
    label <- if (is.na(lambda)) "chosen lambda" else if (lambda == 0) "labels alone" else "given lambda"
    same(paste("share of known exposure,", label), c(r$a[2], r$lambda), c(sqrt(linear_variance(ea, pi, h)), la))
    se <- sqrt(linear_variance(ea - eb, pi, h))
    same(paste("difference of shares,", label), r$difference, c(pa - pb, se, pa - pb + c(-1, 1) * q * se))
  }
}
ppi_clusters <- function() {
  d <- drawn(); G <- sample(4:9, 1); rows <- 40 * G
  item <- sample(d$N, rows, TRUE); cluster <- rep(1:G, each = 40); a <- rpois(rows, 1.5) * (1 + cluster / 3); b <- rpois(rows, 1)
  lambda <- sample(c(0, .5, 1), 1); s <- d$s; pi <- d$pi[s]; h <- d$h[s]
  A <- xtabs(a ~ factor(cluster, 1:G) + factor(item, 1:d$N)); B <- xtabs(b ~ factor(cluster, 1:G) + factor(item, 1:d$N))
  res <- d$y - lambda * d$f
  part <- function(M) { # by cluster and labelled item, centred on the cluster's size; the scores' part; the estimate
    W <- sum(M); w <- rowSums(M) / W
    list(theta = lambda * sum(M %*% d$f) / W + sum(colSums(M)[s] * res[s] / pi) / W,
         item = sweep(M[, s], 2, res[s] / W, "*") - outer(w, colSums(M)[s] * res[s] / W), score = lambda * (M %*% d$f / W - w * sum(M %*% d$f) / W),
         all = colSums(M)[s] * res[s] / W)
  }
  pa <- part(A); pb <- part(B)
  variance <- function(ca, cb) {
    it <- ca * pa$item + cb * pb$item
    e <- rowSums(sweep(it, 2, pi, "/")) + ca * pa$score + cb * pb$score
    v1 <- sum(e^2) - sum(apply(it, 1, linear_variance, pi = pi, h = h))
    v2 <- linear_variance(ca * pa$all + cb * pb$all, pi, h); v1 <- max(0, v1) * G / (G - 1)
    c(v1 + v2, (v1 + v2)^2 / (v1^2 / (G - 1) + v2^2 / (length(s) - 3)))
  }
  full <- numeric(d$N); labelled <- seq_len(d$N) %in% s
  r <- probe("ppi_arms", item = item - 1, cluster = cluster - 1, clusters = G, a = a, b = b, labelled = labelled, f = d$f,
             y = d$y, pi = d$pi, stratum = d$h, draw = 0, lambda = lambda)
  v <- variance(1, -1); t <- qt(.975, v[2]); theta <- pa$theta - pb$theta
  same("PPI over clusters, difference", r$difference, c(theta, sqrt(v[1]), theta + c(-1, 1) * t * sqrt(v[1])))
  same("PPI over clusters, share", r$a[2], sqrt(variance(1, 0)[1]))
  if (pa$theta > 0 && pb$theta > 0) {
    v <- variance(1 / pb$theta, -pa$theta / pb$theta^2); ratio <- pa$theta / pb$theta
    same("PPI over clusters, ratio", r$ratio, c(ratio, sqrt(v[1]), ratio * exp(c(-1, 1) * qt(.975, v[2]) * sqrt(v[1]) / ratio)))
  }
}

# ---- resampling with the same indices ----
matrix_of <- function(n, draws, seed, label) {
  m <- probe("indices", n = n, draws = draws, seed = seed, label = label)$i + 1
  matrix(m, nrow = draws)
}
with_indices <- function() {
  n <- sample(8:40, 1); m <- runif(n, .5, 3); x <- m * runif(n, .1, .5); seed <- sample(1e6, 1); draws <- 399
  r <- probe("bootstrap", x = x, m = m, draws = draws, seed = seed)$ends
  i <- matrix_of(n, draws, seed, 1); theta <- sum(x) / sum(m)
  se <- function(k) { e <- x[k] - sum(x[k]) / sum(m[k]) * m[k]; sqrt(n / (n - 1) * sum(e^2)) / sum(m[k]) }
  t0 <- apply(i, 1, function(k) sum(x[k]) / sum(m[k])); t <- (t0 - theta) / apply(i, 1, se); all <- seq_len(n)
  ends <- quantile(t0, c(.025, .975), names = FALSE)
  same("bootstrap percentile, same indices", r[1:2], ends)
  same("bootstrap basic, same indices", r[3:4], 2 * theta - rev(ends))
  same("bootstrap-t, same indices", r[7:8], theta - rev(quantile(t, c(.025, .975), names = FALSE)) * se(all))
  jack <- sapply(all, function(k) sum(x[-k]) / sum(m[-k])); L <- mean(jack) - jack
  acc <- sum(L^3) / (6 * sum(L^2)^1.5)
  levels_of <- function(share) { z0 <- qnorm(share); at <- z0 + qnorm(c(.025, .975)); pnorm(z0 + at / (1 - acc * at)) }
  near <- 1e-9 * se(all) # a resample of the very sample, summed in another order, counts half; boot counts it by how it was rounded
  level <- levels_of(mean(t0 < theta - near) + mean(abs(t0 - theta) <= near) / 2)
  same("bootstrap BCa, same indices", r[5:6], quantile(t0, level, names = FALSE))
  if (has("boot")) { # boot's own rule over our draws; it prints the ranks at which it cuts with two decimals
    b <- list(t0 = theta, t = matrix(t0), R = draws, data = cbind(x, m), call = NULL, sim = "ordinary", stype = "i", weights = rep(1 / n, n), strata = rep(1, n))
    class(b) <- "boot"
    ranks <- suppressWarnings(boot::boot.ci(b, type = "bca", L = L))$bca[2:3]
    same("bootstrap BCa, ranks to 0.01 (boot)", round(levels_of(mean(t0 < theta)) * (draws + 1), 2), ranks, .0051)
  }
  rows <- matrix(runif(4 * n, .5, 2), n)
  i <- matrix_of(n, draws, seed, 2); S <- t(apply(i, 1, function(k) colSums(rows[k, ])))
  r <- probe("double_ratio", rows = t(rows), draws = draws, seed = seed)$ratio
  v <- colSums(rows)
  same("bootstrap, ratio of ratios, same indices", r[c(1, 3, 4)],
       c(v[1] / v[2] / (v[3] / v[4]), quantile(S[, 1] / S[, 2] / (S[, 3] / S[, 4]), c(.025, .975), names = FALSE)))
}
agreement <- function() { # the units drawn are given too
  units <- sample(8:20, 1); k <- sample(2:4, 1); truth <- sample(1:4, units, TRUE)
  v <- sapply(seq_len(k), function(i) ifelse(runif(units) < .7, truth, sample(1:4, units, TRUE))); v[sample(length(v), length(v) %/% 8)] <- NA
  level <- sample(4, 1); seed <- sample(1e6, 1)
  r <- probe("agreement", values = t(v), coders = k, kind = level - 1, draws = 99, seed = seed)
  one <- function(m) krippendorff(m, c("nominal", "ordinal", "interval", "ratio")[level])
  draws <- apply(r$i + 1, 1, function(i) one(v[i, , drop = FALSE])); draws <- draws[!is.na(draws)]
  if (length(draws) < 95) return(invisible())
  same("Krippendorff's alpha, bootstrap interval, same units", r$alpha, c(one(v), sd(draws), quantile(draws, c(.025, .975), names = FALSE)))
}
wild <- function() {
  exact <- runif(1) < .5; kind <- sample(0:1, 1)
  n <- if (!exact) sample(15:25, 1) else if (kind == 1) sample(3:4, 1) else sample(5:8, 1)
  m <- runif(n, .5, 2); x <- m * runif(n, .1, .5); null <- sum(x) / sum(m) * runif(1, .7, 1.3); seed <- sample(1e6, 1)
  a <- probe("wild", x = x, m = m, null = null, kind = kind, draws = 199, seed = seed); r <- a$wild
  points <- if (kind == 0) c(1, -1) else c(-sqrt(1.5), -1, -sqrt(.5), sqrt(.5), 1, sqrt(1.5))
  V <- if (exact) as.matrix(expand.grid(rep(list(points), n))) else matrix(a$v, ncol = n)
  # a weighted regression of x/m on a constant, refitted to each new y; its cluster-robust error by sandwich for the observed
  fit <- lm(I(x / m) ~ 1, weights = m, data = data.frame(x, m))
  if (has("sandwich"))
    same("cluster-robust error CR1 (sandwich)", r[2], sqrt(sandwich::vcovCL(fit, cluster = seq_len(n), type = "HC0", cadjust = TRUE)[1]))
  t_of <- function(y, d) { b <- sum(m * y) / sum(m); e <- m * (y - b); abs(b - d) / (sqrt(n / (n - 1) * sum(e^2)) / sum(m)) }
  p_at <- function(d) {
    seen <- t_of(x / m, d); u <- x / m - d
    far <- sum(apply(V, 1, function(v) t_of(d + v * u, d)) >= seen * (1 - 1e-9))
    if (exact) far / nrow(V) else (far + 1) / (nrow(V) + 1)
  }
  same(paste("wild cluster bootstrap p,", c("Rademacher", "Webb")[kind + 1]), r[4], p_at(null))
  for (k in 5:6) if (is.finite(r[k]) && r[k] != 0) {
    out <- if (k == 5) -1 else 1; step <- 1e-7 * r[2]
    same("wild cluster bootstrap, interval", c(p_at(r[k] - out * step) > .05, p_at(r[k] + out * step) <= .05) + 0, c(1, 1))
  }
}
two_ways <- function() {
  I <- sample(4:9, 1); J <- sample(4:9, 1); cells <- expand.grid(i = 1:I, j = 1:J); cells <- cells[sample(nrow(cells), ceiling(.8 * nrow(cells))), ]
  n <- nrow(cells); m <- runif(n, .5, 2); x <- m * (.2 + runif(I)[cells$i] * .2 + runif(J)[cells$j] * .2 + runif(n) * .1); seed <- sample(1e6, 1)
  r <- probe("two_way", row = cells$i * 10, column = -cells$j, x = x, m = m, draws = 199, seed = seed); theta <- sum(x) / sum(m)
  if (has("sandwich")) {
    fit <- lm(I(x / m) ~ 1, weights = m, data = data.frame(x, m))
    one <- function(g) sandwich::vcovCL(fit, cluster = g, type = "HC0", cadjust = TRUE)[1]
    both <- sandwich::vcovCL(fit, cluster = cells[c("i", "j")], type = "HC0", cadjust = TRUE, multi0 = FALSE)[1]
    v <- c(one(cells$i), one(cells$j), one(seq_len(n)))
    same("two-way cluster-robust error (sandwich)", c(r$se, r$robust[2]), c(sqrt(v), sqrt(max(both, v[1:2]))))
  }
  ri <- matrix_of(length(unique(cells$i)), 199, seed, 3); ci <- matrix_of(length(unique(cells$j)), 199, seed, 4)
  row <- match(cells$i, sort(unique(cells$i))); column <- match(-cells$j, sort(unique(-cells$j)))
  t0 <- sapply(1:199, function(b) {
    w <- tabulate(ri[b, ], max(row))[row] * tabulate(ci[b, ], max(column))[column]
    sum(w * x) / sum(w * m)
  })
  t0 <- t0[is.finite(t0)] # a draw that meets empty cells only has no ratio
  same("pigeonhole bootstrap, same indices", r$pigeonhole, c(theta, sd(t0), quantile(t0, c(.025, .975), names = FALSE)))
}
trends <- function() {
  G <- sample(4:9, 1); data <- do.call(rbind, lapply(1:G, function(g) data.frame(g, t = sort(sample(0:9, sample(3:8, 1))))))
  data$y <- rnorm(G)[data$g] + .1 * data$t + rnorm(nrow(data)) * .3 + rnorm(G)[data$g] * .05 * data$t
  r <- probe("trend", y = data$y, t = data$t, persona = data$g)
  fit <- lm(y ~ t + factor(g), data = data)
  same("slope within personas", r$slope[1], coef(fit)[["t"]])
  if (has("sandwich")) same("slope, CR1 (sandwich)", r$rest[1], sqrt(sandwich::vcovCL(fit, cluster = data$g, type = "HC0", cadjust = TRUE)["t", "t"]))
  if (has("clubSandwich")) {
    c2 <- suppressWarnings(clubSandwich::coef_test(fit, vcov = "CR2", cluster = data$g, test = "Satterthwaite", coefs = "t"))
    df <- if (!is.null(c2$df_Satt)) c2$df_Satt else c2$df
    p <- if (!is.null(c2$p_Satt)) c2$p_Satt else c2$p
    same("slope, CR2, degrees of freedom and p (clubSandwich)", c(r$slope[2], r$rest[2:3]), c(c2$SE, df, p))
  }
}
permutations <- function() {
  n <- sample(3:5, 2, TRUE); h <- rep(1:2, n); y <- round(rnorm(sum(n)), 1)
  label <- unlist(lapply(n, function(k) sample(c(TRUE, FALSE, runif(k - 2) < .5))))
  r <- probe("permute", y = y, label = label, stratum = h)
  choices <- lapply(1:2, function(k) combn(which(h == k), sum(label[h == k]), simplify = FALSE))
  weight <- sapply(1:2, function(k) { one <- sum(label[h == k]); one * (n[k] - one) / n[k] })
  statistic <- function(on) sum(sapply(1:2, function(k) weight[k] * (mean(y[h == k & on]) - mean(y[h == k & !on])))) / sum(weight)
  all <- unlist(lapply(choices[[1]], function(a) sapply(choices[[2]], function(b) statistic(seq_along(y) %in% c(a, b)))))
  same("permutation within strata, all patterns", c(r$estimate, r$p, r$patterns), c(statistic(label), mean(abs(all) >= abs(statistic(label)) - 1e-9), length(all)))
}
walks <- function() {
  n <- sample(12:50, 1); time <- sample(1:12, n, TRUE); event <- runif(n) < .7; group <- rep(c(TRUE, FALSE), length.out = n); h <- sample(1:4, n, TRUE)
  r <- probe("survival", time = time, event = event, group = group, stratum = h)
  if (!has("survival")) return(invisible())
  Surv <- survival::Surv; strata <- survival::strata # by this name only does a formula know it
  s <- survival::survfit(Surv(time, event) ~ 1, conf.type = "log-log"); k <- matrix(r$step, ncol = 4)
  some <- s$surv > 0 & s$surv < 1
  same("Kaplan-Meier (survival)", k[, 1], s$surv)
  same("Greenwood, log-log limits (survival)", c(k[some, 2], k[some, 3:4]), c((s$surv * s$std.err)[some], s$lower[some], s$upper[some]))
  q <- quantile(s, .5)
  same("median time (survival)", c(r$median, r$median_lo, r$median_hi), c(q$quantile, q$lower, q$upper))
  d <- survival::survdiff(Surv(time, event) ~ group)
  same("log-rank (survival)", r$logrank, c(d$chisq, pchisq(d$chisq, 1, lower.tail = FALSE), d$obs[2], d$exp[2]))
  d <- survival::survdiff(Surv(time, event) ~ group + strata(h))
  same("log-rank, stratified (survival)", r$stratified, c(d$chisq, pchisq(d$chisq, 1, lower.tail = FALSE), sum(d$obs[2, ]), sum(d$exp[2, ])))
}
leaving_out <- function() {
  n <- sample(3:30, 1); x <- rexp(n); m <- rexp(n); without <- sapply(seq_len(n), function(k) sum(x[-k]) / sum(m[-k])); all <- sum(x) / sum(m)
  r <- probe("jackknife", all = all, without = without)$jackknife
  se <- sqrt((n - 1)^2 / n * var(without)); half <- qt(.975, n - 1) * se
  same("jackknife", r, c(all, se, all - half, all + half))
  if (!has("boot")) return(invisible())
  l <- boot::empinf(data = data.frame(x, m), statistic = function(d, i) sum(d$x[i]) / sum(d$m[i]), type = "jack", stype = "i")
  same("jackknife (boot)", r[2], sqrt((n - 1) / n * sum((l - mean(l))^2) / (n - 1)^2))
}
plans <- function() {
  G <- sample(8:40, 1); R <- sample(5:20, 1); K <- sample(c(20, 50), 1); base <- runif(1, .02, .2); icc <- runif(1, 0, .05)
  t <- function(G) qt(.975, G - 1) + qt(.8, G - 1)
  se <- function(l, G) sqrt((base * (1 - base) + (base + l) * (1 - base - l)) * (1 + (R * K - 1) * icc) / (R * K * G))
  lift <- uniroot(function(l) t(G) * se(l, G) - l, c(1e-9, 1 - base), tol = 1e-15)$root
  need <- Find(function(g) uniroot(function(l) t(g) * se(l, g) - l, c(1e-9, 1 - base), tol = 1e-15)$root <= lift * 1.2, 6:400)
  r <- probe("plan", plan = c(G, R, K, base, icc, .05, .8), lift = lift * 1.2, studies = 50)
  same("detectable lift and ratio, clusters", c(r$lift, r$ratio, r$clusters), c(lift, 1 + lift / base, need))
}
# Power by drawing: R draws studies of its own; the two shares may differ by four Monte-Carlo errors, which is said in those units.
drawn_power <- function() {
  G <- 12; m <- 300; base <- .05; icc <- .02; lift <- .03; N <- 2000; size <- 1 / icc - 1
  r <- probe("plan", plan = c(G, 6, 50, base, icc, .05, .8), lift = lift, studies = N)
  flips <- matrix(sample(c(-1, 1), 999 * G, TRUE), 999)
  see <- replicate(N, {
    p <- rbeta(2 * G, rep(c(base + lift, base), each = G) * size, (1 - rep(c(base + lift, base), each = G)) * size)
    k <- rbinom(2 * G, m, p); d <- k[1:G] - k[G + 1:G]
    (sum(abs(flips %*% d) >= abs(sum(d)) - 1e-9) + 1) / 1000 <= .05
  })
  gap <- abs(r$power - mean(see)) / sqrt(mean(see) * (1 - mean(see)) * 2 / N)
  same("power by drawing, within 4 Monte-Carlo errors", as.numeric(gap < 4), 1)
}
weighted_flips <- function() {
  n <- sample(6:10, 1); m <- runif(n, .5, 2); x <- m * runif(n, -.1, .4); null <- runif(1, 0, .2)
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), n)))
  p_at <- function(d) mean(abs(signs %*% (x - d * m)) >= abs(sum(x - d * m)) * (1 - 1e-12))
  a <- probe("signflip", x = x, m = m, null = null); r <- a$signflip
  same("sign-flip of a ratio, p", a$p, p_at(null))
  same("sign-flip of a ratio, interval", c(p_at(r[3] + 1e-9) > .05, p_at(r[4] - 1e-9) > .05, p_at(r[3] - 1e-9) <= .05, p_at(r[4] + 1e-9) <= .05) + 0, rep(1, 4))
}
lopsided <- function() {
  n <- sample(10:20, 1); m <- runif(n, .5, 1.5); x <- m * exp(rnorm(n) * .4); null <- 1; g <- runif(1, .2, 1.5)
  h <- function(d) { z <- x - d * m; t <- mean(z) / sd(z); sqrt(n) * (t + g * t^2 / 3 + g^2 * t^3 / 27 + g / (6 * n)) }
  r <- probe("skewed", x = x, m = m, null = null, skew = g); q <- qt(.975, n - 1); at <- sum(x) / sum(m)
  # far away h tends to a bound: a limit may not exist, and the program has none then (0 from the probe)
  root <- function(to, lo, hi) tryCatch(uniroot(function(d) h(d) - to, c(lo, hi), extendInt = "yes", tol = 1e-14)$root, error = function(e) 0)
  same("Hall's transformation, limits and p", r$skewed, c(root(q, at - 1, at), root(-q, at, at + 4), 2 * pt(-abs(h(null)), n - 1)))
}
# The survey package's own published figures: svytotal and svymean of its stratified sample of schools.
schools <- function() {
  if (!has("survey")) return(invisible())
  env <- new.env(); utils::data("api", package = "survey", envir = env); s <- env$apistrat
  n <- table(s$stype)[as.character(s$stype)]; pi <- as.numeric(n / s$fpc)
  r <- probe("design", draw = 0, pi = pi, stratum = as.integer(s$stype), y = s$api00, x = rep(1, nrow(s)))
  same("published: mean of api00 662.29, se 9.4089", round(c(r$ratio[1], 1e2 * r$ratio[2]), 2), c(662.29, 940.89), 1e-5)
  r <- probe("design", draw = 0, pi = pi, stratum = as.integer(s$stype), y = s$enroll, x = rep(1, nrow(s)))
  same("published: total of enroll 3687178, se 114642", round(r$total[1:2]), c(3687178, 114642))
}
core <- list(distributions, two_shares, likeness, rank_lists, designs, arms, ppi_clusters, with_indices, agreement, wild, two_ways, trends, permutations, walks, leaving_out, plans, weighted_flips, lopsided)
once <- list(schools, drawn_power)

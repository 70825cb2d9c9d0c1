# forms.R: closed forms that no calculator shows: two kinds of clusters, Glass's interval, plans, order statistics, lists, samples. Each is worked out
# from its definition or by an R function of its own. Sourced by cross.R.

# ---- rows and columns that both are a draw ----
components <- function() {
  R <- sample(3:8, 1); C <- sample(3:8, 1); whole <- runif(1) < .4
  w <- if (whole) matrix(1, R, C) else matrix(runif(R * C, .3, 2), R, C)
  if (!whole) w[sample(R * C, sample(0:(R * C %/% 6), 1))] <- 0
  m <- if (whole) w else w * runif(R * C, .5, 1.5)
  x <- m * (.4 + outer(rnorm(R) * runif(1, 0, .2), rnorm(C) * runif(1, 0, .2), "+") + matrix(rnorm(R * C) * .1, R, C))
  null <- sample(c(0, .3), 1)
  n <- c(sum(rowSums(w) > 0), sum(colSums(w) > 0), sum(w > 0)); if (min(n) < 2 || n[3] < n[1] + n[2]) return(invisible())
  # variances of the whole sum x - d m: from what rows, columns and cells are beyond what their weight is expected to bring
  parts <- function(d) {
    e <- x - d * m; at <- w > 0
    r <- rowSums(e) - sum(e) * rowSums(w) / sum(w); k <- colSums(e) - sum(e) * colSums(w) / sum(w)
    left <- e - w * (outer(rowSums(e) / rowSums(w), colSums(e) / colSums(w), "+") - sum(e) / sum(w))
    c(n[1] / (n[1] - 1) * sum(r^2), n[2] / (n[2] - 1) * sum(k^2), n[3] / (n[3] - n[1] - n[2] + 1) * sum(left[at]^2))
  }
  if (any(rowSums(w) == 0) || any(colSums(w) == 0)) return(invisible())
  df <- c(n[1] - 1, n[2] - 1, n[3] - n[1] - n[2] + 1); total <- function(v) v[1] + v[2] - v[3]
  at_null <- parts(null); theta <- sum(x) / sum(m); here <- parts(theta)
  a <- probe("components", rows = R, cols = C, x = t(x), m = t(m), w = t(w), null = null)
  f <- pf(at_null[1:2] / at_null[3], df[1:2], df[3], lower.tail = FALSE)
  same("two kinds of clusters, F tests", c(a$rows_p, a$cols_p), f)
  if (whole) { # the same by R's analysis of variance
    cells <- expand.grid(i = factor(1:R), j = factor(1:C)); cells$e <- c(x - null * m)
    v <- anova(lm(e ~ i + j, data = cells))
    same("two kinds of clusters, F tests (anova)", c(a$rows_p, a$cols_p), v[["Pr(>F)"]][1:2])
    ms <- v[["Mean Sq"]] # of the cells less a constant: the same at any value
    if (ms[1] + ms[2] > ms[3])
      same("two kinds of clusters, error (anova)", a$limits[2], sqrt((ms[1] + ms[2] - ms[3]) / (R * C)))
  }
  same("two kinds of clusters, spread", a$parts[3:5],
       c(sqrt(pmax(0, here[1:2] - here[3]) * n[1:2]), max(0, 1 - here[3] / here[1])))
  if (total(here) <= 0 || total(at_null) <= 0) {
    same("two kinds of clusters, no variance", c(a$limits[2:4], a$p), rep(NA_real_, 4))
    return(invisible())
  }
  freedom <- max(min(df[1:2]), total(at_null)^2 / sum(at_null^2 / df)); q <- qt(.975, freedom)
  same("two kinds of clusters, error, degrees of freedom, p", c(a$limits[2], a$parts[1:2], a$p),
       c(sqrt(total(here)) / sum(m), total(at_null), freedom, 2 * pt(-abs(sum(x) - null * sum(m)) / sqrt(total(at_null)), freedom)))
  beyond <- function(d) (sum(x) - d * sum(m))^2 - q^2 * total(parts(d)) # a limit is where this is 0
  bounded <- (beyond(theta + 1e6) > 0)
  root <- function(side) { step <- 1e-3; while (beyond(theta + side * step) < 0) step <- 2 * step
    uniroot(beyond, sort(theta + c(0, side * step)), tol = 1e-15)$root }
  same("two kinds of clusters, Fieller's limits", a$limits[3:4], if (bounded) c(root(-1), root(1)) else c(NA_real_, NA_real_))
}
both_left_out <- function() {
  R <- sample(3:9, 1); C <- sample(3:9, 1); alike <- runif(1) < .3
  y <- outer(rnorm(R) * (!alike), rnorm(C) * (!alike), "+") + matrix(rexp(R * C), R, C); g <- runif(1) < .5
  figure <- if (g) function(keep) sd(y[keep]) / mean(abs(y[keep])) else function(keep) mean(y[keep])
  without <- function(at) { keep <- matrix(TRUE, R, C); keep[at] <- FALSE; figure(keep) }
  row <- sapply(1:R, function(i) without(cbind(i, 1:C))); column <- sapply(1:C, function(j) without(cbind(1:R, j)))
  cell <- sapply(seq_len(R * C), without); all <- figure(matrix(TRUE, R, C))
  a <- probe("jackknife_two_way", all = all, row = row, column = column, cell = cell)
  same("spread of figures one by one", a$spread, c(R * C, mean(cell), (R * C - 1) * var(cell)))
  # of a mean over a whole table the parts are those of its row means, column means and cells
  v <- if (g) c((R - 1)^2 / R * var(row), (C - 1)^2 / C * var(column), (R * C - 1)^2 / (R * C) * var(cell)) else
    c(var(rowMeans(y)) / R, var(colMeans(y)) / C, var(c(y)) / (R * C))
  se <- sqrt(max(v[1] + v[2] - v[3], v[1], v[2])); half <- qt(.975, min(R, C) - 1) * se
  same(paste("jackknife over rows and columns,", if (g) "a ratio of moments" else "a mean"), a$jackknife, c(all, se, all - half, all + half))
}
glass_interval <- function() {
  n <- sample(3:25, 1); b <- rexp(n); a <- b * runif(n, .6, 1.8) + rnorm(n, sd = .1)
  l <- t(sapply(seq_len(n), function(i) c(mean(a[-i]) - mean(b[-i]), log(sd(b[-i])))))
  V <- cov(l) * (n - 1)^2 / n; S <- sd(b); d <- (mean(a) - mean(b)) / S
  for (days in list(NULL, c(V[1, 1] * .9, 2), c(V[1, 1] * 1.7, 3), c(V[1, 1] * 1.7, 200))) {
    r <- probe("glass", a = a, b = b, days = days); W <- V; df <- n - 1
    if (!is.null(days) && days[1] > V[1, 1]) { W[1, 1] <- days[1]; df <- min(df, days[2]) }
    slope <- c(1 / S, -d); v <- drop(t(slope) %*% W %*% slope) # d = D exp(-ln S): by D it is 1/S, by ln S it is -d
    if (n == 3 && v < 1e-8) return(invisible()) # two values always have a spread of their own: rounding decides
    half <- qt(.975, df) * sqrt(v)
    same(if (is.null(days)) "Glass's delta, interval" else "Glass's delta, interval with days", c(r$delta, r$glass), c(d, d, sqrt(v), d - half, d + half))
  }
}

# ---- plans ----
planned <- function() {
  G <- sample(6:60, 1); R <- sample(2:20, 1); K <- sample(c(5, 20, 50), 1); base <- runif(1, .02, .2); icc <- runif(1, 0, .05)
  level <- sample(c(.05, .1), 1); power <- runif(1, .5, .95); p2 <- base + runif(1, .01, .2); d <- runif(1, .05, 1.5)
  a <- probe("power", plan = c(G, R, K, base, icc, level, power), p1 = base, p2 = p2, d = d, lift = .02, studies = 40, seed = G)
  n <- R * K; de <- 1 + (n - 1) * icc
  se <- function(l) sqrt((base * (1 - base) + (base + l) * (1 - base - l)) * de / (n * G))
  k <- qt(1 - level / 2, G - 1) + qt(power, G - 1)
  if (k * se(1 - base) <= 1 - base) {
    lift <- uniroot(function(l) k * se(l) - l, c(1e-9, 1 - base), tol = 1e-15)$root
    same("plan: error, design effect, items", a$plan, c(se(lift), de, n * G))
  }
  same("items to tell two shares apart (power.prop.test)", power.prop.test(n = a$items, p1 = base, p2 = p2, sig.level = level)$power, power)
  same("power of the sign-flip test", a$signflip, if (2^(1 - G) > level) 0 else 1 - pchisq(qnorm(1 - level / 2)^2, 1, ncp = d^2 * G))
  same("Monte-Carlo error of a drawn power", a$error, sqrt(a$power * (1 - a$power) / 40))
}
# Where all entries of a cluster and arm are alike, differences are -1, 0 or 1, and the power is a sum over how many there are of each.
certain_power <- function() {
  G <- 9; r <- .75; base <- .15; N <- 4000
  a <- probe("power", plan = c(G, 3, 4, base, 1, .05, .8), p1 = .1, p2 = .2, d = 1, lift = r - base, studies = N, seed = 7)
  up <- r * (1 - base); down <- base * (1 - r); exact <- 0
  for (i in 0:G) for (j in 0:(G - i)) {
    k <- i + j; p <- if (k == 0) 1 else sum(dbinom(0:k, k, .5)[abs(2 * (0:k) - k) >= abs(i - j)])
    if (p <= .05) exact <- exact + dmultinom(c(i, j, G - k), prob = c(up, down, 1 - up - down))
  }
  same("power by drawing, clusters all alike, within 4 Monte-Carlo errors", as.numeric(abs(a$power - exact) < 4 * sqrt(exact * (1 - exact) / N)), 1)
}

# ---- order statistics, lists ----
in_order <- function() {
  n <- sample(c(1:9, 300, 2100, 5000), 1); v <- if (runif(1) < .3) sample(7, n, TRUE) + 0 else rnorm(n); k <- sample(n, 1); q <- runif(1)
  a <- probe("order", v = v, k = k - 1, q = q)
  same("k-th smallest, sorting", c(a$at[1:2], a$sorted), c(sort(v)[c(k, k)], sort(v)))
  same("quantile, type 7", c(a$at[3], a$quantile), rep(quantile(v, q, type = 7, names = FALSE), 2))
}
uneven_lists <- function() {
  again <- runif(1) < .4; p <- runif(1, .5, .98)
  a <- sample(25, sample(1:20, 1), again); b <- sample(25, sample(1:20, 1), again); s <- min(length(a), length(b)); l <- max(length(a), length(b))
  X <- sapply(0:l, function(d) length(intersect(head(a, d), head(b, d)))); xs <- X[s + 1]; xl <- X[l + 1]
  r <- probe("rbo", a = a, b = b, p = p, common = X)$rbo
  d <- seq_len(l); ext <- (1 - p) / p * (sum(X[-1] / d * p^d) + sum(ifelse(d > s, xs * (d - s) / (s * d) * p^d, 0))) + ((xl - xs) / l + xs / s) * p^l
  same("RBO, from lists and from overlaps", c(r[1], r[4]), c(ext, ext))
  same("Jaccard, repeated ids", r[5], length(intersect(a, b)) / length(union(a, b)))
  if (again) return(invisible())
  f <- l + s - xl; upto <- function(from) if (f > from) sum(p^((from + 1):f) / ((from + 1):f)) else 0 # eq. 30 of Webber, Moffat and Zobel
  same("RBO, residual", r[3], p^s + p^l - p^f - (1 - p) / p * (s * upto(s) + l * upto(l) + xl * (log(1 / (1 - p)) - upto(0))))
}

# ---- samples ----
# The covariance of sum e/pi and sum f/pi, by how units were drawn: 0 a fixed number of them, 1 with replacement, 2 by a lot each.
covariance <- function(e, f, pi, h, draw) {
  u <- e / pi; v <- f / pi; c <- if (draw == 1) rep(1, length(pi)) else 1 - pi
  if (draw == 2) return(sum(c * u * v))
  sum(tapply(seq_along(u), h, function(i) {
    k <- length(i); w <- if (sum(c[i]) > 0) c[i] / sum(c[i]) else rep(0, k)
    if (k > 1) k / (k - 1) * sum(c[i] * (u[i] - sum(w * u[i])) * (v[i] - sum(w * v[i]))) else 0
  }))
}
samples <- function() {
  n <- sample(8:30, 1); h <- sample(rep(1:3, length.out = n)); draw <- sample(0:2, 1); pi <- runif(n, .1, .9); a <- rpois(n, 3) + 1
  if (runif(1) < .3) { h[1] <- 4 }
  lone <- if (draw == 2) 0 else sum(table(h) == 1); kind <- sample(4, 1); census <- kind == 4
  if (census) { pi[] <- 1; draw <- 0; lone <- 0 }
  y <- if (kind == 1) rep(0, n) else if (kind == 2) rep(1, n) else c(0, 1, as.numeric(runif(n - 2) < .4))
  e <- rnorm(n); r <- probe("sample", draw = draw, pi = pi, stratum = h, e = e, y = y, a = a); df <- n - length(unique(h))
  same("variance of a sample, degrees of freedom, lone strata", c(r$variance, r$counts), c(if (lone > 0) NA else covariance(e, e, pi, h, draw), df, lone))
  w <- a / pi; p <- sum(w * y) / sum(w); most <- sum(w)^2 / sum(w^2); ours <- c(r$share, r$strict); tail <- c(.025, .025 / 7) # two levels
  both <- function(f) unlist(lapply(tail, f))
  if (census) same("share of a census", ours, both(function(t) c(p, 0, p, p)))
  else if (kind == 1) same("share where no label is positive, exact limit", ours, both(function(t) c(0, NA, 0, qbeta(1 - t, 1, most))))
  else if (kind == 2) same("share where every label is, exact limit", ours, both(function(t) c(1, NA, qbeta(t, most, 1), 1)))
  else {
    f <- a * (y - p) / sum(w); se <- if (lone > 0) NA else sqrt(covariance(f, f, pi, h, draw))
    same(paste("share,", c("a fixed number", "with replacement", "a lot each")[draw + 1]), ours,
         both(function(t) c(p, se, plogis(qlogis(p) + c(-1, 1) * qt(1 - t, df) * se / (p * (1 - p))))))
  }
}
# Two phases: clusters, and labels of items that clusters share; the weight of the scores chosen, labels of a fixed number or by a lot each.
two_phases <- function() {
  G <- sample(4:9, 1); N <- 90; h <- sample(1:3, N, TRUE); f <- runif(N) * .4 + .2 * (h - 1); y <- as.numeric(runif(N) < f); draw <- sample(c(0, 2), 1)
  labelled <- logical(N); pi <- if (draw == 2) runif(N, .2, .8) else rep(NA_real_, N)
  if (draw == 2) labelled <- runif(N) < pi else for (k in 1:3) { i <- which(h == k); s <- sample(i, length(i) %/% 2); labelled[s] <- TRUE; pi[i] <- length(s) / length(i) }
  rows <- 30 * G; item <- sample(N, rows, TRUE); cluster <- rep(1:G, each = 30); a <- rpois(rows, 1.5) * (1 + cluster / 3); b <- rpois(rows, 1) + 0
  lambda <- sample(c(NA, .7), 1)
  r <- probe("two_phases", item = item - 1, cluster = cluster - 1, clusters = G, a = a, b = b, labelled = labelled, f = f, y = y, pi = ifelse(labelled, pi, 1),
             stratum = h, draw = draw, lambda = lambda)
  L <- which(labelled); q <- pi[L]; hh <- h[L]
  if (min(table(factor(hh, 1:3))) < 2 && draw == 0) return(invisible())
  arm <- function(v) {
    shown <- matrix(0, G, N); for (i in seq_len(rows)) shown[cluster[i], item[i]] <- shown[cluster[i], item[i]] + v[i]
    W <- sum(shown); size <- rowSums(shown) / W; ey <- colSums(shown)[L] * y[L] / W; ef <- colSums(shown)[L] * f[L] / W
    vf <- covariance(ef, ef, q, hh, draw); slope <- covariance(ey, ef, q, hh, draw) / vf
    l <- if (is.na(lambda)) min(1, max(0, slope)) else lambda; grow <- 1
    if (is.na(lambda) && l > 0 && l < 1) { # leverage of each label in its own weight
      mean_of <- function(e) if (draw == 2) 0 else ave(e / q, hh)
      c <- (1 - q) * (if (draw == 2) 1 else ave(q, hh, FUN = length) / (ave(q, hh, FUN = length) - 1))
      u <- ef / q - mean_of(ef); res <- ey / q - mean_of(ey) - l * u; lev <- c * u^2 / vf
      grow <- sqrt(sum(c * res^2 / (1 - lev)^2) / sum(c * res^2))
    }
    scores <- drop(shown %*% f) / W; one <- (y[L] - l * f[L]) / W
    list(lambda = l, theta = l * sum(scores) + sum(colSums(shown)[L] * one / q), all = colSums(shown)[L] * one * grow,
         each = (shown[, L] - outer(size, colSums(shown)[L])) %*% diag(one * grow), scores = l * (scores - size * sum(scores)))
  }
  A <- arm(a); B <- arm(b)
  variance <- function(ca, cb) {
    each <- ca * A$each + cb * B$each; e <- drop(each %*% (1 / q)) + ca * A$scores + cb * B$scores
    v1 <- max(0, sum(e^2) - sum(apply(each, 1, function(v) covariance(v, v, q, hh, draw)))) * G / (G - 1)
    all <- ca * A$all + cb * B$all; v2 <- covariance(all, all, q, hh, draw)
    c(v1 + v2, (v1 + v2)^2 / (v1^2 / (G - 1) + v2^2 / (length(L) - length(unique(hh)))), v2 / (v1 + v2))
  }
  what <- paste("two phases,", if (draw == 2) "a lot each," else "a fixed number,", if (is.na(lambda)) "chosen lambda" else "given lambda")
  same(what, c(r$lambda_a, r$lambda_b), c(A$lambda, B$lambda))
  share <- function(arm, v, tail = .025) { half <- qt(1 - tail, v[2]) * sqrt(v[1]); p <- arm$theta
    if (p > 0 && p < 1) c(p, sqrt(v[1]), plogis(qlogis(p) + c(-1, 1) * half / (p * (1 - p)))) else pmin(1, pmax(0, c(p, 0, p - half, p + half))) + c(0, sqrt(v[1]), 0, 0) }
  same(what, c(r$a, r$b), c(share(A, variance(1, 0)), share(B, variance(0, 1))))
  v <- variance(1, -1); d <- A$theta - B$theta
  same(what, c(r$difference, r$by_labels), c(d, sqrt(v[1]), d + c(-1, 1) * qt(.975, v[2]) * sqrt(v[1]), v[3]))
  same("two phases, a second level", c(r$strict_b, r$strict_difference), c(share(B, variance(0, 1), .025 / 7), d, sqrt(v[1]), d + c(-1, 1) * qt(1 - .025 / 7, v[2]) * sqrt(v[1])))
}

# ---- walks ----
curves <- function() {
  if (!has("survival")) return(invisible())
  n <- sample(12:50, 1); time <- sample(1:12, n, TRUE); event <- runif(n) < .7; group <- rep(c(TRUE, FALSE), length.out = n); h <- sample(1:4, n, TRUE)
  Surv <- survival::Surv; strata <- survival::strata
  s <- survival::survfit(Surv(time, event) ~ 1, weights = sample(1:3, n, TRUE), conf.type = "log-log"); q <- quantile(s, .5)
  r <- probe("medians", time = s$time, survival = s$surv, lo = s$lower, hi = s$upper, when = time, event = event, group = group, stratum = h)
  same("median of a given curve (survival)", c(r$median, r$lo, r$hi), c(q$quantile, q$lower, q$upper))
  same("log-rank, variance (survival)", r$variance, survival::survdiff(Surv(time, event) ~ group + strata(h))$var[2, 2])
}
core <- c(core, list(components, both_left_out, glass_interval, planned, in_order, uneven_lists, samples, two_phases, curves))
once <- c(once, list(certain_power))

# draws.R: what is drawn. The counter that all draws come from is worked out in 64-bit arithmetic of R's own; where a figure is counted over draws, both
# sides have the same sign patterns, labels, units. Sourced by cross.R.

# ---- 64 bits as four numbers of 16, the lowest first ----
hex64 <- function(s) rev(strtoi(substring(s, c(1, 5, 9, 13), c(4, 8, 12, 16)), 16L)) + 0
carry64 <- function(v) { for (i in 1:3) { v[i + 1] <- v[i + 1] + v[i] %/% 65536; v[i] <- v[i] %% 65536 }; v[4] <- v[4] %% 65536; v }
add64 <- function(a, b) carry64(a + b)
mul64 <- function(a, b) carry64(c(a[1] * b[1], a[1] * b[2] + a[2] * b[1], a[1] * b[3] + a[2] * b[2] + a[3] * b[1],
                                  a[1] * b[4] + a[2] * b[3] + a[3] * b[2] + a[4] * b[1]))
xor64 <- function(a, b) bitwXor(as.integer(a), as.integer(b)) + 0
shift64 <- function(a, k) { a <- c(a[(k %/% 16 + 1):4], rep(0, k %/% 16 + 1)); s <- 2^(k %% 16); a[1:4] %/% s + (a[2:5] %% s) * (65536 / s) }
number64 <- function(v) { r <- v + 0; c(r[1] %% 65536, r[1] %/% 65536 %% 65536, r[1] %/% 2^32, 0) } # below 2^48
golden <- hex64("9e3779b97f4a7c15")
finish64 <- function(z) { # SplitMix64's last step (Steele, Lea and Flood 2014)
  z <- mul64(xor64(z, shift64(z, 30)), hex64("bf58476d1ce4e5b9"))
  z <- mul64(xor64(z, shift64(z, 27)), hex64("94d049bb133111eb"))
  xor64(z, shift64(z, 31))
}
stream <- function(key, replicate) { # a function that gives the next word
  at <- finish64(xor64(key, finish64(add64(number64(replicate), golden))))
  function() { at <<- add64(at, golden); finish64(at) }
}
below <- function(s, n) repeat { # Lemire 2019
  w <- s(); product <- mul64(c(w[3:4], 0, 0), number64(n))
  if (product[1] + 65536 * product[2] >= 2^32 %% n) return(product[3] + 65536 * product[4])
}
uniform <- function(s) sum(shift64(s(), 11) * 65536^(0:3)) / 2^53
indices <- function(s, n) { # four draws of 16 bits a word, in the order 0, 2, 1, 3, as long as four fit; beyond 4096, and for the rest, one draw a word
  out <- c()
  while (n <= 4096 && length(out) + 4 <= n) { p <- s()[c(1, 3, 2, 4)] * n; out <- c(out, (p %/% 65536)[p %% 65536 >= 65536 %% n]) }
  while (length(out) < n) out <- c(out, below(s, n))
  out
}
counter <- function(n = if (runif(1) < .3) sample(1000:4096, 1) else sample(3:40, 1)) { # long ones: a draw in sixteen at most is passed over
  seed <- sample(1e6, 1); replicate <- sample(0:1e5, 1); top <- sample(c(6, 1000, 3e9, 4294967295), 1)
  r <- probe("stream", seed = seed, replicate = replicate, below = top, n = n, weights = 9); start <- function() stream(r$key, replicate)
  s <- start(); words <- t(sapply(1:22, function(i) s()))
  same("counter, words", c(t(r$`next`), t(r$word)), c(t(words[1:4, ]), t(words[c(1, 8, 15, 22), ])))
  s <- start(); same("counter, whole numbers below", r$below, sapply(1:4, function(i) below(s, top)))
  s <- start(); same("counter, uniform", r$double, sapply(1:4, function(i) uniform(s)))
  s <- start(); same("counter, normal", r$normal, sapply(1:4, function(i) { u <- 1 - uniform(s); sqrt(-2 * log(u)) * cospi(2 * uniform(s)) }))
  same(if (n > 4096) "counter, indices, many" else "counter, indices", r$index, indices(start(), n))
  s <- start(); same("counter, weights of the wild bootstrap", r$rademacher, sapply(1:9, function(i) if (s()[4] >= 32768) 1 else -1))
  s <- start(); same("counter, weights of the wild bootstrap", r$webb, sapply(1:9, function(i) c(-sqrt(1.5), -1, -sqrt(.5), sqrt(.5), 1, sqrt(1.5))[below(s, 6) + 1]))
}
sums_over <- function() {
  k <- sample(6, 1); n <- sample(1:30, 1); rows <- matrix(rnorm(n * k), n)
  r <- probe("sums", k = k, rows = t(rows), draws = 7, from = sample(0:50, 1), seed = sample(1e6, 1))
  same("sums over drawn clusters, same indices", t(matrix(r$sum, 7)), apply(matrix(r$i, 7) + 1, 1, function(i) colSums(rows[i, , drop = FALSE])))
}
bootstrap_error <- function() {
  n <- sample(7:30, 1); m <- runif(n, .5, 3); x <- m * runif(n, .1, .5); seed <- sample(1e6, 1)
  r <- probe("bootstrap_error", x = x, m = m, draws = 299, seed = seed); i <- matrix_of(n, 299, seed, 1)
  same("bootstrap error, same indices", r$se, sd(apply(i, 1, function(k) sum(x[k]) / sum(m[k]))))
  same("linearised error of a ratio", r$linear, sqrt(n * var(x - sum(x) / sum(m) * m)) / sum(m))
}

# ---- sign patterns ----
# A limit is where p falls to .05: just inside it is above, just outside not.
falls_at <- function(p_at, lo, hi, step) c(p_at(lo + step) > .05, p_at(hi - step) > .05, p_at(lo - step) <= .05, p_at(hi + step) <= .05) + 0
drawn_flips <- function() {
  if (runif(1) > .3) return(invisible())
  n <- sample(21:90, 1); m <- runif(n, .5, 2); x <- m * (runif(n, -.2, .4) + rexp(n, 5)); null <- sum(x) / sum(m) * runif(1, .6, 1.4)
  if (runif(1) < .3) m[sample(n, n - 3)] <- 0 # some patterns leave a side without weight
  a <- probe("flips", x = x, m = m, null = null, seed = sample(1e6, 1), patterns = 1); S <- 1 - 2 * a$f
  p_at <- function(d) (1 + sum(abs(S %*% (x - d * m)) >= abs(sum(x - d * m)) * (1 - 1e-12))) / (nrow(S) + 1)
  same("sums by drawn pattern", t(a$sum), rbind(drop(a$f[1:3, ] %*% x), drop((1 - a$f[1:3, ]) %*% x)))
  same("sign-flip by draws, p, same patterns", c(a$p, a$least), rep(c(p_at(null), 1 / 10000), each = 3))
  e <- x - sum(x) / sum(m) * m
  same("sign-flip by draws, estimate, error", a$signflip[, 1:2], rep(c(sum(x) / sum(m), sqrt(n * var(e)) / sum(m)), each = 3))
  for (k in 1:3) if (!anyNA(a$signflip[k, 3:4]))
    same("sign-flip by draws, interval, same patterns", falls_at(p_at, a$signflip[k, 3], a$signflip[k, 4], 1e-9 * a$signflip[k, 2]), rep(1, 4))
}
# More units than patterns are kept for: the first three patterns, their bits drawn here.
many_units <- function() {
  n <- 4200; x <- rnorm(n); m <- rep(1, n); seed <- 5; words <- ceiling(n / 64)
  a <- probe("flips", x = x, m = m, null = 0, seed = seed, patterns = 0); flip <- probe("flips", x = rep(1, 70), m = rep(1, 70), null = 0, seed = seed, patterns = 1)$f
  key <- probe("key", seed = seed)$key
  bits <- t(sapply(1:3, function(i) { s <- stream(key, i); c(sapply(seq_len(words), function(w) c(sapply(s(), function(v) v %/% 2^(0:15) %% 2))))[1:n] }))
  same("drawn sign patterns", flip[1:3, ], bits[, 1:70])
  same("sums by drawn pattern, 4,200 units", t(a$sum), rbind(drop(bits %*% x), drop((1 - bits) %*% x)))
}
counted_flips <- function() { # beyond twelve units they meet in the middle
  n <- sample(13:16, 1); m <- runif(n, .5, 2); x <- m * runif(n, -.1, .4); null <- runif(1, 0, .2)
  if (runif(1) < .3) m[sample(n, 2)] <- 0
  S <- cbind(1, as.matrix(expand.grid(rep(list(c(-1, 1)), n - 1))))
  p_at <- function(d) mean(abs(S %*% (x - d * m)) >= abs(sum(x - d * m)) * (1 - 1e-12))
  a <- probe("signflip", x = x, m = m, null = null); r <- a$signflip
  same("sign-flip of 13 to 16 units, p", a$p, p_at(null))
  if (!anyNA(r[3:4])) same("sign-flip of 13 to 16 units, interval", falls_at(p_at, r[3], r[4], 1e-9), rep(1, 4))
}
one_sided <- function() {
  n <- if (runif(1) < .3) sample(21:60, 1) else sample(1:14, 1); x <- rnorm(n, .2)
  a <- probe("above", x = x, seed = sample(1e6, 1)); scale <- 1e-12 * sum(abs(x))
  if (n <= 20) {
    s <- as.matrix(expand.grid(rep(list(c(-1, 1)), n))) %*% x
    same("one-sided sign-flip, all patterns", c(a$p, a$least), c(mean(s >= sum(x) - scale), 2^-n))
  } else same("one-sided sign-flip, same patterns", c(a$p, a$least), c((1 + sum((1 - 2 * a$f) %*% x >= sum(x) - scale)) / 10000, 1 / 10000))
}
subsets <- function() {
  n <- sample(1:13, 1); x <- round(rnorm(n), sample(c(1, 8), 1)); m <- runif(n); if (n > 2 && runif(1) < .3) m[sample(n, 1)] <- 0
  B <- as.matrix(expand.grid(rep(list(0:1), n))); s <- drop(B %*% x); b <- drop(B %*% m)
  most <- sample(s, 1) + 1e-7 * sample(c(-1, 1), 1); k <- sample(0:(2^(n - 1) - 1), 4, TRUE)
  ratio <- ifelse(b > 0, s / b, ifelse(s > 1e-12 * sum(abs(x)), Inf, -Inf)); want <- sort(ratio)[k + 1]; want[!is.finite(want)] <- NA
  a <- probe("halves", x = x, m = m, most = most, k = k)
  same("subsets met in the middle, count", a$count, sum(s <= most))
  same("subsets met in the middle, k-th ratio", c(a$ratio), want)
}

# ---- labels, coders ----
drawn_labels <- function() {
  size <- sample(11:15, 2, TRUE); h <- rep(c(4, 9), size); ones <- size %/% 2 + sample(-1:2, 2, TRUE); draws <- 299
  y <- round(rnorm(sum(size)), 2) + (h == 9); label <- unlist(lapply(1:2, function(k) sample(rep(c(TRUE, FALSE), c(ones[k], size[k] - ones[k])))))
  mixed <- sample(sum(size)); y <- y[mixed]; h <- h[mixed]; label <- label[mixed]; take <- pmin(ones, size - ones)
  a <- probe("permute_drawn", y = y, label = label, stratum = h, draws = draws, seed = sample(1e6, 1), take = take, size = size)
  weight <- ones * (size - ones) / size
  statistic <- function(on) sum(sapply(1:2, function(k) { i <- h == c(4, 9)[k]; weight[k] * (mean(y[i & on]) - mean(y[i & !on])) })) / sum(weight)
  drawn <- apply(a$i, 1, function(row) {
    on <- logical(length(y)); at <- 0
    for (k in 1:2) { # the first places of a shuffle (Fisher and Yates) get the rarer label
      places <- which(h == c(4, 9)[k])
      for (i in seq_len(take[k])) { j <- i + row[at + i]; places[c(i, j)] <- places[c(j, i)] }
      at <- at + take[k]; on[places] <- rep(c(TRUE, FALSE), c(take[k], size[k] - take[k])) == (take[k] == ones[k])
    }
    statistic(on)
  })
  seen <- statistic(label)
  same("permutation within strata, same draws", a$permute, c(seen, (1 + sum(abs(drawn) >= abs(seen) - 1e-9)) / (draws + 1), 1 / (draws + 1), draws + 1, 2, 0))
}
coders_drawn <- function() { # kappa's intervals, the units drawn given
  kind <- sample(4:6, 1); units <- sample(10:25, 1); k <- if (kind == 4) 2 else sample(2:4, 1); truth <- sample(1:3, units, TRUE)
  v <- sapply(seq_len(k), function(i) ifelse(runif(units) < .7, truth, sample(1:3, units, TRUE)))
  if (kind == 6) v[sample(length(v), length(v) %/% 10)] <- NA
  all <- sort(unique(c(v))); q <- length(all)
  one <- function(t) {
    if (kind == 4) { o <- table(factor(t[, 1], all), factor(t[, 2], all)) / nrow(t); chance <- sum(rowSums(o) * colSums(o)); return((sum(diag(o)) - chance) / (1 - chance)) }
    n <- t(apply(t, 1, function(r) tabulate(match(r, all), q))); n <- n[rowSums(n) > 0, , drop = FALSE]; r <- rowSums(n); pairs <- r > 1
    seen <- mean(rowSums(n[pairs, , drop = FALSE] * (n[pairs, , drop = FALSE] - 1)) / (r[pairs] * (r[pairs] - 1))); share <- colMeans(n / r)
    chance <- if (kind == 5) sum(share^2) else sum(share * (1 - share)) / (q - 1)
    (seen - chance) / (1 - chance)
  }
  a <- probe("agreement", values = t(v), coders = k, kind = kind, draws = 99, seed = sample(1e6, 1))
  drawn <- apply(a$i + 1, 1, function(i) one(v[i, , drop = FALSE])); drawn <- drawn[is.finite(drawn)]
  if (length(drawn) < 95) return(invisible())
  same(paste("bootstrap interval, same units,", c("Cohen's kappa", "Fleiss's kappa", "AC1")[kind - 3]), a$alpha, c(one(v), sd(drawn), quantile(drawn, c(.025, .975), names = FALSE)))
}
core <- c(core, list(counter, sums_over, bootstrap_error, drawn_flips, counted_flips, one_sided, subsets, drawn_labels, coders_drawn))
once <- c(once, list(function() counter(5000), many_units))

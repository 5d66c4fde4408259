# Numbers of a pack computed again with R:   Rscript tests/benchmarks/pack_against_r.R OUT
#
# Takes the packages survival, and riskRegression, cmprsk and mice where they are installed. Prints, table by table, how
# many numbers were compared and the largest relative difference; exit code 1 where one exceeds 1e-6. Where missing values
# were drawn (imputations.csv), every draw is fitted again and pooled: by mice::pool.scalar, else by Rubin's rules with
# Barnard and Rubin's degrees of freedom.

suppressPackageStartupMessages(library(survival))
if (requireNamespace("prodlim", quietly = TRUE)) Hist <- prodlim::Hist
folder <- commandArgs(trailingOnly = TRUE)[1]
table_of <- function(name) {
  path <- file.path(folder, name)
  if (file.exists(path)) read.csv(path, check.names = FALSE) else NULL
}
bare <- function(words) sub("^'(?=[-=+@])", "", as.character(words), perl = TRUE)
worst <- data.frame()
compare <- function(what, ours, theirs, tolerance = 1e-6) {
  known <- is.finite(ours) & is.finite(theirs)
  gap <- abs(ours - theirs)[known] / pmax(abs(theirs[known]), 1e-3)
  worst <<- rbind(worst, data.frame(table = what, numbers = sum(known), largest = if (sum(known)) max(gap) else NA,
                                    fine = !sum(known) || max(gap) <= tolerance))
}

patients <- table_of("analysis.csv"); n <- nrow(patients)
time <- patients$outcome_time_days; event <- patients$outcome_event == 1
other <- if (is.null(patients$outcome_competing)) rep(FALSE, n) else patients$outcome_competing == 1
cause <- factor(ifelse(event, 1, ifelse(other, 2, 0)), levels = 0:2)
models <- table_of("models.csv"); folds <- table_of("out_of_fold.csv"); terms <- table_of("terms.csv")
coefficients <- table_of("coefficients.csv"); scores <- table_of("risk_scores.csv")
place <- function(rows) match(patients$patient_id, rows$patient_id)
years <- as.numeric(sub("y$", "", sub("probability_", "", grep("^probability_", names(folds), value = TRUE))))
day <- function(year) year * 365.25

# C within folds, slope, calibration, net benefit: each repeat, then the mean.
by_repeat <- function(model, what) {
  mine <- folds[folds$model == model, ]
  rowMeans(sapply(split(mine, mine$`repeat`), function(rows) what(rows[place(rows), ])))
}
share <- function(t, e, o, year) {
  if (!any(e)) return(0)
  if (!any(o)) return(1 - summary(survfit(Surv(t, e) ~ 1), times = day(year), extend = TRUE)$surv)
  state <- factor(ifelse(e, 1, ifelse(o, 2, 0)), levels = 0:2)
  summary(survfit(Surv(t, state) ~ 1), times = day(year), extend = TRUE)$pstate[1, 2]
}
one <- function(model, what) mean(by_repeat(model, function(rows) rep(what(rows), 2)))
ours <- theirs <- list(); add <- function(name, a, b) { ours[[name]] <<- c(ours[[name]], a); theirs[[name]] <<- c(theirs[[name]], b) }
benefit <- table_of("decision_curve.csv"); groups <- table_of("calibration.csv")
for (i in seq_len(nrow(models))) {
  model <- models$model[i]
  add("models: c_index", models$c_index[i],
      one(model, function(rows) concordance(Surv(time, event) ~ rows$risk + strata(rows$fold), reverse = TRUE)$concordance))
  if (!is.null(models$wolbers_c)) add("models: wolbers_c", models$wolbers_c[i],
      one(model, function(rows) concordance(Surv(ifelse(other, max(time) + 1, time), event) ~ rows$risk +
                                              strata(rows$fold), reverse = TRUE)$concordance))
  add("models: calibration_slope", models$calibration_slope[i], one(model, function(rows) {
    if (sd(rows$risk) < 1e-12) return(NA)
    coef(coxph(Surv(time, event) ~ rows$risk))[[1]] }))
  final <- scores[scores$model == model, ]; final <- final[place(final), ]
  add("models: apparent_c", models$apparent_c[i],
      concordance(Surv(time, event) ~ final$final_fit_risk, reverse = TRUE)$concordance)
  if (requireNamespace("riskRegression", quietly = TRUE) && requireNamespace("prodlim", quietly = TRUE)) for (year in years) {
    data <- data.frame(time, status = as.integer(as.character(cause)), event)
    formula <- if (any(other)) Hist(time, status) ~ 1 else Surv(time, event) ~ 1
    add("models: brier", models[[paste0("brier_", year, "y")]][i], one(model, function(rows) {
      scored <- riskRegression::Score(list(m = rows[[paste0("probability_", year, "y")]]), formula = formula, data = data,
                                      times = day(year), metrics = "brier", se.fit = FALSE, cens.model = "km",
                                      null.model = FALSE, conf.int = FALSE)
      scored$Brier$score$Brier }))
  }
  until <- function(year) time <= day(year)
  free <- survfit(Surv(time, !(event | other)) ~ 1)
  chance <- function(at, before) summary(free, times = if (before) at - 1e-6 else at, extend = TRUE)$surv
  for (year in years) {
    column <- paste0("probability_", year, "y")
    heavy <- 1 / ifelse(until(year), sapply(time, chance, before = TRUE), chance(day(year), FALSE))
    add("models: auc", models[[paste0("auc_", year, "y")]][i], one(model, function(rows) {
      cases <- which(event & until(year)); controls <- which(!until(year) | (other & !event))
      same <- outer(rows$fold[cases], rows$fold[controls], "==") * outer(heavy[cases], heavy[controls])
      gap <- outer(rows[[column]][cases], rows[[column]][controls], "-")
      sum(same * ((gap > 0) + 0.5 * (gap == 0))) / sum(same) }))
    add("models: observed_expected", models[[paste0("observed_expected_", year, "y")]][i],
        share(time, event, other, year) / one(model, function(rows) mean(rows[[column]])))
    curve <- benefit[benefit$model == model & benefit$horizon_years == year, ]
    for (threshold in c(0.2, 0.4, 0.6)) {
      at <- which.min(abs(curve$threshold - threshold)); p <- curve$threshold[at]
      add("decision_curve", curve$net_benefit[at], one(model, function(rows) {
        above <- rows[[column]] >= p
        if (!any(above)) return(0)
        seen <- share(time[above], event[above], other[above], year)
        mean(above) * (seen - (1 - seen) * p / (1 - p)) }))
    }
    told <- groups[groups$model == model & groups$horizon_years == year, ]
    size <- told$patients
    found <- by_repeat(model, function(rows) {
      inside <- split(order(rows[[column]]), rep(seq_along(size), size))
      unlist(lapply(inside, function(who) c(mean(rows[[column]][who]), share(time[who], event[who], other[who], year)))) })
    add("calibration", c(rbind(told$predicted, told$observed)), found)
  }
}
for (name in names(ours)) compare(name, ours[[name]], theirs[[name]])

# Final fits: plain Cox of each model without a ridge.
ours <- theirs <- list(); hazards <- table_of("proportional_hazards.csv"); baseline <- table_of("baseline.csv")
fits <- list(); logliks <- list(); drawn <- table_of("imputations.csv")
pool <- function(estimates, variances, complete) {
  if (requireNamespace("mice", quietly = TRUE)) {
    told <- mice::pool.scalar(estimates, variances, n = complete + 1, k = 1)
    return(c(told$qbar, told$t, told$df, (1 + 1 / told$m) * told$b / told$t))
  }
  m <- length(estimates); total <- mean(variances) + (1 + 1 / m) * var(estimates)
  lambda <- (1 + 1 / m) * var(estimates) / total
  observed <- (complete + 1) / (complete + 3) * complete * (1 - lambda)
  c(mean(estimates), total, 1 / (lambda^2 / (m - 1) + 1 / observed), lambda)
}
d2 <- function(statistics) {  # One term more: Li and others 1991.
  m <- length(statistics); r <- (1 + 1 / m) * var(sqrt(statistics))
  value <- (mean(statistics) - (m + 1) / (m - 1) * r) / (1 + r)
  pf(value, 1, (m - 1) * (1 + 1 / r)^2, lower.tail = FALSE)
}
for (model in unique(coefficients$model)) {
  rows <- coefficients[coefficients$model == model, ]
  final <- scores[scores$model == model, ]; final <- final[place(final), ]
  none <- coxph(Surv(time, event) ~ offset(final$final_fit_risk), ties = "efron")
  base <- basehaz(none, centered = FALSE)
  shift <- mean(final$final_fit_risk) * 0
  mine <- baseline[baseline$model == model, ]
  add("baseline: cumulative_hazard", mine$cumulative_hazard, base$hazard[match(mine$time_days, base$time)] * exp(shift))
  if (any(rows$ridge > 0)) next
  design <- sapply(rows$term, function(term) {
    part <- terms[terms$model == model & terms$term == term, ]; part$value[place(part)] })
  exactly <- coxph.control(eps = 1e-12, toler.chol = 1e-14)
  fit <- coxph(Surv(time, event) ~ design, ties = "efron", control = exactly)
  fits[[model]] <- fit; se <- sqrt(diag(vcov(fit)))
  if (!is.null(drawn) && any(rows$term %in% drawn$term)) {
    each <- lapply(sort(unique(drawn$imputation)), function(number) {
      filled <- design; colnames(filled) <- rows$term
      for (term in intersect(rows$term, drawn$term)) {
        mine <- drawn[drawn$imputation == number & drawn$term == term, ]
        filled[match(mine$patient_id, patients$patient_id), term] <- mine$value }
      coxph(Surv(time, event) ~ filled, ties = "efron", control = exactly) })
    logliks[[model]] <- sapply(each, function(fit) fit$loglik[2])
    told <- sapply(seq_len(nrow(rows)), function(i) pool(sapply(each, function(fit) coef(fit)[[i]]),
                                                         sapply(each, function(fit) vcov(fit)[i, i]),
                                                         sum(event) - nrow(rows)))
    width <- qt(0.975, told[3, ]) * sqrt(told[2, ])
    add("imputed: coefficient", rows$coefficient, told[1, ])
    add("imputed: hr_low, hr_high", c(rows$hr_low, rows$hr_high), exp(c(told[1, ] - width, told[1, ] + width)))
    add("imputed: p", rows$p, 2 * pt(-abs(told[1, ]) / sqrt(told[2, ]), told[3, ]))
    add("imputed: missing_information", rows$missing_information, told[4, ])
  } else {
    add("coefficients: coefficient", rows$coefficient, unname(coef(fit)))
    add("coefficients: hr_low, hr_high", c(rows$hr_low, rows$hr_high), exp(c(coef(fit) - 1.959963984540054 * se,
                                                                              coef(fit) + 1.959963984540054 * se)))
    add("coefficients: p", rows$p, unname(summary(fit)$coefficients[, 5]))
  }
  tested <- hazards[hazards$model == model, ]
  colnames(design) <- paste0("x", seq_len(ncol(design)))
  apart <- coxph(as.formula(paste("Surv(time, event) ~", paste(colnames(design), collapse = "+"))), as.data.frame(design))
  for (clock in c("km", "log")) {
    z <- cox.zph(apart, transform = clock)$table[, "p"]
    if (ncol(design) == 1) z <- z[c(1, 1)]
    add("proportional_hazards", tested[[if (clock == "km") "p" else "p_log"]], unname(z[seq_len(nrow(tested))]))
  }
}
asked <- table_of("comparisons.csv")
ratio <- grepl("^likelihood", asked$test)
add("comparisons: likelihood ratio p", asked$p[ratio], if (is.null(logliks[["clinical"]]))
  anova(fits[["clinical"]], fits[["clinical + volume"]])[2, 4] else
  d2(pmax(2 * (logliks[["clinical + volume"]] - logliks[["clinical"]]), 0)))
drawn_p <- asked$permutations > 0
count <- round(asked$p[drawn_p] * (asked$permutations[drawn_p] + 1)) - 1
ends <- mapply(function(k, n) binom.test(k, n)$conf.int, count, asked$permutations[drawn_p])
add("comparisons: p_low, p_high", c(asked$p_low[drawn_p], asked$p_high[drawn_p]), c(ends[1, ], ends[2, ]))
for (name in names(ours)) compare(name, ours[[name]], theirs[[name]])

# Each feature alone.
screening <- table_of("screening.csv"); ours <- theirs <- list()
names(patients) <- bare(names(patients))
volume <- coefficients$column[coefficients$model == "volume"][1]
for (i in seq_len(nrow(screening))) {
  x <- patients[[bare(screening$feature[i])]]
  if (is.null(x) || anyNA(x) || !is.finite(screening$c_index[i])) next
  g <- concordance(Surv(time, event) ~ x, reverse = TRUE); width <- 1.959963984540054 * sqrt(g$var)
  add("screening: c_index, c_low, c_high", unlist(screening[i, c("c_index", "c_low", "c_high")]),
      c(g$concordance, max(g$concordance - width, 0), min(g$concordance + width, 1)))
  skewed <- all(x > 0) && mean((x - mean(x))^3) / mean((x - mean(x))^2)^1.5 > 1
  x <- if (skewed) log(x) else x
  s <- coxph(Surv(time, event) ~ I((x - mean(x)) / sd(x)))
  add("screening: hazard_ratio, p", unlist(screening[i, c("hazard_ratio", "p")]),
      c(exp(coef(s)[[1]]), pchisq(2 * diff(s$loglik), 1, lower.tail = FALSE)))
  if (bare(volume) %in% names(patients))
    add("screening: rho_volume", screening$rho_volume[i], cor(x, patients[[bare(volume)]], method = "spearman"))
}
add("screening: p_bh", screening$p_bh, p.adjust(screening$p, "BH"))
for (name in names(ours)) compare(name, ours[[name]], theirs[[name]])

# Curves.
ours <- theirs <- list(); curves <- table_of("kaplan_meier.csv"); half <- table_of("groups.csv")
for (model in unique(curves$model)) for (name in unique(curves$half)) {
  who <- half[half$model == model, ]; who <- who$half[place(who)] == name
  mine <- curves[curves$model == model & curves$half == name, ]
  k <- summary(survfit(Surv(time[who], event[who]) ~ 1, conf.type = "log-log"), times = mine$time_days)
  add("kaplan_meier", mine$survival, k$surv)
  add("kaplan_meier: interval", c(mine$survival_low, mine$survival_high), c(k$lower, k$upper))
}
seen <- table_of("observed_risk.csv")
add("observed_risk", seen$risk, sapply(seen$years, function(year) share(time, event, other, year)))
if (any(other)) {
  incidence <- table_of("competing_risks.csv"); a <- summary(survfit(Surv(time, cause) ~ 1), times = incidence$time_days)
  add("competing_risks", c(incidence$event, incidence$competing), c(a$pstate[, 2], a$pstate[, 3]))
  rows <- coefficients[coefficients$model == "clinical + volume", ]
  design <- sapply(rows$term, function(term) {
    part <- terms[terms$model == "clinical + volume" & terms$term == term, ]; part$value[place(part)] })
  per <- log(rows$unit_ratio) / rows$coefficient
  specific <- table_of("cause_specific.csv"); sub <- table_of("subdistribution.csv")
  for (k in 1:2) {
    mine <- specific[specific$cause == unique(specific$cause)[k], ]
    if (any(mine$mended == "True" | mine$mended == TRUE)) next
    fit <- coxph(Surv(time, cause == k) ~ design, ties = "efron")
    at <- match(mine$term, rows$term); se <- sqrt(diag(vcov(fit)))
    add("cause_specific", c(mine$hazard_ratio, mine$hr_low, mine$p),
        c(exp(coef(fit) * per)[at], exp((coef(fit) - 1.959963984540054 * se) * per)[at], summary(fit)$coefficients[at, 5]))
  }
  if (requireNamespace("cmprsk", quietly = TRUE) && !any(sub$mended == "True" | sub$mended == TRUE)) {
    fit <- cmprsk::crr(time, as.integer(as.character(cause)), design, gtol = 1e-12)
    compare("subdistribution: cmprsk", log(sub$hazard_ratio), unname(fit$coef * per)[match(sub$term, rows$term)])
    data <- data.frame(time, cause, id = seq_len(n), design); names(data)[-(1:3)] <- paste0("x", seq_len(ncol(design)))
    f <- finegray(Surv(time, cause) ~ ., data = data, etype = "1")
    w <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(names(data)[-(1:3)], collapse = "+"))),
               weights = fgwt, data = f, cluster = id, ties = "breslow")
    add("subdistribution: finegray p", sub$p, unname(summary(w)$coefficients[match(sub$term, rows$term), 6]))
    times <- incidence$time_days[incidence$time_days > 0]
    timed <- cmprsk::timepoints(cmprsk::cuminc(time, as.integer(as.character(cause))), times)$est
    add("competing_risks: cmprsk", incidence$event[incidence$time_days > 0], unname(timed[1, ]))
  }
}
for (name in names(ours)) compare(name, ours[[name]], theirs[[name]])

cat(R.version.string, "- survival", as.character(packageVersion("survival")), "\n")
print(worst, row.names = FALSE, digits = 3)
cat(sum(worst$numbers), "numbers; largest relative difference", format(max(worst$largest, na.rm = TRUE), digits = 3), "\n")
if (!all(worst$fine)) { cat("DIFFERENT\n"); quit(status = 1) }
cat("the same\n")

# Refits the final Cox models of this analysis with R's package survival, and compares the coefficients.
#
#   Rscript refit.R [FOLDER]     FOLDER holds analysis.csv, coefficients.csv and terms.csv; default: where this file lies
#
# Ties are Efron's. A term is (transform(column) - centre) / scale, as coefficients.csv says; terms with a ridge are
# penalised by ridge / 2 * coefficient ^ 2, as ridge(theta = ridge, scale = FALSE) does. Exit code 1 where a coefficient
# differs by more than 1e-6, or a term is not what its column says. Where missing values were drawn (imputations.csv), a
# model is fitted once a draw, and the mean of its coefficients compared. Models whose terms were too many for terms.csv
# are named and left out.

suppressPackageStartupMessages(library(survival))

TOLERANCE <- 1e-6
TERM_TOLERANCE <- 1e-9

given <- commandArgs(trailingOnly = TRUE)
self <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- if (length(given)) given[1] else if (length(self)) dirname(self[1]) else "."

read_table <- function(name, words) {
  path <- file.path(folder, name)
  header <- names(read.csv(path, check.names = FALSE, nrows = 1, colClasses = "character"))
  classes <- rep(NA_character_, length(header))
  classes[header %in% words] <- "character"
  read.csv(path, check.names = FALSE, colClasses = classes, na.strings = "", encoding = "UTF-8")
}

# Cells that a spreadsheet would take for a formula carry an apostrophe in front; it is no part of the word.
bare <- function(words) sub("^'(?=[-=+@\t\r])", "", as.character(words), perl = TRUE)

patients <- read_table("analysis.csv", "patient_id")
names(patients) <- bare(names(patients))
expected <- read_table("coefficients.csv", c("model", "term", "column", "transform"))
standard <- read_table("terms.csv", c("patient_id", "model", "term"))

drawn_file <- file.path(folder, "imputations.csv")
drawn <- if (file.exists(drawn_file)) read_table("imputations.csv", c("patient_id", "term")) else NULL

# One column of a model's design, patients in the order of analysis.csv; missing values as drawn, where a draw is given.
term_values <- function(model, term, draw = NULL) {
  rows <- standard[standard$model == model & standard$term == term, ]
  values <- rows$value[match(patients$patient_id, rows$patient_id)]
  if (!is.null(draw)) {
    mine <- drawn[drawn$imputation == draw & drawn$term == term, ]
    values[match(mine$patient_id, patients$patient_id)] <- mine$value
  }
  values
}

# The same from the patients' own values; NULL where the transform is not one of these, NA where a value was missing.
from_column <- function(row) {
  column <- bare(row$column)
  if (!column %in% names(patients)) return(NULL)
  raw <- patients[[column]]
  how <- bare(row$transform)
  if (how == "is missing") values <- as.numeric(is.na(raw))
  else if (startsWith(how, "is ")) {
    values <- as.numeric(!is.na(raw) & bare(raw) == substring(how, 4))
    if (!is.null(drawn) && bare(row$term) %in% bare(drawn$term)) values[is.na(raw)] <- NA
  }
  else if (how == "log") values <- log(raw)
  else if (how == "identity") values <- as.numeric(raw)
  else return(NULL)
  (values - row$centre) / row$scale
}

refit <- function(rows, draw = NULL) {
  design <- as.data.frame(lapply(seq_len(nrow(rows)), function(i) term_values(rows$model[i], rows$term[i], draw)))
  names(design) <- paste0("t", seq_len(nrow(rows)))
  plain <- which(rows$ridge == 0)
  parts <- names(design)[plain]
  order <- plain
  for (theta in unique(rows$ridge[rows$ridge != 0])) {
    inside <- which(rows$ridge == theta)
    parts <- c(parts, sprintf("ridge(%s, theta = %.17g, scale = FALSE)", paste0("t", inside, collapse = ", "), theta))
    order <- c(order, inside)
  }
  design$time <- patients$outcome_time_days
  design$event <- patients$outcome_event
  formula <- as.formula(paste("Surv(time, event) ~", paste(parts, collapse = " + ")))
  fit <- coxph(formula, data = design, ties = "efron",
               control = coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100, outer.max = 100))
  found <- numeric(nrow(rows))
  found[order] <- unname(coef(fit))
  found
}

cat(R.version.string, "- survival", as.character(packageVersion("survival")), "\n")
worst <- 0
worst_term <- 0
unread <- character(0)
for (model in unique(expected$model)) {
  rows <- expected[expected$model == model, ]
  if (!any(standard$model == model)) {
    cat("\n", model, ": its terms are too many for terms.csv; not fitted again\n", sep = "")
    next
  }
  if (!is.null(drawn) && any(rows$term %in% drawn$term)) {
    found <- rowMeans(sapply(sort(unique(drawn$imputation)), function(draw) refit(rows, draw)))
  } else {
    found <- refit(rows)
  }
  told <- data.frame(term = rows$term, ridge = rows$ridge, radpipe = rows$coefficient, R = found,
                     difference = found - rows$coefficient)
  cat("\n", model, "\n", sep = "")
  print(told, digits = 8, row.names = FALSE)
  worst <- max(worst, abs(told$difference))
  for (i in seq_len(nrow(rows))) {
    own <- from_column(rows[i, ])
    if (is.null(own)) unread <- c(unread, paste0(model, ": ", rows$term[i]))
    else worst_term <- max(worst_term, abs(own - term_values(model, rows$term[i])), na.rm = TRUE)
  }
}

cat("\nlargest difference of a coefficient:", format(worst, digits = 3), "\n")
cat("largest difference of a term from its column:", format(worst_term, digits = 3), "\n")
if (length(unread)) cat("terms not made again from their column:", paste(unread, collapse = "; "), "\n")
if (is.na(worst) || worst > TOLERANCE || worst_term > TERM_TOLERANCE) {
  cat("DIFFERENT\n")
  quit(status = 1)
}
cat("the same\n")

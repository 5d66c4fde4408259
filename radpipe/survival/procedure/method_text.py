"""The methods of an analysis in sentences, with their references."""

__all__ = ["METHODS", "REFERENCES"]

METHODS = (
    "One row of features per patient was joined with the clinical table by patient id; who was excluded, and why, is "
    "counted in the flow.",
    "Seven models stand side by side: volume, clinical columns, both, radiomics, and radiomics beside each of "
    "them. Cox's "
    "model with Efron's treatment of ties [1, 2]; radiomic terms are ridge-penalised [3].",
    "Inside every training set, and only there: missing values become the training median; skewed positive "
    "features are "
    "taken by their logarithm; terms are scaled to unit standard deviation; of features with a Spearman "
    "correlation above "
    "0.9 one is kept; features enter by the score test; their number and the penalty are chosen by the "
    "cross-validated "
    "partial likelihood [4].",
    "Prediction is judged on patients not used for fitting: repeated stratified cross-validation, with Harrell's "
    "C [5] and "
    "Uno's C [6] between patients of one held-out fold, and the calibration slope [7]; calibration curves "
    "compare mean "
    "predicted risk with Kaplan-Meier in groups of rising prediction; Brier scores are weighted for censoring "
    "[8]. Harrell's "
    "bootstrap gives the optimism of the final fit [5].",
    "Intervals of C and of its differences are percentiles of a bootstrap over patients, the same samples for "
    "all models. A "
    "model is said to add to another when the interval of the difference excludes 0.",
    "As a self-test the whole procedure is repeated on outcomes dealt to patients at random; C must be 0.5 there. "
    "Proportional hazards are tested by Schoenfeld residuals [9].",
    "Every feature alone: Harrell's C with an interval by the infinitesimal jackknife, a Cox model, the false "
    "discovery "
    "rate after Benjamini and Hochberg [10], and Spearman's correlation with volume, because volume explains "
    "much of what "
    "radiomic signatures find [11, 12].",
)

REFERENCES = (
    "Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.",
    "Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557-565.",
    "Verweij PJM, van Houwelingen HC. Penalized likelihood in Cox regression. Stat Med 1994;13:2427-2436.",
    "Verweij PJM, van Houwelingen HC. Cross-validation in survival analysis. Stat Med 1993;12:2305-2314.",
    "Harrell FE, Lee KL, Mark DB. Multivariable prognostic models. Stat Med 1996;15:361-387.",
    "Uno H, Cai T, Pencina MJ, D'Agostino RB, Wei LJ. On the C-statistics for evaluating overall adequacy of risk "
    "prediction procedures with censored survival data. Stat Med 2011;30:1105-1117.",
    "van Houwelingen HC. Validation, calibration, revision and combination of prognostic survival models. Stat Med "
    "2000;19:3401-3415.",
    "Graf E, Schmoor C, Sauerbrei W, Schumacher M. Assessment and comparison of prognostic classification "
    "schemes for "
    "survival data. Stat Med 1999;18:2529-2545.",
    "Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals. Biometrika "
    "1994;81:515-526.",
    "Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B 1995;57:289-300.",
    "Aerts HJWL et al. Decoding tumour phenotype by noninvasive imaging using a quantitative radiomics approach. Nat "
    "Commun 2014;5:4006.",
    "Welch ML et al. Vulnerabilities of radiomic signature development: the need for safeguards. Radiother Oncol "
    "2019;130:2-9.",
)

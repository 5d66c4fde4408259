"""The methods of an analysis in sentences, with their references."""

from radpipe.survival.procedure.learners import LEARNERS
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.results import LEVEL

__all__ = ["REFERENCES", "methods"]


def methods(plan: AnalysisPlan) -> tuple[str, ...]:
    """Return the methods in sentences, as the plan has them.

    Parameters
    ----------
    plan
        With every number filled in.
    """
    learnt = " or ".join(LEARNERS[way].title for way in plan.recipe)
    test = "" if not plan.permutations else (
        f"As a self-test the whole procedure is repeated on {plan.permutations} outcomes dealt to patients at random, "
        "of every model and of ten features forced into one; C must not exceed 0.5 there. "
    )  # fmt: skip
    return (
        "One row of features per patient was joined with the clinical table by patient id; who was excluded, and why, "
        "is counted in the flow.",
        "Seven models stand side by side: volume, clinical columns, both, radiomics, and radiomics beside each of "
        f"them. Cox's model with Efron's treatment of ties [1, 2]; radiomics: {learnt} [3]. Volume enters as its "
        "logarithm.",
        f"Inside every training set, and only there: {_gaps(plan)}; skewed positive "
        "features are taken by their logarithm; terms are scaled to unit standard deviation; penalty and choice follow "
        "the cross-validated partial likelihood of five inner folds [4].",
        f"Prediction is judged on patients not used for fitting: {plan.repeats} times {plan.folds} folds, stratified "
        "by event, with Harrell's C [5] and Uno's C [6] between patients of one held-out fold, the calibration slope "
        "[7], calibration in groups of rising prediction, Brier scores weighted for censoring [8] and net benefit "
        "[13], each of one repeat's predictions and then averaged. The bootstrap tells how much of the apparent C is "
        "left in new patients: Harrell's optimism [5] for models without a choice, .632+ for the others [14].",
        "Added value is asked in likelihoods: fixed nested models by the likelihood ratio, radiomics by a global score "
        f"test of all features beside the smaller model [15], volume there as a restricted cubic spline, with "
        f"{plan.score_permutations} permutations, up to ten times as many where p lies near the level. Differences in "
        "C tell the size. The error of a C is the root mean square of that of the patients' influence and of the "
        "corrected resampled one [16]; the interval of a difference lies about the difference plus what final fits "
        "gain by learning from all patients, with 1.15 times the variance of the patients' influence and an error of "
        "0.002 at least. "
        f"A model adds when p is at most {LEVEL:g} and the likelihood of patients not seen rises; it "
        f"is equivalent when the whole interval lies within {plan.smallest:g}. The primary question was declared; "
        "secondary ones are adjusted after Holm [17].",
        f"{test}Proportional hazards are tested by the score test [9].",
        "Every feature alone: Harrell's C with an interval by the infinitesimal jackknife, a Cox model, the false "
        "discovery rate after Benjamini and Hochberg [10], and Spearman's correlation with volume, because volume "
        "explains much of what radiomic signatures find [11, 12].",
    )


def _gaps(plan: AnalysisPlan) -> str:
    """Say what becomes of missing values."""
    median = "missing values become the training median"
    if not plan.imputations:
        return median
    return (
        "missing values of clinical columns declared so are drawn from the other terms by chained equations [18], for "
        f"the final models {plan.imputations} times, coefficients pooled by Rubin's rules and risks averaged; other "
        f"{median}"
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
    "Vickers AJ, Elkin EB. Decision curve analysis. Med Decis Making 2006;26:565-574.",
    "Efron B, Tibshirani R. Improvements on cross-validation: the .632+ bootstrap method. J Am Stat Assoc "
    "1997;92:548-560.",
    "Goeman JJ, van de Geer SA, van Houwelingen HC. Testing against a high dimensional alternative. J R Stat Soc B "
    "2006;68:477-493.",
    "Nadeau C, Bengio Y. Inference for the generalization error. Machine Learning 2003;52:239-281.",
    "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.",
    "van Buuren S, Groothuis-Oudshoorn K. mice: multivariate imputation by chained equations in R. J Stat Softw "
    "2011;45(3):1-67.",
)

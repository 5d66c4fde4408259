"""Where the page and its tables answer TRIPOD+AI, and what a person must write."""

from radpipe.report.blocks import Section, Table
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["checklist_section"]

PERSON = "a person writes this"

_ITEMS: tuple[tuple[str, str, str], ...] = (
    ("1 to 4", "title, abstract, context, aims", PERSON),
    ("5", "source of the data, dates", PERSON + "; median follow-up: Patients"),
    ("6", "setting, eligibility, treatments", PERSON + "; who was left out: Flow of patients"),
    ("7", "preparation of the data", "What was measured, and how; Methods"),
    ("8a", "outcome and horizons", "head of the page; How this page was made: horizons"),
    ("8b, 8c", "who assessed the outcome, blinding", PERSON),
    ("9", "predictors and their definitions", "Models beside each other; codebook.csv; why these: a person"),
    ("10", "sample size", "What these data cannot show; sample_size.csv; the reasoning: a person"),
    ("11", "missing values", "{missing}"),
    (
        "12a to 12c",
        "use of the data, handling of predictors, model, tuning",
        "Methods; How this page was made; terms.csv",
    ),
    ("12d", "differences between centres", "only with --batch"),
    ("12e", "measures of performance", "Models beside each other; calibration and decision curves"),
    ("12f, 24", "updating", "not done"),
    ("12g", "how predictions are computed", "coefficients.csv and baseline.csv; codebook.csv says how"),
    ("13", "imbalance of classes", "nothing was reweighted"),
    ("14", "fairness", "not done: no group of patients was looked at apart"),
    ("15", "output, thresholds", "log hazard ratio and risk at the horizons; groups.csv"),
    ("16", "development against evaluation data", "radpipe validate, on another cohort"),
    ("17 to 19", "ethics, funding, interests, protocol, registration, data, patients' part", PERSON),
    ("18f", "code", "refit.R; versions: How this page was made"),
    ("20a", "flow, events, follow-up", "Patients"),
    ("20b", "characteristics", "Table 1"),
    ("21", "patients and events of each analysis", "models.csv; out_of_fold.csv"),
    ("22", "the full model", "What the models hold; coefficients.csv, baseline.csv; --save-model"),
    ("23a", "performance with intervals", "Models beside each other; models.csv"),
    ("23b", "heterogeneity of performance", "only with --batch"),
    ("25, 26", "interpretation, limits", "drafts: the answers at the head; What these data cannot show"),
    ("27", "poor input, skill of users, next steps", PERSON),
)
"""Item, short title in words of our own, and where it is answered."""


def checklist_section(analysis: SurvivalAnalysis) -> Section:
    """Return the table of items.

    Parameters
    ----------
    analysis
        What was found.

    References
    ----------
    Collins GS et al. TRIPOD+AI. BMJ 2024;385:e078378.
    """
    missing = (
        "Missing values of clinical columns; missing_values.csv" if len(analysis.missing) else "nothing was missing"
    )
    rows = tuple((item, title, where.format(missing=missing)) for item, title, where in _ITEMS)
    note = "Collins GS et al. BMJ 2024;385:e078378. Whether an answer is adequate is for a person to judge."
    table = Table("TRIPOD+AI: where each item is answered", ("Item", "What it asks", "Where"), rows, (0, 1, 2), note)
    return Section("checklist", "Reporting checklist", (table,))

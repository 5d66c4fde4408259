"""What keeps an analysis honest: a self-test on permuted outcomes, checks before the start, warnings and limits."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.hn1 import HN1_ENDPOINTS
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.recipes import FittedModel
from radpipe.survival.procedure.results import ModelResult, PermutationTest
from radpipe.survival.statistics.constants import DAYS_A_YEAR

__all__ = [
    "NOT_MEASURED", "PROBE", "limits", "model_warnings", "probe_terms", "refuse_outcomes", "refuse_thin_folds",
    "self_test", "study_warnings",
]  # fmt: skip

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PROBE = "probe of ten features"
PROBE_TERMS = 10

FEW_EVENTS_PER_PARAMETER = 10.0
"""Peduzzi P et al. J Clin Epidemiol 1995;48:1503."""

UNSTABLE_SHARE = 0.5
"""A chosen feature that other folds choose less often than this is not stable."""

TOO_GOOD = 0.95
"""A C above this is rather a leak than a discovery."""

NOT_MEASURED = (
    "Contours are those of one delineation: how features change with another observer or another scan was not "
    "measured, so no feature is known to be stable."
)
"""A limit that perturbed states take away."""

MANY_MISSING = 0.2
LONGEST_YEARS = 60.0


def probe_terms(features: Encoded, first: int) -> tuple[int, ...]:
    """Return places of up to ten features, evenly spread, that the self-test forces into a model.

    A recipe that may choose nothing has a C of exactly 0.5 on noise, whatever leaks. Forced terms always fit.

    Parameters
    ----------
    features
        Of the study.
    first
        Place of the first of them among the study's terms.
    """
    spread = np.nanstd(features.values, axis=0)
    usable = np.flatnonzero(np.isfinite(spread) & (spread > 0))
    taken = usable[np.unique(np.linspace(0, len(usable) - 1, min(PROBE_TERMS, len(usable))).astype(int))]
    return tuple(int(first + place) for place in taken)


def self_test(names: Sequence[str], c_indices: FloatArray) -> PermutationTest:
    """Judge C on permuted outcomes: no mean may lie more than three standard errors above 0.5.

    Means below 0.5 are no leak: a model fitted to noise predicts held-out patients a little worse than chance.

    Parameters
    ----------
    names
        Of the recipes, the probe first.
    c_indices
        Shape (permutations, recipes).

    Examples
    --------
    >>> self_test(["probe"], np.array([[0.48], [0.53], [0.49], [0.51]])).passed
    True
    >>> self_test(["probe"], np.array([[0.58], [0.57], [0.59], [0.58]])).passed
    False
    """
    count = c_indices.shape[0]
    means = np.nanmean(c_indices, axis=0)
    # One permutation has no spread of its own; 0.05 is that of C between halves of a hundred patients.
    spread = np.nanstd(c_indices, axis=0, ddof=1) if count > 1 else np.full(c_indices.shape[1], 0.05)
    errors = np.maximum(spread / np.sqrt(count), 0.002)
    passed = bool((means - 0.5 <= 3 * errors).all())
    return PermutationTest(
        names[0], c_indices[:, 0], float(means[0]), float(errors[0]), passed,
        {name: c_indices[:, place] for place, name in enumerate(names)},
    )  # fmt: skip


def refuse_outcomes(model: ClinicalModel, outcome_columns: Sequence[str]) -> None:
    """Refuse a clinical model that holds an outcome.

    Parameters
    ----------
    model
        As declared.
    outcome_columns
        Columns of the endpoint; those of all HN1's endpoints are known beside them.

    Raises
    ------
    UsageError
        A column tells event or time of an endpoint.
    """
    known = set(outcome_columns)
    for rule in HN1_ENDPOINTS.values():
        known |= {rule.event_column, rule.time_column}
    wrong = [name for name in model.names if name in known]
    if wrong:
        message = (
            f"clinical model ({model.source}): {', '.join(wrong)} tells the outcome, which nobody knows when a "
            "prediction is made; take it out of the model"
        )
        raise UsageError(message)


def refuse_thin_folds(events: int, folds: int) -> None:
    """Refuse more folds than leave two events in each.

    Raises
    ------
    UsageError
        There are fewer than two events a fold.
    """
    if folds > events // 2:
        message = f"{folds} folds of {events} events leave fewer than two in a fold; use --folds {max(events // 2, 2)}"
        raise UsageError(message)


def study_warnings(time_days: FloatArray, clinical: Encoded, lost: int, patients: int) -> tuple[str, ...]:
    """Say what is strange in the data before any model is made.

    Parameters
    ----------
    time_days
        Shape (n,).
    clinical
        Terms of the clinical model.
    lost
        Patients of the clinical table that are not analysed.
    patients
        Analysed.
    """
    warnings = []
    longest = float(time_days.max()) / DAYS_A_YEAR
    if longest > LONGEST_YEARS or longest < 1 / 12:
        warnings.append(f"longest follow-up is {longest:.2g} years: is the unit of time right?")
    if len(np.unique(time_days)) < min(5, len(time_days)):
        warnings.append(f"all patients have one of {len(np.unique(time_days))} times: is this the column of time?")
    if lost > 0.05 * (lost + patients):
        warnings.append(f"{lost} of {lost + patients} patients of the clinical table are not analysed; see the flow")
    for name, values in zip(clinical.names, clinical.values.T, strict=True):
        share = float(np.isnan(values).mean())
        if share > MANY_MISSING:
            warnings.append(
                f"{name} is missing in {100 * share:.0f} % of the patients; it stays in the models, imputed"
            )
    return tuple(warnings)


def model_warnings(
    result_name: str,
    fit: FittedModel,
    events: int,
    candidates: int,
    c_index: float,
    hazards: pd.DataFrame,
    shares: Mapping[str, float],
    names: Sequence[str],
) -> tuple[str, ...]:
    """Say in words what speaks against trusting a model.

    Parameters
    ----------
    result_name
        Of the model.
    fit
        To all patients.
    events
        How many.
    candidates
        Forced terms and features that were looked at.
    c_index
        Of held-out patients.
    hazards
        Columns ``term, p``: test of proportional hazards.
    shares
        Feature -> share of the folds that chose it.
    names
        Of all terms.
    """
    warnings = []
    if candidates and events / candidates < FEW_EVENTS_PER_PARAMETER:
        warnings.append(
            f"{result_name}: {events} events for {candidates} candidate parameters, {events / candidates:.2g} each; "
            f"below {FEW_EVENTS_PER_PARAMETER:.0f} coefficients are unreliable"
        )
    if c_index > TOO_GOOD:
        warnings.append(
            f"{result_name}: C is {c_index:.3f}; that is rather an outcome among the predictors than a finding"
        )
    if fit.mended:
        warnings.append(
            f"{result_name}: plain Cox has no estimate (separation or collinear terms); every term has a ridge"
        )
    single = hazards[hazards["term"] != "all together"]
    against = [str(term) for term in single.loc[single["p"] < 0.05 / max(len(single), 1), "term"]]
    if against:
        warnings.append(
            f"{result_name}: hazards are not proportional for {', '.join(against)} (p below 0.05, Bonferroni)"
        )
    unstable = [names[place] for place in fit.chosen if shares.get(names[place], 0.0) < UNSTABLE_SHARE]
    if unstable:
        warnings.append(
            f"{result_name}: {', '.join(unstable[:4])} {'was' if len(unstable) == 1 else 'were'} chosen in fewer than "
            "half of the folds; other patients would give other features"
        )
    return tuple(warnings)


def limits(
    patients: int, events: int, models: Sequence[ModelResult], follow_up_years: float, sizes: pd.DataFrame
) -> tuple[str, ...]:
    """Say what these data cannot show.

    Parameters
    ----------
    patients, events
        How many.
    models
        Of the analysis.
    follow_up_years
        Median, reverse Kaplan-Meier.
    sizes
        Columns ``question, parameters, patients``: how many patients would be needed.
    """
    widths = [model.c_index.high - model.c_index.low for model in models if np.isfinite(model.c_index.low)]
    sentences = [
        "All patients are of one table: nothing here is external validation, which other scanners, contours and "
        "treatments would be.",
        NOT_MEASURED,
    ]
    if widths:
        sentences.append(
            f"The 95 % interval of a single model's C is {min(widths):.2f} to {max(widths):.2f} wide. Models are "
            "compared in the same patients, so that smaller differences between them can be told than these widths."
        )
    sentences.append(f"{events} events among {patients} patients allow about {max(events // 10, 1)} parameters.")
    sentences.extend(
        f"{row.question}: {row.parameters} candidate parameters would need {row.patients:,} patients ({row.criterion})."
        for row in sizes.itertuples()
    )
    sentences.append(
        "An association with survival is not a reason to treat differently: no model here was tested for that."
    )
    if np.isfinite(follow_up_years):
        sentences.append(
            f"Median follow-up is {follow_up_years:.1f} years: half of the patients were not observed longer."
        )
    return tuple(sentences)

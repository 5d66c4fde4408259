"""What keeps an analysis honest: a self-test on permuted outcomes, warnings, verdicts with intervals, and limits."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.procedure.recipes import FittedModel
from radpipe.survival.procedure.results import (
    Comparison,
    ModelResult,
    PermutationTest,
    Verdict,
    VerdictKind,
)
from radpipe.survival.statistics.interval import Interval

__all__ = ["hazards_test", "limits", "model_warnings", "self_test", "verdicts"]

FloatArray = npt.NDArray[np.float64]

FEW_EVENTS_PER_PARAMETER = 10.0
"""Peduzzi P et al. J Clin Epidemiol 1995;48:1503."""

UNSTABLE_SHARE = 0.5
"""A chosen feature that other folds choose less often than this is not stable."""


def self_test(model: str, c_indices: FloatArray) -> PermutationTest:
    """Judge the C indices of permuted outcomes: their mean must be 0.5 within 0.02 or three standard errors.

    Examples
    --------
    >>> self_test("radiomics", np.array([0.48, 0.53, 0.49, 0.51])).passed
    True
    """
    mean = float(np.mean(c_indices))
    error = float(np.std(c_indices, ddof=1) / np.sqrt(len(c_indices))) if len(c_indices) > 1 else float("nan")
    passed = abs(mean - 0.5) <= max(0.02, 3 * error if np.isfinite(error) else 0.0)
    return PermutationTest(model, c_indices, mean, error, passed)


def hazards_test(design: pd.DataFrame, time_days: FloatArray, event: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Test each term for proportional hazards by scaled Schoenfeld residuals against Kaplan-Meier time.

    Parameters
    ----------
    design
        The terms of a final fit, one row a patient.
    time_days, event
        Shape (n,).

    Returns
    -------
    DataFrame
        Columns ``term, statistic, p``; empty where there is no term or no plain Cox estimate.

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515.
    """
    import warnings

    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError
    from lifelines.statistics import proportional_hazard_test

    columns = ["term", "statistic", "p"]
    if design.empty or not design.shape[1]:
        return pd.DataFrame(columns=columns)
    table = pd.DataFrame(design.to_numpy(), columns=[f"x{number}" for number in range(design.shape[1])])
    table["time"], table["event"] = time_days, event.astype(int)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted = CoxPHFitter().fit(table, "time", "event")
            tested = proportional_hazard_test(fitted, table, time_transform="km")
        except (ConvergenceError, ValueError, np.linalg.LinAlgError):
            return pd.DataFrame(columns=columns)
    found = tested.summary
    return pd.DataFrame(
        {
            "term": list(design.columns),
            "statistic": found["test_statistic"].to_numpy(dtype=np.float64),
            "p": found["p"].to_numpy(dtype=np.float64),
        }
    )


def model_warnings(
    name: str, fit: FittedModel, events: int, hazards: pd.DataFrame, shares: Mapping[str, float], names: Sequence[str]
) -> tuple[str, ...]:
    """Say in words what speaks against trusting a model.

    Parameters
    ----------
    name
        Of the model.
    fit
        To all patients.
    events
        How many.
    hazards
        Of :func:`hazards_test`.
    shares
        Feature -> share of the folds that chose it.
    names
        Of all terms.
    """
    told = []
    parameters = len(fit.terms)
    if parameters and events / parameters < FEW_EVENTS_PER_PARAMETER:
        told.append(
            f"{name}: {events} events for {parameters} parameters, {events / parameters:.1f} each; below "
            f"{FEW_EVENTS_PER_PARAMETER:.0f} coefficients are unreliable"
        )
    if fit.mended:
        told.append(f"{name}: plain Cox has no estimate (separation or collinear terms); every term has a small ridge")
    against = [str(term) for term in hazards.loc[hazards["p"] < 0.05 / max(len(hazards), 1), "term"]]
    if against:
        told.append(f"{name}: hazards are not proportional for {', '.join(against)} (p below 0.05 by Bonferroni)")
    unstable = [names[place] for place in fit.chosen if shares.get(names[place], 0.0) < UNSTABLE_SHARE]
    if unstable:
        told.append(
            f"{name}: {', '.join(unstable[:4])} {'was' if len(unstable) == 1 else 'were'} chosen in fewer than "
            f"half of the "
            "folds; other patients would give other features"
        )
    return tuple(told)


def _answer(question: str, found: Comparison | None, added: str, base: str, unit: str) -> Verdict | None:
    if found is None:
        return None
    interval = f"difference in C {found.difference.value:+.3f} ({_bounds(found.difference)}), {unit}"
    sentence = {
        VerdictKind.ADDS: f"{added} adds to {base}: {interval}.",
        VerdictKind.NOT_SHOWN: f"{added} adds nothing to {base} that can be shown: {interval}.",
        VerdictKind.WORSE: f"{added} adds nothing to {base}; it predicts patients not seen worse: {interval}.",
    }[found.verdict]
    return Verdict(question, found.verdict, sentence)


def _bounds(interval: Interval) -> str:
    return f"95 % interval {interval.low:+.3f} to {interval.high:+.3f}"


def verdicts(comparisons: Sequence[Comparison]) -> tuple[Verdict, ...]:
    """Answer the questions of a reader from the differences between nested models, the one about volume first."""
    found = {(one.model_a, one.model_b): one for one in comparisons}
    unit = "out of fold"
    answers = (
        _answer(
            "Does radiomics say more about survival than tumour volume?",
            found.get(("volume + radiomics", "volume")),
            "Radiomics",
            "volume",
            unit,
        ),
        _answer(
            "Does radiomics say more than the clinical model and volume?",
            found.get(("clinical + volume + radiomics", "clinical + volume")),
            "Radiomics",
            "clinical columns and volume",
            unit,
        ),
        _answer(
            "Does radiomics say more than the clinical model?",
            found.get(("clinical + radiomics", "clinical")),
            "Radiomics",
            "clinical columns",
            unit,
        ),
        _answer(
            "Does tumour volume say more than the clinical model?",
            found.get(("clinical + volume", "clinical")),
            "Volume",
            "clinical columns",
            unit,
        ),
    )
    return tuple(one for one in answers if one is not None)


def limits(
    patients: int, events: int, models: Sequence[ModelResult], median_follow_up_years: float, candidates: int
) -> tuple[str, ...]:
    """Say what these data cannot show."""
    widths = [model.c_index.high - model.c_index.low for model in models if np.isfinite(model.c_index.low)]
    told = [
        "All patients are of one table: nothing here is external validation, which other scanners, contours and "
        "treatments would be.",
        "Contours are those of one delineation: how features change with another observer or another scan was not "
        "measured, so no feature is known to be stable.",
        f"{events} events among {patients} patients allow about {max(events // 10, 1)} parameters; {candidates} "
        f"features "
        "were candidates.",
        "An association with survival is not a reason to treat differently: no model here was tested for that.",
    ]
    if widths:
        told.insert(
            2,
            f"The 95 % interval of C is {min(widths):.2f} to {max(widths):.2f} wide: smaller differences between "
            f"models "
            "cannot be told apart.",
        )
    if np.isfinite(median_follow_up_years):
        told.append(f"Median follow-up is {median_follow_up_years:.1f} years; later events are not seen.")
    return tuple(told)

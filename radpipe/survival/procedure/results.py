"""What a survival analysis found, as records: everything that figures, tables and the report need."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.statistics.calibration import BrierScore, CalibrationCurve
from radpipe.survival.statistics.interval import Interval

__all__ = [
    "Comparison",
    "CompetingRisks",
    "ModelResult",
    "PermutationTest",
    "SurvivalAnalysis",
    "Verdict",
    "VerdictKind",
]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ModelResult:
    """One model: how well it predicts patients it has not seen, and its final fit to all patients.

    Parameters
    ----------
    name
        ``volume``, ``clinical``, ``clinical + volume``, ``radiomics`` or ``clinical + radiomics``.
    description
        In words: what goes in, what is chosen, what is penalised.
    candidates
        Columns that the model could choose from.
    terms
        Of the final fit, in the order of ``coefficients``.
    parameters
        Number of coefficients of the final fit.
    events_per_parameter
        Events divided by parameters (by 1 where there is none).
    ridge
        Penalty of the final fit: ``ridge / 2 * sum(coef ** 2)`` on the standardised terms that it is laid on (column
        ``ridge`` of ``coefficients``); 0 where it is plain Cox.
    out_of_fold_risk
        float64, shape (n,): log hazard ratio against the mean of the training folds, of folds that the patient was not
        in, averaged over repeats.
    out_of_fold_probability
        Horizon in years -> float64, shape (n,): predicted probability of the event, of the same folds.
    c_index
        Harrell's, of pairs within one held-out fold, all repeats; interval by bootstrap over patients.
    uno_c
        Uno's, of the same pairs.
    c_by_repeat
        float64, shape (repeats,): Harrell's C of each repeat.
    apparent_c, optimism, corrected_c
        Harrell's C of the final fit on its own patients; how much of it is optimism (bootstrap); the difference.
    calibration_slope
        Slope of the out-of-fold risk; 1 is ideal, below 1 the risks are too extreme.
    corrected_slope
        1 minus the optimism of the slope (bootstrap).
    calibration
        One curve a horizon.
    brier
        One score a horizon.
    coefficients
        Columns ``term, column, transform, centre, scale, ridge, coefficient, hazard_ratio, hr_low, hr_high, p``: a term
        is ``(transform(column) - centre) / scale``; transform is ``identity``, ``log`` or ``is LEVEL``; ridge is the
        penalty of this term (``FittedModel.cox.ridge``). Interval and p are NaN where terms were chosen by the same
        data.
    design
        float64 columns: the terms, index: patient ids; what the final fit was made of.
    selection
        Columns ``feature, share``: in what share of the outer folds a feature was chosen.
    hazards_test
        Columns ``term, statistic, p``: test of proportional hazards by Schoenfeld residuals of the final fit.
    warnings
        In words.
    """

    name: str
    description: str
    candidates: tuple[str, ...]
    terms: tuple[str, ...]
    parameters: int
    events_per_parameter: float
    ridge: float
    out_of_fold_risk: FloatArray
    out_of_fold_probability: Mapping[float, FloatArray]
    c_index: Interval
    uno_c: Interval
    c_by_repeat: FloatArray
    apparent_c: float
    optimism: float
    corrected_c: float
    calibration_slope: Interval
    corrected_slope: float
    calibration: tuple[CalibrationCurve, ...]
    brier: tuple[BrierScore, ...]
    coefficients: pd.DataFrame
    design: pd.DataFrame
    selection: pd.DataFrame
    hazards_test: pd.DataFrame
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Difference in out-of-fold C between two models, ``model_a`` minus ``model_b``, by paired bootstrap."""

    model_a: str
    model_b: str
    difference: Interval

    @property
    def verdict(self) -> "VerdictKind":
        """Whether the interval excludes 0, and on which side."""
        if self.difference.low > 0:
            return VerdictKind.ADDS
        return VerdictKind.WORSE if self.difference.high < 0 else VerdictKind.NOT_SHOWN


class VerdictKind(StrEnum):
    """What an interval of a difference allows to say."""

    ADDS = "adds"
    NOT_SHOWN = "adds nothing that can be shown"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question, answered in plain words."""

    question: str
    kind: VerdictKind
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class PermutationTest:
    """The same procedure on permuted outcomes: it must find nothing.

    Parameters
    ----------
    model
        Which model was tested.
    c_indices
        float64, shape (permutations,): out-of-fold C of each.
    mean, standard_error
        Of those.
    passed
        Whether the mean is 0.5 within 0.02 or three standard errors.
    """

    model: str
    c_indices: FloatArray
    mean: float
    standard_error: float
    passed: bool


@dataclass(frozen=True, slots=True, eq=False)
class CompetingRisks:
    """Event and competing event of a recurrence endpoint.

    Parameters
    ----------
    event, competing
        Names.
    curves
        Columns ``time_days, event, event_low, event_high, competing, competing_low, competing_high``:
        Aalen-Johansen cumulative incidence with 95 % interval; begins at 0.
    horizons
        Columns ``years, event, event_low, event_high, competing, competing_low, competing_high``.
    cause_specific
        Columns ``cause, term, hazard_ratio, hr_low, hr_high, p``: cause-specific Cox of the clinical model for either
        event, per standard deviation.
    """

    event: str
    competing: str
    curves: pd.DataFrame
    horizons: pd.DataFrame
    cause_specific: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalAnalysis:
    """Everything that one analysis found.

    Parameters
    ----------
    endpoint
        Its name.
    origin
        What time counts from.
    patient_ids, time_days, event
        Shape (n,): the patients analysed, in this order everywhere.
    models
        Side by side, simplest first.
    comparisons
        Differences in C.
    verdicts
        The answers, the one about volume first.
    limits
        What these data cannot show, sentences.
    warnings
        Of all models and safeguards, sentences.
    screening
        One row a feature, as ``screening.csv``.
    permutation
        The self-test; None where it was switched off.
    competing
        None where nothing competes.
    flow
        Patient flow, as the table of patients gives it.
    notes
        Of the table of patients, sentences.
    folds
        int64 columns ``repeat_1 ...``, index: patient ids; the outer fold of each patient, from 1.
    volume_column
        The column taken as tumour volume.
    settings
        Name -> value: options of the analysis.
    seed
        Of everything random.
    versions
        Program or package -> version.
    methods
        Sentences of method, for the report.
    references
        Of the methods.
    """

    endpoint: str
    origin: str
    patient_ids: tuple[str, ...]
    time_days: FloatArray
    event: npt.NDArray[np.bool_]
    models: tuple[ModelResult, ...]
    comparisons: tuple[Comparison, ...]
    verdicts: tuple[Verdict, ...]
    limits: tuple[str, ...]
    warnings: tuple[str, ...]
    screening: pd.DataFrame
    permutation: PermutationTest | None
    competing: CompetingRisks | None
    flow: pd.DataFrame
    notes: tuple[str, ...]
    folds: pd.DataFrame
    volume_column: str
    settings: Mapping[str, str]
    seed: int
    versions: Mapping[str, str]
    methods: tuple[str, ...]
    references: tuple[str, ...]

    def model(self, name: str) -> ModelResult:
        """Return the model of that name; KeyError where it was not made."""
        for found in self.models:
            if found.name == name:
                return found
        raise KeyError(name)

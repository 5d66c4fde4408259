"""What a survival analysis found, as records: everything that figures, tables and the report need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.procedure.verdicts import LEVEL, Comparison, Role, Verdict, VerdictKind
from radpipe.survival.statistics.calibration import BrierScore, CalibrationCurve
from radpipe.survival.statistics.decision_curve import DecisionCurve
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.smooth_calibration import SmoothCalibration

__all__ = [
    "LEVEL",
    "Comparison",
    "CompetingRisks",
    "ModelResult",
    "PermutationTest",
    "Role",
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
        ``volume``, ``clinical``, ``clinical + volume``, ``radiomics``, ``volume + radiomics``, ``clinical + radiomics``
        or ``clinical + volume + radiomics``.
    description
        In words: what goes in, what is made of it, what is penalised.
    candidates
        Columns that the model could make something of.
    terms
        Of the final fit, in the order of ``coefficients``.
    parameters
        Number of coefficients of the final fit.
    events_per_parameter
        Events divided by forced terms and candidates together: what was looked at counts, not what was kept.
    ways
        Columns ``way, share``: which way inner folds chose, in what share of the outer folds; empty without a choice.
    ridge
        Penalty of the final fit: ``ridge / 2 * sum(coef ** 2)`` on the standardised terms that it is laid on (column
        ``ridge`` of ``coefficients``); 0 where it is plain Cox.
    out_of_fold_risk
        float64, shape (n,): log hazard ratio against the mean of the training folds, of folds that the patient was not
        in, averaged over repeats.
    out_of_fold_probability
        Horizon in years -> float64, shape (n,): predicted probability of the event, of the same folds.
    risk_by_repeat
        float64, shape (repeats, n): the same before averaging; with the folds they give ``c_by_repeat``.
    probability_by_repeat
        Horizon in years -> float64, shape (repeats, n).
    c_index
        Harrell's, of pairs within one held-out fold, mean of the repeats, with its interval.
    uno_c
        Uno's, of the same pairs.
    wolbers_c
        Of the same pairs, where patients with the competing event outlive everyone; None where nothing competes.
    auc
        Horizon in years -> area under the ROC curve of the out-of-fold probability at that time, of pairs within one
        held-out fold, mean of the repeats, with its interval.
    c_by_repeat
        float64, shape (repeats,): Harrell's C of each repeat.
    apparent_c, corrected_c
        Harrell's C of the final fit on its own patients, and what is left of it in new ones by the bootstrap.
    optimism
        Their difference.
    corrected_by
        ``optimism`` (Harrell) for models without a choice, ``.632+`` for those that learn from features.
    calibration_slope
        Of the out-of-fold risk, mean of the repeats; 1 is ideal, below 1 the risks are too extreme.
    corrected_slope
        Slope on the model's own patients minus its optimism (bootstrap, median).
    calibration
        One curve a horizon, mean of the repeats.
    observed_expected
        Horizon in years -> observed risk divided by the mean predicted one; 1 is ideal.
    brier
        One score a horizon, mean of the repeats.
    decision
        One decision curve a horizon, mean of the repeats.
    group_shares
        float64, shape (n, 3): in what share of the repeats a patient was in the lower, middle and higher third of the
        out-of-fold risks; weights of Kaplan-Meier curves.
    coefficients
        Columns ``term, column, transform, centre, scale, ridge, coefficient, hazard_ratio, hr_low, hr_high, p, unit,
        unit_ratio, unit_low, unit_high, missing_information``: a term is ``(transform(column) - centre) / scale``;
        transform is ``identity``, ``log``, ``is LEVEL`` or ``curve of ...``; hazard ratios are per standard deviation,
        unit ratios per what ``unit`` says. Interval and p are NaN where terms were learnt from the same data. Where
        gaps were drawn, all is pooled by Rubin's rules, and the share of the variance that gaps cause is told; NaN
        elsewhere.
    design
        float64 columns: the terms, index: patient ids; what the final fit was made of.
    baseline
        Columns ``time_days, cumulative_hazard, survival``: of a patient whose terms are all 0, so that the risk of any
        patient can be computed by hand.
    selection
        Columns ``feature, share``: in what share of the outer folds a feature was chosen.
    hazards_test
        Columns ``term, statistic, p, p_log``: score test of proportional hazards against Kaplan-Meier time, and against
        the logarithm of time; the last row is of all terms together.
    residuals
        Columns ``term, time_days, residual``: scaled Schoenfeld residuals plus the coefficient, which is how the
        coefficient moves with time; empty where there is no plain Cox fit.
    log_likelihood
        Partial, of the final fit, and of no model.
    bootstrap
        Columns ``sample, sample_c, original_c, left_out_c, slope_optimism``: of each bootstrap sample C of its model on
        itself, on all patients and on those left out, and by how much its slope was too good.
    warnings
        In words.
    smooth
        Smooth calibration curves, one a horizon, mean of the repeats; none where something competes or nothing can be
        drawn.
    """

    name: str
    description: str
    candidates: tuple[str, ...]
    terms: tuple[str, ...]
    parameters: int
    events_per_parameter: float
    ways: pd.DataFrame
    ridge: float
    out_of_fold_risk: FloatArray
    out_of_fold_probability: Mapping[float, FloatArray]
    risk_by_repeat: FloatArray
    probability_by_repeat: Mapping[float, FloatArray]
    c_index: Interval
    uno_c: Interval
    wolbers_c: Interval | None
    auc: Mapping[float, Interval]
    c_by_repeat: FloatArray
    apparent_c: float
    optimism: float
    corrected_c: float
    corrected_by: str
    calibration_slope: Interval
    corrected_slope: float
    calibration: tuple[CalibrationCurve, ...]
    observed_expected: Mapping[float, Interval]
    brier: tuple[BrierScore, ...]
    decision: tuple[DecisionCurve, ...]
    group_shares: FloatArray
    coefficients: pd.DataFrame
    design: pd.DataFrame
    baseline: pd.DataFrame
    selection: pd.DataFrame
    hazards_test: pd.DataFrame
    residuals: pd.DataFrame
    log_likelihood: tuple[float, float]
    bootstrap: pd.DataFrame
    warnings: tuple[str, ...]
    smooth: tuple[SmoothCalibration, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PermutationTest:
    """The same procedure on permuted outcomes: it must find nothing.

    Parameters
    ----------
    model
        Name of the probe: terms that always fit, so that a leak shows.
    c_indices
        float64, shape (permutations,): out-of-fold C of the probe.
    mean, standard_error
        Of those.
    passed
        Whether no mean, of the probe or of a model, lies more than three standard errors above 0.5.
    by_model
        Model -> float64, shape (permutations,): the same of every model.
    """

    model: str
    c_indices: FloatArray
    mean: float
    standard_error: float
    passed: bool
    by_model: Mapping[str, FloatArray] = field(default_factory=dict)


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
        Columns ``cause, term, hazard_ratio, hr_low, hr_high, p, unit, mended``: cause-specific Cox of clinical terms
        and volume for either event, for what ``unit`` says; ``mended`` where a term separates: Firth's penalty.
    subdistribution
        The same columns without ``cause``: Fine and Gray's model of the event, mended by a small ridge.
    late_deaths
        Patients counted as censored who died within half a year after; with them as competing events the event's share
        at each horizon changes to ``sensitivity`` (Horizon in years -> share).
    sensitivity
        See there.
    """

    event: str
    competing: str
    curves: pd.DataFrame
    horizons: pd.DataFrame
    cause_specific: pd.DataFrame
    subdistribution: pd.DataFrame
    late_deaths: int = 0
    sensitivity: Mapping[float, float] = field(default_factory=dict)


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
        Models beside each other, the primary question first.
    verdicts
        The answers, the primary one first.
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
    multiverse
        Columns ``recipe, volume, seed, c_index, c_base, difference``: the primary question answered with every recipe,
        form of volume and seed; empty where it was switched off.
    observed_risk
        Columns ``years, risk, low, high``: share of the patients with the event until then.
    follow_up_years
        Median time under observation (reverse Kaplan-Meier); infinite where it was not reached.
    untested
        As :func:`radpipe.survival.procedure.untested.untested` gives it.
    missing
        Columns ``column, missing, share, done``: clinical columns of the models that miss values, and what was done.
    imputations
        Columns ``imputation, patient_id, term, value``: missing values as they were drawn for the final models,
        standardised; empty where none was.
    sample_size
        Columns ``question, parameters, patients, criterion``: how many patients so many parameters would need (Riley).
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
    multiverse: pd.DataFrame
    observed_risk: pd.DataFrame
    follow_up_years: float
    sample_size: pd.DataFrame
    settings: Mapping[str, str]
    seed: int
    versions: Mapping[str, str]
    methods: tuple[str, ...]
    references: tuple[str, ...]
    untested: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing: pd.DataFrame = field(default_factory=pd.DataFrame)
    imputations: pd.DataFrame = field(default_factory=pd.DataFrame)

    def model(self, name: str) -> ModelResult:
        """Return the model of that name; KeyError where it was not made."""
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(name)

"""A locked model judged on patients that it was not made from; nothing is fitted to them but what judges it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.lesions import VOLUME_COLUMNS
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.design.patients import Patients
from radpipe.survival.procedure.harmonisation import log_rank_p
from radpipe.survival.signatures.locked import LockedModel
from radpipe.survival.statistics.calibration import (
    BrierScore,
    CalibrationCurve,
    brier_score,
    calibration_curve,
    calibration_slope,
    observed_risk,
)
from radpipe.survival.statistics.concordance import PairTable, concordance_se, uno_pairs
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.decision_curve import DecisionCurve, decision_curve
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["AtHorizon", "External", "judge", "refuse_other_measuring"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class AtHorizon:
    """How right a model's absolute risks are at one horizon.

    Parameters
    ----------
    years
        The horizon.
    observed
        Share of patients with the event until then.
    expected
        Mean predicted risk.
    ratio
        Observed divided by expected: calibration in the large; 1 is ideal.
    slope
        Of the linear predictor, events after the horizon not counted; 1 is ideal.
    curve
        Predicted against observed, in groups.
    brier
        Against the share of these patients, the same for everybody.
    decision
        Net benefit.
    """

    years: float
    observed: Interval
    expected: float
    ratio: Interval
    slope: Interval
    curve: CalibrationCurve
    brier: BrierScore
    decision: DecisionCurve


@dataclass(frozen=True, slots=True, eq=False)
class External:
    """What became of a locked model on other patients.

    Parameters
    ----------
    model
        The model, unchanged.
    measuring
        How these patients were measured.
    patient_ids, index
        Shape (n,): linear predictor.
    time_days, event
        Shape (n,).
    probability
        Horizon in years -> predicted risk, shape (n,); empty without a baseline.
    group
        int64, shape (n,): risk group by the model's own thresholds, from 0; None without thresholds.
    c_index, uno_c, slope
        With 95 % interval: concordance by the infinitesimal jackknife, slope by Wald.
    volume_c
        Of tumour volume in the same patients; NaN where the table has none.
    log_rank_p
        Of the risk groups; NaN without.
    groups
        Columns ``group, patients, events`` and, for each horizon, ``risk_Yy, low_Yy, high_Yy``.
    horizons
        One each; empty without a baseline.
    case_mix
        Columns ``term, mean_made, sd_made, mean_here, sd_here, difference``: terms of the model, and ``linear
        predictor``; the difference is in standard deviations of the patients that the model was made from.
    follow_up_years
        Median, reverse Kaplan-Meier.
    warnings
        What must not be overlooked.
    """

    model: LockedModel
    measuring: Measuring
    patient_ids: tuple[str, ...]
    index: FloatArray
    time_days: FloatArray
    event: BoolArray
    probability: Mapping[float, FloatArray]
    group: IntArray | None
    c_index: Interval
    uno_c: Interval
    slope: Interval
    volume_c: Interval
    log_rank_p: float
    groups: pd.DataFrame
    horizons: tuple[AtHorizon, ...]
    case_mix: pd.DataFrame
    follow_up_years: float
    warnings: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a patient: ``patient_id, index``, ``risk_group`` from 1, ``probability_Yy``."""
        frame = pd.DataFrame({"patient_id": self.patient_ids, "index": self.index})
        if self.group is not None:
            frame["risk_group"] = self.group + 1
        for years, probability in self.probability.items():
            frame[f"probability_{years:g}y"] = probability
        return frame


def refuse_other_measuring(model: LockedModel, measuring: Measuring) -> None:
    """Refuse a table that was measured otherwise than the model's own.

    Raises
    ------
    UsageError
        Every difference is named.
    """
    differences = model.measuring.differences(measuring)
    if differences:
        message = f"model {model.name} does not fit this table: {'; '.join(differences)}"
        raise UsageError(message)


def judge(
    model: LockedModel,
    patients: Patients,
    measuring: Measuring,
    *,
    horizons_years: tuple[float, ...] = (2.0, 5.0),
    batch: Mapping[str, str] | None = None,
) -> External:
    """Judge a locked model on other patients.

    Parameters
    ----------
    model
        Applied as it is.
    patients
        Of :func:`radpipe.survival.design.patients.join`.
    measuring
        How they were measured.
    horizons_years
        Of absolute risks; those beyond the follow-up of either cohort are left out, and told.
    batch
        Patient -> batch, for a model that harmonises.

    Raises
    ------
    UsageError
        They were measured otherwise, a column is missing, or a value is.

    References
    ----------
    Royston P, Altman DG. BMC Med Res Methodol 2013;13:33. Case mix: Debray TPA et al. J Clin Epidemiol 2015;68:279.
    """
    refuse_other_measuring(model, measuring)
    time_days, event = patients.endpoint.time_days, patients.endpoint.event
    design = model.design(patients.features, patients.clinical, batch or {})
    index = model.index(design)
    pairs = PairTable.of(time_days, event)
    last = min(float(time_days.max()), float(model.baseline.days.max(initial=0.0)))
    years = tuple(
        year
        for year in horizons_years
        if year * DAYS_A_YEAR <= last and (event & (time_days <= year * DAYS_A_YEAR)).any()
    )
    probability = {year: p for year in years if (p := model.probability(design, year * DAYS_A_YEAR)) is not None}
    group = np.searchsorted(model.thresholds, index, side="left") if model.thresholds else None
    competing = patients.endpoint.competing
    volume = next((name for name in VOLUME_COLUMNS if name in patients.features), None)
    return External(
        model,
        measuring,
        patients.patient_ids,
        index,
        time_days,
        event,
        probability,
        group,
        _c(pairs, index),
        _c(uno_pairs(time_days, event), index),
        calibration_slope(time_days, event, index),
        Interval(*[float("nan")] * 3) if volume is None else _c(pairs, patients.features[volume].to_numpy()),
        float("nan") if group is None else log_rank_p(time_days, event, [str(label) for label in group]),
        _groups(group, patients, horizons_years),
        tuple(_at(model.name, patients, index, year, probability[year]) for year in probability),
        _case_mix(model, design, index),
        KaplanMeier.of(time_days, ~(event if competing is None else event | competing)).median_days / DAYS_A_YEAR,
        _warnings(model, patients, batch or {}, [year for year in horizons_years if year not in probability]),
    )


def _c(pairs: PairTable, risk: FloatArray) -> Interval:
    c, error = pairs.c(risk), NORMAL_95 * concordance_se(pairs, risk)
    return Interval(c, max(c - error, 0.0), min(c + error, 1.0))


def _at(name: str, patients: Patients, index: FloatArray, years: float, probability: FloatArray) -> AtHorizon:
    time_days, event, competing = patients.endpoint.time_days, patients.endpoint.event, patients.endpoint.competing
    seen, expected = observed_risk(time_days, event, years, competing=competing), float(probability.mean())
    until = np.minimum(time_days, years * DAYS_A_YEAR)
    return AtHorizon(
        years,
        seen,
        expected,
        Interval(*(part / max(expected, 1e-12) for part in (seen.value, seen.low, seen.high))),
        calibration_slope(until, event & (time_days <= years * DAYS_A_YEAR), index),
        calibration_curve(time_days, event, probability, years, competing=competing),
        brier_score(time_days, event, probability, np.full(len(index), seen.value), years, competing=competing),
        decision_curve(name, time_days, event, np.clip(probability, 0, 1), horizon_years=years, competing=competing),
    )


def _groups(group: IntArray | None, patients: Patients, years: tuple[float, ...]) -> pd.DataFrame:
    """Tell patients, events and observed risk of each risk group."""
    columns = [
        "group",
        "patients",
        "events",
        *(f"{part}_{year:g}y" for year in years for part in ("risk", "low", "high")),
    ]
    rows = []
    for number in [] if group is None else sorted(set(group.tolist())):
        own = group == number
        time_days, event, competing = patients.endpoint.time_days, patients.endpoint.event, patients.endpoint.competing
        seen = [
            observed_risk(time_days[own], event[own], year, competing=None if competing is None else competing[own])
            for year in years
        ]
        parts = [part for estimate in seen for part in (estimate.value, estimate.low, estimate.high)]
        rows.append([number + 1, int(np.sum(own)), int(event[own].sum()), *parts])
    return pd.DataFrame(rows, columns=columns)


def _case_mix(model: LockedModel, design: FloatArray, index: FloatArray) -> pd.DataFrame:
    """Compare the terms and the linear predictor with those of the patients that the model was made from."""
    rows = []
    locked = model.made_from
    if np.isfinite(locked.index_mean):
        shift = (float(index.mean()) - locked.index_mean) / max(locked.index_sd, 1e-12)
        rows.append(("linear predictor", locked.index_mean, locked.index_sd, float(index.mean()),
                     float(index.std(ddof=1)), shift))  # fmt: skip
        for place, term in enumerate(model.terms):
            if term.knots is None:
                own = design[:, place]
                rows.append((term.name, 0.0, 1.0, float(own.mean()), float(own.std(ddof=1)), float(own.mean())))
    return pd.DataFrame(rows, columns=["term", "mean_made", "sd_made", "mean_here", "sd_here", "difference"])


def _warnings(model: LockedModel, patients: Patients, batch: Mapping[str, str], lost: list[float]) -> tuple[str, ...]:
    warnings = list(patients.warnings)
    if model.combat is not None:
        unknown = [patient for patient in patients.patient_ids if batch.get(patient, "") not in model.combat.batches]
        if unknown:
            warnings.append(
                f"{len(unknown)} of {len(patients)} patients are of no {model.batch_column} that the model knows "
                f"({', '.join(model.combat.batches)}): their features are taken as measured"
            )
    if lost and len(model.baseline.days):
        years = " and ".join(f"{year:g}" for year in lost)
        warnings.append(f"absolute risks at {years} years are not judged: no event, or nobody followed up so long")
    events = int(patients.endpoint.event.sum())
    if events < 100:
        warnings.append(f"{events} events: external validation wants at least 100 (Collins 2016, Stat Med 35:214)")
    if model.made_from.roi and patients.roi.casefold() != model.made_from.roi.casefold():
        warnings.append(f"the model was made from ROIs named {model.made_from.roi}, these are {patients.roi}")
    return tuple(warnings)

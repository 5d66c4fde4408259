"""One model's result, put together from its validation, its bootstrap and its final fit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.concordances import Concordances, areas_under_curve, concordances
from radpipe.survival.procedure.learners import fit_safely
from radpipe.survival.procedure.optimism import Optimism
from radpipe.survival.procedure.recipes import FittedModel, Recipe
from radpipe.survival.procedure.results import ModelResult
from radpipe.survival.procedure.safeguards import model_warnings
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.calibration import (
    BrierScore,
    CalibrationCurve,
    brier_score,
    calibration_curve,
    calibration_slope,
    observed_risk,
)
from radpipe.survival.statistics.concordance import harrell_c
from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.cox import partial_log_likelihood
from radpipe.survival.statistics.decision_curve import DecisionCurve, decision_curve
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.proportional_hazards import HazardsTest, proportional_hazards
from radpipe.survival.statistics.smooth_calibration import GRID, SmoothCalibration, smooth_calibration

__all__ = ["Validated", "model_result"]

FloatArray = npt.NDArray[np.float64]

GROUPS = 3
TOGETHER = "all together"


@dataclass(frozen=True, slots=True, eq=False)
class Validated:
    """What all models share: their cross-validation and its concordances.

    Parameters
    ----------
    found
        Cross-validation.
    harrell, uno
        Concordances.
    wolbers
        None where nothing competes.
    auc
        Horizon in years -> areas under the ROC curves of the probabilities.
    """

    found: CrossValidation
    harrell: Concordances
    uno: Concordances
    wolbers: Concordances | None
    auc: Mapping[float, Concordances]

    @classmethod
    def of(cls, study: Study, found: CrossValidation) -> "Validated":
        """Count all concordances of a cross-validation.

        Parameters
        ----------
        study, found
            The patients, and their predictions.
        """
        return cls(
            found,
            concordances(study, found),
            concordances(study, found, kind="uno"),
            None if study.competing is None else concordances(study, found, kind="wolbers"),
            areas_under_curve(study, found),
        )


def model_result(
    study: Study, patient_ids: tuple[str, ...], recipe: Recipe, number: int, fit: FittedModel, validated: Validated,
    lost: Optimism,
) -> ModelResult:  # fmt: skip
    """Put together what was found of one model.

    Parameters
    ----------
    study, patient_ids
        The patients.
    recipe, number
        The model's, and its place in the validation.
    fit
        To all patients.
    validated
        Cross-validation of all models.
    lost
        Of the bootstrap.
    """
    time_days, event, found = study.time_days, study.event, validated.found
    everyone = np.arange(len(study))
    terms = term_names(study.encoded, fit)
    design = pd.DataFrame(fit.design(study.encoded.values, everyone), index=pd.Index(patient_ids), columns=terms)
    risk = design.to_numpy() @ fit.coefficients
    apparent, own_slope = harrell_c(time_days, event, risk), calibration_slope(time_days, event, risk).value
    risks, years = found.risk[:, number], found.horizons_years
    shares = found.shares(number, study.encoded.names)
    tests, residuals = _hazards(study, fit, design)
    learns = bool(recipe.learners)
    corrected = lost.corrected_632(apparent) if learns else lost.corrected(apparent)
    candidates = len(recipe.forced) + len(recipe.candidates)
    c_index = validated.harrell.interval(number)
    cumulative = np.cumsum(fit.hazard_steps)
    return ModelResult(
        name=recipe.name,
        description=recipe.description,
        candidates=tuple(study.encoded.names[place] for place in recipe.candidates),
        terms=tuple(terms),
        parameters=len(terms),
        events_per_parameter=int(event.sum()) / max(candidates, 1),
        ways=_ways(found, number),
        ridge=float(fit.ridge.max(initial=0.0)),
        out_of_fold_risk=risks.mean(axis=0),
        out_of_fold_probability={year: found.probability[:, number, k].mean(axis=0) for k, year in enumerate(years)},
        risk_by_repeat=risks,
        probability_by_repeat={year: found.probability[:, number, k] for k, year in enumerate(years)},
        c_index=c_index,
        uno_c=validated.uno.interval(number),
        wolbers_c=None if validated.wolbers is None else validated.wolbers.interval(number),
        auc={year: area.interval(number) for year, area in validated.auc.items()},
        c_by_repeat=validated.harrell.by_repeat[:, number],
        apparent_c=apparent,
        optimism=apparent - corrected,
        corrected_c=corrected,
        corrected_by=".632+" if learns else "optimism",
        calibration_slope=_mean_interval([calibration_slope(time_days, event, risk) for risk in risks]),
        corrected_slope=lost.corrected_slope(own_slope),
        calibration=tuple(_calibration(study, found, number, k) for k in range(len(years))),
        observed_expected={year: _observed_expected(study, found.probability[:, number, k], year)
                           for k, year in enumerate(years)},
        brier=tuple(_brier(study, found, number, k) for k in range(len(years))),
        decision=tuple(_decision(study, found, number, k, recipe.name) for k in range(len(years))),
        group_shares=_groups(risks),
        coefficients=_coefficients(study.encoded, fit, terms),
        design=design,
        baseline=pd.DataFrame({"time_days": fit.event_days, "cumulative_hazard": cumulative,
                               "survival": np.exp(-cumulative)}),
        selection=pd.DataFrame({"feature": list(shares), "share": list(shares.values())}),
        hazards_test=tests,
        residuals=residuals,
        log_likelihood=(fit.log_likelihood,
                        partial_log_likelihood(study.training(everyone).sets, np.zeros(len(study)))),
        bootstrap=pd.DataFrame(
            {"sample": np.arange(1, len(lost.slope) + 1), "sample_c": lost.sample_c, "original_c": lost.original_c,
             "left_out_c": lost.left_out_c, "slope_optimism": lost.slope}
        ),
        smooth=_smooth_curves(study, found, number),
        warnings=model_warnings(recipe.name, fit, int(event.sum()), candidates, c_index.value, tests, shares,
                                study.encoded.names),
    )  # fmt: skip


def term_names(encoded: Encoded, fit: FittedModel) -> list[str]:
    """Return the names of a fit's terms; the curve of a term is told from the term."""
    return [
        f"{encoded.names[place]} (curve)" if knots is not None else encoded.names[place]
        for place, knots in zip(fit.terms, fit.curves, strict=True)
    ]


def _mean_interval(intervals: list[Interval]) -> Interval:
    known = np.array(
        [(interval.value, interval.low, interval.high) for interval in intervals if np.isfinite(interval.value)]
    )
    return Interval(*known.mean(axis=0).tolist()) if len(known) else Interval(*[float("nan")] * 3)


def _ways(validated: CrossValidation, number: int) -> pd.DataFrame:
    taken = [fold[number] for repeat in validated.ways for fold in repeat if fold[number]]
    names = sorted(set(taken))
    return pd.DataFrame({"way": names, "share": [taken.count(name) / len(taken) for name in names]})


def _calibration(study: Study, validated: CrossValidation, number: int, place: int) -> CalibrationCurve:
    """Return the mean over repeats of the groups' curves; each repeat is one model that could be used."""
    curves = [
        calibration_curve(
            study.time_days, study.event, probability, validated.horizons_years[place], competing=study.competing
        )
        for probability in validated.probability[:, number, place]
    ]
    means = [
        np.mean([getattr(curve, name) for curve in curves], axis=0) for name in ("predicted", "observed", "low", "high")
    ]
    return CalibrationCurve(curves[0].horizon_years, curves[0].patients, *means)


def _observed_expected(study: Study, probability: FloatArray, years: float) -> Interval:
    seen = observed_risk(study.time_days, study.event, years, competing=study.competing)
    expected = max(float(probability.mean()), 1e-12)
    return Interval(seen.value / expected, seen.low / expected, seen.high / expected)


def _brier(study: Study, validated: CrossValidation, number: int, place: int) -> BrierScore:
    scores = [
        brier_score(
            study.time_days,
            study.event,
            probability,
            without,
            validated.horizons_years[place],
            competing=study.competing,
        )
        for probability, without in zip(
            validated.probability[:, number, place], validated.reference[:, place], strict=True
        )
    ]
    return BrierScore(
        scores[0].horizon_years,
        float(np.mean([score.score for score in scores])),
        float(np.mean([score.reference for score in scores])),
        float(np.mean([score.error for score in scores])),
        float(np.mean([score.explained_error for score in scores])),
    )


def _smooth_curves(study: Study, validated: CrossValidation, number: int) -> tuple[SmoothCalibration, ...]:
    """Return one smooth curve a horizon, those that can be told."""
    curves = [_smooth(study, validated, number, place) for place in range(len(validated.horizons_years))]
    return tuple(curve for curve in curves if curve is not None)


def _smooth(study: Study, validated: CrossValidation, number: int, place: int) -> SmoothCalibration | None:
    """Return the mean over repeats of smooth calibration curves; None where something competes or none is told."""
    if study.competing is not None and study.competing.any():
        return None
    predicted, years = validated.probability[:, number, place], validated.horizons_years[place]
    grid = np.linspace(float(np.quantile(predicted, 0.02)), float(np.quantile(predicted, 0.98)), GRID)
    each = [smooth_calibration(study.time_days, study.event, repeat, years, grid) for repeat in predicted]
    curves = [curve for curve in each if curve is not None]
    if not curves:
        return None
    ici, e50, e90 = np.mean([(curve.ici, curve.e50, curve.e90) for curve in curves], axis=0).tolist()
    return SmoothCalibration(years, grid, np.mean([curve.observed for curve in curves], axis=0), ici, e50, e90)


def _decision(study: Study, validated: CrossValidation, number: int, place: int, name: str) -> DecisionCurve:
    curves = [
        decision_curve(name, study.time_days, study.event, np.clip(probability, 0, 1),
                       horizon_years=validated.horizons_years[place], competing=study.competing)
        for probability in validated.probability[:, number, place]
    ]  # fmt: skip
    benefit = np.mean([curve.net_benefit for curve in curves], axis=0)
    error = np.mean([curve.error for curve in curves], axis=0)
    return DecisionCurve(name, curves[0].horizon_years, curves[0].thresholds, benefit, curves[0].treat_all, error)


def _groups(risks: FloatArray) -> FloatArray:
    """Return in what share of the repeats each patient was in each third, shape (n, 3)."""
    shares = np.zeros((risks.shape[1], GROUPS))
    for risk in risks:
        order = np.argsort(risk, kind="stable")
        for group, members in enumerate(np.array_split(order, GROUPS)):
            shares[members, group] += 1 / len(risks)
    return shares


def _hazards(study: Study, fit: FittedModel, design: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Test proportional hazards of a plain fit; empty tables for one that is penalised."""
    test = pd.DataFrame({"term": [], "statistic": [], "p": [], "p_log": []})
    shown = pd.DataFrame({"term": [], "time_days": [], "residual": []})
    if fit.plain is None or not len(fit.terms):
        return test, shown
    tests: list[HazardsTest] = []
    coefficients = fit.coefficients
    if fit.draws is not None:  # The test is of an estimate of the very patients that it looks at.
        coefficients = fit_safely(study.training(np.arange(len(study))).sets, design.to_numpy(), fit.ridge)[
            0
        ].coefficients
    try:
        for clock in ("km", "log"):
            tests.append(
                proportional_hazards(study.time_days, study.event, design.to_numpy(), coefficients,
                                     "km" if clock == "km" else "log")
            )  # fmt: skip
    except np.linalg.LinAlgError:
        return test, shown
    test = pd.DataFrame(
        {"term": [*design.columns, TOGETHER], "statistic": tests[0].statistic, "p": tests[0].p, "p_log": tests[1].p}
    )
    shown = pd.DataFrame(
        {
            "term": np.repeat(list(design.columns), len(tests[0].event_days)),
            "time_days": np.tile(tests[0].event_days, design.shape[1]),
            "residual": tests[0].residuals.T.ravel(),
        }
    )
    return test, shown


def _coefficients(encoded: Encoded, fit: FittedModel, terms: list[str]) -> pd.DataFrame:
    """List the terms of a final fit; without intervals where they were learnt from the same data."""
    b, places, prepared = fit.coefficients, list(fit.terms), fit.preprocessor
    se = fit.plain.standard_errors if fit.plain is not None and len(b) else np.full(len(b), np.nan)
    rules = None if fit.draws is None else fit.draws.rules
    freedom = np.full(len(b), np.inf) if rules is None else rules.freedom
    width = NORMAL_95 * se if rules is None else student.ppf(0.975, freedom) * se
    curved = [knots is not None for knots in fit.curves]
    coding = ["log" if prepared.logged[place] else encoded.codings[place] for place in places]
    scale = prepared.scale[places]
    sizes, words = zip(*(encoded.unit(place) for place in places), strict=True) if places else ((), ())
    size = np.where(curved, np.nan, np.array(sizes, dtype=np.float64))
    per = np.where(np.isnan(size), 1.0, size / scale)
    return pd.DataFrame(
        {
            "term": terms,
            "column": [encoded.columns[place] for place in places],
            "transform": [f"curve of {how}" if bent else how for how, bent in zip(coding, curved, strict=True)],
            "centre": prepared.centre[places],
            "scale": scale,
            "ridge": fit.ridge,
            "coefficient": b,
            "hazard_ratio": np.exp(b),
            "hr_low": np.exp(b - width),
            "hr_high": np.exp(b + width),
            "p": 2 * (norm.sf(np.abs(b / se)) if rules is None else student.sf(np.abs(b / se), freedom)),
            "unit": ["one standard deviation" if np.isnan(number) else word
                     for number, word in zip(size, words, strict=True)],
            "unit_ratio": np.exp(b * per),
            "unit_low": np.exp((b - width) * per),
            "unit_high": np.exp((b + width) * per),
            "missing_information": np.full(len(b), np.nan) if rules is None else rules.missing_information,
        }
    )  # fmt: skip

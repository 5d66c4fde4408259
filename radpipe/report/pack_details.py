"""Tables of the pack from which the numbers of the page can be computed again: folds, curves, groups, baselines."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from radpipe.survival.procedure.results import CompetingRisks, ModelResult, SurvivalAnalysis
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["HALVES", "detail_tables", "halves"]

HALVES = ("lower risk", "higher risk")
"""Of the out-of-fold risks, as they are drawn."""


def detail_tables(analysis: SurvivalAnalysis) -> dict[str, pd.DataFrame]:
    """Return file name -> table.

    Parameters
    ----------
    analysis
        What was found.
    """
    tables = {
        "out_of_fold.csv": _stacked(_out_of_fold(analysis, model) for model in analysis.models),
        "decision_curve.csv": _stacked(_decisions(analysis.models)),
        "smooth_calibration.csv": _stacked(
            pd.DataFrame(
                {
                    "model": model.name,
                    "horizon_years": curve.horizon_years,
                    "predicted": curve.predicted,
                    "observed": curve.observed,
                }
            )
            for model in analysis.models
            for curve in model.smooth
        ),
        "baseline.csv": _stacked(
            model.baseline.drop_duplicates("time_days", keep="last").assign(model=model.name)
            for model in analysis.models
        ),
        "groups.csv": _stacked(_groups(analysis, model) for model in analysis.models),
        "kaplan_meier.csv": _stacked(_kaplan_meier(analysis)),
        "proportional_hazards.csv": _stacked(model.hazards_test.assign(model=model.name) for model in analysis.models),
        "observed_risk.csv": analysis.observed_risk,
        "multiverse.csv": analysis.multiverse,
        "sample_size.csv": analysis.sample_size,
        "untested.csv": analysis.untested,
        "missing_values.csv": analysis.missing,
        "imputations.csv": analysis.imputations,
        "bootstrap.csv": _stacked(model.bootstrap.assign(model=model.name) for model in analysis.models),
    }
    if analysis.permutation is not None:
        values = {analysis.permutation.model: analysis.permutation.c_indices, **analysis.permutation.by_model}
        tables["self_test.csv"] = pd.DataFrame(
            [(name, number + 1, c) for name, every in values.items() for number, c in enumerate(every)],
            columns=["model", "permutation", "c_index"],
        )
    if analysis.competing is not None:
        tables["competing_horizons.csv"] = _horizons(analysis.competing)
        tables["subdistribution.csv"] = analysis.competing.subdistribution
    return {name: table for name, table in tables.items() if table.shape[1]}


def _horizons(risks: CompetingRisks) -> pd.DataFrame:
    """Return incidences at the horizons, and what they would be were late deaths competing events."""
    if not risks.sensitivity:
        return risks.horizons
    return risks.horizons.assign(
        late_deaths=risks.late_deaths,
        event_with_late_deaths=[risks.sensitivity[years] for years in risks.horizons["years"]],
    )


def halves(model: ModelResult) -> np.ndarray:
    """Return who is above the median of a model's out-of-fold risks.

    Parameters
    ----------
    model
        Of the analysis.

    Returns
    -------
    ndarray
        bool, shape (n,); all False where the risks do not differ.
    """
    return np.asarray(model.out_of_fold_risk > np.median(model.out_of_fold_risk))


def _stacked(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put tables under each other, the model in front."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame()
    table = pd.concat(filled, ignore_index=True)
    first = ["model"] if "model" in table else []
    return table[first + [name for name in table.columns if name not in first]]


def _out_of_fold(analysis: SurvivalAnalysis, model: ModelResult) -> pd.DataFrame:
    """Return one row per repeat and patient: his fold, and the risks that its model gave him."""
    parts = []
    for number, risk in enumerate(model.risk_by_repeat):
        columns: dict[str, object] = {
            "model": model.name,
            "repeat": number + 1,
            "fold": analysis.folds.iloc[:, number].to_numpy(),
            "patient_id": list(analysis.patient_ids),
            "risk": risk,
        }
        columns |= {f"probability_{years:g}y": values[number] for years, values in model.probability_by_repeat.items()}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _decisions(models: Iterable[ModelResult]) -> Iterator[pd.DataFrame]:
    for model in models:
        for curve in model.decision:
            yield pd.DataFrame(
                {"model": model.name, "horizon_years": curve.horizon_years, "threshold": curve.thresholds,
                 "net_benefit": curve.net_benefit, "net_benefit_low": curve.low,
                 "net_benefit_high": curve.high, "treat_all": curve.treat_all}
            )  # fmt: skip


def _groups(analysis: SurvivalAnalysis, model: ModelResult) -> pd.DataFrame:
    """Return which half a patient was drawn in, and how often he was in which third."""
    lower, middle, higher = model.group_shares.T
    return pd.DataFrame(
        {"model": model.name, "patient_id": list(analysis.patient_ids),
         "half": np.where(halves(model), HALVES[1], HALVES[0]), "lower_third": lower, "middle_third": middle,
         "higher_third": higher}
    )  # fmt: skip


def _kaplan_meier(analysis: SurvivalAnalysis) -> Iterator[pd.DataFrame]:
    """Return the Kaplan-Meier estimates of both halves of every model."""
    for model in analysis.models:
        above = halves(model)
        for name, chosen in zip(HALVES, (~above, above), strict=True):
            if chosen.any():
                estimate = KaplanMeier.of(analysis.time_days[chosen], analysis.event[chosen])
                low, high = estimate.band()
                yield pd.DataFrame(
                    {"model": model.name, "half": name, "time_days": estimate.time_days,
                     "survival": estimate.survival, "survival_low": low, "survival_high": high}
                )  # fmt: skip

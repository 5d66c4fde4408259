"""What figures are drawn of: groups, curves, a screening, and one figure of each kind."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.cumulative_incidence import cumulative_incidence
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.report.figures.forest import Estimate, c_index_comparison, forest
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier
from radpipe.report.figures.screening import feature_volume, volcano
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.calibration import CalibrationCurve
from radpipe.survival.statistics.decision_curve import decision_curve as net_benefit

LONG = "wavelet-HLH_glrlm_GrayLevelNonUniformityNormalized"


def groups() -> list[SurvivalGroup]:
    rng = np.random.default_rng(1)
    return [
        SurvivalGroup(name, rng.exponential(scale, 40), rng.random(40) < 0.7)
        for name, scale in (("low predicted risk", 2500.0), ("high predicted risk", 900.0))
    ]


def curve(horizon: float, shift: float) -> CalibrationCurve:
    predicted = np.array([0.1, 0.3, 0.6])
    return CalibrationCurve(
        horizon, np.array([9, 9, 9]), predicted, predicted + shift, predicted - 0.05, predicted + shift + 0.2
    )


def screening() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rho = rng.uniform(-1, 1, 80)
    p = 10.0 ** -np.abs(3 * rho)
    return pd.DataFrame(
        {
            "feature": [f"{LONG}{number}" for number in range(80)],
            "group": rng.choice(["intensity", "shape", "texture", "wavelet"], 80),
            "c_index": 0.5 + 0.1 * rho,
            "hazard_ratio": np.exp(rho),
            "p": p,
            "p_bh": np.minimum(p * 2, 1),
            "rho_volume": rho,
        }
    )


def competing() -> Figure:
    steps = np.array([0.0, 0.1, 0.3])
    curves = pd.DataFrame({"time_days": [0.0, 400.0, 1500.0]})
    for cause in ("event", "competing"):
        curves = curves.assign(**{cause: steps, f"{cause}_low": steps * 0.7, f"{cause}_high": steps * 1.3})
    empty = pd.DataFrame()
    return cumulative_incidence(
        CompetingRisks("recurrence", "death", curves, empty, empty, pd.DataFrame()),
        np.array([300.0, 900.0, 2000.0]),
        title="Incidence",
    )


def curves_of_decision() -> Figure:
    group = groups()[0]
    risk = np.linspace(0.05, 0.9, 40)
    return decision_curve([net_benefit("volume", group.time_days, group.event, risk, horizon_years=5)], title="x")


FIGURES = {
    "kaplan_meier": lambda: kaplan_meier(groups(), title="Overall survival", what="Overall survival"),
    "forest": lambda: forest([Estimate("clin_t", 1.3, 1.0, 1.7, 0.04), Estimate(LONG, 3.0, 1.4, 6.5, 0.0001)]),
    "c_index": lambda: c_index_comparison([Estimate("volume", 0.62, 0.55, 0.69), Estimate("apparent", 0.8, 0.7, 0.9)]),
    "calibration": lambda: calibration({"a": [curve(2, 0), curve(5, 0.1)], "b": [curve(2, 0.05), curve(5, 0.2)]}),
    "decision_curve": curves_of_decision,
    "volcano": lambda: volcano(screening(), title="Each feature alone"),
    "feature_volume": lambda: feature_volume(screening(), volume_c=0.62),
    "cumulative_incidence": competing,
}

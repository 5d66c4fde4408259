"""Every number of the page as a table."""

import pandas as pd

from radpipe.survival.signatures.external import External

__all__ = ["number_tables"]


def number_tables(external: External) -> dict[str, pd.DataFrame]:
    """Return every number of the page: file name -> table.

    Parameters
    ----------
    external
        What became of the model.
    """
    order = [
        ("c_index", external.c_index),
        ("uno_c", external.uno_c),
        ("slope", external.slope),
        ("volume_c", external.volume_c),
    ]
    overall = pd.DataFrame([(name, interval.value, interval.low, interval.high) for name, interval in order],
                           columns=["measure", "value", "low", "high"])  # fmt: skip
    horizons = pd.DataFrame(
        [(at.years, at.observed.value, at.observed.low, at.observed.high, at.expected, at.ratio.value, at.ratio.low,
          at.ratio.high, at.slope.value, at.slope.low, at.slope.high, at.brier.score, at.brier.reference)
         for at in external.horizons],
        columns=["years", "observed", "observed_low", "observed_high", "expected", "ratio", "ratio_low", "ratio_high",
                 "slope", "slope_low", "slope_high", "brier", "brier_reference"],
    )  # fmt: skip
    curves = [pd.DataFrame({"years": at.years, "patients": at.curve.patients, "predicted": at.curve.predicted,
                            "observed": at.curve.observed, "low": at.curve.low, "high": at.curve.high})
              for at in external.horizons]  # fmt: skip
    decisions = [pd.DataFrame({"years": at.years, "threshold": at.decision.thresholds,
                               "net_benefit": at.decision.net_benefit, "treat_all": at.decision.treat_all})
                 for at in external.horizons]  # fmt: skip
    return {
        "patients.csv": external.table(),
        "overall.csv": overall,
        "horizons.csv": horizons,
        "risk_groups.csv": external.groups,
        "case_mix.csv": external.case_mix,
        "calibration.csv": pd.concat(curves) if curves else pd.DataFrame(),
        "decision_curve.csv": pd.concat(decisions) if decisions else pd.DataFrame(),
    }

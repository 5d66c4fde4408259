"""Every feature alone: what was planted is found, numbers are those of other programs, groups."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.utils import concordance_index
from scipy.stats import spearmanr

from radpipe.clinical import Endpoint
from radpipe.survival.procedure.screening import SCREENING_COLUMNS, group_of, screen


def simulated(n, effect, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    death, censored = random.exponential(1000, n) * np.exp(-effect * x), random.uniform(200, 3000, n)
    return x, np.minimum(death, censored), death <= censored


def test_numbers_of_each_feature_are_those_of_lifelines_and_scipy():
    x, time_days, event = simulated(150, 0.3, 11)
    random = np.random.default_rng(12)
    ids = tuple(f"P{number}" for number in range(150))
    frame = pd.DataFrame({"texture": x + random.normal(size=150), "noise": random.normal(size=150),
                          "mirrored": -(x**3) + random.normal(size=150), "another": random.normal(size=150),
                          "volume": x}, index=list(ids))  # fmt: skip
    found = screen(frame, Endpoint("os", ids, event, time_days), "volume").set_index("feature")
    assert found.index.tolist() == list(frame.columns)
    for name, column in frame.items():
        table = pd.DataFrame({"x": (column - column.mean()) / column.std(ddof=1), "days": time_days, "event": event})
        fit = CoxPHFitter().fit(table, "days", "event")
        low, high = np.exp(fit.confidence_intervals_.loc["x"])
        row = found.loc[name]
        expected = (fit.hazard_ratios_["x"], low, high, fit.log_likelihood_ratio_test().p_value)
        assert (row.hazard_ratio, row.hr_low, row.hr_high, row.p) == pytest.approx(expected, rel=1e-5)
        assert row.c_index == pytest.approx(concordance_index(time_days, -column, event))
        assert row.c_high - row.c_index == pytest.approx(row.c_index - row.c_low)
        assert row.c_low < row.c_index
        assert row.rho_volume == pytest.approx(spearmanr(column, x).statistic)
    # Benjamini and Hochberg 1995, section 3.1: p times 5 over its rank, and no smaller p has a larger one.
    p = np.sort(found["p"])
    by_rank = np.minimum.accumulate((p * 5 / np.arange(1, 6))[::-1])[::-1]
    assert found["p_bh"].sort_values().to_numpy() == pytest.approx(by_rank)


def test_screening_finds_what_was_planted():
    x, time_days, event = simulated(300, 0.8, 5)
    random = np.random.default_rng(6)
    ids = tuple(f"P{number}" for number in range(300))
    frame = pd.DataFrame(
        {
            "original_shape_MeshVolume": np.exp(x),
            "original_glcm_Id": -x + random.normal(0, 0.5, 300),
            "noise": random.normal(size=300),
            "constant": 1.0,
            "lacking": np.where(np.arange(300) < 100, np.nan, x),
        },
        index=list(ids),
    )
    found = screen(frame, Endpoint("os", ids, event, time_days), "original_shape_MeshVolume").set_index("feature")
    assert tuple(found.reset_index().columns) == SCREENING_COLUMNS
    volume, mirrored, noise = (found.loc[name] for name in ("original_shape_MeshVolume", "original_glcm_Id", "noise"))
    assert volume.c_low > 0.6
    assert volume.rho_volume == pytest.approx(1)
    assert volume.hr_low < np.exp(0.8 * x.std(ddof=1)) < volume.hr_high
    assert mirrored.c_high < 0.5
    assert mirrored.hazard_ratio < 1
    assert noise.p > 0.01
    assert found.loc[["constant", "lacking"], ["c_index", "p", "p_bh"]].isna().all().all()
    assert (found["p_bh"].dropna() >= found["p"].dropna()).all()


def test_groups_are_those_of_aerts():
    names = (
        "original_shape_Sphericity",
        "radpipe_shape_CompactnessA",
        "original_firstorder_Energy",
        "log-sigma-3-mm-3D_glcm_Id",
    )
    assert [group_of(name) for name in names] == ["shape", "shape", "intensity", "log"]

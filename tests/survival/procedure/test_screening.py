"""Every feature alone: what was planted is found, the false discovery rate of a worked example, groups."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from radpipe.clinical import Endpoint
from radpipe.survival.procedure.screening import SCREENING_COLUMNS, group_of, screen


def simulated(n, effect, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    death, censored = random.exponential(1000, n) * np.exp(-effect * x), random.uniform(200, 3000, n)
    return x, np.minimum(death, censored), death <= censored


def test_the_false_discovery_rate_of_the_worked_example():
    # Benjamini and Hochberg 1995, section 3: 15 p values, four rejected at 0.05.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    adjusted = false_discovery_control(p)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[3] == pytest.approx(15 * 0.0095 / 4)


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

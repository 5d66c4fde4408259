"""First-order features of four values, by hand."""

from typing import Any

import pytest


def test_four_values_by_hand(values_of: Any) -> None:
    # 0 2 4 10: mean 4, squares off the mean 16 + 4 + 0 + 36 = 56, cubes -64 - 8 + 216 = 144, fourth powers 1568.
    found = values_of("firstorder", [[[0, 2, 4, 10]]])
    assert (found["Mean"], found["Median"], found["Minimum"], found["Maximum"], found["Range"]) == (4, 3, 0, 10, 10)
    assert found["Variance"] == 14
    assert found["MeanAbsoluteDeviation"] == 3
    assert found["Energy"] == found["TotalEnergy"] == 120
    assert found["RootMeanSquared"] == pytest.approx(30**0.5)
    assert found["Skewness"] == pytest.approx(36 / 14**1.5)
    assert found["Kurtosis"] == pytest.approx(392 / 14**2)
    # Percentiles lie at 3 q: P10 at 0.3 is 0.6, P90 at 2.7 is 8.2, P25 1.5, P75 5.5.
    assert (found["10Percentile"], found["90Percentile"], found["InterquartileRange"]) == pytest.approx((0.6, 8.2, 4))
    # Between them are 2 and 4, each 1 off their mean.
    assert found["RobustMeanAbsoluteDeviation"] == pytest.approx(1)
    # Four bins of one voxel each.
    assert (found["Uniformity"], found["Entropy"]) == pytest.approx((0.25, 2))

"""Intensity-based statistics of six values, by hand, and of values that are all equal."""

import math

import numpy as np
import pytest

from radpipe.features.ibsi.statistics import FEATURES, statistics_of


def values_of(numbers: list[float]) -> dict[str, float]:
    shared = statistics_of(np.array(numbers, dtype=float))
    return {feature.tag: feature.of(shared) for feature in FEATURES}


def test_six_values_by_hand() -> None:
    # 1 2 3 4 5 9: mean 4, gaps -3 -2 -1 0 1 5; squares sum to 40, cubes to 90, fourth powers to 724.
    found = values_of([5, 1, 9, 2, 4, 3])
    assert found["stat_mean"] == 4
    assert found["stat_var"] == pytest.approx(40 / 6)
    assert found["stat_skew"] == pytest.approx(15 / (40 / 6) ** 1.5)
    assert found["stat_kurt"] == pytest.approx((724 / 6) / (40 / 6) ** 2 - 3)
    # Percentiles lie at 5 q: P10 at 0.5 is 1.5, P25 at 1.25 is 2.25, P75 at 3.75 is 4.75, P90 at 4.5 is 7.
    assert (found["stat_p10"], found["stat_median"], found["stat_p90"]) == pytest.approx((1.5, 3.5, 7))
    assert found["stat_iqr"] == pytest.approx(2.5)
    assert found["stat_qcod"] == pytest.approx(2.5 / 7)
    assert (found["stat_min"], found["stat_max"], found["stat_range"]) == (1, 9, 8)
    assert found["stat_mad"] == pytest.approx(12 / 6)
    # From 1.5 to 7 there are 2 3 4 5, whose mean is 3.5.
    assert found["stat_rmad"] == pytest.approx(1)
    assert found["stat_medad"] == pytest.approx((2.5 + 1.5 + 0.5 + 0.5 + 1.5 + 5.5) / 6)
    assert found["stat_cov"] == pytest.approx((40 / 6) ** 0.5 / 4)
    assert found["stat_energy"] == 136
    assert found["stat_rms"] == pytest.approx((136 / 6) ** 0.5)


def test_equal_values_have_no_skewness_and_no_kurtosis() -> None:
    found = values_of([7, 7, 7])
    assert (found["stat_var"], found["stat_skew"], found["stat_kurt"], found["stat_qcod"]) == (0, 0, 0, 0)


def test_what_is_divided_by_a_sum_of_zero_is_not_a_number() -> None:
    found = values_of([-2, 0, 2])
    assert math.isnan(found["stat_cov"])
    assert math.isnan(found["stat_qcod"])

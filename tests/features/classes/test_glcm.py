"""Co-occurrence of four voxels in a row, by hand."""

from typing import Any

import pytest


def test_pairs_of_two_levels_by_hand(values_of: Any) -> None:
    # Levels 1 1 2 2: pairs 11, 12, 22; symmetric counts [[2, 1], [1, 2]], so p = 1/3, 1/6 and both marginals 1/2.
    found = values_of("glcm", [[[0, 0, 1, 1]]])
    assert found["JointEnergy"] == pytest.approx(2 / 9 + 2 / 36)
    assert found["MaximumProbability"] == pytest.approx(1 / 3)
    assert found["Contrast"] == found["DifferenceAverage"] == pytest.approx(1 / 3)
    assert found["JointAverage"] == pytest.approx(1.5)
    assert found["SumSquares"] == pytest.approx(0.25)
    assert found["Correlation"] == pytest.approx((2 / 3 - 1 / 3) / 4 / 0.25)
    assert found["Autocorrelation"] == pytest.approx(1 / 3 + 4 / 3 + 2 * 2 / 6)
    assert found["Id"] == pytest.approx(2 / 3 + 1 / 3 / 2)
    # Q of two levels has the eigenvalues 1 and det Q = (1/9 - 1/36)^2 / (1/2)^4 = 1/9.
    assert found["MCC"] == pytest.approx(1 / 3)


def test_one_level_has_no_contrast_and_full_correlation(values_of: Any) -> None:
    found = values_of("glcm", [[[0, 0, 0]]])
    assert (found["Contrast"], found["Correlation"], found["MCC"], found["JointEnergy"]) == (0, 1, 1, 1)


def test_counts_are_one_sided_when_asked(values_of: Any) -> None:
    # Pairs 11, 12, 22 once each: p(1, 2) = 1/3 and p(2, 1) = 0.
    found = values_of("glcm", [[[0, 0, 1, 1]]], symmetrical_glcm=False)
    assert found["JointEnergy"] == pytest.approx(3 / 9)

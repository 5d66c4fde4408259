"""Filters of one voxel at a time, by hand; whole images are compared with PyRadiomics in test_derive."""

import numpy as np
import pytest

from radpipe.features.filters.pointwise import POINTWISE, extremes

VALUES = np.array([-9.0, 0.0, 4.0, 16.0])


def test_extremes_are_those_of_the_whole_image() -> None:
    assert extremes(np.array([[3, -7], [5, 2]], dtype=np.int16)).tolist() == [-7.0, 5.0]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        # The greatest magnitude of the image is 16.
        ("Square", [81 / 16, 0, 1, 16]),  # (x / 4)^2
        ("SquareRoot", [-12, 0, 8, 16]),  # sqrt(16 |x|) with the sign of x
        ("Logarithm", [-16 * np.log(10) / np.log(17), 0, 16 * np.log(5) / np.log(17), 16]),
        ("Exponential", [16 ** (-9 / 16), 1, 2, 16]),  # 16^(x / 16)
    ],
)
def test_four_values_by_hand(kind: str, wanted: list[float]) -> None:
    found = POINTWISE[kind](VALUES.copy(), np.array([-9.0, 16.0]))
    assert found == pytest.approx(wanted, rel=1e-12)


def test_a_negative_extreme_scales_as_well() -> None:
    # The greatest magnitude is 25, of the lowest value.
    assert POINTWISE["Square"](np.array([10.0]), np.array([-25.0, 4.0])) == pytest.approx([4.0])
    assert POINTWISE["SquareRoot"](np.array([-4.0]), np.array([-25.0, 4.0])) == pytest.approx([-10.0])


def test_the_callers_values_stay() -> None:
    values = VALUES.copy()
    for function in POINTWISE.values():
        function(values, np.array([-9.0, 16.0]))
    assert values.tolist() == VALUES.tolist()

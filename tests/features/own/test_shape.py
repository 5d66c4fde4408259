"""Own features of form by hand."""

import math

import pytest

from radpipe.features.classes.shape3d import Shape
from radpipe.features.own.shape import SHAPE, compactness_a


def ball(radius_mm: float) -> Shape:
    volume, area = 4 / 3 * math.pi * radius_mm**3, 4 * math.pi * radius_mm**2
    return Shape(area, volume, volume, *[2 * radius_mm] * 4, (1.0, 1.0, 1.0))


@pytest.mark.parametrize("radius_mm", [1.0, 8.0])
def test_compactness_of_a_ball_by_hand(radius_mm: float) -> None:
    # 4/3 pi r^3 / (pi^(1/2) (4 pi r^2)^(2/3)) = (4/3) pi^(-1/6) 4^(-2/3) r^(5/3): it grows with the ball.
    expected = 4 / 3 * math.pi ** (-1 / 6) * 4 ** (-2 / 3) * radius_mm ** (5 / 3)
    assert compactness_a(ball(radius_mm)) == pytest.approx(expected)


def test_the_column_has_the_unit_of_its_formula() -> None:
    (feature,) = SHAPE
    assert (feature.name, feature.unit) == ("CompactnessA", "mm^(5/3)")
    assert feature.formula(ball(8.0)) / feature.formula(ball(1.0)) == pytest.approx(8 ** (5 / 3))

"""The area of ellipsoids by IBSI's series, against closed forms."""

import math

import pytest

from radpipe.features.ibsi.ellipsoid import ellipsoid_area


@pytest.mark.parametrize("c", [1.0, 2.0, 3.9])
def test_the_area_of_a_spheroid_is_the_closed_form_of_ibsis_series(c: float) -> None:
    # With alpha 0 and x = beta^2 the terms are binomial(2v, v) (x / 4)^v / (1 - 4 v^2), whose sum is
    # (sqrt(1 - x) + arcsin(sqrt(x)) / sqrt(x)) / 2.
    x = 1 - (c / 4) ** 2
    exact = 4 * math.pi * 16 * (math.sqrt(1 - x) + math.asin(math.sqrt(x)) / math.sqrt(x)) / 2
    assert ellipsoid_area(4.0, 4.0, c, terms=400) == pytest.approx(exact, rel=1e-4)
    assert ellipsoid_area(4.0, 4.0 - 1e-9, c) == pytest.approx(ellipsoid_area(4.0, 4.0, c), rel=1e-6)


def test_a_sphere_has_its_area() -> None:
    assert ellipsoid_area(2.0, 2.0, 2.0) == pytest.approx(16 * math.pi)

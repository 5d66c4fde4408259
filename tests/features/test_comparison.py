"""Differences are relative, absolute near zero, and infinite where one side has no number."""

import math

import pytest

from radpipe.features.comparison import compare_values, relative_difference, worst


@pytest.mark.parametrize(
    ("native", "reference", "expected"),
    [
        (2.0, 2.0, 0.0),
        (math.nan, math.nan, 0.0),
        (math.inf, math.inf, 0.0),
        (100.0, 101.0, 1 / 101),
        (-1.0, 1.0, 2.0),
        (1e-17, 0.0, 1e-17),
        (math.nan, 1.0, math.inf),
        (math.inf, 1.0, math.inf),
    ],
)
def test_a_difference_is_measured_against_the_larger_magnitude(native, reference, expected):
    assert relative_difference(native, reference) == pytest.approx(expected, rel=1e-15)


def test_a_feature_that_one_side_lacks_differs_infinitely():
    table = compare_values("GTV", {"a": 1.0, "b": 2.0}, {"a": 1.0, "c": 3.0})
    assert {one.feature: one.accepted for one in table} == {"a": True, "b": False, "c": False}
    assert worst(table).relative == math.inf


def test_an_empty_table_has_no_worst_difference():
    assert worst(()) is None

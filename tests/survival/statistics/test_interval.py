"""An estimate with its interval, in words."""

import math

import pytest

from radpipe.survival.statistics.interval import Interval


@pytest.mark.parametrize(
    ("spec", "words"),
    [("", "0.627 (0.554 to 0.696)"), (".2f", "0.63 (0.55 to 0.70)"), ("+.1e", "+6.3e-01 (+5.5e-01 to +7.0e-01)")],
)
def test_all_three_numbers_have_the_format_that_is_asked(spec: str, words: str) -> None:
    assert format(Interval(0.627, 0.554, 0.696), spec) == words


def test_what_cannot_be_given_is_said_to_be_nan() -> None:
    assert f"{Interval(0.5, math.nan, math.nan)}" == "0.500 (nan to nan)"

"""The corrected interval, by hand."""

import numpy as np
import pytest

from radpipe.survival.statistics.resampling import corrected_interval


def test_the_interval_of_nadeau_and_bengio_by_hand() -> None:
    # s = 0.2 of 3 folds, t(2) = 4.302653: 4.302653 * 0.2 * sqrt(1/3 + 1/2).
    found = corrected_interval(0.1, np.array([-0.1, 0.1, 0.3, np.nan]), 0.5)
    assert found.high - found.value == pytest.approx(4.3026527 * 0.2 * np.sqrt(1 / 3 + 1 / 2))
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_two_folds_tell_no_interval() -> None:
    assert np.isnan(corrected_interval(0.1, np.array([0.1, 0.2, np.nan]), 0.25).low)

"""A smooth calibration curve lies on the diagonal where predictions are right, and tells how far off they are."""

import numpy as np
import pytest

from radpipe.survival.statistics.smooth_calibration import smooth_calibration

YEAR = 365.25


def cohort(n: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Exponential survival, hazard 0.1 a year times exp(x), followed for six years; the true risk until three."""
    random = np.random.default_rng(3)
    x = random.normal(size=n)
    years = random.exponential(10, n) * np.exp(-x)
    return np.minimum(years, 6) * YEAR, years < 6, 1 - np.exp(-0.1 * 3 * np.exp(x))


def test_true_risks_lie_on_the_diagonal():
    days, event, risk = cohort()
    found = smooth_calibration(days, event, risk, 3.0)
    assert found is not None
    assert np.abs(found.observed - found.predicted).max() < 0.04
    assert found.ici < 0.015
    assert found.e50 <= found.e90


def test_risks_that_are_a_third_too_low_everywhere_are_off_by_that():
    # Told 2/3 of the true risk: the curve is 1.5 times the prediction; the mean gap a third of the true risks' mean.
    days, event, risk = cohort()
    found = smooth_calibration(days, event, risk * 2 / 3, 3.0)
    assert found is not None
    middle = slice(5, 20)
    assert found.observed[middle] == pytest.approx(1.5 * found.predicted[middle], rel=0.1)
    assert found.ici == pytest.approx(risk.mean() / 3, rel=0.06)


def test_one_risk_for_everybody_has_no_curve():
    days, event, risk = cohort(100)
    assert smooth_calibration(days, event, np.full_like(risk, 0.3), 3.0) is None


def test_a_curve_is_told_where_it_is_asked():
    days, event, risk = cohort(500)
    found = smooth_calibration(days, event, risk, 3.0, np.array([0.1, 0.2]))
    assert found is not None
    assert found.predicted.tolist() == [0.1, 0.2]

"""Net benefit with censoring, against counts by hand."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.statistics.decision_curve import decision_curve

YEARS = np.array([1.0, 2.0, 3.0, 4.0, 6.0]) * 365.25


def test_without_censoring_it_is_the_plain_net_benefit() -> None:
    # 5 patients, 3 events before 5 y; 4 treated at 0.4, of whom 3 had the event: 3/5 - 1/5 * (0.4 / 0.6).
    event = np.array([True, True, True, False, False])
    years = np.array([1.0, 2.0, 3.0, 6.0, 6.0]) * 365.25
    curve = decision_curve(
        "m", years, event, np.array([0.9, 0.8, 0.7, 0.5, 0.1]), horizon_years=5, thresholds=np.array([0.4])
    )
    assert curve.net_benefit[0] == pytest.approx(3 / 5 - 1 / 5 * 2 / 3, abs=1e-12)
    assert curve.treat_all[0] == pytest.approx(3 / 5 - 2 / 5 * 2 / 3, abs=1e-12)


def test_censored_patients_count_by_kaplan_meier() -> None:
    # Treated: 1 y event, 2 y censored, 3 y event. S(5) = 2/3 * 0 = 0 among them; P(x) = 3/5: benefit 3/5.
    # All: S(5) = 4/5 * 2/3 * (4 y censored) = 8/15; all treated at 0.5: 7/15 - 8/15.
    event = np.array([True, False, True, False, False])
    curve = decision_curve(
        "m", YEARS, event, np.array([0.9, 0.8, 0.7, 0.2, 0.1]), horizon_years=5, thresholds=np.array([0.5])
    )
    assert curve.net_benefit[0] == pytest.approx(3 / 5, abs=1e-12)
    assert curve.treat_all[0] == pytest.approx(-1 / 15, abs=1e-12)


def test_treating_nobody_is_zero() -> None:
    event = np.array([True, False, True, False, False])
    curve = decision_curve("m", YEARS, event, np.full(5, 0.1), horizon_years=5, thresholds=np.array([0.5, 0.7]))
    assert curve.net_benefit.tolist() == [0, 0]


def test_an_event_at_the_horizon_counts() -> None:
    # Of two treated one has the event on the last day that counts: 1/2 - 1/2 * (0.2 / 0.8).
    days, event = np.array([2.0, 3.0]) * 365.25, np.array([True, False])
    curve = decision_curve("m", days, event, np.full(2, 0.9), horizon_years=2, thresholds=np.array([0.2]))
    assert curve.net_benefit[0] == pytest.approx(3 / 8)


def test_the_error_is_that_of_patients_drawn_again() -> None:
    rng = np.random.default_rng(3)
    risk = rng.beta(2, 3, 200)
    death, censored = rng.exponential(1500 / (4 * risk), 200), rng.uniform(400, 3500, 200)
    days, event = np.minimum(death, censored), death <= censored
    wanted = np.array([0.25, 0.5])

    def benefit(who: np.ndarray) -> np.ndarray:
        return decision_curve("m", days[who], event[who], risk[who], horizon_years=3, thresholds=wanted).net_benefit

    drawn = np.array([benefit(rng.integers(0, 200, 200)) for _ in range(400)])
    curve = decision_curve("m", days, event, risk, horizon_years=3, thresholds=wanted)
    assert curve.error == pytest.approx(drawn.std(axis=0, ddof=1), rel=0.15)
    assert curve.high - curve.low == pytest.approx(2 * 1.959964 * curve.error)


@pytest.mark.parametrize(
    ("risk", "thresholds", "match"),
    [
        (np.full(5, 1.2), np.array([0.5]), "risks must be probabilities"),
        (np.full(5, np.nan), np.array([0.5]), "risks must be probabilities"),
        (np.full(4, 0.2), np.array([0.5]), "shapes .* differ"),
        (np.full(5, 0.2), np.array([1.0]), "strictly between 0 and 1"),
    ],
)
def test_bad_input_is_refused(risk: np.ndarray, thresholds: np.ndarray, match: str) -> None:
    event = np.array([True, False, True, False, False])
    with pytest.raises(UsageError, match=match):
        decision_curve("m", YEARS, event, risk, horizon_years=5, thresholds=thresholds)

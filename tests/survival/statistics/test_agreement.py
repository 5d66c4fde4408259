"""ICC(1,1) with interval: published and hand-made tables, unequal repeats, edges."""

import math

import numpy as np
import pytest

from radpipe.survival.statistics.agreement import agreement, icc_of_many, repeats_of

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
FIVE = [[10.0, 10.2, 9.9], [12.1, 12.0, 12.3], [8.0, 8.3, 7.9], [15.2, 14.9, 15.1], [11.0, 11.4, 11.1]]


@pytest.mark.parametrize(
    ("table", "icc", "low", "high"),
    [
        (SHROUT_FLEISS, 0.165742, -0.132932, 0.722560),  # Shrout & Fleiss 1979, table 4: 0.17; interval: pingouin
        ([[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]], 4 / 7, -0.026274, 0.959839),  # estimate by hand
        (FIVE, 0.995365, 0.979510, 0.999474),  # pingouin 0.7.0
    ],
)
def test_icc_of_tables_with_known_values(table: list[list[float]], icc: float, low: float, high: float) -> None:
    found = agreement(repeats_of(table))
    assert (found.icc, found.low, found.high) == pytest.approx((icc, low, high), abs=6e-7)
    assert (found.patients, found.repeats) == (len(table), pytest.approx(len(table[0])))


def test_the_within_patient_deviation_is_the_root_of_the_published_mean_square() -> None:
    found = agreement(repeats_of(SHROUT_FLEISS))
    assert found.within_sd == pytest.approx(math.sqrt(6.263889), abs=1e-6)  # Shrout & Fleiss 1979: WMS 6.26
    assert found.repeatability == pytest.approx(2.77 * math.sqrt(6.263889), rel=2e-3)


def test_one_state_that_failed_leaves_the_rest_of_its_patient() -> None:
    table = np.array(FIVE)
    table[2, 2] = np.nan
    found = agreement(repeats_of(table))
    # By the ANOVA estimators of unbalanced data, computed by hand; k0 = (14 - 42/14 - 2/14... )/4.
    assert (found.icc, found.low, found.high) == pytest.approx((0.995111, 0.977199, 0.999449), abs=6e-7)
    assert found.repeats == pytest.approx((14 - (4 * 9 + 4) / 14) / 4)


def test_a_subset_of_patients_follows_from_the_sums() -> None:
    everyone = repeats_of(FIVE)
    found = agreement(everyone.of(np.array([0, 1, 2, 4])))
    assert found.icc == pytest.approx(0.989163, abs=6e-7)
    assert found == agreement(repeats_of([FIVE[0], FIVE[1], FIVE[2], FIVE[4]]))


def test_a_patient_without_any_state_counts_for_nothing() -> None:
    assert agreement(repeats_of([*FIVE, [np.nan] * 3])) == agreement(repeats_of(FIVE))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[1, 1], [2, 2]], 1.0),
        ([[0, 2], [0, 2]], -1.0),  # no difference between patients: -1/(k-1)
        ([[3, 3], [3, 3]], math.nan),
        ([[1, 2]], math.nan),
        ([[1], [2]], math.nan),
    ],
)
def test_edges(table: list[list[float]], expected: float) -> None:
    assert agreement(repeats_of(table)).icc == pytest.approx(expected, nan_ok=True)


def test_a_perfect_agreement_has_an_interval_without_width() -> None:
    found = agreement(repeats_of([[1, 1], [2, 2]]))
    assert (found.low, found.high, found.repeatability) == (1.0, 1.0, 0.0)


def test_the_interval_holds_the_truth_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(17)
    held = 0
    for _ in range(1000):  # true ICC 0.8: variances 4 and 1
        table = 2 * rng.standard_normal((25, 1)) + rng.standard_normal((25, 4))
        found = agreement(repeats_of(table))
        held += found.low <= 0.8 <= found.high
    assert 930 <= held <= 970


def test_many_measurements_at_once_agree_as_each_alone():
    random = np.random.default_rng(5)
    values = random.normal(size=(4, 12, 6)) + 2 * random.normal(size=(12, 6))
    values[2, 3] = np.nan
    values[:, 7, 1] = np.nan
    values[1:, :, 2] = np.nan  # one state only
    values[:, :, 3] = 5.0
    values[:, :, 4] = np.arange(12)  # no difference within
    icc, low = icc_of_many(values)
    for place in range(6):
        alone = agreement(repeats_of(values[:, :, place].T))
        assert [icc[place], low[place]] == pytest.approx([alone.icc, alone.low], nan_ok=True)
    assert np.isnan(icc[2:4]).all()
    assert icc[4] == 1

"""Rubin's rules give the numbers of R's mice, and data sets that agree are as good as one."""

import numpy as np
import pytest
from scipy.stats import chi2

from radpipe.survival.statistics.rubin import pooled, pooled_likelihood_ratio

ESTIMATES = np.array([[1.1], [0.9], [1.4], [1.0], [1.3]])
VARIANCES = np.array([0.04, 0.05, 0.045, 0.05, 0.04])[:, None, None]


def test_five_estimates_are_pooled_as_by_mice():
    # R 4.2, mice 3.15: pool.scalar(Q, U, n = 75, k = 5) gives qbar 1.14, t 0.0966, df 9.721702560101, r 1.1466666667.
    told = pooled(ESTIMATES, VARIANCES, 70.0)
    assert told.estimate[0] == pytest.approx(1.14)
    assert told.covariance[0, 0] == pytest.approx(0.0966)
    assert told.freedom[0] == pytest.approx(9.721702560101, rel=1e-10)
    ratio = 1.1466666666666667
    assert told.missing_information[0] == pytest.approx(ratio / (1 + ratio))


def test_estimates_that_agree_have_the_variance_of_one_and_no_missing_information():
    told = pooled(np.full((5, 2), 0.3), np.array([np.diag([0.1, 0.2])] * 5), 50.0)
    assert np.allclose(told.covariance, np.diag([0.1, 0.2]))
    assert np.all(told.missing_information == 0)
    # Barnard and Rubin's limit without gaps: (50 + 1) / (50 + 3) * 50.
    assert told.freedom == pytest.approx(51 / 53 * 50)


def test_covariances_between_draws_count_beside_those_within():
    # Draws (0, 0) and (1, 2): between [[.5, 1], [1, 2]], times 1.5, plus the unit matrix.
    told = pooled(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([np.eye(2)] * 2), 30.0)
    assert told.covariance.tolist() == [[1.75, 1.5], [1.5, 4.0]]


@pytest.mark.parametrize("count", [1, 4])
def test_likelihood_ratios_that_agree_say_what_one_says(count: int):
    statistic, p = pooled_likelihood_ratio([5.99] * count, 2)
    assert statistic == pytest.approx(5.99)
    assert p == pytest.approx(chi2.sf(5.99, 2), rel=1e-6)


def test_likelihood_ratios_that_differ_say_less_by_hand():
    # sqrt: 1, 2, 3; variance 1; r = 4/3; mean 14/3; D2 = (14/3 - 4/2 * 4/3) / (1 + 4/3) = 2 / (7/3) = 6/7.
    # Degrees of freedom of the error: (3 - 1) * (1 + 3/4)^2 = 6.125; F(1, 6.125) above 6/7: R's pf gives 0.3895607.
    statistic, p = pooled_likelihood_ratio([1.0, 4.0, 9.0], 1)
    assert statistic == pytest.approx(6 / 7)
    assert p == pytest.approx(0.3895607, abs=1e-7)


def test_likelihood_ratios_of_two_terms_that_differ_by_hand():
    # sqrt: 2, 3, 4; variance 1; r = 4/3; mean 29/3; D2 = (29/6 - 4/2 * 4/3) / (7/3) = 13/14. Degrees of freedom of the
    # error: 2^(-3/3) * (3 - 1) * (1 + 3/4)^2 = 3.0625; F(2, d) lies above x with probability (1 + 2 x / d)^(-d / 2).
    statistic, p = pooled_likelihood_ratio([4.0, 9.0, 16.0], 2)
    assert statistic == pytest.approx(2 * 13 / 14)
    assert p == pytest.approx((1 + 13 / 7 / 3.0625) ** (-3.0625 / 2))


def test_a_larger_model_that_fits_worse_by_rounding_counts_as_one_that_fits_as_well():
    assert pooled_likelihood_ratio([-1e-9, 4.0, 9.0], 1) == pooled_likelihood_ratio([0.0, 4.0, 9.0], 1)

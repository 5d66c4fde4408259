"""Estimates of several completed data sets as one, by Rubin's rules: what missing values leave unknown is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import f as fisher

__all__ = ["Pooled", "pooled", "pooled_likelihood_ratio"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Estimates of m completed data sets, pooled.

    Parameters
    ----------
    estimate
        Shape (p,): their mean.
    covariance
        Shape (p, p): mean covariance within a data set plus (1 + 1 / m) times that between them.
    freedom
        Shape (p,): degrees of freedom of a t interval.
    missing_information
        Shape (p,): share of each variance that comes from missing values, 0 to 1.
    count
        m.
    """

    estimate: FloatArray
    covariance: FloatArray
    freedom: FloatArray
    missing_information: FloatArray
    count: int


def pooled(estimates: FloatArray, covariances: FloatArray, complete_freedom: float) -> Pooled:
    """Pool estimates.

    Parameters
    ----------
    estimates
        Shape (m, p).
    covariances
        Shape (m, p, p): of each data set's estimates.
    complete_freedom
        Degrees of freedom were nothing missing; of a Cox model its events less its terms.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley 1987. Barnard J, Rubin DB. Biometrika 1999;86:948
    (degrees of freedom of small samples).

    Examples
    --------
    Estimates 1 and 3 with variance 1: mean 2; between 2, times 1 + 1/2 is 3; in all 4, three quarters of it missing.

    >>> told = pooled(np.array([[1.0], [3.0]]), np.ones((2, 1, 1)), 100.0)
    >>> told.estimate.tolist(), told.covariance.tolist(), told.missing_information.tolist()
    ([2.0], [[4.0]], [0.75])
    """
    m = len(estimates)
    mean = estimates.mean(axis=0)
    off = estimates - mean
    between = off.T @ off / (m - 1) if m > 1 else np.zeros((estimates.shape[1],) * 2)
    covariance = covariances.mean(axis=0) + (1 + 1 / m) * between
    total = np.diag(covariance)
    share = np.divide((1 + 1 / m) * np.diag(between), total, out=np.zeros(len(total)), where=total > 0)
    complete = max(complete_freedom, 1.0)
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    inverse = share**2 / max(m - 1, 1) + 1 / np.maximum(observed, 1e-9)  # 1 / Rubin's plus 1 / what is observed.
    return Pooled(mean, covariance, np.maximum(1 / inverse, 1.0), share, m)


def pooled_likelihood_ratio(statistics: Sequence[float] | FloatArray, freedom: int) -> tuple[float, float]:
    """Pool likelihood ratio statistics of the same two nested models in m completed data sets.

    Parameters
    ----------
    statistics
        Shape (m,): twice the difference of log likelihoods.
    freedom
        Terms of the larger model that the smaller one has not.

    Returns
    -------
    tuple
        Statistic times ``freedom`` (the mean where data sets agree), and p.

    References
    ----------
    Li KH, Meng XL, Raghunathan TE, Rubin DB. Stat Sin 1991;1:65 (their D2).

    Examples
    --------
    Data sets that agree say what one of them says: chi-squared with one degree of freedom.

    >>> statistic, p = pooled_likelihood_ratio([3.841459] * 5, 1)
    >>> round(statistic, 4), round(p, 4)
    (3.8415, 0.05)
    """
    d = np.maximum(np.asarray(statistics, dtype=np.float64), 0.0)
    m = len(d)
    spread = (1 + 1 / m) * float(np.sqrt(d).var(ddof=1)) if m > 1 else 0.0
    value = (float(d.mean()) / freedom - (m + 1) / max(m - 1, 1) * spread) / (1 + spread)
    other = freedom ** (-3 / m) * (m - 1) * (1 + 1 / spread) ** 2 if spread > 1e-12 else 1e12
    return value * freedom, float(fisher.sf(max(value, 0.0), freedom, other))

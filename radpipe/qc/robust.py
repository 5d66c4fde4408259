"""Scores that odd members of a cohort do not stretch: by the median and the median absolute deviation."""

import math

import numpy as np
import numpy.typing as npt

from radpipe.qc.rules import ROBUST_Z

__all__ = ["place_fence", "robust_distances", "robust_z"]

FloatArray = npt.NDArray[np.float64]

MAD = 1.4826
"""Median absolute deviation -> standard deviation of a normal distribution."""


def robust_z(values: FloatArray, floor: float) -> FloatArray:
    """Return (x - median) / max(1.4826 MAD, floor).

    Parameters
    ----------
    values
        Shape (n,), finite.
    floor
        Least spread.

    Examples
    --------
    >>> robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0]), 0.1).round(2).tolist()
    [-1.35, -0.67, 0.0, 0.67, 65.43]
    """
    middle = float(np.median(values))
    spread = MAD * float(np.median(np.abs(values - middle)))
    z: FloatArray = (values - middle) / max(spread, floor)
    return z


def robust_distances(points: FloatArray, floor: float) -> FloatArray:
    """Mahalanobis distance of points from their median, with a spread that outliers do not stretch.

    Parameters
    ----------
    points
        Shape (n, d).
    floor
        Least spread along each principal axis, in the points' unit.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    References
    ----------
    Maronna and Zamar 2002, Technometrics 44:307 (orthogonalised Gnanadesikan-Kettenring estimate), with the MAD.
    """
    middle = np.median(points, axis=0)
    own, back = points - middle, np.eye(points.shape[1])  # points - middle = own @ back.T
    for _ in range(2):
        spread = np.array([_mad(column) or 1.0 for column in own.T])
        own, back = own / spread, back * spread
        _, axes = np.linalg.eigh(_covariance(own))
        own, back = own @ axes, back @ axes
    back *= [_mad(column) for column in own.T]
    variances, axes = np.linalg.eigh(back @ back.T)
    along = (points - middle) @ axes
    along -= np.median(along, axis=0)
    distances: FloatArray = np.sqrt((along**2 / np.maximum(variances, floor**2)).sum(axis=1))
    return distances


def _covariance(own: FloatArray) -> FloatArray:
    """Return a covariance by Gnanadesikan and Kettenring's identity, with the MAD."""
    d = own.shape[1]
    pairs = [[_mad(own[:, i] + own[:, j]) ** 2 - _mad(own[:, i] - own[:, j]) ** 2 for j in range(d)] for i in range(d)]
    return np.array(pairs) / 4


def _mad(values: FloatArray) -> float:
    return MAD * float(np.median(np.abs(values - np.median(values))))


def place_fence(count: int) -> float:
    """Return the robust distance in three dimensions that is as rare as a robust z of 3.5.

    Parameters
    ----------
    count
        Points that median and spread come from; few of them scatter more (correction fitted to normal draws).

    Examples
    --------
    >>> round(place_fence(20), 2), round(place_fence(100_000), 2)
    (8.03, 4.23)
    """
    from scipy import special

    rare = math.erfc(ROBUST_Z / math.sqrt(2))
    return float(np.sqrt(special.chdtri(3, rare)) * (1 + 10.0 / count + 160.0 / count**2))

"""Restricted cubic splines: a curve with few parameters that is straight at both ends."""

import numpy as np
import numpy.typing as npt

__all__ = ["knots_of", "restricted_cubic_spline"]

FloatArray = npt.NDArray[np.float64]


def knots_of(values: FloatArray) -> FloatArray:
    """Return three knots: the 10, 50 and 90 % quantiles, shape (3,).

    Parameters
    ----------
    values
        Shape (n,).

    References
    ----------
    Harrell FE. Regression Modeling Strategies, 2nd edition, 2015, section 2.4.6.
    """
    return np.asarray(np.quantile(values, [0.1, 0.5, 0.9]))


def restricted_cubic_spline(values: FloatArray, knots: FloatArray) -> FloatArray:
    """Return the curved term of a spline with three knots, beside which the values themselves are the straight one.

    Parameters
    ----------
    values
        Shape (n,).
    knots
        Shape (3,), rising; where they are not, there is no curve and all is 0.

    Returns
    -------
    ndarray
        Shape (n,): 0 below the first knot, straight above the last, continuous with two derivatives.

    References
    ----------
    Durrleman S, Simon R. Stat Med 1989;8:551; scaled by the squared distance of the outer knots.

    Examples
    --------
    >>> restricted_cubic_spline(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 2.0])).round(3).tolist()
    [0.0, 0.25, 1.5, 3.0, 4.5]
    """
    first, middle, last = (float(knot) for knot in knots)
    if not first < middle < last:
        return np.zeros(len(values))

    def cube(knot: float) -> FloatArray:
        return np.asarray(np.maximum(values - knot, 0.0) ** 3)

    ends = (cube(middle) * (last - first) - cube(last) * (middle - first)) / (last - middle)
    return np.asarray((cube(first) - ends) / (last - first) ** 2)

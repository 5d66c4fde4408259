"""The maximal correlation coefficient of co-occurrence matrices: the second eigenvalue of Haralick's Q.

``Q[i, j] = sum_k P[i, k] P[j, k] / (px[i] py[k] + epsilon)``; the coefficient is the root of its second largest
eigenvalue. Without PyRadiomics' epsilon Q would be similar to the symmetric ``S = A A'`` with
``A[i, k] = P[i, k] / sqrt(px[i] py[k])``, whose largest eigenvalues cost a fraction. In a ROI of many voxels epsilon
is felt in rare gray levels; the eigenvalue of S then begins an inverse iteration on Q. Where that is not certain to
find the same eigenvalue, all eigenvalues of Q are computed, as PyRadiomics does.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

__all__ = ["maximal_correlation"]

FloatArray = npt.NDArray[np.float64]

_EPSILON = float(np.spacing(1))

_SMALL = 12
"""Up to so many gray levels all eigenvalues of Q cost no more than the way around."""

_SAME = 1e-10
"""Relative difference at which two eigenvalues are the same."""

_NEAR_ZERO = 1e-8
"""An eigenvalue below this may come out negative, and its root NaN, by rounding: PyRadiomics' own way decides."""

_SETTLED = 1e-13
"""Residual at which the iteration has found an eigenvalue (the largest is 1)."""

_ITERATIONS = 6


def maximal_correlation(matrices: FloatArray, px: FloatArray, py: FloatArray) -> FloatArray:
    """Return the coefficient of each direction; 1 for a single gray level.

    Parameters
    ----------
    matrices
        Probabilities, shape (A, n, n).
    px, py
        Marginal probabilities, shape (A, n).
    """
    count, n = px.shape
    if n < 2:
        return np.ones(count)
    if n > _SMALL:
        found = [_second(matrices[a], px[a], py[a]) for a in range(count)]
        if None not in found:
            return np.sqrt(np.array(found, dtype=np.float64))
    return _by_all_eigenvalues(matrices, px, py)


def _by_all_eigenvalues(matrices: FloatArray, px: FloatArray, py: FloatArray) -> FloatArray:
    """Compute Q term by term, and all eigenvalues of all directions at once, as PyRadiomics does."""
    q = np.zeros_like(matrices)
    for k in range(matrices.shape[1]):
        term = matrices[:, :, None, k] * matrices[:, None, :, k]
        q += term / (px[:, :, None] * py[:, k, None, None] + _EPSILON)
    values = np.linalg.eigvals(q)
    values.sort()
    with np.errstate(invalid="ignore"):
        roots = np.sqrt(values[:, -2])
    return np.asarray(roots.real)


def _second(matrix: FloatArray, px: FloatArray, py: FloatArray) -> float | None:
    """Return the second eigenvalue of Q; None where rounding may make it negative."""
    occupied = np.flatnonzero(px)
    if len(occupied) < 4:
        return None
    matrix, px = matrix[occupied], px[occupied]
    independent = px[:, None] * py[None, :]
    filled = matrix > 0
    a = np.divide(matrix, np.sqrt(independent), out=np.zeros_like(matrix), where=filled)
    n = len(px)
    values, vectors = eigh(a @ a.T, subset_by_index=[n - 3, n - 1], check_finite=False, overwrite_a=True)
    start = float(values[1])
    if start < _NEAR_ZERO:
        return None
    if _EPSILON / independent[filled].min() < _SAME * start:
        return start
    root = np.sqrt(px)
    similar = ((matrix / (independent + _EPSILON)) @ matrix.T) * (root[:, None] / root[None, :])
    room = 0.25 * float(min(values[2] - values[1], values[1] - values[0]))
    found = _refined(similar, vectors[:, 1], room, start)
    return float(np.sort(np.linalg.eigvals(similar).real)[-2]) if found is None else found


def _refined(matrix: FloatArray, x: FloatArray, room: float, start: float) -> float | None:
    """Find the eigenvalue of a matrix near ``start`` by inverse iteration; None when it settles elsewhere."""
    value = float(x @ matrix @ x)
    for _ in range(_ITERATIONS):
        if np.abs(matrix @ x - value * x).max() <= _SETTLED:
            return value if abs(value - start) <= room else None
        try:
            x = np.asarray(np.linalg.solve(matrix - value * np.eye(len(x)), x), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        x = x / float(np.linalg.norm(x))
        value = float(x @ matrix @ x)
    return None

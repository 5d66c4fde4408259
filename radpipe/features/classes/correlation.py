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

_TOGETHER = 40
"""Up to so many gray levels all directions' eigenvalues are computed in one call; beyond only the three largest."""

_SAME = 1e-10
"""Relative difference at which two eigenvalues are the same."""

_SECOND_ORDER = 1e-12
"""Square of a perturbation, by the gap to the next eigenvalue, that may be left out."""

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
        found = _seconds(matrices, px, py)
        if found is not None:
            return np.sqrt(found)
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


def _seconds(matrices: FloatArray, px: FloatArray, py: FloatArray) -> FloatArray | None:
    """Return the second eigenvalue of each Q, shape (A,); None where rounding may make one negative."""
    independent = px[:, :, None] * py[:, None, :]
    filled = matrices > 0
    a = np.divide(matrices, np.sqrt(independent), out=np.zeros_like(matrices), where=filled)
    symmetric = a @ a.transpose(0, 2, 1)
    n = px.shape[1]
    if n <= _TOGETHER:
        every_value, every_vector = np.linalg.eigh(symmetric)
        values, vectors = every_value[:, -3:], every_vector[:, :, -2]
    else:
        largest = [eigh(one, subset_by_index=[n - 3, n - 1], check_finite=False) for one in symmetric]
        values = np.array([one for one, _ in largest])
        vectors = np.array([one[:, 1] for _, one in largest])
    found: FloatArray = values[:, 1].copy()
    if (found < _NEAR_ZERO).any():
        return None
    bound = _EPSILON / np.where(filled, independent, 1.0).min(axis=(1, 2))
    felt = bound >= _SAME * found
    root = np.sqrt(px)
    for place in np.flatnonzero(felt):
        q = (matrices[place] / (independent[place] + _EPSILON)) @ matrices[place].T
        scale = np.divide(1.0, root[place], out=np.zeros(n), where=root[place] > 0)
        similar = q * (root[place][:, None] * scale[None, :])
        low, middle, high = values[place]
        gap = float(min(high - middle, middle - low))
        if bound[place] ** 2 <= _SECOND_ORDER * gap:  # what is left of a perturbation beyond its first order
            found[place] = vectors[place] @ similar @ vectors[place]
            continue
        refined = _refined(similar, vectors[place], 0.25 * gap, float(middle))
        found[place] = np.sort(np.linalg.eigvals(similar).real)[-2] if refined is None else refined
    return found


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

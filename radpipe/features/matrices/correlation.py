"""The maximal correlation coefficient of co-occurrence matrices: the second eigenvalue of Haralick's Q.

``Q[i, j] = sum_k P[i, k] P[j, k] / (px[i] py[k] + epsilon)``; the coefficient is the root of its second largest
eigenvalue. :mod:`radpipe.kernels.lanczos` finds it, with an estimate of its error. Where that is too large, the value
begins an inverse iteration on Q; where that is not certain to find the same eigenvalue, all eigenvalues of Q are
computed, as PyRadiomics does. The one matrix of weighted steps is looked at for an eigenvalue that was not seen.
"""

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON
from radpipe.kernels.lanczos import second_eigenvalues

__all__ = ["maximal_correlation"]

FloatArray = npt.NDArray[np.float64]

_SMALL = 4
"""Up to so many gray levels all eigenvalues of Q cost no more than the way around."""

_SAME = 1e-11
"""Relative error of an eigenvalue that does not matter."""

_NEAR_ZERO = 1e-6
"""An eigenvalue below this is half rounding, may come out negative and its root NaN: PyRadiomics' own way decides."""

_BESIDE = 1e-10
"""By so much the iteration's eigenvalue, in which epsilon counts, may lie below that of all without epsilon."""

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
        eigenvalues = _seconds(matrices, px, py)
        if eigenvalues is not None:
            return np.sqrt(eigenvalues)
    return _by_all_eigenvalues(matrices, px, py)


def _by_all_eigenvalues(matrices: FloatArray, px: FloatArray, py: FloatArray) -> FloatArray:
    """Compute Q term by term, and all eigenvalues of all directions at once, as PyRadiomics does."""
    q = np.zeros_like(matrices)
    for k in range(matrices.shape[1]):
        term = matrices[:, :, None, k] * matrices[:, None, :, k]
        q += term / (px[:, :, None] * py[:, k, None, None] + EPSILON)
    values = np.linalg.eigvals(q)
    values.sort()
    with np.errstate(invalid="ignore"):
        roots = np.sqrt(values[:, -2])
    return np.asarray(roots.real)


def _seconds(matrices: FloatArray, px: FloatArray, py: FloatArray) -> FloatArray | None:
    """Return the second eigenvalue of each Q, shape (A,); None where rounding may make one negative."""
    px, py = np.ascontiguousarray(px), np.ascontiguousarray(py)
    values, errors, vectors, gaps = second_eigenvalues(matrices, px, py, EPSILON)
    if len(values) == 1 and _is_beside(values[0], matrices[0], px[0], py[0]):
        errors[0] = np.inf
    if (values < _NEAR_ZERO).any():
        return None
    for place in np.flatnonzero(~(errors <= _SAME * values)):
        p, root = matrices[place], np.sqrt(px[place])
        q = (p / (px[place][:, None] * py[place] + EPSILON)) @ p.T
        refined = None
        if np.isfinite(errors[place]):
            scale = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
            room = 0.25 * float(gaps[place])
            refined = _refined(q * (root[:, None] * scale), vectors[place], room, float(values[place]))
        values[place] = np.sort(np.linalg.eigvals(q).real)[-2] if refined is None else refined
    return values


def _is_beside(value: float, p: FloatArray, px: FloatArray, py: FloatArray) -> bool:
    """Tell whether another eigenvalue lies between that of the iteration and 1.

    Steps that are weighted by their length are one matrix, in which gray levels may touch by a millionth of a pair.
    Two such levels, each almost a part of its own, give two eigenvalues that differ by 1e-5, of which the iteration
    sees one where it begins almost across the other's vector.
    """
    root = np.sqrt(px[:, None] * py)
    across = np.divide(p, root, out=np.zeros_like(p), where=root > 0)
    second = float(np.linalg.eigvalsh(across @ across.T)[-2])
    return not second - value <= _BESIDE


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

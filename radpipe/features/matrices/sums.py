"""Sums over the cells of matrices, in PyRadiomics' order."""

import numpy as np
import numpy.typing as npt

__all__ = ["by_direction", "gathered", "in_memory_order"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def in_memory_order(p: FloatArray) -> tuple[FloatArray, bool] | None:
    """Return matrices with their axes in memory's order, and whether that puts j first.

    None where directions are not the innermost axis, or where there is one: NumPy then adds in pairs of halves.
    """
    for view, swapped in ((p, False), (p.transpose(1, 0, 2), True)):
        if view.flags.c_contiguous and p.shape[2] > 1:
            return view, swapped
    return None


def by_direction(direction: IntArray, terms: FloatArray, directions: int) -> FloatArray:
    """Sum one term a cell over the cells of each direction, shape (directions,)."""
    return np.bincount(direction, weights=terms, minlength=directions).astype(np.float64, copy=False)


def gathered(place: IntArray, p: FloatArray, length: int, directions: int) -> FloatArray:
    """Sum probabilities that share a place, shape (length, directions)."""
    table = np.bincount(place.ravel(), weights=p.ravel(), minlength=length * directions)
    return table.astype(np.float64, copy=False).reshape(length, directions)

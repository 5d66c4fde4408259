"""Co-occurrence matrices (IBSI 3.6), normalised as PyRadiomics 3.0.1 does it, with what their features share.

``P[i, j]`` of a direction is the share of neighbouring voxel pairs with gray levels i and j. Sums run in PyRadiomics'
order, so that a difference that is 0 there (in ``Imc2``) is 0 here and not 1e-8.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON
from radpipe.features.matrices.sums import by_direction, in_memory_order
from radpipe.kernels import cooccurrence as kernels

__all__ = ["Cooccurrence", "Moments"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means over the cells of each direction, shape (A,) each; x is i - ux and y is j - uy.

    Parameters
    ----------
    product, squared_gap, energy
        Of i j, of (i - j)^2, and of p.
    xx, yy, xy
        Of the products of x and y.
    second, third, fourth
        Of the powers of x + y.
    largest
        The largest p, no mean.
    """

    product: FloatArray
    squared_gap: FloatArray
    energy: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray
    second: FloatArray
    third: FloatArray
    fourth: FloatArray
    largest: FloatArray


@dataclass(frozen=True, eq=False)
class Cooccurrence:
    """Normalised matrices of A directions and n gray levels, and what features share.

    Cells are either all cells, shape (n, n, A), or a list of those that are not empty, shape (c,); arrays of one value
    a cell have one of these shapes or are broadcast to it.

    Parameters
    ----------
    p
        Probability of each cell.
    i, j
        Gray levels of each cell.
    row, column, direction
        Ranks of the gray levels, from 0, and number of the direction, of each cell in a list; None for all cells.
    sums
        int64, shape (n, n) or (c,): i + j - 2 of each cell.
    highest
        The highest gray level Ng.
    px, py
        float64, shape (n, A): marginal probabilities of rows and columns.
    ux, uy
        float64, shape (A,): mean gray levels of rows and columns.
    p_sum, p_difference
        float64, shapes (2 Ng - 1, A) and (Ng, A): probability of i + j = k from k = 2, and of abs(i - j) = k from 0.
    entropy
        float64, shape (A,): joint entropy in bits.
    """

    p: FloatArray
    i: FloatArray
    j: FloatArray
    row: IntArray | None
    column: IntArray | None
    direction: IntArray | None
    sums: IntArray
    highest: int
    px: FloatArray
    py: FloatArray
    ux: FloatArray
    uy: FloatArray
    p_sum: FloatArray
    p_difference: FloatArray
    entropy: FloatArray

    def total(self, terms: FloatArray) -> FloatArray:
        """Sum one term a cell over each direction's cells, shape (A,)."""
        if self.direction is None:
            return np.asarray(np.sum(terms, axis=(0, 1)))
        return by_direction(self.direction, terms, self.px.shape[1])

    def at(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's direction, of values of shape (A,)."""
        return values if self.direction is None else values[self.direction]

    def _at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j and direction, of values of shape (2 Ng - 1, A), from i + j = 2."""
        return values[self.sums] if self.direction is None else values[self.sums, self.direction]

    @cached_property
    def moments(self) -> Moments:
        """Means over the cells of each direction."""
        k = np.arange(2, 2 * self.highest + 1, dtype=np.float64)[:, None] - self.ux - self.uy
        powers = np.stack([k**2, k**3, k**4])
        if self.direction is None and (found := in_memory_order(self.p)) is not None:
            level = self.i.ravel().astype(np.int64)
            return Moments(*kernels.moments(found[0], level, self.ux, self.uy, powers, found[1]))
        x, y = self.i - self.at(self.ux), self.j - self.at(self.uy)
        second, third, fourth = (self.total(self.p * self._at_sum(power)) for power in powers)
        return Moments(
            self.total(self.p * (self.i * self.j)),
            self.total(self.p * np.abs(self.i - self.j) ** 2),
            self.total(self.p**2),
            self.total(self.p * x**2),
            self.total(self.p * y**2),
            self.total(self.p * x * y),
            second,
            third,
            fourth,
            self._largest(),
        )

    def _largest(self) -> FloatArray:
        if self.direction is None:
            return np.asarray(np.amax(self.p, axis=(0, 1)))
        largest = np.zeros(self.px.shape[1])
        np.maximum.at(largest, self.direction, self.p)
        return largest

    @cached_property
    def independent(self) -> tuple[FloatArray, FloatArray]:
        """The product px py of each cell, and its logarithm to base 2."""
        if self.row is None or self.column is None:
            product = self.px[:, None, :] * self.py[None, :, :]
        else:
            product = self.px[self.row, self.direction] * self.py[self.column, self.direction]
        return product, np.log2(product + EPSILON)
